/*
** al_output.c - where a report goes: a file in parts, a stream, or a buffer.
**
** Bytes gather in a buffer that is written when it is large. Only a file can
** go on in a further part.
*/
#include "al_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "al_file.h"
#include "al_thread.h"

#define WRITE_BYTES (256 * 1024)
#define HOLD_BYTES  (4 * 1024 * 1024) /* of a slice whose turn is to come */

/* ---- what a report calls ---- */

static al_status flush (al_output *output, al_error *err) {
  al_status status = AL_OK;
  if (output->pending.len > 0)
    status = output->write(output->context, output->pending.data,
                           output->pending.len, err);
  output->bytes += (int64_t)output->pending.len;
  al_buffer_clear(&output->pending);
  return status;
}

static int has_turn (al_output *output);

al_status al_output_row_end (al_output *output, al_error *err) {
  int64_t rows;
  if (output->pending.len < WRITE_BYTES)
    return AL_OK;
  if (output->turns != NULL && !has_turn(output)) {
    if (output->pending.len < HOLD_BYTES)
      return AL_OK;
    if (al_output_slice_wait(output, &rows, err) != AL_OK)
      return err->status;
  }
  return flush(output, err);
}

al_status al_output_next_part (al_output *output, int64_t rows, al_error *err) {
  if (output->next == NULL)
    return al_fail(err, AL_LIMIT,
                   "more than %lld rows: export to a file, which goes on in "
                   "parts, or choose a shorter period",
                   (long long)rows);
  if (flush(output, err) != AL_OK)
    return err->status;
  return output->next(output->context, err);
}

/* ---- two outputs, by turns ---- */

struct al_turns {
  pthread_mutex_t lock;
  pthread_cond_t passed;   /* or something failed */
  int64_t turn;            /* of the slice of this number */
  int64_t before;          /* records in the slices before it */
  int64_t rows;            /* of the makers', after these */
  const al_error *failure; /* the first one; NULL: none */
};

/* One of the two makers, with its output. */
typedef struct {
  al_status (*make)(void *context, al_output *output, al_error *err);
  void *context;
  al_output *output;
  al_error *err;
  al_status status;
} worker;

static int has_turn (al_output *output) {
  int has;
  pthread_mutex_lock(&output->turns->lock);
  has = output->turns->turn == output->slice.number;
  pthread_mutex_unlock(&output->turns->lock);
  return has;
}

void al_output_slice_begin (al_output *output, const al_slice *slice,
                            int64_t *ahead, int64_t *rows) {
  al_turns *turns = output->turns;
  output->slice = *slice;
  pthread_mutex_lock(&turns->lock);
  *ahead = slice->before - turns->before;
  *rows = turns->rows;
  pthread_mutex_unlock(&turns->lock);
}

al_status al_output_slice_wait (al_output *output, int64_t *rows,
                                al_error *err) {
  al_turns *turns = output->turns;
  al_status status = AL_OK;
  pthread_mutex_lock(&turns->lock);
  while (turns->turn != output->slice.number && turns->failure == NULL)
    pthread_cond_wait(&turns->passed, &turns->lock);
  *rows = turns->rows;
  if (turns->failure != NULL) {
    *err = *turns->failure;
    status = err->status;
  }
  pthread_mutex_unlock(&turns->lock);
  return status;
}

al_status al_output_slice_end (al_output *output, int64_t rows, al_error *err) {
  al_turns *turns = output->turns;
  if (flush(output, err) != AL_OK)
    return err->status;
  pthread_mutex_lock(&turns->lock);
  turns->turn++;
  turns->before = output->slice.before + output->slice.rows;
  turns->rows = rows;
  pthread_cond_broadcast(&turns->passed);
  pthread_mutex_unlock(&turns->lock);
  return AL_OK;
}

