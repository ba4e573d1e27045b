-- kill -9 at random moments. A child does one thing over and over and says so
-- each time it is done, until it is killed: what it said is there afterwards,
-- and of what it was doing all or nothing. 20 rounds of each, and 200 with
-- ACTIVITYLOG_LONG in the environment.

local activitylog = require "activitylog"
local support = require "spec.support"

local ALL = { period = "all" }
local ROUNDS = os.getenv("ACTIVITYLOG_LONG") and 200 or 20

-- ---- children

-- What each program begins with.
local HEAD = [[
  local folder = %q
  local activitylog = require "activitylog"
  local function say(word) io.stdout:write(word, "\n"):flush() end
  local function records(name, n, bytes)
    local list, value = {}, ("x"):rep(bytes)
    for i = 1, n do
      list[i] = ('{"id":"%%s-%%d","operationDate":"2026-10-31T17:58:01Z",'
        .. '"customerId":"%%d","resourceNewValue":"%%s"}\n')
        :format(name, i, i %% 50, value)
    end
    return table.concat(list)
  end
]]

-- Run the program in a child, and kill it some ms after it said "ready".
-- Returns how often it said "done" since.
local function kill(program, folder, ms)
  local child = assert(io.popen("echo $$; exec env "
    .. support.lua(HEAD:format(folder) .. program) .. " 2>&1"))
  local pid, said = child:read("l"), child:read("l")
  if said == "ready" then
    support.check(("sleep %.4f; kill -KILL %s"):format(ms / 1000, pid))
    said = ""
  end
  said = said .. child:read("a")
  local _, reason, signal = child:close()
  -- A program that fails ends by itself.
  if reason ~= "signal" or signal ~= 9 then error(said, 0) end
  return select(2, said:gsub("done\n", ""))
end

-- Each round has a folder of its own, and a child that lives up to 'max' ms. A
-- failure says how to have the same rounds again, but for what the system makes
-- of the signal.
local function rounds(max, round)
  local seed = math.tointeger(tonumber(os.getenv("ACTIVITYLOG_SEED")))
    or os.time()
  math.randomseed(seed)
  for i = 1, ROUNDS do
    local ms = math.random() * max
    local folder = support.check("mktemp -d -p /dev/shm"):gsub("\n$", "")
    local ok, problem = pcall(round, folder, ms, i)
    support.check("rm -rf -- " .. support.quote(folder))
    if not ok then
      error(("round %d, killed after %.1f ms, ACTIVITYLOG_SEED=%d: %s")
        :format(i, ms, seed, type(problem) == "table" and problem.message
          or tostring(problem)), 0)
    end
  end
end

-- ---- logs

-- The log is whole and takes more. Returns how many records it had, and what
-- its verification found.
local function check_log(path)
  local log <close> = assert(activitylog.open(path))
  local count, proof = assert(log:count(ALL)), assert(log:verify())
  assert.equal(1, assert(log:append {
    id = "one more", operation_date = "2026-10-31T17:58:01Z" }).added)
  return count, proof
end

-- How many files in the folder have a hidden name for the time being. The names
-- of all others match the pattern.
local function count_hidden(folder, pattern)
  local n = 0
  for name in support.check("ls -A " .. folder):gmatch("[^\n]+") do
    if name:find("^%.activitylog%-%x+%.tmp$") then
      n = n + 1
    else
      assert.matches(pattern, name)
    end
  end
  return n
end

local function is_one_of(got, ...)
  for _, expected in ipairs { ... } do
    if got == expected then return end
  end
  error(("got %s, expected one of %s"):format(got,
    table.concat({ ... }, ", ")), 0)
end

-- ---- and now

