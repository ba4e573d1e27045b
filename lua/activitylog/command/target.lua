--- Where a report goes, and in which format.
-- @module activitylog.command.target

local failure = require "activitylog.command.failure"
local output = require "activitylog.command.output"
local visible = require "activitylog.visible"

local target = {}

local FORMATS = { csv = "csv", jsonl = "jsonl", html = "html", htm = "html",
                  xlsx = "xlsx" }

-- Endings that promise what no report is.
local OTHERS = { json = true, ods = true, pdf = true, xls = true, xml = true }

--- The format of a report: what is asked for, else what its file's name ends
-- in.
-- @tparam table args of the command line
-- @treturn ?string nil where neither says
-- @raise when the name ends in another format's ending
function target.format(args)
  local extension = (args.output or ""):match("%.(%w+)$") or ""
  extension = extension:lower()
  if OTHERS[extension] and not args.format then
    failure.raise(failure.USAGE, ("no report is %s; name the file .csv, "
      .. ".jsonl, .html or .xlsx, or say --format"):format(extension:upper()))
  end
  return args.format or FORMATS[extension]
end

-- A terminal obeys what strangers put into their names: a report is kept until
-- it can be made fit for one.
local function spool(format)
  if format == "xlsx" then
    failure.raise(failure.USAGE, "a workbook is nothing for a terminal; name a "
      .. "file by --output")
  end
  local file, why = io.tmpfile()
  if not file then
    failure.raise(failure.WORLD,
                  ("cannot make a temporary file: %s (io)"):format(why))
  end
  return file
end

--- Where the report goes.
-- @tparam table args of the command line
-- @tparam ?string format
-- @treturn string|file a path, standard output, or what stands for it
-- @raise when standard output is a terminal and the report no text
function target.open(args, format)
  if args.output and args.output ~= "-" then return args.output end
  return output.places() and spool(format) or io.stdout
end

local function show(file)
  file:seek "set"
  for line in file:lines() do
    failure.check_signal()
    local text = line:gsub("^\u{FEFF}", ""):gsub("\r$", "")
    output.write(visible(text), "\n")
  end
  file:close()
end

--- Tell what became of it, unless it is on standard output itself.
-- @tparam table args of the command line
-- @tparam string|file place of `open`
-- @tparam table result of the export
-- @tparam string what was written, such as "5 records"
function target.tell(args, place, result, what)
  if io.type(place) and place ~= io.stdout then show(place) end
  if args.quiet or #result.files == 0 then return end
  local written = ("%s in %s"):format(what, table.concat(result.files, ", "))
  output.did(written)
  output.line("%s", written)
  if result.cut_cells and result.cut_cells > 0 then
    output.line("%d cells were too long for Excel and are cut",
                result.cut_cells)
  end
end

return target
