/*
** zone_dump.c - what al_zone.h says of a zone, for check_zones.py.
**
**   zone_dump ZONE FIRST LAST
**
** A line for each Unix time on stdin: the offset then. And a line for each day
** of the years FIRST to LAST: the Unix time at which it starts.
*/
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "al_zone.h"

static void print_days (const al_zone *zone, int year) {
  int month, day;
  for (month = 1; month <= 12; month++)
    for (day = 1; day <= al_month_days(year, month); day++)
      printf("%" PRId64 "\n",
             al_time_to_unix(al_zone_day_start(zone, year, month, day)));
}

int main (int argc, char **argv) {
  al_error err = {AL_OK, ""};
  al_zone zone;
  int64_t unix_seconds;
  int year;
  if (argc != 4 || al_zone_open(&zone, al_text_from(argv[1], strlen(argv[1])),
                                &err) != AL_OK) {
    fprintf(stderr, "%s\n", argc == 4 ? err.message : "three arguments");
    return 1;
  }
  while (scanf("%" SCNd64, &unix_seconds) == 1)
    printf("%" PRId32 "\n",
           al_zone_offset(&zone, al_time_from_unix(unix_seconds)));
  for (year = atoi(argv[2]); year <= atoi(argv[3]); year++)
    print_days(&zone, year);
  al_zone_close(&zone);
  return 0;
}
