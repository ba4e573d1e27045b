/*
** al_buffer.c - bytes that grow.
*/
#include "al_buffer.h"

#include <stdint.h>
#include <stdlib.h>

#define FIRST_CAP   256
#define FIRST_ARRAY 16

void al_buffer_init (al_buffer *buffer) {
  buffer->data = NULL;
  buffer->len = 0;
  buffer->cap = 0;
}

void al_buffer_close (al_buffer *buffer) {
  free(buffer->data);
  al_buffer_init(buffer);
}

al_status al_buffer_grow (al_buffer *buffer, size_t more, al_error *err) {
  size_t cap = buffer->cap != 0 ? buffer->cap : FIRST_CAP;
  char *data;
  if (more > SIZE_MAX / 2 - buffer->len)
    return al_fail_nomem(err);
  while (cap < buffer->len + more)
    cap *= 2;
  data = realloc(buffer->data, cap);
  if (data == NULL)
    return al_fail_nomem(err);
  buffer->data = data;
  buffer->cap = cap;
  return AL_OK;
}

void *al_array_grow (void *array, size_t *cap, size_t size, al_error *err) {
  size_t grown = *cap != 0 ? *cap * 2 : FIRST_ARRAY;
  void *moved = grown > SIZE_MAX / size ? NULL : realloc(array, grown * size);
  if (moved == NULL)
    al_fail_nomem(err);
  else
    *cap = grown;
  return moved;
}
