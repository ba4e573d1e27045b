-- Orders and subscriptions end to end: what the API sends, imported, and the
-- reports that show what was bought and what changed.

local activitylog = require "activitylog"
local support = require "spec.support"

local ORDERS = "spec/fixtures/partner-center/orders/"

-- The order's JSON with the keys of a record's values, which begin with a
-- capital. Only keys stand before a colon.
local function pascal_case(json)
  return (json:gsub('"(%l)([%w]*)"(%s*):', function(first, rest, space)
    return '"' .. first:upper() .. rest .. '"' .. space .. ":"
  end))
end

-- An order of the documentation, which writes "..." for what it leaves out.
local function order_of(name)
  return pascal_case(support.read(ORDERS .. name)
    :gsub("{%.%.%.}", "{}"):gsub(",%s*%.%.%.", ""))
end

-- A log of one record, as the API sends it.
local function log_of(members)
  local record = {
    id = "1", operationDate = "2026-10-01T08:00:00.1234567Z",
    customerName = "Relecloud", userPrincipalName = "admin@contoso.example",
    customerId = "0C39D6D5-C70D-4C55-BC02-F620844F3FD1",
    attributes = { objectType = "AuditRecord" },
  }
  for name, value in pairs(members) do record[name] = value end
  local log = support.log()
  assert(log:import_text(support.json { items = { record }, totalCount = 1 }))
  return log
end

local function created(order)
  return log_of {
    operationType = "create_order", resourceType = "order",
    operationStatus = "succeeded", resourceNewValue = order,
  }
end

-- The rows of a report, titles first, as two foreign readers find them.
local function rows(log, layout, excel)
  local path = support.temp_dir() .. "/report.csv"
  local result = assert(log:export(path,
    { period = "all", layout = layout, excel = excel }))
  return support.cells(path), result
end

