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

-- What a report masks is known to the log it is of, whatever came since.
describe("a masked report that is imported again #gc", function()
  local function record(name, value)
    return { id = "x", operation_date = "2026-10-01T08:00:00Z",
             customer_name = name, resource_new_value = value }
  end

  -- The current record behind the import of a report of what was first there.
  local function imported(first, second)
    local log = support.log()
    assert(log:append { first })
    local report = assert(log:export_text { period = "all", format = "jsonl" })
    if second then assert(log:append { second }) end
    local path = support.temp_dir() .. "/report.jsonl"
    support.write(path, report)
    local result = assert(log:import(path))
    assert.equal(1, result.known)
    local found = support.list(log, { period = "all", redact = false })[1]
    return found.customer_name, found.resource_new_value
  end

  local OLD = record("Old", '{"password":"hush"}')

  it("masks nothing in the log", function()
    assert.same({ "Old", '{"password":"hush"}' }, { imported(OLD) })
  end)

  it("turns nothing back that was renamed", function()
    assert.same({ "New", '{"password":"hush"}' },
                { imported(OLD, record("New", '{"password":"hush"}')) })
  end)

  it("turns nothing back that has no secret any more", function()
    assert.same({ "New", "{}" }, { imported(OLD, record("New", "{}")) })
  end)
end)

describe("a record with secrets", function()
  -- Each content that came was compared with all before it: this took minutes.
  it("may bring one record again and again, with other secrets", function()
    local lines = {}
    for i = 1, 2000 do
      local value = ('{\\"password\\":%d,\\"note\\":\\"%s\\"}'):format(i,
        ("n"):rep(10000))
      lines[i] = ('{"id":"x","operationDate":"2026-10-01T08:00:00Z",'
        .. '"resourceNewValue":"%s"}'):format(value)
    end
    local log = support.log()
    assert.equal(1999, assert(log:import_text(table.concat(lines, "\n")))
      .changed)
  end)
end)

