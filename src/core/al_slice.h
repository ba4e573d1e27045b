/*
** al_slice.h - a slice of the records or rows of a query, in their order.
*/
#ifndef AL_SLICE_H
#define AL_SLICE_H

#include <stdint.h>

typedef struct {
  int64_t number; /* from 0; -1: there is none left */
  int64_t before; /* records in the slices before it */
  int64_t rows; /* records in it; of the last one it may be more than it has */
} al_slice;

#endif
