-- The module inside of servers that run scripts in Lua 5.4: it keeps a log of
-- what they are asked, and they go on answering. They are started here, with
-- all of their files in a folder of their own, and stopped with the test.

local activitylog = require "activitylog"
local server = require "spec.server"
local support = require "spec.support"

local REQUESTS = 100

-- What is missing for a server: each has its Lua in a package of its own.
local function missing(package)
  if support.check("id -u") ~= "0\n" then return "needs to be run by root" end
  local _, status = support.run("dpkg-query --status " .. package)
  return status ~= 0 and "needs " .. package
    .. ", which scripts/test --all installs" or nil
end

-- Make a file of a server's script, which has `guest` (spec/hosts/guest.lua)
-- from its first request on.
local function write_script(folder, text)
  return support.write(folder .. "/script.lua", ([[
    local guest
    local function serve(name)
      guest = guest or require "spec.hosts.guest"(%q)
      guest.serve(name)
    end
    ]]):format(folder) .. text)
end

-- Start a server whose scripts find the module.
local function start(command, port)
  return server.start("env " .. support.lua_paths() .. " " .. command, port)
end

-- Have a server end, as whoever stops it for good does.
local function stop(running)
  support.run(("kill %d; tail --pid=%d -f /dev/null"):format(running.pid,
    running.pid))
end

-- The lines of the file "served" (spec/hosts/guest.lua).
local function served(folder)
  local lines, path = {}, folder .. "/served"
  local text = support.exists(path) and support.read(path) or ""
  for line in text:gmatch "(.-)\n" do lines[#lines + 1] = line end
  return lines
end

-- Wait until so many requests were served.
-- @treturn string number of the process that served them
local function wait_for(running, folder, count)
  for _ = 1, 200 do
    local lines = served(folder)
    if #lines >= count then return lines[1]:match "^%d+" end
    support.run "sleep 0.1"
  end
  error(("%d of %d requests were served:\n%s"):format(#served(folder), count,
    running.said()))
end

-- The server has left a whole log of all requests and the last reports, and had
-- as many descriptors behind each request as behind the first.
local function check_left(running, folder)
  local lines = served(folder)
  for _, line in ipairs(lines) do assert.equal(lines[1], line) end
  assert.equal("log.db\nreport.csv\nreport.xlsx\n", support.check(
    ("cd %s && ls -A | grep -E '^(log|report|[.])'"):format(folder)),
    running.said())
  local log <close> = assert(activitylog.open(folder .. "/log.db"))
  assert.equal(#lines, log:count { period = "2026-10" })
  assert.equal(#lines, log:verify().records)
  assert.equal(#lines + 1, #support.cells(folder .. "/report.csv"))
end

describe("a script of dnsmasq #slow", function()
  local SCRIPT = [[
    function lease(operation, what) serve(what.hostname) end
    function shutdown() guest.leave() end
  ]]

  -- What the server answers to a question for an address.
  local ASK = [[
import socket, sys
name, port = sys.argv[1], int(sys.argv[2])
question = b"".join(bytes([len(part)]) + part.encode()
                    for part in name.split(".")) + b"\0\0\1\0\1"
asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asking.settimeout(10)
asking.sendto(b"\0\1\1\0\0\1\0\0\0\0\0\0" + question, ("127.0.0.1", port))
print(*asking.recv(512)[-4:], sep=".")
]]

  -- Leases, each of which it tells its script at its start and with SIGHUP.
  local function write_leases(path)
    local lines = {}
    for i = 1, REQUESTS do
      lines[i] = ("%d 02:00:00:00:00:%02x 127.0.0.%d customer%d *\n"):format(
        os.time() + 86400, i, i + 1, i)
    end
    return support.write(path, table.concat(lines))
  end

  it("keeps its leases", function()
    local why = missing "dnsmasq-base-lua"
    if why then return pending(why) end
    local folder = support.temp_dir "/dev/shm" -- where a sync costs nothing
    local port = server.free_port()
    local running = start(table.concat({ "dnsmasq",
      "--keep-in-foreground", "--conf-file=/dev/null", "--user=root",
      "--log-facility=-", "--pid-file", "--no-resolv", "--no-hosts",
      "--listen-address=127.0.0.1", "--bind-interfaces", "--port=" .. port,
      ("--dhcp-alternate-port=%d,%d"):format(server.free_port(),
                                             server.free_port()),
      "--dhcp-range=127.0.0.2,127.0.0.200,255.0.0.0",
      "--dhcp-leasefile=" .. write_leases(folder .. "/leases"),
      "--dhcp-luascript=" .. write_script(folder, SCRIPT),
    }, " "), port)
    local pid = wait_for(running, folder, REQUESTS)
    assert.matches("/liblua5%.4%.so", support.read("/proc/" .. pid .. "/maps"))
    support.check("kill -HUP " .. running.pid)
    wait_for(running, folder, 2 * REQUESTS)
    assert.equal("127.0.0.8\n", support.check(("python3 -c %s customer7 %d")
      :format(support.quote(ASK), port)))
    stop(running)
    check_left(running, folder)
  end)
end)

describe("a script of dovecot #slow", function()
  local SCRIPT = [[
    function auth_passdb_lookup(request)
      serve(request.user)
      return dovecot.auth.PASSDB_RESULT_OK, "password=secret"
    end
    function script_deinit() guest.leave() end
  ]]

  -- Nothing but the service that asks the script, in its own process. Its port
  -- is for who waits for its start.
  local CONFIGURATION = [[
base_dir = %s/run
state_dir = %s/state
log_path = /dev/stderr
import_environment = LUA_PATH_5_4 LUA_CPATH_5_4
protocols =
ssl = no
passdb {
  driver = lua
  args = file=%s blocking=no
}
service auth {
  user = root
  inet_listener {
    address = 127.0.0.1
    port = %d
  }
}
]]

  it("keeps who signs in", function()
    local why = missing "dovecot-auth-lua"
    if why then return pending(why) end
    local folder = support.temp_dir "/dev/shm"
    local port = server.free_port()
    local path = support.write(folder .. "/dovecot.conf", CONFIGURATION:format(
      folder, folder, write_script(folder, SCRIPT), port))
    local running = start("dovecot -F -c " .. path, port)
    local function ask(what)
      return support.check(("doveadm -c %s auth %s"):format(path, what))
    end
    assert.matches("fred auth succeeded", ask "test fred secret")
    local pid = wait_for(running, folder, 1)
    assert.matches("/liblua5%.4%.so", support.read("/proc/" .. pid .. "/maps"))
    ask("lookup $(seq " .. REQUESTS .. ")")
    assert.matches("ann auth succeeded", ask "test ann secret")
    assert.equal(REQUESTS + 2, #served(folder))
    stop(running)
    check_left(running, folder)
  end)
end)
