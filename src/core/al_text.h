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

/* The order of their bytes, for qsort: less than, equal to or greater than 0.
** Neither is missing; of two that begin alike the shorter one is less. */
static inline int al_text_compare (al_text a, al_text b) {
  int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);
  return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* A to Z in lower case, in any locale; every other byte as it is. */
static inline char al_lower (char c) {
  return (char)(c + (((unsigned char)(c - 'A') < 26) << 5)); /* no branch */
}

/* The value of a hex digit of either case, or -1. */
static inline int al_hex_value (char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  c = al_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
