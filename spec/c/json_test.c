/*
** json_test.c - JSON as a stream of events, however it is cut into chunks.
*/
#include "al_json.h"

#include <stdlib.h>

#include "al_utf8.h"
#include "check.h"
#include "help.h"

static const char *const SUFFIXES[] = {".json", ".jsonl", ".txt", NULL};

/* ---- transcripts ---- */

typedef struct {
  al_json *json;
  al_buffer *out;
  int left; /* events until one is refused; 0: none is */
} transcript;

static al_status keep_text (void *context, al_json_event event, al_text text,
                            al_error *err) {
  (void)event;
  return al_buffer_append(context, text.data, text.len, err);
}

static al_status refuse (void *context, al_json_event event, al_text text,
                         al_error *err) {
  (void)context, (void)event, (void)text;
  return al_fail(err, AL_CALLBACK, "refused");
}

static al_status on_event (void *context, al_json_event event, al_text text,
                           al_error *err) {
  transcript *t = context;
  help_printf(t->out, "%d@%d:%zu:", (int)event, al_json_depth(t->json),
              text.len);
  if (al_buffer_append(t->out, text.data, text.len, err) != AL_OK ||
      al_buffer_append_char(t->out, '\n', err) != AL_OK)
    return err->status;
  return t->left > 0 && --t->left == 0 ? al_fail(err, AL_CALLBACK, "refused")
                                       : AL_OK;
}

/* How a parse failed. */
static void append_failure (transcript *t, const al_error *err) {
  al_position at = al_json_place(t->json);
  help_printf(t->out, "line %lld, byte %lld: %s", (long long)at.line,
              (long long)at.byte, err->message);
}

/* The events of a text that comes in chunks of 'size', and how it ends. */
static void transcribe_some (al_buffer *out, al_text text, size_t size,
                             int events) {
  transcript t = {NULL, out, events};
  al_status status = AL_OK;
  al_error err;
  al_buffer_clear(out);
  CHECK(al_json_open(&t.json, on_event, &t, &err) == AL_OK);
  while (status == AL_OK && text.len > 0) {
    size_t n = size < text.len ? size : text.len;
    char *chunk = malloc(n); /* so that a sanitizer sees both its ends */
    memcpy(chunk, text.data, n);
    status = al_json_feed(t.json, chunk, n, &err);
    if (status != AL_OK)
      append_failure(&t, &err);
    free(chunk);
    text.data += n;
    text.len -= n;
  }
  if (status == AL_OK && al_json_finish(t.json, &err) != AL_OK)
    append_failure(&t, &err);
  al_json_close(t.json);
}

static void transcribe (al_buffer *out, al_text text, size_t size) {
  transcribe_some(out, text, size, 0);
}

/* Chunks of every size give what the whole gives. */
static void compare_chunks (const char *name, al_text text) {
  al_buffer whole = {0}, parts = {0};
  size_t size;
  transcribe(&whole, text, text.len);
  for (size = 1; size < text.len; size++) {
    transcribe(&parts, text, size);
    if (strcmp(help_string(&whole), help_string(&parts)) != 0) {
      CHECK_STRING(help_string(&whole), help_string(&parts));
      printf("  %s in chunks of %zu\n", name, size);
      break;
    }
  }
  al_buffer_close(&whole);
  al_buffer_close(&parts);
}

static void chunks_of_every_size_give_the_same_events (void) {
  CHECK(help_each_fixture("json", SUFFIXES, compare_chunks) > 40);
  CHECK(help_each_fixture("partner-center", SUFFIXES, compare_chunks) > 10);
}

/* ---- plain documents, which are read without yajl when they come whole ---- */

static const char *any_of (const char *const *list, size_t n) {
  return list[help_random((uint32_t)n)];
}
#define ANY(list) any_of((list), sizeof(list) / sizeof *(list))

static const char *const SPACES[] = {"", "", "", " ", "\n", "\t\r\n"};
static const char *const STRINGS[] = {
    "\"\"",
    "\"a\"",
    "\"seventeen letters\"",
    "\"\\\"\\\\\"",
    "\"\\b\\f\\n\\r\\t\"",
    "\"one\\/two\\/three and more\"",
    "\"\\u00e9\"",
    "\"\xC3\xA9\"",
    "\"\xF0\x9F\x9A\x80, \\\\ \\n 123456789\""};
