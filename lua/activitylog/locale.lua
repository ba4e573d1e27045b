--- Locales: the words of a language and the habits of its region.
-- A locale is a file in `activitylog/locale` that returns one table:
--
-- - `name`: such as "en-us"
-- - `separator`: the list separator, which Excel takes for that of CSV
-- - `date_format`, `date_time_format`: how people there write a time, in the
--   patterns of a layout's `format`
-- - `titles`: the portal's words by key, the same keys in every locale
--
-- A new one needs its file and its name in `names`.
-- @module activitylog.locale

local locale = {}

--- The names of all locales. Where a language has several, the first is the
-- one that the language alone stands for.
locale.names = { "en-us" }

-- By hand: string.lower follows the process's locale, where I need not be i.
local function canonical(name)
  return (name:gsub("_", "-"):gsub("[A-Z]", function(letter)
    return string.char(letter:byte() + 32)
  end))
end

local function match(wanted)
  for _, name in ipairs(locale.names) do
    if name == wanted or name:match("^[a-z]+") == wanted then return name end
  end
  return nil
end

--- Find a locale by its name.
-- @tparam string name such as "en-us", in any case, with - or _; or a language
-- alone, such as "en"
-- @tparam[opt=1] integer level whose line is blamed, counted as `error` counts
-- in the place of this call
-- @treturn table the locale; it is shared, so it is not to be changed
-- @raise on an unknown name, naming the known ones
-- @usage locale.find("en_US").titles.action --> "Action"
function locale.find(name, level)
  local blamed = (level or 1) + 1
  if type(name) ~= "string" then
    error("locale: string expected, got " .. type(name), blamed)
  end
  local found = match(canonical(name))
  if not found then
    error(("unknown locale '%s'; known: '%s'")
      :format(name, table.concat(locale.names, "', '")), blamed)
  end
  return (require("activitylog.locale." .. found:gsub("-", "_")))
end

return locale
