/*
** summary_test.c - units of time in zones, numbered texts, and groups.
*/
#include "al_pivot.h"
#include "al_summary.h"
#include "check.h"
#include "help.h"

static const al_unit UNITS[] = {AL_HOUR, AL_DAY, AL_WEEK, AL_MONTH};

static al_time time_of (const char *text) {
  al_time time = 0;
  al_error err;
  CHECK(al_time_parse(&time, help_text(text), &err) == AL_OK);
  return time;
}

/* Open a zone, ending no test when that fails: it is UTC then. */
static al_zone zone_of (const char *name) {
  al_zone zone;
  al_error err;
  int open = al_zone_open(&zone, help_text(name), &err) == AL_OK;
  CHECK(open);
  if (!open)
    al_zone_open(&zone, AL_TEXT("UTC"), &err);
  return zone;
}

/* ---- buckets ---- */

static void check_bucket (const char *expected, al_unit unit, const char *at,
                          const char *zone_name) {
  al_zone zone = zone_of(zone_name);
  al_buffer text = {0};
  al_bucket bucket;
  al_error err;
  al_bucket_find(&bucket, &zone, unit, time_of(at));
  CHECK(al_bucket_append(&text, unit, bucket.number, &err) == AL_OK);
  CHECK_STRING(expected, help_string(&text));
  al_buffer_close(&text);
  al_zone_close(&zone);
}

static void naming_buckets (void) {
  check_bucket("2026-10-31 17:00", AL_HOUR, "2026-10-31T17:59:59Z", "UTC");
  check_bucket("2026-10-31 18:00", AL_HOUR, "2026-10-31T17:00:00Z",
               "Europe/Paris");
  check_bucket("2026-10-31", AL_DAY, "2026-10-31T17:59:59Z", "UTC");
  check_bucket("2026-11-01", AL_DAY, "2026-10-31T23:00:00Z", "Europe/Paris");
  check_bucket("2026-W44", AL_WEEK, "2026-10-31T17:59:59Z", "UTC");
  check_bucket("2020-W53", AL_WEEK, "2021-01-03T23:59:59Z", "UTC");
  check_bucket("2021-W01", AL_WEEK, "2021-01-04T00:00:00Z", "UTC");
  check_bucket("2026-10", AL_MONTH, "2026-10-31T17:59:59Z", "UTC");
  check_bucket("0001-01-01 00:00", AL_HOUR, "0001-01-01T00:00:00Z", "-23:59");
  check_bucket("9999-12-31 23:00", AL_HOUR, "9999-12-31T23:59:59Z", "+23:59");
}

/* Every instant of a span is in its bucket, and the walk from span to span
** leaves none out: its ends are tried, and the middle. */
static void check_walk (const al_zone *zone, al_unit unit, al_time at,
                        al_time stop) {
  al_bucket bucket, again;
  while (at < stop) {
    al_time middle;
    al_bucket_find(&bucket, zone, unit, at);
    CHECK(bucket.span.start <= at && at < bucket.span.stop);
    al_bucket_find(&again, zone, unit, bucket.span.stop - 1);
    CHECK(again.number == bucket.number);
    CHECK(again.span.start == bucket.span.start &&
          again.span.stop == bucket.span.stop);
    middle = bucket.span.start + (bucket.span.stop - bucket.span.start) / 2;
    al_bucket_find(&again, zone, unit, middle);
    CHECK(again.number == bucket.number);
    if (bucket.span.start > AL_TIME_MIN) { /* the one before is another span */
      al_bucket_find(&again, zone, unit, bucket.span.start - 1);
      CHECK(again.span.stop == bucket.span.start);
    }
    at = bucket.span.stop;
  }
}

static void walking_over_buckets (void) {
  static const char *const ZONES[] = {
      "UTC",          "+05:30",           "-23:59",
      "Europe/Paris", "America/St_Johns", "Australia/Lord_Howe",
      "Pacific/Apia", "Africa/Casablanca"};
  size_t i, unit;
  for (i = 0; i < sizeof ZONES / sizeof ZONES[0]; i++) {
    al_zone zone = zone_of(ZONES[i]);
    for (unit = 0; unit < 4; unit++) {
      check_walk(&zone, UNITS[unit], time_of("2009-10-15T12:34:56.7Z"),
                 time_of("2012-04-15T00:00:00Z"));
      check_walk(&zone, UNITS[unit], AL_TIME_MIN,
                 time_of("0001-03-01T00:00:00Z"));
      check_walk(&zone, UNITS[unit], time_of("9999-11-20T00:00:00Z"),
                 AL_TIME_END);
    }
    al_zone_close(&zone);
  }
}

/* ---- names ---- */

static uint32_t add (al_names *names, const char *text, int caseless) {
  uint32_t number = UINT32_MAX;
  al_error err;
  CHECK(al_names_add(names, help_text(text), caseless, &number, &err) == AL_OK);
  return number;
}

