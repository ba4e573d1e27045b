/*
** pg_import.c - records that come into a log together.
**
** Contents are sent, as they come, to a temporary table, 'incoming', where
** 'sequence' is their place in the order of arrival. Nobody has to wait for that.
** At the end statements that each take all of them at once, behind a lock that
** lets one import settle after the other, find what is new ('fresh') and give it
** its number, and decide what is current:
**
**   incoming ──► fresh ──► record ◄── what is current
**                  │         │ what was current
**                  └────► superseded ◄┘
**
** It comes to what al_sqlite_import.c does one by one.
*/
#include <stdlib.h>

#include "al_redact.h"
#include "pg.h"

#define SEND_BYTES 65536
#define NCOLUMNS   21 /* of AL_RECORD_COLUMNS */

/* How many bytes of the log an import masks to compare: as for a file. */
#define MASKED_FOR_EACH 4
#define MASKED_AT_LEAST (64 * 1024 * 1024)

/* A lock of the database by two numbers: of activitylog, and of the chain. */
#define LOCK "SELECT pg_advisory_xact_lock(1095520071, 0)"

#define BEGIN "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"

#define INSTANT_MAX 256 /* contents of one instant that are compared */

#define ATTEMPTS 5 /* while other transactions are in the way */

static const char STAGE[] = BEGIN
    ";"
    "SET LOCAL work_mem = '64MB';"
    "CREATE TEMPORARY TABLE IF NOT EXISTS incoming"
    " (LIKE activitylog.record) ON COMMIT DELETE ROWS;"
    "CREATE TEMPORARY TABLE IF NOT EXISTS fresh"
    " (arrival bigint, sequence bigint, operation_date text COLLATE \"C\","
    "  identity bytea, digest bytea, status text COLLATE \"C\","
    "  replaces bigint, replaced_status text COLLATE \"C\","
    "  superseded boolean) ON COMMIT DELETE ROWS";

static const char COPY_IN[] =
    "COPY pg_temp.incoming (" AL_RECORD_COLUMNS ") FROM STDIN (FORMAT binary)";

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

/* Twice the number of a content that is no progress, and one more of a final
** one: the greatest is that of the last. */
#define SETTLED(status, sequence)                                              \
  "CASE WHEN " status " IS DISTINCT FROM 'progress' THEN 2 * " sequence        \
  " + coalesce((" status " IN ('succeeded', 'failed', 'decline'))::integer, "  \
  "0) END"

/* Which of several contents of a record is current: the last one, unless the last
** that is no progress is final, behind which progress comes late. Gives how many
** records are new. */
static const char SUPERSEDE_FRESH[] =
    "WITH version AS ("
    "  SELECT operation_date, identity, count(*) AS n,"
    "   max(replaces) AS replaces, max(sequence) AS last,"
    /* clang-format off */
    "   max(greatest(" SETTLED("status", "sequence") ","
    "    " SETTLED("replaced_status", "replaces") ")) AS settled"
                                    /* clang-format on */
                                    "  FROM pg_temp.fresh GROUP BY "
                                    "operation_date, identity),"
                                    " passed AS ("
                                    "  UPDATE pg_temp.fresh AS f SET "
                                    "superseded = true FROM version AS v"
                                    "  WHERE (v.n > 1 OR v.replaces IS NOT "
                                    "NULL)"
                                    "   AND f.operation_date = "
                                    "v.operation_date AND f.identity = "
                                    "v.identity"
                                    "   AND f.sequence <> CASE WHEN v.settled "
                                    "% 2 = 1 THEN v.settled / 2"
                                    "    ELSE v.last END)"
                                    " SELECT count(*) FILTER (WHERE replaces "
                                    "IS NULL) FROM version";

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

/* ---- sending ---- */

static al_status append_big_endian (al_buffer *out, uint64_t value, int bytes,
                                    al_error *err) {
  char big[8];
  int i;
  for (i = 0; i < bytes; i++)
    big[i] = (char)(value >> (8 * (bytes - 1 - i)));
  return al_buffer_append(out, big, (size_t)bytes, err);
}

static al_status add_integer (al_buffer *out, int64_t value, int bytes,
                              al_error *err) {
  if (append_big_endian(out, (uint64_t)bytes, 4, err) != AL_OK)
    return err->status;
  return append_big_endian(out, (uint64_t)value, bytes, err);
}

