-- activitylog show: the portal's columns as a table.

local core = require "activitylog.core"
local failure = require "activitylog.command.failure"
local grid = require "activitylog.command.grid"
local locale = require "activitylog.locale"
local output = require "activitylog.command.output"
local selection = require "activitylog.command.selection"

local LIMIT = 50 -- rows on a terminal

-- The end of an id tells records apart, as it is made of the time: more is too
-- wide for a terminal.
local ID_END = 8

local function columns(titles, zone)
  return {
    { title = ("%s (%s)"):format(titles.date_time, zone), whole = true },
    { title = titles.affected_customer },
    { title = titles.action },
    { title = titles.performed_by },
    { title = titles["field.id"], whole = true },
  }
end

local function row_of(record, words, zone, whole_id)
  local date = { operation_date = record.operation_date }
  local action, id = record.operation_type or "", record.id or ""
  return {
    core.details(date, zone).date,
    record.customer_name or "",
    locale.label(words, "operation_type", action),
    record.user_principal_name or "",
    whole_id and id or id:sub(-ID_END),
  }
end

-- Goes through the rows, as many as there may be; counts them in 'state'.
local function rows_of(state, next_record, words, zone)
  return function()
    if state.shown == state.limit and state.limit > 0 then return nil end
    local record = next_record()
    if not record then return nil end
    state.shown = state.shown + 1
    return row_of(record, words, zone, not state.terminal)
  end
end

-- How many of how many there are; counting what has a text takes as long as
-- showing it all.
local function tell_shown(state, log, query)
  if state.limit == 0 or state.shown < state.limit then
    output.line("%d records", state.shown)
  elseif query.text then
    output.line("%d records are shown; --limit 0 shows all", state.shown)
  else
    output.line("%d of %d records; --limit 0 shows all", state.shown,
                failure.ask(log.count, log, query))
  end
end

local function tell(state, log, query)
  if state.shown == 0 then
    output.note "no records are selected; --period all looks at all times"
  elseif state.terminal then
    tell_shown(state, log, query)
  end
end

return function(args)
  local query = selection.query(args)
  local terminal = output.places() ~= nil
  local limit = selection.number(args, "limit") or terminal and LIMIT or 0
  local state = { shown = 0, limit = limit, terminal = terminal }
  local log <close> = selection.open(args)
  local words = failure.ask(locale.find, args.locale or "en-us")
  local next_record, _, _, cursor = selection.records(log, query)
  local _ <close> = cursor
  local zone = require("activitylog.query").zone(query)
  grid.write(columns(words.titles, zone),
             rows_of(state, next_record, words, zone))
  tell(state, log, query)
  return 0
end
