local activitylog = require "activitylog"
local support = require "spec.support"

local DATE = "2026-10-01T08:00:00Z"

local function counts(result)
  return { result.records, result.added, result.known, result.changed }
end

describe("log:append() #gc", function()
  it("takes one record", function()
    local log = support.log()
    local result = assert(log:append { id = "1", operation_date = DATE })
    assert.same({ 1, 1, 0, 0 }, counts(result))
    assert.equal("float", math.type(result.seconds))
    local record = support.list(log)[1]
    assert.equal("1", record.id)
    assert.equal("2026-10-01T08:00:00.0000000Z", record.operation_date)
  end)

  it("takes a list of records", function()
    local log = support.log()
    assert.same({ 3, 2, 1, 0 }, counts(assert(log:append {
      { id = "1", operation_date = DATE },
      { id = "2", operation_date = DATE },
      { id = "1", operation_date = DATE },
    })))
    assert.equal(2, log:count { period = "all" })
  end)

  it("takes an empty list, of a class too", function()
    local class = setmetatable({}, { __index = { push = print } })
    for _, list in ipairs { {}, class } do
      assert.same({ 0, 0, 0, 0 }, counts(assert(support.log():append(list))))
    end
  end)

  it("takes every field", function()
    local fields = {}
    for _, name in ipairs(require "activitylog.record_fields") do
      fields[name] = "text of " .. name
    end
    fields.operation_date = DATE
    fields.customized_data = '[ {"key": "k", "value": "v"} ]'
    fields.other = '{"b": 1.0, "a": null}'
    local log = support.log()
    assert(log:append(fields))
    local record = support.list(log)[1]
    assert.equal('[{"key":"k","value":"v"}]',
                 rawget(record, "_customized_data"))
    assert.equal('{"a":null,"b":1.0}', rawget(record, "_other"))
    for name, text in pairs(fields) do
      if not text:find("^[%[{2]") then assert.equal(text, record[name]) end
    end
  end)

  it("takes tables for what is JSON", function()
    local log = support.log()
    assert(log:append {
      operation_date = DATE,
      customized_data = { { key = "a", value = "1" }, { key = "b" } },
      other = { list = { 1, activitylog.null, 2.5 }, deep = { x = true } },
    })
    local record = support.list(log)[1]
    assert.equal('[{"key":"a","value":"1"},{"key":"b","value":null}]',
                 rawget(record, "_customized_data"))
    assert.equal('{"deep":{"x":true},"list":[1,null,2.5]}',
                 rawget(record, "_other"))
  end)

  it("keeps a float a float and an integer an integer", function()
    local log = support.log()
    local numbers = { 2, 2.0, -0.0, 1e300, 0.1, 1 / 3 }
    assert(log:append { operation_date = DATE, other = { n = numbers } })
    local got = support.list(log)[1].other.n
    assert.same(numbers, got)
    for i, number in ipairs(numbers) do
      assert.equal(math.type(number), math.type(got[i]))
    end
  end)

  it("takes an empty table for an empty list of pairs", function()
    local log = support.log()
    assert(log:append { operation_date = DATE, customized_data = {} })
    assert.same({}, support.list(log)[1].customized_data)
  end)

  it("takes any bytes of UTF-8, NUL too", function()
    local name = {}
    for code = 0, 0x7F do name[#name + 1] = string.char(code) end
    name = table.concat(name) .. "é€🚀\u{10FFFF}"
    local log = support.log()
    assert(log:append { operation_date = DATE, customer_name = name })
    assert.equal(name, support.list(log)[1].customer_name)
  end)

  it("takes a value of a mebibyte", function()
    local log, value = support.log(), ("v"):rep(1024 * 1024)
    assert(log:append { operation_date = DATE, resource_new_value = value })
    assert.is_true(value == support.list(log)[1].resource_new_value)
  end)

  it("gives another log the same records to the digest", function()
    local paths, logs = {}, {}
    local folder = support.temp_dir()
    for i = 1, 2 do
      paths[i] = folder .. "/" .. i .. ".db"
      logs[i] = support.log(paths[i])
    end
    for _, name in ipairs { "every-escape.json", "double-encoded-value.json",
                            "unknown-fields-unsorted.json", "null-fields.json",
                            "numbers-kept-as-written.json",
                            "dates-in-every-form.jsonl",
                            "value-that-is-no-json.json" } do
      local path = "spec/fixtures/json/" .. name
      assert(logs[1]:import_text((support.read(path)
        :gsub('"id":"', '"id":"' .. name))))
    end
    assert(logs[1]:import("spec/fixtures/partner-center/records/"
      .. "msdocs2020_20200902T173412_add_customer.json"))
    local list = support.list(logs[1], { redact = false })
    assert(logs[2]:append(list))
    assert.equal(18, #list)
    local SQL = "SELECT operation_date, hex(identity), hex(digest) FROM record"
      .. " ORDER BY operation_date, identity"
    assert.equal(support.query(paths[1], SQL), support.query(paths[2], SQL))
  end)

  describe("refuses all of it when one", function()
    local GOOD = { id = "1", operation_date = DATE }

    local function refused(reason, record)
      local log = support.log()
      assert.same({ nil, "record 2: " .. reason, "syntax" },
                  { log:append { GOOD, record } })
      assert.equal(0, log:count { period = "all" })
      assert.equal(1, assert(log:append(GOOD)).added)
    end

    it("has no date", function()
      refused("it has no operation date", { id = "2" })
    end)

    it("has a date that is none", function()
      refused("operation_date: '2026-10-01' is no instant: its time is missing "
        .. "(THH:MM:SS)", { id = "2", operation_date = "2026-10-01" })
    end)

    it("is not UTF-8", function()
      refused("id: it is not UTF-8", { id = "\xFF", operation_date = DATE })
    end)

    it("has broken JSON", function()
      refused("customized_data: no valid JSON: it ends too early",
        { operation_date = DATE, customized_data = "[" })
    end)

    it("has customized data that is no list", function()
      refused("customized_data: expected a JSON array",
        { operation_date = DATE, customized_data = { key = "a" } })
    end)

    it("has a field among the others", function()
      refused("other: the member 'id' is a field of its own, not one of other",
        { operation_date = DATE, other = { id = "1" } })
    end)
  end)

  describe("raises, blames the caller and changes nothing when", function()
    local log

    before_each(function() log = support.log() end)

    local function raises(reason, call)
      assert.equal(reason, support.blame(call))
      assert.equal(0, log:count { period = "all" })
    end

    it("it is given no table", function()
      raises("append(): record or list of them expected, got nil",
        function() log:append() end)
      raises("append(): record or list of them expected, got string",
        function() log:append("a") end)
    end)

    it("a field is unknown, and names the nearest", function()
      raises("record 1: unknown field 'customer'; known: 'id', 'partner_id', "
        .. "'customer_id', 'customer_name', 'user_principal_name', "
        .. "'application_id', 'session_id', 'original_correlation_id', "
        .. "'resource_type', 'operation_type', 'operation_status', "
        .. "'operation_date', 'resource_old_value', 'resource_new_value', "
        .. "'customized_data', 'other'",
        function() log:append { customer = "1" } end)
      raises("record 2: unknown field 'operation_data'; did you mean "
        .. "'operation_date'?",
        function() log:append { {}, { operation_data = DATE } } end)
    end)

    it("a field is of the wrong type", function()
      for _, name in ipairs(require "activitylog.record_fields") do
        local json = name == "customized_data" or name == "other"
        local expected = json and "string or table" or "string"
        for _, value in ipairs { 1, true, print, json and 1.5 or {} } do
          local record = { operation_date = DATE, [name] = value }
          raises(("record 1: field '%s': %s expected, got %s")
            :format(name, expected, type(value)),
            function() log:append { record } end)
        end
      end
    end)

    it("a record is no table", function()
      local good = { operation_date = DATE }
      raises("record 2: table expected, got number",
        function() log:append { good, 5 } end)
    end)

    -- # stops at a hole, and ipairs sees no names: what stood there was lost,
    -- and told as done.
    it("the list has a hole or a name", function()
      local reason = "append(): list of records expected, got a table with "
        .. "holes or names"
      local function good() return { operation_date = DATE } end
      local holed = {}
      holed[1], holed[3] = good(), good()
      for _, list in ipairs {
        holed, { good(), extra = good() }, { good(), [3] = {} },
        { [0] = good(), good() }, { good(), [1.5] = good() },
        table.pack(good()),
      } do
        raises(reason, function() log:append(list) end)
      end
      raises("record 1: unknown field '2'; known: '"
        .. table.concat(require "activitylog.record_fields", "', '") .. "'",
        function() log:append { [2] = good() } end)
    end)

    it("the records or their fields are in a metatable", function()
      local good = { operation_date = DATE }
      local hidden = "record 1: field 'operation_date' is in its metatable; "
        .. "copy it into the record"
      local proxy = setmetatable({}, { __index = good })
      raises("append(): list of records expected, got a table with items in "
        .. "its metatable; copy them into it",
        function() log:append(setmetatable({}, { __index = { good } })) end)
      raises(hidden, function() log:append(proxy) end)
      raises(hidden, function() log:append { proxy } end)
      local named = setmetatable({ operation_date = DATE },
                                 { __index = { customer_name = "Fabrikam" } })
      raises("record 2: field 'customer_name' is in its metatable; copy it "
        .. "into the record", function() log:append { good, named } end)
    end)

    it("a table cannot be JSON", function()
      local loop = {}
      loop.loop = loop
      for reason, value in pairs {
        ["a function"] = { f = print },
        ["a string is not UTF-8"] = { a = "\xFF" },
        ["a number is infinite or NaN"] = { a = { 1, -1 / 0 } },
        ["a table's keys are neither all strings nor the integers from 1 to n"]
          = { 1, a = 2 },
        ["tables are over 512 levels deep, or one holds itself"] = loop,
      } do
        local record = { operation_date = DATE, other = value }
        raises("record 1: cannot write as JSON: " .. reason,
          function() log:append(record) end)
      end
    end)

    it("the log is closed", function()
      local closed = support.log()
      closed:close()
      assert.equal("log is closed",
        support.blame(function() closed:append {} end))
    end)
  end)
end)
