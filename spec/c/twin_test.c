/*
** twin_test.c - reports that two threads make are those that one makes.
*/
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "al_export.h"
#include "al_import.h"
#include "check.h"
#include "help.h"
#include "help_memory.h"

#define LOG     "test.db"
#define REPORT  "report.csv"
#define RECORDS (16 * AL_SLICE_ROWS + 100)

/* ---- threads, counted; or refused ---- */

static int threads, refuse, masked;

/* By --wrap a call of pthread_create is one of this. */
int __real_pthread_create (pthread_t *thread, const pthread_attr_t *attributes,
                           void *(*run)(void *), void *context);
int __wrap_pthread_create (pthread_t *thread, const pthread_attr_t *attributes,
                           void *(*run)(void *), void *context);

int __wrap_pthread_create (pthread_t *thread, const pthread_attr_t *attributes,
                           void *(*run)(void *), void *context) {
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, NULL, &mask);
  masked = sigismember(&mask, SIGTERM) && sigismember(&mask, SIGINT);
  if (refuse)
    return EAGAIN;
  threads++;
  return __real_pthread_create(thread, attributes, run, context);
}

/* ---- syncs while a report is made, counted; or failing ---- */

static int syncs, no_sync;

int __real_fdatasync (int fd);
int __wrap_fdatasync (int fd);

int __wrap_fdatasync (int fd) {
  syncs++;
  if (!no_sync)
    return __real_fdatasync(fd);
  errno = EIO;
  return -1;
}

/* ---- logs ---- */

/* Records whose order of time is not that of their import. */
static void import (al_store *store, int first, int n) {
  static const char *const STATUSES[] = {"succeeded", "failed", "progress"};
  al_import_counts counts;
  al_error err;
  int i;
  CHECK(al_store_begin(store, &err) == AL_OK);
  for (i = first; i < first + n; i++) {
    char id[16], date[40], value[64];
    /* Some thousands are of one instant. */
    int minute = i % 8 == 0 ? 30000 : i * 7919 % 50000;
    al_record record;
    snprintf(id, sizeof id, "%d", i);
    snprintf(date, sizeof date, "2026-%02d-%02dT%02d:%02d:00.0000000Z",
             1 + minute / 40320, 1 + minute / 1440 % 28, minute / 60 % 24,
             minute % 60);
    snprintf(value, sizeof value, "{\"Password\":\"%d\",\n\"a\":\"=1\"}", i);
    record = help_record(id, date, STATUSES[i % 3]);
    record.field[AL_RESOURCE_NEW_VALUE] = help_text(value);
    CHECK(al_store_put(store, &record, &err) == AL_OK);
  }
  CHECK(al_store_commit(store, AL_TEXT("test"), 0, &counts, &err) == AL_OK);
  CHECK(counts.added == n);
}

static al_store *open_log (int one_thread) {
  const al_store_options options = {.one_thread = one_thread};
  al_store *store;
  al_error err;
  CHECK(al_store_open(&store, LOG, &options, &err) == AL_OK);
  return store;
}

static void make_log (void) {
  al_store *store = open_log(1);
  import(store, 0, RECORDS);
  al_store_close(store);
}

/* ---- reports ---- */

static const al_piece PIECES[] = {
    {.kind = AL_PIECE_FIELD, .field = AL_ID},
    {.kind = AL_PIECE_FIELD, .field = AL_OPERATION_DATE},
    {.kind = AL_PIECE_FIELD, .field = AL_RESOURCE_NEW_VALUE}};
static const al_column COLUMNS[] = {
    {.title = {"Id", 2}, .pieces = &PIECES[0], .npieces = 1},
    {.title = {"Date", 4}, .pieces = &PIECES[1], .npieces = 1},
    {.title = {"=Value", 6}, .pieces = &PIECES[2], .npieces = 1}};
static const al_layout LAYOUT = {.columns = COLUMNS, .ncolumns = 3};

