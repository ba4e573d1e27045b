/*
** csv_test.c - CSV written and read, however it is cut into chunks.
*/
#include "al_csv.h"

#include <csv.h>
#include <stdlib.h>

#include "al_csv_row.h"
#include "al_record.h"
#include "check.h"
#include "help.h"

/* ---- transcripts: each field as <text>, - for a missing one ---- */

static al_status on_field (void *context, al_text text, al_error *err) {
  if (text.data == NULL)
    return al_buffer_append_char(context, '-', err);
  if (al_buffer_append_char(context, '<', err) != AL_OK ||
      al_buffer_append(context, text.data, text.len, err) != AL_OK)
    return err->status;
  return al_buffer_append_char(context, '>', err);
}

static al_status on_row (void *context, al_error *err) {
  return al_buffer_append_char(context, '/', err);
}

static al_status refuse_row (void *context, al_error *err) {
  (void)context;
  return al_fail(err, AL_CALLBACK, "refused");
}

typedef struct {
  al_csv_handler handler;
  char separator;
  size_t chunk; /* bytes at a time */
} reading;

static void append_failure (al_buffer *out, const al_csv *csv,
                            const al_error *err) {
  al_position at = al_csv_place(csv);
  help_printf(out, "line %lld, byte %lld: %.40s", (long long)at.line,
              (long long)at.byte, err->message);
}

static void transcribe (al_buffer *out, const reading *how, al_text text) {
  al_status status = AL_OK;
  al_csv *csv;
  al_error err;
  al_buffer_clear(out);
  CHECK(al_csv_open(&csv, how->separator, &how->handler, &err) == AL_OK);
  while (status == AL_OK && text.len > 0) {
    size_t n = how->chunk < text.len ? how->chunk : text.len;
    char *chunk = malloc(n); /* so that a sanitizer sees both its ends */
    memcpy(chunk, text.data, n);
    status = al_csv_feed(csv, chunk, n, &err);
    if (status != AL_OK)
      append_failure(out, csv, &err);
    free(chunk);
    text.data += n;
    text.len -= n;
  }
  if (status == AL_OK && al_csv_finish(csv, &err) != AL_OK)
    append_failure(out, csv, &err);
  al_csv_close(csv);
}

/* The text reads like this, in chunks of every size. */
static void check_separated (const char *expected, al_text text,
                             char separator) {
  al_buffer out = {0};
  reading how = {{on_field, on_row, &out}, separator, 1};
  for (; how.chunk <= text.len; how.chunk++) {
    transcribe(&out, &how, text);
    CHECK_STRING(expected, help_string(&out));
  }
  al_buffer_close(&out);
}

static void check_read (const char *expected, const char *text) {
  check_separated(expected, help_text(text), ',');
}

/* ---- reading ---- */

static void rows_end_in_any_line_end_or_none (void) {
  check_read("<a><b>/<c><d>/", "a,b\r\nc,d\r\n");
  check_read("<a><b>/<c><d>/", "a,b\nc,d\n");
  check_read("<a><b>/<c><d>/", "a,b\rc,d\r");
  check_read("<a><b>/<c><d>/", "a,b\r\nc,d");
  check_read("<a>/<b>/<c>/", "\"a\"\n\"b\"\r\"c\"");
}

static void line_ends_inside_of_quotes_are_kept (void) {
  check_read("<a\r\nb><\r>/<\n>/", "\"a\r\nb\",\"\r\"\r\n\"\n\"\r\n");
}

static void missing_fields_are_told_from_empty_ones (void) {
  check_read("-<>-/<a>-/", ",\"\",\na,\n");
  check_read("<>/", "\"\"");
  check_read("--/", ",");
}

static void spaces_belong_to_the_field (void) {
  check_read("< a ><\tb\t>< >/< c >/", " a ,\tb\t, \n\" c \"");
}

static void blank_lines_are_passed_over (void) {
  check_read("<a>/<b>/", "\n\r\na\n\n\r\n\nb\n\n");
  check_read("", "\r\n\n\r");
}

static void quotes_are_doubled_inside_of_quotes (void) {
  check_read("<\"><a\"b><\"\">/", "\"\"\"\",\"a\"\"b\",\"\"\"\"\"\"");
}

