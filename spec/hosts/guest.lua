--- What a script inside of a server does for each request: it keeps that it
-- came, and writes a report of all.

local activitylog = require "activitylog"
local descriptors = require "spec.descriptors"

-- The folder of the log gets a file "served", with a line each request: the
-- process's number, and how many descriptors it has behind it.
return function(folder)
  local log = assert(activitylog.open(folder .. "/log.db"))
  local guest, served = {}, 0

  local function tell()
    local status <close> = assert(io.open("/proc/self/stat"))
    local file <close> = assert(io.open(folder .. "/served", "a"))
    assert(file:write(status:read("n"), " ", descriptors(), "\n"))
  end

  function guest.serve(name)
    served = served + 1
    assert(log:append { id = tostring(served), customer_name = name,
      operation_date = "2026-10-01T08:00:00Z", operation_type = "sign_in" })
    for _, format in ipairs { "csv", "xlsx" } do
      assert(log:export(folder .. "/report." .. format,
                        { period = "2026-10", format = format }))
    end
    tell()
  end

  function guest.leave() log:close() end

  return guest
end
