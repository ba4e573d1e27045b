--- The command line of `activitylog`: its subcommands, options and help.
-- What an option's value may be is checked by the module, where it is used;
-- here are lists of values only where a shell is to complete them.
-- @module activitylog.command.parser

local failure = require "activitylog.command.failure"

local parser = {}

local FORMATS = { "csv", "jsonl", "html", "xlsx" }
local LAYOUTS = { "partner-center", "partner-center-2019", "order-lines",
                  "full" }

-- What is no option, as messages call it.
local ARGUMENTS = { file = "FILE", id = "ID", source = "FROM", target = "TO" }

-- ---- options that several subcommands have

-- Ends the parsing: what is asked for is a text.
local function telling(text_of)
  return function() error({ text = text_of() }, 0) end
end

local function add_help(command)
  command:flag "-h --help"
    :description "Show this help."
    :action(telling(function() return command:get_help() .. "\n" end))
end

local function add_max_rows(command)
  command:option "--max-rows"
    :argname "<rows>"
    :description("Rows of a sheet, behind which the next one begins, or of a "
      .. "page, for which more are refused. 0 is no limit.")
end

local function add_quiet(command)
  command:flag "-q --quiet"
    :description "Tell nothing but failures."
end

local function add_zone(command)
  command:option "--zone"
    :argname "<zone>"
    :description("Whose days and whose clock: UTC (the default), local, "
      .. "+05:30, Europe/Paris or, with a =, --zone=-05:00.")
end

local function add_locale(command)
  command:option "--locale"
    :argname "<locale>"
    :description "Language of titles and labels, such as fr or pt-br."
end

local function add_redaction(command)
  command:option "--redact"
    :argname "<name>"
    :count "*"
    :description("Mask what stands under this name beside the secrets, such "
      .. "as user_principal_name or BillingProfile.*")
  command:flag "--no-redact"
    :description "Show secrets, such as passwords, too."
end

local function add_period(command)
  command:option "--from"
    :argname "<date>"
    :description "The first day, 2026-10-01, or instant, 2026-10-01T12:00:00Z."
  command:option "--to"
    :argname "<date>"
    :description("The last day, all of it, or the first instant that no more "
      .. "belongs to it.")
  command:option "--period"
    :argname "<name>"
    :description("recent (the most recent month, the default), today, "
      .. "yesterday, this_month, last_month, last_<n>_days, 2026-10 or all.")
  add_zone(command)
end

local function add_selection(command)
  add_period(command)
  command:option "--customer"
    :argname "<name>"
    :count "*"
    :description "A part of the customer's name, or the whole id."
  command:option "--operation"
    :argname "<type>"
    :count "*"
    :description "The type of operation, such as create_order."
  command:option "--user"
    :argname "<name>"
    :count "*"
    :description "Who did it: the user principal name."
  command:option "--status"
    :argname "<status>"
    :count "*"
    :description "How it ended: succeeded, failed, progress or decline."
  command:option "--text"
    :argname "<text>"
    :count "*"
    :description "A part of any field."
  add_redaction(command)
  add_locale(command)
end

local function add_order(command)
  command:option "--order"
    :argname "<order>"
    :choices { "newest", "oldest" }
    :description "Which records come first: newest (the default) or oldest."
end

local function add_layout(command, description)
  command:option "--layout"
    :argname "<name>"
    :choices(LAYOUTS)
    :description(description)
end

local function add_output(command, default)
  command:option "-o --output"
    :argname "<file>"
    :description(("The file to write; - is standard output. By default %s.")
      :format(default))
end

local function add_format(command)
  command:option "--format"
    :argname "<format>"
    :choices(FORMATS)
    :description("csv, jsonl, html or xlsx. By default what the file's name "
      .. "ends in, else csv.")
end

-- ---- the subcommands

-- In the order of the help.
local COMMANDS = {
  { "import", "Put files into the log: answers of the API, JSON Lines or CSV. "
      .. "What is there already is not added again." },
  { "export", "Write a report: CSV for Excel, JSON Lines, HTML or XLSX." },
  { "show", "Show the records as a table, newest first." },
  { "page", "Write a page that looks like the portal's, for a browser." },
  { "summary", "Count the records by time, customer, user and kind." },
  { "details", "Show all that is in a record." },
  { "info", "Show what the log holds." },
  { "verify", "Prove that nothing in the log was altered." },
  { "backup", "Copy the log, which others may go on using, to a new file." },
  { "copy", "Copy a log, or what is new in it, into another one." },
  { "purge", "Delete old records for good." },
  { "completion", "Print what a shell needs to complete command lines." },
}

