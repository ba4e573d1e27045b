-- activitylog summary: a table on the terminal, or a report.

local failure = require "activitylog.command.failure"
local grid = require "activitylog.command.grid"
local output = require "activitylog.command.output"
local progress = require "activitylog.command.progress"
local selection = require "activitylog.command.selection"
local target = require "activitylog.command.target"

local function keys_of(by)
  local keys = {}
  for key in by:gmatch("[^,]+") do keys[#keys + 1] = key end
  return keys
end

local function make(log, args)
  local query = selection.query(args)
  local meter <close> = progress.begin {
    what = "Counting", unit = "records", quiet = args.quiet,
  }
  meter.total = selection.total(log, query, meter)
  query.by, query.progress = keys_of(args.by or "day"), meter:watch()
  return failure.ask(log.summary, log, query)
end

-- Behind the keys there are the records, their first and last instants and the
-- customers; behind the first key of a pivot, counts alone.
local function columns_of(titles, pivot)
  local columns, keys = {}, pivot and 1 or #titles - 4
  for i, title in ipairs(titles) do
    local count = i > keys and (pivot or i == keys + 1 or i == #titles)
    columns[i] = { title = title, right = count,
                   whole = i > keys and not pivot }
  end
  return columns
end

local function show(summary, args)
  local put, finish
  failure.ask(summary.rows, summary, function(cells, kind)
    if kind == "titles" then
      put, finish = grid.begin(columns_of(cells, args.pivot))
    else
      put(cells)
    end
  end, { pivot = args.pivot, locale = args.locale })
  finish()
end

return function(args)
  local format = target.format(args)
  local log <close> = selection.open(args)
  if not format and not args.output then
    show(make(log, args), args)
    return 0
  end
  local place = target.open(args, format)
  local summary = make(log, args)
  local result = failure.ask(summary.export, summary, place, {
    format = format, pivot = args.pivot, locale = args.locale,
  })
  target.tell(args, place, result, output.quantity(result.rows, "row"))
  return 0
end
