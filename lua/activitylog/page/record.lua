--- A record's details, as pages show them.
-- @module activitylog.page.record

local details = require "activitylog.details"
local html = require "activitylog.html"

local record = {}

-- Rows of a list that is too long.
local OMITTED = "\u{2026} +%d"

-- One text, as browsers take long for many elements: a line each, with a tab
-- where the value begins, which the style sets in a column.
local function write_fields(write, rows)
  write("<pre class=\"fields\">")
  for _, row in ipairs(rows) do
    if row.rows then
      write(html.text(details.text { row }), "\n")
    else
      write(html.text(row.label), ":\t", html.text(row.value or ""), "\n")
    end
  end
  if rows.omitted then write(OMITTED:format(rows.omitted)) end
  write("</pre>")
end

local function write_table(write, section)
  write("<table><caption>", html.text(section.title), "</caption><thead><tr>")
  for _, title in ipairs(section.head) do
    write('<th scope="col">', html.text(title), "</th>")
  end
  write("</tr></thead><tbody>")
  for _, cells in ipairs(section.cells) do
    write("<tr>")
    for _, cell in ipairs(cells) do write("<td>", html.text(cell), "</td>") end
    write("</tr>")
  end
  write("</tbody></table>")
  local omitted = section.rows.omitted
  if omitted then write("<p>", OMITTED:format(omitted), "</p>") end
end

local function write_section(write, section)
  if section.cells then
    write_table(write, section)
  else
    write("<h2>", html.text(section.title), "</h2><pre>",
          html.text(details.text(section.rows)), "</pre>")
  end
end

--- Write what is in a record.
-- @tparam function write
-- @tparam table given the record
-- @tparam table options of `details.of`
function record.write(write, given, options)
  local found = details.of(given, options)
  write_fields(write, found)
  for _, section in ipairs(details.sections(found)) do
    write_section(write, section)
  end
end

return record
