/*
** bind_period.c - periods and zones for Lua.
**
** Raw functions behind activitylog.period, which has the clock and checks the
** arguments. What is no period raises: one that silently became nil would be
** taken for the default one.
*/
/*** @module activitylog.core */

#include <string.h>

#include "al_period.h"
#include "al_time.h"
#include "bind.h"

static al_text opt_text (lua_State *L, int arg) {
  size_t len;
  const char *data = luaL_optlstring(L, arg, NULL, &len);
  return al_text_from(data, data != NULL ? len : 0);
}

/* ---- zones */

#define ZONE "activitylog.zone"

/* __gc: may run any number of times. */
static int zone_close (lua_State *L) {
  al_zone_close(luaL_checkudata(L, 1, ZONE));
  return 0;
}

const al_zone *bind_push_zone (lua_State *L, al_text name, al_error *err) {
  al_zone *zone = lua_newuserdatauv(L, sizeof *zone, 0);
  memset(zone, 0, sizeof *zone); /* nothing to close until it is open */
  luaL_setmetatable(L, ZONE);
  if (al_zone_open(zone, name, err) == AL_OK)
    return zone;
  lua_pop(L, 1);
  if (err->status == AL_NOMEM)
    bind_fail(L, err);
  return NULL;
}

static const al_zone *check_zone (lua_State *L, al_text name) {
  al_error err;
  const al_zone *zone = bind_push_zone(L, name, &err);
  if (zone == NULL)
    luaL_error(L, "%s", err.message);
  return zone;
}

/* ---- periods */

/* An open end is nil. */
static void push_time (lua_State *L, al_time time, int bounded) {
  char text[AL_TIME_LEN + 1];
  if (!bounded) {
    lua_pushnil(L);
    return;
  }
  al_time_write(text, time);
  lua_pushlstring(L, text, AL_TIME_LEN);
}

/***
Resolve a period.
@function period
@tparam[opt] string from a date, an instant or the name of a period
@tparam[opt] string to a date or an instant
@tparam[opt="UTC"] string zone whose days are meant
@tparam integer now Unix seconds, which named periods are relative to
@treturn ?string the first instant, in the fixed form; nil: no bound
@treturn ?string the first instant behind it; nil: no bound
@raise on anything that is no period or zone, with the reason
@usage core.period("2026-10-01", "2026-10-31", "+02:00", os.time())
--> 2026-09-30T22:00:00.0000000Z  2026-10-31T22:00:00.0000000Z
*/
static int core_period (lua_State *L) {
  al_text from = opt_text(L, 1);
  al_text to = opt_text(L, 2);
  al_text name = opt_text(L, 3);
  al_time now = al_time_from_unix(luaL_checkinteger(L, 4));
  const al_zone *zone =
      check_zone(L, name.data != NULL ? name : AL_TEXT("UTC"));
  al_period period;
  al_error err;
  if (al_period_parse(&period, from, to, zone, now, &err) != AL_OK)
    return luaL_error(L, "%s", err.message);
  push_time(L, period.start, al_period_has_start(&period));
  push_time(L, period.stop, al_period_has_stop(&period));
  return 2;
}

/***
Check the name of a zone.
@function zone
@tparam string name "UTC", "local", an offset such as "+05:30" or a name of the
system's time zone database such as "Europe/Paris"
@treturn string its one name: that of "-00:00" is "+00:00"
@raise on the name of no zone and on a damaged file of one, with the reason
@usage core.zone("-00:00") --> +00:00
*/
static int core_zone (lua_State *L) {
  size_t len;
  const char *name = luaL_checklstring(L, 1, &len);
  const al_zone *zone = check_zone(L, al_text_from(name, len));
  lua_pushstring(L, zone->name);
  return 1;
}

/* ---- dates */

#define DATES "activitylog.dates"

/* Each text on its way to Lua. */
static int dates_close (lua_State *L) {
  al_buffer_close(luaL_checkudata(L, 1, DATES));
  return 0;
}

/* The function: its upvalues are the buffer, the zone and the pattern. */
static int write_date (lua_State *L) {
  al_buffer *text = lua_touserdata(L, lua_upvalueindex(1));
  const al_zone *zone = lua_touserdata(L, lua_upvalueindex(2));
  size_t pattern_len, len;
  const char *pattern = lua_tolstring(L, lua_upvalueindex(3), &pattern_len);
  const char *date = luaL_checklstring(L, 1, &len);
  al_time time;
  al_error err;
  if (al_time_parse(&time, al_text_from(date, len), &err) != AL_OK)
    return luaL_error(L, "%s", err.message);
  if (lua_toboolean(L, 2) && time > AL_TIME_MIN)
    time--;
  al_buffer_clear(text);
  if (al_time_format(text, pattern, pattern_len, time,
                     al_zone_offset(zone, time), &err) != AL_OK)
    return bind_fail(L, &err);
  lua_pushlstring(L, al_buffer_text(text).data, text->len);
  return 1;
}

/***
A function that writes dates.
@function dates
@tparam string pattern as of a layout's `format`
@tparam string zone whose clock is read
@treturn function it takes an instant and gives its text, or with a second
argument that of the instant before it: that of a period's last day
@raise on what is no pattern or zone, with the reason; the function on what is
no instant
@usage core.dates("%-m/%-d/%Y", "UTC")("2021-09-14T19:16:00Z") --> 9/14/2021
*/
static int core_dates (lua_State *L) {
  size_t pattern_len, len;
  const char *pattern = luaL_checklstring(L, 1, &pattern_len);
  const char *name = luaL_checklstring(L, 2, &len);
  al_buffer *text;
  al_error err;
  if (al_time_format_check(pattern, pattern_len, &err) != AL_OK)
    return luaL_error(L, "%s", err.message);
  text = lua_newuserdatauv(L, sizeof *text, 0);
  al_buffer_init(text);
  luaL_setmetatable(L, DATES);
  check_zone(L, al_text_from(name, len));
  lua_pushvalue(L, 1);
  lua_pushcclosure(L, write_date, 3);
  return 1;
}

void bind_open_period (lua_State *L) {
  static const luaL_Reg functions[] = {{"period", core_period},
                                       {"zone", core_zone},
                                       {"dates", core_dates},
                                       {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__gc", zone_close}, {NULL, NULL}};
  static const luaL_Reg dates_metamethods[] = {{"__gc", dates_close},
                                               {NULL, NULL}};
  luaL_newmetatable(L, ZONE);
  luaL_setfuncs(L, metamethods, 0);
  lua_pop(L, 1);
  luaL_newmetatable(L, DATES);
  luaL_setfuncs(L, dates_metamethods, 0);
  lua_pop(L, 1);
  luaL_setfuncs(L, functions, 0);
}
