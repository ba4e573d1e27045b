-- docs/file-format.md: its recipe tells what was altered, and it names what the
-- file has. That its commands print what it says is in docs_spec.lua.

local support = require "spec.support"

local ROOT = support.check("pwd"):gsub("\n$", "")

describe("docs/file-format.md", function()
  local text = support.read("docs/file-format.md")

  -- A folder with the log that scripts/quickstart leaves.
  local function quickstart()
    local folder = support.temp_dir()
    support.check(support.lua_in(folder, ROOT .. "/examples/quickstart.lua"))
    return folder
  end

  -- The commands find the module that is tested.
  local function run_in(folder, commands)
    return support.check(("cd %s\nexport %s\n%s"):format(
      support.quote(folder), support.lua_paths(), commands))
  end

  it("tells an altered record by the same commands", function()
    local folder = quickstart()
    run_in(folder, "sqlite3 build/quickstart.db "
      .. [["UPDATE record SET operation_status = 'failed'
           WHERE sequence = 5"]])
    local recipe = {}
    for code in text:gmatch("\n```sh\n(.-)```\n") do
      recipe[#recipe + 1] = code
    end
    local lines = run_in(folder, recipe[3] .. recipe[4])
    local computed, stored = lines:match("(%x+)  %-\n(%x+)\n$")
    assert.equal(64, #computed)
    assert.not_equal(computed, stored)
  end)

  it("says how to copy a log so that the copy is one", function()
    local folder = quickstart()
    run_in(folder, text:match("\n```sh\n(.-)```\n"))
    local copy = support.log(folder .. "/build/copy.db", { mode = "r" })
    assert.equal(5, copy:count { period = "all" })
    run_in(folder, "rm build/copy.db\n"
      .. text:match("`(sqlite3 [^`]*VACUUM INTO[^`]*)`"))
    local compact = support.log(folder .. "/build/copy.db")
    assert.equal(5, compact:count { period = "all" })
  end)

  it("has the pragmas of a new log", function()
    local folder = quickstart()
    for name, value in text:gmatch("| `PRAGMA ([%w_]+)` | (%w+)") do
      assert.equal(value:lower() .. "\n", run_in(folder,
        ("sqlite3 build/quickstart.db 'PRAGMA %s'"):format(name)))
    end
  end)

  it("names each table and column", function()
    local folder = quickstart()
    local columns = run_in(folder, [[sqlite3 build/quickstart.db "
      SELECT m.name || '.' || c.name FROM sqlite_master AS m
      JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'"]])
    local n = 0
    for table_name, column in columns:gmatch("([%w_]+)%.([%w_]+)") do
      n = n + 1
      assert.truthy(text:find("\n### " .. table_name .. "\n", 1, true))
      assert.truthy(text:find("`" .. column .. "`", 1, true), column)
    end
    assert.equal(2 * 21 + 3 + 9 + 11 + 2, n)
  end)
end)