static const char *const SCALARS[] = {"0",     "-0",  "-12",  "1234567890",
                                      "1.5",   "1e3", "0.25", "true",
                                      "false", "null"};

static void write_value (al_buffer *out, int depth) {
  int is_object = help_random(2) == 0, n = (int)help_random(4), i;
  if (depth == 0 || help_random(3) == 0) {
    help_printf(out, "%s", help_random(2) == 0 ? ANY(STRINGS) : ANY(SCALARS));
    return;
  }
  help_printf(out, "%s%s", is_object ? "{" : "[", ANY(SPACES));
  for (i = 0; i < n; i++) {
    if (i > 0)
      help_printf(out, "%s,%s", ANY(SPACES), ANY(SPACES));
    if (is_object)
      help_printf(out, "\"%d\"%s:%s", help_random(9) == 0 ? 0 : i, ANY(SPACES),
                  ANY(SPACES));
    write_value(out, depth - 1);
  }
  help_printf(out, "%s%s", ANY(SPACES), is_object ? "}" : "]");
}

/* Objects and arrays, one after another; in every other text a byte is another one. */
static al_text make_documents (al_buffer *out) {
  static const char BYTES[] = "{}[],:\"\\ \n0a1-.eutn\x01\xC3\xFF";
  int n = 1 + (int)help_random(3);
  al_buffer_clear(out);
  while (n-- > 0) {
    int is_object = help_random(2) == 0;
    help_printf(out, is_object ? "{\"a\"%s:" : "[%s", ANY(SPACES));
    write_value(out, 3);
    help_printf(out, "%c%s", is_object ? '}' : ']', ANY(SPACES));
  }
  if (help_random(2) == 0)
    out->data[help_random((uint32_t)out->len)] =
        BYTES[help_random(sizeof BYTES - 1)];
  return al_buffer_text(out);
}

static void plain_documents_are_as_yajl_reads_them (void) {
  al_buffer text = {0}, whole = {0};
  int round;
  for (round = 0; round < 2000; round++) {
    make_documents(&text);
    transcribe(&whole, al_buffer_text(&text), text.len);
    /* Of a token that such a failure goes back over, yajl knows what is in the
    ** last chunk. */
    if (strstr(help_string(&whole), "after key and value") == NULL)
      compare_chunks("documents", al_buffer_text(&text));
  }
  al_buffer_close(&text);
  al_buffer_close(&whole);
}

/* By byte it is yajl whose event is refused. */
static void an_event_is_refused_at_the_same_place (void) {
  al_text text = AL_TEXT("\n{\"a\": [1, \"\\n\", {}], \"b\": null}\n{}");
  al_buffer whole = {0}, bytes = {0};
  int events;
  for (events = 1; events <= 12; events++) {
    transcribe_some(&whole, text, text.len, events);
    transcribe_some(&bytes, text, 1, events);
    CHECK_STRING(help_string(&bytes), help_string(&whole));
    CHECK(strstr(whole.data, "refused") != NULL);
  }
  al_buffer_close(&whole);
  al_buffer_close(&bytes);
}

/* ---- what is refused ---- */

/* The text is refused with these words, in chunks of every size. */
static void check_refused (const char *expected, al_text text) {
  al_buffer out = {0};
  const char *last;
  transcribe(&out, text, text.len + 1);
  last = strrchr(help_string(&out), '\n');
  CHECK_STRING(expected, last != NULL ? last + 1 : out.data);
  compare_chunks(text.data, text);
  al_buffer_close(&out);
}

static void check_refused_at (int byte, const char *reason, const char *text) {
  char expected[128];
  snprintf(expected, sizeof expected, "line 1, byte %d: no valid JSON: %s",
           byte, reason);
  check_refused(expected, help_text(text));
}

