/*
** al_export.h - the records of a log as a report: CSV or a workbook by a
** layout, or JSON Lines.
*/
#ifndef AL_EXPORT_H
#define AL_EXPORT_H

#include <stdint.h>

#include "al_book.h"
#include "al_cell.h"
#include "al_sheet.h"
#include "al_store.h"

typedef enum {
  AL_FORMAT_CSV,
  AL_FORMAT_JSON_LINES,
  AL_FORMAT_WORKBOOK
} al_format;

typedef struct {
  al_format format;
  const al_layout *layout; /* none of JSON Lines, which has every field */
  al_sheet_options sheet;  /* of CSV */
  al_book_options book;    /* of a workbook */
} al_export_options;

typedef struct {
  int64_t records; /* that were read */
  int64_t rows;    /* written, without the titles' */
  int64_t bytes;
  int64_t cut_cells;
  int64_t defused_cells;
  int64_t redacted; /* records with values masked */
  int64_t files;    /* written; see al_part_path */
} al_export_result;

/* Write the records of the query in the target's store to the target
** (al_output_run says how). The query's fields are set here. */
al_status al_export (const al_target *target, const al_query *query,
                     const al_export_options *options, al_export_result *result,
                     al_error *err);

/* The rows that a layout makes of the records of a query, for whatever is to
** become of them. The query's fields are set here. */
al_status al_export_rows (al_store *store, const al_query *query,
                          const al_layout *layout,
                          const al_rows_visitor *visitor, al_error *err);

#endif
