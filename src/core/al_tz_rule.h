/*
** al_tz_rule.h - the rule that a place's clocks follow every year.
**
** It is written as POSIX writes TZ, CET-1CEST,M3.5.0,M10.5.0/3, and ends a
** time zone file, where it holds for all times behind the file's last one.
*/
#ifndef AL_TZ_RULE_H
#define AL_TZ_RULE_H

#include <stdint.h>

#include "al_error.h"
#include "al_text.h"

/* When in a year clocks change. */
typedef struct {
  char kind;       /* 'J': day 1 to 365, never 29 February; 'D': day 0 to 365;
                   ** 'M': a day of the week */
  int day;         /* of the year; of the week for 'M', 0 is Sunday */
  int week;        /* for 'M': 1 to 5, the last one */
  int month;       /* for 'M': 1 to 12 */
  int32_t seconds; /* from that day's midnight on the clock before, 167 hours
                   ** at most either way */
} al_tz_day;

/* Offsets are seconds east of UTC. */
typedef struct {
  int32_t offset;
  int has_summer;        /* the rest is set */
  int32_t summer_offset; /* may lie behind 'offset', as it did in Ireland */
  al_tz_day start, stop; /* of summer time */
} al_tz_rule;

/* From that Unix time on clocks are so far from UTC. */
typedef struct {
  int64_t at;
  int32_t offset;
} al_tz_change;

/* No rule and no file says more, as seconds east of UTC. */
#define AL_TZ_OFFSET_MIN (-89999)
#define AL_TZ_OFFSET_MAX 93599

/* Read a rule. AL_SYNTAX with the reason. Summer time without its days is
** refused, as POSIX does not say when it is. */
al_status al_tz_rule_parse (al_tz_rule *out, al_text text, al_error *err);

/* The two changes of a year from -399 on, in their order, of a rule with summer
** time. They may lie a week outside of the year, and at the same instant. */
void al_tz_rule_changes (const al_tz_rule *rule, int year, al_tz_change out[2]);

/* The Unix time of a year's first midnight in UTC, from the year -399 on. */
int64_t al_tz_year_start (int year);

#endif
