-- Last month for readers in France: French titles, the separator that Excel
-- expects there, days and clock of Paris.
--
--   lua5.4 examples/french-csv.lua LOG CSV
--   lua5.4 examples/french-csv.lua contoso.db journal.csv
--
-- The log is only read.

local activitylog = require "activitylog"

local path, target = table.unpack(arg)
if not target then
  io.stderr:write("usage: french-csv.lua LOG CSV\n")
  os.exit(2, true)
end

local log <close> = assert(activitylog.open(path, { mode = "r" }))
local report = assert(log:export(target, {
  period = "last_month",
  zone = "Europe/Paris",
  locale = "fr",
}))
print(("%d records in %s"):format(report.records,
                                  table.concat(report.files, ", ")))
