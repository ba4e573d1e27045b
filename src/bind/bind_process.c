/*
** bind_process.c - what the command activitylog needs of its process: files,
** signals, the terminal, a clock, and a child that may use so much and no more.
**
** A Lua module of its own, loaded by the command alone: hosts of the module
** keep their signals. It knows nothing about logs.
*/
/***
What the command needs of its process. It is no face for scripts.
@module activitylog.process
*/

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <lua.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- the beginning ---- */

/***
What a program begins with. A standard file that is closed fails from now on
when it is used: whatever is opened next would have its number, and a report
could end up with messages in it. SIGINT ends the process; the interpreter
lua5.4 makes an error of it, which comes only when C is done. And a file that
grows over the limit that there is for files (RLIMIT_FSIZE) fails as a full disk
does.
@function prepare
@raise when there is no /dev/null
*/
static int process_prepare (lua_State *L) {
  int fd;
  for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl(fd, F_GETFD) < 0 &&
        open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
      return luaL_error(L, "cannot open /dev/null: %s", strerror(errno));
  signal(SIGINT, SIG_DFL);
  signal(SIGXFSZ, SIG_IGN);
  return 0;
}

/* ---- files ---- */

/***
Why a file cannot be read, as far as that shows without opening it: a pipe that
was opened and closed again would have lost its writer.
@function unreadable
@tparam string path
@treturn ?string why; nil when it seems that it can be
*/
static int process_unreadable (lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  struct stat file;
  int code = 0;
  if (access(path, R_OK) != 0 || stat(path, &file) != 0)
    code = errno;
  else if (S_ISDIR(file.st_mode))
    code = EISDIR;
  if (code == 0)
    return 0;
  lua_pushstring(L, strerror(code));
  return 1;
}

/* ---- signals ---- */

