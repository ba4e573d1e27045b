-- Names that try to leave their place: none of what is called by a name - a
-- zone, a locale, a layout, a role, a file of an example - is a path.

local activitylog = require "activitylog"
local support = require "spec.support"

local NAMES = {
  "../canary", "../../../../../../etc/passwd", "/etc/passwd", "./canary",
  "Europe/../../canary", "Europe/Paris/../../../canary", "a/../canary",
  "canary\0", "canary\0.lua", "..", ".", "/", "//etc/passwd", "~/canary",
  "en_us/../canary", "en-us;canary", "%2e%2e/canary", "..\\canary",
  "file:canary", "Europe/Paris\0/../canary", "de-de\0",
}

-- Load what a name could mean: it says so.
local function with_canary(call)
  local folder = support.temp_dir()
  support.write(folder .. "/canary.lua", "error 'canary was loaded'")
  support.write(folder .. "/canary", "TZif canary")
  local path = package.path
  package.path = folder .. "/?.lua;" .. path
  support.defer(function() package.path = path end)
  call(folder)
  assert.same("canary\ncanary.lua\n", support.check("ls -A " .. folder))
end

local function refuses(what, call)
  it("are no " .. what, function()
    with_canary(function()
      for _, name in ipairs(NAMES) do
        local ok, result, message = pcall(call, name)
        message = ok and message or result
        assert.is_true(not ok or result == nil, name)
        assert.falsy(message:find("canary was loaded", 1, true))
        assert.falsy(message:find("root:", 1, true))
        assert.falsy(message:find("[\0-\31\127]"), message)
      end
    end)
  end)
end

describe("names that lead elsewhere", function()
  local log

  lazy_setup(function()
    log = assert(activitylog.open(":memory:"))
    assert(log:append { id = "1", operation_date = "2026-10-01T08:00:00Z" })
  end)

  lazy_teardown(function() log:close() end)

  refuses("zone", function(name)
    return activitylog.period("2026-10-01", nil, name)
  end)
  refuses("zone of a report", function(name)
    return log:export_text { period = "all", zone = name }
  end)
  refuses("zone of a column", function(name)
    return log:export_text { period = "all", layout = activitylog.layout {
      { field = "operation_date", zone = name } } }
  end)
  refuses("zone of details", function(name)
    return activitylog.details({ id = "1" }, { zone = name })
  end)
  refuses("locale", function(name)
    return log:export_text { period = "all", locale = name }
  end)
  refuses("locale of a page", function(name)
    return log:export_text { period = "all", format = "html", locale = name }
  end)
  refuses("locale of details", function(name)
    return activitylog.details({ id = "1" }, { locale = name })
  end)
  refuses("layout", function(name)
    return log:export_text { period = "all", layout = name }
  end)
  refuses("format", function(name)
    return log:export_text { period = "all", format = name }
  end)
  refuses("role", function(name)
    return activitylog.access.new { roles = { name } }
  end)
  refuses("role that may see the log", function(name)
    return activitylog.access.new():check(name)
  end)
  refuses("language of a role", function(name)
    return activitylog.access.name("admin_agent", name)
  end)
  refuses("link to the portal", function(name)
    return activitylog.link.subscriptions(name)
  end)
  refuses("field of a template", function(name)
    return activitylog.layout { { title = "A", template = "{" .. name .. "}" } }
  end)

  it("are text in a report where a record has them", function()
    with_canary(function()
      local records = {}
      for i, name in ipairs(NAMES) do
        records[i] = { id = name, customer_id = name, customer_name = name,
          operation_type = name, operation_date = "2026-10-01T08:00:00Z" }
      end
      local other <close> = assert(activitylog.open(":memory:"))
      assert(other:append(records))
      for _, format in ipairs { "csv", "jsonl", "html" } do
        assert(other:export_text { period = "all", format = format })
      end
    end)
  end)
end)

describe("a folder of the zone database that the environment names", function()
  it("is left by no name", function()
    local folder = support.temp_dir()
    support.check(("mkdir %s/zones && cp /usr/share/zoneinfo/UTC %s/Outside")
      :format(folder, folder))
    local output = support.check("TZDIR=" .. folder .. "/zones "
      .. support.lua [[
        local activitylog = require "activitylog"
        for _, name in ipairs { "../Outside", "./../Outside", "a/../../Outside",
                                "Outside" } do
          assert(not pcall(activitylog.period, "2026-10-01", nil, name))
        end
        io.write "refused"]])
    assert.equal("refused", output)
  end)
end)

describe("the customers' reports of the examples", function()
  it("are named by ids alone, and stay in their folder", function()
    local folder = support.temp_dir()
    local log = assert(activitylog.open(folder .. "/log.db"))
    local records = {}
    for i, name in ipairs(NAMES) do
      records[i] = { id = tostring(i), customer_id = name,
        customer_name = name, operation_date = "2026-10-01T08:00:00Z" }
    end
    records[#records + 1] = { id = "good", customer_name = "../../x",
      customer_id = "0C39D6D5-C70D-4C55-BC02-F620844F3FD1",
      operation_date = "2026-10-01T08:00:00Z" }
    assert(log:append(records))
    log:close()
    support.check("mkdir -p " .. folder .. "/a/reports")
    support.check(support.lua_in(".", ("examples/customer-reports.lua "
      .. "%s/log.db %s/a/reports 2026-10"):format(folder, folder)))
    assert.equal("0c39d6d5-c70d-4c55-bc02-f620844f3fd1.csv\n",
                 support.check("ls -A " .. folder .. "/a/reports"))
    assert.equal("reports\n", support.check("ls -A " .. folder .. "/a"))
    assert.equal("a\nlog.db\n", (support.check("ls -A " .. folder
      .. " | grep -v -e '-wal$' -e '-shm$'")))
  end)
end)
