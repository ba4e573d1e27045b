-- Workbooks, read back cell by cell by nothing but the standard of their file
-- (spec/independent/workbook.py). LibreOffice and SheetJS open them in
-- office_spec.lua, hostile text in every field is in hostile_spec.lua.

local activitylog = require "activitylog"
local core = require "activitylog.core"
local locale = require "activitylog.locale"
local support = require "spec.support"

local CUSTOMER = "0c39d6d5-c70d-4c55-bc02-f620844f3fd1"
local LINK = "https://partner.microsoft.com/dashboard/v2/customers/" .. CUSTOMER
  .. "/subscriptions"
local EN_DATE = [[m\/d\/yyyy\,\ h:mm\ AM/PM]]

local has_library = pcall(require, "activitylog.xlsx")

-- The sheets of a workbook.
local function sheets_of(path)
  local lines = support.check("python3 spec/independent/workbook.py "
    .. support.quote(path))
  local sheets = {}
  for line in lines:gmatch("[^\n]+") do
    sheets[#sheets + 1] = core.decode(line)
  end
  return sheets
end

-- The same of what export_text gives.
local function sheets_in(text)
  return sheets_of(support.write(support.temp_dir() .. "/a.xlsx", text))
end

local function link(title)
  return {
    formula = ('HYPERLINK("%s","%s")'):format(LINK, title), shown = title,
  }
end

-- Records of one second each, the newest first in a report.
local function log_of(records)
  local log = support.log()
  for i, record in ipairs(records) do
    record.id = record.id or tostring(i)
    record.operation_date = record.operation_date
      or ("2026-10-09T17:58:%02dZ"):format(60 - i)
  end
  if #records > 0 then assert(log:append(records)) end
  return log
end

-- A log of customers' names.
local function log_of_names(names)
  local records = {}
  for i, name in ipairs(names) do records[i] = { customer_name = name } end
  return log_of(records)
end

local function layout_of(...)
  return activitylog.layout { ... }
end

local NAMES = layout_of { title = "Name", field = "customer_name" }

-- Export with these options, and read back.
local function exported(log, given)
  local all = { period = "all", format = "xlsx" }
  for name, value in pairs(given or {}) do all[name] = value end
  local text, result = assert(log:export_text(all))
  return sheets_in(text), result
end

-- The cells of the first column below its title.
local function first_column(sheet)
  local cells = {}
  for i = 2, #sheet.rows do cells[i - 1] = sheet.rows[i][1] or "" end
  return cells
end

-- The cells that values become, through a function's column.
local function cells_of(values)
  local at = 0
  local records = {}
  for i = 1, #values do records[i] = {} end
  local sheets = exported(log_of(records), {
    layout = layout_of { title = "Value", value = function()
      at = at + 1
      return values[at]
    end },
  })
  return first_column(sheets[1])
end

-- Run a program that has 'log', and a file beside it; what it prints.
local function in_child(program, environment)
  local code = [[
    local activitylog = require "activitylog"
    local log = assert(activitylog.open(":memory:"))
    assert(log:append {
      id = "1", operation_date = "2026-10-09T17:58:01Z",
      customer_name = "Relecloud", customer_id = "]] .. CUSTOMER .. [[",
    })
    local all = { period = "all", format = "xlsx" }
  ]] .. program
  return support.run((environment or "") .. support.lua(code))
end

describe("format 'xlsx'", function()
  if not has_library then
    pending("needs the C module activitylog.xlsx")
    return
  end

  describe("of a report", function()
    it("has dates, texts and links #gc", function()
      local log = log_of { {
        customer_name = "Relecloud", customer_id = CUSTOMER,
        operation_type = "create_order", user_principal_name = "a@b.example",
      } }
      local sheets, result = exported(log)
      assert.same({
        name = "Activity Log",
        rows = {
          { "Date-Time (UTC)", "Affected customer", "Action", "Partner user",
            "Subscriptions" },
          { { time = "2026-10-09T17:58:59", format = EN_DATE }, "Relecloud",
            "Create Order", "a@b.example", link "Subscriptions" },
        },
        frozen = 1, filter = "A1:E2", titles = "'Activity Log'!$1:$1",
        widths = { 22.7, 22.7, 14.7, 17.7, 18.7 }, charts = {},
      }, sheets[1])
      assert.equal(1, #sheets)
      assert.same({ 1, 1, 0, 0, 0 }, { result.rows, result.records,
        result.cut_cells, result.defused_cells, result.redacted })
    end)

    it("of nothing has the titles alone", function()
      local sheets, result = exported(log_of {})
      assert.equal(1, #sheets[1].rows)
      assert.equal("A1:E1", sheets[1].filter)
      assert.equal(0, result.rows)
    end)

    it("leaves text what it is, also when it looks like something else",
       function()
      local names = {
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "007", "1E5", "25",
        "1,5", "2026-10-09", "TRUE", "#N/A", "'quoted", " spaces ", "a\nb",
        "<b>&amp;</b>", "]]>", '"', "Zoë & Søn, 株式会社", "\u{1F600}",
        "_x0041_", "_x005F_x0041_", "x\rb\u{1}\u{1F}", "\u{202E}txt",
      }
      assert.same(names, first_column(exported(log_of_names(names),
        { layout = NAMES })[1]))
    end)

    it("has U+FFFD for what no XML holds", function()
      assert.same({ "a\u{FFFD}b", "\u{FFFD}", "\u{FFFD}" },
        first_column(exported(log_of_names { "a\0b", "\u{FFFE}", "\u{FFFF}" },
          { layout = NAMES })[1]))
    end)

    it("has numbers where a function returns one that Excel keeps", function()
      assert.same({
        { number = "25" }, { number = "-3" }, { number = "0.5" },
        { number = "999999999999999" }, "1000000000000000", "25", "inf",
        { number = "0.1" }, "", "true",
      }, cells_of { 25, -3, 0.5, 999999999999999, 1000000000000000, "25",
                    math.huge, 0.1, "", true })
    end)

    it("has the quantities of line items as numbers, when they are", function()
      local items = {}
      for i, quantity in ipairs { "25", "2.5", '"25"', '"007"', '"=1"',
                                  "12345678901234567890", '""' } do
        items[i] = ('{"FriendlyName":"25","Quantity":%s}'):format(quantity)
      end
      local log = log_of { {
        operation_type = "create_order", customer_name = "Relecloud",
        resource_new_value = '{"Id":"1","LineItems":['
          .. table.concat(items, ",") .. "]}",
      } }
      local found = {}
      for i, row in ipairs(exported(log, { layout = "order-lines" })[1].rows) do
        if i > 1 then
          found[i - 1] = row[4] or ""
          assert.equal("Relecloud", row[2])
          assert.equal("25", row[3])
        end
      end
      assert.same({ { number = "25" }, { number = "2.5" }, { number = "25" },
        "007", "=1", "12345678901234567890", "" }, found)
    end)

    it("has text where Excel has no such date", function()
      local log = log_of { { operation_date = "1899-12-31T00:00:00Z" },
                           { operation_date = "1900-02-28T23:59:59Z" },
                           { operation_date = "1900-03-01T00:00:00Z" } }
      local date = layout_of { title = "When", field = "operation_date" }
      assert.same({ { time = "1900-03-01T00:00:00", format = EN_DATE },
        "1900-02-28 23:59:59", "1899-12-31 00:00:00" },
        first_column(exported(log, { layout = date })[1]))
    end)

    it("shows dates by the pattern and the clock of their column", function()
      local columns = {}
      for i, format in ipairs { "%Y年%m月%d日", "%T", "locale", "%j", "%f",
                                "%Y %z", "%I:%M", "%M", "%%F %%%T" } do
        columns[i] = { title = format, field = "operation_date",
                       zone = "+02:00", format = format }
      end
      columns[#columns + 1] = { title = "t", template = "{operation_date}!" }
      local time = "2026-10-09T19:58:59"
      assert.same({
        { time = time, format = 'yyyy"年"mm"月"dd"日"' },
        { time = time, format = "hh:mm:ss" },
        { time = time, format = [[dd\.mm\.yyyy\ hh:mm]] },
        "282", "0000000", "2026 +02:00", "07:58", "58",
        { time = time, format = [[\%\F\ \%hh:mm:ss]] }, "09 17!",
      }, exported(log_of { {} }, {
        layout = activitylog.layout(columns), locale = "de",
        date_format = "%d %H",
      })[1].rows[2])
    end)

    it("has no link where the id is no GUID, and text for a long one",
       function()
      local log = log_of { { customer_id = '1","x")' }, { customer_id = "" },
                           { customer_id = CUSTOMER } }
      local long = "https://a.example/" .. ("x"):rep(230) .. "{id}"
      local url = 'https://a.example/"{id}"&<'
      local rows = exported(log, { layout = layout_of(
        { title = '"Open"', link = "subscriptions", url = url },
        { title = "Long", link = "subscriptions", url = long }) })[1].rows
      assert.same({}, rows[2])
      assert.same({}, rows[3])
      assert.same({
        { formula = ('HYPERLINK("https://a.example/""%s""&<","""Open""")')
            :format(CUSTOMER), shown = '"Open"' },
        (long:gsub("{id}", CUSTOMER)),
      }, rows[4])
    end)

    it("shows a link itself in a column without a title", function()
      local sheet = exported(log_of { { customer_id = CUSTOMER } }, {
        layout = layout_of { title = "", link = "subscriptions" } })[1]
      assert.same({ { formula = ('HYPERLINK("%s","%s")'):format(LINK, LINK),
                      shown = LINK } }, sheet.rows[2])
      assert.equal(60.7, sheet.widths[1])
    end)

    for _, name in ipairs(locale.names) do
      it("has the titles and the dates of " .. name, function()
        local log = log_of { { customer_id = CUSTOMER } }
        local words = locale.find(name)
        local sheet = exported(log, { locale = name, zone = "+01:00" })[1]
        assert.equal(words.titles.activity_log, sheet.name)
        assert.same({ words.titles.date_time .. " (+01:00)",
          words.titles.affected_customer, words.titles.action,
          words.titles.partner_user, words.titles.subscriptions },
          sheet.rows[1])
        local date = sheet.rows[2][1]
        assert.equal("2026-10-09T18:58:59", date.time)
        assert.equal(words.date_time_format:gsub("%%%-?", "")
          :gsub("[HI]", "h"):lower(), date.format:gsub("\\", "")
          :gsub("AM/PM", "p"):gsub("h:mm", "h:M")
          :gsub("%a+", function(part) return part:sub(1, 1) end):lower())
        assert.equal(words.titles.subscriptions, sheet.rows[2][5].shown)
      end)
    end

    it("names no zone when it is told so", function()
      assert.equal("Date-Time",
        exported(log_of {}, { zone_in_title = false })[1].rows[1][1])
    end)

    it("has columns as wide as what is in them, within reason", function()
      local log = log_of { { customer_name = ("株"):rep(20), id = "i" },
                           { customer_name = ("x"):rep(500) } }
      local columns = layout_of({ title = "Name", field = "customer_name" },
        { title = "Id", field = "id" }, { title = "W", value = "x" })
      assert.same({ 60.7, 8.7, 8.7 },
        exported(log, { layout = columns })[1].widths)
      assert.equal(42.7, exported(log, { layout = columns, text = "株" })[1]
        .widths[1])
    end)

    it("gives equal bytes for equal records", function()
      local log = log_of_names { "a", "b" }
      local given = { period = "all", format = "xlsx" }
      assert.equal(assert(log:export_text(given)),
                   assert(log:export_text(given)))
    end)
  end)

  describe("at a limit", function()
    -- What a child that exports these columns of these records prints: nothing.
    local function silent(program)
      local output, code = in_child(program)
      assert.equal("", output)
      assert.equal(0, code)
    end

    it("cuts a cell at 32767 UTF-16 units, and counts it", function()
      local fits, long = ("\u{1F600}"):rep(16383) .. "x",
        ("\u{1F600}"):rep(16384)
      local sheets, result =
        exported(log_of_names { fits, long }, { layout = NAMES })
      assert.same({ fits, ("\u{1F600}"):rep(16380) .. "…[cut]" },
                  first_column(sheets[1]))
      assert.equal(1, result.cut_cells)
    end)

    it("cuts sooner when told so, also below Excel's limit", function()
      local sheets, result = exported(log_of_names { ("x"):rep(40000) },
                                      { layout = NAMES, max_cell = 10 })
      assert.same({ "xxxx…[cut]" }, first_column(sheets[1]))
      assert.equal(1, result.cut_cells)
      sheets = exported(log_of_names { ("x"):rep(40000) },
                        { layout = NAMES, max_cell = 0 })
      assert.equal(32767, utf8.len(sheets[1].rows[2][1]))
    end)

    it("cuts titles too", function()
      local title = ("t"):rep(33000)
      local sheets = exported(log_of_names { "x" }, {
        layout = layout_of { title = title, field = "customer_name" } })
      assert.equal(32767, utf8.len(sheets[1].rows[1][1]))
    end)

    it("of rows goes on in the next sheet, with its titles", function()
      local names = {}
      for i = 1, 20 do names[i] = "name " .. i end
      local sheets, result = exported(log_of_names(names),
                                      { layout = NAMES, max_rows = 10 })
      assert.equal(20, result.rows)
      local found = {}
      for i, sheet in ipairs(sheets) do
        assert.equal("Activity Log" .. (i > 1 and " " .. i or ""), sheet.name)
        assert.equal("Name", sheet.rows[1][1])
        assert.equal(("A1:A%d"):format(#sheet.rows), sheet.filter)
        assert.equal(1, sheet.frozen)
        table.move(first_column(sheet), 1, #sheet.rows - 1, #found + 1, found)
      end
      assert.equal(3, #sheets)
      assert.same(names, found)
    end)

    it("of sheets is told", function()
      local log = support.log()
      local records = {}
      for i = 1, 250 * 9 + 1 do
        records[i] = { id = tostring(i),
                       operation_date = "2026-10-09T17:58:01Z" }
      end
      assert(log:append(records))
      local given = { period = "all", format = "xlsx", layout = NAMES,
                      max_rows = 10 }
      local text, why, code = log:export_text(given)
      assert.same({ nil, "more than 250 sheets of 10 rows: choose a shorter "
        .. "period", "limit" }, { text, why, code })
      given.period = activitylog.period(nil, "2026-10-08")
      assert(log:export_text(given))
    end)

    it("of columns writes 16384 and refuses one more", function()
      silent [[
        local columns = {}
        for i = 1, 16384 do columns[i] = { title = "c", value = "x" } end
        all.layout = activitylog.layout(columns)
        assert(log:export_text(all))
        columns[16385] = columns[1]
        all.layout = activitylog.layout(columns)
        local text, why, code = log:export_text(all)
        assert(not text and code == "limit", code)
        assert(why == "16385 columns, and a sheet has 16384", why)
      ]]
    end)

    it("of cells, titles, links and controls prints nothing", function()
      silent [[
        local long = ("x"):rep(300) .. ("\0\1\27_x0041_\u{FFFF}"):rep(9000)
        all.layout = activitylog.layout {
          { title = long, value = long },
          { title = long, link = "subscriptions" },
          { title = "u", link = "subscriptions",
            url = "https://a.example/" .. long:sub(1, 300) .. "{id}" },
          { title = "n", value = function() return -1e308 end },
          { title = "d", field = "operation_date",
            format = ("'%Y\""):rep(100) },
          { title = "e", field = "operation_date", format = ";%d@[" },
        }
        assert(log:export_text(all))
      ]]
    end)

    it("of files that are open is told #slow", function()
      local output = in_child([[
        assert(log:export_text(all)) -- all modules are loaded
        local open, file = {}, io.open("/dev/null")
        while file do
          open[#open + 1] = file
          file = io.open("/dev/null")
        end
        assert(#open > 12 and #open < 64)
        for left = 0, 12 do
          local text, why, code = log:export_text(all)
          assert(text or code == "io", code)
          if left == 12 then assert(text, why) end
          table.remove(open):close()
        end
      ]], "ulimit -n 64; ")
      assert.equal("", output)
    end)
  end)

  -- The library itself would print, die, or leave something out.
  it("without memory raises and prints nothing #slow", function()
    local seen = {}
    for limit = 11 * 1024, 32 * 1024, 128 do -- KiB of the whole process
      local output, code = in_child([[
        all.layout = activitylog.layout {
          { title = "Name", field = "customer_name" },
          { title = "Open", link = "subscriptions" },
          { title = "Long", value = function() return ("&\1"):rep(9000) end },
        }
        local done, why = pcall(function()
          assert(log:export_text(all))
          assert(assert(log:summary { period = "2026-10" }):export_text {
            format = "xlsx" })
        end)
        io.write(done and "done" or why)
      ]], ("ulimit -v %d; "):format(limit))
      assert.is_true(code < 128, output)
      assert.is_nil(output:find("[ERROR]", 1, true), output)
      seen[output] = (seen[output] or 0) + 1
    end
    assert.is_true(seen["not enough memory"] > 1)
    assert.is_true(seen["done"] > 1)
  end)

  describe("goes where it should:", function()
    it("to a file, a stream and a string, as the same bytes #gc", function()
      local log = log_of_names { "a", "b" }
      local given = { period = "all", format = "xlsx" }
      local folder = support.temp_dir()
      local text, result = assert(log:export_text(given))
      local written = assert(log:export(folder .. "/a.xlsx", given))
      local file <close> = assert(io.open(folder .. "/b.xlsx", "wb"))
      local streamed = assert(log:export(file, given))
      assert.equal(text, support.read(folder .. "/a.xlsx"))
      assert.equal(text, support.read(folder .. "/b.xlsx"))
      assert.same({ folder .. "/a.xlsx" }, written.files)
      assert.same({}, streamed.files)
      for _, each in ipairs { result, written, streamed } do
        assert.equal(#text, each.bytes)
        assert.equal(2, each.rows)
      end
    end)

    it("fails with 'exists' when that is the log itself", function()
      local path = support.temp_dir() .. "/a.db"
      local log = support.log(path)
      local done, why, code = log:export(path, { format = "xlsx" })
      assert.same({ nil, path .. " is the log itself", "exists" },
                  { done, why, code })
    end)

    it("leaves what was there when a function raises #gc", function()
      local log = log_of_names { "a" }
      local path = support.write(support.temp_dir() .. "/a.xlsx", "old")
      local why = support.error_of(function()
        log:export(path, { period = "all", format = "xlsx",
          layout = layout_of { title = "F", value = function()
            error("no", 0)
          end } })
      end)
      assert.equal("column 'F', record 1: no", why)
      assert.equal("old", support.read(path))
    end)

    it("leaves no file in TMPDIR", function()
      local folder = support.temp_dir()
      local output = in_child([[
        assert(log:export_text(all))
        all.layout = activitylog.layout {
          { title = "F", value = function() error("no", 0) end } }
        assert(not pcall(log.export_text, log, all))
      ]], "TMPDIR=" .. folder .. " ")
      assert.equal("", output)
      assert.equal("", support.check("ls -A " .. folder))
    end)
  end)

  it("takes the same memory however many rows and links there are #slow",
     function()
    -- Appends so many records and exports them; prints how much more memory
    -- the export took, in KiB.
    local function growth(rows)
      local output = in_child(([[
        local function peak()
          local file <close> = assert(io.open("/proc/self/status"))
          return tonumber(file:read("a"):match("VmHWM:%%s*(%%d+)"))
        end
        log = assert(activitylog.open(%q))
        for first = 1, %d, 10000 do
          local records = {}
          for i = 1, 10000 do
            records[i] = { id = tostring(first + i),
              operation_date = "2026-10-09T17:58:01Z",
              customer_name = "Customer " .. first + i,
              customer_id = %q }
          end
          assert(log:append(records))
        end
        local before = peak()
        local result = assert(log:export(%q, all))
        print(result.rows, peak() - before)
      ]]):format(support.temp_dir() .. "/a.db", rows, CUSTOMER,
                 support.temp_dir() .. "/a.xlsx"))
      local written, more = output:match("^(%d+)\t(%d+)\n$")
      assert.equal(tostring(rows), written, output)
      return tonumber(more)
    end
    assert.is_true(growth(300000) < growth(10000) + 2048)
  end)

  describe("without room", function()
    -- Exports rows of 1 KiB that no archive makes smaller.
    local PROGRAM = [[
      local activitylog = require "activitylog"
      local log = assert(activitylog.open(":memory:"))
      local records = {}
      for i = 1, tonumber(arg[2]) do
        records[i] = { id = tostring(i),
                       operation_date = "2026-10-09T17:58:01Z" }
      end
      assert(log:append(records))
      local function noise()
        local parts = {}
        for i = 1, 64 do parts[i] = ("%016x"):format(math.random(0)) end
        return table.concat(parts)
      end
      local done, why, code = log:export(arg[1], { period = "all",
        format = "xlsx",
        layout = activitylog.layout { { title = "N", value = noise } } })
      print(done and "done" or code, not done and why or "")
    ]]

    -- What it prints on a disk of 4 MiB; and then the names of all files there.
    local function on_disk(tmpdir, target, rows)
      local path = support.write(support.temp_dir() .. "/program.lua", PROGRAM)
      return support.on_small_disk(([[
        os.execute('exec 2>&1; TMPDIR="%s" "$LUA" %s "%s" %d; ls -A "$DISK"')
      ]]):format(tmpdir, path, target, rows))
    end

    it("for its rows fails with 'full', silently", function()
      local target = support.temp_dir() .. "/a.xlsx"
      local output = on_disk("$DISK", target, 5000)
      assert.matches("^full\t[^\n]* has no room left [^\n]*\n$", output)
      assert.is_false(support.exists(target))
    end)

    it("for its sheet fails with 'full' before that is tried", function()
      local target = support.temp_dir() .. "/a.xlsx"
      local output = on_disk("$DISK", target, 1500)
      assert.matches("^full\t[^\n]* has no room left [^\n]*\n$", output)
      assert.is_false(support.exists(target))
    end)

    it("at its target fails with 'full', and leaves nothing", function()
      local output = on_disk(support.temp_dir(), "$DISK/a.xlsx", 8000)
      assert.matches("^full\tcannot write [^\n]*\n$", output)
    end)

    it("to spare is enough", function()
      assert.equal("done\t\na.xlsx\n", on_disk("$DISK", "$DISK/a.xlsx", 1000))
    end)

    it("in a folder that is none takes the usual one", function()
      assert.equal("done\t\na.xlsx\n", on_disk("$DISK/no", "$DISK/a.xlsx", 10))
    end)
  end)

  it("writes numbers with dots in a German locale", function()
    local german = support.german()
    if not german then return pending("localedef cannot make one here") end
    local path = support.temp_dir() .. "/a.xlsx"
    local output = in_child(([[
      assert(os.setlocale("de_DE.UTF-8"))
      assert(("%%.1f"):format(0.5) == "0,5")
      all.layout = activitylog.layout {
        { title = "Half", value = function() return 0.5 end },
        { title = "Third", value = function() return 1 / 3 end },
        { title = "When", field = "operation_date" },
      }
      assert(log:export(%q, all))
      assert(os.setlocale() == "de_DE.UTF-8")
      assert(("%%.1f"):format(0.5) == "0,5")
    ]]):format(path), german)
    assert.equal("", output)
    assert.same({ { number = "0.5" }, { number = "0.33333333333333" },
      { time = "2026-10-09T17:58:01", format = EN_DATE } },
      sheets_of(path)[1].rows[2])
  end)

  it("works where there is no /proc #slow", function()
    local folder = support.temp_dir()
    -- In a chroot the propagation of mounts cannot be changed: the other's
    -- /proc is hidden as well until the program has ended.
    local output, code = support.run(([[
      for how in "-m" "-rm" "-m --propagation unchanged"; do
        if unshare $how true 2>/dev/null; then
          unshare $how sh -c %s
          exit
        fi
      done
      echo nobody may mount here]]):format(support.quote(
        "mount -t tmpfs none /proc || exit; TMPDIR=" .. folder .. " "
        .. support.lua [[
          local log = assert(require "activitylog".open(":memory:"))
          assert(log:export_text { period = "all", format = "xlsx" })
        ]] .. "\ncode=$?; umount /proc; exit $code")))
    if output:find("^nobody may") then return pending(output) end
    assert.equal("", output)
    assert.equal(0, code)
    assert.equal("", support.check("ls -A " .. folder))
  end)

  describe("of a summary", function()
    local function october()
      local log = support.log()
      local records = {}
      for i = 1, 30 do
        records[i] = { id = tostring(i), customer_name = "C" .. i % 3,
          operation_type = i % 2 == 0 and "create_order" or "add_customer",
          operation_date = ("2026-10-%02dT08:00:00Z"):format(i) }
      end
      assert(log:append(records))
      return log
    end

    local function summarized(by, given)
      local summary = assert(october():summary { period = "2026-10", by = by })
      given.format = "xlsx"
      local text, result = assert(summary:export_text(given))
      return sheets_in(text)[1], result
    end

    it("has counts as numbers, dates and columns by time #gc", function()
      local sheet, result = summarized("day", {})
      assert.same({ "Day (UTC)", "Count", "First activity (UTC)",
        "Last activity (UTC)", "Customers" }, sheet.rows[1])
      local time = { time = "2026-10-01T08:00:00", format = EN_DATE }
      assert.same({ "2026-10-01", { number = "1" }, time, time,
        { number = "1" } }, sheet.rows[2])
      assert.same({ "2026-10-31", { number = "0" }, "", "", { number = "0" } },
                  sheet.rows[32])
      assert.same({ { kind = "col", from = "0",
        series = { "'Activity Log'!$B$2:$B$32" } } }, sheet.charts)
      assert.equal("A1:E32", sheet.filter)
      assert.equal(31, result.rows)
    end)

    it("shows many units of time as a line", function()
      local sheet = summarized("hour", {})
      assert.same({ { kind = "line", from = "0",
        series = { "'Activity Log'!$B$2:$B$745" } } }, sheet.charts)
    end)

    it("has bars of customers, whose id is text", function()
      local sheet = summarized("customer", { locale = "de" })
      assert.same({ { kind = "bar", from = "0",
        series = { "'Aktivitätsprotokoll'!$C$2:$C$4" } } }, sheet.charts)
      assert.same({ "C0", "", { number = "10" } },
                  table.move(sheet.rows[2], 1, 3, 1, {}))
    end)

    it("has no chart of a list by several keys", function()
      assert.same({}, summarized({ "day", "customer" }, {}).charts)
    end)

    it("as a pivot has series, and sums that no chart and no filter has",
       function()
      local sheet = summarized({ "week", "operation_type" }, { pivot = true })
      assert.same({ "Week (UTC)", "Add Customer", "Create Order", "Total" },
                  sheet.rows[1])
      assert.same({ "2026-W40", { number = "2" }, { number = "2" },
                    { number = "4" } }, sheet.rows[2])
      assert.same({ "Total", { number = "15" }, { number = "15" },
                    { number = "30" } }, sheet.rows[#sheet.rows])
      assert.same({ { kind = "col", from = "0",
        series = { "'Activity Log'!$B$2:$B$6", "'Activity Log'!$C$2:$C$6" },
      } }, sheet.charts)
      assert.equal("A1:D6", sheet.filter)
    end)

    it("as a pivot of many columns shows their sums", function()
      local sheet = summarized({ "operation_type", "day" }, { pivot = true })
      assert.same({ { kind = "bar", from = "0",
        series = { "'Activity Log'!$AG$2:$AG$3" } } }, sheet.charts)
    end)

    it("refuses the options of CSV", function()
      local summary = assert(october():summary())
      local given = { format = "xlsx", bom = true }
      local call = function() summary:export_text(given) end
      assert.equal("option 'bom' is one of CSV; a workbook needs none of it",
                   support.blame(call))
    end)
  end)
end)

describe("format 'xlsx' without its library", function()
  -- Hides the C module from a process that has the core.
  local HIDE = [[ package.cpath = "" ]]

  it("fails with 'unsupported' and says what to install", function()
    local path = support.temp_dir() .. "/a.xlsx"
    local output = in_child(HIDE .. ([[
      print(select(3, log:export(%q, all)))
      print(log:export_text(all))
      print(select(3, log:summary():export(%q, { format = "xlsx" })))
      assert(log:export_text { period = "all" })
    ]]):format(path, path))
    assert.equal("unsupported\nnil\tformat 'xlsx' needs the C module "
      .. "activitylog.xlsx, which is not there: install libxlsxwriter (Debian "
      .. "packages libxlsxwriter-dev, libminizip-dev and zlib1g-dev), then "
      .. "build and install activitylog again\tunsupported\nunsupported\n",
      output)
    assert.is_false(support.exists(path))
  end)

  it("says why it does not load where it is there", function()
    local folder = support.temp_dir()
    assert(support.run("mkdir " .. support.quote(folder .. "/activitylog")))
    support.write(folder .. "/activitylog/xlsx.so", "no module")
    local output = in_child(([[
      package.cpath = %q
      print(log:export_text(all))
    ]]):format(folder .. "/?.so"))
    assert.matches("^nil\tformat 'xlsx' needs the C module activitylog.xlsx, "
      .. "which cannot be loaded: error loading module 'activitylog.xlsx' from "
      .. "file '[^\n]*/xlsx.so': [^\n]+\tunsupported\n$", output)
  end)

  it("loads it for nothing else", function()
    assert.equal("", in_child(HIDE .. [[
      assert(log:export_text { period = "all" })
      assert(not package.loaded["activitylog.xlsx"])
    ]]))
  end)
end)

describe("the options of a workbook", function()
  it("are none of CSV's own", function()
    local log = support.log()
    for name, value in pairs { excel = true, bom = false, newline = "\n",
                               separator = ";", defuse = false } do
      local given = { format = "xlsx", [name] = value }
      local call = function() log:export_text(given) end
      assert.equal(("option '%s' is one of CSV; a workbook needs none of it")
        :format(name), support.blame(call))
    end
  end)

  it("are checked like those of CSV", function()
    local log = support.log()
    for why, given in pairs {
      ["option 'max_rows': 0 (no limit) or at least 10 expected"] =
        { max_rows = 9 },
      ["option 'date_format': pattern or \"locale\" expected, got nothing"] =
        { date_format = "" },
      ["date format '%Q': '%Q' is none of"] = { date_format = "%Q" },
    } do
      given.format = "xlsx"
      local message = support.error_of(function() log:export_text(given) end)
      assert.is_truthy(message:find(why, 1, true), message)
    end
  end)
end)
