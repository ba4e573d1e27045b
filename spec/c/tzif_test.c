/*
** tzif_test.c - time zone files: what they say, and how damaged ones are
** refused. libc reads the same rules out of TZ, which only this test sets.
*/
#include <stdlib.h>
#include <time.h>

#include "al_time.h"
#include "al_tzif.h"
#include "check.h"
#include "help.h"

#define DAY INT64_C(86400)

/* ---- files, made of what may be wrong in them ---- */

typedef struct {
  char version;
  int ntimes, ntypes, nnames, nleaps, nstd, nut; /* as the header has them */
  int64_t times[3];
  char indices[4];
  int32_t offsets[2];
  char summer, name; /* of the second type */
  const char *names; /* 8 bytes */
  const char *footer;
} file;

/* Paris in 1995 and 1996: winter, summer, winter, and a rule. */
static file good_file (void) {
  const file good = {'2',        3,
                     2,          8,
                     0,          0,
                     0,          {796179600, 811904400, 828234000},
                     "\1\0\1",   {3600, 7200},
                     1,          4,
                     "CET\0CES", "\nCET-1CEST,M3.5.0,M10.5.0/3\n"};
  return good;
}

static void put (al_buffer *out, int64_t value, int nbytes) {
  al_error err;
  while (nbytes-- > 0)
    CHECK(al_buffer_append_char(out, (char)((uint64_t)value >> 8 * nbytes),
                                &err) == AL_OK);
}

static void put_block (al_buffer *out, const file *from, int time_bytes) {
  al_error err;
  int i;
  put(out, 0x545A6966, 4);
  put(out, from->version, 1);
  for (i = 0; i < 15; i++)
    put(out, 0, 1);
  put(out, from->nut, 4);
  put(out, from->nstd, 4);
  put(out, from->nleaps, 4);
  put(out, from->ntimes, 4);
  put(out, from->ntypes, 4);
  put(out, from->nnames, 4);
  for (i = 0; i < from->ntimes && i < 3; i++)
    put(out, from->times[i], time_bytes);
  for (i = 0; i < from->ntimes && i < 3; i++)
    put(out, from->indices[i], 1);
  for (i = 0; i < from->ntypes && i < 2; i++) {
    put(out, from->offsets[i], 4);
    put(out, i > 0 ? from->summer : 0, 1);
    put(out, i > 0 ? from->name : 0, 1);
  }
  CHECK(from->nnames == 0 ||
        al_buffer_append(out, from->names, from->nnames == 7 ? 7 : 8, &err) ==
            AL_OK);
  for (i = 0; i < from->nleaps * (time_bytes + 4) + from->nstd + from->nut; i++)
    put(out, 0, 1);
}

static void put_file (al_buffer *out, const file *from) {
  al_error err;
  al_buffer_clear(out);
  put_block(out, from, 4);
  if (from->version == 0)
    return;
  put_block(out, from, 8);
  CHECK(al_buffer_append(out, from->footer, strlen(from->footer), &err) ==
        AL_OK);
}

static al_tzif *open_file (const file *from) {
  al_buffer bytes = {0};
  al_tzif *zone;
  al_error err = {AL_OK, ""};
  put_file(&bytes, from);
  CHECK(al_tzif_open(&zone, al_buffer_text(&bytes), &err) == AL_OK);
  CHECK_STRING("", err.message);
  al_buffer_close(&bytes);
  return zone;
}

/* A file without changes. */
static al_tzif *open_rule (const char *rule) {
  file all = good_file();
  char footer[128];
  snprintf(footer, sizeof footer, "\n%s\n", rule);
  all.ntimes = 0;
  all.footer = footer;
  return open_file(&all);
}

/* ---- what files say ---- */

