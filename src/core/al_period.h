/*
** al_period.h - a half-open span of time, [start, stop), in UTC.
**
** An end that is open lies at the end of all time, AL_TIME_MIN or AL_TIME_END.
*/
#ifndef AL_PERIOD_H
#define AL_PERIOD_H

#include "al_error.h"
#include "al_text.h"
#include "al_time.h"
#include "al_zone.h"

typedef struct {
  al_time start; /* the first instant within */
  al_time stop;  /* the first one behind; AL_TIME_END is no instant */
} al_period;

#define AL_PERIOD_ALL ((al_period){AL_TIME_MIN, AL_TIME_END})

/* Whether the period is bounded at its start, at its stop. */
static inline int al_period_has_start (const al_period *period) {
  return period->start > AL_TIME_MIN;
}

static inline int al_period_has_stop (const al_period *period) {
  return period->stop < AL_TIME_END;
}

/* The period of two ends or of one name.
**
** 'from' and 'to' are each missing (an open end), a date, or an instant as
** al_time_parse takes it. Dates are days of the zone: 'from' starts with its
** day, 'to' takes in the whole of its day, but an instant only what is before.
** A name stands in 'from', without 'to', and is relative to 'now' in the zone:
**
**   today, yesterday
**   this_month, last_month   the whole month
**   last_<n>_days            n from 1 to 36600; today is the last of them
**   recent                   from this day a month ago (or that month's last
**                            day) up to and including today
**   2026-10                  that month
**   all                      everything, like no ends at all
**
** AL_SYNTAX for all else, and when the period would end before it starts. */
al_status al_period_parse (al_period *out, al_text from, al_text to,
                           const al_zone *zone, al_time now, al_error *err);

#endif
