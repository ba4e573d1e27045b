/*
** al_read_csv.c - audit records out of CSV whose first row names the fields.
**
** The first line is held back until it is whole, since it tells the separator.
** Then every byte goes through the UTF-8 check and libcsv.
*/
#include "al_read_csv.h"

#include <stdlib.h>

#include "al_csv.h"
#include "al_draft.h"
#include "al_time.h"
#include "al_utf8.h"

/* A first row of this many bytes has no names of fields in it. */
#define HEADER_MAX_BYTES 65536

typedef struct {
  al_field field; /* AL_NFIELDS: read over */
  int titled;     /* named by a title of the portal's */
  int zoned;      /* the title goes on in a zone, which is not UTC */
} column;

struct al_csv_reader {
  const al_csv_title *titles;
  size_t ntitles;
  al_record_handler handler;
  void *context;
  al_csv *csv;       /* NULL until the separator is known */
  al_buffer head;    /* the start of the input, until then */
  int bom_bytes;     /* in front of the first row */
  al_position wrong; /* what is not UTF-8; line 0: all of it is */
  al_utf8_state utf8;
  int64_t bytes, lines; /* checked so far */
  column *column;
  size_t ncolumns, columns_cap;
  int header_done;
  int is_portal;   /* titled like the portal's export, which has no ids */
  size_t next;     /* column of the next field */
  int64_t records; /* handed on so far */
  al_draft draft;
};

/* ---- the first row ---- */

static int equal_ignoring_case (al_text a, al_text b) {
  size_t i;
  if (a.len != b.len)
    return 0;
  for (i = 0; i < a.len; i++)
    if (al_lower(a.data[i]) != al_lower(b.data[i]))
      return 0;
  return 1;
}

/* Our own exports put the zone behind a date's title: "Date-Time (UTC)". */
static al_text without_zone (al_text name) {
  size_t i;
  if (name.len > 0 && name.data[name.len - 1] == ')')
    for (i = name.len; i-- > 1;)
      if (name.data[i] == '(' && name.data[i - 1] == ' ')
        return al_text_from(name.data, i - 1);
  return name;
}

static int names_other_zone (al_text name) {
  static const char utc[] = " (UTC)";
  size_t start = without_zone(name).len;
  al_text zone = al_text_from(name.data + start, name.len - start);
  return zone.len > 0 &&
         !equal_ignoring_case(zone, al_text_from(utc, sizeof utc - 1));
}

static int column_find (const al_csv_reader *reader, al_text name,
                        column *out) {
  size_t i;
  out->titled = 0;
  out->field = al_field_find(name);
  if (out->field != AL_NFIELDS)
    return 1;
  out->titled = 1;
  for (i = 0; i < reader->ntitles; i++)
    if (equal_ignoring_case(name, reader->titles[i].title)) {
      out->field = reader->titles[i].field;
      return 1;
    }
  return 0;
}

static int has_column (const al_csv_reader *reader, al_field field) {
  size_t i;
  for (i = 0; i < reader->ncolumns; i++)
    if (reader->column[i].field == field)
      return 1;
  return 0;
}

static al_status column_add (al_csv_reader *reader, al_text name,
                             al_error *err) {
  column added;
  al_quoted quoted;
  al_quote(&quoted, name.data != NULL ? name.data : "", name.len);
  if (name.data == NULL || (!column_find(reader, name, &added) &&
                            !column_find(reader, without_zone(name), &added)))
    return al_fail(err, AL_SYNTAX,
                   "column %zu, '%s', is no field of a record: the first row "
                   "of a CSV import names fields (operation_date, "
                   "customer_name, ...) or the columns of the portal's export",
                   reader->ncolumns + 1, quoted.text);
  added.zoned = names_other_zone(name);
  if (added.field != AL_NFIELDS && has_column(reader, added.field))
    return al_fail(err, AL_SYNTAX, "column %zu, '%s', stands there twice",
                   reader->ncolumns + 1, quoted.text);
  if (reader->ncolumns == reader->columns_cap) {
    column *grown =
        al_array_grow(reader->column, &reader->columns_cap, sizeof *grown, err);
    if (grown == NULL)
      return err->status;
    reader->column = grown;
  }
  reader->column[reader->ncolumns++] = added;
  return AL_OK;
}

/* What rows have no id must be told apart by what they have. */
static al_status header_end (al_csv_reader *reader, al_error *err) {
  size_t i;
  if (!has_column(reader, AL_OPERATION_DATE))
    return al_fail(err, AL_SYNTAX,
                   "there is no column with the date (operation_date or "
                   "Date-Time), which every record needs");
  for (i = 0; i < reader->ncolumns; i++)
    if (reader->column[i].field == AL_OPERATION_DATE)
      reader->is_portal =
          reader->column[i].titled && !has_column(reader, AL_ID);
  if (reader->is_portal && !(has_column(reader, AL_CUSTOMER_NAME) &&
                             has_column(reader, AL_OPERATION_TYPE)))
    return al_fail(err, AL_SYNTAX,
                   "an export of the portal needs the columns Date-Time, "
                   "Affected customer and Action");
  reader->header_done = 1;
  return AL_OK;
}

