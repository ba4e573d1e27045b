-- The portal's other hosts, and what stands in front of them: each server as
-- its file in examples/portal has it, on ports of the test's own. lighttpd by
-- itself, and how the portal works in a browser, are in portal_spec.

local activitylog = require "activitylog"
local server = require "spec.server"
local support = require "spec.support"

local missing = support.missing(nil, "apache2", "curl", "haproxy", "lighttpd",
                                "nginx", "openssl", "prosody")
if missing then
  pending("hosts of the portal, and servers in front #slow: " .. missing)
  return
end

local EXAMPLES = "examples/portal/"
local PERIOD = "from=2026-10-01&to=2026-10-31"
local EXPORT = PERIOD .. "&export=csv"

-- ---- the log, and the folder of the portal

local IS_ROOT = support.run "id -u" == "0\n"

-- Servers are anyone's; root runs them as nobody, to whom he gives the files.
-- HAProxy wants to enter the folder that it is started in.
local AS_NOBODY = "env --chdir=/ " .. (IS_ROOT
  and "setpriv --reuid=nobody --regid=nogroup --clear-groups " or "")

local function give(folder)
  if IS_ROOT then support.check("chown -R nobody: " .. folder) end
  return folder
end

-- Names are long, as an export has to be larger than what the system's buffers
-- hold of a connection, ten MiB.
local LONG = (" of the river"):rep(300)

local function fill(path, n)
  local log <close> = assert(activitylog.open(path))
  local records = {}
  for i = 1, n do
    records[i] = {
      id = tostring(i), customer_name = "Relecloud " .. i .. LONG,
      operation_date = os.date("!%Y-%m-%dT%H:%M:%SZ", support.NOW - i),
    }
  end
  assert(log:append(records))
end

-- A copy of examples/portal, with the module and a log of 'n' records in it. Of
-- the roles that the servers in front give one may come in, and one may not.
-- @treturn string the folder
-- @treturn string variables by which the portal runs in it
local function portal_with(n)
  local folder = support.temp_dir()
  local build = os.getenv "ACTIVITYLOG_BUILD" or "build/dev"
  support.check(("cp -r %s* lua %s/cmod %s"):format(EXAMPLES, build, folder))
  if n > 0 then fill(folder .. "/log.db", n) end
  local settings, found = support.read(folder .. "/settings.lua"):gsub(
    "access%.new%(%)", 'access.new { roles = { "admin_agent" } }')
  assert.equal(1, found)
  support.write(folder .. "/settings.lua", settings)
  return give(folder), (("ACTIVITYLOG_PORTAL=F ACTIVITYLOG_LOG=F/log.db "
    .. "LUA_PATH_5_4='F/lua/?.lua;F/lua/?/init.lua;;' "
    .. "LUA_CPATH_5_4='F/cmod/?.so;;'"):gsub("F", folder))
end

-- What an export of a portal's log has to be, to the byte.
local function export_of(folder)
  local log <close> = assert(activitylog.open(folder .. "/log.db"))
  return assert(log:export_text {
    period = activitylog.period("2026-10-01", "2026-10-31"), locale = "en-us",
  })
end

-- ---- servers

-- The text of an example, in which each of the given words is there, and is
-- replaced.
local function example(name, changes)
  local text = support.read(EXAMPLES .. name)
  for from, to in pairs(changes) do
    local found
    text, found = text:gsub(from:gsub("%p", "%%%0"), (to:gsub("%%", "%%%%")))
    assert(found > 0, name .. " does not have " .. from)
  end
  return text
end

local function lighttpd(folder, variables)
  local port = server.free_port()
  server.start((AS_NOBODY .. "env %s ACTIVITYLOG_PORT=%d /usr/sbin/lighttpd "
    .. "-D -f %s/lighttpd.conf"):format(variables, port, folder), port)
  return port
end

-- Prosody as it would be anywhere, and its own files in a folder of the test.
local PROSODY = [[
Include %q
data_path = %q
pidfile = %q
c2s_ports = {}
s2s_ports = {}
log = { warn = "*console" }
VirtualHost "localhost"
]]

