/*
** al_book.c - a workbook for Excel out of rows.
*/
#include "al_book.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "al_book_cell.h"
#include "al_excel.h"
#include "al_width.h"

/* Columns are as wide as what is in them, within these. */
#define WIDTH_MIN 8
#define WIDTH_MAX 60
/* Air at both sides of a cell, and the filter's button beside a title. */
#define WIDTH_PADDING 2
#define WIDTH_BUTTON  3

/* A shared cell, kept for the further rows that have it. */
typedef struct {
  size_t start, len; /* in the kept text */
  al_cell_kind kind;
} kept_cell;

typedef struct {
  const al_rows *rows;
  const al_book_options *options;
  const al_book_library *library;
  al_sheet_counts *counts;
  al_workbook *book; /* the library's; owned */
  al_excel excel;
  int64_t max_rows; /* of a sheet */
  /* By column: */
  double *width;
  void **time_style; /* NULL where there are no times */
  kept_cell *kept;
  size_t *time_width; /* as a time is shown */
  void *title_style, *link_style, *number_style;
  void *sum_style, *sum_number_style;
  al_buffer kept_text;
  al_buffer text, cut, formula; /* of a cell */
  int sheets;
  uint32_t row;      /* the next one of this sheet */
  uint32_t filtered; /* the last one that is no row of sums */
} book;

/* ---- cells ---- */

static void widen (book *b, size_t column, double width) {
  if (width > b->width[column])
    b->width[column] = width < WIDTH_MAX ? width : WIDTH_MAX;
}

/* To measure takes long, and is of no use where the column is as wide as it can
** be, or at least as wide as the text has bytes: no character has more places
** than bytes. */
static void widen_by_text (book *b, size_t column, al_text text, size_t more) {
  if (b->width[column] < WIDTH_MAX &&
      (double)(text.len + more) > b->width[column])
    widen(b, column, (double)(al_width_fit(text, WIDTH_MAX).places + more));
}

static al_status write_text (book *b, const al_book_place *place, al_text text,
                             al_error *err) {
  al_buffer *made = &b->text;
  al_buffer_clear(&b->text);
  if (al_book_append_text(&b->text, text, err) != AL_OK ||
      al_excel_cell(&b->excel, al_buffer_text(&b->text), &b->cut, &text, err) !=
          AL_OK)
    return err->status;
  if (text.data == b->cut.data)
    made = &b->cut;
  widen_by_text(b, place->column, text,
                WIDTH_PADDING + (place->row == 0 ? WIDTH_BUTTON : 0));
  if (al_buffer_append_char(made, '\0', err) != AL_OK)
    return err->status;
  return b->library->text(b->book, place, made->data, err);
}

static al_status write_number (book *b, const al_book_place *place,
                               double number, size_t width, al_error *err) {
  widen(b, place->column, (double)(width + WIDTH_PADDING));
  return b->library->number(b->book, place, number, err);
}

/* A link shows its column's title, or itself where there is none, or nobody
** would see it. */
static al_status write_link (book *b, al_book_place *place, al_text url,
                             al_error *err) {
  al_text title = b->rows->titles[place->column];
  al_text shown = title.len > 0 ? title : url;
  al_status status = al_book_link(&b->formula, &b->text, url, shown, err);
  if (status == AL_LIMIT)
    return write_text(b, place, url, err);
  if (status != AL_OK)
    return status;
  if (title.len == 0)
    widen_by_text(b, place->column, url, WIDTH_PADDING);
  place->style = b->link_style;
  return b->library->formula(b->book, place, b->formula.data, b->text.data,
                             err);
}

static al_status write_cell (book *b, al_book_place *place, al_text text,
                             al_cell_kind kind, al_error *err) {
  double number;
  if (text.len == 0)
    return AL_OK;
  if (kind == AL_CELL_LINK)
    return write_link(b, place, text, err);
  if (kind == AL_CELL_NUMBER && al_book_number(&number, text)) {
    place->style =
        place->style == b->sum_style ? b->sum_number_style : b->number_style;
    return write_number(b, place, number, text.len, err);
  }
  if (kind == AL_CELL_TIME && al_book_serial(&number, text)) {
    place->style = b->time_style[place->column];
    return write_number(b, place, number, b->time_width[place->column], err);
  }
  return write_text(b, place, text, err);
}

