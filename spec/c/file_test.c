/*
** file_test.c - files that are not SQLite's: reports and backups on a disk that
** fails at each of the system's calls in turn.
**
** Whatever fails, each file that stands there is the old one or the new one and
** whole, no other is left, and no descriptor is lost.
*/
#include "al_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "al_export.h"
#include "check.h"
#include "help.h"
#include "help_log.h"

/* ---- what is in the folder ---- */

static int is_entry (const struct dirent *entry) {
  return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int is_hidden (const struct dirent *entry) {
  return is_entry(entry) && entry->d_name[0] == '.';
}

static int count_entries (const char *folder,
                          int (*filter)(const struct dirent *entry)) {
  struct dirent **entries;
  int i, n = scandir(folder, &entries, filter, alphasort);
  CHECK(n >= 0);
  for (i = 0; i < n; i++)
    free(entries[i]);
  free(entries);
  return n;
}

static int count_descriptors (void) {
  return count_entries("/proc/self/fd", is_entry);
}

/* ---- the system's calls, counted while they may fail ---- */

static struct {
  int on;
  long count;
  long fail_at;
  int go_on;           /* those after it fail too, but for unlink */
  int code;            /* errno of what fails */
  int is_plain;        /* the file system has no O_TMPFILE and no exchange */
  size_t short_write;  /* bytes that a write takes at most; 0: all */
  const char *last;    /* that failed */
  const char *swap_at; /* a call behind which somebody else swaps the file */
  void (*swap)(const char *path); /* what he does */
} disk;

static int fails (const char *call) {
  if (!disk.on)
    return 0;
  disk.count++;
  if (disk.count < disk.fail_at || (disk.count > disk.fail_at && !disk.go_on))
    return 0;
  if (disk.count > disk.fail_at && strcmp(call, "unlink") == 0)
    return 0;
  disk.last = call;
  errno = disk.code;
  return 1;
}

/* By --wrap=unlink a call of unlink is one of __wrap_unlink, and __real_unlink
** is what unlink was. */
#define WRAP(type, name, parameters, arguments)                                \
  type __real_##name parameters;                                               \
  type __wrap_##name parameters;                                               \
  type __wrap_##name parameters {                                              \
    return fails(#name) ? -1 : __real_##name arguments;                        \
  }

WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(int, fchown, (int fd, uid_t user, gid_t group), (fd, user, group))
WRAP(int, ftruncate, (int fd, off_t length), (fd, length))
WRAP(int, link, (const char *from, const char *to), (from, to))
WRAP(int, linkat,
     (int from_fd, const char *from, int to_fd, const char *to, int flags),
     (from_fd, from, to_fd, to, flags))
WRAP(ssize_t, read, (int fd, void *out, size_t n), (fd, out, n))
WRAP(int, rename, (const char *from, const char *to), (from, to))
WRAP(int, unlink, (const char *path), (path))

/* Somebody else in the folder, once: he sees the only hidden file. */
static void let_swap (const char *call) {
  struct dirent **entries;
  if (disk.swap_at == NULL || strcmp(call, disk.swap_at) != 0)
    return;
  disk.swap_at = NULL;
  CHECK(scandir(".", &entries, is_hidden, alphasort) == 1);
  CHECK(remove(entries[0]->d_name) == 0);
  disk.swap(entries[0]->d_name);
  free(entries[0]);
  free(entries);
}

int __real_fsync (int fd);
int __wrap_fsync (int fd);
int __wrap_fsync (int fd) {
  let_swap("fsync");
  return fails("fsync") ? -1 : __real_fsync(fd);
}

int __real_renameat2 (int from_fd, const char *from, int to_fd, const char *to,
                      unsigned flags);
int __wrap_renameat2 (int from_fd, const char *from, int to_fd, const char *to,
                      unsigned flags);
int __wrap_renameat2 (int from_fd, const char *from, int to_fd, const char *to,
                      unsigned flags) {
  if (fails("renameat2"))
    return -1;
  if (disk.is_plain && flags == RENAME_EXCHANGE) {
    errno = EINVAL;
    return -1;
  }
  return __real_renameat2(from_fd, from, to_fd, to, flags);
}

int __real_open (const char *path, int flags, ...);
int __wrap_open (const char *path, int flags, ...);
int __wrap_open (const char *path, int flags, ...) {
  mode_t mode = 0;
  int fd;
  va_list arguments;
  va_start(arguments, flags);
  if ((flags & (O_CREAT | O_TMPFILE)) != 0)
    mode = va_arg(arguments, mode_t);
  va_end(arguments);
  if (fails("open"))
    return -1;
  if (disk.is_plain && (flags & O_TMPFILE) == O_TMPFILE) {
    errno = EOPNOTSUPP;
    return -1;
  }
  fd = __real_open(path, flags, mode);
  if ((flags & O_EXCL) != 0)
    let_swap("open");
  return fd;
}

/* The descriptor is gone in any case. */
int __real_close (int fd);
int __wrap_close (int fd);
int __wrap_close (int fd) {
  int failing = fails("close"), result = __real_close(fd);
  if (failing)
    errno = disk.code;
  return failing ? -1 : result;
}

ssize_t __real_write (int fd, const void *data, size_t n);
ssize_t __wrap_write (int fd, const void *data, size_t n);
ssize_t __wrap_write (int fd, const void *data, size_t n) {
  if (fails("write"))
    return -1;
  if (disk.short_write > 0 && n > disk.short_write)
    n = disk.short_write;
  return __real_write(fd, data, n);
}

/* ---- operations ---- */

typedef struct {
  const char *name;
  void (*before)(void);
  al_status (*run)(al_error *err);
  void (*after)(al_status status); /* checks what is there */
} operation;

static al_store *store;
static long injected; /* faults so far */

static al_status run (const operation *tried, al_error *err) {
  int descriptors, hidden;
  al_status status;
  tried->before();
  descriptors = count_descriptors();
  disk.count = 0;
  disk.last = "";
  disk.on = 1;
  status = tried->run(err);
  disk.on = 0;
  CHECK(count_descriptors() == descriptors);
  tried->after(status);
  hidden = count_entries(".", is_hidden);
  CHECK(hidden == 0 || strcmp(disk.last, "unlink") == 0);
  return status;
}

static void remove_hidden (void) {
  struct dirent **entries;
  int i, n = scandir(".", &entries, is_hidden, alphasort);
  for (i = 0; i < n; i++) {
    remove(entries[i]->d_name);
    free(entries[i]);
  }
  free(entries);
}

/* What may fail and be overcome: a file without a name, the descriptor of a
** folder, what is only read, exchanging files, and removing the old one then. */
static int is_overcome (const char *call) {
  return strcmp(call, "open") == 0 || strcmp(call, "close") == 0 ||
         strcmp(call, "renameat2") == 0 || strcmp(call, "unlink") == 0;
}

static void inject (const operation *tried, int code, al_status expected,
                    int go_on) {
  int before = check_failures;
  disk.code = code;
  disk.go_on = go_on;
  for (disk.fail_at = 1; check_failures == before; disk.fail_at++) {
    al_error err = {AL_OK, ""};
    al_status status = run(tried, &err);
    CHECK(status == AL_OK || status == expected);
    if (disk.count < disk.fail_at) {
      CHECK(status == AL_OK);
      break;
    }
    remove_hidden();
    CHECK(status != AL_OK || is_overcome(disk.last));
    injected++;
  }
  if (check_failures > before)
    printf("  %s, call %ld%s: %s: %s\n", tried->name, disk.fail_at,
           go_on ? " and all behind it" : "", disk.last, strerror(code));
}

static void inject_all (const operation *tried) {
  int go_on;
  for (go_on = 0; go_on < 2; go_on++)
    for (disk.is_plain = 0; disk.is_plain < 2; disk.is_plain++) {
      inject(tried, EIO, AL_IO, go_on);
      inject(tried, ENOSPC, AL_FULL, go_on);
      inject(tried, EDQUOT, AL_FULL, go_on);
    }
  disk.is_plain = 0;
}

/* ---- a report of several files, in place of one of more ---- */

#define OLD_PARTS 5
#define NEW_PARTS 3

/* All but the last one are full. */
static const char *const OLD[OLD_PARTS] = {
    "Id\n9\n8\n", "Id\n7\n6\n", "Id\n5\n4\n", "Id\n3\n2\n", "Id\n1\n"};
static const char *const NEW[OLD_PARTS] = {"Id\n1\n2\n", "Id\n3\n4\n",
                                           "Id\n5\n", NULL, NULL};

static const al_piece ID = {.kind = AL_PIECE_FIELD, .field = AL_ID};
static const al_column ID_COLUMN = {
    .title = {"Id", 2}, .pieces = &ID, .npieces = 1};
static const al_layout ID_LAYOUT = {.columns = &ID_COLUMN, .ncolumns = 1};

static const char *part_name (int part) {
  static char name[64];
  al_part_path(name, "report.csv", part + 1);
  return name;
}

static void write_old_report (void) {
  int i;
  for (i = 0; i < OLD_PARTS; i++)
    help_write(part_name(i), OLD[i]);
}

static al_status export_new (al_error *err) {
  const al_export_options options = {
      .format = AL_FORMAT_CSV,
      .layout = &ID_LAYOUT,
      .sheet = {.newline = "\n", .separator = ',', .max_rows = 3}};
  const al_target target = {.store = store, .path = "report.csv"};
  al_query query = help_query();
  al_export_result result;
  query.oldest_first = 1;
  return al_export(&target, &query, &options, &result, err);
}

/* Whether the part is the new one; it is the old one otherwise. */
static int is_new_part (int part) {
  al_buffer bytes = {0};
  int is_there = help_read(&bytes, part_name(part));
  const char *got = is_there ? help_string(&bytes) : NULL;
  int is_new = got == NULL ? NEW[part] == NULL
                           : NEW[part] != NULL && strcmp(got, NEW[part]) == 0;
  CHECK(is_new || (got != NULL && strcmp(got, OLD[part]) == 0));
  al_buffer_close(&bytes);
  return is_new;
}

/* The first part comes last: when it is new, the later ones are. When it is not,
** none is, unless they could not be exchanged back. */
static void check_report (al_status status) {
  int first = is_new_part(0), i;
  CHECK(status != AL_OK || first);
  for (i = 1; i < OLD_PARTS; i++) {
    int is_new = is_new_part(i);
    CHECK(is_new || !first || (i >= NEW_PARTS && status != AL_OK));
    CHECK(!is_new || first || disk.go_on || disk.is_plain);
  }
}

static void write_short_report (void) {
  int i;
  help_write(part_name(0), OLD[0]);
  for (i = 1; i < OLD_PARTS; i++)
    remove(part_name(i));
}

static void check_longer_report (al_status status) {
  int first = is_new_part(0), i;
  CHECK(status != AL_OK || first);
  for (i = 1; i < OLD_PARTS; i++)
    CHECK(first ? is_new_part(i) : access(part_name(i), F_OK) != 0);
}

static void reports_are_old_or_new (void) {
  inject_all(
      &(operation){"report", write_old_report, export_new, check_report});
}

/* Whatever the file system can do. */
static void further_parts_go_when_the_first_one_fails (void) {
  inject_all(&(operation){"longer report", write_short_report, export_new,
                          check_longer_report});
}

/* As a signal or a pipe may have it. */
static void writes_that_are_interrupted_or_short_go_on (void) {
  const operation tried = {"report", write_old_report, export_new,
                           check_report};
  al_error err;
  disk.code = EINTR;
  disk.go_on = 0;
  disk.short_write = 1;
  for (disk.fail_at = 1; disk.fail_at < 100; disk.fail_at++) {
    al_status status = run(&tried, &err);
    CHECK(status == AL_OK || strcmp(disk.last, "write") != 0);
    remove_hidden();
    if (disk.count < disk.fail_at)
      break;
  }
  CHECK(disk.fail_at > 20);
  disk.short_write = 0;
}

/* ---- backups ---- */

#define COPY "copy.db"

static void remove_copy (void) {
  remove(COPY);
}

static al_status back_up (al_error *err) {
  static const al_progress NOBODY = {NULL, NULL};
  int64_t bytes;
  return al_store_backup(store, COPY, &NOBODY, &bytes, err);
}

static void check_copy (al_status status) {
  al_store *copy;
  if (access(COPY, F_OK) != 0) {
    CHECK(status != AL_OK);
    return;
  }
  copy = help_open(COPY);
  CHECK(help_log_count(copy) == OLD_PARTS);
  al_store_close(copy);
  CHECK(help_log_is_whole(COPY));
}

static void backups_are_whole (void) {
  inject_all(&(operation){"backup", remove_copy, back_up, check_copy});
  remove_copy();
}

/* To SQLite it is a URI, by which the copy would be in memory. */
#define ODD_FOLDER "file:odd?mode=memory&cache=private&more="

static void backups_are_files_whatever_their_folder_is_called (void) {
  static const al_progress NOBODY = {NULL, NULL};
  static const char PATH[] = ODD_FOLDER "/" COPY;
  al_store *copy;
  al_error err;
  int64_t bytes;
  CHECK(mkdir(ODD_FOLDER, 0700) == 0);
  CHECK(al_store_backup(store, PATH, &NOBODY, &bytes, &err) == AL_OK);
  copy = help_open(PATH);
  CHECK(help_log_count(copy) == OLD_PARTS);
  al_store_close(copy);
  remove(PATH);
  CHECK(rmdir(ODD_FOLDER) == 0);
}

/* ---- somebody else who may write to the folder ---- */

#define VICTIM "victim.db"
#define SPY    "spy.db"

static void put_link (const char *path) {
  CHECK(symlink(VICTIM, path) == 0);
}

static void put_victim (const char *path) {
  CHECK(link(VICTIM, path) == 0);
}

/* An empty file that he goes on reading. */
static void put_spy (const char *path) {
  help_write(path, "");
  CHECK(link(path, SPY) == 0);
}

static void swap (const char *at, void (*how)(const char *path)) {
  al_error err = {AL_OK, ""};
  disk.fail_at = 0;
  disk.swap_at = at;
  disk.swap = how;
  CHECK(back_up(&err) == AL_IO);
  CHECK(disk.swap_at == NULL);
  CHECK(strstr(err.message, "moved or replaced the file") != NULL);
  CHECK(access(COPY, F_OK) != 0);
  CHECK(count_entries(".", is_hidden) == 0);
}

/* A log of somebody's stays as it is, and none of ours gets into a spy's hands,
** whenever the file is swapped. */
static void backups_go_to_no_file_of_somebody_else (void) {
  static const char *const AT[] = {"open", "fsync"};
  al_buffer before = {0}, after = {0}, seen = {0};
  al_error err;
  int i;
  CHECK(back_up(&err) == AL_OK && rename(COPY, VICTIM) == 0);
  CHECK(help_read(&before, VICTIM));
  for (i = 0; i < 2; i++) {
    swap(AT[i], put_link);
    swap(AT[i], put_victim);
    swap(AT[i], put_spy);
    CHECK(help_read(&seen, SPY) && seen.len == 0);
    remove(SPY);
  }
  CHECK(help_read(&after, VICTIM) && after.len == before.len &&
        memcmp(after.data, before.data, before.len) == 0);
  remove(VICTIM);
  al_buffer_close(&before);
  al_buffer_close(&after);
  al_buffer_close(&seen);
}

/* ---- a log of five records ---- */

static al_store *log_of_five (void) {
  static const char *const IDS[OLD_PARTS] = {"1", "2", "3", "4", "5"};
  al_store *made = help_open("test.db");
  al_import_counts counts;
  al_error err;
  int i;
  CHECK(al_store_begin(made, &err) == AL_OK);
  for (i = 0; i < OLD_PARTS; i++) {
    char date[] = "2026-10-31T17:58:00.0000000Z";
    al_record record = help_record(IDS[i], date, NULL);
    date[18] = IDS[i][0];
    CHECK(al_store_put(made, &record, &err) == AL_OK);
  }
  CHECK(al_store_commit(made, AL_TEXT("test"), 0, &counts, &err) == AL_OK);
  return made;
}

int main (void) {
  help_folder_enter("/dev/shm"); /* where syncing a file costs nothing */
  store = log_of_five();
  CHECK_RUN(reports_are_old_or_new);
  CHECK_RUN(further_parts_go_when_the_first_one_fails);
  CHECK_RUN(writes_that_are_interrupted_or_short_go_on);
  CHECK_RUN(backups_are_whole);
  CHECK_RUN(backups_are_files_whatever_their_folder_is_called);
  CHECK_RUN(backups_go_to_no_file_of_somebody_else);
  printf("%ld faults\n", injected);
  al_store_close(store);
  help_folder_leave();
  return CHECK_RESULT();
}
