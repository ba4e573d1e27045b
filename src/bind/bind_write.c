/*
** bind_write.c - reports that a Lua function writes, piece by piece.
**
** What it writes goes where a report goes, and so appears whole or not at all;
** memory stays the same however much it is.
*/
/*** @module activitylog.core */

#include "al_output.h"
#include "bind_report.h"

/* What write() appends to; it finds it by a pointer of its own, which is NULL
** before and after. */
typedef struct {
  bind_function produce;
  al_output *output; /* NULL: write() is not to be called */
  al_status status;  /* the first failure of write(), which ends the work */
  al_error err;
  int64_t bytes;
  int64_t files;
} writer;

/* Stack: store, target, function, the pointer's userdata, write(). */
#define PRODUCE 3
#define POINTER 4
#define WRITE   5

static al_status append (writer *w, lua_State *L) {
  int n = lua_gettop(L), i;
  for (i = 1; i <= n && w->status == AL_OK; i++) {
    size_t len;
    const char *text = lua_tolstring(L, i, &len);
    w->status = al_buffer_append(&w->output->pending, text, len, &w->err);
  }
  if (w->status == AL_OK)
    w->status = al_output_row_end(w->output, &w->err);
  return w->status;
}

/* write(text, ...) */
static int writer_write (lua_State *L) {
  writer *w = *(writer **)lua_touserdata(L, lua_upvalueindex(1));
  int i;
  if (w == NULL)
    return luaL_error(L, "write() is over: its report is made");
  for (i = 1; i <= lua_gettop(L); i++)
    luaL_checktype(L, i, LUA_TSTRING);
  if (append(w, L) != AL_OK)
    return luaL_error(L, "%s", w->err.message);
  return 0;
}

/* What the function returned: nothing, or nil, message and code. */
static al_status returned (lua_State *L, al_error *err) {
  const char *message = lua_tostring(L, -2), *code = lua_tostring(L, -1);
  if (!lua_isnil(L, -3) || message == NULL)
    return AL_OK;
  return al_fail(err, code != NULL ? al_status_find(code) : AL_CALLBACK, "%s",
                 message);
}

static al_status call_produce (void *context, al_output *output,
                               al_error *err) {
  writer *w = context;
  lua_State *L = w->produce.L;
  int code;
  w->output = output;
  *(writer **)lua_touserdata(L, POINTER) = w;
  lua_pushvalue(L, PRODUCE);
  lua_pushvalue(L, WRITE);
  code = lua_pcall(L, 1, 3, 0);
  bind_store_returned(L, 1);
  *(writer **)lua_touserdata(L, POINTER) = NULL;
  if (w->status != AL_OK) { /* also when the function made light of it */
    *err = w->err;
    return w->status;
  }
  return code == LUA_OK ? returned(L, err)
                        : bind_function_failed(&w->produce, code, err);
}

static al_status make_report (void *context, const al_target *target,
                              al_error *err) {
  writer *w = context;
  return al_output_run(target, NULL, call_produce, w, &w->bytes, &w->files,
                       err);
}

static void push_result (lua_State *L, const void *context, const char *path) {
  const writer *w = context;
  lua_createtable(L, 0, 2);
  bind_set_integer(L, "bytes", w->bytes);
  bind_set_files(L, path, w->files);
}

static int write_to (lua_State *L, bind_destination to) {
  writer w = {.produce = {L, PRODUCE, 0}};
  const bind_report report = {make_report, push_result, &w, &w.produce};
  bind_check_store(L, 1);
  luaL_checktype(L, PRODUCE, LUA_TFUNCTION);
  lua_settop(L, PRODUCE);
  *(writer **)lua_newuserdatauv(L, sizeof(writer *), 0) = NULL;
  lua_pushvalue(L, POINTER);
  lua_pushcclosure(L, writer_write, 1);
  return bind_make_report(L, to, &report);
}

/***
Write a report to a file, which appears whole or not at all, by a function. It
is called once, with `write(text, ...)`: that appends strings, whose bytes it
does not look at, and may not be called later. When a string cannot be written,
write() raises and the report has failed, whatever the function does then.
@function store:write_file
@tparam string path
@tparam function produce returns nothing, or nil, message and code when it
failed
@treturn[1] table bytes and files (a list of paths)
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code: "io", "full", "exists", or that of the function
@raise what the function raised
*/
static int store_write_file (lua_State *L) {
  return write_to(L, BIND_TO_PATH);
}

/***
Write a report to an open file, which is flushed and stays open, by a function.
@function store:write_stream
@tparam file file of Lua's io library
@tparam function produce as of @{store:write_file}
@treturn table as of @{store:write_file}, or its failures
*/
static int store_write_stream (lua_State *L) {
  return write_to(L, BIND_TO_STREAM);
}

/***
Make a report as a string by a function.
@function store:write_text
@tparam nil nothing in the place of a path
@tparam function produce as of @{store:write_file}
@treturn[1] string the report
@treturn[1] table as of @{store:write_file}
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code
*/
static int store_write_text (lua_State *L) {
  return write_to(L, BIND_TO_TEXT);
}

static const luaL_Reg STORE_METHODS[] = {{"write_file", store_write_file},
                                         {"write_stream", store_write_stream},
                                         {"write_text", store_write_text},
                                         {NULL, NULL}};

void bind_add_write (lua_State *L) {
  luaL_setfuncs(L, STORE_METHODS, 0);
}
