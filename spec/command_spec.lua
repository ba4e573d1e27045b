-- The command activitylog, run as people run it: in a process of its own, in a
-- pseudo-terminal where it makes a difference.

local support = require "spec.support"

local FIXTURES = "spec/fixtures/partner-center/"
local PAGE = FIXTURES .. "ms_docs_2017_order_license.json"
local ORDER =
  FIXTURES .. "records/msdocs2020_20200902T175810_create_order.json"

-- ---- running

-- The command with its arguments, for a shell.
local function command(arguments)
  return ("LUA_PATH_5_4=%s LUA_CPATH_5_4=%s %s bin/activitylog %s"):format(
    support.quote(package.path), support.quote(package.cpath), support.LUA,
    arguments)
end

-- What it writes, both streams, and its status.
local function run(arguments)
  return support.run(command(arguments))
end

local function check(arguments)
  return support.check(command(arguments))
end

-- The same in a terminal; 'how' are options of spec/terminal.py.
local function on_terminal(how, arguments)
  return support.run(("python3 spec/terminal.py %s sh -c %s"):format(how,
    support.quote("exec env " .. command(arguments))))
end

-- A program that calls the command after some Lua of the test's own.
local function main(arguments, before)
  return support.lua(("%s os.exit(require('activitylog.command').main { %s })")
    :format(before, ("%q, "):rep(#arguments):format(table.unpack(arguments))))
end

-- A log of the samples, as an argument.
local function sample_log()
  local log = " --log " .. support.temp_dir() .. "/log.db "
  check("import -q" .. log .. PAGE .. " " .. ORDER)
  return log
end

-- A log of records that are given as tables.
local function log_of(records)
  local path = support.temp_dir() .. "/log.db"
  local log = support.log(path)
  for i, record in ipairs(records) do
    record.operation_date = record.operation_date
      or ("2026-10-01T00:00:%02dZ"):format(i)
    record.id = record.id or tostring(i)
  end
  assert(log:append(records))
  return " --log " .. path .. " "
end

-- A file of so many small records.
local function many(folder, count)
  local file <close> = assert(io.open(folder .. "/many.jsonl", "wb"))
  for i = 1, count do
    file:write(('{"id":"%d","operationDate":"2026-10-%02dT%02d:00:00Z",'
      .. '"operationType":"create_order","customerName":"Contoso %d"}\n')
      :format(i, i % 28 + 1, i % 24, i % 100))
  end
  return folder .. "/many.jsonl"
end

local function lines_of(text)
  local lines = {}
  for line in text:gmatch("[^\n]*") do lines[#lines + 1] = line end
  return lines
end

local function count_of(log)
  return check("export --period all --format jsonl" .. log .. "| wc -l")
end

-- ---- specs

describe("activitylog import", function()
  it("tells of each file what came of it", function()
    local log = " --log " .. support.temp_dir() .. "/log.db "
    assert.equal(
      "    new   known  changed  imported from\n"
      .. "      2       0        0  " .. PAGE .. "\n"
      .. "      0       2        0  " .. PAGE .. "\n",
      check("import" .. log .. PAGE .. " " .. PAGE))
  end)

  it("reads standard input", function()
    local log = " --log " .. support.temp_dir() .. "/log.db "
    local output = check("import" .. log .. "- <" .. PAGE)
    assert.truthy(output:find("2       0        0  standard input", 1, true))
  end)

  it("says nothing with --quiet", function()
    local log = " --log " .. support.temp_dir() .. "/log.db "
    assert.equal("", check("import -q" .. log .. PAGE))
  end)

  it("goes on with the next file when one fails, and tells by its status",
    function()
      local folder = support.temp_dir()
      local log = " --log " .. folder .. "/log.db "
      local bad = support.write(folder .. "/bad.json", '{"id": 1')
      local output, status = run("import" .. log .. bad .. " " .. PAGE)
      assert.equal(1, status)
      assert.truthy(output:find("activitylog: .-bad.json.-%(syntax%)\n"))
      assert.truthy(output:find("2       0        0  " .. PAGE, 1, true))
    end)

  it("names a file that is not there, in one line", function()
    local log = " --log " .. support.temp_dir() .. "/log.db "
    local output, status = run("import" .. log .. "missing.json")
    assert.equal("activitylog: cannot open missing.json: "
      .. "No such file or directory (io)\n", output)
    assert.equal(1, status)
  end)

  it("makes no log when no file can be read, and one for those that can",
    function()
      local folder = support.temp_dir()
      local log = " --log " .. folder .. "/log.db "
      local output, status = run("import" .. log .. "missing.json " .. folder)
      assert.equal("activitylog: cannot open missing.json: No such file or "
        .. "directory (io)\nactivitylog: cannot open " .. folder
        .. ": Is a directory (io)\n", output)
      assert.equal(1, status)
      assert.is_false(support.exists(folder .. "/log.db"))
      output, status = run("import" .. log .. "missing.json - <" .. PAGE)
      assert.matches("missing.json: .-2       0        0  standard input\n$",
                     output)
      assert.equal(1, status)
    end)

  it("reads a pipe that somebody writes to once", function()
    local folder = support.temp_dir()
    local pipe = folder .. "/pipe"
    support.check("mkfifo " .. pipe)
    assert.matches("2       0        0  " .. pipe, check("import --log "
      .. folder .. "/log.db " .. pipe .. " & cat " .. PAGE .. " >" .. pipe
      .. "; wait"), 1, true)
  end)

  it("tells of a file that may not grow so large, and leaves the log whole",
    function()
      local folder = support.temp_dir()
      local log = " --log " .. folder .. "/log.db "
      check("import -q" .. log .. PAGE)
      local output, status = support.run("ulimit -f 1000; "
        .. command("import" .. log .. many(folder, 30000)))
      assert.truthy(output:find("^activitylog: [^\n]+ %(%l+%)\n$"), output)
      assert.equal(1, status)
      assert.equal("2\n", count_of(log))
    end)

  it("leaves the log whole when the disk is full", function()
    local output = support.on_small_disk(([[
      local disk = os.getenv "DISK"
      local file = assert(io.open(disk .. "/../many.jsonl", "wb"))
      for i = 1, 30000 do
        file:write(('{"id":"%%d","operationDate":"2026-10-01T00:00:00Z",'
          .. '"operationType":"create_order"}\n'):format(i))
      end
      file:close()
      local run = "%s bin/activitylog "
      os.execute(run .. "import -q --log " .. disk .. "/log.db %s")
      print(os.execute(run .. "import --log " .. disk .. "/log.db " .. disk
        .. "/../many.jsonl 2>&1"))
      os.remove(disk .. "/../many.jsonl")
      os.execute(run .. "info --log " .. disk .. "/log.db")
    ]]):format(support.LUA, PAGE))
    assert.truthy(output:find("activitylog: [^\n]*%(full%)\n"))
    assert.truthy(output:find("nil\texit\t1", 1, true))
    assert.truthy(output:find("Records    2\n", 1, true))
  end)
end)

describe("activitylog export", function()
  it("writes the portal's CSV to standard output", function()
    local output = check("export --period 2020-09" .. sample_log())
    assert.equal("\u{FEFF}Date-Time (UTC),Affected customer,Action,"
      .. "Partner user,Subscriptions", output:match("^[^\r]+"))
    assert.truthy(output:find("\n2020-09-02 17:58:10,", 1, true))
  end)

  it("writes the same to a file, and says what", function()
    local file = support.temp_dir() .. "/all.csv"
    local log = sample_log()
    assert.equal("3 records in " .. file .. "\n",
                 check("export --period all -o " .. file .. log))
    assert.equal(check("export --period all" .. log), support.read(file))
    assert.equal("", check("export -q --period all -o " .. file .. log))
  end)

  it("takes the format from the name's end, unless it is given", function()
    local folder, log = support.temp_dir(), sample_log()
    check("export --period all -o " .. folder .. "/a.JSONL" .. log)
    assert.equal("{", support.read(folder .. "/a.JSONL"):sub(1, 1))
    check("export --period all --format jsonl -o " .. folder .. "/a.csv" .. log)
    assert.equal("{", support.read(folder .. "/a.csv"):sub(1, 1))
  end)

  it("selects by each of its options", function()
    local log = log_of {
      { customer_name = "Fabrikam", operation_type = "create_order",
        customer_id = "0c39d6d5-c70d-4c55-bc02-f620844f3fd1" },
      { customer_name = "Contoso", user_principal_name = "a@b.example" },
      { operation_status = "failed", session_id = "needle" },
    }
    local function ids(options)
      local found = {}
      local text = check("export --format jsonl --order oldest " .. options
        .. log)
      for id in text:gmatch('"id":"(%d)"') do found[#found + 1] = id end
      return table.concat(found, " ")
    end
    assert.equal("1 2 3", ids "--period all")
    assert.equal("1 2 3", ids "--from 2026-10-01 --to 2026-10-01")
    assert.equal("2", ids("--from 2026-10-01T00:00:02Z "
      .. "--to 2026-10-01T00:00:03Z"))
    assert.equal("", ids "--from 2026-10-01 --zone=-12:00")
    assert.equal("1", ids "--period all --customer fabri")
    assert.equal("1 2", ids "--period all --customer fabri --customer conto")
    assert.equal("1", ids("--period all --customer "
      .. "0C39D6D5-C70D-4C55-BC02-F620844F3FD1"))
    assert.equal("1", ids "--period all --operation 'Create Order'")
    assert.equal("2", ids "--period all --user a@b.example")
    assert.equal("3", ids "--period all --status failed")
    assert.equal("3", ids "--period all --text NEEDLE")
  end)

  it("passes layout, locale and masking on", function()
    local log = sample_log()
    assert.truthy(check("export --period all --layout full" .. log)
      :find("Application ID", 1, true))
    assert.truthy(check("export --period all --locale fr" .. log)
      :find("Client affecté", 1, true))
    local masked = check("export --period all --redact user_principal_name"
      .. log)
    assert.truthy(masked:find("***", 1, true))
    assert.falsy(masked:find("onmicrosoft.com", 1, true))
    local secret = log_of { { resource_new_value = '{"password":"hidden"}' } }
    local how = "export --period all --format jsonl "
    assert.falsy(check(how .. secret):find("hidden", 1, true))
    assert.truthy(check(how .. "--no-redact" .. secret):find("hidden", 1, true))
  end)

  it("says how to write to what is no file", function()
    local output, status = run("export --period all -o /dev/null"
      .. sample_log())
    assert.equal("activitylog: cannot write /dev/null: it is no regular file; "
      .. "--output - is standard output, which the shell may lead there (io)\n",
      output)
    assert.equal(1, status)
  end)

  it("tells of a disk that is full, and fails", function()
    local output, status = run("export --period all" .. sample_log()
      .. ">/dev/full")
    assert.truthy(output:find("^activitylog: [^\n]*No space left[^\n]*\n$"))
    assert.equal(1, status)
  end)

  it("ends quietly, as by SIGPIPE, when nobody reads on", function()
    local folder = support.temp_dir()
    local log = " --log " .. folder .. "/log.db "
    check("import -q" .. log .. many(folder, 5000))
    local output = support.check(("{ bash -c %s; }"):format(support.quote(
      command("export --period all" .. log) .. ' | head -n 1; '
      .. 'echo "${PIPESTATUS[0]}"')))
    assert.equal("141", output:match("\n(%d+)\n$"))
    assert.equal(2, select(2, output:gsub("\n", "")))
  end)
end)

describe("activitylog show", function()
  it("writes fields uncut with tabs between them when it is no terminal",
    function()
      local lines = lines_of(check("show --period all" .. sample_log()))
      assert.equal("Date-Time (UTC)\tAffected customer\tAction\tPerformed by"
        .. "\tRecord ID", lines[1])
      assert.equal("2020-09-02 17:58:10\tCustomMetersStagingTest\tCreate Order"
        .. "\tadmin@testsw09.onmicrosoft.com\t", lines[2]:match("^.*\t"))
      assert.truthy(lines[2]:find("createorder_637346662909268372$"))
    end)

  it("draws a table that fits the terminal", function()
    local log = sample_log()
    local output = on_terminal("--columns=60", "show --period all" .. log)
    assert.equal([[
Date-Time (UTC)      Affecte…  Action    Perform…  Record ID
-------------------  --------  --------  --------  ---------
2020-09-02 17:58:10  CustomM…  Create …  admin@t…  09268372
2017-06-15 22:56:05  Releclo…  Create …  admin@d…
2017-06-01 20:09:07  Releclo…  Update …  admin@d…
3 records
]], output)
  end)

  it("leaves out columns for which a narrow one has no room", function()
    local output = on_terminal("--columns=40", "show --period all"
      .. sample_log())
    local lines = lines_of(output)
    assert.equal("Date-Time (UTC)      Affecte…  Action", lines[1])
    assert.equal("2020-09-02 17:58:10  CustomM…  Create …", lines[3])
    assert.truthy(output:find("columns without room here: 2\n", 1, true))
  end)

  it("fits in a terminal of any width", function()
    local log = sample_log()
    for _, columns in ipairs { 1, 5, 20, 33 } do
      local _, status = on_terminal("--columns=" .. columns,
                                    "show --period all" .. log)
      assert.equal(0, status)
    end
  end)

  it("lines up wide characters, as another counts them", function()
    local log = log_of {
      { customer_name = "日本株式会社", operation_type = "create_order" },
      { customer_name = "Fabrikam", operation_type = "create_order" },
      { customer_name = "e\u{301}te\u{301}", operation_type = "create_order" },
      { customer_name = "한글과컴퓨터 주식회사 서울특별시 강남구",
        operation_type = "create_order" },
    }
    local output = on_terminal("--columns=70", "show --period all" .. log)
    local file = support.write(support.temp_dir() .. "/table", output)
    local places = support.check("python3 -c " .. support.quote([[
import unicodedata, sys
def width(text):
    return sum(0 if unicodedata.combining(c) else
               2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)
for line in open(sys.argv[1], encoding="utf-8"):
    if "Create" in line:
        print(width(line[:line.index("Create")]))
]]) .. " " .. file)
    assert.truthy(places:find("^(%d+)\n%1\n%1\n%1\n$"), places)
  end)

  it("shows 50 rows on a terminal, and says how many there are", function()
    local records = {}
    for i = 1, 60 do
      records[i] = { operation_date = ("2026-10-01T00:%02d:00Z"):format(i - 1) }
    end
    local log = log_of(records)
    local function rows(how)
      local output = on_terminal("", "show --period all " .. how .. log)
      local lines = lines_of(output)
      return #lines - 4, lines[#lines - 1]
    end
    assert.same({ 50, "50 of 60 records; --limit 0 shows all" }, { rows "" })
    assert.same({ 7, "7 of 60 records; --limit 0 shows all" }, { rows "-n 7" })
    assert.same({ 60, "60 records" }, { rows "--limit 0" })
    assert.same({ 7, "the first 7 records; --limit 0 shows all" },
                { rows "-n 7 --text 2026" })
    local _, piped = check("show --period all" .. log):gsub("\n", "")
    assert.equal(61, piped)
  end)

  it("says what to do when nothing is selected", function()
    local output, status = run("show --period 2001-01" .. sample_log()
      .. "2>&1 >/dev/null")
    assert.equal("activitylog: no record is selected; --period all looks at "
      .. "all times\n", output)
    assert.equal(0, status)
  end)

  it("does not say so when all times were looked at", function()
    local output = run("show --period all --user nobody" .. sample_log())
    assert.truthy(output:find("activitylog: no record is selected\n", 1, true),
                  output)
  end)

  it("writes dates by the clock of the zone", function()
    local output = check("show --period all --zone Europe/Paris"
      .. sample_log())
    assert.truthy(output:find("^Date%-Time %(Europe/Paris%)\t"))
    assert.truthy(output:find("\n2020-09-02 19:58:10\t", 1, true))
  end)

  it("ends quietly when nobody reads on", function()
    local folder = support.temp_dir()
    local log = " --log " .. folder .. "/log.db "
    check("import -q" .. log .. many(folder, 5000))
    local output = support.check(("bash -c %s"):format(support.quote(
      command("show --period all" .. log) .. ' | head -n 1; '
      .. 'echo "${PIPESTATUS[0]}"')))
    assert.equal("141", output:match("\n(%d+)\n$"))
  end)
end)

describe("activitylog page", function()
  it("writes activity.html, unless another file is named", function()
    local folder, log = support.temp_dir(), sample_log()
    local root = support.check("pwd"):gsub("\n$", "")
    assert.equal("3 records in activity.html\n", support.check(support.lua_in(
      folder, root .. "/bin/activitylog page --period all" .. log)))
    local page = support.read(folder .. "/activity.html")
    assert.truthy(page:find("^<!DOCTYPE html>"))
    assert.truthy(page:find("CustomMetersStagingTest", 1, true))
    check("page --period all -o " .. folder .. "/b.html" .. log)
    assert.equal(page, support.read(folder .. "/b.html"))
    assert.equal(page, check("page --period all -o -" .. log))
  end)

  it("says how to get more rows than a page has", function()
    local folder = support.temp_dir()
    local log = " --log " .. folder .. "/log.db "
    check("import -q" .. log .. many(folder, 20001))
    local page = "page -q --period all -o " .. folder .. "/a.html" .. log
    local output, status = run(page)
    assert.truthy(output:find("^activitylog: [^\n]+ another %-%-max%-rows "
      .. "%(0 is no limit%)[^\n]+%(limit%)\n$"), output)
    assert.equal(1, status)
    check(page .. "--max-rows 0")
  end)
end)

describe("activitylog summary", function()
  it("draws a table with counts on the right", function()
    local output = on_terminal("--columns=100", "summary --by user --period all"
      .. sample_log())
    local lines = lines_of(output)
    assert.truthy(lines[1]:find("^User +Count  First activity %(UTC%)"))
    assert.equal("admin@domain.onmicrosoft.com        2  2017-06-01 20:09:07   "
      .. "2017-06-15 22:56:05          1", lines[3])
  end)

  it("pivots", function()
    assert.equal("Operation type\t2017-06\tTotal\n"
      .. "Create Order\t1\t1\nUpdate Customer User Licenses\t1\t1\n"
      .. "Total\t2\t2\n",
      check("summary --by operation_type,month --pivot --period 2017-06"
        .. sample_log()))
  end)

  it("reads its own cells back, whatever is in them", function()
    local name = 'a "quoted"\ttab\nline\r, end"'
    local output = check("summary --by customer --period all"
      .. log_of { { customer_name = name } })
    assert.truthy(output:find('\na "quoted"\\u{9}tab\\u{A}line\\u{D}, end"\t',
                              1, true))
  end)

  it("writes a file in the format that it is named for", function()
    local file = support.temp_dir() .. "/users.jsonl"
    assert.equal("2 rows in " .. file .. "\n",
      check("summary --by user --period all -o " .. file .. sample_log()))
    assert.truthy(support.read(file):find('^{"user":"admin@domain'))
  end)

  it("writes a page", function()
    local file = support.temp_dir() .. "/users.html"
    check("summary --by user --period all -q -o " .. file .. sample_log())
    assert.truthy(support.read(file):find("^<!DOCTYPE html>"))
  end)

  it("names a wrong key", function()
    local output, status = run("summary --by dya" .. sample_log())
    assert.equal("activitylog: --by: unknown key 'dya'; did you mean 'day'?\n",
                 output)
    assert.equal(2, status)
  end)
end)

describe("activitylog details", function()
  it("finds a record by the end, the beginning or the whole of its id",
    function()
      local log = log_of {
        { id = "one_1234", customer_name = "Fabrikam" },
        { id = "two_5678", customer_name = "Contoso" },
        { id = "two", customer_name = "Tailspin" },
      }
      for id, name in pairs { ["1234"] = "Fabrikam", ["two_"] = "Contoso",
                              two = "Tailspin" } do
        local output = check("details " .. id .. log)
        assert.truthy(output:find("Affected customer: " .. name, 1, true))
      end
    end)

  it("names those that may be meant when they are several", function()
    local log = log_of { { id = "a_1" }, { id = "b_1" } }
    local output, status = run("details 1" .. log)
    assert.equal("activitylog: several records have ids with '1': b_1, a_1\n",
                 output)
    assert.equal(2, status)
  end)

  it("says where ids are seen when there is none", function()
    local output, status = run("details nothing" .. sample_log())
    assert.equal("activitylog: no record has the id 'nothing'; 'activitylog "
      .. "show' shows what ids end in\n", output)
    assert.equal(1, status)
  end)

  it("masks secrets, unless they are asked for", function()
    local log = log_of { { resource_new_value = '{"password":"hidden"}' } }
    assert.falsy(check("details 1" .. log):find("hidden", 1, true))
    assert.truthy(check("details 1 --no-redact" .. log):find("hidden", 1, true))
  end)
end)

describe("activitylog info", function()
  it("tells what the log holds", function()
    local log = sample_log()
    local output = check("info" .. log)
    assert.equal("Log        " .. log:match("%S+%s(%S+)"), lines_of(output)[1])
    for _, line in ipairs { "Records    3", "Customers  2",
                            "Oldest     2017-06-01 20:09:07 UTC",
                            "Newest     2020-09-02 17:58:10 UTC" } do
      assert.truthy(output:find(line .. "\n", 1, true), line)
    end
    assert.truthy(output:find("\nImports    2; the newest "
      .. "%d+-%d+-%d+ [%d:]+ UTC, of [^\n]+_create_order.json\n"), output)
    assert.falsy(output:find("Purged", 1, true))
  end)

  it("tells what was purged, when anything was", function()
    local log = sample_log()
    check("purge -q --yes --before 2017-06-02" .. log)
    check("purge -q --yes --before 2018-01-01" .. log)
    assert.truthy(check("info --zone Europe/Paris" .. log):find("\nPurged     "
      .. "2 records from before 2018-01-01 01:00:00 Europe/Paris, "
      .. "in 2 purges\n", 1, true))
  end)
end)

describe("activitylog verify", function()
  it("proves the log, and tells its head, which it proves later", function()
    local log = sample_log()
    local output = check("verify" .. log)
    local head = output:match("^Verified   3 records, 0 superseded, 2 imports\n"
      .. "Head       (%x+)\n$")
    assert.equal(64, #head)
    check("purge --yes --before 2018-01-01 --user Zoë" .. log)
    output = check("verify --head " .. head .. log)
    assert.matches("^Verified   1 record, 0 superseded, 2 imports\n"
      .. "Purged     2 records from 2017%-06%-01 to 2017%-06%-15; "
      .. "on 20%d%d%-%d%d%-%d%d by Zoë\nHead ", output)
    assert.equal("", check("verify --quiet" .. log))
  end)

  it("names what was altered, and fails", function()
    local log = sample_log()
    local path = log:match("%S+%s(%S+)")
    support.query(path, "UPDATE record SET id = 'x' WHERE sequence = 2")
    local output, status = run("verify" .. log)
    assert.equal("activitylog: log " .. path .. ": record 2 was altered: its "
      .. "fields do not make its digest (corrupt)\n", output)
    assert.equal(1, status)
    local other = ("a"):rep(64)
    output, status = run("verify --head " .. other .. sample_log())
    assert.matches("does not continue the chain from " .. other, output)
    assert.equal(1, status)
  end)

  it("refuses what is no head", function()
    local output, status = run("verify --head 12" .. sample_log())
    assert.equal("activitylog: --head: 64 hexadecimal digits expected\n",
                 output)
    assert.equal(2, status)
  end)
end)

describe("activitylog backup", function()
  it("copies the log to a new file, and to no other", function()
    local log, copy = sample_log(), support.temp_dir() .. "/copy.db"
    assert.equal("0.2 MB in " .. copy .. "\n", check("backup " .. copy .. log))
    assert.equal(check("verify" .. log), check("verify --log " .. copy))
    local output, status = run("backup " .. copy .. log)
    assert.matches(copy .. " exists already", output)
    assert.equal(1, status)
  end)

  it("goes to no standard output", function()
    local output, status = run("backup -" .. sample_log())
    assert.equal("activitylog: a backup goes to a file, not to standard "
      .. "output; name one (./- is one of that name)\n", output)
    assert.equal(2, status)
    assert.is_false(support.exists "-")
  end)
end)

describe("activitylog copy", function()
  it("copies a log into another one, and then what is new", function()
    local log, copy = sample_log(), support.temp_dir() .. "/copy.db"
    local line = "copy" .. log:gsub("^ %-%-log", "") .. copy
    local head = check("verify" .. log):match("Head       %x+\n")
    assert.equal("Copied     3 records, 0 superseded, 2 imports\n" .. head,
                 check(line))
    assert.equal(check("verify" .. log), check("verify --log " .. copy))
    assert.equal("Nothing to copy: both are the same\n" .. head, check(line))
    check("purge --before 2018-01-01 --yes" .. log)
    assert.matches("^Copied     0 records, 0 superseded, 0 imports, 1 purge\n",
                   check(line))
    assert.equal("", check("copy -q" .. line:sub(5)))
    local output, status = run("copy " .. copy .. " " .. ORDER)
    assert.matches("is no log: it is not even an SQLite file %(foreign%)\n$",
                   output)
    assert.equal(1, status)
  end)

  it("says when the copy may still hold what was purged", function()
    local log, copy = sample_log(), support.temp_dir() .. "/copy.db"
    local line = "copy" .. log:gsub("^ %-%-log", "") .. copy
    check(line)
    check("purge --before 2018-01-01 --yes" .. log)
    local reader <close> = assert(require "activitylog".open(copy,
                                                             { mode = "r" }))
    local output
    for _ in reader:records { period = "all" } do
      output = output or check(line)
    end
    assert.matches("activitylog: the copy may still hold bytes of what was "
      .. "purged", output)
  end)

  it("takes both logs by their names, and none in memory", function()
    local log = sample_log()
    for line, message in pairs {
      ["copy a.db b.db" .. log] =
        "--log: copy takes both logs by their names, FROM and TO",
      ["copy a.db :memory:"] = "a log in memory ends with the command; name "
        .. "files (./:memory: is one of that name)",
      ["copy :memory: b.db"] = "a log in memory ends with the command; name "
        .. "files (./:memory: is one of that name)",
      ["copy '' b.db"] = "FROM: a value expected, got ''",
      ["copy a.db ''"] = "TO: a value expected, got ''",
    } do
      local output, status = run(line)
      assert.equal("activitylog: " .. message .. "\n", output)
      assert.equal(2, status)
    end
    assert.is_false(support.exists "b.db")
  end)
end)

describe("activitylog purge", function()
  it("tells what it would delete, and deletes it by --yes", function()
    local log = sample_log()
    local output, status = run("purge --before 2018-01-01" .. log)
    assert.equal("activitylog: 2 records from before 2018-01-01T00:00:00."
      .. "0000000Z would be deleted for good; --yes does it\n", output)
    assert.equal(2, status)
    assert.truthy(check("info" .. log):find("\nRecords    3\n", 1, true))
    assert.equal("2 records deleted, 0.0 MB returned\n",
                 check("purge --before 2018-01-01 --yes" .. log))
    assert.truthy(check("info" .. log):find("\nRecords    1\n", 1, true))
    assert.equal("", check("purge -q --before 2018-01-01 --yes" .. log))
  end)

  it("takes a log of an older file version, of which others say what to do",
    function()
      local log = sample_log()
      local path = log:match("--log (%S+)")
      support.query(path, "DROP TABLE purge")
      support.query(path, "DROP TABLE purged")
      support.query(path, "PRAGMA user_version = 2")
      for _, name in ipairs { "info", "purge --before 2018-01-01" } do
        local output, status = run(name .. log)
        assert.equal("activitylog: " .. path .. " is a log of file version 2: "
          .. "'activitylog import' brings it to version 3 (version)\n", output)
        assert.equal(1, status)
      end
      assert.equal("2 records deleted, 0.0 MB returned\n",
                   check("purge --before 2018-01-01 --yes" .. log))
    end)

  it("refuses to guess from when on records are kept", function()
    local log = sample_log()
    for arguments, message in pairs {
      ["--yes"] = "--before: the first day that is kept expected",
      ["--yes --before all"] = "--before: 'all' begins nowhere: nothing lies "
        .. "before the beginning of all time",
      ["--yes --before yore"] = "--before: period 'yore' is not known; name "
        .. "one such as last_3650_days, or a date such as 2020-01-01",
      ["--yes --before 2018-02-30"] = "--before: '2018-02-30' is no date: "
        .. "there is no 30 February in 2018",
      ["--yes --before 2018-01-01 --zone Nix"] = "zone 'Nix': the system's "
        .. "time zone database has none of that name",
    } do
      local output, status = run("purge " .. arguments .. log)
      assert.equal("activitylog: " .. message .. "\n", output)
      assert.equal(2, status)
    end
  end)

  it("refuses a user of more than 256 bytes", function()
    local function output_of(bytes)
      return run("purge --yes --before 2018-01-01 --user " .. ("u"):rep(bytes)
        .. sample_log())
    end
    assert.matches("^2 records deleted", output_of(256))
    assert.equal("activitylog: --user: 1 to 256 bytes expected, got 257\n",
                 output_of(257))
  end)

  it("says what a signal left when it comes behind the end", function()
    local log = sample_log()
    local output, status = support.run(main({
      "purge", "--yes", "--before=2018-01-01",
      "--log=" .. log:match "--log (%S+)" }, [[
          local output = require "activitylog.command.output"
          local did = output.did
          function output.did(what)
            did(what)
            if what:find "space" then
              io.popen("kill -INT $PPID"):close()
            end
          end]]))
    assert.equal("activitylog: interrupted; the records are deleted, but their "
      .. "space is not returned: purge again\n", output)
    assert.equal(130, status)
    assert.equal("0 records deleted, 0.0 MB returned\n",
                 check("purge --before 2018-01-01 --yes" .. log))
  end)

  it("says that bytes may be left while another program reads", function()
    local log = sample_log()
    local path = log:match "--log (%S+)"
    local other <close> = support.log(path, { mode = "r" })
    local next, state, control = other:records { period = "all" }
    next(state, control)
    local output, status = run("purge --yes --before 2018-01-01" .. log)
    assert.matches("2 records deleted, [%d.]+ MB returned\n", output)
    assert.matches("activitylog: the log may still hold bytes of what was "
      .. "deleted", output)
    assert.equal(0, status)
  end)

  it("makes no log where there is none", function()
    local path = support.temp_dir() .. "/none.db"
    local _, status = run("purge --yes --before 2018-01-01 --log " .. path)
    assert.equal(1, status)
    assert.is_false(support.exists(path))
  end)
end)

describe("activitylog on a terminal", function()
  -- A source that is slow enough, and can be waited for: it pauses until the
  -- folder has the file "go".
  local function slow_import(folder, how)
    local file = many(folder, 30000)
    support.check("mkfifo " .. folder .. "/pipe")
    local feeder = ("(head -c 3000000 %s; for i in $(seq 100); do "
      .. "sleep 0.1; printf ' %%1048576s' ''; done; "
      .. "tail -c +3000001 %s) >%s/pipe 2>/dev/null & "):format(file, file,
                                                                folder)
    return support.run(feeder .. ("python3 spec/terminal.py %s env %s"):format(
      how, command("import --log " .. folder .. "/log.db " .. folder
        .. "/pipe")))
  end

  for _, case in ipairs {
    { "Ctrl-C", "--keys=\3", 130 }, { "SIGTERM", "--signal=SIGTERM", 143 },
    { "SIGHUP", "--signal=SIGHUP", 129 },
  } do
    it("ends an import by " .. case[1] .. ", and leaves the log as it was",
      function()
        local folder = support.temp_dir()
        local log = " --log " .. folder .. "/log.db "
        check("import -q" .. log .. PAGE)
        local output, status = slow_import(folder, "--at=Importing "
          .. case[2])
        assert.equal(case[3], status)
        assert.truthy(output:find("Importing pipe  ", 1, true))
        assert.truthy(output:find("\r\27[K", 1, true))
        assert.truthy(output:find("activitylog: interrupted\n$"))
        assert.equal("2\n", count_of(log))
        assert.equal("ok\n", support.query(folder .. "/log.db",
                                           "PRAGMA integrity_check"))
      end)
  end

  it("shows progress when the work takes its time, and takes it away",
    function()
      local folder = support.temp_dir()
      local output, status = on_terminal("--columns=70", "import --log "
        .. folder .. "/log.db " .. many(folder, 360000))
      assert.equal(0, status)
      local drawn, rest = output:match("^(.*\r\27%[K)(.*)$")
      assert.truthy(drawn:find("\rImporting many.jsonl +%d+%%  [^\r]+%d MB  "
        .. "[%d.]+ MB/s  %d:%d%d left\27%[K"), output)
      for line in drawn:gmatch("\r([^\r\27]+)") do
        assert.truthy(require("activitylog.core").width(line) <= 67, line)
      end
      assert.equal("    new   known  changed  imported from\n"
        .. " 360000       0        0  " .. folder .. "/many.jsonl\n", rest)
    end)

  it("draws no progress for quick work, with --quiet, and without a terminal",
    function()
      local folder = support.temp_dir()
      local file = many(folder, 60000)
      local log = " --log " .. folder .. "/log.db "
      assert.equal("", on_terminal("", "import -q" .. log .. file))
      assert.falsy(check("import" .. log .. file):find("\r", 1, true))
      assert.falsy(on_terminal("", "import" .. log .. PAGE):find("\r", 1, true))
    end)

  -- The command on a terminal, where the clock goes a second at each look.
  local function slow_main(arguments, variables)
    return support.check("python3 spec/terminal.py sh -c " .. support.quote(
      ("exec env %s "):format(variables or "") .. main(arguments, [[
        local process, now = require "activitylog.process", 0
        function process.clock() now = now + 1 return now end]])))
  end

  it("shows progress of a search, too, and the table behind it", function()
    local folder = support.temp_dir()
    local log = "--log=" .. folder .. "/log.db"
    check("import -q " .. log .. " " .. many(folder, 5000))
    local output = slow_main { "show", "--period=all", "--text=contoso 7", log,
                               "--limit=0" }
    local drawn, shown = output:match("^(.*\r\27%[K)(Date%-Time.*)$")
    assert.truthy(drawn:find("\rReading +%d+%%  [^\r]+ records  %d+/s  "
      .. "%d:%d%d left\27%[K"), output)
    assert.falsy(shown:find("\27", 1, true))
    assert.equal(550, select(2, shown:gsub("Contoso 7", "")))
    output = slow_main { "details", "4999", log }
    assert.truthy(output:find("\rSearching +%d+%%  [^\r]+ left\27%[K[^\n]*"
      .. "\r\27%[KDate%-Time: [^\n]+\nAffected customer: Contoso 99\n"),
      output)
    for _, arguments in ipairs { { "summary", "--period=all" }, { "info" } } do
      table.insert(arguments, log)
      assert.truthy(slow_main(arguments):find(
        "\rCounting +%d+%%  [^\r]+ left\27%[K"), arguments[1])
    end
  end)

  it("tells what a purge proves from what it deletes", function()
    local folder = support.temp_dir()
    local log = "--log=" .. folder .. "/log.db"
    check("import -q " .. log .. " " .. many(folder, 5000))
    local output = slow_main { "purge", "--before=2027-01-01", "--yes", log }
    assert.matches("\rProving    0%%  [^\r]+  0 records\27%[K", output)
    assert.matches("\rPurging   20%%  [^\r]+  1024 records  1024/s  "
      .. "0:04 left\27%[K", output)
    assert.matches("\r\27%[K5000 records deleted, [%d.]+ MB returned\n$",
                   output)
  end)

  it("does not read a log twice to know how much is left", function()
    local folder = support.temp_dir()
    local log = "--log=" .. folder .. "/log.db"
    check("import -q " .. log .. " " .. many(folder, 5000))
    for _, filter in ipairs { "--operation=create_order", "--customer=c" } do
      assert.truthy(slow_main({ "export", "--period=all", filter, log,
                                "--output=" .. folder .. "/a.csv" })
        :find("\rExporting  1024 records  %d+/s\27%[K"))
    end
  end)

  it("draws nothing that a dumb terminal could not take away", function()
    local folder = support.temp_dir()
    local file = many(folder, 20000)
    local arguments = { "import", "--log=" .. folder .. "/log.db", file }
    assert.truthy(slow_main(arguments):find("\rImporting", 1, true))
    assert.equal("    new   known  changed  imported from\n"
      .. "      0   20000        0  " .. file .. "\n",
      slow_main(arguments, "TERM=dumb"))
  end)

  it("takes progress away before it tells what was done", function()
    local folder = support.temp_dir()
    local path = folder .. "/log.db"
    check("import -q --log " .. path .. " " .. many(folder, 5000))
    for ending, arguments in pairs {
      ["5000 records in " .. folder .. "/a.csv\n"] =
        { "export", "--period=all", "-o", folder .. "/a.csv" },
      ["Log        " .. path .. "\n"] = { "info" },
    } do
      table.insert(arguments, "--log=" .. path)
      local output = slow_main(arguments)
      assert.truthy(output:find("%d records  [^\r]+\27%[K\r\27%[K"
        .. ending:gsub("%p", "%%%0")), output)
    end
  end)

  it("ends an export by Ctrl-C, and leaves no file", function()
    local folder = support.temp_dir()
    local log = " --log " .. folder .. "/log.db "
    check("import -q" .. log .. many(folder, 120000))
    support.check("mkdir " .. folder .. "/out")
    local layout = support.write(folder .. "/slow.lua", [[
      local function wait() for _ = 1, 2000 do end end
      return { { title = "A", value = wait } }]])
    for _, long_work in ipairs { "page --max-rows 0",
                                 "export --layout-file " .. layout } do
      local output, status = on_terminal("--at=Exporting --keys=\3",
        long_work .. " --period all -o " .. folder .. "/out/all" .. log)
      assert.equal(130, status)
      assert.truthy(output:find("\r\27%[Kactivitylog: interrupted\n$"))
      assert.equal("", support.check("ls -A " .. folder .. "/out"))
    end
  end)

  it("is shown a report as a file has it, without what Excel needs", function()
    local log = sample_log()
    local written = check("export --period all" .. log)
    assert.equal((written:gsub("\u{FEFF}", ""):gsub("\r", "")),
                 (on_terminal("", "export --period all" .. log)))
  end)

  it("refuses to write a workbook to it", function()
    local output, status = on_terminal("", "export --format xlsx"
      .. sample_log())
    assert.equal("activitylog: a workbook is nothing for a terminal; name a "
      .. "file by --output\n", output)
    assert.equal(2, status)
  end)

  local function check_plain(output)
    local plain = output:gsub("\t", "")
    assert.falsy(plain:find("[\0-\9\11-\31\127]"), output)
    assert.falsy(plain:find("\u{202E}", 1, true), output)
    assert.falsy(plain:find("\xC2[\x80-\x9F]"), output)
    assert.truthy(utf8.len(plain), output)
  end

  it("gets no control character, whoever wrote the records", function()
    local evil = "\27]0;owned\7\27[2J\r\8\127\u{9B}31m\u{202E}\0x\nLINE"
    local record = { operation_date = "2026-10-01T00:00:00Z" }
    for _, name in ipairs(require "activitylog.record_fields") do
      record[name] = record[name] or "id" .. evil
    end
    record.customized_data = { { key = evil, value = evil } }
    record.other = { [evil] = evil }
    record.resource_new_value = support.json { LineItems = { { Id = evil } } }
    local log = log_of { record }
    local nasty = support.temp_dir() .. "/\27[2J\xFF"
    support.write(nasty, support.read(PAGE))
    for _, arguments in ipairs {
      "show --period all", "details LINE", "info", "info --log '" .. nasty
      .. "'", "summary --period all --by customer,user,operation_type",
      "summary --period all --by customer,operation_status --pivot",
      "import '" .. nasty .. "'", "import '" .. nasty .. "x'",
      "show --period '" .. evil:gsub("%z", "") .. "'",
      "show '--" .. evil:gsub("%z", "") .. "'",
      "details '" .. evil:gsub("%z", "") .. "'",
    } do
      local all = arguments:find("--log", 1, true) and arguments
        or arguments .. log
      check_plain(on_terminal("--columns=200", all))
      check_plain((run(all)))
    end
    -- To a file or a pipe these are what they are.
    for _, arguments in ipairs {
      "export --period all", "export --period all --format jsonl -o -",
      "export --period all --layout full", "page -o - --period all",
      "summary --period all --by customer --format csv",
      "summary --period all --by customer --format jsonl",
    } do
      local output = on_terminal("--columns=200", arguments .. log)
      assert.truthy(output:find("LINE", 1, true), arguments)
      check_plain(output)
    end
  end)
end)

describe("activitylog with a layout file", function()
  -- What an export with the layout says, and its status. 'limits' are Lua that
  -- sets other ones.
  local function export(layout, limits)
    local folder = support.temp_dir()
    local file = support.write(folder .. "/layout.lua", layout)
    local log = sample_log()
    if not limits then
      return run("export --period all --layout-file " .. file .. log)
    end
    return support.run("ASAN_OPTIONS=$ASAN_OPTIONS:allocator_may_return_null=1 "
      .. support.lua(([[
        local limits = require("activitylog.command.sandbox").limits
        %s
        os.exit(require("activitylog.command").main {
          "export", "--period=all", "--layout-file=%s", "--log=%s",
          "-o", "%s/out.csv" })]]):format(limits, file,
                                          log:match("%S+ (%S+)"), folder))
      .. "; code=$?; ls " .. folder .. "/out* 2>/dev/null; exit $code")
  end

  it("has its columns, by functions too", function()
    local output, status = export [[
      local function what(record)
        return ("%s|%d"):format(record.operation_type:upper(),
                                #record.line_items)
      end
      return {
        { title = "Customer", field = "customer_name" },
        { title = "What", value = what },
      }]]
    assert.equal("\u{FEFF}Customer,What\r\n"
      .. "CustomMetersStagingTest,CREATE_ORDER|1\r\n"
      .. "Relecloud,CREATE_ORDER|1\r\n"
      .. "Relecloud,UPDATE_CUSTOMER_USER_LICENSES|0\r\n", output)
    assert.equal(0, status)
  end)

  it("may begin with a mark, as editors of Windows leave it", function()
    local output, status = export(
      "\u{FEFF}return { { title = 'Id', field = 'customer_name' } }")
    assert.equal("\u{FEFF}Id\r\n", output:match("^[^\n]*\n"))
    assert.equal(0, status)
  end)

  it("has no files, no programs, and no way to other Lua", function()
    local output = export [[
      local seen = {}
      for _, name in ipairs { "io", "os", "load", "loadfile", "dofile",
                              "loadstring", "require", "debug", "package",
                              "collectgarbage", "getmetatable", "setmetatable",
                              "_G", "coroutine", "print", "warn" } do
        if _ENV[name] ~= nil then seen[#seen + 1] = name end
      end
      if string.dump or ("").dump then seen[#seen + 1] = "dump" end
      return { { title = "[" .. table.concat(seen, " ") .. "]",
                 field = "id" } }]]
    assert.truthy(output:find("^\u{FEFF}%[%]\r\n"), output)
  end)

  it("cannot change the Lua that writes the report", function()
    local output, status = export [[
      string.format = function() error "caught" end
      string.gsub, table.concat, table.move = string.format, string.format
      local ok = pcall(function() ("").format = 1 end)
      return { { title = tostring(ok) .. ("%d"):format(7), field = "id" } }]]
    assert.equal(0, status)
    assert.truthy(output:find("^\u{FEFF}false7\r\n"), output)
  end)

  for what, text in pairs {
    ["is no Lua"] = "return {",
    ["is a binary chunk"] = string.dump(function() return {} end),
    ["raises"] = "error 'boo'",
    ["raises nothing"] = "error()",
    ["raises a table"] = "error { status = 0, message = 'done' }",
    ["nests too deep"] = "return " .. ("("):rep(300),
    ["returns no columns"] = "return 1",
    ["has a wrong column"] = "return { { title = 'A', feild = 'id' } }",
    ["raises in a column"] =
      "return { { title = 'A', value = function() return nil + 1 end } }",
    ["reaches for a program"] = "os.execute 'id'",
  } do
    it("fails with one line and status 3 when it " .. what, function()
      local output, status = export(text)
      assert.equal(3, status)
      assert.truthy(output:find("^activitylog: [^\n]*layout.lua:[^\n]+\n$")
        or output:find("^activitylog: column 'A', record [^\n]+\n$"), output)
    end)
  end

  for what, text in pairs {
    ["when it is read"] = "error(('x'):rep(1e7))",
    ["in a column"] = "return { { title = 'A', value = function() "
      .. "error(('\27[2J\\n'):rep(1e6)) end } }",
    ["by a title"] =
      "return { { title = ('x'):rep(1e7), feild = 'id' } }",
  } do
    it("cannot flood the terminal " .. what, function()
      local output, status = export(text)
      assert.equal(3, status)
      assert.truthy(output:find("^activitylog: [^\n]+\n$"))
      assert.truthy(#output < 3000, #output)
    end)
  end

  it("fails when there is none, or a layout is named as well", function()
    local output, status = run("export --layout-file missing.lua"
      .. sample_log())
    assert.equal("activitylog: cannot read the layout file: missing.lua: "
      .. "No such file or directory (io)\n", output)
    assert.equal(1, status)
    output, status = run("export --layout-file missing.lua --layout full"
      .. sample_log())
    assert.equal("activitylog: --layout goes without --layout-file\n", output)
    assert.equal(2, status)
  end)

  for what, text in pairs {
    ["an endless loop"] = "while true do end",
    ["a loop that catches errors"] =
      "while true do pcall(error) end",
    ["a pattern that runs away"] =
      "local p = ('.-'):rep(30) .. 'x'; (('a'):rep(1e5)):find(p)",
    ["a loop in a column"] =
      "return { { title = 'A', value = function() while true do end end } }",
  } do
    it("is ended when it takes too long: " .. what, function()
      local output, status = export(text, "limits.seconds = 1")
      assert.equal("activitylog: the layout file takes more than the 1 s of "
        .. "processor time it may\n", output)
      assert.equal(3, status)
    end)
  end

  it("is ended by a signal, however stuck it is", function()
    local file = support.write(support.temp_dir() .. "/layout.lua",
                               "while true do pcall(error) end")
    local output, status = support.run(
      "timeout --foreground --preserve-status --signal=INT 3 env "
      .. command("export --period all --layout-file " .. file .. sample_log()))
    assert.equal("activitylog: interrupted\n", output)
    assert.equal(130, status)
  end)

  for what, text in pairs {
    ["a long string"] = "local a = ('x'):rep(2e9)",
    ["a longer one"] = "local a = ('x'):rep(1e10)",
    ["a table that grows"] = "local a = {}; while true do a[#a + 1] = {} end",
    ["a string in a column"] =
      "return { { title = 'A', value = function() return ('x'):rep(2e9) end }}",
  } do
    it("is ended when it takes too much memory: " .. what, function()
      local output, status = export(text, "limits.bytes = 256 << 20")
      assert.equal(3, status)
      assert.truthy(output:find("^activitylog: [^\n]+\n$"), output)
    end)
  end
end)

describe("activitylog's command line", function()
  it("names the nearest of an unknown option or command", function()
    for arguments, message in pairs {
      ["show --perod all"] = "unknown option '--perod'; did you mean "
        .. "'--period'? (see 'activitylog show --help')",
      ["shwo"] = "unknown command 'shwo'; did you mean 'show'? "
        .. "(see 'activitylog --help')",
      [""] = "a command is required (see 'activitylog --help')",
      ["import"] = "missing argument 'file' (see 'activitylog import --help')",
      ["show --from"] = "option '--from' requires an argument "
        .. "(see 'activitylog show --help')",
      ["show --order up"] = "argument for option '--order' must be one of "
        .. "'newest', 'oldest' (see 'activitylog show --help')",
    } do
      local output, status = run(arguments)
      assert.equal("activitylog: " .. message .. "\n", output)
      assert.equal(2, status)
    end
  end)

  it("calls options as they were typed when a value is wrong", function()
    local log = sample_log()
    for arguments, message in pairs {
      ["show --period 2026-10-01"] = "--period: a name expected, got "
        .. "'2026-10-01'; --from and --to take dates",
      ["show --period all --from 2026-10-01"] =
        "--period goes without --from and --to, which say more",
      ["export --output a.PDF"] = "no report is PDF; name the file .csv, "
        .. ".jsonl, .html or .xlsx, or say --format",
      ["show --limit many"] = "--limit: number expected, got 'many'",
      ["export --max-rows=-1"] = "--max-rows: number expected, got '-1'",
      ["export --max-rows 1"] =
        "--max-rows: 0 (no limit) or at least 10 expected",
      ["show --redact a..b"] = "--redact: rule 'a..b' has an empty name",
      ["show --redact a --no-redact"] =
        "--redact and --no-redact exclude each other",
      ["show --customer a --customer 0c39d6d5-c70d-4c55-bc02-f620844f3fd1"] =
        "--customer: names or ids, not both",
      ["export --format jsonl --layout full"] =
        "--layout is one of CSV; JSON Lines have every field as it is",
    } do
      local output, status = run(arguments .. log)
      assert.equal("activitylog: " .. message .. "\n", output)
      assert.equal(2, status)
    end
  end)

  it("takes no empty value, as that of a variable that is not set", function()
    for arguments, name in pairs {
      ["export --customer="] = "--customer", ["show --text ''"] = "--text",
      ["show --user a --user ''"] = "--user", ["page -o ''"] = "--output",
      ["show --to '' --from ''"] = "--from", ["export --max-rows="] =
        "--max-rows", ["details ''"] = "ID", ["import ''"] = "FILE",
      ["info --log ''"] = "--log",
    } do
      local output, status = run(arguments)
      assert.equal("activitylog: " .. name .. ": a value expected, got ''\n",
                   output)
      assert.equal(2, status)
    end
  end)

  it("takes the log before and behind the command, and from the environment",
    function()
      local log = sample_log()
      local path = log:match("--log (%S+)")
      local expected = check("info" .. log)
      assert.equal(expected, check(log .. "info"))
      assert.equal(expected, support.check("ACTIVITYLOG_LOG=" .. path .. " "
        .. command "info"))
    end)

  it("makes no log by reading one", function()
    local path = support.temp_dir() .. "/none.db"
    for _, name in ipairs { "export", "show", "page", "summary", "details 1",
                            "info" } do
      local output, status = run(name .. " --log " .. path)
      assert.truthy(output:find("^activitylog: log .-none.db: .-%(io%); "
        .. "%-%-log names another, 'activitylog import' makes one\n$"), output)
      assert.equal(1, status)
      assert.is_false(support.exists(path))
    end
  end)

  it("says how to make a log only where there is none", function()
    local log = sample_log()
    support.check("chmod 000 " .. log:match("--log (%S+)"))
    local output, status =
      support.run(support.as_nobody(command("info" .. log)))
    assert.matches("Permission denied %(io%)\n$", output)
    assert.equal(1, status)
  end)

  it("takes no log in memory, which would end with the command", function()
    for _, name in ipairs { "import " .. PAGE, "info", "verify", "backup a.db",
                            "purge --yes --before 2018-01-01" } do
      for _, output in ipairs {
        (run(name .. " --log :memory:")),
        (support.run("ACTIVITYLOG_LOG=:memory: " .. command(name))),
      } do
        assert.equal("activitylog: a log in memory ends with the command; name "
          .. "a file by --log (./:memory: is one of that name)\n", output)
      end
    end
  end)

  it("waits for nobody at a FIFO", function()
    local path = support.temp_dir() .. "/fifo"
    support.check("mkfifo " .. path)
    for _, name in ipairs { "import " .. PAGE, "info", "verify" } do
      local output, status = support.run("timeout 10 env "
        .. command(name .. " --log " .. path))
      assert.equal("activitylog: cannot open " .. path .. ": it is a FIFO "
        .. "(io)\n", output)
      assert.equal(1, status)
    end
  end)

  it("says what a file is that is no log", function()
    local output, status = run("show --log " .. PAGE)
    assert.truthy(output:find("^activitylog: [^\n]+%(foreign%)\n$"), output)
    assert.equal(1, status)
  end)

  it("says of a damaged log that it is, in one line", function()
    local folder = support.temp_dir()
    local path = folder .. "/log.db"
    check("import -q --log " .. path .. " " .. many(folder, 5000))
    local file <close> = assert(io.open(path, "r+b"))
    local size = file:seek "end"
    file:seek("set", 2 * 16384)
    file:write(("\255"):rep(size - 2 * 16384))
    file:close()
    for _, arguments in ipairs {
      "export --period all", "show --period all", "summary --period all",
      "page -o - --period all", "details 1", "info",
    } do
      local output, status = run(arguments .. " --log " .. path)
      assert.truthy(output:find("activitylog: log [^\n]+ malformed[^\n]*\n$"),
                    output)
      assert.equal(1, status)
    end
  end)

  -- The interpreter would make an error of it.
  it("ends by Ctrl-C whatever it does", function()
    local output, status = support.run(main({ "info" }, [[
      package.preload["activitylog.command.info"] = function()
        return function() io.popen("kill -INT $PPID"):close() print "on" end
      end]]))
    assert.equal("", output)
    assert.equal(130, status)
  end)

  -- Their numbers would be those of the files that are opened next.
  it("fails when a standard file that it needs is closed", function()
    local log = sample_log()
    local file = support.temp_dir() .. "/all.csv"
    local output, status = run("import -" .. log .. "<&-")
    assert.equal("activitylog: standard input: cannot read it: "
      .. "Bad file descriptor (io)\n", output)
    assert.equal(1, status)
    output, status = run("export --period all -o " .. file .. log .. ">&-")
    assert.equal("activitylog: cannot write to standard output: "
      .. "Bad file descriptor (io); 3 records in " .. file .. "\n", output)
    assert.equal(1, status)
    assert.equal(check("export --period all" .. log), support.read(file))
    output, status = run("show -x 2>&-")
    assert.equal("", output)
    assert.equal(2, status)
  end)

  it("tells what was done when standard output fails behind it", function()
    local log, folder = sample_log(), support.temp_dir()
    for arguments, done in pairs {
      ["import " .. PAGE .. " missing.json " .. ORDER] = "2 files imported",
      ["backup " .. folder .. "/b.db"] = "the copy is in " .. folder .. "/b.db",
      ["summary -o " .. folder .. "/a.csv --period 2017-06"] =
        "30 rows in " .. folder .. "/a.csv",
      ["purge --yes --before 2000-01-01"] = "0 records deleted",
    } do
      local output, status = run(arguments .. log .. ">/dev/full")
      assert.equal("activitylog: cannot write to standard output: "
        .. "No space left on device (io); " .. done .. "\n",
        output:match("[^\n]+\n$"))
      assert.equal(1, status)
    end
    local output = run("verify" .. log .. ">/dev/full")
    assert.matches("No space left on device %(io%)\n$", output)
  end)

  it("shows help with examples for each command, and the version", function()
    assert.equal("activitylog " .. require("activitylog")._VERSION .. "\n",
                 check "--version")
    assert.truthy(check("--help"):find("\nExamples:\n   activitylog import"))
    for _, name in ipairs { "import", "export", "show", "page", "summary",
                            "details", "info", "completion" } do
      local help = check(name .. " --help")
      assert.truthy(help:find("^Usage: activitylog " .. name .. " "))
      assert.truthy(help:find("\nExamples:\n   [^\n]*activitylog " .. name),
                    name)
      for line in help:gmatch("[^\n]+") do assert.truthy(#line <= 80, line) end
    end
  end)

  it("tells when help cannot be written", function()
    local output, status = run "--help >/dev/full"
    assert.truthy(output:find("^activitylog: cannot write to standard output"))
    assert.equal(1, status)
  end)

  describe("installed in a folder that Lua does not know", function()
    -- Calls it as 'call' in 'folder' of where it is installed.
    local function installed(folder, call)
      local prefix = support.temp_dir()
      support.check(([[
        cd %s; mkdir -p bin share/lua/5.4 lib/lua/5.4
        rock=lib/luarocks/rocks-5.4/activitylog/scm-1/bin; mkdir -p $rock
        cp "$OLDPWD/bin/activitylog" bin; cp bin/activitylog $rock
        ln -s "$OLDPWD/lua/activitylog" share/lua/5.4
        ln -s "$OLDPWD/%sactivitylog" lib/lua/5.4
        ln -s bin/activitylog link]])
        :format(prefix, package.cpath:match("^[^?;]+")))
      return support.run(("cd %s/%s; env -u LUA_PATH_5_4 -u LUA_CPATH_5_4 %s")
        :format(prefix, folder, call))
    end

    it("finds its module from anywhere", function()
      local version = "activitylog " .. require("activitylog")._VERSION .. "\n"
      for folder, call in pairs {
        ["."] = "bin/activitylog", bin = "./activitylog",
        lib = "../bin/activitylog", share = '"$PWD/../bin/activitylog"',
        ["share/lua"] = "lua5.4 "
          .. "../../lib/luarocks/rocks-5.4/activitylog/scm-1/bin/activitylog",
      } do
        assert.equal(version, (installed(folder, call .. " --version")))
      end
    end)

    it("says in one line when it finds none", function()
      local output, status = installed(".", "./link --version")
      assert.truthy(output:find("^activitylog: module 'activitylog.command' "
        .. "not found; [^\n]+ link, [^\n]+LUA_CPATH\n$"), output)
      assert.equal(1, status)
      output, status = installed(".", "sh -c 'rm lib/lua/5.4/activitylog; "
        .. "bin/activitylog --version'")
      assert.truthy(output:find("^activitylog: [^\n]+:%d+: module "
        .. "'activitylog.core' not found; [^\n]+\n$"), output)
      assert.equal(1, status)
    end)
  end)

  it("says what to install when argparse is missing", function()
    local output, status = support.run(support.lua [[
      package.preload.argparse = function() error "none" end
      os.exit(require("activitylog.command").main { "info" })]])
    assert.equal("activitylog: argparse is missing, by which options are read; "
      .. "install it: apt-get install lua-argparse, or luarocks-5.4 install "
      .. "argparse\n", output)
    assert.equal(1, status)
  end)
end)

describe("activitylog completion", function()
  local FILES = { bash = "completions/activitylog.bash",
                  zsh = "completions/_activitylog" }

  for shell, file in pairs(FILES) do
    it("prints for " .. shell .. " what is installed", function()
      assert.equal(support.read(file), check("completion " .. shell))
    end)
  end

  it("completes commands, options and values in bash", function()
    local function complete(...)
      return support.check("bash -c " .. support.quote(([[
        . completions/activitylog.bash
        COMP_WORDS=(activitylog %s)
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _activitylog
        echo "${COMPREPLY[*]}"]]):format(table.concat({ ... }, " "))))
    end
    assert.equal("summary\n", complete "su")
    assert.equal("--layout --layout-file\n", complete("export", "--lay"))
    assert.equal("jsonl\n", complete("export", "--format", "j"))
    assert.equal("fr-fr\n", complete("show", "--locale", "fr"))
    assert.equal("last_month last_7_days last_30_days\n",
                 complete("show", "--period", "last"))
    assert.equal("create_order\n", complete("show", "--operation", "create_o"))
  end)

  it("leaves files to bash, which knows how to write them", function()
    for _, option in ipairs { "--log", "--output", "--layout-file" } do
      assert.equal("\n", support.check("bash -c " .. support.quote(([[
        . completions/activitylog.bash
        COMP_WORDS=(activitylog export %s R)
        COMP_CWORD=3
        _activitylog
        echo "${COMPREPLY[*]}"]]):format(option))))
    end
    assert.truthy(support.read("completions/activitylog.bash")
      :find("complete [^\n]*%-o default activitylog\n$"))
  end)

  it("completes commands and options in zsh", function()
    local output = support.run(([[python3 - %s <<'END'
import os, pty, select, sys, time
child, terminal = pty.fork()
if child == 0:
    os.environ["TERM"] = "dumb"
    os.execvp("zsh", ["zsh", "-f"])
def typed(text, wanted):
    os.write(terminal, text.encode())
    seen, until = "", time.time() + 30
    while wanted not in seen and time.time() < until:
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 65536).decode(errors="replace")
    return wanted in seen
typed("fpath=(completions $fpath); autoload -U compinit; compinit -D -u -d "
      + sys.argv[1] + "/dump; echo re''ady\n", "ready")
print(typed("activitylog sum\t", "summary"), typed("--piv\t", "--pivot"),
      typed("--period last_m\t", "last_month"),
      typed("--output READM\t", "README.md"))
os.write(terminal, b"\x15exit\n")
END]]):format(support.temp_dir()))
    assert.equal("True True True True\n", output)
  end)
end)

describe("activitylog(1)", function()
  it("has each option and each command of the parser", function()
    local page = support.read "docs/activitylog.1"
    local parser = require("activitylog.command").parser()
    local function look(part)
      for _, option in ipairs(part._options) do
        local name = option._name:gsub("^%-", "")
        assert.truthy(page:find("Fl " .. name, 1, true), name)
      end
      for _, sub in ipairs(part._commands) do
        assert.truthy(page:find("\n.It Cm " .. sub._name .. "\n", 1, true),
                      sub._name)
        look(sub)
      end
    end
    look(parser)
  end)
end)
