local chart = require "activitylog.chart"
local support = require "spec.support"

local function draw(labels, ...)
  local series = {}
  for i, values in ipairs { ... } do
    series[i] = { name = "S" .. i, values = values }
  end
  return chart.figure {
    id = "x", title = "Title", labels = labels, series = series,
  }
end

-- A list of n times the same.
local function list_of(n, value)
  local list = {}
  for i = 1, n do list[i] = value or tostring(i) end
  return list
end

-- The bars: their class, height, and what they say.
local function bars(svg)
  local list = {}
  for class, height, title in svg:gmatch(
    '<rect class="(%w+)" x="%d+" y="%d+" width="%d+" height="(%d+)">'
    .. "<title>(.-)</title>") do
    list[#list + 1] = { class, tonumber(height), title }
  end
  return list
end

local function ticks(svg)
  local list = {}
  for text in svg:gmatch('text%-anchor="end">(%d+)<') do
    list[#list + 1] = tonumber(text)
  end
  return list
end

describe("activitylog.chart", function()
  describe("figure()", function()
    it("is a picture with a title, and with the sums in its place", function()
      local svg = draw({ "a", "b", "c" }, { 1, 0, 2 }, { 3, 0, 4 })
      assert.truthy(svg:find('<figcaption id="x-title">Title</figcaption>', 1,
                             true))
      assert.truthy(svg:find('role="img" aria-labelledby="x-title x-text">'
        .. '<desc id="x-text">a: 4; c: 6</desc>', 1, true))
    end)

    it("draws bars as high as their counts, and none for 0", function()
      local list = bars(draw({ "a", "b", "c" }, { 4, 0, 2 }))
      assert.equal(2, #list)
      assert.equal(list[1][2], 2 * list[2][2])
    end)

    it("says of each bar what it stands for", function()
      local list = bars(draw({ "a", "b" }, { 1, 2 }, { 3, 0 }))
      assert.same({ "S1, a: 1", "S2, a: 3", "S1, b: 2" },
                  { list[1][3], list[2][3], list[3][3] })
      assert.same({ "s1", "s2", "s1" }, { list[1][1], list[2][1], list[3][1] })
    end)

    it("shows one among very many", function()
      assert.equal(2, bars(draw({ "a", "b" }, { 1, 1000000 }))[1][2])
    end)

    it("marks steps of 1, 2 or 5 up to the largest sum", function()
      assert.same({ 0, 1 }, ticks(draw({ "a" }, { 0 })))
      assert.same({ 0, 1, 2, 3 }, ticks(draw({ "a" }, { 3 })))
      assert.same({ 0, 2, 4, 6 }, ticks(draw({ "a" }, { 2 }, { 3 })))
      assert.same({ 0, 20, 40, 60, 80 }, ticks(draw({ "a" }, { 80 })))
      assert.same({ 0, 500, 1000, 1500 }, ticks(draw({ "a" }, { 1001 })))
    end)

    it("leaves labels out where they would touch", function()
      local svg = draw(list_of(90, "2026-10-31"), list_of(90, 1))
      local _, shown = svg:gsub('text%-anchor="middle"', "")
      assert.is_true(shown >= 6 and shown <= 10)
      local _, minor = svg:gsub('class="axis minor"', "")
      assert.equal(shown // 2, minor)
    end)

    it("adds neighbours up where there are more than 200", function()
      local list = bars(draw(list_of(401), list_of(401, 1)))
      assert.equal(134, #list)
      assert.equal("S1, 1 \u{2013} 3: 3", list[1][3])
      assert.equal("S1, 400 \u{2013} 401: 2", list[134][3])
    end)

    it("begins the colours anew behind the last one", function()
      local values = {}
      for i = 1, chart.SERIES + 1 do values[i] = { 1 } end
      local list = bars(draw({ "a" }, table.unpack(values)))
      assert.equal("s1", list[chart.SERIES + 1][1])
    end)

    it("names several series beside their colours", function()
      local svg = draw({ "a" }, { 1 }, { 2 })
      assert.truthy(svg:find('<rect class="s2" width="1" height="1"/></svg> '
        .. "S2</li>", 1, true))
      assert.falsy(draw({ "a" }, { 1 }):find("legend", 1, true))
    end)

    it("cuts long names between letters, which come with each bar", function()
      local function told(name)
        local svg = chart.figure {
          id = "x", title = "T", labels = { "a" },
          series = { { name = name, values = { 1 } } },
        }
        return bars(svg)[1][3]
      end
      local name = ("\u{E9}"):rep(200)
      assert.equal(name .. ", a: 1", told(name))
      assert.equal(name .. "\u{2026}, a: 1", told(name .. "x"))
      local names = { ("x"):rep(1048576), ("y"):rep(1048576) }
      local svg = chart.figure {
        id = "x", title = "T", labels = list_of(200), series = {
          { name = names[1], values = list_of(200, 1) },
          { name = names[2], values = list_of(200, 1) },
        },
      }
      assert.is_true(#svg < 200000)
    end)

    it("escapes whatever it is told", function()
      local svg = chart.figure {
        id = '"><b>', title = "<script>", labels = { "</text>]]>" },
        series = { { name = "<b>", values = { 1 } }, { name = "<i>",
          values = { 1 } } },
      }
      assert.falsy(svg:find("<script>", 1, true))
      assert.falsy(svg:find("<[bi]>"))
      assert.falsy(svg:find("]]>", 1, true))
      local _, ends = svg:gsub("</text>", "")
      assert.equal(4, ends) -- three ticks and the label
    end)

    it("writes the same whatever the locale of the process", function()
      local german = support.german()
      if not german then
        return pending("there is no German locale to be made")
      end
      local program = [[
        local chart = require "activitylog.chart"
        print(os.setlocale(%q), chart.figure {
          id = "x", title = "T", labels = { "a", "b", "c" },
          series = { { values = { 1, 2, 1234567 } } },
        })]]
      local function run(name)
        local output = support.check(german
          .. support.lua(program:format(name)))
        assert.equal(name, output:match("^%S+"))
        return output:match("\t(.*)")
      end
      assert.equal(run("C"), run("de_DE.UTF-8"))
    end)
  end)

  describe("bar()", function()
    it("is as long as its part of the largest", function()
      assert.truthy(chart.bar({ 5 }, 20):find('width="250"', 1, true))
      assert.truthy(chart.bar({ 20 }, 20):find('width="1000"', 1, true))
      assert.falsy(chart.bar({ 0 }, 0):find("<rect", 1, true))
    end)
  end)
end)
