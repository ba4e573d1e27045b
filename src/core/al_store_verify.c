/*
** al_store_verify.c - whether a log is what its imports and purges left
** (docs/file-format.md, "What has to hold").
*/
#include "al_hex.h"
#include "al_store_walk.h"

typedef struct {
  al_store *store;
  const al_verify_options *options;
  al_walk walk;
  int continues; /* the chain has the head that was given */
  al_verified *out;
} verifier;

/* ---- the chain ---- */

static al_status pass_content (void *context, const al_checked_content *content,
                               al_error *err) {
  (void)context, (void)content, (void)err;
  return AL_OK;
}

static void pass_entry (verifier *v, const uint8_t *digest) {
  const uint8_t *head = v->options->head;
  if (head != NULL && memcmp(head, digest, AL_DIGEST_BYTES) == 0)
    v->continues = 1;
}

static al_status pass_import (void *context, const al_chain_import *import,
                              const uint8_t *digest, al_error *err) {
  (void)import, (void)err;
  pass_entry(context, digest);
  return AL_OK;
}

static al_status pass_purge (void *context, const al_chain_purge *purge,
                             const uint8_t *digest, al_error *err) {
  const al_verify_options *options = ((verifier *)context)->options;
  pass_entry(context, digest);
  if (options->purge == NULL)
    return AL_OK;
  return options->purge(options->context, purge, err);
}

static al_status check_chain (verifier *v, al_error *err) {
  static const uint8_t EMPTY[AL_DIGEST_BYTES] = {0};
  const uint8_t *head = v->options->head;
  al_contents_counts counts;
  v->continues = head == NULL || memcmp(head, EMPTY, sizeof EMPTY) == 0;
  if (al_walk_all(&v->walk, err) != AL_OK)
    return err->status;
  counts = al_contents_counted(v->walk.check.contents);
  v->out->records = counts.records;
  v->out->superseded = counts.superseded;
  v->out->imports = v->walk.place.imports;
  v->out->purges = v->walk.place.purges;
  return AL_OK;
}

/* ---- what else the tables hold ---- */

static al_status check_customers (verifier *v, al_error *err) {
  al_contents_counts counts = al_contents_counted(v->walk.check.contents);
  const al_store_kind *kind = v->store->kind;
  int64_t rows;
  if (kind->count_customers == NULL)
    return AL_OK;
  if (kind->count_customers(v->store, &rows, err) != AL_OK)
    return err->status;
  if (rows != counts.customers)
    return al_store_corrupt(v->store, err,
                            "customer_record has %lld rows, and the log %lld "
                            "records of customers",
                            (long long)rows, (long long)counts.customers);
  return AL_OK;
}

/* ---- which content is current ---- */

/* All contents of a record that has several, in the order of their numbers. */
static const char HISTORIES[] =
    "SELECT r.sequence, r.operation_status, s.sequence, s.operation_status"
    " FROM superseded AS s LEFT JOIN record AS r"
    " ON r.operation_date = s.operation_date AND r.identity = s.identity"
    " ORDER BY s.operation_date, s.identity, s.sequence";

typedef struct {
  int64_t sequence;
  int is_final;
  int is_progress;
} version;

/* What became of a record so far. */
typedef struct {
  version record;  /* the one in 'record'; of number 0 before the first row */
  version current; /* the one that should be there */
  int passed;      /* the one in 'record' had its turn */
} history;

static version read_version (const al_select *row, int column) {
  const al_sql_value *status = &row->value[column + 1];
  al_text text = status->type == AL_SQL_TEXT ? status->text : AL_TEXT_MISSING;
  version v = {row->value[column].integer, al_store_is_final(text),
               al_store_is_progress(text)};
  return v;
}

/* As an import takes it (al_sqlite_import.c). */
static void pass (history *h, version v) {
  if (!h->current.is_final || !v.is_progress)
    h->current = v;
}

