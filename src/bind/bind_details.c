/*
** bind_details.c - what is in a record, as lists of rows.
**
** The core reads all of it first, into a box; only then are tables made, as
** any of them may raise. Rows have their labels; the order of sections and
** their words are those of activitylog.details.
*/
/*** @module activitylog.core */

#include <string.h>

#include "al_difference.h"
#include "al_label.h"
#include "al_record.h"
#include "al_tree.h"
#include "al_utf8.h"
#include "bind_json.h"
#include "bind_record.h"

#define DETAILS "activitylog.details"

typedef struct {
  al_tree old, new, customized, other;
  al_differences changes;
  al_buffer path; /* of the change that is being pushed */
  al_buffer text; /* of its label, or of the row's */
} details_box;

/* __gc: may run any number of times. */
static int details_gc (lua_State *L) {
  details_box *box = luaL_checkudata(L, 1, DETAILS);
  al_tree_close(&box->old);
  al_tree_close(&box->new);
  al_tree_close(&box->customized);
  al_tree_close(&box->other);
  al_differences_close(&box->changes);
  al_buffer_close(&box->path);
  al_buffer_close(&box->text);
  return 0;
}

static details_box *box_push (lua_State *L) {
  details_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  memset(box, 0, sizeof *box);
  luaL_setmetatable(L, DETAILS);
  return box;
}

static void check (lua_State *L, al_status status, const al_error *err) {
  if (status != AL_OK)
    bind_fail(L, err); /* which raises: there is only want of memory */
}

/* ---- reading ---- */

/* The record in the table at 1, whose texts are put under the names of their
** fields into the table at 'anchor'. */
static void read_record (lua_State *L, int anchor, al_record *record) {
  int field;
  memset(record, 0, sizeof *record);
  for (field = 0; field < AL_NFIELDS; field++) {
    const char *name = al_field_name((al_field)field);
    al_text text = bind_push_field(L, 1, (al_field)field);
    if (text.data != NULL && !al_utf8_valid(text.data, text.len))
      luaL_error(L, "field '%s': it is not UTF-8", name);
    record->field[field] = text;
    lua_setfield(L, anchor, name);
  }
}

static al_status read_trees (details_box *box, const al_record *record,
                             al_error *err) {
  const al_text *field = record->field;
  if (al_tree_read(&box->old, field[AL_RESOURCE_OLD_VALUE], err) != AL_OK ||
      al_tree_read(&box->new, field[AL_RESOURCE_NEW_VALUE], err) != AL_OK ||
      al_tree_read(&box->other, field[AL_OTHER], err) != AL_OK ||
      al_tree_read_pairs(&box->customized, field[AL_CUSTOMIZED_DATA], err) !=
          AL_OK)
    return err->status;
  return al_differences_read(&box->changes, &box->old, &box->new, err);
}

/* ---- rows ---- */

static void set_text (lua_State *L, const char *name, al_text text) {
  lua_pushlstring(L, text.data, text.len);
  lua_setfield(L, -2, name);
}

/* Set the label of the row on top: the words of 'key'. */
static void set_label (lua_State *L, details_box *box, al_text key) {
  al_error err;
  al_buffer_clear(&box->text);
  check(L, al_label_append_key(&box->text, key, &err), &err);
  set_text(L, "label", al_buffer_text(&box->text));
}

static void set_key (lua_State *L, details_box *box, const al_tree *tree,
                     const al_node *node) {
  al_text key = al_tree_key(tree, node);
  if (al_tree_is_element(tree, node)) {
    lua_pushinteger(L, (lua_Integer)node->position);
    lua_setfield(L, -2, "key");
    lua_pushfstring(L, "%I", (LUAI_UACINT)node->position);
    lua_setfield(L, -2, "label");
    return;
  }
  set_text(L, "key", key);
  set_label(L, box, key);
}

/* Push the rows below the document's node. The stack has the rows of each node
** that is open, the innermost on top; 'open' is its index.
**
**   rows of the document | rows of LineItems | rows of its first element */
static void push_rows (lua_State *L, details_box *box, const al_tree *tree) {
  uint32_t open = 0;
  size_t i;
  lua_newtable(L);
  for (i = 1; i < tree->n; i++) {
    const al_node *node = &tree->node[i];
    for (; open != node->parent; open = tree->node[open].parent)
      lua_pop(L, 1);
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    lua_createtable(L, 0, 3);
    set_key(L, box, tree, node);
    if (node->kind == AL_NODE_VALUE || node->kind == AL_NODE_NULL) {
      set_text(L, "value", al_tree_value(tree, node));
      lua_rawseti(L, -2, (lua_Integer)node->position);
      continue;
    }
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "rows");
    lua_insert(L, -2);
    lua_rawseti(L, -3, (lua_Integer)node->position);
    open = (uint32_t)i;
  }
  for (; open != 0; open = tree->node[open].parent)
    lua_pop(L, 1);
  if (tree->omitted > 0) {
    lua_pushinteger(L, (lua_Integer)tree->omitted);
    lua_setfield(L, -2, "omitted");
  }
}

