--- Links to a customer's pages in the portal.
-- Pure functions: no clock, no file, no C module. Microsoft documents no such
-- link, so the forms are those that its own samples use. None is known for the
-- portal of China (operated by 21Vianet): its form is inferred from the older
-- global one. `template` replaces a form that no longer fits.
-- @module activitylog.link

local options = require "activitylog.options"

local link = {}

-- Loaded with the first mistake.
local function quote(value)
  return require "activitylog.quote"(value)
end

local CLOUDS = { "global", "us-government", "china" }

local DASHBOARD =
  "https://partner.microsoft.com/dashboard/v2/customers/{id}/subscriptions"

local SUBSCRIPTIONS = {
  global = DASHBOARD,
  ["us-government"] = DASHBOARD, -- the docs name no host of its own
  china = "https://partner.partnercenter.microsoftonline.cn"
    .. "/commerce/customers/{id}/subscriptions",
}

local OPTIONS = { "cloud", "template", cloud = "string", template = "string" }

-- Spelled out: what %x matches is up to the C library.
local HEX = "[0-9A-Fa-f]"
local HEX4 = HEX:rep(4)
local GUID = ("^%s%%-%s%%-%s%%-%s%%-%s$")
  :format(HEX4:rep(2), HEX4, HEX4, HEX4, HEX4:rep(3))

-- Any other scheme, such as javascript:, could run in the reader's browser.
local URL = "^https?://[^\0-\x20\x7F]+$"

local function split(template)
  local prefix, suffix = template:match("^(.-){id}(.*)$")
  if not template:match(URL) then
    return nil, ("link template '%s' is no https:// or http:// URL")
      :format(quote(template))
  elseif not prefix then
    return nil, ("link template '%s' has no {id}"):format(quote(template))
  elseif suffix:find("{id}", 1, true) then
    return nil, ("link template '%s' has more than one {id}")
      :format(quote(template))
  end
  return prefix, suffix
end

--- The text before and after the customer's id in a Subscriptions link.
-- It does not raise: whoever asks knows best where the mistake was made.
-- @tparam[opt] table given options, as for `subscriptions`
-- @treturn[1] string what comes before the id
-- @treturn[1] string what comes after it
-- @treturn[2] nil
-- @treturn[2] string what is wrong with the options
-- @usage link.template { template = "https://example.com/{id}/orders" }
-- --> "https://example.com/", "/orders"
function link.template(given)
  local read, why = options.read(given, OPTIONS, "subscriptions()")
  if not read then return nil, why end
  local cloud, template = read.cloud, read.template
  if cloud and template then
    return nil, "both a cloud and a link template given; one is enough"
  elseif template then
    return split(template)
  end
  cloud = cloud or "global"
  why = options.unknown("cloud", cloud, CLOUDS)
  if why then return nil, why end
  return split(SUBSCRIPTIONS[cloud])
end

--- Whether a customer's id is a GUID, as that of a link has to be.
-- @param customer_id anything
-- @treturn boolean
-- @usage link.is_guid("0c39d6d5-c70d-4c55-bc02-f620844f3fd1") --> true
function link.is_guid(customer_id)
  return type(customer_id) == "string" and customer_id:find(GUID) ~= nil
end

--- The link to a customer's Subscriptions page.
-- The id goes into the link as it was written, in upper or lower case.
-- @tparam ?string customer_id the record's; a GUID without braces
-- @tparam[opt] table given options: `cloud`, one of "global" (the default),
-- "us-government" and "china" (inferred, see above); or `template`, an
-- https:// or http:// URL with {id} where the id goes
-- @treturn[1] string the link
-- @treturn[2] nil
-- @treturn[2] string why there is none
-- @treturn[2] string "syntax", as the id is missing or no GUID
-- @raise on an unknown cloud or option, or a template that is no URL with {id}
-- @usage link.subscriptions("f0b4e6f6-2a55-4a4d-9c3b-3d2f4a6f1c11",
--   { template = "https://example.com/{id}" })
-- --> "https://example.com/f0b4e6f6-2a55-4a4d-9c3b-3d2f4a6f1c11"
function link.subscriptions(customer_id, given)
  local prefix, suffix = link.template(given)
  if not prefix then error(suffix, 2) end
  if customer_id == nil then
    return nil, "customer_id is missing", "syntax"
  elseif type(customer_id) ~= "string" then
    error("customer_id: string expected, got " .. type(customer_id), 2)
  elseif not link.is_guid(customer_id) then
    return nil, "customer_id is no GUID (8-4-4-4-12 hexadecimal digits)",
      "syntax"
  end
  return prefix .. customer_id .. suffix
end

return link
