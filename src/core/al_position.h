/*
** al_position.h - where something stands in an input; both count from 1.
*/
#ifndef AL_POSITION_H
#define AL_POSITION_H

#include <stdint.h>
#include <string.h>

typedef struct {
  int64_t line;
  int64_t byte;
} al_position;

/* The line feeds in a text. */
static inline int64_t al_count_lines (const char *text, size_t len) {
  const char *end = text + len;
  int64_t lines = 0;
  while ((text = memchr(text, '\n', (size_t)(end - text))) != NULL) {
    lines++;
    text++;
  }
  return lines;
}

#endif
