-- examples/sharding: a log whose months are on two servers. What is asked of it
-- reads the months that it is about, and the other server does its part of it.

local activitylog = require "activitylog"
local cluster = require "spec.cluster"
local support = require "spec.support"

local FOLDER = "examples/sharding/"

-- The server of the log and the other one, whose database is "archive".
local here, there

-- ---- the two, as the files make them

local function psql(uri, arguments)
  return support.check(("psql --no-psqlrc --quiet --dbname=%s %s"):format(
    support.quote(uri), arguments))
end

local function archive_uri()
  return there:tcp_uri("archive", "archive_owner", "o wn")
end

local ALL = { period = "all" }
local JULY = { period = "2026-07" }

-- 20,000 records, from July to October, of 200 customers in turn, as pages.
local function records()
  local first, lines = os.time { year = 2026, month = 7, day = 1, hour = 0 }, {}
  for n = 1, 20000 do
    lines[n] = support.json {
      id = tostring(n), operationType = n % 3 == 0 and "create_order"
        or "add_customer",
      operationDate = os.date("!%Y-%m-%dT%H:%M:%SZ", first + 530 * (n - 1)),
      customerId = ("00000000-0000-4000-8000-%012d"):format(n % 200),
      customerName = "Customer " .. n % 200,
      resourceNewValue = ("value "):rep(30),
    }
  end
  return table.concat(lines, "\n")
end

-- The log as who owns it, by its name.
local function boss() return here:uri("log", "boss") end

local function make_log()
  here = cluster.start()
  here:create "log"
  local uri = here:uri "log"
  assert(activitylog.create(uri, { partition = "month" }))
  psql(uri, "-1 -f share/postgresql/roles.sql")
  here:query("log", [[CREATE ROLE importer LOGIN; CREATE ROLE reader LOGIN;
    GRANT activitylog_reader TO reader;
    GRANT activitylog_importer TO importer]])
  local log <close> = assert(activitylog.open(here:uri("log", "importer")))
  assert(log:import_text(records()))
  here:query("log", "ANALYZE activitylog.record")
end

-- Sets the other server up, and moves July and August there.
local function make_archive()
  there = cluster.start { tcp = true }
  there:create "archive"
  local values = {
    OWNER_PASSWORD = "o wn", READER_PASSWORD = "reads", host = "127.0.0.1",
    port = tostring(there.port), log = boss(),
    log_admin = here:uri "log", archive = archive_uri(),
    archive_admin = there:uri "archive",
  }
  local command = FOLDER:gsub("examples", "spec") .. "run >/dev/null"
  for name, value in pairs(values) do
    command = ("%s=%s %s"):format(name, support.quote(value), command)
  end
  support.check(command)
end

-- ---- questions

local function ask(sql, user)
  return here:query("log", sql, user or "reader")
end

local SETTINGS = "SET search_path = activitylog, pg_temp; SET jit = off; "
  .. "SET enable_sort = off; "

-- What is asked of a log: records from a day up to another one.
local function select(from, to, filter)
  return ([[SELECT r.sequence, r.operation_date, r.customer_id,
      r.operation_type, r.resource_new_value
    FROM record AS r WHERE r.operation_date >= '%sT00:00:00.0000000Z'
      AND r.operation_date < '%sT00:00:00.0000000Z' %s
    ORDER BY r.operation_date DESC, r.identity DESC]])
    :format(from, to, filter or "")
end

-- How it is done, and how many rows came of what.
local function plan(sql)
  return ask(SETTINGS .. "EXPLAIN (ANALYZE, VERBOSE, COSTS OFF, TIMING OFF, "
    .. "SUMMARY OFF) " .. sql)
end

