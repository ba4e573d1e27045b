/*
** al_store_purge.c - records taken out of a log, and what tells of it.
**
** The imports that they came with are checked first, as nothing could tell
** afterwards that what is taken out was altered. Of each content its number and
** its digest stay, with which its import's digest can always be made; and the
** purge becomes an entry of the chain. All of that is one transaction. The space
** is given back behind it.
*/
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "al_store_check.h"

#define TABLE(table)                                                           \
  "SELECT count(*), min(sequence), max(sequence), min(operation_date),"        \
  " max(operation_date) FROM " table " WHERE operation_date < ?1"
#define IS_OLD(table)                                                          \
  " EXISTS (SELECT 1 FROM " table " AS c WHERE c.sequence >= first_sequence"   \
  " AND c.sequence < first_sequence + added + changed"                         \
  " AND c.operation_date < ?1)"

/* Only those in reach of what is old are looked into. */
static const char OLD_IMPORTS[] =
    "SELECT " AL_IMPORT_COLUMNS " FROM import WHERE first_sequence <= ?3"
    " AND first_sequence + added + changed > ?2"
    " AND (" IS_OLD("record") " OR " IS_OLD("superseded") ") ORDER BY import";

#define PROGRESS_ROWS 1024

typedef struct {
  al_store *store;
  al_purge_work work;
} purger;

static al_sql_value before (const al_purge_work *work) {
  return al_sql_text(al_text_from(work->before, AL_TIME_LEN));
}

void al_purge_work_init (al_purge_work *work, const al_purge_options *options,
                         const char *before, al_purged *out) {
  memset(work, 0, sizeof *work);
  memset(out, 0, sizeof *out);
  memcpy(work->before, before, AL_TIME_LEN);
  work->options = options;
  work->first = INT64_MAX;
  work->last = INT64_MIN;
  work->out = out;
}

al_status al_purge_tell (al_purge_work *work, al_error *err) {
  const al_progress *progress = &work->options->progress;
  if (progress->call == NULL)
    return AL_OK;
  return progress->call(progress->context, work->done,
                        work->out->records + work->out->superseded, err);
}

/* All of them are told only when that is on the disk. */
al_status al_purge_took_one (al_purge_work *work, al_error *err) {
  if (++work->done % PROGRESS_ROWS != 0 ||
      work->done == work->out->records + work->out->superseded)
    return AL_OK;
  return al_purge_tell(work, err);
}

/* ---- what is old ---- */

/* An instant in a column, kept when it lies farther out than the one there. */
static void widen (char instant[AL_TIME_LEN + 1], const al_sql_value *value,
                   int side) {
  char text[AL_TIME_LEN + 1];
  if (value->type != AL_SQL_TEXT || value->text.len != AL_TIME_LEN)
    return;
  memcpy(text, value->text.data, AL_TIME_LEN);
  text[AL_TIME_LEN] = '\0';
  if (instant[0] == '\0' || strcmp(text, instant) * side > 0)
    memcpy(instant, text, sizeof text);
}

static void note_old (al_purge_work *work, const al_sql_value *value,
                      int64_t *n) {
  *n = value[0].integer;
  if (*n == 0)
    return;
  if (value[1].integer < work->first)
    work->first = value[1].integer;
  if (value[2].integer > work->last)
    work->last = value[2].integer;
  widen(work->out->oldest, &value[3], -1);
  widen(work->out->newest, &value[4], 1);
}

static al_status find_old (al_store *store, al_purge_work *work,
                           const char *sql, int64_t *n, al_error *err) {
  const al_sql_value given = before(work);
  al_select *select;
  al_status status;
  int row;
  if (al_select_open(&select, store, "iiitt", sql, &given, 1, err) != AL_OK)
    return err->status;
  status = al_select_next(select, &row, err);
  if (status == AL_OK)
    note_old(work, select->value, n);
  al_select_close(select);
  return status;
}

al_status al_purge_find_old (al_store *store, al_purge_work *work,
                             al_error *err) {
  al_purged *out = work->out;
  if (find_old(store, work, TABLE("record"), &out->records, err) != AL_OK)
    return err->status;
  return find_old(store, work, TABLE("superseded"), &out->superseded, err);
}

/* ---- the imports they came with ---- */

/* Check the import in the row. */
static al_status check_import (purger *p, al_check *check, const al_select *row,
                               al_error *err) {
  al_chain_import import;
  uint8_t digest[AL_DIGEST_BYTES];
  al_status status;
  if (al_store_read_import(row, &import, digest, err) != AL_OK ||
      al_store_read_entry_before(p->store, import.number, check->previous,
                                 err) != AL_OK ||
      al_contents_open(&check->contents, p->store, import.first_sequence,
                       import.first_sequence + import.added + import.changed -
                           1,
                       err) != AL_OK)
    return err->status;
  status = al_check_import(check, &import, digest, err);
  al_contents_close(check->contents);
  return status == AL_OK ? al_purge_tell(&p->work, err) : status;
}

static al_status check_each (purger *p, al_check *check, al_select *imports,
                             al_error *err) {
  int row;
  for (;;) {
    if (al_select_next(imports, &row, err) != AL_OK)
      return err->status;
    if (!row)
      return AL_OK;
    if (check_import(p, check, imports, err) != AL_OK)
      return err->status;
  }
}

/* While contents are checked none is gone, but the work may be told to end. */
static al_status tell_of_checked (void *context, int64_t done, int64_t total,
                                  al_error *err) {
  (void)done, (void)total;
  return al_purge_tell(context, err);
}

