/*
** pg_settle.c - the places of what was staged.
**
** Statements that each take all of it at once give what is new its number, and
** decide what is current. Of most records one content comes, and the log has none:
** they only get numbers. Those of which there are several are the crowd, and
** their contents are 'crowded':
**
**   incoming ──────────────────► record ◄── what is current
**      └──► crowd ──► crowded ──► │ what was current
**                        └──► superseded ◄┘
**
** It comes to what al_sqlite_import.c does one by one.
*/
#include <stdlib.h>

#include "pg.h"

#define ATTEMPTS 5 /* while other transactions are in the way */

/* In all of these $1 and $2 are the dates that what came lies between: without
** them each month of the log would be looked into, wherever it is. */

/* Whether the log knows anything of that time. */
static const char HAS_TIME[] = "SELECT EXISTS (SELECT FROM activitylog.record"
                               "  WHERE operation_date BETWEEN $1 AND $2)"
                               " OR EXISTS (SELECT FROM activitylog.superseded"
                               "  WHERE operation_date BETWEEN $1 AND $2)";

/* Records of which several contents came, and those that the log has. */
static const char FIND_REPEATED[] =
    "INSERT INTO pg_temp.crowd SELECT operation_date, identity"
    " FROM pg_temp.incoming GROUP BY operation_date, identity"
    " HAVING count(*) > 1";
static const char FIND_RECORDS[] =
    "INSERT INTO pg_temp.crowd SELECT i.operation_date, i.identity"
    " FROM pg_temp.incoming AS i JOIN activitylog.record AS r"
    "  ON r.operation_date = i.operation_date AND r.identity = i.identity"
    " WHERE r.operation_date BETWEEN $1 AND $2";

/* Their contents that came, with the current one of the log. What the log has or
** had, or came before with the same content, is known. */
static const char FIND_CROWDED[] =
    "INSERT INTO pg_temp.crowded"
    " SELECT i.sequence, NULL, i.operation_date, i.identity, i.digest, "
    "i.secret,"
    "  i.operation_status, r.sequence, r.operation_status,"
    "  coalesce(r.digest = i.digest, false) OR s.digest IS NOT NULL"
    "   OR row_number() OVER (PARTITION BY i.operation_date, i.identity,"
    "    i.digest ORDER BY i.sequence) > 1,"
    "  false"
    " FROM pg_temp.incoming AS i"
    "  LEFT JOIN activitylog.record AS r"
    "   ON r.operation_date = i.operation_date AND r.identity = i.identity"
    "   AND r.operation_date BETWEEN $1 AND $2"
    "  LEFT JOIN (SELECT DISTINCT operation_date, identity, digest"
    "    FROM activitylog.superseded"
    "    WHERE operation_date BETWEEN $1 AND $2) AS s"
    "   ON s.operation_date = i.operation_date AND s.identity = i.identity"
    "   AND s.digest = i.digest"
    " WHERE EXISTS (SELECT FROM pg_temp.crowd AS c"
    "  WHERE c.operation_date = i.operation_date AND c.identity = i.identity)";

/* What is known has no number: those behind it move up by as many as are in this
** array. $1 is the first number. */
#define KNOWN                                                                  \
  "coalesce((SELECT array_agg(arrival ORDER BY arrival)"                       \
  " FROM pg_temp.crowded WHERE known), '{}')"

static const char NUMBER_CROWDED[] =
    "UPDATE pg_temp.crowded"
    " SET sequence = $1 - 1 + arrival - width_bucket(arrival, " KNOWN ")"
    " WHERE NOT known";

/* Which of several contents of a record is current: the last one, unless the last
** that is no progress is final, behind which progress comes late. 'settled' is
** twice the number of that one, and one more when it is final: the greatest is
** that of the last. Gives how many of the records are new. */
static const char SUPERSEDE_CROWDED[] =
    "WITH version AS ("
    "  SELECT operation_date, identity,"
    "   max(replaces) AS replaces, max(sequence) AS last,"
    "   max(greatest("
    "    CASE WHEN status IS DISTINCT FROM 'progress' THEN 2 * sequence"
    "     + coalesce((status IN ('succeeded', 'failed', 'decline'))::int, 0)"
    "    END,"
    "    CASE WHEN replaced_status IS DISTINCT FROM 'progress'"
    "     THEN 2 * replaces + coalesce((replaced_status"
    "      IN ('succeeded', 'failed', 'decline'))::int, 0)"
    "    END)) AS settled"
    "  FROM pg_temp.crowded WHERE NOT known"
    "  GROUP BY operation_date, identity),"
    " passed AS ("
    "  UPDATE pg_temp.crowded AS c SET superseded = true FROM version AS v"
    "  WHERE NOT c.known"
    "   AND c.operation_date = v.operation_date AND c.identity = v.identity"
    "   AND c.sequence <> CASE WHEN v.settled % 2 = 1 THEN v.settled / 2"
    "    ELSE v.last END)"
    " SELECT count(*) FILTER (WHERE replaces IS NULL) FROM version";

