/*
** record_test.c - a record's identity and digest, and records in the making.
*/
#include "al_record.h"

#include <stdlib.h>

#include "al_draft.h"
#include "al_json.h"
#include "al_read_json.h"
#include "al_record_json.h"
#include "check.h"
#include "help.h"

/* ---- known records: spec/independent/read_log.py --as=digests says so ---- */

static void append_hex (al_buffer *out, const uint8_t *bytes, size_t n) {
  size_t i;
  for (i = 0; i < n; i++)
    help_printf(out, "%02x", bytes[i]);
}

/* A line as read_log.py writes it. */
static al_status append_digests (void *context, const al_record *record,
                                 al_error *err) {
  uint8_t identity[AL_IDENTITY_BYTES], digest[AL_DIGEST_BYTES];
  al_text date = record->field[AL_OPERATION_DATE];
  (void)err;
  al_record_identity(record, identity);
  al_record_digest(record, digest);
  help_printf(context, "%.*s ", (int)date.len, date.data);
  append_hex(context, identity, sizeof identity);
  help_printf(context, " ");
  append_hex(context, digest, sizeof digest);
  help_printf(context, "\n");
  return AL_OK;
}

static void read_records (al_text text, al_record_handler handler,
                          void *context) {
  al_json_reader *reader;
  al_error err = {AL_OK, ""};
  CHECK(al_json_reader_open(&reader, handler, context, &err) == AL_OK);
  if (al_json_reader_feed(reader, text.data, text.len, &err) == AL_OK)
    al_json_reader_finish(reader, &err);
  CHECK_STRING("", err.message);
  al_json_reader_close(reader);
}

static void check_fixture (const char *expected, const char *path) {
  al_buffer text = {0}, out = {0};
  CHECK(help_read(&text, path));
  read_records(al_buffer_text(&text), append_digests, &out);
  CHECK_STRING(expected, help_string(&out));
  al_buffer_close(&text);
  al_buffer_close(&out);
}

static void identities_and_digests_are_those_of_an_independent_reader (void) {
  check_fixture(
      "2026-10-31T17:58:01.1234567Z "
      "e73a6c1785489d0f9712932d3bb7e642 "
      "a5df1d7087667a2b61467616bf5a73ea3e4c72f26119ba21c5f442e4dc682de0\n"
      "2026-10-31T17:58:02.1234567Z "
      "a7342a72992b9288886c2d63e4fafe52 "
      "bd7f9948d38eff2ebb5a7837fd5e1561e783f893b878ac3680688c4ef7be5240\n",
      FIXTURES "/json/array.json");
  check_fixture(
      "2026-10-31T17:58:01.1234567Z "
      "e73a6c1785489d0f9712932d3bb7e642 "
      "333692dd51799a01eaa3f213fb8aeb96857f863e59a764104e28f3ddcb800afd\n",
      FIXTURES "/json/every-escape.json");
  check_fixture(
      "2026-10-31T17:58:01.1234567Z "
      "e73a6c1785489d0f9712932d3bb7e642 "
      "69244bb2bd9ebd65c02f96e5046953f8be83c38fd8bf6ccbf93a6f1157348487\n",
      FIXTURES "/json/unknown-fields-unsorted.json");
  check_fixture(
      "2026-10-31T17:58:01.1234567Z "
      "e73a6c1785489d0f9712932d3bb7e642 "
      "a24ab82a78aa6685b386e668aa942ae7f094798f7f33ef735293b519bd88db2d\n",
      FIXTURES "/json/numbers-kept-as-written.json");
  check_fixture(
      "2026-10-31T17:58:01.1234567Z "
      "e73a6c1785489d0f9712932d3bb7e642 "
      "2f2aac4bae6487b085b2b27fbb73df4ea3b398988c4e96a82ec810d81ddc6af7\n",
      FIXTURES "/json/double-encoded-value.json");
  check_fixture(
      "2020-09-02T17:58:10.9268372Z "
      "4977b1fa2244d42cff75771d35650e5c "
      "cbffcf2a19b9606a821abd658f50fbf4c7a62f1b1e51add3baf985b73af95421\n",
      FIXTURES
      "/partner-center/records/msdocs2020_20200902T175810_create_order.json");
}

