/*
** al_pivot.c - a summary by two keys as a sheet.
**
** Groups come in the order of rows and, in a row, in that of columns: so the
** cells of a row are found by going along its groups.
*/
#include "al_pivot.h"

#include <stdio.h>
#include <stdlib.h>

#define DASH "\xE2\x80\x93" /* en dash */

/* A group that stands for a unit of time without a record has no other keys:
** it makes a row or a column, but not one of missing values. */
static int counts_for (const al_pivot *p, const al_group *group, size_t at) {
  const al_key *by;
  al_summary_keys(p->summary, &by);
  return group->tally.count > 0 || al_key_is_time(by[at]);
}

/* ---- columns ---- */

static int compare_values (const void *a, const void *b) {
  const uint32_t *left = a, *right = b;
  return (*left > *right) - (*left < *right);
}

/* The column of a value; its place is past the last one when there is none. */
static size_t find_column (const al_pivot *p, uint32_t value) {
  const uint32_t *found = p->nvalues == 0
                              ? NULL
                              : bsearch(&value, p->value, p->nvalues,
                                        sizeof *p->value, compare_values);
  return found != NULL ? (size_t)(found - p->value) : p->nvalues;
}

/* Sort the values that were gathered and drop those that come again. */
static void settle (al_pivot *p) {
  size_t i, n = 0;
  if (p->nvalues > 0)
    qsort(p->value, p->nvalues, sizeof *p->value, compare_values);
  for (i = 0; i < p->nvalues; i++)
    if (n == 0 || p->value[n - 1] != p->value[i])
      p->value[n++] = p->value[i];
  p->nvalues = n;
}

static al_status gather_values (al_pivot *p, al_error *err) {
  size_t i;
  p->value = malloc((p->ngroups + 1) * sizeof *p->value);
  if (p->value == NULL)
    return al_fail_nomem(err);
  for (i = 0; i < p->ngroups; i++)
    if (counts_for(p, &p->group[i], 1))
      p->value[p->nvalues++] = p->group[i].value[1];
  settle(p);
  if (p->options->max_columns > 0 && p->nvalues + 2 > p->options->max_columns)
    return al_fail(err, AL_LIMIT,
                   "the pivot would have %llu columns, and a sheet has %llu: "
                   "put the other key first, or export without a pivot",
                   (unsigned long long)p->nvalues + 2,
                   (unsigned long long)p->options->max_columns);
  return AL_OK;
}

static al_status sum_columns (al_pivot *p, al_error *err) {
  size_t i;
  p->sum = calloc(p->nvalues + 1, sizeof *p->sum);
  if (p->sum == NULL)
    return al_fail_nomem(err);
  for (i = 0; i < p->ngroups; i++)
    if (p->group[i].tally.count > 0)
      p->sum[find_column(p, p->group[i].value[1])] += p->group[i].tally.count;
  return AL_OK;
}

/* ---- titles ---- */

static al_status append_value (al_pivot *p, size_t at, uint32_t value,
                               al_buffer *out, al_error *err) {
  if (value == AL_VALUE_MISSING)
    return al_buffer_append_string(out, DASH, err);
  return al_summary_cell(p->summary, at, value, &p->options->labels[at], out,
                         err);
}

/* Their texts move while the buffer grows: so first all of them, each with its
** length, and then where they are. */
static al_status make_titles (al_pivot *p, al_error *err) {
  size_t i, before, start = 0;
  p->titles = calloc(p->nvalues + 2, sizeof *p->titles);
  if (p->titles == NULL)
    return al_fail_nomem(err);
  for (i = 0; i < p->nvalues; i++) {
    before = p->text.len;
    if (append_value(p, 1, p->value[i], &p->text, err) != AL_OK)
      return err->status;
    p->titles[i + 1].len = p->text.len - before;
  }
  for (i = 0; i < p->nvalues; i++) {
    p->titles[i + 1].data = al_buffer_text(&p->text).data + start;
    start += p->titles[i + 1].len;
  }
  p->titles[0] = p->options->key_titles[0];
  p->titles[p->nvalues + 1] = p->options->total;
  return AL_OK;
}

