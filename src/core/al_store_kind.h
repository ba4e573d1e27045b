/*
** al_store_kind.h - what a kind of store has to do, and what those that every
** log has in common do for it. Only the files of stores include this.
**
**   al_store.c, al_store_*.c, al_cursor.c   what every log is
**        │ al_store_kind
**        ├── al_sqlite*.c                   a file
**        └── src/postgres                   a database, in a module of its own
**
** Each begins its own structs with those below.
*/
#ifndef AL_STORE_KIND_H
#define AL_STORE_KIND_H

#include <sys/types.h>

#include "al_buffer.h"
#include "al_fold_cache.h"
#include "al_rules.h"
#include "al_search.h"
#include "al_sha256.h"
#include "al_sql.h"
#include "al_time.h"

/* The columns of record and of superseded, behind 'sequence' those of a content:
** its date and what the log makes of it, then its other fields in their order. */
#define AL_CONTENT_COLUMNS                                                     \
  "operation_date, identity, digest, secret, customer_name_folded, id, "       \
  "partner_id, customer_id, customer_name, user_principal_name, "              \
  "application_id, session_id, original_correlation_id, resource_type, "       \
  "operation_type, operation_status, resource_old_value, "                     \
  "resource_new_value, customized_data, other"
#define AL_RECORD_COLUMNS "sequence, " AL_CONTENT_COLUMNS
#define AL_RECORD_TYPES   "itbbitttttttttttttttt"

/* The import that is running. */
typedef struct {
  int running;
  int64_t number;         /* of the import: 1, 2, ... */
  int64_t first_sequence; /* of what it brings */
  int64_t next_sequence;
  al_import_counts counts;
  al_sha256 hash;                    /* over the digests of what it brings */
  uint8_t previous[AL_DIGEST_BYTES]; /* digest of the entry before it */
} al_import_state;

struct al_store {
  const al_store_kind *kind;
  pid_t process;    /* that opened it */
  al_stores *among; /* NULL: none, or it was let go */
  al_store *next;   /* in there */
  int cursors;      /* that are open */
  int closed;       /* but for what they need, or a child inherited */
  int one_thread;
  int timeout_ms;      /* how long to wait for another writer */
  const char *at_work; /* what is done with the whole log, while nothing can be
                       ** imported: "verified"; NULL: nothing is */
  int in_purge;        /* nothing can be read, either: it would be half of it */
  int copying;         /* it is an unfinished copy (al_store_copy.c) */
  int for_copy;        /* it was opened to be copied into */
  al_import_state import;
  al_fold_cache names;
  al_buffer folded; /* customer name of the record that is put */
};

/* All that is common to cursors; the kind's own is behind it. */
struct al_cursor {
  const al_store_kind *kind;
  al_store *store;            /* NULL of a twin */
  pid_t process;              /* that opened it */
  al_field field[AL_NFIELDS]; /* that it reads */
  int nfields;
  int positions;
  char position[AL_RECORD_POSITION_LEN]; /* of the last record */
  int unmasked;
  al_rules *rules; /* owned; NULL when there are none */
  int64_t masked;
  al_record row;    /* as it is in the log */
  al_record record; /* as it is handed out */
  al_buffer text;   /* of its masked values */
  al_search search;
  al_progress progress;
  int64_t looked_at; /* rows so far, a twin's before this slice included */
  int64_t told;      /* of them, at last */
};

typedef enum {
  AL_BEGIN_IMPORT,
  AL_BEGIN_LARGE,
  AL_BEGIN_COPY,
  AL_BEGIN_PURGE
} al_begin;

/* A purge that is going on. */
typedef struct {
  const al_purge_options *options;
  char before[AL_TIME_LEN + 1];
  int64_t first, last; /* numbers that the old ones lie between */
  int64_t done;
  int64_t bytes; /* of the log before, for the kind */
  al_purged *out;
} al_purge_work;

/* Of those that say so NULL is for: there is nothing to do. */
struct al_store_kind {
  /* Open what has that address; on failure *out is NULL. What is marked as a
  ** copy (set_copying) is told to al_store_check_copying before it is changed. */
  al_status (*open)(al_store **out, const char *address,
                    const al_store_options *options, al_error *err);
  /* Let go of all that is the kind's, but for the struct; 'leave' in a child,
  ** without touching anything that is the parent's. */
  void (*close)(al_store *store);
  void (*leave)(al_store *store);
  /* Whether an inherited store was at work when the process was forked; and let
  ** go of it in the child, so that the log can be opened there: 0 when it cannot
  ** be. */
  int (*is_idle)(const al_store *store);
  int (*let_go)(al_store *store);
  /* What messages call the log. */
  const char *(*name)(const al_store *store);
  /* Whether it still is the log that was opened; or NULL. */
  al_status (*check)(const al_store *store, al_error *err);
  /* Whether a file is the log's own, and whether a name is; both or NULL. */
  int (*owns)(const al_store *store, const struct stat *file);
  al_status (*check_target)(const al_store *store, const char *path,
                            al_error *err);

