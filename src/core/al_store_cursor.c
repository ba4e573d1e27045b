/*
** al_store_cursor.c - records out of a log, by period and filter, in order.
**
** The order of time is that of the index record_by_date. For customers it is
** made by sorting what customer_record has of them, which is small.
*/
#include "al_store.h"

#include <stdlib.h>

#include "al_fold.h"
#include "al_redact.h"
#include "al_search.h"
#include "al_store_sqlite.h"

struct al_cursor {
  sqlite3_stmt *statement; /* NULL once there are no more */
  sqlite3_stmt *snapshot;  /* is halfway, so that what is read stays the same */
  al_field field[AL_NFIELDS]; /* of the columns behind sequence and secret */
  int nfields;
  int unmasked;
  al_rules *rules; /* owned; NULL when there are none */
  int64_t masked;
  al_record row;    /* as it is in the log */
  al_record record; /* as it is handed out */
  al_buffer text;   /* of its masked values */
  al_search search;
  al_progress progress;
  int64_t looked_at; /* rows so far */
};

#define FIRST_FIELD_COLUMN 2

/* Some milliseconds' worth of rows, so that work is stopped soon when told. */
#define PROGRESS_ROWS 1024

/* SQLite takes 32,766 parameters, and expressions 1,000 levels deep, which a
** name's OR adds to. */
#define VALUES_MAX 30000
#define NAMES_MAX  500

static const struct {
  const char *name;
  const char *column; /* compared without case; NULL: in a way of its own */
} FILTERS[AL_NFILTERS] = {
    {"customer_id", NULL},
    {"customer_name", NULL},
    {"operation_type", "operation_type"},
    {"resource_type", "resource_type"},
    {"operation_status", "operation_status"},
    {"user", "user_principal_name"},
    {"text", NULL},
};

const char *al_filter_name (al_filter filter) {
  return FILTERS[filter].name;
}

/* ---- the SQL of a query ---- */

/* A statement in the making. Its parameters are bound in the order in which
** the terms were added. */
typedef struct {
  const al_query *query;
  al_buffer sql;
  int64_t newest; /* greatest sequence when it began */
} builder;

static al_status add (builder *b, const char *sql, al_error *err) {
  return al_buffer_append(&b->sql, sql, strlen(sql), err);
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

static al_status check_values (const al_query *query, al_error *err) {
  size_t filter, n = 0;
  for (filter = 0; filter < AL_NFILTERS; filter++)
    n += filter != AL_FILTER_TEXT ? query->filter[filter].n : 0;
  if (query->filter[AL_FILTER_CUSTOMER_NAME].n > NAMES_MAX)
    return al_fail(err, AL_LIMIT, "customer_name has more than %d values",
                   NAMES_MAX);
  if (n > VALUES_MAX)
    return al_fail(err, AL_LIMIT, "the filters have more than %d values",
                   VALUES_MAX);
  return AL_OK;
}

static al_status add_columns (builder *b, al_cursor *cursor, al_error *err) {
  int field;
  if (add(b, "SELECT r.sequence, r.secret", err) != AL_OK)
    return err->status;
  for (field = 0; field < AL_NFIELDS; field++) {
    if ((b->query->fields & AL_FIELD_BIT(field)) == 0 &&
        !has(b, AL_FILTER_TEXT))
      continue;
    cursor->field[cursor->nfields++] = (al_field)field;
    if (add(b, ", r.", err) != AL_OK ||
        add(b, al_field_name((al_field)field), err) != AL_OK)
      return err->status;
  }
  return AL_OK;
}

static al_status add_period (builder *b, const char *column, al_error *err) {
  if (al_period_has_start(&b->query->period) &&
      (add(b, " AND ", err) != AL_OK || add(b, column, err) != AL_OK ||
       add(b, " >= ?", err) != AL_OK))
    return err->status;
  if (al_period_has_stop(&b->query->period) &&
      (add(b, " AND ", err) != AL_OK || add(b, column, err) != AL_OK ||
       add(b, " < ?", err) != AL_OK))
    return err->status;
  return AL_OK;
}

/* Records of the customers, sorted before their text is read. The LIMIT keeps
** SQLite from dropping the ORDER BY of a subquery. */
static al_status add_customers (builder *b, al_error *err) {
  if (add(b,
          " FROM (SELECT i.sequence AS sequence FROM customer_record AS c"
          " CROSS JOIN record AS i ON i.sequence = c.sequence"
          " WHERE c.customer IN (",
          err) != AL_OK ||
      add_values(b, AL_FILTER_CUSTOMER_ID, "?", ", ", err) != AL_OK ||
      add(b, ")", err) != AL_OK ||
      add_period(b, "c.operation_date", err) != AL_OK)
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
                   " OR instr(r.customer_name_folded, ?) > 0", "",
                   err) != AL_OK ||
        add(b, ")", err) != AL_OK)
      return err->status;
  }
  for (filter = 0; filter < AL_NFILTERS; filter++) {
    if (FILTERS[filter].column == NULL || !has(b, (al_filter)filter))
      continue;
    /* Not COLLATE NOCASE, which takes a zero byte for the end. */
    if (add(b, " AND lower(r.", err) != AL_OK ||
        add(b, FILTERS[filter].column, err) != AL_OK ||
        add(b, ") IN (", err) != AL_OK ||
        add_values(b, (al_filter)filter, "?", ", ", err) != AL_OK ||
        add(b, ")", err) != AL_OK)
      return err->status;
  }
  return AL_OK;
}

