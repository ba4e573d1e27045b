/*
** al_sqlite_error.c - SQLite's failures as ours, with what to do about them.
*/
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "al_sqlite.h"

al_status al_sqlite_status (int code) {
  switch (code & 0xFF) {
  case SQLITE_NOMEM:
    return AL_NOMEM;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_PROTOCOL: /* others were in the way again and again */
    return AL_BUSY;
  case SQLITE_FULL:
    return AL_FULL;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
  case SQLITE_CONSTRAINT: /* what an import checks before it writes */
  case SQLITE_TOOBIG:     /* nothing that an import writes */
    return AL_CORRUPT;
  case SQLITE_READONLY:
  case SQLITE_PERM:
    return AL_READONLY;
  default:
    return AL_IO;
  }
}

/* What to do about it, for people. */
static const char *advice_for (sqlite3 *db, al_status status) {
  switch (status) {
  case AL_BUSY:
    return sqlite3_extended_errcode(db) == SQLITE_BUSY_SNAPSHOT
               ? "; another program wrote to it while records were being read "
                 "here: finish reading and try again"
               : "; another program is writing to it: try again";
  case AL_FULL:
    return "; nothing was changed: make room and try again";
  case AL_READONLY:
    return "; it was opened to read only";
  default:
    return "";
  }
}

static int may_write (const char *path) {
  return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0;
}

/* The last look at the part failed; 'advice' is what there is to say of it
** beside whose it is. */
static al_status fail_part (const char *name, const char *part,
                            const char *advice, al_error *err) {
  struct stat file;
  if (errno != EACCES || stat(part, &file) != 0)
    return al_fail(err, AL_READONLY, "log %s: cannot write %s: %s", name, part,
                   al_errno_text(errno));
  return al_fail(err, AL_READONLY,
                 "log %s: %s may not be written by this user: its owner, user "
                 "%lld, has to allow it%s",
                 name, part, (long long)file.st_uid, advice);
}

/* The files beside a log belong to whoever made them, which a reader does, too:
** their mode is that of the log, their owner need not be. */
al_status al_sqlite_fail_readonly (const char *name, const char *why,
                                   al_error *err) {
  static const char *const SUFFIXES[] = {"-wal", "-shm"};
  char path[PATH_MAX + sizeof "-shm"], *slash;
  size_t i;
  if (!may_write(name))
    return fail_part(name, name, "", err);
  for (i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
    int holds_records = i == 0 && al_sqlite_has_beside(name, SUFFIXES[i]);
    snprintf(path, sizeof path, "%s%s", name, SUFFIXES[i]);
    if (!may_write(path) && errno != ENOENT)
      return fail_part(name, path,
                       holds_records
                           ? "; it holds records and must not be removed"
                           : ", or to remove it while nobody has the log open",
                       err);
  }
  slash = strrchr(path, '/');
  if (slash != NULL)
    slash[slash == path] = '\0'; /* the folder */
  if (slash != NULL && !may_write(path))
    return fail_part(name, path, "", err);
  return al_fail(err, AL_READONLY, "log %s: %s", name, why);
}

/* Why the system refused. Of what cannot be written while a statement is at work
** only the file knows, and of a COMMIT the -wal or the -journal. */
static int system_errno (sqlite3 *db) {
  int code = sqlite3_system_errno(db);
  sqlite3_file *file = NULL;
  if (code == 0)
    sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &code);
  if (code == 0)
    sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
  if (file != NULL && file->pMethods != NULL &&
      file->pMethods->xFileControl != NULL)
    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &code);
  return code;
}

al_status al_sqlite_fail_named (sqlite3 *db, const char *name, al_error *err) {
  al_status status = al_sqlite_status(sqlite3_extended_errcode(db));
  int system = status == AL_IO ? system_errno(db) : 0;
  if (status == AL_NOMEM)
    return al_fail_nomem(err);
  if (al_errno_is_full(system))
    status = AL_FULL;
  if (status == AL_READONLY && sqlite3_db_readonly(db, "main") != 1)
    return al_sqlite_fail_readonly(name, sqlite3_errmsg(db), err);
  return al_fail(err, status, "log %s: %s%s%s%s", name, sqlite3_errmsg(db),
                 system != 0 ? ": " : "",
                 system != 0 ? al_errno_text(system) : "",
                 advice_for(db, status));
}

const char *al_sqlite_name (sqlite3 *db) {
  const char *name = sqlite3_db_filename(db, "main");
  return name != NULL && name[0] != '\0' ? name : ":memory:";
}

al_status al_sqlite_fail (sqlite3 *db, al_error *err) {
  return al_sqlite_fail_named(db, al_sqlite_name(db), err);
}

al_status al_sqlite_corrupt (sqlite3 *db, al_error *err, const char *format,
                             ...) {
  char reason[AL_MESSAGE_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reason, sizeof reason, format, arguments);
  va_end(arguments);
  return al_fail(err, AL_CORRUPT, "log %s: %s", al_sqlite_name(db), reason);
}