/* Short chunks go byte by byte, long ones eight bytes at a time. */
static void escapes_are_found_wherever_they_stand (void) {
  static const char *const PIECES[] = {"a",
                                       "bcdefgh",
                                       "u",
                                       "\\\\",
                                       "\\\"",
                                       "\\u0041",
                                       "\\uD83D\\uDE80",
                                       "\\ud83d",
                                       "\\ude80",
                                       "\\u12",
                                       "\\n",
                                       "\\",
                                       "\xC3\xA9",
                                       "\xF0\x9F\x9A\x80",
                                       "\xFF"};
  al_buffer text = {0};
  int round, n;
  for (round = 0; round < 3000; round++) {
    al_buffer_clear(&text);
    help_printf(&text, "[\"");
    for (n = (int)help_random(12); n > 0; n--) /* the last ones are wrong */
      help_printf(&text, "%s",
                  PIECES[help_random(help_random(8) == 0 ? 15 : 7)]);
    help_printf(&text, "\"]");
    compare_chunks("escapes", al_buffer_text(&text));
  }
  al_buffer_close(&text);
}

static void half_of_a_surrogate_pair_is_refused_at_its_backslash (void) {
  static const char REASON[] = "a \\u escape is half of a surrogate pair";
  check_refused_at(2, REASON, "\"\\ud800\"");
  check_refused_at(2, REASON, "\"\\uDBFF\"");
  check_refused_at(2, REASON, "\"\\udc00\"");
  check_refused_at(2, REASON, "\"\\uDFFF x\"");
  check_refused_at(2, REASON, "\"\\ud800x\\udc00\"");
  check_refused_at(2, REASON, "\"\\ud800\\n\"");
  check_refused_at(2, REASON, "\"\\ud800\\ud800\\udc00\"");
  check_refused_at(14, REASON, "\"\\ud800\\udc00\\udc00\"");
  check_refused_at(2, REASON, "\"\\ud800\\u0041\"");
  check_refused_at(4, REASON, "[ \"\\ud800\", 1]");
  check_refused_at(3, REASON, "{\"\\ude80\":1}");
  check_refused_at(6, REASON, "\"\\\\\\\"\\ud83d\\\\ude80\"");
}

static void whole_surrogate_pairs_are_one_character (void) {
  al_buffer out = {0};
  transcribe(&out, AL_TEXT("\"\\ud83d\\ude80\\uD800\\uDC00\\uDBFF\\uDFFF\""),
             99);
  CHECK_STRING("4@0:12:\xF0\x9F\x9A\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\n",
               help_string(&out));
  al_buffer_close(&out);
}

static void what_is_not_utf_8_is_refused_at_its_byte (void) {
  static const char REASON[] = "it is not UTF-8";
  check_refused_at(2, REASON, "\"\x80\"");
  check_refused_at(3, REASON, "\"a\xBF\"");
  check_refused_at(2, REASON, "\"\xC0\xAF\"");
  check_refused_at(2, REASON, "\"\xC1\xBF\"");
  check_refused_at(3, REASON, "\"\xC3\"");
  check_refused_at(3, REASON, "\"\xC3\\u00e9\"");
  check_refused_at(3, REASON, "\"\xC3\\n\xA9\"");
  check_refused_at(3, REASON, "\"\xE0\x9F\xBF\"");
  check_refused_at(4, REASON, "\"\xE2\x82\"");
  check_refused_at(3, REASON, "\"\xED\xA0\x80\"");
  check_refused_at(3, REASON, "\"\xED\xBF\xBF\"");
  check_refused_at(3, REASON, "\"\xF0\x8F\xBF\xBF\"");
  check_refused_at(3, REASON, "\"\xF4\x90\x80\x80\"");
  check_refused_at(5, REASON, "\"\xF0\x9F\x9A\"");
  check_refused_at(2, REASON, "\"\xF5\x80\x80\x80\"");
  check_refused_at(2, REASON, "\"\xFF\"");
  check_refused_at(3, REASON, "{\"\xFE\":1}");
}

