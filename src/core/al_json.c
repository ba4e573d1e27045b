/*
** al_json.c - JSON through yajl.
**
** Documents that are plain and whole, as lines are, are taken apart by
** al_json_plain.c, and make the same events; yajl gets all else.
**
** yajl accepts what we do not (overlong UTF-8, lone surrogates, which it turns
** into '?', a key twice), so a scanner of our own goes over the bytes before
** it and a key set sits behind it. yajl does not check its allocations: ours
** jump back to the call that entered yajl when memory runs out, and every
** block is on a list, so that nothing of a parser in any state is lost.
*/
#include "al_json.h"

#include <setjmp.h>
#include <stdlib.h>
#include <yajl/yajl_parse.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "al_json_plain.h"
#include "al_key_set.h"
#include "al_record.h"
#include "al_utf8.h"

/* Eight bytes of 1. */
#define ONES UINT64_C(0x0101010101010101)

/* A block of yajl's memory; its bytes follow. */
typedef union block {
  struct {
    union block *next, *previous;
  } link;
  long double align;
} block;

/* Where the scanner is in an escape sequence of a string. */
typedef struct {
  al_utf8_state utf8;
  int digits;     /* hex digits of \uXXXX still to come */
  int escaped;    /* the byte before was a backslash that escapes */
  unsigned code;  /* the digits so far */
  int high;       /* a high surrogate waits for its low one */
  int64_t escape; /* byte of the last escape's backslash, from 0 */
} scan_state;

struct al_json {
  yajl_handle handle;
  block *blocks;          /* all that yajl holds */
  jmp_buf *out_of_memory; /* where a failed allocation goes */
  al_json_handler handler;
  void *context;
  al_error *err;   /* of the call that is running */
  al_key_set keys; /* of the objects that are open */
  scan_state scan;
  int depth;     /* objects and arrays that are open */
  int64_t solid; /* bytes up to the last one that is not white space */
  int64_t ended; /* bytes up to the end of the last document */
  int held;      /* bytes of a possible byte order mark at a chunk's end */
  al_json_tokens plain; /* of the document that is read without yajl */
  al_buffer decoded;    /* a string of it */
  const char *at;       /* behind the token that is handed on; NULL: by yajl */
  const char *chunk;    /* what is worked on, for line numbers */
  int64_t start;        /* bytes before it */
  int64_t lines;        /* line feeds before it */
  int64_t wrong;        /* byte that is wrong, from 0; -1: where yajl is */
  int64_t mark;         /* start of the record, for its limit */
};

/* ---- yajl's memory ---- */

static void *block_resize (al_json *json, block *old, size_t size) {
  block *new =
      size > SIZE_MAX - sizeof *new ? NULL : realloc(old, sizeof *new + size);
  if (new == NULL)
    longjmp(*json->out_of_memory, 1);
  if (old == NULL) {
    new->link.previous = NULL;
    new->link.next = json->blocks;
  }
  if (new->link.previous != NULL)
    new->link.previous->link.next = new;
  else
    json->blocks = new;
  if (new->link.next != NULL)
    new->link.next->link.previous = new;
  return new + 1;
}

static void *yajl_malloc (void *context, size_t size) {
  return block_resize(context, NULL, size);
}

static void *yajl_realloc (void *context, void *old, size_t size) {
  return block_resize(context, old != NULL ? (block *)old - 1 : NULL, size);
}

/* yajl wants one, and frees only what al_json_close does. */
static void yajl_release (void *context, void *old) {
  (void)context, (void)old;
}

/* ---- yajl's events ---- */

/* Bytes of the chunk up to the end of the token whose event is handed on. */
static int64_t consumed (const al_json *json) {
  return json->at != NULL ? json->at - json->chunk
                          : (int64_t)yajl_get_bytes_consumed(json->handle);
}

/* To yajl 0 is "stop"; json->err has the reason. */
static int emit (al_json *json, al_json_event event, al_text text) {
  if (json->depth == 0)
    json->ended = json->start + consumed(json);
  return json->handler(json->context, event, text, json->err) == AL_OK;
}

static int on_null (void *context) {
  return emit(context, AL_JSON_NULL, AL_TEXT_MISSING);
}

static int on_boolean (void *context, int value) {
  return emit(context, value ? AL_JSON_TRUE : AL_JSON_FALSE, AL_TEXT_MISSING);
}

static int on_number (void *context, const char *text, size_t len) {
  return emit(context, AL_JSON_NUMBER, al_text_from(text, len));
}

