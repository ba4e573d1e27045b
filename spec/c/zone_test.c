/*
** zone_test.c - zones; those of libc and of the time zone database in places
** where midnight is odd.
**
** The core never touches TZ; this test does, and TZDIR, in its own process.
*/
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "al_zone.h"
#include "check.h"
#include "help.h"

#define MINUTE (60 * AL_TICKS_PER_SECOND)
#define HOUR   (60 * MINUTE)

static al_text text_of (const char *string) {
  return al_text_from(string, strlen(string));
}

/* Folders of zones cannot be hidden from one program alone by whoever may not
** mount: the linker leads the core's open() here. */
static int no_folders;

int __real_open (const char *path, int flags, ...);
int __wrap_open (const char *path, int flags, ...);
int __wrap_open (const char *path, int flags, ...) {
  if (no_folders && strstr(path, "/zoneinfo") != NULL) {
    errno = ENOENT;
    return -1;
  }
  return __real_open(path, flags);
}

static al_zone zone_of (const char *name) {
  al_zone zone;
  al_error err = {AL_OK, ""};
  CHECK(al_zone_open(&zone, text_of(name), &err) == AL_OK);
  CHECK_STRING("", err.message);
  return zone;
}

/* The zone "local" in a place. */
static al_zone local_in (const char *place) {
  setenv("TZ", place, 1);
  tzset();
  return zone_of("local");
}

static al_time instant (const char *text) {
  al_time time = -1;
  al_error err;
  CHECK(al_time_parse(&time, text_of(text), &err) == AL_OK);
  return time;
}

static void check_day_start (const char *expected, const al_zone *zone,
                             int year, int month, int day) {
  char text[AL_TIME_LEN + 1];
  al_time_write(text, al_zone_day_start(zone, year, month, day));
  text[19] = '\0'; /* no clock jumps within a second */
  CHECK_STRING(expected, text);
}

/* Of libc and of the database alike. */
static void check_day_in (const char *place, const char *expected, int year,
                          int month, int day) {
  al_zone local = local_in(place), named = zone_of(place);
  check_day_start(expected, &local, year, month, day);
  check_day_start(expected, &named, year, month, day);
  al_zone_close(&named);
}

static void names_are_read (void) {
  al_zone utc = zone_of("UTC"), east = zone_of("+05:30");
  al_zone west = zone_of("-08:00"), zero = zone_of("-00:00");
  CHECK(utc.kind == AL_ZONE_FIXED && utc.offset_seconds == 0);
  CHECK_STRING("UTC", utc.name);
  CHECK(east.kind == AL_ZONE_FIXED && east.offset_seconds == 19800);
  CHECK_STRING("+05:30", east.name);
  CHECK(west.offset_seconds == -28800);
  CHECK_STRING("-08:00", west.name);
  CHECK(zero.offset_seconds == 0);
  CHECK_STRING("+00:00", zero.name);
  CHECK(zone_of("+23:59").offset_seconds == 86340);
  CHECK(zone_of("-23:59").offset_seconds == -86340);
  CHECK(zone_of("local").kind == AL_ZONE_LOCAL);
  CHECK_STRING("local", zone_of("local").name);
}

static void check_refused (const char *expected, al_text name) {
  al_zone zone;
  al_error err = {AL_OK, ""};
  CHECK(al_zone_open(&zone, name, &err) == AL_SYNTAX);
  CHECK_STRING(expected, err.message);
}

#define EXPECTED                                                               \
  "\"UTC\", \"local\", an offset from -23:59 to +23:59, such as "              \
  "\"+05:30\", or a name such as \"Europe/Paris\" expected"

static void check_all_refused (const char *const *names, const char *reason) {
  char expected[AL_MESSAGE_MAX];
  for (; *names != NULL; names++) {
    snprintf(expected, sizeof expected, "zone '%s': %s", *names, reason);
    check_refused(expected, text_of(*names));
  }
}

