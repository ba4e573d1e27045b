--- Logs: what is kept, and what is made of it.
-- A log is opened by `activitylog.open`. Where a method takes `options`, they
-- are a table of names; an unknown one raises and names the nearest.
--
-- Options that select records, of `records`, `count`, `export`, `export_text`
-- and `summary`:
--
-- - `period`: a period or the name of one (`activitylog.period`); the most
--   recent month by default, as in the portal. "all" is everything.
-- - `zone`: whose days the name of a period means, and whose clock dates are
--   written by: that of a period that was made, else "UTC"
-- - `customer_id`, `operation_type`, `resource_type`, `operation_status`,
--   `user` (the user principal name): equal, whatever the case
-- - `customer_name`: a part of it, in any case and script
-- - `text`: a part of any field, likewise
-- - `order`: "newest" first, the default, or "oldest"
-- - `redact`: `false` shows the values that stand under secret keys, such as
--   `password`, which are masked otherwise; a list of rules masks what they
--   name as well
--
-- A rule is a name, or names joined by dots, of which `*` stands for any. One
-- name masks the field of that name, such as `user_principal_name`, and every
-- member of that name inside of old and new values, `customized_data` and
-- `other`; a pair's key names its value. Several names mask the members whose
-- path ends in them: `BillingProfile.*` each member right in a BillingProfile.
-- A path begins with the name of the field, as in `customized_data.OrderId`,
-- goes through arrays, and on in JSON that stands in a string. Case and
-- underscores do not matter, and `offer_id` means `OfferId-0` as well. Line
-- items have what stands under these names, or in `customized_data` under
-- `SubscriptionName-0` their friendly_name, under `PartnerOnRecord-0` their
-- partner_id_on_record. Masked is `***`; of `customized_data` the keys stay, of
-- `other` the names. There may be 100 rules of up to 16 names of up to 128
-- bytes. `operation_date` cannot be masked, as it makes the order. Filters by
-- field see what a record really holds, `text` what is shown. Import a masked
-- report into another log only: in its own it would take the place of the real
-- one.
--
-- Each filter is a string, or a list of strings of which one has to match.
--
-- Failures of the world give `nil, message, code`. Codes are "io", "busy",
-- "corrupt", "syntax", "api", "version", "foreign", "full", "readonly",
-- "limit", "exists" and "unsupported". Mistakes of the caller raise.
-- @classmod activitylog.log

local fields = require "activitylog.record_fields"
local options = require "activitylog.options"
local period = require "activitylog.period"
local query = require "activitylog.query"

local log = {}

local RECORDS = options.join(query.options, query.of_records)

local COUNT = options.join(query.options, query.progress)

local IMPORT = {
  "source", "progress", source = "string", progress = "function",
}

local VERIFY = {
  "head", "progress", head = "string", progress = "function",
}

local BACKUP = { "progress", progress = "function" }

local PURGE = {
  "before", "zone", "user", "progress",
  before = "string", zone = "string", user = "string", progress = "function",
}

-- What stands in the chain for good, and is shown whole by each proof.
local MOST_USER = 256 -- bytes

-- What is checked below is checked for a method: the line that called the
-- method is to blame.
local CALLER = 3

-- What query.lua or report.lua made of the caller's options.
local function checked(lowered, why)
  if not lowered then error(why, CALLER) end
  return lowered
end

local metatable = { __index = log, __name = "activitylog.log" }

-- The core's store; a closed log is the caller's mistake.
local function open_store(self)
  options.check_self(self, metatable, CALLER)
  if self._closed then error("log is closed", CALLER) end
  return self._store
end

-- C would see the path end at a zero byte, and take another file.
local function check_path(path, what)
  if path:find("\0", 1, true) then
    error(what .. ": path has a zero byte", CALLER)
  end
end

local function now()
  return math.floor(period.clock())
end

-- ---- selecting

