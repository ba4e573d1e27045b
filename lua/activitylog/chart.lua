--- Charts of counts, as SVG that stands in a page.
-- Pure functions. Colours and fonts are up to the page's style, by classes:
-- `chart`, `grid`, `axis`, `minor` (labels that a small screen leaves out),
-- `legend`, `key`, `amount`, and `s1` to `s8` for the series.
-- Coordinates are integers: the process's locale may write others by a comma.
-- @module activitylog.chart

local html = require "activitylog.html"

local chart = {}

-- The picture, in units of which a wide screen shows two a pixel, and what is
-- left beside the bars for labels.
local WIDTH, HEIGHT = 1600, 400
local LEFT, RIGHT, TOP, BOTTOM = 110, 10, 20, 60
local PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
local FLOOR = TOP + PLOT_HEIGHT

-- Of a bar, where there are few.
local WIDEST = 96

-- A label's letters, and the space between two labels.
local LETTER, GAP = 13, 36

-- With more columns than these, neighbours are added up.
local MOST_COLUMNS = 200

local GRID_LINES = 4

--- How many series have a colour of their own.
chart.SERIES = 8

-- ---- scales

-- The least of 1, 2, 5, 10, 20, ... by which the largest value is reached in a
-- few steps.
local function step_for(largest)
  local power = 1
  while true do
    for _, digit in ipairs { 1, 2, 5 } do
      local step = digit * power
      if step * GRID_LINES >= largest then return step end
    end
    power = power * 10
  end
end

local function column_sum(series, i)
  local sum = 0
  for _, one in ipairs(series) do sum = sum + one.values[i] end
  return sum
end

local function largest_of(shape)
  local largest = 0
  for i = 1, #shape.labels do
    largest = math.max(largest, column_sum(shape.series, i))
  end
  return largest
end

