/*
** al_bucket.h - hours, days, weeks and months as the clocks of a zone show
** them.
**
** A bucket holds the instants at which clocks show the same hour, date, week
** or month. Where clocks are set back, an hour that they show twice is one
** bucket of two spans.
*/
#ifndef AL_BUCKET_H
#define AL_BUCKET_H

#include <stdint.h>

#include "al_period.h"

/* Weeks are those of ISO 8601: from Monday, in the year of their Thursday. */
typedef enum { AL_HOUR, AL_DAY, AL_WEEK, AL_MONTH } al_unit;

typedef struct {
  uint32_t number; /* counts the units since 0001-01-01 on the clock */
  al_period span;  /* instants around the one asked for that are all in it */
} al_bucket;

/* The bucket of an instant. Clocks that show a time outside the years 0001 to
** 9999 stand still at their ends. */
void al_bucket_find (al_bucket *out, const al_zone *zone, al_unit unit,
                     al_time at);

/* Append "2026-10-31 17:00", "2026-10-31", "2026-W44" or "2026-10". */
al_status al_bucket_append (al_buffer *out, al_unit unit, uint32_t number,
                            al_error *err);

#endif
