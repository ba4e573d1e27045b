-- A log on a standby: a server that follows another one, and is only read.

local activitylog = require "activitylog"
local cluster = require "spec.cluster"
local filled = require "spec.filled"
local support = require "spec.support"

describe("a log on a standby #postgresql", function()
  local primary, standby

  lazy_setup(function()
    primary = cluster.start()
    primary:create "log"
    local log <close> = assert(activitylog.open(primary:uri "log"))
    filled.fill(log)
    standby = cluster.start { primary = primary }
  end)

  lazy_teardown(function()
    standby:remove()
    primary:remove()
  end)

  local function wait_until_there()
    local place = primary:query("log", "SELECT pg_current_wal_lsn()")
    local is_there = ("SELECT pg_last_wal_replay_lsn() >= '%s'")
      :format(place:match "%S+")
    while standby:query("log", is_there) ~= "t\n" do
      support.check "sleep 0.02"
    end
  end

  -- Whichever of the two is asked first.
  local function either(first, second)
    return ("postgresql:///log?host=%s,%s&port=%d,%d&user=postgres"):format(
      first.folder, second.folder, first.port, second.port)
  end

  it("is read, proved, copied and backed up as on its primary", function()
    wait_until_there()
    local log = support.log(standby:uri "log", { mode = "r" })
    local proof = assert(support.log(primary:uri "log"):verify())
    assert.same(proof, assert(log:verify()))
    assert.equal(proof.records, log:count { period = "all" })
    local folder = support.temp_dir()
    assert(activitylog.copy(standby:uri "log", folder .. "/copy.db"))
    assert(log:backup(folder .. "/backup.db"))
    for _, name in ipairs { "copy", "backup" } do
      local file = support.log(("%s/%s.db"):format(folder, name))
      assert.equal(proof.head, assert(file:verify()).head)
    end
  end)

  it("gets what is imported on its primary", function()
    local log = support.log(standby:uri "log", { mode = "r" })
    local before = log:count { period = "all" }
    assert(support.log(primary:uri "log"):append(filled.of("new", "09-09")))
    wait_until_there()
    assert.equal(before + 1, log:count { period = "all" })
  end)

  it("cannot be written", function()
    local log = support.log(standby:uri "log")
    for _, call in ipairs {
      function() return log:append(filled.of("x", "09-09")) end,
      function() return log:purge { before = "2027-01-01" } end,
    } do
      local result, message, code = call()
      assert.is_nil(result)
      assert.equal("readonly", code)
      assert.matches("; write to the primary, not to a standby$", message)
    end
  end)

  it("leads who writes to its primary, whichever is named first", function()
    for i, uri in ipairs {
      either(primary, standby), either(standby, primary),
    } do
      local log = support.log(uri .. "&target_session_attrs=read-write")
      assert.equal(1, assert(log:append(filled.of("to " .. i, "09-09"))).added)
    end
  end)
end)
