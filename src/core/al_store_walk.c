/*
** al_store_walk.c - a log's chain from entry to entry, each of them proved with
** its contents (docs/file-format.md, "What has to hold").
*/
#include "al_store_walk.h"

const al_place al_place_first = {0, 0, 1, {0}};

/* ---- purges ---- */

static al_status step_purge (al_walk *walk, al_error *err) {
  return al_select_next(walk->purge, &walk->has_purge, err);
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

static al_status check_purge (al_walk *walk, int64_t import, al_error *err) {
  al_chain_purge purge;
  uint8_t stored[AL_DIGEST_BYTES], made[AL_DIGEST_BYTES];
  if (al_store_read_purge(walk->purge, &purge, stored, err) != AL_OK)
    return err->status;
  if (purge.number != walk->place.purges + 1)
    return al_store_corrupt(walk->store, err, "purge %lld was removed",
                            (long long)walk->place.purges + 1);
  al_chain_purge_digest(&purge, walk->check.previous, made);
  if (purge.import != import || memcmp(made, stored, sizeof made) != 0)
    return al_store_corrupt(walk->store, err,
                            "purge %lld was altered: what it tells does not "
                            "make its digest",
                            (long long)purge.number);
  walk->place.purges++;
  if (!is_possible(&purge) ||
      purge.records + purge.superseded > INT64_MAX / 2 - walk->purged)
    return al_store_corrupt(walk->store, err,
                            "purge %lld was altered: it cannot have taken what "
                            "it tells",
                            (long long)purge.number);
  walk->purged += purge.records + purge.superseded;
  memcpy(walk->check.previous, made, sizeof made);
  return walk->visitor->purge(walk->visitor->context, &purge, made, err);
}

/* Those that came behind the import, if they do not name one behind. */
static al_status check_purges (al_walk *walk, int64_t import, al_error *err) {
  while (walk->has_purge && walk->purge->value[1].integer <= import)
    if (check_purge(walk, import, err) != AL_OK ||
        step_purge(walk, err) != AL_OK)
      return err->status;
  return AL_OK;
}

/* Behind the last import. From the middle on nobody counted what is gone of the
** imports before. */
static al_status check_purged (const al_walk *walk, al_error *err) {
  int64_t purged = al_contents_counted(walk->check.contents).purged;
  if (walk->has_purge)
    return al_store_corrupt(walk->store, err,
                            "purge %lld was altered: it follows no import",
                            (long long)walk->place.purges + 1);
  if (walk->from_first && walk->purged != purged)
    return al_store_corrupt(walk->store, err,
                            "the purges took %lld records, and %lld are gone",
                            (long long)walk->purged, (long long)purged);
  return AL_OK;
}

/* ---- imports ---- */

static al_status check_number (const al_walk *walk,
                               const al_chain_import *import, al_error *err) {
  const al_place *place = &walk->place;
  if (import->number != place->imports + 1)
    return al_store_corrupt(walk->store, err, "import %lld was removed",
                            (long long)place->imports + 1);
  if (import->first_sequence != place->next)
    return al_store_corrupt(walk->store, err,
                            "import %lld was altered: it begins with record "
                            "%lld, where %lld is next",
                            (long long)import->number,
                            (long long)import->first_sequence,
                            (long long)place->next);
  return AL_OK;
}

static al_status check_import (al_walk *walk, const al_select *row,
                               al_error *err) {
  al_chain_import import;
  uint8_t digest[AL_DIGEST_BYTES];
  if (al_store_read_import(row, &import, digest, err) != AL_OK ||
      check_number(walk, &import, err) != AL_OK ||
      al_check_import(&walk->check, &import, digest, err) != AL_OK)
    return err->status;
  walk->place.imports++;
  walk->place.next += import.added + import.changed;
  if (walk->visitor->import(walk->visitor->context, &import, digest, err) !=
      AL_OK)
    return err->status;
  return check_purges(walk, import.number, err);
}

static al_status check_each (al_walk *walk, al_select *imports, al_error *err) {
  int row;
  for (;;) {
    if (al_select_next(imports, &row, err) != AL_OK)
      return err->status;
    if (!row)
      return AL_OK;
    if (check_import(walk, imports, err) != AL_OK)
      return err->status;
  }
}

static al_status check_imports (al_walk *walk, al_error *err) {
  static const char IMPORTS[] =
      "SELECT " AL_IMPORT_COLUMNS
      " FROM import WHERE import > ?1 ORDER BY import";
  const al_sql_value given = al_sql_integer(walk->place.imports);
  al_select *imports;
  al_status status;
  if (al_select_open(&imports, walk->store, AL_IMPORT_TYPES, IMPORTS, &given, 1,
                     err) != AL_OK)
    return err->status;
  status = check_each(walk, imports, err);
  al_select_close(imports);
  return status;
}

static al_status check_no_more (const al_walk *walk, al_error *err) {
  int64_t sequence;
  if (!al_contents_has_next(walk->check.contents, INT64_MAX, &sequence))
    return AL_OK;
  return al_store_corrupt(walk->store, err,
                          "record %lld belongs to no import: it was added by "
                          "hand, or its import was removed",
                          (long long)sequence);
}

/* Behind an import there may be purges. */
al_status al_walk_all (al_walk *walk, al_error *err) {
  if (!walk->from_first &&
      check_purges(walk, walk->place.imports, err) != AL_OK)
    return err->status;
  if (check_imports(walk, err) != AL_OK || check_no_more(walk, err) != AL_OK)
    return err->status;
  return check_purged(walk, err);
}

/* ---- opening ---- */

/* How many contents there are is told by the last import; -1 when it tells what
** cannot be. */
static int64_t count_before_end (const al_select *row) {
  int64_t count = 0;
  int column;
  for (column = 0; column < row->ncolumns; column++) {
    const al_sql_value *value = &row->value[column];
    if (value->type != AL_SQL_INTEGER || value->integer < 0 ||
        value->integer > INT64_MAX / 4)
      return -1;
    count += value->integer;
  }
  return count;
}

static al_status count_contents (al_walk *walk, al_error *err) {
  static const char LAST[] = "SELECT first_sequence, added, changed FROM import"
                             " ORDER BY import DESC LIMIT 1";
  al_select *select;
  al_status status;
  int64_t end = walk->place.next;
  int row;
  if (al_select_open(&select, walk->store, "iii", LAST, NULL, 0, err) != AL_OK)
    return err->status;
  status = al_select_next(select, &row, err);
  if (status == AL_OK && row)
    end = count_before_end(select);
  walk->check.total = end < walk->place.next ? -1 : end - walk->place.next;
  al_select_close(select);
  return status;
}

al_status al_walk_open (al_walk *walk, al_store *store, const al_place *from,
                        const al_visitor *visitor, const al_progress *progress,
                        al_error *err) {
  static const char PURGES[] =
      "SELECT " AL_PURGE_COLUMNS " FROM purge WHERE purge > ?1 ORDER BY purge";
  const al_sql_value given = al_sql_integer(from->purges);
  int64_t first = from->imports == 0 ? INT64_MIN : from->next;
  memset(walk, 0, sizeof *walk);
  walk->store = store;
  walk->visitor = visitor;
  walk->place = *from;
  walk->from_first = from->imports == 0;
  al_check_init(&walk->check, store, progress);
  walk->check.visitor = visitor;
  memcpy(walk->check.previous, from->digest, AL_DIGEST_BYTES);
  if (count_contents(walk, err) != AL_OK ||
      al_contents_open(&walk->check.contents, store, first, INT64_MAX, err) !=
          AL_OK ||
      al_select_open(&walk->purge, store, AL_PURGE_TYPES, PURGES, &given, 1,
                     err) != AL_OK)
    return err->status;
  return step_purge(walk, err);
}

void al_walk_close (al_walk *walk) {
  al_select_close(walk->purge);
  al_contents_close(walk->check.contents);
}
