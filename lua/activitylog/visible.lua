-- Text of strangers made fit to be looked at.

local function as_escape(character)
  return ("\\u{%X}"):format(utf8.codepoint(character))
end

--- Make control characters, and those that change the direction of text or end
-- a line, visible as `\u{202E}`.
-- Terminals obey the former, and show what lies between bidirectional ones in
-- another order; so do browsers.
-- @tparam string text UTF-8
-- @treturn string
return function(text)
  if not text:find("[\0-\31\127\xC2\xD8\xE2]") then return text end
  return (text:gsub("[\0-\31\127]", as_escape)
    :gsub("\xC2[\x80-\x9F]", as_escape)
    :gsub("\xD8\x9C", as_escape)
    :gsub("\xE2\x80[\x8E\x8F\xA8-\xAE]", as_escape)
    :gsub("\xE2\x81[\xA6-\xA9]", as_escape))
end
