/*
** al_store_verify.c - whether a log is what its imports and purges left
** (docs/file-format.md, "What has to hold").
*/
#include <stdio.h>

#include "al_hex.h"
#include "al_store_check.h"

/* ---- the state ---- */

typedef struct {
  al_store *store;
  const al_verify_options *options;
  al_check check;
  sqlite3_stmt *purge; /* on the row of the next one */
  int has_purge;
  int continues;  /* the chain has the head that was given */
  int64_t next;   /* number that the next import begins with */
  int64_t purged; /* contents that the purges tell of */
  al_verified *out;
} verifier;

static sqlite3 *db_of (const verifier *v) {
  return v->store->db;
}

/* An entry of the chain was found right. */
static void pass_entry (verifier *v, const uint8_t *digest) {
  const uint8_t *head = v->options->head;
  memcpy(v->check.previous, digest, AL_DIGEST_BYTES);
  if (head != NULL && memcmp(head, digest, AL_DIGEST_BYTES) == 0)
    v->continues = 1;
}

/* ---- purges ---- */

static al_status step_purge (verifier *v, al_error *err) {
  int code = sqlite3_step(v->purge);
  v->has_purge = code == SQLITE_ROW;
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return al_store_fail(db_of(v), err);
  return AL_OK;
}

static int is_instant (al_text text) {
  al_time time;
  return al_time_read_fixed(&time, text);
}

/* Whether a purge can tell that: it took something, from before the instant. */
static int is_possible (const al_chain_purge *purge) {
  return is_instant(purge->before) && is_instant(purge->time) &&
         is_instant(purge->oldest) && is_instant(purge->newest) &&
         memcmp(purge->oldest.data, purge->newest.data, AL_TIME_LEN) <= 0 &&
         memcmp(purge->newest.data, purge->before.data, AL_TIME_LEN) < 0 &&
         purge->records + purge->superseded > 0;
}

static al_status check_purge (verifier *v, int64_t import, al_error *err) {
  al_chain_purge purge;
  uint8_t stored[AL_DIGEST_BYTES], made[AL_DIGEST_BYTES];
  if (al_store_read_purge(v->purge, &purge, stored, err) != AL_OK)
    return err->status;
  if (purge.number != v->out->purges + 1)
    return al_store_corrupt(db_of(v), err, "purge %lld was removed",
                            (long long)v->out->purges + 1);
  al_chain_purge_digest(&purge, v->check.previous, made);
  if (purge.import != import || memcmp(made, stored, sizeof made) != 0)
    return al_store_corrupt(db_of(v), err,
                            "purge %lld was altered: what it tells does not "
                            "make its digest",
                            (long long)purge.number);
  v->out->purges++;
  if (!is_possible(&purge) ||
      purge.records + purge.superseded > INT64_MAX / 2 - v->purged)
    return al_store_corrupt(db_of(v), err,
                            "purge %lld was altered: it cannot have taken what "
                            "it tells",
                            (long long)purge.number);
  v->purged += purge.records + purge.superseded;
  pass_entry(v, made);
  if (v->options->purge == NULL)
    return AL_OK;
  return v->options->purge(v->options->context, &purge, err);
}

/* Those that came behind the import, if they do not name one behind. */
static al_status check_purges (verifier *v, int64_t import, al_error *err) {
  while (v->has_purge && sqlite3_column_int64(v->purge, 1) <= import)
    if (check_purge(v, import, err) != AL_OK || step_purge(v, err) != AL_OK)
      return err->status;
  return AL_OK;
}

/* Behind the last import. */
static al_status check_purged (verifier *v, al_error *err) {
  int64_t purged = al_contents_counted(v->check.contents).purged;
  if (v->has_purge)
    return al_store_corrupt(db_of(v), err,
                            "purge %lld was altered: it follows no import",
                            (long long)v->out->purges + 1);
  if (v->purged != purged)
    return al_store_corrupt(db_of(v), err,
                            "the purges took %lld records, and %lld are gone",
                            (long long)v->purged, (long long)purged);
  return AL_OK;
}

