-- examples/portal under lighttpd, as its own `run` starts it: by browsers, by
-- those who may not see the log, and by many at once. Slow, for the browser.

local activitylog = require "activitylog"
local core = require "activitylog.core"
local locale = require "activitylog.locale"
local server = require "spec.server"
local support = require "spec.support"

local missing = support.missing("page", "chromium", "curl", "lighttpd", "node")
if missing then
  pending("the portal under lighttpd #slow: " .. missing)
  return
end

local ROLE = "X-Activitylog-Role"
local BROWSER = "NODE_PATH=build/page/node_modules node spec/page/browser.js "
local RELECLOUD = "0c39d6d5-c70d-4c55-bc02-f620844f3fd1"

local NOW = os.time()

local OPERATIONS = { "create_order", "add_customer", "update_subscription" }

-- A log with 'n' records, one every ten minutes until now.
local function log_of(n)
  local path, records = support.temp_dir() .. "/portal.db", {}
  for i = 1, n do
    local name = i % 7 == 0 and '=Z\u{F6}e; \u{682A}\u{5F0F} "Ltd" '
      or "Relecloud "
    records[i] = {
      id = tostring(i), operation_date =
        os.date("!%Y-%m-%dT%H:%M:%SZ", NOW - 600 * i),
      operation_type = OPERATIONS[i % 3 + 1], customer_id = RELECLOUD,
      customer_name = name .. i,
      user_principal_name = "adele@contoso.example",
      resource_old_value = '{"Quantity":10}',
      resource_new_value = ('{"Quantity":%d}'):format(i),
    }
  end
  local log <close> = assert(activitylog.open(path))
  assert(log:append(records))
  return path
end

-- The portal on a log: its address, and the server.
local function portal_on(path, arguments)
  local port = server.free_port()
  local started = server.start(("env PORT=%d %s examples/portal/run %s %s")
    :format(port, support.lua_paths(), arguments or "", support.quote(path)),
    port)
  return ("http://127.0.0.1:%d/"):format(port), started
end

local function get(url, role, ...)
  return server.get(url, "--header", ROLE .. ": " .. role, ...)
end

-- The process of lighttpd below that of `run`.
local function lighttpd_of(started)
  return support.check(("pgrep -P %d lighttpd"):format(started.pid)):match "%d+"
end

local function descriptors_of(process)
  return support.check(("ls /proc/%s/fd"):format(process))
end

-- Wait until a server has neither children nor connections.
local function until_it_rests(process)
  local busy = ("pgrep -P %s || ls -l /proc/%s/fd | grep -c socket: "
    .. "| grep -vx 1"):format(process, process)
  local said, status
  for _ = 1, 100 do
    said, status = support.run(busy)
    if status ~= 0 then return end
    support.check "sleep 0.1"
  end
  error("it goes on: " .. said)
end

-- Who is in the first row of a page, and how many rows it has.
local FIRST = [[document.querySelector(".log > tbody a").textContent]]
local ROWS = [[document.querySelectorAll(".log > tbody > tr").length]]

-- What comes of steps in a browser whose visitor is an Admin agent.
local function browse(url, steps, context, expected_errors)
  context = context or {}
  context.extraHTTPHeaders = context.extraHTTPHeaders
    or { [ROLE] = "admin_agent" }
  local task = support.write(support.temp_dir() .. "/task.json",
    support.json { url = url, steps = steps, context = context })
  local seen = core.decode(support.check(BROWSER .. task))
  assert.same({}, seen.violations)
  assert.same({}, seen.dialogs)
  assert.same(expected_errors or {}, seen.errors)
  for _, asked in ipairs(seen.requests) do
    assert.equal(url:match "^http://[^/]*/", asked:match "^http://[^/]*/")
  end
  return seen.results
end

local SHEET = [[
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as workbook:
    sys.stdout.buffer.write(workbook.read("xl/worksheets/sheet1.xml"))
]]

-- All cells of a workbook, as they stand in its file.
local function sheet_of(path)
  return support.check(("python3 -c %s %s")
    :format(support.quote(SHEET), support.quote(path)))
end

local function day(ago)
  return os.date("!%Y-%m-%d", NOW - ago * 86400)
