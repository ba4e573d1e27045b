/*
** al_store_chain.c - the entries of the chain (al_chain.h), as a log has them.
*/
#include "al_hex.h"
#include "al_store_kind.h"

/* ---- entries ---- */

/* A row, read from column to column. */
typedef struct {
  const al_select *select;
  int column;
  int wrong; /* a column held something else */
} reader;

static al_text read_text (reader *r) {
  const al_sql_value *value = &r->select->value[r->column++];
  r->wrong |= value->type != AL_SQL_TEXT;
  return value->type == AL_SQL_TEXT ? value->text : AL_TEXT_MISSING;
}

/* Numbers are counts: so many that sums of them stay numbers. */
static int64_t read_count (reader *r) {
  const al_sql_value *value = &r->select->value[r->column++];
  if (value->type == AL_SQL_INTEGER && value->integer >= 0 &&
      value->integer <= INT64_MAX / 4)
    return value->integer;
  r->wrong = 1;
  return 0;
}

static void read_digest (reader *r, uint8_t digest[AL_DIGEST_BYTES]) {
  r->wrong |= !al_sql_digest(&r->select->value[r->column++], digest);
}

static al_status end (const reader *r, const char *what, al_error *err) {
  return !r->wrong
             ? AL_OK
             : al_store_corrupt(r->select->store, err,
                                "%s %lld was altered: it holds what "
                                "cannot stand there",
                                what, (long long)r->select->value[0].integer);
}

al_status al_store_read_import (const al_select *select, al_chain_import *out,
                                uint8_t digest[AL_DIGEST_BYTES],
                                al_error *err) {
  reader r = {select, 0, 0};
  out->number = read_count(&r);
  out->source = read_text(&r);
  out->time = read_text(&r);
  out->first_sequence = read_count(&r);
  out->records = read_count(&r);
  out->added = read_count(&r);
  out->known = read_count(&r);
  out->changed = read_count(&r);
  read_digest(&r, digest);
  return end(&r, "import", err);
}

al_status al_store_read_purge (const al_select *select, al_chain_purge *out,
                               uint8_t digest[AL_DIGEST_BYTES], al_error *err) {
  reader r = {select, 0, 0};
  out->number = read_count(&r);
  out->import = read_count(&r);
  out->before = read_text(&r);
  out->time = read_text(&r);
  out->user = read_text(&r);
  out->oldest = read_text(&r);
  out->newest = read_text(&r);
  out->records = read_count(&r);
  out->superseded = read_count(&r);
  read_digest(&r, digest);
  return end(&r, "purge", err);
}

/* ---- the head ---- */

/* A purge is behind the import that it names. */
static const char LAST[] =
    "SELECT digest FROM"
    " (SELECT * FROM"
    "   (SELECT import, 0 AS purge, digest FROM import"
    "    WHERE import < ?1 ORDER BY import DESC LIMIT 1) AS i"
    "  UNION ALL SELECT * FROM"
    "   (SELECT import, purge, digest FROM purge"
    "    WHERE import < ?1 ORDER BY purge DESC LIMIT 1) AS p) AS entry"
    " ORDER BY import DESC, purge DESC LIMIT 1";

al_status al_store_read_entry_before (al_store *store, int64_t import,
                                      uint8_t digest[AL_DIGEST_BYTES],
                                      al_error *err) {
  const al_sql_value given = al_sql_integer(import);
  al_select *select;
  al_status status;
  int row, damaged = 0;
  memset(digest, 0, AL_DIGEST_BYTES);
  if (al_select_open(&select, store, "b", LAST, &given, 1, err) != AL_OK)
    return err->status;
  status = al_select_next(select, &row, err);
  if (status == AL_OK && row)
    damaged = !al_sql_digest(&select->value[0], digest);
  al_select_close(select);
  if (!damaged)
    return status;
  return al_store_corrupt(store, err,
                          "its last import or purge was altered: it has no "
                          "digest");
}

al_status al_store_read_head (al_store *store, uint8_t digest[AL_DIGEST_BYTES],
                              al_error *err) {
  return al_store_read_entry_before(store, INT64_MAX, digest, err);
}

al_status al_store_head (al_store *store, char head[AL_DIGEST_HEX_LEN + 1],
                         al_error *err) {
  uint8_t digest[AL_DIGEST_BYTES];
  if (al_store_here(store, err) != AL_OK ||
      al_store_check(store, err) != AL_OK ||
      al_store_read_head(store, digest, err) != AL_OK)
    return err->status;
  al_hex_write(head, digest, AL_DIGEST_BYTES);
  head[AL_DIGEST_HEX_LEN] = '\0';
  return AL_OK;
}

/* ---- the import that is running ---- */

/* Whether numbers can be counted on from this one: in a file that is damaged it
** may be any. */
static int can_count_from (const al_sql_value *number) {
  return number->type == AL_SQL_INTEGER && number->integer > 0 &&
         number->integer < INT64_MAX / 2;
}

/* Read the last import, if there is one. */
static al_status read_last (al_select *select, al_import_state *import,
                            al_error *err) {
  const al_sql_value *value = select->value;
  int row;
  if (al_select_next(select, &row, err) != AL_OK)
    return err->status;
  import->number = import->next_sequence = 1;
  if (!row)
    return AL_OK;
  if (!can_count_from(&value[0]) || !can_count_from(&value[1]))
    return al_fail(err, AL_CORRUPT,
                   "the log's last import has impossible numbers");
  import->number = value[0].integer + 1;
  import->next_sequence = value[1].integer;
  return AL_OK;
}

