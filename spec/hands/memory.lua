--- What spec/c/lua_memory_test.c runs while memory runs out: each public
-- function, and what the log holds behind it.

local activitylog = require "activitylog"
local web = require "activitylog.web"

local memory = {}

local folder, path, log, summary
local number = 0 -- of the next record

local all = { period = "all" }

local function new_records()
  local list = {}
  for i = 1, 2 do
    number = number + 1
    list[i] = {
      id = tostring(number), operation_date = "2026-10-01T08:00:00Z",
      customer_id = "0C39D6D5-C70D-4C55-BC02-F620844F3FD1",
      customer_name = "Relecloud", operation_type = "create_order",
      resource_type = "order", operation_status = "succeeded",
      resource_old_value = '{"Quantity":1,"Password":"x"}',
      resource_new_value = '{"Quantity":2,"LineItems":[{"Quantity":2}]}',
      customized_data = { { key = "OrderId", value = "1" } },
      other = { note = { "a", 1, true } },
    }
  end
  return list
end

local function new_json()
  number = number + 2
  return ('[{"id":"%d","operationDate":"2026-10-01T08:00:00Z"},'
    .. '{"id":"%d","operationDate":"2026-10-01T08:00:00Z"}]')
    :format(number - 1, number)
end

local function new_csv()
  number = number + 2
  return ("Date-Time,Affected customer,Action\n"
    .. "2026-10-01T08:00:00.%07dZ,A,Create Order\n"
    .. "2026-10-01T08:00:00.%07dZ,A,Create Order\n"):format(number - 1, number)
end

local function drop(...)
  return ...
end

-- Failures of the world are none here, but for a lack of memory in the core.
local function no_failure(result, message, code)
  if result == nil and code then error(message .. " (" .. code .. ")", 0) end
  return result
end

-- The core's lack of memory is told like other reasons for a 503.
local function answered(response)
  if response.problem then error(response.problem, 0) end
  return response
end

local function export(method, given)
  given.period = "all"
  no_failure(method(given))
end

local function to_path(extension, given)
  return function()
    given.period = "all"
    local target = folder .. "/report." .. extension
    no_failure(log:export(target, given))
    assert(os.remove(target))
  end
end

local function to_text(given)
  return function()
    export(function(options) return log:export_text(options) end, given)
  end
end

