/*
** al_syncer.c - brings a file to the disk while more of it is being written.
*/
#include "al_syncer.h"

#include <pthread.h>
#include <stdlib.h>

#include "al_thread.h"

/* What is worth a sync: some milliseconds of the disk's work. */
#define SYNC_BYTES (8 * 1024 * 1024)

struct al_syncer {
  int (*sync)(void *context);
  void *context;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed; /* the next two */
  size_t unsynced;        /* bytes written since the last sync began */
  int stop;
  int failure; /* errno of the sync that failed; 0: none */
};

static void *sync_often (void *context) {
  al_syncer *syncer = context;
  int failure = 0;
  pthread_mutex_lock(&syncer->lock);
  while (failure == 0) {
    while (!syncer->stop && syncer->unsynced < SYNC_BYTES)
      pthread_cond_wait(&syncer->changed, &syncer->lock);
    if (syncer->stop)
      break;
    syncer->unsynced = 0;
    pthread_mutex_unlock(&syncer->lock);
    failure = syncer->sync(syncer->context);
    pthread_mutex_lock(&syncer->lock);
  }
  syncer->failure = failure;
  pthread_mutex_unlock(&syncer->lock);
  return NULL;
}

static void syncer_free (al_syncer *syncer) {
  pthread_cond_destroy(&syncer->changed);
  pthread_mutex_destroy(&syncer->lock);
  free(syncer);
}

al_syncer *al_syncer_start (int (*sync)(void *context), void *context) {
  al_syncer *syncer = calloc(1, sizeof *syncer);
  if (syncer == NULL)
    return NULL;
  syncer->sync = sync;
  syncer->context = context;
  if (pthread_mutex_init(&syncer->lock, NULL) != 0) {
    free(syncer);
    return NULL;
  }
  if (pthread_cond_init(&syncer->changed, NULL) != 0) {
    pthread_mutex_destroy(&syncer->lock);
    free(syncer);
    return NULL;
  }
  if (al_thread_start(&syncer->thread, sync_often, syncer))
    return syncer;
  syncer_free(syncer);
  return NULL;
}

void al_syncer_wrote (al_syncer *syncer, size_t bytes) {
  pthread_mutex_lock(&syncer->lock);
  syncer->unsynced += bytes;
  if (syncer->unsynced >= SYNC_BYTES)
    pthread_cond_signal(&syncer->changed);
  pthread_mutex_unlock(&syncer->lock);
}

int al_syncer_stop (al_syncer *syncer) {
  int failure;
  if (syncer == NULL)
    return 0;
  pthread_mutex_lock(&syncer->lock);
  syncer->stop = 1;
  pthread_cond_signal(&syncer->changed);
  pthread_mutex_unlock(&syncer->lock);
  pthread_join(syncer->thread, NULL);
  failure = syncer->failure;
  syncer_free(syncer);
  return failure;
}
