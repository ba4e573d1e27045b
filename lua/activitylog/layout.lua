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
--   which is made once for all columns. It takes `fields`, a list of those that
--   the function looks at, such as `{ "customer_name", "line_items" }`: others
--   are made only for other functions.
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
local options = require "activitylog.options"

local layout = {
  --- The form in which the core keeps an instant (src/core/al_time.h).
  INSTANT_UTC = "%FT%T.%fZ",
}

local meta = { __name = "activitylog.layout" }

function meta:__tostring()
  options.check_self(self, meta, 2)
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
  local result, why = require("activitylog.layout.columns").read(columns)
  if not result then error(why, 2) end
  return setmetatable({ columns = result }, meta)
end

-- A column as layout/columns.lua makes it, of one piece. Those of the built-in
-- layouts need none of its checks.
local function builtin_column(title, key, source, name)
  local dated = name == "operation_date"
  return { title = title, key = key, dated = dated,
           pieces = { dated and { "date" } or { source, name } } }
end

-- A portal's layout; reports with links have one more column, 'trailer'.
local function portal(name, columns)
  for i, parts in ipairs(columns) do
    columns[i] = builtin_column(nil, table.unpack(parts))
  end
  local trailer = { key = "subscriptions", link = {} }
  return setmetatable({ name = name, columns = columns, trailer = trailer },
                      meta)
end

-- Machines, our own import among them, find the fields under their own names.
local function full()
  local titled, own_names = {}, {}
  for i, name in ipairs(fields) do
    titled[i] = builtin_column(nil, "field." .. name, "field", name)
    own_names[i] = builtin_column(name, nil, "field", name)
  end
  return setmetatable({ name = "full", columns = titled,
                        own_names = own_names }, meta)
end

-- Each makes one of the layouts that come with the module.
local make = { full = full }

make["partner-center"] = function()
  return portal("partner-center", {
    { "date_time", "field", "operation_date" },
    { "affected_customer", "field", "customer_name" },
    { "action", "label", "operation_type" },
    { "partner_user", "field", "user_principal_name" },
  })
end

make["partner-center-2019"] = function()
  return portal("partner-center-2019", {
    { "affected_customer", "field", "customer_name" },
    { "action", "detail", "product" },
    { "partner_user", "field", "user_principal_name" },
    { "status", "detail", "reference" },
    { "additional_information", "detail", "information" },
  })
end

make["order-lines"] = function()
  return portal("order-lines", {
    { "date_time", "field", "operation_date" },
    { "affected_customer", "field", "customer_name" },
    { "product", "line_item", "friendly_name" },
    { "quantity", "line_item", "quantity" },
    { "subscription", "line_item", "subscription_id" },
    { "order", "detail", "order" },
    { "partner_user", "field", "user_principal_name" },
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
  local locale = require "activitylog.locale"
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
  local pieces = { { "text", prefix }, { "field", "customer_id" } }
  if suffix ~= "" then pieces[3] = { "text", suffix } end
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
    result.value, result.fields = column.value, column.fields
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
-- a Lua function is `{ title, value, fields }`. A column with `time_format` is
-- a date by the pattern `%Y-%m-%d %H:%M:%S`, which Excel is to show in that
-- format.
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
