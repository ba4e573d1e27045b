/*
** pg_select.c - the SQL that every kind of store speaks, run by PostgreSQL.
*/
#include <stdlib.h>

#include "pg.h"

/* ---- selects ---- */

typedef struct {
  al_select base;
  const char *types;
  pg_rows rows;
  PGconn *conn;
  int is_writer; /* conn is the store's, in the middle of its transaction */
} pg_select;

static al_status append_value (al_buffer *sql, PGconn *conn,
                               const al_sql_value *value, al_error *err) {
  switch (value->type) {
  case AL_SQL_INTEGER:
    return pg_append_integer(sql, value->integer, err);
  case AL_SQL_TEXT:
    return pg_append_text(sql, conn, value->text, err);
  case AL_SQL_BLOB:
    return pg_append_bytes(sql, value->text.data, value->text.len, err);
  default:
    return al_buffer_append_string(sql, "NULL", err);
  }
}

/* COPY takes no parameters: their values stand in its place. */
static al_status write_select (al_buffer *out, PGconn *conn, const char *sql,
                               const al_sql_value *given, al_error *err) {
  for (;;) {
    size_t len = strcspn(sql, "?");
    if (al_buffer_append(out, sql, len, err) != AL_OK)
      return err->status;
    if (sql[len] == '\0')
      return AL_OK;
    if (append_value(out, conn, &given[sql[len + 1] - '1'], err) != AL_OK)
      return err->status;
    sql += len + 2;
  }
}

/* In the middle of a transaction that changes the log only its own connection
** sees all; it is taken unless rows are being read from it. */
static al_status take_connection (pg_select *select, pg_store *store,
                                  al_error *err) {
  if (store->writer != NULL && !store->writer_in_use) {
    select->conn = store->writer;
    select->is_writer = store->writer_in_use = 1;
    return AL_OK;
  }
  return pg_view_open(store, &select->conn, NULL, "", err);
}

static al_status begin (pg_select *select, pg_store *store, const char *sql,
                        const al_sql_value *given, al_error *err) {
  al_buffer text = {0};
  al_status status = take_connection(select, store, err);
  if (status == AL_OK)
    status = write_select(&text, select->conn, sql, given, err);
  if (status == AL_OK)
    status = pg_rows_open(&select->rows, store, select->conn,
                          al_buffer_text(&text), err);
  al_buffer_close(&text);
  return status;
}

al_status pg_select_open (al_select **out, al_store *store, const char *types,
                          const char *sql, const al_sql_value *given, size_t n,
                          al_error *err) {
  pg_select *select = calloc(1, sizeof *select);
  (void)n;
  if (select == NULL)
    return al_fail_nomem(err);
  select->base.store = store;
  select->base.ncolumns = (int)strlen(types);
  select->types = types;
  select->rows.ended = 1;
  if (begin(select, (pg_store *)store, sql, given, err) != AL_OK) {
    pg_select_close(&select->base);
    return err->status;
  }
  *out = &select->base;
  return AL_OK;
}

static al_status read_value (pg_rows *rows, char type, al_sql_value *out,
                             al_error *err) {
  al_status status;
  if (type == 'i')
    return pg_rows_integer(rows, out, err);
  status = type == 't' ? pg_rows_text(rows, &out->text, err)
                       : pg_rows_bytes(rows, &out->text, err);
  out->type = type == 't' ? AL_SQL_TEXT : AL_SQL_BLOB;
  if (out->text.data == NULL)
    out->type = AL_SQL_NULL;
  return status;
}

al_status pg_select_next (al_select *base, int *row, al_error *err) {
  pg_select *select = (pg_select *)base;
  int i;
  if (pg_rows_next(&select->rows, row, err) != AL_OK)
    return err->status;
  for (i = 0; *row && i < base->ncolumns; i++)
    if (read_value(&select->rows, select->types[i], &base->value[i], err) !=
        AL_OK)
      return err->status;
  return AL_OK;
}

/* Of most only the first row is read, and there is no other: behind its end the
** connection serves again. */
void pg_select_close (al_select *base) {
  pg_select *select = (pg_select *)base;
  pg_store *store = (pg_store *)base->store;
  al_error ignored;
  int row;
  if (!select->rows.ended)
    pg_rows_next(&select->rows, &row, &ignored);
  pg_rows_close(&select->rows);
  if (select->is_writer) {
    store->writer_in_use = 0;
  } else {
    pg_view_close(store, select->conn, NULL);
  }
  free(select);
}

/* ---- statements ---- */

/* Parameters as PostgreSQL writes them. */
static void write_parameters (char *sql) {
  for (; *sql != '\0'; sql++)
    if (*sql == '?')
      *sql = '$';
}

al_status pg_run (al_store *base, const char *sql, const al_sql_value *given,
                  size_t n, al_error *err) {
  pg_store *store = (pg_store *)base;
  char *own = strdup(sql);
  PGresult *result = NULL;
  al_status status;
  if (own == NULL)
    return al_fail_nomem(err);
  write_parameters(own);
  status = pg_stage_flush(store, err);
  if (status == AL_OK)
    status = pg_query_params(store, store->writer, own, given, n, &result, err);
  free(own);
  PQclear(result);
  return status;
}
