/*
** oom_test.c - memory that runs out at one allocation after the other.
**
** Each step runs once for each fifth of its allocations, with that one failing,
** and once more with all from there on; what is lost shows in ASan. With
** ACTIVITYLOG_LONG in the environment it is each of them. With a thread their
** order is not fixed: there a number of them is tried.
*/
#include <dirent.h>
#include <stdlib.h>

#include "al_change.h"
#include "al_difference.h"
#include "al_export.h"
#include "al_import.h"
#include "al_summary_export.h"
#include "check.h"
#include "help.h"
#include "help_book.h"
#include "help_log.h"
#include "help_memory.h"

/* ---- the log ---- */

#define LOG "log.db"

static help_log three; /* that each run begins with */
static help_log old;   /* the same by version 1 of the file */

static int is_temporary (const struct dirent *entry) {
  return strstr(entry->d_name, ".tmp") != NULL;
}

static void check_no_temporary_file (void) {
  struct dirent **entries;
  CHECK(scandir(".", &entries, is_temporary, alphasort) == 0);
  free(entries);
}

/* ---- running a step ---- */

/* What is tried on an open log, which it adds so many records to, or takes out
** of it when they are less than 0. */
typedef struct {
  al_status (*run)(al_store *store, al_error *err);
  int64_t adds;
} step;

/* The step once. Afterwards, with memory again, the log holds all that the
** step adds or nothing, in this store and in the next, and takes more. What is
** taken out may be gone when only its space could not be returned. */
static al_status run_step (const step *tried) {
  al_store *store;
  int64_t before, after;
  al_error err;
  al_status status;
  help_log_restore(&three, LOG);
  store = help_open(LOG);
  before = help_log_count(store);
  memory_runs_out();
  status = tried->run(store, &err);
  memory_is_back();
  after = help_log_count(store);
  CHECK(after == before + (status == AL_OK ? tried->adds : 0) ||
        (tried->adds < 0 && after == before + tried->adds));
  CHECK(al_store_begin(store, &err) == AL_OK);
  al_store_close(store);
  store = help_open(LOG);
  CHECK(after == help_log_count(store));
  al_store_close(store);
  CHECK(help_log_is_whole(LOG));
  check_no_temporary_file();
  return status;
}

/* Let allocations fail until there are no more of them; with 'few', of the later
** ones fewer and fewer. */
static void fail_some (al_status (*run)(const void *), const void *what,
                       int go_on, int few) {
  const int stride = getenv("ACTIVITYLOG_LONG") != NULL ? 1 : 5;
  int before = check_failures;
  long at, failed = 0;
  for (at = 1; check_failures == before; at += few ? 1 + at / 16 : stride) {
    al_status status;
    memory.fail_at = at;
    memory.go_on = go_on;
    status = run(what);
    CHECK(status == AL_OK || status == AL_NOMEM);
    failed += status == AL_NOMEM;
    if (memory.count < at)
      break;
  }
  CHECK(failed > 0);
  if (check_failures > before)
    printf("  allocation %ld%s\n", at - 1, go_on ? " and all behind it" : "");
}

static void fail_each (al_status (*run)(const void *), const void *what,
                       int go_on) {
  fail_some(run, what, go_on, 0);
}

static al_status run_step_of (const void *what) {
  return run_step(what);
}

static void fail_step (al_status (*run)(al_store *store, al_error *err),
                       int64_t adds) {
  const step tried = {run, adds};
  memory.fail_at = 0;
  memory.go_on = 0;
  CHECK(run_step(&tried) == AL_OK);
  fail_each(run_step_of, &tried, 0);
  fail_each(run_step_of, &tried, 1);
}

/* ---- opening ---- */

static al_status open_log (const void *what) {
  const al_store_options options = {0};
  const help_log *log = what;
  al_store *store;
  al_error err;
  al_status status;
  help_log_restore(log, LOG);
  memory_runs_out();
  status = al_store_open(&store, LOG, &options, &err);
  CHECK((store == NULL) == (status != AL_OK));
  al_store_close(store);
  memory_is_back();
  store = help_open(LOG);
  CHECK(help_log_count(store) == (log->file.len == 0 ? 0 : 3));
  al_store_close(store);
  CHECK(help_log_is_whole(LOG));
  return status;
}