local function prosody(folder, variables)
  local port, own = server.free_port(), support.temp_dir()
  local configuration = support.write(own .. "/prosody.cfg.lua",
    PROSODY:format(folder .. "/prosody.cfg.lua", own, own .. "/pid"))
  give(own)
  local started = server.start(
    (AS_NOBODY .. "env %s ACTIVITYLOG_PORT=%d prosody -F --config %s")
      :format(variables, port, configuration), port)
  return port, started
end

-- Answers each request with the head that came, and says it, too.
local ECHO = [[
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        text = (self.requestline + "\n" + str(self.headers)).encode()
        sys.stderr.write(text.decode())
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        self.close_connection = False # what came with it is read, too
    do_POST = do_DELETE = do_OPTIONS = do_PROPFIND = do_GET
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])),
                                Handler).serve_forever()
]]

local function echo()
  local port = server.free_port()
  local started = server.start(
    (AS_NOBODY .. "/usr/bin/python3 -c %s %d")
      :format(support.quote(ECHO), port), port)
  return port, started
end

local function hash(password, kind)
  return support.check(("openssl passwd -%d %s"):format(kind, password))
    :gsub("\n", "")
end

-- nginx as Debian has it, with files of its own in a folder of the test.
local NGINX = [[
daemon off;
pid nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  include activitylog.conf;
}
]]

local function nginx(behind)
  local port, folder = server.free_port(), support.temp_dir()
  support.write(folder .. "/nginx.conf", NGINX)
  support.write(folder .. "/activitylog.conf", example("nginx.conf", {
    ["127.0.0.1:8000"] = "127.0.0.1:" .. port,
    ["127.0.0.1:8080"] = "127.0.0.1:" .. behind,
  }))
  support.write(folder .. "/activitylog.passwd",
    ("ann:%s\nben:%s\ncarl:%s\n")
      :format(hash("one", 6), hash("two", 6), hash("three", 6)))
  give(folder)
  server.start((AS_NOBODY .. "/usr/sbin/nginx -e stderr -p %s -c nginx.conf")
    :format(folder), port)
  return port, folder
end

local function haproxy(behind)
  local port = server.free_port()
  local folder = support.temp_dir()
  support.write(folder .. "/haproxy.cfg", example("haproxy.cfg", {
    ["127.0.0.1:8000"] = "127.0.0.1:" .. port,
    ["127.0.0.1:8080"] = "127.0.0.1:" .. behind,
    ["# user ann password HASH"] = ("user ann password %s\n"
      .. "  user ben password %s\n  user carl password %s")
      :format(hash("one", 5), hash("two", 5), hash("three", 5)),
  }))
  server.start((AS_NOBODY .. "/usr/sbin/haproxy -db -f %s/haproxy.cfg")
    :format(give(folder)), port)
  return port
end

local FRONTS = { nginx = nginx, HAProxy = haproxy }
local HOSTS = { lighttpd = lighttpd, Prosody = prosody }

local function url(port, query)
  return ("http://127.0.0.1:%d/?%s"):format(port, query or "")
end

-- ---- requests by hand

-- Sends bytes, and prints what comes back until nobody says anything more.
local TALK = [[
import socket, sys
peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
peer.settimeout(1)
peer.sendall(sys.stdin.buffer.read())
try:
    while data := peer.recv(65536):
        sys.stdout.buffer.write(data)
except (TimeoutError, ConnectionResetError):
    pass
]]

-- What comes back for each of the given texts, which are sent side by side.
local function talk(port, texts)
  local folder, pipes = support.temp_dir(), {}
  for name, bytes in pairs(texts) do
    local path = support.write(folder .. "/" .. name, bytes)
    pipes[name] = assert(io.popen(("python3 -c %s %d <%s")
      :format(support.quote(TALK), port, support.quote(path))))
  end
  local answers = {}
  for name, pipe in pairs(pipes) do
    answers[name] = pipe:read "a"
    assert(pipe:close())
  end
  return answers
