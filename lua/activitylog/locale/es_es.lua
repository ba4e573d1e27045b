-- Spanish, Spain.
return {
  name = "es-es",
  separator = ";",
  date_format = "%d/%m/%Y",
  date_time_format = "%d/%m/%Y %-H:%M",
  titles = {
    activity_log = "Registro de actividad",
    from = "Desde",
    to = "Hasta",
    export_log = "Exportar registro",
    subscriptions = "Suscripciones",
    date_time = "Fecha y hora",
    affected_customer = "Cliente afectado",
    action = "Acción",
    partner_user = "Usuario del partner",
    performed_by = "Realizado por",
    status = "Estado",
    additional_information = "Información adicional",

    -- Of orders.
    product = "Producto",
    quantity = "Cantidad",
    subscription = "Suscripción",
    order = "Pedido",
    offer = "Oferta",
    term = "Plazo",

    -- The fields of a record.
    ["field.id"] = "Identificador del registro",
    ["field.partner_id"] = "Id. de partner",
    ["field.customer_id"] = "Id. de cliente",
    ["field.customer_name"] = "Nombre del cliente",
    ["field.user_principal_name"] = "Nombre principal de usuario",
    ["field.application_id"] = "Id. de aplicación",
    ["field.session_id"] = "Id. de sesión",
    ["field.original_correlation_id"] = "Id. de correlación original",
    ["field.resource_type"] = "Tipo de recurso",
    ["field.operation_type"] = "Tipo de operación",
    ["field.operation_status"] = "Estado de la operación",
    ["field.operation_date"] = "Fecha de la operación",
    ["field.resource_old_value"] = "Valor anterior",
    ["field.resource_new_value"] = "Valor nuevo",
    ["field.customized_data"] = "Datos personalizados",
    ["field.other"] = "Otros campos",

    -- Of summaries.
    hour = "Hora",
    day = "Día",
    week = "Semana",
    month = "Mes",
    customer = "Cliente",
    user = "Usuario",
    count = "Recuento",
    first = "Primera actividad",
    last = "Última actividad",
    customers = "Clientes",
    total = "Total",

    -- Of details.
    details = "Detalles",
    line_items = "Elementos de línea",
    licenses_added = "Licencias agregadas",
    licenses_removed = "Licencias quitadas",
    changes = "Cambios",
    field = "Campo",
    before = "Antes",
    after = "Después",

    -- Of pages.
    search_customer_name = "Buscar nombre del cliente",
    filter_by_operation_type = "Filtrar por tipo de operación",
    all = "Todo",
    show_details = "Mostrar detalles",
    activities = "Actividades",
    activities_per_hour = "Actividades por hora",
    activities_per_day = "Actividades por día",
    activities_per_week = "Actividades por semana",
    activities_per_month = "Actividades por mes",
    no_activity = "No hay actividad en este período.",
    no_match = "No hay coincidencias.",
    other = "Otros",

    -- Of pages that a server makes.
    apply = "Aplicar",
    older = "Anteriores",
    newest = "Las más recientes",
    no_access =
      "Para ver el registro de actividad necesita uno de estos roles:",
    unreadable = "El registro de actividad no se puede leer en este momento.",
    wrong_period =
      "Desde y Hasta deben ser fechas, y Desde no puede ser posterior a Hasta.",
    not_found = "Esta actividad no está en el registro.",
    bad_request = "No se entiende esta solicitud.",
    no_export = "No se ha podido crear la exportación.",

    -- The roles that may see the log.
    ["role.global_admin"] = "Administrador global",
    ["role.billing_admin"] = "Administrador de facturación",
    ["role.user_management_admin"] = "Administrador de gestión de usuarios",
    ["role.admin_agent"] = "Agente de administración",
    ["role.sales_agent"] = "Agente de ventas",
    ["role.helpdesk_agent"] = "Agente del departamento de soporte técnico",
  },
  labels = {
    operation_status = {
      succeeded = "Correcto",
      failed = "Error",
      progress = "En curso",
      decline = "Rechazado",
    },
  },
}
