/*
** bind_query.c - queries out of Lua tables.
*/
/*** @module activitylog.core */

#include <string.h>

#include "al_period.h"
#include "al_rules.h"
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

/* A position, anchored like the texts; NULL where there is none. */
static const al_record_position *read_position (lua_State *L, int arg,
                                                int anchor, const char *name) {
  al_record_position *position = NULL;
  al_text text;
  if (lua_getfield(L, arg, name) != LUA_TNIL) {
    position = bind_anchored(L, anchor, 1, sizeof *position);
    text.data = lua_tolstring(L, -1, &text.len);
    if (text.data == NULL || !al_record_position_read(position, text))
      luaL_error(L, "%s: position of a record expected", name);
  }
  lua_pop(L, 1);
  return position;
}

/* The list at the top of the stack. */
static void read_values (lua_State *L, int anchor, const char *name,
                         al_filter_values *out) {
  size_t n = (size_t)lua_rawlen(L, -1), i;
  al_text *values = bind_anchored(L, anchor, n, sizeof *values);
  for (i = 0; i < n; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    values[i] = bind_anchor_text(L, anchor, lua_gettop(L), name);
    lua_pop(L, 1);
  }
  out->values = values;
  out->n = n;
}

/* The list of a name in the table at 'arg'; nil leaves 'out' as it is. */
static void read_list (lua_State *L, int arg, int anchor, const char *name,
                       al_filter_values *out) {
  if (lua_getfield(L, arg, name) == LUA_TTABLE)
    read_values(L, anchor, name, out);
  else if (!lua_isnil(L, -1))
    luaL_error(L, "%s: list of strings expected, got %s", name,
               luaL_typename(L, -1));
  lua_pop(L, 1);
}

unsigned bind_get_fields (lua_State *L, int arg, int anchor) {
  al_filter_values names = {NULL, 0};
  unsigned fields = 0;
  size_t i;
  read_list(L, arg, anchor, "fields", &names);
  if (names.values == NULL)
    return AL_FIELDS_ALL;
  for (i = 0; i < names.n; i++) {
    al_field field = al_field_find(names.values[i]);
    if (field == AL_NFIELDS)
      luaL_error(L, "unknown field '%s'", names.values[i].data);
    fields |= AL_FIELD_BIT(field);
  }
  return fields;
}

void bind_check_query (lua_State *L, int arg, int anchor, al_query *query) {
  al_filter_values rules = {NULL, 0};
  int filter;
  memset(query, 0, sizeof *query);
  query->period = AL_PERIOD_ALL;
  query->fields = bind_get_fields(L, arg, anchor);
  read_end(L, arg, "start", &query->period.start);
  read_end(L, arg, "stop", &query->period.stop);
  query->oldest_first = bind_get_flag(L, arg, "oldest_first");
  query->positions = bind_get_flag(L, arg, "positions");
  query->after = read_position(L, arg, anchor, "after");
  query->at = read_position(L, arg, anchor, "at");
  query->unmasked = bind_get_flag(L, arg, "unmasked");
  for (filter = 0; filter < AL_NFILTERS; filter++)
    read_list(L, arg, anchor, al_filter_name((al_filter)filter),
              &query->filter[filter]);
  read_list(L, arg, anchor, "redact", &rules);
  query->rules = rules.values;
  query->nrules = rules.n;
}

/***
Check the rules of what is masked in a report.
@function rules
@tparam {string,...} list names of fields and of members in values, such as
"user_principal_name" or "BillingProfile.*"
@treturn boolean true
@raise on a rule that is none, with the reason
@usage core.rules { "BillingProfile..Email" }
--> rule 'BillingProfile..Email' has an empty name
*/
static int core_rules (lua_State *L) {
  al_filter_values list = {NULL, 0};
  al_rules *rules;
  al_error err;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_newtable(L);
  lua_pushvalue(L, 1);
  read_values(L, 2, "rules", &list);
  if (list.n > 0) {
    if (al_rules_open(&rules, list.values, list.n, &err) == AL_NOMEM)
      return bind_fail(L, &err);
    if (rules == NULL)
      return luaL_error(L, "%s", err.message);
    al_rules_close(rules);
  }
  lua_pushboolean(L, 1);
  return 1;
}

/***
Whether a text is the position of a record, as `fields = { "position" }` of
records gives it. A record need not be there.
@function is_position
@tparam string text
@treturn boolean
@usage core.is_position "2026-10-01" --> false
*/
static int core_is_position (lua_State *L) {
  al_record_position position;
  al_text text;
  text.data = luaL_checklstring(L, 1, &text.len);
  lua_pushboolean(L, al_record_position_read(&position, text));
  return 1;
}

void bind_open_query (lua_State *L) {
  static const luaL_Reg functions[] = {
      {"is_position", core_is_position}, {"rules", core_rules}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
