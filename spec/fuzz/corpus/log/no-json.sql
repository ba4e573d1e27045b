UPDATE record SET other = '{"a":', customized_data = '[[[', resource_new_value = '{"Password":', secret = 1, resource_old_value = '"'
