/*
** al_sqlite_cursor.c - rows out of a log's file, by period and filter, in order.
*/
#include <stdlib.h>

#include "al_sqlite_slices.h"

typedef struct {
  al_cursor base;
  sqlite3 *db;             /* the store's, or a twin's own */
  sqlite3_stmt *statement; /* NULL once there are no more */
  sqlite3_stmt *snapshot;  /* is halfway, so that what is read stays the same */
  int64_t newest;          /* greatest sequence in it */
  al_slices *slices;       /* shared with a twin, or to stop between them */
  int alone;               /* goes from slice to slice by itself */
  int between;             /* has to take the next one */
  sqlite3_stmt *cut;       /* for them */
  sqlite3_stmt *count;     /* likewise */
} sqlite_cursor;

/* ---- opening ---- */

/* The greatest sequence. The statement stays where it is: another process may
** write between this and the cursor's first record. */
static al_status read_newest (sqlite_cursor *cursor, al_error *err) {
  static const char NEWEST[] = "SELECT max(sequence) FROM record";
  if (al_sqlite_prepare(cursor->db, &cursor->snapshot, NEWEST,
                        sizeof NEWEST - 1, err) != AL_OK)
    return err->status;
  if (sqlite3_step(cursor->snapshot) != SQLITE_ROW)
    return al_sqlite_fail(cursor->db, err);
  cursor->newest = sqlite3_column_int64(cursor->snapshot, 0);
  return AL_OK;
}

/* Let go of the log. */
static void release (sqlite_cursor *cursor) {
  sqlite3_finalize(cursor->count);
  sqlite3_finalize(cursor->cut);
  sqlite3_finalize(cursor->statement);
  sqlite3_finalize(cursor->snapshot);
  cursor->count = cursor->cut = NULL;
  cursor->statement = cursor->snapshot = NULL;
}

/* Take hold of the log as it is now. */
static al_status hold (sqlite_cursor *cursor, const al_query *query,
                       al_error *err) {
  release(cursor);
  if (read_newest(cursor, err) != AL_OK)
    return err->status;
  return al_sqlite_query(&cursor->statement, cursor->db, query,
                         AL_QUERY_RECORDS, cursor->newest, err);
}

/* A cursor on a store's connection; without a store, on one that is the
** cursor's from here on. */
static al_status open_on (sqlite_cursor **out, al_sqlite *store, sqlite3 *db,
                          const al_query *query, al_error *err) {
  sqlite_cursor *cursor = calloc(1, sizeof *cursor);
  *out = NULL;
  if (cursor == NULL) {
    if (store == NULL)
      sqlite3_close_v2(db);
    return al_fail_nomem(err);
  }
  cursor->db = db;
  if (al_cursor_init(&cursor->base, &al_sqlite_kind,
                     store != NULL ? &store->base : NULL, query,
                     err) != AL_OK ||
      hold(cursor, query, err) != AL_OK) {
    al_cursor_close(&cursor->base);
    return err->status;
  }
  *out = cursor;
  return AL_OK;
}

void al_sqlite_cursor_close (al_cursor *base, int in_child) {
  sqlite_cursor *cursor = (sqlite_cursor *)base;
  if (!in_child) {
    release(cursor);
    if (base->store == NULL)
      sqlite3_close_v2(cursor->db);
  }
  al_slices_release(cursor->slices);
}

/* ---- twins ---- */

/* Fewer are read before a second connection is open. */
#define SLICES_MIN 4

/* Another program's commit may come between the two. */
#define ATTEMPTS 3

/* What tells one state of the log from another: the chain's last entry vouches
** for all before it. */
typedef struct {
  int64_t newest; /* sequence */
  uint8_t head[AL_DIGEST_BYTES];
} log_state;

