/*
** al_sql.h - SQL that every kind of store speaks, and the rows it gives. Only the
** files of stores include this.
**
** Parameters are ?1, ?2, ...; tables and columns have the same names everywhere
** (docs/file-format.md). "user" has to be quoted.
*/
#ifndef AL_SQL_H
#define AL_SQL_H

#include <stdint.h>

#include "al_error.h"
#include "al_store.h"
#include "al_text.h"

typedef enum {
  AL_SQL_NULL,
  AL_SQL_INTEGER,
  AL_SQL_TEXT,
  AL_SQL_BLOB,
  AL_SQL_OTHER /* of a file that others wrote */
} al_sql_type;

typedef struct {
  al_sql_type type;
  int64_t integer;
  al_text text; /* of a text or a blob; borrowed */
} al_sql_value;

al_sql_value al_sql_integer (int64_t integer);
al_sql_value al_sql_text (al_text text); /* NULL of a missing one */
al_sql_value al_sql_blob (const void *bytes, size_t len);

/* The digest in a column. Returns whether there is one. */
int al_sql_digest (const al_sql_value *value, uint8_t digest[AL_DIGEST_BYTES]);

#define AL_SQL_COLUMNS_MAX 21

/* Rows that are being read. */
typedef struct {
  al_store *store;
  int ncolumns;
  al_sql_value value[AL_SQL_COLUMNS_MAX]; /* of the row; dies with the next */
} al_select;

/* Begin to read what a SELECT gives; 'types' has a letter for each column: i
** (integer), t (text) or b (blob). The store, and the texts of what is given, must
** outlive it. Between
** al_store_begin_reading and its end all of them see one state of the log. */
al_status al_select_open (al_select **out, al_store *store, const char *types,
                          const char *sql, const al_sql_value *given, size_t n,
                          al_error *err);

/* The next row; *row is 0 behind the last one. */
al_status al_select_next (al_select *select, int *row, al_error *err);

void al_select_close (al_select *select); /* NULL is allowed */

/* Run a statement that gives no rows, while an import or a purge is running. */
al_status al_store_run (al_store *store, const char *sql,
                        const al_sql_value *given, size_t n, al_error *err);

#endif
