local support = require "spec.support"

local ALL = { period = "all" }

local function log_of(count, path)
  local log, records = support.log(path), {}
  for i = 1, count do
    records[i] = {
      id = tostring(i), operation_date = "2026-10-01T08:00:00Z",
      resource_new_value = ("x"):rep(1000),
    }
  end
  assert(log:append(records))
  return log
end

local function list(folder)
  return support.check("ls -A " .. folder)
end

describe("log:backup()", function()
  it("copies a log to one that is the same #gc", function()
    local folder = support.temp_dir()
    local log = log_of(100, folder .. "/a.db")
    local result = assert(log:backup(folder .. "/b.db"))
    assert.equal(tonumber(support.check("stat -c %s " .. folder .. "/b.db")),
                 result.bytes)
    local copy = support.log(folder .. "/b.db")
    assert.equal(log:head(), copy:head())
    assert.equal(100, assert(copy:verify { head = log:head() }).records)
    assert.equal(1, assert(copy:append { id = "z",
      operation_date = "2026-10-01T08:00:00Z" }).added)
    assert.equal("wal\n2\n", support.query(folder .. "/b.db",
      "SELECT * FROM pragma_journal_mode UNION ALL"
      .. " SELECT * FROM pragma_auto_vacuum"))
  end)

  it("copies a log in memory, and one that may only be read", function()
    local folder = support.temp_dir()
    assert(log_of(10):backup(folder .. "/a.db"))
    local reading = support.log(folder .. "/a.db", { mode = "r" })
    assert(reading:backup(folder .. "/b.db"))
    assert.equal(10, support.log(folder .. "/b.db"):count(ALL))
  end)

  it("copies what was there when it began, while others write", function()
    local folder = support.temp_dir()
    local log = log_of(3000, folder .. "/a.db")
    local other = support.log(folder .. "/a.db")
    local calls = 0
    assert(log:backup(folder .. "/b.db", { progress = function(done, total)
      calls = calls + 1
      assert.is_true(done <= total)
      assert(other:append { id = "other " .. calls,
                            operation_date = "2026-10-01T08:00:00Z" })
    end }))
    assert.is_true(calls > 2)
    assert.equal(3000 + calls, log:count(ALL))
    assert.equal(3000, assert(support.log(folder .. "/b.db"):verify()).records)
  end)

  it("is for its owner alone, and leaves nothing else #file", function()
    local folder = support.temp_dir()
    local log = log_of(10, folder .. "/a.db")
    assert(log:backup(folder .. "/b.db"))
    assert.equal("600\n", support.check("stat -c %a " .. folder .. "/b.db"))
    log:close()
    assert.equal("a.db\nb.db\n", list(folder))
  end)

  it("never takes the place of a file, nor of what stands beside it", function()
    local folder = support.temp_dir()
    local log = log_of(10, folder .. "/a.db")
    support.write(folder .. "/b.db", "")
    support.check("ln -s nothing " .. folder .. "/c.db")
    for _, name in ipairs { "d.db-wal", "e.db-journal" } do
      support.write(folder .. "/" .. name, "x")
    end
    local before = list(folder)
    for _, name in ipairs { "b", "c", "d", "e" } do
      local result, message, code = log:backup(folder .. "/" .. name .. ".db")
      assert.is_nil(result)
      assert.equal("exists", code)
      assert.matches("/" .. name .. "%.db.*: take another name", message)
    end
    assert.equal(before, list(folder))
  end)

  -- To remove it first, as of a file, would lose the log.
  it("says what has the name when that is no file, or the log's #file",
     function()
    local folder = support.temp_dir()
    local log = log_of(10, folder .. "/a.db")
    support.check(("cd %s; mkfifo fifo; ln -s /dev/null null; ln -s a.db link;"
      .. " ln -s . here"):format(folder))
    local before = list(folder)
    for name, reason in pairs {
      ["."] = "is a folder: name a file in it",
      here = "is a folder: name a file in it",
      fifo = "is no regular file: name a new one",
      null = "is no regular file: name a new one",
      ["a.db"] = "is the log itself", link = "is the log itself",
      ["a.db-wal"] = "is the log itself", ["a.db-shm"] = "is the log itself",
      ["here/a.db"] = "is the log itself",
      ["a.db-journal"] = "would be taken for a part of the log: take another "
        .. "name",
      ["here/a.db-journal"] = "would be taken for a part of the log: take "
        .. "another name",
    } do
      local path = folder .. "/" .. name
      assert.same({ nil, path .. " " .. reason, "exists" },
                  { log:backup(path) })
    end
    assert.equal(before, list(folder))
  end)

  it("takes no name under which the copy could not be opened", function()
    local folder = support.temp_dir()
    local log = log_of(10, folder .. "/a.db")
    for _, path in ipairs { "", ":memory:" } do
      assert.same({ nil, 'a backup needs a file name (and ":memory:" is none)',
                    "io" }, { log:backup(path) })
    end
    assert.is_false(support.exists ":memory:")
    local longest = folder .. "/" .. ("n"):rep(247)
    local _, message, code = log:backup(longest .. "n")
    assert.equal("io", code)
    assert.matches("is too long: that of a log has at most 247 bytes", message)
    assert(log:backup(longest))
    assert(support.log(longest):append {
      id = "z", operation_date = "2026-10-01T08:00:00Z" })
  end)

  it("fails where there is no folder #gc", function()
    local result, message, code = log_of(1):backup "/nowhere/b.db"
    assert.is_nil(result)
    assert.equal("io", code)
    assert.matches("/nowhere/b.db: No such file or directory", message)
  end)

  it("leaves nothing on a disk that is full", function()
    assert.equal("full\n0\n", support.on_small_disk [[
      local log = assert(require "activitylog".open ":memory:")
      local records = {}
      for i = 1, 600 do
        records[i] = { id = tostring(i), resource_new_value = ("x"):rep(10000),
                       operation_date = "2026-10-01T00:00:00Z" }
      end
      assert(log:append(records))
      local disk = os.getenv "DISK"
      local copied, message, code = log:backup(disk .. "/b.db")
      assert(not copied and message:find(disk .. "/b.db", 1, true))
      print(code)
      os.execute("ls -A " .. disk .. " | wc -l")
    ]])
  end)

  it("is full where a file may not grow so large", function()
    local folder = support.temp_dir()
    log_of(2000, folder .. "/a.db"):close()
    local program = ([[
      local log = assert(require "activitylog".open(%q, { mode = "r" }))
      print(select(2, log:backup(%q)))
    ]]):format(folder .. "/a.db", folder .. "/b.db")
    local told = support.check("trap '' XFSZ; ulimit -f 1000; "
      .. support.lua(program))
    assert.matches("^cannot copy the log to " .. folder:gsub("%p", "%%%0")
      .. "/b%.db: .*File too large.*\tfull\n$", told)
    assert.is_nil(list(folder):find("b.db", 1, true))
  end)

  it("leaves nothing when it is told to stop #gc", function()
    local folder = support.temp_dir()
    local log = log_of(3000, folder .. "/a.db")
    assert.equal("enough", support.error_of(function()
      log:backup(folder .. "/b.db", { progress = function()
        error("enough", 0)
      end })
    end))
    assert.is_false(support.exists(folder .. "/b.db"))
    assert.is_nil(list(folder):find("tmp", 1, true))
    assert(log:append { id = "z", operation_date = "2026-10-01T08:00:00Z" })
  end)

  it("lets nothing be imported by what it calls #gc", function()
    local folder = support.temp_dir()
    local log = log_of(10, folder .. "/a.db")
    assert.matches("the log is being copied", support.error_of(function()
      log:backup(folder .. "/b.db", { progress = function()
        log:append { id = "z", operation_date = "2026-10-01T08:00:00Z" }
      end })
    end))
  end)

  it("raises on what is no path #gc", function()
    local log = log_of(1)
    for _, path in ipairs { 1, false, {}, "a\0b" } do
      assert.matches("^spec/backup_spec.lua:%d+: backup%(%):",
        support.error_of(function() log:backup(path) end))
    end
    assert.matches("^spec/backup_spec.lua:%d+: backup%(%): path expected",
      support.error_of(function() log:backup() end))
  end)
end)
