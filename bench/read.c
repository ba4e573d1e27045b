/*
** read.c - the reading half of an import: from bytes to checked records with
** identity, digest, folded name and secret mark, and no store behind it.
**
**   read FILE
**
** FILE is JSON, or else CSV with the names of fields in its first row. Printed
** is how many records there were and a checksum over what was made of them, so
** that two builds can be compared.
*/
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "al_fold_cache.h"
#include "al_read_csv.h"
#include "al_redact.h"
#include "al_sha256.h"

#define CHUNK_BYTES 65536

typedef struct {
  al_sha256 sum;
  al_fold_cache names;
  al_buffer folded;
  int64_t records, secrets;
} totals;

static al_status count_record (void *context, const al_record *record,
                               al_error *err) {
  totals *t = context;
  al_text name = record->field[AL_CUSTOMER_NAME];
  uint8_t identity[AL_IDENTITY_BYTES], digest[AL_DIGEST_BYTES];
  int secret;
  al_record_identity(record, identity);
  al_record_digest(record, digest);
  al_buffer_clear(&t->folded);
  if ((name.data != NULL &&
       al_fold_cache_append(&t->names, &t->folded, name, err) != AL_OK) ||
      al_redact_find(record, &secret, err) != AL_OK)
    return err->status;
  al_sha256_update(&t->sum, identity, sizeof identity);
  al_sha256_update(&t->sum, digest, sizeof digest);
  al_sha256_update(&t->sum, t->folded.data, t->folded.len);
  t->records++;
  t->secrets += secret;
  return AL_OK;
}

static al_status read_json (FILE *in, char *chunk, size_t n, totals *t,
                            al_error *err) {
  al_json_reader *reader;
  al_status status = al_json_reader_open(&reader, count_record, t, err);
  for (; status == AL_OK && n > 0; n = fread(chunk, 1, CHUNK_BYTES, in))
    status = al_json_reader_feed(reader, chunk, n, err);
  if (status == AL_OK)
    status = al_json_reader_finish(reader, err);
  al_json_reader_close(reader);
  return status;
}

static al_status read_csv (FILE *in, char *chunk, size_t n, totals *t,
                           al_error *err) {
  al_csv_reader *reader;
  al_status status = al_csv_reader_open(&reader, NULL, 0, count_record, t, err);
  for (; status == AL_OK && n > 0; n = fread(chunk, 1, CHUNK_BYTES, in))
    status = al_csv_reader_feed(reader, chunk, n, err);
  if (status == AL_OK)
    status = al_csv_reader_finish(reader, err);
  al_csv_reader_close(reader);
  return status;
}

static void print_totals (totals *t) {
  uint8_t sum[8];
  size_t i;
  al_sha256_finish(&t->sum, sum, sizeof sum);
  printf("%" PRId64 " records, %" PRId64 " with secrets, ", t->records,
         t->secrets);
  for (i = 0; i < sizeof sum; i++)
    printf("%02x", sum[i]);
  printf("\n");
}

int main (int argc, char **argv) {
  static char chunk[CHUNK_BYTES];
  FILE *in = argc == 2 ? fopen(argv[1], "rb") : NULL;
  static totals t;
  al_error err;
  al_status status;
  size_t n;
  if (in == NULL) {
    fprintf(stderr, "usage: read FILE (which can be read)\n");
    return 1;
  }
  setvbuf(in, NULL, _IONBF, 0);
  al_sha256_init(&t.sum);
  n = fread(chunk, 1, sizeof chunk, in);
  status = n > 0 && (*chunk == '{' || *chunk == '[')
               ? read_json(in, chunk, n, &t, &err)
               : read_csv(in, chunk, n, &t, &err);
  if (status == AL_OK && ferror(in))
    status = al_fail_errno(&err, "cannot read", argv[1]);
  fclose(in);
  al_fold_cache_close(&t.names);
  al_buffer_close(&t.folded);
  if (status != AL_OK) {
    fprintf(stderr, "%s: %s\n", argv[1], err.message);
    return 1;
  }
  print_totals(&t);
  return 0;
}
