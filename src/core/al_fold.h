/*
** al_fold.h - text made comparable: Unicode's NFKC_Casefold, in which "Straße",
** "STRASSE" and full-width letters are the same.
*/
#ifndef AL_FOLD_H
#define AL_FOLD_H

#include "al_buffer.h"

/* Append the folded form of valid UTF-8 to 'out'. Any byte may stand in the
** text, NUL included. */
al_status al_fold (al_buffer *out, al_text text, al_error *err);

#endif
