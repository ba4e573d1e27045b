/*
** al_chain.c - the digests by which imports and purges vouch for all before
** them (docs/file-format.md).
*/
#include "al_chain.h"

#include <stdio.h>

#include "al_hex.h"
#include "al_text.h"

/* ---- lines ---- */

static void add_text (al_sha256 *hash, const char *name, al_text text) {
  al_sha256_line(hash, name, text.data, text.len);
}

static void add_number (al_sha256 *hash, const char *name, int64_t number) {
  char text[24];
  int n = snprintf(text, sizeof text, "%lld", (long long)number);
  al_sha256_line(hash, name, text, (size_t)n);
}

static void add_digest (al_sha256 *hash, const char *name,
                        const uint8_t *digest) {
  char hex[AL_DIGEST_HEX_LEN];
  al_hex_write(hex, digest, AL_DIGEST_BYTES);
  al_sha256_line(hash, name, hex, sizeof hex);
}

/* ---- imports ---- */

void al_chain_add_content (al_sha256 *hash,
                           const uint8_t digest[AL_DIGEST_BYTES]) {
  char line[AL_DIGEST_HEX_LEN + 1];
  al_hex_write(line, digest, AL_DIGEST_BYTES);
  line[AL_DIGEST_HEX_LEN] = '\n';
  al_sha256_update(hash, line, sizeof line);
}

/* The last line of an entry; the first one has none. */
static void finish (al_sha256 *hash, const uint8_t *previous,
                    uint8_t digest[AL_DIGEST_BYTES]) {
  if (previous != NULL)
    add_digest(hash, "previous", previous);
  al_sha256_finish(hash, digest, AL_DIGEST_BYTES);
}

void al_chain_import_digest (al_sha256 *hash, const al_chain_import *import,
                             const uint8_t *previous,
                             uint8_t digest[AL_DIGEST_BYTES]) {
  add_text(hash, "source", import->source);
  add_text(hash, "time", import->time);
  add_number(hash, "first_sequence", import->first_sequence);
  add_number(hash, "records", import->records);
  add_number(hash, "added", import->added);
  add_number(hash, "known", import->known);
  add_number(hash, "changed", import->changed);
  finish(hash, previous, digest);
}

/* ---- purges ---- */

void al_chain_purge_digest (const al_chain_purge *purge,
                            const uint8_t previous[AL_DIGEST_BYTES],
                            uint8_t digest[AL_DIGEST_BYTES]) {
  al_sha256 hash;
  al_sha256_init(&hash);
  add_number(&hash, "import", purge->import);
  add_text(&hash, "before", purge->before);
  add_text(&hash, "time", purge->time);
  add_text(&hash, "user", purge->user);
  add_text(&hash, "oldest", purge->oldest);
  add_text(&hash, "newest", purge->newest);
  add_number(&hash, "records", purge->records);
  add_number(&hash, "superseded", purge->superseded);
  finish(&hash, previous, digest);
}
