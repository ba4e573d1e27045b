/*
** al_thread.h - a thread of the core's own, for the time of one call.
**
** A host's signals are not its business: they are blocked in it, so that they
** reach the threads that the host made. Who starts a thread joins it before
** the call returns. Where no thread can be had, the work is done without.
*/
#ifndef AL_THREAD_H
#define AL_THREAD_H

#include <pthread.h>

/* Run 'run' in a thread. Returns 0, and has started nothing, where the system
** gives no thread. */
int al_thread_start (pthread_t *thread, void *(*run)(void *context),
                     void *context);

#endif
