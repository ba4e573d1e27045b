/*
** al_json_plain.c - JSON documents that are plain and whole, taken apart at
** once.
*/
#include "al_json_plain.h"

#include <stdint.h>
#include <stdlib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define DEPTH_MAX  64   /* bits of 'objects' */
#define TOKENS_MAX 4096 /* some 160 KB of them; a record has about 50 */

typedef struct {
  al_json_tokens *out;
  const char *at, *end;
  uint64_t objects; /* a bit for each level, the innermost last: an object */
  int depth;
} cursor;

/* ---- strings ---- */

static int is_plain (char c) {
  return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

#ifdef __SSE2__
#define STEP 16

/* A bit for each byte that is not plain. */
static unsigned special_in (const char *text) {
  __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)text);
  __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
  return (unsigned)_mm_movemask_epi8(
      _mm_or_si128(_mm_or_si128(quote, slash), low));
}

static size_t skip_plain (const char *text, size_t len) {
  size_t i;
  for (i = 0; len - i >= STEP; i += STEP) {
    unsigned special = special_in(text + i);
    if (special != 0)
      return i + (size_t)__builtin_ctz(special);
  }
  return i;
}
#else
#define ONES UINT64_C(0x0101010101010101)

/* Eight bytes at a time while none of them is below 0x20, or zero when it is
** compared with the quote or the backslash. */
static size_t skip_plain (const char *text, size_t len) {
  uint64_t word, quote, slash;
  size_t i;
  for (i = 0; len - i >= sizeof word; i += sizeof word) {
    memcpy(&word, text + i, sizeof word);
    quote = word ^ ONES * '"';
    slash = word ^ ONES * '\\';
    if (((((word - ONES * 0x20) & ~word) | ((quote - ONES) & ~quote) |
          ((slash - ONES) & ~slash)) &
         ONES << 7) != 0)
      break;
  }
  return i;
}
#endif

size_t al_json_plain_len (const char *text, size_t len) {
  size_t i = skip_plain(text, len);
  while (i < len && is_plain(text[i]))
    i++;
  return i;
}

/* What a letter behind a backslash stands for; 0: it is none of these. */
static const char ESCAPED[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};

al_status al_json_plain_decode (al_buffer *out, al_text text, al_error *err) {
  const char *end = text.data + text.len;
  if (al_buffer_reserve(out, text.len, err) != AL_OK)
    return err->status;
  for (;;) {
    size_t n = al_json_plain_len(text.data, (size_t)(end - text.data));
    memcpy(out->data + out->len, text.data, n);
    out->len += n;
    text.data += n;
    if (text.data == end)
      return AL_OK;
    out->data[out->len++] = ESCAPED[(unsigned char)text.data[1]];
    text.data += 2;
  }
}

/* ---- tokens ---- */

/* Of these steps each returns whether the document is plain so far. */

static int grow (al_json_tokens *out) {
  al_error ignored; /* yajl does without this memory */
  al_json_token *token;
  if (out->cap >= TOKENS_MAX)
    return 0;
  token = al_array_grow(out->token, &out->cap, sizeof *token, &ignored);
  if (token != NULL)
    out->token = token;
  return token != NULL;
}

/* The token that ends here. */
static inline int add_token (cursor *c, al_json_event event, al_text text,
                             int escaped) {
  al_json_tokens *out = c->out;
  if (out->n == out->cap && !grow(out))
    return 0;
  out->token[out->n++] = (al_json_token){event, escaped, text, c->at};
  return 1;
}

static int take_string (cursor *c, al_json_event event) {
  const char *start = ++c->at;
  int escaped = 0;
  for (;;) {
    c->at += al_json_plain_len(c->at, (size_t)(c->end - c->at));
    if (c->end - c->at < 2 || (unsigned char)*c->at < 0x20)
      return 0;
    if (*c->at == '"')
      break;
    if (ESCAPED[(unsigned char)c->at[1]] == 0)
      return 0;
    c->at += 2;
    escaped = 1;
  }
  c->at++;
  return add_token(c, event, al_text_from(start, (size_t)(c->at - 1 - start)),
                   escaped);
}

