/*
** al_temporary.h - files without a name, for what is made before it is given
** away.
*/
#ifndef AL_TEMPORARY_H
#define AL_TEMPORARY_H

#include "al_error.h"

/* The folder of temporary files: what TMPDIR names, if it is a folder, else /tmp.
** A program with more rights than who started it takes no word of his. */
const char *al_temporary_folder (void);

/* Open one to write and to read, in that folder. It is gone when it is closed, is
** none of the standard streams', and no program that is started gets it. -1 with
** the failure: AL_IO, AL_FULL or AL_NOMEM. */
int al_temporary_open (al_error *err);

#endif
