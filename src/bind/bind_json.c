/*
** bind_json.c - JSON to Lua values and back.
**
** Every call into Lua may raise and so jump out of the parser that called us.
** What the core holds meanwhile is in a box on the stack: it is released at
** once when all goes well, and by the collector otherwise.
*/
/*** @module activitylog.core */

#include "bind_json.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "al_json.h"
#include "al_line_item.h"
#include "al_utf8.h"
#include "al_value.h"
#include "bind.h"

#define JSON "activitylog.json"

/* So many digits tell any two floats apart. */
#define EXACT_DIGITS 17

typedef struct {
  al_json *json;       /* owned; NULL while nothing is parsed */
  al_buffer text;      /* owned: an unwrapped value, or JSON being written */
  al_line_items items; /* owned */
  lua_State *L;        /* where the values go */
  int documents;       /* begun by the parser */
} json_box;

static void box_release (json_box *box) {
  al_json *json = box->json;
  box->json = NULL;
  al_json_close(json);
  al_buffer_close(&box->text);
  al_line_items_close(&box->items);
}

/* __gc: may run any number of times. */
static int box_gc (lua_State *L) {
  box_release(luaL_checkudata(L, 1, JSON));
  return 0;
}

/* Push a box that holds nothing. */
static json_box *box_push (lua_State *L) {
  json_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->json = NULL;
  al_buffer_init(&box->text);
  al_line_items_init(&box->items);
  box->L = L;
  box->documents = 0;
  luaL_setmetatable(L, JSON);
  return box;
}

/* Release the box below the value on top, and leave the value. */
static void box_pop (lua_State *L, json_box *box) {
  box_release(box);
  lua_remove(L, -2);
}

/* ---- JSON to Lua ---- */

/* A number as written, kept as text where Lua's would be another one: an
** integer of over 64 bits, or a float that becomes infinite. */
static void push_number (lua_State *L, al_text text) {
  const char *literal = lua_pushlstring(L, text.data, text.len);
  int is_integer = strpbrk(literal, ".eE") == NULL;
  if (lua_stringtonumber(L, literal) == 0)
    return;
  if (is_integer ? lua_isinteger(L, -1) : isfinite(lua_tonumber(L, -1)))
    lua_remove(L, -2);
  else
    lua_pop(L, 1);
}

/* While containers are open, the stack has a table for each, and above it the
** place of its value that comes: an array's index, or an object's key between
** the key and its value.
**
**   {"a": [true, |      table "a" table 2
*/
static void store (json_box *box) {
  lua_State *L = box->L;
  if (al_json_depth(box->json) == 0)
    return;
  if (lua_isinteger(L, -2)) {
    lua_Integer index = lua_tointeger(L, -2);
    lua_rawseti(L, -3, index);
    lua_pushinteger(L, index + 1);
    lua_replace(L, -2);
  } else {
    lua_rawset(L, -3);
  }
}

/* In an array null holds its position; as a member it is as good as absent.
** The document itself is on its own, like an array's value. */
static void push_null (json_box *box) {
  lua_State *L = box->L;
  if (al_json_depth(box->json) > 0 && !lua_isinteger(L, -1))
    lua_pushnil(L);
  else
    lua_pushlightuserdata(L, NULL);
}

static void push_scalar (json_box *box, al_json_event event, al_text text) {
  if (event == AL_JSON_NULL)
    push_null(box);
  else if (event == AL_JSON_NUMBER)
    push_number(box->L, text);
  else if (event == AL_JSON_STRING)
    lua_pushlstring(box->L, text.data, text.len);
  else
    lua_pushboolean(box->L, event == AL_JSON_TRUE);
}

