/*
** al_store_purge.c - records taken out of a log, and what tells of it.
**
** The imports that they came with are checked first, as nothing could tell
** afterwards that what is taken out was altered. Of each content its number and
** its digest stay, with which its import's digest can always be made; and the
** purge becomes an entry of the chain. All of that is one transaction. The space
** is given back behind it.
*/
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "al_store_check.h"

#define TABLE(table)                                                           \
  "SELECT count(*), min(sequence), max(sequence), min(operation_date),"        \
  " max(operation_date) FROM " table " INDEXED BY " table "_by_date"           \
  " WHERE operation_date < ?1"
#define OLDEST(columns, table)                                                 \
  "SELECT " columns " FROM " table " INDEXED BY " table "_by_date"             \
  " WHERE operation_date < ?1 ORDER BY operation_date LIMIT 1"
#define KEEP_DIGEST(table)                                                     \
  "INSERT INTO purged (sequence, digest)"                                      \
  " SELECT sequence, digest FROM " table " WHERE sequence = ?1"
#define IS_OLD(table)                                                          \
  " EXISTS (SELECT 1 FROM " table " AS c WHERE c.sequence >= first_sequence"   \
  " AND c.sequence < first_sequence + added + changed"                         \
  " AND c.operation_date < ?1)"

/* What a statement of one instant finds, one row at a time. */
static const char OLD_RECORDS[] = TABLE("record");
static const char OLD_SUPERSEDED[] = TABLE("superseded");
static const char OLDEST_RECORD[] =
    OLDEST("sequence, operation_date, customer_id", "record");
static const char OLDEST_SUPERSEDED[] = OLDEST("sequence", "superseded");

/* Only those in reach of what is old are looked into. */
static const char OLD_IMPORTS[] =
    "SELECT " AL_IMPORT_COLUMNS " FROM import WHERE first_sequence <= ?3"
    " AND first_sequence + added + changed > ?2"
    " AND (" IS_OLD("record") " OR " IS_OLD("superseded") ") ORDER BY import";

static const char KEEP_RECORD[] = KEEP_DIGEST("record");
static const char KEEP_SUPERSEDED[] = KEEP_DIGEST("superseded");
static const char DROP_SUPERSEDED[] =
    "DELETE FROM superseded WHERE sequence = ?1";
static const char INSERT_PURGE[] =
    "INSERT INTO purge (" AL_PURGE_COLUMNS ", pending) VALUES"
    " ((SELECT ifnull(max(purge), 0) + 1 FROM purge),"
    " ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1)";

#define FREE_PAGES "PRAGMA freelist_count"

#define PROGRESS_ROWS 1024
#define SHRINK_PAGES  "512" /* of a transaction: 8 MiB */

typedef struct {
  al_store *store;
  const al_purge_options *options;
  char before[AL_TIME_LEN + 1];
  int64_t first, last; /* numbers that the old ones lie between */
  int64_t done;
  int64_t bytes; /* of the file before */
  al_purged *out;
} purger;

static sqlite3 *db_of (const purger *p) {
  return p->store->db;
}

static al_text before (const purger *p) {
  return al_text_from(p->before, AL_TIME_LEN);
}

static al_status tell (purger *p, al_error *err) {
  const al_progress *progress = &p->options->progress;
  if (progress->call == NULL)
    return AL_OK;
  return progress->call(progress->context, p->done,
                        p->out->records + p->out->superseded, err);
}

/* Prepare a statement whose first parameter is the instant. */
static al_status prepare (const purger *p, sqlite3_stmt **s, const char *sql,
                          al_error *err) {
  if (al_store_prepare(db_of(p), s, sql, strlen(sql), err) != AL_OK)
    return err->status;
  sqlite3_bind_text(*s, 1, p->before, AL_TIME_LEN, SQLITE_STATIC);
  return AL_OK;
}

/* ---- what is old ---- */

/* An instant in a column, kept when it lies farther out than the one there. */
static void widen (char instant[AL_TIME_LEN + 1], sqlite3_stmt *s, int column,
                   int side) {
  const char *text = (const char *)sqlite3_column_text(s, column);
  if (text != NULL && sqlite3_column_bytes(s, column) == AL_TIME_LEN &&
      (instant[0] == '\0' || strcmp(text, instant) * side > 0))
    memcpy(instant, text, AL_TIME_LEN + 1);
}

