/*
** bind_record.h - records as Lua tables.
*/
#ifndef BIND_RECORD_H
#define BIND_RECORD_H

#include "al_draft.h"
#include "bind.h"

/* Push the record as a table of those of its fields whose bits are in 'fields'
** (al_store.h), with what is derived from them computed when it is asked for
** (bind_record.c). */
void bind_push_record (lua_State *L, const al_record *record, unsigned fields);

/* Push the text that the record's table at 'index' has for the field, and
** return it: missing, and nil on the stack, where it has none. JSON may lie in
** the table as a table. A value of another type raises. */
al_text bind_push_field (lua_State *L, int index, al_field field);

/* Gather the record in the table at 'index' into the draft, which the caller
** closes when this raises. Wrong types raise; what a log cannot keep is a
** failure that names the field. */
al_status bind_read_record (lua_State *L, int index, al_draft *draft,
                            const al_record **record, al_error *err);

#endif
