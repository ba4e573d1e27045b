/*
** al_sqlite_open.c - opening and creating a log's file.
*/
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "al_sqlite.h"

#define WAL_KEPT_BYTES "67108864"
#define SQL_MAX_BYTES  1000000 /* filters of 30,000 values take a tenth */
#define PAGE_SIZE      "PRAGMA page_size = " AL_NUMBER(AL_PAGE_BYTES)
#define BEFORE_TABLES  PAGE_SIZE "; PRAGMA auto_vacuum = INCREMENTAL"

/* A record's text, and once more the part of it that is folded: one character
** of three bytes becomes 33 (U+FDFA). */
#define ROW_MAX_BYTES (12 * AL_RECORD_MAX_BYTES + 65536)

/* What a file may not do to us. A damaged or hostile one runs nothing: its
** triggers and views are off, its functions few, and its schema has to be ours
** (al_sqlite_schema.c). */
static al_status harden (sqlite3 *db, al_error *err) {
  static const struct {
    int option, on;
  } OPTIONS[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},
      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
      {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
      {SQLITE_DBCONFIG_ENABLE_FKEY, 0},
      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
      {SQLITE_DBCONFIG_DQS_DML, 0},
      {SQLITE_DBCONFIG_DQS_DDL, 0},
  };
  size_t i;
  for (i = 0; i < sizeof OPTIONS / sizeof OPTIONS[0]; i++) {
    int is_on;
    if (sqlite3_db_config(db, OPTIONS[i].option, OPTIONS[i].on, &is_on) !=
            SQLITE_OK ||
        is_on != OPTIONS[i].on)
      return al_fail(err, AL_IO,
                     "log %s: this SQLite cannot be kept from running what "
                     "stands in a file",
                     al_sqlite_name(db));
  }
  return AL_OK;
}

/* How much of a file is read at once, whatever it says. */
static void set_limits (sqlite3 *db) {
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, ROW_MAX_BYTES);
  sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, SQL_MAX_BYTES);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(db, SQLITE_LIMIT_TRIGGER_DEPTH, 0);
  sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
}

