/*
** fork_test.c - logs in children of the process that opened them.
*/
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "al_store.h"
#include "check.h"
#include "help.h"

/* ---- children ---- */

/* Run 'work' in a child; what it finds wrong counts there alone, so its exit
** status tells. It ends without closing anything. */
static pid_t start_child (void (*work)(void)) {
  pid_t child;
  fflush(stdout);
  child = fork();
  if (child == 0) {
    check_failures = 0;
    work();
    fflush(stdout);
    _exit(check_failures != 0);
  }
  CHECK(child > 0);
  return child;
}

static void end_child (pid_t child) {
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void in_child (void (*work)(void)) {
  end_child(start_child(work));
}

/* A byte from one process lets another go on. */
static int gate[2][2];

static void make_gates (void) {
  CHECK(pipe(gate[0]) == 0 && pipe(gate[1]) == 0);
}

static void open_gate (int i) {
  CHECK(write(gate[i][1], "", 1) == 1);
}

static void pass_gate (int i) {
  char byte;
  CHECK(read(gate[i][0], &byte, 1) == 1);
}

static void remove_gates (void) {
  int i;
  for (i = 0; i < 4; i++)
    close(gate[i / 2][i % 2]);
}

/* ---- logs ---- */

static al_store *store; /* that a test opened; children inherit it */
static al_cursor *cursor;
static al_stores stores;
static al_error err;

static al_store *open_log (const char *path) {
  static const al_store_options options = {.timeout_ms = 60000};
  al_store *opened = NULL;
  al_error why = {AL_OK, ""};
  if (al_stores_let_go(&stores, &why) == AL_OK &&
      al_store_open(&opened, path, &options, &why) == AL_OK)
    al_store_join(opened, &stores);
  CHECK_STRING("", why.message);
  if (opened == NULL)
    _exit(1);
  return opened;
}

/* Some 600 bytes, different each time. */
static al_status put (al_store *into, const char *name, int number) {
  static char value[512];
  char id[32];
  al_record record;
  memset(value, 'a' + number % 26, sizeof value - 1);
  snprintf(id, sizeof id, "%s-%d", name, number);
  record = help_record(id, "2026-10-31T17:58:01.1234567Z", "succeeded");
  record.field[AL_RESOURCE_NEW_VALUE] = help_text(value);
  return al_store_put(into, &record, &err);
}

static void append (al_store *into, const char *name, int first, int n) {
  al_import_counts counts;
  int i;
  CHECK(al_store_begin(into, &err) == AL_OK);
  for (i = first; i < first + n; i++)
    CHECK(put(into, name, i) == AL_OK);
  CHECK(al_store_commit(into, AL_TEXT("test"), 0, &counts, &err) == AL_OK);
  CHECK(counts.added == n);
}

static int append_value (void *context, int n, char **values, char **names) {
  (void)n;
  (void)names;
  help_printf(context, "%s\n", values[0]);
  return 0;
}

/* The first column that SQL answers on a file; good until the next. */
static const char *ask (const char *path, const char *sql) {
  static al_buffer out;
  sqlite3 *db;
  al_buffer_clear(&out);
  if (sqlite3_open(path, &db) != SQLITE_OK ||
      sqlite3_exec(db, sql, append_value, &out, NULL) != SQLITE_OK)
    help_printf(&out, "%s: %s", path, sqlite3_errmsg(db));
  sqlite3_close(db);
  return help_string(&out);
}

/* Whole, and of so many imports and records, which the chain proves. */
static void check_log (const char *path, int imports, int records) {
  static const al_verify_options options = {.head = NULL};
  al_store *own = open_log(path);
  al_error why = {AL_OK, ""};
  al_verified verified;
  char expected[64];
  al_store_verify(own, &options, &verified, &why);
  CHECK_STRING("", why.message);
  al_store_close(own);
  CHECK_STRING("ok\n", ask(path, "PRAGMA integrity_check(1)"));
  snprintf(expected, sizeof expected, "%d %d %d\n", imports, imports, records);
  CHECK_STRING(expected,
               ask(path, "SELECT format('%d %d %d', count(*), max(import),"
                         " (SELECT count(*) FROM record)) FROM import"));
}

/* ---- a store in another process ---- */

static void every_function_is_misuse (void) {
  al_query query = help_query();
  al_import_counts counts;
  static const al_verify_options verify = {.head = NULL};
  static const al_purge_options purge = {.before = 0};
  static const al_progress nobody = {NULL, NULL};
  char head[AL_DIGEST_HEX_LEN + 1];
  al_verified verified;
  al_copied copied;
  al_purged purged;
  al_last_import last;
  al_purges purges;
  al_cursor *own, *twin;
  const al_record *record;
  int64_t n;
  CHECK(al_store_here(store, &err) == AL_MISUSE);
  CHECK(strstr(err.message, "before a fork") != NULL);
  CHECK(al_store_begin(store, &err) == AL_MISUSE);
  CHECK(al_store_begin_large(store, &err) == AL_MISUSE);
  CHECK(put(store, "child", 1) == AL_MISUSE);
  CHECK(al_store_commit(store, AL_TEXT(""), 0, &counts, &err) == AL_MISUSE);
  CHECK(al_store_count(store, &query, &n, &err) == AL_MISUSE);
  CHECK(al_store_last_import(store, &last, &err) == AL_MISUSE);
  CHECK(al_store_purges(store, &purges, &err) == AL_MISUSE);
  CHECK(al_store_head(store, head, &err) == AL_MISUSE);
  CHECK(al_store_verify(store, &verify, &verified, &err) == AL_MISUSE);
  CHECK(al_store_purge(store, &purge, &purged, &err) == AL_MISUSE);
  CHECK(al_store_backup(store, "copy.db", &nobody, &n, &err) == AL_MISUSE);
  CHECK(al_store_copy(store, store, &nobody, &copied, &err) == AL_MISUSE);
  CHECK(al_cursor_open(&own, store, &query, &err) == AL_MISUSE && own == NULL);
  CHECK(al_cursor_open_pair(&own, &twin, store, &query, &err) == AL_MISUSE);
  CHECK(own == NULL && twin == NULL);
  CHECK(al_cursor_next(cursor, &record, &err) == AL_MISUSE && record == NULL);
  al_store_rollback(store);
  al_cursor_close(cursor);
  al_store_close(store);
}

static void a_child_is_refused_what_its_parent_opened (void) {
  al_query query = help_query();
  const al_record *record;
  store = open_log("refused.db");
  append(store, "a", 0, 3);
  CHECK(al_cursor_open(&cursor, store, &query, &err) == AL_OK);
  in_child(every_function_is_misuse);
  CHECK(al_cursor_next(cursor, &record, &err) == AL_OK && record != NULL);
  al_cursor_close(cursor);
  append(store, "a", 3, 1);
  al_store_close(store);
  check_log("refused.db", 2, 4);
}

static void read_on (void) {
  const al_record *record;
  int n = 0;
  while (al_cursor_next(cursor, &record, &err) == AL_OK && record != NULL)
    n++;
  CHECK(err.status == AL_MISUSE && n < 256);
}

static void a_child_does_not_read_on (void) {
  al_query query = help_query();
  const al_record *record;
  store = open_log("read.db");
  append(store, "a", 0, 600);
  CHECK(al_cursor_open(&cursor, store, &query, &err) == AL_OK);
  CHECK(al_cursor_next(cursor, &record, &err) == AL_OK && record != NULL);
  in_child(read_on);
  al_cursor_close(cursor);
  al_store_close(store);
}

static void close_store (void) {
  al_store_close(store);
}

/* A child that rolled it back would do so in the memory that both share. More
** records than the cache holds are in the WAL before the import ends. */
static void an_import_goes_on_when_a_child_closes_its_log (void) {
  al_import_counts counts;
  int i;
  store = open_log("import.db");
  append(store, "a", 0, 1);
  CHECK(al_store_begin(store, &err) == AL_OK);
  for (i = 1; i < 40000; i++) {
    CHECK(put(store, "a", i) == AL_OK);
    if (i == 30000)
      in_child(close_store);
  }
  CHECK(al_store_commit(store, AL_TEXT("test"), 0, &counts, &err) == AL_OK);
  al_store_close(store);
  check_log("import.db", 2, 40000);
}

/* ---- a log that a child opens anew ---- */

static void append_when_the_parent_has_closed (void) {
  al_store *own = open_log("anew.db");
  append(own, "child", 0, 1);
  open_gate(0);
  pass_gate(1);
  append(own, "child", 1, 1);
}

/* What the parent forgets, as it believes to be the last who has the log, would
** be lost: its close deletes the WAL into which the child writes. */
static void a_child_holds_the_locks_of_what_it_opens (void) {
  pid_t child;
  make_gates();
  store = open_log("anew.db");
  append(store, "a", 0, 1);
  child = start_child(append_when_the_parent_has_closed);
  pass_gate(0);
  al_store_close(store);
  open_gate(1);
  end_child(child);
  check_log("anew.db", 3, 3);
  remove_gates();
}

static void close_and_open_anew (void) {
  al_store *own;
  al_store_close(store);
  own = open_log("closed.db");
  append(own, "child", 0, 1);
  open_gate(0);
  pass_gate(1);
  append(own, "child", 1, 1);
  al_store_close(own);
}

static void so_it_does_when_it_closed_what_it_inherited (void) {
  pid_t child;
  make_gates();
  store = open_log("closed.db");
  append(store, "a", 0, 1);
  child = start_child(close_and_open_anew);
  pass_gate(0);
  al_store_close(store);
  open_gate(1);
  end_child(child);
  check_log("closed.db", 3, 3);
  remove_gates();
}

static void let_go_late (void) {
  pass_gate(0);
  CHECK(al_stores_let_go(&stores, &err) == AL_OK && stores.first == NULL);
}

static void append_and_die (void) {
  append(open_log("late.db"), "stranger", 0, 1);
}

/* A checkpoint of the child's would have the log to itself, and its end is to
** delete the WAL by its name, whosever that is. */
static void letting_go_leaves_the_wal_of_who_died (void) {
  pid_t child;
  make_gates();
  store = open_log("late.db");
  append(store, "a", 0, 1);
  child = start_child(let_go_late);
  al_store_close(store);
  in_child(append_and_die);
  open_gate(0);
  end_child(child);
  check_log("late.db", 2, 2);
  remove_gates();
}

static void open_to_be_refused (void) {
  CHECK(al_stores_let_go(&stores, &err) == AL_MISUSE);
  CHECK(strstr(err.message, "was being read or written") != NULL);
  al_store_close(store);
  CHECK(al_stores_let_go(&stores, &err) == AL_MISUSE);
}

static void let_go_freely (void) {
  const al_record *record;
  al_store_close(store);
  CHECK(al_stores_let_go(&stores, &err) == AL_OK && stores.first == NULL);
  CHECK(al_cursor_next(cursor, &record, &err) == AL_OK && record == NULL);
  al_cursor_close(cursor);
}

static void it_opens_none_when_it_was_forked_amid_work (void) {
  al_query query = help_query();
  const al_record *record;
  store = open_log("amid.db");
  append(store, "a", 0, 1);
  CHECK(al_store_begin(store, &err) == AL_OK);
  in_child(open_to_be_refused);
  al_store_rollback(store);
  CHECK(al_cursor_open(&cursor, store, &query, &err) == AL_OK);
  in_child(open_to_be_refused);
  CHECK(al_cursor_next(cursor, &record, &err) == AL_OK && record != NULL);
  CHECK(al_cursor_next(cursor, &record, &err) == AL_OK && record == NULL);
  in_child(let_go_freely); /* nothing is read any more */
  al_cursor_close(cursor);
  al_store_close(store);
}

static void open_to_be_refused_again (void) {
  CHECK(al_stores_let_go(&stores, &err) == AL_MISUSE);
}

static void a_log_that_cursors_keep_open_counts (void) {
  al_query query = help_query();
  const al_record *record;
  store = open_log("cursor.db");
  append(store, "a", 0, 2);
  CHECK(al_cursor_open(&cursor, store, &query, &err) == AL_OK);
  al_store_close(store);
  in_child(open_to_be_refused_again);
  CHECK(al_cursor_next(cursor, &record, &err) == AL_OK && record != NULL);
  al_cursor_close(cursor);
  CHECK(stores.first == NULL);
}

/* ---- many ---- */

#define CHILDREN  3
#define STRANGERS 2

static int rounds;
static int self; /* the process's number, which makes its records its own */

static void append_own (al_store *into, int round) {
  char name[16];
  snprintf(name, sizeof name, "%d", self);
  append(into, name, 2 * round, 2);
}

static void open_and_append (void) {
  int i;
  for (i = 0; i < rounds; i++) {
    al_store *own = open_log("many.db");
    append_own(own, i);
    al_store_close(own);
  }
}

/* Children of a process that has the log open, which itself goes on to append,
** and to close and open the log. */
static void family (void) {
  pid_t child[CHILDREN];
  int own_self = self, round, i;
  for (round = 0; round < rounds; round++) {
    al_store *own = open_log("many.db");
    for (i = 0; i < CHILDREN; i++) {
      self = (own_self * rounds + round) * CHILDREN + i + 100;
      child[i] = start_child(open_and_append);
    }
    self = own_self;
    append_own(own, round);
    al_store_close(own);
    for (i = 0; i < CHILDREN; i++)
      end_child(child[i]);
  }
}

static void nothing_is_lost_among_parents_children_and_strangers (void) {
  const char *given = getenv("ACTIVITYLOG_LONG");
  pid_t child[2 + STRANGERS];
  int i, imports;
  rounds = given != NULL ? 12 : 4;
  al_store_close(open_log("many.db"));
  for (i = 0; i < 2 + STRANGERS; i++) {
    self = i;
    child[i] = start_child(i < 2 ? family : open_and_append);
  }
  for (i = 0; i < 2 + STRANGERS; i++)
    end_child(child[i]);
  imports = 2 * rounds * (1 + CHILDREN * rounds) + STRANGERS * rounds;
  check_log("many.db", imports, 2 * imports);
}

int main (void) {
  help_folder_enter("/tmp");
  CHECK_RUN(a_child_is_refused_what_its_parent_opened);
  CHECK_RUN(a_child_does_not_read_on);
  CHECK_RUN(an_import_goes_on_when_a_child_closes_its_log);
  CHECK_RUN(a_child_holds_the_locks_of_what_it_opens);
  CHECK_RUN(so_it_does_when_it_closed_what_it_inherited);
  CHECK_RUN(letting_go_leaves_the_wal_of_who_died);
  CHECK_RUN(it_opens_none_when_it_was_forked_amid_work);
  CHECK_RUN(a_log_that_cursors_keep_open_counts);
  CHECK_RUN(nothing_is_lost_among_parents_children_and_strangers);
  help_folder_leave();
  return CHECK_RESULT();
}
