/*
** pg_stage.c - contents on their way into a database: rows of a temporary table,
** sent as they come.
**
** In 'incoming' a content's 'sequence' is its place in the order of arrival, or of
** a copy the number that it has. 'crowd' and 'crowded' are for pg_settle.c.
*/
#include "pg.h"

#define SEND_BYTES  65536
#define NCOLUMNS    21    /* of AL_RECORD_COLUMNS */
#define INSTANT_MAX 256   /* contents of one instant that are compared */
#define CROWD_MAX   16384 /* records that are told here, and not by the server */

/* To be made like a table it is locked, to the end of the import: of superseded
** nobody needs more than to write to it, as record may lose a month. */
static const char TABLES[] =
    "SET LOCAL work_mem = '64MB';"
    "CREATE TEMPORARY TABLE IF NOT EXISTS incoming"
    " (LIKE activitylog.superseded) ON COMMIT DELETE ROWS;"
    "CREATE TEMPORARY TABLE IF NOT EXISTS crowd"
    " (operation_date text COLLATE \"C\", identity bytea)"
    " ON COMMIT DELETE ROWS;"
    "CREATE TEMPORARY TABLE IF NOT EXISTS crowded"
    " (arrival bigint, sequence bigint, operation_date text COLLATE \"C\","
    "  identity bytea, digest bytea, secret integer,"
    "  status text COLLATE \"C\", replaces bigint,"
    "  replaced_status text COLLATE \"C\", known boolean, superseded boolean)"
    " ON COMMIT DELETE ROWS";

static const char COPY_IN[] =
    "COPY pg_temp.incoming (" AL_RECORD_COLUMNS ") FROM STDIN (FORMAT binary)";

/* ---- rows ---- */

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

/* ---- what is told of all of them ---- */

static int is_of_instant (const pg_load *load, const uint8_t *identity) {
  size_t i;
  for (i = 0; i < load->instant.len; i += AL_IDENTITY_BYTES)
    if (memcmp(load->instant.data + i, identity, AL_IDENTITY_BYTES) == 0)
      return 1;
  return 0;
}

/* A record of which there is more than one content, or may be. */
static al_status add_crowd (pg_load *load, const al_content *c, al_error *err) {
  al_buffer *crowd = &load->crowd;
  if (load->ncrowd == CROWD_MAX) {
    load->is_told = 0;
    return AL_OK;
  }
  load->ncrowd++;
  if (al_buffer_append_string(crowd, crowd->len > 0 ? ", ('" : "('", err) !=
          AL_OK ||
      al_buffer_append(crowd, c->record.field[AL_OPERATION_DATE].data,
                       AL_TIME_LEN, err) != AL_OK ||
      al_buffer_append_string(crowd, "', ", err) != AL_OK ||
      pg_append_bytes(crowd, c->identity, AL_IDENTITY_BYTES, err) != AL_OK)
    return err->status;
  if (al_buffer_append_string(crowd, ")", err) != AL_OK ||
      al_buffer_append_char(crowd, '\0', err) != AL_OK)
    return err->status;
  crowd->len--; /* it is text of C */
  return AL_OK;
}

/* Contents mostly come in the order of time, or against it. One that goes on in
** it is of another record than all before; one that does not may be of the same.
*/
static al_status note_crowd (pg_load *load, const al_content *c,
                             al_error *err) {
  const char *date = c->record.field[AL_OPERATION_DATE].data;
  int step = load->n == 0 ? 0 : memcmp(date, load->edge, AL_TIME_LEN);
  if (load->order == 0 && step != 0)
    load->order = step;
  if (step != 0 && (step > 0) != (load->order > 0))
    return add_crowd(load, c, err);
  if (step != 0)
    al_buffer_clear(&load->instant);
  if (is_of_instant(load, c->identity) ||
      load->instant.len == INSTANT_MAX * AL_IDENTITY_BYTES)
    return add_crowd(load, c, err);
  memcpy(load->edge, date, AL_TIME_LEN);
  return al_buffer_append(&load->instant, (const char *)c->identity,
                          AL_IDENTITY_BYTES, err);
}

/* What is told of all contents together. */
static al_status note (pg_load *load, const al_content *c, al_error *err) {
  const char *date = c->record.field[AL_OPERATION_DATE].data;
  int field;
  if (load->is_told && note_crowd(load, c, err) != AL_OK)
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

static void forget (pg_load *load) {
  load->n = load->secrets = load->bytes = load->order = load->ncrowd = 0;
  load->is_told = 1;
  al_buffer_clear(&load->instant);
  al_buffer_clear(&load->crowd);
  al_sha256_init(&load->hash);
}

/* ---- sending ---- */

void pg_stage_close (pg_store *store) {
  al_buffer_close(&store->load.rows);
  al_buffer_close(&store->load.instant);
  al_buffer_close(&store->load.crowd);
}

al_status pg_stage_open (pg_store *store, al_error *err) {
  forget(&store->load);
  return pg_exec(store, store->writer, TABLES, err);
}

static al_status begin (pg_store *store, al_error *err) {
  static const char HEADER[19] = "PGCOPY\n\377\r\n"; /* and zeros */
  pg_load *load = &store->load;
  PGresult *result = PQexec(store->writer, COPY_IN);
  if (PQresultStatus(result) != PGRES_COPY_IN)
    return pg_fail(store, store->writer, result, err);
  PQclear(result);
  store->writer_in_use = load->copying = 1;
  al_buffer_clear(&load->rows);
  return al_buffer_append(&load->rows, HEADER, sizeof HEADER, err);
}

static al_status send (pg_store *store, al_error *err) {
  al_buffer *rows = &store->load.rows;
  int sent =
      PQputCopyData(store->writer, al_buffer_text(rows).data, (int)rows->len);
  al_buffer_clear(rows);
  return sent == 1 ? AL_OK : pg_fail(store, store->writer, NULL, err);
}

al_status pg_stage_put (pg_store *store, const al_content *content,
                        int64_t sequence, al_error *err) {
  pg_load *load = &store->load;
  if ((!load->copying && begin(store, err) != AL_OK) ||
      note(load, content, err) != AL_OK ||
      add_row(&load->rows, content, sequence, err) != AL_OK)
    return err->status;
  return load->rows.len < SEND_BYTES ? AL_OK : send(store, err);
}

/* Take what the server says to the end of the rows. */
static al_status end (pg_store *store, const char *why, al_error *err) {
  PGresult *result;
  int ended = PQputCopyEnd(store->writer, why);
  store->writer_in_use = store->load.copying = 0;
  if (ended != 1)
    return pg_fail(store, store->writer, NULL, err);
  result = PQgetResult(store->writer);
  pg_drain(store->writer);
  if (PQresultStatus(result) != PGRES_COMMAND_OK)
    return pg_fail(store, store->writer, result, err);
  PQclear(result);
  return AL_OK;
}

al_status pg_stage_flush (pg_store *store, al_error *err) {
  if (!store->load.copying)
    return AL_OK;
  if (append_big_endian(&store->load.rows, UINT16_MAX, 2, err) != AL_OK ||
      send(store, err) != AL_OK)
    return err->status;
  return end(store, NULL, err);
}

void pg_stage_stop (pg_store *store) {
  al_error ignored; /* it is told to fail */
  if (store->load.copying)
    end(store, "rolled back", &ignored);
}

al_status pg_stage_clear (pg_store *store, al_error *err) {
  forget(&store->load);
  return pg_exec(store, store->writer,
                 "TRUNCATE pg_temp.incoming, pg_temp.crowd, pg_temp.crowded",
                 err);
}