  /* A transaction for an import, a purge or a part of a copy. It begins with what
  ** al_store_continue_chain does, which an import may leave to 'settle'. */
  al_status (*begin)(al_store *store, al_begin how, al_error *err);
  /* Put contents, which are complete. A copy knows that all are new: it does not
  ** ask whether they are known or masked, and has them counted
  ** (al_store_count_content) at once. */
  al_status (*put)(al_store *store, const al_content *contents, size_t n,
                   al_error *err);
  /* Of a copy: keep the digests of 'n' purged contents, each under the next
  ** number, and have them counted. */
  al_status (*keep_purged)(al_store *store, const uint8_t *digests, size_t n,
                           al_error *err);
  /* All were put: give them their numbers and places, and count them. A copy
  ** does so before it takes out what is old, too. */
  al_status (*settle)(al_store *store, al_error *err);
  /* Make what was done durable. Behind a failure 'rollback' is called. */
  al_status (*end)(al_store *store, al_error *err);
  void (*rollback)(al_store *store);
  /* Mark the log as an unfinished copy, or as no more one: a part of what a copy
  ** does in a transaction. */
  al_status (*set_copying)(al_store *store, int copying, al_error *err);
  /* Whether it is marked now. */
  al_status (*is_copying)(al_store *store, int *copying, al_error *err);

  /* See one state of the log, until the end. */
  al_status (*begin_reading)(al_store *store, al_error *err);
  void (*end_reading)(al_store *store);
  /* See al_sql.h. */
  al_status (*select_open)(al_select **out, al_store *store, const char *types,
                           const char *sql, const al_sql_value *given, size_t n,
                           al_error *err);
  al_status (*select_next)(al_select *select, int *row, al_error *err);
  void (*select_close)(al_select *select);
  al_status (*run)(al_store *store, const char *sql, const al_sql_value *given,
                   size_t n, al_error *err);

  /* Open a cursor, and with 'twin' another one where it is worth it
  ** (al_cursor_open_pair); both begin as al_cursor_init makes them. */
  al_status (*cursor_open)(al_cursor **out, al_cursor **twin, al_store *store,
                           const al_query *query, al_error *err);
  /* Read the next row, and its position. */
  al_status (*cursor_step)(al_cursor *cursor, int *row, al_error *err);
  /* Of one that has a twin; NULL where none ever has. */
  al_status (*cursor_slice)(al_cursor *cursor, al_slice *out, al_error *err);
  /* Let go of all that is the kind's, but for the struct; in a child only of
  ** what is its own. */
  void (*cursor_close)(al_cursor *cursor, int in_child);
  /* How many records a query selects; -1 when they have to be read to tell. */
  al_status (*count)(al_store *store, const al_query *query, int64_t *count,
                     al_error *err);

  /* Whether what keeps the tables is whole; or NULL. */
  al_status (*check_whole)(al_store *store, al_error *err);
  /* Whether a current content is found by its customer, where a table has them:
  ** how many rows there are for it, and in all. Both or NULL. */
  al_status (*find_customer)(al_store *store, const al_content *content,
                             int64_t sequence, int *rows, al_error *err);
  al_status (*count_customers)(al_store *store, int64_t *rows, al_error *err);

  /* How many bytes it takes where it is kept. */
  al_status (*size)(al_store *store, int64_t *bytes, al_error *err);

  /* Whether its records are being read. */
  int (*is_read)(const al_store *store);
  /* Take out what is old: as many as work->out tells, and keep their digests. */
  al_status (*take_old)(al_store *store, al_purge_work *work, al_error *err);
  const char *insert_purge; /* of AL_PURGE_COLUMNS; SQL */
  const char *insert_empty; /* the same of one that took nothing here */
  /* Behind the purge: give back the space, of this one and of those before. */
  al_status (*give_back)(al_store *store, al_purge_work *work, al_error *err);
};

/* ---- al_store.c */

/* What is common to stores, in a struct of zeros; and let go of it. */
void al_store_init (al_store *store, const al_store_kind *kind,
                    const al_store_options *options);

