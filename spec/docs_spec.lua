-- What documents show is what happens: each block of code in README.md and its
-- like is run as it stands and prints what is written below it, or is a part of
-- a file that is run. A block for which there is no rule fails.
--
-- A block is
--   lua       run in a folder with the samples (spec/example.lua)
--   sh        run with those before it in a folder like a clone, in which
--             scripts/quickstart has run
--   console   what scripts/command-output prints of its commands
--   others    a part of a file that tests run: one in examples/ or scripts/, or
--             a program called run in spec/. So may be what is Lua or sh
-- What stands behind a block, between fences without a language, is its output.

local example = require "spec.example"
local support = require "spec.support"

local ROOT = support.check("pwd"):gsub("\n$", "")
local BUILD = os.getenv("ACTIVITYLOG_BUILD") or "build/dev"

-- All that tests run and a block may be a part of.
local PROGRAMS = support.check([[find examples scripts spec -type f \
  -not '(' -path 'spec/*' -not -name run ')' -exec cat {} +]])

-- Blocks that no spec can run, by what they begin with, and why.
local ELSEWHERE = {
  ["scripts/quickstart "] = "scripts/test --all runs it, and scripts/test us",
  ["apt-get install gcc "] = "what scripts/common.sh installs; see below",
  ["cmake --preset release && "] = "scripts/test --all builds and installs",
  ["luarocks-5.4 "] = "as spec/rock/run does; see spec/install_spec.lua",
  ["xargs -d '\\n' rm <build/release/"] =
    "as install_tree in scripts/test does",
  ["Date-Time (UTC) "] = "the end of scripts/quickstart; see below",
  ["src/core/ "] = "names of files; see below",
  ["scripts/test "] = "what runs us",
  ["cmake --workflow --preset dev "] = "as scripts/test does; see below",
  ["cmake --workflow --preset asan "] =
    "as asan_specs in scripts/test does; see below",
  ["ACTIVITYLOG_GC_STRESS=1 "] = "as gc_stress_specs in scripts/test does",
  ["cmake --preset fuzz "] = "as fuzz_targets in scripts/test does",
  ["lua5.4 spec/golden/write.lua "] = "shows what changed, which is nothing",
  ["cmake --preset release -DACTIVITYLOG_BENCH=ON "] =
    "scripts/test --all builds it so, and runs bench/run with few records",
  ["apt-get install --no-install-recommends sqlite3 "] =
    "the peers, which only bench/compare needs",
  ["bench/compare "] = "needs the peers and takes an hour",
  ["bench/scale "] = "takes minutes",
  ["SELECT create_distributed_table("] = "Citus is no package of Debian",
}

