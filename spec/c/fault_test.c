/*
** fault_test.c - a disk that fails at each of its calls in turn.
**
** Each operation runs once for each call that SQLite makes for it, with that
** one failing, and once more with all from there on, as after a crash. What was
** there before is there afterwards, and of what comes all or nothing.
*/
#include <dirent.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "al_export.h"
#include "al_import.h"
#include "al_sqlite.h"
#include "check.h"
#include "help.h"
#include "help_log.h"
#include "help_vfs.h"

#define LOG      "fault.db"
#define DATE     "2026-10-31T17:58:01.1234567Z"
#define OLD_DATE "2025-10-31T17:58:01.1234567Z"
#define COPY     "copy.db"

/* ---- how the disk fails ---- */

typedef struct {
  const char *name;
  unsigned calls;
  int code, done;
  al_status status; /* what the failure is to us */
} fault;

#define ROOM_CALLS                                                             \
  (VFS_BIT(VFS_WRITE) | VFS_BIT(VFS_TRUNCATE) | VFS_BIT(VFS_SHM_MAP))
#define LOCK_CALLS (VFS_BIT(VFS_LOCK) | VFS_BIT(VFS_SHM_LOCK))

static const fault FAULTS[] = {
    {"error", VFS_ALL, 0, 0, AL_IO},
    {"error of what is done", VFS_ALL, 0, 1, AL_IO},
    {"full disk", ROOM_CALLS, SQLITE_FULL, 0, AL_FULL},
    {"full disk amid a write", ROOM_CALLS, SQLITE_FULL, 1, AL_FULL},
    {"lock of another", LOCK_CALLS, SQLITE_BUSY, 0, AL_BUSY},
};
#define NFAULTS (sizeof FAULTS / sizeof FAULTS[0])

static long injected; /* faults so far */
static int rounds_are_long;

/* ---- operations ---- */

typedef struct {
  al_status (*run)(al_store *store, al_error *err); /* NULL: only open it */
  const help_log *before; /* the log that it begins with */
  int64_t records;        /* in it */
  int64_t adds;           /* less than 0: takes out */
} operation;

static al_status open_log (al_store **out, al_error *err) {
  const al_store_options options = {0};
  return al_store_open(out, LOG, &options, err);
}

/* All that was there, and of what came all or nothing; all when the operation
** succeeded. Returns how many records there are. */
static int64_t check_count (const operation *tried, al_status status,
                            al_store *store) {
  int64_t n = help_log_count(store), all = tried->records + tried->adds;
  CHECK(n == all || (status != AL_OK && n == tried->records));
  return n;
}

static void check_verified (al_store *store) {
  const al_verify_options options = {0};
  al_verified verified;
  al_error err = {AL_OK, ""};
  al_store_verify(store, &options, &verified, &err);
  CHECK_STRING("", err.message);
}

/* Once more, on a disk that is well: what the store saw last, if it did, is
** there, and the log is whole and takes more. */
static void check_log (const operation *tried, al_status status, int64_t seen) {
  al_store *store;
  al_error err = {AL_OK, ""};
  int64_t n;
  open_log(&store, &err);
  CHECK_STRING("", err.message);
  if (store == NULL)
    return;
  n = check_count(tried, status, store);
  CHECK(seen < 0 || n == seen);
  check_verified(store);
  CHECK(al_store_begin(store, &err) == AL_OK);
  al_store_close(store);
}

/* What the store sees afterwards, on a disk that is well again, as do those who
** come after it. */
static int64_t go_on_with (const operation *tried, al_status status,
                           al_store *store) {
  al_error err = {AL_OK, ""};
  int64_t n = check_count(tried, status, store);
  al_store_begin(store, &err);
  CHECK_STRING("", err.message);
  return n;
}

