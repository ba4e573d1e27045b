/*
** writer_test.c - imports whose contents are written in a thread: they come out
** as those of one thread do, and end as they do, whatever goes wrong.
*/
#include "al_writer.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "al_import.h"
#include "check.h"
#include "help.h"

#define RECORDS  6000
#define PADDING  400
#define OVERSIZE (300 * 1024) /* more than a batch holds */

/* ---- what is imported ---- */

static char padding[OVERSIZE];

static void append (al_buffer *out, const char *data, size_t len) {
  al_error err;
  CHECK(al_buffer_append(out, data, len, &err) == AL_OK);
}

static void append_record (al_buffer *out, int id, const char *status,
                           size_t bytes) {
  help_printf(out,
              "{\"id\":\"%d\",\"operationDate\":\"2026-10-31T17:%02d:01Z\","
              "\"customerId\":\"C%d\",\"customerName\":\"Stra\xC3\x9F"
              "e %d\",\"operationStatus\":\"%s\",\"x\":\"",
              id, id % 60, id % 97, id % 97, status);
  append(out, padding, bytes);
  help_printf(out, "\"}\n");
}

/* Records enough for the thread; every tenth comes twice, some are too large
** for a batch. */
static al_text make_records (al_buffer *out) {
  int i;
  al_buffer_clear(out);
  for (i = 0; i < RECORDS; i++) {
    append_record(out, i, "progress", i % 2000 == 999 ? OVERSIZE : PADDING);
    if (i % 10 == 9)
      append_record(out, i - 5, i % 20 == 9 ? "succeeded" : "progress",
                    PADDING);
  }
  return al_buffer_text(out);
}

/* ---- importing ---- */

static al_store *open_log (const char *path, int one_thread) {
  const al_store_options options = {.one_thread = one_thread};
  al_store *store;
  al_error err;
  CHECK(al_store_open(&store, path, &options, &err) == AL_OK);
  return store;
}

static al_status import (al_store *store, al_text text, al_progress progress,
                         al_import_counts *counts, al_error *err) {
  const al_import_options options = {.name = "text", .progress = progress};
  const al_source source = al_source_text(&text);
  return al_import(store, &source, &options, counts, err);
}

static int64_t count (al_store *store) {
  al_query query = help_query();
  int64_t n = -1;
  al_error err;
  CHECK(al_store_count(store, &query, &n, &err) == AL_OK);
  return n;
}

/* That the log is as new, and takes all the records. */
static void check_takes_all (al_store *store, al_text text) {
  static const al_progress NOBODY = {NULL, NULL};
  al_import_counts counts;
  al_error err;
  CHECK(count(store) == 0);
  CHECK(import(store, text, NOBODY, &counts, &err) == AL_OK);
  CHECK(counts.added == RECORDS && count(store) == RECORDS);
}

/* ---- tests ---- */

static al_buffer text_buffer;

/* The digest goes over all contents in their order. */
static void read_import (const char *path, al_text text, int one_thread,
                         al_import_counts *counts, al_buffer *file) {
  static const al_progress NOBODY = {NULL, NULL};
  al_store *store = open_log(path, one_thread);
  al_error err;
  CHECK(import(store, text, NOBODY, counts, &err) == AL_OK);
  al_store_close(store);
  CHECK(help_read(file, path));
}

/* To the byte: what is written, and in which order, does not depend on who
** writes it. */
static void a_thread_writes_what_the_caller_would (void) {
  al_text text = make_records(&text_buffer);
  al_import_counts one, two;
  al_buffer first = {0}, second = {0};
  read_import("one.db", text, 1, &one, &first);
  read_import("two.db", text, 0, &two, &second);
  CHECK(memcmp(&one, &two, sizeof one) == 0);
  CHECK(one.records == RECORDS + RECORDS / 10);
  CHECK(one.added == RECORDS && one.changed == RECORDS / 20);
  CHECK(first.len == second.len);
  CHECK(al_text_equal(al_buffer_text(&first), al_buffer_text(&second)));
  al_buffer_close(&first);
  al_buffer_close(&second);
}

/* That a value is no JSON shows when secrets are looked for, and is overcome:
** the thread must not take it for a failure. */
static void secrets_in_broken_values_are_no_failure (void) {
  static const al_progress NOBODY = {NULL, NULL};
  al_store *store = open_log("secrets.db", 0);
  al_import_counts counts;
  al_error err;
  int i, round;
  al_buffer_clear(&text_buffer);
  for (i = 0; i < 20000; i++)
    help_printf(&text_buffer,
                "{\"id\":\"%d\",\"operationDate\":\"2026-10-31T17:58:01Z\","
                "\"resourceNewValue\":\"{\\\"password\\\":\\\"x\"}\n",
                i);
  for (round = 0; round < 2; round++) {
    CHECK(import(store, al_buffer_text(&text_buffer), NOBODY, &counts, &err) ==
          AL_OK);
    CHECK(counts.records == 20000 && count(store) == 20000);
  }
  al_store_close(store);
}

