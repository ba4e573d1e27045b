--- What is in a record, as the portal's down arrow shows it.
--
-- `activitylog.details(record)` gives a table of which `print` shows all, and a
-- script the parts it looks for. What the core says of the documents in a
-- record is put into words and sections here.
-- @module activitylog.details

local locale = require "activitylog.locale"
local options = require "activitylog.options"
local visible = require "activitylog.visible"

local details = {}

local OPTIONS = { "locale", "zone", locale = "string", zone = "string" }

-- The fields that say something to people, in the order in which they ask, and
-- the keys of their titles.
local FIELDS = {
  { "operation_date", "date_time" },
  { "customer_name", "affected_customer" },
  { "operation_type", "action" },
  { "user_principal_name", "performed_by" },
  { "operation_status", "status" },
  { "resource_type", "field.resource_type" },
  { "application_id", "field.application_id" },
  { "session_id", "field.session_id" },
  { "original_correlation_id", "field.original_correlation_id" },
  { "partner_id", "field.partner_id" },
  { "customer_id", "field.customer_id" },
  { "id", "field.id" },
}

-- Their values come from the API and have labels.
local LABELLED = {
  operation_type = true, operation_status = true, resource_type = true,
}

local KINDS = {
  order = "order", licenseupdate = "license_update",
  subscription = "subscription", customer = "customer",
}

local KIND_OF_RESOURCE = {
  order = "order", license = "license_update", subscription = "subscription",
  customer = "customer",
}

local SUBSCRIPTION = {
  "id", "offer_id", "offer_name", "friendly_name", "quantity", "unit_type",
  "status", "auto_renew_enabled", "billing_cycle", "term_duration", "order_id",
  "creation_date", "effective_start_date", "commitment_end_date",
}

-- By name: the object in which a customer has it, and its key there.
local CUSTOMER = {
  { "id" }, { "company_name", "company_profile" },
  { "domain", "company_profile" }, { "tenant_id", "company_profile" },
  { "relationship_to_partner" }, { "email", "billing_profile" },
}

-- ---- rows

-- By hand, as string.lower follows the process's locale.
local SMALL = {}
for byte = ("A"):byte(), ("Z"):byte() do
  SMALL[string.char(byte)] = string.char(byte + 32)
end

local function fold(name)
  return (name:gsub("_", ""):gsub("[A-Z]", SMALL))
end

-- Longer keys are none that anybody asks for.
local KEY_MAX = 64

-- The rows by folded key, the first of those that are alike. What is no list
-- of rows has none.
local function index(rows)
  local by_key = {}
  if type(rows) ~= "table" then return by_key end
  for _, row in ipairs(rows) do
    if type(row.key) == "string" and #row.key <= KEY_MAX then
      local key = fold(row.key)
      by_key[key] = by_key[key] or row
    end
  end
  return by_key
end

-- A text that says something, from under a snake_case name.
local function text_of(by_key, name)
  local row = by_key[fold(name)]
  return row and row.value ~= "" and row.value or nil
end

local function rows_of(by_key, name)
  local row = by_key[fold(name)]
  return row and row.rows
end

-- A value of the record as a list of rows; text is one of them.
local function tree(value, field, words)
  if type(value) ~= "string" then return value end
  local label = words.titles["field." .. field]
  return { { key = field, label = label, value = value } }
end

-- ---- the parts people look for

local function shape(by_key)
  if by_key.lineitems then
    return "order"
  elseif by_key.licensestoassign or by_key.licensestoremove then
    return "license_update"
  elseif by_key.offerid and by_key.status then
    return "subscription"
  elseif by_key.companyprofile or by_key.billingprofile
         or by_key.relationshiptopartner then
    return "customer"
  end
  return nil
end

local function object_type(by_key)
  local name = text_of(index(rows_of(by_key, "attributes")), "object_type")
  return name and KINDS[fold(name)]
end

local function kind_of(old, new, fields)
  return object_type(new) or object_type(old) or shape(new) or shape(old)
    or KIND_OF_RESOURCE[fields.resource_type]
