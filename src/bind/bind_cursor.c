/*
** bind_cursor.c - records of a log in a for loop.
*/
/*** @module activitylog.core */

#include <string.h>

#include "bind.h"
#include "bind_record.h"

#define CURSOR "activitylog.cursor"

/* Its user value is the store, which the cursor keeps alive. */
typedef struct {
  al_cursor *handle;       /* owned; NULL once closed */
  const al_record *record; /* that is being made a table; NULL: none is */
  unsigned fields;         /* that the table gets, as bits */
  int positions;           /* it gets its position */
  int64_t masked;          /* records until it was closed */
} cursor_box;

/* The cursor at 1. Making a record's table allocates, and so may run a
** finalizer: it must not take the record away. */
static cursor_box *check_idle (lua_State *L) {
  cursor_box *box = luaL_checkudata(L, 1, CURSOR);
  if (box->record != NULL)
    luaL_error(L, "cursor is at work");
  return box;
}

/* __gc and __close: may run any number of times. */
static int cursor_close (lua_State *L) {
  cursor_box *box = check_idle(L);
  al_cursor *handle = box->handle;
  box->handle = NULL;
  if (handle != NULL)
    box->masked = al_cursor_masked(handle);
  al_cursor_close(handle);
  return 0;
}

/* Run by lua_pcall with the cursor. */
static int push_record (lua_State *L) {
  const cursor_box *box = lua_touserdata(L, 1);
  char position[AL_RECORD_POSITION_LEN];
  bind_push_record(L, box->record, box->fields);
  if (box->positions) {
    al_cursor_position(box->handle, position);
    lua_pushlstring(L, position, sizeof position);
    lua_setfield(L, -2, "position");
  }
  return 1;
}

/* The record's table; whatever raises, the cursor is idle behind it. */
static int give_record (lua_State *L, cursor_box *box,
                        const al_record *record) {
  int code;
  lua_pushcfunction(L, push_record);
  lua_pushvalue(L, 1);
  box->record = record;
  code = lua_pcall(L, 1, 1, 0);
  box->record = NULL;
  return code == LUA_OK ? 1 : lua_error(L);
}

/***
The next record of a cursor, for those to whom failures should not be raised.
The cursor is closed behind the last one, and by a failure.
@function cursor:fetch
@treturn[1] table the record
@treturn[2] nil behind the last one
@treturn[3] nil
@treturn[3] string message
@treturn[3] string code
*/
static int cursor_fetch (lua_State *L) {
  cursor_box *box = check_idle(L);
  const al_record *record;
  al_error err;
  luaL_argcheck(L, box->handle != NULL, 1, "cursor is closed");
  lua_getiuservalue(L, 1, 1);
  bind_store_still_open(L, -1);
  if (al_cursor_next(box->handle, &record, &err) != AL_OK) {
    cursor_close(L);
    return bind_fail(L, &err);
  }
  if (record == NULL) {
    cursor_close(L);
    lua_pushnil(L);
    return 1;
  }
  return give_record(L, box, record);
}

/* The iterator: the same, which raises. */
static int cursor_next (lua_State *L) {
  int n = cursor_fetch(L);
  return n == 3 ? luaL_error(L, "%s", lua_tostring(L, -2)) : n;
}

/***
How many of the records that a cursor gave have values masked.
@function cursor:masked
@treturn integer
*/
static int cursor_masked (lua_State *L) {
  const cursor_box *box = luaL_checkudata(L, 1, CURSOR);
  int64_t n = box->handle != NULL ? al_cursor_masked(box->handle) : box->masked;
  lua_pushinteger(L, (lua_Integer)n);
  return 1;
}

/***
The records that a query selects, for a for loop: newest first, those of one
instant in a fixed order. Leaving the loop closes the cursor.
@function store:records
@tparam table query start, stop (instants in the fixed form; nil: open),
oldest_first and unmasked (booleans), and lists of strings as filters:
customer_id, customer_name, operation_type, resource_type, operation_status,
user and text; fields, a list of names, nil for all of them; positions, whether
records get their position, and after and at, such positions, for the records
behind one and for the record at one
@treturn[1] function iterator, which raises when the log cannot be read
@treturn[1] cursor
@treturn[1] nil
@treturn[1] cursor to be closed
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code
*/
static int store_records (lua_State *L) {
  al_query query;
  cursor_box *box;
  al_error err;
  bind_check_store(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  lua_newtable(L);
  bind_check_query(L, 2, 3, &query);
  lua_pushcfunction(L, cursor_next);
  box = lua_newuserdatauv(L, sizeof *box, 1);
  memset(box, 0, sizeof *box);
  box->fields = query.fields;
  box->positions = query.positions;
  luaL_setmetatable(L, CURSOR);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  if (al_cursor_open(&box->handle, bind_check_store(L, 1), &query, &err) !=
      AL_OK)
    return bind_fail(L, &err);
  lua_pushnil(L);
  lua_pushvalue(L, -2);
  return 4;
}

static int cursor_tostring (lua_State *L) {
  cursor_box *box = luaL_checkudata(L, 1, CURSOR);
  lua_pushfstring(L, CURSOR " (%s)", box->handle != NULL ? "open" : "closed");
  return 1;
}

static const luaL_Reg METAMETHODS[] = {{"__gc", cursor_close},
                                       {"__close", cursor_close},
                                       {"__tostring", cursor_tostring},
                                       {NULL, NULL}};

static const luaL_Reg METHODS[] = {
    {"fetch", cursor_fetch}, {"masked", cursor_masked}, {NULL, NULL}};

static const luaL_Reg STORE_METHODS[] = {{"records", store_records},
                                         {NULL, NULL}};

void bind_add_cursor (lua_State *L) {
  luaL_newmetatable(L, CURSOR);
  luaL_setfuncs(L, METAMETHODS, 0);
  luaL_newlib(L, METHODS);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  luaL_setfuncs(L, STORE_METHODS, 0);
}
