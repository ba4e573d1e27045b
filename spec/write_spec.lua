-- Reports that a function of Lua writes, piece by piece, and what they are
-- made with.

local core = require "activitylog.core"
local support = require "spec.support"

local function opened(path)
  local store = assert(core.open(path or ":memory:"))
  support.defer(function() store:close() end)
  return store
end

local function hello(write)
  write("hello", ", ")
  write("world")
end

describe("a store's write_file() #gc", function()
  it("makes a file of what the function writes", function()
    local path = support.temp_dir() .. "/page.html"
    local result = assert(opened():write_file(path, hello))
    assert.same({ bytes = 12, files = { path } }, result)
    assert.equal("hello, world", support.read(path))
  end)

  it("writes any byte", function()
    local path = support.temp_dir() .. "/page.html"
    local all = {}
    for code = 0, 255 do all[code + 1] = string.char(code) end
    local text = table.concat(all)
    assert(opened():write_file(path, function(write) write(text, "") end))
    assert.equal(text, support.read(path))
  end)

  it("leaves what is there until the function is done", function()
    local path = support.write(support.temp_dir() .. "/page.html", "old")
    assert(opened():write_file(path, function(write)
      write("new")
      assert.equal("old", support.read(path))
    end))
    assert.equal("new", support.read(path))
  end)

  it("raises what the function raised, and leaves no file", function()
    local folder = support.temp_dir()
    local message = support.error_of(function()
      opened():write_file(folder .. "/page.html", function(write)
        write("half")
        error("out of ideas", 0)
      end)
    end)
    assert.equal("out of ideas", message)
    assert.equal("", support.check("ls -A " .. folder))
  end)

  it("raises what the function returned with a code that is none", function()
    assert.has_error(function()
      opened():write_file(support.temp_dir() .. "/page.html", function()
        return nil, "too odd", "odd"
      end)
    end, "too odd")
  end)

  it("gives the failure that the function returned", function()
    local folder = support.temp_dir()
    local result, message, code = opened():write_file(folder .. "/page.html",
      function(write)
        write("half")
        return nil, "too many", "limit"
      end)
    assert.same({ nil, "too many", "limit" }, { result, message, code })
    assert.equal("", support.check("ls -A " .. folder))
  end)

  it("gives io where no file can be, and asks the function for nothing",
    function()
      local result, message, code =
        opened():write_file("/nowhere/page.html", function() error("asked") end)
      assert.is_nil(result)
      assert.equal("io", code)
      assert.matches("/nowhere/page.html", message, 1, true)
    end)

  it("refuses to replace the log #file", function()
    local path = support.temp_dir() .. "/log.db"
    local _, _, code = opened(path):write_file(path, hello)
    assert.equal("exists", code)
  end)

  it("raises on a path with a zero byte and on what is no function", function()
    local store = opened()
    assert.matches("zero byte", support.error_of(function()
      store:write_file("a\0b", hello)
    end))
    assert.matches("function expected", support.error_of(function()
      store:write_file("a", "text")
    end))
  end)

  it("gives full on a full disk, whatever the function does, and no file",
    function()
      local output = support.on_small_disk [[
        local core = require "activitylog.core"
        local path = os.getenv("DISK") .. "/page.html"
        local store = assert(core.open(":memory:"))
        local piece, refused = ("x"):rep(1000000), 0
        local result, _, code = store:write_file(path, function(write)
          for _ = 1, 10 do
            if not pcall(write, piece) then refused = refused + 1 end
          end
        end)
        print(result, code, refused > 1, io.open(path))
      ]]
      assert.matches("^nil\tfull\ttrue\tnil", output)
    end)
end)

describe("a store's write_stream() #gc", function()
  it("writes to an open file, which stays open", function()
    local file <close> = assert(io.tmpfile())
    local result = assert(opened():write_stream(file, hello))
    assert.same({ bytes = 12, files = {} }, result)
    file:seek("set")
    assert.equal("hello, world", file:read("a"))
  end)

  it("lets the function close neither the file nor the log", function()
    local file <close> = assert(io.tmpfile())
    local store = opened()
    assert(store:write_stream(file, function()
      assert.matches("at work", support.error_of(function() file:close() end))
      assert.matches("at work", support.error_of(function() store:close() end))
    end))
  end)
end)

