--- What the options that shape the report of a summary come to (their list is
-- in summary.lua): the plain table that the core takes. As in query.lua, what a
-- caller got wrong is nil and why.
-- @module activitylog.summary.shape

local layout = require "activitylog.layout"
local options = require "activitylog.options"
local report = require "activitylog.report"

local shape = {}

-- The titles of keys in a locale.
local TITLES = {
  hour = "hour", day = "day", week = "week", month = "month",
  customer = "customer", user = "user",
  operation_type = "field.operation_type",
  resource_type = "field.resource_type",
  operation_status = "field.operation_status",
}

local TIMES = { hour = true, day = true, week = true, month = true }

-- support.microsoft.com, "Excel specifications and limits".
local EXCEL_COLUMNS = 16384

--- The options of `export` and `export_text`, for `options.check`.
shape.options = options.join({
  "format", "pivot", format = "string", pivot = "boolean",
}, report.sheet_options)

--- Those of `rows`.
shape.row_options = {
  "pivot", "locale", "date_format", "zone_in_title", pivot = "boolean",
  locale = "string", date_format = "string", zone_in_title = "boolean",
}

-- The first option that is only for CSV, if any.
local function csv_option(given, others)
  for _, name in ipairs(shape.options) do
    if given[name] ~= nil and not others[name] then return name end
  end
  return nil
end

-- The caller's options when they are for JSON Lines; nil and why else.
local function lower_json_lines(given)
  local name = csv_option(given, { format = true })
  if name then
    return nil, ("option '%s' is one of CSV; JSON Lines have every value "
      .. "as it is"):format(name)
  end
  return { format = "jsonl" }
end

-- How first and last are written: by the pattern, or as what Excel shows so.
local function lower_dates(lowered, pattern, zone)
  lowered.zone, lowered.date_format = zone, pattern
  if not lowered.workbook then return end
  local workbook = require "activitylog.workbook"
  lowered.time_format = workbook.time_format(pattern)
  if lowered.time_format then lowered.date_format = workbook.TIME end
end

local function lower_sheet(self, given, words)
  local titles, zone = words.titles, self._zone
  local lowered, date_format, zone_in_title =
    report.lower_sheet(given, words, zone)
  local suffix = zone_in_title and (" (%s)"):format(zone) or ""
  lowered.format = given.pivot and "pivot" or "csv"
  lowered.workbook = given.format == "xlsx"
  lower_dates(lowered, date_format, zone)
  lowered.customer_id = titles["field.customer_id"]
  lowered.count, lowered.customers = titles.count, titles.customers
  lowered.first, lowered.last = titles.first .. suffix, titles.last .. suffix
  lowered.total = titles.total
  lowered.max_columns = given.excel == false and 0 or EXCEL_COLUMNS
  lowered.titles, lowered.labels = {}, {}
  for i, key in ipairs(self._by) do
    lowered.titles[i] = titles[TITLES[key]] .. (TIMES[key] and suffix or "")
    lowered.labels[i] = layout.labels(words, key) or {}
  end
  return lowered
end

-- The options above that a page has as well.
local PAGE = { format = true, pivot = true, locale = true, max_rows = true }

-- Browsers open so many without freezing, and people look at fewer.
local PAGE_ROWS, PAGE_COLUMNS = 20000, 200

-- The same for a page, and what writes it.
local function lower_page(self, given, words)
  local name = csv_option(given, PAGE)
  if name then
    return nil, ("option '%s' is one of CSV; a page has none of its rules")
      :format(name)
  end
  local lowered = lower_sheet(self, given, words)
  lowered.date_format, lowered.max_columns =
    words.date_time_format, PAGE_COLUMNS
  function lowered.write(store, to, target)
    local page = require "activitylog.summary_page"
    return page.write(store, to, target, self._handle, lowered, {
      by = self._by, zone = self._zone, selected = self._selected,
      total = self._total, words = words,
      max_rows = given.max_rows or PAGE_ROWS,
    })
  end
  return lowered
end

--- What the core's exports take.
-- @tparam activitylog.summary self
-- @tparam table given the caller's options, checked for names and types
-- @treturn ?table with a function `write` for a format that Lua writes; nil and
-- why for what a caller got wrong
function shape.lower(self, given)
  local why = options.unknown("format", given.format or "csv",
                              { "csv", "xlsx", "html", "jsonl" })
  if why then return nil, why end
  if given.format == "jsonl" then return lower_json_lines(given) end
  if given.pivot and #self._by ~= 2 then
    return nil, ("option 'pivot': a summary by 2 keys expected, got one by %d")
      :format(#self._by)
  end
  why = report.sheet_problem(given)
  if why then return nil, why end
  local words
  words, why = options.attempt(require("activitylog.locale").find,
                               given.locale or "en-us")
  if not words then return nil, why end
  if given.format == "html" then return lower_page(self, given, words) end
  return lower_sheet(self, given, words)
end

return shape