-- CHANGELOG.md and all others that are for people. What stands in
-- docs/coverage.md is compared by scripts/coverage.
local function documents()
  local list = {}
  local names = [[find *.md bench docs examples -name '*.md' \
    -not -path docs/coverage.md | sort]]
  for path in support.check(names):gmatch("[^\n]+") do
    list[#list + 1] = path
  end
  return list
end

-- The lines of a document in turn: the number, the text, and of a fence what
-- stands behind it.
local function lines_of(text)
  local number = 0
  return coroutine.wrap(function()
    for line in (text .. "\n"):gmatch("(.-)\n") do
      number = number + 1
      coroutine.yield(number, line, line:match("^```(.*)$"))
    end
  end)
end

-- All blocks, with the lines of their fences.
local function fenced(text)
  local list, block = {}, nil
  for number, line, fence in lines_of(text) do
    if fence and block then
      block.stop, block = number, nil
    elseif fence then
      block = { language = fence, start = number, code = "" }
      list[#list + 1] = block
    elseif block then
      block.code = block.code .. line .. "\n"
    end
  end
  return list
end

-- Blocks of code, each with the output that stands behind it.
local function blocks_of(text)
  local list = {}
  for _, block in ipairs(fenced(text)) do
    local last = list[#list]
    if block.language == "" and last and last.stop + 2 == block.start then
      last.output = block.code
    else
      list[#list + 1] = block
    end
  end
  return list
end

local function is_elsewhere(block)
  for start in pairs(ELSEWHERE) do
    if block.code:sub(1, #start) == start then return start end
  end
end

-- A folder like a clone with what is built in it.
local function clone()
  local folder = support.temp_dir()
  support.check(([[cp -r bin completions docs examples lua scripts *.md %s &&
    ln -s "$PWD/spec" %s && mkdir %s/build &&
    ln -s "$PWD"/%s %s/build/release]])
    :format(folder, folder, folder, BUILD, folder))
  support.check(support.lua_in(folder, ROOT .. "/examples/quickstart.lua"))
  return folder
end

local function run_in(folder, commands)
  return support.check(("set -e\ncd %s\nexport %s PATH=$PWD/bin:$PATH\n%s")
    :format(support.quote(folder), support.lua_paths(), commands))
end

local function command_output(block)
  local folder = support.temp_dir()
  local path = support.write(folder .. "/block", block)
  return support.check(("%s scripts/command-output <%s"):format(
    support.lua_paths(), path))
end

local function is_part(block)
  return not block.output and PROGRAMS:find(block.code, 1, true) ~= nil
end

-- What a block alone has to be when it is no part of a file.
local RULES = {}

function RULES.lua(block)
  assert.equal(block.output or "", (example.run(block.code)))
end

function RULES.console(block)
  assert.equal(block.code, command_output(block.code))
end

local function check_commands(blocks)
  local folder = clone()
  for _, block in ipairs(blocks) do
    assert.equal(block.output or "", run_in(folder, block.code))
  end
end

-- ---- links

-- What is outside of fences, by lines.
local function prose_of(text)
  local kept, inside = {}, false
  for _, line, fence in lines_of(text) do
    if fence then inside = not inside end
    kept[#kept + 1] = inside and "" or line
  end
  return table.concat(kept, "\n")
end

-- As readers of Markdown make them.
local function anchors_of(text)
  local anchors = {}
  for _, line in lines_of(text) do
    local heading = line:match("^#+ (.*)$")
    if heading then
      anchors[heading:lower():gsub("[^%w _-]", ""):gsub(" ", "-")] = true
    end
  end
  return anchors
end

-- What is wrong with a link in a document, if anything is.
local function fault_of(link, path)
  local name, anchor = link:match("^([^#]*)#?(.*)$")
  local file = name == "" and path or path:match("^(.-)[^/]*$") .. name
  if not support.exists(file) then return link .. " leads nowhere" end
  if anchor ~= "" and not anchors_of(support.read(file))[anchor] then
    return link .. " leads to no heading"
  end
end

local function faults_of(text, path)
  local faults = {}
  local links = prose_of(text):gsub("`[^`\n]*`", "") -- where none is one
  for link in links:gmatch("%]%(([^)]+)%)") do
    if not link:find("^https?://") then
      faults[#faults + 1] = fault_of(link, path)
    end
  end
  return faults
end

local elsewhere = {} -- what of it is in a document

-- Declares what is tested of a document's blocks.
local function test_blocks(blocks)
  local commands = {}
  for _, block in ipairs(blocks) do
    local rule, start = RULES[block.language], is_elsewhere(block)
    if start then
      elsewhere[start] = true
    elseif block.language == "sh" and not is_part(block) then
      commands[#commands + 1] = block
    else
      it(("shows on line %d what is so"):format(block.start), function()
        if not is_part(block) then assert(rule, "no rule for it")(block) end
      end)
    end
  end
  if #commands > 0 then
    it("prints of each command what is written below it", function()
      check_commands(commands)
    end)
  end
end

for _, path in ipairs(documents()) do
  local text = support.read(path)

  describe(path, function()
    test_blocks(blocks_of(text))

    it("has its code between fences, which are in no list", function()
      local blank
      for line in prose_of(text):gmatch("[^\n]*") do
        assert.falsy(line:find("^%s+```"), line)
        assert.falsy(blank and line:find("^    "), line)
        blank = line == ""
      end
    end)

    it("leads to what is there", function()
      assert.same({}, faults_of(text, path))
    end)
  end)
end

describe("Documents", function()
  it("have each block that the list of others names", function()
    for start in pairs(ELSEWHERE) do assert.truthy(elsewhere[start], start) end
  end)

  it("show what the quickstart prints", function()
    local output = support.check("unset COLUMNS; " .. support.lua_in(
      support.temp_dir(), ROOT .. "/examples/quickstart.lua"))
    local shown = support.read("docs/manual/first-report.md")
      :match("\n(Date%-Time %(UTC%)   .-)```")
    assert.equal(shown, output:match("\n(Date%-Time.-)\nNext: "))
  end)

  it("install the packages that the scripts do", function()
    local all = support.check("cat README.md docs/manual/*.md")
    local shown = all:match("\napt%-get install (gcc .-)\n```")
    local packages = {}
    for name in shown:gmatch("[%w.-]+") do packages[#packages + 1] = name end
    table.sort(packages)
    -- gcc brings libc6-dev.
    local installed = support.check([[bash -c '. scripts/common.sh
      printf "%s\n" "${BUILD_PACKAGES[@]%/*}"' |
      grep -vx libc6-dev | LC_ALL=C sort]])
    assert.equal(installed, table.concat(packages, "\n") .. "\n")
  end)

  it("name workflows that there are", function()
    local there = support.check("cmake --workflow --list-presets")
    local names = support.read("CONTRIBUTING.md")
      :gmatch("cmake %-%-workflow %-%-preset (%w+)")
    for name in names do assert.matches('"' .. name .. '"', there, 1, true) end
  end)

  it("are pages of the manual", function()
    local config = support.read("config.ld")
    for _, path in ipairs(documents()) do
      local name = path:match("^docs/.*")
      assert.truthy(not name or config:find('"' .. name .. '"', 1, true), name)
    end
  end)
end)

describe("README.md", function()
  local readme = support.read("README.md")

  it("begins with an example of ten to fifteen lines", function()
    local first = blocks_of(readme)[1]
    local _, lines = first.code:gsub("[^\n]+\n", "")
    assert.equal("lua", first.language)
    assert.is_true(lines >= 10 and lines <= 15)
  end)

  it("names files that are there", function()
    local list = readme:match("\n```\n(src/core/ .-)```")
    for name in list:gmatch("%f[%w]al_[%w_]+") do
      assert.is_true(support.exists(("src/core/%s.c"):format(name)), name)
    end
    for name in ("\n" .. list):gmatch("\n([%w_/]+/) ") do
      assert.is_true(support.exists(name), name)
    end
  end)
end)
