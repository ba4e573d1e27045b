/*
** bind_stream.c - files of Lua's io library that the core reads or writes.
*/
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
