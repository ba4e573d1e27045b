/*
** al_key_set.h - the keys of the objects that are open, to find one that comes
** twice.
**
** Objects open and close like brackets; closing one forgets its keys. Finding
** costs the same however many keys an object has, so that an object made of
** a million keys is only long, not slow.
*/
#ifndef AL_KEY_SET_H
#define AL_KEY_SET_H

#include <stdint.h>

#include "al_buffer.h"

typedef struct {
  uint64_t hash;
  size_t start, len; /* of the key in 'text' */
  uint32_t object;   /* depth of the object it belongs to */
  uint32_t next;     /* entry + 1 of the same bucket; 0 ends the chain */
} al_key_entry;

typedef struct {
  al_buffer text;        /* the keys, one behind the other */
  al_key_entry *entries; /* a stack: the innermost object's keys on top */
  uint32_t nentries, entries_cap;
  uint32_t *buckets; /* entry + 1 of the newest of each chain */
  uint32_t nbuckets; /* a power of two, or 0 */
} al_key_set;

void al_key_set_init (al_key_set *set);
void al_key_set_close (al_key_set *set);

/* Add a key of the object at depth 'object'. *known tells whether that object
** has it already. */
al_status al_key_set_add (al_key_set *set, uint32_t object, al_text key,
                          int *known, al_error *err);

/* Forget the keys of the objects at depth 'object' and deeper. */
void al_key_set_drop (al_key_set *set, uint32_t object);

#endif