/* Whether the journal ends with the name of another file: its length, a sum,
** and what every journal begins with. */
static int names_other (const char *journal) {
  static const unsigned char MARK[8] = {0xD9, 0xD5, 0x05, 0xF9,
                                        0x20, 0xA1, 0x63, 0xD7};
  unsigned char end[16];
  struct stat file;
  /* SQLite follows no link here either. */
  int fd = open(journal, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  int names;
  if (fd < 0)
    return 0;
  names = fstat(fd, &file) == 0 && file.st_size >= (off_t)sizeof end &&
          pread(fd, end, sizeof end, file.st_size - (off_t)sizeof end) ==
              (ssize_t)sizeof end &&
          memcmp(end + 8, MARK, sizeof MARK) == 0;
  close(fd);
  return names;
}

/* A journal may name a file that decides, in a transaction over several
** databases, whether it counts. SQLite deletes that file behind a roll-back,
** whatever it is. A log is never part of such a transaction of ours. No lock
** lies on a journal, so a handle of our own does no harm. */
static al_status check_journal (sqlite3 *db, al_error *err) {
  const char *name = sqlite3_db_filename(db, "main");
  if (name == NULL || name[0] == '\0' ||
      !names_other(sqlite3_filename_journal(name)))
    return AL_OK;
  return al_sqlite_corrupt(
      db, err,
      "its -journal names another file, which SQLite would "
      "delete; if no program of yours was writing to the "
      "log, remove the -journal");
}

/* The file is never mapped: an I/O error in a mapping is a signal. */
static al_status configure (sqlite3 *db, al_error *err) {
  set_limits(db);
  if (harden(db, err) != AL_OK || check_journal(db, err) != AL_OK)
    return err->status;
  return al_sqlite_exec(db, "PRAGMA mmap_size = 0", err);
}

static al_status check_copying (al_sqlite *store, al_error *err) {
  if (al_sqlite_is_copying(&store->base, &store->base.copying, err) != AL_OK)
    return err->status;
  return al_store_check_copying(&store->base, err);
}

/* The pragmas of the first group are for a file without tables; of any other
** the second would wait for whoever writes to it. That there are none shows
** late: the first read rolls back a creation that was cut off. */
static al_status open_for_writing (al_sqlite *store, al_error *err) {
  sqlite3 *db = store->db;
  int version;
  if (sqlite3_db_readonly(db, "main") == 1)
    return al_sqlite_fail_readonly(al_sqlite_name(db), "it cannot be written",
                                   err);
  if (al_sqlite_check_schema(db, &version, err) != AL_OK ||
      check_copying(store, err) != AL_OK)
    return err->status;
  if (version == 0 && al_sqlite_exec(db, BEFORE_TABLES, err) != AL_OK)
    return err->status;
  if (al_sqlite_make_schema(db, err) != AL_OK ||
      al_sqlite_enter_wal(db, store->base.timeout_ms, err) != AL_OK)
    return err->status;
  /* As good as FULL with a WAL. Without (al_sqlite_large.c) the folder is synced
  ** too, or a power cut could bring the journal back. What is deleted is
  ** overwritten where its page is written anyway: a purge then gives back all
  ** pages that are not (al_store_purge.c). */
  return al_sqlite_exec(db,
                        "PRAGMA synchronous = EXTRA;"
                        "PRAGMA secure_delete = FAST;"
                        "PRAGMA journal_size_limit = " WAL_KEPT_BYTES ";",
                        err);
}

static al_status open_for_reading (al_sqlite *store, const char *path,
                                   int empty, al_error *err) {
  int version;
  if (empty)
    return al_fail(err, AL_FOREIGN, "%s is no log: it is empty", path);
  if (al_sqlite_check_schema(store->db, &version, err) != AL_OK ||
      check_copying(store, err) != AL_OK)
    return err->status;
  if (version != AL_FILE_VERSION)
    return al_fail(err, AL_VERSION,
                   "%s is a log of file version %d: open it once for writing "
                   "to bring it to version %d",
                   path, version, AL_FILE_VERSION);
  return AL_OK;
}

al_status al_sqlite_cache (sqlite3 *db, al_cache cache, al_error *err) {
  return al_sqlite_exec(db,
                        cache == AL_CACHE_READ ? "PRAGMA cache_size = -2048"
                                               : "PRAGMA cache_size = -16384",
                        err);
}

/* What could not be opened has no name in SQLite: the path is told. */
static al_status open_database (sqlite3 **out, const char *name,
                                const char *path, int flags, al_error *err) {
  int code = sqlite3_open_v2(
      name, out, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (code == SQLITE_OK)
    return AL_OK;
  if (*out == NULL)
    return al_fail_nomem(err);
  return al_sqlite_fail_named(*out, path, err);
}

static al_status open_store (al_sqlite *store, const char *name,
                             const char *path, const al_store_options *options,
                             int flags, al_error *err) {
  int empty;
  if (open_database(&store->db, name, path, flags, err) != AL_OK)
    return err->status;
  al_sqlite_wait(store, options->timeout_ms);
  if (al_sqlite_check_header(store->db, path, &empty, err) != AL_OK ||
      configure(store->db, err) != AL_OK)
    return err->status;
  if ((options->readonly ? open_for_reading(store, path, empty, err)
                         : open_for_writing(store, err)) != AL_OK)
    return err->status;
  /* Only now is the size of pages known: set before, the limit would count
  ** pages of SQLite's default size. */
  return al_sqlite_cache(store->db, AL_CACHE_READ, err);
}

/* The path as a URI that reads the file as one that nobody writes. */
static char *immutable_uri (const char *path) {
  static const char DIGITS[] = "0123456789ABCDEF";
  static const char END[] = "?immutable=1";
  /* Without the empty host, that of "//folder/file" would be "folder". */
  const char *begin = path[0] == '/' ? "file://" : "file:";
  char *uri = malloc(strlen(begin) + 3 * strlen(path) + sizeof END), *out;
  if (uri == NULL)
    return NULL;
  out = stpcpy(uri, begin);
  for (; *path != '\0'; path++) {
    unsigned char c = (unsigned char)*path;
    if (c == '%' || c == '?' || c == '#' || c < 0x20) {
      *out++ = '%';
      *out++ = DIGITS[c >> 4];
      *out++ = DIGITS[c & 15];
    } else {
      *out++ = (char)c;
    }
  }
  memcpy(out, END, sizeof END);
  return uri;
}

/* The two strings as one that the caller frees; NULL when memory ran out. */
static char *join (const char *head, const char *tail) {
  char *joined = malloc(strlen(head) + strlen(tail) + 1);
  if (joined != NULL)
    strcpy(stpcpy(joined, head), tail);
  return joined;
}

/* Where -wal and -shm cannot be made, a log without a -wal is read as it is.
** With one, its newest records are in there and need the -shm; with a -journal,
** what is to be undone first. */
static al_status open_immutable (al_sqlite *store, const char *path,
                                 const al_store_options *options,
                                 al_error *err) {
  int has_wal = al_sqlite_has_beside(path, "-wal");
  char *uri;
  al_status status;
  if (has_wal || al_sqlite_has_beside(path, "-journal"))
    return al_fail(err, AL_READONLY,
                   "%s has a %s file beside it and cannot be read without "
                   "writing there: open it where the folder can be written, or "
                   "let its writer close it first",
                   path, has_wal ? "-wal" : "-journal");
  uri = immutable_uri(path);
  if (uri == NULL)
    return al_fail_nomem(err);
  sqlite3_close_v2(store->db);
  store->db = NULL;
  store->immutable = 1;
  status = open_store(store, uri, path, options,
                      SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
  free(uri);
  return status;
}

/* Whether a read-only log could not be opened for want of -wal and -shm. */
static int wants_writing (const al_sqlite *store, const char *path,
                          const al_error *err) {
  struct stat file;
  int code = store->db != NULL ? sqlite3_errcode(store->db) : SQLITE_OK;
  return err->status == AL_READONLY ||
         ((code & 0xFF) == SQLITE_CANTOPEN && stat(path, &file) == 0);
}

char *al_sqlite_plain_name (const char *path) {
  return join(strncmp(path, "file:", 5) == 0 ? "./" : "", path);
}

/* Make the log's file, where there is none, for its owner alone: SQLite would let
** everybody read it. mknod opens nothing, as closing it again would drop
** SQLite's locks, and follows no link. The -wal and the -shm get the mode that
** the log has. Returns how SQLite is to open it. */
static int create (const char *name) {
  if (strcmp(name, ":memory:") == 0)
    return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (mknod(name, S_IFREG | S_IRUSR | S_IWUSR, 0) == 0 ||
      (errno != EPERM && errno != EINVAL && errno != ENOSYS &&
       errno != EOPNOTSUPP))
    return SQLITE_OPEN_READWRITE;
  /* Where only root may, or nobody: SQLite makes it, as the umask lets it. */
  return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
}

static const char *kind_of (mode_t mode) {
  switch (mode & S_IFMT) {
  case S_IFDIR:
    return "a folder";
  case S_IFIFO:
    return "a FIFO";
  default:
    return "a device or a socket";
  }
}

/* SQLite would wait at a FIFO for ever, and make what a link leads to. A file may
** be made by somebody else between the two looks. */
static al_status check_there (const char *path, al_error *err) {
  struct stat file;
  if (stat(path, &file) == 0)
    return S_ISREG(file.st_mode)
               ? AL_OK
               : al_fail(err, AL_IO, "cannot open %s: it is %s", path,
                         kind_of(file.st_mode));
  if (errno == ENOENT && lstat(path, &file) == 0 && S_ISLNK(file.st_mode))
    return al_fail(err, AL_IO, "cannot open %s: it is a link to nothing", path);
  return AL_OK;
}

al_status al_sqlite_check_name (const char *path, al_error *err) {
  static const char LONGEST[] = "-journal";
  const char *slash = strrchr(path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  if (strlen(name) + sizeof LONGEST - 1 <= NAME_MAX)
    return AL_OK;
  return al_fail(err, AL_IO,
                 "the name of %s is too long: that of a log has at most %d "
                 "bytes, as SQLite puts others behind it",
                 path, (int)(NAME_MAX - (sizeof LONGEST - 1)));
}

static al_status open_plain (al_sqlite *store, const char *path,
                             const al_store_options *options, al_error *err) {
  char *name;
  al_status status;
  if (check_there(path, err) != AL_OK ||
      (!options->readonly && al_sqlite_check_name(path, err) != AL_OK))
    return err->status;
  name = al_sqlite_plain_name(path);
  if (name == NULL)
    return al_fail_nomem(err);
  status =
      open_store(store, name, path, options,
                 options->readonly ? SQLITE_OPEN_READONLY : create(name), err);
  free(name);
  return status;
}

al_status al_store_open (al_store **out, const char *path,
                         const al_store_options *options, al_error *err) {
  al_sqlite *store;
  *out = NULL;
  if (path[0] == '\0')
    return al_fail(err, AL_IO, "a log needs a file name (or \":memory:\")");
  store = calloc(1, sizeof *store);
  if (store == NULL)
    return al_fail_nomem(err);
  al_store_init(&store->base, &al_sqlite_kind, options);
  if ((options->readonly && al_sqlite_note_file(store, path, err) != AL_OK) ||
      (open_plain(store, path, options, err) != AL_OK &&
       !(options->readonly && wants_writing(store, path, err) &&
         open_immutable(store, path, options, err) == AL_OK))) {
    al_store_close(&store->base);
    return err->status;
  }
  *out = &store->base;
  return AL_OK;
}

/* ---- a second connection ---- */

al_status al_sqlite_connect (sqlite3 **out, const al_sqlite *store,
                             al_error *err) {
  const char *path = al_sqlite_path(store);
  char *uri = store->immutable ? immutable_uri(path) : NULL;
  al_status status;
  int version;
  *out = NULL;
  if (store->immutable && uri == NULL)
    return al_fail_nomem(err);
  status = open_database(
      out, uri != NULL ? uri : path, path,
      SQLITE_OPEN_READONLY | (uri != NULL ? SQLITE_OPEN_URI : 0), err);
  free(uri);
  if (status == AL_OK)
    status = configure(*out, err);
  if (status == AL_OK)
    status = al_sqlite_check_schema(*out, &version, err);
  if (status == AL_OK)
    status = al_sqlite_cache(*out, AL_CACHE_READ, err);
  if (status != AL_OK) {
    sqlite3_close_v2(*out);
    *out = NULL;
  }
  return status;
}
