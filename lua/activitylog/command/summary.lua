-- activitylog summary: a table on the terminal, or a report.

local failure = require "activitylog.command.failure"
local grid = require "activitylog.command.grid"
local progress = require "activitylog.command.progress"
local selection = require "activitylog.command.selection"
local target = require "activitylog.command.target"

-- CSV for nobody but us: as people read it, and nothing of Excel's.
local PLAIN = {
  separator = "\t", newline = "\n", bom = false, defuse = false, max_cell = 0,
  max_rows = 0,
}

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
  query.by, query.progress = keys_of(args.by or "day"), meter:watch()
  return failure.ask(log.summary, log, query)
end

-- The cell that begins at 'at', what ends it, and where the next one begins. A
-- quote in a quoted cell is doubled.
local function read_cell(csv, at)
  if csv:sub(at, at) ~= '"' then
    return csv:match("^([^\t\n]*)([\t\n])()", at)
  end
  local stop = at
  repeat
    stop = csv:find('"', stop + 1, true)
    local doubled = csv:sub(stop + 1, stop + 1) == '"'
    if doubled then stop = stop + 1 end
  until not doubled
  local cell = csv:sub(at + 1, stop - 1):gsub('""', '"')
  return cell, csv:sub(stop + 1, stop + 1), stop + 2
end

local function rows_of(csv)
  local at = 1
  return function()
    if at > #csv then return nil end
    local row, mark = {}
    repeat
      row[#row + 1], mark, at = read_cell(csv, at)
    until mark ~= "\t"
    return row
  end
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
  local how = { pivot = args.pivot, locale = args.locale }
  for name, value in pairs(PLAIN) do how[name] = value end
  local rows = rows_of(failure.ask(summary.export_text, summary, how))
  grid.write(columns_of(rows(), args.pivot), rows)
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
  target.tell(args, result, ("%d rows"):format(result.rows))
  return 0
end
