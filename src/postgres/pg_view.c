/*
** pg_view.c - one state of the log, for all that is read together.
**
** What a transaction sees others may see, too, as long as it lasts. So each cursor
** lends what it sees: to the next one, and to whatever else is read beside it,
** until this log is changed through this store. A proof and a copy see one state
** from their begin to their end.
*/
#include <stdio.h>

#include "pg.h"

#define REPEATABLE "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"

/* A month that is dropped is gone at once from what others saw before: readers
** keep it from being dropped. */
#define KEEP_MONTHS "LOCK TABLE ONLY activitylog.record IN ACCESS SHARE MODE;"

static void lend (pg_store *store, pg_view *view, const char *name) {
  snprintf(view->name, sizeof view->name, "%s", name);
  view->next = store->view;
  store->view = view;
}

static void lend_no_more (pg_store *store, const pg_view *view) {
  pg_view **at = &store->view;
  while (*at != NULL && *at != view)
    at = &(*at)->next;
  if (*at != NULL)
    *at = view->next;
}

/* See what another one lent, or what is there now where that is NULL; and lend it
** as 'view', unless that is. */
static al_status see (pg_store *store, PGconn *conn, const pg_view *lent,
                      pg_view *view, const char *settings, al_error *err) {
  char sql[360];
  PGresult *result;
  snprintf(sql, sizeof sql, REPEATABLE "%s%s%s" KEEP_MONTHS "%s%s",
           lent != NULL ? "SET TRANSACTION SNAPSHOT '" : "",
           lent != NULL ? lent->name : "", lent != NULL ? "';" : "", settings,
           view != NULL ? "SELECT pg_export_snapshot()" : "");
  result = PQexec(conn, sql);
  if (PQresultStatus(result) !=
      (view != NULL ? PGRES_TUPLES_OK : PGRES_COMMAND_OK))
    return pg_fail(store, conn, result, err);
  if (view != NULL)
    lend(store, view, pg_value(result, 0));
  PQclear(result);
  return AL_OK;
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
static int sees_now (const pg_store *store, const pg_view *view) {
  return view == NULL && (store->view == NULL || store->writer != NULL);
}

/* Of a proof all has to be of one state, which is that of its begin. What a cursor
** lent, whose connection is lost, is forgotten. */
static al_status join (pg_store *store, PGconn **conn, pg_view *view,
                       const char *settings, al_error *err) {
  while (store->view != NULL && view != &store->proof) {
    if (see(store, *conn, store->view, view, settings, err) == AL_OK)
      return AL_OK;
    if (store->view == &store->proof)
      return fail_view(err);
    store->view = store->view->next;
    pg_view_close(store, *conn, NULL);
    if (pg_acquire(store, conn, err) != AL_OK)
      return err->status;
  }
  return sees_now(store, view) ? AL_OK
                               : see(store, *conn, NULL, view, settings, err);
}

/* The statement behind this sees what is there when it has the lock. */
al_status pg_view_keep_months (pg_store *store, PGconn *conn, al_error *err) {
  if (!store->by_month || PQtransactionStatus(conn) != PQTRANS_IDLE)
    return AL_OK;
  return pg_exec(store, conn,
                 "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;" KEEP_MONTHS,
                 err);
}

al_status pg_view_open (pg_store *store, PGconn **out, pg_view *view,
                        const char *settings, al_error *err) {
  al_status status;
  if (pg_acquire(store, out, err) != AL_OK)
    return err->status;
  if (sees_now(store, view))
    return AL_OK;
  status = join(store, out, view, settings, err);
  if (status != AL_OK) {
    pg_view_close(store, *out, view);
    *out = NULL;
  }
  return status;
}

/* One from which rows come yet is closed by pg_release: to end its transaction
** would be to read them. */
void pg_view_close (pg_store *store, PGconn *conn, const pg_view *view) {
  al_error ignored; /* nothing was changed */
  PGTransactionStatusType at =
      conn != NULL ? PQtransactionStatus(conn) : PQTRANS_UNKNOWN;
  if (at == PQTRANS_INTRANS || at == PQTRANS_INERROR)
    pg_exec(store, conn, "ROLLBACK", &ignored);
  pg_release(store, conn);
  if (view != NULL)
    lend_no_more(store, view);
}

/* ---- a proof, and a copy */

al_status pg_begin_reading (al_store *base, al_error *err) {
  pg_store *store = (pg_store *)base;
  return pg_view_open(store, &store->reading, &store->proof, "", err);
}

void pg_end_reading (al_store *base) {
  pg_store *store = (pg_store *)base;
  pg_view_close(store, store->reading, &store->proof);
  store->reading = NULL;
}
