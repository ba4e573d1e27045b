/*
** xlsx_test.c - libxlsxwriter as a library of workbooks: what it is told to
** write is proved to be there, and nothing is left of a book that is given up.
*/
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "al_excel.h"
#include "check.h"
#include "help.h"
#include "help_memory.h"
#include "xlsx_book.h"
#include "xlsx_proof.h"

/* Write a book of two sheets; each has a text and a number. */
static al_status write_sheets (al_workbook *book, al_error *err) {
  static const char *const NAMES[] = {"One", "Two"};
  static const double WIDTHS[] = {10, 10};
  const al_book_frame frame = {2, WIDTHS, 1};
  const al_book_place text = {0, 0, NULL}, number = {1, 1, NULL};
  int i;
  for (i = 0; i < 2; i++)
    if (xlsx_library.add_sheet(book, NAMES[i], err) != AL_OK ||
        xlsx_library.text(book, &text, "<sheetData> & </sheetData>", err) !=
            AL_OK ||
        xlsx_library.number(book, &number, 0.5, err) != AL_OK ||
        xlsx_library.end_sheet(book, &frame, err) != AL_OK)
      return err->status;
  return AL_OK;
}

/* A style, a formula and a chart in the last sheet of such a book. */
static al_status write_chart (al_workbook *book, al_error *err) {
  static const double WIDTHS[] = {10, 10};
  const al_book_frame frame = {2, WIDTHS, 1};
  const al_book_chart chart = {AL_CHART_BARS, 1, 1, 1, 3, 0};
  al_book_place place = {0, 0, NULL};
  if (xlsx_library.add_sheet(book, "Three", err) != AL_OK ||
      xlsx_library.style(book, AL_LOOK_LINK, "0", &place.style, err) != AL_OK ||
      xlsx_library.formula(book, &place, "=1+1", "2", err) != AL_OK ||
      xlsx_library.end_sheet(book, &frame, err) != AL_OK)
    return err->status;
  return xlsx_library.chart(book, &chart, err);
}

/* Bytes of each sheet's rows in such a book. */
#define ROW_BYTES                                                              \
  (int64_t)(sizeof("<row r=\"1\" ht=\"20\" customHeight=\"1\">"                \
                   "<c r=\"A1\" t=\"inlineStr\"><is><t>&lt;sheetData&gt; "     \
                   "&amp; &lt;/sheetData&gt;</t></is></c></row><row r=\"2\">"  \
                   "<c r=\"B2\"><v>0.5</v></c></row>") -                       \
            1)

/* The finished book as a file. */
static void make_file (const char *path) {
  al_workbook *book;
  al_buffer bytes = {0};
  al_error err = {AL_OK, ""};
  char own[64];
  int fd = -1;
  CHECK(xlsx_library.open(&book, &err) == AL_OK);
  CHECK(write_sheets(book, &err) == AL_OK);
  CHECK(xlsx_library.finish(book, &fd, &err) == AL_OK);
  CHECK_STRING("", err.message);
  snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
  CHECK(help_read(&bytes, own));
  CHECK(bytes.len > 1000);
  CHECK(al_buffer_append_char(&bytes, '\0', &err) == AL_OK);
  fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  CHECK(write(fd, bytes.data, bytes.len - 1) == (ssize_t)bytes.len - 1);
  close(fd);
  al_buffer_close(&bytes);
  xlsx_library.close(book);
}

static int is_proved (const char *path, int64_t one, int64_t two, int n) {
  const int64_t bytes[] = {one, two, two};
  al_error err;
  al_status status = xlsx_proof(path, bytes, n, &err);
  CHECK(status == AL_OK || status == AL_IO);
  return status == AL_OK;
}

static void a_whole_book_is_proved (void) {
  CHECK(is_proved("book.xlsx", ROW_BYTES, ROW_BYTES, 2));
}

