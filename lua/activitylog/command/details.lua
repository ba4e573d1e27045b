-- activitylog details ID

local activitylog = require "activitylog"
local failure = require "activitylog.command.failure"
local output = require "activitylog.command.output"
local progress = require "activitylog.command.progress"
local selection = require "activitylog.command.selection"

local MOST_TOLD = 5 -- ids, when several are meant

-- The record whose id that is, or else those, a few of them, whose id begins or
-- ends with it.
local function find(log, id, query)
  local found, exact = {}, nil
  local meter <close> = progress.begin { what = "Searching", unit = "records" }
  meter.total = selection.total(log, query, meter)
  query.text, query.progress = id, meter:watch()
  query.layout = activitylog.layout { { title = "", value = function(record)
    local other = record.id or ""
    if other == id then
      exact = record
    elseif #found <= MOST_TOLD
       and (other:sub(1, #id) == id or other:sub(-#id) == id) then
      found[#found + 1] = record
    end
  end } }
  failure.ask(log.rows, log, function() return not exact end, query)
  return exact and { exact } or found
end

local function tell_several(found, id)
  local ids = {}
  for i, record in ipairs(found) do
    ids[i] = i > MOST_TOLD and "..." or record.id
  end
  failure.raise(failure.USAGE, ("several records have ids with '%s': %s")
    :format(id, table.concat(ids, ", ")))
end

return function(args)
  local log <close> = selection.open(args)
  local found = find(log, args.id, selection.everything(args))
  if #found > 1 then tell_several(found, args.id) end
  if #found == 0 then
    failure.raise(failure.WORLD, ("no record has the id '%s'; 'activitylog "
      .. "show' shows what ids end in"):format(args.id))
  end
  local details = failure.ask(activitylog.details, found[1],
                              { locale = args.locale, zone = args.zone })
  output.write(tostring(details), "\n")
  return 0
end
