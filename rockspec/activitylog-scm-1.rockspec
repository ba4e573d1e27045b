rockspec_format = "3.0"
package = "activitylog"
version = "scm-1"

-- `luarocks make` builds the tree it stands in and fetches nothing.
source = { url = "git+file://." }

description = {
  summary = "Keeps and reports a Partner Center customer activity log",
  detailed = [[
    Imports the customer activity log (audit records) of a Microsoft Partner
    Center partner into a file that lasts, selects a period of it, and writes
    reports that Excel opens.]],
  license = "MIT",
}

supported_platforms = { "unix" }
dependencies = { "lua >= 5.4, < 5.5" }
external_dependencies = {
  CSV = { header = "csv.h", library = "csv" },
  NETTLE = { header = "nettle/sha2.h", library = "nettle" },
  SQLITE3 = { header = "sqlite3.h", library = "sqlite3" },
  UTF8PROC = { header = "utf8proc.h", library = "utf8proc" },
  YAJL = { header = "yajl/yajl_parse.h", library = "yajl" },
}

build = {
  type = "cmake",
  variables = {
    CMAKE_BUILD_TYPE = "Release",
    CMAKE_INSTALL_PREFIX = "$(PREFIX)",
    CMAKE_PREFIX_PATH =
      "$(CSV_DIR);$(NETTLE_DIR);$(SQLITE3_DIR);$(UTF8PROC_DIR);$(YAJL_DIR)",
    LUA_INCLUDE_DIR = "$(LUA_INCDIR)",
    ACTIVITYLOG_INSTALL_CMOD = "$(LIBDIR)",
    ACTIVITYLOG_INSTALL_LMOD = "$(LUADIR)",
    ACTIVITYLOG_STATIC = "OFF",
    ACTIVITYLOG_TESTS = "OFF",
  },
}

test = { type = "command", command = "scripts/test" }