static void a_key_that_comes_twice_is_refused (void) {
  static const char A_TWICE[] =
      "line 1, byte %d: the key \"a\" stands twice in one object";
  static const struct {
    int byte;
    const char *text;
  } cases[] = {
      {10, "{\"a\":1,\"a\":2}"},
      {15, "{\"a\":1,\"\\u0061\":2}"},
      {15, "{\"\\u0061\":1,\"a\":2}"},
      {15, "{\"b\":{\"a\":1,\"a\":2}}"},
      {24, "{\"a\":{\"a\":[{\"a\":1}]},\"a\":2}"},
      {17, "[{\"a\":1,\"b\":2,\"a\":3}]"},
  };
  char expected[128];
  size_t i;
  for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    snprintf(expected, sizeof expected, A_TWICE, cases[i].byte);
    check_refused(expected, help_text(cases[i].text));
  }
  check_refused("line 1, byte 8: the key \"\" stands twice in one object",
                AL_TEXT("{\"\":1,\"\":2}"));
}

static void a_key_may_come_again_in_another_object (void) {
  al_buffer out = {0};
  al_error err;
  CHECK(al_json_compact(&out,
                        AL_TEXT("{\"a\":{\"a\":{\"b\":1},\"b\":1},\"b\":"
                                "[{\"a\":1},{\"a\":2}],\"A\":\"a\"}"),
                        &err) == AL_OK);
  al_buffer_close(&out);
}

/* '[' and '{"a":' in turn, so many levels, and what closes them. */
static void nest (al_buffer *out, int levels) {
  int i;
  al_buffer_clear(out);
  for (i = 0; i < levels; i++)
    help_printf(out, "%s", i % 2 == 0 ? "[" : "{\"a\":");
  help_printf(out, "0");
  while (i-- > 0)
    help_printf(out, "%s", i % 2 == 0 ? "]" : "}");
}

static void level_512_is_accepted_and_513_refused (void) {
  al_buffer text = {0}, out = {0};
  al_error err;
  nest(&text, AL_JSON_DEPTH_MAX);
  CHECK(al_json_compact(&out, al_buffer_text(&text), &err) == AL_OK);
  CHECK_STRING(help_string(&text), help_string(&out));
  nest(&text, AL_JSON_DEPTH_MAX + 1);
  check_refused("line 1, byte 1537: it is over 512 levels deep",
                al_buffer_text(&text));
  al_buffer_close(&text);
  al_buffer_close(&out);
}

static void what_yajl_refuses_is_named_at_its_line_and_byte (void) {
  check_refused("line 3, byte 9: no valid JSON: invalid char in json text.",
                AL_TEXT("[\n1,\r\n2 x]"));
  check_refused("line 2, byte 5: no valid JSON: unallowed token at this point "
                "in JSON text",
                AL_TEXT("[1\n,]"));
}

/* ---- what is read ---- */

static void check_events (const char *expected, al_text text) {
  al_buffer out = {0};
  transcribe(&out, text, text.len + 1);
  CHECK_STRING(expected, help_string(&out));
  compare_chunks(text.data, text);
  al_buffer_close(&out);
}

static void a_mark_before_each_document_is_skipped (void) {
  check_events("8@0:0:\n9@0:0:\n6@0:0:\n7@0:0:\n",
               AL_TEXT(AL_BOM "[]\n" AL_BOM "{}"));
  check_events("8@0:0:\n9@0:0:\n8@0:0:\n9@0:0:\n",
               AL_TEXT(AL_BOM "[]" AL_BOM AL_BOM " []"));
  check_events("4@0:1:a\n4@0:1:b\n", AL_TEXT(AL_BOM " \"a\" " AL_BOM "\"b\""));
  check_events("3@0:2:12\n3@0:2:34\n", AL_TEXT("12 " AL_BOM "34"));
}

static void a_mark_inside_of_a_string_is_kept (void) {
  check_events("8@0:0:\n4@1:5:a" AL_BOM "b\n9@0:0:\n",
               AL_TEXT("[\"a" AL_BOM "b\"]"));
  check_events("6@0:0:\n5@1:3:" AL_BOM "\n4@1:6:" AL_BOM AL_BOM "\n7@0:0:\n",
               AL_TEXT("{\"" AL_BOM "\":\"" AL_BOM AL_BOM "\"}"));
  check_events("4@0:5:a" AL_BOM "b\n", AL_TEXT("\"a" AL_BOM "b\""));
  check_events("4@0:3:" AL_BOM "\n", AL_TEXT(AL_BOM "\"" AL_BOM "\""));
  check_events("4@0:5:} " AL_BOM "\n", AL_TEXT("\"} " AL_BOM "\""));
}