-- Neighbours as one, 'size' at a time: what stands below, and the whole name.
local function condense_labels(labels, size)
  local firsts, names = {}, {}
  for i = 1, #labels, size do
    local last = labels[math.min(i + size - 1, #labels)]
    firsts[#firsts + 1] = labels[i]
    names[#names + 1] = labels[i] .. " \u{2013} " .. last
  end
  return firsts, names
end

local function condense_values(values, size)
  local condensed = {}
  for i, value in ipairs(values) do
    local at = (i - 1) // size + 1
    condensed[at] = (condensed[at] or 0) + value
  end
  return condensed
end

local function condense(shape, size)
  local series = {}
  for i, one in ipairs(shape.series) do
    series[i] = { name = one.name, values = condense_values(one.values, size) }
  end
  shape.series = series
  shape.labels, shape.names = condense_labels(shape.labels, size)
end

-- What is drawn: the columns, and how high the plot reaches.
local function shape_of(given)
  local shape = {
    labels = given.labels, names = given.labels, series = given.series,
  }
  local size = (#given.labels + MOST_COLUMNS - 1) // MOST_COLUMNS
  if size > 1 then condense(shape, size) end
  local largest = math.max(1, largest_of(shape))
  shape.step = step_for(largest)
  shape.top = (largest + shape.step - 1) // shape.step * shape.step
  return shape
end

local function x_of(shape, i)
  return LEFT + PLOT_WIDTH * (i - 1) // #shape.labels
end

local function middle_of(shape, i)
  return LEFT + PLOT_WIDTH * (2 * i - 1) // (2 * #shape.labels)
end

local function height_of(shape, value)
  return PLOT_HEIGHT * value // shape.top
end

-- ---- pieces

local function add(svg, format, ...)
  svg[#svg + 1] = format:format(...)
end

local function add_grid(svg, shape)
  for value = 0, shape.top, shape.step do
    local y = FLOOR - height_of(shape, value)
    add(svg, '<path class="grid" d="M%d %dH%d"/>', LEFT, y, WIDTH - RIGHT)
    add(svg, '<text class="axis" x="%d" y="%d" dominant-baseline="central" '
      .. 'text-anchor="end">%d</text>', LEFT - 14, y, value)
  end
end

-- Every so many labels, so that they do not touch.
local function add_labels(svg, shape)
  local widest, shown = 0, 0
  for _, label in ipairs(shape.labels) do
    widest = math.max(widest, utf8.len(label) * LETTER)
  end
  local room = PLOT_WIDTH // math.max(1, #shape.labels)
  local every = (widest + GAP + room - 1) // math.max(1, room)
  for i = 1, #shape.labels, every do
    local x = middle_of(shape, i)
    if i == 1 or x + widest // 2 <= WIDTH then
      add(svg, '<text class="axis%s" x="%d" y="%d" dominant-baseline="hanging" '
        .. 'text-anchor="middle">%s</text>', shown % 2 == 1 and " minor" or "",
        x, FLOOR + 20, html.text(shape.labels[i]))
      shown = shown + 1
    end
  end
end

local function class_of(number)
  return "s" .. (number - 1) % chart.SERIES + 1
end

-- What a pointer that rests on it is told.
local function tip(shape, one, i)
  local name = one.name and html.short(one.name) .. ", " or ""
  return ("%s%s: %d"):format(name, html.text(shape.names[i]), one.values[i])
end

local function add_stack(svg, shape, i)
  local below = FLOOR
  local room = x_of(shape, i + 1) - x_of(shape, i)
  local width = math.min(math.max(1, room * 3 // 4), WIDEST)
  for number, one in ipairs(shape.series) do
    local height = height_of(shape, one.values[i])
    if one.values[i] > 0 then
      height = math.max(2, height) -- one of many is to be seen
      below = below - height
      add(svg, '<rect class="%s" x="%d" y="%d" width="%d" height="%d">'
        .. "<title>%s</title></rect>", class_of(number),
        middle_of(shape, i) - width // 2, below, width, height,
        tip(shape, one, i))
    end
  end
end

-- What the picture shows, for those who do not see it: the sums but for 0.
local function describe(shape)
  local parts = {}
  for i, name in ipairs(shape.names) do
    local sum = column_sum(shape.series, i)
    if sum > 0 then parts[#parts + 1] = ("%s: %d"):format(name, sum) end
  end
  return table.concat(parts, "; ")
end

local function picture(shape, id)
  local svg = {}
  add(svg, '<svg class="chart" viewBox="0 0 %d %d" role="img" '
    .. 'aria-labelledby="%s-title %s-text">', WIDTH, HEIGHT, id, id)
  add(svg, '<desc id="%s-text">%s</desc>', id, html.text(describe(shape)))
  add_grid(svg, shape)
  add_labels(svg, shape)
  for i = 1, #shape.labels do add_stack(svg, shape, i) end
  svg[#svg + 1] = "</svg>"
  return table.concat(svg)
end

-- The colours of several series, and their names.
local function legend(series)
  local list = {}
  for number, one in ipairs(series) do
    add(list, '<li><svg class="key" viewBox="0 0 1 1" aria-hidden="true">'
      .. '<rect class="%s" width="1" height="1"/></svg> %s</li>',
      class_of(number), html.short(one.name))
  end
  return '<ul class="legend">' .. table.concat(list) .. "</ul>\n"
end

local FIGURE = [[
<figure>
<figcaption id="%s-title">%s</figcaption>
%s
%s</figure>
]]

--- Draw counts in the order of time as bars, several series one on top of the
-- other. More than 200 bars are added up by neighbours.
-- Who cannot see them is told the title and the sums.
-- @tparam table given `id`, unique in the page; `title`; `labels`, a list of
-- what stands below; and `series`, each a table of `name` (of one of several)
-- and `values`, a list of as many integers as there are labels. At least one
-- series; those behind the eighth begin the colours anew. Long names
-- are cut.
-- @treturn string a figure element
-- @usage chart.figure {
--   id = "week", title = "Activities", labels = { "Mon", "Tue" },
--   series = { { values = { 3, 0 } } },
-- }
function chart.figure(given)
  local shape, id = shape_of(given), html.attribute(given.id)
  return FIGURE:format(id, html.text(given.title), picture(shape, id),
                       #shape.series > 1 and legend(shape.series) or "")
end

-- Parts of a bar's length.
local PARTS = 1000

--- A bar that stands beside a number in a table; the number says it all.
-- @tparam {integer,...} values its parts, each in the colour of its series
-- @tparam integer largest the value of a bar of full length
-- @treturn string an svg element
function chart.bar(values, largest)
  local parts, sum = {}, 0
  for number, value in ipairs(values) do
    local from = PARTS * sum // math.max(1, largest)
    sum = sum + value
    local width = PARTS * sum // math.max(1, largest) - from
    if width > 0 then
      add(parts, '<rect class="%s" x="%d" width="%d" height="1"/>',
          class_of(number), from, width)
    end
  end
  return ('<svg class="amount" viewBox="0 0 %d 1" preserveAspectRatio="none" '
    .. 'aria-hidden="true">'):format(PARTS) .. table.concat(parts) .. "</svg>"
end

return chart
