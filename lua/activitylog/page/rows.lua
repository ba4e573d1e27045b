--- The log's table, as pages show it: a row each record, with an arrow that
-- opens its details.
-- @module activitylog.page.rows

local html = require "activitylog.html"
local link = require "activitylog.link"
local locale = require "activitylog.locale"
local lower = require "activitylog.lower"

local rows = {}

--- What stands where there is nothing.
rows.NOTHING = "\u{2013}"

--- The value by which rows of an operation are known, fit for an attribute.
-- @tparam ?string operation
-- @treturn string
function rows.operation_value(operation)
  return html.attribute(lower(html.cut(operation or "")))
end

--- What an operation is called; one that is long is cut.
-- @tparam table words the locale
-- @tparam ?string operation
-- @treturn string
function rows.operation_label(words, operation)
  if (operation or "") == "" then return rows.NOTHING end
  return locale.label(words, "operation_type", html.cut(operation))
end

local HEADER = '<th scope="col" role="columnheader"%s>%s</th>'

--- The beginning of the table, up to its first row.
-- @tparam table words the locale
-- @tparam string zone whose clock dates are written by
-- @tparam boolean oldest_first
-- @treturn string
function rows.head(words, zone, oldest_first)
  local titles = words.titles
  local date_time = ("%s (%s)"):format(titles.date_time, zone)
  local order = (' aria-sort="%sing"')
    :format(oldest_first and "ascend" or "descend")
  return table.concat {
    '<table class="log" role="table" aria-label="',
    html.attribute(titles.activity_log), '">\n',
    '<thead role="rowgroup"><tr role="row">',
    HEADER:format(order, html.text(date_time)),
    HEADER:format("", html.text(titles.affected_customer)),
    HEADER:format("", html.text(titles.action)),
    HEADER:format("", html.text(titles.performed_by)),
    HEADER:format(' class="more"', html.text(titles.details)),
    '</tr></thead>\n<tbody role="rowgroup">\n',
  }
end

--- The end of the table.
rows.TAIL = "</tbody></table>\n"

--- What stands before and behind the id in a customer's link, fit for an
-- attribute.
-- @tparam ?string cloud
-- @treturn {string,string}
function rows.link_parts(cloud)
  local prefix, suffix = link.template { cloud = cloud }
  return { html.attribute(prefix), html.attribute(suffix) }
end

local LINK =
  '<a href="%s%s%s" target="_blank" rel="noopener noreferrer">%s</a>'

-- What is cut here stands whole in the details.
local function customer_of(self, record)
  local name, id, parts = record.customer_name, record.customer_id, self.links
  local text = html.short(name ~= "" and name or id or "")
  if not (parts and link.is_guid(id)) then return text end
  return LINK:format(parts[1], id, parts[2], text)
end

local ROW = '<tr role="row" data-operation="%s"><td role="cell">%s</td>'
  .. '<td role="cell">%s</td><td role="cell">%s</td><td role="cell">%s</td>'
  .. '<td role="cell" class="more"><details><summary aria-label="%s"></summary>'
  .. '<div class="box">'

--- A record's row, up to its details.
-- @tparam table self the page: `words`, `date` (writes an instant), `links`
-- (as `link_parts` makes them; false for none) and `show_details` (the arrow's
-- name, fit for an attribute)
-- @tparam table record
-- @treturn string
function rows.open(self, record)
  local operation = record.operation_type
  return ROW:format(rows.operation_value(operation),
    html.text(self.date(record.operation_date)), customer_of(self, record),
    html.text(rows.operation_label(self.words, operation)),
    html.short(record.user_principal_name or ""), self.show_details)
end

--- What stands behind the details.
rows.CLOSE = "</div></details></td></tr>\n"

return rows
