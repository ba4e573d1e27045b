/*
** bind_whole.c - logs as a whole: proved, copied, purged.
*/
/*** @module activitylog.core */

#include <string.h>

#include "al_hex.h"
#include "al_time.h"
#include "bind_progress.h"
#include "bind_report.h"

/***
The newest value of the log's chain.
@function store:head
@treturn[1] string 64 hexadecimal digits; zeros of a log without imports
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code
*/
static int store_head (lua_State *L) {
  char head[AL_DIGEST_HEX_LEN + 1];
  al_error err;
  if (al_store_head(bind_check_store(L, 1), head, &err) != AL_OK)
    return bind_fail(L, &err);
  lua_pushlstring(L, head, AL_DIGEST_HEX_LEN);
  return 1;
}

/* ---- verify ---- */

static void set_text (lua_State *L, const char *name, al_text text) {
  lua_pushlstring(L, text.data, text.len);
  lua_setfield(L, -2, name);
}

/* Stack: the purge, the list of them. */
static int add_purge_body (lua_State *L) {
  const al_chain_purge *purge = lua_touserdata(L, 1);
  lua_createtable(L, 0, 7);
  set_text(L, "before", purge->before);
  set_text(L, "time", purge->time);
  set_text(L, "user", purge->user);
  set_text(L, "oldest", purge->oldest);
  set_text(L, "newest", purge->newest);
  bind_set_integer(L, "records", purge->records);
  bind_set_integer(L, "superseded", purge->superseded);
  lua_rawseti(L, 2, (lua_Integer)lua_rawlen(L, 2) + 1);
  return 0;
}

typedef struct {
  lua_State *L;
  int list; /* its index on the stack during the work */
} purge_list;

static al_status add_purge (void *context, const al_chain_purge *purge,
                            al_error *err) {
  const purge_list *list = context;
  lua_State *L = list->L;
  int code;
  lua_pushcfunction(L, add_purge_body);
  lua_pushlightuserdata(L, (void *)purge);
  lua_pushvalue(L, list->list);
  code = lua_pcall(L, 2, 0, 0);
  return code == LUA_OK ? AL_OK : bind_caught(L, code, err);
}

/* The field 'head' of the table at 2; it raises for what is none. */
static const uint8_t *get_head (lua_State *L, uint8_t digest[AL_DIGEST_BYTES]) {
  al_text text;
  const uint8_t *head = NULL;
  if (lua_getfield(L, 2, "head") != LUA_TNIL) {
    text.data = luaL_checklstring(L, -1, &text.len);
    luaL_argcheck(L, al_hex_read(digest, AL_DIGEST_BYTES, text), 2,
                  "head: 64 hexadecimal digits expected");
    head = digest;
  }
  lua_pop(L, 1);
  return head;
}