static int take_word (cursor *c, al_json_event event, al_text word) {
  if ((size_t)(c->end - c->at) < word.len ||
      memcmp(c->at, word.data, word.len) != 0)
    return 0;
  c->at += word.len;
  return add_token(c, event, AL_TEXT_MISSING, 0);
}

static int is_digit (const cursor *c) {
  return c->at < c->end && *c->at >= '0' && *c->at <= '9';
}

/* An integer. A zero before it, a fraction or an exponent is no end of a value,
** and left to yajl. */
static int take_number (cursor *c) {
  const char *start = c->at;
  if (*c->at == '-')
    c->at++;
  if (!is_digit(c))
    return 0;
  if (*c->at == '0')
    c->at++;
  else
    while (is_digit(c))
      c->at++;
  return add_token(c, AL_JSON_NUMBER,
                   al_text_from(start, (size_t)(c->at - start)), 0);
}

static int open_level (cursor *c, al_json_event event) {
  if (c->depth == DEPTH_MAX)
    return 0;
  c->depth++;
  c->objects = c->objects << 1 | (event == AL_JSON_OBJECT_START);
  c->at++;
  return add_token(c, event, AL_TEXT_MISSING, 0);
}

static int close_level (cursor *c, al_json_event event) {
  c->depth--;
  c->objects >>= 1;
  c->at++;
  return add_token(c, event, AL_TEXT_MISSING, 0);
}

/* Returns whether something follows the white space. */
static int skip_space (cursor *c) {
  while (c->at < c->end && al_json_is_space(*c->at))
    c->at++;
  return c->at < c->end;
}

/* A separator, and the white space around it. */
static int take_separator (cursor *c, char separator) {
  if (!skip_space(c) || *c->at != separator)
    return 0;
  c->at++;
  return skip_space(c);
}

static int take_value (cursor *c) {
  switch (*c->at) {
  case '"':
    return take_string(c, AL_JSON_STRING);
  case '{':
    return open_level(c, AL_JSON_OBJECT_START);
  case '[':
    return open_level(c, AL_JSON_ARRAY_START);
  case 'n':
    return take_word(c, AL_JSON_NULL, AL_TEXT("null"));
  case 't':
    return take_word(c, AL_JSON_TRUE, AL_TEXT("true"));
  case 'f':
    return take_word(c, AL_JSON_FALSE, AL_TEXT("false"));
  default:
    return take_number(c);
  }
}

static int is_open (al_json_event event) {
  return event == AL_JSON_OBJECT_START || event == AL_JSON_ARRAY_START;
}

/* The next member of an object or element of an array, or its end. */
static int take_next (cursor *c) {
  int in_object = c->objects & 1;
  if (!skip_space(c))
    return 0;
  if (*c->at == (in_object ? '}' : ']'))
    return close_level(c, in_object ? AL_JSON_OBJECT_END : AL_JSON_ARRAY_END);
  if (!is_open(c->out->token[c->out->n - 1].event) && !take_separator(c, ','))
    return 0;
  if (in_object && (*c->at != '"' || !take_string(c, AL_JSON_KEY) ||
                    !take_separator(c, ':')))
    return 0;
  return take_value(c);
}

size_t al_json_plain_take (al_json_tokens *tokens, al_text text) {
  cursor c = {tokens, text.data, text.data + text.len, 0, 0};
  tokens->n = 0;
  if (text.len == 0 || (*c.at != '{' && *c.at != '['))
    return 0;
  do {
    if (!(c.depth == 0 ? take_value(&c) : take_next(&c)))
      return 0;
  } while (c.depth > 0);
  return (size_t)(c.at - text.data);
}

void al_json_tokens_close (al_json_tokens *tokens) {
  free(tokens->token);
  memset(tokens, 0, sizeof *tokens);
}