static al_export_options report (al_format format, int64_t max_rows) {
  al_export_options options = {.format = format,
                               .layout = &LAYOUT,
                               .sheet = {.newline = "\n",
                                         .separator = ',',
                                         .defuse = 1,
                                         .max_cell = 20,
                                         .max_rows = max_rows}};
  return options;
}

static al_export_result result;
static al_error err;

static al_status export(al_store *store, const al_query *query,
                        const al_export_options *options) {
  const al_target target = {.store = store, .path = REPORT};
  return al_export(&target, query, options, &result, &err);
}

/* The parts of the report, one behind the other. Removes them. */
static void take_report (al_buffer *out) {
  char path[AL_PART_PATH_SIZE(REPORT)];
  al_buffer part = {0};
  int64_t i;
  al_buffer_clear(out);
  for (i = 1; i <= result.files; i++) {
    al_part_path(path, REPORT, i);
    CHECK(help_read(&part, path));
    CHECK(al_buffer_append(out, part.data, part.len, &err) == AL_OK);
    help_printf(out, "\n---- end of %s\n", path);
    unlink(path);
  }
  al_buffer_close(&part);
}

static int report_is_there (void) {
  struct stat file;
  return stat(REPORT, &file) == 0;
}

/* Both must be the same to the byte, and count the same. */
static void compare (const al_query *query, const al_export_options *options,
                     int in_threads) {
  al_buffer alone = {0}, shared = {0};
  al_export_result of_one;
  al_store *store = open_log(1);
  threads = 0;
  CHECK(export(store, query, options) == AL_OK);
  CHECK(threads == 0);
  of_one = result;
  take_report(&alone);
  al_store_close(store);
  store = open_log(0);
  CHECK(export(store, query, options) == AL_OK);
  CHECK(threads == in_threads);
  CHECK(memcmp(&of_one, &result, sizeof result) == 0);
  take_report(&shared);
  CHECK(al_text_equal(al_buffer_text(&alone), al_buffer_text(&shared)));
  al_store_close(store);
  al_buffer_close(&alone);
  al_buffer_close(&shared);
}

/* ---- the same report ---- */

static void it_is_the_report_of_one_thread (void) {
  static const int64_t MAX_ROWS[] = {0, 1000, AL_SLICE_ROWS, 5000};
  size_t i;
  int oldest_first;
  for (oldest_first = 0; oldest_first < 2; oldest_first++) {
    al_query query = help_query();
    al_export_options options = report(AL_FORMAT_JSON_LINES, 0);
    query.oldest_first = oldest_first;
    compare(&query, &options, 1);
    query.unmasked = 0;
    for (i = 0; i < sizeof MAX_ROWS / sizeof MAX_ROWS[0]; i++) {
      options = report(AL_FORMAT_CSV, MAX_ROWS[i]);
      compare(&query, &options, 1);
      CHECK(result.redacted == RECORDS);
    }
  }
}

static void it_keeps_to_the_period_and_the_filters (void) {
  static const char *const INSTANTS[] = {"2026-01-05T00:00:00.0000000Z",
                                         "2026-01-25T13:07:00.0000000Z"};
  const al_text status = AL_TEXT("failed"), text = AL_TEXT("77");
  al_export_options options = report(AL_FORMAT_CSV, 900);
  int i;
  for (i = 0; i < 8; i++) {
    al_query query = help_query();
    query.oldest_first = i % 2;
    if (i < 6)
      CHECK(al_time_read_fixed(&query.period.start, help_text(INSTANTS[0])));
    if (i >= 2)
      CHECK(al_time_read_fixed(&query.period.stop, help_text(INSTANTS[1])));
    if (i < 2) {
      query.filter[AL_FILTER_OPERATION_STATUS].values = &status;
      query.filter[AL_FILTER_OPERATION_STATUS].n = 1;
    }
    if (i >= 6) {
      query.filter[AL_FILTER_TEXT].values = &text;
      query.filter[AL_FILTER_TEXT].n = 1;
    }
    compare(&query, &options, 1);
    CHECK(result.rows > 0 && result.rows < RECORDS);
  }
}