end

-- The head of a request of carl, who has no role.
local function head(method, lines)
  return method .. " /carl HTTP/1.1\r\nHost: a\r\n"
    .. "Authorization: Basic Y2FybDp0aHJlZQ==\r\n" .. lines .. "\r\n"
end

local ROLE = "X-Activitylog-Role: admin_agent\r\n"
local SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n" .. ROLE
  .. "Connection: close\r\n\r\n"

local LENGTH = ("Content-Length: %d\r\n"):format(#SMUGGLED)
local CHUNK = ("%x\r\n%s\r\n0\r\n\r\n"):format(#SMUGGLED, SMUGGLED)

local BY_HAND = {
  ["a length and chunks"] = head("GET", "Transfer-Encoding: chunked\r\n"
    .. "Content-Length: 5\r\n") .. "0\r\n\r\n" .. SMUGGLED,
  ["chunks and a length, in capitals"] = head("POST", "Content-Length: 5\r\n"
    .. "TRANSFER-ENCODING: Chunked\r\n") .. "0\r\n\r\n" .. SMUGGLED,
  ["chunks of another name"] = head("GET", LENGTH
    .. "Transfer-Encoding: xchunked\r\n") .. SMUGGLED,
  ["a chunk that is a request"] =
    head("GET", "Transfer-Encoding: chunked\r\n") .. CHUNK,
  ["a body that is a request"] = head("GET", LENGTH) .. SMUGGLED,
  ["a body that is posted"] = head("POST", LENGTH) .. SMUGGLED,
  ["a length with a sign"] = head("GET", "Content-Length: +0\r\n"
    .. LENGTH) .. SMUGGLED,
  ["a folded line"] = head("GET", "A: b\r\n " .. ROLE),
  ["a folded line of the language"] = head("GET",
    "Accept-Language: b\r\n " .. ROLE),
  ["a line that ends in a line feed"] = head("GET", "A: b\n" .. ROLE),
  ["a carriage return alone"] = head("GET", "Accept-Language: b\r" .. ROLE),
  ["a space before the colon"] = head("GET",
    "X-Activitylog-Role : admin_agent\r\n"),
  ["a header that is for this hop"] = head("GET",
    "Connection: close, X-Activitylog-Role\r\n" .. ROLE),
  ["a URL with a line in it"] =
    (head("GET", ""):gsub("/carl", "/%%0d%%0a" .. ROLE:gsub("[: \r\n]", {
      [":"] = "%%3a", [" "] = "%%20", ["\r"] = "%%0d", ["\n"] = "%%0a" }))),
}

-- ---- specs

for front, start_front in pairs(FRONTS) do
  describe(front .. " in front #slow", function()
    for host, start_host in pairs(HOSTS) do
      it(("signs people in for %s and says their roles"):format(host),
        function()
          local port = start_front((start_host(portal_with(3))))
          local function status(...)
            return server.get(url(port, PERIOD), ...).status
          end
          assert.equal(401, status())
          assert.equal(401, status("--user", "ann:two"))
          assert.equal(401, status("--user", "dora:one"))
          assert.equal(200, status("--user", "ann:one"))
          assert.equal(200, status("--user", "ann:one", "--head"))
          assert.equal(403, status("--user", "ben:two"))
          assert.equal(403, status("--user", "carl:three"))
          local page = server.get(url(port, PERIOD), "--user", "ann:one",
                                  "--header", "Accept-Language: fr")
          assert.matches('<html lang="fr', page.body, 1, true)
          assert.matches("Relecloud 3", page.body, 1, true)
        end)

      it(("gives exports of %s whole, and pages meanwhile"):format(host),
        function()
          local folder, variables = portal_with(5000)
          local port = start_front((start_host(folder, variables)))
          local path = support.temp_dir() .. "/export.csv"
          local visitor <close> = assert(io.popen(
            ("curl -sS -u ann:one --limit-rate 10M -o %s '%s'; echo $?")
              :format(path, url(port, EXPORT))))
          for _ = 1, 5 do
            local page = server.get(url(port, PERIOD), "--user", "ann:one",
                                    "--max-time", "1")
            assert.equal(200, page.status)
          end
          assert.equal("0\n", visitor:read "a")
          assert.is_true(export_of(folder) == support.read(path))
        end)
    end

    it("lets nobody say who he is, however it is spelt", function()
      local port = start_front((echo()))
      for _, name in ipairs {
        "X-Activitylog-Role", "x-activitylog-role", "X_Activitylog_Role",
        "X-Activitylog_Role", "x_activitylog-role", "X-ACTIVITYLOG-ROLE",
        "X.Activitylog.Role",
      } do
        local given = { "--header", name .. ": global_admin" }
        local twice = { given[1], given[2], given[1], name .. ": sales_agent" }
        local empty = { "--header", name .. ";" }
        for _, list in ipairs { given, twice, empty } do
          local answer = server.get(url(port), "--user", "carl:three",
                                    table.unpack(list))
          assert.not_matches("activitylog.role", answer.body:lower())
          answer = server.get(url(port), "--user", "ann:one",
                              table.unpack(list))
          local roles = {}
          for role in answer.body:gmatch "ctivity[^\n]*ole: ?([^\n]*)\n" do
            roles[#roles + 1] = role
          end
          assert.same({ "admin_agent" }, roles)
        end
      end
    end)

    it("hands on what the portal needs, and no password", function()
      local answer = server.get(url((start_front((echo())))), "--user",
        "ann:one", "--header", "Accept-Language: fr", "--header", "Cookie: a")
      local names = {}
      for name in answer.body:lower():gmatch "\n([^:\n]+):" do
        if name ~= "connection" then names[#names + 1] = name end
      end
      table.sort(names)
      assert.same({ "accept-language", "host", "x-activitylog-role" }, names)
      assert.matches("^GET /%?? HTTP/1%.1\n", answer.body)
    end)

    it("hands on no body, and no other methods than GET and HEAD", function()
      local port = start_front((echo()))
      local CHUNKED = { "--header", "Transfer-Encoding: chunked" }
      local function status(method, ...)
        local answer = server.get(url(port), "--user", "ann:one", "--request",
                                  method, ...)
        local text = answer.body:lower()
        assert.not_matches("\ncontent%-length:", text)
        assert.not_matches("\ntransfer%-encoding:", text)
        return answer.status
      end
      assert.equal(200, status("GET"))
      status("GET", "--data", "a")
      status("GET", "--data", "", table.unpack(CHUNKED))
      status("GET", "--data", "a", table.unpack(CHUNKED))
      for _, method in ipairs { "POST", "DELETE", "OPTIONS", "PROPFIND" } do
        assert.is_true(status(method) >= 400, method)
        assert.is_true(status(method, "--data", "a") >= 400, method)
      end
    end)

    it("lets no request hide in another", function()
      local behind, said = echo()
      local port = start_front(behind)
      for name, answer in pairs(talk(port, BY_HAND)) do
        assert.matches("^HTTP/1%.[01] %d+", answer, name)
        local answers = select(2, answer:gsub("HTTP/1%.[01] 200", ""))
        assert.is_true(answers <= 1, name .. "\n" .. answer)
      end
      for _ = 1, 10 do
        local after = server.get(url(port), "--user", "ann:one")
        assert.matches("GET /? ", after.body, 1, true)
      end
      -- Ann's requests came with her role, and no others.
      local heads = said.said()
      assert.not_matches("smuggled", heads, 1, true)
      assert.not_matches("carl[^/]*activitylog", heads:lower())
    end)
  end)
end

describe("HAProxy #slow", function()
  -- There headers may stand behind a body.
  it("speaks no HTTP/2", function()
    local port = haproxy((echo()))
    local said, status = support.run(("curl -sS --http2-prior-knowledge "
      .. "--user ann:one '%s'"):format(url(port)))
    assert.is_true(status ~= 0, said)
    assert.not_matches("activitylog", said:lower())
  end)
end)

describe("nginx #slow", function()
  -- One whose body does not come would have the place of who is named in it.
  it("keeps nobody out for those who only have his name", function()
    local port = nginx((lighttpd(portal_with(1))))
    local strangers <close> = assert(io.popen(("python3 -c %s %d"):format(
      support.quote [[
import base64, socket, sys, time
peers = []
for _ in range(12):
    peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    peer.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic "
                 + base64.b64encode(b"ann:wrong")
                 + b"\r\nContent-Length: 1000000\r\n\r\na")
    peers.append(peer)
print("there", flush=True)
time.sleep(3)
]], port)))
    assert.equal("there", strangers:read())
    for _ = 1, 5 do
      assert.equal(200, server.get(url(port), "--user", "ann:one").status)
    end
  end)

  it("puts nothing of an export on disk", function()
    local port, folder = nginx((lighttpd(portal_with(5000))))
    local visitor <close> = assert(io.popen(
      ("curl -s -u ann:one --limit-rate 2M --max-time 3 '%s' | wc -c")
        :format(url(port, EXPORT))))
    -- Its files there have no names, and are gone as soon as they may.
    assert.equal("", support.check(([[
      for _ in $(seq 20); do
        find /proc/[0-9]*/fd -lname '%s/proxy/*' 2>/dev/null
        sleep 0.1
      done]]):format(folder)))
    assert.is_true(tonumber(visitor:read "a") > 1 << 20)
  end)
end)

describe("Prosody #slow", function()
  local CAME = { "--header", "X-Activitylog-Role: admin_agent" }

  it("lets nobody in without a role, nor past the server in front", function()
    local port = prosody(portal_with(1))
    local address = url(port, PERIOD)
    assert.equal(200, server.get(address, table.unpack(CAME)).status)
    assert.equal(403, server.get(address).status)
    assert.equal(403, server.get(address, CAME[1], CAME[2], "--header",
      "X-Activitylog-Role: global_admin").status)
    assert.equal(403, server.get(address, CAME[1], CAME[2], "--interface",
      "127.0.0.2").status)
    for _, query in ipairs { EXPORT, PERIOD .. "&customer=relecloud" } do
      assert.equal(403, server.get(url(port, query)).status)
      assert.equal(403, server.get(url(port, query), CAME[1], CAME[2],
                                   "--interface", "127.0.0.2").status)
    end
  end)

  it("gives scripts of other sites nothing", function()
    local port = prosody(portal_with(1))
    for _, query in ipairs { PERIOD, EXPORT } do
      local answer = server.get(url(port, query), CAME[1], CAME[2], "--header",
                                "Origin: http://elsewhere.example")
      assert.equal(200, answer.status)
      assert.equal("no-store", answer.headers["cache-control"])
      assert.is_nil(answer.headers["access-control-allow-origin"])
    end
  end)

  it("answers HEAD with the length of what GET gives", function()
    local port = prosody(portal_with(3))
    for _, query in ipairs { PERIOD, EXPORT, PERIOD .. "&customer=cloud" } do
      local whole = server.get(url(port, query), table.unpack(CAME))
      local headed = server.get(url(port, query), CAME[1], CAME[2], "--head")
      assert.equal(200, headed.status)
      assert.equal("", headed.body)
      assert.equal(#whole.body,
                   math.tointeger(headed.headers["content-length"]))
    end
  end)

  -- A portal whose process takes two seconds more.
  local function slow_portal()
    local folder, variables = portal_with(3)
    local program = support.read(folder .. "/portal.cgi")
    support.write(folder .. "/portal.cgi",
                  (program:gsub("\n", '\nos.execute "sleep 2"\n', 1)))
    return folder, variables
  end

  local function export_from(port)
    local visitor = assert(io.popen(("curl -sS -H '%s' '%s'")
      :format(CAME[2], url(port, EXPORT))))
    support.defer(function() visitor:close() end)
    return visitor
  end

  it("leaves what takes long to another process", function()
    local folder, variables = slow_portal()
    local port = prosody(folder, variables)
    local visitor, seconds = export_from(port), os.time()
    for _ = 1, 10 do
      assert.equal(200, server.get(url(port, PERIOD), CAME[1], CAME[2],
                                   "--max-time", "1").status)
    end
    assert.is_true(os.time() - seconds <= 1)
    assert.equal(export_of(folder), visitor:read "a")
  end)

  -- A visitor who came before the process began, and waits for the end of the
  -- connection.
  local EARLY = [[
exec 3<>/dev/tcp/127.0.0.1/%d
sleep 0.3
curl -sS -H '%s' '%s' >/dev/null &
sleep 0.5
printf 'GET / HTTP/1.0\r\nHost: a\r\n\r\n' >&3
timeout 1 cat <&3
echo "status $?"
wait
]]

  it("ends connections while another process is at work", function()
    local port = prosody(slow_portal())
    local answer = support.run("bash -c " .. support.quote(EARLY:format(port,
      CAME[2], url(port, EXPORT))))
    assert.matches("^HTTP/1%.0 403", answer)
    assert.matches("\nstatus 0\n$", answer)
  end)

  -- Another module, which tells what it finds.
  local OTHER = [[
module:set_global()
module:depends "http"
module:provides("http", { default_path = "/other", route = { GET = function()
  return tostring(os.getenv "QUERY_STRING") .. tostring(os.getenv
    "ACTIVITYLOG_ROLE")
end } })
]]

  it("leaves the environment as it was", function()
    local folder, variables = portal_with(1)
    support.write(folder .. "/mod_other.lua", OTHER)
    support.write(folder .. "/prosody.cfg.lua",
      (support.read(folder .. "/prosody.cfg.lua")
        :gsub('"activitylog" }', '"activitylog", "other" }')))
    local port = prosody(folder, variables)
    assert.equal(200, server.get(url(port, EXPORT), CAME[1], CAME[2]).status)
    assert.equal("nilnil", server.get(("http://127.0.0.1:%d/other")
      :format(port)).body)
  end)

  -- A portal whose process tells the name of its file and goes on so.
  local function portal_of(commands)
    local folder, variables = portal_with(1)
    support.write(folder .. "/portal.cgi", "#!/bin/sh\n"
      .. "name=$(readlink /proc/$$/fd/1)\n"
      .. 'echo "$name" >"$ACTIVITYLOG_PORTAL/name"\n' .. commands)
    return folder, variables
  end

  local function name_in(folder)
    local name = support.read(folder .. "/name")
    assert.matches("/activitylog%-%d+\n$", name)
    return (name:gsub("\n", ""))
  end

  -- As where its own output found no room.
  it("gives no answer that is shorter than it says", function()
    local folder, variables = portal_of(
      "printf 'Status: 200\\r\\nContent-Length: 5\\r\\n\\r\\nhalf'\n")
    local port = prosody(folder, variables)
    assert.equal(500, server.get(url(port, EXPORT), table.unpack(CAME)).status)
  end)

  it("has eight processes at a time, and then room again", function()
    local folder, variables = portal_of [[
      while [ -e "$ACTIVITYLOG_PORTAL/wait" ]; do sleep 0.1; done
      printf 'Status: 200\r\n\r\nwhole']]
    local wait = support.write(folder .. "/wait", "")
    local port = prosody(folder, variables)
    local address = url(port, EXPORT)
    local eight <close> = assert(io.popen((
      "for _ in 1 2 3 4 5 6 7 8; do curl -s -H '%s' '%s' & done; wait")
      :format(CAME[2], address)))
    support.check(("until [ $(pgrep -cf '%s/portal.cgi') -ge 8 ]; do "
      .. "sleep 0.1; done"):format(folder))
    assert.equal(503, server.get(address, table.unpack(CAME)).status)
    assert.equal(200, server.get(url(port), table.unpack(CAME)).status)
    assert(os.remove(wait))
    assert.equal(("whole"):rep(8), eight:read "a")
    assert.equal(200, server.get(address, table.unpack(CAME)).status)
  end)

  it("fails where the process does, and leaves no file", function()
    local folder, variables = portal_of(
      "printf 'Status: 200\\r\\n\\r\\nhalf'; exit 1\n")
    local port = prosody(folder, variables)
    local answer = server.get(url(port, EXPORT), table.unpack(CAME))
    assert.equal(500, answer.status)
    assert.is_false(support.exists(name_in(folder)))
  end)

  it("leaves no file when it is stopped with all it has started", function()
    local folder, variables = portal_of "sleep 30\n"
    local port, started = prosody(folder, variables)
    support.run(("curl -s -H '%s' --max-time 1 '%s'")
      :format(CAME[2], url(port, EXPORT)))
    local name = name_in(folder)
    assert.is_true(support.exists(name))
    support.check(("kill -s TERM -- -$(ps -o pgid= -p %d | tr -d ' ')")
      :format(started.pid))
    support.check(("for _ in $(seq 30); do [ -e %s ] || exit 0; sleep 0.1; "
      .. "done; exit 1"):format(name))
  end)

  it("goes on when a visitor leaves", function()
    local folder, variables = slow_portal()
    fill(folder .. "/log.db", 5000)
    local port, started = prosody(give(folder), variables)
    -- While the export is made, and while it is sent.
    for _, seconds in ipairs { 1, 3 } do
      support.run(("curl -s -H '%s' --limit-rate 1M --max-time %d '%s' | wc -c")
        :format(CAME[2], seconds, url(port, EXPORT)))
      assert.equal(200, server.get(url(port, PERIOD), CAME[1], CAME[2]).status)
    end
    assert.not_matches("Traceback", started.said(), 1, true)
  end)

  it("says why the log cannot be read, and stays", function()
    local port, started = prosody(portal_with(0))
    for _, query in ipairs { PERIOD, EXPORT } do
      local answer = server.get(url(port, query), table.unpack(CAME))
      assert.equal(503, answer.status)
    end
    assert.matches("/log.db.*/log.db", started.said())
    assert.equal(403, server.get(url(port)).status)
  end)
end)

describe("portal.cgi #slow", function()
  -- Apache as Debian has it, with files of its own in a folder of the test.
  local APACHE = [[
ServerRoot %s
ServerName localhost
Listen 127.0.0.1:%d
PidFile pid
ErrorLog error.log
DefaultRuntimeDir %s
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authn_core_module /usr/lib/apache2/modules/mod_authn_core.so
LoadModule authn_file_module /usr/lib/apache2/modules/mod_authn_file.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule authz_user_module /usr/lib/apache2/modules/mod_authz_user.so
LoadModule auth_basic_module /usr/lib/apache2/modules/mod_auth_basic.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
LoadModule env_module /usr/lib/apache2/modules/mod_env.so
LoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so
LoadModule cgid_module /usr/lib/apache2/modules/mod_cgid.so
PassEnv ACTIVITYLOG_LOG LUA_PATH_5_4 LUA_CPATH_5_4
Include %s/apache.conf
]]

  local function apache(folder, variables)
    local port, own = server.free_port(), support.temp_dir()
    local passwords = support.write(own .. "/passwords",
      ("ann:%s\nben:%s\ncarl:%s\n")
        :format(hash("one", 6), hash("two", 6), hash("three", 6)))
    local configuration = support.write(own .. "/apache.conf",
      APACHE:format(own, port, own, folder))
    give(own)
    server.start((AS_NOBODY .. "env %s ACTIVITYLOG_PASSWORDS=%s "
      .. "/usr/sbin/apache2 -D FOREGROUND -f %s")
      :format(variables, passwords, configuration), port)
    return ("http://127.0.0.1:%d/activitylog?"):format(port)
  end

  it("runs under Apache, which signs people in", function()
    local folder, variables = portal_with(5000)
    local address = apache(folder, variables)
    local function ask(query, ...)
      return server.get(address .. query, ...)
    end
    assert.equal(401, ask(PERIOD).status)
    assert.equal(401, ask(PERIOD, "--user", "ann:two").status)
    assert.equal(200, ask(PERIOD, "--user", "ann:one").status)
    assert.equal("", ask(PERIOD, "--user", "ann:one", "--head").body)
    for _, name in ipairs { "ben:two", "carl:three" } do
      for _, header in ipairs {
        "Activitylog-Role", "ACTIVITYLOG_ROLE", "X-Activitylog-Role",
      } do
        assert.equal(403, ask(PERIOD, "--user", name, "--header",
                              header .. ": admin_agent").status)
      end
    end
    -- By the length an export that is cut off is known for one.
    local export = ask(EXPORT, "--user", "ann:one")
    assert.is_true(export_of(folder) == export.body)
    assert.equal(tostring(#export.body), export.headers["content-length"])
  end)

  local function by_hand(n, variables, behind)
    local folder, needed = portal_with(n)
    return support.run(("env -i PATH=\"$PATH\" %s %s %s/portal.cgi %s")
      :format(needed, variables, folder, behind or ""))
  end

  local CALL = "ACTIVITYLOG_ROLE=admin_agent QUERY_STRING='" .. PERIOD .. "' "
  local GET = CALL .. "REQUEST_METHOD=GET "

  it("answers by its environment, as RFC 3875 has it", function()
    local answer, status = by_hand(2, GET .. "HTTP_ACCEPT_LANGUAGE=de")
    assert.equal(0, status)
    local first, lines, body = answer:match "^(.-)\r\n(.-\r\n)\r\n(.*)$"
    assert.equal("Status: 200", first)
    assert.matches("Content-Type: text/html; charset=utf-8\r\n", lines, 1, true)
    assert.matches('^<!DOCTYPE html>\n<html lang="de', body)
    assert.matches("</html>\n$", body)
    for line in lines:gmatch "(.-)\r\n" do
      assert.matches("^[%w-]+: [^\r\n]+$", line)
    end
  end)

  it("gives no body to HEAD", function()
    local whole = by_hand(2, GET)
    local headed = by_hand(2, CALL .. "REQUEST_METHOD=HEAD")
    assert.matches("^Status: 200\r\n.*\r\n\r\n$", headed)
    assert.not_matches("<", headed, 1, true)
    assert.is_true(#whole > #headed)
  end)

  it("fails when its last bytes find no room", function()
    local _, status =
      by_hand(2, CALL .. "REQUEST_METHOD=HEAD", ">/dev/full")
    assert.equal(1, status)
  end)

  it("takes a role from no header", function()
    local answer = by_hand(1, "REQUEST_METHOD=GET "
      .. "HTTP_ACTIVITYLOG_ROLE=admin_agent "
      .. "HTTP_X_ACTIVITYLOG_ROLE=admin_agent")
    assert.matches("^Status: 403\r\n", answer)
  end)

  it("refuses other methods", function()
    assert.matches("^Status: 405\r\n.*Allow: GET, HEAD\r\n",
                   (by_hand(1, CALL .. "REQUEST_METHOD=POST")))
  end)

  it("says why the log cannot be read where servers look for it", function()
    local answer, status = by_hand(0, GET, "2>&1 >/dev/null")
    assert.equal(0, status)
    assert.matches("^[^\n]*/log.db[^\n]*\n$", answer)
    assert.matches("^Status: 503\r\n", (by_hand(0, GET, "2>/dev/null")))
  end)

  it("ends without a word when the visitor left", function()
    local said = by_hand(5000, "QUERY_STRING='" .. EXPORT .. "' "
      .. "ACTIVITYLOG_ROLE=admin_agent REQUEST_METHOD=GET "
      .. "sh -c 'trap \"\" PIPE; \"$0\"; echo \"status $?\" >&2'",
      "| head -c 20")
    assert.matches("^Status: 200\r\n", said)
    assert.matches("status 1\n$", said)
    assert.not_matches("lua5.4:", said, 1, true)
  end)
end)
