/*
** activitylog.h - for C programs that carry activitylog inside themselves.
**
** libactivitylog.a holds the C half of the module, activitylog.core, and this
** function is the only name it adds to a program. The other half is plain Lua:
** package.path has to lead to where it was installed, which is lmoddir of
** `pkg-config --variable=lmoddir activitylog`, activitylog_LMOD_DIR in CMake.
** Before the first script runs, make the C half known to require:
**
**   luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
**   lua_pushcfunction(L, luaopen_activitylog_core);
**   lua_setfield(L, -2, "activitylog.core");
**   lua_pop(L, 1);
**
** or load it right away:
**
**   luaL_requiref(L, "activitylog.core", luaopen_activitylog_core, 0);
**   lua_pop(L, 1);
**
** From then on, `require "activitylog"` works in scripts as it does elsewhere.
** Link activitylog::activitylog of `find_package(activitylog)`, or what
** `pkg-config --libs activitylog` names, and the host's own Lua 5.4.
** docs/manual/c.md has the rest, and examples/c-host a whole program.
*/
#ifndef ACTIVITYLOG_H
#define ACTIVITYLOG_H

#ifdef __cplusplus
extern "C" {
#endif

#include <lua.h>

/* Push the module table of activitylog.core. It is a lua_CFunction: let
** require or luaL_requiref call it. Any number of Lua states may have it. */
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int luaopen_activitylog_core (lua_State *L);

#ifdef __cplusplus
}
#endif

#endif
