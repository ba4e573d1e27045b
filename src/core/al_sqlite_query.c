/*
** al_sqlite_query.c - the SQL of a query.
**
** The order of time is that of the index record_by_date. For customers it is
** made by sorting what customer_record has of them, which is small.
*/
#include "al_sqlite_query.h"

#include "al_fold.h"

/* Customers up to which looking each up costs less than reading all. */
#define LOOK_UP_MAX 200

/* ---- the SQL of a query ---- */

/* A statement in the making. Its parameters are bound in the order in which
** the terms were added. */
typedef struct {
  const al_query *query;
  al_query_form form;
  al_buffer sql;
} builder;

static al_status add (builder *b, const char *sql, al_error *err) {
  return al_buffer_append_string(&b->sql, sql, err);
}

static int has (const builder *b, al_filter filter) {
  return b->query->filter[filter].values != NULL;
}

/* 'term' once for each value of the filter, with 'between' between them. */
static al_status add_values (builder *b, al_filter filter, const char *term,
                             const char *between, al_error *err) {
  size_t i;
  for (i = 0; i < b->query->filter[filter].n; i++)
    if ((i > 0 && add(b, between, err) != AL_OK) || add(b, term, err) != AL_OK)
      return err->status;
  return AL_OK;
}

static al_status add_columns (builder *b, al_error *err) {
  switch (b->form) {
  case AL_QUERY_COUNT:
  case AL_QUERY_SLICE_COUNT:
    return add(b, "SELECT count(*)", err);
  case AL_QUERY_CUT:
    return add(b, "SELECT r.operation_date", err);
  default:
    return al_query_add_select(&b->sql, b->query, err);
  }
}

static al_status add_start (builder *b, const char *column, al_error *err) {
  if (!al_period_has_start(&b->query->period))
    return AL_OK;
  if (add(b, " AND ", err) != AL_OK || add(b, column, err) != AL_OK)
    return err->status;
  return add(b, " >= ?", err);
}

static al_status add_stop (builder *b, const char *column, al_error *err) {
  if (!al_period_has_stop(&b->query->period))
    return AL_OK;
  if (add(b, " AND ", err) != AL_OK || add(b, column, err) != AL_OK)
    return err->status;
  return add(b, " < ?", err);
}

static al_status add_period (builder *b, const char *column, al_error *err) {
  if (add_start(b, column, err) != AL_OK)
    return err->status;
  return add_stop(b, column, err);
}

/* The days of the period that have records, some ten at a time, each found from
** those before. */
static al_status add_days (builder *b, al_error *err) {
  const al_period *period = &b->query->period;
  if (add(b,
          "(WITH RECURSIVE d (days) AS ("
          "SELECT (SELECT min(days) FROM customer_record",
          err) != AL_OK ||
      (al_period_has_start(period) &&
       add(b, " WHERE days >= substr(?, 1, 9)", err) != AL_OK) ||
      add(b,
          ") UNION ALL SELECT (SELECT min(c.days) FROM customer_record AS c"
          " WHERE c.days > d.days) FROM d WHERE d.days IS NOT NULL",
          err) != AL_OK ||
      (al_period_has_stop(period) && add(b, " AND d.days < ?", err) != AL_OK))
    return err->status;
  return add(b, ") SELECT days FROM d WHERE days IS NOT NULL) AS d", err);
}

/* Records of the customers, sorted before their text is read. Few customers are
** looked up in their days, for many the days are read (the unary plus keeps
** SQLite from looking up). The LIMIT keeps it from dropping the ORDER BY of a
** subquery. */
static al_status add_customers (builder *b, al_error *err) {
  int few = b->query->filter[AL_FILTER_CUSTOMER_ID].n <= LOOK_UP_MAX;
  if (add(b, " FROM (SELECT i.sequence AS sequence FROM ", err) != AL_OK ||
      add_days(b, err) != AL_OK ||
      add(b, " CROSS JOIN customer_record AS c ON c.days = d.days AND ", err) !=
          AL_OK ||
      add(b, few ? "c.customer IN (" : "+c.customer IN (", err) != AL_OK ||
      add_values(b, AL_FILTER_CUSTOMER_ID, "?", ", ", err) != AL_OK ||
      add(b,
          ") CROSS JOIN record AS i ON i.sequence = c.sequence"
          " WHERE 1",
          err) != AL_OK ||
      add_period(b, "i.operation_date", err) != AL_OK)
    return err->status;
  return add(b,
             b->query->oldest_first
                 ? " ORDER BY i.operation_date, i.identity LIMIT -1) AS o"
                   " CROSS JOIN record AS r ON r.sequence = o.sequence"
                 : " ORDER BY i.operation_date DESC, i.identity DESC"
                   " LIMIT -1) AS o"
                   " CROSS JOIN record AS r ON r.sequence = o.sequence",
             err);
}

