/*
** al_sha256.c - SHA-256 through nettle, which allocates nothing and keeps no
** state of its own.
*/
#include "al_sha256.h"

#include <nettle/base64.h>
#include <nettle/sha2.h>
#include <string.h>

/* Fails to compile where nettle's state outgrows ours. */
typedef char
    state_fits[sizeof(struct sha256_ctx) <= sizeof(al_sha256) ? 1 : -1];

static struct sha256_ctx *state (al_sha256 *hash) {
  return (struct sha256_ctx *)(void *)hash->opaque;
}

void al_sha256_init (al_sha256 *hash) {
  sha256_init(state(hash));
  hash->nheld = 0;
}

static void update_held (al_sha256 *hash) {
  sha256_update(state(hash), hash->nheld, (const uint8_t *)hash->held);
  hash->nheld = 0;
}

void al_sha256_update (al_sha256 *hash, const void *data, size_t len) {
  if (len > sizeof hash->held - hash->nheld)
    update_held(hash);
  if (len > sizeof hash->held) {
    sha256_update(state(hash), len, data);
  } else if (len > 0) {
    memcpy(hash->held + hash->nheld, data, len);
    hash->nheld += len;
  }
}

void al_sha256_finish (al_sha256 *hash, uint8_t *out, size_t len) {
  update_held(hash);
  sha256_digest(state(hash), len, out);
}

void al_sha256_base64 (char out[AL_SHA256_BASE64_LEN + 1], const void *data,
                       size_t len) {
  uint8_t digest[AL_SHA256_BYTES];
  al_sha256 hash;
  al_sha256_init(&hash);
  al_sha256_update(&hash, data, len);
  al_sha256_finish(&hash, digest, sizeof digest);
  base64_encode_raw(out, sizeof digest, digest);
  out[AL_SHA256_BASE64_LEN] = '\0';
}

void al_sha256_line_start (al_sha256 *hash, const char *name, size_t len) {
  char digits[24];
  size_t at = sizeof digits;
  /* By hand, as printf would cost more than hashing a short field. */
  digits[--at] = ':';
  do {
    digits[--at] = (char)('0' + len % 10);
    len /= 10;
  } while (len > 0);
  digits[--at] = ':';
  al_sha256_update(hash, name, strlen(name));
  al_sha256_update(hash, digits + at, sizeof digits - at);
}

void al_sha256_line (al_sha256 *hash, const char *name, const void *data,
                     size_t len) {
  al_sha256_line_start(hash, name, len);
  al_sha256_update(hash, data, len);
  al_sha256_update(hash, "\n", 1);
}
