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
      for _, name in ipairs { "", "x", "pexxxd", ("period"):rep(100000) } do
        assert.equal(("unknown option '%s' of export(); known: 'period', "
          .. "'layout', 'links', 'limit', 'customer_name'"):format(name),
          unknown(name))
      end
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

    it("names what is no string", function()
      assert.equal("unknown word '1'; known: 'cat', 'hat'",
        options.unknown("word", 1, { "cat", "hat" }))
    end)
  end)

  describe("problem()", function()
    local function problem(given)
      return options.problem(given, KNOWN, "export()")
    end

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
