/*
** al_cell.c - the cells of a report.
*/
#include "al_cell.h"

#include "al_label.h"
#include "al_store.h"

static al_status append_date (al_buffer *out, const al_piece *piece,
                              al_text date, al_error *err) {
  al_time time;
  if (!al_time_read_fixed(&time, date))
    return al_fail(err, AL_CORRUPT,
                   "a record's operation_date is not in its fixed form");
  return al_time_format(out, piece->text.data, piece->text.len, time,
                        al_zone_offset(piece->zone, time), err);
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
    return value.data != NULL ? al_label_append(out, value, err) : AL_OK;
  case AL_PIECE_DATE:
    return append_date(out, piece, value, err);
  case AL_PIECE_DETAIL:
    return al_detail_append(out, piece->detail, record, &state->details, err);
  }
  return AL_OK;
}

al_status al_cell (const al_layout *layout, size_t column,
                   const al_record *record, al_cell_state *state, al_text *out,
                   al_error *err) {
  const al_column *c = &layout->columns[column];
  size_t i;
  *out = AL_TEXT_MISSING;
  if (c->guard && !al_guid_valid(record->field[AL_CUSTOMER_ID]))
    return AL_OK;
  if (c->npieces == 1 && c->pieces[0].kind == AL_PIECE_FIELD) {
    *out = record->field[c->pieces[0].field];
    return AL_OK;
  }
  al_buffer_clear(&state->text);
  if (c->function && layout->value(layout->context, column, record,
                                   &state->text, err) != AL_OK)
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
}

static unsigned piece_fields (const al_piece *piece) {
  switch (piece->kind) {
  case AL_PIECE_TEXT:
    return 0;
  case AL_PIECE_DETAIL:
    return AL_FIELD_BIT(AL_RESOURCE_NEW_VALUE) |
           AL_FIELD_BIT(AL_CUSTOMIZED_DATA) | AL_FIELD_BIT(AL_OPERATION_TYPE);
  default:
    return AL_FIELD_BIT(piece->field);
  }
}

unsigned al_layout_fields (const al_layout *layout) {
  unsigned fields = 0;
  size_t i, k;
  for (i = 0; i < layout->ncolumns; i++) {
    const al_column *column = &layout->columns[i];
    if (column->function)
      return AL_FIELDS_ALL;
    if (column->guard)
      fields |= AL_FIELD_BIT(AL_CUSTOMER_ID);
    for (k = 0; k < column->npieces; k++)
      fields |= piece_fields(&column->pieces[k]);
  }
  return fields;
}
