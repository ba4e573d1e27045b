/*
** pg_settle.c - the places of what was staged.
**
** Statements that each take all of it at once find what is new ('fresh') and give
** it its number, and decide what is current:
**
**   incoming ──► fresh ──► record ◄── what is current
**                  │         │ what was current
**                  └────► superseded ◄┘
**
** It comes to what al_sqlite_import.c does one by one.
*/
#include <stdlib.h>

#include "pg.h"

#define ATTEMPTS 5 /* while other transactions are in the way */

/* The contents that the log has not, each once, and the current one of their
** record: $1 is the first number, between $2 and $3 lie their dates. */
static const char FIND_FRESH[] =
    "INSERT INTO pg_temp.fresh"
    " SELECT arrival, $1 - 1 + row_number() OVER (ORDER BY arrival),"
    "  operation_date, identity, digest, status, replaces, replaced_status,"
    "  false"
    " FROM (SELECT i.*, r.sequence AS replaces,"
    "   r.operation_status AS replaced_status"
    "  FROM (SELECT min(sequence) AS arrival, operation_date, identity, digest,"
    "    min(operation_status) AS status FROM pg_temp.incoming"
    "   GROUP BY operation_date, identity, digest) AS i"
    "  LEFT JOIN activitylog.record AS r"
    "   ON r.operation_date = i.operation_date AND r.identity = i.identity"
    "   AND r.operation_date BETWEEN $2 AND $3"
    "  WHERE r.digest IS DISTINCT FROM i.digest"
    "   AND NOT EXISTS (SELECT FROM activitylog.superseded AS s"
    "    WHERE s.operation_date = i.operation_date"
    "    AND s.identity = i.identity AND s.digest = i.digest)) AS i";

/* The same of a copy: all are new, and the numbers are there. */
static const char TAKE_ALL[] =
    "INSERT INTO pg_temp.fresh"
    " SELECT i.sequence, i.sequence, i.operation_date, i.identity, i.digest,"
    "  i.operation_status, r.sequence, r.operation_status, false"
    " FROM pg_temp.incoming AS i LEFT JOIN activitylog.record AS r"
    "  ON r.operation_date = i.operation_date AND r.identity = i.identity"
    "  AND r.operation_date BETWEEN $1 AND $2";

/* Which of several contents of a record is current: the last one, unless the last
** that is no progress is final, behind which progress comes late. 'settled' is
** twice the number of that one, and one more when it is final: the greatest is
** that of the last. Gives how many records are new. */
static const char SUPERSEDE_FRESH[] =
    "WITH version AS ("
    "  SELECT operation_date, identity, count(*) AS n,"
    "   max(replaces) AS replaces, max(sequence) AS last,"
    "   max(greatest("
    "    CASE WHEN status IS DISTINCT FROM 'progress' THEN 2 * sequence"
    "     + coalesce((status IN ('succeeded', 'failed', 'decline'))::int, 0)"
    "    END,"
    "    CASE WHEN replaced_status IS DISTINCT FROM 'progress' THEN 2 * "
    "replaces"
    "     + coalesce((replaced_status IN ('succeeded', 'failed', 'decline'))"
    "      ::int, 0)"
    "    END)) AS settled"
    "  FROM pg_temp.fresh GROUP BY operation_date, identity),"
    " passed AS ("
    "  UPDATE pg_temp.fresh AS f SET superseded = true FROM version AS v"
    "  WHERE (v.n > 1 OR v.replaces IS NOT NULL)"
    "   AND f.operation_date = v.operation_date AND f.identity = v.identity"
    "   AND f.sequence <> CASE WHEN v.settled % 2 = 1 THEN v.settled / 2"
    "    ELSE v.last END)"
    " SELECT count(*) FILTER (WHERE replaces IS NULL) FROM version";

/* What was current moves. */
static const char SUPERSEDE_RECORDS[] =
    "WITH moved AS ("
    "  DELETE FROM activitylog.record AS r USING pg_temp.fresh AS f"
    "  WHERE NOT f.superseded AND f.replaces IS NOT NULL"
    "   AND r.operation_date = f.operation_date AND r.identity = f.identity"
    "   AND r.operation_date BETWEEN $1 AND $2"
    "  RETURNING r.*)"
    " INSERT INTO activitylog.superseded (" AL_RECORD_COLUMNS ")"
    " SELECT " AL_RECORD_COLUMNS " FROM moved";