/* ---- rows ---- */

static al_status keep_cell (book *b, size_t column, al_text text,
                            al_cell_kind kind, al_error *err) {
  kept_cell *kept = &b->kept[column];
  kept->start = b->kept_text.len;
  kept->len = text.len;
  kept->kind = kind;
  return al_buffer_append(&b->kept_text, text.data, text.len, err);
}

/* The cell of this row, out of the rows or as it was kept. */
static al_status get_cell (book *b, size_t column, al_rows_step step,
                           al_text *text, al_cell_kind *kind, al_error *err) {
  int shared = b->rows->shared != NULL && b->rows->shared[column];
  const kept_cell *kept = &b->kept[column];
  if (shared && step == AL_ROWS_SAME) {
    *text = al_text_from(al_buffer_text(&b->kept_text).data + kept->start,
                         kept->len);
    *kind = kept->kind;
    return AL_OK;
  }
  if (b->rows->cell(b->rows->context, column, text, kind, err) != AL_OK)
    return err->status;
  return shared ? keep_cell(b, column, *text, *kind, err) : AL_OK;
}

static al_status write_row (book *b, al_rows_step step, al_error *err) {
  size_t i;
  if (step != AL_ROWS_SAME)
    al_buffer_clear(&b->kept_text);
  for (i = 0; i < b->rows->ncolumns; i++) {
    al_book_place place = {b->row, (uint16_t)i,
                           step == AL_ROWS_SUMS ? b->sum_style : NULL};
    al_cell_kind kind;
    al_text text;
    if (get_cell(b, i, step, &text, &kind, err) != AL_OK ||
        write_cell(b, &place, text, kind, err) != AL_OK)
      return err->status;
  }
  if (step != AL_ROWS_SUMS)
    b->filtered = b->row;
  b->row++;
  b->counts->rows++;
  return AL_OK;
}

static al_status write_titles (book *b, al_error *err) {
  size_t i;
  for (i = 0; i < b->rows->ncolumns; i++) {
    const al_book_place place = {0, (uint16_t)i, b->title_style};
    if (write_text(b, &place, b->rows->titles[i], err) != AL_OK)
      return err->status;
  }
  b->row = 1;
  b->filtered = 0;
  return AL_OK;
}

/* ---- sheets ---- */

static al_status begin_sheet (book *b, al_error *err) {
  size_t i;
  if (b->sheets == AL_BOOK_SHEETS)
    return al_fail(err, AL_LIMIT,
                   "more than %d sheets of %lld rows: choose a shorter period",
                   AL_BOOK_SHEETS, (long long)b->max_rows);
  b->sheets++;
  for (i = 0; i < b->rows->ncolumns; i++)
    b->width[i] = WIDTH_MIN;
  if (al_book_sheet_name(&b->text, b->options->sheet, b->sheets, err) !=
          AL_OK ||
      b->library->add_sheet(b->book, b->text.data, err) != AL_OK)
    return err->status;
  return write_titles(b, err);
}

static al_status end_sheet (book *b, al_error *err) {
  const al_book_frame frame = {(uint16_t)b->rows->ncolumns, b->width,
                               b->filtered};
  return b->library->end_sheet(b->book, &frame, err);
}

static al_status write_rows (book *b, al_error *err) {
  al_rows_step step;
  if (begin_sheet(b, err) != AL_OK)
    return err->status;
  for (;;) {
    if (b->rows->next(b->rows->context, &step, err) != AL_OK)
      return err->status;
    if (step == AL_ROWS_END)
      return end_sheet(b, err);
    if (b->row == b->max_rows &&
        (end_sheet(b, err) != AL_OK || begin_sheet(b, err) != AL_OK))
      return err->status;
    if (write_row(b, step, err) != AL_OK)
      return err->status;
  }
}

/* ---- the chart ---- */

/* What can still be told apart in a picture: series, bars that have names, and
** columns; more units of time make a line. */
#define SERIES_MAX  12
#define BARS_MAX    40
#define COLUMNS_MAX 62
/* Excel's limit of points of a series in a chart. */
#define POINTS_MAX 32000

