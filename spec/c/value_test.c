/*
** value_test.c - what the core reads out of a record's values.
*/
#include <stdlib.h>

#include "al_customized.h"
#include "al_detail.h"
#include "al_label.h"
#include "al_line_item.h"
#include "al_value.h"
#include "check.h"

static al_text text_of (const char *string) {
  return string == NULL ? AL_TEXT_MISSING
                        : al_text_from(string, strlen(string));
}

/* JSON that is written with ' for its quotes. Good for the next few calls. */
static const char *json (const char *text) {
  static char pool[4][1024];
  static int next = 0;
  char *out = pool[next++ % 4], *quote;
  if (text == NULL)
    return NULL;
  snprintf(out, sizeof pool[0], "%s", text);
  while ((quote = strchr(out, '\'')) != NULL)
    *quote = '"';
  return out;
}

static const char *string_of (al_buffer *buffer) {
  al_error err;
  CHECK(al_buffer_append_char(buffer, '\0', &err) == AL_OK);
  return buffer->data;
}

static int same (const char *expected, al_text got) {
  return al_text_equal(text_of(expected), got);
}

/* ---- al_value ---- */

static al_status write_event (void *context, al_json_event event, al_text text,
                              al_error *err) {
  return al_json_write(context, event, text, err);
}

/* What a value's events write: the innermost document once more. */
static void check_value (const char *expected, const char *value) {
  al_buffer out = {0};
  al_json_writer writer = {&out, 0};
  al_error err;
  CHECK(al_value_parse(text_of(json(value)), write_event, &writer, &err) ==
        AL_OK);
  CHECK_STRING(json(expected), string_of(&out));
  al_buffer_close(&out);
}

static void value_hands_on_the_innermost_document (void) {
  check_value("{'Id':'a'}", " {'Id' : 'a'} ");
  check_value("{}", "\xEF\xBB\xBF'\xEF\xBB\xBF {}'");
  check_value("{'Id':'a'}", " '{\\'Id\\':\\'a\\'}'");
  check_value("[1,'\\'b\\'']",
              "'\\'[1,\\\\\\'\\\\\\\\\\\\\\'b\\\\\\\\\\\\\\'\\\\\\']\\''");
  check_value("25", "'25'");
}

static void value_hands_on_a_string_that_is_no_json (void) {
  check_value("'abc'", "'abc'");
  check_value("''", "''");
  check_value("'{\\'Id\\':'", "'{\\'Id\\':'");
  check_value("'abc'", "'\\'abc\\''");
}

static void value_takes_eight_strings_off_and_no_more (void) {
  al_buffer value[2] = {{0}, {0}};
  al_error err;
  int n;
  al_buffer_append_char(&value[0], '7', &err);
  for (n = 1; n <= 9; n++) {
    al_buffer_clear(&value[n % 2]);
    al_json_write_string(&value[n % 2], al_buffer_text(&value[1 - n % 2]),
                         &err);
    check_value(n <= 8 ? "7" : "'7'", string_of(&value[n % 2]));
    value[n % 2].len--;
  }
  al_buffer_close(&value[0]);
  al_buffer_close(&value[1]);
}

static void value_refuses_what_is_no_json (void) {
  static const char *const BAD[] = {
      "", "abc", "{'Id':", "'abc", "{} {}", "'a' 'b'"};
  size_t i;
  for (i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
    al_buffer out = {0};
    al_json_writer writer = {&out, 0};
    al_error err;
    CHECK(al_value_parse(text_of(json(BAD[i])), write_event, &writer, &err) ==
          AL_SYNTAX);
    al_buffer_close(&out);
  }
}

static int stem_is (const char *expected, const char *key) {
  return al_text_equal(text_of(expected), al_value_key_stem(text_of(key)));
}

