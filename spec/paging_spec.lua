-- Records a page at a time: where a record stands, and what is behind it.

local activitylog = require "activitylog"
local core = require "activitylog.core"
local support = require "spec.support"

local FIELDS = { "id", "operation_date", "position" }

-- Ten instants with seven records each.
local function sample_log()
  local log, records = support.log(), {}
  for i = 0, 69 do
    records[i + 1] = {
      id = tostring(i),
      operation_date = ("2026-10-%02dT08:00:00.0000001Z"):format(i // 7 + 1),
      customer_id = "customer " .. i % 3, customer_name = "Contoso " .. i % 3,
      operation_type = i % 2 == 0 and "create_order" or "add_customer",
    }
  end
  assert(log:append(records))
  return log
end

local function with(query, more)
  local copy = { period = "all", fields = FIELDS }
  for _, options in ipairs { query, more } do
    for name, value in pairs(options) do copy[name] = value end
  end
  return copy
end

local function ids_of(log, query)
  local ids = {}
  for record in log:records(query) do ids[#ids + 1] = record.id end
  return ids
end

local function first_of(log, query)
  return support.list(log, query)[1]
end

-- The same ids, gathered from pages of 'size'.
local function ids_by_pages(log, query, size)
  local ids, last = {}, nil
  repeat
    local n = 0
    for record in log:records(with(query, { after = last })) do
      n, last = n + 1, record.position
      ids[#ids + 1] = record.id
      if n == size then break end
    end
  until n < size
  return ids
end

describe("pages of records #gc", function()
  local QUERIES = {
    { "newest first", {} },
    { "oldest first", { order = "oldest" } },
    { "of an operation", { operation_type = "create_order" } },
    { "of a customer by name", { customer_name = "contoso 1" } },
    { "of customers by id", { customer_id = { "customer 0", "customer 2" } } },
    { "of customers, oldest first",
      { customer_id = { "customer 0", "customer 2" }, order = "oldest" } },
    { "found by text", { text = "CONTOSO 2" } },
    { "of a period", { period = activitylog.period("2026-10-03",
                                                   "2026-10-05") } },
    { "of a period, oldest first",
      { period = activitylog.period("2026-10-03", "2026-10-05"),
        order = "oldest" } },
  }

  for _, query in ipairs(QUERIES) do
    it("are together all records " .. query[1], function()
      local log = sample_log()
      local all = ids_of(log, with(query[2]))
      assert.is_true(#all >= 21)
      for _, size in ipairs { 1, 5, 7, 70 } do
        assert.same(all, ids_by_pages(log, query[2], size))
      end
    end)
  end

  it("go on where they were when records came meanwhile", function()
    local log = sample_log()
    local all = ids_of(log, with {})
    local last
    for record in log:records(with {}) do
      last = record
      if record.id == all[10] then break end
    end
    for i = 1, 20 do
      assert(log:append { id = "new " .. i,
                          operation_date = "2026-10-31T08:00:00Z" })
    end
    assert.same({ table.unpack(all, 11) },
                ids_of(log, with({}, { after = last.position })))
  end)

  it("go on behind a record that is gone", function()
    local log = sample_log()
    local all = ids_of(log, with { order = "oldest" })
    local first = first_of(log, with { order = "oldest" })
    assert(log:purge { before = "2026-10-02" })
    assert.same({ table.unpack(all, 8) },
      ids_of(log, with({ order = "oldest" }, { after = first.position })))
  end)

  it("stay within their period, wherever the position is", function()
    local log = sample_log()
    local october = { period = activitylog.period("2026-10-03", "2026-10-05") }
    local hex = ("0"):rep(32)
    for _, order in ipairs { "newest", "oldest" } do
      local query = with(october, { order = order })
      local all = ids_of(log, query)
      for date, expected in pairs {
        ["0001-01-01T00:00:00.0000000Z."] = order == "oldest" and all or {},
        ["9999-12-31T23:59:59.9999999Z."] = order == "newest" and all or {},
      } do
        query.after = date .. hex
        assert.same(expected, ids_of(log, query))
      end
    end
  end)
end)

describe("a record's position #gc", function()
  it("names it alone", function()
    local log = sample_log()
    for record in log:records(with {}) do
      assert.is_true(core.is_position(record.position))
      assert.same({ record.id },
                  ids_of(log, with({}, { at = record.position })))
    end
    assert.same({}, ids_of(log, with({}, {
      at = "2026-10-02T08:00:00.0000001Z." .. ("0"):rep(32),
    })))
  end)

  it("names it at all times unless a period is given", function()
    local log = sample_log()
    local position = first_of(log, with {}).position
    local count = 0
    support.fix_clock(4000000000)
    for _ in log:records { at = position } do count = count + 1 end
    assert.equal(1, count)
    for _ in log:records { at = position, period = "recent" } do
      count = count + 1
    end
    assert.equal(1, count)
  end)

  it("stays the same when the record's content changes", function()
    local log = sample_log()
    local before = first_of(log, with {})
    assert(log:append { id = before.id, operation_date = before.operation_date,
                        operation_status = "succeeded" })
    local found = first_of(log, with({}, { at = before.position,
      fields = { "operation_status" } }))
    assert.equal("succeeded", found.operation_status)
  end)

  it("is there only when it was asked for", function()
    local log = sample_log()
    assert.is_nil(first_of(log, { period = "all" }).position)
    assert.is_nil(first_of(log, with { fields = { "id" } }).position)
    local record = first_of(log, with { fields = { "position" } })
    assert.equal("position", (next(record)))
    assert.is_nil(next(record, "position"))
  end)

  it("is meant by who misspells it", function()
    assert.has_error(function()
      sample_log():records { fields = { "id", "postion" } }
    end, "option 'fields': unknown field 'postion'; did you mean 'position'?")
  end)

  it("is refused in any other form", function()
    local log = sample_log()
    local good = first_of(log, with {}).position
    for _, bad in ipairs {
      "", "2026-10-01", good .. "0", good:sub(1, -2), good:gsub("%.", "-"),
      good:gsub("T08", "T28"), good:gsub("%x$", "g"), (" "):rep(61),
    } do
      for _, name in ipairs { "after", "at" } do
        assert.has_error(function() log:records { [name] = bad } end,
          ("option '%s': the position of a record expected"):format(name))
      end
    end
    assert.has_error(function()
      log:records { after = good, at = good }
    end, "options 'after' and 'at' given; one is enough")
    assert.has_error(function() log:count { after = good } end,
      "unknown option 'after' of count(); known: '" .. table.concat({
        "period", "zone", "order", "redact", "customer_id", "customer_name",
        "operation_type", "resource_type", "operation_status", "user", "text",
        "progress" }, "', '") .. "'")
  end)
end)
