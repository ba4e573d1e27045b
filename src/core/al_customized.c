/*
** al_customized.c - the pairs of a record's customized_data.
**
**   depth 0  [  1  {  2  "key": ..., "value": ...  }  1  ]
**                     (arrays and objects in there are captured)
*/
#include "al_customized.h"

#include "al_json.h"
#include "al_value.h"

/* A member of a pair. */
typedef struct {
  al_buffer text;
  int present; /* it is there, and not null */
} part;

typedef struct {
  al_customized_handler handler;
  void *context;
  int depth; /* arrays and objects that are open */
  part key, value;
  part *next;            /* what the value that comes is; NULL: neither */
  al_json_writer writer; /* of a captured array or object */
} pairs;

static void pair_begin (pairs *p) {
  p->key.present = p->value.present = 0;
  p->next = NULL;
}

static al_text part_text (const part *from) {
  return from->present ? al_buffer_text(&from->text) : AL_TEXT_MISSING;
}

static al_status pair_end (pairs *p, al_error *err) {
  if (!p->key.present)
    return AL_OK;
  return p->handler(p->context, al_buffer_text(&p->key.text),
                    part_text(&p->value), err);
}

static void member_key (pairs *p, al_text key) {
  if (al_text_equal(key, AL_TEXT("key")))
    p->next = &p->key;
  else if (al_text_equal(key, AL_TEXT("value")))
    p->next = &p->value;
  else
    p->next = NULL;
}

static al_status member_scalar (pairs *p, al_text text, al_error *err) {
  part *to = p->next;
  p->next = NULL;
  if (to == NULL || text.data == NULL)
    return AL_OK;
  to->present = 1;
  al_buffer_clear(&to->text);
  return al_buffer_append(&to->text, text.data, text.len, err);
}

/* An array or object begins inside of a pair. */
static void capture_begin (pairs *p) {
  if (p->next == NULL)
    return;
  p->next->present = 1;
  al_buffer_clear(&p->next->text);
  p->writer.out = &p->next->text;
  p->writer.after_value = 0;
}

/* An event of an array or object inside of a pair. */
static al_status capture (pairs *p, al_json_event event, al_text text,
                          al_error *err) {
  return p->next == NULL ? AL_OK : al_json_write(&p->writer, event, text, err);
}

static al_status on_start (pairs *p, al_json_event event, al_error *err) {
  if (p->depth == 0 && event != AL_JSON_ARRAY_START)
    return al_fail(err, AL_SYNTAX, "expected an array of pairs");
  if (p->depth == 1)
    pair_begin(p);
  else if (p->depth == 2)
    capture_begin(p);
  p->depth++;
  return p->depth > 2 ? capture(p, event, AL_TEXT_MISSING, err) : AL_OK;
}

static al_status on_end (pairs *p, al_json_event event, al_error *err) {
  p->depth--;
  if (p->depth == 1)
    return pair_end(p, err);
  return p->depth >= 2 ? capture(p, event, AL_TEXT_MISSING, err) : AL_OK;
}

static al_status on_event (void *context, al_json_event event, al_text text,
                           al_error *err) {
  pairs *p = context;
  if (event == AL_JSON_OBJECT_START || event == AL_JSON_ARRAY_START)
    return on_start(p, event, err);
  if (event == AL_JSON_OBJECT_END || event == AL_JSON_ARRAY_END)
    return on_end(p, event, err);
  if (p->depth > 2)
    return capture(p, event, text, err);
  if (p->depth == 0)
    return al_fail(err, AL_SYNTAX, "expected an array of pairs");
  if (event == AL_JSON_KEY) {
    member_key(p, text);
    return AL_OK;
  }
  return member_scalar(p, al_value_scalar(event, text), err);
}

al_status al_customized_each (al_text json, al_customized_handler handler,
                              void *context, al_error *err) {
  pairs p = {0};
  al_status status;
  if (json.data == NULL)
    return AL_OK;
  p.handler = handler;
  p.context = context;
  status = al_json_parse(json, on_event, &p, err);
  al_buffer_close(&p.key.text);
  al_buffer_close(&p.value.text);
  return status;
}
