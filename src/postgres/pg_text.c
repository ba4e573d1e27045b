/*
** pg_text.c - text as the database keeps it, and as its SQL has it.
**
** PostgreSQL's text cannot hold NUL. So NUL, and what the code of it takes, are
** written as three characters: U+0010, and two of U+0011 and U+0012. U+0010
** begins a code and stands nowhere else: a part of a text is found as its code.
*/
#include <inttypes.h>
#include <stdio.h>

#include "al_hex.h"
#include "pg.h"

#define LEAD 0x10
#define ZERO 0x11 /* the two digits of a code */
#define ONE  0x12

/* The number of a character that has a code, or -1. */
static int code_of (char c) {
  return c == '\0' ? 0 : c >= LEAD && c <= ONE ? c - LEAD + 1 : -1;
}

al_status pg_text_encode (al_buffer *out, al_text text, al_error *err) {
  size_t plain = 0, i;
  for (i = 0; i < text.len; i++) {
    int number = code_of(text.data[i]);
    char code[3] = {LEAD, (char)(ZERO + number / 2), (char)(ZERO + number % 2)};
    if (number < 0)
      continue;
    if (al_buffer_append(out, text.data + plain, i - plain, err) != AL_OK ||
        al_buffer_append(out, code, sizeof code, err) != AL_OK)
      return err->status;
    plain = i + 1;
  }
  return al_buffer_append(out, text.data + plain, text.len - plain, err);
}

static int is_digit (char c) {
  return c == ZERO || c == ONE;
}

size_t pg_text_decode (char *text, size_t len) {
  char *in = memchr(text, LEAD, len), *end = text + len, *out = in;
  if (in == NULL)
    return len;
  while (in < end) {
    if (*in == LEAD && end - in >= 3 && is_digit(in[1]) && is_digit(in[2])) {
      int number = 2 * (in[1] - ZERO) + in[2] - ZERO;
      *out++ = number == 0 ? '\0' : (char)(LEAD + number - 1);
      in += 3;
    } else { /* no code of ours: others wrote it */
      *out++ = *in++;
    }
  }
  return (size_t)(out - text);
}

/* ---- in SQL ---- */

al_status pg_append_integer (al_buffer *sql, int64_t integer, al_error *err) {
  char digits[32];
  snprintf(digits, sizeof digits, "%" PRId64, integer);
  return al_buffer_append_string(sql, digits, err);
}

al_status pg_append_bytes (al_buffer *sql, const void *bytes, size_t len,
                           al_error *err) {
  if (al_buffer_append_string(sql, "'\\x", err) != AL_OK ||
      al_buffer_reserve(sql, 2 * len, err) != AL_OK)
    return err->status;
  al_hex_write(sql->data + sql->len, bytes, len);
  sql->len += 2 * len;
  return al_buffer_append_string(sql, "'::bytea", err);
}

al_status pg_append_text (al_buffer *sql, PGconn *conn, al_text text,
                          al_error *err) {
  al_buffer code = {0};
  char *literal = NULL;
  if (pg_text_encode(&code, text, err) == AL_OK) {
    literal = PQescapeLiteral(conn, al_buffer_text(&code).data, code.len);
    if (literal == NULL)
      al_fail_nomem(err); /* the text is UTF-8 */
  }
  al_buffer_close(&code);
  if (literal == NULL)
    return err->status;
  if (al_buffer_append_string(sql, literal, err) != AL_OK) {
    PQfreemem(literal);
    return err->status;
  }
  PQfreemem(literal);
  return AL_OK;
}