static void creating_a_log (void) {
  static const help_log none;
  fail_each(open_log, &none, 0);
  fail_each(open_log, &none, 1);
}

static void opening_a_log (void) {
  fail_each(open_log, &three, 0);
  fail_each(open_log, &three, 1);
}

static void bringing_an_old_log_to_this_version (void) {
  fail_each(open_log, &old, 0);
  fail_each(open_log, &old, 1);
}

/* ---- zones ---- */

static al_status open_zone (const void *what) {
  al_zone zone;
  al_error err;
  al_status status;
  memory_runs_out();
  status = al_zone_open(&zone, help_text(what), &err);
  memory_is_back();
  if (status != AL_OK) {
    CHECK_STRING("not enough memory", err.message);
    return status;
  }
  CHECK(al_zone_offset(&zone, AL_TIME_MAX) == 3600);
  al_zone_close(&zone);
  return AL_OK;
}

static void opening_a_zone (void) {
  fail_each(open_zone, "Europe/Paris", 0);
  fail_each(open_zone, "Europe/Paris", 1);
}

/* ---- importing ---- */

static const char PAGE[] =
    "{\"totalCount\":2,\"items\":[{\"id\":\"p1\",\"customerId\":\"C\","
    "\"customerName\":\"Stra\xC3\x9F"
    "e\",\"operationType\":\"create_order\","
    "\"operationDate\":\"2026-10-31T17:58:01Z\","
    "\"resourceNewValue\":\"{\\\"password\\\":\\\"x\\\",\\\"n\\\":"
    "\\\"{\\\\\\\"secret\\\\\\\":1}\\\"}\",\"b\":[1,{\"c\":null}],\"a\":2,"
    "\"customizedData\":[{\"key\":\"OrderId\",\"value\":\"7\"}]},"
    "{\"id\":\"p2\",\"operationDate\":\"2026-10-31T17:58:02Z\"}],"
    "\"attributes\":{\"objectType\":\"Collection\"}}";

static const char CSV[] =
    "id,operation_date,customer_id,customer_name,customized_data,other\r\n"
    "c1,2026-10-31T17:58:03Z,C,\"a \"\"b\"\"\",\"[{\"\"key\"\":\"\"k\"\"}]\","
    "\"{\"\"z\"\":1,\"\"y\"\":[]}\"\r\n"
    "c2,2026-10-31T17:58:04+01:00,D,,,"; /* without a line end: by libcsv */

static al_status import_text (al_store *store, al_text text, al_error *err) {
  const al_import_options options = {.name = "text"};
  const al_source source = al_source_text(&text);
  al_import_counts counts;
  return al_import(store, &source, &options, &counts, err);
}

static al_status import_page (al_store *store, al_error *err) {
  return import_text(store, AL_TEXT(PAGE), err);
}

static al_status import_csv (al_store *store, al_error *err) {
  return import_text(store, AL_TEXT(CSV), err);
}

static al_status import_file (al_store *store, al_error *err) {
  const al_import_options options = {.name = "page.json"};
  al_import_counts counts;
  return al_import_file(store, "page.json", &options, &counts, err);
}

static void importing_a_page (void) {
  fail_step(import_page, 2);
}

static void importing_csv (void) {
  fail_step(import_csv, 2);
}

static void importing_a_file (void) {
  help_write("page.json", PAGE);
  fail_step(import_file, 2);
}

#define MANY       400
#define MANY_BYTES 4096

static al_buffer many; /* records, enough to be written in a thread */

static al_status import_many (al_store *store, al_error *err) {
  return import_text(store, al_buffer_text(&many), err);
}

