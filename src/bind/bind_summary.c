/*
** bind_summary.c - summaries of a log, and what is written of them.
**
** A summary is a userdata that has no part in its log. Its rows are Lua tables
** of their own, so that what a caller does to them changes no export.
*/
/*** @module activitylog.core */

#include <string.h>

#include "al_summary_export.h"
#include "bind_progress.h"
#include "bind_report.h"
#include "bind_rows.h"

#define SUMMARY "activitylog.summary.handle"

typedef struct {
  al_summary *handle; /* owned; NULL until it is made */
  al_buffer text;     /* owned; a value on its way to Lua */
} summary_box;

/* __gc: may run any number of times. */
static int summary_close (lua_State *L) {
  summary_box *box = luaL_checkudata(L, 1, SUMMARY);
  al_summary *handle = box->handle;
  box->handle = NULL;
  al_summary_close(handle);
  al_buffer_close(&box->text);
  return 0;
}

static summary_box *push_box (lua_State *L) {
  summary_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  memset(box, 0, sizeof *box);
  luaL_setmetatable(L, SUMMARY);
  return box;
}

/* ---- rows ---- */

static void set_text (lua_State *L, const char *name, al_text text) {
  if (text.data == NULL)
    return;
  lua_pushlstring(L, text.data, text.len);
  lua_setfield(L, -2, name);
}

static void set_instant (lua_State *L, const char *name, al_time time) {
  char text[AL_TIME_LEN + 1];
  al_time_write(text, time);
  set_text(L, name, al_text_from(text, AL_TIME_LEN));
}

static void set_tally (lua_State *L, const al_tally *tally) {
  bind_set_integer(L, "count", tally->count);
  bind_set_integer(L, "customers", tally->customers);
  if (tally->count == 0)
    return;
  set_instant(L, "first", tally->first);
  set_instant(L, "last", tally->last);
}

/* Set the key 'at' of the row at the top of the stack. */
static void set_key (lua_State *L, summary_box *box, size_t at,
                     uint32_t value) {
  const al_key *by;
  al_error err;
  if (value == AL_VALUE_MISSING)
    return;
  al_summary_keys(box->handle, &by);
  al_buffer_clear(&box->text);
  if (al_summary_append(box->handle, at, value, &box->text, &err) != AL_OK)
    bind_fail(L, &err);
  set_text(L, al_key_name(by[at]), al_buffer_text(&box->text));
  if (by[at] == AL_KEY_CUSTOMER)
    set_text(L, "customer_id", al_summary_customer_id(box->handle, at, value));
}

