-- The database and its logins, once, as the server's administrator: psql -X -v ON_ERROR_STOP=1 -f roles.sql
-- Again does no harm. Passwords are set apart, so that none stands in a file or a history: \password kaikukortti
--
-- kaikukortti        the service; owns the database and makes its tables (`kaikukortti init`)
-- kaikukortti_pages  with it pages read frozen figures, and can read nothing else (KAIKU_STATISTICS_READER_URL)

\set QUIET on
SELECT format('CREATE ROLE %s', wanted)
FROM unnest(ARRAY['kaiku_statistics_reader NOLOGIN', 'kaikukortti LOGIN', 'kaikukortti_pages LOGIN']) AS wanted
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = split_part(wanted, ' ', 1))
\gexec

ALTER ROLE kaikukortti NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE kaikukortti_pages NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
-- The service hands the reading of cells on, and takes the role itself where no other login is named.
GRANT kaiku_statistics_reader TO kaikukortti WITH ADMIN OPTION;
GRANT kaiku_statistics_reader TO kaikukortti_pages;

SELECT 'CREATE DATABASE kaikukortti OWNER kaikukortti TEMPLATE template0 ENCODING ''UTF8'' LC_COLLATE ''C'' LC_CTYPE ''C'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'kaikukortti')
\gexec

REVOKE ALL ON DATABASE kaikukortti FROM PUBLIC;
GRANT CONNECT ON DATABASE kaikukortti TO kaikukortti_pages;
ALTER ROLE kaikukortti_pages IN DATABASE kaikukortti SET default_transaction_read_only = on;
ALTER ROLE kaikukortti_pages IN DATABASE kaikukortti SET statement_timeout = '5s';

\connect kaikukortti
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO kaikukortti;
