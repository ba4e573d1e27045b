/*
** bind_store.c - logs as Lua userdata: open, close, count.
**
** This file checks arguments, converts values and ties C lifetimes to the
** collector. Every decision about logs is taken in src/core.
*/
/*** @module activitylog.core */

#include "bind_kind.h"
#include "bind_progress.h"

#define STORE  "activitylog.store"
#define STORES "activitylog.stores" /* in the registry: al_stores */

typedef struct {
  al_store *handle; /* owned; NULL once closed */
  int held;         /* the core is at work on it */
} store_box;

/* The box of a store, which has to be open. */
static store_box *open_box (lua_State *L, void *userdata) {
  store_box *box = userdata;
  if (box->handle == NULL)
    luaL_error(L, "log is closed");
  return box;
}

/* It has to be this process's as well. */
static store_box *check_open (lua_State *L, int arg) {
  store_box *box = open_box(L, luaL_checkudata(L, arg, STORE));
  al_error err;
  if (al_store_here(box->handle, &err) != AL_OK)
    luaL_error(L, "%s", err.message);
  return box;
}

al_store *bind_check_store (lua_State *L, int arg) {
  return check_open(L, arg)->handle;
}

void bind_store_still_open (lua_State *L, int index) {
  open_box(L, lua_touserdata(L, index));
}

void bind_store_hold (lua_State *L, int arg) {
  check_open(L, arg)->held++;
}

void bind_store_release (lua_State *L, int arg) {
  ((store_box *)lua_touserdata(L, arg))->held--;
}

void bind_store_returned (lua_State *L, int arg) {
  const store_box *box = lua_touserdata(L, arg);
  al_error err;
  if (box->held > 0 && al_store_here(box->handle, &err) != AL_OK)
    luaL_error(L, "%s", err.message);
}

/* The stores that are open in this Lua state. */
static al_stores *open_stores (lua_State *L) {
  al_stores *stores;
  lua_getfield(L, LUA_REGISTRYINDEX, STORES);
  stores = lua_touserdata(L, -1);
  lua_pop(L, 1); /* the registry keeps it */
  return stores;
}

/* Made once, however often the module is loaded. */
static void make_stores (lua_State *L) {
  if (lua_getfield(L, LUA_REGISTRYINDEX, STORES) == LUA_TNIL) {
    al_stores *stores = lua_newuserdatauv(L, sizeof *stores, 0);
    stores->first = NULL;
    lua_setfield(L, LUA_REGISTRYINDEX, STORES);
  }
  lua_pop(L, 1);
}

/* What a module of another kind of store gave. */
static const al_store_kind *check_kind (lua_State *L, int arg) {
  const al_store_kind **box;
  if (lua_isnoneornil(L, arg))
    return &al_sqlite_kind;
  box = luaL_checkudata(L, arg, BIND_STORE_KIND);
  return *box;
}

/***
Open a log, creating its file, for its owner alone, when there is none. For a
copy it may be an unfinished one, and its name none of the store's own files.
@function open
@tparam string path file name, or ":memory:"; of another kind, its address
@tparam[opt=false] boolean readonly make and change no log
@tparam[opt=5000] integer timeout how long to wait for another writer, in
milliseconds
@tparam[opt=false] boolean one_thread start no threads
@tparam[opt] userdata kind what keeps the log; a file does without it
@tparam[opt] store copied which is to be copied into it
@treturn[1] store
@treturn[2] nil
@treturn[2] string message for people; its wording may change
@treturn[2] string code for programs: "io", "busy", "corrupt", "foreign" (a
file of another program, or an unfinished copy), "version" (of a newer
activitylog), "readonly", "full" or "exists"
@raise in a process that was forked while a log of this Lua state was being read
or written
*/
static int store_open (lua_State *L) {
  const char *path = bind_check_path(L, 1);
  lua_Integer timeout = luaL_optinteger(L, 3, AL_STORE_TIMEOUT_MS);
  al_store_options options = {lua_toboolean(L, 2), (int)timeout,
                              lua_toboolean(L, 4), !lua_isnoneornil(L, 6)};
  al_stores *stores = open_stores(L);
  const al_store_kind *kind = check_kind(L, 5);
  store_box *box;
  al_error err;
  luaL_argcheck(L, timeout >= 0 && timeout <= BIND_TIMEOUT_MAX_MS, 3,
                "from 0 to 86400000 ms expected");
  if (options.copying)
    bind_check_store(L, 6);
  box = lua_newuserdatauv(L, sizeof *box, 0);
  box->handle = NULL; /* closed until opened: __gc is safe from here on */
  box->held = 0;
  luaL_setmetatable(L, STORE);
  if (al_stores_let_go(stores, &err) != AL_OK ||
      (options.copying &&
       al_store_check_target(bind_check_store(L, 6), path, &err) != AL_OK) ||
      al_store_open_kind(&box->handle, kind, path, &options, &err) != AL_OK)
    return bind_fail(L, &err);
  al_store_join(box->handle, stores);
  return 1;
}

