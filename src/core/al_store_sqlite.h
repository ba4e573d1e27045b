/*
** al_store_sqlite.h - what the files of the store share. Only they include
** this, and only they see SQLite.
*/
#ifndef AL_STORE_SQLITE_H
#define AL_STORE_SQLITE_H

#include <sqlite3.h>
#include <sys/types.h>

#include "al_buffer.h"
#include "al_fold_cache.h"
#include "al_sha256.h"
#include "al_store.h"
#include "al_syncer.h"

/* Of a log's pages; large ones measured best. */
#define AL_PAGE_BYTES 16384

#define AL_APPLICATION_ID 0x414C4F47 /* "ALOG" */
#define AL_FILE_VERSION   3

/* The columns of record and of superseded, in the order of bind_content. */
#define AL_RECORD_COLUMNS                                                      \
  "sequence, operation_date, identity, digest, secret, "                       \
  "customer_name_folded, id, partner_id, customer_id, customer_name, "         \
  "user_principal_name, application_id, session_id, "                          \
  "original_correlation_id, resource_type, operation_type, "                   \
  "operation_status, resource_old_value, resource_new_value, "                 \
  "customized_data, other"

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
  AL_INSERT_IMPORT,
  AL_ROLLBACK,
  AL_NSTATEMENTS
} al_statement;

/* A record that is not yet in customer_record. */
typedef struct {
  const al_content *content; /* borrowed while it is put */
  int64_t sequence;
} al_pending;

#define AL_PENDING_MAX 32 /* rows that one statement inserts */

/* The import that is running. */
typedef struct {
  int running;
  int64_t number;         /* of the import: 1, 2, ... */
  int64_t first_sequence; /* of what it brings */
  int64_t next_sequence;
  al_import_counts counts;
  al_sha256 hash;                    /* over the digests of what it brings */
  uint8_t previous[AL_DIGEST_BYTES]; /* digest of the import before it */
  int in_known;                      /* the last one was there already */
  int64_t mask_bytes;                /* how much more is masked to compare */
  int npending;
  al_pending pending[AL_PENDING_MAX]; /* records without their customer yet */
} al_import_state;

/* For another writer, or for whoever is in the way. */
typedef struct {
  int timeout_ms;
  int64_t deadline_ms; /* of the wait that is going on */
} al_wait;

struct al_store {
  sqlite3 *db;      /* NULL once it was let go (al_store_fork.c) */
  pid_t process;    /* that opened it */
  al_stores *among; /* NULL: none, or it was let go */
  al_store *next;   /* in there */
  int cursors;      /* that are open */
  int closed;       /* but for what they need, or a child inherited */
  int immutable;    /* nobody writes the file: see open_immutable */
  al_buffer path;   /* of a log that is only read, with its NUL; else empty */
  struct stat file; /* what it was then */
  int one_thread;
  int timeout_ms; /* how long to wait for another writer */
  al_wait wait;
  int without_wal;     /* a first import is written without, or was */
  al_syncer *syncer;   /* of a large first import; owned; NULL: none */
  const char *at_work; /* what is done with the whole log, while nothing can be
                       ** imported: "verified"; NULL: nothing is */
  int in_purge;        /* nothing can be read, either: it would be half of it */
  sqlite3_stmt *statement[AL_NSTATEMENTS];
  al_import_state import;
  al_fold_cache names;
  al_buffer folded;  /* customer name of the record that is put */
  al_buffer dropped; /* customer of the record that is superseded */
  al_buffer masked;  /* values of the one in the log that it may be */
};

/* ---- al_store_file.c */

/* Before a log is opened that is only read. */
al_status al_store_note_file (al_store *store, const char *path, al_error *err);

/* Whether the file of a log that is only read is the one that was opened: AL_IO
** when another one has its name, AL_READONLY when it was written to and this
** connection cannot see that. Who reads it for long opens it anew then. */
al_status al_store_check_file (const al_store *store, al_error *err);

/* SQLite's result code as ours. */
al_status al_store_status (int code);

/* Whether this is the process that opened something; AL_MISUSE when it is not. */
int al_process_is (pid_t opener);
al_status al_process_check (pid_t opener, al_error *err);

/* Join none of a host's stores any more, if it did. */
void al_store_part (al_store *store);

/* Close a store that was inherited: SQLite's part of it stays as it is. */
void al_store_leave (al_store *store);

/* A cursor of the store closed; with the last one ends what is closed. */
void al_store_end_cursor (al_store *store);

/* The statements of a store, and what is left of it without SQLite's part. */
void al_store_finalize (al_store *store);
void al_store_free (al_store *store);

/* The file's whole path, or ":memory:", for messages. */
const char *al_store_name (sqlite3 *db);

/* The last failure of the connection as ours, with SQLite's own words. */
al_status al_store_fail (sqlite3 *db, al_error *err);

