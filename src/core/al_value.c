/*
** al_value.c - the JSON that a record's old and new value hold as text.
**
** Whether a string holds JSON shows only at its end, so such a string is
** parsed twice: to find out, and for its events. All others, which is nearly
** all of them, are parsed once.
*/
#include "al_value.h"

#include "al_utf8.h"

char al_value_first (al_text text) {
  static const char SKIPPED[] = " \t\r\n" AL_BOM;
  size_t i = 0;
  while (i < text.len &&
         memchr(SKIPPED, text.data[i], sizeof SKIPPED - 1) != NULL)
    i++;
  return i < text.len ? text.data[i] : '\0';
}

/* Only a string can hold another document. */
static int is_string (al_text text) {
  return al_value_first(text) == '"';
}

static int is_container (al_text text) {
  char first = al_value_first(text);
  return first == '{' || first == '[';
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

al_status al_value_open (al_text string, al_buffer *out, al_text *document,
                         al_error *err) {
  al_text inner;
  *document = AL_TEXT_MISSING;
  if (!is_container(string) && !is_string(string))
    return AL_OK;
  if (al_value_unwrap(string, out, &inner, err) != AL_OK)
    return err->status;
  if (!is_container(inner))
    return AL_OK;
  if (al_json_parse(inner, pass_over, NULL, err) == AL_OK)
    *document = inner;
  else if (err->status == AL_NOMEM)
    return AL_NOMEM;
  return AL_OK;
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

/* Most keys differ in their first letter, which is no underscore in a name. */
int al_value_key_is (al_text key, const char *name) {
  if (key.len > 0 && key.data[0] != '_' && al_lower(key.data[0]) != *name)
    return 0;
  return al_value_same_key(key, al_text_from(name, strlen(name)));
}

int al_value_same_key (al_text a, al_text b) {
  size_t i = 0, k = 0;
  for (;;) {
    while (i < a.len && a.data[i] == '_')
      i++;
    while (k < b.len && b.data[k] == '_')
      k++;
    if (i == a.len || k == b.len)
      return i == a.len && k == b.len;
    if (al_lower(a.data[i++]) != al_lower(b.data[k++]))
      return 0;
  }
}

al_text al_value_key_stem (al_text key) {
  size_t i = key.len;
  while (i > 0 && key.data[i - 1] >= '0' && key.data[i - 1] <= '9')
    i--;
  if (i > 1 && i < key.len && key.data[i - 1] == '-')
    key.len = i - 1;
  return key;
}
