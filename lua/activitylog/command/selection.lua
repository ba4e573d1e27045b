--- Which records the command line means, and which log, as the module takes
-- them.
-- @module activitylog.command.selection

local activitylog = require "activitylog"
local failure = require "activitylog.command.failure"
local link = require "activitylog.link"

local selection = {}

--- The path of the log that is meant.
-- @tparam table args of the command line
-- @treturn string
-- @raise on a log in memory, which would end with the command
function selection.path(args)
  local named = os.getenv "ACTIVITYLOG_LOG"
  local path = args.log or named ~= "" and named or "activitylog.db"
  if path ~= ":memory:" then return path end
  failure.raise(failure.USAGE, "a log in memory ends with the command; name a "
    .. "file by --log (./:memory: is one of that name)")
end

-- What a log that cannot be opened to read means to those who named it.
local function fail_to_open(message, code)
  local hint = message:find ": No such file or directory$"
    and "; --log names another, 'activitylog import' makes one" or ""
  failure.raise(failure.WORLD, ("%s (%s)%s")
    :format(failure.translate(message), code, hint))
end

--- Open the log to read it.
-- @tparam table args of the command line
-- @treturn log
-- @raise when it cannot be opened
function selection.open(args)
  local log, message, code = activitylog.open(selection.path(args),
                                              { mode = "r" })
  return log or fail_to_open(message, code)
end

--- Open a log that is there to write to it, of an older file version too.
-- Opened to write at once, it would be made where there is none.
-- @tparam table args of the command line
-- @treturn log
-- @raise when it cannot be opened
function selection.open_to_write(args)
  local path = selection.path(args)
  local log, message, code = activitylog.open(path, { mode = "r" })
  if log then
    log:close()
  elseif code ~= "version" then
    fail_to_open(message, code)
  end
  return failure.ask(activitylog.open, path)
end

--- The value of an option that is a number.
-- @tparam table args of the command line
-- @tparam string name of the option in it
-- @treturn ?integer 0 or more; nil when the option is not used
-- @raise on what is no such number
function selection.number(args, name)
  local text = args[name]
  if not text then return nil end
  local number = text:find("^%d+$") and math.tointeger(tonumber(text))
  if number then return number end
  failure.raise(failure.USAGE, ("--%s: number expected, got '%s'")
    :format((name:gsub("_", "-")), text))
end

-- An unused option that may come often is an empty list.
local function given(list)
  return list and #list > 0 and list or nil
end

local function read_period(args)
  if not (args.from or args.to) then return args.period end
  if args.period then
    failure.raise(failure.USAGE,
                  "--period goes without --from and --to, which say more")
  end
  return failure.ask(activitylog.period, args.from, args.to, args.zone)
end

-- Names or ids: a record would have to match both. What has a link is an id.
local function read_customer(query, list)
  local ids = 0
  for _, customer in ipairs(list) do
    if link.subscriptions(customer) then ids = ids + 1 end
  end
  if ids ~= 0 and ids ~= #list then
    failure.raise(failure.USAGE, "--customer: names or ids, not both")
  end
  query[ids > 0 and "customer_id" or "customer_name"] = given(list)
end

-- "Create order", as people read it, is create_order.
local function read_operations(list)
  local wire = {}
  for i, operation in ipairs(list) do wire[i] = operation:gsub(" ", "_") end
  return given(wire)
end

local function read_redact(args)
  if not args.no_redact then return given(args.redact) end
  if given(args.redact) then
    failure.raise(failure.USAGE, "--redact and --no-redact exclude each other")
  end
  return false
end

--- The options that select records.
-- @tparam table args of the command line
-- @treturn table a new one
-- @raise on what is wrong with them
function selection.query(args)
  local query = {
    period = read_period(args),
    zone = args.zone,
    operation_type = read_operations(args.operation),
    user = given(args.user),
    operation_status = given(args.status),
    text = given(args.text),
    order = args.order,
    redact = read_redact(args),
  }
  read_customer(query, args.customer)
  return query
end

-- Filters for which the log has to read as much to count as to do the work.
local READ_ALL = {
  "customer_name", "operation_type", "user", "operation_status",
}

--- How many records some work has to look at.
-- @tparam log log
-- @tparam table selected as of `query`
-- @tparam table meter of the work
-- @treturn ?integer nil where nobody would see it, or it would take too long
-- @raise when the log cannot be read
function selection.total(log, selected, meter)
  if not meter.shown then return nil end
  for _, name in ipairs(READ_ALL) do
    if selected[name] then return nil end
  end
  local query = {}
  for name, value in pairs(selected) do query[name] = value end
  query.text = nil
  return failure.ask(log.count, log, query)
end

--- What hides in a record of which the id is known.
-- @tparam table args of the command line
-- @treturn table query of everything
function selection.everything(args)
  return { period = "all", redact = read_redact(args) }
end

return selection
