/*
** al_writer.c - puts what is read into a store's running import.
*/
#include "al_writer.h"

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
struct al_writer_thread {
  al_store *store;
  pthread_t id;
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

static al_status write_batch (al_store *store, const batch *full,
                              al_error *err) {
  size_t i;
  for (i = 0; i < full->n; i++)
    if (al_store_put_content(store, &full->content[i], err) != AL_OK)
      return err->status;
  return AL_OK;
}

/* Wait for the next batch, with the mutex held. Returns 0 when it is time to
** end. */
static int next_batch (al_writer_thread *t) {
  while (!t->stop && (t->held || t->written == t->filled))
    pthread_cond_wait(&t->changed, &t->mutex);
  return !t->stop;
}

static void *write_batches (void *context) {
  al_writer_thread *t = context;
  al_error err = {AL_OK, ""};
  pthread_mutex_lock(&t->mutex);
  while (t->err.status == AL_OK && next_batch(t)) {
    const batch *full = &t->batch[t->written % BATCHES];
    t->busy = 1;
    pthread_mutex_unlock(&t->mutex);
    write_batch(t->store, full, &err);
    pthread_mutex_lock(&t->mutex);
    t->busy = 0;
    t->written++;
    t->err = err;
    pthread_cond_broadcast(&t->changed);
  }
  pthread_mutex_unlock(&t->mutex);
  return NULL;
}

/* ---- in the caller's ---- */

void al_writer_init (al_writer *writer, al_store *store) {
  memset(writer, 0, sizeof *writer);
  writer->store = store;
}

static int thread_open (al_writer_thread *t) {
  if (pthread_mutex_init(&t->mutex, NULL) != 0)
    return 0;
  if (pthread_cond_init(&t->changed, NULL) == 0) {
    if (al_thread_start(&t->id, write_batches, t))
      return 1;
    pthread_cond_destroy(&t->changed);
  }
  pthread_mutex_destroy(&t->mutex);
  return 0;
}

void al_writer_start (al_writer *writer) {
  al_writer_thread *t;
  if (writer->thread != NULL || !al_store_threads(writer->store))
    return;
  t = calloc(1, sizeof *t);
  if (t == NULL)
    return;
  t->store = writer->store;
  if (thread_open(t))
    writer->thread = t;
  else
    free(t);
}

/* Wait until no more than so many batches are unwritten, with the mutex held.
** Returns the thread's failure, if it had one. */
static al_status wait_for (al_writer_thread *t, size_t unwritten,
                           al_error *err) {
  while (t->err.status == AL_OK && t->filled - t->written > unwritten)
    pthread_cond_wait(&t->changed, &t->mutex);
  if (t->err.status != AL_OK)
    *err = t->err;
  return t->err.status;
}

/* Hand the batch that is being filled to the thread and begin the next, or
** wait until there are no more than so many. */
static al_status hand_on (al_writer_thread *t, size_t unwritten,
                          al_error *err) {
  al_status status;
  pthread_mutex_lock(&t->mutex);
  t->filled++;
  pthread_cond_broadcast(&t->changed);
  status = wait_for(t, unwritten, err);
  pthread_mutex_unlock(&t->mutex);
  t->batch[t->filled % BATCHES].n = 0;
  t->batch[t->filled % BATCHES].len = 0;
  return status;
}

static al_status put_in_batch (al_writer_thread *t, const al_content *content,
                               al_error *err) {
  batch *open = &t->batch[t->filled % BATCHES];
  size_t bytes = al_content_bytes(content);
  if (bytes > sizeof open->text) { /* those before it are written first */
    if (hand_on(t, 0, err) != AL_OK)
      return err->status;
    return al_store_put_content(t->store, content, err);
  }
  if (open->n == BATCH_CONTENTS || bytes > sizeof open->text - open->len) {
    if (hand_on(t, BATCHES - 1, err) != AL_OK)
      return err->status;
    open = &t->batch[t->filled % BATCHES];
  }
  al_content_copy(&open->content[open->n++], content, open->text + open->len);
  open->len += bytes;
  return AL_OK;
}

al_status al_writer_put (al_writer *writer, const al_record *record,
                         al_error *err) {
  al_content content;
  if (al_content_make(&content, record, &writer->folded, err) != AL_OK)
    return err->status;
  return writer->thread != NULL
             ? put_in_batch(writer->thread, &content, err)
             : al_store_put_content(writer->store, &content, err);
}

void al_writer_hold (al_writer *writer) {
  al_writer_thread *t = writer->thread;
  if (t == NULL)
    return;
  pthread_mutex_lock(&t->mutex);
  t->held = 1;
  while (t->busy)
    pthread_cond_wait(&t->changed, &t->mutex);
  pthread_mutex_unlock(&t->mutex);
}

void al_writer_release (al_writer *writer) {
  al_writer_thread *t = writer->thread;
  if (t == NULL)
    return;
  pthread_mutex_lock(&t->mutex);
  t->held = 0;
  pthread_cond_broadcast(&t->changed);
  pthread_mutex_unlock(&t->mutex);
}

al_status al_writer_finish (al_writer *writer, al_error *err) {
  return writer->thread != NULL ? hand_on(writer->thread, 0, err) : AL_OK;
}

static void thread_close (al_writer_thread *t) {
  if (t == NULL)
    return;
  pthread_mutex_lock(&t->mutex);
  t->stop = 1;
  pthread_cond_broadcast(&t->changed);
  pthread_mutex_unlock(&t->mutex);
  pthread_join(t->id, NULL);
  pthread_cond_destroy(&t->changed);
  pthread_mutex_destroy(&t->mutex);
  free(t);
}

void al_writer_close (al_writer *writer) {
  thread_close(writer->thread);
  al_buffer_close(&writer->folded);
  al_writer_init(writer, writer->store);
}
