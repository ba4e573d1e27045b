/*
** al_record_json.h - a record as the API writes it, for JSON Lines.
*/
#ifndef AL_RECORD_JSON_H
#define AL_RECORD_JSON_H

#include "al_buffer.h"
#include "al_json_plain.h"
#include "al_record.h"

/* Append the record as one compact JSON object: the API's names in the order
** of al_field, then the members of other. Reading it gives an equal record. */
al_status al_record_json (al_buffer *out, const al_record *record,
                          al_error *err);

/* Whether that gives one object in one line, which a damaged log may not:
** AL_CORRUPT. 'tokens' is room to work in. */
al_status al_record_json_check (const al_record *record, al_json_tokens *tokens,
                                al_error *err);

#endif
