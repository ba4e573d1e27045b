/*
** al_text.h - a piece of text that somebody else owns.
**
** Any byte may stand in it, zero included, and it need not end in NUL. A text
** whose data is NULL is missing, which is not the same as empty.
*/
#ifndef AL_TEXT_H
#define AL_TEXT_H

#include <stddef.h>
#include <string.h>

typedef struct {
  const char *data; /* NULL: missing */
  size_t len;       /* in bytes */
} al_text;

#define AL_TEXT_MISSING ((al_text){NULL, 0})
/* Of a string literal. */
#define AL_TEXT(literal) ((al_text){(literal), sizeof(literal) - 1})

static inline al_text al_text_from (const char *data, size_t len) {
  al_text text = {data, len};
  return text;
}

/* Same bytes; two missing texts are equal, a missing and an empty one are not.
*/
static inline int al_text_equal (al_text a, al_text b) {
  if (a.data == NULL || b.data == NULL)
    return a.data == b.data;
  return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

#endif
