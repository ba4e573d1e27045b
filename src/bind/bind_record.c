/*
** bind_record.c - records as Lua tables.
**
** A record's table has its fields as strings. Those that are JSON lie in it as
** text under a private name ("_other"), so that a record that is read and
** appended again is the same to the byte; they, old_value, new_value and
** line_items are decoded when asked for, each time anew.
*/
#include "bind_record.h"

#include "al_line_item.h"
#include "al_utf8.h"
#include "bind_json.h"

#define RECORD "activitylog.record"

/* The key under which a table has the field's text. */
static const char *key_of (al_field field) {
  switch (field) {
  case AL_CUSTOMIZED_DATA:
    return "_customized_data";
  case AL_OTHER:
    return "_other";
  default:
    return al_field_name(field);
  }
}

static int has_field (const al_record *record, int field, unsigned fields) {
  return (fields & AL_FIELD_BIT(field)) != 0 &&
         record->field[field].data != NULL;
}

void bind_push_record (lua_State *L, const al_record *record, unsigned fields) {
  int field, n = 0;
  for (field = 0; field < AL_NFIELDS; field++)
    n += has_field(record, field, fields);
  lua_createtable(L, 0, n);
  for (field = 0; field < AL_NFIELDS; field++) {
    al_text text = record->field[field];
    if (!has_field(record, field, fields))
      continue;
    lua_pushlstring(L, text.data, text.len);
    lua_setfield(L, -2, key_of((al_field)field));
  }
  luaL_setmetatable(L, RECORD);
}

/* ---- derived values ---- */

/* The text that the table at 'index' has under 'key', or missing. It stays on
** the stack: a finalizer that runs meanwhile may take it out of the table. */
static al_text push_raw_text (lua_State *L, int index, const char *key) {
  al_text text = AL_TEXT_MISSING;
  index = lua_absindex(L, index);
  lua_pushstring(L, key);
  if (lua_rawget(L, index) == LUA_TSTRING)
    text.data = lua_tolstring(L, -1, &text.len);
  return text;
}

static void push_line_items (lua_State *L) {
  al_record record;
  int field;
  memset(&record, 0, sizeof record);
  luaL_checkstack(L, AL_NFIELDS + 1, NULL);
  for (field = 0; field < AL_NFIELDS; field++)
    record.field[field] = push_raw_text(L, 1, key_of((al_field)field));
  bind_push_line_items(L, &record);
}

/* __index: what is not in the table itself. */
static int record_index (lua_State *L) {
  al_text key;
  luaL_checktype(L, 1, LUA_TTABLE);
  if (lua_type(L, 2) != LUA_TSTRING)
    return 0;
  key.data = lua_tolstring(L, 2, &key.len);
  if (al_text_equal(key, AL_TEXT("old_value")))
    bind_push_value(L, push_raw_text(L, 1, "resource_old_value"));
  else if (al_text_equal(key, AL_TEXT("new_value")))
    bind_push_value(L, push_raw_text(L, 1, "resource_new_value"));
  else if (al_text_equal(key, AL_TEXT("customized_data")))
    bind_push_value(L, push_raw_text(L, 1, "_customized_data"));
  else if (al_text_equal(key, AL_TEXT("other")))
    bind_push_value(L, push_raw_text(L, 1, "_other"));
  else if (al_text_equal(key, AL_TEXT("line_items")))
    push_line_items(L);
  else
    return 0;
  return 1;
}

/* The field behind the one that is named at 'arg', or the first for nil. */
static int field_after (lua_State *L, int arg) {
  al_text name;
  if (lua_isnoneornil(L, arg))
    return 0;
  name.data = luaL_checklstring(L, arg, &name.len);
  return (int)al_field_find(name) + 1;
}

static int record_next (lua_State *L) {
  int field = field_after(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  for (; field < AL_NFIELDS; field++) {
    lua_pushstring(L, al_field_name((al_field)field));
    if (lua_getfield(L, 1, al_field_name((al_field)field)) != LUA_TNIL)
      return 2;
    lua_pop(L, 2);
  }
  return 0;
}

/* __pairs: the fields in the order of al_field, the same on every run. */
static int record_pairs (lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_pushcfunction(L, record_next);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

/* ---- reading ---- */

/* Whether the table at the top has nothing in it. */
static int is_empty (lua_State *L) {
  lua_pushnil(L);
  if (lua_next(L, -2) == 0)
    return 1;
  lua_pop(L, 2);
  return 0;
}

/* Put JSON in the place of the table at the top. Only the field tells whether
** an empty one is a list or an object. */
static void encode (lua_State *L, al_field field) {
  if (field == AL_CUSTOMIZED_DATA && is_empty(L))
    lua_pushliteral(L, "[]");
  else
    bind_push_json(L, -1);
  lua_replace(L, -2);
}

al_text bind_push_field (lua_State *L, int index, al_field field) {
  al_text text = AL_TEXT_MISSING;
  index = lua_absindex(L, index);
  lua_pushstring(L, al_field_name(field));
  if (lua_rawget(L, index) == LUA_TNIL && al_field_is_json(field)) {
    lua_pop(L, 1);
    lua_pushstring(L, key_of(field));
    lua_rawget(L, index);
  }
  if (lua_istable(L, -1) && al_field_is_json(field))
    encode(L, field);
  if (lua_type(L, -1) == LUA_TSTRING)
    text.data = lua_tolstring(L, -1, &text.len);
  else if (!lua_isnil(L, -1))
    luaL_error(L, "field '%s': string%s expected, got %s", al_field_name(field),
               al_field_is_json(field) ? " or table" : "",
               luaL_typename(L, -1));
  return text;
}

static al_status read_field (lua_State *L, int index, al_field field,
                             al_draft *draft, al_error *err) {
  al_text text = bind_push_field(L, index, field);
  al_status status = AL_OK;
  if (text.data != NULL) {
    status = al_utf8_valid(text.data, text.len)
                 ? al_draft_set(draft, field, text, err)
                 : al_fail(err, AL_SYNTAX, "it is not UTF-8");
    if (status == AL_SYNTAX)
      al_fail_at(err, "%s", al_field_name(field));
  }
  lua_pop(L, 1);
  return status;
}

al_status bind_read_record (lua_State *L, int index, al_draft *draft,
                            const al_record **record, al_error *err) {
  int field;
  index = lua_absindex(L, index);
  al_draft_clear(draft);
  for (field = 0; field < AL_NFIELDS; field++)
    if (read_field(L, index, (al_field)field, draft, err) != AL_OK)
      return err->status;
  return al_draft_record(draft, record, err);
}

static const luaL_Reg METAMETHODS[] = {
    {"__index", record_index}, {"__pairs", record_pairs}, {NULL, NULL}};

void bind_open_record (lua_State *L) {
  luaL_newmetatable(L, RECORD);
  luaL_setfuncs(L, METAMETHODS, 0);
  lua_pop(L, 1);
}
