/*
** al_summary_export.c - summaries as CSV, as workbooks and as JSON Lines.
*/
#include "al_summary_export.h"

#include <stdio.h>

#include "al_json.h"
#include "al_pivot.h"

al_status al_summary_cell (const al_summary *summary, size_t at, uint32_t value,
                           const al_labels *labels, al_buffer *out,
                           al_error *err) {
  const al_key *by;
  al_summary_keys(summary, &by);
  if (by[at] < AL_KEY_OPERATION_TYPE)
    return al_summary_append(summary, at, value, out, err);
  return al_label_append_of(out, labels, al_summary_text(summary, at, value),
                            err);
}

/* ---- a row for each group ---- */

/* Columns behind those of the keys. */
enum { COUNT, FIRST, LAST, CUSTOMERS, NTALLIES };

/* Of the keys: customers have their id beside their name, which others may
** have too. */
#define KEY_COLUMNS_MAX (AL_SUMMARY_KEYS_MAX + 1)

typedef struct {
  size_t at; /* the key */
  int is_id;
} key_column;

typedef struct {
  const al_summary *summary;
  const al_summary_options *options;
  const al_group *group; /* the row's; behind the last one at the end */
  size_t left;           /* groups behind it */
  int begun;
  key_column column[KEY_COLUMNS_MAX];
  size_t ncolumns; /* of them */
  al_text titles[KEY_COLUMNS_MAX + NTALLIES];
  al_text time_formats[KEY_COLUMNS_MAX + NTALLIES];
  al_buffer cell;
} list;

static al_status next_group (void *context, al_rows_step *step, al_error *err) {
  list *l = context;
  (void)err;
  *step = l->left > 0 ? AL_ROWS_NEXT : AL_ROWS_END;
  if (l->left == 0)
    return AL_OK;
  l->group += l->begun;
  l->begun = 1;
  l->left--;
  return AL_OK;
}

static al_status append_number (al_buffer *out, int64_t number, al_error *err) {
  char text[24];
  int len = snprintf(text, sizeof text, "%lld", (long long)number);
  return al_buffer_append(out, text, (size_t)len, err);
}

static al_status append_time (list *l, al_time time, al_error *err) {
  const al_summary_options *o = l->options;
  if (l->group->tally.count == 0)
    return AL_OK;
  return al_time_format(&l->cell, o->date_format.data, o->date_format.len, time,
                        al_zone_offset(o->zone, time), err);
}

static al_status append_tally (list *l, size_t column, al_error *err) {
  const al_tally *tally = &l->group->tally;
  switch (column) {
  case COUNT:
    return append_number(&l->cell, tally->count, err);
  case FIRST:
    return append_time(l, tally->first, err);
  case LAST:
    return append_time(l, tally->last, err);
  default:
    return append_number(&l->cell, tally->customers, err);
  }
}

static al_status append_key_column (list *l, const key_column *column,
                                    al_error *err) {
  uint32_t value = l->group->value[column->at];
  al_text id;
  if (!column->is_id)
    return al_summary_cell(l->summary, column->at, value,
                           &l->options->labels[column->at], &l->cell, err);
  if (value == AL_VALUE_MISSING)
    return AL_OK;
  id = al_summary_customer_id(l->summary, column->at, value);
  return al_buffer_append(&l->cell, id.data, id.len, err);
}

static al_cell_kind list_kind (const list *l, size_t column) {
  if (column < l->ncolumns)
    return AL_CELL_TEXT;
  if (column == l->ncolumns + COUNT || column == l->ncolumns + CUSTOMERS)
    return AL_CELL_NUMBER;
  return l->options->time_format.data != NULL ? AL_CELL_TIME : AL_CELL_TEXT;
}

static al_status list_cell (void *context, size_t column, al_text *text,
                            al_cell_kind *kind, al_error *err) {
  list *l = context;
  al_status status;
  *kind = list_kind(l, column);
  al_buffer_clear(&l->cell);
  if (column < l->ncolumns)
    status = append_key_column(l, &l->column[column], err);
  else
    status = append_tally(l, column - l->ncolumns, err);
  *text = l->cell.len > 0 ? al_buffer_text(&l->cell) : AL_TEXT_MISSING;
  return status;
}

