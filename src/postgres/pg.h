/*
** pg.h - what the files of the PostgreSQL store share. Only they see libpq.
**
** docs/database-format.md describes the tables. Who reads has a connection of
** his own, so that reading goes on whatever else is done with the log; those
** that are done wait for the next one. An import is a transaction: contents go
** to a temporary table as they come, and find their places at its end
** (pg_import.c).
*/
#ifndef PG_H
#define PG_H

#include <libpq-fe.h>

#include "al_store_kind.h"

#define PG_IDLE_MAX 2 /* connections that wait for their next use */

#define PG_NAME_MAX 256

/* What an import has sent to its temporary table. */
typedef struct {
  int copying;     /* rows are being sent */
  int is_copy;     /* they are of a copy of a log */
  al_buffer rows;  /* that are not sent yet */
  int64_t n;       /* contents so far */
  int64_t secrets; /* of them with a secret */
  int64_t bytes;   /* in these */
  al_sha256 hash;  /* over the digests of all of them */
  char first[AL_TIME_LEN], last[AL_TIME_LEN]; /* operation_date */
  /* Records of which more than one content came, unless there are too many to
  ** tell: then the server does. */
  int is_told;
  int order;              /* above 0: in the order of time; below: against it */
  char edge[AL_TIME_LEN]; /* how far that has come */
  al_buffer instant;      /* identities of those of that instant */
  al_buffer crowd;        /* the records, as VALUES of SQL */
  int64_t ncrowd;
} pg_load;

/* What somebody sees who is reading, and lends to others (pg_view.c). */
typedef struct pg_view {
  struct pg_view *next; /* that was lent before */
  char name[64];        /* by which the server knows it */
} pg_view;

typedef struct {
  al_store base;
  char *uri;              /* owned; may hold a password: not for messages */
  char name[PG_NAME_MAX]; /* for messages: host, port, database */
  int readonly;
  int by_month;  /* record is partitioned */
  int nreading;  /* cursors that have not come to their end */
  pg_view *view; /* what is lent, the last one first; NULL: nothing */
  PGconn *idle[PG_IDLE_MAX];
  int nidle;
  PGconn *writer;    /* in a transaction that changes the log, or NULL */
  int writer_in_use; /* rows are being read from it, or sent to it */
  PGconn *reading;   /* of a proof or a copy, which lends 'proof'; or NULL */
  pg_view proof;
  pg_load load;
  int may_retry; /* the last failure was another transaction in the way, for which
                 ** the server undid this one */
} pg_store;

/* ---- pg_connection.c */

/* A connection to the database, set up; it is given back when it is free. One
** that is in a transaction, or is broken, is closed then. */
al_status pg_acquire (pg_store *store, PGconn **out, al_error *err);
void pg_release (pg_store *store, PGconn *conn); /* NULL is allowed */

/* Close those that wait; in a child without a word to the server, which would
** take it for the parent's. */
void pg_close_idle (pg_store *store);
void pg_abandon (PGconn *conn); /* NULL is allowed */

/* AL_IO for a URI that libpq does not take, without a word of what is in it. */
al_status pg_check_uri (const char *uri, al_error *err);

/* ---- pg_error.c */

/* What the server or libpq said of a failure, as ours; 'result' may be NULL and
** is cleared. */
al_status pg_fail (pg_store *store, PGconn *conn, PGresult *result,
                   al_error *err);

/* ---- pg_run.c */

/* Run statements whose rows nobody asks for. */
al_status pg_exec (pg_store *store, PGconn *conn, const char *sql,
                   al_error *err);

/* Run one with parameters $1, ...; *out has its rows, as text, and is cleared by
** the caller. */
al_status pg_query_params (pg_store *store, PGconn *conn, const char *sql,
                           const al_sql_value *given, size_t n, PGresult **out,
                           al_error *err);

/* A value of a result's first row; empty where there is none, as a server that
** lies may leave it out. */
const char *pg_value (const PGresult *result, int column);

/* All results of a command that is done. What is stuck in a COPY, as memory ran
** out or the server lies, stays so: the connection is closed then. */
void pg_drain (PGconn *conn);

/* ---- pg_text.c */

/* Append a text as the database keeps it, which cannot hold NUL. */
al_status pg_text_encode (al_buffer *out, al_text text, al_error *err);

/* Turn it back, in place. Returns its length. */
size_t pg_text_decode (char *text, size_t len);

/* Append a text, bytes or a number as a literal of SQL. */
al_status pg_append_text (al_buffer *sql, PGconn *conn, al_text text,
                          al_error *err);
al_status pg_append_bytes (al_buffer *sql, const void *bytes, size_t len,
                           al_error *err);
al_status pg_append_integer (al_buffer *sql, int64_t integer, al_error *err);

/* ---- pg_rows.c: rows out of the database, by COPY */

typedef struct {
  pg_store *store;
  PGconn *conn;
  char *message; /* libpq's, with the row; NULL: none */
  char *at, *end;
  int begun;                   /* what stands before the first row was seen */
  int ended;                   /* the last row was read, or reading failed */
  const al_progress *progress; /* told while no row comes; NULL: nobody asks */
  int64_t looked_at;           /* what it is told */
} pg_rows;

/* Begin to read what a SELECT gives, on a connection that nothing else uses until
** pg_rows_close. */
al_status pg_rows_open (pg_rows *rows, pg_store *store, PGconn *conn,
                        al_text select, al_error *err);