static void any_byte_can_separate (void) {
  check_separated("<a,b><c>/", AL_TEXT("a,b;c"), ';');
  check_separated("<a><b>/", AL_TEXT("a\tb"), '\t');
  check_separated("<a><b|>/", AL_TEXT("a|\"b|\""), '|');
}

/* A byte at a time every row goes through libcsv. */
static void check_like_libcsv (al_text text) {
  al_buffer out = {0};
  reading how = {{on_field, on_row, &out}, ',', 1};
  transcribe(&out, &how, text);
  check_separated(help_string(&out), text, ',');
  al_buffer_close(&out);
}

/* Two rows, the first of so many fields and bytes, the last of its fields with
** doubled quotes or without. */
static void check_large (int fields, size_t bytes, int quoted) {
  al_buffer text = {0}, apart = {0}, whole = {0};
  reading how = {{on_field, on_row, &apart}, ',', 1};
  int n;
  for (n = 1; n < fields; n++)
    help_printf(&text, "a,");
  help_printf(&text, quoted ? "\"" : "b");
  while (text.len < bytes)
    help_printf(&text, quoted ? "\"\"" : "b");
  help_printf(&text, quoted ? "\"\r\nd\n" : "\r\nd\n");
  transcribe(&apart, &how, al_buffer_text(&text));
  how.handler.context = &whole;
  how.chunk = text.len;
  transcribe(&whole, &how, al_buffer_text(&text));
  CHECK(strcmp(help_string(&apart), help_string(&whole)) == 0);
  al_buffer_close(&text);
  al_buffer_close(&apart);
  al_buffer_close(&whole);
}

static void plain_rows_are_read_as_libcsv_reads_them (void) {
  static const char *const PIECES[] = {"a",      ",",         "\"", "\"\"",
                                       "\n",     "\r\n",      "\r", "\",\"",
                                       "\"\n\"", "\xC3\xA9 b"};
  al_buffer text = {0};
  int round, n;
  for (round = 0; round < 20000; round++) {
    al_buffer_clear(&text);
    for (n = (int)help_random(16); n > 0; n--)
      help_printf(&text, "%s", PIECES[help_random(10)]);
    check_like_libcsv(al_buffer_text(&text));
  }
  al_buffer_close(&text);
}

/* Of as many fields and bytes as a plain row may have, and one more. */
static void rows_of_any_size_are_read (void) {
  int fields, quoted;
  size_t bytes;
  for (fields = AL_CSV_ROW_FIELDS; fields <= AL_CSV_ROW_FIELDS + 1; fields++)
    for (quoted = 0; quoted < 2; quoted++)
      for (bytes = AL_CSV_ROW_BYTES - 5; bytes <= AL_CSV_ROW_BYTES + 1; bytes++)
        check_large(fields, bytes, quoted);
}

/* ---- what is refused ---- */

#define MISPLACED "a quote stands where RFC 4180 allows non"

static void a_misplaced_quote_is_refused_at_its_byte (void) {
  check_read("line 1, byte 4: " MISPLACED, "\"q\"z");
  check_read("<x>line 1, byte 6: " MISPLACED, "x,\"q\"z,y\n");
  check_read("line 1, byte 4: " MISPLACED, "\"q\" ,y\n");
  check_read("line 1, byte 2: " MISPLACED, "a\"b\n");
  check_read("<a>/line 2, byte 5: " MISPLACED, "a\r\nb\"");
  check_read("<a\nb>/line 3, byte 9: " MISPLACED, "\"a\nb\"\r\nc\"\n");
  check_read("line 1, byte 2: " MISPLACED, " \"a\"");
}

static void a_quote_that_never_closes_is_refused_at_its_row (void) {
  check_read("<a>/<b>line 2, byte 3: a quote in this row never closes",
             "a\nb,\"c\nd\n\n");
  check_read("<a>/line 1, byte 3: a quote in this row never closes",
             "a\r\"b\rc");
  check_read("line 1, byte 1: a quote in this row never closes", "\"");
  check_read("line 1, byte 1: a quote in this row never closes", "\"a\"\"");
}

static void a_failure_of_the_handler_is_placed_at_its_row (void) {
  al_buffer out = {0};
  reading how = {{on_field, refuse_row, &out}, ',', 1};
  for (; how.chunk < 12; how.chunk++) {
    transcribe(&out, &how, AL_TEXT("\r\n\n\"a\nb\",c\nd"));
    CHECK_STRING("<a\nb><c>line 3, byte 4: refused", help_string(&out));
  }
  al_buffer_close(&out);
}

