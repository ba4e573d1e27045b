-- Export a log to one file and print how many records went into it. FILE may
-- be - for standard output, and then nothing else is printed.
--   lua5.4 bench/export.lua LOG FILE FORM FROM TO [CUSTOMER_ID]
-- FORM is full (CSV of every field for machines), full-excel (the same for
-- Excel), partner-center (the portal's columns for Excel), workbook (the same
-- as XLSX) or page (HTML). FROM and TO are dates, or "" for an open end.
local activitylog = require "activitylog"

local path, target, form, from, to, customer_id = table.unpack(arg)

local FORMS = {
  full = { layout = "full", excel = false, redact = false },
  ["full-excel"] = { layout = "full", redact = false },
  ["partner-center"] = { layout = "partner-center" },
  workbook = { layout = "partner-center", format = "xlsx" },
  page = { format = "html", max_rows = 0 },
}

local function date(text)
  return text ~= "" and text or nil
end

local log <close> = assert(activitylog.open(path, { mode = "r" }))
local given = FORMS[form]
given.period = activitylog.period(date(from), date(to))
given.customer_id = customer_id
if target == "-" then
  assert(log:export(io.stdout, given))
else
  print(assert(log:export(target, given)).records)
end