static void value_keys_are_compared_without_case (void) {
  CHECK(al_value_key_is(AL_TEXT("LineItems"), "line_items"));
  CHECK(al_value_key_is(AL_TEXT("lineItems"), "line_items"));
  CHECK(al_value_key_is(AL_TEXT("LINE_ITEMS"), "line_items"));
  CHECK(al_value_key_is(AL_TEXT("_line__items_"), "line_items"));
  CHECK(!al_value_key_is(AL_TEXT("line_items_x"), "line_items"));
  CHECK(!al_value_key_is(AL_TEXT("LineItem"), "line_items"));
  CHECK(!al_value_key_is(AL_TEXT("LineItemsX"), "line_items"));
  CHECK(!al_value_key_is(AL_TEXT(""), "id"));
  CHECK(al_value_same_key(AL_TEXT("_Order__Id"), AL_TEXT("orderid_")));
  CHECK(al_value_same_key(AL_TEXT("_"), AL_TEXT("")));
  CHECK(!al_value_same_key(AL_TEXT("OrderId"), AL_TEXT("OrderIds")));
  CHECK(!al_value_same_key(AL_TEXT("OrderIds"), AL_TEXT("OrderId_")));
  CHECK(stem_is("OfferId", "OfferId-12"));
  CHECK(stem_is("OfferId-", "OfferId-"));
  CHECK(stem_is("OfferId12", "OfferId12"));
  CHECK(stem_is("-12", "-12"));
  CHECK(stem_is("12", "12"));
  CHECK(stem_is("", ""));
}

/* ---- al_customized ---- */

static al_status write_pair (void *context, al_text key, al_text value,
                             al_error *err) {
  al_buffer *out = context;
  if (value.data == NULL)
    value = AL_TEXT("(missing)");
  if (al_buffer_append(out, key.data, key.len, err) != AL_OK ||
      al_buffer_append_char(out, '=', err) != AL_OK ||
      al_buffer_append(out, value.data, value.len, err) != AL_OK)
    return err->status;
  return al_buffer_append_char(out, '|', err);
}

static void check_pairs (const char *expected, const char *text) {
  al_buffer out = {0};
  al_error err;
  CHECK(al_customized_each(text_of(json(text)), write_pair, &out, &err) ==
        AL_OK);
  CHECK_STRING(json(expected), string_of(&out));
  al_buffer_close(&out);
}

static void customized_hands_on_pairs_in_order (void) {
  check_pairs("", NULL);
  check_pairs("", "[]");
  check_pairs("b=1|a=2|", "[{'key':'b','value':'1'},{'value':'2','key':'a'}]");
  check_pairs("a=(missing)|b=(missing)|c=|", "[{'key':'a','value':null},"
                                             "{'key':'b'},"
                                             "{'key':'c','value':''}]");
}

static void customized_values_of_other_types_are_their_json (void) {
  check_pairs("a=1.50|b=true|c=false|", "[{'key':'a','value':1.50},"
                                        "{'key':'b','value':true},"
                                        "{'key':'c','value':false}]");
  check_pairs("a=[1,{'key':'x'},[]]|b={}|",
              "[{'key':'a','value':[1,{'key':'x'},[]]},{'value':{},"
              "'other':['z'],'key':'b'}]");
}

static void customized_passes_over_entries_without_a_key (void) {
  check_pairs("a=1|", "['x',null,['y',[1]],{},{'value':'2'},"
                      "{'key':null,'value':'3'},"
                      "{'key':'a','value':'1'},[]]");
}

static void customized_refuses_what_is_no_array (void) {
  static const char *const BAD[] = {"", "{}", "{'a':{'key':'b'}}", "1",
                                    "[{'key':'a'"};
  size_t i;
  for (i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
    al_buffer out = {0};
    al_error err;
    CHECK(al_customized_each(text_of(json(BAD[i])), write_pair, &out, &err) ==
          AL_SYNTAX);
    CHECK(out.len == 0);
    al_buffer_close(&out);
  }
}

/* ---- al_line_item ---- */

