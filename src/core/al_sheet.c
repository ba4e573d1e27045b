/*
** al_sheet.c - CSV out of rows: titles, what Excel needs, parts, counts.
**
** A shared cell is made and quoted once. Its field is kept as it was written,
** and copied into the further rows that have it.
*/
#include "al_sheet.h"

#include <stdlib.h>

#include "al_csv.h"
#include "al_excel.h"
#include "al_utf8.h"

/* A field of a shared column, in the text that is kept. */
typedef struct {
  size_t start, len;
  int64_t cut, defused; /* 1 when it was */
} kept_field;

typedef struct {
  const al_rows *rows;
  const al_sheet_options *options;
  al_output *output;
  al_sheet_counts *counts;
  al_csv_writer csv;
  al_excel excel;
  al_buffer scratch;
  kept_field *kept;    /* by column; NULL where no column is shared */
  al_buffer kept_text; /* of them */
  int64_t rows_here;   /* of this part, the titles' included */
} sheet;

static void sheet_init (sheet *s, al_buffer *out, const al_rows *rows,
                        const al_sheet_options *options) {
  memset(s, 0, sizeof *s);
  s->rows = rows;
  s->options = options;
  s->csv.out = out;
  s->csv.newline = options->newline;
  s->csv.separator = options->separator;
  s->excel.defuse = options->defuse;
  s->excel.max_cell = options->max_cell;
}

static void sheet_close (sheet *s) {
  al_buffer_close(&s->scratch);
  al_buffer_close(&s->kept_text);
  free(s->kept);
}

/* ---- rows ---- */

static al_status append_header (sheet *s, al_error *err) {
  size_t i;
  if (s->options->bom && al_buffer_append(s->csv.out, AL_BOM, 3, err) != AL_OK)
    return err->status;
  for (i = 0; i < s->rows->ncolumns; i++) {
    al_text title;
    if (al_excel_cell(&s->excel, s->rows->titles[i], &s->scratch, &title,
                      err) != AL_OK ||
        al_csv_field(&s->csv, title, err) != AL_OK)
      return err->status;
  }
  s->rows_here = 1;
  return al_csv_row_end(&s->csv, err);
}

static al_status append_cell (sheet *s, size_t column, al_error *err) {
  al_text cell;
  al_cell_kind kind;
  if (s->rows->plain != NULL && s->rows->plain[column] != NULL)
    cell = *s->rows->plain[column];
  else if (s->rows->cell(s->rows->context, column, &cell, &kind, err) != AL_OK)
    return err->status;
  if (!al_excel_leaves(&s->excel, cell) &&
      al_excel_cell(&s->excel, cell, &s->scratch, &cell, err) != AL_OK)
    return err->status;
  return al_csv_field(&s->csv, cell, err);
}

/* The same, and keep the field. */
static al_status append_and_keep (sheet *s, size_t column, al_error *err) {
  kept_field *kept = &s->kept[column];
  size_t start = s->csv.out->len + (s->csv.fields > 0); /* its separator */
  kept->cut = s->excel.cut;
  kept->defused = s->excel.defused;
  if (append_cell(s, column, err) != AL_OK)
    return err->status;
  kept->cut = s->excel.cut - kept->cut;
  kept->defused = s->excel.defused - kept->defused;
  kept->start = s->kept_text.len;
  kept->len = s->csv.out->len - start;
  return al_buffer_append(&s->kept_text, s->csv.out->data + start, kept->len,
                          err);
}

static al_status append_kept (sheet *s, size_t column, al_error *err) {
  const kept_field *kept = &s->kept[column];
  s->excel.cut += kept->cut;
  s->excel.defused += kept->defused;
  return al_csv_field_again(
      &s->csv,
      al_text_from(al_buffer_text(&s->kept_text).data + kept->start, kept->len),
      err);
}

static al_status append_row (sheet *s, al_rows_step step, al_error *err) {
  size_t i;
  if (step != AL_ROWS_SAME)
    al_buffer_clear(&s->kept_text);
  for (i = 0; i < s->rows->ncolumns; i++) {
    al_status status;
    if (s->kept == NULL || !s->rows->shared[i])
      status = append_cell(s, i, err);
    else if (step == AL_ROWS_SAME)
      status = append_kept(s, i, err);
    else
      status = append_and_keep(s, i, err);
    if (status != AL_OK)
      return status;
  }
  return al_csv_row_end(&s->csv, err);
}

/* Make room for a row: in this part, or in the next one. */
static al_status begin_row (sheet *s, al_error *err) {
  if (s->options->max_rows == 0 || s->rows_here < s->options->max_rows)
    return AL_OK;
  if (al_output_next_part(s->output, s->options->max_rows, err) != AL_OK)
    return err->status;
  return append_header(s, err);
}

