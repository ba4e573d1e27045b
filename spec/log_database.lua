--- Logs of specs as databases of a PostgreSQL server: where there is no file of
-- a path, `activitylog.core` opens the database that it stands for. Programs
-- that specs start use it as well, so it knows neither Busted nor `support`.

local log_database = {}

-- FNV-1a, of 64 bits: the name of a database has at most 63 bytes.
local function hash(text)
  local value = 0xCBF29CE484222325
  for i = 1, #text do value = (value ~ text:byte(i)) * 0x100000001B3 end
  return ("%016x"):format(value)
end

local memories = 0

--- The name of the database that a path stands for: always the same, and for
-- people the path's last part in it. ":memory:" is another one each time.
function log_database.name(path)
  if path == ":memory:" then
    local stat <close> = assert(io.open "/proc/self/stat")
    memories = memories + 1
    return ("memory_%d_%d"):format(stat:read "n", memories)
  elseif path:sub(1, 1) ~= "/" then
    path = os.getenv "PWD" .. "/" .. path
  end
  return ("log_%s_%s"):format(hash(path),
    (path:match "[^/]*$":gsub("[^%w.]", "_"):sub(-30)))
end

--- Whether a path is a file's, such as one that a backup made.
function log_database.is_file(path)
  return os.rename(path, path) ~= nil
end

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Make the database that a path stands for, if there is none: another program
-- may make it at the same time. Its comment tells those who tidy up its path.
-- @tparam string psql the command that makes it
-- @tparam string name of the database
-- @tparam string path
-- @tparam[opt="template1"] string template the name of one that it copies
function log_database.create(psql, name, path, template)
  local make = ('CREATE DATABASE "%s" OWNER spec TEMPLATE "%s" STRATEGY '
    .. "file_copy"):format(name, template or "template1")
  local comment = ("COMMENT ON DATABASE \"%s\" IS '%s'")
    :format(name, path:gsub("'", "''"))
  local pipe <close> = assert(io.popen(("%s --command=%s --command=%s 2>&1")
    :format(psql, quote(make), quote(comment))))
  local output = pipe:read "a"
  if output ~= "" and not output:find "already exists" then
    error(("no database for %s: %s"):format(path, output))
  end
end

--- Let databases take the place of files.
-- @tparam string psql the command that makes them
-- @tparam string uri of a database, whose name is %s
function log_database.take_over(psql, uri)
  local core = require "activitylog.core"
  local postgres = require("activitylog.postgres").kind
  local open, made = core.open, {}
  function core.open(path, readonly, timeout_ms, one_thread, kind, copied)
    if kind or log_database.is_file(path) then
      return open(path, readonly, timeout_ms, one_thread, kind, copied)
    end
    local name = log_database.name(path)
    if not (readonly or made[name]) then
      log_database.create(psql, name, path)
      made[name] = true
    end
    return open(uri:format(name), readonly, timeout_ms, one_thread, postgres,
                copied)
  end
end

return log_database