/* yajl's pointer may be NULL where the string is empty. */
static al_text string_text (const unsigned char *text, size_t len) {
  return al_text_from(len > 0 ? (const char *)text : "", len);
}

static int on_string (void *context, const unsigned char *text, size_t len) {
  return emit(context, AL_JSON_STRING, string_text(text, len));
}

static int emit_key (al_json *json, al_text key) {
  int known;
  if (al_key_set_add(&json->keys, (uint32_t)json->depth, key, &known,
                     json->err) != AL_OK)
    return 0;
  if (known) {
    al_quoted quoted;
    al_fail(json->err, AL_SYNTAX, "the key \"%s\" stands twice in one object",
            al_quote(&quoted, key.data, key.len));
    return 0;
  }
  return emit(json, AL_JSON_KEY, key);
}

static int on_key (void *context, const unsigned char *text, size_t len) {
  return emit_key(context, string_text(text, len));
}

static int on_start (al_json *json, al_json_event event) {
  if (json->depth == AL_JSON_DEPTH_MAX) {
    al_fail(json->err, AL_SYNTAX, "it is over %d levels deep",
            AL_JSON_DEPTH_MAX);
    return 0;
  }
  if (!emit(json, event, AL_TEXT_MISSING))
    return 0;
  json->depth++;
  return 1;
}

static int on_start_map (void *context) {
  return on_start(context, AL_JSON_OBJECT_START);
}

static int on_start_array (void *context) {
  return on_start(context, AL_JSON_ARRAY_START);
}

static int on_end_map (void *context) {
  al_json *json = context;
  al_key_set_drop(&json->keys, (uint32_t)json->depth);
  json->depth--;
  return emit(json, AL_JSON_OBJECT_END, AL_TEXT_MISSING);
}

static int on_end_array (void *context) {
  al_json *json = context;
  json->depth--;
  return emit(json, AL_JSON_ARRAY_END, AL_TEXT_MISSING);
}

static const yajl_callbacks CALLBACKS = {
    on_null,    on_boolean,     NULL,         NULL,
    on_number,  on_string,      on_start_map, on_key,
    on_end_map, on_start_array, on_end_array};

/* ---- opening and closing ---- */

al_status al_json_open (al_json **out, al_json_handler handler, void *context,
                        al_error *err) {
  al_json *json = calloc(1, sizeof *json);
  jmp_buf out_of_memory;
  yajl_alloc_funcs memory = {yajl_malloc, yajl_realloc, yajl_release, NULL};
  *out = NULL;
  if (json == NULL)
    return al_fail_nomem(err);
  json->handler = handler;
  json->context = context;
  json->wrong = -1;
  al_key_set_init(&json->keys);
  memory.ctx = json;
  json->out_of_memory = &out_of_memory;
  if (setjmp(out_of_memory) != 0) {
    al_json_close(json);
    return al_fail_nomem(err);
  }
  json->handle = yajl_alloc(&CALLBACKS, &memory, json);
  yajl_config(json->handle, yajl_allow_multiple_values, 1);
  yajl_config(json->handle, yajl_dont_validate_strings, 1);
  *out = json;
  return AL_OK;
}

void al_json_close (al_json *json) {
  if (json == NULL)
    return;
  /* yajl_free would trust a state that a failed allocation left behind. */
  while (json->blocks != NULL) {
    block *next = json->blocks->link.next;
    free(json->blocks);
    json->blocks = next;
  }
  al_key_set_close(&json->keys);
  al_json_tokens_close(&json->plain);
  al_buffer_close(&json->decoded);
  free(json);
}

/* ---- the scanner ---- */

/* The four digits of an escape are there. Returns whether it may stand. */
static int escape_complete (scan_state *scan) {
  int is_low = scan->code >= 0xDC00 && scan->code <= 0xDFFF;
  int expected_low = scan->high;
  scan->high = scan->code >= 0xD800 && scan->code <= 0xDBFF;
  return is_low == expected_low;
}

/* One byte of an escape, or where a low surrogate's escape is due. Returns
** whether it may stand. What is no hex digit or no escape is left to yajl. */
static int scan_escape (scan_state *scan, char c, int64_t byte) {
  if (scan->digits > 0) {
    int value = al_hex_value(c);
    if (value < 0) {
      scan->digits = 0;
      return 1;
    }
    scan->code = scan->code << 4 | (unsigned)value;
    return --scan->digits > 0 || escape_complete(scan);
  }
  if (scan->escaped) {
    scan->escaped = 0;
    if (c == 'u') {
      scan->digits = 4;
      scan->code = 0;
    }
    return c == 'u' || !scan->high;
  }
  if (c != '\\')
    return !scan->high;
  scan->escaped = 1;
  if (!scan->high) /* of a pair, the first one is named */
    scan->escape = byte;
  return 1;
}

