--- Who may see the log, by the roles of Partner Center.
-- A host that knows its visitor's role asks before it shows or exports
-- anything; nothing else here asks. Microsoft's docs disagree on the roles:
-- those of 2019 to 2021 name six, those of 2023 the Admin agent alone. So the
-- six are the default, and a host may allow fewer, or roles of its own.
--
-- A role is its key, such as "admin_agent", to the letter: "Admin agent" and
-- "ADMIN_AGENT" are unknown, as what opens a door should not be guessed.
--
-- Pure Lua: this runs without the C module.
-- @module activitylog.access

local options = require "activitylog.options"
local roles = require "activitylog.access.roles"

local access = {}

--- The keys of Partner Center's roles, in the order of its docs. The list is
-- for the caller: changing it changes no rule.
access.roles = table.move(roles, 1, #roles, 1, {})

--- Make a rule of who may see the log.
-- @tparam[opt] table given `roles`: the roles that may, the six of Partner
-- Center by default. Items of the list are keys of these; items with a name are
-- roles of one's own, `auditor = "Auditor"`, with what people read. A role of
-- Partner Center may be given such a name too.
-- @treturn rule which cannot be changed by changing the list
-- @raise on an unknown role, naming the nearest, on another mistake, and on an
-- empty list, which would let nobody in
-- @usage local rule = access.new {
--   roles = { "admin_agent", auditor = "Auditor" },
-- }
function access.new(given)
  return require("activitylog.access.rule").new(given)
end

--- What people call a role of Partner Center.
-- @tparam string role its key
-- @tparam[opt="en-us"] string language the name of a locale
-- @treturn string
-- @raise on an unknown role or locale
-- @usage access.name("admin_agent", "de") --> "Administrator-Agent"
function access.name(role, language)
  local why = options.unknown("role", role, roles)
  if why then error(why, 2) end
  local locale = require "activitylog.locale"
  return locale.find(language or "en-us", 2).titles["role." .. role]
end

return access
