--- Kinds of stores that keep logs elsewhere than in a file, each in a C module
-- of its own, which is loaded when the first such log is opened.
-- @module activitylog.kinds

local options = require "activitylog.options"

local kinds = {}

-- By the scheme of a URI, and what the build needs for it.
local MODULES = {
  postgres = { "activitylog.postgres", "libpq" },
  postgresql = { "activitylog.postgres", "libpq" },
}

--- The module that opens what is at an address.
-- @tparam string address a path, or a URI such as "postgresql://host/database"
-- @treturn[1] table the module; false for a path
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code: "unsupported" where it was not built
function kinds.of(address)
  local scheme = address:match("^(%l+)://")
  local kind = MODULES[scheme]
  if not kind then return false end
  local found, why = options.attempt(require, kind[1])
  if found then return found end
  if why:find(("^module '%s' not found"):format(kind[1]:gsub("%.", "%%."))) then
    why = ("this activitylog was built without %s; install it and build anew")
      :format(kind[2])
  end
  return nil, ("%s:// logs cannot be opened: %s")
    :format(scheme, (why:gsub("%s+", " "))), "unsupported"
end

return kinds
