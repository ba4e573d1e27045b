/*
** al_writer.h - puts what is read into a store's running import, in a thread
** of its own once there is enough of it.
**
** The caller reads, checks and hashes; contents go to the thread by the batch,
** in order, through memory that is bounded and used again. The store belongs
** to the thread while it writes a batch: who wants it meanwhile, as a callback
** may, holds the writer first.
**
**   caller ──► batch ──► batch ──► thread ──► store
**     ▲          written ones         │
**     └───────────────────────────────┘
*/
#ifndef AL_WRITER_H
#define AL_WRITER_H

#include "al_store.h"

typedef struct al_writer_thread al_writer_thread;

typedef struct {
  al_store *store;
  al_buffer folded;         /* of the record that is put */
  al_writer_thread *thread; /* NULL: the caller writes */
} al_writer;

/* Until it is started, the writer writes in the caller's thread. */
void al_writer_init (al_writer *writer, al_store *store);

/* Go on in a thread, unless the store forbids it, one is there, or there is
** neither thread nor memory: then all stays as it was. */
void al_writer_start (al_writer *writer);

/* Put a record into the import. The failure may be that of a record before it:
** after one only al_writer_close is allowed. */
al_status al_writer_put (al_writer *writer, const al_record *record,
                         al_error *err);

/* Between the two the store is the caller's. */
void al_writer_hold (al_writer *writer);
void al_writer_release (al_writer *writer);

/* Wait until all is written. */
al_status al_writer_finish (al_writer *writer, al_error *err);

/* End the thread, whatever it was about to write, and free the memory. */
void al_writer_close (al_writer *writer);

#endif
