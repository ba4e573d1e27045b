-- activitylog page: an export in another format, to a file of its own.

local export = require "activitylog.command.export"

return function(args)
  args.format, args.output = "html", args.output or "activity.html"
  return export(args)
end