/* From FROM to the last WHERE term. */
static al_status add_source (builder *b, al_error *err) {
  if (check_values(b->query, err) != AL_OK)
    return err->status;
  if (has(b, AL_FILTER_CUSTOMER_ID)) {
    if (add_customers(b, err) != AL_OK)
      return err->status;
  } else if (add(b, " FROM record AS r INDEXED BY record_by_date", err) !=
             AL_OK) {
    return err->status;
  }
  if (add(b, " WHERE r.sequence <= ?", err) != AL_OK)
    return err->status;
  if (!has(b, AL_FILTER_CUSTOMER_ID) &&
      add_period(b, "r.operation_date", err) != AL_OK)
    return err->status;
  return add_filters(b, err);
}

static al_status add_order (builder *b, al_error *err) {
  if (has(b, AL_FILTER_CUSTOMER_ID))
    return AL_OK;
  return add(b,
             b->query->oldest_first
                 ? " ORDER BY r.operation_date, r.identity"
                 : " ORDER BY r.operation_date DESC, r.identity DESC",
             err);
}

/* ---- its parameters ---- */

typedef struct {
  sqlite3_stmt *statement;
  int next; /* parameter, from 1 */
} binder;

static al_status bound (binder *b, int code, al_error *err) {
  b->next++;
  if (code != SQLITE_OK)
    return al_store_fail(sqlite3_db_handle(b->statement), err);
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

static al_status bind_period (binder *b, const al_period *period,
                              al_error *err) {
  if (al_period_has_start(period) && bind_time(b, period->start, err) != AL_OK)
    return err->status;
  if (al_period_has_stop(period) && bind_time(b, period->stop, err) != AL_OK)
    return err->status;
  return AL_OK;
}

/* A value as the filter compares it: names folded, others in lower case. */
static al_status bind_value (binder *b, al_filter filter, al_text value,
                             al_error *err) {
  al_buffer text;
  al_status status;
  size_t i;
  al_buffer_init(&text);
  if (filter == AL_FILTER_CUSTOMER_NAME)
    status = al_fold(&text, value, err);
  else
    status = al_buffer_append(&text, value.data, value.len, err);
  for (i = 0; filter != AL_FILTER_CUSTOMER_NAME && i < text.len; i++)
    text.data[i] = al_lower(text.data[i]);
  if (status == AL_OK)
    status = bind_text(b, al_buffer_text(&text), err);
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

/* In the order of add_source. */
static al_status bind_all (sqlite3_stmt *statement, const builder *from,
                           al_error *err) {
  binder b = {statement, 1};
  const al_query *query = from->query;
  int filter, by_customer = has(from, AL_FILTER_CUSTOMER_ID);
  if (by_customer &&
      (bind_values(&b, query, AL_FILTER_CUSTOMER_ID, err) != AL_OK ||
       bind_period(&b, &query->period, err) != AL_OK))
    return err->status;
  if (bound(&b, sqlite3_bind_int64(statement, b.next, from->newest), err) !=
      AL_OK)
    return err->status;
  if (!by_customer && bind_period(&b, &query->period, err) != AL_OK)
    return err->status;
  if (bind_values(&b, query, AL_FILTER_CUSTOMER_NAME, err) != AL_OK)
    return err->status;
  for (filter = 0; filter < AL_NFILTERS; filter++)
    if (FILTERS[filter].column != NULL &&
        bind_values(&b, query, (al_filter)filter, err) != AL_OK)
      return err->status;
  return AL_OK;
}

/* ---- cursors ---- */

/* The greatest sequence. The statement stays where it is: another process may
** write between this and the cursor's first record. */
static al_status read_newest (al_cursor *cursor, al_store *store,
                              int64_t *newest, al_error *err) {
  static const char NEWEST[] = "SELECT max(sequence) FROM record";
  if (al_store_prepare(store->db, &cursor->snapshot, NEWEST, sizeof NEWEST - 1,
                       err) != AL_OK)
    return err->status;
  if (sqlite3_step(cursor->snapshot) != SQLITE_ROW)
    return al_store_fail(store->db, err);
  *newest = sqlite3_column_int64(cursor->snapshot, 0);
  return AL_OK;
}

static al_status prepare (al_cursor *cursor, al_store *store, builder *b,
                          al_error *err) {
  if (al_store_prepare(store->db, &cursor->statement, b->sql.data, b->sql.len,
                       err) != AL_OK)
    return err->status;
  return bind_all(cursor->statement, b, err);
}

al_status al_cursor_open (al_cursor **out, al_store *store,
                          const al_query *query, al_error *err) {
  al_cursor *cursor = calloc(1, sizeof *cursor);
  const al_filter_values *texts = &query->filter[AL_FILTER_TEXT];
  builder b = {query, {NULL, 0, 0}, 0};
  al_status status;
  *out = NULL;
  if (cursor == NULL)
    return al_fail_nomem(err);
  cursor->unmasked = query->unmasked;
  cursor->progress = query->progress;
  status = read_newest(cursor, store, &b.newest, err);
  if (status == AL_OK &&
      (add_columns(&b, cursor, err) != AL_OK || add_source(&b, err) != AL_OK ||
       add_order(&b, err) != AL_OK || prepare(cursor, store, &b, err) != AL_OK))
    status = err->status;
  if (status == AL_OK && query->nrules > 0 && !query->unmasked)
    status = al_rules_open(&cursor->rules, query->rules, query->nrules, err);
  if (status == AL_OK && texts->values != NULL)
    status = al_search_set(&cursor->search, texts->values, texts->n, err);
  al_buffer_close(&b.sql);
  if (status != AL_OK)
    al_cursor_close(cursor);
  else
    *out = cursor;
  return status;
}

/* Let go of the log. */
static void release (al_cursor *cursor) {
  sqlite3_finalize(cursor->statement);
  sqlite3_finalize(cursor->snapshot);
  cursor->statement = cursor->snapshot = NULL;
}

void al_cursor_close (al_cursor *cursor) {
  if (cursor == NULL)
    return;
  release(cursor);
  al_buffer_close(&cursor->text);
  al_search_close(&cursor->search);
  al_rules_close(cursor->rules);
  free(cursor);
}

/* The columns of the row. SQLite answers NULL for a text also when memory ran
** out, which its error code tells apart. */
static al_status read_row (al_cursor *cursor, al_error *err) {
  sqlite3_stmt *s = cursor->statement;
  int i;
  cursor->row.sequence = sqlite3_column_int64(s, 0);
  cursor->row.secret = sqlite3_column_int(s, 1);
  for (i = 0; i < cursor->nfields; i++) {
    const char *text =
        (const char *)sqlite3_column_text(s, FIRST_FIELD_COLUMN + i);
    al_text *field = &cursor->row.field[cursor->field[i]];
    *field = AL_TEXT_MISSING;
    if (text != NULL)
      *field = al_text_from(
          text, (size_t)sqlite3_column_bytes(s, FIRST_FIELD_COLUMN + i));
    else if (sqlite3_column_type(s, FIRST_FIELD_COLUMN + i) != SQLITE_NULL)
      return al_fail_nomem(err);
  }
  return AL_OK;
}

/* The row as it is handed out. Of secrets only what was masked is in the text:
** nothing, where the fields that hold them were not asked for. */
static al_status mask_row (al_cursor *cursor, int *masked, al_error *err) {
  *masked = 0;
  if (cursor->rules != NULL)
    return al_redact_by_rules(&cursor->record, &cursor->row, cursor->rules,
                              &cursor->text, masked, err);
  cursor->record = cursor->row;
  if (!cursor->row.secret || cursor->unmasked)
    return AL_OK;
  if (al_redact_record(&cursor->record, &cursor->row, &cursor->text, err) !=
      AL_OK)
    return err->status;
  *masked = cursor->text.len > 0;
  return AL_OK;
}

/* The same; *found is 0 when the search passes it over. */
static al_status make_record (al_cursor *cursor, int *found, al_error *err) {
  int masked;
  *found = 1;
  if (mask_row(cursor, &masked, err) != AL_OK)
    return err->status;
  if (cursor->search.n > 0 || cursor->search.ends != NULL) {
    if (al_search_record(&cursor->search, &cursor->record, found, err) != AL_OK)
      return err->status;
  }
  cursor->masked += masked && *found;
  return AL_OK;
}

static al_status tell_progress (al_cursor *cursor, al_error *err) {
  cursor->looked_at++;
  if (cursor->progress.call == NULL || cursor->looked_at % PROGRESS_ROWS != 0)
    return AL_OK;
  return cursor->progress.call(cursor->progress.context, cursor->looked_at, -1,
                               err);
}

al_status al_cursor_next (al_cursor *cursor, const al_record **out,
                          al_error *err) {
  int code, found = 0;
  *out = NULL;
  if (cursor->statement == NULL)
    return AL_OK;
  while (!found) {
    code = sqlite3_step(cursor->statement);
    if (code == SQLITE_DONE) {
      release(cursor);
      return AL_OK;
    }
    if (code != SQLITE_ROW)
      return al_store_fail(sqlite3_db_handle(cursor->statement), err);
    if (tell_progress(cursor, err) != AL_OK || read_row(cursor, err) != AL_OK ||
        make_record(cursor, &found, err) != AL_OK)
      return err->status;
  }
  *out = &cursor->record;
  return AL_OK;
}

int64_t al_cursor_masked (const al_cursor *cursor) {
  return cursor->masked;
}

/* ---- counting ---- */

/* A search has to read the records. */
static al_status count_found (al_store *store, const al_query *query,
                              int64_t *count, al_error *err) {
  al_cursor *cursor;
  const al_record *record;
  al_status status;
  if (al_cursor_open(&cursor, store, query, err) != AL_OK)
    return err->status;
  for (*count = 0;; ++*count) {
    status = al_cursor_next(cursor, &record, err);
    if (status != AL_OK || record == NULL)
      break;
  }
  al_cursor_close(cursor);
  return status;
}

static al_status count_rows (al_store *store, const builder *b, int64_t *count,
                             al_error *err) {
  sqlite3_stmt *s;
  al_status status;
  if (al_store_prepare(store->db, &s, b->sql.data, b->sql.len, err) != AL_OK)
    return err->status;
  status = bind_all(s, b, err);
  if (status == AL_OK && sqlite3_step(s) == SQLITE_ROW)
    *count = sqlite3_column_int64(s, 0);
  else if (status == AL_OK)
    status = al_store_fail(store->db, err);
  sqlite3_finalize(s);
  return status;
}

al_status al_store_count (al_store *store, const al_query *query,
                          int64_t *count, al_error *err) {
  builder b = {query, {NULL, 0, 0}, INT64_MAX};
  al_status status;
  if (has(&b, AL_FILTER_TEXT))
    return count_found(store, query, count, err);
  status = add(&b, "SELECT count(*)", err) == AL_OK ? add_source(&b, err)
                                                    : err->status;
  if (status == AL_OK)
    status = count_rows(store, &b, count, err);
  al_buffer_close(&b.sql);
  return status;
}
