// The fields of a record in the order of our layout "full", and what the API
// calls them.
const FIELDS = [
  "id", "partner_id", "customer_id", "customer_name", "user_principal_name",
  "application_id", "session_id", "original_correlation_id", "resource_type",
  "operation_type", "operation_status", "operation_date", "resource_old_value",
  "resource_new_value", "customized_data", "other",
];

const apiName = (field) =>
  field.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

module.exports = { FIELDS, apiName };
