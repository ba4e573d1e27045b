/*
** al_store_large.c - a log's first import, when it is a large one.
**
** With a WAL all that comes is written twice, and the log cannot be written
** back before the commit. A rollback journal holds the pages that were there
** before, and an empty log has next to none: what comes is written once, where
** it stays, and undoing it is cutting the file off. Nobody else reads
** meanwhile, as there is nothing to read. Whoever has the log open already, in
** this process or another, is in the way: then the WAL stays.
*/
#include "al_store_sqlite.h"

/* Whether nothing was ever imported. When in doubt it was: what is wrong shows
** when the import begins. */
static int is_new (al_store *store) {
  int any;
  al_error err;
  return al_store_integer(store->db, "SELECT EXISTS (SELECT 1 FROM import)",
                          &any, &err) == AL_OK &&
         !any;
}

static int leave_wal (al_store *store) {
  al_error err;
  store->without_wal =
      al_store_exec(store->db, "PRAGMA journal_mode = DELETE", &err) == AL_OK;
  return store->without_wal;
}

void al_store_return_to_wal (al_store *store, int timeout_ms) {
  al_error err; /* the log is whole in any mode: the next one tries again */
  if (store->without_wal &&
      al_store_enter_wal(store->db, timeout_ms, &err) == AL_OK)
    store->without_wal = 0;
}

al_status al_store_begin_large (al_store *store, al_error *err) {
  al_status status;
  if (store->import.running || !is_new(store) || !leave_wal(store))
    return al_store_begin(store, err);
  /* At once, or a reader could be in the way of the first page written. */
  status = al_store_begin_by(store, "BEGIN EXCLUSIVE", err);
  if (status != AL_OK)
    al_store_return_to_wal(store, store->timeout_ms);
  return status == AL_BUSY ? al_store_begin(store, err) : status;
}
