-- Do what standard input asks, a step a line, and answer each with a line that
-- says how many records it was about. bench/scale takes the time.
--   lua5.4 bench/scale.lua LOG
-- The steps: export, records, luasql (of the most recent month; the latter two
-- with "some" behind them of four fields), everything, first, append FILE.
local activitylog = require "activitylog"

local path = arg[1]
local FROM, STOP = "2026-10-20", "2026-11-20"
local MONTH = activitylog.period(FROM, "2026-11-19")
local FIELDS = {
  "id", "partner_id", "customer_id", "customer_name", "user_principal_name",
  "application_id", "session_id", "original_correlation_id", "resource_type",
  "operation_type", "operation_status", "operation_date", "resource_old_value",
  "resource_new_value", "customized_data", "other",
}
local SOME = {
  "operation_date", "customer_name", "operation_type", "operation_status",
}

local log = assert(activitylog.open(path))

-- How many of these fields the record has: a script that wants them reads them.
local function read_fields(record, names)
  local filled = 0
  for _, name in ipairs(names) do
    if record[name] then
      filled = filled + 1
    end
  end
  return filled
end

local function walk(names, options)
  local count, filled = 0, 0
  for record in log:records(options) do
    count, filled = count + 1, filled + read_fields(record, names)
  end
  return count, filled
end

-- The same from the same file by lua-sql-sqlite3, and by lua-cjson what is a
-- table in a record.
local function walk_luasql(names)
  local decode = require "cjson".decode
  local environment = require "luasql.sqlite3".sqlite3()
  local db = assert(environment:connect(path))
  local query = [[
    SELECT %s FROM record WHERE operation_date >= '%s' AND operation_date < '%s'
    ORDER BY operation_date DESC]]
  local cursor = assert(db:execute(
    query:format(table.concat(names, ", "), FROM, STOP)))
  local count, filled, row = 0, 0, {}
  while cursor:fetch(row, "a") do
    count = count + 1
    row.customized_data = row.customized_data and decode(row.customized_data)
    filled = filled + read_fields(row, names)
  end
  cursor:close()
  db:close()
  environment:close()
  return count, filled
end

local steps = {}

-- Not into a file: what syncing it costs is the disk's, not the log's.
function steps.export()
  local file <close> = assert(io.open("/dev/null", "wb"))
  return assert(log:export(file, {
    period = MONTH, layout = "full", excel = false, redact = false,
  })).records
end

function steps.records(some)
  if some then
    return walk(SOME, { period = MONTH, redact = false, fields = SOME })
  end
  return walk(FIELDS, { period = MONTH, redact = false })
end

function steps.luasql(some)
  return walk_luasql(some and SOME or FIELDS)
end

function steps.everything()
  return walk(FIELDS, { period = "all", redact = false })
end

-- Is there the option 'fields' yet?
function steps.can_choose()
  return pcall(log.records, log, { fields = SOME }) and 1 or 0
end

-- Answers as soon as the first record is there, and clears up then.
function steps.first()
  local again <close> = assert(activitylog.open(path, { mode = "r" }))
  local following, cursor = again:records { period = "all" }
  print(following(cursor) and 1 or 0)
  io.stdout:flush()
end

-- Each line is a page of the API, and an import of its own.
function steps.append(pages)
  local count = 0
  for page in io.lines(pages) do
    count = count + assert(log:import_text(page)).records
  end
  return count
end

for line in io.lines() do
  local name, argument = line:match("^(%S+) ?(.*)$")
  local count = steps[name](argument ~= "" and argument or nil)
  if count then
    print(count)
    io.stdout:flush()
  end
end
log:close()
