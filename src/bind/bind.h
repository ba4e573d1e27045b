/*
** bind.h - what the files of the binding share.
*/
#ifndef BIND_H
#define BIND_H

#include <lauxlib.h>
#include <lua.h>

#include "al_error.h"
#include "al_store.h"

/* Turn a failure of the core into what Lua code expects: no memory, misuse and
** failed callbacks raise; all else is nil, message, code on the stack. Returns
** their number. */
int bind_fail (lua_State *L, const al_error *err);

/* Raise a mistake of the caller of the Lua function that called into the core:
** that one's line is named. The format is lua_pushfstring's. */
int bind_raise (lua_State *L, const char *format, ...);

/* The string at 'index', kept alive by the table at 'anchor' while the core
** works with it, whatever the caller does to the table it came from. It must
** be UTF-8; 'what' names it when it is not. */
al_text bind_anchor_text (lua_State *L, int anchor, int index,
                          const char *what);

/* Whether a field of the table at 'index' is neither nil nor false. */
int bind_get_flag (lua_State *L, int index, const char *name);

/* Move the value at the top of the stack into the table at 'anchor', which
** keeps it alive likewise. */
void bind_anchor (lua_State *L, int anchor);

/* Memory for 'n' elements of 'size' bytes that the table at 'anchor' owns. */
void *bind_anchored (lua_State *L, int anchor, size_t n, size_t size);

/* The path at 'arg'. One with a zero byte would name another file: it raises. */
const char *bind_check_path (lua_State *L, int arg);

/* A failure that a Lua error left on the stack, which is popped: AL_CALLBACK
** with its message, or AL_NOMEM. 'code' is lua_pcall's. */
al_status bind_caught (lua_State *L, int code, al_error *err);

/* A Lua function of the caller's, and what became of it. */
typedef struct {
  lua_State *L;
  int index;  /* on the stack, where it stays during the work */
  int raised; /* it did: what it raised has taken its place there */
} bind_function;

/* The function failed: lua_pcall gave 'code' and left what was raised on the
** stack, which is popped and kept. Returns as bind_caught does. */
al_status bind_function_failed (bind_function *function, int code,
                                al_error *err);

/* As bind_fail; but what the function raised is raised as it was, be it a
** table or nil. */
int bind_fail_as_raised (const bind_function *function, const al_error *err);

/* ---- bind_store.c */

/* The open store at 'arg'. A closed one is the caller's mistake: it raises.
** Allocating Lua memory may run a finalizer that closes it: so it is asked for
** behind that, or held. */
al_store *bind_check_store (lua_State *L, int arg);

/* The same of a value that is known to be a store, once for each record. */
void bind_store_still_open (lua_State *L, int index);

/* While the core works on the store at 'arg' and may call back into Lua, it
** must not be closed. */
void bind_store_hold (lua_State *L, int arg);
void bind_store_release (lua_State *L, int arg);

/* To be called wherever a function of Lua returned into work of the core on the
** store at 'arg'. When it forked, and this is the child, the work is not its
** own: its threads are not here, its transaction and its report are the
** parent's. So it raises, and the work's frames are left as they are. */
void bind_store_returned (lua_State *L, int arg);

/* ---- bind_stream.c */

/* An open file of Lua's io library. While the core works on it and may call
** back into Lua, it must not be closed. */
typedef struct {
  luaL_Stream *file;    /* NULL: there is none to hold */
  lua_CFunction closef; /* its own */
} bind_stream;

/* The open file at 'arg'. A closed one is the caller's mistake: it raises. */
bind_stream bind_check_stream (lua_State *L, int arg);

void bind_stream_hold (const bind_stream *stream);
void bind_stream_release (const bind_stream *stream);

/* ---- bind_period.c */

/* Push a value that holds the zone of that name, and closes it when nothing
** refers to the value any more. Returns the zone, or NULL with nothing pushed
** when there is none. */
const al_zone *bind_push_zone (lua_State *L, al_text name, al_error *err);

/* ---- bind_query.c */

/* Read the query in the table at 'arg'; its texts are anchored in the table at
** 'anchor'. */
void bind_check_query (lua_State *L, int arg, int anchor, al_query *query);

/* The list 'fields' in the table at 'arg', as bits; all fields without one. */
unsigned bind_get_fields (lua_State *L, int arg, int anchor);

/* ---- the functions of each file, for luaopen_activitylog_core: added to the
** module table, or to the store's methods, on top of the stack */

void bind_open_store (lua_State *L);
void bind_open_period (lua_State *L);
void bind_open_query (lua_State *L);
void bind_open_stream (lua_State *L);
void bind_open_details (lua_State *L);
void bind_open_json (lua_State *L);
void bind_open_record (lua_State *L);
void bind_open_report (lua_State *L);
void bind_open_width (lua_State *L);
void bind_add_import (lua_State *L);
void bind_add_cursor (lua_State *L);
void bind_add_export (lua_State *L);
void bind_add_summary (lua_State *L);
void bind_add_whole (lua_State *L);
void bind_add_write (lua_State *L);

#endif