static al_status on_event (void *context, al_json_event event, al_text text,
                           al_error *err) {
  json_box *box = context;
  int ends = event == AL_JSON_OBJECT_END || event == AL_JSON_ARRAY_END;
  if (al_json_depth(box->json) == 0 && !ends && box->documents++ > 0)
    return al_fail(err, AL_SYNTAX, "something follows the JSON document");
  switch (event) {
  case AL_JSON_KEY:
    lua_pushlstring(box->L, text.data, text.len);
    return AL_OK;
  case AL_JSON_OBJECT_START:
  case AL_JSON_ARRAY_START:
    luaL_checkstack(box->L, LUA_MINSTACK, "JSON is nested too deep");
    lua_newtable(box->L);
    if (event == AL_JSON_ARRAY_START)
      lua_pushinteger(box->L, 1);
    return AL_OK;
  case AL_JSON_ARRAY_END:
    lua_pop(box->L, 1);
    break;
  case AL_JSON_OBJECT_END:
    break;
  default:
    push_scalar(box, event, text);
  }
  store(box);
  return AL_OK;
}

/* Push what the one document in 'text' says. On failure the stack has more
** than it had. */
static al_status decode (json_box *box, al_text text, al_error *err) {
  al_status status = al_json_open(&box->json, on_event, box, err);
  if (status == AL_OK)
    status = al_json_feed(box->json, text.data, text.len, err);
  if (status == AL_OK)
    status = al_json_finish(box->json, err);
  if (status == AL_OK && box->documents == 0)
    status = al_fail(err, AL_SYNTAX, "no valid JSON: it is empty");
  return status;
}

/***
Decode JSON. Objects become tables by key, without the members that are null;
arrays become sequences, in which null is `core.null` so that positions hold.
Integers of up to 64 bits become integers, other numbers floats; what neither
can hold stays text.
@function decode
@tparam string text one JSON document in UTF-8, at most 16 MiB and 512 levels
@return[1] what it says: a table, string, number, boolean or `core.null`
@treturn[2] nil
@treturn[2] string message for people, with line and byte
@treturn[2] string code for programs: "syntax", or "limit" for too long a text
@usage core.decode('{"Quantity":25,"Links":[null]}').Quantity --> 25
*/
static int core_decode (lua_State *L) {
  size_t len;
  const char *text = luaL_checklstring(L, 1, &len);
  json_box *box = box_push(L);
  al_error err;
  if (decode(box, al_text_from(text, len), &err) != AL_OK) {
    if (err.status != AL_NOMEM) {
      al_position at = al_json_place(box->json);
      al_fail_at(&err, "line %lld, byte %lld", (long long)at.line,
                 (long long)at.byte);
    }
    box_release(box);
    return bind_fail(L, &err);
  }
  box_pop(L, box);
  return 1;
}

void bind_push_value (lua_State *L, al_text value) {
  int top = lua_gettop(L) + 1;
  json_box *box;
  al_text document;
  al_error err;
  al_status status;
  luaL_checkstack(L, LUA_MINSTACK, NULL);
  if (value.data == NULL) {
    lua_pushnil(L);
    return;
  }
  box = box_push(L);
  status = al_value_unwrap(value, &box->text, &document, &err);
  if (status == AL_OK)
    status = decode(box, document, &err);
  if (status == AL_NOMEM)
    bind_fail(L, &err);
  if (status != AL_OK) {
    lua_settop(L, top);
    lua_pushlstring(L, value.data, value.len);
  } else if (lua_islightuserdata(L, -1)) {
    lua_pop(L, 1);
    lua_pushnil(L);
  }
  box_pop(L, box);
}

/* ---- line items ---- */

/* Customized data has numbers as strings, so what looks like one is one. */
static void push_item_field (lua_State *L, al_item_field field, al_text text) {
  size_t i = 0;
  while (i < text.len && memchr("0123456789+-.eE", text.data[i], 15) != NULL)
    i++;
  if (al_line_item_field_is_number(field) && i == text.len)
    push_number(L, text);
  else
    lua_pushlstring(L, text.data, text.len);
}

static void push_item (lua_State *L, const al_line_item *item) {
  int field;
  lua_createtable(L, 0, AL_NITEM_FIELDS);
  for (field = 0; field < AL_NITEM_FIELDS; field++)
    if (item->field[field].data != NULL) {
      push_item_field(L, (al_item_field)field, item->field[field]);
      lua_setfield(L, -2, al_line_item_field_name((al_item_field)field));
    }
}

