-- Russian, Russia.
return {
  name = "ru-ru",
  separator = ";",
  date_format = "%d.%m.%Y",
  date_time_format = "%d.%m.%Y %H:%M",
  titles = {
    activity_log = "Журнал действий",
    from = "С",
    to = "По",
    export_log = "Экспортировать журнал",
    subscriptions = "Подписки",
    date_time = "Дата и время",
    affected_customer = "Затронутый клиент",
    action = "Действие",
    partner_user = "Пользователь-партнер",
    performed_by = "Кем выполнено",
    status = "Состояние",
    additional_information = "Дополнительные сведения",

    -- Of orders.
    product = "Продукт",
    quantity = "Количество",
    subscription = "Подписка",
    order = "Заказ",
    offer = "Предложение",
    term = "Срок",

    -- The fields of a record.
    ["field.id"] = "Идентификатор записи",
    ["field.partner_id"] = "Идентификатор партнера",
    ["field.customer_id"] = "Идентификатор клиента",
    ["field.customer_name"] = "Название клиента",
    ["field.user_principal_name"] = "Имя участника-пользователя",
    ["field.application_id"] = "Идентификатор приложения",
    ["field.session_id"] = "Идентификатор сеанса",
    ["field.original_correlation_id"] = "Исходный идентификатор корреляции",
    ["field.resource_type"] = "Тип ресурса",
    ["field.operation_type"] = "Тип операции",
    ["field.operation_status"] = "Состояние операции",
    ["field.operation_date"] = "Дата операции",
    ["field.resource_old_value"] = "Старое значение",
    ["field.resource_new_value"] = "Новое значение",
    ["field.customized_data"] = "Настраиваемые данные",
    ["field.other"] = "Другие поля",

    -- Of summaries.
    hour = "Час",
    day = "День",
    week = "Неделя",
    month = "Месяц",
    customer = "Клиент",
    user = "Пользователь",
    count = "Число действий",
    first = "Первое действие",
    last = "Последнее действие",
    customers = "Клиенты",
    total = "Итого",

    -- Of details.
    details = "Подробности",
    line_items = "Позиции",
    licenses_added = "Добавленные лицензии",
    licenses_removed = "Удаленные лицензии",
    changes = "Изменения",
    field = "Поле",
    before = "До",
    after = "После",

    -- Of pages.
    search_customer_name = "Поиск по названию клиента",
    filter_by_operation_type = "Фильтр по типу операции",
    all = "Все",
    show_details = "Показать подробности",
    activities = "Действия",
    activities_per_hour = "Действия по часам",
    activities_per_day = "Действия по дням",
    activities_per_week = "Действия по неделям",
    activities_per_month = "Действия по месяцам",
    no_activity = "За этот период действий нет.",
    no_match = "Ничего не найдено.",
    other = "Другие",

    -- Of pages that a server makes.
    apply = "Применить",
    older = "Более ранние",
    newest = "Последние",
    no_access =
      "Чтобы просматривать журнал действий, нужна одна из этих ролей:",
    unreadable = "Сейчас не удается прочитать журнал действий.",
    wrong_period =
      "Начало и конец должны быть датами, и начало не может быть позже конца.",
    not_found = "Такого действия нет в журнале.",
    bad_request = "Не удалось разобрать этот запрос.",
    no_export = "Не удалось создать экспорт.",

    -- The roles that may see the log.
    ["role.global_admin"] = "Глобальный администратор",
    ["role.billing_admin"] = "Администратор выставления счетов",
    ["role.user_management_admin"] = "Администратор управления пользователями",
    ["role.admin_agent"] = "Агент по администрированию",
    ["role.sales_agent"] = "Агент по продажам",
    ["role.helpdesk_agent"] = "Агент службы технической поддержки",
  },
  labels = {
    operation_status = {
      succeeded = "Успешно",
      failed = "Сбой",
      progress = "Выполняется",
      decline = "Отклонено",
    },
  },
}
