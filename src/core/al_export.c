/*
** al_export.c - reports out of a log: CSV by a layout, or JSON Lines.
**
** Rows gather in a buffer that is written when it is large. Where they go is
** an output's business; only a file can go on in a further part.
*/
#include "al_export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "al_csv.h"
#include "al_excel.h"
#include "al_file.h"
#include "al_record_json.h"
#include "al_utf8.h"

#define WRITE_BYTES (256 * 1024)

/* Where a report goes. */
typedef struct {
  al_status (*write)(void *context, const char *data, size_t len,
                     al_error *err);
  /* End the part and begin the next; NULL where there is only one. */
  al_status (*next_part)(void *context, al_error *err);
  void *context;
} output;

/* A report in the making. */
typedef struct {
  const al_export_options *options;
  const output *output;
  al_export_result *result;
  al_buffer pending; /* bytes not yet written */
  al_csv_writer csv;
  al_excel excel;
  al_cell_state cells;
  al_buffer scratch;
  int64_t rows; /* of this part, the title's included */
} report;

/* ---- rows ---- */

static al_status flush (report *r, al_error *err) {
  al_status status = AL_OK;
  if (r->pending.len > 0)
    status = r->output->write(r->output->context, r->pending.data,
                              r->pending.len, err);
  r->result->bytes += (int64_t)r->pending.len;
  al_buffer_clear(&r->pending);
  return status;
}

/* Append what a part begins with: the mark and the titles' row. */
static al_status append_header (report *r, al_error *err) {
  const al_layout *layout = r->options->layout;
  size_t i;
  if (r->options->format != AL_FORMAT_CSV)
    return AL_OK;
  if (r->options->bom && al_buffer_append(&r->pending, AL_BOM, 3, err) != AL_OK)
    return err->status;
  for (i = 0; i < layout->ncolumns; i++) {
    al_text title;
    if (al_excel_cell(&r->excel, layout->columns[i].title, &r->scratch, &title,
                      err) != AL_OK ||
        al_csv_field(&r->csv, title, err) != AL_OK)
      return err->status;
  }
  r->rows = 1;
  return al_csv_row_end(&r->csv, err);
}

/* Ids of the API have 119 bytes and more, and differ in the last of them. */
#define QUOTED_ID_MAX 400

/* A function of the caller failed: say for which record. */
static al_status fail_cell (const report *r, size_t column,
                            const al_record *record, al_error *err) {
  al_text title = r->options->layout->columns[column].title;
  al_text id = record->field[AL_ID];
  al_quoted quoted_title;
  char quoted_id[QUOTED_ID_MAX];
  if (err->status != AL_CALLBACK)
    return err->status;
  if (id.data == NULL)
    id = record->field[AL_OPERATION_DATE];
  return al_fail_at(err, "column '%s', record %s",
                    al_quote(&quoted_title, title.data, title.len),
                    al_quote_to(quoted_id, sizeof quoted_id, id.data, id.len));
}

static al_status append_csv (report *r, const al_record *record,
                             al_error *err) {
  const al_layout *layout = r->options->layout;
  size_t i;
  for (i = 0; i < layout->ncolumns; i++) {
    al_text cell;
    if (al_cell(layout, i, record, &r->cells, &cell, err) != AL_OK)
      return fail_cell(r, i, record, err);
    if (al_excel_cell(&r->excel, cell, &r->scratch, &cell, err) != AL_OK ||
        al_csv_field(&r->csv, cell, err) != AL_OK)
      return err->status;
  }
  return al_csv_row_end(&r->csv, err);
}

/* Make room for a row: in this part, or in the next. */
static al_status begin_row (report *r, al_error *err) {
  if (r->options->max_rows == 0 || r->rows < r->options->max_rows)
    return AL_OK;
  if (r->output->next_part == NULL)
    return al_fail(err, AL_LIMIT,
                   "more than %lld rows: export to a file, which goes on in "
                   "parts, or choose a shorter period",
                   (long long)r->options->max_rows);
  if (flush(r, err) != AL_OK ||
      r->output->next_part(r->output->context, err) != AL_OK)
    return err->status;
  return append_header(r, err);
}

static al_status append_row (report *r, const al_record *record,
                             al_error *err) {
  al_status status;
  if (r->options->format == AL_FORMAT_JSON_LINES) {
    status = al_record_json(&r->pending, record, err);
    if (status == AL_OK)
      status = al_buffer_append_char(&r->pending, '\n', err);
  } else {
    status = begin_row(r, err);
    if (status == AL_OK)
      status = append_csv(r, record, err);
    r->rows++;
  }
  if (status != AL_OK)
    return status;
  r->result->records++;
  return r->pending.len < WRITE_BYTES ? AL_OK : flush(r, err);
}

/* ---- the report ---- */

