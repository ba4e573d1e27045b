local link = require "activitylog.link"

local ID = "f0b4e6f6-2a55-4a4d-9c3b-3d2f4a6f1c11"

describe("activitylog.link", function()
  describe("subscriptions()", function()
    it("links to the global portal", function()
      local url = "https://partner.microsoft.com/dashboard/v2/customers/"
        .. "f0b4e6f6-2a55-4a4d-9c3b-3d2f4a6f1c11/subscriptions"
      assert.equal(url, link.subscriptions(ID))
      assert.equal(url, link.subscriptions(ID, {}))
      assert.equal(url, link.subscriptions(ID, { cloud = "global" }))
    end)

    it("links US Government to the host of the global portal", function()
      assert.equal("https://partner.microsoft.com/dashboard/v2/customers/"
        .. "f0b4e6f6-2a55-4a4d-9c3b-3d2f4a6f1c11/subscriptions",
        link.subscriptions(ID, { cloud = "us-government" }))
    end)

    it("links China to the portal of 21Vianet", function()
      assert.equal("https://partner.partnercenter.microsoftonline.cn/commerce/"
        .. "customers/f0b4e6f6-2a55-4a4d-9c3b-3d2f4a6f1c11/subscriptions",
        link.subscriptions(ID, { cloud = "china" }))
    end)

    it("keeps the case of the id", function()
      assert.equal("https://x/F0B4e6f6-2A55-4a4d-9c3b-3D2F4A6F1C11",
        link.subscriptions("F0B4e6f6-2A55-4a4d-9c3b-3D2F4A6F1C11",
          { template = "https://x/{id}" }))
    end)

    it("puts the id where the template has {id}", function()
      assert.equal("http://x/?%20=" .. ID .. "&y={}",
        link.subscriptions(ID, { template = "http://x/?%20={id}&y={}" }))
    end)

    it("takes every hexadecimal digit and no other byte", function()
      for code = 0, 255 do
        local char = string.char(code)
        local url, _, failure = link.subscriptions(char .. ID:sub(2))
        local is_hex = char:find("^[0-9A-Fa-f]$") ~= nil
        assert.equal(is_hex, url ~= nil)
        assert.equal(not is_hex and "syntax" or nil, failure)
      end
    end)

    it("gives nil and why for what is no GUID", function()
      for _, text in ipairs {
        "", "contoso", "{" .. ID .. "}", ID .. "\n", " " .. ID, ID .. "0",
        ID:sub(2), ID .. "\0", (ID:gsub("-", "")), (ID:gsub("-", "_")),
        "f0b4e6f62-a55-4a4d-9c3b-3d2f4a6f1c11",
        "../../" .. ID:sub(7),
      } do
        assert.same({ nil,
          "customer_id is no GUID (8-4-4-4-12 hexadecimal digits)", "syntax",
        }, { link.subscriptions(text) })
      end
    end)

    it("gives nil and why for a record without customer_id", function()
      assert.same({ nil, "customer_id is missing", "syntax" },
        { link.subscriptions(nil) })
    end)

    it("raises on an id of another type", function()
      assert.has_error(function()
        link.subscriptions(12)
      end, "customer_id: string expected, got number")
    end)

    it("raises on wrong options whatever the id", function()
      assert.has_error(function()
        link.subscriptions(nil, { cloud = "chima" })
      end, "unknown cloud 'chima'; did you mean 'china'?")
    end)

    it("blames the caller's line", function()
      local line = debug.getinfo(1, "l").currentline + 2
      local _, message = pcall(function()
        local url = link.subscriptions(ID, { clod = "global" })
        return url
      end)
      assert.equal(("spec/link_spec.lua:%d: unknown option 'clod' of "
        .. "subscriptions(); did you mean 'cloud'?"):format(line),
        message:match("spec/link_spec.*"))
    end)
  end)

  describe("template()", function()
    it("gives the text before and after the id", function()
      assert.same({ "https://partner.microsoft.com/dashboard/v2/customers/",
        "/subscriptions" }, { link.template() })
      assert.same({ "https://x/", "" },
        { link.template({ template = "https://x/{id}" }) })
    end)

    local function refuses(given, message)
      assert.same({ nil, message }, { link.template(given) })
    end

    it("refuses options that are no table", function()
      refuses("china", "subscriptions(): table expected, got string")
    end)

    it("refuses an unknown option, naming the nearest", function()
      refuses({ templat = "" }, "unknown option 'templat' of subscriptions(); "
        .. "did you mean 'template'?")
    end)

    it("refuses options of another type", function()
      refuses({ cloud = 1 },
        "option 'cloud' of subscriptions(): string expected, got integer")
      refuses({ template = true },
        "option 'template' of subscriptions(): string expected, got boolean")
    end)

    it("refuses an unknown cloud, naming the known ones", function()
      refuses({ cloud = "moon" },
        "unknown cloud 'moon'; known: 'global', 'us-government', 'china'")
    end)

    it("refuses a cloud beside a template, which would go unseen", function()
      refuses({ cloud = "china", template = "https://x/{id}" },
        "both a cloud and a link template given; one is enough")
    end)

    it("refuses a template without {id}", function()
      refuses({ template = "https://x/{ID}" },
        "link template 'https://x/{ID}' has no {id}")
    end)

    it("refuses a template with {id} twice", function()
      refuses({ template = "https://x/{id}/{id}" },
        "link template 'https://x/{id}/{id}' has more than one {id}")
    end)

    it("refuses what is no http URL", function()
      for _, template in ipairs {
        "javascript:alert('{id}')", "{id}", "", "ftp://x/{id}", "//x/{id}",
        " https://x/{id}", "https:/x/{id}", "data:text/html,https://x/{id}",
        "https://",
      } do
        refuses({ template = template },
          ("link template '%s' is no https:// or http:// URL"):format(template))
      end
    end)

    it("refuses spaces and control characters, and no other byte", function()
      for code = 0, 255 do
        local template = "https://x/" .. string.char(code) .. "{id}"
        local refused = link.template({ template = template }) == nil
        assert.equal(code <= 32 or code == 127, refused)
      end
    end)
  end)
end)
