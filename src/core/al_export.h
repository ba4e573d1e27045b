/*
** al_export.h - reports out of a log: CSV by a layout, or JSON Lines.
*/
#ifndef AL_EXPORT_H
#define AL_EXPORT_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "al_cell.h"
#include "al_store.h"

typedef enum { AL_FORMAT_CSV, AL_FORMAT_JSON_LINES } al_format;

typedef struct {
  al_format format;
  const al_layout *layout; /* of CSV; JSON Lines has every field */
  /* CSV alone */
  const char *newline; /* "\r\n" or "\n" */
  char separator;
  int bom;          /* begin with a UTF-8 byte order mark */
  int defuse;       /* al_excel.h */
  size_t max_cell;  /* UTF-16 code units of a cell; 0: any number */
  int64_t max_rows; /* of a file, the title's included; 0: any number */
} al_export_options;

typedef struct {
  int64_t records;
  int64_t bytes;
  int64_t cut_cells;
  int64_t defused_cells;
  int64_t redacted; /* records with values masked */
  int64_t files;    /* written; see al_part_path */
} al_export_result;

/* Write the name of a report's part to 'out': 1 is the path itself, 2 of
** "name.csv" is "name-2.csv". It takes at most AL_PART_PATH_SIZE bytes. */
#define AL_PART_PATH_SIZE(path) (strlen(path) + 24)
void al_part_path (char *out, const char *path, int64_t part);

/* Write the records of the query to a file, which appears whole or not at all.
** More rows than fit go on in further parts; the first takes its name last. A
** later part of an earlier export is replaced or removed when it begins as
** this report does, else AL_EXISTS before anything is written; so it is when
** the path is the log's own. The query's fields are set here. */
al_status al_export_file (al_store *store, const al_query *query,
                          const al_export_options *options, const char *path,
                          al_export_result *result, al_error *err);

/* The same to an open stream, which is flushed and not closed, and to the end
** of a buffer. More rows than fit are AL_LIMIT. */
al_status al_export_stream (al_store *store, const al_query *query,
                            const al_export_options *options, FILE *stream,
                            al_export_result *result, al_error *err);
al_status al_export_buffer (al_store *store, const al_query *query,
                            const al_export_options *options, al_buffer *out,
                            al_export_result *result, al_error *err);

#endif