/* ---- values ---- */

/* "2026-10-31 17:58:10": what Excel takes for a date, and our own exports
** write for it. It has lost the fraction, and the record its identity. */
static int is_excel_date (al_text text) {
  return text.len == 19 && text.data[4] == '-' && text.data[10] == ' ' &&
         text.data[13] == ':';
}

static al_status fail_lossy_date (al_text value, const char *what,
                                  al_error *err) {
  al_quoted quoted;
  return al_fail(err, AL_SYNTAX,
                 "'%s' is %s, not the full instant: to import an export "
                 "again, write it with layout = \"full\" and excel = "
                 "false, or as JSON Lines",
                 al_quote(&quoted, value.data, value.len), what);
}

static al_status set_date (al_csv_reader *reader, const column *column,
                           al_text value, al_error *err) {
  char fixed[AL_TIME_LEN + 1];
  al_time time;
  if (is_excel_date(value))
    return fail_lossy_date(value, "a date for Excel", err);
  if (!column->titled || memchr(value.data, '/', value.len) == NULL)
    return al_draft_set(&reader->draft, AL_OPERATION_DATE, value, err);
  if (column->zoned)
    return fail_lossy_date(value, "a date in another zone than UTC", err);
  if (al_time_parse_screen(&time, value, err) != AL_OK)
    return err->status;
  al_time_write(fixed, time);
  return al_draft_set(&reader->draft, AL_OPERATION_DATE,
                      al_text_from(fixed, AL_TIME_LEN), err);
}

