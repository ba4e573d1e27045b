/*
** xlsx_book.c - libxlsxwriter as the core's library of workbooks.
**
** The library keeps one row in memory. The rows before go to a temporary file
** of each sheet; in the end it copies these into another, and packs that into
** the archive, ours, which has no name. It prints what goes wrong with files
** to standard error, and does not look whether what it writes to its own came
** there: so we look, before and after. Where memory runs out in it, it prints,
** dies, or leaves out an attribute and goes on: so we try for it what it needs.
*/
#include "xlsx_book.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "al_descriptor.h"
#include "al_temporary.h"
#include "xlsx_proof.h"
#include "xlsx_random.h"

/* What the parts of a workbook take besides its rows, at most about. */
#define SMALL_PARTS (256 * 1024)
/* What a zip archive holds, and a part of it, without its 64 bit form. */
#define PLAIN_ZIP INT64_C(0xF0000000)
/* Equal rows make equal bytes: workbooks are from 1980-01-01, as the files in
** a zip archive are whose date is not known. */
#define CREATED 315532800
/* In points. */
#define TITLE_HEIGHT 20
/* Memory that the library takes at most about: in one call, that of a cell
** apart; for a cell besides its text; for each byte of a text, when this is
** kept and, later, written, with all of it escaped twice. */
#define CALL_BYTES   (4 * 1024 * 1024)
#define CELL_BYTES   4096
#define TEXT_KEPT    8
#define TEXT_WRITTEN 40

/* The temporary file of a sheet's rows. */
typedef struct {
  FILE *file; /* the library's */
  struct stat is;
} rows_file;

struct al_workbook {
  lxw_workbook *library;        /* owned; NULL once it is finished */
  lxw_worksheet *sheet;         /* the last one */
  locale_t numbers;             /* "C": numbers have dots */
  char folder[PATH_MAX];        /* of temporary files */
  char own_path[PATH_MAX + 32]; /* of the archive while it has a name; or "" */
  char path[PATH_MAX + 32];     /* by which the library opens it */
  int fd;                       /* owned; of the archive */
  int held[STDERR_FILENO + 1];  /* owned; in the place of closed streams */
  int nheld;
  rows_file rows[AL_BOOK_SHEETS];
  int64_t row_bytes[AL_BOOK_SHEETS]; /* of sheets that have ended */
  int nsheets;
  size_t longest; /* bytes of a text so far */
};

/* ---- failures ---- */

static al_status fail_library (lxw_error error, al_error *err) {
  if (error == LXW_ERROR_MEMORY_MALLOC_FAILED)
    return al_fail_nomem(err);
  return al_fail(err, AL_IO, "cannot write the workbook: %s",
                 lxw_strerror(error));
}

static al_status check (lxw_error error, al_error *err) {
  return error == LXW_NO_ERROR ? AL_OK : fail_library(error, err);
}

static al_status fail_full (const al_workbook *book, al_error *err) {
  return al_fail(err, AL_FULL,
                 "%s has no room left for the workbook; TMPDIR names another "
                 "folder of temporary files",
                 book->folder);
}

/* Whether so much memory is there, which the library is about to need. */
static al_status check_memory (size_t bytes, al_error *err) {
  void *volatile memory = malloc(bytes); /* or it would never be asked for */
  if (memory == NULL)
    return al_fail_nomem(err);
  free(memory);
  return AL_OK;
}

/* Fewer free files than the library opens make it print. */
static al_status check_free_files (const al_workbook *book, al_error *err) {
  int fd[4], n = 0;
  while (n < 4 && (fd[n] = fcntl(book->fd, F_DUPFD_CLOEXEC, 0)) >= 0)
    n++;
  if (n < 4)
    al_fail_errno(err, "cannot open", "a temporary file");
  else
    err->status = AL_OK;
  while (n > 0)
    close(fd[--n]);
  return err->status;
}

/* ---- books ---- */

static al_status make_archive (al_workbook *book, al_error *err) {
  const char *folder = al_temporary_folder();
  if (strlen(folder) >= sizeof book->folder)
    return al_fail(err, AL_IO, "the path in TMPDIR is too long");
  strcpy(book->folder, folder);
  snprintf(book->own_path, sizeof book->own_path, "%s/activitylog-XXXXXX",
           folder);
  book->fd = al_descriptor_lift(mkostemp(book->own_path, O_CLOEXEC));
  if (book->fd < 0) {
    book->own_path[0] = '\0';
    return al_fail_errno(err, "cannot make a temporary file in", folder);
  }
  snprintf(book->path, sizeof book->path, "/proc/self/fd/%d", book->fd);
  if (access(book->path, W_OK) != 0) { /* there is no /proc here */
    strcpy(book->path, book->own_path);
    return AL_OK;
  }
  unlink(book->own_path);
  book->own_path[0] = '\0';
  return AL_OK;
}