static void times_have_the_offset_of_the_change_before (void) {
  file good = good_file();
  al_tzif *zone = open_file(&good);
  CHECK(al_tzif_offset(zone, INT64_C(-62135596800)) == 3600);
  CHECK(al_tzif_offset(zone, 796179599) == 3600);
  CHECK(al_tzif_offset(zone, 796179600) == 7200);
  CHECK(al_tzif_offset(zone, 811904399) == 7200);
  CHECK(al_tzif_offset(zone, 811904400) == 3600);
  CHECK(al_tzif_offset(zone, 828234000) == 7200);
  al_tzif_close(zone);
}

static void the_rule_holds_behind_the_last_change (void) {
  file good = good_file();
  al_tzif *zone = open_file(&good);
  CHECK(al_tzif_offset(zone, 846377999) == 7200); /* 27 October 1996 */
  CHECK(al_tzif_offset(zone, 846378000) == 3600);
  CHECK(al_tzif_offset(zone, 1774745999) == 3600); /* 29 March 2026 */
  CHECK(al_tzif_offset(zone, 1774746000) == 7200);
  CHECK(al_tzif_offset(zone, INT64_C(253386871199)) == 7200); /* July 9999 */
  al_tzif_close(zone);
}

/* 2026 and 8426 have one calendar. */
static void the_calendar_repeats_itself (void) {
  const int64_t far = INT64_C(16) * 12622780800;
  file good = good_file();
  al_tzif *zone = open_file(&good);
  CHECK(al_tzif_offset(zone, 1774745999 + far) == 3600);
  CHECK(al_tzif_offset(zone, 1774746000 + far) == 7200);
  CHECK(al_tzif_next(zone, 1774745999 + far) == 1774746000 + far);
  al_tzif_close(zone);
}

static void changes_are_found_one_after_the_other (void) {
  file good = good_file();
  al_tzif *zone = open_file(&good);
  CHECK(al_tzif_next(zone, -1) == 796179600);
  CHECK(al_tzif_next(zone, 796179600) == 811904400);
  CHECK(al_tzif_next(zone, 828234000) == 846378000);
  al_tzif_close(zone);
  good.footer = "\n\n";
  zone = open_file(&good);
  CHECK(al_tzif_next(zone, 828234000) == INT64_MAX);
  CHECK(al_tzif_offset(zone, 846378000) == 7200);
  al_tzif_close(zone);
}

static void version_1_ends_with_its_last_change (void) {
  file old = good_file();
  al_tzif *zone;
  old.version = 0;
  old.times[0] = -796179600;
  zone = open_file(&old);
  CHECK(al_tzif_offset(zone, -796179601) == 3600);
  CHECK(al_tzif_offset(zone, -796179600) == 7200);
  CHECK(al_tzif_offset(zone, 4000000000) == 7200);
  al_tzif_close(zone);
}

static void later_versions_have_64_bits (void) {
  file late = good_file();
  al_tzif *zone;
  late.version = '4';
  late.times[0] = INT64_C(-10000000000);
  zone = open_file(&late);
  CHECK(al_tzif_offset(zone, INT64_C(-10000000001)) == 3600);
  CHECK(al_tzif_offset(zone, INT64_C(-10000000000)) == 7200);
  al_tzif_close(zone);
}

static void changes_may_lie_at_the_ends_of_time (void) {
  file odd = good_file();
  al_tzif *zone;
  odd.times[0] = INT64_MIN;
  odd.times[1] = 0;
  odd.times[2] = INT64_MAX;
  odd.footer = "\n\n";
  zone = open_file(&odd);
  CHECK(al_tzif_offset(zone, -1) == 7200);
  CHECK(al_tzif_offset(zone, 0) == 3600);
  CHECK(al_tzif_next(zone, 0) == INT64_MAX);
  al_tzif_close(zone);
}

