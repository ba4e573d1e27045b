/*
** al_store_walk.h - a log's chain from entry to entry, each of them proved with
** its contents.
*/
#ifndef AL_STORE_WALK_H
#define AL_STORE_WALK_H

#include "al_store_check.h"

/* A place in a chain: behind an entry, or before the first one. */
typedef struct {
  int64_t imports; /* that are before it */
  int64_t purges;
  int64_t next;                    /* number of the content behind it */
  uint8_t digest[AL_DIGEST_BYTES]; /* of the entry; zeros before the first */
} al_place;

extern const al_place al_place_first;

typedef struct {
  al_store *store;
  const al_visitor *visitor;
  al_check check;
  int from_first;
  al_select *purge; /* on the row of the next one */
  int has_purge;
  int64_t purged; /* contents that the purges tell of */
  al_place place; /* but for its digest, which the check has */
} al_walk;

/* Walk from a place on. Between al_store_begin_reading and its end; the visitor
** has to outlive it. al_walk_close has to follow, whatever this returns. */
al_status al_walk_open (al_walk *walk, al_store *store, const al_place *from,
                        const al_visitor *visitor, const al_progress *progress,
                        al_error *err);

/* To the end. The visitor is called with each content, each import and each
** purge once it was found right: the contents of an import come before it, and
** purges in their turn. AL_CORRUPT names the first thing that is not. */
al_status al_walk_all (al_walk *walk, al_error *err);

void al_walk_close (al_walk *walk);

#endif
