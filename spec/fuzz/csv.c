/*
** csv.c - whatever bytes come as CSV: chunks make no difference, and a record
** that is written and read again is the same.
*/
#include "fuzz.h"

#include "al_csv.h"
#include "al_read_csv.h"
#include "al_utf8.h"

static const al_csv_title TITLES[] = {
    {{"Date-Time", 9}, AL_OPERATION_DATE},
    {{"Affected customer", 17}, AL_CUSTOMER_NAME},
    {{"Action", 6}, AL_OPERATION_TYPE},
    {{"Performed by", 12}, AL_USER_PRINCIPAL_NAME},
    {{"Status", 6}, AL_NFIELDS}};

static al_status keep_digest (void *context, const al_record *record,
                              al_error *err) {
  uint8_t digest[AL_DIGEST_BYTES];
  al_record_digest(record, digest);
  return al_buffer_append(context, (const char *)digest, sizeof digest, err);
}

static al_status read_records (al_text text, size_t chunk,
                               al_record_handler handler, al_buffer *out,
                               al_error *err) {
  al_csv_reader *reader;
  al_status status = AL_OK;
  NEED(al_csv_reader_open(&reader, TITLES, sizeof TITLES / sizeof TITLES[0],
                          handler, out, err) == AL_OK);
  while (status == AL_OK && text.len > 0) {
    size_t n = chunk < text.len ? chunk : text.len;
    status = al_csv_reader_feed(reader, text.data, n, err);
    text.data += n;
    text.len -= n;
  }
  if (status == AL_OK)
    status = al_csv_reader_finish(reader, err);
  al_csv_reader_close(reader);
  return status;
}

static void write_record (al_buffer *out, const al_record *record) {
  al_csv_writer writer = {out, "\r\n", ';', 0, 0};
  al_error err;
  int i;
  for (i = 0; i < AL_NFIELDS; i++) {
    const char *name = al_field_name((al_field)i);
    NEED(al_csv_field(&writer, al_text_from(name, strlen(name)), &err) ==
         AL_OK);
  }
  NEED(al_csv_row_end(&writer, &err) == AL_OK);
  for (i = 0; i < AL_NFIELDS; i++)
    NEED(al_csv_field(&writer, record->field[i], &err) == AL_OK);
  NEED(al_csv_row_end(&writer, &err) == AL_OK);
}

/* The record is valid UTF-8, and as CSV it has the same digest. */
static al_status check_record (void *context, const al_record *record,
                               al_error *err) {
  al_buffer csv = {0}, digests = {0};
  uint8_t digest[AL_DIGEST_BYTES];
  int i;
  (void)context;
  for (i = 0; i < AL_NFIELDS; i++)
    NEED(al_utf8_valid(record->field[i].data, record->field[i].len));
  al_record_digest(record, digest);
  write_record(&csv, record);
  NEED(read_records(al_buffer_text(&csv), csv.len, keep_digest, &digests,
                    err) == AL_OK);
  NEED(digests.len == sizeof digest &&
       memcmp(digests.data, digest, sizeof digest) == 0);
  al_buffer_close(&csv);
  al_buffer_close(&digests);
  return AL_OK;
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  al_text text = fuzz_text(data, size);
  al_buffer whole = {0}, parts = {0};
  al_error said, also = {AL_OK, ""};
  al_status status = read_records(text, size, keep_digest, &whole, &said);
  NEED(read_records(text, 2 + size % 7, keep_digest, &parts, &also) == status);
  NEED(status == AL_OK || strcmp(said.message, also.message) == 0);
  NEED(al_text_equal(al_buffer_text(&whole), al_buffer_text(&parts)));
  read_records(text, size, check_record, NULL, &said);
  al_buffer_close(&whole);
  al_buffer_close(&parts);
  return 0;
}
