/*
** al_sha256.h - SHA-256 (FIPS 180-4), fed piece by piece.
*/
#ifndef AL_SHA256_H
#define AL_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define AL_SHA256_BYTES 32

/* Small pieces are gathered, as the library takes its time for each. */
typedef struct {
  uint64_t opaque[16]; /* the library's state; al_sha256.c checks its size */
  size_t nheld;
  char held[512]; /* what it has still to get */
} al_sha256;

void al_sha256_init (al_sha256 *hash);
void al_sha256_update (al_sha256 *hash, const void *data, size_t len);

/* Write the first 'len' bytes of the hash, at most AL_SHA256_BYTES. */
void al_sha256_finish (al_sha256 *hash, uint8_t *out, size_t len);

/* Write the hash of the bytes in base64, and a NUL behind it. */
#define AL_SHA256_BASE64_LEN 44
void al_sha256_base64 (char out[AL_SHA256_BASE64_LEN + 1], const void *data,
                       size_t len);

/* A line of the canonical form, "name:LEN:BYTES\n" (docs/file-format.md). The
** length before the bytes makes every sequence of lines unambiguous. Behind
** al_sha256_line_start the caller feeds the bytes and the "\n". */
void al_sha256_line_start (al_sha256 *hash, const char *name, size_t len);
void al_sha256_line (al_sha256 *hash, const char *name, const void *data,
                     size_t len);

#endif
