/*
** al_buffer.h - bytes that grow.
**
** A buffer is a plain struct: init it (or zero it), close it. Growing doubles,
** so that appending costs the same however long the buffer is; clearing keeps
** the memory for the next record.
*/
#ifndef AL_BUFFER_H
#define AL_BUFFER_H

#include "al_error.h"
#include "al_text.h"

typedef struct {
  char *data; /* owned; NULL while cap is 0 */
  size_t len; /* bytes in use */
  size_t cap; /* bytes allocated */
} al_buffer;

void al_buffer_init (al_buffer *buffer);
void al_buffer_close (al_buffer *buffer);

/* Empty the buffer and keep its memory. */
static inline void al_buffer_clear (al_buffer *buffer) {
  buffer->len = 0;
}

/* The part of al_buffer_reserve that is rare. */
al_status al_buffer_grow (al_buffer *buffer, size_t more, al_error *err);

/* Make room for 'more' bytes behind the ones in use. On AL_NOMEM the buffer is
** as it was. */
static inline al_status al_buffer_reserve (al_buffer *buffer, size_t more,
                                           al_error *err) {
  return more <= buffer->cap - buffer->len ? AL_OK
                                           : al_buffer_grow(buffer, more, err);
}

static inline al_status al_buffer_append (al_buffer *buffer, const char *data,
                                          size_t len, al_error *err) {
  if (len == 0)
    return AL_OK;
  if (al_buffer_reserve(buffer, len, err) != AL_OK)
    return err->status;
  memcpy(buffer->data + buffer->len, data, len);
  buffer->len += len;
  return AL_OK;
}

static inline al_status
al_buffer_append_string (al_buffer *buffer, const char *string, al_error *err) {
  return al_buffer_append(buffer, string, strlen(string), err);
}

static inline al_status al_buffer_append_char (al_buffer *buffer, char c,
                                               al_error *err) {
  if (al_buffer_reserve(buffer, 1, err) != AL_OK)
    return err->status;
  buffer->data[buffer->len++] = c;
  return AL_OK;
}

/* Make room for another element of 'size' bytes in an array of *cap of them,
** all in use: it doubles. Returns the array, which may have moved, or NULL on
** AL_NOMEM, and then the old one is as it was. */
void *al_array_grow (void *array, size_t *cap, size_t size, al_error *err);

/* What is in the buffer; dies with the next call that changes it. Never
** missing: an empty buffer is an empty text. */
static inline al_text al_buffer_text (const al_buffer *buffer) {
  return al_text_from(buffer->data != NULL ? buffer->data : "", buffer->len);
}

#endif
