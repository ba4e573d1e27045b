/*
** al_json_plain.h - JSON documents that are plain and whole, taken apart at
** once.
**
** It is most of what comes, and takes half of the time that yajl needs for
** it. What is odd, wrong or cut off is left to yajl, which tells what is wrong
** and where.
*/
#ifndef AL_JSON_PLAIN_H
#define AL_JSON_PLAIN_H

#include <stddef.h>

#include "al_json.h"

static inline int al_json_is_space (char c) {
  return (unsigned char)c <= ' ' &&
         (c == ' ' || c == '\t' || c == '\n' || c == '\r');
}

typedef struct {
  al_json_event event;
  int escaped;     /* of a string or key: there are backslashes in it */
  al_text text;    /* as it stands there, without quotes; or missing */
  const char *end; /* of the token */
} al_json_token;

/* Zero it to begin. */
typedef struct {
  al_json_token *token; /* owned */
  size_t n, cap;
} al_json_tokens;

void al_json_tokens_close (al_json_tokens *tokens);

/* Take apart the object or array that the text begins with. Returns its length,
** or 0 when yajl has to look at it: it is neither, not whole, not valid, of very
** many parts or levels, has an escape by number, or memory for its tokens ran
** out. Whether a key stands twice is not looked at, nor whether it is UTF-8. */
size_t al_json_plain_take (al_json_tokens *tokens, al_text text);

/* Append what the text of an escaped token stands for. */
al_status al_json_plain_decode (al_buffer *out, al_text text, al_error *err);

/* How many bytes of the text stand in a string as they are: up to the first
** quote, backslash or byte below 0x20. */
size_t al_json_plain_len (const char *text, size_t len);

#endif
