local locale = require "activitylog.locale"

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

describe("activitylog.locale", function()
  describe("find()", function()
    it("finds a locale by its name", function()
      assert.equal("en-us", locale.find("en-us").name)
    end)

    it("takes any case, and an underscore for the hyphen", function()
      local found = locale.find("en-us")
      for _, name in ipairs { "en-US", "EN-US", "en_us", "En_uS" } do
        assert.equal(found, locale.find(name))
      end
    end)

    it("takes a language alone", function()
      assert.equal("en-us", locale.find("en").name)
      assert.equal("en-us", locale.find("EN").name)
    end)

    it("raises on an unknown name, naming the known ones", function()
      for _, name in ipairs {
        "", "e", "eng", "en-", "en-gb", "us", "en-us ", "en-us.utf-8",
        "../locale", "en-us\0",
      } do
        assert.has_error(function() locale.find(name) end,
          ("unknown locale '%s'; known: 'en-us'"):format(name))
      end
    end)

    it("raises on what is no string", function()
      assert.has_error(function() locale.find(nil) end,
        "locale: string expected, got nil")
      assert.has_error(function() locale.find({}) end,
        "locale: string expected, got table")
    end)

    it("blames the line of its caller, or of a level above", function()
      local line = debug.getinfo(1, "l").currentline + 2
      local function report(level)
        locale.find("xx", level)
        return true
      end
      local function blamed(level)
        local _, message = pcall(function()
          local result = report(level); return result
        end)
        return tonumber(message:match(":(%d+): "))
      end
      assert.equal(line, blamed(nil))
      assert.equal(line, blamed(1))
      assert.equal(line + 5, blamed(2))
    end)
  end)

  describe("names", function()
    it("names files that have what every locale has", function()
      local keys = sorted_keys(locale.find("en-us").titles)
      for _, name in ipairs(locale.names) do
        local found = locale.find(name)
        assert.equal(name, found.name)
        assert.same(keys, sorted_keys(found.titles))
        assert.matches("^[,;]$", found.separator)
        assert.is_string(found.date_format)
        assert.is_string(found.date_time_format)
      end
    end)
  end)

  describe("en-us", function()
    local english = locale.find("en-us")

    it("has the portal's words", function()
      assert.same({
        activity_log = "Activity Log",
        from = "From",
        to = "To",
        export_log = "Export log",
        subscriptions = "Subscriptions",
        date_time = "Date-Time",
        affected_customer = "Affected customer",
        action = "Action",
        partner_user = "Partner user",
        status = "Status",
        additional_information = "Additional information",
        ["role.global_admin"] = "Global admin",
        ["role.billing_admin"] = "Billing admin",
        ["role.user_management_admin"] = "User management admin",
        ["role.admin_agent"] = "Admin agent",
        ["role.sales_agent"] = "Sales agent",
        ["role.helpdesk_agent"] = "Helpdesk agent",
        performed_by = "Performed by",
      }, english.titles)
    end)

    it("has the CSV habits and dates of its region", function()
      assert.equal(",", english.separator)
      assert.equal("%-m/%-d/%Y", english.date_format)
      assert.equal("%-m/%-d/%Y, %-I:%M %p", english.date_time_format)
    end)
  end)
end)
