--- The rules that `access.new` makes, and what they answer.
-- @module activitylog.access

local CANONICAL = require "activitylog.access.roles"
local byte_order = require "activitylog.byte_order"
local locale = require "activitylog.locale"
local options = require "activitylog.options"

local OPTIONS = { "roles", roles = "table" }

local IS_CANONICAL = {}
for _, role in ipairs(CANONICAL) do IS_CANONICAL[role] = true end

-- What came over the wire, for a message that may end up in a page or on a
-- terminal: printable ASCII, and not much of it.
local QUOTED_BYTES = 40

local function quote(text)
  local cut = text:sub(1, QUOTED_BYTES)
    :gsub("[\0-\x1F'\\\x7F-\xFF]", function(byte)
      return ("\\x%02X"):format(byte:byte())
    end)
  return "'" .. cut .. (#text > QUOTED_BYTES and "..." or "") .. "'"
end

local function plain_text(text)
  return type(text) == "string" and text ~= "" and utf8.len(text)
    and not text:find("[\0-\x1F\x7F]")
end

-- Read one item of the caller's roles; returns what is wrong, if anything.
local function read_role(names, key, value)
  if math.type(key) == "integer" then
    if type(value) ~= "string" then
      return "roles: a role's key expected, got " .. type(value)
    end
    names[value] = names[value] or false
    return options.unknown("role", value, CANONICAL)
  elseif not plain_text(key) then
    return "roles: the key of a role of one's own is to be plain text"
  elseif not plain_text(value) then
    return ("roles: role %s needs the name that people read, as plain text")
      :format(quote(key))
  end
  names[key] = value
  return nil
end

-- The names of the allowed roles by key; false for one that the locale names.
local function read_roles(roles)
  local names = {}
  for key, value in next, roles do
    local why = read_role(names, key, value)
    if why then return nil, why end
  end
  if next(names) == nil then
    return nil, "roles: an empty list would let nobody in"
  end
  return names
end

-- The keys of a table of names: Partner Center's in the order of its docs, then
-- the others by their bytes.
local function ordered(names)
  local keys, own = {}, {}
  for _, role in ipairs(CANONICAL) do
    if names[role] ~= nil then keys[#keys + 1] = role end
  end
  for role in next, names do
    if not IS_CANONICAL[role] then own[#own + 1] = role end
  end
  table.sort(own, byte_order)
  return table.move(own, 1, #own, #keys + 1, keys)
end

local rule = {}

local metatable = { __index = rule, __name = "activitylog.access" }

function metatable:__tostring()
  options.check_self(self, metatable, 2)
  return metatable.__name .. ": " .. table.concat(ordered(self._names), ", ")
end

-- What `access.new` makes; mistakes are on the line that called it.
local function new(given)
  local roles = options.check(given, OPTIONS, "access.new()").roles
    or CANONICAL
  local names, why = read_roles(roles)
  if not names then error(why, 2) end
  return setmetatable({ _names = names }, metatable)
end

--- The names of the roles that a rule lets in.
-- @function rule:names
-- @tparam[opt="en-us"] string language the name of a locale
-- @treturn {string,...} Partner Center's roles in the order of its docs, then
-- the others in that of their keys
-- @raise on an unknown locale
-- @usage table.concat(access.new { roles = { "admin_agent" } }:names("fr"))
-- --> "Agent d’administration"
function rule:names(language)
  options.check_self(self, metatable, 2)
  local titles = locale.find(language or "en-us", 2).titles
  local result = ordered(self._names)
  for i, role in ipairs(result) do
    result[i] = self._names[role] or titles["role." .. role]
  end
  return result
end

-- All the roles that a rule has heard of.
local function known_roles(self)
  local names = {}
  for _, role in ipairs(CANONICAL) do names[role] = false end
  for role, name in next, self._names do names[role] = name end
  return ordered(names)
end

--- Whether a role may see the log.
-- It takes whatever a host was told and never raises for it: no role, an empty
-- one, and a value of another type let nobody in.
-- @function rule:check
-- @tparam ?string role its key
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string why not, for people; its wording may change. What is
-- quoted of the role is short and printable.
-- @usage local rule = access.new { roles = { "admin_agent" } }
-- print(rule:check("admin_agent"))
-- --> true
-- print(rule:check("sales_agent"))
-- --> nil, the role 'Sales agent' may not see the log; 'Admin agent' may
function rule:check(role)
  options.check_self(self, metatable, 2)
  if role == nil or role == "" then
    return nil, "no role given"
  elseif type(role) ~= "string" then
    return nil, "role: string expected, got " .. type(role)
  elseif self._names[role] ~= nil then
    return true
  elseif not IS_CANONICAL[role] then
    return nil, ("unknown role %s; known: '%s'")
      :format(quote(role), table.concat(known_roles(self), "', '"))
  end
  return nil, ("the role '%s' may not see the log; '%s' may")
    :format(locale.find("en-us").titles["role." .. role],
            table.concat(self:names(), "', '"))
end

return { new = new }
