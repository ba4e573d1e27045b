/*
** al_names.c - different texts, numbered in the order in which they came.
*/
#include "al_names.h"

#include <stdlib.h>

#define FIRST_SLOTS 64

void al_names_close (al_names *names) {
  al_buffer_close(&names->text);
  free(names->name);
  free(names->slots);
  free(names->by_rank);
  memset(names, 0, sizeof *names);
}

/* ---- finding ---- */

/* FNV-1a, begun at this table's address, which a stranger who wants collisions
** does not know. */
static uint64_t hash_of (const al_names *names, al_text text, int caseless) {
  uint64_t hash = UINT64_C(14695981039346656037) ^
                  (uint64_t)(uintptr_t)names * UINT64_C(0x9E3779B97F4A7C15);
  size_t i;
  for (i = 0; i < text.len; i++) {
    char c = caseless ? al_lower(text.data[i]) : text.data[i];
    hash = (hash ^ (unsigned char)c) * UINT64_C(1099511628211);
  }
  return hash ^ hash >> 32;
}

static int is_same (const al_names *names, const al_name *name, al_text text,
                    int caseless) {
  const char *known = names->text.data + name->start;
  size_t i;
  if (name->caseless != (char)caseless || name->len != text.len)
    return 0;
  if (memcmp(known, text.data, text.len) == 0)
    return 1;
  for (i = 0; caseless && i < text.len; i++)
    if (al_lower(known[i]) != al_lower(text.data[i]))
      return 0;
  return caseless;
}

/* The slot that has the text or, where it is new, would have it. */
static uint32_t *find_slot (const al_names *names, uint64_t hash, al_text text,
                            int caseless) {
  size_t mask = names->nslots - 1, at = (size_t)hash & mask;
  for (; names->slots[at] != 0; at = (at + 1) & mask) {
    const al_name *name = &names->name[names->slots[at] - 1];
    if (name->hash == hash && is_same(names, name, text, caseless))
      break;
  }
  return &names->slots[at];
}

/* ---- adding ---- */

static al_status grow_slots (al_names *names, al_error *err) {
  size_t n = names->nslots != 0 ? names->nslots * 2 : FIRST_SLOTS, i;
  uint32_t *slots = calloc(n, sizeof *slots);
  if (slots == NULL)
    return al_fail_nomem(err);
  for (i = 0; i < names->n; i++) {
    size_t at = (size_t)names->name[i].hash & (n - 1);
    while (slots[at] != 0)
      at = (at + 1) & (n - 1);
    slots[at] = (uint32_t)i + 1;
  }
  free(names->slots);
  names->slots = slots;
  names->nslots = n;
  return AL_OK;
}

/* At most half of the slots are in use, so that probing stays short. */
static al_status reserve (al_names *names, al_error *err) {
  al_name *grown;
  if (names->n == AL_NAMES_MAX)
    return al_fail(err, AL_LIMIT, "more than %lu different texts",
                   (unsigned long)AL_NAMES_MAX);
  if (2 * (names->n + 1) > names->nslots && grow_slots(names, err) != AL_OK)
    return err->status;
  if (names->n < names->cap)
    return AL_OK;
  grown = al_array_grow(names->name, &names->cap, sizeof *grown, err);
  if (grown == NULL)
    return err->status;
  names->name = grown;
  return AL_OK;
}

/* Keep a text's bytes. One byte more is reserved, so that even an empty text
** has its place in memory. */
static al_status keep (al_names *names, al_text text, size_t *start,
                       al_error *err) {
  if (al_buffer_reserve(&names->text, text.len + 1, err) != AL_OK)
    return err->status;
  *start = names->text.len;
  memcpy(names->text.data + names->text.len, text.data, text.len);
  names->text.len += text.len;
  return AL_OK;
}

al_status al_names_add (al_names *names, al_text text, int caseless,
                        uint32_t *number, al_error *err) {
  al_name name = {0};
  uint32_t *slot;
  if (reserve(names, err) != AL_OK)
    return err->status;
  name.hash = hash_of(names, text, caseless);
  slot = find_slot(names, name.hash, text, caseless);
  if (*slot == 0) {
    name.len = text.len;
    name.caseless = (char)caseless;
    if (keep(names, text, &name.start, err) != AL_OK)
      return err->status;
    names->name[names->n++] = name;
    *slot = (uint32_t)names->n;
  }
  *number = *slot - 1;
  return AL_OK;
}

/* ---- what they are shown as ---- */

al_status al_names_show (al_names *names, uint32_t number, al_text shown,
                         al_error *err) {
  al_name *name = &names->name[number];
  if (name->shown_len > 0 || shown.len == 0)
    return AL_OK;
  if (keep(names, shown, &name->shown_start, err) != AL_OK)
    return err->status;
  name->shown_len = shown.len;
  return AL_OK;
}

al_text al_names_text (const al_names *names, uint32_t number) {
  const al_name *name = &names->name[number];
  return al_text_from(names->text.data + name->start, name->len);
}

al_text al_names_shown (const al_names *names, uint32_t number) {
  const al_name *name = &names->name[number];
  if (name->shown_len == 0)
    return al_names_text(names, number);
  return al_text_from(names->text.data + name->shown_start, name->shown_len);
}

/* ---- their order ---- */

typedef struct {
  al_text shown, text;
  uint32_t number;
  char caseless;
} ranked;

static int compare (const void *a, const void *b) {
  const ranked *left = a, *right = b;
  int order = al_text_compare(left->shown, right->shown);
  if (order == 0)
    order = right->caseless - left->caseless;
  return order != 0 ? order : al_text_compare(left->text, right->text);
}

al_status al_names_rank (al_names *names, al_error *err) {
  ranked *list = malloc((names->n + 1) * sizeof *list);
  size_t i;
  names->by_rank = malloc((names->n + 1) * sizeof *names->by_rank);
  if (list == NULL || names->by_rank == NULL) {
    free(list);
    return al_fail_nomem(err);
  }
  for (i = 0; i < names->n; i++) {
    list[i].number = (uint32_t)i;
    list[i].caseless = names->name[i].caseless;
    list[i].text = al_names_text(names, (uint32_t)i);
    list[i].shown = al_names_shown(names, (uint32_t)i);
  }
  qsort(list, names->n, sizeof *list, compare);
  for (i = 0; i < names->n; i++) {
    names->by_rank[i] = list[i].number;
    names->name[list[i].number].rank = (uint32_t)i;
  }
  free(list);
  return AL_OK;
}