static void numbering_texts (void) {
  al_names names = {0};
  al_error err;
  uint32_t i;
  char text[16];
  CHECK(add(&names, "a", 0) == 0);
  CHECK(add(&names, "A", 0) == 1);
  CHECK(add(&names, "a", 1) == 2);
  CHECK(add(&names, "A", 1) == 2);
  CHECK(add(&names, "", 0) == 3);
  for (i = 4; i < 5000; i++) {
    snprintf(text, sizeof text, "Text %u", (unsigned)i);
    CHECK(add(&names, text, 1) == i);
  }
  CHECK(add(&names, "tEXT 4711", 1) == 4711);
  CHECK(al_text_equal(al_names_text(&names, 4711), AL_TEXT("Text 4711")));
  CHECK(al_names_show(&names, 4711, AL_TEXT("!"), &err) == AL_OK);
  CHECK(al_names_show(&names, 4711, AL_TEXT("?"), &err) == AL_OK);
  CHECK(al_text_equal(al_names_shown(&names, 4711), AL_TEXT("!")));
  CHECK(al_names_rank(&names, &err) == AL_OK);
  CHECK(names.by_rank[0] == 3 && names.by_rank[1] == 4711);
  CHECK(names.name[4711].rank == 1);
  CHECK(names.by_rank[4998] == 2 && names.by_rank[4999] == 0);
  al_names_close(&names);
}

/* ---- summaries ---- */

static void put (al_store *store, const char *id, const char *date,
                 const char *status) {
  al_record record = help_record(id, date, status);
  al_error err = {AL_OK, ""};
  al_import_counts counts;
  record.field[AL_CUSTOMER_ID] = help_text(id);
  CHECK(al_store_begin(store, &err) == AL_OK);
  CHECK(al_store_put(store, &record, &err) == AL_OK);
  CHECK(al_store_commit(store, AL_TEXT("test"), 0, &counts, &err) == AL_OK);
}

static al_store *store_of_three (void) {
  al_store *store = help_open(":memory:");
  put(store, "a", "2026-10-30T10:00:00.0000000Z", "succeeded");
  put(store, "b", "2026-11-02T10:00:00.0000000Z", "failed");
  put(store, "c", "2026-10-31T10:00:00.0000000Z", "succeeded");
  return store;
}

static void check_rows (const char *expected, const al_summary *summary) {
  const al_group *group;
  const al_key *by;
  size_t n = al_summary_groups(summary, &group), i, at;
  al_buffer rows = {0};
  al_error err;
  for (i = 0; i < n; i++) {
    for (at = 0; at < al_summary_keys(summary, &by); at++) {
      CHECK(al_summary_append(summary, at, group[i].value[at], &rows, &err) ==
            AL_OK);
      help_printf(&rows, "|");
    }
    help_printf(&rows, "%d %d\n", (int)group[i].tally.count,
                (int)group[i].tally.customers);
  }
  CHECK_STRING(expected, help_string(&rows));
  al_buffer_close(&rows);
}

static void grouping_records (void) {
  static const al_key BY[] = {AL_KEY_DAY, AL_KEY_OPERATION_STATUS};
  al_store *store = store_of_three();
  al_zone zone = zone_of("UTC");
  al_query query = help_query();
  al_summary *summary;
  al_error err;
  query.oldest_first = 1; /* it is set anew */
  CHECK(al_summary_open(&summary, store, &query, BY, 2, &zone, &err) == AL_OK);
  check_rows("2026-10-30|succeeded|1 1\n2026-10-31|succeeded|1 1\n"
             "2026-11-01||0 0\n2026-11-02|failed|1 1\n",
             summary);
  al_store_close(store);
  CHECK(al_summary_total(summary)->customers == 3);
  CHECK(al_summary_total(summary)->first == time_of("2026-10-30T10:00:00Z"));
  al_summary_close(summary);
  al_zone_close(&zone);
}

static void writing_a_pivot (void) {
  static const al_key BY[] = {AL_KEY_MONTH, AL_KEY_OPERATION_STATUS};
  al_store *store = store_of_three();
  al_zone zone = zone_of("UTC");
  al_query query = help_query();
  al_buffer out = {0};
  const al_target target = {.store = store, .buffer = &out};
  const al_summary_options options = {
      .form = AL_SUMMARY_PIVOT,
      .key_titles = {{"Month", 5}, {"Status", 6}},
      .total = {"Sum", 3},
      .sheet = {.newline = "\n", .separator = ','}};
  al_summary_result result;
  al_summary *summary;
  al_error err;
  CHECK(al_summary_open(&summary, store, &query, BY, 2, &zone, &err) == AL_OK);
  CHECK(al_summary_export(summary, &target, &options, &result, &err) == AL_OK);
  CHECK_STRING("Month,Failed,Succeeded,Sum\n2026-10,0,2,2\n2026-11,1,0,1\n"
               "Sum,1,2,3\n",
               help_string(&out));
  CHECK(result.counts.rows == 3 && result.bytes == (int64_t)out.len);
  al_buffer_close(&out);
  al_summary_close(summary);
  al_store_close(store);
  al_zone_close(&zone);
}

static void finding_keys (void) {
  int key;
  for (key = 0; key < AL_NKEYS; key++)
    CHECK(al_key_find(help_text(al_key_name((al_key)key))) == (al_key)key);
  CHECK(al_key_find(AL_TEXT("year")) == AL_NKEYS);
}

int main (void) {
  CHECK_RUN(naming_buckets);
  CHECK_RUN(walking_over_buckets);
  CHECK_RUN(numbering_texts);
  CHECK_RUN(finding_keys);
  CHECK_RUN(grouping_records);
  CHECK_RUN(writing_a_pivot);
  return CHECK_RESULT();
}
