-- That a log is the same log wherever it is kept: what is random goes into a
-- file, a database and a database by month, which have to agree on all of it.
-- ACTIVITYLOG_LONG=1 takes ten times as much.

local activitylog = require "activitylog"
local cluster = require "spec.cluster"
local support = require "spec.support"

local ROUNDS = os.getenv "ACTIVITYLOG_LONG" == "1" and 40 or 2
local PARTS = 30 -- of a round, all in one log

-- ---- what comes

local random = math.random

local function one_of(list)
  return list[random(#list)]
end

-- Some statuses more often: that of late progress matters most.
local STATUSES = {
  "progress", "progress", "progress", "succeeded", "succeeded", "failed",
  "decline", "Progress", "SUCCEEDED", "none", "", false,
}

local TEXTS = {
  "a", "", "\0", "\x10\x11\x12", "a\x10\x11\x11", "$$'\\\"", "ÄÖÜ ǅ",
  "\u{FFFF}",
}

-- With a secret, with another one, as a report shows both, and without.
local VALUES = {
  '{"password":"hush","n":%d}', '{"password":"other","n":%d}',
  '{"password":"***","n":%d}', '{"n":%d}',
}

local MONTHS = { "2025-12", "2026-01", "2026-02", "2026-09" }

local function optional(value)
  if random(3) > 1 then return value end
end

-- A case has few records, and few contents of them, which come again and again.
-- What it does to them is its own, so that an import may have many cases.
local function some_record(case)
  local number = random(3)
  return {
    id = random(8) > 1
      and ("%s-%s-%d"):format(one_of { "r", "R" }, case, number) or nil,
    session_id = case,
    operation_date = ("%s-%02dT08:00:00%s"):format(MONTHS[number], number,
      one_of { "Z", "Z", ".5Z" }),
    operation_status = one_of(STATUSES) or nil,
    customer_name = optional(one_of(TEXTS)),
    customer_id = optional(one_of(TEXTS)),
    resource_new_value = optional(one_of(VALUES):format(random(2))),
  }
end

local function some_contents(case)
  local contents = {}
  for i = 1, random(6) do contents[i] = some_record(case) end
  return contents
end

-- Those of some cases, one after the other.
local function some_records(cases)
  local list = {}
  for _, contents in ipairs(cases) do
    for _ = 1, random(0, 5) do list[#list + 1] = one_of(contents) end
  end
  return list
end

-- ---- where it goes

-- The same log three times, each with a function that asks its tables.
local function open_all()
  local server = cluster.shared()
  local file = support.temp_dir() .. "/a.db"
  local plain = server:uri(server:database())
  local by_month = server:uri(server:database())
  assert(activitylog.create(by_month, { partition = "month" }))
  local logs = {}
  for i, address in ipairs { file, plain, by_month } do
    logs[i] = { log = support.log(address), query = function(sql)
      if i == 1 then return support.query(file, sql) end
      return server:query(address .. "&options=-csearch_path%3Dactivitylog",
                          (sql:gsub("lower%(hex(%b())%)", "encode(%1, 'hex')")))
    end }
  end
  return logs
end

-- Without what need not be the same.
local function told(result)
  result.bytes, result.seconds, result.pending = nil, nil, nil
  return result
end

-- That the logs say the same to a function, which gets one of them.
local function agree(logs, name, call)
  local expected = call(logs[1].log, logs[1].query)
  for i = 2, #logs do
    assert.same(expected, call(logs[i].log, logs[i].query), name)
  end
end

local function import_some(logs, part, name)
  local cases = {}
  for i = 1, one_of { 1, 2, 30, 60 } do
    cases[i] = some_contents(("%d-%d"):format(part, i))
  end
  for _ = 1, random(4) do
    local records = some_records(cases)
    agree(logs, name, function(log)
      return { told(assert(log:append(records))), log:head() }
    end)
  end
end

-- What is in the log comes again, as a report shows it, or as it is.
local function import_report(logs, name)
  local redact = random(2) == 1
  agree(logs, name, function(log)
    local lines = assert(log:export_text { period = "all", format = "jsonl",
                                           redact = redact })
    return { lines, told(assert(log:import_text(lines))), log:head() }
  end)
end

local function purge_some(logs, name)
  local before = ("2026-%02d-%02d"):format(random(2), random(28))
  agree(logs, name, function(log)
    local result = assert(log:purge { before = before, user = "a\0b" })
    return { told(result), log:head() }
  end)
end

local CONTENT = "sequence, operation_date, lower(hex(identity)),"
  .. " lower(hex(digest)), secret"

local TABLES = {
  record = CONTENT,
  superseded = CONTENT,
  purged = "sequence, lower(hex(digest))",
  import = "import, first_sequence, records, added, known, changed",
}

local function compare_all(logs, name)
  for table_name, columns in pairs(TABLES) do
    agree(logs, name, function(_, query)
      return query(("SELECT %s FROM %s ORDER BY 1"):format(columns, table_name))
    end)
  end
  agree(logs, name, function(log)
    return { told(log:verify()), log:purges(), log:imports(),
             log:export_text { period = "all", format = "jsonl",
                               redact = false } }
  end)
end

-- Texts that a database, its SQL or its protocol may take for something else:
-- control characters, those by which NUL is written, what is no character, and
-- all that quotes, escapes or ends a text.
local function strange_texts()
  local list = {
    "\x10\x11\x11", "\x10\x12\x12\0", "\x10\x10", "a\x10", "\x11\x12",
    "\\N", "\\.", "\\x00", "\\", "\\\\'", "''", "'; DROP TABLE record; --",
    "$$", "$1", "?1", "%s", "%", "_", "E'\\n'", "\"user\"", "NULL", "{}",
    "{a,\"b\"}", "\r\n", "\u{7FF}", "\u{800}", "\u{FFFD}", "\u{10000}",
    "İ", "ß", "ǅ", "e\u{301}", "", " ", ("x"):rep(3000), ("ß"):rep(100),
  }
  for code = 0, 0x9F do list[#list + 1] = utf8.char(code) end
  for plane = 0, 16 do
    list[#list + 1] = utf8.char(plane * 0x10000 + 0xFFFE)
    list[#list + 1] = utf8.char(plane * 0x10000 + 0xFFFF)
  end
  for code = 0xFDD0, 0xFDEF do list[#list + 1] = utf8.char(code) end
  return list
end

-- In each field that takes any text, in the middle of others.
local FIELDS = {
  "id", "partner_id", "customer_id", "customer_name", "user_principal_name",
  "application_id", "session_id", "original_correlation_id", "resource_type",
  "operation_type", "operation_status", "resource_old_value",
  "resource_new_value",
}

local FILTERS = {
  { "customer_id", "customer_id" }, { "customer_name", "customer_name" },
  { "operation_type", "operation_type" }, { "resource_type", "resource_type" },
  { "operation_status", "operation_status" },
  { "user", "user_principal_name" }, { "text", "session_id" },
}

-- How many records each text is found in, by one filter or another.
local function counts(log, texts)
  local list = {}
  for i, text in ipairs(texts) do
    local filter = FILTERS[i % #FILTERS + 1][1]
    list[i] = log:count { period = "all", [filter] = "a" .. text }
  end
  return list
end

describe("a text in a database #postgresql", function()
  it("is any text, and is found as it is in a file", function()
    local logs = open_all()
    local texts, records = strange_texts(), {}
    for i, text in ipairs(texts) do
      local record = { operation_date = "2026-10-01T08:00:00Z", id = "r" .. i,
                       other = { [text] = text } }
      for _, field in ipairs(FIELDS) do
        record[field] = field == "id" and text .. i or "a" .. text .. "b"
      end
      for _, filter in ipairs(FILTERS) do record[filter[2]] = "a" .. text end
      records[i] = record
    end
    agree(logs, "append", function(log)
      return { told(assert(log:append(records))), log:head() }
    end)
    agree(logs, "filters", function(log) return counts(log, texts) end)
    compare_all(logs, "all")
    for i = 2, 3 do
      assert.same(support.list(logs[1].log), support.list(logs[i].log))
    end
  end)

  it("may fill the longest record", function()
    local logs = open_all()
    local record = {
      id = "1", operation_date = "2026-10-01T08:00:00Z",
      customer_id = ("\0"):rep(8 * 1024 * 1024 - 100),
      resource_new_value = ("\0"):rep(8 * 1024 * 1024),
    }
    local query = { period = "all", customer_id = record.customer_id }
    agree(logs, "append", function(log)
      return { told(assert(log:append(record))), log:head(), log:count(query) }
    end)
    for i = 1, #logs do
      local value = support.list(logs[i].log)[1].resource_new_value
      assert.is_true(value == record.resource_new_value)
    end
    record.customer_name = ("x"):rep(200)
    agree(logs, "one that is longer", function(log)
      return { select(3, log:append(record)) }
    end)
    agree(logs, "verify", function(log) return told(assert(log:verify())) end)
  end)
end)

describe("a log in a database #postgresql", function()
  for round = 1, ROUNDS do
    it(("is what it would be in a file: random imports %d"):format(round),
       function()
      math.randomseed(round)
      local logs = open_all()
      for part = 1, PARTS do
        local name = ("round %d, part %d"):format(round, part)
        import_some(logs, part, name)
        if part % 15 == 0 then import_report(logs, name) end
        if part % 25 == 0 then purge_some(logs, name) end
      end
      compare_all(logs, "round " .. round)
    end)
  end
end)
