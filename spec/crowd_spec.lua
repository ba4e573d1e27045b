-- Many processes on one log: what readers see while it is written, and how
-- long writers wait for each other. ACTIVITYLOG_LONG=1 makes a minute of the
-- seconds.

local activitylog = require "activitylog"
local clock = require("activitylog.process").clock
local support = require "spec.support"

local SECONDS = os.getenv "ACTIVITYLOG_LONG" == "1" and 60 or 2

-- What each process begins with: its arguments, files by which one waits for
-- another, and pages of PAGE records that nobody else has.
local BEGINNING = [[
local folder, self, seconds = ...
local activitylog = require "activitylog"
local clock = require("activitylog.process").clock
local path = folder .. "/a.db"
local PAGE = 200

local function is_there(name)
  local file <close> = io.open(folder .. "/" .. name)
  return file ~= nil
end

local function tell(name)
  assert(io.open(folder .. "/" .. name, "w")):close()
end

local function wait_for(name)
  local before = clock()
  while not is_there(name) do
    assert(clock() < before + 60, "nobody told of " .. name)
    os.execute "sleep 0.01"
  end
end

local function page(number)
  local list = {}
  for i = 1, PAGE do
    list[i] = ('{"id":"%s-%d-%d","operationDate":"2026-10-%02dT08:00:00Z",'
      .. '"operationType":"create_order"}'):format(self, number, i, i % 28 + 1)
  end
  return "[" .. table.concat(list, ",") .. "]"
end
]]

