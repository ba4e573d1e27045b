/*
** log.c - a log that is damaged, or made by a stranger: it is refused with a
** reason, or read safely; and nothing of it runs.
**
** Up to its first zero byte an input is SQL, run on a small log as anybody with
** the sqlite3 shell could. Behind it are patches of the file, of four bytes:
** two of a place, counted among the bytes that are not zero, one that is how
** far behind it, and one that is put there.
*/
#include "fuzz.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "al_export.h"
#include "al_import.h"
#include "al_summary.h"

#define PATCH_BYTES 4
#define SQL_STEPS   200000 /* of SQLite's machine, some milliseconds */
#define READ_MAX    10000  /* records; the log has a handful */

static const al_store_options WRITING = {.one_thread = 1},
                              READING = {.readonly = 1, .one_thread = 1};

/* ---- the log as it was */

/* A record that is purged, orders, a secret, customers of both kinds, and
** contents that changed. */
static const char *const PAGES[] = {
    "{\"id\":\"0\",\"operationDate\":\"2016-10-01T08:00:00Z\"}"
    "{\"id\":\"1\",\"operationDate\":\"2026-10-01T08:00:00Z\","
    "\"operationType\":\"create_order\",\"operationStatus\":\"progress\","
    "\"customerId\":\"f0b4e6f6-2a55-4a4d-9c3b-3d2f4a6f1c11\","
    "\"customerName\":\"F\xC3\xA4"
    "brikam\",\"resourceNewValue\":\"{\\\"Id\\\":\\\"7\\\",\\\"LineItems\\\":["
    "{\\\"FriendlyName\\\":\\\"Office\\\",\\\"Quantity\\\":2},"
    "{\\\"FriendlyName\\\":\\\"=1\\\",\\\"Quantity\\\":3}]}\"}"
    "{\"id\":\"2\",\"operationDate\":\"2026-10-11T08:00:00Z\","
    "\"customerId\":\"Contoso-2\",\"userPrincipalName\":\"a@b.example\","
    "\"customizedData\":[{\"key\":\"OrderId\",\"value\":\"9\"},"
    "{\"key\":\"Password\",\"value\":\"hidden\"}],\"participants\":[1]}",
    "{\"id\":\"1\",\"operationDate\":\"2026-10-01T08:00:00Z\","
    "\"operationType\":\"create_order\",\"operationStatus\":\"succeeded\","
    "\"customerId\":\"f0b4e6f6-2a55-4a4d-9c3b-3d2f4a6f1c11\","
    "\"customerName\":\"F\xC3\xA4"
    "brikam\",\"resourceOldValue\":\"{\\\"Quantity\\\":1}\","
    "\"resourceNewValue\":\"{\\\"Quantity\\\":2}\"}"};

static unsigned char *image;
static size_t image_bytes;
static uint32_t *solid; /* places of the bytes that are not zero */
static size_t nsolid;
static char folder[] = "/dev/shm/activitylog-fuzz-XXXXXX";
static char path[sizeof folder + sizeof "/log.db"];

static void remove_log (void) {
  static const char *const SUFFIX[] = {"", "-wal", "-shm", "-journal"};
  char name[sizeof path + sizeof "-journal"];
  size_t i;
  for (i = 0; i < sizeof SUFFIX / sizeof SUFFIX[0]; i++) {
    snprintf(name, sizeof name, "%s%s", path, SUFFIX[i]);
    remove(name);
  }
}

static void leave_folder (void) {
  remove_log();
  rmdir(folder);
  free(image);
  free(solid);
}

static void import_page (al_store *store, const char *page) {
  al_text text = al_text_from(page, strlen(page));
  const al_source source = al_source_text(&text);
  const al_import_options options = {.name = "page"};
  al_import_counts counts;
  al_error err;
  NEED(al_import(store, &source, &options, &counts, &err) == AL_OK);
}

/* Take out what is older than a time. */
static al_status purge (al_store *store, int64_t unix_seconds, al_error *err) {
  const al_purge_options options = {.before = al_time_from_unix(unix_seconds),
                                    .user = {"me", 2}};
  al_purged purged;
  return al_store_purge(store, &options, &purged, err);
}

static void read_image (void) {
  struct stat file;
  FILE *in = fopen(path, "rb");
  size_t i;
  NEED(in != NULL && fstat(fileno(in), &file) == 0);
  image_bytes = (size_t)file.st_size;
  image = malloc(image_bytes);
  solid = malloc(image_bytes * sizeof *solid);
  NEED(image != NULL && solid != NULL);
  NEED(fread(image, 1, image_bytes, in) == image_bytes);
  fclose(in);
  for (i = 0; i < image_bytes; i++)
    if (image[i] != 0)
      solid[nsolid++] = (uint32_t)i;
}

