# The libraries, and the headers of Lua 5.4. All that is missing is told at
# once, with what to install.

list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})

# activitylog_need(PACKAGE HEADER DEBIAN FEDORA ALPINE HOMEBREW [VERSION...]):
# finds a library, or adds its header to 'missing', with the package of each
# system that has both; "none" where the system has no package of it.
macro(activitylog_need package header debian fedora alpine homebrew)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    list(APPEND missing "${header}|${debian}|${fedora}|${alpine}|${homebrew}")
  endif()
endmacro()

# The headers in 'missing', and what to install, a line for each system.
function(activitylog_advice result)
  set(text "")
  foreach(row IN LISTS missing)
    string(REGEX REPLACE "[|].*" "" header "${row}")
    string(APPEND text "\n  ${header}")
  endforeach()
  string(APPEND text "\nThey and their libraries come with")
  set(column 0)
  foreach(command IN ITEMS "Debian:   apt-get install" "Fedora:   dnf install"
                           "Alpine:   apk add" "Homebrew: brew install")
    math(EXPR column "${column} + 1")
    set(without "")
    foreach(row IN LISTS missing)
      string(REPLACE "|" ";" cells "${row}")
      list(GET cells ${column} package)
      if(package STREQUAL none)
        list(GET cells 0 header)
        string(APPEND without "; no package has ${header}")
      else()
        string(APPEND command " ${package}")
      endif()
    endforeach()
    string(APPEND text "\n  ${command}${without}")
  endforeach()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

find_package(Threads REQUIRED) # a compiler that links has them
set(missing "")
activitylog_need(CSV csv.h libcsv-dev libcsv-devel none libcsv)
activitylog_need(Nettle nettle/sha2.h nettle-dev nettle-devel nettle-dev nettle)
activitylog_need(SQLite3 sqlite3.h libsqlite3-dev sqlite-devel sqlite-dev
                 sqlite)
activitylog_need(Utf8proc utf8proc.h libutf8proc-dev utf8proc-devel utf8proc-dev
                 utf8proc)
activitylog_need(Yajl yajl/yajl_parse.h libyajl-dev yajl-devel yajl-dev yajl)

# LuaRocks names the headers of the Lua it installs for. Otherwise FindLua looks
# for them; it asks for the library too, which Debian packs with the headers.
set(lua_h "lua.h of Lua 5.4")
if(NOT LUA_INCLUDE_DIR)
  find_package(Lua 5.4 EXACT QUIET)
else()
  string(APPEND lua_h " in LUA_INCLUDE_DIR, ${LUA_INCLUDE_DIR}")
  if(EXISTS ${LUA_INCLUDE_DIR}/lua.h)
    file(STRINGS ${LUA_INCLUDE_DIR}/lua.h Lua_FOUND
         REGEX "define LUA_VERSION_NUM[ \t]+504")
  endif()
endif()
if(NOT Lua_FOUND)
  list(APPEND missing "${lua_h}|liblua5.4-dev|lua-devel|lua5.4-dev|lua@5.4")
endif()

if(missing)
  activitylog_advice(advice)
  message(
    FATAL_ERROR
      "activitylog cannot be built without these:${advice}\n"
      "What is installed in a place of its own is found through "
      "CMAKE_PREFIX_PATH; LuaRocks takes CSV_DIR=PLACE and the like.")
endif()
