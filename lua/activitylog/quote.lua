-- A caller's value made fit for a message.

local visible = require "activitylog.visible"

local MOST = 80 -- bytes; a cut character is dropped with them

-- A text is shortened, and what a terminal or a page would obey in it made
-- visible. Of what is no text only numbers and booleans are told: a table may
-- have a __tostring that is no friend.
return function(value)
  if type(value) ~= "string" then
    local plain = type(value) == "number" or type(value) == "boolean"
    return plain and tostring(value) or type(value)
  elseif #value <= MOST then
    return visible(value)
  end
  local cut = value:sub(1, MOST):gsub("[\xC0-\xFF][\x80-\xBF]*$", "")
  return visible(cut) .. "..."
end
