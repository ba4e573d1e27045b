/*
** bind_export.c - reports out of a log, by layouts out of Lua tables.
*/
/*** @module activitylog.core */

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "al_export.h"
#include "al_utf8.h"
#include "bind_progress.h"
#include "bind_record.h"
#include "bind_report.h"
#include "bind_rows.h"

/* A layout while the core works with it. */
typedef struct {
  lua_State *L;
  int anchor; /* stack index of the table that keeps its texts alive */
  al_layout layout;
  unsigned fields;  /* that the functions look at, as bits */
  int64_t sequence; /* of the record whose table is kept; 0: of none */
} layout_box;

/* ---- the anchor ---- */

/* It begins with a place for each column's function, so that a cell finds it by
** number, and one for the record's table. */
#define FUNCTION_AT(column) ((lua_Integer)(column) + 1)
#define RECORD_AT(box)      FUNCTION_AT((box)->layout.ncolumns)

/* ---- cells by a Lua function ---- */

typedef struct {
  layout_box *box;
  size_t column;
  const al_record *record;
  al_buffer *out;
  al_cell_kind *kind;
  al_error *err;
  al_status status;
} cell_call;

/* Make of the number at the top of the stack its text, with a dot in it
** whatever the process's locale writes. */
static void dot_number (lua_State *L) {
  char text[64];
  const char *comma = localeconv()->decimal_point;
  size_t len;
  char *at;
  const char *written = lua_tolstring(L, -1, &len);
  at = len < sizeof text && *comma != '.' ? strstr(written, comma) : NULL;
  if (at == NULL)
    return;
  snprintf(text, sizeof text, "%.*s.%s", (int)(at - written), written,
           at + strlen(comma));
  lua_pushstring(L, text);
  lua_replace(L, -2);
}

