/*
** al_book_cell.c - what texts become in the cells of a workbook.
*/
#include "al_book_cell.h"

#include <stdio.h>

#include "al_time.h"
#include "al_utf8.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* Excel's limits, in UTF-16 code units: of a string in a formula, and of the
** name of a sheet. */
#define FORMULA_STRING 255
#define SHEET_NAME     31

/* ---- texts ---- */

/* Whether "_xHHHH_" stands here, which a reader of the file decodes. */
static int is_escape (const char *text, size_t len) {
  size_t i;
  if (len < 7 || text[0] != '_' || text[1] != 'x' || text[6] != '_')
    return 0;
  for (i = 2; i < 6; i++)
    if (al_hex_value(text[i]) < 0)
      return 0;
  return 1;
}

/* U+FFFE and U+FFFF, which no XML holds. */
static int is_no_character (const char *text, size_t len) {
  return len >= 3 && memcmp(text, "\xEF\xBF", 2) == 0 &&
         ((unsigned char)text[2] == 0xBE || (unsigned char)text[2] == 0xBF);
}

/* What stands for the character at 'text', and its bytes in it; NULL for
** itself. */
static const char *replaced (const char *text, size_t len, size_t *bytes) {
  *bytes = 1;
  if (text[0] == '\0')
    return REPLACEMENT;
  if (text[0] == '_')
    return is_escape(text, len) ? "_x005F_" : NULL;
  if (!is_no_character(text, len))
    return NULL;
  *bytes = 3;
  return REPLACEMENT;
}

al_status al_book_append_text (al_buffer *out, al_text text, al_error *err) {
  size_t i = 0, start = 0, bytes;
  while (i < text.len) {
    const char *other = replaced(text.data + i, text.len - i, &bytes);
    if (other != NULL) {
      if (al_buffer_append(out, text.data + start, i - start, err) != AL_OK ||
          al_buffer_append_string(out, other, err) != AL_OK)
        return err->status;
      start = i + bytes;
    }
    i += bytes;
  }
  return al_buffer_append(out, text.data + start, text.len - start, err);
}

/* ---- numbers ---- */

#define DIGITS_MAX 15
/* Excel's limits of what is not 0. */
#define NUMBER_MIN 2.2251e-308
#define NUMBER_MAX 9.99999999999999e307

static int is_digit (al_text text, size_t i) {
  return i < text.len && text.data[i] >= '0' && text.data[i] <= '9';
}

/* A number on the way: digits * 10^power. */
typedef struct {
  int64_t digits;
  int ndigits; /* significant ones */
  int power;
} decimal;

/* Read digits from *i on; returns how many there are. Beyond DIGITS_MAX they
** are only counted. */
static size_t read_digits (decimal *d, al_text text, size_t *i) {
  size_t start = *i;
  for (; is_digit(text, *i); (*i)++) {
    int digit = text.data[*i] - '0';
    if (d->ndigits > 0 || digit > 0)
      d->ndigits++;
    if (d->ndigits <= DIGITS_MAX)
      d->digits = d->digits * 10 + digit;
  }
  return *i - start;
}

/* Read an exponent, if one stands at *i. Returns 0 for half of one, and for
** one that is far too large. */
static int read_exponent (decimal *d, al_text text, size_t *i) {
  int negative = 0, power = 0;
  size_t start;
  if (*i == text.len || al_lower(text.data[*i]) != 'e')
    return 1;
  if (++*i < text.len && (text.data[*i] == '+' || text.data[*i] == '-'))
    negative = text.data[(*i)++] == '-';
  for (start = *i; is_digit(text, *i) && power < 1000; (*i)++)
    power = power * 10 + text.data[*i] - '0';
  d->power += negative ? -power : power;
  return *i > start;
}

static long double power_of_ten (int power) {
  long double result = 1;
  while (power-- > 0)
    result *= 10;
  return result;
}

/* Of digits that are not all 0; returns 0 where Excel has no such number. No
** strtod, which reads by the process's locale: more than enough of a long
** double is exact for 15 digits. */
static int scale (double *number, const decimal *d) {
  long double power = power_of_ten(d->power < 0 ? -d->power : d->power);
  long double scaled = d->power < 0 ? (long double)d->digits / power
                                    : (long double)d->digits * power;
  if (scaled < NUMBER_MIN || scaled > NUMBER_MAX)
    return 0;
  *number = (double)scaled;
  return 1;
}

int al_book_number (double *number, al_text text) {
  decimal d = {0, 0, 0};
  size_t i = text.len > 0 && text.data[0] == '-', first = i, n;
  int negative = (int)i;
  n = read_digits(&d, text, &i);
  if (n == 0 || (n > 1 && text.data[first] == '0'))
    return 0;
  if (i < text.len && text.data[i] == '.') {
    i++;
    n = read_digits(&d, text, &i);
    if (n == 0 || n > 1000)
      return 0;
    d.power = -(int)n;
  }
  if (!read_exponent(&d, text, &i) || i < text.len || d.ndigits > DIGITS_MAX)
    return 0;
  *number = 0;
  if (d.digits > 0 && !scale(number, &d))
    return 0;
  if (negative)
    *number = 0 - *number; /* not -0, which has no place in a sheet */
  return 1;
}

