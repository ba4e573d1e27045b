local activitylog = require "activitylog"
local support = require "spec.support"

local details = activitylog.details

local SAMPLES = "spec/fixtures/partner-center/"

-- A document in the manner of the API's values.
local SUBSCRIPTION = [[{"Id":"3f25ac23","OfferId":"031c9e47",
  "OfferName":"Office 365","FriendlyName":"Office for Contoso","Quantity":%s,
  "UnitType":"Licenses","ParentSubscriptionId":null,"Status":"active",
  "AutoRenewEnabled":true,"BillingCycle":"monthly","OrderId":"ea1b",
  "Links":{"Self":{"Uri":"/%s"}},
  "Attributes":{"ETag":"v%s","ObjectType":"Subscription"}}]]

local function subscription(quantity)
  return SUBSCRIPTION:format(quantity, quantity, quantity)
end

local CUSTOMER = [[{"Id":"0c39","RelationshipToPartner":"reseller",
  "CompanyProfile":{"TenantId":"0c39","Domain":"fabrikam.example",
  "CompanyName":"Fabrikam"},"BillingProfile":{"Email":"a@fabrikam.example"}}]]

local LICENSES = [[{"LicensesToAssign":[
  {"SkuId":"4b585984","ExcludedPlans":["57ff2da0","7547a3fe"]},
  {"sku_id":"beb6439c","ExcludedPlans":null}],
  "LicensesToRemove":[{"SkuId":"f30db892"}],"LicenseWarnings":[]}]]

-- The rows, a line each: "Label=value", what is in a row below it.
local function lines_of(rows, indent)
  local lines = {}
  for i, row in ipairs(rows) do
    lines[i] = (indent or "") .. row.label .. "=" .. (row.value or "")
    if row.rows then
      for _, line in ipairs(lines_of(row.rows, (indent or "") .. " ")) do
        lines[i] = lines[i] .. "\n" .. line
      end
    end
  end
  return lines
end

local function text_of(rows)
  return table.concat(lines_of(rows), "\n")
end

local function new_value(value)
  return details({ resource_new_value = value }).new_value
end

-- The changes as "Field:before>after", joined by spaces.
local function changes(old, new)
  local list = {}
  local record = { resource_old_value = old, resource_new_value = new }
  for i, change in ipairs(details(record).changes) do
    list[i] = ("%s:%s>%s"):format(change.field, change.before or "",
      change.after or "")
  end
  return table.concat(list, " ")
end

-- The first record of a file, as a log gives it.
local function sample(path)
  local log = support.log()
  assert(log:import(SAMPLES .. path))
  return support.list(log)[1]
end

-- A wire order as the value of a record: its keys in PascalCase.
local function pascal(text)
  return (text:gsub('"([a-z])([%w]*)"(%s*:)', function(first, rest, colon)
    return '"' .. first:upper() .. rest .. '"' .. colon
  end))
end

