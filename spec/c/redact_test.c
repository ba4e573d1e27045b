/*
** redact_test.c - values under secret keys and of rules, and nothing else, are
** masked.
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

/* Deeper than any string is looked into, it is masked whole. */
static void a_secret_too_deep_in_json_in_json_is_masked (void) {
  al_buffer value[2] = {{0}, {0}};
  al_record record = help_record("1", NULL, NULL), masked;
  al_buffer text = {0};
  al_error err;
  int level;
  append_json(&value[0], "{'password':'y'}");
  for (level = 0; level < 18; level++)
    wrap(&value[(level + 1) % 2], al_buffer_text(&value[level % 2]));
  record.field[AL_RESOURCE_NEW_VALUE] = al_buffer_text(&value[0]);
  CHECK(al_redact_record(&masked, &record, &text, &err) == AL_OK);
  CHECK(strstr(help_string(&text), "***") != NULL);
  CHECK(strstr(help_string(&text), "password") == NULL);
  al_buffer_close(&text);
  al_buffer_close(&value[0]);
  al_buffer_close(&value[1]);
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

/* ---- rules ---- */

#define TEXTS_MAX 4

/* The rules of a list with '|' between them. */
static al_rules *rules_of (const char *list) {
  al_text texts[TEXTS_MAX];
  al_rules *rules;
  al_error err;
  size_t n = 0, len;
  for (; n < TEXTS_MAX; list += len + 1) {
    len = strcspn(list, "|");
    texts[n++] = al_text_from(list, len);
    if (list[len] == '\0')
      break;
  }
  CHECK(al_rules_open(&rules, texts, n, &err) == AL_OK);
  return rules;
}

/* A value of the field as rules mask it, and whether it is handed through. */
static void check_field (al_field field, const al_rules *rules,
                         al_text expected, al_text value) {
  al_record record = help_record("1", "2026-10-31T17:58:01.0000000Z", NULL);
  al_record masked;
  al_buffer text = {0};
  al_error err;
  int any = -1;
  record.field[field] = value;
  CHECK(al_redact_by_rules(&masked, &record, rules, &text, &any, &err) ==
        AL_OK);
  if (!al_text_equal(expected, masked.field[field]))
    printf("  got '%.*s'\n", (int)masked.field[field].len,
           masked.field[field].data);
  CHECK(al_text_equal(expected, masked.field[field]));
  CHECK(any == !al_text_equal(expected, value));
  CHECK(any || masked.field[field].data == value.data);
  al_buffer_close(&text);
}

static void check_ruled_in (al_field field, const char *list,
                            const char *expected, const char *value) {
  al_rules *rules = rules_of(list);
  al_buffer want = {0}, given = {0};
  append_json(&want, expected);
  append_json(&given, value);
  check_field(field, rules, al_buffer_text(&want), al_buffer_text(&given));
  al_buffer_close(&want);
  al_buffer_close(&given);
  al_rules_close(rules);
}

static void check_ruled (const char *list, const char *expected,
                         const char *value) {
  check_ruled_in(AL_RESOURCE_OLD_VALUE, list, expected, value);
  check_ruled_in(AL_RESOURCE_NEW_VALUE, list, expected, value);
  check_ruled_in(AL_OTHER, list, expected, value);
}

static void check_unruled (const char *list, const char *value) {
  check_ruled(list, value, value);
}

static void a_name_masks_members_anywhere (void) {
  check_ruled("Email", "{'Email':'***','a':[{'b':{'email':'***'}}],'c':1}",
              "{'Email':'x','a':[{'b':{'email':[1]}}],'c':1}");
  check_ruled("e_mail", "{'E_MAIL':'***','__eMail_':'***'}",
              "{'E_MAIL':null,'__eMail_':{}}");
  check_ruled("Stra\xC3\x9F"
              "e",
              "{'stra\xC3\x9F"
              "e':'***'}",
              "{'stra\xC3\x9F"
              "e':1}");
  check_unruled("Email", "{'a':'Email','EmailAddress':1,'mail':2, 'E mail':3}");
  check_unruled("Email", "['Email',{'e':'mail'}]");
}

static void names_with_dots_mask_where_a_path_ends_in_them (void) {
  check_ruled("a.b", "{'a':{'b':'***','c':{'b':2}},'b':3}",
              "{'a':{'b':1,'c':{'b':2}},'b':3}");
  check_ruled("a.a.b", "{'a':{'b':1,'a':{'b':'***','a':{'b':'***'}}}}",
              "{'a':{'b':1,'a':{'b':2,'a':{'b':3}}}}");
  check_unruled("a.b", "{'a':1,'b':2,'c':{'b':3}}");
  check_unruled("a.b", "{'b':{'a':1}}");
}

static void a_star_is_any_name (void) {
  check_ruled("B.*", "{'b':{'x':'***','y':'***'},'c':{'x':1}}",
              "{'b':{'x':{'z':1},'y':[2]},'c':{'x':1}}");
  check_ruled("B.*.*", "{'b':{'x':{'z':'***'},'y':2}}",
              "{'b':{'x':{'z':1},'y':2}}");
  check_ruled("a.*.b", "{'a':{'b':1,'x':{'b':'***','x':{'b':3}}}}",
              "{'a':{'b':1,'x':{'b':2,'x':{'b':3}}}}");
  check_unruled("B.*", "{'b':1,'c':{'x':'b'}}");
}

static void arrays_have_no_name_in_a_path (void) {
  check_ruled("a.b", "{'a':[[{'b':'***'}],{'b':'***'},{'c':{'b':3}}]}",
              "{'a':[[{'b':1}],{'b':2},{'c':{'b':3}}]}");
  check_ruled("a.*", "{'a':[1,{'b':'***'}],'c':[{'d':2}]}",
              "{'a':[1,{'b':[1]}],'c':[{'d':2}]}");
}

static void a_path_begins_with_the_field (void) {
  check_ruled_in(AL_RESOURCE_NEW_VALUE, "resource_new_value.a",
                 "{'a':'***','b':{'a':2}}", "{'a':1,'b':{'a':2}}");
  check_ruled_in(AL_RESOURCE_OLD_VALUE, "resource_new_value.a", "{'a':1}",
                 "{'a':1}");
  check_ruled_in(AL_RESOURCE_NEW_VALUE, "ResourceNewValue.*",
                 "{'a':'***','b':'***'}", "{'a':1,'b':{'a':2}}");
  check_ruled_in(AL_RESOURCE_NEW_VALUE, "ResourceNewValue.*",
                 "'{\\'a\\':\\'***\\'}'", "'{\\'a\\':1}'");
  check_ruled_in(AL_RESOURCE_NEW_VALUE, "*.a", "{'a':'***'}", "{'a':1}");
  check_ruled_in(AL_RESOURCE_NEW_VALUE, "*.*.a", "{'a':1,'b':{'a':'***'}}",
                 "{'a':1,'b':{'a':2}}");
}

static void a_path_goes_on_in_json_in_a_string (void) {
  check_ruled("a.b", "{'a':'{\\'b\\':\\'***\\'}','c':'{\\'b\\':2}'}",
              "{'a':'{\\'b\\':1}','c':'{\\'b\\':2}'}");
  check_ruled("a.*", "{'a':'[{\\'b\\':\\'***\\'}]'}", "{'a':'[{\\'b\\':{}}]'}");
  check_ruled("a.b.*",
              "{'a':'{\\'b\\':\\'{\\\\\\'c\\\\\\':\\\\\\'***\\\\\\'}\\'}'}",
              "{'a':'{\\'b\\':\\'{\\\\\\'c\\\\\\':1}\\'}'}");
  check_unruled("a.*", "{'a':'text','b':'{\\'c\\':1}'}");
}

static void keys_are_found_behind_escapes (void) {
  check_ruled("Email", "{'Email':'***'}", "{'\\u0045mail':1}");
  check_ruled("a/b", "{'a/b':'***'}", "{'a\\/b':1}");
  check_ruled("a\"b", "{'x':'{\\'a\\\\\\'b\\':\\'***\\'}'}",
              "{'x':'{\\'a\\\\\\'b\\':1}'}");
  check_ruled("a\\b", "{'a\\\\b':'***'}", "{'a\\\\b':1}");
  check_ruled("\\", "{'\\\\':'***','a':1}", "{'\\\\':1,'a':1}");
}

static void the_key_of_a_pair_names_its_value (void) {
  check_ruled("Email", "[{'key':'Email','value':'***'},{'key':'b','value':2}]",
              "[{'key':'Email','value':'x'},{'key':'b','value':2}]");
  check_ruled("Email", "[{'Value':'***','n':1,'Key':'e_mail'}]",
              "[{'Value':'x','n':1,'Key':'e_mail'}]");
  check_ruled("a.b", "[{'key':'a','value':{'b':'***','c':2}}]",
              "[{'key':'a','value':{'b':1,'c':2}}]");
  check_ruled("a.*", "[{'key':'a','value':'{\\'b\\':\\'***\\'}'}]",
              "[{'key':'a','value':'{\\'b\\':1}'}]");
  check_ruled("list.a", "{'list':[{'key':'a','value':'***'}],'key':'a'}",
              "{'list':[{'key':'a','value':1}],'key':'a'}");
  check_ruled("a.b", "{'key':'a','KEY':'c','value':{'b':'***'}}",
              "{'key':'a','KEY':'c','value':{'b':1}}");
  check_unruled("Email", "[{'key':'Email','other':1},{'value':2}]");
  check_unruled("Email", "[{'key':'Email','a':{'value':1}},{'key':['Email']}]");
}

/* What is inside was written before its name was known. */
static void a_value_before_its_key_is_masked_whole (void) {
  check_ruled("a.b", "{'value':'***','key':'a'}",
              "{'value':{'b':1,'c':2},'key':'a'}");
  check_ruled("a.b", "{'value':'***','key':'a'}",
              "{'value':'{\\'b\\':1}','key':'a'}");
  check_ruled("*.b", "{'value':{'b':'***','c':2},'key':'a'}",
              "{'value':{'b':1,'c':2},'key':'a'}");
  check_unruled("a.b", "{'value':'x','key':'a'}");
  check_unruled("a.b", "{'value':{'b':1},'key':'b'}");
}

static void all_values_of_a_pair_are_masked (void) {
  check_ruled("Email", "{'value':'***','key':'Email'}",
              "{'value':1,'VALUE':2,'key':'Email'}");
  check_ruled("Email", "{'value':'***'}",
              "{'value':1,'key':'Email','VALUE':2}");
  check_masked("{'value':'***','key':'Password'}",
               "{'value':1,'VALUE':2,'key':'Password'}");
  check_ruled("Email", "{'key':'Email','value':'***','KEY':'b'}",
              "{'key':'Email','value':1,'KEY':'b'}");
}

static void keys_of_customized_data_are_names (void) {
  check_ruled_in(AL_CUSTOMIZED_DATA, "customized_data.*",
                 "[{'key':'a','value':'***','more':'***'}]",
                 "[{'key':'a','value':1,'more':2}]");
  check_ruled_in(AL_CUSTOMIZED_DATA, "key", "[{'key':'a','value':1}]",
                 "[{'key':'a','value':1}]");
  check_ruled_in(AL_CUSTOMIZED_DATA, "customized_data.a",
                 "[{'key':'a','value':'***'},{'key':'b','value':{'a':2}}]",
                 "[{'key':'a','value':1},{'key':'b','value':{'a':2}}]");
  check_ruled_in(AL_RESOURCE_NEW_VALUE, "key", "[{'key':'***','value':1}]",
                 "[{'key':'a','value':1}]");
}

static void a_field_by_name_keeps_its_shape (void) {
  check_ruled_in(AL_CUSTOMIZED_DATA, "CustomizedData",
                 "[{'key':'a','value':'***'},{'value':'***','key':'b','c':"
                 "'***'},{'key':'d'},'***','***',{}]",
                 "[{'key':'a','value':{}},{'value':null,'key':'b','c':[]},"
                 "{'key':'d'},[{'key':'e'}],1,{}]");
  check_ruled_in(AL_OTHER, "other", "{'a':'***','key':'***'}",
                 "{'a':[{'b':1}],'key':'x'}");
  check_ruled_in(AL_OTHER, "other", "{}", "{}");
  check_ruled_in(AL_RESOURCE_NEW_VALUE, "resource_new_value", "***", "{'a':1}");
  check_ruled_in(AL_RESOURCE_OLD_VALUE, "resource_old_value", "***", "");
  check_ruled_in(AL_USER_PRINCIPAL_NAME, "UserPrincipalName", "***", "a@b");
  check_ruled_in(AL_USER_PRINCIPAL_NAME, "customer_id", "a@b", "a@b");
  check_ruled_in(AL_USER_PRINCIPAL_NAME, "a.user_principal_name", "a@b", "a@b");
}

static void a_field_that_is_missing_is_not_masked (void) {
  al_rules *rules = rules_of("id|customized_data|other|resource_new_value");
  al_record record = help_record(NULL, NULL, NULL), masked;
  al_buffer text = {0};
  al_error err;
  int any = -1;
  CHECK(al_redact_by_rules(&masked, &record, rules, &text, &any, &err) ==
        AL_OK);
  CHECK(!any && memcmp(&masked, &record, sizeof masked) == 0);
  al_buffer_close(&text);
  al_rules_close(rules);
}

static void secrets_are_masked_beside_rules_where_marked (void) {
  al_rules *rules = rules_of("email");
  al_record record = help_record(NULL, NULL, NULL), masked;
  al_buffer text = {0};
  al_error err;
  int any, secret;
  record.field[AL_OTHER] = AL_TEXT("{\"secret\":1}");
  for (secret = 0; secret < 2; secret++) {
    record.secret = secret;
    CHECK(al_redact_by_rules(&masked, &record, rules, &text, &any, &err) ==
          AL_OK);
    CHECK(any == secret);
  }
  CHECK(al_text_equal(AL_TEXT("{\"secret\":\"***\"}"), masked.field[AL_OTHER]));
  al_buffer_close(&text);
  al_rules_close(rules);
}

static void broken_json_with_a_name_is_masked_whole (void) {
  check_ruled("Email", "***", "{'Email':'x','na");
  check_ruled("Email", "***", "{'\\u0045mail':'x");
  check_ruled("Email", "***", "{'key':'\\u0045mail','value':'x");
  check_ruled("Email", "***", "{'value':'x','key':'\\u0045mail'");
  check_ruled("Email", "***", "{Email:x}");
  check_ruled("a.b", "***", "{'a':{'b':1,'c");
  check_ruled("Email", "{'a':'***'}", "{'a':'{\\'Email\\':\\'x'}");
  check_ruled("a.*", "{'a':'***'}", "{'a':'{\\'b\\':\\'x'}");
  check_ruled_in(AL_RESOURCE_NEW_VALUE, "resource_new_value.*", "***", "{'a':");
  check_unruled("Email", "Email: x");
  check_unruled("Email", "{'name':'x");
}

/* At every depth, with an array or an object around each. */
static void rules_match_at_every_depth (void) {
  al_rules *rules = rules_of("deep.*");
  al_buffer want = {0}, given = {0};
  al_buffer *out[2] = {&want, &given};
  int i, j;
  for (j = 0; j < 2; j++) {
    for (i = 0; i < AL_JSON_DEPTH_MAX - 2; i++)
      append_json(out[j], i % 2 ? "[" : "{'a':");
    append_json(out[j], j == 0 ? "{'deep':{'b':'***'}}" : "{'deep':{'b':1}}");
    for (i = AL_JSON_DEPTH_MAX - 2; i-- > 0;)
      append_json(out[j], i % 2 ? "]" : "}");
  }
  check_field(AL_RESOURCE_NEW_VALUE, rules, al_buffer_text(&want),
              al_buffer_text(&given));
  al_buffer_close(&want);
  al_buffer_close(&given);
  al_rules_close(rules);
}

static void a_mebibyte_is_masked (void) {
  al_rules *rules = rules_of("mail");
  al_buffer want = {0}, given = {0};
  append_json(&want, "[0");
  append_json(&given, "[0");
  while (given.len < 1 << 20) {
    append_json(&want, ",{'e':'mail','mail':'***'}");
    append_json(&given, ",{'e':'mail','mail':[{}]}");
  }
  append_json(&want, "]");
  append_json(&given, "]");
  check_field(AL_RESOURCE_NEW_VALUE, rules, al_buffer_text(&want),
              al_buffer_text(&given));
  al_buffer_close(&want);
  al_buffer_close(&given);
  al_rules_close(rules);
}

/* A rule "n0.n1. ... .n15" with the number in each name. */
static void append_long_rule (al_buffer *out, int number, const char *between) {
  int i;
  for (i = 0; i < AL_RULE_NAMES_MAX; i++)
    help_printf(out, "%sr%dn%d", i > 0 ? between : "", number, i);
}

/* Every bit of the sets is used: each rule matches its own path. */
static void the_most_rules_of_the_most_names_match (void) {
  al_buffer text[AL_RULES_MAX] = {{0}}, json = {0}, want = {0};
  al_text texts[AL_RULES_MAX];
  al_rules *rules;
  al_error err;
  int i, j;
  for (i = 0; i < AL_RULES_MAX; i++) {
    append_long_rule(&text[i], i, ".");
    texts[i] = al_buffer_text(&text[i]);
  }
  CHECK(al_rules_open(&rules, texts, AL_RULES_MAX, &err) == AL_OK);
  for (i = 0; i < AL_RULES_MAX; i++) {
    al_buffer *out[2] = {&want, &json};
    for (j = 0; j < 2; j++) {
      al_buffer_clear(out[j]);
      help_printf(out[j], "{\"");
      append_long_rule(out[j], i, "\":{\"");
      help_printf(out[j], "\":%s", j == 0 ? "\"***\"" : "1");
      help_printf(out[j], "}}}}}}}}}}}}}}}}");
    }
    check_field(AL_RESOURCE_NEW_VALUE, rules, al_buffer_text(&want),
                al_buffer_text(&json));
    al_buffer_close(&text[i]);
  }
  al_buffer_close(&want);
  al_buffer_close(&json);
  al_rules_close(rules);
}

/* "000..." and two letters of a rule, of as many bytes as a name may have. */
static void append_long_name (al_buffer *out, int number) {
  help_printf(out, "%0*d%c%c", AL_RULE_NAME_MAX - 2, 0, 'a' + number / 26,
              'a' + number % 26);
}

/* The same of the bits by which raw text is searched: each name is found, and
** none that is like all of them. */
static void names_of_the_most_bytes_are_found (void) {
  al_buffer name[AL_RULES_MAX] = {{0}}, json = {0}, want = {0};
  al_text texts[AL_RULES_MAX];
  al_rules *rules;
  al_error err;
  int i;
  for (i = 0; i < AL_RULES_MAX; i++) {
    append_long_name(&name[i], i);
    texts[i] = al_buffer_text(&name[i]);
  }
  CHECK(al_rules_open(&rules, texts, AL_RULES_MAX, &err) == AL_OK);
  for (i = 0; i < 26 * 26; i++) {
    al_buffer_clear(&json);
    al_buffer_clear(&want);
    help_printf(&json, "{\"0");
    append_long_name(&json, i);
    help_printf(&json, "\":{\"_");
    append_long_name(&json, i);
    help_printf(&want, "%s", help_string(&json));
    help_printf(&want, i < AL_RULES_MAX ? "\":\"***\"}}" : "\":1}}");
    help_printf(&json, "\":1}}");
    check_field(AL_OTHER, rules, al_buffer_text(&want), al_buffer_text(&json));
  }
  for (i = 0; i < AL_RULES_MAX; i++)
    al_buffer_close(&name[i]);
  al_buffer_close(&want);
  al_buffer_close(&json);
  al_rules_close(rules);
}

static void check_refused (al_status status, const char *message, al_text rule,
                           size_t n) {
  al_text texts[AL_RULES_MAX + 1];
  al_rules *rules = (al_rules *)texts;
  al_error err;
  size_t i;
  for (i = 0; i < n; i++)
    texts[i] = rule;
  CHECK(al_rules_open(&rules, texts, n, &err) == status);
  CHECK(rules == NULL);
  CHECK_STRING(message, err.message);
}

static void what_is_no_rule_is_refused (void) {
  al_buffer text = {0};
  check_refused(AL_SYNTAX, "a rule is empty", AL_TEXT(""), 1);
  check_refused(AL_SYNTAX, "rule 'a..b' has an empty name", AL_TEXT("a..b"), 1);
  check_refused(AL_SYNTAX, "rule '.a' has an empty name", AL_TEXT(".a"), 1);
  check_refused(AL_SYNTAX, "rule 'a.' has an empty name", AL_TEXT("a."), 1);
  check_refused(AL_SYNTAX, "rule 'a._' has an empty name", AL_TEXT("a._"), 1);
  check_refused(AL_SYNTAX, "rule '*.*' has no name", AL_TEXT("*.*"), 1);
  check_refused(AL_SYNTAX, "rule '\\xFF' is not UTF-8", AL_TEXT("\xFF"), 1);
  check_refused(AL_SYNTAX, "rule 'a\\x0Ab' has a control character",
                AL_TEXT("a\nb"), 1);
  check_refused(AL_SYNTAX,
                "operation_date cannot be masked, as reports are in its order; "
                "a layout without it leaves it out",
                AL_TEXT("OperationDate"), 1);
  check_refused(AL_LIMIT, "more than 100 rules", AL_TEXT("a"),
                AL_RULES_MAX + 1);
  append_long_rule(&text, 1, ".");
  help_printf(&text, ".a");
  check_refused(AL_LIMIT, "a rule has more than 16 names",
                al_buffer_text(&text), 1);
  al_buffer_clear(&text);
  help_printf(&text, "a.%0*d_", AL_RULE_NAME_MAX, 0);
  text.data[2] = 'a';
  check_refused(AL_LIMIT, "a rule has a name of more than 128 bytes",
                al_buffer_text(&text), 1);
  al_buffer_close(&text);
}

int main (void) {
  CHECK_RUN(values_of_every_kind_are_masked);
  CHECK_RUN(keys_are_secret_in_any_case_and_spelling);
  CHECK_RUN(secrets_are_found_at_every_depth);
  CHECK_RUN(secrets_are_found_in_json_in_json);
  CHECK_RUN(a_secret_too_deep_in_json_in_json_is_masked);
  CHECK_RUN(a_document_that_is_a_string_is_looked_into);
  CHECK_RUN(a_mark_hides_no_json);
  CHECK_RUN(a_pair_is_masked_in_either_order);
  CHECK_RUN(a_pair_of_another_object_is_none);
  CHECK_RUN(what_only_mentions_a_secret_is_kept);
  CHECK_RUN(the_rest_of_a_masked_value_stays_the_same);
  CHECK_RUN(broken_json_with_a_secret_is_masked_whole);
  CHECK_RUN(a_missing_value_stays_missing);
  CHECK_RUN(each_value_of_a_record_is_masked_by_itself);
  CHECK_RUN(a_name_masks_members_anywhere);
  CHECK_RUN(names_with_dots_mask_where_a_path_ends_in_them);
  CHECK_RUN(a_star_is_any_name);
  CHECK_RUN(arrays_have_no_name_in_a_path);
  CHECK_RUN(a_path_begins_with_the_field);
  CHECK_RUN(a_path_goes_on_in_json_in_a_string);
  CHECK_RUN(keys_are_found_behind_escapes);
  CHECK_RUN(the_key_of_a_pair_names_its_value);
  CHECK_RUN(a_value_before_its_key_is_masked_whole);
  CHECK_RUN(all_values_of_a_pair_are_masked);
  CHECK_RUN(keys_of_customized_data_are_names);
  CHECK_RUN(a_field_by_name_keeps_its_shape);
  CHECK_RUN(a_field_that_is_missing_is_not_masked);
  CHECK_RUN(secrets_are_masked_beside_rules_where_marked);
  CHECK_RUN(broken_json_with_a_name_is_masked_whole);
  CHECK_RUN(rules_match_at_every_depth);
  CHECK_RUN(a_mebibyte_is_masked);
  CHECK_RUN(the_most_rules_of_the_most_names_match);
  CHECK_RUN(names_of_the_most_bytes_are_found);
  CHECK_RUN(what_is_no_rule_is_refused);
  return CHECK_RESULT();
}
