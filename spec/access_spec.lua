local access = require "activitylog.access"
local locale = require "activitylog.locale"
local support = require "spec.support"

local SIX = {
  "global_admin", "billing_admin", "user_management_admin", "admin_agent",
  "sales_agent", "helpdesk_agent",
}

local KNOWN = "'" .. table.concat(SIX, "', '") .. "'"

-- Why a rule of these roles does not let a role in.
local function refusal(roles, role)
  local allowed, why = access.new({ roles = roles }):check(role)
  assert.is_nil(allowed)
  return why
end

describe("activitylog.access", function()
  it("loads without the C module", function()
    assert.equal("true\n", support.check(support.lua([[
      package.cpath = ""
      print(require("activitylog.access").new():check("admin_agent"))]])))
  end)

  describe("roles", function()
    it("are the six of the docs, in their order", function()
      assert.same(SIX, access.roles)
    end)
  end)

  describe("new()", function()
    it("lets the six in by default", function()
      for _, given in ipairs { false, {} } do
        local rule = access.new(given or nil)
        for _, role in ipairs(SIX) do assert.is_true(rule:check(role)) end
      end
    end)

    it("lets in the roles that are listed, and no other", function()
      local rule = access.new { roles = { "admin_agent", "sales_agent" } }
      for _, role in ipairs(SIX) do
        local expected = role == "admin_agent" or role == "sales_agent" or nil
        assert.equal(expected, (rule:check(role)))
      end
    end)

    it("takes roles of one's own, with their names", function()
      local rule = access.new { roles = { auditor = "Auditor" } }
      assert.is_true(rule:check("auditor"))
      assert.same({ "Auditor" }, rule:names())
      assert.is_nil((rule:check("admin_agent")))
    end)

    it("takes another name for a role of Partner Center", function()
      local rule = access.new { roles = { "admin_agent",
                                          admin_agent = "The boss" } }
      assert.is_true(rule:check("admin_agent"))
      assert.same({ "The boss" }, rule:names("de"))
    end)

    it("takes a role that is listed twice", function()
      local rule = access.new { roles = { "admin_agent", "admin_agent" } }
      assert.same({ "Admin agent" }, rule:names())
    end)

    it("copies the list, so that no later change lets anybody in", function()
      local roles = { "admin_agent" }
      local rule = access.new { roles = roles }
      roles[2], roles.guest = "sales_agent", "Guest"
      access.roles[7] = "guest"
      support.defer(function() access.roles[7] = nil end)
      assert.is_nil((rule:check("sales_agent")))
      assert.is_nil((rule:check("guest")))
      assert.is_nil((access.new():check("guest")))
    end)

    it("refuses an empty list, which would let nobody in", function()
      assert.equal("roles: an empty list would let nobody in",
        support.blame(function() access.new { roles = {} } end))
    end)

    it("refuses an unknown role, naming the nearest", function()
      assert.equal("unknown role 'admin_agnt'; did you mean 'admin_agent'?",
        support.blame(function() access.new { roles = { "admin_agnt" } } end))
    end)

    it("refuses a role in another spelling, which check() would not take",
      function()
        assert.has_error(function()
          access.new { roles = { "Admin agent" } }
        end, "unknown role 'Admin agent'; did you mean 'admin_agent'?")
      end)

    it("refuses what is no role", function()
      for expected, roles in pairs {
        ["roles: a role's key expected, got number"] = { 1 },
        ["roles: a role's key expected, got table"] = { {} },
        ["roles: a role's key expected, got boolean"] = { true },
        ["roles: the key of a role of one's own is to be plain text"] =
          { [""] = "Nobody" },
        ["roles: role 'auditor' needs the name that people read, as plain "
          .. "text"] = { auditor = true },
        ["roles: role 'a\\xC3\\xA9' needs the name that people read, as plain "
          .. "text"] = { ["aé"] = "" },
      } do
        assert.has_error(function() access.new { roles = roles } end, expected)
      end
      for _, key in ipairs { 1.5, true, "a\nb", "\xFF", "a\0" } do
        assert.has_error(function()
          access.new { roles = { [key] = "Name" } }
        end, "roles: the key of a role of one's own is to be plain text")
      end
      for _, name in ipairs { "", "a\nb", "\xFF", "a\x7F" } do
        assert.has_error(function()
          access.new { roles = { auditor = name } }
        end, "roles: role 'auditor' needs the name that people read, as plain "
          .. "text")
      end
    end)

    it("refuses other options and types", function()
      assert.has_error(function() access.new { role = { "admin_agent" } } end,
        "unknown option 'role' of access.new(); did you mean 'roles'?")
      assert.has_error(function() access.new { roles = "admin_agent" } end,
        "option 'roles' of access.new(): table expected, got string")
      assert.has_error(function() access.new("admin_agent") end,
        "access.new(): table expected, got string")
    end)

    it("makes an object that shows its roles in order", function()
      assert.equal("activitylog.access: billing_admin, sales_agent, a, b",
        tostring(access.new { roles = { "sales_agent", "billing_admin",
                                        b = "B", a = "A" } }))
    end)
  end)

  describe("rule:check()", function()
    it("refuses no role and an empty one", function()
      assert.equal("no role given", refusal(SIX, nil))
      assert.equal("no role given", refusal(SIX, ""))
      assert.equal("no role given", select(2, access.new():check()))
    end)

    it("refuses an unknown role, naming the known ones", function()
      assert.equal("unknown role 'guest'; known: " .. KNOWN,
        refusal(SIX, "guest"))
      assert.equal("unknown role 'guest'; known: " .. KNOWN .. ", 'auditor'",
        refusal({ auditor = "Auditor" }, "guest"))
    end)

    it("refuses a role that is known but not allowed, naming who is", function()
      assert.equal("the role 'Sales agent' may not see the log; "
        .. "'Billing admin', 'Admin agent', 'Auditor' may",
        refusal({ "admin_agent", "billing_admin", auditor = "Auditor" },
                "sales_agent"))
    end)

    it("compares the key to the letter", function()
      for _, role in ipairs {
        "Admin agent", "ADMIN_AGENT", "Admin_Agent", "admin-agent",
        " admin_agent", "admin_agent ", "admin_agent\0", "admin_agent\n",
        "admin_agent,sales_agent", "admin", "role.admin_agent",
      } do
        assert.matches("^unknown role ", refusal(SIX, role))
      end
    end)

    it("refuses values of other types without raising", function()
      for _, role in ipairs { 1, 0.5, true, false, {}, print, io.stdout,
                              { "admin_agent" } } do
        assert.equal("role: string expected, got " .. type(role),
          refusal(SIX, role))
      end
    end)

    it("takes no name of a table's methods for a role", function()
      for _, role in ipairs { "check", "names", "__index", "_names" } do
        assert.matches("^unknown role ", refusal(SIX, role))
      end
    end)

    it("quotes what it was told short and printable", function()
      for code = 0, 255 do
        local why = refusal(SIX, string.char(code) .. "<>")
        local char = why:match("^unknown role '(.*)<>'; known: ")
        local plain = code >= 0x20 and code <= 0x7E
          and code ~= 0x27 and code ~= 0x5C
        assert.equal(plain and string.char(code) or ("\\x%02X"):format(code),
          char)
      end
      assert.equal("unknown role '" .. ("a"):rep(40) .. "...'; known: "
        .. KNOWN, refusal(SIX, ("a"):rep(1 << 20)))
      assert.equal("unknown role '" .. ("\\xFF"):rep(40) .. "...'; known: "
        .. KNOWN, refusal(SIX, ("\xFF"):rep(41)))
    end)
  end)

  describe("rule:names()", function()
    it("names the roles in the docs' order, in every locale", function()
      local rule = access.new { roles = { "sales_agent", "global_admin",
                                          auditor = "Revisor" } }
      assert.same({ "Global admin", "Sales agent", "Revisor" }, rule:names())
      for _, name in ipairs(locale.names) do
        local titles = locale.find(name).titles
        assert.same({ titles["role.global_admin"], titles["role.sales_agent"],
                      "Revisor" }, rule:names(name))
      end
    end)

    it("gives a list of the caller's own each time", function()
      local rule = access.new()
      rule:names()[1] = "changed"
      assert.equal("Global admin", rule:names()[1])
    end)

    it("orders by bytes in every locale of the process", function()
      local german = support.german()
      if not german then return pending("needs localedef") end
      local names = support.check(german .. support.lua([[
        assert(os.setlocale("de_DE.UTF-8"))
        local rule = require "activitylog.access".new {
          roles = { a = "a", B = "B", ["\u{C4}"] = "Ä",
                    z = "z", zz = "zz" },
        }
        print(table.concat(rule:names(), " "))]]))
      assert.equal("B a z zz Ä\n", names)
    end)

    it("raises on an unknown locale", function()
      assert.matches("^unknown locale 'xx'; known: ",
        support.blame(function() access.new():names("xx") end))
    end)
  end)

  describe("name()", function()
    it("names a role in every locale", function()
      for _, name in ipairs(locale.names) do
        for _, role in ipairs(SIX) do
          assert.equal(locale.find(name).titles["role." .. role],
            access.name(role, name))
        end
      end
      assert.equal("Helpdesk agent", access.name("helpdesk_agent"))
    end)

    it("raises on an unknown role or locale", function()
      assert.equal("unknown role 'admin'; known: " .. KNOWN,
        support.blame(function() access.name("admin") end))
      assert.matches("^unknown locale 'xx'; known: ",
        support.blame(function() access.name("admin_agent", "xx") end))
    end)
  end)
end)
