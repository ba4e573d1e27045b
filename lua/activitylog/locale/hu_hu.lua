-- Hungarian, Hungary.
return {
  name = "hu-hu",
  separator = ";",
  date_format = "%Y. %m. %d.",
  date_time_format = "%Y. %m. %d. %-H:%M",
  titles = {
    activity_log = "Tevékenységnapló",
    from = "Ettől",
    to = "Eddig",
    export_log = "Napló exportálása",
    subscriptions = "Előfizetések",
    date_time = "Dátum és idő",
    affected_customer = "Érintett ügyfél",
    action = "Művelet",
    partner_user = "Partnerfelhasználó",
    performed_by = "Végrehajtotta",
    status = "Állapot",
    additional_information = "További információ",

    -- Of orders.
    product = "Termék",
    quantity = "Mennyiség",
    subscription = "Előfizetés",
    order = "Rendelés",
    offer = "Ajánlat",
    term = "Időtartam",

    -- The fields of a record.
    ["field.id"] = "Rekordazonosító",
    ["field.partner_id"] = "Partnerazonosító",
    ["field.customer_id"] = "Ügyfél-azonosító",
    ["field.customer_name"] = "Ügyfél neve",
    ["field.user_principal_name"] = "Egyszerű felhasználónév",
    ["field.application_id"] = "Alkalmazásazonosító",
    ["field.session_id"] = "Munkamenet-azonosító",
    ["field.original_correlation_id"] = "Eredeti korrelációs azonosító",
    ["field.resource_type"] = "Erőforrás típusa",
    ["field.operation_type"] = "Művelet típusa",
    ["field.operation_status"] = "Művelet állapota",
    ["field.operation_date"] = "Művelet dátuma",
    ["field.resource_old_value"] = "Régi érték",
    ["field.resource_new_value"] = "Új érték",
    ["field.customized_data"] = "Testreszabott adatok",
    ["field.other"] = "Egyéb mezők",

    -- Of summaries.
    hour = "Óra",
    day = "Nap",
    week = "Hét",
    month = "Hónap",
    customer = "Ügyfél",
    user = "Felhasználó",
    count = "Darabszám",
    first = "Első tevékenység",
    last = "Utolsó tevékenység",
    customers = "Ügyfelek",
    total = "Összesen",

    -- Of details.
    details = "Részletek",
    line_items = "Sorelemek",
    licenses_added = "Hozzáadott licencek",
    licenses_removed = "Eltávolított licencek",
    changes = "Változások",
    field = "Mező",
    before = "Előtte",
    after = "Utána",

    -- Of pages.
    search_customer_name = "Ügyfél nevének keresése",
    filter_by_operation_type = "Szűrés művelettípus szerint",
    all = "Összes",
    show_details = "Részletek megjelenítése",
    activities = "Tevékenységek",
    activities_per_hour = "Tevékenységek óránként",
    activities_per_day = "Tevékenységek naponta",
    activities_per_week = "Tevékenységek hetente",
    activities_per_month = "Tevékenységek havonta",
    no_activity = "Ebben az időszakban nincs tevékenység.",
    no_match = "Nincs találat.",
    other = "Egyéb",

    -- Of pages that a server makes.
    apply = "Alkalmaz",
    older = "Régebbiek",
    newest = "Legújabbak",
    no_access = "A tevékenységnapló megtekintéséhez az alábbi szerepkörök "
      .. "egyike szükséges:",
    unreadable = "A tevékenységnapló jelenleg nem olvasható.",
    wrong_period = "A kezdetnek és a végnek dátumnak kell lennie, és a kezdet "
      .. "nem lehet későbbi a végnél.",
    not_found = "Nincs ilyen tevékenység a naplóban.",
    bad_request = "Ez a kérés nem értelmezhető.",
    no_export = "Az exportálás nem sikerült.",

    -- The roles that may see the log.
    ["role.global_admin"] = "Globális rendszergazda",
    ["role.billing_admin"] = "Számlázási adminisztrátor",
    ["role.user_management_admin"] = "Felhasználókezelési rendszergazda",
    ["role.admin_agent"] = "Rendszergazdai ügynök",
    ["role.sales_agent"] = "Értékesítési ügynök",
    ["role.helpdesk_agent"] = "Ügyfélszolgálati ügynök",
  },
  labels = {
    operation_status = {
      succeeded = "Sikeres",
      failed = "Sikertelen",
      progress = "Folyamatban",
      decline = "Elutasítva",
    },
  },
}
