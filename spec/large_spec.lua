-- What is larger than the memory that may be used: 256 MiB of address space.
-- ACTIVITYLOG_LARGE_MB says how large the document is, in megabytes.

local support = require "spec.support"

local ON_CI = (os.getenv "CI" or "") ~= ""
local DOCUMENT_MB = math.tointeger(tonumber(os.getenv "ACTIVITYLOG_LARGE_MB"))
  or (ON_CI and 200 or 2000)
local HOSTILE_MIB = ON_CI and 64 or 512

-- A program that imports what comes from a pipe into the log at a path. In the
-- child the shell's limit is only for Lua, not for what feeds it.
local IMPORT = [[
  local log = assert(require("activitylog").open(%q))
  local result, message, code = log:import(io.stdin)
  print(result and result.records or code, result and result.added or message)
  print(log:count { period = "all" })
]]

-- The address space holds the interpreter and its libraries, too.
local function copy(from, to)
  return support.check("ulimit -v 131072; " .. support.lua(([[
    print(assert(require("activitylog").copy(%q, %q)).imports)
  ]]):format(from, to)))
end

-- Import what a command writes. Returns the two lines that the program prints.
local function import(command, path)
  local output = support.check(("{ %s; } | (ulimit -v 262144; %s)")
    :format(command, support.lua(IMPORT:format(path))))
  return output:match("^(.*)\n(%d+)\n$")
end

describe("a document larger than memory #slow", function()
  local BYTES_A_RECORD = 1063 -- what the generator writes, about
  local folder, generate, path

  before_each(function()
    folder = support.temp_dir()
    path = folder .. "/a.db"
    support.check(("cc -std=c99 -D_GNU_SOURCE -O2 -o %s/generate "
      .. "bench/generate.c"):format(folder))
    generate = ("%s/generate %d --format=array 2>%s/told"):format(folder,
      DOCUMENT_MB * 1000000 // BYTES_A_RECORD, folder)
  end)

  it("is imported, one array from a pipe, and its log is copied", function()
    local result, count = import(generate, path)
    local records, distinct =
      support.read(folder .. "/told"):match("(%d+) records, (%d+) distinct")
    assert.equal(records .. "\t" .. distinct, result)
    assert.equal(distinct, count)
    assert.equal("1\n", copy(path, folder .. "/b.db"))
  end)

  it("lands not at all when its last byte is cut off", function()
    -- The array ends in a bracket and a line feed.
    local result, count = import(generate .. " | head -c -2", path)
    assert.truthy(result:find("^syntax\tthe file: line %d+, byte %d+: "))
    assert.truthy(result:find("no valid JSON: it ends too early", 1, true))
    assert.equal("0", count)
  end)
end)

describe("hostile CSV #slow", function()
  local HEADER = "operation_date,id,customer_name\n"
  local ROW = "2026-10-01T08:00:00Z,1,%s\n"
  local BYTES = HOSTILE_MIB * 1024 * 1024
  local path

  before_each(function()
    path = support.temp_dir() .. "/a.db"
  end)

  local function echo(text)
    return "printf %s " .. support.quote(text)
  end

  -- So many bytes of a line that is written again and again.
  local function again(line, bytes)
    return ("yes %s | head -c %d"):format(support.quote(line), bytes)
  end

  -- So many bytes of one character.
  local function run_of(char, bytes)
    return ("head -c %d /dev/zero | tr '\\0' %s")
      :format(bytes, support.quote(char))
  end

  local function refused(code, message, ...)
    assert.same({ code .. "\tthe file: " .. message, "0" },
                { import(table.concat({ ... }, "; "), path) })
  end

  local function row_of(bytes)
    return ROW:format(("x"):rep(bytes - #ROW + #"%s"))
  end

  it("with a quote that never closes is refused", function()
    refused("limit", "line 2, byte 33: record 1: a row is longer than 16777216 "
      .. "bytes: does a quote never close?",
      echo(HEADER .. ROW:sub(1, -4) .. '"'), again("more", BYTES))
    refused("limit", "line 2, byte 33: record 1: a row is longer than 16777216 "
      .. "bytes: does a quote never close?",
      echo(HEADER .. ROW:sub(1, -4) .. '"'), run_of("x", BYTES))
  end)

  it("with text behind a quote is refused, however late", function()
    local row = row_of(8192)
    local rows = BYTES // #row
    refused("syntax", ("line %d, byte %d: record %d: a quote stands where RFC "
      .. "4180 allows none: a field with quotes is quoted as a whole, with "
      .. "each quote doubled"):format(rows + 2,
        #HEADER + rows * #row + #ROW - 3 + #'"q"z', rows + 1),
      echo(HEADER), again(row:sub(1, -2), rows * #row),
      echo(ROW:format('"q"z')))
  end)

  it("of blank lines is read right", function()
    assert.same({ "2\t1", "1" }, { import(table.concat({ echo(HEADER),
      run_of("\n", BYTES), echo(ROW:format("a")),
      again("\r", BYTES), echo(ROW:format("a")) }, "; "), path) })
  end)

  it("of one row of blanks is refused", function()
    refused("limit", "line 2, byte 33: record 1: a row is longer than 16777216 "
      .. "bytes: does a quote never close?",
      echo(HEADER), run_of(" ", BYTES))
  end)

  it("that names 10^6 columns is refused at the first", function()
    refused("syntax", "line 1, byte 1: column 1, 'a', is no field of a record: "
      .. "the first row of a CSV import names fields (operation_date, "
      .. "customer_name, ...) or the columns of the portal's export",
      "yes a, | head -n 1000000 | tr -d '\\n'", run_of("a", BYTES))
  end)

  it("with 10^6 columns in a row is refused", function()
    refused("syntax", "line 2, byte 33: record 1: more fields than the first "
      .. "row names (3)",
      echo(HEADER .. ROW:sub(1, -4)), run_of(",", 1000000),
      run_of("a", BYTES - 1000000))
  end)
end)
