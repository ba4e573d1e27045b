/*
** bind_rows.h - the rows of a report, for a Lua function.
*/
#ifndef BIND_ROWS_H
#define BIND_ROWS_H

#include "al_rows.h"
#include "bind.h"

typedef struct {
  lua_State *L;
  int function; /* its index on the stack, where the store is at 1 */
  int raised;   /* what it raised, whatever that is, is on top of the stack */
} bind_rows_function;

/* An al_rows_visitor whose context is a bind_rows_function: call that with a
** list of each row's cells, strings or false, and what the row is: "titles",
** "row" or, last of a pivot, "sums". It ends the rows by returning false. When
** it raises, the status is AL_CALLBACK. */
al_status bind_give_rows (void *context, const al_rows *rows, al_error *err);

/* What a method returns that gave rows to a function: true, or a failure; what
** the function raised is raised again. */
int bind_rows_given (lua_State *L, const bind_rows_function *to,
                     al_status status, const al_error *err);

#endif