static void importing_in_a_thread (void) {
  const step tried = {import_many, MANY};
  static char value[MANY_BYTES];
  al_error err;
  int i;
  memset(value, 'x', sizeof value);
  for (i = 0; i < MANY; i++) {
    help_printf(&many,
                "{\"id\":\"m%d\",\"operationDate\":\"2026-10-31T17:58:02Z\","
                "\"customerId\":\"%d\",\"resourceNewValue\":\"",
                i, i);
    CHECK(al_buffer_append(&many, value, sizeof value, &err) == AL_OK);
    help_printf(&many, "\"}\n");
  }
  fail_some(run_step_of, &tried, 0, 1);
  fail_some(run_step_of, &tried, 1, 1);
  al_buffer_close(&many);
}

/* Change one record's customer and name twice, and add another. */
static al_status append (al_store *store, al_error *err) {
  al_record record =
      help_record("r1", "2026-10-31T17:58:00.0000000Z", "succeeded");
  al_import_counts counts;
  int i;
  al_status status = al_store_begin(store, err);
  for (i = 0; status == AL_OK && i < 3; i++) {
    static const char *const CUSTOMERS[] = {"X", "Y", "Z"};
    record.field[AL_CUSTOMER_ID] = help_text(CUSTOMERS[i]);
    record.field[AL_CUSTOMER_NAME] = AL_TEXT("\xC3\x84rger");
    if (i == 2)
      record.field[AL_ID] = AL_TEXT("new");
    status = al_store_put(store, &record, err);
  }
  if (status == AL_OK)
    return al_store_commit(store, AL_TEXT("append"), 0, &counts, err);
  al_store_rollback(store);
  return status;
}

/* The log as a first import finds it. */
static al_status import_first (const void *what) {
  const al_record record = help_record("r1", what, "succeeded");
  al_import_counts counts;
  al_store *store;
  al_error err;
  al_status status;
  remove(LOG);
  store = help_open(LOG);
  memory_runs_out();
  status = al_store_begin_large(store, &err);
  if (status == AL_OK && al_store_put(store, &record, &err) != AL_OK) {
    al_store_rollback(store);
    status = err.status;
  } else if (status == AL_OK) {
    status = al_store_commit(store, AL_TEXT("first"), 0, &counts, &err);
  }
  memory_is_back();
  CHECK(help_log_count(store) == (status == AL_OK));
  CHECK(al_store_begin(store, &err) == AL_OK);
  al_store_close(store);
  CHECK(help_log_is_whole(LOG));
  return status;
}

static void importing_first (void) {
  fail_each(import_first, "2026-10-31T17:58:00.0000000Z", 0);
  fail_each(import_first, "2026-10-31T17:58:00.0000000Z", 1);
}

static void appending_what_supersedes (void) {
  fail_step(append, 1);
}

/* ---- reading ---- */

static const al_text CUSTOMERS[] = {{"c", 1}, {"X", 1}, {"r", 1}};
static const al_text ANYTHING[] = {{"\xC3\x9F", 2}, {"e", 1}};

/* Every filter at once, so that each is built and bound. */
static al_query every_filter (void) {
  al_query query = help_query();
  int filter;
  for (filter = 0; filter < AL_NFILTERS; filter++) {
    query.filter[filter].values = ANYTHING;
    query.filter[filter].n = 2;
  }
  query.period.start = 1;
  query.period.stop = AL_TIME_MAX;
  query.filter[AL_FILTER_CUSTOMER_ID].values = CUSTOMERS;
  query.filter[AL_FILTER_CUSTOMER_ID].n = 3;
  return query;
}

static al_status count_filtered (al_store *store, al_error *err) {
  al_query query = every_filter();
  int64_t n;
  al_status status = al_store_count(store, &query, &n, err);
  query.filter[AL_FILTER_TEXT].values = NULL;
  return status == AL_OK ? al_store_count(store, &query, &n, err) : status;
}

static al_status look_on (void *context, int64_t done, int64_t total,
                          al_error *err) {
  (void)context, (void)done, (void)total, (void)err;
  return AL_OK;
}

/* From slice to slice. */
static al_status count_watched (al_store *store, al_error *err) {
  al_query query = every_filter();
  int64_t n;
  query.filter[AL_FILTER_CUSTOMER_ID].values = NULL;
  query.filter[AL_FILTER_TEXT].values = NULL;
  query.progress.call = look_on;
  return al_store_count(store, &query, &n, err);
}

