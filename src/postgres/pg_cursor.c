/*
** pg_cursor.c - rows out of a database, by period and filter, in order.
*/
#include <stdlib.h>

#include "pg.h"

typedef struct {
  al_cursor base;
  PGconn *conn; /* its own, until the last row; NULL then */
  pg_view view;
  pg_rows rows;
} pg_cursor;

/* Rows that come by time are read along an index, which gives the first at once
** and keeps none. To the server, which thinks of the last one, a sort of all may
** seem cheaper. Those of customers it finds by theirs, and sorts what is little.
*/
#define BY_TIME "SET LOCAL enable_sort = off;"

static al_status begin (pg_cursor *cursor, pg_store *store,
                        const al_query *query, al_error *err) {
  int by_time = query->filter[AL_FILTER_CUSTOMER_ID].values == NULL;
  if (pg_view_open(store, &cursor->conn, &cursor->view, by_time ? BY_TIME : "",
                   err) != AL_OK)
    return err->status;
  store->nreading++;
  return AL_OK;
}

static void release (pg_cursor *cursor) {
  pg_store *store = (pg_store *)cursor->base.store;
  if (cursor->conn == NULL)
    return;
  pg_rows_close(&cursor->rows);
  pg_view_close(store, cursor->conn, &cursor->view);
  cursor->conn = NULL;
  store->nreading--;
}

static al_status read_rows (pg_cursor *cursor, const al_query *query,
                            al_error *err) {
  pg_store *store = (pg_store *)cursor->base.store;
  al_buffer sql = {0};
  al_status status;
  if (begin(cursor, store, query, err) != AL_OK)
    return err->status;
  status = pg_query_select(&sql, cursor->conn, query, err);
  if (status == AL_OK)
    status = pg_rows_open(&cursor->rows, store, cursor->conn,
                          al_buffer_text(&sql), err);
  al_buffer_close(&sql);
  if (cursor->base.progress.call != NULL)
    cursor->rows.progress = &cursor->base.progress;
  return status;
}

al_status pg_cursor_open (al_cursor **out, al_cursor **twin, al_store *store,
                          const al_query *query, al_error *err) {
  pg_cursor *cursor = calloc(1, sizeof *cursor);
  (void)twin; /* the server works beside us as it is */
  if (cursor == NULL)
    return al_fail_nomem(err);
  cursor->rows.ended = 1;
  if (al_cursor_init(&cursor->base, &pg_store_kind, store, query, err) !=
          AL_OK ||
      read_rows(cursor, query, err) != AL_OK) {
    al_cursor_close(&cursor->base);
    return err->status;
  }
  *out = &cursor->base;
  return AL_OK;
}

void pg_cursor_close (al_cursor *base, int in_child) {
  pg_cursor *cursor = (pg_cursor *)base;
  if (in_child)
    pg_abandon(cursor->conn); /* the store is the parent's */
  else
    release(cursor);
}

static al_status read_position (pg_cursor *cursor, al_error *err) {
  al_text date, identity;
  if (pg_rows_text(&cursor->rows, &date, err) != AL_OK ||
      pg_rows_bytes(&cursor->rows, &identity, err) != AL_OK)
    return err->status;
  if (date.len != AL_TIME_LEN || identity.len != AL_IDENTITY_BYTES)
    return al_record_fail(&cursor->base.row, AL_OPERATION_DATE,
                          "or its identity is damaged", err);
  al_record_position_write(cursor->base.position, date,
                           (const uint8_t *)identity.data);
  return AL_OK;
}

static al_status read_row (pg_cursor *cursor, al_error *err) {
  al_cursor *base = &cursor->base;
  al_sql_value sequence, secret;
  al_text text;
  int i;
  if (pg_rows_integer(&cursor->rows, &sequence, err) != AL_OK ||
      pg_rows_integer(&cursor->rows, &secret, err) != AL_OK)
    return err->status;
  if (sequence.type == AL_SQL_NULL || secret.type == AL_SQL_NULL)
    return al_store_corrupt(base->store, err,
                            "a record has no number, or no mark of secrets");
  base->row.sequence = sequence.integer;
  base->row.secret = (int)secret.integer;
  for (i = 0; i < base->nfields; i++) {
    if (pg_rows_text(&cursor->rows, &text, err) != AL_OK)
      return err->status;
    base->row.field[base->field[i]] = text;
    if (text.data != NULL &&
        al_cursor_set_field(base, base->field[i], text, err) != AL_OK)
      return err->status;
  }
  return base->positions ? read_position(cursor, err) : AL_OK;
}

al_status pg_cursor_step (al_cursor *base, int *row, al_error *err) {
  pg_cursor *cursor = (pg_cursor *)base;
  *row = 0;
  if (cursor->conn == NULL)
    return AL_OK;
  cursor->rows.looked_at = base->looked_at;
  if (pg_rows_next(&cursor->rows, row, err) != AL_OK)
    return err->status;
  if (*row)
    return read_row(cursor, err);
  release(cursor);
  return AL_OK;
}

/* ---- counting ---- */

/* Who wants to be told of records gets those read that a filter passes over. */
static int has_to_be_read (const al_query *query) {
  int filter;
  for (filter = 0; filter < AL_NFILTERS; filter++)
    if (query->filter[filter].values != NULL)
      return query->progress.call != NULL;
  return 0;
}

static al_status read_count (pg_store *store, PGconn *conn, al_text sql,
                             int64_t *count, al_error *err) {
  al_sql_value value = {0};
  pg_rows rows;
  int row;
  al_status status;
  if (pg_rows_open(&rows, store, conn, sql, err) != AL_OK)
    return err->status;
  status = pg_rows_next(&rows, &row, err);
  if (status == AL_OK)
    status = pg_rows_integer(&rows, &value, err);
  *count = value.integer;
  if (status == AL_OK)
    status = pg_rows_next(&rows, &row, err); /* to the end */
  pg_rows_close(&rows);
  return status;
}

al_status pg_count (al_store *base, const al_query *query, int64_t *count,
                    al_error *err) {
  pg_store *store = (pg_store *)base;
  al_buffer sql = {0};
  PGconn *conn;
  al_status status;
  *count = -1;
  if (has_to_be_read(query))
    return AL_OK;
  if (pg_view_open(store, &conn, NULL, "", err) != AL_OK)
    return err->status;
  status = pg_view_keep_months(store, conn, err);
  if (status == AL_OK)
    status = pg_query_count(&sql, conn, query, err);
  if (status == AL_OK)
    status = read_count(store, conn, al_buffer_text(&sql), count, err);
  al_buffer_close(&sql);
  pg_view_close(store, conn, NULL);
  return status;
}
