/*
** bind_stream.c - files of Lua's io library that the core reads or writes.
*/
/*** @module activitylog.core */

#include <stdio.h>
#include <unistd.h>

#include "al_temporary.h"
#include "bind.h"

/* Stands in for the file's own function meanwhile. The io library takes it
** away before it calls it, so that it puts itself back. */
static int refuse_close (lua_State *L) {
  luaL_Stream *file = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  file->closef = refuse_close;
  return luaL_error(L, "file is at work: close it when that is done");
}

bind_stream bind_check_stream (lua_State *L, int arg) {
  luaL_Stream *file = luaL_checkudata(L, arg, LUA_FILEHANDLE);
  bind_stream stream = {file, file->closef};
  luaL_argcheck(L, file->closef != NULL, arg, "file is closed");
  return stream;
}

void bind_stream_hold (const bind_stream *stream) {
  if (stream->file != NULL)
    stream->file->closef = refuse_close;
}

void bind_stream_release (const bind_stream *stream) {
  if (stream->file != NULL)
    stream->file->closef = stream->closef;
}

/* ---- files without a name ---- */

static int close_temporary (lua_State *L) {
  luaL_Stream *file = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  return luaL_fileresult(L, fclose(file->f) == 0, NULL);
}

/***
Make a file without a name, to write and to read, in the folder that TMPDIR
names, else in /tmp. Unlike that of io.tmpfile no program gets it that the
process starts, and it never takes the number of a standard stream that the host
has closed.
@function temporary_file
@treturn[1] file of Lua's io library
@treturn[2] nil
@treturn[2] string message
@treturn[2] string code: "io" or "full"
@usage local file <close> = assert(core.temporary_file())
*/
static int core_temporary_file (lua_State *L) {
  luaL_Stream *file = lua_newuserdatauv(L, sizeof *file, 0);
  al_error err;
  int fd;
  file->closef = NULL; /* it is closed so far */
  if (luaL_getmetatable(L, LUA_FILEHANDLE) == LUA_TNIL)
    return luaL_error(L, "the io library is not loaded");
  lua_setmetatable(L, -2);
  fd = al_temporary_open(&err);
  if (fd < 0)
    return bind_fail(L, &err);
  file->f = fdopen(fd, "w+b");
  if (file->f == NULL) {
    al_fail_errno(&err, "cannot open", "a temporary file");
    close(fd);
    return bind_fail(L, &err);
  }
  file->closef = close_temporary;
  return 1;
}

void bind_open_stream (lua_State *L) {
  static const luaL_Reg functions[] = {{"temporary_file", core_temporary_file},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
