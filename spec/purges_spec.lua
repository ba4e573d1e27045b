-- log:purges(), and who may be told to have purged.

local support = require "spec.support"

local function log_of(days, path)
  local log, records = support.log(path), {}
  for i, day in ipairs(days) do
    records[i] = { id = day, operation_date = day .. "T12:00:00Z" }
  end
  assert(log:append(records))
  return log
end

describe("log:purges() #gc", function()
  it("counts the purges and what they took, and tells from before when",
    function()
      local log = log_of { "2026-01-01", "2026-02-01", "2026-02-02",
                           "2026-03-01" }
      assert.same({ 0, 0 }, { log:purges() })
      assert(log:purge { before = "2026-02-15" })
      assert.same({ 1, 3, "2026-02-15T00:00:00.0000000Z" }, { log:purges() })
      assert(log:append { id = "old", operation_date = "2026-01-01T12:00:00Z" })
      assert(log:purge { before = "2026-01-15" })
      assert.same({ 2, 4, "2026-02-15T00:00:00.0000000Z" }, { log:purges() })
    end)

  it("bears any numbers and texts of a damaged log", function()
    local path = support.temp_dir() .. "/a.db"
    local log = log_of({ "2026-01-01", "2026-02-01" }, path)
    assert(log:purge { before = "2026-01-15" })
    assert(log:purge { before = "2026-02-15" })
    log:close()
    support.query(path, "UPDATE purge SET records = 9223372036854775807, "
      .. "before = char(27) || hex(zeroblob(1000))")
    local purges, records, before = support.log(path):purges()
    assert.equal(2, purges)
    assert.equal(math.maxinteger, records)
    assert.matches("^\\x1B0+%.%.%.$", before)
  end)

  it("raises when the log is closed", function()
    local log = support.log()
    log:close()
    assert.equal("log is closed", support.blame(function() log:purges() end))
  end)
end)

describe("the user of log:purge()", function()
  it("has 1 to 256 bytes of UTF-8", function()
    local log = log_of { "2026-01-01" }
    local function refused(user)
      return (support.error_of(function()
        log:purge { before = "2026-02-01", user = user }
      end):gsub("^spec/purges_spec.lua:%d+: option 'user': ", ""))
    end
    assert.equal("1 to 256 bytes expected, got 0", refused "")
    assert.equal("1 to 256 bytes expected, got 258", refused(("é"):rep(129)))
    assert.equal("it is not UTF-8", refused "\xE9")
    assert(log:purge { before = "2026-02-01", user = ("é"):rep(128) })
    assert.equal(("é"):rep(128), assert(log:verify()).purges[1].user)
  end)
end)
