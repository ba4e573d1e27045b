/*
** al_error.c - what can go wrong in the core, and how it is told.
*/
#include "al_error.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "al_utf8.h"

/* vsnprintf cuts at a byte: drop what is left of a cut character. */
static void drop_partial_character (char *text) {
  al_utf8_state state = {0, 0, 0};
  size_t len = strlen(text), i = len;
  if (al_utf8_check(&state, text, len) < len || state.pending == 0)
    return;
  while (i > 0 && ((unsigned char)text[i - 1] & 0xC0) == 0x80)
    i--;
  text[i > 0 ? i - 1 : 0] = '\0';
}

static size_t printable (const char *text, size_t len);

/* Names of files are any bytes, and not all of them are quoted. */
static void make_printable (char *text) {
  char quoted[AL_MESSAGE_MAX];
  size_t len = strlen(text), i = 0, n = 1;
  while (i < len && (n = printable(text + i, len - i)) != 0)
    i += n;
  if (n != 0)
    return;
  al_quote_to(quoted, sizeof quoted, text, len);
  memcpy(text, quoted, strlen(quoted) + 1);
}

al_status al_fail (al_error *err, al_status status, const char *format, ...) {
  va_list args;
  va_start(args, format);
  if (vsnprintf(err->message, sizeof err->message, format, args) < 0)
    err->message[0] = '\0';
  va_end(args);
  drop_partial_character(err->message);
  if (status != AL_CALLBACK) /* whose message is the caller's own */
    make_printable(err->message);
  err->status = status;
  return status;
}

al_status al_fail_nomem (al_error *err) {
  return al_fail(err, AL_NOMEM, "not enough memory");
}

int al_errno_is_full (int code) {
  return code == ENOSPC || code == EDQUOT || code == EFBIG;
}

/* Without memory for a locale it is in the process's. */
const char *al_errno_text (int code) {
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  locale_t before = uselocale(plain); /* 0 changes nothing */
  const char *text = strerror(code);
  uselocale(before);
  if (plain != (locale_t)0)
    freelocale(plain);
  return text;
}

al_status al_fail_errno (al_error *err, const char *what, const char *name) {
  int code = errno;
  if (code == ENOMEM)
    return al_fail_nomem(err);
  return al_fail(err, al_errno_is_full(code) ? AL_FULL : AL_IO, "%s %s: %s",
                 what, name, al_errno_text(code));
}

al_status al_fail_at (al_error *err, const char *format, ...) {
  char place[AL_MESSAGE_MAX], rest[AL_MESSAGE_MAX];
  va_list args;
  va_start(args, format);
  if (vsnprintf(place, sizeof place, format, args) < 0)
    place[0] = '\0';
  va_end(args);
  memcpy(rest, err->message, sizeof rest);
  return al_fail(err, err->status, "%s: %s", place, rest);
}

const char *al_status_code (al_status status) {
  switch (status) {
  case AL_OK:
    return "ok";
  case AL_NOMEM:
    return "memory";
  case AL_IO:
    return "io";
  case AL_BUSY:
    return "busy";
  case AL_CORRUPT:
    return "corrupt";
  case AL_SYNTAX:
    return "syntax";
  case AL_API:
    return "api";
  case AL_VERSION:
    return "version";
  case AL_FOREIGN:
    return "foreign";
  case AL_FULL:
    return "full";
  case AL_READONLY:
    return "readonly";
  case AL_LIMIT:
    return "limit";
  case AL_EXISTS:
    return "exists";
  case AL_UNSUPPORTED:
    return "unsupported";
  case AL_CALLBACK:
    return "callback";
  case AL_MISUSE:
    return "misuse";
  }
  return "io";
}

al_status al_status_find (const char *code) {
  int status;
  for (status = AL_NOMEM; status <= AL_MISUSE; status++)
    if (strcmp(al_status_code((al_status)status), code) == 0)
      return (al_status)status;
  return AL_CALLBACK;
}

/* Bytes of the character at 'text', or 0 when a message must not hold it:
** control characters, those that turn the direction of text (U+061C, U+200E,
** U+200F, U+202A to U+202E, U+2066 to U+2069), line ends of Unicode, and bytes
** that are no UTF-8. */
static size_t printable (const char *text, size_t len) {
  unsigned char lead = (unsigned char)text[0];
  size_t n = al_utf8_len(lead);
  const unsigned char *byte = (const unsigned char *)text;
  if (lead < 0x20 || lead == 0x7F || n > len || !al_utf8_valid(text, n))
    return 0;
  if (lead == 0xC2 && byte[1] < 0xA0)
    return 0;
  if (lead == 0xD8 && byte[1] == 0x9C)
    return 0;
  if (lead == 0xE2 && byte[1] == 0x80 &&
      (byte[2] == 0x8E || byte[2] == 0x8F ||
       (byte[2] >= 0xA8 && byte[2] <= 0xAE)))
    return 0;
  if (lead == 0xE2 && byte[1] == 0x81 && byte[2] >= 0xA6 && byte[2] <= 0xA9)
    return 0;
  return n;
}

const char *al_quote_to (char *out, size_t size, const char *text, size_t len) {
  size_t i = 0, used = 0;
  while (i < len) {
    size_t n = printable(text + i, len - i);
    if (used + (n != 0 ? n : 4) > size - sizeof "...") {
      memcpy(out + used, "...", 3);
      used += 3;
      break;
    }
    if (n != 0) {
      memcpy(out + used, text + i, n);
      used += n;
      i += n;
    } else {
      snprintf(out + used, 5, "\\x%02X", (unsigned char)text[i]);
      used += 4;
      i++;
    }
  }
  out[used] = '\0';
  return out;
}

const char *al_quote (al_quoted *out, const char *text, size_t len) {
  return al_quote_to(out->text, sizeof out->text, text, len);
}
