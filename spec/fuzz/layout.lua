-- What an author may write: the columns of a layout, a line each, below a line
-- of the report's options. layout.c calls it with whatever bytes come, and
-- looks at what is written.
--
--   locale=de-de|zone=Europe/Paris|redact=Password;Email
--   title=When|field=operation_date|format=%d.%m.%Y
--   title=Who|template={customer_name} ({customer_id})

local activitylog = require "activitylog"
local layout = require "activitylog.layout"
local report = require "activitylog.report"

local function pairs_of(value)
  return '{\\"Id\\":\\"7\\",\\"Email\\":\\"a@b.example\\",\\"Quantity\\":'
    .. value .. ',\\"LineItems\\":[{\\"FriendlyName\\":\\"=1+1\\",'
    .. '\\"Quantity\\":2},{\\"OfferId\\":\\"\\\\\\"o;,|\\"}]}'
end

local RECORDS = {
  [[{"id":"1","operationDate":"2026-10-01T08:00:00.1234567Z",
  "customerId":"f0b4e6f6-2a55-4a4d-9c3b-3d2f4a6f1c11",
  "customerName":"=cmd|' /C calc'!A0","operationType":"create_order",
  "operationStatus":"succeeded","resourceType":"order",
  "resourceOldValue":"]] .. pairs_of(1) .. [[",
  "resourceNewValue":"]] .. pairs_of(2) .. [["}]],
  [[{"id":"2","operationDate":"0001-01-01T00:00:00Z","customerId":"no-guid",
  "customerName":"F\u00e4brikam \"the\",\r\nfirst;one\t","operationType":"x",
  "userPrincipalName":"\uff1dx","customizedData":[{"key":"OrderId",
  "value":"@9"},{"key":"Password","value":"hidden"}]}]],
  [[{"id":"3","operationDate":"9999-12-31T23:59:59.9999999Z","sessionId":"",
  "customerName":"]] .. ("\u{1F600}a"):rep(40) .. [[","other":"-1"}]],
}

local log = assert(activitylog.open(":memory:"))
assert(log:import_text(table.concat(RECORDS, "\n")))

-- ---- reading the input

local function value_of(text)
  if text == "true" or text == "false" then return text == "true" end
  if text:find("^%-?%d+$") then return math.tointeger(text) end
  return text
end

-- The members of a line: text after the first "=" of each part.
local function members(line, convert)
  local result = {}
  for part in line:gmatch("[^|]+") do
    local name, text = part:match("^([^=]*)=(.*)$")
    if name then result[name] = convert(text) end
  end
  return result
end

local function list(text)
  local result = {}
  for item in text:gmatch("[^;]+") do result[#result + 1] = item end
  return result
end

local function options_of(line)
  local given = members(line, value_of)
  if given.separator == "bar" then given.separator = "|" end
  if given.newline == "lf" then given.newline = "\n" end
  if type(given.redact) == "string" then given.redact = list(given.redact) end
  given.period = given.period or "all"
  return given
end

local function as_it_is(text)
  return text
end

local function columns_of(lines)
  local columns = {}
  for line in lines:gmatch("[^\n]+") do
    columns[#columns + 1] = members(line, as_it_is)
  end
  return columns
end

-- ---- what must hold

-- A mistake is told to its author in words, not in those of Lua.
local function try(call, ...)
  local ok, result, more, code = pcall(call, ...)
  if ok then return result, more, code end
  assert(type(result) == "string" and #result > 0, "an error without words")
  assert(not result:find("^%S+%.lua:%d+: attempt to "), result)
  return nil, result, "raised"
end

-- The report's text with what layout.c has to know of it, or nothing.
return function(input)
  local line, rest = input:match("^([^\n]*)\n?(.*)$")
  local given = options_of(line)
  local columns = columns_of(rest)
  if columns[1] then
    given.layout = try(layout.new, columns)
    if not given.layout then return end
  end
  if given.format == "html" or given.format == "xlsx" then return end
  local text, result, code = try(log.export_text, log, given)
  assert(text or code, "a failure without a code")
  if not text or given.format == "jsonl" then return end
  local shape = report.lower(given)
  return text, #shape.columns, result.rows, shape.separator, shape.bom,
    shape.defuse, shape.max_cell
end