static void a_file_may_be_all_rule (void) {
  al_tzif *zone = open_rule("<-0330>3:30");
  CHECK(al_tzif_offset(zone, INT64_C(-62135596800)) == -12600);
  CHECK(al_tzif_offset(zone, 1774746000) == -12600);
  CHECK(al_tzif_next(zone, 0) == INT64_MAX);
  al_tzif_close(zone);
  zone = open_rule("EST5EDT,M3.2.0,M11.1.0");
  CHECK(al_tzif_offset(zone, -1000000000) == -14400); /* April 1938 */
  CHECK(al_tzif_offset(zone, 1793512799) == -14400);  /* 1 November 2026 */
  CHECK(al_tzif_offset(zone, 1793512800) == -18000);
  al_tzif_close(zone);
}

/* Summer time that never ends (RFC 9636, section 3.3.1) and never begins. */
static void changes_may_meet (void) {
  al_tzif *zone = open_rule("XXX3EDT4,0/0,J365/23");
  int64_t day;
  int wrong = 0;
  for (day = 0; day < 30000; day++)
    wrong += al_tzif_offset(zone, day * DAY + 10800) != -14400 ||
             al_tzif_offset(zone, day * DAY + 10799) != -14400;
  CHECK(wrong == 0);
  al_tzif_close(zone);
  zone = open_rule("AAA3BBB2,0/0,0/1");
  for (day = 0; day < 30000; day++)
    wrong += al_tzif_offset(zone, day * DAY + 10800) != -10800;
  CHECK(wrong == 0);
  al_tzif_close(zone);
}

/* Every half an hour from 2023 to 2039. */
static void check_against_libc (const char *rule) {
  al_tzif *zone = open_rule(rule);
  time_t at;
  int wrong = 0;
  setenv("TZ", rule, 1);
  tzset();
  for (at = 1700000000; at < 2200000000; at += 1800) {
    struct tm local;
    localtime_r(&at, &local);
    if (local.tm_gmtoff != al_tzif_offset(zone, at) && wrong++ == 0)
      printf("%s at %ld: %ld, %ld\n", rule, (long)at, (long)local.tm_gmtoff,
             (long)al_tzif_offset(zone, at));
  }
  CHECK(wrong == 0);
  al_tzif_close(zone);
}

static void rules_are_libcs (void) {
  static const char *const RULES[] = {"UTC0",
                                      "CET-1CEST,M3.5.0,M10.5.0/3",
                                      "NZST-12NZDT,M9.5.0,M4.1.0/3",
                                      "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
                                      "IST-1GMT0,M10.5.0,M3.5.0/1",
                                      "IST-2IDT,M3.4.4/26,M10.5.0",
                                      "EET-2EEST,M3.4.4/50,M10.4.4/50",
                                      "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
                                      "AAA-1BBB,J59/1,J60/3:30",
                                      "AAA-1BBB,J60,J300",
                                      "AAA-1BBB,59,300/0",
                                      "AAA+4:45:30BBB+3:15,J1/1,J364/23:59:59",
                                      "AAA-1BBB,M2.5.6/2,M6.5.1",
                                      "AAA8BBB,M1.1.1,M12.4.5"};
  size_t i;
  for (i = 0; i < sizeof RULES / sizeof RULES[0]; i++)
    check_against_libc(RULES[i]);
}

/* ---- what is refused ---- */

static void check_bytes_refused (const char *expected, al_text bytes) {
  al_tzif *zone;
  al_error err = {AL_OK, ""};
  CHECK(al_tzif_open(&zone, bytes, &err) == AL_SYNTAX);
  CHECK(zone == NULL);
  CHECK_STRING(expected, err.message);
  al_tzif_close(zone);
}

static void check_refused (const char *expected, const file *from) {
  al_buffer bytes = {0};
  put_file(&bytes, from);
  check_bytes_refused(expected, al_buffer_text(&bytes));
  al_buffer_close(&bytes);
}

#define REFUSED(reason, change)                                                \
  do {                                                                         \
    file bad = good_file();                                                    \
    change;                                                                    \
    check_refused(reason, &bad);                                               \
  } while (0)

#define DAMAGED(reason, change) REFUSED("its file is damaged: " reason, change)

