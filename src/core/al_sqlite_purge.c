/*
** al_sqlite_purge.c - old records out of a log's file, and their space.
*/
#include "al_sqlite.h"

#define OLDEST(columns, table)                                                 \
  "SELECT " columns " FROM " table " INDEXED BY " table "_by_date"             \
  " WHERE operation_date < ?1 ORDER BY operation_date LIMIT 1"
#define KEEP_DIGEST(table)                                                     \
  "INSERT INTO purged (sequence, digest)"                                      \
  " SELECT sequence, digest FROM " table " WHERE sequence = ?1"

static const char OLDEST_RECORD[] =
    OLDEST("sequence, operation_date, customer_id", "record");
static const char OLDEST_SUPERSEDED[] = OLDEST("sequence", "superseded");
static const char KEEP_RECORD[] = KEEP_DIGEST("record");
static const char KEEP_SUPERSEDED[] = KEEP_DIGEST("superseded");
static const char DROP_SUPERSEDED[] =
    "DELETE FROM superseded WHERE sequence = ?1";

#define FREE_PAGES "PRAGMA freelist_count"

#define SHRINK_PAGES "512" /* of a transaction: 8 MiB */

typedef struct {
  al_sqlite *store;
  al_purge_work *work;
} purger;

static sqlite3 *db_of (const purger *p) {
  return p->store->db;
}

/* Prepare a statement whose first parameter is the instant. */
static al_status prepare (const purger *p, sqlite3_stmt **s, const char *sql,
                          al_error *err) {
  if (al_sqlite_prepare(db_of(p), s, sql, strlen(sql), err) != AL_OK)
    return err->status;
  sqlite3_bind_text(*s, 1, p->work->before, AL_TIME_LEN, SQLITE_STATIC);
  return AL_OK;
}

/* ---- taking them out ---- */

/* The contents of one table. */
typedef struct {
  sqlite3_stmt *oldest; /* on the row of the one that is next */
  sqlite3_stmt *keep;   /* of a number: the digest */
  sqlite3_stmt *drop;   /* of a number; NULL: al_sqlite_delete */
} taking;

static al_status run_for (const purger *p, sqlite3_stmt *s, int64_t sequence,
                          al_error *err) {
  sqlite3_bind_int64(s, 1, sequence);
  sqlite3_step(s);
  return sqlite3_reset(s) == SQLITE_OK ? AL_OK : al_sqlite_fail(db_of(p), err);
}

/* The current content in the statement's row, and its customer's. */
static al_status delete_record (purger *p, sqlite3_stmt *s, al_error *err) {
  al_text date = al_sqlite_column_text(s, 1),
          customer = al_sqlite_column_text(s, 2);
  if ((date.data == NULL && sqlite3_column_type(s, 1) != SQLITE_NULL) ||
      (customer.data == NULL && sqlite3_column_type(s, 2) != SQLITE_NULL))
    return al_fail_nomem(err);
  if (date.len != AL_TIME_LEN) /* of which customer_record has a part */
    return al_sqlite_corrupt(db_of(p), err,
                             "record %lld has no operation_date in its fixed "
                             "form",
                             (long long)sqlite3_column_int64(s, 0));
  return al_sqlite_delete(p->store, sqlite3_column_int64(s, 0), date, customer,
                          err);
}

static al_status take_one (purger *p, const taking *from, al_error *err) {
  int64_t sequence = sqlite3_column_int64(from->oldest, 0);
  if (run_for(p, from->keep, sequence, err) != AL_OK ||
      (from->drop == NULL ? delete_record(p, from->oldest, err)
                          : run_for(p, from->drop, sequence, err)) != AL_OK)
    return err->status;
  return al_purge_took_one(p->work, err);
}

/* In a file that is damaged a content may be found again when it is deleted. */
static al_status fail_count (const purger *p, al_error *err) {
  return al_sqlite_corrupt(db_of(p), err,
                           "other records are deleted than were counted");
}

static al_status take_each (purger *p, const taking *from, int64_t n,
                            al_error *err) {
  int code;
  while ((code = sqlite3_step(from->oldest)) == SQLITE_ROW && n > 0) {
    if (take_one(p, from, err) != AL_OK)
      return err->status;
    sqlite3_reset(from->oldest);
    n--;
  }
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return al_sqlite_fail(db_of(p), err);
  return code == SQLITE_DONE && n == 0 ? AL_OK : fail_count(p, err);
}

static al_status take_table (purger *p, taking *from, const char *oldest,
                             const char *keep, int64_t n, al_error *err) {
  al_status status = prepare(p, &from->oldest, oldest, err);
  if (status == AL_OK)
    status = al_sqlite_prepare(db_of(p), &from->keep, keep, strlen(keep), err);
  if (status == AL_OK)
    status = take_each(p, from, n, err);
  sqlite3_finalize(from->oldest);
  sqlite3_finalize(from->keep);
  return status;
}

static al_status take_records (purger *p, al_error *err) {
  taking from = {NULL, NULL, NULL};
  return take_table(p, &from, OLDEST_RECORD, KEEP_RECORD, p->work->out->records,
                    err);
}

