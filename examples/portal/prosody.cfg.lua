-- What Prosody 0.12 needs for the portal. Put it into your configuration, with
-- values in the place of what it takes from the environment here.

plugin_paths = { ENV_ACTIVITYLOG_PORTAL }
modules_enabled = { "activitylog" }
http_paths = { activitylog = "/" }

-- Nobody but the server in front may come here: it says who the visitor is.
http_interfaces = { "127.0.0.1" }
http_ports = { tonumber(ENV_ACTIVITYLOG_PORT) }
https_ports = {}
