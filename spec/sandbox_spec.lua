-- Layout files of somebody who means ill: what they reach, what they take, and
-- what they say. Each is run by the command in a child process with limits.

local support = require "spec.support"

local RECORDS = [[{"id":"1","operationDate":"2026-10-01T08:00:00Z",
  "operationType":"create_order","customerName":"Relecloud",
  "customizedData":[{"key":"a","value":"b"}],"participants":[{"x":1}],
  "resourceNewValue":"{\"LineItems\":[{\"Quantity\":2}]}"}]]

-- Run an export with a layout: what it says, its status, and the report, which
-- is nil when there is none. Nothing else may have changed in its folder.
local function export(layout, limits)
  local folder = support.temp_dir()
  local log = assert(require("activitylog").open(folder .. "/log.db"))
  assert(log:import_text(RECORDS))
  log:close()
  support.write(folder .. "/canary", "alive")
  support.write(folder .. "/layout.lua", layout)
  local output, status = support.run(
    "export ASAN_OPTIONS=$ASAN_OPTIONS:allocator_may_return_null=1; "
    .. support.lua_in(folder, "-e " .. support.quote(([[
      local limits = require("activitylog.command.sandbox").limits
      %s
      os.exit(require("activitylog.command").main {
        "export", "--quiet", "--period=all", "--layout-file=layout.lua",
        "--log=log.db", "--output=report.csv" })]]):format(limits or ""))))
  assert.equal("alive", support.read(folder .. "/canary"))
  local report = support.exists(folder .. "/report.csv")
    and support.read(folder .. "/report.csv"):gsub("^\u{FEFF}", "") or nil
  os.remove(folder .. "/report.csv")
  assert.equal("canary layout.lua log.db", (support.check("cd " .. folder
    .. " && ls -A | grep -v -e '^log.db-'"):gsub("\n", " "):gsub(" $", "")))
  return output, status, report
end

-- A column of one cell.
local COLUMN = "return { { title = 'T', value = function(record) %s end } }"

local function cell(body)
  local output, status, report = export(COLUMN:format(body))
  assert.equal("", output)
  assert.equal(0, status)
  return report:match("^T\r\n(.*)\r\n$")
end