static al_status read_state (const sqlite_cursor *cursor, log_state *out,
                             al_error *err) {
  al_sqlite seen = {.base.kind = &al_sqlite_kind, .db = cursor->db};
  memset(out, 0, sizeof *out);
  out->newest = cursor->newest;
  return al_store_read_head(&seen.base, out->head, err);
}

static al_status see_same (const sqlite_cursor *a, const sqlite_cursor *b,
                           int *same, al_error *err) {
  log_state of_a, of_b;
  if (read_state(a, &of_a, err) != AL_OK || read_state(b, &of_b, err) != AL_OK)
    return err->status;
  *same = memcmp(&of_a, &of_b, sizeof of_a) == 0;
  return AL_OK;
}

/* A cursor on a connection of its own that reads what 'cursor' reads, which
** takes hold of the log anew for it: the twin's connection looks first and last,
** and so knows whether anybody committed in between. *twin is NULL then, and
** when anything keeps the second connection from reading. */
static al_status try_twin (sqlite_cursor **twin, sqlite_cursor *cursor,
                           const al_sqlite *store, const al_query *query,
                           al_error *err) {
  al_query quiet = *query;
  al_error ignored;
  sqlite3 *db;
  int before, after, same = 0;
  *twin = NULL;
  quiet.progress.call = NULL; /* it is for the caller's thread */
  if (al_sqlite_connect(&db, store, &ignored) != AL_OK)
    return AL_OK;
  if (al_sqlite_integer(db, "PRAGMA data_version", &before, &ignored) !=
      AL_OK) {
    sqlite3_close_v2(db);
    return AL_OK;
  }
  if (hold(cursor, query, err) != AL_OK) {
    sqlite3_close_v2(db);
    return err->status;
  }
  if (open_on(twin, NULL, db, &quiet, &ignored) != AL_OK)
    return AL_OK;
  if (al_sqlite_integer(db, "PRAGMA data_version", &after, &ignored) != AL_OK ||
      see_same(cursor, *twin, &same, &ignored) != AL_OK || before != after ||
      !same) {
    al_cursor_close(&(*twin)->base);
    *twin = NULL;
  }
  return AL_OK;
}

static al_status share (sqlite_cursor *cursor, const al_query *query,
                        al_slices *slices, al_error *err) {
  sqlite3_finalize(cursor->statement);
  cursor->statement = NULL;
  cursor->slices = slices;
  al_slices_retain(slices);
  if (al_sqlite_query(&cursor->statement, cursor->db, query, AL_QUERY_SLICE,
                      cursor->newest, err) != AL_OK ||
      al_sqlite_query(&cursor->cut, cursor->db, query, AL_QUERY_CUT,
                      cursor->newest, err) != AL_OK)
    return err->status;
  return al_sqlite_query(&cursor->count, cursor->db, query,
                         AL_QUERY_SLICE_COUNT, cursor->newest, err);
}

/* Whether SQLite may pass over many rows in one step, of which nobody would be
** told meanwhile. A search is ours, and a customer's records are found by a
** table. */
static int steps_far (const al_query *query) {
  int i;
  if (query->progress.call == NULL ||
      query->filter[AL_FILTER_CUSTOMER_ID].values != NULL)
    return 0;
  for (i = 0; i < AL_NFILTERS; i++)
    if (i != AL_FILTER_TEXT && query->filter[i].values != NULL)
      return 1;
  return 0;
}

/* Let the cursor come by after each slice. */
static al_status take_turns (sqlite_cursor *cursor, const al_query *query,
                             al_error *err) {
  al_slices *slices;
  al_status status = al_slices_open(&slices, query, err);
  if (status == AL_OK)
    status = share(cursor, query, slices, err);
  al_slices_release(slices);
  cursor->alone = cursor->between = 1;
  return status;
}

static al_status open_single (sqlite_cursor **out, al_sqlite *store,
                              const al_query *query, al_error *err) {
  al_status status = open_on(out, store, store->db, query, err);
  if (status != AL_OK || !steps_far(query))
    return status;
  status = take_turns(*out, query, err);
  if (status != AL_OK)
    al_cursor_close(&(*out)->base);
  return status;
}

