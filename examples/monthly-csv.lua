-- Last month's activity as a CSV that Excel opens. Made to be run by cron:
--
--   lua5.4 examples/monthly-csv.lua LOG CSV [ZONE]
--   lua5.4 examples/monthly-csv.lua contoso.db october.csv +01:00
--
-- ZONE says whose month is meant, and whose clock the dates show; UTC if there
-- is none. The log is only read.

local activitylog = require "activitylog"

local path, target, zone = table.unpack(arg)
if not target then
  io.stderr:write("usage: monthly-csv.lua LOG CSV [ZONE]\n")
  os.exit(2, true)
end

local log <close> = assert(activitylog.open(path, { mode = "r" }))
local report = assert(log:export(target, {
  period = "last_month",
  zone = zone,
}))
print(("%d records in %s"):format(report.records,
                                  table.concat(report.files, ", ")))