/* Push the list of rows. */
static void push_rows (lua_State *L, summary_box *box) {
  const al_group *group;
  const al_key *by;
  size_t nby = al_summary_keys(box->handle, &by), i, at;
  size_t n = al_summary_groups(box->handle, &group);
  lua_createtable(L, (int)n, 2); /* AL_SUMMARY_GROUPS_MAX at most */
  for (i = 0; i < n; i++) {
    lua_createtable(L, 0, (int)nby + 4);
    for (at = 0; at < nby; at++)
      set_key(L, box, at, group[i].value[at]);
    set_tally(L, &group[i].tally);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

/* ---- making ---- */

/* The list of keys at 'arg', which the Lua half has checked. */
static size_t read_keys (lua_State *L, int arg,
                         al_key by[AL_SUMMARY_KEYS_MAX]) {
  size_t n = (size_t)luaL_len(L, arg), i;
  int times = 0;
  luaL_argcheck(L, n >= 1 && n <= AL_SUMMARY_KEYS_MAX, arg,
                "1 to 3 keys expected");
  for (i = 0; i < n; i++) {
    size_t len;
    const char *name;
    lua_rawgeti(L, arg, (lua_Integer)i + 1);
    name = luaL_checklstring(L, -1, &len);
    by[i] = al_key_find(al_text_from(name, len));
    if (by[i] == AL_NKEYS)
      luaL_error(L, "unknown key '%s'", name);
    times += al_key_is_time(by[i]);
    lua_pop(L, 1);
  }
  luaL_argcheck(L, times <= 1, arg, "more than one unit of time");
  return n;
}

/* Of the store at 1, which the progress function must not close. */
static al_status make_summary (lua_State *L, al_summary **out,
                               const al_query *query, const al_key *by,
                               size_t nby, const al_zone *zone, al_error *err) {
  al_store *store = bind_check_store(L, 1);
  al_status status;
  bind_store_hold(L, 1);
  status = al_summary_open(out, store, query, by, nby, zone, err);
  bind_store_release(L, 1);
  return status;
}

/***
Group and count the records that a query selects.
@function store:summary
@tparam table query as of @{store:export_file}; its order does not matter
@tparam {string,...} by 1 to 3 different keys: at most one of hour, day, week
and month, and customer, user, operation_type, resource_type, operation_status
@tparam string zone whose clocks the units of time are of
@treturn[1] userdata what the exports below take
@treturn[1] {table,...} a row for each group: the keys that it has, customer_id
beside customer, count, customers and, unless count is 0, first and last
@treturn[1] table of all records: count, customers, first and last
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code; "limit" for more than 1048575 groups
@raise what the progress function raised
*/
static int store_summary (lua_State *L) {
  al_key by[AL_SUMMARY_KEYS_MAX];
  al_query query;
  al_error err;
  al_status status;
  const al_zone *zone;
  bind_progress progress;
  summary_box *box;
  size_t nby, len;
  const char *name;
  bind_check_store(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_checktype(L, 3, LUA_TTABLE);
  name = luaL_checklstring(L, 4, &len);
  nby = read_keys(L, 3, by);
  lua_settop(L, 4);
  lua_newtable(L);
  bind_check_query(L, 2, 5, &query);
  zone = bind_push_zone(L, al_text_from(name, len), &err);
  if (zone == NULL)
    return luaL_error(L, "%s", err.message);
  bind_read_progress(L, 2, &progress, &query.progress);
  box = push_box(L);
  luaL_checkstack(L, 16, NULL);
  status = make_summary(L, &box->handle, &query, by, nby, zone, &err);
  if (status != AL_OK)
    return bind_fail_as_raised(&progress, &err);
  push_rows(L, box);
  lua_newtable(L);
  set_tally(L, al_summary_total(box->handle));
  return 3;
}

/* ---- exports ---- */

/* Arguments: store, path or file or nothing, summary, options. */
typedef struct {
  const al_summary *summary;
  al_summary_options options;
  al_summary_result result;
} export_work;

#define OPTIONS 4
#define ANCHOR  5

static al_text get_text (lua_State *L, const char *name) {
  al_text text;
  lua_getfield(L, OPTIONS, name);
  text = bind_anchor_text(L, ANCHOR, lua_gettop(L), name);
  lua_pop(L, 1);
  return text;
}

/* Title 'i' of the list at the top of the stack. */
static al_text list_title (lua_State *L, size_t i) {
  al_text text;
  lua_rawgeti(L, -1, (lua_Integer)i);
  text = bind_anchor_text(L, ANCHOR, lua_gettop(L), "title");
  lua_pop(L, 1);
  return text;
}

/* The titles and the labels of each key. */
static void read_keys_of_sheet (lua_State *L, export_work *work) {
  const al_key *by;
  size_t n = al_summary_keys(work->summary, &by), i;
  lua_getfield(L, OPTIONS, "titles");
  luaL_checktype(L, -1, LUA_TTABLE);
  for (i = 0; i < n; i++)
    work->options.key_titles[i] = list_title(L, i + 1);
  lua_pop(L, 1);
  lua_getfield(L, OPTIONS, "labels");
  luaL_checktype(L, -1, LUA_TTABLE);
  for (i = 0; i < n; i++) {
    if (lua_rawgeti(L, -1, (lua_Integer)i + 1) == LUA_TTABLE)
      bind_read_labels(L, ANCHOR, &work->options.labels[i]);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

static void read_dates (lua_State *L, al_summary_options *out) {
  al_error err;
  out->date_format = get_text(L, "date_format");
  if (lua_getfield(L, OPTIONS, "time_format") != LUA_TNIL)
    out->time_format = get_text(L, "time_format");
  lua_pop(L, 1);
  out->zone = bind_push_zone(L, get_text(L, "zone"), &err);
  if (out->zone == NULL ||
      al_time_format_check(out->date_format.data, out->date_format.len, &err) !=
          AL_OK)
    bind_raise(L, "%s", err.message);
  lua_rawseti(L, ANCHOR, (lua_Integer)lua_rawlen(L, ANCHOR) + 1);
}

static al_summary_form read_form (lua_State *L) {
  static const char *const NAMES[] = {"csv", "pivot", "jsonl", NULL};
  static const al_summary_form FORMS[] = {AL_SUMMARY_LIST, AL_SUMMARY_PIVOT,
                                          AL_SUMMARY_JSON_LINES};
  al_summary_form form;
  lua_getfield(L, OPTIONS, "format");
  form = FORMS[luaL_checkoption(L, -1, "csv", NAMES)];
  lua_pop(L, 1);
  return form;
}

static void read_sheet (lua_State *L, export_work *work) {
  al_summary_options *o = &work->options;
  read_keys_of_sheet(L, work);
  o->customer_id = get_text(L, "customer_id");
  o->count = get_text(L, "count");
  o->first = get_text(L, "first");
  o->last = get_text(L, "last");
  o->customers = get_text(L, "customers");
  o->total = get_text(L, "total");
  o->max_columns = (size_t)bind_get_integer(L, OPTIONS, "max_columns");
  read_dates(L, o);
  o->workbook = bind_get_flag(L, OPTIONS, "workbook");
  if (o->workbook)
    bind_read_book(L, OPTIONS, ANCHOR, &o->book);
  else
    bind_read_sheet(L, OPTIONS, ANCHOR, &o->sheet);
}

static void read_arguments (lua_State *L, export_work *work) {
  const al_key *by;
  const summary_box *box;
  bind_check_store(L, 1);
  box = luaL_checkudata(L, 3, SUMMARY);
  memset(work, 0, sizeof *work);
  luaL_argcheck(L, box->handle != NULL, 3, "it was not made");
  luaL_checktype(L, OPTIONS, LUA_TTABLE);
  lua_settop(L, OPTIONS);
  lua_newtable(L);
  work->summary = box->handle;
  work->options.form = read_form(L);
  luaL_argcheck(L,
                work->options.form != AL_SUMMARY_PIVOT ||
                    al_summary_keys(box->handle, &by) == 2,
                3, "a pivot has two keys");
  if (work->options.form != AL_SUMMARY_JSON_LINES)
    read_sheet(L, work);
}

static al_status make_export (void *context, const al_target *target,
                              al_error *err) {
  export_work *work = context;
  return al_summary_export(work->summary, target, &work->options, &work->result,
                           err);
}

static void push_result (lua_State *L, const void *context, const char *path) {
  const al_summary_result *result = &((const export_work *)context)->result;
  lua_createtable(L, 0, 5);
  bind_set_integer(L, "rows", result->counts.rows);
  bind_set_integer(L, "bytes", result->bytes);
  bind_set_integer(L, "cut_cells", result->counts.cut_cells);
  bind_set_integer(L, "defused_cells", result->counts.defused_cells);
  bind_set_files(L, path, result->files);
}

static int export_to (lua_State *L, bind_destination to) {
  export_work work;
  const bind_report report = {make_export, push_result, &work, NULL};
  read_arguments(L, &work);
  return bind_make_report(L, to, &report);
}

/***
Write a summary to a file, which appears whole or not at all.
@function store:summary_file
@tparam string path
@tparam userdata summary what @{store:summary} returned
@tparam table options format ("csv", "pivot" or "jsonl") and, of the first two,
titles and labels (lists by key; labels of operation_type and its like are a
list of wire values and their labels by turns), the titles customer_id, count,
first, last, customers and total, zone, date_format, max_columns of a pivot (0:
any number) and the options of CSV as of @{store:export_file}; with workbook =
true instead those of a workbook, and time_format, Excel's number format of
first and last, with which date_format is "%Y-%m-%d %H:%M:%S"
@treturn[1] table rows, bytes, cut_cells, defused_cells (integers) and files (a
list of paths)
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code: "io", "full", "exists", or "limit" for a pivot of more
columns than a sheet has
*/
static int store_summary_file (lua_State *L) {
  return export_to(L, BIND_TO_PATH);
}

/***
Write a summary to an open file, which is flushed and stays open.
@function store:summary_stream
@tparam file file of Lua's io library
@tparam userdata summary
@tparam table options as of @{store:summary_file}
@treturn table as of @{store:summary_file}, or its failures; also "limit" for
more rows than fit
*/
static int store_summary_stream (lua_State *L) {
  return export_to(L, BIND_TO_STREAM);
}

/***
Make a string of a summary.
@function store:summary_text
@tparam nil nothing in the place of a path
@tparam userdata summary
@tparam table options as of @{store:summary_file}
@treturn[1] string
@treturn[1] table as of @{store:summary_file}
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code; also "limit" for more rows than fit
*/
static int store_summary_text (lua_State *L) {
  return export_to(L, BIND_TO_TEXT);
}

/* ---- rows for a Lua function ---- */

/***
Give a summary's rows to a function, the row of titles first.
@function store:summary_rows
@tparam function visit called with a list of a row's cells (strings, or false
for what is missing) and what the row is: "titles", "row" or, last of a pivot,
"sums"; false from it is the end
@tparam userdata summary
@tparam table options as of @{store:summary_file}; "csv" is the list
@treturn[1] boolean true
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code: "limit" for a pivot of more than max_columns
@raise what the function raised
*/
static int store_summary_rows (lua_State *L) {
  bind_rows_function to = {L, 2, 0};
  const al_rows_visitor visitor = {bind_give_rows, &to};
  export_work work;
  al_status status;
  al_error err;
  bind_check_store(L, 1);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  read_arguments(L, &work);
  luaL_argcheck(L, work.options.form != AL_SUMMARY_JSON_LINES, OPTIONS,
                "JSON Lines are no rows");
  luaL_checkstack(L, 8, NULL);
  status = al_summary_rows(work.summary, &work.options, &visitor, &err);
  return bind_rows_given(L, &to, status, &err);
}

static const luaL_Reg METAMETHODS[] = {{"__gc", summary_close}, {NULL, NULL}};

static const luaL_Reg STORE_METHODS[] = {
    {"summary", store_summary},
    {"summary_file", store_summary_file},
    {"summary_rows", store_summary_rows},
    {"summary_stream", store_summary_stream},
    {"summary_text", store_summary_text},
    {NULL, NULL}};

void bind_add_summary (lua_State *L) {
  luaL_newmetatable(L, SUMMARY);
  luaL_setfuncs(L, METAMETHODS, 0);
  lua_pop(L, 1);
  luaL_setfuncs(L, STORE_METHODS, 0);
}