static void *work (void *context) {
  worker *w = context;
  al_turns *turns = w->output->turns;
  w->status = w->make(w->context, w->output, w->err);
  if (w->status == AL_OK)
    return NULL;
  pthread_mutex_lock(&turns->lock);
  if (turns->failure == NULL)
    turns->failure = w->err;
  pthread_cond_broadcast(&turns->passed);
  pthread_mutex_unlock(&turns->lock);
  return NULL;
}

static void work_both (worker *own, worker *second) {
  al_twin *twin = own->output->twin, unseen;
  int started;
  if (twin == NULL)
    twin = &unseen;
  started = al_thread_start(&twin->thread, work, second);
  twin->process = getpid();
  if (started)
    twin->turns = own->output->turns;
  work(own);
  twin->turns = NULL;
  if (started)
    pthread_join(twin->thread, NULL);
}

/* The thread looks for failures behind each of its slices. */
void al_twin_end (al_twin *twin) {
  static const al_error LEFT = {AL_CALLBACK, "the report was left"};
  al_turns *turns = twin->turns;
  if (turns == NULL || twin->process != getpid())
    return;
  twin->turns = NULL;
  pthread_mutex_lock(&turns->lock);
  if (turns->failure == NULL)
    turns->failure = &LEFT;
  pthread_cond_broadcast(&turns->passed);
  pthread_mutex_unlock(&turns->lock);
  pthread_join(twin->thread, NULL);
}

al_status al_output_share (al_output *output, int64_t rows,
                           al_status (*make)(void *context, al_output *output,
                                             al_error *err),
                           void *own, void *twin, al_error *err) {
  al_turns turns = {.rows = rows};
  al_output second = *output;
  al_error second_err;
  worker first_worker = {make, own, output, err, AL_OK};
  worker second_worker = {make, twin, &second, &second_err, AL_OK};
  if (pthread_mutex_init(&turns.lock, NULL) != 0)
    return al_fail_nomem(err);
  if (pthread_cond_init(&turns.passed, NULL) != 0) {
    pthread_mutex_destroy(&turns.lock);
    return al_fail_nomem(err);
  }
  al_buffer_init(&second.pending);
  second.bytes = 0;
  output->turns = second.turns = &turns;
  if (flush(output, err) != AL_OK) /* what stands before the first slice */
    first_worker.status = err->status;
  else
    work_both(&first_worker, &second_worker);
  output->turns = NULL;
  output->bytes += second.bytes;
  al_buffer_close(&second.pending);
  pthread_cond_destroy(&turns.passed);
  pthread_mutex_destroy(&turns.lock);
  if (first_worker.status == AL_OK && second_worker.status != AL_OK)
    *err = second_err;
  return first_worker.status != AL_OK ? first_worker.status
                                      : second_worker.status;
}

/* ---- streams and buffers ---- */

int al_target_may_share (const al_target *target) {
  struct stat file;
  return target->stream == NULL ||
         (fstat(fileno(target->stream), &file) == 0 && S_ISREG(file.st_mode));
}

static al_status write_stream (void *context, const char *data, size_t len,
                               al_error *err) {
  if (fwrite(data, 1, len, context) != len)
    return al_fail_errno(err, "cannot write", "to the file");
  return AL_OK;
}

static al_status check_stream (const al_target *target, al_error *err) {
  struct stat file;
  if (fstat(fileno(target->stream), &file) == 0 &&
      al_store_owns(target->store, &file))
    return al_fail(err, AL_EXISTS, "the file is the log itself");
  return AL_OK;
}

static al_status flush_stream (FILE *stream, al_error *err) {
  /* A full disk often shows up only here. */
  return fflush(stream) == 0
             ? AL_OK
             : al_fail_errno(err, "cannot write", "to the file");
}

static al_status write_buffer (void *context, const char *data, size_t len,
                               al_error *err) {
  return al_buffer_append(context, data, len, err);
}

/* ---- files in parts ---- */

typedef struct {
  al_store *store;
  const char *path;
  al_text header; /* what each part begins with; empty: there is only one */
  al_file *file;  /* the parts so far; all but the last are finished */
  size_t nfiles, cap;
} parts;

