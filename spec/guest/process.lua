--- What the process has, as guest.c and /proc tell it.

local build = os.getenv("ACTIVITYLOG_BUILD") or "build/dev"
local process = assert(package.loadlib(build .. "/guest.so", "luaopen_guest"))()

local function read(path)
  local file <close> = assert(io.open(path))
  return file:read("a")
end

-- What is in a folder, as a text.
local function listed(folder)
  local lines = {}
  for name, target in pairs(process.list(folder)) do
    lines[#lines + 1] = name .. " " .. target
  end
  table.sort(lines)
  return table.concat(lines, "\n")
end

--- What all in the process share, and what work could leave behind.
-- @treturn {[string]=string} texts
function process.seen()
  local seen = process.shared()
  seen.descriptors = listed "/proc/self/fd"
  seen.threads = listed "/proc/self/task"
  seen.children = ""
  for thread in pairs(process.list "/proc/self/task") do
    seen.children = seen.children
      .. read("/proc/self/task/" .. thread .. "/children")
  end
  seen.files = listed "."
  seen["temporary files"] = listed(os.getenv "TMPDIR")
  return seen
end

--- What is another now, for people; "same" when nothing is.
-- A thread that was waited for may be listed for a moment longer.
-- @tparam table before what `seen` returned
function process.changes(before)
  local deadline = os.time() + 5
  local now, changes
  repeat
    now, changes = process.seen(), {}
    for name, text in pairs(now) do
      if text ~= before[name] then
        changes[#changes + 1] = ("%s: before\n%s\nnow\n%s"):format(name,
          before[name], text)
      end
    end
  until now.threads == before.threads or os.time() > deadline
  return #changes == 0 and "same" or table.concat(changes, "\n")
end

--- How many parts of files are mapped, such as of libraries.
function process.mappings()
  return select(2, read("/proc/self/maps"):gsub(" /[^\n]+\n", ""))
end

return process
