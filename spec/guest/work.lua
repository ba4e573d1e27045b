--- All that the module does, and the ways in which that fails.
-- `work.run()` does it in the current folder, which is to be empty, and leaves
-- it so. What came of it is returned as a text, which is the same each time.

local activitylog = require "activitylog"
local process = require "spec.guest.process"

local work = {}

local ALL = { period = "all" }

local FIXED = 1791990977 -- 2026-10-14T15:16:17Z

-- So many that two threads import them, and make a report of them.
local MANY = 20000

-- ---- what comes in

-- Capitals and small letters that are not each other's everywhere, and
-- characters whose bytes are letters in some character sets.
local NAMES = { "INSIGHT Istanbul", "insight", "\u{130}STANBUL", "\u{131}r",
                "Stra\u{DF}e", "\u{C9}t\u{E9}", "Relecloud, \"A\"; B" }

local function record(i)
  return {
    id = "r" .. i, customer_name = NAMES[i % #NAMES + 1],
    customer_id = "0C39D6D5-C70D-4C55-BC02-F620844F3FD1",
    operation_date = ("2026-%02d-%02dT%02d:%02d:00.5Z"):format(
      i // 10000 + 1, i // 400 % 25 + 1, i // 60 % 24, i % 60),
    operation_type = i % 3 == 0 and "create_INVITE_list" or "update_license",
    operation_status = "succeeded", resource_type = "order",
    user_principal_name = "Ivan.I@example.com",
    resource_old_value = '{"Quantity":1,"Price":1.5,"Password":"I"}',
    resource_new_value = '{"Quantity":2.5,"LineItems":[{"FriendlyName":"Ii",'
      .. '"Quantity":2,"OfferId":"o"}]}',
    customized_data = { { key = "OrderId", value = "I" } },
    other = { Price = 1234567.25, tiny = 1e-7, list = { 0.1, true } },
  }
end

local function page(first, last)
  local parts = {}
  for i = first, last do
    parts[#parts + 1] = ('{"id":"p%d","customerName":"%s","resourceNewValue":'
      .. '"{\\"Price\\":%d.25}","operationType":"add_customer",'
      .. '"operationDate":"2026-%02d-%02dT%02d:%02d:00.25Z"}'):format(i,
      "Fabrikam I " .. i % 9, i,
      i // 10000 + 1, i // 400 % 25 + 1, i // 60 % 24, i % 60)
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

local PORTAL = "Date-Time,Affected customer,Action,Partner user\n"
  .. "\"1/14/2026, 7:16 PM\",\"I, me\",Add Customer,x@example.com\n"

local function write(path, text)
  local file <close> = assert(io.open(path, "wb"))
  assert(file:write(text))
end

local function take(path)
  local file <close> = assert(io.open(path, "rb"))
  local text = file:read("a")
  assert(os.remove(path))
  return text
end

-- ---- what comes out

-- So that a locale has no say in their order.
local function hex(value)
  return (tostring(value):gsub(".", function(byte)
    return ("%02x"):format(byte:byte())
  end))
end

-- What a value holds, in the order of its names, without how long it took.
-- Floats are written as the bytes they are, which no locale writes otherwise.
local function text_of(value)
  if math.type(value) == "float" then return string.pack(">d", value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts, names = {}, {}
  for name in pairs(value) do
    if name ~= "seconds" then names[#names + 1] = name end
  end
  table.sort(names, function(one, other) return hex(one) < hex(other) end)
  for i, name in ipairs(names) do
    parts[i] = tostring(name) .. "=" .. text_of(value[name])
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

-- The work in its order, so that each finds what those before left.
local steps = {}

local function step(name, call)
  steps[#steps + 1] = { name = name, call = call }
end

local function with(given)
  given.period = "all"
  return given
end

local function raise() error("enough", 0) end

local function layout(call)
  return activitylog.layout {
    { title = "Function", value = call }, { label = "operation_type" },
    { title = "Date", field = "operation_date", format = "locale",
      zone = "Europe/Istanbul" },
    { title = "Change", change = "Price" }, { line_item = "quantity" },
  }
end

step("append", function(log)
  local list = {}
  for i = 1, 60 do list[i] = record(i) end
  return log:append(list)
end)
step("import a text", function(log) return log:import_text(page(1, 60)) end)
step("import a file", function(log)
  write("source", page(30, 90))
  return log:import("source", { progress = function() end })
end)
step("import a stream", function(log)
  local file <close> = assert(io.open("source"))
  return log:import(file)
end)
step("import CSV of the portal", function(log)
  assert(os.remove("source"))
  return log:import_text(PORTAL)
end)
step("read records", function(log)
  local list = {}
  for found in log:records(ALL) do
    list[#list + 1] = text_of(found) .. text_of(found.new_value)
      .. text_of(found.line_items)
  end
  return list
end)
step("leave a loop", function(log)
  local date
  for found in log:records { period = "all", text = "i" } do
    date = found.operation_date
    if date < "2026-01-10" then break end
  end
  return date
end)
step("forget a cursor", function(log)
  local call, cursor = log:records(ALL)
  return call(cursor).operation_date
end)
-- Until then it reads the log, which could not be purged.
step("collect it", function() return collectgarbage() end)
step("search", function(log)
  local counts = {}
  for i, name in ipairs { "i", "I", "\u{130}", "\u{131}", "STRASSE", "ETE" } do
    counts[i] = log:count { period = "all", customer_name = name }
  end
  return counts
end)
for _, format in ipairs { "csv", "html", "xlsx", "jsonl" } do
  step("export " .. format, function(log)
    local made = assert(log:export("report", with { format = format }))
    return { made, take "report" }
  end)
  step("export " .. format .. " to a stream", function(log)
    local file <close> = assert(io.open("report", "w+b"))
    local made = assert(log:export(file, with { format = format }))
    return { made, take "report" }
  end)
  step("export " .. format .. " into no folder", function(log)
    return { log:export("none/report", with { format = format }) }
  end)
  step("export " .. format .. " to what is full", function(log)
    local file <close> = assert(io.open("/dev/full", "wb"))
    file:setvbuf("no")
    return { log:export(file, with { format = format }) }
  end)
end
for _, locale in ipairs { "tr", "fr", "en-us" } do
  step("export in " .. locale, function(log)
    return { assert(log:export_text(with { locale = locale,
      date_format = "locale", layout = "order-lines" })) }
  end)
end
step("export by a function", function(log)
  return { assert(log:export_text(with { locale = "tr",
    layout = layout(function(found) return found.other.Price or 0.5 end) })) }
end)
step("export a workbook by a function", function(log)
  return { assert(log:export_text(with { format = "xlsx",
    layout = layout(function() return 0.5 end) })) }
end)
step("export in parts", function(log)
  local made = assert(log:export("report.csv", with { max_rows = 50 }))
  local parts = {}
  for i, path in ipairs(made.files) do parts[i] = take(path) end
  return parts
end)
step("export by a function that raises", function(log)
  return { pcall(log.export, log, "report", with { layout = layout(raise) }) }
end)
step("rows", function(log)
  local list = {}
  assert(log:rows(function(cells) list[#list + 1] = text_of(cells) end, ALL))
  return list
end)
step("rows that the function ends", function(log)
  return { pcall(log.rows, log, raise, ALL) }
end)
step("serve it", function(log)
  local portal <close> = require("activitylog.web").new { log = log.path }
  local answers = {}
  for i, query in ipairs {
    "from=2026-01-01", "from=x", "at=x", "from=2026-01-01&export=csv",
    "from=2026-01-01&customer=i&operation=create_invite_list",
  } do
    local given = portal:respond { method = "GET", query = query,
                                   role = "admin_agent", language = "tr" }
    if given.file then
      local file <close> = given.file
      given.body, given.file = file:read("a"), nil
    end
    answers[i] = given
  end
  return answers
end)
step("summary", function(log)
  local summary = assert(log:summary(with { by = { "day", "customer" } }))
  local texts = { text_of(summary), text_of(summary.total) }
  for i, format in ipairs { "csv", "html", "xlsx", "jsonl" } do
    assert(summary:export("report", { format = format,
                                      pivot = format ~= "jsonl" or nil }))
    texts[2 + i] = take "report"
  end
  return texts
end)
step("details", function(log)
  local texts = {}
  for found in log:records(ALL) do
    texts[#texts + 1] = tostring(activitylog.details(found, { locale = "tr" }))
  end
  return texts
end)
step("imports, purges", function(log)
  return { log:imports(), log:purges() }
end)
step("verify", function(log) return log:verify { head = log:head() } end)
step("verify another head", function(log)
  return { log:verify { head = ("a"):rep(64) } }
end)
step("back up", function(log)
  assert(log:backup("copy.db"))
  local made, message, code = log:backup("copy.db")
  assert(os.remove("copy.db"))
  return { made, message, code }
end)
step("back up into no folder", function(log)
  return { log:backup("none/copy.db") }
end)
step("purge", function(log)
  return log:purge { before = "2026-01-01T00:30:00Z", user = "i" }
end)

-- ---- failures

step("import no file", function(log) return { log:import "none" } end)
step("import a folder", function(log) return { log:import "." } end)
step("import the log", function(log) return { log:import(log.path) } end)
for _, text in ipairs { "[{", "{}", '{"id":"1"}', PORTAL .. "x\n",
                        page(1, 50):sub(1, -3), '"\xFF"' } do
  step("import " .. #text .. " bytes that are wrong", function(log)
    return { log:import_text(text) }
  end)
end

-- ---- functions that end the work, which are called for each thousand records

step("import more", function(log) return log:import_text(page(91, 2000)) end)
for _, format in ipairs { "csv", "html", "xlsx", "jsonl" } do
  step("export " .. format .. " that progress ends", function(log)
    local given = with { format = format, progress = raise }
    return { pcall(log.export, log, "report", given) }
  end)
end
step("summary that progress ends", function(log)
  return { pcall(log.summary, log, with { progress = raise }) }
end)
step("verify that progress ends", function(log)
  return { pcall(log.verify, log, { progress = raise }) }
end)
step("back up, which progress ends", function(log)
  return { pcall(log.backup, log, "copy.db", { progress = raise }) }
end)
step("purge that progress ends", function(log)
  return { pcall(log.purge, log, { before = "2026-02-01", user = "i",
                                   progress = raise }) }
end)
step("import that progress ends", function(log)
  local text = page(2001, 20000)
  return { pcall(log.import_text, log, text, { progress = raise }),
           log:count(ALL) }
end)

-- ---- what comes last

step("import that finds no room", function(log)
  process.limit(300000)
  local made, message, code = log:import_text(page(2001, 20000))
  process.limit()
  return { made, message, code, log:count(ALL) }
end)
step("use it while it is read", function(log)
  local call, cursor = log:records(ALL)
  call(cursor)
  return { log:purge { before = "2026-12-31", user = "i" } }
end)
step("open what is none", function()
  write("other", ("no log of ours\n"):rep(100))
  local answers = {}
  for _, path in ipairs { "none/log.db", "none.db", ".", "/dev/null", "other",
                          ("x"):rep(250) } do
    answers[#answers + 1] = text_of { activitylog.open(path, { mode = "r" }) }
  end
  assert(os.remove("other"))
  return answers
end)
step("open what was cut off", function(log)
  assert(log:backup("cut.db"))
  write("cut.db", take("cut.db"):sub(1, -9000) .. ("x"):rep(9000))
  local cut = assert(activitylog.open("cut.db"))
  local answers = { cut:verify() }
  cut:close()
  os.remove("cut.db-wal")
  os.remove("cut.db-shm")
  assert(os.remove("cut.db"))
  return answers
end)
step("use it when it is closed", function(log)
  collectgarbage() -- cursors that were forgotten would keep its -wal
  collectgarbage()
  log:close()
  return { pcall(log.count, log) }
end)

--- Do all of it on a log in the current folder.
-- @tparam[opt] table given as of `activitylog.open`
-- @treturn string
function work.run(given)
  require("activitylog.period").clock = function() return FIXED end
  local log = assert(activitylog.open("log.db", given))
  local texts = {}
  for i, now in ipairs(steps) do
    local value, message = now.call(log)
    if value == nil then error(now.name .. ": " .. tostring(message), 0) end
    texts[i] = now.name .. ": " .. text_of(value) .. "\n"
  end
  assert(os.remove("log.db"))
  return table.concat(texts)
end

--- Import and report so many records that a second thread helps.
function work.run_large()
  local log <close> = assert(activitylog.open("large.db"))
  assert(log:import_text(page(1, MANY)))
  for _, format in ipairs { "csv", "jsonl" } do
    assert(log:export("report", with { format = format }))
    assert(os.remove("report"))
  end
  assert(log:verify())
  assert(log:purge { before = "2026-02-01" })
  log:close()
  assert(os.remove("large.db"))
end

--- A day of a report's author: each thing once, on few records.
function work.run_small()
  local log <close> = assert(activitylog.open("log.db"))
  assert(log:append { record(1), record(2) })
  assert(log:import_text(page(1, 5)))
  for _, format in ipairs { "csv", "html", "xlsx", "jsonl" } do
    assert(log:export("report", with { format = format }))
    assert(os.remove("report"))
  end
  assert(log:summary(with { by = "week" }):export_text())
  assert(log:verify())
  assert(log:backup("copy.db"))
  assert(os.remove("copy.db"))
  log:close()
  assert(os.remove("log.db"))
end

return work
