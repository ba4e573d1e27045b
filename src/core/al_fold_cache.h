/*
** al_fold_cache.h - folded forms of texts that come again and again, like the
** names of customers.
*/
#ifndef AL_FOLD_CACHE_H
#define AL_FOLD_CACHE_H

#include <stdint.h>

#include "al_buffer.h"

/* Zero it to begin. It holds at most about AL_FOLD_CACHE_BYTES, and begins anew
** when these are full. */
#define AL_FOLD_CACHE_BYTES (512 * 1024)
#define AL_FOLD_CACHE_SLOTS 16384

typedef struct {
  al_buffer kept; /* entries: lengths, a text and its folded form */
  uint32_t slot[AL_FOLD_CACHE_SLOTS]; /* place of an entry + 1; 0: none */
} al_fold_cache;

void al_fold_cache_close (al_fold_cache *cache);

/* What al_fold (al_fold.h) does. */
al_status al_fold_cache_append (al_fold_cache *cache, al_buffer *out,
                                al_text text, al_error *err);

#endif
