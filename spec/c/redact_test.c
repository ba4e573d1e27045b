/*
** redact_test.c - values under secret keys, and nothing else, are masked.
*/
#include "al_redact.h"

#include "al_json.h"
#include "al_utf8.h"
#include "check.h"
#include "help.h"

/* Turn ' into ", which is easier to read in C. */
static void append_json (al_buffer *out, const char *text) {
  al_error err;
  for (; *text != '\0'; text++)
    CHECK(al_buffer_append_char(out, *text == '\'' ? '"' : *text, &err) ==
          AL_OK);
}

/* A value as it is masked, and whether a secret is found in it at all. */
static void check_value (al_text expected, al_text value) {
  static const al_field FIELDS[] = {AL_RESOURCE_OLD_VALUE,
                                    AL_RESOURCE_NEW_VALUE, AL_CUSTOMIZED_DATA,
                                    AL_OTHER};
  size_t i;
  for (i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++) {
    al_record record = help_record("password", "password", "secret"), masked;
    al_buffer text = {0};
    al_error err;
    int found = -1;
    record.field[FIELDS[i]] = value;
    CHECK(al_redact_find(&record, &found, &err) == AL_OK);
    CHECK(found == !al_text_equal(expected, value));
    CHECK(al_redact_record(&masked, &record, &text, &err) == AL_OK);
    if (!al_text_equal(expected, masked.field[FIELDS[i]]))
      printf("  got '%.*s'\n", (int)masked.field[FIELDS[i]].len,
             masked.field[FIELDS[i]].data);
    CHECK(al_text_equal(expected, masked.field[FIELDS[i]]));
    CHECK(al_text_equal(AL_TEXT("password"), masked.field[AL_ID]));
    al_buffer_close(&text);
  }
}

static void check_masked (const char *expected, const char *value) {
  al_buffer want = {0}, given = {0};
  append_json(&want, expected);
  append_json(&given, value);
  check_value(al_buffer_text(&want), al_buffer_text(&given));
  al_buffer_close(&want);
  al_buffer_close(&given);
}

static void check_kept (const char *value) {
  check_masked(value, value);
}

static void values_of_every_kind_are_masked (void) {
  check_masked("{'password':'***'}", "{'password':'x'}");
  check_masked("{'password':'***'}", "{'password':''}");
  check_masked("{'password':'***'}", "{'password':null}");
  check_masked("{'password':'***'}", "{'password':1.50}");
  check_masked("{'password':'***','a':1}",
               "{'password':{'b':[1,{'password':2}],'c':{}},'a':1}");
  check_masked("{'a':0,'password':'***'}", "{'a':0,'password':[[],[{}]]}");
}

static void keys_are_secret_in_any_case_and_spelling (void) {
  check_masked("{'NewPassword2':'***'}", "{'NewPassword2':'x'}");
  check_masked("{'CLIENT_SECRET':'***'}", "{'CLIENT_SECRET':'x'}");
  check_masked("{'access-token':'***'}", "{'access-token':'x'}");
  check_masked("{'Api Key':'***'}", "{'Api Key':'x'}");
  check_masked("{'UserCredentials':'***'}",
               "{'UserCredentials':{'userName':'a'}}");
  check_masked("{'Password':'***'}", "{'\\u0050ass\\u0077ord':'x'}");
  check_masked("{'Secret':'***'}", "{'\\u0053\\u0065\\u0063ret':'x'}");
}

static void secrets_are_found_at_every_depth (void) {
  al_buffer want = {0}, given = {0};
  int i;
  check_masked("[{'a':[[{'secret':'***'},{'b':2}]]},'c']",
               "[{'a':[[{'secret':1},{'b':2}]]},'c']");
  for (i = 0; i < AL_JSON_DEPTH_MAX - 1; i++) {
    append_json(&want, "[");
    append_json(&given, "[");
  }
  append_json(&want, "{'secret':'***'}");
  append_json(&given, "{'secret':'x'}");
  for (i = 0; i < AL_JSON_DEPTH_MAX - 1; i++) {
    append_json(&want, "]");
    append_json(&given, "]");
  }
  check_value(al_buffer_text(&want), al_buffer_text(&given));
  al_buffer_close(&want);
  al_buffer_close(&given);
}

/* {"a": text, "b": 1} */
static void wrap (al_buffer *out, al_text text) {
  al_error err;
  al_buffer_clear(out);
  append_json(out, "{'a':");
  CHECK(al_json_write_string(out, text, &err) == AL_OK);
  append_json(out, ",'b':1}");
}

static void secrets_are_found_in_json_in_json (void) {
  al_buffer want[2] = {{0}, {0}}, given[2] = {{0}, {0}};
  int level;
  append_json(&want[0], "{'password':'***','name':'x'}");
  append_json(&given[0], "{'password':'y','name':'x'}");
  for (level = 0; level < 5; level++) {
    al_buffer *next = &want[(level + 1) % 2];
    wrap(next, al_buffer_text(&want[level % 2]));
    wrap(&given[(level + 1) % 2], al_buffer_text(&given[level % 2]));
    check_value(al_buffer_text(next), al_buffer_text(&given[(level + 1) % 2]));
  }
  for (level = 0; level < 2; level++) {
    al_buffer_close(&want[level]);
    al_buffer_close(&given[level]);
  }
}

static void a_document_that_is_a_string_is_looked_into (void) {
  check_masked("'{\\'secret\\':\\'***\\'}'", "'{\\'secret\\':1}'");
  check_masked("'[{\\'secret\\':\\'***\\'}]'", "' [ {\\'secret\\':1}] '");
}

