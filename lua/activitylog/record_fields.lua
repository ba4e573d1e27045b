-- The fields of a record: the API's names in snake_case, in the order of the
-- core's al_field (src/core/al_record.h) and of the layout "full".
return {
  "id",
  "partner_id",
  "customer_id",
  "customer_name",
  "user_principal_name",
  "application_id",
  "session_id",
  "original_correlation_id",
  "resource_type",
  "operation_type",
  "operation_status",
  "operation_date",
  "resource_old_value",
  "resource_new_value",
  "customized_data",
  "other",
}
