-- From answers of the API to an activity log, a CSV for Excel and a page.
--
--   scripts/quickstart           build activitylog, run this with real samples
--   scripts/quickstart FILE...   the same with your files: answers of the API,
--                                JSON Lines or CSV
--
-- The log and the reports go to the folder build, anew each time. The main job
-- is at the end; what comes first draws a table for the terminal.

local activitylog = require "activitylog"
local grid = require "activitylog.command.grid"
local locale = require "activitylog.locale"
local visible = require "activitylog.visible"

local SAMPLES = {
  "ms_docs_2017_order_license.json",
  "spring_social_2017_record.json", -- the same two records once more
  "records/msdocs2020_20200902T173412_add_customer.json",
  "records/msdocs2020_20200902T175810_create_order.json",
  "records/msdocs2020_20200902T232619_update_customer_user_licenses.json",
}

local ROWS = 20 -- that are shown

-- ---- a table for the terminal

-- The portal's columns.
local COLUMNS = {
  { title = "Date-Time (UTC)", whole = true, value = function(record)
      return (record.operation_date:sub(1, 19):gsub("T", " "))
    end },
  { title = "Affected customer", value = function(record)
      return record.customer_name or "-"
    end },
  { title = "Action", value = function(record)
      return locale.title_case(record.operation_type or "-")
    end },
  { title = "Partner user", value = function(record)
      return record.user_principal_name or "-"
    end },
}

local function titles()
  local row = {}
  for i, column in ipairs(COLUMNS) do row[i] = column.title end
  return row
end

-- Strangers write names; the terminal obeys control characters.
local function row_of(record)
  local row = {}
  for i, column in ipairs(COLUMNS) do row[i] = visible(column.value(record)) end
  return row
end

local function print_table(rows)
  local places = math.tointeger(tonumber(os.getenv "COLUMNS")) or 1000
  local widths = grid.widths(COLUMNS, rows, places)
  for number, row in ipairs(rows) do
    local cells, line = {}, {}
    for i, width in ipairs(widths) do
      cells[i], line[i] = grid.fit(row[i], width), ("-"):rep(width)
    end
    print((table.concat(cells, "  "):gsub(" +$", "")))
    if number == 1 then print(table.concat(line, "  ")) end
  end
end

-- ---- the main job

-- What the world may fail to do answers nil and a message for people.
local function check(result, message)
  if result == nil then
    io.stderr:write(message, "\n")
    os.exit(1, true)
  end
  return result
end

local function open_new(path)
  for _, file in ipairs { path, path .. "-wal", path .. "-shm" } do
    os.remove(file)
  end
  return check(activitylog.open(path))
end

local function import(log, folder, names)
  print("  new  known  changed  imported from")
  for _, name in ipairs(names) do
    local result = check(log:import(folder .. name))
    print(("%5d  %5d  %7d  %s"):format(result.added, result.known,
                                       result.changed, visible(name)))
  end
end

local function show(log)
  local rows = { titles() }
  for record in log:records { period = "all" } do
    rows[#rows + 1] = row_of(record)
    if #rows > ROWS then break end
  end
  print_table(rows)
  local sum = "%d of %d records, newest first"
  print(sum:format(#rows - 1, check(log:count { period = "all" })))
end

os.execute("mkdir -p build")
local log <close> = open_new("build/quickstart.db")

local root = arg[0]:match("^(.*)examples/[^/]*$") or "../"
if #arg > 0 then
  import(log, "", arg)
else
  import(log, root .. "spec/fixtures/partner-center/", SAMPLES)
end

print()
show(log)

local report = check(log:export("build/activity.csv", { period = "all" }))
-- Very many records are too much for a page: then the message says so.
local page, why = log:export("build/activity.html", {
  period = "all", format = "html",
})
print(([[

CSV for Excel:  build/activity.csv (%d records, %d bytes)
A page to open: %s
The log:        build/quickstart.db (SQLite; see docs/file-format.md)

Next: scripts/quickstart FILE... takes your own files, and README.md shows
how to write reports like this one in ten lines of Lua.]])
  :format(report.records, report.bytes, page and page.files[1] or why))