describe("a process that is killed", function()
  it("while it appends, loses nothing that was acknowledged", function()
    rounds(60, function(folder, ms)
      local done = kill([[
        local log = assert(activitylog.open(folder .. "/a.db"))
        say("ready")
        for i = 1, math.huge do
          assert(log:append { id = tostring(i), customer_id = "C",
                              operation_date = "2026-10-31T17:58:01Z" })
          say("done")
        end
      ]], folder, ms)
      is_one_of(check_log(folder .. "/a.db"), done, done + 1)
    end)
  end)

  it("while it imports, leaves all of an import or nothing", function()
    rounds(150, function(folder, ms)
      local done = kill([[
        local log = assert(activitylog.open(folder .. "/a.db"))
        say("ready")
        for i = 1, math.huge do
          assert(log:import_text(records(i, 2000, 1000)))
          say("done")
        end
      ]], folder, ms)
      is_one_of(check_log(folder .. "/a.db"), 2000 * done, 2000 * (done + 1))
    end)
  end)

  -- 16 MiB and some, so that they are written without a WAL.
  it("while it imports the first file, leaves it whole or an empty log",
    function()
      local N, BYTES = 2100, 8000
      rounds(300, function(folder, ms)
        local done = kill(([[
          local source = folder .. "/a.jsonl"
          local file <close> = assert(io.open(source, "wb"))
          assert(assert(file:write(records("a", %d, %d))):close())
          say("ready")
          for i = 1, math.huge do
            local log <close> = assert(activitylog.open(
              ("%%s/%%d.db"):format(folder, i)))
            assert(log:import(source))
            say("done")
          end
        ]]):format(N, BYTES), folder, ms)
        for i = 1, done do
          local log <close> =
            assert(activitylog.open(("%s/%d.db"):format(folder, i)))
          assert.equal(N, log:count(ALL))
        end
        is_one_of(check_log(("%s/%d.db"):format(folder, done + 1)), 0, N)
      end)
    end)

  -- In three parts. Each is of the last report or of the one before it; when
  -- the first part is new, all are.
  it("while it exports, leaves reports that are whole", function()
    local PARTS = { "/a.csv", "/a-2.csv", "/a-3.csv" }
    rounds(100, function(folder, ms)
      local done = kill([[
        local log = assert(activitylog.open(folder .. "/a.db"))
        assert(log:import_text(records("a", 3000, 500)))
        local i = 0
        local given = { period = "all", max_rows = 1001,
          layout = activitylog.layout {
            { title = "Value", field = "resource_new_value" },
            { title = "Report", value = function() return tostring(i) end },
          } }
        assert(log:export(folder .. "/a.csv", given))
        say("ready")
        while true do
          i = i + 1
          assert(log:export(folder .. "/a.csv", given))
          say("done")
        end
      ]], folder, ms)

      local first = nil
      for _, part in ipairs(PARTS) do
        local report = support.read(folder .. part)
        local _, rows = report:gsub(("x"):rep(500) .. ",%d+\r\n", "")
        assert.equal(1000, rows)
        local i = math.tointeger(report:match(",(%d+)\r\n"))
        local _, same = report:gsub("," .. i .. "\r\n", "")
        assert.equal(1000, same)
        is_one_of(i, done, done + 1)
        first = first or i
        if first == done + 1 then assert.equal(first, i) end
      end
      assert.equal(3000, check_log(folder .. "/a.db"))
      -- Parts that are finished have hidden names until all are.
      assert.is_true(count_hidden(folder, "^a[-.]") <= #PARTS)
    end)
  end)

  -- Day by day one import, and a purge of all days before.
  it("while it purges, leaves all that it was to take or nothing", function()
    local N = 500
    rounds(150, function(folder, ms)
      local done = kill(([[
        local log = assert(activitylog.open(folder .. "/a.db"))
        say("ready")
        for day = 20000, math.huge do
          local date = os.date("!%%Y-%%m-%%d", day * 86400)
          local text = records(day, %d, 1000):gsub("2026%%-10%%-31", date)
          assert(log:import_text(text))
          say("done")
          assert(log:purge { before = date })
          say("done")
        end
      ]]):format(N), folder, ms)
      local count, proof = check_log(folder .. "/a.db")
      local purges = #proof.purges
      -- The first one had nothing to take, and leaves no entry.
      is_one_of(proof.imports, (done + 1) // 2, (done + 2) // 2)
      is_one_of(purges, math.max(0, done // 2 - 1),
                math.max(0, (done + 1) // 2 - 1))
      assert.equal(N * (proof.imports - purges), count)
    end)
  end)

  it("while it makes a backup, leaves copies that are whole", function()
    rounds(100, function(folder, ms)
      local done = kill([[
        local log = assert(activitylog.open(folder .. "/a.db"))
        assert(log:import_text(records("a", 1000, 1000)))
        say("ready")
        for i = 1, math.huge do
          assert(log:append { id = tostring(i),
                              operation_date = "2026-10-31T17:58:01Z" })
          assert(log:backup(("%s/%d.db"):format(folder, i)))
          say("done")
        end
      ]], folder, ms)
      local copies = support.exists(("%s/%d.db"):format(folder, done + 1))
        and done + 1 or done
      assert.is_true(count_hidden(folder, "^%w+%.db") <= 1)
      for i = math.max(1, done), copies do
        assert.equal(1000 + i, (check_log(("%s/%d.db"):format(folder, i))))
      end
      is_one_of(check_log(folder .. "/a.db"), 1000 + done, 1001 + done)
    end)
  end)
end)

describe("a copy that is killed", function()
  -- Of three parts and some, which have several imports each.
  local function large_log()
    local path, value = support.temp_dir "/dev/shm" .. "/a.db", ("x"):rep(8000)
    local log = support.log(path)
    for i = 1, 12 do
      local records = {}
      for j = 1, 300 do
        records[j] = { id = i .. "-" .. j, resource_new_value = value,
                       operation_date = "2026-10-31T17:58:01Z" }
      end
      assert(log:append(records))
    end
    return path, log
  end

  it("is no log, and goes on when it is copied again", function()
    local from, log = large_log()
    rounds(300, function(folder, ms)
      local done = kill(("local from = %q\n"):format(from) .. [[
        say("ready")
        for i = 1, math.huge do
          assert(activitylog.copy(from, ("%s/%d.db"):format(folder, i)))
          say("done")
        end
      ]], folder, ms)
      local to = ("%s/%d.db"):format(folder, done + 1)
      local copy, _, code = activitylog.open(to)
      if copy then
        is_one_of(copy:count(ALL), 0, 3600) -- not yet begun, or done
        copy:close()
      else
        assert.equal("foreign", code)
      end
      assert.equal(log:head(), assert(activitylog.copy(from, to)).head)
      assert.equal(3600, (check_log(to)))
    end)
  end)

  it("into a log with records, leaves all that is new or nothing", function()
    rounds(150, function(folder, ms)
      local from, to = folder .. "/a.db", folder .. "/b.db"
      local done = kill([[
        local log = assert(activitylog.open(folder .. "/a.db"))
        local function copy()
          return activitylog.copy(folder .. "/a.db", folder .. "/b.db")
        end
        assert(log:import_text(records("first", 2, 1000)))
        assert(copy())
        say("ready")
        for i = 1, math.huge do
          assert(log:import_text(records(i, 500, 1000)))
          assert(log:import_text(records(-i, 500, 1000)))
          assert(copy())
          say("done")
        end
      ]], folder, ms)
      do
        local copy <close> = assert(activitylog.open(to))
        is_one_of(copy:count(ALL), 2 + 1000 * done, 2 + 1000 * (done + 1),
                  2 + 1000 * done + 500)
        assert(copy:verify())
      end
      assert(activitylog.copy(from, to))
      local whole <close> = assert(activitylog.open(from))
      assert.equal(whole:count(ALL), (check_log(to)))
    end)
  end)
end)

describe("a full disk", function()
  -- What each program begins with: a log of 500 old records of 1,000 bytes and
  -- 20 young ones. fill() leaves no room on the disk, free() takes that back.
  local DISK = [[
    local disk = os.getenv "DISK"
    local activitylog = require "activitylog"
    local function records(name, n, bytes, date)
      local list = {}
      for i = 1, n do
        list[i] = { id = name .. i, operation_date = date .. "T17:58:01Z",
                    customer_id = "C", resource_new_value = ("x"):rep(bytes) }
      end
      return list
    end
    local log = assert(activitylog.open(disk .. "/a.db"))
    assert(log:append(records("old", 500, 1000, "2025-10-31")))
    assert(log:append(records("new", 20, 1000, "2026-10-31")))
    log:close()
    log = assert(activitylog.open(disk .. "/a.db"))
    -- But for some KiB.
    local function fill(left)
      local gap = assert(io.open(disk .. "/gap", "wb"))
      assert(gap:write(("x"):rep((left or 0) * 1024)))
      gap:close()
      local rest = assert(io.open(disk .. "/rest", "wb"))
      while rest:write(("x"):rep(4096)) and rest:flush() do end
      rest:close()
      os.remove(disk .. "/gap")
    end
    local function free() assert(os.remove(disk .. "/rest")) end
    -- Twice: without room, and with.
    local function try(call)
      fill()
      local result, _, code = call()
      print(result, code, assert(log:count { period = "all" }),
            assert(log:verify()).records)
      free()
      assert(call())
      print(log:count { period = "all" })
    end
  ]]

  local function run(program)
    return support.on_small_disk(DISK .. program)
  end

  it("fails an append with the code full, and lets it succeed later",
    function()
      assert.equal("nil\tfull\t520\t520\n720\n", run [[
        try(function()
          return log:append(records("more", 200, 2000, "2026-11-01"))
        end)
      ]])
    end)

  it("fails a purge with the code full, and lets it succeed later",
    function()
      assert.equal("nil\tfull\t520\t520\n20\n", run [[
        try(function() return log:purge { before = "2026-01-01" } end)
        assert(#assert(log:verify()).purges == 1)
      ]])
    end)

  it("purges where there is no room to write the log anew, and says so",
    function()
      assert.equal("true\ttrue\t1220\n0\tfalse\ntrue\n", run [[
        assert(log:append(records("more", 1200, 1000, "2026-11-01")))
        log:close()
        log = assert(activitylog.open(disk .. "/a.db"))
        fill(1300)
        local result = assert(log:purge { before = "2026-01-01" })
        print(result.pending, result.bytes > 0, assert(log:verify()).records)
        free()
        result = assert(log:purge { before = "2026-01-01" })
        print(result.records, result.pending)
        local file <close> = io.popen("cat " .. disk .. "/a.db*")
        print(file:read("a"):find("old%d+") == nil)
      ]])
    end)

  it("fails a backup with the code full, and leaves no file of it",
    function()
      assert.equal("nil\tfull\t520\t520\n520\na.db\na.db-shm\na.db-wal\n"
        .. "copy.db\n", run [[
        try(function()
          local result, message, code = log:backup(disk .. "/copy.db")
          if not result then assert(not io.open(disk .. "/copy.db")) end
          return result, message, code
        end)
        local copy <close> = assert(activitylog.open(disk .. "/copy.db"))
        assert(copy:verify())
        copy:close()
        os.execute("ls -A " .. disk)
      ]])
    end)

  it("fails a copy with the code full, and lets it go on later", function()
    assert.equal("nil\tfull\tforeign\n520\nnil\tfull\t520\n720\n", run [[
      local from = os.tmpname()
      os.remove(from)
      assert(log:backup(from))
      local function copy()
        return activitylog.copy(from, disk .. "/b.db")
      end
      fill(300)
      local result, _, code = copy()
      print(result, code, (select(3, activitylog.open(disk .. "/b.db"))))
      free()
      assert(copy())
      local b = assert(activitylog.open(disk .. "/b.db"))
      print(assert(b:verify()).records)
      local a <close> = assert(activitylog.open(from))
      assert(a:append(records("more", 200, 2000, "2026-11-01")))
      fill()
      result, _, code = copy()
      print(result, code, assert(b:verify()).records)
      free()
      assert(copy())
      print(assert(b:verify()).records)
      a:close()
      os.remove(from)
    ]])
  end)

  it("fails the first import of a large file with the code full", function()
    assert.equal("nil\tfull\t0\n20\na.db\n", run [[
      log:close()
      os.execute("rm " .. disk .. "/*")
      log = assert(activitylog.open(disk .. "/a.db"))
      local source = os.tmpname()
      local file = assert(io.open(source, "wb"))
      for i = 1, 4200 do
        file:write(('{"id":"%d","operationDate":"2026-10-31T17:58:01Z",'
          .. '"resourceNewValue":"%s"}\n'):format(i, ("x"):rep(4000)))
      end
      file:close()
      local result, _, code = log:import(source)
      os.remove(source)
      print(result, code, assert(log:count { period = "all" }))
      assert(log:append(records("new", 20, 1000, "2026-10-31")))
      assert(assert(log:verify()).records == 20)
      log:close()
      log = assert(activitylog.open(disk .. "/a.db"))
      print(log:count { period = "all" })
      log:close()
      os.execute("ls -A " .. disk)
    ]])
  end)

  it("fails each kind of report with the code full, and keeps the old one",
    function()
      local output = run [[
        for _, format in ipairs { "csv", "html", "jsonl", "xlsx" } do
          local path = disk .. "/report"
          local file = assert(io.open(path, "wb"))
          assert(file:write("old") and file:close())
          local function export()
            return log:export(path, { period = "all", format = format })
          end
          fill()
          local result, _, code = export()
          file = assert(io.open(path, "rb"))
          print(format, result, code, file:read("a"))
          file:close()
          free()
          assert(export())
          assert(os.remove(path))
        end
        os.execute("ls -A " .. disk)
      ]]
      assert.equal("csv\tnil\tfull\told\nhtml\tnil\tfull\told\n"
        .. "jsonl\tnil\tfull\told\nxlsx\tnil\tfull\told\n"
        .. "a.db\na.db-shm\na.db-wal\n", output)
    end)
end)
