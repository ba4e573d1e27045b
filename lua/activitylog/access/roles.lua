-- The keys of Partner Center's roles, in the order of its docs.
return {
  "global_admin", "billing_admin", "user_management_admin", "admin_agent",
  "sales_agent", "helpdesk_agent",
}
