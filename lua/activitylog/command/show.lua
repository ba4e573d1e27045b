-- activitylog show: records as a table, in the portal's columns or a layout's.

local activitylog = require "activitylog"
local core = require "activitylog.core"
local failure = require "activitylog.command.failure"
local grid = require "activitylog.command.grid"
local locale = require "activitylog.locale"
local output = require "activitylog.command.output"
local period = require "activitylog.period"
local progress = require "activitylog.command.progress"
local selection = require "activitylog.command.selection"

local LIMIT = 50 -- rows on a terminal

-- The end of an id tells records apart, as it is made of the time: more is too
-- wide for a terminal.
local ID_END = 8

-- The portal's columns, and the id by which `details` finds the record.
local function own_layout(titles, zone)
  return activitylog.layout {
    { title = ("%s (%s)"):format(titles.date_time, zone),
      field = "operation_date" },
    { key = "affected_customer", field = "customer_name" },
    { key = "action", label = "operation_type" },
    { key = "performed_by", field = "user_principal_name" },
    { key = "field.id", field = "id" },
  }
end

-- Dates and ids say nothing when they are cut.
local function columns_of(titles, words)
  local columns = {}
  for i, title in ipairs(titles) do
    local dated = title:find(words.titles.date_time, 1, true) == 1
    columns[i] = {
      title = title, whole = dated or title == words.titles["field.id"],
    }
  end
  return columns
end

-- Write the rows, as many as there may be; counts them in 'state'. A pipe may
-- lead to a program that has the terminal for itself.
local function show(state, log, query, selected, words)
  local put, finish
  local meter <close> = progress.begin {
    what = "Reading", unit = "records", quiet = not state.terminal,
  }
  meter.total = selection.total(log, selected, meter)
  query.progress = meter:watch()
  failure.ask(log.rows, log, function(cells, kind)
    if kind == "titles" then
      put, finish = grid.begin(columns_of(cells, words))
      return true
    elseif state.shown == state.limit and state.limit > 0 then
      return false
    end
    state.shown = state.shown + 1
    if state.cuts_ids and cells[5] then cells[5] = cells[5]:sub(-ID_END) end
    meter:erase()
    put(cells)
    return true
  end, query)
  meter:erase()
  finish()
end

-- How many of how many there are; counting what has a text takes as long as
-- showing it all, and a layout may have several rows of a record, or none.
local function tell_shown(state, log, selected)
  if state.limit == 0 or state.shown < state.limit then
    output.line("%s", output.quantity(state.shown, state.noun))
  elseif selected.text or state.noun == "row" then
    output.line("the first %s; --limit 0 shows all",
                output.quantity(state.shown, state.noun))
  else
    output.line("%d of %s; --limit 0 shows all", state.shown,
                output.quantity(failure.ask(log.count, log, selected),
                                "record"))
  end
end

local function tell(state, log, selected)
  if state.shown == 0 then
    local hint = selected.period == "all" and ""
      or "; --period all looks at all times"
    output.note(("no %s is selected%s"):format(state.noun, hint))
  elseif state.terminal then
    tell_shown(state, log, selected)
  end
end

-- The same selection, as rows: a terminal has no room for links.
local function as_rows(state, args, selected, words)
  local zone = selected.zone or period.zone(selected.period) or "UTC"
  local query = {
    locale = args.locale,
    links = not state.terminal,
    layout = args.layout or own_layout(words.titles,
                                       failure.ask(core.zone, zone)),
  }
  for name, value in pairs(selected) do query[name] = value end
  return query
end

return function(args)
  local selected = selection.query(args)
  local terminal = output.places() ~= nil
  local state = {
    shown = 0,
    limit = selection.number(args, "limit") or terminal and LIMIT or 0,
    terminal = terminal,
    noun = args.layout and "row" or "record",
    cuts_ids = terminal and not args.layout,
  }
  local log <close> = selection.open(args)
  local words = failure.ask(locale.find, args.locale or "en-us")
  show(state, log, as_rows(state, args, selected, words), selected, words)
  tell(state, log, selected)
  return 0
end
