/*
** al_store_verify.c - whether a log is what its imports and purges left
** (docs/file-format.md, "What has to hold").
*/
#include "al_hex.h"
#include "al_store_check.h"

/* ---- the state ---- */

typedef struct {
  al_store *store;
  const al_verify_options *options;
  al_check check;
  al_select *purge; /* on the row of the next one */
  int has_purge;
  int continues;  /* the chain has the head that was given */
  int64_t next;   /* number that the next import begins with */
  int64_t purged; /* contents that the purges tell of */
  al_verified *out;
} verifier;

/* An entry of the chain was found right. */
static void pass_entry (verifier *v, const uint8_t *digest) {
  const uint8_t *head = v->options->head;
  memcpy(v->check.previous, digest, AL_DIGEST_BYTES);
  if (head != NULL && memcmp(head, digest, AL_DIGEST_BYTES) == 0)
    v->continues = 1;
}

/* ---- purges ---- */

static al_status step_purge (verifier *v, al_error *err) {
  return al_select_next(v->purge, &v->has_purge, err);
}

static int is_instant (al_text text) {
  al_time time;
  return al_time_read_fixed(&time, text);
}

/* Whether a purge can tell that: it took something, from before the instant. */
static int is_possible (const al_chain_purge *purge) {
  return is_instant(purge->before) && is_instant(purge->time) &&
         is_instant(purge->oldest) && is_instant(purge->newest) &&
         memcmp(purge->oldest.data, purge->newest.data, AL_TIME_LEN) <= 0 &&
         memcmp(purge->newest.data, purge->before.data, AL_TIME_LEN) < 0 &&
         purge->records + purge->superseded > 0;
}

static al_status check_purge (verifier *v, int64_t import, al_error *err) {
  al_chain_purge purge;
  uint8_t stored[AL_DIGEST_BYTES], made[AL_DIGEST_BYTES];
  if (al_store_read_purge(v->purge, &purge, stored, err) != AL_OK)
    return err->status;
  if (purge.number != v->out->purges + 1)
    return al_store_corrupt(v->store, err, "purge %lld was removed",
                            (long long)v->out->purges + 1);
  al_chain_purge_digest(&purge, v->check.previous, made);
  if (purge.import != import || memcmp(made, stored, sizeof made) != 0)
    return al_store_corrupt(v->store, err,
                            "purge %lld was altered: what it tells does not "
                            "make its digest",
                            (long long)purge.number);
  v->out->purges++;
  if (!is_possible(&purge) ||
      purge.records + purge.superseded > INT64_MAX / 2 - v->purged)
    return al_store_corrupt(v->store, err,
                            "purge %lld was altered: it cannot have taken what "
                            "it tells",
                            (long long)purge.number);
  v->purged += purge.records + purge.superseded;
  pass_entry(v, made);
  if (v->options->purge == NULL)
    return AL_OK;
  return v->options->purge(v->options->context, &purge, err);
}

/* Those that came behind the import, if they do not name one behind. */
static al_status check_purges (verifier *v, int64_t import, al_error *err) {
  while (v->has_purge && v->purge->value[1].integer <= import)
    if (check_purge(v, import, err) != AL_OK || step_purge(v, err) != AL_OK)
      return err->status;
  return AL_OK;
}

/* Behind the last import. */
static al_status check_purged (verifier *v, al_error *err) {
  int64_t purged = al_contents_counted(v->check.contents).purged;
  if (v->has_purge)
    return al_store_corrupt(v->store, err,
                            "purge %lld was altered: it follows no import",
                            (long long)v->out->purges + 1);
  if (v->purged != purged)
    return al_store_corrupt(v->store, err,
                            "the purges took %lld records, and %lld are gone",
                            (long long)v->purged, (long long)purged);
  return AL_OK;
}

/* ---- imports ---- */

static al_status check_number (const verifier *v, const al_chain_import *import,
                               al_error *err) {
  if (import->number != v->out->imports + 1)
    return al_store_corrupt(v->store, err, "import %lld was removed",
                            (long long)v->out->imports + 1);
  if (import->first_sequence != v->next)
    return al_store_corrupt(v->store, err,
                            "import %lld was altered: it begins with record "
                            "%lld, where %lld is next",
                            (long long)import->number,
                            (long long)import->first_sequence,
                            (long long)v->next);
  return AL_OK;
}

