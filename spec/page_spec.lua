-- The log as a page, as a foreign reader of HTML finds it. What a browser makes
-- of it is in spec/browser_spec.lua.

local activitylog = require "activitylog"
local chart = require "activitylog.chart"
local html = require "activitylog.html"
local locale = require "activitylog.locale"
local support = require "spec.support"

local RELECLOUD = "0c39d6d5-c70d-4c55-bc02-f620844f3fd1"
local LINK = activitylog.link.subscriptions(RELECLOUD)

-- Of the text in a file named by the first argument, in base64.
local SHA256 = [[
import base64, hashlib, sys
text = open(sys.argv[1], "rb").read()
print(base64.b64encode(hashlib.sha256(text).digest()).decode(), end="")
]]

local function sha256(text)
  local path = support.write(support.temp_dir() .. "/text", text)
  return support.check(("python3 -c %s %s"):format(support.quote(SHA256), path))
end

-- ---- pages and what is in them

-- Elements without an end.
local VOID = { input = true, meta = true }

-- An element is a table of its tag, attributes and children, text a string.
local function tree_of(text)
  local path = support.write(support.temp_dir() .. "/page.html", text)
  local root = { children = {} }
  local open = { root }
  for _, event in ipairs(support.page_events(path)) do
    local kind, what = event[1], event[2]
    local inside = open[#open].children
    if kind == "text" then
      inside[#inside + 1] = what
    elseif kind == "end" then
      open[#open] = nil
    else
      local element = { tag = what, attributes = event[3], children = {} }
      inside[#inside + 1] = element
      if not VOID[what] then open[#open + 1] = element end
    end
  end
  return root
end

-- The page of a log: its tree, and what came of it.
local function page_of(log, given)
  local options = { format = "html", period = "all" }
  for name, value in pairs(given or {}) do options[name] = value end
  local text, result = assert(log:export_text(options))
  return tree_of(text), result, text
end

-- All elements of a tree that have the tag and, if given, an attribute of that
-- value; in the order of the document.
local function all(node, tag, attribute, value)
  local found = {}
  local function visit(element)
    if element.tag == tag
       and (not attribute or element.attributes[attribute] == value) then
      found[#found + 1] = element
    end
    for _, child in ipairs(element.children) do
      if type(child) == "table" then visit(child) end
    end
  end
  visit(node)
  return found
end

local function first(...)
  return assert(all(...)[1], "there is no such element")
end

local function text_of(node)
  if type(node) == "string" then return node end
  local parts = {}
  for i, child in ipairs(node.children) do parts[i] = text_of(child) end
  return table.concat(parts)
end

local function texts(nodes)
  local list = {}
  for i, node in ipairs(nodes) do list[i] = text_of(node) end
  return list
end

-- The rows of the log's table.
local function rows_of(tree)
  local rows = {}
  for _, body in ipairs(first(tree, "table", "class", "log").children) do
    if body.tag == "tbody" then
      for _, row in ipairs(body.children) do
        if row.tag == "tr" then rows[#rows + 1] = row end
      end
    end
  end
  return rows
end

-- What the first four cells of each row say.
local function cells_of(tree)
  local cells = {}
  for i, row in ipairs(rows_of(tree)) do
    cells[i] = { table.unpack(texts(row.children), 1, 4) }
  end
  return cells
end

local function record(fields)
  local made = {
    id = "id-1", operation_date = "2026-10-09T17:58:10.1234567Z",
    operation_type = "create_order", customer_id = RELECLOUD,
    customer_name = "Relecloud",
    user_principal_name = "admin@relecloud.example",
  }
  for name, value in pairs(fields or {}) do made[name] = value or nil end
  return made
end

-- A log of records that differ from the one above in what is given.
local function log_of(...)
  local log = support.log()
  for i, fields in ipairs { ... } do
    local made = record(fields)
    made.id = fields.id or "id-" .. i
    assert(log:append(made))
  end
  return log
end

describe("a page", function()
  it("is titled, counted and of a period as the portal has it", function()
    local tree = page_of(log_of({}), { period = "2026-10" })
    assert.equal("Activity Log", text_of(first(tree, "h1")))
    assert.equal("Activity Log, 10/1/2026 \u{2013} 10/31/2026",
                 text_of(first(tree, "title")))
    local period = first(tree, "dl", "class", "period")
    assert.same({ "From", "To" }, texts(all(period, "dt")))
    assert.same({ "10/1/2026", "10/31/2026" }, texts(all(period, "dd")))
    assert.equal("Activities: 1", text_of(first(tree, "p", "id", "count")))
  end)

  it("of everything is of the days of the first and last record", function()
    local tree = page_of(log_of(
      { operation_date = "2026-10-09T23:30:00Z" },
      { operation_date = "2026-11-02T01:00:00Z" }), { zone = "+01:00" })
    assert.same({ "10/10/2026", "11/2/2026" }, texts(all(tree, "dd")))
  end)

  it("has the portal's columns, and rows newest first", function()
    local tree = page_of(log_of(
      { operation_date = "2021-09-14T19:15:59Z", customer_name = "Older" },
      { operation_date = "2021-09-14T19:16:00Z" }))
    local titles = all(first(tree, "table", "class", "log"), "th", "role",
                       "columnheader")
    assert.same({ "Date-Time (UTC)", "Affected customer", "Action",
                  "Performed by", "Details" }, texts(titles))
    assert.equal("descending", titles[1].attributes["aria-sort"])
    assert.same({
      { "9/14/2021, 7:16 PM", "Relecloud", "Create Order",
        "admin@relecloud.example" },
      { "9/14/2021, 7:15 PM", "Older", "Create Order",
        "admin@relecloud.example" },
    }, cells_of(tree))
  end)

  it("can have them oldest first, and says so", function()
    local log = log_of({ operation_date = "2021-09-14T19:15:59Z" }, {})
    local tree = page_of(log, { order = "oldest" })
    assert.equal("9/14/2021, 7:15 PM", cells_of(tree)[1][1])
    assert.equal(1, #all(tree, "th", "aria-sort", "ascending"))
  end)

  it("writes times by the zone's clock, and names it", function()
    local tree = page_of(log_of({}), { zone = "Europe/Paris" })
    assert.equal("10/9/2026, 7:58 PM", cells_of(tree)[1][1])
    assert.equal("Date-Time (Europe/Paris)",
                 text_of(first(tree, "th", "aria-sort", "descending")))
  end)

  it("links a customer to the Subscriptions page", function()
    local link = first(page_of(log_of({})), "a")
    assert.same({ href = LINK, target = "_blank", rel = "noopener noreferrer" },
                link.attributes)
    assert.equal("Relecloud", text_of(link))
  end)

  it("links to another cloud, or not at all", function()
    local log = log_of({})
    local href = first(page_of(log, { cloud = "china" }), "a").attributes.href
    assert.equal(activitylog.link.subscriptions(RELECLOUD, { cloud = "china" }),
                 href)
    assert.same({}, all(page_of(log, { links = false }), "a"))
  end)

  it("names a customer without a name by the id, which is linked", function()
    local tree = page_of(log_of({ customer_name = false },
                                { customer_name = "" }))
    assert.same({ RELECLOUD, RELECLOUD }, texts(all(tree, "a")))
  end)

  it("shows what is missing as nothing", function()
    local log = support.log()
    assert(log:append { id = "1", operation_date = "2026-10-09T08:00:00Z" })
    local tree = page_of(log)
    assert.same({ { "10/9/2026, 8:00 AM", "", "\u{2013}", "" } },
                cells_of(tree))
    assert.same({ "All (1)", "\u{2013} (1)" }, texts(all(tree, "option")))
  end)

  it("has a filter of the operations that are in it", function()
    local tree = page_of(log_of({}, { operation_type = "CREATE_ORDER" },
                                { operation_type = "add_customer" }))
    assert.same({ "All (3)", "Add Customer (1)", "Create Order (2)" },
                texts(all(tree, "option")))
    local chosen = all(tree, "option", "value", "create_order")
    assert.equal(1, #chosen)
    assert.equal(2, #all(tree, "tr", "data-operation", "create_order"))
  end)

  it("hides what needs the script, and nothing else", function()
    local tree = page_of(log_of({}))
    local hidden = {}
    for _, tag in ipairs { "div", "p", "tr", "tbody", "table", "svg" } do
      for _, element in ipairs(all(tree, tag)) do
        if element.attributes.hidden ~= nil then
          hidden[#hidden + 1] = element.attributes.id
        end
      end
    end
    assert.same({}, hidden)
  end)

  it("shows a record's details below its row", function()
    local tree = page_of(log_of({
      operation_status = "succeeded",
      customized_data = '[{"key":"OrderId","value":"A-1"}]',
      resource_old_value = '{"Quantity":10}',
      resource_new_value = '{"Quantity":25,"LineItems":['
        .. '{"FriendlyName":"Office","Quantity":3}]}',
    }))
    local box = first(tree, "div", "class", "box")
    local fields = text_of(first(box, "pre", "class", "fields"))
    assert.matches("Date-Time:\t2026-10-09 17:58:10\n", fields, 1, true)
    assert.matches("Status:\tSucceeded\n", fields, 1, true)
    assert.matches("Order Id:\tA-1\n", fields, 1, true)
    assert.same({ "Line items", "Changes" }, texts(all(box, "caption")))
    local tables = all(box, "table")
    assert.same({ "Product", "Offer", "Quantity", "Subscription", "Term" },
                texts(all(tables[1], "th")))
    assert.same({ "Office", "", "3", "", "" }, texts(all(tables[1], "td")))
    assert.same({ "Quantity", "10", "25" },
                { table.unpack(texts(all(tables[2], "td")), 1, 3) })
    assert.same({ "Old value", "New value" }, texts(all(box, "h2")))
    assert.equal("Quantity: 10", text_of(all(box, "pre")[2]))
  end)

  it("draws activity by day, and by month when the period is long", function()
    local function title(...)
      return text_of(first(page_of(log_of(...)), "figcaption"))
    end
    assert.equal("Activities per day",
      title({}, { operation_date = "2026-12-31T08:00:00Z" }))
    assert.equal("Activities per month",
      title({}, { operation_date = "2027-02-01T08:00:00Z" }))
  end)

  it("says so when there is no activity", function()
    local tree, result = page_of(support.log(), { period = "2026-10" })
    assert.equal("There is no activity in this period.",
                 text_of(first(tree, "p", "class", "none")))
    assert.same({}, all(tree, "table"))
    assert.same({}, all(tree, "script"))
    assert.equal(0, result.records)
    assert.same({ "\u{2013}", "\u{2013}" },
                texts(all(page_of(support.log()), "dd")))
  end)

  it("groups its rows by the hundred", function()
    local log, records = support.log(), {}
    for i = 1, 200 do records[i] = record { id = "id-" .. i } end
    assert(log:append(records))
    assert.equal(2, #all(page_of(log), "tbody"))
    assert(log:append(record { id = "one more" }))
    local tree = page_of(log)
    assert.equal(3, #all(tree, "tbody"))
    assert.equal(201, #rows_of(tree))
  end)

  it("allows its own style sheet and script by their hashes, and no more",
    function()
      local tree = page_of(log_of({}))
      local policy =
        first(tree, "meta", "http-equiv", "Content-Security-Policy")
      assert.equal(("default-src 'none'; style-src 'sha256-%s'; script-src "
        .. "'sha256-%s'; base-uri 'none'; form-action 'none'"):format(
        sha256(text_of(first(tree, "style"))),
        sha256(text_of(first(tree, "script")))),
        policy.attributes.content)
      assert.equal(1, #all(tree, "style"))
      assert.equal(1, #all(tree, "script"))
    end)

  for _, name in ipairs(locale.names) do
    it("speaks " .. name, function()
      local words = locale.find(name)
      local tree = page_of(log_of({}), { locale = name })
      assert.equal(name:gsub("%l+$", string.upper),
                   first(tree, "html").attributes.lang)
      assert.equal(words.titles.activity_log, text_of(first(tree, "h1")))
      assert.equal(words.titles.search_customer_name,
                   first(tree, "input").attributes["aria-label"])
      assert.equal(words.titles.performed_by,
                   text_of(all(tree, "th", "role", "columnheader")[4]))
    end)
  end
end)

describe("format = \"html\"", function()
  local function refusal(given)
    given.format = "html"
    local log = support.log()
    return (support.error_of(function() log:export_text(given) end)
      :gsub("^[^:]+:%d+: ", ""))
  end

  it("tells what came of the page", function()
    local log = log_of({}, { resource_new_value = '{"password":"x"}' })
    local path = support.temp_dir() .. "/page.html"
    local result = assert(log:export(path, { format = "html", period = "all" }))
    assert.same({ records = 2, rows = 2, bytes = #support.read(path),
                  files = { path }, redacted = 1 }, result)
  end)

  it("writes the same to a file, an open file and a string", function()
    local log, given = log_of({}), { format = "html", period = "all" }
    local path = support.temp_dir() .. "/page.html"
    assert(log:export(path, given))
    local file <close> = assert(io.tmpfile())
    assert(log:export(file, given))
    file:seek("set")
    local text = assert(log:export_text(given))
    assert.equal(support.read(path), text)
    assert.equal(text, file:read("a"))
  end)

  it("masks secrets and what a rule names", function()
    local log = log_of({ resource_new_value = '{"password":"geheim"}' })
    local _, _, text = page_of(log)
    assert.is_nil(text:find("geheim", 1, true))
    local tree = page_of(log, { redact = { "customer_name", "customer_id" } })
    assert.equal("***", cells_of(tree)[1][2])
    assert.same({}, all(tree, "a"))
    _, _, text = page_of(log, { redact = false })
    assert.is_truthy(text:find("geheim", 1, true))
  end)

  it("is of one moment, also when another program writes meanwhile", function()
    local path = support.temp_dir() .. "/log.db"
    local log = support.log(path)
    assert(log:append(record()))
    local figure = chart.figure
    support.defer(function() chart.figure = figure end)
    function chart.figure(given) -- the summaries are made, the rows are not
      support.check(support.lua(([[
        local log = assert(require("activitylog").open(%q))
        assert(log:append { { id = "id-1", customer_name = "Renamed",
                              operation_date = "2026-10-09T17:58:10.1234567Z" },
                            { id = "id-2",
                              operation_date = "2026-10-10T08:00:00Z" } })
      ]]):format(path)))
      return figure(given)
    end
    local tree = page_of(log)
    assert.equal("Activities: 1", text_of(first(tree, "p", "id", "count")))
    assert.equal(1, #rows_of(tree))
    assert.equal("Relecloud", cells_of(tree)[1][2])
    assert.equal(2, log:count { period = "all" })
  end)

  it("refuses more records than max_rows, with advice, and writes nothing",
    function()
      local records = {}
      for i = 1, 11 do records[i] = record { id = "id-" .. i } end
      local log = support.log()
      assert(log:append(records))
      local folder = support.temp_dir()
      local result, message, code = log:export(folder .. "/page.html",
        { format = "html", period = "all", max_rows = 10 })
      assert.is_nil(result)
      assert.equal("limit", code)
      assert.equal("11 records are more than the 10 that a page has; choose "
        .. "a shorter period, another max_rows (0 is no limit) or format",
        message)
      assert.equal("", support.check("ls -A " .. folder))
      local all_of_them = { format = "html", period = "all", max_rows = 11 }
      assert.equal(11, select(2, assert(log:export_text(all_of_them))).rows)
    end)

  it("takes 20000 records unless told otherwise", function()
    local log, records = support.log(), {}
    for i = 1, 20001 do
      records[i] = { id = "id-" .. i, operation_date = "2026-10-09T08:00:00Z" }
    end
    assert(log:append(records))
    local given = { format = "html", period = "all" }
    assert.equal("limit", select(3, log:export_text(given)))
    given.max_rows = 0
    assert.equal(20001, select(2, assert(log:export_text(given))).rows)
  end)

  it("refuses the options of CSV, and a layout", function()
    for name, value in pairs {
      layout = "full", excel = false, bom = true, newline = "\n",
      separator = ";", defuse = false, date_format = "%F", max_cell = 0,
      zone_in_title = false,
    } do
      assert.equal(("option '%s' is one of CSV; a page looks like the portal's")
        :format(name), refusal { [name] = value })
    end
  end)

  it("refuses wrong values of its options", function()
    assert.matches("max_rows", refusal { max_rows = -1 })
    assert.matches("unknown locale", refusal { locale = "xx" })
    assert.matches("unknown cloud", refusal { cloud = "mars" })
  end)

  it("gives io where no file can be, and exists for the log itself", function()
    local path = support.temp_dir() .. "/log.db"
    local log = support.log(path)
    assert(log:append(record()))
    local given = { format = "html", period = "all" }
    assert.equal("io", select(3, log:export("/nowhere/page.html", given)))
    assert.equal("exists", select(3, log:export(path, given)))
  end)

  it("gives corrupt for a log that is damaged behind its first rows", function()
    local path = support.temp_dir() .. "/log.db"
    local log = support.log(path)
    local long = support.json { a = ("x"):rep(1 << 20) }
    assert(log:append {
      record(), record { id = "id-2", resource_new_value = long,
                         operation_date = "2026-10-08T08:00:00Z" },
    })
    log:close()
    local bytes = support.read(path)
    support.write(path, bytes:sub(1, #bytes // 2) .. ("y"):rep(1 << 17)
      .. bytes:sub(#bytes // 2 + (1 << 17) + 1))
    local folder = support.temp_dir()
    local result, message, code = support.log(path):export(
      folder .. "/page.html", { format = "html", period = "all" })
    assert.is_nil(result)
    assert.equal("corrupt", code)
    assert.matches("malformed", message)
    assert.equal("", support.check("ls -A " .. folder))
  end)

  it("tells its progress, and ends when that raises", function()
    local log, records, told = support.log(), {}, {}
    for i = 1, 2500 do records[i] = record { id = "id-" .. i } end
    assert(log:append(records))
    page_of(log, { progress = function(n) told[#told + 1] = n end })
    assert.same({ 1000, 2000 }, told)
    local folder = support.temp_dir()
    assert.matches("enough", support.error_of(function()
      log:export(folder .. "/page.html", { format = "html", period = "all",
        progress = function() error("enough", 0) end })
    end))
    assert.equal("", support.check("ls -A " .. folder))
  end)
end)

-- ---- hostile text

local HOSTILE = {
  "<script>alert(1)</script>", "</script>", "</style>", "]]>", "-->", "<!--",
  "<![CDATA[", "<?php", '"onload="alert(1)', "' onload='alert(1)", "`", "=",
  ">", "<", "&amp;", "&#60;script&#62;", "&lt;", "&", "{{constructor}}",
  "${alert(1)}", "javascript:alert(1)", "data:text/html,<script>",
  "</td></tr></table>", "</details>", "</pre>", "</option></select>",
  "<a href=",
  "a\tb", "Zo\u{EB} \u{1F469}\u{200D}\u{1F4BB}", "\u{FFFE}\u{FDD0}",
}

-- What is made visible of them.
local INVISIBLE = {
  ["a\0b"] = "a\\u{0}b", ["\27[31m"] = "\\u{1B}[31m", ["a\rb"] = "a\\u{D}b",
  ["\u{202E}gnp.exe"] = "\\u{202E}gnp.exe", ["\u{2066}a"] = "\\u{2066}a",
  ["\u{85}\u{2028}"] = "\\u{85}\\u{2028}", ["a\tb"] = "a\\u{9}b",
}
for text in pairs(INVISIBLE) do HOSTILE[#HOSTILE + 1] = text end

local function seen(text)
  return INVISIBLE[text] or text
end

describe("hostile text", function()
  it("is text in every cell, in links, filters and details", function()
    local log = support.log()
    for i, text in ipairs(HOSTILE) do
      assert(log:append(record {
        id = text .. i, customer_name = text, user_principal_name = text,
        operation_type = "x" .. text, operation_status = text,
        resource_type = text, application_id = text, session_id = text,
        partner_id = text, original_correlation_id = text,
        operation_date = ("2026-10-09T17:%02d:00Z"):format(59 - i),
        customized_data = support.json { { key = text, value = text } },
        resource_old_value = support.json { [text] = "a", b = text },
        resource_new_value = support.json { [text] = "c", b = text .. "d" },
      }))
    end
    local tree = page_of(log)
    local rows = rows_of(tree)
    assert.equal(#HOSTILE, #rows)
    for i, text in ipairs(HOSTILE) do
      local cells = texts(rows[i].children)
      assert.equal(seen(text), cells[2])
      assert.equal(locale.title_case("x" .. seen(text)), cells[3])
      assert.equal(seen(text), cells[4])
      assert.equal(LINK, first(rows[i], "a").attributes.href)
      local fields = text_of(first(rows[i], "pre", "class", "fields"))
      assert.matches("Session ID:\t" .. seen(text) .. "\n", fields, 1, true)
      assert.matches(": " .. seen(text), text_of(rows[i]), 1, true)
    end
  end)

  it("makes no element or attribute that a harmless page has not", function()
    local function names(tree)
      local found = {}
      local function visit(element)
        found[element.tag or "page"] = true
        for name in pairs(element.attributes or {}) do
          found[element.tag .. " " .. name] = true
        end
        for _, child in ipairs(element.children) do
          if type(child) == "table" then visit(child) end
        end
      end
      visit(tree)
      return found
    end
    local function full(text)
      return { customer_name = text, operation_type = text, session_id = text,
               user_principal_name = text, customized_data = support.json {
                 { key = text, value = text } },
               resource_old_value = support.json { a = text },
               resource_new_value = support.json { a = "b" .. text } }
    end
    local hostile = {}
    for i, text in ipairs(HOSTILE) do hostile[i] = full(text) end
    assert.same(names(page_of(log_of(full "text"))),
                names(page_of(log_of(table.unpack(hostile)))))
  end)

  it("as a customer's id is no link", function()
    local records, expected, found = {}, {}, {}
    for i, text in ipairs(HOSTILE) do
      records[i] = { customer_id = text, customer_name = false }
      expected[i] = seen(text)
    end
    local tree = page_of(log_of(table.unpack(records)))
    assert.same({}, all(tree, "a"))
    for i, cells in ipairs(cells_of(tree)) do found[i] = cells[2] end
    table.sort(expected)
    table.sort(found)
    assert.same(expected, found)
  end)

  it("of a MiB is cut in a row, and whole in its details", function()
    local long = ("<x>"):rep(350000)
    local tree = page_of(log_of({ customer_name = long, operation_type = long,
      user_principal_name = long, session_id = long,
      resource_new_value = support.json { a = long } }))
    local cells = cells_of(tree)[1]
    local cut = long:sub(1, 200) .. "\u{2026}"
    assert.same({ cut, cut }, { cells[2], cells[4] })
    local _, whole = text_of(first(tree, "tbody")):gsub(long, "")
    assert.equal(5, whole) -- the four fields and the new value
    assert.equal(0, #all(tree, "x"))
  end)

  it("stays whole in values nested 500 levels deep", function()
    local deep = ('{"<b>":'):rep(500) .. '"<i>"' .. ("}"):rep(500)
    local tree = page_of(log_of({ resource_new_value = deep }))
    assert.same({}, all(tree, "b"))
    assert.matches("<b>: <i>", text_of(first(tree, "tbody")), 1, true)
  end)
end)

describe("html.text()", function()
  it("writes the five characters that mean something as entities", function()
    assert.equal("&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt; &amp;amp;",
                 html.text([[<a href="x" b='y'> &amp;]]))
  end)

  it("keeps ends of lines, and shows all else that nobody sees", function()
    assert.equal("a\nb", html.text("a\nb"))
    for code = 0, 31 do
      if code ~= 10 then
        assert.equal(("\\u{%X}"):format(code), html.text(string.char(code)))
      end
    end
  end)
end)
