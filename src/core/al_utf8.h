/*
** al_utf8.h - UTF-8 as Unicode and RFC 3629 define it: no overlong forms, no
** surrogates, nothing above U+10FFFF.
*/
#ifndef AL_UTF8_H
#define AL_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* U+FEFF as bytes: Excel's mark for UTF-8, and the start of many JSON files. */
#define AL_BOM "\xEF\xBB\xBF"

/* What a check that goes on from chunk to chunk remembers: the range the next
** continuation byte must lie in, and how many are still to come. Zero it to
** begin. */
typedef struct {
  unsigned char pending; /* continuation bytes still to come */
  unsigned char low;     /* least next byte; 0 means 0x80 */
  unsigned char high;    /* greatest next byte; 0 means 0xBF */
} al_utf8_state;

/* Check the next 'len' bytes. Returns how many are valid: 'len', or the offset
** of the first byte that cannot stand there. A text is whole when 'pending' is
** 0 behind its last byte. */
size_t al_utf8_check (al_utf8_state *state, const char *text, size_t len);

/* Whether the text is whole and valid. */
int al_utf8_valid (const char *text, size_t len);

/* Bytes of the character that begins with 'lead'; the text must be valid. */
static inline size_t al_utf8_len (unsigned char lead) {
  return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/* Write a code point (a scalar value) to 'out'; returns its bytes, 1 to 4. */
size_t al_utf8_encode (char out[4], uint32_t code);

/* How many bytes of the valid text fit in 'max' UTF-16 code units, without
** cutting a character: 'len' when all of them do. */
size_t al_utf8_fit_utf16 (const char *text, size_t len, size_t max);

#endif
