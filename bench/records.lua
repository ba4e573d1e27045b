-- Go through all records of a log and print how many there are.
--   lua5.4 bench/records.lua LOG [FIELD...]
-- Without names of fields, the records have all of them.
local activitylog = require "activitylog"

local log <close> = assert(activitylog.open(arg[1], { mode = "r" }))
local fields = arg[2] and table.move(arg, 2, #arg, 1, {}) or nil
local count = 0
for record in log:records { period = "all", fields = fields } do
  count = record and count + 1
end
print(count)
