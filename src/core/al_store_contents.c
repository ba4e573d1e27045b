/*
** al_store_contents.c - the contents of a log in the order of their numbers,
** current, superseded and purged, each checked against what the log says of it.
*/
#include "al_store_contents.h"

#include <stdlib.h>

#include "al_utf8.h"

enum { CURRENT, SUPERSEDED, PURGED, NTABLES };

#define SELECT(columns, table)                                                 \
  "SELECT " columns " FROM " table                                             \
  " WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence"

static const struct {
  const char *sql, *types;
} TABLES[NTABLES] = {
    {SELECT(AL_RECORD_COLUMNS, "record"), AL_RECORD_TYPES},
    {SELECT(AL_RECORD_COLUMNS, "superseded"), AL_RECORD_TYPES},
    {SELECT("sequence, digest", "purged"), "ib"},
};

/* Columns of AL_RECORD_COLUMNS. */
enum { SEQUENCE, DATE, IDENTITY, DIGEST, SECRET, FOLDED, FIRST_FIELD };

/* A table's row that is next. */
typedef struct {
  al_select *rows;
  int has_row;
  int64_t sequence;
} source;

struct al_contents {
  al_store *store;
  source from[NTABLES];
  al_content content;
  al_contents_counts counts;
};

/* ---- the tables ---- */

static al_status step (source *from, al_error *err) {
  if (al_select_next(from->rows, &from->has_row, err) != AL_OK)
    return err->status;
  if (from->has_row)
    from->sequence = from->rows->value[SEQUENCE].integer;
  return AL_OK;
}

static al_status open_source (al_contents *contents, int table, int64_t first,
                              int64_t last, al_error *err) {
  const al_sql_value ends[] = {al_sql_integer(first), al_sql_integer(last)};
  source *from = &contents->from[table];
  if (al_select_open(&from->rows, contents->store, TABLES[table].types,
                     TABLES[table].sql, ends, 2, err) != AL_OK)
    return err->status;
  return step(from, err);
}

al_status al_contents_open (al_contents **out, al_store *store, int64_t first,
                            int64_t last, al_error *err) {
  al_contents *contents = calloc(1, sizeof *contents);
  int table;
  *out = NULL;
  if (contents == NULL)
    return al_fail_nomem(err);
  contents->store = store;
  for (table = 0; table < NTABLES; table++)
    if (open_source(contents, table, first, last, err) != AL_OK) {
      al_contents_close(contents);
      return err->status;
    }
  *out = contents;
  return AL_OK;
}

void al_contents_close (al_contents *contents) {
  int table;
  if (contents == NULL)
    return;
  for (table = 0; table < NTABLES; table++)
    al_select_close(contents->from[table].rows);
  free(contents);
}

al_contents_counts al_contents_counted (const al_contents *contents) {
  return contents->counts;
}

/* ---- one content ---- */

static const char *column_name (int column) {
  int field = column - FIRST_FIELD;
  if (column == DATE)
    return al_field_name(AL_OPERATION_DATE);
  if (column == FOLDED)
    return "customer_name_folded";
  return al_field_name(
      (al_field)(field < AL_OPERATION_DATE ? field : field + 1));
}

static al_status altered (const al_contents *contents, const source *from,
                          const char *what, al_error *err) {
  return al_store_corrupt(contents->store, err, "record %lld was altered: %s",
                          (long long)from->sequence, what);
}

static al_status fail_column (const al_contents *contents, const source *from,
                              int column, const char *what, al_error *err) {
  return al_store_corrupt(contents->store, err,
                          "record %lld was altered: its %s is no %s",
                          (long long)from->sequence, column_name(column), what);
}

/* A column's text. One of another type would be taken for text by most of SQL,
** but not by all of it; and what is no UTF-8 cannot be folded. */
static al_status read_text (const al_contents *contents, const source *from,
                            int column, al_text *out, al_error *err) {
  const al_sql_value *value = &from->rows->value[column];
  *out = AL_TEXT_MISSING;
  if (value->type == AL_SQL_NULL)
    return AL_OK;
  if (value->type != AL_SQL_TEXT)
    return fail_column(contents, from, column, "text", err);
  *out = value->text;
  if (!al_utf8_valid(out->data, out->len))
    return fail_column(contents, from, column, "UTF-8", err);
  return AL_OK;
}

static al_status read_record (const al_contents *contents, const source *from,
                              al_record *record, al_error *err) {
  int field, column = FIRST_FIELD;
  al_time time;
  memset(record, 0, sizeof *record);
  for (field = 0; field < AL_NFIELDS; field++)
    if (read_text(contents, from, field == AL_OPERATION_DATE ? DATE : column++,
                  &record->field[field], err) != AL_OK)
      return err->status;
  if (record->field[AL_OPERATION_DATE].data == NULL ||
      !al_time_read_fixed(&time, record->field[AL_OPERATION_DATE]))
    return altered(contents, from, "its operation_date is none", err);
  return AL_OK;
}

static int has_bytes (const source *from, int column, const uint8_t *bytes,
                      size_t len) {
  const al_sql_value *value = &from->rows->value[column];
  return value->type == AL_SQL_BLOB && value->text.len == len &&
         memcmp(value->text.data, bytes, len) == 0;
}