static void add_key_column (list *l, size_t at, int is_id, al_text title) {
  l->titles[l->ncolumns] = title;
  l->column[l->ncolumns].at = at;
  l->column[l->ncolumns++].is_id = is_id;
}

static void list_init (list *l, const al_summary *summary,
                       const al_summary_options *options) {
  const al_key *by;
  size_t nkeys = al_summary_keys(summary, &by), i;
  memset(l, 0, sizeof *l);
  l->summary = summary;
  l->options = options;
  l->left = al_summary_groups(summary, &l->group);
  for (i = 0; i < nkeys; i++) {
    add_key_column(l, i, 0, options->key_titles[i]);
    if (by[i] == AL_KEY_CUSTOMER)
      add_key_column(l, i, 1, options->customer_id);
  }
  l->titles[l->ncolumns + COUNT] = options->count;
  l->titles[l->ncolumns + FIRST] = options->first;
  l->titles[l->ncolumns + LAST] = options->last;
  l->titles[l->ncolumns + CUSTOMERS] = options->customers;
  l->time_formats[l->ncolumns + FIRST] = options->time_format;
  l->time_formats[l->ncolumns + LAST] = options->time_format;
}

/* ---- rows, whatever becomes of them ---- */

/* Both of these hand out rows that die with the call. */
static al_status visit_list (const al_summary *summary,
                             const al_summary_options *options,
                             const al_rows_visitor *visitor, al_error *err) {
  list l;
  al_rows rows = {0};
  const al_key *by;
  al_status status;
  list_init(&l, summary, options);
  rows.numbers.wanted = al_summary_keys(summary, &by) == 1;
  rows.numbers.by_time = al_key_is_time(by[0]);
  rows.numbers.first = l.ncolumns + COUNT;
  rows.numbers.n = 1;
  rows.ncolumns = l.ncolumns + NTALLIES;
  rows.titles = l.titles;
  rows.time_formats = l.time_formats;
  rows.next = next_group;
  rows.cell = list_cell;
  rows.context = &l;
  status = visitor->visit(visitor->context, &rows, err);
  al_buffer_close(&l.cell);
  return status;
}

static al_status visit_pivot (const al_summary *summary,
                              const al_summary_options *options,
                              const al_rows_visitor *visitor, al_error *err) {
  al_pivot pivot;
  al_status status = al_pivot_init(&pivot, summary, options, err);
  if (status == AL_OK) {
    const al_rows rows = al_pivot_rows(&pivot);
    status = visitor->visit(visitor->context, &rows, err);
  }
  al_pivot_close(&pivot);
  return status;
}

al_status al_summary_rows (const al_summary *summary,
                           const al_summary_options *options,
                           const al_rows_visitor *visitor, al_error *err) {
  return options->form == AL_SUMMARY_PIVOT
             ? visit_pivot(summary, options, visitor, err)
             : visit_list(summary, options, visitor, err);
}

/* ---- CSV and workbooks ---- */

/* What al_summary_export was called with. */
typedef struct {
  const al_target *target;
  const al_summary_options *options;
  al_summary_result *result;
} sheet_call;

static al_status make_sheet (void *context, const al_rows *rows,
                             al_error *err) {
  const sheet_call *call = context;
  if (call->options->workbook)
    return al_book_make(call->target, rows, &call->options->book,
                        &call->result->counts, &call->result->bytes,
                        &call->result->files, err);
  return al_sheet_make(call->target, rows, &call->options->sheet,
                       &call->result->counts, &call->result->bytes,
                       &call->result->files, err);
}

static al_status export_sheet (const al_summary *summary,
                               const al_target *target,
                               const al_summary_options *options,
                               al_summary_result *result, al_error *err) {
  sheet_call call = {target, options, result};
  const al_rows_visitor visitor = {make_sheet, &call};
  return al_summary_rows(summary, options, &visitor, err);
}

/* ---- JSON Lines ---- */

typedef struct {
  const al_summary *summary;
  al_summary_result *result;
  al_buffer text; /* of a value */
} lines;