--- Go through records in a for loop, newest first.
-- A record is a table with the API's fields in snake_case; those it has not are
-- nil. `customized_data` is a list of `{ key =, value = }`, `other` a table of
-- the fields that have no name here, `old_value` and `new_value` are
-- `resource_old_value` and `resource_new_value` decoded, and `line_items` is
-- the list of an order's products, empty for what is no order. These five are
-- decoded anew each time: keep what you use in a local.
--
-- `fields` is a list of the names that are needed, which costs less: the others
-- are neither read nor made. Of these five, `old_value`, `new_value` and
-- `line_items` stand for the fields that they are made of, which are then in
-- the table: `line_items` for `resource_new_value` and `customized_data`. What
-- `append` takes has to be whole.
--
-- A page at a time: the name "position" among `fields` gives each record its
-- `position`, a short text that stays the same. With that of the last one as
-- `after` the next loop goes on behind it, in the same order and with the same
-- filters, as quickly as the first began, whatever came or went meanwhile;
-- `at = position` is that record alone, of all times unless `period` is given.
-- @tparam[opt] table given what to select, `fields`, `after` and `at`
-- @return the four values of a for loop; leaving it frees the cursor
-- @raise when the log cannot be read
-- @usage for record in log:records { customer_name = "fabri" } do
--   print(record.operation_date, record.operation_type)
-- end
-- @usage local names = { "operation_type", "position" }
-- local query = { period = "all", fields = names }
-- repeat -- a record a page
--   local last
--   for record in log:records(query) do
--     last = record
--     break
--   end
--   query.after = last and last.position
--   if last then print(last.operation_type) end
-- until not last
-- --> update_customer_user_licenses
-- --> create_order
-- --> add_customer
-- --> create_order
-- --> update_customer_user_licenses
function log:records(given)
  given = options.check(given, RECORDS, "records()")
  local selected = checked(query.lower(given))
  local iterator, state, control, closing = open_store(self):records(selected)
  if not iterator then error(state, 2) end
  return iterator, state, control, closing
end

--- How many records there are.
-- @tparam[opt] table given what to select, and `progress` as of `export`, for
-- what has to read the records: of filters
-- @treturn[1] integer
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @raise what `progress` raised
-- @usage print(log:count { period = "all" })
function log:count(given)
  given = options.check(given, COUNT, "count()")
  local selected = checked(query.lower(given))
  return open_store(self):count(selected)
end

--- How many bytes the log takes where it is kept: a file with its -wal, or the
-- tables and indexes of a database.
-- @treturn[1] integer
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @usage print(("%.1f MB"):format(assert(log:bytes()) / 1e6))
function log:bytes()
  return open_store(self):bytes()
end

--- How many imports there were, and the newest of them. What `append` brought
-- in one call is one.
-- @treturn[1] integer
-- @treturn[1] ?string when the newest came, an instant in UTC; nil without one
-- @treturn[1] ?string its source, shortened if it is long
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @usage local imports, time, source = log:imports()
function log:imports()
  return open_store(self):imports()
end

--- How many purges there were, and what they took; `verify` tells of each.
-- @treturn[1] integer
-- @treturn[1] integer how many records they took
-- @treturn[1] ?string the latest instant from before which they took them, in
-- UTC; nil without one
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @usage local purges, records, before = log:purges()
function log:purges()
  return open_store(self):purges()
end

-- ---- keeping

-- A field that would be lost, if any, as the core reads the table itself.
local function hidden_field(record)
  for _, name in ipairs(fields) do
    if options.hides(record, name) then return name end
  end
  return nil
end

-- What the caller gave as a list. A record alone is told by its names.
local function list_records(given)
  if rawget(given, 1) == nil
     and (next(given) ~= nil or hidden_field(given)) then
    return { given }
  end
  local count, why = options.length(given)
  if not count then
    error("append(): list of records expected, got " .. why, CALLER)
  end
  return given
end

local function check_record(record, place)
  if type(record) ~= "table" then
    error(("%s: table expected, got %s"):format(place, type(record)),
          CALLER)
  end
  for name in next, record do
    local ours = name == "_customized_data" or name == "_other"
    local why = not ours and options.unknown("field", name, fields)
    if why then error(place .. ": " .. why, CALLER) end
  end
  local hidden = hidden_field(record)
  if hidden then
    error(("%s: field '%s' is in its metatable; copy it into the record")
      :format(place, hidden), CALLER)
  end
end

