-- The module as a guest of the process that loads it. Each test has a process
-- of its own, whose folder and temporary folder are empty.

local support = require "spec.support"

-- What a program says, its status, and its folder. At its beginning it has
-- `process` (spec/guest/process.lua). SIGXFSZ is ignored, as by a host that
-- wants to hear of a file that may not grow.
-- @tparam[opt] string host what the shell does before
local function run(program, host)
  local folder = support.temp_dir "/dev/shm" -- where a sync costs nothing
  support.check(("mkdir %s/work %s/tmp"):format(folder, folder))
  local build = os.getenv("ACTIVITYLOG_BUILD") or "build/dev"
  if not build:find "^/" then
    build = support.check("pwd"):gsub("\n$", "") .. "/" .. build
  end
  local file = support.write(folder .. "/program.lua",
    'local process = require "spec.guest.process"\n' .. program)
  local command = support.lua_in(folder .. "/work", file)
  local output, status = support.run(([[
    export TMPDIR=%s/tmp ACTIVITYLOG_BUILD=%s
    trap '' XFSZ
    %s
    %s]]):format(folder, build, host or "", command))
  return output, status, folder
end

local function printed(program, host)
  local output, status = run(program, host)
  assert.equal(0, status, output)
  return output
end

-- ---- what all share

describe("a process in which the module did all its work", function()
  local WORK = [[
    local before = process.seen()
    local work = require "spec.guest.work"
    work.run()
    work.run { threads = false }
    work.run_large()
    print(process.changes(before))]]

  it("is as it was, and has said nothing", function()
    assert.equal("same\n", printed(WORK))
  end)

  it("is as its host made it", function()
    assert.equal("same\n", printed(WORK, [[
      trap '' PIPE HUP TERM
      umask 027
      export TZ=Asia/Tokyo
      ulimit -S -n 100]]))
  end)
end)

describe("a pipe whose reader is gone", function()
  local EXPORT = [[
    local log = assert(require("activitylog").open ":memory:")
    assert(log:append { id = "1", operation_date = "2026-10-01T08:00:00Z" })
    local gone = os.tmpname()
    local leave = "exec <&-; rm " .. gone .. "; kill -9 $$"
    local pipe = assert(io.popen(leave, "w"))
    while os.rename(gone, gone) do end
    print(log:export(pipe, { period = "all" }))]]

  it("is a failure where the host ignores SIGPIPE", function()
    assert.equal("nil\tcannot write to the file: Broken pipe\tio\n",
                 printed(EXPORT, "trap '' PIPE"))
  end)

  it("ends a process that does not", function()
    local output, status = run(EXPORT)
    assert.same({ "", 141 }, { output, status })
  end)
end)

-- ---- again and again

describe("memory, mappings and descriptors", function()
  -- So that malloc counts what it has given away, and not what it keeps for
  -- the next time.
  local UNCACHED = "export GLIBC_TUNABLES=glibc.malloc.tcache_count=0"

  -- What a function uses more when it has been called so many times than when
  -- it had been called a few times. Chunks of malloc are some bytes larger or
  -- smaller each time, so that a KiB is nothing.
  local GROWN = [[
    local function collect() -- finalized objects go the second time
      collectgarbage()
      collectgarbage()
    end
    local function grown(rounds, call)
      collect()
      local memory, mappings = process.memory(), process.mappings()
      for _ = 1, rounds do call() end
      collect()
      return process.memory() - memory, process.mappings() - mappings
    end
    local function print_grown(rounds, call)
      grown(2, call) -- what is kept for the next time
      local before = process.seen()
      local memory, mappings = grown(rounds, call)
      print(memory < 1024 and "flat" or memory, mappings,
            process.changes(before))
    end
  ]]

  -- The program is run in states of their own.
  local function states_grow(rounds, text)
    return printed(GROWN .. ("print_grown(%d, function() process.state %q end)")
      :format(rounds, text), UNCACHED)
  end

  local FLAT = "flat\t0\tsame\n"

  local SMALL = [[require("spec.guest.work").run_small()]]

  it("stay the same over states that load the module and close", function()
    assert.equal(FLAT, states_grow(40, SMALL))
  end)

  it("stay the same over 1,000 states #slow", function()
    assert.equal(FLAT, states_grow(1000, SMALL))
  end)

  it("stay the same whatever fails #slow", function()
    assert.equal(FLAT, states_grow(20, [[require("spec.guest.work").run()]]))
  end)

  it("stay the same over what is left open when a state is closed", function()
    assert.equal(FLAT, states_grow(60, [[
      local activitylog = require "activitylog"
      local log = assert(activitylog.open "log.db")
      assert(log:append { id = "1", operation_date = "2026-10-01T08:00:00Z" })
      local _, cursor = log:records { period = "all" }
      local summary = assert(log:summary { period = "all" })
      local reader = assert(activitylog.open("log.db", { mode = "r" }))
      held = { log, cursor, summary, reader }
      assert(os.remove "log.db")]]))
  end)

  it("stay the same over logs that one state opens", function()
    assert.equal(FLAT, printed(GROWN .. [[
      local activitylog = require "activitylog"
      print_grown(100, function()
        local log = assert(activitylog.open "log.db")
        assert(log:append { id = "1", operation_date = "2026-10-01T08:00:00Z" })
        log:close()
        assert(not activitylog.open "none/log.db")
        assert(os.remove "log.db")
      end)]], UNCACHED))
  end)
end)

