/*
** threads_test.c - threads of one process, each with stores of its own, on one
** log and on logs of their own. ThreadSanitizer runs it, too.
*/
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "al_export.h"
#include "al_import.h"
#include "check.h"
#include "help.h"

#define READERS 2
#define WRITERS 2
#define LONERS  2
#define THREADS (READERS + WRITERS + LONERS)
#define SHARED  "shared.db"

/* A page's records: 1.2 MiB, so that an import works in a thread of its own, and
** more than the slices that a report needs to have a second one. */
#define PAGE 5000

static int rounds;

/* What a thread finds wrong is told when it has ended: CHECK is no thread's. */
typedef struct {
  pthread_t thread;
  int number;
  const char *path; /* of its log */
  int wrong;        /* line of the first */
  int64_t seen;     /* records, at last */
} worker;

#define EXPECT(condition)                                                      \
  do {                                                                         \
    if (!(condition) && w->wrong == 0)                                         \
      w->wrong = __LINE__;                                                     \
  } while (0)

/* ---- what they do ---- */

static al_store *open_log (worker *w) {
  static const al_store_options options = {.timeout_ms = 60000};
  al_store *store = NULL;
  al_error err;
  EXPECT(al_store_open(&store, w->path, &options, &err) == AL_OK);
  return store;
}

static void make_page (al_buffer *out, int number, int round) {
  char filler[160];
  int i;
  memset(filler, 'x', sizeof filler - 1);
  filler[sizeof filler - 1] = '\0';
  al_buffer_clear(out);
  for (i = 0; i < PAGE; i++)
    help_printf(out,
                "{\"id\":\"%d-%d-%d\",\"operationDate\":\"2026-10-%02dT08:%02d:"
                "%02dZ\",\"operationType\":\"create_order\","
                "\"resourceNewValue\":\"%s\"}\n",
                number, round, i, i % 28 + 1, i % 60, i % 59, filler);
}

static void import_page (worker *w, al_store *store, al_buffer *page,
                         int round) {
  const al_import_options options = {.name = "page"};
  al_import_counts counts;
  al_text text;
  al_source source;
  al_error err;
  make_page(page, w->number, round);
  text = al_buffer_text(page);
  source = al_source_text(&text);
  EXPECT(al_import(store, &source, &options, &counts, &err) == AL_OK);
  EXPECT(counts.added == PAGE);
}

static void append_one (worker *w, al_store *store, int round) {
  al_import_counts counts;
  al_record record;
  al_error err;
  char id[32];
  snprintf(id, sizeof id, "%d-%d", w->number, round);
  record = help_record(id, "2026-10-31T17:58:01.1234567Z", "succeeded");
  EXPECT(al_store_begin(store, &err) == AL_OK);
  EXPECT(al_store_put(store, &record, &err) == AL_OK);
  EXPECT(al_store_commit(store, AL_TEXT("one"), 0, &counts, &err) == AL_OK);
}

/* Never half a page, nor fewer than before. */
static void look (worker *w, al_store *store) {
  al_query query = help_query();
  al_cursor *cursor;
  const al_record *record;
  al_error err;
  int64_t n = 0, counted = 0;
  EXPECT(al_cursor_open(&cursor, store, &query, &err) == AL_OK);
  while (al_cursor_next(cursor, &record, &err) == AL_OK && record != NULL)
    n++;
  EXPECT(record == NULL && n >= w->seen && n % PAGE <= WRITERS * rounds);
  al_cursor_close(cursor);
  EXPECT(al_store_count(store, &query, &counted, &err) == AL_OK);
  EXPECT(counted >= n);
  w->seen = counted;
}

static void report (worker *w, al_store *store) {
  static const al_export_options options = {.format = AL_FORMAT_JSON_LINES};
  const al_query query = help_query();
  char path[32];
  const al_target target = {.store = store, .path = path};
  al_export_result result;
  al_error err;
  snprintf(path, sizeof path, "report-%d", w->number);
  EXPECT(al_export(&target, &query, &options, &result, &err) == AL_OK);
  EXPECT(result.records >= w->seen && result.rows == result.records);
  EXPECT(result.records % PAGE <= WRITERS * rounds);
  w->seen = result.records;
}

/* ---- the threads ---- */

static void *read_it (void *context) {
  worker *w = context;
  int round;
  for (round = 0; round < rounds; round++) {
    al_store *store = open_log(w);
    look(w, store);
    report(w, store);
    al_store_close(store);
  }
  return NULL;
}

static void *write_it (void *context) {
  worker *w = context;
  al_buffer page = {0};
  al_store *store = open_log(w);
  int round;
  for (round = 0; round < rounds; round++) {
    import_page(w, store, &page, round);
    append_one(w, store, round);
  }
  al_store_close(store);
  al_buffer_close(&page);
  return NULL;
}

static void *do_both (void *context) {
  worker *w = context;
  al_buffer page = {0};
  int round;
  for (round = 0; round < rounds; round++) {
    al_store *store = open_log(w);
    import_page(w, store, &page, round);
    append_one(w, store, round);
    look(w, store);
    report(w, store);
    al_store_close(store);
  }
  al_buffer_close(&page);
  return NULL;
}

/* ---- and what they leave ---- */

static void check_log (const char *path, int64_t pages) {
  static const al_verify_options options = {.head = NULL};
  al_store *store = help_open(path);
  al_error err = {AL_OK, ""};
  al_verified verified;
  al_store_verify(store, &options, &verified, &err);
  CHECK_STRING("", err.message);
  CHECK(verified.records == pages * (PAGE + 1));
  CHECK(verified.imports == 2 * pages);
  al_store_close(store);
}

static void stores_of_many_threads_do_not_meet (void) {
  static const char *const OWN[LONERS] = {"own-0.db", "own-1.db"};
  static worker workers[THREADS];
  int i;
  al_store_close(help_open(SHARED));
  for (i = 0; i < THREADS; i++) {
    worker *w = &workers[i];
    w->number = i;
    w->path = i < READERS + WRITERS ? SHARED : OWN[i - READERS - WRITERS];
    CHECK(pthread_create(&w->thread, NULL,
                         i < READERS             ? read_it
                         : i < READERS + WRITERS ? write_it
                                                 : do_both,
                         w) == 0);
  }
  for (i = 0; i < THREADS; i++) {
    CHECK(pthread_join(workers[i].thread, NULL) == 0);
    if (workers[i].wrong != 0)
      printf("thread %d: not so: line %d\n", i, workers[i].wrong);
    CHECK(workers[i].wrong == 0);
  }
  check_log(SHARED, WRITERS * rounds);
  for (i = 0; i < LONERS; i++)
    check_log(OWN[i], rounds);
}

int main (void) {
  rounds = getenv("ACTIVITYLOG_LONG") != NULL ? 40 : 2;
  help_folder_enter("/tmp");
  CHECK_RUN(stores_of_many_threads_do_not_meet);
  help_folder_leave();
  return CHECK_RESULT();
}
