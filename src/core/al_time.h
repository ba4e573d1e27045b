/*
** al_time.h - instants, and the texts they are read from and written as.
**
** An instant counts ticks of 100 ns since 0001-01-01T00:00:00Z, as .NET does,
** and lies in the years 0001 to 9999 of the Gregorian calendar. Days have
** 86,400 seconds: leap seconds do not exist here. Nothing depends on libc's
** locale or time zone.
*/
#ifndef AL_TIME_H
#define AL_TIME_H

#include <stdint.h>

#include "al_buffer.h"
#include "al_error.h"
#include "al_text.h"

typedef int64_t al_time;

#define AL_TICKS_PER_SECOND INT64_C(10000000)

#define AL_TIME_MIN INT64_C(0)
#define AL_TIME_MAX INT64_C(3155378975999999999)
/* No instant: where a half-open span stops that covers AL_TIME_MAX too. */
#define AL_TIME_END (AL_TIME_MAX + 1)

/* Bytes of the fixed form, YYYY-MM-DDTHH:MM:SS.fffffffZ, which sorts as text
** like the instants themselves. */
#define AL_TIME_LEN 28

/* The fields of a clock and a calendar on the wall. */
typedef struct {
  int year;   /* 1 to 9999 */
  int month;  /* 1 to 12 */
  int day;    /* 1 to 31 */
  int hour;   /* 0 to 23 */
  int minute; /* 0 to 59 */
  int second; /* 0 to 59 */
  int ticks;  /* 0 to 9999999 */
} al_civil;

int al_month_days (int year, int month);

/* From an instant to its fields in UTC and back. The way back takes the years
** 0 and 10000 and any day, counted on from the month's first as mktime does:
** 32 January is 1 February. The result may then be outside the range of
** instants. */
void al_time_to_civil (al_civil *out, al_time time);
al_time al_time_from_civil (const al_civil *civil);

/* The instant 'seconds' away, held at the ends of the range. */
al_time al_time_shift (al_time time, int32_t seconds);

/* Seconds since 1970-01-01T00:00:00Z. What is outside the range of instants is
** held at its ends; a part of a second is dropped. */
al_time al_time_from_unix (int64_t seconds);
int64_t al_time_to_unix (al_time time);

/* The text that a function here reads is not missing. */

/* Read YYYY-MM-DDTHH:MM:SS, 0 to 7 fraction digits behind a dot, and Z or an
** offset from -23:59 to +23:59. All else is AL_SYNTAX with the reason. */
al_status al_time_parse (al_time *out, al_text text, al_error *err);

/* Read text that should be in the fixed form. Returns 1, or 0 when it is not.
** Quick, as every exported row passes here. */
int al_time_read_fixed (al_time *out, al_text text);
int al_civil_read_fixed (al_civil *out, al_text text);

/* Write the fixed form and a NUL behind it. */
void al_time_write (char out[AL_TIME_LEN + 1], al_time time);

/* Read a date YYYY-MM-DD or a month YYYY-MM (its first day); the clock is set
** to midnight. AL_SYNTAX with the reason. */
al_status al_date_parse (al_civil *out, al_text text, al_error *err);
al_status al_month_parse (al_civil *out, al_text text, al_error *err);

/* Read +hh:mm or -hh:mm, up to 23:59, in seconds east of UTC. Returns 1, or 0
** when the text is nothing of that kind. */
int al_offset_read (int32_t *seconds, al_text text);

/* Read what the portal shows on screen, in UTC: M/D/YYYY, h:mm AM or PM. The
** comma may be missing, seconds may follow the minutes, and the space before
** AM may be U+00A0 or U+202F, as browsers write it. AL_SYNTAX with the reason.
*/
al_status al_time_parse_screen (al_time *out, al_text text, al_error *err);

/* What Excel takes for a date in every locale. */
#define AL_TIME_EXCEL "%Y-%m-%d %H:%M:%S"

/* Append the instant as it is on a clock 'offset_seconds' east of UTC (less
** than 100 hours), by a pattern in the manner of strftime: %Y %y %m %d %H %I
** %M %S %p (AM, PM) %j %F %T %f (7 fraction digits) %z (+hh:mm, seconds
** dropped) %%, and without leading zeros %-m %-d %-H %-I. A local time outside
** the years 0001 to 9999 is held at their ends. AL_SYNTAX for a pattern that
** al_time_format_check refuses, or AL_NOMEM; 'out' is then as it was. */
al_status al_time_format (al_buffer *out, const char *pattern, size_t len,
                          al_time utc, int32_t offset_seconds, al_error *err);

/* The same of what the clock shows already. */
al_status al_civil_format (al_buffer *out, const char *pattern, size_t len,
                           const al_civil *civil, int32_t offset_seconds,
                           al_error *err);

/* AL_SYNTAX, naming the conversion, when the pattern holds one that is not in
** the list above or ends within one. */
al_status al_time_format_check (const char *pattern, size_t len, al_error *err);

#endif
