-- Text of strangers made fit to be looked at.

local function as_escape(character)
  return ("\\u{%X}"):format(utf8.codepoint(character))
end

local function as_byte(byte)
  return ("\\x%02X"):format(byte:byte())
end

-- What any of those characters begins with, which few texts have.
local SUSPECT = "[\0-\31\127\xC2\xD8\xE2]"

-- Make control characters, and those that change the direction of text or end
-- a line, visible as `\u{202E}`.
-- Terminals obey the former, and show what lies between bidirectional ones in
-- another order; so do browsers. Of what is no UTF-8, such as the name of a
-- file may be, each byte that is no ASCII is written as `\xFF`.
-- The result is UTF-8 of one line.
return function(text)
  if not text:find("[^ -~]") then return text end
  if not utf8.len(text) then text = text:gsub("[\128-\255]", as_byte) end
  if not text:find(SUSPECT) then return text end
  return (text:gsub("[\0-\31\127]", as_escape)
    :gsub("\xC2[\x80-\x9F]", as_escape)
    :gsub("\xD8\x9C", as_escape)
    :gsub("\xE2\x80[\x8E\x8F\xA8-\xAE]", as_escape)
    :gsub("\xE2\x81[\xA6-\xA9]", as_escape))
end
