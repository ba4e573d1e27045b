/*
** al_csv_row.c - a plain row of CSV taken apart at once.
*/
#include "al_csv_row.h"

/* What is left of the text, and where the next field with quotes goes. */
typedef struct {
  const char *at, *end;
  char *out;
} span;

static al_text read_bare (span *s, char separator) {
  const char *start = s->at;
  while (s->at < s->end && *s->at != separator && *s->at != '\n' &&
         *s->at != '\r' && *s->at != '"')
    s->at++;
  return s->at > start ? al_text_from(start, (size_t)(s->at - start))
                       : AL_TEXT_MISSING;
}

/* Up to and without the next quote; NULL: there is none. */
static const char *find_quote (const span *s) {
  return memchr(s->at, '"', (size_t)(s->end - s->at));
}

/* The rest of a field from its first double quote on, which stands before
** s->at: copied, as each double quote becomes a single one. */
static int copy_quoted (span *s) {
  while (s->at < s->end) {
    char c = *s->at++;
    if (c == '"') {
      if (s->at == s->end || *s->at != '"')
        return 1;
      s->at++;
    }
    *s->out++ = c;
  }
  return 0;
}

/* A field in quotes, of which the first is passed. Returns 0 when they never
** close. */
static int read_quoted (span *s, al_text *field) {
  const char *quote = find_quote(s);
  if (quote == NULL)
    return 0;
  *field = al_text_from(s->at, (size_t)(quote - s->at));
  if (quote + 1 == s->end || quote[1] != '"') {
    s->at = quote + 1;
    return 1;
  }
  memcpy(s->out, field->data, field->len);
  field->data = s->out;
  s->out += field->len;
  s->at = quote;
  if (!copy_quoted(s))
    return 0;
  field->len = (size_t)(s->out - field->data);
  return 1;
}

/* Whether the row ends here, in LF or CR LF, which is passed. */
static int read_end (span *s) {
  if (s->at < s->end && *s->at == '\r')
    s->at++;
  return s->at < s->end && *s->at++ == '\n';
}

size_t al_csv_row_read (al_csv_row *row, char separator, const char *text,
                        size_t len) {
  span s = {text, text + (len < AL_CSV_ROW_BYTES ? len : AL_CSV_ROW_BYTES),
            row->text};
  if (len == 0 || *text == '\n' || *text == '\r') /* a blank line is no row */
    return 0;
  for (row->n = 0; row->n < AL_CSV_ROW_FIELDS; s.at++) {
    al_text *field = &row->field[row->n++];
    if (s.at < s.end && *s.at == '"') {
      s.at++;
      if (!read_quoted(&s, field))
        return 0;
    } else {
      *field = read_bare(&s, separator);
    }
    if (s.at == s.end || *s.at != separator)
      return read_end(&s) ? (size_t)(s.at - text) : 0;
  }
  return 0;
}
