-- What the command is made of: columns, the progress line, and the process.

local core = require "activitylog.core"
local grid = require "activitylog.command.grid"
local parser = require "activitylog.command.parser"
local progress = require "activitylog.command.progress"
local support = require "spec.support"

describe("activitylog.command.grid", function()
  describe("fit()", function()
    it("fills up, on the left for numbers", function()
      assert.equal("ab  ", grid.fit("ab", 4))
      assert.equal("  ab", grid.fit("ab", 4, true))
    end)

    it("cuts with an ellipsis, between characters of people's", function()
      assert.equal("Fab…", grid.fit("Fabrikam", 4))
      assert.equal("日… ", grid.fit("日本株式", 4))
      assert.equal("e\u{301}…", grid.fit("e\u{301}e\u{301}e\u{301}", 2))
      assert.equal("…", grid.fit("Fabrikam", 1))
    end)

    it("is always as wide as it was told to be", function()
      for _, text in ipairs { "", "Fabrikam", "日本株式会社", "👩\u{200D}👧 a",
                              "é한글", ("x"):rep(5000) } do
        for places = 1, 20 do
          assert.equal(places, (core.width(grid.fit(text, places))))
        end
      end
    end)
  end)

  describe("widths()", function()
    local columns = { { whole = true }, {}, {} }
    local rows = { { ("d"):rep(10), ("a"):rep(30), ("b"):rep(12) } }

    it("are those of the texts where there is room", function()
      assert.same({ 10, 30, 12 }, grid.widths(columns, rows, 80))
    end)

    it("take from the widest first, and nothing from what is whole", function()
      assert.same({ 10, 20, 12 }, grid.widths(columns, rows, 46))
      assert.same({ 10, 9, 9 }, grid.widths(columns, rows, 32))
    end)

    it("leave columns on the right out before texts become too narrow",
      function()
        assert.same({ 10, 17 }, grid.widths(columns, rows, 29))
        assert.same({ 10 }, grid.widths(columns, rows, 15))
        assert.same({ 4 }, grid.widths(columns, rows, 4))
      end)

    it("hold for texts of a mebibyte", function()
      local long = { { "a", ("x"):rep(1 << 20), ("日"):rep(1 << 18) } }
      assert.same({ 1, 37, 37 }, grid.widths(columns, long, 80))
    end)
  end)
end)

describe("activitylog.command.progress", function()
  local function line(places, given)
    local state = { what = "Importing a.json", unit = "bytes", done = 25e6,
                    total = 100e6, seconds = 5, places = places }
    for name, value in pairs(given or {}) do state[name] = value end
    return progress.line(state)
  end

  it("tells share, amount, rate and time left", function()
    assert.equal("Importing a.json   25%  ####------------  25.0 MB  "
      .. "5.0 MB/s  0:15 left", line(70))
  end)

  it("tells what it can without a total", function()
    assert.equal("Exporting  1200 records  240/s", line(78, {
      what = "Exporting", unit = "records", done = 1200, total = false }))
  end)

  it("tells neither rate nor time left while nothing is done", function()
    assert.equal("Importing a.json    0%  " .. ("-"):rep(38) .. "  0.0 MB",
                 line(70, { done = 0 }))
    assert.equal("Importing a.json  0.0 MB", line(70, {
      done = 0, total = false }))
  end)

  it("fits in any width, the bar goes first", function()
    for places = 0, 100 do
      for _, blocks in ipairs { true, false } do
        local text = line(places, { blocks = blocks })
        assert.is_true(core.width(text) <= places)
      end
    end
    assert.falsy(line(60):find("#", 1, true))
  end)

  it("draws bars of ASCII, or of eighths of a block", function()
    assert.equal("----", progress.bar(0, 4, false))
    assert.equal("##--", progress.bar(0.5, 4, false))
    assert.equal("####", progress.bar(1, 4, false))
    assert.equal("█▌  ", progress.bar(0.375, 4, true))
    assert.equal("████", progress.bar(1, 4, true))
    for share = 0, 100 do
      assert.equal(7, (core.width(progress.bar(share / 100, 7, true))))
    end
  end)

  it("writes seconds as minutes and hours", function()
    assert.equal("0:00", progress.time(0))
    assert.equal("0:10", progress.time(9.5))
    assert.equal("1:01:01", progress.time(3661))
  end)
end)

