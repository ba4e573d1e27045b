/*
** value.c - whatever stands in a record's values: what is read out of it, and
** what is searched in it.
*/
#include "fuzz.h"

#include "al_customized.h"
#include "al_detail.h"
#include "al_fold.h"
#include "al_search.h"
#include "al_utf8.h"
#include "al_value.h"

static al_status check_event (void *context, al_json_event event, al_text text,
                              al_error *err) {
  (void)context, (void)err;
  al_value_scalar(event, text);
  NEED(text.data == NULL || al_utf8_valid(text.data, text.len));
  return AL_OK;
}

static al_status check_pair (void *context, al_text key, al_text value,
                             al_error *err) {
  (void)context, (void)err;
  NEED(key.data != NULL && al_utf8_valid(key.data, key.len));
  NEED(value.data == NULL || al_utf8_valid(value.data, value.len));
  return AL_OK;
}

static void check_details (const al_record *record) {
  al_detail_state state = {0};
  al_buffer out = {0};
  al_error err;
  int detail;
  for (detail = AL_DETAIL_PRODUCT; detail <= AL_DETAIL_ORDER; detail++)
    NEED(al_detail_append(&out, (al_detail)detail, record, &state, &err) ==
         AL_OK);
  NEED(al_utf8_valid(al_buffer_text(&out).data, out.len));
  al_detail_close(&state);
  al_buffer_close(&out);
}

/* Folding what is folded changes nothing, and a record holds its own text. */
static void check_search (const al_record *record, al_text value) {
  al_search search = {0};
  al_buffer once = {0}, twice = {0};
  al_error err;
  int found;
  NEED(al_fold(&once, value, &err) == AL_OK);
  NEED(al_fold(&twice, al_buffer_text(&once), &err) == AL_OK);
  NEED(al_text_equal(al_buffer_text(&once), al_buffer_text(&twice)));
  NEED(al_search_set(&search, &value, 1, &err) == AL_OK);
  NEED(al_search_record(&search, record, &found, &err) == AL_OK);
  NEED(found || memmem(value.data, value.len, "\\u", 2) != NULL);
  al_search_close(&search);
  al_buffer_close(&once);
  al_buffer_close(&twice);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  al_text value = fuzz_text(data, size);
  al_record record = {0};
  al_error err;
  if (!al_utf8_valid(value.data, value.len))
    return 0; /* no reader hands it on */
  record.field[AL_RESOURCE_NEW_VALUE] = value;
  record.field[AL_CUSTOMIZED_DATA] = value;
  record.field[AL_OPERATION_TYPE] = AL_TEXT("create_order");
  al_value_parse(value, check_event, NULL, &err);
  al_customized_each(value, check_pair, NULL, &err);
  check_details(&record);
  check_search(&record, value);
  return 0;
}