static void make_image (void) {
  al_store *store;
  al_error err;
  size_t i;
  NEED(mkdtemp(folder) != NULL);
  snprintf(path, sizeof path, "%s/log.db", folder);
  atexit(leave_folder);
  NEED(al_store_open(&store, path, &WRITING, &err) == AL_OK);
  for (i = 0; i < sizeof PAGES / sizeof PAGES[0]; i++)
    import_page(store, PAGES[i]);
  NEED(purge(store, 1600000000, &err) == AL_OK);
  al_store_close(store);
  read_image();
}

/* ---- the log as the input makes it */

static void write_patched (const uint8_t *patch, size_t n) {
  unsigned char *file = malloc(image_bytes);
  FILE *out = fopen(path, "wb");
  NEED(file != NULL && out != NULL);
  memcpy(file, image, image_bytes);
  for (; n >= PATCH_BYTES; n -= PATCH_BYTES, patch += PATCH_BYTES) {
    size_t at = solid[(size_t)(patch[0] << 8 | patch[1]) % nsolid] + patch[2];
    if (at < image_bytes)
      file[at] = patch[3];
  }
  NEED(fwrite(file, 1, image_bytes, out) == image_bytes && fclose(out) == 0);
  free(file);
}

/* No other file. */
static int allow (void *context, int action, const char *a, const char *b,
                  const char *database, const char *trigger) {
  (void)context, (void)a, (void)b, (void)database, (void)trigger;
  return action == SQLITE_ATTACH ? SQLITE_DENY : SQLITE_OK;
}

static int stop (void *context) {
  int *steps = context;
  return ++*steps > SQL_STEPS / 1000;
}

/* What it comes to is up to the input. */
static void run_sql (const char *sql) {
  sqlite3 *db;
  int steps = 0;
  NEED(sqlite3_open(path, &db) == SQLITE_OK);
  sqlite3_set_authorizer(db, allow, NULL);
  sqlite3_progress_handler(db, 1000, stop, &steps);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 1 << 20);
  sqlite3_db_config(db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
  sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
  sqlite3_exec(db, sql, NULL, NULL, NULL);
  sqlite3_close(db);
}

/* ---- what is done with it */

static void need_reason (al_status status, const al_error *err) {
  NEED(status == err->status && status != AL_MISUSE && status != AL_CALLBACK);
  NEED(err->message[0] != '\0');
}

static al_status stop_late (void *context, int64_t done, int64_t total,
                            al_error *err) {
  (void)context, (void)total;
  return done < READ_MAX ? AL_OK : al_fail(err, AL_LIMIT, "too many");
}

static al_query everything (void) {
  al_query query = {.period = AL_PERIOD_ALL, .fields = AL_FIELDS_ALL};
  query.progress.call = stop_late;
  return query;
}

/* Each byte of a record can be read. */
static void touch (const al_record *record) {
  static volatile char byte;
  size_t i;
  int field;
  for (field = 0; field < AL_NFIELDS; field++)
    for (i = 0; i < record->field[field].len; i++)
      byte = record->field[field].data[i];
  (void)byte;
}

static void read_records (al_store *store, const al_query *query) {
  al_cursor *cursor;
  const al_record *record;
  al_error err;
  al_status status = al_cursor_open(&cursor, store, query, &err);
  while (status == AL_OK &&
         (status = al_cursor_next(cursor, &record, &err)) == AL_OK &&
         record != NULL)
    touch(record);
  if (status != AL_OK)
    need_reason(status, &err);
  al_cursor_close(cursor);
}

static void read_filtered (al_store *store, al_filter filter, al_text value) {
  al_query query = everything();
  int64_t count;
  al_error err;
  al_status status;
  query.filter[filter].values = &value;
  query.filter[filter].n = 1;
  read_records(store, &query);
  status = al_store_count(store, &query, &count, &err);
  if (status != AL_OK)
    need_reason(status, &err);
}

static void summarise (al_store *store) {
  static const al_key BY[] = {AL_KEY_MONTH, AL_KEY_CUSTOMER, AL_KEY_USER};
  const al_query query = everything();
  al_zone zone;
  al_summary *summary;
  al_error err;
  al_status status;
  NEED(al_zone_open(&zone, AL_TEXT("UTC"), &err) == AL_OK);
  status = al_summary_open(&summary, store, &query, BY, 3, &zone, &err);
  if (status != AL_OK)
    need_reason(status, &err);
  al_summary_close(summary);
  al_zone_close(&zone);
}

