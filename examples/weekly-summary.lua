-- Who did how much, week by week: a row a week, a column a user.
--
--   lua5.4 examples/weekly-summary.lua LOG CSV [PERIOD]
--   lua5.4 examples/weekly-summary.lua contoso.db weeks.csv last_90_days
--
-- PERIOD is the name of one; the last 90 days if there is none. The log is only
-- read.

local activitylog = require "activitylog"

local path, target, period = table.unpack(arg)
if not target then
  io.stderr:write("usage: weekly-summary.lua LOG CSV [PERIOD]\n")
  os.exit(2, true)
end

local log <close> = assert(activitylog.open(path, { mode = "r" }))
local summary = assert(log:summary {
  period = period or "last_90_days",
  by = { "week", "user" },
})
local report = assert(summary:export(target, { pivot = true }))
print(("%d activities of %d customers in %s"):format(summary.total.count,
  summary.total.customers, table.concat(report.files, ", ")))
