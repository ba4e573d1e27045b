/*
** al_record_json.h - a record as the API writes it, for JSON Lines.
*/
#ifndef AL_RECORD_JSON_H
#define AL_RECORD_JSON_H

#include "al_buffer.h"
#include "al_record.h"

/* Append the record as one compact JSON object: the API's names in the order
** of al_field, then the members of other. Reading it gives an equal record. */
al_status al_record_json (al_buffer *out, const al_record *record,
                          al_error *err);

#endif
