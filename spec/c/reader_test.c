/*
** reader_test.c - what the readers make of each fixture, in whatever chunks,
** and where they say that an input is wrong.
*/
#include <stdlib.h>

#include "al_read_csv.h"
#include "al_read_json.h"
#include "al_sha256.h"
#include "check.h"
#include "help.h"

/* ---- reading ---- */

static const al_csv_title TITLES[] = {
    {{"Date-Time", 9}, AL_OPERATION_DATE},
    {{"Affected customer", 17}, AL_CUSTOMER_NAME},
    {{"Action", 6}, AL_OPERATION_TYPE},
    {{"Partner user", 12}, AL_USER_PRINCIPAL_NAME}};

/* A reader of either kind. */
typedef struct {
  al_json_reader *json;
  al_csv_reader *csv;
} reader;

static void reader_open (reader *out, int json, al_record_handler handler,
                         void *context) {
  al_error err;
  out->json = NULL;
  out->csv = NULL;
  CHECK((json ? al_json_reader_open(&out->json, handler, context, &err)
              : al_csv_reader_open(&out->csv, TITLES, 4, handler, context,
                                   &err)) == AL_OK);
}

static al_status reader_feed (reader *in, const char *chunk, size_t len,
                              al_error *err) {
  return in->json != NULL ? al_json_reader_feed(in->json, chunk, len, err)
                          : al_csv_reader_feed(in->csv, chunk, len, err);
}

static al_status reader_finish (reader *in, al_error *err) {
  return in->json != NULL ? al_json_reader_finish(in->json, err)
                          : al_csv_reader_finish(in->csv, err);
}

static void reader_close (reader *in) {
  al_json_reader_close(in->json);
  al_csv_reader_close(in->csv);
}

/* A record's digest, as a line. */
static al_status append_digest (void *context, const al_record *record,
                                al_error *err) {
  uint8_t digest[AL_DIGEST_BYTES];
  size_t i;
  (void)err;
  al_record_digest(record, digest);
  for (i = 0; i < sizeof digest; i++)
    help_printf(context, "%02x", digest[i]);
  help_printf(context, "\n");
  return AL_OK;
}

/* The records of a text that comes in chunks of 'size', and how it ends. */
static void transcribe (al_buffer *out, int json, al_text text, size_t size) {
  al_status status = AL_OK;
  al_error err;
  reader in;
  al_buffer_clear(out);
  reader_open(&in, json, append_digest, out);
  while (status == AL_OK && text.len > 0) {
    size_t n = size < text.len ? size : text.len;
    char *chunk = malloc(n); /* so that a sanitizer sees both its ends */
    memcpy(chunk, text.data, n);
    status = reader_feed(&in, chunk, n, &err);
    free(chunk);
    text.data += n;
    text.len -= n;
  }
  if (status == AL_OK)
    status = reader_finish(&in, &err);
  if (status != AL_OK)
    help_printf(out, "%s %s", al_status_code(status), err.message);
  reader_close(&in);
}

/* ---- chunks ---- */

static void compare_chunks (const char *name, int json, al_text text,
                            size_t smallest) {
  al_buffer whole = {0}, parts = {0};
  size_t size;
  transcribe(&whole, json, text, text.len);
  for (size = smallest; size < text.len; size++) {
    transcribe(&parts, json, text, size);
    if (strcmp(help_string(&whole), help_string(&parts)) != 0) {
      CHECK_STRING(help_string(&whole), help_string(&parts));
      printf("  %s in chunks of %zu\n", name, size);
      break;
    }
  }
  al_buffer_close(&whole);
  al_buffer_close(&parts);
}

static void compare_json_chunks (const char *name, al_text text) {
  compare_chunks(name, 1, text, 1);
}

/* That a file is UTF-16 shows in its first two bytes. */
static void compare_csv_chunks (const char *name, al_text text) {
  compare_chunks(name, 0, text, strcmp(name, "utf-16.csv") == 0 ? 2 : 1);
}

static void chunks_make_no_difference_to_json (void) {
  static const char *const SUFFIXES[] = {".json", ".jsonl", ".txt", NULL};
  CHECK(help_each_fixture("json", SUFFIXES, compare_json_chunks) > 40);
  CHECK(help_each_fixture("partner-center", SUFFIXES, compare_json_chunks) >
        10);
}

