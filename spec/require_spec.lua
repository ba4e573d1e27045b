-- What require "activitylog" does to the process that it is run in. Each test
-- has a process of its own, as Busted has changed this one.

local support = require "spec.support"

-- What a Lua program prints.
local function printed(program)
  return support.check(support.lua(program))
end

-- What it loads before anything is asked of it.
local AT_START = "activitylog activitylog.access activitylog.access.roles "
  .. "activitylog.core activitylog.link activitylog.log activitylog.options "
  .. "activitylog.period activitylog.query activitylog.record_fields"

-- The modules that a Lua program loads, in the order of their names.
local function loaded_by(program)
  return printed(([[
    local before, names = {}, {}
    for name in next, package.loaded do before[name] = true end
    %s
    for name in next, package.loaded do
      if not before[name] then names[#names + 1] = name end
    end
    table.sort(names)
    print(table.concat(names, " "))]]):format(program))
end

-- Those of them that were not there at the start.
local function added(names)
  local start, list = {}, {}
  for name in AT_START:gmatch("%S+") do start[name] = true end
  for name in names:gmatch("%S+") do
    if not start[name] then list[#list + 1] = name end
  end
  return table.concat(list, " ") .. "\n"
end

describe("require \"activitylog\"", function()
  it("sets no global and changes none", function()
    assert.equal("", printed [[
      local before = {}
      for name, value in next, _G do before[name] = value end
      require "activitylog"
      for name, value in next, _G do
        if before[name] ~= value then print(name) end
      end]])
  end)

  it("adds nothing to string, table, io and the other libraries", function()
    assert.equal("", printed [[
      local before = {}
      for name, library in next, package.loaded do
        before[name] = {}
        for key, value in next, library do before[name][key] = value end
      end
      require "activitylog"
      for name, library in next, before do
        for key, value in next, package.loaded[name] do
          if library[key] ~= value and name ~= "package" then
            print(name, key)
          end
        end
      end]])
  end)

  it("leaves the metatables of strings and files as they are", function()
    assert.equal("", printed [[
      local function names_of(object)
        local names = {}
        for name in next, debug.getmetatable(object) do names[name] = true end
        return names
      end
      local strings, files = names_of "", names_of(io.stdout)
      require "activitylog"
      for name in next, names_of "" do assert(strings[name]) end
      for name in next, names_of(io.stdout) do assert(files[name]) end
      assert(debug.getmetatable(1) == nil)]])
  end)

  it("loads its own modules and no other", function()
    assert.equal(AT_START .. "\n", loaded_by [[require "activitylog"]])
  end)

  it("loads for imports of JSON and for records nothing more", function()
    assert.equal(AT_START .. "\n", loaded_by [[
      local log = require("activitylog").open ":memory:"
      log:append { id = "1", operation_date = "2026-10-01T00:00:00Z" }
      log:import_text '{"id":"2","operationDate":"2026-10-01T00:00:00Z"}'
      for _ in log:records { period = "all", customer_name = "a" } do end
      log:count { period = require("activitylog").period("2026-10") }
      log:close()]])
  end)

  it("loads for a report what that needs, and words only for people",
    function()
      local function loaded(given)
        return loaded_by(([[
          local log = require("activitylog").open ":memory:"
          log:append { id = "1", operation_date = "2026-10-01T00:00:00Z" }
          assert(log:export_text { period = "all", %s })]]):format(given))
      end
      local both = "activitylog.layout activitylog.report"
      assert.equal(both .. "\n", added(loaded 'format = "jsonl"'))
      assert.equal(both .. "\n",
                   added(loaded 'layout = "full", excel = false'))
      assert.equal("activitylog.layout activitylog.locale.en_us "
        .. "activitylog.report\n", added(loaded 'layout = "full"'))
      assert.equal("activitylog.layout activitylog.locale "
        .. "activitylog.locale.de_de activitylog.lower "
        .. "activitylog.report\n",
        added(loaded 'layout = "full", locale = "de"'))
    end)

  it("loads for a summary what makes it, and for its report the rest",
    function()
      local function loaded(more)
        return added(loaded_by(([[
          local log = require("activitylog").open ":memory:"
          local summary = log:summary { period = "all" }
          %s]]):format(more)))
      end
      assert.equal("activitylog.summary\n", loaded "")
      assert.equal("activitylog.layout activitylog.report activitylog.summary "
        .. "activitylog.summary.shape\n",
        loaded 'summary:export_text { format = "jsonl" }')
    end)

  it("raises when a module is not found later, naming it", function()
    assert.matches("^false%s.*module 'activitylog.report' not found", printed [[
      local activitylog = require "activitylog"
      local log = activitylog.open ":memory:"
      package.path, package.cpath = "", ""
      print(pcall(log.export_text, log))]])
    assert.matches("^false%s.*'activitylog.csv_titles' not found.*\n0\n$",
                   printed [[
      local log = require("activitylog").open ":memory:"
      local path = package.path
      package.path, package.cpath = "", ""
      print(pcall(log.import_text, log,
                  "Date-Time,Affected customer,Action\n2026-10-01,A,b\n"))
      package.path = path
      assert(log:import_text(
        "Date-Time,Affected customer,Action\n2026-13-01,A,b\n") == nil)
      print(log:count { period = "all" })]])
  end)

  it("prints nothing", function()
    assert.equal("", printed [[require "activitylog"]])
  end)

  it("gives the functions and values that are documented", function()
    assert.equal("_VERSION access copy create details layout link null open "
      .. "period threads\n", printed [[
      local names = {}
      for name in next, (require "activitylog") do
        names[#names + 1] = name
      end
      table.sort(names)
      print(table.concat(names, " "))]])
  end)

  it("leaves locale, time zone, umask and signals alone, whatever it does",
    function()
      -- The process reads its own signals: while popen starts a shell it holds
      -- them back for a moment.
      local state = "echo $TZ; umask"
      assert.equal("same\n", support.check(
        "TZ=Europe/Madrid " .. support.lua(([[
        local function state()
          local pipe <close> = io.popen(%q)
          local file <close> = io.open "/proc/self/status"
          local signals = file:read("a"):match "SigPnd.-CapInh"
          return pipe:read("a") .. signals .. os.setlocale()
            .. os.date("%%H", 0)
        end
        local before = state()
        local activitylog = require "activitylog"
        local log = activitylog.open(":memory:")
        log:append { id = "1", operation_date = "2026-10-01T00:00:00Z" }
        log:export_text { period = "all", zone = "local" }
        print(before == state() and "same" or before .. state())
        log:close()]]):format(state))))
    end)

  it("keeps no file open once the log is closed", function()
    local folder = support.temp_dir()
    assert.equal("same\n", printed(([[
      local activitylog = require "activitylog"
      local open_files = require "spec.descriptors"
      local before = open_files()
      for _ = 1, 20 do
        local log = activitylog.open(%q)
        log:append { id = "1", operation_date = "2026-10-01T00:00:00Z" }
        for record in log:records { period = "all" } do break end
        log:export(%q)
        log:close()
      end
      print(before == open_files() and "same" or "more")]])
      :format(folder .. "/log.db", folder .. "/a.csv")))
  end)
end)
