--- How the command `activitylog` fails: one line for people, and a status.
-- @module activitylog.command.failure

local options = require "activitylog.options"
local process = require "activitylog.process"

local failure = {
  --- The exit status when the world failed: a file, a disk, the log.
  WORLD = 1,

  --- The exit status when the command line is wrong.
  USAGE = 2,

  --- The exit status when a layout file raises or takes more than it may.
  LAYOUT = 3,
}

-- Where an option of the module is not called as that of the command.
local NAMES = {
  customer_name = "customer", customer_id = "customer",
  operation_type = "operation", operation_status = "status",
}

--- End the work.
-- @tparam integer status the exit status
-- @tparam string message of one line
-- @raise always
function failure.raise(status, message)
  error({ status = status, message = message }, 0)
end

local function option_name(name)
  return "--" .. (NAMES[name] or name:gsub("_", "-"))
end

--- A message of the module in the words of the command line.
-- @tparam string message
-- @treturn string
-- @usage failure.translate("option 'user': it is not UTF-8")
-- --> --user: it is not UTF-8
function failure.translate(message)
  return (message:gsub("option '([%w_]+)'", option_name)
    :gsub("parameter '([%w_]+)'", option_name)
    :gsub("make a period with .*", "--from and --to take dates")
    :gsub("another max_rows", "another --max-rows")
    :gsub("open it once for writing to bring", "'activitylog import' brings")
    :gsub("open it and pass the handle instead",
          "--output - is standard output, which the shell may lead there"))
end

--- End the work because the world failed.
-- @tparam string message of the module
-- @tparam string code
-- @raise always
function failure.raise_world(message, code)
  failure.raise(failure.WORLD,
                ("%s (%s)"):format(failure.translate(message), code))
end

local function settle(ok, result, message, code, ...)
  if type(result) == "table" and result.status then
    error(result, 0) -- by a function of ours that the module called
  elseif not ok then
    local column = result:find("^column .-: ")
    failure.raise(column and failure.LAYOUT or failure.USAGE,
                  failure.translate(result))
  elseif result == nil then
    failure.raise_world(message, code)
  end
  return result, message, code, ...
end

--- Call a function of the module, and end the work when it fails.
-- What it raises is a mistake in the command line; `nil, message, code` is the
-- world's.
-- @tparam function call
-- @param ... its arguments
-- @return what it returns
-- @raise when it fails
-- @usage local log = failure.ask(activitylog.open, "contoso.db")
function failure.ask(call, ...)
  return settle(options.try(call, ...))
end

--- The exit status of an error, and its message.
-- @param err what was raised
-- @treturn integer
-- @treturn string
function failure.read(err)
  if type(err) == "table" and err.status then return err.status, err.message end
  return failure.WORLD, tostring(err)
end

--- End the work if a signal came meanwhile.
-- @raise then
function failure.check_signal()
  if process.caught() then failure.raise(failure.WORLD, "interrupted") end
end

return failure
