/*
** al_progress.h - how far long work has come, told to the caller.
*/
#ifndef AL_PROGRESS_H
#define AL_PROGRESS_H

#include <stdint.h>

#include "al_error.h"

/* Called now and then with what is done and what there is in all (-1 where
** nobody knows). A failure ends the work. 'call' is NULL when nobody asks. */
typedef struct {
  al_status (*call)(void *context, int64_t done, int64_t total, al_error *err);
  void *context;
} al_progress;

#endif
