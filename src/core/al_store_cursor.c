/*
** al_store_cursor.c - records out of a log, by period and filter, in order.
*/
#include "al_store.h"

#include <stdlib.h>
#include <unistd.h>

#include "al_redact.h"
#include "al_search.h"
#include "al_store_slices.h"
#include "al_time.h"
#include "al_utf8.h"

struct al_cursor {
  sqlite3 *db;             /* the store's, or a twin's own */
  al_store *store;         /* NULL of a twin, which owns its connection */
  pid_t process;           /* that opened it */
  sqlite3_stmt *statement; /* NULL once there are no more */
  sqlite3_stmt *snapshot;  /* is halfway, so that what is read stays the same */
  int64_t newest;          /* greatest sequence in it */
  al_slices *slices;       /* shared with a twin, or to stop between them */
  int alone;               /* goes from slice to slice by itself */
  int between;             /* has to take the next one */
  sqlite3_stmt *cut;       /* for them */
  sqlite3_stmt *count;     /* likewise */
  al_field field[AL_NFIELDS]; /* of the columns behind sequence and secret */
  int nfields;
  int positions;
  char position[AL_RECORD_POSITION_LEN]; /* of the last record */
  int unmasked;
  al_rules *rules; /* owned; NULL when there are none */
  int64_t masked;
  al_record row;    /* as it is in the log */
  al_record record; /* as it is handed out */
  al_buffer text;   /* of its masked values */
  al_search search;
  al_progress progress;
  int64_t looked_at; /* rows so far, the twin's before this slice included */
  int64_t told;      /* of them, at last */
};

/* Some milliseconds' worth of rows, so that work is stopped soon when told. As
** many are in a slice, so that most slices tell once. */
#define PROGRESS_ROWS 1024

/* To ask for the process costs as much as a row does. */
#define PROCESS_ROWS 256

/* ---- opening ---- */

/* The greatest sequence. The statement stays where it is: another process may
** write between this and the cursor's first record. */
static al_status read_newest (al_cursor *cursor, al_error *err) {
  static const char NEWEST[] = "SELECT max(sequence) FROM record";
  if (al_store_prepare(cursor->db, &cursor->snapshot, NEWEST, sizeof NEWEST - 1,
                       err) != AL_OK)
    return err->status;
  if (sqlite3_step(cursor->snapshot) != SQLITE_ROW)
    return al_store_fail(cursor->db, err);
  cursor->newest = sqlite3_column_int64(cursor->snapshot, 0);
  return AL_OK;
}

/* Let go of the log. */
static void release (al_cursor *cursor) {
  sqlite3_finalize(cursor->count);
  sqlite3_finalize(cursor->cut);
  sqlite3_finalize(cursor->statement);
  sqlite3_finalize(cursor->snapshot);
  cursor->count = cursor->cut = NULL;
  cursor->statement = cursor->snapshot = NULL;
}

/* Take hold of the log as it is now. */
static al_status hold (al_cursor *cursor, const al_query *query,
                       al_error *err) {
  release(cursor);
  if (read_newest(cursor, err) != AL_OK)
    return err->status;
  return al_query_prepare(&cursor->statement, cursor->db, query,
                          AL_QUERY_RECORDS, cursor->newest, err);
}

static al_status prepare_mask_and_search (al_cursor *cursor,
                                          const al_query *query,
                                          al_error *err) {
  const al_filter_values *texts = &query->filter[AL_FILTER_TEXT];
  if (query->nrules > 0 && !query->unmasked &&
      al_rules_open(&cursor->rules, query->rules, query->nrules, err) != AL_OK)
    return err->status;
  if (texts->values != NULL)
    return al_search_set(&cursor->search, texts->values, texts->n, err);
  return AL_OK;
}

/* A cursor on a store's connection; without a store, on one that is the
** cursor's from here on. */
static al_status open_on (al_cursor **out, al_store *store, sqlite3 *db,
                          const al_query *query, al_error *err) {
  al_cursor *cursor = calloc(1, sizeof *cursor);
  int field;
  *out = NULL;
  if (cursor == NULL) {
    if (store == NULL)
      sqlite3_close_v2(db);
    return al_fail_nomem(err);
  }
  cursor->db = db;
  cursor->store = store;
  if (store != NULL)
    store->cursors++;
  cursor->process = getpid();
  cursor->positions = query->positions;
  cursor->unmasked = query->unmasked;
  cursor->progress = query->progress;
  for (field = 0; field < AL_NFIELDS; field++)
    if (al_query_reads(query, (al_field)field))
      cursor->field[cursor->nfields++] = (al_field)field;
  if (hold(cursor, query, err) != AL_OK ||
      prepare_mask_and_search(cursor, query, err) != AL_OK) {
    al_cursor_close(cursor);
    return err->status;
  }
  *out = cursor;
  return AL_OK;
}

