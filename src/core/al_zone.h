/*
** al_zone.h - what clocks show in a place.
**
** "local" is asked of libc each time and is what libc took TZ for; a name such
** as "Europe/Paris" is one of the system's time zone database (al_zoneinfo.h),
** whose file is read once. Nothing here reads TZ or sets the environment. A
** zone that is open may be used by any number of readers; it does not change.
*/
#ifndef AL_ZONE_H
#define AL_ZONE_H

#include <stdint.h>

#include "al_error.h"
#include "al_text.h"
#include "al_time.h"
#include "al_tzif.h"
#include "al_zoneinfo.h"

typedef enum {
  AL_ZONE_FIXED, /* the same offset at all times; UTC is one */
  AL_ZONE_LOCAL, /* libc's */
  AL_ZONE_NAMED  /* of the time zone database */
} al_zone_kind;

typedef struct {
  al_zone_kind kind;
  int32_t offset_seconds;          /* east of UTC; of AL_ZONE_FIXED */
  al_tzif *rules;                  /* owned; of AL_ZONE_NAMED, else NULL */
  char name[AL_ZONE_NAME_MAX + 1]; /* as al_zone_open takes it; ends in NUL */
} al_zone;

/* Open "UTC", "local", an offset such as "+05:30", up to 23:59 either way (what
** an instant may carry), or a name of the time zone database. AL_SYNTAX for all
** else and for a file that is damaged, AL_IO when there is no database or the
** file cannot be read, AL_NOMEM; there is nothing to close then. */
al_status al_zone_open (al_zone *out, al_text name, al_error *err);
void al_zone_close (al_zone *zone);

/* Whether clocks show UTC at all times. */
static inline int al_zone_is_utc (const al_zone *zone) {
  return zone->kind == AL_ZONE_FIXED && zone->offset_seconds == 0;
}

/* Seconds that clocks are ahead of UTC (east of it) at that instant. */
int32_t al_zone_offset (const al_zone *zone, al_time utc);

/* The first instant whose local date is that day or, where clocks skip all of
** it, a later one. Midnight may be skipped or come twice. The day may lie
** outside its month, as in al_time_from_civil. Held within AL_TIME_MIN and
** AL_TIME_END. */
al_time al_zone_day_start (const al_zone *zone, int year, int month, int day);

#endif