static void counting (void) {
  fail_step(count_filtered, 0);
  fail_step(count_watched, 0);
}

static al_status read_all (al_store *store, const al_query *query,
                           al_error *err) {
  const al_record *record;
  al_cursor *cursor;
  al_status status = al_cursor_open(&cursor, store, query, err);
  while (status == AL_OK) {
    status = al_cursor_next(cursor, &record, err);
    if (record == NULL)
      break;
  }
  al_cursor_close(cursor);
  return status;
}

static al_status read_masked (al_store *store, al_error *err) {
  al_query query = help_query();
  al_query filtered = every_filter();
  query.unmasked = 0;
  query.filter[AL_FILTER_TEXT].values = ANYTHING;
  query.filter[AL_FILTER_TEXT].n = 2;
  if (read_all(store, &query, err) != AL_OK)
    return err->status;
  return read_all(store, &filtered, err);
}

static void reading (void) {
  fail_step(read_masked, 0);
}

static const al_text RULES[] = {{"a.*", 3},
                                {"key", 3},
                                {"LineItems.FriendlyName", 22},
                                {"customized_data", 15},
                                {"customer_name", 13}};

static al_status read_by_rules (al_store *store, al_error *err) {
  al_query query = help_query();
  query.unmasked = 0;
  query.rules = RULES;
  query.nrules = sizeof RULES / sizeof RULES[0];
  return read_all(store, &query, err);
}

static void reading_by_rules (void) {
  fail_step(read_by_rules, 0);
}

/* ---- changes ---- */

static al_status compare_trees (const al_record *record, al_error *err) {
  al_tree old = {0}, new = {0};
  al_differences changes = {0};
  al_buffer path = {0};
  al_status status =
      al_tree_read(&old, record->field[AL_RESOURCE_OLD_VALUE], err);
  if (status == AL_OK)
    status = al_tree_read(&new, record->field[AL_RESOURCE_NEW_VALUE], err);
  if (status == AL_OK)
    status = al_differences_read(&changes, &old, &new, err);
  if (status == AL_OK)
    status = al_path_append(&path, &new, 1, err);
  if (status == AL_OK)
    status = al_tree_read_pairs(&new, record->field[AL_CUSTOMIZED_DATA], err);
  al_buffer_close(&path);
  al_differences_close(&changes);
  al_tree_close(&old);
  al_tree_close(&new);
  return status;
}

static al_status tell_changes (al_store *store, al_error *err) {
  al_record record = help_record("1", "2026-10-01T00:00:00.0000000Z", NULL);
  al_change_state state = {0};
  al_buffer out = {0};
  al_status status;
  (void)store;
  record.field[AL_RESOURCE_OLD_VALUE] =
      AL_TEXT("\"{\\\"a\\\":\\\"{}\\\",\\\"b\\\":[1]}\"");
  record.field[AL_RESOURCE_NEW_VALUE] =
      AL_TEXT("{\"a\":\"{\\\"c\\\":\\\"x\\\"}\",\"b\":[2]}");
  record.field[AL_CUSTOMIZED_DATA] =
      AL_TEXT("[{\"key\":\"a\",\"value\":\"[1]\"}]");
  status = al_change_append(&out, AL_TEXT("a.c"), &record, &state, err);
  al_change_state_close(&state);
  al_buffer_close(&out);
  return status == AL_OK ? compare_trees(&record, err) : status;
}

static void telling_changes (void) {
  fail_step(tell_changes, 0);
}

/* ---- exporting ---- */

static al_status append_star (void *context, size_t column,
                              const al_record *record, al_buffer *out,
                              al_cell_kind *kind, al_error *err) {
  (void)kind, (void)context, (void)column, (void)record;
  return al_buffer_append_char(out, '*', err);
}

static const al_zone EAST = {.offset_seconds = 3600};

