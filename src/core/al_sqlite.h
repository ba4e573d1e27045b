/*
** al_sqlite.h - what the files of the SQLite store share. Only they include
** this, and only they see SQLite.
*/
#ifndef AL_SQLITE_H
#define AL_SQLITE_H

#include <sqlite3.h>

#include "al_store_kind.h"
#include "al_syncer.h"

/* Of a log's pages; large ones measured best. */
#define AL_PAGE_BYTES 16384

#define AL_APPLICATION_ID 0x414C4F47 /* "ALOG" */
#define AL_COPYING_ID     0x414C4F43 /* "ALOC": an unfinished copy */
#define AL_FILE_VERSION   3

/* A constant's number as text, for a PRAGMA, which takes no parameters. */
#define AL_NUMBER(constant) AL_TEXT_OF(constant)
#define AL_TEXT_OF(number)  #number

/* The statements of an import, prepared when the first one begins. */
typedef enum {
  AL_INSERT,
  AL_INSERT_ROWS,
  AL_FIND,
  AL_READ_SECRET,
  AL_FIND_SUPERSEDED,
  AL_INSERT_SUPERSEDED,
  AL_SUPERSEDE,
  AL_DELETE,
  AL_INSERT_CUSTOMER,
  AL_INSERT_CUSTOMERS,
  AL_DELETE_CUSTOMER,
  AL_FIND_CUSTOMER,
  AL_KEEP_PURGED,
  AL_ROLLBACK,
  AL_NSTATEMENTS
} al_statement;

/* A record that is not yet in customer_record. */
typedef struct {
  const al_content *content; /* borrowed while it is put */
  int64_t sequence;
} al_pending;

#define AL_PENDING_MAX 32 /* rows that one statement inserts */

/* For another writer, or for whoever is in the way. */
typedef struct {
  int timeout_ms;
  int64_t deadline_ms; /* of the wait that is going on */
} al_wait;

typedef struct {
  al_store base;
  sqlite3 *db;      /* NULL once it was let go (al_store_fork.c) */
  int immutable;    /* nobody writes the file: see open_immutable */
  al_buffer path;   /* of a log that is only read, with its NUL; else empty */
  struct stat file; /* what it was then */
  al_wait wait;
  int without_wal;       /* a first import is written without, or was */
  al_syncer *syncer;     /* of a large first import; owned; NULL: none */
  sqlite3_stmt *reading; /* ends it (al_store_begin_reading) */
  sqlite3_stmt *statement[AL_NSTATEMENTS];
  /* Of the import that is running: */
  int in_copy;        /* it is a part of a copy */
  int in_known;       /* the last one was there already */
  int64_t mask_bytes; /* how much more is masked to compare */
  int npending;
  al_pending pending[AL_PENDING_MAX]; /* records without their customer yet */
  al_buffer dropped; /* customer of the record that is superseded */
  al_buffer masked;  /* values of the one in the log that it may be */
} al_sqlite;

/* ---- al_sqlite.c */

/* Run statements without parameters and rows. */
al_status al_sqlite_exec (sqlite3 *db, const char *sql, al_error *err);

al_status al_sqlite_prepare (sqlite3 *db, sqlite3_stmt **out, const char *sql,
                             size_t len, al_error *err);

/* The one integer that a statement gives. */
al_status al_sqlite_integer (sqlite3 *db, const char *sql, int *out,
                             al_error *err);

/* See the log as it is at the next read, until the end, which cannot fail: its
** statement is made before, as memory may run out. */
al_status al_sqlite_begin_reading (sqlite3 *db, sqlite3_stmt **end,
                                   al_error *err);
void al_sqlite_end_reading (sqlite3_stmt *end);

/* Whether the log is an unfinished copy, which shows in a WAL first. */
al_status al_sqlite_is_copying (al_store *store, int *copying, al_error *err);

/* ---- al_sqlite_error.c */

/* SQLite's result code as ours. */
al_status al_sqlite_status (int code);

