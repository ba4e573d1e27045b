/*
** al_sqlite_file.c - a log's file and those that SQLite puts beside it, by name.
*/
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "al_sqlite.h"

/* ---- the log's own files ---- */

const char *al_sqlite_path (const al_sqlite *store) {
  const char *path =
      store->db != NULL ? sqlite3_db_filename(store->db, "main") : NULL;
  return path != NULL && path[0] != '\0' ? path : NULL;
}

int al_sqlite_in_memory (const al_sqlite *store) {
  return al_sqlite_path(store) == NULL;
}

int al_sqlite_has_beside (const char *path, const char *suffix) {
  char name[PATH_MAX +
            sizeof "-journal"]; /* on the stack: no memory, no doubt */
  struct stat file;
  snprintf(name, sizeof name, "%s%s", path, suffix);
  return stat(name, &file) == 0 && file.st_size > 0;
}

static int is_file (const char *path, const struct stat *file) {
  struct stat own;
  return path != NULL && path[0] != '\0' && stat(path, &own) == 0 &&
         own.st_dev == file->st_dev && own.st_ino == file->st_ino;
}

int al_sqlite_owns (const al_store *base, const struct stat *file) {
  const char *path = al_sqlite_path((const al_sqlite *)base);
  char shm[PATH_MAX + sizeof "-shm"]; /* on the stack: this must not fail */
  if (path == NULL)
    return 0;
  snprintf(shm, sizeof shm, "%s-shm", path);
  return is_file(path, file) || is_file(sqlite3_filename_wal(path), file) ||
         is_file(shm, file) || is_file(sqlite3_filename_journal(path), file);
}

/* Whether the path is the log's with something that SQLite puts behind it. */
static int is_beside (const al_sqlite *store, const char *path) {
  static const char *const SUFFIXES[] = {"-wal", "-shm", "-journal"};
  size_t len = strlen(path), i;
  for (i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
    size_t end = strlen(SUFFIXES[i]);
    char log[PATH_MAX];
    struct stat file;
    if (len <= end || len - end >= sizeof log ||
        strcmp(path + len - end, SUFFIXES[i]) != 0)
      continue;
    memcpy(log, path, len - end);
    log[len - end] = '\0';
    if (stat(log, &file) == 0 && is_file(al_sqlite_path(store), &file))
      return 1;
  }
  return 0;
}

al_status al_sqlite_check_target (const al_store *store, const char *path,
                                  al_error *err) {
  struct stat there;
  if (stat(path, &there) == 0 && al_store_owns(store, &there))
    return al_fail(err, AL_EXISTS, "%s is the log itself", path);
  if (is_beside((const al_sqlite *)store, path))
    return al_fail(err, AL_EXISTS,
                   "%s would be taken for a part of the log: take another name",
                   path);
  return AL_OK;
}

static int64_t size_of (const char *path) {
  struct stat file;
  return path != NULL && path[0] != '\0' && stat(path, &file) == 0
             ? (int64_t)file.st_size
             : 0;
}

/* By their names: to open and close them would drop SQLite's locks. */
al_status al_sqlite_size (al_store *base, int64_t *bytes, al_error *err) {
  const char *path = al_sqlite_path((const al_sqlite *)base);
  if (path == NULL)
    return al_sqlite_measure(base, bytes, err);
  *bytes = size_of(path) + size_of(sqlite3_filename_wal(path));
  return AL_OK;
}

/* ---- the file of a log that is only read, maybe for long ---- */

/* SQLite goes on with the file that it opened, whatever has its name by then;
** and where nothing can be written beside it, it is told that nobody writes. */

/* The path from the root, with the links that are in it, as these may lead to
** another file later. Empty where the process's folder has none. */
static al_status whole_path (al_buffer *out, const char *path, al_error *err) {
  char folder[PATH_MAX] = "";
  if (path[0] != '/') {
    if (getcwd(folder, sizeof folder - 1) == NULL)
      return AL_OK;
    strcat(folder, "/");
  }
  if (al_buffer_append_string(out, folder, err) != AL_OK)
    return err->status;
  return al_buffer_append(out, path, strlen(path) + 1, err);
}

al_status al_sqlite_note_file (al_sqlite *store, const char *path,
                               al_error *err) {
  if (stat(path, &store->file) != 0)
    return AL_OK; /* opening it says why */
  return whole_path(&store->path, path, err);
}

/* Whether another file has the name, or none. When nobody can tell, such as one
** who lost the right to look, it is still the same. */
static int is_replaced (const al_sqlite *store, struct stat *now) {
  if (stat(store->path.data, now) != 0)
    return errno == ENOENT || errno == ENOTDIR;
  return now->st_dev != store->file.st_dev || now->st_ino != store->file.st_ino;
}

/* Of one that is opened as if nobody wrote to it. */
static int is_written (const al_sqlite *store, const struct stat *now) {
  const struct stat *then = &store->file;
  return now->st_mtim.tv_sec != then->st_mtim.tv_sec ||
         now->st_mtim.tv_nsec != then->st_mtim.tv_nsec ||
         now->st_size != then->st_size ||
         al_sqlite_has_beside(sqlite3_db_filename(store->db, "main"), "-wal");
}

al_status al_sqlite_check_file (const al_store *base, al_error *err) {
  const al_sqlite *store = (const al_sqlite *)base;
  struct stat now = store->file;
  if (store->path.len == 0 || store->db == NULL)
    return AL_OK;
  if (is_replaced(store, &now))
    return al_fail(err, AL_IO,
                   "log %s was moved or replaced since it was opened; open it "
                   "anew",
                   store->path.data);
  if (store->immutable && is_written(store, &now))
    return al_fail(err, AL_READONLY,
                   "log %s was written to since it was opened in a folder that "
                   "cannot be written; open it anew",
                   store->path.data);
  return AL_OK;
}
