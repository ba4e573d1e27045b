-- Hostile text in every place that a record has for text, and records of odd
-- size and depth: every report stays whole. Two foreign readers count rows and
-- columns, no cell runs in Excel, and the records beside it are as they were.

local activitylog = require "activitylog"
local support = require "spec.support"

local CUSTOMER = "0C39D6D5-C70D-4C55-BC02-F620844F3FD1"

-- ---- what is hostile

local MILLION = 1000000

-- Each becomes a record of its own.
local KINDS = {
  { name = "a formula", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
    "＝1", "＋1", "－1", "＠1", '=HYPERLINK("http://a.example","b")',
    "=cmd|' /C calc'!A0", "=", "-" },
  { name = "quotes and separators", '"', '""', '"a","b"', "'", 'a"b', '"=1+1"',
    ',";|\t', "\r\n", "\n", "\r", "a\r\nb", "a\n\n\nb", "\\", '\\"', "", " ",
    '{"a":"', "]}", "a,b\r\n=1,c" },
  { name = "bidi controls", "\u{202E}gnp.exe", "\u{2066}a\u{2069}", "\u{200F}",
    "\u{FEFF}=1", "\u{200B}=1", "\u{202A}=1+1\u{202C}", "\u{61C}-1" },
  { name = "NUL", "\0", "a\0b", "\0=1", "=1\0", "\0\"\0", "\1\2\127" },
  { name = "a MiB of text", long = true, ("x"):rep(1 << 20),
    "=" .. ("\u{1F600}"):rep(1 << 18), ('"'):rep(1 << 18) },
  { name = "a number of a million digits", long = true, ("9"):rep(MILLION),
    "-" .. ("1"):rep(MILLION) },
}

-- ---- where it stands

-- A record of an order of one product, whose nested documents are tables.
local function order_record(id)
  return {
    id = id, operationDate = "2026-10-01T08:00:00.5Z",
    partnerId = "partner", customerId = CUSTOMER, customerName = "Relecloud",
    userPrincipalName = "admin@contoso.example", applicationId = "application",
    sessionId = "session", originalCorrelationId = "correlation",
    resourceType = "order", operationType = "create_order",
    operationStatus = "succeeded", note = "other",
    customizedData = { { key = "OrderId", value = "order-1" } },
    old = { Id = "order-1", Quantity = 1, Status = "none" },
    new = { Id = "order-1", Quantity = 2, Status = "active",
      LineItems = { { LineItemNumber = 0, FriendlyName = "Product",
        OfferId = "offer", SubscriptionId = "subscription",
        Quantity = "25" } } },
  }
end

-- Each puts the text into its place of a record, and says how many line items
-- the record then has where that is not one.
local PLACES = {}

