/*
** al_file.h - files that appear whole or not at all.
**
** A file is written without a name (O_TMPFILE), or under a temporary one where
** there is no such thing; once it is whole and synced it gets a temporary name
** beside its own, and then takes its own in one step.
**
**   create ──► write ... ──► finish ──► place
**                  any failure: discard, and nothing is left
**
** Of several files all but the last are exchanged with what has their names, and
** taken back when one behind them fails.
*/
#ifndef AL_FILE_H
#define AL_FILE_H

#include "al_error.h"
#include "al_syncer.h"

typedef struct {
  char *path;        /* its own name, symbolic links followed; owned */
  char *temporary;   /* the name it has until then, and what it was exchanged
                        with afterwards; owned; NULL: none yet */
  int is_new;        /* nothing had its own name when it was begun */
  int placed;        /* it has its own name */
  int fd;            /* -1 once it is finished */
  int threads;       /* may use one of its own */
  size_t unsynced;   /* bytes, while there is no syncer */
  al_syncer *syncer; /* owned; NULL: none */
} al_file;

/* Begin the file that will be 'path'. A new one has the permissions that the
** umask leaves. What is there keeps its own, but for set-id bits, and must be a
** regular file: AL_IO for a folder, a pipe or a device. Another user's file and a
** link out of the folder are AL_EXISTS. With 'threads' a long file is brought to
** the disk while it is written. */
al_status al_file_create (al_file *file, const char *path, int threads,
                          al_error *err);

/* Begin a new file that SQLite writes: an empty one under the temporary name,
** for its owner alone. AL_EXISTS when something has the name already. SQLite has to
** close it before it is finished or discarded: closing a file drops all locks
** that the process has on it. */
al_status al_file_reserve (al_file *file, const char *path, al_error *err);

al_status al_file_write (al_file *file, const char *data, size_t len,
                         al_error *err);

/* Take back what was written. */
al_status al_file_empty (al_file *file, al_error *err);

/* AL_IO: the temporary name is no longer that of our file. */
al_status al_file_fail_swapped (const al_file *file, al_error *err);

/* The file is whole: bring it to the disk, under its temporary name. */
al_status al_file_finish (al_file *file, al_error *err);

/* Give the finished file its own name, in place of what has it. */
al_status al_file_place (al_file *file, al_error *err);

/* The same, but never in place of anything: AL_EXISTS. */
al_status al_file_place_new (al_file *file, al_error *err);

/* The same as al_file_place, but until the file is discarded al_file_take_back
** gives the name back to what had it. Where the file system cannot exchange
** files, only a name that nothing had is given up. A file that was not placed
** stays as it is. */
al_status al_file_exchange (al_file *file, al_error *err);
void al_file_take_back (al_file *file);

/* Close and forget; a file that was not placed is gone. A zeroed or closed one
** is allowed. */
void al_file_discard (al_file *file);

#endif
