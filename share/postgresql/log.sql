-- The tables of a log in a PostgreSQL database. activitylog.open makes them
-- where there are none, and so does, for those who would rather do it by hand,
--
--   psql -1 -v ON_ERROR_STOP=1 -f log.sql DATABASE
--
-- It takes the right to make schemas in the database, and no more. What the
-- columns hold is in docs/database-format.md.
--
-- Names have their schema with them, and functions a search_path of their own,
-- so that nothing of others is taken for what is meant.

DO $$
BEGIN
  IF pg_catalog.current_setting('server_encoding') <> 'UTF8' THEN
    RAISE EXCEPTION 'a log needs a database with the encoding UTF8'
      USING HINT = 'CREATE DATABASE ... ENCODING ''UTF8'' TEMPLATE template0';
  END IF;
END
$$;

CREATE SCHEMA activitylog;

-- The version of these tables, and whether a copy into them has not ended yet.
CREATE TABLE activitylog.log (
  version integer NOT NULL,
  copying boolean NOT NULL
);
CREATE UNIQUE INDEX log_has_one_row ON activitylog.log ((true));
INSERT INTO activitylog.log (version, copying) VALUES (1, false);

-- Text is compared by its bytes, everywhere and for ever: an update of the
-- system that changes another collation would break the indexes.
CREATE TABLE activitylog.record (
  sequence bigint NOT NULL,
  operation_date text COLLATE "C" NOT NULL,
  identity bytea NOT NULL,
  digest bytea NOT NULL,
  secret integer NOT NULL,
  customer_name_folded text COLLATE "C",
  id text COLLATE "C",
  partner_id text COLLATE "C",
  customer_id text COLLATE "C",
  customer_name text COLLATE "C",
  user_principal_name text COLLATE "C",
  application_id text COLLATE "C",
  session_id text COLLATE "C",
  original_correlation_id text COLLATE "C",
  resource_type text COLLATE "C",
  operation_type text COLLATE "C",
  operation_status text COLLATE "C",
  resource_old_value text COLLATE "C",
  resource_new_value text COLLATE "C",
  customized_data text COLLATE "C",
  other text COLLATE "C"
);
CREATE UNIQUE INDEX record_by_date
  ON activitylog.record (operation_date, identity);
-- An entry of an index ends at 2,704 bytes, a customer_id nowhere. A GUID, as
-- nearly all of them are, has 36.
CREATE INDEX record_by_customer ON activitylog.record
  (left(lower(customer_id), 64), operation_date, identity)
  WHERE customer_id IS NOT NULL;
CREATE INDEX record_by_sequence ON activitylog.record (sequence);

CREATE TABLE activitylog.superseded (LIKE activitylog.record);
CREATE INDEX superseded_by_date
  ON activitylog.superseded (operation_date, identity);
CREATE INDEX superseded_by_sequence ON activitylog.superseded (sequence);

CREATE TABLE activitylog.import (
  import bigint PRIMARY KEY,
  source text COLLATE "C" NOT NULL,
  time text COLLATE "C" NOT NULL,
  first_sequence bigint NOT NULL,
  records bigint NOT NULL,
  added bigint NOT NULL,
  known bigint NOT NULL,
  changed bigint NOT NULL,
  digest bytea NOT NULL
);

CREATE TABLE activitylog.purge (
  purge bigint PRIMARY KEY,
  import bigint NOT NULL,
  before text COLLATE "C" NOT NULL,
  time text COLLATE "C" NOT NULL,
  "user" text COLLATE "C" NOT NULL,
  oldest text COLLATE "C" NOT NULL,
  newest text COLLATE "C" NOT NULL,
  records bigint NOT NULL,
  superseded bigint NOT NULL,
  digest bytea NOT NULL
);

CREATE TABLE activitylog.purged (
  sequence bigint PRIMARY KEY,
  digest bytea NOT NULL
);

