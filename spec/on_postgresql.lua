-- Run by Busted before specs of what a log does, which run as they are, on
-- databases in the place of files: each path of a log, ":memory:" too, is one,
-- of a server that all specs share. Those of files as such carry the tag #file
-- and do not run here.

dofile "spec/helper.lua"

local busted = require "busted"
local cluster = require "spec.cluster"
local log_database = require "spec.log_database"
local support = require "spec.support"

local server = cluster.shared()

-- A log needs no superuser. What the SQL of specs calls as SQLite does, and the
-- table that a file has in the place of an index, where they put rows in vain.
server:query("template1", [[
  CREATE ROLE spec LOGIN;
  CREATE FUNCTION public.hex(bytea) RETURNS text
    RETURN upper(encode($1, 'hex'));
  CREATE FUNCTION public.zeroblob(int) RETURNS bytea
    RETURN decode(repeat('00', $1), 'hex');
  CREATE TABLE public.customer_record (days text, customer bytea,
    sequence bigint);
  GRANT ALL ON public.customer_record TO spec;
]])

local psql = server:psql "postgres"
local take_over = ("require 'spec.log_database'.take_over(%q, %q)")
  :format(psql, server:uri("%s", "spec"))
assert(load(take_over))()

-- Programs that specs start do the same first.
support.environment = "LUA_INIT_5_4=" .. support.quote(take_over) .. " "

-- ---- what specs do with a log's file

support.on_files = false

local query, copy_log = support.query, support.copy_log
local in_use, is_free = support.in_use, support.is_free

function support.query(path, sql)
  if log_database.is_file(path) then return query(path, sql) end
  return server:query(server:uri(log_database.name(path), "spec")
    .. "&options=-csearch_path%3Dactivitylog,public", sql)
end

function support.copy_log(from, to)
  if log_database.is_file(from) then return copy_log(from, to) end
  log_database.create(psql, log_database.name(to), to, log_database.name(from))
end

local function connections(path)
  return tonumber(server:query("postgres", ("SELECT count(*) FROM"
    .. " pg_stat_activity WHERE datname = '%s'"):format(
    log_database.name(path))))
end

function support.in_use(path)
  if log_database.is_file(path) then return in_use(path) end
  return connections(path) > 0
end

-- A server notes a moment later that somebody has left.
function support.is_free(path)
  if log_database.is_file(path) then return is_free(path) end
  for _ = 1, 50 do
    if connections(path) == 0 then return true end
    support.check "sleep 0.1"
  end
  return false
end

-- ---- what ends with a test

-- A database ends with the folder of its path, as a file would.
local function ended(path)
  return path == ":memory:"
    or not support.exists(path:match "^(.*)/" or ".")
end

-- After those that close logs and remove folders.
busted.subscribe({ "test", "end" }, function()
  local rows = server:query("postgres", "SELECT datname, description"
    .. " FROM pg_database JOIN pg_shdescription ON objoid = oid"
    .. " WHERE datname ~ '^(log|memory)_'")
  for name, path in rows:gmatch "([^|\n]+)|([^\n]+)" do
    if ended(path) then server:drop(name) end
  end
  return nil, true
end)
