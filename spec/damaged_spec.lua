-- Logs that somebody damaged or prepared: other tables in the place of ours,
-- wrong values in them, bytes that are not what they were. Each is refused with
-- a word that names it, or reads safely; nothing in a file ever runs.

local activitylog = require "activitylog"
local support = require "spec.support"

local function record(id, more)
  local made = {
    id = id, operation_date = "2026-10-01T08:00:00Z",
    customer_id = "0c39d6d5-c70d-4c55-bc02-f620844f3fd1",
    customer_name = "Relecloud", operation_type = "create_order",
    resource_new_value = '{"Id":"1"}',
    customized_data = { { key = "a", value = "b" } }, other = { n = 1 },
  }
  for name, value in pairs(more or {}) do made[name] = value end
  return made
end

-- A closed log of three records. It is made once: that is synced to the disk.
local made_bytes
local function make_log()
  local path = support.temp_dir() .. "/a.db"
  if made_bytes then return support.write(path, made_bytes) end
  local log <close> = support.log(path)
  assert(log:append { record "1", record "2", record "3" })
  log:close()
  made_bytes = support.read(path)
  return path
end

local RUN_SQL = [[
import sqlite3, sys
log = sqlite3.connect(sys.argv[1], isolation_level=None)
log.executescript(sys.argv[2])
log.close()
]]

-- What nobody should do to a log. SQLite's own guards are down.
local function tamper(path, sql)
  support.check(("python3 -c %s %s %s"):format(support.quote(RUN_SQL),
    support.quote(path), support.quote("PRAGMA synchronous = OFF;"
      .. "PRAGMA writable_schema = ON;" .. sql)))
end

local function tampered(sql)
  local path = make_log()
  tamper(path, sql)
  return path
end

-- Both ways to open the log fail, and leave it as it is.
local function refuses(path, message, code)
  local before = support.read(path)
  for _, mode in ipairs { "rw", "r" } do
    local log, why, word = activitylog.open(path, { mode = mode })
    assert.is_nil(log)
    assert.equal(message, why)
    assert.equal(code or "corrupt", word)
  end
  assert.is_true(before == support.read(path))
end

-- ---- the schema

