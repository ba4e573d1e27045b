#!/usr/bin/env lua5.4
-- The portal as a CGI program (RFC 3875), for any server that runs these. The
-- visitor's role comes in the variable ACTIVITYLOG_ROLE, which the server sets:
-- no header can, as theirs begin with HTTP_.

package.path = (arg[0]:match "^(.*)/" or ".") .. "/?.lua;" .. package.path
local portal <close> = require "settings"

local BLOCK = 65536

-- A visitor who left is no failure, but there is nothing left to do.
local function write(text)
  if not io.stdout:write(text) then os.exit(1, true) end
end

local response = portal:respond {
  method = os.getenv "REQUEST_METHOD",
  query = os.getenv "QUERY_STRING",
  role = os.getenv "ACTIVITYLOG_ROLE",
  language = os.getenv "HTTP_ACCEPT_LANGUAGE",
}

if response.problem then io.stderr:write(response.problem, "\n") end
write(("Status: %d\r\n"):format(response.status))
for name, value in pairs(response.headers) do
  write(("%s: %s\r\n"):format(name, value))
end
write "\r\n"
if os.getenv "REQUEST_METHOD" == "HEAD" then
  response.body, response.file = nil, nil
end
if response.body then write(response.body) end
while response.file do
  local block = response.file:read(BLOCK)
  if not block then break end
  write(block)
end
if not io.stdout:flush() then os.exit(1, true) end