static void chunks_make_no_difference_to_csv (void) {
  static const char *const SUFFIXES[] = {".csv", NULL};
  CHECK(help_each_fixture("csv", SUFFIXES, compare_csv_chunks) > 30);
}

/* ---- what comes out ---- */

typedef struct {
  const char *path;     /* below spec/fixtures */
  const char *expected; /* how many records, and the failure behind them */
} outcome;

/* The transcript of a fixture with its records counted, and of a failure all
** but its words. */
static void append_outcome (al_buffer *out, const char *path, int json) {
  al_buffer text = {0}, transcript = {0};
  const char *rest, *end;
  int records = 0;
  CHECK(help_read(&text, path));
  transcribe(&transcript, json, al_buffer_text(&text), text.len + 1);
  rest = help_string(&transcript);
  for (; (end = strchr(rest, '\n')) != NULL; records++)
    rest = end + 1;
  help_printf(out, "%d%s%.*s", records, rest[0] != '\0' ? " " : "",
              (int)strcspn(rest, ":"), rest);
  al_buffer_close(&text);
  al_buffer_close(&transcript);
}

static void check_outcomes (int json, const outcome *cases, size_t n) {
  size_t i;
  for (i = 0; i < n; i++) {
    al_buffer out = {0};
    char path[1024];
    snprintf(path, sizeof path, FIXTURES "/%s", cases[i].path);
    append_outcome(&out, path, json);
    if (strcmp(cases[i].expected, help_string(&out)) != 0)
      printf("  %s\n", cases[i].path);
    CHECK_STRING(cases[i].expected, help_string(&out));
    al_buffer_close(&out);
  }
}

static const outcome JSON[] = {
    {"json/array.json", "2"},
    {"json/bad-second-line.jsonl", "1 syntax line 3, byte 834"},
    {"json/bom-page.json", "2"},
    {"json/control-character-in-string.json", "0 syntax line 1, byte 236"},
    {"json/date-29-february-2023.json", "0 syntax line 1, byte 407"},
    {"json/date-of-eight-digits.json", "0 syntax line 1, byte 416"},
    {"json/date-without-zone.json", "0 syntax line 1, byte 406"},
    {"json/dates-in-every-form.jsonl", "11"},
    {"json/deep-512-in-unknown-field.json", "1"},
    {"json/deep-513.json", "0 syntax line 1, byte 939"},
    {"json/documents-without-separator.json", "2"},
    {"json/double-encoded-value.json", "1"},
    {"json/duplicate-key-escaped.json", "0 syntax line 1, byte 435"},
    {"json/duplicate-key-in-unknown-field.json", "0 syntax line 1, byte 443"},
    {"json/duplicate-key.json", "0 syntax line 1, byte 430"},
    {"json/empty-array.json", "0"},
    {"json/empty-page.json", "0"},
    {"json/empty.json", "0"},
    {"json/every-escape.json", "1"},
    {"json/invalid-utf8.json", "0 syntax line 1, byte 241"},
    {"json/items-before-total-count.json", "2"},
    {"json/items-null.json", "0"},
    {"json/jsonl-crlf-and-blank-lines.jsonl", "2"},
    {"json/jsonl-of-pages.jsonl", "4"},
    {"json/lone-low-surrogate.json", "0 syntax line 1, byte 233"},
    {"json/lone-surrogate-in-unknown-key.json", "0 syntax line 1, byte 430"},
    {"json/lone-surrogate.json", "0 syntax line 1, byte 241"},
    {"json/no-record.json", "0 syntax line 1, byte 54"},
    {"json/null-fields.json", "1"},
    {"json/number-for-string.json", "0 syntax line 1, byte 233"},
    {"json/numbers-kept-as-written.json", "1"},
    {"json/object-for-string.json", "0 syntax line 1, byte 436"},
    {"json/only-bom.json", "0"},
    {"json/overlong-utf8.json", "0 syntax line 1, byte 241"},
    {"json/progress-then-succeeded.jsonl", "2"},
    {"json/same-id-in-other-case.jsonl", "2"},
    {"json/same-record-twice-without-id.jsonl", "2"},
    {"json/succeeded-then-progress.jsonl", "2"},
    {"json/surrogate-as-utf8.json", "0 syntax line 1, byte 242"},
    {"json/text-after-record.json", "1 syntax line 1, byte 418"},
    {"json/trailing-comma.json", "1 syntax line 1, byte 419"},
    {"json/truncated-by-one-byte.json", "2 syntax line 1, byte 979"},
    {"json/truncated-page.json", "1 syntax line 1, byte 830"},
    {"json/two-documents-with-boms.json", "2"},
    {"json/unknown-fields-unsorted.json", "1"},
    {"json/value-that-is-no-json.json", "1"},
    {"json/without-operation-date.json", "0 syntax line 1, byte 195"},
    {"partner-center/errors/400_60012.json", "0 api line 6, byte 367"},
    {"partner-center/errors/400_900316.json", "0 api line 5, byte 281"},
    {"partner-center/errors/400_request_is_invalid.json",
     "0 api line 1, byte 37"},
    {"partner-center/errors/403_900309.json", "0 api line 5, byte 301"},
    {"partner-center/errors/429_throttled.json", "0 api line 1, byte 84"},
    {"partner-center/ms_docs_2017_order_license.json", "2"},
    {"partner-center/ms_docs_2020_throttling_3of17.txt",
     "0 syntax line 3, byte 5"},
    {"partner-center/orders/order_2_lineitems_addon.json",
     "0 syntax line 45, byte 1686"},
    {"partner-center/orders/order_3_lineitems_checkout.txt",
     "0 syntax line 16, byte 565"},
    {"partner-center/records/"
     "msdocs2017_20170601T200907_update_customer_user_licenses.json",
     "1"},
    {"partner-center/records/msdocs2017_20170615T225605_create_order.json",
     "1"},
    {"partner-center/records/msdocs2020_20200902T173412_add_customer.json",
     "1"},
    {"partner-center/records/msdocs2020_20200902T175810_create_order.json",
     "1"},
    {"partner-center/records/"
     "msdocs2020_20200902T232619_update_customer_user_licenses.json",
     "1"},
    {"partner-center/spring_social_2017_record.json", "2"},
    {"partner-center/webhooks/reseller-relationship-accepted-by-customer.json",
     "0 syntax line 7, byte 486"},
    {"partner-center/webhooks/subscription-updated.json",
     "0 syntax line 7, byte 363"},
};

