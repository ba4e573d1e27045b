-- Each program in examples/, run as its first lines say.

local activitylog = require "activitylog"
local support = require "spec.support"

local ROOT = support.check("pwd"):gsub("\n$", "")
local RELECLOUD = "0c39d6d5-c70d-4c55-bc02-f620844f3fd1"
local CONTOSO = "86bddccf-9a53-40c6-907c-08067a3f8da7"

-- The clock of the programs stands still, too.
local CLOCK = ([[-e 'require "activitylog.period".clock = function()
  return %d end' ]]):format(support.NOW)

-- Run a program in a folder; returns what it prints and its exit status.
local function run(folder, arguments)
  return support.run(support.lua_in(folder,
    CLOCK .. ROOT .. "/examples/" .. arguments))
end

-- A folder with a log of three records: September and October of 2026.
local function folder_with_log()
  local folder = support.temp_dir()
  local log <close> = assert(activitylog.open(folder .. "/contoso.db"))
  assert(log:append {
    {
      id = "1", operation_date = "2026-09-30T23:30:00Z",
      operation_type = "create_order", operation_status = "succeeded",
      customer_id = RELECLOUD, customer_name = "Relecloud",
      resource_new_value = [[{"LineItems":[
        {"FriendlyName":"Office 365","Quantity":25},
        {"OfferId":"ADD-ON"}]}]],
    },
    {
      id = "2", operation_date = "2026-09-01T00:00:00Z",
      operation_type = "add_customer", customer_id = CONTOSO:upper(),
    },
    {
      id = "3", operation_date = "2026-09-02T00:00:00Z",
      operation_type = "add_customer", customer_id = "../no-guid",
    },
  })
  return folder
end

local function rows_of(path)
  local rows = {}
  for row in support.read(path):gmatch("([^\r]*)\r\n") do
    rows[#rows + 1] = row
  end
  return rows
end

describe("examples/quickstart.lua", function()
  it("shows wide and overlong cells in straight columns", function()
    local folder = support.temp_dir()
    support.write(folder .. "/log.jsonl", [[
{"id":"1","operationDate":"2026-10-01T08:00:00Z","customerName":"株式会社"}
{"id":"2","operationDate":"2026-10-01T07:00:00Z","customerName":"Zoe\u0301"}
{"id":"3","operationDate":"2026-10-01T06:00:00Z","customerName":"]]
      .. ("n"):rep(60) .. '","userPrincipalName":"\\u001b[31m"}\n')
    local output = run(folder, "quickstart.lua log.jsonl")
    assert.truthy(output:find("\n2026-10-01 08:00:00  株式会社  "
      .. (" "):rep(52) .. "-       -\n", 1, true))
    assert.truthy(output:find("\n2026-10-01 07:00:00  Zoe\u{301}"
      .. (" "):rep(59) .. "-       -\n", 1, true))
    assert.truthy(output:find(("n"):rep(60) .. "  -       \\u{1B}[31m\n", 1,
                              true))
  end)

  it("fits its table into the terminal", function()
    local folder = support.temp_dir()
    support.write(folder .. "/log.jsonl",
      '{"id":"1","operationDate":"2026-10-01T08:00:00Z","customerName":"'
      .. ("n"):rep(60) .. '"}\n')
    local output = support.run("COLUMNS=60; export COLUMNS; "
      .. support.lua_in(folder, ROOT
      .. "/examples/quickstart.lua log.jsonl"))
    local line = output:match("\n(%-[- ]+)\n")
    assert.equal(60, #line)
    assert.truthy(output:find("nnn…  -", 1, true))
  end)

  it("ends with the message when a file cannot be imported", function()
    local output, status = run(support.temp_dir(), "quickstart.lua no-file")
    assert.equal(1, status)
    assert.truthy(output:find("cannot open no-file: ", 1, true))
    assert.falsy(output:find("traceback", 1, true))
  end)
end)

describe("examples/monthly-csv.lua", function()
  it("writes last month, of the zone if one is given", function()
    local folder = folder_with_log()
    assert.equal("3 records in september.csv\n",
      (run(folder, "monthly-csv.lua contoso.db september.csv")))
    assert.equal("2 records in september.csv\n",
      (run(folder, "monthly-csv.lua contoso.db september.csv +01:00")))
    assert.equal(3, #rows_of(folder .. "/september.csv"))
  end)
end)

describe("examples/monthly-page.lua", function()
  it("writes last month, in the language if one is given", function()
    local folder = folder_with_log()
    assert.equal("3 records in september.html\n",
      (run(folder, "monthly-page.lua contoso.db september.html")))
    assert.matches("<h1>Activity Log</h1>",
                   support.read(folder .. "/september.html"), 1, true)
    run(folder, "monthly-page.lua contoso.db september.html fr")
    assert.matches('<html lang="fr-FR">',
                   support.read(folder .. "/september.html"), 1, true)
  end)
end)

describe("examples/author-layout.lua", function()
  it("writes an order's products into one cell", function()
    local folder = folder_with_log()
    assert.equal("1 orders in orders.csv\n",
      (run(folder, "author-layout.lua contoso.db orders.csv")))
    local rows = rows_of(folder .. "/orders.csv")
    assert.equal(("30/09/2026 23:30,Relecloud (%s),"
      .. '"25 x Office 365\n? x ADD-ON",Succeeded,Partner Center,%s')
      :format(RELECLOUD, activitylog.link.subscriptions(RELECLOUD)), rows[2])
  end)
end)

describe("examples/customer-reports.lua", function()
  it("writes a file for each customer whose id can name one", function()
    local folder = folder_with_log()
    support.check("mkdir " .. support.quote(folder .. "/reports"))
    assert.equal(
      ("1 records in reports/%s.csv\n1 records in reports/%s.csv\n")
        :format(RELECLOUD, CONTOSO),
      (run(folder, "customer-reports.lua contoso.db reports 2026-09")))
    assert.equal(2,
      #rows_of(("%s/reports/%s.csv"):format(folder, CONTOSO)))
  end)
end)

describe("examples/order-lines.lua", function()
  it("writes a row for each product", function()
    local folder = folder_with_log()
    assert.equal("2 products of 1 orders in orders.csv\n",
      (run(folder, "order-lines.lua contoso.db orders.csv 2026-09")))
    local link = activitylog.link.subscriptions(RELECLOUD)
    assert.same({
      "2026-09-30 23:30:00,Relecloud,Office 365,25,,,," .. link,
      "2026-09-30 23:30:00,Relecloud,,,,,," .. link,
    }, { table.unpack(rows_of(folder .. "/orders.csv"), 2) })
  end)
end)

describe("examples/french-csv.lua", function()
  it("writes last month as Paris reads it", function()
    local folder = folder_with_log()
    assert.equal("2 records in journal.csv\n",
      (run(folder, "french-csv.lua contoso.db journal.csv")))
    local rows = rows_of(folder .. "/journal.csv")
    assert.equal("\u{FEFF}Date-Heure (Europe/Paris);Client affecté;Action;"
      .. "Utilisateur partenaire;Abonnements", rows[1])
    assert.equal("2026-09-01 02:00:00;;Add Customer;;"
      .. activitylog.link.subscriptions(CONTOSO:upper()), rows[3])
  end)
end)

describe("examples/weekly-summary.lua", function()
  it("writes a row for each week and a column for each user", function()
    local folder = folder_with_log()
    assert.equal("3 activities of 3 customers in weeks.csv\n",
      (run(folder, "weekly-summary.lua contoso.db weeks.csv 2026-09")))
    local rows = rows_of(folder .. "/weeks.csv")
    assert.equal("\u{FEFF}Week (UTC),–,Total", rows[1])
    assert.same({ "2026-W36,2,2", "2026-W37,0,0", "2026-W38,0,0",
                  "2026-W39,0,0", "2026-W40,1,1", "Total,3,3" },
                { table.unpack(rows, 2) })
  end)
end)

describe("examples with a log", function()
  for _, name in ipairs {
    "monthly-csv", "monthly-page", "author-layout", "customer-reports",
    "order-lines", "french-csv", "weekly-summary",
  } do
    it(("say how to run them: %s"):format(name), function()
      local output, status = run(support.temp_dir(), name .. ".lua")
      assert.equal(2, status)
      assert.truthy(output:find("usage: " .. name .. ".lua LOG ", 1, true))
    end)

    it(("create no log where there is none: %s"):format(name), function()
      local folder = support.temp_dir()
      local output, status = run(folder, name .. ".lua contoso.db .")
      assert.equal(1, status)
      assert.truthy(output:find("log contoso.db: unable to open", 1, true))
      assert.is_false(support.exists(folder .. "/contoso.db"))
    end)
  end
end)

describe("examples/postgresql.lua #postgresql", function()
  it("keeps a log in a database, and reports from it", function()
    local server = require("spec.cluster").shared()
    local uri = server:uri(server:database())
    local folder = support.temp_dir()
    support.check(("ln -s %s/spec %s"):format(ROOT, folder))
    local command = support.lua_in(folder,
      ("%s/examples/postgresql.lua '%s'"):format(ROOT, uri))
    local place = server:uri("NAME"):match "host=[^&]+"
    for _, first in ipairs { "2 new, 0 known", "0 new, 2 known" } do
      assert.equal(first .. "\n2 records in june.csv\n2 records proved in "
        .. uri:match "^[^?]+" .. "?" .. place .. "\n", support.check(command))
    end
    assert.equal("record_2017_06\n", server:query(uri,
      "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'"))
  end)
end)
