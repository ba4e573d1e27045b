-- activitylog completion SHELL

local command = require "activitylog.command"
local locale = require "activitylog.locale"
local output = require "activitylog.command.output"

local function labelled(field)
  local names = {}
  for name in pairs(locale.find("en-us").labels[field]) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

-- Values that are worth suggesting where others are right as well, so that the
-- parser has no list of them.
local WORDS = {
  ["--by"] = { "hour", "day", "week", "month", "customer", "user",
               "operation_type", "resource_type", "operation_status" },
  ["--locale"] = locale.names,
  ["--operation"] = labelled "operation_type",
  ["--period"] = { "recent", "today", "yesterday", "this_month", "last_month",
                   "last_7_days", "last_30_days", "all" },
  ["--redact"] = { "customer_id", "customer_name", "customized_data",
                   "resource_new_value", "resource_old_value",
                   "user_principal_name" },
  ["--status"] = labelled "operation_status",
  ["--zone"] = { "UTC", "local" },
}

-- argparse would have files suggested for all that has no choices. Those that
-- it finds for bash break at spaces; where it finds none, bash looks itself.
local function suggest(part, shell)
  for _, option in ipairs(part._options) do
    local is_file = option._argname == "<file>" and shell == "zsh"
    if option._argname and not is_file and not option._choices then
      option:choices(WORDS[option._name] or {})
    end
  end
  for _, argument in ipairs(part._arguments) do
    if argument._name == "id" then argument:choices {} end
  end
  for _, subcommand in ipairs(part._commands) do suggest(subcommand, shell) end
end

return function(args)
  local parser = command.parser()
  suggest(parser, args.shell)
  if args.shell == "bash" then
    output.write(parser:get_bash_complete())
  else
    output.write(parser:get_zsh_complete())
  end
  return 0
end
