-- Who may be told to have purged.

local support = require "spec.support"

local function log_of(days, path)
  local log, records = support.log(path), {}
  for i, day in ipairs(days) do
    records[i] = { id = day, operation_date = day .. "T12:00:00Z" }
  end
  assert(log:append(records))
  return log
end

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
