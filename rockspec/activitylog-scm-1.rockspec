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
dependencies = { "lua >= 5.4, < 5.5", "argparse >= 0.7" }

-- Named, so that CSV_DIR and the like can say where they are, but not looked
-- for: CMake names what is missing with the package that has it.
external_dependencies = {
  CSV = {},
  MINIZIP = {},
  NETTLE = {},
  POSTGRESQL = {},
  SQLITE3 = {},
  UTF8PROC = {},
  XLSXWRITER = {},
  YAJL = {},
  ZLIB = {},
}

build = {
  type = "cmake",
  variables = {
    CMAKE_BUILD_TYPE = "Release",
    CMAKE_INSTALL_PREFIX = "$(PREFIX)",
    CMAKE_INSTALL_DOCDIR = "$(PREFIX)/doc",
    CMAKE_PREFIX_PATH = "$(CSV_DIR);$(MINIZIP_DIR);$(NETTLE_DIR);"
      .. "$(POSTGRESQL_DIR);$(SQLITE3_DIR);$(UTF8PROC_DIR);"
      .. "$(XLSXWRITER_DIR);$(YAJL_DIR);$(ZLIB_DIR)",
    LUA_INCLUDE_DIR = "$(LUA_INCDIR)",
    ACTIVITYLOG_INSTALL_CMOD = "$(LIBDIR)",
    ACTIVITYLOG_INSTALL_LMOD = "$(LUADIR)",
    ACTIVITYLOG_STATIC = "OFF",
    ACTIVITYLOG_TESTS = "OFF",
    -- LuaRocks warns of those that are not given; CMake then decides.
    ACTIVITYLOG_POSTGRES = "$(ACTIVITYLOG_POSTGRES)",
    ACTIVITYLOG_XLSX = "$(ACTIVITYLOG_XLSX)",
  },
}

test = { type = "command", command = "scripts/test" }