static void input_that_is_wrong_leaves_nothing (void) {
  static const al_progress NOBODY = {NULL, NULL};
  al_store *store = open_log("wrong.db", 0);
  al_import_counts counts;
  al_error err;
  make_records(&text_buffer);
  help_printf(&text_buffer, "{\"id\":\"last\"}");
  CHECK(import(store, al_buffer_text(&text_buffer), NOBODY, &counts, &err) ==
        AL_SYNTAX);
  CHECK(strstr(err.message, "text: line 6601, byte ") == err.message);
  CHECK(strstr(err.message, "record 6601: it has no operation date") != NULL);
  check_takes_all(store, make_records(&text_buffer));
  al_store_close(store);
}

/* Count the records as it goes, and give up in the end. */
typedef struct {
  al_store *store;
  int64_t seen;   /* records of the running import */
  int64_t enough; /* bytes after which it fails */
} watcher;

static al_status watch (void *context, int64_t done, int64_t total,
                        al_error *err) {
  watcher *w = context;
  int64_t seen = count(w->store);
  (void)total;
  CHECK(seen >= w->seen);
  w->seen = seen;
  return done < w->enough ? AL_OK : al_fail(err, AL_CALLBACK, "enough");
}

static void a_callback_may_use_the_store_and_end_the_import (void) {
  al_text text = make_records(&text_buffer);
  watcher w = {open_log("watched.db", 0), 0, 3 * 1024 * 1024};
  const al_progress progress = {watch, &w};
  al_import_counts counts;
  al_error err;
  CHECK(import(w.store, text, progress, &counts, &err) == AL_CALLBACK);
  CHECK_STRING("enough", err.message);
  CHECK(w.seen > 0);
  check_takes_all(w.store, text);
  al_store_close(w.store);
}

/* The thread's failure is the import's, in SQLite's words. */
static void a_file_that_cannot_grow_fails_the_import (void) {
  static const al_progress NOBODY = {NULL, NULL};
  al_store *store = open_log("small.db", 0);
  struct rlimit before, small;
  al_text text = make_records(&text_buffer);
  al_buffer many = {0};
  al_import_counts counts;
  al_error err;
  int i;
  append(&many, text.data, text.len);
  /* More than the page cache holds, so that the file is written early. */
  for (i = 0; i < 30000; i++)
    append_record(&many, RECORDS + i, "succeeded", (size_t)2 * PADDING);
  CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
  small = before;
  small.rlim_cur = 4 * 1024 * 1024;
  CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
  CHECK(import(store, al_buffer_text(&many), NOBODY, &counts, &err) == AL_FULL);
  CHECK(strstr(err.message, "/small.db: disk I/O error: File too large"));
  CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
  check_takes_all(store, text);
  al_store_close(store);
  al_buffer_close(&many);
}

/* Then it is the end of the import that fails, which writes the -wal. */
static void a_log_that_cannot_grow_fails_the_import_in_the_end (void) {
  static const al_progress NOBODY = {NULL, NULL};
  al_store *store = open_log("grown.db", 0);
  struct rlimit before, small;
  al_text text = make_records(&text_buffer);
  al_import_counts counts;
  al_error err;
  CHECK(import(store, al_text_from("[]", 2), NOBODY, &counts, &err) == AL_OK);
  CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
  small = before;
  small.rlim_cur = 500000;
  CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
  CHECK(import(store, text, NOBODY, &counts, &err) == AL_FULL);
  CHECK(strstr(err.message, "/grown.db: disk I/O error: File too large"));
  CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
  check_takes_all(store, text);
  al_store_close(store);
}

/* ---- syncs on the way, counted; or failing once ---- */

/* SQLite's own files, but for xSync. Only syncs on the way are of data alone,
** but for a journal's. */
static sqlite3_vfs watched;
static sqlite3_io_methods watched_methods;
static int (*plain_sync)(sqlite3_file *file, int flags);
static int syncs, sync_fails;

static int watched_sync (sqlite3_file *file, int flags) {
  if ((flags & SQLITE_SYNC_DATAONLY) == 0)
    return plain_sync(file, flags);
  syncs++;
  if (!sync_fails)
    return plain_sync(file, flags);
  sync_fails = 0; /* as with fsync, which tells of a failure once */
  errno = EIO;
  return SQLITE_IOERR_FSYNC;
}

