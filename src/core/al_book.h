/*
** al_book.h - a workbook for Excel out of rows.
**
** The core takes every decision: limits, sheets, kinds, widths, charts. What
** writes the file is a library of its own behind a table of functions, which
** the module activitylog.xlsx provides; so the core is built and used without.
**
**   open ─► style ... ─► add_sheet ─► text/number/formula ... ─► end_sheet
**                            ▲                                     │
**                            └──────────── next sheet ─────────────┤
**                                             chart ─► finish ─► close
*/
#ifndef AL_BOOK_H
#define AL_BOOK_H

#include <stdint.h>

#include "al_output.h"
#include "al_rows.h"
#include "al_sheet.h"

/* Columns of a sheet (support.microsoft.com, "Excel specifications and limits");
** its rows and the length of its cells are in al_excel.h. */
#define AL_BOOK_COLUMNS 16384

/* Each sheet keeps a file open until the workbook is finished. */
#define AL_BOOK_SHEETS 250

/* What a cell looks like: the sum of these. */
enum {
  AL_LOOK_TITLE = 1, /* of the first row */
  AL_LOOK_LINK = 2,
  AL_LOOK_NUMBER = 4,
  AL_LOOK_SUM = 8
};

/* Where a cell stands, counted from 0, and its style. */
typedef struct {
  uint32_t row;
  uint16_t column;
  void *style; /* NULL: none */
} al_book_place;

/* What a sheet is besides its cells. */
typedef struct {
  uint16_t ncolumns;
  const double *width; /* of each column, in characters */
  uint32_t last_row;   /* that filters go through; the first one has titles */
} al_book_frame;

typedef enum { AL_CHART_COLUMNS, AL_CHART_BARS, AL_CHART_LINES } al_chart_kind;

/* A chart of columns of numbers in the sheet, one a series; what the numbers
** are of stands in the first column. */
typedef struct {
  al_chart_kind kind;
  uint16_t first, nseries; /* columns */
  uint32_t last_row;       /* the first is 1 */
  uint32_t row;            /* to stand at */
  uint16_t column;
} al_book_chart;

typedef struct al_workbook al_workbook; /* the library's */

/* The functions that the core writes a workbook by. They print nothing, and
** need what is passed to hold the limits of Excel. Cells come row by row, in
** the order of columns. Texts end in NUL. */
#define AL_BOOK_LIBRARY_VERSION 1
typedef struct {
  int version; /* of this struct */
  /* On failure *out is NULL. */
  al_status (*open)(al_workbook **out, al_error *err);
  void (*close)(al_workbook *book);
  /* 'number_format' is Excel's; NULL for none. The book owns the style. */
  al_status (*style)(al_workbook *book, unsigned look,
                     const char *number_format, void **style, al_error *err);
  al_status (*add_sheet)(al_workbook *book, const char *name, al_error *err);
  al_status (*text)(al_workbook *book, const al_book_place *place,
                    const char *text, al_error *err);
  al_status (*number)(al_workbook *book, const al_book_place *place,
                      double number, al_error *err);
  al_status (*formula)(al_workbook *book, const al_book_place *place,
                       const char *formula, const char *result, al_error *err);
  /* No more cells come to the sheet. */
  al_status (*end_sheet)(al_workbook *book, const al_book_frame *frame,
                         al_error *err);
  /* On the last sheet, which has ended. */
  al_status (*chart)(al_workbook *book, const al_book_chart *chart,
                     al_error *err);
  /* The workbook is whole, and was proved to be: *fd reads it from the start,
  ** and is the book's. */
  al_status (*finish)(al_workbook *book, int *fd, al_error *err);
} al_book_library;

typedef struct {
  const al_book_library *library; /* NULL: there is none */
  al_text load_error; /* why there is none although it is installed */
  al_text sheet;      /* the name of the first sheet */
  size_t max_cell;    /* UTF-16 code units of a cell; 0: as many as Excel has */
  int64_t max_rows;   /* of a sheet, the titles' included; 0: likewise */
} al_book_options;

/* Write all rows to a target (al_output_run says how), as one file. What does
** not fit into a sheet goes on in the next one, which begins with the titles.
** 'counts', 'bytes' and 'files' say, also on failure, what came so far.
** AL_UNSUPPORTED without a library. */
al_status al_book_make (const al_target *target, const al_rows *rows,
                        const al_book_options *options, al_sheet_counts *counts,
                        int64_t *bytes, int64_t *files, al_error *err);

#endif
