--- The log as a web page, for hosts that speak HTTP.
-- A portal takes a request as a plain table and gives a response as one; where
-- these come from and go to is the host's: `examples/portal` has them for
-- lighttpd, Prosody and CGI. There is From and To, a search for the customer, a
-- filter by action, the rows of the most recent month with their details, a
-- page at a time, and the export of what is selected, in the visitor's
-- language.
--
-- Nobody sees anything without a role that `access` lets in. Which role a
-- visitor has is for the host to know: from a header, say, that a server in
-- front of it sets, and takes away from those who send one themselves.
--
-- Which URL the page has does not matter: all its links are queries of it.
-- @module activitylog.web

local access = require "activitylog.access"
local activitylog = require "activitylog"
local core = require "activitylog.core"
local form = require "activitylog.web.form"
local language = require "activitylog.web.language"
local link = require "activitylog.link"
local locale = require "activitylog.locale"
local log_rows = require "activitylog.page.rows"
local options = require "activitylog.options"
local period = require "activitylog.period"
local view = require "activitylog.web.view"

local web = {}

local OPTIONS = {
  "log", "access", "cloud", "locale", "rows", "timeout", "zone",
  log = "string", access = "table", cloud = "string", locale = "string",
  rows = "integer", timeout = "integer or float", zone = "string",
}

-- The role may be anything: what is no role lets nobody in.
local REQUEST = {
  "method", "query", "role", "language",
  method = "string", query = "string", language = "string",
}

local function check_request(request, what)
  if request == nil then error(what .. ": table expected, got nil", 3) end
  return options.check(request, REQUEST, what, 3)
end

local portal = {}

local metatable = { __index = portal, __name = "activitylog.web" }

-- ---- responses

-- What is shown holds personal data, and is to be framed by nobody.
local HEADERS = {
  ["Cache-Control"] = "no-store",
  ["Content-Security-Policy"] = "frame-ancestors 'none'",
  ["Referrer-Policy"] = "no-referrer",
  ["X-Content-Type-Options"] = "nosniff",
}

local function response(status, headers, body)
  for name, value in pairs(HEADERS) do headers[name] = value end
  return { status = status, headers = headers, body = body }
end

local function page(status, body)
  return response(status, { ["Content-Type"] = "text/html; charset=utf-8" },
                  body)
end

local function message(self, words, status, text, list)
  return page(status, view.message(self, words, text, list))
end

-- What the visitor cannot help: why is for the host's own log.
local function failure(self, words, text, why)
  local given = message(self, words, 503, text)
  given.problem = why
  return given
end

-- True behind it: it may be well when the log is opened anew.
local function unreadable(self, words, why)
  return failure(self, words, words.titles.unreadable, why), true
end

-- ---- what is asked for

local function open_log(self)
  if self.opened then return self.opened end
  local log, why, code = activitylog.open(self.path, {
    mode = "r", timeout = self.timeout, threads = false,
  })
  self.opened = log
  return log, why, code
end

local DAY = "^%d%d%d%d%-%d%d%-%d%d$"

-- The period of two days, or the most recent month without any; nil for what is
-- none.
local function read_period(self, from, to)
  if not (from or to) then return period.new("recent", nil, self.zone) end
  if from and not from:find(DAY) or to and not to:find(DAY) then return nil end
  return (options.attempt(period.new, from, to, self.zone))
end

-- The days of the form: those that were asked for, else those of the period.
local function days_of(self, fields, chosen)
  local from, to = fields.from, fields.to
  if not (from or to) and chosen then
    local day = core.dates("%F", self.zone)
    from, to = day(chosen.start), day(chosen.stop, true)
  end
  return { from = from or "", to = to or "" }
end

-- What the fields ask for.
local function read(self, fields)
  local chosen = read_period(self, fields.from, fields.to)
  return { fields = fields, period = chosen,
           days = days_of(self, fields, chosen) }
end

-- The records that are asked for, and what more is said of them.
local function select_by(asked, more)
  more.period = asked.period
  more.customer_name = asked.fields.customer
  more.operation_type = asked.fields.operation
  return more
end

-- ---- answers

local FIELDS = {
  "operation_date", "customer_id", "customer_name", "operation_type",
  "user_principal_name", "position",
}

