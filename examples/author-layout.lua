-- A report with columns of one's own: one row an order, and what was ordered.
--
--   lua5.4 examples/author-layout.lua LOG CSV
--   lua5.4 examples/author-layout.lua contoso.db orders.csv
--
-- The log is only read.

local activitylog = require "activitylog"

local path, target = table.unpack(arg)
if not target then
  io.stderr:write("usage: author-layout.lua LOG CSV\n")
  os.exit(2, true)
end

-- "25 x Office 365 Business Premium Trial", one line a product.
local function ordered(record)
  local lines = {}
  for i, item in ipairs(record.line_items) do
    lines[i] = ("%s x %s"):format(item.quantity or "?",
                                  item.friendly_name or item.offer_id or "?")
  end
  return table.concat(lines, "\n")
end

local layout = activitylog.layout {
  { title = "When", field = "operation_date", format = "%d/%m/%Y %H:%M" },
  { title = "Customer", template = "{customer_name} ({customer_id})" },
  { title = "Ordered", value = ordered },
  { title = "Result", label = "operation_status" },
  { title = "Source", value = "Partner Center" },
  { title = "Open", link = "subscriptions" },
}

local log <close> = assert(activitylog.open(path, { mode = "r" }))
local report = assert(log:export(target, {
  period = "all",
  operation_type = "create_order",
  layout = layout,
}))
print(("%d orders in %s"):format(report.records, target))