static al_status check_import (verifier *v, const al_select *row,
                               al_error *err) {
  al_chain_import import;
  uint8_t digest[AL_DIGEST_BYTES];
  if (al_store_read_import(row, &import, digest, err) != AL_OK ||
      check_number(v, &import, err) != AL_OK ||
      al_check_import(&v->check, &import, digest, err) != AL_OK)
    return err->status;
  v->out->imports++;
  v->next += import.added + import.changed;
  pass_entry(v, digest);
  return check_purges(v, import.number, err);
}

static al_status check_each (verifier *v, al_select *imports, al_error *err) {
  int row;
  for (;;) {
    if (al_select_next(imports, &row, err) != AL_OK)
      return err->status;
    if (!row)
      return AL_OK;
    if (check_import(v, imports, err) != AL_OK)
      return err->status;
  }
}

static al_status check_imports (verifier *v, al_error *err) {
  static const char IMPORTS[] =
      "SELECT " AL_IMPORT_COLUMNS " FROM import ORDER BY import";
  al_select *imports;
  al_status status;
  if (al_select_open(&imports, v->store, AL_IMPORT_TYPES, IMPORTS, NULL, 0,
                     err) != AL_OK)
    return err->status;
  status = check_each(v, imports, err);
  al_select_close(imports);
  return status;
}

static al_status check_no_more (verifier *v, al_error *err) {
  int64_t sequence;
  if (!al_contents_has_next(v->check.contents, INT64_MAX, &sequence))
    return AL_OK;
  return al_store_corrupt(v->store, err,
                          "record %lld belongs to no import: it was added by "
                          "hand, or its import was removed",
                          (long long)sequence);
}

/* ---- what else the tables hold ---- */

static al_status check_customers (verifier *v, al_error *err) {
  al_contents_counts counts = al_contents_counted(v->check.contents);
  const al_store_kind *kind = v->store->kind;
  int64_t rows;
  v->out->records = counts.records;
  v->out->superseded = counts.superseded;
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

static al_status check_all (verifier *v, al_error *err) {
  static const uint8_t EMPTY[AL_DIGEST_BYTES] = {0};
  const uint8_t *head = v->options->head;
  v->next = 1;
  v->continues = head == NULL || memcmp(head, EMPTY, sizeof EMPTY) == 0;
  if (step_purge(v, err) != AL_OK || check_imports(v, err) != AL_OK ||
      check_no_more(v, err) != AL_OK || check_purged(v, err) != AL_OK ||
      check_customers(v, err) != AL_OK || check_histories(v, err) != AL_OK ||
      check_head(v, err) != AL_OK)
    return err->status;
  al_hex_write(v->out->head, v->check.previous, AL_DIGEST_BYTES);
  return AL_OK;
}

static al_status count_contents (verifier *v, al_error *err) {
  static const char COUNT[] = "SELECT (SELECT count(*) FROM record)"
                              " + (SELECT count(*) FROM superseded)"
                              " + (SELECT count(*) FROM purged)";
  al_select *select;
  al_status status;
  int row;
  if (al_select_open(&select, v->store, "i", COUNT, NULL, 0, err) != AL_OK)
    return err->status;
  status = al_select_next(select, &row, err);
  v->check.total = select->value[0].integer;
  al_select_close(select);
  return status;
}

static al_status open_parts (verifier *v, al_error *err) {
  static const char PURGES[] =
      "SELECT " AL_PURGE_COLUMNS " FROM purge ORDER BY purge";
  al_check_init(&v->check, v->store, &v->options->progress);
  if (count_contents(v, err) != AL_OK ||
      al_contents_open(&v->check.contents, v->store, INT64_MIN, INT64_MAX,
                       err) != AL_OK)
    return err->status;
  return al_select_open(&v->purge, v->store, AL_PURGE_TYPES, PURGES, NULL, 0,
                        err);
}

/* Nothing changes while it lasts: no other program's commit is seen, and there
** are none of our own. */
static al_status verify (verifier *v, al_error *err) {
  al_status status;
  if (al_store_begin_reading(v->store, err) != AL_OK)
    return err->status;
  v->store->at_work = "verified";
  status = v->store->kind->check_whole(v->store, err);
  if (status == AL_OK)
    status = open_parts(v, err);
  if (status == AL_OK)
    status = check_all(v, err);
  al_select_close(v->purge);
  al_contents_close(v->check.contents);
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
