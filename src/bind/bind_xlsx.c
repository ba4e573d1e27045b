/*
** bind_xlsx.c - luaopen_activitylog_xlsx: the library that writes workbooks.
**
** It is a module of its own, which shares no code with activitylog.core: what
** it gives is a pointer to a table of functions (al_book.h), in a userdata of
** a class that the core checks.
*/
/***
What writes workbooks, for the core. It is no face for scripts: require gives a
userdata that only `activitylog` has use for.
@module activitylog.xlsx
*/

#include <lauxlib.h>
#include <lua.h>

#include "bind_report.h"
#include "xlsx_book.h"

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int luaopen_activitylog_xlsx (lua_State *L);

int luaopen_activitylog_xlsx (lua_State *L) {
  const al_book_library **box;
  luaL_checkversion(L);
  box = lua_newuserdatauv(L, sizeof *box, 0);
  *box = &xlsx_library;
  luaL_newmetatable(L, BIND_BOOK_LIBRARY);
  lua_setmetatable(L, -2);
  return 1;
}
