/*
** al_chain.h - the digests by which imports and purges vouch for all before
** them (docs/file-format.md).
**
** Each import and each purge is an entry of the chain; its digest goes over the
** one of the entry before it. Nothing here knows where entries are kept.
*/
#ifndef AL_CHAIN_H
#define AL_CHAIN_H

#include <stdint.h>

#include "al_record.h"
#include "al_sha256.h"

/* A digest as people and programs keep it elsewhere: 64 hex digits. */
#define AL_DIGEST_HEX_LEN (2 * AL_DIGEST_BYTES)

/* What an import tells of itself. */
typedef struct {
  int64_t number; /* 1, 2, ... */
  al_text source;
  al_text time; /* in the fixed form */
  int64_t first_sequence;
  int64_t records;
  int64_t added;
  int64_t known;
  int64_t changed;
} al_chain_import;

/* What a purge tells of itself. */
typedef struct {
  int64_t number; /* 1, 2, ... */
  int64_t import; /* the last one before it */
  al_text before; /* records of earlier instants were taken */
  al_text time;   /* when */
  al_text user;   /* who */
  al_text oldest; /* operation_date of what was taken */
  al_text newest;
  int64_t records;    /* how many were current */
  int64_t superseded; /* and how many were not */
} al_chain_purge;

/* A content's digest becomes part of its import's: 'hash' gets those that an
** import brought in the order of their numbers, and then goes to
** al_chain_import_digest. */
void al_chain_add_content (al_sha256 *hash,
                           const uint8_t digest[AL_DIGEST_BYTES]);

/* End the import's digest; 'previous' is that of the entry before, or NULL for
** the first. */
void al_chain_import_digest (al_sha256 *hash, const al_chain_import *import,
                             const uint8_t *previous,
                             uint8_t digest[AL_DIGEST_BYTES]);

void al_chain_purge_digest (const al_chain_purge *purge,
                            const uint8_t previous[AL_DIGEST_BYTES],
                            uint8_t digest[AL_DIGEST_BYTES]);

#endif
