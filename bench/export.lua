-- Export a log to one CSV file and print how many records went into it.
--   lua5.4 bench/export.lua LOG FILE full|partner-center FROM TO [CUSTOMER_ID]
-- FROM and TO are dates, or "" for an open end. Layout full is written for
-- machines, the other for Excel.
local activitylog = require "activitylog"

local path, target, layout, from, to, customer_id = table.unpack(arg)

local function date(text)
  return text ~= "" and text or nil
end

local log <close> = assert(activitylog.open(path, { mode = "r" }))
local result = assert(log:export(target, {
  period = activitylog.period(date(from), date(to)),
  layout = layout,
  excel = layout ~= "full",
  redact = layout ~= "full",
  customer_id = customer_id,
}))
print(result.records)
