/*
** al_read_csv.h - audit records out of CSV whose first row names the fields.
**
** A column is named by a field ("customer_name"), as our own export "full"
** with excel = false writes it, or by a title of the portal's export
** ("Affected customer"), which its caller knows.
*/
#ifndef AL_READ_CSV_H
#define AL_READ_CSV_H

#include "al_read_json.h"

/* A title and the field it stands for. A column of field AL_NFIELDS is read
** over, as it holds nothing that a record keeps. */
typedef struct {
  al_text title; /* compared without case of A to Z */
  al_field field;
} al_csv_title;

typedef struct al_csv_reader al_csv_reader;

/* The titles are read, not kept beyond the reader's life. */
al_status al_csv_reader_open (al_csv_reader **out, const al_csv_title *titles,
                              size_t ntitles, al_record_handler handler,
                              void *context, al_error *err);
void al_csv_reader_close (al_csv_reader *reader);

/* Read the next chunk of any size, UTF-8 with or without a byte order mark.
** The separator (comma, semicolon or tab) is told from the first row. Failures
** name line and byte, the record and the column. */
al_status al_csv_reader_feed (al_csv_reader *reader, const char *chunk,
                              size_t len, al_error *err);

/* There are no more chunks. */
al_status al_csv_reader_finish (al_csv_reader *reader, al_error *err);

#endif