#define INSERT(table, which)                                                   \
  "INSERT INTO activitylog." table " (" AL_RECORD_COLUMNS ")"                  \
  " SELECT number, " AL_CONTENT_COLUMNS " FROM (SELECT arrival,"               \
  " sequence AS number FROM pg_temp.fresh WHERE " which ") AS f"               \
  " JOIN pg_temp.incoming ON sequence = arrival"

static const char INSERT_SUPERSEDED[] = INSERT("superseded", "superseded");
static const char INSERT_RECORDS[] = INSERT("record", "NOT superseded");

/* Whether the log knows anything of the time between two instants. */
static const char HAS_TIME[] = "SELECT EXISTS (SELECT FROM activitylog.record"
                               "  WHERE operation_date BETWEEN $1 AND $2)"
                               " OR EXISTS (SELECT FROM activitylog.superseded"
                               "  WHERE operation_date BETWEEN $1 AND $2)";

/* All that came is new, so that its order is that of the numbers. */
static const char INSERT_ALL[] =
    "INSERT INTO activitylog.record (" AL_RECORD_COLUMNS ")"
    " SELECT $1 - 1 + sequence, " AL_CONTENT_COLUMNS " FROM pg_temp.incoming";

static const char ADD_MONTHS[] =
    "SELECT activitylog.add_month(month) FROM"
    " (SELECT DISTINCT left(operation_date, 7) FROM pg_temp.incoming)"
    " AS m (month)";

/* The statements of one import. */
typedef struct {
  pg_store *store;
  al_sql_value first;    /* number */
  al_sql_value dates[2]; /* that its contents lie between */
  int64_t fresh;         /* contents */
} settling;

/* Run a statement; *rows is how many it concerned. */
static al_status run (settling *s, const char *sql, const al_sql_value *given,
                      size_t n, int64_t *rows, al_error *err) {
  PGresult *result;
  if (pg_query_params(s->store, s->store->writer, sql, given, n, &result,
                      err) != AL_OK)
    return err->status;
  if (rows != NULL)
    *rows = strtoll(PQcmdTuples(result), NULL, 10);
  PQclear(result);
  return AL_OK;
}

static al_status find_fresh (settling *s, al_error *err) {
  const al_sql_value given[] = {s->first, s->dates[0], s->dates[1]};
  return run(s, FIND_FRESH, given, 3, &s->fresh, err);
}

static al_status supersede_fresh (settling *s, int64_t *added, al_error *err) {
  PGresult *result;
  if (pg_query_params(s->store, s->store->writer, SUPERSEDE_FRESH, NULL, 0,
                      &result, err) != AL_OK)
    return err->status;
  *added = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
  PQclear(result);
  return AL_OK;
}

/* Whether nothing that came can be in the log. That is so of most imports: they
** bring what happened since the last one. */
static al_status is_all_new (settling *s, int *all_new, al_error *err) {
  PGresult *result;
  *all_new = 0;
  if (!s->store->load.distinct)
    return AL_OK;
  if (pg_query_params(s->store, s->store->writer, HAS_TIME, s->dates, 2,
                      &result, err) != AL_OK)
    return err->status;
  *all_new = PQgetvalue(result, 0, 0)[0] == 'f';
  PQclear(result);
  return AL_OK;
}

/* The digests of what is new, in the order of its numbers. */
static al_status hash_fresh (settling *s, al_error *err) {
  static const char DIGESTS[] =
      "SELECT digest FROM pg_temp.fresh ORDER BY sequence";
  al_store *store = &s->store->base;
  al_select *select;
  uint8_t digest[AL_DIGEST_BYTES];
  al_status status;
  int row;
  if (al_select_open(&select, store, "b", DIGESTS, NULL, 0, err) != AL_OK)
    return err->status;
  while ((status = al_select_next(select, &row, err)) == AL_OK && row)
    if (al_sql_digest(&select->value[0], digest))
      al_chain_add_content(&store->import.hash, digest);
  al_select_close(select);
  return status;
}

/* ---- an import ---- */