void al_part_path (char *out, const char *path, int64_t part) {
  const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
  const char *base = slash != NULL ? slash + 1 : path;
  size_t stem = dot != NULL && dot > base ? (size_t)(dot - path) : strlen(path);
  if (part == 1)
    strcpy(out, path);
  else
    sprintf(out, "%.*s-%lld%s", (int)stem, path, (long long)part, path + stem);
}

/* The same as a string that the caller frees; NULL when memory ran out. */
static char *make_part_path (const char *path, int64_t part) {
  char *name = malloc(AL_PART_PATH_SIZE(path));
  if (name != NULL)
    al_part_path(name, path, part);
  return name;
}

/* ---- what has a part's name already ---- */

static al_status check_target (const parts *p, const char *path,
                               al_error *err) {
  struct stat there;
  int is_database = 0;
  if (al_store_check_target(p->store, path, err) != AL_OK)
    return err->status;
  if (stat(path, &there) == 0 && S_ISREG(there.st_mode) &&
      al_store_is_database(path, &is_database, err) != AL_OK)
    return err->status;
  if (is_database)
    return al_fail(err, AL_EXISTS,
                   "%s is in the way: it is an SQLite file, maybe a log", path);
  return AL_OK;
}

/* Whether the file begins with 'header'. */
static al_status begins_with (const char *path, al_text header, int *same,
                              al_error *err) {
  char chunk[4096];
  ssize_t n = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* may be a pipe */
  if (fd < 0)
    return al_fail_errno(err, "cannot read", path);
  *same = 1;
  while (*same && header.len > 0) {
    n = read(fd, chunk, header.len < sizeof chunk ? header.len : sizeof chunk);
    *same = n > 0 && memcmp(chunk, header.data, (size_t)n) == 0;
    header.data += n > 0 ? n : 0;
    header.len -= n > 0 ? (size_t)n : 0;
  }
  if (n < 0)
    al_fail_errno(err, "cannot read", path);
  close(fd);
  return n < 0 ? err->status : AL_OK;
}

/* Refuse a later part that this report would not have written: leaving it
** would make it look like ours, removing it would destroy a stranger's. */
static al_status check_old_part (const parts *p, const char *path,
                                 al_error *err) {
  int same;
  if (check_target(p, path, err) != AL_OK ||
      begins_with(path, p->header, &same, err) != AL_OK)
    return err->status;
  if (!same)
    return al_fail(err, AL_EXISTS,
                   "%s is in the way: it would look like a part of this "
                   "report but is none; move or remove it",
                   path);
  return AL_OK;
}

static al_status remove_old_part (const parts *p, const char *path,
                                  al_error *err) {
  (void)p;
  return unlink(path) == 0
             ? AL_OK
             : al_fail_errno(err, "cannot remove the old part", path);
}

/* Go through the parts from 'part' on, up to the first that is not there. */
static al_status each_old_part (const parts *p, size_t part,
                                al_status (*visit)(const parts *p,
                                                   const char *path,
                                                   al_error *err),
                                al_error *err) {
  al_status status = AL_OK;
  struct stat there;
  int found = p->header.len > 0;
  for (; status == AL_OK && found; part++) {
    char *path = make_part_path(p->path, (int64_t)part);
    if (path == NULL)
      return al_fail_nomem(err);
    found = lstat(path, &there) == 0;
    if (found)
      status = visit(p, path, err);
    free(path);
  }
  return status;
}

/* ---- writing parts ---- */

/* Begin the file of the next part. A stranger's may have its name even when
** the first look at them ended before, at a part that was missing. */
static al_status create_part (parts *p, const char *path, al_error *err) {
  struct stat there;
  if ((p->nfiles > 0 && lstat(path, &there) == 0
           ? check_old_part(p, path, err)
           : check_target(p, path, err)) != AL_OK ||
      al_file_create(&p->file[p->nfiles], path, al_store_threads(p->store),
                     err) != AL_OK)
    return err->status;
  p->nfiles++;
  return AL_OK;
}

