/*
** al_file.c - files that appear whole or not at all.
*/
#include "al_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "al_descriptor.h"

#define MODE         0666              /* less the umask */
#define ATTEMPTS     100               /* to find a name that nobody has */
#define SYNCER_BYTES (8 * 1024 * 1024) /* less is quickly synced at the end */

/* ---- names ---- */

/* A hidden name in the path's folder that nobody else should have: from the
** clock, the process and where this struct lies. */
static char *make_temporary (const al_file *file, unsigned attempt) {
  const char *slash = strrchr(file->path, '/');
  size_t folder = slash != NULL ? (size_t)(slash - file->path) + 1 : 0;
  size_t size = folder + sizeof ".activitylog-0123456789abcdef.tmp";
  char *name = malloc(size);
  struct timespec now;
  uint64_t number;
  if (name == NULL)
    return NULL;
  clock_gettime(CLOCK_REALTIME, &now);
  number = ((uint64_t)now.tv_sec << 30 | (uint64_t)now.tv_nsec) ^
           (uint64_t)(uintptr_t)file ^ (uint64_t)getpid() << 40;
  snprintf(name, size, "%.*s.activitylog-%016llx.tmp", (int)folder, file->path,
           (unsigned long long)(number + attempt));
  return name;
}

/* The folder of the path, for opening; owned by the caller. */
static char *folder_of (const char *path) {
  const char *slash = strrchr(path, '/');
  if (slash == NULL)
    return strdup(".");
  return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* ---- creating ---- */

static int open_unnamed (const char *path, mode_t mode) {
  char *folder = folder_of(path);
  int fd = -1;
  /* Without /proc an unnamed file could not be named later. */
  if (folder != NULL && access("/proc/self/fd", X_OK) == 0)
    fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
  free(folder);
  return al_descriptor_lift(fd);
}

static int open_temporary (al_file *file, mode_t mode) {
  unsigned attempt;
  for (attempt = 0; attempt < ATTEMPTS; attempt++) {
    int fd;
    file->temporary = make_temporary(file, attempt);
    if (file->temporary == NULL)
      return -1;
    fd = open(file->temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
    if (fd >= 0)
      return al_descriptor_lift(fd);
    free(file->temporary);
    file->temporary = NULL;
    if (errno != EEXIST)
      return -1;
  }
  return -1;
}

/* Whether the whole path lies there. It is cut off at its end for a moment, as a
** copy could run out of memory. */
static int is_in_folder (char *path, const struct stat *folder) {
  char *slash = strrchr(path, '/');
  struct stat other;
  int same;
  *slash = '\0';
  same = stat(slash > path ? path : "/", &other) == 0 &&
         other.st_dev == folder->st_dev && other.st_ino == folder->st_ino;
  *slash = '/';
  return same;
}

/* The file that is to be replaced. A link may give it another name in the
** folder; out of the folder it is not followed, as whoever made it may not be
** allowed to write there. */
static al_status resolve (al_file *file, const char *path, al_error *err) {
  struct stat folder;
  char *name = folder_of(path);
  int found;
  if (name == NULL)
    return al_fail_nomem(err);
  found = stat(name, &folder) == 0;
  free(name);
  file->path = found ? realpath(path, NULL) : NULL;
  if (file->path == NULL)
    return al_fail_errno(err, "cannot write", path);
  if (is_in_folder(file->path, &folder))
    return AL_OK;
  free(file->path);
  file->path = NULL;
  return al_fail(err, AL_EXISTS,
                 "%s is in the way: it is a link into another folder; name the "
                 "file that it leads to, or remove it first",
                 path);
}

/* What has the name now is replaced, and its permissions stay; what is no file
** cannot be replaced. Somebody else could have put a file there to read what we
** write: as its owner, or by permissions that he chose. */
static al_status look (al_file *file, const char *path, struct stat *there,
                       al_error *err) {
  if (stat(path, there) != 0) {
    if (errno != ENOENT)
      return al_fail_errno(err, "cannot write", path);
    if (lstat(path, there) == 0)
      return al_fail(err, AL_IO, "cannot write %s: it is a link to nothing",
                     path);
    there->st_mode = 0;
    file->path = strdup(path);
    return file->path != NULL ? AL_OK : al_fail_nomem(err);
  }
  if (S_ISDIR(there->st_mode))
    return al_fail(err, AL_IO, "cannot write %s: it is a folder", path);
  if (!S_ISREG(there->st_mode))
    return al_fail(err, AL_IO,
                   "cannot write %s: it is no regular file; open it and pass "
                   "the handle instead",
                   path);
  if (there->st_uid != geteuid())
    return al_fail(err, AL_EXISTS,
                   "%s is in the way: it belongs to another user (uid %lld); "
                   "move or remove it, or take another name",
                   path, (long long)there->st_uid);
  return resolve(file, path, err);
}

/* Only root may give a file to any group, so only root has to. */
static int keep_group_and_mode (int fd, const struct stat *there) {
  if (there->st_mode == 0)
    return 1;
  if (geteuid() == 0 && fchown(fd, (uid_t)-1, there->st_gid) != 0)
    return 0;
  return fchmod(fd, there->st_mode & 0777) == 0;
}

al_status al_file_create (al_file *file, const char *path, int threads,
                          al_error *err) {
  struct stat there;
  mode_t mode;
  file->path = file->temporary = NULL;
  file->fd = -1;
  file->threads = threads;
  file->unsynced = 0;
  file->syncer = NULL;
  file->placed = 0;
  if (look(file, path, &there, err) != AL_OK)
    return err->status;
  file->is_new = there.st_mode == 0;
  /* What others may not read is not theirs before it is placed either. */
  mode = file->is_new ? MODE : S_IRUSR | S_IWUSR;
  file->fd = open_unnamed(file->path, mode);
  if (file->fd < 0)
    file->fd = open_temporary(file, mode);
  if (file->fd < 0 || !keep_group_and_mode(file->fd, &there)) {
    al_fail_errno(err, "cannot write", path);
    al_file_discard(file);
    return err->status;
  }
  return AL_OK;
}

/* What has the name of a new file. */
static al_status fail_exists (const char *path, al_error *err) {
  struct stat there;
  int found = stat(path, &there) == 0;
  if (found && S_ISDIR(there.st_mode))
    return al_fail(err, AL_EXISTS, "%s is a folder: name a file in it", path);
  if (found && !S_ISREG(there.st_mode))
    return al_fail(err, AL_EXISTS, "%s is no regular file: name a new one",
                   path);
  return al_fail(err, AL_EXISTS,
                 "%s exists already, and would be lost: take another name, or "
                 "remove it first",
                 path);
}

al_status al_file_reserve (al_file *file, const char *path, al_error *err) {
  struct stat there;
  memset(file, 0, sizeof *file);
  file->fd = -1;
  if (lstat(path, &there) == 0)
    return fail_exists(path, err);
  file->path = strdup(path);
  if (file->path == NULL)
    return al_fail_nomem(err);
  file->fd = open_temporary(file, S_IRUSR | S_IWUSR);
  if (file->fd >= 0)
    return AL_OK;
  al_fail_errno(err, "cannot write", path);
  al_file_discard(file);
  return err->status;
}

/* ---- writing ---- */

/* For the syncer, while which runs the struct stays where it is. */
static int sync_data (void *context) {
  const al_file *file = context;
  return fdatasync(file->fd) == 0 || errno == EINTR ? 0 : errno;
}

/* Where threads are allowed, the disk begins while more is being made, once
** that is worth it. */
static void count_written (al_file *file, size_t bytes) {
  if (file->syncer != NULL) {
    al_syncer_wrote(file->syncer, bytes);
    return;
  }
  file->unsynced += bytes;
  if (!file->threads || file->unsynced < SYNCER_BYTES)
    return;
  file->syncer = al_syncer_start(sync_data, file);
  file->threads = file->syncer != NULL; /* if there is none, never again */
  if (file->syncer != NULL)
    al_syncer_wrote(file->syncer, file->unsynced);
}

al_status al_file_write (al_file *file, const char *data, size_t len,
                         al_error *err) {
  while (len > 0) {
    ssize_t n = write(file->fd, data, len);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return al_fail_errno(err, "cannot write", file->path);
    data += n;
    len -= (size_t)n;
    count_written(file, (size_t)n);
  }
  return AL_OK;
}

al_status al_file_empty (al_file *file, al_error *err) {
  return ftruncate(file->fd, 0) == 0
             ? AL_OK
             : al_fail_errno(err, "cannot write", file->path);
}

/* Give an unnamed file a temporary name. */
static al_status name_file (al_file *file, al_error *err) {
  char link[64];
  unsigned attempt;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file->fd);
  for (attempt = 0; attempt < ATTEMPTS; attempt++) {
    char *name = make_temporary(file, attempt);
    if (name == NULL)
      return al_fail_nomem(err);
    if (linkat(AT_FDCWD, link, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0) {
      file->temporary = name;
      return AL_OK;
    }
    free(name);
    if (errno != EEXIST)
      break;
  }
  return al_fail_errno(err, "cannot write", file->path);
}

/* All of it to the disk. What an earlier sync could not write is lost, and only
** that one knows. */
static al_status sync_all (al_file *file, al_error *err) {
  int failure = al_syncer_stop(file->syncer);
  file->syncer = NULL;
  if (failure == 0 && fsync(file->fd) == 0)
    return AL_OK;
  if (failure != 0)
    errno = failure;
  return al_fail_errno(err, "cannot write", file->path);
}

al_status al_file_fail_swapped (const al_file *file, al_error *err) {
  return al_fail(err, AL_IO,
                 "cannot write %s: somebody else moved or replaced the file "
                 "while it was written; choose a folder that only you may "
                 "write to",
                 file->path);
}

/* Whoever may write to the folder can give the name to another file. */
static int has_name (const al_file *file) {
  struct stat own, named;
  return fstat(file->fd, &own) == 0 && lstat(file->temporary, &named) == 0 &&
         own.st_dev == named.st_dev && own.st_ino == named.st_ino;
}

al_status al_file_finish (al_file *file, al_error *err) {
  int fd = file->fd;
  if (sync_all(file, err) != AL_OK)
    return err->status;
  if (file->temporary == NULL && name_file(file, err) != AL_OK)
    return err->status;
  if (!has_name(file))
    return al_file_fail_swapped(file, err);
  file->fd = -1;
  /* A full disk often shows up only here. */
  if (close(fd) != 0)
    return al_fail_errno(err, "cannot write", file->path);
  return AL_OK;
}

/* ---- its name ---- */

/* To sync it, once the name is there. It is opened before, so that nothing but
** the sync can fail behind the name. -1 is a folder that may be written but not
** read. */
static al_status open_folder (const char *path, int *fd, al_error *err) {
  char *folder = folder_of(path);
  *fd = -1;
  if (folder == NULL)
    return al_fail_nomem(err);
  *fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  free(folder);
  return AL_OK;
}

/* The rename itself is on the disk only when its folder is. Some file systems
** cannot sync a folder (EINVAL); then there is nothing more to do. */
static al_status sync_folder (int fd, const char *path, al_error *err) {
  if (fd < 0 || fsync(fd) == 0 || errno == EINVAL || errno == EROFS)
    return AL_OK;
  return al_fail_errno(err, "cannot sync the folder of", path);
}

static al_status place (al_file *file,
                        int (*give_name)(const char *from, const char *to),
                        al_error *err) {
  int folder;
  al_status status;
  if (open_folder(file->path, &folder, err) != AL_OK)
    return err->status;
  if (give_name(file->temporary, file->path) == 0) {
    file->placed = 1;
    status = sync_folder(folder, file->path, err);
  } else {
    status = errno == EEXIST ? fail_exists(file->path, err)
                             : al_fail_errno(err, "cannot write", file->path);
  }
  if (folder >= 0)
    close(folder);
  return status;
}

al_status al_file_place (al_file *file, al_error *err) {
  return place(file, rename, err);
}

/* The name may have been taken meanwhile. Not every file system can rename only
** then, nor make links. Returns 0, or -1 with errno. */
static int rename_to_new (const char *from, const char *to) {
#ifdef RENAME_NOREPLACE
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return -1;
#endif
  return link(from, to) == 0 ? unlink(from) : -1;
}

al_status al_file_place_new (al_file *file, al_error *err) {
  return place(file, rename_to_new, err);
}

/* Not every file system can. Returns 0, or -1. */
static int exchange_names (const char *one, const char *other) {
#ifdef RENAME_EXCHANGE
  return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
#else
  (void)one, (void)other;
  return -1;
#endif
}

static int exchange_or_rename (const char *from, const char *to) {
  return exchange_names(from, to) == 0 ? 0 : rename(from, to);
}

al_status al_file_exchange (al_file *file, al_error *err) {
  return place(file, exchange_or_rename, err);
}

void al_file_take_back (al_file *file) {
  if (file->placed && exchange_names(file->path, file->temporary) != 0 &&
      file->is_new)
    unlink(file->path);
}

/* A file that was placed has left its temporary name, or exchanged it with the
** old one. */
void al_file_discard (al_file *file) {
  if (file->path == NULL)
    return;
  al_syncer_stop(file->syncer);
  file->syncer = NULL;
  if (file->fd >= 0)
    close(file->fd);
  if (file->temporary != NULL)
    unlink(file->temporary);
  free(file->temporary);
  free(file->path);
  file->path = file->temporary = NULL;
  file->fd = -1;
}