static void what_is_no_name_is_refused (void) {
  static const char *const NAMES[] = {
      "",       "+24:00", "-24:00", "+05:60", "+5:30",  "+0530",
      "05:30",  "+05",    "+05:3",  "+05-30", "*05:30", "+05:30:00",
      "+-5:30", "+ 5:30", " UTC",   "_",      NULL};
  check_all_refused(NAMES, EXPECTED);
}

static void names_that_could_lead_elsewhere_are_refused (void) {
  static const char *const FORM[] = {"..",
                                     ".",
                                     "../UTC",
                                     "Europe/../UTC",
                                     "Europe/./Paris",
                                     "Europe/",
                                     "UTC/",
                                     "Europe//Paris",
                                     "local ",
                                     "Europe\\Paris",
                                     "UTC.",
                                     "zone.tab",
                                     "Z:",
                                     "tzdata.zi",
                                     NULL};
  static const char *const PATHS[] = {"/", "/UTC", "/etc/localtime", "//UTC",
                                      NULL};
  static const char *const RIGHT[] = {"right/", "right/UTC",
                                      "right/Europe/Paris", NULL};
  static const char *const POSIX[] = {"posix/", "posix/UTC", NULL};
  char name[AL_ZONE_NAME_MAX + 2];
  check_all_refused(FORM, "a name has letters, digits, '_', '+' and '-' in "
                          "parts joined by one '/'");
  check_refused("zone 'UTC\\x00': a name has letters, digits, '_', '+' and '-' "
                "in parts joined by one '/'",
                AL_TEXT("UTC\0"));
  check_all_refused(PATHS, "a name is expected, not a path");
  check_all_refused(RIGHT, "right/ counts leap seconds, which instants here do "
                           "not have; leave it out");
  check_all_refused(POSIX, "leave out posix/");
  memset(name, 'a', sizeof name);
  name[sizeof name - 1] = '\0';
  check_refused("zone 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                "aaaaaaaa': a name has 63 bytes at most",
                text_of(name));
  name[AL_ZONE_NAME_MAX] = '\0';
  check_refused("zone 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                "aaaaaaa': the system's time zone database has none of that "
                "name",
                text_of(name));
}

#define UNKNOWN "the system's time zone database has none of that name"

static void unknown_names_are_refused (void) {
  static const char *const NAMES[] = {"Paris",     "Europe/Pari", "Z", "Local",
                                      "UTC/Paris", "EUROPE",      NULL};
  check_all_refused(NAMES, UNKNOWN);
}

static void names_in_another_case_are_told (void) {
  check_refused("zone 'utc': " UNKNOWN "; did you mean 'UTC'?", AL_TEXT("utc"));
  check_refused("zone 'europe/paris': " UNKNOWN
                "; did you mean 'Europe/Paris'?",
                AL_TEXT("europe/paris"));
  check_refused("zone 'america/ARGENTINA/buenos_aires': " UNKNOWN
                "; did you mean 'America/Argentina/Buenos_Aires'?",
                AL_TEXT("america/ARGENTINA/buenos_aires"));
}

static void what_is_no_zone_file_is_refused (void) {
  check_refused("zone 'Europe': that is a folder of zones", AL_TEXT("Europe"));
  check_refused("zone 'leapseconds': its file is no time zone file (TZif)",
                AL_TEXT("leapseconds"));
}

static void named_zones_are_those_of_the_database (void) {
  al_zone paris = zone_of("Europe/Paris"), west = zone_of("Etc/GMT+5");
  CHECK(paris.kind == AL_ZONE_NAMED);
  CHECK_STRING("Europe/Paris", paris.name);
  CHECK(al_zone_offset(&paris, AL_TIME_MIN) == 561); /* Paris mean time */
  CHECK(al_zone_offset(&paris, instant("2023-03-26T00:59:59.9999999Z")) ==
        3600);
  CHECK(al_zone_offset(&paris, instant("2023-03-26T01:00:00Z")) == 7200);
  CHECK(al_zone_offset(&paris, instant("2123-07-01T00:00:00Z")) == 7200);
  CHECK(al_zone_offset(&paris, AL_TIME_MAX) == 3600);
  CHECK(al_zone_offset(&west, AL_TIME_MAX) == -18000);
  al_zone_close(&paris);
  al_zone_close(&west);
}

