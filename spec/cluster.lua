--- Throw-away PostgreSQL servers for specs: each a new cluster in a folder of
-- its own, on a socket there, run by a user without rights. A server ends with
-- the process that started it, however that ends: a shell waits for the end of
-- a pipe from here, stops the server and removes the folder.

local support = require "spec.support"

local cluster = {
  -- Of the superuser postgres, where one is asked for: over TCP.
  PASSWORD = "not a secret",
}

local Server = {}
Server.__index = Server

-- ---- programs and users

-- Debian has each version's programs in a folder, and few of them in the PATH.
local function programs()
  local newest = support.check(
    "ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1")
  if newest == "" then
    error("PostgreSQL is missing; install Debian's package postgresql", 0)
  end
  return (newest:gsub("\n$", ""))
end

-- The first words of what runs as the server does, which refuses to be root.
local function without_rights()
  return (support.check [[
    if [ "$(id -u)" = 0 ]; then
      user=$(getent passwd postgres nobody | head -n 1 | cut -d : -f 1)
      echo "setpriv --reuid=$user --regid=$(id -g "$user") --init-groups"
    fi]]:gsub("\n$", ""))
end

-- A new folder, the server's user as its owner: in memory where that has more
-- than a GiB, as a disk may need ten times as long for a new database.
local MAKE_FOLDER = [[
room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
if [ "${room:-0}" -gt 1048576 ]; then TMPDIR=/dev/shm; fi
folder=$(TMPDIR=$TMPDIR mktemp -d)
if [ "$(id -u)" = 0 ]; then
  chown "$(getent passwd postgres nobody | head -n 1 | cut -d : -f 1)" "$folder"
fi
echo "$folder"
]]

-- It outlives signals to all of a terminal's programs: the pipe ends it.
local KEEPER = [[
trap '' HUP INT TERM
read -r _
%s stop --mode=immediate >/dev/null 2>&1
rm -rf -- %s
]]

-- ---- a server

-- Run a program of PostgreSQL as the server's user.
function Server:_run(words)
  return support.check(self:_command(words))
end

function Server:_command(words)
  return ("cd %s && %s %s/%s"):format(self.folder, self._user, self._programs,
                                      words)
end

-- Sorts text unlike its bytes, as most databases do.
local INITDB = "initdb --pgdata=data --username=postgres --encoding=UTF8 "
  .. "--locale=C --locale-provider=icu --icu-locale=en --auth-local=trust "
  .. "--auth-host=scram-sha-256 --pwfile=password --no-sync --no-instructions"

-- What is lost when the machine stops is lost with the tests anyway. Each log
-- that a spec leaves to the collector keeps a connection.
local SETTINGS = [[
listen_addresses = '%s'
port = %d
unix_socket_directories = '%s'
fsync = off
full_page_writes = off
shared_buffers = 16MB
max_connections = 600
max_wal_size = 128MB
]]

local CERTIFICATE = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 "
  .. "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 "
  .. "-keyout data/server.key -out data/server.crt"

