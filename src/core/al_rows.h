/*
** al_rows.h - rows of cells, whatever they are made of.
**
** What has rows fills this struct; al_sheet.h makes CSV of it, al_book.h a
** workbook. Rows come one at a time, and the cells of a row in the order of the
** columns, each once.
*/
#ifndef AL_ROWS_H
#define AL_ROWS_H

#include "al_error.h"
#include "al_slice.h"
#include "al_text.h"

typedef enum {
  AL_ROWS_END,  /* there are no more */
  AL_ROWS_NEXT, /* a row of its own */
  AL_ROWS_SAME, /* a further row of the one before: see 'shared' */
  AL_ROWS_SUMS  /* a row of its own, the last: the sums of the others */
} al_rows_step;

/* What a cell is besides its text; CSV has no use for it. */
typedef enum {
  AL_CELL_TEXT,
  AL_CELL_NUMBER, /* the field is a number; what its text says may be none */
  AL_CELL_TIME,   /* AL_TIME_EXCEL of a clock on the wall */
  AL_CELL_LINK    /* a URL in which nothing of a stranger's was unchecked */
} al_cell_kind;

/* Which columns hold what a chart of the rows is to show. */
typedef struct {
  int wanted;
  int by_time;      /* the first column is one of times, in their order */
  size_t first, n;  /* columns of numbers */
  size_t otherwise; /* the column to show in place of too many */
} al_rows_numbers;

typedef struct al_rows {
  size_t ncolumns;
  const al_text *titles; /* one for each column */
  /* The columns whose cell is that of the row before when a step is
  ** AL_ROWS_SAME, and is not asked for again; NULL when no step ever is. */
  const char *shared;
  /* By column, where its cell's text stands in every row, for who has no use
  ** for its kind and wants to save the call; NULL where it has to be asked for.
  ** NULL when all have to. */
  const al_text *const *plain;
  /* How Excel is to show the times of a column, one for each: its number
  ** format. NULL when no cell is AL_CELL_TIME. */
  const al_text *time_formats;
  al_rows_numbers numbers;
  /* Go to the next row, the first one at the first call. Not called again once
  ** it failed or said AL_ROWS_END, but in the next slice. */
  al_status (*next)(void *context, al_rows_step *step, al_error *err);
  /* The cell of a column of this row, counted from 0; missing when empty. It
  ** dies with the next call. */
  al_status (*cell)(void *context, size_t column, al_text *text,
                    al_cell_kind *kind, al_error *err);
  void *context;
  /* The same rows for another thread, or NULL. Then they come in slices, each
  ** from one of the two: 'slice' goes to the next one, and AL_ROWS_END is its
  ** end. It has no more rows than it says. */
  const struct al_rows *twin;
  al_status (*slice)(void *context, al_slice *out, al_error *err);
} al_rows;

/* What is done with rows that somebody else makes, and which die behind it. */
typedef struct {
  al_status (*visit)(void *context, const al_rows *rows, al_error *err);
  void *context;
} al_rows_visitor;

#endif
