--- Layout files: Lua of a stranger, run in a process of its own.
-- It sees neither files nor other programs, only what makes text out of text;
-- and it may take so much memory and processor time, which only the system can
-- tell: no hook of Lua's stops `("x"):rep(1e10)` or a pattern that runs away.
-- @module activitylog.command.sandbox

local activitylog = require "activitylog"
local failure = require "activitylog.command.failure"
local process = require "activitylog.process"
local progress = require "activitylog.command.progress"

local sandbox = {
  --- What a layout file may take: `bytes` of memory beside what the command
  -- itself has, and `seconds` of processor time, the export included.
  limits = { bytes = 1 << 30, seconds = 120 },
}

-- Nothing that loads code or reaches metatables: that of strings is shared with
-- our own Lua.
local BASICS = {
  "assert", "error", "ipairs", "next", "pairs", "pcall", "rawequal", "rawget",
  "rawlen", "rawset", "select", "tonumber", "tostring", "type",
}

local LIBRARIES = { "math", "string", "table", "utf8" }

-- Libraries are copied, so that what a file does to them is not done to ours.
local function environment()
  local env = {}
  for _, name in ipairs(BASICS) do env[name] = _G[name] end
  for _, name in ipairs(LIBRARIES) do
    env[name] = {}
    for key, value in pairs(_G[name]) do env[name][key] = value end
  end
  return env
end

local function read(path)
  local file, why = io.open(path, "rb")
  if not file then return nil, why end
  local text
  text, why = file:read("a")
  file:close()
  return text and text:gsub("^\xEF\xBB\xBF", ""), why -- editors of Windows
end

-- One line that begins with the file, whatever was raised.
local function raise_fault(path, err)
  local message = type(err) == "string" and err
    or "it raised an error that is no string"
  if message:sub(1, #path) ~= path then message = path .. ": " .. message end
  failure.raise(failure.LAYOUT, message)
end

--- Make the layout that a file describes.
-- To be called below `run` alone: it takes `string.dump` from the process, as
-- methods of strings would reach it.
-- @tparam string path of a text that returns the columns that
-- `activitylog.layout` takes
-- @treturn layout
-- @raise when there is none
function sandbox.layout(path)
  local text, why = read(path)
  if not text then
    failure.raise(failure.WORLD, ("cannot read the layout file: %s (io)")
      :format(why))
  end
  string.dump = nil -- luacheck: ignore 122
  local chunk
  chunk, why = load(text, "@" .. path, "t", environment())
  if not chunk then raise_fault(path, why) end
  local ok, columns = pcall(chunk)
  if not ok then raise_fault(path, columns) end
  local made, layout = pcall(activitylog.layout, columns)
  if not made then raise_fault(path, layout) end
  return layout
end

--- Say what it means that memory ran out.
-- @tparam integer status
-- @tparam string message
-- @treturn integer
-- @treturn string
function sandbox.explain(status, message)
  if not message:find("not enough memory", 1, true) then
    return status, message
  end
  return failure.LAYOUT, ("the layout file takes more memory than the %d MiB "
    .. "it may"):format(sandbox.limits.bytes >> 20)
end

local function tell_end(signal)
  if signal == process.SIGXCPU then
    failure.raise(failure.LAYOUT, ("the layout file takes more than the %d s "
      .. "of processor time it may"):format(sandbox.limits.seconds))
  end
  failure.raise(failure.LAYOUT, ("the layout file's process ended by signal %d")
    :format(signal))
end

--- Run work that uses a layout file. The log is opened in there, as SQLite must
-- not be carried into another process.
-- @tparam function work which returns the exit status
-- @treturn integer the exit status
-- @raise when it takes too much
function sandbox.run(work)
  process.catch()
  local status, signal, why = process.run(function()
    local result = work()
    local caught = process.caught()
    if caught then process.die(caught) end
    return result
  end, sandbox.limits.bytes, sandbox.limits.seconds)
  failure.check_signal()
  if status then return status end
  if why then
    failure.raise(failure.WORLD, ("cannot make a process: %s (io)"):format(why))
  end
  progress.erase()
  if signal == process.SIGPIPE then process.die(signal) end
  return tell_end(signal)
end

return sandbox
