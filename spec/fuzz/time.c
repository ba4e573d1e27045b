/*
** time.c - whatever is given for an instant, a date, a zone, a period or a
** pattern: what is read lies in its range, and is read again from what is
** written of it.
*/
#include "fuzz.h"

#include "al_period.h"

static void check_instant (al_text text) {
  char fixed[AL_TIME_LEN + 1];
  al_time time, again;
  al_error err;
  if (al_time_parse(&time, text, &err) != AL_OK &&
      al_time_parse_screen(&time, text, &err) != AL_OK) {
    NEED(err.status == AL_SYNTAX);
    return;
  }
  NEED(time >= AL_TIME_MIN && time <= AL_TIME_MAX);
  al_time_write(fixed, time);
  NEED(al_time_read_fixed(&again, al_text_from(fixed, AL_TIME_LEN)));
  NEED(again == time);
  NEED(al_time_parse(&again, al_text_from(fixed, AL_TIME_LEN), &err) == AL_OK);
  NEED(again == time);
}

static void check_fixed (al_text text) {
  char fixed[AL_TIME_LEN + 1];
  al_time time;
  if (!al_time_read_fixed(&time, text))
    return;
  al_time_write(fixed, time);
  NEED(al_text_equal(text, al_text_from(fixed, AL_TIME_LEN)));
}

static void check_period (al_text from, al_text to, const al_zone *zone,
                          al_time now) {
  al_period period;
  al_error err;
  if (al_period_parse(&period, from, to, zone, now, &err) != AL_OK) {
    NEED(err.status == AL_SYNTAX);
    return;
  }
  NEED(period.start >= AL_TIME_MIN && period.start <= period.stop &&
       period.stop <= AL_TIME_END);
}

static void check_format (al_text pattern, al_time time) {
  al_buffer out = {0};
  al_error err;
  al_status status = al_time_format_check(pattern.data, pattern.len, &err);
  NEED(status == AL_OK || status == AL_SYNTAX);
  NEED(al_time_format(&out, pattern.data, pattern.len, time, -3600, &err) ==
       status);
  al_buffer_close(&out);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  al_text text = fuzz_text(data, size), first = text, rest;
  al_time now = al_time_from_unix(1792000000);
  const char *line = memchr(text.data, '\n', size);
  al_zone zone;
  al_civil date;
  al_error err;
  check_instant(text);
  check_fixed(text);
  check_format(text, now);
  if (al_zone_open(&zone, text, &err) != AL_OK)
    NEED(al_zone_open(&zone, AL_TEXT("+05:30"), &err) == AL_OK);
  if (al_date_parse(&date, text, &err) == AL_OK)
    NEED(date.day <= al_month_days(date.year, date.month));
  if (al_month_parse(&date, text, &err) == AL_OK)
    NEED(date.day == 1);
  check_period(text, AL_TEXT_MISSING, &zone, now);
  check_period(AL_TEXT_MISSING, text, &zone, now);
  if (line != NULL) {
    first.len = (size_t)(line - text.data);
    rest = al_text_from(line + 1, size - first.len - 1);
    check_period(first, rest, &zone, now);
  }
  al_zone_close(&zone);
  return 0;
}
