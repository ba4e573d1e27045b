UPDATE record SET id = x'80ff00', customer_name = x'c3', customized_data = x'7b', other = 5, secret = 'x', resource_new_value = x'ff'; UPDATE superseded SET sequence = -5
