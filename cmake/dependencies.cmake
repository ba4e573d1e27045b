# The libraries, and the headers of Lua 5.4. All that is missing is told at
# once, with the Debian package that has it.

list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})

macro(activitylog_need package debian_package)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    string(APPEND missing "\n  ${package}: Debian package ${debian_package}")
  endif()
endmacro()

set(missing "")
activitylog_need(CSV libcsv-dev)
activitylog_need(Nettle nettle-dev)
activitylog_need(SQLite3 libsqlite3-dev)
activitylog_need(Threads libc6-dev)
activitylog_need(Utf8proc libutf8proc-dev)
activitylog_need(Yajl libyajl-dev)

# LuaRocks names the headers of the Lua it installs for. Otherwise FindLua looks
# for them; it asks for the library too, which Debian packs with the headers.
if(NOT LUA_INCLUDE_DIR)
  activitylog_need(Lua liblua5.4-dev 5.4 EXACT)
elseif(NOT EXISTS ${LUA_INCLUDE_DIR}/lua.h)
  string(APPEND missing "\n  lua.h in LUA_INCLUDE_DIR, ${LUA_INCLUDE_DIR}")
else()
  file(STRINGS ${LUA_INCLUDE_DIR}/lua.h lua_5_4
       REGEX "define LUA_VERSION_NUM[ \t]+504")
  if(NOT lua_5_4)
    string(APPEND missing
           "\n  Lua 5.4: LUA_INCLUDE_DIR, ${LUA_INCLUDE_DIR}, is of another")
  endif()
endif()

if(missing)
  message(
    FATAL_ERROR
      "activitylog cannot be built without these:${missing}\n"
      "What is installed in a place of its own is found through "
      "CMAKE_PREFIX_PATH.")
endif()
