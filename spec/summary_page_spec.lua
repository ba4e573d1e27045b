-- Summaries as pages, read back by Python's parser.

local activitylog = require "activitylog"
local locale = require "activitylog.locale"
local support = require "spec.support"

-- Of September 2026: two customers, three days with something, three kinds.
local RECORDS = {
  { "2026-09-01T08:00:00Z", "Contoso", "create_order" },
  { "2026-09-01T09:00:00Z", "Fabrikam", "create_order" },
  { "2026-09-01T10:00:00Z", "Fabrikam", "add_customer" },
  { "2026-09-03T08:00:00Z", "Contoso", "create_order" },
  { "2026-09-03T09:00:00Z", nil, "update_order" },
}

local function log_of(rows)
  local log, records = support.log(), {}
  for i, row in ipairs(rows) do
    records[i] = {
      id = tostring(i), operation_date = row[1], customer_name = row[2],
      operation_type = row[3],
    }
  end
  assert(log:append(records))
  return log
end

local PERIOD = activitylog.period("2026-09-01", "2026-09-03")

local function summary_of(by, rows, period)
  return assert(log_of(rows or RECORDS):summary {
    by = by, period = period or PERIOD,
  })
end

-- What the page has: its title, language, texts by element, the rows of its
-- table, the bars of its chart, and how often each element comes.
local function read_page(path)
  local page = { rows = {}, count = {}, text = {}, bars = {} }
  local open, cell = {}, nil
  for _, event in ipairs(support.page_events(path)) do
    local kind, what = event[1], event[2]
    local inside = open[#open]
    if kind == "start" then
      open[#open + 1] = what
      page.count[what] = (page.count[what] or 0) + 1
      if what == "html" then page.language = event[3].lang end
      if what == "tr" then page.rows[#page.rows + 1] = {} end
      if what == "td" or what == "th" then cell = "" end
      if what == "meta" then open[#open] = nil end
    elseif kind == "end" then
      open[#open] = nil
      if what == "td" or what == "th" then
        table.insert(page.rows[#page.rows], cell)
        cell = nil
      end
    elseif cell then
      cell = cell .. what
    elseif inside == "title" and open[#open - 1] == "rect" then
      page.bars[#page.bars + 1] = what
    else
      page.text[inside] = page.text[inside] or what
    end
  end
  return page
end

local function page_of(summary, given)
  local path = support.temp_dir() .. "/summary.html"
  local how = { format = "html" }
  for name, value in pairs(given or {}) do how[name] = value end
  local result = assert(summary:export(path, how))
  return read_page(path), result
end

describe("a summary's page", function()
  it("has the rows of the list, as the locale writes them", function()
    local page, result = page_of(summary_of("day"), { locale = "de" })
    assert.same({
      { "Tag (UTC)", "Anzahl", "Erste Aktivität (UTC)",
        "Letzte Aktivität (UTC)", "Kunden" },
      { "01.09.2026", "3", "01.09.2026 08:00", "01.09.2026 10:00", "2" },
      { "02.09.2026", "0", "–", "–", "0" },
      { "03.09.2026", "2", "03.09.2026 08:00", "03.09.2026 09:00", "1" },
    }, page.rows)
    assert.equal(3, result.rows)
    assert.equal("de-DE", page.language)
  end)

  it("has the rows of a pivot, and its sums at the foot", function()
    local summary = summary_of { "day", "operation_type" }
    local page, result = page_of(summary, { pivot = true })
    local _, of_csv = summary:export_text { pivot = true }
    assert.equal(of_csv.rows, result.rows)
    assert.same({
      { "Day (UTC)", "Add Customer", "Create Order", "Update Order", "Total" },
      { "9/1/2026", "1", "2", "0", "3" },
      { "9/2/2026", "0", "0", "0", "0" },
      { "9/3/2026", "0", "1", "1", "2" },
      { "Total", "1", "3", "1", "5" },
    }, page.rows)
    assert.equal(1, page.count.tfoot)
  end)

  it("has times in the locale's form, be they rows, columns or bars", function()
    local by = { "customer", "month" }
    local page = page_of(summary_of(by), { pivot = true, locale = "hu" })
    assert.equal("2026. 09.", page.rows[1][2])
    assert.equal("Contoso, 2026. 09.: 2", page.bars[1])
    page = page_of(summary_of(by), { locale = "nl" })
    assert.equal("9-2026", page.rows[2][3])
    page = page_of(summary_of "hour", { locale = "ja" })
    assert.equal("2026/09/01 8:00", page.rows[10][1])
    assert.equal("2026/09/01 8:00: 1", page.bars[1])
    page = page_of(summary_of "week", { locale = "fr" })
    assert.equal("2026-W36", page.rows[2][1])
  end)

  it("says what it is of: the period and how many there are", function()
    local page = page_of(summary_of "operation_type")
    assert.equal("Activity Log, 9/1/2026 – 9/3/2026", page.text.title)
    assert.equal("Activity Log", page.text.h1)
    assert.equal("9/1/2026", page.text.dd)
    assert.equal("Activities: 5", page.text.p)
    assert.equal("Operation type", page.text.h2)
  end)

  it("is of the first to the last activity where the period is open",
     function()
    local page = page_of(summary_of("day", RECORDS, "all"))
    assert.equal("Activity Log, 9/1/2026 – 9/3/2026", page.text.title)
  end)

  it("says so where there is nothing at all", function()
    local log = support.log()
    local page = page_of(assert(log:summary { period = "all" }))
    assert.equal("Activity Log, – – –", page.text.title)
    assert.equal(1, #page.rows)
    assert.is_nil(page.count.figure)
  end)

  it("draws a time as bars", function()
    local page = page_of(summary_of "day")
    assert.equal("Activities per day", page.text.figcaption)
    assert.same({ "9/1/2026: 3", "9/3/2026: 2" }, page.bars)
    assert.is_nil(page.count.ul)
  end)

  it("draws another key beside it as series, whichever comes first",
     function()
    local bars = {
      "Add Customer, 9/1/2026: 1", "Create Order, 9/1/2026: 2",
      "Create Order, 9/3/2026: 1", "Update Order, 9/3/2026: 1",
    }
    for _, by in ipairs {
      { "day", "operation_type" }, { "operation_type", "day" },
    } do
      for _, pivot in ipairs { true, false } do
        local page = page_of(summary_of(by), { pivot = pivot })
        assert.same(bars, page.bars)
        assert.equal(3, page.count.li)
      end
    end
  end)

  it("draws the sums where there are two other keys", function()
    local page = page_of(summary_of { "customer", "operation_type", "day" })
    assert.same({ "9/1/2026: 3", "9/3/2026: 2" }, page.bars)
  end)

  it("draws nothing where no key is a time", function()
    assert.is_nil(page_of(summary_of "customer").count.figure)
  end)

  it("draws customers of one name as one, and those without one", function()
    local rows = {
      { "2026-09-01T08:00:00Z", "Contoso", "create_order" },
      { "2026-09-01T09:00:00Z", nil, "create_order" },
    }
    local log = log_of(rows)
    assert(log:append {
      id = "3", operation_date = "2026-09-01T10:00:00Z",
      customer_name = "Contoso", customer_id = "c",
    })
    local page = page_of(assert(log:summary {
      by = { "day", "customer" }, period = "all",
    }))
    assert.same({ "Contoso, 9/1/2026: 2", "–, 9/1/2026: 1" }, page.bars)
  end)

  it("draws many names at many times as fast as it lists them", function()
    local rows = {}
    for i = 1, 3000 do
      rows[i] = { ("2026-%02d-%02dT%02d:00:00Z"):format(i % 12 + 1,
                    i // 12 % 28 + 1, i // 336), "c" .. i, "create_order" }
    end
    local summary = summary_of({ "hour", "customer" }, rows, "all")
    local steps = 0
    debug.sethook(function() steps = steps + 1000 end, "", 1000)
    local ok, text = pcall(summary.export_text, summary, { format = "html" })
    debug.sethook()
    assert(ok and text, text)
    -- As a pivot they would be 24 million cells.
    assert.is_true(steps < 10000000, steps .. " steps")
  end)

  it("draws the largest series, and the others as one", function()
    local rows = {}
    for kind = 1, 10 do
      for i = 1, kind == 3 and 1 or 2 do
        rows[#rows + 1] = {
          ("2026-09-01T%02d:%02d:00Z"):format(kind, i), "A",
          "kind_" .. ("%02d"):format(kind),
        }
      end
    end
    local page = page_of(summary_of({ "day", "operation_type" }, rows))
    assert.equal(8, page.count.li)
    assert.equal("Kind 01, 9/1/2026: 2", page.bars[1])
    assert.equal("Kind 02, 9/1/2026: 2", page.bars[2])
    assert.equal("Kind 04, 9/1/2026: 2", page.bars[3])
    assert.equal("Other, 9/1/2026: 5", page.bars[8])
  end)

  it("has its series in one order whatever the locale of the process",
     function()
    local german = support.german()
    if not german then return pending("needs localedef") end
    local program = [[
      assert(os.setlocale("de_DE.UTF-8"))
      local log = assert(require("activitylog").open(":memory:"))
      for i, name in ipairs { "Z", "\u{C4}", "a" } do
        assert(log:append {
          id = tostring(i), customer_name = name,
          operation_date = "2026-10-01T08:00:00Z",
        })
      end
      local summary = log:summary { period = "all", by = { "day", "customer" } }
      print((summary:export_text { format = "html" }))]]
    local page = support.check(german .. support.lua(program))
    local names = {}
    for name in page:gmatch("</svg> ([^<]+)</li>") do
      names[#names + 1] = name
    end
    assert.same({ "Z", "a", "\u{C4}" }, names)
  end)

  it("puts a bar beside each count that is not 0", function()
    local page = page_of(summary_of "operation_type")
    assert.equal(3, page.count.svg)
    assert.equal(3, page.count.rect)
  end)

  for _, name in ipairs(locale.names) do
    it("is in the words of " .. name, function()
      local titles = locale.find(name).titles
      local page = page_of(summary_of { "week", "customer" },
                           { locale = name, pivot = true })
      assert.equal(titles.activity_log, page.text.h1)
      assert.equal(titles.activities_per_week, page.text.figcaption)
      assert.equal(titles.total, page.rows[#page.rows][1])
    end)
  end

  it("has no script, and allows none", function()
    local text = summary_of("day"):export_text { format = "html" }
    assert.truthy(text:find("script-src 'none'", 1, true))
    assert.falsy(text:find("<script", 1, true))
    assert.falsy(text:find(" style=", 1, true))
    assert.falsy(text:find(" on%w+="))
  end)

  it("lets nothing that strangers wrote become markup", function()
    local hostile = {
      "<script>alert(1)</script>", "</table></main>", '"><img src=x>', "]]>",
      "<!--", "-->", "&lt;", "&#60;b&#62;", "' onclick='x", "\u{202E}gnp",
      "a\0b", "\27[31m", "<svg onload=alert(1)>", "javascript:alert(1)",
    }
    local rows = {}
    for i, text in ipairs(hostile) do
      rows[i] = { "2026-09-01T08:00:00Z", text, text .. i }
    end
    for _, by in ipairs { { "customer", "day" }, { "day", "customer" },
                          { "customer", "operation_type" } } do
      local page = page_of(summary_of(by, rows), { pivot = true })
      assert.is_nil(page.count.script)
      assert.is_nil(page.count.img)
      assert.equal(1, page.count.main)
      assert.equal(1, page.count.table)
    end
    local page = page_of(summary_of("customer", rows))
    local names = {}
    for i = 2, #page.rows do names[page.rows[i][1]] = true end
    assert.is_true(names["<script>alert(1)</script>"])
    assert.is_true(names["&#60;b&#62;"])
    assert.is_true(names["\\u{202E}gnp"])
    assert.is_true(names["a\\u{0}b"])
    assert.is_true(names["\\u{1B}[31m"])
  end)

  it("cuts long texts", function()
    local name, cut = ("x"):rep(1048576), ("x"):rep(200) .. "\u{2026}"
    local rows = { { "2026-09-01T08:00:00Z", name, "create_order" } }
    local page = page_of(summary_of("customer", rows))
    assert.is_true(page.rows[2][1] == cut)
    page = page_of(summary_of({ "day", "customer" }, rows), { pivot = true })
    assert.is_true(page.rows[1][2] == cut)
    assert.is_true(page.bars[1] == cut .. ", 9/1/2026: 1")
  end)

  it("refuses more rows than max_rows before anything is written", function()
    local rows = {}
    for i = 1, 11 do
      rows[i] = { "2026-09-01T08:00:00Z", "c" .. i, "create_order" }
    end
    local summary = summary_of("customer", rows)
    local path = support.temp_dir() .. "/summary.html"
    local file <close> = assert(io.open(path, "w+b"))
    local result, message, code =
      summary:export(file, { format = "html", max_rows = 10 })
    assert.same({ nil, "limit" }, { result, code })
    assert.equal("11 rows are more than the 10 that a page has; choose a "
      .. "shorter period, other keys, another max_rows (0 is no limit) or "
      .. "format", message)
    assert.equal("", support.read(path))
    assert.equal(11, assert(summary:export(path, {
      format = "html", max_rows = 0,
    })).rows)
  end)

  it("refuses a pivot of more than 200 columns", function()
    local rows = {}
    for i = 1, 199 do
      rows[i] = { "2026-09-01T08:00:00Z", "c" .. i, "create_order" }
    end
    local summary = summary_of({ "day", "customer" }, rows)
    local path = support.temp_dir() .. "/summary.html"
    local result, message, code =
      summary:export(path, { format = "html", pivot = true })
    assert.same({ nil, "limit" }, { result, code })
    assert.truthy(message:find("put the other key first", 1, true))
    assert.is_false(support.exists(path))
    assert(summary:export(path, { format = "html" }))
  end)

  it("takes none of the options of CSV", function()
    local summary = summary_of "day"
    local how = { format = "html", separator = ";" }
    assert.equal("option 'separator' is one of CSV; a page has none of its "
      .. "rules",
      support.blame(function() summary:export("a.html", how) end))
  end)

  it("goes to open files and strings as well #gc", function()
    local summary = summary_of "day"
    local path = support.temp_dir() .. "/summary.html"
    local text, told = summary:export_text { format = "html" }
    assert.equal(3, told.rows)
    local file <close> = assert(io.open(path, "wb"))
    local result = assert(summary:export(file, { format = "html" }))
    assert.equal(text, support.read(path))
    assert.same({ rows = 3, bytes = #text, files = {} }, result)
  end)

  it("is of what was counted, whatever became of the rows", function()
    local summary = summary_of "day"
    local text = summary:export_text { format = "html" }
    summary[1].count, summary[2], summary.total.count = 99, nil, 98
    assert.equal(text, (summary:export_text { format = "html" }))
  end)
end)
