/*
** book_test.c - what texts become in a workbook, and what the core tells a
** library to write.
*/
#include "al_book.h"
#include "al_book_cell.h"
#include "check.h"
#include "help.h"
#include "help_book.h"

/* ---- texts ---- */

static void check_text (const char *expected, al_text text) {
  al_buffer out = {0};
  al_error err;
  CHECK(al_book_append_text(&out, text, &err) == AL_OK);
  CHECK_STRING(expected, help_string(&out));
  al_buffer_close(&out);
}

static void what_xml_cannot_hold_is_replaced (void) {
  check_text("a\xEF\xBF\xBD"
             "b",
             AL_TEXT("a\0b"));
  check_text("\xEF\xBF\xBD\xEF\xBF\xBD", AL_TEXT("\xEF\xBF\xBE\xEF\xBF\xBF"));
  check_text("\xEF\xBF\xBD", AL_TEXT("\xEF\xBF\xBD"));
  check_text("", AL_TEXT(""));
  check_text("\t\n\r\x1F\x7F \xC3\xA4\xF0\x9F\x98\x80",
             AL_TEXT("\t\n\r\x1F\x7F \xC3\xA4\xF0\x9F\x98\x80"));
}

static void what_would_be_decoded_is_escaped (void) {
  check_text("_x005F_x0041_", AL_TEXT("_x0041_"));
  check_text("_x005F_x000a__x005F_x000A_", AL_TEXT("_x000a__x000A_"));
  check_text("_x005F_x005F_x005F_x0041_", AL_TEXT("_x005F_x0041_"));
  check_text("_x004_ _x00411_ _X0041_ _x0g41_ _x0041", /* these would not be */
             AL_TEXT("_x004_ _x00411_ _X0041_ _x0g41_ _x0041"));
}

/* ---- numbers ---- */

static int is_number (const char *text, double expected) {
  double number = -7;
  return al_book_number(&number, help_text(text)) && number == expected;
}

static int is_no_number (const char *text) {
  double number;
  return !al_book_number(&number, help_text(text));
}

static void numbers_of_json_are_numbers (void) {
  CHECK(is_number("0", 0) && is_number("25", 25) && is_number("-3", -3));
  CHECK(is_number("-0", 0) && is_number("0.5", 0.5) && is_number("1e2", 100));
  CHECK(is_number("1E5", 1e5) && is_number("1.25e-3", 0.00125));
  CHECK(is_number("999999999999999", 999999999999999.0));
  CHECK(is_number("0.123456789012345", 0.123456789012345));
  CHECK(is_number("1e22", 1e22) && is_number("0.1", 0.1));
  CHECK(is_number("0.00000000000000000000", 0) && is_number("0e999", 0));
  CHECK(is_number("5.5511151231258e-17", 5.5511151231258e-17));
  CHECK(is_number("1e-300", 1e-300) && is_number("-1e300", -1e300));
  CHECK(is_number("9.99999999999999e307", 9.99999999999999e307));
}

static void what_excel_would_not_keep_is_none (void) {
  CHECK(is_no_number("1000000000000000") && is_no_number("0.1234567890123456"));
  CHECK(is_no_number("1e308") && is_no_number("-1e308"));
  CHECK(is_no_number("2e-308") && is_no_number("1e-999"));
  CHECK(is_no_number("1e99999999999999999999"));
}

