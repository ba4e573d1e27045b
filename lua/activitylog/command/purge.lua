-- activitylog purge --before DATE

local activitylog = require "activitylog"
local failure = require "activitylog.command.failure"
local output = require "activitylog.command.output"
local progress = require "activitylog.command.progress"
local selection = require "activitylog.command.selection"

-- The instant, and how many records there are from before it. Only a log that
-- is there is opened: purging makes none.
local function count(args)
  local log <close> = selection.open(args)
  local from = failure.ask(activitylog.period, args.before, nil, args.zone)
  if not from.start then
    failure.raise(failure.USAGE, ("--before: '%s' begins nowhere")
      :format(args.before))
  end
  return from.start, failure.ask(log.count, log, {
    period = activitylog.period(nil, from.start),
  })
end

local function purge(log, before, args)
  local meter <close> = progress.begin {
    what = "Purging", unit = "records", quiet = args.quiet,
  }
  return failure.ask(log.purge, log, {
    before = before, user = args.user, progress = meter:watch(),
  })
end

return function(args)
  if not args.before then
    failure.raise(failure.USAGE,
                  "--before: the first day that is kept expected")
  end
  local before, records = count(args)
  if not args.yes then
    failure.raise(failure.USAGE, ("%s from before %s would be deleted for "
      .. "good; --yes does it"):format(output.quantity(records, "record"),
                                       before))
  end
  local log <close> = failure.ask(activitylog.open, selection.path(args))
  local result = purge(log, before, args)
  if not args.quiet then
    output.line("%s deleted, %.1f MB returned",
                output.quantity(result.records, "record"), result.bytes / 1e6)
  end
  return 0
end
