-- A month of the log that is on the other server from its first record on:
--
--   psql -1 -v month=2026_07 -v start=2026-07-01T00:00:00.0000000Z \
--     -v stop=2026-08-01T00:00:00.0000000Z -f new-month.sql LOG
--
-- By the OWNER of connect.sql, when months.record_2026_07 is there.
\set ON_ERROR_STOP on
\set name record_ :month

CREATE FOREIGN TABLE activitylog.:"name" PARTITION OF activitylog.record
  FOR VALUES FROM (:'start') TO (:'stop')
  SERVER archive OPTIONS (schema_name 'months');
