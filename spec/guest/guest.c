/*
** guest.c - what a process shares among all that runs in it, and what a host
** does to it, for the specs, as a Lua module.
*/
#include <dirent.h>
#include <fenv.h>
#include <lauxlib.h>
#include <limits.h>
#include <locale.h>
#include <lualib.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SIGNALS 64

extern char **environ;

/* ---- what the process has: each of these pushes a text ---- */

static void push_signals (lua_State *L) {
  luaL_Buffer text;
  int number, other;
  luaL_buffinit(L, &text);
  for (number = 1; number <= SIGNALS; number++) {
    struct sigaction is; /* of 32 and 33, which libc keeps, nobody knows */
    char line[96], held[SIGNALS + 1] = "";
    if (sigaction(number, NULL, &is) != 0)
      continue;
    for (other = 1; other <= SIGNALS; other++)
      held[other - 1] = sigismember(&is.sa_mask, other) == 1 ? 'h' : '-';
    snprintf(line, sizeof line, "%d %p %x ", number, (void *)is.sa_sigaction,
             (unsigned)is.sa_flags);
    luaL_addstring(&text, line);
    luaL_addstring(&text, held);
    luaL_addchar(&text, '\n');
  }
  luaL_pushresult(&text);
}

/* Of this thread: those it holds back, and those that wait. */
static void push_mask (lua_State *L) {
  sigset_t held, waiting;
  char text[2 * SIGNALS + 1] = "";
  int number;
  pthread_sigmask(SIG_SETMASK, NULL, &held);
  sigpending(&waiting);
  for (number = 1; number <= SIGNALS; number++) {
    text[2 * number - 2] = sigismember(&held, number) == 1 ? 'h' : '-';
    text[2 * number - 1] = sigismember(&waiting, number) == 1 ? 'w' : '-';
  }
  lua_pushstring(L, text);
}

static void push_limits (lua_State *L) {
  struct rlimit limit;
  luaL_Buffer text;
  int i;
  luaL_buffinit(L, &text);
  for (i = 0; getrlimit(i, &limit) == 0; i++) {
    char part[64];
    snprintf(part, sizeof part, "%llu/%llu ",
             (unsigned long long)limit.rlim_cur,
             (unsigned long long)limit.rlim_max);
    luaL_addstring(&text, part);
  }
  luaL_pushresult(&text);
}

static void push_environment (lua_State *L) {
  luaL_Buffer text;
  char **variable;
  luaL_buffinit(L, &text);
  for (variable = environ; *variable != NULL; variable++) {
    luaL_addstring(&text, *variable);
    luaL_addchar(&text, '\n');
  }
  luaL_pushresult(&text);
}

static void push_umask (lua_State *L) {
  mode_t mask = umask(0);
  umask(mask);
  lua_pushfstring(L, "%d", (int)mask);
}

static void push_folder (lua_State *L) {
  char path[PATH_MAX];
  lua_pushstring(L, getcwd(path, sizeof path));
}

static void push_locale (lua_State *L) {
  lua_pushfstring(L, "%s %d", setlocale(LC_ALL, NULL),
                  uselocale((locale_t)0) == LC_GLOBAL_LOCALE);
}

/* As TZ names it, which libc reads when it is first asked for the time. */
static void push_time_zone (lua_State *L) {
  tzset();
  lua_pushfstring(L, "%s %s %d %d", tzname[0], tzname[1], (int)timezone,
                  daylight);
}

static void push_rounding (lua_State *L) {
  lua_pushfstring(L, "%d", fegetround());
}

/* That of rand(), which initstate() gives when it puts another in its place. */
static void push_random (lua_State *L) {
  static char other[128];
  char *own = initstate(1, other, sizeof other);
  lua_pushlstring(L, own, sizeof other); /* which glibc's own has, too */
  setstate(own);
}

static void push_timer (lua_State *L) {
  struct itimerval timer;
  getitimer(ITIMER_REAL, &timer);
  lua_pushfstring(L, "%d", timer.it_value.tv_sec + timer.it_value.tv_usec > 0);
}

/* shared() --> what all share: a table of texts. */
static int guest_shared (lua_State *L) {
  static const struct {
    const char *name;
    void (*push)(lua_State *L);
  } PARTS[] = {{"environment", push_environment},
               {"folder", push_folder},
               {"limits", push_limits},
               {"locale", push_locale},
               {"mask", push_mask},
               {"random", push_random},
               {"rounding", push_rounding},
               {"signals", push_signals},
               {"time zone", push_time_zone},
               {"timer", push_timer},
               {"umask", push_umask}};
  size_t i;
  lua_newtable(L);
  for (i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
    PARTS[i].push(L);
    lua_setfield(L, -2, PARTS[i].name);
  }
  return 1;
}

/* list(folder) --> what is in it, by name: what a link says, or "". */
static int guest_list (lua_State *L) {
  DIR *folder = opendir(luaL_checkstring(L, 1));
  struct dirent *entry;
  if (folder == NULL)
    return luaL_error(L, "cannot read the folder");
  lua_newtable(L);
  while ((entry = readdir(folder)) != NULL) {
    char target[PATH_MAX];
    ssize_t n = readlinkat(dirfd(folder), entry->d_name, target, sizeof target);
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
        atoi(entry->d_name) == dirfd(folder))
      continue;
    lua_pushlstring(L, target, n > 0 ? (size_t)n : 0);
    lua_setfield(L, -2, entry->d_name);
  }
  closedir(folder);
  return 1;
}

/* memory() --> bytes that malloc has given away. */
static int guest_memory (lua_State *L) {
  struct mallinfo2 is = mallinfo2();
  lua_pushinteger(L, (lua_Integer)(is.uordblks + is.hblkhd));
  return 1;
}

/* ---- what a host does ---- */

/* close(descriptor) */
static int guest_close (lua_State *L) {
  if (close((int)luaL_checkinteger(L, 1)) != 0)
    return luaL_error(L, "no such descriptor");
  return 0;
}

/* limit(bytes): how large a file may grow; none: as large as before. */
static int guest_limit (lua_State *L) {
  struct rlimit limit;
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = (rlim_t)luaL_optinteger(L, 1, (lua_Integer)limit.rlim_max);
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
    return luaL_error(L, "cannot limit files");
  return 0;
}

/* state(program, ...) --> the text that the program returns, which runs with
** these texts in a state of its own, with the paths of this one. */
static int guest_state (lua_State *L) {
  const char *program = luaL_checkstring(L, 1), *text;
  lua_State *own = luaL_newstate();
  int i, failed;
  if (own == NULL)
    return luaL_error(L, "not enough memory");
  luaL_openlibs(own);
  failed = luaL_loadstring(own, program);
  for (i = 2; i <= lua_gettop(L); i++)
    lua_pushstring(own, lua_tostring(L, i));
  failed = failed || lua_pcall(own, i - 2, 1, 0);
  text = lua_tostring(own, -1);
  lua_pushstring(L, text != NULL ? text : "no text");
  lua_close(own);
  return failed ? lua_error(L) : 1;
}

int luaopen_guest (lua_State *L);

int luaopen_guest (lua_State *L) {
  static const luaL_Reg FUNCTIONS[] = {{"close", guest_close},
                                       {"limit", guest_limit},
                                       {"list", guest_list},
                                       {"memory", guest_memory},
                                       {"shared", guest_shared},
                                       {"state", guest_state},
                                       {NULL, NULL}};
  luaL_newlib(L, FUNCTIONS);
  return 1;
}
