/*
** al_store_copy.c - a log brought to what another one is, whichever kinds of
** store keep the two.
**
** The chain of the one is walked, which proves it, and replayed into the other:
** each content gets the number that it had, and finds its place by the rule by
** which imports supersede; of a purged one the digest is kept. Each import and
** each purge is written as it was, once what was put makes its digest. What a
** purge took and is still here, as the other was copied before, is taken out.
**
** A copy into an empty log is kept in parts, so that it can go on where it was
** cut off, and is marked meanwhile, as a part of a log is not one: behind a purge
** it would not even verify.
*/
#include <stdio.h>

#include "al_hex.h"
#include "al_store_walk.h"

#define PUT_MAX        32 /* contents that are put at once */
#define PUT_TEXT_BYTES (1024 * 1024)

/* Behind so much a part ends with the entry. */
#define PART_CONTENTS 16384
#define PART_BYTES    (8 * 1024 * 1024)

typedef struct {
  al_store *from, *to;
  al_walk walk;
  uint8_t head[AL_DIGEST_BYTES]; /* that the other has to have */
  int64_t part;                  /* contents and entries of this one so far */
  int64_t part_bytes;            /* of their text */
  /* Contents that are not yet put, or the digests of purged ones: */
  size_t n;
  int are_purged;
  al_content content[PUT_MAX];
  al_buffer text; /* of the contents */
  uint8_t digest[PUT_MAX * AL_DIGEST_BYTES];
  al_purged taken; /* by purges, of what was copied before them */
  al_copied *out;
} copier;

/* ---- parts ---- */

static al_status fail_other_writer (const copier *c, al_error *err) {
  al_store_rollback(c->to);
  return al_fail(err, AL_BUSY,
                 "log %s: somebody else wrote to it while it was copied into: "
                 "copy again",
                 c->to->kind->name(c->to));
}

/* Begin a part, unless it was. */
static al_status begin_part (copier *c, al_error *err) {
  if (c->to->import.running)
    return AL_OK;
  c->part = c->part_bytes = 0;
  if (al_store_begin_as(c->to, AL_BEGIN_COPY, err) != AL_OK)
    return err->status;
  if (memcmp(c->to->import.previous, c->head, sizeof c->head) != 0)
    return fail_other_writer(c, err);
  return AL_OK;
}

static al_status end_part (copier *c, al_error *err) {
  if (c->to->kind->settle(c->to, err) != AL_OK)
    return err->status;
  return al_store_end(c->to, err);
}

/* Mark an empty log before anything comes to it; and behind the last. */
static al_status set_copying (copier *c, int copying, al_error *err) {
  if (begin_part(c, err) != AL_OK ||
      c->to->kind->set_copying(c->to, copying, err) != AL_OK ||
      end_part(c, err) != AL_OK)
    return err->status;
  c->to->copying = copying;
  return AL_OK;
}

/* ---- contents ---- */

static al_status put (copier *c, al_error *err) {
  const al_store_kind *kind = c->to->kind;
  if (c->n == 0)
    return AL_OK;
  if (begin_part(c, err) != AL_OK ||
      (c->are_purged ? kind->keep_purged(c->to, c->digest, c->n, err)
                     : kind->put(c->to, c->content, c->n, err)) != AL_OK)
    return err->status;
  c->part += (int64_t)c->n;
  c->part_bytes += (int64_t)c->text.len;
  c->n = 0;
  al_buffer_clear(&c->text);
  return AL_OK;
}

/* Whether one more fits to those that wait: their text must not move. */
static int fits (const copier *c, const al_content *content) {
  if (c->n == PUT_MAX || c->are_purged != (content == NULL))
    return c->n == 0;
  return content == NULL ||
         al_content_bytes(content) <= c->text.cap - c->text.len;
}

static al_status add (copier *c, const al_content *content, al_error *err) {
  size_t bytes = al_content_bytes(content);
  if (al_buffer_reserve(&c->text, bytes, err) != AL_OK)
    return err->status;
  al_content_copy(&c->content[c->n++], content, c->text.data + c->text.len);
  c->text.len += bytes;
  return AL_OK;
}

static al_status copy_content (void *context, const al_checked_content *content,
                               al_error *err) {
  copier *c = context;
  if (!fits(c, content->content) && put(c, err) != AL_OK)
    return err->status;
  c->are_purged = content->content == NULL;
  if (!c->are_purged)
    return add(c, content->content, err);
  memcpy(c->digest + c->n++ * AL_DIGEST_BYTES, content->digest,
         AL_DIGEST_BYTES);
  return AL_OK;
}