static void a_mark_hides_no_json (void) {
  check_masked("'{\\'secret\\':\\'***\\'}'", "'" AL_BOM "{\\'secret\\':1}'");
  check_masked("{'a':'{\\'secret\\':\\'***\\'}'}",
               "{'a':'\\uFEFF \\ufeff{\\'secret\\':1}'}");
}

static void a_pair_is_masked_in_either_order (void) {
  check_masked("{'key':'Password','value':'***'}",
               "{'key':'Password','value':'x'}");
  check_masked("{'Value':'***','Key':'Password'}",
               "{'Value':'x','Key':'Password'}");
  check_masked("[{'VALUE':'***','n':1,'KEY':'api_key','m':2},{'k':1}]",
               "[{'VALUE':{'a':[]},'n':1,'KEY':'api_key','m':2},{'k':1}]");
  check_masked("{'key':'a secret','value':'***'}",
               "{'key':'a secret','value':'a longer value than the mask'}");
  check_masked("{'value':'***','key':'secret','other':[1,2]}",
               "{'value':null,'key':'secret','other':[1,2]}");
}

static void a_pair_of_another_object_is_none (void) {
  check_kept("[{'key':'password'},{'value':'x'}]");
  check_kept("{'key':'password','a':{'value':'x'}}");
  check_kept("{'a':{'key':'password'},'value':'x'}");
  check_kept("{'key':['password'],'value':'x'}");
  check_kept("{'key':{'a':'password'},'value':'x'}");
}

static void what_only_mentions_a_secret_is_kept (void) {
  check_kept("{'a':'password'}");
  check_kept("{'action':'change_user_password' , 'b' : 1.0}");
  check_kept("['password',{'\\u0061':'secret'}]");
  check_kept("{'pass':1,'word':2,'pasword':3,'se':{'cret':4}}");
  check_kept("{'token':1,'key':2,'access':{'token':3}}");
}

static void the_rest_of_a_masked_value_stays_the_same (void) {
  check_masked(
      "{'a':[1.0,-0,1e400,true,false,null,{},[]],'':'\\u0000\xC3\xA9',"
      "'secret':'***','b':'{not json','c':'{\\'d\\': 1}'}",
      "{ 'a' : [1.0,-0,1e400,true,false,null,{},[]],'':'\\u0000\xC3\xA9"
      "','secret':'x','b':'{not json','c':'{\\'d\\': 1}'}");
}

static void broken_json_with_a_secret_is_masked_whole (void) {
  check_masked("***", "{'password':'hunter2','na");
  check_masked("***", "{'secret':1,'secret':1}");
  check_masked("***", "{'p\\u0061ssword':'hunter2','na");
  check_masked("***", "{'p\\u0061ssword':'hunt");
  check_masked("{'a':'***'}", "{'a':'{\\'password\\':\\'hunt'}");
  check_kept("{'name':'\\u0041");
  check_kept("The password was reset");
  check_kept("password");
  check_kept("");
}

static void a_missing_value_stays_missing (void) {
  check_value(AL_TEXT_MISSING, AL_TEXT_MISSING);
}

static void each_value_of_a_record_is_masked_by_itself (void) {
  al_record record = help_record(NULL, NULL, NULL), masked;
  al_buffer text = {0};
  al_error err;
  record.field[AL_RESOURCE_OLD_VALUE] = AL_TEXT("{\"secret\":1}");
  record.field[AL_RESOURCE_NEW_VALUE] = AL_TEXT("{\"a\":1}");
  record.field[AL_CUSTOMIZED_DATA] = AL_TEXT("[{\"\\u0061\":1}]");
  record.field[AL_OTHER] = AL_TEXT("{\"b\":{\"secret\":2}}");
  CHECK(al_redact_record(&masked, &record, &text, &err) == AL_OK);
  CHECK(al_text_equal(AL_TEXT("{\"secret\":\"***\"}"),
                      masked.field[AL_RESOURCE_OLD_VALUE]));
  CHECK(record.field[AL_RESOURCE_NEW_VALUE].data ==
        masked.field[AL_RESOURCE_NEW_VALUE].data);
  CHECK(record.field[AL_CUSTOMIZED_DATA].data ==
        masked.field[AL_CUSTOMIZED_DATA].data);
  CHECK(al_text_equal(AL_TEXT("{\"b\":{\"secret\":\"***\"}}"),
                      masked.field[AL_OTHER]));
  al_buffer_close(&text);
}

int main (void) {
  CHECK_RUN(values_of_every_kind_are_masked);
  CHECK_RUN(keys_are_secret_in_any_case_and_spelling);
  CHECK_RUN(secrets_are_found_at_every_depth);
  CHECK_RUN(secrets_are_found_in_json_in_json);
  CHECK_RUN(a_document_that_is_a_string_is_looked_into);
  CHECK_RUN(a_mark_hides_no_json);
  CHECK_RUN(a_pair_is_masked_in_either_order);
  CHECK_RUN(a_pair_of_another_object_is_none);
  CHECK_RUN(what_only_mentions_a_secret_is_kept);
  CHECK_RUN(the_rest_of_a_masked_value_stays_the_same);
  CHECK_RUN(broken_json_with_a_secret_is_masked_whole);
  CHECK_RUN(a_missing_value_stays_missing);
  CHECK_RUN(each_value_of_a_record_is_masked_by_itself);
  return CHECK_RESULT();
}
