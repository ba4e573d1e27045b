--- Periods: half-open spans of time, `[start, stop)`, in UTC.
-- What a period covers is decided by the core; here are the clock that named
-- periods are relative to and the object that carries one around.
--
-- A zone, here and wherever one is asked for, is
--
-- - `UTC`,
-- - `local`: that of the process, as libc has it,
-- - an offset from `-23:59` to `+23:59`, such as `+05:30`,
-- - or a name of the time zone database, such as `Europe/Paris`, read from the
--   system's files: those in the folder of the environment's TZDIR, else in
--   /usr/share/zoneinfo (or /usr/lib/zoneinfo, /usr/share/lib/zoneinfo,
--   /etc/zoneinfo). The environment's TZ is neither read nor changed.
--
-- A day of a zone begins with the first instant of that date there: midnight
-- may be skipped or come twice. A day that clocks skip is empty.
-- @module activitylog.period

local period = {}

-- Loaded with the first mistake.
local function quote(value)
  return require "activitylog.quote"(value)
end

--- The clock: returns the Unix seconds of now. Specs put their own in place.
-- @function clock
-- @treturn number
period.clock = os.time

-- What each period holds; the period itself stays empty, so that reading goes
-- through __index and writing through __newindex.
local fields_of = setmetatable({}, { __mode = "k" })

local metatable = { __name = "activitylog.period" }

function metatable:__index(name)
  local fields = fields_of[self]
  return fields and fields[name]
end

function metatable.__newindex()
  error("a period cannot be changed; make a new one", 2)
end

-- Names are all that does not begin like a date with its day.
local function is_name(text)
  return not text:find("^%d%d%d%d%-%d%d%-")
end

-- Text for people: the ends as they were given, and the zone.
function metatable:__tostring()
  if not fields_of[self] then return metatable.__name .. ": none" end
  local from, to, zone = self.from, self.to, self.zone
  if from and to then
    return ("%s .. %s %s"):format(from, to, zone)
  elseif to then
    return ("up to %s %s"):format(to, zone)
  elseif from and not is_name(from) then
    return ("from %s %s"):format(from, zone)
  end
  return ("%s %s"):format(from or "all", zone)
end

-- Both checks below blame the line that called the public function which called
-- them; that function may not call them as its last act, as a tail call would
-- take it off the stack.
local CALLER = 3

local function check_text(value, name)
  if value ~= nil and type(value) ~= "string" then
    local message = "parameter '%s': string expected, got %s"
    error(message:format(name, type(value)), CALLER)
  end
end

-- pcall calls the core itself, so that its messages come without a position.
local function try_bounds(from, to, zone)
  local core = require "activitylog.core"
  return pcall(core.period, from, to, zone, math.floor(period.clock()))
end

local function bounds(from, to, zone)
  local ok, start, stop = try_bounds(from, to, zone)
  if not ok then
    error(start, start == "not enough memory" and 0 or CALLER)
  end
  return start, stop
end

--- Make a period.
--
-- Both ends are optional; one that is nil is open. A date is a day of the zone:
-- the period starts with the day `from` and takes in the whole day `to`. An
-- instant (`2026-10-01T12:00:00Z`) bounds it exactly; the one of `to` is the
-- first outside.
--
-- A name stands alone in `from`: `today`, `yesterday`, `this_month`,
-- `last_month`, `last_<n>_days` (n days, today the last of them), `recent`
-- (from the same day of the month before up to and including today), `2026-10`,
-- or `all`. It is resolved now, once, by `period.clock`.
-- @tparam[opt] string from a date, an instant or a name
-- @tparam[opt] string to a date or an instant
-- @tparam[opt="UTC"] string zone "UTC", "local", an offset such as "+05:30" or
--   a name such as "Europe/Paris"
-- @treturn table a period that cannot be changed: `start` and `stop` (the
--   bounds in UTC, `YYYY-MM-DDTHH:MM:SS.fffffffZ`, nil where it is open),
--   `zone`, and `from` and `to` as given
-- @raise on what is no date, instant, name or zone, and when the period would
--   end before it starts
-- @usage
-- local october = period.new("2026-10-01", "2026-10-31", "Europe/Paris")
-- print(october)       --> 2026-10-01 .. 2026-10-31 Europe/Paris
-- print(october.start) --> 2026-09-30T22:00:00.0000000Z
-- print(october.stop)  --> 2026-10-31T23:00:00.0000000Z
function period.new(from, to, zone)
  check_text(from, "from")
  check_text(to, "to")
  check_text(zone, "zone")
  local start, stop = bounds(from, to, zone)
  local self = {}
  fields_of[self] = {
    start = start,
    stop = stop,
    zone = require("activitylog.core").zone(zone or "UTC"),
    from = from,
    to = to,
  }
  return setmetatable(self, metatable)
end

--- The bounds of what a caller gave as a period.
-- A date alone is refused, as it could mean that day or all since.
-- @param[opt="recent"] value a period, or the name of one
-- @tparam[opt="UTC"] string zone whose days a name means; a period has its own
-- @treturn ?string the first instant within; nil: no bound
-- @treturn ?string the first instant behind it; nil: no bound
-- @raise on anything else
-- @usage
-- print(period.resolve("2026-10"))
-- --> 2026-10-01T00:00:00.0000000Z  2026-11-01T00:00:00.0000000Z
function period.resolve(value, zone)
  check_text(zone, "zone")
  if fields_of[value] then
    return value.start, value.stop
  elseif value == nil then
    value = "recent"
  elseif type(value) ~= "string" then
    local message = "parameter 'period': period or name expected, got %s"
    error(message:format(type(value)), 2)
  elseif not is_name(value) then
    local message = "parameter 'period': a name expected, got '%s'; "
      .. "make a period with one or two ends of it"
    error(message:format(quote(value)), 2)
  end
  local start, stop = bounds(value, nil, zone)
  return start, stop
end

--- The first instant of a date, of an instant or of the period of a name, for
-- what is to end there: the beginning of all time is refused.
-- @tparam string before
-- @tparam[opt="UTC"] string zone whose days are meant
-- @treturn string
-- @raise on anything else
-- @usage
-- print(period.beginning("2026-10-01", "Europe/Paris"))
-- --> 2026-09-30T22:00:00.0000000Z
function period.beginning(before, zone)
  check_text(before, "before")
  check_text(zone, "zone")
  local ok, start = try_bounds(before, nil, zone)
  if not ok and start == "not enough memory" then
    error(start, 0)
  elseif not ok then
    error("parameter 'before': " .. start:gsub("known are .*",
      "name one such as last_3650_days, or a date such as 2020-01-01"), 2)
  elseif not start then
    local message = "parameter 'before': '%s' begins nowhere: nothing lies "
      .. "before the beginning of all time"
    error(message:format(quote(before)), 2)
  end
  return start
end

--- The zone of a period.
-- @param value anything
-- @treturn ?string nil for what `period.new` did not make
function period.zone(value)
  local known = fields_of[value]
  return known and known.zone
end

return period
