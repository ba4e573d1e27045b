--- Logs: what is kept, and what is made of it.
-- A log is opened by `activitylog.open`. Where a method takes `options`, they
-- are a table of names; an unknown one raises and names the nearest.
--
-- Options that select records, of `records`, `count`, `export` and
-- `export_text`:
--
-- - `period`: a period or the name of one (`activitylog.period`); the most
--   recent month by default, as in the portal. "all" is everything.
-- - `zone`: whose days the name of a period means, and whose clock dates are
--   written by; "UTC" by default
-- - `customer_id`, `operation_type`, `resource_type`, `operation_status`,
--   `user` (the user principal name): equal, whatever the case
-- - `customer_name`: a part of it, in any case and script
-- - `text`: a part of any field, likewise
-- - `order`: "newest" first, the default, or "oldest"
-- - `redact`: `false` shows the values that stand under secret keys, such as
--   `password`, which are masked otherwise
--
-- Each filter is a string, or a list of strings of which one has to match.
--
-- Failures of the world give `nil, message, code`. Codes are "io", "busy",
-- "corrupt", "syntax", "api", "version", "foreign", "full", "readonly", "limit"
-- and "exists". Mistakes of the caller raise.
-- @classmod activitylog.log

local fields = require "activitylog.record_fields"
local layout = require "activitylog.layout"
local link = require "activitylog.link"
local locale = require "activitylog.locale"
local options = require "activitylog.options"
local period = require "activitylog.period"

local log = {}

local FILTERS = {
  "customer_id", "customer_name", "operation_type", "resource_type",
  "operation_status", "user", "text",
}