static void the_time_zone_of_libc_makes_no_difference (void) {
  al_zone here = local_in("Asia/Tokyo"), paris = zone_of("Europe/Paris");
  CHECK(al_zone_offset(&here, instant("2023-01-01T00:00:00Z")) == 32400);
  CHECK(al_zone_offset(&paris, instant("2023-01-01T00:00:00Z")) == 3600);
  CHECK(al_zone_offset(&here, instant("2023-01-01T00:00:00Z")) == 32400);
  CHECK_STRING("Asia/Tokyo", getenv("TZ"));
  al_zone_close(&paris);
}

/* ---- the folder of TZDIR ---- */

static void the_folder_of_tzdir_is_the_database (void) {
  al_zone mine;
  al_buffer bytes = {0};
  FILE *file;
  help_folder_enter("/tmp");
  CHECK(help_read(&bytes, "/usr/share/zoneinfo/Asia/Tokyo"));
  CHECK(mkdir("db", 0700) == 0 && mkfifo("db/pipe", 0600) == 0);
  file = fopen("db/Mine", "wb");
  CHECK(fwrite(bytes.data, 1, bytes.len, file) == bytes.len);
  CHECK(fclose(file) == 0);
  help_write("db/Empty", "");
  help_write("db/Large", "TZif");
  CHECK(truncate("db/Large", AL_TZIF_MAX_BYTES + 1) == 0);
  setenv("TZDIR", "db", 1);
  mine = zone_of("Mine");
  CHECK(al_zone_offset(&mine, instant("2023-01-01T00:00:00Z")) == 32400);
  al_zone_close(&mine);
  check_refused("zone 'Europe/Paris': " UNKNOWN, AL_TEXT("Europe/Paris"));
  check_refused("zone 'Empty': its file is no time zone file (TZif)",
                AL_TEXT("Empty"));
  check_refused("zone 'Large': its file has more than 256 KiB",
                AL_TEXT("Large"));
  check_refused("zone 'pipe': its file is no regular file", AL_TEXT("pipe"));
  al_buffer_close(&bytes);
  help_folder_leave();
}

static void without_a_folder_nothing_is_found (void) {
  al_zone zone;
  al_error err = {AL_OK, ""};
  setenv("TZDIR", "/nowhere", 1);
  CHECK(al_zone_open(&zone, AL_TEXT("Europe/Paris"), &err) == AL_IO);
  CHECK_STRING("zone 'Europe/Paris': cannot open the folder of TZDIR, "
               "/nowhere: No such file or directory",
               err.message);
  setenv("TZDIR", "", 1); /* as if it were not set */
  zone = zone_of("Europe/Paris");
  al_zone_close(&zone);
  unsetenv("TZDIR");
}

static void check_without_files (const char *name, const char *expected) {
  al_zone zone;
  al_error err = {AL_OK, ""};
  CHECK(al_zone_open(&zone, text_of(name), &err) != AL_OK);
  CHECK_STRING(expected, err.message);
}

/* The process may open no file more, then one, which is the folder. */
static void files_that_run_out_are_told (void) {
  struct rlimit before, few;
  int fd = dup(0); /* the first that is free */
  close(fd);
  CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
  few = before;
  few.rlim_cur = (rlim_t)fd;
  CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
  check_without_files("Europe/Paris",
                      "zone 'Europe/Paris': cannot open /usr/share/zoneinfo: "
                      "Too many open files");
  few.rlim_cur = (rlim_t)fd + 1;
  CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
  check_without_files("Europe/Paris",
                      "zone 'Europe/Paris': cannot open its file: Too many "
                      "open files");
  CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
}

