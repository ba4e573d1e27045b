/*
** al_import.c - everything a source holds, into a log: all of it or nothing.
*/
#include "al_import.h"

#include <stdlib.h>

#include "al_utf8.h"
#include "al_writer.h"

#define CHUNK_BYTES    65536
#define PROGRESS_BYTES (1024 * 1024)
#define LARGE_BYTES    (16 * 1024 * 1024)
#define THREAD_BYTES   (1024 * 1024) /* less is done before a thread would be */

/* ---- sources ---- */

static al_status read_text (void *context, char *buffer, size_t size, size_t *n,
                            al_error *err) {
  al_text *text = context;
  (void)err;
  *n = text->len < size ? text->len : size;
  memcpy(buffer, text->data, *n);
  text->data += *n;
  text->len -= *n;
  return AL_OK;
}

al_source al_source_text (al_text *text) {
  al_source source = {read_text, text, (int64_t)text->len};
  return source;
}

static al_status read_stream (void *context, char *buffer, size_t size,
                              size_t *n, al_error *err) {
  FILE *stream = context;
  *n = fread(buffer, 1, size, stream);
  if (*n < size && ferror(stream))
    return al_fail_errno(err, "cannot read", "it");
  return AL_OK;
}

al_source al_source_stream (FILE *stream) {
  al_source source = {read_stream, stream, -1};
  struct stat file;
  off_t at = ftello(stream);
  if (at >= 0 && fstat(fileno(stream), &file) == 0 && S_ISREG(file.st_mode) &&
      file.st_size >= at)
    source.bytes = (int64_t)(file.st_size - at);
  return source;
}

/* ---- readers ---- */

/* The reader that the content asks for; one of the two is open. */
typedef struct {
  al_json_reader *json;
  al_csv_reader *csv;
} reader;

static al_status put_record (void *context, const al_record *record,
                             al_error *err) {
  return al_writer_put(context, record, err);
}

/* The first byte that is neither a byte order mark nor white space. */
static char first_byte (const char *chunk, size_t len) {
  size_t i = len >= 3 && memcmp(chunk, AL_BOM, 3) == 0 ? 3 : 0;
  while (i < len && (chunk[i] == ' ' || chunk[i] == '\t' || chunk[i] == '\n' ||
                     chunk[i] == '\r'))
    i++;
  return i < len ? chunk[i] : '[';
}

#define SQLITE_FILE                                                            \
  "an SQLite file: export a log as JSON Lines and import those"

/* What people pass by mistake is told by how it starts. None of it could be a
** CSV whose first row names fields. */
static const struct {
  const char *start;
  const char *what;
} STRANGERS[] = {
    {"SQLite format 3", SQLITE_FILE},
    {"PK\x03\x04", "a workbook or a zip file: save it as CSV, or unpack it"},
    {"\x1F\x8B", "compressed by gzip: unpack it"},
    {"<", "HTML or XML: an answer of the API is JSON"},
};

static al_status check_stranger (const char *chunk, size_t len, al_error *err) {
  size_t i;
  for (i = 0; i < sizeof STRANGERS / sizeof STRANGERS[0]; i++) {
    size_t n = strlen(STRANGERS[i].start);
    if (len >= n && memcmp(chunk, STRANGERS[i].start, n) == 0)
      return al_fail(err, AL_SYNTAX, "this is %s", STRANGERS[i].what);
  }
  return AL_OK;
}

static al_status reader_open (reader *out, const char *chunk, size_t len,
                              al_writer *writer,
                              const al_import_options *options, al_error *err) {
  const al_import_titles *asked = &options->titles;
  const al_csv_title *titles = NULL;
  size_t ntitles = 0;
  char first = first_byte(chunk, len);
  if (check_stranger(chunk, len, err) != AL_OK)
    return err->status;
  if (first == '[' || first == '{')
    return al_json_reader_open(&out->json, put_record, writer, err);
  if (asked->call != NULL &&
      asked->call(asked->context, &titles, &ntitles, err) != AL_OK)
    return err->status;
  return al_csv_reader_open(&out->csv, titles, ntitles, put_record, writer,
                            err);
}

static al_status reader_feed (reader *in, const char *chunk, size_t len,
                              al_error *err) {
  return in->json != NULL ? al_json_reader_feed(in->json, chunk, len, err)
                          : al_csv_reader_feed(in->csv, chunk, len, err);
}

