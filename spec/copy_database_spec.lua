-- Logs that move between files and databases of PostgreSQL.

local activitylog = require "activitylog"
local cluster = require "spec.cluster"
local filled = require "spec.filled"
local support = require "spec.support"

local server = cluster.shared()

local function database()
  return server:uri(server:database())
end

local function file()
  return support.temp_dir "/dev/shm" .. "/log.db"
end

local function export(address)
  local log <close> = assert(activitylog.open(address, { mode = "r" }))
  return (assert(log:export_text {
    period = "all", order = "oldest", format = "jsonl", redact = false,
  })), assert(log:verify())
end

local function check_same(from, to)
  local text, proof = export(from)
  local copied, proved = export(to)
  assert.same(proof, proved)
  assert.equal(text, copied)
end

-- A log of that address with all that can happen to one.
local function fill(address, large)
  support.fix_clock()
  local log <close> = assert(activitylog.open(address))
  filled.fill(log)
  if large then filled.fill_large(log) end
  return log:head()
end

local function stop_behind(contents, from, to)
  assert.equal("enough", support.error_of(function()
    activitylog.copy(from, to, { progress = function(done)
      if done >= contents then error("enough", 0) end
    end })
  end))
end

describe("activitylog.copy() #postgresql", function()
  it("moves a log from a file to a database, and back", function()
    local first, between, last = file(), database(), file()
    local head = fill(first, true)
    for _, pair in ipairs { { first, between }, { between, last } } do
      local result = assert(activitylog.copy(pair[1], pair[2]))
      assert.equal(head, result.head)
      assert.same({ 45, 2 }, { result.imports, result.purges })
    end
    check_same(first, between)
    check_same(first, last)
  end)

  it("moves it to another database, one by month", function()
    local from, to = database(), database()
    fill(from)
    assert(activitylog.create(to, { partition = "month" }))
    assert(activitylog.copy(from, to))
    check_same(from, to)
    assert.equal("record_2026_05\nrecord_2026_06\nrecord_2026_07\n"
      .. "record_2026_01\nrecord_2026_03\n", server:query(to,
      "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'"
      .. " ORDER BY relname < 'record_2026_05', relname"))
  end)

  it("is as good a copy by pg_dump", function()
    for _, given in ipairs { {}, { partition = "month" } } do
      local from, to = database(), database()
      assert(activitylog.create(from, given))
      fill(from)
      support.check(("pg_dump --dbname=%s | %s --single-transaction >/dev/null")
        :format(support.quote(from), server:psql(to)))
      check_same(from, to)
      assert(support.log(to):append(filled.of("new", "09-09")))
      assert.is_truthy(support.log(to):verify())
    end
  end)

  it("is no log until it is done, and goes on where it stopped", function()
    local from, to = file(), database()
    fill(from, true)
    stop_behind(3072, from, to)
    for _, mode in ipairs { "r", "rw" } do
      local log, message, code = activitylog.open(to, { mode = mode })
      assert.is_nil(log)
      assert.matches("^postgresql:///spec_%d+%?host=.* is an unfinished copy",
                     message)
      assert.equal("foreign", code)
    end
    assert.equal("t\n", server:query(to, "SELECT copying FROM activitylog.log"))
    local result = assert(activitylog.copy(from, to))
    assert.is_true(result.imports > 0 and result.imports < 40)
    check_same(from, to)
  end)

  it("goes on when the program was killed", function()
    local from, to = file(), database()
    fill(from, true)
    local _, status = support.run(support.lua(([[
      require("activitylog").copy(%q, %q, { progress = function(done)
        if done >= 3072 then os.execute "kill -9 $PPID" end
      end })]]):format(from, to)))
    assert.equal(128 + 9, status)
    assert.equal("foreign", select(3, activitylog.open(to)))
    assert.is_true(assert(activitylog.copy(from, to)).imports < 45)
    check_same(from, to)
  end)

  it("goes on when the server was, whichever has the log", function()
    for _, pair in ipairs { { file(), database() }, { database(), file() } } do
      local from, to = table.unpack(pair)
      fill(from, true)
      local stopped = false
      local result, message, code = activitylog.copy(from, to, {
        progress = function(done)
          if stopped or done < 3072 then return end
          stopped = true
          server:stop "immediate"
          server:start()
        end,
      })
      assert.is_nil(result)
      assert.matches("^log postgresql:///spec_", message)
      assert.equal("io", code)
      assert(activitylog.copy(from, to))
      check_same(from, to)
    end
  end)

  it("brings what is new, purges what was purged, and nothing else", function()
    local from, to = file(), database()
    fill(from)
    assert(activitylog.copy(from, to))
    assert.equal(0, assert(activitylog.copy(from, to)).imports)
    local log = support.log(from)
    assert(log:append { filled.of("p", "02-03"), filled.of("h", "10-10") })
    assert(log:purge { before = "2026-05-01" })
    assert(log:append { filled.of("p", "02-03"),
                        filled.of("b", "05-20", { customer_name = "New" }) })
    local result = assert(activitylog.copy(from, to))
    assert.same({ 2, 1, true },
                { result.imports, result.purges, result.pending })
    check_same(from, to)
    assert.equal("t\n", server:query(to, "SELECT relallvisible = relpages "
      .. "FROM pg_class WHERE oid = 'activitylog.record'::regclass"),
      "cleared by VACUUM")
  end)

  it("changes no database that holds another log", function()
    local from, to, other = file(), database(), file()
    fill(from)
    fill(to)
    assert(support.log(other):append(filled.of("z", "01-01")))
    local before = export(to)
    local result, message, code = activitylog.copy(other, to)
    assert.is_nil(result)
    assert.matches("^log postgresql:///spec_%d+.* holds what log " .. other,
                   message)
    assert.equal("exists", code)
    assert.equal(before, (export(to)))
  end)

  it("refuses what was altered, in a database too", function()
    local from, to = database(), file()
    fill(from)
    server:query(from, "UPDATE activitylog.record SET customer_name = 'x'"
      .. " WHERE id = 'f'")
    local result, message, code = activitylog.copy(from, to)
    assert.is_nil(result)
    assert.matches("record %d+ was altered", message)
    assert.equal("corrupt", code)
    assert.equal("foreign", select(3, activitylog.open(to)))
  end)
end)
