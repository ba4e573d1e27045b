-- One CSV a customer: what happened there in a month.
--
--   lua5.4 examples/customer-reports.lua LOG FOLDER [MONTH]
--   lua5.4 examples/customer-reports.lua contoso.db reports 2026-10
--
-- The month is a period's name, last_month if there is none. Files are named by
-- the customers' ids. The log is only read; the folder has to be there.

local activitylog = require "activitylog"

local path, folder, month = table.unpack(arg)
if not folder then
  io.stderr:write("usage: customer-reports.lua LOG FOLDER [MONTH]\n")
  os.exit(2, true)
end
month = month or "last_month"

-- The ids in lower case, sorted. Only GUIDs: an id is to name a file.
local function customers(log)
  local seen, list = {}, {}
  for record in log:records { period = month, fields = { "customer_id" } } do
    local id = (record.customer_id or ""):lower()
    if id:find("^[0-9a-f-]+$") and not seen[id] then
      seen[id] = true
      list[#list + 1] = id
    end
  end
  table.sort(list)
  return list
end

local log <close> = assert(activitylog.open(path, { mode = "r" }))
for _, id in ipairs(customers(log)) do
  local target = ("%s/%s.csv"):format(folder, id)
  local report = assert(log:export(target, {
    period = month,
    customer_id = id,
  }))
  print(("%d records in %s"):format(report.records, target))
end