static al_status take_superseded (purger *p, al_error *err) {
  taking from = {NULL, NULL, NULL};
  al_status status = al_sqlite_prepare(db_of(p), &from.drop, DROP_SUPERSEDED,
                                       sizeof DROP_SUPERSEDED - 1, err);
  if (status == AL_OK)
    status = take_table(p, &from, OLDEST_SUPERSEDED, KEEP_SUPERSEDED,
                        p->work->out->superseded, err);
  sqlite3_finalize(from.drop);
  return status;
}

al_status al_sqlite_take_old (al_store *store, al_purge_work *work,
                              al_error *err) {
  purger p = {(al_sqlite *)store, work};
  if (al_sqlite_measure(store, &work->bytes, err) != AL_OK ||
      take_records(&p, err) != AL_OK)
    return err->status;
  return take_superseded(&p, err);
}

int al_sqlite_is_read (const al_store *store) {
  sqlite3 *db = ((const al_sqlite *)store)->db;
  sqlite3_stmt *s = NULL;
  while ((s = sqlite3_next_stmt(db, s)) != NULL)
    if (sqlite3_stmt_busy(s))
      return 1;
  return 0;
}

/* ---- the space ---- */

al_status al_sqlite_measure (al_store *store, int64_t *bytes, al_error *err) {
  sqlite3 *db = ((al_sqlite *)store)->db;
  int pages, page_bytes;
  if (al_sqlite_integer(db, "PRAGMA page_count", &pages, err) != AL_OK ||
      al_sqlite_integer(db, "PRAGMA page_size", &page_bytes, err) != AL_OK)
    return err->status;
  *bytes = (int64_t)pages * page_bytes;
  return AL_OK;
}

/* Write what is left anew. Moving pages alone would leave in them, between rows,
** bytes of those that lay there before. VACUUM attaches a file of its own. */
static al_status rewrite (purger *p, al_error *err) {
  int attached = sqlite3_limit(db_of(p), SQLITE_LIMIT_ATTACHED, 1);
  al_status status = al_sqlite_exec(db_of(p), "VACUUM", err);
  sqlite3_limit(db_of(p), SQLITE_LIMIT_ATTACHED, attached);
  return status;
}

/* Give back free pages at the end of the file, into which others move. */
static al_status shrink (purger *p, al_error *err) {
  int left, last;
  if (al_sqlite_integer(db_of(p), FREE_PAGES, &left, err) != AL_OK)
    return err->status;
  do {
    last = left;
    if (al_sqlite_exec(db_of(p), "PRAGMA incremental_vacuum(" SHRINK_PAGES ")",
                       err) != AL_OK ||
        al_sqlite_integer(db_of(p), FREE_PAGES, &left, err) != AL_OK ||
        al_purge_tell(p->work, err) != AL_OK)
      return err->status;
  } while (left > 0 && left < last);
  return AL_OK;
}

/* The file itself becomes smaller, and what was taken is gone from it, with the
** next checkpoint: AL_BUSY when somebody goes on reading what was there before
** for longer than we may wait. */
static al_status checkpoint (purger *p, al_error *err) {
  int code = sqlite3_wal_checkpoint_v2(db_of(p), "main",
                                       SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  return code == SQLITE_OK ? AL_OK : al_sqlite_fail(db_of(p), err);
}

/* To rewrite takes room for what is left, twice; to shrink takes little, and is
** the most that can be done on a disk that is full. */
static al_status compact (purger *p, al_error *err) {
  if (rewrite(p, err) == AL_OK)
    return checkpoint(p, err) == AL_OK
               ? al_sqlite_exec(db_of(p), "UPDATE purge SET pending = 0", err)
               : err->status;
  if (err->status == AL_FULL && checkpoint(p, err) == AL_OK &&
      shrink(p, err) == AL_OK && checkpoint(p, err) == AL_OK)
    return al_fail(err, AL_FULL, "only free pages could be given back");
  return err->status;
}

static al_status give_back (purger *p, al_error *err) {
  al_store *store = &p->store->base;
  int64_t *before = &p->work->bytes, bytes = 0;
  al_status status;
  if ((*before == 0 && al_sqlite_measure(store, before, err) != AL_OK) ||
      al_sqlite_integer(db_of(p), "SELECT max(pending) FROM purge",
                        &p->work->out->pending, err) != AL_OK)
    return err->status;
  if (!p->work->out->pending)
    return AL_OK;
  if (al_purge_tell(p->work, err) != AL_OK)
    return err->status;
  status = compact(p, err);
  if (status == AL_OK)
    p->work->out->pending = 0;
  if ((status == AL_OK || status == AL_FULL) &&
      al_sqlite_measure(store, &bytes, err) == AL_OK && bytes < *before)
    p->work->out->bytes = *before - bytes;
  return status;
}

al_status al_sqlite_give_back (al_store *store, al_purge_work *work,
                               al_error *err) {
  purger p = {(al_sqlite *)store, work};
  return give_back(&p, err);
}
