local activitylog = require "activitylog"
local core = require "activitylog.core"
local fields = require "activitylog.record_fields"
local reports = require "spec.golden.reports"
local support = require "spec.support"

local CUSTOMER = "f0b4e6f6-2a55-4a4d-9c3b-3d2f4a6f1c11"
local ORDER = [[{"LineItems":[{"FriendlyName":"Office 365","Quantity":3}]}]]

local function sample_log()
  local log = support.log()
  for _, path in ipairs(reports.samples) do assert(log:import(path)) end
  return log
end

-- A log with one record, with some of its fields changed.
local function one_record(changes)
  local record = {
    id = "one", operation_date = "2026-10-31T17:58:10.9268372Z",
    operation_type = "create_order", operation_status = "succeeded",
    resource_type = "order", customer_name = "Fabrikam",
    customer_id = CUSTOMER, resource_new_value = ORDER,
  }
  for name, value in pairs(changes or {}) do record[name] = value or nil end
  local log = support.log()
  assert(log:append(record))
  return log
end

-- The CSV for machines that columns make of everything in a log.
local function report_of(log, columns, changes)
  local given = {
    period = "all", order = "oldest", excel = false,
    layout = activitylog.layout(columns),
  }
  for name, value in pairs(changes or {}) do given[name] = value end
  return assert(log:export_text(given))
end

-- The one cell of a column, when it is made of one record.
local function cell(log, column, changes)
  column.title = "T"
  return (report_of(log, { column }, changes):match("^[^\n]*\n(.*)\n$"))
end

