-- activitylog backup FILE

local failure = require "activitylog.command.failure"
local output = require "activitylog.command.output"
local progress = require "activitylog.command.progress"
local selection = require "activitylog.command.selection"

return function(args)
  if args.file == "-" then
    failure.raise(failure.USAGE, "a backup goes to a file, not to standard "
      .. "output; name one (./- is one of that name)")
  end
  local log <close> = selection.open(args)
  local meter <close> = progress.begin {
    what = "Copying", unit = "bytes", quiet = args.quiet,
  }
  local result = failure.ask(log.backup, log, args.file, {
    progress = meter:watch(),
  })
  meter:erase()
  if not args.quiet then
    output.did("the copy is in " .. args.file)
    output.line("%.1f MB in %s", result.bytes / 1e6, args.file)
  end
  return 0
end
