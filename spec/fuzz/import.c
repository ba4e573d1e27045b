/*
** import.c - whatever bytes are imported into a log: all of them or nothing,
** whole or in chunks, and again without effect. The log written out as JSON
** Lines and imported into another one is the same.
*/
#include "fuzz.h"

#include "al_export.h"
#include "al_import.h"

static const al_csv_title TITLES[] = {
    {{"Date-Time (UTC)", 15}, AL_OPERATION_DATE},
    {{"Affected customer", 17}, AL_CUSTOMER_NAME},
    {{"Action", 6}, AL_OPERATION_TYPE},
    {{"Partner user", 12}, AL_USER_PRINCIPAL_NAME},
    {{"Subscriptions", 13}, AL_NFIELDS}};

static al_status give_titles (void *context, const al_csv_title **titles,
                              size_t *ntitles, al_error *err) {
  (void)context, (void)err;
  *titles = TITLES;
  *ntitles = sizeof TITLES / sizeof TITLES[0];
  return AL_OK;
}

static const al_import_options OPTIONS = {
    "it", 0, {give_titles, NULL}, {NULL, NULL}};

static al_store *open_log (void) {
  const al_store_options options = {.timeout_ms = AL_STORE_TIMEOUT_MS,
                                    .one_thread = 1};
  al_store *store;
  al_error err;
  NEED(al_store_open(&store, ":memory:", &options, &err) == AL_OK);
  return store;
}

/* All that a log holds. */
static void write_log (al_store *store, al_buffer *out,
                       al_export_result *result) {
  const al_target target = {.store = store, .buffer = out};
  const al_export_options options = {.format = AL_FORMAT_JSON_LINES};
  al_query query = {.period = AL_PERIOD_ALL, .unmasked = 1};
  al_error err;
  NEED(al_export(&target, &query, &options, result, &err) == AL_OK);
}

/* ---- chunks ---- */

/* A pipe gives what there is. At its start, which tells what it is, that is as
** much as C's streams ask for. */
#define START_BYTES 64

typedef struct {
  al_text rest;
  size_t chunk;
} pipe_source;

static al_status read_pipe (void *context, char *buffer, size_t size, size_t *n,
                            al_error *err) {
  pipe_source *pipe = context;
  (void)err;
  *n = pipe->chunk < pipe->rest.len ? pipe->chunk : pipe->rest.len;
  NEED(*n <= size);
  memcpy(buffer, pipe->rest.data, *n);
  pipe->rest.data += *n;
  pipe->rest.len -= *n;
  pipe->chunk = 1 + pipe->chunk % 61;
  return AL_OK;
}

/* ---- what must hold ---- */

static void check_copy (al_store *store, int64_t added) {
  al_store *copy = open_log();
  al_buffer lines = {0}, again = {0};
  al_export_result result;
  al_import_counts counts;
  al_text rest;
  al_source source;
  al_error err;
  write_log(store, &lines, &result);
  NEED(result.records == added);
  rest = al_buffer_text(&lines);
  source = al_source_text(&rest);
  NEED(al_import(copy, &source, &OPTIONS, &counts, &err) == AL_OK);
  NEED(counts.records == added && counts.added == added);
  write_log(copy, &again, &result);
  NEED(al_text_equal(al_buffer_text(&lines), al_buffer_text(&again)));
  al_buffer_close(&lines);
  al_buffer_close(&again);
  al_store_close(copy);
}

static void check_nothing (al_store *store) {
  al_query query = {.period = AL_PERIOD_ALL};
  al_last_import last;
  al_error err;
  int64_t count;
  NEED(al_store_count(store, &query, &count, &err) == AL_OK && count == 0);
  NEED(al_store_last_import(store, &last, &err) == AL_OK && last.number == 0);
}

/* In chunks it fails as it did, or brings what is there. */
static void check_chunks (al_store *store, al_text text, al_status status,
                          int64_t records) {
  pipe_source pipe = {text, START_BYTES};
  const al_source source = {read_pipe, &pipe, -1};
  al_import_counts counts;
  al_error err;
  NEED(al_import(store, &source, &OPTIONS, &counts, &err) == status);
  if (status == AL_OK)
    NEED(counts.records == records && counts.known == records);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  al_text text = fuzz_text(data, size), rest = text;
  al_store *store = open_log();
  al_source source = al_source_text(&rest);
  al_import_counts counts;
  al_error err;
  al_status status = al_import(store, &source, &OPTIONS, &counts, &err);
  if (status == AL_OK) {
    NEED(counts.added + counts.known + counts.changed == counts.records);
    check_copy(store, counts.added);
    check_chunks(store, text, status, counts.records);
  } else {
    NEED(status == AL_SYNTAX || status == AL_API || status == AL_LIMIT);
    NEED(strncmp(err.message, "it: ", 4) == 0);
    check_chunks(store, text, status, 0);
    check_nothing(store);
  }
  al_store_close(store);
  return 0;
}
