--- The command `activitylog`, for people who write no code.
-- bin/activitylog calls `main`. Each subcommand is a function in a file of its
-- name, which is given the options and returns the exit status.
-- @module activitylog.command

local activitylog = require "activitylog"
local failure = require "activitylog.command.failure"
local output = require "activitylog.command.output"
local process = require "activitylog.process"

local command = {}

local MISSING = "argparse is missing, by which options are read; install it: "
  .. "apt-get install lua-argparse, or luarocks-5.4 install argparse"

--- The parser of the command line.
-- @tparam[opt] {string,...} arguments that it is for; else it is for any
-- @treturn table argparse's
-- @raise when argparse is not installed
function command.parser(arguments)
  local ok, argparse = pcall(require, "argparse")
  if not ok then failure.raise(failure.WORLD, MISSING) end
  local parser = require "activitylog.command.parser"
  return parser.new(argparse, activitylog._VERSION, arguments)
end

local function perform(args)
  local status = require("activitylog.command." .. args.command)(args)
  output.flush()
  return status
end

-- Run a function, and tell how it failed. A signal is told by `main`.
local function attempt(work, args)
  local ok, result = pcall(work, args)
  if ok then return result end
  local status, message = failure.read(result)
  if args.layout_file then
    status, message = require("activitylog.command.sandbox")
      .explain(status, message)
  end
  if not process.caught() then output.note(message) end
  return status
end

local function in_sandbox(args)
  return require("activitylog.command.sandbox").run(function()
    return attempt(perform, args)
  end)
end

local function run(arguments)
  process.prepare()
  local parser = command.parser(arguments)
  local args, text = require("activitylog.command.parser")
    .parse(parser, arguments)
  if args then
    return (args.layout_file and in_sandbox or perform)(args)
  end
  output.write(text)
  output.flush()
  return 0
end

--- Run the command.
-- When a signal ended the work, so it does the process, which cleaned up first.
-- @tparam {string,...} arguments
-- @treturn integer the exit status: 0 done; 1 the world failed; 2 the command
-- line is wrong; 3 the layout file is at fault
function command.main(arguments)
  local status = attempt(run, arguments)
  local signal = process.caught()
  if signal then
    if signal ~= process.SIGPIPE then
      output.note("interrupted" .. output.done())
    end
    pcall(output.flush)
    process.die(signal)
  end
  return status
end

return command
