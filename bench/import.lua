-- Import one file into a new log and print how many records it brought.
--   lua5.4 bench/import.lua LOG FILE
local activitylog = require "activitylog"

local log <close> = assert(activitylog.open(arg[1]))
print(assert(log:import(arg[2])).records)