static void fixed_zones_start_days_at_their_midnight (void) {
  al_zone utc = zone_of("UTC"), east = zone_of("+05:30");
  al_zone west = zone_of("-23:59");
  check_day_start("2023-10-21T00:00:00", &utc, 2023, 10, 21);
  check_day_start("2023-10-20T18:30:00", &east, 2023, 10, 21);
  check_day_start("2023-10-21T23:59:00", &west, 2023, 10, 21);
  check_day_start("2023-11-01T00:00:00", &utc, 2023, 10, 32);
  check_day_start("2022-12-31T00:00:00", &utc, 2023, 1, 0);
}

static void day_starts_are_held_at_the_ends (void) {
  al_zone utc = zone_of("UTC"), east = zone_of("+05:30");
  al_zone west = zone_of("-08:00"), local = local_in("Asia/Kolkata");
  CHECK(al_zone_day_start(&utc, 1, 1, 1) == AL_TIME_MIN);
  CHECK(al_zone_day_start(&utc, 1, 1, -40000) == AL_TIME_MIN);
  CHECK(al_zone_day_start(&east, 1, 1, 1) == AL_TIME_MIN);
  CHECK(al_zone_day_start(&west, 1, 1, 1) == 8 * HOUR);
  CHECK(al_zone_day_start(&utc, 9999, 12, 32) == AL_TIME_END);
  CHECK(al_zone_day_start(&west, 9999, 12, 32) == AL_TIME_END);
  check_day_start("9999-12-31T18:30:00", &east, 9999, 12, 32);
  CHECK(al_zone_day_start(&local, 1, 1, 1) == AL_TIME_MIN);
  check_day_start("9999-12-31T18:30:00", &local, 9999, 12, 32);
}

static void local_offsets_are_libcs (void) {
  al_zone paris = local_in("Europe/Paris");
  CHECK(al_zone_offset(&paris, instant("2023-01-01T00:00:00Z")) == 3600);
  CHECK(al_zone_offset(&paris, instant("2023-07-01T00:00:00Z")) == 7200);
  CHECK(al_zone_offset(&paris, instant("2023-03-26T00:59:59.9999999Z")) ==
        3600);
  CHECK(al_zone_offset(&paris, instant("2023-03-26T01:00:00Z")) == 7200);
  CHECK(al_zone_offset(&paris, AL_TIME_MIN) == 561); /* Paris mean time */
  CHECK(al_zone_offset(&paris, AL_TIME_MAX) == 3600);
}

static void a_skipped_midnight_starts_the_day_later (void) {
  check_day_in("America/Sao_Paulo", "2018-11-03T03:00:00", 2018, 11, 3);
  check_day_in("America/Sao_Paulo", "2018-11-04T03:00:00", 2018, 11, 4);
  check_day_in("America/Sao_Paulo", "2018-11-05T02:00:00", 2018, 11, 5);
}

/* At 0:00 clocks go back to 23:00: midnight is what follows the second 23:59.
*/
static void an_evening_that_comes_twice_belongs_to_its_day (void) {
  check_day_in("America/Sao_Paulo", "2019-02-16T02:00:00", 2019, 2, 16);
  check_day_in("America/Sao_Paulo", "2019-02-17T03:00:00", 2019, 2, 17);
}

static void a_doubled_midnight_starts_the_day_at_the_first (void) {
  check_day_in("America/Havana", "2018-11-04T04:00:00", 2018, 11, 4);
  check_day_in("America/Havana", "2018-11-05T05:00:00", 2018, 11, 5);
}

/* At 0:01 clocks went back to 23:01 of the day before. */
static void a_day_may_begin_for_one_minute (void) {
  check_day_in("America/St_Johns", "2010-11-07T02:30:00", 2010, 11, 7);
}

