/*
** al_record_json.c - a record as the API writes it, for JSON Lines.
*/
#include "al_record_json.h"

#include "al_json.h"

static al_status append_member (al_buffer *out, al_field field, al_text value,
                                char before, al_error *err) {
  const char *name = al_field_api_name(field);
  if (al_buffer_append_char(out, before, err) != AL_OK ||
      al_json_write_string(out, al_text_from(name, strlen(name)), err) !=
          AL_OK ||
      al_buffer_append_char(out, ':', err) != AL_OK)
    return err->status;
  return al_field_is_json(field)
             ? al_buffer_append(out, value.data, value.len, err)
             : al_json_write_string(out, value, err);
}

al_status al_record_json (al_buffer *out, const al_record *record,
                          al_error *err) {
  al_text other = record->field[AL_OTHER];
  char before = '{';
  int field;
  for (field = 0; field < AL_NFIELDS; field++) {
    if (field == AL_OTHER || record->field[field].data == NULL)
      continue;
    if (append_member(out, (al_field)field, record->field[field], before,
                      err) != AL_OK)
      return err->status;
    before = ',';
  }
  if (other.len > 2) { /* its members, without its braces */
    if (al_buffer_append_char(out, before, err) != AL_OK ||
        al_buffer_append(out, other.data + 1, other.len - 2, err) != AL_OK)
      return err->status;
  }
  return al_buffer_append_char(out, '}', err);
}
