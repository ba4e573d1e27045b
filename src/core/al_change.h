/*
** al_change.h - what changed between a record's old and new value.
**
** Only scalars have changes: strings, numbers, true and false. Null is as good
** as missing, and so is an empty text, as it tells a reader no more. Both
** values must be JSON objects; a record that has only one of them, or other
** text, tells nothing about a change.
*/
#ifndef AL_CHANGE_H
#define AL_CHANGE_H

#include "al_buffer.h"
#include "al_record.h"

/* Memory that al_change_append uses again for the next record. Zero it; close
** it. */
typedef struct {
  al_buffer document;      /* a value taken out of the strings around it */
  al_buffer string, inner; /* one on the path, and the document it holds */
  al_buffer before, after; /* what was found */
} al_change_state;

void al_change_state_close (al_change_state *state);

/* Append what changed at 'path': "10 → 25"; "→ 25" where the old value lacks
** it; "10 →" where the new one does; nothing where both have the same.
**
** A path is names of members from the top and positions in arrays from 1,
** joined by dots ("LineItems.1.Quantity"). Names are compared without case and
** underscores; of several that are alike the first counts. JSON objects and
** arrays inside of strings are part of the document. Only AL_NOMEM fails. */
al_status al_change_append (al_buffer *out, al_text path,
                            const al_record *record, al_change_state *state,
                            al_error *err);

#endif
