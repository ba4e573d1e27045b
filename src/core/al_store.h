/*
** al_store.h - a log: records kept in one SQLite file, or in a store of another
** kind (al_store_kind.h).
**
** docs/file-format.md describes the tables. A store belongs to one thread at a
** time, whichever that is; other processes may read it while one writes. Cursors
** may outlive their store: what they read stays open until they close.
**
** It belongs to the process that opened it. In a child of that one, made by
** fork(), all but closing is AL_MISUSE.
*/
#ifndef AL_STORE_H
#define AL_STORE_H

#include <stdint.h>
#include <sys/stat.h>

#include "al_chain.h"
#include "al_content.h"
#include "al_error.h"
#include "al_period.h"
#include "al_progress.h"
#include "al_record.h"
#include "al_record_position.h"
#include "al_slice.h"

typedef struct al_store al_store;
typedef struct al_cursor al_cursor;

/* ---- opening ---- */

typedef struct {
  int readonly;   /* read what is there; create and change nothing */
  int timeout_ms; /* how long to wait for another writer */
  int one_thread; /* work in the caller's thread alone (al_thread.h) */
  int copying;    /* for al_store_copy: an unfinished copy may be opened */
} al_store_options;

#define AL_STORE_TIMEOUT_MS 5000

/* Open a log; it is created when there is none, unless 'readonly', and only its
** owner may read and write what was created. ":memory:" is a log without a file.
** AL_FOREIGN for a file of another program and for an unfinished copy, and
** AL_VERSION for one of a newer version, all left as they are; AL_READONLY,
** AL_BUSY, AL_CORRUPT, AL_FULL, AL_IO. On failure *out is NULL. */
al_status al_store_open (al_store **out, const char *path,
                         const al_store_options *options, al_error *err);

/* The same for a store of any kind, at an address of its own. */
typedef struct al_store_kind al_store_kind;
extern const al_store_kind al_sqlite_kind; /* a file */
al_status al_store_open_kind (al_store **out, const al_store_kind *kind,
                              const char *address,
                              const al_store_options *options, al_error *err);

/* Close it; an import that is running is rolled back. NULL is allowed. In a
** child nothing is touched that is the parent's. */
void al_store_close (al_store *store);

/* AL_MISUSE in another process than the one that opened it. */
al_status al_store_here (const al_store *store, al_error *err);

/* The open stores of a host, all of one thread at a time; at first {NULL}. */
typedef struct {
  al_store *first;
} al_stores;

/* Become one of them, until it closes. 'stores' has to live as long. */
void al_store_join (al_store *store, al_stores *stores);

/* Whoever may be a child that was forked calls this before it opens a log: what
** it inherited of these is let go, or a log that it opens anew would not be
** safe (al_store_fork.c). AL_MISUSE, each time, when one of them was at work. */
al_status al_stores_let_go (al_stores *stores, al_error *err);

/* What messages call it: the file's whole path, or an address without what is
** secret in it. */
const char *al_store_name (const al_store *store);

/* Whether work on it may go on in threads (al_thread.h). */
int al_store_threads (const al_store *store);

/* Whether a file is the log itself, its -wal, -shm or -journal: opening and
** closing one of these in this process would drop SQLite's locks (POSIX), and
** writing it would destroy the log. */
int al_store_owns (const al_store *store, const struct stat *file);

/* AL_EXISTS for a path that is the log's, or at which SQLite would take a file
** for one of the log's: nothing of ours may be written there. */
al_status al_store_check_target (const al_store *store, const char *path,
                                 al_error *err);

/* Whether a regular file is an SQLite file, and so may be a log. It is looked
** at through SQLite, as another log of this process could be open in it: then a
** handle of our own would drop its locks when it closes. Only AL_NOMEM fails.
*/
al_status al_store_is_database (const char *path, int *is, al_error *err);

/* ---- importing ---- */

/* What became of the records of an import. */
typedef struct {
  int64_t records; /* all that came */
  int64_t added;   /* new to the log */
  int64_t known;   /* there already with this content, now or before */
  int64_t changed; /* other content of a record that was there */
} al_import_counts;

/* Begin an import: nothing is seen by others before al_store_commit. AL_BUSY
** when another writer holds the log, AL_MISUSE when an import is running. */
al_status al_store_begin (al_store *store, al_error *err);

/* The same for an import that will bring many MiB. Into a log that never had
** one they are written in half the time, and nobody else can read it, or open
** it, until the import ends: AL_BUSY. */
al_status al_store_begin_large (al_store *store, al_error *err);

