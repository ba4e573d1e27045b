-- The log as a web page: what comes of a request, whoever the host is. How it
-- looks and works in a browser, and under servers, is in portal_spec.

local activitylog = require "activitylog"
local core = require "activitylog.core"
local form = require "activitylog.web.form"
local language = require "activitylog.web.language"
local locale = require "activitylog.locale"
local support = require "spec.support"
local web = require "activitylog.web"

local RELECLOUD = "0c39d6d5-c70d-4c55-bc02-f620844f3fd1"
local ENGLISH = locale.find "en"

-- A log of 'n' records, the newest of which is of today, one every hour before.
local function log_of(n, fields)
  local path, records = support.temp_dir() .. "/portal.db", {}
  support.fix_clock()
  for i = 1, n do
    records[i] = {
      id = tostring(i), operation_date =
        os.date("!%Y-%m-%dT%H:%M:%SZ", support.NOW - 3600 * i),
      operation_type = i % 2 == 0 and "create_order" or "add_customer",
      customer_id = RELECLOUD, customer_name = "Relecloud " .. i,
      user_principal_name = "adele@contoso.example",
    }
    for name, value in pairs(fields or {}) do records[i][name] = value end
  end
  local log <close> = assert(activitylog.open(path))
  assert(log:append(records))
  return path
end

local function portal_on(path, given)
  local options = { log = path }
  for name, value in pairs(given or {}) do options[name] = value end
  local portal = web.new(options)
  support.defer(function() portal:close() end)
  return portal
end

local function ask(portal, query, more)
  local request = { method = "GET", query = query, role = "admin_agent" }
  for name, value in pairs(more or {}) do request[name] = value end
  return portal:respond(request)
end

