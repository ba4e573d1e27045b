/*
** al_store_check.c - an import and its contents, against its digest or, where
** records of it were purged, that of its rest.
*/
#include "al_store_check.h"

#define PROGRESS_CONTENTS 1024

static const char REST[] = "SELECT digest FROM rest WHERE import = ?1";

/* What purges behind the import took away. */
static const char LIMIT[] = "SELECT max(before) FROM purge WHERE import >= ?1";

al_status al_check_open (al_check *check, al_store *store,
                         const al_progress *progress, al_error *err) {
  memset(check, 0, sizeof *check);
  check->store = store;
  check->progress = *progress;
  if (al_store_prepare(store->db, &check->rest, REST, sizeof REST - 1, err) !=
      AL_OK)
    return err->status;
  return al_store_prepare(store->db, &check->limit, LIMIT, sizeof LIMIT - 1,
                          err);
}

void al_check_close (al_check *check) {
  sqlite3_finalize(check->rest);
  sqlite3_finalize(check->limit);
}

/* ---- what is asked for each import ---- */

static al_status read_rest (al_check *check, int64_t number, int *has,
                            uint8_t *digest, al_error *err) {
  sqlite3 *db = check->store->db;
  int code, damaged = 0;
  sqlite3_bind_int64(check->rest, 1, number);
  code = sqlite3_step(check->rest);
  *has = code == SQLITE_ROW;
  if (*has)
    damaged = !al_store_column_digest(check->rest, 0, digest);
  else if (code != SQLITE_DONE)
    al_store_fail(db, err);
  sqlite3_reset(check->rest);
  if (damaged)
    return al_store_corrupt(db, err, "the rest of import %lld was altered",
                            (long long)number);
  return code == SQLITE_ROW || code == SQLITE_DONE ? AL_OK : err->status;
}

/* An instant before which it has no contents any more; empty where it was never
** purged. */
static al_status read_limit (al_check *check, int64_t number,
                             char limit[AL_TIME_LEN + 1], al_error *err) {
  int code;
  const char *text;
  limit[0] = '\0';
  sqlite3_bind_int64(check->limit, 1, number);
  code = sqlite3_step(check->limit);
  if (code != SQLITE_ROW)
    al_store_fail(check->store->db, err);
  text = (const char *)sqlite3_column_text(check->limit, 0);
  if (text != NULL && sqlite3_column_bytes(check->limit, 0) == AL_TIME_LEN)
    memcpy(limit, text, AL_TIME_LEN + 1);
  if (sqlite3_reset(check->limit) != SQLITE_OK && code == SQLITE_ROW)
    return al_store_fail(check->store->db, err);
  return code == SQLITE_ROW ? AL_OK : err->status;
}

/* ---- the contents ---- */

/* Of those of one import. */
typedef struct {
  int purged; /* some were, so that a digest of the rest was made */
  uint8_t rest[AL_DIGEST_BYTES];
  al_sha256 made; /* over their digests, for that or that of the import */
  al_sha256 left; /* for that of the rest without those before an instant */
  int64_t next;   /* number that should come */
  int64_t gone;   /* numbers that did not */
  int64_t first_gone;
  int64_t old;
} tally;

static int is_before (const al_checked_content *content, al_text instant) {
  return instant.len == AL_TIME_LEN &&
         memcmp(content->operation_date, instant.data, AL_TIME_LEN) < 0;
}

static void skip_to (tally *t, int64_t sequence) {
  if (t->gone == 0)
    t->first_gone = t->next;
  t->gone += sequence - t->next;
  t->next = sequence;
}

static al_status tell (al_check *check, al_error *err) {
  if (check->progress.call == NULL || ++check->done % PROGRESS_CONTENTS != 0)
    return AL_OK;
  return check->progress.call(check->progress.context, check->done,
                              check->total, err);
}

