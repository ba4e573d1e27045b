--- What the command says: lines to standard output, notes to standard error.
-- A disk may be full and a pipe closed there, too: each result is looked at.
-- @module activitylog.command.output

local core = require "activitylog.core"
local failure = require "activitylog.command.failure"
local process = require "activitylog.process"
local visible = require "activitylog.visible"

local output = {}

local MOST_NOTE = 2000 -- places of a terminal

-- What was done by now, for which it is too late to fail.
local done = ""

--- Have what ends the work too soon tell what was done before.
-- @tparam string what was done, such as "2 records deleted"
function output.did(what)
  done = "; " .. what
end

--- What was done, to be put behind what ended the work.
-- @treturn string "; 2 records deleted", or nothing
function output.done()
  return done
end

local function check(ok, why)
  if not ok then
    failure.raise(failure.WORLD, ("cannot write to standard output: %s (io)%s")
      :format(why, done))
  end
end

--- Write texts as they are.
-- @tparam string ... texts fit for a terminal
-- @raise when it cannot be written
function output.write(...)
  check(io.stdout:write(...))
end

--- Write a line.
-- @tparam string format as of string.format
-- @param ... its values; strings are escaped
-- @raise when it cannot be written
function output.line(format, ...)
  local values = table.pack(...)
  for i = 1, values.n do
    if type(values[i]) == "string" then
      values[i] = visible(values[i])
    end
  end
  output.write(format:format(table.unpack(values, 1, values.n)), "\n")
end

--- Write what is pending. A full disk often shows up only here.
-- @raise when it cannot be written
function output.flush()
  check(io.stdout:flush())
end

--- How many places a line of standard output has.
-- @treturn ?integer nil when it is no terminal
function output.places()
  return process.terminal(io.stdout)
end

--- How many there are of something.
-- @tparam integer number
-- @tparam string noun of one of them
-- @treturn string
-- @usage output.quantity(1, "record") --> "1 record"
function output.quantity(number, noun)
  return ("%d %s%s"):format(number, noun, number == 1 and "" or "s")
end

--- Tell people something, without a word about whether they hear it.
-- What is too long to be read, such as an error that a layout file made up, is
-- cut.
-- @tparam string message
function output.note(message)
  local text = visible(message)
  local _, bytes = core.width(text, MOST_NOTE)
  if bytes < #text then text = text:sub(1, bytes) .. "…" end
  io.stderr:write("activitylog: ", text, "\n")
end

return output
