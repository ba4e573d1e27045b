-- The servers of PostgreSQL that other specs use: that they are what those take
-- them for, and that they leave nothing behind.

local cluster = require "spec.cluster"
local support = require "spec.support"

-- Whether its process is there, and not only waited for.
local function runs(pid)
  local _, status = support.run(
    ("grep '^State:[[:space:]]*[^[:space:]XZ]' /proc/%s/status"):format(pid))
  return status == 0
end

local function pid_of(folder)
  return support.read(folder .. "/data/postmaster.pid"):match "^%d+"
end

-- Waits ten seconds at most.
local function becomes_true(condition)
  for _ = 1, 100 do
    if condition() then return true end
    support.check "sleep 0.1"
  end
  return false
end

describe("a cluster #postgresql", function()
  it("is asked from outside, and does not run as root", function()
    local shared = cluster.shared()
    assert.equal("1|a\n2|\n", shared:query("postgres",
      "SELECT * FROM (VALUES (1, 'a'), (2, NULL)) AS t"))
    assert.equal("UTF8\n", shared:query("postgres", "SHOW server_encoding"))
    assert.equal("\n", shared:query("postgres", "SHOW listen_addresses"))
    assert.not_equal("0\n",
      support.check("stat -c %u /proc/" .. pid_of(shared.folder)))
    assert.matches("syntax error", support.error_of(function()
      shared:query("postgres", "SELEKT")
    end))
  end)

  it("is the same for all who share it", function()
    assert.equal(cluster.shared(), cluster.shared())
  end)

  -- With C as the order, nothing would show where a COLLATE "C" is missing.
  it("sorts text unlike its bytes", function()
    assert.equal("a\nB\n", cluster.shared():query("postgres",
      "SELECT * FROM (VALUES ('B'), ('a')) AS t (c) ORDER BY c"))
  end)

  it("makes databases that end with the test", function()
    local shared = cluster.shared()
    local count = "SELECT count(*) FROM pg_database"
    local before = shared:query("postgres", count)
    local first, second = shared:database(), shared:database()
    assert.not_equal(first, second)
    shared:query(first, "CREATE TABLE t (i int)")
    assert.equal("\n", shared:query(second, "SELECT to_regclass('t')"))
    support.end_test()
    assert.equal(before, shared:query("postgres", count))
  end)

  describe("of a spec's own", function()
    local own

    lazy_setup(function()
      own = cluster.start { tcp = true, tls = true,
                            settings = { log_connections = "on" } }
    end)

    lazy_teardown(function() own:remove() end)

    it("asks for passwords on a port, and knows TLS there", function()
      assert.equal("on\n", own:query("postgres", "SHOW log_connections"))
      local uri = own:tcp_uri("postgres", "postgres", cluster.PASSWORD)
      assert.equal("t\n", own:query(uri .. "?sslmode=verify-full&sslrootcert="
          .. own.folder .. "/data/server.crt",
        "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
      assert.matches("password authentication failed",
        support.error_of(function()
          own:query(own:tcp_uri("postgres", "postgres", "wrong"), "SELECT 1")
        end))
    end)

    it("keeps what was committed when it is stopped or killed", function()
      own:query("postgres", "CREATE TABLE t AS SELECT 1 AS i")
      for _, stop in ipairs {
        function() own:restart() end,
        function() own:stop("immediate") own:start() end,
        function() own:kill() own:start() end,
      } do
        local pid = pid_of(own.folder)
        stop()
        assert.is_false(runs(pid))
        own:query("postgres", "UPDATE t SET i = i + 1")
      end
      assert.equal("4\n", own:query("postgres", "SELECT i FROM t"))
    end)

    it("does not answer while it is stopped", function()
      own:stop()
      assert.matches("No such file or directory", support.error_of(function()
        own:query("postgres", "SELECT 1")
      end))
      own:start()
    end)
  end)

  it("is gone when it was removed, while others stay", function()
    local own, shared = cluster.start(), cluster.shared()
    local pid = pid_of(own.folder)
    own:remove()
    assert.is_false(runs(pid))
    assert.is_false(support.exists(own.folder))
    assert.equal("1\n", shared:query("postgres", "SELECT 1"))
  end)

  it("is gone soon when the tests were killed", function()
    local folder = support.temp_dir()
    support.write(folder .. "/started_spec.lua", ([[
      it("starts a server", function()
        local support = require "spec.support"
        support.write(%q, require("spec.cluster").start().folder)
        support.check "sleep 100"
      end)]]):format(folder .. "/name"))
    local child = assert(io.popen(("echo $$; exec %s \"$(command -v busted)\" "
      .. "%s 2>&1"):format(support.LUA, folder)))
    local pid = child:read("l")
    assert.is_true(becomes_true(function()
      return support.run("cat " .. folder .. "/name"):find "^/"
    end))
    local its_folder = support.read(folder .. "/name")
    local its_pid = pid_of(its_folder)
    assert.is_true(runs(its_pid))
    support.check("kill -KILL " .. pid)
    assert.is_true(becomes_true(function()
      return not runs(its_pid) and not support.exists(its_folder)
    end))
    child:close()
  end)
end)
