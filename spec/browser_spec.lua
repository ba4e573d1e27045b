-- Pages as Chromium opens them. Slow, as it starts anew for each test. It is
-- driven by Playwright, which scripts/test puts into build/page.

local activitylog = require "activitylog"
local core = require "activitylog.core"
local locale = require "activitylog.locale"
local support = require "spec.support"

local missing = support.missing("page", "chromium", "node")
if missing then
  pending("a browser opens pages #slow: " .. missing)
  return
end

local BROWSER = "NODE_PATH=build/page/node_modules node spec/page/browser.js "
local RELECLOUD = "0c39d6d5-c70d-4c55-bc02-f620844f3fd1"

-- What is visible of each row: the cells' texts, joined by " | ".
local VISIBLE = [[Array.from(document.querySelectorAll(".log > tbody > tr"))
  .filter(row => !row.hidden && !row.parentElement.hidden)
  .map(row => Array.from(row.cells).slice(1, 3)
    .map(cell => cell.textContent).join(" | "))]]

local COUNT = "document.getElementById('count').textContent"

-- ---- pages, and what a browser sees

local RECORDS = {
  { "2026-10-09T08:04:00Z", "Zo\u{EB} & S\u{F8}n", "create_order", "carl" },
  { "2026-10-08T08:03:00Z", "\u{682A}\u{5F0F}\u{4F1A}\u{793E}",
    "update_subscription", "anna" },
  { "2026-10-08T08:02:00Z", "\u{C9}clair", "create_order", "bert" },
  { "2026-10-07T08:01:00Z", "Fabrikam", "add_customer", "anna" },
}

local function sample_log()
  local log, records = support.log(), {}
  for i, row in ipairs(RECORDS) do
    records[i] = {
      id = tostring(i), operation_date = row[1], customer_name = row[2],
      customer_id = RELECLOUD, operation_type = row[3],
      user_principal_name = row[4] .. "@contoso.example",
      resource_old_value = '{"Quantity":10}',
      resource_new_value = '{"Quantity":25}',
    }
  end
  assert(log:append(records))
  return log
end

local function page_of(log, name)
  local path = support.temp_dir() .. "/page.html"
  assert(log:export(path, { format = "html", period = "all", locale = name }))
  return path
end