static al_record record_of (const char *value, const char *customized) {
  al_record record = {{{NULL, 0}}, 0, 0};
  record.field[AL_RESOURCE_NEW_VALUE] = text_of(json(value));
  record.field[AL_CUSTOMIZED_DATA] = text_of(json(customized));
  record.field[AL_OPERATION_TYPE] = AL_TEXT("create_order");
  return record;
}

/* The three fields that tell most, of each item. */
static void check_items (al_line_items *items, const char *expected,
                         const char *value, const char *customized) {
  al_record record = record_of(value, customized);
  al_buffer out = {0};
  al_error err;
  size_t i;
  CHECK(al_line_items_read(items, &record, &err) == AL_OK);
  for (i = 0; i < items->n; i++) {
    const al_text *field = items->item[i].field;
    al_text name = field[AL_ITEM_FRIENDLY_NAME];
    al_buffer_append(&out, name.data, name.len, &err);
    al_buffer_append_char(&out, '/', &err);
    write_pair(&out, field[AL_ITEM_OFFER_ID], field[AL_ITEM_QUANTITY], &err);
  }
  CHECK_STRING(expected, string_of(&out));
  al_buffer_close(&out);
}

static void line_items_come_from_the_order (void) {
  al_line_items items;
  al_line_items_init(&items);
  check_items(&items, "Office/A=25|/B=(missing)|",
              "{'Id':'x','LineItems':[{'OfferId':'A',"
              "'Links':{'OfferId':'no'},'FriendlyName':'Office',"
              "'Quantity':25},null,{'OfferId':'B','Quantity':null}],"
              "'More':[{'OfferId':'no'}]}",
              "[{'key':'OfferId-0','value':'no'}]");
  check_items(&items, "n/A=1|",
              "{'lineItems':[{'offerId':'A','friendlyName':'n',"
              "'quantity':1}]}",
              NULL);
  check_items(&items, "/=(missing)|", "{'LineItems':[{}]}", NULL);
  check_items(&items, "b/A=2|",
              "{'LineItems':[{'OfferId':'A','Quantity':'','quantity':2,"
              "'QUANTITY':3,'friendly_name':'b','FriendlyName':'c'}]}",
              NULL);
  check_items(&items, "/A=(missing)|",
              "'{\\'LineItems\\':[{\\'OfferId\\':\\'A\\'}]}'", NULL);
  al_line_items_close(&items);
}

static void line_items_keep_every_field (void) {
  al_record record =
      record_of("{'LineItems':[{'LineItemNumber':0,'OfferId':'1',"
                "'SubscriptionId':'2','ParentSubscriptionId':'3',"
                "'FriendlyName':'4','Quantity':5,'TermDuration':'6',"
                "'TransactionType':'7','PartnerIdOnRecord':'8'}]}",
                NULL);
  al_line_items items = {0};
  al_error err;
  int field;
  CHECK(al_line_items_read(&items, &record, &err) == AL_OK);
  CHECK(items.n == 1);
  for (field = 0; field < AL_NITEM_FIELDS; field++) {
    char digit[2] = {(char)('0' + field), '\0'};
    CHECK(same(digit, items.item[0].field[field]));
    CHECK(al_line_item_field_is_number((al_item_field)field) ==
          (field == AL_ITEM_LINE_ITEM_NUMBER || field == AL_ITEM_QUANTITY));
  }
  CHECK_STRING("friendly_name", al_line_item_field_name(AL_ITEM_FRIENDLY_NAME));
  CHECK(al_line_item_field_find(AL_TEXT("friendly_name")) ==
        AL_ITEM_FRIENDLY_NAME);
  CHECK(al_line_item_field_find(AL_TEXT("FriendlyName")) == AL_NITEM_FIELDS);
  CHECK(al_line_item_field_find(AL_TEXT_MISSING) == AL_NITEM_FIELDS);
  al_line_items_close(&items);
}

