/*
** al_store_chain.c - the entries of the chain (al_chain.h), as a log has them.
*/
#include "al_chain.h"
#include "al_hex.h"

#include "al_store_sqlite.h"

/* ---- entries ---- */

int al_store_column_digest (sqlite3_stmt *s, int column,
                            uint8_t digest[AL_DIGEST_BYTES]) {
  if (sqlite3_column_type(s, column) != SQLITE_BLOB ||
      sqlite3_column_bytes(s, column) != AL_DIGEST_BYTES)
    return 0;
  memcpy(digest, sqlite3_column_blob(s, column), AL_DIGEST_BYTES);
  return 1;
}

/* A statement's row, read from column to column. */
typedef struct {
  sqlite3_stmt *statement;
  int column;
  int wrong;     /* a column held something else */
  int no_memory; /* or memory for it ran out */
} reader;

static al_text read_text (reader *r) {
  sqlite3_value *value = sqlite3_column_value(r->statement, r->column++);
  const char *text;
  if (sqlite3_value_type(value) != SQLITE_TEXT) {
    r->wrong = 1;
    return AL_TEXT_MISSING;
  }
  text = (const char *)sqlite3_value_text(value);
  r->no_memory |= text == NULL;
  return al_text_from(text, (size_t)sqlite3_value_bytes(value));
}

/* Numbers are counts: so many that sums of them stay numbers. */
static int64_t read_count (reader *r) {
  int64_t n = sqlite3_column_int64(r->statement, r->column);
  r->wrong |= sqlite3_column_type(r->statement, r->column) != SQLITE_INTEGER ||
              n < 0 || n > INT64_MAX / 4;
  r->column++;
  return n;
}

static void read_digest (reader *r, uint8_t digest[AL_DIGEST_BYTES]) {
  r->wrong |= !al_store_column_digest(r->statement, r->column++, digest);
}

static al_status end (const reader *r, const char *what, int64_t number,
                      al_error *err) {
  if (r->no_memory)
    return al_fail_nomem(err);
  return !r->wrong ? AL_OK
                   : al_store_corrupt(sqlite3_db_handle(r->statement), err,
                                      "%s %lld was altered: it holds what "
                                      "cannot stand there",
                                      what, (long long)number);
}

al_status al_store_read_import (sqlite3_stmt *s, al_chain_import *out,
                                uint8_t digest[AL_DIGEST_BYTES],
                                al_error *err) {
  reader r = {s, 0, 0, 0};
  out->number = read_count(&r);
  out->source = read_text(&r);
  out->time = read_text(&r);
  out->first_sequence = read_count(&r);
  out->records = read_count(&r);
  out->added = read_count(&r);
  out->known = read_count(&r);
  out->changed = read_count(&r);
  read_digest(&r, digest);
  return end(&r, "import", sqlite3_column_int64(s, 0), err);
}

al_status al_store_read_purge (sqlite3_stmt *s, al_chain_purge *out,
                               uint8_t digest[AL_DIGEST_BYTES], al_error *err) {
  reader r = {s, 0, 0, 0};
  out->number = read_count(&r);
  out->import = read_count(&r);
  out->before = read_text(&r);
  out->time = read_text(&r);
  out->user = read_text(&r);
  out->oldest = read_text(&r);
  out->newest = read_text(&r);
  out->records = read_count(&r);
  out->superseded = read_count(&r);
  read_digest(&r, digest);
  return end(&r, "purge", sqlite3_column_int64(s, 0), err);
}

/* ---- the head ---- */

/* A purge is behind the import that it names. */
static const char LAST[] = "SELECT digest FROM"
                           " (SELECT * FROM"
                           "   (SELECT import, 0 AS purge, digest FROM import"
                           "    WHERE import < ?1 ORDER BY import DESC LIMIT 1)"
                           "  UNION ALL SELECT * FROM"
                           "   (SELECT import, purge, digest FROM purge"
                           "    WHERE import < ?1 ORDER BY purge DESC LIMIT 1))"
                           " ORDER BY import DESC, purge DESC LIMIT 1";

