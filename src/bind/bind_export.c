/*
** bind_export.c - reports out of a log, by layouts out of Lua tables.
*/
/*** @module activitylog.core */

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "al_export.h"
#include "al_utf8.h"
#include "bind_record.h"

/* A layout while the core works with it. Stack indexes hold the columns and
** what keeps their texts alive. */
typedef struct {
  lua_State *L;
  int columns; /* list of the columns' tables */
  int anchor;
  al_layout layout;
} layout_box;

/* ---- cells by a Lua function ---- */

typedef struct {
  const al_record *record;
  al_buffer *out;
  al_error *err;
  al_status status;
} cell_call;

/* What the function gave, at the top of the stack, as the cell's text. */
static al_status append_result (cell_call *call, lua_State *L) {
  al_text text;
  switch (lua_type(L, -1)) {
  case LUA_TNIL:
    return AL_OK;
  case LUA_TBOOLEAN:
    lua_pushstring(L, lua_toboolean(L, -1) ? "true" : "false");
    break;
  case LUA_TSTRING:
  case LUA_TNUMBER:
    break;
  default:
    return al_fail(call->err, AL_CALLBACK,
                   "a string, number, boolean or nil expected, got %s",
                   luaL_typename(L, -1));
  }
  text.data = lua_tolstring(L, -1, &text.len);
  if (!al_utf8_valid(text.data, text.len))
    return al_fail(call->err, AL_CALLBACK, "the text is not UTF-8");
  return al_buffer_append(call->out, text.data, text.len, call->err);
}

/* Run by lua_pcall: whatever raises in here ends here. */
static int cell_body (lua_State *L) {
  cell_call *call = lua_touserdata(L, 1);
  lua_settop(L, 2); /* the function */
  bind_push_record(L, call->record);
  lua_call(L, 1, 1);
  call->status = append_result(call, L);
  return 0;
}

static al_status function_cell (void *context, size_t column,
                                const al_record *record, al_buffer *out,
                                al_error *err) {
  const layout_box *box = context;
  lua_State *L = box->L;
  cell_call call = {record, out, err, AL_OK};
  int code;
  lua_pushcfunction(L, cell_body);
  lua_pushlightuserdata(L, &call);
  lua_rawgeti(L, box->anchor, (lua_Integer)column + 1);
  code = lua_pcall(L, 2, 0, 0);
  return code == LUA_OK ? call.status : bind_caught(L, code, err);
}

/* ---- layouts ---- */

/* Move the value at the top of the stack into the anchor. */
static void anchor_top (layout_box *box) {
  lua_rawseti(box->L, box->anchor,
              (lua_Integer)lua_rawlen(box->L, box->anchor) + 1);
}

/* Memory that lives as long as the anchor. */
static void *anchored (layout_box *box, size_t n, size_t size) {
  void *memory = lua_newuserdatauv(box->L, (n + 1) * size, 0);
  anchor_top(box);
  return memory;
}

/* Element 'i' of the piece at the top of the stack, as text. */
static al_text piece_text (layout_box *box, int i, const char *what) {
  lua_State *L = box->L;
  al_text text;
  lua_rawgeti(L, -1, i);
  text = bind_anchor_text(L, box->anchor, lua_gettop(L), what);
  lua_pop(L, 1);
  return text;
}

static al_field piece_field (layout_box *box) {
  al_text name = piece_text(box, 2, "field");
  al_field field = al_field_find(name);
  if (field == AL_NFIELDS)
    luaL_error(box->L, "unknown field '%s'", name.data);
  return field;
}

static void read_date (layout_box *box, al_piece *piece) {
  al_text zone = piece_text(box, 2, "zone");
  al_error err;
  piece->text = piece_text(box, 3, "date format");
  piece->field = AL_OPERATION_DATE;
  piece->zone = bind_push_zone(box->L, zone, &err);
  if (piece->zone == NULL ||
      al_time_format_check(piece->text.data, piece->text.len, &err) != AL_OK)
    bind_raise(box->L, "%s", err.message);
  anchor_top(box);
}

/* The piece at the top of the stack. */
static void read_piece (layout_box *box, al_piece *piece) {
  lua_State *L = box->L;
  al_text kind;
  memset(piece, 0, sizeof *piece);
  luaL_checktype(L, -1, LUA_TTABLE);
  kind = piece_text(box, 1, "piece");
  if (al_text_equal(kind, AL_TEXT("text"))) {
    piece->kind = AL_PIECE_TEXT;
    piece->text = piece_text(box, 2, "text");
  } else if (al_text_equal(kind, AL_TEXT("field"))) {
    piece->kind = AL_PIECE_FIELD;
    piece->field = piece_field(box);
  } else if (al_text_equal(kind, AL_TEXT("label"))) {
    piece->kind = AL_PIECE_LABEL;
    piece->field = piece_field(box);
  } else if (al_text_equal(kind, AL_TEXT("date"))) {
    piece->kind = AL_PIECE_DATE;
    read_date(box, piece);
  } else if (al_text_equal(kind, AL_TEXT("detail")) &&
             al_detail_find(piece_text(box, 2, "detail"), &piece->detail)) {
    piece->kind = AL_PIECE_DETAIL;
  } else {
    luaL_error(L, "unknown piece '%s'", kind.data);
  }
}

