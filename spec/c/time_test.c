/*
** time_test.c - instants: every day there is, every byte at every place, each
** refusal by its reason.
*/
#include <stdlib.h>

#include "al_time.h"
#include "check.h"

#define TICKS_PER_DAY (86400 * AL_TICKS_PER_SECOND)

static al_text text_of (const char *string) {
  return al_text_from(string, strlen(string));
}

/* 'text' is the instant whose fixed form is 'expected'. */
static void check_instant (const char *expected, const char *text) {
  char fixed[AL_TIME_LEN + 1] = "refused";
  al_time time;
  al_error err;
  if (al_time_parse(&time, text_of(text), &err) == AL_OK)
    al_time_write(fixed, time);
  CHECK_STRING(expected, fixed);
}

static void check_screen (const char *expected, const char *text) {
  char fixed[AL_TIME_LEN + 1] = "refused";
  al_time time;
  al_error err;
  if (al_time_parse_screen(&time, text_of(text), &err) == AL_OK)
    al_time_write(fixed, time);
  CHECK_STRING(expected, fixed);
}

static void check_refused (const char *reason, const char *text) {
  char expected[AL_MESSAGE_MAX];
  al_time time = 42;
  al_error err = {AL_OK, ""};
  CHECK(al_time_parse(&time, text_of(text), &err) == AL_SYNTAX);
  snprintf(expected, sizeof expected, "'%s' is no instant: %s", text, reason);
  CHECK_STRING(expected, err.message);
  CHECK(err.status == AL_SYNTAX);
  CHECK(time == 42);
}

static void check_screen_refused (const char *reason, const char *text) {
  char expected[AL_MESSAGE_MAX];
  al_time time;
  al_error err = {AL_OK, ""};
  CHECK(al_time_parse_screen(&time, text_of(text), &err) == AL_SYNTAX);
  snprintf(expected, sizeof expected,
           "'%s' is no date and time of the portal: %s", text, reason);
  CHECK_STRING(expected, err.message);
}

/* A calendar that counts: the next day by the rules learnt at school. */
static void step (al_civil *civil) {
  static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int days = DAYS[civil->month - 1];
  if (civil->month == 2 && civil->year % 4 == 0 &&
      (civil->year % 100 != 0 || civil->year % 400 == 0))
    days = 29;
  if (civil->day < days) {
    civil->day++;
    return;
  }
  civil->day = 1;
  if (civil->month < 12) {
    civil->month++;
    return;
  }
  civil->month = 1;
  civil->year++;
}

static void every_day_goes_to_fields_and_back (void) {
  al_civil expected = {1, 1, 1, 23, 59, 58, 9876543}, got;
  al_time time = al_time_from_civil(&expected);
  int wrong = 0;
  CHECK(time == 86398 * AL_TICKS_PER_SECOND + 9876543);
  while (expected.year <= 9999 && !wrong) {
    al_time_to_civil(&got, time);
    wrong = memcmp(&got, &expected, sizeof got) != 0 ||
            al_time_from_civil(&got) != time;
    time += TICKS_PER_DAY;
    step(&expected);
  }
  CHECK(!wrong);
  CHECK(time - (AL_TIME_MAX + 1) == 86398 * AL_TICKS_PER_SECOND + 9876543);
}

static void every_day_is_written_and_read_back (void) {
  char text[AL_TIME_LEN + 1];
  int wrong = 0;
  al_time time, got;
  for (time = 1234567; time <= AL_TIME_MAX && !wrong; time += TICKS_PER_DAY) {
    al_time_write(text, time);
    wrong = !al_time_read_fixed(&got, text_of(text)) || got != time;
  }
  CHECK(!wrong);
}

static void every_second_of_a_day_is_written_and_read_back (void) {
  char text[AL_TIME_LEN + 1];
  int wrong = 0, i;
  for (i = 0; i < 86400 && !wrong; i++) {
    al_time time = AL_TIME_MAX - i * AL_TICKS_PER_SECOND, got;
    al_time_write(text, time);
    wrong = !al_time_read_fixed(&got, text_of(text)) || got != time;
  }
  CHECK(!wrong);
}

