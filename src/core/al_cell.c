/*
** al_cell.c - the cells of a report.
*/
#include "al_cell.h"

#include "al_store.h"

static al_status append_date (al_buffer *out, const al_piece *piece,
                              al_text date, al_error *err) {
  al_civil civil;
  int32_t offset = 0;
  if (!al_civil_read_fixed(&civil, date))
    return al_fail(err, AL_CORRUPT,
                   "a record's operation_date is not in its fixed form");
  if (!al_zone_is_utc(piece->zone)) {
    al_time time = al_time_from_civil(&civil);
    offset = al_zone_offset(piece->zone, time);
    al_time_to_civil(&civil, al_time_shift(time, offset));
  }
  return al_civil_format(out, piece->text.data, piece->text.len, &civil, offset,
                         err);
}

static al_status append_piece (al_buffer *out, const al_piece *piece,
                               const al_record *record, al_cell_state *state,
                               al_error *err) {
  al_text value = record->field[piece->field];
  switch (piece->kind) {
  case AL_PIECE_TEXT:
    return al_buffer_append(out, piece->text.data, piece->text.len, err);
  case AL_PIECE_FIELD:
    return al_buffer_append(out, value.data, value.len, err);
  case AL_PIECE_LABEL:
    return al_label_append_of(out, &piece->labels, value, err);
  case AL_PIECE_DATE:
    return append_date(out, piece, value, err);
  case AL_PIECE_DETAIL:
    return al_detail_append(out, piece->detail, record, &state->details, err);
  case AL_PIECE_PAIR:
    return al_detail_append_pair(out, piece->text, record, err);
  case AL_PIECE_CHANGE:
    return al_change_append(out, piece->text, record, &state->changes, err);
  case AL_PIECE_LINE_ITEM:
    value = state->item->field[piece->item_field];
    return al_buffer_append(out, value.data, value.len, err);
  }
  return AL_OK;
}

int al_column_has_item (const al_column *column) {
  size_t i;
  for (i = 0; i < column->npieces; i++)
    if (column->pieces[i].kind == AL_PIECE_LINE_ITEM)
      return 1;
  return 0;
}

int al_column_is_field (const al_column *column) {
  return column->npieces == 1 && column->pieces[0].kind == AL_PIECE_FIELD &&
         !column->guard && !column->function;
}

/* A cell that is one field alone needs no copy. Returns 1 when this is one. */
static int whole_field (const al_column *column, const al_record *record,
                        const al_cell_state *state, al_text *out) {
  const al_piece *piece = column->pieces;
  if (column->npieces != 1)
    return 0;
  if (piece->kind == AL_PIECE_FIELD)
    *out = record->field[piece->field];
  else if (piece->kind == AL_PIECE_LINE_ITEM)
    *out = state->item->field[piece->item_field];
  else
    return 0;
  return 1;
}

static al_cell_kind kind_of (const al_column *column) {
  if (column->guard)
    return AL_CELL_LINK;
  if (column->time_format.data != NULL)
    return AL_CELL_TIME;
  if (column->npieces == 1 && column->pieces[0].kind == AL_PIECE_LINE_ITEM &&
      al_line_item_field_is_number(column->pieces[0].item_field))
    return AL_CELL_NUMBER;
  return AL_CELL_TEXT;
}

al_status al_cell (const al_layout *layout, size_t column,
                   const al_record *record, al_cell_state *state, al_text *out,
                   al_cell_kind *kind, al_error *err) {
  const al_column *c = &layout->columns[column];
  size_t i;
  *out = AL_TEXT_MISSING;
  *kind = kind_of(c);
  if (c->guard && !al_guid_valid(record->field[AL_CUSTOMER_ID]))
    return AL_OK;
  if (whole_field(c, record, state, out))
    return AL_OK;
  al_buffer_clear(&state->text);
  if (c->function && layout->value(layout->context, column, record,
                                   &state->text, kind, err) != AL_OK)
    return err->status;
  for (i = 0; i < c->npieces; i++)
    if (append_piece(&state->text, &c->pieces[i], record, state, err) != AL_OK)
      return err->status;
  if (state->text.len > 0) /* an empty cell has nothing to quote */
    *out = al_buffer_text(&state->text);
  return AL_OK;
}

void al_cell_state_close (al_cell_state *state) {
  al_buffer_close(&state->text);
  al_detail_close(&state->details);
  al_change_state_close(&state->changes);
}

static unsigned piece_fields (const al_piece *piece) {
  switch (piece->kind) {
  case AL_PIECE_TEXT:
    return 0;
  case AL_PIECE_DETAIL:
    return AL_FIELD_BIT(AL_RESOURCE_NEW_VALUE) |
           AL_FIELD_BIT(AL_CUSTOMIZED_DATA) | AL_FIELD_BIT(AL_OPERATION_TYPE);
  case AL_PIECE_PAIR:
    return AL_FIELD_BIT(AL_CUSTOMIZED_DATA);
  case AL_PIECE_CHANGE:
    return AL_FIELD_BIT(AL_RESOURCE_OLD_VALUE) |
           AL_FIELD_BIT(AL_RESOURCE_NEW_VALUE);
  case AL_PIECE_LINE_ITEM:
    return AL_FIELD_BIT(AL_RESOURCE_NEW_VALUE) |
           AL_FIELD_BIT(AL_CUSTOMIZED_DATA);
  default:
    return AL_FIELD_BIT(piece->field);
  }
}

unsigned al_layout_fields (const al_layout *layout) {
  unsigned fields = 0;
  size_t i, k;
  for (i = 0; i < layout->ncolumns; i++) {
    const al_column *column = &layout->columns[i];
    if (column->function) /* with what tells the record where it fails */
      fields |= column->fields | AL_FIELD_BIT(AL_ID) |
                AL_FIELD_BIT(AL_OPERATION_DATE);
    if (column->guard)
      fields |= AL_FIELD_BIT(AL_CUSTOMER_ID);
    for (k = 0; k < column->npieces; k++)
      fields |= piece_fields(&column->pieces[k]);
  }
  return fields;
}
