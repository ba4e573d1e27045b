std = "lua54"
max_line_length = 80
exclude_files = { "build", "build.luarocks" }
files["examples/portal/magnet.lua"] = { globals = { "lighty" } }
