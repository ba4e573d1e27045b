--- Checks of option tables: what a caller gets wrong is named, with a way out.
-- Known options are described by one table: its list part has their names in
-- the order in which people read them, its named part the types of those that
-- are checked here, such as `{ "layout", "links", links = "boolean" }`.
-- A type is what `type` returns, except that numbers are "integer" or
-- "float"; several are joined by " or ".
-- @module activitylog.options

local options = {}

-- Loaded with the first mistake.
local function quote(value)
  return require "activitylog.quote"(value)
end

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
  local of = owner and " of " .. owner or ""
  return ("unknown %s '%s'%s; %s")
    :format(noun, quote(name), of, hint(quote(name), known))
end

-- The first in byte order, so that the message is always the same. Their own
-- __pairs could call anything, and give no end.
local function first_stray(given, known)
  local first
  for name in next, given do
    if not contains(known, name)
       and (first == nil or quote(name) < quote(first)) then
      first = name
    end
  end
  return first
end

local function accepts(expected, value)
  return (" " .. expected .. " "):find(" " .. kind(value) .. " ", 1, true)
end

--- Read a table of options, without raising.
-- Each is read once: what a caller's __index says the next time is not what was
-- checked.
-- @tparam ?table given the options; nil has none
-- @tparam table known the description of the options
-- @tparam string what whose options they are, such as "export()"
-- @treturn ?table a plain copy; nil and the message when something is wrong
-- @usage options.read({ links = 1 }, { "links", links = "boolean" }, "f()")
-- --> nil, "option 'links' of f(): boolean expected, got integer"
function options.read(given, known, what)
  local copy = {}
  if given == nil then return copy end
  if type(given) ~= "table" then
    return nil, ("%s: table expected, got %s"):format(what, kind(given))
  end
  local stray = first_stray(given, known)
  if stray ~= nil then
    return nil, options.unknown("option", stray, known, what)
  end
  for _, name in ipairs(known) do
    local value, expected = given[name], known[name]
    if value ~= nil and expected and not accepts(expected, value) then
      return nil, ("option '%s' of %s: %s expected, got %s")
        :format(name, what, expected, kind(value))
    end
    copy[name] = value
  end
  return copy
end

--- Read a table of options.
-- @tparam ?table given the options; nil has none
-- @tparam table known the description of the options
-- @tparam string what whose options they are, such as "export()"
-- @tparam[opt=2] integer level whose line is blamed, counted as `error` counts
-- in the place of this call: 2 is the caller of the function that checks
-- @treturn table a plain copy
-- @raise on an unknown name, naming the nearest known one, or on a wrong type
-- @usage local function export(path, given)
--   given = options.check(given, { "period", "layout" }, "export()")
-- end
-- export("a.csv", { perod = "all" })
-- --> unknown option 'perod' of export(); did you mean 'period'?
function options.check(given, known, what, level)
  local copy, why = options.read(given, known, what)
  if not copy then error(why, (level or 2) + 1) end
  return copy
end

--- Check that a method was called on an object of its class.
-- @param self what it was called on
-- @tparam table metatable of the class, with its `__name`
-- @tparam integer level whose line is blamed, as of `check`
-- @raise on anything else
-- @usage options.check_self(self, metatable, 2)
function options.check_self(self, metatable, level)
  if getmetatable(self) == metatable then return end
  error(("%s expected, got %s; methods are called with ':'")
    :format(metatable.__name, type(self)), level + 1)
end

--- Whether a table has a value by the __index of its metatable, and not itself.
-- What is read raw would miss it. Nothing is called: a function there could do
-- anything, so what it gives is not known.
-- @tparam table given
-- @param key
-- @treturn boolean
-- @usage options.hides(setmetatable({}, { __index = { "a" } }), 1) --> true
function options.hides(given, key)
  local meta = getmetatable(given)
  local index = type(meta) == "table" and rawget(meta, "__index")
  return rawget(given, key) == nil and type(index) == "table"
    and rawget(index, key) ~= nil
end

--- How many items a list has.
-- Neither `#` nor `ipairs` tells: what stands behind a hole, under a name or
-- behind a metatable would go unseen.
-- @tparam table list
-- @treturn ?integer nil and what it is instead when it is no list
-- @usage options.length { "a", nil, "c" }
-- --> nil, "a table with holes or names"
function options.length(list)
  local count = 0
  for _ in next, list do count = count + 1 end
  for i = 1, count do
    if rawget(list, i) == nil then return nil, "a table with holes or names" end
  end
  if options.hides(list, count + 1) then
    return nil, "a table with items in its metatable; copy them into it"
  end
  return count
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
