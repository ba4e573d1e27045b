/*
** al_key_set.c - the keys of the objects that are open.
**
** A chained hash table whose entries are a stack: the newest entry of a chain
** is always its head, so dropping the top entries is unlinking heads.
*/
#include "al_key_set.h"

#include <stdlib.h>

#include "al_hash.h"

#define FIRST_ENTRIES 64

void al_key_set_init (al_key_set *set) {
  memset(set, 0, sizeof *set);
}

void al_key_set_close (al_key_set *set) {
  al_buffer_close(&set->text);
  free(set->entries);
  free(set->buckets);
  al_key_set_init(set);
}

/* Begun at the object's depth and at this set's address, which a stranger who
** wants collisions does not know. */
static uint64_t hash_of (const al_key_set *set, uint32_t object, al_text key) {
  return al_hash((uint64_t)(uintptr_t)set + object, key);
}

static void link_entry (al_key_set *set, uint32_t index) {
  al_key_entry *entry = &set->entries[index];
  uint32_t *head = &set->buckets[entry->hash & (set->nbuckets - 1)];
  entry->next = *head;
  *head = index + 1;
}

/* Room for one more entry; the buckets are as many as the entries. */
static al_status grow (al_key_set *set, al_error *err) {
  uint32_t cap = set->entries_cap != 0 ? set->entries_cap * 2 : FIRST_ENTRIES;
  uint32_t i, *buckets;
  al_key_entry *entries;
  entries = realloc(set->entries, cap * sizeof *entries);
  if (entries == NULL)
    return al_fail_nomem(err);
  set->entries = entries;
  buckets = calloc(cap, sizeof *buckets);
  if (buckets == NULL)
    return al_fail_nomem(err);
  free(set->buckets);
  set->buckets = buckets;
  set->nbuckets = set->entries_cap = cap;
  for (i = 0; i < set->nentries; i++)
    link_entry(set, i);
  return AL_OK;
}

static int is_known (const al_key_set *set, uint64_t hash, uint32_t object,
                     al_text key) {
  uint32_t index = set->buckets[hash & (set->nbuckets - 1)];
  for (; index != 0; index = set->entries[index - 1].next) {
    const al_key_entry *entry = &set->entries[index - 1];
    if (entry->hash == hash && entry->object == object &&
        entry->len == key.len &&
        memcmp(set->text.data + entry->start, key.data, key.len) == 0)
      return 1;
  }
  return 0;
}

al_status al_key_set_add (al_key_set *set, uint32_t object, al_text key,
                          int *known, al_error *err) {
  uint64_t hash = hash_of(set, object, key);
  al_key_entry *entry;
  if (set->nentries == set->entries_cap && grow(set, err) != AL_OK)
    return err->status;
  *known = is_known(set, hash, object, key);
  if (*known)
    return AL_OK;
  /* One byte more, so that even an empty key has its place in memory. */
  if (al_buffer_reserve(&set->text, key.len + 1, err) != AL_OK)
    return err->status;
  entry = &set->entries[set->nentries];
  entry->hash = hash;
  entry->object = object;
  entry->start = set->text.len;
  entry->len = key.len;
  memcpy(set->text.data + set->text.len, key.data, key.len);
  set->text.len += key.len;
  link_entry(set, set->nentries++);
  return AL_OK;
}

void al_key_set_drop (al_key_set *set, uint32_t object) {
  while (set->nentries > 0 &&
         set->entries[set->nentries - 1].object >= object) {
    al_key_entry *entry = &set->entries[--set->nentries];
    set->buckets[entry->hash & (set->nbuckets - 1)] = entry->next;
    set->text.len = entry->start;
  }
}
