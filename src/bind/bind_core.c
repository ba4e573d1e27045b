/*
** bind_core.c - luaopen_activitylog_core, and how failures reach Lua.
*/
/***
The C half of the module: what the Lua half calls. It is no face for scripts,
and may change with any version; `activitylog` and `activitylog.log` are.
@module activitylog.core
*/

#include "activitylog.h"

#include <stdarg.h>
#include <string.h>

#include "al_sha256.h"
#include "al_utf8.h"
#include "bind.h"

int bind_fail (lua_State *L, const al_error *err) {
  if (err->status == AL_NOMEM) {
    lua_pushliteral(L, "not enough memory");
    return lua_error(L);
  }
  if (err->status == AL_MISUSE || err->status == AL_CALLBACK) {
    lua_pushstring(L, err->message);
    return lua_error(L);
  }
  lua_pushnil(L);
  lua_pushstring(L, err->message);
  lua_pushstring(L, al_status_code(err->status));
  return 3;
}

int bind_raise (lua_State *L, const char *format, ...) {
  va_list args;
  luaL_where(L, 2);
  va_start(args, format);
  lua_pushvfstring(L, format, args);
  va_end(args);
  lua_concat(L, 2);
  return lua_error(L);
}

al_text bind_anchor_text (lua_State *L, int anchor, int index,
                          const char *what) {
  al_text text;
  if (lua_type(L, index) != LUA_TSTRING)
    bind_raise(L, "%s: string expected, got %s", what, luaL_typename(L, index));
  text.data = lua_tolstring(L, index, &text.len);
  if (!al_utf8_valid(text.data, text.len))
    bind_raise(L, "%s: it is not UTF-8", what);
  lua_pushvalue(L, index);
  bind_anchor(L, anchor);
  return text;
}

int bind_get_flag (lua_State *L, int index, const char *name) {
  int flag;
  lua_getfield(L, index, name);
  flag = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return flag;
}

void bind_anchor (lua_State *L, int anchor) {
  lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
}

void *bind_anchored (lua_State *L, int anchor, size_t n, size_t size) {
  void *memory = lua_newuserdatauv(L, (n + 1) * size, 0);
  bind_anchor(L, anchor);
  return memory;
}

const char *bind_check_path (lua_State *L, int arg) {
  size_t len;
  const char *path = luaL_checklstring(L, arg, &len);
  luaL_argcheck(L, strlen(path) == len, arg, "path has a zero byte");
  return path;
}

al_status bind_caught (lua_State *L, int code, al_error *err) {
  const char *message = lua_type(L, -1) == LUA_TSTRING
                            ? lua_tostring(L, -1)
                            : "it raised an error that is no string";
  if (code == LUA_ERRMEM)
    al_fail_nomem(err);
  else
    al_fail(err, AL_CALLBACK, "%s", message);
  lua_pop(L, 1);
  return err->status;
}

al_status bind_function_failed (bind_function *function, int code,
                                al_error *err) {
  lua_State *L = function->L;
  function->raised = code != LUA_ERRMEM;
  lua_pushvalue(L, -1);
  lua_replace(L, function->index);
  return bind_caught(L, code, err);
}

int bind_fail_as_raised (const bind_function *function, const al_error *err) {
  lua_State *L = function->L;
  if (err->status != AL_CALLBACK || !function->raised)
    return bind_fail(L, err);
  lua_pushvalue(L, function->index);
  return lua_error(L);
}

/***
The SHA-256 of a text in base64, as a content security policy names it.
@function sha256
@tparam string text
@treturn string
@usage core.sha256("") --> 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
*/
static int core_sha256 (lua_State *L) {
  char hash[AL_SHA256_BASE64_LEN + 1];
  size_t len;
  const char *text = luaL_checklstring(L, 1, &len);
  al_sha256_base64(hash, text, len);
  lua_pushstring(L, hash);
  return 1;
}

int luaopen_activitylog_core (lua_State *L) {
  static const luaL_Reg functions[] = {{"sha256", core_sha256}, {NULL, NULL}};
  luaL_checkversion(L);
  lua_newtable(L);
  bind_open_record(L);
  bind_open_report(L);
  bind_open_store(L);
  bind_open_period(L);
  bind_open_query(L);
  bind_open_stream(L);
  bind_open_details(L);
  bind_open_json(L);
  bind_open_width(L);
  luaL_setfuncs(L, functions, 0);
  lua_pushliteral(L, ACTIVITYLOG_VERSION);
  lua_setfield(L, -2, "_VERSION");
  return 1;
}