static const outcome CSV[] = {
    {"csv/blank-lines.csv", "2"},
    {"csv/bom.csv", "1"},
    {"csv/date-only.csv", "0 syntax line 2, byte 123"},
    {"csv/duplicate-column.csv", "0 syntax line 1, byte 1"},
    {"csv/excel-dates.csv", "0 syntax line 2, byte 123"},
    {"csv/field-names.csv", "2"},
    {"csv/full.csv", "1"},
    {"csv/header-only.csv", "0"},
    {"csv/invalid-utf8.csv", "0 syntax line 2, byte 311"},
    {"csv/json-cell-broken.csv", "0 syntax line 2, byte 233"},
    {"csv/json-cell-other-is-no-object.csv", "0 syntax line 2, byte 233"},
    {"csv/json-cell-with-spaces.csv", "1"},
    {"csv/line-feeds-only.csv", "2"},
    {"csv/long-row.csv", "0 syntax line 2, byte 123"},
    {"csv/missing-and-empty.csv", "2"},
    {"csv/no-last-line-end.csv", "2"},
    {"csv/odd-cells.csv", "5"},
    {"csv/outer-spaces-unquoted.csv", "1"},
    {"csv/portal-13th-month.csv", "0 syntax line 2, byte 50"},
    {"csv/portal-screen-dates.csv", "3"},
    {"csv/portal-screen-titles.csv", "0 syntax line 1, byte 1"},
    {"csv/portal-without-action.csv", "0 syntax line 2, byte 50"},
    {"csv/quote-closes-at-end-of-file.csv", "1"},
    {"csv/quote-inside-unquoted.csv", "0 syntax line 2, byte 305"},
    {"csv/quote-never-closes.csv", "1 syntax line 3, byte 391"},
    {"csv/semicolons.csv", "2"},
    {"csv/short-row.csv", "1 syntax line 3, byte 391"},
    {"csv/text-after-quote.csv", "1 syntax line 3, byte 573"},
    {"csv/unknown-column.csv", "0 syntax line 1, byte 1"},
    {"csv/utf-16.csv", "0 syntax line 1, byte 1"},
    {"csv/without-operation-date-column.csv", "0 syntax line 1, byte 1"},
};

