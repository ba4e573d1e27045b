/*
** al_members.c - members of JSON objects, gathered and written in order.
*/
#include "al_members.h"

#include <stdlib.h>

#include "al_record.h"

void al_members_init (al_members *members) {
  memset(members, 0, sizeof *members);
}

void al_members_close (al_members *members) {
  al_buffer_close(&members->text);
  free(members->member);
  al_members_init(members);
}

void al_members_clear (al_members *members) {
  al_buffer_clear(&members->text);
  members->n = 0;
  members->depth = 0;
}

al_status al_members_key (al_members *members, al_text key, al_error *err) {
  al_member *added;
  if (members->n == members->cap) {
    added = al_array_grow(members->member, &members->cap, sizeof *added, err);
    if (added == NULL)
      return err->status;
    members->member = added;
  }
  added = &members->member[members->n];
  added->key_start = members->text.len;
  added->key_len = key.len;
  if (al_buffer_append(&members->text, key.data, key.len, err) != AL_OK)
    return err->status;
  added->value_start = members->text.len;
  added->value_len = 0;
  members->n++;
  members->writer.out = &members->text;
  members->writer.after_value = 0;
  return AL_OK;
}

al_status al_members_event (al_members *members, al_json_event event,
                            al_text text, al_error *err) {
  al_member *last = &members->member[members->n - 1];
  if (al_json_write(&members->writer, event, text, err) != AL_OK)
    return err->status;
  if (event == AL_JSON_OBJECT_START || event == AL_JSON_ARRAY_START)
    members->depth++;
  else if (event == AL_JSON_OBJECT_END || event == AL_JSON_ARRAY_END)
    members->depth--;
  last->value_len = members->text.len - last->value_start;
  return AL_OK;
}

static al_text key_of (const al_member *member, const char *text) {
  return al_text_from(text + member->key_start, member->key_len);
}

static al_text value_of (const al_member *member, const char *text) {
  return al_text_from(text + member->value_start, member->value_len);
}

al_text al_members_find (const al_members *members, const char *key) {
  al_text wanted = al_text_from(key, strlen(key));
  size_t i;
  for (i = 0; i < members->n; i++)
    if (al_text_equal(key_of(&members->member[i], members->text.data), wanted))
      return value_of(&members->member[i], members->text.data);
  return AL_TEXT_MISSING;
}

static int compare (const void *a, const void *b) {
  const al_member *m = a, *n = b;
  return al_text_compare(key_of(m, m->text), key_of(n, n->text));
}

static al_status write_member (const al_member *member, al_buffer *out,
                               char before, al_error *err) {
  al_text value = value_of(member, member->text);
  if (al_buffer_append_char(out, before, err) != AL_OK ||
      al_json_write_string(out, key_of(member, member->text), err) != AL_OK ||
      al_buffer_append_char(out, ':', err) != AL_OK)
    return err->status;
  return al_buffer_append(out, value.data, value.len, err);
}

al_status al_members_write (al_members *members, al_buffer *out,
                            al_error *err) {
  size_t i;
  for (i = 0; i < members->n; i++)
    members->member[i].text = al_buffer_text(&members->text).data;
  if (members->n > 1)
    qsort(members->member, members->n, sizeof *members->member, compare);
  if (members->n == 0 && al_buffer_append_char(out, '{', err) != AL_OK)
    return err->status;
  for (i = 0; i < members->n; i++)
    if (write_member(&members->member[i], out, i == 0 ? '{' : ',', err) !=
        AL_OK)
      return err->status;
  return al_buffer_append_char(out, '}', err);
}

/* ---- one object ---- */

typedef struct {
  al_members *members;
  int open; /* inside the object */
} parse;

static al_status on_key (parse *p, al_text key, al_error *err) {
  al_quoted quoted;
  if (al_field_find_api(key) != AL_NFIELDS)
    return al_fail(err, AL_SYNTAX,
                   "the member '%s' is a field of its own, not one of other",
                   al_quote(&quoted, key.data, key.len));
  return al_members_key(p->members, key, err);
}

static al_status on_event (void *context, al_json_event event, al_text text,
                           al_error *err) {
  parse *p = context;
  if (!p->open) {
    if (event != AL_JSON_OBJECT_START)
      return al_fail(err, AL_SYNTAX, "expected a JSON object");
    p->open = 1;
    return AL_OK;
  }
  if (p->members->depth > 0)
    return al_members_event(p->members, event, text, err);
  if (event == AL_JSON_KEY)
    return on_key(p, text, err);
  if (event == AL_JSON_OBJECT_END) {
    p->open = 0;
    return AL_OK;
  }
  return al_members_event(p->members, event, text, err);
}

al_status al_members_parse (al_members *members, al_json **parser, al_text text,
                            al_error *err) {
  parse p = {members, 0};
  al_members_clear(members);
  return al_json_parse_next(parser, text, on_event, &p, err);
}