describe("a report of the samples", function()
  for _, report in ipairs(reports.list) do
    it("is, to the byte, spec/golden/" .. report[1], function()
      assert.equal(support.read("spec/golden/" .. report[1]),
        reports.text(sample_log(), report[2]))
    end)
  end

  -- What two foreign readers find in the file of a layout.
  local function cells_of(given)
    local path = support.temp_dir() .. "/report.csv"
    given.period = "all"
    assert(sample_log():export(path, given))
    return support.cells(path)
  end

  local function link(customer)
    return "https://partner.microsoft.com/dashboard/v2/customers/" .. customer
      .. "/subscriptions"
  end

  local RELECLOUD = link "0c39d6d5-c70d-4c55-bc02-f620844f3fd1"
  local STAGING = link "86bddccf-9a53-40c6-907c-08067a3f8da7"
  local NAMELESS = link "e905b566-4779-4e57-944c-7b1b5312705b"
  local ADMIN_2017 = "admin@domain.onmicrosoft.com"
  local ADMIN_2020 = "admin@testsw09.onmicrosoft.com"

  it("has the portal's columns and the link, newest first", function()
    assert.same({
      { "Date-Time (UTC)", "Affected customer", "Action", "Partner user",
        "Subscriptions" },
      { "2020-09-02 23:26:19", "", "Update Customer User Licenses",
        ADMIN_2020, NAMELESS },
      { "2020-09-02 17:58:10", "CustomMetersStagingTest", "Create Order",
        ADMIN_2020, STAGING },
      { "2020-09-02 17:34:12", "CustomMetersStagingTest", "Add Customer",
        ADMIN_2020, STAGING },
      { "2017-06-15 22:56:05", "Relecloud", "Create Order",
        ADMIN_2017, RELECLOUD },
      { "2017-06-01 20:09:07", "Relecloud", "Update Customer User Licenses",
        ADMIN_2017, RELECLOUD },
    }, cells_of {})
  end)

  it("ends in the partner user with links = false", function()
    local cells = cells_of { links = false, customer_name = "staging",
                             operation_type = "add_customer" }
    assert.same({
      { "Date-Time (UTC)", "Affected customer", "Action", "Partner user" },
      { "2020-09-02 17:34:12", "CustomMetersStagingTest", "Add Customer",
        ADMIN_2020 },
    }, cells)
  end)

  it("has the columns of 2019 with that layout", function()
    assert.same({
      { "Affected customer", "Action", "Partner user", "Status",
        "Additional information", "Subscriptions" },
      { "", "Update Customer User Licenses", ADMIN_2020,
        "933808c7-b165-496c-a24e-1a4b7846fab4",
        "CustomerUserId: 933808c7-b165-496c-a24e-1a4b7846fab4", NAMELESS },
      { "CustomMetersStagingTest", "SaaS custom meter offer - Bronze",
        ADMIN_2020, "Ia80ZLkXp6eWOqpp35pBQJLhqv9IiGVZ1",
        "1 x SaaS custom meter offer - Bronze", STAGING },
      { "CustomMetersStagingTest", "Add Customer", ADMIN_2020,
        "CustomMetersStagingTest.onmicrosoft.com",
        "PrimaryDomainName: CustomMetersStagingTest.onmicrosoft.com; "
        .. "Relationship: Reseller", STAGING },
      { "Relecloud", "Office 365 Business Premium Trial", ADMIN_2017,
        "d51a052e-043c-4a2a-aa37-2bb938cef6c1",
        "25 x Office 365 Business Premium Trial", RELECLOUD },
      { "Relecloud", "Update Customer User Licenses", ADMIN_2017,
        "482e2152-4b49-48ec-b715-823365ce3d4c",
        "CustomerUserId: 482e2152-4b49-48ec-b715-823365ce3d4c; "
        .. "AddedLicenseSkuId: efccb6f7-5641-4e0e-bd10-b4976e1bf68e",
        RELECLOUD },
    }, cells_of { layout = "partner-center-2019" })
  end)

  it("has every field with full, as an independent reader reads the samples",
    function()
      local lines = support.check("python3 spec/independent/read_log.py "
        .. table.concat(reports.samples, " "))
      local expected = { fields }
      for line in lines:gmatch("[^\n]+") do
        local row = core.decode(line)
        for i, value in ipairs(row) do
          if value == core.null then row[i] = "" end
        end
        expected[#expected + 1] = row
      end
      assert.equal(1 + 5, #expected)
      assert.same(expected,
        cells_of { layout = "full", excel = false, redact = false })
    end)
end)

describe("a report in another locale", function()
  it("keeps the fields' own names in full for machines", function()
    local given = { period = "all", layout = "full", excel = false }
    local english = one_record():export_text(given)
    given.locale = "ja"
    assert.equal(english, (one_record():export_text(given)))
    local log = support.log()
    assert.equal(1, assert(log:import_text(english)).added)
    assert.equal("Fabrikam", support.list(log)[1].customer_name)
  end)

  it("has its separator, unless another is named", function()
    local function first_line(given)
      given.bom, given.links = false, false
      return one_record():export_text(given):match("^[^\r\n]*")
    end
    assert.equal("Data e hora (UTC);Cliente afetado;Ação;Utilizador parceiro",
      first_line { locale = "pt-pt" })
    assert.equal("日時 (UTC),影響を受ける顧客,アクション,パートナー ユーザー",
      first_line { locale = "ja" })
    assert.equal("Datum a čas|Ovlivněný zákazník|Akce|Partnerský uživatel",
      first_line { locale = "cs", separator = "|", zone_in_title = false })
  end)

  it("quotes a title that has the separator in it", function()
    assert.matches(';Klient, którego dotyczy akcja;',
      (one_record():export_text { locale = "pl" }), 1, true)
    assert.matches(',"Klient, którego dotyczy akcja",',
      (one_record():export_text { locale = "pl", separator = "," }), 1, true)
  end)
end)

describe("an author's layout writes", function()
  it("a field as it is, an empty cell where the record has none", function()
    assert.equal("Fabrikam", cell(one_record(), { field = "customer_name" }))
    assert.equal("\"\"", cell(one_record(), { field = "session_id" }))
    assert.equal("id,session_id\none,\n",
      report_of(one_record(), { { field = "id" }, { field = "session_id" } }))
  end)

  it("a label in Title Case", function()
    assert.equal("Create Order",
      cell(one_record(), { label = "operation_type" }))
    assert.equal("Order", cell(one_record(), { label = "resource_type" }))
    assert.equal("Succeeded",
      cell(one_record(), { label = "operation_status" }))
    assert.equal("Un2 Ünbekannt  X", cell(one_record {
      operation_type = "un2_Ünbekannt__x" }, { label = "operation_type" }))
  end)

  it("a label in the report's locale", function()
    local german = { locale = "de" }
    local column = { label = "operation_status" }
    assert.equal("Erfolgreich", cell(one_record(), column, german))
    assert.equal("On Hold", cell(one_record {
      operation_status = "on_hold" }, column, german))
    assert.equal("Succeeded Now", cell(one_record {
      operation_status = "succeeded_now" }, column, german))
    assert.equal("Create Order",
      cell(one_record(), { label = "operation_type" }, german))
    assert.equal("\"\"", cell(one_record { operation_status = false }, column,
                              german))
  end)

  it("a constant in every row", function()
    local log = one_record()
    assert(log:append { id = "two", operation_date = "2026-11-01T00:00:00Z" })
    assert.equal("A,id\nx,one\nx,two\n", report_of(log, {
      { title = "A", value = "x" }, { field = "id" } }))
  end)

  it("a template, with literal braces and without missing fields", function()
    assert.equal("{Fabrikam} []one", cell(one_record(), {
      template = "{{{customer_name}}} [{session_id}]{id}" }))
    assert.equal("at 2026-10-31T17:58:10.9268372Z", cell(one_record(), {
      template = "at {operation_date}" }))
    assert.equal("\"\"", cell(one_record(), { template = "{session_id}" }))
  end)

  it("a date in the column's zone and format", function()
    local log = one_record()
    assert.equal("31/10/2026 17:58", cell(log, {
      field = "operation_date", format = "%d/%m/%Y %H:%M" }))
    assert.equal("01.11. 02:58 +09:00", cell(log, {
      field = "operation_date", format = "%d.%m. %H:%M %z", zone = "+09:00" }))
    assert.equal("on 10/31/26", cell(log, {
      template = "on {operation_date}", format = "%-m/%-d/%y" }))
  end)

  it("a date in the report's zone when the column has none", function()
    local log = one_record()
    local column = { field = "operation_date", format = "%T" }
    assert.equal("07:58:10", cell(log, column, { zone = "-10:00" }))
    column.zone = "+00:30"
    assert.equal("18:28:10", cell(log, column, { zone = "-10:00" }))
  end)

  it("its titles without a zone, in Excel too", function()
    assert.equal("T\r\n2026-10-31 17:58:10\r\n", report_of(one_record(),
      { { title = "T", field = "operation_date" } },
      { excel = true, bom = false }))
  end)

  it("the titles of keys in the locale's words", function()
    local columns = { { key = "affected_customer", field = "customer_name" },
                      { field = "id" } }
    assert.equal("Affected customer,id\nFabrikam,one\n",
      report_of(one_record(), columns))
    assert.equal("Betroffener Kunde,id\nFabrikam,one\n",
      report_of(one_record(), columns, { locale = "de-DE" }))
  end)

  it("the link of each cloud", function()
    local log = one_record()
    local global = "https://partner.microsoft.com/dashboard/v2/customers/"
      .. CUSTOMER .. "/subscriptions"
    local china = "https://partner.partnercenter.microsoftonline.cn/commerce"
      .. "/customers/" .. CUSTOMER .. "/subscriptions"
    local function links(cloud)
      return cell(log, { link = "subscriptions" }, { cloud = cloud }),
        cell(log, { link = "subscriptions", cloud = cloud })
    end
    assert.same({ global, global }, { links(nil) })
    assert.same({ global, global }, { links("global") })
    assert.same({ global, global }, { links("us-government") })
    assert.same({ china, china }, { links("china") })
    assert.equal(china, cell(log, { link = "subscriptions", cloud = "china" },
      { cloud = "global" }))
  end)

  it("a link by the column's own template", function()
    assert.equal("https://example.com/?c=" .. CUSTOMER .. "#s",
      cell(one_record(), { link = "subscriptions",
        url = "https://example.com/?c={id}#s" }, { cloud = "china" }))
  end)

  it("no link where customer_id is no GUID", function()
    for _, id in ipairs { false, "", "x", CUSTOMER .. "0", "{" .. CUSTOMER
                          .. "}", CUSTOMER:gsub("%-", ""),
                          "=" .. CUSTOMER:sub(2), CUSTOMER .. "\n" } do
      assert.equal("\"\"", cell(one_record { customer_id = id },
        { link = "subscriptions" }))
    end
  end)

  it("a link with the id in the case in which it came", function()
    local id = CUSTOMER:upper()
    assert.equal("https://example.com/" .. id,
      cell(one_record { customer_id = id },
        { link = "subscriptions", url = "https://example.com/{id}" }))
  end)

  it("each detail", function()
    local log = one_record {
      customized_data = { { key = "OrderId", value = "42" } } }
    assert.equal("Office 365", cell(log, { detail = "product" }))
    assert.equal("42", cell(log, { detail = "reference" }))
    assert.equal("3 x Office 365", cell(log, { detail = "information" }))
    assert.equal("42", cell(log, { detail = "order" }))
  end)

  it("one value of the customized data", function()
    local log = one_record { customized_data = {
      { key = "OfferId-0", value = "A" }, { key = "Status" },
      { key = "Status", value = "active" }, { key = "Quantity", value = "25" },
    } }
    assert.equal("25", cell(log, { detail = "Quantity" }))
    assert.equal("25", cell(log, { detail = "QUANTITY" }))
    assert.equal("A", cell(log, { detail = "offer_id-0" }))
    assert.equal("active", cell(log, { detail = "Status" }))
    assert.equal("\"\"", cell(log, { detail = "OfferId" }))
    assert.equal("\"\"", cell(one_record(), { detail = "Quantity" }))
  end)

  it("a row for each line item, and none where there is none", function()
    local log = one_record { resource_new_value = [[{"LineItems":[
      {"FriendlyName":"A","Quantity":1},{"Quantity":20},
      {"FriendlyName":"C","SubscriptionId":"s"}]}]] }
    assert(log:append { id = "two", operation_date = "2026-11-01T00:00:00Z" })
    assert.equal("id,friendly_name,quantity,subscription_id\n"
      .. "one,A,1,\none,,20,\none,C,,s\n",
      report_of(log, { { field = "id" }, { line_item = "friendly_name" },
        { line_item = "quantity" }, { line_item = "subscription_id" } }))
    local _, result = log:export_text {
      period = "all", layout = "order-lines" }
    assert.equal(3, result.rows)
    assert.equal(2, result.records)
  end)

  it("what changed", function()
    local log = one_record {
      resource_old_value = [[{"Quantity":10,"Gone":"x",
        "LineItems":[{"Quantity":1}],"Same":true}]],
      resource_new_value = [[{"quantity":25,"Status":"active",
        "LineItems":[{"Quantity":2}],"Same":true}]],
    }
    for path, expected in pairs {
      Quantity = "10 → 25", ["LineItems.1.Quantity"] = "1 → 2",
      Status = "→ active", Gone = "x →", Same = "\"\"", LineItems = "\"\"",
      ["LineItems.2.Quantity"] = "\"\"", Nowhere = "\"\"",
    } do
      assert.equal(expected, cell(log, { change = path }))
    end
    assert.equal("\"\"", cell(one_record(), { change = "Quantity" }))
  end)

  it("300 columns", function()
    local columns, titles, cells = {}, {}, {}
    for i = 1, 300 do
      titles[i], cells[i] = "T" .. i, "one" .. i
      columns[i] = i % 2 == 0
        and { title = titles[i], template = "{id}" .. i }
        or { title = titles[i], value = function(record)
          return record.id .. i
        end }
    end
    assert.equal(table.concat(titles, ",") .. "\n" .. table.concat(cells, ",")
      .. "\n", report_of(one_record(), columns))
  end)

  it("what it was when it was made, whatever became of the list", function()
    local columns = { { title = "T", field = "id" } }
    local layout = activitylog.layout(columns)
    columns[1].field = "no such field"
    assert.equal("T\none\n", (one_record():export_text {
      period = "all", layout = layout, excel = false }))
  end)
end)

describe("a column of a Lua function #gc", function()
  local function made(call, changes)
    return cell(one_record(changes), { value = call })
  end

  local function failure(call, changes)
    return support.error_of(function() made(call, changes) end)
  end

  it("gets the record, decoded on demand", function()
    assert.equal("Fabrikam/3/Office 365", made(function(record)
      return record.customer_name .. "/" .. record.line_items[1].quantity
        .. "/" .. record.new_value.LineItems[1].FriendlyName
    end))
  end)

  it("writes strings, numbers and booleans", function()
    for _, pair in ipairs {
      { "text", "text" }, { "", "\"\"" }, { "a\0b", "a\0b" },
      { 42, "42" }, { -1, "-1" }, { 0.5, "0.5" }, { 3.0, "3.0" },
      { math.maxinteger, "9223372036854775807" }, { math.huge, "inf" },
      { true, "true" }, { false, "false" },
    } do
      assert.equal(pair[2], made(function() return pair[1] end))
    end
  end)

  it("leaves the cell empty for nil and for no result", function()
    assert.equal("\"\"", made(function() return nil end))
    assert.equal("\"\"", made(function() end))
  end)

  it("takes the first of several results", function()
    assert.equal("a", made(function() return "a", "b" end))
  end)

  it("refuses values of other types", function()
    for _, value in ipairs { {}, print, io.stdout, coroutine.create(print) } do
      assert.equal("column 'T', record one: a string, number, boolean or nil "
        .. "expected, got " .. type(value),
        failure(function() return value end))
    end
  end)

  it("refuses text that is not UTF-8", function()
    for _, text in ipairs { "\xFF", "a\xC3", "\xED\xA0\x80", "\xC0\x80" } do
      assert.equal("column 'T', record one: the text is not UTF-8",
        failure(function() return text end))
    end
  end)

  it("cannot yield", function()
    local thread = coroutine.wrap(function()
      return pcall(made, function() coroutine.yield() end)
    end)
    local ok, message = thread()
    assert.is_false(ok)
    assert.equal("column 'T', record one: "
      .. "attempt to yield across a C-call boundary", message)
  end)

  it("may run within a coroutine and resume others", function()
    local thread = coroutine.wrap(function()
      return made(coroutine.wrap(function()
        coroutine.yield("from a coroutine")
      end))
    end)
    assert.equal("from a coroutine", thread())
  end)

  it("cannot close the log", function()
    local log = one_record()
    local message = support.error_of(function()
      cell(log, { value = function() log:close() end })
    end)
    assert.matches("^column 'T', record one: .*log is at work: close it when "
      .. "that is done$", message)
    assert.equal(1, log:count { period = "all" })
  end)

  it("gets the one table of the record that all columns get", function()
    local log = one_record()
    assert(log:append { id = "two", operation_date = "2026-10-02T00:00:00Z" })
    local tables, ids = {}, {}
    local function keep(record)
      tables[#tables + 1], ids[#ids + 1] = record, record.id
    end
    report_of(log, { { title = "A", value = keep },
                     { title = "B", value = keep } })
    assert.same({ "two", "two", "one", "one" }, ids)
    assert.equal(tables[1], tables[2])
    assert.equal(tables[3], tables[4])
    assert.not_equal(tables[1], tables[3])
  end)

  it("may append to the log, which the report does not see", function()
    local log = one_record()
    local n = 0
    local function append(record)
      n = n + 1
      assert(log:append { id = "new " .. n,
                          operation_date = "2026-12-01T00:00:00Z" })
      return record.id
    end
    assert.equal("T\none\n", report_of(log, {
      { title = "T", value = append } }))
    assert.equal(2, log:count { period = "all" })
  end)

  it("may read the log and make another report of it", function()
    local log = one_record()
    assert.equal("\"id\none\n 1\"", cell(log, { value = function()
      local text = report_of(log, { { field = "id" } })
      return text .. " " .. log:count { period = "all" }
    end }))
  end)

  it("fails when it makes reports within reports without end", function()
    local log = one_record()
    local column = {}
    column.value = function() return cell(log, column) end
    assert.matches("^column 'T', record one: column 'T', record one: ",
      support.error_of(function() cell(log, column) end))
    assert.equal("one", cell(log, { field = "id" }))
  end)

  it("is named by its title in a failure, quoted where it has to be",
    function()
      local message = support.error_of(function()
        report_of(one_record(), {
          { field = "id" },
          { title = "a\n\u{202E}b", value = function() error("oh", 0) end },
        })
      end)
      assert.equal("column 'a\\x0A\\xE2\\x80\\xAEb', record one: oh", message)
    end)

  -- The newline was freed while rows were written.
  it("keeps its report's options alive", function()
    local report = { format = "csv", separator = ",", columns = { {} } }
    report.newline = table.concat { "<end", ">\n" }
    report.columns[1].title = table.concat { "ti", "tle" }
    report.columns[1].value = function(record)
      report.newline, report.columns = nil, nil
      collectgarbage()
      return record.id
    end
    assert.equal("title<end>\none<end>\n",
      (one_record()._store:export_text(nil, {}, report)))
  end)

  -- A finalizer took the text away that was being decoded. The process is
  -- another one, as the collector runs at every allocation.
  it("gets values whole although a finalizer empties the record", function()
    local program = [[
      local log = require("activitylog").open(":memory:")
      assert(log:append { id = "1", operation_date = "2026-10-01T00:00:00Z",
        resource_new_value = "[" .. ("\"text\","):rep(49) .. "\"last\"]" })
      for record in log:records { period = "all" } do
        collectgarbage("incremental", 1, 1000, 30)
        collectgarbage()
        collectgarbage("stop")
        for _ = 1, 2 do -- a register still holds the last
          setmetatable({}, { __gc = function()
            record.resource_new_value = nil
          end })
        end
        collectgarbage("restart")
        local value = record.new_value
        print(#value, value[50], record.resource_new_value)
      end]]
    assert.equal("50\tlast\tnil\n", support.check(support.lua(program)))
  end)
end)
