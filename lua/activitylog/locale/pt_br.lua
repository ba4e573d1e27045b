-- Portuguese, Brazil.
return {
  name = "pt-br",
  separator = ";",
  date_format = "%d/%m/%Y",
  date_time_format = "%d/%m/%Y %H:%M",
  titles = {
    activity_log = "Log de atividades",
    from = "De",
    to = "Até",
    export_log = "Exportar log",
    subscriptions = "Assinaturas",
    date_time = "Data-Hora",
    affected_customer = "Cliente afetado",
    action = "Ação",
    partner_user = "Usuário parceiro",
    performed_by = "Executado por",
    status = "Status",
    additional_information = "Informações adicionais",

    -- Of orders.
    product = "Produto",
    quantity = "Quantidade",
    subscription = "Assinatura",
    order = "Pedido",
    offer = "Oferta",
    term = "Prazo",

    -- The fields of a record.
    ["field.id"] = "Identificador do registro",
    ["field.partner_id"] = "ID do parceiro",
    ["field.customer_id"] = "ID do cliente",
    ["field.customer_name"] = "Nome do cliente",
    ["field.user_principal_name"] = "Nome principal do usuário",
    ["field.application_id"] = "ID do aplicativo",
    ["field.session_id"] = "ID da sessão",
    ["field.original_correlation_id"] = "ID de correlação original",
    ["field.resource_type"] = "Tipo de recurso",
    ["field.operation_type"] = "Tipo de operação",
    ["field.operation_status"] = "Status da operação",
    ["field.operation_date"] = "Data da operação",
    ["field.resource_old_value"] = "Valor antigo",
    ["field.resource_new_value"] = "Novo valor",
    ["field.customized_data"] = "Dados personalizados",
    ["field.other"] = "Outros campos",

    -- Of summaries.
    hour = "Hora",
    day = "Dia",
    week = "Semana",
    month = "Mês",
    customer = "Cliente",
    user = "Usuário",
    count = "Contagem",
    first = "Primeira atividade",
    last = "Última atividade",
    customers = "Clientes",
    total = "Total",

    -- Of details.
    details = "Detalhes",
    line_items = "Itens de linha",
    licenses_added = "Licenças adicionadas",
    licenses_removed = "Licenças removidas",
    changes = "Alterações",
    field = "Campo",
    before = "Antes",
    after = "Depois",

    -- The roles that may see the log.
    ["role.global_admin"] = "Administrador global",
    ["role.billing_admin"] = "Administrador de cobrança",
    ["role.user_management_admin"] =
      "Administrador de gerenciamento de usuários",
    ["role.admin_agent"] = "Agente administrativo",
    ["role.sales_agent"] = "Agente de vendas",
    ["role.helpdesk_agent"] = "Agente de suporte técnico",
  },
  labels = {
    operation_status = {
      succeeded = "Êxito",
      failed = "Falha",
      progress = "Em andamento",
      decline = "Recusado",
    },
  },
}