/***
Close the log. Closing it again does nothing; nor does closing it in a process
that was forked from the one that opened it, which keeps it open.
@function store:close
@raise when called by a function that an import or export of this log calls
*/
static int store_close (lua_State *L) {
  store_box *box = luaL_checkudata(L, 1, STORE);
  al_store *handle = box->handle;
  al_error err;
  if (box->held > 0) {
    if (al_store_here(handle, &err) == AL_OK)
      return luaL_error(L, "log is at work: close it when that is done");
    return 0; /* the work is the parent's, and looks for the store */
  }
  box->handle = NULL;
  al_store_close(handle);
  return 0;
}

/***
How many records a query selects.
@function store:count
@tparam table query as of @{store:records}; with filters, progress is a function
that is called now and then
@treturn[1] integer records
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code
@raise what the progress function raised
*/
static int store_count (lua_State *L) {
  al_query query;
  bind_progress progress;
  int64_t count;
  al_status status;
  al_error err;
  check_open(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  lua_newtable(L);
  bind_check_query(L, 2, 3, &query);
  bind_read_progress(L, 2, &progress, &query.progress);
  luaL_checkstack(L, 8, NULL);
  bind_store_hold(L, 1);
  status = al_store_count(bind_check_store(L, 1), &query, &count, &err);
  bind_store_release(L, 1);
  if (status != AL_OK)
    return bind_fail_as_raised(&progress, &err);
  lua_pushinteger(L, (lua_Integer)count);
  return 1;
}

/***
How many imports there were, and the newest of them.
@function store:imports
@treturn[1] integer imports
@treturn[1] ?string when the newest came, in the fixed form; nil without one
@treturn[1] ?string its source; what is no text for people is written as \\xNN
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code
*/
static int store_imports (lua_State *L) {
  al_last_import last;
  al_error err;
  if (al_store_last_import(bind_check_store(L, 1), &last, &err) != AL_OK)
    return bind_fail(L, &err);
  lua_pushinteger(L, (lua_Integer)last.number);
  if (last.number == 0)
    return 1;
  lua_pushstring(L, last.time);
  lua_pushstring(L, last.source);
  return 3;
}

/***
How many purges there were, and what they took.
@function store:purges
@treturn[1] integer purges
@treturn[1] integer records that they took
@treturn[1] ?string the latest instant from before which they took them, in the
fixed form; nil without one
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code
*/
static int store_purges (lua_State *L) {
  al_purges purges;
  al_error err;
  if (al_store_purges(bind_check_store(L, 1), &purges, &err) != AL_OK)
    return bind_fail(L, &err);
  lua_pushinteger(L, (lua_Integer)purges.number);
  lua_pushinteger(L, (lua_Integer)purges.records);
  if (purges.number == 0)
    return 2;
  lua_pushstring(L, purges.before);
  return 3;
}

/***
How many bytes the log takes where it is kept.
@function store:bytes
@treturn[1] integer
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code
*/
static int store_bytes (lua_State *L) {
  int64_t bytes;
  al_error err;
  if (al_store_size(bind_check_store(L, 1), &bytes, &err) != AL_OK)
    return bind_fail(L, &err);
  lua_pushinteger(L, (lua_Integer)bytes);
  return 1;
}

/***
What messages call the log: its path, or its address without what is secret.
@function store:name
@treturn string
*/
static int store_name (lua_State *L) {
  lua_pushstring(L, al_store_name(bind_check_store(L, 1)));
  return 1;
}

static int store_tostring (lua_State *L) {
  store_box *box = luaL_checkudata(L, 1, STORE);
  if (box->handle == NULL)
    lua_pushliteral(L, STORE " (closed)");
  else
    lua_pushfstring(L, STORE " (%p)", (void *)box->handle);
  return 1;
}

static const luaL_Reg METHODS[] = {{"bytes", store_bytes},
                                   {"close", store_close},
                                   {"count", store_count},
                                   {"imports", store_imports},
                                   {"name", store_name},
                                   {"purges", store_purges},
                                   {NULL, NULL}};

static const luaL_Reg METAMETHODS[] = {{"__gc", store_close},
                                       {"__close", store_close},
                                       {"__tostring", store_tostring},
                                       {NULL, NULL}};

static const luaL_Reg FUNCTIONS[] = {{"open", store_open}, {NULL, NULL}};

void bind_open_store (lua_State *L) {
  luaL_newmetatable(L, STORE);
  luaL_setfuncs(L, METAMETHODS, 0);
  luaL_newlib(L, METHODS);
  bind_add_import(L);
  bind_add_cursor(L);
  bind_add_export(L);
  bind_add_summary(L);
  bind_add_whole(L);
  bind_add_write(L);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  make_stores(L);
  luaL_setfuncs(L, FUNCTIONS, 0);
}
