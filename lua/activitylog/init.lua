--- Keep, select and report the activity log of Microsoft Partner Center.
--
-- What not every program uses is loaded with its first use, as a process that
-- starts for one small report should read no more than it needs. So the global
-- `require` is to stay: a host whose scripts may not have it gives them globals
-- of their own. `package.path` may change, or its relative folders be left,
-- once all that is used is loaded, by a first report of each kind or by
-- `require` of its modules.
-- @module activitylog
-- @usage
-- local activitylog = require "activitylog"
-- local log = assert(activitylog.open("contoso.db"))
-- assert(log:import("auditrecords.json"))
-- assert(log:export("activity.csv"))
-- log:close()

local access = require "activitylog.access"
local core = require "activitylog.core"
local link = require "activitylog.link"
local log = require "activitylog.log"
local options = require "activitylog.options"
local period = require "activitylog.period"

local activitylog = {
  --- The version, as of semver.org.
  _VERSION = core._VERSION,

  --- What JSON's null is inside a list (elsewhere it is nil).
  null = core.null,

  --- Who may see the log: @{activitylog.access}.
  access = access,

  --- Links to the portal: @{activitylog.link}.
  link = link,

  --- Tell what is in a record, as @{activitylog.details.of} does.
  -- @function details
  -- @tparam table record of `log:records`, or a table with the same fields
  -- @tparam[opt] table given `locale` (default "en-us") and `zone` (default
  -- "UTC")
  -- @treturn table the details, of which `print` shows all
  -- @raise on a field of another type or that is not UTF-8, on an unknown
  -- locale, zone or option
  -- @usage for record in log:records { operation_type = "create_order" } do
  --   print(activitylog.details(record))
  -- end
  details = function(...)
    return require("activitylog.details").of(...)
  end,

  --- Make a layout of a list of columns, as @{activitylog.layout.new} does.
  -- @function layout
  -- @tparam {table,...} columns at least one; see @{activitylog.layout}
  -- @treturn layout
  -- @raise on any mistake, naming the column's number and title
  -- @usage local layout = activitylog.layout {
  --   { title = "Customer", field = "customer_name" },
  -- }
  layout = function(...)
    return require("activitylog.layout").new(...)
  end,

  --- Whether logs that are opened from here on may use a second thread (true).
  -- A host that wants none of its own sets it to false once.
  threads = true,

  --- Make a period, as @{activitylog.period.new} does.
  -- @function period
  -- @tparam[opt] string from a date, an instant or a name
  -- @tparam[opt] string to a date, whose whole day belongs to the period, or an
  -- instant, the first outside
  -- @tparam[opt="UTC"] string zone "UTC", "local", an offset such as "+05:30"
  -- or a name such as "Europe/Paris"
  -- @treturn table a period, which cannot be changed
  -- @raise on what is no date, instant, name or zone, and when the period would
  -- end before it starts
  -- @usage local october = activitylog.period("2026-10-01", "2026-10-31")
  period = period.new,
}

local OPEN = {
  "mode", "timeout", "threads",
  mode = "string", timeout = "integer or float", threads = "boolean",
}

local COPY = {
  "progress", "timeout", progress = "function", timeout = "integer or float",
}

local CREATE = {
  "partition", "timeout",
  partition = "string", timeout = "integer or float",
}

-- What is checked below is checked for a function: the line that called it is
-- to blame.
local CALLER = 3

local function check_address(address, what, name)
  if type(address) ~= "string" then
    error(("%s: %s expected, got %s"):format(what, name, type(address)), CALLER)
  elseif address:find("\0", 1, true) then
    error(("%s: %s has a zero byte"):format(what, name), CALLER)
  end
end

local function milliseconds(timeout, what)
  local seconds = timeout or 5
  if not (seconds >= 0 and seconds <= 86400) then
    error(("option 'timeout' of %s: 0 to 86400 seconds expected"):format(what),
          CALLER)
  end
  return math.floor(seconds * 1000)
end

-- Loaded with the first that may be a URI: most logs are files.
local function kind_of(address)
  if not address:find "^%s*%a[%w+.-]*:" then return false end
  return require("activitylog.kinds").of(address)
end

-- The core's store of what is at an address, and what to call it.
local function open_store(address, readonly, timeout, one_thread, copied)
  local kind, message, code = kind_of(address)
  if kind == nil then return nil, message, code end
  local store
  store, message, code = core.open(address, readonly, timeout, one_thread,
                                   kind and kind.kind or nil, copied)
  if not store then return nil, message, code end
  return store, kind and store:name() or address
end

