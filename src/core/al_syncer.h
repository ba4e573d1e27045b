/*
** al_syncer.h - brings a file to the disk while more of it is being written.
**
** A sync takes as long as the disk needs for what was written since the one
** before. Done again and again in a thread, which sleeps meanwhile, little is
** left for the sync at the end.
*/
#ifndef AL_SYNCER_H
#define AL_SYNCER_H

#include <stddef.h>

typedef struct al_syncer al_syncer;

/* Begin to sync a file by 'sync', which the thread calls: it returns 0 or an
** errno. NULL where memory or threads are short: then the sync at the end does
** it all. */
al_syncer *al_syncer_start (int (*sync)(void *context), void *context);

/* So many more bytes were written. */
void al_syncer_wrote (al_syncer *syncer, size_t bytes);

/* End the thread. Returns 0, or the errno of a sync that failed, which no later
** sync has to tell again. NULL is allowed. */
int al_syncer_stop (al_syncer *syncer);

#endif
