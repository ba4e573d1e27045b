local activitylog = require "activitylog"
local fields = require "activitylog.record_fields"
local locale = require "activitylog.locale"
local support = require "spec.support"

local FACTS = "spec/fixtures/partner-center/"

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

local ALL = "'cs-cz', 'de-de', 'en-us', 'es-es', 'fr-fr', 'hu-hu', 'it-it', "
  .. "'ja-jp', 'ko-kr', 'nl-nl', 'pl-pl', 'pt-br', 'pt-pt', 'ru-ru', "
  .. "'sv-se', 'tr-tr', 'zh-cn', 'zh-tw'"

-- The rows of a CSV file of facts, by the names of its columns.
local function facts(name)
  local rows = support.cells(FACTS .. name)
  local titles, list = table.remove(rows, 1), {}
  for i, row in ipairs(rows) do
    list[i] = {}
    for j, title in ipairs(titles) do list[i][title] = row[j] end
  end
  return list
end

-- Every text of a locale, by where it stands.
local function texts_of(words)
  local texts = {
    name = words.name, separator = words.separator,
    date_format = words.date_format, date_time_format = words.date_time_format,
  }
  for key, text in pairs(words.titles) do texts["titles." .. key] = text end
  for field, labels in pairs(words.labels) do
    for wire, text in pairs(labels) do texts[field .. "." .. wire] = text end
  end
  return texts
end

