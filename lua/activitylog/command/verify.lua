-- activitylog verify

local failure = require "activitylog.command.failure"
local output = require "activitylog.command.output"
local progress = require "activitylog.command.progress"
local selection = require "activitylog.command.selection"

-- Its line of progress is gone when it is done.
local function verify(log, args)
  local meter <close> = progress.begin {
    what = "Verifying", unit = "records", quiet = args.quiet,
  }
  return failure.ask(log.verify, log, {
    head = args.head, progress = meter:watch(),
  })
end

local function day(instant)
  return instant:sub(1, 10)
end

local function tell_purge(purge)
  output.line("Purged     %s from %s to %s; on %s by %s",
              output.quantity(purge.records, "record"), day(purge.oldest),
              day(purge.newest), day(purge.time), purge.user)
end

return function(args)
  local log <close> = selection.open(args)
  local proof = verify(log, args)
  if args.quiet then return 0 end
  output.line("Verified   %s, %d superseded, %s",
              output.quantity(proof.records, "record"), proof.superseded,
              output.quantity(proof.imports, "import"))
  for _, purge in ipairs(proof.purges) do tell_purge(purge) end
  output.line("Head       %s", proof.head)
  return 0
end