describe("a log's schema", function()
  local RESTORE = "; only activitylog should write to a log: restore it from "
    .. "a backup"

  local function refuses_other(object, sql)
    local path = tampered(sql)
    refuses(path, ("log %s: its %s is not as activitylog makes it%s"):format(
      path, object, RESTORE))
  end

  local function refuses_added(object, sql)
    local path = tampered(sql)
    refuses(path, ("log %s: it has the %s, which is none of activitylog's; "
      .. "drop it, or restore the log from a backup"):format(path, object))
  end

  it("has no trigger, of whatever table of ours", function()
    for _, name in ipairs { "record", "superseded", "customer_record",
                            "import", "purge", "purged" } do
      refuses_added("trigger 't'", ("CREATE TRIGGER t AFTER INSERT ON %s "
        .. "BEGIN DELETE FROM import; END"):format(name))
    end
  end)

  it("has no index but ours, as one could hide records", function()
    refuses_added("index 'i'", "CREATE INDEX i ON record (id)")
    refuses_added("index 'i'",
      "CREATE INDEX i ON record (id) WHERE id <> '1'")
    refuses_added("index 'i\\x0A'",
      'CREATE INDEX "i\n" ON import (source)')
  end)

  it("has no view in the place of a table", function()
    refuses_other("view 'superseded'", "DROP TABLE superseded;"
      .. "CREATE VIEW superseded AS SELECT * FROM record")
    refuses_other("view 'Purged'", "DROP TABLE purged;"
      .. "CREATE VIEW Purged AS SELECT 1 AS sequence, 2 AS digest")
  end)

  it("has no virtual table in the place of one", function()
    refuses_other("table 'purged'", "DROP TABLE purged;"
      .. "CREATE VIRTUAL TABLE purged USING fts5(sequence, digest)")
  end)

  it("has no object of another kind under the name of ours", function()
    refuses_other("trigger 'record_by_date'", "CREATE TRIGGER record_by_date"
      .. " AFTER INSERT ON record BEGIN SELECT 1; END")
    refuses_other("table 'record_by_date'", "DROP INDEX record_by_date;"
      .. "CREATE TABLE record_by_date (operation_date, identity)")
  end)

  it("has no column that is computed, checked or by default another", function()
    for _, column in ipairs {
      "other TEXT AS (hex(zeroblob(1000000)))", "other TEXT DEFAULT (1)",
      "other TEXT CHECK (length(other) < 10)", "other TEXT COLLATE NOCASE",
      "other TEXT REFERENCES purged ON DELETE CASCADE", "other TEXT, more TEXT",
      "other BLOB", "other TEXT ", "other text",
    } do
      refuses_other("table 'record'", "UPDATE sqlite_master SET sql = "
        .. ("replace(sql, 'other TEXT', '%s') WHERE name = 'record'")
          :format(column))
    end
  end)

  it("has no byte behind a zero byte", function()
    refuses_other("table 'record'", "UPDATE sqlite_master SET sql = "
      .. "sql || char(0) || ' ' WHERE name = 'record'")
  end)

  it("has another index neither in order nor in columns", function()
    for _, sql in ipairs {
      "CREATE UNIQUE INDEX record_by_date ON record (identity, operation_date)",
      "CREATE INDEX record_by_date ON record (operation_date, identity)",
      "CREATE UNIQUE INDEX record_by_date ON record (operation_date, identity)"
        .. " WHERE secret = 0",
    } do
      refuses_other("index 'record_by_date'",
        "DROP INDEX record_by_date;" .. sql)
    end
  end)

  it("has all of ours", function()
    for name, kind in pairs { record = "table", superseded = "table",
        customer_record = "table", import = "table", purge = "table",
        purged = "table", record_by_date = "index",
        superseded_by_date = "index" } do
      local path = tampered(("DROP %s %s"):format(kind, name))
      refuses(path, ("log %s: its %s '%s' is missing%s"):format(path, kind,
        name, RESTORE))
    end
  end)

  it("belongs to the version that the file says it is of", function()
    refuses_other("table 'record'", "PRAGMA user_version = 0")
    refuses_other("table 'customer_record'", "PRAGMA user_version = 1")
    refuses_other("table 'purge'", "PRAGMA user_version = 2")
  end)

  -- A version below zero led to a step before the first one.
  it("is refused unharmed where the version is below zero", function()
    for _, version in ipairs { -1, -2147483648 } do
      local path = tampered(("PRAGMA user_version = %d"):format(version))
      refuses(path, ("log %s: its file version is %d%s"):format(path, version,
        RESTORE))
    end
  end)

  it("is refused as corrupt where SQLite cannot read it", function()
    for _, sql in ipairs {
      "UPDATE sqlite_master SET sql = 'CREATE' WHERE name = 'record'",
      "UPDATE sqlite_master SET sql = NULL WHERE name = 'record'",
      "UPDATE sqlite_master SET rootpage = 1000000 WHERE name = 'record'",
      "UPDATE sqlite_master SET name = 'other' WHERE name = 'record'",
      "UPDATE sqlite_master SET tbl_name = 'other' WHERE name = 'record'",
      "INSERT INTO sqlite_master SELECT * FROM sqlite_master"
        .. " WHERE name = 'record'",
      "INSERT INTO sqlite_master VALUES ('table', 'sqlite_master',"
        .. " 'sqlite_master', 2, 'CREATE TABLE sqlite_master (a)')",
    } do
      local path = tampered(sql)
      for _, mode in ipairs { "rw", "r" } do
        local log, why, code = activitylog.open(path, { mode = mode })
        assert.is_nil(log)
        assert.equal("corrupt", code)
        assert.truthy(why:find("log " .. path .. ": ", 1, true), why)
      end
    end
  end)

  -- What SQLite would compute for them takes as long as it likes: verify()
  -- went on for minutes, and no signal ended it.
  it("has no tables of others, which SQLite would obey", function()
    refuses_added("table 'slow'", "CREATE TABLE slow (x, CHECK ("
      .. "instr(zeroblob(x), zeroblob(x / 2) || x'01') = 0));"
      .. "INSERT INTO slow VALUES (1000)")
    refuses_added("table 'slow'", "CREATE TABLE slow (x);"
      .. "CREATE INDEX i ON slow (hex(zeroblob(1000)))")
    refuses_added("view 'of_record'",
      "CREATE VIEW of_record AS SELECT * FROM record")
    refuses_added("table 'words'", "CREATE VIRTUAL TABLE words USING fts5(a)")
    -- Figures in it can have each step look at everything.
    refuses_added("table 'sqlite_stat1'", "ANALYZE")
  end)
end)

