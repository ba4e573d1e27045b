-- What log:verify, and a checker in another language (spec/independent), which
-- reads files alone, say of a log that somebody altered by SQL. Both see each
-- edit of the lists below; ours names the record or import that is wrong first.

local activitylog = require "activitylog"
local support = require "spec.support"

local FIXTURES = "spec/fixtures/"
local SAMPLES = FIXTURES .. "partner-center/"

-- ---- the log

-- Its imports, and the numbers of the contents that they bring.
local IMPORTS = {
  SAMPLES .. "ms_docs_2017_order_license.json",           --  1:  1 and 2
  FIXTURES .. "json/array.json",                          --  2:  3 and 4
  FIXTURES .. "json/progress-then-succeeded.jsonl",       --  3:  5, too late
  FIXTURES .. "json/array.json",                          --  4: known
  FIXTURES .. "json/every-escape.json",                   --  5:  6
  FIXTURES .. "json/dates-in-every-form.jsonl",           --  6:  7 to 17
  FIXTURES .. "json/unknown-fields-unsorted.json",        --  7: 18
  FIXTURES .. "json/same-record-twice-without-id.jsonl",  --  8: 19 and 20
  FIXTURES .. "csv/odd-cells.csv",                        --  9: 21 to 25
  FIXTURES .. "csv/full.csv",                             -- 10: 26
  FIXTURES .. "csv/portal-screen-dates.csv",              -- 11: 27 to 29
  SAMPLES .. "records/msdocs2020_20200902T173412_add_customer.json", -- 12: 30
  SAMPLES .. "spring_social_2017_record.json",            -- 13: known
  {                                                       -- 14: 31 to 36
    { id = "old", operation_date = "2020-05-05T08:00:00Z",
      operation_status = "progress" },
    { id = "a\0b", operation_date = "2026-10-01T08:00:00Z" },
    { id = "A\0c", operation_date = "2026-10-02T08:00:00Z", other = {} },
    { id = "c", operation_date = "0001-01-01T00:00:00Z", customer_name = "" },
    { id = "d", operation_date = "2026-10-03T08:00:00Z", customer_id = "Ä-1",
      customer_name = "Ä", resource_new_value = '{"password":"x"}' },
    { id = "e", operation_date = "2026-10-04T08:00:00Z", customer_id = "" },
  },
  {                                                       -- 15: 37 and 38
    { id = "old", operation_date = "2020-05-05T08:00:00Z",
      operation_status = "succeeded" }, -- in the place of 31
    { id = "f", operation_date = "2026-10-05T08:00:00Z" },
  },
}

local function add(log, import)
  local result
  if type(import) == "table" then
    result = assert(log:append(import))
  else
    result = assert(log:import(import, { source = "a\nb\0c " .. import }))
  end
  assert(result.records > 0)
end

local function make_log(path)
  local log <close> = support.log(path)
  for _, import in ipairs(IMPORTS) do add(log, import) end
  return log:head()
end

-- The same behind two purges, with an import between them and one behind. Of
-- the imports 1, 11 and 12 nothing is left, of 6, 14 and 15 some of it.
local function make_purged_log(path)
  make_log(path)
  local log <close> = support.log(path)
  assert(log:purge { before = "2021-01-01", user = "adele" })
  add(log, { { id = "g", operation_date = "2026-10-06T08:00:00Z" } }) -- 16: 39
  assert(log:purge { before = "2025-01-01", user = "megan" })
  add(log, IMPORTS[1]) -- 17: 40 and 41, which were purged
  return log:head()
end

-- ---- the edits

