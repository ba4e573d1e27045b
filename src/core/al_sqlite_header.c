/*
** al_sqlite_header.c - what a file is, by its first bytes.
**
** It is looked at through SQLite's own handle before any SQL runs: SQL would
** roll back the hot journal of a stranger's database, and a handle of our own
** would drop SQLite's locks when it closes.
*/
#include <stdlib.h>

#include "al_sqlite.h"

#define HEADER_BYTES   100
#define JOURNAL_AT     18 /* 1: rollback, 2: WAL */
#define FORMAT_AT      44
#define VERSION_AT     60
#define APPLICATION_AT 68

static const char MAGIC[16] = "SQLite format 3";

static int big_endian (const unsigned char *bytes) {
  return (int)((unsigned)bytes[0] << 24 | (unsigned)bytes[1] << 16 |
               (unsigned)bytes[2] << 8 | bytes[3]);
}

/* No table was ever made in the file, nor anything else: so the creation of a
** log begins, which may be going on, or have been cut off. With a WAL tables
** may stand there. */
static int is_unused (const unsigned char *header) {
  return header[JOURNAL_AT] == 1 && big_endian(header + FORMAT_AT) == 0 &&
         big_endian(header + VERSION_AT) == 0 &&
         big_endian(header + APPLICATION_AT) == 0;
}

static al_status check_header (const unsigned char *header, const char *path,
                               int *empty, al_error *err) {
  int version = big_endian(header + VERSION_AT);
  int application = big_endian(header + APPLICATION_AT);
  if (memcmp(header, MAGIC, sizeof MAGIC) != 0)
    return al_fail(err, AL_FOREIGN,
                   "%s is no log: it is not even an SQLite file", path);
  *empty = is_unused(header);
  if (*empty)
    return AL_OK;
  if (application != AL_APPLICATION_ID && application != AL_COPYING_ID)
    return al_fail(err, AL_FOREIGN,
                   "%s is no log: it is an SQLite file of another program",
                   path);
  return al_sqlite_check_version(path, version, err);
}

sqlite3_file *al_sqlite_file (sqlite3 *db) {
  sqlite3_file *file = NULL;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) !=
          SQLITE_OK ||
      file == NULL || file->pMethods == NULL)
    return NULL;
  return file;
}

al_status al_sqlite_check_header (sqlite3 *db, const char *path, int *empty,
                                  al_error *err) {
  unsigned char header[HEADER_BYTES] = {0};
  sqlite3_file *file = al_sqlite_file(db);
  int code;
  *empty = 1;
  if (file == NULL)
    return AL_OK;
  /* Not xFileSize, to which a file of one byte is empty. */
  code = file->pMethods->xRead(file, header, 1, 0);
  if (code == SQLITE_IOERR_SHORT_READ)
    return AL_OK;
  if (code == SQLITE_OK)
    code = file->pMethods->xRead(file, header, HEADER_BYTES, 0);
  if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ)
    return al_fail(err, AL_IO, "cannot read %s", path);
  return check_header(header, path, empty, err);
}

static int is_database (sqlite3 *db) {
  char magic[sizeof MAGIC];
  sqlite3_file *file = al_sqlite_file(db);
  return file != NULL &&
         file->pMethods->xRead(file, magic, sizeof magic, 0) == SQLITE_OK &&
         memcmp(magic, MAGIC, sizeof magic) == 0;
}

al_status al_store_is_database (const char *path, int *is, al_error *err) {
  char *name = al_sqlite_plain_name(path);
  sqlite3 *db;
  int code;
  if (name == NULL)
    return al_fail_nomem(err);
  /* Opening runs no SQL, so nothing is rolled back. */
  code = sqlite3_open_v2(name, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                         NULL);
  *is = code == SQLITE_OK && is_database(db);
  sqlite3_close(db);
  free(name);
  return code == SQLITE_NOMEM ? al_fail_nomem(err) : AL_OK;
}
