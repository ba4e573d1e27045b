--- Summaries: how many records there are by hour, customer, operation.
-- `log:summary` makes one. It is a list of rows; each is a table of
--
-- - the keys it was made by: `hour` ("2026-10-31 17:00"), `day` ("2026-10-31"),
--   `week` ("2026-W44", by ISO 8601: weeks start on Monday), `month`
--   ("2026-10"), all by the clocks of its zone; `customer` (the name that its
--   newest record has, or its id where no record has a name) and `customer_id`;
--   `user`, `operation_type`, `resource_type`, `operation_status`. A key is nil
--   in the row of the records that do not have it.
-- - `count`, of records, and `customers`, how many different ones they are of
-- - `first` and `last`, the instants of the oldest and the newest record in
--   UTC; nil where `count` is 0
--
-- Rows are in the order of their keys, in turn: times from the first to the
-- last, others by the bytes of their text, customers of one name by their ids,
-- what has not the key last. An hour, day, week or month of the period without
-- a record has one row, whose `count` is 0 and which has no other key; where
-- the period is open, they are those from the first record, or to the last
-- one. An hour that clocks show twice is one.
--
-- `by` is the list of the keys, `zone` the name of the zone, and `total` a
-- table of `count`, `customers`, `first` and `last` of all records. Changing
-- these tables changes no export.
-- @classmod activitylog.summary

local options = require "activitylog.options"
local query = require "activitylog.query"

local summary = {}

local TIMES = { "hour", "day", "week", "month" }

local KEYS = {
  "hour", "day", "week", "month", "customer", "user", "operation_type",
  "resource_type", "operation_status",
}

local MOST_KEYS = 3

-- What is checked below is checked for a method: the line that called the
-- method is to blame.
local CALLER = 3

-- What each summary was made of. A list of its own, so that the summary itself
-- has only what people look for.
local parts_of = setmetatable({}, { __mode = "k" })

local metatable = { __name = "activitylog.summary" }

-- ---- making

-- The options of log:summary, for options.check. Records have no order there.
local function making_options()
  local known = options.join({ "by", by = "string or table" }, query.options,
                             query.progress)
  for i, name in ipairs(known) do
    if name == "order" then table.remove(known, i) end
  end
  return known
end

local function is_time(key)
  for _, name in ipairs(TIMES) do
    if name == key then return true end
  end
  return false
end

-- What is wrong with a key behind those in 'seen', if anything.
local function key_problem(key, seen)
  if type(key) ~= "string" then
    return "list of strings expected, got " .. type(key) .. " in it"
  end
  local why = options.unknown("key", key, KEYS)
  if why then return why end
  if seen[key] then return ("'%s' comes twice"):format(key) end
  if is_time(key) and seen.time then
    return ("only one of '%s' and '%s' makes sense"):format(seen.time, key)
  end
  return nil
end

-- The list of keys; nil and why for what is none.
local function read_by(value)
  if type(value) == "string" then value = { value } end
  local by, seen = {}, {}
  local count, why = options.length(value)
  if not count then return nil, "list of strings expected, got " .. why end
  for i = 1, count do
    local key = rawget(value, i)
    why = key_problem(key, seen)
    if why then return nil, why end
    by[i], seen[key] = key, true
    if is_time(key) then seen.time = key end
  end
  if count < 1 or count > MOST_KEYS then
    return nil, ("1 to %d keys expected, got %d"):format(MOST_KEYS, count)
  end
  return by
end

-- ---- writing

-- The caller's options, checked; 'kind' is "options" or "row_options" and
-- 'what' the method.
local function shape(self, given, kind, what)
  if not parts_of[self] then
    error(metatable.__name .. " expected, got " .. type(self)
      .. "; methods are called with ':'", CALLER)
  end
  local shapes = require "activitylog.summary.shape"
  given = options.check(given, shapes[kind], what, CALLER)
  local lowered, why = shapes.lower(self, given)
  if not lowered then error(why, CALLER) end
  return lowered
end

-- The core's store: what must not be written over is asked of it.
local function open_store(self)
  if self._log._closed then error("log is closed", CALLER) end
  return self._log._store
end

-- By the core, or by the Lua function that the format has.
local function write(self, store, to, target, lowered)
  if lowered.write then return lowered.write(store, to, target) end
  return store["summary_" .. to](store, target, self._handle, lowered)
end