/* The rows of the slice, or all of them. */
static al_status append_rows (sheet *s, al_error *err) {
  for (;;) {
    al_rows_step step;
    if (s->rows->next(s->rows->context, &step, err) != AL_OK)
      return err->status;
    if (step == AL_ROWS_END)
      return AL_OK;
    if (begin_row(s, err) != AL_OK || append_row(s, step, err) != AL_OK ||
        al_output_row_end(s->output, err) != AL_OK)
      return err->status;
    s->rows_here++;
    s->counts->rows++;
  }
}

/* ---- two sheets that make one ---- */

/* How many rows stand before a slice is known when its turn comes. Until then
** it is taken for as many as there can be, which is good enough unless the part
** may end within the slice. */
static al_status append_slice (sheet *s, const al_slice *slice, al_error *err) {
  int64_t max_rows = s->options->max_rows, counted = s->counts->rows;
  int64_t ahead, before;
  al_output_slice_begin(s->output, slice, &ahead, &before);
  s->rows_here = before + ahead;
  if (max_rows > 0 && s->rows_here + slice->rows > max_rows) {
    if (al_output_slice_wait(s->output, &s->rows_here, err) != AL_OK ||
        append_rows(s, err) != AL_OK)
      return err->status;
  } else {
    if (append_rows(s, err) != AL_OK ||
        al_output_slice_wait(s->output, &before, err) != AL_OK)
      return err->status;
    s->rows_here = before + s->counts->rows - counted;
  }
  return al_output_slice_end(s->output, s->rows_here, err);
}

static al_status append_slices (void *context, al_output *output,
                                al_error *err) {
  sheet *s = context;
  al_slice slice;
  s->output = output;
  s->csv.out = &output->pending;
  for (;;) {
    if (s->rows->slice(s->rows->context, &slice, err) != AL_OK)
      return err->status;
    if (slice.number < 0)
      return AL_OK;
    if (append_slice(s, &slice, err) != AL_OK)
      return err->status;
  }
}

static al_status append_with_twin (sheet *s, al_error *err) {
  al_sheet_counts counts = {0};
  sheet twin;
  al_status status;
  sheet_init(&twin, NULL, s->rows->twin, s->options);
  twin.counts = &counts;
  status =
      al_output_share(s->output, s->rows_here, append_slices, s, &twin, err);
  s->counts->rows += counts.rows;
  s->excel.cut += twin.excel.cut;
  s->excel.defused += twin.excel.defused;
  sheet_close(&twin);
  return status;
}

/* ---- the sheet ---- */

/* What al_sheet_make was called with. */
typedef struct {
  const al_rows *rows;
  const al_sheet_options *options;
  al_sheet_counts *counts;
} sheet_call;

/* What each part begins with: the mark and the titles' row. */
static al_status make_header (const sheet_call *call, al_buffer *out,
                              al_error *err) {
  sheet s;
  al_status status;
  sheet_init(&s, out, call->rows, call->options);
  status = append_header(&s, err);
  sheet_close(&s);
  return status;
}

static al_status keep_shared (sheet *s, al_error *err) {
  if (s->rows->shared == NULL)
    return AL_OK;
  s->kept = calloc(s->rows->ncolumns + 1, sizeof *s->kept);
  return s->kept != NULL ? AL_OK : al_fail_nomem(err);
}

static al_status make_sheet (void *context, al_output *output, al_error *err) {
  const sheet_call *call = context;
  const al_rows *rows = call->rows;
  sheet s;
  al_status status;
  sheet_init(&s, &output->pending, rows, call->options);
  s.output = output;
  s.counts = call->counts;
  status = keep_shared(&s, err);
  if (status == AL_OK)
    status = append_header(&s, err);
  if (status == AL_OK)
    status =
        rows->twin != NULL ? append_with_twin(&s, err) : append_rows(&s, err);
  call->counts->cut_cells = s.excel.cut;
  call->counts->defused_cells = s.excel.defused;
  sheet_close(&s);
  return status;
}

al_status al_sheet_make (const al_target *target, const al_rows *rows,
                         const al_sheet_options *options,
                         al_sheet_counts *counts, int64_t *bytes,
                         int64_t *files, al_error *err) {
  sheet_call call = {rows, options, counts};
  al_part_form form = {.max_rows = options->max_rows};
  int in_parts = target->path != NULL && options->max_rows > 0;
  al_buffer header = {0};
  al_status status = AL_OK;
  memset(counts, 0, sizeof *counts);
  *bytes = *files = 0;
  if (in_parts)
    status = make_header(&call, &header, err);
  form.header = al_buffer_text(&header);
  if (status == AL_OK)
    status = al_output_run(target, in_parts ? &form : NULL, make_sheet, &call,
                           bytes, files, err);
  al_buffer_close(&header);
  return status;
}
