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

#define NEED(condition)                                                        \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);  \
      abort();                                                                 \
    }                                                                          \
  } while (0)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#endif