describe("activitylog.command.parser", function()
  local function made(words)
    return parser.new(require "argparse", "1.2.3", words)
  end

  -- How many options each subcommand has, by its name.
  local function counts(words)
    local result = {}
    for _, command in ipairs(made(words)._commands) do
      result[command._name] = #command._options
    end
    return result
  end

  it("makes the options of the subcommand that is named", function()
    local all = counts(nil)
    for name, count in pairs(all) do
      assert.is_true(count > 0)
      local some = counts { "--log", "a.db", name, "--help" }
      for other in pairs(all) do
        assert.equal(other == name and count or 0, some[other])
      end
    end
  end)
end)

describe("activitylog.process #gc", function()
  local process = require "activitylog.process"

  it("has a clock that only goes on", function()
    local before = process.clock()
    assert.is_true(process.clock() >= before)
  end)

  it("tells what is no terminal, and raises for a closed file", function()
    local file = assert(io.open "/dev/null")
    assert.is_nil(process.terminal(file))
    file:close()
    assert.truthy(support.error_of(function() process.terminal(file) end)
      :find("file is closed", 1, true))
    assert.has_error(function() process.terminal "stdout" end)
  end)

  it("tells why a file cannot be read", function()
    assert.equal("No such file or directory", process.unreadable "missing")
    assert.equal("Not a directory", process.unreadable "README.md/a")
    assert.equal("Is a directory", process.unreadable ".")
    assert.is_nil(process.unreadable "README.md")
    assert.is_nil(process.unreadable "/dev/null")
    assert.has_error(function() process.unreadable() end)
  end)

  it("has caught no signal when none came", function()
    assert.is_nil(process.caught())
  end)

  -- In a process of its own, which may end by a signal.
  local function result_of(program)
    return support.run(support.lua("local process = require "
      .. "'activitylog.process'\n" .. program))
  end

  it("runs a function in a child, and tells its status or signal", function()
    assert.equal("7\nnil\t9\nnil\t24\n", (result_of [[
      local function run(work) return process.run(work, 1 << 30, 1) end
      print(run(function() return 7 end))
      print(run(function() process.die(9) end))
      print(run(function() while true do end end))]]))
  end)

  it("keeps what a child changes away from its parent", function()
    assert.equal("0\tnil\n", (result_of [[
      local status = process.run(function() changed = true return 0 end,
                                 1 << 30, 5)
      print(status, changed)]]))
  end)

  it("lets the child dump no core, which would hold records", function()
    assert.truthy(support.run("ulimit -c unlimited; " .. support.lua [[
      require("activitylog.process").run(function()
        io.write(io.open("/proc/self/limits"):read("a"))
        return 0
      end, 1 << 30, 5)]]):find("\nMax core file size +0 +0 "))
  end)

  it("writes what is pending only once", function()
    local output = result_of [[
      io.stdout:setvbuf "full"
      io.write "once\n"
      process.run(function() return 0 end, 1 << 30, 5)]]
    assert.equal("once\n", output)
  end)

  it("notes a caught signal, and dies by it", function()
    local output, status = result_of [[
      process.catch()
      os.execute "kill -TERM $PPID"
      io.stderr:write(process.caught(), "\n")
      process.die(process.caught())]]
    assert.equal("15\n", output:sub(1, 3)) -- the shell tells of it, too
    assert.equal(143, status)
  end)

  it("lets a signal that was ignored be ignored", function()
    local _, status = support.run("trap '' TERM; " .. support.lua [[
      local process = require "activitylog.process"
      process.catch()
      os.execute "kill -TERM $PPID"
      os.exit(process.caught() or 5)]])
    assert.equal(5, status)
  end)
end)
