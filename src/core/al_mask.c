/*
** al_mask.c - a document with what nobody should see in it masked.
**
** The document is written again while it is parsed, without what is masked.
*/
#include "al_mask.h"

#include <stdlib.h>

#include "al_json.h"
#include "al_secret.h"
#include "al_value.h"

/* JSON in JSON in JSON ...: each level doubles the backslashes, so real data
** has two or three. What is deeper is masked whole. */
#define NESTING_MAX 16

/* An object or array that is open, for pairs {"key", "value"} in either order.
** A pair has two values where the case of their names differs: then all from
** the first to the last is masked. */
typedef struct {
  int is_array;
  int masked_pair;               /* its "key" says to mask its "value" */
  int at_key, at_value;          /* the member before the next value */
  int deep;                      /* its "value" may have members */
  size_t value_start, value_end; /* of its "value" in the output; 0: none */
} level;

typedef struct {
  al_json_writer writer;
  level *level;   /* AL_JSON_DEPTH_MAX of them */
  uint64_t *sets; /* two for each depth, see path_at and pair_at; or NULL */
  size_t words;   /* of a set */
  al_mask_scope scope;
  int depth;
  int mask_depth; /* values inside of this depth are dropped; 0: none */
  int mask_next;  /* the value that comes stands under a name to be masked */
  int masked;     /* something was */
} masker;

/* A string may hold JSON itself. Numbers and words do not matter here. */
static int may_be_json (al_text text) {
  char first = al_value_first(text);
  return first == '{' || first == '[' || first == '"';
}

/* ---- how far rules have come, see al_rules.h ---- */

/* The set of the path to the value that comes at a depth: the path to an object
** or array is one less deep than the values in it. */
static uint64_t *path_at (const masker *m, int depth) {
  return m->sets + 2 * (size_t)depth * m->words;
}

/* The set of the path to the "value" of the pair whose values are at a depth,
** by its "key"; zero before that came. */
static uint64_t *pair_at (const masker *m, int depth) {
  return path_at(m, depth) + m->words;
}

/* Elements of an array have its own path, members of an object get theirs by
** their keys. */
static void enter_path (masker *m, int is_array) {
  size_t bytes = m->words * sizeof *m->sets;
  if (m->sets == NULL)
    return;
  if (is_array)
    memcpy(path_at(m, m->depth), path_at(m, m->depth - 1), bytes);
  memset(pair_at(m, m->depth), 0, bytes);
}

/* Whether a key is that of a pair of customized_data: a name, no value. */
static int is_pair_key (const masker *m, const level *open) {
  return m->scope.pairs && m->depth == 2 && open->at_key;
}

static void path_key (masker *m, const level *open, al_text key) {
  if (m->sets == NULL)
    return;
  al_rules_step(m->scope.rules, path_at(m, m->depth - 1), key,
                path_at(m, m->depth));
  if (!is_pair_key(m, open) &&
      al_rules_match(m->scope.rules, path_at(m, m->depth)))
    m->mask_next = 1;
}

/* The "key" of a pair is a name of the path to its "value" as well. When that
** has been written already, names inside of it were not seen on this path: it
** is masked whole where the key leads further than the word "value" did. */
static void path_pair_key (masker *m, level *open, al_text key) {
  uint64_t by_key[AL_RULES_WORDS_MAX], by_value[AL_RULES_WORDS_MAX];
  const uint64_t *path;
  size_t i;
  if (m->sets == NULL)
    return;
  path = path_at(m, m->depth - 1);
  al_rules_step(m->scope.rules, path, key, by_key);
  al_rules_step(m->scope.rules, path, AL_TEXT("value"), by_value);
  open->masked_pair |= al_rules_match(m->scope.rules, by_key);
  for (i = 0; i < m->words; i++) {
    pair_at(m, m->depth)[i] |= by_key[i]; /* there may be a "Key" as well */
    open->masked_pair |= open->deep && (by_key[i] & ~by_value[i]) != 0;
  }
}

static void path_pair_value (masker *m) {
  size_t i;
  for (i = 0; i < m->words; i++)
    path_at(m, m->depth)[i] |= pair_at(m, m->depth)[i];
}

/* Whether raw text on this path may hold what is masked. */
static int is_suspect (const al_mask_scope *within, al_text text) {
  return al_secret_suspect(text) ||
         (within->rules != NULL &&
          al_rules_may_match(within->rules, within->path, text));
}

/* ---- writing ---- */

/* The string that comes holds JSON: its path goes on in it. */
static al_mask_scope scope_inside (const masker *m) {
  al_mask_scope inside = {m->scope.rules, NULL, 0, 0, m->scope.nesting + 1};
  if (m->sets != NULL)
    inside.path = path_at(m, m->depth);
  return inside;
}

/* Write a string, masked inside when it holds JSON with what is masked. */
static al_status write_string (masker *m, al_text text, al_error *err) {
  al_mask_scope inside = scope_inside(m);
  al_buffer inner;
  int masked = 0;
  al_status status;
  if (!may_be_json(text) || !is_suspect(&inside, text))
    return al_json_write(&m->writer, AL_JSON_STRING, text, err);
  if (inside.nesting == NESTING_MAX) {
    m->masked = 1;
    return al_json_write(&m->writer, AL_JSON_STRING, AL_TEXT(AL_MASK), err);
  }
  al_buffer_init(&inner);
  status = al_mask_append(&inner, text, &inside, &masked, err);
  if (status == AL_OK) {
    m->masked |= masked;
    status = al_json_write(&m->writer, AL_JSON_STRING,
                           masked ? al_buffer_text(&inner) : text, err);
  }
  al_buffer_close(&inner);
  return status;
}