static const al_piece PIECES[] = {
    {.kind = AL_PIECE_FIELD, .field = AL_CUSTOMER_NAME},
    {.kind = AL_PIECE_DETAIL, .detail = AL_DETAIL_PRODUCT},
    {.kind = AL_PIECE_FIELD, .field = AL_USER_PRINCIPAL_NAME},
    {.kind = AL_PIECE_DETAIL, .detail = AL_DETAIL_REFERENCE},
    {.kind = AL_PIECE_DETAIL, .detail = AL_DETAIL_INFORMATION},
    {.kind = AL_PIECE_DATE,
     .text = {AL_TIME_EXCEL, sizeof AL_TIME_EXCEL - 1},
     .field = AL_OPERATION_DATE,
     .zone = &EAST},
    {.kind = AL_PIECE_LABEL, .field = AL_OPERATION_TYPE}};

static const al_column COLUMNS[] = {
    {.title = {"Affected customer", 17}, .pieces = &PIECES[0], .npieces = 1},
    {.title = {"Action", 6}, .pieces = &PIECES[1], .npieces = 1},
    {.title = {"Partner user", 12}, .pieces = &PIECES[2], .npieces = 1},
    {.title = {"Status", 6}, .pieces = &PIECES[3], .npieces = 1},
    {.title = {"=Information", 12}, .pieces = &PIECES[4], .npieces = 3},
    {.title = {"Stars", 5}, .function = 1}};

static const al_layout LAYOUT = {
    .columns = COLUMNS, .ncolumns = 6, .value = append_star};

/* Into three parts, over two of an earlier report. */
static al_status export_file (al_store *store, al_error *err) {
  const al_export_options options = {.format = AL_FORMAT_CSV,
                                     .layout = &LAYOUT,
                                     .sheet = {.newline = "\r\n",
                                               .separator = ';',
                                               .bom = 1,
                                               .defuse = 1,
                                               .max_cell = 12,
                                               .max_rows = 2}};
  const al_target target = {.store = store, .path = "report.csv"};
  al_query query = help_query();
  al_export_result result;
  query.unmasked = 0;
  return al_export(&target, &query, &options, &result, err);
}

static void exporting_to_files (void) {
  fail_step(export_file, 0);
}

static const al_label LABELS[] = {{{"create_order", 12}, {"Order", 5}}};

static const al_piece ITEM_PIECES[] = {
    {.kind = AL_PIECE_LINE_ITEM, .item_field = AL_ITEM_FRIENDLY_NAME},
    {.kind = AL_PIECE_TEXT, .text = {"=", 1}},
    {.kind = AL_PIECE_LINE_ITEM, .item_field = AL_ITEM_QUANTITY},
    {.kind = AL_PIECE_DETAIL, .detail = AL_DETAIL_ORDER},
    {.kind = AL_PIECE_PAIR, .text = {"quantity", 8}},
    {.kind = AL_PIECE_CHANGE, .text = {"id", 2}},
    {.kind = AL_PIECE_LABEL,
     .field = AL_OPERATION_TYPE,
     .labels = {LABELS, 1}}};

static const al_column ITEM_COLUMNS[] = {
    {.title = {"Product", 7}, .pieces = &ITEM_PIECES[0], .npieces = 1},
    {.title = {"Quantity", 8}, .pieces = &ITEM_PIECES[1], .npieces = 2},
    {.title = {"Order", 5}, .pieces = &ITEM_PIECES[3], .npieces = 1},
    {.title = {"More", 4}, .pieces = &ITEM_PIECES[4], .npieces = 3},
    {.title = {"Stars", 5}, .function = 1}};

static const al_layout ITEM_LAYOUT = {
    .columns = ITEM_COLUMNS, .ncolumns = 5, .value = append_star};

static const al_piece LINK_PIECES[] = {
    {.kind = AL_PIECE_TEXT, .text = {"https://a.example/", 18}},
    {.kind = AL_PIECE_FIELD, .field = AL_CUSTOMER_ID}};

