local activitylog = require "activitylog"
local support = require "spec.support"

local BOM = "\u{FEFF}"
local MARK = "\u{2026}[cut]" -- 6 UTF-16 units

-- A log with one record for each customer name, in their order.
local function log_of(names)
  local records = {}
  for i, name in ipairs(names) do
    records[i] = {
      id = ("%06d"):format(i),
      operation_date = ("2026-10-01T00:00:00.%07dZ"):format(i),
      operation_type = "create_order",
      customer_name = name,
    }
  end
  local log = support.log()
  assert(log:append(records))
  return log
end

local NAME = activitylog.layout { { title = "Name", field = "customer_name" } }

local function text_of(log, options)
  local given = { period = "all", order = "oldest", layout = NAME }
  for name, value in pairs(options or {}) do given[name] = value end
  return assert(log:export_text(given))
end

-- The report of the names, without its header, and its result.
local function rows_of(names, options)
  local text, result = text_of(log_of(names), options)
  local rows = text:gsub("^" .. BOM, ""):match("^Name\r?\n(.*)$")
  return rows, result
end

local function cells_of(log, options)
  local path = support.temp_dir() .. "/report.csv"
  support.write(path, text_of(log, options))
  return support.cells(path, options and options.separator)
end

describe("a report in CSV", function()
  describe("begins with", function()
    it("the byte order mark and the titles", function()
      assert.equal(BOM .. "Name\r\n", text_of(support.log()))
    end)

    it("the titles alone with bom = false or excel = false", function()
      local log = support.log()
      assert.equal("Name\r\n", text_of(log, { bom = false }))
      assert.equal("Name\n", text_of(log, { excel = false }))
    end)

    it("the mark when bom = true goes with excel = false", function()
      assert.equal(BOM .. "Name\n",
        text_of(support.log(), { excel = false, bom = true }))
    end)

    it("titles that are quoted and defused like cells", function()
      local text, result = assert(support.log():export_text {
        bom = false,
        layout = activitylog.layout {
          { title = "=1+1", value = "" }, { title = "a,b", value = "" },
          { title = "say \"a\"", value = "" }, { title = "", value = "" },
          { title = "two\nlines", value = "" },
        },
      })
      assert.equal(
        "'=1+1,\"a,b\",\"say \"\"a\"\"\",\"\",\"two\nlines\"\r\n", text)
      assert.equal(1, result.defused_cells)
    end)
  end)

  describe("ends each row", function()
    it("in CR LF", function()
      assert.equal("a\r\nb\r\n", rows_of { "a", "b" })
    end)

    it("in LF with newline = LF or excel = false", function()
      assert.equal("a\nb\n", rows_of({ "a", "b" }, { newline = "\n" }))
      assert.equal("a\nb\n", rows_of({ "a", "b" }, { excel = false }))
    end)

    it("in CR LF when that goes with excel = false", function()
      assert.equal("a\r\n",
        rows_of({ "a" }, { excel = false, newline = "\r\n" }))
    end)

    it("as newline says, and refuses any other", function()
      local log = support.log()
      for _, newline in ipairs { "\r", "", "\n\n", "\n\r", "x" } do
        assert.equal([[option 'newline': "\r\n" or "\n" expected]],
          support.blame(function() log:export_text { newline = newline } end))
      end
    end)

    it("without touching the line ends inside of a cell", function()
      assert.equal("\"a\r\nb\nc\rd\"\n",
        rows_of({ "a\r\nb\nc\rd" }, { newline = "\n" }))
    end)
  end)

  describe("separates cells", function()
    local PAIR = activitylog.layout {
      { title = "A", value = "x" }, { title = "B", field = "customer_name" },
    }

    it("by the comma of en-us, without a line sep=", function()
      assert.equal(BOM .. "A,B\r\nx,y\r\n",
        text_of(log_of { "y" }, { layout = PAIR }))
    end)

    it("by each separator, and quotes cells that hold it", function()
      local log = log_of { "a,b;c\td|e" }
      for _, mark in ipairs { ",", ";", "\t", "|" } do
        assert.equal(
          "A" .. mark .. "B\r\nx" .. mark .. "\"a,b;c\td|e\"\r\n",
          text_of(log, { layout = PAIR, separator = mark, bom = false }))
      end
    end)

    it("without quoting cells that hold another separator", function()
      assert.equal("a;b|c\r\n", rows_of({ "a;b|c" }))
      assert.equal("a,b|c\r\n", rows_of({ "a,b|c" }, { separator = ";" }))
    end)

    it("by no other separator", function()
      local log = support.log()
      for _, mark in ipairs { "", " ", "\"", "x", ",,", "\n", "\0" } do
        assert.has_error(function() text_of(log, { separator = mark }) end,
          "option 'separator': one of , ; | and tab expected")
      end
    end)
  end)

  describe("quotes", function()
    it("cells with quotes, line ends and outer blanks", function()
      assert.equal("\"say \"\"a\"\"\"\r\n\"a\nb\"\r\n\"a\rb\"\r\n"
        .. "\" a\"\r\n\"a \"\r\n\"a\t\"\r\n",
        rows_of { "say \"a\"", "a\nb", "a\rb", " a", "a ", "a\t" })
    end)

    it("nothing else", function()
      assert.equal("a b\r\nO'Neil\r\n\u{202E}abc\r\na\0b\r\n",
        rows_of { "a b", "O'Neil", "\u{202E}abc", "a\0b" })
    end)

    it("an empty field, which a missing one is not", function()
      local log = support.log()
      assert(log:append {
        { id = "1", operation_date = "2026-10-01T00:00:01Z" },
        { id = "2", operation_date = "2026-10-01T00:00:02Z",
          customer_name = "" },
      })
      local layout = activitylog.layout {
        { field = "id" }, { field = "customer_name" },
      }
      assert.equal("id,customer_name\n1,\n2,\"\"\n",
        text_of(log, { layout = layout, excel = false }))
    end)

    it("the empty cell of a row that has no other, as blank lines are skipped",
      function()
        local log = support.log()
        assert(log:append { id = "1", operation_date = "2026-10-01T00:00:01Z" })
        assert.equal("Name\n\"\"\n", text_of(log, { excel = false }))
        assert.same({ { "Name" }, { "" } }, cells_of(log))
      end)
  end)

  describe("defuses", function()
    local RUNS = { "=", "+", "-", "@", "\t", "\r", "\n",
                   "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}" }

    it("what would run as a formula, by a leading '", function()
      for _, start in ipairs(RUNS) do
        local name = start .. "1"
        local log = log_of { name }
        assert.same({ { "Name" }, { "'" .. name } }, cells_of(log))
        assert.equal(1, select(2, text_of(log)).defused_cells)
      end
    end)

    it("a sign behind NUL, which LibreOffice drops", function()
      assert.equal("'\0=1\r\n'\0\0\u{FF1D}1\r\n\0\r\n\0a=\r\n",
                   rows_of { "\0=1", "\0\0\u{FF1D}1", "\0", "\0a=" })
    end)

    it("a sign that is the whole cell", function()
      assert.equal("'=\r\n'\u{FF1D}\r\n", rows_of { "=", "\u{FF1D}" })
    end)

    it("nothing with defuse = false or excel = false", function()
      for _, start in ipairs(RUNS) do
        local log = log_of { start .. "1" }
        for _, options in ipairs { { defuse = false }, { excel = false } } do
          assert.same({ { "Name" }, { start .. "1" } },
            cells_of(log, options))
          assert.equal(0, select(2, text_of(log, options)).defused_cells)
        end
      end
    end)

    it("with excel = false and defuse = true", function()
      assert.equal("'=1\n",
        rows_of({ "=1" }, { excel = false, defuse = true }))
    end)

    it("no cell that begins with any other character of the BMP", function()
      local runs = {}
      for _, start in ipairs(RUNS) do runs[utf8.codepoint(start)] = true end
      local names, expected = {}, { { "Name" } }
      for code = 0, 0xFFFF do
        if code < 0xD800 or code > 0xDFFF then
          local name = utf8.char(code) .. "1"
          names[#names + 1] = name
          expected[#expected + 1] = { (runs[code] and "'" or "") .. name }
        end
      end
      local log = log_of(names)
      assert.is_true(#RUNS == select(2, text_of(log)).defused_cells)
      local cells = cells_of(log, { bom = false })
      assert.equal(#expected, #cells)
      for i, row in ipairs(expected) do
        assert.equal(row[1], cells[i][1])
      end
    end)

    it("no cell that begins with a character outside of the BMP", function()
      local names = {}
      for plane = 1, 16 do names[plane] = utf8.char(plane << 16) .. "=" end
      assert.equal(table.concat(names, "\r\n") .. "\r\n", rows_of(names))
    end)

    it("the cells of templates, functions and constants alike", function()
      local layout = activitylog.layout {
        { title = "A", template = "{operation_type}={id}" },
        { title = "B", template = "={id}" },
        { title = "C", value = "@sum" },
        { title = "D", value = function() return -1 end },
        { title = "E", label = "operation_type" },
      }
      local text, result = text_of(log_of { "n" },
        { layout = layout, bom = false })
      assert.equal("A,B,C,D,E\r\n"
        .. "create_order=000001,'=000001,'@sum,'-1,Create Order\r\n", text)
      assert.equal(3, result.defused_cells)
    end)
  end)

  describe("cuts", function()
    local function long(units, character)
      return (character or "x"):rep(units)
    end

    it("no cell of up to 32767 UTF-16 units", function()
      for _, units in ipairs { 32766, 32767 } do
        local rows, result = rows_of { long(units) }
        assert.is_true(rows == long(units) .. "\r\n")
        assert.equal(0, result.cut_cells)
      end
    end)

    it("a longer one, with a mark in its last six units", function()
      local rows, result = rows_of { long(32768) }
      assert.is_true(rows == long(32767 - 6) .. MARK .. "\r\n")
      assert.equal(1, result.cut_cells)
    end)

    it("by UTF-16 units, not by bytes", function()
      local rows, result = rows_of { long(32767, "\u{4E2D}"),
                                     long(32768, "\u{E9}") }
      assert.is_true(rows == long(32767, "\u{4E2D}") .. "\r\n"
        .. long(32767 - 6, "\u{E9}") .. MARK .. "\r\n")
      assert.equal(1, result.cut_cells)
    end)

    it("no character outside of the BMP in two", function()
      local emoji = "\u{1F600}" -- two units
      local fits = long(16383, emoji) .. "x"
      local rows, result = rows_of { fits, long(16384, emoji),
                                     "x" .. long(16384, emoji) }
      assert.is_true(rows == fits .. "\r\n"
        .. long(16380, emoji) .. MARK .. "\r\n"
        .. "x" .. long(16380, emoji) .. MARK .. "\r\n")
      assert.equal(2, result.cut_cells)
    end)

    it("a defused cell, whose ' counts", function()
      local rows, result = rows_of { "=" .. long(32765), "=" .. long(32766) }
      assert.is_true(rows == "'=" .. long(32765) .. "\r\n"
        .. "'=" .. long(32759) .. MARK .. "\r\n")
      assert.equal(2, result.defused_cells)
      assert.equal(1, result.cut_cells)
    end)

    it("at max_cell units", function()
      local rows, result = rows_of({ "0123456789", "0123456789A", "=23456789",
                                     "=234567890" }, { max_cell = 10 })
      assert.equal("0123456789\r\n0123" .. MARK .. "\r\n'=23456789\r\n'=2"
        .. "3" .. MARK .. "\r\n", rows)
      assert.equal(2, result.cut_cells)
    end)

    it("nothing with max_cell = 0 or excel = false", function()
      for _, options in ipairs { { max_cell = 0 }, { excel = false } } do
        local rows, result = rows_of({ long(100000) }, options)
        assert.is_true(rows:match("^x+") == long(100000))
        assert.equal(0, result.cut_cells)
      end
    end)

    it("with excel = false where max_cell says so", function()
      assert.equal("0123" .. MARK .. "\n",
        rows_of({ "0123456789A" }, { excel = false, max_cell = 10 }))
    end)

    it("by no limit below ten units", function()
      local log = support.log()
      for _, limit in ipairs { 9, 1, -1, math.mininteger } do
        assert.has_error(function() text_of(log, { max_cell = limit }) end,
          "option 'max_cell': 0 (no limit) or at least 10 expected")
      end
    end)
  end)

  describe("writes dates", function()
    local function dates(options)
      local log = support.log()
      assert(log:append {
        id = "1", operation_date = "2026-10-31T23:58:10.1234567Z",
      })
      local given = { layout = "partner-center", links = false, bom = false }
      for name, value in pairs(options or {}) do given[name] = value end
      local text = text_of(log, given)
      return text:match("^(Date%-Time[^,]*),[^\n]*\n(.*),,,\r?\n$")
    end

    it("that every Excel reads, in UTC, with the zone in the title", function()
      assert.same({ "Date-Time (UTC)", "2026-10-31 23:58:10" }, { dates() })
    end)

    it("in another zone, which the title names", function()
      assert.same({ "Date-Time (+05:30)", "2026-11-01 05:28:10" },
        { dates { zone = "+05:30" } })
      assert.same({ "Date-Time (-03:00)", "2026-10-31 20:58:10" },
        { dates { zone = "-03:00" } })
    end)

    it("in the zone of the process, which the title calls local", function()
      local program = [[
        local log = require("activitylog").open(":memory:")
        log:append { id = "1", operation_date = "2026-07-01T12:00:00Z" }
        log:append { id = "2", operation_date = "2026-12-01T12:00:00Z" }
        io.write((log:export_text { period = "all", bom = false,
          links = false, newline = "\n", order = "oldest",
          zone = "local" }))]]
      assert.equal("Date-Time (local),Affected customer,Action,Partner user\n"
        .. "2026-07-01 08:00:00,,,\n2026-12-01 07:00:00,,,\n",
        support.check("TZ=America/New_York " .. support.lua(program)))
    end)

    it("as full instants with excel = false", function()
      assert.same({ "Date-Time", "2026-10-31T23:58:10.1234567Z" },
        { dates { excel = false } })
      assert.same({ "Date-Time", "2026-11-01T05:28:10.1234567+05:30" },
        { dates { excel = false, zone = "+05:30" } })
    end)

    it("with or without the zone in the title, as zone_in_title says",
      function()
        assert.equal("Date-Time", (dates { zone_in_title = false }))
        assert.equal("Date-Time (UTC)",
          (dates { excel = false, zone_in_title = true }))
      end)

    it("by the locale's pattern with date_format = \"locale\"", function()
      local _, date = dates { date_format = "locale" }
      assert.equal("\"10/31/2026, 11:58 PM\"", date)
    end)

    it("by the locale's pattern where a column says so", function()
      local layout = activitylog.layout {
        { title = "When", field = "operation_date", format = "locale" },
      }
      local log = log_of { "n" }
      assert.equal(BOM .. "When\r\n01.10.2026 00:00\r\n",
        (text_of(log, { layout = layout, locale = "de" })))
    end)

    it("by a pattern", function()
      assert.same({ "Date-Time (UTC)", "31.10.26 23h%" },
        { dates { date_format = "%d.%m.%y %Hh%%" } })
      assert.same({ "Date-Time", "304" },
        { dates { date_format = "%j", excel = false } })
    end)

    it("by no pattern that it does not know", function()
      local log = support.log()
      for _, pattern in ipairs { "%Q", "%", "%E", "%-f" } do
        assert.has_error(function()
          text_of(log, { date_format = pattern, layout = "full" })
        end)
      end
    end)
  end)

  describe("with hostile text in every field", function()
    local HOSTILE = {
      "\"", "\"\"", "\",\"", "a\"b", "\r\n", "\n\r\n", "\r", ",", ";,\t|",
      "=cmd|' /C calc'!A0", "\0", "a\0b", " ", "\t", "\u{FEFF}", "'", "''=",
      "\u{202E}\u{2066}", "\u{1F468}\u{200D}\u{1F469}", "\\\"", "\\",
      "\u{2028}\u{2029}\u{85}", "\x7F\x1B[2J", "sep=;", "\"\r\n=1\"",
    }
    local FIELDS = {
      "id", "partner_id", "customer_id", "customer_name",
      "user_principal_name", "application_id", "session_id",
      "original_correlation_id", "resource_type", "operation_type",
      "operation_status", "resource_old_value", "resource_new_value",
    }

    local function layout_of(fields)
      local columns = {}
      for i, name in ipairs(fields) do columns[i] = { field = name } end
      return activitylog.layout(columns)
    end

    -- A log with each hostile text in each field, and the cells to expect.
    local function hostile_log()
      local log, expected = support.log(), { FIELDS }
      for i, text in ipairs(HOSTILE) do
        local record, row = {}, {}
        for k, name in ipairs(FIELDS) do
          row[k] = HOSTILE[(i + k) % #HOSTILE + 1] .. text
          record[name] = row[k]
        end
        record.operation_date = ("2026-10-01T00:00:%02dZ"):format(i)
        assert(log:append(record))
        expected[#expected + 1] = row
      end
      return log, expected
    end

    it("comes back equal from foreign readers, by every separator", function()
      local log, expected = hostile_log()
      for _, mark in ipairs { ",", ";", "\t", "|" } do
        assert.same(expected, cells_of(log, {
          layout = layout_of(FIELDS), excel = false, separator = mark,
        }))
      end
    end)

    it("comes back as what Excel may see, by every separator", function()
      local log, expected = hostile_log()
      for i = 2, #expected do
        for k, text in ipairs(expected[i]) do
          expected[i][k] = text:gsub("^\0*[=+@\t\r\n-]", "'%0")
        end
      end
      for _, mark in ipairs { ",", ";", "\t", "|" } do
        assert.same(expected, cells_of(log, {
          layout = layout_of(FIELDS), separator = mark,
        }))
      end
    end)
  end)
end)
