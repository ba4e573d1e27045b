/*
** al_search.c - records that hold a text anywhere.
*/
#include "al_search.h"

#include <stdlib.h>

#include "al_fold.h"
#include "al_utf8.h"

void al_search_init (al_search *search) {
  memset(search, 0, sizeof *search);
}

void al_search_close (al_search *search) {
  al_buffer_close(&search->needles);
  al_buffer_close(&search->plain);
  al_buffer_close(&search->folded);
  free(search->ends);
  al_search_init(search);
}

al_status al_search_set (al_search *search, const al_text *texts, size_t n,
                         al_error *err) {
  search->ends = calloc(n > 0 ? n : 1, sizeof *search->ends);
  if (search->ends == NULL)
    return al_fail_nomem(err);
  for (; search->n < n; search->n++) {
    if (al_fold(&search->needles, texts[search->n], err) != AL_OK)
      return err->status;
    search->ends[search->n] = search->needles.len;
  }
  return AL_OK;
}

/* The value of four hex digits, or -1. */
static long read_hex (const char *text, const char *end) {
  long value = 0;
  int i;
  if (end - text < 4)
    return -1;
  for (i = 0; i < 4; i++) {
    int digit = al_hex_value(text[i]);
    if (digit < 0)
      return -1;
    value = value << 4 | digit;
  }
  return value;
}

/* The code point of the escape whose digits begin at *text, which moves behind
** it, or -1. JSON in JSON has more than one backslash in front of each u. */
static long read_escape (const char **text, const char *end) {
  long code = read_hex(*text, end), low = -1;
  const char *next = *text + 4;
  if (code < 0 || (code >= 0xDC00 && code <= 0xDFFF))
    return -1;
  if (code >= 0xD800 && code <= 0xDBFF) {
    while (next < end && *next == '\\')
      next++;
    if (next < end && *next == 'u')
      low = read_hex(next + 1, end);
    if (low < 0xDC00 || low > 0xDFFF)
      return -1;
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    next += 5;
  }
  *text = next;
  return code;
}

/* Append the text with its \u escapes decoded, however many backslashes each
** has. What is no escape stays. */
static al_status append_plain (al_buffer *out, al_text text, al_error *err) {
  const char *at = text.data, *end = text.data + text.len;
  if (al_buffer_reserve(out, text.len, err) != AL_OK)
    return err->status;
  while (at < end) {
    const char *slash = at, *digits;
    long code = -1;
    while (slash < end && *slash == '\\')
      slash++;
    if (slash > at && slash < end && *slash == 'u') {
      digits = slash + 1;
      code = read_escape(&digits, end);
    }
    if (code >= 0) {
      out->len += al_utf8_encode(out->data + out->len, (uint32_t)code);
      at = digits;
    } else {
      if (slash == at)
        slash++;
      memcpy(out->data + out->len, at, (size_t)(slash - at));
      out->len += (size_t)(slash - at);
      at = slash;
    }
  }
  return AL_OK;
}

static int holds_needle (const al_search *search) {
  al_text text = al_buffer_text(&search->folded);
  al_text needles = al_buffer_text(&search->needles);
  size_t i, start = 0;
  for (i = 0; i < search->n; i++) {
    if (memmem(text.data, text.len, needles.data + start,
               search->ends[i] - start) != NULL)
      return 1;
    start = search->ends[i];
  }
  return 0;
}

al_status al_search_record (al_search *search, const al_record *record,
                            int *found, al_error *err) {
  int i;
  *found = 0;
  for (i = 0; i < AL_NFIELDS && !*found; i++) {
    al_text text = record->field[i];
    if (text.data == NULL)
      continue;
    al_buffer_clear(&search->folded);
    if (memmem(text.data, text.len, "\\u", 2) != NULL) {
      al_buffer_clear(&search->plain);
      if (append_plain(&search->plain, text, err) != AL_OK)
        return err->status;
      text = al_buffer_text(&search->plain);
    }
    if (al_fold(&search->folded, text, err) != AL_OK)
      return err->status;
    *found = holds_needle(search);
  }
  return AL_OK;
}
