-- Imports: what is read, what is refused and how, from every kind of source.
-- The files are described in spec/fixtures/README.md.

local locale = require "activitylog.locale"
local support = require "spec.support"

local FIXTURES = "spec/fixtures/"

-- records, added, changed
local READ = {
  { "json/array.json", 2, 2, 0 },
  { "json/bom-page.json", 2, 2, 0 },
  { "json/items-before-total-count.json", 2, 2, 0 },
  { "json/documents-without-separator.json", 2, 2, 0 },
  { "json/two-documents-with-boms.json", 2, 2, 0 },
  { "json/jsonl-crlf-and-blank-lines.jsonl", 2, 2, 0 },
  { "json/jsonl-of-pages.jsonl", 4, 4, 0 },
  { "json/empty-array.json", 0, 0, 0 },
  { "json/empty-page.json", 0, 0, 0 },
  { "json/items-null.json", 0, 0, 0 },
  { "json/empty.json", 0, 0, 0 },
  { "json/only-bom.json", 0, 0, 0 },
  { "json/dates-in-every-form.jsonl", 11, 11, 0 },
  { "json/deep-512-in-unknown-field.json", 1, 1, 0 },
  { "json/double-encoded-value.json", 1, 1, 0 },
  { "json/value-that-is-no-json.json", 1, 1, 0 },
  { "json/every-escape.json", 1, 1, 0 },
  { "json/null-fields.json", 1, 1, 0 },
  { "json/numbers-kept-as-written.json", 1, 1, 0 },
  { "json/unknown-fields-unsorted.json", 1, 1, 0 },
  { "json/progress-then-succeeded.jsonl", 2, 1, 1 },
  { "json/succeeded-then-progress.jsonl", 2, 1, 1 },
  { "json/same-id-in-other-case.jsonl", 2, 1, 1 },
  { "json/same-record-twice-without-id.jsonl", 2, 1, 1 },
  { "csv/bom.csv", 1, 1, 0 },
  { "csv/outer-spaces-unquoted.csv", 1, 1, 0 },
  { "csv/quote-closes-at-end-of-file.csv", 1, 1, 0 },
  { "csv/full.csv", 1, 1, 0 },
  { "csv/field-names.csv", 2, 2, 0 },
  { "csv/line-feeds-only.csv", 2, 2, 0 },
  { "csv/no-last-line-end.csv", 2, 2, 0 },
  { "csv/semicolons.csv", 2, 2, 0 },
  { "csv/blank-lines.csv", 2, 2, 0 },
  { "csv/header-only.csv", 0, 0, 0 },
  { "csv/missing-and-empty.csv", 2, 2, 0 },
  { "csv/odd-cells.csv", 5, 5, 0 },
  { "csv/json-cell-with-spaces.csv", 1, 1, 0 },
  { "csv/portal-screen-dates.csv", 3, 3, 0 },
  { "csv/portal-screen-titles.csv", 1, 1, 0 },
}

local NO_JSON = "no valid JSON: "
local NO_RECORD = "this object is no audit record and no page of them: it has "
  .. "neither id, operationDate, operationType nor resourceType, and no items"
local STRAY_QUOTE = "a quote stands where RFC 4180 allows none: a field with "
  .. "quotes is quoted as a whole, with each quote doubled"
local NO_COLUMN = "is no field of a record: the first row of a CSV import "
  .. "names fields (operation_date, customer_name, ...) or the columns of the "
  .. "portal's export"
local FOR_EXCEL = "is a date for Excel, not the full instant: to import an "
  .. "export again, write it with layout = \"full\" and excel = false, or as "
  .. "JSON Lines"

