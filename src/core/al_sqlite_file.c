/*
** al_sqlite_file.c - the file of a log that is only read, maybe for long.
**
** SQLite goes on with the file that it opened, whatever has its name by then;
** and where nothing can be written beside it, it is told that nobody writes.
*/
#include "al_sqlite.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* The path from the root, with the links that are in it, as these may lead to
** another file later. Empty where the process's folder has none. */
static al_status whole_path (al_buffer *out, const char *path, al_error *err) {
  char folder[PATH_MAX] = "";
  if (path[0] != '/') {
    if (getcwd(folder, sizeof folder - 1) == NULL)
      return AL_OK;
    strcat(folder, "/");
  }
  if (al_buffer_append(out, folder, strlen(folder), err) != AL_OK)
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