local function place(name, put)
  PLACES[#PLACES + 1] = { name = name, put = put }
end

for _, field in ipairs {
  "id", "partnerId", "customerId", "customerName", "userPrincipalName",
  "applicationId", "sessionId", "originalCorrelationId", "resourceType",
  "operationType", "operationStatus",
} do
  place(field, function(record, text) record[field] = text end)
end

for _, field in ipairs {
  "FriendlyName", "OfferId", "SubscriptionId", "Quantity", "PartnerIdOnRecord",
  "TermDuration",
} do
  place(field .. " of a line item", function(record, text)
    record.new.LineItems[1][field] = text
  end)
end

place("the old value", function(record, text) record.old = text end)

place("the new value", function(record, text)
  record.new = text
  return 0
end)

place("a member of both values", function(record, text)
  record.old.Status, record.new.Quantity = text, text
end)

place("a nested name of both values", function(record, text)
  record.old[text .. "a"] = { [text] = { 1, text } }
  record.new.Profile = { [text] = text }
end)

place("a value inside of JSON in JSON", function(record, text)
  record.new.Inside = support.json { Name = text, [text] = 1 }
end)

place("a value under a secret key", function(record, text)
  record.new.Password, record.old.Secret = text, { [text] = text }
end)

place("a customized value", function(record, text)
  record.customizedData = { { key = "OrderId", value = text },
                            { key = "Quantity", value = text } }
end)

place("a customized key", function(record, text)
  table.insert(record.customizedData, 1, { key = text, value = "x" })
  table.insert(record.customizedData, { key = text .. "-0", value = text })
end)

place("the customized line items", function(record, text)
  record.new, record.old = nil, nil
  record.customizedData = { { key = "SubscriptionName-0", value = text },
                            { key = "Quantity-0", value = text } }
end)

place("another member", function(record, text)
  record.note, record.participants = text, { text }
end)

place("the name of another member", function(record, text)
  record[text .. "!"] = { [text] = text }
end)

-- ---- logs

-- The record as the API sends it, its values as JSON in strings.
local function sent(record, at)
  record.operationDate = record.operationDate:gsub("00%.5", at)
  for _, side in ipairs { "old", "new" } do
    local value = record[side]
    record[side] = nil
    record[side == "old" and "resourceOldValue" or "resourceNewValue"] =
      type(value) == "table" and support.json(value) or value
  end
  return support.json(record)
end

-- A log of the records between one that all layouts show as "Before" and one
-- that they show as "After".
local function log_of(records)
  local log = assert(activitylog.open(":memory:"))
  local parts = {}
  for i, name in ipairs { "Before", "After" } do
    local beside = order_record(name)
    beside.customerName = name
    parts[i] = sent(beside, i == 1 and "00" or "59")
  end
  for i, record in ipairs(records) do
    if type(record) == "table" then record = sent(record, "30." .. i) end
    parts[#parts + 1] = record
  end
  assert(log:import_text(table.concat(parts, "\n")))
  return log
end

-- ---- reports

local AUTHOR = {
  { field = "operation_date", zone = "+02:00", format = "%d/%m/%Y" },
  { title = "Who", template = "{customer_name} ({customer_id})" },
  { title = "All", template = "{id}{partner_id}{user_principal_name}"
    .. "{application_id}{session_id}{original_correlation_id}" },
  { label = "operation_type" }, { label = "resource_type" },
  { label = "operation_status" }, { detail = "product" },
  { detail = "reference" }, { detail = "information" }, { detail = "order" },
  { detail = "OrderId" }, { detail = "Quantity" }, { change = "Status" },
  { title = "Quantity changed", change = "Quantity" },
  { change = "Profile.a" }, { change = "Inside.Name" },
  { link = "subscriptions" },
}

local LINES = {
  { line_item = "line_item_number" }, { line_item = "offer_id" },
  { line_item = "subscription_id" }, { line_item = "parent_subscription_id" },
  { line_item = "friendly_name" }, { line_item = "quantity" },
  { line_item = "term_duration" }, { line_item = "transaction_type" },
  { line_item = "partner_id_on_record" }, { field = "customer_name" },
  { change = "Status" }, { detail = "order" },
  { title = "Function", value = function(record)
    return record.customer_name
  end },
}

local RULES = { "Status", "Profile.*", "note", "session_id" }

-- Each report: its form for the readers, its options, its columns, and whether
-- it has a row for each line item.
local function reports()
  local author = activitylog.layout(AUTHOR)
  local lines = activitylog.layout(LINES)
  local all = {
    { "full", 16 }, { "partner-center-2019", 6 }, { "order-lines", 8, true },
    { "partner-center", 5 }, { author, #AUTHOR }, { lines, #LINES, true },
  }
  local list = {}
  for _, report in ipairs(all) do
    local layout, columns, by_line = table.unpack(report)
    for _, way in ipairs { "excel", "machine" } do
      list[#list + 1] = { form = way, columns = columns, by_line = by_line,
        given = { layout = layout, excel = way == "excel" } }
    end
  end
  if pcall(require, "activitylog.xlsx") then
    for _, report in ipairs { all[1], all[5], all[6] } do
      list[#list + 1] = { form = "xlsx", columns = report[2],
        by_line = report[3], given = { layout = report[1], format = "xlsx" } }
    end
  end
  list[#list + 1] = { form = "excel", columns = #AUTHOR,
    given = { layout = author, redact = RULES } }
  for _, redact in ipairs { false, RULES } do
    list[#list + 1] = { form = "jsonl", columns = 0,
      given = { format = "jsonl", redact = redact } }
  end
  return list
end

local function write_reports(log, folder, nrecords, nlines)
  local list = {}
  for i, report in ipairs(reports()) do
    local path = ("%s/%d.%s"):format(folder, i, report.form)
    local given = { period = "all" }
    for name, value in pairs(report.given) do given[name] = value end
    local result = assert(log:export(path, given))
    assert.equal(nrecords, result.records)
    local rows = report.by_line and nlines or nrecords
    if report.form ~= "jsonl" then
      assert.equal(rows, result.rows)
      rows = rows + 1
    end
    list[i] = ("%s\t%d\t%d\t%s\n")
      :format(report.form, rows, report.columns, path)
  end
  return table.concat(list)
end

-- What the foreign readers find wrong.
local function problems_of(list, folder)
  local build = os.getenv("ACTIVITYLOG_BUILD") or "build/dev"
  support.write(folder .. "/list", list)
  return support.check(("python3 spec/independent/check_reports.py %s <%s")
    :format(support.quote(build .. "/csv_dump"), folder .. "/list"))
end

-- Customers have a column for their id as well.
local SUMMARIES = {
  { by = { "customer", "operation_type" }, columns = 7, pivot = true },
  { by = { "user" }, columns = 5 },
  { by = { "month", "resource_type", "operation_status" }, columns = 7 },
}

-- Summaries have as many rows as they say.
local function write_summaries(log, folder)
  local list = {}
  for i, wanted in ipairs(SUMMARIES) do
    local summary = assert(log:summary { period = "all", by = wanted.by })
    local path = ("%s/%d.summary"):format(folder, i)
    assert(summary:export(path))
    list[#list + 1] = ("summary\t%d\t%d\t%s\n")
      :format(#summary + 1, wanted.columns, path)
    assert(summary:export(path .. ".jsonl", { format = "jsonl" }))
    list[#list + 1] = ("jsonl\t%d\t0\t%s.jsonl\n"):format(#summary, path)
    if wanted.pivot then
      local seen, first, second = {}, 0, 0
      for _, row in ipairs(summary) do
        local one, other = "1" .. (row.customer_id or "") .. "\0"
          .. (row.customer or ""), "2" .. (row.operation_type or "")
        if not seen[one] then first, seen[one] = first + 1, true end
        if not seen[other] then second, seen[other] = second + 1, true end
      end
      assert(summary:export(path .. ".pivot", { pivot = true }))
      list[#list + 1] = ("summary\t%d\t%d\t%s.pivot\n")
        :format(first + 2, second + 2, path)
    end
  end
  return table.concat(list)
end

local function is_text(value)
  return type(value) == "string" and utf8.len(value) ~= nil
end

-- Rows of details are texts or rows again. There may be many.
local function check_rows(rows)
  for _, row in ipairs(rows or {}) do
    if not is_text(row.label) or not (row.rows or is_text(row.value)) then
      error("a row of details is no text")
    end
    check_rows(row.rows)
  end
end

-- What needs no foreign reader.
local function check_tables(log, nrecords)
  local records = support.list(log, { redact = RULES })
  assert.equal(nrecords, #records)
  for _, record in ipairs(records) do
    local details = activitylog.details(record)
    assert.is_true(#details > 0)
    assert.equal(#record.line_items, #details.line_items)
    check_rows(details)
    check_rows(details.old_value)
    check_rows(details.new_value)
    assert.is_true(is_text(tostring(details)))
  end
end

-- Write all there is to a folder, of a log with these records between two
-- others: the list for the foreign readers.
local function write_all(folder, records, nlines)
  local log <close> = log_of(records)
  local nrecords = #records + 2
  check_tables(log, nrecords)
  return write_reports(log, folder, nrecords, nlines + 2)
    .. write_summaries(log, folder)
end

local function stays_whole(records, nlines)
  local folder = support.temp_dir()
  assert.equal("", problems_of(write_all(folder, records, nlines), folder))
end

-- ---- text in every place

-- A record for each text of a kind, and how many line items they have.
local function records_of(kind, where)
  local records, nlines = {}, 0
  for i, text in ipairs(kind) do
    records[i] = order_record(kind.name .. " " .. i)
    nlines = nlines + (where.put(records[i], text) or 1)
  end
  return records, nlines
end

local function title_of(where)
  return "leaves every report whole in " .. where.name
end

-- The foreign readers start once for all places: that takes longer than to read
-- what is short.
local function declare_short(kind)
  local folder, found = nil, {}

  local function write(number, where)
    local inner = ("%s/%d"):format(folder, number)
    support.check("mkdir " .. inner)
    return write_all(inner, records_of(kind, where))
  end

  lazy_setup(function()
    folder = support.check("mktemp -d"):gsub("\n$", "")
    local lists = {}
    for number, where in ipairs(PLACES) do
      local ok, result = pcall(write, number, where)
      if ok then
        lists[#lists + 1] = result
      else
        found[number] = tostring(result)
      end
    end
    local problems = problems_of(table.concat(lists), folder)
    for number, problem in problems:gmatch("/(%d+)/([^\n]*)") do
      number = tonumber(number)
      found[number] = (found[number] or "") .. problem .. "\n"
    end
  end)

  lazy_teardown(function() support.check("rm -rf -- " .. folder) end)

  for number, where in ipairs(PLACES) do
    it(title_of(where), function() assert.is_nil(found[number]) end)
  end
end

-- What is long takes its time in every report: ACTIVITYLOG_LONG=1 tries it in
-- the other places, too.
local ALL_PLACES = os.getenv "ACTIVITYLOG_LONG" == "1"
local LONG_PLACES = {
  ["customerName"] = true, ["FriendlyName of a line item"] = true,
  ["the new value"] = true,
}

local function declare_long(kind)
  for _, where in ipairs(PLACES) do
    if ALL_PLACES or LONG_PLACES[where.name] then
      it(title_of(where), function() stays_whole(records_of(kind, where)) end)
    end
  end
end

for _, kind in ipairs(KINDS) do
  describe(kind.name, function()
    if kind.long then declare_long(kind) else declare_short(kind) end
  end)
end

-- ---- size and depth

-- A record of an order whose parts some text of JSON replaces.
local function record_with(members)
  local record = order_record(members.id or "odd")
  for name, value in pairs(members) do record[name] = value end
  return record
end

-- The JSON of a record with a part of it replaced, which no table could hold.
local function with_json(pattern, json, i)
  return (sent(order_record("odd"), "30." .. i)
    :gsub(pattern, function() return json end))
end

local function many(count, item)
  local list = {}
  for i = 1, count do list[i] = item:gsub("#", tostring(i - 1)) end
  return "[" .. table.concat(list, ",") .. "]"
end

describe("ten thousand line items", function()
  local COUNT = 10000

  it("of an order leave every report whole", function()
    stays_whole({ record_with { new = '{"Id":"1","LineItems":' .. many(COUNT,
      '{"LineItemNumber":#,"FriendlyName":"=#","Quantity":#}') .. "}" } },
      COUNT)
  end)

  it("of the customized data leave every report whole", function()
    local pairs_of = {}
    for i = COUNT - 1, 0, -1 do
      pairs_of[#pairs_of + 1] = { key = "OfferId-" .. i, value = "=1+" .. i }
      pairs_of[#pairs_of + 1] = { key = "Quantity-" .. i, value = "-" .. i }
    end
    stays_whole({ record_with { new = "", customizedData = pairs_of } }, COUNT)
  end)

  it("that changed leave every report whole", function()
    local item = '{"LineItemNumber":#,"FriendlyName":"a","Quantity":%d}'
    stays_whole({ record_with {
      old = '{"LineItems":' .. many(COUNT, item:format(1)) .. "}",
      new = '{"LineItems":' .. many(COUNT, item:format(2)) .. "}",
    } }, COUNT)
  end)

  it("without a name leave every report whole", function()
    stays_whole({ record_with {
      new = '{"LineItems":' .. many(COUNT, "{}") .. "}",
    } }, COUNT)
  end)
end)

describe("a hundred levels of nesting", function()
  local DEPTH = 100
  local OBJECTS = ('{"=a":'):rep(DEPTH) .. '"=1"' .. ("}"):rep(DEPTH)
  local ARRAYS = ("["):rep(DEPTH) .. '"=1"' .. ("]"):rep(DEPTH)

  -- What stands beside the nested part keeps its line item.
  local function leave_whole(where, make, nlines)
    it(where .. " leave every report whole", function()
      local records = {}
      for i, json in ipairs { OBJECTS, ARRAYS } do
        records[i] = make(json, i)
      end
      stays_whole(records, 2 * (nlines or 1))
    end)
  end

  leave_whole("in both values", function(json)
    return record_with { old = json, new = json }
  end, 0)

  leave_whole("below a member of both values", function(json)
    return record_with {
      old = '{"Status":' .. json .. "}",
      new = '{"Status":' .. json .. ',"Quantity":' .. json
        .. ',"LineItems":[{"FriendlyName":"a"}]}',
    }
  end)

  leave_whole("in a line item", function(json)
    return record_with { new = '{"LineItems":[{"FriendlyName":' .. json
      .. ',"Quantity":' .. json .. "}]}" }
  end)

  leave_whole("in place of the line items", function(json)
    return record_with { new = '{"LineItems":' .. json .. "}" }
  end, 0)

  leave_whole("under a secret key", function(json)
    return record_with { new = '{"Password":' .. json
      .. ',"LineItems":[{}]}' }
  end)

  leave_whole("in another member", function(json, i)
    return with_json('}$', ',"deep":' .. json .. "}", i)
  end)

  leave_whole("in a customized value", function(json, i)
    return with_json('"order%-1"}%]', json .. "}]", i)
  end)

  it("of JSON in JSON leave every report whole", function()
    local json = '{"FriendlyName":"=1","Password":"hush"}'
    for _ = 1, 12 do json = support.json { Inside = json } end
    stays_whole({ record_with { old = json, new = json } }, 0)
  end)
end)

describe("a JSON number of a million digits", function()
  local NUMBER = "-" .. ("7"):rep(MILLION)

  it("in a line item leaves every report whole", function()
    stays_whole({ record_with { new = '{"LineItems":[{"LineItemNumber":'
      .. NUMBER .. ',"Quantity":' .. NUMBER .. "}]}" } }, 1)
  end)

  it("in both values leaves every report whole", function()
    stays_whole({ record_with {
      old = '{"Quantity":' .. NUMBER .. '1,"Status":1}',
      new = '{"Quantity":' .. NUMBER .. '2,"Status":' .. NUMBER
        .. ',"LineItems":[{}]}',
    } }, 1)
  end)

  it("as the value leaves every report whole", function()
    stays_whole({ record_with { old = NUMBER, new = NUMBER } }, 0)
  end)

  it("of fraction and exponent leaves every report whole", function()
    stays_whole({ record_with { new = '{"LineItems":[{"Quantity":0.'
      .. ("3"):rep(MILLION) .. 'e+' .. ("9"):rep(1000) .. "}]}" } }, 1)
  end)

  it("as customized value and another member leaves every report whole",
    function()
      local record = with_json('"order%-1"}%]', NUMBER .. "}]", 1)
        :gsub("}$", ',"big":' .. NUMBER .. "}")
      stays_whole({ record }, 1)
    end)
end)

-- ---- and back

describe("hostile text comes back as it was", function()
  local FIELDS = {
    "partner_id", "customer_id", "customer_name", "user_principal_name",
    "application_id", "session_id", "original_correlation_id", "resource_type",
    "operation_type", "operation_status", "resource_old_value",
    "resource_new_value",
  }

  -- Records with the text in every field that takes any.
  local function log_with(kind)
    local log, records = support.log(), {}
    for i, text in ipairs(kind) do
      records[i] = { id = text .. i, operation_date = "2026-10-01T08:00:00Z",
        customized_data = { { key = text, value = text } },
        other = { [text .. "!"] = text } }
      for _, field in ipairs(FIELDS) do records[i][field] = text end
    end
    assert(log:append(records))
    return log
  end

  local function check(kind, log)
    local by_id = {}
    for _, record in ipairs(support.list(log, { redact = false })) do
      by_id[record.id] = record
    end
    for i, text in ipairs(kind) do
      local record = by_id[text .. i]
      for _, field in ipairs(FIELDS) do
        assert.is_true(record[field] == text)
      end
      assert.is_true(record.customized_data[1].key == text)
      assert.is_true(record.customized_data[1].value == text)
      assert.is_true(record.other[text .. "!"] == text)
    end
  end

  for _, kind in ipairs(KINDS) do
    -- Fifteen times over it is longer than a record may be.
    local some = kind.long and { name = kind.name, kind[1]:sub(1, 1 << 19) }
      or kind

    it(("by log:records: %s"):format(kind.name), function()
      check(some, log_with(some))
    end)

    for _, format in ipairs { "jsonl", "csv" } do
      it(("by way of %s: %s"):format(format, kind.name), function()
        local given = { period = "all", redact = false, format = format }
        if format == "csv" then given.layout, given.excel = "full", false end
        local copy = support.log()
        assert(copy:import_text((assert(log_with(some):export_text(given)))))
        check(some, copy)
      end)
    end
  end
end)
