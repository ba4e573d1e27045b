--- Summaries as pages: the table, in which bars stand beside the numbers, and
-- above it a chart when one of the keys is a time. Its cells are those of CSV,
-- but for times, which are in the locale's form, and long texts, which are cut.
-- @module activitylog.summary_page

local byte_order = require "activitylog.byte_order"
local chart = require "activitylog.chart"
local html = require "activitylog.html"
local locale = require "activitylog.locale"
local period = require "activitylog.page.period"
local time_form = require "activitylog.page.time_form"

local summary_page = {}

local TIMES = { hour = true, day = true, week = true, month = true }

-- Columns of a list behind those of its keys (src/core/al_summary_export.c):
-- count, first, last, customers.
local TALLIES = 4

-- What stands where there is nothing.
local NOTHING = "\u{2013}"

-- ---- rows

-- What the rows of a summary are read by: `store`, `handle`, `options` (those
-- of the core's exports), whether they are those of a `pivot`, and of a time
-- among the keys its `column` in a list and `write_time`, the locale's form.

-- Call a function with the cells of each row and its kind: "titles", "row" or,
-- last of a pivot, "sums". nil, message and code where that fails.
local function each_row(source, call)
  return source.store:summary_rows(call, source.handle, source.options)
end

local function number(cell)
  return math.tointeger(tonumber(cell))
end

-- Where the time's cell is, and which key it is: customers have one cell more,
-- their id.
local function time_column(by)
  local column = 1
  for _, key in ipairs(by) do
    if TIMES[key] then return column, key end
    column = column + (key == "customer" and 2 or 1)
  end
  return nil
end

-- The times among cells, as the locale writes them. A pivot has those of its
-- second key in the titles.
local function write_times(source, cells, kind)
  local column, write_time = source.column, source.write_time
  if not column then
    return
  elseif source.pivot and column > 1 then
    if kind ~= "titles" then return end
    for i = 2, #cells - 1 do cells[i] = write_time(cells[i]) end
  elseif kind == "row" then
    cells[column] = write_time(cells[column])
  end
end

-- ---- the chart

local function add_count(groups, name, time, count)
  local group = groups[name or ""] or { name = name, sum = 0, at = {} }
  groups[name or ""] = group
  group.sum = group.sum + count
  group.at[time] = (group.at[time] or 0) + count
end

-- The counts by time and, where there is one other key, by that: the times in
-- their order, and for each name a table of `name`, `sum` and the counts `at` a
-- time. They are read from a list, as a pivot of many names is mostly 0.
-- Customers of one name are one. nil, message and code where the core failed.
local function read_counts(source, other)
  local list = {
    store = source.store, handle = source.handle,
    options = setmetatable({ format = "csv" }, { __index = source.options }),
  }
  local times, seen, groups = {}, {}, {}
  local ok, message, code = each_row(list, function(cells, kind)
    if kind ~= "row" then return end
    local time = cells[source.column]
    local count = number(cells[#cells - TALLIES + 1])
    if not seen[time] then seen[time], times[#times + 1] = true, time end
    if count == 0 then return end
    add_count(groups, other and (cells[other] or NOTHING), time, count)
  end)
  if not ok then return nil, message, code end
  table.sort(times) -- all of one form
  return times, groups
end

-- By bytes, as all names are in reports.
local function by_name(a, b)
  return byte_order(a.name, b.name)
end

local function by_size(a, b)
  if a.sum ~= b.sum then return a.sum > b.sum end
  return by_name(a, b)
end

-- The groups behind the first so many as one.
local function join_rest(list, kept, name)
  local rest = { name = name, at = {} }
  for i = kept + 1, #list do
    for time, count in pairs(list[i].at) do
      rest.at[time] = (rest.at[time] or 0) + count
    end
  end
  return rest
end

-- Which groups are drawn, by their names: all, or the largest and, as the last
-- one, what is left over.
local function largest_groups(groups, words)
  local list, rest = {}, nil
  for _, group in pairs(groups) do list[#list + 1] = group end
  table.sort(list, by_size)
  if #list > chart.SERIES then
    rest = join_rest(list, chart.SERIES - 1, words.titles.other)
    list = table.move(list, 1, chart.SERIES - 1, 1, {})
  end
  table.sort(list, by_name)
  list[#list + 1] = rest
  return list
end

local function series_of(group, times)
  local values = {}
  for i, time in ipairs(times) do values[i] = group.at[time] or 0 end
  return { name = group.name, values = values }
end

-- true; nil, message and code where the core failed.
local function write_chart(write, source, by, words)
  local column, key = time_column(by)
  if not column then return true end
  -- Of two keys the other one, before the time or behind it.
  local other = #by == 2 and (column == 1 and 2 or 1) or nil
  local times, groups, code = read_counts(source, other)
  if not times then return nil, groups, code end
  local labels, series = {}, {}
  for i, time in ipairs(times) do labels[i] = source.write_time(time) end
  for i, group in ipairs(largest_groups(groups, words)) do
    series[i] = series_of(group, times)
  end
  if #series == 0 then return true end
  local title = words.titles["activities_per_" .. key]
  write(chart.figure {
    id = "chart", title = title, labels = labels, series = series,
  })
  return true
end

-- ---- the table

-- The column of the number beside which a bar stands.
local function count_column(source, cells)
  return source.pivot and #cells or #cells - TALLIES + 1
end

local function write_titles(source, write, titles)
  write('<table class="counts', source.pivot and " pivot" or "",
        '">\n<thead><tr>')
  for i, title in ipairs(titles) do
    local is_number = i == count_column(source, titles)
      or source.pivot and i > 1 or i == #titles
    write(is_number and '<th scope="col" class="number">'
          or '<th scope="col">', html.short(title or NOTHING), "</th>")
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
  write('<tr><th scope="row">', html.short(cells[1] or NOTHING), "</th>")
  for i = 2, #cells do
    if i == count then
      write_count(source, write, cells[i], bar)
    elseif source.pivot or i == #cells then
      write_number(write, cells[i])
    else
      write("<td>", html.short(cells[i] or NOTHING), "</td>")
    end
  end
  write("</tr>\n")
end

local function write_table(source, write, words)
  write('<div class="scroll" role="region" tabindex="0" aria-label="',
        html.attribute(words.titles.activities), '">\n')
  local ok, message, code = each_row(source, function(cells, kind)
    write_times(source, cells, kind)
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
  local ok, message, code = write_chart(write, source, given.by, words)
  if not ok then return nil, message, code end
  write("<h2>", table.concat(keys, ", "), "</h2>\n")
  ok, message, code = write_table(source, write, words)
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
  local key
  source.column, key = time_column(given.by)
  source.write_time = key and time_form.writer(key, given.words)
  local rows, largest, code = survey(source, given.max_rows)
  if not rows then return nil, largest, code end
  source.largest = largest
  rows = source.pivot and rows + 1 or rows -- that of sums, as in CSV
  return with_rows(rows, store["write_" .. to](store, target, function(write)
    return produce(source, given, write)
  end))
end

return summary_page
