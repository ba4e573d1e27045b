/*
** redact.c - whatever stands in a value: what is masked is JSON as it was, and
** masking it again changes nothing.
*/
#include "fuzz.h"

#include "al_json.h"
#include "al_redact.h"
#include "al_utf8.h"

static int is_json (al_text text) {
  al_buffer out = {0};
  al_error err;
  int is = al_json_compact(&out, text, &err) == AL_OK;
  al_buffer_close(&out);
  return is;
}

static void check_masked (al_text value, al_text masked) {
  al_record record = {0}, again;
  al_buffer text = {0};
  al_error err;
  NEED(al_utf8_valid(masked.data, masked.len));
  NEED(memmem(masked.data, masked.len, AL_MASK, 3) != NULL);
  NEED(is_json(masked) == is_json(value));
  record.field[AL_RESOURCE_NEW_VALUE] = masked;
  NEED(al_redact_record(&again, &record, &text, &err) == AL_OK);
  NEED(al_text_equal(masked, again.field[AL_RESOURCE_NEW_VALUE]));
  al_buffer_close(&text);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  al_record record = {0}, masked;
  al_text value = al_text_from((const char *)data, size);
  al_buffer text = {0};
  al_error err;
  int found;
  if (!al_utf8_valid(value.data, value.len))
    return 0; /* no reader hands it on */
  record.field[AL_RESOURCE_NEW_VALUE] = value;
  NEED(al_redact_record(&masked, &record, &text, &err) == AL_OK);
  NEED(al_redact_find(&record, &found, &err) == AL_OK);
  NEED(found == (masked.field[AL_RESOURCE_NEW_VALUE].data != value.data));
  if (found)
    check_masked(value, masked.field[AL_RESOURCE_NEW_VALUE]);
  al_buffer_close(&text);
  return 0;
}