static void the_range_is_that_of_dotnet (void) {
  check_instant("0001-01-01T00:00:00.0000000Z", "0001-01-01T00:00:00Z");
  check_instant("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z");
  CHECK(AL_TIME_MAX == INT64_C(3652059) * TICKS_PER_DAY - 1);
}

static void days_run_on_past_their_month (void) {
  al_civil a = {2023, 1, 32, 0, 0, 0, 0}, b = {2023, 2, 1, 0, 0, 0, 0};
  al_civil c = {2023, 1, 0, 0, 0, 0, 0}, d = {2022, 12, 31, 0, 0, 0, 0};
  al_civil before = {0, 12, 31, 0, 0, 0, 0}, first = {0, 1, 1, 0, 0, 0, 0};
  al_civil behind = {10000, 1, 1, 0, 0, 0, 0};
  CHECK(al_time_from_civil(&a) == al_time_from_civil(&b));
  CHECK(al_time_from_civil(&c) == al_time_from_civil(&d));
  CHECK(al_time_from_civil(&before) == -TICKS_PER_DAY);
  CHECK(al_time_from_civil(&first) == -366 * TICKS_PER_DAY);
  CHECK(al_time_from_civil(&behind) == AL_TIME_END);
}

static void months_have_their_days (void) {
  CHECK(al_month_days(2023, 1) == 31);
  CHECK(al_month_days(2023, 2) == 28);
  CHECK(al_month_days(2024, 2) == 29);
  CHECK(al_month_days(1900, 2) == 28);
  CHECK(al_month_days(2000, 2) == 29);
  CHECK(al_month_days(2023, 12) == 31);
}

static void unix_seconds_are_held_at_the_ends (void) {
  CHECK(al_time_from_unix(0) == INT64_C(621355968000000000));
  CHECK(al_time_to_unix(INT64_C(621355968000000000)) == 0);
  CHECK(al_time_to_unix(INT64_C(621355968009999999)) == 0);
  CHECK(al_time_to_unix(INT64_C(621355967999999999)) == -1);
  CHECK(al_time_from_unix(-62135596800) == AL_TIME_MIN);
  CHECK(al_time_from_unix(-62135596801) == AL_TIME_MIN);
  CHECK(al_time_from_unix(INT64_MIN) == AL_TIME_MIN);
  CHECK(al_time_from_unix(253402300799) == AL_TIME_MAX - 9999999);
  CHECK(al_time_from_unix(253402300800) == AL_TIME_MAX);
  CHECK(al_time_from_unix(INT64_MAX) == AL_TIME_MAX);
}

static void shifts_are_held_at_the_ends (void) {
  CHECK(al_time_shift(0, 1) == AL_TICKS_PER_SECOND);
  CHECK(al_time_shift(0, -1) == AL_TIME_MIN);
  CHECK(al_time_shift(AL_TIME_MAX, -1) == AL_TIME_MAX - AL_TICKS_PER_SECOND);
  CHECK(al_time_shift(AL_TIME_MAX, 1) == AL_TIME_MAX);
  CHECK(al_time_shift(AL_TIME_MAX, INT32_MAX) == AL_TIME_MAX);
  CHECK(al_time_shift(0, INT32_MIN) == AL_TIME_MIN);
}

static void fractions_of_each_length_are_read (void) {
  check_instant("2023-05-06T07:08:09.0000000Z", "2023-05-06T07:08:09Z");
  check_instant("2023-05-06T07:08:09.1000000Z", "2023-05-06T07:08:09.1Z");
  check_instant("2023-05-06T07:08:09.1200000Z", "2023-05-06T07:08:09.12Z");
  check_instant("2023-05-06T07:08:09.1230000Z", "2023-05-06T07:08:09.123Z");
  check_instant("2023-05-06T07:08:09.1234000Z", "2023-05-06T07:08:09.1234Z");
  check_instant("2023-05-06T07:08:09.1234500Z", "2023-05-06T07:08:09.12345Z");
  check_instant("2023-05-06T07:08:09.1234560Z", "2023-05-06T07:08:09.123456Z");
  check_instant("2023-05-06T07:08:09.1234567Z", "2023-05-06T07:08:09.1234567Z");
  check_instant("2023-05-06T07:08:09.0000001Z", "2023-05-06T07:08:09.0000001Z");
  check_instant("2023-05-06T07:08:09.0010000Z", "2023-05-06T07:08:09.001Z");
}