static void line_items_come_from_customized_data_otherwise (void) {
  static const char CUSTOMIZED[] = "[{'key':'OrderId','value':'o'},"
                                   "{'key':'OfferId-7','value':'B'},"
                                   "{'key':'Quantity-0','value':'1'},"
                                   "{'key':'Quantity-7','value':'2'},"
                                   "{'key':'SubscriptionName-7','value':'b'},"
                                   "{'key':'PartnerOnRecord-3','value':null}]";
  static const char EXPECTED[] = "b/B=2|/=1|/=(missing)|";
  static const char *const VALUES[] = {
      NULL,
      "{}",
      "{'LineItems':[]}",
      "{'LineItems':{'OfferId':'no'}}",
      "no JSON",
      "{'LineItems':[{'OfferId':'no'}",
      "[{'LineItems':[{'OfferId':'no'}]}]",
      "{'LineItems':[[{'OfferId':'no'}],'no']}"};
  al_line_items items = {0};
  size_t i;
  for (i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++)
    check_items(&items, EXPECTED, VALUES[i], CUSTOMIZED);
  check_items(&items, "", NULL, NULL);
  check_items(&items, "", "no JSON", "no JSON");
  al_line_items_close(&items);
}

static void line_items_pass_over_keys_of_no_item (void) {
  al_line_items items = {0};
  check_items(&items, "/=9|", NULL,
              "[{'key':'Quantity-65535','value':'9'},"
              "{'key':'Quantity-65536','value':'no'},"
              "{'key':'Quantity-4294967295','value':'no'},"
              "{'key':'Quantity-','value':'no'},"
              "{'key':'Quantity','value':'no'},"
              "{'key':'-1','value':'no'},"
              "{'key':'','value':'no'},"
              "{'key':'Quantity--1','value':'no'},"
              "{'key':'Status-1','value':'no'},"
              "{'key':'Quantity-1x','value':'no'}]");
  al_line_items_close(&items);
}

/* 'n' customized quantities, the highest index first. */
static void append_quantities (al_buffer *out, int n) {
  al_error err;
  char pair[64];
  int i;
  al_buffer_append_char(out, '[', &err);
  for (i = n; i-- > 0;) {
    sprintf(pair, "{\"key\":\"Quantity-%d\",\"value\":\"%d\"}%s", i, i,
            i > 0 ? "," : "]");
    al_buffer_append(out, pair, strlen(pair), &err);
  }
}

static void line_items_may_be_many_and_long (void) {
  enum { MANY = 10000, LONG = 1024 * 1024 };
  al_line_items items = {0};
  al_buffer text = {0};
  al_record record = record_of(NULL, NULL);
  al_error err;
  append_quantities(&text, MANY);
  record.field[AL_CUSTOMIZED_DATA] = al_buffer_text(&text);
  CHECK(al_line_items_read(&items, &record, &err) == AL_OK);
  CHECK(items.n == MANY);
  CHECK(same("9999", items.item[0].field[AL_ITEM_QUANTITY]));
  CHECK(same("0", items.item[MANY - 1].field[AL_ITEM_QUANTITY]));
  al_buffer_clear(&text);
  al_buffer_append(&text, "{\"LineItems\":[{\"FriendlyName\":\"", 31, &err);
  al_buffer_reserve(&text, LONG, &err);
  memset(text.data + text.len, 'n', LONG);
  text.len += LONG;
  al_buffer_append(&text, "\"}]}", 4, &err);
  record.field[AL_RESOURCE_NEW_VALUE] = al_buffer_text(&text);
  CHECK(al_line_items_read(&items, &record, &err) == AL_OK);
  CHECK(items.n == 1);
  CHECK(items.item[0].field[AL_ITEM_FRIENDLY_NAME].len == LONG);
  al_line_items_close(&items);
  al_buffer_close(&text);
}

