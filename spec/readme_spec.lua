-- What people read is what happens: each example of README.md and each @usage
-- in the sources is run as it stands, and says what is written beside it.
--
-- Every one gets a folder of its own with the samples, in which `log` is an
-- open log that they were imported into as scripts/quickstart does it.

local support = require "spec.support"

local ROOT = support.check("pwd"):gsub("\n$", "")

-- Runs example.lua and prints what it returns. Of an error it prints the text,
-- without the place in front of it, and ends with status 3.
local DRIVER = [[
local period = require "activitylog.period"
period.clock = function() return 1791990977 end -- 2026-10-14T15:16:17Z

activitylog = require "activitylog"
core = require "activitylog.core"
for _, name in ipairs {
  "access", "chart", "html", "layout", "link", "locale", "options",
} do
  _G[name] = require("activitylog." .. name)
end
for _, name in ipairs { "failure", "grid", "output", "progress" } do
  _G[name] = require("activitylog.command." .. name)
end
_G.period = period

log = assert(activitylog.open("samples.db"))
for path in io.lines("samples.txt") do assert(log:import(path)) end
local page <close> = assert(io.open("auditrecords.json"))
body = page:read("a")

local result = table.pack(pcall(assert(loadfile("example.lua"))))
if not result[1] then
  print((tostring(result[2]):gsub("^example.lua:%d+: ", "")))
  os.exit(3, true)
elseif result.n > 1 then
  print(table.unpack(result, 2, result.n))
end
]]

local SAMPLES = {
  "ms_docs_2017_order_license.json",
  "spring_social_2017_record.json",
  "records/msdocs2020_20200902T173412_add_customer.json",
  "records/msdocs2020_20200902T175810_create_order.json",
  "records/msdocs2020_20200902T232619_update_customer_user_licenses.json",
}

-- What an example prints, and whether it ran to its end.
local function output_of(code)
  local folder = support.temp_dir()
  local samples = ROOT .. "/spec/fixtures/partner-center/"
  support.check(("ln -s %s/spec %s/spec && cp %s%s %s/auditrecords.json")
    :format(ROOT, folder, samples, SAMPLES[1], folder))
  support.write(folder .. "/samples.txt",
                samples .. table.concat(SAMPLES, "\n" .. samples) .. "\n")
  support.write(folder .. "/example.lua", code)
  support.write(folder .. "/driver.lua", DRIVER)
  local output, status = support.run(support.lua_in(folder, "driver.lua"))
  return output, status == 0
end

describe("README.md", function()
  local readme = support.read("README.md")

  -- The blocks of Lua below a heading, each with the output shown after it.
  local function add_examples(list, heading, section)
    for code, stop in section:gmatch("\n```lua\n(.-)```\n()") do
      local output = section:match("^\n```\n(.-)```\n", stop)
      list[#list + 1] = { heading = heading, code = code, output = output }
    end
  end

  local function examples()
    local list, heading = {}, "first screen"
    local text = readme .. "\n## end"
    local from = 1
    for start, title, stop in text:gmatch("()\n##+ ([^\n]+)()") do
      add_examples(list, heading, text:sub(from, start))
      heading, from = title, stop
    end
    return list
  end

  local list = examples()

  it("begins with an example of ten to fifteen lines", function()
    local _, lines = list[1].code:gsub("[^\n]+\n", "")
    assert.equal("first screen", list[1].heading)
    assert.is_true(lines >= 10 and lines <= 15)
  end)

  for number, example in ipairs(list) do
    local name = ("example %d (%s)"):format(number, example.heading)
    it(("prints in %s what is written below it"):format(name), function()
      assert.equal(example.output or "", (output_of(example.code)))
    end)
  end

  it("shows what the command prints", function()
    local shown = readme:match("\n```console\n(.-)```\n")
    assert.equal(shown, support.check(
      ("LUA_PATH_5_4=%s LUA_CPATH_5_4=%s scripts/command-output")
        :format(support.quote(package.path), support.quote(package.cpath))))
  end)

  it("shows what the quickstart prints", function()
    local output = support.check("unset COLUMNS; " .. support.lua_in(
      support.temp_dir(), ROOT .. "/examples/quickstart.lua"))
    local shown = readme:match("\n(Date%-Time %(UTC%)   .-)```")
    assert.equal(shown, output:match("\n(Date%-Time.-)\nNext: "))
  end)
end)

describe("@usage", function()
  local function sources()
    local list = {}
    local names = "find lua src/bind -name '*.lua' -o -name '*.c'"
    for path in support.check(names):gmatch("[^\n]+") do
      list[#list + 1] = path
    end
    table.sort(list)
    return list
  end

  -- The examples in a source: the text from @usage to the next tag or the end
  -- of the comment.
  local function usages(path)
    local list, current = {}, nil
    local is_lua = path:find("%.lua$")
    for line in (support.read(path) .. "\n"):gmatch("(.-)\n") do
      local text = line
      if is_lua then text = line:match("^%-%- ?(.*)$") end
      local first = text and text:match("^@usage ?(.*)$")
      if first then
        current = { first }
        list[#list + 1] = current
      elseif not text or text:find("^@") or text == "*/" then
        current = nil
      elseif current then
        current[#current + 1] = text
      end
    end
    for i, lines in ipairs(list) do
      list[i] = table.concat(lines, "\n") .. "\n"
    end
    return list
  end

  -- Values are written as people write them: quotes, commas and spaces aside.
  local function plain(text)
    return (text:gsub('[",]', ""):gsub("%s+", " "):match("^ ?(.-) ?$"))
  end

  local function expected_of(code)
    local list = {}
    for text in code:gmatch("%-%-> ([^\n]*)") do list[#list + 1] = text end
    return table.concat(list, "\n")
  end

  for _, path in ipairs(sources()) do
    for _, code in ipairs(usages(path)) do
      local name = code:match("[^\n]+")
      it(("in %s gives what it says: %s"):format(path, name), function()
        local expression = "return " .. code
        local output, ended = output_of(load(expression) and expression or code)
        local expected = expected_of(code)
        if expected == "" then
          assert.is_true(ended, output)
        else
          assert.equal(plain(expected), plain(output))
        end
      end)
    end
  end
end)
