/*
** al_search.h - records that hold a text anywhere.
*/
#ifndef AL_SEARCH_H
#define AL_SEARCH_H

#include "al_buffer.h"
#include "al_record.h"

typedef struct {
  al_buffer needles; /* folded, one behind the other */
  size_t *ends;      /* of each needle in them */
  size_t n;
  al_buffer plain;  /* of the field that is searched: without \u escapes */
  al_buffer folded; /* and folded */
} al_search;

void al_search_init (al_search *search);
void al_search_close (al_search *search);

/* Look for any of these texts, folded (al_fold.h). */
al_status al_search_set (al_search *search, const al_text *texts, size_t n,
                         al_error *err);

/* Whether a field of the record has one of them as a part. In old and new
** values an escape such as \u00e9 is the character it stands for. */
al_status al_search_record (al_search *search, const al_record *record,
                            int *found, al_error *err);

#endif
