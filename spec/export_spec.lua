local activitylog = require "activitylog"
local support = require "spec.support"

local BOM = "\u{FEFF}"

-- A log with n records, a second apart, named 1 to n.
local function log_of(n, path)
  local log, records = support.log(path), {}
  for i = 1, n do
    records[i] = {
      id = "record " .. i, customer_name = "name " .. i,
      operation_date = os.date("!%FT%TZ", 1790000000 + i),
    }
  end
  assert(log:append(records))
  return log
end

local NAME = activitylog.layout { { title = "Name", field = "customer_name" } }

local function column(value)
  return activitylog.layout { { title = "Made", value = value } }
end

local function options(changes)
  local given = {
    period = "all", order = "oldest", layout = NAME, excel = false,
  }
  for name, value in pairs(changes or {}) do given[name] = value end
  return given
end

local function names(from, to)
  local lines = { "Name\n" }
  for i = from, to do lines[#lines + 1] = ("name %d\n"):format(i) end
  return table.concat(lines)
end

-- All that lies in a folder, hidden files too, in order.
local function files_in(folder)
  local list = {}
  local found = support.check("ls -A " .. support.quote(folder))
  for name in found:gmatch("[^\n]+") do list[#list + 1] = name end
  return list
end

local function fifo(path)
  support.check("mkfifo " .. support.quote(path))
  return path
end

describe("log:export()", function()
  describe("to a path", function()
    it("writes what export_text() returns", function()
      local log = log_of(3)
      local path = support.temp_dir() .. "/a.csv"
      local result = assert(log:export(path, options()))
      assert.equal(names(1, 3), support.read(path))
      assert.same({ records = 3, rows = 3, bytes = #names(1, 3),
                    files = { path }, cut_cells = 0, defused_cells = 0,
                    redacted = 0 }, result)
      local text, counts = log:export_text(options())
      assert.equal(names(1, 3), text)
      result.files = {}
      assert.same(result, counts)
    end)

    it("counts the bytes of the mark and the titles", function()
      local path = support.temp_dir() .. "/a.csv"
      local result = assert(support.log():export(path,
        options { excel = true }))
      assert.equal(#(BOM .. "Name\r\n"), result.bytes)
      assert.equal(0, result.records)
      assert.equal(BOM .. "Name\r\n", support.read(path))
    end)

    it("writes more than it gathers at once", function()
      local log = log_of(2000)
      local layout = column(("x"):rep(1000))
      local path = support.temp_dir() .. "/a.csv"
      local result = assert(log:export(path, options { layout = layout }))
      local expected = "Made\n" .. (("x"):rep(1000) .. "\n"):rep(2000)
      assert.is_true(expected == support.read(path))
      assert.equal(#expected, result.bytes)
    end)

    it("replaces the file that is there and keeps its permissions", function()
      local path = support.temp_dir() .. "/a.csv"
      support.write(path, "old")
      support.check("chmod 640 " .. path)
      assert(log_of(1):export(path, options()))
      assert.equal(names(1, 1), support.read(path))
      assert.equal("640\n", support.check("stat -c %a " .. path))
    end)

    it("keeps no bit that lets others run a file as its owner", function()
      local path = support.temp_dir() .. "/a.csv"
      support.write(path, "old")
      support.check("chmod 7755 " .. path)
      assert(log_of(1):export(path, options()))
      assert.equal("755\n", support.check("stat -c %a " .. path))
    end)

    it("refuses the file of another user, who could read the report", function()
      if support.check("id -u") ~= "0\n" then
        return pending("only root can give a file away")
      end
      local folder = support.temp_dir()
      local function refuses(path)
        support.write(path, "old")
        support.check("chown 65534 " .. path)
        local result, message, code =
          log_of(1):export(folder .. "/a.csv", options())
        assert.is_nil(result)
        assert.equal(folder .. "/a.csv is in the way: it belongs to another "
          .. "user (uid 65534); move or remove it, or take another name",
          message)
        assert.equal("exists", code)
        assert.equal("old", support.read(path))
        os.remove(path)
      end
      refuses(folder .. "/a.csv")
      support.check("ln -s b.csv " .. folder .. "/a.csv")
      refuses(folder .. "/b.csv")
    end)

    it("gives a new file the permissions that the umask leaves", function()
      local folder = support.temp_dir()
      local program = ([[
        local log = require("activitylog").open(":memory:")
        assert(log:export(%q))]]):format(folder .. "/a.csv")
      support.check("umask 027; " .. support.lua(program))
      assert.equal("640\n", support.check("stat -c %a " .. folder .. "/a.csv"))
    end)

    it("leaves nothing beside the file", function()
      local folder = support.temp_dir()
      assert(log_of(1):export(folder .. "/a.csv", options()))
      assert.same({ "a.csv" }, files_in(folder))
    end)

    it("writes to what a symbolic link leads to", function()
      local folder = support.temp_dir()
      support.write(folder .. "/target.csv", "old")
      support.check(("ln -s target.csv %s/link.csv"):format(folder))
      assert(log_of(1):export(folder .. "/link.csv", options()))
      assert.equal(names(1, 1), support.read(folder .. "/target.csv"))
      assert.equal("target.csv\n",
        support.check(("readlink %s/link.csv"):format(folder)))
    end)

    it("follows no link into another folder, nor in the name of a part",
      function()
        local folder, other = support.temp_dir(), support.temp_dir()
        local target = support.write(other .. "/target.csv", "Name\nold\n")
        local function refuses(name)
          local link = folder .. "/" .. name
          support.check(("ln -s %s %s"):format(target, link))
          assert.same({ nil, link .. " is in the way: it is a link into "
            .. "another folder; name the file that it leads to, or remove it "
            .. "first", "exists" }, { log_of(12):export(folder .. "/a.csv",
                                            options { max_rows = 10 }) })
          assert.equal("Name\nold\n", support.read(target))
          os.remove(link)
        end
        refuses("a.csv")
        assert.same({}, files_in(folder))
        support.write(folder .. "/a.csv", names(1, 9)) -- of which it is a part
        refuses("a-2.csv")
        assert.same({ "a.csv" }, files_in(folder))
        assert.same({ "target.csv" }, files_in(other))
      end)

    it("removes an old part that is a link, and not what it leads to",
      function()
        local folder, other = support.temp_dir(), support.temp_dir()
        local target = support.write(other .. "/target.csv", "Name\nold\n")
        support.write(folder .. "/a.csv", names(1, 9))
        support.check(("ln -s %s %s/a-2.csv"):format(target, folder))
        assert(log_of(1):export(folder .. "/a.csv", options { max_rows = 10 }))
        assert.same({ "a.csv" }, files_in(folder))
        assert.equal("Name\nold\n", support.read(target))
      end)

    it("writes into a folder that a link leads to", function()
      local folder, other = support.temp_dir(), support.temp_dir()
      support.check(("ln -s %s %s/there"):format(other, folder))
      for _ = 1, 2 do -- new, and in the place of the first one
        assert(log_of(1):export(folder .. "/there/a.csv", options()))
      end
      assert.same({ "a.csv" }, files_in(other))
    end)

    it("leaves the other names of a file as they are", function()
      local folder = support.temp_dir()
      local other = support.write(folder .. "/other.csv", "old")
      support.check(("ln %s %s/a.csv"):format(other, folder))
      assert(log_of(1):export(folder .. "/a.csv", options()))
      assert.equal("old", support.read(other))
      assert.equal(names(1, 1), support.read(folder .. "/a.csv"))
    end)

    it("fails with \"io\" on a link to nothing and on one to itself", function()
      local folder = support.temp_dir()
      support.check(("cd %s; ln -s none a.csv; ln -s b.csv b.csv")
        :format(folder))
      for name, reason in pairs { a = ": it is a link to nothing$",
                                  b = ": Too many levels" } do
        local result, message, code =
          log_of(1):export(folder .. "/" .. name .. ".csv", options())
        assert.is_nil(result)
        assert.matches(reason, message)
        assert.equal("io", code)
      end
      assert.same({ "a.csv", "b.csv" }, files_in(folder))
    end)

    it("takes a name relative to the process's folder", function()
      local folder = support.temp_dir()
      local program = [[
        local log = require("activitylog").open(":memory:")
        assert(log:export("a.csv"))]]
      support.check(support.lua_in(folder, "-e " .. support.quote(program)))
      assert.same({ "a.csv" }, files_in(folder))
    end)

    it("fails with \"io\" where there is no such folder", function()
      local path = support.temp_dir() .. "/none/a.csv"
      local result, message, code = log_of(1):export(path, options())
      assert.is_nil(result)
      assert.matches(path .. ": No such file or directory$", message)
      assert.equal("io", code)
    end)

    it("fails with \"io\" on a folder, a pipe and a device", function()
      local folder = support.temp_dir()
      local log = log_of(1)
      local device = "it is no regular file; "
        .. "open it and pass the handle instead"
      local reasons = {
        [folder] = "it is a folder",
        [fifo(folder .. "/pipe")] = device,
        ["/dev/null"] = device,
      }
      for path, reason in pairs(reasons) do
        local result, message, code = log:export(path, options())
        assert.is_nil(result)
        assert.equal("cannot write " .. path .. ": " .. reason, message)
        assert.equal("io", code)
      end
      assert.same({ "pipe" }, files_in(folder))
    end)

    it("fails with \"exists\" on the log, its -wal and its -shm #file",
       function()
      local folder = support.temp_dir()
      local path = folder .. "/log.db"
      local log = log_of(1, path)
      support.check(("ln %s %s/hard; ln -s %s %s/soft")
        :format(path, folder, path, folder))
      for _, target in ipairs { path, path .. "-wal", path .. "-shm",
                                folder .. "/hard", folder .. "/soft" } do
        local result, _, code = log:export(target, options())
        assert.is_nil(result)
        assert.equal("exists", code)
      end
      assert.equal(1, log:count { period = "all" })
    end)

    it("raises on a path with a zero byte, which would be another", function()
      local folder = support.temp_dir()
      local log = log_of(1)
      for _, name in ipairs { "export", "import" } do
        assert.equal(name .. "(): path has a zero byte",
          support.blame(function() log[name](log, folder .. "/a\0b") end))
      end
      assert.equal("open(): path has a zero byte",
        support.blame(function() activitylog.open(folder .. "/a\0b") end))
      assert.same({}, files_in(folder))
    end)

    it("raises on what is neither a path nor a file", function()
      local log = log_of(1)
      for _, target in ipairs { 1, true, {}, print } do
        assert.has_error(function() log:export(target) end,
          "export(): path or open file expected, got " .. type(target))
      end
      assert.has_error(function() log:export() end,
        "export(): path or open file expected, got nil")
    end)
  end)

  describe("to an open file", function()
    it("writes from where the file is, flushes it and leaves it open",
      function()
        local path = support.temp_dir() .. "/a.csv"
        local file <close> = assert(io.open(path, "wb"))
        file:write("first\n")
        local result = assert(log_of(2):export(file, options()))
        assert.equal("first\n" .. names(1, 2), support.read(path))
        assert.same({}, result.files)
        assert.equal(#names(1, 2), result.bytes)
        assert.equal("file", io.type(file))
      end)

    it("writes to a pipe", function()
      local path = support.temp_dir() .. "/sorted"
      local pipe = assert(io.popen("sort -r >" .. path, "w"))
      assert(log_of(2):export(pipe, options()))
      assert.is_true(pipe:close())
      assert.equal("name 2\nname 1\nName\n", support.read(path))
    end)

    it("fails with \"full\" on a full device", function()
      local file <close> = assert(io.open("/dev/full", "wb"))
      file:setvbuf("no")
      local result, message, code = log_of(1):export(file, options())
      assert.is_nil(result)
      assert.equal("cannot write to the file: No space left on device", message)
      assert.equal("full", code)
    end)

    it("fails with \"full\" when only the flush tells so", function()
      local file <close> = assert(io.open("/dev/full", "wb"))
      assert.equal("full", (select(3, log_of(1):export(file, options()))))
      file:setvbuf("no")
    end)

    it("fails with \"io\" on a file that is open for reading", function()
      local path = support.write(support.temp_dir() .. "/a.csv", "old")
      local file <close> = assert(io.open(path, "rb"))
      local result, _, code = log_of(1):export(file, options())
      assert.is_nil(result)
      assert.equal("io", code)
      assert.equal("old", support.read(path))
    end)

    it("fails with \"exists\" on the log's own file #file", function()
      local path = support.temp_dir() .. "/log.db"
      local log = log_of(1, path)
      local file = assert(io.open(path, "ab"))
      local result, message, code = log:export(file, options())
      assert.is_nil(result)
      assert.equal("the file is the log itself", message)
      assert.equal("exists", code)
      assert.equal(1, log:count { period = "all" })
      file:close()
    end)

    it("raises on a closed one", function()
      local file = assert(io.tmpfile())
      file:close()
      assert.has_error(function() log_of(1):export(file) end,
        "export(): path or open file expected, got closed file")
    end)

    -- The file's memory was freed while the report was being written to it.
    it("keeps the file open while a column's function runs #gc", function()
      local file <close> = assert(io.tmpfile())
      local message = support.error_of(function()
        log_of(1):export(file, options { layout = column(function()
          file:close()
        end) })
      end)
      assert.matches("file is at work: close it when that is done", message)
      assert.equal("file", io.type(file))
      assert(log_of(1):export(file, options()))
      assert.is_true(file:close())
    end)
  end)

  describe("when a column's function raises", function()
    local function failing(n)
      local calls = 0
      return column(function(record)
        calls = calls + 1
        if calls == n then error("no price for " .. record.customer_name, 0) end
        return "ok"
      end)
    end

    it("raises its message with the column and the record's id #gc", function()
      assert.has_error(function()
        log_of(3):export_text(options { layout = failing(2) })
      end, "column 'Made', record record 2: no price for name 2")
    end)

    it("gives an id of the API whole, which differs at its end", function()
      local log = support.log()
      assert(log:import("spec/fixtures/partner-center/records/"
        .. "msdocs2020_20200902T175810_create_order.json"))
      local id = support.list(log)[1].id
      assert.has_error(function()
        log:export_text(options { layout = column(function()
          error("oh", 0)
        end) })
      end, "column 'Made', record " .. id .. ": oh")
    end)

    it("fails on a date that someone changed", function()
      local path = support.temp_dir() .. "/log.db"
      local log = log_of(2, path)
      support.query(path, "UPDATE record SET operation_date = '2026-10-01'"
        .. " WHERE id = 'record 2'")
      local text, message, code = log:export_text(options {
        layout = activitylog.layout { { title = "When",
          field = "operation_date", format = "%d/%m/%Y" } },
      })
      assert.is_nil(text)
      assert.equal("the log is damaged: operation_date of its record 2 is no "
        .. "instant; restore it from a backup", message)
      assert.equal("corrupt", code)
    end)

    it("names the record by its date when it has no id", function()
      local log = support.log()
      assert(log:append { operation_date = "2026-10-01T00:00:00Z",
                          operation_type = "x" })
      assert.has_error(function()
        log:export_text(options { layout = column(function()
          error("oh", 0)
        end) })
      end, "column 'Made', record 2026-10-01T00:00:00.0000000Z: oh")
    end)

    it("says so when the error is no string", function()
      for _, value in ipairs { { "a table" }, 42, true } do
        assert.has_error(function()
          log_of(1):export_text(options { layout = column(function()
            error(value)
          end) })
        end, "column 'Made', record record 1: "
          .. "it raised an error that is no string")
      end
    end)

    it("leaves no file", function()
      local folder = support.temp_dir()
      assert.has_error(function()
        log_of(3):export(folder .. "/a.csv", options { layout = failing(3) })
      end)
      assert.same({}, files_in(folder))
    end)

    it("keeps the old file, whatever was written already", function()
      local folder = support.temp_dir()
      support.write(folder .. "/a.csv", "old")
      local calls = 0
      assert.has_error(function()
        log_of(600):export(folder .. "/a.csv", options {
          layout = column(function()
            calls = calls + 1
            if calls == 600 then error("late") end
            return ("x"):rep(1000)
          end),
        })
      end)
      assert.equal("old", support.read(folder .. "/a.csv"))
      assert.same({ "a.csv" }, files_in(folder))
    end)

    it("leaves no part of many", function()
      local folder = support.temp_dir()
      assert.has_error(function()
        log_of(30):export(folder .. "/a.csv",
          options { layout = failing(25), max_rows = 10 })
      end)
      assert.same({}, files_in(folder))
    end)

    it("can be used again", function()
      local log = log_of(2)
      assert.has_error(function()
        log:export_text(options { layout = failing(1) })
      end)
      assert.equal(names(1, 2), (log:export_text(options())))
    end)
  end)

  it("keeps the old file when the process is killed", function()
    local folder = support.temp_dir()
    local pipe = fifo(folder .. "/pipe")
    support.write(folder .. "/a.csv", "old")
    local program = ([[
      local activitylog = require "activitylog"
      local log = activitylog.open(":memory:")
      log:append { id = "1", operation_date = "2026-10-01T00:00:00Z" }
      log:append { id = "2", operation_date = "2026-10-02T00:00:00Z" }
      local calls = 0
      log:export(%q, { period = "all", layout = activitylog.layout {
        { title = "A", value = function()
          calls = calls + 1
          if calls == 2 then
            local file = io.open(%q, "w")
            file:write("here\n")
            file:flush()
            io.read() -- until the end
          end
          return ("x"):rep(2^20)
        end } } })]]):format(folder .. "/a.csv", pipe)
    -- The shell waits at the pipe until the child is amid its report; the
    -- child waits at another one, to which nobody writes, until it is killed.
    support.check(([[
      exec 3<>%s
      %s <&3 &
      read line <%s
      kill -9 $!
      wait $!
      test $? = 137]]):format(fifo(folder .. "/never"), support.lua(program),
                              pipe))
    assert.equal("old", support.read(folder .. "/a.csv"))
    assert.same({ "a.csv", "never", "pipe" }, files_in(folder))
  end)

  describe("in parts", function()
    local function parts(n, changes)
      local folder = support.temp_dir()
      local given = options { max_rows = 10 }
      for name, value in pairs(changes or {}) do given[name] = value end
      return folder, log_of(n), given
    end

    it("fills one part with the titles and the rows that fit", function()
      local folder, log, given = parts(9)
      assert.same({ folder .. "/a.csv" },
        log:export(folder .. "/a.csv", given).files)
      assert.same({ "a.csv" }, files_in(folder))
    end)

    it("goes on in further files, each with the titles", function()
      local folder, log, given = parts(27)
      local result = assert(log:export(folder .. "/a.csv", given))
      assert.same({ folder .. "/a.csv", folder .. "/a-2.csv",
                    folder .. "/a-3.csv" }, result.files)
      assert.equal(names(1, 9), support.read(result.files[1]))
      assert.equal(names(10, 18), support.read(result.files[2]))
      assert.equal(names(19, 27), support.read(result.files[3]))
      assert.same({ "a-2.csv", "a-3.csv", "a.csv" }, files_in(folder))
      assert.equal(27, result.records)
      assert.equal(#names(1, 9) + #names(10, 18) + #names(19, 27), result.bytes)
    end)

    it("begins a part only for a row", function()
      local folder, log, given = parts(28)
      local result = assert(log:export(folder .. "/a.csv", given))
      assert.equal(4, #result.files)
      assert.equal(names(28, 28), support.read(result.files[4]))
    end)

    it("gives each part the byte order mark", function()
      local folder, log, given = parts(10, { bom = true })
      local result = assert(log:export(folder .. "/a.csv", given))
      assert.equal(BOM .. names(10, 10), support.read(result.files[2]))
    end)

    it("puts the number before the last dot of the name", function()
      for name, second in pairs {
        ["a"] = "a-2", ["a.b.csv"] = "a.b-2.csv", [".csv"] = ".csv-2",
        ["a."] = "a-2.", ["sub.d/a"] = "sub.d/a-2",
      } do
        local folder, log, given = parts(10)
        support.check("mkdir " .. folder .. "/sub.d")
        local result = assert(log:export(folder .. "/" .. name, given))
        assert.equal(folder .. "/" .. second, result.files[2])
        assert.equal(names(10, 10), support.read(folder .. "/" .. second))
      end
    end)

    it("replaces and removes the parts of an earlier report", function()
      local folder, log, given = parts(40)
      assert.equal(5, #log:export(folder .. "/a.csv", given).files)
      given.order = "newest"
      given.customer_name = { "name 1" }
      local result = assert(log:export(folder .. "/a.csv", given))
      assert.equal(11, result.records)
      assert.same({ "a-2.csv", "a.csv" }, files_in(folder))
      assert.equal("Name\nname 10\nname 1\n", support.read(result.files[2]))
    end)

    -- Each of them begins as a part of a.csv would.
    it("leaves independent reports beside it alone", function()
      local folder, log, given = parts(5)
      for _, old in ipairs { false, "", names(1, 8), names(1, 10),
                             "Title\n" .. names(1, 8),
                             names(1, 9):sub(1, -2) } do
        if old then support.write(folder .. "/a.csv", old) end
        for i = 2, 4 do
          support.write(("%s/a-%d.csv"):format(folder, i), names(i, i))
        end
        local result = assert(log:export(folder .. "/a.csv", given))
        assert.same({ folder .. "/a.csv" }, result.files)
        assert.equal(names(1, 5), support.read(folder .. "/a.csv"))
        for i = 2, 4 do
          assert.equal(names(i, i),
            support.read(("%s/a-%d.csv"):format(folder, i)))
        end
      end
    end)

    it("leaves what stands behind a full report alone unless all are its parts",
      function()
        local folder, log, given = parts(5)
        local function leaves(second, third)
          support.write(folder .. "/a.csv", names(1, 9))
          support.write(folder .. "/a-2.csv", second)
          support.write(folder .. "/a-3.csv", third)
          assert(log:export(folder .. "/a.csv", given))
          assert.equal(second, support.read(folder .. "/a-2.csv"))
          assert.equal(third, support.read(folder .. "/a-3.csv"))
        end
        leaves(names(10, 17), names(19, 19)) -- the second is not full
        leaves(names(10, 18), names(19, 28)) -- the third is more than full
        leaves(names(10, 18), "name\nx\n")
        leaves(names(10, 18), "Name\n")
        leaves(names(10, 18), "")
      end)

    it("counts rows that have line ends and quotes in them", function()
      local folder, log, given = parts(1)
      local cell = '"a\n""b"",\r\n"\n'
      local full = "Name\n" .. cell:rep(9)
      support.write(folder .. "/a.csv", full)
      support.write(folder .. "/a-2.csv", full)
      support.write(folder .. "/a-3.csv", names(1, 1))
      assert(log:export(folder .. "/a.csv", given))
      assert.same({ "a.csv" }, files_in(folder))
    end)

    it("refuses to replace what is no part of the old report", function()
      local folder, log, given = parts(10)
      support.write(folder .. "/a.csv", "old")
      for _, content in ipairs { "", "Nam", "name\nx\n", names(1, 1) } do
        support.write(folder .. "/a-2.csv", content)
        assert.same({ nil, folder .. "/a-2.csv is in the way: the report goes "
          .. "on in a file of that name, and this one is no part of the report "
          .. "that is replaced; move or remove it, or take another name",
          "exists" }, { log:export(folder .. "/a.csv", given) })
        assert.equal(content, support.read(folder .. "/a-2.csv"))
        assert.equal("old", support.read(folder .. "/a.csv"))
      end
      assert.same({ "a-2.csv", "a.csv" }, files_in(folder))
    end)

    it("reads no pipe and no folder as a part", function()
      local folder, log, given = parts(5)
      support.write(folder .. "/a.csv", names(1, 9))
      for _, make in ipairs { "mkfifo", "mkdir" } do
        support.check(("%s %s/a-2.csv"):format(make, folder))
        assert(log:export(folder .. "/a.csv", given))
        assert.same({ "a-2.csv", "a.csv" }, files_in(folder))
        os.remove(folder .. "/a-2.csv")
      end
    end)

    it("refuses a later part that is the log #file", function()
      local folder = support.temp_dir()
      local log = log_of(10, folder .. "/a-2.csv")
      assert.equal("exists", (select(3, log:export(folder .. "/a.csv",
        options { max_rows = 10 }))))
      assert.equal(10, log:count { period = "all" })
    end)

    it("looks for no parts where there is no limit", function()
      local folder, log, given = parts(20)
      given.max_rows = 0
      support.write(folder .. "/a-2.csv", "mine")
      local result = assert(log:export(folder .. "/a.csv", given))
      assert.same({ folder .. "/a.csv" }, result.files)
      assert.equal("mine", support.read(folder .. "/a-2.csv"))
    end)

    it("fails with \"limit\" to an open file and to a string", function()
      local _, log, given = parts(10)
      local file <close> = assert(io.tmpfile())
      local message = "more than 10 rows: export to a file, which goes on in "
        .. "parts, or choose a shorter period"
      assert.same({ nil, message, "limit" }, { log:export(file, given) })
      assert.same({ nil, message, "limit" }, { log:export_text(given) })
      given.customer_name = "name 1"
      assert.equal("Name\nname 1\nname 10\n", (log:export_text(given)))
    end)

    it("holds at least ten rows", function()
      for _, rows in ipairs { 9, 1, -1 } do
        assert.has_error(function()
          support.log():export_text { max_rows = rows }
        end, "option 'max_rows': 0 (no limit) or at least 10 expected")
      end
    end)

    it("refuses the options of CSV for JSON Lines", function()
      local of_csv = { max_rows = 10, layout = "full", bom = false }
      for name, value in pairs(of_csv) do
        assert.has_error(function()
          support.log():export_text { format = "jsonl", [name] = value }
        end, ("option '%s' is one of CSV; JSON Lines have every field as it is")
          :format(name))
      end
    end)

    it("refuses an empty date format", function()
      assert.has_error(function()
        support.log():export_text { date_format = "" }
      end, "option 'date_format': pattern or \"locale\" expected, got nothing")
    end)
  end)

  describe("of line items", function()
    -- A log of an order with these line items in JSON, and of a record that is
    -- none.
    local function log_of_order(items)
      local log = support.log()
      assert(log:append {
        { id = "order", operation_date = "2026-10-02T00:00:00Z",
          customer_name = "=Fabrikam", operation_type = "create_order",
          resource_new_value = ([[{"Id":"o-1","LineItems":[%s]}]])
            :format(table.concat(items, ",")) },
        { id = "other", operation_date = "2026-10-01T00:00:00Z" },
      })
      return log
    end

    local ITEMS = {
      [[{"FriendlyName":"Office; 365","Quantity":25,"SubscriptionId":"s"}]],
      [[{"OfferId":"B","Quantity":null}]],
      [[{"FriendlyName":"=1+1","Quantity":1000000000000000}]],
    }

    local LAYOUT = {
      { line_item = "friendly_name" }, { line_item = "quantity" },
      { detail = "order" }, { field = "customer_name" },
    }

    local function text_of(log, layout, changes)
      local given = options { layout = activitylog.layout(layout) }
      for name, value in pairs(changes or {}) do given[name] = value end
      return assert(log:export_text(given))
    end

    it("has a row for each of them, and none for other records #gc", function()
      local text, result = text_of(log_of_order(ITEMS), LAYOUT)
      assert.equal("friendly_name,quantity,order,customer_name\n"
        .. "Office; 365,25,o-1,=Fabrikam\n,,o-1,=Fabrikam\n"
        .. "=1+1,1000000000000000,o-1,=Fabrikam\n", text)
      assert.equal(2, result.records)
      assert.equal(3, result.rows)
    end)

    it("guards each row against Excel and counts as written #gc", function()
      local text, result = text_of(log_of_order(ITEMS), LAYOUT,
        { excel = true })
      assert.equal(BOM .. "friendly_name,quantity,order,customer_name\r\n"
        .. "Office; 365,25,o-1,'=Fabrikam\r\n,,o-1,'=Fabrikam\r\n"
        .. "'=1+1,1000000000000000,o-1,'=Fabrikam\r\n", text)
      assert.equal(4, result.defused_cells)
    end)

    it("calls a column's function once for a record #gc", function()
      local calls = 0
      local text = text_of(log_of_order(ITEMS), {
        { line_item = "offer_id" },
        { title = "Made", value = function(record)
            calls = calls + 1
            return record.id .. calls
          end },
      })
      assert.equal("offer_id,Made\n,order1\nB,order1\n,order1\n", text)
      assert.equal(1, calls)
    end)

    it("names the record whose function raised #gc", function()
      local log = log_of_order(ITEMS)
      assert.has_error(function()
        text_of(log, { { line_item = "offer_id" },
                       { title = "Made", value = function() error("no", 0) end }
                     })
      end, "column 'Made', record order: no")
    end)

    it("goes on in the next part between two items #gc", function()
      local path, items = support.temp_dir() .. "/a.csv", {}
      for i = 1, 11 do items[i] = ([[{"Quantity":%d}]]):format(i) end
      local result = assert(log_of_order(items):export(path, options {
        layout = activitylog.layout(LAYOUT), max_rows = 10,
      }))
      assert.equal(11, result.rows)
      assert.equal(2, #result.files)
      assert.equal("friendly_name,quantity,order,customer_name\n"
        .. ",10,o-1,=Fabrikam\n,11,o-1,=Fabrikam\n",
        support.read(result.files[2]))
    end)

    it("takes 10,000 of them", function()
      local items, expected = {}, { "quantity,id\n" }
      for i = 1, 10000 do
        items[i] = ([[{"Quantity":%d}]]):format(i)
        expected[i + 1] = i .. ",order\n"
      end
      local text = text_of(log_of_order(items),
        { { line_item = "quantity" }, { field = "id" } })
      assert.is_true(table.concat(expected) == text)
    end)

    it("takes names that are long and odd", function()
      local long = ("n"):rep(1024 * 1024)
      local log = log_of_order {
        [[{"FriendlyName":"]] .. long .. [["}]],
        [[{"FriendlyName":"a\u0000b\u202E\"c\"\n"}]],
      }
      local text = text_of(log, { { line_item = "friendly_name" } })
      assert.is_true(text == "friendly_name\n" .. long
        .. "\n\"a\0b\u{202E}\"\"c\"\"\n\"\n")
    end)
  end)

  describe("of a record's values", function()
    local function cell(record, source)
      local log = support.log()
      record.id, record.operation_date = "x", "2026-10-02T00:00:00Z"
      assert(log:append { record })
      source.title = "T"
      local text = assert(log:export_text(options {
        layout = activitylog.layout { source, { title = "E", value = "" } },
      }))
      return text:match("^T,E\n(.*),\n$")
    end

    it("shows a customized value by its key #gc", function()
      local record = { customized_data = {
        { key = "Quantity", value = nil }, { key = "OrderId", value = "7" },
      } }
      assert.equal("7", cell(record, { detail = "order_id" }))
      assert.equal("", cell(record, { detail = "Quantity" }))
      assert.equal("", cell({}, { detail = "Quantity" }))
    end)

    it("shows what changed #gc", function()
      local record = {
        resource_old_value = [[{"Quantity":10,"Status":"active"}]],
        resource_new_value = [[{"Quantity":25,"Status":"active"}]],
      }
      assert.equal("10 → 25", cell(record, { change = "Quantity" }))
      assert.equal("", cell(record, { change = "Status" }))
      record.resource_old_value = nil
      assert.equal("", cell(record, { change = "Quantity" }))
    end)

    it("masks what it shows unless told not to #gc", function()
      local log = support.log()
      assert(log:append { {
        id = "x", operation_date = "2026-10-02T00:00:00Z",
        resource_old_value = [[{"Password":"a"}]],
        resource_new_value = [[{"Password":"b"}]],
        customized_data = { { key = "Password", value = "c" } },
      } })
      local layout = activitylog.layout { { change = "Password" },
                                          { detail = "Password" } }
      assert.is_nil(log:export_text(options { layout = layout })
        :match("\n.*[abc]"))
      assert.equal("Password,Password\na → b,c\n",
        (log:export_text(options { layout = layout, redact = false })))
    end)

    it("shows the label of the locale, else Title Case #gc", function()
      local record = { operation_status = "succeeded",
                       resource_type = "wholly_new" }
      assert.equal("Succeeded", cell(record, { label = "operation_status" }))
      assert.equal("Wholly New", cell(record, { label = "resource_type" }))
    end)

    it("finds labels in whatever order they come #gc", function()
      local log = support.log()
      for i, wire in ipairs { "a", "b_c", "B", "d" } do
        assert(log:append { operation_date = "2026-10-0" .. i .. "T00:00:00Z",
                            id = wire, resource_type = wire })
      end
      local labels = { "d", "4", "a", "1", "b_c", "2" }
      assert.equal("A\n1\n2\nB\n4\n", (log._store:export_text(nil,
        { oldest_first = true }, {
          format = "csv", separator = ",", newline = "\n", columns = {
            { title = "A", pieces = { { "label", "resource_type", labels } } },
          },
        })))
    end)
  end)

  describe("by functions that say which fields they look at", function()
    -- What functions with those fields, or "all", see of a record.
    local function seen_by(...)
      local seen, columns = {}, {}
      for i, fields in ipairs { ... } do
        columns[i] = {
          title = "F", fields = fields ~= "all" and fields or nil,
          value = function(record)
            seen[i] = {}
            for name in pairs(record) do table.insert(seen[i], name) end
          end,
        }
      end
      columns[#columns + 1] = { field = "id" }
      assert(log_of(1):export_text(options {
        layout = activitylog.layout(columns),
      }))
      return seen
    end

    it("makes these alone, for all functions together", function()
      assert.same({ { "customer_name" } }, seen_by { "customer_name" })
      assert.same({ {} }, seen_by {})
      local both = { "id", "operation_date" }
      assert.same({ both, both }, seen_by({ "id" }, { "operation_date" }))
    end)

    it("makes all where one does not say", function()
      local all = { "id", "customer_name", "operation_date" }
      assert.same({ all, all }, seen_by({ "id" }, "all"))
    end)

    it("decodes what is made of them", function()
      local log = support.log()
      assert(log:append {
        operation_date = "2026-10-02T00:00:00Z",
        resource_new_value = [[{"LineItems":[{"Quantity":25}]}]],
      })
      assert.equal("N\n25\n", (log:export_text(options {
        layout = activitylog.layout { {
          title = "N", fields = { "line_items" },
          value = function(record) return record.line_items[1].quantity end,
        } },
      })))
    end)

    it("masks them unless told not to", function()
      local log = support.log()
      assert(log:append {
        operation_date = "2026-10-02T00:00:00Z",
        resource_new_value = [[{"Password":"abc"}]],
      })
      local layout = activitylog.layout { {
        title = "P", fields = { "new_value" },
        value = function(record) return record.new_value.Password end,
      } }
      assert.is_nil(log:export_text(options { layout = layout }):match("abc"))
      assert.equal("P\nabc\n",
        (log:export_text(options { layout = layout, redact = false })))
    end)

    it("names the record whose function raised", function()
      assert.has_error(function()
        log_of(1):export_text(options { layout = activitylog.layout { {
          title = "P", fields = {}, value = function() error("no", 0) end,
        } } })
      end, "column 'P', record record 1: no")
    end)
  end)

  describe("of a period", function()
    local function ids(log, given)
      local layout = activitylog.layout { { field = "id" } }
      local text = assert(log:export_text(
        { layout = layout, excel = false, order = "oldest",
          period = given.period, zone = given.zone }))
      return (text:gsub("^id\n", ""):gsub("\n", " "))
    end

    -- A record at each instant, which is its id.
    local function log_at(instants)
      local log = support.log()
      for _, instant in ipairs(instants) do
        assert(log:append { id = instant, operation_date = instant })
      end
      return log
    end

    it("takes the most recent month up to and including today", function()
      local log = log_at {
        "2026-09-13T23:59:59.9999999Z", "2026-09-14T00:00:00Z",
        "2026-10-14T23:59:59.9999999Z", "2026-10-15T00:00:00Z",
      }
      assert.equal("2026-09-14T00:00:00Z 2026-10-14T23:59:59.9999999Z ",
        ids(log, {}))
    end)

    it("takes each name to the tick", function()
      for name, bounds in pairs {
        today = { "2026-10-14T00:00:00Z", "2026-10-14T23:59:59.9999999Z" },
        yesterday = { "2026-10-13T00:00:00Z", "2026-10-13T23:59:59.9999999Z" },
        this_month = { "2026-10-01T00:00:00Z", "2026-10-31T23:59:59.9999999Z" },
        last_month = { "2026-09-01T00:00:00Z", "2026-09-30T23:59:59.9999999Z" },
        last_30_days = { "2026-09-15T00:00:00Z",
                         "2026-10-14T23:59:59.9999999Z" },
        recent = { "2026-09-14T00:00:00Z", "2026-10-14T23:59:59.9999999Z" },
        ["2024-02"] = { "2024-02-01T00:00:00Z",
                        "2024-02-29T23:59:59.9999999Z" },
      } do
        local log = log_at(bounds)
        local before = activitylog.period(nil, bounds[1])
        local behind = activitylog.period(bounds[2])
        assert.equal(bounds[1] .. " " .. bounds[2] .. " ",
          ids(log, { period = name }))
        assert.equal("", ids(log, { period = before }))
        assert.equal(bounds[2] .. " ", ids(log, { period = behind }))
      end
    end)

    it("writes dates in the zone of the period, unless told another", function()
      local log = log_at { "2026-10-05T23:30:00Z" }
      local period = activitylog.period("2026-10-06", "2026-10-06", "+02:00")
      local function dates(zone)
        return (assert(log:export_text {
          layout = activitylog.layout { { field = "operation_date" } },
          excel = false, period = period, zone = zone,
        }))
      end
      assert.equal("operation_date\n2026-10-06T01:30:00.0000000+02:00\n",
        dates(nil))
      assert.equal("operation_date\n2026-10-05T23:30:00.0000000Z\n",
        dates("UTC"))
    end)

    it("takes neither the tick before a name nor the one behind it", function()
      local log = log_at { "2026-09-30T23:59:59.9999999Z",
                           "2026-11-01T00:00:00Z" }
      assert.equal("", ids(log, { period = "this_month" }))
      assert.equal("2026-09-30T23:59:59.9999999Z 2026-11-01T00:00:00Z ",
        ids(log, { period = "all" }))
    end)

    it("means the days of the zone", function()
      local log = log_at { "2026-10-13T18:29:59.9999999Z",
                           "2026-10-13T18:30:00Z",
                           "2026-10-14T18:29:59.9999999Z",
                           "2026-10-14T18:30:00Z" }
      assert.equal("2026-10-13T18:30:00Z 2026-10-14T18:29:59.9999999Z ",
        ids(log, { period = "today", zone = "+05:30" }))
    end)

    it("takes a period with the zone that it was made in", function()
      local log = log_at { "2026-10-01T02:59:59.9999999Z",
                           "2026-10-01T03:00:00Z",
                           "2026-10-03T02:59:59.9999999Z",
                           "2026-10-03T03:00:00Z" }
      local days = activitylog.period("2026-10-01", "2026-10-02", "-03:00")
      assert.equal("2026-10-01T03:00:00Z 2026-10-03T02:59:59.9999999Z ",
        ids(log, { period = days, zone = "+12:00" }))
    end)
  end)

  describe("with wrong options", function()
    local function refuses(given, message)
      local log = support.log()
      assert.equal(message, (support.error_of(function()
        log:export_text(given)
      end):gsub("^[^:]+:%d+: ", "")))
    end

    it("names an unknown one and the nearest that it knows", function()
      refuses({ perod = "all" },
        "unknown option 'perod' of export_text(); did you mean 'period'?")
    end)

    it("names the type that it expects", function()
      refuses({ links = "yes" },
        "option 'links' of export_text(): boolean expected, got string")
      refuses({ max_rows = 10.0 },
        "option 'max_rows' of export_text(): integer expected, got float")
    end)

    it("names what it does not know", function()
      refuses({ format = "cvs" }, "unknown format 'cvs'; did you mean 'csv'?")
      refuses({ layout = "ful" }, "unknown layout 'ful'; did you mean 'full'?")
      refuses({ order = "last" }, "unknown order 'last'; known: 'newest', "
        .. "'oldest'")
      refuses({ locale = "xx" }, "unknown locale 'xx'; known: '"
        .. table.concat(require("activitylog.locale").names, "', '") .. "'")
      refuses({ cloud = "moon" },
        "unknown cloud 'moon'; known: 'global', 'us-government', 'china'")
    end)

    it("raises on a zone that it cannot read", function()
      assert.has_error(function()
        support.log():export_text { zone = "Mars/Phobos" }
      end)
    end)
  end)

  it("raises when the log is closed", function()
    local log = log_of(1)
    log:close()
    assert.has_error(function() log:export_text() end)
    assert.has_error(function()
      log:export(support.temp_dir() .. "/a.csv")
    end)
  end)

  -- Five counters and a path, whatever the number of records.
  it("uses no Lua memory for a record when no column is a function", function()
    local log, path = log_of(50000), support.temp_dir() .. "/a.csv"
    local function kilobytes(given)
      collectgarbage()
      collectgarbage("stop")
      local before = collectgarbage("count")
      assert(log:export(path, given))
      local used = collectgarbage("count") - before
      collectgarbage("restart")
      return used
    end
    local few = options { layout = "partner-center", customer_name = "none" }
    local all = options { layout = "partner-center" }
    local none = kilobytes(few)
    assert.is_true(kilobytes(all) < none + 1)
    assert.equal(50000, log:export(path, all).records)
  end)
end)
