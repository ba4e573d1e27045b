/*
** al_store_query.h - the SQL of a query. Only the files of the store include
** this.
*/
#ifndef AL_STORE_QUERY_H
#define AL_STORE_QUERY_H

#include "al_store_sqlite.h"

typedef enum {
  /* sequence, secret and fields of its records, in order: see al_query_reads */
  AL_QUERY_RECORDS,
  /* The same of those behind one record in the order, whose operation_date and
  ** identity are the parameters 1 and 2, up to another and with it: 3 and 4. */
  AL_QUERY_SLICE,
  /* operation_date and identity of the last record of the slice behind the one
  ** in 1 and 2, if the period has more than that. */
  AL_QUERY_CUT,
  /* How many there are. */
  AL_QUERY_COUNT
} al_query_form;

/* The first of the columns of AL_QUERY_RECORDS that are fields. */
#define AL_QUERY_FIRST_FIELD 2

/* Whether a query's records have that field for a column. */
int al_query_reads (const al_query *query, al_field field);

/* Prepare the statement and bind its parameters, but for 1 to 4 of a slice and
** 1 and 2 of a cut. Records whose sequence is above 'newest' are left out. A
** query by customers has no slices. */
al_status al_query_prepare (sqlite3_stmt **out, sqlite3 *db,
                            const al_query *query, al_query_form form,
                            int64_t newest, al_error *err);

#endif
