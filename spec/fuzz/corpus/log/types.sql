UPDATE record SET operation_date = x'00', identity = 1.5, customer_id = 7, resource_new_value = x'ff7b', id = 9e999, digest = NULL
