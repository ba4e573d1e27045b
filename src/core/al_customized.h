/*
** al_customized.h - the pairs of a record's customized_data.
**
** It is an array of {"key", "value"}. The API writes numbers and booleans as
** strings; what is none is taken as its JSON.
*/
#ifndef AL_CUSTOMIZED_H
#define AL_CUSTOMIZED_H

#include "al_error.h"
#include "al_text.h"

/* Called for each pair; both texts die with the call. The value is missing
** where it is null or not there. A status other than AL_OK ends the walk. */
typedef al_status (*al_customized_handler)(void *context, al_text key,
                                           al_text value, al_error *err);

/* Hand on each pair in order. Strings come as their text, numbers, true and
** false as written, arrays and objects as compact JSON. Entries without a key
** are passed over; missing data has no pairs. AL_SYNTAX when the data is no
** JSON array; pairs before the error were handed on. */
al_status al_customized_each (al_text json, al_customized_handler handler,
                              void *context, al_error *err);

#endif
