-- What goes out in full comes in again the same: records are generated, written
-- as JSON Lines and as CSV for machines, and imported into new logs, whose
-- digests are compared. Another program than ours reads them, so that what is
-- compared is what lies in the logs.

local support = require "spec.support"

-- One line a record of a log: date, identity and digest.
local function digests(path)
  return (support.query(path, "SELECT operation_date, lower(hex(identity)),"
    .. " lower(hex(digest)) FROM record"
    .. " ORDER BY operation_date DESC, identity DESC"):gsub("|", " "))
end

-- ---- generated records, as JSON

local API_NAMES = {
  "id", "partnerId", "customerId", "customerName", "userPrincipalName",
  "applicationId", "sessionId", "originalCorrelationId", "resourceType",
  "operationType", "operationStatus", "resourceOldValue", "resourceNewValue",
}

-- Texts that readers of JSON, CSV or SQL might take for something else.
local PIECES = {
  "\"", "\"\"", "'", ",", ";", "\t", "|", "\r", "\n", "\r\n", "\0", "\\", "\\n",
  "\\u0000", " ", "  ", "=", "+1", "-", "@", "\u{FF1D}", "\u{FEFF}", "\u{FFFD}",
  "\u{FFFF}", "\u{10FFFF}", "\u{1F469}\u{200D}\u{1F469}\u{1F3FD}", "\u{E9}",
  "e\u{301}", "\u{202E}", "\u{5D0}\u{5D1}", "\u{627}\u{644}", "\u{4E2D}",
  "\u{2028}", "\u{85}", "\x7F", "\x1B[2J", "null", "{\"a\":1}", "[", "]", "{",
  "}", "--", "/*", "%s", "%00", "2026-10-01", "text",
}

-- Numbers that no float holds, or that floats write in another way.
local NUMBERS = {
  "0", "-0", "1.0", "1.10", "1e400", "-1E-400", "1E+2", "0.1e0",
  "9223372036854775808", "123456789012345678901234567890.5", "1e0",
}

local ESCAPES = { ["\""] = "\\\"", ["\\"] = "\\\\" }

local function quoted(text)
  return "\"" .. text:gsub("[%c\"\\]", function(char)
    return ESCAPES[char] or ("\\u%04x"):format(char:byte())
  end) .. "\""
end

local random = math.random