static void offsets_are_applied (void) {
  check_instant("2022-12-31T23:00:00.0000000Z", "2023-01-01T01:00:00+02:00");
  check_instant("2023-01-01T01:00:00.0000000Z", "2022-12-31T23:00:00-02:00");
  check_instant("2024-02-29T18:30:00.5000000Z", "2024-03-01T00:00:00.5+05:30");
  check_instant("2023-01-01T00:00:00.0000000Z", "2023-01-01T00:00:00+00:00");
  check_instant("2023-01-01T00:00:00.0000000Z", "2023-01-01T00:00:00-00:00");
  check_instant("2023-01-01T00:00:00.0000000Z", "2023-01-01T23:59:00+23:59");
  check_instant("2023-01-02T23:58:00.0000000Z", "2023-01-01T23:59:00-23:59");
  check_instant("0001-01-01T00:00:00.0000000Z", "0001-01-01T02:00:00+02:00");
  check_instant("9999-12-31T23:59:59.9999999Z",
                "9999-12-31T22:59:59.9999999-01:00");
}

static void impossible_dates_are_refused (void) {
  check_refused("there is no year 0000", "0000-01-01T00:00:00Z");
  check_refused("there is no month 0", "2023-00-01T00:00:00Z");
  check_refused("there is no month 13", "2023-13-01T00:00:00Z");
  check_refused("there is no 0 January in 2023", "2023-01-00T00:00:00Z");
  check_refused("there is no 32 January in 2023", "2023-01-32T00:00:00Z");
  check_refused("there is no 29 February in 2023", "2023-02-29T00:00:00Z");
  check_refused("there is no 30 February in 2024", "2024-02-30T00:00:00Z");
  check_refused("there is no 29 February in 1900", "1900-02-29T00:00:00Z");
  check_refused("there is no 31 November in 2023", "2023-11-31T00:00:00Z");
  check_instant("2000-02-29T00:00:00.0000000Z", "2000-02-29T00:00:00Z");
}

static void impossible_clocks_are_refused (void) {
  check_refused("there is no hour 24", "2023-01-01T24:00:00Z");
  check_refused("there is no minute 60", "2023-01-01T00:60:00Z");
  check_refused("there is no second 60", "2016-12-31T23:59:60Z");
  check_refused("there is no second 60", "2016-12-31T23:59:60.0000000Z");
}

static void other_forms_are_refused (void) {
  check_refused("a date is written YYYY-MM-DD", "");
  check_refused("a date is written YYYY-MM-DD", "yesterday");
  check_refused("a date is written YYYY-MM-DD", "20230101T000000Z");
  check_refused("a date is written YYYY-MM-DD", "12023-01-01T00:00:00Z");
  check_refused("a date is written YYYY-MM-DD", "-2023-01-01T00:00:00Z");
  check_refused("a date is written YYYY-MM-DD", " 2023-01-01T00:00:00Z");
  check_refused("a date is written YYYY-MM-DD", "2023-1-1T00:00:00Z");
  check_refused("a date is written YYYY-MM-DD", "2023-001T00:00:00Z");
  check_refused("its time is missing (THH:MM:SS)", "2023-01-01");
  check_refused("a T stands between date and time", "2023-01-01 00:00:00Z");
  check_refused("a T stands between date and time", "2023-01-01t00:00:00Z");
  check_refused("a time is written HH:MM:SS", "2023-01-01T");
  check_refused("a time is written HH:MM:SS", "2023-01-01T00:00Z");
  check_refused("a time is written HH:MM:SS", "2023-01-01T0:00:00Z");
  check_refused("a time is written HH:MM:SS", "2023-01-01T00:00:000Z");
  check_refused("digits must follow the dot", "2023-01-01T00:00:00.Z");
  check_refused("digits must follow the dot", "2023-01-01T00:00:00.");
  check_refused("more than 7 fraction digits", "2023-01-01T00:00:00.00000000Z");
  check_refused("more than 7 fraction digits",
                "2023-01-01T00:00:00.123456789012345678901234567890Z");
  check_refused("something follows it", "2023-01-01T00:00:00Z ");
  check_refused("something follows it", "2023-01-01T00:00:00+00:00Z");
}

