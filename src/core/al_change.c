/*
** al_change.c - what changed between a record's old and new value.
**
** The documents are not kept: a value is found while they are parsed. A string
** on the path that holds a document is set aside, and the rest of the path is
** looked for in it.
*/
#include "al_change.h"

#include <stdint.h>

#include "al_value.h"

#define ARROW "\xE2\x86\x92"

void al_change_state_close (al_change_state *state) {
  al_buffer_close(&state->document);
  al_buffer_close(&state->string);
  al_buffer_close(&state->inner);
  al_buffer_close(&state->before);
  al_buffer_close(&state->after);
}

/* ---- paths ---- */

#define NO_MATCH SIZE_MAX

/* Where the path goes on behind a name that stands at 'at', its length when it
** ends there, or NO_MATCH. A name may hold dots itself. */
static size_t path_match (al_text path, size_t at, al_text name) {
  size_t i = 0;
  for (;;) {
    while (at < path.len && path.data[at] == '_')
      at++;
    while (i < name.len && name.data[i] == '_')
      i++;
    if (i == name.len)
      break;
    if (at == path.len || al_lower(path.data[at]) != al_lower(name.data[i]))
      return NO_MATCH;
    at++;
    i++;
  }
  if (at == path.len)
    return at;
  return path.data[at] == '.' ? at + 1 : NO_MATCH;
}

static size_t path_match_position (al_text path, size_t at, uint32_t position) {
  char digits[10];
  size_t i = sizeof digits;
  do
    digits[--i] = (char)('0' + position % 10);
  while ((position /= 10) > 0);
  return path_match(path, at, al_text_from(digits + i, sizeof digits - i));
}

/* ---- finding a value ---- */

/* An object or array on the path. */
typedef struct {
  size_t at;         /* where the path goes on inside of it */
  uint32_t position; /* in an array: of the last element; else 0 */
  int is_array;
} step;

typedef struct {
  al_text path;
  size_t begun;    /* where the path goes on in this document */
  int depth;       /* objects and arrays that are open */
  int nsteps;      /* of them on the path; the others lie inside of these */
  size_t next;     /* where the path goes on in the value that comes */
  int is_object;   /* the document is one */
  int found;       /* the value, or the string that may hold it */
  int is_string;   /* it is a string */
  size_t rest;     /* where the path goes on in the string */
  al_buffer *text; /* of what was found */
  step step[AL_JSON_DEPTH_MAX];
} finder;

/* A value or the start of one: where the path goes on in it. */
static size_t place_of (finder *f) {
  step *open = f->nsteps > 0 ? &f->step[f->nsteps - 1] : NULL;
  size_t next = f->next;
  f->next = NO_MATCH;
  if (f->found || f->nsteps < f->depth)
    return NO_MATCH;
  if (open == NULL)
    return f->begun;
  if (!open->is_array)
    return next;
  return path_match_position(f->path, open->at, ++open->position);
}

static void on_start (finder *f, al_json_event event) {
  size_t place = place_of(f);
  if (f->depth == 0)
    f->is_object = event == AL_JSON_OBJECT_START;
  f->depth++;
  if (place == NO_MATCH)
    return;
  f->step[f->nsteps].at = place;
  f->step[f->nsteps].position = 0;
  f->step[f->nsteps++].is_array = event == AL_JSON_ARRAY_START;
}

static void on_end (finder *f) {
  if (f->nsteps == f->depth)
    f->nsteps--;
  f->depth--;
}

/* The scalar at the end of the path, or a string before it. */
static al_status on_scalar (finder *f, al_json_event event, al_text text,
                            al_error *err) {
  size_t place = place_of(f);
  text = al_value_scalar(event, text);
  if (place == NO_MATCH || text.data == NULL ||
      (place < f->path.len && event != AL_JSON_STRING))
    return AL_OK;
  f->found = 1;
  f->is_string = event == AL_JSON_STRING;
  f->rest = place;
  al_buffer_clear(f->text);
  return al_buffer_append(f->text, text.data, text.len, err);
}

