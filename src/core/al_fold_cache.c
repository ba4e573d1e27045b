/*
** al_fold_cache.c - folded forms of texts that come again and again.
**
** A text has one slot; another text of the same slot takes it over. What it
** kept stays behind in the memory, until that is full and all are forgotten.
*/
#include "al_fold_cache.h"

#include "al_fold.h"
#include "al_hash.h"

/* Names are shorter. */
#define TEXT_MAX 1024

/* What stands before an entry's text. */
typedef struct {
  uint32_t len, folded_len;
} head;

void al_fold_cache_close (al_fold_cache *cache) {
  al_buffer_close(&cache->kept);
}

/* The folded form in the entry at 'place', if that is of this text. */
static int read_entry (const al_fold_cache *cache, size_t place, al_text text,
                       al_text *folded) {
  const char *at = cache->kept.data + place;
  head h;
  memcpy(&h, at, sizeof h);
  at += sizeof h;
  *folded = al_text_from(at + h.len, h.folded_len);
  return h.len == text.len && memcmp(at, text.data, text.len) == 0;
}

/* Add an entry at *place. On failure there is none. */
static al_status add_entry (al_fold_cache *cache, al_text text, size_t *place,
                            al_error *err) {
  al_buffer *kept = &cache->kept;
  head h = {(uint32_t)text.len, 0};
  if (kept->len > AL_FOLD_CACHE_BYTES) {
    memset(cache->slot, 0, sizeof cache->slot);
    al_buffer_clear(kept);
  }
  *place = kept->len;
  if (al_buffer_append(kept, (const char *)&h, sizeof h, err) != AL_OK ||
      al_buffer_append(kept, text.data, text.len, err) != AL_OK ||
      al_fold(kept, text, err) != AL_OK) {
    kept->len = *place;
    return err->status;
  }
  h.folded_len = (uint32_t)(kept->len - *place - sizeof h - text.len);
  memcpy(kept->data + *place, &h, sizeof h);
  return AL_OK;
}

al_status al_fold_cache_append (al_fold_cache *cache, al_buffer *out,
                                al_text text, al_error *err) {
  uint32_t *slot = &cache->slot[al_hash(0, text) % AL_FOLD_CACHE_SLOTS];
  al_text folded;
  size_t place;
  if (text.len > TEXT_MAX)
    return al_fold(out, text, err);
  if (*slot == 0 || !read_entry(cache, *slot - 1, text, &folded)) {
    if (add_entry(cache, text, &place, err) != AL_OK)
      return err->status;
    *slot = (uint32_t)place + 1;
    read_entry(cache, place, text, &folded);
  }
  return al_buffer_append(out, folded.data, folded.len, err);
}
