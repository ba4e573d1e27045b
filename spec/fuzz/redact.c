/*
** redact.c - whatever stands in a value: what is masked is JSON as it was,
** masking it again changes nothing, and no member of a rule's name is left.
**
** The first line of an input is tried as rules, with '|' between them, for what
** stands below it; an input of one line gets rules of our own.
*/
#include "fuzz.h"

#include "al_json.h"
#include "al_mask.h"
#include "al_redact.h"
#include "al_utf8.h"
#include "al_value.h"

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

/* ---- rules ---- */

#define TEXTS_MAX 8

static const al_text OWN_RULES = {"email|a.*|*.b.c|customized_data.d", 34};

static int is_email (const al_text *texts, size_t n) {
  size_t i;
  for (i = 0; i < n; i++)
    if (al_text_equal(texts[i], AL_TEXT("email")))
      return 1;
  return 0;
}

/* Rules of a text with '|' between them; NULL when they are none. */
static al_rules *rules_of (al_text list, int *email) {
  al_text texts[TEXTS_MAX];
  const char *at = list.data, *end = list.data + list.len;
  al_rules *rules;
  al_error err;
  al_status status;
  size_t n = 0;
  while (n < TEXTS_MAX) {
    const char *mark = memchr(at, '|', (size_t)(end - at));
    const char *stop = mark != NULL ? mark : end;
    texts[n++] = al_text_from(at, (size_t)(stop - at));
    if (mark == NULL)
      break;
    at = mark + 1;
  }
  status = al_rules_open(&rules, texts, n, &err);
  NEED((rules != NULL) == (status == AL_OK));
  NEED(status == AL_OK || status == AL_SYNTAX || status == AL_LIMIT);
  *email = is_email(texts, n);
  return rules;
}

/* A member of the name "email" is the mask, in JSON in strings as well. */
static al_status see_email (void *context, al_json_event event, al_text text,
                            al_error *err) {
  int *under_email = context, inside = 0;
  al_error ignored;
  NEED(!*under_email ||
       (event == AL_JSON_STRING && al_text_equal(text, AL_TEXT(AL_MASK))));
  *under_email = event == AL_JSON_KEY && al_value_key_is(text, "email");
  if (event == AL_JSON_STRING && is_json(text))
    NEED(al_json_parse(text, see_email, &inside, &ignored) == AL_OK);
  (void)err;
  return AL_OK;
}

static void check_ruled (al_field field, al_text value, const al_rules *rules,
                         int email) {
  al_record record = {0}, masked, again;
  al_buffer text = {0}, twice = {0};
  al_error err;
  int any, any_again, inside = 0;
  record.field[field] = value;
  NEED(al_redact_by_rules(&masked, &record, rules, &text, &any, &err) == AL_OK);
  NEED(any == (masked.field[field].data != value.data));
  NEED(al_utf8_valid(masked.field[field].data, masked.field[field].len));
  if (any && !al_rules_field(rules, field))
    NEED(is_json(masked.field[field]) == is_json(value));
  NEED(al_redact_by_rules(&again, &masked, rules, &twice, &any_again, &err) ==
       AL_OK);
  NEED(al_text_equal(again.field[field], masked.field[field]));
  if (email && is_json(masked.field[field]))
    NEED(al_json_parse(masked.field[field], see_email, &inside, &err) == AL_OK);
  al_buffer_close(&text);
  al_buffer_close(&twice);
}

static void check_rules (al_text input) {
  const char *line_end = memchr(input.data, '\n', input.len);
  al_text list = OWN_RULES, value = input;
  al_rules *rules;
  int email;
  if (line_end != NULL) {
    list.data = input.data;
    list.len = (size_t)(line_end - input.data);
    value = al_text_from(line_end + 1, input.len - list.len - 1);
  }
  rules = rules_of(list, &email);
  if (rules == NULL)
    return;
  check_ruled(AL_RESOURCE_NEW_VALUE, value, rules, email);
  if (is_json(value)) { /* as a record keeps these fields */
    check_ruled(AL_CUSTOMIZED_DATA, value, rules, email);
    check_ruled(AL_OTHER, value, rules, email);
  }
  al_rules_close(rules);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  al_record record = {0}, masked;
  al_text value = fuzz_text(data, size);
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
  check_rules(value);
  al_buffer_close(&text);
  return 0;
}
