local activitylog = require "activitylog"
local core = require "activitylog.core"
local period = require "activitylog.period"
local support = require "spec.support"

local BUILD = os.getenv("ACTIVITYLOG_BUILD") or "build/dev"
local FOLDER = "/usr/share/zoneinfo"

-- Where clocks have done what is odd: midnights skipped and doubled, a day
-- skipped, changes every Ramadan, summer time behind winter time, half hours.
local ODD = "Africa/Cairo Africa/Casablanca America/Havana America/Nuuk "
  .. "America/Sao_Paulo America/St_Johns Asia/Beirut Asia/Gaza Asia/Kathmandu "
  .. "Asia/Tehran Australia/Lord_Howe Europe/Dublin Europe/Paris Factory "
  .. "Pacific/Apia Pacific/Kiritimati UTC"

-- What spec/independent/check_zones.py says of the zones in a folder; of all
-- when it is given no names.
local function compare(folder, names)
  return support.check(("python3 spec/independent/check_zones.py --folder=%s "
    .. "%s/zone_dump %s"):format(folder, BUILD, names))
end

-- Nothing may differ from Python, nor libc from it: those cases are listed here
-- as soon as there are some. The files of tzdata 2025b have none.
local function assert_same(zones, output)
  assert.matches("^" .. zones .. " zones, %d+ instants, %d+ days, 0 differ; "
    .. "libc differs in 0\n$", output)
end

-- The error of a program that opens a zone in the folder of TZDIR.
local function refusal(folder, name)
  local program = ([[print(select(2,
    pcall(require("activitylog.core").zone, %q)))]]):format(name)
  return (support.check("TZDIR=" .. support.quote(folder) .. " "
    .. support.lua(program)):gsub("\n$", ""))
end

describe("zones of the system", function()
  it("have the offsets and days that libc and Python know", function()
    assert_same(17, compare(FOLDER, ODD))
  end)

  it("have them where their files leave all they can to the rule", function()
    local folder = support.temp_dir()
    support.check(("PATH=$PATH:/usr/sbin zic -b slim -d %s %s/tzdata.zi")
      :format(folder, FOLDER))
    assert_same(17, compare(folder, ODD))
  end)

  it("have them all #slow", function()
    local output = compare(FOLDER, "")
    assert.is_true(tonumber(output:match("^%d+")) > 400, output)
    assert_same("%d+", output)
  end)
end)

describe("a zone's name", function()
  local function raises(reason, name)
    local ok, message = pcall(core.zone, name)
    assert.is_false(ok)
    assert.equal(("zone '%s': %s"):format(name, reason), message)
  end

  it("is refused when the database has none of it", function()
    raises("the system's time zone database has none of that name", "Paris")
    raises("the system's time zone database has none of that name; "
      .. "did you mean 'Europe/Paris'?", "europe/paris")
  end)

  it("is refused when it leads elsewhere", function()
    local form = "a name has letters, digits, '_', '+' and '-' in parts joined "
      .. "by one '/'"
    raises(form, "../zoneinfo/UTC")
    raises(form, "Europe/../UTC")
    raises(form, "zone.tab")
    raises("a name is expected, not a path", FOLDER .. "/UTC")
  end)

  it("is refused when it is no zone's", function()
    raises("that is a folder of zones", "Europe")
    raises("right/ counts leap seconds, which instants here do not have; "
      .. "leave it out", "right/Europe/Paris")
    raises("leave out posix/", "posix/Europe/Paris")
    local long = ("a"):rep(64)
    raises("a name has 63 bytes at most", long)
  end)

  it("is refused by whatever takes a zone, blaming the caller", function()
    local log = support.log()
    local reason = "zone 'Paris': the system's time zone database has none of "
      .. "that name"
    for _, call in ipairs {
      function() period.new("today", nil, "Paris") end,
      function() log:count { zone = "Paris" } end,
      function() log:export_text { zone = "Paris" } end,
    } do
      assert.equal(reason, support.blame(call))
    end
  end)
end)

