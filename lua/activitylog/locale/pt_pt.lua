-- Portuguese, Portugal.
return {
  name = "pt-pt",
  separator = ";",
  date_format = "%d/%m/%Y",
  date_time_format = "%d/%m/%Y %H:%M",
  titles = {
    activity_log = "Registo de Atividades",
    from = "De",
    to = "Até",
    export_log = "Exportar registo",
    subscriptions = "Subscrições",
    date_time = "Data e hora",
    affected_customer = "Cliente afetado",
    action = "Ação",
    partner_user = "Utilizador parceiro",
    performed_by = "Executado por",
    status = "Estado",
    additional_information = "Informações adicionais",

    -- Of orders.
    product = "Produto",
    quantity = "Quantidade",
    subscription = "Subscrição",
    order = "Encomenda",
    offer = "Oferta",
    term = "Período",

    -- The fields of a record.
    ["field.id"] = "Identificador do registo",
    ["field.partner_id"] = "ID do parceiro",
    ["field.customer_id"] = "ID do cliente",
    ["field.customer_name"] = "Nome do cliente",
    ["field.user_principal_name"] = "Nome principal de utilizador",
    ["field.application_id"] = "ID da aplicação",
    ["field.session_id"] = "ID da sessão",
    ["field.original_correlation_id"] = "ID de correlação original",
    ["field.resource_type"] = "Tipo de recurso",
    ["field.operation_type"] = "Tipo de operação",
    ["field.operation_status"] = "Estado da operação",
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
    user = "Utilizador",
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

    -- Of pages.
    search_customer_name = "Procurar nome do cliente",
    filter_by_operation_type = "Filtrar por tipo de operação",
    all = "Tudo",
    show_details = "Mostrar detalhes",
    activities = "Atividades",
    activities_per_hour = "Atividades por hora",
    activities_per_day = "Atividades por dia",
    activities_per_week = "Atividades por semana",
    activities_per_month = "Atividades por mês",
    no_activity = "Sem atividade neste período.",
    no_match = "Sem resultados.",
    other = "Outros",

    -- Of pages that a server makes.
    apply = "Aplicar",
    older = "Mais antigas",
    newest = "As mais recentes",
    no_access =
      "Para ver o registo de atividade, precisa de uma destas funções:",
    unreadable = "De momento, não é possível ler o registo de atividade.",
    wrong_period =
      "De e Até têm de ser datas, e De não pode ser posterior a Até.",
    not_found = "Essa atividade não consta do registo.",
    bad_request = "Não foi possível compreender este pedido.",
    no_export = "Não foi possível criar a exportação.",

    -- The roles that may see the log.
    ["role.global_admin"] = "Administrador global",
    ["role.billing_admin"] = "Administrador de faturação",
    ["role.user_management_admin"] = "Administrador de gestão de utilizadores",
    ["role.admin_agent"] = "Agente administrativo",
    ["role.sales_agent"] = "Agente comercial",
    ["role.helpdesk_agent"] = "Agente de suporte técnico",
  },
  labels = {
    operation_status = {
      succeeded = "Com êxito",
      failed = "Falhou",
      progress = "Em curso",
      decline = "Recusado",
    },
  },
}
