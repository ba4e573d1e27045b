-- The jobs as the author of a Lua script does them, with lua-sql-sqlite3.
--   lua5.4 luasql.lua import STORE FILE.jsonl
--   lua5.4 luasql.lua export STORE TARGET FROM TO [CUSTOMER_ID]
local luasql = require "luasql.sqlite3"

local FIELDS = {
  "id", "partner_id", "customer_id", "customer_name", "user_principal_name",
  "application_id", "session_id", "original_correlation_id", "resource_type",
  "operation_type", "operation_status", "operation_date", "resource_old_value",
  "resource_new_value", "customized_data", "other",
}

local SCHEMA = {
  "CREATE TABLE record (" .. table.concat(FIELDS, " TEXT, ") .. " TEXT)",
  "CREATE UNIQUE INDEX by_id ON record (id)",
}

-- Made when the table is full, as that is faster.
local INDEXES = {
  "CREATE INDEX by_date ON record (operation_date)",
  "CREATE INDEX by_customer ON record (customer_id COLLATE NOCASE, " ..
    "operation_date)",
}

local function api_name(field)
  return (field:gsub("_(.)", string.upper))
end

local function execute(db, statements)
  for _, statement in ipairs(statements) do
    assert(db:execute(statement))
  end
end

local function import(db, path)
  local cjson = require "cjson"
  local names = {}
  for i, field in ipairs(FIELDS) do
    names[i] = api_name(field)
  end
  execute(db, SCHEMA)
  db:setautocommit(false)
  for line in io.lines(path) do
    local record, values = cjson.decode(line), {}
    record.other = {
      attributes = record.attributes, participants = record.participants,
    }
    for i, name in ipairs(names) do
      local value = record[name]
      if type(value) == "table" then
        value = cjson.encode(value)
      end
      values[i] = value and "'" .. db:escape(value) .. "'" or "NULL"
    end
    assert(db:execute("INSERT OR REPLACE INTO record VALUES (" ..
      table.concat(values, ", ") .. ")"))
  end
  execute(db, INDEXES)
  assert(db:commit())
end

local function cell(value)
  if not value then
    return ""
  elseif value:find('[",\r\n]') then
    return '"' .. value:gsub('"', '""') .. '"'
  end
  return value
end

local function query(db, from, to, customer)
  local filters = { "true" }
  local function add(condition, value)
    if value and value ~= "" then
      filters[#filters + 1] = condition .. " '" .. db:escape(value) .. "'"
    end
  end
  add("operation_date >=", from)
  add("operation_date <", to)
  add("customer_id COLLATE NOCASE =", customer)
  return "SELECT " .. table.concat(FIELDS, ", ") .. " FROM record WHERE " ..
    table.concat(filters, " AND ") .. " ORDER BY operation_date DESC"
end

local function export(db, target, ...)
  local file <close> = assert(io.open(target, "wb"))
  file:write(table.concat(FIELDS, ","), "\n")
  local cursor = assert(db:execute(query(db, ...)))
  local row, cells = {}, {}
  while cursor:fetch(row, "n") do
    for i = 1, #FIELDS do
      cells[i] = cell(row[i])
    end
    file:write(table.concat(cells, ","), "\n")
  end
  cursor:close()
end

local environment = luasql.sqlite3()
local db = assert(environment:connect(arg[2]))
local jobs = { import = import, export = export }
jobs[arg[1]](db, table.unpack(arg, 3))
db:close()
environment:close()
