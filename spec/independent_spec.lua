-- Ten thousand records, read once by us and once by python3 out of the same
-- file (spec/independent); and a log whose imports tell of tampering.

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
  setup(function()
    folder = support.check("mktemp -d"):gsub("\n$", "")
    support.check("cc -std=c99 -D_GNU_SOURCE -O1 -o " .. path_of("generate")
      .. " bench/generate.c")
    for _, format in ipairs { "jsonl", "pages", "array", "csv" } do
      support.check(("%s 10000 --format=%s 2>/dev/null >%s")
        :format(path_of("generate"), format, path_of(format)))
    end
  end)

  teardown(function()
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
      support.check(INDEPENDENT .. "check_log.py " .. path)
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

describe("a log that is checked by another program", function()
  local path

  -- Imports of every kind, with contents that supersede one another.
  before_each(function()
    path = support.temp_dir() .. "/a.db"
    local log <close> = support.log(path)
    for _, name in ipairs {
      "json/array.json", "json/progress-then-succeeded.jsonl",
      "json/succeeded-then-progress.jsonl", "json/array.json",
      "json/every-escape.json", "json/dates-in-every-form.jsonl",
      "json/unknown-fields-unsorted.json", "json/empty-array.json",
      "json/same-record-twice-without-id.jsonl", "csv/odd-cells.csv",
      "csv/full.csv", "csv/portal-screen-dates.csv",
      "partner-center/ms_docs_2017_order_license.json",
      "partner-center/spring_social_2017_record.json",
    } do
      assert(log:import("spec/fixtures/" .. name))
    end
    assert.is_nil(log:import("spec/fixtures/json/truncated-page.json"))
    assert(log:append {
      { id = "a\0b", operation_date = "2026-10-01T08:00:00Z" },
      { id = "A\0B", operation_date = "2026-10-01T08:00:00Z", other = {} },
      { id = "c", operation_date = "0001-01-01T00:00:00Z",
        customer_name = "" },
    })
    assert(log:import_text("[]", { source = "page 1\nof \0 two" }))
    log:close()
  end)

  local function check()
    return support.run(INDEPENDENT .. "check_log.py " .. path)
  end

  it("is whole", function()
    local output, status = check()
    assert.equal(0, status, output)
    assert.equal("16", output:match("import (%d+)\n"))
    assert.is_true(tonumber(output:match("superseded (%d+)")) >= 3)
  end)

  describe("tells of", function()
    local function tells(sql, ...)
      support.query(path, sql)
      local output, status = check()
      assert.equal(1, status)
      for _, line in ipairs { ... } do
        assert.truthy(("\n" .. output):find("\n" .. line, 1, true), output)
      end
    end

    it("a cell that was changed", function()
      for _, change in ipairs { "customer_name = 'x'", "session_id = ''",
                                "user_principal_name = NULL" } do
        tells("UPDATE record SET " .. change .. " WHERE sequence = 5",
          "record 5: the digest differs")
      end
    end)

    it("an id that was changed", function()
      tells("UPDATE record SET id = 'x' WHERE sequence = 5",
        "record 5: the identity differs")
    end)

    it("a cell that was changed and its digest with it", function()
      tells("UPDATE record SET digest = zeroblob(32) WHERE sequence = 5",
        "record 5: the digest differs", "import 6: the digest differs")
    end)

    it("a record that was deleted", function()
      tells("DELETE FROM record WHERE sequence = 5",
        "import 6: a record of it is gone",
        "the imports brought 32 contents, the log has 31")
    end)

    it("a superseded record that was deleted", function()
      tells("DELETE FROM superseded WHERE sequence ="
        .. " (SELECT max(sequence) FROM superseded)",
        "import 15: a record of it is gone")
    end)

    it("a record that was put in", function()
      tells("INSERT INTO superseded SELECT * FROM record WHERE sequence = 5",
        "superseded 5: its sequence stands twice")
      tells("UPDATE superseded SET sequence = 99 WHERE sequence = 5",
        "the imports brought 32 contents, the log has 33")
    end)

    it("counts that were swapped", function()
      tells("UPDATE import SET known = added, added = known WHERE import = 4",
        "import 4: ")
      tells("UPDATE import SET records = records + 1 WHERE import = 1",
        "import 1: the digest differs")
    end)

    it("a source or a time that was changed", function()
      tells("UPDATE import SET source = 'x' WHERE import = 8",
        "import 8: the digest differs")
      tells("UPDATE import SET time = '2020-01-01T00:00:00.0000000Z'"
        .. " WHERE import = 9", "import 9: the digest differs")
    end)

    it("an import that was deleted", function()
      tells("DELETE FROM import WHERE import = 3", "import 3: it is gone")
    end)

    it("a last import that was deleted with its row only", function()
      tells("DELETE FROM import WHERE import >= 15",
        "the imports brought")
    end)

    it("a chain that was cut", function()
      tells("UPDATE import SET digest = zeroblob(32) WHERE import = 5",
        "import 5: the digest differs", "import 6: the digest differs")
    end)
  end)
end)
