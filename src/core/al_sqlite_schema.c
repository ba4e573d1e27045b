/*
** al_sqlite_schema.c - a log's tables: making them, bringing older ones up to
** date, and telling whether they are ours.
**
** SQLite keeps the text of each CREATE statement, and obeys it: a view, a
** trigger, a generated column or a CHECK in it would be run for us, of a table
** of others too. So a file has to hold our tables, to the letter, and no others.
*/
#include <limits.h>
#include <stdio.h>

#include "al_sqlite.h"

/* ---- the tables ---- */

/* A content: what record and superseded hold alike. Small columns come first,
** so that reading them touches no overflow page. */
#define CONTENT                                                                \
  "  sequence INTEGER PRIMARY KEY,"                                            \
  "  operation_date TEXT NOT NULL,"                                            \
  "  identity BLOB NOT NULL,"                                                  \
  "  digest BLOB NOT NULL,"                                                    \
  "  secret INTEGER NOT NULL,"                                                 \
  "  customer_name_folded TEXT,"                                               \
  "  id TEXT,"                                                                 \
  "  partner_id TEXT,"                                                         \
  "  customer_id TEXT,"                                                        \
  "  customer_name TEXT,"                                                      \
  "  user_principal_name TEXT,"                                                \
  "  application_id TEXT,"                                                     \
  "  session_id TEXT,"                                                         \
  "  original_correlation_id TEXT,"                                            \
  "  resource_type TEXT,"                                                      \
  "  operation_type TEXT,"                                                     \
  "  operation_status TEXT,"                                                   \
  "  resource_old_value TEXT,"                                                 \
  "  resource_new_value TEXT,"                                                 \
  "  customized_data TEXT,"                                                    \
  "  other TEXT"

#define RECORD "CREATE TABLE record (" CONTENT ")"
#define RECORD_BY_DATE                                                         \
  "CREATE UNIQUE INDEX record_by_date ON record (operation_date, identity)"
#define SUPERSEDED "CREATE TABLE superseded (" CONTENT ")"
#define SUPERSEDED_BY_DATE                                                     \
  "CREATE INDEX superseded_by_date"                                            \
  "  ON superseded (operation_date, identity)"
#define CUSTOMER_RECORD_1                                                      \
  "CREATE TABLE customer_record ("                                             \
  "  customer TEXT NOT NULL,"                                                  \
  "  operation_date TEXT NOT NULL,"                                            \
  "  sequence INTEGER NOT NULL,"                                               \
  "  PRIMARY KEY (customer, operation_date, sequence)"                         \
  ") WITHOUT ROWID"
#define IMPORT                                                                 \
  "CREATE TABLE import ("                                                      \
  "  import INTEGER PRIMARY KEY,"                                              \
  "  source TEXT NOT NULL,"                                                    \
  "  time TEXT NOT NULL,"                                                      \
  "  first_sequence INTEGER NOT NULL,"                                         \
  "  records INTEGER NOT NULL,"                                                \
  "  added INTEGER NOT NULL,"                                                  \
  "  known INTEGER NOT NULL,"                                                  \
  "  changed INTEGER NOT NULL,"                                                \
  "  digest BLOB NOT NULL"                                                     \
  ")"

/* Customers by days, so that what comes together lies together. */
#define CUSTOMER_RECORD                                                        \
  "CREATE TABLE customer_record ("                                             \
  "  days TEXT NOT NULL,"                                                      \
  "  customer BLOB NOT NULL,"                                                  \
  "  sequence INTEGER NOT NULL,"                                               \
  "  PRIMARY KEY (days, customer, sequence)"                                   \
  ") WITHOUT ROWID"
#define FILL_CUSTOMER_RECORD                                                   \
  "INSERT INTO customer_record (days, customer, sequence)"                     \
  "  SELECT substr(operation_date, 1, 9), customer_key(customer_id), sequence" \
  "  FROM record WHERE customer_id IS NOT NULL ORDER BY 1, 2, 3"

/* What purges tell of themselves, and the digests of the contents that they
** took, with which those of the imports are made. */
#define PURGE                                                                  \
  "CREATE TABLE purge ("                                                       \
  "  purge INTEGER PRIMARY KEY,"                                               \
  "  import INTEGER NOT NULL,"                                                 \
  "  before TEXT NOT NULL,"                                                    \
  "  time TEXT NOT NULL,"                                                      \
  "  user TEXT NOT NULL,"                                                      \
  "  oldest TEXT NOT NULL,"                                                    \
  "  newest TEXT NOT NULL,"                                                    \
  "  records INTEGER NOT NULL,"                                                \
  "  superseded INTEGER NOT NULL,"                                             \
  "  digest BLOB NOT NULL,"                                                    \
  "  pending INTEGER NOT NULL"                                                 \
  ")"