static void report_init (report *r, const al_export_options *options,
                         const output *to, al_export_result *result) {
  memset(r, 0, sizeof *r);
  memset(result, 0, sizeof *result);
  r->options = options;
  r->output = to;
  r->result = result;
  r->csv.out = &r->pending;
  r->csv.newline = options->newline;
  r->csv.separator = options->separator;
  r->excel.defuse = options->defuse;
  r->excel.max_cell = options->max_cell;
}

static void report_close (report *r) {
  al_buffer_close(&r->pending);
  al_buffer_close(&r->scratch);
  al_cell_state_close(&r->cells);
}

static al_status append_rows (report *r, al_cursor *cursor, al_error *err) {
  const al_record *record;
  if (append_header(r, err) != AL_OK)
    return err->status;
  for (;;) {
    if (al_cursor_next(cursor, &record, err) != AL_OK)
      return err->status;
    if (record == NULL)
      return flush(r, err);
    if (append_row(r, record, err) != AL_OK)
      return err->status;
  }
}

/* Write the whole report to an output. */
static al_status run (al_store *store, const al_query *query,
                      const al_export_options *options, const output *to,
                      al_export_result *result, al_error *err) {
  al_query all = *query;
  al_cursor *cursor;
  al_status status;
  report r;
  all.fields = options->format == AL_FORMAT_CSV
                   ? al_layout_fields(options->layout)
                   : AL_FIELDS_ALL;
  report_init(&r, options, to, result);
  status = al_cursor_open(&cursor, store, &all, err);
  if (status == AL_OK) {
    status = append_rows(&r, cursor, err);
    result->redacted = al_cursor_masked(cursor);
    al_cursor_close(cursor);
  }
  result->cut_cells = r.excel.cut;
  result->defused_cells = r.excel.defused;
  report_close(&r);
  return status;
}

/* ---- streams and buffers ---- */

static al_status write_stream (void *context, const char *data, size_t len,
                               al_error *err) {
  if (fwrite(data, 1, len, context) != len)
    return al_fail_errno(err, "cannot write", "to the file");
  return AL_OK;
}

al_status al_export_stream (al_store *store, const al_query *query,
                            const al_export_options *options, FILE *stream,
                            al_export_result *result, al_error *err) {
  const output to = {write_stream, NULL, stream};
  struct stat file;
  if (fstat(fileno(stream), &file) == 0 && al_store_owns(store, &file))
    return al_fail(err, AL_EXISTS, "the file is the log itself");
  if (run(store, query, options, &to, result, err) != AL_OK)
    return err->status;
  /* A full disk often shows up only here. */
  return fflush(stream) == 0
             ? AL_OK
             : al_fail_errno(err, "cannot write", "to the file");
}

static al_status write_buffer (void *context, const char *data, size_t len,
                               al_error *err) {
  return al_buffer_append(context, data, len, err);
}

al_status al_export_buffer (al_store *store, const al_query *query,
                            const al_export_options *options, al_buffer *out,
                            al_export_result *result, al_error *err) {
  const output to = {write_buffer, NULL, out};
  return run(store, query, options, &to, result, err);
}

/* ---- files in parts ---- */

typedef struct {
  al_store *store;
  const char *path;
  al_buffer header; /* what each part begins with; empty: there is only one */
  al_file *file;    /* the parts so far; all but the last are finished */
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

/* What the export's parts begin with. */
static al_status make_header (const al_export_options *options, al_buffer *out,
                              al_error *err) {
  al_export_result result;
  al_status status;
  report r;
  report_init(&r, options, NULL, &result);
  status = append_header(&r, err);
  if (status == AL_OK)
    status = al_buffer_append(out, r.pending.data, r.pending.len, err);
  report_close(&r);
  return status;
}

/* ---- what has a part's name already ---- */

static al_status check_target (const parts *p, const char *path,
                               al_error *err) {
  struct stat there;
  int is_database = 0;
  if (stat(path, &there) != 0)
    return AL_OK;
  if (al_store_owns(p->store, &there))
    return al_fail(err, AL_EXISTS, "%s is the log itself", path);
  if (S_ISREG(there.st_mode) &&
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
      begins_with(path, al_buffer_text(&p->header), &same, err) != AL_OK)
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
      al_file_create(&p->file[p->nfiles], path, err) != AL_OK)
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
  al_buffer_close(&p->header);
}

al_status al_export_file (al_store *store, const al_query *query,
                          const al_export_options *options, const char *path,
                          al_export_result *result, al_error *err) {
  parts p = {store, path, {NULL, 0, 0}, NULL, 0, 0};
  const output to = {parts_write, parts_next, &p};
  al_status status = AL_OK;
  if (options->format == AL_FORMAT_CSV && options->max_rows > 0)
    status = make_header(options, &p.header, err);
  if (status == AL_OK)
    status = each_old_part(&p, 2, check_old_part, err);
  if (status == AL_OK)
    status = parts_begin(&p, err);
  if (status == AL_OK)
    status = run(store, query, options, &to, result, err);
  if (status == AL_OK)
    status = parts_place(&p, err);
  result->files = (int64_t)p.nfiles;
  parts_close(&p);
  return status;
}
