/*
** al_bucket.c - hours, days, weeks and months as the clocks of a zone show
** them.
**
** While a zone's offset stays the same a bucket is a span of the clock, moved
** by the offset. So its span in UTC is the part of that in which the offset is
** the one of the instant asked for.
*/
#include "al_bucket.h"

#include <stdio.h>

#define TICKS_PER_HOUR (3600 * AL_TICKS_PER_SECOND)
#define TICKS_PER_DAY  (24 * TICKS_PER_HOUR)

/* Clocks never change and change back within so short a time. */
#define STEP TICKS_PER_HOUR

static uint32_t month_of (al_time local) {
  al_civil civil;
  al_time_to_civil(&civil, local);
  return (uint32_t)((civil.year - 1) * 12 + civil.month - 1);
}

static al_time month_start (uint32_t number) {
  al_civil civil = {0};
  civil.year = (int)(number / 12) + 1;
  civil.month = (int)(number % 12) + 1;
  civil.day = 1;
  return al_time_from_civil(&civil);
}

/* 0001-01-01 is a Monday. */
static al_time length_of (al_unit unit) {
  return unit == AL_HOUR  ? TICKS_PER_HOUR
         : unit == AL_DAY ? TICKS_PER_DAY
                          : 7 * TICKS_PER_DAY;
}

static uint32_t number_of (al_unit unit, al_time local) {
  return unit == AL_MONTH ? month_of(local)
                          : (uint32_t)(local / length_of(unit));
}

/* The time on the clock at which a bucket starts, as if in UTC. */
static al_time start_of (al_unit unit, uint32_t number) {
  return unit == AL_MONTH ? month_start(number)
                          : (al_time)number * length_of(unit);
}

/* The border between two instants of which only 'here' has the offset: the
** later one of the two it lies between. Offsets change at whole seconds. */
static al_time find_border (const al_zone *zone, int32_t offset, al_time here,
                            al_time there) {
  int64_t same = al_time_to_unix(here), other = al_time_to_unix(there);
  while (same - other > 1 || other - same > 1) {
    int64_t middle = other + (same - other) / 2;
    if (al_zone_offset(zone, al_time_from_unix(middle)) == offset)
      same = middle;
    else
      other = middle;
  }
  return al_time_from_unix(same > other ? same : other);
}

/* How far the offset of the instant holds, to 'end' at most: forwards or back.
*/
static al_time offset_reach (const al_zone *zone, int32_t offset, al_time at,
                             al_time end) {
  while (at != end) {
    al_time next = at < end ? at + STEP : at - STEP;
    if (at < end ? next > end : next < end)
      next = end;
    if (al_zone_offset(zone, next) != offset)
      return find_border(zone, offset, at, next);
    at = next;
  }
  return end;
}

void al_bucket_find (al_bucket *out, const al_zone *zone, al_unit unit,
                     al_time at) {
  int32_t offset = al_zone_offset(zone, at);
  al_time shift = offset * AL_TICKS_PER_SECOND;
  al_time start, stop;
  out->number = number_of(unit, al_time_shift(at, offset));
  start = start_of(unit, out->number);
  stop = start_of(unit, out->number + 1);
  /* Clocks stand still outside the first and the last bucket. */
  start = start == AL_TIME_MIN || start < shift ? AL_TIME_MIN : start - shift;
  stop = stop >= AL_TIME_END || stop - shift > AL_TIME_END ? AL_TIME_END
                                                           : stop - shift;
  out->span.start = start;
  out->span.stop = stop;
  if (zone->kind == AL_ZONE_FIXED)
    return;
  out->span.start = offset_reach(zone, offset, at, start);
  out->span.stop = offset_reach(zone, offset, at, stop);
}

static al_status append_week (al_buffer *out, uint32_t number, al_error *err) {
  al_time thursday = start_of(AL_WEEK, number) + 3 * TICKS_PER_DAY;
  al_civil civil, first = {0};
  char text[24];
  int week, len;
  al_time_to_civil(&civil, thursday);
  first.year = civil.year;
  first.month = first.day = 1;
  week = (int)((thursday - al_time_from_civil(&first)) / (7 * TICKS_PER_DAY));
  len = snprintf(text, sizeof text, "%04d-W%02d", civil.year, week + 1);
  return al_buffer_append(out, text, (size_t)len, err);
}

al_status al_bucket_append (al_buffer *out, al_unit unit, uint32_t number,
                            al_error *err) {
  static const al_text PATTERNS[] = {
      {"%Y-%m-%d %H:00", 14}, {"%Y-%m-%d", 8}, {NULL, 0}, {"%Y-%m", 5}};
  if (unit == AL_WEEK)
    return append_week(out, number, err);
  return al_time_format(out, PATTERNS[unit].data, PATTERNS[unit].len,
                        start_of(unit, number), 0, err);
}