/* ---- imports ---- */

static al_status check_number (const verifier *v, const al_chain_import *import,
                               al_error *err) {
  if (import->number != v->out->imports + 1)
    return al_store_corrupt(db_of(v), err, "import %lld was removed",
                            (long long)v->out->imports + 1);
  if (import->first_sequence != v->next)
    return al_store_corrupt(db_of(v), err,
                            "import %lld was altered: it begins with record "
                            "%lld, where %lld is next",
                            (long long)import->number,
                            (long long)import->first_sequence,
                            (long long)v->next);
  return AL_OK;
}

static al_status check_import (verifier *v, sqlite3_stmt *s, al_error *err) {
  al_chain_import import;
  uint8_t digest[AL_DIGEST_BYTES];
  if (al_store_read_import(s, &import, digest, err) != AL_OK ||
      check_number(v, &import, err) != AL_OK ||
      al_check_import(&v->check, &import, digest, err) != AL_OK)
    return err->status;
  v->out->imports++;
  v->next += import.added + import.changed;
  pass_entry(v, digest);
  return check_purges(v, import.number, err);
}

static al_status check_imports (verifier *v, al_error *err) {
  static const char IMPORTS[] =
      "SELECT " AL_IMPORT_COLUMNS " FROM import ORDER BY import";
  sqlite3_stmt *s;
  int code;
  if (al_store_prepare(db_of(v), &s, IMPORTS, sizeof IMPORTS - 1, err) != AL_OK)
    return err->status;
  while ((code = sqlite3_step(s)) == SQLITE_ROW)
    if (check_import(v, s, err) != AL_OK)
      break;
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    al_store_fail(db_of(v), err);
  sqlite3_finalize(s);
  return code == SQLITE_DONE ? AL_OK : err->status;
}

static al_status check_no_more (verifier *v, al_error *err) {
  int64_t sequence;
  if (!al_contents_has_next(v->check.contents, INT64_MAX, &sequence))
    return AL_OK;
  return al_store_corrupt(db_of(v), err,
                          "record %lld belongs to no import: it was added by "
                          "hand, or its import was removed",
                          (long long)sequence);
}

/* ---- what else the tables hold ---- */

/* A statement on the row of the one value that it gives. */
static al_status ask (verifier *v, const char *sql, sqlite3_stmt **s,
                      al_error *err) {
  if (al_store_prepare(db_of(v), s, sql, strlen(sql), err) != AL_OK)
    return err->status;
  if (sqlite3_step(*s) == SQLITE_ROW)
    return AL_OK;
  al_store_fail(db_of(v), err);
  sqlite3_finalize(*s);
  return err->status;
}

static al_status check_customers (verifier *v, al_error *err) {
  al_contents_counts counts = al_contents_counted(v->check.contents);
  sqlite3_stmt *s;
  int64_t rows;
  if (ask(v, "SELECT count(*) FROM customer_record", &s, err) != AL_OK)
    return err->status;
  rows = sqlite3_column_int64(s, 0);
  sqlite3_finalize(s);
  v->out->records = counts.records;
  v->out->superseded = counts.superseded;
  if (rows != counts.customers)
    return al_store_corrupt(db_of(v), err,
                            "customer_record has %lld rows, and the log %lld "
                            "records of customers",
                            (long long)rows, (long long)counts.customers);
  return AL_OK;
}

static int is_readable (sqlite3_file *file) {
  char page[AL_PAGE_BYTES];
  sqlite3_int64 size, at;
  int code = file->pMethods->xFileSize(file, &size);
  for (at = 0; code == SQLITE_OK && at < size; at += AL_PAGE_BYTES)
    code = file->pMethods->xRead(file, page, AL_PAGE_BYTES, at);
  return code == SQLITE_OK || code == SQLITE_IOERR_SHORT_READ;
}

