/*
** pg_error.c - what the server and libpq say of failures, as ours.
*/
#include <stdio.h>

#include "pg.h"

/* By SQLSTATE, or the two characters of its class; the first that fits counts
** (postgresql.org/docs/current/errcodes-appendix.html). */
static const struct {
  const char *state;
  al_status status;
  const char *advice;
} STATES[] = {
    {"40001", AL_BUSY, "; another transaction was in the way: try again"},
    {"40P01", AL_BUSY, "; another transaction was in the way: try again"},
    {"55P03", AL_BUSY, "; another program is writing to it: try again"},
    {"53300", AL_BUSY, "; the server has no connection left: try again"},
    {"57P03", AL_BUSY, "; the server is starting: try again"},
    {"57P01", AL_IO, "; try again when the server is back"},
    {"57P02", AL_IO, "; try again when the server is back"},
    {"53100", AL_FULL, "; nothing was changed: make room and try again"},
    {"57014", AL_IO,
     "; somebody stopped it, or the server's statement_timeout"},
    {"42501", AL_READONLY, "; the owner of that has to allow it"},
    {"25006", AL_READONLY, "; it was opened to read only, or the server is"},
    {"0A000", AL_READONLY, "; write to the primary, not to a standby"},
    {"42P01", AL_CORRUPT, "; only activitylog should change its tables"},
    {"42703", AL_CORRUPT, "; only activitylog should change its tables"},
    {"42883", AL_CORRUPT, "; only activitylog should change its tables"},
    {"XX001", AL_CORRUPT, "; restore it from a backup"},
    {"XX002", AL_CORRUPT, "; have its indexes made anew (REINDEX)"},
    {"23", AL_CORRUPT, ""},
    {"54", AL_LIMIT, ""},
};

typedef struct {
  al_status status;
  const char *advice;
} meaning;

static meaning meaning_of (const char *state) {
  meaning m = {AL_IO, ""};
  size_t i;
  for (i = 0; i < sizeof STATES / sizeof STATES[0]; i++)
    if (strncmp(state, STATES[i].state, strlen(STATES[i].state)) == 0) {
      m.status = STATES[i].status;
      m.advice = STATES[i].advice;
      break;
    }
  return m;
}

/* A message of several lines as one. */
static void flatten (char *out, size_t size, const char *text) {
  char *end;
  snprintf(out, size, "%s", text);
  for (end = out; *end != '\0'; end++)
    if (*end == '\n' || *end == '\t')
      *end = ' ';
  while (end > out && end[-1] == ' ')
    *--end = '\0';
}

/* What a server says when it takes no connection now: libpq tells no SQLSTATE of
** that. One that speaks another language is not understood, and it is AL_IO. */
static const char *const NOT_NOW[] = {
    "too many clients",          "too many connections",
    "connection slots",          "system is starting up",
    "is shutting down",          "in recovery mode",
    "not accepting connections", "not yet accepting connections",
};

static int is_busy (const char *text) {
  size_t i;
  for (i = 0; i < sizeof NOT_NOW / sizeof NOT_NOW[0]; i++)
    if (strstr(text, NOT_NOW[i]) != NULL)
      return 1;
  return 0;
}

/* What libpq says: there is no connection, or it is gone, or memory is. */
static al_status fail_here (pg_store *store, PGconn *conn, al_error *err) {
  char text[AL_MESSAGE_MAX], quoted[AL_MESSAGE_MAX - 200];
  int busy;
  flatten(text, sizeof text, PQerrorMessage(conn));
  if (strncmp(text, "out of memory", 13) == 0)
    return al_fail_nomem(err);
  busy = is_busy(text);
  return al_fail(err, busy ? AL_BUSY : AL_IO, "log %s: %s%s", store->name,
                 al_quote_to(quoted, sizeof quoted, text, strlen(text)),
                 busy ? "; try again" : "");
}

al_status pg_fail (pg_store *store, PGconn *conn, PGresult *result,
                   al_error *err) {
  const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char *said = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  char text[AL_MESSAGE_MAX], quoted[AL_MESSAGE_MAX - 200];
  meaning m;
  if (state == NULL || said == NULL) {
    PQclear(result);
    return fail_here(store, conn, err);
  }
  m = meaning_of(state);
  store->may_retry = strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0;
  if (m.status == AL_READONLY && store->writer != conn)
    m.status = AL_IO; /* not even reading is allowed */
  flatten(text, sizeof text, said);
  al_fail(err, m.status, "log %s: %s%s", store->name,
          al_quote_to(quoted, sizeof quoted, text, strlen(text)), m.advice);
  PQclear(result);
  return err->status;
}
