--- The log as a page: one file that looks and reads like the portal's, and
-- needs nothing else. It is written as records come, in constant memory, and
-- all of it is of one moment: summaries are made while the cursor is open.
-- @module activitylog.page

local core = require "activitylog.core"
local chart = require "activitylog.chart"
local details = require "activitylog.details"
local html = require "activitylog.html"
local link = require "activitylog.link"
local locale = require "activitylog.locale"
local period = require "activitylog.page.period"
local time_form = require "activitylog.page.time_form"

local page = {}

-- Browsers open and search so many without freezing.
local MAX_ROWS = 20000

-- What stands where there is nothing.
local NOTHING = "\u{2013}"

-- ---- above the rows

-- By hand, as string.lower follows the process's locale.
local function lower(text)
  return (text:gsub("[A-Z]", function(letter)
    return string.char(letter:byte() + 32)
  end))
end

local function label_of(self, operation)
  if (operation or "") == "" then return NOTHING end
  return locale.label(self.words, "operation_type", operation)
end

local SEARCH = '<input type="search" id="search" autocomplete="off" '
  .. 'placeholder="%s" aria-label="%s">\n'
local OPTION = '<option value="%s">%s (%d)</option>\n'

-- Hidden, until the script shows them, as they need it.
local function write_controls(self, write)
  local titles = self.words.titles
  local search = html.attribute(titles.search_customer_name)
  write('<div class="controls" id="controls" role="search" hidden>\n<label>',
        html.text(titles.filter_by_operation_type),
        '\n<select id="operation">\n',
        OPTION:format("", html.text(titles.all), self.total))
  for _, row in ipairs(self.operations) do
    write(OPTION:format(html.attribute(lower(row.operation_type or "")),
                        html.short(label_of(self, row.operation_type)),
                        row.count))
  end
  write("</select></label>\n", SEARCH:format(search, search), "</div>\n")
end

local function write_chart(self, write)
  write(chart.figure {
    id = "chart",
    title = self.words.titles["activities_per_" .. self.chart.unit],
    labels = self.chart.labels,
    series = { { values = self.chart.values } },
  })
end

local HEADER = '<th scope="col" role="columnheader"%s>%s</th>'

local function write_titles(self, write)
  local titles = self.words.titles
  local date_time = ("%s (%s)"):format(titles.date_time, self.zone)
  local order = (' aria-sort="%sing"')
    :format(self.selected.oldest_first and "ascend" or "descend")
  write('<table class="log" role="table" aria-label="',
        html.attribute(titles.activity_log), '">\n',
        '<thead role="rowgroup"><tr role="row">',
        HEADER:format(order, html.text(date_time)),
        HEADER:format("", html.text(titles.affected_customer)),
        HEADER:format("", html.text(titles.action)),
        HEADER:format("", html.text(titles.performed_by)),
        HEADER:format(' class="more"', html.text(titles.details)),
        '</tr></thead>\n<tbody role="rowgroup">\n')
end

-- ---- a row's details

-- Rows of a list that is too long.
local OMITTED = "\u{2026} +%d"

-- One text, as browsers take long for many elements: a line each, with a tab
-- where the value begins, which the style sets in a column.
local function write_fields(write, rows)
  write("<pre class=\"fields\">")
  for _, row in ipairs(rows) do
    if row.rows then
      write(html.text(details.text { row }), "\n")
    else
      write(html.text(row.label), ":\t", html.text(row.value or ""), "\n")
    end
  end
  if rows.omitted then write(OMITTED:format(rows.omitted)) end
  write("</pre>")
end

local function write_table(write, section)
  write("<table><caption>", html.text(section.title), "</caption><thead><tr>")
  for _, title in ipairs(section.head) do
    write('<th scope="col">', html.text(title), "</th>")
  end
  write("</tr></thead><tbody>")
  for _, cells in ipairs(section.cells) do
    write("<tr>")
    for _, cell in ipairs(cells) do write("<td>", html.text(cell), "</td>") end
    write("</tr>")
  end
  write("</tbody></table>")
  local omitted = section.rows.omitted
  if omitted then write("<p>", OMITTED:format(omitted), "</p>") end
end

local function write_section(write, section)
  if section.cells then
    write_table(write, section)
  else
    write("<h2>", html.text(section.title), "</h2><pre>",
          html.text(details.text(section.rows)), "</pre>")
  end
end

-- ---- a row: what is cut here stands whole in the details

local function customer_of(self, record)
  local name, id = record.customer_name, record.customer_id
  local text = html.short(name ~= "" and name or id or "")
  local url = self.links
    and link.subscriptions(id, { cloud = self.cloud })
  if not url then return text end
  return ('<a href="%s" target="_blank" rel="noopener noreferrer">%s</a>')
    :format(html.attribute(url), text)
end

local CELL = '</td><td role="cell">'

local function write_row(self, write, record)
  local operation = record.operation_type
  local found = details.of(record, self.of_details)
  write('<tr role="row" data-operation="',
        html.attribute(lower(operation or "")), '"><td role="cell">',
        html.text(self.date(record.operation_date)), CELL,
        customer_of(self, record), CELL, html.short(label_of(self, operation)),
        CELL, html.short(record.user_principal_name or ""),
        '</td><td role="cell" class="more"><details><summary aria-label="',
        self.show_details, '"></summary><div class="box">')
  write_fields(write, found)
  for _, section in ipairs(details.sections(found)) do
    write_section(write, section)
  end
  write("</div></details></td></tr>\n")
