UPDATE record SET resource_new_value = zeroblob(900000), secret = 1