-- Each is a name, what log:verify says of it, what verify.py says among other
-- things (false where it does not look), and the SQL. 'old' is the log as it
-- was before purges.
local EDITS = {
  -- columns
  { "a text changed", "record 9 was altered", "record 9 ",
    "UPDATE record SET customer_name = 'x' WHERE sequence = 9" },
  { "a text of a superseded content changed", "record 4 was altered",
    "superseded 4 ",
    "UPDATE superseded SET customer_name = 'x' WHERE sequence = 4" },
  { "a text dropped", "record 9 was altered", "record 9 ",
    "UPDATE record SET user_principal_name = NULL WHERE sequence = 9" },
  { "an empty text in place of none", "record 9 was altered", "record 9 ",
    "UPDATE record SET session_id = '' WHERE sequence = 9" },
  { "no text in place of an empty one", "record 34 was altered", "record 34 ",
    "UPDATE record SET customer_name = NULL WHERE sequence = 34" },
  { "a blob in place of a text", "record 9 .* operation_type is no text",
    "record 9 ", "UPDATE record SET operation_type ="
      .. " CAST(operation_type AS BLOB) WHERE sequence = 9" },
  { "a text that is no UTF-8", "record 9 was altered", "UTF%-8", "UPDATE record"
      .. " SET resource_type = CAST(x'80' AS TEXT) WHERE sequence = 9" },
  { "an id in other case", "record 32 was altered", "record 32 ",
    "UPDATE record SET id = 'A' || substr(id, 2) WHERE sequence = 32" },
  { "a date moved", "record 9 was altered", "record 9 ", "UPDATE record"
      .. " SET operation_date = '2026-10-31T17:58:12.1300000Z'"
      .. " WHERE sequence = 9" },
  { "a date that is none", "record 9 was altered", "record 9 ",
    "UPDATE record SET operation_date = '2026' WHERE sequence = 9" },
  { "a status gone back", "record 9 was altered", "record 9 ",
    "UPDATE record SET operation_status = 'progress' WHERE sequence = 9" },
  { "a digest changed", "record 9 was altered", "record 9 ",
    "UPDATE record SET digest = zeroblob(32) WHERE sequence = 9" },
  { "a digest as text", "record 9 was altered", "record 9 ",
    "UPDATE record SET digest = hex(digest) WHERE sequence = 9" },
  { "an identity changed", "record 9 was altered", "record 9 ",
    "UPDATE record SET identity = zeroblob(16) WHERE sequence = 9" },
  { "an identity of a superseded content changed", "record 4 was altered",
    "superseded 4 ",
    "UPDATE superseded SET identity = zeroblob(16) WHERE sequence = 4" },
  { "a mark of secrets taken off", "record 35 was altered", false,
    "UPDATE record SET secret = 0 WHERE sequence = 35" },
  { "a folded name changed", "record 24 was altered", false,
    "UPDATE record SET customer_name_folded = 'x' WHERE sequence = 24" },
  { "a folded name where none belongs", "record 9 was altered", false,
    "UPDATE record SET customer_name_folded = 'contosa' WHERE sequence = 9" },
  { "a content and its digest in place of another", "import 10 was altered",
    "import 10 ", "CREATE TEMP TABLE new AS SELECT * FROM superseded"
      .. " WHERE sequence = 21; UPDATE new SET sequence = 26;"
      .. "DELETE FROM record WHERE sequence = 26;"
      .. "INSERT INTO record SELECT * FROM new" },

  -- the order
  { "two contents swapped", "import 6 was altered", "import 6 ",
    "UPDATE record SET sequence = -7 WHERE sequence = 7;"
      .. "UPDATE record SET sequence = 7 WHERE sequence = 8;"
      .. "UPDATE record SET sequence = 8 WHERE sequence = -7" },
  { "contents of two imports swapped", "import 2 was altered", "import 2 ",
    "UPDATE superseded SET sequence = -3 WHERE sequence = 3;"
      .. "UPDATE superseded SET sequence = 3 WHERE sequence = 18;"
      .. "UPDATE superseded SET sequence = 18 WHERE sequence = -3" },
  { "the current content swapped with a superseded one",
    "record 21 was put in the place of record 26", "record 21 ",
    "CREATE TEMP TABLE former AS SELECT * FROM superseded WHERE sequence = 21;"
      .. "DELETE FROM superseded WHERE sequence = 21;"
      .. "INSERT INTO superseded SELECT * FROM record WHERE sequence = 26;"
      .. "DELETE FROM record WHERE sequence = 26;"
      .. "INSERT INTO record SELECT * FROM former;"
      .. "UPDATE customer_record SET sequence = 21 WHERE sequence = 26" },
  { "a content that came late made the current one",
    "record 31 was put in the place of record 37", "record 31 ",
    "CREATE TEMP TABLE former AS SELECT * FROM superseded WHERE sequence = 31;"
      .. "DELETE FROM superseded WHERE sequence = 31;"
      .. "INSERT INTO superseded SELECT * FROM record WHERE sequence = 37;"
      .. "DELETE FROM record WHERE sequence = 37;"
      .. "INSERT INTO record SELECT * FROM former" },

  -- rows added
  { "a record added behind all", "record 39 belongs to no import",
    "record 39 ", "CREATE TEMP TABLE new AS SELECT * FROM record"
      .. " WHERE sequence = 9; UPDATE new SET sequence = 39, id = 'x',"
      .. " identity = zeroblob(16); INSERT INTO record SELECT * FROM new" },
  { "a superseded content added behind all", "record 39 belongs to no import",
    "superseded 39 ", "CREATE TEMP TABLE new AS SELECT * FROM superseded"
      .. " WHERE sequence = 4; UPDATE new SET sequence = 39;"
      .. "INSERT INTO superseded SELECT * FROM new" },
  { "a superseded content added under a number that is taken",
    "record 9 stands twice", "superseded 9 ",
    "INSERT INTO superseded SELECT * FROM record WHERE sequence = 9" },
  { "a content added before all", "record 0 belongs to no import",
    "superseded 0 ", "CREATE TEMP TABLE new AS SELECT * FROM record"
      .. " WHERE sequence = 9; UPDATE new SET sequence = 0;"
      .. "INSERT INTO superseded SELECT * FROM new" },
  { "a content added under the number of one removed", "import 6 was altered",
    "import 6 ", "CREATE TEMP TABLE new AS SELECT * FROM record"
      .. " WHERE sequence = 10; UPDATE new SET sequence = 9;"
      .. "DELETE FROM record WHERE sequence = 9;"
      .. "DELETE FROM customer_record WHERE sequence = 9;"
      .. "INSERT INTO superseded SELECT * FROM new" },

  -- rows removed
  { "a record removed", "record 9 of import 6 was removed", "import 6 ",
    "DELETE FROM record WHERE sequence = 9;"
      .. "DELETE FROM customer_record WHERE sequence = 9" },
  { "a superseded content removed", "record 5 of import 3 was removed",
    "import 3 ", "DELETE FROM superseded WHERE sequence = 5" },
  { "the first record removed", "record 1 of import 1 was removed", "import 1 ",
    "DELETE FROM record WHERE sequence = 1;"
      .. "DELETE FROM customer_record WHERE sequence = 1" },
  { "the last record removed", "record 38 of import 15 was removed",
    "import 15 ", "DELETE FROM record WHERE sequence = 38" },
  { "the current content removed, not those before",
    "record 26 of import 10 was removed", "import 10 ",
    "DELETE FROM record WHERE sequence = 26;"
      .. "DELETE FROM customer_record WHERE sequence = 26" },
  { "all contents removed", "record 1 of import 1 was removed", "import 1 ",
    "DELETE FROM record; DELETE FROM superseded; DELETE FROM customer_record" },

  -- which records a customer has
  { "a record taken from its customer",
    "record 9 is missing in customer_record", "customer_record 9 ",
    "DELETE FROM customer_record WHERE sequence = 9" },
  { "a record given to another customer",
    "record 9 is missing in customer_record", "customer_record 9 ",
    "UPDATE customer_record SET customer = zeroblob(16) WHERE sequence = 9" },
  { "a record given to other days", "record 9 is missing in customer_record",
    "customer_record 9 ",
    "UPDATE customer_record SET days = '2026-10-2' WHERE sequence = 9" },
  { "a record given to one more customer", "customer_record", "customer_record",
    "INSERT INTO customer_record SELECT days, zeroblob(16), sequence"
      .. " FROM customer_record WHERE sequence = 9" },

  -- imports
  { "the first import removed with its records", "import 1 was removed",
    "import 1 ", "DELETE FROM import WHERE import = 1;"
      .. "DELETE FROM record WHERE sequence < 3;"
      .. "DELETE FROM customer_record WHERE sequence < 3" },
  { "an import removed with its records", "import 6 was removed", "import 6 ",
    "DELETE FROM import WHERE import = 6;"
      .. "DELETE FROM record WHERE sequence BETWEEN 7 AND 17;"
      .. "DELETE FROM customer_record WHERE sequence BETWEEN 7 AND 17" },
  { "an import removed that brought nothing", "import 4 was removed",
    "import 4 ", "DELETE FROM import WHERE import = 4" },
  { "the last import removed, not its records",
    "record 37 belongs to no import", "record 37 ",
    "DELETE FROM import WHERE import = 15" },
  { "an import removed and those behind it renumbered", "import 4 was altered",
    "import 4 ", "DELETE FROM import WHERE import = 4;"
      .. "UPDATE import SET import = 1 - import WHERE import > 4;"
      .. "UPDATE import SET import = -import WHERE import < 0" },
  { "two imports swapped", "import 12 was altered", "import 12 ",
    "UPDATE import SET import = -12 WHERE import = 12;"
      .. "UPDATE import SET import = 12 WHERE import = 13;"
      .. "UPDATE import SET import = 13 WHERE import = -12" },
  { "an import added", "import 16 was altered", "import 16 ",
    "INSERT INTO import SELECT 16, 'x', time, 39, 0, 0, 0, 0, digest"
      .. " FROM import WHERE import = 15" },
  { "an import's source changed", "import 8 was altered", "import 8 ",
    "UPDATE import SET source = 'x' WHERE import = 8" },
  { "an import's time changed", "import 8 was altered", "import 8 ", "UPDATE"
      .. " import SET time = '2020-01-01T00:00:00.0000000Z' WHERE import = 8" },
  { "a count changed", "import 4 was altered", "import 4 ",
    "UPDATE import SET records = 3 WHERE import = 4" },
  { "two counts swapped", "import 9 was altered", "import 9 ",
    "UPDATE import SET added = changed, changed = added WHERE import = 9" },
  { "a count out of all measure", "import 9 was altered", "import 9 ",
    "UPDATE import SET added = 9223372036854775807 WHERE import = 9" },
  { "a count below nought", "import 9 was altered", "import 9 ",
    "UPDATE import SET added = added - 7, changed = changed + 7"
      .. " WHERE import = 9" },
  { "an import begun elsewhere", "import 9 was altered", "import 9 ",
    "UPDATE import SET first_sequence = 22 WHERE import = 9" },
  { "an import's digest changed", "import 8 was altered", "import 8 ",
    "UPDATE import SET digest = zeroblob(32) WHERE import = 8" },
  { "a count that is not whole", "import 4 was altered", "import 4 ",
    "UPDATE import SET known = known + 0.5 WHERE import = 4" },
  { "a count as text", "import 4 was altered", "import 4 ",
    "UPDATE import SET known = known || 'x' WHERE import = 4" },
  { "a first number that is not whole", "import 9 was altered", "import 9 ",
    "UPDATE import SET first_sequence = 21.5 WHERE import = 9" },
  { "a source as a blob", "import 8 was altered", "import 8 ",
    "UPDATE import SET source = CAST(source AS BLOB) WHERE import = 8" },
  { "an import's digest as text", "import 8 was altered", "import 8 ",
    "UPDATE import SET digest = hex(digest) WHERE import = 8" },
  { "a digest of what was purged, where nothing was",
    "record 39 belongs to no import", "purged 39 ",
    "INSERT INTO purged SELECT 39, digest FROM import WHERE import = 6" },
  { "a record removed as if it had been purged",
    "the purges took 0 records, and 1 are gone", "by contents 1 ",
    "INSERT INTO purged SELECT sequence, digest FROM record WHERE sequence = 9;"
      .. "DELETE FROM record WHERE sequence = 9;"
      .. "DELETE FROM customer_record WHERE sequence = 9" },
  { "a purge of nothing", "purge 1 was altered", "purge 1 ",
    "INSERT INTO purge SELECT 1, import, '', time, 'x', '', '', 0, 0, digest, 1"
      .. " FROM import WHERE import = 15" },
  { "a purge behind an import that never was", "purge 1 was altered",
    "purge 1 ",
    "INSERT INTO purge SELECT 1, 99, '', time, 'x', '', '', 0, 0, digest, 1"
      .. " FROM import WHERE import = 15" },
  { "a date as a blob", "record 9 was altered: its operation_date is no text",
    "record 9 ", "UPDATE record SET operation_date ="
      .. " CAST(operation_date AS BLOB) WHERE sequence = 9" },
  { "a value as a blob",
    "record 9 was altered: its resource_new_value is no text", "record 9 ",
    "UPDATE record SET resource_new_value = x'7B7D' WHERE sequence = 9" },
  { "a folded name as a blob",
    "record 9 was altered: its customer_name_folded is no text", false,
    "UPDATE record SET customer_name_folded = x'41' WHERE sequence = 9" },

  -- indexes
  { "a record hidden from an index", "the file is damaged", "integrity_check",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema"
      .. " SET sql = sql || ' WHERE sequence <> 9'"
      .. " WHERE name = 'record_by_date'; PRAGMA writable_schema = RESET;"
      .. "REINDEX record_by_date; PRAGMA writable_schema = ON;"
      .. "UPDATE sqlite_schema SET sql = replace(sql, ' WHERE sequence <> 9',"
      .. " '') WHERE name = 'record_by_date'" },
}