/* Feed 'n' bytes of 'c' in chunks. */
static al_status feed_many (al_csv *csv, char c, size_t n, al_error *err) {
  char chunk[65536];
  memset(chunk, c, sizeof chunk);
  for (; n > 0; n -= n < sizeof chunk ? n : sizeof chunk)
    if (al_csv_feed(csv, chunk, n < sizeof chunk ? n : sizeof chunk, err) !=
        AL_OK)
      return err->status;
  return AL_OK;
}

static void check_row_limit (const char *start, char fill) {
  const al_csv_handler handler = {on_field, on_row, NULL};
  al_csv *csv;
  al_error err;
  CHECK(al_csv_open(&csv, ',', &handler, &err) == AL_OK);
  CHECK(al_csv_feed(csv, "\n", 1, &err) == AL_OK);
  CHECK(al_csv_feed(csv, start, 1, &err) == AL_OK);
  CHECK(feed_many(csv, fill, AL_RECORD_MAX_BYTES - 1, &err) == AL_OK);
  CHECK(feed_many(csv, fill, 1, &err) == AL_LIMIT);
  CHECK(al_csv_place(csv).line == 2);
  CHECK(al_csv_place(csv).byte == 2);
  al_csv_close(csv);
}

static void a_row_of_more_bytes_than_a_record_is_refused (void) {
  check_row_limit("\"", 'a');
  check_row_limit("\"", '\n');
  check_row_limit("a", 'a');
}

/* ---- writing ---- */

/* Write rows of two fields and one missing one, and read them back. */
static void check_written (const al_text *texts, size_t n, char separator,
                           const char *newline) {
  al_buffer csv = {0}, expected = {0}, out = {0};
  al_csv_writer writer = {&csv, newline, separator, 0, 0};
  reading how = {{on_field, on_row, &out}, separator, 4096};
  al_error err;
  size_t i;
  for (i = 0; i < n; i++) {
    CHECK(al_csv_field(&writer, texts[i], &err) == AL_OK);
    CHECK(al_csv_field(&writer, AL_TEXT_MISSING, &err) == AL_OK);
    CHECK(al_csv_field(&writer, texts[i], &err) == AL_OK);
    CHECK(al_csv_row_end(&writer, &err) == AL_OK);
    on_field(&expected, texts[i], &err);
    on_field(&expected, AL_TEXT_MISSING, &err);
    on_field(&expected, texts[i], &err);
    on_row(&expected, &err);
  }
  transcribe(&out, &how, al_buffer_text(&csv));
  CHECK(al_text_equal(al_buffer_text(&expected), al_buffer_text(&out)));
  al_buffer_close(&csv);
  al_buffer_close(&expected);
  al_buffer_close(&out);
}

static void what_is_written_is_read_back_whatever_the_bytes (void) {
  char bytes[256][3];
  al_text texts[3 * 256 + 8] = {
      AL_TEXT_MISSING, AL_TEXT(""),   AL_TEXT(" "),    AL_TEXT(" a"),
      AL_TEXT("a\t"),  AL_TEXT("\""), AL_TEXT("\r\n"), AL_TEXT("a\nb"),
  };
  const char *separator;
  size_t n = 8;
  int i;
  for (i = 0; i < 256; i++) {
    bytes[i][0] = bytes[i][1] = bytes[i][2] = 'x';
    bytes[i][1] = (char)i;
    texts[n++] = al_text_from(&bytes[i][1], 1);
    texts[n++] = al_text_from(bytes[i], 3);
    texts[n++] = al_text_from(bytes[i], 2);
  }
  for (separator = ",;\t|"; *separator != '\0'; separator++) {
    check_written(texts, n, *separator, "\r\n");
    check_written(texts, n, *separator, "\n");
  }
}

static void check_row (const char *expected, al_text first, al_text second) {
  al_buffer csv = {0};
  al_csv_writer writer = {&csv, "\n", ';', 0, 0};
  al_error err;
  al_csv_field(&writer, first, &err);
  al_csv_field(&writer, second, &err);
  al_csv_row_end(&writer, &err);
  CHECK_STRING(expected, help_string(&csv));
  al_buffer_close(&csv);
}

