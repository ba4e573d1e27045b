/*
** al_store_contents.h - the contents of a log in the order of their numbers,
** current, superseded and purged, each checked against what the log says of it.
*/
#ifndef AL_STORE_CONTENTS_H
#define AL_STORE_CONTENTS_H

#include "al_store_kind.h"

typedef struct al_contents al_contents;

typedef struct {
  int64_t sequence;
  uint8_t digest[AL_DIGEST_BYTES];
  const al_content *content; /* NULL of a purged one */
} al_checked_content;

/* Those numbered from 'first' to 'last'. The store must outlive them. */
al_status al_contents_open (al_contents **out, al_store *store, int64_t first,
                            int64_t last, al_error *err);

/* Look at the number of the next one, up to 'last'. Returns 0 when there is
** none. */
int al_contents_has_next (const al_contents *contents, int64_t last,
                          int64_t *sequence);

/* Take it. AL_CORRUPT, naming the record, when its text is none, its digest,
** identity or mark of secrets is not what its fields make, it cannot be found
** by its customer, or there are two of the number. It dies when it is passed,
** which has to follow. */
al_status al_contents_take (al_contents *contents, al_checked_content *out,
                            al_error *err);
al_status al_contents_pass (al_contents *contents, al_error *err);

/* How many were taken, of the current ones, the superseded ones, the purged
** ones, and those with a customer in customer_record. */
typedef struct {
  int64_t records;
  int64_t superseded;
  int64_t purged;
  int64_t customers;
} al_contents_counts;

al_contents_counts al_contents_counted (const al_contents *contents);

void al_contents_close (al_contents *contents);

#endif
