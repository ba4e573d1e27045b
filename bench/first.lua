-- Wait for a line, then open a log and export everything to standard output.
--   lua5.4 bench/first.lua LOG
local activitylog = require "activitylog"

io.read()
local log <close> = assert(activitylog.open(arg[1], { mode = "r" }))
assert(log:export(io.stdout, {
  period = "all", layout = "full", excel = false, redact = false,
}))