-- The same of the log with purges.
local PURGE_EDITS = {
  { "the first purge removed", "import 16 was altered", "import 16 ",
    "DELETE FROM purge WHERE purge = 1" },
  { "a purge renumbered", "purge 2 was removed", "purge 2 ",
    "UPDATE purge SET purge = 3 WHERE purge = 2" },
  { "the last purge removed", "import 17 was altered", "import 17 ",
    "DELETE FROM purge WHERE purge = 2" },
  { "all purges removed, and what they kept",
    "record 1 of import 1 was removed", "import 1 ",
    "DELETE FROM purge; DELETE FROM purged" },
  { "two purges swapped", "import 16 was altered", "purge 1 ",
    "UPDATE purge SET purge = -1 WHERE purge = 1;"
      .. "UPDATE purge SET purge = 1 WHERE purge = 2;"
      .. "UPDATE purge SET purge = 2 WHERE purge = -1" },
  { "a purge put behind another import", "purge 1 was altered", "purge 1 ",
    "UPDATE purge SET import = 14 WHERE purge = 1" },
  { "a purge put behind an import that is not there",
    "record 40 was added by hand", "content 40 ",
    "UPDATE purge SET import = 18 WHERE purge = 2" },
  { "a purge's instant changed", "purge 2 was altered", "purge 2 ", "UPDATE"
      .. " purge SET before = '2024-02-29T00:00:00.0000000Z' WHERE purge = 2" },
  { "a purge's user changed", "purge 1 was altered", "purge 1 ",
    "UPDATE purge SET \"user\" = 'x' WHERE purge = 1" },
  { "a purge's time changed", "purge 1 was altered", "purge 1 ", "UPDATE purge"
      .. " SET time = '2020-01-01T00:00:00.0000000Z' WHERE purge = 1" },
  { "a purge's counts changed", "purge 1 was altered", "purge 1 ", "UPDATE"
      .. " purge SET records = records - 1, superseded = superseded + 1"
      .. " WHERE purge = 1" },
  { "a purge's count that is not whole", "purge 1 was altered", "purge 1 ",
    "UPDATE purge SET records = records + 0.5 WHERE purge = 1" },
  { "a purge's place that is not whole", "purge 1 was altered", "purge 1 ",
    "UPDATE purge SET import = import + 0.5 WHERE purge = 1" },
  { "a purge's user as a blob", "purge 1 was altered", "purge 1 ",
    "UPDATE purge SET user = CAST(user AS BLOB) WHERE purge = 1" },
  { "a purge's instant as a blob", "purge 1 was altered", "purge 1 ",
    "UPDATE purge SET before = CAST(before AS BLOB) WHERE purge = 1" },
  { "a purge's digest as text", "purge 1 was altered", "purge 1 ",
    "UPDATE purge SET digest = hex(digest) WHERE purge = 1" },
  { "a purge's digest changed", "purge 1 was altered", "purge 1 ",
    "UPDATE purge SET digest = zeroblob(32) WHERE purge = 1" },
  { "a digest of what was purged as text",
    "record 17 was altered: it was purged, and has no digest", "import 6 ",
    "UPDATE purged SET digest = hex(digest) WHERE sequence = 17" },
  { "a digest of what was purged removed", "record 17 of import 6 was removed",
    "import 6 ", "DELETE FROM purged WHERE sequence = 17" },
  { "a digest of what was purged changed", "import 6 was altered", "import 6 ",
    "UPDATE purged SET digest = zeroblob(32) WHERE sequence = 17" },
  { "a digest of what was purged renumbered", "record %-1 belongs to no import",
    "purged %-1 ", "UPDATE purged SET sequence = -1 WHERE sequence = 17" },
  { "a digest of what was purged added", "record 99 belongs to no import",
    "purged 99 ",
    "INSERT INTO purged SELECT 99, digest FROM purged WHERE sequence = 17" },
  { "a record called purged that is there",
    "record 9 stands twice, as current and as purged", "purged 9 ",
    "INSERT INTO purged SELECT sequence, digest FROM record"
      .. " WHERE sequence = 9" },
  { "a record that was left changed", "record 9 was altered", "record 9 ",
    "UPDATE record SET customer_name = 'x' WHERE sequence = 9" },
  { "a record that was left removed", "record 9 of import 6 was removed",
    "import 6 ",
    "DELETE FROM record WHERE sequence = 9;"
      .. "DELETE FROM customer_record WHERE sequence = 9" },
  { "a record taken out and called purged", "purge 2 was altered", "purge 2 ",
    "INSERT INTO purged SELECT sequence, digest FROM record WHERE sequence = 9;"
      .. "DELETE FROM record WHERE sequence = 9;"
      .. "DELETE FROM customer_record WHERE sequence = 9;"
      .. "UPDATE purge SET records = records + 1 WHERE purge = 2" },
  { "a record put back that was purged", "record 17 was added by hand",
    "purged, content 17 ", "DELETE FROM purged WHERE sequence = 17;"
      .. "INSERT INTO record SELECT * FROM old.record WHERE sequence = 17;"
      .. "INSERT INTO customer_record SELECT * FROM old.customer_record"
      .. " WHERE sequence = 17" },
  { "counts changed in an import that was purged", "import 6 was altered",
    "import 6 ", "UPDATE import SET known = 1, records = records + 1"
      .. " WHERE import = 6" },
  { "the digest changed of an import that was purged", "import 6 was altered",
    "import 6 ", "UPDATE import SET digest = zeroblob(32) WHERE import = 6" },
}

