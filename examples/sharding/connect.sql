-- Once, in the log's database: how it reaches the other server, and as whom.
--
--   OWNER_PASSWORD=... READER_PASSWORD=... psql -1 -f connect.sql \
--     -v host=HOST -v port=5432 -v dbname=ARCHIVE -v owner=OWNER LOG
--
-- By a superuser, as an extension that reaches other servers takes one, behind
-- log.sql, by-month.sql and roles.sql. OWNER is who logs in to move months, and
-- one of the log's owners.
\set ON_ERROR_STOP on
\set owner_password `printenv OWNER_PASSWORD`
\set reader_password `printenv READER_PASSWORD`

CREATE EXTENSION IF NOT EXISTS postgres_fdw;
-- use_remote_estimate: the other server knows its tables better. fetch_size:
-- rows that are held here at a time, of some KB each. async_capable: servers
-- work at the same time on what needs no order, such as counts. options: as in
-- readers of the log, for whom an index gives the order, not a sort.
CREATE SERVER archive FOREIGN DATA WRAPPER postgres_fdw OPTIONS (
  host :'host', port :'port', dbname :'dbname', use_remote_estimate 'true',
  fetch_size '1000', async_capable 'true',
  options '-c enable_sort=off -c jit=off'
);
GRANT USAGE ON FOREIGN SERVER archive TO activitylog_owner;

-- A mapping counts for one who logs in, and not for members of a role: all
-- whom the log lets read are the reader there, but for the owner.
CREATE USER MAPPING FOR PUBLIC SERVER archive
  OPTIONS (user 'archive_reader', password :'reader_password');
CREATE USER MAPPING FOR :"owner" SERVER archive
  OPTIONS (user 'archive_owner', password :'owner_password');