/* ---- identity ---- */

static int same_identity (const al_record *a, const al_record *b) {
  uint8_t x[AL_IDENTITY_BYTES], y[AL_IDENTITY_BYTES];
  al_record_identity(a, x);
  al_record_identity(b, y);
  return memcmp(x, y, sizeof x) == 0;
}

static int same_digest (const al_record *a, const al_record *b) {
  uint8_t x[AL_DIGEST_BYTES], y[AL_DIGEST_BYTES];
  al_record_digest(a, x);
  al_record_digest(b, y);
  return memcmp(x, y, sizeof x) == 0;
}

/* A record whose fields have texts of their own, longer than one block. */
static al_record make_full (char texts[AL_NFIELDS][400]) {
  al_record record = help_record(NULL, NULL, NULL);
  int i;
  for (i = 0; i < AL_NFIELDS; i++) {
    memset(texts[i], 'a' + i, 399);
    texts[i][399] = '\0';
    record.field[i] = al_text_from(texts[i], 399);
  }
  return record;
}

/* Which fields change the identity of a record with or without an id. */
static unsigned telling_fields (int with_id, char change) {
  char texts[AL_NFIELDS][400];
  al_record record = make_full(texts);
  unsigned telling = 0;
  int i;
  if (!with_id)
    record.field[AL_ID] = AL_TEXT_MISSING;
  for (i = 0; i < AL_NFIELDS; i++) {
    al_record changed = record;
    char text[400];
    if (record.field[i].data == NULL)
      continue;
    memcpy(text, texts[i], sizeof text);
    text[398] = change == 0 ? (char)(text[398] - 'a' + 'A') : change;
    changed.field[i].data = text;
    CHECK(!same_digest(&record, &changed));
    if (!same_identity(&record, &changed))
      telling |= AL_FIELD_BIT(i);
  }
  return telling;
}

static void an_id_alone_tells_a_record_whatever_its_case (void) {
  CHECK(telling_fields(1, '!') == AL_FIELD_BIT(AL_ID));
  CHECK(telling_fields(1, 0) == 0);
}

static void what_does_not_change_tells_a_record_without_id (void) {
  unsigned texts =
      AL_FIELD_BIT(AL_USER_PRINCIPAL_NAME) | AL_FIELD_BIT(AL_RESOURCE_TYPE) |
      AL_FIELD_BIT(AL_OPERATION_TYPE) | AL_FIELD_BIT(AL_OPERATION_DATE) |
      AL_FIELD_BIT(AL_RESOURCE_OLD_VALUE) | AL_FIELD_BIT(AL_RESOURCE_NEW_VALUE);
  unsigned guids = AL_FIELD_BIT(AL_PARTNER_ID) | AL_FIELD_BIT(AL_CUSTOMER_ID) |
                   AL_FIELD_BIT(AL_ORIGINAL_CORRELATION_ID);
  CHECK(telling_fields(0, '!') == (texts | guids));
  CHECK(telling_fields(0, 0) == texts);
}

static void empty_and_missing_are_not_the_same (void) {
  al_record missing = help_record(NULL, "d", NULL), empty = missing;
  empty.field[AL_RESOURCE_OLD_VALUE] = AL_TEXT("");
  CHECK(!same_identity(&missing, &empty));
  CHECK(!same_digest(&missing, &empty));
}

static void text_does_not_run_from_one_field_into_the_next (void) {
  al_record a = help_record("x\npartner_id:1:y", "d", NULL);
  al_record b = help_record("x", "d", NULL);
  b.field[AL_PARTNER_ID] = AL_TEXT("y");
  CHECK(!same_digest(&a, &b));
}