static void what_only_looks_like_a_number_is_none (void) {
  static const char *const TEXTS[] = {
      "",    "-",        "007", "+1",  " 1",   "1 ",
      ".5",  "5.",       "1,5", "0x1", "1e",   "1e+",
      "nan", "Infinity", "--1", "1-1", "=1+1", "\xEF\xBC\x91"};
  size_t i;
  for (i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
    CHECK(is_no_number(TEXTS[i]));
}

/* ---- times ---- */

static void times_are_days_since_1899 (void) {
  double serial;
  CHECK(al_book_serial(&serial, AL_TEXT("1900-03-01 00:00:00")));
  CHECK(serial == 61);
  CHECK(al_book_serial(&serial, AL_TEXT("2026-10-31 12:00:00")));
  CHECK(serial == 46326.5);
  CHECK(al_book_serial(&serial, AL_TEXT("9999-12-31 23:59:59")));
  CHECK(serial > 2958465.99998 && serial < 2958466);
}

static void times_that_excel_has_not_are_none (void) {
  double serial;
  CHECK(!al_book_serial(&serial, AL_TEXT("1900-02-28 23:59:59")));
  CHECK(!al_book_serial(&serial, AL_TEXT("0001-01-01 00:00:00")));
  CHECK(!al_book_serial(&serial, AL_TEXT("2026-10-31")));
  CHECK(!al_book_serial(&serial, AL_TEXT("2026-10-31T12:00:00")));
  CHECK(!al_book_serial(&serial, AL_TEXT("2026-13-31 12:00:00")));
}

/* ---- links ---- */

static const char *link_of (al_buffer *out, al_buffer *shown, const char *url,
                            const char *title) {
  al_error err;
  al_status status =
      al_book_link(out, shown, help_text(url), help_text(title), &err);
  return status == AL_OK ? out->data : status == AL_LIMIT ? "none" : "failed";
}

static void links_are_formulas (void) {
  al_buffer out = {0}, shown = {0};
  char url[257], title[512];
  CHECK_STRING("=HYPERLINK(\"https://a.example/\"\"x\",\"\"\"Open\"\" &\")",
               link_of(&out, &shown, "https://a.example/\"x", "\"Open\" &"));
  CHECK_STRING("\"Open\" &", shown.data);
  CHECK_STRING("=HYPERLINK(\"u\",\"a b _x005F_x0041_\")",
               link_of(&out, &shown, "u", "a\nb _x0041_"));
  memset(url, 'u', sizeof url);
  url[255] = '\0';
  memset(title, 't', sizeof title);
  title[511] = '\0';
  link_of(&out, &shown, url, title);
  CHECK(strlen(out.data) == strlen("=HYPERLINK(\"\",\"\")") + 2 * 255);
  al_buffer_close(&out);
  al_buffer_close(&shown);
}

static void urls_that_no_formula_holds_are_none (void) {
  al_buffer out = {0}, shown = {0};
  char url[257];
  memset(url, 'u', sizeof url);
  url[256] = '\0';
  CHECK_STRING("none", link_of(&out, &shown, url, "t"));
  CHECK_STRING("none", link_of(&out, &shown, "https://a\n", "t"));
  CHECK_STRING("none", link_of(&out, &shown, "https://_x0041_", "t"));
  CHECK_STRING("none", link_of(&out, &shown, "https://\xEF\xBF\xBF", "t"));
  al_buffer_close(&out);
  al_buffer_close(&shown);
}

/* ---- names of sheets ---- */

static const char *sheet_name (al_buffer *out, const char *name, int number) {
  al_error err;
  CHECK(al_book_sheet_name(out, help_text(name), number, &err) == AL_OK);
  return out->data;
}

static void names_of_sheets_are_what_excel_takes (void) {
  al_buffer out = {0};
  CHECK_STRING("Activity log", sheet_name(&out, "Activity log", 1));
  CHECK_STRING("Activity log 2", sheet_name(&out, "Activity log", 2));
  CHECK_STRING("a b c d e f g h", sheet_name(&out, "a[b]c:d*e?f/g\\h", 1));
  CHECK_STRING("it's", sheet_name(&out, "''it's''", 1));
  CHECK_STRING("Sheet", sheet_name(&out, "", 1));
  CHECK_STRING("Sheet 12", sheet_name(&out, "'?\xEF\xBF\xBF' ", 12));
  CHECK_STRING("1234567890123456789012345678901",
               sheet_name(&out, "12345678901234567890123456789012", 1));
  CHECK_STRING("12345678901234567890123456789 2",
               sheet_name(&out, "12345678901234567890123456789012", 2));
  CHECK_STRING("123456789012345678901234567890",
               sheet_name(&out,
                          "123456789012345678901234567890"
                          "\xF0\x9F\x98\x80",
                          1));
  al_buffer_close(&out);
}

/* ---- rows ---- */

/* Rows of a number, and of cells out of a list of kinds and texts. */
typedef struct {
  int row, nrows;
  al_rows_step last; /* of the last row */
  al_cell_kind kind[3];
  const char *text[3];
  int asked[3];
} table;

static al_status next_row (void *context, al_rows_step *step, al_error *err) {
  table *t = context;
  (void)err;
  *step = t->row == t->nrows       ? AL_ROWS_END
          : t->row == t->nrows - 1 ? t->last
                                   : AL_ROWS_NEXT;
  t->row++;
  return AL_OK;
}

static al_status cell_of (void *context, size_t column, al_text *text,
                          al_cell_kind *kind, al_error *err) {
  table *t = context;
  (void)err;
  t->asked[column]++;
  *text = help_text(t->text[column]);
  *kind = t->kind[column];
  return AL_OK;
}

static const al_text TITLES[] = {
    {"When", 4}, {"Link", 4}, {"Count of all of them", 20}};
static const al_text TIMES[] = {{"yyyy", 4}, {NULL, 0}, {NULL, 0}};

/* The book of a table, as help_book writes it down. */
static const char *book_of (table *t, const al_rows *more,
                            const al_book_options *options, al_buffer *out) {
  al_rows rows = {.ncolumns = 3,
                  .titles = TITLES,
                  .time_formats = TIMES,
                  .next = next_row,
                  .cell = cell_of,
                  .context = t};
  const al_target target = {.store = help_open(":memory:"), .buffer = out};
  al_sheet_counts counts;
  int64_t bytes, files;
  al_error err;
  if (more != NULL) {
    rows.shared = more->shared;
    rows.ncolumns = more->ncolumns;
    rows.numbers = more->numbers;
  }
  al_buffer_clear(out);
  if (al_book_make(&target, &rows, options, &counts, &bytes, &files, &err) !=
      AL_OK) {
    al_buffer_clear(out);
    help_printf(out, "%s: %s", al_status_code(err.status), err.message);
  } else {
    CHECK(bytes == (int64_t)out->len && files == 0);
    CHECK(counts.rows == t->nrows && counts.defused_cells == 0);
  }
  al_store_close(target.store);
  return help_string(out);
}

static const table ONE_ROW = {
    .nrows = 1,
    .last = AL_ROWS_NEXT,
    .kind = {AL_CELL_TIME, AL_CELL_LINK, AL_CELL_NUMBER},
    .text = {"2026-10-31 12:00:00", "u", "25"}};

static al_book_options options_of (int64_t max_rows) {
  const al_book_options options = {
      .library = &help_book, .sheet = AL_TEXT("Log"), .max_rows = max_rows};
  return options;
}

static void cells_are_what_they_are (void) {
  const al_book_options options = options_of(0);
  al_buffer out = {0};
  table t = ONE_ROW;
  CHECK_STRING("sheet Log\n"
               "0:0 1 'When'\n0:1 1 'Link'\n0:2 1 'Count of all of them'\n"
               "1:0 0yyyy 46326.5\n1:1 2 =HYPERLINK(\"u\",\"Link\") 'Link'\n"
               "1:2 4 25\nend 3 1 9 9 25\n",
               book_of(&t, NULL, &options, &out));
  t = ONE_ROW;
  t.text[0] = "1899-12-31 00:00:00";
  t.text[1] = "";
  t.text[2] = "025";
  CHECK_STRING("1:0 - '1899-12-31 00:00:00'\n1:2 - '025'\nend 3 1 21 9 25\n",
               strstr(book_of(&t, NULL, &options, &out), "1:0"));
  al_buffer_close(&out);
}

static void rows_go_on_in_the_next_sheet (void) {
  const al_book_options options = options_of(3);
  al_buffer out = {0};
  table t = ONE_ROW;
  const char *book;
  t.nrows = 5;
  t.last = AL_ROWS_SUMS;
  book = book_of(&t, NULL, &options, &out);
  CHECK(strstr(book, "sheet Log 2\n0:0 1 'When'\n") != NULL);
  CHECK_STRING("sheet Log 3\n0:0 1 'When'\n0:1 1 'Link'\n"
               "0:2 1 'Count of all of them'\n1:0 0yyyy 46326.5\n"
               "1:1 2 =HYPERLINK(\"u\",\"Link\") 'Link'\n1:2 12 25\n"
               "end 3 0 9 9 25\n",
               strstr(book, "sheet Log 3"));
  al_buffer_close(&out);
}

static void a_shared_cell_is_asked_for_once (void) {
  static const char SHARED[] = {1, 1, 0};
  const al_rows more = {.shared = SHARED, .ncolumns = 3};
  const al_book_options options = options_of(2);
  al_buffer out = {0};
  table t = ONE_ROW;
  t.nrows = 2;
  t.last = AL_ROWS_SAME;
  CHECK_STRING(
      "1:0 0yyyy 46326.5\n1:1 2 =HYPERLINK(\"u\",\"Link\") 'Link'\n"
      "1:2 4 25\nend 3 1 9 9 25\n",
      strstr(strstr(book_of(&t, &more, &options, &out), "Log 2"), "1:0"));
  CHECK(t.asked[0] == 1 && t.asked[1] == 1 && t.asked[2] == 2);
  al_buffer_close(&out);
}

static void limits_are_told (void) {
  al_book_options options = options_of(2);
  const al_rows wide = {.ncolumns = AL_BOOK_COLUMNS + 1};
  al_book_library other = help_book;
  al_buffer out = {0};
  table t = ONE_ROW;
  t.nrows = AL_BOOK_SHEETS + 1;
  CHECK_STRING("limit: more than 250 sheets of 2 rows: choose a shorter period",
               book_of(&t, NULL, &options, &out));
  CHECK_STRING("limit: 16385 columns, and a sheet has 16384",
               book_of(&t, &wide, &options, &out));
  other.version++;
  options.library = &other;
  CHECK(strncmp(book_of(&t, NULL, &options, &out), "unsupported: ", 13) == 0);
  options.library = NULL;
  CHECK(strncmp(book_of(&t, NULL, &options, &out), "unsupported: ", 13) == 0);
  al_buffer_close(&out);
}

/* ---- charts ---- */

static const char *chart_of (int nrows, int by_time, size_t n) {
  static al_buffer out;
  const al_book_options options = options_of(0);
  const al_rows more = {.ncolumns = 3, .numbers = {1, by_time, 1, n, 2}};
  table t = ONE_ROW;
  const char *chart;
  t.nrows = nrows + 1;
  t.last = AL_ROWS_SUMS;
  chart = strstr(book_of(&t, &more, &options, &out), "chart");
  help_printf(&out, "%s", ""); /* it ends where the text does */
  return chart != NULL ? chart : "none";
}

static void charts_suit_what_they_show (void) {
  CHECK_STRING("chart columns 1+2 3 at 1:4\n", chart_of(3, 1, 2));
  CHECK_STRING("chart columns 1+1 62 at 1:4\n", chart_of(62, 1, 1));
  CHECK_STRING("chart lines 1+1 63 at 1:4\n", chart_of(63, 1, 1));
  CHECK_STRING("chart bars 1+2 40 at 1:4\n", chart_of(40, 0, 2));
  CHECK_STRING("chart columns 2+1 3 at 1:4\n", chart_of(3, 1, 13));
  CHECK_STRING("none", chart_of(41, 0, 2));
  CHECK_STRING("none", chart_of(0, 1, 2));
  CHECK_STRING("none", chart_of(3, 1, 0));
}

int main (void) {
  CHECK_RUN(what_xml_cannot_hold_is_replaced);
  CHECK_RUN(what_would_be_decoded_is_escaped);
  CHECK_RUN(numbers_of_json_are_numbers);
  CHECK_RUN(what_excel_would_not_keep_is_none);
  CHECK_RUN(what_only_looks_like_a_number_is_none);
  CHECK_RUN(times_are_days_since_1899);
  CHECK_RUN(times_that_excel_has_not_are_none);
  CHECK_RUN(links_are_formulas);
  CHECK_RUN(urls_that_no_formula_holds_are_none);
  CHECK_RUN(names_of_sheets_are_what_excel_takes);
  CHECK_RUN(cells_are_what_they_are);
  CHECK_RUN(rows_go_on_in_the_next_sheet);
  CHECK_RUN(a_shared_cell_is_asked_for_once);
  CHECK_RUN(limits_are_told);
  CHECK_RUN(charts_suit_what_they_show);
  return CHECK_RESULT();
}
