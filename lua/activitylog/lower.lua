-- A to Z in lower case, and all else as it is. By hand, as string.lower follows
-- the process's locale, where I need not be i.
return function(text)
  return (text:gsub("[A-Z]", function(letter)
    return string.char(letter:byte() + 32)
  end))
end