end

-- Rows of a group, which browsers make when it is to be seen. The style knows
-- the number too.
local GROUP = 100

-- Records between two calls of the caller's function.
local PROGRESS_STEP = 1000

-- The rows; nil, message and code where the log cannot be read.
local function write_rows(self, write)
  while true do
    local record, message, code = self.cursor:fetch()
    if not record then return message == nil, message, code end
    write_row(self, write, record)
    self.rows = self.rows + 1
    if self.rows % GROUP == 0 and self.rows < self.total then
      write('</tbody>\n<tbody role="rowgroup">\n')
    end
    if self.progress and self.rows % PROGRESS_STEP == 0 then
      self.progress(self.rows)
    end
  end
end

-- ---- the page

local COUNT = '<p class="count" id="count" role="status" data-label="%s">'
  .. "%s: %d</p>\n"

local function write_log(self, write)
  local titles = self.words.titles
  if #self.chart.labels > 0 then write_chart(self, write) end
  write_titles(self, write)
  local ok, message, code = write_rows(self, write)
  if not ok then return nil, message, code end
  write('</tbody></table>\n<p class="none" id="none" hidden>',
        html.text(titles.no_match), "</p>\n")
  return true
end

-- What goes into the file; nil, message and code where the log cannot be read.
local function produce(self, write)
  local titles = self.words.titles
  local label = html.text(titles.activities)
  local head, tail = html.frame {
    language = locale.language(self.words),
    title = ("%s, %s %s %s"):format(titles.activity_log, self.from, NOTHING,
                                    self.to),
    script = self.total > 0 and require "activitylog.page.script" or nil,
  }
  write(head, "<h1>", html.text(titles.activity_log), "</h1>\n",
        '<div class="bar">', period.element(titles, self.from, self.to))
  if self.total > 0 then write_controls(self, write) end
  write("</div>\n", COUNT:format(label, label, self.total))
  if self.total > 0 then
    local ok, message, code = write_log(self, write)
    if not ok then return nil, message, code end
  else
    write('<p class="none">', html.text(titles.no_activity), "</p>\n")
  end
  write(tail)
end

-- ---- what it is made of

-- As long as a period touches no more months than these, days can be told
-- apart.
local MONTHS_BY_DAY = 4

-- How many records there are each day or month.
local function read_chart(self, store)
  local unit, labels, values = "month", {}, {}
  local ok, rows, code = store:summary(self.selected, { unit }, self.zone)
  if ok and #rows <= MONTHS_BY_DAY then
    unit = "day"
    ok, rows, code = store:summary(self.selected, { unit }, self.zone)
  end
  if not ok then return nil, rows, code end
  local write_time = time_form.writer(unit, self.words)
  for i, row in ipairs(rows) do
    labels[i], values[i] = write_time(row[unit]), row.count
  end
  self.chart = { unit = unit, labels = labels, values = values }
  return true
end

-- All that stands above the rows; nil, message and code for what cannot be.
local function read_head(self, store)
  local ok, operations, total =
    store:summary(self.selected, { "operation_type" }, self.zone)
  if not ok then return nil, operations, total end
  self.operations, self.total = operations, total.count
  if self.max_rows > 0 and self.total > self.max_rows then
    return nil, ("%d records are more than the %d that a page has; choose a "
      .. "shorter period, another max_rows (0 is no limit) or format")
      :format(self.total, self.max_rows), "limit"
  end
  self.from, self.to =
    period.days(self.selected, total, self.words, self.zone)
  return read_chart(self, store)
end

-- What the store gave, with what only the page knows.
local function counted(self, ...)
  local result = select(-1, ...)
  if type(result) == "table" then
    result.records, result.rows = self.rows, self.rows
    result.redacted = self.cursor:masked()
  end
  return ...
end

--- What writes the page.
-- @tparam table given the caller's options, checked for names and types
-- @tparam table words the locale
-- @tparam string zone whose clock dates are written by
-- @treturn function which takes the store, "file", "stream" or "text", the
-- target and the query; it returns what `store:export_file` and its like do
function page.writer(given, words, zone)
  return function(store, to, target, selected)
    local progress = selected.progress
    selected.progress = nil -- the summaries have none of their own
    local ok, cursor, code = store:records(selected)
    if not ok then return nil, cursor, code end
    local _ <close> = cursor
    local self = {
      words = words, zone = zone, selected = selected, cursor = cursor,
      progress = progress, cloud = given.cloud, links = given.links ~= false,
      max_rows = given.max_rows or MAX_ROWS,
      date = core.dates(words.date_time_format, zone),
      of_details = { locale = words.name, zone = zone },
      show_details = html.attribute(words.titles.show_details),
      rows = 0,
    }
    local message
    ok, message, code = read_head(self, store)
    if not ok then return nil, message, code end
    return counted(self, store["write_" .. to](store, target,
      function(write) return produce(self, write) end))
  end
end

return page
