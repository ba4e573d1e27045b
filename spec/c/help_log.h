/*
** help_log.h - logs that tests begin with again and again, and look into from
** outside.
*/
#ifndef HELP_LOG_H
#define HELP_LOG_H

#include "al_buffer.h"
#include "al_store.h"

/* A log's files, but for the -shm, which is made anew. An empty one is not
** there. A zeroed one is a log that is not there. */
typedef struct {
  al_buffer file, wal, journal;
} help_log;

void help_log_save (help_log *log, const char *path);
void help_log_restore (const help_log *log, const char *path);
void help_log_close (help_log *log);

/* Make a log what version 1 of the file would be. Returns 0 on failure. */
int help_log_age (const char *path);

/* How many records a log holds; -1 when they cannot be counted. */
int64_t help_log_count (al_store *store);

/* Whether SQLite finds the file whole. */
int help_log_is_whole (const char *path);

#endif
