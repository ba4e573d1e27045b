local activitylog = require "activitylog"
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

  it("hide the whole of JSON that is broken and mentions a word", function()
    for _, value in ipairs {
      '{"password":"hush"', '{"password":"hush","a":1}}', '["password" "hush"]',
      '"{\\"password\\":\\"hush\\"', ("["):rep(600) .. '{"secret":"hush"}',
    } do
      assert.equal("***", masked(value))
    end
    assert.equal('{"a":"***"}', masked('{"a":"{\\"password\\":\\"hush\\""}'))
  end)

  it("hide nothing of text that is no JSON, or broken without a word",
    function()
      for _, value in ipairs { "the password: hush", '{"a":"\\u00e9', "[1,]",
                               "" } do
        assert.equal(value, masked(value))
      end
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

describe("a report of a log with secrets #gc", function()
  -- "hush" is everything that must not be seen, wherever it stands.
  local function secret_log()
    local log = support.log()
    assert(log:append {
      {
        id = "old and new", operation_date = "2026-10-01T00:00:01Z",
        operation_type = "add_customer",
        resource_old_value = [["{\"UserCredentials\":{\"a\":\"hush 1\"}}"]],
        resource_new_value = '{"Id":"7","ClientSecret":["hush 2"]}',
      },
      {
        id = "customized", operation_date = "2026-10-01T00:00:02Z",
        customized_data = {
          { key = "Password", value = "hush 3" },
          { key = "OrderId", value = "open" },
        },
      },
      {
        id = "other", operation_date = "2026-10-01T00:00:03Z",
        other = { credentials = { name = "hush 4" }, note = "open" },
      },
      { id = "none", operation_date = "2026-10-01T00:00:04Z",
        resource_new_value = '{"Id":"8"}' },
    })
    return log
  end

  local REPORTS = {
    { "for Excel", layout = "full" },
    { "for machines", layout = "full", excel = false },
    { "of 2019", layout = "partner-center-2019" },
    { "in JSON Lines", format = "jsonl" },
  }

  for _, report in ipairs(REPORTS) do
    local function text_of(redact)
      return assert(secret_log():export_text {
        period = "all", redact = redact, layout = report.layout,
        format = report.format, excel = report.excel,
      })
    end

    it(report[1] .. " shows none of them", function()
      local text, result = text_of(nil)
      assert.is_nil(text:find("hush", 1, true))
      assert.equal(4, result.records)
    end)

    it(report[1] .. " shows them with redact = false", function()
      local text, result = text_of(false)
      assert.truthy(text:find("hush 3", 1, true))
      assert.equal(0, result.redacted)
    end)
  end

  it("counts the records that have values masked", function()
    local log = secret_log()
    for name, expected in pairs { full = 3, ["partner-center-2019"] = 2,
                                  ["partner-center"] = 0 } do
      local _, result = assert(log:export_text {
        period = "all", layout = name })
      assert.equal(expected, result.redacted)
    end
  end)

  it("shows none of them to templates, details and functions", function()
    local text, result = assert(secret_log():export_text {
      period = "all", order = "oldest", excel = false,
      layout = activitylog.layout {
        { field = "id" },
        { title = "Template", template = "{resource_new_value}{other}" },
        { detail = "information" },
        { title = "Function", value = function(record)
          local old, new = record.old_value, record.new_value
          return (old and old.UserCredentials or "")
            .. (new and new.ClientSecret or "")
        end },
      },
    })
    assert.equal(table.concat({
      "id,Template,information,Function",
      "old and new,\"{\"\"Id\"\":\"\"7\"\",\"\"ClientSecret\"\":\"\"***\"\"}\""
        .. ",,******",
      "customized,,Password: ***; OrderId: open,",
      "other,\"{\"\"credentials\"\":\"\"***\"\",\"\"note\"\":\"\"open\"\"}\",,",
      "none,\"{\"\"Id\"\":\"\"8\"\"}\",,\n",
    }, "\n"), text)
    assert.equal(3, result.redacted)
  end)
end)
