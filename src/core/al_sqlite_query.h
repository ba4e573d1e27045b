/*
** al_sqlite_query.h - the SQL of a query. Only the files of the store include
** this.
*/
#ifndef AL_SQLITE_QUERY_H
#define AL_SQLITE_QUERY_H

#include "al_sqlite.h"

typedef enum {
  /* sequence, secret and fields of its records, in order; behind them what a position is made of, where it is asked for */
  AL_QUERY_RECORDS,
  /* The same of those behind the instant that is the parameter 1, in the order
  ** of the query, up to another and with it: 2. */
  AL_QUERY_SLICE,
  /* The instants of the last record of the slice behind the one that is the
  ** parameter 1, and of the record that follows; fewer at the period's end. */
  AL_QUERY_CUT,
  /* How many records there are in a slice, before the filters. */
  AL_QUERY_SLICE_COUNT,
  /* How many the query selects. */
  AL_QUERY_COUNT
} al_query_form;

/* The first of the columns of AL_QUERY_RECORDS that are fields, those that
** al_query_reads names. */
#define AL_QUERY_FIRST_FIELD 2

/* Prepare the statement and bind its parameters, but for 1 and 2 of a slice and
** 1 of a cut. Records whose sequence is above 'newest' are left out. A
** query by customers has no slices. */
al_status al_sqlite_query (sqlite3_stmt **out, sqlite3 *db,
                           const al_query *query, al_query_form form,
                           int64_t newest, al_error *err);

#endif
