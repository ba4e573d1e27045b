/*
** pg_masked.c - contents that come as a report shows them, their secrets masked:
** they are known (al_sqlite_import.c).
*/
#include "al_redact.h"
#include "pg.h"

/* How many bytes of the log an import masks to compare: as for a file. */
#define MASKED_FOR_EACH 4
#define MASKED_AT_LEAST (64 * 1024 * 1024)

/* Contents that came, and others of their record, in the log or before them, of
** which one may be the other as a report shows it. */
static const char MASKED[] =
    "SELECT c.arrival, c.digest, o.id, o.partner_id, o.customer_id,"
    " o.customer_name, o.user_principal_name, o.application_id, o.session_id,"
    " o.original_correlation_id, o.resource_type, o.operation_type,"
    " o.operation_status, o.operation_date, o.resource_old_value,"
    " o.resource_new_value, o.customized_data, o.other"
    " FROM pg_temp.crowded AS c JOIN ("
    "  SELECT 0 AS arrival, " AL_CONTENT_COLUMNS " FROM activitylog.record"
    "   WHERE secret <> 0 AND operation_date BETWEEN ?1 AND ?2"
    "  UNION ALL"
    "  SELECT 0, " AL_CONTENT_COLUMNS " FROM activitylog.superseded"
    "   WHERE secret <> 0 AND operation_date BETWEEN ?1 AND ?2"
    "  UNION ALL"
    "  SELECT sequence, " AL_CONTENT_COLUMNS " FROM pg_temp.incoming"
    "   WHERE secret <> 0) AS o"
    " ON o.operation_date = c.operation_date AND o.identity = c.identity"
    " WHERE c.secret <> 0 AND NOT c.known AND o.arrival < c.arrival"
    "  AND o.digest <> c.digest";
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
static al_status list_masked (pg_store *store, const al_sql_value *dates,
                              al_buffer *list, al_error *err) {
  const pg_load *load = &store->load;
  int64_t left = MASKED_AT_LEAST + MASKED_FOR_EACH * load->bytes;
  al_buffer text = {0};
  al_select *select;
  al_status status;
  int row, masked = 0;
  if (al_select_open(&select, &store->base, MASKED_TYPES, MASKED, dates, 2,
                     err) != AL_OK)
    return err->status;
  while ((status = al_select_next(select, &row, err)) == AL_OK && row &&
         left > 0) {
    status = is_masked(select, &text, &left, &masked, err);
    if (status == AL_OK && masked)
      status = al_buffer_append_string(list, list->len > 0 ? ", " : "", err);
    if (status == AL_OK && masked)
      status = pg_append_integer(list, select->value[0].integer, err);
    if (status != AL_OK)
      break;
  }
  al_select_close(select);
  al_buffer_close(&text);
  return status;
}

static al_status mark (pg_store *store, const al_buffer *list, al_error *err) {
  al_buffer sql = {0};
  al_status status;
  if (al_buffer_append_string(
          &sql, "UPDATE pg_temp.crowded SET known = true WHERE arrival IN (",
          err) != AL_OK ||
      al_buffer_append(&sql, list->data, list->len, err) != AL_OK ||
      al_buffer_append(&sql, ")", 2, err) != AL_OK)
    status = err->status;
  else
    status = pg_exec(store, store->writer, sql.data, err);
  al_buffer_close(&sql);
  return status;
}

/* A transaction in which reading was broken off goes on behind this. */
static al_status find_masked (pg_store *store, const al_sql_value *dates,
                              al_buffer *list, al_error *err) {
  PGconn *conn = store->writer;
  if (pg_exec(store, conn, "SAVEPOINT masked", err) != AL_OK ||
      list_masked(store, dates, list, err) != AL_OK)
    return err->status;
  return pg_exec(store, conn, "ROLLBACK TO SAVEPOINT masked", err);
}

al_status pg_mark_masked (pg_store *store, const al_sql_value *dates,
                          al_error *err) {
  al_buffer list = {0};
  al_status status = AL_OK;
  if (store->load.secrets > 0)
    status = find_masked(store, dates, &list, err);
  if (status == AL_OK && list.len > 0)
    status = mark(store, &list, err);
  al_buffer_close(&list);
  return status;
}
