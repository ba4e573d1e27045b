-- Polish, Poland.
return {
  name = "pl-pl",
  separator = ";",
  date_format = "%d.%m.%Y",
  date_time_format = "%d.%m.%Y %H:%M",
  titles = {
    activity_log = "Dziennik aktywności",
    from = "Od",
    to = "Do",
    export_log = "Eksportuj dziennik",
    subscriptions = "Subskrypcje",
    date_time = "Data i godzina",
    affected_customer = "Klient, którego dotyczy akcja",
    action = "Akcja",
    partner_user = "Użytkownik partnera",
    performed_by = "Wykonane przez",
    status = "Stan",
    additional_information = "Informacje dodatkowe",

    -- Of orders.
    product = "Produkt",
    quantity = "Ilość",
    subscription = "Subskrypcja",
    order = "Zamówienie",
    offer = "Oferta",
    term = "Okres",

    -- The fields of a record.
    ["field.id"] = "Identyfikator rekordu",
    ["field.partner_id"] = "Identyfikator partnera",
    ["field.customer_id"] = "Identyfikator klienta",
    ["field.customer_name"] = "Nazwa klienta",
    ["field.user_principal_name"] = "Główna nazwa użytkownika",
    ["field.application_id"] = "Identyfikator aplikacji",
    ["field.session_id"] = "Identyfikator sesji",
    ["field.original_correlation_id"] = "Oryginalny identyfikator korelacji",
    ["field.resource_type"] = "Typ zasobu",
    ["field.operation_type"] = "Typ operacji",
    ["field.operation_status"] = "Stan operacji",
    ["field.operation_date"] = "Data operacji",
    ["field.resource_old_value"] = "Stara wartość",
    ["field.resource_new_value"] = "Nowa wartość",
    ["field.customized_data"] = "Dane niestandardowe",
    ["field.other"] = "Inne pola",

    -- Of summaries.
    hour = "Godzina",
    day = "Dzień",
    week = "Tydzień",
    month = "Miesiąc",
    customer = "Klient",
    user = "Użytkownik",
    count = "Liczba",
    first = "Pierwsza aktywność",
    last = "Ostatnia aktywność",
    customers = "Klienci",
    total = "Razem",

    -- Of details.
    details = "Szczegóły",
    line_items = "Pozycje",
    licenses_added = "Dodane licencje",
    licenses_removed = "Usunięte licencje",
    changes = "Zmiany",
    field = "Pole",
    before = "Przed",
    after = "Po",

    -- Of pages.
    search_customer_name = "Wyszukaj nazwę klienta",
    filter_by_operation_type = "Filtruj według typu operacji",
    all = "Wszystkie",
    show_details = "Pokaż szczegóły",
    activities = "Aktywności",
    activities_per_hour = "Aktywności na godzinę",
    activities_per_day = "Aktywności na dzień",
    activities_per_week = "Aktywności na tydzień",
    activities_per_month = "Aktywności na miesiąc",
    no_activity = "Brak aktywności w tym okresie.",
    no_match = "Brak wyników.",
    other = "Inne",

    -- Of pages that a server makes.
    apply = "Zastosuj",
    older = "Starsze",
    newest = "Najnowsze",
    no_access =
      "Aby wyświetlić dziennik aktywności, musisz mieć jedną z tych ról:",
    unreadable = "Obecnie nie można odczytać dziennika aktywności.",
    wrong_period =
      "Od i Do muszą być datami, a Od nie może być późniejsze niż Do.",
    not_found = "W dzienniku nie ma takiej aktywności.",
    bad_request = "Nie można zrozumieć tego żądania.",
    no_export = "Nie udało się utworzyć eksportu.",

    -- The roles that may see the log.
    ["role.global_admin"] = "Administrator globalny",
    ["role.billing_admin"] = "Administrator rozliczeń",
    ["role.user_management_admin"] = "Administrator zarządzania użytkownikami",
    ["role.admin_agent"] = "Agent administracyjny",
    ["role.sales_agent"] = "Agent sprzedaży",
    ["role.helpdesk_agent"] = "Agent pomocy technicznej",
  },
  labels = {
    operation_status = {
      succeeded = "Powodzenie",
      failed = "Niepowodzenie",
      progress = "W toku",
      decline = "Odrzucono",
    },
  },
}