/* Whether the text is words in Title Case with one space between them, as the
** portal shows a wire value. */
static int is_title_case (al_text text) {
  size_t i;
  for (i = 0; i < text.len; i++) {
    char c = text.data[i];
    int begins = i == 0 || text.data[i - 1] == ' ';
    if (c == ' ' ? begins || i + 1 == text.len
                 : !(begins ? c >= 'A' && c <= 'Z'
                            : (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
      return 0;
  }
  return text.len > 0;
}

/* The portal writes "Create Order" for create_order. */
static al_status set_action (al_csv_reader *reader, al_text value,
                             al_error *err) {
  al_buffer *out = &reader->draft.text;
  size_t i;
  if (!is_title_case(value))
    return al_draft_set(&reader->draft, AL_OPERATION_TYPE, value, err);
  al_draft_field_open(&reader->draft, AL_OPERATION_TYPE);
  if (al_buffer_reserve(out, value.len, err) != AL_OK)
    return err->status;
  for (i = 0; i < value.len; i++)
    out->data[out->len++] =
        value.data[i] == ' ' ? '_' : al_lower(value.data[i]);
  al_draft_field_close(&reader->draft, AL_OPERATION_TYPE);
  return AL_OK;
}

static al_status set_value (al_csv_reader *reader, const column *column,
                            al_text value, al_error *err) {
  if (value.data == NULL || column->field == AL_NFIELDS)
    return AL_OK;
  if (column->field == AL_OPERATION_DATE)
    return set_date(reader, column, value, err);
  if (column->field == AL_OPERATION_TYPE && column->titled)
    return set_action(reader, value, err);
  return al_draft_set(&reader->draft, column->field, value, err);
}

/* ---- libcsv's events ---- */

static al_status on_field (void *context, al_text text, al_error *err) {
  al_csv_reader *reader = context;
  const column *column;
  al_status status;
  if (!reader->header_done)
    return column_add(reader, text, err);
  if (reader->next == reader->ncolumns)
    return al_fail(err, AL_SYNTAX, "more fields than the first row names (%zu)",
                   reader->ncolumns);
  column = &reader->column[reader->next++];
  status = set_value(reader, column, text, err);
  if (status == AL_SYNTAX)
    al_fail_at(err, "%s", al_field_name(column->field));
  return status;
}

/* The same of a row, whose cells may be empty. */
static al_status check_portal_row (const al_record *record, al_error *err) {
  if (record->field[AL_CUSTOMER_NAME].len == 0)
    return al_fail(err, AL_SYNTAX,
                   "it has no customer, which a row of the portal's needs");
  if (record->field[AL_OPERATION_TYPE].len == 0)
    return al_fail(err, AL_SYNTAX,
                   "it has no action, which a row of the portal's needs");
  return AL_OK;
}

static al_status on_row (void *context, al_error *err) {
  al_csv_reader *reader = context;
  const al_record *record;
  if (!reader->header_done)
    return header_end(reader, err);
  if (reader->next < reader->ncolumns)
    return al_fail(err, AL_SYNTAX, "%zu fields where the first row names %zu",
                   reader->next, reader->ncolumns);
  reader->next = 0;
  if (al_draft_record(&reader->draft, &record, err) != AL_OK ||
      (reader->is_portal && check_portal_row(record, err) != AL_OK) ||
      reader->handler(reader->context, record, err) != AL_OK)
    return err->status;
  reader->records++;
  al_draft_clear(&reader->draft);
  return AL_OK;
}

/* ---- the start of the input ---- */

/* The separator that the first line has most of. */
static char separator_of (al_text line) {
  static const char SEPARATORS[] = ",;\t";
  size_t best = 0, i;
  char separator = ',';
  const char *candidate;
  for (candidate = SEPARATORS; *candidate != '\0'; candidate++) {
    size_t n = 0;
    for (i = 0; i < line.len; i++)
      n += line.data[i] == *candidate;
    if (n > best) {
      best = n;
      separator = *candidate;
    }
  }
  return separator;
}

/* The first line is whole, or as much of it as can hold names. */
static al_status head_end (al_csv_reader *reader, al_error *err) {
  const al_csv_handler handler = {on_field, on_row, reader};
  al_text head = al_buffer_text(&reader->head), line;
  const char *end;
  if (head.len >= 3 && memcmp(head.data, AL_BOM, 3) == 0)
    reader->bom_bytes = 3;
  head = al_text_from(head.data + reader->bom_bytes,
                      head.len - (size_t)reader->bom_bytes);
  end = memchr(head.data, '\n', head.len);
  line = al_text_from(head.data,
                      end != NULL ? (size_t)(end - head.data) : head.len);
  if (al_csv_open(&reader->csv, separator_of(line), &handler, err) != AL_OK)
    return err->status;
  return al_csv_feed(reader->csv, head.data, head.len, err);
}

static al_status feed_head (al_csv_reader *reader, const char *chunk,
                            size_t len, al_error *err) {
  if (al_buffer_append(&reader->head, chunk, len, err) != AL_OK)
    return err->status;
  if (memchr(chunk, '\n', len) == NULL && reader->head.len < HEADER_MAX_BYTES)
    return AL_OK;
  return head_end(reader, err);
}

/* ---- the reader ---- */

al_status al_csv_reader_open (al_csv_reader **out, const al_csv_title *titles,
                              size_t ntitles, al_record_handler handler,
                              void *context, al_error *err) {
  al_csv_reader *reader = calloc(1, sizeof *reader);
  *out = reader;
  if (reader == NULL)
    return al_fail_nomem(err);
  reader->titles = titles;
  reader->ntitles = ntitles;
  reader->handler = handler;
  reader->context = context;
  al_draft_init(&reader->draft);
  return AL_OK;
}

void al_csv_reader_close (al_csv_reader *reader) {
  if (reader == NULL)
    return;
  al_csv_close(reader->csv);
  al_draft_close(&reader->draft);
  al_buffer_close(&reader->head);
  free(reader->column);
  free(reader);
}

/* Say where the input is wrong, and in which record. */
static al_status locate (al_csv_reader *reader, al_error *err) {
  al_position at = reader->wrong;
  if (err->status != AL_SYNTAX && err->status != AL_LIMIT)
    return err->status;
  if (at.line == 0) {
    at = al_csv_place(reader->csv);
    at.byte += reader->bom_bytes;
  }
  if (reader->header_done)
    al_fail_at(err, "record %lld", (long long)reader->records + 1);
  return al_fail_at(err, "line %lld, byte %lld", (long long)at.line,
                    (long long)at.byte);
}

/* How many bytes of the chunk are UTF-8; counts the lines of those. */
static size_t check_utf8 (al_csv_reader *reader, const char *chunk,
                          size_t len) {
  size_t good = al_utf8_check(&reader->utf8, chunk, len);
  reader->lines += al_count_lines(chunk, good);
  reader->bytes += (int64_t)good;
  return good;
}

static al_status fail_encoding (al_csv_reader *reader, const char *wrong,
                                size_t len, al_error *err) {
  int utf16 =
      reader->bytes == 0 && len >= 2 &&
      (memcmp(wrong, "\xFF\xFE", 2) == 0 || memcmp(wrong, "\xFE\xFF", 2) == 0);
  reader->wrong.line = reader->lines + 1;
  reader->wrong.byte = reader->bytes + 1;
  return al_fail(err, AL_SYNTAX, "%s",
                 utf16 ? "it is UTF-16: save it as UTF-8" : "it is not UTF-8");
}

al_status al_csv_reader_feed (al_csv_reader *reader, const char *chunk,
                              size_t len, al_error *err) {
  size_t good = check_utf8(reader, chunk, len);
  al_status status = reader->csv != NULL
                         ? al_csv_feed(reader->csv, chunk, good, err)
                         : feed_head(reader, chunk, good, err);
  if (status == AL_OK && good < len)
    status = fail_encoding(reader, chunk + good, len - good, err);
  return status == AL_OK ? AL_OK : locate(reader, err);
}

al_status al_csv_reader_finish (al_csv_reader *reader, al_error *err) {
  if (reader->utf8.pending > 0) { /* it ends within a character */
    fail_encoding(reader, "", 0, err);
    return locate(reader, err);
  }
  if ((reader->csv != NULL || head_end(reader, err) == AL_OK) &&
      al_csv_finish(reader->csv, err) == AL_OK)
    return AL_OK;
  return locate(reader, err);
}
