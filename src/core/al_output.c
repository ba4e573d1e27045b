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
  const al_part_form *form; /* NULL: there is only one */
  char *name;               /* of the part in question; owned */
  al_file *file; /* the parts so far; all but the last are finished */
  size_t nfiles, cap;
  size_t nold; /* of the report that is replaced; 0: it has but one */
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

/* Good until the next one is asked for. */
static const char *part_name (parts *p, size_t part) {
  al_part_path(p->name, p->path, (int64_t)part);
  return p->name;
}

static int part_exists (parts *p, size_t part) {
  struct stat there;
  return lstat(part_name(p, part), &there) == 0;
}

/* ---- the parts of the report that is replaced ---- */

/* A file whose rows are counted. */
typedef struct {
  al_text header; /* what is left of it to compare */
  int64_t rows;   /* that ended so far */
  int in_quotes;  /* where a line end ends no row */
  int ended;      /* the last byte ended a row */
} row_count;

/* A quote that is doubled ends its quotes and begins them again. */
static void count_rows (row_count *count, const char *data, size_t len) {
  size_t i;
  for (i = 0; i < len; i++) {
    count->in_quotes ^= data[i] == '"';
    count->ended = data[i] == '\n' && !count->in_quotes;
    count->rows += count->ended;
  }
}

/* Whether the bytes go on as the header does. */
static int compare_header (row_count *count, const char *data, size_t len) {
  size_t n = len < count->header.len ? len : count->header.len;
  int same = memcmp(data, count->header.data, n) == 0;
  count->header.data += n;
  count->header.len -= n;
  return same;
}

/* Not a log, whose locks would be dropped by opening it here, nor a file of
** somebody else, who could make one that takes days to read. */
static al_status may_be_report (const parts *p, const char *path, int *may_be,
                                al_error *err) {
  struct stat there;
  int is_database = 0;
  *may_be = stat(path, &there) == 0 && S_ISREG(there.st_mode) &&
            there.st_uid == geteuid() && !al_store_owns(p->store, &there);
  if (*may_be && al_store_is_database(path, &is_database, err) != AL_OK)
    return err->status;
  *may_be = *may_be && !is_database;
  return AL_OK;
}

/* The rows of a file that begins as each part does and ends in a whole row, the
** titles' included; else 0. When they are more than a part has, not all are
** counted. */
static al_status read_part_rows (const parts *p, const char *path,
                                 int64_t *rows, al_error *err) {
  row_count count = {p->form->header, 0, 0, 0};
  char chunk[16384];
  ssize_t n = 0;
  int same = 1;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe by now? */
  if (fd < 0)
    return al_fail_errno(err, "cannot read", path);
  while (same && count.rows <= p->form->max_rows &&
         (n = read(fd, chunk, sizeof chunk)) > 0) {
    same = compare_header(&count, chunk, (size_t)n);
    count_rows(&count, chunk, (size_t)n);
  }
  if (n < 0)
    al_fail_errno(err, "cannot read", path);
  close(fd);
  *rows = same && count.header.len == 0 && count.ended ? count.rows : 0;
  return n < 0 ? err->status : AL_OK;
}

static al_status count_part_rows (const parts *p, const char *path,
                                  int64_t *rows, al_error *err) {
  int may_be;
  *rows = 0;
  if (may_be_report(p, path, &may_be, err) != AL_OK)
    return err->status;
  return may_be ? read_part_rows(p, path, rows, err) : AL_OK;
}

/* Every report of this layout begins like a part. So what stands under the name
** of one is taken for it only in a report that is whole: all parts but the last
** are full, which has a row at least, and none is missing. */
static al_status count_old_parts (parts *p, al_error *err) {
  int64_t rows;
  size_t part = 0;
  if (p->form == NULL || !part_exists(p, 2))
    return AL_OK;
  do {
    part++;
    if (count_part_rows(p, part_name(p, part), &rows, err) != AL_OK)
      return err->status;
  } while (rows == p->form->max_rows && part_exists(p, part + 1));
  if (rows > 1 && rows <= p->form->max_rows && !part_exists(p, part + 1))
    p->nold = part;
  return AL_OK;
}

