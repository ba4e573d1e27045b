--- Forms as the query of a URL has them: application/x-www-form-urlencoded, as
-- the URL standard (url.spec.whatwg.org) reads and writes it.
-- @module activitylog.web.form

local form = {}

-- Nobody fills in more; what is longer would only cost time.
local MAX_BYTES = 4096

local function as_byte(digits)
  return string.char(tonumber(digits, 16))
end

local function decode(text)
  return (text:gsub("%+", " "):gsub("%%([0-9A-Fa-f][0-9A-Fa-f])", as_byte))
end

--- Read a query. Of fields with one name the first counts, and those that
-- nobody filled in are left out.
-- @tparam ?string query without the question mark
-- @treturn ?table the values by name; nil when it is too long or no UTF-8
-- @usage local form = require "activitylog.web.form"
-- print(form.read("from=2026-10-01&customer=Zo%C3%AB").customer) --> Zoë
function form.read(query)
  local fields = {}
  if #(query or "") > MAX_BYTES then return nil end
  for pair in (query or ""):gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    name, value = decode(name), decode(value)
    if not (utf8.len(name) and utf8.len(value)) then return nil end
    if value ~= "" then fields[name] = fields[name] or value end
  end
  return fields
end

-- Spelled out, as %w changes with the locale.
local RESERVED = "[^A-Za-z0-9*%-._]"

local function encode(text)
  return (text:gsub(RESERVED, function(byte)
    return byte == " " and "+" or ("%%%02X"):format(byte:byte())
  end))
end

--- Write a query.
-- @tparam {string,...} names in their order
-- @tparam table fields the values by name; those that are nil or empty are
-- left out
-- @treturn string
-- @usage local form = require "activitylog.web.form"
-- print(form.write({ "from", "customer" }, { customer = "a b" }))
-- --> customer=a+b
function form.write(names, fields)
  local parts = {}
  for _, name in ipairs(names) do
    local value = fields[name]
    if value and value ~= "" then
      parts[#parts + 1] = name .. "=" .. encode(value)
    end
  end
  return table.concat(parts, "&")
end

return form
