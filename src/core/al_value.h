/*
** al_value.h - the JSON that a record's old and new value hold as text.
**
** The API hands a resource on as JSON inside a string, and now and then that
** string holds a string again. What matters to a reader is the resource.
*/
#ifndef AL_VALUE_H
#define AL_VALUE_H

#include "al_buffer.h"
#include "al_json.h"

/* A document is taken out of at most so many strings around it. */
#define AL_VALUE_UNWRAP_MAX 8

/* The character that a document begins with, behind white space and byte order
** marks; NUL where there is none. */
char al_value_first (al_text text);

/* Find the innermost document of a value, which is not missing. *document is
** the value itself, or text in 'out' where it stood in a string; a string that
** holds no JSON is the document itself. Text that is no JSON comes out as it
** is, for the parser to refuse: only AL_NOMEM fails. 'out' is emptied first. */
al_status al_value_unwrap (al_text value, al_buffer *out, al_text *document,
                           al_error *err);

/* Parse the innermost document of a value, which is not missing. AL_SYNTAX
** when the value is no JSON; the handler may have seen its beginning. */
al_status al_value_parse (al_text value, al_json_handler handler, void *context,
                          al_error *err);

/* Whether a string inside of a document holds a document of its own, as a value
** does: an object or array, maybe in strings once more. *document is that, or
** missing when the string is text and no more. It lives in 'string' or 'out',
** which is emptied first. Only AL_NOMEM fails. */
al_status al_value_open (al_text string, al_buffer *out, al_text *document,
                         al_error *err);

/* The text of a value that is neither object nor array: that of a string, a
** number as written, "true" or "false"; missing for null. */
al_text al_value_scalar (al_json_event event, al_text text);

/* Whether a key is the snake_case 'name', written as in "OfferId", "offerId" or
** "offer_id": they are compared as al_value_same_key does. */
int al_value_key_is (al_text key, const char *name);

/* A key without the number of a line item: "OfferId" of "OfferId-12". */
al_text al_value_key_stem (al_text key);

/* Whether two keys are the same but for case and underscores. */
int al_value_same_key (al_text a, al_text b);

#endif