static const al_column BOOK_COLUMNS[] = {
    {.title = {"_x0041_", 7}, .pieces = &ITEM_PIECES[0], .npieces = 1},
    {.title = {"Quantity", 8}, .pieces = &ITEM_PIECES[2], .npieces = 1},
    {.title = {"When", 4},
     .pieces = &PIECES[5],
     .npieces = 1,
     .time_format = {"yyyy", 4}},
    {.title = {"Open", 4}, .pieces = LINK_PIECES, .npieces = 2, .guard = 1},
    {.title = {"More", 4}, .pieces = &ITEM_PIECES[4], .npieces = 3}};

static const al_layout BOOK_LAYOUT = {.columns = BOOK_COLUMNS, .ncolumns = 5};

static al_status export_items (al_store *store, al_error *err) {
  const al_export_options options = {
      .format = AL_FORMAT_CSV,
      .layout = &ITEM_LAYOUT,
      .sheet = {
          .newline = "\r\n", .separator = ';', .defuse = 1, .max_cell = 12}};
  al_query query = help_query();
  al_export_result result;
  al_buffer out = {0};
  const al_target target = {.store = store, .buffer = &out};
  al_status status = al_export(&target, &query, &options, &result, err);
  if (status == AL_OK) {
    CHECK(result.rows == 2);
    CHECK_STRING("Product;Quantity;Order;More;Stars\r\n"
                 "P;'=2;o;n \xE2\x86\x92 oOrder;*\r\n"
                 "Q;'=3;o;n \xE2\x86\x92 oOrder;*\r\n",
                 help_string(&out));
  }
  al_buffer_close(&out);
  return status;
}

static void exporting_line_items (void) {
  fail_step(export_items, 0);
}

/* Into two sheets, with cells that are shared, cut and escaped. */
static al_status export_workbook (al_store *store, al_error *err) {
  const al_export_options options = {.format = AL_FORMAT_WORKBOOK,
                                     .layout = &BOOK_LAYOUT,
                                     .book = {.library = &help_book,
                                              .sheet = AL_TEXT("Log"),
                                              .max_cell = 12,
                                              .max_rows = 2}};
  al_query query = help_query();
  al_export_result result;
  al_buffer out = {0};
  const al_target target = {.store = store, .buffer = &out};
  al_status status = al_export(&target, &query, &options, &result, err);
  if (status == AL_OK)
    CHECK(strstr(help_string(&out), "sheet Log 2\n") != NULL);
  al_buffer_close(&out);
  return status;
}

static void exporting_workbooks (void) {
  fail_step(export_workbook, 0);
}

static al_status export_lines (al_store *store, al_error *err) {
  const al_export_options options = {.format = AL_FORMAT_JSON_LINES};
  al_query query = help_query();
  al_export_result result;
  al_buffer out = {0};
  const al_target target = {.store = store, .buffer = &out};
  al_status status;
  query.unmasked = 0;
  status = al_export(&target, &query, &options, &result, err);
  al_buffer_close(&out);
  return status;
}

static void exporting_json_lines (void) {
  fail_step(export_lines, 0);
}

/* ---- summaries ---- */

static al_status export_summary (const al_summary *summary,
                                 al_summary_form form, al_error *err) {
  static const al_label LABEL[] = {{{"create_order", 12}, {"=Order", 6}}};
  const al_summary_options options = {
      .form = form,
      .key_titles = {{"Hour", 4}, {"Action", 6}, {"Customer", 8}},
      .labels = {{NULL, 0}, {LABEL, 1}},
      .count = {"Count", 5},
      .first = {"First", 5},
      .last = {"Last", 4},
      .customers = {"Customers", 9},
      .total = {"Total", 5},
      .zone = &EAST,
      .date_format = {AL_TIME_EXCEL, sizeof AL_TIME_EXCEL - 1},
      .sheet = {.newline = "\n", .separator = ',', .bom = 1, .defuse = 1}};
  al_buffer out = {0};
  const al_target target = {.buffer = &out};
  al_summary_result result;
  al_status status =
      al_summary_export(summary, &target, &options, &result, err);
  al_buffer_close(&out);
  return status;
}