static al_status add_bytes (al_buffer *out, const void *bytes, size_t len,
                            al_error *err) {
  if (append_big_endian(out, len, 4, err) != AL_OK)
    return err->status;
  return al_buffer_append(out, bytes, len, err);
}

/* The length is known when the text is coded. */
static al_status add_text (al_buffer *out, al_text text, al_error *err) {
  size_t at = out->len, len;
  if (text.data == NULL)
    return append_big_endian(out, UINT32_MAX, 4, err);
  if (append_big_endian(out, 0, 4, err) != AL_OK ||
      pg_text_encode(out, text, err) != AL_OK)
    return err->status;
  len = out->len - at - 4;
  out->data[at] = (char)(len >> 24);
  out->data[at + 1] = (char)(len >> 16);
  out->data[at + 2] = (char)(len >> 8);
  out->data[at + 3] = (char)len;
  return AL_OK;
}

/* A row of AL_RECORD_COLUMNS. */
static al_status add_row (al_buffer *out, const al_content *c, int64_t sequence,
                          al_error *err) {
  int field;
  if (append_big_endian(out, NCOLUMNS, 2, err) != AL_OK ||
      add_integer(out, sequence, 8, err) != AL_OK ||
      add_text(out, c->record.field[AL_OPERATION_DATE], err) != AL_OK ||
      add_bytes(out, c->identity, AL_IDENTITY_BYTES, err) != AL_OK ||
      add_bytes(out, c->digest, AL_DIGEST_BYTES, err) != AL_OK ||
      add_integer(out, c->secret != 0, 4, err) != AL_OK ||
      add_text(out, c->folded_name, err) != AL_OK)
    return err->status;
  for (field = 0; field < AL_NFIELDS; field++)
    if (field != AL_OPERATION_DATE &&
        add_text(out, c->record.field[field], err) != AL_OK)
      return err->status;
  return AL_OK;
}

static al_status send (pg_store *store, al_error *err) {
  al_buffer *rows = &store->load.rows;
  int sent =
      PQputCopyData(store->writer, al_buffer_text(rows).data, (int)rows->len);
  al_buffer_clear(rows);
  return sent == 1 ? AL_OK : pg_fail(store, store->writer, NULL, err);
}

static int is_of_instant (const pg_load *load, const uint8_t *identity) {
  size_t i;
  for (i = 0; i < load->instant.len; i += AL_IDENTITY_BYTES)
    if (memcmp(load->instant.data + i, identity, AL_IDENTITY_BYTES) == 0)
      return 1;
  return 0;
}

/* Whether the content is of another record than all before it, as far as that
** can be told from its neighbours. */
static al_status note_distinct (pg_load *load, const al_content *c,
                                al_error *err) {
  const char *date = c->record.field[AL_OPERATION_DATE].data;
  int step = load->n == 0 ? 0 : memcmp(date, load->previous, AL_TIME_LEN);
  if (!load->distinct)
    return AL_OK;
  if (step != 0) {
    al_buffer_clear(&load->instant);
    step = step > 0 ? 1 : -1;
    load->distinct = load->order == 0 || load->order == step;
    load->order = step;
  }
  if (is_of_instant(load, c->identity) ||
      load->instant.len == INSTANT_MAX * AL_IDENTITY_BYTES)
    load->distinct = 0;
  memcpy(load->previous, date, AL_TIME_LEN);
  return al_buffer_append(&load->instant, (const char *)c->identity,
                          AL_IDENTITY_BYTES, err);
}

/* What is told of all contents together. */
static al_status note (pg_load *load, const al_content *c, al_error *err) {
  const char *date = c->record.field[AL_OPERATION_DATE].data;
  int field;
  if (note_distinct(load, c, err) != AL_OK)
    return err->status;
  if (load->n == 0 || memcmp(date, load->first, AL_TIME_LEN) < 0)
    memcpy(load->first, date, AL_TIME_LEN);
  if (load->n == 0 || memcmp(date, load->last, AL_TIME_LEN) > 0)
    memcpy(load->last, date, AL_TIME_LEN);
  load->n++;
  al_chain_add_content(&load->hash, c->digest);
  if (!c->secret)
    return AL_OK;
  load->secrets++;
  for (field = 0; field < AL_NFIELDS; field++)
    load->bytes += (int64_t)c->record.field[field].len;
  return AL_OK;
}