local function show_log(self, words, log, asked)
  if not asked.period then
    return page(400, view.log(self, words, asked, nil,
                              words.titles.wrong_period))
  end
  local iterator, state, first, closing = log:records(select_by(asked, {
    after = asked.fields.after, fields = FIELDS,
  }))
  local _ <close> = closing
  return page(200, view.log(self, words, asked, function()
    return iterator(state, first)
  end))
end

local function show_record(self, words, log, position)
  local iterator, state, first, closing = log:records { at = position }
  local _ <close> = closing
  local record = iterator(state, first)
  if not record then
    return message(self, words, 404, words.titles.not_found)
  end
  return page(200, view.record(self, words, record))
end

local TYPES = {
  csv = "text/csv; charset=utf-8",
  xlsx =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

-- Such as activity-2026-10-01-2026-10-31.csv; an open end is left out.
local function name_of(asked, format)
  local name = "activity"
  for _, day in ipairs { asked.days.from, asked.days.to } do
    if day ~= "" then name = name .. "-" .. day end
  end
  return name .. "." .. format
end

-- Made whole before a byte of it is sent, so that one that fails is a page that
-- says so, and not half a file.
local function export(self, words, log, asked, format)
  local file, why = core.temporary_file()
  if not file then return failure(self, words, words.titles.no_export, why) end
  local result, code
  result, why, code = log:export(file, select_by(asked, {
    format = format, zone = self.zone, locale = words.name,
    cloud = self.cloud, max_rows = 0,
  }))
  if not result then
    file:close()
    return failure(self, words, words.titles.no_export, why), code ~= "full"
  end
  file:seek("set")
  local given = response(200, {
    ["Content-Type"] = TYPES[format],
    ["Content-Length"] = tostring(result.bytes),
    ["Content-Disposition"] =
      ('attachment; filename="%s"'):format(name_of(asked, format)),
  })
  given.file = file
  return given
end

-- Whether the fields can be understood.
local function is_sound(fields)
  return fields and (not fields.at or core.is_position(fields.at))
    and (not fields.after or core.is_position(fields.after))
    and (not fields.export or TYPES[fields.export])
end

local function answer(self, words, request)
  local fields = form.read(request.query)
  if not is_sound(fields) then
    return message(self, words, 400, words.titles.bad_request)
  end
  local log, why = open_log(self)
  if not log then return unreadable(self, words, why) end
  if fields.at then return show_record(self, words, log, fields.at) end
  local asked = read(self, fields)
  if fields.export and asked.period then
    return export(self, words, log, asked, fields.export)
  end
  return show_log(self, words, log, asked)
end

local function attempt(self, words, request)
  local ok, given, again = options.try(answer, self, words, request)
  if not ok then return unreadable(self, words, given) end
  return given, again
end

local METHODS = { GET = true, HEAD = true }

--- Answer a request. What goes wrong with the log is an answer, too.
--
-- A request that takes long, see `is_long`, holds up the caller meanwhile. An
-- export is made whole first, in a file without a name in the folder that
-- TMPDIR names, else in /tmp, which needs room for it.
-- @function portal:respond
-- @tparam table request
--
-- - `method`: "GET" or "HEAD", to which the answer is the same: its body is not
--   to be sent
-- - `query`: that of the URL, without the question mark; nil or empty for none
-- - `role`: the visitor's, a key of the portal's `access`; nil or anything else
--   lets nobody in
-- - `language`: the header Accept-Language, if there is one
-- @treturn table
--
-- - `status`: 200, 400, 403, 404, 405 or 503
-- - `headers`: values by name
-- - `body`: text, or `file`: an open file, to be sent from where it is and to
--   be closed, which has as many bytes as the header Content-Length says
-- - `problem`: with 503, what went wrong, for the host's own log
-- @raise on an unknown field of the request, or one of the wrong type
-- @usage
-- local portal = require "activitylog.web".new { log = "samples.db" }
-- local page = portal:respond { method = "GET", role = "admin_agent" }
-- print(page.status, page.headers["Content-Type"])
-- --> 200 text/html; charset=utf-8
-- print(portal:respond({ method = "GET", role = "nobody" }).status)
-- --> 403
function portal:respond(request)
  options.check_self(self, metatable, 2)
  request = check_request(request, "respond()")
  local words = language(request.language, self.words)
  if not METHODS[request.method] then
    local given = message(self, words, 405, words.titles.bad_request)
    given.headers.Allow = "GET, HEAD"
    return given
  elseif not self.access:check(request.role) then
    return message(self, words, 403, words.titles.no_access,
                   self.access:names(words.name))
  end
  local kept = self.opened
  local given, again = attempt(self, words, request)
  if kept and again then
    self:close()
    given = attempt(self, words, request)
  end
  return given
end

-- An export, what has to look at each record, and what is in one: that may be
-- very much.
local LONG = { "export", "customer", "operation", "at" }

--- Whether an answer may take long. A host that answers one request at a time
-- had better give it to a process of its own. What is refused does not.
-- @function portal:is_long
-- @tparam table request as of `respond`
-- @treturn boolean
-- @usage
-- local portal = require "activitylog.web".new { log = "samples.db" }
-- local request = { method = "GET", role = "admin_agent" }
-- request.query = "from=2026-10-01"
-- print(portal:is_long(request)) --> false
-- request.query = "customer=contoso"
-- print(portal:is_long(request)) --> true
function portal:is_long(request)
  options.check_self(self, metatable, 2)
  request = check_request(request, "is_long()")
  if not (METHODS[request.method] and self.access:check(request.role)) then
    return false
  end
  local fields = form.read(request.query) or {}
  for _, name in ipairs(LONG) do
    if fields[name] then return true end
  end
  return false
end

--- Close the log, which the next request opens anew.
-- @function portal:close
function portal:close()
  options.check_self(self, metatable, 2)
  if self.opened then self.opened:close() end
  self.opened = nil
end

metatable.__close = portal.close

-- Workbooks need a module of their own, which not every build has.
local function formats()
  return options.attempt(require, "activitylog.xlsx") and { "csv", "xlsx" }
    or { "csv" }
end

-- What is wrong with the options, if anything.
local function problem(given)
  local rule, rows = given.access, given.rows or 100
  local timeout = given.timeout or 0
  if not given.log then
    return "option 'log' of web.new(): path expected"
  elseif rule and not (rule.check and rule.names) then
    return "option 'access' of web.new(): what access.new makes expected"
  elseif rows < 1 or rows > 1000 then
    return "option 'rows' of web.new(): 1 to 1000 expected"
  elseif not (timeout >= 0 and timeout <= 86400) then
    return "option 'timeout' of web.new(): 0 to 86400 seconds expected"
  end
  local prefix, why = link.template { cloud = given.cloud }
  return not prefix and why or nil
end

--- Make a portal. The log is opened by the first request, for reading, and
-- stays open, until reading fails, such as of a file that was replaced: then it
-- is opened anew, once a request.
-- @tparam table given
--
-- - `log`: its path
-- - `access`: who may see it, as `access.new` makes it; by default who has one
--   of Partner Center's six roles
-- - `cloud`: the portal that links lead to, "global" by default
-- - `locale`: for visitors whose language is none of the locales', "en-us"
-- - `rows`: of a page, 100; 1 to 1000
-- - `timeout`: seconds to wait for who keeps others from reading, 0; a host
--   that answers one request at a time should not wait
-- - `zone`: whose days From and To are, and whose clock dates are written by,
--   "UTC"
-- @treturn portal
-- @raise on an unknown option or value
-- @usage local activitylog = require "activitylog"
-- local portal = require "activitylog.web".new {
--   log = "contoso.db",
--   access = activitylog.access.new { roles = { "admin_agent" } },
-- }
function web.new(given)
  given = options.check(given, OPTIONS, "web.new()")
  local why = problem(given)
  if why then error(why, 2) end
  local zone
  zone, why = options.attempt(core.zone, given.zone or "UTC")
  if not zone then error(why, 2) end
  return setmetatable({
    path = given.log, access = given.access or access.new(),
    cloud = given.cloud, words = locale.find(given.locale or "en-us", 2),
    rows = given.rows or 100, timeout = given.timeout or 0, zone = zone,
    links = log_rows.link_parts(given.cloud),
    formats = formats(), frames = {}, option_lists = {},
  }, metatable)
end

return web
