-- Hostile hands in Lua: whatever is given to what is public, in whatever order,
-- there is no crash but an error that says what is wrong, and the log stays.

local activitylog = require "activitylog"
local support = require "spec.support"
local walk = require "spec.hands.walk"

-- ---- all that can be called

describe("hostile values", function()
  for _, group in ipairs(walk.groups()) do
    it(("harm nothing in %s"):format(group), function()
      local folder = support.temp_dir()
      local output, status = support.run(support.lua_in(folder, "-e "
        .. support.quote(([[
          assert(require("spec.hands.walk").run("%s") > 0)
          print "whole"]]):format(group))) .. " 2>stderr </dev/null")
      assert.equal("whole\n", output)
      assert.equal(0, status, support.read(folder .. "/stderr"))
    end)
  end
end)

-- ---- what is called back

local MANY = 1100 -- records, more than there are between two calls of progress

local function records(count)
  local list = {}
  for i = 1, count do
    list[i] = { id = tostring(i), customer_name = "Relecloud",
      operation_date = ("2026-10-01T08:%02d:%02dZ"):format(i // 60, i % 60) }
  end
  return list
end

local function all(given)
  given.period = "all"
  return given
end

-- A MiB and more, of which progress is told.
local function pages(log)
  local text = assert(log:export_text(all { format = "jsonl" }))
  return text:rep((1 << 20) // #text + 2)
end

local function layout(call)
  return activitylog.layout { { title = "A", value = call } }
end

-- Every work on a log that calls back.
local CALLBACKS = {
  ["progress of import_text()"] = function(log, call)
    return log:import_text(pages(log), { progress = call })
  end,
  ["progress of import()"] = function(log, call)
    local file <close> = assert(io.tmpfile())
    assert(file:write(pages(log)))
    file:seek "set"
    return log:import(file, { progress = call })
  end,
  ["progress of export() as csv"] = function(log, call)
    local file <close> = assert(io.tmpfile())
    return log:export(file, all { progress = call })
  end,
  ["progress of export_text() as jsonl"] = function(log, call)
    return log:export_text(all { format = "jsonl", progress = call })
  end,
  ["progress of export_text() as html"] = function(log, call)
    return log:export_text(all { format = "html", progress = call })
  end,
  ["progress of count()"] = function(log, call)
    return log:count(all { text = "relecloud", progress = call })
  end,
  ["progress of verify()"] = function(log, call)
    return log:verify { progress = call }
  end,
  ["progress of backup()"] = function(log, call)
    return log:backup(support.temp_dir() .. "/copy.db", { progress = call })
  end,
  ["progress of rows()"] = function(log, call)
    return log:rows(function() end, all { progress = call })
  end,
  ["progress of summary()"] = function(log, call)
    return log:summary(all { progress = call })
  end,
  ["the function of rows()"] = function(log, call)
    return log:rows(function() call() end, all {})
  end,
  ["a column of export_text()"] = function(log, call)
    return log:export_text(all { layout = layout(function() call() end) })
  end,
  ["a column of rows()"] = function(log, call)
    return log:rows(function() end,
                    all { layout = layout(function() call() end) })
  end,
}

-- A column says which record it was, so what is no text becomes one.
local COLUMNS = {
  ["a column of export_text()"] = true, ["a column of rows()"] = true,
}

-- No lock is held, and no transaction is open.
local function check_usable(log)
  assert.equal(1, assert(log:append(records(1))).known)
  assert.equal(MANY, log:count { period = "all" })
end

for name, work in pairs(CALLBACKS) do
  describe(name .. "", function()
    local log

    before_each(function()
      log = assert(activitylog.open(":memory:"))
      assert(log:append(records(MANY)))
    end)

    after_each(function()
      check_usable(log)
      log:close()
    end)

    -- What the callback raises, as it comes out.
    local function raised(value)
      local ok, err = pcall(work, log, function() error(value, 0) end)
      assert.is_false(ok)
      return err
    end

    it("may raise anything", function()
      for _, value in ipairs { {}, 42, false } do
        local err = raised(value)
        if COLUMNS[name] then
          assert.equal("column 'A', record 1100: it raised an error that is "
            .. "no string", err)
        else
          assert.equal(value, err)
        end
      end
      if not COLUMNS[name] then
        local text = ("long"):rep(1000) .. "\0\27"
        assert.is_true(raised(text) == text)
        assert.is_nil(raised(nil))
      end
    end)

    it("may collect, count and append", function()
      local calls = 0
      assert(work(log, function()
        calls = calls + 1
        if calls > 2 then return end
        collectgarbage()
        assert(log:count { period = "all" } == MANY)
        -- Refused while an import goes on, or a proof or copy is made.
        local ok, message = pcall(log.append, log, records(1))
        assert(ok or message:find " is running$"
          or message:find " is being %l+$", message)
      end))
      assert.truthy(calls > 0)
    end)

    it("cannot close the log, be it by a metatable of ours", function()
      local store, seen = log._store, 0
      assert(work(log, function()
        if seen > 0 then return end
        for object, close in pairs {
          [log] = log.close, [store] = getmetatable(store).__gc,
        } do
          local ok, message = pcall(close, object)
          assert(not ok and message:find("log is at work", 1, true), message)
          seen = seen + 1
        end
      end))
      assert.equal(2, seen)
    end)

    it("cannot yield", function()
      local thread = coroutine.create(work)
      local ok, message = coroutine.resume(thread, log, coroutine.yield)
      assert.is_false(ok)
      assert.matches("attempt to yield across a C%-call boundary", message)
    end)

    it("may fill the stack", function()
      local function deep() return 1 + deep() end
      local ok, message = pcall(work, log, deep)
      assert.is_false(ok)
      assert.matches("stack overflow", message)
    end)
  end)
end

-- ---- iterators

describe("an iterator over records", function()
  local log

  before_each(function()
    log = assert(activitylog.open(":memory:"))
    assert(log:append(records(MANY)))
  end)

  after_each(function()
    if log._closed then return end
    check_usable(log)
    log:close()
  end)

  it("goes on in another coroutine", function()
    local call, cursor = log:records { period = "all" }
    local seen = 0
    for _ = 1, 3 do
      coroutine.wrap(function()
        for _ = 1, 10 do
          assert(call(cursor))
          seen = seen + 1
        end
      end)()
    end
    assert.equal(30, seen)
    assert.equal("1070", call(cursor).id)
  end)

  it("may be left in the middle and collected, as may its coroutine", function()
    for _ = 1, 50 do
      local call, cursor = log:records { period = "all" }
      assert(call(cursor))
      local thread = coroutine.wrap(function()
        for record in log:records { period = "all" } do
          coroutine.yield(record)
        end
      end)
      assert(thread())
    end
    collectgarbage()
    check_usable(log)
  end)

  it("lets errors of any kind through", function()
    for _, value in ipairs { {}, 42, "text" } do
      local ok, err = pcall(function()
        for _ in log:records { period = "all" } do error(value, 0) end
      end)
      assert.same({ false, value }, { ok, err })
      check_usable(log)
    end
  end)

  it("raises when the log is closed meanwhile", function()
    assert.matches("log is closed", support.error_of(function()
      for _ in log:records { period = "all" } do log:close() end
    end))
  end)

  it("takes no cursor that is none", function()
    local call, cursor = log:records { period = "all" }
    for _, wrong in ipairs { log, log._store, {}, io.stdout, 1, "x" } do
      assert.matches("activitylog.cursor expected, got", support.error_of(
        function() call(wrong) end))
    end
    assert.equal("1100", call(cursor).id)
  end)
end)

-- ---- the process

-- Run a program on a new log of so many records, whose path it gets as `path`:
-- what it says, its status, and the log's folder. Who leaves in the middle, or
-- takes finalizers away, leaks.
local function run(count, program)
  local folder = support.temp_dir()
  local path = folder .. "/log.db"
  local output, status = support.run(
    "ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 "
    .. support.lua(([[
    local path, folder = "%s", "%s"
    local activitylog = require "activitylog"
    local log = assert(activitylog.open(path))
    local records = {}
    for i = 1, %d do
      records[i] = { id = tostring(i), operation_date = "2026-10-01T08:00:00Z" }
    end
    assert(log:append(records))
    local all = { period = "all" }
    local function with(name, call) return { period = "all", [name] = call } end
    %s]]):format(path, folder, count, program)))
  return output, status, folder
end

describe("os.exit() with the state closed", function()
  for name, work in pairs {
    ["progress of import"] = [[log:import_text(("[]\n"):rep(1 << 20),
      { progress = leave })]],
    ["progress of export"] =
      [[log:export(folder .. "/report.csv", with("progress", leave))]],
    ["progress of a page"] = [[log:export(folder .. "/report.html",
      { period = "all", format = "html", progress = leave })]],
    ["a column"] = [[log:export(folder .. "/report.csv", with("layout",
      activitylog.layout { { title = "A", value = leave } }))]],
    ["a column of a workbook"] = [[log:export(folder .. "/report.xlsx",
      { period = "all", format = "xlsx", layout = activitylog.layout {
        { title = "A", value = leave } } })]],
    ["the function of rows()"] = [[log:rows(leave, all)]],
    ["a loop"] = [[for _ in log:records(all) do leave() end]],
    ["a finalizer"] = [[setmetatable({}, { __gc = leave })
      for _ = 1, 100 do log:records(all) collectgarbage() end]],
  } do
    it("in " .. name .. " leaves a whole log and no report", function()
      local output, status, folder = run(MANY, "local function leave() "
        .. "os.exit(7, true) end\n" .. work)
      assert.equal(7, status, output)
      local left <close> = assert(activitylog.open(folder .. "/log.db"))
      assert.equal(MANY, left:count { period = "all" })
      assert.equal(1, assert(left:append { id = "1",
        operation_date = "2026-10-01T08:00:00Z" }).known)
      assert.equal("", support.check("ls " .. folder .. " | grep report || :"))
    end)
  end
end)

describe("os.exit() while a second thread makes a report", function()
  it("lets it read nothing that the state took with it", function()
    for _ = 1, 5 do
      local output, status, folder = run(1, [[
        for i = 1, 30000 do
          records[i] = { id = tostring(i), customer_name = "Relecloud",
            operation_date = ("2026-10-%02dT%02d:%02d:00Z"):format(
              1 + i // 1440, i // 60 % 24, i % 60) }
        end
        assert(log:append(records))
        local calls = 0
        log:export(folder .. "/report.csv", {
          period = "all", customer_name = "rele",
          layout = activitylog.layout {
            { title = "A", template = "{id}" .. ("x"):rep(1000) } },
          progress = function()
            calls = calls + 1
            if calls == 3 then os.exit(7, true) end
          end })]])
      assert.equal(7, status, output)
      assert.falsy(support.exists(folder .. "/report.csv"))
    end
  end)
end)

describe("globals and metatables that were changed", function()
  -- Every method, as far as it comes.
  local WORK = [[
    local try, traverse, kind, fail = pcall, next, type, error
    local function attempt()
      try(log.records, log, all)
      try(log.count, log, all)
      try(log.imports, log)
      try(log.purges, log)
      try(log.append, log, records)
      try(log.import_text, log, "[]")
      try(log.import, log, path)
      for _, format in traverse, { "csv", "jsonl", "html" } do
        try(log.export_text, log, { period = "all", format = format })
      end
      try(log.rows, log, function() end, all)
      local _, summary = try(log.summary, log, all)
      if kind(summary) == "table" then try(summary.export_text, summary) end
      try(activitylog.open, path)
      try(activitylog.period, "2026-10", nil, "UTC")
      try(activitylog.layout, { { title = "A", field = "id" } })
      try(activitylog.details, records[1])
      try(activitylog.link.subscriptions, "x")
      try(activitylog.access.new)
      try(activitylog.access.name, "admin_agent", "de")
    end
    ]]

  local CHANGES = {
    ["a global that is nil"] = [[
      for _, name in traverse, { "type", "next", "error", "pcall", "ipairs",
                             "pairs", "tostring", "setmetatable", "select",
                             "getmetatable", "rawget", "rawlen", "require",
                             "utf8", "io", "os", "math", "table", "string" } do
        local was = _G[name]
        _G[name] = nil
        attempt()
        _G[name] = was
      end]],
    ["a function of a library that is nil"] = [[
      for _, library in next, { string, table, math, utf8, io } do
        local names = {}
        for name in next, library do names[#names + 1] = name end
        for _, name in next, names do
          local was = library[name]
          library[name] = nil
          attempt()
          library[name] = was
        end
      end]],
    ["a function that lies"] = [[
      for _, library in next, { string, table, math, utf8, io, _G } do
        local names = {}
        for name, value in next, library do
          if type(value) == "function" then names[#names + 1] = name end
        end
        for _, name in next, names do
          local was = library[name]
          local calls = 0
          library[name] = function()
            calls = calls + 1
            if calls > 50 then fail "enough" end -- loops have to end
            return -1, {}, "x"
          end
          attempt()
          library[name] = was
        end
      end]],
    ["a metatable of strings that is gone"] = [[
      local meta = getmetatable "x"
      local was = meta.__index
      meta.__index = nil
      attempt()
      meta.__index = function() return function() return 1 end end
      attempt()
      meta.__index = was]],
    ["a metatable for nil and for numbers"] = [[
      local meta = { __index = function() return 1 end,
                     __call = function() return {} end }
      debug.setmetatable(nil, meta)
      debug.setmetatable(1, meta)
      attempt()
      debug.setmetatable(nil, nil)
      debug.setmetatable(1, nil)]],
    ["our metatables, emptied"] = [[
      local classes = { log, log._store, log:summary(all),
                        activitylog.period("2026-10"), activitylog.access.new(),
                        activitylog.layout { { title = "A", field = "id" } },
                        (select(2, log:records(all))) }
      for _, object in next, classes do
        local meta, was = debug.getmetatable(object), {}
        for name, value in next, meta do was[name] = value end
        for name in next, was do meta[name] = nil end
        attempt()
        for name, value in next, was do meta[name] = value end
      end]],
    ["the registry's classes, emptied"] = [[
      local registry = debug.getregistry()
      for name in next, was_in(registry) do
        local was = registry[name]
        registry[name] = {}
        attempt()
        registry[name] = nil
        attempt()
        registry[name] = was
      end]],
    ["fields of the log"] = [[
      for _, value in next, { 1, "x", {}, io.stdout, print } do
        local was = log._store
        log._store, log._closed = value, value
        attempt()
        log._store = value
        log._closed = nil
        attempt()
        log._store = was
      end]],
  }

  for name, change in pairs(CHANGES) do
    it(("do no harm: %s"):format(name), function()
      local output, status = run(3, [[
        local function was_in(registry)
          local found = {}
          for name, value in next, registry do
            if type(value) == "table" and value.__name == name
               and name:find "^activitylog" then
              found[name] = value
            end
          end
          return found
        end
        ]] .. WORK .. change .. [[

        assert(log:count { period = "all" } == 3)
        assert(log:append(records).known == 3)
        io.stdout:write "whole"]])
      assert.equal("whole", output)
      assert.equal(0, status)
    end)
  end
end)
