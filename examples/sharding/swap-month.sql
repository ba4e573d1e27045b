-- Puts a month's table on the other server in the place of the one here, when
-- it holds the same contents. move-month runs it, with the variables `here`,
-- such as record_2026_07, and `there`, archived_2026_07.
\set ON_ERROR_STOP on
BEGIN;

-- That of imports and purges: none of them runs until this ends.
SELECT pg_advisory_xact_lock(1095520071, 0);

IMPORT FOREIGN SCHEMA months LIMIT TO (:"there") FROM SERVER archive
  INTO activitylog;
ALTER FOREIGN TABLE activitylog.:"there" OWNER TO activitylog_owner;

SELECT set_config('move.here', :'here', true),
  set_config('move.there', :'there', true);
DO $$
DECLARE
  differ boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (
    (SELECT sequence, digest FROM activitylog.%1$I
      EXCEPT ALL SELECT sequence, digest FROM activitylog.%2$I)
    UNION ALL
    (SELECT sequence, digest FROM activitylog.%2$I
      EXCEPT ALL SELECT sequence, digest FROM activitylog.%1$I))',
    current_setting('move.here'), current_setting('move.there')) INTO differ;
  IF differ THEN
    RAISE EXCEPTION '% is not what % is', current_setting('move.there'),
      current_setting('move.here') USING HINT =
        'An import changed it meanwhile: drop the copy, and move it again.';
  END IF;
END
$$;

SELECT start, stop FROM activitylog.partitions()
  WHERE name = format('activitylog.%I', :'here')::regclass \gset
-- Waits for who reads the log now, and all others for it: not for long.
SET LOCAL lock_timeout = '2s';
ALTER TABLE activitylog.record DETACH PARTITION activitylog.:"here";
ALTER TABLE activitylog.record ATTACH PARTITION activitylog.:"there"
  FOR VALUES FROM (:'start') TO (:'stop');
COMMIT;
