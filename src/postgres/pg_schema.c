/*
** pg_schema.c - a log's tables: whether they are there, and making them.
**
** The SQL is that of share/postgresql, which the build puts in here.
*/
#include <stdlib.h>

#include "pg.h"
#include "pg_sql.h"

#define VERSION 1 /* of the tables (docs/database-format.md) */

typedef enum { NOTHING, FOREIGN, LOG } what;

/* Tables have to be tables, with columns of the server's own types (bool, bytea,
** int8, int4 and text): to read a view, or to compare what is of another type,
** would run what others wrote. */
static al_status look (pg_store *store, PGconn *conn, what *there,
                       al_error *err) {
  static const char LOOK[] =
      "SELECT n.oid IS NOT NULL, count(c.oid) = 6"
      " FROM (SELECT 1) AS one"
      "  LEFT JOIN pg_namespace AS n ON n.nspname = 'activitylog'"
      "  LEFT JOIN pg_class AS c ON c.relnamespace = n.oid"
      "   AND (c.relkind = 'r' AND c.relname IN ('log', 'record', 'superseded',"
      "    'import', 'purge', 'purged')"
      "    OR c.relkind = 'p' AND c.relname = 'record')"
      "   AND NOT EXISTS (SELECT FROM pg_attribute AS a"
      "    WHERE a.attrelid = c.oid AND a.attnum > '0' AND NOT a.attisdropped"
      "     AND a.atttypid NOT IN ('16', '17', '20', '23', '25'))"
      " GROUP BY n.oid";
  PGresult *result;
  if (pg_query_params(store, conn, LOOK, NULL, 0, &result, err) != AL_OK)
    return err->status;
  *there = NOTHING;
  if (pg_value(result, 0)[0] == 't')
    *there = pg_value(result, 1)[0] == 't' ? LOG : FOREIGN;
  PQclear(result);
  return AL_OK;
}

/* ---- making them ---- */

static al_status make (pg_store *store, PGconn *conn, int by_month,
                       al_error *err) {
  if (pg_exec(store, conn, pg_sql_log, err) != AL_OK ||
      (by_month && pg_exec(store, conn, pg_sql_by_month, err) != AL_OK))
    return err->status;
  return pg_exec(store, conn, "COMMIT", err);
}

/* Make the tables unless somebody did meanwhile; *there tells what was found. */
static al_status make_once (pg_store *store, PGconn *conn, int by_month,
                            what *there, al_error *err) {
  al_error ignored; /* err has the reason */
  al_status status;
  store->writer = conn;
  status = pg_exec(store, conn, PG_BEGIN ";" PG_LOCK, err);
  if (status == AL_OK)
    status = look(store, conn, there, err);
  if (status == AL_OK && *there == NOTHING)
    status = make(store, conn, by_month, err);
  if (status != AL_OK || *there != NOTHING)
    pg_exec(store, conn, "ROLLBACK", &ignored);
  store->writer = NULL;
  return status;
}

/* ---- whether they are ours ---- */

static al_status check_version (const pg_store *store, PGresult *log,
                                al_error *err) {
  int version = PQntuples(log) == 1 ? atoi(pg_value(log, 0)) : 0;
  if (version < 1)
    return al_fail(err, AL_CORRUPT,
                   "log %s: it has no version; restore it from a backup",
                   store->name);
  if (version > VERSION)
    return al_fail(err, AL_VERSION,
                   "%s is a log of version %d, and this activitylog knows up "
                   "to %d: use a newer activitylog",
                   store->name, version, VERSION);
  return AL_OK;
}

al_status pg_read_log (pg_store *store, PGconn *conn, al_error *err) {
  PGresult *log;
  al_status status;
  if (pg_query_params(store, conn,
                      "SELECT version, copying, (SELECT relkind = 'p'"
                      " FROM pg_class"
                      " WHERE oid = 'activitylog.record'::regclass::oid)"
                      " FROM activitylog.log",
                      NULL, 0, &log, err) != AL_OK)
    return err->status;
  status = check_version(store, log, err);
  if (status == AL_OK) {
    store->base.copying = pg_value(log, 1)[0] == 't';
    store->by_month = pg_value(log, 2)[0] == 't';
  }
  PQclear(log);
  return status;
}

static al_status fail_foreign (const pg_store *store, al_error *err) {
  return al_fail(
      err, AL_FOREIGN,
      "%s is no log: its schema activitylog has not the tables of one "
      "(they come with that schema, which must not be there before)",
      store->name);
}

al_status pg_check_schema (pg_store *store, PGconn *conn, al_error *err) {
  what there = NOTHING;
  if (look(store, conn, &there, err) != AL_OK)
    return err->status;
  if (there == NOTHING && store->readonly)
    return al_fail(err, AL_IO,
                   "cannot open %s: there is no log in that database; who "
                   "opens it to write makes one",
                   store->name);
  if (there == NOTHING && make_once(store, conn, 0, &there, err) != AL_OK)
    return err->status;
  return there == FOREIGN ? fail_foreign(store, err)
                          : pg_read_log(store, conn, err);
}

al_status pg_make_schema (pg_store *store, int by_month, al_error *err) {
  PGconn *conn;
  what there = NOTHING;
  al_status status;
  if (pg_acquire(store, &conn, err) != AL_OK)
    return err->status;
  status = make_once(store, conn, by_month, &there, err);
  pg_release(store, conn);
  if (status != AL_OK || there == NOTHING)
    return status;
  return there == FOREIGN
             ? fail_foreign(store, err)
             : al_fail(err, AL_EXISTS, "%s has a log already", store->name);
}