static al_status check_imports (purger *p, al_error *err) {
  const al_progress checked = {tell_of_checked, &p->work};
  const al_sql_value given[] = {before(&p->work), al_sql_integer(p->work.first),
                                al_sql_integer(p->work.last)};
  al_check check;
  al_select *imports;
  al_status status;
  al_check_init(&check, p->store, &checked);
  if (al_select_open(&imports, p->store, AL_IMPORT_TYPES, OLD_IMPORTS, given, 3,
                     err) != AL_OK)
    return err->status;
  status = check_each(p, &check, imports, err);
  al_select_close(imports);
  return status;
}

/* ---- the entry of the chain ---- */

/* Who this process works for. */
static al_text process_user (char *name, size_t size) {
  char strings[4096];
  struct passwd entry, *found = NULL;
  unsigned long id = (unsigned long)geteuid();
  if (getpwuid_r(geteuid(), &entry, strings, sizeof strings, &found) == 0 &&
      found != NULL)
    snprintf(name, size, "%s", found->pw_name);
  else
    snprintf(name, size, "user %lu", id);
  return al_text_from(name, strlen(name));
}

al_status al_store_write_purge (al_store *store, const al_chain_purge *told,
                                const uint8_t digest[AL_DIGEST_BYTES], int took,
                                al_error *err) {
  const al_sql_value given[] = {
      al_sql_integer(told->number),     al_sql_integer(told->import),
      al_sql_text(told->before),        al_sql_text(told->time),
      al_sql_text(told->user),          al_sql_text(told->oldest),
      al_sql_text(told->newest),        al_sql_integer(told->records),
      al_sql_integer(told->superseded), al_sql_blob(digest, AL_DIGEST_BYTES),
  };
  return al_store_run(
      store, took ? store->kind->insert_purge : store->kind->insert_empty,
      given, sizeof given / sizeof given[0], err);
}

al_status al_store_next_purge (al_store *store, int64_t *number,
                               al_error *err) {
  al_select *select;
  al_status status;
  int row;
  if (al_select_open(&select, store, "i",
                     "SELECT coalesce(max(purge), 0) + 1 FROM purge", NULL, 0,
                     err) != AL_OK)
    return err->status;
  status = al_select_next(select, &row, err);
  *number = select->value[0].integer;
  al_select_close(select);
  return status;
}

static al_status add_entry (purger *p, al_error *err) {
  const al_import_state *next = &p->store->import;
  const al_purge_options *options = p->work.options;
  const al_purged *out = p->work.out;
  char time[AL_TIME_LEN + 1], name[256];
  uint8_t digest[AL_DIGEST_BYTES];
  al_chain_purge told = {0};
  if (al_store_next_purge(p->store, &told.number, err) != AL_OK)
    return err->status;
  al_time_write(time, options->now);
  told.import = next->number - 1;
  told.before = al_text_from(p->work.before, AL_TIME_LEN);
  told.time = al_text_from(time, AL_TIME_LEN);
  told.user = options->user.data != NULL ? options->user
                                         : process_user(name, sizeof name);
  told.oldest = al_text_from(out->oldest, AL_TIME_LEN);
  told.newest = al_text_from(out->newest, AL_TIME_LEN);
  told.records = out->records;
  told.superseded = out->superseded;
  al_chain_purge_digest(&told, next->previous, digest);
  return al_store_write_purge(p->store, &told, digest, 1, err);
}

/* ---- the space ---- */

/* The purge is done: what hinders here is for the next one, and the log tells
** that it is due. */
al_status al_purge_return_space (al_store *store, al_purge_work *work,
                                 al_error *err) {
  al_status status = store->kind->give_back(store, work, err);
  switch (status) {
  case AL_OK:
  case AL_CALLBACK:
    return status;
  case AL_BUSY:
  case AL_FULL:
  case AL_NOMEM:
    work->out->pending = 1;
    return AL_OK;
  default:
    return al_fail_at(err, "the records are purged, but their space was not "
                           "returned: purge again");
  }
}

/* ---- all of it ---- */

static al_status take_out (purger *p, al_error *err) {
  if (check_imports(p, err) != AL_OK ||
      p->store->kind->take_old(p->store, &p->work, err) != AL_OK ||
      add_entry(p, err) != AL_OK)
    return err->status;
  return al_store_end(p->store, err);
}

/* In a transaction as an import's, which tells the number of the next import
** and the head of the chain. */
static al_status purge (purger *p, al_error *err) {
  al_purged *out = p->work.out;
  if (al_store_begin_as(p->store, AL_BEGIN_PURGE, err) != AL_OK)
    return err->status;
  if (al_purge_find_old(p->store, &p->work, err) != AL_OK ||
      (out->records + out->superseded > 0 && take_out(p, err) != AL_OK)) {
    al_store_rollback(p->store);
    return err->status;
  }
  al_store_rollback(p->store); /* unless it was committed */
  return al_purge_return_space(p->store, &p->work, err);
}

al_status al_store_purge (al_store *store, const al_purge_options *options,
                          al_purged *out, al_error *err) {
  purger p = {.store = store};
  char before[AL_TIME_LEN + 1];
  al_status status;
  al_time_write(before, options->before);
  al_purge_work_init(&p.work, options, before, out);
  if (al_store_check_idle(store, err) != AL_OK)
    return err->status;
  /* What is halfway would go on with what is no more there. */
  if (store->kind->is_read(store))
    return al_fail(err, AL_BUSY,
                   "records of the log are being read here: finish that, then "
                   "purge");
  store->at_work = "purged";
  store->in_purge = 1;
  status = purge(&p, err);
  store->in_purge = 0;
  store->at_work = NULL;
  return status;
}
