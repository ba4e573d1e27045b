/*
** al_content.h - a record on its way into a log, with all that the log keeps
** beside its fields.
**
** Making one is the costly half of putting a record, and needs no log: so it
** can be done while another thread writes. What costs most is left to whoever
** of the two has time for it.
*/
#ifndef AL_CONTENT_H
#define AL_CONTENT_H

#include "al_fold_cache.h"
#include "al_record.h"

typedef struct {
  al_record record; /* its text is borrowed */
  uint8_t identity[AL_IDENTITY_BYTES];
  /* Of the customer (al_fold.h); missing where lower case of A to Z is all that
  ** folding does, as in most names: SQL can do that itself. */
  al_text folded_name;
  al_text customer;     /* al_customer_key of the customer_id, or missing */
  int customer_is_guid; /* of a customer */
  int complete;         /* what follows is made */
  int secret;           /* values stand under secret keys */
  uint8_t digest[AL_DIGEST_BYTES];
} al_content;

/* Make the content of a record, whose text it borrows, but for what
** al_content_complete does. What is folded lies in 'folded', which is cleared
** first; names come from the cache. */
al_status al_content_make (al_content *out, const al_record *record,
                           al_fold_cache *names, al_buffer *folded,
                           al_error *err);

/* Make what is left, unless that was done. */
al_status al_content_complete (al_content *content, al_error *err);

/* The bytes of all its text. */
size_t al_content_bytes (const al_content *content);

/* Copy a content and its text, which goes to 'text': al_content_bytes of room
** are needed there. Returns what is behind it. */
char *al_content_copy (al_content *out, const al_content *content, char *text);

#endif
