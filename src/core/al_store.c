/*
** al_store.c - what every log is, whichever kind of store keeps it.
*/
#include "al_store.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "al_store_kind.h"

/* ---- opening and closing ---- */

void al_store_init (al_store *store, const al_store_kind *kind,
                    const al_store_options *options) {
  store->kind = kind;
  store->process = getpid();
  store->one_thread = options->one_thread;
  store->timeout_ms = options->timeout_ms;
  store->for_copy = options->copying;
}

al_status al_store_open_kind (al_store **out, const al_store_kind *kind,
                              const char *address,
                              const al_store_options *options, al_error *err) {
  return kind->open(out, address, options, err);
}

void al_store_free (al_store *store) {
  al_fold_cache_close(&store->names);
  al_buffer_close(&store->folded);
  free(store);
}

al_status al_store_check_copying (const al_store *store, al_error *err) {
  if (!store->copying || store->for_copy)
    return AL_OK;
  return al_fail(err, AL_FOREIGN,
                 "%s is an unfinished copy of a log: finish it with "
                 "activitylog copy",
                 store->kind->name(store));
}

/* Until the last cursor closes the store is among its host's: a child has to
** know that it is open. */
static void end_closed (al_store *store) {
  if (!store->closed || store->cursors > 0)
    return;
  store->kind->close(store);
  al_store_part(store);
  al_store_free(store);
}

void al_store_close (al_store *store) {
  if (store == NULL)
    return;
  if (!al_process_is(store->process)) {
    al_store_leave(store);
    return;
  }
  al_store_rollback(store);
  store->closed = 1;
  end_closed(store);
}

void al_store_end_cursor (al_store *store) {
  store->cursors--;
  end_closed(store);
}

const char *al_store_name (const al_store *store) {
  return store->kind->name(store);
}

int al_store_threads (const al_store *store) {
  return !store->one_thread;
}

al_status al_store_corrupt (const al_store *store, al_error *err,
                            const char *format, ...) {
  char reason[AL_MESSAGE_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reason, sizeof reason, format, arguments);
  va_end(arguments);
  return al_fail(err, AL_CORRUPT, "log %s: %s", store->kind->name(store),
                 reason);
}

int al_store_owns (const al_store *store, const struct stat *file) {
  return store->kind->owns != NULL && store->kind->owns(store, file);
}

al_status al_store_check_target (const al_store *store, const char *path,
                                 al_error *err) {
  return store->kind->check_target == NULL
             ? AL_OK
             : store->kind->check_target(store, path, err);
}

/* ---- what it may do ---- */

al_status al_store_check (const al_store *store, al_error *err) {
  return store->kind->check == NULL ? AL_OK : store->kind->check(store, err);
}

static al_status fail_at_work (const al_store *store, al_error *err) {
  return al_fail(err, AL_MISUSE, "the log is being %s", store->at_work);
}

al_status al_store_check_readable (const al_store *store, al_error *err) {
  if (al_store_here(store, err) != AL_OK)
    return err->status;
  return store->in_purge ? fail_at_work(store, err)
                         : al_store_check(store, err);
}

al_status al_store_check_idle (const al_store *store, al_error *err) {
  if (al_store_here(store, err) != AL_OK)
    return err->status;
  if (store->at_work != NULL)
    return fail_at_work(store, err);
  if (store->import.running)
    return al_fail(err, AL_MISUSE, "an import into this log is running");
  return al_store_check(store, err);
}

/* ---- importing ---- */

int al_store_is_progress (al_text status) {
  return al_text_equal(status, AL_TEXT("progress"));
}

int al_store_is_final (al_text status) {
  return al_text_equal(status, AL_TEXT("succeeded")) ||
         al_text_equal(status, AL_TEXT("failed")) ||
         al_text_equal(status, AL_TEXT("decline"));
}

al_status al_store_begin_as (al_store *store, al_begin how, al_error *err) {
  al_import_state *import = &store->import;
  memset(&import->counts, 0, sizeof import->counts);
  al_sha256_init(&import->hash);
  if (store->kind->begin(store, how, err) != AL_OK)
    return err->status;
  import->running = 1;
  return AL_OK;
}

static al_status begin_import (al_store *store, al_begin how, al_error *err) {
  if (al_store_check_idle(store, err) != AL_OK)
    return err->status;
  return al_store_begin_as(store, how, err);
}

al_status al_store_begin (al_store *store, al_error *err) {
  return begin_import(store, AL_BEGIN_IMPORT, err);
}

al_status al_store_begin_large (al_store *store, al_error *err) {
  return begin_import(store, AL_BEGIN_LARGE, err);
}

al_status al_store_put_contents (al_store *store, al_content *contents,
                                 size_t n, al_error *err) {
  size_t i;
  if (al_store_here(store, err) != AL_OK)
    return err->status;
  for (i = 0; i < n; i++)
    if (al_content_complete(&contents[i], err) != AL_OK)
      return err->status;
  return store->kind->put(store, contents, n, err);
}

al_status al_store_put (al_store *store, const al_record *record,
                        al_error *err) {
  al_content content;
  if (al_content_make(&content, record, &store->names, &store->folded, err) !=
      AL_OK)
    return err->status;
  return al_store_put_contents(store, &content, 1, err);
}

al_status al_store_end (al_store *store, al_error *err) {
  if (store->kind->end(store, err) != AL_OK)
    return err->status;
  store->import.running = 0;
  return AL_OK;
}

al_status al_store_commit (al_store *store, al_text source, al_time now,
                           al_import_counts *counts, al_error *err) {
  if (al_store_here(store, err) != AL_OK)
    return err->status;
  if (store->kind->settle(store, err) != AL_OK ||
      al_store_insert_import(store, source, now, err) != AL_OK ||
      al_store_end(store, err) != AL_OK) {
    al_store_rollback(store);
    return err->status;
  }
  *counts = store->import.counts;
  return AL_OK;
}

void al_store_rollback (al_store *store) {
  if (!store->import.running || !al_process_is(store->process))
    return;
  store->import.running = 0;
  store->kind->rollback(store);
}

/* ---- reading ---- */

al_status al_store_begin_reading (al_store *store, al_error *err) {
  return store->kind->begin_reading(store, err);
}

void al_store_end_reading (al_store *store) {
  store->kind->end_reading(store);
}

al_status al_store_size (al_store *store, int64_t *bytes, al_error *err) {
  if (al_store_check_readable(store, err) != AL_OK)
    return err->status;
  return store->kind->size(store, bytes, err);
}

/* A search has to read the records, and a progress function to be told of
** them. */
static al_status count_found (al_store *store, const al_query *query,
                              int64_t *count, al_error *err) {
  al_query few = *query;
  al_cursor *cursor;
  const al_record *record;
  al_status status;
  few.fields = 0;
  if (al_cursor_open(&cursor, store, &few, err) != AL_OK)
    return err->status;
  for (*count = 0;; ++*count) {
    status = al_cursor_next(cursor, &record, err);
    if (status != AL_OK || record == NULL)
      break;
  }
  al_cursor_close(cursor);
  return status;
}

al_status al_store_count (al_store *store, const al_query *query,
                          int64_t *count, al_error *err) {
  *count = -1;
  if (al_store_check_readable(store, err) != AL_OK)
    return err->status;
  if (query->filter[AL_FILTER_TEXT].values == NULL &&
      store->kind->count(store, query, count, err) != AL_OK)
    return err->status;
  return *count < 0 ? count_found(store, query, count, err) : AL_OK;
}