/* Add a record to the import. A record of the same identity is superseded by
** other content, except that progress never replaces a final status. After a
** failure only al_store_rollback is allowed. */
al_status al_store_put (al_store *store, const al_record *record,
                        al_error *err);

/* The same of contents that were made before; many at once cost less. */
al_status al_store_put_contents (al_store *store, al_content *contents,
                                 size_t n, al_error *err);

/* End the import: durable when it returns AL_OK, else rolled back. 'source'
** says where the records came from, for people; 'now' is when. */
al_status al_store_commit (al_store *store, al_text source, al_time now,
                           al_import_counts *counts, al_error *err);

/* Forget the running import, if there is one. */
void al_store_rollback (al_store *store);

/* ---- reading ---- */

typedef enum {
  AL_FILTER_CUSTOMER_ID,      /* equal */
  AL_FILTER_CUSTOMER_NAME,    /* a part, folded (al_fold.h) */
  AL_FILTER_OPERATION_TYPE,   /* equal */
  AL_FILTER_RESOURCE_TYPE,    /* equal */
  AL_FILTER_OPERATION_STATUS, /* equal */
  AL_FILTER_USER,             /* user_principal_name, equal */
  AL_FILTER_TEXT,             /* a part of any field, folded */
  AL_NFILTERS
} al_filter;

/* "customer_id", ...; and back, or AL_NFILTERS. Equal means without case of A
** to Z. */
const char *al_filter_name (al_filter filter);

typedef struct {
  const al_text *values; /* one of them must match; NULL: anything does */
  size_t n;
} al_filter_values;

/* Bit of a field in al_query.fields. */
#define AL_FIELD_BIT(field) (1u << (field))
#define AL_FIELDS_ALL       ((1u << AL_NFIELDS) - 1)

typedef struct {
  al_period period;
  al_filter_values filter[AL_NFILTERS];
  unsigned fields;  /* those to read; the others come out missing */
  int oldest_first; /* else newest first */
  int positions;    /* are asked for (al_cursor_position) */
  /* Records behind a position in that order, or the one that stands at it, which
  ** counts when there are both; NULL: all. */
  const al_record_position *after;
  const al_record_position *at;
  int unmasked;         /* values under secret keys as they are, and no rules */
  const al_text *rules; /* masked beside the secrets (al_rules.h) */
  size_t nrules;        /* 0: the secrets only */
  al_progress progress; /* of records that a cursor looked at, now and then */
} al_query;

/* Records in the order of operation_date, those of one instant in the order of
** their identity. What is masked is not found by AL_FILTER_TEXT; the other
** filters see the record as it is in the log. A cursor reads the log as it was
** when it opened; records that its own store changes meanwhile are left out. */
al_status al_cursor_open (al_cursor **out, al_store *store,
                          const al_query *query, al_error *err);

/* The next record, or NULL when there are no more. It dies with the next call.
** After a failure only al_cursor_close is allowed. */
al_status al_cursor_next (al_cursor *cursor, const al_record **out,
                          al_error *err);

/* Records of a slice before the filters: the last one has fewer, and one that
** ends with records of one instant may have more. */
#define AL_SLICE_ROWS 1024

/* A cursor, and with many records a twin of it that another thread may read
** from at the same time, while both stay open. Each record comes from one of
** the two: they share the records in slices. *twin is NULL where there is none,
** as of few records, of customers, in memory, or in a store of one thread. */
al_status al_cursor_open_pair (al_cursor **cursor, al_cursor **twin,
                               al_store *store, const al_query *query,
                               al_error *err);

/* Take the next slice of a cursor that has a twin; al_cursor_next then gives its
** records, and NULL behind them. */
al_status al_cursor_next_slice (al_cursor *cursor, al_slice *out,
                                al_error *err);

/* Where al_cursor_next gives them all: it is the same place each time. */
const al_record *al_cursor_place (const al_cursor *cursor);

/* Write where the last record stands, of a query that asks for positions. */
void al_cursor_position (const al_cursor *cursor,
                         char out[AL_RECORD_POSITION_LEN]);

/* How many of the records so far had values masked. */
int64_t al_cursor_masked (const al_cursor *cursor);

void al_cursor_close (al_cursor *cursor);

/* The newest of the imports, which are numbered 1, 2, ... */
typedef struct {
  int64_t number;   /* 0: there is none, and the texts are empty */
  char time[64];    /* as al_quote_to writes it */
  char source[256]; /* likewise */
} al_last_import;

