-- Last month's activity as a page for the browser, to be mailed or put on a
-- server. Made to be run by cron:
--
--   lua5.4 examples/monthly-page.lua LOG PAGE [LOCALE]
--   lua5.4 examples/monthly-page.lua contoso.db october.html fr
--
-- LOCALE is the language of the page; "en-us" if there is none. The log is only
-- read.

local activitylog = require "activitylog"

local path, target, locale = table.unpack(arg)
if not target then
  io.stderr:write("usage: monthly-page.lua LOG PAGE [LOCALE]\n")
  os.exit(2, true)
end

local log <close> = assert(activitylog.open(path, { mode = "r" }))
local report = assert(log:export(target, {
  format = "html",
  period = "last_month",
  locale = locale,
}))
print(("%d records in %s"):format(report.records, target))