/* Whether one of STEP bytes from 'text' on, behind which there is another one,
** begins \\u. */
#ifdef __SSE2__
#define STEP 16

static int begins_unicode (const char *text) {
  __m128i here = _mm_loadu_si128((const __m128i *)(const void *)text);
  __m128i next = _mm_loadu_si128((const __m128i *)(const void *)(text + 1));
  here = _mm_cmpeq_epi8(here, _mm_set1_epi8('\\'));
  next = _mm_cmpeq_epi8(next, _mm_set1_epi8('u'));
  return _mm_movemask_epi8(_mm_and_si128(here, next)) != 0;
}
#else
#define STEP 8

/* No byte of 'both' is zero but where a backslash stands before a u. */
static int begins_unicode (const char *text) {
  uint64_t here, next, both;
  memcpy(&here, text, sizeof here);
  memcpy(&next, text + 1, sizeof next);
  both = (here ^ ONES * '\\') | (next ^ ONES * 'u');
  return ((both - ONES) & ~both & ONES << 7) != 0;
}
#endif

/* Pass over bytes from 'i' on, where no escape is open, among which there is no
** \\u. An odd number of backslashes before the rest leaves an escape open. */
static size_t skip_plain (scan_state *state, const char *text, size_t i,
                          size_t len) {
  size_t start = i, before;
  while (len - i > STEP && !begins_unicode(text + i))
    i += STEP;
  for (before = i; before > start && text[before - 1] == '\\'; before--)
    state->escaped = !state->escaped;
  return i;
}

static size_t scan_escapes (al_json *json, const char *text, size_t len,
                            const char **reason) {
  scan_state *state = &json->scan;
  size_t i = 0;
  while (i < len) {
    if (!state->escaped && state->digits == 0 && !state->high)
      i = skip_plain(state, text, i, len);
    if (!scan_escape(state, text[i], json->start + (int64_t)i)) {
      *reason = "a \\u escape is half of a surrogate pair";
      json->wrong = state->escape;
      break;
    }
    i++;
  }
  return i;
}

/* How many bytes of a chunk are good. A bad one is named by json->wrong, with
** the reason in 'reason': of a byte that ends half a pair the pair is. */
static size_t scan (al_json *json, const char *text, size_t len,
                    const char **reason) {
  size_t valid = al_utf8_check(&json->scan.utf8, text, len);
  size_t good = scan_escapes(json, text, valid < len ? valid + 1 : len, reason);
  if (*reason != NULL || valid == len)
    return good;
  *reason = "it is not UTF-8";
  json->wrong = json->start + (int64_t)valid;
  return valid;
}

/* ---- feeding ---- */

