/*
** al_mask.h - a document with what nobody should see in it masked.
**
** What stands under a secret name (al_secret.h) is masked, and what rules
** match; so is the value of a pair {"key": "Password", "value": ...}. Strings
** that hold JSON are masked inside.
*/
#ifndef AL_MASK_H
#define AL_MASK_H

#include "al_buffer.h"
#include "al_rules.h"

/* What stands in a report in place of a value that is masked. */
#define AL_MASK "***"

/* What is looked for in a document beside the secrets. */
typedef struct {
  const al_rules *rules; /* NULL: nothing */
  const uint64_t *path;  /* set of the path to the document */
  int pairs;             /* it is the customized_data of a record */
  int whole;             /* every value in it is masked, keys of pairs not */
  int nesting;           /* documents around it, of which it is a string */
} al_mask_scope;

/* Append the document masked. When *masked is 0 nothing had to be, and what was
** appended, if anything, is the document in compact form. Text that is no JSON
** has no members to mask. But broken JSON, such as a value that was cut off,
** may still show a secret, so it is masked whole. Only AL_NOMEM fails. */
al_status al_mask_append (al_buffer *out, al_text document,
                          const al_mask_scope *scope, int *masked,
                          al_error *err);

#endif