-- One line for people, which a terminal does not obey.
local function check_fault(output, status)
  assert.truthy(output:find("^activitylog: [^\n]+\n$"), output)
  assert.falsy(output:sub(1, -2):find("[\0-\31\127]"), output)
  assert.truthy(#output < 3000)
  assert.equal(3, status)
end

-- It would be a layout, if it were loaded.
local BINARY = string.dump(function()
  return { { title = "T", field = "id" } }
end)

describe("a layout file", function()
  it("reaches these functions and no other, wherever it looks", function()
    local found = cell [[
      local seen, names = {}, {}
      local function walk(value, path)
        if value == nil or seen[value] then return end
        if type(value) == "function" then
          names[#names + 1] = path
        elseif type(value) == "table" then
          seen[value] = true
          for name, inner in pairs(value) do
            walk(inner, path == "" and tostring(name) or path .. "." .. name)
          end
        elseif type(value) ~= "string" and type(value) ~= "number"
               and type(value) ~= "boolean" then
          names[#names + 1] = path .. " " .. type(value)
        end
      end
      walk(_ENV, "")
      walk(record, "record")
      walk(record.line_items, "items")
      for _, name in ipairs { "old_value", "new_value", "other",
                              "customized_data", "line_items" } do
        walk(record[name], name)
      end
      walk((pairs(record)), "record's next")
      for _, name in ipairs { "__index", "__gc", "__metatable", "__name",
                              "__pairs", "__close", "_G", "_ENV", "dump",
                              "load", "execute", "popen", "open" } do
        walk(record[name], "record." .. name)
        walk(("")[name], "string." .. name)
      end
      table.sort(names)
      return table.concat(names, " ")]]
    local allowed = { "record's next", "assert", "error", "ipairs", "next",
      "pairs", "pcall", "rawequal", "rawget", "rawlen", "rawset", "select",
      "tonumber", "tostring", "type" }
    for _, library in ipairs { "math", "string", "table", "utf8" } do
      for name, value in pairs(_G[library]) do
        if type(value) == "function" and name ~= "dump" then
          allowed[#allowed + 1] = library .. "." .. name
        end
      end
    end
    table.sort(allowed)
    assert.equal(table.concat(allowed, " "), found)
  end)

  for what, body in pairs {
    ["the metatable of strings"] =
      "return pcall(function() ('').upper = error end)",
    ["what strings can do"] =
      "string.upper = error return ('a'):upper() ~= 'A'",
    ["what our own Lua can do"] =
      "table.concat, string.format, math.floor = error, error, error",
    ["the function behind pairs"] =
      "local step = pairs(record) return pcall(step, 1, 'id')",
    ["a record's field for all"] = "record.id = nil return false",
    ["bytecode"] = "return ('').dump ~= nil",
    ["another environment"] =
      "local _ENV = { record = record } return record == nil",
    ["a metatable of its own"] = "return setmetatable ~= nil",
    ["values behind the end of a stack"] =
      "return (select('#', table.unpack({}, 1, 200))) ~= 200",
    ["a huge index"] =
      "return pcall(table.unpack, {}, math.mininteger, math.maxinteger)",
    ["the arguments of the command"] = "return arg ~= nil",
  } do
    it("cannot change or get " .. what, function()
      local found = cell(body)
      assert.truthy(found:find("^false") or found == '""', found)
    end)
  end

  for what, layout in pairs {
    ["a file"] = "io.open('canary', 'w'):write('dead')",
    ["a program"] = "os.execute 'rm canary'",
    ["a module"] = "require 'activitylog.core'.open 'canary'",
    ["other Lua"] = "load 'os.remove \"canary\"' ()",
    ["a file of Lua"] = "dofile 'canary'",
    ["the stack"] = "debug.getregistry()",
    ["all globals"] = "_G.os.remove 'canary'",
    ["a finalizer"] = "setmetatable({}, { __gc = error })",
    ["a coroutine"] = "coroutine.wrap(error)()",
    ["the collector"] = "collectgarbage 'stop'",
    ["standard output"] = "print 'x'",
    ["a goto out of it"] = "goto out",
    ["a binary chunk"] = BINARY,
    ["a binary chunk behind a mark"] = "\u{FEFF}" .. BINARY,
  } do
    it("ends when it reaches for " .. what, function()
      local output, status, report = export(layout)
      check_fault(output, status)
      assert.is_nil(report)
    end)
  end

  for what, value in pairs {
    ["what a terminal obeys"] = [["\27[2J\27]0;owned\7\r\n\u{202E}x"]],
    ["lines that look like ours"] = [["x\nactivitylog: done\n"]],
    ["a line without end"] = [[("x"):rep(1 << 20)]],
    ["no UTF-8"] = [["\xFF\xC0\0"]],
    ["a table that looks like a failure of ours"] =
      "{ status = 0, message = 'done' }",
    ["a number"] = "0", ["nothing"] = "nil", ["a function"] = "error",
  } do
    it("may raise " .. what .. ", which is one line and status 3", function()
      for _, layout in ipairs {
        ("error(%s, 0)"):format(value),
        COLUMN:format(("error(%s, 0)"):format(value)),
      } do
        local output, status, report = export(layout)
        check_fault(output, status)
        assert.falsy(output:find("activitylog: done", 2, true)
          and output:find("\n.+\n"))
        assert.is_nil(report)
      end
    end)
  end

  for what, columns in pairs {
    ["a table that holds itself"] =
      "local t = {} t[1], t.title, t.value = t, t, t return t",
    ["a table of odd keys"] = "return { [1.5] = {}, [true] = {} }",
    ["a far index"] = "return { [math.maxinteger] = {} }",
    ["a title of strange text"] =
      [[return { { title = "\27[2J\n", value = 1 } }]],
    ["a link to a script"] = "return { { title = 'T', link = 'subscriptions', "
      .. "url = 'javascript:alert({id})' } }",
    ["a zone that is a path"] = "return { { field = 'operation_date', "
      .. "zone = '../../../etc/passwd' } }",
    ["a pattern for dates that runs on"] = "return { { format = '%', "
      .. "field = 'operation_date' } }",
    ["a function for a title"] = "return { { title = error, field = 'id' } }",
    ["what is no cell"] = COLUMN:format "return {}",
    ["text that is no UTF-8"] = COLUMN:format "return '\\xFF'",
  } do
    it("is refused with " .. what, function()
      local output, status, report = export(columns)
      assert.truthy(output:find("^activitylog: [^\n]+\n$"), output)
      assert.falsy(output:sub(1, -2):find("[\0-\31\127]"), output)
      assert.truthy(status == 3 or status == 2, status)
      assert.is_nil(report)
    end)
  end

  for what, body in pairs {
    ["an order that is none"] = [[local t = {}
      for i = 1, 1000 do t[i] = i end
      pcall(table.sort, t, function() return true end)
      return #t]],
    ["recursion without end"] = [[local function f() return 1 + f() end
      pcall(f) return 1000]],
    ["recursion through C"] = [[local function f(s)
        return (s:gsub(".", f))
      end
      pcall(f, "x") return 1000]],
    ["a pattern that is too deep"] = [[
      pcall(string.find, ("("):rep(1000), ("("):rep(1000)) return 1000]],
    ["a format that is too wide"] = [[
      pcall(string.format, "%99999d", 1) pcall(string.format, "%.999f", 1)
      return #("%.99f"):format(1e300) > 100 and 1000]],
  } do
    it("does no harm by " .. what, function()
      assert.equal("1000", cell(body))
    end)
  end

  for what, body in pairs {
    ["a loop"] = "while true do end",
    ["a loop that catches what it can"] =
      "while true do pcall(string.rep, 'x', 1 << 40) end",
    ["a pattern that goes back and forth"] =
      "return (('a'):rep(50)):find(('a-'):rep(50) .. 'b')",
    ["an order that never ends"] = [[
      local n = 0
      while true do
        pcall(table.sort, { 3, 1, 2 }, function() return true end)
      end]],
    ["a move of nothing"] =
      "table.move({}, 1, math.maxinteger - 1, 2) return 1",
  } do
    it("is ended when its time is over: " .. what, function()
      local output, status, report = export(COLUMN:format(body),
                                            "limits.seconds = 1")
      assert.equal("activitylog: the layout file takes more than the 1 s of "
        .. "processor time it may\n", output)
      assert.equal(3, status)
      assert.is_nil(report)
    end)
  end

  for what, body in pairs {
    ["a string"] = "return #('x'):rep(1 << 30)",
    ["a string of strings"] = [[local s = "x"
      while true do s = s .. s end]],
    ["a list joined"] = [[local t = {}
      for i = 1, 1 << 12 do t[i] = ("x"):rep(1 << 16) end
      return table.concat(t)]],
    ["tables"] = "local t = {} while true do t = { t } end",
    ["many values"] = "return table.unpack({}, 1, 1 << 30)",
    ["a replacement"] =
      "return (('x'):rep(1 << 14):gsub('x', ('y'):rep(1 << 14)))",
    ["a format"] = "return ('%s'):rep(1 << 12):format(table.unpack({}))",
  } do
    it("is ended when it takes too much memory: " .. what, function()
      for _, layout in ipairs { body, COLUMN:format(body) } do
        local output, status, report = export(layout,
          "limits.bytes, limits.seconds = 128 << 20, 10")
        check_fault(output, status)
        assert.is_nil(report)
      end
    end)
  end
end)