-- Run programs as processes, all at once, on a log in the folder; ends when
-- they did.
-- @treturn {string,...} the last line that each of them printed
local function run(folder, programs)
  local lines, parts = {}, {}
  for i, program in ipairs(programs) do
    local file = support.write(("%s/%d.lua"):format(folder, i),
      BEGINNING .. program)
    parts[i] = ("%s %s %s p%d %g >%s.out 2>&1 &"):format(support.LUA, file,
      folder, i, SECONDS, file)
  end
  parts[#parts + 1] = "wait"
  support.check(("export LUA_PATH_5_4=%s LUA_CPATH_5_4=%s\n%s"):format(
    support.quote(package.path), support.quote(package.cpath),
    table.concat(parts, "\n")))
  for i = 1, #programs do
    local output = support.read(("%s/%d.lua.out"):format(folder, i))
    lines[i] = output:match("([^\n]*)\n$") or output
    assert.is_nil(output:find("lua5.4: ", 1, true), output)
  end
  return lines
end

-- A folder with a log in it that has no records yet.
local function make_folder()
  local folder = support.temp_dir()
  local log <close> = assert(activitylog.open(folder .. "/a.db"))
  log:close()
  return folder
end

local function prove(folder)
  local log <close> = assert(activitylog.open(folder .. "/a.db"))
  return assert(log:verify())
end

local WRITER = [[
local log <close> = assert(activitylog.open(path, { timeout = 30 }))
local stop, pages = clock() + seconds, 0
while clock() < stop do
  pages = pages + 1
  assert(log:import_text(page(pages)))
end
tell("done " .. self)
print(pages)]]

-- Looks in every way, in turn; with a log of its own for each round, or one.
local READER = [[
local log
local function open()
  return assert(activitylog.open(path, { mode = mode, timeout = 30 }))
end

local ALL = { period = "all" }
local report = folder .. "/" .. self .. ".csv"
local LOOKS = {
  function() return assert(log:count(ALL)) end,
  function()
    local n = 0
    for _ in log:records(ALL) do n = n + 1 end
    return n
  end,
  function()
    local result = assert(log:export(report, ALL))
    local lines = -1 -- the titles
    for _ in io.lines(report) do lines = lines + 1 end
    assert(lines == result.records, "a report has other rows than it tells")
    return lines
  end,
  function()
    return assert(log:summary { period = "all", by = "day" }).total.count
  end,
}

local looks, most = 0, 0
while not is_there "done p1" do
  for _, look in ipairs(LOOKS) do
    log = log or open()
    local n = look()
    assert(n % PAGE == 0, "half an import: " .. n)
    assert(n >= most, ("from %d records to %d"):format(most, n))
    looks, most = looks + 1, n
    if anew then
      log:close()
      log = nil
    end
  end
end
print(("%d looks, %d records"):format(looks, most))]]

local function reader(mode, anew)
  return ("local mode, anew = %q, %s\n"):format(mode, anew) .. READER
end

describe("one writer and eight readers", function()
  it("share a log: never half an import, never fewer, no error", function()
    local folder = make_folder()
    local lines = run(folder, {
      WRITER,
      reader("r", false), reader("r", false), reader("r", true),
      reader("r", true), reader("rw", false), reader("rw", false),
      reader("rw", true), reader("rw", true),
    })
    local pages = tonumber(lines[1])
    assert.is_true(pages >= 5)
    for i = 2, 9 do
      local looks, records = lines[i]:match("^(%d+) looks, (%d+) records$")
      assert.is_truthy(looks, lines[i])
      assert.is_true(tonumber(looks) >= 4 and tonumber(records) > 0)
    end
    local proof = prove(folder)
    assert.equal(pages, proof.imports)
    assert.equal(200 * pages, proof.records)
  end)
end)

describe("two writers", function()
  it("both get on, and nothing is lost", function()
    local folder = make_folder()
    local lines = run(folder, { WRITER, WRITER })
    local pages = tonumber(lines[1]) + tonumber(lines[2])
    assert.is_true(tonumber(lines[1]) >= 5 and tonumber(lines[2]) >= 5)
    local proof = prove(folder)
    assert.equal(pages, proof.imports)
    assert.equal(200 * pages, proof.records)
  end)
end)

describe("a reader", function()
  it("sees all that it began with, whatever a purge takes meanwhile", function()
    local folder = make_folder()
    local lines = run(folder, { [[
      local log <close> = assert(activitylog.open(path))
      for i = 1, 10 do assert(log:import_text(page(i))) end
      local n = 0
      for record in log:records { period = "all" } do
        n = n + 1
        assert(record.operation_type == "create_order")
        if n == 1 then
          tell "reading"
          wait_for "purged"
        end
      end
      print(n, log:count { period = "all" })]], [[
      wait_for "reading"
      local log <close> = assert(activitylog.open(path))
      local result = assert(log:purge { before = "2026-10-15" })
      tell "purged"
      print(result.records)]] })
    local seen, left = lines[1]:match("^(%d+)\t(%d+)$")
    assert.equal("2000", seen, lines[1])
    assert.equal(2000 - tonumber(lines[2]), tonumber(left))
    assert.is_true(tonumber(lines[2]) >= 1000)
    assert.equal(tonumber(left), prove(folder).records)
  end)
end)

-- Another program that holds the write lock until the test ends.
local HOLDER = [[
import os, sqlite3, sys, time
log = sqlite3.connect(sys.argv[1], isolation_level=None)
log.execute("BEGIN IMMEDIATE")
print("held", flush=True)
while not os.path.exists(sys.argv[2]):
    time.sleep(0.01)
]]

describe("a writer that finds the log locked", function()
  local RECORD = { id = "1", operation_date = "2026-10-01T08:00:00Z",
                   operation_type = "create_order" }
  local CALLS = {
    append = function(log) return log:append { RECORD } end,
    import_text = function(log) return log:import_text "[]" end,
    purge = function(log) return log:purge { before = "2026-10-01" } end,
  }

  -- A program that has the lock from now on, until the file is there.
  local function hold(path, stop)
    local holder = assert(io.popen(("python3 -c %s %s %s"):format(
      support.quote(HOLDER), path, stop)))
    assert.equal("held", holder:read())
    return holder
  end

  -- Seconds until each call answered "busy".
  local function wait_on_lock(timeout)
    local folder = make_folder()
    local path, stop = folder .. "/a.db", folder .. "/stop"
    do
      local log <close> = assert(activitylog.open(path))
      assert(log:append { { id = "0", operation_date = "2026-09-01T08:00:00Z",
                            operation_type = "create_order" } })
    end
    local holder <close> = hold(path, stop)
    local log <close> = assert(activitylog.open(path, { timeout = timeout }))
    local waits = {}
    for name, call in pairs(CALLS) do
      local before = clock()
      local result, message, code = call(log)
      waits[name] = clock() - before
      assert.same({ nil, "busy" }, { result, code }, message)
    end
    support.write(stop, "")
    holder:read()
    for _, call in pairs(CALLS) do assert(call(log)) end
    return waits
  end

  it("has purged, when only the space is still to be returned", function()
    local folder = make_folder()
    local path, stop = folder .. "/a.db", folder .. "/stop"
    local log <close> = assert(activitylog.open(path, { timeout = 0.1 }))
    local records = {}
    for i = 1, 300 do
      records[i] = { id = tostring(i), operation_date = "2026-10-01T08:00:00Z",
                     resource_new_value = ("TAKEN"):rep(i * 37 % 900) }
    end
    assert(log:append(records))
    local holder
    local result = assert(log:purge { before = "2026-10-02",
      progress = function(done, total)
        if done == total and not holder then holder = hold(path, stop) end
      end })
    assert.same({ 300, true }, { result.records, result.pending })
    support.write(stop, "")
    holder:read()
    holder:close()
    assert.equal(0, log:count { period = "all" })
    -- Others use the pages that it freed.
    for i = 1, 300 do
      records[i] = { id = "later" .. i, operation_date = "2026-11-01T08:00:00Z",
                     resource_new_value = ("x"):rep(i * 37 % 900) }
    end
    assert(log:append(records))
    assert.is_false(assert(log:purge { before = "2026-10-02" }).pending)
    assert.is_nil(support.run("cat -- " .. path .. "*"):find("TAKEN", 1, true))
  end)

  it("waits as long as it was asked to, and not much longer", function()
    for name, seconds in pairs(wait_on_lock(0.3)) do
      assert.is_true(seconds >= 0.3 and seconds < 1.5,
        ("%s: %.3f s"):format(name, seconds))
    end
  end)

  it("does not wait with a timeout of 0", function()
    for name, seconds in pairs(wait_on_lock(0)) do
      assert.is_true(seconds < 0.25, ("%s: %.3f s"):format(name, seconds))
    end
  end)
end)
