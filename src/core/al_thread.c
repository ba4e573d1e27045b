/*
** al_thread.c - a thread of the core's own, for the time of one call.
*/
#include "al_thread.h"

#include <signal.h>

int al_thread_start (pthread_t *thread, void *(*run)(void *context),
                     void *context) {
  sigset_t all, before;
  int code;
  sigfillset(&all);
  if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
    return 0;
  code = pthread_create(thread, NULL, run, context); /* inherits the mask */
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return code == 0;
}
