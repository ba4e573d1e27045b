--- Layouts: the ordered columns of a report.
-- A layout is a list of columns; a column is a table with exactly one source:
--
-- - `field = "customer_name"`: a field of the record. `operation_date` is
--   written in the report's zone and date format, or in the column's own
--   `zone` and `format`.
-- - `label = "operation_type"`: what the value is called in the report's
--   locale, else the value in Title Case as the portal shows it; also of
--   `resource_type` and `operation_status`
-- - `value = "text"`: the same text in every row
-- - `value = function(record) ... end`: what a function makes of the record,
--   which is made once for all columns
-- - `template = "{customer_name} ({customer_id})"`: fields within text; `{{`
--   and `}}` are braces. It takes `zone` and `format` for {operation_date}.
-- - `link = "subscriptions"`: the link to the customer's Subscriptions page,
--   empty where customer_id is no GUID. It takes `cloud` or `url`, which is
--   the template of @{activitylog.link.subscriptions}.
-- - `detail = "product"`: the names of what was bought; `"reference"`: the
--   data that goes with the activity, such as an order's id;
--   `"information"`: the transaction's data; `"order"`: an order's id. Any
--   other text is a key of the customized data, whose value is shown:
--   `"OfferId"`. The case of a key and its underscores do not matter.
-- - `line_item = "friendly_name"`: a field of an order's line item:
--   `line_item_number`, `offer_id`, `subscription_id`,
--   `parent_subscription_id`, `friendly_name`, `quantity`, `term_duration`,
--   `transaction_type` or `partner_id_on_record`. With such a column, a report
--   has one row for each line item, and none for a record without.
-- - `change = "Quantity"`: what changed between the old and the new value of
--   the resource, as `10 → 25`; empty where nothing did. Dots lead into nested
--   objects and, counted from 1, lists: `"LineItems.1.Quantity"`. Case and
--   underscores do not matter either.
--
-- `title` is the column's title, or `key` the key of a title in the report's
-- locale. Without them a column is called after its field, label, detail, line
-- item or change, and a link "Subscriptions"; values and templates need one.
--
-- A `format` is "locale", for that of the report's locale, or has %Y %y %m %d
-- %H %I %M %S %p %j %F %T %f %z %%, and %-m %-d %-H %-I without a leading zero.
-- Zones and formats are checked by the report.
-- @module activitylog.layout

local fields = require "activitylog.record_fields"
local link = require "activitylog.link"
local locale = require "activitylog.locale"
local options = require "activitylog.options"

local layout = {
  -- The form in which the core keeps an instant (src/core/al_time.h).
  INSTANT_UTC = "%FT%T.%fZ",
}

local LABELS = { "operation_type", "resource_type", "operation_status" }
local LINKS = { "subscriptions" }
local DETAILS = {
  product = true, reference = true, information = true, order = true,
}

-- The core's al_item_field, in its order (src/core/al_line_item.h).
local LINE_ITEM = {
  "line_item_number", "offer_id", "subscription_id", "parent_subscription_id",
  "friendly_name", "quantity", "term_duration", "transaction_type",
  "partner_id_on_record",
}

local SOURCES = {
  "field", "label", "value", "template", "link", "detail", "line_item",
  "change",
}

local COLUMN = {
  "title", "key", "field", "label", "value", "template", "link", "detail",
  "line_item", "change", "zone", "format", "cloud", "url",
  title = "string", key = "string", field = "string", label = "string",
  value = "string or function", template = "string", link = "string",
  detail = "string", line_item = "string", change = "string", zone = "string",
  format = "string", cloud = "string", url = "string",
}

-- An empty date piece gets its zone and format when the report is known.
local function field_piece(name)
  if name == "operation_date" then return { "date" } end
  return { "field", name }
end