static al_status end_history (const verifier *v, history *h, al_error *err) {
  if (!h->passed)
    pass(h, h->record);
  if (h->current.sequence != h->record.sequence)
    return al_store_corrupt(
        v->store, err, "record %lld was put in the place of record %lld",
        (long long)h->record.sequence, (long long)h->current.sequence);
  return AL_OK;
}

static al_status check_version (const verifier *v, history *h,
                                const al_select *row, al_error *err) {
  version record = read_version(row, 0), superseded = read_version(row, 2);
  if (row->value[0].type == AL_SQL_NULL)
    return al_store_corrupt(v->store, err, "record %lld is superseded by none",
                            (long long)superseded.sequence);
  if (record.sequence != h->record.sequence) {
    if (end_history(v, h, err) != AL_OK)
      return err->status;
    memset(h, 0, sizeof *h);
    h->record = record;
  }
  if (!h->passed && record.sequence < superseded.sequence) {
    pass(h, record);
    h->passed = 1;
  }
  pass(h, superseded);
  return AL_OK;
}

static al_status check_each_version (const verifier *v, al_select *versions,
                                     al_error *err) {
  history h = {{0, 0, 0}, {0, 0, 0}, 0};
  int row;
  for (;;) {
    if (al_select_next(versions, &row, err) != AL_OK)
      return err->status;
    if (!row)
      return end_history(v, &h, err);
    if (check_version(v, &h, versions, err) != AL_OK)
      return err->status;
  }
}

static al_status check_histories (verifier *v, al_error *err) {
  al_select *versions;
  al_status status;
  if (al_select_open(&versions, v->store, "itit", HISTORIES, NULL, 0, err) !=
      AL_OK)
    return err->status;
  status = check_each_version(v, versions, err);
  al_select_close(versions);
  return status;
}

/* ---- all of it ---- */

static al_status check_head (const verifier *v, al_error *err) {
  char head[AL_DIGEST_HEX_LEN];
  if (v->continues)
    return AL_OK;
  al_hex_write(head, v->options->head, AL_DIGEST_BYTES);
  return al_store_corrupt(
      v->store, err,
      "it does not continue the chain from %.*s: it was cut "
      "off, or computed anew, or is another log",
      AL_DIGEST_HEX_LEN, head);
}

static al_status check_all (verifier *v, const al_visitor *visitor,
                            al_error *err) {
  const al_store_kind *kind = v->store->kind;
  if ((kind->check_whole != NULL &&
       kind->check_whole(v->store, err) != AL_OK) ||
      al_walk_open(&v->walk, v->store, &al_place_first, visitor,
                   &v->options->progress, err) != AL_OK ||
      check_chain(v, err) != AL_OK || check_customers(v, err) != AL_OK ||
      check_histories(v, err) != AL_OK || check_head(v, err) != AL_OK)
    return err->status;
  al_hex_write(v->out->head, v->walk.check.previous, AL_DIGEST_BYTES);
  return AL_OK;
}

/* Nothing changes while it lasts: no other program's commit is seen, and there
** are none of our own. */
static al_status verify (verifier *v, al_error *err) {
  const al_visitor visitor = {pass_content, pass_import, pass_purge, v};
  al_status status;
  if (al_store_begin_reading(v->store, err) != AL_OK)
    return err->status;
  v->store->at_work = "verified";
  status = check_all(v, &visitor, err);
  al_walk_close(&v->walk);
  v->store->at_work = NULL;
  al_store_end_reading(v->store);
  return status;
}

al_status al_store_verify (al_store *store, const al_verify_options *options,
                           al_verified *out, al_error *err) {
  verifier v;
  memset(&v, 0, sizeof v);
  memset(out, 0, sizeof *out);
  v.store = store;
  v.options = options;
  v.out = out;
  return al_store_check_idle(store, err) == AL_OK ? verify(&v, err)
                                                  : err->status;
}
