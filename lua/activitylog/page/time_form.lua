--- The times that summaries count by, as a locale writes them.
-- @module activitylog.page.time_form

local core = require "activitylog.core"

local time_form = {}

-- The locale's form of a date without its day, and what joined it.
local function month_format(words)
  return (words.date_format:gsub("%%%-?d[^%%]*", ""):gsub("[%s/-]+$", ""))
end

--- What writes the values of a key.
-- @tparam string key "hour", "day", "week" or "month"
-- @tparam table words the locale
-- @treturn function it takes a value, such as "2026-10-31", and gives its text;
-- weeks are the same everywhere
function time_form.writer(key, words)
  local format, rest
  if key == "hour" then
    format, rest = words.date_time_format, ":00Z"
  elseif key == "day" then
    format, rest = words.date_format, "T00:00:00Z"
  elseif key == "month" then
    format, rest = month_format(words), "-01T00:00:00Z"
  else
    return function(value) return value end
  end
  local date = core.dates(format, "UTC") -- the value is of the zone's clocks
  return function(value) return date((value:gsub(" ", "T")) .. rest) end
end

return time_form
