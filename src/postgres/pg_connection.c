/*
** pg_connection.c - connections to the database, and those that wait for their
** next use.
*/
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pg.h"

#define OLDEST_SERVER 130000
#define DEFAULT_PORT  "5432"

/* ---- URIs ---- */

static const char BAD_URI[] =
    "this postgresql:// URI is none that libpq reads: of what stands in it, "
    "other than letters, digits and - . _ ~, write each byte as %XX, also in "
    "passwords (postgresql.org/docs/current/libpq-connect.html)";

/* With a slash or an @ in a password libpq takes what is before it for the user
** or the host, and its rest would be shown as a host or a database that cannot be
** found. Behind the ? an @ is another user's. */
static int has_stray_at (const char *uri) {
  const char *host = strstr(uri, "://") + 3;
  const char *first = host + strcspn(host, "@/"), *at, *query;
  if (*first == '@')
    host = first + 1;
  at = strchr(host, '@');
  query = strchr(host, '?');
  return at != NULL && (query == NULL || at < query);
}

static int is_port_list (const char *ports) {
  return ports[strspn(ports, "0123456789,")] == '\0';
}

/* What libpq would say of a mistake could show the password. */
al_status pg_check_uri (const char *uri, al_error *err) {
  PQconninfoOption *options = PQconninfoParse(uri, NULL), *o;
  int good =
      options != NULL && strstr(uri, "://") != NULL && !has_stray_at(uri);
  for (o = options; good && o != NULL && o->keyword != NULL; o++)
    if (strcmp(o->keyword, "port") == 0 && o->val != NULL)
      good = is_port_list(o->val);
  PQconninfoFree(options);
  return good ? AL_OK : al_fail(err, AL_IO, "%s", BAD_URI);
}

/* ---- connecting ---- */

/* Called with what the server tells beside results: nothing is printed. */
static void ignore_notice (void *context, const PGresult *result) {
  (void)context, (void)result;
}

/* What libpq connects by, from the URI, the environment and the service file: a
** connection that fails before it speaks to anybody knows that, and has asked for
** no password. NULL: no memory. */
static PQconninfoOption *read_options (const pg_store *store) {
  static const char *const KEYWORD[] = {"dbname", "password", "sslmode", NULL};
  const char *value[] = {store->uri, "none", "none", NULL};
  PGconn *conn = PQconnectStartParams(KEYWORD, value, 1);
  PQconninfoOption *options = PQconninfo(conn);
  PQfinish(conn);
  return options;
}

/* An option that was given; NULL: it was not. */
static const char *given (const PQconninfoOption *options, const char *name) {
  for (; options->keyword != NULL; options++)
    if (strcmp(options->keyword, name) == 0)
      return options->val != NULL && options->val[0] != '\0' ? options->val
                                                             : NULL;
  return NULL;
}

/* The password file in the home of the process's user. */
static void home_passfile (char *path, size_t size) {
  const char *home = getenv("HOME");
  char strings[4096];
  struct passwd entry, *found = NULL;
  if ((home == NULL || home[0] == '\0') &&
      getpwuid_r(geteuid(), &entry, strings, sizeof strings, &found) == 0 &&
      found != NULL)
    home = found->pw_dir;
  snprintf(path, size, "%s/.pgpass", home != NULL ? home : "");
}

/* Of a password file that others may read libpq prints a warning, and does not
** use it. So it is told of another one, which is not there. */
static int has_open_passfile (const PQconninfoOption *options) {
  const char *passfile = given(options, "passfile");
  char path[1024];
  struct stat file;
  if (passfile != NULL)
    snprintf(path, sizeof path, "%s", passfile);
  else
    home_passfile(path, sizeof path);
  return stat(path, &file) == 0 &&
         (!S_ISREG(file.st_mode) || (file.st_mode & (S_IRWXG | S_IRWXO)) != 0);
}

/* Connect with nothing printed: the server may warn of something before it lets
** us in, when PQconnectdb would not have returned yet. PQreset begins anew, and
** waits, with our receiver. */
static PGconn *connect_quietly (const char *const *keyword,
                                const char *const *value) {
  PGconn *conn = PQconnectStartParams(keyword, value, 1);
  if (conn == NULL)
    return NULL;
  PQsetNoticeReceiver(conn, ignore_notice, NULL);
  if (PQstatus(conn) != CONNECTION_BAD)
    PQreset(conn);
  return conn;
}

/* Those behind the URI override it. */
static PGconn *connect (const pg_store *store,
                        const PQconninfoOption *options) {
  const char *keyword[8] = {NULL}, *value[8] = {NULL};
  int n = 0;
  keyword[n] = "dbname", value[n++] = store->uri;
  keyword[n] = "client_encoding", value[n++] = "UTF8";
  keyword[n] = "fallback_application_name", value[n++] = "activitylog";
  if (given(options, "keepalives_idle") == NULL) /* a server that is gone */
    keyword[n] = "keepalives_idle", value[n++] = "60";
  if (given(options, "connect_timeout") == NULL)
    keyword[n] = "connect_timeout", value[n++] = "10";
  if (has_open_passfile(options))
    keyword[n] = "passfile", value[n++] = "/dev/null/none";
  return connect_quietly(keyword, value);
}

/* Put a part behind what there is of the name. */
static void add_name (pg_store *store, const char *before, const char *part) {
  size_t len = strlen(store->name);
  al_quoted quoted;
  snprintf(store->name + len, sizeof store->name - len, "%s%s", before,
           al_quote(&quoted, part, strlen(part)));
}

