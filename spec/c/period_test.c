/*
** period_test.c - periods by their ends and by their names.
*/
#include <stdlib.h>
#include <time.h>

#include "al_period.h"
#include "check.h"

/* A Wednesday afternoon; already Thursday in the east. */
#define NOW "2026-10-14T15:16:17.1234567Z"

static al_text text_of (const char *string) {
  return string != NULL ? al_text_from(string, strlen(string))
                        : AL_TEXT_MISSING;
}

static al_status parse (al_period *period, const char *from, const char *to,
                        const char *zone_name, const char *now, al_error *err) {
  al_zone zone;
  al_time time;
  al_status status;
  CHECK(al_zone_open(&zone, text_of(zone_name), err) == AL_OK);
  CHECK(al_time_parse(&time, text_of(now), err) == AL_OK);
  status =
      al_period_parse(period, text_of(from), text_of(to), &zone, time, err);
  al_zone_close(&zone);
  return status;
}

/* An end without what never differs here, or "open". */
static const char *short_form (char out[AL_TIME_LEN + 1], al_time time) {
  if (time == AL_TIME_MIN || time == AL_TIME_END)
    return "open";
  al_time_write(out, time);
  if (strcmp(out + 16, ":00.0000000Z") == 0)
    out[16] = '\0';
  return out;
}

/* 'expected' reads "start stop". */
static void check_at (const char *now, const char *expected, const char *from,
                      const char *to, const char *zone) {
  char start[AL_TIME_LEN + 1], stop[AL_TIME_LEN + 1];
  char got[3 * AL_TIME_LEN] = "refused";
  al_period period;
  al_error err;
  if (parse(&period, from, to, zone, now, &err) == AL_OK)
    snprintf(got, sizeof got, "%s %s", short_form(start, period.start),
             short_form(stop, period.stop));
  CHECK_STRING(expected, got);
}

static void check_period (const char *expected, const char *from,
                          const char *to, const char *zone) {
  check_at(NOW, expected, from, to, zone);
}

static void check_refused (const char *expected, const char *from,
                           const char *to) {
  al_period period;
  al_error err = {AL_OK, ""};
  CHECK(parse(&period, from, to, "UTC", NOW, &err) == AL_SYNTAX);
  CHECK_STRING(expected, err.message);
}

static void dates_are_whole_days (void) {
  check_period("2026-10-01T00:00 2026-11-01T00:00", "2026-10-01", "2026-10-31",
               "UTC");
  check_period("2026-10-01T00:00 2026-10-02T00:00", "2026-10-01", "2026-10-01",
               "UTC");
  check_period("2026-09-30T18:30 2026-10-31T18:30", "2026-10-01", "2026-10-31",
               "+05:30");
  check_period("2026-10-01T08:00 2026-11-01T08:00", "2026-10-01", "2026-10-31",
               "-08:00");
}

static void instants_are_exact (void) {
  check_period("2026-10-01T01:00 2026-10-01T02:00", "2026-10-01T01:00:00Z",
               "2026-10-01T02:00:00Z", "+05:30");
  check_period("2026-10-01T01:00:00.0000001Z 2026-10-01T02:00",
               "2026-10-01T01:00:00.0000001Z", "2026-10-01T04:00:00+02:00",
               "UTC");
  check_period("2026-10-01T01:00 2026-10-01T01:00", "2026-10-01T01:00:00Z",
               "2026-10-01T03:00:00+02:00", "UTC");
}

static void dates_and_instants_mix (void) {
  check_period("2026-10-01T12:00 2026-10-02T00:00", "2026-10-01T12:00:00Z",
               "2026-10-01", "UTC");
  check_period("2026-10-01T00:00 2026-10-01T12:00", "2026-10-01",
               "2026-10-01T12:00:00Z", "UTC");
  check_period("2026-10-01T00:00 2026-10-01T00:00", "2026-10-01",
               "2026-10-01T00:00:00Z", "UTC");
}

