-- What the portal shows, and to whom. All ways to serve it, in the files beside
-- this one, share it: copy the folder and change what you need.
local activitylog = require "activitylog"
local web = require "activitylog.web"

return web.new {
  log = os.getenv "ACTIVITYLOG_LOG" or "activitylog.db",
  -- The roles that may see the log: Partner Center's six, or fewer, or others.
  access = activitylog.access.new(),
}