describe("activitylog.locale", function()
  it("loads without the C module, and finds every locale", function()
    assert.equal("18\n", support.check(support.lua([[
      package.cpath = ""
      local locale, found = require "activitylog.locale", 0
      for _, name in ipairs(locale.names) do
        if locale.find(name).name == name then found = found + 1 end
      end
      print(found)]])))
  end)

  describe("find()", function()
    it("finds a locale by its name", function()
      for _, name in ipairs(locale.names) do
        assert.equal(name, locale.find(name).name)
      end
    end)

    it("takes any case, and an underscore for the hyphen", function()
      local found = locale.find("fr-fr")
      for _, name in ipairs { "fr-FR", "FR-FR", "fr_fr", "FR_fr", "Fr_fR" } do
        assert.equal(found, locale.find(name))
      end
    end)

    it("takes a language alone, for its first locale", function()
      for language, name in pairs {
        en = "en-us", EN = "en-us", fr = "fr-fr", pt = "pt-br", zh = "zh-cn",
        Cs = "cs-cz", sv = "sv-se", tr = "tr-tr", ja = "ja-jp", ko = "ko-kr",
      } do
        assert.equal(name, locale.find(language).name)
      end
    end)

    it("tells the regions of a language apart", function()
      assert.equal("pt-pt", locale.find("pt-PT").name)
      assert.equal("zh-tw", locale.find("zh_TW").name)
    end)

    it("raises on an unknown name, naming the known ones", function()
      for _, name in ipairs {
        "", "e", "eng", "en-", "en-gb", "us", "en-us ", "en-us.utf-8",
        "../locale", "en-us\0", "fr-ca", "de-AT", "zh-Hant-TW", "zh-hk", "xx",
        "-", "f.", "[a-z]", "%a+", "en_us_", "fr-fr-fr",
      } do
        assert.has_error(function() locale.find(name) end,
          ("unknown locale '%s'; known: %s")
            :format(name:gsub("%z", "\\u{0}"), ALL))
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

  describe("title_case()", function()
    it("makes spaces and capitals", function()
      assert.equal("Update Customer User",
        locale.title_case("update_customer_user"))
      assert.equal("", locale.title_case(""))
      assert.equal("A B", locale.title_case("a_b"))
    end)

    it("does what the core does, whatever the value", function()
      local wires = {
        "_", "__", "_a", "a_", "__a__b", "a b_c", " a", "éa_éb", "ß", "1st_2nd",
        "CREATE_ORDER", "Create_order", "a-b_c", "日本_語", "a\tb_c", "x",
        "createOrder", "_é", ("a_"):rep(1000), "i_İ_ı",
      }
      for code = 0, 127 do
        local char = string.char(code)
        wires[#wires + 1] = ("a%sb_%sc%s"):format(char, char, char)
      end
      local records = {}
      for i, wire in ipairs(wires) do
        records[i] = { id = tostring(i), operation_type = wire,
                       operation_date = "2026-10-01T00:00:00Z" }
      end
      local log = support.log()
      assert.equal(#wires, assert(log:append(records)).added)
      local function cells(column)
        column.title = "T"
        return (assert(log:export_text { period = "all", excel = false,
          layout = activitylog.layout { column } }))
      end
      local expected = cells { label = "operation_type" }
      assert.equal(expected, cells { value = function(record)
        return locale.title_case(record.operation_type)
      end })
    end)

    it("does not follow the process's locale", function()
      assert.equal("\xE4b Ä \xE4", locale.title_case("\xE4b_Ä_\xE4"))
    end)
  end)

  describe("label()", function()
    local german = locale.find("de")

    it("gives the locale's label", function()
      assert.equal("Fehlgeschlagen",
        locale.label(german, "operation_status", "failed"))
      assert.equal("Failed",
        locale.label(locale.find("en"), "operation_status", "failed"))
    end)

    it("falls back to that of en-us", function()
      assert.equal("Create Order",
        locale.label(german, "operation_type", "create_order"))
      assert.equal("Mpn Association",
        locale.label(german, "resource_type", "mpn_association"))
    end)

    it("writes what nobody knows in Title Case", function()
      assert.equal("Do Some Thing",
        locale.label(german, "operation_type", "do_some_thing"))
      assert.equal("On Hold",
        locale.label(german, "operation_status", "on_hold"))
      assert.equal("A B", locale.label(german, "customer_name", "a_b"))
      assert.equal("", locale.label(german, "operation_type", ""))
    end)
  end)

  describe("names", function()
    it("are in the order of their bytes, so pt is pt-br and zh is zh-cn",
      function()
        local sorted = table.move(locale.names, 1, #locale.names, 1, {})
        table.sort(sorted)
        assert.same(sorted, locale.names)
        assert.equal(ALL, "'" .. table.concat(sorted, "', '") .. "'")
      end)

    it("name a file each", function()
      local files = support.check("ls lua/activitylog/locale")
      local expected = table.concat(locale.names, ".lua\n"):gsub("-", "_")
      assert.equal(expected .. ".lua\n", files)
    end)
  end)

  describe("the facts", function()
    it("are what each locale says, corrected where they are wrong", function()
      local count = 0
      for _, fact in ipairs(facts "locales.csv") do
        local expected = fact.corrected ~= "" and fact.corrected
          or fact.published
        assert.equal(expected, locale.find(fact.locale).titles[fact.key])
        count = count + 1
      end
      assert.equal(18 * 18, count)
    end)

    it("have every label of en-us, which has no other", function()
      local expected, fields_of = {}, {
        operationType = "operation_type", resourceType = "resource_type",
        operationStatus = "operation_status",
      }
      for _, fact in ipairs(facts "enums.csv") do
        local field = fields_of[fact.kind]
        expected[field] = expected[field] or {}
        expected[field][fact.wire_value] = fact.label
      end
      assert.same(expected, locale.find("en-us").labels)
    end)
  end)

  -- Excel wants ; where the decimal sign is a comma.
  local SEMICOLON = {
    ["cs-cz"] = true, ["de-de"] = true, ["es-es"] = true, ["fr-fr"] = true,
    ["hu-hu"] = true, ["it-it"] = true, ["nl-nl"] = true, ["pl-pl"] = true,
    ["pt-br"] = true, ["pt-pt"] = true, ["ru-ru"] = true, ["sv-se"] = true,
    ["tr-tr"] = true,
  }

  for _, name in ipairs(locale.names) do
    describe(name, function()
      local words, english = locale.find(name), locale.find("en-us")

      it("has what every locale has", function()
        assert.same(sorted_keys(english), sorted_keys(words))
        assert.same(sorted_keys(english.titles), sorted_keys(words.titles))
        assert.same(sorted_keys(english.labels.operation_status),
                    sorted_keys(words.labels.operation_status))
        for field, labels in pairs(words.labels) do
          for wire in pairs(labels) do
            assert.is_string(english.labels[field][wire])
          end
        end
      end)

      it("has a title for every field", function()
        for _, field in ipairs(fields) do
          assert.is_string(words.titles["field." .. field])
        end
      end)

      it("has clean texts: UTF-8, none empty, no control characters",
        function()
          for place, text in pairs(texts_of(words)) do
            assert.is_true(utf8.len(text) ~= nil and text ~= "", place)
            assert.is_nil(text:find("[\0-\x1F\x7F]"), place)
            assert.is_nil(text:find("\u{80}", 1, true), place)
            assert.is_nil(text:find("^%s") or text:find("%s$")
                          or text:find("  ", 1, true), place)
          end
        end)

      it("has no title that Excel would run", function()
        for key, text in pairs(words.titles) do
          assert.is_nil(text:find("^[=+%-@]"), key)
        end
      end)

      -- A file that begins with ID is SYLK to Excel, which then complains.
      it("has a first field that does not begin with ID", function()
        assert.is_nil(words.titles["field.id"]:find("^ID"))
      end)

      it("has the separator of its region", function()
        assert.equal(SEMICOLON[name] and ";" or ",", words.separator)
      end)

      it("has dates that the core can write", function()
        local log = support.log()
        assert(log:append { id = "1", customer_name = "Contoso",
                            operation_date = "2021-09-04T07:06:05Z" })
        for _, format in ipairs { words.date_format,
                                  words.date_time_format } do
          local text = assert(log:export_text {
            period = "all", excel = false, separator = "|",
            layout = activitylog.layout { { field = "operation_date",
                                            format = format } },
          })
          local date = text:match("\n(.*)\n")
          assert.matches("2021", date)
          assert.is_nil(date:find("%", 1, true))
          assert.equal(format == words.date_time_format,
                       date:find(":06", 1, true) ~= nil)
        end
        assert.equal(words.date_format,
          words.date_time_format:sub(1, #words.date_format))
        assert.equal(name == "en-us",
          words.date_time_format:find("%p", 1, true) ~= nil)
      end)
    end)
  end

  it("has texts in Unicode's composed form only", function()
    local list = {}
    for _, name in ipairs(locale.names) do
      for place, text in pairs(texts_of(locale.find(name))) do
        list[#list + 1] = name .. "." .. place .. "=" .. text
      end
    end
    local path = support.temp_dir() .. "/texts"
    support.write(path, table.concat(list, "\n") .. "\n")
    assert.equal("", support.check(([[python3 -c '
import sys, unicodedata
for line in open(sys.argv[1], encoding="utf-8"):
    if line != unicodedata.normalize("NFC", line) or any(
            unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn")
            for c in line[:-1]):
        print(line)' %s]]):format(path)))
  end)

  describe("titles of columns", function()
    -- What log.lua reads by its titles; false reads over a column.
    local READ = {
      date_time = "operation_date", affected_customer = "customer_name",
      action = "operation_type", partner_user = "user_principal_name",
      performed_by = "user_principal_name", status = false,
      additional_information = false, subscriptions = false,
    }
    for _, field in ipairs(fields) do READ["field." .. field] = field end

    it("mean one field, whichever two locales they are of", function()
      local field_of, place_of = {}, {}
      for _, name in ipairs(locale.names) do
        local titles = locale.find(name).titles
        for _, key in ipairs(sorted_keys(READ)) do
          local title, place = titles[key]:gsub("%u", string.lower),
                               name .. " " .. key
          if field_of[title] ~= nil then
            assert.equal(field_of[title], READ[key],
              ("%s: %s and %s"):format(title, place_of[title], place))
          end
          field_of[title], place_of[title] = READ[key], place
        end
      end
    end)

    it("differ within a report", function()
      for _, name in ipairs(locale.names) do
        for _, layout in ipairs { "partner-center", "partner-center-2019",
                                  "full" } do
          local text = assert(support.log():export_text {
            layout = layout, locale = name, bom = false, separator = "|",
          })
          local seen = {}
          for title in text:gmatch("[^|\r\n]+") do
            assert.is_nil(seen[title], title)
            seen[title] = true
          end
        end
      end
    end)
  end)

  describe("import()", function()
    it("reads the portal's columns in every locale", function()
      for _, name in ipairs(locale.names) do
        local record = {
          operation_date = "2026-10-01T08:09:10.1234567Z",
          customer_name = "Contoso", operation_type = "create_order",
          user_principal_name = "admin@contoso.example",
        }
        local log = support.log()
        assert(log:append(record))
        local text = assert(log:export_text {
          period = "all", locale = name, date_format = "%FT%T.%fZ",
        })
        local other = support.log()
        assert.equal(1, assert(other:import_text(text)).added)
        local back = support.list(other)[1]
        for field, value in pairs(record) do
          assert.equal(value, back[field])
        end
      end
    end)

    it("knows the titles of full, and says that its dates are for Excel",
      function()
        for _, name in ipairs(locale.names) do
          local log = support.log()
          assert(log:append { id = "1",
                              operation_date = "2026-10-01T08:09:10Z" })
          local _, message, code = log:import_text((log:export_text {
            period = "all", locale = name, layout = "full" }))
          assert.equal("syntax", code)
          assert.matches("operation_date: '2026-10-01 08:09:10' is a date for "
            .. "Excel, not the full instant", message, 1, true)
        end
      end)
  end)

  describe("en-us", function()
    local english = locale.find("en-us")

    it("has the words for what the portal has not", function()
      local titles = english.titles
      assert.equal("Product", titles.product)
      assert.equal("User principal name",
        titles["field.user_principal_name"])
      assert.equal("Licenses added", titles.licenses_added)
    end)

    it("has the CSV habits and dates of its region", function()
      assert.equal(",", english.separator)
      assert.equal("%-m/%-d/%Y", english.date_format)
      assert.equal("%-m/%-d/%Y, %-I:%M %p", english.date_time_format)
    end)
  end)
end)