-- Each case by the names of what it covers.
memory.cases = {
  ["activitylog.open"] = function()
    no_failure(activitylog.open(path)):close()
  end,
  -- No server listens there, nor need there be a module that could ask it.
  ["activitylog.create"] = function()
    local uri = "postgresql://?host=" .. folder
    local made, message, code = activitylog.create(uri)
    if code == "nomem" then no_failure(made, message, code) end
  end,
  ["activitylog.copy"] = function()
    local target = folder .. "/copy.db"
    no_failure(activitylog.copy(path, target))
    no_failure(activitylog.copy(path, target))
    assert(os.remove(target))
  end,
  ["activitylog.period"] = function()
    drop(tostring(activitylog.period("2026-10-01", nil, "Europe/Paris")))
  end,
  ["activitylog.layout"] = function()
    drop(tostring(activitylog.layout {
      { title = "A", template = "{id} of {operation_date}", zone = "+02:00" },
      { change = "Quantity" }, { link = "subscriptions" },
    }))
  end,
  ["activitylog.details"] = function()
    drop(tostring(activitylog.details(new_records()[1], { locale = "de" })))
  end,
  ["access.new access.name rule:check rule:names"] = function()
    local rule = activitylog.access.new { roles = { "admin_agent", a = "A" } }
    drop(tostring(rule), rule:check("x"), rule:check("sales_agent"))
    drop(rule:names("fr"), activitylog.access.name("admin_agent", "de"))
  end,
  ["link.subscriptions link.template link.is_guid"] = function()
    drop(activitylog.link.is_guid("1"))
    drop(activitylog.link.subscriptions("0C39D6D5-C70D-4C55-BC02-F620844F3FD1"))
    drop(activitylog.link.template { cloud = "china" })
  end,
  ["web.new portal:respond portal:is_long portal:close"] = function()
    local portal <close> = web.new { log = path }
    local request = { method = "GET", role = "admin_agent",
                      query = "from=2026-10-01&customer=rele" }
    drop(portal:is_long(request))
    answered(portal:respond(request))
    request.query = "from=2026-10-01&export=csv"
    local file <close> = answered(portal:respond(request)).file
    drop(file)
  end,
  ["log:records"] = function()
    for record in log:records { period = "all", redact = { "note" } } do
      drop(record.old_value, record.line_items, record.other)
    end
    local query = { period = "all", fields = { "position" } }
    for record in log:records(query) do query.after = record.position end
    for record in log:records(query) do drop(record) end
  end,
  ["log:bytes log:count log:imports log:purges log:head"] = function()
    no_failure(log:count { customer_name = "rele", period = "all" })
    no_failure(log:bytes())
    no_failure(log:imports())
    no_failure(log:purges())
    no_failure(log:head())
  end,
  ["log:append"] = function() no_failure(log:append(new_records())) end,
  ["log:import_text"] = function()
    no_failure(log:import_text(new_json()))
  end,
  ["log:import_text of csv"] = function()
    no_failure(log:import_text(new_csv()))
  end,
  ["log:import"] = function()
    local source = folder .. "/source"
    local file = assert(io.open(source, "w"))
    file:write(new_json())
    file:close()
    no_failure(log:import(source, { progress = function() end }))
    file = assert(io.open(source))
    no_failure(log:import(file, { source = "again" }))
    file:close()
  end,
  ["log:export"] = to_path("csv", { layout = "full", locale = "fr" }),
  ["log:export of html"] = to_path("html", { format = "html" }),
  ["log:export of xlsx"] = to_path("xlsx", { format = "xlsx" }),
  ["log:export to a file"] = function()
    local file <close> = assert(io.tmpfile())
    no_failure(log:export(file, all))
  end,
  ["log:export_text"] = to_text { progress = function() end },
  ["log:export_text of jsonl"] = to_text { format = "jsonl" },
  ["log:export_text of html"] = to_text { format = "html" },
  ["log:export_text by functions"] = function()
    no_failure(log:export_text { period = "all", layout = activitylog.layout {
      { title = "A", value = function(record)
        return record.id .. #record.line_items
      end },
    } })
  end,
  ["log:rows"] = function()
    no_failure(log:rows(function(cells) drop(cells[1] .. "x") end, all))
  end,
  ["log:summary"] = function()
    drop(tostring(no_failure(log:summary { period = "all",
      by = { "day", "customer" } })))
  end,
  ["summary:export_text"] = function()
    no_failure(summary:export_text { pivot = true })
    no_failure(summary:export_text { format = "jsonl" })
  end,
  ["summary:export_text of html"] = function()
    no_failure(summary:export_text { format = "html" })
  end,
  ["summary:export"] = function()
    local target = folder .. "/report.csv"
    no_failure(summary:export(target))
    assert(os.remove(target))
  end,
  ["summary:rows"] = function()
    no_failure(summary:rows(function(cells) drop(cells[3] .. "x") end))
  end,
  ["log:verify"] = function() no_failure(log:verify { head = log:head() }) end,
  ["log:backup"] = function()
    local target = folder .. "/copy.db"
    no_failure(log:backup(target))
    assert(os.remove(target))
  end,
  ["log:purge"] = function()
    no_failure(log:purge { before = "2020-01-01", user = "a" })
  end,
  ["log:close"] = function()
    no_failure(activitylog.open(":memory:")):close()
  end,
}

local CLASSES = {
  activitylog = activitylog, access = activitylog.access,
  link = activitylog.link, log = require("activitylog.log").methods,
  summary = require("activitylog.summary").methods,
  rule = getmetatable(activitylog.access.new()).__index,
  web = web, portal = getmetatable(web.new { log = "none" }).__index,
}

-- A new function needs a case.
local function check_cover()
  local covered = {}
  for names in pairs(memory.cases) do
    for name in names:gmatch "[%w_]+[.:][%w_]+" do
      covered[name:gsub(":", ".")] = true
    end
  end
  for class, methods in pairs(CLASSES) do
    for name, value in pairs(methods) do
      if type(value) == "function" and not covered[class .. "." .. name] then
        error(class .. "." .. name .. " has no case")
      end
    end
  end
end

--- Begin with a log of two records in a folder.
-- @treturn {string,...} the names of the cases, in order
function memory.begin(where)
  folder, path = where, where .. "/log.db"
  check_cover()
  log = assert(activitylog.open(path))
  assert(log:append(new_records()))
  summary = assert(log:summary { period = "all", by = { "user", "customer" } })
  local names = {}
  for name in pairs(memory.cases) do names[#names + 1] = name end
  table.sort(names)
  return names
end

local kept = 2 -- records in the log

--- Check, with enough memory, that a case left the log as it was or did all of
-- its work, of which an import of two records is one, or two.
function memory.check(name)
  local count = assert(log:count { period = "all" })
  local import = name:find "import" or name:find "append"
  if count ~= kept and not (import and count == kept + 2) then
    error(("%s: %d records where there were %d"):format(name, count, kept))
  end
  kept = count
  for _, file in ipairs { "report.csv", "report.html", "report.xlsx",
                          "copy.db" } do
    os.remove(folder .. "/" .. file)
  end
  local known = assert(log:append {
    id = "1", operation_date = "2026-10-01T08:00:00Z" }).records
  assert(known == 1)
end

--- End: what is left in the folder is the log, which holds.
function memory.finish()
  assert(log:verify())
  collectgarbage() -- logs that a case opened, and could not keep; what
  collectgarbage() -- finalizers still held goes with the second
  log:close()
  summary = nil
  os.remove(folder .. "/source")
  assert(os.remove(path))
end

return memory