--- Append one record or a list of them, all or none.
-- A record has the fields that `records` gives, as strings; `customized_data`
-- and `other` may be tables, or JSON. `operation_date` is needed.
-- @tparam table records a record or a list
-- @treturn[1] table as of `import`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @raise on an unknown field or one of the wrong type, and on a list with
-- holes or names
-- @usage assert(log:append {
--   id = "1", operation_date = "2026-10-01T08:00:00Z",
--   operation_type = "create_order", customer_name = "Fabrikam",
-- })
function log:append(records)
  if type(records) ~= "table" then
    error("append(): record or list of them expected, got " .. type(records), 2)
  end
  records = list_records(records)
  for i = 1, rawlen(records) do
    check_record(rawget(records, i), "record " .. i)
  end
  local store = open_store(self)
  local ok, result, message, code = pcall(store.append, store, records, now())
  if not ok then error(result, result == "not enough memory" and 0 or 2) end
  return result, message, code
end

-- Asked for by the core when it reads CSV.
local function csv_titles()
  return require "activitylog.csv_titles"
end

-- A path may be any bytes; a name in the log and in messages is UTF-8.
local function readable(path)
  return utf8.len(path) and path or path:gsub("[\x80-\xFF]", "?")
end

local function lower_import(given, name)
  if given.source and not utf8.len(given.source) then
    error("option 'source': it is not UTF-8", CALLER)
  end
  return {
    name = given.source or readable(name),
    progress = given.progress,
    titles = csv_titles,
    now = now(),
  }
end

--- Import a file: pages of the API, arrays of records, JSON Lines or CSV.
-- The format is told by the content. All of it lands or nothing; what is known
-- already is not added again.
--
-- A new log that imports a file of 16 MiB or more, and that nobody else has
-- open, is written without a WAL: until the import ends others can neither open
-- nor read it (code "busy").
--
-- CSV columns are named by fields (as our own export with `layout = "full"`,
-- `excel = false` names them) or by the titles of the portal's export, which
-- Microsoft documents nowhere, in any locale: rows of it need date, customer
-- and action.
-- @tparam string|file source a path, or a file of Lua's io library, which is
-- read from where it is and stays open
-- @tparam[opt] table given `source`, the name of it in messages and in the log
-- (default: the path), and `progress`, a function that is called about every
-- MiB with the bytes done and the bytes in all (nil: unknown)
-- @treturn[1] table `records` that came, of them `added`, `known` (there
-- already) and `changed` (new content of a record that was there), `seconds`
-- @treturn[2] nil
-- @treturn[2] string message with the line, byte, record and field
-- @treturn[2] string code
-- @usage local result = assert(log:import("auditrecords.json"))
-- print(result.added, result.known, result.changed)
function log:import(source, given)
  given = options.check(given, IMPORT, "import()")
  if io.type(source) == "file" then
    local lowered = lower_import(given, "the file")
    return open_store(self):import_stream(source, lowered)
  elseif type(source) ~= "string" then
    error("import(): path or open file expected, got "
      .. (io.type(source) or type(source)), 2)
  end
  check_path(source, "import()")
  local lowered = lower_import(given, source)
  return open_store(self):import_file(source, lowered)
end

--- Import what a string holds, as `import` does.
-- @tparam string text
-- @tparam[opt] table given as of `import`
-- @treturn table as of `import`, or its failures
-- @usage assert(log:import_text(body, { source = "page 1" }))
function log:import_text(text, given)
  given = options.check(given, IMPORT, "import_text()")
  if type(text) ~= "string" then
    error("import_text(): string expected, got " .. type(text), 2)
  end
  local lowered = lower_import(given, "the text")
  return open_store(self):import_text(text, lowered)
end

-- ---- reporting