static al_status add_filters (builder *b, al_error *err) {
  int filter;
  if (has(b, AL_FILTER_CUSTOMER_NAME)) {
    if (add(b, " AND (0", err) != AL_OK ||
        add_values(b, AL_FILTER_CUSTOMER_NAME,
                   " OR instr(ifnull(r.customer_name_folded,"
                   " lower(r.customer_name)), ?) > 0",
                   "", err) != AL_OK ||
        add(b, ")", err) != AL_OK)
      return err->status;
  }
  for (filter = 0; filter < AL_NFILTERS; filter++) {
    if (al_filter_column((al_filter)filter) == NULL ||
        !has(b, (al_filter)filter))
      continue;
    /* Not COLLATE NOCASE, which takes a zero byte for the end. */
    if (add(b, " AND lower(r.", err) != AL_OK ||
        add(b, al_filter_column((al_filter)filter), err) != AL_OK ||
        add(b, ") IN (", err) != AL_OK ||
        add_values(b, (al_filter)filter, "?", ", ", err) != AL_OK ||
        add(b, ")", err) != AL_OK)
      return err->status;
  }
  return AL_OK;
}

#define DATE "r.operation_date"

/* The ends of a slice stand for the period: of two terms that bound the same
** side SQLite seeks by one alone. So it does by one of a row value, and looks at
** each row for the other, which is why slices end between instants. */
static al_status add_slice (builder *b, al_error *err) {
  return add(b,
             b->query->oldest_first ? " AND " DATE " > ?1 AND " DATE " <= ?2"
                                    : " AND " DATE " < ?1 AND " DATE " >= ?2",
             err);
}

/* What is behind an instant, up to the end of the period. */
static al_status add_cut (builder *b, al_error *err) {
  int oldest_first = b->query->oldest_first;
  if (add(b, oldest_first ? " AND " DATE " > ?1" : " AND " DATE " < ?1", err) !=
      AL_OK)
    return err->status;
  return oldest_first ? add_stop(b, DATE, err) : add_start(b, DATE, err);
}

/* What is behind a position, or at it: row values, by which SQLite seeks. */
static al_status add_position (builder *b, al_error *err) {
  if (b->query->at != NULL)
    return add(b, " AND (" DATE ", r.identity) = (?, ?)", err);
  if (b->query->after == NULL)
    return AL_OK;
  return add(b,
             b->query->oldest_first ? " AND (" DATE ", r.identity) > (?, ?)"
                                    : " AND (" DATE ", r.identity) < (?, ?)",
             err);
}

/* The period's ends. Of two terms that bound the same side SQLite may seek by
** the wider one, so that a position stands for that end alone. */
static al_status add_ends (builder *b, al_error *err) {
  if (b->query->after == NULL || b->query->at != NULL)
    return add_period(b, DATE, err);
  return b->query->oldest_first ? add_stop(b, DATE, err)
                                : add_start(b, DATE, err);
}

/* Which of the records by time, or of those of the customers. */
static al_status add_range (builder *b, al_error *err) {
  switch (b->form) {
  case AL_QUERY_SLICE:
  case AL_QUERY_SLICE_COUNT:
    return add_slice(b, err);
  case AL_QUERY_CUT:
    return add_cut(b, err);
  default:
    return has(b, AL_FILTER_CUSTOMER_ID) ? AL_OK : add_ends(b, err);
  }
}

static int by_index_alone (al_query_form form) {
  return form == AL_QUERY_CUT || form == AL_QUERY_SLICE_COUNT;
}

