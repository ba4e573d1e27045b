-- What a log in a database does when its server, its connections, its disk or
-- others fail it: it says so by a code, has lost nothing, and goes on.

local activitylog = require "activitylog"
local clock = require("activitylog.process").clock
local cluster = require "spec.cluster"
local support = require "spec.support"

local ALL = { period = "all" }

local MONTHS = "SELECT count(*) FROM activitylog.partitions()"

local shared, own -- servers; specs stop and kill `own`

local function record(id, more)
  local made = { id = id, operation_date = "2026-10-01T08:00:00Z" }
  for name, value in pairs(more or {}) do made[name] = value end
  return made
end

-- JSON Lines of records, of some 100 bytes each.
local function lines(name, n)
  local list = {}
  for i = 1, n do
    list[i] = ('{"id":"%s-%d","operationDate":"2026-%02d-%02dT08:00:00Z",'
      .. '"customerId":"%d"}\n'):format(name, i, i % 9 + 1, i % 28 + 1, i % 50)
  end
  return table.concat(list)
end

local function new_log(server, options)
  local name = server:database()
  return support.log(server:uri(name), options), name
end

-- The code of a failure, whose message has to match.
local function code_of(pattern, result, message, code)
  assert.is_nil(result)
  assert.matches(pattern, message)
  return code
end

-- Nothing but so many records is in the log, which is whole and takes more.
local function assert_whole(log, n)
  assert.equal(n, log:count(ALL))
  assert.equal(n, assert(log:verify()).records)
  assert.equal(1, assert(log:append(record("one more" .. n))).added)
end

-- The backends of a database that are at work on something of ours.
local function tell_backends(server, name, what)
  return server:query("postgres", ("SELECT %s FROM pg_stat_activity WHERE "
    .. "datname = '%s' AND application_name = 'activitylog'"):format(what,
                                                                     name))
end

local function server_end_idle(name)
  shared:query("postgres", ("SELECT pg_terminate_backend(pid, 10000) FROM "
    .. "pg_stat_activity WHERE state = 'idle in transaction'"
    .. " AND datname = '%s'"):format(name))
end

-- A function that calls another one the first time.
local function once(call)
  local called = false
  return function(done)
    if called or done == 0 then return end
    called = true
    call()
  end
end

-- A transaction of somebody else that has done some SQL. It ends with the test,
-- or by the function that is returned.
local function begin_other(server, name, sql)
  local pipe = assert(io.popen(server:psql(name) .. " >/dev/null 2>&1", "w"))
  pipe:write("BEGIN;\n", sql, ";\n"):flush()
  repeat
    local n = server:query(name, ("SELECT count(*) FROM pg_stat_activity "
      .. "WHERE state = 'idle in transaction' AND query = '%s;'"):format(sql))
  until n == "1\n"
  local open = true
  local function finish()
    if open then pipe:close() end
    open = false
  end
  support.defer(finish)
  return finish
end

-- Somebody else's transaction that locks a table, and goes on by some SQL as
-- soon as we wait for that. Returns a function that waits for its end.
local function when_blocked(server, name, locked, sql)
  local pipe = assert(io.popen(server:psql(name) .. " >/dev/null 2>&1", "w"))
  pipe:write(([[
    BEGIN;
    LOCK TABLE activitylog.%s IN ACCESS EXCLUSIVE MODE;
    DO $$ BEGIN
      WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted
          AND relation = 'activitylog.%s'::regclass) LOOP
        PERFORM pg_sleep(0.01);
      END LOOP;
    END $$;
    %s
  ]]):format(locked, locked, sql))
  pipe:flush()
  repeat
    local n = server:query(name, ("SELECT count(*) FROM pg_locks WHERE granted "
      .. "AND mode = 'AccessExclusiveLock' AND relation = "
      .. "'activitylog.%s'::regclass"):format(locked))
  until n == "1\n"
  return function() pipe:close() end
end

