/*
** al_sqlite_backup.c - a copy of a log, as a file, that others may be using.
**
** Of a file SQLite copies page by page what one transaction sees, so that nobody
** has to wait for it, and it for nobody. A log that is kept elsewhere is replayed
** into a new one (al_store_copy.c).
*/
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "al_file.h"
#include "al_sqlite.h"

#define STEP_PAGES 64 /* 1 MiB */

typedef struct {
  al_store *store;
  const char *path;
  const al_progress *progress;
  al_file file;
  sqlite3 *copy; /* a connection to it */
  int64_t bytes;
} backup;

static sqlite3 *db_of (const backup *b) {
  return ((al_sqlite *)b->store)->db;
}

static al_status fail (const backup *b, int code, al_error *err) {
  al_status status = al_sqlite_status(code);
  const char *why = sqlite3_errstr(code);
  int system = 0;
  if (status == AL_NOMEM)
    return al_fail_nomem(err);
  sqlite3_file_control(b->copy, "main", SQLITE_FCNTL_LAST_ERRNO, &system);
  if (status == AL_IO && al_errno_is_full(system)) {
    status = AL_FULL;
    why = al_errno_text(system);
  }
  return al_fail(err, status, "cannot copy the log to %s: %s", b->path, why);
}

/* What SQLite would take for parts of the copy; an -shm it makes anew. */
static al_status check_beside (const char *path, al_error *err) {
  static const char *const SUFFIXES[] = {"-wal", "-journal"};
  size_t i;
  for (i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++)
    if (al_sqlite_has_beside(path, SUFFIXES[i]))
      return al_fail(err, AL_EXISTS,
                     "%s%s is there, and would be taken for a part of the "
                     "copy: take another name, or remove it first",
                     path, SUFFIXES[i]);
  return AL_OK;
}

/* SQLite opens the copy by its name, which whoever may write to the folder can
** give to another file, or to a link. Ours nobody else can read or write: what
** is written to it now, only who opened it can read. SQLite did nothing to the
** file yet. */
static al_status check_opened (backup *b, al_error *err) {
  char mark[16], seen[sizeof mark];
  sqlite3_file *file = al_sqlite_file(b->copy);
  int code = SQLITE_CANTOPEN;
  sqlite3_randomness(sizeof mark, mark);
  if (al_file_write(&b->file, mark, sizeof mark, err) != AL_OK)
    return err->status;
  if (file != NULL)
    code = file->pMethods->xRead(file, seen, sizeof seen, 0);
  if (code == SQLITE_IOERR_SHORT_READ ||
      (code == SQLITE_OK && memcmp(seen, mark, sizeof mark) != 0))
    return al_file_fail_swapped(&b->file, err);
  return code == SQLITE_OK ? al_file_empty(&b->file, err) : fail(b, code, err);
}

/* The file is new and thrown away when it does not become whole: it needs no
** journal. */
static al_status open_copy (backup *b, al_error *err) {
  char *name = al_sqlite_plain_name(b->file.temporary);
  int code;
  if (name == NULL)
    return al_fail_nomem(err);
  code = sqlite3_open_v2(name, &b->copy,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                             SQLITE_OPEN_EXRESCODE,
                         NULL);
  free(name);
  if (code == SQLITE_OK && check_opened(b, err) != AL_OK)
    return err->status;
  if (code == SQLITE_OK)
    code = sqlite3_exec(b->copy,
                        "PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL",
                        NULL, NULL, NULL);
  return code == SQLITE_OK ? AL_OK : fail(b, code, err);
}

static al_status tell (const backup *b, sqlite3_backup *pages, al_error *err) {
  int64_t total = sqlite3_backup_pagecount(pages);
  int64_t left = sqlite3_backup_remaining(pages);
  if (b->progress->call == NULL)
    return AL_OK;
  return b->progress->call(b->progress->context, (total - left) * AL_PAGE_BYTES,
                           total * AL_PAGE_BYTES, err);
}

static al_status copy_pages (backup *b, al_error *err) {
  sqlite3_backup *pages =
      sqlite3_backup_init(b->copy, "main", db_of(b), "main");
  int code;
  al_status status = AL_OK;
  if (pages == NULL)
    return fail(b, sqlite3_extended_errcode(b->copy), err);
  do {
    code = sqlite3_backup_step(pages, STEP_PAGES);
    if (code == SQLITE_OK || code == SQLITE_DONE)
      status = tell(b, pages, err);
  } while (code == SQLITE_OK && status == AL_OK);
  b->bytes = (int64_t)sqlite3_backup_pagecount(pages) * AL_PAGE_BYTES;
  sqlite3_backup_finish(pages);
  if (status == AL_OK && code != SQLITE_DONE)
    return fail(b, code, err);
  return status;
}

