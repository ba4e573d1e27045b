-- Processes that fork with a log open. Each spec runs a program of its own, as
-- the logs of other specs would be inherited, too.

local support = require "spec.support"

-- fork() runs a function in a child, and returns what it returned or raised, a
-- string, when it has ended.
local BEGINNING = [[
local build, path, folder = ...
local activitylog = require "activitylog"
local process = assert(package.loadlib(build .. "/fork.so", "luaopen_fork"))()

local function save(text)
  local file <close> = assert(io.open(folder .. "/said", "w"))
  assert(file:write(tostring(text)))
end

local function said()
  local file <close> = assert(io.open(folder .. "/said"))
  return file:read("a")
end

local function fork(work)
  local child = process.fork()
  if child == 0 then
    save(select(2, pcall(work)))
    process.exit(0)
  end
  assert(process.wait(child) == 0)
  return said()
end

local function record(id)
  return { id = id, operation_date = "2026-10-01T08:00:00Z",
           operation_type = "create_order" }
end

local function count(log)
  return log:count { period = "all" }
end

local log = assert(activitylog.open(path))
assert(log:append { record "1", record "2", record "3" })
]]

-- What the program prints, and the path of its log.
-- @tparam[opt] string environment that it has besides ours
local function run(program, environment)
  local folder = support.temp_dir()
  local path = folder .. "/a.db"
  local file = support.write(folder .. "/program.lua", BEGINNING .. program)
  local build = os.getenv("ACTIVITYLOG_BUILD") or "build/dev"
  return support.check(("%s LUA_PATH_5_4=%s LUA_CPATH_5_4=%s %s %s %s %s %s")
    :format(environment or "", support.quote(package.path),
      support.quote(package.cpath),
      support.LUA, file, build, path, folder)), path
end

local BEFORE = "the log was opened before a fork, by another process: open it "
  .. "anew here"
local AMID = "this process was forked while a log was being read or written, "
  .. "and can open none: fork when that is done"

describe("a log in a child of its process", function()
  it("is refused by every method, and closes", function()
    local output = run [[
      for _, call in ipairs {
        function() log:append { record "4" } end,
        function() log:import_text "[]" end,
        function() log:count() end,
        function() log:imports() end,
        function() log:purges() end,
        function() log:records() end,
        function() log:export(folder .. "/a.csv") end,
        function() log:summary { by = "user" } end,
      } do
        print((fork(call):gsub("^.-:%d+: ", "")))
      end
      print(fork(function()
        log:close()
        return "closed"
      end))
      print(count(log))]]
    assert.equal((BEFORE .. "\n"):rep(8) .. "closed\n3\n", output)
  end)

  it("is not read on by the loop that was forked", function()
    local output = run [[
      local list = {}
      for i = 1, 600 do list[i] = record("r" .. i) end
      assert(log:append(list))
      local n = 0
      for _ in log:records { period = "all" } do
        n = n + 1
        local child = n == 10 and process.fork()
        if child == 0 then
          print(select(2, pcall(function()
            for _ in log:records { period = "all" } do n = n + 1 end
          end)):gsub("^.-:%d+: ", ""))
          log:close()
          process.exit(0)
        elseif child then
          process.wait(child)
        end
      end
      print(n)]]
    assert.equal(BEFORE .. "\t1\n603\n", output)
  end)

  it("can be opened anew, whether or not it was closed there", function()
    local output = run [[
      for round = 1, 2 do
        print(fork(function()
          if round == 2 then log:close() end
          local own = assert(activitylog.open(path))
          assert(own:append { record("child " .. round) })
          return count(own)
        end))
      end
      assert(log:append { record "4" })
      print(count(log))]]
    assert.equal("4\n5\n6\n", output)
  end)

  it("cannot, nor can another, when it was forked amid a loop", function()
    local output = run [[
      for _ in log:records { period = "all" } do
        print((fork(function()
          log:close()
          activitylog.open(":memory:")
        end):gsub("^.-:%d+: ", "")))
        break
      end
      print(fork(function()
        activitylog.open(":memory:")
        return "opened"
      end))]]
    assert.equal(AMID .. "\nopened\n", output)
  end)

  it("stays whole when the child ends as a script does", function()
    local _, path = run([[
      for _ = 1, 3 do
        local child = process.fork()
        if child == 0 then os.exit(true, true) end -- closes what is open
        assert(process.wait(child) == 0)
        assert(log:append { record("r" .. child) })
      end
      log:close()]], "ASAN_OPTIONS=detect_leaks=0") -- what it inherits stays
    assert.equal("ok\n", support.query(path, "PRAGMA integrity_check"))
    assert.equal("6\n", support.query(path, "SELECT count(*) FROM record"))
  end)
end)

-- The child comes back from the function into work that is its parent's: it
-- would end it, wait for threads that it has not, or write into the report.
describe("a function that forks and returns in the child", function()
  -- The function 'forking' forks the first time, and its child ends below
  -- 'try', which prints what it got; its parent goes on.
  local FORKING = [[
    local child
    local function forking()
      if not child then
        child = process.fork()
        if child > 0 then assert(process.wait(child) == 0) end
      end
    end
    local function try(call)
      child = nil
      local ok, got = pcall(call)
      if child == 0 then
        print(((ok and "went on" or got):gsub("^.-:%d+: ", "")))
        log:close()
        process.exit(0)
      end
      assert(ok, got)
      return got
    end
  ]]

  it("ends the child's import, and not its parent's", function()
    local output, path = run(FORKING .. [[
      local parts = {}
      for i = 1, 20000 do
        parts[i] = ('{"id":"r%d","operationDate":"2026-10-01T08:00:00Z",'
          .. '"operationType":"create_order","resourceNewValue":"%s"}')
          :format(i, ("x"):rep(100))
      end
      local text = table.concat(parts, "\n")
      print(try(function()
        return assert(log:import_text(text, { progress = forking })).added
      end))
      print(count(log))]])
    assert.equal(BEFORE .. "\n20000\n20003\n", output)
    assert.equal("ok\n", support.query(path, "PRAGMA integrity_check"))
  end)

  it("ends the child's reports, and not its parent's", function()
    local output = run(FORKING .. [[
      local list = {}
      for i = 1, 8000 do list[i] = record("r" .. i) end
      assert(log:append(list))
      local layout = activitylog.layout {
        { title = "Id", value = function(r)
            forking()
            return r.id
          end },
      }
      for _, given in ipairs {
        { layout = layout }, { progress = forking },
        { progress = forking, format = "jsonl" },
      } do
        given.period = "all"
        print(try(function()
          return assert(log:export(folder .. "/report", given)).records
        end))
        local lines = 0
        for _ in io.lines(folder .. "/report") do lines = lines + 1 end
        print(lines)
      end
      print(try(function()
        return assert(log:summary { by = "user", period = "all",
                                    progress = forking }).total.count
      end))]])
    assert.equal((BEFORE .. "\n8003\n8004\n"):rep(2) .. BEFORE
      .. "\n8003\n8003\n" .. BEFORE .. "\n8003\n", output)
  end)
end)
