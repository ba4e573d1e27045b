-- Run by examples/c-host in some threads at once (threads.c): the C half must
-- come from the program itself. Each works on one log with the others, and
-- leaves nothing to them.
package.cpath = ""

local path, number = ...
local activitylog = require "activitylog"

assert(activitylog.open(":memory:")):close()

local ROUNDS, PAGE = 10, 25
local ALL = { period = "all" }
local log <close> = assert(activitylog.open(path, { timeout = 60 }))
for round = 1, ROUNDS do
  local page = {}
  for i = 1, PAGE do
    page[i] = { id = ("%s-%d-%d"):format(number, round, i),
                operation_date = "2026-10-01T08:00:00Z",
                operation_type = "create_order" }
  end
  assert(assert(log:append(page)).added == PAGE)
  local n = 0
  for _ in log:records(ALL) do n = n + 1 end
  assert(n % PAGE == 0 and n >= round * PAGE)
  local _, lines = assert(log:export_text(ALL)):gsub("\r\n", "")
  assert((lines - 1) % PAGE == 0 and lines > n)
end
assert(log:verify().imports >= ROUNDS)
