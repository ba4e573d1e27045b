-- Summarize a log by the keys that are named, and print how many records there
-- are.
--   lua5.4 bench/summary.lua LOG KEY...
local activitylog = require "activitylog"

local log <close> = assert(activitylog.open(arg[1], { mode = "r" }))
local summary = assert(log:summary {
  period = "all",
  by = table.move(arg, 2, #arg, 1, {}),
})
print(summary.total.count)
