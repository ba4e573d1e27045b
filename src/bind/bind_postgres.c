/*
** bind_postgres.c - luaopen_activitylog_postgres: logs in PostgreSQL databases.
**
** It is a module of its own, so that the common case needs no libpq. What it has
** for the core is a pointer to a table of functions (al_store_kind.h), in a
** userdata of a class that the core checks.
*/
/***
Logs in PostgreSQL databases, for the core. It is no face for scripts.
@module activitylog.postgres
*/

#include <lauxlib.h>
#include <lua.h>

#include "bind.h"
#include "bind_kind.h"
#include "pg.h"

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int luaopen_activitylog_postgres (lua_State *L);

/***
Make the tables of a log in a database that has none.
@function create
@tparam string uri as libpq takes it, with "postgresql://"
@tparam boolean by_month give record a partition for each month
@tparam integer timeout how long to wait for others, in milliseconds
@treturn[1] boolean true
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code: "exists", "foreign", "readonly", "busy", "unsupported"
or "io"
*/
static int postgres_create (lua_State *L) {
  const char *uri = luaL_checkstring(L, 1);
  int by_month = lua_toboolean(L, 2);
  lua_Integer timeout = luaL_checkinteger(L, 3);
  al_error err;
  luaL_argcheck(L, timeout >= 0 && timeout <= BIND_TIMEOUT_MAX_MS, 3,
                "from 0 to 86400000 ms expected");
  if (pg_create(uri, by_month, (int)timeout, &err) == AL_OK) {
    lua_pushboolean(L, 1);
    return 1;
  }
  if (err.status == AL_NOMEM)
    return luaL_error(L, "%s", err.message);
  lua_pushnil(L);
  lua_pushstring(L, err.message);
  lua_pushstring(L, al_status_code(err.status));
  return 3;
}

static const luaL_Reg FUNCTIONS[] = {{"create", postgres_create}, {NULL, NULL}};

int luaopen_activitylog_postgres (lua_State *L) {
  const al_store_kind **box;
  luaL_checkversion(L);
  luaL_newlib(L, FUNCTIONS);
  box = lua_newuserdatauv(L, sizeof *box, 0);
  *box = &pg_store_kind;
  luaL_newmetatable(L, BIND_STORE_KIND);
  lua_setmetatable(L, -2);
  lua_setfield(L, -2, "kind");
  return 1;
}