describe("a zone's file", function()
  local folder

  before_each(function() folder = support.temp_dir() end)

  local function refuses(reason, bytes)
    support.write(folder .. "/Mine", bytes)
    assert.equal("zone 'Mine': " .. reason, refusal(folder, "Mine"))
  end

  it("is looked for in the folder of TZDIR", function()
    support.check(("cp %s/Asia/Tokyo %s/Mine"):format(FOLDER, folder))
    assert.equal("Mine", refusal(folder, "Mine"))
    assert.equal("zone 'Asia/Tokyo': the system's time zone database has none "
      .. "of that name", refusal(folder, "Asia/Tokyo"))
    assert.equal("zone 'UTC/': a name has letters, digits, '_', '+' and '-' in "
      .. "parts joined by one '/'", refusal(folder, "UTC/"))
  end)

  it("is missed when there is no such folder", function()
    assert.equal("zone 'Mine': cannot open the folder of TZDIR, /nowhere: No "
      .. "such file or directory", refusal("/nowhere", "Mine"))
  end)

  it("is refused when it is another file", function()
    refuses("its file is no time zone file (TZif)", "# names of zones\n")
    refuses("its file has more than 256 KiB", ("TZif"):rep(65536) .. "x")
  end)

  it("is refused when its counts are wrong", function()
    local bytes = support.read(FOLDER .. "/Europe/Paris")
    refuses("its file is damaged: it ends early",
      bytes:sub(1, 32) .. "\xFF" .. bytes:sub(34))
  end)

  it("is refused when its rule is none", function()
    local bytes = support.read(FOLDER .. "/Europe/Paris")
    local changed = bytes:gsub("M10(.5.0/3\n)$", "M13%1")
    refuses("its file is damaged: 'CET-1CEST,M3.5.0,M13.5.0/3' is no rule such "
      .. "as CET-1CEST,M3.5.0,M10.5.0/3", changed)
  end)

  it("is refused when it counts leap seconds", function()
    refuses("it counts leap seconds, which instants here do not have",
      support.read(FOLDER .. "/right/Europe/Paris"))
  end)

  it("is refused wherever it is cut", function()
    local bytes = support.read(FOLDER .. "/Europe/Paris")
    local program = [[
      local core = require "activitylog.core"
      local path = os.getenv("TZDIR") .. "/Mine"
      local source <close> = io.open("]] .. FOLDER .. [[/Europe/Paris", "rb")
      local bytes = source:read("a")
      local reasons = {}
      for length = 0, #bytes - 1 do
        local file = io.open(path, "wb")
        file:write(bytes:sub(1, length))
        file:close()
        local ok, message = pcall(core.zone, "Mine")
        assert(not ok and message:find("^zone 'Mine': its file is "), length)
      end
      print(#bytes)
    ]]
    assert.equal(#bytes .. "\n", support.check("TZDIR=" .. folder .. " "
      .. support.lua(program)))
  end)
end)

