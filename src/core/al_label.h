/*
** al_label.h - wire values as the portal shows them.
*/
#ifndef AL_LABEL_H
#define AL_LABEL_H

#include "al_buffer.h"

/* Append a resource type, operation type or status in Title Case:
** "create_order" becomes "Create Order". The lists grow, so any text has a
** label: underscores become spaces, ASCII letters behind them and the first
** one capitals; all else stays. A missing text adds nothing. */
al_status al_label_append (al_buffer *out, al_text wire, al_error *err);

#endif
