/*
** al_content.c - a record on its way into a log.
*/
#include "al_content.h"

#include "al_fold.h"
#include "al_redact.h"

al_status al_content_make (al_content *out, const al_record *record,
                           al_buffer *folded, al_error *err) {
  al_text name = record->field[AL_CUSTOMER_NAME];
  out->record = *record;
  al_record_identity(record, out->identity);
  al_record_digest(record, out->digest);
  out->folded_name = AL_TEXT_MISSING;
  if (name.data != NULL) {
    al_buffer_clear(folded);
    if (al_fold(folded, name, err) != AL_OK)
      return err->status;
    out->folded_name = al_buffer_text(folded);
  }
  return al_redact_find(record, &out->secret, err);
}

size_t al_content_bytes (const al_content *content) {
  size_t bytes = content->folded_name.len;
  int field;
  for (field = 0; field < AL_NFIELDS; field++)
    bytes += content->record.field[field].len;
  return bytes;
}

/* Let a text, missing or not, lie in 'room'. Returns what is behind it. */
static char *move_text (al_text *text, char *room) {
  if (text->data == NULL)
    return room;
  memcpy(room, text->data, text->len);
  text->data = room;
  return room + text->len;
}

char *al_content_copy (al_content *out, const al_content *content, char *text) {
  int field;
  *out = *content;
  for (field = 0; field < AL_NFIELDS; field++)
    text = move_text(&out->record.field[field], text);
  return move_text(&out->folded_name, text);
}