/* A copy into the log may have begun since it was opened. */
static al_status check_copying (al_store *store, al_error *err) {
  if (store->for_copy)
    return AL_OK;
  if (store->kind->is_copying(store, &store->copying, err) != AL_OK)
    return err->status;
  return al_store_check_copying(store, err);
}

al_status al_store_continue_chain (al_store *store, al_error *err) {
  static const char LAST_IMPORT[] =
      "SELECT import, first_sequence + added + changed FROM import"
      " ORDER BY import DESC LIMIT 1";
  al_import_state *import = &store->import;
  al_select *select;
  al_status status;
  if (check_copying(store, err) != AL_OK ||
      al_select_open(&select, store, "ii", LAST_IMPORT, NULL, 0, err) != AL_OK)
    return err->status;
  status = read_last(select, import, err);
  al_select_close(select);
  import->first_sequence = import->next_sequence;
  return status == AL_OK ? al_store_read_head(store, import->previous, err)
                         : status;
}

void al_store_count_content (al_store *store,
                             const uint8_t digest[AL_DIGEST_BYTES]) {
  al_chain_add_content(&store->import.hash, digest);
  store->import.next_sequence++;
}

al_status al_store_write_import (al_store *store, const al_chain_import *told,
                                 const uint8_t digest[AL_DIGEST_BYTES],
                                 al_error *err) {
  const al_sql_value given[] = {
      al_sql_integer(told->number),
      al_sql_text(told->source),
      al_sql_text(told->time),
      al_sql_integer(told->first_sequence),
      al_sql_integer(told->records),
      al_sql_integer(told->added),
      al_sql_integer(told->known),
      al_sql_integer(told->changed),
      al_sql_blob(digest, AL_DIGEST_BYTES),
  };
  return al_store_run(store,
                      "INSERT INTO import (" AL_IMPORT_COLUMNS
                      ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                      given, sizeof given / sizeof given[0], err);
}

/* What the chain has of it (docs/file-format.md). */
al_status al_store_insert_import (al_store *store, al_text source, al_time now,
                                  al_error *err) {
  al_import_state *import = &store->import;
  const al_import_counts *counts = &import->counts;
  char time[AL_TIME_LEN + 1] = "";
  const al_chain_import told = {
      import->number,         source,          al_text_from(time, AL_TIME_LEN),
      import->first_sequence, counts->records, counts->added,
      counts->known,          counts->changed};
  uint8_t digest[AL_DIGEST_BYTES];
  al_time_write(time, now);
  al_chain_import_digest(&import->hash, &told,
                         import->number > 1 ? import->previous : NULL, digest);
  return al_store_write_import(store, &told, digest, err);
}

/* ---- what they come to ---- */

static void copy_quoted (char *out, size_t size, const al_sql_value *value) {
  al_text text = value->type == AL_SQL_TEXT ? value->text : AL_TEXT("");
  al_quote_to(out, size, text.data, text.len);
}

static al_status open_readable (al_select **out, al_store *store,
                                const char *types, const char *sql,
                                al_error *err) {
  if (al_store_here(store, err) != AL_OK || al_store_check(store, err) != AL_OK)
    return err->status;
  return al_select_open(out, store, types, sql, NULL, 0, err);
}

al_status al_store_last_import (al_store *store, al_last_import *out,
                                al_error *err) {
  al_select *select;
  al_status status;
  int row;
  memset(out, 0, sizeof *out);
  if (open_readable(&select, store, "itt",
                    "SELECT import, time, source FROM import"
                    " ORDER BY import DESC LIMIT 1",
                    err) != AL_OK)
    return err->status;
  status = al_select_next(select, &row, err);
  if (status == AL_OK && row) {
    out->number = select->value[0].integer;
    copy_quoted(out->time, sizeof out->time, &select->value[1]);
    copy_quoted(out->source, sizeof out->source, &select->value[2]);
  }
  al_select_close(select);
  return status;
}

/* In a damaged file any numbers may stand. */
static int64_t add (int64_t sum, const al_sql_value *number) {
  if (number->type != AL_SQL_INTEGER || number->integer < 0 ||
      number->integer > INT64_MAX - sum)
    return sum;
  return sum + number->integer;
}

static al_status add_purges (al_select *select, al_purges *out, al_error *err) {
  char before[sizeof out->before];
  int row;
  for (;;) {
    if (al_select_next(select, &row, err) != AL_OK)
      return err->status;
    if (!row)
      return AL_OK;
    out->number++;
    out->records = add(out->records, &select->value[0]);
    copy_quoted(before, sizeof before, &select->value[1]);
    if (strcmp(before, out->before) > 0)
      memcpy(out->before, before, sizeof before);
  }
}

al_status al_store_purges (al_store *store, al_purges *out, al_error *err) {
  al_select *select;
  al_status status;
  memset(out, 0, sizeof *out);
  if (open_readable(&select, store, "it", "SELECT records, before FROM purge",
                    err) != AL_OK)
    return err->status;
  status = add_purges(select, out, err);
  al_select_close(select);
  return status;
}
