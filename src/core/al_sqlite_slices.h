/*
** al_sqlite_slices.h - the records of a query in slices, for two cursors that
** share them. Only the files of the store include this.
*/
#ifndef AL_SQLITE_SLICES_H
#define AL_SQLITE_SLICES_H

#include "al_sqlite_query.h"

typedef struct al_slices al_slices;

/* Begin with what is first in the order of the query. It is let go of by
** al_slices_release as often as it was opened and retained. */
al_status al_slices_open (al_slices **out, const al_query *query,
                          al_error *err);
void al_slices_retain (al_slices *slices);
void al_slices_release (al_slices *slices); /* NULL is allowed */

/* What a connection reads slices with. */
typedef struct {
  sqlite3_stmt *records; /* AL_QUERY_SLICE */
  sqlite3_stmt *cut;     /* AL_QUERY_CUT */
  sqlite3_stmt *count;   /* AL_QUERY_SLICE_COUNT */
} al_slice_statements;

/* Take the next slice: bind its ends to 'records'. May be called by both threads
** at once. */
al_status al_slices_take (al_slices *slices, const al_slice_statements *with,
                          al_slice *out, al_error *err);

/* Whether there are 'n' slices before the last one. Takes none. */
al_status al_slices_reach (al_slices *slices, sqlite3_stmt *cut, int n,
                           int *reach, al_error *err);

#endif
