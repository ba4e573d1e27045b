--- What specs share: a fixed clock, logs, temporary folders, files, programs.
-- What a test makes through this module ends with the test: folders are
-- removed, logs closed and the clock is put back, in the reverse order.

local busted = require "busted"

local support = {
  -- 2026-10-14T15:16:17Z, what the clock says in logs of these functions.
  NOW = 1791990977,

  -- The one of its names that shells find; /usr/bin/lua may be another Lua.
  LUA = "lua5.4",

  -- Whether logs are files, which specs may read in other ways as well.
  on_files = true,

  -- Further variables of the programs that specs start, a space behind each.
  environment = "",
}

-- ---- what ends with a test

local deferred = {}

--- End what ends with the test that is running. Busted does it by itself.
function support.end_test()
  while #deferred > 0 do table.remove(deferred)() end
end

busted.subscribe({ "test", "end" }, function()
  support.end_test()
  return nil, true -- other subscribers hear of it too
end)

--- Call a function when the test that is running ends.
function support.defer(call)
  deferred[#deferred + 1] = call
end

-- ---- programs and files

--- A word of a shell's command line that means the text.
function support.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Run a command of the shell.
-- @treturn string what it wrote, errors included
-- @treturn integer its exit status; of one that a signal ended, 128 and that
function support.run(command)
  local pipe <close> = assert(io.popen("{ " .. command .. "\n} 2>&1"))
  local output = pipe:read("a")
  local _, reason, code = pipe:close()
  return output, reason == "signal" and 128 + code or code
end

--- Run a command that has to end well.
-- @treturn string what it wrote
function support.check(command)
  local output, status = support.run(command)
  if status ~= 0 then
    error(("status %d of: %s\n%s"):format(status, command, output), 2)
  end
  return output
end

--- A command that runs a Lua program on the module that is tested.
function support.lua(program)
  return ("%sLUA_PATH_5_4=%s LUA_CPATH_5_4=%s %s -e %s"):format(
    support.environment, support.quote(package.path),
    support.quote(package.cpath), support.LUA, support.quote(program))
end

-- A list of templates that holds in any folder.
local function absolute(templates)
  local root = support.check("pwd"):gsub("\n$", "")
  return (templates:gsub("[^;]+", function(template)
    return template:find("^/") and template or root .. "/" .. template
  end))
end

--- The variables by which Lua finds the module that is tested in any folder.
function support.lua_paths()
  return ("%sLUA_PATH_5_4=%s LUA_CPATH_5_4=%s"):format(support.environment,
    support.quote(absolute(package.path)),
    support.quote(absolute(package.cpath)))
end

--- A command that runs a file of Lua in a folder, on the module that is tested.
-- @tparam string folder where it runs
-- @tparam string arguments of the interpreter, the file among them
function support.lua_in(folder, arguments)
  return ("cd %s && %s %s %s"):format(support.quote(folder),
    support.lua_paths(), support.LUA, arguments)
end

local QUERY = [[
import sqlite3, sys
log = sqlite3.connect(sys.argv[1], isolation_level=None)
for row in log.execute(sys.argv[2]):
    print(*row, sep="|")
]]

--- What SQL says to a file, through another SQLite than ours: a line each row.
function support.query(path, sql)
  return support.check(("python3 -c %s %s %s"):format(support.quote(QUERY),
    support.quote(path), support.quote(sql)))
end

--- Copy a log that nobody has open.
function support.copy_log(from, to)
  support.check(("cp -- %s %s"):format(support.quote(from), support.quote(to)))
end

--- Whether somebody has a log open that is written to: SQLite removes the -wal
-- file when the last thing that reads or writes is closed.
function support.in_use(path)
  return support.exists(path .. "-wal")
end

--- Whether nobody has the log open any more.
function support.is_free(path)
  return not support.in_use(path)
end

--- What a file holds.
function support.read(path)
  local file <close> = assert(io.open(path, "rb"))
  return assert(file:read("a"))
end

--- Make a file of a text.
-- @treturn string the path
function support.write(path, text)
  local file <close> = assert(io.open(path, "wb"))
  assert(file:write(text))
  return path
end

--- Whether there is a file or a folder of that name.
function support.exists(path)
  return os.rename(path, path) ~= nil
end

--- The cells of a CSV file, as two foreign readers agree on them: libcsv and
-- Python's. Both take a missing cell for an empty one.
-- @tparam string path
-- @tparam[opt=","] string separator
-- @treturn {{string,...},...} rows of cells
function support.cells(path, separator)
  local build = os.getenv("ACTIVITYLOG_BUILD") or "build/dev"
  local file = support.quote(path)
  local mark = support.quote(separator or ",")
  local lines = support.check(("%s/csv_dump %s %s"):format(build, file, mark))
  local others = support.check(
    ("python3 spec/independent/csv_cells.py %s --separator=%s")
      :format(file, mark))
  if lines ~= others then error("the readers do not agree on " .. path, 2) end
  local rows = {}
  for line in lines:gmatch("[^\n]+") do
    rows[#rows + 1] = require("activitylog.core").decode(line)
  end
  return rows
end

--- What Python's parser finds in a page, which has to be whole.
-- @treturn {table,...} events as spec/independent/page_tree.py has them
function support.page_events(path)
  local lines = support.check("python3 spec/independent/page_tree.py "
    .. support.quote(path))
  local events = {}
  for line in lines:gmatch("[^\n]+") do
    events[#events + 1] = require("activitylog.core").decode(line)
  end
  return events
end

--- The first words of a command that runs in a German locale: a comma in
-- numbers, and another order of letters than that of bytes. nil where there is
-- nothing to make one of.
function support.german()
  local folder = support.temp_dir()
  local _, code = support.run(("localedef -f UTF-8 -i de_DE %s")
    :format(support.quote(folder .. "/de_DE.UTF-8")))
  return code == 0 and ("LOCPATH=%s "):format(support.quote(folder)) or nil
end

--- A command run by somebody to whom the permissions of files apply.
-- Root loses the right to pass over them; others never had it.
function support.as_nobody(command)
  return [[if [ "$(id -u)" = 0 ]; then set -- setpriv \
    --bounding-set=-dac_override,-dac_read_search \
    --inh-caps=-dac_override,-dac_read_search; else set -- env; fi
    "$@" sh -c ]] .. support.quote(command)
end

-- Runs a program on a disk of 4 MiB at $DISK, or on what is left of a small
-- /dev/shm where nobody may mount one. In a chroot the propagation of mounts
-- cannot be changed, so the disk is taken away again.
local SMALL_DISK = [[
for how in "unshare -m" "unshare -rm" "unshare -m --propagation unchanged"; do
  if $how true 2>/dev/null; then
    exec $how sh -c 'mount -t tmpfs -o size=4m none "$DISK" || exit
      "$LUA" -e "$PROGRAM"
      code=$?
      umount "$DISK"
      exit "$code"'
  fi
done
shm=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$shm"' EXIT
room=$(df --output=avail -k /dev/shm | tail -n 1)
[ "$room" -le 1048576 ] || { echo "no way to make a small disk"; exit 1; }
head -c "$(((room - 4096) * 1024))" /dev/zero >"$shm/rest"
mkdir "$shm/disk"
DISK=$shm/disk "$LUA" -e "$PROGRAM"
]]

--- Run a Lua program that finds a disk of 4 MiB in the folder $DISK.
-- @treturn string what it wrote
function support.on_small_disk(program)
  return support.check(("%s LUA=%s PROGRAM=%s DISK=%s sh -c %s")
    :format(support.lua_paths(), support.LUA, support.quote(program),
    support.temp_dir(), support.quote(SMALL_DISK)))
end

--- A new folder, which ends with the test.
-- @tparam[opt] string parent where it is made, other than in TMPDIR
function support.temp_dir(parent)
  local where = parent and " -p " .. support.quote(parent) or ""
  local path = support.check("mktemp -d" .. where):gsub("\n$", "")
  support.defer(function()
    support.check("rm -rf -- " .. support.quote(path))
  end)
  return path
end

--- What is missing of the programs that a spec needs, for a pending test.
-- @tparam ?string tools "office" or "page": the npm packages of that folder
-- @tparam string ... commands
-- @treturn ?string nil when all are there
function support.missing(tools, ...)
  local list = {}
  for _, name in ipairs { ... } do
    local _, status = support.run("command -v " .. name)
    if status ~= 0 then list[#list + 1] = name end
  end
  local folder = tools and ("build/%s/node_modules"):format(tools)
  if folder and not support.exists(folder) then list[#list + 1] = folder end
  return #list > 0 and ("needs %s, which scripts/test --all installs")
    :format(table.concat(list, ", ")) or nil
end

-- ---- logs

--- Let the log's clock stand still until the test ends.
-- @tparam[opt=support.NOW] integer seconds of Unix time
function support.fix_clock(seconds)
  local period = require "activitylog.period"
  local clock = period.clock
  period.clock = function() return seconds or support.NOW end
  support.defer(function() period.clock = clock end)
end

--- An open log whose clock is fixed; it closes with the test.
-- @tparam[opt=":memory:"] string path
-- @tparam[opt] table options of activitylog.open
function support.log(path, options)
  local activitylog = require "activitylog"
  support.fix_clock()
  local log = assert(activitylog.open(path or ":memory:", options))
  support.defer(function() log:close() end)
  return log
end

--- The records that a query selects, oldest first, as a list.
-- @tparam table log
-- @tparam[opt] table given options of log:records; everything by default
function support.list(log, given)
  local query = { period = "all", order = "oldest" }
  for name, value in pairs(given or {}) do query[name] = value end
  local list = {}
  for record in log:records(query) do list[#list + 1] = record end
  return list
end

-- ---- JSON

-- What RFC 8259 wants escaped; all else, also what is no UTF-8, stays.
local ESCAPED = { ['"'] = '\\"', ["\\"] = "\\\\" }
for code = 0, 31 do ESCAPED[string.char(code)] = ("\\u%04x"):format(code) end

local function json_string(text)
  return '"' .. text:gsub('[%z\1-\31"\\]', ESCAPED) .. '"'
end

--- The JSON of a value: a list when it has a [1] or nothing in it. Members come
-- in the order of their names' bytes.
function support.json(value)
  if type(value) == "string" then return json_string(value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts, names = {}, {}
  if value[1] ~= nil or next(value) == nil then
    for i, item in ipairs(value) do parts[i] = support.json(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for name in pairs(value) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do
    parts[i] = json_string(name) .. ":" .. support.json(value[name])
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

-- ---- errors

--- The error that a function has to raise.
function support.error_of(call)
  local ok, message = pcall(call)
  if ok then error("no error was raised", 2) end
  return message
end

--- The error that a function has to raise, which has to blame the line on
-- which the function begins.
-- @treturn string the message without that place
function support.blame(call)
  local message = support.error_of(call)
  local info = debug.getinfo(call, "S")
  local place = ("%s:%d: "):format(info.short_src, info.linedefined)
  if message:sub(1, #place) ~= place then
    error(("'%s' does not blame '%s'"):format(message, place), 2)
  end
  return message:sub(#place + 1)
end

return support