-- line, byte, record (0: in none), reason
local REFUSED = {
  { "json/bad-second-line.jsonl", 3, 834, 2,
    NO_JSON .. "after key and value, inside map, I expect ',' or '}'" },
  { "json/control-character-in-string.json", 1, 236, 1,
    NO_JSON .. "invalid character inside string." },
  { "json/date-29-february-2023.json", 1, 407, 1, "operationDate: "
    .. "'2023-02-29T17:58:01Z' is no instant: there is no 29 February in "
    .. "2023" },
  { "json/date-of-eight-digits.json", 1, 416, 1, "operationDate: "
    .. "'2026-10-31T17:58:01.12345678Z' is no instant: more than 7 fraction "
    .. "digits" },
  { "json/date-without-zone.json", 1, 406, 1, "operationDate: "
    .. "'2026-10-31T17:58:01' is no instant: its zone is missing (Z or "
    .. "+hh:mm)" },
  { "json/deep-513.json", 1, 939, 1, "it is over 512 levels deep" },
  { "json/duplicate-key.json", 1, 430, 1,
    'the key "customerName" stands twice in one object' },
  { "json/duplicate-key-escaped.json", 1, 435, 1,
    'the key "customerName" stands twice in one object' },
  { "json/duplicate-key-in-unknown-field.json", 1, 443, 1,
    'the key "b" stands twice in one object' },
  { "json/invalid-utf8.json", 1, 241, 1, NO_JSON .. "it is not UTF-8" },
  { "json/lone-low-surrogate.json", 1, 233, 1,
    NO_JSON .. "a \\u escape is half of a surrogate pair" },
  { "json/lone-surrogate.json", 1, 241, 1,
    NO_JSON .. "a \\u escape is half of a surrogate pair" },
  { "json/lone-surrogate-in-unknown-key.json", 1, 430, 1,
    NO_JSON .. "a \\u escape is half of a surrogate pair" },
  { "json/no-record.json", 1, 54, 0, NO_RECORD },
  { "json/number-for-string.json", 1, 233, 1,
    "customerName: expected a string, found a number" },
  { "json/object-for-string.json", 1, 436, 1,
    "resourceNewValue: expected a string, found an object" },
  { "json/overlong-utf8.json", 1, 241, 1, NO_JSON .. "it is not UTF-8" },
  { "json/surrogate-as-utf8.json", 1, 242, 1, NO_JSON .. "it is not UTF-8" },
  { "json/text-after-record.json", 1, 418, 2,
    NO_JSON .. "invalid char in json text." },
  { "json/trailing-comma.json", 1, 419, 2,
    NO_JSON .. "unallowed token at this point in JSON text" },
  { "json/truncated-by-one-byte.json", 1, 979, 0,
    NO_JSON .. "it ends too early" },
  { "json/truncated-page.json", 1, 830, 2, NO_JSON .. "it ends too early" },
  { "json/without-operation-date.json", 1, 195, 1, "it has no operation date" },

  -- Rows are named by where they begin.
  { "csv/date-only.csv", 2, 123, 1, "operation_date: '2026-10-31' is no "
    .. "instant: its time is missing (THH:MM:SS)" },
  { "csv/duplicate-column.csv", 1, 1, 0,
    "column 10, 'customer_name', stands there twice" },
  { "csv/excel-dates.csv", 2, 123, 1,
    "operation_date: '2026-10-31 17:58:10' " .. FOR_EXCEL },
  { "csv/invalid-utf8.csv", 2, 311, 1, "it is not UTF-8" },
  { "csv/json-cell-broken.csv", 2, 233, 1,
    "customized_data: no valid JSON: it ends too early" },
  { "csv/json-cell-other-is-no-object.csv", 2, 233, 1,
    "other: expected a JSON object" },
  { "csv/long-row.csv", 2, 123, 1,
    "more fields than the first row names (9)" },
  { "csv/portal-13th-month.csv", 2, 50, 1, "operation_date: '13/14/2021, 7:16 "
    .. "PM' is no date and time of the portal: there is no month 13" },
  { "csv/portal-without-action.csv", 2, 50, 1,
    "it has no action, which a row of the portal's needs" },
  { "csv/quote-inside-unquoted.csv", 2, 305, 1, STRAY_QUOTE },
  { "csv/quote-never-closes.csv", 3, 391, 2,
    "a quote in this row never closes" },
  { "csv/short-row.csv", 3, 391, 2, "2 fields where the first row names 9" },
  { "csv/text-after-quote.csv", 3, 573, 2, STRAY_QUOTE },
  { "csv/unknown-column.csv", 1, 1, 0, "column 10, 'colour', " .. NO_COLUMN },
  { "csv/utf-16.csv", 1, 1, 0, "it is UTF-16: save it as UTF-8" },
  { "csv/without-operation-date-column.csv", 1, 1, 0,
    "there is no column with the date (operation_date or Date-Time), which "
    .. "every record needs" },
}

