-- Logs in databases of a PostgreSQL server: how they are named and opened, what
-- is said when they cannot be, and that no password is ever shown.

local activitylog = require "activitylog"
local clock = require("activitylog.process").clock
local cluster = require "spec.cluster"
local server = require "spec.server"
local support = require "spec.support"

local shared, own -- servers; `own` asks for passwords on a port, by TLS too

local SECRET = "Hush7"

local function record(id)
  return { id = id, operation_date = "2026-10-01T08:00:00Z" }
end

local function count(log)
  return log:count { period = "all" }
end

-- A program with `open`, whose result it prints, as `nil, message, code`.
-- @tparam[opt=""] string environment assignments
-- @treturn string all that it wrote, to standard error as well
local function in_child(program, environment)
  return support.check(("%s %s"):format(environment or "", support.lua([[
    local activitylog = require "activitylog"
    local function open(...)
      local log, message, code = activitylog.open(...)
      if log then return "open", log:count { period = "all" } end
      return message, code
    end
  ]] .. program)))
end

-- What open() says of an address, as "message (code)".
local function refusal(address, given)
  local log, message, code = activitylog.open(address, given)
  assert.is_nil(log)
  return ("%s (%s)"):format(message, code)
end

local function on_port(role, password, database)
  return own:tcp_uri(database or "logs", role, password)
end

