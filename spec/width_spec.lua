-- How wide text is on a terminal.

local core = require "activitylog.core"
local support = require "spec.support"

describe("core.width() #gc", function()
  local function width(text) return (core.width(text)) end

  it("counts a place for each letter", function()
    assert.equal(0, width "")
    assert.equal(8, width "Fabrikam")
    assert.equal(6, width "Straße")
  end)

  it("counts two for what is written full width", function()
    assert.equal(10, width "株式会社例")
    assert.equal(4, width "한글")
    assert.equal(6, width "Ａ１，")
  end)

  it("counts marks with their letter", function()
    assert.equal(1, width "e\u{301}")
    assert.equal(1, width("a" .. ("\u{316}"):rep(1000)))
    assert.equal(2, width "\u{1112}\u{1161}\u{11AB}")
  end)

  it("counts two for an emoji, whatever it is made of", function()
    assert.equal(2, width "😀")
    assert.equal(2, width "👩\u{200D}👩\u{200D}👧")
    assert.equal(2, width "👍🏽")
    assert.equal(2, width "❤\u{FE0F}")
    assert.equal(4, width "🇩🇪🇫🇷")
  end)

  it("counts nothing for control characters, NUL among them", function()
    assert.equal(2, width "a\0\27\u{85}b")
  end)

  it("gives the beginning that fits, whole characters only", function()
    assert.same({ 3, 3 }, { core.width("Fabrikam", 3) })
    assert.same({ 2, 3 }, { core.width("日本", 3) })
    assert.same({ 1, 3 }, { core.width("e\u{301}e\u{301}", 1) })
    assert.same({ 0, 0 }, { core.width("日", 1) })
    assert.same({ 0, 0 }, { core.width("a", 0) })
    assert.same({ 4, 6 }, { core.width("日本", 4) })
  end)

  it("raises on what is not UTF-8, and on less than no place", function()
    assert.truthy(support.error_of(function() core.width "\xFF" end)
      :find("it is not UTF-8", 1, true))
    assert.truthy(support.error_of(function() core.width("a", -1) end)
      :find("places expected", 1, true))
  end)
end)
