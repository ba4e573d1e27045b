/*
** al_store_slices.c - the records of a query in slices, for two cursors that
** share them.
**
** Where a slice ends is found when it is taken, by counting entries of the
** index, so that nothing has to be known before and memory does not depend on
** how many records there are.
*/
#include "al_store_slices.h"

#include <pthread.h>
#include <stdlib.h>

/* A place in the order, between records or at one. */
typedef struct {
  al_buffer date;
  al_buffer identity;
} place;

struct al_slices {
  pthread_mutex_t lock;
  int users;
  place end;    /* behind the period's records */
  int64_t next; /* number of the next slice; -1: there is none */
  place last;   /* the record before it, or the start of the period */
};

static al_status place_set (place *p, al_text date, al_text identity,
                            al_error *err) {
  al_buffer_clear(&p->date);
  al_buffer_clear(&p->identity);
  if (al_buffer_append(&p->date, date.data, date.len, err) != AL_OK)
    return err->status;
  return al_buffer_append(&p->identity, identity.data, identity.len, err);
}

static void place_close (place *p) {
  al_buffer_close(&p->date);
  al_buffer_close(&p->identity);
}

/* An end of the period, which no record is at: identities are never empty. The
** text of an open end is less or greater than any date. */
static al_status place_set_time (place *p, int is_open, al_time time,
                                 const char *open_end, al_error *err) {
  char fixed[AL_TIME_LEN + 1];
  if (!is_open)
    al_time_write(fixed, time);
  return place_set(p,
                   is_open ? al_text_from(open_end, strlen(open_end))
                           : al_text_from(fixed, AL_TIME_LEN),
                   AL_TEXT(""), err);
}

static al_status set_ends (al_slices *slices, const al_query *query,
                           al_error *err) {
  const al_period *period = &query->period;
  place *start = query->oldest_first ? &slices->last : &slices->end;
  place *stop = query->oldest_first ? &slices->end : &slices->last;
  if (place_set_time(start, !al_period_has_start(period), period->start, "",
                     err) != AL_OK)
    return err->status;
  return place_set_time(stop, !al_period_has_stop(period), period->stop, "\xFF",
                        err);
}

static void slices_free (al_slices *slices) {
  place_close(&slices->last);
  place_close(&slices->end);
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

/* Bind a place to the parameters 'at' and the one behind it. */
static al_status bind_place (sqlite3_stmt *s, int at, const place *p,
                             al_error *err) {
  al_text date = al_buffer_text(&p->date);
  al_text identity = al_buffer_text(&p->identity);
  if (sqlite3_bind_text64(s, at, date.data, date.len, SQLITE_TRANSIENT,
                          SQLITE_UTF8) != SQLITE_OK ||
      sqlite3_bind_blob64(s, at + 1, identity.data, identity.len,
                          SQLITE_TRANSIENT) != SQLITE_OK)
    return al_store_fail(sqlite3_db_handle(s), err);
  return AL_OK;
}

static al_text column (sqlite3_stmt *s, int at) {
  const char *data = sqlite3_column_blob(s, at);
  return al_text_from(data != NULL ? data : "",
                      (size_t)sqlite3_column_bytes(s, at));
}

/* Go on to the last record of the slice behind 'last'; *found is 0 where there
** is none, as fewer records are left than make a whole one. */
static al_status cut_behind (place *last, sqlite3_stmt *cut, int *found,
                             al_error *err) {
  al_status status = bind_place(cut, 1, last, err);
  int code;
  if (status != AL_OK)
    return status;
  code = sqlite3_step(cut);
  *found = code == SQLITE_ROW;
  if (code == SQLITE_ROW)
    status = place_set(last, column(cut, 0), column(cut, 1), err);
  if (sqlite3_reset(cut) != SQLITE_OK && status == AL_OK)
    status = al_store_fail(sqlite3_db_handle(cut), err);
  return status;
}

static al_status take (al_slices *slices, sqlite3_stmt *records,
                       sqlite3_stmt *cut, int64_t *number, al_error *err) {
  int found;
  *number = slices->next;
  if (slices->next < 0)
    return AL_OK;
  if (bind_place(records, 1, &slices->last, err) != AL_OK ||
      cut_behind(&slices->last, cut, &found, err) != AL_OK)
    return err->status;
  slices->next = found ? slices->next + 1 : -1;
  return bind_place(records, 3, found ? &slices->last : &slices->end, err);
}

al_status al_slices_take (al_slices *slices, sqlite3_stmt *records,
                          sqlite3_stmt *cut, int64_t *number, al_error *err) {
  al_status status;
  pthread_mutex_lock(&slices->lock);
  status = take(slices, records, cut, number, err);
  pthread_mutex_unlock(&slices->lock);
  return status;
}

al_status al_slices_reach (al_slices *slices, sqlite3_stmt *cut, int n,
                           int *reach, al_error *err) {
  place last = {{NULL, 0, 0}, {NULL, 0, 0}};
  al_status status = place_set(&last, al_buffer_text(&slices->last.date),
                               al_buffer_text(&slices->last.identity), err);
  for (*reach = 1; status == AL_OK && *reach && n > 0; n--)
    status = cut_behind(&last, cut, reach, err);
  place_close(&last);
  return status;
}