static al_status parts_begin (parts *p, al_error *err) {
  al_status status;
  char *path;
  if (p->nfiles == p->cap) {
    al_file *grown = al_array_grow(p->file, &p->cap, sizeof *grown, err);
    if (grown == NULL)
      return err->status;
    p->file = grown;
  }
  path = make_part_path(p->path, (int64_t)p->nfiles + 1);
  if (path == NULL)
    return al_fail_nomem(err);
  status = create_part(p, path, err);
  free(path);
  return status;
}

static al_status parts_next (void *context, al_error *err) {
  parts *p = context;
  if (al_file_finish(&p->file[p->nfiles - 1], err) != AL_OK)
    return err->status;
  return parts_begin(p, err);
}

static al_status parts_write (void *context, const char *data, size_t len,
                              al_error *err) {
  parts *p = context;
  return al_file_write(&p->file[p->nfiles - 1], data, len, err);
}

/* All parts are whole: give them their names, the first one's last, and remove
** those of an earlier export that had more. */
static al_status parts_place (parts *p, al_error *err) {
  size_t i;
  if (al_file_finish(&p->file[p->nfiles - 1], err) != AL_OK ||
      each_old_part(p, p->nfiles + 1, check_old_part, err) != AL_OK)
    return err->status;
  for (i = p->nfiles; i-- > 0;)
    if (al_file_place(&p->file[i], err) != AL_OK)
      return err->status;
  return each_old_part(p, p->nfiles + 1, remove_old_part, err);
}

static void parts_close (parts *p) {
  while (p->nfiles > 0)
    al_file_discard(&p->file[--p->nfiles]);
  free(p->file);
}

/* ---- reports ---- */

/* What 'make' does, and the bytes that are pending after it. */
typedef struct {
  al_status (*make)(void *context, al_output *output, al_error *err);
  void *context;
} maker;

static al_status run (const maker *by, al_output *output, al_error *err) {
  if (by->make(by->context, output, err) != AL_OK)
    return err->status;
  return flush(output, err);
}

static al_status run_to_path (const al_target *target, al_text header,
                              const maker *by, al_output *output,
                              int64_t *files, al_error *err) {
  parts p = {target->store, target->path, header, NULL, 0, 0};
  al_status status = each_old_part(&p, 2, check_old_part, err);
  output->write = parts_write;
  output->next = parts_next;
  output->context = &p;
  if (status == AL_OK)
    status = parts_begin(&p, err);
  if (status == AL_OK)
    status = run(by, output, err);
  if (status == AL_OK)
    status = parts_place(&p, err);
  *files = (int64_t)p.nfiles;
  parts_close(&p);
  return status;
}

static al_status run_to_stream (const al_target *target, const maker *by,
                                al_output *output, al_error *err) {
  output->write = write_stream;
  output->context = target->stream;
  if (check_stream(target, err) != AL_OK || run(by, output, err) != AL_OK)
    return err->status;
  return flush_stream(target->stream, err);
}

static al_status run_to_buffer (const al_target *target, const maker *by,
                                al_output *output, al_error *err) {
  output->write = write_buffer;
  output->context = target->buffer;
  return run(by, output, err);
}

al_status al_output_run (const al_target *target, al_text header,
                         al_status (*make)(void *context, al_output *output,
                                           al_error *err),
                         void *context, int64_t *bytes, int64_t *files,
                         al_error *err) {
  const maker by = {make, context};
  al_output output = {.twin = target->twin};
  al_status status;
  *files = 0;
  if (target->path != NULL)
    status = run_to_path(target, header, &by, &output, files, err);
  else if (target->stream != NULL)
    status = run_to_stream(target, &by, &output, err);
  else
    status = run_to_buffer(target, &by, &output, err);
  *bytes = output.bytes;
  al_buffer_close(&output.pending);
  return status;
}
