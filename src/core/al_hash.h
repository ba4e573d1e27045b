/*
** al_hash.h - a hash of text for tables in memory. It is kept nowhere, and
** differs between machines.
*/
#ifndef AL_HASH_H
#define AL_HASH_H

#include <stdint.h>

#include "al_text.h"

/* Where texts come from a stranger who may want collisions, 'seed' is something
** that he does not know. All bits of the hash are good. */
uint64_t al_hash (uint64_t seed, al_text text);

#endif