/* The operation once. With 'reuse' the disk is well again before the store
** closes, and the store goes on. */
static al_status run (const operation *tried, int reuse, al_error *err) {
  al_store *store;
  al_status status;
  int64_t seen = -1;
  help_log_restore(tried->before, LOG);
  if (tried->run == NULL)
    vfs_fails();
  status = open_log(&store, err);
  CHECK((store == NULL) == (status != AL_OK));
  if (tried->run != NULL && store != NULL) {
    vfs_fails();
    status = tried->run(store, err);
    if (reuse) {
      vfs_is_well();
      seen = go_on_with(tried, status, store);
    }
  }
  al_store_close(store);
  vfs_is_well();
  check_log(tried, status, seen);
  return status;
}

/* Let the n-th call fail, until there are no more of them: either that one or all
** from it on, by turns, and of two stores one goes on. With ACTIVITYLOG_LONG in
** the environment it is both, and each. */
static void inject (const operation *tried, const fault *f, int go_on,
                    int reuse) {
  const int step = rounds_are_long ? 1 : 2;
  const int first = rounds_are_long ? 1 : 1 + go_on;
  int before = check_failures, must_fail;
  long failed = 0;
  vfs.calls = f->calls;
  vfs.code = f->code;
  vfs.done = f->done;
  vfs.go_on = go_on;
  for (vfs.fail_at = first; check_failures == before; vfs.fail_at += step) {
    al_error err = {AL_OK, ""};
    al_status status =
        run(tried, reuse ^ (!rounds_are_long && vfs.fail_at / 2 % 2), &err);
    CHECK(status == AL_OK || status == f->status);
    if (status != AL_OK && status != f->status)
      printf("  %s: %s\n", al_status_code(status), err.message);
    if (vfs.count < vfs.fail_at) {
      CHECK(status == AL_OK);
      break;
    }
    failed += status != AL_OK;
    injected++;
  }
  must_fail = f->status == AL_IO || (f->status == AL_FULL && tried->adds != 0);
  CHECK(failed > 0 || !must_fail || vfs.count < first);
  if (check_failures > before)
    printf("  %s at call %ld%s: %s\n", f->name, vfs.fail_at,
           go_on ? " and all behind it" : "", help_vfs_last());
}

static void inject_all (const operation *tried) {
  size_t i;
  int go_on, reuse;
  for (i = 0; i < NFAULTS; i++)
    for (go_on = 0; go_on < 2; go_on++)
      for (reuse = 0; reuse < 1 + rounds_are_long; reuse++)
        inject(tried, &FAULTS[i], go_on, reuse);
}

/* ---- logs to begin with ---- */

static help_log none, three, aged, old, unclosed, cut_off;

/* Put records of these ids into an import that began, or failed to. */
static al_status put_dated (al_store *store, al_status status, const char *date,
                            const char *const *ids, al_error *err) {
  static char value[AL_PAGE_BYTES];
  al_record record = help_record(NULL, date, "succeeded");
  al_import_counts counts;
  memset(value, 'x', sizeof value);
  record.field[AL_CUSTOMER_ID] = AL_TEXT("C");
  record.field[AL_RESOURCE_NEW_VALUE] = al_text_from(value, sizeof value);
  for (; status == AL_OK && *ids != NULL; ids++) {
    record.field[AL_ID] = help_text(*ids);
    status = al_store_put(store, &record, err);
  }
  if (status == AL_OK)
    return al_store_commit(store, AL_TEXT("test"), 0, &counts, err);
  al_store_rollback(store);
  return status;
}

static al_status put (al_store *store, al_status status, const char *const *ids,
                      al_error *err) {
  return put_dated(store, status, DATE, ids, err);
}

static const char *const FIRST[] = {"1", "2", "3", NULL};
static const char *const MANY[] = {"11", "12", "13", "14", "15", "16", "17",
                                   "18", "19", "20", "21", "22", NULL};
#define NMANY (sizeof MANY / sizeof MANY[0] - 1)

