-- Each @usage in the sources is run as it stands, and gives what it says.

local example = require "spec.example"
local support = require "spec.support"

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
        local value = "return " .. code
        local output, ended = example.run(load(value) and value or code)
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