static void line_items_beyond_the_limit_are_passed_over (void) {
  al_line_items items = {0};
  al_buffer text = {0};
  al_record record = record_of(NULL, NULL);
  al_error err;
  int i;
  al_buffer_append(&text, "{\"LineItems\":[{}", 16, &err);
  for (i = 0; i < AL_LINE_ITEMS_MAX; i++)
    al_buffer_append(&text, ",{\"Quantity\":1}", 15, &err);
  al_buffer_append(&text, "]}", 2, &err);
  record.field[AL_RESOURCE_NEW_VALUE] = al_buffer_text(&text);
  CHECK(al_line_items_read(&items, &record, &err) == AL_OK);
  CHECK(items.n == AL_LINE_ITEMS_MAX);
  CHECK(same("1", items.item[items.n - 1].field[AL_ITEM_QUANTITY]));
  al_line_items_close(&items);
  al_buffer_close(&text);
}

/* ---- al_detail ---- */

static void check_detail (const char *expected, const char *name,
                          const char *value, const char *customized) {
  al_record record = record_of(value, customized);
  al_detail_state state = {0};
  al_buffer out = {0};
  al_detail detail;
  al_error err;
  CHECK(al_detail_find(text_of(name), &detail));
  al_buffer_append(&out, "^", 1, &err); /* it appends */
  CHECK(al_detail_append(&out, detail, &record, &state, &err) == AL_OK);
  CHECK_STRING(expected, string_of(&out) + 1);
  al_buffer_close(&out);
  al_detail_close(&state);
}

static const char ORDER[] =
    "{'Id':'d51a','LineItems':[{'OfferId':'A',"
    "'FriendlyName':'Office 365','Quantity':25},"
    "{'SubscriptionId':'s','Quantity':1},{'OfferId':'B',"
    "'FriendlyName':'','Quantity':null}]}";

static const char PAIRS[] = "[{'key':'Status','value':null},"
                            "{'key':'Quantity','value':'3'},"
                            "{'key':'SubscriptionName','value':'Azure'}]";

static void detail_names_the_product (void) {
  check_detail("Office 365; B", "product", ORDER, PAIRS);
  check_detail("Azure", "product", "{'FriendlyName':'f'}", PAIRS);
  check_detail("f", "product", "{'OfferName':'o','FriendlyName':'f','Id':'i'}",
               NULL);
  check_detail("f", "product", "{'FriendlyName':'f','OfferName':'o'}", "[]");
  check_detail("o", "product",
               "{'X':{'FriendlyName':'no'},'FriendlyName':null,"
               "'offerName':'o','Y':['no']}",
               "[{'key':'SubscriptionName','value':''}]");
  check_detail("Create Order", "product", "{'FriendlyName':['no']}", NULL);
  check_detail("Create Order", "product", "{'FriendlyName':'no'", NULL);
  check_detail("Create Order", "product", NULL, "no JSON");
}

static void detail_gives_a_reference (void) {
  check_detail("3", "reference", ORDER, PAIRS);
  check_detail("d51a", "reference", ORDER, NULL);
  check_detail("7", "reference", "{'id':7}", "[{'key':'OrderId','value':''}]");
  check_detail("", "reference", "{'X':{'Id':'no'}}", "[]");
  check_detail("", "reference", "'Id'", NULL);
}

static void detail_tells_what_was_bought (void) {
  check_detail("25 x Office 365; B", "information", ORDER, PAIRS);
  check_detail("Quantity: 3; SubscriptionName: Azure", "information", NULL,
               PAIRS);
  check_detail("", "information", "{'Id':'a'}", NULL);
}

