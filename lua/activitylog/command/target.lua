--- Where a report goes, and in which format.
-- @module activitylog.command.target

local failure = require "activitylog.command.failure"
local output = require "activitylog.command.output"

local target = {}

local FORMATS = { csv = "csv", jsonl = "jsonl", html = "html", htm = "html",
                  xlsx = "xlsx" }

--- The format of a report: what is asked for, else what its file's name ends
-- in.
-- @tparam table args of the command line
-- @treturn ?string nil where neither says
function target.format(args)
  local extension = (args.output or ""):match("%.(%w+)$") or ""
  return args.format or FORMATS[extension:lower()]
end

--- Where the report goes.
-- @tparam table args of the command line
-- @tparam ?string format
-- @treturn string|file a path, or standard output
-- @raise when standard output is a terminal and the report no text
function target.open(args, format)
  if args.output and args.output ~= "-" then return args.output end
  if format == "xlsx" and output.places() then
    failure.raise(failure.USAGE,
                  "a workbook is nothing for a terminal; name a file by "
                  .. "--output")
  end
  return io.stdout
end

--- Tell what became of it, unless it is on standard output itself.
-- @tparam table args of the command line
-- @tparam table result of the export
-- @tparam string what was written, such as "5 records"
function target.tell(args, result, what)
  if args.quiet or #result.files == 0 then return end
  output.line("%s in %s", what, table.concat(result.files, ", "))
  if result.cut_cells and result.cut_cells > 0 then
    output.line("%d cells were too long for Excel and are cut",
                result.cut_cells)
  end
end

return target
