/*
** export_test.c - files that appear whole or not at all, and the log's own.
*/
#include "al_export.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "al_import.h"
#include "check.h"
#include "help.h"

/* ---- a log of five records, and a report of it ---- */

static al_store *log_of_five (const char *path) {
  static const char *const IDS[] = {"1", "2", "3", "4", "5"};
  al_store *store = help_open(path);
  al_import_counts counts;
  al_error err;
  int i;
  CHECK(al_store_begin(store, &err) == AL_OK);
  for (i = 0; i < 5; i++) {
    char date[] = "2026-10-31T17:58:00.0000000Z";
    al_record record = help_record(IDS[i], date, NULL);
    date[18] = IDS[i][0];
    CHECK(al_store_put(store, &record, &err) == AL_OK);
  }
  CHECK(al_store_commit(store, AL_TEXT("test"), 0, &counts, &err) == AL_OK);
  return store;
}

static const al_piece ID = {.kind = AL_PIECE_FIELD, .field = AL_ID};
static const al_column ID_COLUMN = {
    .title = {"Id", 2}, .pieces = &ID, .npieces = 1};
static const al_layout ID_LAYOUT = {.columns = &ID_COLUMN, .ncolumns = 1};

/* Titles' rows count too. */
static al_export_options csv_options (int64_t max_rows) {
  al_export_options options = {
      .format = AL_FORMAT_CSV,
      .layout = &ID_LAYOUT,
      .sheet = {.newline = "\n", .separator = ',', .max_rows = max_rows}};
  return options;
}

static al_export_result result;
static al_error err;

static al_status export(al_store *store, const char *path, int64_t max_rows) {
  const al_export_options options = csv_options(max_rows);
  const al_target target = {.store = store, .path = path};
  al_query query = help_query();
  query.oldest_first = 1;
  return al_export(&target, &query, &options, &result, &err);
}

/* ---- what is in the folder ---- */