describe("PostgreSQL: #postgresql", function()
  lazy_setup(function()
    shared = cluster.shared()
    own = cluster.start { tcp = true, tls = true }
    own:query("postgres", ([[
      CREATE ROLE alice LOGIN PASSWORD '%s';
      CREATE ROLE bob LOGIN]]):format(SECRET))
    own:query("postgres", "CREATE DATABASE logs OWNER alice")
    assert(activitylog.open(on_port("alice", SECRET))):close()
  end)

  lazy_teardown(function() own:remove() end)

  -- ---- what names a log

  describe("a log", function()
    it("is opened by postgresql:// and postgres:// alike", function()
      local uri = shared:uri(shared:database())
      assert(support.log(uri):append(record "1"))
      local other = support.log((uri:gsub("^postgresql", "postgres")))
      assert.equal(1, count(other))
      assert.equal(other.path, support.log(uri).path)
    end)

    it("is called by its host, port and database, not its password", function()
      local log = support.log(on_port("alice", SECRET))
      local name = on_port("alice", SECRET):gsub("alice:.*@", "")
      assert.equal(name, log.path)
      assert.equal("activitylog.log: " .. name, tostring(log))
    end)

    it("is named by a service file", function()
      local file = support.write(support.temp_dir() .. "/services", ([[
[archive]
host=127.0.0.1
port=%d
dbname=logs
user=alice
password=%s
]]):format(own.port, SECRET))
      assert.equal("open\t0\nopen\t0\n", in_child([[
        print(open "postgresql:///?service=archive")
        print(open "postgresql://?service=archive") ]],
        "PGSERVICEFILE=" .. file))
    end)

    it("is named by the environment", function()
      local environment = ("PGHOST=127.0.0.1 PGPORT=%d PGUSER=alice "
        .. "PGDATABASE=logs "):format(own.port)
      local password = "PGPASSWORD=" .. SECRET
      assert.equal("open\t0\n",
        in_child("print(open 'postgresql://')", environment .. password))
      assert.equal("open\t0\n",
        in_child("print(open 'postgresql:///logs')", environment .. password))
    end)

    it("takes its password from a file", function()
      local folder = support.temp_dir()
      local file = support.write(folder .. "/pass",
        ("127.0.0.1:%d:logs:alice:%s\n"):format(own.port, SECRET))
      local program = ("print(open %q)"):format(on_port "alice")
      support.check("chmod 0600 " .. file)
      assert.equal("open\t0\n", in_child(program, "PGPASSFILE=" .. file))
      support.check(("mv %s %s/.pgpass"):format(file, folder))
      assert.equal("open\t0\n", in_child(program, "HOME=" .. folder))
    end)

    it("speaks TLS with a server that proves who it is", function()
      local tls = "?sslmode=verify-full&sslrootcert="
      local log = support.log(on_port("alice", SECRET) .. tls
        .. own.folder .. "/data/server.crt")
      assert.equal(0, count(log))
      assert.equal("t\n", own:query("postgres", [[
        SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE application_name = 'activitylog']]))
      local other = support.temp_dir() .. "/other.crt"
      support.check(("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x "
        .. "-keyout %s.key -out %s"):format(other, other))
      assert.matches("certificate verify failed %(io%)$",
        refusal(on_port("alice", SECRET) .. tls .. other))
    end)
  end)

  -- ---- when it cannot be opened

  describe("a log that cannot be opened", function()
    it("tells what a password file lacks, and prints nothing", function()
      local folder = support.temp_dir()
      local file = support.write(folder .. "/.pgpass", "*:*:*:*:" .. SECRET)
      support.check("chmod 0644 " .. file)
      local service = support.write(folder .. "/services",
                                    "[a]\npassfile=" .. file)
      for uri, environment in pairs {
        [on_port "alice"] = "PGPASSFILE=" .. file,
        [on_port "alice" .. "?connect_timeout=5"] = "HOME=" .. folder,
        [on_port "alice" .. "?passfile=" .. file] = "",
        [on_port "alice" .. "?service=a"] = "PGSERVICEFILE=" .. service,
      } do
        local output = in_child(("print(open %q)"):format(uri), environment)
        assert.matches("^the password file is not used, as others may read it: "
          .. "take their right to %(chmod 0600%): log [^\n]*: no password "
          .. "supplied\tio\n$", output)
      end
      -- One that is not asked for is nobody's business.
      assert.equal("open\t0\n", in_child(
        ("print(open %q)"):format(on_port("alice", SECRET)),
        "PGPASSFILE=" .. file))
    end)

    it("is not there for a wrong password, role or database", function()
      for address, message in pairs {
        [on_port("alice", "wrong")] = "password authentication failed",
        [on_port("carol", SECRET)] = "password authentication failed",
        [on_port("alice", SECRET, "none")] = 'database "none" does not exist',
        [shared:uri("postgres", "carol")] = 'role "carol" does not exist',
      } do
        local said = refusal(address)
        assert.matches(message .. ".* %(io%)$", said)
        assert.is_nil(said:find(SECRET, 1, true))
      end
    end)

    it("is not there while its server does not run", function()
      assert.matches("^log postgresql://127%.0%.0%.1:%d+/logs: .*Connection "
        .. "refused"
        .. ".* %(io%)$", refusal(("postgresql://alice:%s@127.0.0.1:%d/logs")
        :format(SECRET, server.free_port())))
      assert.matches("^log postgresql:///logs%?host=/nowhere: .*No such file "
        .. ".* %(io%)$", refusal "postgresql:///logs?host=/nowhere")
    end)

    it("is given up after connect_timeout, when nobody answers", function()
      local port = server.free_port()
      server.start(("python3 -c %s"):format(support.quote(([[
import socket, time
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", %d))
listener.listen(16)
time.sleep(600)]]):format(port))), port)
      local service = support.write(support.temp_dir() .. "/services",
                                    "[a]\nconnect_timeout=2")
      local before = clock()
      assert.matches("timeout expired\tio\n$", in_child(
        ("print(open 'postgresql://127.0.0.1:%d/a?service=a')"):format(port),
        "PGSERVICEFILE=" .. service))
      local seconds = clock() - before
      assert.is_true(seconds > 1 and seconds < 8, seconds)
    end)

    it("is none of those without UTF-8", function()
      for _, encoding in ipairs { "SQL_ASCII", "LATIN1" } do
        local name = "in_" .. encoding:lower()
        shared:query("postgres", ("CREATE DATABASE %s ENCODING '%s' TEMPLATE "
          .. "template0 LOCALE_PROVIDER libc LOCALE 'C'"):format(name,
                                                                 encoding))
        support.defer(function() shared:drop(name) end)
        for _, call in ipairs { activitylog.open, activitylog.create } do
          local log, message, code = call(shared:uri(name))
          assert.is_nil(log)
          assert.matches("encoding " .. encoding .. ", .* UTF8", message)
          assert.equal("unsupported", code)
        end
      end
    end)

    it("is one of another program, or of a newer activitylog", function()
      local name = shared:database()
      local uri = shared:uri(name)
      shared:query(name, "CREATE SCHEMA activitylog")
      assert.matches("its schema activitylog has not the tables.* %(foreign%)$",
                     refusal(uri))
      local made, _, code = activitylog.create(uri)
      assert.is_nil(made)
      assert.equal("foreign", code)
      shared:query(name, "DROP SCHEMA activitylog")
      assert(activitylog.create(uri))
      -- To read a view, or to compare what is of his type, would run what its
      -- owner wrote.
      shared:query(name, [[
        ALTER TABLE activitylog.log RENAME TO hidden;
        CREATE FUNCTION activitylog.trap() RETURNS int LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'sprung'; END $$;
        CREATE VIEW activitylog.log AS
          SELECT activitylog.trap() AS version, false AS copying]])
      assert.matches("has not the tables of .* %(foreign%)$", refusal(uri))
      shared:query(name, [[
        DROP VIEW activitylog.log;
        ALTER TABLE activitylog.hidden RENAME TO log;
        CREATE DOMAIN activitylog.trap AS int;
        ALTER TABLE activitylog.log ALTER version TYPE activitylog.trap]])
      assert.matches("has not the tables of .* %(foreign%)$", refusal(uri))
      shared:query(name, "ALTER TABLE activitylog.log ALTER version TYPE int")
      shared:query(name, "UPDATE activitylog.log SET version = 2")
      assert.matches("log of version 2, .* up to 1: use a newer activitylog "
        .. "%(version%)$", refusal(uri))
      for _, sql in ipairs { "UPDATE activitylog.log SET version = 0",
                             "DELETE FROM activitylog.log" } do
        shared:query(name, sql)
        assert.matches("it has no version; .* %(corrupt%)$", refusal(uri))
      end
    end)

    it("runs no policy of its owner's, nor hides rows by it", function()
      own:query("logs", [[
        CREATE FUNCTION activitylog.trap() RETURNS bool LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'sprung'; END $$;
        CREATE POLICY policy ON activitylog.log USING (activitylog.trap());
        GRANT USAGE ON SCHEMA activitylog TO bob;
        GRANT SELECT ON ALL TABLES IN SCHEMA activitylog TO bob;
        ALTER TABLE activitylog.log ENABLE ROW LEVEL SECURITY]])
      support.defer(function()
        own:query("logs", "DROP FUNCTION activitylog.trap CASCADE; "
          .. "ALTER TABLE activitylog.log DISABLE ROW LEVEL SECURITY")
      end)
      assert.matches("row%-level security policy .* %(io%)$",
                     refusal(own:uri("logs", "bob"), { mode = "r" }))
    end)

    it("is not made to be read", function()
      local uri = shared:uri(shared:database())
      assert.matches("there is no log in that database; .* %(io%)$",
                     refusal(uri, { mode = "r" }))
      support.log(uri):close()
      local log = support.log(uri, { mode = "r" })
      assert.equal(0, count(log))
      local appended, _, code = log:append(record "1")
      assert.is_nil(appended)
      assert.equal("readonly", code)
    end)
  end)

  it("says of damaged tables that they are", function()
    for _, damage in ipairs {
      "ALTER TABLE activitylog.record DROP COLUMN other",
      "ALTER TABLE activitylog.record RENAME COLUMN digest TO digset",
      "DROP TABLE activitylog.record CASCADE",
      "DROP TABLE activitylog.superseded",
      "DROP TABLE activitylog.import",
    } do
      local name = shared:database()
      local log = support.log(shared:uri(name))
      assert(log:append(record "1"))
      shared:query(name, damage)
      local appended, message, code = log:append(record "2")
      assert.is_nil(appended)
      assert.equal("corrupt", code, message)
      local proof
      proof, message, code = log:verify()
      assert.is_nil(proof)
      assert.equal("corrupt", code, message)
    end
    local name = shared:database()
    local log = support.log(shared:uri(name))
    shared:query(name, "DROP TABLE activitylog.record CASCADE")
    assert.matches('record" does not exist; only activitylog '
      .. "should change its tables", support.error_of(function()
      log:records { period = "all" }
    end))
  end)

  -- ---- passwords

  describe("a password", function()
    -- Each takes it as %s.
    local PLACES = {
      "postgresql://u:%s@127.0.0.1:1/db", "postgres://u:%s@127.0.0.1:1/db",
      "postgresql://:%s@127.0.0.1:1/db", "postgresql://u:%s@127.0.0.1:1",
      "postgresql://127.0.0.1:1/db?user=u&password=%s",
      "postgresql://u@127.0.0.1:1/db?password=%s&sslmode=disable",
      "postgresql:///db?host=/nowhere&password=%s",
    }

    -- Each of them is wrong somewhere else.
    local WRONG = {
      "postgresql://u:%s@127.0.0.1:x/db", "postgresql://u:%s@127.0.0.1:1:2/db",
      "postgresql://u:%s@127.0.0.1:99999/db", "postgresql://u:%s@[::1/db",
      "postgresql://u:%s@[::1]x/db", "postgresql://u:%s@127.0.0.1:1/db?x=1",
      "postgresql://u:%s@127.0.0.1:1/db?user", "postgresql://u:%s@%%/db",
      "postgresql://u:%s@127.0.0.1:1/d%%b",
      "postgresql://u:%s@127.0.0.1:1/%%00",
      "postgresql://u:%s@127.0.0.1:1/db?sslmode=x",
      "postgresql://u:%s@127.0.0.1:1/db?connect_timeout=x",
      "postgresql://u:%s@127.0.0.1:1/db?password=%s%%",
      "postgresql://u:%s@@127.0.0.1/db",
      "postgresql://127.0.0.1:1/db?password=%s&password",
      "postgresql://127.0.0.1:1/db?password=%s=%s", "postgresql:u:%s@h/db",
      "postgresql:/u:%s@h/db", "POSTGRESQL://u:%s@h/db", " postgres://u:%s@h/d",
      "postgre://u:%s@h/db", "postgresql+ssl://u:%s@h/db", "mysql://u:%s@h/db",
      "Postgresql:u:%s@h",
    }

    -- With every character that may mean something else there, at its begin,
    -- its end, and between two parts of it.
    local function passwords()
      local list = { SECRET }
      for code = 32, 127 do
        local char = string.char(code)
        if not char:find "%w" then
          list[#list + 1] = char .. SECRET
          list[#list + 1] = SECRET .. char
          list[#list + 1] = SECRET .. char .. SECRET
          list[#list + 1] = SECRET .. char:rep(2) .. "1" .. char .. SECRET
        end
      end
      for _, text in ipairs { "%zz", "%2", "%00", "%FF", "\n", "\u{FF20}",
                              "/1?", "/1@2/", "?x=1@", ":1/" } do
        list[#list + 1] = SECRET .. text .. SECRET
      end
      return list
    end

    it("is in no message, whatever is wrong with the URI", function()
      local tried = 0
      for _, list in ipairs { PLACES, WRONG } do
        for _, place in ipairs(list) do
          for _, password in ipairs(passwords()) do
            local address = place:gsub("%%(.)", function(char)
              return char == "s" and password or char
            end)
            local said = refusal(address)
            assert.is_nil(said:find(SECRET, 1, true), address .. ": " .. said)
            tried = tried + 1
          end
        end
      end
      assert.is_true(tried > 3000, tried)
    end)

    it("is no port where the host is missing", function()
      for _, address in ipairs { "postgresql://u:%s",
                                 "postgresql://u:%s/db" } do
        local said = refusal(address:format(SECRET))
        assert.is_nil(said:find(SECRET, 1, true), said)
      end
    end)

    it("is in nothing that the command says", function()
      local uri = on_port("alice", SECRET)
      local page = "spec/fixtures/partner-center/"
        .. "ms_docs_2017_order_license.json"
      local layout = support.write(support.temp_dir() .. "/a.lua",
                                   "return error(arg and arg[0])")
      for _, arguments in ipairs {
        "import " .. page, "import /nowhere", "info", "show", "verify",
        "purge --before 2010-01-01", "export --output -",
        "export --output - --layout-file " .. layout, "summary", "details x",
        "backup " .. page, "export --output /nowhere/a.csv",
      } do
        for _, address in ipairs { uri, on_port("bob", SECRET),
                                   (uri:gsub("@", "/@")) } do
          local output = support.run(("%s %s bin/activitylog %s --log %s")
            :format(support.lua_paths(), support.LUA, arguments,
                    support.quote(address)))
          assert.not_equal("", output)
          assert.is_nil(output:find(SECRET, 1, true), output)
        end
      end
    end)
  end)

  -- ---- making one

  describe("activitylog.create()", function()
    it("makes a log, and says that there is one", function()
      for _, partition in ipairs { "month", false } do
        local name = shared:database()
        local given = { partition = partition or nil }
        assert.is_true(activitylog.create(shared:uri(name), given))
        assert.equal(partition and "p\n" or "r\n", shared:query(name,
          "SELECT relkind FROM pg_class WHERE oid = "
          .. "'activitylog.record'::regclass"))
        local log = support.log(shared:uri(name))
        assert(log:append { record "1", record "2" })
        local made, message, code = activitylog.create(shared:uri(name), given)
        assert.is_nil(made)
        assert.matches("has a log already$", message)
        assert.equal("exists", code)
        assert.equal(2, count(log))
      end
    end)

    it("needs the right to make schemas, as open() does", function()
      for _, call in ipairs { activitylog.create, activitylog.open } do
        own:query("postgres", "CREATE DATABASE others")
        support.defer(function() own:drop "others" end)
        own:query("postgres", "ALTER ROLE bob PASSWORD 'b'")
        local made, message, code = call(on_port("bob", "b", "others"))
        assert.is_nil(made)
        assert.matches("permission denied for database others", message)
        assert.equal("readonly", code)
        support.end_test()
      end
    end)

    it("lets one of many make it", function()
      local uri = shared:uri(shared:database())
      local program = support.quote(support.lua(([[
        local made, _, code = require("activitylog").create(%q)
        print(made or code)]]):format(uri)))
      local output = support.check(("for _ in 1 2 3 4 5 6; do sh -c %s & done; "
        .. "wait"):format(program))
      assert.equal(5, select(2, output:gsub("exists\n", "")))
      assert.equal(1, select(2, output:gsub("true\n", "")))
    end)
  end)

  -- ---- how a server is set up

  describe("a log in a database that is set up otherwise", function()
    local name, uri

    before_each(function()
      name = shared:database()
      uri = shared:uri(name)
    end)

    it("is read at once, though others write to it", function()
      local log = support.log(uri)
      assert(log:append(record "1"))
      shared:query("postgres", ([[
        ALTER DATABASE "%s" SET default_transaction_isolation = 'serializable';
        ALTER DATABASE "%s" SET default_transaction_deferrable = on]])
        :format(name, name))
      local other <close> = assert(io.popen(shared:psql(name), "w"))
      other:write "BEGIN; DELETE FROM activitylog.log;\n"
      other:flush()
      local locks = "SELECT count(*) FROM pg_locks WHERE mode = 'SIReadLock'"
      while shared:query(name, locks) == "0\n" do support.check "sleep 0.02" end
      assert.equal("open\t1\n", in_child(([[print(open(%q, { mode = "r" }))]])
        :format(uri), "timeout 20 env"))
    end)

    it("is silent, whatever the server warns of", function()
      support.log(uri):close()
      shared:query("postgres", ([[UPDATE pg_database SET datcollversion = '0'
        WHERE datname = '%s']]):format(name))
      assert.matches("collation version mismatch", support.check(
        shared:psql(name) .. " -c 'SELECT' 2>&1"))
      assert.equal("open\t0\n", in_child(("print(open(%q))"):format(uri)))
    end)

    it("goes by month as soon as it is made so", function()
      local log = support.log(uri)
      for _, file in ipairs { "by-month", "roles" } do
        shared:query(name, support.read(("share/postgresql/%s.sql")
          :format(file)))
      end
      assert.equal(1, assert(log:append(record "1")).added)
      assert.equal(1, assert(log:verify()).records)
    end)
  end)

  -- ---- what is read together

  describe("what is read beside loops", function()
    local uri, log

    before_each(function()
      uri = shared:uri(shared:database())
      log = support.log(uri)
      assert(log:append { record "1", record "2" })
    end)

    -- A loop that has begun: a function that ends it.
    local function begin_loop()
      local iterate, cursor, _, closing = log:records { period = "all" }
      assert.truthy(iterate(cursor))
      return function() getmetatable(closing).__close(closing) end
    end

    for first, name in ipairs { "first", "second", "third" } do
      it("is what they see, though the " .. name .. " one ends", function()
        local loops = { begin_loop(), begin_loop(), begin_loop() }
        assert(support.log(uri):append(record "3"))
        table.remove(loops, first)()
        assert.equal(2, count(log))
        assert.equal(3, assert(log:verify()).records)
        assert.equal(2, count(log))
        loops[1]()
        assert.equal(2, #support.list(log))
        loops[2]()
        assert.equal(3, count(log))
      end)
    end

    it("is what is there behind what this log writes", function()
      local finish = begin_loop()
      assert(log:append(record "3"))
      assert.equal(3, count(log))
      finish()
      assert.equal(3, #support.list(log))
    end)
  end)

  -- ---- what a purge leaves

  it("tells of rows that a purge deletes, and not of months", function()
    local by_month = { partition = "month" }
    for _, case in ipairs {
      { {}, "2026-09-01", true }, { by_month, "2026-09-01", false },
      { by_month, "2026-09-20", true },
    } do
      local uri = shared:uri(shared:database())
      assert(activitylog.create(uri, case[1]))
      local log = support.log(uri)
      assert(log:append {
        { id = "1", operation_date = "2026-08-01T08:00:00Z" },
        { id = "2", operation_date = "2026-09-10T08:00:00Z" },
        { id = "3", operation_date = "2026-09-30T08:00:00Z" },
      })
      assert.equal(case[3], assert(log:purge { before = case[2] }).pending)
    end
  end)

  it("is made by one of many that open it", function()
    local uri = shared:uri(shared:database())
    support.check(("for i in 1 2 3 4 5 6; do I=$i sh -c %s & done; wait")
      :format(support.quote(support.lua(([[
        local log = assert(require("activitylog").open(%q))
        assert(log:append { id = os.getenv "I",
                            operation_date = "2026-10-01T08:00:00Z" })
      ]]):format(uri)))))
    local log = support.log(uri)
    assert.equal(6, count(log))
    assert.equal(6, assert(log:verify()).imports)
  end)
end)

-- No server is needed for these.
describe("a postgresql:// URI where it cannot be read", function()
  it("is refused by name, and says what to install", function()
    local output = in_child [[
      package.cpath = ""
      print(open "postgresql://u:Hush7@h/db")
      print(open "postgres:///db")
      print(select(2, activitylog.create "postgresql:///db"))
      print(open ":memory:")
    ]]
    local said = "logs cannot be opened: this activitylog was built without "
      .. "libpq; install it and build anew\tunsupported\n"
    assert.equal("postgresql:// " .. said .. "postgres:// " .. said
      .. "postgresql:// " .. said .. "open\t0\n", output)
  end)

  it("is refused with the reason where the module does not load", function()
    local folder = support.temp_dir()
    support.check("mkdir " .. folder .. "/activitylog")
    support.write(folder .. "/activitylog/postgres.so", "no module")
    assert.matches("^postgresql:// logs cannot be opened: error loading module "
      .. "'activitylog.postgres' from [^\n]+\tunsupported\n$",
      in_child(("package.cpath = %q\nprint(open 'postgresql:///db')")
        :format(folder .. "/?.so")))
  end)

  it("loads it for nothing else", function()
    assert.equal("open\t0\nnil\n", in_child [[
      print(open ":memory:")
      print(package.loaded["activitylog.postgres"])
    ]])
  end)
end)

describe("a URI of something else", function()
  it("is not taken for a path", function()
    local folder = support.temp_dir()
    for scheme, address in pairs {
      ["mysql://"] = "mysql://u:Hush7@h/db", ["file://"] = "file:///tmp/a.db",
      ["PostgreSQL://"] = "PostgreSQL://h/db",
      ["postgresql:"] = "postgresql:/h/db",
    } do
      local output = support.check(support.lua_in(folder, "-e " ..
        support.quote(("print(require('activitylog').open %q)")
          :format(address))))
      assert.equal(("nil\ta URI that begins with '%s' is none of a log: it "
        .. "begins with 'postgresql://', and a file is named by its path"
        .. "\tunsupported\n"):format(scheme), output)
    end
    assert.equal("", support.check("ls " .. folder))
  end)
end)