/* The log is not what it should be: AL_CORRUPT with its name and the reason. */
al_status al_store_corrupt (const al_store *store, al_error *err,
                            const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* A cursor of the store closed; with the last one ends what is closed. */
void al_store_end_cursor (al_store *store);

/* AL_FOREIGN for an unfinished copy, unless it is opened to go on with it. */
al_status al_store_check_copying (const al_store *store, al_error *err);

/* Free a store of which its kind let go. */
void al_store_free (al_store *store);

/* Whether it still is the log that was opened. */
al_status al_store_check (const al_store *store, al_error *err);

/* AL_MISUSE while a purge is running, and in another process than the one that
** opened the store. */
al_status al_store_check_readable (const al_store *store, al_error *err);

/* The same, and while an import is running or any work on the whole log. */
al_status al_store_check_idle (const al_store *store, al_error *err);

/* See one state of the log in all selects, until the end. */
al_status al_store_begin_reading (al_store *store, al_error *err);
void al_store_end_reading (al_store *store);

/* The transaction of an import or a purge; al_store_rollback ends it, too. */
al_status al_store_begin_as (al_store *store, al_begin how, al_error *err);
al_status al_store_end (al_store *store, al_error *err);

/* Statuses behind which there is no progress any more. */
int al_store_is_final (al_text status);
int al_store_is_progress (al_text status);

/* ---- al_store_fork.c */

/* Whether this is the process that opened something; AL_MISUSE when it is not. */
int al_process_is (pid_t opener);
al_status al_process_check (pid_t opener, al_error *err);

/* Join none of a host's stores any more, if it did. */
void al_store_part (al_store *store);

/* Close a store that was inherited: what it has open stays as it is. */
void al_store_leave (al_store *store);

/* ---- al_store_chain.c */

/* The columns of an import that al_store_read_import reads, and of a purge, with
** their types. */
#define AL_IMPORT_COLUMNS                                                      \
  "import, source, time, first_sequence, records, added, known, changed, "     \
  "digest"
#define AL_IMPORT_TYPES "ittiiiiib"
#define AL_PURGE_COLUMNS                                                       \
  "purge, import, before, time, \"user\", oldest, newest, records, "           \
  "superseded, digest"
#define AL_PURGE_TYPES "iitttttiib"

/* Read the row of a select; its texts live as long as that. AL_CORRUPT, naming
** it, when a column holds anything else than it should. */
al_status al_store_read_import (const al_select *select, al_chain_import *out,
                                uint8_t digest[AL_DIGEST_BYTES], al_error *err);
al_status al_store_read_purge (const al_select *select, al_chain_purge *out,
                               uint8_t digest[AL_DIGEST_BYTES], al_error *err);

/* The digest of the chain's last entry (al_chain.h), or of the last one before
** an import; zeros without one. */
al_status al_store_read_head (al_store *store, uint8_t digest[AL_DIGEST_BYTES],
                              al_error *err);
al_status al_store_read_entry_before (al_store *store, int64_t import,
                                      uint8_t digest[AL_DIGEST_BYTES],
                                      al_error *err);

/* Where the import that is running goes on: its number, that of its first
** content, and the digest of the entry before. Nobody else may import by then. */
al_status al_store_continue_chain (al_store *store, al_error *err);

/* Add an entry as it is; and that of the import which is running. */
al_status al_store_write_import (al_store *store, const al_chain_import *told,
                                 const uint8_t digest[AL_DIGEST_BYTES],
                                 al_error *err);
al_status al_store_insert_import (al_store *store, al_text source, al_time now,
                                  al_error *err);

/* A content got the next number: it is part of the import's digest. */
void al_store_count_content (al_store *store,
                             const uint8_t digest[AL_DIGEST_BYTES]);

/* ---- al_query.c */

/* The column that a filter compares without case; NULL of one that is compared
** in a way of its own. */
const char *al_filter_column (al_filter filter);

/* Whether a query's records are read with that field. */
int al_query_reads (const al_query *query, al_field field);

/* Begin the statement that reads the records: SELECT with their columns, of what
** it calls r. */
al_status al_query_add_select (al_buffer *sql, const al_query *query,
                               al_error *err);

/* AL_LIMIT for more values of filters than SQL takes. */
al_status al_query_check (const al_query *query, al_error *err);

/* Cut the period at the position that the records lie behind, or to that of the
** one. One that lies before all of the period is as good as none. */
void al_query_narrow (al_query *query);

/* ---- al_cursor.c */

/* What is common to cursors, in a struct of zeros; a twin has no store. */
al_status al_cursor_init (al_cursor *cursor, const al_store_kind *kind,
                          al_store *store, const al_query *query,
                          al_error *err);

/* So many rows were looked at. */
al_status al_cursor_look_at (al_cursor *cursor, int64_t rows, al_error *err);

/* A field of the row: AL_CORRUPT for text that no import would put there. */
al_status al_cursor_set_field (al_cursor *cursor, al_field field, al_text text,
                               al_error *err);

/* ---- al_store_purge.c */

/* The number of the next purge. */
al_status al_store_next_purge (al_store *store, int64_t *number, al_error *err);

/* Add a purge to the chain: one that 'took' something here, or of which all that
** it took was gone already. */
al_status al_store_write_purge (al_store *store, const al_chain_purge *told,
                                const uint8_t digest[AL_DIGEST_BYTES], int took,
                                al_error *err);

/* Begin to take out what is from before an instant in the fixed form. */
void al_purge_work_init (al_purge_work *work, const al_purge_options *options,
                         const char *before, al_purged *out);

/* Count what is old. */
al_status al_purge_find_old (al_store *store, al_purge_work *work,
                             al_error *err);

/* Give back the space, if nothing hinders. */
al_status al_purge_return_space (al_store *store, al_purge_work *work,
                                 al_error *err);

/* Tell how far it has come; and that one more content is gone. */
al_status al_purge_tell (al_purge_work *work, al_error *err);
al_status al_purge_took_one (al_purge_work *work, al_error *err);

#endif
