-- What reports and summaries tell of their progress. That of an import is in
-- import_spec.lua.

local support = require "spec.support"

local RECORDS = 2500

local function log_of(count, path)
  local log, records = support.log(path), {}
  for i = 1, count do
    records[i] = {
      id = tostring(i), operation_date = "2026-10-01T08:00:00Z",
      customer_name = i == 7 and "Relecloud" or "Contoso",
    }
  end
  assert(log:append(records))
  return log
end

-- The works that take a function `progress`, by name.
local WORKS = {
  ["export()"] = function(log, given)
    return log:export(support.temp_dir() .. "/report.csv", given)
  end,
  ["export() of JSON Lines"] = function(log, given)
    given.format = "jsonl"
    return log:export(support.temp_dir() .. "/report.jsonl", given)
  end,
  ["export_text()"] = function(log, given) return log:export_text(given) end,
  ["summary()"] = function(log, given) return log:summary(given) end,
}

for name, work in pairs(WORKS) do
  describe("progress of " .. name, function()
    it("is told about every thousand records", function()
      local told = {}
      assert(work(log_of(RECORDS), { period = "all", progress = function(done)
        told[#told + 1] = done
      end }))
      assert.same({ 1024, 2048 }, told)
    end)

    it("counts what a search has to look at", function()
      local told = {}
      assert(work(log_of(RECORDS), {
        period = "all", text = "relecloud",
        progress = function(done) told[#told + 1] = done end,
      }))
      assert.same({ 1024, 2048 }, told)
    end)

    it("ends the work by an error, which is raised", function()
      local log = log_of(RECORDS)
      assert.equal("enough", support.error_of(function()
        work(log, { period = "all", progress = function()
          error("enough", 0)
        end })
      end))
      assert.equal(RECORDS, log:count { period = "all" })
    end)

    it("cannot close the log", function()
      local message = support.error_of(function()
        local log = log_of(RECORDS)
        work(log, { period = "all", progress = function() log:close() end })
      end)
      assert.truthy(message:find("log is at work: close it when that is done",
                                 1, true))
    end)
  end)
end

-- What SQLite passes over by itself it does not tell of.
describe("progress of work whose filter passes over the records", function()
  local MANY = os.getenv "ACTIVITYLOG_LONG" == "1" and 200000 or 20000

  local function log_of_minutes(path, given)
    local log, lines = support.log(path, given), {}
    for i = 1, MANY do
      lines[i] = ('{"id":"%d","operationDate":"2026-%02d-%02dT%02d:%02d:00Z",'
        .. '"operationStatus":"succeeded"}'):format(i, i // 40000 + 1,
        i // 1440 % 28 + 1, i // 60 % 24, i % 60)
    end
    assert(log:import_text(table.concat(lines, "\n")))
    return log
  end

  local works = { ["count()"] = function(log, given)
    return log:count(given)
  end }
  for name, work in pairs(WORKS) do works[name] = work end

  -- Every work on the log is told of, so often, and can be stopped.
  local function check(log, times, last)
    for name, work in pairs(works) do
      local told = {}
      local function query(progress)
        return { period = "all", operation_status = { "failed", "decline" },
                 progress = progress }
      end
      assert(work(log, query(function(done)
        told[#told + 1] = done
        assert(log:count { period = "all" } == MANY)
      end)))
      assert.is_true(#told >= times, name .. " told " .. #told)
      for i = 2, #told do assert.is_true(told[i] > told[i - 1]) end
      assert.is_true(told[#told] >= last, name)
      assert.equal("enough", support.error_of(function()
        work(log, query(function() error("enough", 0) end))
      end))
    end
  end

  it("is told all along, and stops it", function()
    local log = log_of_minutes(support.temp_dir() .. "/a.db")
    check(log, 1, 1024) -- of what the other thread takes nobody is told
    assert.equal(MANY, log:count {
      period = "all", operation_status = "succeeded",
      progress = function() end,
    })
  end)

  it("likewise where there is no second thread", function()
    check(log_of_minutes(":memory:", { threads = false }), MANY // 1024 - 1,
          MANY - 2 * 1024)
  end)
end)

describe("a report whose progress adds records", function()
  -- So many that two threads make it, and each comes to what was added.
  local MANY = 12000

  -- Records of every minute of some days, with that word before their ids.
  local function minutes(word, step)
    local records = {}
    for minute = 0, MANY - 1, step do
      records[#records + 1] = {
        id = word .. minute,
        operation_date = ("2026-10-%02dT%02d:%02d:00Z"):format(
          1 + minute // 1440, minute // 60 % 24, minute % 60),
      }
    end
    return records
  end

  -- How many records the report has, and the log behind it.
  local function report(format, order)
    local log = support.log(support.temp_dir() .. "/log.db")
    assert(log:append(minutes("first ", 1)))
    local made = assert(log:export(support.temp_dir() .. "/report", {
      period = "all", format = format, order = order,
      progress = function(done)
        assert(log:append(minutes("at " .. done .. ", ", 100)))
      end,
    }))
    return made.records, log:count { period = "all" }
  end

  it("has those that were there when it began", function()
    for _, order in ipairs { "newest", "oldest" } do
      for _, format in ipairs { "csv", "jsonl" } do
        local reported, kept = report(format, order)
        assert.equal(MANY, reported)
        assert.truthy(kept > MANY)
      end
    end
  end)
end)

describe("a report that its progress ended", function()
  it("leaves no file", function()
    local folder = support.temp_dir()
    support.error_of(function()
      log_of(RECORDS):export(folder .. "/report.csv", {
        period = "all", progress = function() error "enough" end,
      })
    end)
    assert.equal("", support.check("ls -A " .. folder))
  end)

  it("leaves the one that was there", function()
    local path = support.temp_dir() .. "/report.csv"
    support.write(path, "earlier")
    support.error_of(function()
      log_of(RECORDS):export(path, {
        period = "all", progress = function() error "enough" end,
      })
    end)
    assert.equal("earlier", support.read(path))
  end)
end)

describe("progress", function()
  it("has to be a function", function()
    local log = support.log()
    assert.equal("option 'progress' of export(): function expected, got "
      .. "boolean",
      support.blame(function() log:export("a.csv", { progress = true }) end))
    assert.equal("option 'progress' of summary(): function expected, got "
      .. "integer", support.blame(function() log:summary { progress = 1 } end))
  end)

  it("is no option of what takes no time of its own", function()
    local log = support.log()
    assert.truthy(support.blame(function() log:records { progress = print } end)
      :find("unknown option 'progress' of records()", 1, true))
  end)
end)