/* What is copied is what one transaction sees, from its first read on. */
static al_status copy_snapshot (backup *b, al_error *err) {
  sqlite3 *db = db_of(b);
  sqlite3_stmt *end;
  al_status status;
  int version;
  if (al_sqlite_begin_reading(db, &end, err) != AL_OK)
    return err->status;
  b->store->at_work = "copied";
  status = al_sqlite_integer(db, "PRAGMA user_version", &version, err);
  if (status == AL_OK)
    status = copy_pages(b, err);
  b->store->at_work = NULL;
  al_sqlite_end_reading(end);
  return status;
}

/* To open, ":memory:" is no file, and "" is none. */
static al_status check_path (const backup *b, al_error *err) {
  if (b->path[0] == '\0' || strcmp(b->path, ":memory:") == 0)
    return al_fail(err, AL_IO,
                   "a backup needs a file name (and \":memory:\" is none)");
  if (al_sqlite_check_name(b->path, err) != AL_OK)
    return err->status;
  return al_store_check_target(b->store, b->path, err);
}

static al_status copy_file (backup *b, al_error *err) {
  al_status status = open_copy(b, err);
  if (status == AL_OK)
    status = copy_snapshot(b, err);
  if (sqlite3_close(b->copy) != SQLITE_OK && status == AL_OK)
    return fail(b, SQLITE_IOERR, err);
  return status;
}

/* ---- of a log that is no file ---- */

/* The file is new and thrown away when it does not become whole: it needs no
** journal, and is synced when it is. */
static al_status without_journal (al_store *copy, al_error *err) {
  return al_sqlite_exec(((al_sqlite *)copy)->db,
                        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF",
                        err);
}

/* All at once: what was copied is told by contents. */
static al_status tell_copied (backup *b, const al_copied *copied,
                              al_error *err) {
  int64_t contents = copied->records + copied->superseded;
  al_status status;
  if (b->progress->call == NULL)
    return AL_OK;
  b->store->at_work = "copied";
  status = b->progress->call(b->progress->context, contents, contents, err);
  b->store->at_work = NULL;
  return status;
}

/* Its name may have been given to another file, as that which SQLite opens. */
static al_status replay_to (backup *b, al_store *copy, al_error *err) {
  struct stat ours;
  al_copied copied;
  if (fstat(b->file.fd, &ours) != 0 || !al_store_owns(copy, &ours))
    return al_file_fail_swapped(&b->file, err);
  if (without_journal(copy, err) != AL_OK ||
      al_store_copy(b->store, copy, b->progress, &copied, err) != AL_OK ||
      tell_copied(b, &copied, err) != AL_OK)
    return err->status;
  return al_store_size(copy, &b->bytes, err);
}

static void remove_beside (const char *path) {
  static const char *const SUFFIXES[] = {"-wal", "-shm"};
  char name[PATH_MAX + sizeof "-wal"];
  size_t i;
  for (i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
    snprintf(name, sizeof name, "%s%s", path, SUFFIXES[i]);
    unlink(name);
  }
}

static al_status replay (backup *b, al_error *err) {
  const al_store_options options = {.timeout_ms = b->store->timeout_ms,
                                    .one_thread = b->store->one_thread,
                                    .copying = 1};
  al_store *copy;
  al_status status;
  if (al_store_open(&copy, b->file.temporary, &options, err) != AL_OK)
    return err->status;
  status = replay_to(b, copy, err);
  al_store_close(copy);
  if (status == AL_OK)
    return AL_OK;
  remove_beside(b->file.temporary);
  return status == AL_CALLBACK || status == AL_NOMEM
             ? status
             : al_fail_at(err, "cannot copy the log to %s", b->path);
}

/* ---- both ---- */

static al_status make_copy (backup *b, al_error *err) {
  al_status status;
  if (check_path(b, err) != AL_OK ||
      al_file_reserve(&b->file, b->path, err) != AL_OK)
    return err->status;
  status = check_beside(b->path, err);
  if (status == AL_OK)
    status =
        b->store->kind == &al_sqlite_kind ? copy_file(b, err) : replay(b, err);
  if (status == AL_OK)
    status = al_file_finish(&b->file, err);
  if (status == AL_OK)
    status = al_file_place_new(&b->file, err);
  al_file_discard(&b->file);
  return status;
}

al_status al_store_backup (al_store *store, const char *path,
                           const al_progress *progress, int64_t *bytes,
                           al_error *err) {
  backup b = {.store = store, .path = path, .progress = progress};
  if (al_store_check_idle(store, err) != AL_OK || make_copy(&b, err) != AL_OK)
    return err->status;
  *bytes = b.bytes;
  return AL_OK;
}