static int has_integer (const source *from, int column, int64_t integer) {
  const al_sql_value *value = &from->rows->value[column];
  return value->type == AL_SQL_INTEGER && value->integer == integer;
}

/* Whether a text is the customer's name, folded. Where that is lower case of A
** to Z it need not be kept; version 1 of the file did. */
static int is_folded_name (const al_content *c, al_text folded) {
  al_text name = c->record.field[AL_CUSTOMER_NAME];
  size_t i = 0;
  if (c->folded_name.data != NULL || folded.data == NULL)
    return al_text_equal(folded, c->folded_name);
  while (i < folded.len && i < name.len &&
         folded.data[i] == al_lower(name.data[i]))
    i++;
  return name.data != NULL && i == folded.len && i == name.len;
}

/* Whether what the log keeps beside the fields is what they make. */
static al_status check_made (const al_contents *contents, const source *from,
                             al_error *err) {
  const al_content *c = &contents->content;
  al_text folded;
  if (!has_bytes(from, DIGEST, c->digest, AL_DIGEST_BYTES))
    return altered(contents, from, "its fields do not make its digest", err);
  if (!has_bytes(from, IDENTITY, c->identity, AL_IDENTITY_BYTES))
    return altered(contents, from, "its fields do not make its identity", err);
  if (!has_integer(from, SECRET, c->secret != 0))
    return altered(contents, from, "its mark of secrets is wrong", err);
  if (read_text(contents, from, FOLDED, &folded, err) != AL_OK)
    return err->status;
  if (!is_folded_name(c, folded))
    return altered(contents, from, "its customer_name_folded is wrong", err);
  return AL_OK;
}

/* Whether a current content is found by its customer. */
static al_status check_customer (al_contents *contents, const source *from,
                                 al_error *err) {
  al_store *store = contents->store;
  int rows;
  if (contents->content.customer.data == NULL ||
      store->kind->find_customer == NULL)
    return AL_OK;
  if (store->kind->find_customer(store, &contents->content, from->sequence,
                                 &rows, err) != AL_OK)
    return err->status;
  if (rows == 0)
    return al_store_corrupt(store, err,
                            "record %lld is missing in customer_record",
                            (long long)from->sequence);
  contents->counts.customers++;
  return AL_OK;
}

static al_status check_content (al_contents *contents, const source *from,
                                al_error *err) {
  al_store *store = contents->store;
  al_record record;
  if (read_record(contents, from, &record, err) != AL_OK ||
      al_content_make(&contents->content, &record, &store->names,
                      &store->folded, err) != AL_OK ||
      al_content_complete(&contents->content, err) != AL_OK)
    return err->status;
  return check_made(contents, from, err);
}

/* ---- one after the other ---- */

static int is_less (const source *a, const source *b) {
  return a->has_row && (!b->has_row || a->sequence < b->sequence);
}

/* The table whose row has the lowest number, if any has one. */
static int next_table (const al_contents *contents) {
  const source *from = contents->from;
  int next = is_less(&from[SUPERSEDED], &from[CURRENT]) ? SUPERSEDED : CURRENT;
  return is_less(&from[PURGED], &from[next]) ? PURGED : next;
}

int al_contents_has_next (const al_contents *contents, int64_t last,
                          int64_t *sequence) {
  const source *from = &contents->from[next_table(contents)];
  if (!from->has_row || from->sequence > last)
    return 0;
  *sequence = from->sequence;
  return 1;
}

static al_status check_once (const al_contents *contents, int next,
                             al_error *err) {
  static const char *const IS[NTABLES] = {"current", "superseded", "purged"};
  const source *from = contents->from;
  int table;
  for (table = 0; table < NTABLES; table++)
    if (table != next && from[table].has_row &&
        from[table].sequence == from[next].sequence)
      return al_store_corrupt(
          contents->store, err, "record %lld stands twice, as %s and as %s",
          (long long)from[next].sequence, IS[next], IS[table]);
  return AL_OK;
}

static al_status take_purged (al_contents *contents, const source *from,
                              al_checked_content *out, al_error *err) {
  contents->counts.purged++;
  if (!al_sql_digest(&from->rows->value[1], out->digest))
    return altered(contents, from, "it was purged, and has no digest", err);
  return AL_OK;
}

static al_status take (al_contents *contents, const source *from,
                       int is_current, al_checked_content *out, al_error *err) {
  int64_t *count =
      is_current ? &contents->counts.records : &contents->counts.superseded;
  if (check_content(contents, from, err) != AL_OK ||
      (is_current && check_customer(contents, from, err) != AL_OK))
    return err->status;
  ++*count;
  out->content = &contents->content;
  memcpy(out->digest, contents->content.digest, AL_DIGEST_BYTES);
  return AL_OK;
}

al_status al_contents_take (al_contents *contents, al_checked_content *out,
                            al_error *err) {
  int table = next_table(contents);
  const source *from = &contents->from[table];
  if (check_once(contents, table, err) != AL_OK)
    return err->status;
  out->sequence = from->sequence;
  out->content = NULL;
  return table == PURGED ? take_purged(contents, from, out, err)
                         : take(contents, from, table == CURRENT, out, err);
}

al_status al_contents_pass (al_contents *contents, al_error *err) {
  return step(&contents->from[next_table(contents)], err);
}
