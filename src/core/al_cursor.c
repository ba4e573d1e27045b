/*
** al_cursor.c - records out of a log, masked and searched, whichever kind of
** store gives its rows.
*/
#include <stdlib.h>
#include <unistd.h>

#include "al_redact.h"
#include "al_store_kind.h"
#include "al_utf8.h"

/* Some milliseconds' worth of rows, so that work is stopped soon when told. As
** many are in a slice, so that most slices tell once. */
#define PROGRESS_ROWS 1024

/* To ask for the process costs as much as a row does. */
#define PROCESS_ROWS 256

/* ---- opening ---- */

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

al_status al_cursor_init (al_cursor *cursor, const al_store_kind *kind,
                          al_store *store, const al_query *query,
                          al_error *err) {
  int field;
  cursor->kind = kind;
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
  return prepare_mask_and_search(cursor, query, err);
}

al_status al_cursor_open (al_cursor **out, al_store *store,
                          const al_query *query, al_error *err) {
  *out = NULL;
  if (al_store_check_readable(store, err) != AL_OK)
    return err->status;
  return store->kind->cursor_open(out, NULL, store, query, err);
}

al_status al_cursor_open_pair (al_cursor **cursor, al_cursor **twin,
                               al_store *store, const al_query *query,
                               al_error *err) {
  *cursor = *twin = NULL;
  if (al_store_check_readable(store, err) != AL_OK)
    return err->status;
  return store->kind->cursor_open(cursor, twin, store, query, err);
}

void al_cursor_close (al_cursor *cursor) {
  int in_child;
  if (cursor == NULL)
    return;
  in_child = !al_process_is(cursor->process);
  cursor->kind->cursor_close(cursor, in_child);
  if (!in_child && cursor->store != NULL)
    al_store_end_cursor(cursor->store);
  al_buffer_close(&cursor->text);
  al_search_close(&cursor->search);
  al_rules_close(cursor->rules);
  free(cursor);
}

/* ---- reading ---- */

al_status al_cursor_look_at (al_cursor *cursor, int64_t rows, al_error *err) {
  cursor->looked_at = rows;
  if (cursor->progress.call == NULL || rows - cursor->told < PROGRESS_ROWS)
    return AL_OK;
  cursor->told = rows;
  return cursor->progress.call(cursor->progress.context, rows, -1, err);
}

al_status al_cursor_next_slice (al_cursor *cursor, al_slice *out,
                                al_error *err) {
  if (al_process_check(cursor->process, err) != AL_OK ||
      cursor->kind->cursor_slice(cursor, out, err) != AL_OK)
    return err->status;
  return al_cursor_look_at(cursor, out->before, err);
}

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
al_status al_cursor_set_field (al_cursor *cursor, al_field field, al_text text,
                               al_error *err) {
  cursor->row.field[field] = text;
  if (!al_utf8_valid(text.data, text.len))
    return al_record_fail(&cursor->row, field, "is no UTF-8", err);
  if (field == AL_OPERATION_DATE && !has_fixed_form(text))
    return al_record_fail(&cursor->row, field, "is no instant", err);
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

al_status al_cursor_next (al_cursor *cursor, const al_record **out,
                          al_error *err) {
  int row, found = 0;
  *out = NULL;
  while (!found) {
    if (cursor->looked_at % PROCESS_ROWS == 0 &&
        al_process_check(cursor->process, err) != AL_OK)
      return err->status;
    if (cursor->kind->cursor_step(cursor, &row, err) != AL_OK)
      return err->status;
    if (!row)
      return AL_OK;
    if (al_cursor_look_at(cursor, cursor->looked_at + 1, err) != AL_OK ||
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
