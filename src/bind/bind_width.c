/*
** bind_width.c - widths of text for Lua.
*/
/*** @module activitylog.core */

#include <stdint.h>

#include "al_utf8.h"
#include "al_width.h"
#include "bind.h"

/***
How many places of a terminal a text takes, or the beginning of it that fits.
Control characters take none.
@function width
@tparam string text valid UTF-8
@tparam[opt] integer places that there are; any number by default
@treturn integer places that the text takes, or that beginning of it
@treturn integer its bytes
@raise on what is not UTF-8
@usage core.width("日本") --> 4  6
*/
static int core_width (lua_State *L) {
  al_text text;
  al_width fit;
  lua_Integer places;
  text.data = luaL_checklstring(L, 1, &text.len);
  places = luaL_optinteger(L, 2, LUA_MAXINTEGER);
  luaL_argcheck(L, al_utf8_valid(text.data, text.len), 1, "it is not UTF-8");
  luaL_argcheck(L, places >= 0, 2, "places expected");
  fit = al_width_fit(text,
                     (uint64_t)places < SIZE_MAX ? (size_t)places : SIZE_MAX);
  lua_pushinteger(L, (lua_Integer)fit.places);
  lua_pushinteger(L, (lua_Integer)fit.bytes);
  return 2;
}

void bind_open_width (lua_State *L) {
  static const luaL_Reg functions[] = {{"width", core_width}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