static al_status are_many (const sqlite_cursor *cursor, const al_query *query,
                           al_slices *slices, int *many, al_error *err) {
  sqlite3_stmt *cut;
  al_status status;
  if (al_sqlite_query(&cut, cursor->db, query, AL_QUERY_CUT, cursor->newest,
                      err) != AL_OK)
    return err->status;
  status = al_slices_reach(slices, cut, SLICES_MIN, many, err);
  sqlite3_finalize(cut);
  return status;
}

static al_status make_twin (sqlite_cursor **twin, sqlite_cursor *cursor,
                            const al_sqlite *store, const al_query *query,
                            al_slices *slices, al_error *err) {
  int many, attempt;
  if (are_many(cursor, query, slices, &many, err) != AL_OK)
    return err->status;
  for (attempt = 0; many && *twin == NULL && attempt < ATTEMPTS; attempt++)
    if (try_twin(twin, cursor, store, query, err) != AL_OK)
      return err->status;
  if (*twin == NULL)
    return AL_OK;
  if (share(cursor, query, slices, err) != AL_OK)
    return err->status;
  return share(*twin, query, slices, err);
}

/* Records of an import that is running are seen by its own connection only. */
static int may_have_twin (const al_sqlite *store, const al_query *query) {
  return !store->base.one_thread && !al_sqlite_in_memory(store) &&
         sqlite3_get_autocommit(store->db) &&
         query->filter[AL_FILTER_CUSTOMER_ID].values == NULL;
}

static al_status open_pair (sqlite_cursor **cursor, sqlite_cursor **twin,
                            al_sqlite *store, const al_query *query,
                            al_error *err) {
  al_slices *slices = NULL;
  al_status status;
  if (open_on(cursor, store, store->db, query, err) != AL_OK)
    return err->status;
  status = al_slices_open(&slices, query, err);
  if (status == AL_OK)
    status = make_twin(twin, *cursor, store, query, slices, err);
  al_slices_release(slices);
  if (status == AL_OK)
    return AL_OK;
  if (*twin != NULL)
    al_cursor_close(&(*twin)->base);
  al_cursor_close(&(*cursor)->base);
  return status;
}

al_status al_sqlite_cursor_open (al_cursor **out, al_cursor **twin,
                                 al_store *base, const al_query *query,
                                 al_error *err) {
  al_sqlite *store = (al_sqlite *)base;
  sqlite_cursor *cursor = NULL, *other = NULL;
  al_status status;
  if (twin == NULL || !may_have_twin(store, query))
    status = open_single(&cursor, store, query, err);
  else
    status = open_pair(&cursor, &other, store, query, err);
  if (status != AL_OK)
    return status;
  *out = &cursor->base;
  if (other != NULL)
    *twin = &other->base;
  return AL_OK;
}

al_status al_sqlite_cursor_slice (al_cursor *base, al_slice *out,
                                  al_error *err) {
  sqlite_cursor *cursor = (sqlite_cursor *)base;
  const al_slice_statements with = {cursor->statement, cursor->cut,
                                    cursor->count};
  if (al_slices_take(cursor->slices, &with, out, err) != AL_OK)
    return err->status;
  if (out->number < 0)
    release(cursor);
  return AL_OK;
}

/* ---- reading ---- */

static al_status read_field (sqlite_cursor *cursor, al_field field,
                             sqlite3_value *value, al_error *err) {
  int type = sqlite3_value_type(value);
  const char *text;
  cursor->base.row.field[field] = AL_TEXT_MISSING;
  if (type == SQLITE_NULL && field != AL_OPERATION_DATE)
    return AL_OK;
  if (type != SQLITE_TEXT)
    return al_record_fail(&cursor->base.row, field, "is no text", err);
  text = (const char *)sqlite3_value_text(value);
  if (text == NULL)
    return al_fail_nomem(err);
  return al_cursor_set_field(
      &cursor->base, field,
      al_text_from(text, (size_t)sqlite3_value_bytes(value)), err);
}

