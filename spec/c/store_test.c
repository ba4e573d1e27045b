/*
** store_test.c - logs: what an import leaves, whatever happens meanwhile.
*/
#include "al_store.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "al_sha256.h"
#include "al_sqlite.h"
#include "check.h"
#include "help.h"

#define DATE "2026-10-31T17:58:01.1234567Z"

/* ---- looking at a log from outside ---- */

static int append_row (void *context, int n, char **values, char **names) {
  int i;
  (void)names;
  for (i = 0; i < n; i++)
    help_printf(context, "%s%s", i > 0 ? "|" : "",
                values[i] != NULL ? values[i] : "NULL");
  help_printf(context, "\n");
  return 0;
}

/* What SQL answers on a file, a line for each row; good until the next. */
static const char *ask (const char *path, const char *sql) {
  static al_buffer out;
  char *problem = NULL;
  sqlite3 *db;
  al_buffer_clear(&out);
  if (sqlite3_open(path, &db) != SQLITE_OK ||
      sqlite3_exec(db, sql, append_row, &out, &problem) != SQLITE_OK)
    help_printf(&out, "%s: %s", path, problem);
  sqlite3_free(problem);
  sqlite3_close(db);
  return help_string(&out);
}

/* customer_record holds each record that has a customer, once, and no more. */
static void check_whole (const char *path) {
  static const char BY_RECORD[] =
      "SELECT substr(operation_date, 1, 9), lower(CASE WHEN customer_id LIKE"
      " '________-____-____-____-____________'"
      " THEN replace(customer_id, '-', '') ELSE customer_id END), sequence"
      " FROM record"
      " WHERE customer_id IS NOT NULL";
  static const char BY_CUSTOMER[] =
      "SELECT days, CASE typeof(customer) WHEN 'blob' THEN lower(hex(customer))"
      " ELSE customer END, sequence FROM customer_record";
  char sql[768];
  CHECK_STRING("ok\n", ask(path, "PRAGMA integrity_check"));
  snprintf(sql, sizeof sql, "%s EXCEPT %s", BY_RECORD, BY_CUSTOMER);
  CHECK_STRING("", ask(path, sql));
  snprintf(sql, sizeof sql, "%s EXCEPT %s", BY_CUSTOMER, BY_RECORD);
  CHECK_STRING("", ask(path, sql));
}

static al_status verify (al_store *store) {
  const al_verify_options options = {.head = NULL};
  al_verified verified;
  al_error err;
  return al_store_verify(store, &options, &verified, &err);
}

/* ---- imports ---- */

/* A record named 'id' whose customer and content differ as wanted. */
static al_record make (const char *id, const char *status, const char *name) {
  al_record record = help_record(id, DATE, status);
  record.field[AL_CUSTOMER_NAME] = help_text(name);
  return record;
}

static al_status try_import (al_store *store, const al_record *records,
                             size_t n, al_import_counts *counts,
                             al_error *err) {
  al_status status = al_store_begin(store, err);
  size_t i;
  for (i = 0; status == AL_OK && i < n; i++)
    status = al_store_put(store, &records[i], err);
  if (status != AL_OK) {
    al_store_rollback(store);
    return status;
  }
  return al_store_commit(store, AL_TEXT("test"), 0, counts, err);
}

static al_import_counts import (al_store *store, const al_record *records,
                                size_t n) {
  al_import_counts counts = {0, 0, 0, 0};
  al_error err = {AL_OK, ""};
  try_import(store, records, n, &counts, &err);
  CHECK_STRING("", err.message);
  return counts;
}

static void check_counts (int64_t added, int64_t known, int64_t changed,
                          al_import_counts got) {
  CHECK(added + known + changed == got.records);
  CHECK(added == got.added);
  CHECK(known == got.known);
  CHECK(changed == got.changed);
}

static void import_one (al_store *store, const char *status, const char *name) {
  al_record record = make("r", status, name);
  import(store, &record, 1);
}

/* ---- which content stands ---- */

static void content_seen_before_changes_nothing (void) {
  al_store *store = help_open("a.db");
  al_record a = make("r", NULL, "A"), b = make("r", NULL, "B");
  check_counts(1, 0, 0, import(store, &a, 1));
  check_counts(0, 0, 1, import(store, &b, 1));
  check_counts(0, 1, 0, import(store, &a, 1));
  check_counts(0, 1, 0, import(store, &b, 1));
  CHECK_STRING("B|2\n", ask("a.db", "SELECT customer_name, sequence"
                                    " FROM record"));
  CHECK_STRING("A|1\n", ask("a.db", "SELECT customer_name, sequence"
                                    " FROM superseded"));
  al_store_close(store);
}

static void the_same_goes_for_records_of_one_import (void) {
  al_store *store = help_open("one.db");
  al_record records[] = {make("r", NULL, "A"), make("r", NULL, "B"),
                         make("r", NULL, "A"), make("r", NULL, "B"),
                         make("R", NULL, "B"), make("s", NULL, "A")};
  check_counts(2, 2, 2, import(store, records, 6));
  CHECK_STRING("R|B\ns|A\n", ask("one.db", "SELECT id, customer_name"
                                           " FROM record ORDER BY sequence"));
  CHECK_STRING("r|A\nr|B\n", ask("one.db", "SELECT id, customer_name"
                                           " FROM superseded"));
  al_store_close(store);
}

static void the_newest_content_stands (void) {
  al_store *store = help_open("b.db");
  import_one(store, "succeeded", "B");
  import_one(store, "succeeded", "A");
  import_one(store, "failed", "A");
  import_one(store, NULL, "A");
  CHECK_STRING("NULL|A|4\n", ask("b.db", "SELECT operation_status,"
                                         " customer_name, sequence"
                                         " FROM record"));
  CHECK_STRING("1\n2\n3\n", ask("b.db", "SELECT sequence FROM superseded"));
  al_store_close(store);
}

