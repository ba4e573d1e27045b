/*
** al_csv.c - CSV (RFC 4180) through libcsv.
**
** Writing, a field that needs no quotes is copied. The others are written as
** libcsv's writer does, or by it. Reading, plain rows are taken apart at
** once (al_csv_row.h). With the others libcsv is fed line by line, since its
** callbacks do not say where they are.
*/
#include "al_csv.h"

#include <csv.h>
#include <stdint.h>
#include <stdlib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "al_csv_row.h"
#include "al_record.h"

/* Each quote is doubled, and two stand around the field. */
#define QUOTED_MAX(len) (2 * (len) + 2)

/* libcsv grows a field's memory by this; its default is 128 bytes. */
#define GROW_BYTES 65536

#define STRICT (CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL)

/* ---- writing ---- */

static int is_blank (char c) {
  return c == ' ' || c == '\t';
}

static int is_special (char c, char separator) {
  return c == '"' || c == separator || c == '\n' || c == '\r';
}

#ifdef __SSE2__

#define BLOCK 16

static __m128i load (const char *data) {
  return _mm_loadu_si128((const __m128i *)(const void *)data);
}

static void store (char *data, __m128i bytes) {
  _mm_storeu_si128((__m128i *)(void *)data, bytes);
}

/* The special ones of 16 bytes, as bits. */
static int specials (__m128i bytes, char separator) {
  __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  __m128i separators = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(separator));
  __m128i feeds = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
  __m128i returns = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r'));
  return _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, separators),
                                        _mm_or_si128(feeds, returns)));
}

/* 8 to 16 bytes: two halves, which overlap. */
static int copy_short (char *out, al_text text, char separator) {
  uint64_t first, last;
  memcpy(&first, text.data, sizeof first);
  memcpy(&last, text.data + text.len - sizeof last, sizeof last);
  memcpy(out, &first, sizeof first);
  memcpy(out + text.len - sizeof last, &last, sizeof last);
  return !specials(_mm_set_epi64x((long long)last, (long long)first),
                   separator);
}

/* Copy the text, or a part of it and return 0 where it has a special byte. The
** last block overlaps the one before. */
static int copy_plain (char *out, al_text text, char separator) {
  size_t i;
  __m128i bytes;
  if (text.len < BLOCK / 2) {
    for (i = 0; i < text.len && !is_special(text.data[i], separator); i++)
      out[i] = text.data[i];
    return i == text.len;
  }
  if (text.len <= BLOCK)
    return copy_short(out, text, separator);
  for (i = 0; i < text.len - BLOCK; i += BLOCK) {
    bytes = load(text.data + i);
    if (specials(bytes, separator))
      return 0;
    store(out + i, bytes);
  }
  bytes = load(text.data + text.len - BLOCK);
  store(out + text.len - BLOCK, bytes);
  return !specials(bytes, separator);
}

/* Write a field in quotes, each quote in it doubled; QUOTED_MAX of room is there.
** JSON is full of quotes: 16 bytes are copied at once, and from each quote in
** them on once more, a byte further on. That takes a third of what libcsv takes
** byte by byte. A block and the 15 bytes behind it are read, and at most 47
** written, for which the two blocks that are left have room. */
static size_t write_quoted (char *start, al_text text) {
  const __m128i quote = _mm_set1_epi8('"');
  const char *in = text.data, *end = in + text.len;
  char *out = start;
  *out++ = '"';
  for (; end - in >= 2 * BLOCK; in += BLOCK, out += BLOCK) {
    __m128i bytes = load(in);
    unsigned quotes = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quote));
    store(out, bytes);
    for (; quotes != 0; quotes &= quotes - 1) {
      int at = __builtin_ctz(quotes);
      out++;
      store(out + at, load(in + at));
    }
  }
  for (; in < end; *out++ = *in++)
    if (*in == '"')
      *out++ = '"';
  *out++ = '"';
  return (size_t)(out - start);
}

