-- Brings a month back to the log's server:
--
--   psql -1 -v month=2026_07 -v start=2026-07-01T00:00:00.0000000Z \
--     -v stop=2026-08-01T00:00:00.0000000Z -f move-back.sql LOG
--
-- By the OWNER of connect.sql, when the table that move-month left in the log's
-- database was dropped. That of the other server stays until you drop it.
\set ON_ERROR_STOP on
\set here record_ :month
\set there archived_ :month

-- That of imports and purges: none of them runs until this ends.
SELECT pg_advisory_xact_lock(1095520071, 0);

CREATE TABLE activitylog.:"here" (LIKE activitylog.superseded);
ALTER TABLE activitylog.:"here" OWNER TO activitylog_owner;
INSERT INTO activitylog.:"here" SELECT * FROM activitylog.:"there";
CREATE UNIQUE INDEX ON activitylog.:"here" (operation_date, identity);

-- Waits for who reads the log now, and all others for it: not for long.
SET LOCAL lock_timeout = '2s';
ALTER TABLE activitylog.record DETACH PARTITION activitylog.:"there";
ALTER TABLE activitylog.record ATTACH PARTITION activitylog.:"here"
  FOR VALUES FROM (:'start') TO (:'stop');
DROP FOREIGN TABLE activitylog.:"there";
