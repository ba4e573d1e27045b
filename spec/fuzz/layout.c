/*
** layout.c - whatever is given as options and columns of a report (see
** layout.lua): a mistake is told, or CSV is written of which each row has the
** layout's cells, none longer than it may be, and none that Excel would run.
*/
#include "fuzz.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "../../src/bind/activitylog.h"
#include "al_csv.h"
#include "al_utf8.h"

/* What is expected of a report, and how much of it came. */
typedef struct {
  size_t columns, max_cell;
  int defused;
  size_t cells; /* of the row */
  size_t rows;
} sheet;

static int may_run (al_text cell) {
  static const char *const SIGNS[] = {"=",
                                      "+",
                                      "-",
                                      "@",
                                      "\t",
                                      "\r",
                                      "\n",
                                      "\xEF\xBC\x9D",
                                      "\xEF\xBC\x8B",
                                      "\xEF\xBC\x8D",
                                      "\xEF\xBC\xA0"};
  size_t i;
  for (i = 0; i < sizeof SIGNS / sizeof SIGNS[0]; i++) {
    size_t n = strlen(SIGNS[i]);
    if (cell.len >= n && memcmp(cell.data, SIGNS[i], n) == 0)
      return 1;
  }
  return 0;
}

static al_status check_cell (void *context, al_text cell, al_error *err) {
  sheet *s = context;
  (void)err;
  s->cells++;
  NEED(cell.data == NULL || al_utf8_valid(cell.data, cell.len));
  NEED(!s->defused || !may_run(cell));
  NEED(s->max_cell == 0 ||
       al_utf8_fit_utf16(cell.data, cell.len, s->max_cell) == cell.len);
  return AL_OK;
}

static al_status check_row (void *context, al_error *err) {
  sheet *s = context;
  (void)err;
  NEED(s->cells == s->columns);
  s->cells = 0;
  s->rows++;
  return AL_OK;
}

/* A row of one cell that is missing is a blank line, which readers skip. */
static void check_csv (al_text csv, char separator, size_t rows, sheet *s) {
  const al_csv_handler handler = {check_cell, check_row, s};
  al_csv *parser;
  al_error err;
  NEED(al_csv_open(&parser, separator, &handler, &err) == AL_OK);
  NEED(al_csv_feed(parser, csv.data, csv.len, &err) == AL_OK);
  NEED(al_csv_finish(parser, &err) == AL_OK);
  al_csv_close(parser);
  NEED(s->columns == 1 ? s->rows <= rows + 1 : s->rows == rows + 1);
}

/* Stack: what the Lua function returned, from 1 on. */
static void check_report (lua_State *L) {
  sheet s = {.columns = (size_t)lua_tointeger(L, 2),
             .max_cell = (size_t)lua_tointeger(L, 7),
             .defused = lua_toboolean(L, 6)};
  size_t bom = lua_toboolean(L, 5) ? 3 : 0;
  al_text csv;
  csv.data = lua_tolstring(L, 1, &csv.len);
  NEED(csv.len >= bom && memcmp(csv.data, AL_BOM, bom) == 0);
  csv.data += bom;
  csv.len -= bom;
  check_csv(csv, *lua_tostring(L, 4), (size_t)lua_tointeger(L, 3), &s);
}

static void need_lua (lua_State *L, int code) {
  if (code != LUA_OK)
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
  NEED(code == LUA_OK);
}

/* A state whose global "check" is the function of layout.lua. */
static lua_State *open_lua (void) {
  lua_State *L = luaL_newstate();
  NEED(L != NULL);
  luaL_openlibs(L);
  luaL_requiref(L, "activitylog.core", luaopen_activitylog_core, 0);
  need_lua(L, luaL_dostring(L, "package.path = '" SOURCES "/lua/?.lua;" SOURCES
                               "/lua/?/init.lua'"));
  need_lua(L, luaL_dofile(L, SOURCES "/spec/fuzz/layout.lua"));
  lua_setglobal(L, "check");
  lua_settop(L, 0);
  return L;
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  static lua_State *L; /* until the process ends */
  if (L == NULL)
    L = open_lua();
  lua_getglobal(L, "check");
  lua_pushlstring(L, (const char *)data, size);
  need_lua(L, lua_pcall(L, 1, LUA_MULTRET, 0));
  if (lua_gettop(L) > 0)
    check_report(L);
  lua_settop(L, 0);
  return 0;
}
