/*
** al_tzif.h - what a time zone file (TZif, RFC 9636) says of a place's clocks.
**
** Instants are Unix seconds. What is read does not change any more and may be
** used by any number of readers.
*/
#ifndef AL_TZIF_H
#define AL_TZIF_H

#include <stdint.h>

#include "al_error.h"
#include "al_text.h"

/* A larger file is refused; the largest of the database has 4 KiB. */
#define AL_TZIF_MAX_BYTES 262144

typedef struct al_tzif al_tzif;

/* Read the bytes of a file, which are not kept. Version 1 has times of 32 bits
** and no rule for the time behind its last change; from version 2 on the times
** have 64 bits and a rule may follow them. Every count, index and order is
** checked. AL_SYNTAX with the reason, also for a file that counts leap seconds;
** *out is then NULL. */
al_status al_tzif_open (al_tzif **out, al_text bytes, al_error *err);
void al_tzif_close (al_tzif *zone);

/* Seconds that clocks are ahead of UTC (east of it), less than 26 hours. Quick,
** as every exported row comes here. For the years 0 to 10000. */
int32_t al_tzif_offset (const al_tzif *zone, int64_t unix_seconds);

/* The first instant behind that one at which clocks may change, or INT64_MAX.
*/
int64_t al_tzif_next (const al_tzif *zone, int64_t unix_seconds);

#endif