/* From FROM to the last WHERE term. */
static al_status add_source (builder *b, al_error *err) {
  al_status status =
      has(b, AL_FILTER_CUSTOMER_ID)
          ? add_customers(b, err)
          : add(b, " FROM record AS r INDEXED BY record_by_date", err);
  if (status != AL_OK || add(b, " WHERE 1", err) != AL_OK ||
      add_range(b, err) != AL_OK)
    return err->status;
  if (by_index_alone(b->form))
    return AL_OK;
  if (add(b, " AND r.sequence <= ?", err) != AL_OK ||
      add_filters(b, err) != AL_OK)
    return err->status;
  return add_position(b, err);
}

static al_status add_order (builder *b, al_error *err) {
  if (b->form == AL_QUERY_COUNT || b->form == AL_QUERY_SLICE_COUNT ||
      has(b, AL_FILTER_CUSTOMER_ID))
    return AL_OK;
  if (add(b,
          b->query->oldest_first
              ? " ORDER BY r.operation_date, r.identity"
              : " ORDER BY r.operation_date DESC, r.identity DESC",
          err) != AL_OK)
    return err->status;
  return b->form == AL_QUERY_CUT
             ? add(b, " LIMIT 2 OFFSET " AL_NUMBER(AL_SLICE_ROWS) " - 1", err)
             : AL_OK;
}

/* ---- its parameters ---- */

typedef struct {
  sqlite3_stmt *statement;
  int next; /* parameter, from 1 */
} binder;

static al_status bound (binder *b, int code, al_error *err) {
  b->next++;
  if (code == SQLITE_TOOBIG)
    return al_fail(err, AL_LIMIT, "a value of the filters is too long");
  if (code != SQLITE_OK)
    return al_sqlite_fail(sqlite3_db_handle(b->statement), err);
  return AL_OK;
}

static al_status bind_text (binder *b, al_text text, al_error *err) {
  return bound(b,
               sqlite3_bind_text64(b->statement, b->next, text.data, text.len,
                                   SQLITE_TRANSIENT, SQLITE_UTF8),
               err);
}

static al_status bind_time (binder *b, al_time time, al_error *err) {
  char fixed[AL_TIME_LEN + 1];
  al_time_write(fixed, time);
  return bind_text(b, al_text_from(fixed, AL_TIME_LEN), err);
}

static al_status bind_start (binder *b, const al_period *period,
                             al_error *err) {
  return al_period_has_start(period) ? bind_time(b, period->start, err) : AL_OK;
}

static al_status bind_stop (binder *b, const al_period *period, al_error *err) {
  return al_period_has_stop(period) ? bind_time(b, period->stop, err) : AL_OK;
}

static al_status bind_period (binder *b, const al_period *period,
                              al_error *err) {
  if (bind_start(b, period, err) != AL_OK)
    return err->status;
  return bind_stop(b, period, err);
}

static al_status bind_customer (binder *b, al_text id, al_buffer *key,
                                al_error *err) {
  int is_guid;
  if (al_customer_key(key, id, &is_guid, err) != AL_OK)
    return err->status;
  if (!is_guid)
    return bind_text(b, al_buffer_text(key), err);
  return bound(b,
               sqlite3_bind_blob(b->statement, b->next, key->data,
                                 AL_GUID_BYTES, SQLITE_TRANSIENT),
               err);
}

static al_status bind_folded (binder *b, al_text name, al_buffer *folded,
                              al_error *err) {
  if (al_fold(folded, name, err) != AL_OK)
    return err->status;
  return bind_text(b, al_buffer_text(folded), err);
}

static al_status bind_lower (binder *b, al_text value, al_buffer *lower,
                             al_error *err) {
  size_t i;
  if (al_buffer_append(lower, value.data, value.len, err) != AL_OK)
    return err->status;
  for (i = 0; i < lower->len; i++)
    lower->data[i] = al_lower(lower->data[i]);
  return bind_text(b, al_buffer_text(lower), err);
}

/* A value as the filter compares it. */
static al_status bind_value (binder *b, al_filter filter, al_text value,
                             al_error *err) {
  al_buffer text = {0};
  al_status status;
  switch (filter) {
  case AL_FILTER_CUSTOMER_ID:
    status = bind_customer(b, value, &text, err);
    break;
  case AL_FILTER_CUSTOMER_NAME:
    status = bind_folded(b, value, &text, err);
    break;
  default:
    status = bind_lower(b, value, &text, err);
  }
  al_buffer_close(&text);
  return status;
}

