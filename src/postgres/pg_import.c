/*
** pg_import.c - the transactions of imports, copies and purges.
**
** Nobody waits for an import's contents, which are staged as they come
** (pg_stage.c). At its end it waits for its turn, and settles (pg_settle.c).
*/
#include "pg.h"

/* It is one import's turn after the other's from here on. */
static al_status take_turn (pg_store *store, al_error *err) {
  if (pg_exec(store, store->writer, PG_LOCK, err) != AL_OK)
    return err->status;
  return al_store_continue_chain(&store->base, err);
}

static al_status begin (pg_store *store, al_begin how, al_error *err) {
  if (pg_exec(store, store->writer, PG_BEGIN, err) != AL_OK)
    return err->status;
  store->load.is_copy = how == AL_BEGIN_COPY;
  if (how != AL_BEGIN_PURGE && pg_stage_open(store, err) != AL_OK)
    return err->status;
  return how == AL_BEGIN_COPY || how == AL_BEGIN_PURGE ? take_turn(store, err)
                                                       : AL_OK;
}

al_status pg_begin (al_store *base, al_begin how, al_error *err) {
  pg_store *store = (pg_store *)base;
  if (store->readonly)
    return al_fail(err, AL_READONLY,
                   "log %s: it cannot be written; it was opened to read only",
                   store->name);
  if (pg_acquire(store, &store->writer, err) != AL_OK)
    return err->status;
  if (begin(store, how, err) != AL_OK)
    pg_rollback(base);
  else
    return AL_OK;
  return err->status;
}

al_status pg_put (al_store *base, const al_content *contents, size_t n,
                  al_error *err) {
  pg_store *store = (pg_store *)base;
  pg_load *load = &store->load;
  size_t i;
  for (i = 0; i < n; i++) {
    if (pg_stage_put(store, &contents[i],
                     load->is_copy ? base->import.next_sequence : load->n + 1,
                     err) != AL_OK)
      return err->status;
    if (load->is_copy)
      al_store_count_content(base, contents[i].digest);
  }
  return AL_OK;
}

static al_status write_purged (al_buffer *sql, al_store *store,
                               const uint8_t *digests, size_t n,
                               al_error *err) {
  size_t i;
  if (al_buffer_append_string(
          sql, "INSERT INTO activitylog.purged (sequence, digest) VALUES",
          err) != AL_OK)
    return err->status;
  for (i = 0; i < n; i++, digests += AL_DIGEST_BYTES) {
    if (al_buffer_append_string(sql, i > 0 ? ", (" : " (", err) != AL_OK ||
        pg_append_integer(sql, store->import.next_sequence, err) != AL_OK ||
        al_buffer_append_string(sql, ", ", err) != AL_OK ||
        pg_append_bytes(sql, digests, AL_DIGEST_BYTES, err) != AL_OK ||
        al_buffer_append_string(sql, ")", err) != AL_OK)
      return err->status;
    al_store_count_content(store, digests);
  }
  return al_buffer_append_char(sql, '\0', err);
}

al_status pg_keep_purged (al_store *base, const uint8_t *digests, size_t n,
                          al_error *err) {
  pg_store *store = (pg_store *)base;
  al_buffer sql = {0};
  al_status status = pg_stage_flush(store, err);
  if (status == AL_OK)
    status = write_purged(&sql, base, digests, n, err);
  if (status == AL_OK)
    status = pg_exec(store, store->writer, sql.data, err);
  al_buffer_close(&sql);
  return status;
}

al_status pg_set_copying (al_store *base, int copying, al_error *err) {
  pg_store *store = (pg_store *)base;
  return pg_exec(store, store->writer,
                 copying ? "UPDATE activitylog.log SET copying = true"
                         : "UPDATE activitylog.log SET copying = false",
                 err);
}

al_status pg_is_copying (al_store *base, int *copying, al_error *err) {
  pg_store *store = (pg_store *)base;
  al_status status = pg_read_log(store, store->writer, err);
  *copying = base->copying;
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
  pg_stage_stop(store);
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
    store->view = NULL; /* what is read from here on has it */
    return AL_OK;
  }
  pg_fail(store, store->writer, result, err);
  if (!is_heard(store->writer))
    al_fail_at(err, "whether it was done is not known, do it again (what is "
                    "there already is not added twice)");
  return err->status;
}
