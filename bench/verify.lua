-- Verify a log and print its head.
--   lua5.4 bench/verify.lua LOG
local activitylog = require "activitylog"

local log <close> = assert(activitylog.open(arg[1], { mode = "r" }))
print(assert(log:verify()).head)