static void few_records_need_no_thread (void) {
  al_query query = help_query();
  al_export_options options = report(AL_FORMAT_CSV, 0);
  CHECK(al_time_read_fixed(&query.period.start,
                           AL_TEXT("2026-02-04T00:00:00.0000000Z")));
  compare(&query, &options, 0);
  CHECK(result.rows > 0 && result.rows < 4 * AL_SLICE_ROWS);
}

static void without_a_thread_one_does_it_all (void) {
  const al_query query = help_query();
  const al_export_options options = report(AL_FORMAT_CSV, 3000);
  refuse = 1;
  compare(&query, &options, 0);
  CHECK(result.rows == RECORDS);
  refuse = 0;
}

static void check_takes (const char *path, al_buffer *lines, int in_threads) {
  const al_import_options options = {.name = "lines"};
  al_text text = al_buffer_text(lines);
  const al_source source = al_source_text(&text);
  al_import_counts counts;
  al_store *store = help_open(path);
  threads = 0;
  CHECK(al_import(store, &source, &options, &counts, &err) == AL_OK);
  CHECK(counts.added == 4000);
  CHECK((threads > 0) == in_threads);
  al_store_close(store);
}

/* Records enough to be written in a thread, and synced on the way in one. */
static void without_a_thread_one_imports_it_all (void) {
  al_buffer lines = {0};
  int i;
  for (i = 0; i < 4000; i++)
    help_printf(&lines,
                "{\"id\":\"%d\",\"operationDate\":\"2026-10-31T17:58:02Z\","
                "\"resourceNewValue\":\"%4000d\"}\n",
                i, i);
  check_takes("threads.db", &lines, 1);
  refuse = 1;
  check_takes("alone.db", &lines, 0);
  refuse = 0;
  al_buffer_close(&lines);
}

/* Bytes of the report that goes to a stream. */
static int64_t stream_to (FILE *stream, int (*close)(FILE *), int in_threads) {
  const al_query query = help_query();
  const al_export_options options = report(AL_FORMAT_CSV, 0);
  al_store *store = open_log(0);
  const al_target target = {.store = store, .stream = stream};
  CHECK(stream != NULL);
  threads = 0;
  CHECK(al_export(&target, &query, &options, &result, &err) == AL_OK);
  CHECK(threads == in_threads);
  CHECK(close(stream) == 0);
  al_store_close(store);
  return result.bytes;
}

static void a_file_that_is_open_is_written_by_both (void) {
  al_query query = help_query();
  al_export_options options = report(AL_FORMAT_CSV, 0);
  al_buffer named = {0}, opened = {0};
  al_store *store = open_log(1);
  int64_t bytes;
  CHECK(export(store, &query, &options) == AL_OK);
  CHECK(help_read(&named, REPORT));
  al_store_close(store);
  bytes = stream_to(fopen(REPORT, "w"), fclose, 1);
  CHECK(help_read(&opened, REPORT));
  CHECK((size_t)bytes == opened.len);
  CHECK(al_text_equal(al_buffer_text(&named), al_buffer_text(&opened)));
  unlink(REPORT);
  al_buffer_close(&named);
  al_buffer_close(&opened);
}

static void a_pipe_is_written_by_the_caller_alone (void) {
  stream_to(popen("cat > /dev/null", "w"), pclose, 0);
  stream_to(fopen("/dev/null", "w"), fclose, 0);
}

static void signals_are_not_the_threads_business (void) {
  const al_query query = help_query();
  const al_export_options options = report(AL_FORMAT_CSV, 0);
  sigset_t mask;
  masked = 0;
  compare(&query, &options, 1);
  CHECK(masked);
  pthread_sigmask(SIG_SETMASK, NULL, &mask);
  CHECK(!sigismember(&mask, SIGTERM) && !sigismember(&mask, SIGINT));
}