-- Gives each of them its arguments and options.
local options_of = {}

local function examples(command, ...)
  command:epilog("--log <file> names the log, as for all commands.\n\n"
    .. "Examples:\n   " .. table.concat({ ... }, "\n   "))
end

function options_of.import(command)
  command:argument "file"
    :args "+"
    :description "The files; - is standard input. Each lands whole or not."
  add_quiet(command)
  add_help(command)
  examples(command, "activitylog import auditrecords.json",
    "activitylog import --log contoso.db pages/*.json",
    "zcat old.jsonl.gz | activitylog import -")
end

function options_of.export(command)
  add_selection(command)
  add_order(command)
  add_layout(command, "The columns: partner-center (the default), "
    .. "partner-center-2019, order-lines or full.")
  command:option "--layout-file"
    :argname "<file>"
    :description("Columns of your own: a file of Lua that returns a list of "
      .. "them. See activitylog(1).")
  add_format(command)
  add_max_rows(command)
  add_output(command, "standard output")
  add_quiet(command)
  add_help(command)
  examples(command, "activitylog export --period last_month -o october.csv",
    "activitylog export --customer fabri --locale fr -o fabrikam.xlsx",
    "activitylog export --period all --format jsonl | gzip >all.jsonl.gz")
end

function options_of.show(command)
  add_selection(command)
  add_order(command)
  add_layout(command, "Other columns than the portal's and the record's id: "
    .. "partner-center, partner-center-2019, order-lines or full.")
  command:option "-n --limit"
    :argname "<rows>"
    :description("How many rows; 0 is all. By default 50 on a terminal, and "
      .. "all to a pipe.")
  add_help(command)
  examples(command, "activitylog show --period last_7_days",
    "activitylog show --operation create_order --status failed",
    "activitylog show --from 2026-10-01 --zone Europe/Paris | grep -i fabri")
end

function options_of.page(command)
  add_selection(command)
  add_max_rows(command)
  add_output(command, "activity.html")
  add_quiet(command)
  add_help(command)
  examples(command, "activitylog page --period last_month",
    "activitylog page --locale ja -o october.html --period 2026-10")
end

function options_of.summary(command)
  command:option "--by"
    :argname "<keys>"
    :description("One to three of hour, day, week, month, customer, user, "
      .. "operation_type, resource_type and operation_status, with commas "
      .. "between them. By default day.")
  command:flag "--pivot"
    :description "Of two keys: the second one's values as columns."
  add_selection(command)
  add_format(command)
  add_output(command, "a table on standard output")
  add_quiet(command)
  add_help(command)
  examples(command, "activitylog summary --by customer --period this_month",
    "activitylog summary --by week,user --pivot --period last_90_days",
    "activitylog summary --by month,operation_type -o year.html")
end

function options_of.details(command)
  command:argument "id"
    :description "The record's id, or the beginning or end of it."
  add_zone(command)
  add_redaction(command)
  add_locale(command)
  add_help(command)
  examples(command, "activitylog details 28069005",
    "activitylog details 28069005 --locale fr --zone local")
end

function options_of.info(command)
  add_zone(command)
  add_help(command)
  examples(command, "activitylog info", "activitylog info --log contoso.db")
end

function options_of.verify(command)
  command:option "--head"
    :argname "<digits>"
    :description("A head that this command told before, which the log must "
      .. "still continue.")
  add_quiet(command)
  add_help(command)
  examples(command, "activitylog verify",
    "activitylog verify --head $(cat head-of-october.txt)")
end

function options_of.backup(command)
  command:argument "file"
    :description "The new file. It takes the place of none."
  add_quiet(command)
  add_help(command)
  examples(command, "activitylog backup copy.db",
    "activitylog backup --log contoso.db contoso-$(date +%F).db")
end

