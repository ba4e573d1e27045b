-- Keep a log in a PostgreSQL database, and report from it, by the methods of a
-- file's. The database has to be there (createdb).
--
--   lua5.4 examples/postgresql.lua postgresql://HOST/DATABASE
--
-- Run it in the root of the tree, as README.md says; it writes june.csv.

local activitylog = require "activitylog"

local uri = assert(arg[1], "usage: examples/postgresql.lua URI")

-- Once, for a log in which each month has a partition of its own.
local made, message, code = activitylog.create(uri, { partition = "month" })
assert(made or code == "exists", message)

local log <close> = assert(activitylog.open(uri))
local page = "spec/fixtures/partner-center/ms_docs_2017_order_license.json"
local result = assert(log:import(page))
print(result.added .. " new, " .. result.known .. " known")

local report = assert(log:export("june.csv", { period = "2017-06" }))
print(report.records .. " records in " .. report.files[1])
print(assert(log:verify()).records .. " records proved in " .. log.path)