static al_status put_first (al_store *store, al_error *err) {
  return put(store, al_store_begin(store, err), FIRST, err);
}

/* And once more with older ones behind them. */
static void make_three (void) {
  al_store *store = help_open(LOG);
  al_error err = {AL_OK, ""};
  put_first(store, &err);
  al_store_close(store);
  help_log_save(&three, LOG);
  store = help_open(LOG);
  put_dated(store, al_store_begin(store, &err), OLD_DATE, MANY, &err);
  CHECK_STRING("", err.message);
  al_store_close(store);
  help_log_save(&aged, LOG);
}

static void make_old (void) {
  help_log_restore(&three, LOG);
  CHECK(help_log_age(LOG));
  help_log_save(&old, LOG);
}

/* A new log as a process leaves it that does this and is killed. */
static void make_killed (help_log *log,
                         al_status (*last)(al_store *store, al_error *err)) {
  pid_t child;
  int code;
  help_log_restore(&none, LOG);
  fflush(stdout);
  child = fork();
  if (child == 0) {
    static al_store *store; /* or it would seem to be lost at _exit */
    al_error err;
    store = help_open(LOG);
    _exit(last(store, &err) != AL_OK);
  }
  CHECK(waitpid(child, &code, 0) == child && code == 0);
  help_log_save(log, LOG);
}

/* A first import whose pages lie in the file already. */
static al_status begin_first (al_store *store, al_error *err) {
  const al_record record = help_record("1", DATE, NULL);
  if (al_store_begin_large(store, err) != AL_OK ||
      al_store_put(store, &record, err) != AL_OK)
    return err->status;
  return sqlite3_db_cacheflush(((al_sqlite *)store)->db) == SQLITE_OK ? AL_OK
                                                                      : AL_IO;
}

static void make_logs (void) {
  make_three();
  make_old();
  make_killed(&unclosed, put_first);
  CHECK(unclosed.wal.len > 0);
  make_killed(&cut_off, begin_first);
  CHECK(cut_off.journal.len > 0 && cut_off.file.len > 0);
}

/* ---- opening ---- */

static void creating_a_log (void) {
  inject_all(&(operation){.before = &none});
}

static void opening_a_log (void) {
  inject_all(&(operation){.before = &three, .records = 3});
}

static void bringing_an_old_log_to_this_version (void) {
  inject_all(&(operation){.before = &old, .records = 3});
}

static void opening_a_log_that_nobody_closed (void) {
  inject_all(&(operation){.before = &unclosed, .records = 3});
}

static void opening_a_log_whose_first_import_was_cut_off (void) {
  inject_all(&(operation){.before = &cut_off});
}

/* ---- importing ---- */

/* "3" is there already, with a smaller value. */
static const char *const FURTHER[] = {"3", "4", "5", NULL};

static al_status append (al_store *store, al_error *err) {
  return put(store, al_store_begin(store, err), FURTHER, err);
}

static void appending (void) {
  inject_all(&(operation){append, &three, 3, 2});
  inject_all(&(operation){append, &unclosed, 3, 2});
}

/* So little memory that pages are written before the commit. */
static al_status in_little_memory (al_store *store, al_status status) {
  if (status == AL_OK)
    CHECK(sqlite3_exec(((al_sqlite *)store)->db, "PRAGMA cache_size = 2", NULL,
                       NULL, NULL) == SQLITE_OK);
  return status;
}

static al_status import_many (al_store *store, al_error *err) {
  return put(store, in_little_memory(store, al_store_begin(store, err)), MANY,
             err);
}

static void importing_more_than_memory_holds (void) {
  inject_all(&(operation){import_many, &three, 3, NMANY});
}

static al_status import_first (al_store *store, al_error *err) {
  return put(store, in_little_memory(store, al_store_begin_large(store, err)),
             MANY, err);
}

static void importing_first_without_a_wal (void) {
  inject_all(&(operation){import_first, &none, 0, NMANY});
}

