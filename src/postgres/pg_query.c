/*
** pg_query.c - the SQL of a query.
**
** The order of time is that of the index record_by_date, and in each partition
** of its own. A customer's records come in that order from record_by_customer.
*/
#include "al_fold.h"
#include "pg.h"

#define CUSTOMER_KEY_CHARS "64" /* of a customer_id, in record_by_customer */

typedef struct {
  al_buffer *sql;
  PGconn *conn; /* whose literals they are */
  const al_query *query;
} builder;

static al_status add (builder *b, const char *sql, al_error *err) {
  return al_buffer_append_string(b->sql, sql, err);
}

static int has (const builder *b, al_filter filter) {
  return b->query->filter[filter].values != NULL;
}

/* ---- values ---- */

static al_status add_time (builder *b, const char *before, al_time time,
                           al_error *err) {
  char fixed[AL_TIME_LEN + 1];
  al_time_write(fixed, time);
  if (add(b, before, err) != AL_OK)
    return err->status;
  return pg_append_text(b->sql, b->conn, al_text_from(fixed, AL_TIME_LEN), err);
}

/* A to Z in lower case, as the columns are compared. */
static al_status add_lower (builder *b, al_text value, al_error *err) {
  al_buffer lower = {0};
  al_status status = al_buffer_append(&lower, value.data, value.len, err);
  size_t i;
  for (i = 0; i < lower.len; i++)
    lower.data[i] = al_lower(lower.data[i]);
  if (status == AL_OK)
    status = pg_append_text(b->sql, b->conn, al_buffer_text(&lower), err);
  al_buffer_close(&lower);
  return status;
}

static al_status add_folded (builder *b, al_text name, al_error *err) {
  al_buffer folded = {0};
  al_status status = al_fold(&folded, name, err);
  if (status == AL_OK)
    status = pg_append_text(b->sql, b->conn, al_buffer_text(&folded), err);
  al_buffer_close(&folded);
  return status;
}

/* The values of a filter as an array, each between two texts. An array is what
** servers of partitions are sent as it stands (docs/manual/sharding.md), and it
** may be empty. */
static al_status add_array (builder *b, al_filter filter, const char *before,
                            const char *behind, al_error *err) {
  const al_filter_values *values = &b->query->filter[filter];
  size_t i;
  if (add(b, " = ANY (ARRAY[", err) != AL_OK)
    return err->status;
  for (i = 0; i < values->n; i++)
    if ((i > 0 && add(b, ", ", err) != AL_OK) || add(b, before, err) != AL_OK ||
        add_lower(b, values->values[i], err) != AL_OK ||
        add(b, behind, err) != AL_OK)
      return err->status;
  return add(b, "]::text[])", err);
}

/* ---- terms ---- */

static al_status add_period (builder *b, al_error *err) {
  const al_period *period = &b->query->period;
  if (al_period_has_start(period) &&
      add_time(b, " AND r.operation_date >= ", period->start, err) != AL_OK)
    return err->status;
  return al_period_has_stop(period)
             ? add_time(b, " AND r.operation_date < ", period->stop, err)
             : AL_OK;
}

#define CUSTOMER_KEY "left(lower(r.customer_id), " CUSTOMER_KEY_CHARS ")"

/* By what the index has. The records of one customer stand in it in their order;
** of several the server only knows that they are equal to one of them. */
static al_status add_customer_keys (builder *b, al_error *err) {
  const al_filter_values *ids = &b->query->filter[AL_FILTER_CUSTOMER_ID];
  if (ids->n != 1)
    return add_array(b, AL_FILTER_CUSTOMER_ID, "left(",
                     ", " CUSTOMER_KEY_CHARS ")", err);
  if (add(b, " = left(", err) != AL_OK ||
      add_lower(b, ids->values[0], err) != AL_OK)
    return err->status;
  return add(b, ", " CUSTOMER_KEY_CHARS ")", err);
}

