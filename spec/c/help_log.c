/*
** help_log.c - logs that tests begin with again and again.
*/
#include "help_log.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "help.h"

static const char *beside (const char *path, const char *suffix) {
  static char name[4096];
  snprintf(name, sizeof name, "%s%s", path, suffix);
  return name;
}

static void write_file (const char *path, const al_buffer *bytes) {
  FILE *file;
  remove(path);
  if (bytes->len == 0)
    return;
  file = fopen(path, "wb");
  if (file == NULL || fwrite(bytes->data, 1, bytes->len, file) != bytes->len ||
      fclose(file) != 0) {
    perror(path);
    exit(1);
  }
}

void help_log_save (help_log *log, const char *path) {
  help_read(&log->file, path);
  help_read(&log->wal, beside(path, "-wal"));
  help_read(&log->journal, beside(path, "-journal"));
}

void help_log_restore (const help_log *log, const char *path) {
  remove(beside(path, "-shm"));
  write_file(beside(path, "-wal"), &log->wal);
  write_file(beside(path, "-journal"), &log->journal);
  write_file(path, &log->file);
}

void help_log_close (help_log *log) {
  al_buffer_close(&log->file);
  al_buffer_close(&log->wal);
  al_buffer_close(&log->journal);
}

/* It had the customers first, each in its own place, and no purges. */
int help_log_age (const char *path) {
  static const char SQL[] =
      "DROP TABLE purge; DROP TABLE purged; DROP TABLE customer_record;"
      "CREATE TABLE customer_record (  customer TEXT NOT NULL,"
      "  operation_date TEXT NOT NULL,  sequence INTEGER NOT NULL,"
      "  PRIMARY KEY (customer, operation_date, sequence)) WITHOUT ROWID;"
      "INSERT INTO customer_record SELECT lower(customer_id), operation_date,"
      " sequence FROM record WHERE customer_id IS NOT NULL;"
      "PRAGMA user_version = 1";
  sqlite3 *db;
  int code = sqlite3_open(path, &db);
  if (code == SQLITE_OK)
    code = sqlite3_exec(db, SQL, NULL, NULL, NULL);
  sqlite3_close(db);
  return code == SQLITE_OK;
}

int64_t help_log_count (al_store *store) {
  al_query query = help_query();
  int64_t n;
  al_error err;
  return al_store_count(store, &query, &n, &err) == AL_OK ? n : -1;
}

static int first_column (void *context, int n, char **values, char **names) {
  (void)n, (void)names;
  snprintf(context, 16, "%s", values[0]);
  return 0;
}

int help_log_is_whole (const char *path) {
  char answer[16] = "";
  sqlite3 *db;
  int code = sqlite3_open(path, &db);
  if (code == SQLITE_OK)
    code =
        sqlite3_exec(db, "PRAGMA integrity_check", first_column, answer, NULL);
  sqlite3_close(db);
  return code == SQLITE_OK && strcmp(answer, "ok") == 0;
}
