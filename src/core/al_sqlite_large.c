/*
** al_sqlite_large.c - a log's first import, when it is a large one.
**
** With a WAL all that comes is written twice, and the log cannot be written
** back before the commit. A rollback journal holds the pages that were there
** before, and an empty log has next to none: what comes is written once, where
** it stays, and undoing it is cutting the file off. Nobody else reads
** meanwhile, as there is nothing to read. Whoever has the log open already, in
** this process or another, is in the way: then the WAL stays.
**
** What is written goes to the disk while more comes, or the commit would wait a
** second for each GB.
*/
#include <errno.h>
#include <string.h>

#include "al_sqlite.h"

/* Whether nothing was ever imported. When in doubt it was: what is wrong shows
** when the import begins. */
static int is_new (al_sqlite *store) {
  int any;
  al_error err;
  return al_sqlite_integer(store->db, "SELECT EXISTS (SELECT 1 FROM import)",
                           &any, &err) == AL_OK &&
         !any;
}

static int leave_wal (al_sqlite *store) {
  al_error err;
  store->without_wal =
      al_sqlite_exec(store->db, "PRAGMA journal_mode = DELETE", &err) == AL_OK;
  return store->without_wal;
}

void al_sqlite_return_to_wal (al_sqlite *store, int timeout_ms) {
  al_error err; /* the log is whole in any mode: the next one tries again */
  if (store->without_wal &&
      al_sqlite_enter_wal(store->db, timeout_ms, &err) == AL_OK)
    store->without_wal = 0;
}

/* ---- syncing while writing ---- */

/* By SQLite's own handle, as one of ours would drop SQLite's locks when it
** closes. The handle outlives the thread, and of its state the unix methods
** change nothing but the number of an error. */
static int sync_data (void *context) {
  sqlite3_file *file = context;
  errno = 0;
  if (file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) ==
      SQLITE_OK)
    return 0;
  return errno != 0 ? errno : EIO;
}

/* Other methods, which a host may have brought, need not be safe in two threads
** at once. */
static int is_unix (sqlite3 *db) {
  sqlite3_vfs *vfs = NULL;
  return sqlite3_file_control(db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs) ==
             SQLITE_OK &&
         vfs != NULL && strncmp(vfs->zName, "unix", 4) == 0;
}

static void start_syncer (al_sqlite *store) {
  sqlite3_file *file = al_sqlite_file(store->db);
  if (!store->base.one_thread && file != NULL && is_unix(store->db))
    store->syncer = al_syncer_start(sync_data, file);
}

void al_sqlite_wrote (al_sqlite *store) {
  int pages, highest;
  if (store->syncer != NULL &&
      sqlite3_db_status(store->db, SQLITE_DBSTATUS_CACHE_WRITE, &pages,
                        &highest, 1) == SQLITE_OK)
    al_syncer_wrote(store->syncer, (size_t)pages * AL_PAGE_BYTES);
}

al_status al_sqlite_end_syncer (al_sqlite *store, al_error *err) {
  int failure = al_syncer_stop(store->syncer);
  store->syncer = NULL;
  if (failure == 0)
    return AL_OK;
  return al_fail(err, AL_IO, "log %s: %s: %s",
                 sqlite3_db_filename(store->db, "main"),
                 sqlite3_errstr(SQLITE_IOERR), al_errno_text(failure));
}

/* ---- the import ---- */

al_status al_sqlite_begin_large (al_sqlite *store, int *begun, al_error *err) {
  al_status status;
  *begun = 0;
  if (!is_new(store) || !leave_wal(store))
    return AL_OK;
  /* At once, or a reader could be in the way of the first page written. */
  status = al_sqlite_begin_by(store, "BEGIN EXCLUSIVE", err);
  *begun = status == AL_OK;
  if (*begun)
    start_syncer(store);
  else
    al_sqlite_return_to_wal(store, store->base.timeout_ms);
  return status == AL_BUSY ? AL_OK : status;
}