-- ---- locales

describe("what the module makes and says", function()
  -- Each of these has a comma in numbers, another order of letters, bytes that
  -- are letters and words of its own for failures; the Turkish one has an I
  -- that is no capital i.
  local CHARSETS = { fr_FR = "ISO-8859-1", tr_TR = "ISO-8859-9" }

  for locale, charset in pairs(CHARSETS) do
    it("is the same in the process's locale " .. locale, function()
      local folder = support.temp_dir()
      local said, status = support.run(("localedef -f %s -i %s %s/%s")
        :format(charset, locale, folder, locale))
      if status ~= 0 then return pending("needs localedef: " .. said) end
      assert.equal("same\n", printed(([[
        local work = require "spec.guest.work"
        local plain = work.run()
        assert(os.setlocale("%s"))
        assert(("%%.1f"):format(0.5) == "0,5")
        assert(os.setlocale() == "%s" and "a" < "B")
        local there = work.run()
        assert(os.setlocale "C")
        local byte = 1
        while byte <= #plain and plain:byte(byte) == there:byte(byte) do
          byte = byte + 1
        end
        print(plain == there and "same"
          or plain:sub(byte - 100, byte + 100) .. "\nis\n"
          .. there:sub(byte - 100, byte + 100))]]):format(locale, locale),
        "export LOCPATH=" .. folder))
    end)
  end
end)

-- ---- where it finds its files

describe("what has been loaded", function()
  it("works on when nothing can be found any more", function()
    assert.equal("same\n", printed [[
      local work = require "spec.guest.work"
      local before = work.run()
      package.path, package.cpath = "", ""
      print(before == work.run() and "same" or "another")]])
  end)

  it("works on for scripts that have no require", function()
    assert.equal("true\n", printed [[
      local activitylog = require "activitylog"
      local script = assert(load("return log:export_text { period = 'all', "
        .. "format = 'html' }", "script", "t",
        { log = assert(activitylog.open ":memory:") }))
      print(script() ~= nil)]])
  end)
end)

-- ---- two states