/* ---- times ---- */

/* Bytes of a time by AL_TIME_EXCEL, and the days that Excel counts from. */
#define TIME_LEN    19
#define DAY_SECONDS 86400
#define MARCH_1900  61

static int64_t seconds_of (int year, int month, int day) {
  const al_civil civil = {year, month, day, 0, 0, 0, 0};
  return al_time_from_civil(&civil) / AL_TICKS_PER_SECOND;
}

int al_book_serial (double *serial, al_text time) {
  char instant[TIME_LEN + 1];
  al_time ticks;
  al_error err;
  int64_t seconds;
  if (time.len != TIME_LEN || time.data[10] != ' ')
    return 0;
  memcpy(instant, time.data, TIME_LEN);
  instant[10] = 'T';
  instant[TIME_LEN] = 'Z';
  if (al_time_parse(&ticks, al_text_from(instant, sizeof instant), &err) !=
      AL_OK)
    return 0;
  seconds = ticks / AL_TICKS_PER_SECOND - seconds_of(1899, 12, 30);
  *serial = (double)seconds / DAY_SECONDS;
  return *serial >= MARCH_1900;
}

/* ---- links ---- */

/* Append a string of a formula. */
static al_status append_string (al_buffer *out, al_text text, al_error *err) {
  size_t i;
  if (al_buffer_append_char(out, '"', err) != AL_OK)
    return err->status;
  for (i = 0; i < text.len; i++)
    if ((text.data[i] == '"' &&
         al_buffer_append_char(out, '"', err) != AL_OK) ||
        al_buffer_append_char(out, text.data[i], err) != AL_OK)
      return err->status;
  return al_buffer_append_char(out, '"', err);
}

/* Append a text as formulas and their results hold it, without control
** characters: these the library does not escape there. */
static al_status append_shown (al_buffer *out, al_text text, al_error *err) {
  size_t i, start = out->len;
  text.len = al_utf8_fit_utf16(text.data, text.len, FORMULA_STRING);
  if (al_book_append_text(out, text, err) != AL_OK)
    return err->status;
  for (i = start; i < out->len; i++)
    if ((unsigned char)out->data[i] < 0x20)
      out->data[i] = ' ';
  return AL_OK;
}

/* A URL with a control character, or with something that would have to be
** escaped, is none that a formula should hold. */
static int fits_formula (al_text url) {
  size_t i, bytes;
  if (al_utf8_fit_utf16(url.data, url.len, FORMULA_STRING) < url.len)
    return 0;
  for (i = 0; i < url.len; i++)
    if ((unsigned char)url.data[i] < 0x20 ||
        replaced(url.data + i, url.len - i, &bytes) != NULL)
      return 0;
  return 1;
}

al_status al_book_link (al_buffer *out, al_buffer *shown, al_text url,
                        al_text title, al_error *err) {
  al_buffer_clear(out);
  al_buffer_clear(shown);
  if (!fits_formula(url))
    return AL_LIMIT;
  if (append_shown(shown, title, err) != AL_OK ||
      al_buffer_append(out, "=HYPERLINK(", 11, err) != AL_OK ||
      append_string(out, url, err) != AL_OK ||
      al_buffer_append_char(out, ',', err) != AL_OK ||
      append_string(out, al_buffer_text(shown), err) != AL_OK ||
      al_buffer_append(out, ")", 2, err) != AL_OK)
    return err->status;
  return al_buffer_append_char(shown, '\0', err);
}

/* ---- sheets ---- */

/* The name without what Excel refuses in it; it begins and ends with neither a
** space nor an apostrophe. */
static al_status append_name (al_buffer *out, al_text name, al_error *err) {
  size_t i, bytes;
  for (i = 0; i < name.len; i += bytes) {
    char c = name.data[i];
    bytes = is_no_character(name.data + i, name.len - i) ? 3 : 1;
    if (bytes > 1 || (unsigned char)c < 0x20 || strchr("[]:*?/\\", c) != NULL)
      c = ' ';
    if (out->len == 0 && (c == ' ' || c == '\''))
      continue;
    if (al_buffer_append_char(out, c, err) != AL_OK)
      return err->status;
  }
  return AL_OK;
}

al_status al_book_sheet_name (al_buffer *out, al_text name, int number,
                              al_error *err) {
  char suffix[16] = "";
  int len = 0;
  if (number > 1)
    len = snprintf(suffix, sizeof suffix, " %d", number);
  al_buffer_clear(out);
  if (append_name(out, name, err) != AL_OK)
    return err->status;
  if (out->len > 0)
    out->len = al_utf8_fit_utf16(out->data, out->len, SHEET_NAME - (size_t)len);
  while (out->len > 0 && strchr(" '", out->data[out->len - 1]) != NULL)
    out->len--;
  if (out->len == 0 && al_buffer_append(out, "Sheet", 5, err) != AL_OK)
    return err->status;
  return al_buffer_append(out, suffix, (size_t)len + 1, err);
}