static void a_mark_anywhere_else_is_refused (void) {
  static const char REASON[] = "invalid char in json text.";
  check_refused_at(2, REASON, "[" AL_BOM "]");
  check_refused_at(3, REASON, "12" AL_BOM "34");
  check_refused_at(3, "invalid string in json text.", "tr" AL_BOM "ue");
  check_refused_at(1, REASON, "\xEF\xBB[]");
  check_refused_at(1, REASON, "\xEF\xBB");
}

static void every_escape_is_decoded_nul_included (void) {
  static const char EXPECTED[] = "4@0:12:\"\\/\b\f\n\r\t\0\xC3\xA9\x7F\n";
  al_buffer out = {0};
  transcribe(&out,
             AL_TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00E9\\u007f\""), 1);
  CHECK(al_text_equal(al_text_from(EXPECTED, sizeof EXPECTED - 1),
                      al_buffer_text(&out)));
  al_buffer_close(&out);
}

static void numbers_stay_as_written (void) {
  al_buffer text = {0}, out = {0};
  al_error err;
  int i;
  check_events("8@0:0:\n3@1:2:-0\n3@1:3:1.0\n3@1:5:1E400\n3@1:7:1.50e+9\n"
               "3@1:20:98765432109876543210\n9@0:0:\n",
               AL_TEXT("[-0,1.0,1E400,1.50e+9,98765432109876543210]"));
  help_printf(&text, "[1");
  for (i = 0; i < 1000000; i++)
    CHECK(al_buffer_append_char(&text, (char)('0' + i % 10), &err) == AL_OK);
  help_printf(&text, "]");
  CHECK(al_json_compact(&out, al_buffer_text(&text), &err) == AL_OK);
  CHECK(al_text_equal(al_buffer_text(&text), al_buffer_text(&out)));
  al_buffer_close(&text);
  al_buffer_close(&out);
}

static void documents_stand_one_after_another (void) {
  check_events("8@0:0:\n9@0:0:\n6@0:0:\n7@0:0:\n4@0:1:a\n4@0:0:\n3@0:1:1\n"
               "3@0:1:2\n2@0:0:\n1@0:0:\n0@0:0:\n",
               AL_TEXT("[]{}\"a\"\"\"1 2 true\r\nfalse\tnull"));
  check_events("", AL_TEXT(""));
  check_events("", AL_TEXT(AL_BOM " \r\n"));
}

static void a_page_that_is_cut_off_anywhere_is_refused_where_it_ends (void) {
  al_buffer page = {0}, out = {0};
  char expected[128];
  size_t end, i, line = 1;
  CHECK(help_read(&page, FIXTURES "/partner-center/"
                                  "ms_docs_2017_order_license.json"));
  for (end = page.len; page.data[end - 1] != '}';)
    end--;
  for (i = 1; i < end; i++) {
    line += page.data[i - 1] == '\n';
    transcribe(&out, al_text_from(page.data, i), i);
    snprintf(expected, sizeof expected,
             "line %zu, byte %zu: no valid JSON: it ends too early", line,
             i + 1);
    CHECK_STRING(expected, strrchr(help_string(&out), '\n') + 1);
  }
  al_buffer_close(&page);
  al_buffer_close(&out);
}

/* Where each key were compared with all before it, this would take hours. */
static void a_million_keys_are_read_one_by_one (void) {
  al_buffer text = {0}, out = {0};
  al_error err;
  int i;
  for (i = 0; i < 1000000; i++)
    help_printf(&text, "%c\"%d\":0", i == 0 ? '{' : ',', i);
  help_printf(&text, "}");
  CHECK(al_json_compact(&out, al_buffer_text(&text), &err) == AL_OK);
  CHECK(al_text_equal(al_buffer_text(&text), al_buffer_text(&out)));
  al_buffer_close(&text);
  al_buffer_close(&out);
}

