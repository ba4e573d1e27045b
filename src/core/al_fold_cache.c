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
  al_buffer_close(&cache->folded);
}

static al_status fold_uncached (al_fold_cache *cache, al_text text,
                                al_text *folded, al_error *err) {
  al_buffer_clear(&cache->folded);
  if (al_fold(&cache->folded, text, err) != AL_OK)
    return err->status;
  *folded = al_buffer_text(&cache->folded);
  return AL_OK;
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

/* Append an entry. On failure there is none. */
static al_status add_entry (al_fold_cache *cache, al_text text, al_error *err) {
  al_buffer *kept = &cache->kept;
  size_t place = kept->len, start = place + sizeof(head) + text.len;
  head h = {(uint32_t)text.len, 0};
  if (al_buffer_append(kept, (const char *)&h, sizeof h, err) != AL_OK ||
      al_buffer_append(kept, text.data, text.len, err) != AL_OK ||
      al_fold(kept, text, err) != AL_OK) {
    kept->len = place;
    return err->status;
  }
  h.folded_len = (uint32_t)(kept->len - start);
  memcpy(kept->data + place, &h, sizeof h);
  return AL_OK;
}

al_status al_fold_cache_find (al_fold_cache *cache, al_text text,
                              al_text *folded, al_error *err) {
  uint32_t *slot;
  size_t place;
  *folded = AL_TEXT_MISSING;
  if (text.data == NULL)
    return AL_OK;
  if (text.len > TEXT_MAX)
    return fold_uncached(cache, text, folded, err);
  slot = &cache->slot[al_hash(0, text) % AL_FOLD_CACHE_SLOTS];
  if (*slot != 0 && read_entry(cache, *slot - 1, text, folded))
    return AL_OK;
  if (cache->kept.len > AL_FOLD_CACHE_BYTES) {
    memset(cache->slot, 0, sizeof cache->slot);
    al_buffer_clear(&cache->kept);
  }
  place = cache->kept.len;
  if (add_entry(cache, text, err) != AL_OK)
    return err->status;
  *slot = (uint32_t)place + 1;
  read_entry(cache, place, text, folded);
  return AL_OK;
}