/* For messages, from what the connection itself knows: host, port unless it is
** the usual one, and database; where it is a socket of the system, the folder that
** it is in. */
static void set_name (pg_store *store, PGconn *conn) {
  const char *host = PQhost(conn), *port = PQport(conn), *db = PQdb(conn);
  int is_folder = host != NULL && host[0] == '/';
  int has_port =
      port != NULL && port[0] != '\0' && strcmp(port, DEFAULT_PORT) != 0;
  snprintf(store->name, sizeof store->name, "postgresql://");
  if (!is_folder && host != NULL)
    add_name(store, "", host);
  if (!is_folder && has_port)
    add_name(store, ":", port);
  add_name(store, "/", db != NULL ? db : "");
  if (is_folder)
    add_name(store, "?host=", host);
  if (is_folder && has_port)
    add_name(store, "&port=", port);
}

static al_status check_server (const pg_store *store, PGconn *conn,
                               al_error *err) {
  const char *encoding = PQparameterStatus(conn, "server_encoding");
  if (PQserverVersion(conn) < OLDEST_SERVER)
    return al_fail(err, AL_UNSUPPORTED,
                   "log %s: the server is older than PostgreSQL 13",
                   store->name);
  if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
    return al_fail(err, AL_UNSUPPORTED,
                   "log %s: the database has the encoding %s, and a log needs "
                   "UTF8: create another database",
                   store->name, encoding != NULL ? encoding : "(none)");
  return AL_OK;
}

/* How we speak with the server, whatever it has been set up to. Names are ours
** before anybody else's, and temporary ones last. A policy of the owner's does not
** choose rows, nor run: what it would hide is missing from the proof. A proof may
** take longer than the server lets others do nothing. What is acknowledged has to
** be on its disk. */
static al_status set_up (pg_store *store, PGconn *conn, al_error *err) {
  char sql[1024];
  snprintf(sql, sizeof sql,
           "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
           "SET default_transaction_isolation = 'read committed';"
           "SET client_min_messages = error;"
           "SET row_security = off;"
           "SET standard_conforming_strings = on;"
           "SET search_path = activitylog, pg_temp;"
           "SET lock_timeout = %d;"
           "SET jit = off;"
           "SET idle_in_transaction_session_timeout = 0;"
           "SELECT set_config('synchronous_commit', 'on', false)"
           " WHERE current_setting('synchronous_commit') = 'off';%s",
           store->base.timeout_ms > 0 ? store->base.timeout_ms : 1,
           store->readonly ? "SET default_transaction_read_only = on" : "");
  return pg_exec(store, conn, sql, err);
}

static al_status fail_to_connect (pg_store *store, PGconn *conn,
                                  const PQconninfoOption *options,
                                  al_error *err) {
  pg_fail(store, conn, NULL, err);
  if (PQconnectionNeedsPassword(conn) && has_open_passfile(options))
    al_fail_at(err, "the password file is not used, as others may read it: "
                    "take their right to (chmod 0600)");
  return err->status;
}

static al_status open_connection (pg_store *store, PGconn **out,
                                  al_error *err) {
  PQconninfoOption *options = read_options(store);
  PGconn *conn = options != NULL ? connect(store, options) : NULL;
  al_status status;
  *out = NULL;
  if (conn == NULL) {
    PQconninfoFree(options);
    return al_fail_nomem(err);
  }
  set_name(store, conn);
  if (PQstatus(conn) != CONNECTION_OK)
    status = fail_to_connect(store, conn, options, err);
  else if ((status = check_server(store, conn, err)) == AL_OK)
    status = set_up(store, conn, err);
  PQconninfoFree(options);
  if (status == AL_OK)
    *out = conn;
  else
    PQfinish(conn);
  return status;
}

/* ---- those that wait ---- */

/* What waits is told nothing: if there is something to read, the server ended
** it. */
static int is_alive (PGconn *conn) {
  struct pollfd socket = {PQsocket(conn), POLLIN, 0};
  while (poll(&socket, 1, 0) != 0)
    if (!PQconsumeInput(conn) || PQstatus(conn) != CONNECTION_OK)
      return 0;
  return 1;
}

al_status pg_acquire (pg_store *store, PGconn **out, al_error *err) {
  while (store->nidle > 0) {
    PGconn *conn = store->idle[--store->nidle];
    if (is_alive(conn)) {
      *out = conn;
      return AL_OK;
    }
    PQfinish(conn);
  }
  return open_connection(store, out, err);
}

void pg_release (pg_store *store, PGconn *conn) {
  if (conn == NULL)
    return;
  if (store->nidle < PG_IDLE_MAX && PQstatus(conn) == CONNECTION_OK &&
      PQtransactionStatus(conn) == PQTRANS_IDLE)
    store->idle[store->nidle++] = conn;
  else
    PQfinish(conn);
}

void pg_close_idle (pg_store *store) {
  while (store->nidle > 0)
    PQfinish(store->idle[--store->nidle]);
}

/* libpq takes leave of the server when it frees what it has: in a child that
** would end the parent's connection. So it speaks to nobody then; and where not
** even that can be had, its memory stays. */
void pg_abandon (PGconn *conn) {
  int nobody;
  if (conn == NULL)
    return;
  nobody = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nobody < 0)
    return;
  if (dup2(nobody, PQsocket(conn)) >= 0)
    PQfinish(conn);
  close(nobody);
}