al_status pg_put (al_store *base, const al_content *contents, size_t n,
                  al_error *err) {
  pg_store *store = (pg_store *)base;
  pg_load *load = &store->load;
  size_t i;
  for (i = 0; i < n; i++) {
    if (note(load, &contents[i], err) != AL_OK ||
        add_row(&load->rows, &contents[i], load->n, err) != AL_OK ||
        (load->rows.len >= SEND_BYTES && send(store, err) != AL_OK))
      return err->status;
  }
  return AL_OK;
}

/* ---- the transaction ---- */

static al_status begin_copy (pg_store *store, al_error *err) {
  static const char HEADER[19] = "PGCOPY\n\377\r\n"; /* and zeros */
  pg_load *load = &store->load;
  PGresult *result = PQexec(store->writer, COPY_IN);
  if (PQresultStatus(result) != PGRES_COPY_IN)
    return pg_fail(store, store->writer, result, err);
  PQclear(result);
  store->writer_in_use = load->copying = 1;
  load->n = load->secrets = load->bytes = load->order = 0;
  load->distinct = 1;
  al_buffer_clear(&load->instant);
  al_sha256_init(&load->hash);
  al_buffer_clear(&load->rows);
  return al_buffer_append(&load->rows, HEADER, sizeof HEADER, err);
}

/* Take what the server says to the end of the rows. */
static al_status end_copy (pg_store *store, const char *why, al_error *err) {
  PGresult *result, *next;
  int ended = PQputCopyEnd(store->writer, why);
  store->writer_in_use = store->load.copying = 0;
  if (ended != 1)
    return pg_fail(store, store->writer, NULL, err);
  result = PQgetResult(store->writer);
  while ((next = PQgetResult(store->writer)) != NULL)
    PQclear(next);
  if (PQresultStatus(result) != PGRES_COMMAND_OK)
    return pg_fail(store, store->writer, result, err);
  PQclear(result);
  return AL_OK;
}

/* Send the rest, and what stands behind the last row. */
static al_status end_send (pg_store *store, al_error *err) {
  if (append_big_endian(&store->load.rows, UINT16_MAX, 2, err) != AL_OK ||
      send(store, err) != AL_OK)
    return err->status;
  return end_copy(store, NULL, err);
}

static al_status begin_purge (pg_store *store, al_error *err) {
  if (pg_exec(store, store->writer, BEGIN, err) != AL_OK ||
      pg_exec(store, store->writer, LOCK, err) != AL_OK)
    return err->status;
  return al_store_continue_chain(&store->base, err);
}

static al_status begin_import (pg_store *store, al_error *err) {
  if (pg_exec(store, store->writer, STAGE, err) != AL_OK)
    return err->status;
  return begin_copy(store, err);
}

al_status pg_begin (al_store *base, al_begin how, al_error *err) {
  pg_store *store = (pg_store *)base;
  al_status status;
  if (store->readonly)
    return al_fail(err, AL_READONLY,
                   "log %s: it cannot be written; it was opened to read only",
                   store->name);
  if (pg_acquire(store, &store->writer, err) != AL_OK)
    return err->status;
  status = how == AL_BEGIN_PURGE ? begin_purge(store, err)
                                 : begin_import(store, err);
  if (status != AL_OK)
    pg_rollback(base);
  return status;
}

static void release (pg_store *store) {
  pg_release(store, store->writer);
  store->writer = NULL;
  store->writer_in_use = store->load.copying = 0;
}

void pg_rollback (al_store *base) {
  pg_store *store = (pg_store *)base;
  al_error ignored; /* a connection that is broken is closed */
  if (store->load.copying)
    end_copy(store, "rolled back", &ignored);
  if (PQtransactionStatus(store->writer) != PQTRANS_IDLE)
    pg_exec(store, store->writer, "ROLLBACK", &ignored);
  release(store);
}

/* Whether the last answer is the server's, and not that it could not be heard. */
static int is_heard (PGconn *conn) {
  return PQstatus(conn) == CONNECTION_OK;
}

al_status pg_end (al_store *base, al_error *err) {
  pg_store *store = (pg_store *)base;
  PGresult *result = PQexec(store->writer, "COMMIT");
  if (PQresultStatus(result) == PGRES_COMMAND_OK &&
      strcmp(PQcmdStatus(result), "COMMIT") == 0) {
    PQclear(result);
    release(store);
    store->shared = NULL; /* what is read from here on has it */
    return AL_OK;
  }
  pg_fail(store, store->writer, result, err);
  if (!is_heard(store->writer))
    al_fail_at(err, "whether it was done is not known, do it again (what is "
                    "there already is not added twice)");
  return err->status;
}

