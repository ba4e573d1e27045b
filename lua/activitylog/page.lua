--- The log as a page: one file that looks and reads like the portal's, and
-- needs nothing else. It is written as records come, in constant memory, and
-- all of it is of one moment: summaries are made while the cursor is open.
-- @module activitylog.page

local core = require "activitylog.core"
local chart = require "activitylog.chart"
local html = require "activitylog.html"
local locale = require "activitylog.locale"
local page_record = require "activitylog.page.record"
local period = require "activitylog.page.period"
local rows = require "activitylog.page.rows"
local time_form = require "activitylog.page.time_form"

local page = {}

-- Browsers open and search so many without freezing.
local MAX_ROWS = 20000

-- ---- above the rows

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
    local label = rows.operation_label(self.words, row.operation_type)
    write(OPTION:format(rows.operation_value(row.operation_type),
                        html.text(label), row.count))
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

-- ---- the rows

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
    write(rows.open(self, record))
    page_record.write(write, record, self.of_details)
    write(rows.CLOSE)
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
  write(rows.head(self.words, self.zone, self.selected.oldest_first))
  local ok, message, code = write_rows(self, write)
  if not ok then return nil, message, code end
  write(rows.TAIL, '<p class="none" id="none" hidden>',
        html.text(titles.no_match), "</p>\n")
  return true
end

-- What goes into the file; nil, message and code where the log cannot be read.
local function produce(self, write)
  local titles = self.words.titles
  local label = html.text(titles.activities)
  local head, tail = html.frame {
    language = locale.language(self.words),
    title = ("%s, %s %s %s"):format(titles.activity_log, self.from,
                                    rows.NOTHING, self.to),
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
  local ok, counts, code = store:summary(self.selected, { unit }, self.zone)
  if ok and #counts <= MONTHS_BY_DAY then
    unit = "day"
    ok, counts, code = store:summary(self.selected, { unit }, self.zone)
  end
  if not ok then return nil, counts, code end
  local write_time = time_form.writer(unit, self.words)
  for i, row in ipairs(counts) do
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
      progress = progress,
      links = given.links ~= false and rows.link_parts(given.cloud),
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
