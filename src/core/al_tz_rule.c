/*
** al_tz_rule.c - the rule that a place's clocks follow every year.
**
** POSIX counts offsets west of UTC, we count them east. RFC 9636 lets the hour
** of a change be -167 to 167 in place of 0 to 24.
*/
#include "al_tz_rule.h"

#include "al_time.h"

#define DAY_SECONDS   INT64_C(86400)
#define HOUR_SECONDS  3600
#define EPOCH_DAYS    719162 /* from 0001-01-01 to 1970-01-01 */
#define CYCLE_DAYS    146097 /* 400 years */
#define OFFSET_HOURS  24
#define CHANGE_HOURS  167
#define CHANGE_AT     (2 * HOUR_SECONDS) /* where none is given */
#define NAME_MIN      3
#define EPOCH_WEEKDAY 4 /* a Thursday */

/* ---- reading: takers step over what they read, and return 0 for all else */

typedef struct {
  const char *at; /* the next byte */
  const char *end;
} span;

static int take (span *s, char c) {
  if (s->at == s->end || *s->at != c)
    return 0;
  s->at++;
  return 1;
}

static int is_letter (char c) {
  return al_lower(c) >= 'a' && al_lower(c) <= 'z';
}

static int is_digit (char c) {
  return c >= '0' && c <= '9';
}

/* A number from 'min' to 'max', which has at most three digits. */
static int take_number (span *s, int min, int max, int *value) {
  int n = 0;
  *value = 0;
  while (n < 3 && s->at < s->end && is_digit(*s->at)) {
    *value = *value * 10 + (*s->at++ - '0');
    n++;
  }
  return n > 0 && *value >= min && *value <= max;
}

/* CEST or <+0430>: only its form counts. */
static int take_name (span *s) {
  int quoted = take(s, '<');
  const char *start = s->at;
  while (s->at < s->end &&
         (is_letter(*s->at) ||
          (quoted && (is_digit(*s->at) || *s->at == '+' || *s->at == '-'))))
    s->at++;
  return s->at - start >= NAME_MIN && (!quoted || take(s, '>'));
}

/* [+-]hh[:mm[:ss]], in seconds. */
static int take_time (span *s, int max_hours, int32_t *seconds) {
  int hours, minutes = 0, rest = 0;
  int negative = take(s, '-');
  if (!negative)
    take(s, '+');
  if (!take_number(s, 0, max_hours, &hours))
    return 0;
  if (take(s, ':')) {
    if (!take_number(s, 0, 59, &minutes))
      return 0;
    if (take(s, ':') && !take_number(s, 0, 59, &rest))
      return 0;
  }
  *seconds = hours * HOUR_SECONDS + minutes * 60 + rest;
  if (negative)
    *seconds = -*seconds;
  return 1;
}

/* West of UTC as written, east of it as returned. */
static int take_offset (span *s, int32_t *offset) {
  if (!take_time(s, OFFSET_HOURS, offset))
    return 0;
  *offset = -*offset;
  return 1;
}

/* Jn, n or Mm.w.d. */
static int take_date (span *s, al_tz_day *day) {
  if (take(s, 'M')) {
    day->kind = 'M';
    return take_number(s, 1, 12, &day->month) && take(s, '.') &&
           take_number(s, 1, 5, &day->week) && take(s, '.') &&
           take_number(s, 0, 6, &day->day);
  }
  day->kind = take(s, 'J') ? 'J' : 'D';
  return take_number(s, day->kind == 'J', 365, &day->day);
}

static int take_day (span *s, al_tz_day *day) {
  if (!take(s, ',') || !take_date(s, day))
    return 0;
  day->seconds = CHANGE_AT;
  return !take(s, '/') || take_time(s, CHANGE_HOURS, &day->seconds);
}

static int take_rule (span *s, al_tz_rule *rule) {
  if (!take_name(s) || !take_offset(s, &rule->offset))
    return 0;
  if (s->at == s->end)
    return 1;
  rule->has_summer = 1;
  rule->summer_offset = rule->offset + HOUR_SECONDS;
  if (!take_name(s))
    return 0;
  if (s->at < s->end && *s->at != ',' && !take_offset(s, &rule->summer_offset))
    return 0;
  return take_day(s, &rule->start) && take_day(s, &rule->stop) &&
         s->at == s->end;
}

al_status al_tz_rule_parse (al_tz_rule *out, al_text text, al_error *err) {
  al_quoted quoted;
  span s;
  s.at = text.data;
  s.end = text.data + text.len;
  memset(out, 0, sizeof *out);
  if (take_rule(&s, out))
    return AL_OK;
  return al_fail(err, AL_SYNTAX, "'%s' is no rule such as %s",
                 al_quote(&quoted, text.data, text.len),
                 "CET-1CEST,M3.5.0,M10.5.0/3");
}

/* ---- a year's changes ---- */

/* Since 1970-01-01; moved by a cycle, so that no division is of less than 0. */
static int64_t days_before (int year) {
  int64_t years = (int64_t)year - 1 + 400;
  return years * 365 + years / 4 - years / 100 + years / 400 - CYCLE_DAYS -
         EPOCH_DAYS;
}

int64_t al_tz_year_start (int year) {
  return days_before(year) * DAY_SECONDS;
}

static int is_leap (int year) {
  return al_month_days(year, 2) == 29;
}

/* The day of the month, from 0, that is the week's 'day'. */
static int day_of_week (const al_tz_day *day, int year, int64_t first) {
  int weekday = (int)((first % 7 + 7 + EPOCH_WEEKDAY) % 7);
  int result = (day->day - weekday + 7) % 7 + (day->week - 1) * 7;
  if (result >= al_month_days(year, day->month))
    result -= 7;
  return result;
}

/* The Unix time, on the clock before the change as if that were UTC. */
static int64_t change_in (const al_tz_day *day, int year) {
  int64_t days = days_before(year);
  int month;
  switch (day->kind) {
  case 'J':
    days += day->day - 1 + (is_leap(year) && day->day > 59);
    break;
  case 'M':
    for (month = 1; month < day->month; month++)
      days += al_month_days(year, month);
    days += day_of_week(day, year, days);
    break;
  default:
    days += day->day;
  }
  return days * DAY_SECONDS + day->seconds;
}

void al_tz_rule_changes (const al_tz_rule *rule, int year,
                         al_tz_change out[2]) {
  al_tz_change start, stop;
  int first;
  start.at = change_in(&rule->start, year) - rule->offset;
  start.offset = rule->summer_offset;
  stop.at = change_in(&rule->stop, year) - rule->summer_offset;
  stop.offset = rule->offset;
  first = start.at > stop.at;
  out[first] = start;
  out[!first] = stop;
}