/* A report that reads the values. */
static void report (al_store *store) {
  static const al_piece PIECES[] = {
      {.kind = AL_PIECE_DETAIL, .detail = AL_DETAIL_INFORMATION},
      {.kind = AL_PIECE_CHANGE, .text = {"Quantity", 8}},
      {.kind = AL_PIECE_PAIR, .text = {"OrderId", 7}},
      {.kind = AL_PIECE_LABEL, .field = AL_OPERATION_TYPE},
      {.kind = AL_PIECE_LINE_ITEM, .item_field = AL_ITEM_FRIENDLY_NAME},
  };
  static const al_column COLUMNS[] = {
      {.title = {"a", 1}, .pieces = PIECES, .npieces = 4},
      {.title = {"b", 1}, .pieces = PIECES + 4, .npieces = 1}};
  static const al_layout LAYOUT = {.columns = COLUMNS, .ncolumns = 2};
  const al_export_options options = {
      .format = AL_FORMAT_CSV,
      .layout = &LAYOUT,
      .sheet = {
          .newline = "\n", .separator = ',', .defuse = 1, .max_cell = 32}};
  const al_query query = everything();
  al_buffer out = {0};
  const al_target target = {.store = store, .buffer = &out};
  al_export_result result;
  al_error err;
  al_status status = al_export(&target, &query, &options, &result, &err);
  if (status != AL_OK)
    need_reason(status, &err);
  al_buffer_close(&out);
}

static void look (al_store *store) {
  al_query query = everything();
  al_last_import last;
  al_error err;
  al_status status = al_store_last_import(store, &last, &err);
  if (status != AL_OK)
    need_reason(status, &err);
  read_records(store, &query);
  query.unmasked = query.oldest_first = 1;
  query.period.start = al_time_from_unix(1790000000);
  read_records(store, &query);
  read_filtered(store, AL_FILTER_CUSTOMER_ID, AL_TEXT("contoso-2"));
  read_filtered(store, AL_FILTER_CUSTOMER_NAME, AL_TEXT("f\xC3\xA4"));
  read_filtered(store, AL_FILTER_TEXT, AL_TEXT("hidden"));
  summarise(store);
  report(store);
}

static void append (al_store *store) {
  static const char NEW[] =
      "{\"id\":\"1\",\"operationDate\":\"2026-10-01T08:00:00Z\"}"
      "{\"id\":\"3\",\"operationDate\":\"2026-10-02T08:00:00Z\","
      "\"customerId\":\"f0b4e6f6-2a55-4a4d-9c3b-3d2f4a6f1c11\"}";
  al_text text = AL_TEXT(NEW);
  const al_source source = al_source_text(&text);
  const al_import_options options = {.name = "new"};
  al_import_counts counts;
  al_error err;
  al_status status = al_import(store, &source, &options, &counts, &err);
  if (status != AL_OK)
    need_reason(status, &err);
}

/* Whether all is as the imports and purges left it. */
static int is_whole (al_store *store) {
  const al_verify_options options = {.progress = {stop_late, NULL}};
  al_verified found;
  al_error err;
  al_status status = al_store_verify(store, &options, &found, &err);
  if (status != AL_OK)
    need_reason(status, &err);
  return status == AL_OK;
}

static void copy (al_store *store) {
  const al_progress nobody = {NULL, NULL};
  char name[sizeof path + sizeof "-copy"];
  int64_t bytes;
  al_error err;
  al_status status;
  snprintf(name, sizeof name, "%s-copy", path);
  status = al_store_backup(store, name, &nobody, &bytes, &err);
  if (status != AL_OK)
    need_reason(status, &err);
  remove(name);
}

/* What is whole stays so. */
static void change (al_store *store) {
  int whole = is_whole(store);
  al_error err;
  append(store);
  NEED(!whole || is_whole(store));
  if (purge(store, 1791100000, &err) == AL_OK)
    NEED(!whole || is_whole(store));
  else
    need_reason(err.status, &err);
}

static void use (const al_store_options *options) {
  al_store *store;
  al_error err;
  al_status status = al_store_open(&store, path, options, &err);
  NEED((store != NULL) == (status == AL_OK));
  if (status != AL_OK) {
    need_reason(status, &err);
    return;
  }
  if (options->readonly) {
    look(store);
    copy(store);
  } else {
    const al_query query = everything();
    change(store);
    read_records(store, &query);
  }
  al_store_close(store);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  al_text input = fuzz_text(data, size), patches = AL_TEXT("");
  const char *zero = memchr(input.data, 0, input.len);
  char *sql = calloc(1, size + 1);
  NEED(sql != NULL);
  if (zero != NULL) {
    input.len = (size_t)(zero - input.data);
    patches = al_text_from(zero + 1, size - input.len - 1);
  }
  memcpy(sql, input.data, input.len);
  if (image == NULL)
    make_image();
  remove_log();
  write_patched((const uint8_t *)patches.data, patches.len);
  if (input.len > 0)
    run_sql(sql);
  free(sql);
  use(&READING);
  use(&WRITING);
  return 0;
}
