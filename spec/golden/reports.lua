-- The reports of spec/golden: which file comes of which options, made of the
-- real samples. spec/report_spec.lua compares them, spec/golden/write.lua
-- writes them anew.

local activitylog = require "activitylog"

local SAMPLES = "spec/fixtures/partner-center/"

local reports = {}

--- The samples, in the order in which they are imported.
reports.samples = {
  SAMPLES .. "ms_docs_2017_order_license.json",
  SAMPLES .. "records/msdocs2020_20200902T173412_add_customer.json",
  SAMPLES .. "records/msdocs2020_20200902T175810_create_order.json",
  SAMPLES .. "records/"
    .. "msdocs2020_20200902T232619_update_customer_user_licenses.json",
}

-- What a report author might ask for.
local function author()
  return activitylog.layout {
    { title = "When", field = "operation_date", zone = "+02:00",
      format = "%d/%m/%Y %H:%M" },
    { title = "Customer", template = "{customer_name} ({customer_id})" },
    { title = "What", label = "operation_type" },
    { title = "Kind", label = "resource_type" },
    { title = "Ordered", value = function(record)
      local item = record.line_items[1]
      return item and item.friendly_name
    end },
    { title = "Seats", value = function(record)
      local item = record.line_items[1]
      return item and item.quantity
    end },
    { title = "Product", detail = "product" },
    { title = "Source", value = "Partner Center" },
    { title = "Open", link = "subscriptions", cloud = "china" },
  }
end

-- Columns of orders, details and labels, titled by the report's locale.
local function details()
  return activitylog.layout {
    { key = "date_time", field = "operation_date" },
    { key = "status", label = "operation_status" },
    { key = "order", detail = "order" },
    { key = "product", line_item = "friendly_name" },
    { key = "offer", line_item = "offer_id" },
    { key = "term", line_item = "term_duration" },
    { title = "AlternateId", detail = "AlternateId" },
    { key = "after", change = "Status" },
  }
end

--- The files' names and the options of their reports, in order.
reports.list = {
  { "partner-center.csv", {} },
  { "partner-center-2019.csv", { layout = "partner-center-2019" } },
  { "full.csv", { layout = "full" } },
  { "full-for-machines.csv", { layout = "full", excel = false } },
  { "records.jsonl", { format = "jsonl" } },
  { "author.csv", { layout = author(), separator = ";", zone = "-05:00" } },
  { "french.csv", { locale = "fr-fr", zone = "+02:00" } },
  { "german-full.csv", { locale = "de-de", layout = "full" } },
  { "order-lines.csv", { layout = "order-lines" } },
  { "details.csv", { layout = details(), locale = "cs-cz" } },
}

--- The text of a report out of a log that has the samples.
function reports.text(log, given)
  local options = { period = "all" }
  for name, value in pairs(given) do options[name] = value end
  return (assert(log:export_text(options)))
end

return reports
