/*
** pg_run.c - statements, and the few rows that some of them give.
*/
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "pg.h"

#define PARAMETERS_MAX 16

/* Types of the server (pg_type.dat, which promises not to change them). */
enum { BYTEA = 17, INT8 = 20, TEXT = 25 };

al_status pg_exec (pg_store *store, PGconn *conn, const char *sql,
                   al_error *err) {
  PGresult *result = PQexec(conn, sql);
  ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    return pg_fail(store, conn, result, err);
  PQclear(result);
  return AL_OK;
}

/* Parameters as libpq takes them. */
typedef struct {
  Oid type[PARAMETERS_MAX];
  const char *value[PARAMETERS_MAX];
  int len[PARAMETERS_MAX];
  int format[PARAMETERS_MAX]; /* 0: text, which ends in NUL; 1: bytes */
  char number[PARAMETERS_MAX][24];
  al_buffer text[PARAMETERS_MAX];
} parameters;

static al_status set (parameters *p, size_t i, const al_sql_value *given,
                      al_error *err) {
  switch (given->type) {
  case AL_SQL_INTEGER:
    snprintf(p->number[i], sizeof p->number[i], "%" PRId64, given->integer);
    p->type[i] = INT8;
    p->value[i] = p->number[i];
    return AL_OK;
  case AL_SQL_TEXT:
    p->type[i] = TEXT;
    if (pg_text_encode(&p->text[i], given->text, err) != AL_OK ||
        al_buffer_append_char(&p->text[i], '\0', err) != AL_OK)
      return err->status;
    p->value[i] = p->text[i].data;
    return AL_OK;
  case AL_SQL_BLOB:
    p->type[i] = BYTEA;
    p->value[i] = given->text.data;
    p->len[i] = (int)given->text.len;
    p->format[i] = 1;
    return AL_OK;
  default:
    return AL_OK; /* NULL, which libpq tells by the missing value */
  }
}

al_status pg_query_params (pg_store *store, PGconn *conn, const char *sql,
                           const al_sql_value *given, size_t n, PGresult **out,
                           al_error *err) {
  parameters p;
  al_status status = AL_OK;
  ExecStatusType code;
  size_t i;
  *out = NULL;
  memset(&p, 0, sizeof p);
  for (i = 0; i < n && status == AL_OK; i++)
    status = set(&p, i, &given[i], err);
  if (status == AL_OK)
    *out = PQexecParams(conn, sql, (int)n, p.type, p.value, p.len, p.format, 0);
  for (i = 0; i < n; i++)
    al_buffer_close(&p.text[i]);
  if (status != AL_OK)
    return status;
  code = PQresultStatus(*out);
  if (code == PGRES_COMMAND_OK || code == PGRES_TUPLES_OK)
    return AL_OK;
  pg_fail(store, conn, *out, err);
  *out = NULL;
  return err->status;
}

const char *pg_value (const PGresult *result, int column) {
  const char *value = PQntuples(result) > 0 && column < PQnfields(result)
                          ? PQgetvalue(result, 0, column)
                          : NULL;
  return value != NULL ? value : "";
}

void pg_drain (PGconn *conn) {
  PGresult *result;
  while ((result = PQgetResult(conn)) != NULL) {
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT ||
        status == PGRES_COPY_BOTH)
      return;
  }
}
