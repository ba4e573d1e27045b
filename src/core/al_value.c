/*
** al_value.c - the JSON that a record's old and new value hold as text.
**
** Whether a string holds JSON shows only at its end, so such a string is
** parsed twice: to find out, and for its events. All others, which is nearly
** all of them, are parsed once.
*/
#include "al_value.h"

/* Only a string can hold another document. */
static int is_string (al_text text) {
  size_t i = 0;
  while (i < text.len && (text.data[i] == ' ' || text.data[i] == '\t' ||
                          text.data[i] == '\n' || text.data[i] == '\r'))
    i++;
  return i < text.len && text.data[i] == '"';
}

static al_status keep_string (void *context, al_json_event event, al_text text,
                              al_error *err) {
  (void)event;
  return al_buffer_append(context, text.data, text.len, err);
}

static al_status pass_over (void *context, al_json_event event, al_text text,
                            al_error *err) {
  (void)context, (void)event, (void)text, (void)err;
  return AL_OK;
}

/* Put what a string holds into 'out'; AL_SYNTAX when that is no JSON. */
static al_status unwrap_once (al_buffer *out, al_text string, al_error *err) {
  al_buffer_clear(out);
  if (al_json_parse(string, keep_string, out, err) != AL_OK)
    return err->status;
  return al_json_parse(al_buffer_text(out), pass_over, NULL, err);
}

al_status al_value_unwrap (al_text value, al_buffer *out, al_text *document,
                           al_error *err) {
  al_status status = AL_OK;
  al_buffer next;
  int n;
  *document = value;
  al_buffer_clear(out);
  al_buffer_init(&next);
  for (n = 0; n < AL_VALUE_UNWRAP_MAX && is_string(*document); n++) {
    al_buffer done = *out;
    status = unwrap_once(&next, *document, err);
    if (status != AL_OK)
      break;
    *out = next;
    next = done;
    *document = al_buffer_text(out);
  }
  al_buffer_close(&next);
  return status == AL_NOMEM ? AL_NOMEM : AL_OK;
}

al_status al_value_parse (al_text value, al_json_handler handler, void *context,
                          al_error *err) {
  al_buffer text;
  al_text document;
  al_status status;
  al_buffer_init(&text);
  status = al_value_unwrap(value, &text, &document, err);
  if (status == AL_OK)
    status = al_json_parse(document, handler, context, err);
  al_buffer_close(&text);
  return status;
}

al_text al_value_scalar (al_json_event event, al_text text) {
  switch (event) {
  case AL_JSON_TRUE:
    return AL_TEXT("true");
  case AL_JSON_FALSE:
    return AL_TEXT("false");
  case AL_JSON_STRING:
  case AL_JSON_NUMBER:
    return text;
  default:
    return AL_TEXT_MISSING;
  }
}

int al_value_key_is (al_text key, const char *name) {
  size_t i = 0;
  for (; *name != '\0'; name++) {
    if (*name == '_')
      continue;
    if (i == key.len || al_lower(key.data[i]) != *name)
      return 0;
    i++;
  }
  return i == key.len;
}
