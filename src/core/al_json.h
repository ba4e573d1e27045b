/*
** al_json.h - JSON (RFC 8259), read as a stream of events and written compact.
**
** The parser takes chunks of any size, several documents one after another,
** and a byte order mark before each of them. It refuses what JSON libraries
** differ about: invalid UTF-8, lone surrogates, a key twice in one object,
** and more than AL_JSON_DEPTH_MAX levels. Numbers stay text, as written.
*/
#ifndef AL_JSON_H
#define AL_JSON_H

#include <stdint.h>

#include "al_buffer.h"
#include "al_error.h"
#include "al_position.h"
#include "al_text.h"

#define AL_JSON_DEPTH_MAX 512

typedef enum {
  AL_JSON_NULL,
  AL_JSON_FALSE,
  AL_JSON_TRUE,
  AL_JSON_NUMBER, /* the text is the number as written */
  AL_JSON_STRING, /* the text is the string, its escapes decoded */
  AL_JSON_KEY,    /* likewise */
  AL_JSON_OBJECT_START,
  AL_JSON_OBJECT_END,
  AL_JSON_ARRAY_START,
  AL_JSON_ARRAY_END
} al_json_event;

/* Called for each event; 'text' dies with the call and is missing where the
** event has none. A status other than AL_OK ends the parse with it. */
typedef al_status (*al_json_handler)(void *context, al_json_event event,
                                     al_text text, al_error *err);

typedef struct al_json al_json;

/* A parser that calls 'handler' with 'context'. On failure *out is NULL. */
al_status al_json_open (al_json **out, al_json_handler handler, void *context,
                        al_error *err);
void al_json_close (al_json *json);

/* Parse the next chunk. After a failure only al_json_place and al_json_close
** may be called. A failure of the parser names no place: its caller knows the
** file and adds al_json_place. */
al_status al_json_feed (al_json *json, const char *chunk, size_t len,
                        al_error *err);

/* There are no more chunks: AL_SYNTAX when a document is not complete. No
** document at all is no failure. */
al_status al_json_finish (al_json *json, al_error *err);

/* Where the parser is, for messages: during an event behind its last byte,
** after a failure at the byte that is wrong. */
al_position al_json_place (const al_json *json);

/* Open objects and arrays. During a START or END event: outside of it. */
int al_json_depth (const al_json *json);

/* Count AL_RECORD_MAX_BYTES anew from here: more bytes than that without a
** call are AL_LIMIT. Event handlers call it behind each record. */
void al_json_mark (al_json *json);

/* Parse a text that must hold one document. */
al_status al_json_parse (al_text text, al_json_handler handler, void *context,
                         al_error *err);

/* The same for one text after another, which costs a parser only once: *parser
** is NULL at first, and closed by the caller at last. */
al_status al_json_parse_next (al_json **parser, al_text text,
                              al_json_handler handler, void *context,
                              al_error *err);

/* A writer of compact JSON: no spaces, keys and numbers as they come. Zero
** 'after_value' to begin. */
typedef struct {
  al_buffer *out;
  int after_value; /* a comma is due before the next value or key */
} al_json_writer;

/* Write one event; the events of a parser give the same document again. */
al_status al_json_write (al_json_writer *writer, al_json_event event,
                         al_text text, al_error *err);

/* Append a string with its quotes. Only what must be escaped is: the quote,
** the backslash and bytes below 0x20. */
al_status al_json_write_string (al_buffer *out, al_text text, al_error *err);

/* Append the one document in 'text' in compact form; AL_SYNTAX when it holds
** none, or more than one. */
al_status al_json_compact (al_buffer *out, al_text text, al_error *err);
al_status al_json_compact_next (al_json **parser, al_buffer *out, al_text text,
                                al_error *err);

#endif