static al_status on_event (void *context, al_json_event event, al_text text,
                           al_error *err) {
  finder *f = context;
  switch (event) {
  case AL_JSON_KEY:
    if (!f->found && f->nsteps == f->depth)
      f->next = path_match(f->path, f->step[f->nsteps - 1].at, text);
    return AL_OK;
  case AL_JSON_OBJECT_START:
  case AL_JSON_ARRAY_START:
    on_start(f, event);
    return AL_OK;
  case AL_JSON_OBJECT_END:
  case AL_JSON_ARRAY_END:
    on_end(f);
    return AL_OK;
  default:
    return on_scalar(f, event, text, err);
  }
}

/* Look into one document, from where its part of the path begins. What was
** found before goes. */
static al_status find_in (finder *f, al_text document, size_t begun,
                          al_error *err) {
  al_status status;
  f->begun = begun;
  f->next = NO_MATCH;
  f->depth = f->nsteps = 0;
  f->found = f->is_string = f->is_object = 0;
  status = al_json_parse(document, on_event, f, err);
  if (status != AL_OK)
    f->found = f->is_object = 0;
  return status == AL_NOMEM ? AL_NOMEM : AL_OK;
}

/* What was found is a string. When it holds a document, the rest of the path
** is looked for in there; it is the value itself when the path ends with it and
** it is text. */
static al_status find_inside (finder *f, al_change_state *state,
                              al_error *err) {
  al_buffer *string = &state->string;
  al_text document;
  al_buffer_clear(string);
  if (al_buffer_append(string, f->text->data, f->text->len, err) != AL_OK ||
      al_value_open(al_buffer_text(string), &state->inner, &document, err) !=
          AL_OK)
    return err->status;
  f->is_string = 0;
  f->found = document.data == NULL && f->rest == f->path.len;
  if (document.data == NULL || f->rest == f->path.len)
    return AL_OK;
  return find_in(f, document, f->rest, err);
}

/* Put the value at 'path' into 'text', which stays empty when there is none.
** *is_object tells whether 'value' can have changes. */
static al_status find (al_text value, al_text path, al_change_state *state,
                       al_buffer *text, int *is_object, al_error *err) {
  finder f;
  al_text document;
  int n;
  f.path = path;
  f.text = text;
  al_buffer_clear(text);
  if (al_value_unwrap(value, &state->document, &document, err) != AL_OK ||
      find_in(&f, document, 0, err) != AL_OK)
    return err->status;
  *is_object = f.is_object;
  for (n = 0; f.found && f.is_string && n < AL_VALUE_UNWRAP_MAX; n++)
    if (find_inside(&f, state, err) != AL_OK)
      return err->status;
  if (!f.found || f.rest < path.len)
    al_buffer_clear(text);
  return AL_OK;
}

/* ---- changes ---- */

static al_status append_change (al_buffer *out, al_text before, al_text after,
                                al_error *err) {
  if (al_buffer_append(out, before.data, before.len, err) != AL_OK ||
      (before.len > 0 && al_buffer_append_char(out, ' ', err) != AL_OK) ||
      al_buffer_append(out, ARROW, sizeof ARROW - 1, err) != AL_OK ||
      (after.len > 0 && al_buffer_append_char(out, ' ', err) != AL_OK))
    return err->status;
  return al_buffer_append(out, after.data, after.len, err);
}

al_status al_change_append (al_buffer *out, al_text path,
                            const al_record *record, al_change_state *state,
                            al_error *err) {
  al_text old = record->field[AL_RESOURCE_OLD_VALUE];
  al_text new = record->field[AL_RESOURCE_NEW_VALUE];
  al_text before, after;
  int is_object = 0;
  if (old.len == 0 || new.len == 0 || al_text_equal(old, new))
    return AL_OK;
  if (find(old, path, state, &state->before, &is_object, err) != AL_OK)
    return err->status;
  if (is_object &&
      find(new, path, state, &state->after, &is_object, err) != AL_OK)
    return err->status;
  if (!is_object)
    return AL_OK;
  before = al_buffer_text(&state->before);
  after = al_buffer_text(&state->after);
  return al_text_equal(before, after) ? AL_OK
                                      : append_change(out, before, after, err);
}
