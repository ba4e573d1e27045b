--- The columns that an author gives to a layout (their form is described in
-- layout.lua), checked and made into what `layout.lower` needs: tables with
-- `title` or `key`, and `pieces`, `link`, or `value` and `fields`. As in
-- query.lua, what an author got wrong is nil and why.
-- @module activitylog.layout.columns

local fields = require "activitylog.record_fields"
local link = require "activitylog.link"
local options = require "activitylog.options"
local query = require "activitylog.query"

local columns = {}

-- Loaded with the first mistake.
local function quote(value)
  return require "activitylog.quote"(value)
end

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
  "line_item", "change", "fields", "zone", "format", "cloud", "url",
  title = "string", key = "string", field = "string", label = "string",
  value = "string or function", template = "string", link = "string",
  detail = "string", line_item = "string", change = "string", fields = "table",
  zone = "string", format = "string", cloud = "string", url = "string",
}

-- An empty date piece gets its zone and format when the report is known.
local function field_piece(name)
  if name == "operation_date" then return { "date" } end
  return { "field", name }
end

-- What is in the braces at 'at': its piece, and where the rest begins.
local function read_brace(template, at)
  local name, rest = template:match("^{([^{}]*)}()", at)
  if not name then
    return nil, ("'%s' at byte %d of the template has no partner; "
      .. "a literal one is written twice"):format(template:sub(at, at), at)
  end
  local why = options.unknown("field", name, fields)
  if why then return nil, why end
  return field_piece(name), rest
end

-- Texts that follow each other are one piece. They are joined at its end, as a
-- text that grows is copied each time.
local function add_text(pieces, texts)
  local text = table.concat(texts)
  if text ~= "" then pieces[#pieces + 1] = { "text", text } end
end

local function read_template(template)
  local pieces, texts, at = {}, {}, 1
  local brace = template:find "[{}]"
  while brace do
    if template:byte(brace) == template:byte(brace + 1) then
      texts[#texts + 1] = template:sub(at, brace)
      at = brace + 2
    else
      local piece, rest = read_brace(template, brace)
      if not piece then return nil, rest end
      texts[#texts + 1] = template:sub(at, brace - 1)
      add_text(pieces, texts)
      pieces[#pieces + 1] = piece
      texts, at = {}, rest
    end
    brace = template:find("[{}]", at)
  end
  texts[#texts + 1] = template:sub(at)
  add_text(pieces, texts)
  return pieces
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
  if type(column.value) == "string" then
    return { pieces = { { "text", column.value } } }
  end
  local needed, why = query.read_fields(column.fields)
  if why then return nil, "option 'fields': " .. why end
  return { value = column.value, fields = needed }
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

-- Underscores do not matter in keys. Many of them would be passed over anew for
-- each key of each record.
local function without_underscores(name)
  return (name:gsub("_", ""))
end

function read.detail(column)
  local name = column.detail
  if name == "" then return nil, "a detail or a key expected, got nothing" end
  local piece = DETAILS[name] and { "detail", name }
    or { "pair", without_underscores(name) }
  return { title = name, pieces = { piece } }
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
      :format(quote(path))
  end
  return { title = path, pieces = { { "change", without_underscores(path) } } }
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
  if column.fields and not result.value then
    return "'fields' needs a column with a function"
  elseif (column.zone or column.format) and not result.dated then
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
  local titles, keys = require("activitylog.locale.en_us").titles, {}
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
  return ("column %d ('%s')"):format(number, quote(name))
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
  local why, result
  column, why = options.read(column, COLUMN, place)
  why = why or not_utf8(column, place)
  if why then return nil, why end
  result, why = read_source(column)
  if result then
    why = settle_style(result, column) or settle_title(result, column)
  end
  if why then return nil, place .. ": " .. why end
  return result
end

-- Holes are looked for: # may stop at one and drop the columns behind it.
local function count_columns(given)
  if type(given) ~= "table" then
    return nil, "list of columns expected, got " .. type(given)
  end
  local last = 0
  for key in next, given do
    if math.type(key) ~= "integer" or key < 1 then
      return nil, "list of columns expected, got a table with other keys"
    end
    last = math.max(last, key)
  end
  if last == 0 then return nil, "list of columns expected, got an empty one" end
  return last
end

--- Read an author's list of columns.
-- @tparam {table,...} given the list, which is copied
-- @treturn ?{table,...} the columns; nil and why, which names the column's
-- number and title
function columns.read(given)
  local count, why = count_columns(given)
  if not count then return nil, "layout: " .. why end
  local result = {}
  for number = 1, count do
    local column = given[number]
    if column == nil then
      return nil, ("column %d is missing: the list has a hole"):format(number)
    end
    result[number], why = read_column(number, column)
    if why then return nil, why end
  end
  return result
end

return columns
