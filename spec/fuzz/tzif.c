/*
** tzif.c - whatever bytes come as a time zone file: what is read has clocks
** near UTC at all times, and they change where they are said to.
*/
#include "fuzz.h"

#include "al_time.h"
#include "al_tzif.h"

#define REACH  (26 * 3600)
#define NSTEPS 3000 /* more changes than a file and its rule have */

static int32_t offset_at (const al_tzif *zone, int64_t unix_seconds) {
  int32_t offset = al_tzif_offset(zone, unix_seconds);
  NEED(offset > -REACH && offset < REACH);
  return offset;
}

/* From change to change, between which the clocks stay as they are. */
static void walk (const al_tzif *zone, int64_t from) {
  int i;
  for (i = 0; i < NSTEPS; i++) {
    int64_t next = al_tzif_next(zone, from);
    NEED(next > from);
    NEED(offset_at(zone, from) == offset_at(zone, next - 1));
    if (next == INT64_MAX)
      break;
    from = next;
  }
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  al_text bytes = fuzz_text(data, size);
  al_tzif *zone;
  al_error err;
  if (al_tzif_open(&zone, bytes, &err) != AL_OK) {
    NEED(err.status == AL_SYNTAX && zone == NULL && err.message[0] != '\0');
    return 0;
  }
  walk(zone, al_time_to_unix(AL_TIME_MIN) - REACH);
  walk(zone, 0);
  offset_at(zone, al_time_to_unix(AL_TIME_MAX) + REACH);
  al_tzif_close(zone);
  return 0;
}