al_status al_store_read_entry_before (sqlite3 *db, int64_t import,
                                      uint8_t digest[AL_DIGEST_BYTES],
                                      al_error *err) {
  sqlite3_stmt *s;
  int code, damaged = 0;
  memset(digest, 0, AL_DIGEST_BYTES);
  if (al_store_prepare(db, &s, LAST, sizeof LAST - 1, err) != AL_OK)
    return err->status;
  sqlite3_bind_int64(s, 1, import);
  code = sqlite3_step(s);
  if (code == SQLITE_ROW)
    damaged = !al_store_column_digest(s, 0, digest);
  sqlite3_finalize(s);
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return al_store_fail(db, err);
  return !damaged ? AL_OK
                  : al_store_corrupt(db, err,
                                     "its last import or purge was altered: "
                                     "it has no digest");
}

al_status al_store_read_head (sqlite3 *db, uint8_t digest[AL_DIGEST_BYTES],
                              al_error *err) {
  return al_store_read_entry_before(db, INT64_MAX, digest, err);
}

al_status al_store_head (al_store *store, char head[AL_DIGEST_HEX_LEN + 1],
                         al_error *err) {
  uint8_t digest[AL_DIGEST_BYTES];
  if (al_store_here(store, err) != AL_OK ||
      al_store_check_file(store, err) != AL_OK ||
      al_store_read_head(store->db, digest, err) != AL_OK)
    return err->status;
  al_hex_write(head, digest, AL_DIGEST_BYTES);
  head[AL_DIGEST_HEX_LEN] = '\0';
  return AL_OK;
}

/* ---- what they come to ---- */

static void copy_quoted (char *out, size_t size, sqlite3_stmt *s, int column) {
  const char *text = (const char *)sqlite3_column_text(s, column);
  al_quote_to(out, size, text != NULL ? text : "",
              (size_t)sqlite3_column_bytes(s, column));
}

/* The one row of a statement, for the caller to read and to finalize; NULL where
** there is none. */
static al_status first_row (sqlite3_stmt **out, al_store *store,
                            const char *sql, al_error *err) {
  int code;
  *out = NULL;
  if (al_store_here(store, err) != AL_OK ||
      al_store_check_file(store, err) != AL_OK ||
      al_store_prepare(store->db, out, sql, strlen(sql), err) != AL_OK)
    return err->status;
  code = sqlite3_step(*out);
  if (code == SQLITE_ROW)
    return AL_OK;
  sqlite3_finalize(*out);
  *out = NULL;
  return code == SQLITE_DONE ? AL_OK : al_store_fail(store->db, err);
}

al_status al_store_last_import (al_store *store, al_last_import *out,
                                al_error *err) {
  sqlite3_stmt *s;
  memset(out, 0, sizeof *out);
  if (first_row(&s, store,
                "SELECT import, time, source FROM import"
                " ORDER BY import DESC LIMIT 1",
                err) != AL_OK)
    return err->status;
  if (s != NULL) {
    out->number = sqlite3_column_int64(s, 0);
    copy_quoted(out->time, sizeof out->time, s, 1);
    copy_quoted(out->source, sizeof out->source, s, 2);
  }
  sqlite3_finalize(s);
  return AL_OK;
}

al_status al_store_purges (al_store *store, al_purges *out, al_error *err) {
  sqlite3_stmt *s;
  memset(out, 0, sizeof *out);
  /* Unlike sum(), total() takes any numbers of a damaged file. */
  if (first_row(&s, store,
                "SELECT count(*), CAST(total(records) AS INTEGER), max(before)"
                " FROM purge",
                err) != AL_OK)
    return err->status;
  if (s != NULL) {
    out->number = sqlite3_column_int64(s, 0);
    out->records = sqlite3_column_int64(s, 1);
    copy_quoted(out->before, sizeof out->before, s, 2);
  }
  sqlite3_finalize(s);
  return AL_OK;
}