/* What was current moves. */
static const char SUPERSEDE_RECORDS[] =
    "WITH moved AS ("
    "  DELETE FROM activitylog.record AS r USING pg_temp.crowded AS c"
    "  WHERE NOT c.known AND NOT c.superseded AND c.replaces IS NOT NULL"
    "   AND r.operation_date = c.operation_date AND r.identity = c.identity"
    "   AND r.operation_date BETWEEN $1 AND $2"
    "  RETURNING r.*)"
    " INSERT INTO activitylog.superseded (" AL_RECORD_COLUMNS ")"
    " SELECT " AL_RECORD_COLUMNS " FROM moved";

static const char INSERT_SUPERSEDED[] =
    "INSERT INTO activitylog.superseded (" AL_RECORD_COLUMNS ")"
    " SELECT number, " AL_CONTENT_COLUMNS " FROM (SELECT arrival,"
    "  sequence AS number FROM pg_temp.crowded WHERE superseded) AS c"
    " JOIN pg_temp.incoming ON sequence = arrival";

static const char INSERT_RECORDS[] =
    "INSERT INTO activitylog.record (" AL_RECORD_COLUMNS ")"
    " SELECT $1 - 1 + sequence - width_bucket(sequence, " KNOWN "),"
    "  " AL_CONTENT_COLUMNS " FROM pg_temp.incoming AS i"
    " WHERE NOT EXISTS (SELECT FROM pg_temp.crowded AS c"
    "  WHERE c.arrival = i.sequence AND (c.known OR c.superseded))";

/* The digests of what is new, in the order of its numbers. */
static const char DIGESTS[] =
    "SELECT digest FROM pg_temp.incoming AS i"
    " WHERE NOT EXISTS (SELECT FROM pg_temp.crowded AS c"
    "  WHERE c.arrival = i.sequence AND c.known) ORDER BY sequence";

static const char ADD_MONTHS[] =
    "SELECT activitylog.add_month(month) FROM"
    " (SELECT DISTINCT left(operation_date, 7) FROM pg_temp.incoming)"
    " AS m (month)";

/* The statements of one import. */
typedef struct {
  pg_store *store;
  al_sql_value first;    /* number */
  al_sql_value dates[2]; /* that its contents lie between */
  int64_t crowded;       /* contents of the crowd */
  int64_t known;         /* of them */
} settling;

/* ---- statements ---- */

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

/* The number that one gives; of a condition, 0 when it does not hold. */
static al_status ask (settling *s, const char *sql, const al_sql_value *given,
                      size_t n, int64_t *number, al_error *err) {
  PGresult *result;
  if (pg_query_params(s->store, s->store->writer, sql, given, n, &result,
                      err) != AL_OK)
    return err->status;
  *number = pg_value(result, 0)[0] == 't'
                ? 1
                : strtoll(pg_value(result, 0), NULL, 10);
  PQclear(result);
  return AL_OK;
}

/* ---- the crowd ---- */

static al_status find_told (settling *s, al_error *err) {
  const al_buffer *crowd = &s->store->load.crowd;
  al_buffer sql = {0};
  al_status status;
  if (al_buffer_append_string(&sql, "INSERT INTO pg_temp.crowd VALUES ", err) !=
          AL_OK ||
      al_buffer_append(&sql, crowd->data, crowd->len + 1, err) != AL_OK)
    status = err->status;
  else
    status = pg_exec(s->store, s->store->writer, sql.data, err);
  al_buffer_close(&sql);
  return status;
}

/* The server does not look at temporary tables by itself, and would take any plan
** for those behind this. */
static al_status take_crowd (settling *s, al_error *err) {
  if (run(s, FIND_CROWDED, s->dates, 2, &s->crowded, err) != AL_OK)
    return err->status;
  return pg_exec(s->store, s->store->writer, "ANALYZE pg_temp.crowded", err);
}

