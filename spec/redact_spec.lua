local support = require "spec.support"

-- A log of one record with a secret in its new value.
local function log_with(new_value)
  local log = support.log()
  assert(log:append {
    id = "1",
    operation_date = "2026-10-01T08:00:00Z",
    resource_new_value = new_value,
  })
  return log
end

local function masked(new_value)
  return support.list(log_with(new_value))[1].resource_new_value
end

describe("secrets #gc", function()
  for _, key in ipairs {
    "password", "PasswordProfile", "Passwd", "UserCredentials", "client_secret",
    "AccessToken", "refresh-token", "Private Key", "x-api-key",
    "ConnectionString", "p\\u0061ssword",
  } do
    it(("are masked under the key %s"):format(key), function()
      assert.equal(('{"%s":"***","Id":"1"}')
          :format((key:gsub("\\u0061", "a"))),
        masked(('{"%s":{"a":["hush"]},"Id":"1"}'):format(key)))
    end)
  end

  it("are masked as the value of a pair, in either order", function()
    assert.equal('[{"key":"Password","value":"***"},'
      .. '{"value":"***","key":"Password"},{"key":"Id","value":"1"}]',
      masked('[{"key":"Password","value":"hush"},'
        .. '{"value":"hush","key":"Password"},{"key":"Id","value":"1"}]'))
  end)

  it("are masked in JSON inside of strings", function()
    assert.equal([["{\"a\":\"{\\\"password\\\":\\\"***\\\"}\"}"]],
      masked([["{\"a\":\"{\\\"password\\\":\\\"hush\\\"}\"}"]]))
  end)

  it("are shown, and the value left as it came, when asked for", function()
    local value = '{ "password" : "hush" }'
    local log = log_with(value)
    local record = support.list(log, { redact = false })[1]
    assert.equal(value, record.resource_new_value)
    assert.equal("hush", record.new_value.password)
  end)

  it("leave values alone that only mention the words", function()
    local value = '{ "Text" : "the password, \\u0061 secret" }'
    assert.equal(value, masked(value))
  end)

  it("are not found by text where they are masked", function()
    local log = log_with('{"password":"hush"}')
    assert.equal(0, log:count { period = "all", text = "hush" })
    assert.equal(1, log:count { period = "all", text = "hush", redact = false })
  end)

  it("count in a report that shows their value masked", function()
    local log = log_with('{"password":"hush"}')
    local function redacted(options)
      options.period = "all"
      local _, result = assert(log:export_text(options))
      return result.redacted
    end
    assert.equal(1, redacted { layout = "full" })
    assert.equal(1, redacted { format = "jsonl" })
    assert.equal(0, redacted { layout = "full", redact = false })
    -- No column of it looks at the values.
    assert.equal(0, redacted { layout = "partner-center" })
  end)
end)
