/*
** bind_import.c - records into a log, from Lua tables, files and texts.
*/
/*** @module activitylog.core */

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "al_import.h"
#include "al_writer.h"
#include "bind_progress.h"
#include "bind_record.h"

static int push_counts (lua_State *L, const al_import_counts *counts,
                        double seconds) {
  lua_createtable(L, 0, 5);
  lua_pushinteger(L, (lua_Integer)counts->records);
  lua_setfield(L, -2, "records");
  lua_pushinteger(L, (lua_Integer)counts->added);
  lua_setfield(L, -2, "added");
  lua_pushinteger(L, (lua_Integer)counts->known);
  lua_setfield(L, -2, "known");
  lua_pushinteger(L, (lua_Integer)counts->changed);
  lua_setfield(L, -2, "changed");
  lua_pushnumber(L, (lua_Number)seconds);
  lua_setfield(L, -2, "seconds");
  return 1;
}

static double clock_seconds (void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- append ---- */

/* Work that may raise at any point, run by lua_pcall so that the core is
** cleaned up behind it. */
typedef struct {
  al_writer *writer;
  al_draft draft;
  al_error err;
  int failed;     /* the core did; err has the reason */
  lua_Integer at; /* the record that is being read */
} append_work;

/* Stack: the work, the list of records. */
static int append_body (lua_State *L) {
  append_work *work = lua_touserdata(L, 1);
  lua_Integer n = (lua_Integer)lua_rawlen(L, 2);
  const al_record *record;
  for (work->at = 1; work->at <= n; work->at++) {
    if (lua_rawgeti(L, 2, work->at) != LUA_TTABLE)
      luaL_error(L, "table expected, got %s", luaL_typename(L, -1));
    if (bind_read_record(L, -1, &work->draft, &record, &work->err) != AL_OK) {
      if (work->err.status != AL_NOMEM)
        al_fail_at(&work->err, "record %lld", (long long)work->at);
      work->failed = 1;
      return 0;
    }
    if (al_writer_put(work->writer, record, &work->err) != AL_OK) {
      work->failed = 1;
      return 0;
    }
    lua_pop(L, 1);
  }
  return 0;
}

/* Raise again what stands on the stack, naming the record. */
static int raise_at (lua_State *L, int code, lua_Integer at) {
  if (code == LUA_ERRRUN && lua_type(L, -1) == LUA_TSTRING)
    lua_pushfstring(L, "record %I: %s", at, lua_tostring(L, -1));
  return lua_error(L);
}

/***
Append records to the log, all of them or none.
@function store:append
@tparam table records list of tables with fields of records as strings;
customized_data and other may be tables
@tparam integer now Unix seconds
@treturn[1] table records, added, known, changed (integers) and seconds
@treturn[2] nil
@treturn[2] string message, which names the record and its field
@treturn[2] string code
@raise on a field of another type
*/
static int store_append (lua_State *L) {
  al_store *store = bind_check_store(L, 1);
  append_work work;
  al_import_counts counts;
  al_time now;
  double begun = clock_seconds();
  int code;
  work.failed = 0;
  luaL_checktype(L, 2, LUA_TTABLE);
  now = al_time_from_unix(luaL_checkinteger(L, 3));
  luaL_checkstack(L, 8, NULL);
  if (al_store_begin(store, &work.err) != AL_OK)
    return bind_fail(L, &work.err);
  if (al_writer_open(&work.writer, store, &work.err) != AL_OK) {
    al_store_rollback(store);
    return bind_fail(L, &work.err);
  }
  al_draft_init(&work.draft);
  bind_store_hold(L, 1);
  lua_pushcfunction(L, append_body);
  lua_pushlightuserdata(L, &work);
  lua_pushvalue(L, 2);
  code = lua_pcall(L, 2, 0, 0);
  bind_store_release(L, 1);
  al_draft_close(&work.draft);
  if (code == LUA_OK && !work.failed)
    work.failed = al_writer_finish(work.writer, &work.err) != AL_OK;
  al_writer_close(work.writer);
  if (code != LUA_OK || work.failed)
    al_store_rollback(store);
  if (code != LUA_OK)
    return raise_at(L, code, work.at);
  if (work.failed || al_store_commit(store, AL_TEXT("append"), now, &counts,
                                     &work.err) != AL_OK)
    return bind_fail(L, &work.err);
  return push_counts(L, &counts, clock_seconds() - begun);
}

/* ---- import ---- */

/* The Lua function that gives the titles, and what it gave. */
typedef struct {
  lua_State *L;
  int function, anchor; /* their indices on the stack during the work */
  const al_csv_title *list;
  size_t n;
} title_source;

/* Stack: the source, the anchor, the function. It gives a list of {title,
** field}; false for a field reads over it. */
static int titles_body (lua_State *L) {
  title_source *source = lua_touserdata(L, 1);
  al_csv_title *titles;
  size_t n, i;
  lua_call(L, 0, 1);
  luaL_checktype(L, 3, LUA_TTABLE);
  n = (size_t)lua_rawlen(L, 3);
  titles = bind_anchored(L, 2, n, sizeof *titles);
  for (i = 0; i < n; i++) {
    lua_rawgeti(L, 3, (lua_Integer)i + 1);
    luaL_checktype(L, 4, LUA_TTABLE);
    lua_rawgeti(L, 4, 1);
    titles[i].title = bind_anchor_text(L, 2, 5, "title");
    titles[i].field = AL_NFIELDS;
    if (lua_rawgeti(L, 4, 2) == LUA_TSTRING)
      titles[i].field = al_field_find(bind_anchor_text(L, 2, 6, "field"));
    lua_settop(L, 3);
  }
  source->list = titles;
  source->n = n;
  return 0;
}

static al_status call_titles (void *context, const al_csv_title **titles,
                              size_t *ntitles, al_error *err) {
  title_source *source = context;
  lua_State *L = source->L;
  int code;
  lua_pushcfunction(L, titles_body);
  lua_pushlightuserdata(L, source);
  lua_pushvalue(L, source->anchor);
  lua_pushvalue(L, source->function);
  code = lua_pcall(L, 3, 0, 0);
  if (code != LUA_OK)
    return bind_caught(L, code, err);
  *titles = source->list;
  *ntitles = source->n;
  return AL_OK;
}

/* Push the field 'titles' of the table at 'arg', and let 'out' call it when it
** is a function. 'source' has to live as long as 'out'. */
static void read_titles (lua_State *L, int arg, int anchor,
                         title_source *source, al_import_titles *out) {
  lua_getfield(L, arg, "titles");
  source->L = L;
  source->function = lua_gettop(L);
  source->anchor = anchor;
  if (lua_isfunction(L, -1)) {
    out->call = call_titles;
    out->context = source;
  }
}

/* Read the options in the table at 3. Behind this the stack has them, the
** anchor, the progress function and that of the titles, at 3 to 6. */
static void read_options (lua_State *L, al_import_options *options,
                          bind_progress *progress, title_source *titles) {
  memset(options, 0, sizeof *options);
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_settop(L, 3);
  lua_newtable(L);
  bind_read_progress(L, 3, progress, &options->progress);
  read_titles(L, 3, 4, titles, &options->titles);
  lua_getfield(L, 3, "name");
  options->name = bind_anchor_text(L, 4, lua_gettop(L), "name").data;
  lua_getfield(L, 3, "now");
  options->now = al_time_from_unix(luaL_checkinteger(L, -1));
  lua_settop(L, 6);
  luaL_checkstack(L, 8, NULL);
}

static al_status import_text (al_store *store, al_text text,
                              const al_import_options *options,
                              al_import_counts *counts, al_error *err) {
  al_source source = al_source_text(&text);
  return al_import(store, &source, options, counts, err);
}

typedef enum { FROM_FILE, FROM_STREAM, FROM_TEXT } origin;

static int import (lua_State *L, origin from) {
  al_store *store = bind_check_store(L, 1);
  double begun = clock_seconds();
  al_import_options options;
  al_import_counts counts;
  bind_progress progress;
  title_source titles;
  al_status status;
  al_error err;
  bind_stream stream = {NULL, NULL};
  al_text text = AL_TEXT_MISSING;
  if (from == FROM_FILE)
    text.data = bind_check_path(L, 2);
  else if (from == FROM_TEXT)
    text.data = luaL_checklstring(L, 2, &text.len);
  read_options(L, &options, &progress, &titles);
  if (from == FROM_STREAM) /* last: a finalizer may close it until then */
    stream = bind_check_stream(L, 2);
  bind_store_hold(L, 1);
  bind_stream_hold(&stream);
  if (from == FROM_FILE)
    status = al_import_file(store, text.data, &options, &counts, &err);
  else if (from == FROM_STREAM)
    status = al_import_stream(store, stream.file->f, &options, &counts, &err);
  else
    status = import_text(store, text, &options, &counts, &err);
  bind_stream_release(&stream);
  bind_store_release(L, 1);
  if (status != AL_OK)
    return bind_fail_as_raised(&progress, &err);
  return push_counts(L, &counts, clock_seconds() - begun);
}

/***
Import a file: API pages, arrays, JSON Lines or CSV, told by its content. All of
it or nothing.
@function store:import_file
@tparam string path
@tparam table options name (of the source), now (Unix seconds), titles (a
function that is called for CSV and gives its columns' titles: a list of {title,
field or false}) and progress (a function of bytes done and in all, which is nil
when nobody knows)
@treturn[1] table records, added, known, changed (integers) and seconds
@treturn[2] nil
@treturn[2] string message, which names the source, line, byte, record and field
@treturn[2] string code: "syntax", "api" (an error that the API answered),
"limit", "foreign" (the log itself), "io", "busy", "full" or "readonly"
@raise what the progress function raised
*/
static int store_import_file (lua_State *L) {
  return import(L, FROM_FILE);
}

/***
Import what an open file holds from where it is. The file stays open.
@function store:import_stream
@tparam file file of Lua's io library
@tparam table options as of @{store:import_file}
@treturn table as of @{store:import_file}, or its failures
*/
static int store_import_stream (lua_State *L) {
  return import(L, FROM_STREAM);
}

/***
Import a text.
@function store:import_text
@tparam string text what a file would hold
@tparam table options as of @{store:import_file}
@treturn table as of @{store:import_file}, or its failures
*/
static int store_import_text (lua_State *L) {
  return import(L, FROM_TEXT);
}

static const luaL_Reg STORE_METHODS[] = {{"append", store_append},
                                         {"import_file", store_import_file},
                                         {"import_stream", store_import_stream},
                                         {"import_text", store_import_text},
                                         {NULL, NULL}};

void bind_add_import (lua_State *L) {
  luaL_setfuncs(L, STORE_METHODS, 0);
}