-- The tables that a plan reads, in its order.
local function tables_of(text)
  local list = {}
  for name in text:gmatch " on activitylog%.([%w_]+)" do
    list[#list + 1] = name
  end
  return list
end

local function count(from, to)
  return math.tointeger(tonumber(ask(([[SELECT count(*) FROM activitylog.record
    WHERE operation_date >= '%s' AND operation_date < '%s']])
    :format(from, to))))
end

-- What the other server does for the first statement of a plan, in a session
-- such as the log's server has there.
local function plan_there(text)
  local options = ask([[SELECT substr(o, 9) FROM pg_foreign_server,
    unnest(srvoptions) AS o WHERE o LIKE 'options=%']]):gsub("[ =]",
      { [" "] = "%20", ["="] = "%3D" }):gsub("\n", "")
  return there:query(there:uri "archive" .. "&options=" .. options,
    "EXPLAIN (COSTS OFF) " .. text:match "Remote SQL: ([^\n]+)")
end

local CUSTOMER = "00000000-0000-4000-8000-000000000007"

-- One condition for the index, which keeps the order where it is of one value,
-- and one for what is longer. Were both written as an equality with one text,
-- PostgreSQL would join them in a form that postgres_fdw keeps to itself.
local BY_CUSTOMER = ("AND left(lower(r.customer_id), 64) IN (left('%s', 64)) "
  .. "AND lower(r.customer_id) = ANY (ARRAY['%s'])"):format(CUSTOMER, CUSTOMER)

describe("months on two servers #postgresql", function()
  lazy_setup(function()
    make_log()
    make_archive()
  end)
  lazy_teardown(function()
    here:remove()
    there:remove()
  end)

  -- ---- what is read

  it("are read where the month is, in its order", function()
    local text = plan(select("2026-07-01", "2026-08-01"))
    assert.same({ "archived_2026_07" }, tables_of(text))
    local remote = text:match "Remote SQL: ([^\n]+)"
    assert.matches("FROM months.archived_2026_07 WHERE "
      .. "((operation_date >= '2026-07-01T00:00:00.0000000Z')) AND "
      .. "((operation_date < '2026-08-01T00:00:00.0000000Z')) "
      .. "ORDER BY operation_date DESC NULLS FIRST, identity DESC NULLS FIRST",
      remote, 1, true)
    assert.matches("rows=" .. count("2026-07", "2026-08") .. " ", text, 1, true)
    assert.matches("Index Scan Backward using "
      .. "archived_2026_07_operation_date_identity_idx", plan_there(text), 1,
      true)
  end)

  it("are left alone when the month is another", function()
    local text = plan(select("2026-09-01", "2026-10-01"))
    assert.same({ "record_2026_09" }, tables_of(text))
    assert.falsy(text:find "Foreign")
  end)

  it("come one behind the other, and nothing is sorted", function()
    local sql = select("2026-07-01", "2026-11-01")
    local text = plan(sql)
    assert.same({ "record_2026_10", "record_2026_09", "archived_2026_08",
                  "archived_2026_07" }, tables_of(text))
    assert.falsy(text:find "Sort")
    assert.equal(20000, count("2026-07", "2026-11"))
    local numbers = ask(SETTINGS
      .. ("SELECT sequence FROM (%s) AS r"):format(sql))
    local expected = {}
    for n = 20000, 1, -1 do expected[#expected + 1] = n .. "\n" end
    assert.is_true(numbers == table.concat(expected))
  end)

  it("are asked only when those before them were not enough", function()
    local text = plan(select("2026-07-01", "2026-11-01") .. " LIMIT 10")
    local _, never = text:gsub("%(never executed%)", "")
    assert.equal(3, never)
  end)

  it("come in the order of their numbers", function()
    local text = plan "SELECT sequence, digest FROM record ORDER BY sequence"
    assert.matches("^Merge Append", text)
    assert.falsy(text:find "%->  Sort")
    assert.falsy(text:find "Incremental Sort")
    local _, remote = text:gsub("Remote SQL: [^\n]* ORDER BY sequence ASC", "")
    assert.equal(2, remote)
  end)

  it("find a customer by the index on either server", function()
    local text = plan(select("2026-07-01", "2026-10-01", BY_CUSTOMER))
    assert.falsy(text:find "Sort")
    assert.same({ "record_2026_09", "archived_2026_08", "archived_2026_07" },
                tables_of(text))
    assert.matches("Index Scan Backward using "
      .. "record_2026_09_left_operation_date_identity_idx", text, 1, true)
    assert.matches("Index Cond: ((\"left\"(lower(customer_id), 64) = ",
                   plan_there(text), 1, true)
    local first = text:match "Append %(actual rows=(%d+)"
    assert.equal("75", first)
  end)

  it("send what was filtered, and nothing else", function()
    local filters = {
      BY_CUSTOMER,
      BY_CUSTOMER:gsub("%)%) AND", "), left('x', 64)) AND"),
      "AND lower(r.operation_type) = ANY (ARRAY['create_order'])",
      "AND lower(r.operation_type) = ANY (ARRAY['create_order', 'none'])",
      "AND r.customer_id IS NOT NULL",
      "AND (strpos(r.customer_name_folded, 'customer 7') > 0 OR "
        .. "r.customer_name_folded IS NULL "
        .. "AND strpos(lower(r.customer_name), 'customer 7') > 0)",
    }
    for _, filter in ipairs(filters) do
      local text = plan(select("2026-07-01", "2026-08-01", filter))
      assert.same({ "archived_2026_07" }, tables_of(text))
      assert.falsy(text:find "Filter", text)
      assert.falsy(text:find "Sort", text)
      assert.falsy(text:find "rows=0", text)
    end
  end)

  it("are counted on both servers at the same time", function()
    local text = plan "SELECT count(*) FROM record"
    local _, async = text:gsub("Async Foreign Scan", "")
    assert.equal(2, async)
  end)

  -- ---- how they move

  -- Copies September to the other server, changes the copy and swaps both: the
  -- error with which that ends, and nothing has changed.
  local function refusal_of_swap(change, options)
    local archive = support.quote(archive_uri())
    support.check(([[psql %s -c 'CREATE TABLE months.archived_2026_09
        (LIKE months.month INCLUDING ALL)' &&
      psql %s -c 'COPY activitylog.record_2026_09 TO STDOUT' |
        psql %s -c 'COPY months.archived_2026_09 FROM STDIN' -c %s]])
      :format(archive, support.quote(boss()), archive, support.quote(change)))
    local message = support.error_of(function()
      psql(boss() .. (options or ""), "-v here=record_2026_09 "
        .. "-v there=archived_2026_09 -f " .. FOLDER .. "swap-month.sql")
    end)
    there:query("archive", "DROP TABLE months.archived_2026_09")
    assert.equal("2\n", ask "SELECT count(*) FROM pg_foreign_table")
    assert.same({ "record_2026_09" },
                tables_of(plan(select("2026-09-01", "2026-10-01"))))
    return message
  end

  it("move with all that is in them", function()
    for _, month in ipairs { "2026_07", "2026_08" } do
      local both = {}
      for i, name in ipairs { "record_", "archived_" } do
        both[i] = here:query("log", ([[SELECT count(*),
          md5(string_agg(r::text, '' ORDER BY sequence))
          FROM activitylog.%s AS r]]):format(name .. month), "boss")
      end
      assert.equal(both[1], both[2])
      assert.falsy(both[1]:find "^0|")
    end
  end)

  it("stay when the copy is not the same", function()
    for _, change in ipairs {
      "DELETE FROM months.archived_2026_09 WHERE sequence = 12000",
      "UPDATE months.archived_2026_09 SET digest = '' WHERE sequence = 12000",
      "INSERT INTO months.archived_2026_09 SELECT * "
        .. "FROM months.archived_2026_08 LIMIT 1",
    } do
      assert.matches("archived_2026_09 is not what record_2026_09 is",
                     refusal_of_swap(change), 1, true)
    end
  end)

  it("stay when an import is at work", function()
    local pipe <close> = assert(io.popen(("psql %s >/dev/null"):format(
      support.quote(boss())), "w"))
    pipe:write "BEGIN; SELECT pg_advisory_xact_lock(1095520071, 0);\n"
    pipe:flush()
    local locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
    while ask(locks) == "0\n" do support.check "sleep 0.02" end
    assert.matches("lock timeout", refusal_of_swap("SELECT 1",
      "&options=-clock_timeout%3D100ms"), 1, true)
  end)

  it("stay when somebody reads the log for long", function()
    local pipe <close> = assert(io.popen(("psql %s >/dev/null"):format(
      support.quote(boss())), "w"))
    pipe:write "BEGIN; SELECT count(*) FROM activitylog.log;\n"
    pipe:write "LOCK activitylog.record IN ACCESS SHARE MODE;\n"
    pipe:flush()
    local locks = "SELECT count(*) FROM pg_locks WHERE relation = "
      .. "'activitylog.record'::regclass"
    while ask(locks) == "0\n" do support.check "sleep 0.02" end
    assert.matches("lock timeout", refusal_of_swap("SELECT 1",
      "&options=-cstatement_timeout%3D10s"), 1, true)
  end)

  -- ---- what is written

  -- June, which is on the other server from the beginning.
  local function june()
    there:query("archive", "SET ROLE archive_owner; CREATE TABLE "
      .. "months.record_2026_06 (LIKE months.month INCLUDING ALL)")
    psql(boss(), "-1 -v month=2026_06 -v start=2026-06-01T00:00:00.0000000Z "
      .. "-v stop=2026-07-01T00:00:00.0000000Z -f " .. FOLDER
      .. "new-month.sql")
    support.defer(function()
      here:query("log", "DROP FOREIGN TABLE activitylog.record_2026_06", "boss")
      there:query("archive", "DROP TABLE months.record_2026_06")
    end)
  end

  local INSERT = [[INSERT INTO activitylog.record (sequence, operation_date,
    identity, digest, secret)
    VALUES (%d, '2026-06-30T23:59:59.9999999Z', '%s', 'digest', 0)]]

  it("take records of owners, each once", function()
    june()
    ask(INSERT:format(20001, "one"), "boss")
    assert.matches("duplicate key", support.error_of(function()
      ask(INSERT:format(20002, "one"), "boss")
    end))
    assert.equal(1, count("2026-06", "2026-07"))
  end)

  it("lose what a transaction left there that ended here only", function()
    june()
    local leftovers = "-1 -A -t -f " .. FOLDER .. "leftovers.sql"
    assert.equal("\n", psql(boss(), leftovers))
    ask(INSERT:format(20001, "one"), "boss")
    assert.matches("20001|2026-06-30T23:59:59.9999999Z|",
                   psql(boss(), leftovers), 1, true)
    assert.equal(0, count("2026-06", "2026-07"))
    assert.equal(20000, count("2026-07", "2026-11"))
  end)

  it("take none of importers, whom no mapping lets write", function()
    june()
    assert.matches("permission denied for table record_2026_06",
      support.error_of(function()
        ask(INSERT:format(20001, "one"), "importer")
      end), 1, true)
    assert.equal(0, count("2026-06", "2026-07"))
  end)

  it("have a place already when an import brings them", function()
    june()
    for _, month in ipairs { "2026-06", "2026-07", "2026-10" } do
      ask(("SELECT activitylog.add_month('%s')"):format(month), "importer")
    end
    assert.equal("5\n", ask [[SELECT count(*) FROM pg_inherits
      WHERE inhparent = 'activitylog.record'::regclass]])
  end)

  it("stay when months are dropped, and lose their records when they are",
    function()
      june()
      ask(INSERT:format(20001, "one"), "boss")
      ask([[BEGIN; SELECT activitylog.drop_months(
          '2026-07-01T00:00:00.0000000Z');
        DELETE FROM activitylog.record
          WHERE operation_date < '2026-07-01T00:00:00.0000000Z'; COMMIT]],
        "boss")
      assert.equal("0\n",
        there:query("archive", "SELECT count(*) FROM months.record_2026_06"))
      assert.equal("1\n", ask [[SELECT count(*) FROM pg_foreign_table
        WHERE ftrelid = 'activitylog.record_2026_06'::regclass]])
    end)

  -- ---- the other server itself

  it("have the columns of a log there", function()
    local columns = [[SELECT attname, atttypid::regtype, attnotnull, collname
      FROM pg_attribute LEFT JOIN pg_collation AS c ON c.oid = attcollation
      WHERE attrelid = '%s'::regclass AND attnum > 0 ORDER BY attnum]]
    assert.equal(ask(columns:format "activitylog.record"),
                 there:query("archive", columns:format "months.month"))
  end)

  it("show nobody the passwords", function()
    assert.equal("2|0\n", ask
      "SELECT count(*), count(umoptions) FROM pg_user_mappings")
  end)

  it("can be read there by whom they may be, and no more", function()
    local uri = there:tcp_uri("archive", "archive_reader", "reads")
    assert.matches("^%d+\n$", there:query(uri,
      "SELECT count(*) FROM months.archived_2026_07"))
    for _, sql in ipairs { "DELETE FROM months.archived_2026_07",
        "CREATE TABLE months.more ()" } do
      assert.matches("permission denied", support.error_of(function()
        there:query(uri, sql)
      end), 1, true)
    end
  end)

  -- ---- the log of both

  it("are one log, which says where it has no rights", function()
    local uri = here:uri("log", "reader")
    local log = support.log(uri, { mode = "r" })
    local file = support.temp_dir() .. "/log.db"
    local copied = assert(activitylog.copy(uri, file))
    assert.equal(20000, copied.records)
    assert.equal(copied.head, assert(log:verify()).head)
    local alone = support.log(file)
    for _, query in ipairs {
      { period = "all", customer_id = CUSTOMER },
      { period = "2026-07", text = "create" },
      { period = activitylog.period("2026-08-20", "2026-09-10"),
        order = "oldest" },
    } do
      local expected = assert(alone:export_text(query))
      assert.truthy(#expected > 5000)
      assert.equal(expected, log:export_text(query))
    end
    local importer = support.log(here:uri("log", "importer"))
    assert(importer:append {
      { id = "new", operation_date = "2026-10-31T00:00:00Z" } })
    local _, message, code = importer:append {
      { id = "new", operation_date = "2026-07-31T00:00:00Z" } }
    assert.matches("permission denied for table archived_2026_07", message, 1,
                   true)
    assert.equal("readonly", code)
    assert.equal(20001, log:count(ALL))
  end)

  it("come back", function()
    local log = support.log(here:uri("log", "reader"), { mode = "r" })
    local proof = assert(log:verify())
    ask("DROP TABLE activitylog.record_2026_08", "boss")
    psql(boss(), "-1 -v month=2026_08 -v start=2026-08-01T00:00:00.0000000Z "
      .. "-v stop=2026-09-01T00:00:00.0000000Z -f " .. FOLDER
      .. "move-back.sql")
    assert.same({ "record_2026_08" },
                tables_of(plan(select("2026-08-01", "2026-09-01"))))
    assert.same(proof, assert(log:verify()))
  end)

  it("are written to and purged by who moves them", function()
    local log = support.log(boss())
    local all, july = log:count(ALL), log:count(JULY)
    local new = { id = "more", operation_date = "2026-07-01T00:00:00Z" }
    assert.equal(1, assert(log:append { new }).added)
    new.customer_name = "Relecloud"
    assert.equal(1, assert(log:append { new }).changed)
    assert.equal(july + 1, log:count(JULY))
    local proof = assert(log:verify())
    assert.same({ all + 1, 1 }, { proof.records, proof.superseded })
    local result = assert(log:purge { before = "2026-08-01" })
    assert.same({ july + 1, 1, true },
                { result.records, result.superseded, result.pending })
    assert.equal("0\n",
      there:query("archive", "SELECT count(*) FROM months.archived_2026_07"))
    assert.equal(all - july, assert(log:verify()).records)
  end)
end)
