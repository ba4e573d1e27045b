-- Run by the program of host.c: the C half must come from the program itself.
package.cpath = ""

local activitylog = require "activitylog"

assert(activitylog.open(":memory:")):close()