/* A table of so many characters or more is wide. One of so many rows or less
** is short. */
#define WIDE_TABLE  120
#define SHORT_TABLE 60

/* The chart stands beside the table; below one that is wide and short. */
static void place_chart (const book *b, al_book_chart *chart) {
  double width = 0;
  size_t i;
  for (i = 0; i < b->rows->ncolumns; i++)
    width += b->width[i];
  if (width >= WIDE_TABLE && b->row <= SHORT_TABLE) {
    chart->row = b->row + 1;
    chart->column = 0;
  } else {
    chart->row = 1;
    chart->column = (uint16_t)(b->rows->ncolumns + 1);
  }
}

/* Whether the rows make a chart, and which. */
static int choose_chart (const book *b, al_book_chart *chart) {
  const al_rows_numbers *numbers = &b->rows->numbers;
  uint32_t n = b->filtered;
  int many = numbers->n > SERIES_MAX;
  if (!numbers->wanted || b->sheets > 1 || n == 0 || numbers->n == 0 ||
      n > (numbers->by_time ? POINTS_MAX : BARS_MAX))
    return 0;
  chart->kind = !numbers->by_time ? AL_CHART_BARS
                : n > COLUMNS_MAX ? AL_CHART_LINES
                                  : AL_CHART_COLUMNS;
  chart->first = (uint16_t)(many ? numbers->otherwise : numbers->first);
  chart->nseries = (uint16_t)(many ? 1 : numbers->n);
  chart->last_row = n;
  place_chart(b, chart);
  return chart->column < AL_BOOK_COLUMNS;
}

static al_status add_chart (book *b, al_error *err) {
  al_book_chart chart;
  return choose_chart(b, &chart) ? b->library->chart(b->book, &chart, err)
                                 : AL_OK;
}

/* ---- workbooks ---- */

/* Characters of a time as a number format shows it, about. */
static size_t shown_width (al_text format) {
  size_t i, width = 0;
  for (i = 0; i < format.len; i++)
    width += format.data[i] != '\\' && format.data[i] != '"';
  return width;
}

static al_status make_time_style (book *b, size_t column, al_error *err) {
  al_text format = b->rows->time_formats[column];
  if (format.data == NULL)
    return AL_OK;
  b->time_width[column] = shown_width(format);
  al_buffer_clear(&b->text);
  if (al_buffer_append(&b->text, format.data, format.len, err) != AL_OK ||
      al_buffer_append_char(&b->text, '\0', err) != AL_OK)
    return err->status;
  return b->library->style(b->book, 0, b->text.data, &b->time_style[column],
                           err);
}

static al_status make_styles (book *b, al_error *err) {
  const struct {
    unsigned look;
    void **style;
  } styles[] = {{AL_LOOK_TITLE, &b->title_style},
                {AL_LOOK_LINK, &b->link_style},
                {AL_LOOK_NUMBER, &b->number_style},
                {AL_LOOK_SUM, &b->sum_style},
                {AL_LOOK_SUM | AL_LOOK_NUMBER, &b->sum_number_style}};
  size_t i;
  for (i = 0; i < sizeof styles / sizeof styles[0]; i++)
    if (b->library->style(b->book, styles[i].look, NULL, styles[i].style,
                          err) != AL_OK)
      return err->status;
  for (i = 0; b->rows->time_formats != NULL && i < b->rows->ncolumns; i++)
    if (make_time_style(b, i, err) != AL_OK)
      return err->status;
  return AL_OK;
}

/* The smaller of what is asked for and what Excel has; 0 asks for all. */
static int64_t limit (int64_t asked, int64_t most) {
  return asked > 0 && asked < most ? asked : most;
}

