/*
** al_store_chain.c - the chain's head (al_chain.h), as a log has it.
*/
#include "al_chain.h"

#include "al_store_sqlite.h"

/* A purge is behind the import that it names. */
static const char LAST[] =
    "SELECT digest FROM"
    " (SELECT * FROM"
    "   (SELECT import, 0 AS purge, digest FROM import"
    "    ORDER BY import DESC LIMIT 1)"
    "  UNION ALL SELECT * FROM"
    "   (SELECT import, purge, digest FROM purge ORDER BY purge DESC LIMIT 1))"
    " ORDER BY import DESC, purge DESC LIMIT 1";

al_status al_store_read_head (sqlite3 *db, uint8_t digest[AL_DIGEST_BYTES],
                              al_error *err) {
  sqlite3_stmt *s;
  int code, damaged = 0;
  memset(digest, 0, AL_DIGEST_BYTES);
  if (al_store_prepare(db, &s, LAST, sizeof LAST - 1, err) != AL_OK)
    return err->status;
  code = sqlite3_step(s);
  if (code == SQLITE_ROW) {
    const void *bytes = sqlite3_column_blob(s, 0);
    damaged = sqlite3_column_bytes(s, 0) != AL_DIGEST_BYTES;
    if (!damaged)
      memcpy(digest, bytes, AL_DIGEST_BYTES);
  }
  sqlite3_finalize(s);
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return al_store_fail(db, err);
  return damaged ? al_fail(err, AL_CORRUPT,
                           "the log's last import or purge has no digest")
                 : AL_OK;
}

al_status al_store_head (al_store *store, char head[AL_HEX_LEN + 1],
                         al_error *err) {
  uint8_t digest[AL_DIGEST_BYTES];
  if (al_store_read_head(store->db, digest, err) != AL_OK)
    return err->status;
  al_hex_write(head, digest);
  head[AL_HEX_LEN] = '\0';
  return AL_OK;
}