#else

static int copy_plain (char *out, al_text text, char separator) {
  size_t i;
  for (i = 0; i < text.len; i++)
    if (is_special(text.data[i], separator))
      return 0;
  memcpy(out, text.data, text.len);
  return 1;
}

static size_t write_quoted (char *start, al_text text) {
  return csv_write(start, QUOTED_MAX(text.len), text.data, text.len);
}

#endif

/* Without quotes, readers may drop blanks at the ends, and an empty field is no
** field. */
static int has_bare_ends (al_text text) {
  return text.len > 0 && !is_blank(text.data[0]) &&
         !is_blank(text.data[text.len - 1]);
}

al_status al_csv_field (al_csv_writer *writer, al_text text, al_error *err) {
  al_buffer *out = writer->out;
  char *to;
  if (out->cap - out->len < QUOTED_MAX(text.len) + 1 &&
      al_buffer_reserve(out, QUOTED_MAX(text.len) + 1, err) != AL_OK)
    return err->status;
  if (writer->fields++ > 0)
    out->data[out->len++] = writer->separator;
  writer->blank = writer->fields == 1 && text.data == NULL;
  if (text.data == NULL)
    return AL_OK;
  to = out->data + out->len;
  if (!has_bare_ends(text) || !copy_plain(to, text, writer->separator))
    out->len += write_quoted(to, text);
  else
    out->len += text.len;
  return AL_OK;
}

al_status al_csv_field_again (al_csv_writer *writer, al_text written,
                              al_error *err) {
  al_buffer *out = writer->out;
  if (al_buffer_reserve(out, written.len + 1, err) != AL_OK)
    return err->status;
  if (writer->fields++ > 0)
    out->data[out->len++] = writer->separator;
  writer->blank = writer->fields == 1 && written.len == 0;
  return al_buffer_append(out, written.data, written.len, err);
}

al_status al_csv_row_end (al_csv_writer *writer, al_error *err) {
  if (writer->blank && al_buffer_append(writer->out, "\"\"", 2, err) != AL_OK)
    return err->status;
  writer->fields = 0;
  writer->blank = 0;
  return al_buffer_append_string(writer->out, writer->newline, err);
}

/* ---- reading ---- */

struct al_csv {
  struct csv_parser parser;
  al_csv_handler handler;
  al_error *err;     /* of the call that is running */
  al_status failure; /* of the handler: libcsv cannot be stopped by it */
  al_position row;   /* start of the row that is being read */
  al_position here;  /* start of what is fed next, or what is wrong */
  int in_row;        /* the row has a byte */
  char separator;
  al_csv_row plain; /* the last one that was plain */
};

/* Spaces are part of the field (RFC 4180, section 2.4). */
static int no_space (unsigned char c) {
  (void)c;
  return 0;
}

static void on_field (void *text, size_t len, void *context) {
  al_csv *csv = context;
  if (csv->failure == AL_OK)
    csv->failure = csv->handler.field(csv->handler.context,
                                      al_text_from(text, len), csv->err);
}

static void on_row (int end, void *context) {
  al_csv *csv = context;
  (void)end;
  csv->in_row = 0;
  if (csv->failure == AL_OK)
    csv->failure = csv->handler.row(csv->handler.context, csv->err);
}

al_status al_csv_open (al_csv **out, char separator,
                       const al_csv_handler *handler, al_error *err) {
  al_csv *csv = calloc(1, sizeof *csv);
  *out = NULL;
  if (csv == NULL)
    return al_fail_nomem(err);
  csv->handler = *handler;
  csv->separator = separator;
  csv->here.line = csv->here.byte = 1;
  csv->row = csv->here;
  csv_init(&csv->parser, STRICT);
  csv_set_delim(&csv->parser, (unsigned char)separator);
  csv_set_space_func(&csv->parser, no_space);
  csv_set_blk_size(&csv->parser, GROW_BYTES);
  *out = csv;
  return AL_OK;
}