/* ---- entries ---- */

/* One was written: what comes is the next one's. */
static al_status end_entry (copier *c, const uint8_t digest[AL_DIGEST_BYTES],
                            al_error *err) {
  al_import_state *import = &c->to->import;
  memcpy(import->previous, digest, AL_DIGEST_BYTES);
  memcpy(c->head, digest, AL_DIGEST_BYTES);
  al_sha256_init(&import->hash);
  c->part++;
  if (!c->to->copying ||
      (c->part < PART_CONTENTS && c->part_bytes < PART_BYTES))
    return AL_OK;
  return end_part(c, err);
}

static al_status copy_import (void *context, const al_chain_import *told,
                              const uint8_t digest[AL_DIGEST_BYTES],
                              al_error *err) {
  copier *c = context;
  al_import_state *import = &c->to->import;
  uint8_t made[AL_DIGEST_BYTES];
  if (put(c, err) != AL_OK || begin_part(c, err) != AL_OK)
    return err->status;
  al_chain_import_digest(&import->hash, told,
                         told->number > 1 ? import->previous : NULL, made);
  if (memcmp(made, digest, sizeof made) != 0 ||
      import->next_sequence != c->walk.place.next)
    return al_store_corrupt(
        c->to, err, "import %lld did not become what it is in log %s",
        (long long)told->number, c->from->kind->name(c->from));
  if (al_store_write_import(c->to, told, digest, err) != AL_OK)
    return err->status;
  return end_entry(c, digest, err);
}

/* Nobody is told how far taking out has come: mostly there is nothing to. */
static const al_purge_options UNTOLD = {0};

/* Take out what was copied before the purge. */
static al_status take_old (copier *c, const al_chain_purge *told, int *took,
                           al_error *err) {
  al_purge_work work;
  al_purged out;
  al_purge_work_init(&work, &UNTOLD, told->before.data, &out);
  if (c->to->kind->settle(c->to, err) != AL_OK ||
      al_purge_find_old(c->to, &work, err) != AL_OK)
    return err->status;
  *took = out.records + out.superseded > 0;
  if (*took && c->to->kind->take_old(c->to, &work, err) != AL_OK)
    return err->status;
  c->taken.records += out.records;
  c->taken.superseded += out.superseded;
  c->taken.pending |= out.pending;
  return AL_OK;
}

static al_status copy_purge (void *context, const al_chain_purge *told,
                             const uint8_t digest[AL_DIGEST_BYTES],
                             al_error *err) {
  copier *c = context;
  int took;
  if (begin_part(c, err) != AL_OK || take_old(c, told, &took, err) != AL_OK ||
      al_store_write_purge(c->to, told, digest, took, err) != AL_OK)
    return err->status;
  return end_entry(c, digest, err);
}

/* What purges took is gone from the log, and now from what keeps it. */
static al_status return_space (copier *c, al_error *err) {
  static const char NEVER[AL_TIME_LEN + 1] = "";
  al_purge_work work;
  al_purged out;
  if (c->taken.records + c->taken.superseded == 0)
    return AL_OK;
  al_purge_work_init(&work, &UNTOLD, NEVER, &out);
  out = c->taken;
  if (al_purge_return_space(c->to, &work, err) != AL_OK)
    return err->status;
  c->out->pending = out.pending;
  return AL_OK;
}

/* ---- where it goes on ---- */

/* The end of the other's chain. */
static al_status read_end (al_store *to, al_place *out, al_error *err) {
  const al_import_state *import = &to->import;
  if (al_store_continue_chain(to, err) != AL_OK ||
      al_store_next_purge(to, &out->purges, err) != AL_OK)
    return err->status;
  out->purges--;
  out->imports = import->number - 1;
  out->next = import->next_sequence;
  memcpy(out->digest, import->previous, AL_DIGEST_BYTES);
  return AL_OK;
}

static al_status read_end_at_once (al_store *to, al_place *out, al_error *err) {
  al_status status;
  if (al_store_begin_reading(to, err) != AL_OK)
    return err->status;
  status = read_end(to, out, err);
  al_store_end_reading(to);
  return status;
}

