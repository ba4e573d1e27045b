/*
** al_names.h - different texts, numbered in the order in which they came.
**
** Finding the number of one costs the same however many there are, and no
** memory when it is known.
*/
#ifndef AL_NAMES_H
#define AL_NAMES_H

#include <stdint.h>

#include "al_buffer.h"

typedef struct {
  uint64_t hash;
  size_t start, len;             /* of the text in the buffer */
  size_t shown_start, shown_len; /* of what it is shown as; 0, 0: the text */
  uint32_t rank;                 /* set by al_names_rank */
  char caseless;                 /* its case of A to Z does not count */
} al_name;

/* Zero it; close it. */
typedef struct {
  al_buffer text;
  al_name *name;
  size_t n, cap;
  uint32_t *slots;   /* number + 1 by hash, linear probing; 0 is free */
  size_t nslots;     /* a power of two, or 0 */
  uint32_t *by_rank; /* the numbers; NULL until al_names_rank */
} al_names;

void al_names_close (al_names *names);

/* The number of a text, which is added when it is new. Texts that are caseless
** and texts that are not are never the same. AL_LIMIT beyond AL_NAMES_MAX. */
#define AL_NAMES_MAX (UINT32_MAX / 4)
al_status al_names_add (al_names *names, al_text text, int caseless,
                        uint32_t *number, al_error *err);

/* What a text is shown as, unless that is known already. */
al_status al_names_show (al_names *names, uint32_t number, al_text shown,
                         al_error *err);

/* The text as it came first, and what it is shown as. They die with the next
** text that is added or shown. */
al_text al_names_text (const al_names *names, uint32_t number);
al_text al_names_shown (const al_names *names, uint32_t number);

/* Give each text its rank: its place in the order of the bytes of what they
** are shown as, where that is the same the caseless ones first, then of the
** texts themselves. by_rank leads back. No text can be added or shown any more.
*/
al_status al_names_rank (al_names *names, al_error *err);

#endif