/* The next row, whose values are then taken in their order; *row is 0 behind the
** last one. */
al_status pg_rows_next (pg_rows *rows, int *row, al_error *err);

/* They die with the next row. A text that is NULL is missing. */
al_status pg_rows_bytes (pg_rows *rows, al_text *out, al_error *err);
al_status pg_rows_text (pg_rows *rows, al_text *out, al_error *err);
al_status pg_rows_integer (pg_rows *rows, al_sql_value *out, al_error *err);

/* Read no more. */
void pg_rows_close (pg_rows *rows);

/* ---- pg_select.c */

al_status pg_select_open (al_select **out, al_store *store, const char *types,
                          const char *sql, const al_sql_value *given, size_t n,
                          al_error *err);
al_status pg_select_next (al_select *select, int *row, al_error *err);
void pg_select_close (al_select *select);
al_status pg_run (al_store *store, const char *sql, const al_sql_value *given,
                  size_t n, al_error *err);

/* ---- pg_view.c */

/* A connection to read from, which sees what all see that read now; begun with
** 'settings', which end each in a semicolon. 'view' is lent until it is closed;
** NULL is for what is read at once. */
al_status pg_view_open (pg_store *store, PGconn **out, pg_view *view,
                        const char *settings, al_error *err);
void pg_view_close (pg_store *store, PGconn *conn, const pg_view *view);

/* What is read once, of a table whose months may be dropped just then: begin with
** nobody dropping them. pg_view_close ends it. */
al_status pg_view_keep_months (pg_store *store, PGconn *conn, al_error *err);

al_status pg_begin_reading (al_store *store, al_error *err);
void pg_end_reading (al_store *store);

/* ---- pg_query.c */

/* Append the SELECT of a query: sequence, secret, the fields that it reads, and
** with positions operation_date and identity; or count(*). */
al_status pg_query_select (al_buffer *sql, PGconn *conn, const al_query *query,
                           al_error *err);
al_status pg_query_count (al_buffer *sql, PGconn *conn, const al_query *query,
                          al_error *err);

/* ---- pg_cursor.c */

al_status pg_cursor_open (al_cursor **out, al_cursor **twin, al_store *store,
                          const al_query *query, al_error *err);
al_status pg_cursor_step (al_cursor *cursor, int *row, al_error *err);
void pg_cursor_close (al_cursor *cursor, int in_child);
al_status pg_count (al_store *store, const al_query *query, int64_t *count,
                    al_error *err);

/* ---- pg_stage.c: contents in a temporary table of the writer's */

/* Free the memory of it. */
void pg_stage_close (pg_store *store);

/* Begin with none, in a transaction. */
al_status pg_stage_open (pg_store *store, al_error *err);

/* Send a content. Until the flush the connection takes nothing else. */
al_status pg_stage_put (pg_store *store, const al_content *content,
                        int64_t sequence, al_error *err);
al_status pg_stage_flush (pg_store *store, al_error *err);

/* Send no more: the transaction is to be rolled back. */
void pg_stage_stop (pg_store *store);

/* Forget those that are there. */
al_status pg_stage_clear (pg_store *store, al_error *err);

/* ---- pg_masked.c */

/* Mark in 'crowded' what is known, with its secrets masked; it all lies between
** two dates. */
al_status pg_mark_masked (pg_store *store, const al_sql_value *dates,
                          al_error *err);

/* ---- pg_settle.c */

al_status pg_settle (al_store *store, al_error *err);

/* ---- pg_import.c */

/* A transaction that changes the log, in which each statement sees what others
** did, behind the lock above all. */
#define PG_BEGIN "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"

/* A lock of the database by two numbers: of activitylog, and of the chain. */
#define PG_LOCK "SELECT pg_advisory_xact_lock(1095520071, 0)"

al_status pg_begin (al_store *store, al_begin how, al_error *err);
al_status pg_put (al_store *store, const al_content *contents, size_t n,
                  al_error *err);
al_status pg_keep_purged (al_store *store, const uint8_t *digests, size_t n,
                          al_error *err);
al_status pg_set_copying (al_store *store, int copying, al_error *err);
al_status pg_is_copying (al_store *store, int *copying, al_error *err);
al_status pg_end (al_store *store, al_error *err);
void pg_rollback (al_store *store);

/* ---- pg_purge.c */

al_status pg_size (al_store *store, int64_t *bytes, al_error *err);
int pg_is_read (const al_store *store);
al_status pg_take_old (al_store *store, al_purge_work *work, al_error *err);
al_status pg_give_back (al_store *store, al_purge_work *work, al_error *err);

/* ---- pg_schema.c */

/* See what is there, and make the tables where they are not and may be made. */
al_status pg_check_schema (pg_store *store, PGconn *conn, al_error *err);

/* Make the tables of a new log; with 'by_month' record gets partitions. AL_EXISTS
** where there is one. */
al_status pg_make_schema (pg_store *store, int by_month, al_error *err);

/* Read what a log says of itself, which others may change: whether it is being
** copied into, and whether it is by month. */
al_status pg_read_log (pg_store *store, PGconn *conn, al_error *err);

/* ---- pg_store.c */

extern const al_store_kind pg_store_kind;

/* The same of the database at a URI. */
al_status pg_create (const char *uri, int by_month, int timeout_ms,
                     al_error *err);

#endif
