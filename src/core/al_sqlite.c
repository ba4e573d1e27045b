/*
** al_sqlite.c - the kind of store that is a file of SQLite.
*/
#include "al_sqlite.h"

/* ---- statements ---- */

al_status al_sqlite_exec (sqlite3 *db, const char *sql, al_error *err) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
    return al_sqlite_fail(db, err);
  return AL_OK;
}

al_status al_sqlite_prepare (sqlite3 *db, sqlite3_stmt **out, const char *sql,
                             size_t len, al_error *err) {
  if (sqlite3_prepare_v3(db, sql, (int)len, SQLITE_PREPARE_PERSISTENT, out,
                         NULL) != SQLITE_OK)
    return al_sqlite_fail(db, err);
  return AL_OK;
}

al_status al_sqlite_begin_reading (sqlite3 *db, sqlite3_stmt **end,
                                   al_error *err) {
  static const char END[] = "COMMIT";
  if (al_sqlite_prepare(db, end, END, sizeof END - 1, err) != AL_OK)
    return err->status;
  if (al_sqlite_exec(db, "BEGIN", err) == AL_OK)
    return AL_OK;
  sqlite3_finalize(*end);
  return err->status;
}

void al_sqlite_end_reading (sqlite3_stmt *end) {
  sqlite3_step(end);
  sqlite3_finalize(end);
}

al_status al_sqlite_integer (sqlite3 *db, const char *sql, int *out,
                             al_error *err) {
  sqlite3_stmt *statement;
  int code;
  if (al_sqlite_prepare(db, &statement, sql, strlen(sql), err) != AL_OK)
    return err->status;
  code = sqlite3_step(statement);
  *out = code == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
  if (sqlite3_finalize(statement) != SQLITE_OK)
    return al_sqlite_fail(db, err);
  return AL_OK;
}

/* ---- closing ---- */

static void finalize (al_sqlite *store) {
  int i;
  for (i = 0; i < AL_NSTATEMENTS; i++) {
    sqlite3_finalize(store->statement[i]);
    store->statement[i] = NULL;
  }
}

/* Not even SQLite's memory is freed: another thread may have had its locks when
** the process was forked, and nobody would ever release them. */
static void sqlite_leave (al_store *base) {
  al_sqlite *store = (al_sqlite *)base;
  al_buffer_close(&store->dropped);
  al_buffer_close(&store->masked);
  al_buffer_close(&store->path);
}

static void sqlite_close (al_store *base) {
  al_sqlite *store = (al_sqlite *)base;
  finalize(store);
  sqlite3_close_v2(store->db);
  sqlite_leave(base);
}

static int sqlite_is_idle (const al_store *base) {
  const al_sqlite *store = (const al_sqlite *)base;
  return sqlite3_txn_state(store->db, NULL) == SQLITE_TXN_NONE;
}

static int sqlite_let_go (al_store *base) {
  al_sqlite *store = (al_sqlite *)base;
  finalize(store);
  sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (sqlite3_close(store->db) != SQLITE_OK)
    return 0;
  store->db = NULL;
  return 1;
}

/* ---- an unfinished copy ---- */

/* Whether it is an unfinished copy shows in a WAL first. */
al_status al_sqlite_is_copying (al_store *base, int *copying, al_error *err) {
  int application = 0;
  if (al_sqlite_integer(((al_sqlite *)base)->db, "PRAGMA application_id",
                        &application, err) != AL_OK)
    return err->status;
  *copying = application == AL_COPYING_ID;
  return AL_OK;
}

/* ---- the kind ---- */

static const char *sqlite_name (const al_store *base) {
  return al_sqlite_name(((const al_sqlite *)base)->db);
}

static al_status sqlite_begin_reading (al_store *base, al_error *err) {
  al_sqlite *store = (al_sqlite *)base;
  return al_sqlite_begin_reading(store->db, &store->reading, err);
}

static void sqlite_end_reading (al_store *base) {
  al_sqlite_end_reading(((al_sqlite *)base)->reading);
}

static al_status sqlite_set_copying (al_store *base, int copying,
                                     al_error *err) {
  return al_sqlite_exec(
      ((al_sqlite *)base)->db,
      copying ? "PRAGMA application_id = " AL_NUMBER(AL_COPYING_ID)
              : "PRAGMA application_id = " AL_NUMBER(AL_APPLICATION_ID),
      err);
}

const al_store_kind al_sqlite_kind = {
    .open = al_store_open,
    .close = sqlite_close,
    .leave = sqlite_leave,
    .is_idle = sqlite_is_idle,
    .let_go = sqlite_let_go,
    .name = sqlite_name,
    .check = al_sqlite_check_file,
    .owns = al_sqlite_owns,
    .check_target = al_sqlite_check_target,
    .begin = al_sqlite_begin,
    .put = al_sqlite_put,
    .keep_purged = al_sqlite_keep_purged,
    .settle = al_sqlite_settle,
    .end = al_sqlite_end,
    .rollback = al_sqlite_rollback,
    .set_copying = sqlite_set_copying,
    .is_copying = al_sqlite_is_copying,
    .begin_reading = sqlite_begin_reading,
    .end_reading = sqlite_end_reading,
    .select_open = al_sqlite_select_open,
    .select_next = al_sqlite_select_next,
    .select_close = al_sqlite_select_close,
    .run = al_sqlite_run,
    .cursor_open = al_sqlite_cursor_open,
    .cursor_step = al_sqlite_cursor_step,
    .cursor_slice = al_sqlite_cursor_slice,
    .cursor_close = al_sqlite_cursor_close,
    .count = al_sqlite_count,
    .check_whole = al_sqlite_check_whole,
    .find_customer = al_sqlite_find_customer,
    .count_customers = al_sqlite_count_customers,
    .size = al_sqlite_size,
    .is_read = al_sqlite_is_read,
    .take_old = al_sqlite_take_old,
    .insert_purge = "INSERT INTO purge (" AL_PURGE_COLUMNS ", pending)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1)",
    .insert_empty = "INSERT INTO purge (" AL_PURGE_COLUMNS ", pending)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)",
    .give_back = al_sqlite_give_back,
};
