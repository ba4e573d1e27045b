-- That the specs of the run `postgresql` are about databases, and not files by
-- mistake: spec/on_postgresql.lua.

local activitylog = require "activitylog"
local cluster = require "spec.cluster"
local support = require "spec.support"

local function record(id)
  return { id = id, operation_date = "2026-10-01T08:00:00Z" }
end

describe("a log of a spec #database", function()
  it("is a database, the same for the same path", function()
    local path = support.temp_dir() .. "/it's a.db"
    assert(support.log(path):append(record "1"))
    assert.is_false(support.exists(path))
    assert.equal(1, support.log(path):count { period = "all" })
    assert.equal("1\n", support.query(path, "SELECT id FROM record"))
    assert.equal(0, support.log(path .. "x"):count { period = "all" })
  end)

  it("is another one each time when it has no path", function()
    assert(support.log():append(record "1"))
    assert.equal(0, support.log():count { period = "all" })
  end)

  it("is that of the programs that specs start", function()
    local path = support.temp_dir() .. "/a.db"
    support.check(support.lua(([[
      local log = assert(require("activitylog").open(%q))
      assert(log:append { id = "1", operation_date = "2026-10-01T08:00:00Z" })
    ]]):format(path)))
    assert.is_false(support.exists(path))
    assert.equal(1, support.log(path):count { period = "all" })
  end)

  it("is not made to be read", function()
    local path = support.temp_dir() .. "/a.db"
    assert.is_nil((activitylog.open(path, { mode = "r" })))
    assert.is_nil((activitylog.open(path, { mode = "r" })))
    assert.has_error(function() support.query(path, "SELECT 1") end)
  end)

  it("is a file where there is one", function()
    local path = support.write(support.temp_dir() .. "/a.db", "text")
    assert.equal("foreign", (select(3, activitylog.open(path))))
  end)

  it("is copied, and tells who has it open", function()
    local folder = support.temp_dir()
    local log = support.log(folder .. "/a.db")
    assert(log:append(record "1"))
    assert.is_true(support.in_use(folder .. "/a.db"))
    log:close()
    assert.is_true(support.is_free(folder .. "/a.db"))
    support.copy_log(folder .. "/a.db", folder .. "/b.db")
    assert.equal(1, support.log(folder .. "/b.db"):count { period = "all" })
    assert(support.log(folder .. "/b.db"):append(record "2"))
    assert.equal(1, support.log(folder .. "/a.db"):count { period = "all" })
  end)

  -- Behind all others: of this one itself there is none yet.
  it("ended with its test", function()
    assert.equal("0\n", cluster.shared():query("postgres", "SELECT count(*)"
      .. " FROM pg_database WHERE datname ~ '^(log|memory)_'"))
  end)
end)
