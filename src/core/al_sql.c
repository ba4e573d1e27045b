/*
** al_sql.c - SQL that every kind of store speaks: values, and who runs it.
*/
#include "al_sql.h"

#include "al_store_kind.h"

al_sql_value al_sql_integer (int64_t integer) {
  al_sql_value value = {AL_SQL_INTEGER, integer, {NULL, 0}};
  return value;
}

al_sql_value al_sql_text (al_text text) {
  al_sql_value value = {text.data != NULL ? AL_SQL_TEXT : AL_SQL_NULL, 0, text};
  return value;
}

al_sql_value al_sql_blob (const void *bytes, size_t len) {
  al_sql_value value = {AL_SQL_BLOB, 0, {bytes, len}};
  return value;
}

int al_sql_digest (const al_sql_value *value, uint8_t digest[AL_DIGEST_BYTES]) {
  if (value->type != AL_SQL_BLOB || value->text.len != AL_DIGEST_BYTES)
    return 0;
  memcpy(digest, value->text.data, AL_DIGEST_BYTES);
  return 1;
}

al_status al_select_open (al_select **out, al_store *store, const char *types,
                          const char *sql, const al_sql_value *given, size_t n,
                          al_error *err) {
  *out = NULL;
  return store->kind->select_open(out, store, types, sql, given, n, err);
}

al_status al_select_next (al_select *select, int *row, al_error *err) {
  *row = 0;
  return select->store->kind->select_next(select, row, err);
}

void al_select_close (al_select *select) {
  if (select != NULL)
    select->store->kind->select_close(select);
}

al_status al_store_run (al_store *store, const char *sql,
                        const al_sql_value *given, size_t n, al_error *err) {
  return store->kind->run(store, sql, given, n, err);
}
