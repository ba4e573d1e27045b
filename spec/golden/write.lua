-- Write the reports of spec/golden anew, to be read in review:
--
--   lua5.4 spec/golden/write.lua
--
-- in the root of the tree. ACTIVITYLOG_BUILD names another build folder than
-- build/dev.

package.path = "lua/?.lua;lua/?/init.lua;./?.lua;" .. package.path
dofile "spec/helper.lua"

local activitylog = require "activitylog"
local reports = require "spec.golden.reports"

local log <close> = assert(activitylog.open(":memory:"))
for _, path in ipairs(reports.samples) do assert(log:import(path)) end
for _, report in ipairs(reports.list) do
  local file <close> = assert(io.open("spec/golden/" .. report[1], "wb"))
  assert(file:write(reports.text(log, report[2])))
end
