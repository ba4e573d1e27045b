-- Makes `record` of an empty log a table with a partition for each month, which
-- a purge drops whole, and which may be on other servers (docs/manual/
-- sharding.md). Run behind log.sql and before roles.sql, in one transaction:
--
--   psql -1 -v ON_ERROR_STOP=1 -f log.sql -f by-month.sql -f roles.sql DATABASE
--
-- Partitions are made as records come: activitylog.add_month.

-- One statement, so that nothing of it is done when any of it fails.
DO $$
BEGIN
  LOCK TABLE activitylog.record IN ACCESS EXCLUSIVE MODE;
  IF EXISTS (SELECT FROM activitylog.record) THEN
    RAISE EXCEPTION 'the log has records already'
      USING HINT = 'Copy them to a log that was made by month.';
  END IF;
  DROP TABLE activitylog.record;
  CREATE TABLE activitylog.record (LIKE activitylog.superseded)
    PARTITION BY RANGE (operation_date);
  CREATE INDEX record_by_customer ON activitylog.record
    (left(lower(customer_id), 64), operation_date, identity)
    WHERE customer_id IS NOT NULL;
  CREATE INDEX record_by_sequence ON activitylog.record (sequence);
END
$$;
