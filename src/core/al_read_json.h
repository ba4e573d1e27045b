/*
** al_read_json.h - audit records out of JSON.
**
** Takes what the API answers and what people make of it: pages (objects with
** an array "items"), arrays of records or pages, records one after another
** (JSON Lines), in any number and mixture. Records are handed on one by one,
** in constant memory.
*/
#ifndef AL_READ_JSON_H
#define AL_READ_JSON_H

#include "al_error.h"
#include "al_record.h"

/* Called for each record; its text dies with the call. */
typedef al_status (*al_record_handler)(void *context, const al_record *record,
                                       al_error *err);

typedef struct al_json_reader al_json_reader;

al_status al_json_reader_open (al_json_reader **out, al_record_handler handler,
                               void *context, al_error *err);
void al_json_reader_close (al_json_reader *reader);

/* Read the next chunk of any size. Failures of the input name line and byte,
** and the record and field where there is one: AL_SYNTAX for what is no
** record, AL_LIMIT for one too long, AL_API when it is an error body, with what
** the API said. Failures of the handler are handed on as they are. */
al_status al_json_reader_feed (al_json_reader *reader, const char *chunk,
                               size_t len, al_error *err);

/* There are no more chunks. */
al_status al_json_reader_finish (al_json_reader *reader, al_error *err);

#endif
