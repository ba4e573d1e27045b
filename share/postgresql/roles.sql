-- Roles by which the database itself keeps readers from writing, and importers
-- from more than importing:
--
--   psql -1 -v ON_ERROR_STOP=1 -f roles.sql DATABASE
--
-- Run by the log's owner with CREATEROLE, or by a superuser, and again whenever
-- you like. Nobody logs in by these roles. They are given to those who do:
--
--   GRANT activitylog_reader TO "alice";
--
-- Roles are the server's, not the database's: who reads one log of a server
-- reads all to which these roles are given. Where that is not wanted, keep the
-- others out of the database (REVOKE CONNECT ON DATABASE ... FROM PUBLIC).

DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['activitylog_reader', 'activitylog_importer',
      'activitylog_owner'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', role);
    END IF;
  END LOOP;
END
$$;

-- ---- the owner has all, and purges

-- Who runs this owns the log until now, and stays one of its owners.
GRANT activitylog_owner TO CURRENT_USER;
ALTER SCHEMA activitylog OWNER TO activitylog_owner;
DO $$
DECLARE
  relation pg_catalog.regclass;
  routine pg_catalog.regprocedure;
BEGIN
  FOR relation IN
    SELECT oid FROM pg_catalog.pg_class
    WHERE relnamespace = 'activitylog'::pg_catalog.regnamespace::pg_catalog.oid
      AND relkind IN ('r', 'p', 'f')
  LOOP
    EXECUTE pg_catalog.format('ALTER TABLE %s OWNER TO activitylog_owner',
      relation);
  END LOOP;
  FOR routine IN
    SELECT oid FROM pg_catalog.pg_proc
    WHERE pronamespace = 'activitylog'::pg_catalog.regnamespace::pg_catalog.oid
  LOOP
    EXECUTE pg_catalog.format('ALTER FUNCTION %s OWNER TO activitylog_owner',
      routine);
  END LOOP;
END
$$;

-- ---- readers

GRANT USAGE ON SCHEMA activitylog TO activitylog_reader;
-- Who may read record may read all of its partitions, those to come, too.
GRANT SELECT ON activitylog.import, activitylog.log, activitylog.purge,
  activitylog.purged, activitylog.record, activitylog.superseded
  TO activitylog_reader;

-- ---- importers, who read, too

GRANT activitylog_reader TO activitylog_importer;
GRANT INSERT ON activitylog.record, activitylog.superseded, activitylog.import
  TO activitylog_importer;
-- A content that another one replaces moves to superseded.
GRANT DELETE ON activitylog.record TO activitylog_importer;
GRANT EXECUTE ON FUNCTION activitylog.add_month(text) TO activitylog_importer;