/* ---- fields ---- */

static void fields_are_found_by_either_name (void) {
  int i;
  for (i = 0; i < AL_NFIELDS; i++) {
    al_field field = (al_field)i;
    const char *api = al_field_api_name(field);
    CHECK(al_field_find(help_text(al_field_name(field))) == field);
    CHECK(api == NULL || al_field_find_api(help_text(api)) == field);
  }
  CHECK(al_field_find(AL_TEXT("")) == AL_NFIELDS);
  CHECK(al_field_find(AL_TEXT("ID")) == AL_NFIELDS);
  CHECK(al_field_find(AL_TEXT("i")) == AL_NFIELDS);
  CHECK(al_field_find(AL_TEXT("id ")) == AL_NFIELDS);
  CHECK(al_field_find_api(AL_TEXT("other")) == AL_NFIELDS);
  CHECK(al_field_find_api(AL_TEXT("customer_id")) == AL_NFIELDS);
}

static void a_guid_has_its_dashes_and_hex_digits_in_either_case (void) {
  static const char GUID[] = "3a1C0f52-0000-4000-8aBF-00000000c0De";
  char changed[sizeof GUID];
  size_t i;
  CHECK(al_guid_valid(help_text(GUID)));
  CHECK(!al_guid_valid(al_text_from(GUID, 35)));
  CHECK(!al_guid_valid(al_text_from(GUID, 37)));
  CHECK(!al_guid_valid(AL_TEXT_MISSING));
  for (i = 0; i < 36; i++) {
    const char *wrong = GUID[i] == '-' ? "0_" : "-g";
    for (; *wrong != '\0'; wrong++) {
      memcpy(changed, GUID, sizeof GUID);
      changed[i] = *wrong;
      CHECK(!al_guid_valid(help_text(changed)));
    }
  }
}

/* ---- drafts ---- */

static al_draft draft;
static al_error err;

static void check_set (const char *expected, al_field field, al_text value) {
  const al_record *record;
  al_draft_clear(&draft);
  CHECK(al_draft_set(&draft, AL_OPERATION_DATE,
                     AL_TEXT("2026-10-31T18:58:01.5+01:00"), &err) == AL_OK);
  CHECK(al_draft_set(&draft, field, value, &err) == AL_OK);
  CHECK(al_draft_record(&draft, &record, &err) == AL_OK);
  CHECK(al_text_equal(help_text(expected), record->field[field]));
  CHECK(al_text_equal(AL_TEXT("2026-10-31T17:58:01.5000000Z"),
                      record->field[AL_OPERATION_DATE]));
}

static void check_refused (const char *expected, al_field field,
                           const char *value) {
  al_draft_clear(&draft);
  CHECK(al_draft_set(&draft, field, help_text(value), &err) == AL_SYNTAX);
  CHECK_STRING(expected, err.message);
}

static void a_draft_brings_fields_to_their_stored_form (void) {
  al_draft_init(&draft);
  check_set(" a ", AL_CUSTOMER_NAME, AL_TEXT(" a "));
  check_set("", AL_CUSTOMER_NAME, AL_TEXT(""));
  check_set(NULL, AL_CUSTOMER_NAME, AL_TEXT_MISSING);
  check_set("{ \"a\" : 1 }", AL_RESOURCE_NEW_VALUE, AL_TEXT("{ \"a\" : 1 }"));
  check_set("[{\"b\":1,\"a\":2}]", AL_CUSTOMIZED_DATA,
            AL_TEXT(" [ {\"b\":1, \"a\":2} ] "));
  check_set("{\"\":0,\"a\":{\"z\":1,\"y\":2},\"b\":[],\"\xC3\xA9\":1}",
            AL_OTHER,
            AL_TEXT("{\"\\u00e9\":1, \"b\":[ ], \"a\":{\"z\":1,\"y\":2},"
                    "\"\":0}"));
  check_set(NULL, AL_OTHER, AL_TEXT(" { } "));
  al_draft_close(&draft);
}