/* Set what a tree says in the table on top: the rows of an object or array, the
** text of a scalar, and of what is no document; nothing for null, and where the
** record has nothing. */
static void set_tree (lua_State *L, details_box *box, const char *name,
                      const al_tree *tree, al_text field) {
  if (tree->n == 0) {
    if (field.data != NULL)
      set_text(L, name, field);
  } else if (tree->node[0].kind == AL_NODE_VALUE) {
    set_text(L, name, al_tree_value(tree, &tree->node[0]));
  } else if (tree->node[0].kind != AL_NODE_NULL) {
    push_rows(L, box, tree);
    lua_setfield(L, -2, name);
  }
}

/* ---- changes ---- */

/* Set a path and its words in the table on top. */
static void set_path (lua_State *L, details_box *box, const al_tree *tree,
                      uint32_t node) {
  al_text path;
  al_error err;
  al_buffer_clear(&box->path);
  check(L, al_path_append(&box->path, tree, node, &err), &err);
  path = al_buffer_text(&box->path);
  set_text(L, "field", path);
  al_buffer_clear(&box->text);
  check(L, al_label_append_path(&box->text, path, &err), &err);
  set_text(L, "label", al_buffer_text(&box->text));
}

static void set_value (lua_State *L, const char *name, const al_tree *tree,
                       uint32_t node) {
  al_text value = al_difference_value(tree, node);
  if (value.data != NULL)
    set_text(L, name, value);
}

static void push_changes (lua_State *L, details_box *box) {
  const al_differences *changes = &box->changes;
  size_t i;
  lua_newtable(L);
  for (i = 0; i < changes->n; i++) {
    const al_difference *change = &changes->item[i];
    int is_new = change->after != AL_NO_NODE;
    lua_createtable(L, 0, 4);
    set_path(L, box, is_new ? &box->new : &box->old,
             is_new ? change->after : change->before);
    set_value(L, "before", &box->old, change->before);
    set_value(L, "after", &box->new, change->after);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  if (changes->omitted > 0) {
    lua_pushinteger(L, (lua_Integer)changes->omitted);
    lua_setfield(L, -2, "omitted");
  }
}

/* ---- the date ---- */

static void set_date (lua_State *L, details_box *box, const al_record *record,
                      al_text name) {
  al_text date = record->field[AL_OPERATION_DATE];
  al_error err;
  const al_zone *zone = bind_push_zone(L, name, &err);
  if (zone == NULL)
    luaL_error(L, "%s", err.message);
  lua_insert(L, -2); /* below the table */
  if (date.data != NULL) {
    al_buffer_clear(&box->text);
    check(L, al_label_append_date(&box->text, date, zone, &err), &err);
    set_text(L, "date", al_buffer_text(&box->text));
  }
  lua_remove(L, -2);
}

/***
Read what is in a record. A row has `key` (in an array its position), `label`
(the words of the key) and `value`, or `rows`.
@function details
@tparam table record as `store:append` takes them, or one of a cursor
@tparam[opt="UTC"] string zone of the date
@treturn table `fields` (texts by name), `date`, `old`, `new`, `customized` and
`other` (rows in the order of the document; a text for a scalar and for what is
no JSON; nil when it is missing or null), `changes` (field, label, before and
after) and `line_items`
@raise on a field of another type, on text that is not UTF-8, and on the name of
no zone
*/
static int core_details (lua_State *L) {
  al_record record;
  al_error err;
  al_text zone;
  details_box *box;
  luaL_checktype(L, 1, LUA_TTABLE);
  zone.data = luaL_optlstring(L, 2, "UTC", &zone.len);
  lua_settop(L, 2);
  box = box_push(L);
  lua_createtable(L, 0, AL_NFIELDS);
  read_record(L, 4, &record);
  check(L, read_trees(box, &record, &err), &err);
  lua_createtable(L, 0, 8);
  set_date(L, box, &record, zone);
  set_tree(L, box, "old", &box->old, record.field[AL_RESOURCE_OLD_VALUE]);
  set_tree(L, box, "new", &box->new, record.field[AL_RESOURCE_NEW_VALUE]);
  set_tree(L, box, "customized", &box->customized,
           record.field[AL_CUSTOMIZED_DATA]);
  set_tree(L, box, "other", &box->other, record.field[AL_OTHER]);
  push_changes(L, box);
  lua_setfield(L, -2, "changes");
  bind_push_line_items(L, &record);
  lua_setfield(L, -2, "line_items");
  lua_pushvalue(L, 4);
  lua_setfield(L, -2, "fields");
  lua_pushcfunction(L, details_gc); /* much of it: not left to the collector */
  lua_pushvalue(L, 3);
  lua_call(L, 1, 0);
  return 1;
}

void bind_open_details (lua_State *L) {
  static const luaL_Reg functions[] = {{"details", core_details}, {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__gc", details_gc}, {NULL, NULL}};
  luaL_newmetatable(L, DETAILS);
  luaL_setfuncs(L, metamethods, 0);
  lua_pop(L, 1);
  luaL_setfuncs(L, functions, 0);
}
