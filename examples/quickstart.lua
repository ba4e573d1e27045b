-- From answers of the API to an activity log, and to a CSV that Excel opens.
--
--   scripts/quickstart           build activitylog, run this with real samples
--   scripts/quickstart FILE...   the same with your files: answers of the API,
--                                JSON Lines or CSV
--
-- The log and the CSV go to the folder build, anew each time. The main job is
-- at the end; what comes first draws a table for the terminal.

local activitylog = require "activitylog"

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
  { "Date-Time (UTC)", function(record)
      return (record.operation_date:sub(1, 19):gsub("T", " "))
    end },
  { "Affected customer", function(record)
      return record.customer_name or "-"
    end },
  { "Action", function(record)
      local words = (record.operation_type or "-"):gsub("_", " ")
      return (words:gsub("%f[%a]%a", string.upper))
    end },
  { "Partner user", function(record)
      return record.user_principal_name or "-"
    end },
}

-- Characters that fill two places of a terminal, or none.
local WIDTHS = {
  { 0x0300, 0x036F, 0 }, { 0x1100, 0x115F, 2 }, { 0x200B, 0x200F, 0 },
  { 0x2E80, 0xA4CF, 2 }, { 0xAC00, 0xD7A3, 2 }, { 0xF900, 0xFAFF, 2 },
  { 0xFE00, 0xFE0F, 0 }, { 0xFE30, 0xFE6F, 2 }, { 0xFF00, 0xFF60, 2 },
  { 0x1F300, 0x1FAFF, 2 }, { 0x20000, 0x3FFFD, 2 },
}

local function code_width(code)
  for _, range in ipairs(WIDTHS) do
    if code >= range[1] and code <= range[2] then return range[3] end
  end
  return 1
end

local function width(text)
  local sum = 0
  for _, code in utf8.codes(text) do sum = sum + code_width(code) end
  return sum
end

-- The text in exactly that many places.
local function fit(text, places)
  if width(text) <= places then
    return text .. (" "):rep(places - width(text))
  end
  local kept = 0
  for at, code in utf8.codes(text) do
    if kept + code_width(code) > places - 1 then
      return fit(text:sub(1, at - 1) .. "…", places)
    end
    kept = kept + code_width(code)
  end
end

-- Strangers write names; the terminal obeys control characters.
local function harmless(text)
  return (text:gsub("[\0-\x1F\x7F]", "?"):gsub("\xC2[\x80-\x9F]", "?"))
end

-- How wide each column has to be, all of them in as many places as there are.
local function widths_of(rows, places)
  local widths, sum = {}, 2 * (#COLUMNS - 1)
  for i in ipairs(COLUMNS) do
    widths[i] = 0
    for _, row in ipairs(rows) do
      widths[i] = math.max(widths[i], width(row[i]))
    end
    sum = sum + widths[i]
  end
  while sum > math.max(places, 60) do
    local widest = math.max(table.unpack(widths))
    for i = #widths, 1, -1 do
      if widths[i] == widest then widths[i] = widest - 1 break end
    end
    sum = sum - 1
  end
  return widths
end

local function print_table(rows)
  local widths = widths_of(rows, tonumber(os.getenv "COLUMNS") or math.huge)
  for number, row in ipairs(rows) do
    local cells, line = {}, {}
    for i, places in ipairs(widths) do
      cells[i], line[i] = fit(row[i], places), ("-"):rep(places)
    end
    print((table.concat(cells, "  "):gsub(" +$", "")))
    if number == 1 then print(table.concat(line, "  ")) end
  end
end

local function titles()
  local row = {}
  for i, column in ipairs(COLUMNS) do row[i] = column[1] end
  return row
end

local function row_of(record)
  local row = {}
  for i, column in ipairs(COLUMNS) do row[i] = harmless(column[2](record)) end
  return row
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
                                       result.changed, harmless(name)))
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
print(([[

CSV for Excel:  build/activity.csv (%d records, %d bytes)
The log:        build/quickstart.db (SQLite; see docs/file-format.md)

Next: scripts/quickstart FILE... takes your own files, and README.md shows
how to write reports like this one in ten lines of Lua.]])
  :format(report.records, report.bytes))
