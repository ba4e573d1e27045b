/*
** al_zone.c - what clocks show in a place.
**
** Inside, instants are Unix seconds, as offsets are whole seconds and a search
** may start before the year 1.
*/
#include "al_zone.h"

#include <stdio.h>
#include <time.h>

/* No clock is ever this far from UTC: TZ can say 24:59:59 at most, a file of
** the database 26 hours less a second. */
#define REACH_SECONDS (26 * 3600)

/* libc's clocks never change and change back within so short a time. */
#define STEP_SECONDS 3600

static al_status refuse (al_text name, al_error *err) {
  al_quoted quoted;
  return al_fail(err, AL_SYNTAX,
                 "zone '%s': \"UTC\", \"local\", an offset from -23:59 to "
                 "+23:59, such as \"+05:30\", or a name such as "
                 "\"Europe/Paris\" expected",
                 al_quote(&quoted, name.data, name.len));
}

static al_status open_named (al_zone *out, al_text name, al_error *err) {
  al_quoted quoted;
  al_buffer file = {0};
  if (al_zoneinfo_read(&file, name, err) == AL_OK &&
      al_tzif_open(&out->rules, al_buffer_text(&file), err) == AL_OK)
    out->kind = AL_ZONE_NAMED;
  al_buffer_close(&file);
  if (out->kind == AL_ZONE_NAMED)
    return AL_OK;
  if (err->status == AL_NOMEM)
    return AL_NOMEM;
  return al_fail_at(err, "zone '%s'", al_quote(&quoted, name.data, name.len));
}

al_status al_zone_open (al_zone *out, al_text name, al_error *err) {
  memset(out, 0, sizeof *out);
  if (al_text_equal(name, AL_TEXT("local"))) {
    out->kind = AL_ZONE_LOCAL;
  } else if (!al_text_equal(name, AL_TEXT("UTC")) &&
             !al_offset_read(&out->offset_seconds, name)) {
    if (!al_zoneinfo_is_name(name))
      return refuse(name, err);
    if (open_named(out, name, err) != AL_OK)
      return err->status;
  }
  snprintf(out->name, sizeof out->name, "%.*s", (int)name.len, name.data);
  if (out->kind == AL_ZONE_FIXED && out->offset_seconds == 0 &&
      out->name[0] == '-')
    out->name[0] = '+'; /* one name for one zone */
  return AL_OK;
}

void al_zone_close (al_zone *zone) {
  al_tzif *rules = zone->rules;
  memset(zone, 0, sizeof *zone);
  al_tzif_close(rules);
}

/* Where time_t has 32 bits, the nearest time it can hold stands in. */
static int32_t local_offset (int64_t unix_seconds) {
  time_t time = (time_t)unix_seconds;
  struct tm local;
  if (time != unix_seconds)
    time = (time_t)(unix_seconds < 0 ? INT32_MIN : INT32_MAX);
  if (localtime_r(&time, &local) == NULL)
    return 0;
  return (int32_t)local.tm_gmtoff;
}

static int32_t offset_at (const al_zone *zone, int64_t unix_seconds) {
  switch (zone->kind) {
  case AL_ZONE_LOCAL:
    return local_offset(unix_seconds);
  case AL_ZONE_NAMED:
    return al_tzif_offset(zone->rules, unix_seconds);
  case AL_ZONE_FIXED:
    break;
  }
  return zone->offset_seconds;
}

int32_t al_zone_offset (const al_zone *zone, al_time utc) {
  return offset_at(zone, al_time_to_unix(utc));
}

/* The first second after 'from' at which libc has another offset, or 'to' when
** the offset there is still the same. */
static int64_t local_end (int64_t from, int64_t to) {
  int32_t offset = local_offset(from);
  if (local_offset(to) == offset)
    return to;
  while (to - from > 1) {
    int64_t middle = from + (to - from) / 2;
    if (local_offset(middle) == offset)
      from = middle;
    else
      to = middle;
  }
  return to;
}

/* An instant after 'from' up to which the offset stays the same. */
static int64_t offset_end (const al_zone *zone, int64_t from) {
  switch (zone->kind) {
  case AL_ZONE_LOCAL:
    return local_end(from, from + STEP_SECONDS);
  case AL_ZONE_NAMED:
    return al_tzif_next(zone->rules, from);
  case AL_ZONE_FIXED:
    break;
  }
  return INT64_MAX;
}

/* Walk over the stretches of one offset each around a midnight that is written
** as if in UTC. The first stretch that reaches it holds the start of the day:
** at midnight itself or, where that was skipped, at the stretch's beginning. */
static int64_t first_at_or_after (const al_zone *zone, int64_t midnight) {
  int64_t at = midnight - REACH_SECONDS;
  while (at < midnight + REACH_SECONDS) {
    int64_t end = offset_end(zone, at);
    int64_t start = midnight - offset_at(zone, at);
    if (start < end)
      return start > at ? start : at;
    at = end;
  }
  return at;
}

al_time al_zone_day_start (const al_zone *zone, int year, int month, int day) {
  al_civil civil = {0};
  int64_t start;
  civil.year = year;
  civil.month = month;
  civil.day = day;
  start = first_at_or_after(zone, al_time_to_unix(al_time_from_civil(&civil)));
  return start > al_time_to_unix(AL_TIME_MAX) ? AL_TIME_END
                                              : al_time_from_unix(start);
}
