-- French, France.
return {
  name = "fr-fr",
  separator = ";",
  date_format = "%d/%m/%Y",
  date_time_format = "%d/%m/%Y %H:%M",
  titles = {
    activity_log = "Journal d’activité",
    from = "De",
    to = "À",
    export_log = "Exporter le journal",
    subscriptions = "Abonnements",
    date_time = "Date-Heure",
    affected_customer = "Client affecté",
    action = "Action",
    partner_user = "Utilisateur partenaire",
    performed_by = "Effectué par",
    status = "État",
    additional_information = "Informations supplémentaires",

    -- Of orders.
    product = "Produit",
    quantity = "Quantité",
    subscription = "Abonnement",
    order = "Commande",
    offer = "Offre",
    term = "Durée",

    -- The fields of a record.
    ["field.id"] = "Identifiant de l’enregistrement",
    ["field.partner_id"] = "ID partenaire",
    ["field.customer_id"] = "ID client",
    ["field.customer_name"] = "Nom du client",
    ["field.user_principal_name"] = "Nom d’utilisateur principal",
    ["field.application_id"] = "ID d’application",
    ["field.session_id"] = "ID de session",
    ["field.original_correlation_id"] = "ID de corrélation d’origine",
    ["field.resource_type"] = "Type de ressource",
    ["field.operation_type"] = "Type d’opération",
    ["field.operation_status"] = "État de l’opération",
    ["field.operation_date"] = "Date de l’opération",
    ["field.resource_old_value"] = "Ancienne valeur",
    ["field.resource_new_value"] = "Nouvelle valeur",
    ["field.customized_data"] = "Données personnalisées",
    ["field.other"] = "Autres champs",

    -- Of summaries.
    hour = "Heure",
    day = "Jour",
    week = "Semaine",
    month = "Mois",
    customer = "Client",
    user = "Utilisateur",
    count = "Nombre",
    first = "Première activité",
    last = "Dernière activité",
    customers = "Clients",
    total = "Total",

    -- Of details.
    details = "Détails",
    line_items = "Éléments de ligne",
    licenses_added = "Licences ajoutées",
    licenses_removed = "Licences supprimées",
    changes = "Modifications",
    field = "Champ",
    before = "Avant",
    after = "Après",

    -- Of pages.
    search_customer_name = "Rechercher un nom de client",
    filter_by_operation_type = "Filtrer par type d’opération",
    all = "Tout",
    show_details = "Afficher les détails",
    activities = "Activités",
    activities_per_hour = "Activités par heure",
    activities_per_day = "Activités par jour",
    activities_per_week = "Activités par semaine",
    activities_per_month = "Activités par mois",
    no_activity = "Aucune activité pendant cette période.",
    no_match = "Aucun résultat.",
    other = "Autres",

    -- Of pages that a server makes.
    apply = "Appliquer",
    older = "Plus anciennes",
    newest = "Les plus récentes",
    no_access =
      "Pour voir le journal d’activité, vous devez avoir l’un de ces rôles :",
    unreadable = "Le journal d’activité ne peut pas être lu pour le moment.",
    wrong_period = "Les deux bornes doivent être des dates, la première "
      .. "n’étant pas postérieure à la seconde.",
    not_found = "Cette activité n’est pas dans le journal.",
    bad_request = "Cette demande n’est pas compréhensible.",
    no_export = "L’export n’a pas pu être créé.",

    -- The roles that may see the log.
    ["role.global_admin"] = "Administrateur général",
    ["role.billing_admin"] = "Administrateur de la facturation",
    ["role.user_management_admin"] =
      "Administrateur de la gestion des utilisateurs",
    ["role.admin_agent"] = "Agent d’administration",
    ["role.sales_agent"] = "Agent commercial",
    ["role.helpdesk_agent"] = "Agent du support technique",
  },
  labels = {
    operation_status = {
      succeeded = "Réussi",
      failed = "Échec",
      progress = "En cours",
      decline = "Refusé",
    },
  },
}
