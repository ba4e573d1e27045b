-- What CMake says and builds where something is missing, and that
-- docs/manual/install.md says the same. spec/rock/run installs it.

local support = require "spec.support"

local INSTALL = support.read("docs/manual/install.md")

-- How each system installs, in the order of the columns of the manual's table.
local COMMANDS = {
  "Debian:   apt-get install", "Fedora:   dnf install", "Alpine:   apk add",
  "Homebrew: brew install",
}

-- What CMake calls the libraries of the headers; Lua is found another way.
local LIBRARIES = {
  ["csv.h"] = "CSV", ["nettle/sha2.h"] = "Nettle", ["sqlite3.h"] = "SQLite3",
  ["utf8proc.h"] = "Utf8proc", ["yajl/yajl_parse.h"] = "Yajl",
  ["lua.h"] = "Lua", ["xlsxwriter.h"] = "Xlsxwriter",
  ["minizip/unzip.h"] = "Minizip", ["zlib.h"] = "ZLIB",
}

-- The rows of the manual's table of libraries.
local function rows()
  local list = {}
  for line in INSTALL:gmatch("\n(| `[%w/_]+%.h`[^\n]*)") do
    local row = {}
    for cell in line:gmatch("| ([^|]*[^| ])") do
      row[#row + 1] = cell:gsub("`", "")
    end
    list[#list + 1] = { heading = table.remove(row, 1),
                        purpose = table.remove(row, 1), packages = row }
  end
  return list
end

-- Configures a build of its own.
local function configure(arguments)
  local folder = support.temp_dir()
  local output, status = support.run(("cmake -G Ninja -B %s %s")
    :format(folder, arguments or ""))
  return output, status, folder
end

local function without(library)
  return ("-DCMAKE_DISABLE_FIND_PACKAGE_%s=ON "):format(library)
end

local function builds_workbooks(folder)
  return support.read(folder .. "/build.ninja"):find("xlsx%.so") ~= nil
end

-- The lines that tell what to install.
local function advice(row)
  local lines = {}
  for i, command in ipairs(COMMANDS) do
    lines[i] = row.packages[i] == "none"
      and command .. "; no package has " .. row.heading
      or command .. " " .. row.packages[i]
  end
  return lines
end

describe("The build", function()
  for _, row in ipairs(rows()) do
    local library = LIBRARIES[row.heading:match("^%S+")]
    it("says which packages have " .. row.heading, function()
      local output, status = configure("-DACTIVITYLOG_XLSX=ON "
        .. without(library))
      assert.equal(1, status)
      assert.truthy(output:find("without%s+these:\n\n    " .. row.heading),
                    output)
      for _, line in ipairs(advice(row)) do
        assert.truthy(output:find("    " .. line .. "\n", 1, true), output)
      end
    end)
  end

  it("has each library in the manual's table", function()
    local left = {}
    for header in pairs(LIBRARIES) do left[header] = true end
    for _, row in ipairs(rows()) do left[row.heading:match("^%S+")] = nil end
    assert.same({}, left)
  end)

  it("tells all that is missing at once", function()
    local output = configure(without "CSV" .. without "Yajl" .. without "Lua")
    assert.truthy(output:find("    csv.h\n    yajl/yajl_parse.h\n"
      .. "    lua.h of Lua 5.4\n", 1, true), output)
    assert.truthy(output:find("apt-get install libcsv-dev libyajl-dev "
      .. "liblua5.4-dev\n", 1, true), output)
    assert.truthy(output:find("apk add yajl-dev lua5.4-dev; no package has "
      .. "csv.h\n", 1, true), output)
  end)

  it("refuses the headers of another Lua, and a folder without any", function()
    local folder = support.temp_dir()
    local message = ("    lua.h of Lua 5.4 in LUA_INCLUDE_DIR, %s\n")
      :format(folder)
    local given = "-DLUA_INCLUDE_DIR=" .. folder
    local output, status = configure(given)
    assert.truthy(output:find(message, 1, true), output)
    assert.falsy(output:find("cannot be read", 1, true), output)
    assert.equal(1, status)
    support.write(folder .. "/lua.h", "#define LUA_VERSION_NUM 503\n")
    output, status = configure(given)
    assert.truthy(output:find(message, 1, true), output)
    assert.equal(1, status)
    support.write(folder .. "/lua.h", "#define LUA_VERSION_NUM 504\n")
    output, status = configure(given)
    assert.equal(0, status, output)
  end)

  it("says which package has objcopy, and what does without", function()
    local output, status = configure("-DCMAKE_OBJCOPY=")
    assert.matches("objcopy is missing %(package binutils", output)
    assert.equal(1, status)
    output, status = configure("-DCMAKE_OBJCOPY= -DACTIVITYLOG_STATIC=OFF")
    assert.equal(0, status, output)
  end)

  it("leaves workbooks out where their libraries are missing", function()
    -- Empty is what LuaRocks hands over when nobody chose.
    for _, choice in ipairs { "", "-DACTIVITYLOG_XLSX= " } do
      local output, status, folder = configure(choice .. without "Minizip")
      assert.equal(0, status, output)
      assert.truthy(output:find("-- No workbooks (format xlsx), for want of "
        .. "these:\n  minizip/unzip.h\n", 1, true), output)
      assert.is_false(builds_workbooks(folder))
    end
  end)

  it("makes workbooks where their libraries are, unless told not to",
    function()
      for _, choice in ipairs { "", "-DACTIVITYLOG_XLSX=",
                                "-DACTIVITYLOG_XLSX=ON" } do
        local _, _, folder = configure(choice)
        assert.is_true(builds_workbooks(folder), choice)
      end
      local _, _, folder = configure("-DACTIVITYLOG_XLSX=OFF")
      assert.is_false(builds_workbooks(folder))
    end)

  it("has the options and defaults that the manual says", function()
    local _, _, folder = configure()
    local cache = support.read(folder .. "/CMakeCache.txt")
    local said, count = {}, 0
    for name, default in INSTALL:gmatch("\n| `(ACTIVITYLOG_[%u_]+)` | (%S+)") do
      said[name] = default:gsub("`", "")
    end
    for name, default in cache:gmatch("\n(ACTIVITYLOG_[%u_]+):%u+=([^\n]*)") do
      assert.equal(default, said[name], name)
      count = count + 1
    end
    for _ in pairs(said) do count = count - 1 end
    assert.equal(0, count)
  end)
end)

describe("docs/manual/install.md", function()
  it("shows commands of LuaRocks that the tests run", function()
    local run = support.read("spec/rock/run"):gsub("[()\n]", " ")
    local count = 0
    for line in INSTALL:gmatch("\n(luarocks%-5%.4 [^\n]+)") do
      assert.truthy(run:find(line .. " ", 1, true), line)
      count = count + 1
    end
    assert.equal(4, count)
  end)
end)
