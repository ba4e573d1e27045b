-- German, Germany.
return {
  name = "de-de",
  separator = ";",
  date_format = "%d.%m.%Y",
  date_time_format = "%d.%m.%Y %H:%M",
  titles = {
    activity_log = "Aktivitätsprotokoll",
    from = "Von",
    to = "Bis",
    export_log = "Protokoll exportieren",
    subscriptions = "Abonnements",
    date_time = "Datum/Uhrzeit",
    affected_customer = "Betroffener Kunde",
    action = "Aktion",
    partner_user = "Partnerbenutzer",
    performed_by = "Ausgeführt von",
    status = "Status",
    additional_information = "Zusätzliche Informationen",

    -- Of orders.
    product = "Produkt",
    quantity = "Menge",
    subscription = "Abonnement",
    order = "Bestellung",
    offer = "Angebot",
    term = "Laufzeit",

    -- The fields of a record.
    ["field.id"] = "Datensatz-ID",
    ["field.partner_id"] = "Partner-ID",
    ["field.customer_id"] = "Kunden-ID",
    ["field.customer_name"] = "Kundenname",
    ["field.user_principal_name"] = "Benutzerprinzipalname",
    ["field.application_id"] = "Anwendungs-ID",
    ["field.session_id"] = "Sitzungs-ID",
    ["field.original_correlation_id"] = "Ursprüngliche Korrelations-ID",
    ["field.resource_type"] = "Ressourcentyp",
    ["field.operation_type"] = "Vorgangstyp",
    ["field.operation_status"] = "Vorgangsstatus",
    ["field.operation_date"] = "Vorgangsdatum",
    ["field.resource_old_value"] = "Alter Wert",
    ["field.resource_new_value"] = "Neuer Wert",
    ["field.customized_data"] = "Benutzerdefinierte Daten",
    ["field.other"] = "Weitere Felder",

    -- Of summaries.
    hour = "Stunde",
    day = "Tag",
    week = "Woche",
    month = "Monat",
    customer = "Kunde",
    user = "Benutzer",
    count = "Anzahl",
    first = "Erste Aktivität",
    last = "Letzte Aktivität",
    customers = "Kunden",
    total = "Gesamt",

    -- Of details.
    details = "Details",
    line_items = "Einzelposten",
    licenses_added = "Hinzugefügte Lizenzen",
    licenses_removed = "Entfernte Lizenzen",
    changes = "Änderungen",
    field = "Feld",
    before = "Vorher",
    after = "Nachher",

    -- Of pages.
    search_customer_name = "Kundennamen suchen",
    filter_by_operation_type = "Nach Vorgangstyp filtern",
    all = "Alle",
    show_details = "Details anzeigen",
    activities = "Aktivitäten",
    activities_per_hour = "Aktivitäten pro Stunde",
    activities_per_day = "Aktivitäten pro Tag",
    activities_per_week = "Aktivitäten pro Woche",
    activities_per_month = "Aktivitäten pro Monat",
    no_activity = "Keine Aktivitäten in diesem Zeitraum.",
    no_match = "Keine Treffer.",
    other = "Sonstige",

    -- Of pages that a server makes.
    apply = "Anwenden",
    older = "Ältere",
    newest = "Neueste",
    no_access =
      "Um das Aktivitätsprotokoll zu sehen, benötigen Sie eine dieser Rollen:",
    unreadable = "Das Aktivitätsprotokoll kann derzeit nicht gelesen werden.",
    wrong_period = "Von und Bis müssen Datumsangaben sein, und Von darf nicht "
      .. "nach Bis liegen.",
    not_found = "Diese Aktivität ist nicht im Protokoll.",
    bad_request = "Diese Anfrage ist nicht verständlich.",
    no_export = "Der Export konnte nicht erstellt werden.",

    -- The roles that may see the log.
    ["role.global_admin"] = "Globaler Administrator",
    ["role.billing_admin"] = "Abrechnungsadministrator",
    ["role.user_management_admin"] = "Benutzerverwaltungsadministrator",
    ["role.admin_agent"] = "Administrator-Agent",
    ["role.sales_agent"] = "Vertriebsbeauftragter",
    ["role.helpdesk_agent"] = "Helpdesk-Agent",
  },
  labels = {
    operation_status = {
      succeeded = "Erfolgreich",
      failed = "Fehlgeschlagen",
      progress = "In Bearbeitung",
      decline = "Abgelehnt",
    },
  },
}
