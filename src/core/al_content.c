/*
** al_content.c - a record on its way into a log.
*/
#include "al_content.h"

#include "al_redact.h"

static int is_lower_of (al_text folded, al_text name) {
  size_t i;
  if (folded.len != name.len)
    return 0;
  for (i = 0; i < name.len; i++)
    if (folded.data[i] != al_lower(name.data[i]))
      return 0;
  return 1;
}

/* The folded name, and the customer behind it. */
static al_status fold_customer (al_content *content, al_fold_cache *names,
                                al_buffer *folded, al_error *err) {
  al_text name = content->record.field[AL_CUSTOMER_NAME];
  al_text id = content->record.field[AL_CUSTOMER_ID];
  size_t name_len;
  al_buffer_clear(folded);
  if (name.data != NULL &&
      al_fold_cache_append(names, folded, name, err) != AL_OK)
    return err->status;
  name_len = folded->len;
  if (id.data != NULL &&
      al_customer_key(folded, id, &content->customer_is_guid, err) != AL_OK)
    return err->status;
  content->folded_name = content->customer = AL_TEXT_MISSING;
  if (name.data != NULL)
    content->folded_name = al_text_from(al_buffer_text(folded).data, name_len);
  if (is_lower_of(content->folded_name, name))
    content->folded_name = AL_TEXT_MISSING;
  if (id.data != NULL)
    content->customer = al_text_from(al_buffer_text(folded).data + name_len,
                                     folded->len - name_len);
  return AL_OK;
}

al_status al_content_make (al_content *out, const al_record *record,
                           al_fold_cache *names, al_buffer *folded,
                           al_error *err) {
  out->record = *record;
  out->complete = 0;
  al_record_identity(record, out->identity);
  return fold_customer(out, names, folded, err);
}

al_status al_content_complete (al_content *content, al_error *err) {
  if (content->complete)
    return AL_OK;
  if (al_redact_find(&content->record, &content->secret, err) != AL_OK)
    return err->status;
  al_record_digest(&content->record, content->digest);
  content->complete = 1;
  return AL_OK;
}

size_t al_content_bytes (const al_content *content) {
  size_t bytes = content->folded_name.len + content->customer.len;
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
  text = move_text(&out->folded_name, text);
  return move_text(&out->customer, text);
}