/* Those that the new report does not have. */
static al_status remove_old_parts (parts *p, al_error *err) {
  size_t part;
  for (part = p->nfiles + 1; part <= p->nold; part++)
    if (unlink(part_name(p, part)) != 0)
      return al_fail_errno(err, "cannot remove the old part", p->name);
  return AL_OK;
}

/* ---- writing parts ---- */

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

/* Only the first part may replace what is no part of an old report. */
static al_status check_part (parts *p, size_t part, al_error *err) {
  if (check_target(p, part_name(p, part), err) != AL_OK)
    return err->status;
  if (part > 1 && part > p->nold && part_exists(p, part))
    return al_fail(err, AL_EXISTS,
                   "%s is in the way: the report goes on in a file of that "
                   "name, and this one is no part of the report that is "
                   "replaced; move or remove it, or take another name",
                   p->name);
  return AL_OK;
}

static al_status parts_begin (parts *p, al_error *err) {
  size_t part = p->nfiles + 1;
  if (p->nfiles == p->cap) {
    al_file *grown = al_array_grow(p->file, &p->cap, sizeof *grown, err);
    if (grown == NULL)
      return err->status;
    p->file = grown;
  }
  if (check_part(p, part, err) != AL_OK ||
      al_file_create(&p->file[p->nfiles], part_name(p, part),
                     al_store_threads(p->store), err) != AL_OK)
    return err->status;
  p->nfiles++;
  return AL_OK;
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

/* Give the parts their names, the first one's last: until it has that, the old
** report is the one that stands there. */
static al_status name_parts (parts *p, al_error *err) {
  size_t i;
  al_status status = AL_OK;
  for (i = p->nfiles - 1; i > 0 && status == AL_OK; i--)
    status = al_file_exchange(&p->file[i], err);
  if (status == AL_OK)
    status = al_file_place(&p->file[0], err);
  for (i = 1; i < p->nfiles && !p->file[0].placed; i++)
    al_file_take_back(&p->file[i]);
  return status;
}

/* All parts are whole. */
static al_status parts_place (parts *p, al_error *err) {
  if (al_file_finish(&p->file[p->nfiles - 1], err) != AL_OK ||
      name_parts(p, err) != AL_OK)
    return err->status;
  return remove_old_parts(p, err);
}

static void parts_close (parts *p) {
  while (p->nfiles > 0)
    al_file_discard(&p->file[--p->nfiles]);
  free(p->file);
  free(p->name);
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

static al_status run_to_path (const al_target *target, const al_part_form *form,
                              const maker *by, al_output *output,
                              int64_t *files, al_error *err) {
  parts p = {.store = target->store, .path = target->path, .form = form};
  al_status status;
  p.name = malloc(AL_PART_PATH_SIZE(p.path));
  if (p.name == NULL)
    return al_fail_nomem(err);
  output->write = parts_write;
  output->next = parts_next;
  output->context = &p;
  status = parts_begin(&p, err);
  if (status == AL_OK)
    status = count_old_parts(&p, err);
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

al_status al_output_run (const al_target *target, const al_part_form *form,
                         al_status (*make)(void *context, al_output *output,
                                           al_error *err),
                         void *context, int64_t *bytes, int64_t *files,
                         al_error *err) {
  const maker by = {make, context};
  al_output output = {.twin = target->twin};
  al_status status;
  *files = 0;
  if (target->path != NULL)
    status = run_to_path(target, form, &by, &output, files, err);
  else if (target->stream != NULL)
    status = run_to_stream(target, &by, &output, err);
  else
    status = run_to_buffer(target, &by, &output, err);
  *bytes = output.bytes;
  al_buffer_close(&output.pending);
  return status;
}