/* What the function gave, at the top of the stack, as the cell's text. */
static al_status append_result (cell_call *call, lua_State *L) {
  al_text text;
  switch (lua_type(L, -1)) {
  case LUA_TNIL:
    return AL_OK;
  case LUA_TBOOLEAN:
    lua_pushstring(L, lua_toboolean(L, -1) ? "true" : "false");
    break;
  case LUA_TNUMBER:
    *call->kind = AL_CELL_NUMBER;
    dot_number(L);
    break;
  case LUA_TSTRING:
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

/* Push the table of the record, which is made once for all columns. */
static void push_record (lua_State *L, layout_box *box,
                         const al_record *record) {
  if (box->sequence == record->sequence) {
    lua_rawgeti(L, 1, RECORD_AT(box));
    return;
  }
  bind_push_record(L, record, box->fields);
  lua_pushvalue(L, -1);
  lua_rawseti(L, 1, RECORD_AT(box));
  box->sequence = record->sequence;
}

/* Run by lua_pcall with the anchor: whatever raises in here ends here. */
static int cell_body (lua_State *L) {
  cell_call *call = lua_touserdata(L, 2);
  lua_rawgeti(L, 1, FUNCTION_AT(call->column));
  push_record(L, call->box, call->record);
  lua_call(L, 1, 1);
  call->status = append_result(call, L);
  return 0;
}

static al_status function_cell (void *context, size_t column,
                                const al_record *record, al_buffer *out,
                                al_cell_kind *kind, al_error *err) {
  layout_box *box = context;
  lua_State *L = box->L;
  cell_call call = {box, column, record, out, kind, err, AL_OK};
  int code;
  lua_pushcfunction(L, cell_body);
  lua_pushvalue(L, box->anchor);
  lua_pushlightuserdata(L, &call);
  code = lua_pcall(L, 2, 0, 0);
  bind_store_returned(L, 1);
  return code == LUA_OK ? call.status : bind_caught(L, code, err);
}

/* ---- layouts ---- */

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

static void read_text (layout_box *box, al_piece *piece) {
  piece->text = piece_text(box, 2, "text");
}

static void read_field (layout_box *box, al_piece *piece) {
  piece->field = piece_field(box);
}

static void read_label (layout_box *box, al_piece *piece) {
  piece->field = piece_field(box);
  if (lua_rawgeti(box->L, -1, 3) == LUA_TTABLE)
    bind_read_labels(box->L, box->anchor, &piece->labels);
  lua_pop(box->L, 1);
}

static void read_detail (layout_box *box, al_piece *piece) {
  al_text name = piece_text(box, 2, "detail");
  if (!al_detail_find(name, &piece->detail))
    luaL_error(box->L, "unknown detail '%s'", name.data);
}

static void read_line_item (layout_box *box, al_piece *piece) {
  al_text name = piece_text(box, 2, "field");
  piece->item_field = al_line_item_field_find(name);
  if (piece->item_field == AL_NITEM_FIELDS)
    luaL_error(box->L, "unknown field '%s' of a line item", name.data);
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
  bind_anchor(box->L, box->anchor);
}

/* The piece at the top of the stack. */
static void read_piece (layout_box *box, al_piece *piece) {
  static const struct {
    const char *name;
    al_piece_kind kind;
    void (*read)(layout_box *box, al_piece *piece);
  } KINDS[] = {{"text", AL_PIECE_TEXT, read_text},
               {"field", AL_PIECE_FIELD, read_field},
               {"label", AL_PIECE_LABEL, read_label},
               {"date", AL_PIECE_DATE, read_date},
               {"detail", AL_PIECE_DETAIL, read_detail},
               {"pair", AL_PIECE_PAIR, read_text},
               {"change", AL_PIECE_CHANGE, read_text},
               {"line_item", AL_PIECE_LINE_ITEM, read_line_item}};
  lua_State *L = box->L;
  al_text kind;
  size_t i;
  memset(piece, 0, sizeof *piece);
  luaL_checktype(L, -1, LUA_TTABLE);
  kind = piece_text(box, 1, "piece");
  for (i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
    if (strcmp(kind.data, KINDS[i].name) == 0) {
      piece->kind = KINDS[i].kind;
      KINDS[i].read(box, piece);
      return;
    }
  luaL_error(L, "unknown piece '%s'", kind.data);
}

/* The function of the column at the top of the stack, if it has one. */
static void read_function (layout_box *box, al_column *column, size_t at) {
  lua_State *L = box->L;
  if (lua_getfield(L, -1, "value") != LUA_TFUNCTION) {
    lua_pop(L, 1);
    return;
  }
  lua_rawseti(L, box->anchor, FUNCTION_AT(at));
  column->function = 1;
  column->fields = bind_get_fields(L, -1, box->anchor);
  box->fields |= column->fields;
}

static void read_pieces (layout_box *box, al_column *column) {
  lua_State *L = box->L;
  al_piece *pieces;
  size_t i;
  lua_getfield(L, -1, "pieces");
  luaL_checktype(L, -1, LUA_TTABLE);
  column->npieces = (size_t)lua_rawlen(L, -1);
  column->pieces = pieces =
      bind_anchored(L, box->anchor, column->npieces, sizeof *pieces);
  for (i = 0; i < column->npieces; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    read_piece(box, &pieces[i]);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/* The column at the top of the stack. */
static void read_column (layout_box *box, al_column *column, size_t at) {
  lua_State *L = box->L;
  memset(column, 0, sizeof *column);
  luaL_checktype(L, -1, LUA_TTABLE);
  lua_getfield(L, -1, "title");
  column->title = bind_anchor_text(L, box->anchor, lua_gettop(L), "title");
  lua_pop(L, 1);
  if (lua_getfield(L, -1, "time_format") != LUA_TNIL)
    column->time_format =
        bind_anchor_text(L, box->anchor, lua_gettop(L), "time format");
  lua_pop(L, 1);
  column->guard = bind_get_flag(L, -1, "guard");
  read_function(box, column, at);
  if (!column->function)
    read_pieces(box, column);
}

/* The places at the beginning of the anchor, which read_column fills. */
static void begin_anchor (layout_box *box) {
  lua_State *L = box->L;
  size_t i;
  for (i = 0; i <= box->layout.ncolumns; i++) {
    lua_pushboolean(L, 0);
    lua_rawseti(L, box->anchor, FUNCTION_AT(i));
  }
}

/* Read the list of columns at the top of the stack. */
static void read_layout (layout_box *box) {
  lua_State *L = box->L;
  int list = lua_gettop(L);
  size_t n, i;
  al_column *columns;
  luaL_checktype(L, list, LUA_TTABLE);
  n = box->layout.ncolumns = (size_t)lua_rawlen(L, list);
  begin_anchor(box);
  columns = bind_anchored(L, box->anchor, n, sizeof *columns);
  for (i = 0; i < n; i++) {
    lua_rawgeti(L, list, (lua_Integer)i + 1);
    read_column(box, &columns[i], i);
    lua_pop(L, 1);
  }
  box->layout.columns = columns;
  box->layout.value = function_cell;
  box->layout.context = box;
}

/* ---- options ---- */

/* Of CSV and of workbooks. */
static void read_sheet_options (layout_box *box, al_export_options *out) {
  lua_State *L = box->L;
  lua_getfield(L, 4, "columns");
  read_layout(box); /* first: its functions begin the anchor */
  out->layout = &box->layout;
  if (out->format == AL_FORMAT_CSV)
    bind_read_sheet(L, 4, box->anchor, &out->sheet);
  else
    bind_read_book(L, 4, box->anchor, &out->book);
}

static al_format read_format (lua_State *L) {
  static const char *const NAMES[] = {"csv", "jsonl", "xlsx", NULL};
  static const al_format FORMATS[] = {AL_FORMAT_CSV, AL_FORMAT_JSON_LINES,
                                      AL_FORMAT_WORKBOOK};
  al_format format;
  lua_getfield(L, 4, "format");
  format = FORMATS[luaL_checkoption(L, -1, "csv", NAMES)];
  lua_pop(L, 1);
  return format;
}

/* ---- exports ---- */

/* Arguments: store, path or file or nothing, query, report. */
typedef struct {
  al_query query;
  al_export_options options;
  bind_progress progress;
  layout_box box;
  al_export_result result;
} export_work;

static void read_arguments (lua_State *L, bind_destination to,
                            export_work *work) {
  memset(work, 0, sizeof *work);
  bind_check_store(L, 1);
  if (to == BIND_TO_PATH)
    bind_check_path(L, 2);
  luaL_checktype(L, 3, LUA_TTABLE);
  luaL_checktype(L, 4, LUA_TTABLE);
  lua_settop(L, 4);
  lua_newtable(L);
  work->box.L = L;
  work->box.anchor = 5;
  work->options.format = read_format(L);
  if (work->options.format != AL_FORMAT_JSON_LINES)
    read_sheet_options(&work->box, &work->options);
  bind_check_query(L, 3, 5, &work->query);
  bind_read_progress(L, 3, &work->progress, &work->query.progress);
}

static al_status make_export (void *context, const al_target *target,
                              al_error *err) {
  export_work *work = context;
  return al_export(target, &work->query, &work->options, &work->result, err);
}

static void push_result (lua_State *L, const void *context, const char *path) {
  const export_work *work = context;
  const al_export_result *result = &work->result;
  lua_createtable(L, 0, 7);
  bind_set_integer(L, "records", result->records);
  bind_set_integer(L, "rows", result->rows);
  bind_set_integer(L, "bytes", result->bytes);
  bind_set_integer(L, "cut_cells", result->cut_cells);
  bind_set_integer(L, "defused_cells", result->defused_cells);
  bind_set_integer(L, "redacted", result->redacted);
  bind_set_files(L, path, result->files);
}

static int export(lua_State *L, bind_destination to) {
  export_work work;
  const bind_report report = {make_export, push_result, &work, &work.progress};
  read_arguments(L, to, &work);
  return bind_make_report(L, to, &report);
}

/***
Write a report to a file, which appears whole or not at all.
@function store:export_file
@tparam string path
@tparam table query as of @{store:records}, and progress, a function that is
called about every thousand records with how many were read
@tparam table report format ("csv", "xlsx" or "jsonl") and, of the first two,
columns (as activitylog.layout lowers them), max_cell and max_rows (0: any
number); of CSV newline, separator, bom and defuse; of a workbook library (what
activitylog.xlsx is; nil where it is missing), load_error (why, if that is not
for want of its file) and sheet, the name of one
@treturn[1] table records (read), rows (written, without those of titles),
bytes, cut_cells, defused_cells, redacted (integers) and files (a list of paths)
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code: "io", "full", "exists" (something is in the way),
"corrupt", "busy" or "unsupported" (a workbook without its library)
@raise what a column's function raised, with the column and the record's id, or
what the progress function raised
*/
static int store_export_file (lua_State *L) {
  return export(L, BIND_TO_PATH);
}

/***
Write a report to an open file, which is flushed and stays open.
@function store:export_stream
@tparam file file of Lua's io library
@tparam table query as of @{store:export_file}
@tparam table report as of @{store:export_file}
@treturn table as of @{store:export_file}, or its failures; also "limit" for
more rows than fit
*/
static int store_export_stream (lua_State *L) {
  return export(L, BIND_TO_STREAM);
}

/***
Make a report as a string.
@function store:export_text
@tparam nil nothing in the place of a path
@tparam table query as of @{store:export_file}
@tparam table report as of @{store:export_file}
@treturn[1] string the report
@treturn[1] table as of @{store:export_file}
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code; also "limit" for more rows than fit
*/
static int store_export_text (lua_State *L) {
  return export(L, BIND_TO_TEXT);
}

/***
Give the rows of a report to a function, the row of titles first.
@function store:export_rows
@tparam function visit as of @{store:summary_rows}
@tparam table query as of @{store:export_file}
@tparam table report columns, as activitylog.layout lowers them
@treturn[1] boolean true
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code: "corrupt", "busy" or "io"
@raise what a function raised: this one, a column's or the progress function
*/
static int store_export_rows (lua_State *L) {
  bind_rows_function to = {L, 2, 0};
  const al_rows_visitor visitor = {bind_give_rows, &to};
  export_work work;
  al_status status;
  al_error err;
  bind_check_store(L, 1);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  read_arguments(L, BIND_TO_TEXT, &work);
  luaL_argcheck(L, work.options.layout != NULL, 4, "columns expected");
  luaL_checkstack(L, 16, NULL);
  bind_store_hold(L, 1);
  status = al_export_rows(bind_check_store(L, 1), &work.query,
                          work.options.layout, &visitor, &err);
  bind_store_release(L, 1);
  if (status != AL_OK && !to.raised)
    return bind_fail_as_raised(&work.progress, &err);
  return bind_rows_given(L, &to, status, &err);
}

static const luaL_Reg STORE_METHODS[] = {{"export_file", store_export_file},
                                         {"export_rows", store_export_rows},
                                         {"export_stream", store_export_stream},
                                         {"export_text", store_export_text},
                                         {NULL, NULL}};

void bind_add_export (lua_State *L) {
  luaL_setfuncs(L, STORE_METHODS, 0);
}
