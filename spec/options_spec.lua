local options = require "activitylog.options"

local KNOWN = {
  "period", "layout", "links", "limit", "customer_name",
  links = "boolean", limit = "integer", customer_name = "string or table",
}

describe("activitylog.options", function()
  describe("unknown()", function()
    local function unknown(name)
      return options.unknown("option", name, KNOWN, "export()")
    end

    it("says nothing of a known name", function()
      assert.is_nil(unknown("period"))
    end)

    local function suggests(meant, names)
      for _, name in ipairs(names) do
        assert.equal(("unknown option '%s' of export(); did you mean '%s'?")
          :format(name, meant), unknown(name))
      end
    end

    it("suggests the nearest name for one slip of any kind", function()
      suggests("period", { "perod", "perriod", "perixd", "peirod", "eriod" })
    end)

    it("suggests a name when no more than a third of it is wrong", function()
      suggests("customer_name", { "customerName", "custmr_name" })
      suggests("layout", { "lazoot" })
    end)

    it("suggests the one name that has the given one as a part", function()
      suggests("customer_name", { "customer", "name" })
      suggests("limit", { "limit_of_rows" })
    end)

    it("suggests none of several that have it as a part", function()
      assert.equal("unknown word 'ends'; known: 'depends', 'extends'",
        options.unknown("word", "ends", { "depends", "extends" }))
    end)

    it("lists the known names in order when none is near", function()
      for _, name in ipairs { "", "x", "pexxxd" } do
        assert.equal(("unknown option '%s' of export(); known: 'period', "
          .. "'layout', 'links', 'limit', 'customer_name'"):format(name),
          unknown(name))
      end
    end)

    it("shortens a name of any length", function()
      assert.equal("unknown option '" .. ("period"):rep(14):sub(1, 80)
        .. "...' of export(); known: 'period', 'layout', 'links', 'limit', "
        .. "'customer_name'", unknown(("period"):rep(100000)))
    end)

    it("takes the first of names that are equally near", function()
      assert.equal("unknown word 'bat'; did you mean 'cat'?",
        options.unknown("word", "bat", { "cow", "cat", "hat" }))
    end)

    it("prefers a nearer name to an earlier one", function()
      assert.equal("unknown word 'customers'; did you mean 'customer'?",
        options.unknown("word", "customers", { "customer_x", "customer" }))
    end)

    it("counts a swap of neighbours as one change", function()
      assert.equal("unknown word 'di'; did you mean 'id'?",
        options.unknown("word", "di", { "id" }))
    end)

    it("makes visible and short what is odd about the name", function()
      assert.equal([[unknown word '\u{1B}[2J\u{0}\u{202E}'; known: 'cat']],
        options.unknown("word", "\27[2J\0\u{202E}", { "cat" }))
      assert.equal([[unknown word '\xFF'; known: 'cat']],
        options.unknown("word", "\xFF", { "cat" }))
      assert.equal("unknown word '" .. ("é"):rep(39) .. "...'; known: 'cat'",
        options.unknown("word", ("é"):rep(1000), { "cat" }))
    end)

    it("does not ask a table how it is called", function()
      local odd = setmetatable({}, { __tostring = function()
        error "asked"
      end })
      assert.equal("unknown word 'table'; known: 'cat'",
        options.unknown("word", odd, { "cat" }))
    end)

    it("names what is no string", function()
      assert.equal("unknown word '1'; known: 'cat', 'hat'",
        options.unknown("word", 1, { "cat", "hat" }))
    end)
  end)

  describe("hides()", function()
    it("tells what a table has by its metatable alone", function()
      local table = setmetatable({ a = 1 }, { __index = { a = 2, b = 3 } })
      assert.is_true(options.hides(table, "b"))
      assert.is_false(options.hides(table, "a"))
      assert.is_false(options.hides(table, "c"))
      assert.is_false(options.hides({}, "b"))
    end)

    it("calls nothing", function()
      assert.is_false(options.hides(setmetatable({}, { __index = error }), 1))
      assert.is_false(options.hides(setmetatable({}, { __metatable = 1 }), 1))
    end)
  end)

  describe("length()", function()
    it("counts what is in a list", function()
      assert.equal(0, options.length {})
      assert.equal(2, options.length { false, "b" })
      assert.equal(1, options.length(setmetatable({ 1 }, { __index = table })))
    end)

    it("says what is no list", function()
      for _, table in ipairs { { 1, nil, 3 }, { nil, 2 }, { 1, n = 1 },
                               { [0] = 1 }, { 1, [1.5] = 2 } } do
        assert.same({ nil, "a table with holes or names" },
                    { options.length(table) })
      end
      for _, own in ipairs { {}, { 1 } } do
        assert.same(
          { nil, "a table with items in its metatable; copy them into it" },
          { options.length(setmetatable(own, { __index = { 1, 2 } })) })
      end
    end)
  end)

  describe("read()", function()
    local function problem(given)
      local _, why = options.read(given, KNOWN, "export()")
      return why
    end

    it("gives a plain copy", function()
      local given = { period = 1, links = false }
      local copy = options.read(given, KNOWN, "export()")
      assert.same(given, copy)
      assert.are_not.equal(given, copy)
      assert.same({}, options.read(nil, KNOWN, "export()"))
    end)

    it("reads each option once, those of __index too", function()
      local asked = {}
      local given = setmetatable({}, { __index = function(_, name)
        asked[name] = (asked[name] or 0) + 1
        return name == "limit" and asked[name] or nil
      end })
      assert.same({ limit = 1 }, options.read(given, KNOWN, "export()"))
      assert.equal(1, asked.limit)
    end)

    it("does not ask __pairs which there are", function()
      assert.is_nil(problem(setmetatable({}, { __pairs = function()
        error "asked"
      end })))
    end)

    it("finds none in nothing, an empty table and known options", function()
      assert.is_nil(problem(nil))
      assert.is_nil(problem({}))
      assert.is_nil(problem({ period = 1, links = false, limit = 2 }))
    end)

    it("refuses what is no table", function()
      assert.equal("export(): table expected, got string", problem("all"))
      assert.equal("export(): table expected, got boolean", problem(false))
    end)

    it("refuses a list of values", function()
      assert.equal("unknown option '1' of export(); known: 'period', "
        .. "'layout', 'links', 'limit', 'customer_name'", problem({ "all" }))
    end)

    it("names the first of several unknown options in byte order", function()
      assert.equal(
        "unknown option 'lauout' of export(); did you mean 'layout'?",
        problem({ perod = 1, link = 1, lauout = 1, zzz = 1 }))
    end)

    it("refuses a value of another type", function()
      assert.equal("option 'links' of export(): boolean expected, got string",
        problem({ links = "yes" }))
      assert.equal("option 'limit' of export(): integer expected, got float",
        problem({ limit = 1.0 }))
    end)

    it("takes any of several types", function()
      assert.is_nil(problem({ customer_name = "a" }))
      assert.is_nil(problem({ customer_name = { "a", "b" } }))
      assert.equal("option 'customer_name' of export(): "
        .. "string or table expected, got integer",
        problem({ customer_name = 1 }))
    end)

    it("names the first wrong type in the order of the options", function()
      assert.equal("option 'links' of export(): boolean expected, got integer",
        problem({ limit = "1", customer_name = 1, links = 1 }))
    end)
  end)

  describe("check()", function()
    it("passes what has no problem", function()
      assert.has_no_error(function()
        options.check({ period = "all" }, KNOWN, "export()")
      end)
    end)

    it("raises the problem", function()
      assert.has_error(function()
        options.check({ perod = "all" }, KNOWN, "export()")
      end, "unknown option 'perod' of export(); did you mean 'period'?")
    end)

    local line -- of the call that is expected to be blamed

    local function blamed(level)
      local function inner(given)
        options.check(given, KNOWN, "inner()", level)
        return true
      end
      local function outer()
        line = debug.getinfo(1, "l").currentline + 1
        local result = inner({ perod = 1 })
        return result
      end
      local ok, message = pcall(function()
        local result = outer(); return result
      end)
      assert.is_false(ok)
      return tonumber(message:match(":(%d+): "))
    end

    it("blames the caller of the function that checks", function()
      assert.equal(blamed(nil), line)
    end)

    it("blames the level it is given", function()
      assert.equal(blamed(2), line)
      assert.equal(blamed(3), line + 4)
    end)
  end)
end)