describe("a store's write_text() #gc", function()
  it("gives the text and what came of it", function()
    local text, result = opened():write_text(nil, hello)
    assert.equal("hello, world", text)
    assert.same({ bytes = 12, files = {} }, result)
  end)

  it("gives an empty text where nothing is written", function()
    assert.equal("", (opened():write_text(nil, function() end)))
  end)

  it("ends write() with the function", function()
    local kept
    assert(opened():write_text(nil, function(write) kept = write end))
    assert.matches("write() is over", support.error_of(function()
      kept("late")
    end), 1, true)
  end)

  it("makes a report within a report", function()
    local store = opened()
    assert.equal("(hello, world)", (store:write_text(nil, function(write)
      write("(", (store:write_text(nil, hello)), ")")
    end)))
  end)

  it("raises on what is no string, where write() is called", function()
    local store = opened()
    assert.matches("string expected", support.error_of(function()
      store:write_text(nil, function(write) write(1) end)
    end))
  end)

  it("raises an error that is no text as it is", function()
    local store, raised = opened(), {}
    assert.equal(raised, support.error_of(function()
      store:write_text(nil, function() error(raised) end)
    end))
  end)
end)

describe("a cursor #gc", function()
  local function cursor_of(log, query)
    local _, cursor = assert(log._store:records(query))
    return cursor
  end

  it("fetches records, and nil behind the last one", function()
    local log = support.log()
    assert(log:append { id = "1", operation_date = "2026-10-01T08:00:00Z" })
    local cursor <close> = cursor_of(log, {})
    assert.equal("1", cursor:fetch().id)
    assert.is_nil(cursor:fetch())
  end)

  it("counts what it masked, also when it is closed", function()
    local log = support.log()
    assert(log:append { id = "1", operation_date = "2026-10-01T08:00:00Z",
                        resource_new_value = '{"password":"x"}' })
    local cursor <close> = cursor_of(log, {})
    assert.equal(0, cursor:masked())
    cursor:fetch()
    assert.equal(1, cursor:masked())
    cursor:fetch()
    assert.equal(1, cursor:masked())
  end)

  it("is of the moment it was opened, and so is a summary beside it", function()
    local path = support.temp_dir() .. "/log.db"
    local log = support.log(path)
    assert(log:append { id = "1", operation_date = "2026-10-01T08:00:00Z" })
    local cursor <close> = cursor_of(log, {})
    support.check(support.lua(([[
      local log = assert(require("activitylog").open(%q))
      assert(log:append { { id = "1", operation_status = "failed",
                            operation_date = "2026-10-01T08:00:00Z" },
                          { id = "2",
                            operation_date = "2026-10-02T08:00:00Z" } })
    ]]):format(path)))
    local _, rows = assert(log._store:summary({}, { "operation_status" },
                                              "UTC"))
    assert.equal(1, #rows)
    assert.is_nil(rows[1].operation_status)
    assert.equal("1", cursor:fetch().id)
    assert.is_nil(cursor:fetch())
    assert.equal(2, log:count { period = "all" })
  end)
end)

describe("activitylog.core #gc", function()
  it("has dates() for writing instants by a pattern and a zone", function()
    local date = core.dates("%-m/%-d/%Y, %-I:%M %p", "UTC")
    assert.equal("9/14/2021, 7:16 PM", date("2021-09-14T19:16:00.0000000Z"))
    assert.equal("9/13/2021, 11:59 PM", date("2021-09-14T00:00:00Z", true))
    assert.equal("2021-09-15", core.dates("%F", "+05:00")(
      "2021-09-14T19:16:00Z"))
    assert.matches("is none of", support.error_of(function()
      core.dates("%q", "UTC")
    end))
    assert.matches("zone", support.error_of(function()
      core.dates("%F", "Mars")
    end))
    assert.is_false(pcall(date, "yesterday"))
  end)

  it("has sha256() in base64", function()
    assert.equal("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                 core.sha256(""))
    assert.equal("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
                 core.sha256("abc"))
  end)
end)
