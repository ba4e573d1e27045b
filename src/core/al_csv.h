/*
** al_csv.h - CSV (RFC 4180) through libcsv: rows written into a buffer, and
** rows read as a stream of fields.
*/
#ifndef AL_CSV_H
#define AL_CSV_H

#include "al_buffer.h"
#include "al_position.h"

/* ---- writing ---- */

typedef struct {
  al_buffer *out;
  const char *newline; /* "\r\n" or "\n" */
  char separator;
  int fields; /* of the row so far */
  int blank; /* the row is one missing field: a blank line, which readers skip */
} al_csv_writer;

/* Append one field to the row. 'text' may hold any byte; a missing one leaves
** the field empty, an empty one is written as "". It is read, not kept. What a
** cell may say to Excel was decided before. */
al_status al_csv_field (al_csv_writer *writer, al_text text, al_error *err);

/* Append a field as al_csv_field wrote it before, without its separator: the
** bytes that came to 'out'. Of a missing one these are none. */
al_status al_csv_field_again (al_csv_writer *writer, al_text written,
                              al_error *err);

/* End the row. */
al_status al_csv_row_end (al_csv_writer *writer, al_error *err);

/* ---- reading ---- */

typedef struct {
  /* A field; 'text' dies with the call and is missing where nothing, not even
  ** quotes, stood between the separators. */
  al_status (*field)(void *context, al_text text, al_error *err);
  /* The row that the fields before it made. */
  al_status (*row)(void *context, al_error *err);
  void *context;
} al_csv_handler;

typedef struct al_csv al_csv;

/* A parser that takes nothing on trust: quotes inside a bare field, text
** behind a closing quote and a quote that never closes are AL_SYNTAX, spaces
** belong to the field, blank lines are skipped, and a row of more than
** AL_RECORD_MAX_BYTES is AL_LIMIT. On failure *out is NULL. */
al_status al_csv_open (al_csv **out, char separator,
                       const al_csv_handler *handler, al_error *err);
void al_csv_close (al_csv *csv);

/* Parse the next chunk. After a failure only al_csv_place and al_csv_close may
** be called. */
al_status al_csv_feed (al_csv *csv, const char *chunk, size_t len,
                       al_error *err);

/* There are no more chunks: the last row needs no line end. */
al_status al_csv_finish (al_csv *csv, al_error *err);

/* After a failure of the parser the byte that is wrong; during a call of the
** handler the start of the row. */
al_position al_csv_place (const al_csv *csv);

#endif