-- What came of the steps, in a page that has to be free of all that browser.js
-- looks for.
local function open(path, steps, context)
  local task = support.write(support.temp_dir() .. "/task.json", support.json {
    file = path, steps = steps, context = context or { colorScheme = "light" },
  })
  local seen = core.decode(support.check(BROWSER .. task))
  assert.equal(1, #seen.requests)
  assert.matches("^file://", seen.requests[1])
  assert.same({}, seen.violations)
  assert.same({}, seen.dialogs)
  assert.same({}, seen.errors)
  return seen.results
end

-- The visible rows by their numbers above: "1 4".
local function numbers(rows)
  local list = {}
  for i, row in ipairs(rows) do
    for number, one in ipairs(RECORDS) do
      if row:find(one[2], 1, true) == 1 then list[i] = number end
    end
  end
  return table.concat(list, " ")
end

local function wait_for(count)
  return { "wait", ("%s.endsWith(': %s')"):format(COUNT, count) }
end

for _, name in ipairs { "en-us", "ja-jp", "fr-fr" } do
  local titles = locale.find(name).titles

  describe(("a browser, of a page in %s,"):format(name), function()
    it("finds customers in any case and without accents #slow", function()
      local results = open(page_of(sample_log(), name), {
        { "fill", "#search", "ZOE" }, wait_for "1 / 4", { "evaluate", VISIBLE },
        { "fill", "#search", " eclair" }, wait_for "1 / 4",
        { "wait", "!document.querySelectorAll('.log > tbody > tr')[2].hidden" },
        { "evaluate", VISIBLE },
        { "fill", "#search", "\u{682A}\u{5F0F}" },
        { "wait", "!document.querySelectorAll('.log > tbody > tr')[1].hidden" },
        { "evaluate", VISIBLE },
        { "fill", "#search", "nobody" }, wait_for "0 / 4",
        { "visible", "#none" }, { "texts", "#none" },
        { "fill", "#search", "" }, wait_for "4", { "evaluate", VISIBLE },
        { "evaluate", COUNT }, { "visible", "#none" },
      })
      assert.equal("1", numbers(results[3]))
      assert.equal("3", numbers(results[7]))
      assert.equal("2", numbers(results[10]))
      assert.is_true(results[13])
      assert.same({ titles.no_match }, results[14])
      assert.equal("1 2 3 4", numbers(results[17]))
      assert.equal(titles.activities .. ": 4", results[18])
      assert.is_false(results[19])
    end)

    it("filters by operation #slow", function()
      local results = open(page_of(sample_log(), name), {
        { "select", "#operation", "Create Order (2)" },
        { "evaluate", VISIBLE }, { "evaluate", COUNT },
        { "fill", "#search", "zoe" }, wait_for "1 / 4",
        { "evaluate", VISIBLE },
        { "select", "#operation", titles.all .. " (4)" },
        { "fill", "#search", "" }, wait_for "4", { "evaluate", VISIBLE },
      })
      assert.equal("1 3", numbers(results[2]))
      assert.equal(titles.activities .. ": 2 / 4", results[3])
      assert.equal("1", numbers(results[6]))
      assert.equal("1 2 3 4", numbers(results[10]))
    end)

    it("sorts by each column, both ways, and says so #slow", function()
      local function column(number)
        return { "click",
                 (".log > thead th:nth-child(%d) button"):format(number) }
      end
      local rows = { "evaluate", VISIBLE }
      local results = open(page_of(sample_log(), name), {
        column(1), rows, column(1), rows, column(2), rows, column(2), rows,
        column(3), rows, column(4), rows,
        { "evaluate", "Array.from(document.querySelectorAll('.log > thead th'),"
          .. " header => header.ariaSort ?? '').join()" },
      })
      assert.equal("4 3 2 1", numbers(results[2]))
      assert.equal("1 2 3 4", numbers(results[4]))
      assert.equal("3 4 1 2", numbers(results[6]))
      assert.equal("2 1 4 3", numbers(results[8]))
      assert.equal("4 1 3 2", numbers(results[10]))
      assert.equal("2 4 3 1", numbers(results[12]))
      assert.equal(",,,ascending,", results[13])
    end)

    it("opens a row by mouse and by keyboard #slow", function()
      local box = ".log > tbody > tr:nth-child(2) .box"
      local summary = ".log > tbody > tr:nth-child(2) summary"
      local results = open(page_of(sample_log(), name), {
        { "visible", box },
        { "click", summary }, { "visible", box }, { "texts", box },
        { "click", summary }, { "visible", box },
        { "focus", ".log > tbody > tr:nth-child(2) a" }, { "press", "Tab" },
        { "press", "Enter" }, { "visible", box },
        { "press", "Space" }, { "visible", box },
      })
      assert.is_false(results[1])
      assert.is_true(results[3])
      assert.matches(titles.changes, results[4][1], 1, true)
      assert.matches("Quantity%s+10%s+25", results[4][1])
      assert.is_false(results[6])
      assert.is_true(results[10])
      assert.is_false(results[12])
    end)

    it("reaches everything by keyboard, in order #slow", function()
      local focused = { "evaluate", "document.activeElement.id || "
        .. "document.activeElement.tagName" }
      local tab, steps = { "press", "Tab" }, {}
      for _ = 1, 8 do
        steps[#steps + 1], steps[#steps + 2] = tab, focused
      end
      local results = open(page_of(sample_log(), name), steps)
      local order = {}
      for i = 2, #results, 2 do order[#order + 1] = results[i] end
      assert.same({ "operation", "search", "BUTTON", "BUTTON", "BUTTON",
                    "BUTTON", "A", "SUMMARY" }, order)
    end)

    it("shows a screen reader a table, its columns and its links #slow",
      function()
        local results = open(page_of(sample_log(), name), {
          { "count", "table", titles.activity_log },
          { "count", "columnheader", titles.affected_customer },
          { "count", "link", "Fabrikam" }, { "count", "row", "Fabrikam" },
          { "count", "searchbox", titles.search_customer_name },
          { "count", "combobox", titles.filter_by_operation_type },
          { "count", "img", titles.activities_per_day },
          { "evaluate", "document.querySelector('.log a').href" },
          { "evaluate", "document.documentElement.lang" },
        })
        assert.same({ 1, 1, 1, 1, 1, 1, 1,
                      activitylog.link.subscriptions(RELECLOUD),
                      (name:gsub("%l+$", string.upper)) }, results)
      end)

    it("shows everything without script #slow", function()
      local path = page_of(sample_log(), name)
      local results = open(path, {
        { "visible", "#controls" }, { "visible", ".chart" },
        { "texts", ".log > tbody > tr > td:nth-child(2)" },
        { "click", ".log > tbody > tr:nth-child(4) summary" },
        { "visible", ".log > tbody > tr:nth-child(4) .box" },
      }, { javaScriptEnabled = false })
      assert.is_false(results[1])
      assert.is_true(results[2])
      assert.equal("1 2 3 4", numbers(results[3]))
      assert.is_true(results[5])
    end)

    for _, scheme in ipairs { "light", "dark" } do
      it(("finds nothing inaccessible in the %s #slow"):format(scheme),
        function()
          local results = open(page_of(sample_log(), name), {
            { "axe" }, { "click", "summary" }, { "fill", "#search", "nobody" },
            wait_for "0 / 4", { "axe" }, { "fill", "#search", "" },
            wait_for "4", { "axe" },
          }, { colorScheme = scheme })
          assert.same({}, results[1])
          assert.same({}, results[5])
          assert.same({}, results[8])
        end)
    end
  end)
end

for _, scheme in ipairs { "light", "dark" } do
  describe(("a browser, of a summary in the %s,"):format(scheme), function()
    for _, by in ipairs {
      { "day" }, { "day", "operation_type" }, { "customer", "user" },
    } do
      it(("finds nothing inaccessible by %s #slow")
        :format(table.concat(by, " and ")), function()
          local summary = assert(sample_log():summary {
            by = by, period = "all",
          })
          local path = support.temp_dir() .. "/page.html"
          assert(summary:export(path, { format = "html", pivot = #by == 2 }))
          local results = open(path, {
            { "axe" }, { "evaluate", "document.documentElement.scrollWidth" },
            { "count", "table" }, { "count", "img" },
          }, { colorScheme = scheme, viewport = { width = 360, height = 740 } })
          assert.same({ {}, 360, 1, by[1] == "day" and 1 or 0 }, results)
        end)
    end
  end)
end

describe("a browser", function()
  it("prints the rows, without what is to be clicked #slow", function()
    local results = open(page_of(sample_log()), {
      { "click", ".log > tbody > tr:nth-child(2) summary" },
      { "media", "print" },
      { "visible", "#controls" }, { "visible", "summary" },
      { "visible", ".log > tbody > tr:nth-child(2) .box" },
      { "visible", ".log > tbody > tr:nth-child(3) .box" },
      { "texts", ".log > tbody > tr > td:nth-child(2)" },
    })
    assert.same({ false, false, true, false },
                { table.unpack(results, 3, 6) })
    assert.equal("1 2 3 4", numbers(results[7]))
  end)

  it("prints all columns of a month by customer and day #slow", function()
    local summary = assert(sample_log():summary {
      by = { "customer", "day" },
      period = activitylog.period("2026-10-01", "2026-10-31"),
    })
    local path = support.temp_dir() .. "/page.html"
    assert(summary:export(path, { format = "html", pivot = true }))
    local results = open(path, {
      { "media", "print" },
      { "evaluate", "document.querySelector('.scroll').scrollWidth" },
    }, { viewport = { width = 718, height = 1000 } }) -- A4 and its margins
    assert.equal(718, results[2])
  end)

  it("shows a phone all of it, without a bar to scroll sideways #slow",
    function()
      local results = open(page_of(sample_log()), {
        { "click", "summary" },
        { "evaluate", "document.documentElement.scrollWidth" }, { "axe" },
      }, { viewport = { width = 360, height = 740 } })
      assert.equal(360, results[2])
      assert.same({}, results[3])
    end)

  it("finds nothing inaccessible in a page without activity #slow", function()
    assert.same({ {} }, open(page_of(support.log()), { { "axe" } }))
  end)

  it("runs nothing of what strangers wrote #slow", function()
    local hostile = {
      "<script>alert(1);window.hit=1</script>", "</script><script>hit=1",
      '"><img src=x onerror="window.hit=1">', "' onmouseover='window.hit=1",
      "<svg onload=window.hit=1>", "javascript:window.hit=1", "]]><!--",
      "</style><style>*{display:none}", "<iframe src=//example.com>",
      "\u{202E}gnp.exe", "a\0b", "</td></tr></table><table>",
    }
    local log = support.log()
    for i, text in ipairs(hostile) do
      assert(log:append {
        id = text .. i, operation_date = ("2026-10-09T08:%02d:00Z"):format(i),
        customer_name = text, customer_id = text, operation_type = text,
        operation_status = text, user_principal_name = text,
        customized_data = support.json { { key = text, value = text } },
        resource_old_value = support.json { [text] = text },
        resource_new_value = support.json { [text] = text .. "!" },
      })
    end
    local results = open(page_of(log), {
      { "evaluate", "document.querySelectorAll('details')"
        .. ".forEach(one => one.open = true)" },
      { "evaluate", "window.hit ?? 0" },
      { "evaluate", "document.querySelectorAll('.log > tbody > tr').length" },
      { "evaluate", "document.querySelectorAll('.log > tbody a').length" },
      { "evaluate", "document.scripts.length + document.images.length"
        .. " + frames.length" },
      { "texts", ".log > tbody > tr:last-child > td:nth-child(2)" },
    })
    assert.equal(0, results[2])
    assert.equal(#hostile, results[3])
    assert.equal(0, results[4])
    assert.equal(1, results[5])
    assert.same({ hostile[1] }, results[6])
  end)

  it("keeps rows in sight whatever the length of what is in them #slow",
    function()
      local log, mib = support.log(), ("W"):rep(1048576)
      local marks = "a" .. ("\u{301}"):rep(2000)
      for i, text in ipairs { mib, ("word "):rep(200000), marks } do
        assert(log:append {
          id = tostring(i), operation_date = "2026-10-09T08:00:00Z",
          customer_name = text, customer_id = RELECLOUD,
          operation_type = text, user_principal_name = text,
        })
      end
      local size = { "evaluate", "[document.documentElement.scrollWidth, "
        .. "document.documentElement.scrollHeight < 2000]" }
      for _, width in ipairs { 1280, 360 } do
        local context = { viewport = { width = width, height = 740 } }
        assert.same({ { width, true }, {} },
                    open(page_of(log), { size, { "axe" } }, context))
        local path = support.temp_dir() .. "/summary.html"
        for _, by in ipairs { { "day", "user" }, { "user", "day" } } do
          assert(assert(log:summary { by = by, period = "all" })
            :export(path, { format = "html", pivot = true }))
          assert.same({ { width, true }, {} },
                      open(path, { size, { "axe" } }, context))
        end
      end
    end)

  it("opens, searches and sorts 20000 rows without freezing #slow", function()
    local log, records = support.log(), {}
    for i = 1, 20000 do
      records[i] = {
        id = tostring(i), customer_id = RELECLOUD,
        operation_date = ("2026-10-%02dT%02d:%02d:00Z"):format(
          i // 1440 + 1, i // 60 % 24, i % 60),
        customer_name = ("Customer %d"):format(i % 1000),
        operation_type = "update_subscription",
        user_principal_name = "admin@contoso.example",
        resource_old_value = '{"Id":"A","Quantity":10,"Status":"none"}',
        resource_new_value = '{"Id":"A","Quantity":25,"Status":"active"}',
      }
    end
    assert(log:append(records))
    local results = open(page_of(log), {
      { "evaluate", "new PerformanceObserver(list => list.getEntries().forEach("
        .. "one => window.longest = Math.max(window.longest ?? 0, one.duration)"
        .. ")).observe({ type: 'longtask' })" },
      { "fill", "#search", "customer 77" }, wait_for "220 / 20000",
      { "click", ".log > thead th:nth-child(2) button" },
      { "evaluate", VISIBLE },
      { "fill", "#search", "" }, wait_for "20000",
      { "evaluate", "window.longest ?? 0" },
    })
    assert.equal(220, #results[5])
    assert.equal("Customer 77 | Update Subscription", results[5][1])
    assert.is_true(results[8] < 10000, "busy for " .. results[8] .. " ms")
  end)
end)
