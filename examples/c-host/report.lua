-- A month's activity as a CSV that Excel opens, last month's if none is named.
local activitylog = require "activitylog"

local path, target, month = ...
if not target then error("usage: host report.lua LOG CSV [MONTH]", 0) end

local log <close> = assert(activitylog.open(path, { mode = "r" }))
local report = assert(log:export(target, { period = month or "last_month" }))
print(("%d records in %s"):format(report.records, target))
