--- Summaries as pages: the table, in which bars stand beside the numbers, and
-- above it a chart when one of the keys is a time. Its cells are those of CSV.
-- @module activitylog.summary_page

local chart = require "activitylog.chart"
local html = require "activitylog.html"
local locale = require "activitylog.locale"
local period = require "activitylog.page.period"

local summary_page = {}

local TIMES = { hour = true, day = true, week = true, month = true }

-- Columns of a list behind those of its keys (src/core/al_summary_export.c):
-- count, first, last, customers.
local TALLIES = 4

-- ---- rows

-- What the rows of a summary are read by: `store`, `handle`, `options` (those
-- of the core's exports), and whether they are those of a `pivot`.

local function as_pivot(source)
  local options = { format = "pivot", max_columns = 0 }
  return {
    store = source.store, handle = source.handle, pivot = true,
    options = setmetatable(options, { __index = source.options }),
  }
end

-- Call a function with the cells of each row and its kind: "titles", "row" or,
-- last of a pivot, "sums". nil, message and code where that fails.
local function each_row(source, call)
  return source.store:summary_rows(call, source.handle, source.options)
end

local function number(cell)
  return math.tointeger(tonumber(cell))
end

-- ---- the chart

-- The counts of all series at one time, from a list.
local function totals_by_time(source, at)
  local sums, labels = {}, {}
  each_row(source, function(cells, kind)
    if kind ~= "row" then return end
    local label = cells[at]
    if not sums[label] then labels[#labels + 1], sums[label] = label, 0 end
    sums[label] = sums[label] + number(cells[#cells - TALLIES + 1])
  end)
  table.sort(labels) -- all of one form
  local values = {}
  for i, label in ipairs(labels) do values[i] = sums[label] end
  return labels, { { values = values } }
end

-- Call a function with (series, time, count) for each count of a pivot whose
-- times are its rows, or else its columns. Returns the names of the series, and
-- of the times.
local function each_count(pivot, times_are_rows, call)
  local names, columns = {}, nil
  each_row(pivot, function(cells, kind)
    if kind == "titles" then
      columns = table.move(cells, 2, #cells - 1, 1, {})
    end
    if kind ~= "row" then return end
    local row = #names + 1
    names[row] = cells[1]
    for column = 2, #cells - 1 do
      local count = number(cells[column])
      if times_are_rows then
        call(column - 1, row, count)
      else
        call(row, column - 1, count)
      end
    end
  end)
  if times_are_rows then return columns, names end
  return names, columns
end

-- Which of the series are drawn: all, or the largest, in their own order. What
-- is left over becomes one more.
local function largest_series(sums)
  local order, place = {}, {}
  for i in ipairs(sums) do order[i] = i end
  if #order > chart.SERIES then
    table.sort(order, function(a, b)
      if sums[a] ~= sums[b] then return sums[a] > sums[b] end
      return a < b
    end)
    order = table.move(order, 1, chart.SERIES - 1, 1, {})
    table.sort(order)
  end
  for i, series in ipairs(order) do place[series] = i end
  return order, place
end

local function empty_series(name, length)
  local values = {}
  for i = 1, length do values[i] = 0 end
  return { name = name, values = values }
end

-- The counts of a summary by a time and another key.
local function series_by_time(source, times_are_rows, other)
  local pivot, sums = as_pivot(source), {}
  local names, labels = each_count(pivot, times_are_rows,
    function(series, _, count)
      sums[series] = (sums[series] or 0) + count
    end)
  local order, place = largest_series(sums)
  local list = {}
  for i, series in ipairs(order) do
    list[i] = empty_series(names[series], #labels)
  end
  if #order < #names then
    list[#list + 1] = empty_series(other, #labels)
  end
  each_count(pivot, times_are_rows, function(series, time, count)
    local values = list[place[series] or #list].values
    values[time] = values[time] + count
  end)
  return labels, list
end

-- Where the time's cell is: customers have one more, their id.
local function time_column(by)
  local column = 1
  for i, key in ipairs(by) do
    if TIMES[key] then return column, i end
    column = column + (key == "customer" and 2 or 1)
  end
  return nil
end

local function write_chart(write, source, by, words)
  local column, at = time_column(by)
  local labels, series
  if not column then return end
  if #by == 2 then
    labels, series = series_by_time(source, at == 1, words.titles.other)
  else
    labels, series = totals_by_time(source, column)
  end
  if #labels == 0 or #series == 0 then return end
  local title = words.titles["activities_per_" .. by[at]]
  write(chart.figure {
    id = "chart", title = title, labels = labels, series = series,
  })
end

-- ---- the table

-- What stands where there is nothing.
local NOTHING = "\u{2013}"

-- The column of the number beside which a bar stands.
local function count_column(source, cells)
  return source.pivot and #cells or #cells - TALLIES + 1
end

local function write_titles(source, write, titles)
  write('<table class="counts">\n<thead><tr>')
  for i, title in ipairs(titles) do
    local is_number = i == count_column(source, titles)
      or source.pivot and i > 1 or i == #titles
    write(is_number and '<th scope="col" class="number">'
          or '<th scope="col">', html.text(title or NOTHING), "</th>")
  end
  write("</tr></thead>\n<tbody>\n")
end

local function write_count(source, write, cell, bar)
  write('<td class="number sum">')
  if bar then write(chart.bar({ number(cell) }, source.largest)) end
  write("<span>", cell, "</span></td>")
end

-- The customers of a list, and all counts of a pivot but its last.
local function write_number(write, cell)
  write(cell == "0" and '<td class="number zero">' or '<td class="number">',
        cell, "</td>")
end

local function write_row(source, write, cells, bar)
  local count = count_column(source, cells)
  write('<tr><th scope="row">', html.text(cells[1] or NOTHING), "</th>")
  for i = 2, #cells do
    if i == count then
      write_count(source, write, cells[i], bar)
    elseif source.pivot or i == #cells then
      write_number(write, cells[i])
    else
      write("<td>", html.text(cells[i] or NOTHING), "</td>")
    end
  end
  write("</tr>\n")
end

local function write_table(source, write, words)
  write('<div class="scroll" role="region" tabindex="0" aria-label="',
        html.attribute(words.titles.activities), '">\n')
  local ok, message, code = each_row(source, function(cells, kind)
    if kind == "titles" then
      write_titles(source, write, cells)
    elseif kind == "row" then
      write_row(source, write, cells, true)
    else
      write("</tbody>\n<tfoot>\n")
      write_row(source, write, cells, false)
    end
  end)
  if not ok then return nil, message, code end
  write(source.pivot and "</tfoot>\n" or "</tbody>\n", "</table>\n</div>\n")
  return true
end

-- ---- the page

-- The number of rows, and the largest count beside which a bar stands; nil,
-- message and code where there are none.
local function survey(source, max_rows)
  local rows, largest = 0, 0
  local ok, message, code = each_row(source, function(cells, kind)
    if kind ~= "row" then return end
    rows = rows + 1
    largest = math.max(largest, number(cells[count_column(source, cells)]))
  end)
  if not ok then return nil, message, code end
  if max_rows > 0 and rows > max_rows then
    return nil, ("%d rows are more than the %d that a page has; choose a "
      .. "shorter period, other keys, another max_rows (0 is no limit) or "
      .. "format"):format(rows, max_rows), "limit"
  end
  return rows, largest
end

-- What goes into the file; nil, message and code where the core failed.
local function produce(source, given, write)
  local words, titles = given.words, given.words.titles
  local from, to =
    period.days(given.selected, given.total, words, given.zone)
  local keys = {}
  for i, title in ipairs(source.options.titles) do
    keys[i] = html.text(title)
  end
  local head, tail = html.frame {
    language = locale.language(words),
    title = ("%s, %s %s %s"):format(titles.activity_log, from, NOTHING, to),
  }
  write(head, "<h1>", html.text(titles.activity_log), "</h1>\n",
        '<div class="bar">', period.element(titles, from, to), "</div>\n",
        '<p class="count">', html.text(titles.activities),
        (": %d</p>\n"):format(given.total.count))
  write_chart(write, source, given.by, words)
  write("<h2>", table.concat(keys, ", "), "</h2>\n")
  local ok, message, code = write_table(source, write, words)
  if not ok then return nil, message, code end
  write(tail)
end

-- What the store gave, with the number of rows in its result.
local function with_rows(rows, ...)
  local result = select(-1, ...)
  if type(result) == "table" then result.rows = rows end
  return ...
end

--- Write a summary's page.
-- @tparam userdata store the core's
-- @tparam string to "file", "stream" or "text"
-- @tparam ?string|file target
-- @tparam userdata handle the core's summary
-- @tparam table options of the core's exports; its format is "csv" or "pivot"
-- @tparam table given `by`, `selected` (the query), `total`, `zone`, `words`
-- (the locale) and `max_rows` (0: any number)
-- @return what `store:summary_file` and its like return
function summary_page.write(store, to, target, handle, options, given)
  local source = {
    store = store, handle = handle, options = options,
    pivot = options.format == "pivot",
  }
  local rows, largest, code = survey(source, given.max_rows)
  if not rows then return nil, largest, code end
  source.largest = largest
  return with_rows(rows, store["write_" .. to](store, target, function(write)
    return produce(source, given, write)
  end))
end

return summary_page
