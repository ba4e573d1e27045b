/*
** al_store_check.c - an import and its contents, against its digest.
*/
#include "al_store_check.h"

#include <stdio.h>

#define PROGRESS_CONTENTS 1024

void al_check_init (al_check *check, al_store *store,
                    const al_progress *progress) {
  memset(check, 0, sizeof *check);
  check->store = store;
  check->progress = *progress;
}

/* An instant before which the import has no contents any more, as purges behind
** it took them; empty where there was none. */
static al_status read_limit (al_check *check, int64_t number,
                             char limit[AL_TIME_LEN + 1], al_error *err) {
  static const char LIMIT[] =
      "SELECT max(before) FROM purge WHERE import >= ?1";
  const al_sql_value given = al_sql_integer(number);
  al_select *select;
  al_status status;
  int row;
  limit[0] = '\0';
  if (al_select_open(&select, check->store, "t", LIMIT, &given, 1, err) !=
      AL_OK)
    return err->status;
  status = al_select_next(select, &row, err);
  if (status == AL_OK && row && select->value[0].type == AL_SQL_TEXT)
    snprintf(limit, AL_TIME_LEN + 1, "%.*s", (int)select->value[0].text.len,
             select->value[0].text.data);
  al_select_close(select);
  return status;
}

/* ---- the contents ---- */

static al_status fail_by_hand (const al_check *check, int64_t sequence,
                               const char *why, al_error *err) {
  return al_store_corrupt(check->store, err, "record %lld %s",
                          (long long)sequence, why);
}

static al_status tell (al_check *check, al_error *err) {
  if (check->progress.call == NULL || ++check->done % PROGRESS_CONTENTS != 0)
    return AL_OK;
  return check->progress.call(check->progress.context, check->done,
                              check->total, err);
}

static int is_before (const al_content *content, const char *limit) {
  return strncmp(content->record.field[AL_OPERATION_DATE].data, limit,
                 AL_TIME_LEN) < 0;
}

static al_status visit (const al_check *check,
                        const al_checked_content *content, al_error *err) {
  const al_visitor *visitor = check->visitor;
  return visitor != NULL ? visitor->content(visitor->context, content, err)
                         : AL_OK;
}

/* Take the content that should have the number 'next'. */
static al_status take (al_check *check, const al_chain_import *import,
                       int64_t next, const char *limit, al_sha256 *hash,
                       al_error *err) {
  al_checked_content content;
  int64_t sequence;
  if (!al_contents_has_next(check->contents, next, &sequence))
    return al_store_corrupt(check->store, err,
                            "record %lld of import %lld was removed",
                            (long long)next, (long long)import->number);
  if (sequence < next)
    return fail_by_hand(check, sequence,
                        "belongs to no import: it was added by hand", err);
  if (al_contents_take(check->contents, &content, err) != AL_OK)
    return err->status;
  if (content.content != NULL && is_before(content.content, limit))
    return fail_by_hand(check, sequence,
                        "was added by hand: all of its time were purged", err);
  al_chain_add_content(hash, content.digest);
  if (visit(check, &content, err) != AL_OK ||
      al_contents_pass(check->contents, err) != AL_OK)
    return err->status;
  return tell(check, err);
}

static al_status take_all (al_check *check, const al_chain_import *import,
                           al_sha256 *hash, al_error *err) {
  int64_t next = import->first_sequence;
  int64_t stop = next + import->added + import->changed;
  char limit[AL_TIME_LEN + 1];
  if (read_limit(check, import->number, limit, err) != AL_OK)
    return err->status;
  for (; next < stop; next++)
    if (take(check, import, next, limit, hash, err) != AL_OK)
      return err->status;
  return AL_OK;
}

al_status al_check_import (al_check *check, const al_chain_import *import,
                           const uint8_t digest[AL_DIGEST_BYTES],
                           al_error *err) {
  al_sha256 hash;
  uint8_t made[AL_DIGEST_BYTES];
  al_sha256_init(&hash);
  if (take_all(check, import, &hash, err) != AL_OK)
    return err->status;
  al_chain_import_digest(&hash, import,
                         import->number > 1 ? check->previous : NULL, made);
  if (memcmp(made, digest, sizeof made) != 0)
    return al_store_corrupt(
        check->store, err,
        "import %lld was altered: its records, their order, "
        "what it tells or the digest of the entry before "
        "do not make its digest",
        (long long)import->number);
  memcpy(check->previous, digest, AL_DIGEST_BYTES);
  return AL_OK;
}
