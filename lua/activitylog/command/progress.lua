--- How far the work is: a line on the terminal that is gone when it ends.
-- It appears when the work takes longer than half a second, and standard error
-- is a terminal that knows how to erase. A caught signal ends the work from
-- here, so all work that leaves something behind has one.
-- @module activitylog.command.progress

local core = require "activitylog.core"
local failure = require "activitylog.command.failure"
local process = require "activitylog.process"
local visible = require "activitylog.visible"

local progress = {}

local PATIENCE = 0.5 -- seconds before the first line
local PAUSE = 0.1 -- seconds between two

local ERASE = "\r\27[K"

-- Places below which there is no bar, only figures.
local LEAST_BAR = 10
local MOST_BAR = 40

local EIGHTHS = { "▏", "▎", "▍", "▌", "▋", "▊", "▉" }

-- ---- the parts of a line

local function is_utf8()
  for _, name in ipairs { "LC_ALL", "LC_CTYPE", "LANG" } do
    local value = os.getenv(name)
    if value and value ~= "" then
      return value:find("[Uu][Tt][Ff]%-?8") ~= nil
    end
  end
  return false
end

--- Draw a bar.
-- @tparam number share of the work that is done, 0 to 1
-- @tparam integer places of the bar
-- @tparam boolean blocks of Unicode, not ASCII
-- @treturn string
-- @usage progress.bar(0.5, 6, false) --> "###---"
function progress.bar(share, places, blocks)
  local full = math.floor(share * places)
  if not blocks then
    return ("#"):rep(full) .. ("-"):rep(places - full)
  end
  local eighth = math.floor((share * places - full) * 8)
  local bar = ("█"):rep(full) .. (EIGHTHS[eighth] or "")
  return bar .. (" "):rep(places - full - (eighth > 0 and 1 or 0))
end

--- Write seconds as people read them.
-- @tparam number seconds
-- @treturn string
-- @usage progress.time(75) --> "1:15"
function progress.time(seconds)
  local whole = math.ceil(seconds)
  local hours, minutes = whole // 3600, whole // 60 % 60
  if hours > 0 then
    return ("%d:%02d:%02d"):format(hours, minutes, whole % 60)
  end
  return ("%d:%02d"):format(minutes, whole % 60)
end

local function quantity(value, unit)
  if unit == "bytes" then
    return ("%.1f MB"):format(value / 1e6)
  end
  return ("%d %s"):format(value, unit)
end

local function rate(value, unit)
  if unit == "bytes" then return quantity(value, unit) .. "/s" end
  return ("%.0f/s"):format(value)
end

--- Write the line.
-- While nothing is done, nobody knows the rate.
-- @tparam table state `what` is done, `done`, `unit` ("bytes" or a word),
-- `seconds` since the first was to be done, `places` of the line, `blocks`, and
-- `total` where it is known
-- @treturn string not wider than the places
function progress.line(state)
  local parts = { state.what, quantity(state.done, state.unit) }
  local speed = state.done > 0 and state.done / state.seconds
  if speed then table.insert(parts, rate(speed, state.unit)) end
  if state.total and state.total > 0 then
    local share = math.min(state.done / state.total, 1)
    table.insert(parts, 2, ("%3d%%"):format(math.floor(share * 100)))
    if speed then
      local left = math.max(state.total - state.done, 0) / speed
      table.insert(parts, progress.time(left) .. " left")
    end
    local room = state.places - core.width(table.concat(parts, "  ")) - 2
    if room >= LEAST_BAR then
      local bar = progress.bar(share, math.min(room, MOST_BAR), state.blocks)
      table.insert(parts, 3, bar)
    end
  end
  local line = table.concat(parts, "  ")
  local _, bytes = core.width(line, state.places)
  return line:sub(1, bytes)
end

-- ---- the line on the terminal

-- Places of a line; nil where none can be drawn, or taken away again.
local function terminal_places()
  return os.getenv "TERM" ~= "dumb" and process.terminal(io.stderr) or nil
end

local meter = {}

local metatable = { __index = meter }

local function draw(self, now, done, total)
  local places = terminal_places()
  if not places then return end
  local line = progress.line {
    what = self.what, unit = self.unit, blocks = self.blocks,
    done = done, total = total or self.total,
    seconds = now - self.counted,
    places = math.max(places - 3, 0), -- the terminal writes ^C behind it
  }
  io.stderr:write("\r", line, "\27[K")
  self.drawn = now
end

--- The function to give as `progress`.
-- @function meter:watch
-- @treturn function
function meter:watch()
  return function(done, total)
    failure.check_signal()
    local now = process.clock()
    if done == 0 then self.counted = now end
    if self.shown and now - self.begun >= PATIENCE
       and now - (self.drawn or 0) >= PAUSE then
      draw(self, now, done, total)
    end
  end
end

--- Erase the line, before other things are written.
function meter:erase()
  if self.drawn then io.stderr:write(ERASE) end
  self.drawn = nil
end

metatable.__close = meter.erase

--- Begin some work. From here on signals are caught.
-- The rate counts from when the last was told that nothing is done: what comes
-- before the first, such as a proof, says nothing about it.
-- @tparam table work `what` is done; `unit`: "bytes" or a word; `quiet`: draw
-- nothing
-- @treturn table to be closed when it is done; `total` and `what` may be set
function progress.begin(work)
  process.catch()
  local now = process.clock()
  return setmetatable({
    what = visible(work.what), unit = work.unit,
    begun = now, counted = now, blocks = is_utf8(),
    shown = not work.quiet and terminal_places() ~= nil,
  }, metatable)
end

--- Erase a line that a process left which ended too soon to do so.
function progress.erase()
  if terminal_places() then io.stderr:write(ERASE) end
end

return progress