-- The partitions of record, none where it is one table. Each has what lies from
-- start on and before stop; NULL is no bound.
CREATE FUNCTION activitylog.partitions()
RETURNS TABLE (name regclass, is_local boolean, start text, stop text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.oid::regclass, c.relkind = 'r',
    substring(b.bounds FROM $re$FROM \('([^']*)'\)$re$) COLLATE "C",
    substring(b.bounds FROM $re$TO \('([^']*)'\)$re$) COLLATE "C"
  FROM pg_inherits AS i
    JOIN pg_class AS c ON c.oid = i.inhrelid
    CROSS JOIN LATERAL pg_get_expr(c.relpartbound, c.oid) AS b (bounds)
  WHERE i.inhparent = 'activitylog.record'::regclass
$$;

-- Whether record has a place for what happened at an instant.
CREATE FUNCTION activitylog.has_place(instant text) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT relkind = 'r' OR EXISTS (
    SELECT FROM activitylog.partitions()
    WHERE (start IS NULL OR start <= instant COLLATE "C")
      AND (stop IS NULL OR instant COLLATE "C" < stop))
  FROM pg_class WHERE oid = 'activitylog.record'::regclass
$$;

-- Makes the partition of a month such as '2026-10' where its first instant has
-- no place yet. It has the rights of the log's owner, for importers, as nobody
-- else can make one.
--
-- Readers and writers go on meanwhile, as they would not under CREATE TABLE ...
-- PARTITION OF. Whoever makes the same month at the same time waits.
CREATE FUNCTION activitylog.add_month(month text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  day constant text := '-01T00:00:00.0000000Z';
  partition text := 'record_' || replace(month, '-', '_');
  next_month text;
BEGIN
  IF (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$') IS NOT TRUE THEN
    RAISE EXCEPTION 'no month: %', quote_nullable(month)
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Write it as 2026-10.';
  END IF;
  IF activitylog.has_place(month || day) THEN
    RETURN;
  END IF;
  LOCK TABLE activitylog.record IN SHARE UPDATE EXCLUSIVE MODE;
  IF activitylog.has_place(month || day) THEN
    RETURN; -- it was made while we waited
  END IF;
  -- Behind 12 comes 13: nothing lies between it and the next year, and the year
  -- 9999 has no next one.
  next_month := left(month, 5) ||
    lpad((right(month, 2)::integer + 1)::text, 2, '0');
  EXECUTE format('CREATE TABLE activitylog.%I (LIKE activitylog.record)',
    partition);
  -- Not in record, which then could have no partitions on other servers.
  EXECUTE format('CREATE UNIQUE INDEX %I ON activitylog.%I
    (operation_date, identity)', partition || '_by_date', partition);
  EXECUTE format('ALTER TABLE activitylog.record ATTACH PARTITION
    activitylog.%I FOR VALUES FROM (%L) TO (%L)', partition, month || day,
    next_month || day);
END
$$;

-- Drops the partitions that lie before an instant as a whole, and returns how
-- many. What is on other servers stays. A purge calls it when it has kept the
-- digests. Readers keep it from doing so, and those that come wait for it: it
-- gives up soon.
CREATE FUNCTION activitylog.drop_months(before text) RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '200ms'
AS $$
DECLARE
  partition regclass;
  dropped integer := 0;
BEGIN
  IF (before ~ '^[0-9]{4}(-[0-9]{2}){2}T([0-9]{2}:){2}[0-9]{2}[.][0-9]{7}Z$')
      IS NOT TRUE THEN
    RAISE EXCEPTION 'no instant: %', quote_nullable(before)
      USING ERRCODE = 'invalid_parameter_value',
        HINT = 'Write it as 2026-10-01T00:00:00.0000000Z.';
  END IF;
  FOR partition IN
    SELECT name FROM activitylog.partitions()
    WHERE is_local AND stop <= before COLLATE "C"
  LOOP
    EXECUTE format('DROP TABLE %s', partition);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$$;

-- Others than who ran this get nothing but by roles.sql, or by hand.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA activitylog FROM PUBLIC;