/* Whether the log and its -wal can be read to their ends. */
static int can_read (sqlite3 *db) {
  sqlite3_file *file = al_store_file(db), *wal = NULL;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
  return (file == NULL || is_readable(file)) &&
         (wal == NULL || wal->pMethods == NULL || is_readable(wal));
}

/* The first damage that SQLite finds: in pages, indexes, constraints. */
static al_status find_damage (verifier *v, char *damage, size_t size,
                              al_error *err) {
  sqlite3_stmt *s;
  const char *answer;
  if (ask(v, "PRAGMA integrity_check(1)", &s, err) != AL_OK)
    return err->status;
  answer = (const char *)sqlite3_column_text(s, 0);
  snprintf(damage, size, "%s", answer != NULL ? answer : "");
  sqlite3_finalize(s);
  return answer != NULL ? AL_OK : al_fail_nomem(err);
}

/* To SQLite a page that could not be read is a damage. To us it is one that it
** finds again, in files that can be read. */
static al_status check_file (verifier *v, al_error *err) {
  char damage[AL_MESSAGE_MAX];
  al_quoted quoted; /* it has lines */
  int looks;
  for (looks = 0; looks < 2; looks++) {
    if (find_damage(v, damage, sizeof damage, err) != AL_OK)
      return err->status;
    if (strcmp(damage, "ok") == 0)
      return AL_OK;
    if (!can_read(db_of(v)))
      return al_fail(err, AL_IO, "log %s: it cannot be read to its end",
                     sqlite3_db_filename(db_of(v), "main"));
  }
  return al_store_corrupt(db_of(v), err, "the file is damaged: %s",
                          al_quote(&quoted, damage, strlen(damage)));
}

/* ---- which content is current ---- */

/* All contents of a record that has several, in the order of their numbers. */
static const char HISTORIES[] =
    "SELECT r.sequence, r.operation_status, s.sequence, s.operation_status"
    " FROM superseded AS s INDEXED BY superseded_by_date"
    " LEFT JOIN record AS r INDEXED BY record_by_date"
    " ON r.operation_date = s.operation_date AND r.identity = s.identity"
    " ORDER BY s.operation_date, s.identity, s.sequence";

typedef struct {
  int64_t sequence;
  int is_final;
  int is_progress;
} version;

/* What became of a record so far. */
typedef struct {
  version record;  /* the one in 'record'; of number 0 before the first row */
  version current; /* the one that should be there */
  int passed;      /* the one in 'record' had its turn */
} history;

static version read_version (sqlite3_stmt *s, int column) {
  al_text status = al_store_column_text(s, column + 1);
  version v = {sqlite3_column_int64(s, column), al_store_is_final(status),
               al_store_is_progress(status)};
  return v;
}

/* As an import takes it (al_store_import.c). */
static void pass (history *h, version v) {
  if (!h->current.is_final || !v.is_progress)
    h->current = v;
}

static al_status end_history (const verifier *v, history *h, al_error *err) {
  if (!h->passed)
    pass(h, h->record);
  if (h->current.sequence != h->record.sequence)
    return al_store_corrupt(
        db_of(v), err, "record %lld was put in the place of record %lld",
        (long long)h->record.sequence, (long long)h->current.sequence);
  return AL_OK;
}

static al_status check_version (const verifier *v, history *h, sqlite3_stmt *s,
                                al_error *err) {
  version record = read_version(s, 0), superseded = read_version(s, 2);
  if (sqlite3_column_type(s, 0) == SQLITE_NULL)
    return al_store_corrupt(db_of(v), err, "record %lld is superseded by none",
                            (long long)superseded.sequence);
  if (record.sequence != h->record.sequence) {
    if (end_history(v, h, err) != AL_OK)
      return err->status;
    memset(h, 0, sizeof *h);
    h->record = record;
  }
  if (!h->passed && record.sequence < superseded.sequence) {
    pass(h, record);
    h->passed = 1;
  }
  pass(h, superseded);
  return AL_OK;
}