local function pick(list)
  return list[random(#list)]
end

local function text()
  local pieces = {}
  for i = 1, random(0, 6) do pieces[i] = pick(PIECES) end
  return table.concat(pieces)
end

local value

local function array(depth)
  local items = {}
  for i = 1, random(0, 4) do items[i] = value(depth + 1) end
  return "[" .. table.concat(items, ", ") .. "]"
end

-- The number makes each key of an object another one.
local function object(depth)
  local members = {}
  for i = 1, random(0, 4) do
    members[i] = quoted(text() .. i) .. " : " .. value(depth + 1)
  end
  return "{" .. table.concat(members, " ,") .. "}"
end

function value(depth)
  local kind = random(depth > 4 and 4 or 6)
  if kind == 1 then return pick { "null", "true", "false" } end
  if kind == 2 then return pick(NUMBERS) end
  if kind <= 4 then return quoted(text()) end
  return kind == 5 and array(depth) or object(depth)
end

-- Members that a record of the API has beside those of our fields, and such
-- as have the names of fields in snake_case.
local OTHERS = { "participants", "attributes", "", "customer_name", "other",
                 "Id", "\0", "password", "\u{FFFF}", "\u{1F600}" }

local function record(number)
  local members = {
    ("\"operationDate\":\"2026-%02d-%02dT00:00:%02d.%dZ\"")
      :format(random(12), random(28), number % 60, number),
    "\"customizedData\":" .. pick {
      "[]", "null", array(1), array(1),
      "[{\"key\":\"Password\",\"value\":\"hush\"},{\"key\":" .. quoted(text())
      .. ",\"value\":" .. value(2) .. "}]",
    },
  }
  for _, name in ipairs(API_NAMES) do
    local kind = random(6)
    local given = kind == 1 and "null" or kind == 2 and "\"\""
      or kind == 3 and quoted(object(1)) or quoted(text() .. number)
    if kind < 6 then
      members[#members + 1] = ("\"%s\":%s"):format(name, given)
    end
  end
  for _, name in ipairs(OTHERS) do
    if random(3) == 1 then
      members[#members + 1] = quoted(name) .. ":" .. value(1)
    end
  end
  return "{" .. table.concat(members, ",") .. "}"
end

-- ---- the way out and in again

-- Import a file of JSON, and compare with what comes of its exports.
local function check_round_trip(input, n)
  local folder = input:match("^(.*)/")
  local function log_of(name, source)
    local log = support.log(folder .. "/" .. name)
    assert.equal(n, assert(log:import(source)).records)
    return log, digests(folder .. "/" .. name)
  end
  local function export(log, name, options)
    options.period, options.redact = "all", false
    assert.equal(n, assert(log:export(folder .. "/" .. name, options)).records)
    return support.read(folder .. "/" .. name)
  end
  local JSON = { format = "jsonl" }
  local CSV = { layout = "full", excel = false }

  local log, expected = log_of("log.db", input)
  assert.equal(n, select(2, expected:gsub("\n", "")))
  assert.is_true(expected == support.check(
    "python3 spec/independent/read_log.py --as=digests " .. input))

  local json = export(log, "a.jsonl", JSON)
  local of_json, digests_of_json = log_of("json.db", folder .. "/a.jsonl")
  assert.is_true(expected == digests_of_json)
  assert.is_true(json == export(of_json, "b.jsonl", JSON))

  local csv = export(log, "a.csv", CSV)
  local of_csv, digests_of_csv = log_of("csv.db", folder .. "/a.csv")
  assert.is_true(expected == digests_of_csv)
  assert.is_true(csv == export(of_csv, "b.csv", CSV))
  assert.is_true(json == export(of_csv, "c.jsonl", JSON))
end

local function write_lines(lines)
  return support.write(support.temp_dir() .. "/input.jsonl",
                       table.concat(lines, "\n"))
end

-- A record whose name, new value and a member without a field are this JSON.
local function members(id, name, new_value, more)
  return ("{\"id\":\"%s\",\"operationDate\":\"2026-10-01T00:00:00Z\","
    .. "\"customerName\":%s,\"resourceNewValue\":%s,\"more\":%s}")
    :format(id, name, new_value, more)
end

-- A record that holds the text in all of them.
local function holding(id, name)
  local json = quoted(name)
  return members(id, json, quoted(json), json)
end

describe("JSON Lines and full CSV for machines", function()
  for seed = 1, 4 do
    it("give back the digests of generated records, seed " .. seed, function()
      math.randomseed(seed)
      local lines = {}
      for number = 1, 250 do lines[number] = record(number) end
      check_round_trip(write_lines(lines), 250)
    end)
  end

  it("give back every character of Unicode", function()
    local lines = {}
    for plane = 0, 16 do
      local characters = {}
      for code = plane << 16, plane << 16 | 0xFFFF do
        if code < 0xD800 or code > 0xDFFF then
          characters[#characters + 1] = utf8.char(code)
        end
      end
      lines[#lines + 1] = holding(plane, table.concat(characters))
    end
    check_round_trip(write_lines(lines), 17)
  end)

  it("give back every byte of ASCII, alone and at either end", function()
    local lines = {}
    for code = 0, 127 do
      local char = string.char(code)
      lines[#lines + 1] = holding("alone" .. code, char)
      lines[#lines + 1] = holding("first" .. code, char .. "x")
      lines[#lines + 1] = holding("last" .. code, "x" .. char)
    end
    check_round_trip(write_lines(lines), 3 * 128)
  end)

  it("give back values of 1 MiB and numbers of a million digits", function()
    local quotes = "\"" .. ("\\\""):rep(2^20) .. "\""
    local emoji = "\"" .. ("\u{1F600}"):rep(2^18) .. "\""
    local lines = "\"" .. ("\\r\\n"):rep(2^19) .. "\""
    check_round_trip(write_lines {
      members("text", quotes, emoji, lines),
      members("more", lines, quotes, emoji),
      members("digits", "null", "null", ("7"):rep(10^6)),
      members("fraction", "null", "null", "0." .. ("3"):rep(10^6) .. "e-5"),
    }, 4)
  end)

  it("tell a missing field from an empty one", function()
    check_round_trip(write_lines {
      [[{"id":"1","operationDate":"2026-10-01T00:00:00Z"}]],
      [[{"id":"2","operationDate":"2026-10-01T00:00:00Z","customerName":""}]],
      [[{"id":"","operationDate":"2026-10-01T00:00:00Z","a":""}]],
      [[{"operationDate":"2026-10-01T00:00:00Z","operationType":""}]],
    }, 4)
  end)

  it("give back the dates to the tick", function()
    local lines = {}
    for i, date in ipairs {
      "0001-01-01T00:00:00.0000000Z", "0001-01-01T00:00:00.0000001Z",
      "9999-12-31T23:59:59.9999999Z", "2024-02-29T12:00:00.5+05:30",
      "1969-12-31T23:59:59.9999999Z", "2026-10-31T02:30:00-11:59",
    } do
      lines[i] = ("{\"id\":\"%d\",\"operationDate\":\"%s\"}"):format(i, date)
    end
    check_round_trip(write_lines(lines), 6)
  end)

  it("give back the samples", function()
    local pages = "spec/fixtures/partner-center/"
    local lines = { support.read(pages .. "ms_docs_2017_order_license.json") }
    for _, name in ipairs {
      "msdocs2020_20200902T173412_add_customer",
      "msdocs2020_20200902T175810_create_order",
      "msdocs2020_20200902T232619_update_customer_user_licenses",
    } do
      lines[#lines + 1] = support.read(pages .. "records/" .. name .. ".json")
    end
    check_round_trip(write_lines(lines), 5)
  end)
end)

describe("records of a loop", function()
  it("give back the digests when they are appended", function()
    math.randomseed(5)
    local lines = {}
    for number = 1, 250 do lines[number] = record(number) end
    local input = write_lines(lines)
    local log, copy = support.log(input .. ".db"), support.log(input .. "2.db")
    assert(log:import(input))
    assert(copy:append(support.list(log, { redact = false })))
    assert.is_true(digests(input .. ".db") == digests(input .. "2.db"))
    assert.equal(250, copy:count { period = "all" })
  end)
end)
