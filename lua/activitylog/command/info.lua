-- activitylog info

local activitylog = require "activitylog"
local core = require "activitylog.core"
local failure = require "activitylog.command.failure"
local output = require "activitylog.command.output"
local progress = require "activitylog.command.progress"
local selection = require "activitylog.command.selection"

local function date(instant, zone)
  local text = core.details({ operation_date = instant }, zone).date
  return text and ("%s %s"):format(text, zone) or "none"
end

-- Its line of progress is gone when it is done.
local function count(log)
  local meter <close> = progress.begin { what = "Counting", unit = "records" }
  meter.total = selection.total(log, { period = "all" }, meter)
  return failure.ask(log.summary, log, {
    period = "all", by = "month", progress = meter:watch(),
  }).total
end

-- Without them there is nothing to tell.
local function tell_purges(log, zone)
  local purges, records, before = failure.ask(log.purges, log)
  if purges == 0 then return end
  output.line("Purged     %s from before %s, in %s",
              output.quantity(records, "record"), date(before, zone),
              output.quantity(purges, "purge"))
end

return function(args)
  local log <close> = selection.open(args)
  local zone = failure.ask(core.zone, args.zone or "UTC")
  local total = count(log)
  local imports, time, source = failure.ask(log.imports, log)
  output.line("Log        %s", log.path)
  output.line("Size       %.1f MB", failure.ask(log.bytes, log) / 1e6)
  output.line("Records    %d", total.count)
  output.line("Customers  %d", total.customers)
  output.line("Oldest     %s", date(total.first, zone))
  output.line("Newest     %s", date(total.last, zone))
  output.line("Imports    %d%s", imports, time and
    ("; the newest %s, of %s"):format(date(time, zone), source) or "")
  tell_purges(log, zone)
  output.line("Version    activitylog %s", activitylog._VERSION)
  return 0
end