/* An import that is running is seen by its own store, and so by one thread. */
static void a_running_import_is_in_the_report (void) {
  const al_query query = help_query();
  const al_export_options options = report(AL_FORMAT_CSV, 0);
  al_store *store = open_log(0);
  al_record record =
      help_record("new", "2026-03-01T00:00:00.0000000Z", "succeeded");
  threads = 0;
  CHECK(al_store_begin(store, &err) == AL_OK);
  CHECK(al_store_put(store, &record, &err) == AL_OK);
  CHECK(export(store, &query, &options) == AL_OK);
  CHECK(result.rows == RECORDS + 1 && threads == 0);
  unlink(REPORT);
  al_store_close(store);
}

/* ---- commits between the two connections ---- */

#define BATCH 10

static int commits_left, committed;

/* Called before the second connection's first look at the records, when the
** first one has had its own. */
static int on_statement (unsigned event, void *context, void *statement,
                         void *sql) {
  const int first = RECORDS + committed * BATCH;
  al_store *other;
  (void)event;
  (void)context;
  (void)statement;
  if (strstr(sql, "max(sequence)") == NULL || commits_left == 0)
    return 0;
  commits_left--;
  committed++;
  other = open_log(1);
  import(other, first, BATCH);
  al_store_close(other);
  return 0;
}

/* SQLite calls it for each connection that opens: the twin's is read-only. */
static int on_open (sqlite3 *db, char **message, const void *api) {
  (void)message;
  (void)api;
  if (sqlite3_db_readonly(db, "main") == 1)
    sqlite3_trace_v2(db, SQLITE_TRACE_STMT, on_statement, NULL);
  return SQLITE_OK;
}

/* Returns the records that the report has. */
static int64_t export_while_others_commit (int commits) {
  const al_query query = help_query();
  const al_export_options options = report(AL_FORMAT_CSV, 0);
  al_store *store = open_log(0);
  threads = 0;
  commits_left = commits;
  CHECK(sqlite3_auto_extension((void (*)(void))on_open) == SQLITE_OK);
  CHECK(export(store, &query, &options) == AL_OK);
  sqlite3_reset_auto_extension();
  CHECK(commits_left == 0);
  unlink(REPORT);
  al_store_close(store);
  return result.rows;
}

static void both_threads_read_the_same_state (void) {
  CHECK(export_while_others_commit(1) == RECORDS + BATCH);
  CHECK(threads == 1); /* at the second attempt */
  CHECK(export_while_others_commit(2) == RECORDS + 3 * BATCH);
  CHECK(threads == 1); /* at the third */
  /* Who keeps committing leaves one thread, in the state before the last. */
  CHECK(export_while_others_commit(3) == RECORDS + 5 * BATCH);
  CHECK(threads == 0);
}

/* ---- failures in either ---- */

static al_status stop_later (void *context, int64_t done, int64_t total,
                             al_error *fail) {
  (void)context;
  (void)total;
  return done > 3 * AL_SLICE_ROWS ? al_fail(fail, AL_CALLBACK, "stop") : AL_OK;
}

static void the_caller_can_stop_it (void) {
  const al_export_options options = report(AL_FORMAT_CSV, 0);
  al_store *store = open_log(0);
  al_query query = help_query();
  query.progress.call = stop_later;
  CHECK(export(store, &query, &options) == AL_CALLBACK);
  CHECK(threads > 0 && !report_is_there());
  al_store_close(store);
}

static void a_full_disk_leaves_nothing (void) {
  const al_query query = help_query();
  const al_export_options options = report(AL_FORMAT_CSV, 0);
  const struct rlimit small = {300000, RLIM_INFINITY};
  const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
  al_store *store = open_log(0);
  threads = 0;
  signal(SIGXFSZ, SIG_IGN);
  CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
  CHECK(export(store, &query, &options) == AL_FULL);
  CHECK(setrlimit(RLIMIT_FSIZE, &none) == 0);
  CHECK(threads == 1 && !report_is_there());
  al_store_close(store);
}