/* ---- finding places ---- */

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

static al_status insert_all (settling *s, int64_t *added, al_error *err) {
  s->fresh = *added = s->store->load.n;
  s->store->base.import.hash = s->store->load.hash;
  return run(s, INSERT_ALL, &s->first, 1, NULL, err);
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

/* ---- copies with masked secrets ---- */

/* Contents that came, and others of their record, in the log or before them, of
** which one may be the other as a report shows it (al_sqlite_import.c). */
#define OTHERS(table, arrival)                                                 \
  "SELECT " arrival " AS arrival, " AL_CONTENT_COLUMNS " FROM " table          \
  " WHERE secret <> 0"
static const char MASKED[] =
    "SELECT i.sequence, i.digest, o.id, o.partner_id, o.customer_id,"
    " o.customer_name, o.user_principal_name, o.application_id, o.session_id,"
    " o.original_correlation_id, o.resource_type, o.operation_type,"
    " o.operation_status, o.operation_date, o.resource_old_value,"
    " o.resource_new_value, o.customized_data, o.other"
    " FROM pg_temp.incoming AS i JOIN (" OTHERS(
        "activitylog.record",
        "0") " UNION ALL " OTHERS("activitylog.superseded",
                                  "0") " UNION ALL " OTHERS("pg_temp.incoming",
                                                            "sequence") ") AS o"
                                                                        " ON "
                                                                        "o."
                                                                        "operat"
                                                                        "ion_"
                                                                        "date "
                                                                        "= "
                                                                        "i."
                                                                        "operat"
                                                                        "ion_"
                                                                        "date "
                                                                        "AND "
                                                                        "o."
                                                                        "identi"
                                                                        "ty = "
                                                                        "i."
                                                                        "identi"
                                                                        "ty"
                                                                        " AND "
                                                                        "o."
                                                                        "operat"
                                                                        "ion_"
                                                                        "date "
                                                                        "BETWEE"
                                                                        "N ?1 "
                                                                        "AND ?2"
                                                                        " WHERE"
                                                                        " i."
                                                                        "secret"
                                                                        " <> 0 "
                                                                        "AND "
                                                                        "o."
                                                                        "arriva"
                                                                        "l < "
                                                                        "i."
                                                                        "sequen"
                                                                        "ce "
                                                                        "AND "
                                                                        "o."
                                                                        "digest"
                                                                        " <> "
                                                                        "i."
                                                                        "diges"
                                                                        "t";
#define MASKED_TYPES "ibtttttttttttttttt"

/* Whether the row is such a pair; what is masked is taken from *left. */
static al_status is_masked (const al_select *row, al_buffer *text,
                            int64_t *left, int *masked, al_error *err) {
  al_record record, shown;
  uint8_t digest[AL_DIGEST_BYTES], made[AL_DIGEST_BYTES];
  int field;
  memset(&record, 0, sizeof record);
  for (field = 0; field < AL_NFIELDS; field++)
    if (row->value[2 + field].type == AL_SQL_TEXT) {
      record.field[field] = row->value[2 + field].text;
      *left -= (int64_t)record.field[field].len;
    }
  if (al_redact_record(&shown, &record, text, err) != AL_OK)
    return err->status;
  al_record_digest(&shown, made);
  *masked = al_sql_digest(&row->value[1], digest) &&
            memcmp(digest, made, sizeof made) == 0;
  return AL_OK;
}

/* Append the places of those to a list. */
static al_status list_masked (settling *s, al_buffer *list, al_error *err) {
  const pg_load *load = &s->store->load;
  int64_t left = MASKED_AT_LEAST + MASKED_FOR_EACH * load->bytes;
  al_buffer text = {0};
  al_select *select;
  al_status status;
  int row, masked = 0;
  if (al_select_open(&select, &s->store->base, MASKED_TYPES, MASKED, s->dates,
                     2, err) != AL_OK)
    return err->status;
  while ((status = al_select_next(select, &row, err)) == AL_OK && row &&
         left > 0) {
    status = is_masked(select, &text, &left, &masked, err);
    if (status == AL_OK && masked)
      status = pg_append(list, list->len > 0 ? ", " : "", err);
    if (status == AL_OK && masked)
      status = pg_append_integer(list, select->value[0].integer, err);
    if (status != AL_OK)
      break;
  }
  al_select_close(select);
  al_buffer_close(&text);
  return status;
}

static al_status drop (settling *s, const al_buffer *list, al_error *err) {
  al_buffer sql = {0};
  al_status status;
  if (pg_append(&sql, "DELETE FROM pg_temp.incoming WHERE sequence IN (",
                err) != AL_OK ||
      al_buffer_append(&sql, list->data, list->len, err) != AL_OK ||
      al_buffer_append(&sql, ")", 2, err) != AL_OK)
    status = err->status;
  else
    status = pg_exec(s->store, s->store->writer, sql.data, err);
  al_buffer_close(&sql);
  return status;
}

/* A transaction in which reading was broken off goes on behind this. */
static al_status find_masked (settling *s, al_buffer *list, al_error *err) {
  PGconn *conn = s->store->writer;
  if (pg_exec(s->store, conn, "SAVEPOINT masked", err) != AL_OK ||
      list_masked(s, list, err) != AL_OK)
    return err->status;
  return pg_exec(s->store, conn, "ROLLBACK TO SAVEPOINT masked", err);
}

/* They are known. */
static al_status drop_masked (settling *s, al_error *err) {
  al_buffer list = {0};
  al_status status = AL_OK;
  if (s->store->load.secrets > 0)
    status = find_masked(s, &list, err);
  if (status == AL_OK && list.len > 0)
    status = drop(s, &list, err);
  al_buffer_close(&list);
  return status;
}

/* ---- all of it ---- */

static al_status insert_fresh (settling *s, int64_t *added, al_error *err) {
  if (drop_masked(s, err) != AL_OK || find_fresh(s, err) != AL_OK ||
      supersede_fresh(s, added, err) != AL_OK ||
      (*added < s->fresh &&
       (run(s, SUPERSEDE_RECORDS, s->dates, 2, NULL, err) != AL_OK ||
        run(s, INSERT_SUPERSEDED, NULL, 0, NULL, err) != AL_OK)) ||
      run(s, INSERT_RECORDS, NULL, 0, NULL, err) != AL_OK)
    return err->status;
  return hash_fresh(s, err);
}

static al_status find_places (settling *s, al_error *err) {
  al_store *store = &s->store->base;
  al_import_counts *counts = &store->import.counts;
  int all_new;
  if (pg_exec(s->store, s->store->writer, LOCK, err) != AL_OK ||
      al_store_continue_chain(store, err) != AL_OK)
    return err->status;
  s->first = al_sql_integer(store->import.first_sequence);
  if ((s->store->by_month && run(s, ADD_MONTHS, NULL, 0, NULL, err) != AL_OK) ||
      is_all_new(s, &all_new, err) != AL_OK ||
      (all_new ? insert_all(s, &counts->added, err)
               : insert_fresh(s, &counts->added, err)) != AL_OK)
    return err->status;
  counts->records = s->store->load.n;
  counts->changed = s->fresh - counts->added;
  counts->known = counts->records - s->fresh;
  store->import.next_sequence += s->fresh;
  return AL_OK;
}

/* Nothing to settle but the numbers. */
static al_status find_none (pg_store *store, al_error *err) {
  if (pg_exec(store, store->writer, LOCK, err) != AL_OK)
    return err->status;
  return al_store_continue_chain(&store->base, err);
}

/* What the server undid because another transaction was in the way is done
** again; what was sent is still there. The lock is let go of meanwhile: maybe it
** was that which the other one waited for. */
al_status pg_settle (al_store *base, al_error *err) {
  pg_store *store = (pg_store *)base;
  settling s = {.store = store};
  al_status status;
  int attempt;
  if (end_send(store, err) != AL_OK)
    return err->status;
  if (store->load.n == 0)
    return find_none(store, err);
  s.dates[0] = al_sql_text(al_text_from(store->load.first, AL_TIME_LEN));
  s.dates[1] = al_sql_text(al_text_from(store->load.last, AL_TIME_LEN));
  for (attempt = 1;; attempt++) {
    al_sha256_init(&base->import.hash);
    store->may_retry = 0;
    if (pg_exec(store, store->writer, "SAVEPOINT settle", err) != AL_OK)
      return err->status;
    status = find_places(&s, err);
    if (status == AL_OK || !store->may_retry || attempt == ATTEMPTS)
      return status;
    if (pg_exec(store, store->writer, "ROLLBACK TO SAVEPOINT settle", err) !=
        AL_OK)
      return err->status;
  }
}