static al_status reader_finish (reader *in, al_error *err) {
  if (in->json == NULL && in->csv == NULL)
    return AL_OK; /* not a byte came */
  return in->json != NULL ? al_json_reader_finish(in->json, err)
                          : al_csv_reader_finish(in->csv, err);
}

static void reader_close (reader *in) {
  al_json_reader_close(in->json);
  al_csv_reader_close(in->csv);
}

/* ---- the import ---- */

/* Tell how far the source is read. What is called may use the store. */
static al_status tell (const al_progress *progress, al_writer *writer,
                       int64_t done, int64_t total, al_error *err) {
  al_status status;
  al_writer_hold(writer);
  status = progress->call(progress->context, done, total, err);
  al_writer_release(writer);
  return status;
}

/* Read the source to its end into the store's running import. */
static al_status pump (const al_source *source,
                       const al_import_options *options, char *chunk,
                       reader *in, al_writer *writer, al_error *err) {
  const al_progress *progress = &options->progress;
  int64_t done = 0, told = 0;
  size_t n;
  for (;;) {
    if (source->read(source->context, chunk, CHUNK_BYTES, &n, err) != AL_OK)
      return al_fail_at(err, "%s", options->name);
    if (n == 0)
      break;
    if (done == 0 && reader_open(in, chunk, n, writer, options, err) != AL_OK)
      return err->status;
    if (reader_feed(in, chunk, n, err) != AL_OK)
      return err->status;
    done += (int64_t)n;
    if (done >= THREAD_BYTES)
      al_writer_start(writer);
    if (progress->call != NULL && done - told >= PROGRESS_BYTES) {
      told = done;
      if (tell(progress, writer, done, source->bytes, err) != AL_OK)
        return err->status;
    }
  }
  if (reader_finish(in, err) != AL_OK || al_writer_finish(writer, err) != AL_OK)
    return err->status;
  if (progress->call != NULL && done > told)
    return tell(progress, writer, done, source->bytes, err);
  return AL_OK;
}

static int is_input_failure (al_status status) {
  return status == AL_SYNTAX || status == AL_API || status == AL_LIMIT;
}

al_status al_import (al_store *store, const al_source *source,
                     const al_import_options *options, al_import_counts *counts,
                     al_error *err) {
  reader in = {NULL, NULL};
  char *chunk = malloc(CHUNK_BYTES);
  al_writer *writer = NULL;
  al_status status;
  if (chunk == NULL)
    return al_fail_nomem(err);
  status = source->bytes >= LARGE_BYTES ? al_store_begin_large(store, err)
                                        : al_store_begin(store, err);
  if (status == AL_OK) {
    status = al_writer_open(&writer, store, err);
    if (status == AL_OK)
      status = pump(source, options, chunk, &in, writer, err);
    al_writer_close(writer);
    if (status != AL_OK)
      al_store_rollback(store);
    if (is_input_failure(status))
      al_fail_at(err, "%s", options->name);
  }
  reader_close(&in);
  free(chunk);
  if (status != AL_OK)
    return status;
  return al_store_commit(store,
                         al_text_from(options->name, strlen(options->name)),
                         options->now, counts, err);
}

al_status al_import_stream (al_store *store, FILE *stream,
                            const al_import_options *options,
                            al_import_counts *counts, al_error *err) {
  struct stat file;
  al_source source = al_source_stream(stream);
  if (fstat(fileno(stream), &file) == 0 && al_store_owns(store, &file))
    return al_fail(err, AL_FOREIGN, "%s is the log itself", options->name);
  return al_import(store, &source, options, counts, err);
}

al_status al_import_file (al_store *store, const char *path,
                          const al_import_options *options,
                          al_import_counts *counts, al_error *err) {
  struct stat file;
  FILE *stream;
  int is_database = 0;
  al_status status;
  /* Looked at before it is opened: closing the file of a log, this one or
  ** another of the process, would drop the locks that SQLite holds on it. */
  if (stat(path, &file) != 0)
    return al_fail_errno(err, "cannot open", path);
  if (al_store_owns(store, &file))
    return al_fail(err, AL_FOREIGN, "%s is the log itself", path);
  if (S_ISREG(file.st_mode) &&
      al_store_is_database(path, &is_database, err) != AL_OK)
    return err->status;
  if (is_database)
    return al_fail(err, AL_SYNTAX, "%s: this is " SQLITE_FILE, options->name);
  stream = fopen(path, "rbe"); /* not for child processes */
  if (stream == NULL)
    return al_fail_errno(err, "cannot open", path);
  status = al_import_stream(store, stream, options, counts, err);
  fclose(stream);
  return status;
}
