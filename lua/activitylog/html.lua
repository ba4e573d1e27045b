--- HTML: how text stands in it, and the frame of every page.
-- A page needs nothing but itself: its content security policy allows the one
-- style sheet and the one script that are in it, by their hashes, and no
-- request but to the server that made it.
-- @module activitylog.html

local visible = require "activitylog.visible"

local html = {}

local ENTITIES = {
  ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;",
  ["'"] = "&#39;",
}

-- What is no plain ASCII. Letters come first, as a pattern is tried in order.
local SPECIAL = "[^?-~(-; !#$%%=]"

--- Text as it stands between tags.
-- What is invisible or turns the direction of text becomes visible
-- (`\u{202E}`), except ends of lines.
-- @tparam string text UTF-8
-- @treturn string
-- @usage html.text('<a href="x">') --> "&lt;a href=&quot;x&quot;&gt;"
function html.text(text)
  if not text:find(SPECIAL) then return text end
  if text:find("[^ -~\n]") then
    text = text:find("\n", 1, true) and text:gsub("[^\n]+", visible)
      or visible(text)
  end
  return (text:gsub("[&<>\"']", ENTITIES))
end

--- The same for an attribute's value in quotes.
-- @function html.attribute
-- @tparam string text UTF-8
-- @treturn string
html.attribute = html.text

-- Letters by which people know what a text is. Browsers take very long for a
-- line of a MiB.
local SHORT = 200

--- What somebody only has to recognise: cut behind 200 letters, with a mark.
-- @tparam string text UTF-8
-- @treturn string
function html.cut(text)
  local cut = utf8.offset(text, SHORT + 1)
  if not cut or cut > #text then return text end
  return text:sub(1, cut - 1) .. "\u{2026}"
end

--- The same as it stands between tags.
-- @tparam string text UTF-8
-- @treturn string
function html.short(text)
  return html.text(html.cut(text))
end

local POLICY = "default-src 'none'; style-src 'sha256-%s'; "
  .. "script-src %s; base-uri 'none'; form-action %s"

-- A page that a server makes may ask that server for more.
local function policy(style, given)
  local sha256, script = require("activitylog.core").sha256, given.script
  local source = script and ("'sha256-%s'"):format(sha256(script)) or "'none'"
  local asked = given.served and "'self'; connect-src 'self'" or "'none'"
  return POLICY:format(sha256(style), source, asked)
end

local HEAD = [[
<!DOCTYPE html>
<html lang="%s">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="%s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>%s</title>
<style>%s</style>
</head>
<body>
<main>
]]

--- What stands before and behind the content of a page, which is in `<main>`.
-- @tparam table given `language` (such as "en-US"), `title` (text), if there
-- is one, `script`, and `served`, whether the page's forms and script may ask
-- the server that it comes from
-- @treturn string before
-- @treturn string behind
function html.frame(given)
  local style, script = require "activitylog.page.style", given.script
  local language = html.attribute(given.language)
  local head = HEAD:format(language, policy(style, given),
                           html.text(given.title), style)
  local tail = script and ("<script>%s</script>\n"):format(script) or ""
  return head, "</main>\n" .. tail .. "</body>\n</html>\n"
end

return html
