-- The portal under lighttpd: mod_magnet runs this for each request, and keeps
-- modules loaded, and so the portal and its log. Pages are answered here, one
-- at a time; what takes long is left to portal.cgi, a process of its own.

local FOLDER = os.getenv "ACTIVITYLOG_PORTAL"

-- Once: the state of Lua stays, too.
if not package.loaded.settings then
  package.path = FOLDER .. "/?.lua;" .. package.path
end
local portal = require "settings"

-- What the server in front found out about the visitor. It has to take the
-- header away from visitors who send it themselves.
local ROLE = "X-Activitylog-Role"

-- What CGI gets of it: no header can set this one, as theirs begin with HTTP_.
local ROLE_VARIABLE = "ACTIVITYLOG_ROLE"

-- What it needs besides, as CGI starts with an environment of its own.
local VARIABLES = {
  "ACTIVITYLOG_LOG", "LUA_PATH_5_4", "LUA_CPATH_5_4", "TMPDIR", "TZ", "TZDIR",
}

local r = lighty.r

local request = {
  method = r.req_attr["request.method"],
  query = r.req_attr["uri.query"],
  role = r.req_header[ROLE],
  language = r.req_header["Accept-Language"],
}

if portal:is_long(request) then
  r.req_env[ROLE_VARIABLE] = request.role or ""
  for _, name in ipairs(VARIABLES) do
    r.req_env[name] = os.getenv(name)
  end
  r.req_attr["physical.path"] = FOLDER .. "/portal.cgi"
  return 0 -- mod_cgi goes on
end

local response = portal:respond(request)
for name, value in pairs(response.headers) do r.resp_header[name] = value end
r.resp_body.set { response.body }
if response.problem then print(response.problem) end
return response.status
