/*
** host.c - a C program with Lua 5.4 and activitylog inside, which runs a report
** script with its arguments. By CMake, where PREFIX has the module:
**
**   cmake -B build -DCMAKE_PREFIX_PATH=PREFIX && cmake --build build
**   build/host report.lua contoso.db october.csv 2026-10
**
** The Makefile beside it builds it by pkg-config. Both define LMODDIR and
** CMODDIR, the folders where Lua files and C modules were installed.
*/
#include <activitylog.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>

/* Have require find the module: its C half in this program, its Lua files where
** they were installed, and in cpath what writes workbooks. */
static void prepare_require (lua_State *L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_activitylog_core);
  lua_setfield(L, -2, "activitylog.core");
  lua_getglobal(L, "package");
  lua_pushliteral(L, LMODDIR "/?.lua;" LMODDIR "/?/init.lua");
  lua_setfield(L, -2, "path");
  lua_pushliteral(L, CMODDIR "/?.so");
  lua_setfield(L, -2, "cpath");
  lua_pop(L, 2);
}

/* The script finds its arguments in 'arg' and '...', as that of lua does. */
static void push_arguments (lua_State *L, int argc, char **argv) {
  int i;
  lua_createtable(L, argc, 1);
  for (i = 0; i < argc; i++) {
    lua_pushstring(L, argv[i]);
    lua_rawseti(L, -2, i - 1);
  }
  lua_setglobal(L, "arg");
  luaL_checkstack(L, argc, "too many arguments");
  for (i = 2; i < argc; i++)
    lua_pushstring(L, argv[i]);
}

/* All that may raise, if only for want of memory; main catches it. */
static int run (lua_State *L) {
  int argc = (int)lua_tointeger(L, 1);
  char **argv = (char **)lua_touserdata(L, 2);
  luaL_openlibs(L);
  prepare_require(L);
  if (luaL_loadfile(L, argv[1]) != LUA_OK)
    return lua_error(L);
  push_arguments(L, argc, argv);
  lua_call(L, argc - 2, 0);
  return 0;
}

static int fail (const char *why) {
  fprintf(stderr, "host: %s\n", why != NULL ? why : "an error without text");
  return EXIT_FAILURE;
}

int main (int argc, char **argv) {
  int status = EXIT_SUCCESS;
  lua_State *L;
  if (argc < 2)
    return fail("usage: host SCRIPT [ARGUMENT...]");
  L = luaL_newstate();
  if (L == NULL)
    return fail("not enough memory");
  lua_pushcfunction(L, run);
  lua_pushinteger(L, argc);
  lua_pushlightuserdata(L, argv);
  if (lua_pcall(L, 2, 0, 0) != LUA_OK)
    status = fail(lua_tostring(L, -1));
  lua_close(L);
  return status;
}