-- Every way into a log, for what the file at a path holds.
local WAYS = {
  function(log, path, given) return log:import(path, given) end,
  function(log, path, given)
    local file <close> = assert(io.open(path, "rb"))
    return log:import(file, given)
  end,
  function(log, path, given)
    local pipe <close> = assert(io.popen("cat " .. support.quote(path)))
    return log:import(pipe, given)
  end,
  function(log, path, given)
    return log:import_text(support.read(path), given)
  end,
}

-- What the one record of a fixture has.
local function record_of(path)
  local log = support.log()
  assert(log:import(FIXTURES .. path))
  assert.equal(1, log:count { period = "all" })
  return support.list(log)[1]
end

local function column_of(path, field)
  local log, values = support.log(), {}
  assert(log:import(FIXTURES .. path))
  for i, record in ipairs(support.list(log)) do
    values[i] = record[field] or "(nil)"
  end
  return values
end

local RECORD = '{"id":"%s","operationDate":"2026-10-01T08:00:00Z"}'

describe("log:import()", function()
  describe("reads alike from a path, a file, a pipe and a text:", function()
    for _, expected in ipairs(READ) do
      local path, records, added, changed = table.unpack(expected)
      it(path, function()
        for _, way in ipairs(WAYS) do
          local log = support.log()
          local result = assert(way(log, FIXTURES .. path))
          assert.same({ records, added, changed, 0 },
            { result.records, result.added, result.changed, result.known })
          assert.equal(added, log:count { period = "all" })
        end
      end)
    end
  end)

  describe("refuses alike, and nothing lands:", function()
    for _, expected in ipairs(REFUSED) do
      local path, line, byte, record, reason = table.unpack(expected)
      it(path, function()
        local message = ("source: line %d, byte %d: %s%s"):format(line, byte,
          record > 0 and ("record %d: "):format(record) or "", reason)
        for _, way in ipairs(WAYS) do
          local log = support.log()
          assert.same({ nil, message, "syntax" },
            { way(log, FIXTURES .. path, { source = "source" }) })
          assert.equal(0, log:count { period = "all" })
        end
      end)
    end

    it("leaves what was there before", function()
      local log = support.log()
      assert(log:import(FIXTURES .. "json/array.json"))
      assert.is_nil(log:import(FIXTURES .. "json/bad-second-line.jsonl"))
      assert.equal(2, log:count { period = "all" })
      assert.equal(1, assert(log:import_text(RECORD:format("1"))).added)
    end)
  end)

  describe("result", function()
    it("has counts and the seconds it took", function()
      local log = support.log()
      local result = assert(log:import(FIXTURES .. "json/array.json"))
      assert.equal("float", math.type(result.seconds))
      assert.is_true(result.seconds >= 0 and result.seconds < 60)
      result.seconds = nil
      assert.same({ records = 2, added = 2, known = 0, changed = 0 }, result)
    end)

    it("counts as known what is there already", function()
      local log = support.log()
      assert(log:import(FIXTURES .. "json/array.json"))
      local result = assert(log:import(FIXTURES .. "json/array.json"))
      assert.same({ 2, 0, 2, 0 }, { result.records, result.added, result.known,
                                    result.changed })
    end)
  end)

  describe("JSON", function()
    it("gives instants of seven digits in UTC", function()
      assert.same({
        "2024-02-29T00:00:00.0000000Z", "2026-10-31T17:58:10.0000000Z",
        "2026-10-31T17:58:11.1000000Z", "2026-10-31T17:58:12.1200000Z",
        "2026-10-31T17:58:13.1230000Z", "2026-10-31T17:58:14.1234000Z",
        "2026-10-31T17:58:15.1234500Z", "2026-10-31T17:58:16.1234560Z",
        "2026-10-31T17:58:17.1234567Z", "2026-10-31T17:58:18.5000000Z",
        "2026-10-31T17:58:19.0000000Z",
      }, column_of("json/dates-in-every-form.jsonl", "operation_date"))
    end)

    it("is unescaped, NUL and surrogate pairs too", function()
      local record = record_of "json/every-escape.json"
      assert.equal("\0\1\b\t\n\f\r\x1f\x7f\"\\/é€🚀\u{FFFF}",
                   record.customer_name)
      assert.same({ { key = '"\\/', value = "\x1f\u{2028}🚀" } },
                  record.customized_data)
    end)

    it("leaves out fields that are null", function()
      local record = record_of "json/null-fields.json"
      assert.is_nil(record.customer_name)
      assert.is_nil(record.application_id)
      assert.is_nil(record.resource_old_value)
      assert.is_nil(record.customized_data)
      assert.is_nil(record.other)
    end)

    -- Its first members were taken for those of a page, and are gone.
    it("is refused when a page has fields of a record behind its items",
       function()
      local log = support.log()
      local result, message, code = log:import_text(
        '{"customerId":"c","items":[],"operationDate":"2026-10-31T17:58:10Z"}')
      assert.is_nil(result)
      assert.equal("syntax", code)
      assert.truthy(message:find("this object has items like a page and fields "
        .. "of an audit record behind them", 1, true), message)
    end)

    it("keeps the text of numbers", function()
      local log = support.log()
      assert(log:import(FIXTURES .. "json/numbers-kept-as-written.json"))
      local text = log:export_text { period = "all", format = "jsonl" }
      assert.truthy(text:find(
        '"tomorrow":[1.0,-0,0.10,1e400,12345678901234567890,1E+2]', 1, true))
      assert.truthy(text:find(
        '"customizedData":[{"key":"Quantity-0","value":25.00}]', 1, true))
    end)

    it("keeps unknown fields, sorted by the bytes of their names", function()
      local log = support.log()
      assert(log:import(FIXTURES .. "json/unknown-fields-unsorted.json"))
      local text = log:export_text { period = "all", layout = "full",
                                     excel = false }
      assert.truthy(text:gsub('""', '"'):find('"{"":true,"attributes":{'
        .. '"objectType":"AuditRecord","etag":"e"},"participants":["3a1c0f52-'
        .. '0000-4000-8000-00000000c0de"],"zebra":{"b":1,"a":2},"Ärger":null}"',
        1, true))
    end)

    it("may be white space and nothing else", function()
      for _, text in ipairs { "", " ", "\r\n\t \n", "\u{FEFF}\n" } do
        assert.equal(0, assert(support.log():import_text(text)).records)
      end
    end)

    it("names the byte that is wrong, wherever a chunk ends", function()
      for _, case in ipairs {
        { '{"id":"a\tb"}', 9, "invalid character inside string." },
        { '{"id":"\\x"}', 9, "inside a string, '\\' occurs before a character"
          .. " which it may not." },
        { '{"id":tru1}', 10, "invalid string in json text." },
        { '{"it":"1"]', 10,
          "after key and value, inside map, I expect ',' or '}'" },
        { '{"id":"\xFF"}', 8, "it is not UTF-8" },
        { '{"id":"\\ud800"}', 8, "a \\u escape is half of a surrogate pair" },
      } do
        local text, byte, reason = table.unpack(case)
        for blanks = 65536 - 16, 65536 do
          local _, message = support.log()
            :import_text((" "):rep(blanks - 1) .. "\n" .. text)
          assert.equal(("the text: line 2, byte %d: %s%s")
            :format(blanks + byte, NO_JSON, reason), message)
        end
      end
    end)

    it("is refused where a record never ends", function()
      local log = support.log()
      local result, message, code =
        log:import_text('{"id":"' .. ("x"):rep(17 * 1024 * 1024))
      assert.is_nil(result)
      assert.matches("a record is longer than 16777216 bytes", message, 1, true)
      assert.equal("limit", code)
      assert.equal(0, log:count { period = "all" })
    end)

    it("is refused where a list holds what is no record", function()
      for text, found in pairs {
        ["[1]"] = "a number", ['["a"]'] = "a string", ["[null]"] = "null",
        ["[true]"] = "true or false", ["[[]]"] = "an array",
      } do
        local _, message, code = support.log():import_text(text)
        assert.equal("expected an audit record, found " .. found,
          message:match("expected.*"))
        assert.equal("syntax", code)
      end
    end)
  end)

  describe("CSV", function()
    it("tells missing cells from empty ones", function()
      assert.same({ "(nil)", "" },
        column_of("csv/missing-and-empty.csv", "customer_name"))
      assert.same({ "(nil)", "" },
        column_of("csv/missing-and-empty.csv", "application_id"))
    end)

    it("keeps what stands in a cell", function()
      assert.same({ 'Contoso, "Ltd"', "Con\r\ntoso\nand\rmore", " Contoso ",
                    "Ünï 日本 🚀 שלום", "=1+1" },
        column_of("csv/odd-cells.csv", "customer_name"))
      assert.same({ "  Contoso  " },
        column_of("csv/outer-spaces-unquoted.csv", "customer_name"))
      assert.same({ "Contoso", "Contoso; Sons" },
        column_of("csv/semicolons.csv", "customer_name"))
    end)

    it("makes JSON cells compact and sorts other", function()
      local record = record_of "csv/json-cell-with-spaces.csv"
      assert.equal('[{"key":"OrderId","value":"order-1"}]',
        rawget(record, "_customized_data"))
      assert.equal('{"attributes":{"objectType":"AuditRecord"},"zebra":1}',
        rawget(record, "_other"))
    end)

    it("reads the portal's screen: dates in UTC, actions, people", function()
      local path = "csv/portal-screen-dates.csv"
      assert.same({ "2021-09-14T00:05:00.0000000Z",
                    "2021-09-14T19:16:00.0000000Z",
                    "2021-12-31T12:00:00.0000000Z" },
        column_of(path, "operation_date"))
      assert.same({ "update_subscription", "create_order",
                    "update_customer_user_licenses" },
        column_of(path, "operation_type"))
      assert.same({ "Fabrikam", "Win365NoDAPCustomer", "Contoso, Ltd." },
        column_of(path, "customer_name"))
      assert.same({ "admin@contoso.example", "admin@contoso.example",
                    "helpdesk@contoso.example" },
        column_of(path, "user_principal_name"))
      assert.same({ "2021-09-14T19:16:00.0000000Z" },
        column_of("csv/portal-screen-titles.csv", "operation_date"))
    end)

    it("reads titles of other locales", function()
      local log = support.log()
      for _, name in ipairs(locale.names) do
        local titles = locale.find(name).titles
        local row = ('"%s","%s","%s"\n2026-10-01T00:00:00Z,%s,Create Order\n')
          :format(titles.date_time, titles.affected_customer, titles.action,
                  name)
        assert.equal(1, assert(log:import_text(row)).records)
        assert.equal(1, log:count { period = "all", customer_name = name })
      end
    end)

    it("of the portal needs a customer in every row", function()
      local text = 'Date-Time,Affected customer,Action\n'
        .. '"9/14/2021, 7:16 PM",,Create Order\n'
      assert.same({ nil, "the text: line 2, byte 36: record 1: it has no "
                      .. "customer, which a row of the portal's needs",
                    "syntax" },
        { support.log():import_text(text) })
    end)

    -- They were taken for UTC: our own reports may name another zone.
    it("of the portal is refused with dates of another zone", function()
      local text = "Date-Time (%s),Affected customer,Action\n"
        .. '"9/14/2021, 7:16 PM",Contoso,Create Order\n'
      for _, zone in ipairs { "+05:30", "local" } do
        local result, message, code =
          support.log():import_text(text:format(zone))
        assert.is_nil(result)
        assert.matches("'9/14/2021, 7:16 PM' is a date in another zone than "
          .. "UTC, not the full instant: ", message, 1, true)
        assert.equal("syntax", code)
      end
      assert.equal(1, support.log():import_text(text:format("UTC")).added)
    end)

    it("of the portal needs the columns that tell rows apart", function()
      for _, header in ipairs { "Date-Time,Action", "Date-Time (UTC)",
                                "date-time,affected customer" } do
        assert.same({ nil, "the text: line 1, byte 1: an export of the portal "
                      .. "needs the columns Date-Time, Affected customer and "
                      .. "Action", "syntax" },
          { support.log():import_text(header .. "\n") })
      end
    end)
  end)

  describe("a source #gc", function()
    it("is named in messages: a path, the file, the text", function()
      local path = FIXTURES .. "json/no-record.json"
      local names = {}
      for i, way in ipairs(WAYS) do
        local _, message = way(support.log(), path)
        names[i] = message:match("^(.-): line 1, byte 54: ")
      end
      assert.same({ path, "the file", "the file", "the text" }, names)
    end)

    it("is recorded in the log, with the time", function()
      local path = support.temp_dir() .. "/a.db"
      local log <close> = support.log(path)
      assert(log:import(FIXTURES .. "json/array.json"))
      assert(log:import_text("[]"))
      assert(log:import_text("[]", { source = "page 1 of Ünïcode" }))
      assert(log:append { operation_date = "2026-10-01T08:00:00Z", id = "1" })
      log:close()
      local time = "|2026-10-14T15:16:17.0000000Z\n"
      assert.equal(FIXTURES .. "json/array.json" .. time
        .. "the text" .. time .. "page 1 of Ünïcode" .. time
        .. "append" .. time,
        support.query(path, "SELECT source, time FROM import ORDER BY import"))
    end)

    it("that is an open file is read from where it is, and stays open",
       function()
      local path = support.temp_dir() .. "/three.jsonl"
      support.write(path, RECORD:format("1") .. "\n" .. RECORD:format("2")
        .. "\n" .. RECORD:format("3"))
      local file <close> = assert(io.open(path, "rb"))
      assert.equal(RECORD:format("1"), file:read("l"))
      local log, totals = support.log(), {}
      local result = assert(log:import(file, { progress = function(done, all)
        totals = { done, all }
      end }))
      assert.equal(2, result.records)
      assert.same({ 2 * #RECORD - 1, 2 * #RECORD - 1 }, totals)
      assert.equal("file", io.type(file))
      assert.is_nil(file:read(1))
    end)

    it("that is missing or a folder is a failure of the system", function()
      local log = support.log()
      assert.same({ nil, "cannot open spec/nowhere.json: No such file or "
                    .. "directory", "io" }, { log:import("spec/nowhere.json") })
      local _, message, code = log:import("spec")
      assert.equal("spec: cannot read it: Is a directory", message)
      assert.equal("io", code)
    end)

    it("that is no path, file or text raises", function()
      local log = support.log()
      assert.equal("import(): path or open file expected, got nil",
        support.blame(function() log:import(nil) end))
      local file = assert(io.open(FIXTURES .. "json/array.json"))
      file:close()
      assert.equal("import(): path or open file expected, got closed file",
        support.blame(function() log:import(file) end))
      assert.equal("import_text(): string expected, got table",
        support.blame(function() log:import_text({}) end))
    end)
  end)

  describe("says what it is that is no activity log:", function()
    for _, case in ipairs {
      { "SQLite format 3\0", "an SQLite file: export a log as JSON Lines" },
      { "PK\3\4\x14", "a workbook or a zip file: save it as CSV" },
      { "\x1F\x8B\8", "compressed by gzip: unpack it" },
      { "<!DOCTYPE html>", "HTML or XML: an answer of the API is JSON" },
    } do
      local start, what = table.unpack(case)
      it(what, function()
        local result, message, code = support.log():import_text(start)
        assert.is_nil(result)
        assert.equal("the text: this is " .. what,
          message:sub(1, #"the text: this is " + #what))
        assert.equal("syntax", code)
      end)
    end

    it("an answer to who signs in, which is an error", function()
      for body, words in pairs {
        ['{"error":"invalid_client","error_description":"AADSTS7000215"}'] =
          '"AADSTS7000215"',
        ['{"error":{"code":"Forbidden","message":"No"}}'] =
          '{"code":"Forbidden","message":"No"}',
      } do
        local _, message, code = support.log():import_text(body)
        assert.equal(("the text: line 1, byte %d: this is an error that the "
          .. "API answered: %s"):format(#body, words), message)
        assert.equal("api", code)
      end
    end)

    it("a log #file", function()
      local folder = support.temp_dir()
      support.log(folder .. "/old.db"):close()
      local _, message = support.log():import(folder .. "/old.db")
      assert.truthy(message:find("old.db: this is an SQLite file", 1, true))
    end)
  end)

  describe("progress #gc", function()
    local MIB = 1024 * 1024

    -- A little over two MiB of records.
    local function big_file()
      local path = support.temp_dir() .. "/big.jsonl"
      local lines, name = {}, ("n"):rep(1000)
      for i = 1, 2048 do
        lines[i] = ('{"id":"%d","operationDate":"2026-10-01T08:00:00Z",'
          .. '"customerName":"%s"}\n'):format(i, name)
      end
      return support.write(path, table.concat(lines))
    end

    it("is called each MiB and at the end, with bytes done and in all",
       function()
      local path, calls = big_file(), {}
      local size = #support.read(path)
      assert(support.log():import(path, { progress = function(...)
        calls[#calls + 1] = table.pack(...)
      end }))
      assert.equal(3, #calls)
      assert.same({ n = 2, MIB, size }, calls[1])
      assert.same({ n = 2, 2 * MIB, size }, calls[2])
      assert.same({ n = 2, size, size }, calls[3])
    end)

    it("does not know how much a pipe will give", function()
      local pipe <close> = assert(io.popen("cat " .. big_file()))
      local calls = {}
      assert(support.log():import(pipe, { progress = function(...)
        calls[#calls + 1] = table.pack(...)
      end }))
      assert.same({ n = 2, MIB, nil }, calls[1])
    end)

    it("is called once for what is small, and not for what is empty",
       function()
      local calls = 0
      local function count() calls = calls + 1 end
      local log = support.log()
      assert(log:import_text("", { progress = count }))
      assert.equal(0, calls)
      assert(log:import_text("[]", { progress = count }))
      assert.equal(1, calls)
    end)

    it("ends the import by an error, which is raised", function()
      local log, path = support.log(), big_file()
      assert.equal("enough", support.error_of(function()
        log:import(path, { progress = function() error("enough", 0) end })
      end))
      assert.equal(0, log:count { period = "all" })
      assert.equal(2048, assert(log:import(path)).added)
    end)

    it("cannot close the log", function()
      local log, path = support.log(), big_file()
      local message = support.error_of(function()
        log:import(path, { progress = function() log:close() end })
      end)
      assert.truthy(message:find("log is at work: close it when that is done",
                                 1, true))
      assert.equal(0, log:count { period = "all" })
    end)

    it("cannot import into the log", function()
      local log, path = support.log(), big_file()
      local record = { id = "1", operation_date = "2026-10-01T08:00:00Z" }
      for _, call in ipairs {
        function() log:append(record) end,
        function() log:import_text("[]") end,
      } do
        local message = support.error_of(function()
          log:import(path, { progress = call })
        end)
        assert.truthy(message:find("an import into this log is running", 1,
                                   true))
      end
      assert.equal(0, log:count { period = "all" })
      assert.equal(1, assert(log:append(record)).added)
    end)

    it("may go on after such a mistake, and the import is whole", function()
      local log, path = support.log(), big_file()
      local failed = 0
      local result = assert(log:import(path, { progress = function()
        if not pcall(log.close, log) then failed = failed + 1 end
        if not pcall(log.import_text, log, "[]") then failed = failed + 1 end
      end }))
      assert.equal(6, failed)
      assert.equal(2048, result.added)
      assert.equal(2048, log:count { period = "all" })
    end)

    it("may ask for the log's size, and the import is whole", function()
      local log, path, bytes = support.log(), big_file(), 0
      assert(log:import(path, { progress = function()
        bytes = assert(log:bytes())
      end }))
      assert.is_true(bytes > 0)
      assert.equal(2048, log:count { period = "all" })
    end)
  end)

  describe("supersedes:", function()
    local function version(status, name)
      return ('{"id":"1","operationDate":"2026-10-01T08:00:00Z",'
        .. '"operationStatus":"%s","customerName":"%s"}'):format(status, name)
    end

    -- Import one after another; what is current then, and what the last did.
    local function import(...)
      local log, result = support.log(), nil
      for _, text in ipairs { ... } do
        result = assert(log:import_text(text))
      end
      local list = support.list(log)
      assert.equal(1, #list)
      return list[1].operation_status .. " " .. list[1].customer_name,
        result.added + 2 * result.known + 4 * result.changed
    end
    local KNOWN, CHANGED = 2, 4

    it("the newest import wins", function()
      assert.same({ "succeeded B", CHANGED },
        { import(version("succeeded", "A"), version("succeeded", "B")) })
      assert.same({ "succeeded A", CHANGED },
        { import(version("succeeded", "B"), version("succeeded", "A")) })
    end)

    it("what was superseded turns nothing back", function()
      assert.same({ "succeeded B", KNOWN },
        { import(version("succeeded", "A"), version("succeeded", "B"),
                 version("succeeded", "A")) })
    end)

    it("the same rule holds inside of one import", function()
      assert.same({ "succeeded B", 1 + CHANGED + KNOWN },
        { import(version("succeeded", "A") .. version("succeeded", "B")
                 .. version("succeeded", "A")) })
    end)

    it("a final status replaces progress", function()
      for _, status in ipairs { "succeeded", "failed", "decline" } do
        assert.same({ status .. " A", CHANGED },
          { import(version("progress", "A"), version(status, "A")) })
      end
    end)

    it("progress that comes late replaces nothing", function()
      for _, status in ipairs { "succeeded", "failed", "decline" } do
        assert.same({ status .. " A", CHANGED },
          { import(version(status, "A"), version("progress", "B")) })
        assert.same({ status .. " A", KNOWN },
          { import(version(status, "A"), version("progress", "B"),
                   version("progress", "B")) })
      end
    end)

    it("a status of tomorrow is not final", function()
      assert.same({ "progress B", CHANGED },
        { import(version("queued", "A"), version("progress", "B")) })
    end)

    it("the case of an id says nothing", function()
      local log = support.log()
      assert(log:import(FIXTURES .. "json/same-id-in-other-case.jsonl"))
      assert.equal(1, log:count { period = "all" })
    end)
  end)

  describe("options #gc", function()
    it("that are unknown raise, name the nearest and blame the caller",
       function()
      local log = support.log()
      assert.equal("unknown option 'progres' of import(); did you mean "
        .. "'progress'?",
        support.blame(function() log:import("a", { progres = print }) end))
      assert.equal("unknown option 'Source' of import_text(); did you mean "
        .. "'source'?",
        support.blame(function() log:import_text("", { Source = "a" }) end))
    end)

    it("of another type raise", function()
      local log = support.log()
      assert.equal("option 'progress' of import(): function expected, got "
        .. "boolean",
        support.blame(function() log:import("a", { progress = true }) end))
      assert.equal("option 'source' of import_text(): string expected, got "
        .. "integer",
        support.blame(function() log:import_text("", { source = 1 }) end))
      assert.equal("import(): table expected, got string",
        support.blame(function() log:import("a", "b") end))
    end)
  end)

  describe("log:imports() #gc", function()
    it("counts the imports, and tells when the newest came, and from where",
      function()
        local log = support.log()
        assert.same({ 0 }, { log:imports() })
        assert(log:import(FIXTURES .. "json/array.json"))
        assert(log:import_text("[]", { source = "page 1" }))
        assert.same({ 2, "2026-10-14T15:16:17.0000000Z", "page 1" },
                    { log:imports() })
      end)

    it("shortens a long source, and makes it visible", function()
      local log = support.log()
      assert(log:import_text("[]", { source = "\27" .. ("x"):rep(1000) }))
      local _, _, source = log:imports()
      assert.equal("\\x1B" .. ("x"):rep(100), source:sub(1, 104))
      assert.equal("...", source:sub(-3))
      assert.is_true(#source < 256)
    end)

    it("raises when the log is closed", function()
      local log = support.log()
      log:close()
      assert.equal("log is closed",
                   support.blame(function() log:imports() end))
    end)
  end)
end)
