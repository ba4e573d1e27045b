local core = require "activitylog.core"
local period = require "activitylog.period"

-- 2026-10-14T15:16:17Z
local NOW = 1791990977

local function day(date)
  return date .. "T00:00:00.0000000Z"
end

-- Where the caller of this function stands, as error messages have it.
local function here()
  local info = debug.getinfo(2, "Sl")
  return ("%s:%d: "):format(info.short_src, info.currentline)
end

local function message_of(call)
  local ok, message = pcall(call)
  assert.is_false(ok)
  return message
end

describe("activitylog.core", function()
  describe("period()", function()
    it("returns both bounds in the fixed form", function()
      local start, stop = core.period("2026-10-01", "2026-10-31", "+02:00", NOW)
      assert.equal("2026-09-30T22:00:00.0000000Z", start)
      assert.equal("2026-10-31T22:00:00.0000000Z", stop)
    end)

    it("takes UTC when no zone is given", function()
      assert.equal(day "2026-10-01", (core.period("2026-10-01", nil, nil, NOW)))
    end)

    it("returns nil for an open end", function()
      assert.same({ nil, day "2026-11-01" },
        { core.period(nil, "2026-10-31", nil, NOW) })
      assert.same({ day "2026-10-01", nil },
        { core.period("2026-10-01", nil, nil, NOW) })
      assert.equal(2, select("#", core.period(nil, nil, nil, NOW)))
      assert.same({}, { core.period("all", nil, nil, NOW) })
    end)

    it("resolves names by the clock that it is given", function()
      assert.same({ day "2026-10-14", day "2026-10-15" },
        { core.period("today", nil, nil, NOW) })
      assert.same({ day "1970-01-01", day "1970-01-02" },
        { core.period("today", nil, nil, 0) })
    end)

    it("holds a clock outside the years 1 to 9999 at their ends", function()
      assert.same({ nil, day "0001-01-02" },
        { core.period("today", nil, nil, math.mininteger) })
      assert.same({ day "9999-12-31", nil },
        { core.period("today", nil, nil, math.maxinteger) })
    end)

    it("raises on what is no period, with the reason", function()
      local line
      local message = message_of(function()
        line = here(); core.period("2026-02-29", nil, nil, NOW)
      end)
      assert.equal(line .. "'2026-02-29' is no date: there is no 29 February "
        .. "in 2026", message)
    end)

    it("raises on what is no zone", function()
      assert.error_matches(function()
        core.period("today", nil, "Europe/Pari", NOW)
      end, "zone 'Europe/Pari': the system's time zone database has none of "
        .. "that name", 1, true)
    end)

    it("raises on arguments of other types", function()
      assert.error_matches(function()
        core.period({}, nil, nil, NOW)
      end, "bad argument #1 to 'period'", 1, true)
      assert.error_matches(function()
        core.period(nil, {}, nil, NOW)
      end, "bad argument #2 to 'period'", 1, true)
      assert.error_matches(function()
        core.period(nil, nil, {}, NOW)
      end, "bad argument #3 to 'period'", 1, true)
      assert.error_matches(function()
        core.period(nil, nil, nil, 1.5)
      end, "bad argument #4 to 'period'", 1, true)
      assert.error_matches(function()
        core.period("today")
      end, "bad argument #4 to 'period'", 1, true)
    end)
  end)

  describe("zone()", function()
    it("returns the one name of a zone", function()
      assert.equal("UTC", core.zone("UTC"))
      assert.equal("local", core.zone("local"))
      assert.equal("-08:00", core.zone("-08:00"))
      assert.equal("+00:00", core.zone("-00:00"))
      assert.equal("Europe/Paris", core.zone("Europe/Paris"))
    end)

    it("raises on other names", function()
      assert.error_matches(function()
        core.zone("+5:30")
      end, "zone '+5:30': \"UTC\", \"local\", an offset", 1, true)
      assert.error_matches(function()
        core.zone("UTC\0")
      end, "zone 'UTC\\x00'", 1, true)
      assert.has_error(function()
        core.zone(nil)
      end)
    end)
  end)
end)

