/*
** al_width.c - widths of text through utf8proc.
**
** Terminals disagree about characters of several code points. What is counted
** here is how wide the character is drawn where it is drawn as one; where it
** is not, a line may come out longer and never shorter.
*/
#include "al_width.h"

#include <utf8proc.h>

#define EMOJI_VARIATION 0xFE0F

#define IS_REGIONAL(code) ((code) >= 0x1F1E6 && (code) <= 0x1F1FF)

/* A valid text, code point by code point. */
typedef struct {
  const utf8proc_uint8_t *at;
  const utf8proc_uint8_t *end;
} reader;

static utf8proc_int32_t next_code (reader *in) {
  utf8proc_int32_t code;
  utf8proc_ssize_t used = utf8proc_iterate(in->at, in->end - in->at, &code);
  in->at += used > 0 ? used : 1;
  return code;
}

static size_t code_width (utf8proc_int32_t code) {
  if (code == EMOJI_VARIATION || IS_REGIONAL(code))
    return 2;
  return (size_t)utf8proc_charwidth(code);
}

/* Read one character, all of its code points; returns its places. */
static size_t next_cluster (reader *in) {
  utf8proc_int32_t state = 0, last = next_code(in), code;
  size_t widest = code_width(last), width;
  while (in->at < in->end) {
    reader ahead = *in;
    code = next_code(&ahead);
    if (utf8proc_grapheme_break_stateful(last, code, &state))
      break;
    *in = ahead;
    last = code;
    width = code_width(code);
    widest = width > widest ? width : widest;
  }
  return widest;
}

al_width al_width_fit (al_text text, size_t places) {
  const utf8proc_uint8_t *start = (const utf8proc_uint8_t *)text.data;
  reader in = {start, start + text.len};
  al_width fit = {0, 0};
  while (in.at < in.end) {
    size_t width = next_cluster(&in);
    if (width > places - fit.places)
      break;
    fit.places += width;
    fit.bytes = (size_t)(in.at - start);
  }
  return fit;
}
