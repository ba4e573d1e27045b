-- activitylog export

local failure = require "activitylog.command.failure"
local output = require "activitylog.command.output"
local progress = require "activitylog.command.progress"
local sandbox = require "activitylog.command.sandbox"
local selection = require "activitylog.command.selection"
local target = require "activitylog.command.target"

local function read_layout(args)
  if not args.layout_file then return args.layout end
  if args.layout then
    failure.raise(failure.USAGE, "--layout goes without --layout-file")
  end
  return sandbox.layout(args.layout_file)
end

-- Its line of progress is gone when it is done.
local function write(log, place, query, selected, args)
  local meter <close> = progress.begin {
    what = "Exporting", unit = "records", quiet = args.quiet,
  }
  meter.total = selection.total(log, selected, meter)
  query.progress = meter:watch()
  return failure.ask(log.export, log, place, query)
end

return function(args)
  local query = selection.query(args)
  local format = target.format(args) or "csv"
  local place = target.open(args, format)
  local log <close> = selection.open(args)
  query.format, query.locale, query.layout =
    format, args.locale, read_layout(args)
  query.max_rows = selection.number(args, "max_rows")
  local result = write(log, place, query, selection.query(args), args)
  target.tell(args, place, result, output.quantity(result.records, "record"))
  return 0
end
