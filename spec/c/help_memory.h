/*
** help_memory.h - memory that runs out, for tests that are linked with
** --wrap=malloc and its like.
**
** The linker leads the allocations of the core to these, yajl's among them, as
** the core makes those. SQLite and libcsv are told to allocate through them.
*/
#ifndef HELP_MEMORY_H
#define HELP_MEMORY_H

/* Allocations of all threads, counted while they may fail. */
typedef struct {
  int on;       /* they count and may fail */
  long count;   /* so far */
  long fail_at; /* the one that fails, from 1 */
  int go_on;    /* those after it fail too */
} help_memory;

extern help_memory memory;

void memory_runs_out (void);
void memory_is_back (void);

/* Before SQLite is used for the first time. Returns 0 when it refuses. */
int help_tell_sqlite (void);

#endif