static void detail_finds_the_order (void) {
  static const char ID[] = "[{'key':'OrderId','value':'c'}]";
  check_detail("c", "order", "{'OrderId':'o','Id':'i','LineItems':[{}]}", ID);
  check_detail("o", "order", "{'Id':'i','LineItems':[{}],'OrderId':'o'}",
               "[{'key':'OrderId','value':null}]");
  check_detail("o", "order", "{'Id':'i','orderId':'o'}", NULL);
  check_detail("d51a", "order", ORDER, PAIRS);
  check_detail("i", "order", "{'LineItems':[{}],'id':'i'}", "no JSON");
  check_detail("", "order", "{'LineItems':[],'Id':'no'}", NULL);
  check_detail("", "order", "{'Id':'no'}",
               "[{'key':'Quantity-0','value':'1'}]");
  check_detail("", "order", "{'LineItems':[{}],'X':{'Id':'no'}}", NULL);
  check_detail("", "order", "{'LineItems':[{}],'Id':'no'", NULL);
  check_detail("", "order", NULL, NULL);
}

static void check_pair (const char *expected, const char *key,
                        const char *customized) {
  al_record record = record_of(NULL, customized);
  al_buffer out = {0};
  al_error err;
  al_buffer_append(&out, "^", 1, &err); /* it appends */
  CHECK(al_detail_append_pair(&out, text_of(key), &record, &err) == AL_OK);
  CHECK_STRING(expected, string_of(&out) + 1);
  al_buffer_close(&out);
}

static void pair_is_found_without_case_and_underscores (void) {
  static const char *const KEYS[] = {"OrderId", "orderid", "ORDER_ID",
                                     "order_id", "_order__id_"};
  size_t i, k;
  for (i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++)
    for (k = 0; k < sizeof KEYS / sizeof KEYS[0]; k++) {
      char pairs[128];
      snprintf(pairs, sizeof pairs, "[{'key':'%s','value':'7'}]", KEYS[k]);
      check_pair("7", KEYS[i], pairs);
    }
  check_pair("", "Order", "[{'key':'OrderId','value':'no'}]");
  check_pair("", "OrderIds", "[{'key':'OrderId','value':'no'}]");
  check_pair("", "OrderId", "[{'key':'OrderId-0','value':'no'}]");
  check_pair("0", "Quantity-0", "[{'key':'Quantity-0','value':'0'}]");
  check_pair("", "\xC3\xA9", "[{'key':'\xC3\x89','value':'no'}]");
  check_pair("", "K", "[{'key':'\xE2\x84\xAA','value':'no'}]"); /* Kelvin */
}

static void pair_is_the_first_one_with_a_value (void) {
  check_pair("b", "K",
             "[{'key':'K','value':null},{'key':'k','value':''},{'key':'K'},"
             "{'key':'K','value':'b'},{'key':'K','value':'c'}]");
  check_pair("25", "K", "[{'key':'K','value':25}]");
  check_pair("[1]", "K", "[{'key':'K','value':[ 1 ]}]");
}

static void pair_of_what_has_none_is_nothing (void) {
  static const char *const NONE[] = {NULL,
                                     "",
                                     "no JSON",
                                     "[]",
                                     "{}",
                                     "[{'key':'K','value':'no'}",
                                     "[{'key':'K','value':null}]",
                                     "[{'value':'no'}]"};
  size_t i;
  for (i = 0; i < sizeof NONE / sizeof NONE[0]; i++)
    check_pair("", "K", NONE[i]);
}

static void detail_has_four_names (void) {
  al_detail detail;
  CHECK(!al_detail_find(AL_TEXT("Product"), &detail));
  CHECK(!al_detail_find(AL_TEXT_MISSING, &detail));
}

/* ---- al_label ---- */

static void check_label (const char *expected, const char *wire) {
  al_buffer out = {0};
  al_error err;
  CHECK(al_label_append(&out, text_of(wire), &err) == AL_OK);
  CHECK_STRING(expected, string_of(&out));
  al_buffer_close(&out);
}

static void label_is_title_case (void) {
  check_label("", NULL);
  check_label("", "");
  check_label("Create Order", "create_order");
  check_label("CreateOrder", "createOrder");
  check_label(" A  B 1c ", "_a__b_1c_");
  check_label("\xC3\xA9t\xC3\xA9 x y", "\xC3\xA9t\xC3\xA9 x y");
}

