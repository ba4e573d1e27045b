local activitylog = require "activitylog"
local support = require "spec.support"

local ALL = { period = "all" }

-- A record of a day of 2026 or another year.
local function of(id, day, more)
  local record = {
    id = id, operation_date = (#day == 5 and "2026-" or "") .. day
      .. "T12:00:00Z",
    operation_type = "create_order", operation_status = "succeeded",
    customer_id = "20a1702f-ac6b-4e02-a87d-f8f8910502d3",
  }
  for name, value in pairs(more or {}) do record[name] = value end
  return record
end

-- Four imports: one that a purge of May takes in part, one all of, one nothing
-- of, and one that brought nothing.
local function make(path)
  local log = support.log(path)
  assert(log:append { of("a", "01-10"), of("b", "05-20"), of("c", "03-01") })
  assert(log:append { of("a", "01-10", { operation_status = "failed" }),
                      of("d", "02-02") })
  assert(log:append { of("e", "06-06"),
                      of("b", "05-20", { operation_status = "failed" }) })
  assert(log:append { of("e", "06-06") })
  return log
end

local function ids(log)
  local list = {}
  for record in log:records { period = "all", order = "oldest" } do
    list[#list + 1] = record.id
  end
  return table.concat(list, " ")
end

describe("log:purge() #gc", function()
  it("takes the records from before a day and what they were before", function()
    local path = support.temp_dir() .. "/a.db"
    local log = make(path)
    assert.equal("a d c b e", ids(log))
    local result = assert(log:purge { before = "2026-05-01" })
    assert.equal(3, result.records)
    assert.equal(1, result.superseded)
    assert.equal("2026-01-10T12:00:00.0000000Z", result.oldest)
    assert.equal("2026-03-01T12:00:00.0000000Z", result.newest)
    assert.equal("b e", ids(log))
    assert.equal(2, log:count {
      period = "all", customer_id = "20A1702F-AC6B-4E02-A87D-F8F8910502D3",
    })
    assert(log:verify())
    for name, rows in pairs { record = 2, superseded = 1 } do
      assert.equal(rows .. "\n",
                   support.query(path, "SELECT count(*) FROM " .. name))
    end
  end)

  it("leaves in the chain what was done, by which the log is proved", function()
    local log = make()
    local before = log:head()
    assert(log:purge { before = "2026-05-01", user = "Zoë" })
    local proof = assert(log:verify { head = before })
    assert.equal(2, proof.records)
    assert.equal(1, proof.superseded)
    assert.equal(4, proof.imports)
    assert.equal(proof.head, log:head())
    assert.not_equal(before, log:head())
    assert.equal(1, #proof.purges)
    local purge = proof.purges[1]
    assert.matches("^2026%-%d%d%-%d%dT", purge.time)
    purge.time = nil
    assert.same({
      before = "2026-05-01T00:00:00.0000000Z", user = "Zoë",
      oldest = "2026-01-10T12:00:00.0000000Z",
      newest = "2026-03-01T12:00:00.0000000Z", records = 3, superseded = 1,
    }, purge)
  end)

  it("goes on with what an earlier one left, and with new imports", function()
    local log = make()
    local heads = { log:head() }
    for _, day in ipairs { "2026-02-01", "2026-02-01", "2026-03-02",
                           "2026-06-01" } do
      assert(log:purge { before = day })
      heads[#heads + 1] = log:head()
      assert(log:append { of(day, day:sub(6)) })
      heads[#heads + 1] = log:head()
    end
    for _, head in ipairs(heads) do
      assert.equal(3, #assert(log:verify { head = head }).purges)
    end
    assert.equal("2026-06-01 e", ids(log))
  end)

  it("leaves nothing where there is nothing to take", function()
    local log = make()
    local head = log:head()
    local nothing = { records = 0, superseded = 0, bytes = 0, pending = false }
    assert.same(nothing, log:purge { before = "2026-01-10" })
    assert.equal(head, log:head())
    assert.same(nothing, support.log():purge { before = "2026-01-10" })
  end)

  it("takes everything, and the log goes on", function()
    local log = make()
    assert.equal(5, assert(log:purge { before = "2027-01-01" }).records)
    assert.equal(0, log:count(ALL))
    assert.equal(1, assert(log:append { of("z", "07-07") }).added)
    assert.equal(5, assert(log:verify()).imports)
  end)

  it("lets what was taken be imported again", function()
    local log = make()
    assert(log:purge { before = "2026-05-01" })
    local again = assert(log:append { of("c", "03-01"), of("b", "05-20") })
    assert.equal(1, again.added)
    assert.equal(1, again.known)
    assert.equal("c b e", ids(log))
    assert(log:verify())
    assert.equal(1, assert(log:purge { before = "2026-05-01" }).records)
    assert.equal(2, #assert(log:verify()).purges)
  end)

  it("takes the day of a zone, an instant or a period's beginning", function()
    local function left(before, zone)
      local log = support.log()
      assert(log:append {
        { id = "a", operation_date = "2026-04-30T21:59:59Z" },
        { id = "b", operation_date = "2026-04-30T22:00:00Z" },
        { id = "c", operation_date = "2026-05-01T00:00:00Z" },
      })
      assert(log:purge { before = before, zone = zone })
      return ids(log)
    end
    assert.equal("c", left("2026-05-01"))
    assert.equal("b c", left("2026-05-01", "Europe/Paris"))
    assert.equal("c", left("2026-05"))
    assert.equal("b c", left("2026-04-30T22:00:00Z"))
    assert.equal("c", left("2026-04-30T22:00:00.0000001Z"))
    assert.equal("", left("today"))
  end)

  it("gives the space back, and leaves no byte of what it took #file",
     function()
    local path = support.temp_dir() .. "/a.db"
    local log = support.log(path)
    local records = {}
    for i = 1, 3000 do
      local old = i <= 1500
      local day = ("0%d-%02d"):format(old and 1 or 7, i % 28 + 1)
      local value = (old and "TAKEN" or "kept"):rep(200)
      records[i] = of("id " .. i, day, { resource_new_value = value })
    end
    assert(log:append(records))
    log:close()
    log = support.log(path)
    -- By a program of its own: to close a file drops SQLite's locks.
    local function read() return support.run("cat -- " .. path .. "*") end
    local function size()
      return tonumber(support.check("stat -c %s " .. path))
    end
    assert.is_truthy(read():find("TAKEN", 1, true))
    local before = size()
    local result = assert(log:purge { before = "2026-05-01" })
    assert.equal(1500, result.records)
    assert.equal(before - size(), result.bytes)
    assert.is_true(result.bytes > 1500 * 1000)
    assert.is_false(result.pending)
    assert.is_nil(read():find("TAKEN", 1, true))
    assert.is_truthy(read():find("kept", 1, true))
    assert.equal("0\n", support.query(path, "PRAGMA freelist_count"))
    assert(log:verify())
  end)

  -- Rows that were moved from page to page may leave bytes between others.
  it("leaves no byte either of records of many sizes and imports #file",
     function()
    local path = support.temp_dir() .. "/a.db"
    local log = support.log(path)
    local state = 2 -- with which it does
    local function random(n) -- of Lehmer: the same in every Lua
      state = state * 48271 % 0x7FFFFFFF
      return state % n
    end
    for import = 1, 3 do
      local records = {}
      for i = 1, 300 do
        local old = random(2) == 0
        local mark = old and "TAKEN" or "kept"
        records[i] = of(("%d-%d"):format(import, i), old and "01-01" or "07-01",
          { user_principal_name = mark,
            resource_new_value = mark:rep(random(900) + 1) })
      end
      assert(log:append(records))
    end
    assert(log:purge { before = "2026-05-01" })
    local bytes = support.run("cat -- " .. path .. "*")
    assert.is_nil(bytes:find("TAKEN", 1, true))
    assert.is_truthy(bytes:find("kept", 1, true))
    assert(log:verify())
  end)

  it("says that the file still holds what it took while somebody reads #file",
    function()
      local path = support.temp_dir() .. "/a.db"
      local log = support.log(path, { timeout = 0.05 })
      assert(log:append { of("a", "01-10", { customer_name = "TAKEN" }),
                          of("b", "05-20") })
      local other = support.log(path, { mode = "r" })
      local pending
      for _ in other:records(ALL) do
        pending = pending or assert(log:purge { before = "2026-05-01" }).pending
      end
      assert.is_true(pending)
      other:close()
      local result = assert(log:purge { before = "2026-05-01" })
      assert.equal(0, result.records)
      assert.is_false(result.pending)
      local bytes = support.run("cat -- " .. path .. "*")
      assert.is_nil(bytes:find("TAKEN", 1, true))
    end)

  it("returns the space later when it is told to stop behind its end #file",
    function()
      local path = support.temp_dir() .. "/a.db"
      local log = support.log(path)
      local records = {}
      for i = 1, 2048 do
        records[i] = of(tostring(i), i == 1 and "07-07" or "01-01",
                        { resource_new_value = ("TAKEN"):rep(20) })
      end
      records[1].resource_new_value = nil
      assert(log:append(records))
      assert.equal("enough", support.error_of(function()
        log:purge { before = "2026-05-01", progress = function(done, total)
          if done == total then error("enough", 0) end
        end }
      end))
      assert.equal(1, log:count(ALL))
      assert(log:verify())
      assert.equal(0, assert(log:purge { before = "2026-05-01" }).records)
      local bytes = support.run("cat -- " .. path .. "*")
      assert.is_nil(bytes:find("TAKEN", 1, true))
    end)

  it("refuses what was altered, and changes nothing", function()
    local path = support.temp_dir() .. "/a.db"
    make(path):close()
    support.query(path, "DELETE FROM superseded WHERE sequence = 1")
    local log = support.log(path)
    local head = log:head()
    local result, message, code = log:purge { before = "2026-05-01" }
    assert.is_nil(result)
    assert.equal("corrupt", code)
    assert.matches("record 1 of import 1 was removed", message)
    assert.equal("a d c b e", ids(log))
    assert.equal(head, log:head())
    -- What it does not touch need not be whole.
    assert.is_table(log:purge { before = "2026-01-01" })
  end)

  -- A purge once made anew what vouched for an import of which records had been
  -- purged before: so it hid what had been altered in between.
  it("hides nothing that was altered before", function()
    local path = support.temp_dir() .. "/a.db"
    local log = make(path)
    assert(log:purge { before = "2026-03-01" })
    log:close()
    support.query(path, "UPDATE record SET customer_name = 'x' WHERE id = 'c'")
    log = support.log(path)
    assert.matches("record 3 was altered", select(2, log:verify()))
    -- of another import
    assert(log:append { of("z", "02-02") })
    assert.equal(1, assert(log:purge { before = "2026-03-01" }).records)
    assert.matches("record 3 was altered", select(2, log:verify()))
    -- of that import
    assert.matches("record 3 was altered",
                   select(2, log:purge { before = "2026-05-31" }))
  end)

  it("is refused while records are read through the same log", function()
    local log = make()
    local result, message, code
    for _ in log:records(ALL) do
      result, message, code = log:purge { before = "2026-05-01" }
    end
    assert.is_nil(result)
    assert.equal("busy", code)
    assert.matches("finish that", message)
    assert.equal("a d c b e", ids(log))
    assert(log:purge { before = "2026-05-01" })
  end)

  it("leaves its records to who reads through another log", function()
    local path = support.temp_dir() .. "/a.db"
    local log, other = make(path), support.log(path, { mode = "r" })
    local seen = {}
    for record in other:records(ALL) do
      if #seen == 0 then assert(log:purge { before = "2026-05-01" }) end
      seen[#seen + 1] = record.id
    end
    assert.equal("e b c d a", table.concat(seen, " "))
    assert.equal("b e", ids(other))
  end)

  it("tells how far it is, and changes nothing when told to stop", function()
    local log = support.log()
    local records = {}
    for i = 1, 5000 do records[i] = of(tostring(i), "01-01") end
    assert(log:append(records))
    local calls = {}
    assert.equal("enough", support.error_of(function()
      log:purge { before = "2026-05-01", progress = function(done, total)
        calls[#calls + 1] = done
        assert.equal(5000, total)
        if done > 2000 then error("enough", 0) end
      end }
    end))
    local proved = 0
    for _, done in ipairs(calls) do
      if done == 0 then proved = proved + 1 end
    end
    assert.is_true(proved >= 4) -- before any are gone
    assert.is_true(#calls >= proved + 2)
    assert.equal(5000, log:count(ALL))
    assert(log:verify())
    assert.equal(5000, assert(log:purge { before = "2026-05-01" }).records)
  end)

  it("lets nothing be imported or read by what it calls", function()
    local log = make()
    for _, call in ipairs {
      function() log:append { of("z", "07-07") } end,
      function() log:count(ALL) end,
      function() log:export_text(ALL) end,
      function() log:summary { period = "all", by = "month" } end,
      function() log:records(ALL) end,
    } do
      local message = support.error_of(function()
        log:purge { before = "2026-05-01", progress = call }
      end)
      assert.matches("the log is being purged", message)
      assert.equal("a d c b e", ids(log))
    end
  end)

  it("refuses a log that may only be read", function()
    local path = support.temp_dir() .. "/a.db"
    make(path):close()
    local log = support.log(path, { mode = "r" })
    local _, _, code = log:purge { before = "2026-05-01" }
    assert.equal("readonly", code)
  end)

  it("raises on what is no beginning, zone or user", function()
    local log = make()
    for _, case in ipairs {
      { {}, "option 'before': the first day that is kept" },
      { { before = "all" }, "'all' begins nowhere" },
      { { before = "yore" }, "period 'yore' is not known" },
      { { before = 2026 }, "string expected, got integer" },
      { { before = "2026-05-01", zone = "Nix" }, "zone 'Nix'" },
      { { before = "2026-05-01", user = "\xFF" }, "it is not UTF%-8" },
      { { befor = "2026-05-01" }, "did you mean 'before'" },
    } do
      local message = support.error_of(function() log:purge(case[1]) end)
      assert.matches(case[2], message)
      assert.matches("^spec/purge_spec.lua:", message)
    end
    log:close()
    assert.matches("log is closed", support.error_of(function()
      log:purge { before = "2026-05-01" }
    end))
  end)

  it("tells as who the process works, unless told", function()
    local log = make()
    assert(log:purge { before = "2026-05-01" })
    local name = support.check("id -un"):gsub("\n", "")
    assert.equal(name, assert(log:verify()).purges[1].user)
  end)

  it("is one of the module's many that two logs do in turn", function()
    local path = support.temp_dir() .. "/a.db"
    local log = make(path)
    local other = assert(activitylog.open(path))
    assert(other:purge { before = "2026-02-01" })
    assert(log:append { of("z", "07-07") })
    assert(log:purge { before = "2026-05-01" })
    other:close()
    assert.equal(2, #assert(log:verify()).purges)
  end)
end)

local function log_of(days, path)
  local log, records = support.log(path), {}
  for i, day in ipairs(days) do
    records[i] = { id = day, operation_date = day .. "T12:00:00Z" }
  end
  assert(log:append(records))
  return log
end

describe("log:purges() #gc", function()
  it("counts the purges and what they took, and tells from before when",
    function()
      local log = log_of { "2026-01-01", "2026-02-01", "2026-02-02",
                           "2026-03-01" }
      assert.same({ 0, 0 }, { log:purges() })
      assert(log:purge { before = "2026-02-15" })
      assert.same({ 1, 3, "2026-02-15T00:00:00.0000000Z" }, { log:purges() })
      assert(log:append { id = "old", operation_date = "2026-01-01T12:00:00Z" })
      assert(log:purge { before = "2026-01-15" })
      assert.same({ 2, 4, "2026-02-15T00:00:00.0000000Z" }, { log:purges() })
    end)

  it("bears any numbers and texts of a damaged log", function()
    local path = support.temp_dir() .. "/a.db"
    local log = log_of({ "2026-01-01", "2026-02-01" }, path)
    assert(log:purge { before = "2026-01-15" })
    assert(log:purge { before = "2026-02-15" })
    log:close()
    support.query(path, "UPDATE purge SET records = 9223372036854775807, "
      .. "before = '\27' || hex(zeroblob(1000))")
    local purges, records, before = support.log(path):purges()
    assert.equal(2, purges)
    assert.equal(math.maxinteger, records)
    assert.matches("^\\x1B0+%.%.%.$", before)
  end)

  it("raises when the log is closed", function()
    local log = support.log()
    log:close()
    assert.equal("log is closed", support.blame(function() log:purges() end))
  end)
end)

describe("the user of log:purge()", function()
  it("has 1 to 256 bytes of UTF-8", function()
    local log = log_of { "2026-01-01" }
    local function refused(user)
      return (support.error_of(function()
        log:purge { before = "2026-02-01", user = user }
      end):gsub("^spec/purge_spec.lua:%d+: option 'user': ", ""))
    end
    assert.equal("1 to 256 bytes expected, got 0", refused "")
    assert.equal("1 to 256 bytes expected, got 258", refused(("é"):rep(129)))
    assert.equal("it is not UTF-8", refused "\xE9")
    assert(log:purge { before = "2026-02-01", user = ("é"):rep(128) })
    assert.equal(("é"):rep(128), assert(log:verify()).purges[1].user)
  end)
end)