/* ---- one document after another ---- */

static al_json *kept; /* goes on from fixture to fixture */

/* Compact, or why it is none, by a parser of its own and by the one that is
** kept. */
static void compare_next (const char *name, al_text text) {
  al_buffer alone = {0}, next = {0};
  al_error err = {AL_OK, ""}, said = {AL_OK, ""};
  al_status status = al_json_compact(&alone, text, &err);
  (void)name;
  CHECK(al_json_compact_next(&kept, &next, text, &said) == status);
  CHECK((kept != NULL) == (status == AL_OK));
  CHECK_STRING(err.message, said.message);
  if (status == AL_OK)
    CHECK_STRING(help_string(&alone), help_string(&next));
  al_buffer_close(&alone);
  al_buffer_close(&next);
}

static void compare_behind_others (const char *name, al_text text) {
  compare_next(name, AL_TEXT("12"));
  compare_next(name, text);
  compare_next(name, AL_TEXT(AL_BOM "{\"a\":[]} "));
  compare_next(name, text);
  compare_next(name, AL_TEXT(""));
}

static void a_parser_goes_on_to_the_next_document (void) {
  compare_behind_others("mark", AL_TEXT("\"" AL_BOM "\""));
  CHECK(help_each_fixture("json", SUFFIXES, compare_behind_others) > 40);
  al_json_close(kept);
}

/* ---- writing ---- */

/* Each fixture that is one document: compact JSON made compact is the same. */
static void compare_compact (const char *name, al_text text) {
  al_buffer once = {0}, twice = {0};
  al_error err;
  (void)name;
  if (al_json_compact(&once, text, &err) == AL_OK) {
    CHECK(al_json_compact(&twice, al_buffer_text(&once), &err) == AL_OK);
    CHECK_STRING(help_string(&once), help_string(&twice));
  }
  al_buffer_close(&once);
  al_buffer_close(&twice);
}

static void compact_json_stays_as_it_is (void) {
  CHECK(help_each_fixture("json", SUFFIXES, compare_compact) > 40);
  CHECK(help_each_fixture("partner-center", SUFFIXES, compare_compact) > 10);
}

static void compact_json_has_no_spaces_and_only_the_escapes_it_needs (void) {
  al_buffer out = {0};
  al_error err;
  CHECK(al_json_compact(&out,
                        AL_TEXT(AL_BOM " { \"\\u0061\\/\" : [ 1.0 , true,\n"
                                       "null,\t\"\\u001F\\u007f\\u00e9\\n\" ],"
                                       "\"b\":{ } , \"c\" : [ ] } "),
                        &err) == AL_OK);
  CHECK_STRING("{\"a/\":[1.0,true,null,\"\\u001f\x7F\xC3\xA9\\n\"],"
               "\"b\":{},\"c\":[]}",
               help_string(&out));
  al_buffer_close(&out);
}

/* Wherever a byte stands, it is written as it is by itself. */
static void a_byte_is_escaped_wherever_it_stands (void) {
  static char text[] = "abcdefghijklmnopqrstuvwxyz";
  al_buffer whole = {0}, one = {0}, expected = {0};
  al_error err;
  size_t at;
  int c;
  for (c = 0; c < 256; c++)
    for (at = 0; at < sizeof text - 1; at++) {
      char was = text[at];
      text[at] = (char)c;
      al_buffer_clear(&whole);
      CHECK(al_json_write_string(&whole, al_text_from(text, sizeof text - 1),
                                 &err) == AL_OK);
      CHECK(al_json_write_string(&one, al_text_from(text + at, 1), &err) ==
            AL_OK);
      al_buffer_clear(&expected);
      help_printf(&expected, "\"%.*s", (int)at, text);
      al_buffer_append(&expected, one.data + 1, one.len - 2, &err);
      help_printf(&expected, "%s\"", text + at + 1);
      CHECK(al_text_equal(al_buffer_text(&expected), al_buffer_text(&whole)));
      al_buffer_clear(&one);
      text[at] = was;
    }
  al_buffer_close(&whole);
  al_buffer_close(&one);
  al_buffer_close(&expected);
}

