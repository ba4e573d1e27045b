--- From and To, as the portal's page has them above the rows.
-- @module activitylog.page.period

local core = require "activitylog.core"
local html = require "activitylog.html"

local period = {}

-- What stands where there is nothing.
local NOTHING = "\u{2013}"

--- The first and the last day. Where the period is open, they are those of its
-- records.
-- @tparam table selected the query
-- @tparam table total of the records: `first` and `last`
-- @tparam table words the locale
-- @tparam string zone
-- @treturn string from
-- @treturn string to
function period.days(selected, total, words, zone)
  local date = core.dates(words.date_format, zone)
  local first, last = selected.start or total.first, selected.stop or total.last
  return first and date(first) or NOTHING,
         last and date(last, selected.stop ~= nil) or NOTHING
end

--- The element that shows them.
-- @tparam table titles of the locale
-- @tparam string from
-- @tparam string to
-- @treturn string
function period.element(titles, from, to)
  return ('<dl class="period"><div><dt>%s</dt><dd>%s</dd></div>'
    .. "<div><dt>%s</dt><dd>%s</dd></div></dl>\n")
    :format(html.text(titles.from), html.text(from), html.text(titles.to),
            html.text(to))
end

return period