void bind_push_line_items (lua_State *L, const al_record *record) {
  json_box *box;
  al_error err;
  size_t i;
  luaL_checkstack(L, LUA_MINSTACK, NULL);
  box = box_push(L);
  if (al_line_items_read(&box->items, record, &err) != AL_OK)
    bind_fail(L, &err);
  lua_newtable(L);
  for (i = 0; i < box->items.n; i++) {
    push_item(L, &box->items.item[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  box_pop(L, box);
}

/* ---- Lua to JSON ---- */

typedef struct {
  lua_State *L;
  al_json_writer writer;
  int depth;       /* tables that are open */
  int top_is_list; /* the outermost of them is */
  al_error err;
} encoder;

static void emit (encoder *e, al_json_event event, al_text text) {
  if (al_json_write(&e->writer, event, text, &e->err) != AL_OK)
    bind_fail(e->L, &e->err);
}

/* Strings of Lua may hold any byte, those of JSON may not. */
static void emit_string (encoder *e, al_json_event event, int index) {
  size_t len;
  const char *data = lua_tolstring(e->L, index, &len);
  if (!al_utf8_valid(data, len))
    luaL_error(e->L, "cannot write as JSON: a string is not UTF-8");
  emit(e, event, al_text_from(data, len));
}

/* The shortest of the usual forms that reads back as the same float, and as a
** float. The decimal point may be the locale's until it is replaced. */
static void emit_float (encoder *e, lua_Number number) {
  char text[40];
  int digits = DBL_DIG;
  size_t len, integer;
  if (!isfinite(number))
    luaL_error(e->L, "cannot write as JSON: a number is infinite or NaN");
  do
    len = (size_t)snprintf(text, sizeof text - 2, "%.*g", digits, number);
  while (strtod(text, NULL) != number && digits++ < EXACT_DIGITS);
  integer = strspn(text, "-0123456789");
  if (integer == len) {
    memcpy(text + len, ".0", 2);
    len += 2;
  } else if (text[integer] != 'e') {
    size_t fraction = integer + strcspn(text + integer, "0123456789");
    text[integer] = '.';
    memmove(text + integer + 1, text + fraction, len - fraction);
    len -= fraction - integer - 1;
  }
  emit(e, AL_JSON_NUMBER, al_text_from(text, len));
}

static void emit_number (encoder *e, int index) {
  char text[24];
  if (!lua_isinteger(e->L, index)) {
    emit_float(e, lua_tonumber(e->L, index));
    return;
  }
  snprintf(text, sizeof text, LUA_INTEGER_FMT, lua_tointeger(e->L, index));
  emit(e, AL_JSON_NUMBER, al_text_from(text, strlen(text)));
}

/* A key of a table, and its index in the list that keeps it alive. */
typedef struct {
  al_text text;
  lua_Integer index;
} member;

static int compare_members (const void *a, const void *b) {
  const member *x = a, *y = b;
  return al_text_compare(x->text, y->text);
}

/* How many members a table has, and whether their keys are 1 to n. Raises
** when they are neither that nor strings. */
static size_t count_members (lua_State *L, int table, int *is_list) {
  size_t n = 0, nstrings = 0, nindexes = 0, len = lua_rawlen(L, table);
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
    n++;
    if (lua_type(L, -2) == LUA_TSTRING)
      nstrings++;
    else if (lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1 &&
             (lua_Unsigned)lua_tointeger(L, -2) <= len)
      nindexes++;
  }
  *is_list = n > 0 && nindexes == n && n == len;
  if (!*is_list && nstrings != n)
    luaL_error(L, "cannot write as JSON: a table's keys are neither all "
                  "strings nor the integers from 1 to n");
  return n;
}

/* Push a list of the table's keys, and the keys in byte order. A finalizer may
** change the table while those are allocated, so *n is what is there then. */
static member *push_members (lua_State *L, int table, size_t *n) {
  size_t max = *n;
  int keys = lua_gettop(L) + 1;
  member *members;
  lua_createtable(L, max < INT_MAX ? (int)max : INT_MAX, 0);
  members = lua_newuserdatauv(L, max * sizeof *members, 0);
  *n = 0;
  lua_pushnil(L);
  while (lua_next(L, table)) {
    lua_pop(L, 1);
    if (*n < max && lua_type(L, -1) == LUA_TSTRING) {
      member *next = &members[(*n)++];
      next->text.data = lua_tolstring(L, -1, &next->text.len);
      next->index = (lua_Integer)*n;
      lua_pushvalue(L, -1);
      lua_rawseti(L, keys, next->index);
    }
  }
  if (*n > 1)
    qsort(members, *n, sizeof *members, compare_members);
  return members;
}

static void emit_value (encoder *e, int index);

static void emit_object (encoder *e, int table, size_t n) {
  lua_State *L = e->L;
  int keys = lua_gettop(L) + 1;
  const member *members = push_members(L, table, &n);
  size_t i;
  emit(e, AL_JSON_OBJECT_START, AL_TEXT_MISSING);
  for (i = 0; i < n; i++) {
    lua_rawgeti(L, keys, members[i].index);
    emit_string(e, AL_JSON_KEY, -1);
    lua_rawget(L, table);
    emit_value(e, lua_gettop(L));
    lua_pop(L, 1);
  }
  if (e->depth == 2 && e->top_is_list && n == 1 &&
      al_text_equal(members[0].text, AL_TEXT("key"))) {
    emit(e, AL_JSON_KEY, AL_TEXT("value"));
    emit(e, AL_JSON_NULL, AL_TEXT_MISSING);
  }
  emit(e, AL_JSON_OBJECT_END, AL_TEXT_MISSING);
  lua_settop(L, keys - 1);
}

static void emit_list (encoder *e, int table, size_t n) {
  size_t i;
  emit(e, AL_JSON_ARRAY_START, AL_TEXT_MISSING);
  for (i = 1; i <= n; i++) {
    lua_rawgeti(e->L, table, (lua_Integer)i);
    emit_value(e, lua_gettop(e->L));
    lua_pop(e->L, 1);
  }
  emit(e, AL_JSON_ARRAY_END, AL_TEXT_MISSING);
}

static void emit_table (encoder *e, int index) {
  int is_list;
  size_t n;
  luaL_checkstack(e->L, LUA_MINSTACK, NULL);
  if (++e->depth > AL_JSON_DEPTH_MAX)
    luaL_error(e->L,
               "cannot write as JSON: tables are over %d levels deep, or one "
               "holds itself",
               AL_JSON_DEPTH_MAX);
  n = count_members(e->L, index, &is_list);
  if (e->depth == 1)
    e->top_is_list = is_list;
  if (is_list)
    emit_list(e, index, n);
  else
    emit_object(e, index, n);
  e->depth--;
}

static void emit_value (encoder *e, int index) {
  int type = lua_type(e->L, index);
  if (type == LUA_TTABLE)
    emit_table(e, index);
  else if (type == LUA_TSTRING)
    emit_string(e, AL_JSON_STRING, index);
  else if (type == LUA_TNUMBER)
    emit_number(e, index);
  else if (type == LUA_TBOOLEAN)
    emit(e, lua_toboolean(e->L, index) ? AL_JSON_TRUE : AL_JSON_FALSE,
         AL_TEXT_MISSING);
  else if (type == LUA_TLIGHTUSERDATA && lua_touserdata(e->L, index) == NULL)
    emit(e, AL_JSON_NULL, AL_TEXT_MISSING);
  else
    luaL_error(e->L, "cannot write as JSON: a %s", lua_typename(e->L, type));
}

void bind_push_json (lua_State *L, int index) {
  encoder e = {0};
  json_box *box;
  luaL_checkstack(L, LUA_MINSTACK, NULL);
  index = lua_absindex(L, index);
  box = box_push(L);
  e.L = L;
  e.writer.out = &box->text;
  emit_value(&e, index);
  lua_pushlstring(L, box->text.data, box->text.len);
  box_pop(L, box);
}

void bind_open_json (lua_State *L) {
  static const luaL_Reg functions[] = {{"decode", core_decode}, {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__gc", box_gc}, {NULL, NULL}};
  luaL_newmetatable(L, JSON);
  luaL_setfuncs(L, metamethods, 0);
  lua_pop(L, 1);
  luaL_setfuncs(L, functions, 0);
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "null");
}
