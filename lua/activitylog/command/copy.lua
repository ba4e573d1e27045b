-- activitylog copy FROM TO

local activitylog = require "activitylog"
local failure = require "activitylog.command.failure"
local output = require "activitylog.command.output"
local progress = require "activitylog.command.progress"

-- Of a file, and of a database.
local PENDING = "the copy may still hold bytes of what was purged, as another "
  .. "program is using it, or there is no room to write it anew: purge it "
  .. "again later; a database holds them until new records take their room"

local function check(args)
  if args.log then
    failure.raise(failure.USAGE, "--log: copy takes both logs by their names, "
      .. "FROM and TO")
  end
  for _, path in ipairs { args.source, args.target } do
    if path == ":memory:" then
      failure.raise(failure.USAGE, "a log in memory ends with the command; "
        .. "name files (./:memory: is one of that name)")
    end
  end
end

-- Its line of progress is gone when it is done.
local function copy(args)
  local meter <close> = progress.begin {
    what = "Copying", unit = "records", quiet = args.quiet,
  }
  return failure.ask(activitylog.copy, args.source, args.target, {
    progress = meter:watch(),
  })
end

local function quantity(result)
  if result.imports + result.purges == 0 then
    return "Nothing to copy: both are the same"
  end
  local purges = result.purges > 0
    and ", " .. output.quantity(result.purges, "purge") or ""
  return ("Copied     %s, %d superseded, %s%s"):format(
    output.quantity(result.records, "record"), result.superseded,
    output.quantity(result.imports, "import"), purges)
end

return function(args)
  check(args)
  local result = copy(args)
  if not args.quiet then
    local copied = quantity(result)
    output.did "the log was copied"
    output.line("%s", copied)
    output.line("Head       %s", result.head)
  end
  if result.pending then output.note(PENDING) end
  return 0
end
