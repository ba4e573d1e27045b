-- docs/database-format.md: its recipe tells what was altered, and it names what
-- the database has. That it shows what runs here is in docs_spec.lua.

local cluster = require "spec.cluster"
local support = require "spec.support"

local ROOT = support.check("pwd"):gsub("\n$", "")

-- Statements that put a file's contents into a database, as the page has text.
local CONVERT = [[
import sqlite3, sys
CODES = {0: "\x10\x11\x11", 16: "\x10\x11\x12", 17: "\x10\x12\x11",
         18: "\x10\x12\x12"}
def literal(value):
    if value is None: return "NULL"
    if isinstance(value, bytes): return "'\\x%s'" % value.hex()
    return "'%s'" % str(value).translate(CODES).replace("'", "''")
log = sqlite3.connect(sys.argv[1])
for row in log.execute("SELECT * FROM record"):
    print("INSERT INTO activitylog.record VALUES (%s);"
          % ", ".join(map(literal, row)))
]]

-- Fields of every character below U+0020, alone and one behind the other.
local FILL = [[
local log <close> = assert(require "activitylog".open "log.db")
local all, pairs = {}, {}
for a = 0, 31 do
  all[#all + 1] = string.char(a)
  for b = 16, 18 do
    for c = 16, 18 do pairs[#pairs + 1] = string.char(a, b, c) end
  end
end
local records = {}
for i = 1, 4 do
  records[i] = { id = tostring(i), operation_date = "2026-10-01T00:00:00Z" }
end
records[5] = {
  id = "é'", operation_date = "2026-10-02T00:00:00Z", customer_name = "",
  resource_old_value = table.concat(all), resource_new_value =
    table.concat(pairs), operation_type = "\16\17\18\16\17\17\0",
}
assert(log:append(records))]]

local function shell(server, name, step)
  return support.check(("PGOPTIONS='-c client_min_messages=warning' uri=%s "
    .. "owner_uri=%s spec/database/run %s"):format(
    support.quote(server:uri(name)), support.quote(server:uri(name)), step))
end

describe("docs/database-format.md #postgresql", function()
  local text = support.read "docs/database-format.md"
  local server

  lazy_setup(function() server = cluster.start() end)
  lazy_teardown(function() server:remove() end)

  -- A log by month with five records.
  local function database()
    local name = server:database()
    local folder = support.temp_dir()
    shell(server, name, "make")
    support.check(support.lua_in(folder, "-e " .. support.quote(FILL)))
    server:query(name, "SELECT activitylog.add_month('2026-10')")
    local sql = support.write(folder .. "/sql", support.check(
      ("python3 -c %s %s/log.db"):format(support.quote(CONVERT), folder)))
    support.check(("psql --quiet --file=%s %s"):format(sql,
      support.quote(server:uri(name))))
    return name
  end

  it("tells an altered record by its commands, of any text", function()
    local name = database()
    local computed, stored =
      shell(server, name, "check"):match "(%x+)  %-\n(%x+)\n$"
    assert.equal(64, #computed)
    assert.equal(stored, computed)
    server:query(name, "UPDATE activitylog.record SET operation_type = "
      .. "substr(operation_type, 4) WHERE sequence = 5")
    assert.not_equal(stored, shell(server, name, "check"):match "%x+")
  end)

  it("names each table, function and role", function()
    local name = database()
    local names = server:query(name, [[
      SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')
        AND relnamespace = 'activitylog'::regnamespace
      UNION SELECT proname FROM pg_proc
        WHERE pronamespace = 'activitylog'::regnamespace
      UNION SELECT rolname FROM pg_roles WHERE rolname ~ '^activitylog_']])
    local n = 0
    for word in names:gmatch "[^\n]+" do
      n = n + 1
      assert.matches("`[%w.]*" .. word, text)
    end
    assert.equal(7 + 4 + 3, n)
  end)

  it("names the version, the types and the lock of what there is", function()
    local name = database()
    local version = text:match "| `version` | (%d+):"
    assert.equal(version .. "\n",
                 server:query(name, "SELECT version FROM activitylog.log"))
    assert.equal(version, text:match "^# The log's database, version (%d+)")
    assert.equal("bigint\nbytea\ninteger\ntext\n", server:query(name, [[
      SELECT DISTINCT atttypid::regtype::text FROM pg_attribute
      WHERE attrelid IN ('activitylog.record'::regclass,
        'activitylog.import'::regclass, 'activitylog.purge'::regclass)
        AND attnum > 0 ORDER BY 1]]))
    local lock = text:match "\n(SELECT pg_advisory_xact_lock.-)\n"
    assert.truthy(support.read "examples/sharding/swap-month.sql"
      :find(lock, 1, true))
    assert.matches("| `PRAGMA application_id` | " .. lock:match "%d+",
                   support.read(ROOT .. "/docs/file-format.md"), 1, true)
  end)
end)
