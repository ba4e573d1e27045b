/*
** pg_view.c - one state of the log, for all that is read together.
**
** What a transaction sees others may see, too, as long as it lasts. So the first
** cursor of several that are open lends what it sees to those that come, and to
** whatever else is read beside them, until this log is changed through this
** store. A proof and a copy see one state from their begin to their end.
*/
#include <stdio.h>

#include "pg.h"

#define REPEATABLE "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"

/* A month that is dropped is gone at once from what others saw before: readers
** keep it from being dropped. */
#define KEEP_MONTHS "LOCK TABLE ONLY activitylog.record IN ACCESS SHARE MODE;"

static al_status see_own (pg_store *store, PGconn *conn, const void *owner,
                          const char *settings, al_error *err) {
  char sql[320];
  PGresult *result;
  snprintf(sql, sizeof sql,
           REPEATABLE KEEP_MONTHS "%sSELECT pg_export_snapshot()", settings);
  result = PQexec(conn, sql);
  if (PQresultStatus(result) != PGRES_TUPLES_OK)
    return pg_fail(store, conn, result, err);
  snprintf(store->view, sizeof store->view, "%s", pg_value(result, 0));
  PQclear(result);
  store->view_owner = owner;
  return AL_OK;
}

static al_status see_shared (pg_store *store, PGconn *conn,
                             const char *settings, al_error *err) {
  char sql[320];
  snprintf(sql, sizeof sql,
           REPEATABLE "SET TRANSACTION SNAPSHOT '%s';" KEEP_MONTHS "%s",
           store->view, settings);
  return pg_exec(store, conn, sql, err);
}

/* A server knows no more of a view whose connection it ended. */
static al_status fail_view (al_error *err) {
  char said[AL_MESSAGE_MAX];
  memcpy(said, err->message, sizeof said);
  return err->status != AL_IO
             ? err->status
             : al_fail(err, AL_IO,
                       "%s; the connection that sees the rest may have been "
                       "ended: try again",
                       said);
}

/* What is read alone, and once, sees one state as it is. Who changes the log has
** to see what it is now. */
static int sees_now (const pg_store *store, const void *owner) {
  return owner == NULL && (store->view_owner == NULL || store->writer != NULL);
}

/* Of a proof all has to be of one state. What a cursor lent, whose connection is
** lost, is forgotten. */
static al_status join (pg_store *store, PGconn **conn, const void *owner,
                       const char *settings, al_error *err) {
  if (store->view_owner != NULL && owner != store) {
    if (see_shared(store, *conn, settings, err) == AL_OK)
      return AL_OK;
    if (store->view_owner == store)
      return fail_view(err);
    store->view_owner = NULL;
    pg_view_close(store, *conn, NULL);
    if (pg_acquire(store, conn, err) != AL_OK)
      return err->status;
  }
  return sees_now(store, owner) ? AL_OK
                                : see_own(store, *conn, owner, settings, err);
}

/* The statement behind this sees what is there when it has the lock. */
al_status pg_view_keep_months (pg_store *store, PGconn *conn, al_error *err) {
  if (!store->by_month || PQtransactionStatus(conn) != PQTRANS_IDLE)
    return AL_OK;
  return pg_exec(store, conn,
                 "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;" KEEP_MONTHS,
                 err);
}

al_status pg_view_open (pg_store *store, PGconn **out, const void *owner,
                        const char *settings, al_error *err) {
  al_status status;
  if (pg_acquire(store, out, err) != AL_OK)
    return err->status;
  if (sees_now(store, owner))
    return AL_OK;
  status = join(store, out, owner, settings, err);
  if (status != AL_OK) {
    pg_view_close(store, *out, owner);
    *out = NULL;
  }
  return status;
}

/* One from which rows come yet is closed by pg_release: to end its transaction
** would be to read them. */
void pg_view_close (pg_store *store, PGconn *conn, const void *owner) {
  al_error ignored; /* nothing was changed */
  PGTransactionStatusType at =
      conn != NULL ? PQtransactionStatus(conn) : PQTRANS_UNKNOWN;
  if (at == PQTRANS_INTRANS || at == PQTRANS_INERROR)
    pg_exec(store, conn, "ROLLBACK", &ignored);
  pg_release(store, conn);
  if (owner != NULL && store->view_owner == owner)
    store->view_owner = NULL;
}

/* ---- a proof, and a copy */

al_status pg_begin_reading (al_store *base, al_error *err) {
  pg_store *store = (pg_store *)base;
  return pg_view_open(store, &store->reading, store, "", err);
}

void pg_end_reading (al_store *base) {
  pg_store *store = (pg_store *)base;
  pg_view_close(store, store->reading, store);
  store->reading = NULL;
}
