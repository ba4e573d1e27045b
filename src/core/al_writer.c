/*
** al_writer.c - puts what is read into a store's running import.
*/
#include "al_writer.h"

#include <stddef.h>
#include <stdlib.h>

#include "al_thread.h"

/* Few and small enough to stay in the cores' caches, large enough that handing
** one on costs nothing beside writing it. */
#define BATCHES        3
#define BATCH_CONTENTS 256
#define BATCH_BYTES    (256 * 1024)

typedef struct {
  al_content content[BATCH_CONTENTS];
  size_t n;
  size_t len; /* of the text that is in use */
  char text[BATCH_BYTES];
} batch;

/* Batch i of those that came lies in batch[i % BATCHES]. Its owner is the
** thread while written <= i < filled, else the caller. */
struct al_writer {
  al_store *store;
  al_fold_cache names;
  al_buffer folded; /* of the record that is put */
  int started;      /* there is a thread, and the next five are alive */
  pthread_t thread;
  pthread_mutex_t mutex;  /* of what follows, but for the batches */
  pthread_cond_t changed; /* any of it */
  size_t filled;          /* how many batches the caller handed on */
  size_t written;         /* how many of them are done */
  int busy;               /* the thread uses the store */
  int held;               /* it must not */
  int stop;               /* it has to end */
  al_error err;           /* why it writes no more; AL_OK: it does */
  batch batch[BATCHES];
};

/* ---- in the thread ---- */

/* Wait for the next batch, with the mutex held. Returns 0 when it is time to
** end. */
static int next_batch (al_writer *w) {
  while (!w->stop && (w->held || w->written == w->filled))
    pthread_cond_wait(&w->changed, &w->mutex);
  return !w->stop;
}

static void *write_batches (void *context) {
  al_writer *w = context;
  al_error err;
  al_status status;
  pthread_mutex_lock(&w->mutex);
  while (w->err.status == AL_OK && next_batch(w)) {
    batch *full = &w->batch[w->written % BATCHES];
    w->busy = 1;
    pthread_mutex_unlock(&w->mutex);
    status = al_store_put_contents(w->store, full->content, full->n, &err);
    pthread_mutex_lock(&w->mutex);
    w->busy = 0;
    w->written++;
    if (status != AL_OK) /* else it may tell of what was overcome */
      w->err = err;
    pthread_cond_broadcast(&w->changed);
  }
  pthread_mutex_unlock(&w->mutex);
  return NULL;
}

/* ---- in the caller's ---- */

static void begin_batch (al_writer *w) {
  w->batch[w->filled % BATCHES].n = 0;
  w->batch[w->filled % BATCHES].len = 0;
}

al_status al_writer_open (al_writer **out, al_store *store, al_error *err) {
  al_writer *w = malloc(sizeof *w); /* a MiB is not cleared for a few records */
  *out = w;
  if (w == NULL)
    return al_fail_nomem(err);
  memset(w, 0, offsetof(al_writer, batch));
  w->store = store;
  begin_batch(w);
  return AL_OK;
}

void al_writer_start (al_writer *w) {
  if (w->started || !al_store_threads(w->store) ||
      pthread_mutex_init(&w->mutex, NULL) != 0)
    return;
  if (pthread_cond_init(&w->changed, NULL) == 0) {
    w->started = al_thread_start(&w->thread, write_batches, w);
    if (w->started)
      return;
    pthread_cond_destroy(&w->changed);
  }
  pthread_mutex_destroy(&w->mutex);
}

/* Whether no other batch is free: then this one cannot be handed on without
** waiting. */
static int is_ahead (al_writer *w) {
  int ahead;
  pthread_mutex_lock(&w->mutex);
  ahead = w->filled - w->written == BATCHES - 1;
  pthread_mutex_unlock(&w->mutex);
  return ahead;
}

/* Who would wait completes contents, which the thread else does: so both have
** as much to do. */
static al_status complete (al_writer *w, batch *full, al_error *err) {
  size_t i;
  for (i = 0; i < full->n && is_ahead(w); i++)
    if (al_content_complete(&full->content[i], err) != AL_OK)
      return err->status;
  return AL_OK;
}

/* Let the thread write the batch, and wait until no more than so many are
** unwritten. Returns the thread's failure, if it had one. */
static al_status hand_on (al_writer *w, size_t unwritten, al_error *err) {
  al_status status;
  pthread_mutex_lock(&w->mutex);
  w->filled++;
  pthread_cond_broadcast(&w->changed);
  while (w->err.status == AL_OK && w->filled - w->written > unwritten)
    pthread_cond_wait(&w->changed, &w->mutex);
  status = w->err.status;
  if (status != AL_OK)
    *err = w->err;
  pthread_mutex_unlock(&w->mutex);
  return status;
}

/* The batch is full: begin the next when one is free, or with 'wait' when all
** are written. */
static al_status end_batch (al_writer *w, int wait, al_error *err) {
  batch *full = &w->batch[w->filled % BATCHES];
  al_status status;
  if (!w->started)
    status = al_store_put_contents(w->store, full->content, full->n, err);
  else if ((status = complete(w, full, err)) == AL_OK)
    status = hand_on(w, wait ? 0 : BATCHES - 1, err);
  begin_batch(w);
  return status;
}

al_status al_writer_put (al_writer *w, const al_record *record, al_error *err) {
  batch *open = &w->batch[w->filled % BATCHES];
  al_content content;
  size_t bytes;
  if (al_content_make(&content, record, &w->names, &w->folded, err) != AL_OK)
    return err->status;
  bytes = al_content_bytes(&content);
  if (bytes > sizeof open->text) { /* those before it are written first */
    if (end_batch(w, 1, err) != AL_OK)
      return err->status;
    return al_store_put_contents(w->store, &content, 1, err);
  }
  if (open->n == BATCH_CONTENTS || bytes > sizeof open->text - open->len) {
    if (end_batch(w, 0, err) != AL_OK)
      return err->status;
    open = &w->batch[w->filled % BATCHES];
  }
  al_content_copy(&open->content[open->n++], &content, open->text + open->len);
  open->len += bytes;
  return AL_OK;
}

void al_writer_hold (al_writer *w) {
  if (!w->started)
    return;
  pthread_mutex_lock(&w->mutex);
  w->held = 1;
  while (w->busy)
    pthread_cond_wait(&w->changed, &w->mutex);
  pthread_mutex_unlock(&w->mutex);
}

void al_writer_release (al_writer *w) {
  if (!w->started)
    return;
  pthread_mutex_lock(&w->mutex);
  w->held = 0;
  pthread_cond_broadcast(&w->changed);
  pthread_mutex_unlock(&w->mutex);
}

al_status al_writer_finish (al_writer *w, al_error *err) {
  return end_batch(w, 1, err);
}

static void end_thread (al_writer *w) {
  pthread_mutex_lock(&w->mutex);
  w->stop = 1;
  pthread_cond_broadcast(&w->changed);
  pthread_mutex_unlock(&w->mutex);
  pthread_join(w->thread, NULL);
  pthread_cond_destroy(&w->changed);
  pthread_mutex_destroy(&w->mutex);
}

void al_writer_close (al_writer *w) {
  if (w == NULL)
    return;
  if (w->started)
    end_thread(w);
  al_fold_cache_close(&w->names);
  al_buffer_close(&w->folded);
  free(w);
}