-- What somebody does who then makes anew all that has to fit: only a head that
-- was kept tells of it, but for those with a pattern.
local FORGERIES = {
  { "a text changed",
    "UPDATE record SET customer_name = 'x' WHERE sequence = 9" },
  { "a status gone back", "UPDATE record SET operation_status = 'progress'"
      .. " WHERE sequence = 9" },
  { "an import's time changed", "UPDATE import"
      .. " SET time = '2020-01-01T00:00:00.0000000Z' WHERE import = 1" },
  { "the last record removed", "DELETE FROM record WHERE sequence = 38;"
      .. "UPDATE import SET records = 1, added = 0 WHERE import = 15" },
  { "the last import removed", "DELETE FROM import WHERE import = 15;"
      .. "DELETE FROM record WHERE sequence > 36; INSERT INTO record"
      .. " SELECT * FROM superseded WHERE sequence = 31;"
      .. "DELETE FROM superseded WHERE sequence = 31" },
  { "an import removed and those behind it renumbered",
    "DELETE FROM import WHERE import = 4;"
      .. "UPDATE import SET import = 1 - import WHERE import > 4;"
      .. "UPDATE import SET import = -import WHERE import < 0" },
  { "all removed", "DELETE FROM import; DELETE FROM record;"
      .. "DELETE FROM superseded" },
  { "the current content swapped with a superseded one",
    "CREATE TEMP TABLE former AS SELECT * FROM superseded WHERE sequence = 31;"
      .. "DELETE FROM superseded WHERE sequence = 31;"
      .. "INSERT INTO superseded SELECT * FROM record WHERE sequence = 37;"
      .. "DELETE FROM record WHERE sequence = 37;"
      .. "INSERT INTO record SELECT * FROM former",
    "record 31 was put in the place of record 37" },
  { "a record removed as if there had been a purge",
    "INSERT INTO purged SELECT sequence, digest FROM record WHERE sequence = 9;"
      .. "DELETE FROM record WHERE sequence = 9",
    "the purges took 0 records, and 1 are gone" },
  { "a text changed, behind a purge made up that took another record",
    "UPDATE record SET customer_name = 'x' WHERE sequence = 9;"
      .. "INSERT INTO purged SELECT sequence, digest FROM record"
      .. " WHERE sequence = 34; DELETE FROM record WHERE sequence = 34;"
      .. "INSERT INTO purge SELECT 1, import, '0002-01-01T00:00:00.0000000Z',"
      .. " time, 'x', '0001-01-01T00:00:00.0000000Z',"
      .. " '0001-01-01T00:00:00.0000000Z', 1, 0, digest, 0"
      .. " FROM import WHERE import = 15" },
}