--- Write a report.
-- A file appears whole or not at all. It keeps the permissions of the one that
-- it replaces; that of another user is refused ("exists"). CSV is made for
-- Excel, each rule of which has its option; `excel = false` turns all of them
-- off, for machines:
--
-- - `layout`: a layout, or the name of one: "partner-center" (default),
--   "partner-center-2019", "order-lines" or "full"
-- - `format`: "csv" (default); "jsonl": JSON Lines with every field, which
--   takes none of the options below; "html": a page that looks like the
--   portal's, with a search, a chart and the details of each row, which takes
--   `locale`, `links`, `cloud` and `max_rows`: 20000, more records are refused
--   ("limit"), 0 is no limit; or "xlsx": a workbook, see below
-- - `locale`: titles, labels and separator; "en-us" by default. A name such as
--   "fr-fr", or a language: "fr" (@{activitylog.locale}).
-- - `links`: end the portal's layouts in the Subscriptions link (default true)
-- - `cloud`: the portal that links lead to: "global" (default),
--   "us-government" or "china"
-- - `bom`: begin with the UTF-8 byte order mark
-- - `separator`: the locale's list separator; else ","
-- - `newline`: CR LF; else LF
-- - `date_format`: `2026-10-31 17:58:10`; else the full instant. A pattern, or
--   "locale" for that of the locale.
-- - `zone_in_title`: built-in layouts name the zone beside a date's title
-- - `defuse`: a ' before what would run as a formula
-- - `max_cell`: 32767 UTF-16 units; a longer cell is cut with a mark. 0 is no
--   limit, 10 the least.
-- - `max_rows`: 1048576 rows with the titles'; more go on in `name-2.csv`, and
--   to an open file or a string they are refused ("limit"). 0 is no limit. The
--   parts of a report that is replaced are replaced or removed. They are told
--   by the same titles and by `max_rows` rows in all but the last; another file
--   whose name a part needs is in the way ("exists").
--
-- "xlsx" is a workbook for Excel: dates are dates, in the locale's form or that
-- of `date_format`; the quantities of products and the numbers that a function
-- returns are numbers, links are links, all else is text as it came, never a
-- formula. Rows that do not fit go on in a second sheet of the file. It takes
-- no `excel`, `bom`, `separator`, `newline` and `defuse`, and 0 is the limit of
-- Excel. Without the C module activitylog.xlsx it is refused ("unsupported").
-- It is made in the folder that TMPDIR names, which needs room for all its rows
-- three times.
--
-- `progress` is a function that is called about every thousand records with how
-- many were read; when it raises, the work ends and leaves nothing.
-- @tparam string|file target a path, or a file of Lua's io library, which is
-- flushed and stays open
-- @tparam[opt] table given what to select, and how to write it
-- @treturn[1] table `records`, `rows` (without the titles'; a layout with line
-- items makes several of a record, or none), `bytes`, `files` (a list of paths;
-- none for an open file), `cut_cells`, `defused_cells` and `redacted` (records
-- with values masked)
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @raise what a column's function raised, with the column and the record; what
-- `progress` raised
-- @usage assert(log:export("october.csv", { period = "2026-10" }))
function log:export(target, given)
  local report = require "activitylog.report"
  given = options.check(given, report.options, "export()")
  local selected = checked(query.lower(given))
  local shape = checked(report.lower(given))
  if io.type(target) == "file" then
    return report.write(open_store(self), "stream", target, selected, shape)
  elseif type(target) ~= "string" then
    error("export(): path or open file expected, got "
      .. (io.type(target) or type(target)), 2)
  end
  check_path(target, "export()")
  return report.write(open_store(self), "file", target, selected, shape)
end

--- Make a report as a string, as `export` does.
-- @tparam[opt] table given as of `export`
-- @treturn[1] string the report
-- @treturn[1] table as of `export`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @usage local csv = assert(log:export_text { period = "yesterday" })
function log:export_text(given)
  local report = require "activitylog.report"
  given = options.check(given, report.options, "export_text()")
  local selected = checked(query.lower(given))
  local shape = checked(report.lower(given))
  return report.write(open_store(self), "text", nil, selected, shape)
end