/* The two columns behind the fields. */
static al_status read_position (sqlite_cursor *cursor, al_error *err) {
  sqlite3_stmt *s = cursor->statement;
  int column = AL_QUERY_FIRST_FIELD + cursor->base.nfields;
  const char *date = (const char *)sqlite3_column_text(s, column);
  const void *identity = sqlite3_column_blob(s, column + 1);
  if (date == NULL || sqlite3_column_bytes(s, column) != AL_TIME_LEN ||
      identity == NULL ||
      sqlite3_column_bytes(s, column + 1) != AL_IDENTITY_BYTES)
    return al_record_fail(&cursor->base.row, AL_OPERATION_DATE,
                          "or its identity is damaged", err);
  al_record_position_write(cursor->base.position,
                           al_text_from(date, AL_TIME_LEN), identity);
  return AL_OK;
}

/* The columns of the row. Asking for a column's value and then that for its
** text costs half of asking for its text and length: connections without a
** mutex may (sqlite.org/c3ref/value.html). */
static al_status read_row (sqlite_cursor *cursor, al_error *err) {
  sqlite3_stmt *s = cursor->statement;
  int i;
  cursor->base.row.sequence = sqlite3_column_int64(s, 0);
  cursor->base.row.secret = sqlite3_column_int(s, 1);
  for (i = 0; i < cursor->base.nfields; i++)
    if (read_field(cursor, cursor->base.field[i],
                   sqlite3_column_value(s, AL_QUERY_FIRST_FIELD + i),
                   err) != AL_OK)
      return err->status;
  return cursor->base.positions ? read_position(cursor, err) : AL_OK;
}

/* Step to the next row; *row is 0 where there are no more, or none in the slice
** that somebody else takes. */
static al_status step (sqlite_cursor *cursor, int *row, al_error *err) {
  al_slice slice;
  int code;
  *row = 0;
  do {
    if (cursor->between &&
        al_cursor_next_slice(&cursor->base, &slice, err) != AL_OK)
      return err->status;
    cursor->between = 0;
    if (cursor->statement == NULL)
      return AL_OK;
    code = sqlite3_step(cursor->statement);
    *row = code == SQLITE_ROW;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
      return al_sqlite_fail(cursor->db, err);
    if (code == SQLITE_DONE && cursor->slices == NULL)
      release(cursor);
    else if (code == SQLITE_DONE)
      sqlite3_reset(cursor->statement); /* for the next slice */
    cursor->between = cursor->alone && !*row;
  } while (cursor->between);
  return AL_OK;
}

al_status al_sqlite_cursor_step (al_cursor *base, int *row, al_error *err) {
  sqlite_cursor *cursor = (sqlite_cursor *)base;
  if (step(cursor, row, err) != AL_OK)
    return err->status;
  return *row ? read_row(cursor, err) : AL_OK;
}

/* ---- counting ---- */

static al_status count_rows (sqlite3_stmt *s, int64_t *count, al_error *err) {
  if (sqlite3_step(s) != SQLITE_ROW)
    return al_sqlite_fail(sqlite3_db_handle(s), err);
  *count = sqlite3_column_int64(s, 0);
  return AL_OK;
}

al_status al_sqlite_count (al_store *base, const al_query *query,
                           int64_t *count, al_error *err) {
  const al_sqlite *store = (const al_sqlite *)base;
  sqlite3_stmt *s;
  al_status status;
  *count = -1;
  if (steps_far(query))
    return AL_OK;
  if (al_sqlite_query(&s, store->db, query, AL_QUERY_COUNT, INT64_MAX, err) !=
      AL_OK)
    return err->status;
  status = count_rows(s, count, err);
  sqlite3_finalize(s);
  return status;
}
