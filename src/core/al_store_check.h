/*
** al_store_check.h - an import and its contents, against its digest.
*/
#ifndef AL_STORE_CHECK_H
#define AL_STORE_CHECK_H

#include "al_store_contents.h"

/* Who is told of what was found right; all of it is borrowed. */
typedef struct {
  al_status (*content)(void *context, const al_checked_content *content,
                       al_error *err);
  al_status (*import)(void *context, const al_chain_import *import,
                      const uint8_t digest[AL_DIGEST_BYTES], al_error *err);
  al_status (*purge)(void *context, const al_chain_purge *purge,
                     const uint8_t digest[AL_DIGEST_BYTES], al_error *err);
  void *context;
} al_visitor;

typedef struct {
  al_store *store;       /* borrowed */
  al_contents *contents; /* borrowed; from the first one of the import on */
  uint8_t previous[AL_DIGEST_BYTES]; /* of the entry before */
  al_progress progress;              /* of contents */
  int64_t done, total;
  const al_visitor *visitor; /* of contents alone; borrowed; NULL: none */
} al_check;

/* Set 'contents' and 'previous' then. */
void al_check_init (al_check *check, al_store *store,
                    const al_progress *progress);

/* Take the import's contents and check them and it. AL_CORRUPT names the record
** or the import that was altered, removed, added by hand or put in another
** order. */
al_status al_check_import (al_check *check, const al_chain_import *import,
                           const uint8_t digest[AL_DIGEST_BYTES],
                           al_error *err);

#endif