local function settings(self, given)
  local lines = { SETTINGS:format(given.tcp and "127.0.0.1" or "", self.port,
                                  self.folder) }
  if given.tls then lines[#lines + 1] = "ssl = on\n" end
  for name, value in pairs(given.settings or {}) do
    lines[#lines + 1] = ("%s = '%s'\n"):format(name, value)
  end
  return table.concat(lines)
end

local BASEBACKUP = "pg_basebackup --pgdata=data --write-recovery-conf "
  .. "--checkpoint=fast --no-sync --dbname="

local function fill(self, given)
  support.write(self.folder .. "/password", cluster.PASSWORD .. "\n")
  support.check(("chmod a+r %s/password"):format(self.folder)) -- umask 077
  if given.primary then
    self:_run(BASEBACKUP .. support.quote(given.primary:uri "postgres"))
  else
    self:_run(INITDB)
  end
  if given.tls then
    support.check(("cd %s && %s %s"):format(self.folder, self._user,
                                            CERTIFICATE))
  end
  local file <close> = assert(io.open(self.folder .. "/data/postgresql.conf",
                                      "a"))
  assert(file:write(settings(self, given)))
end

--- Start a server on a new cluster.
-- Without `remove` it ends with the process.
-- @tparam[opt] table given `tcp`: whether it listens on a port of 127.0.0.1
-- too, where it asks for passwords; `tls`: whether it knows TLS there, with the
-- certificate `data/server.crt` in its folder; `settings`: of postgresql.conf,
-- by name; `primary`: the server of which it is a standby
-- @treturn table the server, with its `folder` and `port`
function cluster.start(given)
  given = given or {}
  local self = setmetatable({ port = 5432, databases = 0 }, Server)
  self._programs, self._user = programs(), without_rights()
  self.folder = support.check(MAKE_FOLDER):gsub("\n$", "")
  if given.tcp then self.port = require("spec.server").free_port() end
  self._keeper = assert(io.popen(KEEPER:format(
    self:_command("pg_ctl --pgdata=data"), self.folder), "w"))
  fill(self, given)
  self:start()
  return self
end

local shared

--- The server that all specs of a run share.
function cluster.shared()
  shared = shared or cluster.start()
  return shared
end

--- Start the server again.
function Server:start()
  self:_run("pg_ctl --pgdata=data --log=log --silent start || "
    .. "{ cat log; false; }")
end

--- Stop the server.
-- @tparam[opt="fast"] string mode "fast", which ends what is at work, or
-- "immediate", after which the server has to recover
function Server:stop(mode)
  self:_run(("pg_ctl --pgdata=data --silent --mode=%s stop")
    :format(mode or "fast"))
end

--- Stop the server as by "fast", and start it again.
function Server:restart()
  self:stop()
  self:start()
end

-- With its children, each of which would notice at its own time, and without
-- which alone the server starts again. Zombies, which their parent has yet to
-- wait for, are gone as well, but would pass for a server that runs.
local KILL = [=[
pid=$(head -n 1 data/postmaster.pid)
all="$pid $(grep -l "^PPid:[[:space:]]*$pid\$" /proc/[0-9]*/status |
  cut -d / -f 3 | tr '\n' ' ')"
kill -KILL $all
for pid in $all; do
  while grep -q '^State:[[:space:]]*[^[:space:]XZ]' "/proc/$pid/status"; do
    sleep 0.01
  done
done
rm data/postmaster.pid .s.PGSQL.*.lock
]=]

--- End the server at once, as when its machine stops.
function Server:kill()
  support.check(("cd %s; exec 2>/dev/null\n%s"):format(self.folder, KILL))
end

--- Stop the server and remove all it has.
function Server:remove()
  self._keeper:close()
end

-- ---- its databases

--- The URI of a database, on the server's socket.
-- @tparam string database
-- @tparam[opt="postgres"] string user
function Server:uri(database, user)
  return ("postgresql:///%s?host=%s&port=%d&user=%s"):format(database,
    self.folder, self.port, user or "postgres")
end

--- The URI of a database on the server's port.
-- @tparam string database
-- @tparam string user
-- @tparam ?string password
function Server:tcp_uri(database, user, password)
  local secret = password and ":" .. password:gsub("[^%w]", function(char)
    return ("%%%02X"):format(char:byte())
  end) or ""
  return ("postgresql://%s%s@127.0.0.1:%d/%s"):format(user, secret, self.port,
                                                      database)
end

--- The command by which a database is asked; what it is asked stands behind.
-- @tparam string database or a URI
-- @tparam[opt="postgres"] string user
function Server:psql(database, user)
  local uri = database:find("://", 1, true) and database
    or self:uri(database, user)
  return ("%s/psql --no-psqlrc --quiet --no-align --tuples-only --dbname=%s")
    :format(self._programs, support.quote(uri))
end

--- What SQL says to a database: a line each row, | between columns.
-- @tparam string database or a URI
-- @tparam string sql statements, which succeed together or not at all
-- @tparam[opt="postgres"] string user
function Server:query(database, sql, user)
  return support.check(("%s --command=%s"):format(self:psql(database, user),
                                                  support.quote(sql)))
end

--- Make a database.
-- @tparam string name
-- @tparam[opt="template1"] string template what it is a copy of, which nobody
-- may be connected to
function Server:create(name, template)
  self:query("postgres", ('CREATE DATABASE "%s" TEMPLATE "%s" '
    .. "STRATEGY file_copy"):format(name, template or "template1"))
end

--- Remove a database, whoever is connected to it.
function Server:drop(name)
  self:query("postgres", ('DROP DATABASE IF EXISTS "%s" WITH (FORCE)')
    :format(name))
end

--- A new database, which ends with the test.
-- @treturn string its name
function Server:database()
  self.databases = self.databases + 1
  local name = "spec_" .. self.databases
  self:create(name)
  support.defer(function() self:drop(name) end)
  return name
end

return cluster