static al_status find_old (purger *p, const char *sql, int64_t *n,
                           al_error *err) {
  sqlite3_stmt *s;
  if (prepare(p, &s, sql, err) != AL_OK)
    return err->status;
  if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_int64(s, 0) > 0) {
    int64_t first = sqlite3_column_int64(s, 1);
    int64_t last = sqlite3_column_int64(s, 2);
    *n = sqlite3_column_int64(s, 0);
    p->first = first < p->first ? first : p->first;
    p->last = last > p->last ? last : p->last;
    widen(p->out->oldest, s, 3, -1);
    widen(p->out->newest, s, 4, 1);
  }
  return sqlite3_finalize(s) == SQLITE_OK ? AL_OK
                                          : al_store_fail(db_of(p), err);
}

/* ---- the imports they came with ---- */

/* Check the import in the statement's row. */
static al_status check_import (purger *p, al_check *check, sqlite3_stmt *s,
                               al_error *err) {
  al_chain_import import;
  uint8_t digest[AL_DIGEST_BYTES];
  al_status status;
  if (al_store_read_import(s, &import, digest, err) != AL_OK ||
      al_store_read_entry_before(db_of(p), import.number, check->previous,
                                 err) != AL_OK ||
      al_contents_open(&check->contents, p->store, import.first_sequence,
                       import.first_sequence + import.added + import.changed -
                           1,
                       err) != AL_OK)
    return err->status;
  status = al_check_import(check, &import, digest, err);
  al_contents_close(check->contents);
  return status == AL_OK ? tell(p, err) : status;
}

static al_status check_each (purger *p, al_check *check, sqlite3_stmt *s,
                             al_error *err) {
  int code;
  sqlite3_bind_int64(s, 2, p->first);
  sqlite3_bind_int64(s, 3, p->last);
  while ((code = sqlite3_step(s)) == SQLITE_ROW)
    if (check_import(p, check, s, err) != AL_OK)
      return err->status;
  return code == SQLITE_DONE ? AL_OK : al_store_fail(db_of(p), err);
}

/* While contents are checked none is gone, but the work may be told to end. */
static al_status tell_of_checked (void *context, int64_t done, int64_t total,
                                  al_error *err) {
  (void)done, (void)total;
  return tell(context, err);
}

static al_status check_imports (purger *p, al_error *err) {
  const al_progress checked = {tell_of_checked, p};
  al_check check;
  sqlite3_stmt *s = NULL;
  al_status status = al_check_open(&check, p->store, &checked, err);
  if (status == AL_OK)
    status = prepare(p, &s, OLD_IMPORTS, err);
  if (status == AL_OK)
    status = check_each(p, &check, s, err);
  sqlite3_finalize(s);
  al_check_close(&check);
  return status;
}

/* ---- taking them out ---- */

/* The contents of one table. */
typedef struct {
  sqlite3_stmt *oldest; /* on the row of the one that is next */
  sqlite3_stmt *keep;   /* of a number: the digest */
  sqlite3_stmt *drop;   /* of a number; NULL: al_store_delete */
} taking;

static al_status run_for (const purger *p, sqlite3_stmt *s, int64_t sequence,
                          al_error *err) {
  sqlite3_bind_int64(s, 1, sequence);
  sqlite3_step(s);
  return sqlite3_reset(s) == SQLITE_OK ? AL_OK : al_store_fail(db_of(p), err);
}

/* The current content in the statement's row, and its customer's. */
static al_status delete_record (purger *p, sqlite3_stmt *s, al_error *err) {
  al_text date = al_store_column_text(s, 1),
          customer = al_store_column_text(s, 2);
  if ((date.data == NULL && sqlite3_column_type(s, 1) != SQLITE_NULL) ||
      (customer.data == NULL && sqlite3_column_type(s, 2) != SQLITE_NULL))
    return al_fail_nomem(err);
  if (date.len != AL_TIME_LEN) /* of which customer_record has a part */
    return al_store_corrupt(db_of(p), err,
                            "record %lld has no operation_date in its fixed "
                            "form",
                            (long long)sqlite3_column_int64(s, 0));
  return al_store_delete(p->store, sqlite3_column_int64(s, 0), date, customer,
                         err);
}

/* All of them are told only when that is on the disk. */
static al_status told_of_each (purger *p, al_error *err) {
  if (++p->done % PROGRESS_ROWS != 0 ||
      p->done == p->out->records + p->out->superseded)
    return AL_OK;
  return tell(p, err);
}

static al_status take_one (purger *p, const taking *from, al_error *err) {
  int64_t sequence = sqlite3_column_int64(from->oldest, 0);
  if (run_for(p, from->keep, sequence, err) != AL_OK ||
      (from->drop == NULL ? delete_record(p, from->oldest, err)
                          : run_for(p, from->drop, sequence, err)) != AL_OK)
    return err->status;
  return told_of_each(p, err);
}

