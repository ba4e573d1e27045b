/*
** al_import.h - everything a source holds, into a log: all of it or nothing.
*/
#ifndef AL_IMPORT_H
#define AL_IMPORT_H

#include <stdint.h>
#include <stdio.h>

#include "al_progress.h"
#include "al_read_csv.h"
#include "al_store.h"

/* Bytes from somewhere. 'read' fills at most 'size' bytes of 'buffer' and sets
** *n; 0 is the end. */
typedef struct {
  al_status (*read)(void *context, char *buffer, size_t size, size_t *n,
                    al_error *err);
  void *context;
  int64_t bytes; /* in all; -1 when nobody knows, as with a pipe */
} al_source;

/* A text in memory; 'text' is what is left of it and changes. */
al_source al_source_text (al_text *text);

/* An open stream, from where it is. It is not closed. */
al_source al_source_stream (FILE *stream);

/* The titles of CSV columns besides the fields' names, asked for when the source
** is CSV: there are many, in all languages. What is given has to live until the
** import ends, which a failure ends. 'call' is NULL when there are none. */
typedef struct {
  al_status (*call)(void *context, const al_csv_title **titles, size_t *ntitles,
                    al_error *err);
  void *context;
} al_import_titles;

typedef struct {
  const char *name; /* of the source, in messages and in the log */
  al_time now;      /* when the import happens */
  al_import_titles titles;
  al_progress progress; /* of bytes, about every MiB and at the end */
} al_import_options;

/* Import a source, told by its content: JSON (al_read_json.h) when the first
** thing in it is a bracket or a brace, else CSV (al_read_csv.h). The log is as
** it was after any failure; those of the input begin with the source's name. */
al_status al_import (al_store *store, const al_source *source,
                     const al_import_options *options, al_import_counts *counts,
                     al_error *err);

/* The same from an open stream, from where it is; it is not closed. AL_FOREIGN
** when it is the log itself. */
al_status al_import_stream (al_store *store, FILE *stream,
                            const al_import_options *options,
                            al_import_counts *counts, al_error *err);

/* The same from a file. */
al_status al_import_file (al_store *store, const char *path,
                          const al_import_options *options,
                          al_import_counts *counts, al_error *err);

#endif
