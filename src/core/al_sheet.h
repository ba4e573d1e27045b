/*
** al_sheet.h - CSV out of rows: titles, what Excel needs, parts, counts.
*/
#ifndef AL_SHEET_H
#define AL_SHEET_H

#include <stdint.h>

#include "al_output.h"
#include "al_rows.h"

typedef struct {
  const char *newline; /* "\r\n" or "\n" */
  char separator;
  int bom;          /* begin with a UTF-8 byte order mark */
  int defuse;       /* al_excel.h */
  size_t max_cell;  /* UTF-16 code units of a cell; 0: any number */
  int64_t max_rows; /* of a part, the titles' included; 0: any number */
} al_sheet_options;

typedef struct {
  int64_t rows;          /* without the titles' */
  int64_t cut_cells;     /* written, so a shared cell counts in each row */
  int64_t defused_cells; /* likewise */
} al_sheet_counts;

/* Write all rows to a target (al_output_run says how). Where it is a path, more
** than fit into a part go on in the next one, each of which begins with the
** mark and the titles; else they are AL_LIMIT. 'counts', 'bytes' and 'files'
** say, also on failure, what came so far. */
al_status al_sheet_make (const al_target *target, const al_rows *rows,
                         const al_sheet_options *options,
                         al_sheet_counts *counts, int64_t *bytes,
                         int64_t *files, al_error *err);

#endif
