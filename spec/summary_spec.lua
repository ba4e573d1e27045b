local activitylog = require "activitylog"
local support = require "spec.support"

-- A log of records: each a list of operation_date and fields.
local function log_of(list, path)
  local log, records = support.log(path), {}
  for i, given in ipairs(list) do
    local record = { id = "id " .. i }
    for name, value in pairs(given) do record[name] = value end
    record.operation_date, record[1] = given[1], nil
    records[i] = record
  end
  assert(log:append(records))
  return log
end

local function october()
  return log_of {
    { "2026-10-02T08:00:00Z", customer_id = "A", customer_name = "Adatum",
      operation_type = "create_order", operation_status = "succeeded",
      resource_type = "order", user_principal_name = "ann@example.com" },
    { "2026-10-02T09:00:00Z", customer_id = "B", customer_name = "Bellows",
      operation_type = "create_order", operation_status = "failed",
      resource_type = "order", user_principal_name = "Ann@Example.com" },
    { "2026-10-05T10:30:00Z", customer_id = "A", customer_name = "Adatum",
      operation_type = "add_customer", operation_status = "succeeded",
      resource_type = "customer", user_principal_name = "bob@example.com" },
  }
end

local function summary(log, given)
  local all = { period = "all" }
  for name, value in pairs(given) do all[name] = value end
  return assert(log:summary(all))
end

-- The rows as "2026-10-02=2 2026-10-03=0"; keys are joined by "/", and what is
-- missing is a "-".
local function counts(log, given)
  local made, list = summary(log, given), {}
  for i, row in ipairs(made) do
    local keys = {}
    for j, key in ipairs(made.by) do keys[j] = row[key] or "-" end
    list[i] = table.concat(keys, "/") .. "=" .. row.count
  end
  return table.concat(list, " ")
end

local function plain(changes)
  local given = { excel = false }
  for name, value in pairs(changes or {}) do given[name] = value end
  return given
end