static void only_what_needs_quotes_has_them (void) {
  check_row("a,b;c d\n", AL_TEXT("a,b"), AL_TEXT("c d"));
  check_row("\"a;b\";\"\"\"\"\n", AL_TEXT("a;b"), AL_TEXT("\""));
  check_row("\" a\";\"b\t\"\n", AL_TEXT(" a"), AL_TEXT("b\t"));
  check_row("\"\n\";\"\r\"\n", AL_TEXT("\n"), AL_TEXT("\r"));
  check_row(";\"\"\n", AL_TEXT_MISSING, AL_TEXT(""));
}

static void a_row_of_one_missing_field_is_no_blank_line (void) {
  al_buffer csv = {0};
  al_csv_writer writer = {&csv, "\r\n", ',', 0, 0};
  al_error err;
  al_csv_field(&writer, AL_TEXT_MISSING, &err);
  al_csv_row_end(&writer, &err);
  al_csv_field(&writer, AL_TEXT("a"), &err);
  al_csv_row_end(&writer, &err);
  CHECK_STRING("\"\"\r\na\r\n", help_string(&csv));
  al_buffer_close(&csv);
}

/* libcsv's own writer is the measure. */
static void check_quoted (al_text text) {
  char expected[402];
  al_buffer out = {0};
  al_csv_writer writer = {.out = &out, .newline = "\n", .separator = ','};
  al_error err;
  size_t len = csv_write(expected, sizeof expected, text.data, text.len);
  CHECK(al_csv_field(&writer, text, &err) == AL_OK);
  CHECK(al_text_equal(al_buffer_text(&out), al_text_from(expected, len)));
  al_buffer_close(&out);
}

/* At each length, with quotes anywhere; the sanitizer sees what is read or
** written beyond it. */
static void fields_are_quoted_as_libcsv_quotes_them (void) {
  static const char BYTES[] = "\"\",\n:abcdefghijklmnop\"";
  int turn;
  for (turn = 0; turn < 50000; turn++) {
    size_t len = 1 + help_random(199), i;
    char *text = malloc(len);
    CHECK(text != NULL);
    for (i = 0; i < len; i++)
      text[i] = turn % 5 == 0   ? '"'
                : turn % 3 == 0 ? 'x'
                                : BYTES[help_random(sizeof BYTES - 1)];
    text[help_random((uint32_t)len)] = turn % 2 == 0 ? ',' : '"';
    check_quoted(al_text_from(text, len));
    free(text);
  }
}

/* A byte that needs quotes is found at each place of each length. */
static void special_bytes_are_found_anywhere (void) {
  size_t len, at;
  const char *special;
  for (len = 1; len < 70; len++) {
    char *text = malloc(len);
    CHECK(text != NULL);
    memset(text, 'x', len);
    for (at = 0; at < len; at++) {
      for (special = "\",\r\n"; *special != '\0'; special++) {
        text[at] = *special;
        check_quoted(al_text_from(text, len));
      }
      text[at] = 'x';
    }
    free(text);
  }
}

int main (void) {
  CHECK_RUN(rows_end_in_any_line_end_or_none);
  CHECK_RUN(line_ends_inside_of_quotes_are_kept);
  CHECK_RUN(missing_fields_are_told_from_empty_ones);
  CHECK_RUN(spaces_belong_to_the_field);
  CHECK_RUN(blank_lines_are_passed_over);
  CHECK_RUN(quotes_are_doubled_inside_of_quotes);
  CHECK_RUN(any_byte_can_separate);
  CHECK_RUN(plain_rows_are_read_as_libcsv_reads_them);
  CHECK_RUN(rows_of_any_size_are_read);
  CHECK_RUN(a_misplaced_quote_is_refused_at_its_byte);
  CHECK_RUN(a_quote_that_never_closes_is_refused_at_its_row);
  CHECK_RUN(a_failure_of_the_handler_is_placed_at_its_row);
  CHECK_RUN(a_row_of_more_bytes_than_a_record_is_refused);
  CHECK_RUN(what_is_written_is_read_back_whatever_the_bytes);
  CHECK_RUN(only_what_needs_quotes_has_them);
  CHECK_RUN(fields_are_quoted_as_libcsv_quotes_them);
  CHECK_RUN(special_bytes_are_found_anywhere);
  CHECK_RUN(a_row_of_one_missing_field_is_no_blank_line);
  return CHECK_RESULT();
}
