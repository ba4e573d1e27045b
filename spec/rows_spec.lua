-- The rows of reports and summaries, for a function.

local activitylog = require "activitylog"
local support = require "spec.support"

local ORDER = [[{"LineItems":[{"FriendlyName":"A","Quantity":1},
  {"FriendlyName":"B"}]}]]

local function sample_log()
  local log = support.log()
  assert(log:append {
    { id = "1", operation_date = "2026-10-01T08:00:00Z",
      operation_type = "create_order", customer_name = "Contoso",
      resource_type = "order", resource_new_value = ORDER },
    { id = "2", operation_date = "2026-10-02T08:00:00Z",
      operation_type = "add_customer" },
  })
  return log
end

-- What the function is called with: lists of cells, the kind of row behind.
local function rows_of(owner, given)
  local rows = {}
  local result = table.pack(owner:rows(function(cells, kind)
    cells[#cells + 1] = kind
    rows[#rows + 1] = cells
  end, given))
  assert.same({ n = 1, true }, result)
  return rows
end

describe("log:rows() #gc", function()
  it("gives the titles, and then the cells of each row", function()
    assert.same({
      { "Date-Time (UTC)", "Affected customer", "Action", "Partner user",
        "titles" },
      { "2026-10-02 08:00:00", false, "Add Customer", false, "row" },
      { "2026-10-01 08:00:00", "Contoso", "Create Order", false, "row" },
    }, rows_of(sample_log(), { period = "all", links = false }))
  end)

  it("gives what line items share in each of their rows", function()
    assert.same({
      { "Affected customer", "Product", "Quantity", "titles" },
      { "Contoso", "A", "1", "row" }, { "Contoso", "B", false, "row" },
    }, rows_of(sample_log(), { period = "all", layout = activitylog.layout {
      { key = "affected_customer", field = "customer_name" },
      { key = "product", line_item = "friendly_name" },
      { key = "quantity", line_item = "quantity" },
    } }))
  end)

  it("writes as the locale, the zone and the date format say", function()
    local rows = rows_of(sample_log(), {
      period = "all", locale = "de", zone = "+02:00", date_format = "locale",
      links = false,
    })
    assert.equal("01.10.2026 10:00", rows[3][1])
    assert.equal("Aktion", rows[1][3])
  end)

  it("gives texts as they are, not as Excel needs them", function()
    local log, long = support.log(), ("x"):rep(40000)
    assert(log:append {
      { id = "1", operation_date = "2026-10-01T08:00:00Z",
        customer_name = "=1+1", user_principal_name = long },
    })
    local rows = rows_of(log, { period = "all", links = false })
    assert.equal("=1+1", rows[2][2])
    assert.equal(long, rows[2][4])
  end)

  it("ends when the function returns false", function()
    local calls = 0
    assert.is_true(sample_log():rows(function()
      calls = calls + 1
      return calls < 2
    end, { period = "all" }))
    assert.equal(2, calls)
  end)
end)

describe("a summary's rows() #gc", function()
  it("gives the list", function()
    local summary = assert(sample_log():summary {
      period = "all", by = "customer",
    })
    assert.same({
      { "Customer", "Customer ID", "Count", "First activity (UTC)",
        "Last activity (UTC)", "Customers", "titles" },
      { "Contoso", false, "1", "2026-10-01 08:00:00", "2026-10-01 08:00:00",
        "1", "row" },
      { false, false, "1", "2026-10-02 08:00:00", "2026-10-02 08:00:00", "0",
        "row" },
    }, rows_of(summary))
  end)

  it("gives the pivot, and says which row has the sums", function()
    local summary = assert(sample_log():summary {
      period = "all", by = { "day", "operation_type" },
    })
    assert.same({
      { "Tag (UTC)", "Add Customer", "Create Order", "Gesamt", "titles" },
      { "2026-10-01", "0", "1", "1", "row" },
      { "2026-10-02", "1", "0", "1", "row" },
      { "Gesamt", "1", "1", "2", "sums" },
    }, rows_of(summary, { pivot = true, locale = "de" }))
  end)

  it("ends when the function returns false", function()
    local calls = 0
    assert.is_true(sample_log():summary({ period = "all" }):rows(function()
      calls = calls + 1
      return false
    end))
    assert.equal(1, calls)
  end)
end)

for name, owner_of in pairs {
  ["log:rows()"] = sample_log,
  ["a summary's rows()"] = function()
    return assert(sample_log():summary { period = "all" })
  end,
} do
  describe(name, function()
    it("raises what the function raises, whatever it is #gc", function()
      local owner, thing = owner_of(), {}
      for _, raised in ipairs { thing, "text", 7, true } do
        assert.equal(raised, support.error_of(function()
          owner:rows(function(_, kind)
            if kind == "row" then error(raised, 0) end
          end, name == "log:rows()" and { period = "all" } or nil)
        end))
      end
      assert.is_true(#rows_of(owner) > 0)
    end)

    it("wants a function, and known options", function()
      local owner = owner_of()
      assert.equal("rows(): function expected, got string",
        support.blame(function() owner:rows("a.csv") end))
      assert.matches("unknown option 'separator' of rows()",
        support.blame(function() owner:rows(print, { separator = ";" }) end),
        1, true)
      assert.matches("unknown locale 'xx'",
        support.blame(function() owner:rows(print, { locale = "xx" }) end),
        1, true)
    end)
  end)
end

describe("the function that gets rows", function()
  it("cannot close the log that they come from", function()
    local log = sample_log()
    local message = support.error_of(function()
      log:rows(function() log:close() end, { period = "all" })
    end)
    assert.matches("log is at work: close it when that is done", message, 1,
                   true)
    assert.equal(2, log:count { period = "all" })
  end)

  it("may ask the log for more", function()
    local log, counts = sample_log(), {}
    log:rows(function() counts[#counts + 1] = log:count { period = "all" } end,
             { period = "all" })
    assert.same({ 2, 2, 2 }, counts)
  end)

  it("may come with progress, which is told", function()
    local log, records, told = support.log(), {}, {}
    for i = 1, 1100 do
      records[i] = { id = tostring(i), operation_date = "2026-10-01T08:00:00Z" }
    end
    assert(log:append(records))
    log:rows(function() end, {
      period = "all", progress = function(done) told[#told + 1] = done end,
    })
    assert.same({ 1024 }, told)
  end)

  it("gets rows of what a column's function makes, or its error", function()
    local log = sample_log()
    local message = support.error_of(function()
      log:rows(function() end, { period = "all", layout = activitylog.layout {
        { title = "A", value = function() error("enough", 0) end },
      } })
    end)
    assert.equal("column 'A', record 2: enough", message)
  end)
end)
