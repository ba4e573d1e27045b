/*
** xlsx_random.c - the process's rand() while libxlsxwriter works.
*/
#include "xlsx_random.h"

#include <pthread.h>
#include <stdlib.h>

/* The process has one state, so these have to be one, too. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int holders;         /* the first one puts ours in place */
static char own_state[128]; /* and the last one the process's back */
static char *process_state;

void xlsx_random_hold (void) {
  pthread_mutex_lock(&lock);
  if (holders++ == 0)
    process_state = initstate(1, own_state, sizeof own_state);
  pthread_mutex_unlock(&lock);
}

void xlsx_random_release (void) {
  pthread_mutex_lock(&lock);
  if (--holders == 0)
    setstate(process_state);
  pthread_mutex_unlock(&lock);
}
