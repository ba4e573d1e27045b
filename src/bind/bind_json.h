/*
** bind_json.h - JSON to Lua values and back, for the files of the binding.
**
** All of these may raise, for want of memory if for nothing else, and leak
** nothing then. They allocate Lua memory, so finalizers may run within them:
** the text that they are given must not be one that a finalizer could free.
*/
#ifndef BIND_JSON_H
#define BIND_JSON_H

#include <lua.h>

#include "al_record.h"
#include "al_text.h"

/* Push the old or new value of a record: its innermost document decoded as by
** core.decode, the text itself where it is no JSON, nil where it is missing or
** null. */
void bind_push_value (lua_State *L, al_text value);

/* Push a list with a table for each line item, its fields under their names;
** an empty one for a record without. Numbers are numbers. */
void bind_push_line_items (lua_State *L, const al_record *record);

/* Push the compact JSON of the value at 'index': what core.decode gives comes
** out as it went in. Keys are sorted by bytes; an empty table is an object.
** In a list at the top {key = name} is a pair whose value is nil, and gets its
** "value":null. Raises on what JSON cannot hold. */
void bind_push_json (lua_State *L, int index);

#endif
