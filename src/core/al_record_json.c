/*
** al_record_json.c - a record as the API writes it, for JSON Lines.
*/
#include "al_record_json.h"

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

/* ---- what a log holds ---- */

static al_status take_event (void *context, al_json_event event, al_text text,
                             al_error *err) {
  (void)context;
  (void)event;
  (void)text;
  (void)err;
  return AL_OK;
}

/* An object's braces are cut off, and a comma may come before what is left. */
static int is_open_object (al_text text) {
  return text.len == 2
             ? memcmp(text.data, "{}", 2) == 0
             : text.len > 2 && text.data[0] == '{' && text.data[1] == '"' &&
                   text.data[text.len - 1] == '}';
}

static int has_line_end (al_text text) {
  return memchr(text.data, '\n', text.len) != NULL ||
         memchr(text.data, '\r', text.len) != NULL;
}

/* JSON is copied as it stands in the log, so it has to be JSON of one line. */
static al_status check_json (const al_record *record, al_field field,
                             al_json_tokens *tokens, al_error *err) {
  al_text text = record->field[field];
  if (text.data == NULL)
    return AL_OK;
  if (has_line_end(text) || (field == AL_OTHER && !is_open_object(text)))
    return al_record_fail(record, field, "is no compact JSON", err);
  if (al_json_plain_take(tokens, text) == text.len && text.len > 0)
    return AL_OK; /* nearly all of it, and at half the price */
  if (al_json_parse(text, take_event, NULL, err) == AL_OK)
    return AL_OK;
  return err->status == AL_NOMEM
             ? AL_NOMEM
             : al_record_fail(record, field, "is no compact JSON", err);
}

al_status al_record_json_check (const al_record *record, al_json_tokens *tokens,
                                al_error *err) {
  if (check_json(record, AL_CUSTOMIZED_DATA, tokens, err) != AL_OK)
    return err->status;
  return check_json(record, AL_OTHER, tokens, err);
}