end

describe("magnet.lua #slow", function()
  -- What a state of mod_magnet goes through: the script again and again.
  it("leaves package.path as it is from the second request on", function()
    assert.equal("403 true\n", support.check(
      "ACTIVITYLOG_PORTAL=examples/portal " .. support.lua [[
        local run = assert(loadfile "examples/portal/magnet.lua")
        lighty = { r = {
          req_attr = { ["request.method"] = "GET" }, req_header = {},
          resp_header = {}, resp_body = { set = function() end },
        } }
        local status, path = run(), package.path
        run()
        print(status .. " " .. tostring(package.path == path))]]))
  end)
end)

describe("the portal under lighttpd #slow", function()
  local path, url, started

  before_each(function()
    path = log_of(500)
    url, started = portal_on(path)
  end)

  describe("in a browser", function()
    it("selects by From and To, customer and operation", function()
      local from, to = day(2), day(1)
      local seen = browse(url, {
        { "evaluate", ROWS },
        { "fill", "[name=from]", from }, { "fill", "[name=to]", to },
        { "fill", "[name=customer]", "z\u{D6}E" },
        { "select", "[name=operation]", "Create Order" },
        { "follow", "button" },
        { "evaluate", "location.search" },
        { "texts", ".log > tbody > tr > td:nth-child(2)" },
        { "evaluate", "document.querySelector('[name=from]').value" },
        { "evaluate", "document.querySelector('[name=operation]').value" },
      })
      local log <close> = assert(activitylog.open(path, { mode = "r" }))
      local names = {}
      for record in log:records {
        period = activitylog.period(from, to), customer_name = "z\u{F6}e",
        operation_type = "create_order",
      } do
        names[#names + 1] = record.customer_name
      end
      assert.equal(100, seen[1])
      assert.truthy(#names > 5 and #names < 100)
      assert.same(names, seen[8])
      assert.equal(from, seen[9])
      assert.equal("create_order", seen[10])
      assert.matches("from=" .. from, seen[7], 1, true)
    end)

    it("turns pages, and back to the newest", function()
      local steps = { { "evaluate", FIRST }, { "evaluate", ROWS } }
      for _ = 2, 5 do
        steps[#steps + 1] = { "follow", "[rel=next]" }
        steps[#steps + 1] = { "evaluate", FIRST }
        steps[#steps + 1] = { "evaluate", ROWS }
      end
      steps[#steps + 1] = { "count", "link", "Older" }
      steps[#steps + 1] = { "follow", ".pages a" }
      steps[#steps + 1] = { "evaluate", FIRST }
      local seen = browse(url, steps)
      assert.equal(seen[1], seen[#seen])
      assert.equal("Relecloud 1", seen[1])
      assert.equal("Relecloud 101", seen[4])
      assert.equal(100, seen[#seen - 3])
      assert.equal(0, seen[#seen - 2])
    end)

    it("opens a row in its place, with what changed", function()
      local open = [[document.querySelector("details[open] .box")]]
      local seen = browse(url, {
        { "click", "summary" },
        { "wait", open .. ".querySelector('.fields') !== null" },
        { "evaluate", open .. ".innerText" },
        { "evaluate", "location.search" },
        { "evaluate", ROWS },
        { "axe" },
      })
      assert.matches("Record ID:\t1\n", seen[3], 1, true)
      assert.matches("Quantity\t10\t1", seen[3], 1, true)
      assert.equal("", seen[4])
      assert.equal(100, seen[5])
      assert.same({}, seen[6])
    end)

    it("shows a record on a page of its own without script", function()
      local seen = browse(url, {
        { "click", "summary" }, { "follow", "details[open] a.ask" },
        { "texts", ".box" }, { "texts", "h1" }, { "follow", ".pages a" },
        { "texts", "h1" },
      }, { javaScriptEnabled = false })
      assert.matches("Record ID:\t1\n", seen[3][1], 1, true)
      assert.same({ "Details" }, seen[4])
      assert.same({ "Activity Log" }, seen[6])
    end)

    it("links each row to the customer's Subscriptions", function()
      local seen = browse(url, {
        { "evaluate", [[Array.from(document.querySelectorAll(
            ".log > tbody > tr > td:nth-child(2) a"), a => a.href)]] },
      })
      assert.equal(100, #seen[1])
      for _, href in ipairs(seen[1]) do
        assert.equal(activitylog.link.subscriptions(RELECLOUD), href)
      end
    end)

    it("exports what is selected, cell by cell the module's report", function()
      local folder = support.temp_dir()
      local from, to = day(3), day(1)
      local query = ("?from=%s&to=%s&customer=rele"):format(from, to)
      local seen = browse(url .. query, {
        { "download", "[href$='export=csv']", folder .. "/portal.csv" },
        { "download", "[href$='export=xlsx']", folder .. "/portal.xlsx" },
      }, { locale = "fr-FR" })
      assert.same({ ("activity-%s-%s.csv"):format(from, to),
                    ("activity-%s-%s.xlsx"):format(from, to) }, seen)
      local log <close> = assert(activitylog.open(path, { mode = "r" }))
      local own = { period = activitylog.period(from, to), locale = "fr",
                    customer_name = "rele" }
      assert(log:export(folder .. "/own.csv", own))
      own.format = "xlsx"
      assert(log:export(folder .. "/own.xlsx", own))
      local cells = support.cells(folder .. "/portal.csv", ";")
      assert.truthy(#cells > 100)
      assert.equal("Client affect\u{E9}", cells[1][2])
      assert.same(support.cells(folder .. "/own.csv", ";"), cells)
      assert.equal(sheet_of(folder .. "/own.xlsx"),
                   sheet_of(folder .. "/portal.xlsx"))
    end)

    it("is refused without a role, in the visitor's language", function()
      for _, role in ipairs { "", "guest" } do
        local seen = browse(url, {
          { "texts", "h1" }, { "texts", "li" }, { "texts", "p" },
          { "evaluate", "document.documentElement.lang" },
        }, { locale = "de-DE", extraHTTPHeaders = { [ROLE] = role } },
        { "Failed to load resource: the server responded with a status of "
          .. "403 (Forbidden)" })
        local titles = locale.find("de").titles
        assert.same({ titles.activity_log }, seen[1])
        assert.equal(6, #seen[2])
        assert.same({ titles.no_access }, seen[3])
        assert.equal("de-DE", seen[4])
      end
    end)

    it("has no fault that axe finds in the dark either", function()
      local seen = browse(url, { { "axe" } }, { colorScheme = "dark" })
      assert.same({}, seen[1])
    end)
  end)

  describe("to those who may not see the log", function()
    it("gives nothing, whatever they ask for and send", function()
      for _, query in ipairs {
        "", "?export=csv", "?customer=rele", "?at=1", "settings.lua",
        "../portal/settings.lua", "portal.cgi", "%2e%2e/%2e%2e/etc/passwd",
      } do
        for _, header in ipairs {
          "X-Other: 1", ROLE .. ":", ROLE .. ": guest",
          "X_Activitylog_Role: admin_agent", "X-Activitylog_Role: admin_agent",
          "ACTIVITYLOG_ROLE: admin_agent", "HTTP_ACTIVITYLOG_ROLE: admin_agent",
        } do
          local given = server.get(url .. query, "--path-as-is", "--header",
                                   header)
          assert.equal(403, given.status, query .. " " .. header)
          assert.falsy(given.body:find("Relecloud", 1, true))
          assert.falsy(given.body:find("settings", 1, true))
        end
        local given = get(url .. query, "admin_agent", "--header",
                          ROLE .. ": admin_agent")
        assert.equal(403, given.status)
      end
    end)

    it("gives no file to those who may, but the log's page", function()
      local page = get(url .. "settings.lua", "admin_agent")
      assert.equal(200, page.status)
      assert.falsy(page.body:find("web.new", 1, true))
    end)
  end)

  -- A connection that became HTTP/2 would go through a server in front unseen.
  describe("to who asks for HTTP/2", function()
    it("goes on with HTTP/1.1", function()
      for _, option in ipairs { "--http2", "--http2-prior-knowledge" } do
        local said = support.run(("curl -sS -o /dev/null -w '%%{http_version}' "
          .. "%s -H '%s: admin_agent' %s"):format(option, ROLE, url))
        assert.falsy(said:find("^2"), option)
      end
    end)
  end)

  describe("as a server", function()
    it("answers HEAD as GET, without a body", function()
      for _, query in ipairs { "", "?export=csv" } do
        local page = get(url .. query, "admin_agent")
        local head = get(url .. query, "admin_agent", "--head")
        assert.equal(200, head.status)
        assert.equal("", head.body)
        for _, name in ipairs { "content-type", "content-length" } do
          assert.equal(page.headers[name], head.headers[name])
        end
      end
      assert.equal(405, get(url, "admin_agent", "--data", "a=b").status)
    end)

    it("shows pages while exports run", function()
      local large = log_of(30000)
      local there = portal_on(large)
      local folder = support.temp_dir()
      local ended = folder .. "/ended"
      local export <close> = assert(io.popen((
        "curl -fsS -o %s/all.xlsx -H '%s: admin_agent' '%s?export=xlsx"
        .. "&from=0001-01-01'; touch %s"):format(folder, ROLE, there, ended)))
      local pages = 0
      repeat
        assert.equal(200, get(there, "admin_agent").status)
        pages = pages + 1
      until support.exists(ended)
      assert.truthy(export)
      assert.truthy(pages >= 5, pages)
      assert.equal("PK", support.read(folder .. "/all.xlsx"):sub(1, 2))
    end)

    it("keeps neither descriptors nor children", function()
      local process = lighttpd_of(started)
      local function ask_all()
        for _, query in ipairs { "", "?customer=rele", "?export=csv" } do
          get(url .. query, "admin_agent")
        end
      end
      for _ = 1, 5 do ask_all() end
      until_it_rests(process)
      local before = descriptors_of(process)
      for _ = 1, 40 do ask_all() end
      until_it_rests(process)
      assert.equal(before, descriptors_of(process))
    end)

    it("says why when the log cannot be read, to its own log alone", function()
      local broken = log_of(1)
      local there, run = portal_on(broken)
      assert(os.remove(broken))
      support.write(broken, "nonsense")
      for _, query in ipairs { "", "?export=csv" } do
        local page = get(there .. query, "admin_agent")
        assert.equal(503, page.status)
        assert.falsy(page.body:find(broken, 1, true))
      end
      assert.truthy(run.said():find(broken, 1, true), run.said())
    end)

    it("takes every visitor for the role that run was given", function()
      local there = portal_on(path, "--role sales_agent")
      assert.equal(200, server.get(there).status)
      assert.equal(200, get(there, "guest").status)
    end)

    -- With them the program that answers a search found no module.
    it("starts in a clone whose paths begin in it, as README has them",
      function()
        local folder, port = support.temp_dir(), server.free_port()
        local build = os.getenv "ACTIVITYLOG_BUILD" or "build/dev"
        support.check(([[cp -r examples lua scripts %s && mkdir %s/build &&
          ln -s "$PWD/%s" %s/build/release]])
          :format(folder, folder, build, folder))
        local export = support.read "README.md"
          :match "\nexport (LUA_PATH[^\n]*)"
        server.start(("sh -c %s"):format(support.quote(
          ("cd %s && PORT=%d %s exec examples/portal/run %s")
            :format(folder, port, export, path))), port)
        local there = ("http://127.0.0.1:%d/?customer=rele"):format(port)
        assert.equal(200, get(there, "admin_agent").status)
      end)

    it("does not start without a log", function()
      local none = support.temp_dir() .. "/none.db"
      local said, status = support.run(("env %s examples/portal/run %s")
        :format(support.lua_paths(), none))
      assert.equal(1, status)
      assert.matches("none.db: unable to open", said, 1, true)
      assert.equal(2, select(2, support.run "examples/portal/run"))
    end)

    it("does not start for a role that may not see the log", function()
      local said, status = support.run(
        ("env %s examples/portal/run --role admin %s")
          :format(support.lua_paths(), path))
      assert.equal(2, status)
      assert.matches("the role 'admin' may not see the log", said, 1, true)
    end)
  end)
end)
