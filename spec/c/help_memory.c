/*
** help_memory.c - memory that runs out.
*/
#include "help_memory.h"

#include <csv.h>
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

help_memory memory;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int counts_and_fails (void) {
  return ++memory.count == memory.fail_at ||
         (memory.count > memory.fail_at && memory.go_on);
}

static int fails (void) {
  int failing;
  if (!memory.on)
    return 0;
  pthread_mutex_lock(&lock);
  failing = counts_and_fails();
  pthread_mutex_unlock(&lock);
  if (failing)
    errno = ENOMEM;
  return failing;
}

void memory_runs_out (void) {
  memory.count = 0;
  memory.on = 1;
}

void memory_is_back (void) {
  memory.on = 0;
}

/* By --wrap=malloc a call of malloc is one of __wrap_malloc, and __real_malloc
** is what malloc was. */
#define WRAP(type, name, parameters, arguments)                                \
  type __real_##name parameters;                                               \
  type __wrap_##name parameters;                                               \
  type __wrap_##name parameters {                                              \
    return fails() ? NULL : __real_##name arguments;                           \
  }

WRAP(void *, malloc, (size_t size), (size))
WRAP(void *, calloc, (size_t n, size_t size), (n, size))
WRAP(void *, realloc, (void *old, size_t size), (old, size))
WRAP(char *, strdup, (const char *text), (text))
WRAP(char *, strndup, (const char *text, size_t n), (text, n))
WRAP(char *, realpath, (const char *path, char *resolved), (path, resolved))
WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode))

int __real_csv_init (struct csv_parser *parser, unsigned char options);
int __wrap_csv_init (struct csv_parser *parser, unsigned char options);
int __wrap_csv_init (struct csv_parser *parser, unsigned char options) {
  int code = __real_csv_init(parser, options);
  csv_set_realloc_func(parser, __wrap_realloc);
  return code;
}

static sqlite3_mem_methods sqlite_memory; /* SQLite's own */

static void *sqlite_malloc (int size) {
  return fails() ? NULL : sqlite_memory.xMalloc(size);
}

static void *sqlite_realloc (void *old, int size) {
  return fails() ? NULL : sqlite_memory.xRealloc(old, size);
}

int help_tell_sqlite (void) {
  sqlite3_mem_methods failing;
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory) != SQLITE_OK)
    return 0;
  failing = sqlite_memory;
  failing.xMalloc = sqlite_malloc;
  failing.xRealloc = sqlite_realloc;
  return sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) == SQLITE_OK;
}
