/*
** fork.c - fork() for the specs, as a Lua module: Debian has none for Lua 5.4.
*/
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* fork() --> the child's number; 0 in the child. */
static int fork_process (lua_State *L) {
  pid_t child;
  fflush(NULL); /* what is pending would be written by both */
  child = fork();
  if (child < 0)
    return luaL_error(L, "cannot fork");
  lua_pushinteger(L, child);
  return 1;
}

/* wait(child) --> its exit status, or 128 and the signal that ended it. */
static int fork_wait (lua_State *L) {
  int status;
  if (waitpid((pid_t)luaL_checkinteger(L, 1), &status, 0) < 0)
    return luaL_error(L, "no such child");
  lua_pushinteger(L, WIFEXITED(status) ? WEXITSTATUS(status)
                                       : 128 + WTERMSIG(status));
  return 1;
}

/* exit(status): at once. */
static int fork_exit (lua_State *L) {
  fflush(NULL);
  _exit((int)luaL_checkinteger(L, 1));
}

int luaopen_fork (lua_State *L);

int luaopen_fork (lua_State *L) {
  static const luaL_Reg FUNCTIONS[] = {{"fork", fork_process},
                                       {"wait", fork_wait},
                                       {"exit", fork_exit},
                                       {NULL, NULL}};
  luaL_newlib(L, FUNCTIONS);
  return 1;
}