static void check_label_of (const char *expected, const char *wire) {
  static const al_label LABELS[] = {{{"", 0}, {"nothing", 7}},
                                    {{"a", 1}, {"first", 5}},
                                    {{"failed", 6},
                                     {"\xC3\x89"
                                      "chec",
                                      6}},
                                    {{"none", 4}, {"", 0}},
                                    {{"z_z", 3}, {"last", 4}}};
  const al_labels labels = {LABELS, 5};
  al_buffer out = {0};
  al_error err;
  CHECK(al_label_append_of(&out, &labels, text_of(wire), &err) == AL_OK);
  CHECK_STRING(expected, string_of(&out));
  al_buffer_close(&out);
}

static void label_is_that_of_the_language (void) {
  check_label_of("first", "a");
  check_label_of("\xC3\x89"
                 "chec",
                 "failed");
  check_label_of("last", "z_z");
  check_label_of("", "none");
  check_label_of("nothing", "");
  check_label_of("", NULL);
  check_label_of("Failed X", "failed_x");
  check_label_of("Faile", "faile");
  check_label_of("A A", "a_a");
  check_label_of("FAILED", "FAILED");
}

/* The table of all known values, which stands beside this file. */
static FILE *open_enums (void) {
  static const char NAME[] = "../fixtures/partner-center/enums.csv";
  char path[4096];
  const char *slash = strrchr(__FILE__, '/');
  int folder = slash != NULL ? (int)(slash - __FILE__) + 1 : 0;
  snprintf(path, sizeof path, "%.*s%s", folder, __FILE__, NAME);
  return fopen(path, "r");
}

static void label_is_right_for_every_known_value (void) {
  FILE *file = open_enums();
  char line[1024];
  int rows = 0;
  CHECK(file != NULL);
  if (file == NULL)
    return;
  CHECK(fgets(line, sizeof line, file) != NULL); /* the header */
  while (fgets(line, sizeof line, file) != NULL) {
    char *rest = line;
    const char *wire = (strsep(&rest, ","), strsep(&rest, ","));
    const char *label = (strsep(&rest, ","), strsep(&rest, ","));
    CHECK(label != NULL);
    check_label(label, wire);
    rows++;
  }
  CHECK(rows == 119);
  fclose(file);
}

int main (void) {
  CHECK_RUN(value_hands_on_the_innermost_document);
  CHECK_RUN(value_hands_on_a_string_that_is_no_json);
  CHECK_RUN(value_takes_eight_strings_off_and_no_more);
  CHECK_RUN(value_refuses_what_is_no_json);
  CHECK_RUN(value_keys_are_compared_without_case);
  CHECK_RUN(customized_hands_on_pairs_in_order);
  CHECK_RUN(customized_values_of_other_types_are_their_json);
  CHECK_RUN(customized_passes_over_entries_without_a_key);
  CHECK_RUN(customized_refuses_what_is_no_array);
  CHECK_RUN(line_items_come_from_the_order);
  CHECK_RUN(line_items_keep_every_field);
  CHECK_RUN(line_items_come_from_customized_data_otherwise);
  CHECK_RUN(line_items_pass_over_keys_of_no_item);
  CHECK_RUN(line_items_may_be_many_and_long);
  CHECK_RUN(line_items_beyond_the_limit_are_passed_over);
  CHECK_RUN(detail_names_the_product);
  CHECK_RUN(detail_gives_a_reference);
  CHECK_RUN(detail_tells_what_was_bought);
  CHECK_RUN(detail_finds_the_order);
  CHECK_RUN(detail_has_four_names);
  CHECK_RUN(pair_is_found_without_case_and_underscores);
  CHECK_RUN(pair_is_the_first_one_with_a_value);
  CHECK_RUN(pair_of_what_has_none_is_nothing);
  CHECK_RUN(label_is_that_of_the_language);
  CHECK_RUN(label_is_title_case);
  CHECK_RUN(label_is_right_for_every_known_value);
  return CHECK_RESULT();
}