--- Write the summary.
-- A file appears whole or not at all. CSV is made for Excel, by the options of
-- `log:export` that are not about layouts: `locale`, `excel`, `bom`,
-- `separator`, `newline`, `date_format`, `zone_in_title`, `defuse`, `max_cell`
-- and `max_rows`. Types and statuses are shown by their labels, `first` and
-- `last` by the clocks of the summary's zone; customers have a further column
-- with their id. Further options:
--
-- - `format`: "csv" (default); "xlsx": a workbook (@{activitylog.log.export}),
--   with a chart when it is by one key or a pivot; "html": a page with bars
--   and, when a time is among the keys, a chart, which takes `pivot`, `locale`
--   and `max_rows` (20000; 0 is no limit) and has pivots of at most 200
--   columns, as more are refused ("limit"), and writes times in the locale's
--   form; or "jsonl": JSON Lines with one object a row, which has the names and
--   the values of the rows here and takes no other option
-- - `pivot`: of a summary by two keys: a row for each value of the first key, a
--   column for each of the second one, the counts, and their totals at the end
--   of both. A dash stands for what has not the key. For Excel it has at most
--   16384 columns ("limit").
--
-- The log must still be open.
-- @tparam string|file target a path, or a file of Lua's io library, which is
-- flushed and stays open
-- @tparam[opt] table given how to write it
-- @treturn[1] table `rows` (without the titles'), `bytes`, `files` (a list of
-- paths; none for an open file), `cut_cells` and `defused_cells`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @usage local summary = assert(log:summary { by = { "week", "user" } })
-- assert(summary:export("weeks.csv", { pivot = true }))
function summary:export(target, given)
  local lowered = shape(self, given, "options", "export()")
  if io.type(target) == "file" then
    return write(self, open_store(self), "stream", target, lowered)
  elseif type(target) ~= "string" then
    error("export(): path or open file expected, got "
      .. (io.type(target) or type(target)), 2)
  elseif target:find("\0", 1, true) then
    error("export(): path has a zero byte", 2)
  end
  return write(self, open_store(self), "file", target, lowered)
end

--- Make a string of the summary, as `export` does.
-- @tparam[opt] table given as of `export`
-- @treturn[1] string
-- @treturn[1] table as of `export`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @usage local csv = assert(log:summary():export_text { locale = "fr" })
function summary:export_text(given)
  local lowered = shape(self, given, "options", "export_text()")
  return write(self, open_store(self), "text", nil, lowered)
end

--- Go through the rows of the list, or of the pivot.
-- A function is called with each row's cells, those of CSV before Excel's
-- rules: a list of strings, and false for what is missing. First come the
-- titles.
-- @tparam function call called with the cells and what the row is: "titles",
-- "row" or, last of a pivot, "sums"; false from it is the end
-- @tparam[opt] table given of the options of `export`: `pivot`, `locale`,
-- `date_format`, `zone_in_title`
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code: "limit" for a pivot of more than 16384 columns
-- @raise what the function raised
-- @usage log:summary({ period = "2017-06", by = "user" }):rows(function(cells)
--   print(cells[1], cells[2])
-- end)
-- --> User Count
-- --> admin@domain.onmicrosoft.com 2
-- --> true
function summary:rows(call, given)
  if type(call) ~= "function" then
    error("rows(): function expected, got " .. type(call), 2)
  end
  local lowered = shape(self, given, "row_options", "rows()")
  return open_store(self):summary_rows(call, self._handle, lowered)
end

-- ---- objects

function metatable:__index(name)
  local parts = parts_of[self]
  return summary[name] or parts and parts[name]
end

function metatable:__tostring()
  if not parts_of[self] then return metatable.__name .. ": none" end
  return ("activitylog.summary: by %s, %d rows")
    :format(table.concat(parts_of[self]._by, ", "), #self)
end

-- The summary of an open log: the core's failures, or the object. What a caller
-- got wrong is nil and why, without a code.
local function make(log, store, given)
  local by, why = read_by(given.by or "day")
  if not by then return nil, "option 'by': " .. why end
  local selected, zone
  selected, why = query.lower(given)
  if not selected then return nil, why end
  zone = query.zone(given)
  local handle, rows, total = store:summary(selected, by, zone)
  if not handle then return nil, rows, total end
  rows.by, rows.zone, rows.total = table.move(by, 1, #by, 1, {}), zone, total
  parts_of[rows] = {
    _log = log, _handle = handle, _by = by, _zone = zone, _selected = selected,
    _total = { count = total.count, first = total.first, last = total.last },
  }
  return setmetatable(rows, metatable)
end

return { make = make, options = making_options(), methods = summary }