static void json_fixtures_are_read_or_refused_where_they_are_wrong (void) {
  check_outcomes(1, JSON, sizeof JSON / sizeof JSON[0]);
}

static void csv_fixtures_are_read_or_refused_where_they_are_wrong (void) {
  check_outcomes(0, CSV, sizeof CSV / sizeof CSV[0]);
}

static void csv_that_ends_within_a_character_is_refused (void) {
  al_buffer out = {0};
  transcribe(&out, 0,
             AL_TEXT("operation_date,customer_name\n"
                     "2026-10-31T17:58:01Z,a\xE2\x82"),
             7);
  CHECK_STRING("syntax line 2, byte 54: record 1: it is not UTF-8",
               help_string(&out));
  al_buffer_close(&out);
}

/* ---- limits ---- */

static al_status count_record (void *context, const al_record *record,
                               al_error *err) {
  (void)record, (void)err;
  ++*(int *)context;
  return AL_OK;
}

/* A record of JSON that goes on for 'n' bytes and more, in chunks. */
static al_status feed_long_record (reader *in, size_t n, al_error *err) {
  static char spaces[65536];
  al_status status = reader_feed(in, "{\"id\":\"a\",", 10, err);
  memset(spaces, ' ', sizeof spaces);
  for (; status == AL_OK && n > 0; n -= n < 65536 ? n : 65536)
    status = reader_feed(in, spaces, n < 65536 ? n : 65536, err);
  return status;
}

static void a_record_of_too_many_bytes_is_refused_before_it_ends (void) {
  reader in;
  al_error err;
  int records = 0;
  reader_open(&in, 1, count_record, &records);
  CHECK(feed_long_record(&in, AL_RECORD_MAX_BYTES + 65536, &err) == AL_LIMIT);
  CHECK(records == 0);
  reader_close(&in);
}

static void the_limit_is_for_each_record (void) {
  static const char REST[] = "\"operationDate\":\"2026-10-31T17:58:01Z\"}";
  reader in;
  al_error err;
  int records = 0, i;
  reader_open(&in, 1, count_record, &records);
  for (i = 0; i < 3; i++) {
    CHECK(feed_long_record(&in, AL_RECORD_MAX_BYTES - 65536, &err) == AL_OK);
    CHECK(reader_feed(&in, REST, sizeof REST - 1, &err) == AL_OK);
  }
  CHECK(reader_finish(&in, &err) == AL_OK);
  CHECK(records == 3);
  reader_close(&in);
}

static al_status refuse_record (void *context, const al_record *record,
                                al_error *err) {
  (void)context, (void)record;
  return al_fail(err, AL_FULL, "no space");
}

static void a_failure_of_the_handler_is_handed_on_as_it_is (void) {
  static const char RECORD[] = "{\"id\":\"a\",\"operationDate\":"
                               "\"2026-10-31T17:58:01Z\"}";
  static const char ROWS[] = "operation_date\n2026-10-31T17:58:01Z\n";
  reader in;
  al_error err;
  reader_open(&in, 1, refuse_record, NULL);
  CHECK(reader_feed(&in, RECORD, sizeof RECORD - 1, &err) == AL_FULL);
  CHECK_STRING("no space", err.message);
  reader_close(&in);
  reader_open(&in, 0, refuse_record, NULL);
  CHECK(reader_feed(&in, ROWS, sizeof ROWS - 1, &err) == AL_FULL);
  CHECK_STRING("no space", err.message);
  reader_close(&in);
}

int main (void) {
  CHECK_RUN(chunks_make_no_difference_to_json);
  CHECK_RUN(chunks_make_no_difference_to_csv);
  CHECK_RUN(json_fixtures_are_read_or_refused_where_they_are_wrong);
  CHECK_RUN(csv_fixtures_are_read_or_refused_where_they_are_wrong);
  CHECK_RUN(csv_that_ends_within_a_character_is_refused);
  CHECK_RUN(a_record_of_too_many_bytes_is_refused_before_it_ends);
  CHECK_RUN(the_limit_is_for_each_record);
  CHECK_RUN(a_failure_of_the_handler_is_handed_on_as_it_is);
  return CHECK_RESULT();
}