static void progress_never_stands_in_the_place_of_a_final_status (void) {
  static const char *const FINAL[] = {"succeeded", "failed", "decline"};
  size_t i;
  for (i = 0; i < sizeof FINAL / sizeof FINAL[0]; i++) {
    al_store *store = help_open("late.db");
    al_record records[] = {make("r", "progress", "A"),
                           make("r", FINAL[i], "A")};
    al_record late = make("r", "progress", "B");
    char expected[64];
    check_counts(1, 0, 1, import(store, records, 2));
    check_counts(0, 0, 1, import(store, &late, 1));
    check_counts(0, 1, 0, import(store, &late, 1));
    snprintf(expected, sizeof expected, "%s|2\n", FINAL[i]);
    CHECK_STRING(expected, ask("late.db", "SELECT operation_status, sequence"
                                          " FROM record"));
    CHECK_STRING("1|A\n3|B\n", ask("late.db", "SELECT sequence, customer_name"
                                              " FROM superseded"));
    al_store_close(store);
    CHECK(remove("late.db") == 0);
  }
}

/* ---- whose records ---- */

static al_record of_customer (const char *id, const char *customer,
                              const char *name) {
  al_record record = make(id, NULL, name);
  record.field[AL_CUSTOMER_ID] = help_text(customer);
  return record;
}

static void the_customer_table_follows_each_change (void) {
  al_store *store = help_open("customer.db");
  al_record records[] = {
      of_customer("a", "AAAA", "1"), of_customer("b", "bbbb", "1"),
      of_customer("a", "aaaa", "2"), of_customer("b", NULL, "2"),
      of_customer("c", NULL, "1"),   of_customer("c", "CcCc", "2"),
      of_customer("a", "dddd", "3"), of_customer("e", "", "1")};
  import(store, records, 8);
  check_whole("customer.db");
  records[0] = of_customer("a", "A-1", "4"); /* changes across imports */
  records[1] = of_customer("c", NULL, "4");
  records[2] = of_customer("e", "E", "4");
  records[3] = of_customer("a", "A-2", "5");
  import(store, records, 4);
  check_whole("customer.db");
  CHECK_STRING("a-2|12\ne|11\n", ask("customer.db", "SELECT customer, sequence"
                                                    " FROM customer_record"));
  al_store_close(store);
}

/* A GUID is the same customer in either case, and is no text of its bytes. */
static void a_guid_is_looked_up_by_its_bytes (void) {
  static const char GUID[] = "20A1702F-ac6b-4e02-A87D-f8f8910502d3";
  const al_text customer = AL_TEXT("20a1702f-AC6B-4e02-a87d-F8F8910502D3");
  al_store *store = help_open("guid.db");
  al_record records[] = {of_customer("a", GUID, "1"),
                         of_customer("b", "20a1702f", "1"),
                         of_customer("c", GUID, "1")};
  al_query query = help_query();
  int64_t n;
  al_error err;
  import(store, records, 3);
  check_whole("guid.db");
  query.filter[AL_FILTER_CUSTOMER_ID].values = &customer;
  query.filter[AL_FILTER_CUSTOMER_ID].n = 1;
  CHECK(al_store_count(store, &query, &n, &err) == AL_OK && n == 2);
  records[0] = of_customer("c", "20a1702f", "2");
  import(store, records, 1);
  check_whole("guid.db");
  CHECK(al_store_count(store, &query, &n, &err) == AL_OK && n == 1);
  al_store_close(store);
}

/* Version 1 had the customers first, each in its own place. */
static void a_log_of_version_1_is_brought_to_the_newest (void) {
  const al_store_options reading = {.readonly = 1};
  const al_text customer = AL_TEXT("20a1702f-ac6b-4e02-a87d-f8f8910502d3");
  al_store *store = help_open("one.db");
  al_record records[] = {
      of_customer("a", "20A1702F-AC6B-4e02-a87d-f8f8910502d3", "1"),
      of_customer("b", "Bbbb", "Ab"), of_customer("c", NULL, "Ab"),
      of_customer("d", "", "1")};
  al_query query = help_query();
  int64_t n;
  al_error err;
  import(store, records, 4);
  al_store_close(store);
  ask("one.db", "DROP TABLE purge; DROP TABLE purged;"
                "DROP TABLE customer_record;"
                "CREATE TABLE customer_record (  customer TEXT NOT NULL,"
                "  operation_date TEXT NOT NULL,  sequence INTEGER NOT NULL,"
                "  PRIMARY KEY (customer, operation_date, sequence))"
                " WITHOUT ROWID;"
                "INSERT INTO customer_record SELECT lower(customer_id),"
                " operation_date, sequence FROM record"
                " WHERE customer_id IS NOT NULL;"
                "UPDATE record SET customer_name_folded = lower(customer_name);"
                "PRAGMA user_version = 1");
  CHECK(al_store_open(&store, "one.db", &reading, &err) == AL_VERSION);
  store = help_open("one.db");
  CHECK(verify(store) == AL_OK);
  ask("one.db", "UPDATE record SET customer_name_folded = 'abc'"
                " WHERE sequence = 3");
  CHECK(verify(store) == AL_CORRUPT);
  ask("one.db", "UPDATE record SET customer_name_folded = 'ab'"
                " WHERE sequence = 3");
  CHECK_STRING("3\n", ask("one.db", "PRAGMA user_version"));
  check_whole("one.db");
  query.filter[AL_FILTER_CUSTOMER_ID].values = &customer;
  query.filter[AL_FILTER_CUSTOMER_ID].n = 1;
  CHECK(al_store_count(store, &query, &n, &err) == AL_OK && n == 1);
  records[0] = of_customer("b", "cccc", "2");
  import(store, records, 1);
  check_whole("one.db");
  al_store_close(store);
}

#define MANY 300