/* It may run out in either thread, or while the second one is not yet there: then
** one does it all. */
static void without_memory_the_report_is_whole_or_not_there (void) {
  const al_query query = help_query();
  const al_export_options options = report(AL_FORMAT_CSV, 3000);
  long short_of = 0;
  memory.go_on = 1;
  for (memory.fail_at = 1;; memory.fail_at += 1 + memory.fail_at / 8) {
    al_store *store = open_log(0);
    al_status status;
    memory_runs_out();
    status = export(store, &query, &options);
    memory_is_back();
    CHECK(status == AL_OK || status == AL_NOMEM);
    CHECK(report_is_there() == (status == AL_OK));
    if (status == AL_OK) {
      al_buffer text = {0};
      CHECK(result.rows == RECORDS);
      take_report(&text);
      al_buffer_close(&text);
    }
    short_of += status == AL_NOMEM;
    al_store_close(store);
    if (memory.count < memory.fail_at)
      break;
  }
  CHECK(short_of > 10);
}

/* A report of some 30 MB. */
#define WIDE 64

static al_status export_wide (al_store *store) {
  static al_column columns[WIDE];
  const al_query query = help_query();
  const al_layout layout = {.columns = columns, .ncolumns = WIDE};
  al_export_options options = report(AL_FORMAT_CSV, 0);
  int i;
  for (i = 0; i < WIDE; i++)
    columns[i] = COLUMNS[2];
  options.layout = &layout;
  syncs = 0;
  return export(store, &query, &options);
}

static void a_sync_on_the_way_that_fails_is_told (void) {
  al_store *store = open_log(0);
  CHECK(export_wide(store) == AL_OK);
  CHECK(syncs > 0 && report_is_there());
  unlink(REPORT);
  no_sync = 1;
  CHECK(export_wide(store) == AL_IO);
  CHECK_STRING("cannot write " REPORT ": Input/output error", err.message);
  CHECK(syncs == 1 && !report_is_there());
  no_sync = 0;
  al_store_close(store);
  store = open_log(1); /* without threads there is none */
  CHECK(export_wide(store) == AL_OK);
  CHECK(syncs == 0 && report_is_there());
  unlink(REPORT);
  al_store_close(store);
}

/* Overwrite pages in the middle of the file, which hold records. */
static void damage (void) {
  char noise[8 * 16384];
  struct stat file;
  int fd = open(LOG, O_WRONLY);
  memset(noise, 0xA5, sizeof noise);
  CHECK(fd >= 0 && fstat(fd, &file) == 0);
  CHECK(pwrite(fd, noise, sizeof noise, file.st_size / 3 / 16384 * 16384) ==
        sizeof noise);
  close(fd);
}

static void a_damaged_log_leaves_nothing (void) {
  const al_query query = help_query();
  const al_export_options options = report(AL_FORMAT_CSV, 0);
  al_store *store;
  damage();
  store = open_log(0);
  CHECK(export(store, &query, &options) == AL_CORRUPT);
  CHECK(!report_is_there());
  al_store_close(store);
}

int main (void) {
  CHECK(help_tell_sqlite());
  help_folder_enter("/tmp");
  make_log();
  CHECK_RUN(it_is_the_report_of_one_thread);
  CHECK_RUN(it_keeps_to_the_period_and_the_filters);
  CHECK_RUN(few_records_need_no_thread);
  CHECK_RUN(without_a_thread_one_does_it_all);
  CHECK_RUN(without_a_thread_one_imports_it_all);
  CHECK_RUN(a_file_that_is_open_is_written_by_both);
  CHECK_RUN(a_pipe_is_written_by_the_caller_alone);
  CHECK_RUN(signals_are_not_the_threads_business);
  CHECK_RUN(a_running_import_is_in_the_report);
  CHECK_RUN(the_caller_can_stop_it);
  CHECK_RUN(a_full_disk_leaves_nothing);
  CHECK_RUN(a_sync_on_the_way_that_fails_is_told);
  CHECK_RUN(without_memory_the_report_is_whole_or_not_there);
  CHECK_RUN(both_threads_read_the_same_state);
  CHECK_RUN(a_damaged_log_leaves_nothing);
  help_folder_leave();
  return CHECK_RESULT();
}
