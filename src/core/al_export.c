/*
** al_export.c - the records of a log as a report: CSV or a workbook by a
** layout, or JSON Lines.
*/
#include "al_export.h"

#include <stdlib.h>
#include <string.h>

#include "al_record_json.h"

typedef struct {
  al_cursor *cursor;
  const al_layout *layout;
  al_export_result *result;
  const al_record *record; /* the cursor's */
  al_cell_state cells;
  al_line_items items; /* of the record, in a layout of line items */
  size_t next_item;    /* of them; the first one is to come at 0 */
  al_json_tokens json; /* room to look at what lines take over */
} records;

static al_status next_slice (void *context, al_slice *out, al_error *err) {
  const records *r = context;
  return al_cursor_next_slice(r->cursor, out, err);
}

static al_status next_record (records *r, al_error *err) {
  if (al_cursor_next(r->cursor, &r->record, err) != AL_OK)
    return err->status;
  r->result->records += r->record != NULL;
  return AL_OK;
}

/* ---- CSV and workbooks ---- */

static al_status next_row (void *context, al_rows_step *step, al_error *err) {
  records *r = context;
  if (next_record(r, err) != AL_OK)
    return err->status;
  *step = r->record != NULL ? AL_ROWS_NEXT : AL_ROWS_END;
  return AL_OK;
}

/* A row for each line item; records without any have none. */
static al_status next_item (void *context, al_rows_step *step, al_error *err) {
  records *r = context;
  *step = AL_ROWS_SAME;
  while (r->next_item == r->items.n) {
    if (next_row(r, step, err) != AL_OK)
      return err->status;
    if (*step == AL_ROWS_END)
      return AL_OK;
    if (al_line_items_read(&r->items, r->record, err) != AL_OK)
      return err->status;
    r->next_item = 0;
  }
  r->cells.item = &r->items.item[r->next_item++];
  return AL_OK;
}

/* Ids of the API have 119 bytes and more, and differ in the last of them. */
#define QUOTED_ID_MAX 400

/* A function of the caller failed: say for which record. */
static al_status fail_cell (const records *r, size_t column, al_error *err) {
  al_text title = r->layout->columns[column].title;
  al_text id = r->record->field[AL_ID];
  al_quoted quoted_title;
  char quoted_id[QUOTED_ID_MAX];
  if (err->status != AL_CALLBACK)
    return err->status;
  if (id.data == NULL)
    id = r->record->field[AL_OPERATION_DATE];
  return al_fail_at(err, "column '%s', record %s",
                    al_quote(&quoted_title, title.data, title.len),
                    al_quote_to(quoted_id, sizeof quoted_id, id.data, id.len));
}

static al_status row_cell (void *context, size_t column, al_text *text,
                           al_cell_kind *kind, al_error *err) {
  records *r = context;
  if (al_cell(r->layout, column, r->record, &r->cells, text, kind, err) !=
      AL_OK)
    return fail_cell(r, column, err);
  return AL_OK;
}

/* What al_rows has for each column. */
typedef struct {
  al_text *titles;
  al_text *time_formats;
  const al_text **plain, **twin_plain;
  char *shared;
} columns;

static void columns_close (columns *c) {
  free(c->titles);
  free(c->time_formats);
  free(c->plain);
  free(c->twin_plain);
  free(c->shared);
}

static al_status columns_open (columns *c, size_t n, al_error *err) {
  c->titles = calloc(n + 1, sizeof *c->titles);
  c->time_formats = calloc(n + 1, sizeof *c->time_formats);
  c->plain = calloc(n + 1, sizeof *c->plain);
  c->twin_plain = calloc(n + 1, sizeof *c->twin_plain);
  c->shared = calloc(n + 1, 1);
  if (c->titles != NULL && c->time_formats != NULL && c->plain != NULL &&
      c->twin_plain != NULL && c->shared != NULL)
    return AL_OK;
  columns_close(c);
  return al_fail_nomem(err);
}

static const al_text *plain_cell (const records *r, const al_column *column) {
  if (!al_column_is_field(column))
    return NULL;
  return &al_cursor_place(r->cursor)->field[column->pieces[0].field];
}

/* Hand out the rows, and those of the twin if there is one. With a column of
** line items there is one for each of them, and the other columns are shared. */
static al_status visit_rows (records *r, records *twin,
                             const al_rows_visitor *visitor, al_error *err) {
  size_t n = r->layout->ncolumns, i;
  columns c;
  al_rows rows = {.ncolumns = n,
                  .next = next_row,
                  .cell = row_cell,
                  .slice = next_slice,
                  .context = r};
  al_rows twin_rows;
  al_status status;
  if (columns_open(&c, n, err) != AL_OK)
    return err->status;
  for (i = 0; i < n; i++) {
    const al_column *column = &r->layout->columns[i];
    c.titles[i] = column->title;
    c.time_formats[i] = column->time_format;
    c.plain[i] = plain_cell(r, column);
    c.twin_plain[i] = twin != NULL ? plain_cell(twin, column) : NULL;
    c.shared[i] = !al_column_has_item(column);
    if (!c.shared[i]) {
      rows.shared = c.shared;
      rows.next = next_item;
    }
  }
  rows.titles = c.titles;
  rows.time_formats = c.time_formats;
  rows.plain = c.plain;
  twin_rows = rows;
  twin_rows.plain = c.twin_plain;
  twin_rows.context = twin;
  rows.twin = twin != NULL ? &twin_rows : NULL;
  status = visitor->visit(visitor->context, &rows, err);
  columns_close(&c);
  return status;
}