local PURGE_FORGERIES = {
  { "a content changed of an import before one that was purged",
    "UPDATE superseded SET customer_name = 'x' WHERE sequence = 4" },
  { "a record changed that was left of an import",
    "UPDATE record SET customer_name = 'x' WHERE sequence = 9" },
  { "a purge's user changed",
    "UPDATE purge SET \"user\" = 'x' WHERE purge = 1" },
  { "a digest of what was purged changed",
    "UPDATE purged SET digest = zeroblob(32) WHERE sequence = 17" },
  { "a record taken out and called purged",
    "INSERT INTO purged SELECT sequence, digest FROM record WHERE sequence = 9;"
      .. "DELETE FROM record WHERE sequence = 9;"
      .. "UPDATE purge SET records = records + 1 WHERE purge = 2" },
  { "a record removed that was left of an import",
    "DELETE FROM record WHERE sequence = 9",
    "record 9 of import 6 was removed" },
  { "purges of more than there can be", "UPDATE purge SET"
      .. " records = 2305843009213693951, superseded = 2305843009213693951",
    "purge 2 was altered: it cannot have taken what it tells" },
  { "a purge of nothing added", "INSERT INTO purge SELECT 3, 17,"
      .. " '0002-01-01T00:00:00.0000000Z', time, 'x',"
      .. " '0001-01-01T00:00:00.0000000Z', '0001-01-01T00:00:00.0000000Z',"
      .. " 0, 0, digest, 0 FROM purge WHERE purge = 2",
    "purge 3 was altered: it cannot have taken what it tells" },
  { "a purge of what is newer than it took", "UPDATE purge"
      .. " SET newest = '2027-01-01T00:00:00.0000000Z' WHERE purge = 2",
    "purge 2 was altered: it cannot have taken what it tells" },
  { "a record put in the place of a purged one, and a purge of no instant",
    "DELETE FROM purged WHERE sequence = 17; INSERT INTO record"
      .. " SELECT * FROM old.record WHERE sequence = 17; INSERT INTO purged"
      .. " SELECT sequence, digest FROM record WHERE sequence = 9;"
      .. "DELETE FROM record WHERE sequence = 9;"
      .. "INSERT INTO purge SELECT 3, 17, 'z', time, 'x', '', '', 0, 0,"
      .. " digest, 0 FROM purge WHERE purge = 2",
    "was added by hand" },
  { "a record put back that was purged",
    "DELETE FROM purged WHERE sequence = 17; INSERT INTO record"
      .. " SELECT * FROM old.record WHERE sequence = 17;"
      .. "UPDATE purge SET records = records - 1 WHERE purge = 2",
    "record 17 was added by hand" },
}

