local layout = require "activitylog.layout"
local locale = require "activitylog.locale"

local FIELDS = {
  "id", "partner_id", "customer_id", "customer_name", "user_principal_name",
  "application_id", "session_id", "original_correlation_id", "resource_type",
  "operation_type", "operation_status", "operation_date",
  "resource_old_value", "resource_new_value", "customized_data", "other",
}

local LINE_ITEM = {
  "line_item_number", "offer_id", "subscription_id", "parent_subscription_id",
  "friendly_name", "quantity", "term_duration", "transaction_type",
  "partner_id_on_record",
}

local GLOBAL = {
  title = "Subscriptions",
  pieces = {
    { "text", "https://partner.microsoft.com/dashboard/v2/customers/" },
    { "field", "customer_id" },
    { "text", "/subscriptions" },
  },
  guard = true,
}

-- A report as the export makes one, with some of its options changed.
local function report(changes)
  local result = { locale = locale.find("en-us"), date_format = "%F %T" }
  for name, value in pairs(changes or {}) do result[name] = value end
  return result
end

-- The one column of a layout, as the core gets it.
local function lowered(column, changes)
  local columns = layout.lower(layout.new { column }, report(changes))
  assert.equal(1, #columns)
  return columns[1]
end

local function refuses(columns, message)
  assert.has_error(function() layout.new(columns) end, message)
end

describe("activitylog.layout", function()
  describe("new()", function()
    it("copies the list, so that the author may change it", function()
      local columns = { { title = "Customer", field = "customer_name" } }
      local made = layout.new(columns)
      columns[1].title = "Changed"
      columns[2] = { field = "id" }
      assert.same({ { title = "Customer",
        pieces = { { "field", "customer_name" } } } },
        layout.lower(made, report()))
    end)

    it("makes an object that shows its titles", function()
      local made = layout.new {
        { title = "When", field = "operation_date" }, { field = "id" },
        { key = "action", label = "operation_type" },
        { link = "subscriptions" },
      }
      assert.equal("activitylog.layout: When, id, action, subscriptions",
        tostring(made))
      assert.equal("activitylog.layout", getmetatable(made).__name)
    end)

    it("refuses what is no list", function()
      refuses(nil, "layout: list of columns expected, got nil")
      refuses("full", "layout: list of columns expected, got string")
      refuses({}, "layout: list of columns expected, got an empty one")
    end)

    it("refuses a list with other keys", function()
      local message = "layout: list of columns expected, "
        .. "got a table with other keys"
      refuses({ title = "Customer", field = "customer_name" }, message)
      refuses({ { field = "id" }, links = true }, message)
      refuses({ [0] = { field = "id" } }, message)
      refuses({ [1.5] = { field = "id" } }, message)
    end)

    it("refuses a hole in the list", function()
      refuses({ { field = "id" }, nil, { field = "other" } },
        "column 2 is missing: the list has a hole")
      refuses({ nil, { field = "id" } },
        "column 1 is missing: the list has a hole")
      refuses({ [math.maxinteger] = { field = "id" } },
        "column 1 is missing: the list has a hole")
    end)

    it("refuses a column that is no table", function()
      refuses({ { field = "id" }, "customer_name" },
        "column 2: table expected, got string")
    end)

    it("refuses an unknown option of a column, naming the nearest", function()
      refuses({ { title = "Customer", feild = "customer_name" } },
        "unknown option 'feild' of column 1 ('Customer'); "
        .. "did you mean 'field'?")
    end)

    it("refuses options of another type", function()
      for _, name in ipairs {
        "title", "key", "field", "label", "template", "link", "detail",
        "line_item", "change", "zone", "format", "cloud", "url",
      } do
        refuses({ { [name] = 1 } }, ("option '%s' of column 1: "
          .. "string expected, got integer"):format(name))
      end
      refuses({ { value = 1 } }, "option 'value' of column 1: "
        .. "string or function expected, got integer")
    end)

    it("refuses text that is not UTF-8", function()
      refuses({ { title = "A", value = "\xFF" } },
        "option 'value' of column 1 ('A'): it is not UTF-8")
      refuses({ { title = "\xFF", field = "id" } },
        "option 'title' of column 1: it is not UTF-8")
    end)

    it("refuses a column without a source", function()
      refuses({ { title = "Customer" } },
        "column 1 ('Customer'): no source; one of 'field', 'label', 'value', "
        .. "'template', 'link', 'detail', 'line_item', 'change' is needed")
    end)

    it("refuses a column with two sources", function()
      refuses({ { title = "A", value = "", field = "id", link = "x" } },
        "column 1 ('A'): both 'field' and 'value' given; "
        .. "a column has one source")
    end)

    it("refuses an unknown name of every source", function()
      refuses({ { field = "customer" } }, "column 1: unknown field 'customer'; "
        .. "known: '" .. table.concat(FIELDS, "', '") .. "'")
      refuses({ { field = "customerName" } }, "column 1: unknown field "
        .. "'customerName'; did you mean 'customer_name'?")
      refuses({ { label = "customer_name" } },
        "column 1: unknown label 'customer_name'; "
        .. "known: 'operation_type', 'resource_type', 'operation_status'")
      refuses({ { link = "orders" } },
        "column 1: unknown link 'orders'; known: 'subscriptions'")
      refuses({ { line_item = "friendly_nam" } },
        "column 1: unknown line item field 'friendly_nam'; "
        .. "did you mean 'friendly_name'?")
      refuses({ { line_item = "FriendlyName" } }, "column 1: unknown line item "
        .. "field 'FriendlyName'; did you mean 'friendly_name'?")
      refuses({ { line_item = "" } }, "column 1: unknown line item field ''; "
        .. "known: '" .. table.concat(LINE_ITEM, "', '") .. "'")
    end)

    it("refuses a detail without a name", function()
      refuses({ { title = "A", detail = "" } },
        "column 1 ('A'): a detail or a key expected, got nothing")
    end)

    it("refuses a change whose path has an empty name", function()
      for _, path in ipairs { "", ".", ".a", "a.", "a..b" } do
        refuses({ { change = path } }, ("column 1: path '%s' of a change: "
          .. "names joined by single dots expected"):format(path))
      end
    end)

    it("refuses a title beside a key", function()
      refuses({ { title = "A", key = "action", field = "id" } },
        "column 1 ('A'): both 'title' and 'key' given; one is enough")
    end)

    it("refuses an unknown key, naming the nearest", function()
      refuses({ { key = "partner_usr", field = "id" } },
        "column 1 ('partner_usr'): unknown key 'partner_usr'; "
        .. "did you mean 'partner_user'?")
    end)

    it("lists the keys in byte order when none is near", function()
      local keys = {}
      for key in pairs(locale.find("en-us").titles) do keys[#keys + 1] = key end
      table.sort(keys)
      refuses({ { key = "colour", field = "id" } },
        "column 1 ('colour'): unknown key 'colour'; known: '"
        .. table.concat(keys, "', '") .. "'")
    end)

    it("refuses a value or template without a title", function()
      local message = "column 1: no title; 'title' or 'key' is needed"
      refuses({ { value = "a" } }, message)
      refuses({ { value = function() end } }, message)
      refuses({ { template = "{id}" } }, message)
    end)

    it("refuses a zone or format where there is no date", function()
      local message = "column 1 ('A'): 'zone' and 'format' need a column "
        .. "with operation_date"
      refuses({ { title = "A", field = "id", zone = "UTC" } }, message)
      refuses({ { title = "A", value = "a", format = "%F" } }, message)
      refuses({ { title = "A", value = print, format = "%F" } }, message)
      refuses({ { title = "A", template = "{id}", zone = "UTC" } }, message)
    end)

    it("refuses fields of what is no function, and unknown ones", function()
      refuses({ { title = "A", value = "a", fields = { "id" } } },
        "column 1 ('A'): 'fields' needs a column with a function")
      refuses({ { field = "id", fields = { "id" } } },
        "column 1: 'fields' needs a column with a function")
      refuses({ { title = "A", value = print, fields = { "ids" } } },
        "column 1 ('A'): option 'fields': unknown field 'ids'; "
        .. "did you mean 'id'?")
      refuses({ { title = "A", value = print, fields = { name = "id" } } },
        "column 1 ('A'): option 'fields': list of strings expected, got a "
        .. "table with holes or names")
    end)

    it("refuses an empty format", function()
      refuses({ { title = "A", field = "operation_date", format = "" } },
        "column 1 ('A'): 'format': pattern expected, got nothing")
    end)

    it("refuses a cloud or URL where there is no link", function()
      local message = "column 1 ('A'): 'cloud' and 'url' need a column "
        .. "with a link"
      refuses({ { title = "A", field = "id", cloud = "china" } }, message)
      refuses({ { title = "A", value = "", url = "https://x/{id}" } }, message)
    end)

    it("refuses a link to an unknown cloud or no URL", function()
      refuses({ { title = "A", link = "subscriptions", cloud = "chima" } },
        "column 1 ('A'): unknown cloud 'chima'; did you mean 'china'?")
      refuses({ { title = "A", link = "subscriptions", url = "data:{id}" } },
        "column 1 ('A'): link template 'data:{id}' "
        .. "is no https:// or http:// URL")
      refuses({ { link = "subscriptions", url = "https://x/{id}",
                  cloud = "china" } },
        "column 1: both a cloud and a link template given; one is enough")
    end)

    it("refuses an unknown name in a template, naming the nearest", function()
      refuses({ { title = "A", template = "({custmer_name})" } },
        "column 1 ('A'): unknown field 'custmer_name'; "
        .. "did you mean 'customer_name'?")
      refuses({ { title = "A", template = "{}" } },
        "column 1 ('A'): unknown field ''; known: '"
        .. table.concat(FIELDS, "', '") .. "'")
    end)

    it("refuses a brace without a partner, naming its byte", function()
      for template, expected in pairs {
        ["{id"] = { "{", 1 }, ["a {"] = { "{", 3 },
        ["{id {other}"] = { "{", 1 }, ["}"] = { "}", 1 },
        ["{id} } x"] = { "}", 6 }, ["{{}"] = { "}", 3 },
        ["{id}}"] = { "}", 5 },
      } do
        refuses({ { title = "A", template = template } },
          ("column 1 ('A'): '%s' at byte %d of the template has no partner; "
            .. "a literal one is written twice"):format(table.unpack(expected)))
      end
    end)

    it("names the column by its number and title", function()
      refuses({ { field = "id" }, { title = "B", field = "x" } },
        "column 2 ('B'): unknown field 'x'; known: '"
        .. table.concat(FIELDS, "', '") .. "'")
    end)

    it("blames the caller's line", function()
      local line = debug.getinfo(1, "l").currentline + 2
      local _, message = pcall(function()
        local made = layout.new {}
        return made
      end)
      assert.equal(("spec/layout_spec.lua:%d: layout: list of columns "
        .. "expected, got an empty one"):format(line),
        message:match("spec/layout_spec.*"))
    end)
  end)

  describe("lower()", function()
    it("reads every field but the date as it is", function()
      for _, name in ipairs(FIELDS) do
        if name ~= "operation_date" then
          assert.same({ title = name, pieces = { { "field", name } } },
            lowered { field = name })
        end
      end
    end)

    it("writes the date in the report's zone and format", function()
      assert.same({ title = "operation_date",
        pieces = { { "date", "UTC", "%F %T" } } },
        lowered { field = "operation_date" })
      assert.same({ { "date", "+05:30", "%j" } },
        lowered({ field = "operation_date" },
          { zone = "+05:30", date_format = "%j" }).pieces)
    end)

    it("writes the date in the column's own zone and format", function()
      local changes = { zone = "+05:30", date_format = "%j" }
      assert.same({ { "date", "Europe/Paris", "%d/%m/%Y %H:%M" } },
        lowered({ field = "operation_date", zone = "Europe/Paris",
                  format = "%d/%m/%Y %H:%M" }, changes).pieces)
      assert.same({ { "date", "+05:30", "%Y" } },
        lowered({ field = "operation_date", format = "%Y" }, changes).pieces)
      assert.same({ { "date", "local", "%j" } },
        lowered({ field = "operation_date", zone = "local" }, changes).pieces)
    end)

    it("names labels and details", function()
      for _, name in ipairs {
        "operation_type", "resource_type", "operation_status",
      } do
        assert.same({ title = name, pieces = { { "label", name } } },
          lowered { label = name })
      end
      for _, name in ipairs {
        "product", "reference", "information", "order",
      } do
        assert.same({ title = name, pieces = { { "detail", name } } },
          lowered { detail = name })
      end
    end)

    it("hands over the labels that are not Title Case", function()
      local function labels(name, words)
        local piece = lowered({ label = name }, { locale = words }).pieces[1]
        assert.same({ "label", name }, { piece[1], piece[2] })
        local result = {}
        for i = 1, #(piece[3] or {}), 2 do
          result[piece[3][i]] = piece[3][i + 1]
        end
        return piece[3] and result
      end

      local words = locale.find("de-de")
      assert.same(words.labels.operation_status,
                  labels("operation_status", words))
      assert.is_nil(labels("operation_type", words))
      assert.same({ B = "b", a_b = "A b", order = "Bestellung" },
        labels("resource_type", { labels = {
          resource_type = { order = "Bestellung", license = "License",
                            a_b = "A b", B = "b" } }, titles = {} }))
    end)

    it("takes any other detail for a key of the customized data", function()
      for _, key in ipairs {
        "OrderId", "Quantity-0", "Product", "status", "é", "a\0b",
      } do
        assert.same({ title = key, pieces = { { "pair", key } } },
          lowered { detail = key })
      end
    end)

    it("names the fields of a line item", function()
      for _, name in ipairs(LINE_ITEM) do
        assert.same({ title = name, pieces = { { "line_item", name } } },
          lowered { line_item = name })
      end
    end)

    it("hands the path of a change over", function()
      for _, path in ipairs { "Quantity", "LineItems.1.Quantity", "a b.é" } do
        assert.same({ title = path, pieces = { { "change", path } } },
          lowered { change = path })
      end
      assert.equal("Menge", lowered({ key = "quantity", change = "Quantity" },
        { locale = locale.find("de") }).title)
    end)

    -- A path of 50,000 of them took 2 s for one record of 20,000 keys, as each
    -- key passed over all of them.
    it("leaves out the underscores of a key and of a path", function()
      assert.same({ title = "offer_id", pieces = { { "pair", "offerid" } } },
        lowered { detail = "offer_id" })
      local path = "line_items.1." .. ("_"):rep(50000) .. "id"
      assert.same({ title = path, pieces = { { "change", "lineitems.1.id" } } },
        lowered { change = path })
    end)

    it("keeps a constant as it is", function()
      assert.same({ title = "A", pieces = { { "text", "{id}\0é" } } },
        lowered { title = "A", value = "{id}\0é" })
      assert.same({ title = "", pieces = { { "text", "" } } },
        lowered { title = "", value = "" })
    end)

    it("hands a function over", function()
      local function order(record) return record.id end
      assert.same({ title = "Order", value = order },
        lowered { title = "Order", value = order })
      assert.same({ title = "Order", value = order, fields = { "id" } },
        lowered { title = "Order", value = order, fields = { "id" } })
    end)

    local function template_pieces(template, changes)
      return lowered({ title = "A", template = template }, changes).pieces
    end

    it("takes a template apart", function()
      assert.same({
        { "field", "customer_name" }, { "text", " (" },
        { "field", "customer_id" }, { "text", ")" },
      }, template_pieces("{customer_name} ({customer_id})"))
      assert.same({ { "field", "id" }, { "field", "other" } },
        template_pieces("{id}{other}"))
      assert.same({ { "text", "plain\0" } }, template_pieces("plain\0"))
      assert.same({}, template_pieces(""))
    end)

    it("reads doubled braces as braces", function()
      assert.same({ { "text", "{" }, { "field", "id" }, { "text", "}" } },
        template_pieces("{{{id}}}"))
      assert.same({ { "text", "a{id}b{}" } }, template_pieces("a{{id}}b{{}}"))
    end)

    -- Braces were joined to the text one by one, which copied all of it.
    it("reads a template of many braces in memory of its length", function()
      local template = ("{{"):rep(10000)
      local before = collectgarbage "count"
      collectgarbage "stop"
      local pieces = template_pieces(template)
      local used = collectgarbage "count" - before
      collectgarbage "restart"
      assert.same({ { "text", ("{"):rep(10000) } }, pieces)
      assert.is_true(used < 10 * 1024)
    end)

    it("writes the date in a template like that of a column", function()
      assert.same({ { "text", "on " }, { "date", "UTC", "%F %T" } },
        template_pieces("on {operation_date}"))
      assert.same({ { "date", "-03:00", "%H" }, { "text", "h" } },
        lowered({ title = "A", template = "{operation_date}h",
                  zone = "-03:00", format = "%H" }).pieces)
    end)

    it("builds the link, kept empty where there is no GUID", function()
      assert.same(GLOBAL, lowered { link = "subscriptions" })
    end)

    it("links to the report's cloud unless the column names its own", function()
      local china = "https://partner.partnercenter.microsoftonline.cn"
        .. "/commerce/customers/"
      local function prefix(column, cloud)
        column.link = "subscriptions"
        return lowered(column, { cloud = cloud }).pieces[1][2]
      end
      assert.equal(china, prefix({}, "china"))
      assert.equal(china, prefix({ cloud = "china" }, "global"))
      assert.equal(GLOBAL.pieces[1][2], prefix({ cloud = "global" }, "china"))
      assert.equal("https://x/", prefix({ url = "https://x/{id}" }, "china"))
    end)

    it("leaves out the text after an id that ends the link", function()
      assert.same({ { "text", "https://x/" }, { "field", "customer_id" } },
        lowered { link = "subscriptions", url = "https://x/{id}" }.pieces)
    end)

    it("titles a column by its title, or by the locale", function()
      assert.equal("Kunde",
        lowered { title = "Kunde", field = "customer_name" }.title)
      assert.equal("Affected customer",
        lowered { key = "affected_customer", field = "customer_name" }.title)
      assert.equal("Performed by",
        lowered { key = "performed_by", link = "subscriptions" }.title)
      assert.equal("Open",
        lowered { title = "Open", link = "subscriptions" }.title)
      assert.equal("Wer", lowered({ key = "partner_user", field = "id" },
        { locale = { titles = { partner_user = "Wer" } } }).title)
    end)

    it("keeps an author's titles free of the zone", function()
      local changes = { zone_in_title = true }
      assert.equal("operation_date",
        lowered({ field = "operation_date" }, changes).title)
      assert.equal("Date-Time",
        lowered({ key = "date_time", field = "operation_date" }, changes).title)
    end)

    it("adds no link to an author's layout", function()
      assert.equal("id", lowered({ field = "id" }, { links = true }).title)
    end)

    it("gives equal lists each time", function()
      local found = layout.find("partner-center")
      local changes = report { links = true, zone_in_title = true }
      assert.same(layout.lower(found, changes), layout.lower(found, changes))
      assert.equal(4, #layout.lower(found, report()))
    end)
  end)

  describe("builtin", function()
    local function columns(name, changes)
      return layout.lower(layout.builtin[name], report(changes))
    end

    local PARTNER_CENTER = {
      { title = "Date-Time", pieces = { { "date", "UTC", "%F %T" } } },
      { title = "Affected customer",
        pieces = { { "field", "customer_name" } } },
      { title = "Action", pieces = { { "label", "operation_type" } } },
      { title = "Partner user",
        pieces = { { "field", "user_principal_name" } } },
    }

    local PARTNER_CENTER_2019 = {
      { title = "Affected customer",
        pieces = { { "field", "customer_name" } } },
      { title = "Action", pieces = { { "detail", "product" } } },
      { title = "Partner user",
        pieces = { { "field", "user_principal_name" } } },
      { title = "Status", pieces = { { "detail", "reference" } } },
      { title = "Additional information",
        pieces = { { "detail", "information" } } },
    }

    it("has the portal's columns", function()
      assert.same(PARTNER_CENTER, columns("partner-center"))
      assert.same(PARTNER_CENTER_2019, columns("partner-center-2019"))
    end)

    it("ends the portal's columns in a link when it is wanted", function()
      for name, plain in pairs {
        ["partner-center"] = PARTNER_CENTER,
        ["partner-center-2019"] = PARTNER_CENTER_2019,
      } do
        local expected = table.move(plain, 1, #plain, 1, {})
        expected[#expected + 1] = GLOBAL
        assert.same(expected, columns(name, { links = true }))
      end
    end)

    it("has a row for each line item in order-lines", function()
      local expected = {
        PARTNER_CENTER[1], PARTNER_CENTER[2],
        { title = "Product", pieces = { { "line_item", "friendly_name" } } },
        { title = "Quantity", pieces = { { "line_item", "quantity" } } },
        { title = "Subscription",
          pieces = { { "line_item", "subscription_id" } } },
        { title = "Order", pieces = { { "detail", "order" } } },
        PARTNER_CENTER[4],
      }
      assert.same(expected, columns("order-lines", { links = false }))
      expected[8] = GLOBAL
      assert.same(expected, columns("order-lines", { links = true }))
    end)

    it("is titled in the report's locale", function()
      local words = locale.find("fr-fr")
      local function titles(name, changes)
        local result = {}
        changes.locale = words
        for i, column in ipairs(columns(name, changes)) do
          result[i] = column.title
        end
        return result
      end
      local of = words.titles
      assert.same({ of.date_time, of.affected_customer, of.action,
                    of.partner_user, of.subscriptions },
        titles("partner-center", { links = true }))
      assert.same({ of.affected_customer, of.action, of.partner_user,
                    of.status, of.additional_information },
        titles("partner-center-2019", {}))
      assert.same({ of.date_time, of.affected_customer, of.product, of.quantity,
                    of.subscription, of.order, of.partner_user },
        titles("order-lines", {}))
      local full = {}
      for i, name in ipairs(FIELDS) do full[i] = of["field." .. name] end
      assert.same(full, titles("full", {}))
    end)

    it("has every field in full, under its own name if asked", function()
      for _, links in ipairs { false, true } do
        for _, own in ipairs { false, true } do
          local full = columns("full", { links = links, own_names = own,
                                         locale = locale.find("de") })
          assert.equal(#FIELDS, #full)
          for i, name in ipairs(FIELDS) do
            assert.equal(own and name
              or locale.find("de").titles["field." .. name], full[i].title)
          end
          assert.same({ { "date", "UTC", "%F %T" } }, full[12].pieces)
          assert.same({ { "field", "other" } }, full[16].pieces)
        end
      end
    end)

    it("keeps the titles of the others when names are asked for", function()
      assert.same(PARTNER_CENTER, columns("partner-center",
        { own_names = true }))
    end)

    it("names the zone beside the title of a date, if asked", function()
      local function titles(name, zone)
        local result = {}
        local changes = { zone = zone, zone_in_title = true }
        for i, column in ipairs(columns(name, changes)) do
          result[i] = column.title
        end
        return table.concat(result, "|")
      end
      assert.equal("Date-Time (UTC)|Affected customer|Action|Partner user",
        titles("partner-center"))
      assert.equal("Date-Time (+05:30)|Affected customer|Action|Partner user",
        titles("partner-center", "+05:30"))
      assert.matches("|Operation date %(UTC%)|Old value|", titles("full"))
      assert.equal("Affected customer|Action|Partner user|Status"
        .. "|Additional information", titles("partner-center-2019"))
    end)

    it("shows its name", function()
      assert.equal("activitylog.layout: partner-center-2019",
        tostring(layout.builtin["partner-center-2019"]))
    end)
  end)

  describe("find()", function()
    it("finds the built-in layouts by name", function()
      for _, name in ipairs {
        "partner-center", "partner-center-2019", "order-lines", "full",
      } do
        assert.equal(layout.builtin[name], layout.find(name))
      end
    end)

    it("gives a layout back", function()
      local made = layout.new { { field = "id" } }
      assert.equal(made, layout.find(made))
    end)

    it("raises on an unknown name, naming the nearest", function()
      assert.has_error(function() layout.find("partner_center") end,
        "unknown layout 'partner_center'; did you mean 'partner-center'?")
    end)

    it("raises on an unknown name, naming all when none is near", function()
      assert.has_error(function() layout.find("portal") end,
        "unknown layout 'portal'; known: 'partner-center', "
        .. "'partner-center-2019', 'order-lines', 'full'")
    end)

    it("raises on what is neither a name nor a layout", function()
      assert.has_error(function() layout.find(nil) end,
        "layout: name or layout expected, got nil")
      assert.has_error(function() layout.find({ { field = "id" } }) end,
        "layout: name or layout expected, got table; "
          .. "activitylog.layout makes one of it")
    end)

    it("blames the line of its caller, or of a level above", function()
      local line = debug.getinfo(1, "l").currentline + 2
      local function export(level)
        layout.find("portal", level)
        return true
      end
      local function blamed(level)
        local _, message = pcall(function()
          local result = export(level); return result
        end)
        return tonumber(message:match(":(%d+): "))
      end
      assert.equal(line, blamed(nil))
      assert.equal(line, blamed(1))
      assert.equal(line + 5, blamed(2))
    end)
  end)
end)