static void damaged_files_are_refused (void) {
  DAMAGED("its version is unknown", bad.version = '1');
  DAMAGED("it ends early", bad.ntimes = 1000);
  DAMAGED("it ends early", bad.ntimes = -1);
  DAMAGED("it ends early", bad.nnames = -1);
  DAMAGED("it ends early", bad.ntypes = 0x10000000);
  DAMAGED("it has no types of time, or more than 256", bad.ntypes = 0);
  DAMAGED("its abbreviations do not end", bad.nnames = 0);
  DAMAGED("its abbreviations do not end", bad.nnames = 7);
  DAMAGED("its flags are not one for each type of time", bad.nstd = 1);
  DAMAGED("its flags are not one for each type of time", bad.nut = 3);
  DAMAGED("an offset is more than a day", bad.offsets[0] = 93600);
  DAMAGED("an offset is more than a day", bad.offsets[1] = -90000);
  DAMAGED("an offset is more than a day", bad.offsets[1] = INT32_MIN);
  DAMAGED("a mark of summer time is neither 0 nor 1", bad.summer = 2);
  DAMAGED("an abbreviation lies outside of them", bad.name = 8);
  DAMAGED("a change is to a type of time that is not there",
          bad.indices[2] = 2);
  DAMAGED("its changes are not in order", bad.times[1] = bad.times[0]);
  DAMAGED("its changes are not in order", bad.times[2] = -1);
  DAMAGED("its last line is missing", bad.footer = "");
  DAMAGED("its last line is missing", bad.footer = "\n");
  DAMAGED("its last line is missing", bad.footer = "CET-1\n");
  DAMAGED("its last line does not end", bad.footer = "\nCET-1");
  DAMAGED("something follows its last line", bad.footer = "\nCET-1\n\n");
}

static void leap_seconds_are_refused (void) {
  REFUSED("it counts leap seconds, which instants here do not have",
          bad.nleaps = 1);
}

static void flags_are_passed_over (void) {
  file good = good_file();
  good.nstd = good.nut = good.ntypes;
  al_tzif_close(open_file(&good));
}

static void other_files_are_refused (void) {
  al_buffer large = {0};
  file old = good_file();
  old.version = 0;
  check_bytes_refused("its file is no time zone file (TZif)", AL_TEXT(""));
  check_bytes_refused("its file is no time zone file (TZif)", AL_TEXT("TZi"));
  check_bytes_refused("its file is no time zone file (TZif)",
                      AL_TEXT("# tz zone descriptions"));
  put_file(&large, &old);
  put(&large, 0, 1);
  check_bytes_refused("its file is damaged: something follows it",
                      al_buffer_text(&large));
  while (large.len <= AL_TZIF_MAX_BYTES)
    put(&large, 0, 8);
  check_bytes_refused("its file has more than 256 KiB", al_buffer_text(&large));
  al_buffer_close(&large);
}

static void a_second_block_must_follow (void) {
  file good = good_file();
  al_buffer bytes = {0};
  put_file(&bytes, &good);
  al_buffer_clear(&bytes);
  put_block(&bytes, &good, 4);
  put_block(&bytes, &good, 8);
  bytes.data[bytes.len / 2] = 'x';
  memset(bytes.data + 44 + 3 * 5 + 2 * 6 + 8, 'x', 4);
  check_bytes_refused("its file is damaged: its second header is missing",
                      al_buffer_text(&bytes));
  al_buffer_close(&bytes);
}

