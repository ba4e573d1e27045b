-- Once, in a database of the other server: a place for months of a log, whom
-- they belong to there, and who reads them.
--
--   OWNER_PASSWORD=... READER_PASSWORD=... psql -1 -f archive.sql ARCHIVE
--
-- By a superuser, or one with CREATEROLE who may make schemas.
\set ON_ERROR_STOP on
\set owner_password `printenv OWNER_PASSWORD`
\set reader_password `printenv READER_PASSWORD`

CREATE ROLE archive_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE archive_reader LOGIN PASSWORD :'reader_password';
GRANT archive_owner TO CURRENT_USER;

-- Not the schema activitylog: it is no log, and nobody shall open it as one.
CREATE SCHEMA months AUTHORIZATION archive_owner;
SET ROLE archive_owner;
GRANT USAGE ON SCHEMA months TO archive_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA months
  GRANT SELECT ON TABLES TO archive_reader;

-- What each month is made like: as `record` in share/postgresql/log.sql.
CREATE TABLE months.month (
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
CREATE UNIQUE INDEX ON months.month (operation_date, identity);
CREATE INDEX ON months.month
  (left(lower(customer_id), 64), operation_date, identity)
  WHERE customer_id IS NOT NULL;
CREATE INDEX ON months.month (sequence);
