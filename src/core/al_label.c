/*
** al_label.c - wire values as the portal shows them.
*/
#include "al_label.h"

static char upper (char c) {
  return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

al_status al_label_append (al_buffer *out, al_text wire, al_error *err) {
  size_t i;
  char before = '_';
  if (al_buffer_reserve(out, wire.len, err) != AL_OK)
    return err->status;
  for (i = 0; i < wire.len; i++) {
    char c = wire.data[i];
    if (c == '_')
      out->data[out->len++] = ' ';
    else
      out->data[out->len++] = before == '_' ? upper(c) : c;
    before = c;
  }
  return AL_OK;
}
