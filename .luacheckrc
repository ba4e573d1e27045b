std = "lua54"
max_line_length = 80
exclude_files = { "build", "build.luarocks" }
files["examples/portal/magnet.lua"] = { globals = { "lighty" } }
files["examples/portal/mod_activitylog.lua"] = {
  globals = { "module" }, read_globals = { "prosody" },
}
-- A file of settings, which are globals.
files["examples/portal/prosody.cfg.lua"] = { ignore = { "1" } }
