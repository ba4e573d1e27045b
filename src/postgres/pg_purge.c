/*
** pg_purge.c - old records out of a database, and their space.
*/
#include <stdlib.h>

#include "pg.h"

#define KEEP(table)                                                            \
  "INSERT INTO activitylog.purged (sequence, digest)"                          \
  " SELECT sequence, digest FROM activitylog." table                           \
  " WHERE operation_date < $1"
#define DROP(table)                                                            \
  "DELETE FROM activitylog." table " WHERE operation_date < $1"

int pg_is_read (const al_store *store) {
  return ((const pg_store *)store)->nreading > 0;
}

/* What one statement gives. */
static al_status read_number (pg_store *store, PGconn *conn, const char *sql,
                              int64_t *out, al_error *err) {
  PGresult *result;
  if (pg_query_params(store, conn, sql, NULL, 0, &result, err) != AL_OK)
    return err->status;
  *out = strtoll(pg_value(result, 0), NULL, 10);
  PQclear(result);
  return AL_OK;
}

static al_status size (pg_store *store, PGconn *conn, int64_t *bytes,
                       al_error *err) {
  return read_number(
      store, conn,
      "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
      " WHERE relnamespace = 'activitylog'::regnamespace::oid AND (relname IN"
      "  ('record', 'superseded', 'import', 'purge', 'purged', 'log')"
      " OR oid IN (SELECT inhrelid FROM pg_inherits"
      "  WHERE inhparent = 'activitylog.record'::regclass))",
      bytes, err);
}

al_status pg_size (al_store *base, int64_t *bytes, al_error *err) {
  pg_store *store = (pg_store *)base;
  PGconn *conn;
  al_status status;
  if (pg_acquire(store, &conn, err) != AL_OK)
    return err->status;
  status = size(store, conn, bytes, err);
  pg_release(store, conn);
  return status;
}

/* ---- taking them out ---- */

static al_status run (pg_store *store, const al_purge_work *work,
                      const char *sql, int64_t *rows, al_error *err) {
  const al_sql_value before =
      al_sql_text(al_text_from(work->before, AL_TIME_LEN));
  PGresult *result;
  if (pg_query_params(store, store->writer, sql, &before, 1, &result, err) !=
      AL_OK)
    return err->status;
  *rows = strtoll(PQcmdTuples(result), NULL, 10);
  PQclear(result);
  return AL_OK;
}

/* Keep the digests of a table's old contents, as many as were counted. */
static al_status keep (pg_store *store, const al_purge_work *work,
                       const char *sql, int64_t expected, al_error *err) {
  int64_t rows = 0;
  if (run(store, work, sql, &rows, err) != AL_OK)
    return err->status;
  if (rows != expected)
    return al_store_corrupt(&store->base, err,
                            "other records are deleted than were counted");
  return AL_OK;
}

/* Steps in which a table is emptied: who asks is told as often. */
#define STEPS      100
#define STEP_LEAST 1024

/* Delete old records with numbers in a range. */
static al_status drop_range (pg_store *store, al_purge_work *work,
                             int64_t first, int64_t last, al_error *err) {
  const al_sql_value given[] = {
      al_sql_text(al_text_from(work->before, AL_TIME_LEN)),
      al_sql_integer(first), al_sql_integer(last)};
  PGresult *result;
  if (pg_query_params(store, store->writer,
                      DROP("record") " AND sequence BETWEEN $2 AND $3", given,
                      3, &result, err) != AL_OK)
    return err->status;
  work->done += strtoll(PQcmdTuples(result), NULL, 10);
  PQclear(result);
  return work->done < work->out->records + work->out->superseded
             ? al_purge_tell(work, err)
             : AL_OK;
}

/* Delete old records, range by range. Others may have written any numbers. */
static al_status drop_records (pg_store *store, al_purge_work *work,
                               al_error *err) {
  uint64_t left = (uint64_t)work->last - (uint64_t)work->first;
  uint64_t step = left / STEPS + STEP_LEAST;
  int64_t at = work->first;
  while (left > step) {
    if (drop_range(store, work, at, (int64_t)((uint64_t)at + step - 1), err) !=
        AL_OK)
      return err->status;
    at = (int64_t)((uint64_t)at + step);
    left -= step;
  }
  return drop_range(store, work, at, work->last, err);
}

/* Months that are over as a whole go as a whole: at once, and with the space that
** they took. Where somebody reads just then, who would wait for us, and maybe we
** for him, their records are deleted as those of others are, and the next purge
** drops what is left of them. */
static al_status drop_months (pg_store *store, const al_purge_work *work,
                              al_error *err) {
  int64_t rows = 0;
  al_status status;
  if (pg_exec(store, store->writer, "SAVEPOINT months", err) != AL_OK)
    return err->status;
  status = run(store, work, "SELECT activitylog.drop_months($1)", &rows, err);
  if (status != AL_BUSY)
    return status;
  return pg_exec(store, store->writer, "ROLLBACK TO SAVEPOINT months", err);
}

/* Of what is deleted row by row bytes are left until its room is taken. */
al_status pg_take_old (al_store *base, al_purge_work *work, al_error *err) {
  pg_store *store = (pg_store *)base;
  al_purged *out = work->out;
  int64_t rows = 0;
  if (size(store, store->writer, &work->bytes, err) != AL_OK ||
      keep(store, work, KEEP("record"), out->records, err) != AL_OK ||
      keep(store, work, KEEP("superseded"), out->superseded, err) != AL_OK ||
      (store->by_month && drop_months(store, work, err) != AL_OK) ||
      drop_records(store, work, err) != AL_OK ||
      run(store, work, DROP("superseded"), &rows, err) != AL_OK)
    return err->status;
  out->pending = work->done + rows > 0;
  work->done = out->records + out->superseded;
  return AL_OK;
}

/* ---- the space ---- */

/* Rows that were deleted become room for others, which is not to be read any more;
** but their bytes stay in the table's file until it is taken, and readers that
** began before keep them longer. Of months that were dropped nothing stays. Where
** nothing was deleted since, it is done at once. */
static al_status vacuum (pg_store *store, PGconn *conn, al_purge_work *work,
                         al_error *err) {
  int64_t bytes = 0;
  if (pg_exec(store, conn, "VACUUM activitylog.record", err) != AL_OK ||
      pg_exec(store, conn, "VACUUM activitylog.superseded", err) != AL_OK ||
      size(store, conn, &bytes, err) != AL_OK)
    return err->status;
  if (bytes < work->bytes)
    work->out->bytes = work->bytes - bytes;
  return AL_OK;
}

al_status pg_give_back (al_store *base, al_purge_work *work, al_error *err) {
  pg_store *store = (pg_store *)base;
  PGconn *conn;
  al_status status;
  if (al_purge_tell(work, err) != AL_OK ||
      pg_acquire(store, &conn, err) != AL_OK)
    return err->status;
  status = vacuum(store, conn, work, err);
  pg_release(store, conn);
  return status;
}
