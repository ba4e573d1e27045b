--- Examples in documents and sources: run as they stand, on real samples.
--
-- Every one gets a folder of its own with the samples, in which `log` is an
-- open log that they were imported into as scripts/quickstart does it.

local support = require "spec.support"

local example = {}

local ROOT = support.check("pwd"):gsub("\n$", "")

-- Runs example.lua and prints what it returns. Of an error it prints the text,
-- without the place in front of it, and ends with status 3.
local DRIVER = [[
local period = require "activitylog.period"
period.clock = function() return 1791990977 end -- 2026-10-14T15:16:17Z

activitylog = require "activitylog"
core = require "activitylog.core"
for _, name in ipairs {
  "access", "chart", "html", "layout", "link", "locale", "options",
} do
  _G[name] = require("activitylog." .. name)
end
for _, name in ipairs { "failure", "grid", "output", "progress" } do
  _G[name] = require("activitylog.command." .. name)
end
_G.period = period

log = assert(activitylog.open("samples.db"))
for path in io.lines("samples.txt") do assert(log:import(path)) end
local page <close> = assert(io.open("auditrecords.json"))
body = page:read("a")

local result = table.pack(pcall(assert(loadfile("example.lua"))))
if not result[1] then
  print((tostring(result[2]):gsub("^example.lua:%d+: ", "")))
  os.exit(3, true)
elseif result.n > 1 then
  print(table.unpack(result, 2, result.n))
end
]]

local SAMPLES = {
  "ms_docs_2017_order_license.json",
  "spring_social_2017_record.json",
  "records/msdocs2020_20200902T173412_add_customer.json",
  "records/msdocs2020_20200902T175810_create_order.json",
  "records/msdocs2020_20200902T232619_update_customer_user_licenses.json",
}

--- Run Lua.
-- @tparam string code
-- @treturn string what it printed
-- @treturn boolean whether it ran to its end
function example.run(code)
  local folder = support.temp_dir()
  local samples = ROOT .. "/spec/fixtures/partner-center/"
  support.check(("ln -s %s/spec %s/spec && cp %s%s %s/auditrecords.json")
    :format(ROOT, folder, samples, SAMPLES[1], folder))
  support.write(folder .. "/samples.txt",
                samples .. table.concat(SAMPLES, "\n" .. samples) .. "\n")
  support.write(folder .. "/example.lua", code)
  support.write(folder .. "/driver.lua", DRIVER)
  local output, status = support.run(support.lua_in(folder, "driver.lua"))
  return output, status == 0
end

return example
