/*
** al_hash.c - a hash of text for tables in memory.
*/
#include "al_hash.h"

#define GOLDEN UINT64_C(0x9E3779B97F4A7C15)

static uint64_t step (uint64_t hash, uint32_t word) {
  hash = (hash ^ word) * GOLDEN;
  return hash ^ hash >> 32;
}

static uint32_t read_word (const char *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

/* Like FNV-1a, but of four bytes at a time. They change the lower half of the
** hash alone, so that none can undo what the ones before them did. */
uint64_t al_hash (uint64_t seed, al_text text) {
  uint64_t hash = seed * GOLDEN;
  uint32_t word = 0;
  size_t i;
  for (i = 0; i + sizeof word < text.len; i += sizeof word)
    hash = step(hash, read_word(text.data + i));
  if (text.len >= sizeof word) /* the last ones, some of them once more */
    return step(hash, read_word(text.data + text.len - sizeof word));
  for (i = 0; i < text.len; i++)
    word = word << 8 | (unsigned char)text.data[i];
  return step(hash, word);
}
