/*
** al_utf8.c - UTF-8 as Unicode and RFC 3629 define it.
**
** The ranges of the second byte are those of table 3-7 of the Unicode
** standard: it alone tells overlong forms, surrogates and what is too large.
*/
#include "al_utf8.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The first of several bytes of a character. Returns whether it can be one. */
static int begin (al_utf8_state *state, unsigned char lead) {
  state->low = 0x80;
  state->high = 0xBF;
  if (lead < 0xC2 || lead > 0xF4)
    return 0;
  state->pending = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  if (lead == 0xE0)
    state->low = 0xA0;
  else if (lead == 0xED)
    state->high = 0x9F;
  else if (lead == 0xF0)
    state->low = 0x90;
  else if (lead == 0xF4)
    state->high = 0x8F;
  return 1;
}

#ifdef __SSE2__
#define STEP 16

static int is_ascii (const char *text) {
  return _mm_movemask_epi8(
             _mm_loadu_si128((const __m128i *)(const void *)text)) == 0;
}
#else
#define STEP 8

static int is_ascii (const char *text) {
  uint64_t word;
  memcpy(&word, text, sizeof word);
  return (word & UINT64_C(0x8080808080808080)) == 0;
}
#endif

/* Bytes from 'i' on that are ASCII, STEP at a time. */
static size_t skip_ascii (const char *text, size_t i, size_t len) {
  while (len - i >= STEP && is_ascii(text + i))
    i += STEP;
  while (i < len && (unsigned char)text[i] < 0x80)
    i++;
  return i;
}

size_t al_utf8_check (al_utf8_state *state, const char *text, size_t len) {
  size_t i = 0;
  while (i < len) {
    unsigned char byte = (unsigned char)text[i];
    if (state->pending > 0) {
      if (byte < state->low || byte > state->high)
        return i;
      state->pending--;
      state->low = 0x80;
      state->high = 0xBF;
      i++;
    } else if (byte < 0x80) {
      i = skip_ascii(text, i, len);
    } else {
      if (!begin(state, byte))
        return i;
      i++;
    }
  }
  return len;
}

/* Most text is short and ASCII. Its last bytes are looked at twice where that
** spares looking at each. */
static int is_all_ascii (const char *text, size_t len) {
  size_t i = 0;
  if (len >= STEP) {
    while (len - i > STEP && is_ascii(text + i))
      i += STEP;
    return len - i <= STEP && is_ascii(text + len - STEP);
  }
  if (len >= sizeof(uint64_t)) {
    uint64_t first, last;
    memcpy(&first, text, sizeof first);
    memcpy(&last, text + len - sizeof last, sizeof last);
    return ((first | last) & UINT64_C(0x8080808080808080)) == 0;
  }
  while (i < len && (unsigned char)text[i] < 0x80)
    i++;
  return i == len;
}

int al_utf8_valid (const char *text, size_t len) {
  al_utf8_state state = {0, 0, 0};
  return is_all_ascii(text, len) ||
         (al_utf8_check(&state, text, len) == len && state.pending == 0);
}

size_t al_utf8_encode (char out[4], uint32_t code) {
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    out[0] = (char)(0xC0 | code >> 6);
    out[1] = (char)(0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = (char)(0xE0 | code >> 12);
    out[1] = (char)(0x80 | (code >> 6 & 0x3F));
    out[2] = (char)(0x80 | (code & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | code >> 18);
  out[1] = (char)(0x80 | (code >> 12 & 0x3F));
  out[2] = (char)(0x80 | (code >> 6 & 0x3F));
  out[3] = (char)(0x80 | (code & 0x3F));
  return 4;
}

size_t al_utf8_fit_utf16 (const char *text, size_t len, size_t max) {
  size_t i = 0, units = 0;
  if (len <= max) /* no character takes more units than bytes */
    return len;
  while (i < len) {
    size_t bytes = al_utf8_len((unsigned char)text[i]);
    units += bytes == 4 ? 2 : 1;
    if (units > max)
      return i;
    i += bytes;
  }
  return len;
}