static void lost_rows_and_sheets_are_noticed (void) {
  CHECK(!is_proved("book.xlsx", ROW_BYTES + 1, ROW_BYTES, 2));
  CHECK(!is_proved("book.xlsx", ROW_BYTES, ROW_BYTES - 1, 2));
  CHECK(!is_proved("book.xlsx", ROW_BYTES, INT64_MAX, 2));
  CHECK(!is_proved("book.xlsx", ROW_BYTES, ROW_BYTES, 1));
  CHECK(!is_proved("book.xlsx", ROW_BYTES, ROW_BYTES, 3));
  CHECK(!is_proved("none.xlsx", ROW_BYTES, ROW_BYTES, 2));
}

static size_t number_at (const char *bytes, int n) {
  size_t number = 0;
  while (n-- > 0)
    number = number << 8 | (unsigned char)bytes[n];
  return number;
}

/* Damage every few bytes of the data at 'from'. Of its last ones none but those
** bits count that say it ends, and what is behind them is not looked at. */
static void damage (int fd, const char *bytes, size_t from, size_t len) {
  size_t i;
  for (i = 0; i + 3 < len; i += 5) {
    char other = bytes[from + i] ^ 0x55;
    CHECK(pwrite(fd, &other, 1, (off_t)(from + i)) == 1);
    CHECK(!is_proved("book.xlsx", ROW_BYTES, ROW_BYTES, 2));
    CHECK(pwrite(fd, bytes + from + i, 1, (off_t)(from + i)) == 1);
  }
}

static void a_damaged_part_is_noticed (void) {
  al_buffer book = {0};
  int fd = open("book.xlsx", O_RDWR), parts = 0;
  size_t at = 0;
  CHECK(help_read(&book, "book.xlsx"));
  while (memcmp(book.data + at, "PK\3\4", 4) == 0) {
    size_t len = number_at(book.data + at + 18, 4);
    size_t from = at + 30 + number_at(book.data + at + 26, 2) +
                  number_at(book.data + at + 28, 2);
    damage(fd, book.data, from, len);
    at = from + len;
    parts++;
  }
  CHECK(parts > 8 && memcmp(book.data + at, "PK\1\2", 4) == 0);
  CHECK(is_proved("book.xlsx", ROW_BYTES, ROW_BYTES, 2));
  close(fd);
  al_buffer_close(&book);
}

static void a_book_cut_short_is_noticed (void) {
  struct stat is;
  CHECK(stat("book.xlsx", &is) == 0);
  CHECK(truncate("book.xlsx", is.st_size - 1) == 0);
  CHECK(!is_proved("book.xlsx", ROW_BYTES, ROW_BYTES, 2));
  CHECK(truncate("book.xlsx", is.st_size / 2) == 0);
  CHECK(!is_proved("book.xlsx", ROW_BYTES, ROW_BYTES, 2));
}

/* The number of the next file to be opened. */
static int next_fd (void) {
  int fd = dup(0);
  close(fd);
  return fd;
}

static void a_book_given_up_leaves_no_file_open (void) {
  int before = next_fd();
  al_workbook *book;
  al_error err = {AL_OK, ""};
  CHECK(xlsx_library.open(&book, &err) == AL_OK);
  xlsx_library.close(book);
  CHECK(xlsx_library.open(&book, &err) == AL_OK);
  CHECK(write_sheets(book, &err) == AL_OK);
  xlsx_library.close(book);
  CHECK_STRING("", err.message);
  CHECK(next_fd() == before);
}

/* Memory that is found missing is asked for before the library does: its own
** want of it would end in a crash, or go unnoticed. */
static void a_book_without_memory_is_given_up (void) {
  int before = next_fd();
  memory.fail_at = 0;
  do {
    al_workbook *book;
    al_error err = {AL_OK, ""};
    al_status status;
    int fd;
    memory.fail_at++;
    memory_runs_out();
    status = xlsx_library.open(&book, &err);
    CHECK((book == NULL) == (status != AL_OK));
    if (status == AL_OK)
      status = write_sheets(book, &err);
    if (status == AL_OK)
      status = write_chart(book, &err);
    if (status == AL_OK)
      status = xlsx_library.finish(book, &fd, &err);
    if (book != NULL)
      xlsx_library.close(book);
    memory_is_back();
    CHECK(status == (memory.count < memory.fail_at ? AL_OK : AL_NOMEM));
    CHECK(next_fd() == before);
  } while (memory.count >= memory.fail_at);
  CHECK(memory.fail_at > 10);
}