static al_status add_customers (builder *b, al_error *err) {
  if (!has(b, AL_FILTER_CUSTOMER_ID))
    return AL_OK;
  if (add(b, " AND r.customer_id IS NOT NULL AND " CUSTOMER_KEY, err) !=
          AL_OK ||
      add_customer_keys(b, err) != AL_OK ||
      add(b, " AND lower(r.customer_id)", err) != AL_OK)
    return err->status;
  return add_array(b, AL_FILTER_CUSTOMER_ID, "", "", err);
}

/* Not by coalesce(), which other servers are not sent. */
static al_status add_name (builder *b, al_text name, al_error *err) {
  if (add(b, " OR strpos(r.customer_name_folded, ", err) != AL_OK ||
      add_folded(b, name, err) != AL_OK ||
      add(b,
          ") > 0 OR r.customer_name_folded IS NULL"
          " AND strpos(lower(r.customer_name), ",
          err) != AL_OK ||
      add_folded(b, name, err) != AL_OK)
    return err->status;
  return add(b, ") > 0", err);
}

static al_status add_names (builder *b, al_error *err) {
  const al_filter_values *names = &b->query->filter[AL_FILTER_CUSTOMER_NAME];
  size_t i;
  if (names->values == NULL)
    return AL_OK;
  if (add(b, " AND (false", err) != AL_OK)
    return err->status;
  for (i = 0; i < names->n; i++)
    if (add_name(b, names->values[i], err) != AL_OK)
      return err->status;
  return add(b, ")", err);
}

static al_status add_columns_equal (builder *b, al_error *err) {
  int filter;
  for (filter = 0; filter < AL_NFILTERS; filter++) {
    const char *column = al_filter_column((al_filter)filter);
    if (column == NULL || !has(b, (al_filter)filter))
      continue;
    if (add(b, " AND lower(r.", err) != AL_OK || add(b, column, err) != AL_OK ||
        add(b, ")", err) != AL_OK ||
        add_array(b, (al_filter)filter, "", "", err) != AL_OK)
      return err->status;
  }
  return AL_OK;
}

static al_status add_place (builder *b, const char *compared,
                            const al_record_position *place, al_error *err) {
  if (add(b, " AND (r.operation_date, r.identity) ", err) != AL_OK ||
      add_time(b, compared, place->date, err) != AL_OK ||
      add(b, ", ", err) != AL_OK ||
      pg_append_bytes(b->sql, place->identity, AL_IDENTITY_BYTES, err) != AL_OK)
    return err->status;
  return add(b, ")", err);
}

static al_status add_position (builder *b, al_error *err) {
  const al_query *query = b->query;
  if (query->at != NULL)
    return add_place(b, "= (", query->at, err);
  if (query->after == NULL)
    return AL_OK;
  return add_place(b, query->oldest_first ? "> (" : "< (", query->after, err);
}

static al_status add_source (builder *b, al_error *err) {
  if (add(b, " FROM record AS r WHERE true", err) != AL_OK ||
      add_period(b, err) != AL_OK || add_customers(b, err) != AL_OK ||
      add_names(b, err) != AL_OK || add_columns_equal(b, err) != AL_OK)
    return err->status;
  return add_position(b, err);
}

/* ---- selects ---- */

al_status pg_query_select (al_buffer *sql, PGconn *conn, const al_query *query,
                           al_error *err) {
  al_query narrowed = *query;
  builder b = {sql, conn, &narrowed};
  al_query_narrow(&narrowed);
  if (al_query_check(query, err) != AL_OK ||
      al_query_add_select(sql, query, err) != AL_OK ||
      add_source(&b, err) != AL_OK)
    return err->status;
  return add(&b,
             query->oldest_first
                 ? " ORDER BY r.operation_date, r.identity"
                 : " ORDER BY r.operation_date DESC, r.identity DESC",
             err);
}

al_status pg_query_count (al_buffer *sql, PGconn *conn, const al_query *query,
                          al_error *err) {
  al_query narrowed = *query;
  builder b = {sql, conn, &narrowed};
  al_query_narrow(&narrowed);
  if (al_query_check(query, err) != AL_OK ||
      add(&b, "SELECT count(*)", err) != AL_OK)
    return err->status;
  return add_source(&b, err);
}
