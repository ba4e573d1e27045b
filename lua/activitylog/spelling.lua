--- Which name was meant by one that is unknown.
-- @module activitylog.spelling

local spelling = {}

-- How many letters were inserted, left out, replaced, or swapped with their
-- neighbour (optimal string alignment). Only three rows of its table are kept.
local function distance(a, b)
  local before, last = nil, {}
  for j = 0, #b do last[j] = j end
  for i = 1, #a do
    local row = { [0] = i }
    for j = 1, #b do
      local replaced = a:byte(i) == b:byte(j) and 0 or 1
      row[j] = math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + replaced)
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1)
         and a:byte(i - 1) == b:byte(j) then
        row[j] = math.min(row[j], before[j - 2] + 1)
      end
    end
    before, last = last, row
  end
  return last[#b]
end

-- The known name that was most likely meant; nil when more than a third of the
-- letters would have to change, as a far guess misleads.
local function nearest(name, known)
  local best, least = nil, math.max(1, #name // 3) + 1
  for _, candidate in ipairs(known) do
    -- The distance is never less than the difference of the lengths: a name
    -- of any length costs no more than a short one.
    if math.abs(#candidate - #name) < least then
      local changes = distance(name, candidate)
      if changes < least then best, least = candidate, changes end
    end
  end
  return best
end

-- The one known name of which the given one is a part, or which is a part of
-- it: "status" of "operation_status". Long names are no slips.
local function related(name, known)
  local found
  if #name < 3 or #name > 40 then return nil end
  for _, candidate in ipairs(known) do
    if candidate:find(name, 1, true) or name:find(candidate, 1, true) then
      if found then return nil end
      found = candidate
    end
  end
  return found
end

--- The name that was most likely meant.
-- @tparam string name
-- @tparam {string,...} known the names there are
-- @treturn ?string one of them; nil where none is near
function spelling.meant(name, known)
  return nearest(name, known) or related(name, known)
end

return spelling