--- Go through the rows of a report.
-- A function is called with each row's cells, those of CSV before Excel's
-- rules: a list of strings, and false for what is missing. First come the
-- titles.
-- @tparam function call called with the cells and what the row is: "titles" or
-- "row"; false from it is the end
-- @tparam[opt] table given what to select, and of the options of `export`:
-- `layout`, `locale`, `links`, `cloud`, `date_format`, `zone_in_title`,
-- `progress`
-- @treturn[1] boolean true
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @raise what the function raised, or one of a column
-- @usage log:rows(function(cells) print(table.unpack(cells, 1, 3)) end,
--   { period = "2017-06", links = false })
-- --> Date-Time (UTC) Affected customer Action
-- --> 2017-06-15 22:56:05 Relecloud Create Order
-- --> 2017-06-01 20:09:07 Relecloud Update Customer User Licenses
-- --> true
function log:rows(call, given)
  if type(call) ~= "function" then
    error("rows(): function expected, got " .. type(call), 2)
  end
  local report = require "activitylog.report"
  given = options.check(given, report.row_options, "rows()")
  local selected = checked(query.lower(given))
  local shape = checked(report.lower(given))
  return open_store(self):export_rows(call, selected, shape)
end

--- Count records by hour, day, week, month, customer, user, type or status.
-- In one pass, whose memory grows with the groups and the customers, not with
-- the records. Takes the options that select records, except `order`, and
--
-- - `by`: a key or a list of 1 to 3 different ones: "hour", "day", "week" or
--   "month" (one of these four at most), "customer", "user", "operation_type",
--   "resource_type", "operation_status". "day" by default.
--
-- Times are those of the clocks of `zone`. Customers are told apart by their
-- id, whatever its case, or by their name where a record has no id or one that
-- is masked; all others whatever the case of A to Z. What is empty counts as
-- missing.
-- @tparam[opt] table given what to select, `by`, and `progress` as of `export`
-- @treturn[1] activitylog.summary a list of rows, which can be exported
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code; "limit" for more than 1048575 groups
-- @usage for _, row in ipairs(log:summary { by = { "month", "user" } }) do
--   print(row.month, row.user, row.count)
-- end
function log:summary(given)
  local summary = require "activitylog.summary"
  given = options.check(given, summary.options, "summary()")
  local store = open_store(self)
  local made, why, code = summary.make(self, store, given)
  if not made and not code then error(why, 2) end
  return made, why, code
end

-- ---- proving

--- The newest value of the log's chain.
-- Each import and each purge has a digest, which goes over what it did and over
-- the digest before (`docs/file-format.md`): so the newest vouches for all of
-- the log. Keep it in another place, such as a mail or a ticket: `verify` then
-- proves that nothing of what was there at that time was altered since.
-- @treturn[1] string 64 hexadecimal digits; zeros of a log without imports
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @usage local head = assert(log:head())
function log:head()
  return open_store(self):head()
end

