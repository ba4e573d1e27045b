/*
** al_fold.c - case folding through utf8proc, without its allocations.
*/
#include "al_fold.h"

#include <utf8proc.h>

#define NFKC_CASEFOLD                                                          \
  (UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |  \
   UTF8PROC_IGNORE)

/* Append ASCII in lower case; returns how many bytes were ASCII. Room for all
** of 'text' is there. */
static size_t fold_ascii (al_buffer *out, al_text text) {
  size_t i;
  for (i = 0; i < text.len && (unsigned char)text.data[i] < 0x80; i++) {
    char c = text.data[i];
    out->data[out->len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
  }
  return i;
}

/* Decompose into code points behind the buffer's bytes. Returns how many there
** are, or less than 0 when the text is not valid. */
static utf8proc_ssize_t decompose (al_text text, void *room, size_t codes) {
  return utf8proc_decompose((const utf8proc_uint8_t *)text.data,
                            (utf8proc_ssize_t)text.len, room,
                            (utf8proc_ssize_t)codes, NFKC_CASEFOLD);
}

al_status al_fold (al_buffer *out, al_text text, al_error *err) {
  const size_t code_bytes = sizeof(utf8proc_int32_t);
  size_t start = out->len, at;
  utf8proc_ssize_t n;
  if (al_buffer_reserve(out, text.len, err) != AL_OK)
    return err->status;
  if (fold_ascii(out, text) == text.len)
    return AL_OK;
  out->len = start; /* marks may combine across the end of the ASCII */
  n = decompose(text, NULL, 0);
  if (n < 0)
    return al_fail(err, AL_SYNTAX, "%s", utf8proc_errmsg(n));
  at = (start + code_bytes - 1) / code_bytes * code_bytes;
  /* One code more: reencoding ends in NUL. */
  if (al_buffer_reserve(out, at - start + ((size_t)n + 1) * code_bytes, err) !=
      AL_OK)
    return err->status;
  n = decompose(text, out->data + at, (size_t)n);
  if (n >= 0)
    n = utf8proc_reencode((utf8proc_int32_t *)(void *)(out->data + at), n,
                          NFKC_CASEFOLD);
  if (n < 0)
    return al_fail(err, AL_SYNTAX, "%s", utf8proc_errmsg(n));
  memmove(out->data + start, out->data + at, (size_t)n);
  out->len = start + (size_t)n;
  return AL_OK;
}