/* By hours enough to make its tables grow. */
static al_status summarize (al_store *store, al_error *err) {
  static const al_key BY[] = {AL_KEY_HOUR, AL_KEY_OPERATION_TYPE,
                              AL_KEY_CUSTOMER};
  al_query query = help_query();
  al_summary *three, *two = NULL;
  al_status status = al_summary_open(&three, store, &query, BY, 3, &EAST, err);
  if (status == AL_OK)
    status = export_summary(three, AL_SUMMARY_LIST, err);
  if (status == AL_OK)
    status = export_summary(three, AL_SUMMARY_JSON_LINES, err);
  if (status == AL_OK)
    status = al_summary_open(&two, store, &query, BY, 2, &EAST, err);
  if (status == AL_OK)
    status = export_summary(two, AL_SUMMARY_PIVOT, err);
  al_summary_close(three);
  al_summary_close(two);
  return status;
}

static void making_summaries (void) {
  fail_step(summarize, 0);
}

/* ---- the whole log ---- */

static al_status verify (al_store *store, al_error *err) {
  const al_verify_options options = {0};
  char head[AL_DIGEST_HEX_LEN + 1];
  al_verified verified;
  al_last_import last;
  al_purges purges;
  if (al_store_head(store, head, err) != AL_OK ||
      al_store_last_import(store, &last, err) != AL_OK ||
      al_store_purges(store, &purges, err) != AL_OK ||
      al_store_verify(store, &options, &verified, err) != AL_OK)
    return err->status;
  CHECK(verified.records == 3 && verified.imports == last.number);
  CHECK(purges.number == 0);
  CHECK_STRING(head, verified.head);
  return AL_OK;
}

static void verifying (void) {
  fail_step(verify, 0);
}

/* The oldest of the three. */
static al_status purge (al_store *store, al_error *err) {
  al_purge_options options = {0};
  al_purged purged;
  CHECK(al_time_read_fixed(&options.before,
                           AL_TEXT("2026-10-30T00:00:00.0000000Z")));
  return al_store_purge(store, &options, &purged, err);
}

static void purging (void) {
  fail_step(purge, -1);
}

static const al_progress NOBODY = {NULL, NULL};

static al_status back_up (al_store *store, al_error *err) {
  int64_t bytes;
  al_status status = al_store_backup(store, "copy.db", &NOBODY, &bytes, err);
  CHECK((remove("copy.db") == 0) == (status == AL_OK));
  return status;
}

static void making_a_backup (void) {
  fail_step(back_up, 0);
}

/* ---- copies ---- */

/* There is memory to open what is copied, or copied into, and to close it. */
static al_store *open_other (const char *path) {
  const al_store_options options = {.copying = 1};
  int on = memory.on;
  al_store *store;
  al_error err = {AL_OK, ""};
  memory.on = 0;
  al_store_open(&store, path, &options, &err);
  CHECK_STRING("", err.message);
  memory.on = on;
  return store;
}

static al_status copy_to (al_store *store, const char *path, al_copied *copied,
                          al_error *err) {
  al_store *to = open_other(path);
  al_status status = al_store_copy(store, to, &NOBODY, copied, err);
  memory_is_back();
  al_store_close(to);
  return status;
}

/* What failed is no log, or an empty one, and can be gone on with. */
static al_status copy (al_store *store, al_error *err) {
  static const help_log none;
  al_copied copied;
  al_status status = copy_to(store, "copy.db", &copied, err);
  al_error why = {AL_OK, ""};
  CHECK(copy_to(store, "copy.db", &copied, &why) == AL_OK);
  CHECK_STRING("", why.message);
  CHECK(status != AL_OK || copied.imports == 0);
  CHECK(help_log_is_whole("copy.db"));
  help_log_restore(&none, "copy.db");
  return status;
}

/* Each allocation of a copy, which are many; and few of those from which on all
** fail, as most find the same ends. */
static void fail_copy (al_status (*run)(al_store *store, al_error *err),
                       int64_t adds) {
  const step tried = {run, adds};
  memory.fail_at = memory.go_on = 0;
  CHECK(run_step(&tried) == AL_OK);
  fail_some(run_step_of, &tried, 0, 0);
  fail_some(run_step_of, &tried, 1, 1);
}

static void copying (void) {
  fail_copy(copy, 0);
}

