-- activitylog import FILE...

local activitylog = require "activitylog"
local failure = require "activitylog.command.failure"
local output = require "activitylog.command.output"
local process = require "activitylog.process"
local progress = require "activitylog.command.progress"
local selection = require "activitylog.command.selection"

local TITLES = "    new   known  changed  imported from"
local LINE = "%7d %7d %8d  %s"

-- Those that can be read. The others are told before a log is opened: a name
-- that was mistyped makes none.
local function readable(paths)
  local list = {}
  for _, path in ipairs(paths) do
    local why = path ~= "-" and process.unreadable(path)
    if why then
      output.note(("cannot open %s: %s (io)"):format(path, why))
    else
      list[#list + 1] = path
    end
  end
  return list
end

local function import_one(log, path, quiet)
  local source, name = path, path
  if path == "-" then source, name = io.stdin, "standard input" end
  local meter <close> = progress.begin {
    what = "Importing " .. name:match("[^/]*$"), unit = "bytes", quiet = quiet,
  }
  return failure.ask(log.import, log, source, {
    source = path == "-" and name or nil,
    progress = meter:watch(),
  }), name
end

local function tell(result, name, landed)
  output.did(output.quantity(landed, "file") .. " imported")
  if landed == 1 then output.line(TITLES) end
  output.line(LINE, result.added, result.known, result.changed, name)
end

-- One that fails takes nothing from the others: it is told, and the next one
-- has its turn.
return function(args)
  local paths = readable(args.file)
  local worst, landed = #paths < #args.file and failure.WORLD or 0, 0
  if #paths == 0 then return worst end
  local log <close> = failure.ask(activitylog.open, selection.path(args))
  for _, path in ipairs(paths) do
    local ok, result, name = pcall(import_one, log, path, args.quiet)
    failure.check_signal()
    if ok then
      landed = landed + 1
      if not args.quiet then tell(result, name, landed) end
    else
      local status, message = failure.read(result)
      output.note(message)
      worst = math.max(worst, status)
    end
  end
  return worst
end
