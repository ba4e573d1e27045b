/*
** al_label.c - wire values as the portal shows them.
*/
#include "al_label.h"

#include <stdlib.h>

#include "al_value.h"

static char upper (char c) {
  return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

al_status al_label_append (al_buffer *out, al_text wire, al_error *err) {
  size_t i;
  char before = '_';
  if (al_buffer_reserve(out, wire.len, err) != AL_OK)
    return err->status;
  for (i = 0; i < wire.len; i++) {
    char c = wire.data[i];
    if (c == '_')
      out->data[out->len++] = ' ';
    else
      out->data[out->len++] = before == '_' ? upper(c) : c;
    before = c;
  }
  return AL_OK;
}

static int compare_wire (const void *wire, const void *label) {
  return al_text_compare(*(const al_text *)wire,
                         ((const al_label *)label)->wire);
}

al_status al_label_append_of (al_buffer *out, const al_labels *labels,
                              al_text wire, al_error *err) {
  const al_label *found = NULL;
  if (wire.data != NULL && labels->n > 0)
    found =
        bsearch(&wire, labels->label, labels->n, sizeof *found, compare_wire);
  if (found == NULL)
    return al_label_append(out, wire, err);
  return al_buffer_append(out, found->label.data, found->label.len, err);
}

static int is_upper (char c) {
  return c >= 'A' && c <= 'Z';
}

static int is_lower (char c) {
  return c >= 'a' && c <= 'z';
}

static int is_digit (char c) {
  return c >= '0' && c <= '9';
}

/* Whether a word begins at key[i], which is not the first: a capital behind a
** small letter or a digit, or the last one of several, as in "MPNId". */
static int begins_word (al_text key, size_t i) {
  const char *at = key.data + i;
  if (!is_upper(at[0]))
    return 0;
  if (is_lower(at[-1]) || is_digit(at[-1]))
    return 1;
  return i >= 2 && is_upper(at[-1]) && is_upper(at[-2]) && i + 1 < key.len &&
         is_lower(at[1]);
}

al_status al_label_append_key (al_buffer *out, al_text key, al_error *err) {
  size_t number = al_value_key_stem(key).len, i; /* at its dash */
  if (al_buffer_reserve(out, 2 * key.len, err) != AL_OK)
    return err->status;
  for (i = 0; i < key.len; i++) {
    char c = key.data[i];
    if (c == '_' || i == number)
      c = ' ';
    else if (i == 0 || key.data[i - 1] == '_')
      c = upper(c);
    else if (begins_word(key, i))
      out->data[out->len++] = ' ';
    out->data[out->len++] = c;
  }
  return AL_OK;
}

al_status al_label_append_path (al_buffer *out, al_text path, al_error *err) {
  size_t i = out->len;
  if (al_label_append_key(out, path, err) != AL_OK)
    return err->status;
  for (; i < out->len; i++)
    if (out->data[i] == '.')
      out->data[i] = ' ';
  return AL_OK;
}

al_status al_label_append_date (al_buffer *out, al_text date,
                                const al_zone *zone, al_error *err) {
  static const char PATTERN[] = AL_TIME_EXCEL;
  al_time time;
  if (!al_time_read_fixed(&time, date) &&
      al_time_parse(&time, date, err) != AL_OK)
    return al_buffer_append(out, date.data, date.len, err);
  return al_time_format(out, PATTERN, sizeof PATTERN - 1, time,
                        al_zone_offset(zone, time), err);
}