static al_status bind_values (binder *b, const al_query *query,
                              al_filter filter, al_error *err) {
  const al_filter_values *values = &query->filter[filter];
  size_t i;
  for (i = 0; i < values->n; i++)
    if (bind_value(b, filter, values->values[i], err) != AL_OK)
      return err->status;
  return AL_OK;
}

/* Those without a number are counted from the greatest before them. */
static int first_parameter (al_query_form form) {
  switch (form) {
  case AL_QUERY_SLICE:
    return 3;
  case AL_QUERY_CUT:
    return 2;
  default:
    return 1;
  }
}

static al_status bind_place (binder *b, const al_record_position *position,
                             al_error *err) {
  if (bind_time(b, position->date, err) != AL_OK)
    return err->status;
  return bound(b,
               sqlite3_bind_blob(b->statement, b->next, position->identity,
                                 AL_IDENTITY_BYTES, SQLITE_TRANSIENT),
               err);
}

static al_status bind_position (binder *b, const al_query *query,
                                al_error *err) {
  if (query->at != NULL)
    return bind_place(b, query->at, err);
  return query->after != NULL ? bind_place(b, query->after, err) : AL_OK;
}

/* As add_ends. */
static al_status bind_ends (binder *b, const al_query *query, al_error *err) {
  if (query->after == NULL || query->at != NULL)
    return bind_period(b, &query->period, err);
  return query->oldest_first ? bind_stop(b, &query->period, err)
                             : bind_start(b, &query->period, err);
}

static al_status bind_filters (binder *b, const al_query *query,
                               al_error *err) {
  int filter;
  if (bind_values(b, query, AL_FILTER_CUSTOMER_NAME, err) != AL_OK)
    return err->status;
  for (filter = 0; filter < AL_NFILTERS; filter++)
    if (al_filter_column((al_filter)filter) != NULL &&
        bind_values(b, query, (al_filter)filter, err) != AL_OK)
      return err->status;
  return AL_OK;
}

/* In the order of add_source. */
static al_status bind_all (sqlite3_stmt *statement, const builder *from,
                           int64_t newest, al_error *err) {
  binder b = {statement, first_parameter(from->form)};
  const al_query *query = from->query;
  if (from->form == AL_QUERY_SLICE_COUNT)
    return AL_OK;
  if (from->form == AL_QUERY_CUT)
    return query->oldest_first ? bind_stop(&b, &query->period, err)
                               : bind_start(&b, &query->period, err);
  if (has(from, AL_FILTER_CUSTOMER_ID) &&
      (bind_period(&b, &query->period, err) != AL_OK ||
       bind_values(&b, query, AL_FILTER_CUSTOMER_ID, err) != AL_OK))
    return err->status;
  if (from->form != AL_QUERY_SLICE &&
      (has(from, AL_FILTER_CUSTOMER_ID) ? bind_period(&b, &query->period, err)
                                        : bind_ends(&b, query, err)) != AL_OK)
    return err->status;
  if (bound(&b, sqlite3_bind_int64(statement, b.next, newest), err) != AL_OK ||
      bind_filters(&b, query, err) != AL_OK)
    return err->status;
  return bind_position(&b, query, err);
}

/* ---- the statement ---- */

static al_status write_sql (builder *b, al_error *err) {
  if (al_query_check(b->query, err) != AL_OK || add_columns(b, err) != AL_OK ||
      add_source(b, err) != AL_OK)
    return err->status;
  return add_order(b, err);
}

al_status al_sqlite_query (sqlite3_stmt **out, sqlite3 *db,
                           const al_query *query, al_query_form form,
                           int64_t newest, al_error *err) {
  al_query narrowed = *query;
  builder b = {&narrowed, form, {NULL, 0, 0}};
  al_status status;
  *out = NULL;
  al_query_narrow(&narrowed);
  status = write_sql(&b, err);
  if (status == AL_OK)
    status = al_sqlite_prepare(db, out, b.sql.data, b.sql.len, err);
  if (status == AL_OK)
    status = bind_all(*out, &b, newest, err);
  al_buffer_close(&b.sql);
  if (status != AL_OK) {
    sqlite3_finalize(*out);
    *out = NULL;
  }
  return status;
}
