-- Takes away contents that no import brought: what a transaction left on the
-- other server when the log's server ended in the moment of its COMMIT. Run it
-- before the next import, which would give their numbers once more.
--
--   psql -1 -f leftovers.sql LOG
\set ON_ERROR_STOP on

-- That of imports and purges: none of them is at work.
SELECT pg_advisory_xact_lock(1095520071, 0);
DELETE FROM activitylog.record WHERE sequence >= (
    SELECT coalesce(max(first_sequence + added + changed), 1)
    FROM activitylog.import)
  RETURNING sequence, operation_date, id;