-- Run programs as processes, all at once.
-- @treturn string what they printed
local function together(programs)
  local parts = {}
  for i, program in ipairs(programs) do
    parts[i] = ("sh -c %s &"):format(support.quote(support.lua(program)))
  end
  return support.check(table.concat(parts, "\n") .. "\nwait")
end

describe("PostgreSQL: #postgresql", function()
  lazy_setup(function()
    shared = cluster.shared()
    own = cluster.start()
  end)

  lazy_teardown(function() own:remove() end)

  -- ---- the server

  describe("a server that is stopped in the middle of an import", function()
    for how, stop in pairs {
      restarted = function() own:restart() end,
      ["stopped at once"] = function() own:stop("immediate") own:start() end,
      killed = function() own:kill() own:start() end,
    } do
      it("leaves nothing of it: " .. how, function()
        local log = new_log(own)
        assert(log:append { record "1", record "2" })
        local page = lines("page", 20000)
        local code = code_of("^log postgresql:", log:import_text(page, {
          progress = once(stop),
        }))
        assert.equal("io", code)
        assert_whole(log, 2)
        assert.equal(20000, assert(log:import_text(page)).added)
        assert_whole(log, 20003)
      end)
    end

    it("leaves nothing of it when it was about to be committed", function()
      local log, name = new_log(own)
      own:query(name, [[
        CREATE FUNCTION public.stop() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_terminate_backend(pg_backend_pid());
          PERFORM pg_sleep(10);
        END $$;
        CREATE CONSTRAINT TRIGGER stop AFTER INSERT ON activitylog.import
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
          EXECUTE FUNCTION public.stop()]])
      assert.equal("io", code_of("", log:append(record "1")))
      own:query(name, "DROP TRIGGER stop ON activitylog.import")
      assert_whole(log, 0)
    end)

    it("is no matter to a log that was not at work", function()
      local log = new_log(own)
      assert(log:append(record "1"))
      for _, call in ipairs {
        function() assert.equal(1, log:count(ALL)) end,
        function() assert.equal(1, #support.list(log)) end,
        function() assert.equal(0, assert(log:append(record "1")).added) end,
        function() assert(log:verify()) end,
        function() assert(log:export_text(ALL)) end,
      } do
        own:restart()
        call()
      end
    end)
  end)

  -- ---- connections

  describe("a connection that is cut", function()
    local log, name

    before_each(function()
      log, name = new_log(shared)
      assert(log:import_text(lines("page", 20000)))
    end)

    local function cut()
      tell_backends(shared, name, "pg_terminate_backend(pid, 10000)")
    end

    it("ends an export, which leaves no file and can be made again", function()
      local path = support.temp_dir() .. "/a.jsonl"
      local given = { period = "all", format = "jsonl", progress = once(cut) }
      assert.equal("io", code_of("^log postgresql:", log:export(path, given)))
      assert.is_false(support.exists(path))
      assert.equal("", support.check("ls -A " .. path:match "^(.*)/"))
      assert.equal(20000, assert(log:export(path, given)).records)
    end)

    it("ends a loop, which raises, and the next one begins", function()
      local n = 0
      assert.matches("log postgresql:", support.error_of(function()
        for _ in log:records(ALL) do
          n = n + 1
          if n == 10 then cut() end
        end
      end))
      assert.is_true(n < 20000)
      assert.equal(20000, #support.list(log))
    end)

    it("ends a verification, and the log is whole", function()
      assert.equal("io", code_of("^log postgresql:",
                                 log:verify { progress = once(cut) }))
      assert_whole(log, 20000)
    end)

    -- All else of a proof sees what the idle connection sees.
    it("ends a verification, though it was idle, and accuses nobody", function()
      assert.equal("io", code_of("^log postgresql:.*may have been ended: try",
                                 log:verify {
        progress = once(function()
          server_end_idle(name)
        end),
      }))
      assert_whole(log, 20000)
    end)

    it("is not that of a proof which takes longer than others may idle",
      function()
        shared:query("postgres", ('ALTER DATABASE "%s" SET '
          .. "idle_in_transaction_session_timeout = '50ms'"):format(name))
        local patient = support.log(shared:uri(name))
        assert.equal(20000, assert(patient:verify {
          progress = once(function() support.check "sleep 0.3" end),
        }).records)
      end)

    it("is forgotten by those that are read beside what it lent to", function()
      local iterate <const>, cursor, _, closing <close> = log:records(ALL)
      assert.truthy(iterate(cursor))
      cut()
      assert.equal(20000, log:count(ALL))
      assert.equal(20000, #support.list(log))
      assert.truthy(closing)
    end)

    it("ends a purge, which has taken nothing", function()
      assert.equal("io", code_of("^log postgresql:", log:purge {
        before = "2026-06-01", progress = once(cut),
      }))
      assert_whole(log, 20000)
    end)

    it("does no more than what is cancelled", function()
      local path = support.temp_dir() .. "/a.jsonl"
      assert.equal("io", code_of("canceling statement", log:export(path, {
        period = "all", format = "jsonl", progress = once(function()
          tell_backends(shared, name, "pg_cancel_backend(pid)")
        end),
      })))
      assert.is_false(support.exists(path))
      assert_whole(log, 20000)
    end)
  end)

  it("a statement that takes longer than the server lets it ends", function()
    local name = shared:database()
    local uri = shared:uri(name)
    support.log(uri):close()
    shared:query(name, [[
      CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_sleep(10); END $$;
      CREATE TRIGGER wait BEFORE INSERT ON activitylog.record
        EXECUTE FUNCTION public.wait()]])
    local log = support.log(uri .. "&options=-cstatement_timeout%3D300")
    assert.equal("io", code_of("statement timeout", log:append(record "1")))
    shared:query(name, "DROP TRIGGER wait ON activitylog.record")
    assert_whole(log, 0)
  end)

  it("a server without a connection left is busy", function()
    own:query("postgres", "CREATE ROLE few LOGIN CONNECTION LIMIT 1")
    local name = own:database()
    own:query("postgres", ("ALTER DATABASE %s OWNER TO few"):format(name))
    local log = support.log(own:uri(name, "few"))
    assert(log:append { record "1", record "2" })
    local n = 0
    for _ in log:records(ALL) do
      n = n + 1
      assert.equal("busy", code_of("too many connections .*; try again$",
        activitylog.open(own:uri(name, "few"))))
      assert.equal("busy", code_of("too many", log:append(record "3")))
      assert.matches("too many", support.error_of(function()
        log:records(ALL)
      end))
    end
    assert.equal(2, n)
    own:query("postgres", "ALTER ROLE few CONNECTION LIMIT -1")
    assert_whole(log, 2)
  end)

  -- ---- others

  describe("a log that others lock", function()
    local CHAIN = "SELECT pg_advisory_xact_lock(1095520071, 0)"
    local TABLE = "LOCK TABLE activitylog.record IN ACCESS EXCLUSIVE MODE"

    for _, timeout in ipairs { 0, 0.5 } do
      it(("is busy after %g s"):format(timeout), function()
        local log, name = new_log(shared, { timeout = timeout })
        assert(log:append(record "1"))
        for _, lock in ipairs { CHAIN, TABLE } do
          local finish = begin_other(shared, name, lock)
          local before = clock()
          assert.equal("busy", code_of("try again$", log:append(record "2")))
          assert.equal("busy", code_of("try again$",
                                       log:purge { before = "2026-01-01" }))
          local seconds = clock() - before
          assert.is_true(seconds >= 2 * timeout and seconds < 2 * timeout + 3,
                         seconds)
          if lock == TABLE then
            assert.equal("busy", code_of("try again$", log:count(ALL)))
          else
            assert.equal(1, log:count(ALL))
          end
          finish()
        end
        assert_whole(log, 1)
      end)
    end
  end)

  describe("a transaction that is in the way of another", function()
    -- An import fails so many times.
    local function fail(name, code, times)
      shared:query(name, ([[
        CREATE SEQUENCE public.tries;
        CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF nextval('public.tries') <= %d THEN
            RAISE EXCEPTION 'in the way' USING ERRCODE = '%s';
          END IF;
          RETURN NULL;
        END $$;
        CREATE TRIGGER fail AFTER INSERT ON activitylog.record
          EXECUTE FUNCTION public.fail()]]):format(times, code))
    end

    for _, code in ipairs { "40001", "40P01" } do
      it("is tried again, and adds all once: " .. code, function()
        local log, name = new_log(shared)
        assert(log:append { record "1" })
        fail(name, code, 4)
        local result = assert(log:append { record "1", record "2", record "3",
          record("2", { operation_status = "failed" }) })
        result.seconds = nil
        assert.same({ records = 4, added = 2, known = 1, changed = 1 }, result)
        assert.equal("5\n", shared:query(name,
                                         "SELECT last_value FROM tries"))
        assert_whole(log, 3)
      end)
    end

    it("is busy when it stays there", function()
      local log, name = new_log(shared)
      assert(log:append { record "1" })
      fail(name, "40001", 5)
      assert.equal("busy", code_of("another transaction was in the way: "
        .. "try again$", log:append(record "2")))
      assert_whole(log, 1)
    end)

    it("goes on when the server has ended a deadlock", function()
      local log, name = new_log(shared, { timeout = 30 })
      local finish = when_blocked(shared, name, "import",
        "SELECT pg_advisory_xact_lock(1095520071, 0); COMMIT;")
      assert.equal(1, assert(log:append(record "1")).added)
      finish()
      assert.matches("deadlock detected", support.read(shared.folder .. "/log"))
      assert_whole(log, 1)
    end)
  end)

  it("who lacks a right is told, and nothing is done", function()
    for _, partition in ipairs { "month", false } do
      local name = own:database()
      assert(activitylog.create(own:uri(name), {
        partition = partition or nil }))
      own:query(name, support.read "share/postgresql/roles.sql")
      own:query(name, [[
        DROP ROLE IF EXISTS reader, importer, nobody;
        CREATE ROLE reader LOGIN IN ROLE activitylog_reader;
        CREATE ROLE importer LOGIN IN ROLE activitylog_importer;
        CREATE ROLE nobody LOGIN]])
      local importer = support.log(own:uri(name, "importer"))
      assert(importer:append { record "1", record "2" })
      local reader = support.log(own:uri(name, "reader"))
      assert.equal(2, #support.list(reader))
      assert(reader:verify())
      assert.equal("readonly", code_of("permission denied .*; the owner of "
        .. "that has to allow it", reader:append(record "3")))
      assert.equal("readonly", code_of("permission denied",
                                       reader:purge { before = "2027-01-01" }))
      assert.equal("readonly", code_of("permission denied",
        importer:purge { before = "2027-01-01" }))
      assert.equal("io", code_of("permission denied",
                                 activitylog.open(own:uri(name, "nobody"))))
      assert.equal(2, importer:count(ALL))
      importer:close()
      reader:close()
      assert_whole(support.log(own:uri(name)), 2)
    end
  end)

  -- ---- the disk

  it("a purge clears what one before could not", function()
    local log, name = new_log(shared, { timeout = 0.1 })
    assert(log:append { record "1", record "2" })
    local vacuums = "SELECT vacuum_count FROM pg_stat_user_tables "
      .. "WHERE relname = 'superseded'"
    local finish = begin_other(shared, name,
      "LOCK TABLE activitylog.superseded IN SHARE UPDATE EXCLUSIVE MODE")
    assert.is_true(assert(log:purge { before = "2026-11-01" }).pending)
    finish()
    assert.equal("0\n", shared:query(name, vacuums))
    assert.equal(0, assert(log:purge { before = "2026-11-01" }).records)
    assert.equal("1\n", shared:query(name, vacuums))
  end)

  it("a purge ends, whatever numbers somebody wrote", function()
    local log, name = new_log(shared)
    assert(log:append { record "1", record "2" })
    for _, number in ipairs { math.maxinteger, math.mininteger } do
      shared:query(name, ([[INSERT INTO activitylog.record (sequence,
          operation_date, identity, digest, secret)
        VALUES (%d, '2026-01-01T00:00:00.0000000Z', 'identity', 'digest', 0)]])
        :format(number))
      assert.equal(1, assert(log:purge { before = "2026-02-01" }).records)
    end
    assert.equal(2, assert(log:purge { before = "2026-11-01" }).records)
  end)

  it("a full disk is told, and takes nothing with it", function()
    assert.equal("full\n1 1\n9001 9001\n", support.on_small_disk [[
      package.loaded.busted = { subscribe = function() end }
      local support = require "spec.support"
      local server = require("spec.cluster").start()
      local disk = os.getenv "DISK"
      local name = server:database()
      support.write(disk .. "/rest", ("x"):rep(2 * 1024 * 1024))
      support.check(("%s mkdir %s/space"):format(server._user, disk))
      server:query("postgres", ("CREATE TABLESPACE small LOCATION '%s/space'")
        :format(disk))
      server:query("postgres", "ALTER DATABASE " .. name
        .. " SET default_tablespace = small")
      local activitylog = require "activitylog"
      local log = assert(activitylog.open(server:uri(name)))
      local function whole()
        print(log:count { period = "all" }, assert(log:verify()).records)
      end
      local function page(n)
        local list = {}
        for i = 1, n do
          list[i] = { id = "r" .. i, operation_date = "2026-10-01T08:00:00Z",
                      customer_name = ("x"):rep(40) }
        end
        return list
      end
      print = function(...) io.write(table.concat({ ... }, " "), "\n") end
      assert(log:append { id = "0", operation_date = "2026-10-01T08:00:00Z" })
      print((select(3, log:append(page(9000)))))
      whole()
      os.remove(disk .. "/rest")
      support.check("sync")
      server:query(name, "VACUUM activitylog.record")
      assert(log:append(page(9000)))
      whole()
      log:close()
      server:drop(name)
      server:query("postgres", "DROP TABLESPACE small")
      server:remove()
    ]])
  end)

  -- ---- many at once

  -- A program that imports overlapping pages, and prints how many it added.
  local IMPORTER = [[
    local log = assert(require("activitylog").open(%q, { timeout = 60 }))
    local added = 0
    for round = 1, %d do
      local list = {}
      for i = 1, 40 do
        local number = round * 20 + i
        list[i] = { id = "r" .. number, operation_date =
          ("2026-%%02d-01T08:00:00Z"):format(number %% 12 + 1) }
      end
      added = added + assert(log:append(list)).added
    end
    print(added)
  ]]

  for _, partition in ipairs { "month", false } do
    local kind = partition and "by month" or "as one table"
    it("importers of the same pages add them once, " .. kind, function()
      local uri = shared:uri(shared:database())
      assert(activitylog.create(uri, { partition = partition or nil }))
      local program, sum = IMPORTER:format(uri, 15), 0
      local said = together { program, program, program, program }
      assert.matches("^%d+\n%d+\n%d+\n%d+\n$", said)
      for added in said:gmatch "%d+" do sum = sum + added end
      local log = support.log(uri)
      assert.equal(15 * 20 + 20, sum)
      assert.equal(60, log:imports())
      assert_whole(log, sum)
    end)

    it("imports, purges and readers go on side by side, " .. kind, function()
      local uri = shared:uri(shared:database())
      assert(activitylog.create(uri, { partition = partition or nil }))
      local program = IMPORTER:format(uri, 15)
      local purger = ([[
        local log = assert(require("activitylog").open(%q, { timeout = 60 }))
        repeat until log:count { period = "all" } > 40
        for month = 1, 11 do
          assert(log:purge { before = ("2026-%%02d-15"):format(month) })
        end]]):format(uri)
      local reader = ([[
        local log = assert(require("activitylog").open(%q, { timeout = 60 }))
        for _ = 1, 15 do
          local before
          for record in log:records { period = "all" } do
            assert(not before or before >= record.operation_date)
            before = record.operation_date
          end
          assert(log:verify())
        end]]):format(uri)
      assert.matches("^%d+\n%d+\n$",
                     together { program, purger, program, reader })
      local log = support.log(uri)
      assert.is_true(log:purges() > 0)
      assert_whole(log, log:count(ALL))
    end)
  end

  -- What is dropped is gone at once from what others saw before.
  it("a month is not dropped while a verification has yet to read it",
     function()
    local name = shared:database()
    assert(activitylog.create(shared:uri(name), { partition = "month" }))
    local log = support.log(shared:uri(name))
    assert(log:import_text(lines("page", 100)))
    local finish = when_blocked(shared, name, "import", [[
      SELECT activitylog.drop_months('2027-01-01T00:00:00.0000000Z');
      COMMIT;]])
    assert.equal(100, assert(log:verify()).records)
    finish()
    assert_whole(log, 100)
  end)

  it("a purge drops months while an import is on its way", function()
    local name = shared:database()
    local uri = shared:uri(name)
    assert(activitylog.create(uri, { partition = "month" }))
    local log, purger = support.log(uri), support.log(uri)
    assert(purger:import_text(lines("page", 100)))
    assert(log:import_text(lines("other", 20000), { progress = once(function()
      assert.is_false(assert(purger:purge { before = "2026-05-01" }).pending)
      assert.equal("5\n", shared:query(name, MONTHS))
    end) }))
    assert_whole(log, log:count(ALL))
  end)

  it("a count sees all of a purge that drops months, or nothing", function()
    local name = shared:database()
    local uri = shared:uri(name)
    assert(activitylog.create(uri, { partition = "month" }))
    assert(support.log(uri):import_text(lines("page", 100)))
    local before, half = "2026-02-10T00:00:00.0000000Z",
      "SELECT activitylog.drop_months('%s'); "
        .. "DELETE FROM activitylog.record WHERE operation_date < '%s'"
    local finish = when_blocked(shared, name, "record",
                                half:format(before, before) .. "; COMMIT;")
    local n = support.log(uri, { timeout = 30 }):count(ALL)
    finish()
    assert.equal(shared:query(name, "SELECT count(*) FROM activitylog.record"),
                 n .. "\n")
  end)

  it("a purge drops no month that somebody reads, and the next one does",
     function()
    local name = shared:database()
    local uri = shared:uri(name)
    assert(activitylog.create(uri, { partition = "month" }))
    local log, purger = support.log(uri), support.log(uri)
    assert(log:import_text(lines("page", 20000)))
    local purged
    local proof = assert(log:verify { progress = function()
      if purged then return end
      local before = clock()
      purged = assert(purger:purge { before = "2026-05-01" }).records
      assert.is_true(clock() - before < 4)
    end })
    assert.equal(20000, proof.records)
    assert.equal("9\n", shared:query(name, MONTHS))
    assert.equal(20000 - purged, log:count(ALL))
    assert(purger:purge { before = "2026-06-01" })
    assert.equal("4\n", shared:query(name, MONTHS))
    assert_whole(log, log:count(ALL))
  end)

  it("a program that is killed in the middle of an import leaves nothing",
     function()
    local log, name = new_log(shared)
    assert(log:append(record "1"))
    local folder = support.temp_dir()
    local child = assert(io.popen(("echo $$ >%s/pid; exec env %s"):format(
      folder, support.lua(([[
        local log = assert(require("activitylog").open(%q))
        log:import(io.stdin)]]):format(shared:uri(name)))), "w"))
    assert(child:write(lines("page", 5000))):flush()
    repeat
      local copying = shared:query(name, "SELECT count(*) FROM pg_stat_activity"
        .. " WHERE query LIKE 'COPY pg_temp%' AND state = 'active'")
    until copying == "1\n"
    support.check(("kill -KILL $(cat %s/pid)"):format(folder))
    child:close()
    assert_whole(log, 1)
  end)

  -- ---- processes that fork

  -- A program that has a log open, and can fork.
  local function fork(program)
    local name = shared:database()
    local uri = shared:uri(name)
    local backends = ("%s --command=%s"):format(shared:psql(name),
      support.quote("SELECT string_agg(pid::text, ' ' ORDER BY pid) FROM "
        .. "pg_stat_activity WHERE application_name = 'activitylog' "
        .. "AND datname = current_database()"))
    local build = os.getenv("ACTIVITYLOG_BUILD") or "build/dev"
    return support.check(support.lua(([[
      local activitylog = require "activitylog"
      local process = assert(package.loadlib(%q, "luaopen_fork"))()
      local uri = %q
      local log = assert(activitylog.open(uri))
      assert(log:append {
        { id = "1", operation_date = "2026-10-01T08:00:00Z" },
        { id = "2", operation_date = "2026-10-02T08:00:00Z" } })
      local function count(log) return log:count { period = "all" } end
      local function backends()
        local pipe <close> = assert(io.popen(%q))
        return pipe:read "a"
      end
    ]]):format(build .. "/fork.so", uri, backends) .. program))
  end

  describe("a log in a child of its process", function()
    -- As a server would take what one says for what the other does, the parent
    -- would have to connect anew.
    for how, ending in pairs {
      ["is closed"] = "log:close() process.exit(0)",
      ["is closed, and another is opened"] = "log:close() "
        .. "activitylog.open(':memory:') process.exit(0)",
      ["is collected"] = "log = nil collectgarbage() process.exit(0)",
      ["ends with the script"] = "os.exit(true, true)",
    } do
      it(how .. " without a word to the server", function()
        assert.equal("true\n2\n", fork(([[
          local function child(work)
            local pid = process.fork()
            if pid == 0 then work() end
            assert(process.wait(pid) == 0)
          end
          local before = backends()
          child(function() %s end)
          os.execute "sleep 0.2"
          print(backends() == before)
          print(count(log))]]):format(ending)))
      end)
    end

    it("is not read on by the loop that was forked", function()
      assert.equal("true\n2\n", fork [[
        local n = 0
        for _ in log:records { period = "all" } do
          local before = backends()
          local child = process.fork()
          if child == 0 then os.exit(true, true) end
          assert(process.wait(child) == 0)
          os.execute "sleep 0.2"
          n = n + 1
          if n == 1 then print(backends() == before) end
        end
        print(n)]])
    end)

    it("is opened anew there", function()
      assert.equal("the log was opened before a fork, by another process: open "
        .. "it anew here\n3\n3\n", fork [[
          local child = process.fork()
          if child == 0 then
            print((select(2, pcall(count, log)):gsub("^.-:%d+: ", "")))
            local own = assert(activitylog.open(uri))
            assert(own:append {
              id = "3", operation_date = "2026-10-03T08:00:00Z" })
            print(count(own))
            process.exit(0)
          end
          assert(process.wait(child) == 0)
          print(count(log))]])
    end)
  end)

  -- ---- many records

  describe("a log of many records", function()
    local uri

    lazy_setup(function()
      local name = "spec_many"
      shared:create(name)
      uri = shared:uri(name)
      local log <close> = assert(activitylog.open(uri))
      assert(log:import_text(lines("page", 200000)))
    end)

    lazy_teardown(function() shared:drop "spec_many" end)

    it("is exported in constant memory", function()
      local more = tonumber(support.check(support.lua(([[
        local function peak()
          local file <close> = assert(io.open "/proc/self/status")
          return tonumber(file:read("a"):match "VmHWM:%%s*(%%d+) kB")
        end
        local log = assert(require("activitylog").open(%q))
        local query = { period = "all", format = "jsonl" }
        local before = peak()
        local nowhere <close> = assert(io.open("/dev/null", "wb"))
        assert(assert(log:export(nowhere, query)).records == 200000)
        print(peak() - before)]]):format(uri))))
      assert.is_true(more < 16 * 1024, more)
    end)

    it("gives its first records at once, and no more when told to", function()
      local log = support.log(uri)
      local before = clock()
      for _ = 1, 20 do
        local n = 0
        for _ in log:records(ALL) do
          n = n + 1
          if n == 5 then break end
        end
      end
      assert.is_true(clock() - before < 4, clock() - before)
      assert.equal(200000, log:count(ALL))
    end)
  end)
end)