static const int CAUGHT[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

#define NCAUGHT (sizeof CAUGHT / sizeof *CAUGHT)

/* The first that came; 0 when none did. */
static volatile sig_atomic_t caught;

static void on_signal (int number) {
  if (caught == 0)
    caught = number;
}

/***
From now on SIGINT, SIGTERM, SIGHUP and SIGPIPE are only noted; those that the
process was told to ignore stay ignored. The second time each does what it
always does, so that nobody has to wait for work that does not look.
@function catch
*/
static int process_catch (lua_State *L) {
  struct sigaction action, before;
  size_t i;
  (void)L;
  sigemptyset(&action.sa_mask);
  action.sa_handler = on_signal;
  action.sa_flags = (int)SA_RESETHAND; /* without SA_RESTART: reads end, too */
  for (i = 0; i < NCAUGHT; i++)
    if (sigaction(CAUGHT[i], NULL, &before) == 0 &&
        before.sa_handler != SIG_IGN)
      sigaction(CAUGHT[i], &action, NULL);
  return 0;
}

/***
The signal that came since @{catch}.
@function caught
@treturn ?integer its number
*/
static int process_caught (lua_State *L) {
  if (caught == 0)
    return 0;
  lua_pushinteger(L, caught);
  return 1;
}

/***
End by a signal, as a program that does not catch it: whoever waits for it sees
what happened.
@function die
@tparam integer number of the signal
*/
static int process_die (lua_State *L) {
  int number = (int)luaL_checkinteger(L, 1);
  signal(number, SIG_DFL);
  raise(number);
  _exit(128 + number); /* it was blocked */
}

/* ---- the terminal and the clock ---- */

static FILE *check_file (lua_State *L, int arg) {
  luaL_Stream *stream = luaL_checkudata(L, arg, LUA_FILEHANDLE);
  luaL_argcheck(L, stream->closef != NULL, arg, "file is closed");
  return stream->f;
}

/***
Whether a file is a terminal, and how many places a line of it has.
@function terminal
@tparam file file of Lua's io library
@treturn ?integer the places, 80 where the terminal does not say; nil for what
is no terminal
*/
static int process_terminal (lua_State *L) {
  int fd = fileno(check_file(L, 1));
  struct winsize size;
  if (!isatty(fd))
    return 0;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    size.ws_col = 80;
  lua_pushinteger(L, size.ws_col);
  return 1;
}

/***
Seconds of a clock that nobody sets.
@function clock
@treturn number
*/
static int process_clock (lua_State *L) {
  struct timespec now = {0, 0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  lua_pushnumber(L, (lua_Number)now.tv_sec + (lua_Number)now.tv_nsec / 1e9);
  return 1;
}

/* ---- a child with limits ---- */

/* Bytes of address space that are in use; 0 where nobody says. */
static rlim_t address_space (void) {
  unsigned long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL)
    return 0;
  if (fscanf(file, "%lu", &pages) != 1)
    pages = 0;
  fclose(file);
  return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static int limit (int resource, rlim_t soft, rlim_t hard) {
  struct rlimit limits = {soft, hard};
  return setrlimit(resource, &limits);
}

/* The child: never returns. Ctrl-C goes to it as well; it leaves that to its
** parent, which sends SIGTERM. When it takes too much, the log's records are
** not to be left behind in a core dump. */
static void run_child (lua_State *L, rlim_t bytes, rlim_t seconds) {
  rlim_t most = address_space() + bytes;
  int status = EXIT_FAILURE;
  caught = 0;
  signal(SIGINT, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (limit(RLIMIT_CORE, 0, 0) != 0 || limit(RLIMIT_AS, most, most) != 0 ||
      limit(RLIMIT_CPU, seconds, seconds + 1) != 0)
    _exit(status);
  if (lua_pcall(L, 0, 1, 0) == LUA_OK)
    status = (int)lua_tointeger(L, -1);
  else
    fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
  fflush(NULL);
  _exit(status);
}

/* Wait for the child's end. When a signal is caught meanwhile, it is asked to
** end, and ended when it does not within a second. By looking now and then, as
** a signal may come right before any call that would wait. */
static void wait_for (pid_t child, int *status) {
  const struct timespec pause = {0, 10000000};
  int since = 0; /* looks since the signal */
  while (waitpid(child, status, WNOHANG) == 0) {
    if (caught != 0 && since++ == 0)
      kill(child, SIGTERM);
    if (since == 100)
      kill(child, SIGKILL);
    nanosleep(&pause, NULL);
  }
}

/***
Run a function in a child process. When a signal comes (@{catch}), the child
gets SIGTERM, and what it returns counts no more.
@function run
@tparam function work which returns the child's exit status
@tparam integer bytes of memory that it may take beside what is in use
@tparam integer seconds of processor time that it may take; it is ended by
SIGXCPU then
@treturn[1] integer the exit status
@treturn[2] nil
@treturn[2] integer the signal that ended it
@treturn[3] nil
@treturn[3] nil
@treturn[3] string why no process can be made
*/
static int process_run (lua_State *L) {
  lua_Integer bytes = luaL_checkinteger(L, 2);
  lua_Integer seconds = luaL_checkinteger(L, 3);
  int status = 0;
  pid_t child;
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  fflush(NULL);             /* what is pending would be written by both */
  signal(SIGCHLD, SIG_DFL); /* else nothing is known of its end */
  child = fork();
  if (child == 0)
    run_child(L, (rlim_t)bytes, (rlim_t)seconds);
  if (child < 0) {
    lua_pushnil(L);
    lua_pushnil(L);
    lua_pushstring(L, strerror(errno));
    return 3;
  }
  wait_for(child, &status);
  if (WIFSIGNALED(status)) {
    lua_pushnil(L);
    lua_pushinteger(L, WTERMSIG(status));
    return 2;
  }
  lua_pushinteger(L, WEXITSTATUS(status));
  return 1;
}

/* The signals that messages are about. */
static void set_signals (lua_State *L) {
  lua_pushinteger(L, SIGPIPE);
  lua_setfield(L, -2, "SIGPIPE");
  lua_pushinteger(L, SIGXCPU);
  lua_setfield(L, -2, "SIGXCPU");
}

__attribute__((visibility("default"))) int
luaopen_activitylog_process (lua_State *L);

int luaopen_activitylog_process (lua_State *L) {
  static const luaL_Reg functions[] = {{"prepare", process_prepare},
                                       {"unreadable", process_unreadable},
                                       {"catch", process_catch},
                                       {"caught", process_caught},
                                       {"die", process_die},
                                       {"terminal", process_terminal},
                                       {"clock", process_clock},
                                       {"run", process_run},
                                       {NULL, NULL}};
  luaL_checkversion(L);
  luaL_newlib(L, functions);
  set_signals(L);
  return 1;
}
