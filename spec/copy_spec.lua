local activitylog = require "activitylog"
local filled = require "spec.filled"
local support = require "spec.support"

-- What SQL reads from both; `verify` proves that digests are those of contents.
local CONTENT = "sequence, operation_date, hex(identity), hex(digest), secret, "
  .. "customer_name_folded FROM %s ORDER BY sequence"
local TABLES = {
  CONTENT:format "record", CONTENT:format "superseded",
  "sequence, hex(digest) FROM purged ORDER BY sequence",
  "import, source, time, first_sequence, records, added, known, changed, "
    .. "hex(digest) FROM import ORDER BY import",
  'purge, import, before, time, "user", oldest, newest, records, superseded, '
    .. "hex(digest) FROM purge ORDER BY purge",
}

local of = filled.of
local fill, many, fill_large = filled.fill, filled.many, filled.fill_large

local function export(path)
  local log <close> = assert(activitylog.open(path, { mode = "r" }))
  return (assert(log:export_text {
    period = "all", order = "oldest", format = "jsonl", redact = false,
  }))
end

local function proof_of(path, head)
  local log <close> = assert(activitylog.open(path, { mode = "r" }))
  return assert(log:verify { head = head })
end

-- The copy is what the log is, in all that a reader and SQL see of it.
local function check_same(from, to)
  assert.same(proof_of(from), proof_of(to))
  assert.equal(export(from), export(to))
  for _, sql in ipairs(TABLES) do
    assert.equal(support.query(from, "SELECT " .. sql),
                 support.query(to, "SELECT " .. sql))
  end
end

-- Copy, and stop behind so many contents.
local function stop_behind(contents, from, to)
  assert.equal("enough", support.error_of(function()
    activitylog.copy(from, to, { progress = function(done)
      if done >= contents then error("enough", 0) end
    end })
  end))
end

local function paths()
  local folder = support.temp_dir "/dev/shm"
  return folder .. "/a.db", folder .. "/b.db", folder
end