-- ---- what stands in the tables

describe("a record of a damaged log", function()
  local FORMATS = { "csv", "jsonl", "html", "xlsx" }

  -- The log after a change of record 2, which has no fitting digest any more.
  local function changed(set)
    return support.log(tampered(("UPDATE record SET %s WHERE sequence = 2")
      :format(set)))
  end

  local function message_of(field, what)
    return ("the log is damaged: %s of its record 2 %s; restore it from a "
      .. "backup"):format(field, what)
  end

  local function export(log, format)
    local path = support.temp_dir() .. "/report"
    local result, why, code = log:export(path, { period = "all",
      format = format, layout = format == "csv" and "full" or nil })
    if not result then assert.is_false(support.exists(path)) end
    return result, why, code
  end

  local function refuses_reading(field, what, value)
    local log = changed(("%s = %s"):format(field, value))
    local message = message_of(field, what)
    assert.truthy(support.error_of(function() support.list(log) end)
      :find(message, 1, true))
    for _, format in ipairs { "csv", "jsonl" } do
      local result, why, code = export(log, format)
      assert.is_nil(result)
      assert.equal(message, why)
      assert.equal("corrupt", code)
    end
    log:close()
  end

  it("is named where a text is no text", function()
    for _, field in ipairs { "id", "customer_name", "resource_new_value",
                             "customized_data", "other" } do
      refuses_reading(field, "is no text", "x'61'")
    end
    refuses_reading("operation_date", "is no text",
      "CAST(operation_date AS BLOB)")
  end)

  -- Readers of UTF-8 that trust it read behind the end of such a text.
  it("is named where a text is no UTF-8", function()
    for _, bytes in ipairs { "FF", "C3", "61F09F98", "EDA080", "C080" } do
      refuses_reading("customer_name", "is no UTF-8",
        ("CAST(x'%s' AS TEXT)"):format(bytes))
    end
    refuses_reading("other", "is no UTF-8", "CAST(x'7BFF7D' AS TEXT)")
  end)

  -- It could not be folded, of which the message said no more.
  it("is named by verify() where a text is no UTF-8", function()
    for _, field in ipairs { "customer_name", "resource_new_value" } do
      local log = changed(("%s = CAST(x'C3' AS TEXT)"):format(field))
      local result, why, code = log:verify()
      assert.is_nil(result)
      assert.truthy(why:find(("record 2 was altered: its %s is no UTF-8")
        :format(field), 1, true), why)
      assert.equal("corrupt", code)
    end
  end)

  it("is named where its date is not of the fixed form", function()
    for _, date in ipairs { "", "2026-10-01", "2026-10-01T08:00:00Z",
        "2026-20-01T08:00:00.0000000Z", "=HYPERLINK(\"http://a.example\")",
        "2026-10-01T08:00:00.0000000Z\n", "2026-10-01T08:60:00.0000000Z" } do
      refuses_reading("operation_date", "is no instant", "'" .. date .. "'")
    end
  end)

  it("is refused where its date is of the form and no day", function()
    local log = changed "operation_date = '2026-02-31T08:00:00.0000000Z'"
    for name, work in pairs { export_text = { layout = "partner-center" },
                              summary = { by = "month" } } do
      work.period = "all"
      local result, why, code = log[name](log, work)
      assert.is_nil(result, name)
      assert.matches("operation_date is n", why)
      assert.equal("corrupt", code)
    end
  end)

  -- By a schema that was changed and put back.
  it("is named where it has no date", function()
    local path = make_log()
    tamper(path, [[
      CREATE TABLE kept AS SELECT sql FROM sqlite_master
        WHERE name = 'record';
      UPDATE sqlite_master SET sql = replace(sql, 'date TEXT NOT NULL',
        'date TEXT') WHERE name = 'record';
      PRAGMA writable_schema = RESET]])
    tamper(path, [[
      UPDATE record SET operation_date = NULL WHERE sequence = 2;
      UPDATE sqlite_master SET sql = (SELECT sql FROM kept)
        WHERE name = 'record';
      PRAGMA writable_schema = RESET; DROP TABLE kept]])
    assert.truthy(support.error_of(function()
      support.list(support.log(path, { mode = "r" }))
    end):find(message_of("operation_date", "is no text"), 1, true))
  end)

  it("never breaks a line of JSON Lines", function()
    local message = "is no compact JSON"
    for field, values in pairs {
      customized_data = { "", "x", "[]]", '[],"id":"2"', '[{"a":1}}', "[1]\n",
                          "[1,\r2]", "[\n]", '{"a":"\n"}', "[" },
      other = { "", "[]", '"{}"', "{}}", '{"a":1}}\n{"id":"3"}', "{ }",
                '{"a":1} ', ' {"a":1}', '{"a":1,}', '{"a":1}{"b":2}',
                '{"a":\n1}', '{"a"}', "null" },
    } do
      for _, value in ipairs(values) do
        local log = changed(("%s = '%s'"):format(field, value))
        local result, why, code = export(log, "jsonl")
        assert.is_nil(result, value)
        assert.equal(message_of(field, message), why)
        assert.equal("corrupt", code)
        log:close()
      end
    end
  end)

  it("leaves reports whole where its JSON is none", function()
    local log = changed([[customized_data = '<b>"=1', resource_new_value = '{[',
      resource_old_value = '}', other = '"', secret = 1]])
    for _, format in ipairs(FORMATS) do
      local path = support.temp_dir() .. "/report." .. format
      local result, _, code = log:export(path, { period = "all",
        format = format })
      if result then
        assert.equal(3, result.records)
      else
        assert.equal("corrupt", code)
      end
    end
  end)

  -- What comes behind a blob was looked for behind its text, where the blob was
  -- found once more.
  it("does not keep a report from ending, whatever the dates are", function()
    local path = support.temp_dir() .. "/a.db"
    local log <close> = support.log(path)
    local records = {}
    for i = 1, 6000 do records[i] = record(tostring(i)) end
    assert(log:append(records))
    log:close()
    tamper(path, "UPDATE record SET operation_date = CAST(operation_date AS "
      .. "BLOB) WHERE sequence > 10")
    for _, order in ipairs { "oldest", "newest" } do
      local result, _, code = support.log(path):export_text {
        period = "all", order = order, layout = "full" }
      if result == nil then assert.equal("corrupt", code) end
      if order == "oldest" then assert.is_nil(result) end
    end
  end)
end)

