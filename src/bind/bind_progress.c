/*
** bind_progress.c - a Lua function that is told how far long work has come.
*/
#include "bind_progress.h"

/* The total is nil where nobody knows it. */
static al_status call_function (void *context, int64_t done, int64_t total,
                                al_error *err) {
  bind_progress *progress = context;
  lua_State *L = progress->L;
  int code;
  lua_pushvalue(L, progress->index);
  lua_pushinteger(L, (lua_Integer)done);
  if (total >= 0)
    lua_pushinteger(L, (lua_Integer)total);
  else
    lua_pushnil(L);
  code = lua_pcall(L, 2, 0, 0);
  bind_store_returned(L, 1);
  return code == LUA_OK ? AL_OK : bind_function_failed(progress, code, err);
}

void bind_read_progress (lua_State *L, int arg, bind_progress *progress,
                         al_progress *out) {
  lua_getfield(L, arg, "progress");
  progress->L = L;
  progress->index = lua_gettop(L);
  progress->raised = 0;
  if (lua_isfunction(L, -1)) {
    out->call = call_function;
    out->context = progress;
  }
}