local QUERY = { "period", "zone", "order", "redact" }
table.move(FILTERS, 1, #FILTERS, #QUERY + 1, QUERY)
QUERY.zone, QUERY.order, QUERY.redact = "string", "string", "boolean"
for _, name in ipairs(FILTERS) do QUERY[name] = "string or table" end

local EXPORT = {
  "format", "layout", "locale", "links", "cloud", "excel", "bom", "newline",
  "separator", "defuse", "date_format", "zone_in_title", "max_cell", "max_rows",
  format = "string", layout = "string or table", locale = "string",
  links = "boolean", cloud = "string", excel = "boolean", bom = "boolean",
  newline = "string", separator = "string", defuse = "boolean",
  date_format = "string", zone_in_title = "boolean",
  max_cell = "integer", max_rows = "integer",
}
table.move(QUERY, 1, #QUERY, #EXPORT + 1, EXPORT)
for _, name in ipairs(QUERY) do EXPORT[name] = QUERY[name] end

local IMPORT = {
  "source", "progress", source = "string", progress = "function",
}

-- Excel's limits (support.microsoft.com, "Excel specifications and limits").
local EXCEL_CELL, EXCEL_ROWS = 32767, 1048576

-- A date to every Excel, and the full instant that import takes back.
local EXCEL_DATE = "%Y-%m-%d %H:%M:%S"
local INSTANT, INSTANT_UTC = "%FT%T.%f%z", "%FT%T.%fZ"

-- Checks below are called by the methods and blame the line that called those.
local CALLER = 3

local function now()
  return math.floor(period.clock())
end

-- The core's store; a closed log is the caller's mistake.
local function open_store(self)
  if self._closed then error("log is closed", CALLER) end
  return self._store
end

local function check_choice(name, value, known)
  local why = options.unknown(name, value, known)
  if why then error(why, CALLER + 1) end
end

-- ---- selecting

-- The caller's list is copied: it may change while the core works with it. A
-- name or a hole in it would go unseen, and select too little.
local function filter_list(name, value)
  if type(value) == "string" then return { value } end
  local list, count = {}, 0
  for i, item in ipairs(value) do
    if type(item) ~= "string" then
      error(("option '%s': list of strings expected, got %s in it")
        :format(name, type(item)), CALLER + 1)
    end
    list[i] = item
  end
  for _ in next, value do count = count + 1 end
  if count ~= #list then
    error(("option '%s': list of strings expected, got a table with holes or "
      .. "names"):format(name), CALLER + 1)
  end
  return list
end

local function check_texts(name, list)
  for _, item in ipairs(list) do
    if not utf8.len(item) then
      error(("option '%s': it is not UTF-8"):format(name), CALLER + 1)
    end
  end
end

-- Checks of others blame their caller: blame ours instead. No memory is
-- nobody's mistake.
local function blame(level, ok, ...)
  if not ok then
    error((...), ... ~= "not enough memory" and level + 1 or 0)
  end
  return ...
end

-- C would see the path end at a zero byte, and take another file.
local function check_path(path, what)
  if path:find("\0", 1, true) then
    error(what .. ": path has a zero byte", CALLER)
  end
end

-- What the core takes for the options that select records.
local function lower_query(given)
  local zone = blame(CALLER, pcall(require("activitylog.core").zone,
                                   given.zone or "UTC"))
  local start, stop = blame(CALLER, pcall(period.resolve, given.period, zone))
  check_choice("order", given.order or "newest", { "newest", "oldest" })
  local query = {
    start = start,
    stop = stop,
    oldest_first = given.order == "oldest",
    unmasked = given.redact == false,
  }
  for _, name in ipairs(FILTERS) do
    if given[name] ~= nil then
      query[name] = filter_list(name, given[name])
      check_texts(name, query[name])
    end
  end
  return query
end

--- Go through records in a for loop, newest first.
-- A record is a table with the API's fields in snake_case; those it has not are
-- nil. `customized_data` is a list of `{ key =, value = }`, `other` a table of
-- the fields that have no name here, `old_value` and `new_value` are
-- `resource_old_value` and `resource_new_value` decoded, and `line_items` is
-- the list of an order's products, empty for what is no order. These five are
-- decoded anew each time: keep what you use in a local.
-- @tparam[opt] table given what to select
-- @return the four values of a for loop; leaving it frees the cursor
-- @raise when the log cannot be read
-- @usage for record in log:records { customer_name = "fabri" } do
--   print(record.operation_date, record.operation_type)
-- end
function log:records(given)
  options.check(given, QUERY, "records()")
  local query = lower_query(given or {})
  local iterator, state, control, closing = open_store(self):records(query)
  if not iterator then error(state, 2) end
  return iterator, state, control, closing
end

--- How many records there are.
-- @tparam[opt] table given what to select
-- @treturn[1] integer
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @usage print(log:count { period = "all" })
function log:count(given)
  options.check(given, QUERY, "count()")
  local query = lower_query(given or {})
  return open_store(self):count(query)
end

-- ---- keeping

local function check_record(record, place)
  if type(record) ~= "table" then
    error(("%s: table expected, got %s"):format(place, type(record)),
          CALLER)
  end
  for name in next, record do
    local ours = name == "_customized_data" or name == "_other"
    local why = not ours and options.unknown("field", name, fields)
    if why then error(place .. ": " .. why, CALLER) end
  end
end

--- Append one record or a list of them, all or none.
-- A record has the fields that `records` gives, as strings; `customized_data`
-- and `other` may be tables, or JSON. `operation_date` is needed.
-- @tparam table records a record or a list
-- @treturn[1] table as of `import`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @raise on an unknown field or one of the wrong type
-- @usage assert(log:append {
--   id = "1", operation_date = "2026-10-01T08:00:00Z",
--   operation_type = "create_order", customer_name = "Fabrikam",
-- })
function log:append(records)
  if type(records) ~= "table" then
    error("append(): record or list of them expected, got " .. type(records), 2)
  end
  if rawget(records, 1) == nil and next(records) ~= nil then
    records = { records }
  end
  for i, record in ipairs(records) do check_record(record, "record " .. i) end
  local store = open_store(self)
  -- A tail call: the caller is the next on the stack behind it.
  return blame(1, pcall(store.append, store, records, now()))
end

-- The fields that the columns of a portal's export hold. The link says nothing
-- that a record keeps, nor do the texts that were made up of its values.
local TITLES = {
  { "date_time", "operation_date" },
  { "affected_customer", "customer_name" },
  { "action", "operation_type" },
  { "partner_user", "user_principal_name" },
  { "performed_by", "user_principal_name" },
  { "status", false },
  { "additional_information", false },
  { "subscriptions", false },
}

-- The titles of all locales, for CSV.
local function csv_titles()
  local titles = {}
  for _, name in ipairs(locale.names) do
    local words = locale.find(name).titles
    for _, pair in ipairs(TITLES) do
      titles[#titles + 1] = { words[pair[1]], pair[2] }
    end
  end
  return titles
end

-- A path may be any bytes; a name in the log and in messages is UTF-8.
local function readable(path)
  return utf8.len(path) and path or path:gsub("[\x80-\xFF]", "?")
end

local function lower_import(given, name)
  if given.source and not utf8.len(given.source) then
    error("option 'source': it is not UTF-8", CALLER)
  end
  return {
    name = given.source or readable(name),
    progress = given.progress,
    titles = csv_titles(),
    now = now(),
  }
end

--- Import a file: pages of the API, arrays of records, JSON Lines or CSV.
-- The format is told by the content. All of it lands or nothing; what is known
-- already is not added again.
--
-- CSV columns are named by fields (as our own export with `layout = "full"`,
-- `excel = false` names them) or by the titles of the portal's export, which
-- Microsoft documents nowhere: rows of it need date, customer and action.
-- @tparam string|file source a path, or a file of Lua's io library, which is
-- read from where it is and stays open
-- @tparam[opt] table given `source`, the name of it in messages and in the log
-- (default: the path), and `progress`, a function that is called about every
-- MiB with the bytes done and the bytes in all (nil: unknown)
-- @treturn[1] table `records` that came, of them `added`, `known` (there
-- already) and `changed` (new content of a record that was there), `seconds`
-- @treturn[2] nil
-- @treturn[2] string message with the line, byte, record and field
-- @treturn[2] string code
-- @usage local result = assert(log:import("auditrecords.json"))
-- print(result.added, result.known, result.changed)
function log:import(source, given)
  options.check(given, IMPORT, "import()")
  if io.type(source) == "file" then
    local lowered = lower_import(given or {}, "the file")
    return open_store(self):import_stream(source, lowered)
  elseif type(source) ~= "string" then
    error("import(): path or open file expected, got "
      .. (io.type(source) or type(source)), 2)
  end
  check_path(source, "import()")
  local lowered = lower_import(given or {}, source)
  return open_store(self):import_file(source, lowered)
end

--- Import what a string holds, as `import` does.
-- @tparam string text
-- @tparam[opt] table given as of `import`
-- @treturn table as of `import`, or its failures
-- @usage assert(log:import_text(body, { source = "page 1" }))
function log:import_text(text, given)
  options.check(given, IMPORT, "import_text()")
  if type(text) ~= "string" then
    error("import_text(): string expected, got " .. type(text), 2)
  end
  local lowered = lower_import(given or {}, "the text")
  return open_store(self):import_text(text, lowered)
end

-- ---- reporting

local function either(given, default)
  if given == nil then return default end
  return given
end

local function date_pattern(given, words, zone)
  if given.date_format == "locale" then return words.date_time_format end
  if given.date_format then return given.date_format end
  if either(given.excel, true) then return EXCEL_DATE end
  return zone == "UTC" and INSTANT_UTC or INSTANT
end

local function check_report(given)
  if given.newline and given.newline ~= "\r\n" and given.newline ~= "\n" then
    error([[option 'newline': "\r\n" or "\n" expected]], CALLER + 1)
  end
  if given.separator and not given.separator:find("^[,;\t|]$") then
    error("option 'separator': one of , ; | and tab expected", CALLER + 1)
  end
  for _, name in ipairs { "max_cell", "max_rows" } do
    if given[name] and given[name] ~= 0 and given[name] < 10 then
      error(("option '%s': 0 (no limit) or at least 10 expected")
        :format(name), CALLER + 1)
    end
  end
  local prefix, why = link.template { cloud = given.cloud }
  if not prefix then error(why, CALLER + 1) end
end

-- What the core takes for the options that shape a report.
local function lower_report(given)
  check_choice("format", given.format or "csv", { "csv", "jsonl" })
  check_report(given)
  if given.format == "jsonl" then return { format = "jsonl" } end
  local excel = either(given.excel, true)
  local words = locale.find(given.locale or "en-us", CALLER)
  local chosen = layout.find(given.layout or "partner-center", CALLER)
  local zone = require("activitylog.core").zone(given.zone or "UTC")
  return {
    format = "csv",
    separator = given.separator or (excel and words.separator or ","),
    newline = given.newline or (excel and "\r\n" or "\n"),
    bom = either(given.bom, excel),
    defuse = either(given.defuse, excel),
    max_cell = given.max_cell or (excel and EXCEL_CELL or 0),
    max_rows = given.max_rows or (excel and EXCEL_ROWS or 0),
    columns = layout.lower(chosen, {
      locale = words,
      zone = zone,
      date_format = date_pattern(given, words, zone),
      zone_in_title = either(given.zone_in_title, excel),
      links = either(given.links, true),
      cloud = given.cloud,
    }),
  }
end

--- Write a report.
-- A file appears whole or not at all. CSV is made for Excel, each rule of which
-- has its option; `excel = false` turns all of them off, for machines:
--
-- - `layout`: a layout, or the name of one: "partner-center" (default),
--   "partner-center-2019" or "full"
-- - `format`: "csv" (default), or "jsonl": JSON Lines with every field
-- - `locale`: titles and separator; "en-us" by default
-- - `links`: end the portal's layouts in the Subscriptions link (default true)
-- - `cloud`: the portal that links lead to: "global" (default),
--   "us-government" or "china"
-- - `bom`: begin with the UTF-8 byte order mark
-- - `separator`: the locale's list separator; else ","
-- - `newline`: CR LF; else LF
-- - `date_format`: `2026-10-31 17:58:10`; else the full instant. A pattern, or
--   "locale" for that of the locale.
-- - `zone_in_title`: built-in layouts name the zone beside a date's title
-- - `defuse`: a ' before what would run as a formula
-- - `max_cell`: 32767 UTF-16 units; a longer cell is cut with a mark. 0 is no
--   limit, 10 the least.
-- - `max_rows`: 1048576 rows with the titles'; more go on in `name-2.csv`, and
--   to an open file or a string they are refused ("limit"). 0 is no limit.
-- @tparam string|file target a path, or a file of Lua's io library, which is
-- flushed and stays open
-- @tparam[opt] table given what to select, and how to write it
-- @treturn[1] table `records`, `bytes`, `files` (a list of paths; none for an
-- open file), `cut_cells`, `defused_cells` and `redacted` (records with values
-- masked)
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @raise what a column's function raised, with the column and the record
-- @usage assert(log:export("october.csv", { period = "2026-10" }))
function log:export(target, given)
  options.check(given, EXPORT, "export()")
  given = given or {}
  local query, report = lower_query(given), lower_report(given)
  if io.type(target) == "file" then
    return open_store(self):export_stream(target, query, report)
  elseif type(target) ~= "string" then
    error("export(): path or open file expected, got "
      .. (io.type(target) or type(target)), 2)
  end
  check_path(target, "export()")
  return open_store(self):export_file(target, query, report)
end

--- Make a report as a string, as `export` does.
-- @tparam[opt] table given as of `export`
-- @treturn[1] string the report
-- @treturn[1] table as of `export`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @usage local csv = assert(log:export_text { period = "yesterday" })
function log:export_text(given)
  options.check(given, EXPORT, "export_text()")
  given = given or {}
  local query, report = lower_query(given), lower_report(given)
  return open_store(self):export_text(nil, query, report)
end

-- ---- closing

--- Close the log. Closing it again does nothing; using it then raises.
-- `local log <close> = assert(activitylog.open(path))` does it by itself.
function log:close()
  self._store:close()
  self._closed = true
end

local metatable = { __index = log, __name = "activitylog.log" }

metatable.__close = log.close

function metatable:__tostring()
  return ("activitylog.log: %s%s")
    :format(self.path, self._closed and " (closed)" or "")
end

-- The log object around the core's store.
local function wrap(store, path)
  return setmetatable({ _store = store, path = path }, metatable)
end

return { wrap = wrap, methods = log }
