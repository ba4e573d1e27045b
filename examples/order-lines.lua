-- What was ordered, one row a product, as a CSV that Excel opens.
--
--   lua5.4 examples/order-lines.lua LOG CSV [PERIOD]
--   lua5.4 examples/order-lines.lua contoso.db orders.csv 2026-10
--
-- PERIOD is the name of one; the most recent month if there is none. The log is
-- only read.

local activitylog = require "activitylog"

local path, target, period = table.unpack(arg)
if not target then
  io.stderr:write("usage: order-lines.lua LOG CSV [PERIOD]\n")
  os.exit(2, true)
end

local log <close> = assert(activitylog.open(path, { mode = "r" }))
local report = assert(log:export(target, {
  period = period,
  layout = "order-lines",
  operation_type = "create_order",
}))
print(("%d products of %d orders in %s"):format(report.rows, report.records,
                                                target))