-- ---- the two who check

-- What log:verify says when it finds something wrong.
local function complaint(path, head)
  local log <close> = assert(activitylog.open(path))
  local proof, message, code = log:verify { head = head }
  if not proof then assert.equal("corrupt", code) end
  return message
end

-- What verify.py says of many logs: a start of Python costs more than all of
-- its work. A line of what it reads is a path, a space, and a head or nothing.
local OTHER = [[python3 -c '
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, "spec/independent")
import verify
for line in sys.stdin:
    path, head = line.rstrip("\n").split(" ")
    print("of", path, head)
    print("status", int(verify.main(path, head)))' <]]

-- By path and head, where it found something wrong; 'list' is a file for them.
local function other_complaints(questions, list)
  support.write(list, table.concat(questions))
  local output = support.check(OTHER .. list)
  local complaints, n = {}, 0
  for question, said, status in
    output:gmatch "of ([^\n]*\n)(.-)status (%d)\n" do
    n = n + 1
    assert((status == "0") == (said:find "^ok" ~= nil), said)
    if status == "1" then complaints[question] = said end
  end
  assert.equal(#questions, n)
  return complaints
end

-- What only a file can be made to hold, or has at all.
local FILE_ALONE = {
  "BLOB", "x'", "hex%(", "0%.5", "21%.5", "|| 'x'", -- one type in a column
  "digest, [01] FROM", "PRAGMA", "old%.", -- another schema
}

local function is_for_files(ours, sql)
  for _, pattern in ipairs(FILE_ALONE) do
    if sql:find(pattern) then return true end
  end
  return ours and ours:find "customer_record" ~= nil
end

-- All of the lists. What somebody made anew is asked about with a head, too.
local CASES = {}

local function add_edits(kind, edits)
  for _, edit in ipairs(edits) do
    local name, ours, theirs, sql = table.unpack(edit)
    if is_for_files(ours, sql) then name = name .. " #file" end
    CASES[#CASES + 1] = { name = name, kind = kind,
                          tool = support.on_files and "sqlite3 -bail",
                          sql = sql, ours = ours, theirs = theirs }
  end
end

local function add_forgeries(kind, forgeries)
  for _, forgery in ipairs(forgeries) do
    local name, sql, ours = table.unpack(forgery)
    CASES[#CASES + 1] = { name = name .. ", and all made anew #file",
                          kind = kind,
                          tool = "python3 spec/independent/forge.py",
                          sql = sql, ours = ours, theirs = ours and "",
                          hidden = not ours }
  end
end

add_edits("plain", EDITS)
add_edits("purged", PURGE_EDITS)
add_forgeries("plain", FORGERIES)
add_forgeries("purged", PURGE_FORGERIES)

describe("verify()", function()
  local folder, originals, others

  -- A copy of a log, altered.
  local function alter(case, path)
    local sql = case.sql
    if sql:find "old%." then
      sql = ("ATTACH '%s' AS old; %s"):format(originals.plain.path, sql)
    end
    support.copy_log(originals[case.kind].path, path)
    if case.tool then
      support.check(("%s %s %s"):format(case.tool, path, support.quote(sql)))
    else
      support.query(path, sql)
    end
    return path
  end

  local function question(path, head)
    return ("%s %s\n"):format(path, head or "")
  end

  lazy_setup(function()
    folder = support.check("mktemp -d"):gsub("\n$", "")
    originals = { plain = { path = folder .. "/plain.db" },
                  purged = { path = folder .. "/purged.db" } }
    originals.plain.head = make_log(originals.plain.path)
    originals.purged.head = make_purged_log(originals.purged.path)
    local questions = {}
    for _, kind in ipairs { "plain", "purged" } do
      local log = originals[kind]
      questions[#questions + 1] = question(log.path, log.head)
    end
    if not support.on_files then return end
    for i, case in ipairs(CASES) do
      case.path = alter(case, ("%s/%d.db"):format(folder, i))
      case.head = originals[case.kind].head
      questions[#questions + 1] = question(case.path)
      questions[#questions + 1] = question(case.path, case.head)
    end
    others = other_complaints(questions, folder .. "/questions")
  end)

  lazy_teardown(function()
    support.check("rm -rf -- " .. folder)
  end)

  for _, kind in ipairs { "plain", "purged" } do
    it("finds a " .. kind .. " log whole, as the other checker does", function()
      local log = originals[kind]
      assert.is_nil(complaint(log.path, log.head))
      if others then
        assert.is_nil(others[question(log.path, log.head)])
      end
    end)
  end

  for _, case in ipairs(CASES) do
    local what = ("a %s log: %s"):format(case.kind, case.name)
    if case.hidden then
      it("tells by its head alone of " .. what, function()
        assert.is_nil(complaint(case.path))
        assert.is_nil(others[question(case.path)])
        assert.matches("does not continue", complaint(case.path, case.head))
        assert.matches("does not continue",
          others[question(case.path, case.head)])
      end)
    else
      it("tells of " .. what, function()
        assert.matches(case.ours, complaint(case.path
          or alter(case, support.temp_dir() .. "/a.db")))
        if others and case.theirs then
          assert.matches(case.theirs, others[question(case.path)])
        end
      end)
    end
  end

  it("tells how far it is, and stops when that raises", function()
    local log, records, told = support.log(), {}, {}
    for i = 1, 2500 do
      records[i] = { id = tostring(i), operation_date = "2026-10-01T00:00:00Z" }
    end
    assert(log:append(records))
    assert(log:verify { progress = function(done, total)
      told[#told + 1] = done .. " of " .. total
    end })
    assert.same({ "1024 of 2500", "2048 of 2500" }, told)
    assert.has_error(function()
      log:verify { progress = function() error("enough", 0) end }
    end, "enough")
    assert.equal(2500, log:verify().records)
  end)
end)
