/*
** help_vfs.c - a disk that fails.
**
** SQLite's own methods of files are exchanged for a copy of them, in which some
** are ours. There are a few tables of them, one for files with locks and one
** for those without, and behind each copy lies what it is a copy of.
*/
#include "help_vfs.h"

#include <pthread.h>
#include <sqlite3.h>

#define TABLES_MAX 4

typedef struct {
  sqlite3_io_methods failing; /* first: where a file's pMethods points */
  const sqlite3_io_methods *plain;
} table;

help_vfs vfs;

static sqlite3_vfs *plain_vfs, failing_vfs;
static table tables[TABLES_MAX];
static int ntables;
static help_vfs_call last; /* that failed */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const struct {
  const char *name;
  int code;
} CALLS[VFS_NCALLS] = {
    {"open", SQLITE_CANTOPEN},          {"delete", SQLITE_IOERR_DELETE},
    {"access", SQLITE_IOERR_ACCESS},    {"read", SQLITE_IOERR_READ},
    {"write", SQLITE_IOERR_WRITE},      {"truncate", SQLITE_IOERR_TRUNCATE},
    {"sync", SQLITE_IOERR_FSYNC},       {"size", SQLITE_IOERR_FSTAT},
    {"lock", SQLITE_IOERR_LOCK},        {"shm map", SQLITE_IOERR_SHMMAP},
    {"shm lock", SQLITE_IOERR_SHMLOCK},
};

/* ---- what fails ---- */

/* SQLITE_OK, or what the call has to fail with. */
static int fails (help_vfs_call call) {
  int failing;
  if (!vfs.on || (vfs.calls & VFS_BIT(call)) == 0)
    return SQLITE_OK;
  pthread_mutex_lock(&lock);
  failing =
      ++vfs.count == vfs.fail_at || (vfs.count > vfs.fail_at && vfs.go_on);
  if (failing)
    last = call;
  pthread_mutex_unlock(&lock);
  if (!failing)
    return SQLITE_OK;
  return vfs.code != 0 ? vfs.code : CALLS[call].code;
}

/* The call, unless it fails before it does anything. */
#define RUN(call, run)                                                         \
  do {                                                                         \
    int failure = fails(call);                                                 \
    if (failure == SQLITE_OK)                                                  \
      return (run);                                                            \
    if (vfs.done)                                                              \
      (void)(run);                                                             \
    return failure;                                                            \
  } while (0)

static const sqlite3_io_methods *plain (const sqlite3_file *file) {
  return ((const table *)file->pMethods)->plain;
}

static int file_read (sqlite3_file *file, void *out, int n, sqlite3_int64 at) {
  RUN(VFS_READ, plain(file)->xRead(file, out, n, at));
}

static int file_write (sqlite3_file *file, const void *data, int n,
                       sqlite3_int64 at) {
  int failure = fails(VFS_WRITE);
  if (failure == SQLITE_OK)
    return plain(file)->xWrite(file, data, n, at);
  if (vfs.done)
    (void)plain(file)->xWrite(file, data, n / 2, at);
  return failure;
}

static int file_truncate (sqlite3_file *file, sqlite3_int64 size) {
  RUN(VFS_TRUNCATE, plain(file)->xTruncate(file, size));
}

static int file_sync (sqlite3_file *file, int flags) {
  RUN(VFS_SYNC, plain(file)->xSync(file, flags));
}

static int file_size (sqlite3_file *file, sqlite3_int64 *size) {
  RUN(VFS_SIZE, plain(file)->xFileSize(file, size));
}

/* A lock that failed was not taken: nobody would give it back. */
static int file_lock (sqlite3_file *file, int level) {
  int failure = fails(VFS_LOCK);
  return failure != SQLITE_OK ? failure : plain(file)->xLock(file, level);
}

static int file_shm_map (sqlite3_file *file, int region, int size, int extend,
                         void volatile **out) {
  RUN(VFS_SHM_MAP, plain(file)->xShmMap(file, region, size, extend, out));
}

/* To give one back cannot fail. */
static int file_shm_lock (sqlite3_file *file, int offset, int n, int flags) {
  int failure =
      (flags & SQLITE_SHM_LOCK) != 0 ? fails(VFS_SHM_LOCK) : SQLITE_OK;
  return failure != SQLITE_OK ? failure
                              : plain(file)->xShmLock(file, offset, n, flags);
}

/* ---- the disk ---- */

/* The table whose copy of these methods fails; NULL when there are too many. */
static const table *table_of (const sqlite3_io_methods *methods) {
  table *t = tables;
  for (; t < tables + ntables; t++)
    if (t->plain == methods)
      return t;
  if (ntables == TABLES_MAX)
    return NULL;
  ntables++;
  t->plain = methods;
  t->failing = *methods;
  t->failing.xRead = file_read;
  t->failing.xWrite = file_write;
  t->failing.xTruncate = file_truncate;
  t->failing.xSync = file_sync;
  t->failing.xFileSize = file_size;
  t->failing.xLock = file_lock;
  t->failing.xShmMap = file_shm_map;
  t->failing.xShmLock = file_shm_lock;
  return t;
}

/* A file that could not be opened is not to be closed. */
static int disk_open (sqlite3_vfs *disk, const char *name, sqlite3_file *file,
                      int flags, int *out_flags) {
  int code = fails(VFS_OPEN);
  const table *t;
  (void)disk;
  file->pMethods = NULL;
  if (code == SQLITE_OK)
    code = plain_vfs->xOpen(plain_vfs, name, file, flags, out_flags);
  if (code != SQLITE_OK || file->pMethods == NULL)
    return code;
  pthread_mutex_lock(&lock);
  t = table_of(file->pMethods);
  pthread_mutex_unlock(&lock);
  if (t != NULL)
    file->pMethods = &t->failing;
  return code;
}

static int disk_delete (sqlite3_vfs *disk, const char *name, int sync) {
  (void)disk;
  RUN(VFS_DELETE, plain_vfs->xDelete(plain_vfs, name, sync));
}

static int disk_access (sqlite3_vfs *disk, const char *name, int flags,
                        int *out) {
  (void)disk;
  RUN(VFS_ACCESS, plain_vfs->xAccess(plain_vfs, name, flags, out));
}

/* Who waits for a lock that never comes need not wait long. */
static int disk_sleep (sqlite3_vfs *disk, int microseconds) {
  (void)disk;
  return vfs.on ? microseconds : plain_vfs->xSleep(plain_vfs, microseconds);
}

int help_vfs_register (void) {
  plain_vfs = sqlite3_vfs_find("unix");
  if (plain_vfs == NULL)
    return 0;
  failing_vfs = *plain_vfs;
  failing_vfs.zName = "unix-failing";
  failing_vfs.xOpen = disk_open;
  failing_vfs.xDelete = disk_delete;
  failing_vfs.xAccess = disk_access;
  failing_vfs.xSleep = disk_sleep;
  return sqlite3_vfs_register(&failing_vfs, 1) == SQLITE_OK;
}

void vfs_fails (void) {
  vfs.count = 0;
  vfs.on = 1;
}

void vfs_is_well (void) {
  vfs.on = 0;
}

const char *help_vfs_last (void) {
  return CALLS[last].name;
}
