-- Logs as files: opening, refusing, reading only, sharing, and what is left
-- when the disk is full or a process dies.

local activitylog = require "activitylog"
local support = require "spec.support"

local DATE = "2026-10-01T08:00:00Z"
local ALL = { period = "all" }

local function record(id)
  return { id = id, operation_date = DATE, operation_type = "create_order" }
end

-- A closed log of three records.
local function make_log(folder)
  local path = (folder or support.temp_dir()) .. "/a.db"
  local log <close> = support.log(path)
  assert(log:append { record "1", record "2", record "3" })
  log:close()
  return path
end

local function checksum(path)
  return support.check("sha256sum <" .. support.quote(path))
end

-- A write that another process tries: "done", or why it could not.
local TRY_SQL = [[
import sqlite3, sys
log = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    print("done", *log.execute(sys.argv[2]).fetchall())
except sqlite3.OperationalError as problem:
    print(problem)
]]

local function try_sql(path, sql)
  return (support.check(("python3 -c %s %s %s"):format(support.quote(TRY_SQL),
    support.quote(path), support.quote(sql))):gsub("\n$", ""))
end

-- Call a function while an import into the log holds its write lock.
local function while_importing(log, call)
  assert(log:import_text("[]", { progress = call }))
end

describe("activitylog.open() #gc", function()
  it("creates a log that says what it is #file", function()
    local path = support.temp_dir() .. "/new.db"
    support.log(path):close()
    assert.equal(("%d\n"):format(0x414C4F47),
      support.query(path, "PRAGMA application_id"))
    assert.equal("3\n", support.query(path, "PRAGMA user_version"))
    assert.equal("wal\n", support.query(path, "PRAGMA journal_mode"))
    assert.equal("2\n", support.query(path, "PRAGMA auto_vacuum"))
    assert.equal("16384\n", support.query(path, "PRAGMA page_size"))
    assert.equal("ok\n", support.query(path, "PRAGMA integrity_check"))
  end)

  it("lets the owner alone read and write a new log, whatever the umask is "
    .. "#file", function()
      local folder = support.temp_dir()
      local path = folder .. "/a.db"
      local program = ([[
        local log = assert(require("activitylog").open(%q))
        assert(log:append { id = "1", operation_date = "2026-10-01T08:00:00Z" })
        local pipe = io.popen("stat -c '%%n %%a' %s/*")
        io.write(pipe:read("a"))]]):format(path, folder)
      assert.equal(("%s 600\n%s-shm 600\n%s-wal 600\n"):format(path, path,
        path), support.check("umask 0; " .. support.lua(program)))
      assert.equal(path .. " 600\n",
        support.check(("stat -c '%%n %%a' %s/*"):format(folder)))
    end)

  it("leaves the permissions that a log has #file", function()
    local path = make_log()
    support.check("chmod 640 " .. path)
    local log = support.log(path)
    assert(log:append(record "4"))
    assert.equal("640\n640\n640\n",
      support.check(("stat -c %%a %s %s-wal %s-shm"):format(path, path, path)))
    log:close()
    assert.equal("640\n", support.check("stat -c %a " .. path))
  end)

  it("follows a link to a log, and makes none where one leads nowhere #file",
    function()
      local folder = support.temp_dir()
      local path = make_log()
      support.check(("ln -s %s %s/a.db; ln -s %s/none.db %s/b.db")
        :format(path, folder, folder, folder))
      assert.equal(3, support.log(folder .. "/a.db"):count(ALL))
      for _, mode in ipairs { "rw", "r" } do
        local log, why, code = activitylog.open(folder .. "/b.db",
          { mode = mode })
        assert.is_nil(log)
        assert.equal(("cannot open %s/b.db: it is a link to nothing")
          :format(folder), why)
        assert.equal("io", code)
      end
      assert.is_false(support.exists(folder .. "/none.db"))
    end)

  it("makes a log of a file that is empty #file", function()
    local path = support.write(support.temp_dir() .. "/empty.db", "")
    assert(support.log(path):append(record "1"))
    assert.equal("16384\n", support.query(path, "PRAGMA page_size"))
  end)

  it("finds what was there", function()
    local log = support.log(make_log())
    assert.equal(3, log:count(ALL))
    assert.equal(1, assert(log:append { record "3", record "4" }).added)
  end)

  it("takes names that mean something to others #file", function()
    local folder = support.temp_dir()
    for _, name in ipairs { "a b.db", "50%.db", "a?mode=memory", "#.db", "ü.db",
                            "\xFF.db", "a'b\".db", "file:x" } do
      local path = folder .. "/" .. name
      local log = support.log(path)
      assert(log:append(record "1"))
      log:close()
      assert.is_true(support.exists(path))
      assert.equal(1, support.log(path, { mode = "r" }):count(ALL))
    end
  end)

  it("keeps a log in memory without a file", function()
    local log = support.log(":memory:")
    assert(log:append(record "1"))
    assert.equal(1, log:count(ALL))
    assert.is_false(support.exists(":memory:"))
    assert.equal(0, support.log(":memory:"):count(ALL))
  end)

  -- SQLite as Debian builds it would take such a name for a URI.
  it("takes a name that begins with file: for a name #file", function()
    local folder = support.temp_dir()
    local name = "file:a.db?mode=memory"
    local program = support.write(folder .. "/open.lua", ([[
      local log = assert(require("activitylog").open(%q))
      assert(log:append { id = "1", operation_date = "2026-10-01T08:00:00Z" })
    ]]):format(name))
    support.check(support.lua_in(folder, program))
    assert.equal(1, support.log(folder .. "/" .. name):count(ALL))
  end)

  describe("fails", function()
    local function fails(code, message, path, options)
      local log, why, word = activitylog.open(path, options)
      assert.is_nil(log)
      assert.equal(code, word)
      assert.truthy(why:find(message, 1, true), why)
    end

    it("where there is no folder, or the path is one #file", function()
      local folder = support.temp_dir()
      fails("io", folder .. "/no/a.db", folder .. "/no/a.db")
      fails("io", folder .. ": it is a folder", folder)
      fails("io", "a log needs a file name", "")
    end)

    -- SQLite would wait for the other end of a FIFO.
    it("where the path is no regular file #file", function()
      local path = support.temp_dir() .. "/fifo"
      support.check("mkfifo " .. path)
      for _, mode in ipairs { "r", "rw" } do
        fails("io", "cannot open " .. path .. ": it is a FIFO", path,
              { mode = mode })
        fails("io", "cannot open /dev/null: it is a device", "/dev/null",
              { mode = mode })
      end
    end)

    it("where SQLite's names would not fit behind that of the log #file",
       function()
      local path = support.temp_dir() .. "/" .. ("n"):rep(247)
      fails("io", "has at most 247 bytes", path .. "n")
      assert.is_false(support.exists(path .. "n"))
      support.log(path)
    end)

    it("where there is no log to read, and creates none", function()
      local path = support.temp_dir() .. "/none.db"
      fails("io", "none.db", path, { mode = "r" })
      assert.is_false(support.exists(path))
    end)

    -- Refused in both modes, and the same to the byte afterwards.
    local function left_alone(code, message, path)
      local before, folder = checksum(path), path:match("^(.*)/")
      local names = support.check("ls -A " .. folder)
      for _, mode in ipairs { "rw", "r" } do
        fails(code, path .. message, path, { mode = mode })
        assert.equal(before, checksum(path))
        assert.equal(names, support.check("ls -A " .. folder))
      end
    end

    it("on a text, which is left alone #file", function()
      for _, text in ipairs { "{}", ("text\n"):rep(1000) } do
        left_alone("foreign", " is no log: it is not even an SQLite file",
          support.write(support.temp_dir() .. "/text.db", text))
      end
    end)

    it("on the file of another program, which is left alone #file", function()
      local path = support.temp_dir() .. "/other.db"
      support.query(path, "CREATE TABLE record (id TEXT)")
      left_alone("foreign", " is no log: it is an SQLite file of another "
        .. "program", path)
    end)

    it("on the log of a newer version, which is left alone #file", function()
      local path = make_log()
      support.query(path, "PRAGMA user_version = 99")
      left_alone("version", " is a log of file version 99, and this activitylog"
        .. " knows up to 3: use a newer activitylog", path)
    end)

    it("on a stranger's file without rolling back its journal #file", function()
      local path = support.temp_dir() .. "/hot.db"
      support.run("python3 -c " .. support.quote([[
import os, signal, sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("CREATE TABLE t (v)")
file.execute("PRAGMA cache_size = 1")
file.execute("BEGIN")
for _ in range(1000):
    file.execute("INSERT INTO t VALUES (zeroblob(1000))")
os.kill(os.getpid(), signal.SIGKILL)
]]) .. " " .. path)
      local journal = checksum(path .. "-journal")
      left_alone("foreign", " is no log", path)
      assert.equal(journal, checksum(path .. "-journal"))
    end)

    it("on an empty file that it may only read #file", function()
      local path = support.write(support.temp_dir() .. "/empty.db", "")
      fails("foreign", path .. " is no log: it is empty", path, { mode = "r" })
      assert.equal("", support.read(path))
    end)

    it("on a log whose pages are overwritten #file", function()
      local path = make_log()
      local bytes = support.read(path)
      support.write(path, bytes:sub(1, 100) .. ("x"):rep(#bytes - 100))
      for _, mode in ipairs { "rw", "r" } do
        fails("corrupt", path, path, { mode = mode })
      end
    end)
  end)

  it("raises on what it does not take, and blames the caller", function()
    assert.equal("unknown option 'readonly' of open(); known: 'mode', "
      .. "'timeout', 'threads'",
      support.blame(function() activitylog.open("a", { readonly = 1 }) end))
    assert.equal("unknown option 'timeut' of open(); did you mean 'timeout'?",
      support.blame(function() activitylog.open("a", { timeut = 1 }) end))
    assert.equal("unknown mode 'w'; did you mean 'rw'?",
      support.blame(function() activitylog.open("a", { mode = "w" }) end))
    assert.equal("option 'mode' of open(): string expected, got boolean",
      support.blame(function() activitylog.open("a", { mode = true }) end))
    for _, given in ipairs { { timeout = -1 }, { timeout = 86401 },
                             { timeout = 0 / 0 } } do
      assert.equal("option 'timeout' of open(): 0 to 86400 seconds expected",
        support.blame(function() activitylog.open("a", given) end))
    end
    assert.equal("open(): path expected, got nil",
      support.blame(function() activitylog.open() end))
  end)
end)

describe("log:close() #gc", function()
  it("may be called again", function()
    local log = support.log(make_log())
    log:close()
    log:close()
    assert.has_no_error(function() log:close() end)
  end)

  it("leaves the file alone in its folder #file", function()
    local path = make_log()
    assert.equal("a.db\n", support.check("ls " .. path:match("^(.*)/")))
  end)

  it("is what <close> and the collector do", function()
    local path = make_log()
    do
      local log <close> = support.log(path)
      assert(log:append(record "4"))
      assert.is_true(support.in_use(path))
    end
    assert.is_true(support.is_free(path))
    assert(activitylog.open(path)):append(record "5")
    collectgarbage()
    collectgarbage()
    assert.is_true(support.is_free(path))
  end)

  it("lets no method go on", function()
    local log = support.log()
    log:close()
    for _, call in ipairs {
      function() log:append {} end, function() log:import("a") end,
      function() log:import(io.stdin) end, function() log:import_text("") end,
      function() log:records() end, function() log:count() end,
      function() log:export("a") end, function() log:export(io.stdout) end,
      function() log:export_text() end,
    } do
      assert.equal("log is closed", support.blame(call))
    end
    assert.is_false(support.exists("a"))
  end)

  it("says so as a string", function()
    local log = support.log()
    assert.equal("activitylog.log: :memory:", tostring(log))
    log:close()
    assert.equal("activitylog.log: :memory: (closed)", tostring(log))
  end)
end)

describe("a log that is read only #gc", function()
  it("stays the same to the byte #file", function()
    local path = make_log()
    local before = checksum(path)
    local log = support.log(path, { mode = "r" })
    assert.equal(3, #support.list(log))
    assert.equal(3, log:count(ALL))
    assert(log:export_text(ALL))
    log:close()
    assert.equal(before, checksum(path))
  end)

  it("refuses to be written", function()
    local path = make_log()
    local log = support.log(path, { mode = "r" })
    for _, write in ipairs {
      function() return log:append(record "4") end,
      function() return log:import_text("[]") end,
      function() return log:import("spec/fixtures/json/array.json") end,
    } do
      local result, message, code = write()
      assert.is_nil(result)
      assert.matches("^log .*; it was opened to read only$", message)
      assert.equal("readonly", code)
    end
    assert.equal(3, log:count(ALL))
  end)

  it("sees what another writes, between its own reads", function()
    local path = make_log()
    local reader, writer = support.log(path, { mode = "r" }), support.log(path)
    assert.equal(3, reader:count(ALL))
    assert(writer:append(record "4"))
    assert.equal(4, reader:count(ALL))
  end)

end)

describe("a log's file that is read only #gc #file", function()
  -- Without the right to write beside the log; what a program prints then.
  local function where_nothing_can_be_written(path, program)
    local folder = path:match("^(.*)/")
    support.check("chmod 555 " .. folder)
    support.defer(function() support.check("chmod 755 " .. folder) end)
    return support.check(support.as_nobody(support.lua(
      ("local path = %q\n"):format(path) .. program)))
  end

  local function owner_of(path)
    return (support.check("stat -c %u " .. path):gsub("\n", ""))
  end

  local OPEN_AND_COUNT = [[
    local log, message, code =
      require("activitylog").open(path, { mode = "r" })
    if not log then print(code, message) os.exit(0, true) end
    print(log:count { period = "all" })
    print(select(2, log:export_text { period = "all" }).records)
  ]]

  it("opens there whatever is in its name", function()
    local plain = make_log()
    local path = plain:gsub("a%.db$", "a?b#c%%20\n.db")
    assert(os.rename(plain, path))
    assert.equal("3\n3\n", where_nothing_can_be_written(path, OPEN_AND_COUNT))
  end)

  it("opens where nothing can be written, when its writer closed it",
     function()
    local path = make_log()
    local before = checksum(path)
    assert.equal("3\n3\n", where_nothing_can_be_written(path, OPEN_AND_COUNT))
    assert.equal(before, checksum(path))
  end)

  -- SQLite is told that nobody writes to it, and would not see who does.
  it("is not read on there once somebody wrote to it", function()
    local path = make_log()
    local writer = support.lua(([[
      local log <close> = assert(require("activitylog").open(%q))
      assert(log:append {
        id = "4", operation_date = "2026-10-01T08:00:00Z" })]]):format(path))
    assert.equal(("3\nnil\tlog %s was written to since it was opened in a "
        .. "folder that cannot be written; open it anew\treadonly\n4\n")
        :format(path),
      where_nothing_can_be_written(path, ([[
        local open = require("activitylog").open
        local log = assert(open(path, { mode = "r" }))
        print(log:count { period = "all" })
        assert(os.execute(%q))
        print(log:count { period = "all" })
        print(open(path, { mode = "r" }):count { period = "all" })]])
        :format(("chmod 755 %s && %s && chmod 555 %s")
          :format(path:match "^(.*)/", writer, path:match "^(.*)/"))))
  end)

  it("is not read on when another file has its name", function()
    local path, other = make_log(), make_log()
    local log = support.log(path, { mode = "r" })
    assert.equal(3, log:count(ALL))
    assert(os.rename(other, path))
    local moved = ("log %s was moved or replaced since it was opened; open it "
      .. "anew"):format(path)
    local result, message, code = log:count(ALL)
    assert.same({ nil, moved, "io" }, { result, message, code })
    assert.error_matches(function() log:records(ALL) end, moved, 1, true)
    for _, call in ipairs { log.head, log.imports, log.purges, log.verify,
                            log.summary } do
      assert.equal("io", select(3, call(log)))
    end
    assert.equal("io", select(3, log:backup(path .. ".copy")))
    assert(os.remove(path))
    assert.equal("io", select(3, log:export_text(ALL)))
  end)

  it("is not read on when a link to it leads to another", function()
    local path, other = make_log(), make_log()
    local link = support.temp_dir() .. "/link.db"
    support.check(("ln -s %s %s"):format(path, link))
    local log = support.log(link, { mode = "r" })
    assert.equal(3, log:count(ALL))
    support.check(("ln -sfn %s %s"):format(other, link))
    assert.equal("io", select(3, log:count(ALL)))
  end)

  it("is read on by who may not look where it is any more", function()
    local folder = make_log():match "^(.*)/"
    support.write(folder .. "/program.lua", ([[
      local log = assert(require("activitylog").open("a.db", { mode = "r" }))
      os.execute "chmod 000 ."
      print(log:count { period = "all" })
      os.execute "chmod 755 %s"]]):format(folder))
    assert.equal("3\n", support.check(support.as_nobody(
      support.lua_in(folder, "program.lua"))))
  end)

  it("says what to do where it has a -wal and nothing can be written",
     function()
    local path = make_log()
    local before = support.read(path)
    local log = support.log(path)
    assert(log:append(record "4"))
    local wal = support.read(path .. "-wal")
    log:close()
    -- As a writer leaves them that did not live to close.
    support.write(path, before)
    support.write(path .. "-wal", wal)
    assert.equal(("readonly\t%s has a -wal file beside it and cannot be read "
        .. "without writing there: open it where the folder can be written, or "
        .. "let its writer close it first\n"):format(path),
      where_nothing_can_be_written(path, OPEN_AND_COUNT))
  end)

  -- What a writer left half done is not to be read.
  it("says what to do where it has a -journal and nothing can be written",
     function()
    local path = make_log()
    support.write(path .. "-journal", ("\xFF"):rep(512))
    assert.equal(("readonly\t%s has a -journal file beside it and cannot be "
        .. "read without writing there: open it where the folder can be "
        .. "written, or let its writer close it first\n"):format(path),
      where_nothing_can_be_written(path, OPEN_AND_COUNT))
  end)

  -- SQLite would take what follows the two for the name of a host.
  it("opens where nothing can be written under a name that begins with //",
     function()
    local path = make_log()
    assert.equal("3\n3\n", where_nothing_can_be_written(path,
      "path = '/' .. path\n" .. OPEN_AND_COUNT))
  end)

  it("cannot be opened for writing where the file may not be written",
     function()
    local path = make_log()
    support.check("chmod 444 " .. path)
    local output = where_nothing_can_be_written(path, [[
      print(select(2, require("activitylog").open(path)))
    ]])
    assert.equal(("log %s: %s may not be written by this user: its owner, user "
      .. "%s, has to allow it\treadonly\n"):format(path, path, owner_of(path)),
      output)
  end)

  it("cannot be written where its folder may not", function()
    local path = make_log()
    local folder = path:match("^(.*)/")
    local output = where_nothing_can_be_written(path, [[
      local log, message, code = require("activitylog").open(path)
      if log then log, message, code = log:import_text("[]") end
      print(message, code)
    ]])
    assert.equal(("log %s: %s may not be written by this user: its owner, user "
      .. "%s, has to allow it\treadonly\n"):format(path, folder,
      owner_of(folder)), output)
  end)

  -- As a reader leaves them who is somebody else, but for whose they are. An
  -- owner's that is empty SQLite gives the log's mode.
  it("is said to be kept from writing by the files of a reader", function()
    for _, case in ipairs {
      { "-shm", ", or to remove it while nobody has the log open" },
      { "-wal", "; it holds records and must not be removed" },
    } do
      local path = make_log()
      local suffix, advice = table.unpack(case)
      local part = support.write(path .. suffix, "x")
      support.check("chmod 444 " .. part)
      local output = support.check(support.as_nobody(support.lua(([[
        local log, message, code = require("activitylog").open(%q)
        if log then
          log, message, code = log:append {
            id = "4", operation_date = "2026-10-01T08:00:00Z" }
        end
        print(message, code)
      ]]):format(path))))
      assert.equal(("log %s: %s may not be written by this user: its owner, "
        .. "user %s, has to allow it%s\treadonly\n"):format(path, part,
        owner_of(part), advice), output)
    end
  end)
end)

describe("a log's own file #gc #file", function()
  local path, log, folder

  before_each(function()
    folder = support.temp_dir()
    path = make_log(folder)
    log = support.log(path)
    assert(log:append(record "4"))
  end)

  local function other_names()
    local soft, hard = folder .. "/soft", folder .. "/hard"
    support.check(("ln -s %s %s; ln %s %s"):format(path, soft, path, hard))
    return { path, folder .. "/../" .. folder:match("[^/]+$") .. "/a.db", soft,
             hard, path .. "-wal", path .. "-shm" }
  end

  it("is refused as the source of an import, whatever its name", function()
    for _, name in ipairs(other_names()) do
      assert.same({ nil, name .. " is the log itself", "foreign" },
                  { log:import(name) })
      local file <close> = assert(io.open(name, "rb"))
      assert.same({ nil, "the file is the log itself", "foreign" },
                  { log:import(file) })
    end
    assert.equal(4, log:count(ALL))
  end)

  it("is refused as the target of an export, whatever its name", function()
    local names = other_names()
    for _, name in ipairs { "/a.db-journal", "/soft-wal", "/../"
        .. folder:match("[^/]+$") .. "/a.db-journal" } do
      names[#names + 1] = folder .. name
    end
    for _, name in ipairs(names) do
      local result, _, code = log:export(name, ALL)
      assert.is_nil(result)
      assert.equal("exists", code)
    end
    assert.equal(4, log:count(ALL))
    assert.equal("ok\n", support.query(path, "PRAGMA integrity_check"))
  end)

  -- POSIX drops all locks of a process on a file when it closes the file once.
  it("is refused without dropping its locks", function()
    while_importing(log, function()
      for _, name in ipairs(other_names()) do
        assert.is_nil(log:import(name))
        assert.is_nil(log:export(name, ALL))
      end
      assert.equal("database is locked", try_sql(path, "BEGIN IMMEDIATE"))
      assert.equal("database is locked",
                   try_sql(path, "PRAGMA journal_mode = DELETE"))
    end)
    assert.equal("done", try_sql(path, "BEGIN IMMEDIATE"))
  end)

  it("is refused by another log of the process, and keeps its locks", function()
    local other = support.log()
    while_importing(log, function()
      local _, message, code = other:import(path)
      assert.equal(path .. ": this is an SQLite file: export a log as JSON "
        .. "Lines and import those", message)
      assert.equal("syntax", code)
      _, message, code = other:export(path, ALL)
      assert.equal(path .. " is in the way: it is an SQLite file, maybe a log",
                   message)
      assert.equal("exists", code)
      assert.equal("database is locked", try_sql(path, "BEGIN IMMEDIATE"))
    end)
    assert.equal(4, log:count(ALL))
  end)
end)

describe("two programs #gc", function()
  it("append to one log at the same time, and all of it lands", function()
    local path = support.temp_dir() .. "/a.db"
    local writers = {}
    for i = 1, 3 do
      writers[i] = assert(io.popen(support.lua(([[
        local activitylog = require "activitylog"
        local log = assert(activitylog.open(%q, { timeout = 60 }))
        for i = 1, 100 do
          assert(log:append { id = %d .. "-" .. i,
                              operation_date = "2026-10-01T08:00:00Z" })
        end
        print(log:count { period = "all" } >= 100)
      ]]):format(path, i)) .. " 2>&1"))
    end
    for _, writer in ipairs(writers) do
      assert.equal("true\n", writer:read("a"))
      assert.is_true(writer:close())
    end
    assert.equal(300, support.log(path):count(ALL))
    assert.equal("300|300|300\n", support.query(path,
      "SELECT count(*), max(sequence), (SELECT count(*) FROM import)"
      .. " FROM record"))
  end)

  it("get the code busy when one does not wait for the other #file", function()
    local path = make_log()
    local log = support.log(path)
    local other = support.log(path, { timeout = 0 })
    while_importing(log, function()
      local result, message, code = other:append(record "4")
      assert.is_nil(result)
      assert.equal("busy", code)
      assert.matches("^log .*; another program is writing to it: try again$",
                     message)
      assert.equal("busy\n", support.check(support.lua(([[
        local log = assert(require("activitylog").open(%q, { timeout = 0 }))
        print((select(3, log:import_text("[]"))))
      ]]):format(path))))
      assert.equal(3, other:count(ALL))
    end)
    assert.equal(1, assert(other:append(record "4")).added)
  end)

  it("get the code busy, and why, while reading what the other has changed "
     .. "#file", function()
    local path = make_log()
    local log, other = support.log(path), support.log(path, { timeout = 0 })
    local iterate <const>, cursor, _, closing <close> = other:records(ALL)
    assert.truthy(iterate(cursor))
    assert(log:append(record "4"))
    local result, message, code = other:append(record "5")
    assert.is_nil(result)
    assert.equal("busy", code)
    assert.equal(("log %s: database is locked; another program wrote to it "
      .. "while records were being read here: finish reading and try again")
      :format(path), message)
    getmetatable(closing).__close(closing)
    assert.equal(1, assert(other:append(record "5")).added)
  end)

  it("read what was there while one of them writes", function()
    local path = make_log()
    local log, other = support.log(path), support.log(path)
    local seen = {}
    for found in other:records(ALL) do
      seen[#seen + 1] = found.id
      assert(log:append(record("new " .. #seen)))
    end
    assert.equal(3, #seen)
    assert.equal(6, other:count(ALL))
  end)
end)

describe("a process that is killed in the midst of an import #gc", function()
  -- The child is fed through a named pipe that stays open: it waits for more,
  -- having told how much it has read.
  it("leaves nothing of it, and all that was there before #file", function()
    local path = make_log()
    local fifo = support.temp_dir() .. "/pipe"
    support.check("mkfifo " .. fifo)
    local child = assert(io.popen("echo $$; exec env "
      .. support.lua(([[
        local log = assert(require("activitylog").open(%q))
        io.stdout:setvbuf("no")
        log:import(assert(io.open(%q)), { progress = function(done)
          if done > 31 * 1024 * 1024 then print("reading") end
        end })
      ]]):format(path, fifo))))
    local pid = child:read("l")
    local feed = assert(io.open(fifo, "wb"))
    local line = ('{"id":"n%%d","operationDate":"%s","customerName":"%s"}\n')
      :format(DATE, ("x"):rep(8000))
    for i = 1, 32 * 1024 * 1024 // #line + 9 do
      assert(feed:write(line:format(i)))
    end
    feed:flush()
    assert.equal("reading", child:read("l"))
    -- More than the page cache holds: part of it is in the -wal already.
    assert.is_true(#support.read(path .. "-wal") > 1024 * 1024)
    support.check("kill -KILL " .. pid)
    assert.same({ nil, "signal", 9 }, { child:close() })
    feed:close()

    local log = support.log(path)
    assert.equal(3, log:count(ALL))
    assert.equal(1, assert(log:append(record "4")).added)
    assert.equal("ok\n", support.query(path, "PRAGMA integrity_check"))
    assert.equal("4|4|2\n", support.query(path, "SELECT count(*), max(sequence)"
      .. ", (SELECT count(*) FROM import) FROM record"))
  end)
end)

describe("the first import of a large file #gc #file", function()
  -- A child that has read 31 MiB of a file of 32 and waits there. More than the
  -- page cache holds: part of it is in the log's file already.
  local function child_in_the_midst(path)
    local lines, name = {}, ("x"):rep(8000)
    for i = 1, 32 * 1024 * 1024 // 8000 do
      lines[i] = ('{"id":"n%d","operationDate":"%s","customerName":"%s"}\n')
        :format(i, DATE, name)
    end
    local source = support.write(support.temp_dir() .. "/a.jsonl",
                                 table.concat(lines))
    local child = assert(io.popen("echo $$; exec env " .. support.lua(([[
      local log = assert(require("activitylog").open(%q))
      io.stdout:setvbuf("no")
      local told
      assert(log:import(%q, { progress = function(done)
        if done > 31 * 1024 * 1024 and not told then
          told = print("reading") or true
          while not io.open(%q) do end
        end
      end }))
      print(log:count { period = "all" })
    ]]):format(path, source, path .. ".go")), "r"))
    local pid = child:read("l")
    assert.equal("reading", child:read("l"))
    return child, pid
  end

  it("leaves an empty log when its process is killed", function()
    local path = support.temp_dir() .. "/a.db"
    local child, pid = child_in_the_midst(path)
    assert.is_true(#support.read(path) > 1024 * 1024)
    support.check("kill -KILL " .. pid)
    assert.same({ nil, "signal", 9 }, { child:close() })

    -- Who may not write cannot undo what was written.
    local result, message, code = activitylog.open(path, { mode = "r" })
    assert.is_nil(result)
    assert.equal("readonly", code)
    assert.truthy(message:find("has a -journal file beside it", 1, true))

    local log = support.log(path)
    assert.equal(0, log:count(ALL))
    assert.equal(1, assert(log:append(record "1")).added)
    assert.equal("ok\n", support.query(path, "PRAGMA integrity_check"))
    assert.equal("wal\n", support.query(path, "PRAGMA journal_mode"))
  end)

  it("keeps others out until it ends, and then lets them in", function()
    local path = support.temp_dir() .. "/a.db"
    local child = child_in_the_midst(path)
    for _, mode in ipairs { "r", "rw" } do
      local result, message, code =
        activitylog.open(path, { mode = mode, timeout = 0 })
      assert.is_nil(result)
      assert.equal("busy", code)
      assert.equal(("log %s: database is locked; another program is writing to "
        .. "it: try again"):format(path), message)
    end
    support.write(path .. ".go", "")
    assert.equal("4194\n", child:read("a"))
    assert.is_true(child:close())
    assert.equal(4194, support.log(path, { mode = "r" }):count(ALL))
    assert.equal("wal\n", support.query(path, "PRAGMA journal_mode"))
  end)
end)

describe("a full disk #gc", function()
  it("fails an import with the code full, and the log stays whole #file",
     function()
    local output = support.on_small_disk [[
      local disk = os.getenv "DISK"
      local log = assert(require("activitylog").open(disk .. "/a.db"))
      local function records(n, size)
        local lines, name = {}, ("x"):rep(size)
        for i = 1, n do
          lines[i] = ('{"id":"%d-%d","operationDate":"2026-10-01T08:00:00Z",'
            .. '"customerName":"%s"}'):format(size, i, name)
        end
        return table.concat(lines, "\n")
      end
      print(assert(log:import_text(records(10, 10))).added)
      local rest = assert(io.open(disk .. "/rest", "wb"))
      while rest:write(("x"):rep(4096)) and rest:flush() do end
      rest:close()
      local result, message, code = log:import_text(records(100, 4000))
      print(result, code, (message:gsub("^log .-/a.db: ", "")))
      print(log:count { period = "all" })
      assert(os.remove(disk .. "/rest"))
      print(assert(log:import_text(records(100, 4000))).added)

      -- More than the disk ever holds.
      print(select(3, log:import_text(records(1000, 8000))))
      print(assert(log:import_text(records(10, 11))).added)
      log:close()
      log = assert(require("activitylog").open(disk .. "/a.db"))
      print(log:count { period = "all" })
    ]]
    assert.equal("10\nnil\tfull\tdatabase or disk is full; nothing was changed:"
      .. " make room and try again\n10\n100\nfull\n10\n120\n", output)
  end)

  it("fails an export with the code full, and leaves no file", function()
    local output = support.on_small_disk [[
      local disk = os.getenv "DISK"
      local activitylog = require "activitylog"
      local log = assert(activitylog.open(":memory:"))
      local list = {}
      for i = 1, 1000 do
        list[i] = { id = tostring(i), operation_date = "2026-10-01T08:00:00Z",
                    customer_name = ("x"):rep(8000) }
      end
      assert(log:append(list))
      for _, format in ipairs { "csv", "jsonl" } do
        local result, message, code = log:export(disk .. "/report",
          { period = "all", format = format })
        print(result, code, message:find(disk .. "/report", 1, true) ~= nil)
        os.execute("ls -A " .. disk)
      end
      local file = assert(io.open(disk .. "/handle", "wb"))
      local result, message, code = log:export(file, { period = "all" })
      print(result, code)
      file:close()
      os.remove(disk .. "/handle")
      local ids = activitylog.layout { { title = "Id", field = "id" } }
      print(assert(log:export(disk .. "/report",
        { period = "all", layout = ids })).records)
      os.execute("ls -A " .. disk)
    ]]
    assert.equal("nil\tfull\ttrue\nnil\tfull\ttrue\nnil\tfull\n1000\nreport\n",
                 output)
  end)
end)
