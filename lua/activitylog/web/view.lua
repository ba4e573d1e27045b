--- The pages that a server shows: the log's form and rows, a record, a message.
-- Each is a function of the portal, the visitor's words and what is to be seen,
-- and gives the page's HTML. Of the portal they use `formats` (of exports),
-- `links` (as `rows.link_parts` makes them), `rows` (how many a page has) and
-- `zone`; `frames` and `option_lists` keep what pages of a language share.
-- @module activitylog.web.view

local byte_order = require "activitylog.byte_order"
local core = require "activitylog.core"
local form = require "activitylog.web.form"
local html = require "activitylog.html"
local locale = require "activitylog.locale"
local page_record = require "activitylog.page.record"
local lower = require "activitylog.lower"
local log_rows = require "activitylog.page.rows"

local view = {}

-- A page in its frame, whose parts are the same for all pages of a language.
local function framed(portal, words, parts)
  local frame = portal.frames[words.name]
  if not frame then
    frame = { html.frame {
      language = locale.language(words), title = words.titles.activity_log,
      script = require "activitylog.web.script", served = true,
    } }
    portal.frames[words.name] = frame
  end
  return table.concat { frame[1], table.concat(parts), frame[2] }
end

-- What gathers the parts of a page.
local function writer()
  local parts, n = {}, 0
  return parts, function(...)
    n = n + 1
    parts[n] = select("#", ...) == 1 and ... or table.concat { ... }
  end
end

-- ---- the form

local DAY = '<label>%s\n<input type="date" name="%s" value="%s"></label>\n'
local OPENING = '<option value="%s"'
local OPTION = OPENING .. "%s>%s</option>\n"
local SEARCH = '<input type="search" name="customer" value="%s" '
  .. 'placeholder="%s" aria-label="%s">\n'

local function option(words, operation, selected)
  return OPTION:format(html.attribute(operation), selected,
    html.text(log_rows.operation_label(words, operation)))
end

