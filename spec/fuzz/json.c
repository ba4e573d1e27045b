/*
** json.c - whatever bytes come as JSON: chunks make no difference, and a record
** that is written and read again is the same.
*/
#include "fuzz.h"

#include "al_json.h"
#include "al_read_json.h"
#include "al_record_json.h"
#include "al_utf8.h"

/* Append the digests of the records that a text holds. */
static al_status keep_digest (void *context, const al_record *record,
                              al_error *err) {
  uint8_t digest[AL_DIGEST_BYTES];
  al_record_digest(record, digest);
  return al_buffer_append(context, (const char *)digest, sizeof digest, err);
}

static al_status read_records (al_text text, size_t chunk,
                               al_record_handler handler, al_buffer *out,
                               al_error *err) {
  al_json_reader *reader;
  al_status status = AL_OK;
  NEED(al_json_reader_open(&reader, handler, out, err) == AL_OK);
  while (status == AL_OK && text.len > 0) {
    size_t n = chunk < text.len ? chunk : text.len;
    status = al_json_reader_feed(reader, text.data, n, err);
    text.data += n;
    text.len -= n;
  }
  if (status == AL_OK)
    status = al_json_reader_finish(reader, err);
  al_json_reader_close(reader);
  return status;
}

/* The record is valid UTF-8, and as JSON Lines it has the same digest. */
static al_status check_record (void *context, const al_record *record,
                               al_error *err) {
  al_buffer line = {0}, digests = {0};
  uint8_t digest[AL_DIGEST_BYTES];
  int i;
  (void)context;
  for (i = 0; i < AL_NFIELDS; i++)
    NEED(al_utf8_valid(record->field[i].data, record->field[i].len));
  al_record_digest(record, digest);
  NEED(al_record_json(&line, record, err) == AL_OK);
  NEED(read_records(al_buffer_text(&line), line.len, keep_digest, &digests,
                    err) == AL_OK);
  NEED(digests.len == sizeof digest &&
       memcmp(digests.data, digest, sizeof digest) == 0);
  al_buffer_close(&line);
  al_buffer_close(&digests);
  return AL_OK;
}

/* Compact JSON made compact again is the same. */
static void check_compact (al_text text) {
  al_buffer once = {0}, twice = {0};
  al_error err;
  if (al_json_compact(&once, text, &err) == AL_OK) {
    NEED(al_json_compact(&twice, al_buffer_text(&once), &err) == AL_OK);
    NEED(al_text_equal(al_buffer_text(&once), al_buffer_text(&twice)));
  }
  al_buffer_close(&once);
  al_buffer_close(&twice);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  al_text text = fuzz_text(data, size);
  al_buffer whole = {0}, parts = {0};
  al_error said;
  al_status status = read_records(text, size, keep_digest, &whole, &said);
  NEED(read_records(text, 1 + size % 7, keep_digest, &parts, &said) == status);
  NEED(al_text_equal(al_buffer_text(&whole), al_buffer_text(&parts)));
  read_records(text, size, check_record, NULL, &said);
  check_compact(text);
  al_buffer_close(&whole);
  al_buffer_close(&parts);
  return 0;
}
