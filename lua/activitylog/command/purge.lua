-- activitylog purge --before DATE

local core = require "activitylog.core"
local failure = require "activitylog.command.failure"
local output = require "activitylog.command.output"
local period = require "activitylog.period"
local progress = require "activitylog.command.progress"
local selection = require "activitylog.command.selection"

-- What was done when only the space is still to be returned.
local GONE = "the records are deleted, but their space is not returned: purge "
  .. "again"

-- Of a file, and of a database.
local PENDING = "the log may still hold bytes of what was deleted, as another "
  .. "program is using it, or there is no room to write it anew: purge again "
  .. "later; a database holds them until new records take their room"

local function read_before(args)
  local zone = failure.ask(core.zone, args.zone or "UTC")
  return failure.ask(period.beginning, args.before, zone)
end

-- What would be done, as a failure.
local function ask_for_yes(before, args)
  local log <close> = selection.open(args)
  local records = failure.ask(log.count, log, {
    period = period.new(nil, before),
  })
  failure.raise(failure.USAGE, ("%s from before %s would be deleted for "
    .. "good; --yes does it"):format(output.quantity(records, "record"),
                                     before))
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
      if done > 0 and done == total then output.did(GONE) end
      watch(done, total)
    end,
  })
end

local function quantity(result)
  local records = output.quantity(result.records, "record")
  if result.superseded == 0 then return records end
  return ("%s and %s"):format(records, output.quantity(result.superseded,
                                                       "earlier content"))
end

return function(args)
  if not args.before then
    failure.raise(failure.USAGE,
                  "--before: the first day that is kept expected")
  end
  local before = read_before(args)
  if not args.yes then ask_for_yes(before, args) end
  local log <close> = selection.open_to_write(args)
  local result = purge(log, before, args)
  if not args.quiet then
    local deleted = quantity(result) .. " deleted"
    output.did(deleted)
    output.line("%s, %.1f MB returned", deleted, result.bytes / 1e6)
  end
  if result.pending then output.note(PENDING) end
  return 0
end