/* Records 0 to MANY - 1 of some customers, put many at once; some of them come
** again at once or later, for other customers. */
static void customers_stay_right_when_many_are_put (void) {
  static char id[MANY + 20][16], customer[MANY + 20][16];
  static al_content contents[MANY + 20];
  static al_buffer folded[MANY + 20];
  static al_fold_cache names;
  al_store *store = help_open("many.db");
  al_import_counts counts;
  al_error err;
  int i;
  CHECK(al_store_begin(store, &err) == AL_OK);
  for (i = 0; i < MANY + 20; i++) {
    int number = i % 61 == 60 ? i - 1 : i < MANY ? i : i - MANY;
    al_record record;
    snprintf(id[i], sizeof id[i], "id-%d", number);
    snprintf(customer[i], sizeof customer[i], "C%d", i * 7919 % 97);
    record = of_customer(id[i], i % 10 == 3 ? NULL : customer[i], "x");
    CHECK(al_content_make(&contents[i], &record, &names, &folded[i], &err) ==
          AL_OK);
  }
  CHECK(al_store_put_contents(store, contents, MANY + 20, &err) == AL_OK);
  CHECK(al_store_commit(store, AL_TEXT("test"), 0, &counts, &err) == AL_OK);
  check_counts(MANY - 3, 2, 21, counts);
  al_store_close(store);
  check_whole("many.db");
  for (i = 0; i < MANY + 20; i++)
    al_buffer_close(&folded[i]);
  al_fold_cache_close(&names);
}

/* ---- the chain of digests ---- */

static void append_hex (al_buffer *out, const uint8_t *bytes, size_t n) {
  size_t i;
  for (i = 0; i < n; i++)
    help_printf(out, "%02X", bytes[i]);
}

/* As append_hex, in lower case. */
static void append_digest (al_buffer *out, const uint8_t *digest) {
  size_t i;
  for (i = 0; i < AL_DIGEST_BYTES; i++)
    help_printf(out, "%02x", digest[i]);
}

static void append_content (al_buffer *out, const al_record *record) {
  uint8_t digest[AL_DIGEST_BYTES];
  al_record_digest(record, digest);
  append_digest(out, digest);
  help_printf(out, "\n");
}

/* The digest of an import, from its canonical text. */
static void hash_text (al_buffer *text, uint8_t *digest) {
  al_sha256 hash;
  al_sha256_init(&hash);
  al_sha256_update(&hash, text->data, text->len);
  al_sha256_finish(&hash, digest, AL_DIGEST_BYTES);
}

static void imports_are_chained_by_their_digests (void) {
  al_store *store = help_open("chain.db");
  al_record a = make("r", NULL, "A"), b = make("r", NULL, "B");
  al_record both[] = {a, b};
  al_buffer text = {0}, expected = {0};
  uint8_t first[AL_DIGEST_BYTES], second[AL_DIGEST_BYTES];
  import(store, both, 2);
  import(store, &a, 1); /* which is known: brings nothing */
  append_content(&text, &a);
  append_content(&text, &b);
  help_printf(&text, "source:4:test\ntime:28:0001-01-01T00:00:00.0000000Z\n"
                     "first_sequence:1:1\nrecords:1:2\nadded:1:1\n"
                     "known:1:0\nchanged:1:1\n");
  hash_text(&text, first);
  al_buffer_clear(&text);
  help_printf(&text, "source:4:test\ntime:28:0001-01-01T00:00:00.0000000Z\n"
                     "first_sequence:1:3\nrecords:1:1\nadded:1:0\n"
                     "known:1:1\nchanged:1:0\nprevious:64:");
  append_digest(&text, first);
  help_printf(&text, "\n");
  hash_text(&text, second);
  help_printf(&expected, "1|");
  append_hex(&expected, first, AL_DIGEST_BYTES);
  help_printf(&expected, "\n2|");
  append_hex(&expected, second, AL_DIGEST_BYTES);
  help_printf(&expected, "\n");
  CHECK_STRING(help_string(&expected),
               ask("chain.db", "SELECT import, hex(digest) FROM import"));
  al_buffer_close(&text);
  al_buffer_close(&expected);
  al_store_close(store);
}

/* ---- imports that do not end ---- */

static int64_t count (al_store *store) {
  al_query query = help_query();
  int64_t n = -1;
  al_error err;
  CHECK(al_store_count(store, &query, &n, &err) == AL_OK);
  return n;
}

static void a_rolled_back_import_leaves_nothing (void) {
  al_store *store = help_open("rollback.db");
  al_record record = of_customer("r", "C", "A");
  al_error err;
  CHECK(al_store_begin(store, &err) == AL_OK);
  CHECK(al_store_put(store, &record, &err) == AL_OK);
  al_store_rollback(store);
  CHECK(count(store) == 0);
  al_store_rollback(store); /* which is not running: nothing happens */
  check_counts(1, 0, 0, import(store, &record, 1));
  CHECK_STRING("1|1\n", ask("rollback.db", "SELECT import, first_sequence"
                                           " FROM import"));
  al_store_close(store);
  check_whole("rollback.db");
}

static void closing_a_log_rolls_its_import_back (void) {
  al_store *store = help_open("closed.db");
  al_record record = of_customer("r", "C", "A");
  al_error err;
  CHECK(al_store_begin(store, &err) == AL_OK);
  CHECK(al_store_put(store, &record, &err) == AL_OK);
  al_store_close(store);
  CHECK_STRING("0\n", ask("closed.db", "SELECT count(*) FROM record"));
}

static void a_second_import_into_a_store_is_a_misuse (void) {
  al_store *store = help_open(":memory:");
  al_error err;
  CHECK(al_store_begin(store, &err) == AL_OK);
  CHECK(al_store_begin(store, &err) == AL_MISUSE);
  al_store_close(store);
}

static void a_second_writer_is_told_that_the_log_is_busy (void) {
  const al_store_options options = {0};
  al_record record = make("r", NULL, "A");
  al_store *first = help_open("busy.db"), *second;
  al_import_counts counts;
  al_error err;
  CHECK(al_store_open(&second, "busy.db", &options, &err) == AL_OK);
  CHECK(al_store_begin(first, &err) == AL_OK);
  CHECK(try_import(second, &record, 1, &counts, &err) == AL_BUSY);
  CHECK(count(second) == 0);
  CHECK(al_store_commit(first, AL_TEXT("test"), 0, &counts, &err) == AL_OK);
  check_counts(1, 0, 0, import(second, &record, 1));
  al_store_close(first);
  al_store_close(second);
}

