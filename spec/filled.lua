--- Logs in which all has happened that can happen to one, for specs of copies.

local filled = {}

-- A record of a day of 2026 or another year.
local function of(id, day, more)
  local record = {
    id = id, operation_date = (#day == 5 and "2026-" or "") .. day
      .. "T12:00:00Z",
    operation_type = "create_order", operation_status = "succeeded",
    customer_id = "20a1702f-ac6b-4e02-a87d-f8f8910502d3",
    customer_name = "Straße " .. id,
  }
  for name, value in pairs(more or {}) do record[name] = value end
  return record
end

-- One of no customer, and with what C would take for the end of a text.
local BARE = { id = "c", operation_date = "2026-03-01T12:00:00Z",
               resource_new_value = "a\0b", session_id = "" }

filled.of, filled.BARE = of, BARE

--- Contents that were superseded, came late or not in the order of time, were
-- purged, and came again behind that.
function filled.fill(log)
  assert(log:append { of("a", "01-10"), of("b", "05-20"), BARE })
  assert(log:append { of("a", "01-10", { operation_status = "failed" }),
                      of("d", "2025-12-02"),
                      of("b", "05-20", { operation_status = "progress" }) })
  assert(log:append { of("e", "06-06", { operation_status = "progress" }),
                      of("b", "05-20", { operation_status = "failed" }),
                      of("e", "06-06", {
                        resource_new_value = '{"Password":"one"}',
                      }) })
  assert(log:purge { before = "2026-01-01", user = "Zoë" })
  assert(log:append { of("e", "06-06") })
  assert(log:purge { before = "2026-05-01" })
  assert(log:append { BARE, of("a", "01-10"), of("f", "07-07") })
end

--- Of 'n' records of 8 KiB: more than 1,024 of them, in imports of less, are
-- more than one part of a copy.
function filled.many(name, n)
  local records, value = {}, ("x"):rep(8 * 1024)
  for i = 1, n do
    records[i] = of(name .. "-" .. i, "08-08", { resource_new_value = value })
  end
  return records
end

--- Three parts and some.
function filled.fill_large(log)
  for import = 1, 40 do assert(log:append(filled.many(import, 80))) end
end

return filled
