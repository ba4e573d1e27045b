/*
** al_secret.h - the names of what nobody should read in a report.
**
** The first password of a new customer's administrator, say, or an
** application's credential. A name is secret when its letters, without case,
** contain one of the words in al_secret.c.
*/
#ifndef AL_SECRET_H
#define AL_SECRET_H

#include "al_text.h"

/* Whether a name is secret; of raw text, whether one may stand in it. */
int al_secret_in (al_text text);

/* A quick look at raw text, JSON or not, or missing: 0 when no name in it can
** be secret. An escape \uXXXX could be any letter. */
int al_secret_suspect (al_text text);

#endif