static al_status check_histories (verifier *v, al_error *err) {
  history h = {{0, 0, 0}, {0, 0, 0}, 0};
  sqlite3_stmt *s;
  int code;
  if (al_store_prepare(db_of(v), &s, HISTORIES, sizeof HISTORIES - 1, err) !=
      AL_OK)
    return err->status;
  while ((code = sqlite3_step(s)) == SQLITE_ROW)
    if (check_version(v, &h, s, err) != AL_OK)
      break;
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    al_store_fail(db_of(v), err);
  sqlite3_finalize(s);
  return code == SQLITE_DONE ? end_history(v, &h, err) : err->status;
}

/* ---- all of it ---- */

static al_status check_head (const verifier *v, al_error *err) {
  char head[AL_DIGEST_HEX_LEN];
  if (v->continues)
    return AL_OK;
  al_hex_write(head, v->options->head, AL_DIGEST_BYTES);
  return al_store_corrupt(
      db_of(v), err,
      "it does not continue the chain from %.*s: it was cut "
      "off, or computed anew, or is another log",
      AL_DIGEST_HEX_LEN, head);
}

static al_status check_all (verifier *v, al_error *err) {
  static const uint8_t EMPTY[AL_DIGEST_BYTES] = {0};
  const uint8_t *head = v->options->head;
  v->next = 1;
  v->continues = head == NULL || memcmp(head, EMPTY, sizeof EMPTY) == 0;
  if (step_purge(v, err) != AL_OK || check_imports(v, err) != AL_OK ||
      check_no_more(v, err) != AL_OK || check_purged(v, err) != AL_OK ||
      check_customers(v, err) != AL_OK || check_histories(v, err) != AL_OK ||
      check_head(v, err) != AL_OK)
    return err->status;
  al_hex_write(v->out->head, v->check.previous, AL_DIGEST_BYTES);
  return AL_OK;
}

static al_status count_contents (verifier *v, al_error *err) {
  static const char COUNT[] = "SELECT (SELECT count(*) FROM record)"
                              " + (SELECT count(*) FROM superseded)"
                              " + (SELECT count(*) FROM purged)";
  sqlite3_stmt *s;
  if (ask(v, COUNT, &s, err) != AL_OK)
    return err->status;
  v->check.total = sqlite3_column_int64(s, 0);
  sqlite3_finalize(s);
  return AL_OK;
}

static al_status open_parts (verifier *v, al_error *err) {
  static const char PURGES[] =
      "SELECT " AL_PURGE_COLUMNS " FROM purge ORDER BY purge";
  if (al_check_open(&v->check, v->store, &v->options->progress, err) != AL_OK ||
      al_contents_open(&v->check.contents, v->store, INT64_MIN, INT64_MAX,
                       err) != AL_OK ||
      al_store_prepare(db_of(v), &v->purge, PURGES, sizeof PURGES - 1, err) !=
          AL_OK)
    return err->status;
  return count_contents(v, err);
}

/* Nothing changes while it lasts: no other program's commit is seen, and there
** are none of our own. */
static al_status verify (verifier *v, al_error *err) {
  sqlite3_stmt *end;
  al_status status;
  if (al_store_begin_reading(db_of(v), &end, err) != AL_OK)
    return err->status;
  v->store->at_work = "verified";
  status = check_file(v, err);
  if (status == AL_OK)
    status = open_parts(v, err);
  if (status == AL_OK)
    status = check_all(v, err);
  sqlite3_finalize(v->purge);
  al_contents_close(v->check.contents);
  al_check_close(&v->check);
  v->store->at_work = NULL;
  al_store_end_reading(end);
  return status;
}

al_status al_store_verify (al_store *store, const al_verify_options *options,
                           al_verified *out, al_error *err) {
  verifier v;
  memset(&v, 0, sizeof v);
  memset(out, 0, sizeof *out);
  v.store = store;
  v.options = options;
  v.out = out;
  return al_store_check_idle(store, err) == AL_OK ? verify(&v, err)
                                                  : err->status;
}