static void bad_rules_are_refused (void) {
  static const char *const RULES[] = {"CET",
                                      "CET-",
                                      "CE-1",
                                      "-1",
                                      "<CET-1",
                                      "<C>-1",
                                      "<C.T>-1",
                                      "CET-25",
                                      "CET-1:60",
                                      "CET-1:00:60",
                                      "CET-0001",
                                      "CET-1CEST",
                                      "CET-1CEST,M3.5.0",
                                      "CET-1CEST,M3.5.0,M10.5.0,",
                                      "CET-1CEST,M3.5.0,M10.5.0/168",
                                      "CET-1CEST,M3.5.0,M10.5.0/-168",
                                      "CET-1CEST,M3.5.0,M10.5.0/3:60",
                                      "CET-1CEST,M0.5.0,M10.5.0",
                                      "CET-1CEST,M13.5.0,M10.5.0",
                                      "CET-1CEST,M3.0.0,M10.5.0",
                                      "CET-1CEST,M3.6.0,M10.5.0",
                                      "CET-1CEST,M3.5.7,M10.5.0",
                                      "CET-1CEST,M3.5,M10.5.0",
                                      "CET-1CEST,J0,J60",
                                      "CET-1CEST,J1,J366",
                                      "CET-1CEST,0,366",
                                      "CET-1CEST-25,M3.5.0,M10.5.0",
                                      " CET-1",
                                      ":CET"};
  size_t i;
  for (i = 0; i < sizeof RULES / sizeof RULES[0]; i++) {
    char footer[64], expected[160];
    snprintf(footer, sizeof footer, "\n%s\n", RULES[i]);
    snprintf(expected, sizeof expected,
             "its file is damaged: '%s' is no rule such as "
             "CET-1CEST,M3.5.0,M10.5.0/3",
             RULES[i]);
    REFUSED(expected, bad.footer = footer);
  }
}

/* In memory of exactly its size, so that a sanitizer sees its end. */
static void a_file_that_is_cut_anywhere_is_refused (void) {
  file good = good_file();
  al_buffer bytes = {0};
  size_t len;
  put_file(&bytes, &good);
  for (len = 0; len < bytes.len; len++) {
    char *cut = malloc(len > 0 ? len : 1);
    al_tzif *zone;
    al_error err;
    memcpy(cut, bytes.data, len);
    CHECK(al_tzif_open(&zone, al_text_from(cut, len), &err) == AL_SYNTAX);
    CHECK(zone == NULL);
    free(cut);
  }
  al_buffer_close(&bytes);
}

static void any_byte_may_be_wrong (void) {
  file good = good_file();
  al_buffer bytes = {0};
  size_t i;
  int byte;
  put_file(&bytes, &good);
  for (i = 0; i < bytes.len; i++) {
    char before = bytes.data[i];
    for (byte = 0; byte < 256; byte++) {
      al_tzif *zone;
      al_error err;
      bytes.data[i] = (char)byte;
      if (al_tzif_open(&zone, al_buffer_text(&bytes), &err) == AL_OK)
        CHECK(abs(al_tzif_offset(zone, 1774746000)) < 26 * 3600);
      else
        CHECK(err.status == AL_SYNTAX && err.message[0] != '\0');
      al_tzif_close(zone);
    }
    bytes.data[i] = before;
  }
  al_buffer_close(&bytes);
}

int main (void) {
  CHECK_RUN(times_have_the_offset_of_the_change_before);
  CHECK_RUN(the_rule_holds_behind_the_last_change);
  CHECK_RUN(the_calendar_repeats_itself);
  CHECK_RUN(changes_are_found_one_after_the_other);
  CHECK_RUN(version_1_ends_with_its_last_change);
  CHECK_RUN(later_versions_have_64_bits);
  CHECK_RUN(changes_may_lie_at_the_ends_of_time);
  CHECK_RUN(a_file_may_be_all_rule);
  CHECK_RUN(changes_may_meet);
  CHECK_RUN(rules_are_libcs);
  CHECK_RUN(damaged_files_are_refused);
  CHECK_RUN(leap_seconds_are_refused);
  CHECK_RUN(flags_are_passed_over);
  CHECK_RUN(other_files_are_refused);
  CHECK_RUN(a_second_block_must_follow);
  CHECK_RUN(bad_rules_are_refused);
  CHECK_RUN(a_file_that_is_cut_anywhere_is_refused);
  CHECK_RUN(any_byte_may_be_wrong);
  return CHECK_RESULT();
}
