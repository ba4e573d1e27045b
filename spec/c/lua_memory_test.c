/*
** lua_memory_test.c - memory runs out in Lua, at every allocation in turn.
**
** An interpreter whose allocator fails runs each case of spec/hands/memory.lua.
** It has to end well, or with "not enough memory" and nothing else; the log has
** to be as it was or to have all, and at the end all memory to be given back.
** The core's own memory is that of oom_test.
**
** One allocation of several is failed; with ACTIVITYLOG_LONG=1 each, but for the
** few cases that have many thousands.
*/
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

#define MESSAGE "not enough memory"

/* Allocations of a case that are failed, at most. */
#define SOME 60
#define MANY 2000

typedef struct {
  long blocks;  /* that are not given back */
  long calls;   /* that ask for more memory, since 'fail_at' was set */
  long fail_at; /* the first that fails; 0: none */
  long nfail;   /* how many fail */
} heap;

static int fails (heap *h) {
  if (h->fail_at == 0)
    return 0;
  h->calls++;
  return h->calls >= h->fail_at && h->calls - h->fail_at < h->nfail;
}

static void *allocate (void *context, void *block, size_t before, size_t size) {
  heap *h = context;
  void *moved;
  if (size == 0) {
    h->blocks -= block != NULL;
    free(block);
    return NULL;
  }
  if ((block == NULL || size > before) && fails(h))
    return NULL;
  moved = realloc(block, size);
  if (moved == NULL && block != NULL && size <= before)
    return block; /* Lua takes it for granted that this does not fail */
  h->blocks += block == NULL && moved != NULL;
  return moved;
}

/* Call a function of the module at 1 with a string. */
static int call (lua_State *L, const char *function, const char *argument) {
  lua_getfield(L, 1, function);
  lua_pushstring(L, argument);
  return lua_pcall(L, 1, 1, 0);
}

/* Run a case with that many failures from that allocation on. Returns whether
** it came to them. */
static int run (lua_State *L, heap *h, const char *name, long fail_at,
                long nfail) {
  int code, came;
  lua_getfield(L, 1, "cases");
  lua_getfield(L, -1, name);
  h->calls = 0;
  h->nfail = nfail;
  h->fail_at = fail_at;
  code = lua_pcall(L, 0, 0, 0);
  h->fail_at = 0;
  came = h->calls >= fail_at;
  if (code != LUA_OK) {
    const char *message = lua_tostring(L, -1);
    CHECK(came);
    if (message == NULL || strcmp(message, MESSAGE) != 0) {
      printf("%s, allocation %ld, %ld fail: %s\n", name, fail_at, nfail,
             message != NULL ? message : lua_typename(L, lua_type(L, -1)));
      check_failures++;
    }
  }
  lua_settop(L, 2);
  if (call(L, "check", name) != LUA_OK) {
    printf("allocation %ld, %ld fail: %s\n", fail_at, nfail,
           lua_tostring(L, -1));
    check_failures++;
  }
  lua_settop(L, 2);
  return came;
}

/* How many allocations a case needs when all is loaded. */
static long count_calls (lua_State *L, heap *h, const char *name) {
  run(L, h, name, 0x7FFFFFFF, 0);
  return h->calls;
}

static void walk_case (lua_State *L, heap *h, const char *name) {
  static const long NFAIL[] = {2, 1, 0x7FFFFFFF};
  const char *asked = getenv("ACTIVITYLOG_LONG");
  int all = asked != NULL && strcmp(asked, "1") == 0;
  int before = check_failures;
  long calls = count_calls(L, h, name), step, n, k = 0;
  step = calls / (all ? MANY : SOME) + 1;
  for (n = 1; n <= calls; n += step, k++)
    if (all) {
      size_t i;
      for (i = 0; i < sizeof NFAIL / sizeof *NFAIL; i++)
        run(L, h, name, n, NFAIL[i]);
    } else {
      run(L, h, name, n, NFAIL[k % 3]);
    }
  printf("%s %s: %ld failures of %ld allocations\n",
         check_failures == before ? "ok" : "FAILED", name, all ? 3 * k : k,
         calls);
}

/* Loads what is tested while there is enough memory: the module is at 1, the
** list of cases at 2. */
static int load (lua_State *L, const char *folder) {
  if (luaL_dostring(L, "package.path = '" ROOT "/lua/?.lua;" ROOT
                       "/lua/?/init.lua;" ROOT "/?.lua'"
                       " package.cpath = '" CMOD "/?.so'"
                       " return require 'spec.hands.memory'") != LUA_OK)
    return 0;
  lua_settop(L, 1);
  return call(L, "begin", folder) == LUA_OK;
}

static void walk (lua_State *L, heap *h, const char *folder) {
  lua_Integer i, n;
  luaL_openlibs(L);
  if (!load(L, folder)) {
    printf("%s\n", lua_tostring(L, -1));
    check_failures++;
    return;
  }
  n = (lua_Integer)lua_rawlen(L, 2);
  CHECK(n > 0);
  for (i = 1; i <= n; i++) {
    const char *name;
    lua_rawgeti(L, 2, i);
    name = lua_tostring(L, -1); /* the list keeps it */
    lua_pop(L, 1);
    walk_case(L, h, name);
  }
  if (call(L, "finish", "") != LUA_OK) {
    printf("%s\n", lua_tostring(L, -1));
    check_failures++;
  }
}

/* A module may be loaded while there is too little. */
static void loading (void) {
  long n, loaded = 0;
  for (n = 1; !loaded; n += 7) {
    heap h = {0, 0, 0, 0};
    lua_State *L = lua_newstate(allocate, &h);
    luaL_openlibs(L);
    luaL_dostring(L, "package.cpath = '" CMOD "/?.so'");
    luaL_loadstring(L, "return require 'activitylog.core'");
    h.nfail = 2;
    h.fail_at = n;
    if (lua_pcall(L, 0, 1, 0) != LUA_OK)
      CHECK(strstr(lua_tostring(L, -1), MESSAGE) != NULL);
    loaded = h.calls < n;
    h.fail_at = 0;
    lua_close(L);
    CHECK(h.blocks == 0);
  }
}

int main (void) {
  char folder[] = "/tmp/activitylog-XXXXXX";
  heap h = {0, 0, 0, 0};
  lua_State *L;
  if (mkdtemp(folder) == NULL)
    return 1;
  CHECK_RUN(loading);
  L = lua_newstate(allocate, &h);
  walk(L, &h, folder);
  lua_close(L);
  CHECK(h.blocks == 0);
  CHECK(rmdir(folder) == 0); /* nothing is left in it */
  return CHECK_RESULT();
}
