/*
** al_summary_export.h - summaries as CSV, as workbooks and as JSON Lines.
*/
#ifndef AL_SUMMARY_EXPORT_H
#define AL_SUMMARY_EXPORT_H

#include <stdint.h>

#include "al_book.h"
#include "al_label.h"
#include "al_sheet.h"
#include "al_summary.h"

typedef enum {
  AL_SUMMARY_LIST,      /* a row for each group */
  AL_SUMMARY_PIVOT,     /* a column for each value of the second key */
  AL_SUMMARY_JSON_LINES /* an object for each group; takes no option below */
} al_summary_form;

typedef struct {
  al_summary_form form;
  al_text key_titles[AL_SUMMARY_KEYS_MAX]; /* one for each key */
  al_labels labels[AL_SUMMARY_KEYS_MAX];   /* of operation_type and its like */
  /* titles of a list */
  al_text customer_id; /* behind the key customer */
  al_text count, first, last, customers;
  al_text total;       /* of a pivot's sums */
  size_t max_columns;  /* of a pivot; 0: any number */
  const al_zone *zone; /* of first and last */
  al_text date_format;
  al_text time_format;    /* of first and last in a workbook (al_rows.h) */
  int workbook;           /* in place of CSV */
  al_sheet_options sheet; /* of CSV */
  al_book_options book;   /* of a workbook; its numbers are set here */
} al_summary_options;

typedef struct {
  al_sheet_counts counts;
  int64_t bytes;
  int64_t files; /* written; see al_part_path */
} al_summary_result;

/* Write a summary to a target. A pivot has exactly two keys; AL_LIMIT where it
** would have more columns than it may. */
al_status al_summary_export (const al_summary *summary, const al_target *target,
                             const al_summary_options *options,
                             al_summary_result *result, al_error *err);

/* The rows of a list or a pivot for whatever is to become of them; options as
** of al_summary_export, of which 'sheet' is not looked at. */
al_status al_summary_rows (const al_summary *summary,
                           const al_summary_options *options,
                           const al_rows_visitor *visitor, al_error *err);

/* Append a value of key 'at' as CSV shows it: wire values by their label, all
** else as al_summary_append. */
al_status al_summary_cell (const al_summary *summary, size_t at, uint32_t value,
                           const al_labels *labels, al_buffer *out,
                           al_error *err);

#endif