/* ---- rows ---- */

/* Go to the groups of the next value of the first key. Returns whether they
** make a row. */
static int next_groups (al_pivot *p) {
  int is_row = 0;
  p->start = p->next = p->stop;
  while (p->stop < p->ngroups &&
         p->group[p->stop].value[0] == p->group[p->start].value[0])
    is_row |= counts_for(p, &p->group[p->stop++], 0);
  return is_row;
}

static al_status next_row (void *context, al_rows_step *step, al_error *err) {
  al_pivot *p = context;
  (void)err;
  *step = AL_ROWS_NEXT;
  while (p->stop < p->ngroups)
    if (next_groups(p))
      return AL_OK;
  *step = p->summed ? AL_ROWS_END : AL_ROWS_SUMS;
  p->start = p->next = p->stop;
  p->summed = 1;
  return AL_OK;
}

/* The row's sum, or that of all rows. */
static int64_t sum_of_row (const al_pivot *p) {
  int64_t sum = 0;
  size_t i;
  if (p->start == p->ngroups)
    return al_summary_total(p->summary)->count;
  for (i = p->start; i < p->stop; i++)
    sum += p->group[i].tally.count;
  return sum;
}

/* Columns are asked for in their order, which is that of the groups. */
static int64_t count_at (al_pivot *p, size_t column) {
  int64_t count = 0;
  if (p->start == p->ngroups)
    return p->sum[column];
  while (p->next < p->stop && p->group[p->next].value[1] <= p->value[column]) {
    if (p->group[p->next].value[1] == p->value[column])
      count = p->group[p->next].tally.count;
    p->next++;
  }
  return count;
}

static al_status row_title (al_pivot *p, al_text *text, al_error *err) {
  if (p->start == p->ngroups) {
    *text = p->options->total;
    return AL_OK;
  }
  if (append_value(p, 0, p->group[p->start].value[0], &p->cell, err) != AL_OK)
    return err->status;
  *text = al_buffer_text(&p->cell);
  return AL_OK;
}

static al_status pivot_cell (void *context, size_t column, al_text *text,
                             al_cell_kind *kind, al_error *err) {
  al_pivot *p = context;
  char number[24];
  int64_t count;
  al_buffer_clear(&p->cell);
  *kind = column == 0 ? AL_CELL_TEXT : AL_CELL_NUMBER;
  if (column == 0)
    return row_title(p, text, err);
  count = column <= p->nvalues ? count_at(p, column - 1) : sum_of_row(p);
  snprintf(number, sizeof number, "%lld", (long long)count);
  if (al_buffer_append_string(&p->cell, number, err) != AL_OK)
    return err->status;
  *text = al_buffer_text(&p->cell);
  return AL_OK;
}

al_rows al_pivot_rows (al_pivot *pivot) {
  al_rows rows = {0};
  const al_key *by;
  al_summary_keys(pivot->summary, &by);
  rows.numbers.wanted = 1;
  rows.numbers.by_time = al_key_is_time(by[0]);
  rows.numbers.first = 1;
  rows.numbers.n = pivot->nvalues;
  rows.numbers.otherwise = pivot->nvalues + 1;
  rows.ncolumns = pivot->nvalues + 2;
  rows.titles = pivot->titles;
  rows.next = next_row;
  rows.cell = pivot_cell;
  rows.context = pivot;
  return rows;
}

/* ---- pivots ---- */

al_status al_pivot_init (al_pivot *pivot, const al_summary *summary,
                         const al_summary_options *options, al_error *err) {
  memset(pivot, 0, sizeof *pivot);
  pivot->summary = summary;
  pivot->options = options;
  pivot->ngroups = al_summary_groups(summary, &pivot->group);
  if (gather_values(pivot, err) != AL_OK || sum_columns(pivot, err) != AL_OK)
    return err->status;
  return make_titles(pivot, err);
}

void al_pivot_close (al_pivot *pivot) {
  free(pivot->value);
  free(pivot->sum);
  free(pivot->titles);
  al_buffer_close(&pivot->text);
  al_buffer_close(&pivot->cell);
}
