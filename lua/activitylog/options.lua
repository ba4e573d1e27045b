--- Checks of option tables: what a caller gets wrong is named, with a way out.
-- Known options are described by one table: its list part has their names in
-- the order in which people read them, its named part the types of those that
-- are checked here, such as `{ "layout", "links", links = "boolean" }`.
-- A type is what `type` returns, except that numbers are "integer" or
-- "float"; several are joined by " or ".
-- @module activitylog.options

local options = {}

local function kind(value)
  return math.type(value) or type(value)
end

local function hint(name, known)
  local meant = require("activitylog.spelling").meant(name, known)
  if meant then return ("did you mean '%s'?"):format(meant) end
  return "known: '" .. table.concat(known, "', '") .. "'"
end

local function contains(list, wanted)
  for _, item in ipairs(list) do
    if item == wanted then return true end
  end
  return false
end

--- Say what is wrong with a name that has to be one of a list.
-- The nearest known name is given, or all of them when none is near.
-- @tparam string noun what the name is a name of
-- @param name the name that was given
-- @tparam {string,...} known the names there are, in order
-- @tparam[opt] string owner whose name it is
-- @treturn ?string the message; nil when the name is known
-- @usage options.unknown("cloud", "chima", { "global", "china" })
-- --> "unknown cloud 'chima'; did you mean 'china'?"
function options.unknown(noun, name, known, owner)
  if contains(known, name) then return nil end
  name = tostring(name)
  local of = owner and " of " .. owner or ""
  return ("unknown %s '%s'%s; %s"):format(noun, name, of, hint(name, known))
end

-- The first in byte order, so that the message is always the same.
local function first_stray(given, known)
  local first
  for name in pairs(given) do
    if not contains(known, name)
       and (first == nil or tostring(name) < tostring(first)) then
      first = name
    end
  end
  return first
end

local function accepts(expected, value)
  return (" " .. expected .. " "):find(" " .. kind(value) .. " ", 1, true)
end

--- Say what is wrong with a table of options, without raising.
-- @tparam ?table given the options; nil has none
-- @tparam table known the description of the options
-- @tparam string what whose options they are, such as "export()"
-- @treturn ?string the message; nil when all is well
-- @usage options.problem({ links = 1 }, { "links", links = "boolean" }, "f()")
-- --> "option 'links' of f(): boolean expected, got integer"
function options.problem(given, known, what)
  if given == nil then return nil end
  if type(given) ~= "table" then
    return ("%s: table expected, got %s"):format(what, kind(given))
  end
  local stray = first_stray(given, known)
  if stray ~= nil then
    return options.unknown("option", stray, known, what)
  end
  for _, name in ipairs(known) do
    local value, expected = given[name], known[name]
    if value ~= nil and expected and not accepts(expected, value) then
      return ("option '%s' of %s: %s expected, got %s")
        :format(name, what, expected, kind(value))
    end
  end
  return nil
end

--- Check a table of options.
-- @tparam ?table given the options; nil has none
-- @tparam table known the description of the options
-- @tparam string what whose options they are, such as "export()"
-- @tparam[opt=2] integer level whose line is blamed, counted as `error` counts
-- in the place of this call: 2 is the caller of the function that checks
-- @raise on an unknown name, naming the nearest known one, or on a wrong type
-- @usage local function export(path, given)
--   options.check(given, { "period", "layout" }, "export()")
-- end
-- export("a.csv", { perod = "all" })
-- --> unknown option 'perod' of export(); did you mean 'period'?
function options.check(given, known, what, level)
  local why = options.problem(given, known, what)
  if why then error(why, (level or 2) + 1) end
end

--- One description of options made of several.
-- @tparam table ... descriptions, as `options.check` takes them
-- @treturn table
-- @usage print(#options.join({ "by" }, { "zone", zone = "string" })) --> 2
function options.join(...)
  local joined = {}
  for _, known in ipairs { ... } do
    table.move(known, 1, #known, #joined + 1, joined)
    for _, name in ipairs(known) do joined[name] = known[name] end
  end
  return joined
end

local function settle(ok, ...)
  if not ok and ... == "not enough memory" then error(..., 0) end
  return ok, ...
end

--- Call a function that raises for what a caller got wrong.
-- It has to be called as it is: a function around it would be named in the
-- message as the one to blame.
-- @tparam function call
-- @param ... its arguments
-- @return true and what it returns, or false and the message for what it
-- raised, except that a lack of memory is raised again, as it is nobody's
-- mistake
function options.try(call, ...)
  return settle(pcall(call, ...))
end

--- The same for a function of one result, which is never false or nil.
-- @tparam function call
-- @param ... its arguments
-- @return what it returns; nil and the message for what it raised
function options.attempt(call, ...)
  local ok, result = options.try(call, ...)
  if ok then return result end
  return nil, result
end

return options