static void either_end_may_be_open (void) {
  al_period period;
  al_error err;
  check_period("open open", NULL, NULL, "UTC");
  check_period("2026-10-01T00:00 open", "2026-10-01", NULL, "UTC");
  check_period("open 2026-11-01T00:00", NULL, "2026-10-31", "UTC");
  check_period("open 2026-10-31T01:00", NULL, "2026-10-31T01:00:00Z", "UTC");
  CHECK(parse(&period, "2026-10-01", NULL, "UTC", NOW, &err) == AL_OK);
  CHECK(al_period_has_start(&period) && !al_period_has_stop(&period));
  CHECK(parse(&period, NULL, "2026-10-01", "UTC", NOW, &err) == AL_OK);
  CHECK(!al_period_has_start(&period) && al_period_has_stop(&period));
}

static void the_first_and_last_days_are_open_ends (void) {
  check_period("open open", "0001-01-01", "9999-12-31", "UTC");
  check_period("open 9999-12-31T18:30", "0001-01-01", "9999-12-31", "+05:30");
  check_period("0001-01-01T08:00 open", "0001-01-01", "9999-12-31", "-08:00");
}

static void named_days (void) {
  check_period("2026-10-14T00:00 2026-10-15T00:00", "today", NULL, "UTC");
  check_period("2026-10-13T00:00 2026-10-14T00:00", "yesterday", NULL, "UTC");
  check_period("2026-10-14T14:00 2026-10-15T14:00", "today", NULL, "+10:00");
  check_period("2026-10-13T14:00 2026-10-14T14:00", "yesterday", NULL,
               "+10:00");
  check_at("2026-03-01T03:00:00Z", "2026-02-27T08:00 2026-02-28T08:00",
           "yesterday", NULL, "-08:00");
  check_at("2026-01-01T00:00:00Z", "2025-12-31T00:00 2026-01-01T00:00",
           "yesterday", NULL, "UTC");
}

static void named_months (void) {
  check_period("2026-10-01T00:00 2026-11-01T00:00", "this_month", NULL, "UTC");
  check_period("2026-09-01T00:00 2026-10-01T00:00", "last_month", NULL, "UTC");
  check_at("2026-01-31T00:00:00Z", "2025-12-01T00:00 2026-01-01T00:00",
           "last_month", NULL, "UTC");
  check_at("2024-03-31T00:00:00Z", "2024-02-01T00:00 2024-03-01T00:00",
           "last_month", NULL, "UTC");
  check_at("2026-10-31T23:30:00Z", "2026-10-31T22:00 2026-11-30T22:00",
           "this_month", NULL, "+02:00");
  check_period("2024-02-01T00:00 2024-03-01T00:00", "2024-02", NULL, "UTC");
  check_period("2026-11-30T22:00 2026-12-31T22:00", "2026-12", NULL, "+02:00");
  check_period("9999-12-01T00:00 open", "9999-12", NULL, "UTC");
  check_period("open 0001-02-01T00:00", "0001-01", NULL, "UTC");
}

static void last_days_end_with_today (void) {
  check_period("2026-10-14T00:00 2026-10-15T00:00", "last_1_days", NULL, "UTC");
  check_period("2026-09-15T00:00 2026-10-15T00:00", "last_30_days", NULL,
               "UTC");
  check_period("1926-08-01T00:00 2026-10-15T00:00", "last_36600_days", NULL,
               "UTC");
  check_at("0050-01-01T00:00:00Z", "open 0050-01-02T00:00", "last_36600_days",
           NULL, "UTC");
}

