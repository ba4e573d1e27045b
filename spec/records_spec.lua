-- Records as Lua sees them, and which of them filters select in what order.

local activitylog = require "activitylog"
local support = require "spec.support"

local SAMPLES = "spec/fixtures/partner-center/"
local DATE = "2026-10-01T08:00:00Z"

-- A log of records that each have an own id, and what is given.
local function log_of(list)
  local log = support.log()
  for i, fields in ipairs(list) do
    local record = { id = "id-" .. i, operation_date =
      ("2026-10-%02dT08:00:00Z"):format(i) }
    for name, value in pairs(fields) do record[name] = value end
    assert(log:append(record))
  end
  return log
end

-- The ids that are selected, oldest first, as "1 3"; count() has to agree.
local function selected(log, given)
  local ids = {}
  for i, record in ipairs(support.list(log, given)) do
    ids[i] = record.id:match("%d+$")
  end
  local query = { period = "all" }
  for name, value in pairs(given) do query[name] = value end
  assert.equal(#ids, log:count(query))
  return table.concat(ids, " ")
end

describe("a record #gc", function()
  local function sample(name)
    local log = support.log()
    assert(log:import(SAMPLES .. "records/" .. name))
    return support.list(log, { redact = false })[1]
  end

  -- The one record that append makes of these fields.
  local function record_of(fields)
    return support.list(log_of { fields }, { redact = false })[1]
  end

  it("has the API's fields in snake_case", function()
    local record = sample "msdocs2020_20200902T175810_create_order.json"
    assert.equal("9daaeb1c-4195-4db5-9f1d-509eb70c8c2d", record.partner_id)
    assert.equal("86bddccf-9a53-40c6-907c-08067a3f8da7", record.customer_id)
    assert.equal("CustomMetersStagingTest", record.customer_name)
    assert.equal("admin@testsw09.onmicrosoft.com", record.user_principal_name)
    assert.equal("4990cffe-04e8-4e8b-808a-1175604b879f", record.application_id)
    assert.equal("96514ebe-c1b2-4865-cb46-2c2d20a2e911",
                 record.original_correlation_id)
    assert.equal("order", record.resource_type)
    assert.equal("create_order", record.operation_type)
    assert.equal("succeeded", record.operation_status)
    assert.equal("2020-09-02T17:58:10.9268372Z", record.operation_date)
  end)

  it("has nil for what it has not", function()
    local record = record_of {}
    for _, name in ipairs { "customer_name", "session_id", "old_value",
                            "new_value", "customized_data", "other",
                            "resource_new_value", "nothing", 1 } do
      assert.is_nil(record[name])
    end
    assert.same({}, record.line_items)
  end)

  it("tells an empty field from none", function()
    assert.equal("", record_of({ customer_name = "" }).customer_name)
  end)

  it("has customized data as a list of pairs", function()
    assert.same({
      { key = "OrderId", value = "d51a052e-043c-4a2a-aa37-2bb938cef6c1" },
      { key = "BillingCycle", value = "None" },
      { key = "OfferId-0", value = "C0BD2E08-11AC-4836-BDC7-3712E744922F" },
      { key = "SubscriptionId-0",
        value = "488745B5-2086-4912-802C-6ABB9F7C3638" },
      { key = "SubscriptionName-0",
        value = "Office 365 Business Premium Trial" },
      { key = "Quantity-0", value = "25" },
      { key = "PartnerOnRecord-0" },
    }, sample("msdocs2017_20170615T225605_create_order.json").customized_data)
  end)

  it("has other fields as a table", function()
    assert.same({ attributes = { objectType = "AuditRecord" } },
      sample("msdocs2017_20170615T225605_create_order.json").other)
  end)

  it("has its values decoded", function()
    local record = record_of {
      resource_old_value = '{"Quantity":25,"Ratio":0.5,"Links":[null,"a"]}',
      resource_new_value = '{"Id":"order-1","Note":null}',
    }
    assert.same({ Quantity = 25, Ratio = 0.5,
                  Links = { activitylog.null, "a" } }, record.old_value)
    assert.equal("integer", math.type(record.old_value.Quantity))
    assert.same({ Id = "order-1" }, record.new_value)
  end)

  it("has its values decoded when they are no objects", function()
    local record = record_of {
      resource_old_value = "true", resource_new_value = "[false,1,null]",
    }
    assert.is_true(record.old_value)
    assert.same({ false, 1, activitylog.null }, record.new_value)
    assert.is_nil(record_of({ resource_new_value = " null " }).new_value)
  end)

  it("has a value decoded that was encoded twice", function()
    local log = support.log()
    assert(log:import("spec/fixtures/json/double-encoded-value.json"))
    local record = support.list(log)[1]
    assert.same({ Id = "order-1", Status = "completed" }, record.new_value)
    assert.equal('"', record.resource_new_value:sub(1, 1))
  end)

  it("has its values as text where they are no JSON", function()
    local log = support.log()
    assert(log:import("spec/fixtures/json/value-that-is-no-json.json"))
    local record = support.list(log)[1]
    assert.equal('{"Id":', record.resource_old_value)
    assert.equal('{"Id":', record.old_value)
    assert.equal("", record.resource_new_value)
    assert.equal("", record.new_value)
  end)

  describe("has line items", function()
    it("none of what is no order", function()
      local name = "msdocs2017_20170601T200907_update_customer_user_licenses"
      assert.same({}, sample(name .. ".json").line_items)
    end)

    it("one of an order of one product", function()
      assert.same({ {
        line_item_number = 0,
        offer_id = "C0BD2E08-11AC-4836-BDC7-3712E744922F",
        subscription_id = "488745B5-2086-4912-802C-6ABB9F7C3638",
        friendly_name = "Office 365 Business Premium Trial",
        quantity = 25,
      } }, sample("msdocs2017_20170615T225605_create_order.json").line_items)
    end)

    it("two of an order of two", function()
      local items = record_of {
        resource_new_value =
          support.read(SAMPLES .. "orders/order_2_lineitems_addon.json"),
      }.line_items
      assert.same({
        { line_item_number = 0, quantity = 5,
          offer_id = "195416C1-3447-423A-B37B-EE59A99A19C4",
          subscription_id = "1C2B75C1-74A5-472A-A729-7F8CEFC477F9",
          friendly_name = "new offer purchase" },
        { line_item_number = 1, quantity = 2,
          offer_id = "2828BE95-46BA-4F91-B2FD-0BEF192ECF60",
          subscription_id = "968BA1CF-C146-4ADF-A300-308DCF718EEE",
          friendly_name = "Some friendly name" },
      }, items)
    end)

    it("three of an order of three", function()
      -- The documentation writes "..." for what it leaves out.
      local order =
        support.read(SAMPLES .. "orders/order_3_lineitems_checkout.txt")
          :gsub("{%.%.%.}", "{}"):gsub(",%s*%.%.%.", "")
      local items = record_of { resource_new_value = order }.line_items
      assert.equal(3, #items)
      assert.same({
        line_item_number = 0, offer_id = "DZH318Z0BQ36:004G:DZH318Z08C0S",
        term_duration = "P1Y", transaction_type = "New", quantity = 1,
        friendly_name = "Reserved VM Instance, Standard_NV12, US East 2, "
          .. "1 Year",
      }, items[1])
      assert.same({
        line_item_number = 2, offer_id = "DG7GMGF0DWM3:0002:DG7GMGF0DT1M",
        transaction_type = "New", quantity = 1,
        friendly_name = "BizTalk Server 2016 Branch",
      }, items[3])
    end)

    it("of its customized data where the value tells none", function()
      local items = record_of { customized_data = {
        { key = "OrderId", value = "order-1" },
        { key = "OfferId-0", value = "offer-0" },
        { key = "SubscriptionName-0", value = "Zero" },
        { key = "OfferId-1", value = "offer-1" },
        { key = "Quantity-1", value = "7" },
      } }.line_items
      assert.equal(2, #items)
      assert.equal("offer-0", items[1].offer_id)
      assert.equal("Zero", items[1].friendly_name)
      assert.equal("offer-1", items[2].offer_id)
      assert.equal(7, items[2].quantity)
    end)
  end)

  it("gives its fields in one order by pairs", function()
    local record = sample "msdocs2020_20200902T175810_create_order.json"
    local names = {}
    for name, value in pairs(record) do
      names[#names + 1] = name
      assert.same(value, record[name])
    end
    assert.same({
      "id", "partner_id", "customer_id", "customer_name", "user_principal_name",
      "application_id", "original_correlation_id", "resource_type",
      "operation_type", "operation_status", "operation_date",
      "resource_new_value", "customized_data", "other",
    }, names)
  end)

  it("masks values under secret keys, unless it is told not to", function()
    local log = support.log()
    assert(log:import(SAMPLES
      .. "records/msdocs2020_20200902T173412_add_customer.json"))
    local shown = support.list(log, { redact = false })[1]
    local masked = support.list(log)[1]
    assert.equal(support.read(SAMPLES
        .. "records/msdocs2020_20200902T173412_add_customer.json")
        :match('\\"password\\": *\\"(.-)\\"'),
      shown.resource_new_value:match('"[Pp]assword": *"(.-)"'))
    assert.not_equal(shown.resource_new_value, masked.resource_new_value)
    assert.equal(shown.customer_name, masked.customer_name)
  end)
end)

describe("log:records() #gc", function()
  describe("filter", function()
    it("customer_id compares GUIDs without case", function()
      local log = log_of { { customer_id = "aB-1" }, { customer_id = "ab-10" },
                           { customer_id = "AB-1" }, {} }
      assert.equal("1 3", selected(log, { customer_id = "Ab-1" }))
      assert.equal("1 2 3",
        selected(log, { customer_id = { "ab-1", "AB-10" } }))
      assert.equal("", selected(log, { customer_id = "b-1" }))
    end)

    for _, filter in ipairs { "operation_type", "resource_type",
                              "operation_status", "user" } do
      local field = filter == "user" and "user_principal_name" or filter
      it(filter .. " compares all of the text without case", function()
        local log = log_of {
          { [field] = "one_thing" }, { [field] = "One_Thing" },
          { [field] = "other_thing" }, { [field] = "" }, {},
        }
        assert.equal("1 2", selected(log, { [filter] = "ONE_thing" }))
        assert.equal("1 2 3",
          selected(log, { [filter] = { "one_thing", "other_thing" } }))
        assert.equal("", selected(log, { [filter] = "one" }))
        assert.equal("4", selected(log, { [filter] = "" }))
      end)

      it(filter .. " compares behind a NUL too", function()
        local log = log_of { { [field] = "a\0b" }, { [field] = "a\0c" } }
        assert.equal("1", selected(log, { [filter] = "A\0b" }))
      end)
    end

    describe("customer_name finds a part, whatever the case:", function()
      local function finds(name, ...)
        local log = log_of { { customer_name = name }, {} }
        for _, part in ipairs { ... } do
          assert.equal("1", selected(log, { customer_name = part }))
          assert.equal("1", selected(log, { text = part }))
        end
      end

      it("ASCII", function()
        finds("Fabrikam, Inc.", "fabri", "KAM, INC.", "Fabrikam, Inc.", " i")
      end)

      it("umlauts and sharp s", function()
        finds("Straße GmbH", "STRASSE", "straße", "aßE g", "asse")
        finds("STRASSE", "straße")
        finds("ÄRZTE", "ärzte", "a\u{308}rzte")
      end)

      it("the dotted capital I", function()
        finds("İstanbul Ltd", "İSTANBUL", "i\u{307}stanbul", "stanbul")
      end)

      it("full-width letters", function()
        finds("Ｃｏｎｔｏｓｏ株式会社", "contoso", "CONTOSO株", "ｃｏｎ")
      end)

      it("the Greek final sigma", function()
        finds("Οδυσσεύς", "ΟΔΥΣΣΕΎΣ", "οδυσσεύσ", "ύς")
      end)

      it("scripts without case", function()
        finds("บริษัท ตัวอย่าง", "ตัวอย่าง", "บริ")
        finds("שלום בע״מ", "בע״מ")
        finds("日本 🚀 商事", "🚀", "🚀 商")
      end)

      it("behind a NUL", function()
        finds("before\0After", "AFTER", "e\0a", "\0")
      end)

      it("letters and marks that are not in it find nothing", function()
        local log = log_of { { customer_name = "Contoso" }, {} }
        for _, part in ipairs { "contosoo", "%", "_", "c%o", "0", "'" } do
          assert.equal("", selected(log, { customer_name = part }))
        end
      end)
    end)

    it("customer_name takes a list", function()
      local log = log_of { { customer_name = "Contoso" },
                           { customer_name = "Fabrikam" },
                           { customer_name = "Adatum" } }
      assert.equal("1 3",
        selected(log, { customer_name = { "TOSO", "datu" } }))
    end)

    it("an empty part is in every name there is", function()
      local log = log_of { { customer_name = "Contoso" }, {},
                           { customer_name = "" } }
      assert.equal("1 3", selected(log, { customer_name = "" }))
    end)

    it("text looks into every field", function()
      for _, name in ipairs(require "activitylog.record_fields") do
        if name ~= "operation_date" then
          local value = ({ customized_data = { { key = "needle" } },
                           other = { needle = 1 } })[name] or "a needle"
          local log = log_of { { [name] = value }, { id = "x-2" } }
          local list = support.list(log, { text = "NEEDLE" })
          assert.equal(1, #list)
          assert.truthy(list[1][name])
        end
      end
      assert.equal("2", selected(log_of { {}, {} }, { text = "2026-10-02t" }))
    end)

    it("text finds what JSON escapes", function()
      local log = log_of {
        { resource_new_value = '{"Name":"Stra\\u00dfe \\ud83d\\ude80"}' },
        { resource_new_value = '"{\\"Name\\":\\"Stra\\\\u00dfe\\"}"' },
        { resource_new_value = '{"Name":"Strase"}' },
      }
      assert.equal("1 2", selected(log, { text = "STRASSE" }))
      assert.equal("1", selected(log, { text = "🚀" }))
    end)

    it("text does not find what is masked", function()
      local log = log_of { { resource_new_value = '{"password":"Pa55"}' } }
      assert.equal("", selected(log, { text = "pa55" }))
      assert.equal("1", selected(log, { text = "pa55", redact = false }))
    end)

    it("an empty list selects nothing", function()
      local log = log_of { { customer_id = "a", customer_name = "b" } }
      for _, name in ipairs { "customer_id", "customer_name", "operation_type",
                              "resource_type", "operation_status", "user",
                              "text" } do
        assert.equal("", selected(log, { [name] = {} }))
      end
    end)

    it("all filters have to match", function()
      local log = log_of {
        { customer_id = "a", customer_name = "X", operation_type = "t" },
        { customer_id = "a", customer_name = "Y", operation_type = "t" },
        { customer_id = "b", customer_name = "X", operation_type = "t" },
        { customer_id = "a", customer_name = "X", operation_type = "u" },
      }
      assert.equal("1", selected(log, { customer_id = "a", operation_type = "t",
                                        customer_name = "x" }))
      assert.equal("1 4", selected(log, { customer_id = "a", text = "x" }))
    end)

    it("and period have to match", function()
      local log = log_of { { customer_id = "a" }, { customer_id = "a" },
                           { customer_id = "b" }, { customer_id = "a" } }
      local period = activitylog.period("2026-10-02", "2026-10-03")
      assert.equal("2 3", selected(log, { period = period }))
      assert.equal("2", selected(log, { period = period, customer_id = "A" }))
      assert.equal("2 3", selected(log, { period = period, text = "id-" }))
    end)
  end)

  describe("order", function()
    local function ids(log, given)
      local list = {}
      given.period = "all"
      for record in log:records(given) do list[#list + 1] = record.id end
      return table.concat(list, " ")
    end

    it("is newest first, or oldest first when asked", function()
      local log = log_of { { operation_date = "2026-10-02T00:00:00Z" },
                           { operation_date = "2026-10-03T00:00:00.0000001Z" },
                           { operation_date = "2026-10-01T00:00:00Z" },
                           { operation_date = "2026-10-03T00:00:00Z" } }
      assert.equal("id-2 id-4 id-1 id-3", ids(log, {}))
      assert.equal("id-2 id-4 id-1 id-3", ids(log, { order = "newest" }))
      assert.equal("id-3 id-1 id-4 id-2", ids(log, { order = "oldest" }))
    end)

    it("of one instant is that of identities, by customer too", function()
      local list = {}
      for i = 1, 20 do
        list[i] = { operation_date = DATE, customer_id = "c" .. i % 2 }
      end
      local log = log_of(list)
      local newest, oldest = ids(log, {}), ids(log, { order = "oldest" })
      local back = {}
      for id in oldest:gmatch("%S+") do table.insert(back, 1, id) end
      assert.equal(newest, table.concat(back, " "))
      assert.equal(newest, ids(log, { customer_id = { "c0", "c1" } }))
      assert.equal(oldest, ids(log, { customer_id = { "c1", "c0" },
                                      order = "oldest" }))
    end)
  end)

  describe("loop", function()
    local function open_file()
      local path = support.temp_dir() .. "/a.db"
      local log = support.log(path)
      for i = 1, 5 do
        assert(log:append { id = "id-" .. i, operation_date = DATE })
      end
      return log, path
    end

    local function assert_all_freed(log, path)
      assert.equal(5, log:count { period = "all" })
      assert.is_true(support.in_use(path))
      log:close()
      assert.is_true(support.is_free(path))
    end

    it("frees its cursor at its end", function()
      local log, path = open_file()
      for record in log:records { period = "all" } do assert(record) end
      assert_all_freed(log, path)
    end)

    it("frees its cursor on break", function()
      local log, path = open_file()
      local iterator, cursor
      do
        local a, b, c, d = log:records { period = "all" }
        iterator, cursor = a, b
        for record in a, b, c, d do
          if record.id then break end
        end
      end
      assert.equal("activitylog.cursor (closed)", tostring(cursor))
      assert.truthy(support.error_of(function() iterator(cursor) end)
        :find("cursor is closed", 1, true))
      assert_all_freed(log, path)
    end)

    it("frees its cursor on an error and on return", function()
      local log, path = open_file()
      assert.equal("enough", support.error_of(function()
        for record in log:records { period = "all" } do
          error(record and "enough", 0)
        end
      end));
      (function()
        for record in log:records { period = "all" } do
          if record.id then return end
        end
      end)()
      assert_all_freed(log, path)
    end)

    it("frees a cursor that is closed by <close> or by the collector",
       function()
      local log, path = open_file()
      do
        local iterator, cursor, _, closing <close> =
          log:records { period = "all" }
        assert.equal("activitylog.cursor (open)", tostring(closing))
        assert.truthy(iterator(cursor))
      end
      log:records { period = "all" }
      collectgarbage()
      collectgarbage()
      assert_all_freed(log, path)
    end)

    it("raises when it goes on after its end", function()
      local iterator, cursor = log_of({ {} }):records { period = "all" }
      assert.equal("id-1", iterator(cursor).id)
      assert.is_nil(iterator(cursor))
      assert.truthy(support.error_of(function() iterator(cursor) end)
        :find("cursor is closed", 1, true))
    end)

    -- The record's text is the cursor's while its table is being made.
    -- A process of its own collects garbage at every allocation.
    it("refuses a finalizer that would take the record away", function()
      assert.equal("true\n", support.check(support.lua [[
        local log = assert(require("activitylog").open(":memory:"))
        for i = 1, 20 do
          assert(log:append { id = "id-" .. i, customer_name = "name " .. i,
                              operation_date = "2026-10-01T08:00:00Z" })
        end
        local iterator, cursor = log:records { period = "all" }
        local inside, refused = false, 0
        local meddler = { __gc = function()
          for _, call in ipairs { iterator, getmetatable(cursor).__close } do
            local message = inside and select(2, pcall(call, cursor))
            if message and message:find("cursor is at work", 1, true) then
              refused = refused + 1
            end
          end
        end }
        local alive = {}
        for i = 1, 20 do alive[i] = setmetatable({}, meddler) end
        collectgarbage("incremental", 1, 1000, 30)
        collectgarbage()
        for i = 1, 20 do
          alive[i] = nil
          inside = true
          local record = iterator(cursor)
          inside = false
          assert(record.customer_name == "name " .. record.id:sub(4))
        end
        print(refused > 0)
      ]]))
    end)

    it("raises when the log is closed in its midst", function()
      local log, path = open_file()
      local rounds = 0
      local message = support.error_of(function()
        for record in log:records { period = "all" } do
          assert(record)
          rounds = rounds + 1
          log:close()
        end
      end)
      assert.truthy(message:find("log is closed", 1, true))
      assert.equal(1, rounds)
      assert.is_true(support.is_free(path))
    end)

    it("keeps its log alive", function()
      local iterator, cursor = log_of({ {}, {} }):records { period = "all" }
      collectgarbage()
      assert.equal("id-2", iterator(cursor).id)
      collectgarbage()
      assert.equal("id-1", iterator(cursor).id)
    end)

    it("may run inside of another", function()
      local log, pairs_seen = log_of { {}, {}, {} }, {}
      for a in log:records { period = "all" } do
        for b in log:records { period = "all", order = "oldest" } do
          pairs_seen[#pairs_seen + 1] = a.id:sub(-1) .. b.id:sub(-1)
        end
      end
      assert.equal("31 32 33 21 22 23 11 12 13",
                   table.concat(pairs_seen, " "))
    end)

    it("does not see what is appended in it", function()
      for _, order in ipairs { "newest", "oldest" } do
        local log, seen = log_of { {}, {}, {} }, {}
        for record in log:records { period = "all", order = order } do
          seen[#seen + 1] = record.id:sub(-1)
          for _, date in ipairs { "2020-01-01", "2026-10-02", "2030-01-01" } do
            assert(log:append { id = #seen .. date,
                                operation_date = date .. "T08:00:00Z" })
          end
        end
        table.sort(seen)
        assert.same({ "1", "2", "3" }, seen)
        assert.equal(12, log:count { period = "all" })
      end
    end)

    it("gives records that stay as they are when it goes on", function()
      local log, list = log_of { { customer_name = "A" },
                                 { customer_name = "B" } }, {}
      for record in log:records { period = "all" } do
        list[#list + 1] = record
      end
      log:close()
      assert.equal("B", list[1].customer_name)
      assert.equal("A", list[2].customer_name)
    end)
  end)

  describe("fields", function()
    local function log_of_one()
      return log_of { {
        customer_name = "Relecloud", resource_old_value = "{}",
        resource_new_value = "{}", customized_data = { { key = "a" } },
      } }
    end

    -- The names in the table of the record.
    local function names_of(given)
      local names = {}
      for name in next, support.list(log_of_one(), given)[1] do
        names[#names + 1] = name
      end
      table.sort(names)
      return table.concat(names, " ")
    end

    it("makes those that are named, and no others", function()
      assert.equal("customer_name operation_date",
        names_of { fields = { "operation_date", "customer_name" } })
      assert.equal("id", names_of { fields = { "id", "id", "session_id" } })
      assert.equal("", names_of { fields = {} })
      assert.equal(names_of {},
        names_of { fields = require "activitylog.record_fields" })
    end)

    it("makes no others for a filter that reads them", function()
      assert.equal("id", names_of { fields = { "id" }, text = "Relecloud" })
      assert.equal("id", names_of { fields = { "id" }, customer_name = "relec",
                                    redact = { "customer_name" } })
    end)

    it("gives the values that they have without", function()
      local log = support.log()
      assert(log:import(SAMPLES
        .. "records/msdocs2017_20170615T225605_create_order.json"))
      local whole = support.list(log)[1]
      for _, name in ipairs { "id", "operation_date", "resource_new_value",
                              "customized_data", "other", "old_value",
                              "new_value", "line_items" } do
        local record = support.list(log, { fields = { name } })[1]
        assert.same(whole[name], record[name])
      end
    end)

    it("makes those that derived values are made of", function()
      assert.equal("resource_old_value",
                   names_of { fields = { "old_value" } })
      assert.equal("resource_new_value",
                   names_of { fields = { "new_value" } })
      assert.equal("_customized_data resource_new_value",
                   names_of { fields = { "line_items" } })
    end)

    it("masks them", function()
      local log = log_of { { customer_name = "Contoso",
                             resource_new_value = '{"password":"Pa55"}' } }
      local record = support.list(log, {
        fields = { "resource_new_value", "customer_name" },
        redact = { "customer_name" },
      })[1]
      assert.equal("***", record.customer_name)
      assert.equal('{"password":"***"}', record.resource_new_value)
    end)
  end)

  describe("without a period", function()
    it("covers the most recent month up to the end of today", function()
      local log = log_of {
        { operation_date = "2026-09-13T23:59:59.9999999Z" },
        { operation_date = "2026-09-14T00:00:00Z" },
        { operation_date = "2026-10-14T23:59:59.9999999Z" },
        { operation_date = "2026-10-15T00:00:00Z" },
      }
      local ids = {}
      for record in log:records() do ids[#ids + 1] = record.id end
      assert.same({ "id-3", "id-2" }, ids)
      assert.equal(2, log:count())
    end)
  end)

  describe("options", function()
    local log

    before_each(function() log = support.log() end)

    it("that are unknown raise, name the nearest and blame the caller",
       function()
      assert.equal("unknown option 'costumer_name' of records(); did you mean "
        .. "'customer_name'?",
        support.blame(function() log:records { costumer_name = "a" } end))
      assert.equal("unknown option 'perod' of count(); did you mean 'period'?",
        support.blame(function() log:count { perod = "all" } end))
    end)

    it("that name no period raise and blame the caller", function()
      -- The message also named the file of ours that had asked.
      local given = { period = "octobr" }
      for _, name in ipairs { "records", "count", "export_text", "summary" } do
        assert.matches("^period 'octobr' is not known; known are today,",
          support.blame(function() log[name](log, given) end))
      end
      assert.equal("'2026-13' is no month: there is no month 13",
        support.blame(function() log:count { period = "2026-13" } end))
    end)

    it("of the wrong type raise and blame the caller", function()
      for _, name in ipairs { "customer_id", "customer_name", "operation_type",
                              "resource_type", "operation_status", "user",
                              "text" } do
        assert.equal(("option '%s' of records(): string or table expected, got "
            .. "integer"):format(name),
          support.blame(function() log:records { [name] = 1 } end))
        assert.equal(("option '%s': list of strings expected, got boolean in "
            .. "it"):format(name),
          support.blame(function() log:records { [name] = { "a", true } } end))
        for _, list in ipairs { { x = "a" }, { nil, "a" }, { "a", x = 1 } } do
          assert.equal(("option '%s': list of strings expected, got a table "
              .. "with holes or names"):format(name),
            support.blame(function() log:records { [name] = list } end))
        end
        assert.equal(("option '%s': it is not UTF-8"):format(name),
          support.blame(function() log:count { [name] = "\xFF" } end))
      end
      assert.equal("option 'redact' of records(): boolean or table expected, "
          .. "got string",
        support.blame(function() log:records { redact = "no" } end))
      assert.equal("unknown order 'latest'; known: 'newest', 'oldest'",
        support.blame(function() log:records { order = "latest" } end))
      assert.equal("records(): table expected, got string",
        support.blame(function() log:records("all") end))
    end)

    it("that name no field raise and blame the caller", function()
      for _, case in ipairs {
        { { "costumer_name" },
          "unknown field 'costumer_name'; did you mean 'customer_name'?" },
        { { "line_item" }, "unknown field 'line_item'; did you mean "
            .. "'line_items'?" },
        { { "id", 1 }, "list of strings expected, got number in it" },
        { { id = true },
          "list of strings expected, got a table with holes or names" },
      } do
        assert.equal("option 'fields': " .. case[2],
          support.blame(function() log:records { fields = case[1] } end))
      end
      assert.equal("option 'fields' of records(): table expected, got string",
        support.blame(function() log:records { fields = "id" } end))
      assert.matches("^unknown option 'fields' of count()",
        support.blame(function() log:count { fields = { "id" } } end))
    end)

    it("of a closed log raise and blame the caller", function()
      log:close()
      assert.equal("log is closed",
        support.blame(function() log:records() end))
      assert.equal("log is closed", support.blame(function() log:count() end))
    end)
  end)
end)
