/*
** bind_query.c - queries out of Lua tables.
*/
#include <string.h>

#include "al_period.h"
#include "bind.h"

/* An end of the period: the fixed form, or nil where it is open. */
static void read_end (lua_State *L, int arg, const char *name, al_time *time) {
  al_text text;
  int type = lua_getfield(L, arg, name);
  if (type != LUA_TNIL) {
    text.data = lua_tolstring(L, -1, &text.len);
    if (text.data == NULL || !al_time_read_fixed(time, text))
      luaL_error(L, "%s: an instant in the fixed form expected", name);
  }
  lua_pop(L, 1);
}

/* The list at the top of the stack. */
static void read_values (lua_State *L, int anchor, const char *name,
                         al_filter_values *out) {
  size_t n = (size_t)lua_rawlen(L, -1), i;
  al_text *values = lua_newuserdatauv(L, (n + 1) * sizeof *values, 0);
  lua_pushvalue(L, -1);
  lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
  for (i = 0; i < n; i++) {
    lua_rawgeti(L, -2, (lua_Integer)i + 1);
    values[i] = bind_anchor_text(L, anchor, lua_gettop(L), name);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  out->values = values;
  out->n = n;
}

static int read_flag (lua_State *L, int arg, const char *name) {
  int flag;
  lua_getfield(L, arg, name);
  flag = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return flag;
}

void bind_check_query (lua_State *L, int arg, int anchor, al_query *query) {
  int filter;
  memset(query, 0, sizeof *query);
  query->period = AL_PERIOD_ALL;
  query->fields = AL_FIELDS_ALL;
  read_end(L, arg, "start", &query->period.start);
  read_end(L, arg, "stop", &query->period.stop);
  query->oldest_first = read_flag(L, arg, "oldest_first");
  query->unmasked = read_flag(L, arg, "unmasked");
  for (filter = 0; filter < AL_NFILTERS; filter++) {
    const char *name = al_filter_name((al_filter)filter);
    if (lua_getfield(L, arg, name) == LUA_TTABLE)
      read_values(L, anchor, name, &query->filter[filter]);
    else if (!lua_isnil(L, -1))
      luaL_error(L, "%s: list of strings expected, got %s", name,
                 luaL_typename(L, -1));
    lua_pop(L, 1);
  }
}
