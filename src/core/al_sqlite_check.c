/*
** al_sqlite_check.c - whether a log's file is whole, and finds its customers.
*/
#include <stdio.h>

#include "al_sqlite.h"

/* ---- the file ---- */

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
  sqlite3_file *file = al_sqlite_file(db), *wal = NULL;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
  return (file == NULL || is_readable(file)) &&
         (wal == NULL || wal->pMethods == NULL || is_readable(wal));
}

static al_status read_damage (sqlite3_stmt *s, char *damage, size_t size,
                              al_error *err) {
  const char *answer;
  if (sqlite3_step(s) != SQLITE_ROW)
    return al_sqlite_fail(sqlite3_db_handle(s), err);
  answer = (const char *)sqlite3_column_text(s, 0);
  snprintf(damage, size, "%s", answer != NULL ? answer : "");
  return answer != NULL ? AL_OK : al_fail_nomem(err);
}

/* The first damage that SQLite finds: in pages, indexes, constraints. */
static al_status find_damage (sqlite3 *db, char *damage, size_t size,
                              al_error *err) {
  static const char CHECK[] = "PRAGMA integrity_check(1)";
  sqlite3_stmt *s;
  al_status status;
  if (al_sqlite_prepare(db, &s, CHECK, sizeof CHECK - 1, err) != AL_OK)
    return err->status;
  status = read_damage(s, damage, size, err);
  sqlite3_finalize(s);
  return status;
}

/* To SQLite a page that could not be read is a damage. To us it is one that it
** finds again, in files that can be read. */
al_status al_sqlite_check_whole (al_store *store, al_error *err) {
  sqlite3 *db = ((al_sqlite *)store)->db;
  char damage[AL_MESSAGE_MAX];
  al_quoted quoted; /* it has lines */
  int looks;
  for (looks = 0; looks < 2; looks++) {
    if (find_damage(db, damage, sizeof damage, err) != AL_OK)
      return err->status;
    if (strcmp(damage, "ok") == 0)
      return AL_OK;
    if (!can_read(db))
      return al_fail(err, AL_IO, "log %s: it cannot be read to its end",
                     sqlite3_db_filename(db, "main"));
  }
  return al_store_corrupt(store, err, "the file is damaged: %s",
                          al_quote(&quoted, damage, strlen(damage)));
}

/* ---- customers ---- */

al_status al_sqlite_count_customers (al_store *store, int64_t *rows,
                                     al_error *err) {
  static const char COUNT[] = "SELECT count(*) FROM customer_record";
  sqlite3 *db = ((al_sqlite *)store)->db;
  sqlite3_stmt *s;
  if (al_sqlite_prepare(db, &s, COUNT, sizeof COUNT - 1, err) != AL_OK)
    return err->status;
  sqlite3_step(s);
  *rows = sqlite3_column_int64(s, 0);
  return sqlite3_finalize(s) == SQLITE_OK ? AL_OK : al_sqlite_fail(db, err);
}