/***
Read everything, and prove that it is what the imports and purges left.
@function store:verify
@tparam table options head (a value of the chain that it must have) and progress
(a function of contents done and in all)
@treturn[1] table records, superseded, imports (integers), head, and purges: a
list of tables with before, time, user, oldest, newest, records and superseded
@treturn[2] nil
@treturn[2] string message that names what was altered
@treturn[2] string code: "corrupt"
@raise what the progress function raised
*/
static int store_verify (lua_State *L) {
  al_store *store;
  al_verify_options options = {0};
  al_verified verified;
  bind_progress progress;
  purge_list list = {L, 3};
  uint8_t head[AL_DIGEST_BYTES];
  al_status status;
  al_error err;
  bind_check_store(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  lua_newtable(L);
  options.head = get_head(L, head);
  options.purge = add_purge;
  options.context = &list;
  bind_read_progress(L, 2, &progress, &options.progress);
  luaL_checkstack(L, 8, NULL);
  store = bind_check_store(L, 1);
  bind_store_hold(L, 1);
  status = al_store_verify(store, &options, &verified, &err);
  bind_store_release(L, 1);
  if (status != AL_OK)
    return bind_fail_as_raised(&progress, &err);
  lua_createtable(L, 0, 5);
  bind_set_integer(L, "records", verified.records);
  bind_set_integer(L, "superseded", verified.superseded);
  bind_set_integer(L, "imports", verified.imports);
  lua_pushvalue(L, 3);
  lua_setfield(L, -2, "purges");
  lua_pushlstring(L, verified.head, AL_DIGEST_HEX_LEN);
  lua_setfield(L, -2, "head");
  return 1;
}

/* ---- backup, copy and purge ---- */

/***
Write the log as it is now to a new file, while others go on using it.
@function store:backup
@tparam string path
@tparam table options progress (a function of bytes done and in all)
@treturn[1] integer bytes
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code: "exists", "full", "io" or "busy"
@raise what the progress function raised
*/
static int store_backup (lua_State *L) {
  al_progress reported = {NULL, NULL};
  const char *path;
  bind_progress progress;
  al_status status;
  int64_t bytes;
  al_error err;
  bind_check_store(L, 1);
  path = bind_check_path(L, 2);
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_settop(L, 3);
  bind_read_progress(L, 3, &progress, &reported);
  luaL_checkstack(L, 8, NULL);
  bind_store_hold(L, 1);
  status =
      al_store_backup(bind_check_store(L, 1), path, &reported, &bytes, &err);
  bind_store_release(L, 1);
  if (status != AL_OK)
    return bind_fail_as_raised(&progress, &err);
  lua_pushinteger(L, (lua_Integer)bytes);
  return 1;
}

/***
Bring another log to what this one is, chain and all.
@function store:copy
@tparam store to opened as what this one is copied into
@tparam table options progress (a function of contents done and in all)
@treturn[1] table records, superseded, imports and purges that were copied
(integers), head, and pending (boolean)
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code: "corrupt" (what is to be copied), "exists" (the other
is another log), "busy", "full" or "io"
@raise what the progress function raised
*/
static int store_copy (lua_State *L) {
  al_progress reported = {NULL, NULL};
  bind_progress progress;
  al_copied copied;
  al_status status;
  al_error err;
  bind_check_store(L, 1);
  bind_check_store(L, 2);
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_settop(L, 3);
  bind_read_progress(L, 3, &progress, &reported);
  luaL_checkstack(L, 8, NULL);
  bind_store_hold(L, 1);
  bind_store_hold(L, 2);
  status = al_store_copy(bind_check_store(L, 1), bind_check_store(L, 2),
                         &reported, &copied, &err);
  bind_store_release(L, 2);
  bind_store_release(L, 1);
  if (status != AL_OK)
    return bind_fail_as_raised(&progress, &err);
  lua_createtable(L, 0, 6);
  bind_set_integer(L, "records", copied.records);
  bind_set_integer(L, "superseded", copied.superseded);
  bind_set_integer(L, "imports", copied.imports);
  bind_set_integer(L, "purges", copied.purges);
  lua_pushboolean(L, copied.pending);
  lua_setfield(L, -2, "pending");
  set_text(L, "head", al_text_from(copied.head, AL_DIGEST_HEX_LEN));
  return 1;
}

/* Read the table at 2. Behind this the stack has it, the anchor and the
** progress function, at 2 to 4. */
static void read_purge (lua_State *L, al_purge_options *options,
                        bind_progress *progress) {
  size_t len;
  const char *before;
  memset(options, 0, sizeof *options);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  lua_newtable(L);
  bind_read_progress(L, 2, progress, &options->progress);
  lua_getfield(L, 2, "before");
  before = luaL_checklstring(L, -1, &len);
  luaL_argcheck(L,
                al_time_read_fixed(&options->before, al_text_from(before, len)),
                2, "before: instant in the fixed form expected");
  if (lua_getfield(L, 2, "user") != LUA_TNIL)
    options->user = bind_anchor_text(L, 3, lua_gettop(L), "user");
  lua_getfield(L, 2, "now");
  options->now = al_time_from_unix(luaL_checkinteger(L, -1));
  lua_settop(L, 4);
  luaL_checkstack(L, 8, NULL);
}

/***
Delete the records from before an instant, and leave in the chain what tells of
it.
@function store:purge
@tparam table options before (an instant in the fixed form), now (Unix seconds),
user (who does it; by default the process's user) and progress (a function of
records that are gone and in all)
@treturn[1] table records, superseded, bytes (integers), pending (boolean),
oldest and newest (of what went; nil where nothing did)
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code: "corrupt", "busy", "full", "io" or "readonly"
@raise what the progress function raised
*/
static int store_purge (lua_State *L) {
  al_purge_options options;
  bind_progress progress;
  al_purged purged;
  al_status status;
  al_error err;
  bind_check_store(L, 1);
  read_purge(L, &options, &progress);
  bind_store_hold(L, 1);
  status = al_store_purge(bind_check_store(L, 1), &options, &purged, &err);
  bind_store_release(L, 1);
  if (status != AL_OK)
    return bind_fail_as_raised(&progress, &err);
  lua_createtable(L, 0, 6);
  bind_set_integer(L, "records", purged.records);
  bind_set_integer(L, "superseded", purged.superseded);
  bind_set_integer(L, "bytes", purged.bytes);
  lua_pushboolean(L, purged.pending);
  lua_setfield(L, -2, "pending");
  if (purged.oldest[0] != '\0') {
    set_text(L, "oldest", al_text_from(purged.oldest, AL_TIME_LEN));
    set_text(L, "newest", al_text_from(purged.newest, AL_TIME_LEN));
  }
  return 1;
}

static const luaL_Reg METHODS[] = {
    {"backup", store_backup}, {"copy", store_copy},     {"head", store_head},
    {"purge", store_purge},   {"verify", store_verify}, {NULL, NULL}};

void bind_add_whole (lua_State *L) {
  luaL_setfuncs(L, METHODS, 0);
}
