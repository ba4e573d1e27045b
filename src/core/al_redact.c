/*
** al_redact.c - values under secret keys: found at import, masked in reports.
**
** Most values hold no secret, and parsing them all would cost more than the
** rest of an import. So a quick look goes first: a value without any of the
** words, and without an escape that could hide a letter, is not parsed.
*/
#include "al_redact.h"

#include <stdlib.h>

#include "al_json.h"
#include "al_utf8.h"
#include "al_value.h"

/* JSON in JSON in JSON ...: each level doubles the backslashes, so real data
** has two or three. What is deeper is masked whole. */
#define NESTING_MAX 16

static const char *const WORDS[] = {
    "password",   "passwd",      "credential",
    "secret",     "accesstoken", "refreshtoken",
    "privatekey", "apikey",      "connectionstring"};
#define NWORDS (sizeof WORDS / sizeof WORDS[0])

/* The fields that may hold JSON. */
static const al_field VALUES[] = {AL_RESOURCE_OLD_VALUE, AL_RESOURCE_NEW_VALUE,
                                  AL_CUSTOMIZED_DATA, AL_OTHER};
#define NVALUES (sizeof VALUES / sizeof VALUES[0])

/* ---- keys ---- */

/* Whether 'word' begins at text[i], when what is no letter is passed over. */
static int word_at (al_text text, size_t i, const char *word) {
  for (; *word != '\0'; i++) {
    char c;
    if (i == text.len)
      return 0;
    c = al_lower(text.data[i]);
    if (c == *word)
      word++;
    else if (c >= 'a' && c <= 'z')
      return 0;
  }
  return 1;
}

/* The letters that the words begin with: most bytes are none of them. */
static int begins_word (char c) {
  return c == 'p' || c == 'c' || c == 's' || c == 'a' || c == 'r';
}

static int holds_word (al_text text) {
  size_t i, w;
  for (i = 0; i < text.len; i++) {
    char c = al_lower(text.data[i]);
    if (!begins_word(c))
      continue;
    for (w = 0; w < NWORDS; w++)
      if (c == WORDS[w][0] && word_at(text, i, WORDS[w]))
        return 1;
  }
  return 0;
}

/* Whether the text could hold a secret key: one of the words stands in it, or
** an escape \uXXXX does, which could be any letter. */
static int is_suspect (al_text text) {
  return text.data != NULL &&
         (memmem(text.data, text.len, "\\u", 2) != NULL || holds_word(text));
}

/* ---- masking a document ---- */

/* An object that is open, for pairs {"key", "value"} in either order. */
typedef struct {
  int is_array;
  int secret_pair;               /* its "key" is a secret key */
  int at_key, at_value;          /* the member before the next value */
  size_t value_start, value_end; /* of its "value" in the output; 0: none */
} level;

typedef struct {
  al_json_writer writer;
  level *level; /* AL_JSON_DEPTH_MAX of them */
  int depth;
  int mask_depth; /* values inside of this depth are dropped; 0: none */
  int mask_next;  /* the value that comes stands under a secret key */
  int nesting;
  int masked; /* something was */
} masker;

static al_status mask_document (al_text text, al_buffer *out, int nesting,
                                int *masked, al_error *err);

/* A string may hold JSON itself, behind white space and byte order marks.
** Numbers and words do not matter here. */
static int may_be_json (al_text text) {
  static const char SKIPPED[] = " \t\r\n" AL_BOM;
  size_t i = 0;
  while (i < text.len &&
         memchr(SKIPPED, text.data[i], sizeof SKIPPED - 1) != NULL)
    i++;
  return i < text.len &&
         (text.data[i] == '{' || text.data[i] == '[' || text.data[i] == '"');
}

/* Write a string, masked inside when it holds JSON with secrets. */
static al_status write_string (masker *m, al_text text, al_error *err) {
  al_buffer inner;
  int masked = 0;
  al_status status;
  if (!may_be_json(text) || !is_suspect(text))
    return al_json_write(&m->writer, AL_JSON_STRING, text, err);
  if (m->nesting == NESTING_MAX) {
    m->masked = 1;
    return al_json_write(&m->writer, AL_JSON_STRING, AL_TEXT(AL_MASK), err);
  }
  al_buffer_init(&inner);
  status = mask_document(text, &inner, m->nesting + 1, &masked, err);
  if (status == AL_OK) {
    m->masked |= masked;
    status = al_json_write(&m->writer, AL_JSON_STRING,
                           masked ? al_buffer_text(&inner) : text, err);
  }
  al_buffer_close(&inner);
  return status;
}

/* A value of the innermost object, or the start of one, is about to be
** written, or is written. */
static void note_value (masker *m, al_json_event event, al_text text) {
  level *open = m->depth > 0 ? &m->level[m->depth - 1] : NULL;
  if (open == NULL || open->is_array)
    return;
  if (open->at_key && event == AL_JSON_STRING && holds_word(text))
    open->secret_pair = 1;
  open->at_key = 0;
}

static void note_key (masker *m, al_text key) {
  level *open = &m->level[m->depth - 1];
  open->at_key = al_value_key_is(key, "key");
  open->at_value = al_value_key_is(key, "value");
  m->mask_next = holds_word(key);
}

/* The value of the innermost object's member is written whole. */
static void value_written (masker *m) {
  level *open = m->depth > 0 ? &m->level[m->depth - 1] : NULL;
  if (open == NULL || !open->at_value)
    return;
  open->value_end = m->writer.out->len;
  open->at_value = 0;
}