-- Those of all operations that are known, by what they are called. They are the
-- same for all pages of a language.
local function options_of(portal, words)
  local made = portal.option_lists[words.name]
  if made then return made end
  local by_label, labels, made_of = {}, {}, {}
  for operation in pairs(locale.find("en-us").labels.operation_type) do
    local label = log_rows.operation_label(words, operation)
    by_label[label] = operation
    labels[#labels + 1] = label
  end
  table.sort(labels, byte_order)
  for i, label in ipairs(labels) do
    made_of[i] = option(words, by_label[label], "")
  end
  made = table.concat(made_of)
  portal.option_lists[words.name] = made
  return made
end

-- With the one that is chosen, which comes last when it is not known.
local function write_options(write, portal, words, chosen)
  local list = options_of(portal, words)
  if chosen then
    local value = OPENING:format(html.attribute(lower(chosen)))
    local start, stop = list:find(value, 1, true)
    list = start and list:sub(1, stop) .. " selected" .. list:sub(stop + 1)
      or list .. option(words, chosen, " selected")
  end
  write(OPTION:format("", "", html.text(words.titles.all)), list)
end

local function write_form(write, portal, words, asked)
  local titles, fields, days = words.titles, asked.fields, asked.days
  local search = html.attribute(titles.search_customer_name)
  write('<form class="bar" method="get">\n<div class="period">',
        DAY:format(html.text(titles.from), "from", html.attribute(days.from)),
        DAY:format(html.text(titles.to), "to", html.attribute(days.to)),
        '</div>\n<div class="controls">\n<label>',
        html.text(titles.filter_by_operation_type),
        '\n<select name="operation">\n')
  write_options(write, portal, words, fields.operation)
  write("</select></label>\n",
        SEARCH:format(html.attribute(fields.customer or ""), search, search),
        "<button>", html.text(titles.apply), "</button></div>\n</form>\n")
end

-- ---- links to the same log, otherwise

local NAMES = { "from", "to", "customer", "operation", "after", "export" }

-- What was asked for, but for the place and the format that 'more' has.
local function link_to(asked, more)
  for _, name in ipairs { "from", "to", "customer", "operation" } do
    more[name] = asked.fields[name]
  end
  return html.attribute("?" .. form.write(NAMES, more))
end

local function write_exports(write, portal, words, asked)
  write('<p class="export">', html.text(words.titles.export_log), ":")
  for _, format in ipairs(portal.formats) do
    write((' <a href="%s">%s</a>')
      :format(link_to(asked, { export = format }), format:upper()))
  end
  write("</p>\n")
end

local function write_pages(write, words, asked, last)
  if not (asked.fields.after or last) then return end
  write '<nav class="pages">'
  if asked.fields.after then
    write(('<a href="%s">%s</a>\n')
      :format(link_to(asked, {}), html.text(words.titles.newest)))
  end
  if last then
    write(('<a href="%s" rel="next">%s</a>')
      :format(link_to(asked, { after = last.position }),
              html.text(words.titles.older)))
  end
  write "</nav>\n"
end

-- ---- the rows

-- The script asks for what this leads to.
local ASK = '<a class="ask" href="?at=%s">%s</a>'

-- The rows of a page; returns the last of them where there are more, and how
-- many there are.
local function write_rows(write, portal, words, records)
  local row = {
    words = words, links = portal.links,
    date = core.dates(words.date_time_format, portal.zone),
    show_details = html.attribute(words.titles.show_details),
  }
  local details = html.text(words.titles.details)
  local n, last = 0, nil
  for record in records do
    if n == portal.rows then return last, n end
    write(log_rows.open(row, record))
    write(ASK:format(record.position, details))
    write(log_rows.CLOSE)
    n, last = n + 1, record
  end
  return nil, n
end

local function nothing_found(titles, fields)
  local filtered = fields.customer or fields.operation
  return filtered and titles.no_match or titles.no_activity
end

--- The log.
-- @tparam table portal
-- @tparam table words the visitor's locale
-- @tparam table asked `fields`, what was asked for, and `days`, `from` and `to`
-- as the form shows them
-- @tparam ?function records gives the next record, with its position; nil for
-- none, as of a period that is none
-- @tparam ?string problem what is wrong, for people
-- @treturn string
function view.log(portal, words, asked, records, problem)
  local titles = words.titles
  local parts, write = writer()
  write("<h1>", html.text(titles.activity_log), "</h1>\n")
  write_form(write, portal, words, asked)
  if problem then
    write('<p class="none" role="alert">', html.text(problem), "</p>\n")
    return framed(portal, words, parts)
  end
  local body, write_body = writer()
  local last, n = write_rows(write_body, portal, words, records)
  if n == 0 then
    write('<p class="none">', html.text(nothing_found(titles, asked.fields)),
          "</p>\n")
  else
    write_exports(write, portal, words, asked)
    write(log_rows.head(words, portal.zone, false), table.concat(body),
          log_rows.TAIL)
  end
  write_pages(write, words, asked, last)
  return framed(portal, words, parts)
end

local HOME = '<nav class="pages"><a href="?">%s</a></nav>\n'

--- What is in a record.
-- @tparam table portal
-- @tparam table words the visitor's locale
-- @tparam table record
-- @treturn string
function view.record(portal, words, record)
  local titles = words.titles
  local parts, write = writer()
  write("<h1>", html.text(titles.details), '</h1>\n<div class="box">')
  page_record.write(write, record, { locale = words.name, zone = portal.zone })
  write("</div>\n", HOME:format(html.text(titles.activity_log)))
  return framed(portal, words, parts)
end

--- A message, and a list below it.
-- @tparam table portal
-- @tparam table words the visitor's locale
-- @tparam string message
-- @tparam[opt] {string,...} list
-- @treturn string
function view.message(portal, words, message, list)
  local parts, write = writer()
  write("<h1>", html.text(words.titles.activity_log), "</h1>\n<p>",
        html.text(message), "</p>\n")
  if list then
    write "<ul>\n"
    for _, item in ipairs(list) do
      write("<li>", html.text(item), "</li>\n")
    end
    write "</ul>\n"
  else
    write(HOME:format(html.text(words.titles.activity_log)))
  end
  return framed(portal, words, parts)
end

return view