/* The library opens files while the host's functions print. A folder takes no
** text, and there always is one. */
static void hold_streams (al_workbook *book) {
  int fd;
  while ((fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0 &&
         fd <= STDERR_FILENO)
    book->held[book->nheld++] = fd;
  if (fd >= 0)
    close(fd);
}

static al_status make_book (al_workbook *book, al_error *err) {
  lxw_workbook_options options = {.constant_memory = 1, .tmpdir = book->folder};
  lxw_doc_properties properties = {.created = CREATED};
  book->numbers = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (book->numbers == (locale_t)0)
    return al_fail_nomem(err);
  if (make_archive(book, err) != AL_OK ||
      check_memory(CALL_BYTES, err) != AL_OK)
    return err->status;
  book->library = workbook_new_opt(book->path, &options);
  if (book->library == NULL)
    return al_fail_nomem(err);
  return check(workbook_set_properties(book->library, &properties), err);
}

static void book_close (al_workbook *book) {
  int i;
  for (i = 0; book->library != NULL && i < book->nsheets; i++)
    fclose(book->rows[i].file); /* which the library would not */
  if (book->library != NULL)
    lxw_workbook_free(book->library);
  if (book->fd >= 0)
    close(book->fd);
  if (book->own_path[0] != '\0')
    unlink(book->own_path);
  while (book->nheld > 0)
    close(book->held[--book->nheld]);
  if (book->numbers != (locale_t)0)
    freelocale(book->numbers);
  free(book);
}

static al_status book_open (al_workbook **out, al_error *err) {
  al_workbook *book = calloc(1, sizeof *book);
  *out = NULL;
  if (book == NULL)
    return al_fail_nomem(err);
  book->fd = -1;
  hold_streams(book);
  if (make_book(book, err) != AL_OK) {
    book_close(book);
    return err->status;
  }
  *out = book;
  return AL_OK;
}

static al_status book_style (al_workbook *book, unsigned look,
                             const char *number_format, void **style,
                             al_error *err) {
  lxw_format *format;
  if (check_memory(CALL_BYTES, err) != AL_OK)
    return err->status;
  format = workbook_add_format(book->library);
  if (format == NULL)
    return al_fail_nomem(err);
  if ((look & (AL_LOOK_TITLE | AL_LOOK_SUM)) != 0)
    format_set_bold(format);
  if ((look & AL_LOOK_TITLE) != 0) {
    format_set_bg_color(format, 0xEDEBE9);
    format_set_bottom(format, LXW_BORDER_THIN);
    format_set_bottom_color(format, 0x8A8886);
    format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
  }
  if ((look & AL_LOOK_SUM) != 0) {
    format_set_top(format, LXW_BORDER_THIN);
    format_set_top_color(format, 0x8A8886);
  }
  if ((look & AL_LOOK_NUMBER) != 0) { /* not to touch the next column */
    format_set_align(format, LXW_ALIGN_RIGHT);
    format_set_indent(format, 1);
  }
  if ((look & AL_LOOK_LINK) != 0) {
    format_set_font_color(format, 0x0563C1);
    format_set_underline(format, LXW_UNDERLINE_SINGLE);
  }
  if (number_format != NULL) {
    format_set_num_format(format, number_format);
    format_set_align(format, LXW_ALIGN_LEFT);
  }
  *style = format;
  return AL_OK;
}

/* ---- cells ---- */

/* Before a cell is handed over, and with the first one of a row the row before
** is written. */
static al_status check_cell_memory (al_workbook *book, const char *text,
                                    al_error *err) {
  size_t len = strlen(text);
  if (len > book->longest)
    book->longest = len;
  return check_memory(
      CELL_BYTES + TEXT_KEPT * len + TEXT_WRITTEN * book->longest, err);
}

/* A cell was handed over: whether that went well, and the rows before it came to
** their file. */
static al_status check_rows (const al_workbook *book, lxw_error error,
                             al_error *err) {
  FILE *rows = book->sheet->optimize_tmpfile;
  struct statvfs room;
  if (error != LXW_NO_ERROR)
    return fail_library(error, err);
  if (!ferror_unlocked(rows))
    return AL_OK;
  if (fstatvfs(fileno(rows), &room) == 0 && room.f_bavail < 4)
    return fail_full(book, err);
  return al_fail(err, AL_IO, "cannot write to a temporary file in %s",
                 book->folder);
}

static al_status book_text (al_workbook *book, const al_book_place *place,
                            const char *text, al_error *err) {
  locale_t before;
  lxw_error error;
  if (check_cell_memory(book, text, err) != AL_OK)
    return err->status;
  before = uselocale(book->numbers);
  error = worksheet_write_string(book->sheet, place->row, place->column, text,
                                 place->style);
  uselocale(before);
  return check_rows(book, error, err);
}

static al_status book_number (al_workbook *book, const al_book_place *place,
                              double number, al_error *err) {
  locale_t before;
  lxw_error error;
  if (check_cell_memory(book, "", err) != AL_OK)
    return err->status;
  before = uselocale(book->numbers);
  error = worksheet_write_number(book->sheet, place->row, place->column, number,
                                 place->style);
  uselocale(before);
  return check_rows(book, error, err);
}

static al_status book_formula (al_workbook *book, const al_book_place *place,
                               const char *formula, const char *result,
                               al_error *err) {
  locale_t before;
  lxw_error error;
  if (check_cell_memory(book, formula, err) != AL_OK)
    return err->status;
  before = uselocale(book->numbers);
  error = worksheet_write_formula_str(book->sheet, place->row, place->column,
                                      formula, place->style, result);
  uselocale(before);
  return check_rows(book, error, err);
}

/* ---- sheets ---- */

static al_status book_add_sheet (al_workbook *book, const char *name,
                                 al_error *err) {
  rows_file *rows = &book->rows[book->nsheets];
  if (check_free_files(book, err) != AL_OK ||
      check_memory(CALL_BYTES, err) != AL_OK)
    return err->status;
  xlsx_random_hold();
  book->sheet = workbook_add_worksheet(book->library, name);
  xlsx_random_release();
  if (book->sheet == NULL)
    return al_fail_nomem(err);
  book->nsheets++;
  rows->file = book->sheet->optimize_tmpfile;
  if (fcntl(fileno(rows->file), F_SETFD, FD_CLOEXEC) != 0 ||
      fstat(fileno(rows->file), &rows->is) != 0)
    return al_fail_errno(err, "cannot use", "a temporary file");
  return check(worksheet_set_row(book->sheet, 0, TITLE_HEIGHT, NULL), err);
}

/* The last row goes to the file, so that all of its bytes can be counted. */
static al_status flush_rows (al_workbook *book, al_error *err) {
  FILE *rows = book->sheet->optimize_tmpfile;
  off_t bytes = 0;
  locale_t before = uselocale(book->numbers);
  lxw_worksheet_write_single_row(book->sheet);
  uselocale(before);
  if (fflush(rows) == 0)
    bytes = ftello(rows);
  book->row_bytes[book->nsheets - 1] = (int64_t)bytes;
  return bytes > 0 ? check_rows(book, LXW_NO_ERROR, err)
                   : al_fail_errno(err, "cannot write to", "a temporary file");
}

static al_status book_end_sheet (al_workbook *book, const al_book_frame *frame,
                                 al_error *err) {
  lxw_worksheet *sheet = book->sheet;
  lxw_col_t last = frame->ncolumns - 1, i;
  lxw_error error = LXW_NO_ERROR;
  if (check_memory(CALL_BYTES, err) != AL_OK || flush_rows(book, err) != AL_OK)
    return err->status;
  for (i = 0; error == LXW_NO_ERROR && i <= last; i++)
    error = worksheet_set_column(sheet, i, i, frame->width[i], NULL);
  /* The library takes no range that ends above the last row; a row of sums is
  ** behind what is to be filtered. */
  if (error == LXW_NO_ERROR)
    error =
        worksheet_autofilter(sheet, 0, 0, sheet->optimize_row->row_num, last);
  sheet->autofilter.last_row = frame->last_row;
  if (error == LXW_NO_ERROR)
    error = worksheet_repeat_rows(sheet, 0, 0);
  if (error == LXW_NO_ERROR) /* "007" is meant to be text */
    error = worksheet_ignore_errors(sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT,
                                    "A1:XFD1048576");
  worksheet_freeze_panes(sheet, 1, 0);
  worksheet_set_landscape(sheet);
  worksheet_fit_to_pages(sheet, 1, 0);
  return check(error, err);
}

/* ---- charts ---- */

static uint8_t chart_type (const al_book_chart *chart) {
  switch (chart->kind) {
  case AL_CHART_BARS:
    return chart->nseries > 1 ? LXW_CHART_BAR_STACKED : LXW_CHART_BAR;
  case AL_CHART_LINES:
    return LXW_CHART_LINE;
  default:
    return chart->nseries > 1 ? LXW_CHART_COLUMN_STACKED : LXW_CHART_COLUMN;
  }
}

static al_status add_series (const al_workbook *book, lxw_chart *made,
                             const al_book_chart *chart, lxw_col_t column,
                             al_error *err) {
  lxw_chart_series *series = chart_add_series(made, NULL, NULL);
  const char *sheet = book->sheet->name;
  if (series == NULL)
    return al_fail_nomem(err);
  chart_series_set_categories(series, sheet, 1, 0, chart->last_row, 0);
  chart_series_set_values(series, sheet, 1, column, chart->last_row, column);
  chart_series_set_name_range(series, sheet, 0, column);
  /* What the range holds is not in memory any more; that it is text decides
  ** how the chart refers to it. */
  series->categories->has_string_cache = 1;
  return AL_OK;
}

static al_status book_chart (al_workbook *book, const al_book_chart *chart,
                             al_error *err) {
  lxw_chart_options look = {.x_scale = chart->column == 0 ? 2.4 : 1.6,
                            .y_scale = 1.4};
  lxw_chart_line grid = {.color = 0xD9D9D9};
  lxw_chart *made;
  lxw_chart_axis *numbers;
  uint16_t i;
  if (check_memory(CALL_BYTES, err) != AL_OK)
    return err->status;
  made = workbook_add_chart(book->library, chart_type(chart));
  if (made == NULL)
    return al_fail_nomem(err);
  for (i = 0; i < chart->nseries; i++)
    if (add_series(book, made, chart, chart->first + i, err) != AL_OK)
      return err->status;
  if (chart->nseries == 1)
    chart_legend_set_position(made, LXW_CHART_LEGEND_NONE);
  else
    chart_legend_set_position(made, LXW_CHART_LEGEND_BOTTOM);
  if (chart->kind == AL_CHART_BARS) { /* the first one on top */
    chart_axis_set_reverse(made->y_axis);
    chart_axis_set_crossing_max(made->y_axis); /* numbers stay below */
  }
  numbers = chart->kind == AL_CHART_BARS ? made->x_axis : made->y_axis;
  chart_axis_set_min(numbers, 0); /* or equal counts would look unequal */
  chart_axis_major_gridlines_set_line(numbers, &grid);
  return check(worksheet_insert_chart_opt(book->sheet, chart->row,
                                          chart->column, made, &look),
               err);
}

/* ---- the whole ---- */

/* Refuse what may not fit: a sheet once more, and the archive, which takes less
** than all of them. */
static al_status check_room (const al_workbook *book, al_error *err) {
  int64_t need = SMALL_PARTS, largest = 0;
  struct statvfs room;
  int i;
  for (i = 0; i < book->nsheets; i++) {
    need += book->row_bytes[i];
    if (book->row_bytes[i] > largest)
      largest = book->row_bytes[i];
  }
  need += largest;
  if (need > PLAIN_ZIP)
    book->library->options.use_zip64 = 1;
  if (fstatvfs(book->fd, &room) != 0)
    return al_fail_errno(err, "cannot use", book->folder);
  return need <= (int64_t)room.f_bavail * (int64_t)room.f_frsize
             ? AL_OK
             : fail_full(book, err);
}

/* When the library gave up it did not close all files of rows, which would keep
** their room. What it closed may be another file by now. */
static void close_rows (const al_workbook *book, const int *fd) {
  struct stat is;
  int i;
  for (i = 0; i < book->nsheets; i++)
    if (fstat(fd[i], &is) == 0 && is.st_dev == book->rows[i].is.st_dev &&
        is.st_ino == book->rows[i].is.st_ino)
      close(fd[i]);
}

static al_status close_library (al_workbook *book, al_error *err) {
  lxw_workbook *library = book->library;
  int fd[AL_BOOK_SHEETS], i;
  locale_t before;
  lxw_error error;
  for (i = 0; i < book->nsheets; i++)
    fd[i] = fileno(book->rows[i].file);
  book->library = NULL;
  before = uselocale(book->numbers);
  xlsx_random_hold();
  error = workbook_close(library);
  xlsx_random_release();
  uselocale(before);
  if (error != LXW_NO_ERROR)
    close_rows(book, fd);
  return check(error, err);
}

static al_status book_finish (al_workbook *book, int *fd, al_error *err) {
  if (check_room(book, err) != AL_OK || check_free_files(book, err) != AL_OK ||
      check_memory(CALL_BYTES, err) != AL_OK ||
      close_library(book, err) != AL_OK ||
      xlsx_proof(book->path, book->row_bytes, book->nsheets, err) != AL_OK)
    return err->status;
  *fd = book->fd;
  if (lseek(book->fd, 0, SEEK_SET) != 0)
    return al_fail_errno(err, "cannot read", "the finished workbook");
  return AL_OK;
}

const al_book_library xlsx_library = {
    AL_BOOK_LIBRARY_VERSION, book_open,  book_close,  book_style,
    book_add_sheet,          book_text,  book_number, book_formula,
    book_end_sheet,          book_chart, book_finish};
