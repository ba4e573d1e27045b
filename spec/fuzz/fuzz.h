/*
** fuzz.h - what the fuzz targets share.
**
** A target is one function that libFuzzer calls with whatever bytes it thinks
** of; what must hold of them all is NEEDed. spec/c/fuzz_test.c calls it too,
** with the fixtures and with what becomes of them when a few bytes change.
*/
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "al_text.h"

#define NEED(condition)                                                        \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);  \
      abort();                                                                 \
    }                                                                          \
  } while (0)

/* The input as a text; an empty one is not missing. */
static inline al_text fuzz_text (const uint8_t *data, size_t size) {
  return al_text_from(size > 0 ? (const char *)data : "", size);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#endif