describe("activitylog.period", function()
  local clock

  before_each(function()
    clock = period.clock
    period.clock = function()
      return NOW
    end
  end)

  after_each(function()
    period.clock = clock
  end)

  it("has the clock of the system until another is set", function()
    assert.equal(os.time, clock)
  end)

  describe("new()", function()
    it("holds its bounds, its zone and its ends as given", function()
      local october = period.new("2026-10-01", "2026-10-31", "+02:00")
      assert.equal("2026-09-30T22:00:00.0000000Z", october.start)
      assert.equal("2026-10-31T22:00:00.0000000Z", october.stop)
      assert.equal("+02:00", october.zone)
      assert.equal("2026-10-01", october.from)
      assert.equal("2026-10-31", october.to)
    end)

    it("takes UTC and open ends for what is not given", function()
      local all = period.new()
      assert.is_nil(all.start)
      assert.is_nil(all.stop)
      assert.equal("UTC", all.zone)
    end)

    it("names a zone in one way", function()
      assert.equal("+00:00", period.new("today", nil, "-00:00").zone)
    end)

    it("resolves a name once, by the clock", function()
      local today = period.new("today")
      period.clock = function()
        return 0
      end
      assert.equal(day "2026-10-14", today.start)
      assert.equal(day "1970-01-01", period.new("today").start)
    end)

    it("takes a clock that counts parts of seconds", function()
      period.clock = function()
        return NOW + 0.75
      end
      assert.equal(day "2026-10-14", period.new("today").start)
    end)

    it("cannot be changed", function()
      local today = period.new("today")
      local expected = "a period cannot be changed; make a new one"
      for _, name in ipairs { "start", "stop", "other" } do
        local message = message_of(function()
          today[name] = day "2026-01-01"
        end)
        assert.equal(expected, message:match(": (.*)$"))
      end
      assert.equal(day "2026-10-14", today.start)
    end)

    it("names an argument that is no string and blames the caller", function()
      local line
      local message = message_of(function()
        line = here(); period.new(2026)
      end)
      assert.equal(line .. "parameter 'from': string expected, got number",
        message)
      message = message_of(function()
        line = here(); period.new(nil, {})
      end)
      assert.equal(line .. "parameter 'to': string expected, got table",
        message)
      message = message_of(function()
        line = here(); period.new(nil, nil, true)
      end)
      assert.equal(line .. "parameter 'zone': string expected, got boolean",
        message)
    end)

    it("says why something is no period and blames the caller", function()
      local line
      local message = message_of(function()
        line = here(); period.new("2026-10-02", "2026-10-01")
      end)
      assert.equal(line .. "period from '2026-10-02' to '2026-10-01' ends "
        .. "before it starts", message)
    end)

    it("says why something is no zone and blames the caller", function()
      local line
      local message = message_of(function()
        line = here(); period.new("today", nil, "Paris")
      end)
      assert.equal(line .. "zone 'Paris': the system's time zone database has "
        .. "none of that name", message)
    end)
  end)

  describe("tostring()", function()
    it("shows both ends as given, and the zone", function()
      assert.equal("2026-10-01 .. 2026-10-31 +02:00",
        tostring(period.new("2026-10-01", "2026-10-31", "+02:00")))
    end)

    it("shows the one end of a period that is open", function()
      assert.equal("from 2026-10-01 UTC", tostring(period.new("2026-10-01")))
      assert.equal("up to 2026-10-31 UTC",
        tostring(period.new(nil, "2026-10-31")))
    end)

    it("shows names", function()
      assert.equal("last_month UTC", tostring(period.new("last_month")))
      assert.equal("2026-10 +02:00",
        tostring(period.new("2026-10", nil, "+02:00")))
      assert.equal("all UTC", tostring(period.new()))
    end)
  end)

  describe("resolve()", function()
    it("takes the most recent month for nil", function()
      assert.same({ day "2026-09-14", day "2026-10-15" }, { period.resolve() })
    end)

    it("takes the most recent month of the zone for nil", function()
      assert.same({
        "2026-09-14T14:00:00.0000000Z",
        "2026-10-15T14:00:00.0000000Z",
      }, { period.resolve(nil, "+10:00") })
    end)

    it("takes the name of a period, in the zone", function()
      assert.same({ day "2026-02-01", day "2026-03-01" },
        { period.resolve("2026-02") })
      assert.same({
        "2026-10-13T22:00:00.0000000Z",
        "2026-10-14T22:00:00.0000000Z",
      }, { period.resolve("today", "+02:00") })
    end)

    it("takes a period, whose zone is its own", function()
      local october = period.new("2026-10-01", "2026-10-31", "+02:00")
      assert.same({ october.start, october.stop },
        { period.resolve(october, "-08:00") })
    end)

    it("returns nil, nil for everything", function()
      assert.same({ n = 2 }, table.pack(period.resolve("all")))
      assert.same({ n = 2 }, table.pack(period.resolve(period.new())))
    end)

    it("refuses a date, which may mean a day or all since", function()
      local line
      local message = message_of(function()
        line = here(); period.resolve("2026-10-01")
      end)
      assert.equal(line .. "parameter 'period': a name expected, got "
        .. "'2026-10-01'; make a period with one or two ends of it", message)
    end)

    it("names the known ones and blames the caller for others", function()
      local line
      local message = message_of(function()
        line = here(); period.resolve("last_week")
      end)
      assert.equal(line .. "period 'last_week' is not known; known are today, "
        .. "yesterday, this_month, last_month, last_<n>_days (n from 1 to "
        .. "36600), recent, all, or a month such as 2026-10", message)
    end)

    it("raises on other types and blames the caller", function()
      for _, value in ipairs { {}, 2026, true, print, 0 / 0 } do
        local line
        local message = message_of(function()
          line = here(); period.resolve(value)
        end)
        assert.equal(line .. "parameter 'period': period or name expected, got "
          .. type(value), message)
      end
      local line
      local message = message_of(function()
        line = here(); period.resolve("today", 2)
      end)
      assert.equal(line .. "parameter 'zone': string expected, got number",
        message)
    end)
  end)

  describe("beginning()", function()
    it("is that of a date, an instant or a name, in the zone", function()
      assert.equal("2019-12-31T23:00:00.0000000Z",
                   period.beginning("2020-01-01", "+01:00"))
      assert.equal("2020-01-01T12:00:00.0000000Z",
                   period.beginning("2020-01-01T12:00:00Z", "+01:00"))
      assert.equal(day "2026-10-14", period.beginning "last_1_days")
      assert.equal(day "2020-02-01", period.beginning "2020-02")
    end)

    it("raises on what is none, names what is one and blames the caller",
      function()
        for value, why in pairs {
          yore = "period 'yore' is not known; name one such as "
            .. "last_3650_days, or a date such as 2020-01-01",
          ["2018-02-30"] = "'2018-02-30' is no date: there is no 30 February "
            .. "in 2018",
          all = "'all' begins nowhere: nothing lies before the beginning of "
            .. "all time",
          ["0001-01-01"] = "'0001-01-01' begins nowhere: nothing lies before "
            .. "the beginning of all time",
          [2026] = "string expected, got number",
        } do
          local line
          local message = message_of(function()
            line = here(); period.beginning(value)
          end)
          assert.equal(line .. "parameter 'before': " .. why, message)
        end
      end)
  end)
end)