describe("a period of a named zone", function()
  local function bounds(from, to, zone)
    local made = activitylog.period(from, to, zone)
    return { made.start:sub(1, 19), made.stop:sub(1, 19) }
  end

  it("has days of 23 and 25 hours where clocks change", function()
    assert.same({ "2026-03-28T23:00:00", "2026-03-29T22:00:00" },
      bounds("2026-03-29", "2026-03-29", "Europe/Paris"))
    assert.same({ "2026-10-24T22:00:00", "2026-10-25T23:00:00" },
      bounds("2026-10-25", "2026-10-25", "Europe/Paris"))
  end)

  it("begins at 1:00 where midnight is skipped", function()
    assert.same({ "2018-11-04T03:00:00", "2018-11-05T02:00:00" },
      bounds("2018-11-04", "2018-11-04", "America/Sao_Paulo"))
  end)

  it("is empty where the day is skipped", function()
    assert.same({ "2011-12-30T10:00:00", "2011-12-30T10:00:00" },
      bounds("2011-12-30", "2011-12-30", "Pacific/Apia"))
  end)

  it("keeps the zone's name", function()
    local october = activitylog.period("2026-10-01", "2026-10-31",
      "Europe/Paris")
    assert.equal("Europe/Paris", october.zone)
    assert.equal("2026-10-01 .. 2026-10-31 Europe/Paris", tostring(october))
  end)

  it("is relative to the date there", function()
    support.fix_clock(1793487600) -- 2026-10-31T23:00:00Z
    assert.equal("2026-10-31T23:00:00.0000000Z",
      activitylog.period("this_month", nil, "Europe/Paris").start)
  end)

  it("selects the records of its days", function()
    local log = support.log()
    assert(log:append {
      { id = "before", operation_date = "2026-09-30T21:59:59.9999999Z" },
      { id = "first", operation_date = "2026-09-30T22:00:00Z" },
      { id = "last", operation_date = "2026-10-31T22:59:59.9999999Z" },
      { id = "behind", operation_date = "2026-10-31T23:00:00Z" },
    })
    local ids = {}
    for record in log:records {
      period = "2026-10", zone = "Europe/Paris", order = "oldest",
    } do
      ids[#ids + 1] = record.id
    end
    assert.same({ "first", "last" }, ids)
  end)
end)

describe("a report in a named zone", function()
  local log

  before_each(function()
    log = support.log()
    assert(log:append {
      { id = "1", operation_date = "2026-10-25T00:59:59Z" },
      { id = "2", operation_date = "2026-10-25T01:00:00Z" },
      { id = "3", operation_date = "2051-07-01T12:00:00Z" },
    })
  end)

  local function lines(given)
    given.period, given.order = "all", "oldest"
    local result = {}
    for line in assert(log:export_text(given)):gmatch("[^\r\n]+") do
      result[#result + 1] = line
    end
    return result
  end

  it("writes dates by its clock and its name in the title", function()
    local got = lines { zone = "Europe/Paris" }
    assert.matches("Date-Time (Europe/Paris)", got[1], 1, true)
    assert.matches("^\"?2026%-10%-25 02:59:59", got[2])
    assert.matches("^\"?2026%-10%-25 02:00:00", got[3])
    assert.matches("^\"?2051%-07%-01 14:00:00", got[4])
  end)

  it("takes the zone of its period", function()
    local got = assert(log:export_text {
      period = activitylog.period("2026-10-25", "2026-10-25", "Asia/Kolkata"),
    })
    assert.matches("Date-Time (Asia/Kolkata)", got, 1, true)
    assert.matches("2026-10-25 06:30:00", got, 1, true)
  end)

  it("may have columns in zones of their own", function()
    local got = lines {
      excel = false,
      layout = activitylog.layout {
        { title = "A", field = "operation_date", zone = "America/New_York",
          format = "%F %T %z" },
        { title = "B", field = "operation_date", zone = "Australia/Lord_Howe",
          format = "%H:%M" },
      },
    }
    assert.same({ "A,B", "2026-10-24 20:59:59 -04:00,11:59",
      "2026-10-24 21:00:00 -04:00,12:00", "2051-07-01 08:00:00 -04:00,22:30" },
      got)
  end)
end)

describe("the environment's TZ", function()
  it("is neither set nor read by a named zone", function()
    local program = [[
      local activitylog = require "activitylog"
      local function here()
        return tostring(os.getenv("TZ")) .. os.date(" %H:%M", 1791990977)
      end
      local before = here()
      local day = activitylog.period("2026-10-01", "2026-10-01", "Europe/Paris")
      print(before, here(), day.start, day.stop)
    ]]
    assert.equal("Asia/Tokyo 00:16\tAsia/Tokyo 00:16\t"
      .. "2026-09-30T22:00:00.0000000Z\t2026-10-01T22:00:00.0000000Z\n",
      support.check("TZ=Asia/Tokyo " .. support.lua(program)))
  end)
end)

describe("named zones", function()
  it("are closed when nothing refers to them #gc", function()
    local log = support.log()
    assert(log:append { { id = "1", operation_date = "2026-07-01T12:00:00Z" } })
    for _ = 1, 5 do
      local text = assert(log:export_text {
        period = "all", zone = "Europe/Paris", excel = false,
      })
      assert.matches("2026-07-01", text, 1, true)
      assert.is_false((pcall(core.zone, "Europe/Pari")))
      collectgarbage()
    end
  end)
end)