static void bad_zones_are_refused (void) {
  const char *form = "its zone is to be Z or an offset from -23:59 to +23:59";
  check_refused("its zone is missing (Z or +hh:mm)", "2023-01-01T00:00:00");
  check_refused("its zone is missing (Z or +hh:mm)", "2023-01-01T00:00:00.5");
  check_refused(form, "2023-01-01T00:00:00z");
  check_refused(form, "2023-01-01T00:00:00,5Z");
  check_refused(form, "2023-01-01T00:00:00+2");
  check_refused(form, "2023-01-01T00:00:00+02");
  check_refused(form, "2023-01-01T00:00:00+0200");
  check_refused(form, "2023-01-01T00:00:00+24:00");
  check_refused(form, "2023-01-01T00:00:00-00:60");
  check_refused(form, "2023-01-01T00:00:00+-1:00");
  check_refused("in UTC it is outside the years 0001-9999",
                "0001-01-01T00:00:00+00:01");
  check_refused("in UTC it is outside the years 0001-9999",
                "9999-12-31T23:59:59.9999999-00:01");
}

static void a_refused_text_is_quoted (void) {
  al_text text = AL_TEXT("2023-01-01\n\0Z");
  al_time time;
  al_error err;
  CHECK(al_time_parse(&time, text, &err) == AL_SYNTAX);
  CHECK(strchr(err.message, '\n') == NULL);
  CHECK(strstr(err.message, "2023-01-01\\x0A\\x00Z") != NULL);
}

/* Every byte at every place of an instant: only those that spell another one
** pass, whichever way it is read. */
static void each_byte_at_each_place (void) {
  const char *const digits = "0123456789";
  const char *const valid[AL_TIME_LEN] = {
      digits,   digits, digits, digits,   "-",    "01",   "012",
      "-",      "012",  digits, "T",      "012",  digits, ":",
      "012345", digits, ":",    "012345", digits, ".",    digits,
      digits,   digits, digits, digits,   digits, digits, "Z"};
  char text[] = "2015-11-12T13:14:15.1234567Z";
  int place, byte;
  for (place = 0; place < AL_TIME_LEN; place++) {
    char kept = text[place];
    for (byte = 0; byte < 256; byte++) {
      int expected = byte != 0 && strchr(valid[place], byte) != NULL;
      al_time fixed = -1, parsed = -1;
      al_error err;
      al_text changed = al_text_from(text, AL_TIME_LEN);
      text[place] = (char)byte;
      CHECK(al_time_read_fixed(&fixed, changed) == expected);
      CHECK((al_time_parse(&parsed, changed, &err) == AL_OK) == expected);
      CHECK(fixed == parsed);
    }
    text[place] = kept;
  }
}

static void only_whole_texts_are_in_fixed_form (void) {
  const char *text = "2015-11-12T13:14:15.1234567Z0";
  al_time time;
  size_t len;
  for (len = 0; len <= AL_TIME_LEN + 1; len++)
    CHECK(al_time_read_fixed(&time, al_text_from(text, len)) ==
          (len == AL_TIME_LEN));
  CHECK(!al_time_read_fixed(&time, AL_TEXT_MISSING));
  CHECK(!al_time_read_fixed(&time, AL_TEXT("2015-02-29T13:14:15.1234567Z")));
  CHECK(!al_time_read_fixed(&time, AL_TEXT("0000-02-01T13:14:15.1234567Z")));
  CHECK(!al_time_read_fixed(&time, AL_TEXT("2015-02-00T13:14:15.1234567Z")));
  CHECK(!al_time_read_fixed(&time, AL_TEXT("2015-00-01T13:14:15.1234567Z")));
}

