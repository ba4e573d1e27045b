-- share/postgresql: a log's tables, what their functions do, and who may do
-- what. All of it is what the database itself keeps, and asked for in SQL.

local cluster = require "spec.cluster"
local support = require "spec.support"

local FOLDER = "share/postgresql/"
local TABLES = { "import", "log", "purge", "purged", "record", "superseded" }

-- Roles are a server's, and these tests make and remove some: it is their own.
local server

local function start()
  server = cluster.start()
  server:create "log"
  server:query("log", [[CREATE ROLE boss LOGIN CREATEROLE;
    CREATE ROLE importer LOGIN; CREATE ROLE reader LOGIN;
    CREATE ROLE stranger LOGIN; GRANT CREATE ON DATABASE log TO boss]])
end

-- ---- databases, and what is done in them

local CLEAR = [[SET client_min_messages = warning;
  DROP SCHEMA IF EXISTS activitylog CASCADE;
  DROP ROLE IF EXISTS activitylog_importer, activitylog_owner,
    activitylog_reader]]

-- A database without a log, in which "boss" may make schemas and roles, and the
-- others nothing yet.
-- @treturn function what asks it: query(sql, user), by "boss" where none is
--   given
-- @treturn function the URI for a user
local function database()
  support.defer(function() server:query("log", CLEAR) end)
  local function query(sql, user)
    return server:query("log", sql, user or "boss")
  end
  local function uri(user) return server:uri("log", user or "boss") end
  return query, uri
end

local function text_of(name) return support.read(FOLDER .. name) end

-- A database in which the files ran, each as one text in one transaction.
local function log(...)
  local query, uri = database()
  for _, name in ipairs { "log.sql", ... } do query(text_of(name)) end
  return query, uri
end

local function log_with_roles(...)
  local query, uri = log(...)
  query(text_of "roles.sql")
  query [[GRANT activitylog_reader TO reader;
    GRANT activitylog_importer TO importer]]
  return query, uri
end

local function psql(uri, arguments)
  return ("psql --no-psqlrc --quiet --no-align --tuples-only --dbname=%s %s")
    :format(support.quote(uri), arguments)
end

-- What psql says of a file that it runs statement by statement, on past those
-- that fail.
local function run_through(uri, name)
  return support.run(psql(uri, "--file=" .. FOLDER .. name))
end

-- The error that a statement has to end with.
local function refusal(query, sql, user)
  return support.error_of(function() query(sql, user) end)
end

-- A session: a function that runs SQL in it. It ends with the test.
local function session(uri)
  local mark = support.temp_dir() .. "/done"
  local pipe = assert(io.popen(psql(uri, ">/dev/null"), "w"))
  support.defer(function() pipe:close() end)
  return function(sql)
    pipe:write(sql, ";\n\\! touch ", mark, "\n")
    pipe:flush()
    while not support.exists(mark) do support.check "sleep 0.01" end
    os.remove(mark)
  end
end

local WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'log' "
  .. "AND wait_event_type = 'Lock'"

-- Another session that runs SQL and has to wait for a lock.
-- @treturn function its output, when it ends
local function waiting(uri, sql)
  local pipe = assert(io.popen(psql(uri, ("--command=%s 2>&1"):format(
    support.quote(sql)))))
  local tries = 0
  while server:query("log", WAITING) == "0\n" do
    tries = tries + 1
    assert(tries < 100, "it does not wait")
    support.check "sleep 0.02"
  end
  return function()
    local output <const> = pipe:read "a"
    pipe:close()
    return output
  end
end

local function row(sequence, date)
  return ([[INSERT INTO activitylog.record (sequence, operation_date, identity,
    digest, secret) VALUES (%d, '%s', 'identity', 'digest', 0)]])
    :format(sequence, date)
end

local COUNT = "SELECT count(*) FROM activitylog.record"
local OCTOBER = "SELECT activitylog.add_month('2026-10')"
local PARTITIONS = "SELECT relname FROM pg_class WHERE relispartition "
  .. "AND relkind IN ('r', 'f') ORDER BY relname"

-- ---- log.sql

