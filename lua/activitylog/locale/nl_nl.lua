-- Dutch, Netherlands.
return {
  name = "nl-nl",
  separator = ";",
  date_format = "%-d-%-m-%Y",
  date_time_format = "%-d-%-m-%Y %H:%M",
  titles = {
    activity_log = "Activiteitenlogboek",
    from = "Van",
    to = "Tot",
    export_log = "Logboek exporteren",
    subscriptions = "Abonnementen",
    date_time = "Datum/tijd",
    affected_customer = "Betrokken klant",
    action = "Actie",
    partner_user = "Partnergebruiker",
    performed_by = "Uitgevoerd door",
    status = "Status",
    additional_information = "Aanvullende informatie",

    -- Of orders.
    product = "Product",
    quantity = "Hoeveelheid",
    subscription = "Abonnement",
    order = "Bestelling",
    offer = "Aanbieding",
    term = "Termijn",

    -- The fields of a record.
    ["field.id"] = "Record-id",
    ["field.partner_id"] = "Partner-id",
    ["field.customer_id"] = "Klant-id",
    ["field.customer_name"] = "Klantnaam",
    ["field.user_principal_name"] = "User principal name",
    ["field.application_id"] = "Toepassings-id",
    ["field.session_id"] = "Sessie-id",
    ["field.original_correlation_id"] = "Oorspronkelijke correlatie-id",
    ["field.resource_type"] = "Resourcetype",
    ["field.operation_type"] = "Bewerkingstype",
    ["field.operation_status"] = "Bewerkingsstatus",
    ["field.operation_date"] = "Bewerkingsdatum",
    ["field.resource_old_value"] = "Oude waarde",
    ["field.resource_new_value"] = "Nieuwe waarde",
    ["field.customized_data"] = "Aangepaste gegevens",
    ["field.other"] = "Overige velden",

    -- Of summaries.
    hour = "Uur",
    day = "Dag",
    week = "Week",
    month = "Maand",
    customer = "Klant",
    user = "Gebruiker",
    count = "Aantal",
    first = "Eerste activiteit",
    last = "Laatste activiteit",
    customers = "Klanten",
    total = "Totaal",

    -- Of details.
    details = "Details",
    line_items = "Regelitems",
    licenses_added = "Toegevoegde licenties",
    licenses_removed = "Verwijderde licenties",
    changes = "Wijzigingen",
    field = "Veld",
    before = "Vóór",
    after = "Na",

    -- Of pages.
    search_customer_name = "Klantnaam zoeken",
    filter_by_operation_type = "Filteren op bewerkingstype",
    all = "Alles",
    show_details = "Details weergeven",
    activities = "Activiteiten",
    activities_per_hour = "Activiteiten per uur",
    activities_per_day = "Activiteiten per dag",
    activities_per_week = "Activiteiten per week",
    activities_per_month = "Activiteiten per maand",
    no_activity = "Geen activiteit in deze periode.",
    no_match = "Niets gevonden.",
    other = "Overige",

    -- Of pages that a server makes.
    apply = "Toepassen",
    older = "Oudere",
    newest = "Nieuwste",
    no_access = "Als u het activiteitenlogboek wilt zien, hebt u een van deze "
      .. "rollen nodig:",
    unreadable = "Het activiteitenlogboek kan momenteel niet worden gelezen.",
    wrong_period =
      "Van en Tot moeten datums zijn en Van mag niet na Tot liggen.",
    not_found = "Deze activiteit staat niet in het logboek.",
    bad_request = "Deze aanvraag is niet te begrijpen.",
    no_export = "De export kon niet worden gemaakt.",

    -- The roles that may see the log.
    ["role.global_admin"] = "Globale beheerder",
    ["role.billing_admin"] = "Factureringsbeheerder",
    ["role.user_management_admin"] = "Gebruikersbeheerder",
    ["role.admin_agent"] = "Beheeragent",
    ["role.sales_agent"] = "Verkoopagent",
    ["role.helpdesk_agent"] = "Helpdeskmedewerker",
  },
  labels = {
    operation_status = {
      succeeded = "Geslaagd",
      failed = "Mislukt",
      progress = "In uitvoering",
      decline = "Afgewezen",
    },
  },
}