/* Whether a digest in the row, of its import or of the last purge behind that,
** and the number of the next content are those of the place. */
static int is_place (const al_select *row, const al_place *place) {
  const al_sql_value *next = &row->value[0];
  uint8_t digest[AL_DIGEST_BYTES];
  int column;
  if (next->type != AL_SQL_INTEGER || next->integer != place->next)
    return 0;
  for (column = 1; column < row->ncolumns; column++)
    if (al_sql_digest(&row->value[column], digest) &&
        memcmp(digest, place->digest, sizeof digest) == 0)
      return 1;
  return 0;
}

/* Whether this log's chain goes through the place: its digest vouches for all
** that is before it. */
static al_status has_place (al_store *from, const al_place *place, int *has,
                            al_error *err) {
  static const char ENTRIES[] =
      "SELECT i.first_sequence + i.added + i.changed, i.digest, p.digest"
      " FROM import AS i"
      " LEFT JOIN purge AS p ON p.import = i.import AND p.purge = ?2"
      " WHERE i.import = ?1";
  const al_sql_value given[] = {al_sql_integer(place->imports),
                                al_sql_integer(place->purges)};
  al_select *select;
  al_status status;
  int row;
  *has = memcmp(place, &al_place_first, sizeof *place) == 0;
  if (*has)
    return AL_OK;
  if (al_select_open(&select, from, "ibb", ENTRIES, given, 2, err) != AL_OK)
    return err->status;
  status = al_select_next(select, &row, err);
  *has = status == AL_OK && row && is_place(select, place);
  al_select_close(select);
  return status;
}

static al_status find_place (copier *c, al_place *out, al_error *err) {
  int has;
  if (read_end_at_once(c->to, out, err) != AL_OK ||
      has_place(c->from, out, &has, err) != AL_OK)
    return err->status;
  memcpy(c->head, out->digest, sizeof c->head);
  if (has)
    return AL_OK;
  return al_fail(err, AL_EXISTS,
                 "log %s holds what log %s does not: copy to another name",
                 c->to->kind->name(c->to), c->from->kind->name(c->from));
}

/* ---- all of it ---- */

static void tell_copied (const copier *c, const al_place *begin) {
  al_contents_counts counts = al_contents_counted(c->walk.check.contents);
  c->out->records = counts.records;
  c->out->superseded = counts.superseded;
  c->out->imports = c->walk.place.imports - begin->imports;
  c->out->purges = c->walk.place.purges - begin->purges;
  al_hex_write(c->out->head, c->head, AL_DIGEST_BYTES);
}

/* An empty log that is to stay so is a whole one. */
static al_status copy_from (copier *c, const al_place *begin, al_error *err) {
  al_store *to = c->to;
  if (begin->imports == 0 && c->walk.check.total != 0 && !to->copying &&
      set_copying(c, 1, err) != AL_OK)
    return err->status;
  if (al_walk_all(&c->walk, err) != AL_OK)
    return err->status;
  if (to->copying)
    return set_copying(c, 0, err);
  return to->import.running ? end_part(c, err) : AL_OK;
}

static al_status copy (copier *c, const al_progress *progress, al_error *err) {
  const al_visitor visitor = {copy_content, copy_import, copy_purge, c};
  al_place begin;
  if (find_place(c, &begin, err) != AL_OK ||
      al_buffer_reserve(&c->text, PUT_TEXT_BYTES, err) != AL_OK ||
      al_walk_open(&c->walk, c->from, &begin, &visitor, progress, err) !=
          AL_OK ||
      copy_from(c, &begin, err) != AL_OK)
    return err->status;
  tell_copied(c, &begin);
  return AL_OK;
}

static al_status copy_snapshot (copier *c, const al_progress *progress,
                                al_error *err) {
  al_status status;
  if (al_store_begin_reading(c->from, err) != AL_OK)
    return err->status;
  c->from->at_work = c->to->at_work = "copied";
  status = copy(c, progress, err);
  al_store_rollback(c->to); /* unless it was committed */
  al_walk_close(&c->walk);
  al_buffer_close(&c->text);
  c->from->at_work = c->to->at_work = NULL;
  al_store_end_reading(c->from);
  return status;
}

al_status al_store_copy (al_store *store, al_store *to,
                         const al_progress *progress, al_copied *out,
                         al_error *err) {
  copier c;
  memset(&c, 0, sizeof c);
  memset(out, 0, sizeof *out);
  c.from = store;
  c.to = to;
  c.out = out;
  if (al_store_check_idle(store, err) != AL_OK ||
      al_store_check_idle(to, err) != AL_OK ||
      copy_snapshot(&c, progress, err) != AL_OK)
    return err->status;
  return return_space(&c, err);
}