static int begins_with (const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Whether yajl stands before the byte that is wrong, not behind it: it goes
** back where a byte does not fit into a token that has begun, and from a token
** where it expects the end of a member. */
static int stands_before (const char *words) {
  return begins_with(words, "parse error: after key and value") ||
         (begins_with(words, "lexical error: ") &&
          !begins_with(words, "lexical error: invalid char in json text"));
}

/* yajl's own words, as one line and without its prefix. */
static al_status fail_syntax (al_json *json, al_error *err) {
  unsigned char *text = yajl_get_error(json->handle, 0, NULL, 0);
  const char *words = (const char *)text, *colon = strstr(words, ": ");
  if (stands_before(words))
    json->wrong = json->start + (int64_t)yajl_get_bytes_consumed(json->handle);
  if (colon != NULL)
    words = colon + 2;
  return al_fail(err, AL_SYNTAX, "no valid JSON: %.*s",
                 (int)strcspn(words, "\n"), words);
}

static al_status fail_early (al_error *err) {
  return al_fail(err, AL_SYNTAX, "no valid JSON: it ends too early");
}

/* Let yajl parse 'len' bytes, or complete when 'text' is NULL. */
static al_status parse (al_json *json, const char *text, size_t len,
                        al_error *err) {
  jmp_buf out_of_memory;
  yajl_status status;
  json->err = err;
  json->out_of_memory = &out_of_memory;
  if (setjmp(out_of_memory) != 0)
    return al_fail_nomem(err);
  status = text == NULL
               ? yajl_complete_parse(json->handle)
               : yajl_parse(json->handle, (const unsigned char *)text, len);
  if (status == yajl_status_client_canceled)
    return err->status;
  if (status == yajl_status_ok)
    return AL_OK;
  return text == NULL ? fail_early(err) : fail_syntax(json, err);
}

/* Bytes of the text without the white space at its end. */
static size_t solid_len (const char *text, size_t len) {
  while (len > 0 && al_json_is_space(text[len - 1]))
    len--;
  return len;
}

/* Bytes of the white space at its beginning. */
static size_t space_len (al_text text) {
  size_t n = 0;
  while (n < text.len && al_json_is_space(text.data[n]))
    n++;
  return n;
}

/* The next 'n' bytes of the text are read. */
static al_status advance (al_json *json, al_text *text, size_t n,
                          al_error *err) {
  json->start += (int64_t)n;
  json->lines += al_count_lines(text->data, n);
  json->chunk = json->at = NULL;
  text->data += n;
  text->len -= n;
  if (json->start - json->mark > AL_RECORD_MAX_BYTES)
    return al_fail(err, AL_LIMIT, "a record is longer than %d bytes",
                   AL_RECORD_MAX_BYTES);
  return AL_OK;
}

/* No document is open, nor begun. */
static int is_between (const al_json *json) {
  return json->depth == 0 && json->solid <= json->ended;
}

static int emit_token (al_json *json, al_json_event event, al_text text) {
  switch (event) {
  case AL_JSON_KEY:
    return emit_key(json, text);
  case AL_JSON_OBJECT_START:
  case AL_JSON_ARRAY_START:
    return on_start(json, event);
  case AL_JSON_OBJECT_END:
    return on_end_map(json);
  case AL_JSON_ARRAY_END:
    return on_end_array(json);
  default:
    return emit(json, event, text);
  }
}

static al_status emit_document (al_json *json, al_error *err) {
  size_t i;
  json->err = err;
  for (i = 0; i < json->plain.n; i++) {
    const al_json_token *token = &json->plain.token[i];
    al_text text = token->text;
    json->at = token->end;
    if (token->escaped) {
      al_buffer_clear(&json->decoded);
      if (al_json_plain_decode(&json->decoded, text, err) != AL_OK)
        return err->status;
      text = al_buffer_text(&json->decoded);
    }
    if (!emit_token(json, token->event, text))
      return err->status;
  }
  return AL_OK;
}

/* Read the plain documents that the text begins with. */
static al_status feed_documents (al_json *json, al_text *text, al_error *err) {
  for (;;) {
    size_t space = space_len(*text), len;
    al_text rest = al_text_from(text->data + space, text->len - space);
    len = al_json_plain_take(&json->plain, rest);
    if (len == 0 || !al_utf8_valid(rest.data, len))
      return AL_OK;
    json->chunk = text->data;
    if (emit_document(json, err) != AL_OK)
      return err->status;
    json->solid = json->ended;
    if (advance(json, text, space + len, err) != AL_OK)
      return err->status;
  }
}

/* Let yajl read the next 'n' bytes of the text. */
static al_status feed_yajl (al_json *json, al_text *text, size_t n,
                            al_error *err) {
  const char *reason = NULL;
  size_t good, solid = solid_len(text->data, n);
  int64_t wrong;
  json->chunk = text->data;
  if (solid > 0)
    json->solid = json->start + (int64_t)solid;
  good = scan(json, text->data, n, &reason);
  wrong = json->wrong;
  json->wrong = -1; /* yajl may find another before it */
  if (parse(json, text->data, good, err) != AL_OK)
    return err->status;
  json->wrong = wrong;
  if (reason != NULL)
    return al_fail(err, AL_SYNTAX, "no valid JSON: %s", reason);
  return advance(json, text, n, err);
}

/* The length of the text's first line, its end included. */
static size_t line_len (al_text text) {
  const char *feed = memchr(text.data, '\n', text.len);
  return feed != NULL ? (size_t)(feed - text.data) + 1 : text.len;
}

/* Parse bytes among which no byte order mark is to be skipped. What yajl gets
** is as little as there may be: a line, behind which documents may begin. */
static al_status feed_unmarked (al_json *json, const char *data, size_t len,
                                al_error *err) {
  al_text text = al_text_from(data, len);
  while (text.len > 0) {
    if (is_between(json) && feed_documents(json, &text, err) != AL_OK)
      return err->status;
    if (text.len > 0 && feed_yajl(json, &text, line_len(text), err) != AL_OK)
      return err->status;
    if (text.len > 0 && !is_between(json) &&
        feed_yajl(json, &text, text.len, err) != AL_OK)
      return err->status;
  }
  return AL_OK;
}

/* A whole byte order mark: before a document it says nothing and is skipped;
** inside one, which may be a string and no more, it is a character. */
static al_status feed_bom (al_json *json, al_error *err) {
  if (!is_between(json))
    return feed_unmarked(json, AL_BOM, 3, err);
  json->start += 3;
  return AL_OK;
}

/* Go on with the part of a mark that ended the chunk before. */
static al_status feed_held (al_json *json, const char **chunk, size_t *len,
                            al_error *err) {
  int held;
  while (json->held > 0 && json->held < 3 && *len > 0 &&
         **chunk == AL_BOM[json->held]) {
    json->held++;
    (*chunk)++;
    (*len)--;
  }
  if (json->held < 3 && *len == 0)
    return AL_OK;
  held = json->held;
  json->held = 0;
  return held == 3 ? feed_bom(json, err)
                   : feed_unmarked(json, AL_BOM, (size_t)held, err);
}

/* The next mark, whole or cut off by the end of the text; NULL: there is none.
** Its first byte is rare. */
static const char *find_bom (const char *text, const char *end) {
  while ((text = memchr(text, AL_BOM[0], (size_t)(end - text))) != NULL) {
    size_t n = end - text < 3 ? (size_t)(end - text) : 3;
    if (memcmp(text, AL_BOM, n) == 0)
      return text;
    text++;
  }
  return NULL;
}

al_status al_json_feed (al_json *json, const char *chunk, size_t len,
                        al_error *err) {
  const char *end, *bom;
  if (json->held > 0 && feed_held(json, &chunk, &len, err) != AL_OK)
    return err->status;
  for (end = chunk + len; chunk < end; chunk = bom + 3) {
    bom = find_bom(chunk, end);
    if (feed_unmarked(json, chunk, (size_t)((bom != NULL ? bom : end) - chunk),
                      err) != AL_OK)
      return err->status;
    if (bom == NULL)
      return AL_OK;
    if (end - bom < 3) {
      json->held = (int)(end - bom);
      return AL_OK;
    }
    if (feed_bom(json, err) != AL_OK)
      return err->status;
  }
  return AL_OK;
}

al_status al_json_finish (al_json *json, al_error *err) {
  int held = json->held;
  json->held = 0;
  if (feed_unmarked(json, AL_BOM, (size_t)held, err) != AL_OK)
    return err->status;
  if (is_between(json)) /* where yajl, if it saw none, would call it cut off */
    return AL_OK;
  if (parse(json, NULL, 0, err) != AL_OK)
    return err->status;
  /* To yajl a string that is cut off behind a document is nothing. */
  return is_between(json) ? AL_OK : fail_early(err);
}

al_position al_json_place (const al_json *json) {
  al_position place = {json->lines + 1, json->start};
  if (json->chunk != NULL) {
    int64_t here =
        json->wrong >= 0 ? json->wrong - json->start : consumed(json);
    /* An escape may have begun in the chunk before, on the same line. */
    if (here > 0)
      place.line += al_count_lines(json->chunk, (size_t)here);
    place.byte += here;
  }
  if (json->wrong >= 0 || json->chunk == NULL)
    place.byte++;
  return place;
}

int al_json_depth (const al_json *json) {
  return json->depth;
}

void al_json_mark (al_json *json) {
  json->mark = json->start;
}

/* ---- one document ---- */

typedef struct {
  al_json *json;
  al_json_handler handler;
  void *context;
  int documents;
} single;

static al_status on_single (void *context, al_json_event event, al_text text,
                            al_error *err) {
  single *one = context;
  if (al_json_depth(one->json) == 0 && event != AL_JSON_OBJECT_END &&
      event != AL_JSON_ARRAY_END && ++one->documents > 1)
    return al_fail(err, AL_SYNTAX, "something follows the JSON document");
  return one->handler(one->context, event, text, err);
}

static al_status parse_single (single *one, al_text text, al_error *err) {
  al_json *json = one->json;
  json->context = one;
  json->solid = json->ended = json->start; /* what came before is forgotten */
  al_json_mark(json);
  if (al_json_feed(json, text.data, text.len, err) != AL_OK ||
      al_json_finish(json, err) != AL_OK)
    return err->status;
  return one->documents > 0
             ? AL_OK
             : al_fail(err, AL_SYNTAX, "no valid JSON: it is empty");
}

al_status al_json_parse_next (al_json **parser, al_text text,
                              al_json_handler handler, void *context,
                              al_error *err) {
  single one = {*parser, handler, context, 0};
  if (*parser == NULL && al_json_open(&one.json, on_single, &one, err) != AL_OK)
    return err->status;
  *parser = one.json;
  if (parse_single(&one, text, err) == AL_OK)
    return AL_OK;
  al_json_close(*parser);
  *parser = NULL;
  return err->status;
}

al_status al_json_parse (al_text text, al_json_handler handler, void *context,
                         al_error *err) {
  al_json *parser = NULL;
  al_status status = al_json_parse_next(&parser, text, handler, context, err);
  al_json_close(parser);
  return status;
}

/* ---- writing ---- */

/* The bytes that must be escaped: by the letter here, or as \\u00xx for 'u'. */
static const char ESCAPES[256] = {
    'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b',         't',          'n', 'u',
    'f', 'r', 'u', 'u', 'u', 'u', 'u', 'u', 'u',         'u',          'u', 'u',
    'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', ['"'] = '"', ['\\'] = '\\'};

static al_status write_escape (al_buffer *out, unsigned char c, al_error *err) {
  static const char DIGITS[] = "0123456789abcdef";
  char escape[] = {'\\', ESCAPES[c], '0', '0', DIGITS[c >> 4], DIGITS[c & 15]};
  return al_buffer_append(out, escape, ESCAPES[c] == 'u' ? 6 : 2, err);
}

al_status al_json_write_string (al_buffer *out, al_text text, al_error *err) {
  const char *end = text.data + text.len;
  if (al_buffer_reserve(out, text.len + 2, err) != AL_OK)
    return err->status;
  out->data[out->len++] = '"';
  for (;;) {
    size_t n = al_json_plain_len(text.data, (size_t)(end - text.data));
    if (al_buffer_append(out, text.data, n, err) != AL_OK)
      return err->status;
    text.data += n;
    if (text.data == end)
      return al_buffer_append_char(out, '"', err);
    if (write_escape(out, (unsigned char)*text.data++, err) != AL_OK)
      return err->status;
  }
}

static al_status write_token (al_buffer *out, const char *token, size_t len,
                              int comma, al_error *err) {
  if (comma && al_buffer_append_char(out, ',', err) != AL_OK)
    return err->status;
  return al_buffer_append(out, token, len, err);
}

al_status al_json_write (al_json_writer *writer, al_json_event event,
                         al_text text, al_error *err) {
  int comma = writer->after_value;
  writer->after_value = 1;
  switch (event) {
  case AL_JSON_NULL:
    return write_token(writer->out, "null", 4, comma, err);
  case AL_JSON_FALSE:
    return write_token(writer->out, "false", 5, comma, err);
  case AL_JSON_TRUE:
    return write_token(writer->out, "true", 4, comma, err);
  case AL_JSON_NUMBER:
    return write_token(writer->out, text.data, text.len, comma, err);
  case AL_JSON_OBJECT_END:
    return write_token(writer->out, "}", 1, 0, err);
  case AL_JSON_ARRAY_END:
    return write_token(writer->out, "]", 1, 0, err);
  case AL_JSON_OBJECT_START:
    writer->after_value = 0;
    return write_token(writer->out, "{", 1, comma, err);
  case AL_JSON_ARRAY_START:
    writer->after_value = 0;
    return write_token(writer->out, "[", 1, comma, err);
  case AL_JSON_STRING:
  case AL_JSON_KEY:
    break;
  }
  if (write_token(writer->out, "", 0, comma, err) != AL_OK ||
      al_json_write_string(writer->out, text, err) != AL_OK)
    return err->status;
  if (event == AL_JSON_STRING)
    return AL_OK;
  writer->after_value = 0;
  return al_buffer_append_char(writer->out, ':', err);
}

static al_status on_compact (void *context, al_json_event event, al_text text,
                             al_error *err) {
  return al_json_write(context, event, text, err);
}

al_status al_json_compact_next (al_json **parser, al_buffer *out, al_text text,
                                al_error *err) {
  al_json_writer writer = {out, 0};
  return al_json_parse_next(parser, text, on_compact, &writer, err);
}

al_status al_json_compact (al_buffer *out, al_text text, al_error *err) {
  al_json *parser = NULL;
  al_status status = al_json_compact_next(&parser, out, text, err);
  al_json_close(parser);
  return status;
}