-- The customers' names in the rows of a page.
local function names_in(response)
  local names = {}
  for name in response.body:gmatch('noreferrer">([^<]*)</a>') do
    names[#names + 1] = name
  end
  return names
end

local function link_with(response, text)
  local href = response.body:match('<a href="([^"]*)"[^>]*>' .. text .. "</a>")
  return href and href:gsub("&amp;", "&"):gsub("^%?", "")
end

describe("activitylog.web", function()
  describe("respond()", function()
    it("shows the most recent month, newest first, with a page's rows",
      function()
        local page = ask(portal_on(log_of(250)), "")
        assert.equal(200, page.status)
        assert.equal("text/html; charset=utf-8", page.headers["Content-Type"])
        local names = names_in(page)
        assert.equal(100, #names)
        assert.equal("Relecloud 1", names[1])
        assert.matches('name="from" value="2026-09-14"', page.body, 1, true)
        assert.matches('name="to" value="2026-10-14"', page.body, 1, true)
        assert.matches(("<a href=\"%s\" target=\"_blank\"")
          :format(activitylog.link.subscriptions(RELECLOUD)), page.body, 1,
          true)
      end)

    it("goes on behind a page, and back to the newest", function()
      local portal = portal_on(log_of(250))
      local names, query, pages = {}, "", 0
      repeat
        local page = ask(portal, query)
        table.move(names_in(page), 1, 100, #names + 1, names)
        query, pages = link_with(page, "Older"), pages + 1
        assert.equal(pages > 1, link_with(page, "Newest") ~= nil)
      until not query
      assert.equal(3, pages)
      assert.equal(250, #names)
      for i, name in ipairs(names) do assert.equal("Relecloud " .. i, name) end
    end)

    it("has no further page behind a full one", function()
      local page = ask(portal_on(log_of(100)), "")
      assert.equal(100, #names_in(page))
      assert.is_nil(link_with(page, "Older"))
    end)

    it("selects by period, customer and operation", function()
      local portal = portal_on(log_of(60))
      local page = ask(portal, "from=2026-10-12&to=2026-10-13"
        .. "&customer=RELECLOUD+2&operation=create_order")
      assert.same({ "Relecloud 20", "Relecloud 22", "Relecloud 24",
                    "Relecloud 26", "Relecloud 28" }, names_in(page))
      assert.matches('value="RELECLOUD 2"', page.body, 1, true)
      assert.matches('<option value="create_order" selected>', page.body, 1,
                     true)
    end)

    it("keeps what was asked for in its links", function()
      local portal = portal_on(log_of(60), { rows = 5 })
      local query = "from=2026-10-12&customer=relecloud&operation=add_customer"
      local page = ask(portal, query)
      assert.equal(query .. "&export=csv", (link_with(page, "CSV")))
      assert.equal(query .. "&after=", (link_with(page, "Older"):match(
        "^.*&after=")))
      assert.equal(query, (link_with(ask(portal, link_with(page, "Older")),
                                     "Newest")))
    end)

    it("has open ends where only one day is given", function()
      local portal = portal_on(log_of(60))
      assert.equal(60, #names_in(ask(portal, "from=2026-10-01")))
      assert.equal(60, #names_in(ask(portal, "to=2026-10-31")))
      assert.equal(0, #names_in(ask(portal, "to=2026-10-01")))
    end)

    it("takes days for those of its zone", function()
      local path = log_of(1, { operation_date = "2026-10-09T23:30:00Z" })
      local query = "from=2026-10-10&to=2026-10-10"
      assert.equal(0, #names_in(ask(portal_on(path), query)))
      local page = ask(portal_on(path, { zone = "Europe/Paris" }), query)
      assert.equal(1, #names_in(page))
      assert.matches("10/10/2026, 1:30 AM", page.body, 1, true)
      assert.matches("Date-Time (Europe/Paris)", page.body, 1, true)
    end)

    it("says that there is nothing", function()
      local portal = portal_on(log_of(3))
      assert.matches(ENGLISH.titles.no_activity,
                     ask(portal, "to=2020-01-01").body, 1, true)
      assert.matches(ENGLISH.titles.no_match,
                     ask(portal, "customer=nobody").body, 1, true)
    end)

    it("says what is no period, and keeps the form", function()
      local portal = portal_on(log_of(3))
      for _, query in ipairs {
        "from=2026-10-31&to=2026-10-01", "from=yesterday", "to=2026-02-30",
        "from=2026-10-01T00:00:00Z", "from=2026-13-01",
      } do
        local page = ask(portal, query)
        assert.equal(400, page.status)
        assert.matches(ENGLISH.titles.wrong_period, page.body, 1, true)
        assert.matches('name="from"', page.body, 1, true)
        assert.equal(400, ask(portal, query .. "&export=csv").status)
      end
    end)

    it("shows what is in a record", function()
      local portal = portal_on(log_of(3, {
        resource_new_value = '{"Quantity":25}',
        resource_old_value = '{"Quantity":10}',
      }))
      local href = ask(portal, "").body:match('class="ask" href="%?([^"]*)"')
      local page = ask(portal, href)
      assert.equal(200, page.status)
      assert.matches("Record ID:\t1\n", page.body, 1, true)
      assert.matches("<td>Quantity</td><td>10</td><td>25</td>", page.body, 1,
                     true)
    end)

    it("does not know a record that is not there", function()
      local portal = portal_on(log_of(3))
      local nobody = "2026-10-01T00:00:00.0000000Z." .. ("0"):rep(32)
      assert.equal(404, ask(portal, "at=" .. nobody).status)
      for _, query in ipairs { "at=1", "after=1", "at=%00", "export=exe" } do
        assert.equal(400, ask(portal, query).status)
      end
    end)

    it("masks secrets", function()
      local portal = portal_on(log_of(1, {
        resource_new_value = '{"password":"hunter2"}',
      }))
      local href = ask(portal, "").body:match('class="ask" href="%?([^"]*)"')
      for _, query in ipairs { "", href, "export=csv" } do
        local page = ask(portal, query)
        local text = page.body or page.file:read "a"
        if page.file then page.file:close() end
        assert.falsy(text:find("hunter2", 1, true))
      end
    end)

    it("lets nothing of a record or of the form become markup", function()
      local evil = [["><script>alert(1)</script><a href='javascript:x']]
      local portal = portal_on(log_of(1, {
        customer_name = evil, operation_type = evil, customer_id = evil,
        user_principal_name = evil, resource_new_value = evil,
      }))
      local encoded = form.write({ "customer", "operation" },
                                 { customer = evil, operation = evil })
      local href = ask(portal, "").body:match('class="ask" href="%?([^"]*)"')
      for _, query in ipairs { "", href, encoded, "from=" .. encoded } do
        local body = ask(portal, query).body
        assert.falsy(body:find("<script>alert", 1, true), query)
        assert.falsy(body:find("<a href='javascript", 1, true), query)
      end
    end)

    it("is short whatever an operation is called", function()
      local name = ("n\u{F6}"):rep(500000)
      local page = ask(portal_on(log_of(3, { operation_type = name })), "")
      assert.equal(3, #names_in(page))
      assert.is_true(#page.body < 30000)
    end)

    it("forbids caches, frames and all that is not its own", function()
      for _, page in ipairs {
        ask(portal_on(log_of(1)), ""),
        ask(portal_on(log_of(1)), "", { role = "nobody" }),
      } do
        assert.equal("no-store", page.headers["Cache-Control"])
        assert.equal("nosniff", page.headers["X-Content-Type-Options"])
        assert.equal("frame-ancestors 'none'",
                     page.headers["Content-Security-Policy"])
        assert.matches("default-src 'none'; style-src 'sha256-", page.body, 1,
                       true)
      end
    end)

    it("raises without a request, or with one that is none", function()
      local portal = portal_on(log_of(1))
      for _, name in ipairs { "respond", "is_long" } do
        local call = portal[name]
        assert.has_error(function() call(portal) end,
          name .. "(): table expected, got nil")
        assert.has_error(function() call(portal, { methd = "GET" }) end,
          ("unknown option 'methd' of %s(); did you mean 'method'?")
            :format(name))
        assert.has_error(function() call(portal, { query = 1 }) end,
          ("option 'query' of %s(): string expected, got integer")
            :format(name))
      end
    end)

    it("knows GET and HEAD alone", function()
      local portal = portal_on(log_of(1))
      assert.equal(200, ask(portal, "", { method = "HEAD" }).status)
      local page = ask(portal, "", { method = "POST" })
      assert.equal(405, page.status)
      assert.equal("GET, HEAD", page.headers.Allow)
    end)
  end)

  describe("exports", function()
    it("are the report that the module makes", function()
      local path = log_of(60)
      local portal = portal_on(path)
      local log <close> = assert(activitylog.open(path, { mode = "r" }))
      for _, format in ipairs { "csv", "xlsx" } do
        local given = ask(portal, "customer=relecloud+2&from=2026-10-01"
          .. "&to=2026-10-31&export=" .. format, { language = "fr" })
        local file <close> = given.file
        local text = file:read "a"
        assert.equal(200, given.status)
        assert.equal(tostring(#text), given.headers["Content-Length"])
        assert.equal('attachment; filename="activity-2026-10-01-2026-10-31.'
          .. format .. '"', given.headers["Content-Disposition"])
        if format == "csv" then
          assert.equal((log:export_text {
            period = activitylog.period("2026-10-01", "2026-10-31"),
            customer_name = "relecloud 2", locale = "fr",
          }), text)
        else
          assert.equal("PK", text:sub(1, 2))
        end
      end
    end)

    it("are named after their days, as far as there are any", function()
      local portal = portal_on(log_of(1))
      for query, expected in pairs {
        ["from=2026-10-01&"] = "activity-2026-10-01.csv",
        ["to=2026-10-31&"] = "activity-2026-10-31.csv",
        [""] = "activity-2026-09-14-2026-10-14.csv",
      } do
        local given = ask(portal, query .. "export=csv")
        given.file:close()
        assert.equal(('attachment; filename="%s"'):format(expected),
                     given.headers["Content-Disposition"])
      end
    end)

    it("have all rows, and not only a page's", function()
      local given = ask(portal_on(log_of(250), { rows = 10 }), "export=csv")
      local file <close> = given.file
      local _, lines = file:read "a":gsub("\r\n", "")
      assert.equal(251, lines)
    end)
  end)

  describe("access", function()
    it("is for roles that may see the log, whatever is asked for", function()
      local portal = portal_on(log_of(3), {
        access = activitylog.access.new { roles = { "admin_agent" } },
      })
      for _, query in ipairs { "", "export=csv", "at=1", "customer=a" } do
        for _, role in ipairs {
          "", "sales_agent", "Admin agent", "ADMIN_AGENT", "admin_agent ",
          "admin_agent, admin_agent", "admin_agent\0",
        } do
          local page = ask(portal, query, { role = role })
          assert.equal(403, page.status)
          assert.is_nil(page.file)
          assert.falsy(page.body:find("Relecloud", 1, true))
        end
        assert.equal(403, portal:respond({ method = "GET", query = query })
          .status)
      end
    end)

    it("is refused in the visitor's language, with who may", function()
      local portal = portal_on(log_of(3), {
        access = activitylog.access.new {
          roles = { "admin_agent", auditor = "Auditor" },
        },
      })
      for _, name in ipairs(locale.names) do
        local words = locale.find(name)
        local page = ask(portal, "", { role = "", language = name })
        assert.matches(words.titles.no_access, page.body, 1, true)
        assert.matches("<li>" .. words.titles["role.admin_agent"] .. "</li>",
                       page.body, 1, true)
        assert.matches("<li>Auditor</li>", page.body, 1, true)
        assert.matches(('<html lang="%s">'):format(locale.language(words)),
                       page.body, 1, true)
      end
    end)
  end)

  describe("a log that cannot be read", function()
    it("is told, with why for the host, and tried again", function()
      local path = support.temp_dir() .. "/portal.db"
      local portal = portal_on(path)
      local page = ask(portal, "")
      assert.equal(503, page.status)
      assert.matches(ENGLISH.titles.unreadable, page.body, 1, true)
      assert.matches("log " .. path .. ": unable to open", page.problem, 1,
                     true)
      assert.falsy(page.body:find(path, 1, true))
      activitylog.open(path):close()
      assert.equal(200, ask(portal, "").status)
    end)

    it("is told when it is damaged", function()
      local path = log_of(300)
      support.query(path, "UPDATE record SET operation_date = 'x' || sequence"
        .. " WHERE sequence < 290")
      local page = ask(portal_on(path), "from=0001-01-01")
      assert.equal(503, page.status)
      assert.truthy(page.problem)
    end)

    it("is opened anew when another file has its name", function()
      local path = log_of(1)
      local portal = portal_on(path)
      assert.equal(1, #names_in(ask(portal, "")))
      assert(os.rename(log_of(3), path))
      assert.equal(3, #names_in(ask(portal, "")))
      assert(os.remove(path))
      assert.equal(503, ask(portal, "").status)
    end)

    it("is seen as it is now after others wrote to it", function()
      local path = log_of(1)
      local portal = portal_on(path)
      assert.equal(1, #names_in(ask(portal, "")))
      local log <close> = assert(activitylog.open(path))
      assert(log:append { id = "new", operation_date = "2026-10-14T01:00:00Z",
        customer_id = RELECLOUD, customer_name = "New" })
      assert.equal(2, #names_in(ask(portal, "")))
    end)
  end)

  describe("is_long()", function()
    it("tells what has to look at each record", function()
      local portal = web.new { log = "none.db" }
      local request = { method = "GET", role = "admin_agent" }
      for query, expected in pairs {
        [""] = false, ["from=2026-10-01&to=2026-10-31"] = false,
        ["customer=&operation=&from=2026-10-01"] = false, ["at=1"] = true,
        ["after=1"] = false, ["customer=a"] = true, ["operation=a"] = true,
        ["export=csv"] = true, ["%63ustomer=a"] = true,
      } do
        request.query = query
        assert.equal(expected, portal:is_long(request), query)
        assert.is_false(portal:is_long {
          method = "GET", query = query, role = "nobody" })
        assert.is_false(portal:is_long {
          method = "POST", query = query, role = "admin_agent" })
      end
      assert.is_false(portal:is_long { method = "GET", role = "admin_agent" })
    end)
  end)

  describe("new()", function()
    it("refuses what it cannot work with", function()
      for message, given in pairs {
        ["option 'log' of web.new(): path expected"] = {},
        ["unknown cloud 'chima'; did you mean 'china'?"] =
          { log = "a", cloud = "chima" },
        ["option 'rows' of web.new(): 1 to 1000 expected"] =
          { log = "a", rows = 0 },
        ["option 'access' of web.new(): what access.new makes expected"] =
          { log = "a", access = { "admin_agent" } },
        ["option 'timeout' of web.new(): 0 to 86400 seconds expected"] =
          { log = "a", timeout = -1 },
        ["unknown option 'acess' of web.new(); did you mean 'access'?"] =
          { log = "a", acess = {} },
      } do
        assert.has_error(function() web.new(given) end, message)
      end
      assert.error_matches(function() web.new { log = "a", zone = "Mars" } end,
                           "Mars")
      assert.error_matches(function() web.new { log = "a", locale = "xx" } end,
                           "unknown locale 'xx'")
    end)

    it("opens nothing", function()
      local path = support.temp_dir() .. "/none.db"
      web.new { log = path }
      assert.is_false(support.exists(path))
    end)
  end)
end)

describe("the form's query", function()
  it("is read as the URL standard says", function()
    assert.same({ a = "1 2", c = "ë=&", d = "%zz%" },
                form.read "a=1+2&b=&&c=%C3%AB%3d%26&d=%zz%&a=3")
    assert.same({}, form.read(nil))
    assert.same({}, form.read "a")
    assert.is_nil(form.read "a=%FF")
    assert.is_nil(form.read("a=" .. ("b"):rep(5000)))
  end)

  it("comes back as it was written", function()
    for code = 0, 127 do
      local text = "x" .. string.char(code) .. "y"
      local query = form.write({ "a" }, { a = text })
      assert.matches("^a=[%w%%+*._-]+$", query)
      assert.equal(text, form.read(query).a)
    end
    assert.equal("ë 株", form.read(form.write({ "a" }, { a = "ë 株" })).a)
  end)
end)

describe("the visitor's language", function()
  it("is the locale that the header likes best", function()
    for header, expected in pairs {
      [""] = "en-us", ["fr"] = "fr-fr", ["fr-CA"] = "fr-fr",
      ["fr-CA,fr;q=0.9,en;q=0.8"] = "fr-fr", ["xx, de;q=0.5"] = "de-de",
      ["en;q=0.4, de ; q=0.5"] = "de-de", ["DE-at"] = "de-de",
      ["pt-PT"] = "pt-pt", ["pt"] = "pt-br", ["pt-AO"] = "pt-br",
      ["zh"] = "zh-cn", ["zh-Hant"] = "zh-tw", ["zh-Hant-HK"] = "zh-tw",
      ["zh-HK"] = "zh-tw", ["zh-Hans-SG"] = "zh-cn", ["*"] = "en-us",
      ["ja;q=0"] = "en-us", ["ja;q=0.001"] = "ja-jp", ["ja;q=1.000"] = "ja-jp",
      ["ja;q=x, ko;q=0.1"] = "ko-kr", [";;,,q=1"] = "en-us",
      ["fr;q=0.5,de;q=0.5"] = "fr-fr", [("x,"):rep(2000) .. "fr"] = "en-us",
    } do
      assert.equal(expected, language(header, ENGLISH).name, header)
    end
    assert.equal("en-us", language(nil, ENGLISH).name)
  end)
end)

describe("positions in a page's links", function()
  it("are those of records", function()
    local page = ask(portal_on(log_of(3)), "")
    local count = 0
    for href in page.body:gmatch 'class="ask" href="%?at=([^"]*)"' do
      assert.is_true(core.is_position(href))
      count = count + 1
    end
    assert.equal(3, count)
  end)
end)