/* What al_export was called with. */
typedef struct {
  const al_target *target;
  const al_export_options *options;
  al_export_result *result;
} sheet_call;

static al_status make_sheet (void *context, const al_rows *rows,
                             al_error *err) {
  const sheet_call *call = context;
  const al_export_options *options = call->options;
  al_export_result *result = call->result;
  al_sheet_counts counts;
  al_status status =
      options->format == AL_FORMAT_WORKBOOK
          ? al_book_make(call->target, rows, &options->book, &counts,
                         &result->bytes, &result->files, err)
          : al_sheet_make(call->target, rows, &options->sheet, &counts,
                          &result->bytes, &result->files, err);
  result->rows = counts.rows;
  result->cut_cells = counts.cut_cells;
  result->defused_cells = counts.defused_cells;
  return status;
}

/* ---- JSON Lines ---- */

/* Those of the slice, or of all records. */
static al_status append_lines (records *r, al_output *output, al_error *err) {
  for (;;) {
    if (next_record(r, err) != AL_OK)
      return err->status;
    if (r->record == NULL)
      return AL_OK;
    if (al_record_json_check(r->record, &r->json, err) != AL_OK ||
        al_record_json(&output->pending, r->record, err) != AL_OK ||
        al_buffer_append_char(&output->pending, '\n', err) != AL_OK ||
        al_output_row_end(output, err) != AL_OK)
      return err->status;
    r->result->rows++;
  }
}

static al_status append_slices (void *context, al_output *output,
                                al_error *err) {
  records *r = context;
  for (;;) {
    int64_t ahead, rows;
    al_slice slice;
    if (next_slice(r, &slice, err) != AL_OK)
      return err->status;
    if (slice.number < 0)
      return AL_OK;
    al_output_slice_begin(output, &slice, &ahead, &rows);
    if (append_lines(r, output, err) != AL_OK ||
        al_output_slice_wait(output, &rows, err) != AL_OK ||
        al_output_slice_end(output, 0, err) != AL_OK)
      return err->status;
  }
}

typedef struct {
  records *own, *twin; /* the latter NULL where there is none */
} lines_call;

static al_status make_lines (void *context, al_output *output, al_error *err) {
  const lines_call *call = context;
  if (call->twin == NULL)
    return append_lines(call->own, output, err);
  return al_output_share(output, 0, append_slices, call->own, call->twin, err);
}

static al_status write_lines (records *r, records *twin,
                              const al_target *target, al_error *err) {
  lines_call call = {r, twin};
  return al_output_run(target, NULL, make_lines, &call, &r->result->bytes,
                       &r->result->files, err);
}

/* ---- all of them ---- */

/* Begin to read; with 'twin' by two cursors, where that is possible. */
static al_status records_open (records *r, records *twin, al_store *store,
                               const al_query *query, al_error *err) {
  al_query all = *query;
  memset(r->result, 0, sizeof *r->result);
  all.fields = r->layout == NULL ? AL_FIELDS_ALL : al_layout_fields(r->layout);
  if (twin == NULL)
    return al_cursor_open(&r->cursor, store, &all, err);
  memset(twin->result, 0, sizeof *twin->result);
  return al_cursor_open_pair(&r->cursor, &twin->cursor, store, &all, err);
}

static void records_close (records *r) {
  r->result->redacted = al_cursor_masked(r->cursor);
  al_cell_state_close(&r->cells);
  al_line_items_close(&r->items);
  al_json_tokens_close(&r->json);
  al_cursor_close(r->cursor);
}

/* What the twin did is part of the report. */
static void records_join (records *r, records *twin) {
  if (twin->cursor == NULL)
    return;
  records_close(twin);
  r->result->records += twin->result->records;
  r->result->redacted += twin->result->redacted;
  if (r->layout == NULL)
    r->result->rows += twin->result->rows;
}

/* Whether two threads may make the report. A function of the layout runs in the
** caller's, and line items make more rows of a slice than it has records. */
static int may_share (const al_target *target,
                      const al_export_options *options) {
  const al_layout *layout = options->layout;
  size_t i;
  if (!al_target_may_share(target) || options->format == AL_FORMAT_WORKBOOK)
    return 0;
  for (i = 0; options->format == AL_FORMAT_CSV && i < layout->ncolumns; i++)
    if (layout->columns[i].function || al_column_has_item(&layout->columns[i]))
      return 0;
  return 1;
}

al_status al_export (const al_target *target, const al_query *query,
                     const al_export_options *options, al_export_result *result,
                     al_error *err) {
  int lines = options->format == AL_FORMAT_JSON_LINES;
  al_export_result twin_result;
  records r = {.layout = lines ? NULL : options->layout, .result = result};
  records other = {.layout = r.layout, .result = &twin_result};
  records *twin = may_share(target, options) ? &other : NULL;
  sheet_call call = {target, options, result};
  const al_rows_visitor visitor = {make_sheet, &call};
  al_status status;
  if (records_open(&r, twin, target->store, query, err) != AL_OK)
    return err->status;
  if (twin != NULL && twin->cursor == NULL)
    twin = NULL;
  status = lines ? write_lines(&r, twin, target, err)
                 : visit_rows(&r, twin, &visitor, err);
  records_close(&r);
  records_join(&r, &other);
  return status;
}

al_status al_export_rows (al_store *store, const al_query *query,
                          const al_layout *layout,
                          const al_rows_visitor *visitor, al_error *err) {
  al_export_result result;
  records r = {.layout = layout, .result = &result};
  al_status status;
  if (records_open(&r, NULL, store, query, err) != AL_OK)
    return err->status;
  status = visit_rows(&r, NULL, visitor, err);
  records_close(&r);
  return status;
}