/* The member's name, behind what stands before it. */
static al_status append_name (al_buffer *out, char before, const char *name,
                              al_error *err) {
  if (al_buffer_append_char(out, before, err) != AL_OK ||
      al_json_write_string(out, al_text_from(name, strlen(name)), err) != AL_OK)
    return err->status;
  return al_buffer_append_char(out, ':', err);
}

static al_status append_string (al_buffer *out, char before, const char *name,
                                al_text text, al_error *err) {
  if (append_name(out, before, name, err) != AL_OK)
    return err->status;
  return al_json_write_string(out, text, err);
}

static al_status append_integer (al_buffer *out, const char *name,
                                 int64_t number, al_error *err) {
  if (append_name(out, ',', name, err) != AL_OK)
    return err->status;
  return append_number(out, number, err);
}

static al_status append_instant (al_buffer *out, const char *name, al_time time,
                                 al_error *err) {
  char text[AL_TIME_LEN + 1];
  al_time_write(text, time);
  return append_string(out, ',', name, al_text_from(text, AL_TIME_LEN), err);
}

/* The members of a key; *before is what stands before the next one. */
static al_status append_key (lines *l, size_t at, uint32_t value, char *before,
                             al_buffer *out, al_error *err) {
  const al_key *by;
  al_text id;
  if (value == AL_VALUE_MISSING)
    return AL_OK;
  al_summary_keys(l->summary, &by);
  al_buffer_clear(&l->text);
  if (al_summary_append(l->summary, at, value, &l->text, err) != AL_OK ||
      append_string(out, *before, al_key_name(by[at]), al_buffer_text(&l->text),
                    err) != AL_OK)
    return err->status;
  *before = ',';
  if (by[at] != AL_KEY_CUSTOMER)
    return AL_OK;
  id = al_summary_customer_id(l->summary, at, value);
  return id.data == NULL ? AL_OK
                         : append_string(out, ',', "customer_id", id, err);
}

static al_status append_tallies (al_buffer *out, char before,
                                 const al_tally *tally, al_error *err) {
  if (append_name(out, before, "count", err) != AL_OK ||
      append_number(out, tally->count, err) != AL_OK)
    return err->status;
  if (tally->count > 0 &&
      (append_instant(out, "first", tally->first, err) != AL_OK ||
       append_instant(out, "last", tally->last, err) != AL_OK))
    return err->status;
  if (append_integer(out, "customers", tally->customers, err) != AL_OK)
    return err->status;
  return al_buffer_append(out, "}\n", 2, err);
}

static al_status append_group (lines *l, const al_group *group, al_buffer *out,
                               al_error *err) {
  const al_key *by;
  size_t n = al_summary_keys(l->summary, &by), i;
  char before = '{';
  for (i = 0; i < n; i++)
    if (append_key(l, i, group->value[i], &before, out, err) != AL_OK)
      return err->status;
  return append_tallies(out, before, &group->tally, err);
}

static al_status write_lines (void *context, al_output *output, al_error *err) {
  lines *l = context;
  const al_group *group;
  size_t n = al_summary_groups(l->summary, &group), i;
  for (i = 0; i < n; i++)
    if (append_group(l, &group[i], &output->pending, err) != AL_OK ||
        al_output_row_end(output, err) != AL_OK)
      return err->status;
  l->result->counts.rows = (int64_t)n;
  return AL_OK;
}

static al_status export_lines (const al_summary *summary,
                               const al_target *target,
                               al_summary_result *result, al_error *err) {
  lines l = {summary, result, {NULL, 0, 0}};
  al_status status = al_output_run(target, NULL, write_lines, &l,
                                   &result->bytes, &result->files, err);
  al_buffer_close(&l.text);
  return status;
}

al_status al_summary_export (const al_summary *summary, const al_target *target,
                             const al_summary_options *options,
                             al_summary_result *result, al_error *err) {
  memset(result, 0, sizeof *result);
  return options->form == AL_SUMMARY_JSON_LINES
             ? export_lines(summary, target, result, err)
             : export_sheet(summary, target, options, result, err);
}