void al_csv_close (al_csv *csv) {
  if (csv == NULL)
    return;
  csv_free(&csv->parser);
  free(csv);
}

static al_status fail_parse (al_csv *csv, al_error *err) {
  switch (csv_error(&csv->parser)) {
  case CSV_ENOMEM:
    return al_fail_nomem(err);
  case CSV_EPARSE:
    return al_fail(err, AL_SYNTAX,
                   "a quote stands where RFC 4180 allows none: a field with "
                   "quotes is quoted as a whole, with each quote doubled");
  default:
    return al_fail(err, AL_LIMIT, "%s", csv_strerror(csv_error(&csv->parser)));
  }
}

static int is_blank_line (const char *text, size_t len) {
  while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
    len--;
  return len == 0;
}

/* Bytes up to the end of the first line, or all of them. A line may end in a
** carriage return alone. */
static size_t line_len (const char *text, size_t len) {
  const char *end = memchr(text, '\n', len);
  const char *carriage;
  if (end != NULL)
    len = (size_t)(end - text) + 1;
  carriage = memchr(text, '\r', len);
  if (carriage != NULL && carriage + 1 != end)
    len = (size_t)(carriage - text) + 1;
  return len;
}

/* Parse bytes that hold at most one line end, as their last. */
static al_status feed_line (al_csv *csv, const char *text, size_t len,
                            al_error *err) {
  size_t done;
  if (!csv->in_row) {
    csv->row = csv->here;
    csv->in_row = !is_blank_line(text, len);
  }
  csv->err = err;
  done = csv_parse(&csv->parser, text, len, on_field, on_row, csv);
  if (csv->failure != AL_OK)
    return csv->failure;
  csv->here.byte += (int64_t)done;
  if (done < len)
    return fail_parse(csv, err);
  if (text[len - 1] == '\n')
    csv->here.line++;
  if (csv->in_row && csv->here.byte - csv->row.byte > AL_RECORD_MAX_BYTES) {
    csv->here = csv->row;
    return al_fail(err, AL_LIMIT,
                   "a row is longer than %d bytes: does a quote never close?",
                   AL_RECORD_MAX_BYTES);
  }
  return AL_OK;
}

/* Hand on the row that was taken apart out of 'len' bytes. */
static al_status hand_on (al_csv *csv, const char *text, size_t len,
                          al_error *err) {
  const al_csv_handler *handler = &csv->handler;
  size_t i;
  csv->row = csv->here;
  for (i = 0; i < csv->plain.n && csv->failure == AL_OK; i++)
    csv->failure = handler->field(handler->context, csv->plain.field[i], err);
  if (csv->failure == AL_OK)
    csv->failure = handler->row(handler->context, err);
  csv->here.byte += (int64_t)len;
  csv->here.line += al_count_lines(text, len);
  return csv->failure;
}

al_status al_csv_feed (al_csv *csv, const char *chunk, size_t len,
                       al_error *err) {
  while (len > 0) {
    size_t n = csv->in_row
                   ? 0
                   : al_csv_row_read(&csv->plain, csv->separator, chunk, len);
    if (n > 0) {
      if (hand_on(csv, chunk, n, err) != AL_OK)
        return err->status;
    } else {
      n = line_len(chunk, len);
      if (feed_line(csv, chunk, n, err) != AL_OK)
        return err->status;
    }
    chunk += n;
    len -= n;
  }
  return AL_OK;
}

al_status al_csv_finish (al_csv *csv, al_error *err) {
  csv->err = err;
  if (csv_fini(&csv->parser, on_field, on_row, csv) != 0) {
    csv->here = csv->row;
    return al_fail(err, AL_SYNTAX, "a quote in this row never closes");
  }
  return csv->failure;
}

al_position al_csv_place (const al_csv *csv) {
  return csv->failure != AL_OK ? csv->row : csv->here;
}
