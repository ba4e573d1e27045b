-- Run by examples/c-host in the root of the tree: makes the log of spec/golden,
-- and a workbook, whose C module is a file beside the others.

local _, from = require "activitylog.core"
assert(from == ":preload:", from)

local activitylog = require "activitylog"

local path = ...
assert(arg[0] == "spec/host/samples.lua" and arg[1] == path and #arg == 1)

package.path = package.path .. ";./?.lua"
local log <close> = assert(activitylog.open(path))
for _, sample in ipairs(require("spec.golden.reports").samples) do
  assert(log:import(sample))
end
assert(log:export_text { period = "all", format = "xlsx" })