describe("a log with other numbers than it can have", function()
  it("takes no import, or a right one", function()
    for _, set in ipairs {
      "first_sequence = 9223372036854775807", "first_sequence = -1",
      "added = 9223372036854775807", "changed = -9223372036854775807",
      "digest = x''", "digest = 'text'", "source = x'FF'", "time = ''",
      "added = 0",
    } do
      local path = tampered(("UPDATE import SET %s"):format(set))
      local log = support.log(path)
      local result, _, code = log:append { record "4" }
      assert.is_true(result ~= nil or code == "corrupt", set)
      assert.is_true(#tostring(log) > 0)
      log:close()
    end
  end)

  it("reads as it is where a record has any number", function()
    for _, number in ipairs { "-9223372036854775808", "-1", "0",
                              "9223372036854775807" } do
      local path = tampered(("UPDATE record SET sequence = %s "
        .. "WHERE sequence = 2"):format(number))
      local log = support.log(path)
      assert.equal(3, #support.list(log))
      local result, _, code = log:append { record "4" }
      assert.is_true(result ~= nil or code == "corrupt")
      log:close()
    end
  end)
end)

-- ---- bytes

describe("a log's file that is damaged", function()
  local ROUNDS = os.getenv("ACTIVITYLOG_LONG") and 2000 or 100
  local PAGE = 16384

  -- Everything that reads it, in both modes: each ends in a result or in a
  -- word that says what is wrong.
  local WORDS = { corrupt = true, foreign = true, version = true, io = true,
                  readonly = true }

  local function try(call, ...)
    local ok, result, why, code = pcall(call, ...)
    if ok and result == nil then
      assert.is_true(WORDS[code], ("%s (%s)"):format(why, code))
    elseif not ok then
      assert.truthy(tostring(result):find("damaged", 1, true)
        or tostring(result):find("malformed", 1, true)
        or tostring(result):find("disk I/O error", 1, true)
        or tostring(result):find("not a database", 1, true), result)
    end
  end

  local function use(path)
    for _, mode in ipairs { "r", "rw" } do
      local log, why, code = activitylog.open(path, { mode = mode })
      if not log then
        assert.is_true(WORDS[code], ("%s (%s)"):format(why, code))
      else
        try(support.list, log)
        for _, format in ipairs { "csv", "jsonl" } do
          try(log.export_text, log, { period = "all", format = format })
        end
        try(log.verify, log)
        if mode == "rw" then try(log.append, log, { record "new" }) end
        log:close()
      end
    end
  end

  local function copy_of(content)
    local path = support.temp_dir() .. "/a.db"
    support.write(path, content)
    return path
  end

  -- Some pages of each table, so that there is something to hit.
  local large
  local function large_log()
    if large then return large end
    local path = support.temp_dir() .. "/large.db"
    local log <close> = support.log(path)
    local records = {}
    for i = 1, 300 do
      records[i] = record(tostring(i), { resource_old_value = ("o"):rep(300) })
    end
    assert(log:append(records))
    for i = 1, 50 do records[i].customer_name = "Renamed" end
    assert(log:append(records))
    log:close()
    large = support.read(path)
    return large
  end

  it("may end at any page, or within one", function()
    local whole = large_log()
    for size = 0, #whole - 1, PAGE do
      use(copy_of(whole:sub(1, size)))
      use(copy_of(whole:sub(1, size + 1000)))
    end
  end)

  it("may have a page of nothing but zeros", function()
    local whole = large_log()
    for from = 0, #whole - 1, PAGE do
      use(copy_of(whole:sub(1, from) .. ("\0"):rep(PAGE)
        .. whole:sub(from + PAGE + 1)))
    end
  end)

  it("may have other pages in the place of its own", function()
    local whole = large_log()
    local n = #whole // PAGE
    for to = 1, n - 1 do
      local from = to * 7 % n
      use(copy_of(whole:sub(1, to * PAGE)
        .. whole:sub(from * PAGE + 1, (from + 1) * PAGE)
        .. whole:sub((to + 1) * PAGE + 1)))
    end
  end)

  it("may have any byte changed, the same ones each time", function()
    local whole, state = large_log(), 1
    local function random(n) -- of Lehmer: the same in every Lua
      state = state * 48271 % 0x7FFFFFFF
      return state % n
    end
    for round = 1, ROUNDS do
      local content = whole
      for _ = 0, random(4) do
        -- Half of them where a page says what is in it.
        local page = random(#whole // PAGE) * PAGE
        local at = page + random(round % 2 == 0 and PAGE or 120)
        content = content:sub(1, at) .. string.char(random(256))
          .. content:sub(at + 2)
      end
      use(copy_of(content))
    end
  end)

  it("may have a -wal or a -journal that is none", function()
    local whole = large_log()
    for _, beside in ipairs {
      "", "x", ("x"):rep(100000), ("\0"):rep(100000),
      -- What a -wal and a -journal begin with.
      "\x37\x7F\x06\x82" .. ("\0"):rep(5000),
      "\x37\x7F\x06\x82\0\x2D\xE2\x18\0\0\x40\0" .. ("\xFF"):rep(20000),
      "\xD9\xD5\x05\xF9\x20\xA1\x63\xD7" .. ("\0"):rep(5000),
      "\xD9\xD5\x05\xF9\x20\xA1\x63\xD7\0\0\0\1" .. ("\xFF"):rep(40000),
    } do
      for _, suffix in ipairs { "-wal", "-journal" } do
        local path = copy_of(whole)
        support.write(path .. suffix, beside)
        use(path)
      end
    end
  end)

  -- A journal may name another file that decides whether it counts. SQLite
  -- deletes that one behind the roll-back: any file that the process may.
  it("may not have a -journal that names another file, which stays", function()
    local whole = large_log()
    local victim = support.write(support.temp_dir() .. "/victim", "mine")
    local sum = 0
    for i = 1, #victim do sum = sum + victim:byte(i) end
    local path = copy_of(whole)
    -- A header of no pages, and behind it the name, its length and sum.
    support.write(path .. "-journal", string.pack(">I8I4I4I4I4I4",
      0xD9D505F920A163D7, 0, 1, #whole // PAGE, 512, PAGE)
      .. ("\0"):rep(512 - 28) .. string.pack(">I4", 0x40000000 // PAGE + 1)
      .. victim .. string.pack(">I4I4I8", #victim, sum, 0xD9D505F920A163D7))
    refuses(path, ("log %s: its -journal names another file, which SQLite "
      .. "would delete; if no program of yours was writing to the log, remove "
      .. "the -journal"):format(path))
    assert.equal("mine", support.read(victim))
  end)
end)