/* An object of a secret pair ends: put the mask where its value stands. */
static al_status mask_pair (masker *m, const level *closed, al_error *err) {
  static const char MASK[] = "\"" AL_MASK "\"";
  al_buffer *out = m->writer.out;
  size_t tail = out->len - closed->value_end;
  if (!closed->secret_pair || closed->value_end == 0)
    return AL_OK;
  m->masked = 1;
  if (al_buffer_reserve(out, sizeof MASK, err) != AL_OK)
    return err->status;
  memmove(out->data + closed->value_start + sizeof MASK - 1,
          out->data + closed->value_end, tail);
  memcpy(out->data + closed->value_start, MASK, sizeof MASK - 1);
  out->len = closed->value_start + sizeof MASK - 1 + tail;
  return AL_OK;
}

static al_status open_level (masker *m, al_json_event event, al_error *err) {
  level *open = &m->level[m->depth++];
  memset(open, 0, sizeof *open);
  open->is_array = event == AL_JSON_ARRAY_START;
  return al_json_write(&m->writer, event, AL_TEXT_MISSING, err);
}

static al_status close_level (masker *m, al_json_event event, al_error *err) {
  const level *closed = &m->level[--m->depth];
  if (mask_pair(m, closed, err) != AL_OK ||
      al_json_write(&m->writer, event, AL_TEXT_MISSING, err) != AL_OK)
    return err->status;
  value_written(m);
  return AL_OK;
}

/* The value under a secret key is replaced; one with values inside is passed
** over up to its end. */
static al_status mask_value (masker *m, al_json_event event, al_error *err) {
  m->mask_next = 0;
  m->masked = 1;
  if (event == AL_JSON_OBJECT_START || event == AL_JSON_ARRAY_START)
    m->mask_depth = 1;
  if (al_json_write(&m->writer, AL_JSON_STRING, AL_TEXT(AL_MASK), err) != AL_OK)
    return err->status;
  value_written(m);
  return AL_OK;
}

static void pass_over (masker *m, al_json_event event) {
  if (event == AL_JSON_OBJECT_START || event == AL_JSON_ARRAY_START)
    m->mask_depth++;
  else if (event == AL_JSON_OBJECT_END || event == AL_JSON_ARRAY_END)
    m->mask_depth--;
}

static al_status on_event (void *context, al_json_event event, al_text text,
                           al_error *err) {
  masker *m = context;
  level *open = m->depth > 0 ? &m->level[m->depth - 1] : NULL;
  al_status status;
  if (m->mask_depth > 0) {
    pass_over(m, event);
    return AL_OK;
  }
  if (event == AL_JSON_KEY) {
    note_key(m, text);
    return al_json_write(&m->writer, event, text, err);
  }
  if (event == AL_JSON_OBJECT_END || event == AL_JSON_ARRAY_END)
    return close_level(m, event, err);
  note_value(m, event, text);
  if (open != NULL && open->at_value)
    open->value_start = m->writer.out->len;
  if (m->mask_next)
    return mask_value(m, event, err);
  if (event == AL_JSON_OBJECT_START || event == AL_JSON_ARRAY_START)
    return open_level(m, event, err);
  status = event == AL_JSON_STRING
               ? write_string(m, text, err)
               : al_json_write(&m->writer, event, text, err);
  value_written(m);
  return status;
}

/* Append the document with its secrets masked. Text that is no JSON holds no
** keys: *masked stays 0. But broken JSON, such as a value that was cut off,
** may still show a secret, so it is masked whole. */
static al_status mask_document (al_text text, al_buffer *out, int nesting,
                                int *masked, al_error *err) {
  masker m = {{out, 0}, NULL, 0, 0, 0, nesting, 0};
  size_t start = out->len;
  al_status status;
  m.level = malloc(AL_JSON_DEPTH_MAX * sizeof *m.level);
  if (m.level == NULL)
    return al_fail_nomem(err);
  status = al_json_parse(text, on_event, &m, err);
  free(m.level);
  *masked = m.masked;
  if (status == AL_OK || status == AL_NOMEM)
    return status;
  *masked = m.masked || m.mask_next || (may_be_json(text) && holds_word(text));
  out->len = start;
  return *masked ? al_buffer_append(out, AL_MASK, sizeof AL_MASK - 1, err)
                 : AL_OK;
}

/* ---- records ---- */

al_status al_redact_record (al_record *out, const al_record *record,
                            al_buffer *text, al_error *err) {
  size_t start[NVALUES], i;
  int masked[NVALUES];
  al_buffer_clear(text);
  *out = *record;
  for (i = 0; i < NVALUES; i++) {
    al_text value = record->field[VALUES[i]];
    masked[i] = 0;
    start[i] = text->len;
    if (is_suspect(value) &&
        mask_document(value, text, 1, &masked[i], err) != AL_OK)
      return err->status;
    if (!masked[i])
      text->len = start[i];
  }
  for (i = NVALUES; i-- > 0;)
    if (masked[i]) {
      size_t end = i + 1 < NVALUES ? start[i + 1] : text->len;
      out->field[VALUES[i]] =
          al_text_from(text->data + start[i], end - start[i]);
    }
  return AL_OK;
}

al_status al_redact_find (const al_record *record, int *found, al_error *err) {
  al_record masked;
  al_buffer text;
  al_status status = AL_OK;
  size_t i;
  *found = 0;
  for (i = 0; i < NVALUES && !*found; i++)
    *found = is_suspect(record->field[VALUES[i]]);
  if (!*found)
    return AL_OK;
  al_buffer_init(&text);
  status = al_redact_record(&masked, record, &text, err);
  for (i = 0, *found = 0; status == AL_OK && i < NVALUES; i++)
    *found |= masked.field[VALUES[i]].data != record->field[VALUES[i]].data;
  al_buffer_close(&text);
  return status;
}