static void a_string_of_any_character_is_read_back (void) {
  al_buffer string = {0}, json = {0}, out = {0};
  char bytes[4];
  al_error err;
  uint32_t code;
  for (code = 0; code < 0x3000; code++)
    al_buffer_append(&string, bytes, al_utf8_encode(bytes, code), &err);
  al_buffer_append(&string, bytes, al_utf8_encode(bytes, 0x10FFFF), &err);
  CHECK(al_json_write_string(&json, al_buffer_text(&string), &err) == AL_OK);
  CHECK(al_json_parse(al_buffer_text(&json), keep_text, &out, &err) == AL_OK);
  CHECK(al_text_equal(al_buffer_text(&string), al_buffer_text(&out)));
  al_buffer_close(&string);
  al_buffer_close(&json);
  al_buffer_close(&out);
}

static void one_document_is_not_none_and_not_two (void) {
  static const struct {
    const char *expected, *text;
  } cases[] = {
      {"no valid JSON: it is empty", ""},
      {"no valid JSON: it is empty", " \n" AL_BOM},
      {"something follows the JSON document", "[] []"},
      {"something follows the JSON document", "1 2"},
      {"no valid JSON: it ends too early", "[1"},
  };
  al_buffer out = {0};
  al_error err;
  size_t i;
  for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    CHECK(al_json_compact(&out, help_text(cases[i].text), &err) == AL_SYNTAX);
    CHECK_STRING(cases[i].expected, err.message);
  }
  al_buffer_close(&out);
}

static void a_string_that_is_cut_off_behind_a_document_is_refused (void) {
  check_refused("line 1, byte 6: no valid JSON: it ends too early",
                AL_TEXT("{} \"a"));
  check_refused("line 1, byte 6: no valid JSON: it ends too early",
                AL_TEXT("[] \"a"));
}

static void a_failure_of_the_handler_is_the_parsers (void) {
  al_error err;
  CHECK(al_json_parse(AL_TEXT("[1,2]"), refuse, NULL, &err) == AL_CALLBACK);
  CHECK_STRING("refused", err.message);
}

int main (void) {
  CHECK_RUN(chunks_of_every_size_give_the_same_events);
  CHECK_RUN(plain_documents_are_as_yajl_reads_them);
  CHECK_RUN(an_event_is_refused_at_the_same_place);
  CHECK_RUN(escapes_are_found_wherever_they_stand);
  CHECK_RUN(half_of_a_surrogate_pair_is_refused_at_its_backslash);
  CHECK_RUN(whole_surrogate_pairs_are_one_character);
  CHECK_RUN(what_is_not_utf_8_is_refused_at_its_byte);
  CHECK_RUN(a_key_that_comes_twice_is_refused);
  CHECK_RUN(a_key_may_come_again_in_another_object);
  CHECK_RUN(level_512_is_accepted_and_513_refused);
  CHECK_RUN(what_yajl_refuses_is_named_at_its_line_and_byte);
  CHECK_RUN(a_mark_before_each_document_is_skipped);
  CHECK_RUN(a_mark_inside_of_a_string_is_kept);
  CHECK_RUN(a_mark_anywhere_else_is_refused);
  CHECK_RUN(every_escape_is_decoded_nul_included);
  CHECK_RUN(numbers_stay_as_written);
  CHECK_RUN(documents_stand_one_after_another);
  CHECK_RUN(a_page_that_is_cut_off_anywhere_is_refused_where_it_ends);
  CHECK_RUN(a_million_keys_are_read_one_by_one);
  CHECK_RUN(a_parser_goes_on_to_the_next_document);
  CHECK_RUN(compact_json_stays_as_it_is);
  CHECK_RUN(compact_json_has_no_spaces_and_only_the_escapes_it_needs);
  CHECK_RUN(a_byte_is_escaped_wherever_it_stands);
  CHECK_RUN(a_string_of_any_character_is_read_back);
  CHECK_RUN(one_document_is_not_none_and_not_two);
  CHECK_RUN(a_string_that_is_cut_off_behind_a_document_is_refused);
  CHECK_RUN(a_failure_of_the_handler_is_the_parsers);
  return CHECK_RESULT();
}
