/*
** help_book.c - a library of workbooks that writes down what it is told.
*/
#include "help_book.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct style {
  char name[64];
  struct style *next;
} style;

struct al_workbook {
  FILE *file;
  style *styles; /* owned */
};

static void book_close (al_workbook *book) {
  while (book->styles != NULL) {
    style *first = book->styles;
    book->styles = first->next;
    free(first);
  }
  if (book->file != NULL)
    fclose(book->file);
  free(book);
}

static al_status book_open (al_workbook **out, al_error *err) {
  al_workbook *book = calloc(1, sizeof *book);
  *out = book;
  if (book == NULL)
    return al_fail_nomem(err);
  book->file = tmpfile();
  if (book->file != NULL)
    return AL_OK;
  book_close(book);
  *out = NULL;
  return al_fail_nomem(err);
}

static al_status book_style (al_workbook *book, unsigned look,
                             const char *number_format, void **out,
                             al_error *err) {
  style *made = calloc(1, sizeof *made);
  if (made == NULL)
    return al_fail_nomem(err);
  snprintf(made->name, sizeof made->name, "%u%s", look,
           number_format != NULL ? number_format : "");
  made->next = book->styles;
  book->styles = made;
  *out = made;
  return AL_OK;
}

static al_status add_sheet (al_workbook *book, const char *name,
                            al_error *err) {
  (void)err;
  fprintf(book->file, "sheet %s\n", name);
  return AL_OK;
}

static void write_place (al_workbook *book, const al_book_place *place) {
  const style *look = place->style;
  fprintf(book->file, "%u:%u %s ", (unsigned)place->row,
          (unsigned)place->column, look != NULL ? look->name : "-");
}

static al_status write_text (al_workbook *book, const al_book_place *place,
                             const char *text, al_error *err) {
  (void)err;
  write_place(book, place);
  fprintf(book->file, "'%s'\n", text);
  return AL_OK;
}

static al_status write_number (al_workbook *book, const al_book_place *place,
                               double number, al_error *err) {
  (void)err;
  write_place(book, place);
  fprintf(book->file, "%.10g\n", number);
  return AL_OK;
}

static al_status write_formula (al_workbook *book, const al_book_place *place,
                                const char *formula, const char *result,
                                al_error *err) {
  (void)err;
  write_place(book, place);
  fprintf(book->file, "%s '%s'\n", formula, result);
  return AL_OK;
}

static al_status end_sheet (al_workbook *book, const al_book_frame *frame,
                            al_error *err) {
  unsigned i;
  (void)err;
  fprintf(book->file, "end %u %u", (unsigned)frame->ncolumns,
          (unsigned)frame->last_row);
  for (i = 0; i < frame->ncolumns; i++)
    fprintf(book->file, " %g", frame->width[i]);
  fprintf(book->file, "\n");
  return AL_OK;
}

static al_status add_chart (al_workbook *book, const al_book_chart *chart,
                            al_error *err) {
  static const char *const KINDS[] = {"columns", "bars", "lines"};
  (void)err;
  fprintf(book->file, "chart %s %u+%u %u at %u:%u\n", KINDS[chart->kind],
          (unsigned)chart->first, (unsigned)chart->nseries,
          (unsigned)chart->last_row, (unsigned)chart->row,
          (unsigned)chart->column);
  return AL_OK;
}

static al_status finish (al_workbook *book, int *fd, al_error *err) {
  if (fflush(book->file) != 0)
    return al_fail_errno(err, "cannot write", "the book");
  *fd = fileno(book->file);
  if (lseek(*fd, 0, SEEK_SET) != 0)
    return al_fail_errno(err, "cannot read", "the book");
  return AL_OK;
}

const al_book_library help_book = {.version = AL_BOOK_LIBRARY_VERSION,
                                   .open = book_open,
                                   .close = book_close,
                                   .style = book_style,
                                   .add_sheet = add_sheet,
                                   .text = write_text,
                                   .number = write_number,
                                   .formula = write_formula,
                                   .end_sheet = end_sheet,
                                   .chart = add_chart,
                                   .finish = finish};
