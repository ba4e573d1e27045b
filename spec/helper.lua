-- Run by Busted before the specs: where the module is, and what specs share.
--
-- ACTIVITYLOG_BUILD names another build folder than build/dev, and
-- ACTIVITYLOG_GC_STRESS=1 runs a full collection at every allocation, which
-- finds values that the binding forgot to keep alive.

local build = os.getenv("ACTIVITYLOG_BUILD") or "build/dev"
package.cpath = build .. "/cmod/?.so;" .. package.cpath

if os.getenv("ACTIVITYLOG_GC_STRESS") == "1" then
  collectgarbage("incremental", 1, 1000, 30)
  collectgarbage()
end