/* A log that was copied before a purge took one, and two were added. */
static al_status catch_up (al_store *store, al_error *err) {
  al_store *from = open_other("grown.db");
  al_copied copied;
  al_status status = al_store_copy(from, store, &NOBODY, &copied, err);
  memory_is_back();
  al_store_close(from);
  return status;
}

static void catching_up (void) {
  al_store *grown;
  al_error err = {AL_OK, ""};
  help_log_restore(&three, "grown.db");
  grown = help_open("grown.db");
  CHECK(purge(grown, &err) == AL_OK && import_page(grown, &err) == AL_OK);
  CHECK_STRING("", err.message);
  al_store_close(grown);
  fail_copy(catch_up, 1);
}

/* ---- three records with what costs memory in them ---- */

static void make_log (void) {
  static const char RECORDS[] =
      "{\"id\":\"r1\",\"operationDate\":\"2026-10-31T17:58:00Z\","
      "\"customerId\":\"X\",\"customerName\":\"STRASSE\","
      "\"operationType\":\"create_order\",\"resourceType\":\"order\","
      "\"resourceNewValue\":\"\\\"{\\\\\\\"Id\\\\\\\":\\\\\\\"o\\\\\\\","
      "\\\\\\\"LineItems\\\\\\\":[{\\\\\\\"FriendlyName\\\\\\\":\\\\\\\"P"
      "\\\\\\\",\\\\\\\"Quantity\\\\\\\":2},{\\\\\\\"FriendlyName\\\\\\\":"
      "\\\\\\\"Q\\\\\\\",\\\\\\\"Quantity\\\\\\\":3}]}\\\"\","
      "\"resourceOldValue\":\"{\\\"Id\\\":\\\"n\\\"}\"}"
      "{\"id\":\"r2\",\"operationDate\":\"2026-10-30T17:58:00Z\","
      "\"resourceNewValue\":\"{\\\"a\\\":{\\\"Key\\\":\\\"Password\\\","
      "\\\"Value\\\":[1]},\\\"\\\\u0053ecret\\\":\\\"s\\\"}\"}"
      "{\"id\":\"r3\",\"operationDate\":\"2026-10-29T17:58:00Z\","
      "\"customizedData\":[{\"key\":\"Quantity\",\"value\":\"2\"},"
      "{\"key\":\"Long\",\"value\":\"=a cell that is longer\"}]}";
  al_store *store = help_open(LOG);
  al_error err = {AL_OK, ""};
  import_text(store, AL_TEXT(RECORDS), &err);
  CHECK_STRING("", err.message);
  CHECK(help_log_count(store) == 3);
  al_store_close(store);
  help_log_save(&three, LOG);
  CHECK(help_log_age(LOG));
  help_log_save(&old, LOG);
}

int main (void) {
  CHECK(help_tell_sqlite());
  help_folder_enter("/dev/shm"); /* where syncing a file costs nothing */
  make_log();
  CHECK_RUN(creating_a_log);
  CHECK_RUN(opening_a_log);
  CHECK_RUN(bringing_an_old_log_to_this_version);
  CHECK_RUN(opening_a_zone);
  CHECK_RUN(importing_a_page);
  CHECK_RUN(importing_csv);
  CHECK_RUN(importing_a_file);
  CHECK_RUN(importing_in_a_thread);
  CHECK_RUN(importing_first);
  CHECK_RUN(appending_what_supersedes);
  CHECK_RUN(counting);
  CHECK_RUN(reading);
  CHECK_RUN(reading_by_rules);
  CHECK_RUN(telling_changes);
  CHECK_RUN(exporting_to_files);
  CHECK_RUN(exporting_line_items);
  CHECK_RUN(exporting_workbooks);
  CHECK_RUN(exporting_json_lines);
  CHECK_RUN(making_summaries);
  CHECK_RUN(verifying);
  CHECK_RUN(purging);
  CHECK_RUN(making_a_backup);
  CHECK_RUN(copying);
  CHECK_RUN(catching_up);
  help_folder_leave();
  help_log_close(&three);
  help_log_close(&old);
  return CHECK_RESULT();
}
