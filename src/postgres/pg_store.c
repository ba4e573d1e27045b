/*
** pg_store.c - a log kept in a PostgreSQL database.
*/
#include <stdlib.h>
#include <unistd.h>

#include "pg.h"

/* ---- opening and closing ---- */

static void pg_close (al_store *base) {
  pg_store *store = (pg_store *)base;
  pg_close_idle(store);
  pg_stage_close(store);
  free(store->uri);
}

/* The server holds what the parent does: a child takes its own connections. */
static void pg_leave (al_store *base) {
  pg_store *store = (pg_store *)base;
  while (store->nidle > 0)
    pg_abandon(store->idle[--store->nidle]);
  pg_abandon(store->writer);
  pg_abandon(store->reading);
  pg_stage_close(store);
  free(store->uri);
}

static al_status check_open (pg_store *store, al_error *err) {
  PGconn *conn;
  al_status status;
  if (pg_acquire(store, &conn, err) != AL_OK)
    return err->status;
  status = pg_check_schema(store, conn, err);
  pg_release(store, conn);
  return status == AL_OK ? al_store_check_copying(&store->base, err) : status;
}

static al_status make (pg_store **out, const char *uri,
                       const al_store_options *options, al_error *err) {
  pg_store *store;
  *out = NULL;
  if (pg_check_uri(uri, err) != AL_OK)
    return err->status;
  store = calloc(1, sizeof *store);
  if (store == NULL)
    return al_fail_nomem(err);
  al_store_init(&store->base, &pg_store_kind, options);
  store->readonly = options->readonly;
  store->uri = strdup(uri);
  if (store->uri == NULL) {
    al_store_close(&store->base);
    return al_fail_nomem(err);
  }
  *out = store;
  return AL_OK;
}

static al_status pg_open (al_store **out, const char *uri,
                          const al_store_options *options, al_error *err) {
  pg_store *store;
  *out = NULL;
  if (make(&store, uri, options, err) != AL_OK)
    return err->status;
  if (check_open(store, err) != AL_OK) {
    al_store_close(&store->base);
    return err->status;
  }
  *out = &store->base;
  return AL_OK;
}

al_status pg_create (const char *uri, int by_month, int timeout_ms,
                     al_error *err) {
  const al_store_options options = {.timeout_ms = timeout_ms};
  pg_store *store;
  al_status status;
  if (make(&store, uri, &options, err) != AL_OK)
    return err->status;
  status = pg_make_schema(store, by_month, err);
  al_store_close(&store->base);
  return status;
}

static const char *pg_name (const al_store *store) {
  return ((const pg_store *)store)->name;
}

/* Whether it took something here or not: space is given back by the server. */
#define INSERT_PURGE                                                           \
  "INSERT INTO activitylog.purge (" AL_PURGE_COLUMNS                           \
  ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"

const al_store_kind pg_store_kind = {
    .open = pg_open,
    .close = pg_close,
    .leave = pg_leave,
    .name = pg_name,
    .begin = pg_begin,
    .put = pg_put,
    .settle = pg_settle,
    .keep_purged = pg_keep_purged,
    .set_copying = pg_set_copying,
    .is_copying = pg_is_copying,
    .end = pg_end,
    .rollback = pg_rollback,
    .begin_reading = pg_begin_reading,
    .end_reading = pg_end_reading,
    .select_open = pg_select_open,
    .select_next = pg_select_next,
    .select_close = pg_select_close,
    .run = pg_run,
    .cursor_open = pg_cursor_open,
    .cursor_step = pg_cursor_step,
    .cursor_close = pg_cursor_close,
    .count = pg_count,
    .size = pg_size,
    .is_read = pg_is_read,
    .take_old = pg_take_old,
    .insert_purge = INSERT_PURGE,
    .insert_empty = INSERT_PURGE,
    .give_back = pg_give_back,
};
