/*
** al_sqlite.c - opening, creating and closing a log's file.
**
** A file is looked at through SQLite's own handle before any SQL runs: SQL
** would roll back the hot journal of a stranger's database, and a handle of
** our own would drop SQLite's locks when it closes.
*/
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "al_sqlite.h"

#define HEADER_BYTES     100
#define JOURNAL_AT       18 /* 1: rollback, 2: WAL */
#define FORMAT_AT        44
#define VERSION_AT       60
#define APPLICATION_AT   68
#define WAL_KEPT_BYTES   "67108864"
#define SQL_MAX_BYTES    1000000 /* filters of 30,000 values take a tenth */
#define TEXT_OF(number)  #number
#define NUMBER(constant) TEXT_OF(constant)
#define PAGE_SIZE        "PRAGMA page_size = " NUMBER(AL_PAGE_BYTES)
#define BEFORE_TABLES    PAGE_SIZE "; PRAGMA auto_vacuum = INCREMENTAL"

/* A record's text, and once more the part of it that is folded: one character
** of three bytes becomes 33 (U+FDFA). */
#define ROW_MAX_BYTES (12 * AL_RECORD_MAX_BYTES + 65536)

/* ---- SQLite's failures ---- */

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
static al_status fail_readonly (const char *name, const char *why,
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

static al_status fail_named (sqlite3 *db, const char *name, al_error *err) {
  al_status status = al_sqlite_status(sqlite3_extended_errcode(db));
  int system = status == AL_IO ? system_errno(db) : 0;
  if (status == AL_NOMEM)
    return al_fail_nomem(err);
  if (al_errno_is_full(system))
    status = AL_FULL;
  if (status == AL_READONLY && sqlite3_db_readonly(db, "main") != 1)
    return fail_readonly(name, sqlite3_errmsg(db), err);
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
  return fail_named(db, al_sqlite_name(db), err);
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

al_status al_sqlite_exec (sqlite3 *db, const char *sql, al_error *err) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
    return al_sqlite_fail(db, err);
  return AL_OK;
}

al_status al_sqlite_prepare (sqlite3 *db, sqlite3_stmt **out, const char *sql,
                             size_t len, al_error *err) {
  if (sqlite3_prepare_v3(db, sql, (int)len, SQLITE_PREPARE_PERSISTENT, out,
                         NULL) != SQLITE_OK)
    return al_sqlite_fail(db, err);
  return AL_OK;
}

al_status al_sqlite_begin_reading (sqlite3 *db, sqlite3_stmt **end,
                                   al_error *err) {
  static const char END[] = "COMMIT";
  if (al_sqlite_prepare(db, end, END, sizeof END - 1, err) != AL_OK)
    return err->status;
  if (al_sqlite_exec(db, "BEGIN", err) == AL_OK)
    return AL_OK;
  sqlite3_finalize(*end);
  return err->status;
}

void al_sqlite_end_reading (sqlite3_stmt *end) {
  sqlite3_step(end);
  sqlite3_finalize(end);
}

al_status al_sqlite_integer (sqlite3 *db, const char *sql, int *out,
                             al_error *err) {
  sqlite3_stmt *statement;
  int code;
  if (al_sqlite_prepare(db, &statement, sql, strlen(sql), err) != AL_OK)
    return err->status;
  code = sqlite3_step(statement);
  *out = code == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
  if (sqlite3_finalize(statement) != SQLITE_OK)
    return al_sqlite_fail(db, err);
  return AL_OK;
}

/* ---- what a file is ---- */

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

/* Look at the file without SQL. *empty tells whether a log is to be made. */
static al_status check_file (sqlite3 *db, const char *path, int *empty,
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

/* ---- opening ---- */

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

/* Whether it is an unfinished copy shows in a WAL first. */
static al_status sqlite_is_copying (al_store *base, int *copying,
                                    al_error *err) {
  int application = 0;
  if (al_sqlite_integer(((al_sqlite *)base)->db, "PRAGMA application_id",
                        &application, err) != AL_OK)
    return err->status;
  *copying = application == AL_COPYING_ID;
  return AL_OK;
}

static al_status check_copying (al_sqlite *store, al_error *err) {
  if (sqlite_is_copying(&store->base, &store->base.copying, err) != AL_OK)
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
    return fail_readonly(al_sqlite_name(db), "it cannot be written", err);
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
  return fail_named(*out, path, err);
}

static al_status open_store (al_sqlite *store, const char *name,
                             const char *path, const al_store_options *options,
                             int flags, al_error *err) {
  int empty;
  if (open_database(&store->db, name, path, flags, err) != AL_OK)
    return err->status;
  al_sqlite_wait(store, options->timeout_ms);
  if (check_file(store->db, path, &empty, err) != AL_OK ||
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

int al_sqlite_has_beside (const char *path, const char *suffix) {
  char name[PATH_MAX +
            sizeof "-journal"]; /* on the stack: no memory, no doubt */
  struct stat file;
  snprintf(name, sizeof name, "%s%s", path, suffix);
  return stat(name, &file) == 0 && file.st_size > 0;
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

static al_status sqlite_open (al_store **out, const char *path,
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

/* SQLite knows the whole path, wherever the process has gone since; NULL of a
** log without a file, and of one that was let go. */
static const char *path_of (const al_sqlite *store) {
  const char *path =
      store->db != NULL ? sqlite3_db_filename(store->db, "main") : NULL;
  return path != NULL && path[0] != '\0' ? path : NULL;
}

int al_sqlite_in_memory (const al_sqlite *store) {
  return path_of(store) == NULL;
}

al_status al_sqlite_connect (sqlite3 **out, const al_sqlite *store,
                             al_error *err) {
  const char *path = path_of(store);
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

/* ---- closing ---- */

static void finalize (al_sqlite *store) {
  int i;
  for (i = 0; i < AL_NSTATEMENTS; i++) {
    sqlite3_finalize(store->statement[i]);
    store->statement[i] = NULL;
  }
}

/* Not even SQLite's memory is freed: another thread may have had its locks when
** the process was forked, and nobody would ever release them. */
static void sqlite_leave (al_store *base) {
  al_sqlite *store = (al_sqlite *)base;
  al_buffer_close(&store->dropped);
  al_buffer_close(&store->masked);
  al_buffer_close(&store->path);
}

static void sqlite_close (al_store *base) {
  al_sqlite *store = (al_sqlite *)base;
  finalize(store);
  sqlite3_close_v2(store->db);
  sqlite_leave(base);
}

static int sqlite_is_idle (const al_store *base) {
  const al_sqlite *store = (const al_sqlite *)base;
  return sqlite3_txn_state(store->db, NULL) == SQLITE_TXN_NONE;
}

static int sqlite_let_go (al_store *base) {
  al_sqlite *store = (al_sqlite *)base;
  finalize(store);
  sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (sqlite3_close(store->db) != SQLITE_OK)
    return 0;
  store->db = NULL;
  return 1;
}

/* ---- the log's own files ---- */

static int is_file (const char *path, const struct stat *file) {
  struct stat own;
  return path != NULL && path[0] != '\0' && stat(path, &own) == 0 &&
         own.st_dev == file->st_dev && own.st_ino == file->st_ino;
}

static int sqlite_owns (const al_store *base, const struct stat *file) {
  const char *path = path_of((const al_sqlite *)base);
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
    if (stat(log, &file) == 0 && is_file(path_of(store), &file))
      return 1;
  }
  return 0;
}

static al_status sqlite_check_target (const al_store *store, const char *path,
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

/* ---- the kind ---- */

static const char *sqlite_name (const al_store *base) {
  return al_sqlite_name(((const al_sqlite *)base)->db);
}

static int64_t size_of (const char *path) {
  struct stat file;
  return path != NULL && path[0] != '\0' && stat(path, &file) == 0
             ? (int64_t)file.st_size
             : 0;
}

/* By their names: to open and close them would drop SQLite's locks. */
static al_status sqlite_size (al_store *base, int64_t *bytes, al_error *err) {
  const char *path = path_of((const al_sqlite *)base);
  if (path == NULL)
    return al_sqlite_measure(base, bytes, err);
  *bytes = size_of(path) + size_of(sqlite3_filename_wal(path));
  return AL_OK;
}

static al_status sqlite_begin_reading (al_store *base, al_error *err) {
  al_sqlite *store = (al_sqlite *)base;
  return al_sqlite_begin_reading(store->db, &store->reading, err);
}

static void sqlite_end_reading (al_store *base) {
  al_sqlite_end_reading(((al_sqlite *)base)->reading);
}

static al_status sqlite_set_copying (al_store *base, int copying,
                                     al_error *err) {
  return al_sqlite_exec(
      ((al_sqlite *)base)->db,
      copying ? "PRAGMA application_id = " NUMBER(AL_COPYING_ID)
              : "PRAGMA application_id = " NUMBER(AL_APPLICATION_ID),
      err);
}

const al_store_kind al_sqlite_kind = {
    .open = sqlite_open,
    .close = sqlite_close,
    .leave = sqlite_leave,
    .is_idle = sqlite_is_idle,
    .let_go = sqlite_let_go,
    .name = sqlite_name,
    .check = al_sqlite_check_file,
    .owns = sqlite_owns,
    .check_target = sqlite_check_target,
    .begin = al_sqlite_begin,
    .put = al_sqlite_put,
    .keep_purged = al_sqlite_keep_purged,
    .settle = al_sqlite_settle,
    .end = al_sqlite_end,
    .rollback = al_sqlite_rollback,
    .set_copying = sqlite_set_copying,
    .is_copying = sqlite_is_copying,
    .begin_reading = sqlite_begin_reading,
    .end_reading = sqlite_end_reading,
    .select_open = al_sqlite_select_open,
    .select_next = al_sqlite_select_next,
    .select_close = al_sqlite_select_close,
    .run = al_sqlite_run,
    .cursor_open = al_sqlite_cursor_open,
    .cursor_step = al_sqlite_cursor_step,
    .cursor_slice = al_sqlite_cursor_slice,
    .cursor_close = al_sqlite_cursor_close,
    .count = al_sqlite_count,
    .check_whole = al_sqlite_check_whole,
    .find_customer = al_sqlite_find_customer,
    .count_customers = al_sqlite_count_customers,
    .size = sqlite_size,
    .is_read = al_sqlite_is_read,
    .take_old = al_sqlite_take_old,
    .insert_purge = "INSERT INTO purge (" AL_PURGE_COLUMNS ", pending)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1)",
    .insert_empty = "INSERT INTO purge (" AL_PURGE_COLUMNS ", pending)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)",
    .give_back = al_sqlite_give_back,
};

al_status al_store_open (al_store **out, const char *path,
                         const al_store_options *options, al_error *err) {
  return sqlite_open(out, path, options, err);
}
