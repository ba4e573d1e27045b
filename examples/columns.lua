-- Columns for a report of the command's, which runs this in a process of its
-- own, with no files and no other programs.
--
--   activitylog export --layout-file examples/columns.lua --output orders.csv

return {
  { title = "When", field = "operation_date", format = "%d/%m/%Y" },
  { title = "Customer", field = "customer_name" },
  { title = "Products", value = function(record)
      return #record.line_items
    end },
}
