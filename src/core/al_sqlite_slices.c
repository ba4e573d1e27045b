/*
** al_sqlite_slices.c - the records of a query in slices, for two cursors that
** share them.
**
** Where a slice ends is found when it is taken, by counting entries of the
** index, so that nothing has to be known before and memory does not depend on
** how many records there are.
*/
#include "al_sqlite_slices.h"

#include <pthread.h>
#include <stdlib.h>

struct al_slices {
  pthread_mutex_t lock;
  int users;
  al_slice next;  /* the next one; its rows are not yet counted */
  al_buffer last; /* the instant before it, which is in the one before */
  al_buffer end;  /* of the period: no record behind it */
};

static al_status set (al_buffer *out, al_text text, al_error *err) {
  al_buffer_clear(out);
  return al_buffer_append(out, text.data, text.len, err);
}

static al_status set_time (al_buffer *out, al_time time, al_error *err) {
  char fixed[AL_TIME_LEN + 1];
  al_time_write(fixed, time > AL_TIME_MIN ? time : AL_TIME_MIN);
  return set(out, al_text_from(fixed, AL_TIME_LEN), err);
}

/* A slice has its end and not what it is behind. A period has its start and not
** its stop, so that from the oldest on both lie a tick earlier. The texts of
** open ends are less and greater than any instant. */
static al_status set_ends (al_slices *slices, const al_query *query,
                           al_error *err) {
  const al_period *period = &query->period;
  int early = query->oldest_first;
  al_buffer *start = early ? &slices->last : &slices->end;
  al_buffer *stop = early ? &slices->end : &slices->last;
  if ((al_period_has_start(period) ? set_time(start, period->start - early, err)
                                   : set(start, AL_TEXT(""), err)) != AL_OK)
    return err->status;
  return al_period_has_stop(period) ? set_time(stop, period->stop - early, err)
                                    : set(stop, AL_TEXT("\xFF"), err);
}

static void slices_free (al_slices *slices) {
  al_buffer_close(&slices->last);
  al_buffer_close(&slices->end);
  free(slices);
}

al_status al_slices_open (al_slices **out, const al_query *query,
                          al_error *err) {
  al_slices *slices = calloc(1, sizeof *slices);
  *out = NULL;
  if (slices == NULL)
    return al_fail_nomem(err);
  slices->users = 1;
  if (set_ends(slices, query, err) != AL_OK) {
    slices_free(slices);
    return err->status;
  }
  if (pthread_mutex_init(&slices->lock, NULL) != 0) {
    slices_free(slices);
    return al_fail_nomem(err);
  }
  *out = slices;
  return AL_OK;
}

void al_slices_retain (al_slices *slices) {
  slices->users++;
}

void al_slices_release (al_slices *slices) {
  if (slices == NULL || --slices->users > 0)
    return;
  pthread_mutex_destroy(&slices->lock);
  slices_free(slices);
}

static al_status bind (sqlite3_stmt *s, int at, const al_buffer *instant,
                       al_error *err) {
  al_text text = al_buffer_text(instant);
  if (sqlite3_bind_text64(s, at, text.data, text.len, SQLITE_TRANSIENT,
                          SQLITE_UTF8) != SQLITE_OK)
    return al_sqlite_fail(sqlite3_db_handle(s), err);
  return AL_OK;
}

/* SQLite answers NULL also when memory ran out, which shows at the reset. */
static al_text instant (sqlite3_stmt *s) {
  const char *data = (const char *)sqlite3_column_text(s, 0);
  return al_text_from(data != NULL ? data : "",
                      (size_t)sqlite3_column_bytes(s, 0));
}

/* A blob of the same bytes lies behind all texts: looking for what is behind its
** text would find it again, for ever. */
static al_status take_instant (al_buffer *last, sqlite3_stmt *s,
                               al_error *err) {
  if (sqlite3_column_type(s, 0) != SQLITE_TEXT)
    return al_fail(err, AL_CORRUPT,
                   "the log is damaged: operation_date of one of its records "
                   "is no text; restore it from a backup");
  return set(last, instant(s), err);
}

static al_status end_run (sqlite3_stmt *s, al_status status, al_error *err) {
  if (sqlite3_reset(s) != SQLITE_OK && status == AL_OK)
    return al_sqlite_fail(sqlite3_db_handle(s), err);
  return status;
}

/* Go on to the last instant of the slice behind 'last'. *found is 0 where there
** is none, as fewer records are left than make a slice; *tied tells whether it
** has more than that, as the record behind is of the same instant. */
static al_status cut_behind (al_buffer *last, sqlite3_stmt *cut, int *found,
                             int *tied, al_error *err) {
  al_status status = bind(cut, 1, last, err);
  if (status != AL_OK)
    return status;
  *tied = 0;
  *found = sqlite3_step(cut) == SQLITE_ROW;
  if (*found)
    status = take_instant(last, cut, err);
  if (*found && status == AL_OK && sqlite3_step(cut) == SQLITE_ROW)
    *tied = al_text_equal(instant(cut), al_buffer_text(last));
  return end_run(cut, status, err);
}

static al_status count (sqlite3_stmt *s, int64_t *rows, al_error *err) {
  if (sqlite3_step(s) == SQLITE_ROW)
    *rows = sqlite3_column_int64(s, 0);
  return end_run(s, AL_OK, err);
}

static al_status bind_starts (al_slices *slices,
                              const al_slice_statements *with, al_error *err) {
  if (bind(with->records, 1, &slices->last, err) != AL_OK)
    return err->status;
  return bind(with->count, 1, &slices->last, err);
}

static al_status bind_ends (al_slices *slices, const al_slice_statements *with,
                            int found, al_error *err) {
  const al_buffer *end = found ? &slices->last : &slices->end;
  if (bind(with->records, 2, end, err) != AL_OK)
    return err->status;
  return bind(with->count, 2, end, err);
}

static al_status take (al_slices *slices, const al_slice_statements *with,
                       al_slice *out, al_error *err) {
  int found, tied;
  *out = slices->next;
  if (out->number < 0)
    return AL_OK;
  out->rows = AL_SLICE_ROWS;
  if (bind_starts(slices, with, err) != AL_OK ||
      cut_behind(&slices->last, with->cut, &found, &tied, err) != AL_OK ||
      bind_ends(slices, with, found, err) != AL_OK ||
      (tied && count(with->count, &out->rows, err) != AL_OK))
    return err->status;
  slices->next.number = found ? out->number + 1 : -1;
  slices->next.before = out->before + out->rows;
  return AL_OK;
}

al_status al_slices_take (al_slices *slices, const al_slice_statements *with,
                          al_slice *out, al_error *err) {
  al_status status;
  pthread_mutex_lock(&slices->lock);
  status = take(slices, with, out, err);
  pthread_mutex_unlock(&slices->lock);
  return status;
}

al_status al_slices_reach (al_slices *slices, sqlite3_stmt *cut, int n,
                           int *reach, al_error *err) {
  al_buffer last = {0};
  al_status status = set(&last, al_buffer_text(&slices->last), err);
  int tied;
  for (*reach = 1; status == AL_OK && *reach && n > 0; n--)
    status = cut_behind(&last, cut, reach, &tied, err);
  al_buffer_close(&last);
  return status;
}