static void a_log_opens_while_another_writes_to_it (void) {
  const al_store_options options = {0};
  al_store *first = help_open("shared.db"), *second;
  al_error err;
  CHECK(al_store_begin(first, &err) == AL_OK);
  CHECK(al_store_open(&second, "shared.db", &options, &err) == AL_OK);
  al_store_close(second);
  al_store_close(first);
}

/* ---- files that are no logs of ours ---- */

static al_status open_status (const char *path, int readonly) {
  const al_store_options options = {.readonly = readonly};
  al_store *store;
  al_error err;
  al_status status = al_store_open(&store, path, &options, &err);
  CHECK((store == NULL) == (status != AL_OK));
  al_store_close(store);
  return status;
}

/* Opening the file is refused and leaves it as it is. */
static void check_left_alone (al_status expected, const char *path) {
  al_buffer before = {0}, after = {0};
  struct stat then, now;
  int readonly;
  CHECK(help_read(&before, path) && stat(path, &then) == 0);
  for (readonly = 0; readonly < 2; readonly++)
    CHECK(open_status(path, readonly) == expected);
  CHECK(help_read(&after, path) && stat(path, &now) == 0);
  CHECK(al_text_equal(al_buffer_text(&before), al_buffer_text(&after)));
  CHECK(then.st_ino == now.st_ino &&
        then.st_mtim.tv_sec == now.st_mtim.tv_sec &&
        then.st_mtim.tv_nsec == now.st_mtim.tv_nsec);
  al_buffer_close(&before);
  al_buffer_close(&after);
}

static void files_of_other_programs_are_left_alone (void) {
  help_write("text", "Dear diary,\n");
  check_left_alone(AL_FOREIGN, "text");
  help_write("short", "S");
  check_left_alone(AL_FOREIGN, "short");
  ask("other.db", "CREATE TABLE t (x)");
  check_left_alone(AL_FOREIGN, "other.db");
  ask("wal.db", "PRAGMA journal_mode = WAL; CREATE TABLE record (id)");
  check_left_alone(AL_FOREIGN, "wal.db");
  ask("id.db", "PRAGMA application_id = 1; PRAGMA user_version = 1");
  check_left_alone(AL_FOREIGN, "id.db");
  ask("version.db", "PRAGMA user_version = 1");
  check_left_alone(AL_FOREIGN, "version.db");
  ask("young.db", "PRAGMA journal_mode = WAL; PRAGMA user_version = 1");
  check_left_alone(AL_FOREIGN, "young.db");
}

static void logs_of_a_newer_version_are_left_alone (void) {
  al_store_close(help_open("newer.db"));
  ask("newer.db", "PRAGMA user_version = 99");
  check_left_alone(AL_VERSION, "newer.db");
}

/* It is a place in a table of steps. */
static void a_log_of_a_negative_version_is_corrupt (void) {
  al_store_close(help_open("negative.db"));
  ask("negative.db", "PRAGMA user_version = -1");
  CHECK(open_status("negative.db", 1) == AL_CORRUPT);
  CHECK(open_status("negative.db", 0) == AL_CORRUPT);
  CHECK_STRING("-1\n", ask("negative.db", "PRAGMA user_version"));
}

/* Imports and contents are counted on from what the last import says. */
static void an_import_whose_numbers_lead_nowhere_is_corrupt (void) {
  static const char *const SET[] = {
      "import = 9223372036854775807", "import = -1",
      "first_sequence = 9223372036854775807",
      "first_sequence = -9223372036854775807", "digest = x'00'"};
  al_import_counts counts;
  al_record record = make("r", NULL, NULL);
  al_error err;
  size_t i;
  for (i = 0; i < sizeof SET / sizeof SET[0]; i++) {
    al_store *store = help_open("numbers.db");
    char sql[128];
    import_one(store, NULL, "A");
    al_store_close(store);
    snprintf(sql, sizeof sql, "UPDATE import SET %s", SET[i]);
    CHECK_STRING("", ask("numbers.db", sql));
    store = help_open("numbers.db");
    CHECK(try_import(store, &record, 1, &counts, &err) == AL_CORRUPT);
    al_store_close(store);
    CHECK_STRING("1\n", ask("numbers.db", "SELECT count(*) FROM import"));
    remove("numbers.db");
  }
}

/* With 'sequence' no more the number of a row, none is found to be deleted. */
static void a_purge_that_finds_a_record_again_ends (void) {
  const al_store_options options = {0};
  const al_purge_options all = {.before = AL_TIME_MAX, .user = {"me", 2}};
  al_purged purged;
  al_store *store = help_open("again.db");
  al_error err;
  al_status status;
  import_one(store, NULL, "A");
  al_store_close(store);
  ask("again.db", "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql ="
                  " replace(sql, 'INTEGER PRIMARY KEY', 'INTEGER')"
                  " WHERE name = 'record'");
  status = al_store_open(&store, "again.db", &options, &err);
  if (status == AL_OK)
    status = al_store_purge(store, &all, &purged, &err);
  CHECK(status == AL_CORRUPT);
  al_store_close(store);
}

/* Where its customer's row is has the first nine characters of its date. */
static void a_purge_takes_no_record_whose_date_is_cut (void) {
  const al_purge_options all = {.before = AL_TIME_MAX, .user = {"me", 2}};
  al_purged purged;
  al_store *store = help_open("cut.db");
  al_error err;
  import_one(store, NULL, "A");
  ask("cut.db", "INSERT INTO record (sequence, operation_date, identity,"
                " digest, secret, customer_id)"
                " VALUES (99, '2026', x'00', x'00', 0, 'c')");
  CHECK(al_store_purge(store, &all, &purged, &err) == AL_CORRUPT);
  al_store_close(store);
  CHECK_STRING("2\n", ask("cut.db", "SELECT count(*) FROM record"));
}

static void an_empty_file_is_no_log_to_read (void) {
  help_write("empty.db", "");
  CHECK(open_status("empty.db", 1) == AL_FOREIGN);
  CHECK(open_status("none.db", 1) == AL_IO);
  CHECK(access("none.db", F_OK) != 0);
  CHECK(open_status("empty.db", 0) == AL_OK);
  CHECK(open_status("empty.db", 1) == AL_OK);
}

