--- What specs of servers share: a program that listens on a port of this
-- machine, and what it answers. It is stopped when the test ends, and also when
-- the tests themselves are: it lives as long as a pipe from here is open.

local support = require "spec.support"

local server = {}

local FREE_PORT = [[
import socket
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
print(listener.getsockname()[1])
]]

--- A port of 127.0.0.1 that nobody listens on.
function server.free_port()
  return math.tointeger(tonumber(support.check("python3 -c "
    .. support.quote(FREE_PORT))))
end

-- `timeout` hands a signal on to what the program has started, too, and kills
-- what does not heed it. A program that is to run longer than that hangs.
local KEEPER = [[
trap "" INT # that ends the tests, and with them this
timeout --kill-after=5 600 sh -c %s </dev/null >%s 2>&1 &
read -r _
exec 2>/dev/null
kill $!
wait $!
]]

-- Waits for the port, but not for a program that has ended.
local UNTIL_IT_ANSWERS = [[
for _ in $(seq 600); do
  if (exec 3<>"/dev/tcp/127.0.0.1/%d") 2>/dev/null; then
    exit 0
  elif [ -s %s ] && ! kill -0 "$(cat %s)" 2>/dev/null; then
    exit 1
  fi
  sleep 0.1
done
exit 1
]]

--- Start a program, and wait until it listens on a port.
-- @tparam string command of the shell that becomes the program: it stays in the
--   foreground
-- @tparam integer port
-- @treturn table `pid`, and `said`, a function that gives what it wrote so far
function server.start(command, port)
  local folder = support.temp_dir()
  local log, pid = folder .. "/log", support.quote(folder .. "/pid")
  local pipe = assert(io.popen(KEEPER:format(
    support.quote(("echo $$ >%s; exec %s"):format(pid, command)),
    support.quote(log)), "w"))
  support.defer(function() pipe:close() end)
  local _, status = support.run("bash -c " .. support.quote(
    UNTIL_IT_ANSWERS:format(port, pid, pid)))
  if status ~= 0 then
    error(("port %d does not answer: %s\n%s")
      :format(port, command, support.read(log)), 2)
  end
  return {
    pid = math.tointeger(tonumber(support.read(folder .. "/pid"))),
    said = function() return support.read(log) end,
  }
end

local function parse(text)
  local status, head, body =
    text:match "^HTTP/[%d.]+ (%d+)[^\r\n]*\r\n(.-\r?\n)\r\n(.*)$"
  if not status then error("no answer of HTTP: " .. text, 3) end
  local headers = {}
  for name, value in head:gmatch "([^\r\n:]+): *([^\r\n]*)" do
    headers[name:lower()] = value
  end
  return { status = math.tointeger(tonumber(status)), headers = headers,
           body = body }
end

--- What a URL answers.
-- @tparam string url
-- @tparam string ... further arguments of curl, such as "--user", "ann:secret",
--   "--header", "Accept-Language: fr", or "--head"
-- @treturn table `status`, `headers` by names in small letters, `body`
function server.get(url, ...)
  local words = { "curl", "--silent", "--show-error", "--include",
                  "--max-time", "60", ... }
  words[#words + 1] = url
  for i, word in ipairs(words) do words[i] = support.quote(word) end
  return parse(support.check(table.concat(words, " ")))
end

return server