/* The file's whole path, or ":memory:", for messages. */
const char *al_sqlite_name (sqlite3 *db);

/* The last failure of the connection as ours, with SQLite's own words. */
al_status al_sqlite_fail (sqlite3 *db, al_error *err);

/* The same of a file that has no name in SQLite, as it could not be opened. */
al_status al_sqlite_fail_named (sqlite3 *db, const char *name, al_error *err);

/* AL_READONLY with what keeps the log from being written; 'why' is told when that
** does not show. */
al_status al_sqlite_fail_readonly (const char *name, const char *why,
                                   al_error *err);

/* The log is not what it should be: AL_CORRUPT with its name and the reason. */
al_status al_sqlite_corrupt (sqlite3 *db, al_error *err, const char *format,
                             ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* ---- al_sqlite_file.c */

/* The whole path, wherever the process has gone since; NULL of a log without a
** file, and of one that was let go. */
const char *al_sqlite_path (const al_sqlite *store);

int al_sqlite_in_memory (const al_sqlite *store);

/* Whether a file of that name and suffix has bytes; 1 when in doubt. */
int al_sqlite_has_beside (const char *path, const char *suffix);

/* Before a log is opened that is only read. */
al_status al_sqlite_note_file (al_sqlite *store, const char *path,
                               al_error *err);

/* Whether the file of a log that is only read is the one that was opened: AL_IO
** when another one has its name, AL_READONLY when it was written to and this
** connection cannot see that. Who reads it for long opens it anew then. */
al_status al_sqlite_check_file (const al_store *store, al_error *err);

/* ---- al_sqlite_header.c */

/* SQLite's own handle of the file; NULL when there is none, as of :memory:. */
sqlite3_file *al_sqlite_file (sqlite3 *db);

/* Look at the file without SQL. *empty tells whether a log is to be made. */
al_status al_sqlite_check_header (sqlite3 *db, const char *path, int *empty,
                                  al_error *err);

/* ---- al_sqlite_open.c */

/* Another connection to the log's file, to read only. */
al_status al_sqlite_connect (sqlite3 **out, const al_sqlite *store,
                             al_error *err);

/* How many pages a connection keeps, in KiB. Who reads goes from one end to the
** other, and is quickest in 2,048, which stay in the processor's cache; an
** import comes back to pages all over its tables, and has 16,384. */
typedef enum { AL_CACHE_READ, AL_CACHE_WRITE } al_cache;
al_status al_sqlite_cache (sqlite3 *db, al_cache cache, al_error *err);

/* AL_IO for a log's name behind which those of SQLite's files do not fit. */
al_status al_sqlite_check_name (const char *path, al_error *err);

/* What to call a file when SQLite opens it, which may be built to take a name
** that begins with "file:" for a URI, whose options would be obeyed: to it such a
** file is "./file:...". The caller frees it; NULL when memory ran out. */
char *al_sqlite_plain_name (const char *path);

/* ---- al_sqlite_wait.c */

/* Wait so long, from here on, before a statement is AL_BUSY. */
void al_sqlite_wait (al_sqlite *store, int timeout_ms);

/* Put the file in WAL mode, waiting for whoever is in the way. */
al_status al_sqlite_enter_wal (sqlite3 *db, int timeout_ms, al_error *err);

/* ---- al_sqlite_large.c */

/* Begin the transaction of a large import, if this log can have one: else *begun
** is 0. */
al_status al_sqlite_begin_large (al_sqlite *store, int *begun, al_error *err);

/* Tell the syncer, if there is one, how much the import wrote. */
void al_sqlite_wrote (al_sqlite *store);

/* End it, before the import is committed or undone. AL_IO when a sync failed,
** of which the commit's own would not know. */
al_status al_sqlite_end_syncer (al_sqlite *store, al_error *err);

/* Enter WAL mode with a log whose first import left it, if it did. What fails is
** tried again when the next import begins, or by the next who opens the log. */
void al_sqlite_return_to_wal (al_sqlite *store, int timeout_ms);

/* ---- al_sqlite_import.c */

/* Bind a text in place, which has to outlive the statement's run; and the text
** of a column, missing also when memory ran out. */
void al_sqlite_bind_text (sqlite3_stmt *s, int at, al_text text);
al_text al_sqlite_column_text (sqlite3_stmt *s, int column);

/* Begin the transaction of an import or a purge by this statement. */
al_status al_sqlite_begin_by (al_sqlite *store, const char *begin,
                              al_error *err);

/* Delete a current content, while an import or a purge is running. */
al_status al_sqlite_delete (al_sqlite *store, int64_t sequence,
                            al_text operation_date, al_text customer_id,
                            al_error *err);

/* ---- al_sqlite_schema.c */

/* AL_VERSION of a newer one, AL_CORRUPT below zero. */
al_status al_sqlite_check_version (const char *path, int version,
                                   al_error *err);

/* Whether the tables are ours, as the file's version has them: AL_CORRUPT names
** what is not. After a failure the connection is only good for closing. */
al_status al_sqlite_check_schema (sqlite3 *db, int *version, al_error *err);

/* Bring the file to AL_FILE_VERSION. */
al_status al_sqlite_make_schema (sqlite3 *db, al_error *err);

/* Bring the file to the version of the last step, each step one version, all
** in one transaction. A new file is brought there from version 0. */
al_status al_sqlite_migrate (sqlite3 *db, const char *const *steps, int nsteps,
                             al_error *err);

/* ---- what the kind is made of (al_store_kind.h), file by file */

al_status al_sqlite_begin (al_store *store, al_begin how, al_error *err);
al_status al_sqlite_put (al_store *store, const al_content *contents, size_t n,
                         al_error *err);
al_status al_sqlite_keep_purged (al_store *store, const uint8_t *digests,
                                 size_t n, al_error *err);
al_status al_sqlite_settle (al_store *store, al_error *err);
al_status al_sqlite_end (al_store *store, al_error *err);
void al_sqlite_rollback (al_store *store);

al_status al_sqlite_cursor_open (al_cursor **out, al_cursor **twin,
                                 al_store *store, const al_query *query,
                                 al_error *err);
al_status al_sqlite_cursor_step (al_cursor *cursor, int *row, al_error *err);
al_status al_sqlite_cursor_slice (al_cursor *cursor, al_slice *out,
                                  al_error *err);
void al_sqlite_cursor_close (al_cursor *cursor, int in_child);
al_status al_sqlite_count (al_store *store, const al_query *query,
                           int64_t *count, al_error *err);

al_status al_sqlite_select_open (al_select **out, al_store *store,
                                 const char *types, const char *sql,
                                 const al_sql_value *given, size_t n,
                                 al_error *err);
al_status al_sqlite_select_next (al_select *select, int *row, al_error *err);
void al_sqlite_select_close (al_select *select);
al_status al_sqlite_run (al_store *store, const char *sql,
                         const al_sql_value *given, size_t n, al_error *err);

al_status al_sqlite_check_whole (al_store *store, al_error *err);
al_status al_sqlite_find_customer (al_store *store, const al_content *content,
                                   int64_t sequence, int *rows, al_error *err);
al_status al_sqlite_count_customers (al_store *store, int64_t *rows,
                                     al_error *err);

int al_sqlite_owns (const al_store *store, const struct stat *file);
al_status al_sqlite_check_target (const al_store *store, const char *path,
                                  al_error *err);
al_status al_sqlite_size (al_store *store, int64_t *bytes, al_error *err);

int al_sqlite_is_read (const al_store *store);
al_status al_sqlite_measure (al_store *store, int64_t *bytes, al_error *err);
al_status al_sqlite_take_old (al_store *store, al_purge_work *work,
                              al_error *err);
al_status al_sqlite_give_back (al_store *store, al_purge_work *work,
                               al_error *err);

#endif
