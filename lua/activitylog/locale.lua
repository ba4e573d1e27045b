--- Locales: the words of a language and the habits of its region.
-- A locale is a file in `activitylog/locale` that returns one table:
--
-- - `name`: such as "en-us"
-- - `separator`: the list separator, which Excel takes for that of CSV
-- - `date_format`, `date_time_format`: how people there write a time, in the
--   patterns of a layout's `format`
-- - `titles`: the portal's words by key, and those of what the portal has not,
--   the same keys in every locale: pages and columns, `field.*` for the fields
--   of a record, `role.*` for the roles that may see the log
-- - `labels`: by field, what values of it are called that come from the API;
--   en-us has all that are known, the others those that they translate
--
-- Where the portal's published words are wrong (a button called "log of
-- exports", a "from" that means the sender), they are put right.
--
-- A new one needs its file and its name in `names`. Nothing here needs the C
-- module. The tables are shared: they are only to be read.
-- @module activitylog.locale

local lower = require "activitylog.lower"

local locale = {}

-- Loaded with the first mistake.
local function quote(value)
  return require "activitylog.quote"(value)
end

--- The names of all locales. Where a language has several, the first is the
-- one that the language alone stands for.
locale.names = {
  "cs-cz", "de-de", "en-us", "es-es", "fr-fr", "hu-hu", "it-it", "ja-jp",
  "ko-kr", "nl-nl", "pl-pl", "pt-br", "pt-pt", "ru-ru", "sv-se", "tr-tr",
  "zh-cn", "zh-tw",
}

local function canonical(name)
  return lower((name:gsub("_", "-")))
end

local function match(wanted)
  for _, name in ipairs(locale.names) do
    if name == wanted or name:match("^[a-z]+") == wanted then return name end
  end
  return nil
end

--- Find a locale by its name.
-- A region that has no locale here is refused, be its language known or not:
-- people of "fr-CA" write dates and lists otherwise than those of "fr-FR".
-- @tparam string name such as "fr-fr", in any case, with - or _; or a language
-- alone, such as "fr", "pt" (pt-br) or "zh" (zh-cn)
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
      :format(quote(name), table.concat(locale.names, "', '")), blamed)
  end
  return (require("activitylog.locale." .. found:gsub("-", "_")))
end

-- By hand, as `canonical` is.
local function upper(text)
  return (text:gsub("[a-z]", function(letter)
    return string.char(letter:byte() - 32)
  end))
end

--- Write a value from the API as the portal shows it.
-- Every _ becomes a space, and a letter of a to z at the start or behind a _ a
-- capital. What else there is stays as it is; this is what the core does where
-- no locale has a label.
-- @tparam string wire
-- @treturn string
-- @usage locale.title_case("update_customer_user") --> "Update Customer User"
function locale.title_case(wire)
  return (wire:gsub("^[a-z]", upper):gsub("_[a-z]", upper):gsub("_", " "))
end

--- The language of a locale as HTML names it.
-- @tparam table words a locale, as `find` gives it
-- @treturn string
-- @usage locale.language(locale.find("pt")) --> "pt-BR"
function locale.language(words)
  return (words.name:gsub("[a-z]+$", upper))
end

--- What a value from the API is called: by the locale's label, else by that of
-- en-us, else in Title Case.
-- @tparam table words a locale, as `find` gives it
-- @tparam string field "operation_type", "resource_type", "operation_status" or
-- any other, which has no labels
-- @tparam string wire the value
-- @treturn string
-- @usage locale.label(locale.find("de"), "operation_status", "failed")
-- --> "Fehlgeschlagen"
function locale.label(words, field, wire)
  local own = words.labels[field]
  local english = require("activitylog.locale.en_us").labels[field]
  return own and own[wire] or english and english[wire]
    or locale.title_case(wire)
end

return locale
