/*
** al_cell.h - the cells of a report: what stands in each column of a record's
** row.
**
** A cell is made of pieces, one behind the other. A layout in Lua is lowered
** to this, so that a report without Lua functions never enters Lua.
*/
#ifndef AL_CELL_H
#define AL_CELL_H

#include "al_change.h"
#include "al_detail.h"
#include "al_label.h"
#include "al_line_item.h"
#include "al_record.h"
#include "al_rows.h"
#include "al_zone.h"

typedef enum {
  AL_PIECE_TEXT,     /* 'text' as it is */
  AL_PIECE_FIELD,    /* a field as it is */
  AL_PIECE_LABEL,    /* a field by 'labels' (al_label.h) */
  AL_PIECE_DATE,     /* operation_date in a zone, by the pattern 'text' */
  AL_PIECE_DETAIL,   /* what al_detail.h reads out of the values */
  AL_PIECE_PAIR,     /* the customized value of the key 'text' */
  AL_PIECE_CHANGE,   /* what changed at the path 'text' (al_change.h) */
  AL_PIECE_LINE_ITEM /* a field of the line item of the row */
} al_piece_kind;

typedef struct {
  al_piece_kind kind;
  al_text text;
  al_field field;
  const al_zone *zone; /* of a date; the caller's */
  al_detail detail;
  al_labels labels; /* the caller's */
  al_item_field item_field;
} al_piece;

typedef struct {
  al_text title;
  const al_piece *pieces;
  size_t npieces;
  int guard; /* empty unless customer_id is a GUID: a link */
  /* Of a column that is a date alone by AL_TIME_EXCEL: Excel's number format
  ** for it (al_rows.h); missing where the date is text. */
  al_text time_format;
  int function;    /* the caller makes the cell (al_layout.value) */
  unsigned fields; /* that the function looks at, as bits */
} al_column;

typedef struct {
  const al_column *columns;
  size_t ncolumns;
  /* Append the cell of a function's column, counted from 0, and set whether it
  ** is a number. */
  al_status (*value)(void *context, size_t column, const al_record *record,
                     al_buffer *out, al_cell_kind *kind, al_error *err);
  void *context;
} al_layout;

/* What making cells needs from row to row; zero it to begin. */
typedef struct {
  const al_line_item *item; /* of the row; the caller's to set */
  al_buffer text;
  al_detail_state details;
  al_change_state changes;
} al_cell_state;

void al_cell_state_close (al_cell_state *state);

/* Whether a column shows a field of the line item, and so has a cell for each
** item of a record; the cells of the other columns are the record's. What else
** such a column shows is read for each item again: no column of ours mixes a
** line item with what has to be parsed. */
int al_column_has_item (const al_column *column);

/* Whether the cell of a column is always one field of the record alone. */
int al_column_is_field (const al_column *column);

/* The cell of a column. It dies with the next one; a cell that is one field
** alone is that field's text, missing where the record or item has none. */
al_status al_cell (const al_layout *layout, size_t column,
                   const al_record *record, al_cell_state *state, al_text *out,
                   al_cell_kind *kind, al_error *err);

/* The fields that a layout needs, as bits (al_store.h). */
unsigned al_layout_fields (const al_layout *layout);

#endif
