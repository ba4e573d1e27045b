-- What columns of CSV may be called besides the names of fields: the titles of
-- the portal's export and of the layout "full", in all locales. A list of
-- titles, each with the field that it holds, or false for what is read over.

local fields = require "activitylog.record_fields"
local locale = require "activitylog.locale"

-- The fields that the columns of a portal's export hold. The link says nothing
-- that a record keeps, nor do the texts that were made up of its values.
local TITLES = {
  { "date_time", "operation_date" },
  { "affected_customer", "customer_name" },
  { "action", "operation_type" },
  { "partner_user", "user_principal_name" },
  { "performed_by", "user_principal_name" },
  { "status", false },
  { "additional_information", false },
  { "subscriptions", false },
}

for _, name in ipairs(fields) do
  TITLES[#TITLES + 1] = { "field." .. name, name }
end

local titles = {}
for _, name in ipairs(locale.names) do
  local words = locale.find(name).titles
  for _, pair in ipairs(TITLES) do
    titles[#titles + 1] = { words[pair[1]], pair[2] }
  end
end

return titles