al_status al_store_last_import (al_store *store, al_last_import *out,
                                al_error *err);

/* All purges together. */
typedef struct {
  int64_t number;  /* 0: there was none, and the text is empty */
  int64_t records; /* that they took, without what these were before */
  char before[64]; /* the latest instant, as al_quote_to writes it */
} al_purges;

al_status al_store_purges (al_store *store, al_purges *out, al_error *err);

/* How many bytes the log takes where it is kept: a file with its -wal, or tables
** and indexes. */
al_status al_store_size (al_store *store, int64_t *bytes, al_error *err);

/* How many records a cursor of that query would give. */
al_status al_store_count (al_store *store, const al_query *query,
                          int64_t *count, al_error *err);

/* ---- proving ---- */

/* The newest value of the chain, in hex: who keeps it in another place sees
** later whether the log still continues it. Zeros of a log without imports. */
al_status al_store_head (al_store *store, char head[AL_DIGEST_HEX_LEN + 1],
                         al_error *err);

typedef struct {
  const uint8_t *head;  /* a digest that the chain must have; NULL: none */
  al_progress progress; /* of contents; the file is checked before */
  /* Called with each purge, which is borrowed; NULL: nobody asks. */
  al_status (*purge)(void *context, const al_chain_purge *purge, al_error *err);
  void *context; /* of 'purge' */
} al_verify_options;

typedef struct {
  int64_t records;
  int64_t superseded;
  int64_t imports;
  int64_t purges;
  char head[AL_DIGEST_HEX_LEN + 1];
} al_verified;

/* Read everything, and prove that it is what the imports and purges left.
** AL_CORRUPT names the first record, import or purge that was altered, removed,
** added by hand or put in another order, or says that the chain does not
** continue 'head'. AL_MISUSE while an import is running. */
al_status al_store_verify (al_store *store, const al_verify_options *options,
                           al_verified *out, al_error *err);

/* ---- copying ---- */

/* Write the log as it is now to a new file, of a log too, which its owner alone
** may read; others go on using the log meanwhile. The file appears whole or not
** at all. AL_EXISTS when there is something of that name, or a log's files
** beside it. 'progress' is told bytes; *bytes is how many there are. */
al_status al_store_backup (al_store *store, const char *path,
                           const al_progress *progress, int64_t *bytes,
                           al_error *err);

/* What was copied this time. */
typedef struct {
  int64_t records;    /* that are current */
  int64_t superseded; /* and contents that are not */
  int64_t imports;
  int64_t purges;
  int pending; /* as of al_purged, where a purge took something here, too */
  char head[AL_DIGEST_HEX_LEN + 1]; /* of both now */
} al_copied;

/* Bring a log, which another store keeps, to what this one is, chain and all. All
** that is copied is proved: AL_CORRUPT. 'to' is empty, or has what this one had
** some time ago, or is a copy that was not finished: else AL_EXISTS, and nothing
** is changed. It was opened with 'copying', and is no open store of the same log.
**
** What an empty one gets is kept part by part, and until the last one nothing but
** this opens it. One with records gets all that is new at once. AL_BUSY when
** somebody else writes to it meanwhile. 'progress' is told contents. */
al_status al_store_copy (al_store *store, al_store *to,
                         const al_progress *progress, al_copied *out,
                         al_error *err);

/* ---- taking out ---- */

typedef struct {
  al_time before; /* records of earlier instants go */
  al_time now;
  al_text user;         /* who does it; missing: the process's user */
  al_progress progress; /* of contents that are gone */
} al_purge_options;

typedef struct {
  int64_t records;    /* how many were current */
  int64_t superseded; /* and how many were not */
  int64_t bytes;      /* by which the file becomes smaller */
  int pending; /* the file may still hold bytes of what went, as somebody uses
               ** it, or there is no room to write it anew: the next purge does */
  char
      oldest[AL_TIME_LEN + 1]; /* operation_date of what went; empty: nothing */
  char newest[AL_TIME_LEN + 1];
} al_purged;

/* Delete the records from before an instant, with the contents that they had
** before, and leave in the chain what tells of it. The imports that they came
** with are verified first: AL_CORRUPT. Where there are none nothing is left.
** AL_BUSY while records of this store are being read; AL_MISUSE while an import
** is running. It lands whole or not at all; behind that the space is given
** back, and a failure then says so. */
al_status al_store_purge (al_store *store, const al_purge_options *options,
                          al_purged *out, al_error *err);

#endif