static void note_pair_key (masker *m, level *open, al_text key) {
  open->masked_pair |= al_secret_in(key);
  path_pair_key(m, open, key);
  /* The document may break off before the mask gets to its value. */
  m->masked |= open->masked_pair && open->value_end > 0;
}

static void note_pair_value (masker *m, level *open, al_json_event event,
                             al_text text) {
  open->deep |= event == AL_JSON_OBJECT_START || event == AL_JSON_ARRAY_START ||
                (event == AL_JSON_STRING && may_be_json(text));
  if (open->value_end == 0)
    open->value_start = m->writer.out->len;
  m->mask_next |= open->masked_pair;
  path_pair_value(m);
}

/* A value of the innermost object, or the start of one, is about to be
** written. */
static void note_value (masker *m, al_json_event event, al_text text) {
  level *open = m->depth > 0 ? &m->level[m->depth - 1] : NULL;
  if (open == NULL || open->is_array)
    return;
  if (open->at_key && event == AL_JSON_STRING)
    note_pair_key(m, open, text);
  if (open->at_value)
    note_pair_value(m, open, event, text);
  open->at_key = 0;
}

static void note_key (masker *m, al_text key) {
  level *open = &m->level[m->depth - 1];
  open->at_key = al_value_key_is(key, "key");
  open->at_value = al_value_key_is(key, "value");
  m->mask_next = al_secret_in(key);
  path_key(m, open, key);
}

/* The value of the innermost object's member is written whole. */
static void value_written (masker *m) {
  level *open = m->depth > 0 ? &m->level[m->depth - 1] : NULL;
  if (open == NULL || !open->at_value)
    return;
  open->value_end = m->writer.out->len;
  open->at_value = 0;
}

/* The object of a masked pair ends: put the mask where its value stands. */
static al_status mask_pair (masker *m, const level *closed, al_error *err) {
  static const char MASK[] = "\"" AL_MASK "\"";
  al_buffer *out = m->writer.out;
  size_t tail = out->len - closed->value_end;
  if (!closed->masked_pair || closed->value_end == 0)
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
  enter_path(m, open->is_array);
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

/* A value that is masked is replaced; one with values inside is passed over up
** to its end. */
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

/* In a field that is masked whole: the array and the objects right in it stay,
** so that customized_data is an array of pairs as before, and so do the keys of
** the pairs; of an object its members' names do. */
static int is_whole (const masker *m, const level *open, al_json_event event) {
  if (!m->scope.whole)
    return 0;
  if (open == NULL)
    return event != AL_JSON_OBJECT_START && event != AL_JSON_ARRAY_START;
  if (open->is_array && m->depth == 1)
    return event != AL_JSON_OBJECT_START;
  return !is_pair_key(m, open);
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
  if (is_whole(m, open, event))
    m->mask_next = 1;
  note_value(m, event, text);
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

/* Room for the levels of a document, and for the sets, of which the first is
** that of the path to it. */
static al_status open_masker (masker *m, al_error *err) {
  m->level = malloc(AL_JSON_DEPTH_MAX * sizeof *m->level);
  if (m->level == NULL)
    return al_fail_nomem(err);
  if (m->scope.rules == NULL)
    return AL_OK;
  m->words = al_rules_words(m->scope.rules);
  m->sets = malloc(2 * (AL_JSON_DEPTH_MAX + 1) * m->words * sizeof *m->sets);
  if (m->sets == NULL)
    return al_fail_nomem(err);
  memcpy(m->sets, m->scope.path, m->words * sizeof *m->sets);
  return AL_OK;
}

/* Whether something in a document that is broken may have to be masked: the
** value of a pair may be what was cut off. */
static int may_show (const masker *m, al_text text) {
  return m->masked || m->mask_next || m->scope.whole ||
         (m->depth > 0 && m->level[m->depth - 1].masked_pair) ||
         (may_be_json(text) &&
          (al_secret_in(text) ||
           (m->scope.rules != NULL &&
            al_rules_may_match(m->scope.rules, m->scope.path, text))));
}

al_status al_mask_append (al_buffer *out, al_text text,
                          const al_mask_scope *within, int *masked,
                          al_error *err) {
  masker m = {{out, 0}, NULL, NULL, 0, *within, 0, 0, 0, 0};
  size_t start = out->len;
  al_status status = open_masker(&m, err);
  if (status == AL_OK)
    status = al_json_parse(text, on_event, &m, err);
  *masked = m.masked;
  if (status != AL_OK && status != AL_NOMEM) {
    *masked = may_show(&m, text);
    out->len = start;
    status = *masked ? al_buffer_append(out, AL_MASK, sizeof AL_MASK - 1, err)
                     : AL_OK;
  }
  free(m.level);
  free(m.sets);
  return status;
}