end

local function excluded_plans(rows)
  local plans = {}
  for _, row in ipairs(rows or {}) do
    if row.value and row.value ~= "" then plans[#plans + 1] = row.value end
  end
  return plans
end

-- Licences out of a LicenseUpdate's list, else out of the customized pairs.
local function licenses(new, list, customized, key)
  local found = {}
  for _, row in ipairs(rows_of(new, list) or {}) do
    local license = index(row.rows)
    local sku = text_of(license, "sku_id")
    if sku then
      local plans = excluded_plans(rows_of(license, "excluded_plans"))
      found[#found + 1] = { sku_id = sku, excluded_plans = plans }
    end
  end
  if #found > 0 or type(customized) ~= "table" then return found end
  for _, row in ipairs(customized) do
    if #row.key <= KEY_MAX and fold(row.key) == fold(key)
       and row.value and row.value ~= "" then
      found[#found + 1] = { sku_id = row.value, excluded_plans = {} }
    end
  end
  return found
end

local function subscription(by_key)
  local part = {}
  for _, name in ipairs(SUBSCRIPTION) do part[name] = text_of(by_key, name) end
  return part
end

local function customer(by_key, customized)
  local part = {}
  for _, member in ipairs(CUSTOMER) do
    local name, inside = member[1], member[2]
    local from = inside and index(rows_of(by_key, inside)) or by_key
    part[name] = text_of(from, name)
  end
  part.domain = part.domain or text_of(customized, "primary_domain_name")
  return part
end

-- ---- the sequence of rows

local function add_fields(self, raw, words)
  for _, field in ipairs(FIELDS) do
    local name, title = field[1], words.titles[field[2]]
    local value = raw.fields[name]
    if name == "operation_date" then value = raw.date end
    if value and value ~= "" then
      if LABELLED[name] then value = locale.label(words, name, value) end
      self[#self + 1] = { key = name, label = title, value = value }
    end
  end
end

local function add_rows(self, rows)
  table.move(rows, 1, #rows, #self + 1, self)
  if rows.omitted then self.omitted = (self.omitted or 0) + rows.omitted end
end

local function add_documents(self, raw, words)
  for _, name in ipairs { "customized", "other" } do
    local value = raw[name]
    local field = name == "other" and "other" or "customized_data"
    if value and value ~= "" and value ~= "null" then
      add_rows(self, tree(value, field, words))
    end
  end
end

-- ---- as text

local ARROW = "\u{2192}"

-- Levels that are indented: what is deeper stands under the last of them.
local INDENTED = 40

local function is_row(value)
  return type(value) == "table" and type(value.label) == "string"
    and (value.value == nil or type(value.value) == "string")
    and (value.rows == nil or type(value.rows) == "table")
end

local function write_row(lines, row, level)
  local indent = ("  "):rep(math.min(level, INDENTED))
  local line = indent .. visible(row.label) .. ":"
  if row.value and row.value ~= "" then
    line = line .. " " .. visible(row.value)
  end
  lines[#lines + 1] = line
end

-- What a list says of rows that it has not.
local function write_omitted(lines, rows, level)
  if not rows.omitted then return end
  lines[#lines + 1] = ("  "):rep(math.min(level, INDENTED))
    .. ("\u{2026} +%d"):format(rows.omitted)
end

--- The text of rows, such as those of `old_value`: a line each, with an
-- indentation. Control characters and those that change the direction of text
-- are shown as `\u{202E}`.
-- @tparam table rows
-- @treturn string
function details.text(rows)
  local lines = {}
  if type(rows) ~= "table" then
    error("text(): rows of details expected, got " .. type(rows), 2)
  end
  -- By a stack of our own: documents may be deeper than calls.
  local stack = { { rows, 0 } }
  while #stack > 0 do
    local open = stack[#stack]
    open[2] = open[2] + 1
    local row = open[1][open[2]]
    if row == nil then
      table.remove(stack)
      write_omitted(lines, open[1], #stack)
    elseif not is_row(row) then
      error("text(): a row has a label, and a value or rows", 2)
    else
      write_row(lines, row, #stack - 1)
      if row.rows then stack[#stack + 1] = { row.rows, 0 } end
    end
  end
  return table.concat(lines, "\n")
end

local ITEM = {
  { "friendly_name", "product" }, { "offer_id", "offer" },
  { "quantity", "quantity" }, { "subscription_id", "subscription" },
  { "term_duration", "term" },
}

-- As text, with a point: tostring follows the process's locale.
local function text_from(value)
  if math.type(value) ~= "float" then return tostring(value) end
  return (tostring(value):gsub("[^0-9e+-]+", "."))
end

-- Line items as cells; empty where one has not what the column is of.
local function item_table(items, titles)
  local head, cells = {}, {}
  for column, name in ipairs(ITEM) do head[column] = titles[name[2]] end
  for i, item in ipairs(items) do
    cells[i] = {}
    for column, name in ipairs(ITEM) do
      local value = item[name[1]]
      cells[i][column] = value and text_from(value) or ""
    end
  end
  return head, cells
end

local function item_rows(head, cells)
  local rows = {}
  for i, row in ipairs(cells) do
    local parts = {}
    for column, value in ipairs(row) do
      if value ~= "" then
        parts[#parts + 1] = { label = head[column], value = value }
      end
    end
    rows[i] = { label = tostring(i), rows = parts }
  end
  return rows
end

local function license_rows(list)
  local rows = {}
  for i, license in ipairs(list) do
    local plans = {}
    for k, plan in ipairs(license.excluded_plans) do
      plans[k] = { label = tostring(k), value = plan }
    end
    rows[i] = { label = tostring(i), value = license.sku_id,
                rows = #plans > 0 and {
                  { label = "Excluded Plans", rows = plans },
                } or nil }
  end
  return rows
end

local function change_table(changes, titles)
  local cells = {}
  for i, change in ipairs(changes) do
    cells[i] = { change.label, change.before or "", change.after or "" }
  end
  return { titles.field, titles.before, titles.after }, cells
end

local function change_rows(cells, omitted)
  local rows = { omitted = omitted }
  for i, change in ipairs(cells) do
    local parts = {}
    if change[2] ~= "" then parts[1] = change[2] end
    parts[#parts + 1] = ARROW
    if change[3] ~= "" then parts[#parts + 1] = change[3] end
    rows[i] = { label = change[1], value = table.concat(parts, " ") }
  end
  return rows
end

-- The words are kept beside the details, which are for the caller's use.
local words_of = setmetatable({}, { __mode = "k" })

local metatable = { __name = "activitylog.details" }

--- What details have besides their list of rows, in the order in which people
-- read it: those of these that there are.
-- @tparam table self details, as `of` makes them
-- @treturn {table,...} each with `title` and `rows`; line items and changes
-- also with `head` (the titles of columns) and `cells` (a list of texts for
-- each row), to be shown as a table
function details.sections(self)
  options.check_self(self, metatable, 2)
  local titles = (words_of[self] or locale.find("en-us")).titles
  local item_head, items = item_table(self.line_items, titles)
  local change_head, changes = change_table(self.changes, titles)
  local found = {}
  for _, section in ipairs {
    { title = titles.line_items, rows = item_rows(item_head, items),
      head = item_head, cells = items },
    { title = titles.licenses_added, rows = license_rows(self.licenses_added) },
    { title = titles.licenses_removed,
      rows = license_rows(self.licenses_removed) },
    { title = titles.changes, rows = change_rows(changes, self.changes.omitted),
      head = change_head, cells = changes },
    { title = titles["field.resource_old_value"], rows = self.old_value or {} },
    { title = titles["field.resource_new_value"], rows = self.new_value or {} },
  } do
    if #section.rows > 0 then found[#found + 1] = section end
  end
  return found
end

function metatable.__tostring(self)
  options.check_self(self, metatable, 2)
  local parts = { #self > 0 and details.text(self) or nil }
  for _, section in ipairs(details.sections(self)) do
    parts[#parts + 1] =
      details.text { { label = section.title, rows = section.rows } }
  end
  return table.concat(parts, "\n")
end

-- ---- and now

-- What the core raises is the caller's mistake, on the line given by 'level'.
local function read(record, zone, level)
  local core = require "activitylog.core"
  local ok, raw = pcall(core.details, record, zone)
  if ok then return raw end
  if raw == "not enough memory" then error(raw, 0) end
  error("details(): " .. tostring(raw), level + 1)
end

--- Tell what is in a record.
--
-- The result is a list of rows in the order in which people read them: the
-- record's fields, then its customized data, then the fields that no column
-- names. A row has `key` (as the API calls it, or the position in a list),
-- `label` (words) and `value` (a text), or, instead of a value, `rows`. JSON in
-- strings is opened up to 8 documents deep. Null is an empty value.
--
-- Besides, it has:
--
-- - `kind`: "order", "license_update", "subscription" or "customer", told by
--   the new value's (else the old one's) Attributes.ObjectType, else by what it
--   holds, else by the resource type; nil for all else
-- - `line_items`: what was ordered, as `record.line_items`
-- - `licenses_added`, `licenses_removed`: lists of `sku_id` and
--   `excluded_plans`
-- - `changes`: list of `field` ("LineItems.1.Quantity"), `label`, `before` and
--   `after` (nil where it is not there), where both values are JSON objects;
--   in the new value's order, and then what only the old one has. Names are
--   compared without case and underscores. Null and empty texts are as good as
--   missing, and the API's own Attributes and Links are passed over
-- - `subscription` (of that kind): `id`, `offer_name`, `friendly_name`,
--   `quantity`, `status`, ...; `customer`: `id`, `company_name`, `domain`, ...
-- - `old_value`, `new_value`: all that is in them, as rows; a value that is
--   text, JSON or not, is one row; nil where the record has none
--
-- Values of more than 1,048,576 rows are cut there, and changes behind 65,536:
-- the list's `omitted` says how many more there are. What a log masked stays
-- masked; nothing is masked here.
--
-- As a text it is all of this with an indentation. Control characters and those
-- that change the direction of text are shown there as `\u{202E}`.
-- @tparam table record of `log:records`, or a table with the same fields
-- @tparam[opt] table given `locale`: of the labels (default "en-us"); `zone`:
-- of the date, which is written as 2026-10-31 17:58:10 (default "UTC")
-- @treturn table the details
-- @raise on a field of another type or that is not UTF-8, on an unknown locale,
-- zone or option
-- @usage
-- for record in log:records() do
--   for _, change in ipairs(activitylog.details(record).changes) do
--     print(change.label, change.before, change.after)
--   end
-- end
function details.of(record, given)
  given = options.check(given, OPTIONS, "details()")
  if type(record) ~= "table" then
    error("details(): record expected, got " .. type(record), 2)
  end
  local words = locale.find(given.locale or "en-us", 2)
  local raw = read(record, given.zone, 2)
  local old, new = index(raw.old), index(raw.new)
  local self = {
    kind = kind_of(old, new, raw.fields),
    line_items = raw.line_items,
    changes = raw.changes,
    licenses_added =
      licenses(new, "licenses_to_assign", raw.customized,
        "added_license_sku_id"),
    licenses_removed =
      licenses(new, "licenses_to_remove", raw.customized,
        "removed_license_sku_id"),
    old_value = tree(raw.old, "resource_old_value", words),
    new_value = tree(raw.new, "resource_new_value", words),
  }
  local value = next(new) and new or old
  if self.kind == "subscription" then
    self.subscription = subscription(value)
  elseif self.kind == "customer" then
    self.customer = customer(value, index(raw.customized))
  end
  add_fields(self, raw, words)
  add_documents(self, raw, words)
  words_of[self] = words
  return setmetatable(self, metatable)
end

return details