static al_status book_open (book *b, al_error *err) {
  size_t n = b->rows->ncolumns + 1; /* there may be none */
  b->library = b->options->library;
  b->max_rows = limit(b->options->max_rows, AL_EXCEL_ROWS);
  b->excel.max_cell =
      (size_t)limit((int64_t)b->options->max_cell, AL_EXCEL_CELL);
  b->width = calloc(n, sizeof *b->width);
  b->time_style = calloc(n, sizeof *b->time_style);
  b->time_width = calloc(n, sizeof *b->time_width);
  b->kept = calloc(n, sizeof *b->kept);
  if (b->width == NULL || b->time_style == NULL || b->time_width == NULL ||
      b->kept == NULL)
    return al_fail_nomem(err);
  if (b->library->open(&b->book, err) != AL_OK)
    return err->status;
  return make_styles(b, err);
}

static void book_close (book *b) {
  if (b->book != NULL)
    b->library->close(b->book);
  free(b->width);
  free(b->time_style);
  free(b->time_width);
  free(b->kept);
  al_buffer_close(&b->kept_text);
  al_buffer_close(&b->text);
  al_buffer_close(&b->cut);
  al_buffer_close(&b->formula);
}

#define COPY_BYTES (64 * 1024)

/* Give the finished workbook to the output. */
static al_status copy (int fd, al_output *output, al_error *err) {
  al_buffer *to = &output->pending;
  for (;;) {
    ssize_t n;
    if (al_buffer_reserve(to, COPY_BYTES, err) != AL_OK)
      return err->status;
    do
      n = read(fd, to->data + to->len, COPY_BYTES);
    while (n < 0 && errno == EINTR);
    if (n < 0)
      return al_fail_errno(err, "cannot read", "the finished workbook");
    if (n == 0)
      return AL_OK;
    to->len += (size_t)n;
    if (al_output_row_end(output, err) != AL_OK)
      return err->status;
  }
}

/* What al_book_make was called with. */
typedef struct {
  const al_rows *rows;
  const al_book_options *options;
  al_sheet_counts *counts;
} book_call;

static al_status make_book (void *context, al_output *output, al_error *err) {
  const book_call *call = context;
  book b = {
      .rows = call->rows, .options = call->options, .counts = call->counts};
  int fd;
  al_status status = book_open(&b, err);
  if (status == AL_OK)
    status = write_rows(&b, err);
  if (status == AL_OK)
    status = add_chart(&b, err);
  if (status == AL_OK)
    status = b.library->finish(b.book, &fd, err);
  if (status == AL_OK)
    status = copy(fd, output, err);
  call->counts->cut_cells = b.excel.cut;
  book_close(&b);
  return status;
}

static al_status fail_without_library (al_text load_error, al_error *err) {
  char why[AL_MESSAGE_MAX / 2];
  if (load_error.data != NULL)
    return al_fail(
        err, AL_UNSUPPORTED,
        "format 'xlsx' needs the C module activitylog.xlsx, which "
        "cannot be loaded: %s",
        al_quote_to(why, sizeof why, load_error.data, load_error.len));
  return al_fail(err, AL_UNSUPPORTED,
                 "format 'xlsx' needs the C module activitylog.xlsx, which "
                 "is not there: install libxlsxwriter (Debian packages "
                 "libxlsxwriter-dev, libminizip-dev and zlib1g-dev), then "
                 "build and install activitylog again");
}

static al_status check_call (const book_call *call, al_error *err) {
  const al_book_library *library = call->options->library;
  if (library == NULL)
    return fail_without_library(call->options->load_error, err);
  if (library->version != AL_BOOK_LIBRARY_VERSION)
    return al_fail(err, AL_UNSUPPORTED,
                   "the C module activitylog.xlsx is of another version of "
                   "activitylog: install both together");
  if (call->rows->ncolumns > AL_BOOK_COLUMNS)
    return al_fail(err, AL_LIMIT, "%llu columns, and a sheet has %d",
                   (unsigned long long)call->rows->ncolumns, AL_BOOK_COLUMNS);
  return AL_OK;
}

al_status al_book_make (const al_target *target, const al_rows *rows,
                        const al_book_options *options, al_sheet_counts *counts,
                        int64_t *bytes, int64_t *files, al_error *err) {
  book_call call = {rows, options, counts};
  memset(counts, 0, sizeof *counts);
  *bytes = *files = 0;
  if (check_call(&call, err) != AL_OK)
    return err->status;
  return al_output_run(target, NULL, make_book, &call, bytes, files, err);
}
