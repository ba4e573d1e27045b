-- CSV and workbooks as LibreOffice and SheetJS open them, in every locale.
-- Slow, as LibreOffice starts anew for each file. SheetJS is what scripts/test
-- puts into build/office.

local activitylog = require "activitylog"
local core = require "activitylog.core"
local locale = require "activitylog.locale"
local support = require "spec.support"

local missing = support.missing("office", "soffice", "node")
if missing then
  pending("a spreadsheet opens reports #slow: " .. missing)
  return
end

local SHEETJS =
  "NODE_PATH=build/office/node_modules node spec/office/sheetjs.js"
local RELECLOUD = "0c39d6d5-c70d-4c55-bc02-f620844f3fd1"

-- The languages as Windows numbers them.
local LCID = {
  ["en-us"] = 1033, ["cs-cz"] = 1029, ["de-de"] = 1031, ["es-es"] = 3082,
  ["fr-fr"] = 1036, ["hu-hu"] = 1038, ["it-it"] = 1040, ["ja-jp"] = 1041,
  ["ko-kr"] = 1042, ["nl-nl"] = 1043, ["pl-pl"] = 1045, ["pt-br"] = 1046,
  ["pt-pt"] = 2070, ["ru-ru"] = 1049, ["sv-se"] = 1053, ["tr-tr"] = 1055,
  ["zh-cn"] = 2052, ["zh-tw"] = 1028,
}

-- What each record has, which is also its cell in a workbook, and its cell in
-- CSV for Excel; the newest first.
local NAMES = {
  { "Zoë & Søn, 株式会社; Иван", "Zoë & Søn, 株式会社; Иван" },
  { '=HYPERLINK("http://example.com";"x")',
    [['=HYPERLINK("http://example.com";"x")]] },
  { "+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0" },
  { "@SUM(1,2)", "'@SUM(1,2)" },
  { "-2+3", "'-2+3" },
  { "＝1＋1", "'＝1＋1" },
  { 'quotes "" and\nlines', 'quotes "" and\nlines' },
  { "👩‍💻 e\u{301} \u{202E}txt", "👩‍💻 e\u{301} \u{202E}txt" },
}

local ORDER = [[{"Id":"A-ORDER","LineItems":[
  {"FriendlyName":"Office 365; E3","Quantity":25,"SubscriptionId":"S-1"},
  {"FriendlyName":"=ADD()","Quantity":1,"SubscriptionId":"S-2"}]}]]

local function log_of_names()
  local log = support.log()
  local records = {}
  for i, pair in ipairs(NAMES) do
    records[i] = {
      id = tostring(i),
      operation_date = ("2026-10-09T17:58:%02dZ"):format(60 - i),
      operation_type = "create_order",
      customer_id = RELECLOUD,
      customer_name = pair[1],
      user_principal_name = "admin@relecloud.example",
      resource_new_value = ORDER,
    }
  end
  assert(log:append(records))
  return log
end

local function rows_of(lines)
  local rows = {}
  for line in lines:gmatch("[^\n]+") do rows[#rows + 1] = core.decode(line) end
  return rows
end

local function libreoffice(path, name)
  return rows_of(support.check(
    ("python3 spec/office/libreoffice.py %s --separator='%s' --language=%d")
      :format(path, locale.find(name).separator, LCID[name])))
end

local function sheetjs(path)
  return rows_of(support.check(SHEETJS .. " " .. path))
end

local function date_of(i)
  return { date = ("2026-10-09T17:58:%02d"):format(60 - i) }
end

local URL = activitylog.link.subscriptions(RELECLOUD)

-- How cells are written that are not the same in all forms: the name's place in
-- its pair, what is before a formula's text, and the link.
local CSV = { name = 2, mark = "'", link = function() return URL end }

local function workbook(formula)
  return { name = 1, mark = "", link = function(titles)
    return { formula = formula:format(URL, titles.subscriptions) }
  end }
end

local function portal_rows(titles, form)
  local link = form.link(titles)
  local rows = { {
    titles.date_time .. " (UTC)", titles.affected_customer, titles.action,
    titles.partner_user, titles.subscriptions,
  } }
  for i, pair in ipairs(NAMES) do
    rows[i + 1] = {
      date_of(i), pair[form.name], "Create Order", "admin@relecloud.example",
      link,
    }
  end
  return rows
end

local function order_rows(titles, form)
  local link = form.link(titles)
  local rows = { {
    titles.date_time .. " (UTC)", titles.affected_customer, titles.product,
    titles.quantity, titles.subscription, titles.order, titles.partner_user,
    titles.subscriptions,
  } }
  for i, pair in ipairs(NAMES) do
    for _, item in ipairs {
      { "Office 365; E3", "25", "S-1" }, { form.mark .. "=ADD()", "1", "S-2" },
    } do
      rows[#rows + 1] = {
        date_of(i), pair[form.name], item[1], { float = item[2] }, item[3],
        "A-ORDER", "admin@relecloud.example", link,
      }
    end
  end
  return rows
end

describe("a spreadsheet", function()
  local function export(format, layout, name)
    local path = support.temp_dir() .. "/report." .. format
    assert(log_of_names():export(path, {
      period = "all", format = format, layout = layout, locale = name,
    }))
    return path, locale.find(name).titles
  end

  local function finds_the_cells(layout, expected, name)
    it(("finds the cells of %s in %s #slow"):format(layout, name), function()
      local path, titles = export("csv", layout, name)
      local rows = expected(titles, CSV)
      assert.same(rows, libreoffice(path, name))
      assert.same(rows, sheetjs(path))
    end)

    it(("finds a workbook's of %s in %s #slow"):format(layout, name), function()
      local path, titles = export("xlsx", layout, name)
      assert.same(expected(titles, workbook 'of:=HYPERLINK("%s";"%s")'),
                  libreoffice(path, name))
      assert.same(expected(titles, workbook 'HYPERLINK("%s","%s")'),
                  sheetjs(path))
    end)
  end

  for _, name in ipairs(locale.names) do
    finds_the_cells("partner-center", portal_rows, name)
    finds_the_cells("order-lines", order_rows, name)
  end
end)