describe("share/postgresql #postgresql", function()
  lazy_setup(start)
  lazy_teardown(function() server:remove() end)

  describe("log.sql", function()
    it("runs for who may make schemas, and makes an empty log", function()
      local query = log()
      assert.equal("1|f\n", query "SELECT * FROM activitylog.log")
      assert.equal("0\n", query(COUNT))
    end)

    it("makes the columns of a log's file, in their order", function()
      local query = log()
      local path = support.temp_dir() .. "/log.db"
      support.check(support.lua(
        ("assert(require 'activitylog'.open(%q)):close()"):format(path)))
      for _, name in ipairs(TABLES) do
        local columns = query(([[SELECT attname FROM pg_attribute
          WHERE attrelid = 'activitylog.%s'::regclass AND attnum > 0
          ORDER BY attnum]]):format(name))
        local expected = name == "log" and "version\ncopying\n"
          or support.query(path, ([[SELECT name FROM pragma_table_info('%s')
            WHERE name <> 'pending']]):format(name))
        assert.equal(expected, columns)
      end
    end)

    it("compares each text by its bytes", function()
      local query = log "by-month.sql"
      assert.equal("0\n", query [[SELECT count(*) FROM pg_attribute
        WHERE attrelid IN (SELECT oid FROM pg_class
            WHERE relnamespace = 'activitylog'::regnamespace)
          AND atttypid = 'text'::regtype AND attcollation <> (
            SELECT oid FROM pg_collation WHERE collname = 'C')]])
    end)

    it("takes a customer's id of any length", function()
      local query = log()
      query(row(1, "2026-10-01T00:00:00.0000000Z"))
      -- Nothing repeats itself, by which it could be made small.
      query [[UPDATE activitylog.record SET customer_id = (
        SELECT string_agg(md5(n::text), '') FROM generate_series(1, 500) AS n)]]
      assert.equal("16000\n",
        query "SELECT length(customer_id) FROM activitylog.record")
    end)

    it("fails where a log is, and changes nothing of it", function()
      local query, uri = log()
      query(row(1, "2026-10-01T00:00:00.0000000Z"))
      query "UPDATE activitylog.log SET copying = true"
      assert.matches('schema "activitylog" already exists',
                     refusal(query, text_of "log.sql"), 1, true)
      run_through(uri(), "log.sql")
      assert.equal("1|t\n", query "SELECT * FROM activitylog.log")
      assert.equal("1\n", query(COUNT))
    end)

    it("refuses a database in another encoding", function()
      server:query("postgres", "CREATE DATABASE latin ENCODING 'LATIN1' "
        .. "LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0")
      support.defer(function() server:drop "latin" end)
      local message = support.error_of(function()
        server:query("latin", text_of "log.sql")
      end)
      assert.matches("a log needs a database with the encoding UTF8", message,
                     1, true)
    end)

    it("gives nothing to those who did not run it", function()
      local query = log "by-month.sql"
      assert.equal("", query [[
        SELECT object FROM (
          SELECT nspname, coalesce(nspacl, acldefault('n', nspowner))
          FROM pg_namespace WHERE nspname = 'activitylog'
          UNION ALL SELECT relname, coalesce(relacl, acldefault('r', relowner))
          FROM pg_class WHERE relnamespace = 'activitylog'::regnamespace
          UNION ALL SELECT proname, coalesce(proacl, acldefault('f', proowner))
          FROM pg_proc WHERE pronamespace = 'activitylog'::regnamespace
        ) AS o (object, acl), aclexplode(acl) AS a
        WHERE a.grantee <> 'boss'::regrole]])
    end)

    it("lets no function look for names where its caller does", function()
      local query = log()
      assert.equal("4|4\n", query [[SELECT count(*), count(*) FILTER (
          WHERE proconfig[1] = 'search_path=pg_catalog, pg_temp')
        FROM pg_proc WHERE pronamespace = 'activitylog'::regnamespace]])
    end)
  end)

  -- ---- by-month.sql

  describe("by-month.sql", function()
    it("leaves the columns as they were", function()
      local query = log "by-month.sql"
      local columns = [[SELECT attname, atttypid, attcollation, attnotnull
        FROM pg_attribute WHERE attrelid = 'activitylog.%s'::regclass
          AND attnum > 0 ORDER BY attnum]]
      assert.equal(query(columns:format "superseded"),
                   query(columns:format "record"))
    end)

    it("refuses a log that has records, and leaves them", function()
      local query, uri = log()
      query(row(1, "2026-10-01T00:00:00.0000000Z"))
      assert.matches("the log has records already",
                     refusal(query, text_of "by-month.sql"), 1, true)
      run_through(uri(), "by-month.sql")
      assert.equal("1\n", query(COUNT))
    end)

    it("refuses a log to which records are coming", function()
      local query, uri = log()
      local import = session(uri())
      import("BEGIN; " .. row(1, "2026-10-01T00:00:00.0000000Z"))
      local output = waiting(uri(), text_of "by-month.sql")
      import "COMMIT"
      assert.matches("the log has records already", output(), 1, true)
      assert.equal("1\n", query(COUNT))
    end)
  end)

  -- ---- add_month

  describe("activitylog.add_month()", function()
    it("makes a month that has all of its instants and no others", function()
      local query = log "by-month.sql"
      for _, month in ipairs { "0000-12", "2026-10", "2026-12", "9999-12" } do
        query(("SELECT activitylog.add_month('%s')"):format(month))
        query(row(1, month .. "-01T00:00:00.0000000Z"))
        query(row(1, month .. "-31T23:59:59.9999999Z"))
      end
      assert.equal("8\n", query(COUNT))
      for _, date in ipairs { "2026-09-30T23:59:59.9999999Z",
          "2026-11-01T00:00:00.0000000Z", "2027-01-01T00:00:00.0000000Z" } do
        assert.matches('no partition of relation "record" found',
                       refusal(query, row(2, date)), 1, true)
      end
      assert.equal("record_0000_12\nrecord_2026_10\nrecord_2026_12\n"
        .. "record_9999_12\n", query(PARTITIONS))
    end)

    it("gives each month the indexes of a log", function()
      local query = log "by-month.sql"
      query(OCTOBER)
      local indexes = query [[SELECT indisunique, substring(
          pg_get_indexdef(indexrelid) FROM 'btree (.*)') AS columns
        FROM pg_index WHERE indrelid = 'activitylog.record_2026_10'::regclass
        ORDER BY columns]]
      assert.equal('f|("left"(lower(customer_id), 64), operation_date, '
        .. "identity) WHERE (customer_id IS NOT NULL)\n"
        .. "t|(operation_date, identity)\nf|(sequence)\n", indexes)
    end)

    it("refuses what is no month", function()
      local query = log "by-month.sql"
      for _, month in ipairs { "''", "'2026-13'", "'2026-00'", "'2026-1'",
          "'26-10'", "'2026-10-01'", "' 2026-10'", "E'2026-10\\n'", "'２０２６-10'",
          "NULL" } do
        assert.matches("ERROR:  no month: ", refusal(query,
          ("SELECT activitylog.add_month(%s)"):format(month)), 1, true)
      end
      assert.equal("", query(PARTITIONS))
    end)

    it("leaves a month that has a place", function()
      local query = log "by-month.sql"
      local years = "CREATE TABLE activitylog.%s PARTITION OF "
        .. "activitylog.record FOR VALUES FROM (%s) TO (%s)"
      query(years:format("old", "MINVALUE", "'2025-01-01T00:00:00.0000000Z'"))
      query(years:format("year", "'2026-01-01'", "'2027-01-01'"))
      query(years:format("future", "'2030'", "MAXVALUE"))
      for _, month in ipairs { "0001-01", "2024-12", "2026-01", "2026-12",
          "2030-01", "9999-12" } do
        query(("SELECT activitylog.add_month('%s')"):format(month))
      end
      assert.equal("future\nold\nyear\n", query(PARTITIONS))
      query "SELECT activitylog.add_month('2025-01')"
      query "SELECT activitylog.add_month('2029-12')"
      assert.equal("future\nold\nrecord_2025_01\nrecord_2029_12\nyear\n",
                   query(PARTITIONS))
    end)

    it("does nothing where record is one table", function()
      local query = log()
      query(OCTOBER)
      assert.equal("", query(PARTITIONS))
    end)

    it("makes a month once when two want it at once", function()
      local query, uri = log "by-month.sql"
      local first = session(uri())
      first("BEGIN; " .. OCTOBER)
      local output = waiting(uri(), OCTOBER)
      first "COMMIT"
      assert.equal("\n", output())
      assert.equal("record_2026_10\n", query(PARTITIONS))
    end)

    it("makes a month that another one gave up", function()
      local query, uri = log "by-month.sql"
      local first = session(uri())
      first("BEGIN; " .. OCTOBER)
      local output = waiting(uri(), OCTOBER)
      first "ROLLBACK"
      assert.equal("\n", output())
      assert.equal("record_2026_10\n", query(PARTITIONS))
    end)

    it("waits for nobody who reads, and nobody for it", function()
      local query, uri = log "by-month.sql"
      query "SELECT activitylog.add_month('2026-09')"
      local reader = session(uri())
      reader("BEGIN; " .. COUNT)
      local importer = session(uri())
      importer("BEGIN; SET lock_timeout = '1s'; " .. OCTOBER)
      assert.equal("0\n", query("SET lock_timeout = '1s'; " .. COUNT))
      importer "COMMIT"
      assert.equal("record_2026_09\nrecord_2026_10\n", query(PARTITIONS))
    end)

    it("takes no table of its caller's for one of the catalog", function()
      local query, uri = log_with_roles "by-month.sql"
      query(OCTOBER, "importer")
      assert.equal("\n", support.check(psql(uri "importer", "--command="
        .. support.quote("CREATE TEMP TABLE pg_inherits "
          .. "(LIKE pg_catalog.pg_inherits); " .. OCTOBER))))
    end)
  end)

  -- ---- drop_months

  describe("activitylog.drop_months()", function()
    local function drop(query, before)
      return query(("SELECT activitylog.drop_months('%s')"):format(before))
    end

    local function months(...)
      local query = log "by-month.sql"
      for _, month in ipairs { ... } do
        query(("SELECT activitylog.add_month('%s')"):format(month))
      end
      return query
    end

    it("drops the months that end before the instant, and says how many",
      function()
        local query = months("2025-12", "2026-08", "2026-09", "2026-10")
        assert.equal("1\n", drop(query, "2026-08-31T23:59:59.9999999Z"))
        assert.equal("record_2026_08\nrecord_2026_09\nrecord_2026_10\n",
                     query(PARTITIONS))
        assert.equal("2\n", drop(query, "2026-10-01T00:00:00.0000000Z"))
        assert.equal("0\n", drop(query, "2026-10-01T00:00:00.0000000Z"))
        assert.equal("record_2026_10\n", query(PARTITIONS))
      end)

    it("drops a December with the end of its year", function()
      local query = months("2026-12", "9999-12")
      assert.equal("0\n", drop(query, "2026-12-31T23:59:59.9999999Z"))
      assert.equal("1\n", drop(query, "2027-01-01T00:00:00.0000000Z"))
      assert.equal("0\n", drop(query, "9999-12-31T23:59:59.9999999Z"))
    end)

    it("leaves what has no end, and what is divided again", function()
      local query = months()
      query [[CREATE TABLE activitylog.rest PARTITION OF activitylog.record
          FOR VALUES FROM ('2026') TO (MAXVALUE);
        CREATE TABLE activitylog.divided PARTITION OF activitylog.record
          FOR VALUES FROM ('2025') TO ('2026') PARTITION BY HASH (identity)]]
      assert.equal("0\n", drop(query, "9999-12-31T23:59:59.9999999Z"))
    end)

    it("refuses what is no instant", function()
      local query = months "2026-10"
      for _, before in ipairs { "'z'", "''", "'2026-11'", "NULL" } do
        assert.matches("ERROR:  no instant: ", refusal(query,
          ("SELECT activitylog.drop_months(%s)"):format(before)), 1, true)
      end
      assert.equal("record_2026_10\n", query(PARTITIONS))
    end)

    it("finds nothing to drop where record is one table", function()
      local query = log()
      assert.equal("0\n", drop(query, "9999-12-31T23:59:59.9999999Z"))
    end)
  end)

  -- ---- roles.sql

  describe("roles.sql", function()
    -- Tries each statement and undoes what it did. Any other failure than that
    -- of a right is one of the test.
    local TRY = [[
      SET client_min_messages = warning;
      CREATE FUNCTION pg_temp.allowed(statements text[]) RETURNS SETOF text
      LANGUAGE plpgsql AS $try$
      DECLARE
        statement text;
      BEGIN
        FOREACH statement IN ARRAY statements LOOP
          BEGIN
            EXECUTE statement;
            RAISE EXCEPTION USING ERRCODE = 'ZZ000';
          EXCEPTION
            WHEN insufficient_privilege THEN NULL;
            WHEN SQLSTATE 'ZZ000' THEN RETURN NEXT statement;
          END;
        END LOOP;
      END $try$;
      SELECT * FROM pg_temp.allowed(ARRAY[%s])]]

    local IN_ANY = {
      "SELECT FROM %s", "INSERT INTO %s SELECT * FROM %s WHERE false",
      "UPDATE %s SET %s = %s", "DELETE FROM %s", "TRUNCATE %s",
      "LOCK %s IN ACCESS EXCLUSIVE MODE", "DROP TABLE %s",
      "ALTER TABLE %s ADD COLUMN more text", "CREATE INDEX ON %s ((1))",
    }
    local COLUMNS = {
      import = "records", log = "version", purge = "records",
      purged = "sequence", record = "sequence", superseded = "sequence",
    }
    local MORE = {
      "SELECT FROM activitylog.record_2026_10",
      "SELECT activitylog.add_month('2026-11')",
      "SELECT activitylog.drop_months('2026-11-01T00:00:00.0000000Z')",
      "SELECT activitylog.has_place('2026-11-01T00:00:00.0000000Z')",
      "SELECT activitylog.partitions()", "CREATE TABLE activitylog.more ()",
      "CREATE FUNCTION activitylog.more() RETURNS integer LANGUAGE sql "
        .. "AS 'SELECT 1'",
      "DROP FUNCTION activitylog.add_month", "DROP SCHEMA activitylog CASCADE",
      "COMMENT ON SCHEMA activitylog IS 'more'",
    }

    -- All that one might do with a log by month.
    local function everything()
      local list = {}
      for _, name in ipairs(TABLES) do
        local place, column = "activitylog." .. name, COLUMNS[name]
        for _, pattern in ipairs(IN_ANY) do
          local set = pattern:find "^UPDATE"
          list[#list + 1] = pattern:format(place, set and column or place,
                                           column)
        end
      end
      return table.move(MORE, 1, #MORE, #list + 1, list)
    end

    -- What of it a user may, as a list.
    local function allowed(query, user)
      local list, quoted = {}, {}
      for i, statement in ipairs(everything()) do
        quoted[i] = support.quote(statement):gsub("'\\''", "''")
      end
      local output = query(TRY:format(table.concat(quoted, ", ")), user)
      for line in output:gmatch "[^\n]+" do list[#list + 1] = line end
      return list
    end

    local READS = {}
    for i, name in ipairs(TABLES) do
      READS[i] = "SELECT FROM activitylog." .. name
    end

    it("lets readers read, and nothing else", function()
      local query = log_with_roles "by-month.sql"
      query(OCTOBER)
      assert.same(READS, allowed(query, "reader"))
    end)

    it("lets importers add what an import adds", function()
      local query = log_with_roles "by-month.sql"
      query(OCTOBER, "importer")
      local expected = {
        "SELECT activitylog.add_month('2026-11')",
        "DELETE FROM activitylog.record", -- and so to lock it, says PostgreSQL
        "LOCK activitylog.record IN ACCESS EXCLUSIVE MODE",
        table.unpack(READS)
      }
      for _, name in ipairs { "import", "record", "superseded" } do
        expected[#expected + 1] =
          ("INSERT INTO activitylog.%s SELECT * FROM activitylog.%s "
            .. "WHERE false"):format(name, name)
      end
      local found = allowed(query, "importer")
      table.sort(expected)
      table.sort(found)
      assert.same(expected, found)
    end)

    it("lets owners do all", function()
      local query = log_with_roles "by-month.sql"
      query(OCTOBER, "importer")
      query "GRANT activitylog_owner TO stranger"
      assert.same(everything(), allowed(query, "stranger"))
    end)

    it("lets others do nothing", function()
      local query = log_with_roles "by-month.sql"
      query(OCTOBER)
      assert.same({}, allowed(query, "stranger"))
    end)

    it("keeps who ran it an owner", function()
      local query = log_with_roles "by-month.sql"
      query(OCTOBER)
      assert.same(everything(), allowed(query, "boss"))
    end)

    it("gives a month that an importer made to the owner", function()
      local query = log_with_roles "by-month.sql"
      query(OCTOBER, "importer")
      query(row(1, "2026-10-01T00:00:00.0000000Z"), "importer")
      assert.equal("1\n", query(COUNT, "reader"))
      assert.equal("activitylog_owner\n", query [[SELECT relowner::regrole
        FROM pg_class WHERE oid = 'activitylog.record_2026_10'::regclass]])
    end)

    it("lets nobody log in by a role", function()
      local query = log_with_roles()
      assert.equal("3|0\n", query [[SELECT count(*),
        count(*) FILTER (WHERE rolcanlogin OR rolsuper OR rolcreaterole
          OR rolcreatedb) FROM pg_roles WHERE rolname ~ '^activitylog_']])
    end)

    it("runs no operator of somebody else's", function()
      local query = log()
      server:query("log", "GRANT CREATE ON SCHEMA public TO stranger")
      support.defer(function()
        server:query("log", "DROP OWNED BY stranger")
      end)
      for left, right in pairs {
        oid = "regnamespace", name = "text", ['"char"'] = "text",
      } do
        server:query("log", ([[
          CREATE FUNCTION public.trap(%s, %s) RETURNS bool LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'sprung'; END $$;
          CREATE OPERATOR public.= (LEFTARG = %s, RIGHTARG = %s,
            FUNCTION = public.trap)]]):format(left, right, left, right),
          "stranger")
      end
      query(text_of "roles.sql")
      server:query("log", text_of "roles.sql")
    end)

    it("may run again, of a log with months too", function()
      local query = log_with_roles "by-month.sql"
      query(OCTOBER, "importer")
      query(text_of "roles.sql")
      assert.same(READS, allowed(query, "reader"))
    end)
  end)
end)