static void a_draft_refuses_what_is_no_json (void) {
  al_draft_init(&draft);
  check_refused("expected a JSON array", AL_CUSTOMIZED_DATA, "{}");
  check_refused("no valid JSON: it is empty", AL_CUSTOMIZED_DATA, "");
  check_refused("expected a JSON object", AL_OTHER, "[]");
  check_refused("the member 'customerId' is a field of its own, not one of "
                "other",
                AL_OTHER, "{\"a\":1,\"customerId\":2}");
  al_draft_close(&draft);
}

static void a_record_needs_a_date_and_has_its_limit (void) {
  const al_record *record;
  al_buffer large = {0};
  al_draft_init(&draft);
  CHECK(al_draft_record(&draft, &record, &err) == AL_SYNTAX);
  CHECK(al_buffer_reserve(&large, AL_RECORD_MAX_BYTES, &err) == AL_OK);
  large.len = AL_RECORD_MAX_BYTES - 28;
  memset(large.data, 'x', large.len);
  CHECK(al_draft_set(&draft, AL_OPERATION_DATE, AL_TEXT("2026-10-31T17:58:01Z"),
                     &err) == AL_OK);
  CHECK(al_draft_set(&draft, AL_RESOURCE_NEW_VALUE, al_buffer_text(&large),
                     &err) == AL_OK);
  CHECK(al_draft_record(&draft, &record, &err) == AL_OK);
  CHECK(al_draft_set(&draft, AL_ID, AL_TEXT("x"), &err) == AL_OK);
  CHECK(al_draft_record(&draft, &record, &err) == AL_LIMIT);
  al_draft_close(&draft);
  al_buffer_close(&large);
}

/* ---- as JSON ---- */

static al_status append_json (void *context, const al_record *record,
                              al_error *error) {
  return al_record_json(context, record, error);
}

/* Each record of a fixture, written and read, has the digest it had. */
static void compare_written (const char *name, al_text text) {
  al_buffer before = {0}, json = {0}, after = {0};
  (void)name;
  read_records(text, append_digests, &before);
  read_records(text, append_json, &json);
  read_records(al_buffer_text(&json), append_digests, &after);
  CHECK_STRING(help_string(&before), help_string(&after));
  al_buffer_close(&before);
  al_buffer_close(&json);
  al_buffer_close(&after);
}

static void a_record_that_is_written_and_read_is_the_same (void) {
  static const char *const READ[] = {"/every-escape.json",
                                     "/numbers-kept-as-written.json",
                                     "/unknown-fields-unsorted.json",
                                     "/deep-512-in-unknown-field.json",
                                     "/double-encoded-value.json",
                                     "/null-fields.json",
                                     NULL};
  CHECK(help_each_fixture("json", READ, compare_written) == 6);
  CHECK(help_each_fixture("partner-center/records",
                          (const char *const[]){".json", NULL},
                          compare_written) == 5);
}

int main (void) {
  CHECK_RUN(identities_and_digests_are_those_of_an_independent_reader);
  CHECK_RUN(an_id_alone_tells_a_record_whatever_its_case);
  CHECK_RUN(what_does_not_change_tells_a_record_without_id);
  CHECK_RUN(empty_and_missing_are_not_the_same);
  CHECK_RUN(text_does_not_run_from_one_field_into_the_next);
  CHECK_RUN(fields_are_found_by_either_name);
  CHECK_RUN(a_guid_has_its_dashes_and_hex_digits_in_either_case);
  CHECK_RUN(a_draft_brings_fields_to_their_stored_form);
  CHECK_RUN(a_draft_refuses_what_is_no_json);
  CHECK_RUN(a_record_needs_a_date_and_has_its_limit);
  CHECK_RUN(a_record_that_is_written_and_read_is_the_same);
  return CHECK_RESULT();
}
