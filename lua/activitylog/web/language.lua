-- The locale for a visitor, by the header Accept-Language (RFC 9110, 12.5.4).

local locale = require "activitylog.locale"
local lower = require "activitylog.lower"
local options = require "activitylog.options"

-- Browsers send some ten. What is longer would only cost time.
local MAX_BYTES = 1024

-- Chinese in traditional characters is told by its script, or by where it is
-- that of most readers.
local TRADITIONAL = { hant = true, hk = true, mo = true, tw = true }

local function is_traditional(tag)
  if not tag:find("^zh%-") then return false end
  for subtag in tag:gmatch("%-([a-z0-9]+)") do
    if TRADITIONAL[subtag] then return true end
  end
  return false
end

-- The locale for a tag, or for what is left of it without its last subtags
-- (RFC 4647, 3.4).
local function look_up(tag)
  if is_traditional(tag) then return locale.find("zh-tw") end
  while tag ~= "" do
    local found = options.attempt(locale.find, tag)
    if found then return found end
    tag = tag:match("^(.*)%-") or ""
  end
  return nil
end

-- A weight, 0 to 1; what is none is as good as the least.
local function weight_of(parameters)
  if parameters:find("^%s*$") then return 1 end
  local whole, fraction =
    parameters:match("^%s*;%s*[qQ]%s*=%s*([01])%.?(%d*)%s*$")
  if not whole then return 0 end
  local thousandths = tonumber((fraction .. "000"):sub(1, 3), 10)
  return math.min(tonumber(whole) + thousandths / 1000, 1)
end

-- The locale that a visitor likes best: the default where the header, if there
-- is any, names none that there is.
return function(header, default)
  local best, best_weight = default, 0
  if #(header or "") > MAX_BYTES then return default end
  for part in (header or ""):gmatch("[^,]+") do
    local tag, parameters = part:match("^%s*([A-Za-z0-9-]+)(.*)$")
    local weight = tag and weight_of(parameters) or 0
    if weight > best_weight then
      local found = look_up(lower(tag))
      if found then best, best_weight = found, weight end
    end
  end
  return best
end
