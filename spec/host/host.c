/*
** host.c - a C program that carries activitylog inside itself: runs the Lua
** file it is given, in which require finds activitylog.core without a file.
*/
#include <activitylog.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>

static void preload (lua_State *L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_activitylog_core);
  lua_setfield(L, -2, "activitylog.core");
  lua_pop(L, 1);
}

int main (int argc, char **argv) {
  lua_State *L = luaL_newstate();
  int failed;
  if (L == NULL || argc != 2)
    return 2;
  luaL_openlibs(L);
  preload(L);
  failed = luaL_dofile(L, argv[1]);
  if (failed)
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
  lua_close(L);
  return failed;
}
