/*
** al_period.c - a half-open span of time, [start, stop), in UTC.
*/
#include "al_period.h"

/* A text longer than YYYY-MM-DD is to be an instant. */
#define DATE_LEN  10
#define MONTH_LEN 7

#define LAST_DAYS_MAX 36600

#define KNOWN                                                                  \
  "today, yesterday, this_month, last_month, last_<n>_days (n from 1 to "      \
  "36600), recent, all, or a month such as 2026-10"

/* ---- named periods; each takes its zone and the date there ---- */

/* 'n' days from 'first' on. */
static al_period days (const al_zone *zone, al_civil first, int n) {
  al_period period;
  period.start = al_zone_day_start(zone, first.year, first.month, first.day);
  period.stop = al_zone_day_start(zone, first.year, first.month, first.day + n);
  return period;
}

static al_period today (const al_zone *zone, al_civil date) {
  return days(zone, date, 1);
}

static al_period yesterday (const al_zone *zone, al_civil date) {
  date.day--;
  return days(zone, date, 1);
}

static al_period last_days (const al_zone *zone, al_civil date, int n) {
  date.day -= n - 1;
  return days(zone, date, n);
}

static al_period this_month (const al_zone *zone, al_civil date) {
  date.day = 1;
  return days(zone, date, al_month_days(date.year, date.month));
}

/* The same day a month earlier, or the last day of a shorter month. */
static al_civil month_before (al_civil date) {
  int ndays;
  if (--date.month == 0) {
    date.year--;
    date.month = 12;
  }
  ndays = al_month_days(date.year, date.month);
  if (date.day > ndays)
    date.day = ndays;
  return date;
}

static al_period last_month (const al_zone *zone, al_civil date) {
  return this_month(zone, month_before(date));
}

static al_period recent (const al_zone *zone, al_civil date) {
  al_period period = today(zone, date);
  period.start = today(zone, month_before(date)).start;
  return period;
}

static al_period all (const al_zone *zone, al_civil date) {
  (void)zone;
  (void)date;
  return AL_PERIOD_ALL;
}

static const struct {
  const char *name;
  al_period (*period)(const al_zone *zone, al_civil date);
} NAMED[] = {{"today", today},           {"yesterday", yesterday},
             {"this_month", this_month}, {"last_month", last_month},
             {"recent", recent},         {"all", all}};

/* ---- reading ---- */

static int is_digit (char c) {
  return c >= '0' && c <= '9';
}

/* All that does not begin like a date, and months. */
static int is_name (al_text text) {
  return text.len == 0 || !is_digit(text.data[0]) || text.len == MONTH_LEN;
}

/* The n of last_<n>_days; 0 when the text is no such name or n is too large. */
static int read_last_days (al_text text) {
  const size_t head = strlen("last_"), tail = strlen("_days");
  size_t i;
  int n = 0;
  if (text.len < head + tail || memcmp(text.data, "last_", head) != 0 ||
      memcmp(text.data + text.len - tail, "_days", tail) != 0)
    return 0;
  for (i = head; i < text.len - tail; i++) {
    if (!is_digit(text.data[i]))
      return 0;
    n = n * 10 + (text.data[i] - '0');
    if (n > LAST_DAYS_MAX)
      return 0;
  }
  return n;
}

static al_status parse_month (al_period *out, al_text text, const al_zone *zone,
                              al_error *err) {
  al_civil first;
  if (al_month_parse(&first, text, err) != AL_OK)
    return err->status;
  *out = this_month(zone, first);
  return AL_OK;
}

static al_status parse_name (al_period *out, al_text name, const al_zone *zone,
                             al_time now, al_error *err) {
  al_quoted quoted;
  al_civil date;
  size_t i;
  int n = read_last_days(name);
  al_time_to_civil(&date, al_time_shift(now, al_zone_offset(zone, now)));
  if (n > 0) {
    *out = last_days(zone, date, n);
    return AL_OK;
  }
  for (i = 0; i < sizeof NAMED / sizeof NAMED[0]; i++) {
    const char *known = NAMED[i].name;
    if (al_text_equal(name, al_text_from(known, strlen(known)))) {
      *out = NAMED[i].period(zone, date);
      return AL_OK;
    }
  }
  return al_fail(err, AL_SYNTAX, "period '%s' is not known; known are " KNOWN,
                 al_quote(&quoted, name.data, name.len));
}

/* One of two ends: a date is its whole day, an instant only itself. */
static al_status parse_end (al_period *out, al_text text, const al_zone *zone,
                            al_error *err) {
  al_civil date;
  if (text.len > DATE_LEN) {
    if (al_time_parse(&out->start, text, err) != AL_OK)
      return err->status;
    out->stop = out->start;
    return AL_OK;
  }
  if (al_date_parse(&date, text, err) != AL_OK)
    return err->status;
  *out = today(zone, date);
  return AL_OK;
}

static al_status refuse (al_error *err, al_text from, al_text to,
                         const char *reason) {
  al_quoted quoted_from, quoted_to;
  return al_fail(err, AL_SYNTAX, "period from '%s' to '%s' %s",
                 al_quote(&quoted_from, from.data, from.len),
                 al_quote(&quoted_to, to.data, to.len), reason);
}

static al_status parse_ends (al_period *out, al_text from, al_text to,
                             const al_zone *zone, al_error *err) {
  al_period first = AL_PERIOD_ALL, last = AL_PERIOD_ALL;
  if (from.data != NULL && parse_end(&first, from, zone, err) != AL_OK)
    return err->status;
  if (to.data != NULL && parse_end(&last, to, zone, err) != AL_OK)
    return err->status;
  /* An instant, or a day that was skipped, may be both ends: that is empty. */
  if (first.start >= last.stop && first.start > last.start)
    return refuse(err, from, to, "ends before it starts");
  out->start = first.start;
  out->stop = last.stop;
  return AL_OK;
}

al_status al_period_parse (al_period *out, al_text from, al_text to,
                           const al_zone *zone, al_time now, al_error *err) {
  if (from.data == NULL || !is_name(from))
    return parse_ends(out, from, to, zone, err);
  if (to.data != NULL)
    return refuse(err, from, to, "is none: a named period has its own end");
  if (from.len > 0 && is_digit(from.data[0]))
    return parse_month(out, from, zone, err);
  return parse_name(out, from, zone, now, err);
}
