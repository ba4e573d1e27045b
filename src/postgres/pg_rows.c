/*
** pg_rows.c - rows out of the database, as many as there are, by COPY in its
** binary format: the server sends while we work, and neither keeps them.
**
** Nothing stands in it but lengths and bytes, big-endian
** (postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4).
*/
#include <errno.h>
#include <poll.h>

#include "al_utf8.h"
#include "pg.h"

#define ASK_MS 200 /* so often who wants to know is told that no row came */

/* ---- the connection ---- */

al_status pg_rows_open (pg_rows *rows, pg_store *store, PGconn *conn,
                        al_text select, al_error *err) {
  al_buffer sql = {0};
  PGresult *result = NULL;
  memset(rows, 0, sizeof *rows);
  rows->store = store;
  rows->conn = conn;
  rows->ended = 1;
  if (al_buffer_append_string(&sql, "COPY (", err) == AL_OK &&
      al_buffer_append(&sql, select.data, select.len, err) == AL_OK &&
      al_buffer_append(&sql, ") TO STDOUT (FORMAT binary)", 28, err) == AL_OK)
    result = PQexec(conn, sql.data);
  else
    conn = NULL;
  al_buffer_close(&sql);
  if (conn == NULL)
    return err->status;
  if (PQresultStatus(result) != PGRES_COPY_OUT)
    return pg_fail(store, conn, result, err);
  PQclear(result);
  rows->ended = 0;
  return AL_OK;
}

/* Tell the server to stop, and read what is under way. */
static void cancel (PGconn *conn) {
  PGcancel *cancel = PQgetCancel(conn);
  char why[256], *message;
  if (cancel != NULL)
    PQcancel(cancel, why, sizeof why); /* else all rows are read */
  PQfreeCancel(cancel);
  while (PQgetCopyData(conn, &message, 0) > 0)
    PQfreemem(message);
  pg_drain(conn);
}

/* To cancel takes a connection more, and maybe the time that a network gives it:
** that is for what goes on in a transaction. Any other one is closed. */
void pg_rows_close (pg_rows *rows) {
  PQfreemem(rows->message);
  rows->message = NULL;
  if (!rows->ended && rows->conn == rows->store->writer)
    cancel(rows->conn);
  rows->ended = 1;
}

static al_status fail (pg_rows *rows, PGresult *result, al_error *err) {
  pg_fail(rows->store, rows->conn, result, err);
  pg_drain(rows->conn);
  rows->ended = 1;
  return err->status;
}

/* Until there is more from the server. */
static al_status wait (pg_rows *rows, al_error *err) {
  const al_progress *progress = rows->progress;
  struct pollfd socket = {PQsocket(rows->conn), POLLIN, 0};
  int n = poll(&socket, 1, progress != NULL ? ASK_MS : -1);
  if (n == 0 || (n < 0 && errno == EINTR))
    return progress != NULL
               ? progress->call(progress->context, rows->looked_at, -1, err)
               : AL_OK;
  if (n < 0)
    return al_fail_errno(err, "cannot read", rows->store->name);
  return PQconsumeInput(rows->conn) ? AL_OK : fail(rows, NULL, err);
}

/* The next piece, which is a row, in the first one behind a header. *got is 0
** when there is none. */
static al_status read_message (pg_rows *rows, int *got, al_error *err) {
  PGresult *result;
  int len;
  PQfreemem(rows->message);
  rows->message = NULL;
  *got = 0;
  while ((len = PQgetCopyData(rows->conn, &rows->message, 1)) == 0)
    if (wait(rows, err) != AL_OK)
      return err->status;
  if (len == -2)
    return fail(rows, NULL, err);
  if (len > 0) {
    rows->at = rows->message;
    rows->end = rows->at + len;
    *got = 1;
    return AL_OK;
  }
  result = PQgetResult(rows->conn);
  if (PQresultStatus(result) != PGRES_COMMAND_OK)
    return fail(rows, result, err);
  PQclear(result);
  pg_drain(rows->conn);
  rows->ended = 1;
  return AL_OK;
}

/* ---- what is in it ---- */

static al_status fail_format (const pg_rows *rows, al_error *err) {
  return al_fail(err, AL_IO,
                 "log %s: the server sends rows in a form of its own",
                 rows->store->name);
}

/* An integer of so many bytes. Returns 0 when there are not as many. */
static int take_integer (pg_rows *rows, int bytes, int64_t *out) {
  uint64_t value = 0;
  int i;
  if (rows->end - rows->at < bytes)
    return 0;
  for (i = 0; i < bytes; i++)
    value = value << 8 | (unsigned char)*rows->at++;
  /* The sign is that of the highest byte. */
  *out = bytes == 8 || value >> (8 * bytes - 1) == 0
             ? (int64_t)value
             : (int64_t)(value | UINT64_MAX << (8 * bytes));
  return 1;
}

/* What stands before the first row. */
static al_status skip_header (pg_rows *rows, al_error *err) {
  static const char SIGNATURE[11] = "PGCOPY\n\377\r\n";
  int64_t flags, more;
  rows->begun = 1;
  if (rows->end - rows->at < (ptrdiff_t)sizeof SIGNATURE ||
      memcmp(rows->at, SIGNATURE, sizeof SIGNATURE) != 0)
    return fail_format(rows, err);
  rows->at += sizeof SIGNATURE;
  if (!take_integer(rows, 4, &flags) || !take_integer(rows, 4, &more) ||
      more < 0 || more > rows->end - rows->at)
    return fail_format(rows, err);
  rows->at += more;
  return AL_OK;
}

al_status pg_rows_next (pg_rows *rows, int *row, al_error *err) {
  int64_t columns = -1;
  int got;
  *row = 0;
  while (!rows->ended && columns < 0) { /* -1 is behind the last row */
    if (read_message(rows, &got, err) != AL_OK)
      return err->status;
    if (got && !rows->begun && skip_header(rows, err) != AL_OK)
      return err->status;
    if (got && rows->at < rows->end && !take_integer(rows, 2, &columns))
      return fail_format(rows, err);
  }
  *row = columns >= 0;
  return AL_OK;
}

al_status pg_rows_bytes (pg_rows *rows, al_text *out, al_error *err) {
  int64_t len;
  *out = AL_TEXT_MISSING;
  if (!take_integer(rows, 4, &len) || len > rows->end - rows->at)
    return fail_format(rows, err);
  if (len < 0)
    return AL_OK;
  *out = al_text_from(rows->at, (size_t)len);
  rows->at += len;
  return AL_OK;
}

al_status pg_rows_text (pg_rows *rows, al_text *out, al_error *err) {
  if (pg_rows_bytes(rows, out, err) != AL_OK)
    return err->status;
  if (out->data != NULL)
    out->len = pg_text_decode((char *)out->data, out->len);
  return AL_OK;
}

al_status pg_rows_integer (pg_rows *rows, al_sql_value *out, al_error *err) {
  int64_t len;
  out->type = AL_SQL_NULL;
  out->integer = 0;
  if (!take_integer(rows, 4, &len))
    return fail_format(rows, err);
  if (len < 0)
    return AL_OK;
  out->type = AL_SQL_INTEGER;
  if (len != 2 && len != 4 && len != 8)
    return al_store_corrupt(&rows->store->base, err,
                            "a column holds no integer; only activitylog "
                            "should change its tables");
  if (!take_integer(rows, (int)len, &out->integer))
    return fail_format(rows, err);
  return AL_OK;
}
