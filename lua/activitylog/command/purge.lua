-- activitylog purge --before DATE

local activitylog = require "activitylog"
local core = require "activitylog.core"
local failure = require "activitylog.command.failure"
local output = require "activitylog.command.output"
local period = require "activitylog.period"
local progress = require "activitylog.command.progress"
local selection = require "activitylog.command.selection"

-- What was done when only the space is still to be returned.
local GONE = "the records are deleted, but their space is not returned: purge "
  .. "again"

local PENDING = "the file may still hold bytes of what was deleted, as another "
  .. "program is reading the log, or the disk has no room to write it anew: "
  .. "purge again later"

-- The instant, and how many records there are from before it. Only a log that
-- is there is opened: purging makes none.
local function count(args)
  local log <close> = selection.open(args)
  local zone = failure.ask(core.zone, args.zone or "UTC")
  local before = failure.ask(period.beginning, args.before, zone)
  return before, failure.ask(log.count, log, {
    period = period.new(nil, before),
  })
end

-- While imports are proved, no record is gone. Of none nothing is proved: only
-- space is given back that an earlier purge left.
local function purge(log, before, args)
  local meter <close> = progress.begin {
    what = "Proving", unit = "records", quiet = args.quiet,
  }
  local watch = meter:watch()
  return failure.ask(log.purge, log, {
    before = before, user = args.user,
    progress = function(done, total)
      if done > 0 or total == 0 then meter.what = "Purging" end
      if done == total then output.did(GONE) end
      watch(done, total)
    end,
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
    local deleted = output.quantity(result.records, "record") .. " deleted"
    output.did(deleted)
    output.line("%s, %.1f MB returned", deleted, result.bytes / 1e6)
  end
  if result.pending then output.note(PENDING) end
  return 0
end
