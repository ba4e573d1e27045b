/*
** bind_progress.h - a Lua function that is told how far long work has come.
*/
#ifndef BIND_PROGRESS_H
#define BIND_PROGRESS_H

#include "al_progress.h"
#include "bind.h"

typedef bind_function bind_progress;

/* Push the field 'progress' of the table at 'arg', and let 'out' call it when
** it is a function. What it raises is AL_CALLBACK: bind_fail_as_raised raises
** it again. 'progress' has to live as long as 'out'; the work needs a few free
** places on the stack, and its store at 1. */
void bind_read_progress (lua_State *L, int arg, bind_progress *progress,
                         al_progress *out);

#endif
