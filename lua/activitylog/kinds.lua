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

-- What would be taken for a path, and be shown with the password that is in it.
local function refuse(scheme)
  return nil, ("a URI that begins with '%s' is none of a log: it begins with "
    .. "'postgresql://', and a file is named by its path"):format(scheme),
    "unsupported"
end

--- The module that opens what is at an address.
-- @tparam string address a path, or a URI such as "postgresql://host/database"
-- @treturn[1] table the module; false for a path
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code: "unsupported" where it was not built, and for other
-- URIs
function kinds.of(address)
  local scheme = address:match("^(%l+)://")
  local kind = MODULES[scheme]
  if not kind then
    scheme = address:match("^%s*(%a[%w+.-]*://)")
      or address:lower():match("^%s*(postgres%l*:)")
    if scheme then return refuse(scheme) end
    return false
  end
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
