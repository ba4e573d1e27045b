--- What workbooks need besides what CSV does: the library, Excel's number
-- formats for dates, and which options there are.
-- @module activitylog.workbook

local options = require "activitylog.options"

local workbook = {}

-- What the options of CSV are for is the file's own there.
local CSV_ONLY = { "excel", "bom", "newline", "separator", "defuse" }

--- The core's AL_TIME_EXCEL: how the clock times come that are to be dates.
workbook.TIME = "%Y-%m-%d %H:%M:%S"

-- What Excel shows for a conversion. What is not here (%j, %f, %z) it has no
-- word for; %- takes the leading zero away.
local CODES = {
  Y = "yyyy", y = "yy", m = "mm", d = "dd", H = "hh", I = "hh", M = "mm",
  S = "ss", p = "AM/PM", ["-m"] = "m", ["-d"] = "d", ["-H"] = "h",
  ["-I"] = "h",
}
local JOINED = { F = "%Y-%m-%d", T = "%H:%M:%S" }

-- Longer formats are cut by the library.
local MOST_BYTES = 120

-- Text between conversions. A colon is left as the clock's; all else is marked
-- as text, or Excel would take a / for the date separator of its region.
local function literal(text)
  return (text:gsub("[\0-\x7F]", function(char)
    if char == ":" then return char end
    return "\\" .. char
  end):gsub("[\x80-\xFF]+", '"%0"'))
end

-- The parts of a pattern: conversions ("-d") and the texts before them.
local function split(pattern)
  local codes, texts, text, at = {}, {}, {}, 1
  pattern = pattern:gsub("%%(.)", JOINED) -- two at a time: %%F has no %F
  while at <= #pattern do
    local plain, code, rest = pattern:match("^([^%%]*)%%(%-?.)()", at)
    if not plain then
      plain, rest = pattern:sub(at), #pattern + 1
    end
    text[#text + 1], at = plain, rest
    if code == "%" then
      text[#text + 1] = "%"
    elseif code then
      codes[#codes + 1], texts[#texts + 1] = code, table.concat(text)
      text = {}
    end
  end
  return codes, texts, table.concat(text)
end

local HOURS = { H = true, I = true, ["-H"] = true, ["-I"] = true }
local MONTHS = { m = true, ["-m"] = true }

-- Whether Excel reads the code at 'i' as it is meant: "mm" is the minute right
-- behind an hour and right before a second, and the month elsewhere.
local function is_clear(codes, i)
  local code, as_minute = codes[i], HOURS[codes[i - 1]] or codes[i + 1] == "S"
  if code == "M" then return as_minute end
  return not (MONTHS[code] and as_minute)
end

-- Whether hours and %p fit: with AM/PM Excel counts to 12, without it to 24.
local function hours_fit(codes)
  local halves, found = false, {}
  for _, code in ipairs(codes) do
    halves = halves or code == "p"
    if HOURS[code] then found[code:sub(-1)] = true end
  end
  return not found[halves and "H" or "I"]
end

--- Excel's number format for the dates of a pattern.
-- @tparam string pattern as of a layout's `format`, which the core knows
-- @treturn ?string nil for what Excel cannot show
-- @usage (require "activitylog.workbook").time_format("%d.%m.%Y %-H:%M")
-- --> dd\.mm\.yyyy\ h:mm
function workbook.time_format(pattern)
  local codes, texts, last = split(pattern)
  local parts = {}
  if #codes == 0 or not hours_fit(codes) then return nil end
  for i, code in ipairs(codes) do
    if not CODES[code] or not is_clear(codes, i) then return nil end
    parts[i] = literal(texts[i]) .. CODES[code]
  end
  local format = table.concat(parts) .. literal(last)
  return #format <= MOST_BYTES and format or nil
end

--- What is wrong with the options of a workbook.
-- @tparam table given the caller's options, checked for names and types
-- @treturn ?string nil when all is well
function workbook.problem(given)
  for _, name in ipairs(CSV_ONLY) do
    if given[name] ~= nil then
      return ("option '%s' is one of CSV; a workbook needs none of it")
        :format(name)
    end
  end
  return nil
end

-- The C module is loaded when the first workbook is asked for. Where it was not
-- built, the core says what to install; else why it does not load.
local function library()
  local found, why = options.attempt(require, "activitylog.xlsx")
  if found or why:find("^module 'activitylog.xlsx' not found") then
    return found
  end
  return nil, (why:gsub("%s+", " "))
end

--- The sheets that the core writes, and how dates stand in them.
-- @tparam table given the caller's options
-- @tparam table words the locale
-- @treturn table the core's options of a workbook
-- @treturn string pattern of a date
-- @treturn boolean whether the zone stands beside a date's title
function workbook.lower_sheet(given, words)
  local pattern = given.date_format
  if not pattern or pattern == "locale" then
    pattern = words.date_time_format
  end
  local found, load_error = library()
  return {
    library = found,
    load_error = load_error,
    sheet = words.titles.activity_log,
    max_cell = given.max_cell or 0,
    max_rows = given.max_rows or 0,
  }, pattern, given.zone_in_title ~= false
end

return workbook
