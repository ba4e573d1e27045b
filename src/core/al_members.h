/*
** al_members.h - members of JSON objects, gathered in any order and written in
** that of their keys' bytes.
**
** What the fields of a record do not name is kept as one object (other), whose
** text must not depend on the order in which the API happens to send it.
*/
#ifndef AL_MEMBERS_H
#define AL_MEMBERS_H

#include "al_buffer.h"
#include "al_json.h"

typedef struct {
  const char *text; /* of al_members, once it no longer moves */
  size_t key_start, key_len;
  size_t value_start, value_len;
} al_member;

typedef struct {
  al_buffer text; /* keys and values, one behind the other */
  al_member *member;
  size_t n, cap;
  al_json_writer writer; /* of the value that is open */
  int depth;             /* arrays and objects that are open in it */
} al_members;

void al_members_init (al_members *members);
void al_members_close (al_members *members);
void al_members_clear (al_members *members);

/* Begin a member. The events of its value follow. */
al_status al_members_key (al_members *members, al_text key, al_error *err);

/* An event of the value. The member is whole when 'depth' is 0 behind it. */
al_status al_members_event (al_members *members, al_json_event event,
                            al_text text, al_error *err);

/* The value under a key as compact JSON, or missing. It dies with the next
** change. */
al_text al_members_find (const al_members *members, const char *key);

/* Append all members as one object. */
al_status al_members_write (al_members *members, al_buffer *out, al_error *err);

/* Gather the members of the object in 'text', for which there is a parser
** (al_json_parse_next). AL_SYNTAX when it is no JSON object, or has a member
** under the name of a field of records. */
al_status al_members_parse (al_members *members, al_json **parser, al_text text,
                            al_error *err);

#endif
