/*
** al_sqlite_select.c - the SQL that every kind of store speaks, run by SQLite.
*/
#include <stdlib.h>

#include "al_sqlite.h"

typedef struct {
  al_select base;
  sqlite3_stmt *statement;
} sqlite_select;

/* Values are bound in place, and outlive the statement. */
static void bind (sqlite3_stmt *s, int at, const al_sql_value *value) {
  switch (value->type) {
  case AL_SQL_INTEGER:
    sqlite3_bind_int64(s, at, value->integer);
    return;
  case AL_SQL_TEXT:
    al_sqlite_bind_text(s, at, value->text);
    return;
  case AL_SQL_BLOB:
    sqlite3_bind_blob64(s, at, value->text.data, value->text.len,
                        SQLITE_STATIC);
    return;
  default:
    sqlite3_bind_null(s, at);
  }
}

static al_status prepare (sqlite3_stmt **out, al_store *base, const char *sql,
                          const al_sql_value *given, size_t n, al_error *err) {
  const al_sqlite *store = (const al_sqlite *)base;
  size_t i;
  if (al_sqlite_prepare(store->db, out, sql, strlen(sql), err) != AL_OK)
    return err->status;
  for (i = 0; i < n; i++)
    bind(*out, (int)i + 1, &given[i]);
  return AL_OK;
}

/* Each value tells its type itself. */
al_status al_sqlite_select_open (al_select **out, al_store *store,
                                 const char *types, const char *sql,
                                 const al_sql_value *given, size_t n,
                                 al_error *err) {
  sqlite_select *select = calloc(1, sizeof *select);
  if (select == NULL)
    return al_fail_nomem(err);
  select->base.store = store;
  select->base.ncolumns = (int)strlen(types);
  if (prepare(&select->statement, store, sql, given, n, err) != AL_OK) {
    free(select);
    return err->status;
  }
  *out = &select->base;
  return AL_OK;
}

static void read_text (sqlite3_value *from, al_sql_value *out) {
  out->text = al_text_from((const char *)sqlite3_value_text(from),
                           (size_t)sqlite3_value_bytes(from));
}

/* Returns 0 when memory ran out. */
static int read_value (sqlite3_value *from, al_sql_value *out) {
  switch (sqlite3_value_type(from)) {
  case SQLITE_NULL:
    out->type = AL_SQL_NULL;
    return 1;
  case SQLITE_INTEGER:
    out->type = AL_SQL_INTEGER;
    out->integer = sqlite3_value_int64(from);
    return 1;
  case SQLITE_TEXT:
    out->type = AL_SQL_TEXT;
    read_text(from, out);
    return out->text.data != NULL;
  case SQLITE_BLOB:
    out->type = AL_SQL_BLOB;
    out->text = al_text_from(sqlite3_value_blob(from),
                             (size_t)sqlite3_value_bytes(from));
    return 1;
  default:
    out->type = AL_SQL_OTHER;
    return 1;
  }
}

al_status al_sqlite_select_next (al_select *base, int *row, al_error *err) {
  sqlite3_stmt *s = ((sqlite_select *)base)->statement;
  int code = sqlite3_step(s), i;
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return al_sqlite_fail(sqlite3_db_handle(s), err);
  *row = code == SQLITE_ROW;
  for (i = 0; *row && i < base->ncolumns; i++)
    if (!read_value(sqlite3_column_value(s, i), &base->value[i]))
      return al_fail_nomem(err);
  return AL_OK;
}

void al_sqlite_select_close (al_select *base) {
  sqlite_select *select = (sqlite_select *)base;
  sqlite3_finalize(select->statement);
  free(select);
}

al_status al_sqlite_run (al_store *store, const char *sql,
                         const al_sql_value *given, size_t n, al_error *err) {
  sqlite3_stmt *s;
  if (prepare(&s, store, sql, given, n, err) != AL_OK)
    return err->status;
  sqlite3_step(s);
  if (sqlite3_finalize(s) != SQLITE_OK)
    return al_sqlite_fail(((al_sqlite *)store)->db, err);
  return AL_OK;
}