static al_status take (al_check *check, tally *t, al_text limit, al_text before,
                       al_error *err) {
  al_checked_content content;
  if (al_contents_next(check->contents, &content, err) != AL_OK)
    return err->status;
  if (content.sequence < t->next)
    return al_store_corrupt(check->store->db, err,
                            "record %lld belongs to no import: it was added by "
                            "hand",
                            (long long)content.sequence);
  if (is_before(&content, limit))
    return al_store_corrupt(check->store->db, err,
                            "record %lld was added by hand: all of its time "
                            "were purged",
                            (long long)content.sequence);
  skip_to(t, content.sequence);
  t->next++;
  if (t->purged)
    al_chain_add_left(&t->made, content.sequence, content.digest);
  else
    al_chain_add_content(&t->made, content.digest);
  if (is_before(&content, before))
    t->old++;
  else if (before.len > 0)
    al_chain_add_left(&t->left, content.sequence, content.digest);
  return tell(check, err);
}

static al_status take_all (al_check *check, const al_chain_import *import,
                           tally *t, al_text before, al_error *err) {
  int64_t stop = import->first_sequence + import->added + import->changed;
  int64_t sequence;
  char limit[AL_TIME_LEN + 1];
  memset(t, 0, sizeof *t);
  al_sha256_init(&t->made);
  al_sha256_init(&t->left);
  t->next = import->first_sequence;
  if (read_rest(check, import->number, &t->purged, t->rest, err) != AL_OK ||
      read_limit(check, import->number, limit, err) != AL_OK)
    return err->status;
  while (al_contents_has_next(check->contents, stop - 1, &sequence))
    if (take(check, t, al_text_from(limit, strlen(limit)), before, err) !=
        AL_OK)
      return err->status;
  skip_to(t, stop);
  return AL_OK;
}

/* ---- their digests ---- */

/* That of the entry before, which the first import has not. */
static const uint8_t *previous (const al_check *check,
                                const al_chain_import *import) {
  return import->number > 1 ? check->previous : NULL;
}

static al_status check_all (al_check *check, const al_chain_import *import,
                            const uint8_t *digest, tally *t, al_error *err) {
  uint8_t made[AL_DIGEST_BYTES];
  if (t->gone > 0)
    return al_store_corrupt(
        check->store->db, err, "record %lld of import %lld was removed",
        (long long)t->first_gone, (long long)import->number);
  al_chain_import_digest(&t->made, import, previous(check, import), made);
  if (memcmp(made, digest, sizeof made) != 0)
    return al_store_corrupt(
        check->store->db, err,
        "import %lld was altered: its records, their order, "
        "what it tells or the digest of the entry before "
        "do not make its digest",
        (long long)import->number);
  return AL_OK;
}

static al_status check_rest (al_check *check, const al_chain_import *import,
                             const uint8_t *digest, tally *t, al_error *err) {
  uint8_t made[AL_DIGEST_BYTES];
  al_chain_rest_digest(&t->made, import, digest, previous(check, import), made);
  if (memcmp(made, t->rest, sizeof made) != 0)
    return al_store_corrupt(check->store->db, err,
                            "import %lld was altered: the records that purges "
                            "left of it, what it tells, or the digest of the "
                            "entry before, do not make the digest of its rest",
                            (long long)import->number);
  return AL_OK;
}

al_status al_check_import (al_check *check, const al_chain_import *import,
                           const uint8_t digest[AL_DIGEST_BYTES],
                           al_text before, al_checked_import *out,
                           al_error *err) {
  tally t;
  if (take_all(check, import, &t, before, err) != AL_OK ||
      (t.purged ? check_rest(check, import, digest, &t, err)
                : check_all(check, import, digest, &t, err)) != AL_OK)
    return err->status;
  out->gone = t.gone;
  out->old = t.old;
  al_chain_rest_digest(&t.left, import, digest, previous(check, import),
                       out->rest);
  memcpy(check->previous, digest, AL_DIGEST_BYTES);
  return AL_OK;
}