function options_of.copy(command)
  command:argument "from"
    :target "source"
    :description "The log to copy: a file, or a postgresql:// URI."
  command:argument "to"
    :target "target"
    :description("The copy, likewise: a new one, one that was cut off, or an "
      .. "earlier one of the same log.")
  add_quiet(command)
  add_help(command)
  examples(command, "activitylog copy contoso.db archive.db",
    "activitylog copy contoso.db postgresql://host/contoso")
end

function options_of.purge(command)
  command:option "--before"
    :argname "<date>"
    :description("The first day that is kept, 2020-01-01, or instant, or the "
      .. "name of a period that begins there, such as last_3650_days.")
  add_zone(command)
  command:option "--user"
    :argname "<name>"
    :description("Who does it, for 'activitylog verify' to tell. By default "
      .. "the name of whoever runs the command.")
  command:flag "--yes"
    :description("Do it. Without, the command only tells how many records "
      .. "would be deleted.")
  add_quiet(command)
  add_help(command)
  examples(command, "activitylog purge --before last_3650_days",
    "activitylog purge --before 2020-01-01 --yes")
end

function options_of.completion(command)
  command:argument "shell"
    :choices { "bash", "zsh" }
    :description "bash or zsh."
  add_help(command)
  examples(command, 'eval "$(activitylog completion bash)"')
end

-- ---- parsing

-- One line, with what to do.
local function usage_error(command, message)
  local name = command:get_usage():match("^Usage: ([%a ]*%a)")
  failure.raise(failure.USAGE, ("%s (see '%s --help')")
    :format((message:gsub("\nDid", "; did")), name))
end

-- A subcommand that is not among the words of the command line needs no
-- options: to make those of all takes a sixth of the time of a short command.
local function add_commands(root, words)
  local named = {}
  for _, word in ipairs(words or {}) do named[word] = true end
  for _, parts in ipairs(COMMANDS) do
    local name, description = table.unpack(parts)
    local command = root:command(name):add_help(false):description(description)
    if not words or named[name] then options_of[name](command) end
  end
end

--- Make the parser.
-- @tparam function argparse the library
-- @tparam string version
-- @tparam[opt] {string,...} words of the command line that is to be parsed;
-- without them the parser is for any
-- @treturn table argparse's parser
function parser.new(argparse, version, words)
  local root = argparse "activitylog"
    :add_help(false)
    :help_max_width(80)
    :command_target "command"
    :description("Keeps the customer activity log of Microsoft Partner Center "
      .. "and makes reports of it.")
    :epilog("Examples:\n   activitylog import auditrecords.json\n"
      .. "   activitylog show --period last_7_days\n"
      .. "   activitylog export --period last_month -o october.csv\n\n"
      .. "Every command has a --help of its own; activitylog(1) has it all.")
  -- argparse takes it behind a command as well.
  root:option "--log"
    :argname "<log>"
    :description("The log: a file, or a postgresql:// URI. By default what "
      .. "ACTIVITYLOG_LOG names, else activitylog.db in this folder.")
  add_help(root)
  root:flag "--version"
    :description "Show the version."
    :action(telling(function() return "activitylog " .. version .. "\n" end))
  add_commands(root, words)
  return root
end

-- A script's variable that is not set, most likely: as a filter it would let
-- every record through.
local function check_filled(args)
  local empty = {}
  for name, given in pairs(args) do
    for _, value in ipairs(type(given) == "table" and given or { given }) do
      if value == "" then empty[#empty + 1] = name end
    end
  end
  table.sort(empty)
  if #empty == 0 then return end
  local name = (ARGUMENTS[empty[1]] or "--" .. empty[1]):gsub("_", "-")
  failure.raise(failure.USAGE, name .. ": a value expected, got ''")
end

--- Parse a command line.
-- @tparam table root of `new`
-- @tparam {string,...} arguments
-- @treturn[1] table the options by name, with `command`
-- @treturn[2] nil
-- @treturn[2] string a text that was asked for, such as the help
-- @raise on what is wrong with it
function parser.parse(root, arguments)
  root.error = usage_error -- argparse's own prints and exits
  local ok, result = pcall(root.parse, root, arguments)
  if ok then
    check_filled(result)
    return result
  end
  if type(result) == "table" and result.text then return nil, result.text end
  error(result, 0)
end

return parser