describe("activitylog.copy()", function()
  it("copies a log to one that is the same #gc", function()
    local from, to = paths()
    local log = support.log(from)
    fill(log)
    local result = assert(activitylog.copy(from, to))
    local proof = log:verify()
    assert.same({ records = proof.records, superseded = proof.superseded,
                  imports = 5, purges = 2, pending = false, head = proof.head },
                result)
    check_same(from, to)
  end)

  it("makes a file as open() does, and leaves nothing beside it #file",
    function()
      local from, to, folder = paths()
      local log = support.log(from)
      fill(log)
      assert(activitylog.copy(from, to))
      assert.equal("0\n", support.query(to, "SELECT max(pending) FROM purge"))
      assert.equal("600\n", support.check("stat -c %a " .. to))
      assert.equal("a.db\na.db-shm\na.db-wal\nb.db\n",
                   support.check("ls -A " .. folder))
      assert(support.log(to):append(of("g", "09-09")))
      assert.equal("wal\n2\n1095520071\n", support.query(to,
        "SELECT * FROM pragma_journal_mode UNION ALL"
        .. " SELECT * FROM pragma_auto_vacuum UNION ALL"
        .. " SELECT * FROM pragma_application_id"))
    end)

  it("leaves a copy that goes on as the log would", function()
    local from, to = paths()
    local log = support.log(from)
    fill(log)
    assert(activitylog.copy(from, to))
    local copy = support.log(to)
    local more = { of("b", "05-20"), of("g", "09-09"), of("f", "07-07") }
    local result, copied = log:append(more), copy:append(more)
    for _, name in ipairs { "records", "added", "known", "changed" } do
      assert.equal(result[name], copied[name])
    end
    assert.equal(log:head(), copy:head())
  end)

  it("copies an empty log, and into an empty one #gc", function()
    local from, to = paths()
    local log = support.log(from)
    assert.same({ records = 0, superseded = 0, imports = 0, purges = 0,
                  pending = false, head = ("0"):rep(64) },
                activitylog.copy(from, to))
    assert.equal(0, proof_of(to).imports)
    fill(log)
    assert.equal(5, assert(activitylog.copy(from, to)).imports)
    check_same(from, to)
  end)

  it("copies imports that brought nothing", function()
    local from, to = paths()
    local log = support.log(from)
    assert(log:import_text "[]")
    assert.same({ 0, 1 }, { log:count { period = "all" }, (log:imports()) })
    assert.equal(1, assert(activitylog.copy(from, to)).imports)
    check_same(from, to)
  end)

  it("does nothing where there is nothing new #file", function()
    local from, to = paths()
    local log = support.log(from)
    fill(log)
    assert(activitylog.copy(from, to))
    local before = support.read(to)
    local result = assert(activitylog.copy(from, to))
    assert.same({ records = 0, superseded = 0, imports = 0, purges = 0,
                  pending = false, head = log:head() }, result)
    assert.equal(before, support.read(to))
  end)

  it("brings what is new to a copy, and what was superseded by it", function()
    local from, to = paths()
    local log = support.log(from)
    fill(log)
    assert(activitylog.copy(from, to))
    assert(log:append { of("f", "07-07", { operation_status = "failed" }),
                        of("g", "09-09") })
    local result = assert(activitylog.copy(from, to))
    assert.equal(2, result.records)
    assert.equal(1, result.imports)
    check_same(from, to)
  end)

  -- Also where the purge took what has never been in the copy.
  it("purges from a copy what was purged since, and leaves no byte #file",
    function()
      local from, to = paths()
      local log = support.log(from)
      fill(log)
      assert(log:append { of("secret name", "02-02", { id = "o" }),
                          of("o", "02-02") })
      assert(activitylog.copy(from, to))
      assert(log:append { of("p", "02-03"), of("h", "10-10") })
      assert(log:purge { before = "2026-05-01" })
      assert(log:append { of("p", "02-03") })
      local result = assert(activitylog.copy(from, to))
      assert.same({ 2, 1, false },
                  { result.imports, result.purges, result.pending })
      check_same(from, to)
      assert.is_nil(support.read(to):find("secret name", 1, true))
      assert.equal("0\n", support.query(to, "SELECT max(pending) FROM purge"))
    end)

  it("says when the copy's file still holds bytes of what was purged #file",
    function()
      local from, to = paths()
      local log = support.log(from)
      fill(log)
      assert(activitylog.copy(from, to))
      assert(log:purge { before = "2026-06-01" })
      local reader = support.log(to, { mode = "r" })
      local pending
      for _ in reader:records { period = "all" } do
        pending = pending
          or assert(activitylog.copy(from, to, { timeout = 0 })).pending
      end
      assert.is_true(pending)
      reader:close()
      check_same(from, to)
      assert.is_false(
        assert(support.log(to):purge { before = "2026-01-01" }).pending)
      assert.equal("0\n", support.query(to, "SELECT max(pending) FROM purge"))
    end)

  -- An import compares so many bytes with what may be a masked copy of them,
  -- and no more: what it kept stays, though a copy might have known better.
  it("asks of no content whether it is known", function()
    local from, to = paths()
    local log = support.log(from)
    local function secret(id, text)
      return of(id, "07-07", { operation_status = "failed",
        resource_new_value = ('{"Password":"%s"}'):format(text) })
    end
    fill(log)
    assert(activitylog.copy(from, to))
    local large = ("y"):rep(1024 * 1024)
    -- One transaction with these could compare some more.
    for i = 1, 5 do
      assert(log:append { secret("1", large .. i), secret("2", large .. i) })
    end
    local versions = {}
    for i = 1, 17 do versions[i] = secret("s", large .. i) end
    versions[18] = secret("s", "***")
    assert.equal(17, assert(log:append(versions)).changed)
    assert.equal(6, assert(activitylog.copy(from, to)).imports)
    check_same(from, to)
  end)

  -- Though it would be several parts of a new copy.
  it("brings to a copy from before all that is new or nothing", function()
    local from, to = paths()
    local log = support.log(from)
    fill(log)
    assert(activitylog.copy(from, to))
    local before = proof_of(to)
    fill_large(log)
    stop_behind(3072, from, to)
    assert.same(before, proof_of(to))
    assert.equal(40, assert(activitylog.copy(from, to)).imports)
    check_same(from, to)
  end)

  it("lets others use the log, and copies what it was when it began",
    function()
      local from, to = paths()
      local log = support.log(from)
      assert(log:append(many("first", 1000)))
      assert(log:append(many("second", 3000)))
      local head, calls = log:head(), 0
      local result = assert(activitylog.copy(from, to, {
        progress = function(done, total)
          calls = calls + 1
          assert.equal(4000, total)
          assert.equal(1024 * calls, done)
          assert(log:append { of("other " .. calls, "08-08") })
        end,
      }))
      assert.equal(3, calls)
      assert.equal(head, result.head)
      assert.equal(4000, proof_of(to, head).records)
      assert.equal(3, assert(activitylog.copy(from, to)).imports)
      check_same(from, to)
    end)

  describe("of many parts", function()
    it("goes on where it stopped, and is no log until then #file", function()
      local from, to = paths()
      local log = support.log(from)
      fill(log)
      fill_large(log)
      stop_behind(3072, from, to)
      for _, mode in ipairs { "r", "rw" } do
        assert.same({ nil, to .. " is an unfinished copy of a log: finish it "
                      .. "with activitylog copy", "foreign" },
                    { activitylog.open(to, { mode = mode }) })
      end
      assert.equal("1095520067\n",
                   support.query(to, "PRAGMA application_id"))
      -- Two parts are there, of 13 imports each.
      assert.equal(40 - 26, assert(activitylog.copy(from, to)).imports)
      check_same(from, to)
    end)

    it("goes on with a log that grew, and was purged, meanwhile", function()
      local from, to = paths()
      local log = support.log(from)
      fill(log)
      fill_large(log)
      stop_behind(3072, from, to)
      assert(log:append { of("f", "07-07", { operation_status = "failed" }) })
      assert(log:purge { before = "2026-07-01" })
      assert(log:append { of("h", "10-10") })
      local result = assert(activitylog.copy(from, to))
      assert.same({ 40 - 26 + 2, 1 }, { result.imports, result.purges })
      check_same(from, to)
    end)

    it("finishes one to which only that was missing #file", function()
      local from, to = paths()
      fill(support.log(from))
      assert(activitylog.copy(from, to))
      support.query(to, "PRAGMA application_id = 1095520067")
      assert.equal("foreign", select(3, activitylog.open(to)))
      assert.equal(0, assert(activitylog.copy(from, to)).imports)
      check_same(from, to)
    end)

    -- Who has it open keeps what is written in the WAL.
    local function copy_and_crash(from, to, stop)
      local _, status = support.run(support.lua(([[
        local core = require "activitylog.core"
        local from, to = assert(core.open(%q, true)), %q
        local holder = assert(core.open(to, false, 0, true, nil, from))
        assert(from:copy(assert(core.open(to, false, 0, true, nil, from)), {
          progress = function() if %s then os.exit(9) end end,
        }))
        os.exit(9)
      ]]):format(from, to, stop)))
      assert.equal(9, status)
    end

    local function mark(path)
      return support.read(path):sub(69, 72)
    end

    it("is told by what the WAL says #file", function()
      local from, to = paths()
      fill_large(support.log(from))
      activitylog.open(to):close()
      copy_and_crash(from, to, true)
      assert.equal("ALOG", mark(to))
      assert.equal("foreign", select(3, activitylog.open(to)))
      stop_behind(2048, from, to)
      assert.equal("ALOC", mark(to))
      copy_and_crash(from, to, false)
      assert.equal("ALOC", mark(to))
      check_same(from, to)
    end)
  end)

  it("changes no other log, and none that has more #file", function()
    local from, to, folder = paths()
    local log = support.log(from)
    fill(log)
    assert(activitylog.copy(from, to))
    local more, other = folder .. "/more.db", folder .. "/other.db"
    assert(activitylog.copy(from, more))
    for _, path in ipairs { more, other } do
      local others <close> = assert(activitylog.open(path))
      assert(others:append { of("z", "11-11") })
    end
    for _, path in ipairs { more, other } do
      local before = support.read(path)
      local result, message, code = activitylog.copy(to, path)
      assert.is_nil(result)
      assert.equal("exists", code)
      assert.equal(("log %s holds what log %s does not: copy to another name")
        :format(path, to), message)
      assert.equal(before, support.read(path))
    end
  end)

  it("takes neither the log itself nor a name of its files #file #gc",
     function()
    local from, _, folder = paths()
    fill(support.log(from))
    support.check(("cd %s; ln -s a.db link; ln -s . here"):format(folder))
    local before = support.check("ls -A " .. folder)
    for name, reason in pairs {
      ["a.db"] = "is the log itself", link = "is the log itself",
      ["here/a.db"] = "is the log itself",
      ["a.db-wal"] = "is the log itself",
      ["a.db-journal"] = "would be taken for a part of the log: take another "
        .. "name",
    } do
      local path = folder .. "/" .. name
      assert.same({ nil, path .. " " .. reason, "exists" },
                  { activitylog.copy(from, path) })
    end
    assert.equal(before, support.check("ls -A " .. folder))
  end)

  it("fails as open() does, and makes nothing of what is not there #file #gc",
     function()
    local from, to, folder = paths()
    assert.equal("io", select(3, activitylog.copy(from, to)))
    assert.is_false(support.exists(to))
    fill(support.log(from))
    support.write(folder .. "/text", ("no log\n"):rep(100))
    local text = folder .. "/text"
    assert.equal("foreign", select(3, activitylog.copy(text, to)))
    assert.equal("foreign", select(3, activitylog.copy(from, text)))
    assert.equal("io", select(3, activitylog.copy(from, folder .. "/no/b.db")))
    assert.is_false(support.exists(to))
  end)

  it("makes no copy where nothing may be made", function()
    local from, _, folder = paths()
    fill(support.log(from))
    support.check(("mkdir -m 500 %s/closed"):format(folder))
    assert.matches("^io\n$", support.check(support.as_nobody(support.lua(([[
      print((select(3, require "activitylog".copy(%q, %q))))
    ]]):format(from, folder .. "/closed/b.db")))))
  end)

  describe("of a damaged log", function()
    -- What was done, and what the message has to name.
    local DAMAGE = {
      { "UPDATE record SET customer_name = 'x' WHERE id = 'f'", "record %d+" },
      { "DELETE FROM record WHERE id = 'f'", "record %d+ of import 5" },
      { "DELETE FROM import WHERE import = 4", "import 4 was removed" },
      { "UPDATE import SET known = known + 1 WHERE import = 2", "import 2" },
      { "UPDATE purge SET user = 'x' WHERE purge = 1", "purge 1" },
      { "UPDATE purged SET digest = zeroblob(32) WHERE sequence = 1",
        "import 1" },
      { "DELETE FROM purged WHERE sequence = 1", "record 1 of import 1" },
    }

    it("refuses it by name, and leaves what is no log #file", function()
      for _, case in ipairs(DAMAGE) do
        local sql, name = table.unpack(case)
        local from, to = paths()
        local log <close> = assert(activitylog.open(from))
        fill(log)
        log:close()
        support.query(from, sql)
        local result, message, code = activitylog.copy(from, to)
        assert.is_nil(result)
        assert.equal("corrupt", code)
        assert.matches("^log " .. from .. ": .*" .. name, message)
        assert.equal("foreign", select(3, activitylog.open(to)))
        assert.equal("0|0\n", support.query(to,
          "SELECT (SELECT count(*) FROM record), count(*) FROM import"))
      end
    end)

    it("leaves a copy from before as it was", function()
      local from, to = paths()
      local log = support.log(from)
      fill(log)
      assert(activitylog.copy(from, to))
      local before = proof_of(to)
      assert(log:append { of("g", "09-09") })
      assert(log:append { of("h", "10-10") })
      support.query(from, "UPDATE record SET id = 'x' WHERE id = 'h'")
      assert.equal("corrupt", select(3, activitylog.copy(from, to)))
      assert.same(before, proof_of(to))
    end)
  end)

  it("is busy while others write to the copy #file", function()
    local from, to = paths()
    local log = support.log(from)
    fill(log)
    assert(activitylog.copy(from, to))
    assert(log:append { of("g", "09-09") })
    local writer, code = support.log(to), nil
    assert.equal("enough", support.error_of(function()
      writer:import_text(export(from):rep(200), { progress = function()
        code = select(3, activitylog.copy(from, to, { timeout = 0 }))
        error("enough", 0)
      end })
    end))
    assert.equal("busy", code)
    assert.equal(1, assert(activitylog.copy(from, to)).imports)
  end)

  -- The first import is a part; of the second one nothing is put by then.
  it("goes no further when others wrote to the copy between its parts #file",
    function()
      local from, to = paths()
      local log = support.log(from)
      for i = 1, 2 do assert(log:append(many(i, 1010))) end
      local result, message, code = activitylog.copy(from, to, {
        progress = function()
          support.query(to, "UPDATE import SET digest = zeroblob(32)")
        end,
      })
      assert.is_nil(result)
      assert.equal("busy", code)
      assert.equal(("log %s: somebody else wrote to it while it was copied "
        .. "into: copy again"):format(to), message)
    end)

  -- Or what was acknowledged could not be opened any more.
  it("keeps those out who had the copy open before it began", function()
    local from, to = paths()
    local log, writer = support.log(from), support.log(to)
    for i = 1, 3 do assert(log:append(many(i, 1100))) end
    stop_behind(3072, from, to)
    for _, write in ipairs {
      function() return writer:append(of("z", "09-09")) end,
      function() return writer:purge { before = "2027-01-01" } end,
    } do
      local result, message, code = write()
      assert.is_nil(result)
      assert.matches(" is an unfinished copy of a log: ", message)
      assert.equal("foreign", code)
    end
    assert(activitylog.copy(from, to))
    check_same(from, to)
    assert.equal(1, assert(writer:append(of("z", "09-09"))).added)
  end)

  it("raises what its progress function raised #gc", function()
    local from, to = paths()
    assert(support.log(from):append(many("a", 1100)))
    local raised = {}
    assert.equal(raised, support.error_of(function()
      activitylog.copy(from, to, { progress = function() error(raised) end })
    end))
    assert.equal(1, assert(activitylog.copy(from, to)).imports)
  end)

  it("raises on what is no path or option #gc", function()
    for _, path in ipairs { 1, false, {}, "a\0b" } do
      assert.matches("^spec/copy_spec.lua:%d+: copy%(%): path",
        support.error_of(function() activitylog.copy(path, "b.db") end))
      assert.matches("^spec/copy_spec.lua:%d+: copy%(%): path",
        support.error_of(function() activitylog.copy("a.db", path) end))
    end
    assert.matches("unknown option 'progess' of copy%(%); did you mean",
      support.error_of(function()
        activitylog.copy("a.db", "b.db", { progess = print })
      end))
    assert.matches("option 'timeout' of copy%(%): 0 to 86400 seconds",
      support.error_of(function()
        activitylog.copy("a.db", "b.db", { timeout = -1 })
      end))
  end)
end)