describe("'order-lines' #gc", function()
  it("has two rows of the order of two products", function()
    local cells, result = rows(created(order_of "order_2_lineitems_addon.json"),
      "order-lines")
    local link = "https://partner.microsoft.com/dashboard/v2/customers/"
      .. "0C39D6D5-C70D-4C55-BC02-F620844F3FD1/subscriptions"
    assert.same({
      { "Date-Time (UTC)", "Affected customer", "Product", "Quantity",
        "Subscription", "Order", "Partner user", "Subscriptions" },
      { "2026-10-01 08:00:00", "Relecloud", "new offer purchase", "5",
        "1C2B75C1-74A5-472A-A729-7F8CEFC477F9",
        "cf3b0e37-be0b-4cdd-b584-d1a97d98a922", "admin@contoso.example", link },
      { "2026-10-01 08:00:00", "Relecloud", "Some friendly name", "2",
        "968BA1CF-C146-4ADF-A300-308DCF718EEE",
        "cf3b0e37-be0b-4cdd-b584-d1a97d98a922", "admin@contoso.example", link },
    }, cells)
    assert.equal(1, result.records)
    assert.equal(2, result.rows)
  end)

  it("has three rows of the order of three products", function()
    local cells, result =
      rows(created(order_of "order_3_lineitems_checkout.txt"), "order-lines")
    local told = {}
    for i = 2, #cells do
      local row = cells[i]
      told[i - 1] = { row[3], row[4], row[6] }
    end
    local order = "311qiN8iFwkv-XARWMvXRYAwYKMACVqv1"
    assert.same({
      { "Reserved VM Instance, Standard_NV12, US East 2, 1 Year", "1", order },
      { "Reserved VM Instance, Standard_NV12, US East 2, 3 Years", "1", order },
      { "BizTalk Server 2016 Branch", "1", order },
    }, told)
    assert.equal(3, result.rows)
  end)

  it("has the same rows where the order is JSON in JSON", function()
    local order = order_of "order_2_lineitems_addon.json"
    assert.same(rows(created(order), "order-lines"),
      rows(created(support.json(order)), "order-lines"))
  end)

  it("has the rows of the customized data where there is no order", function()
    local cells = rows(log_of { operationType = "create_order",
      customizedData = {
        { key = "OrderId", value = "order-1" },
        { key = "SubscriptionName-0", value = "Zero" },
        { key = "Quantity-0", value = "25" },
        { key = "SubscriptionName-1", value = "One" },
      } }, "order-lines")
    assert.equal(3, #cells)
    assert.same({ "Zero", "25", "", "order-1" },
      table.move(cells[2], 3, 6, 1, {}))
    assert.same({ "One", "", "", "order-1" },
      table.move(cells[3], 3, 6, 1, {}))
  end)

  it("has no row of a record without line items", function()
    local cells, result = rows(log_of { operationType = "add_customer" },
      "order-lines")
    assert.equal(1, #cells)
    assert.equal(1, result.records)
    assert.equal(0, result.rows)
  end)

  it("has every line item field in an author's layout", function()
    local layout = activitylog.layout {
      { line_item = "line_item_number" }, { line_item = "offer_id" },
      { line_item = "term_duration" }, { line_item = "transaction_type" },
      { line_item = "parent_subscription_id" },
      { line_item = "partner_id_on_record" },
    }
    assert.same({
      { "line_item_number", "offer_id", "term_duration", "transaction_type",
        "parent_subscription_id", "partner_id_on_record" },
      { "0", "DZH318Z0BQ36:004G:DZH318Z08C0S", "P1Y", "New", "", "" },
      { "1", "DZH318Z0BQ36:004J:DZH318Z08B8X", "P3Y", "New", "", "" },
      { "2", "DG7GMGF0DWM3:0002:DG7GMGF0DT1M", "", "New", "", "" },
    }, (rows(created(order_of "order_3_lineitems_checkout.txt"), layout)))
  end)
end)

describe("an update of a subscription #gc", function()
  local function subscription(quantity)
    return ([[{"Id":"sub-1","OfferId":"offer-1","OfferName":"Microsoft 365 E5",
      "FriendlyName":"E5 for all","Quantity":%s,"UnitType":"Licenses",
      "Status":"active","AutoRenewEnabled":true,"BillingCycle":"monthly",
      "CreationDate":"2020-01-01T00:00:00Z",
      "EffectiveStartDate":"2020-01-01T00:00:00Z",
      "CommitmentEndDate":"2021-01-01T00:00:00Z","OrderId":"order-1",
      "Attributes":{"ObjectType":"Subscription"}}]]):format(quantity)
  end

  local function updated(old, new)
    return log_of {
      operationType = "update_subscription", resourceType = "subscription",
      operationStatus = "succeeded", resourceOldValue = old,
      resourceNewValue = new,
    }
  end

  local COLUMNS = {
    { title = "Product", detail = "product" }, { change = "Quantity" },
    { change = "Status" }, { title = "Order", detail = "order" },
  }

  it("shows what changed", function()
    assert.same({
      { "Product", "Quantity", "Status", "Order" },
      { "E5 for all", "10 → 25", "", "order-1" },
    }, (rows(updated(subscription "10", subscription "25"),
      activitylog.layout(COLUMNS))))
  end)

  it("shows it whatever the keys are called and how the values are wrapped",
    function()
      local old = subscription("10"):gsub('"Quantity"', '"quantity"')
      local log = updated(support.json(old), subscription '"25"')
      assert.same({ "E5 for all", "10 → 25", "", "order-1" },
        rows(log, activitylog.layout(COLUMNS))[2])
    end)

  it("shows a quantity that came or went", function()
    local none = subscription("null")
    local layout = activitylog.layout(COLUMNS)
    assert.equal("→ 25",
      rows(updated(none, subscription "25"), layout)[2][2])
    assert.equal("10 →",
      rows(updated(subscription "10", none), layout)[2][2])
  end)
end)