/* Every beginning of a text, in memory of just its size: readers stay within.
*/
static void beginnings_are_refused (al_text whole,
                                    al_status (*parse)(al_time *, al_text,
                                                       al_error *)) {
  al_time time;
  al_error err;
  size_t len;
  for (len = 1; len < whole.len; len++) {
    char *text = malloc(len);
    if (text == NULL)
      return;
    memcpy(text, whole.data, len);
    CHECK(parse(&time, al_text_from(text, len), &err) == AL_SYNTAX);
    free(text);
  }
}

static void readers_stay_within_the_text (void) {
  beginnings_are_refused(AL_TEXT("2015-11-12T13:14:15.1234567+02:00"),
                         al_time_parse);
  beginnings_are_refused(AL_TEXT("9/14/2021, 7:16:05\xE2\x80\xAFPM"),
                         al_time_parse_screen);
}

static void dates_and_months_are_read (void) {
  al_civil civil;
  al_error err;
  CHECK(al_date_parse(&civil, AL_TEXT("2024-02-29"), &err) == AL_OK);
  CHECK(civil.year == 2024 && civil.month == 2 && civil.day == 29);
  CHECK(civil.hour == 0 && civil.ticks == 0);
  CHECK(al_month_parse(&civil, AL_TEXT("2024-12"), &err) == AL_OK);
  CHECK(civil.year == 2024 && civil.month == 12 && civil.day == 1);
  CHECK(al_date_parse(&civil, AL_TEXT("2023-02-29"), &err) == AL_SYNTAX);
  CHECK_STRING("'2023-02-29' is no date: there is no 29 February in 2023",
               err.message);
  CHECK(al_date_parse(&civil, AL_TEXT("2023-02-28 "), &err) == AL_SYNTAX);
  CHECK_STRING("'2023-02-28 ' is no date: something follows it", err.message);
  CHECK(al_month_parse(&civil, AL_TEXT("2023-13"), &err) == AL_SYNTAX);
  CHECK_STRING("'2023-13' is no month: there is no month 13", err.message);
  CHECK(al_month_parse(&civil, AL_TEXT("2023-1"), &err) == AL_SYNTAX);
  CHECK_STRING("'2023-1' is no month: a month is written YYYY-MM", err.message);
}

static void the_screen_is_read (void) {
  check_screen("2021-09-14T19:16:00.0000000Z", "9/14/2021, 7:16 PM");
  check_screen("2021-09-14T07:16:00.0000000Z", "9/14/2021, 7:16 AM");
  check_screen("2021-09-14T19:16:00.0000000Z", "9/14/2021 7:16 PM");
  check_screen("2021-09-14T19:16:05.0000000Z", "9/14/2021, 7:16:05 PM");
  check_screen("2021-09-14T19:16:00.0000000Z", "09/14/2021, 07:16 PM");
  check_screen("2021-09-14T19:16:00.0000000Z", "9/14/2021, 7:16\xC2\xA0PM");
  check_screen("2021-09-14T19:16:00.0000000Z", "9/14/2021, 7:16\xE2\x80\xAFPM");
  check_screen("2021-01-01T00:00:00.0000000Z", "1/1/2021, 12:00 AM");
  check_screen("2021-01-01T12:00:00.0000000Z", "1/1/2021, 12:00 PM");
  check_screen("2024-02-29T23:59:59.0000000Z", "2/29/2024, 11:59:59 PM");
}

