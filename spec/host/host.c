/*
** host.c - a C program that carries activitylog inside itself: runs the Lua
** file it is given in threads, each with a Lua state of its own, in which
** require finds activitylog.core without a file.
*/
#include <activitylog.h>
#include <lauxlib.h>
#include <lualib.h>
#include <pthread.h>
#include <stdio.h>

#define THREADS 3

typedef struct {
  pthread_t thread;
  char **argv; /* the Lua file, and its argument */
  int number;  /* the second one */
  int failed;
} state;

static void preload (lua_State *L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_activitylog_core);
  lua_setfield(L, -2, "activitylog.core");
  lua_pop(L, 1);
}

static void *run (void *context) {
  state *s = context;
  lua_State *L = luaL_newstate();
  s->failed = 1;
  if (L == NULL)
    return NULL;
  luaL_openlibs(L);
  preload(L);
  if (luaL_loadfile(L, s->argv[1]) == LUA_OK) {
    lua_pushstring(L, s->argv[2]);
    lua_pushinteger(L, s->number);
    s->failed = lua_pcall(L, 2, 0, 0);
  }
  if (s->failed)
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
  lua_close(L);
  return NULL;
}

int main (int argc, char **argv) {
  state states[THREADS];
  int i, failed = 0;
  if (argc != 3)
    return 2;
  for (i = 0; i < THREADS; i++) {
    states[i].argv = argv;
    states[i].number = i;
    if (pthread_create(&states[i].thread, NULL, run, &states[i]) != 0)
      return 2;
  }
  for (i = 0; i < THREADS; i++) {
    pthread_join(states[i].thread, NULL);
    failed |= states[i].failed;
  }
  return failed;
}
