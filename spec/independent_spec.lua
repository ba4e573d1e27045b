-- Ten thousand records, read once by us and once by python3 out of the same
-- file (spec/independent).

local support = require "spec.support"

local INDEPENDENT = "python3 spec/independent/"
local FULL = { layout = "full", excel = false, redact = false }

local folder

local function path_of(name)
  return folder .. "/" .. name
end

-- What read_log.py makes of the file, with its options.
local function independently(name, arguments)
  return support.check(INDEPENDENT .. "read_log.py " .. path_of(name)
    .. " " .. arguments)
end

-- The cells of an export, a line each record.
local function exported(log, given)
  local query = {}
  for _, source in ipairs { FULL, given } do
    for name, value in pairs(source) do query[name] = value end
  end
  local path = support.temp_dir() .. "/export.csv"
  assert(log:export(path, query))
  return (support.check(INDEPENDENT .. "csv_cells.py --empty=null " .. path)
    :gsub("^.-\n", "")) -- the titles
end

local function digests(log_path)
  return (support.query(log_path, "SELECT operation_date, lower(hex(identity)),"
    .. " lower(hex(digest)) FROM record ORDER BY operation_date DESC,"
    .. " identity DESC"):gsub("|", " "))
end

-- Texts too long to be shown when they differ.
local function assert_same_text(expected, actual)
  assert.is_true(#expected > 0)
  assert.equal(select(2, expected:gsub("\n", "")),
               select(2, actual:gsub("\n", "")))
  assert.is_true(expected == actual)
end

describe("ten thousand records", function()
  lazy_setup(function()
    folder = support.check("mktemp -d"):gsub("\n$", "")
    support.check("cc -std=c99 -D_GNU_SOURCE -O1 -o " .. path_of("generate")
      .. " bench/generate.c")
    for _, format in ipairs { "jsonl", "pages", "array", "csv" } do
      support.check(("%s 10000 --format=%s 2>/dev/null >%s")
        :format(path_of("generate"), format, path_of(format)))
    end
  end)

  lazy_teardown(function()
    support.check("rm -rf -- " .. folder)
  end)

  for _, format in ipairs { "jsonl", "pages", "array", "csv" } do
    it("give equal digests as " .. format, function()
      local path = support.temp_dir() .. "/a.db"
      local log = support.log(path)
      local result = assert(log:import(path_of(format)))
      assert.equal(10000, result.records)
      assert.equal(result.added, log:count { period = "all" })
      -- The same records come as CSV, which read_log.py does not know.
      local reference = format == "csv" and "jsonl" or format
      assert_same_text(independently(reference, "--as=digests"), digests(path))
      log:close()
      support.check(INDEPENDENT .. "verify.py " .. path)
    end)
  end

  describe("give equal reports of", function()
    local log

    before_each(function()
      log = support.log()
      assert(log:import(path_of "jsonl"))
    end)

    it("everything", function()
      assert_same_text(independently("jsonl", ""),
                       exported(log, { period = "all" }))
    end)

    it("a month", function()
      assert_same_text(
        independently("jsonl", "--start=2026-10-01T00:00:00Z "
                      .. "--stop=2026-11-01T00:00:00Z"),
        exported(log, { period = "2026-10" }))
    end)

    it("a customer", function()
      local customer = support.list(log)[5000].customer_id
      assert_same_text(independently("jsonl", "--customer=" .. customer),
        exported(log, { period = "all", customer_id = customer }))
    end)
  end)
end)
