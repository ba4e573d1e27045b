local activitylog = require "activitylog"
local core = require "activitylog.core"
local fields = require "activitylog.record_fields"
local support = require "spec.support"

local function one_record()
  local record = {
    id = "one", operation_date = "2026-10-01T08:00:00.0000000Z",
    customized_data = "[]", other = "{\"a\":1}",
  }
  for _, name in ipairs(fields) do record[name] = record[name] or name end
  local log = support.log()
  assert(log:append(record))
  return log
end

local function sorted_names(t)
  local names = {}
  for name in next, t do names[#names + 1] = name end
  table.sort(names)
  return names
end

describe("activitylog.core", function()
  describe("temporary_file()", function()
    local function descriptors_of(process)
      return support.check(("ls -l /proc/%s/fd 2>/dev/null | grep deleted")
        :format(process))
    end

    it("gives a file to write and read, without a name, in TMPDIR", function()
      local file <close> = assert(core.temporary_file())
      assert(file:write "text")
      assert(file:seek "set")
      assert.equal("text", file:read "a")
      assert.matches("activitylog%-%w+ %(deleted%)", descriptors_of "$PPID")
    end)

    it("is in /tmp where TMPDIR names no folder", function()
      local there = support.check("TMPDIR=/none " .. support.lua [[
        local file = assert(require("activitylog.core").temporary_file())
        os.execute "ls -l /proc/$PPID/fd | grep deleted"]])
      assert.matches("/tmp/activitylog%-%w+ %(deleted%)", there)
    end)

    it("fails where the folder takes none", function()
      local _, message, code = support.check("TMPDIR=/proc " .. support.lua [[
        print(require("activitylog.core").temporary_file())]])
          :match "^(nil)\t(.*)\t(%w+)\n$"
      assert.matches("^cannot make a temporary file in /proc: ", message)
      assert.equal("io", code)
    end)

    it("gives it to no program that is started", function()
      local file <close> = assert(core.temporary_file())
      assert(file:write "text")
      assert.equal("", (support.run
        "ls -l /proc/self/fd | grep 'activitylog-.*deleted'"))
    end)
  end)

  it("has these functions and values", function()
    assert.same({ "_VERSION", "dates", "decode", "details", "is_position",
                  "null", "open", "period", "rules", "sha256",
                  "temporary_file", "width", "zone" },
      sorted_names(core))
  end)

  it("documents its functions and those of stores and cursors", function()
    local sources = support.check(
      "cat $(grep -l '@module activitylog.core' src/bind/*.c)")
    local documented = {}
    for name in sources:gmatch("\n@function ([%w_:]+)\n") do
      documented[name] = true
    end
    local expected = {}
    for name, value in next, core do
      if type(value) == "function" then expected[name] = true end
    end
    for name in next, getmetatable(support.log()._store).__index do
      expected["store:" .. name] = true
    end
    local _, cursor = support.log()._store:records {}
    for name in next, getmetatable(cursor).__index do
      expected["cursor:" .. name] = true
    end
    assert.same(expected, documented)
  end)

  it("has the version of the build, which activitylog passes on", function()
    local version = support.read("CMakeLists.txt")
      :match("VERSION ([%d.]+)\n%s+DESCRIPTION")
    assert.equal(version, core._VERSION)
    assert.equal(version, activitylog._VERSION)
  end)

  it("knows the fields that the Lua half knows, in their order", function()
    local names = {}
    for record in one_record():records { period = "all" } do
      for name in pairs(record) do names[#names + 1] = name end
    end
    assert.same(fields, names)
  end)
end)

describe("core.decode() #gc", function()
  it("gives objects as tables, without members that are null", function()
    assert.same({ a = 1, b = { c = "d" } },
      core.decode [[ {"a": 1, "b": {"c": "d"}, "e": null} ]])
    assert.same({}, core.decode "{}")
  end)

  it("gives arrays as sequences whose null holds its place", function()
    assert.same({ 1, core.null, { core.null }, core.null },
      core.decode "[1,null,[null],null]")
    assert.same({}, core.decode "[]")
  end)

  it("gives null alone as core.null", function()
    assert.equal(core.null, core.decode "null")
    assert.equal(core.null, activitylog.null)
  end)

  it("keeps keys that look like numbers as strings", function()
    assert.same({ ["1"] = "a", [""] = "b" }, core.decode [[{"1":"a","":"b"}]])
  end)

  it("gives integers and floats by how they are written", function()
    for text, expected in pairs {
      ["0"] = 0, ["-1"] = -1, ["9223372036854775807"] = math.maxinteger,
      ["-9223372036854775808"] = math.mininteger,
      ["1.0"] = 1.0, ["1e2"] = 100.0, ["-0.5"] = -0.5, ["5e-324"] = 5e-324,
    } do
      local value = core.decode(text)
      assert.equal(expected, value)
      assert.equal(math.type(expected), math.type(value))
    end
  end)

  it("leaves a number as text that Lua has no number for", function()
    for _, text in ipairs { "9223372036854775808", "-9223372036854775809",
                            "1e400", "-1e400", ("7"):rep(10000) } do
      assert.equal(text, core.decode(text))
    end
  end)

  it("gives strings with every character", function()
    assert.equal("a\0\u{E9}\u{1F600}\"\\/\b\f\n\r\t",
      core.decode [["a\u0000é\ud83d\ude00\"\\\/\b\f\n\r\t"]])
  end)

  it("reads 512 levels and refuses one more", function()
    local value = core.decode(("["):rep(512) .. ("]"):rep(512))
    for _ = 1, 511 do value = value[1] end
    assert.same({}, value)
    local _, message, code = core.decode(("["):rep(513) .. ("]"):rep(513))
    assert.matches("^line 1, byte 513: ", message)
    assert.equal("syntax", code)
  end)

  it("refuses what is no JSON, naming line and byte", function()
    for _, text in ipairs {
      "", " ", "{", "[1,]", "{\"a\"}", "tru", "nul", "'a'", "01", "+1", "NaN",
      "\"a", "\"\n\"", "\xFF", "\"\xC3\"", "[1] [2]", "1 2", "\0",
      "\"\\ud800\"", "{\"a\":1,\"a\":2}",
    } do
      local value, message, code = core.decode(text)
      assert.is_nil(value)
      assert.matches("^line %d+, byte %d+: ", message)
      assert.equal("syntax", code)
    end
  end)

  it("counts lines and bytes from 1", function()
    local _, message = core.decode("[1,\n\nx]")
    assert.matches("^line 3, byte 6: ", message)
  end)

  it("raises on what is no text", function()
    for _, value in ipairs { {}, true, print } do
      assert.has_error(function() core.decode(value) end)
    end
    assert.has_error(function() core.decode() end)
  end)
end)

describe("a method #gc", function()
  local STRANGERS = { 42, "text", true, {}, print, io.stdout,
                      coroutine.create(print) }

  local function refuse_strangers(methods, own)
    local n = 0
    for _, method in next, methods do
      for _, stranger in ipairs(STRANGERS) do
        assert.is_false((pcall(method, stranger)))
      end
      assert.is_false((pcall(method)))
      assert.is_false((pcall(method, own)))
      n = n + 1
    end
    return n
  end

  -- The functions of a metatable, and those in its __index.
  local function functions_of(object)
    local found = {}
    local metatable = debug.getmetatable(object)
    for name, value in next, metatable do
      if type(value) == "function" then found[name] = value end
    end
    if type(metatable.__index) == "table" then
      for name, value in next, metatable.__index do found[name] = value end
    end
    return found
  end

  it("of a store refuses any other object, a cursor too", function()
    local store = one_record()._store
    local _, cursor = store:records {}
    assert.is_true(refuse_strangers(functions_of(store), cursor) > 8)
  end)

  it("of a cursor refuses any other object, a store too", function()
    local store = one_record()._store
    local iterator, cursor = store:records {}
    local methods = functions_of(cursor)
    methods.iterator = iterator
    assert.equal(6, refuse_strangers(methods, store))
  end)

  it("of a record refuses what is no table", function()
    local record = support.list(one_record())[1]
    local metatable = getmetatable(record)
    for _, value in ipairs { 42, "text", true, print, io.stdout } do
      assert.is_false((pcall(metatable.__index, value, "new_value")))
      assert.is_false((pcall(metatable.__pairs, value)))
    end
    assert.is_false((pcall(metatable.__index)))
    assert.is_false((pcall(metatable.__pairs)))
  end)

  it("raises on a store that __gc has closed, which may run again", function()
    local log = one_record()
    local store = log._store
    local metatable = debug.getmetatable(store)
    for _ = 1, 3 do metatable.__gc(store) end
    metatable.__close(store)
    for name, method in next, functions_of(store) do
      if not name:find("^__") and name ~= "close" then
        local _, message = pcall(method, store, {}, {}, {})
        assert.matches("log is closed", message)
      end
    end
    assert.equal("activitylog.store (closed)", tostring(store))
  end)

  it("raises on a cursor that __gc has closed, which may run again", function()
    local iterator, cursor = one_record()._store:records {}
    local metatable = debug.getmetatable(cursor)
    for _ = 1, 3 do metatable.__gc(cursor) end
    assert.matches("cursor is closed", select(2, pcall(iterator, cursor)))
    assert.equal("activitylog.cursor (closed)", tostring(cursor))
  end)

  it("cannot close a store by __gc while it is at work", function()
    local log = one_record()
    local collect = debug.getmetatable(log._store).__gc
    local layout = activitylog.layout { { title = "A", value = function()
      collect(log._store)
    end } }
    assert.matches("log is at work",
      support.error_of(function()
        log:export_text { period = "all", layout = layout }
      end))
    assert.equal(1, log:count { period = "all" })
  end)
end)

describe("a query of the core #gc", function()
  it("names a field that there is none of", function()
    local store = one_record()._store
    assert.matches("unknown field 'names'", support.error_of(function()
      store:records { fields = { "id", "names" } }
    end))
    assert.matches("fields: list of strings expected, got string",
      support.error_of(function() store:records { fields = "id" } end))
  end)
end)

describe("the metatable of records #gc", function()
  local function metatable_of_records()
    return getmetatable(support.list(one_record())[1])
  end

  it("raises on a number or nil that it was given to", function()
    local metatable = metatable_of_records()
    for _, value in ipairs { 42, true } do
      debug.setmetatable(value, metatable)
      local ok = pcall(function() return value.new_value end)
      local paired = pcall(pairs, value)
      debug.setmetatable(value, nil)
      assert.is_false(ok or paired)
    end
    debug.setmetatable(nil, metatable)
    local ok = pcall(function() return (nil).line_items end)
    debug.setmetatable(nil, nil)
    assert.is_false(ok)
  end)

  it("decodes nothing out of fields that are no strings", function()
    local odd = setmetatable({
      resource_new_value = true, resource_old_value = {},
      _customized_data = 42, _other = print,
    }, metatable_of_records())
    assert.is_nil(odd.new_value)
    assert.is_nil(odd.old_value)
    assert.is_nil(odd.customized_data)
    assert.is_nil(odd.other)
    assert.same({}, odd.line_items)
  end)

  it("hands on text that is no JSON as it is", function()
    for _, text in ipairs { "", "text", "\xFF", "{\"a\":", "\0" } do
      local odd = setmetatable({
        resource_new_value = text, _customized_data = text,
      }, metatable_of_records())
      assert.equal(text, odd.new_value)
      assert.equal(text, odd.customized_data)
      assert.same({}, odd.line_items)
    end
  end)

  it("knows no other names", function()
    local record = setmetatable({}, metatable_of_records())
    for _, name in ipairs { "New_value", "close", "__index", "", "\0", 1,
                            1.5, true, print } do
      assert.is_nil(record[name])
    end
  end)
end)

describe("a store's reports #gc", function()
  -- A report as the Lua half asks for one.
  local function report()
    return {
      format = "csv", separator = ",", newline = "\n", bom = false,
      defuse = true, max_cell = 0, max_rows = 0,
      columns = { { title = "A", pieces = { { "field", "id" } } } },
    }
  end

  local function text_of(given)
    return (one_record()._store:export_text(nil, {}, given))
  end

  it("are as the Lua half asks for them", function()
    assert.equal("A\none\n", text_of(report()))
  end)

  it("raise where the Lua half made a mistake", function()
    for name, values in pairs {
      format = { "xml", 1, {} },
      separator = { 1, {}, true, "\xFF" },
      newline = { 1, {}, true, "\xFF" },
      max_cell = { -1, 1.5, "x", {} },
      max_rows = { -1, 1.5, "x", {} },
      columns = {
        42, { 42 }, { {} }, { { title = 1, pieces = {} } }, { { title = "A" } },
        { { title = "A", pieces = 1 } }, { { title = "A", pieces = { 1 } } },
        { { title = "\xFF", pieces = {} } },
        { { title = "A", pieces = { {} } } },
        { { title = "A", pieces = { { "none" } } } },
        { { title = "A", pieces = { { "text" } } } },
        { { title = "A", pieces = { { "field", "none" } } } },
        { { title = "A", pieces = { { "label" } } } },
        { { title = "A", pieces = { { "label", "id", { "a" , 1 } } } } },
        { { title = "A", pieces = { { "label", "id", { {}, "A" } } } } },
        { { title = "A", pieces = { { "detail", "none" } } } },
        { { title = "A", pieces = { { "pair" } } } },
        { { title = "A", pieces = { { "change", 1 } } } },
        { { title = "A", pieces = { { "line_item" } } } },
        { { title = "A", pieces = { { "line_item", "FriendlyName" } } } },
        { { title = "A", pieces = { { "date", "none", "%F" } } } },
        { { title = "A", pieces = { { "date", "UTC", "%" } } } },
        { { title = "A", pieces = { { "date", "UTC" } } } },
      },
    } do
      for _, value in ipairs(values) do
        local given = report()
        given[name] = value
        assert.has_error(function() text_of(given) end)
      end
    end
  end)

  it("raise on queries that the Lua half would not ask", function()
    local store = one_record()._store
    for _, query in ipairs {
      42, { start = 1 }, { stop = "2026-10-01" }, { start = "2026-10-01T00" },
      { customer_name = "x" }, { user = { 1 } }, { text = { "\xFF" } },
      { customer_id = { {} } },
    } do
      assert.has_error(function() store:export_text(nil, query, report()) end)
      assert.has_error(function() store:count(query) end)
      assert.has_error(function() store:records(query) end)
    end
  end)
end)