/* Most imports bring what happened since the last one, each once. */
static al_status find_crowd (settling *s, al_error *err) {
  const pg_load *load = &s->store->load;
  int64_t has_time = 0, rows = load->ncrowd;
  if (load->is_told && load->ncrowd > 0 && find_told(s, err) != AL_OK)
    return err->status;
  if (!load->is_told && run(s, FIND_REPEATED, NULL, 0, &rows, err) != AL_OK)
    return err->status;
  s->crowded = rows;
  if (ask(s, HAS_TIME, s->dates, 2, &has_time, err) != AL_OK)
    return err->status;
  if (has_time && run(s, FIND_RECORDS, s->dates, 2, &rows, err) != AL_OK)
    return err->status;
  s->crowded += has_time ? rows : 0;
  return s->crowded > 0 ? take_crowd(s, err) : AL_OK;
}

/* What of it is known, and what of the rest is current; *added is how many of its
** records are new. */
static al_status sort_crowd (settling *s, int64_t *added, al_error *err) {
  if (pg_mark_masked(s->store, s->dates, err) != AL_OK ||
      ask(s, "SELECT count(*) FROM pg_temp.crowded WHERE known", NULL, 0,
          &s->known, err) != AL_OK ||
      run(s, NUMBER_CROWDED, &s->first, 1, NULL, err) != AL_OK)
    return err->status;
  return ask(s, SUPERSEDE_CROWDED, NULL, 0, added, err);
}

/* ---- placing ---- */

static al_status insert (settling *s, al_error *err) {
  if (s->crowded > 0 &&
      (run(s, SUPERSEDE_RECORDS, s->dates, 2, NULL, err) != AL_OK ||
       run(s, INSERT_SUPERSEDED, NULL, 0, NULL, err) != AL_OK))
    return err->status;
  return run(s, INSERT_RECORDS, &s->first, 1, NULL, err);
}

static al_status hash_digests (settling *s, al_error *err) {
  al_store *store = &s->store->base;
  al_select *select;
  uint8_t digest[AL_DIGEST_BYTES];
  al_status status;
  int row;
  if (s->known == 0) {
    store->import.hash = s->store->load.hash;
    return AL_OK;
  }
  if (al_select_open(&select, store, "b", DIGESTS, NULL, 0, err) != AL_OK)
    return err->status;
  while ((status = al_select_next(select, &row, err)) == AL_OK && row)
    if (al_sql_digest(&select->value[0], digest))
      al_chain_add_content(&store->import.hash, digest);
  al_select_close(select);
  return status;
}

static al_status add_months (settling *s, al_error *err) {
  return s->store->by_month ? run(s, ADD_MONTHS, NULL, 0, NULL, err) : AL_OK;
}

/* ---- an import ---- */

static al_status place_import (settling *s, al_error *err) {
  const pg_load *load = &s->store->load;
  al_import_state *import = &s->store->base.import;
  int64_t added = 0;
  if (add_months(s, err) != AL_OK || find_crowd(s, err) != AL_OK ||
      (s->crowded > 0 && sort_crowd(s, &added, err) != AL_OK) ||
      insert(s, err) != AL_OK || hash_digests(s, err) != AL_OK)
    return err->status;
  import->counts.records = load->n;
  import->counts.known = s->known;
  import->counts.added = load->n - s->crowded + added;
  import->counts.changed = load->n - s->known - import->counts.added;
  import->next_sequence += load->n - s->known;
  return AL_OK;
}

/* Behind the lock nobody else imports until the transaction ends. */
static al_status settle_import (settling *s, al_error *err) {
  al_store *store = &s->store->base;
  al_sha256_init(&store->import.hash);
  if (pg_exec(s->store, s->store->writer, PG_LOCK, err) != AL_OK ||
      al_store_continue_chain(store, err) != AL_OK)
    return err->status;
  s->first = al_sql_integer(store->import.first_sequence);
  return s->store->load.n > 0 ? place_import(s, err) : AL_OK;
}

/* ---- a part of a copy ---- */

/* All of it is new, and has its number: 1 - 1 is added to that. */
static al_status settle_copy (settling *s, al_error *err) {
  int64_t added;
  s->first = al_sql_integer(1);
  if (add_months(s, err) != AL_OK || find_crowd(s, err) != AL_OK)
    return err->status;
  if (s->crowded > 0 &&
      (pg_exec(s->store, s->store->writer,
               "UPDATE pg_temp.crowded SET known = false, sequence = arrival",
               err) != AL_OK ||
       ask(s, SUPERSEDE_CROWDED, NULL, 0, &added, err) != AL_OK))
    return err->status;
  return insert(s, err);
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
    s->crowded = s->known = 0;
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