/* A process writes to a database of its own and ends in the middle of it. */
static void leave_hot_journal (const char *path) {
  pid_t child;
  ask(path, "CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  child = fork();
  if (child == 0) {
    sqlite3 *db;
    sqlite3_open(path, &db);
    sqlite3_exec(db, "BEGIN; UPDATE t SET x = 2", NULL, NULL, NULL);
    sqlite3_db_cacheflush(db);
    _exit(0);
  }
  waitpid(child, NULL, 0);
}

static void a_strangers_journal_is_not_rolled_back (void) {
  al_buffer before = {0}, after = {0};
  leave_hot_journal("hot.db");
  CHECK(help_read(&before, "hot.db-journal") && before.len > 512);
  check_left_alone(AL_FOREIGN, "hot.db");
  CHECK(help_read(&after, "hot.db-journal"));
  CHECK(al_text_equal(al_buffer_text(&before), al_buffer_text(&after)));
  CHECK_STRING("1\n", ask("hot.db", "SELECT x FROM t"));
  al_buffer_close(&before);
  al_buffer_close(&after);
}

/* ---- versions ---- */

#define FIRST_STEP "CREATE TABLE t (x); INSERT INTO t VALUES (7);"

static const char *const STEPS[] = {
    FIRST_STEP, "ALTER TABLE t ADD COLUMN y; UPDATE t SET y = x + 1;"};
static const char *const BAD_STEPS[] = {
    FIRST_STEP, "ALTER TABLE t ADD COLUMN y; UPDATE nowhere SET y = 1;"};

static al_status migrate (const char *path, const char *const *steps,
                          int nsteps) {
  sqlite3 *db;
  al_error err;
  al_status status;
  CHECK(sqlite3_open(path, &db) == SQLITE_OK);
  status = al_sqlite_migrate(db, steps, nsteps, &err);
  CHECK(sqlite3_get_autocommit(db));
  sqlite3_close(db);
  return status;
}

static void a_new_file_takes_every_step (void) {
  CHECK(migrate("new.db", STEPS, 2) == AL_OK);
  CHECK_STRING("7|8\n", ask("new.db", "SELECT x, y FROM t"));
  CHECK_STRING("2\n", ask("new.db", "PRAGMA user_version"));
  CHECK_STRING("1095520071\n", ask("new.db", "PRAGMA application_id"));
}

static void an_older_file_takes_the_steps_it_lacks_and_keeps_its_data (void) {
  CHECK(migrate("old.db", STEPS, 1) == AL_OK);
  ask("old.db", "UPDATE t SET x = 41");
  CHECK(migrate("old.db", STEPS, 2) == AL_OK);
  CHECK(migrate("old.db", STEPS, 2) == AL_OK);
  CHECK_STRING("41|42\n", ask("old.db", "SELECT x, y FROM t"));
  CHECK(migrate("old.db", STEPS, 1) == AL_VERSION);
}

static void a_step_that_fails_leaves_the_file_as_it_was (void) {
  CHECK(migrate("failed.db", STEPS, 1) == AL_OK);
  CHECK(migrate("failed.db", BAD_STEPS, 2) == AL_IO);
  CHECK_STRING("7\n", ask("failed.db", "SELECT * FROM t"));
  CHECK_STRING("1\n", ask("failed.db", "PRAGMA user_version"));
  CHECK(migrate("failed-new.db", BAD_STEPS, 2) == AL_IO);
  CHECK_STRING("0\n", ask("failed-new.db", "SELECT count(*)"
                                           " FROM sqlite_schema"));
}

/* ---- several processes ---- */

/* From here on a file of more bytes kills this process, without a core. */
static void limit_files (rlim_t limit) {
  const struct rlimit files = {limit, limit}, core = {0, 0};
  CHECK(setrlimit(RLIMIT_CORE, &core) == 0);
  CHECK(setrlimit(RLIMIT_FSIZE, &files) == 0);
}

/* In a child: open a log that may not be there yet and add a record. */
static int add_alone (const char *id) {
  const al_store_options options = {.timeout_ms = 60000};
  al_record record = make(id, NULL, "A");
  al_import_counts counts;
  al_store *store;
  al_error err;
  if (al_store_open(&store, "race.db", &options, &err) != AL_OK ||
      try_import(store, &record, 1, &counts, &err) != AL_OK) {
    printf("%s\n", err.message);
    fflush(stdout);
    return 1;
  }
  al_store_close(store);
  return 0;
}

static void two_processes_create_one_log (void) {
  static const char *const IDS[] = {"a", "b"};
  int round, i, gate[2], code;
  fflush(stdout); /* or a child would write it too */
  for (round = 0; round < 50; round++) {
    pid_t child[2];
    char byte;
    CHECK(pipe(gate) == 0);
    for (i = 0; i < 2; i++) {
      child[i] = fork();
      if (child[i] == 0) {
        close(gate[1]);
        _exit(read(gate[0], &byte, 1) == 0 ? add_alone(IDS[i]) : 2);
      }
    }
    close(gate[0]);
    close(gate[1]); /* both start */
    for (i = 0; i < 2; i++)
      CHECK(waitpid(child[i], &code, 0) == child[i] && code == 0);
    CHECK_STRING("a\nb\n", ask("race.db", "SELECT id FROM record ORDER BY id"));
    CHECK_STRING("16384\n", ask("race.db", "PRAGMA page_size"));
    CHECK(remove("race.db") == 0);
  }
}

/* In a child: open a log that is not there, and be killed when it writes
** beyond 'limit' bytes of a file. Returns whether it came that far. */
static int is_creation_killed_at (rlim_t limit) {
  pid_t child;
  int code;
  fflush(stdout);
  child = fork();
  if (child == 0) {
    limit_files(limit);
    _exit(open_status("born.db", 0) != AL_OK);
  }
  waitpid(child, &code, 0);
  CHECK(WIFSIGNALED(code) ? WTERMSIG(code) == SIGXFSZ : code == 0);
  return WIFSIGNALED(code);
}

static void a_creation_that_is_cut_off_is_made_good_by_the_next (void) {
  rlim_t limit = 0;
  int killed = 0;
  for (; is_creation_killed_at(limit); limit += 500, killed++) {
    al_store_close(help_open("born.db"));
    CHECK_STRING("16384\n2\n3\nwal\n",
                 ask("born.db", "PRAGMA page_size; PRAGMA auto_vacuum;"
                                "PRAGMA user_version; PRAGMA journal_mode"));
    CHECK(remove("born.db") == 0);
  }
  CHECK(killed > 20);
}

/* In a child: an import of a few hundred KiB that is killed by the system when
** it writes beyond 'limit' bytes of a file. Returns whether it came that far. */
static int is_killed_at (rlim_t limit) {
  static char value[8192];
  pid_t child;
  int code;
  fflush(stdout);
  child = fork();
  if (child == 0) {
    static al_store *store; /* or it would seem to be lost at _exit */
    al_record records[40];
    char id[40][8];
    size_t i;
    memset(value, 'x', sizeof value);
    for (i = 0; i < 40; i++) {
      snprintf(id[i], sizeof id[i], "n-%zu", i);
      records[i] = of_customer(i == 39 ? "r" : id[i], "D", "B");
      records[i].field[AL_RESOURCE_NEW_VALUE] =
          al_text_from(value, sizeof value);
    }
    limit_files(limit);
    store = help_open("killed.db");
    import(store, records, 40);
    _exit(check_failures != 0);
  }
  waitpid(child, &code, 0);
  CHECK(WIFSIGNALED(code) ? WTERMSIG(code) == SIGXFSZ : code == 0);
  return WIFSIGNALED(code);
}

/* ---- a large first import ---- */

static const char *journal_mode (const char *path) {
  return ask(path, "PRAGMA journal_mode");
}

static void begin_large (al_store *store) {
  al_error err;
  CHECK(al_store_begin_large(store, &err) == AL_OK);
}

static void commit (al_store *store) {
  al_import_counts counts;
  al_error err;
  CHECK(al_store_commit(store, AL_TEXT("test"), 0, &counts, &err) == AL_OK);
}

static void put (al_store *store, const char *id) {
  al_record record = of_customer(id, "C", "A");
  al_error err;
  CHECK(al_store_put(store, &record, &err) == AL_OK);
}

static int exists (const char *path) {
  return access(path, F_OK) == 0;
}

static void a_large_first_import_needs_no_wal_and_brings_it_back (void) {
  al_store *store = help_open("large.db");
  begin_large(store);
  CHECK(!exists("large.db-wal"));
  put(store, "a");
  commit(store);
  CHECK(!exists("large.db-journal"));
  CHECK_STRING("wal\n", journal_mode("large.db"));
  begin_large(store); /* as any other: readers are not to be shut out */
  CHECK_STRING("1\n", ask("large.db", "SELECT count(*) FROM record"));
  put(store, "b");
  commit(store);
  al_store_close(store);
  CHECK_STRING("2\n", ask("large.db", "SELECT count(*) FROM record"));
  CHECK_STRING("2\n", ask("large.db", "SELECT count(*) FROM import"));
}

static void a_large_first_import_rolls_back_to_a_wal (void) {
  al_store *store = help_open("undone.db");
  begin_large(store);
  put(store, "a");
  al_store_rollback(store);
  CHECK_STRING("wal\n", journal_mode("undone.db"));
  begin_large(store);
  put(store, "a");
  al_store_close(store);
  CHECK_STRING("wal\n", journal_mode("undone.db"));
  CHECK_STRING("0\n", ask("undone.db", "SELECT count(*) FROM record"));
}

static void a_large_first_import_keeps_the_wal_while_others_are_there (void) {
  al_store *store = help_open("shared.db"), *other = help_open("shared.db");
  al_query query = help_query();
  int64_t n;
  al_error err;
  begin_large(store);
  put(store, "a");
  CHECK(al_store_count(other, &query, &n, &err) == AL_OK && n == 0);
  commit(store);
  CHECK(al_store_count(other, &query, &n, &err) == AL_OK && n == 1);
  al_store_close(other);
  al_store_close(store);
}

static void others_are_told_of_a_large_first_import (void) {
  const al_store_options writing = {0}, reading = {.readonly = 1};
  al_store *store = help_open("alone.db"), *other;
  al_error err;
  begin_large(store);
  put(store, "a");
  CHECK(al_store_open(&other, "alone.db", &writing, &err) == AL_BUSY);
  CHECK(al_store_open(&other, "alone.db", &reading, &err) == AL_BUSY);
  CHECK(strstr(err.message, "another program is writing to it: try again"));
  CHECK(al_store_begin_large(store, &err) == AL_MISUSE);
  commit(store);
  CHECK(al_store_open(&other, "alone.db", &reading, &err) == AL_OK);
  al_store_close(other);
  al_store_close(store);
}

/* As is_killed_at, of a first import of more than the page cache holds. */
static int is_large_killed_at (rlim_t limit) {
  static char value[8192];
  pid_t child;
  int code;
  fflush(stdout);
  child = fork();
  if (child == 0) {
    static al_store *store; /* or it would seem to be lost at _exit */
    al_record record;
    al_error err;
    char id[16];
    int i;
    store = help_open("large-killed.db");
    memset(value, 'x', sizeof value);
    limit_files(limit);
    begin_large(store);
    for (i = 0; i < 2600; i++) {
      snprintf(id, sizeof id, "n-%d", i);
      record = of_customer(id, "D", "B");
      record.field[AL_RESOURCE_NEW_VALUE] = al_text_from(value, sizeof value);
      CHECK(al_store_put(store, &record, &err) == AL_OK);
    }
    commit(store);
    _exit(check_failures != 0);
  }
  waitpid(child, &code, 0);
  CHECK(WIFSIGNALED(code) ? WTERMSIG(code) == SIGXFSZ : code == 0);
  return WIFSIGNALED(code);
}

static void a_process_that_is_killed_leaves_no_first_import (void) {
  rlim_t limit = 0;
  int killed = 0;
  al_store_close(help_open("large-killed.db"));
  for (; is_large_killed_at(limit); limit += limit < 300000 ? 12345 : 1234567) {
    al_store_close(help_open("large-killed.db"));
    CHECK_STRING("wal\n", journal_mode("large-killed.db"));
    CHECK_STRING("0\n", ask("large-killed.db", "SELECT count(*) FROM record"));
    check_whole("large-killed.db");
    killed++;
  }
  CHECK(killed > 20);
  CHECK_STRING("2600\n", ask("large-killed.db", "SELECT count(*)"
                                                " FROM record"));
  check_whole("large-killed.db");
}

static void a_process_that_is_killed_leaves_the_import_before_it (void) {
  rlim_t limit = 0;
  int killed = 0;
  al_record record = of_customer("r", "C", "A");
  al_store *store = help_open("killed.db");
  import(store, &record, 1);
  al_store_close(store);
  for (; is_killed_at(limit); limit += 12345, killed++) {
    CHECK_STRING("1|A\n", ask("killed.db", "SELECT sequence, customer_name"
                                           " FROM record"));
    check_whole("killed.db");
  }
  CHECK(killed > 20);
  CHECK_STRING("40\n", ask("killed.db", "SELECT count(*) FROM record"));
  check_whole("killed.db");
}

/* ---- cursors ---- */

/* The ids that a cursor gives, separated by spaces. */
static void append_ids (al_buffer *out, al_cursor *cursor) {
  const al_record *record;
  al_error err;
  while (al_cursor_next(cursor, &record, &err) == AL_OK && record != NULL)
    help_printf(out, "%.*s ", (int)record->field[AL_ID].len,
                record->field[AL_ID].data);
  CHECK(record == NULL);
}

static const char *ids (al_store *store, const al_query *query) {
  static al_buffer out;
  al_cursor *cursor;
  al_error err;
  al_buffer_clear(&out);
  CHECK(al_cursor_open(&cursor, store, query, &err) == AL_OK);
  append_ids(&out, cursor);
  al_cursor_close(cursor);
  return help_string(&out);
}

/* SHA-256 of "a", "b", "c", "d" begins with ca, 3e, 2e, 18. */
static al_store *open_ordered (void) {
  al_store *store = help_open(":memory:");
  al_record records[] = {
      of_customer("b", "X", "1"), of_customer("a", "Y", "1"),
      of_customer("c", "x", "1"), of_customer("d", "Z", "1"),
      of_customer("e", "y", "1"), of_customer("f", "x", "1")};
  records[4].field[AL_OPERATION_DATE] = AL_TEXT("2026-10-31T17:58:01.1234566Z");
  records[5].field[AL_OPERATION_DATE] = AL_TEXT("2026-11-01T00:00:00.0000000Z");
  import(store, records, 6);
  return store;
}

static void records_of_one_instant_come_in_the_order_of_their_identity (void) {
  al_store *store = open_ordered();
  al_query query = help_query();
  CHECK_STRING("f a b c d e ", ids(store, &query));
  query.oldest_first = 1;
  CHECK_STRING("e d c b a f ", ids(store, &query));
  al_store_close(store);
}

static void the_order_is_the_same_for_customers (void) {
  static const al_text ONE[] = {{"X", 1}},
                       ALL[] = {{"z", 1}, {"Y", 1}, {"x", 1}};
  al_store *store = open_ordered();
  al_query query = help_query();
  query.filter[AL_FILTER_CUSTOMER_ID].values = ONE;
  query.filter[AL_FILTER_CUSTOMER_ID].n = 1;
  CHECK_STRING("f b c ", ids(store, &query));
  query.oldest_first = 1;
  CHECK_STRING("c b f ", ids(store, &query));
  query.filter[AL_FILTER_CUSTOMER_ID].values = ALL;
  query.filter[AL_FILTER_CUSTOMER_ID].n = 3;
  CHECK_STRING("e d c b a f ", ids(store, &query));
  query.oldest_first = 0;
  CHECK_STRING("f a b c d e ", ids(store, &query));
  al_store_close(store);
}

static void a_period_takes_its_start_and_not_its_stop (void) {
  static const al_text ALL[] = {{"x", 1}, {"y", 1}, {"z", 1}};
  al_store *store = open_ordered();
  al_query query = help_query();
  int64_t n;
  al_error err;
  CHECK(al_time_read_fixed(&query.period.start, AL_TEXT(DATE)));
  CHECK(al_time_read_fixed(&query.period.stop,
                           AL_TEXT("2026-11-01T00:00:00.0000000Z")));
  CHECK_STRING("a b c d ", ids(store, &query));
  CHECK(al_store_count(store, &query, &n, &err) == AL_OK && n == 4);
  query.filter[AL_FILTER_CUSTOMER_ID].values = ALL;
  query.filter[AL_FILTER_CUSTOMER_ID].n = 3;
  CHECK_STRING("a b c d ", ids(store, &query));
  CHECK(al_store_count(store, &query, &n, &err) == AL_OK && n == 4);
  al_store_close(store);
}

static void a_filter_without_values_matches_nothing (void) {
  al_store *store = open_ordered();
  int filter;
  for (filter = 0; filter < AL_NFILTERS; filter++) {
    al_query query = help_query();
    al_text none;
    int64_t n = -1;
    al_error err;
    query.filter[filter].values = &none;
    CHECK_STRING("", ids(store, &query));
    CHECK(al_store_count(store, &query, &n, &err) == AL_OK && n == 0);
  }
  al_store_close(store);
}

static void a_search_takes_empty_fields_and_empty_needles (void) {
  al_store *store = help_open(":memory:");
  al_record record = make("", NULL, "");
  al_query query = help_query();
  al_text needle = AL_TEXT("");
  import(store, &record, 1);
  query.filter[AL_FILTER_TEXT].values = &needle;
  query.filter[AL_FILTER_TEXT].n = 1;
  CHECK_STRING(" ", ids(store, &query));
  needle = AL_TEXT("x");
  CHECK_STRING("", ids(store, &query));
  al_store_close(store);
}

static void a_cursor_passes_over_what_its_store_adds_meanwhile (void) {
  al_store *store = open_ordered();
  al_query query = help_query();
  al_record later = of_customer("0", "X", "1");
  al_record changed = of_customer("b", "X", "2");
  const al_record *record;
  al_cursor *cursor;
  al_buffer out = {0};
  al_error err;
  CHECK(al_cursor_open(&cursor, store, &query, &err) == AL_OK);
  CHECK(al_cursor_next(cursor, &record, &err) == AL_OK);
  import(store, &later, 1);
  import(store, &changed, 1);
  append_ids(&out, cursor);
  CHECK_STRING("a c d e ", help_string(&out));
  al_cursor_close(cursor);
  al_buffer_close(&out);
  al_store_close(store);
}

static void a_cursor_reads_the_log_as_it_was_when_it_opened (void) {
  al_store *store = help_open("snapshot.db"), *other = help_open("snapshot.db");
  al_record first = make("r", NULL, "A"), changed = make("r", NULL, "B");
  al_query query = help_query();
  const al_record *record;
  al_cursor *cursor;
  al_error err;
  import(store, &first, 1);
  CHECK(al_cursor_open(&cursor, store, &query, &err) == AL_OK);
  import(other, &changed, 1);
  CHECK(al_cursor_next(cursor, &record, &err) == AL_OK);
  CHECK(record != NULL &&
        al_text_equal(AL_TEXT("A"), record->field[AL_CUSTOMER_NAME]));
  al_cursor_close(cursor);
  al_store_close(store);
  al_store_close(other);
}

static void a_cursor_at_its_end_stays_there (void) {
  al_store *store = open_ordered();
  al_query query = help_query();
  const al_record *record;
  al_cursor *cursor;
  al_buffer out = {0};
  al_error err;
  CHECK(al_cursor_open(&cursor, store, &query, &err) == AL_OK);
  append_ids(&out, cursor);
  CHECK(al_cursor_next(cursor, &record, &err) == AL_OK);
  CHECK(record == NULL);
  al_cursor_close(cursor);
  al_buffer_close(&out);
  al_store_close(store);
}

static void a_cursor_outlives_its_store (void) {
  al_store *store = help_open("outlived.db");
  al_record records[] = {make("a", NULL, "A"), make("b", NULL, "A")};
  al_query query = help_query();
  const al_record *record;
  al_cursor *cursor;
  al_buffer out = {0};
  al_error err;
  import(store, records, 2);
  CHECK(al_cursor_open(&cursor, store, &query, &err) == AL_OK);
  CHECK(al_cursor_next(cursor, &record, &err) == AL_OK);
  al_store_close(store);
  append_ids(&out, cursor);
  CHECK_STRING("b ", help_string(&out));
  al_cursor_close(cursor);
  al_buffer_close(&out);
  CHECK(access("outlived.db-wal", F_OK) != 0);
}

int main (void) {
  help_folder_enter("/tmp");
  CHECK_RUN(content_seen_before_changes_nothing);
  CHECK_RUN(the_same_goes_for_records_of_one_import);
  CHECK_RUN(the_newest_content_stands);
  CHECK_RUN(progress_never_stands_in_the_place_of_a_final_status);
  CHECK_RUN(the_customer_table_follows_each_change);
  CHECK_RUN(a_guid_is_looked_up_by_its_bytes);
  CHECK_RUN(a_log_of_version_1_is_brought_to_the_newest);
  CHECK_RUN(customers_stay_right_when_many_are_put);
  CHECK_RUN(imports_are_chained_by_their_digests);
  CHECK_RUN(a_rolled_back_import_leaves_nothing);
  CHECK_RUN(closing_a_log_rolls_its_import_back);
  CHECK_RUN(a_second_import_into_a_store_is_a_misuse);
  CHECK_RUN(a_second_writer_is_told_that_the_log_is_busy);
  CHECK_RUN(a_log_opens_while_another_writes_to_it);
  CHECK_RUN(files_of_other_programs_are_left_alone);
  CHECK_RUN(logs_of_a_newer_version_are_left_alone);
  CHECK_RUN(a_log_of_a_negative_version_is_corrupt);
  CHECK_RUN(an_import_whose_numbers_lead_nowhere_is_corrupt);
  CHECK_RUN(a_purge_that_finds_a_record_again_ends);
  CHECK_RUN(a_purge_takes_no_record_whose_date_is_cut);
  CHECK_RUN(an_empty_file_is_no_log_to_read);
  CHECK_RUN(a_strangers_journal_is_not_rolled_back);
  CHECK_RUN(a_new_file_takes_every_step);
  CHECK_RUN(an_older_file_takes_the_steps_it_lacks_and_keeps_its_data);
  CHECK_RUN(a_step_that_fails_leaves_the_file_as_it_was);
  CHECK_RUN(two_processes_create_one_log);
  CHECK_RUN(a_creation_that_is_cut_off_is_made_good_by_the_next);
  CHECK_RUN(a_process_that_is_killed_leaves_the_import_before_it);
  CHECK_RUN(a_large_first_import_needs_no_wal_and_brings_it_back);
  CHECK_RUN(a_large_first_import_rolls_back_to_a_wal);
  CHECK_RUN(a_large_first_import_keeps_the_wal_while_others_are_there);
  CHECK_RUN(others_are_told_of_a_large_first_import);
  CHECK_RUN(a_process_that_is_killed_leaves_no_first_import);
  CHECK_RUN(records_of_one_instant_come_in_the_order_of_their_identity);
  CHECK_RUN(the_order_is_the_same_for_customers);
  CHECK_RUN(a_period_takes_its_start_and_not_its_stop);
  CHECK_RUN(a_filter_without_values_matches_nothing);
  CHECK_RUN(a_search_takes_empty_fields_and_empty_needles);
  CHECK_RUN(a_cursor_passes_over_what_its_store_adds_meanwhile);
  CHECK_RUN(a_cursor_reads_the_log_as_it_was_when_it_opened);
  CHECK_RUN(a_cursor_at_its_end_stays_there);
  CHECK_RUN(a_cursor_outlives_its_store);
  help_folder_leave();
  return CHECK_RESULT();
}