#define PURGED                                                                 \
  "CREATE TABLE purged ("                                                      \
  "  sequence INTEGER PRIMARY KEY,"                                            \
  "  digest BLOB NOT NULL"                                                     \
  ")"

/* Step n brings a file from version n to n + 1. */
static const char *const STEPS[AL_FILE_VERSION] = {
    RECORD ";" RECORD_BY_DATE ";" SUPERSEDED ";" SUPERSEDED_BY_DATE
           ";" CUSTOMER_RECORD_1 ";" IMPORT,
    "DROP TABLE customer_record;" CUSTOMER_RECORD ";" FILL_CUSTOMER_RECORD,
    PURGE ";" PURGED,
};

/* What the steps make, as sqlite_master has it. */
static const struct {
  const char *type, *name, *table, *sql;
  int first, last; /* file versions that have it */
} OURS[] = {
    {"table", "record", "record", RECORD, 1, AL_FILE_VERSION},
    {"index", "record_by_date", "record", RECORD_BY_DATE, 1, AL_FILE_VERSION},
    {"table", "superseded", "superseded", SUPERSEDED, 1, AL_FILE_VERSION},
    {"index", "superseded_by_date", "superseded", SUPERSEDED_BY_DATE, 1,
     AL_FILE_VERSION},
    {"table", "customer_record", "customer_record", CUSTOMER_RECORD_1, 1, 1},
    {"table", "customer_record", "customer_record", CUSTOMER_RECORD, 2,
     AL_FILE_VERSION},
    {"table", "import", "import", IMPORT, 1, AL_FILE_VERSION},
    {"table", "purge", "purge", PURGE, 3, AL_FILE_VERSION},
    {"table", "purged", "purged", PURGED, 3, AL_FILE_VERSION},
};
#define NOURS (sizeof OURS / sizeof OURS[0])

/* ---- whether they are ours ---- */

#define REMEDY                                                                 \
  "; only activitylog should write to a log: restore it from a backup"

/* A row of sqlite_master. */
typedef struct {
  const char *type, *name, *table;
  al_text sql;
} object;

static int has_text (const char *text, const char *other) {
  return strcmp(text, other) == 0;
}

/* Which of ours the object is, to the letter; NOURS: none. */
static size_t which_of_ours (const object *o, int version) {
  size_t i;
  for (i = 0; i < NOURS; i++)
    if (version >= OURS[i].first && version <= OURS[i].last &&
        has_text(o->type, OURS[i].type) && has_text(o->name, OURS[i].name) &&
        has_text(o->table, OURS[i].table) &&
        al_text_equal(o->sql, al_text_from(OURS[i].sql, strlen(OURS[i].sql))))
      break;
  return i;
}

/* SQLite knows names without case. */
static int is_name_of_ours (const char *name) {
  size_t i;
  for (i = 0; i < NOURS && sqlite3_stricmp(name, OURS[i].name) != 0; i++)
    continue;
  return i < NOURS;
}

/* It is none of ours. */
static al_status check_other (sqlite3 *db, const object *o, al_error *err) {
  al_quoted type, name;
  al_quote(&type, o->type, strlen(o->type));
  al_quote(&name, o->name, strlen(o->name));
  if (is_name_of_ours(o->name))
    return al_sqlite_corrupt(
        db, err, "its %s '%s' is not as activitylog makes it" REMEDY, type.text,
        name.text);
  return al_sqlite_corrupt(
      db, err,
      "it has the %s '%s', which is none of activitylog's; "
      "drop it, or restore the log from a backup",
      type.text, name.text);
}

/* NULL when memory ran out. */
static const char *column_text (sqlite3_stmt *s, int column) {
  if (sqlite3_column_type(s, column) == SQLITE_NULL)
    return "";
  return (const char *)sqlite3_column_text(s, column);
}

static al_status check_object (sqlite3_stmt *s, int version, unsigned *seen,
                               al_error *err) {
  object o = {column_text(s, 0), column_text(s, 1), column_text(s, 2), {0}};
  const char *sql = column_text(s, 3);
  size_t which;
  if (o.type == NULL || o.name == NULL || o.table == NULL || sql == NULL)
    return al_fail_nomem(err);
  o.sql = al_text_from(sql, (size_t)sqlite3_column_bytes(s, 3));
  which = which_of_ours(&o, version);
  if (which < NOURS) {
    *seen |= 1u << which;
    return AL_OK;
  }
  return check_other(sqlite3_db_handle(s), &o, err);
}

static al_status check_all_seen (sqlite3 *db, int version, unsigned seen,
                                 al_error *err) {
  size_t i;
  for (i = 0; i < NOURS; i++)
    if (version >= OURS[i].first && version <= OURS[i].last &&
        (seen & 1u << i) == 0)
      return al_sqlite_corrupt(db, err, "its %s '%s' is missing" REMEDY,
                               OURS[i].type, OURS[i].name);
  return AL_OK;
}

