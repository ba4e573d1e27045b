-- Whether a text comes before another by its bytes, for table.sort. By hand, as
-- "<" follows the process's locale.
return function(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = a:byte(i), b:byte(i)
    if x ~= y then return x < y end
  end
  return #a < #b
end
