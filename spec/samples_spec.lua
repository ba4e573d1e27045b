-- What the API and its documentation really say: spec/fixtures/partner-center,
-- whose README tells where each file is from.

local support = require "spec.support"

local SAMPLES = "spec/fixtures/partner-center/"
local PAGE = SAMPLES .. "ms_docs_2017_order_license.json"
local COPY_OF_PAGE = SAMPLES .. "spring_social_2017_record.json"

-- The files of one record each: its operation_date and operation_type.
local RECORDS = {
  { "msdocs2017_20170601T200907_update_customer_user_licenses.json",
    "2017-06-01T20:09:07.0450483Z", "update_customer_user_licenses" },
  { "msdocs2017_20170615T225605_create_order.json",
    "2017-06-15T22:56:05.0589308Z", "create_order" },
  { "msdocs2020_20200902T173412_add_customer.json",
    "2020-09-02T17:34:12.8069005Z", "add_customer" },
  { "msdocs2020_20200902T175810_create_order.json",
    "2020-09-02T17:58:10.9268372Z", "create_order" },
  { "msdocs2020_20200902T232619_update_customer_user_licenses.json",
    "2020-09-02T23:26:19.7753934Z", "update_customer_user_licenses" },
}

local NO_RECORD = "this object is no audit record and no page of them: it has "
  .. "neither id, operationDate, operationType nor resourceType, and no items"

local function api_said(words, code)
  return ("this is an error that the API answered: \"%s\"%s")
    :format(words, code and " (code " .. code .. ")" or "")
end

-- What is refused, with the code, the place and the reason.
local REFUSED = {
  { "ms_docs_2020_throttling_3of17.txt", "syntax",
    "line 3, byte 5: no valid JSON: invalid char in json text." },

  { "errors/400_60012.json", "api", "line 6, byte 367: " .. api_said(
    "We are sorry, it looks like you have run out of licenses. Buy more "
    .. "licenses, and then try again.", "60012") },
  { "errors/400_900316.json", "api", "line 5, byte 281: " .. api_said(
    "Partner token is not allowed in license management calls. Please call "
    .. "with Partner Access Token. To learn more, see https://learn.microsoft"
    .. ".com/partner-center/developer/enable-secure-app-model#get-access-token",
    "900316") },
  { "errors/400_request_is_invalid.json", "api",
    "line 1, byte 37: " .. api_said("The request is invalid.") },
  { "errors/403_900309.json", "api", "line 5, byte 301: " .. api_said(
    "Access has been blocked by Conditional Access policies. The access policy "
    .. "does not allow token issuance. Learn more at https://learn.microsoft"
    .. ".com/azure/active-directory/conditional-access/concept-conditional-"
    .. "access-users-groups.", "900309") },
  { "errors/429_throttled.json", "api", "line 1, byte 84: " .. api_said(
    "Rate limit is exceeded. Try again in 57 seconds.", "429") },

  { "webhooks/reseller-relationship-accepted-by-customer.json",
    "syntax", "line 7, byte 486: " .. NO_RECORD },
  { "webhooks/subscription-updated.json",
    "syntax", "line 7, byte 363: " .. NO_RECORD },

  -- An order has an id, as a record has, but nothing happened on a date.
  { "orders/order_2_lineitems_addon.json",
    "syntax", "line 45, byte 1686: record 1: it has no operation date" },
  { "orders/order_3_lineitems_checkout.txt", "syntax",
    "line 16, byte 565: record 1: no valid JSON: invalid char in json text." },
}

describe("samples of Partner Center #gc", function()
  for _, sample in ipairs(RECORDS) do
    local name, date, operation = table.unpack(sample)
    it("import: " .. name, function()
      local log = support.log()
      assert.equal(1, assert(log:import(SAMPLES .. "records/" .. name)).added)
      local record = support.list(log)[1]
      assert.same({ date, operation },
        { record.operation_date, record.operation_type })
    end)
  end

  it("import as one page of two records", function()
    local log = support.log()
    assert.equal(2, assert(log:import(PAGE)).added)
    assert.equal(2, log:count { period = "all" })
  end)

  it("are known when another publisher's copy of the page comes", function()
    local log = support.log()
    assert(log:import(PAGE))
    local result = assert(log:import(COPY_OF_PAGE))
    assert.same({ 2, 0, 2, 0 }, { result.records, result.added, result.known,
                                  result.changed })
    assert.equal(2, log:count { period = "all" })
  end)

  it("are known when the records come again one by one", function()
    local log = support.log()
    assert(log:import(PAGE))
    for _, sample in ipairs(RECORDS) do
      local name = sample[1]
      local result = assert(log:import(SAMPLES .. "records/" .. name))
      assert.equal(name:find("msdocs2017", 1, true) and 1 or 0, result.known)
    end
    assert.equal(5, log:count { period = "all" })
  end)

  for _, sample in ipairs(REFUSED) do
    local name, code, reason = table.unpack(sample)
    it("that are no records are refused: " .. name, function()
      local log = support.log()
      assert.same({ nil, SAMPLES .. name .. ": " .. reason, code },
        { log:import(SAMPLES .. name) })
      assert.equal(0, log:count { period = "all" })
    end)
  end
end)
