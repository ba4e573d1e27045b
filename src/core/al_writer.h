/*
** al_writer.h - puts what is read into a store's running import, in a thread
** of its own once there is enough of it.
**
** The caller reads, checks and hashes; contents go to the store by the batch,
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

typedef struct al_writer al_writer;

/* A writer into the store's running import; it writes in the caller's thread
** until it is started. */
al_status al_writer_open (al_writer **out, al_store *store, al_error *err);

/* Go on in a thread, unless there is one, or the store forbids it, or the
** system gives none: then all stays as it was. */
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

/* End the thread, whatever it was about to write, and free the memory. NULL is
** allowed. */
void al_writer_close (al_writer *writer);

#endif