static al_status check_objects (sqlite3 *db, int version, al_error *err) {
  static const char OBJECTS[] =
      "SELECT type, name, tbl_name, sql FROM main.sqlite_master";
  al_status status = AL_OK;
  unsigned seen = 0;
  sqlite3_stmt *s;
  int code = SQLITE_DONE;
  if (al_sqlite_prepare(db, &s, OBJECTS, sizeof OBJECTS - 1, err) != AL_OK)
    return err->status;
  while (status == AL_OK && (code = sqlite3_step(s)) == SQLITE_ROW)
    status = check_object(s, version, &seen, err);
  sqlite3_finalize(s);
  if (status == AL_OK && code != SQLITE_DONE)
    return al_sqlite_fail(db, err);
  return status == AL_OK ? check_all_seen(db, version, seen, err) : status;
}

/* ---- versions ---- */

static al_status check_version (const char *path, int version, int newest,
                                al_error *err) {
  if (version < 0) /* steps are found by it */
    return al_fail(err, AL_CORRUPT, "log %s: its file version is %d" REMEDY,
                   path, version);
  if (version <= newest)
    return AL_OK;
  return al_fail(err, AL_VERSION,
                 "%s is a log of file version %d, and this activitylog knows "
                 "up to %d: use a newer activitylog",
                 path, version, newest);
}

al_status al_sqlite_check_version (const char *path, int version,
                                   al_error *err) {
  return check_version(path, version, AL_FILE_VERSION, err);
}

static al_status check_as_of_now (sqlite3 *db, int *version, al_error *err) {
  if (al_sqlite_integer(db, "PRAGMA user_version", version, err) != AL_OK ||
      al_sqlite_check_version(al_sqlite_name(db), *version, err) != AL_OK)
    return err->status;
  return check_objects(db, *version, err);
}

/* In a transaction, as another process may be about to bring the file to
** another version. After a failure it ends with the connection: to end it here
** would make SQLite forget what was wrong. */
al_status al_sqlite_check_schema (sqlite3 *db, int *version, al_error *err) {
  if (al_sqlite_exec(db, "BEGIN", err) != AL_OK ||
      check_as_of_now(db, version, err) != AL_OK)
    return err->status;
  return al_sqlite_exec(db, "COMMIT", err);
}

/* ---- making them ---- */

/* al_customer_key as a function of SQL, for the steps. */
static void customer_key (sqlite3_context *context, int n,
                          sqlite3_value **values) {
  const char *id = (const char *)sqlite3_value_text(values[0]);
  al_buffer key = {0};
  al_error err;
  int is_guid;
  (void)n;
  if (id == NULL ||
      al_customer_key(&key,
                      al_text_from(id, (size_t)sqlite3_value_bytes(values[0])),
                      &is_guid, &err) != AL_OK) {
    sqlite3_result_error_nomem(context);
    return;
  }
  if (is_guid)
    sqlite3_result_blob(context, key.data, AL_GUID_BYTES, SQLITE_TRANSIENT);
  else
    sqlite3_result_text(context, al_buffer_text(&key).data, (int)key.len,
                        SQLITE_TRANSIENT);
  al_buffer_close(&key);
}

static al_status run_steps (sqlite3 *db, const char *const *steps, int nsteps,
                            al_error *err) {
  char pragma[64];
  int version, is_new;
  if (al_sqlite_integer(db, "PRAGMA user_version", &version, err) != AL_OK ||
      check_version(al_sqlite_name(db), version, nsteps, err) != AL_OK)
    return err->status;
  is_new = version == 0;
  for (; version < nsteps; version++)
    if (al_sqlite_exec(db, steps[version], err) != AL_OK)
      return err->status;
  snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", nsteps);
  if (is_new && al_sqlite_exec(
                    db, "PRAGMA application_id = " AL_NUMBER(AL_APPLICATION_ID),
                    err) != AL_OK)
    return err->status;
  return al_sqlite_exec(db, pragma, err);
}

al_status al_sqlite_migrate (sqlite3 *db, const char *const *steps, int nsteps,
                             al_error *err) {
  int version;
  if (al_sqlite_integer(db, "PRAGMA user_version", &version, err) != AL_OK)
    return err->status;
  if (version == nsteps)
    return AL_OK;
  if (sqlite3_create_function(db, "customer_key", 1,
                              SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL,
                              customer_key, NULL, NULL) != SQLITE_OK)
    return al_sqlite_fail(db, err);
  if (al_sqlite_exec(db, "BEGIN EXCLUSIVE", err) != AL_OK)
    return err->status;
  if (run_steps(db, steps, nsteps, err) == AL_OK &&
      al_sqlite_exec(db, "COMMIT", err) == AL_OK)
    return AL_OK;
  sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL); /* err has the reason */
  return err->status;
}

al_status al_sqlite_make_schema (sqlite3 *db, al_error *err) {
  return al_sqlite_migrate(db, STEPS, AL_FILE_VERSION, err);
}