/* The log is not what it should be: AL_CORRUPT with its name and the reason. */
al_status al_store_corrupt (sqlite3 *db, al_error *err, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* Run statements without parameters and rows. */
al_status al_store_exec (sqlite3 *db, const char *sql, al_error *err);

/* How many pages a connection keeps, in KiB. Who reads goes from one end to the
** other, and is quickest in 2,048, which stay in the processor's cache; an
** import comes back to pages all over its tables, and has 16,384. */
typedef enum { AL_CACHE_READ, AL_CACHE_WRITE } al_cache;
al_status al_store_cache (sqlite3 *db, al_cache cache, al_error *err);

/* See the log as it is at the next read, until the end, which cannot fail: its
** statement is made before, as memory may run out. */
al_status al_store_begin_reading (sqlite3 *db, sqlite3_stmt **end,
                                  al_error *err);
void al_store_end_reading (sqlite3_stmt *end);

/* The one integer that a statement gives. */
al_status al_store_integer (sqlite3 *db, const char *sql, int *out,
                            al_error *err);

/* Another connection to the log's file, to read only. */
al_status al_store_connect (sqlite3 **out, const al_store *store,
                            al_error *err);

int al_store_in_memory (const al_store *store);

/* AL_IO for a log's name behind which those of SQLite's files do not fit. */
al_status al_store_check_name (const char *path, al_error *err);

/* What to call a file when SQLite opens it, which may be built to take a name
** that begins with "file:" for a URI, whose options would be obeyed: to it such a
** file is "./file:...". The caller frees it; NULL when memory ran out. */
char *al_store_plain_name (const char *path);

/* Whether a file of that name and suffix has bytes; 1 when in doubt. */
int al_store_has_beside (const char *path, const char *suffix);

al_status al_store_prepare (sqlite3 *db, sqlite3_stmt **out, const char *sql,
                            size_t len, al_error *err);

/* Wait so long, from here on, before a statement is AL_BUSY. */
void al_store_wait (al_store *store, int timeout_ms);

/* Put the file in WAL mode, waiting for whoever is in the way. */
al_status al_store_enter_wal (sqlite3 *db, int timeout_ms, al_error *err);

/* The same for a log whose first import left it, if it did. What fails is tried
** again when the next import begins, or by the next who opens the log. */
void al_store_return_to_wal (al_store *store, int timeout_ms);

/* SQLite's own handle of the file; NULL when there is none, as of :memory:. */
sqlite3_file *al_store_file (sqlite3 *db);

/* Tell the syncer, if there is one, how much the import wrote. */
void al_store_wrote (al_store *store);

/* End it, before the import is committed or undone. AL_IO when a sync failed,
** of which the commit's own would not know. */
al_status al_store_end_syncer (al_store *store, al_error *err);

/* The columns of an import that al_store_read_import reads, and of a purge. */
#define AL_IMPORT_COLUMNS                                                      \
  "import, source, time, first_sequence, records, added, known, changed, "     \
  "digest"
#define AL_PURGE_COLUMNS                                                       \
  "purge, import, before, time, user, oldest, newest, records, superseded, "   \
  "digest"

/* Read the row of a statement; its texts live as long as that. AL_CORRUPT,
** naming it, when a column holds anything else than it should. */
al_status al_store_read_import (sqlite3_stmt *s, al_chain_import *out,
                                uint8_t digest[AL_DIGEST_BYTES], al_error *err);
al_status al_store_read_purge (sqlite3_stmt *s, al_chain_purge *out,
                               uint8_t digest[AL_DIGEST_BYTES], al_error *err);

/* The digest in a column. Returns whether there is one. */
int al_store_column_digest (sqlite3_stmt *s, int column,
                            uint8_t digest[AL_DIGEST_BYTES]);

/* The digest of the chain's last entry (al_chain.h), or of the last one before
** an import; zeros without one. */
al_status al_store_read_head (sqlite3 *db, uint8_t digest[AL_DIGEST_BYTES],
                              al_error *err);
al_status al_store_read_entry_before (sqlite3 *db, int64_t import,
                                      uint8_t digest[AL_DIGEST_BYTES],
                                      al_error *err);

/* AL_MISUSE while a purge is running, and in another process than the one that
** opened the store. */
al_status al_store_check_readable (const al_store *store, al_error *err);

/* The same, and while an import is running or any work on the whole log. */
al_status al_store_check_idle (const al_store *store, al_error *err);

/* Bind a content's row of customer_record as row 'row' of the statement's,
** from 0. It has a customer. */
void al_store_bind_customer (sqlite3_stmt *s, int row, const al_content *c,
                             int64_t sequence);

/* Bind a text in place, which has to outlive the statement's run; and the text
** of a column, missing also when memory ran out. */
void al_store_bind_text (sqlite3_stmt *s, int at, al_text text);
al_text al_store_column_text (sqlite3_stmt *s, int column);

/* Delete a current content, while an import or a purge is running. */
al_status al_store_delete (al_store *store, int64_t sequence,
                           al_text operation_date, al_text customer_id,
                           al_error *err);

/* Statuses behind which there is no progress any more. */
int al_store_is_final (al_text status);
int al_store_is_progress (al_text status);

/* Begin an import by this statement, and end it durably: behind a failure it
** has to be rolled back. */
al_status al_store_begin_by (al_store *store, const char *begin, al_error *err);
al_status al_store_end (al_store *store, al_error *err);

/* AL_VERSION of a newer one, AL_CORRUPT below zero. */
al_status al_store_check_version (const char *path, int version, al_error *err);

/* Whether the tables are ours, as the file's version has them: AL_CORRUPT names
** what is not. After a failure the connection is only good for closing. */
al_status al_store_check_schema (sqlite3 *db, int *version, al_error *err);

/* Bring the file to AL_FILE_VERSION. */
al_status al_store_make_schema (sqlite3 *db, al_error *err);

/* Bring the file to the version of the last step, each step one version, all
** in one transaction. A new file is brought there from version 0. */
al_status al_store_migrate (sqlite3 *db, const char *const *steps, int nsteps,
                            al_error *err);

#endif
