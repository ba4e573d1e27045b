--- Calls what is public with values that nobody should give it.
-- The functions and methods are found by walking over the modules and over the
-- classes' metatables: a new one is walked over too. `run(group)` calls those
-- of a module or class, and prints what is wrong with the answers. As it may
-- crash, and writes files of odd names, it is to run in a process and a folder
-- of its own.

local walk = {}

-- Of all the calls one of so many is made, unless there is time. It is coprime
-- to the numbers of places and of values, so that each meets each.
local STRIDE = os.getenv "ACTIVITYLOG_LONG" == "1" and 1 or 13
local RANDOM = os.getenv "ACTIVITYLOG_LONG" == "1" and 2000 or 100

-- What hostile hands raise themselves.
local RAISED = setmetatable({}, { __name = "raised" })

local RECORD = {
  id = "known", operation_date = "2026-10-01T08:00:00Z",
  customer_id = "0C39D6D5-C70D-4C55-BC02-F620844F3FD1",
  customer_name = "Relecloud", operation_type = "create_order",
  resource_new_value = '{"LineItems":[{"FriendlyName":"a","Quantity":2}]}',
  customized_data = { { key = "OrderId", value = "1" } },
}

-- ---- one of each class

local function new_world()
  local activitylog = require "activitylog"
  local world = {}
  world.log = assert(activitylog.open(":memory:"))
  assert(world.log:append { RECORD,
    { id = "other", operation_date = "2026-10-02T08:00:00Z" } })
  world.store = world.log._store
  world.summary = assert(world.log:summary { period = "all", by = "user" })
  world.period = activitylog.period("2026-10-01", "2026-10-31")
  world.layout = activitylog.layout {
    { title = "A", value = function(record) return record.id end },
  }
  world.rule = activitylog.access.new()
  world.details = activitylog.details(RECORD)
  world.next, world.cursor = world.log:records { period = "all" }
  world.record = world.next(world.cursor)
  world.portal = require("activitylog.web").new { log = "portal.db" }
  world.dates = require("activitylog.core").dates("%F", "UTC")
  return world
end

-- ---- what there is to call

local MODULES = {
  "activitylog", "activitylog.access", "activitylog.core",
  "activitylog.details", "activitylog.layout", "activitylog.link",
  "activitylog.locale", "activitylog.period",
}

-- Methods that no metatable shows as a table.
local METHODS = { summary = "activitylog.summary" }

-- Helpers of our own files, which take what others of ours made or whose line
-- is to be blamed: they may raise whatever Lua raises, but not crash. The same
-- goes for an object that somebody forged, with a metatable of ours.
local OURS = {
  ["activitylog.layout.find"] = true, ["activitylog.locale.find"] = true,
  ["activitylog.layout.labels"] = true, ["activitylog.layout.lower"] = true,
  ["activitylog.locale.label"] = true, ["activitylog.locale.language"] = true,
  ["activitylog.locale.title_case"] = true,
}

local function add_functions(found, group, mark, from, class)
  for name, value in pairs(from) do
    if type(name) == "string" and type(value) == "function" then
      found[group .. mark .. name] =
        { call = value, class = class, group = group }
    end
  end
end

-- All that can be called, by name.
local function subjects(world)
  local found = {}
  for _, module in ipairs(MODULES) do
    add_functions(found, module, ".", require(module))
  end
  for class, object in pairs(world) do
    local meta = debug.getmetatable(object)
    if type(object) == "function" then
      found[class] = { call = object, class = "cursor", group = class }
    else
      add_functions(found, class, ":", meta, class)
      local methods = METHODS[class] and require(METHODS[class]).methods
        or meta.__index
      if type(methods) == "table" then
        add_functions(found, class, ":", methods, class)
      end
    end
  end
  return found
end