--- Read everything, and prove that it is what the imports and purges left.
-- Every record is digested anew, and every import; the tables by which records
-- are found are compared with them, and SQLite checks the file. A million
-- records take some seconds.
--
-- An edit by hand shows, but for one by somebody who computed everything anew;
-- and that too for who has a value of `head` from before.
-- @tparam[opt] table given `head`, a value that the chain must have, and
-- `progress`, a function that is called about every thousand records with how
-- many were read and how many there are; when it raises, the work ends
-- @treturn[1] table `records`, `superseded` (contents that records had before),
-- `imports`, `head`, and `purges`: a list of tables with `before`, `time`,
-- `user`, `oldest`, `newest` (of what went), `records` and `superseded`
-- @treturn[2] nil
-- @treturn[2] string message, which names the first record, import or purge
-- that was altered, removed, added by hand or put in another order, or says
-- that the chain does not continue `head`
-- @treturn[2] string code: "corrupt"
-- @usage local proof = assert(log:verify { head = log:head() })
-- print(proof.records, proof.imports)
function log:verify(given)
  given = options.check(given, VERIFY, "verify()")
  local head = given.head
  if head and not (#head == 64 and head:find "^%x+$") then
    error("option 'head': 64 hexadecimal digits expected", 2)
  end
  return open_store(self):verify { head = head, progress = given.progress }
end

--- Copy the log, as it is now, to a new file.
-- Others go on using the log meanwhile. The copy is a log, too, which its owner
-- alone may read; it appears whole or not at all, and never in place of a file.
-- @tparam string path of a new file, whose name has at most 247 bytes
-- @tparam[opt] table given `progress`, a function that is called about every
-- MiB with the bytes done and the bytes in all; of a log in a database, about
-- every thousand contents, with how many of them
-- @treturn[1] table `bytes`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code: "exists" when something has that name, or SQLite
-- would take it for a part of the log; "unsupported" for a URI:
-- @{activitylog.copy} brings a log into a database
-- @usage assert(log:backup(os.date "contoso-%Y-%m-%d.db"))
function log:backup(path, given)
  if type(path) ~= "string" then
    error("backup(): path expected, got " .. type(path), 2)
  end
  check_path(path, "backup()")
  given = options.check(given, BACKUP, "backup()")
  if path:find "^%l+://" then
    return nil, "a backup is a file; activitylog copy brings a log into a "
      .. "database", "unsupported"
  end
  local bytes, message, code = open_store(self):backup(path, given)
  if not bytes then return nil, message, code end
  return { bytes = bytes }
end

-- ---- taking out

-- The first instant that is kept.
local function read_before(given, zone)
  if not given.before then
    error("option 'before': the first day that is kept expected",
          CALLER)
  end
  local ok, start = options.try(period.beginning, given.before, zone)
  if not ok then error(start, CALLER) end
  return start
end

local function check_user(user)
  if not user then return end
  if #user == 0 or #user > MOST_USER then
    error(("option 'user': 1 to %d bytes expected, got %d")
      :format(MOST_USER, #user), CALLER)
  elseif not utf8.len(user) then
    error("option 'user': it is not UTF-8", CALLER)
  end
end

--- Delete the records from before a day, for good.
-- Their earlier contents go with them, and what is left is written anew: the
-- file becomes smaller and has no byte of them. In the chain stands what was
-- done, so that `verify` still holds and tells of it: how many records went, of
-- which time, when, and who did it; of each its digest stays, some 40 bytes, so
-- that a value of `head` from before proves what is left. The imports that they
-- came with are proved before, and refused when they were altered.
--
-- All of it happens or nothing, and until it ends it needs room beside the log:
-- up to twice what it deletes, or, where old and new records came mixed, up to
-- the size of the log; then, beside the log and in `TMPDIR`, as much as is left
-- of it. While records are being read through this same log it is refused
-- ("busy"). A file with such records that is imported again brings them back.
-- @tparam table given
--
-- - `before`: the first day that is kept, `2020-01-01`, or instant, or the name
--   of a period, which begins there: "last_365_days" keeps as many days
-- - `zone`: whose days; "UTC" by default
-- - `user`: who does it, in 1 to 256 bytes of UTF-8; by default the name of the
--   process's user
-- - `progress`: a function that is called about every thousand records with how
--   many are gone, 0 while imports are proved, and how many will be; when it
--   raises before all are, nothing has changed; behind that the space is
--   returned by the next purge
-- @treturn[1] table `records`, `superseded` (contents that records had before),
-- `bytes` (by which the file becomes smaller), `pending`, and, where any went,
-- `oldest` and `newest`, their dates. `pending` is true when the file may still
-- hold bytes of what went: somebody has been reading what was there before, or
-- writing, for longer than `timeout`, or there is no room to write anew what is
-- left. The next purge does it then. In a database it is true when rows were
-- deleted, and not only whole months: their bytes stay until new rows take the
-- room, or an owner of the log runs VACUUM FULL
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code
-- @usage assert(log:purge { before = "last_3650_days" })
function log:purge(given)
  given = options.check(given, PURGE, "purge()")
  local before = read_before(given, checked(query.zone(given)))
  check_user(given.user)
  return open_store(self):purge {
    before = before, user = given.user, progress = given.progress, now = now(),
  }
end

-- ---- closing

--- Close the log. Closing it again does nothing; using it then raises.
-- `local log <close> = assert(activitylog.open(path))` does it by itself.
function log:close()
  options.check_self(self, metatable, 2)
  local store = self._store
  local ok, why = pcall(store.close, store)
  if not ok then error(why, 2) end
  self._closed = true
end

metatable.__close = log.close

function metatable:__tostring()
  options.check_self(self, metatable, 2)
  return ("activitylog.log: %s%s")
    :format(self.path, self._closed and " (closed)" or "")
end

-- The log object around the core's store.
local function wrap(store, path)
  return setmetatable({ _store = store, path = path }, metatable)
end

return { wrap = wrap, methods = log }
