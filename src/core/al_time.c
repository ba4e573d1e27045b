/*
** al_time.c - instants, and the texts they are read from and written as.
**
** Readers walk a span of bytes and never past its end. They say why they
** refuse; the public functions put the refused text in front of that.
*/
#include "al_time.h"

#define UNIX_EPOCH_SECONDS INT64_C(62135596800)
#define SECONDS_PER_DAY    86400
#define DAYS_PER_400_YEARS 146097
#define DAYS_PER_100_YEARS 36524 /* the last of four has one more */
#define DAYS_PER_4_YEARS   1461

/* ---- calendar ---- */

/* By leap year and month from 0: the days of the year before it. */
static const int DAYS_BEFORE[2][13] = {
    {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365},
    {0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366}};

static int is_leap (int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int al_month_days (int year, int month) {
  const int *before = DAYS_BEFORE[is_leap(year)];
  return before[month] - before[month - 1];
}

static int year_day (const al_civil *civil) {
  return DAYS_BEFORE[is_leap(civil->year)][civil->month - 1] + civil->day;
}

static int smaller (int a, int b) {
  return a < b ? a : b;
}

/* Set the date to the one 'day' days after 0001-01-01. */
static void set_date (al_civil *out, int day) {
  int rest = day % DAYS_PER_400_YEARS;
  int centuries = smaller(rest / DAYS_PER_100_YEARS, 3);
  int fours, years, month;
  const int *before;
  rest -= centuries * DAYS_PER_100_YEARS;
  fours = rest / DAYS_PER_4_YEARS;
  rest %= DAYS_PER_4_YEARS;
  years = smaller(rest / 365, 3);
  rest -= years * 365;
  out->year =
      1 + day / DAYS_PER_400_YEARS * 400 + centuries * 100 + fours * 4 + years;
  before = DAYS_BEFORE[is_leap(out->year)];
  month = rest / 32; /* right, or one too early */
  if (rest >= before[month + 1])
    month++;
  out->month = month + 1;
  out->day = rest - before[month] + 1;
}

void al_time_to_civil (al_civil *out, al_time time) {
  int64_t seconds = time / AL_TICKS_PER_SECOND;
  int clock = (int)(seconds % SECONDS_PER_DAY);
  set_date(out, (int)(seconds / SECONDS_PER_DAY));
  out->hour = clock / 3600;
  out->minute = clock / 60 % 60;
  out->second = clock % 60;
  out->ticks = (int)(time % AL_TICKS_PER_SECOND);
}

al_time al_time_from_civil (const al_civil *civil) {
  int years = civil->year + 399; /* since -399, so that year 0 divides well */
  int64_t day = years * 365 + years / 4 - years / 100 + years / 400 -
                DAYS_PER_400_YEARS + year_day(civil) - 1;
  int clock = civil->hour * 3600 + civil->minute * 60 + civil->second;
  return (day * SECONDS_PER_DAY + clock) * AL_TICKS_PER_SECOND + civil->ticks;
}

al_time al_time_shift (al_time time, int32_t seconds) {
  al_time shifted = time + seconds * AL_TICKS_PER_SECOND;
  if (shifted < AL_TIME_MIN)
    return AL_TIME_MIN;
  return shifted > AL_TIME_MAX ? AL_TIME_MAX : shifted;
}

al_time al_time_from_unix (int64_t seconds) {
  if (seconds < al_time_to_unix(AL_TIME_MIN))
    return AL_TIME_MIN;
  if (seconds > al_time_to_unix(AL_TIME_MAX))
    return AL_TIME_MAX;
  return (seconds + UNIX_EPOCH_SECONDS) * AL_TICKS_PER_SECOND;
}

int64_t al_time_to_unix (al_time time) {
  return time / AL_TICKS_PER_SECOND - UNIX_EPOCH_SECONDS;
}

/* ---- the fixed form ---- */

/* The number that 'n' bytes spell; sets *bad when one of them is no digit. */
static int number (const char *text, int n, int *bad) {
  unsigned value = 0;
  int i;
  for (i = 0; i < n; i++) {
    unsigned digit = (unsigned)(unsigned char)text[i] - '0';
    *bad |= digit > 9;
    value = value * 10 + digit;
  }
  return (int)value;
}

static int is_date (const al_civil *civil) {
  return civil->year >= 1 && civil->month >= 1 && civil->month <= 12 &&
         civil->day >= 1 &&
         civil->day <= al_month_days(civil->year, civil->month);
}

static int is_clock (const al_civil *civil) {
  return civil->hour <= 23 && civil->minute <= 59 && civil->second <= 59;
}

int al_civil_read_fixed (al_civil *out, al_text text) {
  const char *t = text.data;
  int bad = 0;
  if (text.len != AL_TIME_LEN || t[4] != '-' || t[7] != '-' || t[10] != 'T' ||
      t[13] != ':' || t[16] != ':' || t[19] != '.' || t[27] != 'Z')
    return 0;
  out->year = number(t, 4, &bad);
  out->month = number(t + 5, 2, &bad);
  out->day = number(t + 8, 2, &bad);
  out->hour = number(t + 11, 2, &bad);
  out->minute = number(t + 14, 2, &bad);
  out->second = number(t + 17, 2, &bad);
  out->ticks = number(t + 20, 7, &bad);
  return !bad && is_date(out) && is_clock(out);
}

int al_time_read_fixed (al_time *out, al_text text) {
  al_civil civil;
  if (!al_civil_read_fixed(&civil, text))
    return 0;
  *out = al_time_from_civil(&civil);
  return 1;
}

/* Write 'width' digits; returns where the next byte goes, as all put_ do. */
static char *put_number (char *out, int value, int width) {
  int i;
  for (i = width - 1; i >= 0; i--) {
    out[i] = (char)('0' + value % 10);
    value /= 10;
  }
  return out + width;
}

/* The same of two, which are most. */
static char *put_two (char *out, int value) {
  out[0] = (char)('0' + value / 10);
  out[1] = (char)('0' + value % 10);
  return out + 2;
}

static char *put_short (char *out, int value) {
  return put_number(out, value, value < 10 ? 1 : 2);
}

static char *put_char (char *out, char c) {
  *out = c;
  return out + 1;
}

static char *put_date (char *out, const al_civil *civil) {
  out = put_char(put_number(out, civil->year, 4), '-');
  out = put_char(put_two(out, civil->month), '-');
  return put_two(out, civil->day);
}

static char *put_clock (char *out, const al_civil *civil) {
  out = put_char(put_two(out, civil->hour), ':');
  out = put_char(put_two(out, civil->minute), ':');
  return put_two(out, civil->second);
}

void al_time_write (char out[AL_TIME_LEN + 1], al_time time) {
  al_civil civil;
  al_time_to_civil(&civil, time);
  out = put_char(put_date(out, &civil), 'T');
  out = put_char(put_clock(out, &civil), '.');
  out = put_char(put_number(out, civil.ticks, 7), 'Z');
  *out = '\0';
}

/* ---- reading, with reasons ---- */

#define OFFSET_LEN 6 /* +hh:mm */

typedef struct {
  const char *at; /* the next byte */
  const char *end;
} span;

static span span_of (al_text text) {
  span s;
  s.at = text.data;
  s.end = text.data + text.len;
  return s;
}

/* Step over 'what' when it comes next. */
static int take (span *s, const char *what) {
  size_t len = strlen(what);
  if ((size_t)(s->end - s->at) < len || memcmp(s->at, what, len) != 0)
    return 0;
  s->at += len;
  return 1;
}

static int count_digits (const span *s) {
  const char *p = s->at;
  while (p < s->end && *p >= '0' && *p <= '9')
    p++;
  return p - s->at > 8 ? 9 : (int)(p - s->at); /* nobody asks for nine */
}

/* Step over a number of 'min' to 'max' digits, no more of them behind it. */
static int take_number (span *s, int min, int max, int *value) {
  int n = count_digits(s), bad = 0;
  if (n < min || n > max)
    return 0;
  *value = number(s->at, n, &bad);
  s->at += n;
  return 1;
}

static al_status check_date (const al_civil *civil, al_error *err) {
  static const char *const MONTHS[] = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  if (is_date(civil))
    return AL_OK;
  if (civil->year < 1)
    return al_fail(err, AL_SYNTAX, "there is no year 0000");
  if (civil->month < 1 || civil->month > 12)
    return al_fail(err, AL_SYNTAX, "there is no month %d", civil->month);
  return al_fail(err, AL_SYNTAX, "there is no %d %s in %04d", civil->day,
                 MONTHS[civil->month - 1], civil->year);
}

static al_status check_clock (const al_civil *civil, al_error *err) {
  if (civil->hour > 23)
    return al_fail(err, AL_SYNTAX, "there is no hour %d", civil->hour);
  if (civil->minute > 59)
    return al_fail(err, AL_SYNTAX, "there is no minute %d", civil->minute);
  if (civil->second > 59)
    return al_fail(err, AL_SYNTAX, "there is no second %d", civil->second);
  return AL_OK;
}

static int take_month (span *s, al_civil *out) {
  return take_number(s, 4, 4, &out->year) && take(s, "-") &&
         take_number(s, 2, 2, &out->month);
}

static al_status parse_date (span *s, al_civil *out, al_error *err) {
  if (!take_month(s, out) || !take(s, "-") || !take_number(s, 2, 2, &out->day))
    return al_fail(err, AL_SYNTAX, "a date is written YYYY-MM-DD");
  return check_date(out, err);
}

static al_status parse_clock (span *s, al_civil *out, al_error *err) {
  if (!take_number(s, 2, 2, &out->hour) || !take(s, ":") ||
      !take_number(s, 2, 2, &out->minute) || !take(s, ":") ||
      !take_number(s, 2, 2, &out->second))
    return al_fail(err, AL_SYNTAX, "a time is written HH:MM:SS");
  return check_clock(out, err);
}

static al_status parse_fraction (span *s, int *ticks, al_error *err) {
  int n;
  *ticks = 0;
  if (!take(s, "."))
    return AL_OK;
  n = count_digits(s);
  if (n == 0)
    return al_fail(err, AL_SYNTAX, "digits must follow the dot");
  if (!take_number(s, 1, 7, ticks))
    return al_fail(err, AL_SYNTAX, "more than 7 fraction digits");
  for (; n < 7; n++)
    *ticks *= 10;
  return AL_OK;
}

int al_offset_read (int32_t *seconds, al_text text) {
  span s = span_of(text);
  int hours, minutes;
  int west = take(&s, "-");
  if ((!west && !take(&s, "+")) || !take_number(&s, 2, 2, &hours) ||
      !take(&s, ":") || !take_number(&s, 2, 2, &minutes) || s.at != s.end ||
      hours > 23 || minutes > 59)
    return 0;
  *seconds = (hours * 60 + minutes) * 60;
  if (west)
    *seconds = -*seconds;
  return 1;
}

static al_status parse_zone (span *s, int32_t *seconds, al_error *err) {
  *seconds = 0;
  if (s->at == s->end)
    return al_fail(err, AL_SYNTAX, "its zone is missing (Z or +hh:mm)");
  if (take(s, "Z"))
    return AL_OK;
  if (s->end - s->at < OFFSET_LEN ||
      !al_offset_read(seconds, al_text_from(s->at, OFFSET_LEN)))
    return al_fail(err, AL_SYNTAX,
                   "its zone is to be Z or an offset from -23:59 to +23:59");
  s->at += OFFSET_LEN;
  return AL_OK;
}

static al_status check_end (const span *s, al_error *err) {
  if (s->at != s->end)
    return al_fail(err, AL_SYNTAX, "something follows it");
  return AL_OK;
}

static al_status parse_instant (span *s, al_time *out, al_error *err) {
  al_civil civil;
  int32_t offset;
  al_time utc;
  if (parse_date(s, &civil, err) != AL_OK)
    return err->status;
  if (s->at == s->end)
    return al_fail(err, AL_SYNTAX, "its time is missing (THH:MM:SS)");
  if (!take(s, "T"))
    return al_fail(err, AL_SYNTAX, "a T stands between date and time");
  if (parse_clock(s, &civil, err) != AL_OK ||
      parse_fraction(s, &civil.ticks, err) != AL_OK ||
      parse_zone(s, &offset, err) != AL_OK || check_end(s, err) != AL_OK)
    return err->status;
  utc = al_time_from_civil(&civil) - offset * AL_TICKS_PER_SECOND;
  if (utc < AL_TIME_MIN || utc > AL_TIME_MAX)
    return al_fail(err, AL_SYNTAX, "in UTC it is outside the years 0001-9999");
  *out = utc;
  return AL_OK;
}

/* Put in front of the reason in 'err' what was read and what it should be. */
static al_status refuse (al_error *err, al_text text, const char *what) {
  al_quoted quoted;
  return al_fail_at(err, "'%s' is no %s",
                    al_quote(&quoted, text.data, text.len), what);
}

al_status al_time_parse (al_time *out, al_text text, al_error *err) {
  span s = span_of(text);
  if (al_time_read_fixed(out, text) || parse_instant(&s, out, err) == AL_OK)
    return AL_OK;
  return refuse(err, text, "instant");
}

al_status al_date_parse (al_civil *out, al_text text, al_error *err) {
  span s = span_of(text);
  memset(out, 0, sizeof *out);
  if (parse_date(&s, out, err) != AL_OK || check_end(&s, err) != AL_OK)
    return refuse(err, text, "date");
  return AL_OK;
}

al_status al_month_parse (al_civil *out, al_text text, al_error *err) {
  span s = span_of(text);
  memset(out, 0, sizeof *out);
  out->day = 1;
  if (!take_month(&s, out) || s.at != s.end)
    al_fail(err, AL_SYNTAX, "a month is written YYYY-MM");
  else if (check_date(out, err) == AL_OK)
    return AL_OK;
  return refuse(err, text, "month");
}

/* ---- the portal's screen ---- */

static int take_space (span *s) {
  return take(s, " ") || take(s, "\xC2\xA0") || take(s, "\xE2\x80\xAF");
}

/* M/D/YYYY, h:mm[:ss] AM or PM, the comma optional; the hour as written. */
static int take_screen (span *s, al_civil *out, int *afternoon) {
  if (!take_number(s, 1, 2, &out->month) || !take(s, "/") ||
      !take_number(s, 1, 2, &out->day) || !take(s, "/") ||
      !take_number(s, 4, 4, &out->year))
    return 0;
  take(s, ",");
  if (!take(s, " ") || !take_number(s, 1, 2, &out->hour) || !take(s, ":") ||
      !take_number(s, 2, 2, &out->minute))
    return 0;
  if (take(s, ":") && !take_number(s, 2, 2, &out->second))
    return 0;
  if (!take_space(s))
    return 0;
  *afternoon = take(s, "PM");
  return *afternoon || take(s, "AM");
}

static al_status parse_screen (span *s, al_civil *out, al_error *err) {
  int afternoon;
  if (!take_screen(s, out, &afternoon))
    return al_fail(err, AL_SYNTAX, "it is written M/D/YYYY, h:mm AM or PM");
  if (check_end(s, err) != AL_OK || check_date(out, err) != AL_OK)
    return err->status;
  if (out->hour < 1 || out->hour > 12)
    return al_fail(err, AL_SYNTAX, "there is no hour %d %s", out->hour,
                   afternoon ? "PM" : "AM");
  out->hour = out->hour % 12 + (afternoon ? 12 : 0);
  return check_clock(out, err);
}

al_status al_time_parse_screen (al_time *out, al_text text, al_error *err) {
  span s = span_of(text);
  al_civil civil = {0};
  if (parse_screen(&s, &civil, err) != AL_OK)
    return refuse(err, text, "date and time of the portal");
  *out = al_time_from_civil(&civil);
  return AL_OK;
}

/* ---- patterns ---- */

static const char KNOWN[] =
    "%Y %y %m %d %H %I %M %S %p %j %F %T %f %z %% %-m %-d %-H %-I";

/* The longest conversion, %F. */
#define PIECE_MAX 10

/* Added to the letter of a conversion without leading zeros. */
#define SHORT 0x100

/* The conversion at the '%' at *at, which moves behind it: its letter, SHORT
** added when there is a '-'; 0 when the pattern ends too early. */
static int take_conversion (const char *pattern, size_t len, size_t *at) {
  int flag = 0;
  ++*at;
  if (*at < len && pattern[*at] == '-') {
    flag = SHORT;
    ++*at;
  }
  return *at < len ? flag + (unsigned char)pattern[(*at)++] : 0;
}

static int hour_of_12 (int hour) {
  return (hour + 11) % 12 + 1;
}

static char *put_offset (char *out, int32_t seconds) {
  int minutes = seconds / 60;
  int size = minutes < 0 ? -minutes : minutes;
  out = put_number(put_char(out, minutes < 0 ? '-' : '+'), size / 60, 2);
  return put_number(put_char(out, ':'), size % 60, 2);
}

/* NULL for a conversion that does not exist. */
static char *put_conversion (char *out, int conversion, const al_civil *civil,
                             int32_t offset_seconds) {
  switch (conversion) {
  case 'Y':
    return put_number(out, civil->year, 4);
  case 'y':
    return put_two(out, civil->year % 100);
  case 'm':
    return put_two(out, civil->month);
  case SHORT + 'm':
    return put_short(out, civil->month);
  case 'd':
    return put_two(out, civil->day);
  case SHORT + 'd':
    return put_short(out, civil->day);
  case 'H':
    return put_two(out, civil->hour);
  case SHORT + 'H':
    return put_short(out, civil->hour);
  case 'I':
    return put_two(out, hour_of_12(civil->hour));
  case SHORT + 'I':
    return put_short(out, hour_of_12(civil->hour));
  case 'M':
    return put_two(out, civil->minute);
  case 'S':
    return put_two(out, civil->second);
  case 'p':
    return put_char(put_char(out, civil->hour < 12 ? 'A' : 'P'), 'M');
  case 'j':
    return put_number(out, year_day(civil), 3);
  case 'F':
    return put_date(out, civil);
  case 'T':
    return put_clock(out, civil);
  case 'f':
    return put_number(out, civil->ticks, 7);
  case 'z':
    return put_offset(out, offset_seconds);
  case '%':
    return put_char(out, '%');
  default:
    return NULL;
  }
}

al_status al_time_format_check (const char *pattern, size_t len,
                                al_error *err) {
  const al_civil any = {1, 1, 1, 0, 0, 0, 0};
  char piece[PIECE_MAX];
  al_quoted whole, part;
  size_t i = 0;
  while (i < len) {
    size_t start = i;
    if (pattern[i] != '%')
      i++;
    else if (put_conversion(piece, take_conversion(pattern, len, &i), &any,
                            0) == NULL)
      return al_fail(err, AL_SYNTAX, "date format '%s': '%s' is none of %s",
                     al_quote(&whole, pattern, len),
                     al_quote(&part, pattern + start, i - start), KNOWN);
  }
  return AL_OK;
}

al_status al_civil_format (al_buffer *out, const char *pattern, size_t len,
                           const al_civil *civil, int32_t offset_seconds,
                           al_error *err) {
  size_t i = 0;
  char *at;
  if (len == 0)
    return AL_OK; /* 'out' may have no memory to point into */
  if (al_buffer_reserve(out, len * PIECE_MAX, err) != AL_OK)
    return err->status;
  at = out->data + out->len;
  while (i < len) {
    if (pattern[i] != '%')
      at = put_char(at, pattern[i++]);
    else
      at = put_conversion(at, take_conversion(pattern, len, &i), civil,
                          offset_seconds);
    if (at == NULL)
      return al_time_format_check(pattern, len, err);
  }
  out->len = (size_t)(at - out->data);
  return AL_OK;
}

al_status al_time_format (al_buffer *out, const char *pattern, size_t len,
                          al_time utc, int32_t offset_seconds, al_error *err) {
  al_civil civil;
  al_time_to_civil(&civil, al_time_shift(utc, offset_seconds));
  return al_civil_format(out, pattern, len, &civil, offset_seconds, err);
}