static al_status insert_fresh (settling *s, int64_t *added, al_error *err) {
  if (supersede_fresh(s, added, err) != AL_OK ||
      (*added < s->fresh &&
       (run(s, SUPERSEDE_RECORDS, s->dates, 2, NULL, err) != AL_OK ||
        run(s, INSERT_SUPERSEDED, NULL, 0, NULL, err) != AL_OK)))
    return err->status;
  return run(s, INSERT_RECORDS, NULL, 0, NULL, err);
}

static al_status settle_fresh (settling *s, int64_t *added, al_error *err) {
  if (pg_drop_masked(s->store, s->dates, err) != AL_OK ||
      find_fresh(s, err) != AL_OK || insert_fresh(s, added, err) != AL_OK)
    return err->status;
  return hash_fresh(s, err);
}

static al_status settle_all (settling *s, int64_t *added, al_error *err) {
  s->fresh = *added = s->store->load.n;
  s->store->base.import.hash = s->store->load.hash;
  return run(s, INSERT_ALL, &s->first, 1, NULL, err);
}

static al_status add_months (settling *s, al_error *err) {
  return s->store->by_month ? run(s, ADD_MONTHS, NULL, 0, NULL, err) : AL_OK;
}

/* Behind the lock nobody else imports until the transaction ends. */
static al_status settle_import (settling *s, al_error *err) {
  al_store *store = &s->store->base;
  al_import_counts *counts = &store->import.counts;
  int all_new;
  al_sha256_init(&store->import.hash);
  if (pg_exec(s->store, s->store->writer, PG_LOCK, err) != AL_OK ||
      al_store_continue_chain(store, err) != AL_OK)
    return err->status;
  s->first = al_sql_integer(store->import.first_sequence);
  if (s->store->load.n == 0)
    return AL_OK;
  if (add_months(s, err) != AL_OK || is_all_new(s, &all_new, err) != AL_OK ||
      (all_new ? settle_all(s, &counts->added, err)
               : settle_fresh(s, &counts->added, err)) != AL_OK)
    return err->status;
  counts->records = s->store->load.n;
  counts->changed = s->fresh - counts->added;
  counts->known = counts->records - s->fresh;
  store->import.next_sequence += s->fresh;
  return AL_OK;
}

/* ---- a part of a copy ---- */

/* All of it is new, and has its number. */
static al_status settle_copy (settling *s, al_error *err) {
  int64_t added;
  int all_new;
  s->first = al_sql_integer(1); /* what INSERT_ALL adds to is the number */
  if (add_months(s, err) != AL_OK || is_all_new(s, &all_new, err) != AL_OK)
    return err->status;
  if (all_new)
    return run(s, INSERT_ALL, &s->first, 1, NULL, err);
  if (run(s, TAKE_ALL, s->dates, 2, &s->fresh, err) != AL_OK)
    return err->status;
  return insert_fresh(s, &added, err);
}

/* ---- both ---- */

/* What the server undid because another transaction was in the way is done
** again; what was sent is still there. The lock is let go of meanwhile: maybe it
** was that which the other one waited for. */
static al_status settle (settling *s, al_error *err) {
  pg_store *store = s->store;
  al_status status;
  int attempt;
  for (attempt = 1;; attempt++) {
    store->may_retry = 0;
    if (pg_exec(store, store->writer, "SAVEPOINT settle", err) != AL_OK)
      return err->status;
    status = store->load.is_copy ? settle_copy(s, err) : settle_import(s, err);
    if (status == AL_OK || !store->may_retry || attempt == ATTEMPTS)
      return status;
    if (pg_exec(store, store->writer, "ROLLBACK TO SAVEPOINT settle", err) !=
        AL_OK)
      return err->status;
  }
}

al_status pg_settle (al_store *base, al_error *err) {
  pg_store *store = (pg_store *)base;
  pg_load *load = &store->load;
  settling s = {.store = store};
  if (pg_stage_flush(store, err) != AL_OK)
    return err->status;
  if (load->is_copy && load->n == 0)
    return AL_OK;
  s.dates[0] = al_sql_text(al_text_from(load->first, AL_TIME_LEN));
  s.dates[1] = al_sql_text(al_text_from(load->last, AL_TIME_LEN));
  if (settle(&s, err) != AL_OK)
    return err->status;
  return load->is_copy ? pg_stage_clear(store, err) : AL_OK;
}
