UPDATE import SET digest = 'x', records = 'many', import = import + 5; UPDATE customer_record SET sequence = 99; UPDATE record SET sequence = 0 WHERE sequence = 2
