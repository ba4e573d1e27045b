--- What the options that select records come to (their list is in log.lua): the
-- plain table that the core takes. Nothing here raises for what a caller got
-- wrong: that is nil and why, so that whoever was called can blame the line
-- that called it.
-- @module activitylog.query

local names = require "activitylog.record_fields"
local options = require "activitylog.options"
local period = require "activitylog.period"

local query = {}

-- Loaded when needed: what only reads options does without.
local function core()
  return require "activitylog.core"
end

local FILTERS = {
  "customer_id", "customer_name", "operation_type", "resource_type",
  "operation_status", "user", "text",
}

--- The options that select records, for `options.check`.
query.options = {
  "period", "zone", "order", "redact",
  zone = "string", order = "string", redact = "boolean or table",
}
for _, name in ipairs(FILTERS) do
  table.insert(query.options, name)
  query.options[name] = "string or table"
end

--- The option of long work, likewise: who does such work adds it.
query.progress = { "progress", progress = "function" }

--- The options of which fields are made, and of where to go on, likewise.
query.of_records = {
  "fields", "after", "at", fields = "table", after = "string", at = "string",
}

-- What can be asked for: the fields, and what is made of them.
local SOURCES = {
  old_value = { "resource_old_value" },
  new_value = { "resource_new_value" },
  line_items = { "resource_new_value", "customized_data" },
}
local KNOWN = table.move(names, 1, #names, 1, {})
for _, name in ipairs { "old_value", "new_value", "line_items" } do
  table.insert(KNOWN, name)
end

-- Where a record stands, which is no part of it.
local POSITION = "position"

local KNOWN_OF_RECORDS = options.join(KNOWN, { POSITION })

-- The caller's list is copied: it may change while the core works with it.
local function read_filter(value)
  if type(value) == "string" then value = { value } end
  local list, count, why = {}, options.length(value)
  if not count then return nil, "list of strings expected, got " .. why end
  for i = 1, count do
    local item = rawget(value, i)
    if type(item) ~= "string" then
      return nil, ("list of strings expected, got %s in it"):format(type(item))
    elseif not utf8.len(item) then
      return nil, "it is not UTF-8"
    end
    list[i] = item
  end
  return list
end

--- The fields that have to be read for those that are asked for.
-- @tparam ?{string,...} given names of fields, `old_value`, `new_value` and
-- `line_items`; nil for all
-- @tparam[opt] {string,...} known the names there are, for who knows more
-- @treturn ?{string,...} names of fields; nil for all of them, nil and why
function query.read_fields(given, known)
  if given == nil then return nil end
  local list, why = read_filter(given)
  if not list then return nil, why end
  local fields = {}
  for _, name in ipairs(list) do
    why = options.unknown("field", name, known or KNOWN)
    if why then return nil, why end
    for _, source in ipairs(SOURCES[name] or { name }) do
      table.insert(fields, source)
    end
  end
  return fields
end

-- The same of records, whose position may be asked for as well: whether it is.
local function read_record_fields(given)
  if given == nil then return nil end
  local list, why = read_filter(given)
  if not list then return nil, nil, why end
  local positions = false
  for i = #list, 1, -1 do
    if list[i] == POSITION then
      positions = true
      table.remove(list, i)
    end
  end
  local fields
  fields, why = query.read_fields(list, KNOWN_OF_RECORDS)
  return fields, positions, why
end

-- What is wrong with the places to go on at, if anything.
local function position_problem(given)
  for _, name in ipairs { "after", "at" } do
    if given[name] and not core().is_position(given[name]) then
      return ("option '%s': the position of a record expected"):format(name)
    end
  end
  if given.after and given.at then
    return "options 'after' and 'at' given; one is enough"
  end
  return nil
end

-- The rules of what is masked beside the secrets; nil when there are none.
local function read_rules(redact)
  if type(redact) ~= "table" then return nil end
  local rules, why = read_filter(redact)
  if rules and #rules > 0 then
    local ok
    ok, why = options.attempt(core().rules, rules)
    if not ok then rules = nil end
  end
  return rules, why
end

--- The zone whose days and clock are meant: the one that is named, else that
-- of the period.
-- @tparam table given the caller's options
-- @treturn ?string its one name; nil and why for one that there is not
function query.zone(given)
  local name = given.zone
  if name == nil then name = period.zone(given.period) or "UTC" end
  return options.attempt(core().zone, name)
end

--- The query for the caller's options.
-- @tparam table given the options, checked for names and types
-- @treturn ?table what the core's records, count and exports take; nil and why
function query.lower(given)
  local zone, why = query.zone(given)
  if not zone then return nil, why end
  local chosen = given.period
  if chosen == nil and given.at then chosen = "all" end
  local ok, start, stop = options.try(period.resolve, chosen, zone)
  if not ok then return nil, start end
  why = options.unknown("order", given.order or "newest",
                        { "newest", "oldest" })
  if why then return nil, why end
  local lowered = {
    start = start,
    stop = stop,
    oldest_first = given.order == "oldest",
    unmasked = given.redact == false,
    progress = given.progress,
    after = given.after,
    at = given.at,
  }
  lowered.redact, why = read_rules(given.redact)
  if why then return nil, "option 'redact': " .. why end
  lowered.fields, lowered.positions, why = read_record_fields(given.fields)
  if why then return nil, "option 'fields': " .. why end
  why = position_problem(given)
  if why then return nil, why end
  for _, name in ipairs(FILTERS) do
    if given[name] ~= nil then
      lowered[name], why = read_filter(given[name])
      if why then return nil, ("option '%s': %s"):format(name, why) end
    end
  end
  return lowered
end

return query
