-- The portal under Prosody 0.12: mod_http hands requests on to this module,
-- which has the portal and its log. Pages are answered here, one at a time, and
-- Prosody's other users wait meanwhile; so what takes long is left to
-- portal.cgi, a process of its own.

module:set_global()
module:depends "http"

local async = require "util.async"
local pposix = require "util.pposix"

local FOLDER = module:get_directory()
local portal = dofile(FOLDER .. "/settings.lua")

-- Only the server in front may say who the visitor is. These are the addresses
-- that it comes from.
local front = module:get_option_set("activitylog_front",
                                    { "127.0.0.1", "::1" })

-- Prosody knows headers by names like content_type.
local function add(headers, given)
  for name, value in pairs(given) do
    headers[name:lower():gsub("-", "_")] = value
  end
end

-- ---- what takes long

-- The name goes when the answer is there, or when all is stopped with Prosody.
-- Half an answer is none. What Prosody has open is closed first: a connection
-- that it ends would stay open till then.
local COMMAND = [[
exec bash -c '
  for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    if ((fd > 2)); then exec {fd}>&-; fi
  done
  {
    trap : TERM
    trap "rm -f \"\$1\"" EXIT
    nice "$0/portal.cgi" >"$1" || : >"$1"
  } &' %s %s
]]

-- More at a time are refused, as Prosody stands still where processes run out;
-- and one that takes longer is none that anybody waits for.
local MOST, SECONDS = 8, 600

local at_work, last = 0, 0

local VARIABLES = {
  REQUEST_METHOD = "method", QUERY_STRING = "query", ACTIVITYLOG_ROLE = "role",
  HTTP_ACCEPT_LANGUAGE = "language",
}

-- A word of the shell's.
local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- The process gets the variables of this moment, as no part of a request is to
-- stand in a command.
local function start(asked, name)
  for variable, field in pairs(VARIABLES) do
    pposix.setenv(variable, asked[field])
  end
  local started = os.execute(COMMAND:format(quoted(FOLDER), quoted(name)))
  for variable in pairs(VARIABLES) do pposix.setenv(variable, nil) end
  return started
end

local function exists(name)
  local _, _, code = os.rename(name, name)
  return code ~= pposix.ENOENT
end

-- Send the answer of CGI, which begins with its status, if it is whole.
local function send(file, response)
  local status = (file:read "L" or ""):match "^Status: (%d+)\r\n$"
  if not status then return 500 end
  response.status_code = tonumber(status)
  for line in file:lines() do
    local name, value = line:match "^([%w-]+): (.*)\r$"
    if not name then break end
    add(response.headers, { [name] = value })
  end
  local from, size = file:seek(), response.headers.content_length
  local there = ("%d"):format(file:seek "end" - from)
  if size and size ~= there then return 500 end
  response.headers.content_length = there
  file:seek("set", from)
  response:send_file(file)
  return true
end

-- In Prosody's own folder, where nobody else can make one of the same name.
local function make_file()
  last = last + 1
  local name = ("%s/activitylog-%d"):format(prosody.paths.data, last)
  local file, why = io.open(name, "w+b")
  if not file then module:log("error", "%s", why) end
  return file, name
end

local function wait_for(name)
  local ticks = 0
  while exists(name) and ticks < SECONDS * 10 do
    async.sleep(0.1)
    ticks = ticks + 1
  end
  return os.remove(name) == nil -- else it was not done
end

local function answer_later(asked, response)
  if at_work >= MOST then return 503 end
  local file, name = make_file()
  if not file then return 503 end
  at_work = at_work + 1
  asked.method = "GET" -- to HEAD Prosody leaves out the body itself
  local done = start(asked, name) and wait_for(name)
  at_work = at_work - 1
  if not done then
    os.remove(name)
    return 503
  end
  return send(file, response)
end

-- ---- all else

local function answer(event)
  local request = event.request
  if not front:contains(request.conn:ip()) then return 403 end
  local asked = {
    method = request.method, query = request.url.query,
    role = request.headers.x_activitylog_role,
    language = request.headers.accept_language,
  }
  if portal:is_long(asked) then return answer_later(asked, event.response) end
  local given = portal:respond(asked)
  if given.problem then module:log("error", "%s", given.problem) end
  event.response.status_code = given.status
  add(event.response.headers, given.headers)
  return given.body
end

-- Other sites' scripts have no business here.
module:provides("http", { cors = { enabled = false },
                          route = { ["GET /"] = answer } })

function module.unload() portal:close() end