static void impossible_screens_are_refused (void) {
  const char *form = "it is written M/D/YYYY, h:mm AM or PM";
  check_screen_refused("there is no month 14", "14/9/2021, 7:16 PM");
  check_screen_refused("there is no 29 February in 2021", "2/29/2021, 7:16 PM");
  check_screen_refused("there is no 0 February in 2021", "2/0/2021, 7:16 PM");
  check_screen_refused("there is no year 0000", "2/1/0000, 7:16 PM");
  check_screen_refused("there is no hour 13 PM", "9/14/2021, 13:16 PM");
  check_screen_refused("there is no hour 0 AM", "9/14/2021, 0:16 AM");
  check_screen_refused("there is no minute 60", "9/14/2021, 7:60 PM");
  check_screen_refused("there is no second 60", "9/14/2021, 7:16:60 PM");
  check_screen_refused("something follows it", "9/14/2021, 7:16 PM ");
  check_screen_refused(form, "");
  check_screen_refused(form, "9/14/2021");
  check_screen_refused(form, "9/14/21, 7:16 PM");
  check_screen_refused(form, "2021-09-14 19:16");
  check_screen_refused(form, "9/14/2021, 19:16");
  check_screen_refused(form, "9/14/2021,7:16 PM");
  check_screen_refused(form, "9/14/2021, 7:16PM");
  check_screen_refused(form, "9/14/2021, 7:16 pm");
  check_screen_refused(form, "9/14/2021, 7:6 PM");
  check_screen_refused(form, "9/14/2021, 7:16: PM");
  check_screen_refused(form, "009/14/2021, 7:16 PM");
}

static void check_format (const char *expected, const char *pattern,
                          const char *instant, int32_t offset_seconds) {
  al_buffer out;
  al_time time;
  al_error err;
  al_buffer_init(&out);
  CHECK(al_time_parse(&time, text_of(instant), &err) == AL_OK);
  CHECK(al_time_format_check(pattern, strlen(pattern), &err) == AL_OK);
  CHECK(al_time_format(&out, pattern, strlen(pattern), time, offset_seconds,
                       &err) == AL_OK);
  CHECK(al_buffer_append_char(&out, '\0', &err) == AL_OK);
  CHECK_STRING(expected, out.data);
  al_buffer_close(&out);
}

static void each_conversion_is_written (void) {
  const char *evening = "2023-10-21T18:05:06.0123456Z";
  const char *morning = "0987-03-04T00:09:08Z";
  check_format("2023-10-21 18:05:06", AL_TIME_EXCEL, evening, 0);
  check_format("2023 23 10 21", "%Y %y %m %d", evening, 0);
  check_format("18 06 05 06 PM", "%H %I %M %S %p", evening, 0);
  check_format("294", "%j", evening, 0);
  check_format("2023-10-21T18:05:06.0123456", "%FT%T.%f", evening, 0);
  check_format("100% Z", "100%% Z", evening, 0);
  check_format("10/21 18 6", "%-m/%-d %-H %-I", evening, 0);
  check_format("0987 87 03 04", "%Y %y %m %d", morning, 0);
  check_format("00 12 AM", "%H %I %p", morning, 0);
  check_format("063", "%j", morning, 0);
  check_format("3/4 0 12", "%-m/%-d %-H %-I", morning, 0);
  check_format("12 PM", "%I %p", "2023-10-21T12:00:00Z", 0);
  check_format("11 PM", "%I %p", "2023-10-21T23:59:59Z", 0);
  check_format("001 366", "001 %j", "2024-12-31T00:00:00Z", 0);
  check_format("", "", evening, 0);
  check_format("21. \xC3\xA9t\xC3\xA9", "%d. \xC3\xA9t\xC3\xA9", evening, 0);
}