describe("two states of a process on one log", function()
  -- The second one runs OTHER while the first one is at work.
  local function both(program, other)
    return printed(([[
      local activitylog = require "activitylog"
      local function record(id)
        return { id = id, operation_date = "2026-10-01T08:00:00Z" }
      end
      local all = { period = "all" }
      local function other() return process.state %q end
      local log = assert(activitylog.open "log.db")
      assert(log:append { record "1", record "2" })
      ]]):format(other) .. program)
  end

  local APPEND = [[
    local activitylog = require "activitylog"
    local log = assert(activitylog.open("log.db", { timeout = 0 }))
    local made, message, code = log:append { id = "other",
      operation_date = "2026-10-01T08:00:00Z" }
    return tostring(made and made.added or code)]]

  it("see what the other wrote", function()
    assert.equal("1\n3\t3\n", both([[
      print(other())
      print(log:count(all), log:verify().records)]], APPEND))
  end)

  it("take their turns", function()
    assert.equal("busy\nbusy\n20002\n", both([[
      local lines = {}
      for i = 1, 20000 do
        lines[i] = ('{"id":"p%d","operationDate":"2026-10-01T08:00:00Z",'
          .. '"customerName":"%s"}'):format(i, ("x"):rep(100))
      end
      local calls = 0
      assert(log:import_text(table.concat(lines, "\n"), { progress = function()
        calls = calls + 1
        if calls < 3 then print(other()) end
      end }))
      print(log:count(all))]], APPEND))
  end)

  -- POSIX locks are the process's: it would lose them with the first close.
  for _, path in ipairs { "log.db", "new.db" } do
    it("do not let others into " .. path .. " when one closes its log",
      function()
        local open = ([[
          local log, message, code = require("activitylog").open("%s",
            { timeout = 0 })]]):format(path)
        local stranger = support.LUA .. " -e " .. support.quote(open .. [[
          if log then
            message, code = select(2, log:append { id = "3",
              operation_date = "2026-10-01T08:00:00Z" })
          end
          print(code)]])
        assert.equal("busy\n", both(([[
          local own = assert(activitylog.open("%s"))
          local text = ('{"id":"3","operationDate":"2026-10-01T08:00:00Z"}'
            .. (" "):rep(400) .. "\n"):rep(40000) -- large, for a first import
          local told
          assert(own:import_text(text, { progress = function()
            if told then return end
            told = true
            other()
            os.execute(%q)
          end }))]]):format(path, stranger), open .. [[
          if log then
            log:count()
            log:close()
          end]]))
      end)
  end

  it("go on when the other is closed", function()
    assert.equal("2\n1\n3\n", both([[
      local seen = 0
      for _ in log:records(all) do
        seen = seen + 1
        if seen == 1 then collectgarbage() other() end
      end
      print(seen)
      print(log:append(record "3").added)
      print(log:count(all))]], [[
      local log = assert(require("activitylog").open "log.db")
      left_open = { log, log:records { period = "all" } }]]))
  end)
end)

-- ---- standard streams

-- A report that had the number of one would get what somebody prints.
describe("a process without standard input, output and error", function()
  local EXPORT = [[
    local activitylog = require "activitylog"
    local records = {}
    for i = 1, 1500 do
      records[i] = { id = "r" .. i, operation_date = "2026-10-01T08:00:00Z" }
    end
    local log = assert(activitylog.open "log.db")
    assert(log:append(records))
    io.stdout:setvbuf "no"
    local function talk()
      print "printed"
      io.stderr:write "printed"
      return "cell"
    end
    local layout = activitylog.layout { { title = "A", value = talk } }
    for _, format in ipairs { "csv", "html", "xlsx", "jsonl" } do
      for _, stream in ipairs { CLOSED } do pcall(process.close, stream) end
      local given = { period = "all", format = format, progress = talk }
      if format == "csv" or format == "xlsx" then given.layout = layout end
      assert(log:export("report." .. format, given))
    end]]

  -- The reports, one behind the other.
  local function reports(closed, host)
    local output, status, folder = run(EXPORT:gsub("CLOSED", closed), host)
    assert.equal(0, status, output)
    local texts = {}
    for i, format in ipairs { "csv", "html", "xlsx", "jsonl" } do
      texts[i] = support.read(folder .. "/work/report." .. format)
    end
    return table.concat(texts)
  end

  for _, streams in ipairs { "0", "1", "2", "0, 1, 2" } do
    it("writes its reports as ever, be it without " .. streams, function()
      local whole = reports("")
      assert.is_true(whole == reports(streams), "closed later")
      assert.is_true(whole == reports("", "exec " .. streams:gsub("(%d),?",
        "%1>&-")), "closed before")
    end)
  end

  it("gives the log no number of theirs", function()
    local seen = printed([[
      local told = assert(io.open("told", "w"))
      local log = assert(require("activitylog").open "log.db")
      assert(log:append { id = "1", operation_date = "2026-10-01T08:00:00Z" })
      for number, target in pairs(process.list "/proc/self/fd") do
        assert(tonumber(number) > 2 or not target:find "log%.db", target)
      end
      log:close()]], "exec <&- >&- 2>&-")
    assert.equal("", seen)
  end)
end)