static int watched_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
                         int flags, int *out_flags) {
  sqlite3_vfs *plain = vfs->pAppData;
  int code = plain->xOpen(plain, name, file, flags, out_flags);
  if (code != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0)
    return code;
  watched_methods = *file->pMethods;
  plain_sync = watched_methods.xSync;
  watched_methods.xSync = watched_sync;
  file->pMethods = &watched_methods;
  return code;
}

/* All logs that are opened from now on are watched. */
static void watch_files (const char *name) {
  sqlite3_vfs *plain = sqlite3_vfs_find("unix");
  watched = *plain;
  watched.zName = name;
  watched.pAppData = plain;
  watched.xOpen = watched_open;
  CHECK(sqlite3_vfs_register(&watched, 1) == SQLITE_OK);
  syncs = 0;
}

static void watch_no_more (void) {
  CHECK(sqlite3_vfs_unregister(&watched) == SQLITE_OK);
}

/* Some 30 MB: a large import, and more than the page cache holds. */
static al_text make_many (al_buffer *out) {
  int i;
  al_buffer_clear(out);
  for (i = 0; i < 100; i++)
    append_record(out, i, "failed", OVERSIZE);
  return al_buffer_text(out);
}

static al_status import_many (const char *path, int one_thread, al_error *err) {
  static const al_progress NOBODY = {NULL, NULL};
  al_store *store = open_log(path, one_thread);
  al_import_counts counts;
  al_status status =
      import(store, make_many(&text_buffer), NOBODY, &counts, err);
  CHECK(count(store) == (status == AL_OK ? 100 : 0));
  al_store_close(store);
  return status;
}

static void a_large_import_is_synced_on_the_way (void) {
  al_error err;
  watch_files("unix-watched");
  CHECK(import_many("synced.db", 0, &err) == AL_OK);
  CHECK(syncs > 0);
  syncs = 0;
  CHECK(import_many("alone.db", 1, &err) == AL_OK);
  CHECK(syncs == 0); /* without threads there is none */
  watch_no_more();
  watch_files("strange");
  CHECK(import_many("strange.db", 0, &err) == AL_OK);
  CHECK(syncs == 0); /* nor where two at once may not be safe */
  watch_no_more();
}

/* What could not be written is lost, even if all syncs behind it succeed. */
static void a_sync_on_the_way_that_fails_fails_the_import (void) {
  al_error err;
  watch_files("unix-watched");
  sync_fails = 1;
  CHECK(import_many("lost.db", 0, &err) == AL_IO);
  CHECK(syncs == 1 && !sync_fails);
  CHECK(strstr(err.message, "/lost.db: disk I/O error: Input/output error"));
  CHECK(import_many("lost.db", 0, &err) == AL_OK);
  watch_no_more();
}

static void a_writer_that_is_closed_early_writes_no_more (void) {
  al_store *store = open_log("early.db", 0);
  al_record record = help_record("1", "2026-10-31T17:58:01.0000000Z", "failed");
  al_writer *writer;
  al_error err;
  int i;
  char id[16];
  CHECK(al_store_begin(store, &err) == AL_OK);
  CHECK(al_writer_open(&writer, store, &err) == AL_OK);
  al_writer_start(writer);
  for (i = 0; i < 3000; i++) {
    snprintf(id, sizeof id, "%d", i);
    record.field[AL_ID] = help_text(id);
    CHECK(al_writer_put(writer, &record, &err) == AL_OK);
  }
  al_writer_close(writer);
  al_store_rollback(store);
  CHECK(count(store) == 0);
  al_store_close(store);
}

int main (void) {
  signal(SIGXFSZ, SIG_IGN);
  memset(padding, 'x', OVERSIZE);
  help_folder_enter("/dev/shm"); /* where syncing a file costs nothing */
  CHECK_RUN(a_thread_writes_what_the_caller_would);
  CHECK_RUN(secrets_in_broken_values_are_no_failure);
  CHECK_RUN(input_that_is_wrong_leaves_nothing);
  CHECK_RUN(a_callback_may_use_the_store_and_end_the_import);
  CHECK_RUN(a_file_that_cannot_grow_fails_the_import);
  CHECK_RUN(a_log_that_cannot_grow_fails_the_import_in_the_end);
  CHECK_RUN(a_large_import_is_synced_on_the_way);
  CHECK_RUN(a_sync_on_the_way_that_fails_fails_the_import);
  CHECK_RUN(a_writer_that_is_closed_early_writes_no_more);
  help_folder_leave();
  al_buffer_close(&text_buffer);
  return CHECK_RESULT();
}