/* In a file that is damaged a content may be found again when it is deleted. */
static al_status fail_count (const purger *p, al_error *err) {
  return al_store_corrupt(db_of(p), err,
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
    return al_store_fail(db_of(p), err);
  return code == SQLITE_DONE && n == 0 ? AL_OK : fail_count(p, err);
}

static al_status take_table (purger *p, taking *from, const char *oldest,
                             const char *keep, int64_t n, al_error *err) {
  al_status status = prepare(p, &from->oldest, oldest, err);
  if (status == AL_OK)
    status = al_store_prepare(db_of(p), &from->keep, keep, strlen(keep), err);
  if (status == AL_OK)
    status = take_each(p, from, n, err);
  sqlite3_finalize(from->oldest);
  sqlite3_finalize(from->keep);
  return status;
}

static al_status take_records (purger *p, al_error *err) {
  taking from = {NULL, NULL, NULL};
  return take_table(p, &from, OLDEST_RECORD, KEEP_RECORD, p->out->records, err);
}

static al_status take_superseded (purger *p, al_error *err) {
  taking from = {NULL, NULL, NULL};
  al_status status = al_store_prepare(db_of(p), &from.drop, DROP_SUPERSEDED,
                                      sizeof DROP_SUPERSEDED - 1, err);
  if (status == AL_OK)
    status = take_table(p, &from, OLDEST_SUPERSEDED, KEEP_SUPERSEDED,
                        p->out->superseded, err);
  sqlite3_finalize(from.drop);
  return status;
}

/* ---- the entry of the chain ---- */

/* Who this process works for. */
static al_text process_user (char *name, size_t size) {
  char strings[4096];
  struct passwd entry, *found = NULL;
  unsigned long id = (unsigned long)geteuid();
  if (getpwuid_r(geteuid(), &entry, strings, sizeof strings, &found) == 0 &&
      found != NULL)
    snprintf(name, size, "%s", found->pw_name);
  else
    snprintf(name, size, "user %lu", id);
  return al_text_from(name, strlen(name));
}

static al_status insert_purge (const purger *p, const al_chain_purge *told,
                               const uint8_t *digest, al_error *err) {
  sqlite3_stmt *s;
  if (al_store_prepare(db_of(p), &s, INSERT_PURGE, sizeof INSERT_PURGE - 1,
                       err) != AL_OK)
    return err->status;
  sqlite3_bind_int64(s, 2, told->import);
  al_store_bind_text(s, 3, told->before);
  al_store_bind_text(s, 4, told->time);
  al_store_bind_text(s, 5, told->user);
  al_store_bind_text(s, 6, told->oldest);
  al_store_bind_text(s, 7, told->newest);
  sqlite3_bind_int64(s, 8, told->records);
  sqlite3_bind_int64(s, 9, told->superseded);
  sqlite3_bind_blob(s, 10, digest, AL_DIGEST_BYTES, SQLITE_STATIC);
  sqlite3_step(s);
  return sqlite3_finalize(s) == SQLITE_OK ? AL_OK
                                          : al_store_fail(db_of(p), err);
}

static al_status add_entry (purger *p, al_error *err) {
  const al_import_state *next = &p->store->import;
  char time[AL_TIME_LEN + 1], name[256];
  uint8_t digest[AL_DIGEST_BYTES];
  al_chain_purge told = {0};
  al_time_write(time, p->options->now);
  told.import = next->number - 1;
  told.before = before(p);
  told.time = al_text_from(time, AL_TIME_LEN);
  told.user = p->options->user.data != NULL ? p->options->user
                                            : process_user(name, sizeof name);
  told.oldest = al_text_from(p->out->oldest, AL_TIME_LEN);
  told.newest = al_text_from(p->out->newest, AL_TIME_LEN);
  told.records = p->out->records;
  told.superseded = p->out->superseded;
  al_chain_purge_digest(&told, next->previous, digest);
  return insert_purge(p, &told, digest, err);
}

/* ---- the space ---- */

static al_status measure (const purger *p, int64_t *bytes, al_error *err) {
  int pages, page_bytes;
  if (al_store_integer(db_of(p), "PRAGMA page_count", &pages, err) != AL_OK ||
      al_store_integer(db_of(p), "PRAGMA page_size", &page_bytes, err) != AL_OK)
    return err->status;
  *bytes = (int64_t)pages * page_bytes;
  return AL_OK;
}

/* Write what is left anew. Moving pages alone would leave in them, between rows,
** bytes of those that lay there before. VACUUM attaches a file of its own. */
static al_status rewrite (purger *p, al_error *err) {
  int attached = sqlite3_limit(db_of(p), SQLITE_LIMIT_ATTACHED, 1);
  al_status status = al_store_exec(db_of(p), "VACUUM", err);
  sqlite3_limit(db_of(p), SQLITE_LIMIT_ATTACHED, attached);
  return status;
}

/* Give back free pages at the end of the file, into which others move. */
static al_status shrink (purger *p, al_error *err) {
  int left, last;
  if (al_store_integer(db_of(p), FREE_PAGES, &left, err) != AL_OK)
    return err->status;
  do {
    last = left;
    if (al_store_exec(db_of(p), "PRAGMA incremental_vacuum(" SHRINK_PAGES ")",
                      err) != AL_OK ||
        al_store_integer(db_of(p), FREE_PAGES, &left, err) != AL_OK ||
        tell(p, err) != AL_OK)
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
  return code == SQLITE_OK ? AL_OK : al_store_fail(db_of(p), err);
}

/* To rewrite takes room for what is left, twice; to shrink takes little, and is
** the most that can be done on a disk that is full. */
static al_status compact (purger *p, al_error *err) {
  if (rewrite(p, err) == AL_OK)
    return checkpoint(p, err) == AL_OK
               ? al_store_exec(db_of(p), "UPDATE purge SET pending = 0", err)
               : err->status;
  if (err->status == AL_FULL && checkpoint(p, err) == AL_OK &&
      shrink(p, err) == AL_OK && checkpoint(p, err) == AL_OK)
    return al_fail(err, AL_FULL, "only free pages could be given back");
  return err->status;
}

static al_status give_back (purger *p, al_error *err) {
  int64_t bytes = p->bytes;
  al_status status;
  if (al_store_integer(db_of(p), "SELECT max(pending) FROM purge",
                       &p->out->pending, err) != AL_OK)
    return err->status;
  if (!p->out->pending)
    return AL_OK;
  if (tell(p, err) != AL_OK)
    return err->status;
  status = compact(p, err);
  if (status == AL_OK)
    p->out->pending = 0;
  if ((status == AL_OK || status == AL_FULL) &&
      measure(p, &bytes, err) == AL_OK && bytes < p->bytes)
    p->out->bytes = p->bytes - bytes;
  return status;
}

/* The purge is done: what hinders here is for the next one, and the file tells
** that it is due. */
static al_status return_space (purger *p, al_error *err) {
  al_status status = give_back(p, err);
  switch (status) {
  case AL_OK:
  case AL_CALLBACK:
    return status;
  case AL_BUSY:
  case AL_FULL:
  case AL_NOMEM:
    p->out->pending = 1;
    return AL_OK;
  default:
    return al_fail_at(err, "the records are purged, but their space was not "
                           "returned: purge again");
  }
}

/* ---- all of it ---- */

static al_status take_out (purger *p, al_error *err) {
  if (check_imports(p, err) != AL_OK || take_records(p, err) != AL_OK ||
      take_superseded(p, err) != AL_OK || add_entry(p, err) != AL_OK)
    return err->status;
  return al_store_end(p->store, err);
}

/* In a transaction as an import's, which tells the number of the next import
** and the head of the chain. */
static al_status purge (purger *p, al_error *err) {
  if (al_store_begin_by(p->store, "BEGIN IMMEDIATE", err) != AL_OK)
    return err->status;
  if (measure(p, &p->bytes, err) != AL_OK ||
      find_old(p, OLD_RECORDS, &p->out->records, err) != AL_OK ||
      find_old(p, OLD_SUPERSEDED, &p->out->superseded, err) != AL_OK ||
      (p->out->records + p->out->superseded > 0 && take_out(p, err) != AL_OK)) {
    al_store_rollback(p->store);
    return err->status;
  }
  al_store_rollback(p->store); /* unless it was committed */
  return return_space(p, err);
}

/* Statements that are halfway would go on with what is no more there. */
static al_status check_not_read (const al_store *store, al_error *err) {
  sqlite3_stmt *s = NULL;
  while ((s = sqlite3_next_stmt(store->db, s)) != NULL)
    if (sqlite3_stmt_busy(s))
      return al_fail(err, AL_BUSY,
                     "records of the log are being read here: finish that, "
                     "then purge");
  return AL_OK;
}

al_status al_store_purge (al_store *store, const al_purge_options *options,
                          al_purged *out, al_error *err) {
  purger p;
  al_status status;
  memset(&p, 0, sizeof p);
  memset(out, 0, sizeof *out);
  p.store = store;
  p.options = options;
  p.first = INT64_MAX;
  p.last = INT64_MIN;
  p.out = out;
  if (al_store_check_idle(store, err) != AL_OK ||
      check_not_read(store, err) != AL_OK)
    return err->status;
  al_time_write(p.before, options->before);
  al_store_return_to_wal(store, 0);
  store->at_work = "purged";
  store->in_purge = 1;
  status = purge(&p, err);
  store->in_purge = 0;
  store->at_work = NULL;
  return status;
}