describe("log:summary()", function()
  describe("rows #gc", function()
    it("have their keys, count, first, last and customers", function()
      local made = summary(october(), { by = { "month", "operation_type" } })
      assert.equal(2, #made)
      assert.same({
        month = "2026-10", operation_type = "create_order", count = 2,
        first = "2026-10-02T08:00:00.0000000Z",
        last = "2026-10-02T09:00:00.0000000Z", customers = 2,
      }, made[2])
      assert.same({
        month = "2026-10", operation_type = "add_customer", count = 1,
        first = "2026-10-05T10:30:00.0000000Z",
        last = "2026-10-05T10:30:00.0000000Z", customers = 1,
      }, made[1])
    end)

    it("come with a total of all records", function()
      assert.same({
        count = 3, first = "2026-10-02T08:00:00.0000000Z",
        last = "2026-10-05T10:30:00.0000000Z", customers = 2,
      }, summary(october(), { by = "user" }).total)
    end)

    it("name the keys and the zone they were made by", function()
      local made = summary(october(), { by = { "user", "week" },
                                        zone = "+05:30" })
      assert.same({ "user", "week" }, made.by)
      assert.equal("+05:30", made.zone)
      assert.equal("activitylog.summary: by user, week, 2 rows",
                   tostring(made))
    end)
  end)

  describe("by each key", function()
    local expected = {
      hour = "2026-10-02 08:00=1 2026-10-02 09:00=1",
      day = "2026-10-02=2 2026-10-03=0 2026-10-04=0 2026-10-05=1",
      week = "2026-W40=2 2026-W41=1",
      month = "2026-10=3",
      customer = "Adatum=2 Bellows=1",
      user = "Ann@Example.com=2 bob@example.com=1",
      operation_type = "add_customer=1 create_order=2",
      resource_type = "customer=1 order=2",
      operation_status = "failed=1 succeeded=2",
    }
    for _, key in ipairs { "hour", "day", "week", "month", "customer", "user",
                           "operation_type", "resource_type",
                           "operation_status" } do
      it("groups by " .. key, function()
        local log = october()
        local period = key == "hour" and "2026-10-02" or "2026-10-31"
        local got = counts(log, { by = key, period = activitylog.period(
          "2026-10-02T08:00:00Z", key == "hour" and "2026-10-02T10:00:00Z"
            or "2026-10-05T11:00:00Z"), zone = "UTC" })
        assert.equal(expected[key], got, period)
      end)
    end

    it("is by day unless told otherwise", function()
      assert.same({ "day" }, summary(october(), {}).by)
    end)

    it("groups by three", function()
      assert.equal("2026-10/Adatum/failed=1",
        counts(log_of {
          { "2026-10-02T08:00:00Z", customer_name = "Adatum",
            operation_status = "failed" },
        }, { by = { "month", "customer", "operation_status" } }))
    end)
  end)

  describe("keys", function()
    it("that are missing or empty make one group, the last", function()
      local log = log_of {
        { "2026-10-01T00:00:00Z" },
        { "2026-10-01T00:00:01Z", customer_name = "~", operation_type = "z",
          user_principal_name = "z" },
        { "2026-10-01T00:00:02Z", customer_id = "", customer_name = "",
          operation_type = "", user_principal_name = "" },
      }
      assert.equal("z=1 -=2", counts(log, { by = "operation_type" }))
      assert.equal("z=1 -=2", counts(log, { by = "user" }))
      assert.equal("~=1 -=2", counts(log, { by = "customer" }))
      local rows = summary(log, { by = "customer" })
      assert.is_nil(rows[2].customer)
      assert.equal(0, rows[2].customers)
      assert.equal(1, rows.total.customers)
    end)

    it("do not tell texts apart by their case", function()
      local log = log_of {
        { "2026-10-01T00:00:00Z", operation_type = "a", customer_id = "Id",
          user_principal_name = "U" },
        { "2026-10-01T00:00:01Z", operation_type = "A", customer_id = "iD",
          user_principal_name = "u" },
      }
      assert.equal("A=2", counts(log, { by = "operation_type" }))
      assert.equal("u=2", counts(log, { by = "user" }))
      assert.equal("iD=2", counts(log, { by = "customer" }))
    end)

    it("show a customer by the newest name, whatever came first", function()
      local log = log_of {
        { "2026-10-03T00:00:00Z", customer_id = "A" },
        { "2026-10-02T00:00:00Z", customer_id = "a", customer_name = "New" },
        { "2026-10-01T00:00:00Z", customer_id = "A", customer_name = "Old" },
      }
      local rows = summary(log, { by = "customer" })
      assert.equal(1, #rows)
      assert.equal("New", rows[1].customer)
      assert.equal("A", rows[1].customer_id)
      assert.equal(3, rows[1].count)
    end)

    it("keep customers of one name apart by their ids", function()
      local log = log_of {
        { "2026-10-01T00:00:00Z", customer_id = "2", customer_name = "N" },
        { "2026-10-01T00:00:01Z", customer_id = "1", customer_name = "N" },
        { "2026-10-01T00:00:02Z", customer_name = "N" },
        { "2026-10-01T00:00:03Z", customer_name = "1" },
      }
      local ids = {}
      for i, row in ipairs(summary(log, { by = "customer" })) do
        ids[i] = row.customer .. ":" .. tostring(row.customer_id)
      end
      assert.equal("1:nil N:1 N:2 N:nil", table.concat(ids, " "))
      assert.equal(4, summary(log, { by = "customer" }).total.customers)
    end)

    it("order texts by their bytes, in any locale", function()
      local log, expected = support.log(), {}
      for i, user in ipairs { "B", "_", "a", "a\0b", "aa", "é" } do
        assert(log:append { id = user, user_principal_name = user,
          operation_date = ("2026-10-01T00:00:%02dZ"):format(60 - i * 7) })
        expected[i] = user .. "=1"
      end
      assert.equal(table.concat(expected, " "), counts(log, { by = "user" }))
    end)
  end)

  describe("units of time", function()
    -- Records at instants, by one unit in a zone.
    local function by(key, zone, instants, period)
      local list = {}
      for i, instant in ipairs(instants) do list[i] = { instant } end
      return counts(log_of(list), { by = key, zone = zone, period = period })
    end

    it("are those of the zone", function()
      local instants = { "2026-10-31T22:59:59.9999999Z",
                         "2026-10-31T23:00:00Z" }
      assert.equal("2026-10-31=2", by("day", "UTC", instants))
      assert.equal("2026-10-31=1 2026-11-01=1",
                   by("day", "Europe/Paris", instants))
      assert.equal("2026-10=1 2026-11=1",
                   by("month", "Europe/Paris", instants))
      assert.equal("2026-11-01 04:00=2", by("hour", "+05:30",
        { "2026-10-31T22:30:00Z", "2026-10-31T23:29:59Z" }))
    end)

    it("skip the hour that clocks skip", function()
      assert.equal("2026-03-29 01:00=1 2026-03-29 03:00=1",
        by("hour", "Europe/Paris",
           { "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z" }))
      local day = activitylog.period("2026-03-29", "2026-03-29",
                                     "Europe/Paris")
      assert.equal(23, #summary(support.log(), { by = "hour", period = day }))
    end)

    it("have the hour that clocks show twice once", function()
      assert.equal("2026-10-25 02:00=2 2026-10-25 03:00=1",
        by("hour", "Europe/Paris", { "2026-10-25T00:30:00Z",
           "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z" }))
      local day = activitylog.period("2026-10-25", "2026-10-25",
                                     "Europe/Paris")
      local rows = summary(support.log(), { by = "hour", period = day })
      assert.equal(24, #rows)
      assert.equal("2026-10-25 23:00", rows[24].hour)
      assert.equal(24, #summary(log_of {
        { "2026-10-25T00:30:00Z" }, { "2026-10-25T01:30:00Z" },
      }, { by = "hour", period = day }))
    end)

    it("skip the day that clocks skip", function()
      assert.equal("2011-12-29=1 2011-12-31=1", by("day", "Pacific/Apia",
        { "2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z" }))
    end)

    it("are dates on the clock where it goes back over midnight", function()
      -- At 00:01 on 1 November 2009 clocks went back to 23:01.
      assert.equal("2009-10-31=2 2009-11-01=2", by("day", "America/St_Johns",
        { "2009-11-01T02:29:00Z", "2009-11-01T02:30:30Z",
          "2009-11-01T02:31:30Z", "2009-11-01T03:31:00Z" }))
    end)

    it("know week 53, and weeks of the year before and after", function()
      assert.equal("2026-W53=2 2027-W01=1", by("week", "UTC",
        { "2026-12-31T12:00:00Z", "2027-01-03T23:59:59Z",
          "2027-01-04T00:00:00Z" }))
      assert.equal("2020-W01=1", by("week", "UTC", { "2019-12-30T00:00:00Z" }))
      assert.equal("0001-W01=1", by("week", "UTC", { "0001-01-01T00:00:00Z" }))
      assert.equal("9999-W52=1", by("week", "UTC", { "9999-12-31T23:59:59Z" }))
    end)

    it("know leap days", function()
      assert.equal("2028-02-28=1 2028-02-29=0 2028-03-01=1", by("day", "UTC",
        { "2028-02-28T00:00:00Z", "2028-03-01T00:00:00Z" }))
    end)

    it("hold at the ends of time in every zone", function()
      for _, zone in ipairs { "+14:00", "-12:00", "Pacific/Kiritimati" } do
        for _, key in ipairs { "hour", "day", "week", "month" } do
          local log = log_of { { "0001-01-01T00:00:00Z" } }
          assert.equal(1, #summary(log, { by = key, zone = zone }))
          log = log_of { { "9999-12-31T23:59:59.9999999Z" } }
          assert.equal(1, #summary(log, { by = key, zone = zone }))
        end
      end
    end)
  end)

  describe("units of time without a record", function()
    local ONE = { { "2026-10-05T12:00:00Z", operation_type = "x" } }

    it("appear before, between and after records", function()
      local log = log_of { { "2026-10-02T12:00:00Z" },
                           { "2026-10-04T12:00:00Z" } }
      assert.equal("2026-10-01=0 2026-10-02=1 2026-10-03=0 2026-10-04=1 "
        .. "2026-10-05=0", counts(log, { by = "day",
          period = activitylog.period("2026-10-01", "2026-10-05") }))
    end)

    it("appear up to the end of a period that is not over", function()
      local rows = summary(log_of(ONE), { by = "day", period = "this_month" })
      assert.equal(31, #rows)
      assert.equal("2026-10-31", rows[31].day)
    end)

    it("appear from the first and to the last record of an open one", function()
      local log = log_of { { "2026-10-02T12:00:00Z" },
                           { "2026-10-04T12:00:00Z" } }
      assert.equal("2026-10-02=1 2026-10-03=0 2026-10-04=1",
                   counts(log, { by = "day" }))
      assert.equal("2026-10-01=0 2026-10-02=1 2026-10-03=0 2026-10-04=1",
        counts(log, { by = "day", period = activitylog.period("2026-10-01") }))
      assert.equal("2026-10-02=1 2026-10-03=0 2026-10-04=1 2026-10-05=0",
        counts(log, { by = "day",
                      period = activitylog.period(nil, "2026-10-05") }))
    end)

    it("are one row that has no other key", function()
      local made = summary(log_of(ONE), { by = { "operation_type", "day" },
        period = activitylog.period("2026-10-05", "2026-10-06") })
      assert.same({ day = "2026-10-06", count = 0, customers = 0 }, made[2])
      assert.equal(2, #made)
    end)

    it("do not appear by keys that are no time", function()
      assert.equal("", counts(support.log(), {
        by = "user", period = activitylog.period("2026-10-01", "2026-10-05"),
      }))
    end)

    it("appear in an empty log only in a period with two ends", function()
      local log = support.log()
      assert.equal("2026-10-01=0 2026-10-02=0", counts(log, { by = "day",
        period = activitylog.period("2026-10-01", "2026-10-02") }))
      for _, period in ipairs { activitylog.period("2026-10-01"),
                                activitylog.period(nil, "2026-10-01") } do
        local made = summary(log, { by = "day", period = period })
        assert.equal(0, #made)
        assert.same({ count = 0, customers = 0 }, made.total)
      end
    end)
  end)

  describe("the options that select", function()
    it("are those of records", function()
      local log = october()
      assert.equal("Adatum=1",
        counts(log, { by = "customer", operation_type = "CREATE_ORDER",
                      text = "adatum" }))
      assert.equal("create_order=1", counts(log, {
        by = "operation_type", operation_status = { "failed", "decline" } }))
    end)

    it("cover the most recent month by default", function()
      local made = assert(october():summary())
      assert.equal("2026-09-14", made[1].day)
      assert.equal("2026-10-14", made[#made].day)
    end)

    it("take the zone of a period that was made", function()
      local period = activitylog.period("2026-10-02", "2026-10-02",
                                        "Europe/Paris")
      local made = summary(october(), { by = "hour", period = period })
      assert.equal("Europe/Paris", made.zone)
      assert.equal("2026-10-02 00:00", made[1].hour)
      assert.equal("2026-10-02 23:00", made[24].hour)
      assert.equal(1, made[11].count)
    end)

    it("mask a field that is redacted: its records are one group", function()
      assert.equal("***=3", counts(october(), { by = "user",
        redact = { "user_principal_name" } }))
    end)

    it("tell customers apart by their names where ids are redacted", function()
      local log = support.log()
      for i, name in ipairs { "Contoso", "Fabrikam", "Contoso" } do
        assert(log:append {
          id = tostring(i), operation_date = "2026-10-01T08:00:00Z",
          customer_id = "id-" .. i, customer_name = name,
        })
      end
      local made = summary(log, { by = "customer",
                                  redact = { "customer_id" } })
      assert.same({ "Contoso", "Fabrikam" }, { made[1].customer,
                                               made[2].customer })
      assert.equal(2, made[1].count)
      assert.is_nil(made[1].customer_id)
      assert.equal(2, made.total.customers)
    end)
  end)

  it("tells 100,000 records of many groups apart", function()
    local lines, n = {}, 100000
    for i = 1, n do
      lines[i] = ('{"id":"%d","operationDate":"2026-10-%02dT%02d:%02d:%02dZ",'
        .. '"operationType":"type_%d","customerId":"%d"}\n'):format(i,
        i % 28 + 1, i % 24, i % 60, i % 59, i % 5003, i % 20011)
    end
    local log = support.log()
    assert(log:import_text(table.concat(lines)))
    local made = summary(log, { by = { "operation_type", "day" } })
    local count, expected, distinct = 0, {}, 0
    for i = 1, n do
      local key = i % 5003 .. "/" .. i % 28
      distinct = distinct + (expected[key] and 0 or 1)
      expected[key] = (expected[key] or 0) + 1
    end
    assert.equal(distinct, #made)
    for _, row in ipairs(made) do
      count = count + row.count
      local day = tonumber(row.day:sub(9)) - 1
      local key = row.operation_type:match("%d+") .. "/" .. day
      if expected[key] ~= row.count then
        error(("%s: %d expected"):format(key, expected[key]))
      end
    end
    assert.equal(n, count)
    assert.equal(20011, made.total.customers)
  end)

  it("fails with \"limit\" for more groups than a sheet has rows", function()
    local made, message, code = support.log():summary {
      by = "hour", period = activitylog.period("1900-01-01", "2100-01-01"),
    }
    assert.is_nil(made)
    assert.equal("more than 1048575 groups: choose a shorter period, or fewer "
      .. "or coarser keys", message)
    assert.equal("limit", code)
  end)

  it("fails as reading does: nil, message, code", function()
    local names = {}
    for i = 1, 501 do names[i] = "x" .. i end
    local made, message, code = support.log():summary { customer_name = names }
    assert.is_nil(made)
    assert.equal("customer_name has more than 500 values", message)
    assert.equal("limit", code)
    for i = 1, 30001 do names[i] = "x" .. i end
    made, message, code = support.log():summary { operation_type = names }
    assert.is_nil(made)
    assert.equal("the filters have more than 30000 values", message)
    assert.equal("limit", code)
    local path = support.temp_dir() .. "/log.db"
    local log = log_of({ { "2026-10-02T08:00:00Z" } }, path)
    support.query(path, "UPDATE record SET operation_date = '2026-10-02'")
    made, message, code = log:summary { period = "all" }
    assert.is_nil(made)
    assert.equal("the log is damaged: operation_date of its record 1 is no "
      .. "instant; restore it from a backup", message)
    assert.equal("corrupt", code)
  end)

  it("raises on keys it cannot take, at the caller's line", function()
    local log = support.log()
    local list = "list of strings expected, got "
    for why, by in pairs {
      ["unknown key 'mounth'; did you mean 'month'?"] = "mounth",
      ["unknown key 'usr'; did you mean 'user'?"] = { "day", "usr" },
      ["'user' comes twice"] = { "user", "user" },
      ["only one of 'day' and 'month' makes sense"] = { "day", "month" },
      ["1 to 3 keys expected, got 0"] = {},
      ["1 to 3 keys expected, got 4"] = { "day", "user", "customer",
                                          "operation_type" },
      [list .. "number in it"] = { 1 },
      [list .. "a table with holes or names"] = { "day", x = "user" },
    } do
      assert.equal("option 'by': " .. why,
        support.blame(function() log:summary { by = by } end))
    end
    assert.equal(
      "option 'by' of summary(): string or table expected, got boolean",
      support.blame(function() log:summary { by = true } end))
  end)

  it("raises on other options that are wrong, and on a closed log", function()
    local log = support.log()
    assert.equal("unknown option 'order' of summary(); known: 'by', 'period', "
      .. "'zone', 'redact', 'customer_id', 'customer_name', 'operation_type', "
      .. "'resource_type', 'operation_status', 'user', 'text', 'progress'",
      support.blame(function() log:summary { order = "oldest" } end))
    assert.matches("^zone 'Europe/Pariss'",
      support.blame(function() log:summary { zone = "Europe/Pariss" } end))
    log:close()
    assert.equal("log is closed",
      support.blame(function() log:summary() end))
  end)
end)

describe("a summary's export()", function()
  describe("as CSV", function()
    it("is made for Excel, in the words of a locale", function()
      local made = summary(october(), { by = { "month", "operation_status" },
                                        zone = "Europe/Paris" })
      assert.equal("\u{FEFF}"
        .. "Month (Europe/Paris),Operation status,Count,"
        .. "First activity (Europe/Paris),Last activity (Europe/Paris),"
        .. "Customers\r\n"
        .. "2026-10,Failed,1,2026-10-02 11:00:00,2026-10-02 11:00:00,1\r\n"
        .. "2026-10,Succeeded,2,2026-10-02 10:00:00,2026-10-05 12:30:00,1\r\n",
        (made:export_text()))
      local german = made:export_text { locale = "de", bom = false,
                                        date_format = "locale" }
      assert.matches("^Monat %(Europe/Paris%);Vorgangsstatus;Anzahl;", german)
      assert.matches("\n2026%-10;Fehlgeschlagen;1;02%.10%.2026", german)
    end)

    it("is plain for machines, with empty cells for what is missing", function()
      local made = summary(log_of { { "2026-10-02T08:00:00Z" } }, {
        by = { "day", "user" },
        period = activitylog.period("2026-10-01", "2026-10-02"),
      })
      assert.equal("Day,User,Count,First activity,Last activity,Customers\n"
        .. "2026-10-01,,0,,,0\n2026-10-02,,1,2026-10-02T08:00:00.0000000Z,"
        .. "2026-10-02T08:00:00.0000000Z,0\n", (made:export_text(plain())))
    end)

    it("has the titles alone when there is no row", function()
      local text, result = summary(support.log(), { by = "week" })
        :export_text(plain())
      assert.equal("Week,Count,First activity,Last activity,Customers\n", text)
      assert.same({ rows = 0, bytes = #text, files = {}, cut_cells = 0,
                    defused_cells = 0 }, result)
    end)

    it("keeps hostile names whole and from running", function()
      local name = "=cmd|' /C calc'!A0\u{202E}\0\"\r\n,;"
      local made = summary(log_of {
        { "2026-10-02T08:00:00Z", customer_name = name, operation_type = name,
          user_principal_name = name },
      }, { by = { "customer", "user", "operation_type" } })
      local path = support.temp_dir() .. "/a.csv"
      assert.equal(3, made:export(path, { bom = false }).defused_cells)
      local cells = support.cells(path)
      assert.same({ "'" .. name, "", "'" .. name, "'" .. name },
                  { table.unpack(cells[2], 1, 4) })
    end)

    it("cuts long cells, and goes on in parts", function()
      local list = {}
      for i = 1, 20 do
        list[i] = { ("2026-10-02T08:00:%02dZ"):format(i),
                    user_principal_name = ("u"):rep(20) .. i }
      end
      local made = summary(log_of(list), { by = "user" })
      local path = support.temp_dir() .. "/a.csv"
      local result = assert(made:export(path, { max_rows = 11, max_cell = 12,
                                                date_format = "%H:%M" }))
      assert.same({ path, (path:gsub("%.csv$", "-2.csv")) }, result.files)
      assert.equal(20, result.rows)
      assert.is_true(result.cut_cells >= 20)
      local _, _, code = made:export_text { max_rows = 11 }
      assert.equal("limit", code)
    end)
  end)

  describe("as JSON Lines", function()
    it("has the rows' own names and values", function()
      local made = summary(october(), { by = { "month", "customer" } })
      local text, result = made:export_text { format = "jsonl" }
      assert.equal('{"month":"2026-10","customer":"Adatum","customer_id":"A",'
        .. '"count":2,"first":"2026-10-02T08:00:00.0000000Z",'
        .. '"last":"2026-10-05T10:30:00.0000000Z","customers":1}',
        text:match("^[^\n]+"))
      assert.equal(2, result.rows)
      local i = 0
      for line in text:gmatch("[^\n]+") do
        i = i + 1
        assert.same(made[i], require("activitylog.core").decode(line))
      end
    end)

    it("leaves out what a row has not", function()
      local made = summary(log_of { { "2026-10-02T08:00:00Z" } }, {
        by = { "user", "day" },
        period = activitylog.period("2026-10-01", "2026-10-02") })
      assert.equal('{"day":"2026-10-01","count":0,"customers":0}',
        made:export_text({ format = "jsonl" }):match("^[^\n]+"))
      assert.equal('{"count":1,', summary(log_of {
        { "2026-10-02T08:00:00Z" } }, { by = "user" })
        :export_text({ format = "jsonl" }):sub(1, 11))
    end)
  end)

  describe("as a pivot", function()
    it("has the second key's values as columns, and totals", function()
      local made = summary(october(), { by = { "day", "operation_type" } })
      local text, result = made:export_text(plain { pivot = true })
      assert.equal("Day,Add Customer,Create Order,Total\n"
        .. "2026-10-02,0,2,2\n2026-10-03,0,0,0\n2026-10-04,0,0,0\n"
        .. "2026-10-05,1,0,1\nTotal,1,2,3\n", text)
      assert.equal(5, result.rows)
    end)

    it("has a column for a unit of time without a record", function()
      local made = summary(october(), { by = { "operation_status", "day" } })
      assert.equal("Operation status,2026-10-02,2026-10-03,2026-10-04,"
        .. "2026-10-05,Total\nFailed,1,0,0,0,1\nSucceeded,1,0,0,1,2\n"
        .. "Total,2,0,0,1,3\n", (made:export_text(plain { pivot = true })))
    end)

    it("shows what is missing as a dash", function()
      local log = log_of { { "2026-10-02T08:00:00Z" },
        { "2026-10-02T08:00:01Z", user_principal_name = "u" } }
      assert.equal("Operation type,u,–,Total\n–,1,1,2\nTotal,1,1,2\n",
        (summary(log, { by = { "operation_type", "user" } })
          :export_text(plain { pivot = true })))
    end)

    it("has the totals alone when there is no record", function()
      assert.equal("User,Total\nTotal,0\n",
        (summary(support.log(), { by = { "user", "customer" } })
          :export_text(plain { pivot = true })))
    end)

    it("keeps hostile titles whole and from running", function()
      local name = "+1\"\r\n\u{FF1D}"
      local made = summary(log_of {
        { "2026-10-02T08:00:00Z", customer_name = name,
          user_principal_name = name },
      }, { by = { "user", "customer" } })
      local path = support.temp_dir() .. "/a.csv"
      local result = assert(made:export(path, { pivot = true, bom = false }))
      assert.equal(2, result.defused_cells)
      assert.same({ { "User", "'" .. name, "Total" },
                    { "'" .. name, "1", "1" }, { "Total", "1", "1" } },
                  support.cells(path))
    end)

    it("fails with \"limit\" for more columns than a sheet has", function()
      local lines = {}
      for i = 1, 16383 do
        lines[i] = ('{"id":"%d","operationDate":"2026-10-02T08:00:00Z",'
          .. '"operationType":"x","userPrincipalName":"u%d"}\n'):format(i, i)
      end
      local log = support.log()
      assert(log:import_text(table.concat(lines)))
      local wide = summary(log, { by = { "operation_type", "user" } })
      local text, message, code = wide:export_text { pivot = true }
      assert.is_nil(text)
      assert.equal("the pivot would have 16385 columns, and a sheet has 16384: "
        .. "put the other key first, or export without a pivot", message)
      assert.equal("limit", code)
      local for_machines = { pivot = true, excel = false }
      assert.equal(2, select(2, wide:export_text(for_machines)).rows)
      local tall = summary(log, { by = { "user", "operation_type" } })
      local _, result = tall:export_text { pivot = true }
      assert.equal(16384, result.rows)
    end)

    it("raises for any other number of keys", function()
      local made = summary(october(), { by = "day" })
      assert.equal("option 'pivot': a summary by 2 keys expected, got one by 1",
        support.blame(function() made:export_text { pivot = true } end))
    end)
  end)

  describe("to a target #gc", function()
    it("writes a file whole, or an open file", function()
      local made = summary(october(), { by = "month" })
      local folder = support.temp_dir()
      local text = made:export_text()
      local result = assert(made:export(folder .. "/a.csv"))
      assert.equal(text, support.read(folder .. "/a.csv"))
      assert.same({ rows = 1, bytes = #text, files = { folder .. "/a.csv" },
                    cut_cells = 0, defused_cells = 0 }, result)
      local file <close> = assert(io.open(folder .. "/b.csv", "wb"))
      assert.same({}, made:export(file).files)
      assert.equal("file", io.type(file))
      assert.equal(text, support.read(folder .. "/b.csv"))
    end)

    it("fails with \"exists\" on the log's own files #file", function()
      local path = support.temp_dir() .. "/log.db"
      local log = log_of({ { "2026-10-02T08:00:00Z" } }, path)
      local made = summary(log, { by = "day" })
      for _, target in ipairs { path, path .. "-wal", path .. "-shm" } do
        local result, _, code = made:export(target)
        assert.is_nil(result)
        assert.equal("exists", code)
      end
      assert.equal(1, log:count { period = "all" })
    end)

    it("leaves the file that is there when it fails", function()
      local folder = support.temp_dir()
      local made = summary(october(), { by = "month" })
      local result, _, code = made:export(folder)
      assert.is_nil(result)
      assert.equal("io", code)
      assert.equal("", support.check("ls -A " .. folder))
    end)

    it("does not heed what became of the rows", function()
      local made = summary(october(), { by = "month" })
      local text = made:export_text()
      made[1].count, made[2], made.by[1] = 7, {}, "user"
      collectgarbage()
      assert.equal(text, (made:export_text()))
    end)
  end)

  it("raises on options it cannot take, at the caller's line", function()
    local log = october()
    local made = summary(log, { by = "month" })
    for why, given in pairs {
      ["unknown format 'xml'; known: 'csv', 'xlsx', 'html', 'jsonl'"] =
        { format = "xml" },
      ["option 'bom' is one of CSV; JSON Lines have every value as it is"] =
        { format = "jsonl", bom = true },
      ["option 'separator': one of , ; | and tab expected"] =
        { separator = "x" },
      ["unknown option 'layout' of export_text(); known: 'format', 'pivot', "
        .. "'locale', 'excel', 'bom', 'newline', 'separator', 'defuse', "
        .. "'date_format', 'zone_in_title', 'max_cell', 'max_rows'"] =
        { layout = "full" },
    } do
      assert.equal(why, support.blame(function() made:export_text(given) end))
    end
    assert.matches("^unknown locale 'xx'",
      support.blame(function() made:export_text { locale = "xx" } end))
    assert.matches("%%Q",
      support.blame(function() made:export_text { date_format = "%Q" } end))
    assert.equal("export(): path or open file expected, got table",
      support.blame(function() made:export {} end))
    assert.equal("export(): path has a zero byte",
      support.blame(function() made:export("a\0b") end))
    log:close()
    assert.equal("log is closed",
      support.blame(function() made:export_text() end))
  end)
end)

describe("a summary", function()
  -- The same every time, unlike math.random with another Lua.
  local function generator(seed)
    return function(n)
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed // 65536 % n + 1
    end
  end

  -- Records of three years, in which customers are renamed, written in other
  -- cases and without what others have.
  local function corpus(n)
    local random, lines = generator(1), {}
    local first = 1640995200 -- 2022-01-01
    local statuses = { "succeeded", "failed", "progress" }
    for i = 1, n do
      local record = {
        id = ("%d"):format(i),
        operationDate = os.date("!%FT%T", first + random(32768) * 2880
          + random(2880)) .. (".%07dZ"):format(i),
        operationType = "type_" .. random(7),
        operationStatus = statuses[random(4)],
        customerName = random(5) > 1 and "Name " .. random(40) or nil,
        userPrincipalName = random(6) > 1 and
          (random(2) == 1 and "User" or "user") .. random(9) .. "@é.example",
      }
      local customer = random(30)
      if random(4) > 1 then
        record.customerId = (random(2) == 1 and "ABC-" or "abc-") .. customer
      end
      local members = {}
      for _, name in ipairs { "id", "operationDate", "operationType",
                              "operationStatus", "customerName", "customerId",
                              "userPrincipalName" } do
        if record[name] then
          members[#members + 1] = ('"%s":"%s"'):format(name, record[name])
        end
      end
      lines[i] = "{" .. table.concat(members, ",") .. "}\n"
    end
    return table.concat(lines)
  end

  it("agrees with an independent one, by keys, zones and periods", function()
    local folder, log = support.temp_dir(), support.log()
    assert(log:import_text(corpus(6000)))
    local bounded = activitylog.period("2022-03-20", "2022-11-10",
                                       "Europe/Paris")
    local cases = {
      { "Europe/Paris", bounded, "month", "operation_type" },
      { "Europe/Paris", bounded, "user", "day" },
      { "Europe/Paris", bounded, "hour", "operation_status" },
      { "Europe/Paris", "all", "week", "customer" },
      { "Europe/Paris", "all", "hour" },
      { "Australia/Lord_Howe", "all", "day", "user" },
      { "America/St_Johns", "all", "customer", "operation_status" },
      { "Africa/Casablanca", "all", "month", "customer", "user" },
    }
    for _, case in ipairs(cases) do
      local zone, period = case[1], case[2]
      local by = table.move(case, 3, #case, 1, {})
      local given = { period = period, zone = zone }
      given.format = "jsonl"
      assert(log:export(folder .. "/records.jsonl", given))
      given.format, given.by = nil, by
      local made = assert(log:summary(given))
      assert(made:export(folder .. "/summary.jsonl", { format = "jsonl" }))
      if #by == 2 then
        assert(made:export(folder .. "/pivot.csv", plain { pivot = true }))
      end
      local bounds = period == "all" and "" or ("--start=%s --stop=%s")
        :format(period.start, period.stop)
      assert.equal(("%d rows\n"):format(#made), support.check(
        ("python3 spec/independent/summary.py %s/records.jsonl "
        .. "%s/summary.jsonl '%s' --by=%s --zone=%s %s"):format(folder, folder,
        #by == 2 and folder .. "/pivot.csv" or "", table.concat(by, ","), zone,
        bounds)))
    end
  end)
end)