static void a_skipped_day_starts_with_the_next (void) {
  check_day_in("Pacific/Apia", "2011-12-29T10:00:00", 2011, 12, 29);
  check_day_in("Pacific/Apia", "2011-12-30T10:00:00", 2011, 12, 30);
  check_day_in("Pacific/Apia", "2011-12-30T10:00:00", 2011, 12, 31);
  check_day_in("Pacific/Apia", "2011-12-31T10:00:00", 2012, 1, 1);
  check_day_in("Asia/Manila", "1844-12-31T15:56:08", 1844, 12, 31);
  check_day_in("Asia/Manila", "1844-12-31T15:56:08", 1845, 1, 1);
}

/* Minute by minute from before to behind, without cleverness. */
static al_time plain_day_start (const al_zone *zone, al_time midnight) {
  al_time time = midnight - 30 * HOUR;
  while (time + al_zone_offset(zone, time) * AL_TICKS_PER_SECOND < midnight)
    time += MINUTE;
  return time;
}

static void starts_are_those_of_a_plain_search (void) {
  static const char *const PLACES[] = {"UTC",
                                       "Europe/Paris",
                                       "America/Sao_Paulo",
                                       "Asia/Tehran",
                                       "America/Havana",
                                       "America/St_Johns",
                                       "Asia/Beirut",
                                       "Australia/Lord_Howe",
                                       "Pacific/Apia",
                                       "Asia/Kathmandu",
                                       "XST-24:59YST-23:59,J100/0,J200/0",
                                       "WST24:59VST,0/0,J365/25"};
  size_t i;
  for (i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
    al_zone zone = local_in(PLACES[i]);
    int day, wrong = 0;
    for (day = 1; day <= 2 * 365 && !wrong; day++) {
      al_civil civil = {2010, 1, 0, 0, 0, 0, 0};
      al_time midnight;
      civil.day = day;
      midnight = al_time_from_civil(&civil);
      wrong = al_zone_day_start(&zone, 2010, 1, day) !=
              plain_day_start(&zone, midnight);
    }
    if (wrong)
      printf("%s: day %d of 2010\n", PLACES[i], day - 1);
    CHECK(!wrong);
  }
}

static void a_system_without_a_database_is_told (void) {
  al_zone zone;
  al_error err;
  no_folders = 1;
  CHECK(al_zone_open(&zone, text_of("Europe/Paris"), &err) == AL_IO);
  CHECK_STRING("zone 'Europe/Paris': there is no time zone database in "
               "/usr/share/zoneinfo; install tzdata",
               err.message);
  no_folders = 0;
}

int main (void) {
  CHECK_RUN(names_are_read);
  CHECK_RUN(what_is_no_name_is_refused);
  CHECK_RUN(names_that_could_lead_elsewhere_are_refused);
  CHECK_RUN(unknown_names_are_refused);
  CHECK_RUN(names_in_another_case_are_told);
  CHECK_RUN(what_is_no_zone_file_is_refused);
  CHECK_RUN(named_zones_are_those_of_the_database);
  CHECK_RUN(the_time_zone_of_libc_makes_no_difference);
  CHECK_RUN(the_folder_of_tzdir_is_the_database);
  CHECK_RUN(without_a_folder_nothing_is_found);
  CHECK_RUN(a_system_without_a_database_is_told);
  CHECK_RUN(files_that_run_out_are_told);
  CHECK_RUN(fixed_zones_start_days_at_their_midnight);
  CHECK_RUN(day_starts_are_held_at_the_ends);
  CHECK_RUN(local_offsets_are_libcs);
  CHECK_RUN(a_skipped_midnight_starts_the_day_later);
  CHECK_RUN(an_evening_that_comes_twice_belongs_to_its_day);
  CHECK_RUN(a_doubled_midnight_starts_the_day_at_the_first);
  CHECK_RUN(a_day_may_begin_for_one_minute);
  CHECK_RUN(a_skipped_day_starts_with_the_next);
  CHECK_RUN(starts_are_those_of_a_plain_search);
  return CHECK_RESULT();
}