--- Open a log, creating it when there is none.
-- A log is a file, or stands in a database of a PostgreSQL server, with one log
-- in each. All of its methods do the same then, and scripts differ by the one
-- string: a URI, which libpq reads with all that belongs to it, such as service
-- files, environment variables, password files and TLS
-- (postgresql.org/docs/current/libpq-connect.html). Of it messages show host,
-- port and database; what the server says may name the role. Each loop and
-- report that goes on takes a connection, of which two are kept.
--
-- A log belongs to the process that opens it. In a child, which fork() makes,
-- every method of it raises but `close`, which leaves it as it is; the child
-- opens the log anew. It can open none when it was forked amid work: fork
-- outside of loops over records, and not in functions that the module calls.
-- Two things a host must not do: open a log in a child that was forked while
-- another Lua state of the process had that log open, and fork while another
-- thread is in a function of a log.
--
-- Only the owner of a new file may read and write it (mode 0600); give others
-- the right with `chmod`, which stays. Reading makes a -wal and an -shm beside
-- a log as well, where the folder may be written, which stay and belong to the
-- reader: readers should not have that right, or a group of the writer's.
-- @tparam string path of the log's file; ":memory:" is a log without one; or a
-- URI, "postgresql://host/database"
-- @tparam[opt] table given `mode`: "rw" (default), or "r" to read only, which
-- makes and changes no log; `timeout`: seconds to wait for another program
-- that writes to the log (0 to 86400, default 5); `threads`: whether long work
-- on the log may use a second thread, which ends before the call returns
-- (default @{activitylog.threads})
-- @treturn[1] log see @{activitylog.log}
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code: "foreign" for a file that is no log, or the
-- unfinished @{copy} of one, "version" for one of a newer activitylog (all are
-- left as they are), "readonly", "busy", "corrupt", "full", "io", or
-- "unsupported" for a URI of which this build, or the server, knows too little
-- @raise in a child that was forked while a log was being read or written
-- @usage local log <close> = assert(activitylog.open("contoso.db"))
function activitylog.open(path, given)
  given = options.check(given, OPEN, "open()")
  check_address(path, "open()", "path")
  local why = options.unknown("mode", given.mode or "rw", { "rw", "r" })
  if why then error(why, 2) end
  local timeout = milliseconds(given.timeout, "open()")
  local threads = given.threads
  if threads == nil then threads = activitylog.threads end
  local store, name, code = open_store(path, given.mode == "r", timeout,
                                       not threads)
  if not store then return nil, name, code end
  return log.wrap(store, name)
end

--- Make the tables of a log in a database that has none; `open` does it, too,
-- but as one table for all time.
-- Who may not do that from scripts runs the same SQL by hand: the files are in
-- share/activitylog/postgresql, roles for readers and importers with them.
-- @tparam string uri "postgresql://host/database"
-- @tparam[opt] table given `partition`: "month" keeps each month's records in a
-- partition of its own, which makes purges quick and lets months lie on other
-- servers; `timeout`: seconds to wait for others who make the same (0 to 86400,
-- default 5)
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code: "exists" where there is a log, "foreign" where its
-- schema is of another program, "readonly" without the right to make it,
-- "busy", "full", "io" or "unsupported"
-- @raise for a path: `open` makes files
function activitylog.create(uri, given)
  given = options.check(given, CREATE, "create()")
  check_address(uri, "create()", "URI")
  if given.partition then
    local why = options.unknown("partition", given.partition, { "month" })
    if why then error(why, 2) end
  end
  local timeout = milliseconds(given.timeout, "create()")
  local kind, message, code = kind_of(uri)
  if kind == nil then return nil, message, code end
  if not kind then
    error("create(): a postgresql:// URI expected; open() makes files", 2)
  end
  return kind.create(uri, given.partition == "month", timeout)
end

--- Copy a log into another one, or what has come to it since the last copy.
-- The copy has the same chain, and so the same value of `head`; what it cannot
-- have is what was purged. All that is copied is proved before. Others may go
-- on using the log, of which the copy is what it is at the beginning, but
-- nobody may write to the copy meanwhile.
--
-- A new copy is kept part by part: when it is cut off, the same call goes on
-- behind the last part, also when the log has grown since. Until it is finished
-- it is no log: `open` refuses it ("foreign"). A copy that was finished gets
-- all that is new at once, and purges what was purged.
-- @tparam string from the log's path or URI, as of @{open}; it is only read
-- @tparam string to that of the copy: a new one, or one of the same log from
-- before
-- @tparam[opt] table given `progress`, a function that is called about every
-- thousand contents with how many were copied and how many there are; when it
-- raises, the work ends; and `timeout` as of @{open}
-- @treturn[1] table what was copied this time: `records`, `superseded`
-- (contents that records had before), `imports`, `purges`; `head` of both logs
-- now; and `pending`, which is true when the copy may still hold bytes of what
-- was purged, as of `purge` in @{activitylog.log}
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code: "exists" when the copy has what the log has not, and
-- is left as it is; "corrupt" for what was altered in the log; those of @{open}
-- @raise what `progress` raised
-- @usage local copied = assert(activitylog.copy("samples.db", "archive.db"))
-- print(copied.records .. " records") --> 5 records
function activitylog.copy(from, to, given)
  check_address(from, "copy()", "path")
  check_address(to, "copy()", "path")
  given = options.check(given, COPY, "copy()")
  local timeout = milliseconds(given.timeout, "copy()")
  local one_thread = not activitylog.threads
  local source <close>, why, code = open_store(from, true, timeout, one_thread)
  if not source then return nil, why, code end
  local target <close>, reason, word = open_store(to, false, timeout,
                                                  one_thread, source)
  if not target then return nil, reason, word end
  return source:copy(target, { progress = given.progress })
end

return activitylog
