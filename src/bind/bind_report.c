/*
** bind_report.c - what the reports of the binding share: where they go, the
** options of a sheet, and what came of them.
*/
#include "bind_report.h"

#include <stdlib.h>

/* ---- options ---- */

lua_Integer bind_get_integer (lua_State *L, int index, const char *name) {
  lua_Integer value;
  lua_getfield(L, index, name);
  value = luaL_optinteger(L, -1, 0);
  if (value < 0)
    luaL_error(L, "%s: 0 or more expected", name);
  lua_pop(L, 1);
  return value;
}

static const char *get_string (lua_State *L, int index, int anchor,
                               const char *name) {
  const char *text;
  lua_getfield(L, index, name);
  text = bind_anchor_text(L, anchor, lua_gettop(L), name).data;
  lua_pop(L, 1);
  return text;
}

void bind_read_sheet (lua_State *L, int index, int anchor,
                      al_sheet_options *out) {
  out->newline = get_string(L, index, anchor, "newline");
  out->separator = get_string(L, index, anchor, "separator")[0];
  out->bom = bind_get_flag(L, index, "bom");
  out->defuse = bind_get_flag(L, index, "defuse");
  out->max_cell = (size_t)bind_get_integer(L, index, "max_cell");
  out->max_rows = (int64_t)bind_get_integer(L, index, "max_rows");
}

void bind_read_book (lua_State *L, int index, int anchor,
                     al_book_options *out) {
  lua_getfield(L, index, "library");
  if (!lua_isnil(L, -1)) {
    out->library =
        *(const al_book_library **)luaL_checkudata(L, -1, BIND_BOOK_LIBRARY);
    lua_pushvalue(L, -1);
    bind_anchor(L, anchor);
  }
  lua_pop(L, 1);
  if (lua_getfield(L, index, "load_error") != LUA_TNIL)
    out->load_error = bind_anchor_text(L, anchor, lua_gettop(L), "load_error");
  lua_pop(L, 1);
  lua_getfield(L, index, "sheet");
  out->sheet = bind_anchor_text(L, anchor, lua_gettop(L), "sheet");
  lua_pop(L, 1);
  out->max_cell = (size_t)bind_get_integer(L, index, "max_cell");
  out->max_rows = (int64_t)bind_get_integer(L, index, "max_rows");
}

static al_text list_text (lua_State *L, int anchor, size_t i) {
  al_text text;
  lua_rawgeti(L, -1, (lua_Integer)i);
  text = bind_anchor_text(L, anchor, lua_gettop(L), "label");
  lua_pop(L, 1);
  return text;
}

static int compare_labels (const void *a, const void *b) {
  return al_text_compare(((const al_label *)a)->wire,
                         ((const al_label *)b)->wire);
}

/* They are sorted here, as Lua's order of strings is that of the process's
** locale. */
void bind_read_labels (lua_State *L, int anchor, al_labels *out) {
  size_t n = (size_t)lua_rawlen(L, -1) / 2, i;
  al_label *label = bind_anchored(L, anchor, n, sizeof *label);
  for (i = 0; i < n; i++) {
    label[i].wire = list_text(L, anchor, 2 * i + 1);
    label[i].label = list_text(L, anchor, 2 * i + 2);
  }
  qsort(label, n, sizeof *label, compare_labels);
  out->label = label;
  out->n = n;
}

/* ---- results ---- */

void bind_set_integer (lua_State *L, const char *name, int64_t value) {
  lua_pushinteger(L, (lua_Integer)value);
  lua_setfield(L, -2, name);
}

void bind_set_files (lua_State *L, const char *path, int64_t files) {
  int64_t part;
  lua_newtable(L);
  for (part = 1; part <= files; part++) {
    char *name = lua_newuserdatauv(L, AL_PART_PATH_SIZE(path), 0);
    al_part_path(name, path, part);
    lua_pushstring(L, name);
    lua_rawseti(L, -3, (lua_Integer)part);
    lua_pop(L, 1);
  }
  lua_setfield(L, -2, "files");
}

/* ---- reports ---- */

/* The text is C memory until Lua has copied it; the copy may raise. */
static int push_text (lua_State *L) {
  const al_buffer *text = lua_touserdata(L, 1);
  lua_pushlstring(L, al_buffer_text(text).data, text->len);
  return 1;
}

/* Push what is in the buffer, which is closed. */
static void move_text (lua_State *L, al_buffer *text) {
  int code;
  lua_pushcfunction(L, push_text);
  lua_pushlightuserdata(L, text);
  code = lua_pcall(L, 1, 1, 0);
  al_buffer_close(text);
  if (code != LUA_OK)
    lua_error(L);
}

/* A state that a callback closes, by os.exit(true, true), takes away what the
** second thread of its report reads. Finalizers run before that, the youngest
** first. */
#define TWIN "activitylog.twin"

static int twin_end (lua_State *L) {
  al_twin_end(luaL_checkudata(L, 1, TWIN));
  return 0;
}

static al_twin *push_twin (lua_State *L) {
  al_twin *twin = lua_newuserdatauv(L, sizeof *twin, 0);
  twin->turns = NULL;
  luaL_setmetatable(L, TWIN);
  return twin;
}

void bind_open_report (lua_State *L) {
  luaL_newmetatable(L, TWIN);
  lua_pushcfunction(L, twin_end);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
}

int bind_make_report (lua_State *L, bind_destination to,
                      const bind_report *report) {
  al_target target = {0};
  bind_stream stream = {NULL, NULL};
  al_buffer text = {0};
  al_error err;
  al_status status;
  luaL_checkstack(L, 16, NULL);
  target.twin = push_twin(L);
  if (to == BIND_TO_PATH)
    target.path = bind_check_path(L, 2);
  if (to == BIND_TO_STREAM) { /* last: a finalizer may close it until then */
    stream = bind_check_stream(L, 2);
    target.stream = stream.file->f;
  }
  if (to == BIND_TO_TEXT)
    target.buffer = &text;
  target.store = bind_check_store(L, 1);
  bind_store_hold(L, 1);
  bind_stream_hold(&stream);
  status = report->make(report->context, &target, &err);
  bind_stream_release(&stream);
  bind_store_release(L, 1);
  if (status != AL_OK) {
    al_buffer_close(&text);
    return report->function != NULL
               ? bind_fail_as_raised(report->function, &err)
               : bind_fail(L, &err);
  }
  if (to == BIND_TO_TEXT)
    move_text(L, &text);
  report->push(L, report->context, target.path);
  return to == BIND_TO_TEXT ? 2 : 1;
}