static void a_folder_that_takes_no_file_is_told (void) {
  al_workbook *book;
  al_error err = {AL_OK, ""};
  setenv("TMPDIR", "/proc", 1);
  CHECK(xlsx_library.open(&book, &err) == AL_IO);
  CHECK_STRING("cannot make a temporary file in /proc: No such file or "
               "directory",
               err.message);
  CHECK(book == NULL);
  unsetenv("TMPDIR");
}

/* The library seeds rand() for the names of its temporary files. */
static void random_numbers_of_the_process_go_on (void) {
  int first, second;
  srand(7);
  first = rand();
  second = rand();
  srand(7);
  CHECK(rand() == first);
  make_file("again.xlsx");
  CHECK(rand() == second);
}

/* Make and give up a few books; NULL when all went well. */
static void *write_books (void *nothing) {
  int i, fd;
  for (i = 0; i < 10; i++) {
    al_workbook *book;
    al_error err = {AL_OK, ""};
    if (xlsx_library.open(&book, &err) != AL_OK)
      return "open";
    if (write_sheets(book, &err) != AL_OK ||
        (i % 2 == 0 && xlsx_library.finish(book, &fd, &err) != AL_OK))
      nothing = "write";
    xlsx_library.close(book);
  }
  return nothing;
}

static void threads_write_at_once (void) {
  pthread_t thread[2];
  void *failed;
  int i;
  for (i = 0; i < 2; i++)
    CHECK(pthread_create(&thread[i], NULL, write_books, NULL) == 0);
  for (i = 0; i < 2; i++) {
    CHECK(pthread_join(thread[i], &failed) == 0);
    CHECK(failed == NULL);
  }
}

/* What the core holds to be the limits is what the library takes. */
static void the_limits_are_the_librarys (void) {
  static const char NAME[] = "1234567890123456789012345678901";
  static double widths[AL_BOOK_COLUMNS];
  static char text[AL_EXCEL_CELL + 1], wide[2 * AL_EXCEL_CELL + 1];
  const al_book_place first = {0, 0, NULL};
  const al_book_place last = {AL_EXCEL_ROWS - 1, AL_BOOK_COLUMNS - 1, NULL};
  const al_book_frame frame = {AL_BOOK_COLUMNS, widths, AL_EXCEL_ROWS - 1};
  al_workbook *book;
  al_error err = {AL_OK, ""};
  size_t i;
  int fd;
  memset(text, '\1', AL_EXCEL_CELL);
  for (i = 0; i < AL_EXCEL_CELL; i++)
    memcpy(wide + 2 * i, "\xC3\xA4", 2);
  CHECK(xlsx_library.open(&book, &err) == AL_OK);
  CHECK(xlsx_library.add_sheet(book, NAME, &err) == AL_OK);
  CHECK(xlsx_library.text(book, &first, wide, &err) == AL_OK);
  CHECK(xlsx_library.text(book, &last, text, &err) == AL_OK);
  CHECK(xlsx_library.end_sheet(book, &frame, &err) == AL_OK);
  CHECK(xlsx_library.finish(book, &fd, &err) == AL_OK);
  CHECK_STRING("", err.message);
  xlsx_library.close(book);
}

int main (void) {
  help_folder_enter("/tmp");
  make_file("book.xlsx");
  CHECK_RUN(a_whole_book_is_proved);
  CHECK_RUN(lost_rows_and_sheets_are_noticed);
  CHECK_RUN(a_damaged_part_is_noticed);
  CHECK_RUN(a_book_cut_short_is_noticed);
  CHECK_RUN(a_book_given_up_leaves_no_file_open);
  CHECK_RUN(a_book_without_memory_is_given_up);
  CHECK_RUN(a_folder_that_takes_no_file_is_told);
  CHECK_RUN(random_numbers_of_the_process_go_on);
  CHECK_RUN(threads_write_at_once);
  CHECK_RUN(the_limits_are_the_librarys);
  help_folder_leave();
  return CHECK_RESULT();
}
