-- activitylog completion SHELL

local command = require "activitylog.command"
local output = require "activitylog.command.output"

return function(args)
  local parser = command.parser()
  if args.shell == "bash" then
    output.write(parser:get_bash_complete())
  else
    output.write(parser:get_zsh_complete())
  end
  return 0
end