static int is_entry (const struct dirent *entry) {
  return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* The names in the folder, hidden ones too; good until the next call. */
static const char *names (void) {
  static al_buffer out;
  struct dirent **entries;
  int i, n = scandir(".", &entries, is_entry, alphasort);
  al_buffer_clear(&out);
  for (i = 0; i < n; i++) {
    help_printf(&out, "%s ", entries[i]->d_name);
    free(entries[i]);
  }
  free(entries);
  return help_string(&out);
}

static void check_file (const char *expected, const char *path) {
  al_buffer content = {0};
  CHECK(help_read(&content, path));
  CHECK_STRING(expected, help_string(&content));
  al_buffer_close(&content);
}

/* Each test in a folder of its own. */
static void in_folder (void (*test)(al_store *store)) {
  al_store *store = log_of_five(":memory:");
  help_folder_enter("/tmp");
  test(store);
  help_folder_leave();
  al_store_close(store);
}

/* ---- parts ---- */

static void parts (al_store *store) {
  CHECK(export(store, "r.csv", 3) == AL_OK);
  CHECK(result.files == 3 && result.records == 5 && result.bytes == 19);
  CHECK_STRING("r-2.csv r-3.csv r.csv ", names());
  check_file("Id\n1\n2\n", "r.csv");
  check_file("Id\n3\n4\n", "r-2.csv");
  check_file("Id\n5\n", "r-3.csv");
}

static void more_rows_than_fit_go_on_in_parts (void) {
  in_folder(parts);
}

static void fewer_parts (al_store *store) {
  help_write("r.csv", "Id\n8\n\"\n\"\"\"\n7\n");
  help_write("r-2.csv", "Id\n6\n5\n4\n");
  help_write("r-3.csv", "Id\n3\n2\n1\n");
  CHECK(export(store, "r.csv", 4) == AL_OK);
  CHECK_STRING("r-2.csv r.csv ", names());
  check_file("Id\n4\n5\n", "r-2.csv");
}

static void old_parts_are_replaced_or_removed (void) {
  in_folder(fewer_parts);
}

static void strange_part (al_store *store) {
  static const char *const STRANGE[] = {"", "Id", "Identity\n", "Id\n5\n"};
  size_t i;
  for (i = 0; i < sizeof STRANGE / sizeof STRANGE[0]; i++) {
    help_write("r.csv", "old");
    help_write("r-2.csv", STRANGE[i]);
    CHECK(export(store, "r.csv", 3) == AL_EXISTS);
    check_file("old", "r.csv");
    CHECK(export(store, "r.csv", 6) == AL_OK); /* and does not need the name */
    check_file(STRANGE[i], "r-2.csv");
    CHECK_STRING("r-2.csv r.csv ", names());
  }
}

static void a_strangers_part_is_in_the_way_of_one (void) {
  in_folder(strange_part);
}

static void part_behind_a_gap (al_store *store) {
  help_write("r.csv", "Id\n2\n1\n");
  help_write("r-3.csv", "Id\n5\n");
  CHECK(export(store, "r.csv", 3) == AL_EXISTS);
  CHECK_STRING("r-3.csv r.csv ", names());
  check_file("Id\n2\n1\n", "r.csv");
  CHECK(export(store, "r.csv", 4) == AL_OK);
  CHECK_STRING("r-2.csv r-3.csv r.csv ", names());
  check_file("Id\n5\n", "r-3.csv");
}

static void what_stands_behind_a_gap_is_no_part (void) {
  in_folder(part_behind_a_gap);
}

static void odd_parts (al_store *store) {
  help_write("r.csv", "Id\n2\n1\n");
  CHECK(mkfifo("r-2.csv", 0600) == 0);
  CHECK(export(store, "r.csv", 3) == AL_EXISTS);
  CHECK(unlink("r-2.csv") == 0 && mkdir("r-2.csv", 0700) == 0);
  CHECK(export(store, "r.csv", 3) == AL_EXISTS);
  CHECK_STRING("r-2.csv r.csv ", names());
}

static void a_pipe_or_a_folder_is_no_part (void) {
  in_folder(odd_parts);
}

static void check_part_path (const char *expected, const char *path) {
  char got[64];
  al_part_path(got, path, 2);
  CHECK_STRING(expected, got);
}

static void parts_are_numbered_before_the_suffix (void) {
  check_part_path("a-2.csv", "a.csv");
  check_part_path("a-2", "a");
  check_part_path("a.b-2.csv", "a.b.csv");
  check_part_path("a.b/c-2", "a.b/c");
  check_part_path("a.b/.c-2", "a.b/.c");
  check_part_path("/-2", "/");
}

/* ---- targets ---- */

static void dangling (al_store *store) {
  CHECK(symlink("none/target", "link.csv") == 0);
  CHECK(export(store, "link.csv", 0) == AL_IO);
  CHECK_STRING("link.csv ", names());
}

static void a_link_to_nothing_is_left_alone (void) {
  in_folder(dangling);
}

static void linked (al_store *store) {
  struct stat target, link;
  help_write("target", "old");
  CHECK(chmod("target", 0640) == 0);
  CHECK(symlink("target", "link.csv") == 0);
  CHECK(export(store, "link.csv", 0) == AL_OK);
  CHECK(lstat("link.csv", &link) == 0 && S_ISLNK(link.st_mode));
  CHECK(lstat("target", &target) == 0 && target.st_mode == (S_IFREG | 0640));
  check_file("Id\n1\n2\n3\n4\n5\n", "target");
  CHECK_STRING("link.csv target ", names());
}

static void a_links_target_is_replaced_and_keeps_its_permissions (void) {
  in_folder(linked);
}

static void linked_elsewhere (al_store *store) {
  CHECK(mkdir("sub", 0700) == 0);
  help_write("sub/target", "old");
  CHECK(symlink("sub/target", "link.csv") == 0);
  CHECK(export(store, "link.csv", 0) == AL_EXISTS);
  check_file("old", "sub/target");
  CHECK_STRING("link.csv sub ", names());
}

static void a_link_into_another_folder_is_not_followed (void) {
  in_folder(linked_elsewhere);
}

static void new_file (al_store *store) {
  struct stat file;
  mode_t mask = umask(027);
  CHECK(export(store, "r.csv", 0) == AL_OK);
  umask(mask);
  CHECK(stat("r.csv", &file) == 0 && file.st_mode == (S_IFREG | 0640));
  CHECK(file.st_nlink == 1);
}

static void a_new_file_has_the_permissions_of_the_process (void) {
  in_folder(new_file);
}

static void odd_targets (al_store *store) {
  CHECK(mkfifo("pipe", 0600) == 0 && mkdir("folder", 0700) == 0);
  CHECK(symlink("itself", "itself") == 0);
  CHECK(export(store, "pipe", 0) == AL_IO);
  CHECK(export(store, "folder", 0) == AL_IO);
  CHECK(export(store, "itself", 0) == AL_IO);
  CHECK(export(store, "/dev/null", 0) == AL_IO);
  CHECK(export(store, "none/r.csv", 0) == AL_IO);
  CHECK(export(store, "pipe/r.csv", 0) == AL_IO);
  CHECK(export(store, "/proc/r.csv", 0) == AL_IO);
  CHECK(export(store, "", 0) == AL_IO);
  CHECK_STRING("folder itself pipe ", names());
}

static void what_is_no_file_is_refused (void) {
  in_folder(odd_targets);
}

/* ---- failures while a report is written ---- */

/* Fails at record 4, when the first part and more are written. */
static al_status failing_cell (void *context, size_t column,
                               const al_record *record, al_buffer *out,
                               al_cell_kind *kind, al_error *error) {
  (void)kind, (void)context, (void)column;
  if (record->field[AL_ID].data[0] == '4')
    return al_fail(error, AL_CALLBACK, "no");
  return al_buffer_append_char(out, 'x', error);
}

static void failing (al_store *store) {
  static const al_column COLUMN = {.title = {"Id", 2}, .function = 1};
  static const al_layout LAYOUT = {
      .columns = &COLUMN, .ncolumns = 1, .value = failing_cell};
  const al_target target = {.store = store, .path = "r.csv"};
  al_export_options options = csv_options(3);
  al_query query = help_query();
  options.layout = &LAYOUT;
  query.oldest_first = 1;
  help_write("r.csv", "Id\nold\nold\n");
  help_write("r-2.csv", "Id\nold\n");
  CHECK(al_export(&target, &query, &options, &result, &err) == AL_CALLBACK);
  CHECK_STRING("column 'Id', record 4: no", err.message);
  CHECK_STRING("r-2.csv r.csv ", names());
  check_file("Id\nold\nold\n", "r.csv");
  check_file("Id\nold\n", "r-2.csv");
}

static void a_failing_function_leaves_what_was_there (void) {
  in_folder(failing);
}

static void too_large (al_store *store) {
  struct rlimit limit, small;
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
  small = limit;
  help_write("r.csv", "old");
  for (small.rlim_cur = 0; small.rlim_cur < 7; small.rlim_cur++) {
    CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
    CHECK(export(store, "r.csv", 3) == AL_FULL);
    CHECK(export(store, "new.csv", 0) == AL_FULL);
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHECK_STRING("r.csv ", names());
    check_file("old", "r.csv");
  }
  signal(SIGXFSZ, handler);
}

static void a_file_that_may_not_grow_leaves_what_was_there (void) {
  in_folder(too_large);
}

static al_status export_stream (al_store *store, FILE *stream,
                                int64_t max_rows) {
  const al_export_options options = csv_options(max_rows);
  const al_target target = {.store = store, .stream = stream};
  al_query query = help_query();
  return al_export(&target, &query, &options, &result, &err);
}

static void a_full_device_is_told_of_a_stream (void) {
  al_store *store = log_of_five(":memory:");
  FILE *full = fopen("/dev/full", "w");
  CHECK(full != NULL);
  CHECK(export_stream(store, full, 0) == AL_FULL);
  fclose(full);
  al_store_close(store);
}

static void a_stream_has_no_second_part (void) {
  al_store *store = log_of_five(":memory:");
  FILE *null = fopen("/dev/null", "w");
  CHECK(null != NULL);
  CHECK(export_stream(store, null, 5) == AL_LIMIT);
  CHECK(export_stream(store, null, 6) == AL_OK);
  fclose(null);
  al_store_close(store);
}

/* ---- the log itself ---- */

static al_status import (al_store *store, const char *path) {
  const al_import_options options = {.name = path};
  al_import_counts counts;
  return al_import_file(store, path, &options, &counts, &err);
}

static void check_refused (al_store *store, const char *path) {
  FILE *stream = fopen(path, "ab");
  CHECK(stream != NULL);
  CHECK(export_stream(store, stream, 0) == AL_EXISTS);
  CHECK(export(store, path, 0) == AL_EXISTS);
  CHECK(import(store, path) == AL_FOREIGN);
  /* Closing the stream drops SQLite's locks, which nobody needs any more. */
  fclose(stream);
}

static void the_log_is_no_target_and_no_source_of_its_own (void) {
  al_store *store;
  al_buffer before = {0}, after = {0};
  help_folder_enter("/tmp");
  store = log_of_five("log.db");
  CHECK(link("log.db", "hard.db") == 0 && symlink("log.db", "soft.db") == 0);
  CHECK(link("log.db", "r-2.csv") == 0);
  CHECK(help_read(&before, "log.db"));
  check_refused(store, "log.db");
  check_refused(store, "./log.db");
  check_refused(store, "log.db-wal");
  check_refused(store, "log.db-shm");
  check_refused(store, "hard.db");
  check_refused(store, "soft.db");
  CHECK(export(store, "r.csv", 3) == AL_EXISTS);
  CHECK_STRING("hard.db log.db log.db-shm log.db-wal r-2.csv soft.db ",
               names());
  CHECK(help_read(&after, "log.db"));
  CHECK(al_text_equal(al_buffer_text(&before), al_buffer_text(&after)));
  al_buffer_close(&before);
  al_buffer_close(&after);
  al_store_close(store);
  help_folder_leave();
}

/* ---- other ways out ---- */

static void json_lines_go_to_a_buffer (void) {
  const al_export_options options = {.format = AL_FORMAT_JSON_LINES};
  al_store *store = log_of_five(":memory:");
  al_query query = help_query();
  al_buffer out = {0};
  const al_target target = {.store = store, .buffer = &out};
  CHECK(al_time_read_fixed(&query.period.start,
                           AL_TEXT("2026-10-31T17:58:04.0000000Z")));
  CHECK(al_export(&target, &query, &options, &result, &err) == AL_OK);
  CHECK_STRING("{\"id\":\"5\",\"operationDate\":"
               "\"2026-10-31T17:58:05.0000000Z\"}\n"
               "{\"id\":\"4\",\"operationDate\":"
               "\"2026-10-31T17:58:04.0000000Z\"}\n",
               help_string(&out));
  CHECK(result.records == 2 && result.bytes == (int64_t)out.len);
  al_buffer_close(&out);
  al_store_close(store);
}

static void formulas_and_long_cells_are_counted (void) {
  static const al_piece TEXT = {.kind = AL_PIECE_TEXT,
                                .text = {"=1+123456789", 12}};
  static const al_column COLUMN = {
      .title = {"@Id", 3}, .pieces = &TEXT, .npieces = 1};
  static const al_layout LAYOUT = {.columns = &COLUMN, .ncolumns = 1};
  al_export_options options = csv_options(0);
  al_store *store = log_of_five(":memory:");
  al_query query = help_query();
  al_buffer out = {0};
  const al_target target = {.store = store, .buffer = &out};
  options.layout = &LAYOUT;
  options.sheet.bom = options.sheet.defuse = 1;
  options.sheet.max_cell = 10;
  CHECK(al_time_read_fixed(&query.period.start,
                           AL_TEXT("2026-10-31T17:58:05.0000000Z")));
  CHECK(al_export(&target, &query, &options, &result, &err) == AL_OK);
  CHECK_STRING("\xEF\xBB\xBF'@Id\n'=1+\xE2\x80\xA6[cut]\n", help_string(&out));
  CHECK(result.cut_cells == 1);
  CHECK(result.defused_cells == 2);
  al_buffer_close(&out);
  al_store_close(store);
}

/* ---- line items ---- */

/* JSON with ' for its quotes. */
static void append_json (al_buffer *out, const char *text) {
  size_t i, start = out->len;
  CHECK(al_buffer_append(out, text, strlen(text), &err) == AL_OK);
  for (i = start; i < out->len; i++)
    if (out->data[i] == '\'')
      out->data[i] = '"';
}

/* A log of one record, and of others if 'store' has some. */
static al_store *add_order (al_store *store, const char *id, const char *value,
                            const char *customized) {
  al_record record = help_record(id, "2026-10-31T17:58:00.0000000Z", NULL);
  al_import_counts counts;
  al_buffer new_value = {0}, pairs = {0};
  if (store == NULL)
    store = help_open(":memory:");
  if (value != NULL) {
    append_json(&new_value, value);
    record.field[AL_RESOURCE_NEW_VALUE] = al_buffer_text(&new_value);
  }
  if (customized != NULL) {
    append_json(&pairs, customized);
    record.field[AL_CUSTOMIZED_DATA] = al_buffer_text(&pairs);
  }
  CHECK(al_store_begin(store, &err) == AL_OK);
  CHECK(al_store_put(store, &record, &err) == AL_OK);
  CHECK(al_store_commit(store, AL_TEXT("test"), 0, &counts, &err) == AL_OK);
  al_buffer_close(&new_value);
  al_buffer_close(&pairs);
  return store;
}

static const al_piece ITEM_PIECES[] = {
    {.kind = AL_PIECE_FIELD, .field = AL_ID},
    {.kind = AL_PIECE_LINE_ITEM, .item_field = AL_ITEM_FRIENDLY_NAME},
    {.kind = AL_PIECE_LINE_ITEM, .item_field = AL_ITEM_QUANTITY},
    {.kind = AL_PIECE_DETAIL, .detail = AL_DETAIL_ORDER}};

static const al_column ITEM_COLUMNS[] = {
    {.title = {"Id", 2}, .pieces = &ITEM_PIECES[0], .npieces = 1},
    {.title = {"Product", 7}, .pieces = &ITEM_PIECES[1], .npieces = 1},
    {.title = {"Quantity", 8}, .pieces = &ITEM_PIECES[2], .npieces = 1},
    {.title = {"Order", 5}, .pieces = &ITEM_PIECES[3], .npieces = 1}};

static const al_layout ITEM_LAYOUT = {.columns = ITEM_COLUMNS, .ncolumns = 4};

/* The report of a layout, good until the next call; the store is closed. */
static const char *report_of (al_store *store, const al_layout *layout,
                              const al_sheet_options *sheet) {
  static al_buffer out;
  const al_target target = {.store = store, .buffer = &out};
  al_export_options options = csv_options(0);
  al_query query = help_query();
  query.oldest_first = 1;
  options.layout = layout;
  if (sheet != NULL)
    options.sheet = *sheet;
  al_buffer_clear(&out);
  CHECK(al_export(&target, &query, &options, &result, &err) == AL_OK);
  CHECK(result.bytes == (int64_t)out.len);
  al_store_close(store);
  return help_string(&out);
}

/* A sample order as a new value: its names in PascalCase, and "..." for what
** the sample leaves out taken away, with the comma before it. */
static al_store *log_of_sample (const char *name) {
  al_buffer text = {0}, value = {0};
  char path[4096], before = '\0';
  const char *at;
  al_store *store;
  snprintf(path, sizeof path, "%s/partner-center/orders/%s", FIXTURES, name);
  CHECK(help_read(&text, path));
  for (at = help_string(&text); *at != '\0'; at++) {
    int is_name = before == '"' && at[-2] == ' ' && at[-3] != ':';
    if (strncmp(at, "...", 3) == 0) {
      while (value.len > 0 && strchr(", \n", value.data[value.len - 1]))
        value.len--;
      at += 3;
    }
    help_printf(&value, "%c",
                is_name && *at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
    before = *at;
  }
  store = add_order(NULL, "r", help_string(&value), NULL);
  al_buffer_close(&text);
  al_buffer_close(&value);
  return store;
}

static void real_orders_give_a_row_for_each_product (void) {
  CHECK_STRING("Id,Product,Quantity,Order\n"
               "r,new offer purchase,5,cf3b0e37-be0b-4cdd-b584-d1a97d98a922\n"
               "r,Some friendly name,2,cf3b0e37-be0b-4cdd-b584-d1a97d98a922\n",
               report_of(log_of_sample("order_2_lineitems_addon.json"),
                         &ITEM_LAYOUT, NULL));
  CHECK(result.records == 1 && result.rows == 2);
  CHECK_STRING(
      "Id,Product,Quantity,Order\n"
      "r,\"Reserved VM Instance, Standard_NV12, US East 2, 1 Year\",1,"
      "311qiN8iFwkv-XARWMvXRYAwYKMACVqv1\n"
      "r,\"Reserved VM Instance, Standard_NV12, US East 2, 3 Years\",1,"
      "311qiN8iFwkv-XARWMvXRYAwYKMACVqv1\n"
      "r,BizTalk Server 2016 Branch,1,311qiN8iFwkv-XARWMvXRYAwYKMACVqv1\n",
      report_of(log_of_sample("order_3_lineitems_checkout.txt"), &ITEM_LAYOUT,
                NULL));
  CHECK(result.records == 1 && result.rows == 3);
}

static void items_may_come_from_customized_data (void) {
  al_store *store = add_order(NULL, "r", NULL,
                              "[{'key':'OrderId','value':'o'},"
                              "{'key':'SubscriptionName-0','value':'a'},"
                              "{'key':'Quantity-0','value':'1'},"
                              "{'key':'SubscriptionName-1','value':''},"
                              "{'key':'Quantity-1','value':null}]");
  CHECK_STRING("Id,Product,Quantity,Order\nr,a,1,o\nr,\"\",,o\n",
               report_of(store, &ITEM_LAYOUT, NULL));
  CHECK(result.records == 1 && result.rows == 2);
}

static void records_without_items_have_no_row (void) {
  al_store *store = add_order(NULL, "1", "{'Id':'i','LineItems':[]}", NULL);
  add_order(store, "2", "no JSON", "[{'key':'Quantity','value':'1'}]");
  add_order(store, "3", NULL, NULL);
  add_order(store, "4", "{'LineItems':[{'Quantity':1}", NULL);
  add_order(store, "5", "{'Id':'i','LineItems':[{'Quantity':7}]}", NULL);
  add_order(store, "6", "{'LineItems':[{'Quantity':1}]} ]", NULL);
  CHECK_STRING("Id,Product,Quantity,Order\n5,,7,i\n",
               report_of(store, &ITEM_LAYOUT, NULL));
  CHECK(result.records == 6 && result.rows == 1);
  store = add_order(NULL, "1", NULL, NULL);
  CHECK_STRING("Id,Product,Quantity,Order\n",
               report_of(store, &ITEM_LAYOUT, NULL));
  CHECK(result.records == 1 && result.rows == 0);
}

/* A record's line items, numbered from 1, as the JSON of its new value. */
static void append_items (al_buffer *out, int n) {
  int i;
  help_printf(out, "{'LineItems':[");
  for (i = 1; i <= n; i++)
    help_printf(out, "%s{'Quantity':%d}", i > 1 ? "," : "", i);
  help_printf(out, "]}");
}

static al_store *log_of_items (int n) {
  al_buffer value = {0};
  al_store *store;
  append_items(&value, n);
  store = add_order(NULL, "r", help_string(&value), NULL);
  al_buffer_close(&value);
  return store;
}

/* Counts its calls in 'context'. */
static al_status counting_cell (void *context, size_t column,
                                const al_record *record, al_buffer *out,
                                al_cell_kind *kind, al_error *error) {
  int *calls = context;
  char text[16];
  (void)kind, (void)column, (void)record;
  snprintf(text, sizeof text, "=%d", ++*calls);
  return al_buffer_append(out, text, strlen(text), error);
}

/* A quantity behind a text, and a function's cell. */
static const al_piece MIXED_PIECES[] = {
    {.kind = AL_PIECE_TEXT, .text = {"+", 1}},
    {.kind = AL_PIECE_LINE_ITEM, .item_field = AL_ITEM_QUANTITY}};
static const al_column MIXED_COLUMNS[] = {
    {.title = {"Q", 1}, .pieces = MIXED_PIECES, .npieces = 2},
    {.title = {"F", 1}, .function = 1}};

static void a_function_is_called_once_for_a_record (void) {
  int calls = 0;
  const al_layout layout = {.columns = MIXED_COLUMNS,
                            .ncolumns = 2,
                            .value = counting_cell,
                            .context = &calls};
  const al_sheet_options sheet = {
      .newline = "\n", .separator = ',', .defuse = 1};
  al_store *store = log_of_items(3);
  add_order(store, "s", "{'LineItems':[{'Quantity':4}]}", NULL);
  add_order(store, "t", NULL, NULL);
  CHECK_STRING("Q,F\n'+4,'=1\n'+1,'=2\n'+2,'=2\n'+3,'=2\n",
               report_of(store, &layout, &sheet));
  CHECK(calls == 2);
  CHECK(result.records == 3 && result.rows == 4);
  CHECK(result.defused_cells == 8); /* as written */
}

static void shared_cells_that_are_cut_count_in_each_row (void) {
  const al_sheet_options sheet = {
      .newline = "\n", .separator = ';', .max_cell = 8};
  al_store *store =
      add_order(NULL, "a;\"long id\"",
                "{'LineItems':[{'Quantity':1},{'Quantity':123456789}]}", NULL);
  CHECK_STRING("Id;Product;Quantity;Order\n"
               "\"a;\xE2\x80\xA6[cut]\";;1;\n"
               "\"a;\xE2\x80\xA6[cut]\";;12\xE2\x80\xA6[cut];\n",
               report_of(store, &ITEM_LAYOUT, &sheet));
  CHECK(result.cut_cells == 3);
}

/* A blank line would be no row to readers. */
static void a_shared_cell_alone_that_is_missing_is_quoted (void) {
  static const al_piece PIECES[] = {
      {.kind = AL_PIECE_FIELD, .field = AL_CUSTOMER_NAME},
      {.kind = AL_PIECE_LINE_ITEM, .item_field = AL_ITEM_OFFER_ID}};
  static const al_column COLUMNS[] = {
      {.title = {"N", 1}, .pieces = &PIECES[0], .npieces = 1},
      {.title = {"O", 1}, .pieces = &PIECES[1], .npieces = 1}};
  al_layout layout = {.columns = COLUMNS, .ncolumns = 2};
  CHECK_STRING("N,O\n,\n,\n", report_of(log_of_items(2), &layout, NULL));
  layout.columns = &COLUMNS[1];
  layout.ncolumns = 1;
  CHECK_STRING("O\n\"\"\n\"\"\n", report_of(log_of_items(2), &layout, NULL));
}

static void a_guard_holds_for_line_items_too (void) {
  static const al_piece PIECE = {.kind = AL_PIECE_LINE_ITEM,
                                 .item_field = AL_ITEM_QUANTITY};
  static const al_column COLUMNS[] = {
      {.title = {"G", 1}, .pieces = &PIECE, .npieces = 1, .guard = 1},
      {.title = {"Q", 1}, .pieces = &PIECE, .npieces = 1}};
  const al_layout layout = {.columns = COLUMNS, .ncolumns = 2};
  CHECK_STRING("G,Q\n,1\n,2\n", report_of(log_of_items(2), &layout, NULL));
}

static void item_parts (al_store *store) {
  al_export_options options = csv_options(3);
  const al_target target = {.store = store, .path = "r.csv"};
  al_query query = help_query();
  options.layout = &ITEM_LAYOUT;
  CHECK(al_export(&target, &query, &options, &result, &err) == AL_OK);
  CHECK(result.records == 6 && result.rows == 5 && result.files == 3);
  CHECK_STRING("r-2.csv r-3.csv r.csv ", names());
  check_file("Id,Product,Quantity,Order\nx,,1,o\nx,,2,o\n", "r.csv");
  check_file("Id,Product,Quantity,Order\nx,,3,o\nx,,4,o\n", "r-2.csv");
  check_file("Id,Product,Quantity,Order\nx,,5,o\n", "r-3.csv");
}

static void add_five_items (al_store *store) {
  al_buffer value = {0};
  append_items(&value, 5);
  add_order(store, "x", help_string(&value), "[{'key':'OrderId','value':'o'}]");
  al_buffer_close(&value);
  item_parts(store);
}

static void a_part_may_end_between_two_items (void) {
  in_folder(add_five_items);
}

static void check_many (int n) {
  const char *text = report_of(log_of_items(n), &ITEM_LAYOUT, NULL);
  char last[32];
  snprintf(last, sizeof last, "r,,%d,\n", n);
  CHECK(result.rows == n);
  CHECK(strlen(text) > strlen(last));
  CHECK_STRING(last, text + strlen(text) - strlen(last));
}

static void many_items_are_as_many_rows (void) {
  al_buffer value = {0};
  check_many(10000);
  check_many(AL_LINE_ITEMS_MAX);
  append_items(&value, AL_LINE_ITEMS_MAX + 1);
  report_of(add_order(NULL, "r", help_string(&value), NULL), &ITEM_LAYOUT,
            NULL);
  CHECK(result.rows == AL_LINE_ITEMS_MAX);
  al_buffer_close(&value);
}

/* ---- other pieces ---- */

static void pieces_read_the_fields_they_need (void) {
  static const al_label LABELS[] = {{{"a", 1}, {"First", 5}}};
  static const al_piece PIECES[] = {
      {.kind = AL_PIECE_LABEL, .field = AL_RESOURCE_TYPE},
      {.kind = AL_PIECE_LABEL,
       .field = AL_OPERATION_TYPE,
       .labels = {LABELS, 1}},
      {.kind = AL_PIECE_PAIR, .text = {"order_id", 8}},
      {.kind = AL_PIECE_CHANGE, .text = {"Quantity", 8}}};
  al_column column = {.title = {"T", 1}, .npieces = 1};
  const al_layout layout = {.columns = &column, .ncolumns = 1};
  static const char *const EXPECTED[] = {"T\nB c\n", "T\nFirst\n", "T\no\n",
                                         "T\n1 \xE2\x86\x92 2\n"};
  size_t i;
  for (i = 0; i < 4; i++) {
    al_record record = help_record("r", "2026-10-31T17:58:00.0000000Z", NULL);
    al_store *store = help_open(":memory:");
    al_import_counts counts;
    record.field[AL_RESOURCE_TYPE] = AL_TEXT("b c");
    record.field[AL_OPERATION_TYPE] = AL_TEXT("a");
    record.field[AL_RESOURCE_OLD_VALUE] = AL_TEXT("{\"Quantity\":1}");
    record.field[AL_RESOURCE_NEW_VALUE] = AL_TEXT("{\"quantity\":2}");
    record.field[AL_CUSTOMIZED_DATA] =
        AL_TEXT("[{\"key\":\"OrderId\",\"value\":\"o\"}]");
    CHECK(al_store_begin(store, &err) == AL_OK);
    CHECK(al_store_put(store, &record, &err) == AL_OK);
    CHECK(al_store_commit(store, AL_TEXT("test"), 0, &counts, &err) == AL_OK);
    column.pieces = &PIECES[i];
    CHECK_STRING(EXPECTED[i], report_of(store, &layout, NULL));
  }
}

int main (void) {
  CHECK_RUN(more_rows_than_fit_go_on_in_parts);
  CHECK_RUN(old_parts_are_replaced_or_removed);
  CHECK_RUN(a_strangers_part_is_in_the_way_of_one);
  CHECK_RUN(what_stands_behind_a_gap_is_no_part);
  CHECK_RUN(a_pipe_or_a_folder_is_no_part);
  CHECK_RUN(parts_are_numbered_before_the_suffix);
  CHECK_RUN(a_link_to_nothing_is_left_alone);
  CHECK_RUN(a_links_target_is_replaced_and_keeps_its_permissions);
  CHECK_RUN(a_link_into_another_folder_is_not_followed);
  CHECK_RUN(a_new_file_has_the_permissions_of_the_process);
  CHECK_RUN(what_is_no_file_is_refused);
  CHECK_RUN(a_failing_function_leaves_what_was_there);
  CHECK_RUN(a_file_that_may_not_grow_leaves_what_was_there);
  CHECK_RUN(a_full_device_is_told_of_a_stream);
  CHECK_RUN(a_stream_has_no_second_part);
  CHECK_RUN(the_log_is_no_target_and_no_source_of_its_own);
  CHECK_RUN(json_lines_go_to_a_buffer);
  CHECK_RUN(formulas_and_long_cells_are_counted);
  CHECK_RUN(real_orders_give_a_row_for_each_product);
  CHECK_RUN(items_may_come_from_customized_data);
  CHECK_RUN(records_without_items_have_no_row);
  CHECK_RUN(a_function_is_called_once_for_a_record);
  CHECK_RUN(shared_cells_that_are_cut_count_in_each_row);
  CHECK_RUN(a_shared_cell_alone_that_is_missing_is_quoted);
  CHECK_RUN(a_guard_holds_for_line_items_too);
  CHECK_RUN(a_part_may_end_between_two_items);
  CHECK_RUN(many_items_are_as_many_rows);
  CHECK_RUN(pieces_read_the_fields_they_need);
  return CHECK_RESULT();
}
