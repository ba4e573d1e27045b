--- A table of text: in columns that fit the terminal, or, to a pipe, with tabs
-- between uncut fields. Memory is that of one block of rows.
-- @module activitylog.command.grid

local core = require "activitylog.core"
local output = require "activitylog.command.output"
local visible = require "activitylog.visible"

local grid = {}

local GAP = "  "

-- A column of text that has to be narrower than it is no narrower than this;
-- when that is too much, columns on the right are left out.
local LEAST = 8

-- Rows that decide how wide the columns are; those behind them have to fit.
local BLOCK = 1000

--- Put a text into so many places: cut with an ellipsis, or filled up.
-- @tparam string text without control characters
-- @tparam integer places at least 1
-- @tparam[opt=false] boolean right filled up on its left
-- @treturn string
-- @usage grid.fit("Fabrikam", 5) --> "Fabr…"
function grid.fit(text, places, right)
  local width, bytes = core.width(text, places)
  if bytes < #text then
    width, bytes = core.width(text, places - 1)
    text, width = text:sub(1, bytes) .. "…", width + 1
  end
  local rest = (" "):rep(places - width)
  return right and rest .. text or text .. rest
end

local function natural_width(rows, i, places)
  local widest = 0
  for _, row in ipairs(rows) do
    local width, bytes = core.width(row[i], places)
    widest = math.max(widest, bytes < #row[i] and places or width)
  end
  return math.max(widest, 1)
end

local function cut(column, width, most)
  return column.whole and width or math.min(width, most)
end

-- Places of the first columns when none but the whole ones is wider than that.
local function sum_of(columns, widths, count, most)
  local sum = (count - 1) * #GAP
  for i = 1, count do sum = sum + cut(columns[i], widths[i], most) end
  return sum
end

--- How wide each column is.
-- Columns share the places that are there: the widest one gives first.
-- @tparam {table,...} columns as of `write`
-- @tparam {{string,...},...} rows
-- @tparam integer places of a line
-- @treturn {integer,...} fewer than there are columns when not all have room
function grid.widths(columns, rows, places)
  local widths, count, most = {}, #columns, places
  for i in ipairs(columns) do widths[i] = natural_width(rows, i, places) end
  while count > 1 and sum_of(columns, widths, count, LEAST) > places do
    count = count - 1
  end
  while most > 1 and sum_of(columns, widths, count, most) > places do
    most = most - 1
  end
  local fitted = {}
  for i = 1, count do
    fitted[i] = math.min(cut(columns[i], widths[i], most), places)
  end
  return fitted
end

local function write_fitted(row, widths, columns)
  local cells = {}
  for i, places in ipairs(widths) do
    cells[i] = grid.fit(row[i], places, columns[i].right)
  end
  output.write(table.concat(cells, GAP):gsub(" +$", "") .. "\n")
end

local function write_rule(widths)
  local dashes = {}
  for i, places in ipairs(widths) do dashes[i] = ("-"):rep(places) end
  output.write(table.concat(dashes, GAP), "\n")
end

local function escaped(row)
  local copy = {}
  for i, text in ipairs(row) do copy[i] = text and visible(text) or "" end
  return copy
end

-- A terminal's table, into which rows are put one by one.
local function terminal_writer(columns, places)
  local block, widths = {}, nil
  local function flush()
    if widths then return end
    widths = grid.widths(columns, block, places)
    for number, row in ipairs(block) do
      write_fitted(row, widths, columns)
      if number == 1 then write_rule(widths) end
    end
  end
  local function put(row)
    if widths then return write_fitted(row, widths, columns) end
    block[#block + 1] = row
    if #block == BLOCK then flush() end
  end
  return put, function()
    flush()
    return #columns - #widths
  end
end

local function pipe_writer()
  local function put(row) output.write(table.concat(row, "\t"), "\n") end
  return put, function() return 0 end
end

local function titles_of(columns)
  local titles = {}
  for i, column in ipairs(columns) do titles[i] = column.title end
  return titles
end

--- Begin a table.
-- @tparam {table,...} columns each with `title`, `right` for numbers, and
-- `whole` for what says nothing when it is cut, such as dates
-- @treturn function which writes a row, a list of strings or false
-- @treturn function which ends the table
-- @raise when it cannot be written, as the functions do
function grid.begin(columns)
  local places = output.places()
  local put, finish = (places and terminal_writer or pipe_writer)(columns,
                                                                  places)
  put(escaped(titles_of(columns)))
  return function(row)
    put(escaped(row))
  end, function()
    local left_out = finish()
    if left_out > 0 then
      output.note(("columns without room here: %d"):format(left_out))
    end
  end
end

return grid