static void formats_are_on_the_local_clock (void) {
  const char *noon = "2023-12-31T12:00:00Z";
  check_format("2024-01-01 00:30 +12:30", "%F %H:%M %z", noon, 45000);
  check_format("2023-12-31 04:00 -08:00", "%F %H:%M %z", noon, -28800);
  check_format("+00:00", "%z", noon, 0);
  check_format("+00:00", "%z", noon, -59);
  check_format("-00:01", "%z", noon, -119);
  check_format("+00:09", "%z", noon, 561);
  check_format("0001-01-01 00:00:00.0000000", "%F %T.%f",
               "0001-01-01T00:00:05Z", -3600);
  check_format("9999-12-31 23:59:59.9999999", "%F %T.%f",
               "9999-12-31T23:59:05Z", 3600);
}

static void formats_are_appended (void) {
  al_buffer out;
  al_error err;
  al_buffer_init(&out);
  CHECK(al_buffer_append(&out, "at ", 3, &err) == AL_OK);
  CHECK(al_time_format(&out, "%F", 2, 0, 0, &err) == AL_OK);
  CHECK(al_text_equal(al_buffer_text(&out), AL_TEXT("at 0001-01-01")));
  CHECK(al_time_format(&out, "%F %", 4, 0, 0, &err) == AL_SYNTAX);
  CHECK(al_text_equal(al_buffer_text(&out), AL_TEXT("at 0001-01-01")));
  al_buffer_close(&out);
}

static void check_format_refused (const char *conversion, const char *pattern,
                                  size_t len) {
  char expected[AL_MESSAGE_MAX];
  al_error err = {AL_OK, ""};
  CHECK(al_time_format_check(pattern, len, &err) == AL_SYNTAX);
  snprintf(expected, sizeof expected, "'%s' is none of %%Y ", conversion);
  CHECK(strstr(err.message, expected) != NULL);
}

static void unknown_conversions_are_refused (void) {
  const char *known = "YymdHIMSpjFTfz%", *known_short = "mdHI";
  al_error err;
  int byte;
  for (byte = 0; byte < 256; byte++) {
    char pattern[] = {'%', (char)byte}, shorter[] = {'%', '-', (char)byte};
    CHECK((al_time_format_check(pattern, 2, &err) == AL_OK) ==
          (byte != 0 && strchr(known, byte) != NULL));
    CHECK((al_time_format_check(shorter, 3, &err) == AL_OK) ==
          (byte != 0 && strchr(known_short, byte) != NULL));
  }
  check_format_refused("%Q", "%Y-%Q-%d", 8);
  check_format_refused("%-Y", "%-Y", 3);
  check_format_refused("%", "%Y-%", 4);
  check_format_refused("%-", "%Y-%-", 5);
  check_format_refused("%\\x00", "%\0", 2);
}

int main (void) {
  CHECK_RUN(every_day_goes_to_fields_and_back);
  CHECK_RUN(every_day_is_written_and_read_back);
  CHECK_RUN(every_second_of_a_day_is_written_and_read_back);
  CHECK_RUN(the_range_is_that_of_dotnet);
  CHECK_RUN(days_run_on_past_their_month);
  CHECK_RUN(months_have_their_days);
  CHECK_RUN(unix_seconds_are_held_at_the_ends);
  CHECK_RUN(shifts_are_held_at_the_ends);
  CHECK_RUN(fractions_of_each_length_are_read);
  CHECK_RUN(offsets_are_applied);
  CHECK_RUN(impossible_dates_are_refused);
  CHECK_RUN(impossible_clocks_are_refused);
  CHECK_RUN(other_forms_are_refused);
  CHECK_RUN(bad_zones_are_refused);
  CHECK_RUN(a_refused_text_is_quoted);
  CHECK_RUN(each_byte_at_each_place);
  CHECK_RUN(only_whole_texts_are_in_fixed_form);
  CHECK_RUN(readers_stay_within_the_text);
  CHECK_RUN(dates_and_months_are_read);
  CHECK_RUN(the_screen_is_read);
  CHECK_RUN(impossible_screens_are_refused);
  CHECK_RUN(each_conversion_is_written);
  CHECK_RUN(formats_are_on_the_local_clock);
  CHECK_RUN(formats_are_appended);
  CHECK_RUN(unknown_conversions_are_refused);
  return CHECK_RESULT();
}
