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