static void recent_is_a_month_up_to_today (void) {
  check_period("2026-09-14T00:00 2026-10-15T00:00", "recent", NULL, "UTC");
  check_at("2026-01-15T00:00:00Z", "2025-12-15T00:00 2026-01-16T00:00",
           "recent", NULL, "UTC");
  check_at("2026-03-31T00:00:00Z", "2026-02-28T00:00 2026-04-01T00:00",
           "recent", NULL, "UTC");
  check_at("2024-03-30T00:00:00Z", "2024-02-29T00:00 2024-03-31T00:00",
           "recent", NULL, "UTC");
  check_at("2026-07-31T00:00:00Z", "2026-06-30T00:00 2026-08-01T00:00",
           "recent", NULL, "UTC");
  check_at("2026-07-30T23:00:00Z", "2026-06-29T22:00 2026-07-31T22:00",
           "recent", NULL, "+02:00");
}

static void all_is_open_at_both_ends (void) {
  check_period("open open", "all", NULL, "UTC");
  check_period("open open", "all", NULL, "-08:00");
}

static void names_are_resolved_at_the_ends_of_time (void) {
  check_at("0001-01-01T00:00:00Z", "open 0001-01-02T00:00", "recent", NULL,
           "UTC");
  check_at("9999-12-31T23:59:59Z", "9999-12-31T00:00 open", "today", NULL,
           "UTC");
  check_at("9999-12-31T23:59:59Z", "9999-12-30T10:00 9999-12-31T10:00", "today",
           NULL, "+14:00");
}

static void unknown_names_are_refused (void) {
  static const char *const NAMES[] = {"",
                                      "Today",
                                      "today ",
                                      "tomorrow",
                                      "last_week",
                                      "last_0_days",
                                      "last_36601_days",
                                      "last_99999999999999999999_days",
                                      "last__days",
                                      "last_days",
                                      "last_-1_days",
                                      "last_1_day",
                                      "last_ 1_days",
                                      "last_1_days ",
                                      "\xC3\xA9t\xC3\xA9"};
  char expected[AL_MESSAGE_MAX];
  size_t i;
  for (i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
    snprintf(expected, sizeof expected,
             "period '%s' is not known; known are today, yesterday, "
             "this_month, last_month, last_<n>_days (n from 1 to 36600), "
             "recent, all, or a month such as 2026-10",
             NAMES[i]);
    check_refused(expected, NAMES[i], NULL);
  }
}

static void impossible_ends_say_why (void) {
  check_refused("'2026-02-29' is no date: there is no 29 February in 2026",
                "2026-02-29", NULL);
  check_refused("'2026-11-31' is no date: there is no 31 November in 2026",
                "2026-11-01", "2026-11-31");
  check_refused("'2026-13' is no month: there is no month 13", "2026-13", NULL);
  check_refused("'2026/10' is no month: a month is written YYYY-MM", "2026/10",
                NULL);
  check_refused("'2026-10-1' is no date: a date is written YYYY-MM-DD",
                "2026-10-1", NULL);
  check_refused("'14/10/2026' is no date: a date is written YYYY-MM-DD",
                "14/10/2026", NULL);
  check_refused("'2026-10-01T10:00:00' is no instant: its zone is missing (Z "
                "or +hh:mm)",
                "2026-10-01T10:00:00", NULL);
  check_refused("'2026-10-01 10:00' is no instant: a T stands between date and "
                "time",
                NULL, "2026-10-01 10:00");
  check_refused("'' is no date: a date is written YYYY-MM-DD", NULL, "");
}

static void names_stand_alone (void) {
  check_refused("period from 'today' to '2026-10-31' is none: a named period "
                "has its own end",
                "today", "2026-10-31");
  check_refused("period from '2026-09' to '2026-10' is none: a named period "
                "has its own end",
                "2026-09", "2026-10");
  check_refused("'today' is no date: a date is written YYYY-MM-DD",
                "2026-10-01", "today");
  check_refused("'2026-10' is no date: a date is written YYYY-MM-DD", NULL,
                "2026-10");
}