local function add_text(pieces, text)
  local last = pieces[#pieces]
  if last and last[1] == "text" then
    last[2] = last[2] .. text
  elseif text ~= "" then
    pieces[#pieces + 1] = { "text", text }
  end
end

-- Read what starts with the brace at 'at'; returns where the rest begins.
local function read_brace(pieces, template, at)
  local pair = template:sub(at, at + 1)
  if pair == "{{" or pair == "}}" then
    add_text(pieces, pair:sub(1, 1))
    return at + 2
  end
  local name, rest = template:match("^{([^{}]*)}()", at)
  if not name then
    return nil, ("'%s' at byte %d of the template has no partner; "
      .. "a literal one is written twice"):format(pair:sub(1, 1), at)
  end
  local why = options.unknown("field", name, fields)
  if why then return nil, why end
  pieces[#pieces + 1] = field_piece(name)
  return rest
end

local function read_template(template)
  local pieces, at, why = {}, 1
  repeat
    local brace = template:find("[{}]", at)
    add_text(pieces, template:sub(at, brace and brace - 1))
    if not brace then return pieces end
    at, why = read_brace(pieces, template, brace)
  until not at
  return nil, why
end

-- How each source is read: the column as `lower` needs it, with the title it
-- has by default, or nil and what is wrong.
local read = {}

function read.field(column)
  local why = options.unknown("field", column.field, fields)
  if why then return nil, why end
  return { title = column.field, pieces = { field_piece(column.field) } }
end

function read.label(column)
  local why = options.unknown("label", column.label, LABELS)
  if why then return nil, why end
  return { title = column.label, pieces = { { "label", column.label } } }
end

function read.value(column)
  if type(column.value) == "function" then return { value = column.value } end
  return { pieces = { { "text", column.value } } }
end

function read.template(column)
  local pieces, why = read_template(column.template)
  if not pieces then return nil, why end
  return { pieces = pieces }
end

function read.link(column)
  local why = options.unknown("link", column.link, LINKS)
  if why then return nil, why end
  local target = { cloud = column.cloud, template = column.url }
  local prefix, problem = link.template(target)
  if not prefix then return nil, problem end
  return { key = column.link, link = target }
end

function read.detail(column)
  local name = column.detail
  if name == "" then return nil, "a detail or a key expected, got nothing" end
  local kind = DETAILS[name] and "detail" or "pair"
  return { title = name, pieces = { { kind, name } } }
end

function read.line_item(column)
  local name = column.line_item
  local why = options.unknown("line item field", name, LINE_ITEM)
  if why then return nil, why end
  return { title = name, pieces = { { "line_item", name } } }
end

function read.change(column)
  local path = column.change
  if ("." .. path .. "."):find("..", 1, true) then
    return nil, ("path '%s' of a change: names joined by single dots expected")
      :format(path)
  end
  return { title = path, pieces = { { "change", path } } }
end

local function find_source(column)
  local found
  for _, name in ipairs(SOURCES) do
    if column[name] ~= nil then
      if found then
        return nil, ("both '%s' and '%s' given; a column has one source")
          :format(found, name)
      end
      found = name
    end
  end
  if found then return found end
  return nil, "no source; one of '" .. table.concat(SOURCES, "', '")
    .. "' is needed"
end

local function has_date(column)
  for _, piece in ipairs(column.pieces or {}) do
    if piece[1] == "date" then return true end
  end
  return false
end

-- Take over what says how a source is written; returns what is wrong, if any.
local function settle_style(result, column)
  result.dated = has_date(result)
  result.zone, result.format = column.zone, column.format
  if (column.zone or column.format) and not result.dated then
    return "'zone' and 'format' need a column with operation_date"
  elseif column.format == "" then
    return "'format': pattern expected, got nothing"
  elseif (column.cloud or column.url) and not result.link then
    return "'cloud' and 'url' need a column with a link"
  end
  return nil
end

-- What is wrong with the key of a title, if anything.
local function key_problem(key)
  local titles, keys = locale.find("en-us").titles, {}
  if titles[key] then return nil end
  for known in pairs(titles) do keys[#keys + 1] = known end
  table.sort(keys)
  return options.unknown("key", key, keys)
end

-- Give the column its title, text or key; returns what is wrong, if anything.
local function settle_title(result, column)
  if column.title and column.key then
    return "both 'title' and 'key' given; one is enough"
  elseif column.key then
    result.title, result.key = nil, column.key
    return key_problem(column.key)
  elseif column.title then
    result.title, result.key = column.title, nil
  elseif not (result.title or result.key) then
    return "no title; 'title' or 'key' is needed"
  end
  return nil
end

local function read_source(column)
  local source, why = find_source(column)
  if not source then return nil, why end
  return read[source](column)
end

local function column_place(number, column)
  local name = type(column) == "table" and (column.title or column.key)
  if type(name) ~= "string" or not utf8.len(name) then
    return "column " .. number
  end
  return ("column %d ('%s')"):format(number, name)
end

-- Which text of the column cannot stand in a report, if any.
local function not_utf8(column, place)
  for _, name in ipairs(COLUMN) do
    if type(column[name]) == "string" and not utf8.len(column[name]) then
      return ("option '%s' of %s: it is not UTF-8"):format(name, place)
    end
  end
  return nil
end

local function read_column(number, column)
  local place = column_place(number, column)
  local why = options.problem(column, COLUMN, place) or not_utf8(column, place)
  if why then return nil, why end
  local result
  result, why = read_source(column)
  if result then
    why = settle_style(result, column) or settle_title(result, column)
  end
  if why then return nil, place .. ": " .. why end
  return result
end

-- Holes are looked for: # may stop at one and drop the columns behind it.
local function count_columns(columns)
  if type(columns) ~= "table" then
    return nil, "list of columns expected, got " .. type(columns)
  end
  local last = 0
  for key in pairs(columns) do
    if math.type(key) ~= "integer" or key < 1 then
      return nil, "list of columns expected, got a table with other keys"
    end
    last = math.max(last, key)
  end
  if last == 0 then return nil, "list of columns expected, got an empty one" end
  return last
end

local function read_columns(columns)
  local count, why = count_columns(columns)
  if not count then return nil, "layout: " .. why end
  local result = {}
  for number = 1, count do
    local column = columns[number]
    if column == nil then
      return nil, ("column %d is missing: the list has a hole"):format(number)
    end
    result[number], why = read_column(number, column)
    if why then return nil, why end
  end
  return result
end

local meta = { __name = "activitylog.layout" }

function meta:__tostring()
  local titles = {}
  for i, column in ipairs(self.columns) do
    titles[i] = column.title or column.key
  end
  return meta.__name .. ": " .. (self.name or table.concat(titles, ", "))
end

--- Make a layout of a list of columns.
-- The list is copied: changing it later does not change the layout.
-- @tparam {table,...} columns at least one; their form is described above
-- @treturn layout
-- @raise on any mistake, naming the column's number and title
-- @usage layout.new {
--   { title = "When", field = "operation_date", format = "%d/%m/%Y %H:%M" },
--   { title = "Customer", template = "{customer_name} ({customer_id})" },
--   { title = "Open", link = "subscriptions" },
-- }
function layout.new(columns)
  local result, why = read_columns(columns)
  if not result then error(why, 2) end
  return setmetatable({ columns = result }, meta)
end

local function builtin(name, columns)
  local self = layout.new(columns)
  self.name = name
  return self
end

-- A portal's layout; reports with links have one more column, 'trailer'.
local function portal(name, columns)
  local self = builtin(name, columns)
  self.trailer = layout.new({ { link = "subscriptions" } }).columns[1]
  return self
end

-- Every field; 'key_of' gives the key of its title, or nil for its own name.
local function every_field(key_of)
  local columns = {}
  for i, name in ipairs(fields) do
    columns[i] = { field = name, key = key_of(name) }
  end
  return columns
end

-- Machines, our own import among them, find the fields under their own names.
local function full()
  local self = builtin("full", every_field(function(name)
    return "field." .. name
  end))
  self.own_names = layout.new(every_field(function() end)).columns
  return self
end

-- Each makes one of the layouts that come with the module.
local make = { full = full }

make["partner-center"] = function()
  return portal("partner-center", {
    { key = "date_time", field = "operation_date" },
    { key = "affected_customer", field = "customer_name" },
    { key = "action", label = "operation_type" },
    { key = "partner_user", field = "user_principal_name" },
  })
end

make["partner-center-2019"] = function()
  return portal("partner-center-2019", {
    { key = "affected_customer", field = "customer_name" },
    { key = "action", detail = "product" },
    { key = "partner_user", field = "user_principal_name" },
    { key = "status", detail = "reference" },
    { key = "additional_information", detail = "information" },
  })
end

make["order-lines"] = function()
  return portal("order-lines", {
    { key = "date_time", field = "operation_date" },
    { key = "affected_customer", field = "customer_name" },
    { key = "product", line_item = "friendly_name" },
    { key = "quantity", line_item = "quantity" },
    { key = "subscription", line_item = "subscription_id" },
    { key = "order", detail = "order" },
    { key = "partner_user", field = "user_principal_name" },
  })
end

--- The layouts that come with the module, by name. They are made when they are
-- asked for, as a short report starts sooner without the others.
--
-- - "partner-center": what the portal exports since 2019-09
-- - "partner-center-2019": what it exported until then
-- - "order-lines": one row for each product that was ordered
-- - "full": every field as it came; with `excel = false` under its own name in
--   every locale, so that it can be imported
layout.builtin = setmetatable({}, {
  __index = function(made, name)
    if make[name] then made[name] = make[name]() end
    return rawget(made, name)
  end,
})

local BUILTIN = {
  "partner-center", "partner-center-2019", "order-lines", "full",
}

--- Find a layout by name; a layout finds itself.
-- @tparam string|layout wanted a name in `layout.builtin`, or what `layout.new`
-- returned
-- @tparam[opt=1] integer level whose line is blamed, counted as `error` counts
-- in the place of this call
-- @treturn layout
-- @raise on an unknown name, naming the nearest or all; on any other value
-- @usage layout.find("full")
function layout.find(wanted, level)
  local blamed = (level or 1) + 1
  if getmetatable(wanted) == meta then return wanted end
  if type(wanted) ~= "string" then
    error("layout: name or layout expected, got " .. type(wanted)
      .. (type(wanted) == "table" and "; activitylog.layout makes one of it"
          or ""), blamed)
  end
  local why = options.unknown("layout", wanted, BUILTIN)
  if why then error(why, blamed) end
  return layout.builtin[wanted]
end

local function column_zone(column, report)
  return column.zone or report.zone or "UTC"
end

local function lower_title(column, report, shows_zone)
  local title = column.title or report.locale.titles[column.key]
  if not (shows_zone and column.dated) then return title end
  return ("%s (%s)"):format(title, column_zone(column, report))
end

--- The labels that the core has to know: those that are not the Title Case.
-- @tparam table words a locale, as @{activitylog.locale} finds it
-- @tparam string field "operation_type", "resource_type" or "operation_status"
-- @treturn ?{string,...} values of the field and their labels by turns, in any
-- order; nil for none
-- @usage layout.labels(locale.find("de-de"), "operation_status")
function layout.labels(words, field)
  local labels, list = {}, {}
  for _, source in ipairs { locale.find("en-us"), words } do
    for wire, label in pairs(source.labels[field] or {}) do
      labels[wire] = label
    end
  end
  for wire, label in pairs(labels) do
    if label ~= locale.title_case(wire) then
      list[#list + 1] = wire
      list[#list + 1] = label
    end
  end
  return list[1] and list
end

local function date_format(column, report)
  if column.format == "locale" then return report.locale.date_time_format end
  return column.format or report.date_format
end

-- In UTC with all its digits a date is the field as it came.
local function lower_date(zone, format)
  if zone == "UTC" and format == layout.INSTANT_UTC then
    return { "field", "operation_date" }
  end
  return { "date", zone, format }
end

local function lower_piece(piece, column, report)
  if piece[1] == "date" then
    return lower_date(column_zone(column, report), date_format(column, report))
  elseif piece[1] == "label" then
    return { "label", piece[2], layout.labels(report.locale, piece[2]) }
  end
  return piece
end

local function lower_pieces(column, report)
  local pieces = {}
  for i, piece in ipairs(column.pieces) do
    pieces[i] = lower_piece(piece, column, report)
  end
  return pieces
end

local function link_pieces(column, report)
  local target = next(column.link) and column.link or { cloud = report.cloud }
  local prefix, suffix = link.template(target)
  local pieces = {}
  add_text(pieces, prefix)
  pieces[#pieces + 1] = { "field", "customer_id" }
  add_text(pieces, suffix)
  return pieces
end

-- A column that is one date alone is one to Excel too, where that can show it:
-- the pieces of the clock's time, and the number format.
local function lower_time(column, report)
  local pieces, workbook = column.pieces, report.workbook
  if not workbook or #pieces ~= 1 or pieces[1][1] ~= "date" then return nil end
  local format = workbook.time_format(date_format(column, report))
  if not format then return nil end
  return { { "date", column_zone(column, report), workbook.TIME } }, format
end

local function lower_column(column, report, shows_zone)
  local result = { title = lower_title(column, report, shows_zone) }
  if column.value then
    result.value = column.value
  elseif column.link then
    result.pieces, result.guard = link_pieces(column, report), true
  else
    result.pieces, result.time_format = lower_time(column, report)
    result.pieces = result.pieces or lower_pieces(column, report)
  end
  return result
end

--- Turn a layout into the plain list that the core writes rows by.
-- Each column is `{ title, pieces }`; a cell is its pieces one after another,
-- of which there may be none. Pieces are `{ "text", text }`,
-- `{ "field", name }`, `{ "date", zone, format }`, `{ "detail", name }`,
-- `{ "pair", key }`, `{ "line_item", name }`, `{ "change", path }` and
-- `{ "label", name, labels }`, where `labels` is what @{labels} returns. With
-- `guard = true` the cell stays empty unless customer_id is a GUID. A column of
-- a Lua function is `{ title, value }`. A column with `time_format` is a date
-- by the pattern `%Y-%m-%d %H:%M:%S`, which Excel is to show in that format.
-- @tparam layout self
-- @tparam table report what is written, checked before: `locale`, a table of
-- @{activitylog.locale}; `zone` (default "UTC"); `date_format`;
-- `zone_in_title`, whether built-in layouts name the zone beside the title of
-- a date; `links`, whether the portal's layouts end in a Subscriptions link;
-- `cloud` of links that name none (default "global"); `own_names`, whether
-- "full" titles fields by their own names; `workbook`, the module of that name
-- when it is to be one
-- @treturn {table,...} the columns; they are only to be read
-- @usage layout.lower(layout.find("partner-center"), {
--   locale = locale.find("en-us"), date_format = "%F %T", links = true,
-- })
function layout.lower(self, report)
  local shows_zone = report.zone_in_title and self.name ~= nil
  local columns = report.own_names and self.own_names or self.columns
  local result = {}
  for i, column in ipairs(columns) do
    result[i] = lower_column(column, report, shows_zone)
  end
  if self.trailer and report.links then
    result[#result + 1] = lower_column(self.trailer, report, shows_zone)
  end
  return result
end

return layout