/* That it is no SQLite file is found out through SQLite. */
static al_status import_file (al_store *store, al_error *err) {
  const al_import_options options = {.name = "page.json"};
  al_import_counts counts;
  return al_import_file(store, "page.json", &options, &counts, err);
}

static void importing_a_file (void) {
  help_write("page.json",
             "[{\"id\":\"7\",\"operationDate\":\"2026-10-31T17:58:01Z\"}]");
  inject_all(&(operation){import_file, &three, 3, 1});
}

/* ---- reading ---- */

static al_status read_all (al_store *store, al_error *err) {
  al_query query = help_query();
  const al_record *record;
  al_cursor *cursor;
  al_status status = al_cursor_open(&cursor, store, &query, err);
  int n = 0;
  while (status == AL_OK) {
    status = al_cursor_next(cursor, &record, err);
    if (record == NULL)
      break;
    n++;
  }
  CHECK(status != AL_OK || n == 3);
  al_cursor_close(cursor);
  return status;
}

static void reading (void) {
  inject_all(&(operation){read_all, &three, 3, 0});
}

static int is_temporary (const struct dirent *entry) {
  return strstr(entry->d_name, ".tmp") != NULL;
}

/* The old report stays until the new one is whole. */
static al_status export_lines (al_store *store, al_error *err) {
  const al_export_options options = {.format = AL_FORMAT_JSON_LINES};
  const al_target target = {.store = store, .path = "report.jsonl"};
  al_query query = help_query();
  al_export_result result;
  struct dirent **entries;
  al_buffer report = {0};
  al_status status;
  help_write("report.jsonl", "old");
  status = al_export(&target, &query, &options, &result, err);
  CHECK(help_read(&report, "report.jsonl"));
  CHECK(status == AL_OK ? result.records == 3 && report.len > 3 * AL_PAGE_BYTES
                        : report.len == 3);
  CHECK(scandir(".", &entries, is_temporary, alphasort) == 0);
  free(entries);
  al_buffer_close(&report);
  return status;
}

static void exporting (void) {
  inject_all(&(operation){export_lines, &three, 3, 0});
}

/* ---- the whole log ---- */

static al_status verify (al_store *store, al_error *err) {
  const al_verify_options options = {0};
  char head[AL_DIGEST_HEX_LEN + 1];
  al_verified verified;
  al_status status = al_store_head(store, head, err);
  if (status == AL_OK)
    status = al_store_verify(store, &options, &verified, err);
  if (status == AL_OK)
    CHECK_STRING(head, verified.head);
  return status;
}

static void verifying (void) {
  inject_all(&(operation){verify, &three, 3, 0});
}

static al_status purge (al_store *store, al_error *err) {
  al_purge_options options = {.user = AL_TEXT("test")};
  al_purged purged;
  CHECK(al_time_read_fixed(&options.before, AL_TEXT(DATE)));
  return al_store_purge(store, &options, &purged, err);
}

static void purging (void) {
  inject_all(&(operation){purge, &aged, 3 + NMANY, -(int64_t)NMANY});
}

static void check_copy (al_status status) {
  struct dirent **entries;
  if (status == AL_OK) {
    al_store *copy = help_open(COPY);
    CHECK(help_log_count(copy) == 3);
    check_verified(copy);
    al_store_close(copy);
  }
  CHECK((remove(COPY) == 0) == (status == AL_OK));
  CHECK(scandir(".", &entries, is_temporary, alphasort) == 0);
  free(entries);
}

static const al_progress NOBODY = {NULL, NULL};

/* There is a whole copy or none. */
static al_status back_up (al_store *store, al_error *err) {
  int64_t bytes;
  al_status status = al_store_backup(store, COPY, &NOBODY, &bytes, err);
  vfs.on = 0;
  check_copy(status);
  vfs.on = 1;
  return status;
}

static void making_a_backup (void) {
  inject_all(&(operation){back_up, &unclosed, 3, 0});
}