static void a_period_does_not_end_before_it_starts (void) {
  check_refused(
      "period from '2026-10-02' to '2026-10-01' ends before it starts",
      "2026-10-02", "2026-10-01");
  check_refused(
      "period from '2026-10-31' to '2026-10-01' ends before it starts",
      "2026-10-31", "2026-10-01");
  check_refused("period from '2026-10-01T00:00:00.0000001Z' to "
                "'2026-10-01T00:00:00Z' ends before it starts",
                "2026-10-01T00:00:00.0000001Z", "2026-10-01T00:00:00Z");
  check_refused("period from '2026-10-02T00:00:00Z' to '2026-10-01' ends "
                "before it starts",
                "2026-10-02T00:00:00Z", "2026-10-01");
  check_refused("period from '2026-10-02' to '2026-10-01T23:00:00Z' ends "
                "before it starts",
                "2026-10-02", "2026-10-01T23:00:00Z");
}

static void local_days_are_as_long_as_they_are (void) {
  setenv("TZ", "America/Sao_Paulo", 1);
  tzset();
  check_period("2018-11-04T03:00 2018-11-05T02:00", "2018-11-04", "2018-11-04",
               "local");
  setenv("TZ", "Pacific/Apia", 1);
  tzset();
  check_period("2011-12-30T10:00 2011-12-30T10:00", "2011-12-30", "2011-12-30",
               "local");
  check_period("2011-12-29T10:00 2011-12-31T10:00", "2011-12-29", "2011-12-31",
               "local");
}

static void days_of_a_named_zone_are_as_long_as_they_are (void) {
  check_period("2026-03-28T23:00 2026-03-29T22:00", "2026-03-29", "2026-03-29",
               "Europe/Paris");
  check_period("2026-10-24T22:00 2026-10-25T23:00", "2026-10-25", "2026-10-25",
               "Europe/Paris");
  check_period("2026-09-30T22:00 2026-10-31T23:00", "2026-10", NULL,
               "Europe/Paris");
  check_period("2018-11-04T03:00 2018-11-05T02:00", "2018-11-04", "2018-11-04",
               "America/Sao_Paulo");
  check_period("2011-12-30T10:00 2011-12-30T10:00", "2011-12-30", "2011-12-30",
               "Pacific/Apia");
}

static void names_are_relative_to_the_date_in_a_named_zone (void) {
  check_at("2026-10-31T22:59:59Z", "2026-09-30T22:00 2026-10-31T23:00",
           "this_month", NULL, "Europe/Paris");
  check_at("2026-10-31T23:00:00Z", "2026-10-31T23:00 2026-11-30T23:00",
           "this_month", NULL, "Europe/Paris");
  check_at("2026-10-31T23:00:00Z", "2026-09-30T22:00 2026-11-01T23:00",
           "recent", NULL, "Europe/Paris");
}

int main (void) {
  CHECK_RUN(dates_are_whole_days);
  CHECK_RUN(instants_are_exact);
  CHECK_RUN(dates_and_instants_mix);
  CHECK_RUN(either_end_may_be_open);
  CHECK_RUN(the_first_and_last_days_are_open_ends);
  CHECK_RUN(named_days);
  CHECK_RUN(named_months);
  CHECK_RUN(last_days_end_with_today);
  CHECK_RUN(recent_is_a_month_up_to_today);
  CHECK_RUN(all_is_open_at_both_ends);
  CHECK_RUN(names_are_resolved_at_the_ends_of_time);
  CHECK_RUN(unknown_names_are_refused);
  CHECK_RUN(impossible_ends_say_why);
  CHECK_RUN(names_stand_alone);
  CHECK_RUN(a_period_does_not_end_before_it_starts);
  CHECK_RUN(local_days_are_as_long_as_they_are);
  CHECK_RUN(days_of_a_named_zone_are_as_long_as_they_are);
  CHECK_RUN(names_are_relative_to_the_date_in_a_named_zone);
  return CHECK_RESULT();
}
