/*
** bind_rows.c - the rows of a report, for a Lua function.
**
** Cells are gathered in C before Lua sees them: what makes them may itself call
** Lua, on the stack of the method that was called, and what Lua raises must not
** pass through the core.
*/
#include "bind_rows.h"

#include <stdlib.h>

#include "al_buffer.h"

/* Where a cell's text is. */
typedef struct {
  size_t start, len;
  int missing;
} cell_place;

/* A row on its way to the function. */
typedef struct {
  const al_rows *rows;
  al_rows_step step;
  const char *kind;
  al_buffer text;    /* of all cells */
  cell_place *cells; /* one for each column */
} row;

/* ---- gathering ---- */

static al_status keep_cell (row *r, size_t column, al_text text,
                            al_error *err) {
  cell_place *cell = &r->cells[column];
  cell->start = r->text.len;
  cell->len = text.len;
  cell->missing = text.data == NULL;
  return al_buffer_append(&r->text, text.data, text.len, err);
}

static al_status gather_titles (row *r, al_error *err) {
  size_t i;
  r->kind = "titles";
  r->step = AL_ROWS_NEXT;
  for (i = 0; i < r->rows->ncolumns; i++)
    if (keep_cell(r, i, r->rows->titles[i], err) != AL_OK)
      return err->status;
  return AL_OK;
}

static int is_shared (const row *r, size_t column) {
  return r->step == AL_ROWS_SAME && r->rows->shared[column];
}

/* The next row, unless there is none. */
static al_status gather_row (row *r, al_error *err) {
  const al_rows *rows = r->rows;
  size_t i;
  al_buffer_clear(&r->text);
  if (rows->next(rows->context, &r->step, err) != AL_OK)
    return err->status;
  r->kind = r->step == AL_ROWS_SUMS ? "sums" : "row";
  for (i = 0; r->step != AL_ROWS_END && i < rows->ncolumns; i++) {
    al_text text;
    al_cell_kind kind;
    if (!is_shared(r, i) &&
        (rows->cell(rows->context, i, &text, &kind, err) != AL_OK ||
         keep_cell(r, i, text, err) != AL_OK))
      return err->status;
  }
  return AL_OK;
}

/* ---- giving ---- */

/* Run by lua_pcall with the row, the function and the list of the row before.
** Returns the list of this one, and whether there may be more. */
static int give_body (lua_State *L) {
  const row *r = lua_touserdata(L, 1);
  size_t i;
  int more;
  lua_createtable(L, (int)r->rows->ncolumns, 0);
  for (i = 0; i < r->rows->ncolumns; i++) {
    const cell_place *cell = &r->cells[i];
    if (is_shared(r, i))
      lua_rawgeti(L, 3, (lua_Integer)i + 1);
    else if (cell->missing)
      lua_pushboolean(L, 0);
    else
      lua_pushlstring(L, al_buffer_text(&r->text).data + cell->start,
                      cell->len);
    lua_rawseti(L, 4, (lua_Integer)i + 1);
  }
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 4);
  lua_pushstring(L, r->kind);
  lua_call(L, 2, 1);
  more = !lua_isboolean(L, -1) || lua_toboolean(L, -1);
  lua_settop(L, 4);
  lua_pushboolean(L, more);
  return 2;
}

/* Give the row to the function. The list of the row before is on top of the
** stack, and this one's afterwards; or what was raised. */
static al_status give (bind_rows_function *to, row *r, int *more,
                       al_error *err) {
  lua_State *L = to->L;
  int code;
  lua_pushcfunction(L, give_body);
  lua_insert(L, -2);
  lua_pushlightuserdata(L, r);
  lua_insert(L, -2);
  lua_pushvalue(L, to->function);
  lua_insert(L, -2);
  code = lua_pcall(L, 3, 2, 0);
  bind_store_returned(L, 1);
  if (code != LUA_OK) {
    to->raised = 1;
    return al_fail(err, AL_CALLBACK, "what was raised is on Lua's stack");
  }
  *more = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return AL_OK;
}

static al_status give_all (bind_rows_function *to, row *r, al_error *err) {
  int more;
  if (gather_titles(r, err) != AL_OK || give(to, r, &more, err) != AL_OK)
    return err->status;
  while (more) {
    if (gather_row(r, err) != AL_OK)
      return err->status;
    if (r->step == AL_ROWS_END)
      return AL_OK;
    if (give(to, r, &more, err) != AL_OK)
      return err->status;
  }
  return AL_OK;
}

al_status bind_give_rows (void *context, const al_rows *rows, al_error *err) {
  bind_rows_function *to = context;
  row r = {.rows = rows};
  al_status status;
  r.cells = calloc(rows->ncolumns + 1, sizeof *r.cells);
  if (r.cells == NULL)
    return al_fail_nomem(err);
  lua_pushnil(to->L); /* there is no row before the first */
  status = give_all(to, &r, err);
  al_buffer_close(&r.text);
  free(r.cells);
  return status;
}

int bind_rows_given (lua_State *L, const bind_rows_function *to,
                     al_status status, const al_error *err) {
  if (to->raised)
    return lua_error(L);
  if (status != AL_OK)
    return bind_fail(L, err);
  lua_pushboolean(L, 1);
  return 1;
}