describe("activitylog.details #gc", function()
  describe("rows", function()
    it("are the record's fields in the order in which people ask", function()
      local all = details {
        id = "1", partner_id = "p", customer_id = "c",
        customer_name = "Fabrikam", user_principal_name = "u@contoso.example",
        application_id = "a", session_id = "s", original_correlation_id = "o",
        resource_type = "customer_user", operation_type = "create_order",
        operation_status = "succeeded",
        operation_date = "2026-10-31T17:58:10.1234567Z",
      }
      assert.equal(table.concat({
        "Date-Time=2026-10-31 17:58:10",
        "Affected customer=Fabrikam", "Action=Create Order",
        "Performed by=u@contoso.example", "Status=Succeeded",
        "Resource type=Customer User", "Application ID=a", "Session ID=s",
        "Original correlation ID=o", "Partner ID=p", "Customer ID=c",
        "Record ID=1",
      }, "\n"), text_of(all))
      assert.same({ key = "customer_name", label = "Affected customer",
        value = "Fabrikam" }, all[2])
    end)

    it("are there for what the record has", function()
      assert.equal(0, #details({}))
      assert.equal("Record ID=1", text_of(details { id = "1",
        customer_name = "" }))
    end)

    it("have the locale's labels and the zone's date", function()
      local french = details({
        operation_date = "2026-10-31T17:58:10Z", operation_type = "new_thing",
      }, { locale = "fr", zone = "+02:00" })
      assert.equal("2026-10-31 19:58:10", french[1].value)
      assert.not_equal("Date-Time", french[1].label)
      assert.equal("New Thing", french[2].value)
    end)

    it("show a date that is none as it is", function()
      assert.equal("***", details({ operation_date = "***" })[1].value)
    end)

    it("go on with the customized data and other fields", function()
      local customized = {
        { key = "OrderId", value = "o-1" }, { key = "SubscriptionName-0" },
        { key = "Data", value = '{"b":[1],"a":null}' },
      }
      local all = details {
        customized_data = customized,
        other = { participants = { "x" }, etag = "e" },
      }
      assert.equal("Order Id=o-1\nSubscription Name 0=\n"
        .. "Data=\n B=\n  1=1\n A=\nEtag=e\nParticipants=\n 1=x", text_of(all))
      assert.equal("SubscriptionName-0", all[2].key)
      assert.equal(1, all[5].rows[1].key)
    end)

    it("show customized data that is no list of pairs as text", function()
      assert.equal("Customized data=***",
        text_of(details { customized_data = "***" }))
      assert.equal("", text_of(details { customized_data = {} }))
      assert.equal("Other fields=***", text_of(details { other = "***" }))
    end)
  end)

  describe("line_items", function()
    for path, count in pairs {
      ["order_2_lineitems_addon.json"] = 2,
      ["order_3_lineitems_checkout.txt"] = 3,
    } do
      it(("are those of an order of %d"):format(count), function()
        local text = support.read(SAMPLES .. "orders/" .. path)
        -- What the documentation left out of its samples.
        text = text:gsub("{%.%.%.}", "{}"):gsub(",%s*%.%.%.%s*}", "}")
        text = pascal(text:match("{.*}"))
        local order = details { operation_type = "create_order",
          resource_new_value = text }
        assert.equal("order", order.kind)
        assert.equal(count, #order.line_items)
        for i, item in ipairs(order.line_items) do
          assert.truthy(item.offer_id, i)
          assert.equal("integer", math.type(item.quantity))
        end
        assert.truthy(tostring(order):find("\nLine items:\n  1:\n    ", 1,
          true))
      end)
    end

    it("come from the samples' records as from record.line_items", function()
      local record =
        sample "records/msdocs2020_20200902T175810_create_order.json"
      assert.same(record.line_items, details(record).line_items)
      assert.equal("SaaS custom meter offer - Bronze",
        details(record).line_items[1].friendly_name)
    end)
  end)

  describe("licenses", function()
    it("are told by LicenseUpdate", function()
      local update = details { resource_new_value = LICENSES }
      assert.equal("license_update", update.kind)
      assert.same({
        { sku_id = "4b585984", excluded_plans = { "57ff2da0", "7547a3fe" } },
        { sku_id = "beb6439c", excluded_plans = {} },
      }, update.licenses_added)
      assert.same({ { sku_id = "f30db892", excluded_plans = {} } },
        update.licenses_removed)
    end)

    it("else by the customized pairs", function()
      local update = details {
        resource_type = "license",
        customized_data = {
          { key = "CustomerUserId", value = "u" },
          { key = "AddedLicenseSkuId", value = "one" },
          { key = "AddedLicenseSkuId", value = "" },
          { key = "RemovedLicenseSkuId", value = "two" },
        },
      }
      assert.equal("license_update", update.kind)
      assert.same({ { sku_id = "one", excluded_plans = {} } },
        update.licenses_added)
      assert.same({ { sku_id = "two", excluded_plans = {} } },
        update.licenses_removed)
    end)
  end)

  describe("changes", function()
    it("show what happened to a subscription", function()
      local update = details {
        resource_old_value = subscription(10),
        resource_new_value = subscription(25),
      }
      assert.equal("subscription", update.kind)
      assert.same({ { field = "Quantity", label = "Quantity", before = "10",
        after = "25" } }, update.changes)
      assert.equal("25", update.subscription.quantity)
      assert.equal("Office 365", update.subscription.offer_name)
      assert.equal("true", update.subscription.auto_renew_enabled)
    end)

    it("come in the new value's order, then the old one's", function()
      assert.equal("c:1>2 a.1:>x d:5> b:6>",
        changes('{"d":5,"b":6,"C":1}', '{"c":2,"a":["x",null],"e":null}'))
    end)

    it("have the words of their path as labels", function()
      local one = details {
        resource_old_value = '{"LineItems":[{"Quantity":1}]}',
        resource_new_value = '{"LineItems":[{"Quantity":2}]}',
      }
      assert.equal("LineItems.1.Quantity", one.changes[1].field)
      assert.equal("Line Items 1 Quantity", one.changes[1].label)
    end)

    it("need two objects", function()
      for _, other in ipairs { "[1]", "1", "text", "", '{"a":1', "null" } do
        assert.equal("", changes(other, '{"a":1}'))
        assert.equal("", changes('{"a":1}', other))
      end
      assert.equal("", changes(nil, '{"a":1}'))
    end)

    it("are found in values that are encoded twice", function()
      assert.equal("a:1>2", changes([["{\"a\":1}"]], '{"a":2}'))
    end)

    it("are none where names differ in case and underscores", function()
      assert.equal("", changes('{"offer_id":"1"}', '{"OfferId":1}'))
    end)
  end)

  describe("kind", function()
    local function kind(value, more)
      local record = more or {}
      record.resource_new_value = value
      return details(record).kind
    end

    it("is told by the nested object type", function()
      for name, expected in pairs { Order = "order", Customer = "customer",
        LicenseUpdate = "license_update", Subscription = "subscription" } do
        assert.equal(expected, kind(
          ('{"LineItems":[],"Attributes":{"ObjectType":"%s"}}'):format(name)))
      end
    end)

    it("else by the shape", function()
      assert.equal("order", kind '{"lineItems":[]}')
      assert.equal("subscription", kind '{"OfferId":"1","Status":"active"}')
      assert.equal("customer", kind(CUSTOMER))
      assert.equal("license_update", kind '{"licenses_to_remove":[]}')
      assert.equal("customer", details({ resource_old_value = CUSTOMER }).kind)
    end)

    it("else by the resource type, or nothing", function()
      assert.equal("order", kind("text", { resource_type = "order" }))
      assert.is_nil(kind('{"Id":"1"}', { resource_type = "referral" }))
      assert.is_nil(kind '["LineItems"]')
    end)
  end)

  it("has the parts of a customer", function()
    assert.same({ id = "0c39", company_name = "Fabrikam", tenant_id = "0c39",
      domain = "fabrikam.example", relationship_to_partner = "reseller",
      email = "a@fabrikam.example" },
      details({ resource_new_value = CUSTOMER }).customer)
  end)

  describe("values", function()
    it("are trees in the document's order", function()
      assert.equal("B=1\nA=\n 1=true\n 2=\n  C=\nD=",
        text_of(new_value '{"b":1,"a":[true,{"c":null}],"d":{}}'))
    end)

    it("are opened where a string holds a document", function()
      assert.equal("A=\n B=\n  1=x\nC={x",
        text_of(new_value [[{"a":"{\"b\":\"[\\\"x\\\"]\"}","c":"{x"}]]))
      assert.equal("A=1", text_of(new_value [["\"{\\\"a\\\":1}\""]]))
    end)

    it("that are text or a number are one row", function()
      for value, shown in pairs {
        ['"text"'] = "text", ["no JSON"] = "no JSON", [""] = "",
        ["1.0"] = "1.0", ["true"] = "true", ['{"a":1'] = '{"a":1', ['""'] = "",
      } do
        assert.same({ { key = "resource_new_value", label = "New value",
          value = shown } }, new_value(value))
      end
    end)

    it("are nil where there is none", function()
      assert.is_nil(details({}).new_value)
      assert.is_nil(new_value "null")
      assert.is_nil(details({}).old_value)
    end)

    it("may be lists", function()
      assert.equal("1=7\n2=\n 1=8", text_of(new_value "[7,[8]]"))
      assert.same({}, new_value "[]")
    end)

    it("keep numbers as written, of any length", function()
      local digits = ("9"):rep(1000000)
      assert.equal(digits, new_value('{"Q":' .. digits .. "}")[1].value)
      assert.equal("1e+2", new_value('[1e+2]')[1].value)
    end)

    it("keep odd keys and bytes", function()
      local rows = new_value [[{"":1,"a.b":2,"\u0000":"\u0000x","é_ü":3}]]
      assert.equal("", rows[1].key)
      assert.equal("a.b", rows[2].key)
      assert.equal("\0x", rows[3].value)
      assert.equal("é ü", rows[4].label)
    end)

    it("with a key twice are no JSON", function()
      assert.equal('{"a":1,"a":2}', new_value('{"a":1,"a":2}')[1].value)
    end)

    it("go 100 and 512 levels deep, and no further", function()
      for _, depth in ipairs { 100, 512 } do
        local rows = new_value(("["):rep(depth) .. ("]"):rep(depth))
        local levels = 1
        while rows[1] do rows, levels = rows[1].rows, levels + 1 end
        assert.equal(depth, levels)
      end
      local deep = ("["):rep(513) .. ("]"):rep(513)
      assert.equal(deep, new_value(deep)[1].value)
    end)
  end)

  describe("tostring()", function()
    it("tells all of it", function()
      local text = tostring(details {
        customer_name = "Fabrikam",
        resource_old_value = '{"Quantity":10,"Name":"a"}',
        resource_new_value = '{"Quantity":25,"Items":[{"A":1}]}',
        customized_data = { { key = "AddedLicenseSkuId", value = "one" } },
      })
      assert.equal(table.concat({
        "Affected customer: Fabrikam", "Added License Sku Id: one",
        "Licenses added:", "  1: one",
        "Changes:", "  Quantity: 10 → 25", "  Items 1 A: → 1", "  Name: a →",
        "Old value:", "  Quantity: 10", "  Name: a",
        "New value:", "  Quantity: 25", "  Items:", "    1:", "      A: 1",
      }, "\n"), text)
    end)

    it("shows control characters and bidirectional ones", function()
      for _, code in ipairs { 0, 9, 10, 13, 27, 127, 0x80, 0x9B, 0x61C, 0x200E,
        0x2028, 0x202E, 0x2066, 0x2069 } do
        local text = tostring(details {
          customer_name = "a" .. utf8.char(code) .. "b",
        })
        assert.equal(("Affected customer: a\\u{%X}b"):format(code), text)
      end
      assert.equal("Affected customer: é→“x”",
        tostring(details { customer_name = "é→“x”" }))
    end)

    it("escapes keys as well", function()
      assert.equal("New value:\n  \\u{1B}[31m: 1",
        tostring(details { resource_new_value = '{"\\u001b[31m":1}' }))
    end)
  end)

  describe("what it is given", function()
    it("may be a record of a log, masked as it came", function()
      local log = support.log()
      assert(log:append {
        operation_date = "2026-10-01T08:00:00Z", customer_name = "Fabrikam",
        resource_new_value = '{"Id":"1","Password":"hush"}',
        customized_data = { { key = "OrderId", value = "o" } },
      })
      local all = details(support.list(log)[1])
      assert.equal("Date-Time=2026-10-01 08:00:00\n"
        .. "Affected customer=Fabrikam\nOrder Id=o", text_of(all))
      assert.equal("***", all.new_value[2].value)
    end)

    it("has a point in numbers in every locale of the process", function()
      local german = support.german()
      if not german then return pending("needs localedef") end
      local text = support.check(german .. support.lua([[
        assert(os.setlocale("de_DE.UTF-8"))
        print(require "activitylog".details {
          customized_data = { { key = "Quantity-0", value = "2.5" } } })]]))
      assert.truthy(text:find("Quantity: 2.5\n", 1, true))
    end)

    it("is not changed", function()
      local record = { other = { a = 1 }, id = "1" }
      details(record)
      assert.same({ other = { a = 1 }, id = "1" }, record)
    end)

    it("must be a record", function()
      assert.equal("details(): record expected, got nil",
        support.blame(function() details(nil) end))
      assert.equal("details(): field 'id': string expected, got number",
        support.blame(function() details { id = 1 } end))
      assert.equal("details(): field 'customer_name': it is not UTF-8",
        support.blame(function() details { customer_name = "\xFF" } end))
    end)

    it("must be options that are known", function()
      assert.equal("unknown option 'lokale' of details(); "
        .. "did you mean 'locale'?",
        support.blame(function() details({}, { lokale = "fr" }) end))
      assert.equal("option 'zone' of details(): string expected, got integer",
        support.blame(function() details({}, { zone = 1 }) end))
      local why = support.blame(function() details({}, { locale = "xx" }) end)
      assert.truthy(why:find("unknown locale 'xx'", 1, true))
      why = support.blame(function() details({}, { zone = "No/Where" }) end)
      assert.truthy(why:find("No/Where", 1, true))
    end)
  end)

  it("takes every sample of the API", function()
    for _, path in ipairs {
      "ms_docs_2017_order_license.json", "spring_social_2017_record.json",
      "ms_docs_2020_throttling_3of17.txt",
      "records/msdocs2017_20170601T200907_update_customer_user_licenses.json",
      "records/msdocs2017_20170615T225605_create_order.json",
      "records/msdocs2020_20200902T173412_add_customer.json",
      "records/msdocs2020_20200902T175810_create_order.json",
      "records/msdocs2020_20200902T232619_update_customer_user_licenses.json",
    } do
      local log = support.log()
      if log:import(SAMPLES .. path) then
        for _, record in ipairs(support.list(log)) do
          local all = details(record)
          assert.equal(record.operation_date:sub(1, 10),
            all[1].value:sub(1, 10))
          assert.truthy(all.kind)
        end
      end
    end
  end)
end)

describe("activitylog.details", function()
  it("cuts a value of too many rows and says so", function()
    local value = new_value("[" .. ("1,"):rep(1048580) .. "1]")
    assert.equal(1048575, #value)
    assert.equal(6, value.omitted)
  end)

  it("cuts a list of too many changes and says so", function()
    local members = {}
    for i = 1, 65538 do members[i] = ('"%d":1'):format(i) end
    local all = details { resource_old_value = "{}",
      resource_new_value = "{" .. table.concat(members, ",") .. "}" }
    assert.equal(65536, #all.changes)
    assert.equal(2, all.changes.omitted)
  end)

  it("says in its text what it cut", function()
    local text = tostring(details {
      resource_new_value = "[" .. ("1,"):rep(1048580) .. "1]",
    })
    assert.equal("\n  … +6", text:sub(-9))
  end)

  it("takes 10,000 line items and 100,000 keys", function()
    local items, old, new = {}, {}, {}
    for i = 1, 10000 do items[i] = ('{"Quantity":%d}'):format(i) end
    for i = 1, 100000 do
      old[i] = ('"Key_%d":%d'):format(i, i)
      new[i] = ('"key%d":%d'):format(i, i == 77 and 0 or i)
    end
    local all = details {
      resource_old_value = "{" .. table.concat(old, ",") .. "}",
      resource_new_value = '{"LineItems":[' .. table.concat(items, ",") .. "],"
        .. table.concat(new, ",") .. "}",
    }
    assert.equal(10000, #all.line_items)
    assert.equal(10001, #all.changes)
    assert.same({ field = "key77", label = "Key77", before = "77",
      after = "0" }, all.changes[10001])
  end)

  it("writes 4,000 levels of documents in documents", function()
    local value = ("["):rep(500) .. ("]"):rep(500)
    for _ = 1, 7 do
      value = ("["):rep(500) .. '"' .. value:gsub('[\\"]', "\\%0") .. '"'
        .. ("]"):rep(500)
    end
    local _, lines = tostring(details { resource_new_value = value })
      :gsub("\n", "")
    assert.equal(3999, lines)
  end)
end)