static al_status open_single (al_cursor **out, al_store *store,
                              const al_query *query, al_error *err) {
  *out = NULL;
  if (al_store_check_readable(store, err) != AL_OK)
    return err->status;
  return open_on(out, store, store->db, query, err);
}

void al_cursor_close (al_cursor *cursor) {
  if (cursor == NULL)
    return;
  if (al_process_is(cursor->process)) {
    release(cursor);
    if (cursor->store != NULL)
      al_store_end_cursor(cursor->store);
    else
      sqlite3_close_v2(cursor->db);
  }
  al_slices_release(cursor->slices);
  al_buffer_close(&cursor->text);
  al_search_close(&cursor->search);
  al_rules_close(cursor->rules);
  free(cursor);
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

static al_status read_state (const al_cursor *cursor, log_state *out,
                             al_error *err) {
  memset(out, 0, sizeof *out);
  out->newest = cursor->newest;
  return al_store_read_head(cursor->db, out->head, err);
}

static al_status see_same (const al_cursor *a, const al_cursor *b, int *same,
                           al_error *err) {
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
static al_status try_twin (al_cursor **twin, al_cursor *cursor,
                           const al_store *store, const al_query *query,
                           al_error *err) {
  al_query quiet = *query;
  al_error ignored;
  sqlite3 *db;
  int before, after, same = 0;
  *twin = NULL;
  quiet.progress.call = NULL; /* it is for the caller's thread */
  if (al_store_connect(&db, store, &ignored) != AL_OK)
    return AL_OK;
  if (al_store_integer(db, "PRAGMA data_version", &before, &ignored) != AL_OK) {
    sqlite3_close_v2(db);
    return AL_OK;
  }
  if (hold(cursor, query, err) != AL_OK) {
    sqlite3_close_v2(db);
    return err->status;
  }
  if (open_on(twin, NULL, db, &quiet, &ignored) != AL_OK)
    return AL_OK;
  if (al_store_integer(db, "PRAGMA data_version", &after, &ignored) != AL_OK ||
      see_same(cursor, *twin, &same, &ignored) != AL_OK || before != after ||
      !same) {
    al_cursor_close(*twin);
    *twin = NULL;
  }
  return AL_OK;
}

static al_status share (al_cursor *cursor, const al_query *query,
                        al_slices *slices, al_error *err) {
  sqlite3_finalize(cursor->statement);
  cursor->statement = NULL;
  cursor->slices = slices;
  al_slices_retain(slices);
  if (al_query_prepare(&cursor->statement, cursor->db, query, AL_QUERY_SLICE,
                       cursor->newest, err) != AL_OK ||
      al_query_prepare(&cursor->cut, cursor->db, query, AL_QUERY_CUT,
                       cursor->newest, err) != AL_OK)
    return err->status;
  return al_query_prepare(&cursor->count, cursor->db, query,
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
static al_status take_turns (al_cursor *cursor, const al_query *query,
                             al_error *err) {
  al_slices *slices;
  al_status status = al_slices_open(&slices, query, err);
  if (status == AL_OK)
    status = share(cursor, query, slices, err);
  al_slices_release(slices);
  cursor->alone = cursor->between = 1;
  return status;
}

al_status al_cursor_open (al_cursor **out, al_store *store,
                          const al_query *query, al_error *err) {
  al_status status = open_single(out, store, query, err);
  if (status != AL_OK || !steps_far(query))
    return status;
  status = take_turns(*out, query, err);
  if (status != AL_OK) {
    al_cursor_close(*out);
    *out = NULL;
  }
  return status;
}

static al_status are_many (const al_cursor *cursor, const al_query *query,
                           al_slices *slices, int *many, al_error *err) {
  sqlite3_stmt *cut;
  al_status status;
  if (al_query_prepare(&cut, cursor->db, query, AL_QUERY_CUT, cursor->newest,
                       err) != AL_OK)
    return err->status;
  status = al_slices_reach(slices, cut, SLICES_MIN, many, err);
  sqlite3_finalize(cut);
  return status;
}

static al_status make_twin (al_cursor **twin, al_cursor *cursor,
                            const al_store *store, const al_query *query,
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
static int may_have_twin (const al_store *store, const al_query *query) {
  return !store->one_thread && !al_store_in_memory(store) &&
         sqlite3_get_autocommit(store->db) &&
         query->filter[AL_FILTER_CUSTOMER_ID].values == NULL;
}

al_status al_cursor_open_pair (al_cursor **cursor, al_cursor **twin,
                               al_store *store, const al_query *query,
                               al_error *err) {
  al_slices *slices = NULL;
  al_status status;
  *twin = NULL;
  if (!may_have_twin(store, query))
    return al_cursor_open(cursor, store, query, err);
  if (open_single(cursor, store, query, err) != AL_OK)
    return err->status;
  status = al_slices_open(&slices, query, err);
  if (status == AL_OK)
    status = make_twin(twin, *cursor, store, query, slices, err);
  al_slices_release(slices);
  if (status != AL_OK) {
    al_cursor_close(*twin);
    al_cursor_close(*cursor);
    *cursor = *twin = NULL;
  }
  return status;
}

/* So many rows were looked at. */
static al_status look_at (al_cursor *cursor, int64_t rows, al_error *err) {
  cursor->looked_at = rows;
  if (cursor->progress.call == NULL || rows - cursor->told < PROGRESS_ROWS)
    return AL_OK;
  cursor->told = rows;
  return cursor->progress.call(cursor->progress.context, rows, -1, err);
}

al_status al_cursor_next_slice (al_cursor *cursor, al_slice *out,
                                al_error *err) {
  const al_slice_statements with = {cursor->statement, cursor->cut,
                                    cursor->count};
  if (al_process_check(cursor->process, err) != AL_OK ||
      al_slices_take(cursor->slices, &with, out, err) != AL_OK)
    return err->status;
  if (out->number < 0)
    release(cursor);
  return look_at(cursor, out->before, err);
}

/* ---- reading ---- */

/* Each byte between two: quick, as every row passes here. What is no instant
** all the same, such as 31 February, finds who makes one of it. */
static int has_fixed_form (al_text date) {
  static const char LEAST[] = "0000-00-00T00:00:00.0000000Z";
  static const char MOST[] = "9999-19-39T29:59:59.9999999Z";
  int i, bad = 0;
  if (date.len != AL_TIME_LEN)
    return 0;
  for (i = 0; i < AL_TIME_LEN; i++)
    bad |= date.data[i] < LEAST[i] || date.data[i] > MOST[i];
  return !bad;
}

/* Whoever reads takes for granted what an import sees to: a date in the fixed
** form, and text that is UTF-8. A file that others wrote may hold anything. */
static al_status check_text (const al_cursor *cursor, al_field field,
                             al_text text, al_error *err) {
  if (!al_utf8_valid(text.data, text.len))
    return al_record_fail(&cursor->row, field, "is no UTF-8", err);
  if (field == AL_OPERATION_DATE && !has_fixed_form(text))
    return al_record_fail(&cursor->row, field, "is no instant", err);
  return AL_OK;
}

static al_status read_field (al_cursor *cursor, al_field field,
                             sqlite3_value *value, al_error *err) {
  al_text *out = &cursor->row.field[field];
  int type = sqlite3_value_type(value);
  const char *text;
  *out = AL_TEXT_MISSING;
  if (type == SQLITE_NULL && field != AL_OPERATION_DATE)
    return AL_OK;
  if (type != SQLITE_TEXT)
    return al_record_fail(&cursor->row, field, "is no text", err);
  text = (const char *)sqlite3_value_text(value);
  if (text == NULL)
    return al_fail_nomem(err);
  *out = al_text_from(text, (size_t)sqlite3_value_bytes(value));
  return check_text(cursor, field, *out, err);
}

/* The two columns behind the fields. */
static al_status read_position (al_cursor *cursor, al_error *err) {
  sqlite3_stmt *s = cursor->statement;
  int column = AL_QUERY_FIRST_FIELD + cursor->nfields;
  const char *date = (const char *)sqlite3_column_text(s, column);
  const void *identity = sqlite3_column_blob(s, column + 1);
  if (date == NULL || sqlite3_column_bytes(s, column) != AL_TIME_LEN ||
      identity == NULL ||
      sqlite3_column_bytes(s, column + 1) != AL_IDENTITY_BYTES)
    return al_record_fail(&cursor->row, AL_OPERATION_DATE,
                          "or its identity is damaged", err);
  al_record_position_write(cursor->position, al_text_from(date, AL_TIME_LEN),
                           identity);
  return AL_OK;
}

/* The columns of the row. Asking for a column's value and then that for its
** text costs half of asking for its text and length: connections without a
** mutex may (sqlite.org/c3ref/value.html). */
static al_status read_row (al_cursor *cursor, al_error *err) {
  sqlite3_stmt *s = cursor->statement;
  int i;
  cursor->row.sequence = sqlite3_column_int64(s, 0);
  cursor->row.secret = sqlite3_column_int(s, 1);
  for (i = 0; i < cursor->nfields; i++)
    if (read_field(cursor, cursor->field[i],
                   sqlite3_column_value(s, AL_QUERY_FIRST_FIELD + i),
                   err) != AL_OK)
      return err->status;
  return cursor->positions ? read_position(cursor, err) : AL_OK;
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

/* Step to the next row; *row is 0 where there are no more, or none in the slice
** that somebody else takes. */
static al_status step (al_cursor *cursor, int *row, al_error *err) {
  al_slice slice;
  int code;
  *row = 0;
  do {
    if (cursor->between && al_cursor_next_slice(cursor, &slice, err) != AL_OK)
      return err->status;
    cursor->between = 0;
    if (cursor->statement == NULL)
      return AL_OK;
    code = sqlite3_step(cursor->statement);
    *row = code == SQLITE_ROW;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
      return al_store_fail(cursor->db, err);
    if (code == SQLITE_DONE && cursor->slices == NULL)
      release(cursor);
    else if (code == SQLITE_DONE)
      sqlite3_reset(cursor->statement); /* for the next slice */
    cursor->between = cursor->alone && !*row;
  } while (cursor->between);
  return AL_OK;
}

al_status al_cursor_next (al_cursor *cursor, const al_record **out,
                          al_error *err) {
  int row, found = 0;
  *out = NULL;
  if (cursor->statement == NULL)
    return AL_OK;
  while (!found) {
    if (cursor->looked_at % PROCESS_ROWS == 0 &&
        al_process_check(cursor->process, err) != AL_OK)
      return err->status;
    if (step(cursor, &row, err) != AL_OK)
      return err->status;
    if (!row)
      return AL_OK;
    if (look_at(cursor, cursor->looked_at + 1, err) != AL_OK ||
        read_row(cursor, err) != AL_OK ||
        make_record(cursor, &found, err) != AL_OK)
      return err->status;
  }
  *out = &cursor->record;
  return AL_OK;
}

void al_cursor_position (const al_cursor *cursor,
                         char out[AL_RECORD_POSITION_LEN]) {
  memcpy(out, cursor->position, AL_RECORD_POSITION_LEN);
}

const al_record *al_cursor_place (const al_cursor *cursor) {
  return &cursor->record;
}

int64_t al_cursor_masked (const al_cursor *cursor) {
  return cursor->masked;
}

/* ---- counting ---- */

/* A search has to read the records, and a progress function to be told of
** them. */
static al_status count_found (al_store *store, const al_query *query,
                              int64_t *count, al_error *err) {
  al_query few = *query;
  al_cursor *cursor;
  const al_record *record;
  al_status status;
  few.fields = 0;
  if (al_cursor_open(&cursor, store, &few, err) != AL_OK)
    return err->status;
  for (*count = 0;; ++*count) {
    status = al_cursor_next(cursor, &record, err);
    if (status != AL_OK || record == NULL)
      break;
  }
  al_cursor_close(cursor);
  return status;
}

static al_status count_rows (sqlite3_stmt *s, int64_t *count, al_error *err) {
  if (sqlite3_step(s) != SQLITE_ROW)
    return al_store_fail(sqlite3_db_handle(s), err);
  *count = sqlite3_column_int64(s, 0);
  return AL_OK;
}

al_status al_store_count (al_store *store, const al_query *query,
                          int64_t *count, al_error *err) {
  sqlite3_stmt *s;
  al_status status;
  if (al_store_check_readable(store, err) != AL_OK)
    return err->status;
  if (query->filter[AL_FILTER_TEXT].values != NULL || steps_far(query))
    return count_found(store, query, count, err);
  if (al_query_prepare(&s, store->db, query, AL_QUERY_COUNT, INT64_MAX, err) !=
      AL_OK)
    return err->status;
  status = count_rows(s, count, err);
  sqlite3_finalize(s);
  return status;
}
