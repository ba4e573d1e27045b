--- What the options that shape a report come to (their list is in log.lua): the
-- plain table that the core takes. As in query.lua, what a caller got wrong is
-- nil and why.
-- @module activitylog.report

local layout = require "activitylog.layout"
local link = require "activitylog.link"
local options = require "activitylog.options"
local query = require "activitylog.query"

local report = {}

--- The options of CSV and of workbooks, whatever is in them, for
-- `options.check`.
report.sheet_options = {
  "locale", "excel", "bom", "newline", "separator", "defuse", "date_format",
  "zone_in_title", "max_cell", "max_rows",
  locale = "string", excel = "boolean", bom = "boolean", newline = "string",
  separator = "string", defuse = "boolean", date_format = "string",
  zone_in_title = "boolean", max_cell = "integer", max_rows = "integer",
}

-- What JSON Lines have no use for.
local CSV = options.join({
  "layout", "links", "cloud",
  layout = "string or table", links = "boolean", cloud = "string",
}, report.sheet_options)

--- The options of a report, those that select its records among them, for
-- `options.check`.
report.options = options.join({ "format", format = "string" }, CSV,
                              query.options, query.progress)

--- The options of a report's rows alone.
report.row_options = options.join({
  "layout", "locale", "links", "cloud", "date_format", "zone_in_title",
  layout = "string or table", locale = "string", links = "boolean",
  cloud = "string", date_format = "string", zone_in_title = "boolean",
}, query.options, query.progress)

-- Excel's limits (support.microsoft.com, "Excel specifications and limits"),
-- and the least that either may be set to.
local EXCEL_CELL, EXCEL_ROWS = 32767, 1048576
local LEAST = 10

-- A date to every Excel, and the full instant that import takes back.
local EXCEL_DATE = "%Y-%m-%d %H:%M:%S"
local INSTANT = "%FT%T.%f%z"

local function workbook()
  return require "activitylog.workbook"
end

-- The words of English are read with the first of them that is needed: reports
-- for machines need none.
local english = setmetatable({}, {
  __index = function(_, name)
    return require("activitylog.locale.en_us")[name]
  end,
})

-- The words of the report's locale; nil and why for one that there is not.
local function words_of(given)
  if given.locale == nil then return english end
  return options.attempt(require("activitylog.locale").find, given.locale)
end

local function either(given, default)
  if given == nil then return default end
  return given
end

--- What is wrong with the options of a sheet.
-- @tparam table given the caller's options, checked for names and types
-- @treturn ?string nil when all is well
function report.sheet_problem(given)
  if given.newline and given.newline ~= "\r\n" and given.newline ~= "\n" then
    return [[option 'newline': "\r\n" or "\n" expected]]
  elseif given.separator and not given.separator:find("^[,;\t|]$") then
    return "option 'separator': one of , ; | and tab expected"
  elseif given.date_format == "" then
    return "option 'date_format': pattern or \"locale\" expected, got nothing"
  end
  local why = given.format == "xlsx" and workbook().problem(given)
  if why then return why end
  for _, name in ipairs { "max_cell", "max_rows" } do
    if given[name] and given[name] ~= 0 and given[name] < LEAST then
      return ("option '%s': 0 (no limit) or at least %d expected")
        :format(name, LEAST)
    end
  end
  return nil
end

local function problem(given)
  local prefix, why = link.template { cloud = given.cloud }
  return report.sheet_problem(given) or not prefix and why or nil
end

local function date_pattern(given, words, zone)
  if given.date_format == "locale" then return words.date_time_format end
  if given.date_format then return given.date_format end
  if either(given.excel, true) then return EXCEL_DATE end
  return zone == "UTC" and layout.INSTANT_UTC or INSTANT
end

--- The sheet that the core writes, CSV or a workbook's, and how dates stand in
-- it.
-- @tparam table given the caller's options
-- @tparam table words the locale
-- @tparam string zone whose clock dates are written by
-- @treturn table the core's options of a sheet
-- @treturn string pattern of a date
-- @treturn boolean whether the zone stands beside a date's title
function report.lower_sheet(given, words, zone)
  if given.format == "xlsx" then return workbook().lower_sheet(given, words) end
  local excel = either(given.excel, true)
  local sheet = {
    separator = given.separator or (excel and words.separator or ","),
    newline = given.newline or (excel and "\r\n" or "\n"),
    bom = either(given.bom, excel),
    defuse = either(given.defuse, excel),
    max_cell = given.max_cell or (excel and EXCEL_CELL or 0),
    max_rows = given.max_rows or (excel and EXCEL_ROWS or 0),
  }
  return sheet, date_pattern(given, words, zone),
         either(given.zone_in_title, excel)
end

local function lower_sheet(given, words, chosen, zone)
  local sheet, date_format, zone_in_title =
    report.lower_sheet(given, words, zone)
  sheet.format = given.format or "csv"
  sheet.columns = layout.lower(chosen, {
    locale = words,
    zone = zone,
    date_format = date_format,
    zone_in_title = zone_in_title,
    links = either(given.links, true),
    cloud = given.cloud,
    own_names = not either(given.excel, true),
    workbook = given.format == "xlsx" and workbook() or nil,
  })
  return sheet
end

local function lower_json_lines(given)
  for _, name in ipairs(CSV) do
    if given[name] ~= nil then
      return nil, ("option '%s' is one of CSV; JSON Lines have every field "
        .. "as it is"):format(name)
    end
  end
  return { format = "jsonl" }
end

-- The options above that a page has as well.
local PAGE = { locale = true, links = true, cloud = true, max_rows = true }

local function lower_page(given)
  for _, name in ipairs(CSV) do
    if given[name] ~= nil and not PAGE[name] then
      return nil, ("option '%s' is one of CSV; a page looks like the portal's")
        :format(name)
    end
  end
  local why = problem(given)
  if why then return nil, why end
  local words, zone
  words, why = words_of(given)
  if not words then return nil, why end
  zone, why = query.zone(given)
  if not zone then return nil, why end
  local page = require "activitylog.page"
  return { format = "html", write = page.writer(given, words, zone) }
end

--- The shape of a report by the caller's options.
-- @tparam table given the options, checked for names and types
-- @treturn ?table what `report.write` takes; nil and why
function report.lower(given)
  local why = options.unknown("format", given.format or "csv",
                              { "csv", "xlsx", "html", "jsonl" })
  if why then return nil, why end
  if given.format == "jsonl" then return lower_json_lines(given) end
  if given.format == "html" then return lower_page(given) end
  why = problem(given)
  if why then return nil, why end
  local words, chosen, zone
  words, why = words_of(given)
  if not words then return nil, why end
  chosen, why = options.attempt(layout.find, given.layout or "partner-center")
  if not chosen then return nil, why end
  zone, why = query.zone(given)
  if not zone then return nil, why end
  return lower_sheet(given, words, chosen, zone)
end

--- Write the report: by the core, or by the Lua function that its format has.
-- @tparam userdata store the core's
-- @tparam string to "file", "stream" or "text"
-- @tparam ?string|file target
-- @tparam table selected the query
-- @tparam table shape as of `report.lower`
-- @return what `store:export_file` and its like return
function report.write(store, to, target, selected, shape)
  if shape.write then return shape.write(store, to, target, selected) end
  return store["export_" .. to](store, target, selected, shape)
end

return report