-- The names of a table that a function likes, in order.
local function sorted_names(from, likes)
  local list = {}
  for name, value in pairs(from) do
    if likes(value) then list[#list + 1] = name end
  end
  table.sort(list)
  return list
end

--- The modules and classes that there are.
-- @treturn {string,...}
function walk.groups()
  local groups = {}
  for _, subject in pairs(subjects(new_world())) do
    groups[subject.group] = true
  end
  return sorted_names(groups, function() return true end)
end

-- ---- hostile values

local function raise() error(RAISED, 0) end

-- A table all of whose metamethods are the same function.
local function table_with(call)
  local meta = {}
  for _, event in ipairs {
    "__index", "__newindex", "__len", "__pairs", "__tostring", "__call", "__eq",
    "__lt", "__le", "__concat", "__unm", "__add", "__name", "__close", "__gc",
  } do
    meta[event] = call
  end
  return setmetatable({}, meta)
end

-- A table with another answer each time it is asked.
local function fickle()
  local answers, turn = { "all", 1, {}, false, tostring, "r", 0.5, true }, 0
  local function answer()
    turn = turn % #answers + 1
    return answers[turn]
  end
  return setmetatable({}, { __index = answer, __len = answer,
                            __tostring = answer, __name = 1 })
end

local function callbacks(world)
  return {
    { "a function that raises", raise },
    { "a function that raises nil", function() error() end },
    { "a function that yields", function() coroutine.yield() end },
    { "a function that collects", function() collectgarbage() end },
    { "a function that never returns", function()
      local function again() return 1 + again() end
      return again()
    end },
    { "a function that closes", function() world.log:close() end },
    { "a function that uses the log", function()
      world.log:count { period = "all" }
      world.log:append(RECORD)
      return world
    end },
  }
end

local function tables(world)
  local loop = {}
  loop[1], loop.a, loop.period = loop, loop, loop
  return {
    { "an empty table", {} }, { "a table that holds itself", loop },
    { "a list", { "a", "b" } }, { "a list of tables", { {}, {} } },
    { "a list with a hole", { "a", nil, "b" } },
    { "a table that raises", table_with(raise) },
    { "a table that yields", table_with(function() coroutine.yield() end) },
    { "a table that closes", table_with(function() world.log:close() end) },
    { "a table of another answer each time", fickle() },
    { "a table with a hidden metatable",
      setmetatable({}, { __metatable = 1, __index = raise }) },
    { "a table with odd keys", { [1.5] = 1, [true] = 2, [print] = 3 } },
    { "a table of broken names", { ["\xFF\27[2J\n"] = 1 } },
    { "a table of odd names", { [setmetatable({}, { __tostring = function()
      return 1
    end })] = 1 } },
  }
end

local function scalars()
  local closed = assert(io.tmpfile())
  closed:close()
  return {
    { "true", true }, { "false", false }, { "zero", 0 }, { "minus one", -1 },
    { "the least integer", math.mininteger },
    { "the largest integer", math.maxinteger }, { "a float", 0.5 },
    { "NaN", 0 / 0 }, { "infinity", math.huge }, { "a large float", 1e300 },
    { "an empty string", "" }, { "NUL", "a\0b" },
    { "broken UTF-8", "\xFF\xC0" },
    { "control characters", "\27[2J\r\n\t\127\u{202E}" },
    { "a long string", ("x"):rep(70000) },
    { "a long string of control characters", ("\1"):rep(2000) },
    { "a format", "%s%n%q%99d" }, { "a number's text", "10" },
    { "a path upwards", "../../../../../no-such-folder/x.csv" },
    { "a name", "all" }, { "an instant", "2026-10-01T08:00:00.0000000Z" },
    { "JSON", '{"a":[1]}' }, { "a file's name", "x.csv" },
    { "a coroutine", coroutine.create(raise) }, { "a function of C", tostring },
    { "a closed file", closed }, { "a file", assert(io.tmpfile()) },
    { "light userdata", require("activitylog.core").null },
    { "a library", package.loaded["activitylog.xlsx"] },
  }
end

local function hostile_values(world)
  local values = { { "nil" } }
  for class, object in pairs(world) do
    values[#values + 1] = { class, object }
    if type(object) == "table" then
      values[#values + 1] = { "a forged " .. class,
        setmetatable({}, debug.getmetatable(object)) }
    end
  end
  local function add(list) table.move(list, 1, #list, #values + 1, values) end
  add(scalars())
  add(tables(world))
  add(callbacks(world))
  table.sort(values, function(a, b) return a[1] < b[1] end)
  return values
end

-- ---- what an answer has to be

local function problem_of_text(text)
  if type(text) ~= "string" then return "the message is a " .. type(text) end
  if #text >= 1100 then return ("a message of %d bytes"):format(#text) end
  if text:find("[\0-\31\127]") then return "control characters" end
  if not utf8.len(text) then return "no UTF-8" end
  if text:find("activitylog/[%w_/]+%.lua:%d") then
    return "blames a file of ours"
  end
  if text:find("attempt to ", 1, true)
     and not text:find("yield across a C-call boundary", 1, true) then
    return "an internal error"
  end
  return nil
end

local function problem(ok, result, message, code)
  if not ok then
    if result == RAISED or result == nil then return nil end
    return problem_of_text(result), result
  elseif result == nil and message ~= nil and type(code) == "string" then
    return problem_of_text(message) or not code:find("^%l+$")
      and "an odd code" or nil, message
  end
  return nil
end

-- ---- calling

local told

local function tell(what, message)
  local line = ("%s: %s"):format(what, tostring(message)):gsub("[^ -~]", "?")
  if told[line] then return end
  told[line] = true
  print(line:sub(1, 600))
end

-- To be called in a coroutine: what yields is resumed.
local function call(subject, arguments)
  local thread = coroutine.create(function()
    return pcall(subject.call, table.unpack(arguments, 1, arguments.n))
  end)
  for _ = 1, 100 do
    local answer = table.pack(coroutine.resume(thread))
    if coroutine.status(thread) == "dead" then
      return table.unpack(answer, 2, answer.n)
    end
  end
  coroutine.close(thread)
  return true
end

-- Whatever was done to it, an open log takes records.
local function is_whole(world)
  local ok, result = pcall(world.log.append, world.log, RECORD)
  if ok then return result and result.known == 1 end
  return result:find("log is closed", 1, true)
end

local function describe(arguments, names)
  local parts = {}
  for i = 1, arguments.n do parts[i] = names[i] or type(arguments[i]) end
  return table.concat(parts, ", ")
end

-- ---- the walk

local walker = {}
walker.__index = walker

local function new_walker(name)
  local self = setmetatable({ name = name, calls = 0, turn = 0 }, walker)
  self:renew()
  return self
end

function walker:renew()
  self.world = new_world()
  self.subject = subjects(self.world)[self.name]
  self.values = hostile_values(self.world)
end

-- Whether it is the turn of a call.
function walker:skips()
  self.turn = self.turn + 1
  return self.turn % STRIDE ~= 0
end

function walker:try(arguments, names)
  self.calls = self.calls + 1
  local what, message = problem(call(self.subject, arguments))
  local asked = ("%s(%s)"):format(self.name, describe(arguments, names))
  if what and not OURS[self.name] and not asked:find("forged", 1, true) then
    tell(asked .. ": " .. what, message)
  end
  if not is_whole(self.world) then
    tell(asked, "the log takes no record")
    self:renew()
  elseif self.world.log._closed
         or tostring(self.world.store):find("closed", 1, true)
         or tostring(self.world.cursor):find("closed", 1, true) then
    self:renew()
  end
end

-- Arguments that some function takes, behind the object of a method.
local function bases(self)
  local object, world = self.subject.class and self.world[self.subject.class],
    self.world
  local list = {
    { "all", {} }, { "x.csv", { period = "all" } },
    { function() end, { period = "all" } }, { { period = "all" } },
    { RECORD }, { RECORD, { zone = "UTC" } }, { "UTC", "UTC" },
    { "%F", "UTC" }, { '{"a":1}', { source = "a" } },
    { world.file or "y.csv", { period = "all" }, { format = "jsonl" } },
  }
  for i, base in ipairs(list) do
    if object ~= nil then table.insert(base, 1, object) end
    list[i] = base
  end
  return list
end

local MOST = 4 -- arguments

-- A hostile value in each place of each base.
function walker:walk_places()
  for number = 1, #bases(self) do
    for place = 1, MOST do
      for value = 1, #self.values do
        if not self:skips() then
          local base = bases(self)[number]
          base.n = math.max(#base, place)
          base[place] = self.values[value][2]
          self:try(base, { [place] = self.values[value][1] })
        end
      end
    end
  end
end

-- The options that a function says it knows, by the place of their table.
function walker:options()
  local found = {}
  for number = 1, #bases(self) do
    for place = 1, MOST do
      local base = bases(self)[number]
      base.n = math.max(#base, place)
      base[place] = { ["\1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"] = 1 }
      local _, message = call(self.subject, base)
      local known = type(message) == "string"
        and message:match("unknown option.*; known: (.*)$")
      if known and not found[known] then
        local names = {}
        for name in known:gmatch("'([%w_]+)'") do names[#names + 1] = name end
        found[known], found[#found + 1] = true,
          { base = number, place = place, names = names }
      end
    end
  end
  return found
end

-- A hostile value in each option.
function walker:walk_options()
  for _, known in ipairs(self:options()) do
    for _, name in ipairs(known.names) do
      for value = 1, #self.values do
        if not self:skips() then
          local base = bases(self)[known.base]
          local what, given = table.unpack(self.values[value])
          base.n = math.max(#base, known.place)
          base[known.place] = { period = "all", [name] = given }
          self:try(base, { [known.place] = ("{ %s = %s }"):format(name, what) })
        end
      end
    end
  end
end

-- Hostile values in all places, by chance.
function walker:walk_randomly()
  math.randomseed(6)
  for _ = 1, RANDOM do
    local arguments, names = { n = math.random(0, MOST + 1) }, {}
    for i = 1, arguments.n do
      local value = self.values[math.random(#self.values)]
      arguments[i], names[i] = value[2], value[1]
    end
    if self.subject.class and math.random(4) > 1 then
      arguments[1], names[1] = self.world[self.subject.class],
        self.subject.class
      arguments.n = math.max(1, arguments.n)
    end
    self:try(arguments, names)
  end
end

--- Call the functions or methods of a group with all of that.
-- @tparam string group
-- @treturn integer calls
function walk.run(group)
  local calls = 0
  local names = sorted_names(subjects(new_world()), function(subject)
    return subject.group == group
  end)
  for _, name in ipairs(names) do
    local self = new_walker(name)
    told = {}
    io.stderr:write("walking over ", name, "\n") -- for whoever sees it crash
    self:walk_places()
    self:walk_options()
    self:walk_randomly()
    calls = calls + self.calls
  end
  return calls
end

return walk
