/*
** al_sqlite_wait.c - waiting for whoever else uses the log.
**
** SQLite's own wait looks ten times a second and no oftener: beside a program
** that writes one import after the other a second one found the lock free once
** in a second, or in none of five. Looking costs some microseconds, so it is
** done often, and both get on. And SQLite counts what it meant to sleep, where
** here a clock tells.
*/
#include <time.h>

#include "al_sqlite.h"

#define WAIT_MS 2

static int64_t monotonic_ms (void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Called when the log is busy; 'waits' is how often it was before, for the same
** lock. Returns 0 to wait no longer. */
static int wait_again (void *context, int waits) {
  al_wait *wait = context;
  int64_t now = monotonic_ms();
  if (waits == 0)
    wait->deadline_ms = now + wait->timeout_ms;
  if (wait->timeout_ms == 0 || now > wait->deadline_ms) /* not too early */
    return 0;
  sqlite3_sleep(WAIT_MS);
  return 1;
}

void al_sqlite_wait (al_sqlite *store, int timeout_ms) {
  store->wait.timeout_ms = timeout_ms;
  sqlite3_busy_handler(store->db, wait_again, &store->wait);
}

/* Here alone SQLite does not always wait: two processes that create a log at
** the same time find each other in the way. */
al_status al_sqlite_enter_wal (sqlite3 *db, int timeout_ms, al_error *err) {
  int64_t deadline = monotonic_ms() + timeout_ms;
  for (;;) {
    al_status status = al_sqlite_exec(db, "PRAGMA journal_mode = WAL", err);
    if (status != AL_BUSY || monotonic_ms() >= deadline)
      return status;
    sqlite3_sleep(WAIT_MS);
  }
}
