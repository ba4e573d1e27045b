-- Records of every shape that is known, odd ones among them, and the reports of
-- them compared cell by cell with what python3 reads out of the same file
-- (spec/independent/corpus.py and read_report.py). ACTIVITYLOG_LONG=1 makes
-- many.

local activitylog = require "activitylog"
local core = require "activitylog.core"
local support = require "spec.support"

local RECORDS = os.getenv "ACTIVITYLOG_LONG" == "1" and 20000 or 3000

local INDEPENDENT = "python3 spec/independent/"

local function append(list, ...)
  for _, more in ipairs { ... } do
    table.move(more, 1, #more, #list + 1, list)
  end
  return list
end

-- Columns of one source, each under a title of its own.
local function columns_of(source, names)
  local columns = {}
  for i, name in ipairs(names) do
    columns[i] = { title = source .. " " .. name, [source] = name }
  end
  return columns
end

local ITEM_FIELDS = {
  "line_item_number", "offer_id", "subscription_id", "parent_subscription_id",
  "friendly_name", "quantity", "term_duration", "transaction_type",
  "partner_id_on_record",
}

-- The layouts of read_report.py that are no built-in ones.
local AUTHOR = append({
    { title = "When", field = "operation_date", zone = "Europe/Paris",
      format = "%d/%m/%Y %H:%M" },
    { title = "Who", template = "{customer_name} <{customer_id}>" },
  },
  columns_of("label",
    { "operation_type", "resource_type", "operation_status" }),
  columns_of("detail", { "product", "reference", "information", "order",
    "OrderId", "billing_cycle", "AddedLicenseSkuId", "Quantity",
    "subscription_name", "OfferId-0" }),
  columns_of("change", { "Quantity", "Status", "friendly_name",
    "AutoRenewEnabled", "BillingCycle", "CommitmentEndDate",
    "LineItems.1.Quantity", "Links.Self.Uri", "CompanyProfile.CompanyName",
    "Embedded.Quantity", "Embedded.A.1", "UserCredentials.password" }),
  columns_of("field", { "resource_old_value", "resource_new_value",
    "customized_data" }),
  { { link = "subscriptions" } })

local AUTHOR_LINES = append({ { field = "id" } },
  columns_of("line_item", ITEM_FIELDS),
  columns_of("label", { "operation_type" }),
  columns_of("detail", { "product", "order", "OrderId" }),
  columns_of("change", { "Quantity", "LineItems.1.Quantity" }))

local BUILTIN = { "partner-center", "partner-center-2019", "order-lines" }

-- The layouts of read_report.py by name.
local function layouts()
  local all = {}
  for _, name in ipairs(BUILTIN) do all[name] = name end
  all.author = activitylog.layout(AUTHOR)
  all["author-lines"] = activitylog.layout(AUTHOR_LINES)
  return all
end

local NAMES = append({ "author", "author-lines" }, BUILTIN)

-- A folder with the corpus, and all that python3 makes of it.
local function make_corpus()
  local folder = support.check("mktemp -d"):gsub("\n$", "")
  support.check(("%scorpus.py %d >%s/corpus.jsonl")
    :format(INDEPENDENT, RECORDS, folder))
  support.check(("%sread_report.py %s/corpus.jsonl %s")
    :format(INDEPENDENT, folder, folder))
  return folder
end

-- Which cell of a row differs first, with both texts.
local function difference(titles, expected, actual)
  local is, ought = core.decode(actual), core.decode(expected)
  if #is ~= #ought then return ("%d cells, not %d"):format(#is, #ought) end
  for i, cell in ipairs(ought) do
    if is[i] ~= cell then
      return ("column '%s'\nexpected: %s\nactual:   %s")
        :format(titles[i], cell:sub(1, 2000), is[i]:sub(1, 2000))
    end
  end
  return "only in how they are written"
end

-- Compare the rows of a CSV file with those that python3 read.
local function assert_same_cells(expected_path, actual_path)
  local rows = support.check(INDEPENDENT .. "csv_cells.py " .. actual_path)
    :gmatch("[^\n]+")
  local titles = core.decode(rows())
  local count = 0
  for line in io.lines(expected_path) do
    local id, cells = line:match("^(.-)\t(.*)$")
    local row = rows()
    count = count + 1
    if row ~= cells then
      error(("row %d, record %s: %s"):format(count, id,
        row and difference(titles, cells, row) or "it is missing"), 2)
    end
  end
  assert.is_true(count > 0)
  assert.is_nil(rows())
end

-- By each layout, in both ways.
describe("reports of records of every shape", function()
  local folder, log

  lazy_setup(function()
    folder = make_corpus()
    log = assert(activitylog.open(":memory:"))
    assert(log:import(folder .. "/corpus.jsonl"))
  end)

  lazy_teardown(function()
    log:close()
    support.check("rm -rf -- " .. folder)
  end)

  for _, name in ipairs(NAMES) do
    for _, way in ipairs { "excel", "machine" } do
      it(("agree with python3 on '%s' for %s"):format(name, way), function()
        local path = support.temp_dir() .. "/report.csv"
        local result = assert(log:export(path, {
          period = "all", layout = layouts()[name], excel = way == "excel",
        }))
        assert.equal(RECORDS, result.records)
        assert_same_cells(("%s/%s.csv-%s"):format(folder, name, way), path)
      end)
    end
  end
end)

-- ---- how often Lua runs

-- How many Lua functions were called while 'call' ran, without itself.
local function count_calls(call)
  local calls = 0
  debug.sethook(function()
    if debug.getinfo(2, "S").what == "Lua" then calls = calls + 1 end
  end, "c")
  local ok, why = pcall(call)
  debug.sethook()
  assert(ok, why)
  return calls - 1
end

local function small_log(count)
  local log, records = support.log(), {}
  for i = 1, count do
    records[i] = {
      id = "record " .. i, operation_date = "2026-10-01T08:00:00Z",
      operation_type = "create_order", customer_name = "=Relecloud",
      resource_old_value = '{"Quantity":1}',
      resource_new_value = '{"Id":"1","Quantity":2,"Password":"hush",'
        .. '"LineItems":[{"FriendlyName":"a"},{"FriendlyName":"b"}]}',
      customized_data = { { key = "OrderId", value = "1" } },
    }
  end
  assert(log:append(records))
  return log
end

-- The calls of an export of so many records.
local function calls_of(count, given)
  local log = small_log(count)
  local query = { period = "all" }
  for name, value in pairs(given) do query[name] = value end
  local path = support.temp_dir() .. "/report"
  assert(log:export(path, query)) -- what is loaded on first use is loaded now
  return count_calls(function() assert(log:export(path, query)) end)
end

describe("an export", function()
  local function runs_as_often_for_any_number(given)
    assert.equal(calls_of(10, given), calls_of(3000, given))
  end

  for _, name in ipairs { "partner-center", "partner-center-2019",
                          "order-lines", "full" } do
    it(("by '%s' calls no Lua function for a record"):format(name), function()
      runs_as_often_for_any_number { layout = name }
      runs_as_often_for_any_number { layout = name, excel = false }
      runs_as_often_for_any_number { layout = name, locale = "fr-fr" }
    end)
  end

  it("by an author's layout without functions calls none either", function()
    for _, columns in ipairs { AUTHOR, AUTHOR_LINES } do
      runs_as_often_for_any_number { layout = activitylog.layout(columns) }
    end
  end)

  it("as JSON Lines calls none either", function()
    runs_as_often_for_any_number { format = "jsonl" }
  end)

  it("calls a column's function once for each record", function()
    local function calls(count, columns)
      return calls_of(count, { layout = activitylog.layout(columns) })
    end
    local column = { title = "Name", value = function(record)
      return record.customer_name
    end }
    assert.equal(2990, calls(3000, { column }) - calls(10, { column }))
    local line = { line_item = "friendly_name" }
    assert.equal(2990,
      calls(3000, { line, column }) - calls(10, { line, column }))
  end)
end)