/* The column at the top of the stack. */
static void read_column (layout_box *box, al_column *column, size_t at) {
  lua_State *L = box->L;
  al_piece *pieces;
  size_t i;
  memset(column, 0, sizeof *column);
  luaL_checktype(L, -1, LUA_TTABLE);
  lua_getfield(L, -1, "title");
  column->title = bind_anchor_text(L, box->anchor, lua_gettop(L), "title");
  lua_pop(L, 1);
  lua_getfield(L, -1, "guard");
  column->guard = lua_toboolean(L, -1);
  lua_pop(L, 1);
  if (lua_getfield(L, -1, "value") == LUA_TFUNCTION) {
    column->function = 1;
    lua_rawseti(L, box->anchor, (lua_Integer)at + 1);
    return;
  }
  lua_pop(L, 1);
  lua_getfield(L, -1, "pieces");
  luaL_checktype(L, -1, LUA_TTABLE);
  column->npieces = (size_t)lua_rawlen(L, -1);
  column->pieces = pieces = anchored(box, column->npieces, sizeof *pieces);
  for (i = 0; i < column->npieces; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    read_piece(box, &pieces[i]);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/* Read the list of columns at the top of the stack. The anchor begins with a
** place for each column's function, so that a cell finds it by number. */
static void read_layout (layout_box *box) {
  lua_State *L = box->L;
  size_t n, i;
  al_column *columns;
  box->columns = lua_gettop(L);
  luaL_checktype(L, box->columns, LUA_TTABLE);
  n = (size_t)lua_rawlen(L, box->columns);
  for (i = 0; i < n; i++) {
    lua_pushboolean(L, 0);
    lua_rawseti(L, box->anchor, (lua_Integer)i + 1);
  }
  columns = anchored(box, n, sizeof *columns);
  for (i = 0; i < n; i++) {
    lua_rawgeti(L, box->columns, (lua_Integer)i + 1);
    read_column(box, &columns[i], i);
    lua_pop(L, 1);
  }
  box->layout.columns = columns;
  box->layout.ncolumns = n;
  box->layout.value = function_cell;
  box->layout.context = box;
}

/* ---- options ---- */

static int get_flag (lua_State *L, const char *name) {
  int flag;
  lua_getfield(L, 4, name);
  flag = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return flag;
}

static lua_Integer get_integer (lua_State *L, const char *name) {
  lua_Integer value;
  lua_getfield(L, 4, name);
  value = luaL_optinteger(L, -1, 0);
  if (value < 0)
    luaL_error(L, "%s: 0 or more expected", name);
  lua_pop(L, 1);
  return value;
}

static const char *get_string (lua_State *L, int anchor, const char *name) {
  const char *text;
  lua_getfield(L, 4, name);
  text = bind_anchor_text(L, anchor, lua_gettop(L), name).data;
  lua_pop(L, 1);
  return text;
}

static void read_csv_options (layout_box *box, al_export_options *out) {
  lua_State *L = box->L;
  lua_getfield(L, 4, "columns");
  read_layout(box); /* first: its functions begin the anchor */
  out->layout = &box->layout;
  out->format = AL_FORMAT_CSV;
  out->newline = get_string(L, box->anchor, "newline");
  out->separator = get_string(L, box->anchor, "separator")[0];
  out->bom = get_flag(L, "bom");
  out->defuse = get_flag(L, "defuse");
  out->max_cell = (size_t)get_integer(L, "max_cell");
  out->max_rows = (int64_t)get_integer(L, "max_rows");
}

static al_format read_format (lua_State *L) {
  static const char *const NAMES[] = {"csv", "jsonl", NULL};
  static const al_format FORMATS[] = {AL_FORMAT_CSV, AL_FORMAT_JSON_LINES};
  al_format format;
  lua_getfield(L, 4, "format");
  format = FORMATS[luaL_checkoption(L, -1, "csv", NAMES)];
  lua_pop(L, 1);
  return format;
}

/* ---- results ---- */

static void set_integer (lua_State *L, const char *name, int64_t value) {
  lua_pushinteger(L, (lua_Integer)value);
  lua_setfield(L, -2, name);
}

/* 'path' is of the first file; NULL when there is none. */
static void push_result (lua_State *L, const al_export_result *result,
                         const char *path) {
  int64_t part;
  lua_createtable(L, 0, 6);
  set_integer(L, "records", result->records);
  set_integer(L, "bytes", result->bytes);
  set_integer(L, "cut_cells", result->cut_cells);
  set_integer(L, "defused_cells", result->defused_cells);
  set_integer(L, "redacted", result->redacted);
  lua_newtable(L);
  for (part = 1; part <= result->files; part++) {
    char *name = lua_newuserdatauv(L, AL_PART_PATH_SIZE(path), 0);
    al_part_path(name, path, part);
    lua_pushstring(L, name);
    lua_rawseti(L, -3, (lua_Integer)part);
    lua_pop(L, 1);
  }
  lua_setfield(L, -2, "files");
}

/* ---- exports ---- */

typedef enum { TO_FILE, TO_STREAM, TO_TEXT } destination;

/* Arguments: store, path or file or nothing, query, report. */
typedef struct {
  al_store *store;
  const char *path;
  bind_stream stream;
  al_query query;
  al_export_options options;
  layout_box box;
  al_buffer text;
  al_export_result result;
  al_error err;
} export_work;

static void read_arguments (lua_State *L, destination to, export_work *work) {
  memset(work, 0, sizeof *work);
  work->store = bind_check_store(L, 1);
  if (to == TO_FILE)
    work->path = bind_check_path(L, 2);
  luaL_checktype(L, 3, LUA_TTABLE);
  luaL_checktype(L, 4, LUA_TTABLE);
  lua_settop(L, 4);
  lua_newtable(L);
  work->box.L = L;
  work->box.anchor = 5;
  work->options.format = read_format(L);
  if (work->options.format == AL_FORMAT_CSV)
    read_csv_options(&work->box, &work->options);
  bind_check_query(L, 3, 5, &work->query);
  luaL_checkstack(L, 16, NULL);
  if (to == TO_STREAM) /* last: a finalizer may close it until then */
    work->stream = bind_check_stream(L, 2);
}

static al_status run (destination to, export_work *work) {
  switch (to) {
  case TO_FILE:
    return al_export_file(work->store, &work->query, &work->options, work->path,
                          &work->result, &work->err);
  case TO_STREAM:
    return al_export_stream(work->store, &work->query, &work->options,
                            work->stream.file->f, &work->result, &work->err);
  default:
    return al_export_buffer(work->store, &work->query, &work->options,
                            &work->text, &work->result, &work->err);
  }
}

static int export(lua_State *L, destination to) {
  export_work work;
  al_status status;
  read_arguments(L, to, &work);
  bind_store_hold(L, 1);
  bind_stream_hold(&work.stream);
  status = run(to, &work);
  bind_stream_release(&work.stream);
  bind_store_release(L, 1);
  if (status != AL_OK)
    return bind_fail(L, &work.err);
  push_result(L, &work.result, work.path);
  return 1;
}

/***
Write a report to a file, which appears whole or not at all.
@function store:export_file
@tparam string path
@tparam table query as of @{store:records}
@tparam table report format ("csv" or "jsonl") and, of CSV, columns (as
activitylog.layout lowers them), newline, separator, bom, defuse, max_cell and
max_rows (0: any number)
@treturn[1] table records, bytes, cut_cells, defused_cells, redacted (integers)
and files (a list of paths)
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code: "io", "full", "exists" (something is in the way),
"corrupt" or "busy"
@raise what a column's function raised, with the column and the record's id
*/
static int store_export_file (lua_State *L) {
  return export(L, TO_FILE);
}

/***
Write a report to an open file, which is flushed and stays open.
@function store:export_stream
@tparam file file of Lua's io library
@tparam table query as of @{store:records}
@tparam table report as of @{store:export_file}
@treturn table as of @{store:export_file}, or its failures; also "limit" for
more rows than fit
*/
static int store_export_stream (lua_State *L) {
  return export(L, TO_STREAM);
}

/* The text is C memory until Lua has copied it; the copy may raise. */
static int push_text (lua_State *L) {
  const al_buffer *text = lua_touserdata(L, 1);
  lua_pushlstring(L, al_buffer_text(text).data, text->len);
  return 1;
}

/***
Make a report as a string.
@function store:export_text
@tparam nil nothing in the place of a path
@tparam table query as of @{store:records}
@tparam table report as of @{store:export_file}
@treturn[1] string the report
@treturn[1] table as of @{store:export_file}
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code; also "limit" for more rows than fit
*/
static int store_export_text (lua_State *L) {
  export_work work;
  al_status status;
  int code;
  read_arguments(L, TO_TEXT, &work);
  bind_store_hold(L, 1);
  status = run(TO_TEXT, &work);
  bind_store_release(L, 1);
  if (status != AL_OK) {
    al_buffer_close(&work.text);
    return bind_fail(L, &work.err);
  }
  lua_pushcfunction(L, push_text);
  lua_pushlightuserdata(L, &work.text);
  code = lua_pcall(L, 1, 1, 0);
  al_buffer_close(&work.text);
  if (code != LUA_OK)
    return lua_error(L);
  push_result(L, &work.result, NULL);
  return 2;
}

static const luaL_Reg STORE_METHODS[] = {{"export_file", store_export_file},
                                         {"export_stream", store_export_stream},
                                         {"export_text", store_export_text},
                                         {NULL, NULL}};

void bind_add_export (lua_State *L) {
  luaL_setfuncs(L, STORE_METHODS, 0);
}