/* ---- copies ---- */

#define GROWN "grown.db"

static al_status copy_to (al_store *store, const char *path, al_error *err) {
  const al_store_options options = {.copying = 1};
  al_copied copied;
  al_store *to;
  al_status status = al_store_open(&to, path, &options, err);
  if (status == AL_OK)
    status = al_store_copy(store, to, &NOBODY, &copied, err);
  al_store_close(to);
  return status;
}

/* What failed can be gone on with, on a disk that is well. */
static al_status copy (al_store *store, al_error *err) {
  al_error why = {AL_OK, ""};
  al_status status = copy_to(store, COPY, err);
  vfs.on = 0;
  copy_to(store, COPY, &why);
  CHECK_STRING("", why.message);
  check_copy(AL_OK);
  help_log_restore(&none, COPY);
  vfs.on = 1;
  return status;
}

static void copying (void) {
  inject_all(&(operation){copy, &three, 3, 0});
}

/* To what a purge left of the log. */
static al_status catch_up (al_store *store, al_error *err) {
  const al_store_options options = {.readonly = 1};
  al_copied copied;
  al_store *from;
  al_status status = al_store_open(&from, GROWN, &options, err);
  if (status == AL_OK)
    status = al_store_copy(from, store, &NOBODY, &copied, err);
  al_store_close(from);
  return status;
}

static void catching_up (void) {
  al_store *grown;
  al_error err = {AL_OK, ""};
  help_log_restore(&aged, GROWN);
  grown = help_open(GROWN);
  CHECK(purge(grown, &err) == AL_OK);
  al_store_close(grown);
  inject_all(&(operation){catch_up, &aged, 3 + NMANY, -(int64_t)NMANY});
}

/* ---- syncs ---- */

/* An operation that succeeds although no sync does made none. The append is one
** into a -wal that is there: the first one syncs its header in any case. */
static void what_is_acknowledged_was_synced (void) {
  static const operation WRITE[] = {{append, &unclosed, 3, 2},
                                    {import_first, &none, 0, NMANY},
                                    {back_up, &three, 3, 0},
                                    {copy, &three, 3, 0}};
  size_t i;
  vfs.calls = VFS_BIT(VFS_SYNC);
  vfs.code = vfs.done = 0;
  vfs.fail_at = vfs.go_on = 1;
  for (i = 0; i < sizeof WRITE / sizeof WRITE[0]; i++) {
    al_error err;
    CHECK(run(&WRITE[i], 1, &err) == AL_IO);
  }
}

int main (void) {
  rounds_are_long = getenv("ACTIVITYLOG_LONG") != NULL;
  CHECK(help_vfs_register());
  help_folder_enter("/dev/shm"); /* where syncing a file costs nothing */
  make_logs();
  CHECK_RUN(creating_a_log);
  CHECK_RUN(opening_a_log);
  CHECK_RUN(bringing_an_old_log_to_this_version);
  CHECK_RUN(opening_a_log_that_nobody_closed);
  CHECK_RUN(opening_a_log_whose_first_import_was_cut_off);
  CHECK_RUN(appending);
  CHECK_RUN(importing_more_than_memory_holds);
  CHECK_RUN(importing_first_without_a_wal);
  CHECK_RUN(importing_a_file);
  CHECK_RUN(reading);
  CHECK_RUN(exporting);
  CHECK_RUN(verifying);
  CHECK_RUN(purging);
  CHECK_RUN(making_a_backup);
  CHECK_RUN(copying);
  CHECK_RUN(catching_up);
  CHECK_RUN(what_is_acknowledged_was_synced);
  printf("%ld faults\n", injected);
  help_folder_leave();
  help_log_close(&three);
  help_log_close(&aged);
  help_log_close(&old);
  help_log_close(&unclosed);
  help_log_close(&cut_off);
  return CHECK_RESULT();
}
