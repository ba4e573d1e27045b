/*
** al_store_fork.c - logs in a child of the process that opened them.
**
** SQLite must not be carried across a fork. Locks stay with the parent, but
** what SQLite remembers of them, of each file once for the process, comes
** along: the child would read and commit without a lock, close the WAL away
** from under the parent, and even a connection of its own would rely on locks
** that SQLite finds in that memory and that the child does not hold.
**
** So an inherited store is left as it is, and before the child opens a log all
** of them are let go: closed without a checkpoint, which of an idle connection
** ends in calls that do nothing in a child (it unlocks what it has not locked,
** and closes its own copies of the files) and makes SQLite forget the file. One
** that is in a transaction would have to undo it in the file, or in the shared
** memory of the WAL: then the child opens no log.
*/
#include <unistd.h>

#include "al_store_kind.h"

int al_process_is (pid_t opener) {
  return opener == getpid();
}

al_status al_process_check (pid_t opener, al_error *err) {
  if (al_process_is(opener))
    return AL_OK;
  return al_fail(err, AL_MISUSE,
                 "the log was opened before a fork, by another process: open "
                 "it anew here");
}

al_status al_store_here (const al_store *store, al_error *err) {
  return al_process_check(store->process, err);
}

/* ---- the stores of a host ---- */

void al_store_join (al_store *store, al_stores *stores) {
  store->among = stores;
  store->next = stores->first;
  stores->first = store;
}

void al_store_part (al_store *store) {
  al_store **at;
  if (store->among == NULL)
    return;
  for (at = &store->among->first; *at != store;)
    at = &(*at)->next;
  *at = store->next;
  store->among = NULL;
}

/* ---- in the child ---- */

/* Freed when it is let go, or now. */
void al_store_leave (al_store *store) {
  if (store->among != NULL) {
    store->closed = 1;
    return;
  }
  store->kind->leave(store);
  al_store_free(store);
}

static int is_inherited (const al_store *store) {
  return !al_process_is(store->process);
}

static int is_idle (const al_store *store) {
  return !store->import.running && store->at_work == NULL &&
         (store->kind->is_idle == NULL || store->kind->is_idle(store));
}

/* Returns 0 when something is still at work on it. */
static int let_go (al_store *store) {
  if (store->kind->let_go != NULL && !store->kind->let_go(store))
    return 0;
  al_store_part(store);
  if (store->closed)
    al_store_leave(store);
  return 1;
}

static al_status fail_at_work (al_error *err) {
  return al_fail(err, AL_MISUSE,
                 "this process was forked while a log was being read or "
                 "written, and can open none: fork when that is done");
}

al_status al_stores_let_go (al_stores *stores, al_error *err) {
  al_store *store, *next;
  for (store = stores->first; store != NULL; store = store->next)
    if (is_inherited(store) && !is_idle(store))
      return fail_at_work(err);
  for (store = stores->first; store != NULL; store = next) {
    next = store->next;
    if (is_inherited(store) && !let_go(store))
      return fail_at_work(err);
  }
  return AL_OK;
}