-- The personal data of a customer, as the API sends one: everything that names
-- a person or a way to reach one begins with "zz".
local CUSTOMER = [[{"Id":"7","CompanyProfile":{"TenantId":"t",]]
  .. [["Domain":"zz1.example","CompanyName":"Fabrikam"},]]
  .. [["BillingProfile":{"Id":"8","FirstName":"zz2","LastName":"zz3",]]
  .. [["Email":"zz4","Culture":"zz5","DefaultAddress":{"City":"zz6",]]
  .. [["Lines":["zz7",{"PhoneNumber":"zz8"}]}},]]
  .. [["UserCredentials":{"userName":"zz9","password":"zz10"},]]
  .. [["Contact":"{\"E_Mail\":\"zz11\",\"BillingProfile\":]]
  .. [[\"{\\\"Any\\\":\\\"zz12\\\"}\"}",]]
  .. [["Attributes":{"ObjectType":"Customer"}}]]

local PERSONAL = { "BillingProfile.*", "CompanyProfile.Domain", "email",
                   "user_principal_name", "PrimaryDomainName" }

local function personal_log()
  local log = support.log()
  assert(log:append {
    {
      id = "1", operation_date = "2026-10-01T00:00:01Z",
      operation_type = "add_customer", customer_name = "Fabrikam",
      user_principal_name = "zz13@contoso.example",
      resource_old_value = '"' .. CUSTOMER:gsub('[\\"]', "\\%0") .. '"',
      resource_new_value = CUSTOMER,
      customized_data = {
        { key = "PrimaryDomainName", value = "zz14" },
        { value = "zz15", key = "EMail" },
        { key = "Relationship", value = "Reseller" },
      },
      other = { participants = { { email = "zz16" } }, note = "open" },
    },
    {
      id = "2", operation_date = "2026-10-01T00:00:02Z",
      operation_type = "create_order", customer_name = "Northwind",
      resource_new_value = '{ "Id":"o", "LineItems":[{"FriendlyName":"E3",'
        .. '"Quantity":2}] }',
      customized_data = { { key = "OrderId", value = "o" } },
    },
  })
  return log
end

describe("rules #gc", function()
  local REPORTS = {
    { "full", layout = "full" },
    { "full, for machines", layout = "full", excel = false },
    { "of the portal", layout = "partner-center" },
    { "of the portal in 2019", layout = "partner-center-2019" },
    { "in JSON Lines", format = "jsonl" },
  }

  local function text_of(report, redact)
    return assert(personal_log():export_text {
      period = "all", layout = report.layout, format = report.format,
      excel = report.excel, redact = redact,
    })
  end

  for _, report in ipairs(REPORTS) do
    it(("leave no personal data in a report %s"):format(report[1]), function()
      local text, result = text_of(report, PERSONAL)
      assert.is_nil(text:find("zz", 1, true))
      assert.truthy(text:find("Fabrikam", 1, true))
      assert.equal(1, result.redacted)
    end)

    it(("are not needed for the secrets in a report %s"):format(report[1]),
      function()
        for _, redact in ipairs { true, {} } do
          assert.equal(text_of(report, nil), text_of(report, redact))
        end
        assert.is_nil(text_of(report, { "note" }):find("zz10", 1, true))
      end)
  end

  it("leave no personal data in any layout of columns", function()
    local text, result = assert(personal_log():export_text {
      period = "all", excel = false, redact = PERSONAL,
      layout = activitylog.layout {
        { title = "Template",
          template = "{user_principal_name} {resource_old_value} {other}" },
        { detail = "information" },
        { detail = "reference" },
        { title = "Function", value = function(record)
          local value = record.new_value
          local billing = value.BillingProfile or {}
          return tostring(billing.Email) .. tostring(record.old_value)
            .. tostring(record.user_principal_name)
        end },
      },
    })
    assert.is_nil(text:find("zz", 1, true))
    assert.truthy(text:find("Relationship: Reseller", 1, true))
    assert.equal(1, result.redacted)
  end)

  it("mask records, and hand the others through as they came", function()
    local first, second
    for record in personal_log():records { period = "all", order = "oldest",
                                           redact = PERSONAL } do
      if record.id == "1" then first = record else second = record end
    end
    assert.equal("***", first.user_principal_name)
    assert.same({ Id = "***", FirstName = "***", LastName = "***",
                  Email = "***", Culture = "***", DefaultAddress = "***" },
      first.new_value.BillingProfile)
    assert.same({ TenantId = "t", Domain = "***", CompanyName = "Fabrikam" },
      first.new_value.CompanyProfile)
    assert.equal("***", first.new_value.UserCredentials)
    assert.same({ { key = "PrimaryDomainName", value = "***" },
                  { key = "EMail", value = "***" },
                  { key = "Relationship", value = "Reseller" } },
      first.customized_data)
    assert.same({ participants = { { email = "***" } }, note = "open" },
      first.other)
    assert.equal('{ "Id":"o", "LineItems":[{"FriendlyName":"E3",'
      .. '"Quantity":2}] }', second.resource_new_value)
    assert.is_nil(second.user_principal_name)
    assert.equal("E3", second.line_items[1].friendly_name)
  end)

  it("mask line items", function()
    for record in personal_log():records { period = "all",
                                           redact = { "friendly_name" } } do
      if record.id == "2" then
        assert.equal("***", record.line_items[1].friendly_name)
        assert.equal("2", tostring(record.line_items[1].quantity))
      end
    end
  end)

  it("mask line items out of customized data, whatever their number",
    function()
      local log = support.log()
      assert(log:append {
        id = "1", operation_date = "2026-10-01T00:00:01Z",
        customized_data = {
          { key = "OfferId-0", value = "zz0" },
          { key = "OfferId-12", value = "zz12" },
          { key = "Quantity-12", value = "3" },
        },
      })
      local function items(rule)
        return support.list(log, { redact = { rule } })[1].line_items
      end
      assert.same({ { offer_id = "***" }, { offer_id = "***", quantity = 3 } },
        items("offer_id"))
      assert.same({ { offer_id = "zz0" },
                    { offer_id = "***", quantity = 3 } }, items("OfferId-12"))
    end)

  it("leave the link empty where the customer is masked", function()
    local log = support.log()
    assert(log:append { id = "1", operation_date = "2026-10-01T00:00:01Z",
      customer_id = "5d2b9cd1-1a2b-4c3d-8e4f-5a6b7c8d9e0f" })
    local function links(redact)
      return (assert(log:export_text { period = "all", redact = redact }))
        :find("/subscriptions", 1, true) ~= nil
    end
    assert.is_true(links(nil))
    assert.is_false(links { "customer_id" })
  end)

  it("of a field mask it where a record has it, and keep its shape", function()
    local list = support.list(personal_log(), { order = "oldest", redact = {
      "id", "partner_id", "CustomerName", "resource_old_value",
      "customizedData", "other" } })
    assert.equal("***", list[1].id)
    assert.is_nil(list[1].partner_id)
    assert.equal("***", list[1].customer_name)
    assert.equal("***", list[1].resource_old_value)
    assert.is_nil(list[2].resource_old_value)
    assert.equal("***", list[1].customized_data[3].value)
    assert.equal("Relationship", list[1].customized_data[3].key)
    assert.same({ participants = "***", note = "***" }, list[1].other)
  end)

  it("leave what can be imported again", function()
    local rules = { "customized_data", "other", "resource_new_value", "email",
                    "UserPrincipalName", "customized_data.*", "BillingProfile" }
    for _, rule in ipairs(rules) do
      for _, report in ipairs { { format = "jsonl" },
                                { layout = "full", excel = false } } do
        local log = personal_log()
        local text = assert(log:export_text {
          period = "all", format = report.format, layout = report.layout,
          excel = report.excel, redact = { rule } })
        local copy = support.log()
        assert.equal(2, assert(copy:import_text(text)).added)
        local expected = support.list(log, { redact = { rule } })
        assert.same(expected, support.list(copy, { redact = false }))
        assert.equal(2, assert(support.log():append(expected)).added)
      end
    end
  end)

  it("hide from search what they mask, not from filters by field", function()
    local log = personal_log()
    local function count(name, value, redact)
      return log:count { period = "all", [name] = value, redact = redact }
    end
    for _, text in ipairs { "zz4", "zz7", "zz12", "zz13", "zz14", "zz16" } do
      assert.equal(1, count("text", text, nil))
      assert.equal(0, count("text", text, PERSONAL))
    end
    assert.equal(1, count("text", "Reseller", PERSONAL))
    assert.equal(1, count("user", "zz13@contoso.example", PERSONAL))
    assert.equal(1, count("customer_name", "fabri", { "customer_name" }))
  end)

  it("count the records in which a report shows anything masked", function()
    local log = personal_log()
    local function redacted(layout, redact)
      local _, result = assert(log:export_text { period = "all",
        layout = layout, redact = redact })
      return result.redacted
    end
    assert.equal(2, redacted("full", { "id" }))
    assert.equal(1, redacted("partner-center", { "user_principal_name" }))
    assert.equal(2, redacted("partner-center", { "customer_name" }))
    -- No column of it looks at the values, or at the id.
    assert.equal(0, redacted("partner-center", { "id", "BillingProfile.*" }))
    -- One has secrets.
    assert.equal(1, redacted("full", { "session_id", "Nothing.*" }))
  end)

  it("are copied before the caller can change them", function()
    local log, rules = personal_log(), { "user_principal_name" }
    local seen = {}
    for record in log:records { period = "all", redact = rules } do
      rules[1] = "id"
      collectgarbage()
      seen[record.id] = record.user_principal_name or "none"
    end
    assert.same({ ["1"] = "***", ["2"] = "none" }, seen)
  end)

  it("may be 100 of 16 names", function()
    local rules = {}
    for i = 1, 100 do rules[i] = ("a" .. i .. "."):rep(15) .. "zz" end
    assert.equal(2, personal_log():count { period = "all", redact = rules })
    rules[101] = "a"
    assert.equal("option 'redact': more than 100 rules",
      support.blame(function() personal_log():records { redact = rules } end))
  end)

  -- Each rule was compared at each byte, for as long as both were the same.
  it("take no longer where a text is like them", function()
    local rules = {}
    for i = 1, 100 do rules[i] = ("a"):rep(120) .. "b" .. i end
    local function seconds(text)
      local log = log_with(('{"x":"%s"}'):format(text))
      local before = os.clock()
      assert.equal(1, #support.list(log, { redact = rules }))
      return os.clock() - before
    end
    local unlike, like = ("ac"):rep(50000), ("a"):rep(100000)
    assert.is_true(seconds(like) < 10 * seconds(unlike))
  end)

  local LONG = ("a."):rep(16) .. "a"
  local REFUSED = {
    { "an empty one", { "" }, "a rule is empty" },
    { "an empty name", { "id", "a..b" }, "rule 'a..b' has an empty name" },
    { "a name of underscores", { "__" }, "rule '__' has an empty name" },
    { "a position", { "LineItems.1.Quantity" }, "rule 'LineItems.1.Quantity' "
      .. "has a position in it; rules go through all elements of an array, so "
      .. "leave it out" },
    { "a star within a name", { "Bill*" }, "rule 'Bill*' has a * within a name;"
      .. " it stands for a whole name only" },
    { "nothing but stars", { "*.*" }, "rule '*.*' has no name" },
    { "control characters", { "a\nb" },
      "rule 'a\\x0Ab' has a control character" },
    { "what is not UTF-8", { "\xFF" }, "it is not UTF-8" },
    { "too many names", { LONG }, "a rule has more than 16 names" },
    { "a name that is too long", { ("a"):rep(129) },
      "a rule has a name of more than 128 bytes" },
    { "the order", { "operation_date" }, "operation_date cannot be masked, as "
      .. "reports are in its order; a layout without it leaves it out" },
    { "what is no string", { "id", 1 },
      "list of strings expected, got number in it" },
    { "names", { id = true },
      "list of strings expected, got a table with holes or names" },
    -- None of them was seen, and nothing but the secrets masked.
    { "rules in a metatable", setmetatable({}, { __index = { "id" } }),
      "list of strings expected, got a table with items in its metatable; copy "
      .. "them into it" },
  }

  for _, case in ipairs(REFUSED) do
    it(("with %s are refused, and the caller is blamed"):format(case[1]),
      function()
        local log = personal_log()
        local calls = {
          function() log:records { redact = case[2] } end,
          function() log:count { redact = case[2] } end,
          function() log:export("never.csv", { redact = case[2] }) end,
          function() log:export_text { redact = case[2] } end,
        }
        for _, call in ipairs(calls) do
          assert.equal("option 'redact': " .. case[3], support.blame(call))
        end
      end)
  end
end)

describe("rules", function()
  local CASES = {
    { "Email" }, { "billing_profile.*" }, { "BillingProfile" },
    { "*.email" }, { "Address.Email", "Lines.*" }, { "a.b", "STRAßE" },
    { "resource_new_value.*" }, { "resource_old_value.Email", "*.*.Domain" },
    { "customized_data.*", "id" }, { "customized_data.Email.Domain" },
    { "customized_data", "resource_old_value" }, { "other" },
    { "other.*.*", "user_principal_name" }, { "participants.Email.*" },
    { "key" }, { "value.Lines", "Lines.*.Address", "customer_name" },
    { "Domain", "Email", "Lines", "Note", "Address.*.*.*" }, {},
    { "offer_id" }, { "OfferId-0", "OfferId-12.Email" },
  }

  it("mask what another reading of them masks", function()
    local folder = support.temp_dir()
    local data, plain = folder .. "/data.jsonl", folder .. "/plain.jsonl"
    local shown = folder .. "/masked.jsonl"
    support.check(("python3 spec/independent/redact.py generate 1 150 > %s")
      :format(support.quote(data)))
    local log = support.log()
    assert(log:import(data))
    assert(log:export(plain, { period = "all", format = "jsonl",
                               redact = false }))
    for _, rules in ipairs(CASES) do
      local result = assert(log:export(shown, { period = "all",
        format = "jsonl", redact = rules }))
      local words = { support.quote(plain), support.quote(shown) }
      for _, rule in ipairs(rules) do
        words[#words + 1] = support.quote(rule)
      end
      local changed = support.check("python3 spec/independent/redact.py check "
        .. table.concat(words, " "))
      assert.equal(result.redacted, tonumber(changed))
    end
  end)
end)

describe("activitylog.core #gc", function()
  local core = require "activitylog.core"

  describe("rules()", function()
    it("takes rules, or none", function()
      assert.is_true(core.rules { "id", "BillingProfile.*" })
      assert.is_true(core.rules {})
    end)

    it("raises on what is no rule, with the reason", function()
      assert.has_error(function() core.rules { "id", "a..b" } end,
        "rule 'a..b' has an empty name")
      assert.matches("string expected, got number",
        support.error_of(function() core.rules { 1 } end))
      assert.matches("table expected",
        support.error_of(function() core.rules("id") end))
    end)
  end)
end)
