/*
** text_test.c - UTF-8, messages, buffers, folding and search.
*/
#include <errno.h>
#include <stdlib.h>

#include "al_fold.h"
#include "al_fold_cache.h"
#include "al_search.h"
#include "al_utf8.h"
#include "check.h"
#include "help.h"

/* ---- UTF-8 ---- */

static void every_scalar_value_is_valid_and_nothing_else (void) {
  uint32_t code;
  for (code = 0; code < 0x200000; code++) {
    int is_scalar = code < 0xD800 || (code > 0xDFFF && code < 0x110000);
    char bytes[4];
    size_t n = al_utf8_encode(bytes, code);
    if (al_utf8_valid(bytes, n) != is_scalar)
      printf("  U+%X\n", (unsigned)code);
    CHECK(al_utf8_valid(bytes, n) == is_scalar);
    CHECK(!is_scalar || al_utf8_len((unsigned char)bytes[0]) == n);
  }
}

/* What RFC 3629 says of up to three bytes, written another way. */
static int is_valid (const unsigned char *s, size_t n) {
  uint32_t code;
  if (n == 0)
    return 1;
  if (s[0] < 0x80)
    return is_valid(s + 1, n - 1);
  if (n >= 2 && (s[0] & 0xE0) == 0xC0 && (s[1] & 0xC0) == 0x80)
    return (s[0] & 0x1E) != 0 && is_valid(s + 2, n - 2);
  if (n < 3 || (s[0] & 0xF0) != 0xE0 || (s[1] & 0xC0) != 0x80 ||
      (s[2] & 0xC0) != 0x80)
    return 0;
  code = (uint32_t)(s[0] & 15) << 12 | (uint32_t)(s[1] & 63) << 6 | (s[2] & 63);
  return code >= 0x800 && (code < 0xD800 || code > 0xDFFF);
}

static void any_three_bytes_are_valid_or_not (void) {
  unsigned i;
  int wrong = 0;
  for (i = 0; i < 0x1000000; i++) {
    unsigned char bytes[] = {(unsigned char)(i >> 16), (unsigned char)(i >> 8),
                             (unsigned char)i};
    wrong += al_utf8_valid((const char *)bytes, 3) != is_valid(bytes, 3);
  }
  CHECK(wrong == 0);
}

static void a_check_goes_on_from_chunk_to_chunk (void) {
  static const char TEXT[] = "abcdefgh\xC3\xA9ijk\xF0\x9F\x9A\x80\xE2\x82\xACz";
  size_t split, len = sizeof TEXT - 1;
  for (split = 0; split <= len; split++) {
    al_utf8_state state = {0, 0, 0};
    CHECK(al_utf8_check(&state, TEXT, split) == split);
    CHECK(al_utf8_check(&state, TEXT + split, len - split) == len - split);
    CHECK(state.pending == 0);
  }
}

static void the_first_bad_byte_is_named (void) {
  al_utf8_state state = {0, 0, 0};
  CHECK(al_utf8_check(&state, "abcdefghij\xFFk", 12) == 10);
  memset(&state, 0, sizeof state);
  CHECK(al_utf8_check(&state, "\xE2\x82", 2) == 2);
  CHECK(al_utf8_check(&state, "a", 1) == 0);
}

static void what_fits_in_utf_16_ends_at_a_character (void) {
  static const char TEXT[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\x80z";
  static const size_t FITS[] = {0, 1, 3, 6, 6, 10, 11, 11};
  size_t max;
  for (max = 0; max < sizeof FITS / sizeof FITS[0]; max++)
    CHECK(al_utf8_fit_utf16(TEXT, sizeof TEXT - 1, max) == FITS[max]);
}

/* ---- messages ---- */

static void check_quoted (const char *expected, al_text text) {
  al_quoted quoted;
  CHECK_STRING(expected, al_quote(&quoted, text.data, text.len));
}

static void quoted_text_shows_what_it_is_made_of (void) {
  check_quoted("plain \"text\" \\n", AL_TEXT("plain \"text\" \\n"));
  check_quoted("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\x80",
               AL_TEXT("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\x80"));
  check_quoted("\\x00\\x09\\x0A\\x1B\\x7F", AL_TEXT("\0\t\n\x1B\x7F"));
  check_quoted("\\xC2\\x85\\xFF\\xC3", AL_TEXT("\xC2\x85\xFF\xC3"));
  check_quoted("\\xD8\\x9C\\xE2\\x80\\x8F\\xE2\\x80\\xAE\\xE2\\x81\\xA6",
               AL_TEXT("\xD8\x9C\xE2\x80\x8F\xE2\x80\xAE\xE2\x81\xA6"));
}

static void quoted_text_that_is_long_is_cut_at_a_character (void) {
  static const char *const PIECES[] = {"a", "\xC3\xA9", "\xE2\x82\xAC",
                                       "\xF0\x9F\x9A\x80", "\x01"};
  size_t i, size, n;
  for (i = 0; i < sizeof PIECES / sizeof PIECES[0]; i++)
    for (size = 8; size < 24; size++) {
      char *out = malloc(size), text[128];
      for (n = 0; n + strlen(PIECES[i]) < 100; n += strlen(PIECES[i]))
        strcpy(text + n, PIECES[i]);
      al_quote_to(out, size, text, n);
      CHECK(strlen(out) < size && strlen(out) >= 3);
      CHECK_STRING("...", out + strlen(out) - 3);
      CHECK(al_utf8_valid(out, strlen(out)));
      free(out);
    }
}

static void long_messages_are_cut_at_a_character (void) {
  al_error err;
  char text[2048];
  size_t i;
  for (i = 0; i + 3 < sizeof text; i += 3)
    memcpy(text + i, "\xE2\x82\xAC", 4);
  CHECK(al_fail(&err, AL_IO, "%s", text) == AL_IO);
  CHECK(strlen(err.message) == AL_MESSAGE_MAX - 1);
  CHECK(al_fail(&err, AL_IO, "a%s", text) == AL_IO);
  CHECK(strlen(err.message) == AL_MESSAGE_MAX - 3);
  CHECK(al_utf8_valid(err.message, strlen(err.message)));
  CHECK(al_fail_at(&err, "%s", "file") == AL_IO);
  CHECK(memcmp(err.message, "file: a", 7) == 0);
  CHECK(al_utf8_valid(err.message, strlen(err.message)));
}

static void a_system_failure_tells_a_full_disk_from_no_memory (void) {
  al_error err;
  errno = ENOENT;
  CHECK(al_fail_errno(&err, "cannot open", "f") == AL_IO);
  CHECK_STRING("cannot open f: No such file or directory", err.message);
  errno = ENOSPC;
  CHECK(al_fail_errno(&err, "cannot write", "f") == AL_FULL);
  errno = EDQUOT;
  CHECK(al_fail_errno(&err, "cannot write", "f") == AL_FULL);
  errno = ENOMEM;
  CHECK(al_fail_errno(&err, "cannot open", "f") == AL_NOMEM);
  CHECK_STRING("not enough memory", err.message);
}

static void every_status_has_a_word_of_its_own (void) {
  int a, b;
  for (a = AL_OK; a <= AL_MISUSE; a++)
    for (b = AL_OK; b < a; b++)
      CHECK(strcmp(al_status_code((al_status)a),
                   al_status_code((al_status)b)) != 0);
}

/* ---- buffers ---- */

static void a_buffer_grows_and_keeps_its_bytes (void) {
  al_buffer buffer;
  al_error err;
  int i;
  al_buffer_init(&buffer);
  CHECK(al_buffer_text(&buffer).data != NULL);
  CHECK(al_buffer_append(&buffer, NULL, 0, &err) == AL_OK);
  for (i = 0; i < 100000; i++)
    CHECK(al_buffer_append_char(&buffer, (char)i, &err) == AL_OK);
  for (i = 0; i < 100000; i++)
    CHECK(buffer.data[i] == (char)i);
  al_buffer_clear(&buffer);
  CHECK(buffer.len == 0 && buffer.cap >= 100000);
  al_buffer_close(&buffer);
}

static void a_buffer_that_cannot_grow_stays_as_it_is (void) {
  al_buffer buffer = {0};
  al_error err;
  CHECK(al_buffer_append(&buffer, "ab", 2, &err) == AL_OK);
  CHECK(al_buffer_reserve(&buffer, SIZE_MAX, &err) == AL_NOMEM);
  CHECK(al_buffer_reserve(&buffer, SIZE_MAX / 2, &err) == AL_NOMEM);
  CHECK_STRING("ab", help_string(&buffer));
  al_buffer_close(&buffer);
}

/* ---- folding ---- */

static void check_folded (const char *expected, al_text text) {
  al_buffer out = {0};
  al_error err;
  CHECK(al_buffer_append_char(&out, '>', &err) == AL_OK);
  CHECK(al_fold(&out, text, &err) == AL_OK);
  CHECK_STRING(expected, help_string(&out) + 1);
  al_buffer_close(&out);
}

static void text_is_folded_in_every_script (void) {
  check_folded("", AL_TEXT(""));
  check_folded("contoso ltd.", AL_TEXT("Contoso LTD."));
  check_folded("strasse", AL_TEXT("Stra\xC3\x9F"
                                  "e"));
  check_folded("\xC3\xA9", AL_TEXT("E\xCC\x81"));
  check_folded("\xCF\x83\xCF\x83", AL_TEXT("\xCE\xA3\xCF\x82"));
  check_folded("abc1", AL_TEXT("\xEF\xBC\xA1\xEF\xBC\xA2\xEF\xBC\xA3\xE2\x91"
                               "\xA0"));
  check_folded("ffi", AL_TEXT("\xEF\xAC\x83"));
  check_folded("ab", AL_TEXT("a\xC2\xAD"
                             "b")); /* a soft hyphen */
  check_folded("\xEC\x9D\xB4", AL_TEXT("\xE1\x84\x8B\xE1\x85\xB5"));
}

static void any_byte_of_text_is_folded_nul_included (void) {
  al_buffer out = {0};
  al_error err;
  CHECK(al_fold(&out, AL_TEXT("A\0\xC3\x89\0Z"), &err) == AL_OK);
  CHECK(al_text_equal(AL_TEXT("a\0\xC3\xA9\0z"), al_buffer_text(&out)));
  al_buffer_close(&out);
}

/* Marks of classes 230 and 220 in turn, which belong in another order. Swapping
** neighbours took minutes for so many. */
static void marks_are_ordered_however_many (void) {
  static const size_t MANY[] = {1, 8, 9, 200000};
  size_t i, k;
  for (i = 0; i < sizeof MANY / sizeof MANY[0]; i++) {
    al_buffer mixed = {0}, ordered = {0}, out = {0};
    al_error err;
    CHECK(al_buffer_append(&mixed, "q", 1, &err) == AL_OK);
    for (k = 0; k < MANY[i]; k++)
      CHECK(al_buffer_append(&mixed, "\xCC\x81\xCC\xA3", 4, &err) == AL_OK);
    CHECK(al_buffer_append(&ordered, "q", 1, &err) == AL_OK);
    for (k = 0; k < 2 * MANY[i]; k++)
      CHECK(al_buffer_append(&ordered, k < MANY[i] ? "\xCC\xA3" : "\xCC\x81", 2,
                             &err) == AL_OK);
    CHECK(al_fold(&out, al_buffer_text(&mixed), &err) == AL_OK);
    CHECK(al_text_equal(al_buffer_text(&ordered), al_buffer_text(&out)));
    al_buffer_close(&mixed);
    al_buffer_close(&ordered);
    al_buffer_close(&out);
  }
}

static void what_is_not_utf_8_is_not_folded (void) {
  al_buffer out = {0};
  al_error err;
  CHECK(al_fold(&out, AL_TEXT("a\xFF"), &err) == AL_SYNTAX);
  al_buffer_close(&out);
}

static void check_cached (al_fold_cache *cache, al_text text) {
  al_buffer expected = {0}, folded = {0};
  al_error err;
  CHECK(al_fold(&expected, text, &err) == AL_OK);
  CHECK(al_fold_cache_append(cache, &folded, text, &err) == AL_OK);
  CHECK(al_text_equal(al_buffer_text(&expected), al_buffer_text(&folded)));
  al_buffer_close(&expected);
  al_buffer_close(&folded);
}

/* More names than there is room for, most of them more than once. */
static void a_cache_folds_as_it_is_folded_without (void) {
  static al_fold_cache cache;
  al_buffer text = {0};
  int i;
  for (i = 0; i < 50000; i++) {
    al_buffer_clear(&text);
    help_printf(&text, "\xC3\x89%0*u", (int)help_random(30),
                (unsigned)help_random(10000));
    check_cached(&cache, al_buffer_text(&text));
    CHECK(cache.kept.len < 2 * AL_FOLD_CACHE_BYTES);
  }
  help_printf(&text, "%2000d\xC3\x89", 0);
  check_cached(&cache, al_buffer_text(&text));
  check_cached(&cache, AL_TEXT(""));
  check_cached(&cache, AL_TEXT("A\0\xC3\x89\0Z"));
  al_buffer_close(&text);
  al_fold_cache_close(&cache);
}

static void a_cache_keeps_nothing_of_what_it_refuses (void) {
  static al_fold_cache cache;
  al_buffer folded = {0};
  al_error err;
  int again;
  check_cached(&cache, AL_TEXT("\xC3\x89"));
  for (again = 0; again < 2; again++)
    CHECK(al_fold_cache_append(&cache, &folded, AL_TEXT("a\xFF"), &err) ==
          AL_SYNTAX);
  CHECK(folded.len == 0);
  check_cached(&cache, AL_TEXT("\xC3\x89"));
  al_buffer_close(&folded);
  al_fold_cache_close(&cache);
}

/* ---- search ---- */

static int finds (const char *needle, const char *value) {
  al_text text = help_text(needle);
  al_record record = help_record("id", "date", NULL);
  al_search search;
  al_error err;
  int found = -1;
  record.field[AL_RESOURCE_NEW_VALUE] = help_text(value);
  al_search_init(&search);
  CHECK(al_search_set(&search, &text, 1, &err) == AL_OK);
  CHECK(al_search_record(&search, &record, &found, &err) == AL_OK);
  al_search_close(&search);
  return found;
}

static void a_part_of_any_field_is_found_in_any_case (void) {
  CHECK(finds("ID", "x"));
  CHECK(finds("at", "x"));
  CHECK(finds("STRASSE", "Die Stra\xC3\x9F"
                         "e"));
  CHECK(!finds("iddate", "x"));
  CHECK(!finds("xy", "x"));
  CHECK(finds("", ""));
}

static void escapes_are_the_characters_they_stand_for (void) {
  CHECK(finds("\xC3\x89", "{\"a\":\"caf\\u00e9\"}"));
  CHECK(finds("caf\xC3\xA9", "\"{\\\"a\\\":\\\"caf\\\\u00E9\\\"}\""));
  CHECK(finds("\xF0\x9F\x9A\x80", "\\ud83d\\ude80"));
  CHECK(finds("\xF0\x9F\x9A\x80", "\\\\ud83d\\\\ude80"));
}

static void what_is_no_escape_stays_as_it_is (void) {
  CHECK(finds("\\u00g1", "\\u00g1"));
  CHECK(finds("\\ud83dx", "\\ud83dx"));
  CHECK(finds("\\ude80", "\\ude80"));
  CHECK(finds("\\u00e", "\\u00e"));
  CHECK(finds("\\u", "x\\u"));
  CHECK(finds("\xF0\x9F\x9A\x80", "\\ud83d\\ud83d\\ude80"));
}

static void one_of_several_texts_is_enough (void) {
  static const al_text NEEDLES[] = {{"none", 4}, {"TE", 2}};
  al_record record = help_record("id", "date", NULL);
  al_search search;
  al_error err;
  int found = -1;
  al_search_init(&search);
  CHECK(al_search_set(&search, NEEDLES, 2, &err) == AL_OK);
  CHECK(al_search_record(&search, &record, &found, &err) == AL_OK);
  CHECK(found == 1);
  record.field[AL_OPERATION_DATE] = AL_TEXT("day");
  CHECK(al_search_record(&search, &record, &found, &err) == AL_OK);
  CHECK(found == 0);
  al_search_close(&search);
}

int main (void) {
  CHECK_RUN(every_scalar_value_is_valid_and_nothing_else);
  CHECK_RUN(any_three_bytes_are_valid_or_not);
  CHECK_RUN(a_check_goes_on_from_chunk_to_chunk);
  CHECK_RUN(the_first_bad_byte_is_named);
  CHECK_RUN(what_fits_in_utf_16_ends_at_a_character);
  CHECK_RUN(quoted_text_shows_what_it_is_made_of);
  CHECK_RUN(quoted_text_that_is_long_is_cut_at_a_character);
  CHECK_RUN(long_messages_are_cut_at_a_character);
  CHECK_RUN(a_system_failure_tells_a_full_disk_from_no_memory);
  CHECK_RUN(every_status_has_a_word_of_its_own);
  CHECK_RUN(a_buffer_grows_and_keeps_its_bytes);
  CHECK_RUN(a_buffer_that_cannot_grow_stays_as_it_is);
  CHECK_RUN(text_is_folded_in_every_script);
  CHECK_RUN(any_byte_of_text_is_folded_nul_included);
  CHECK_RUN(marks_are_ordered_however_many);
  CHECK_RUN(what_is_not_utf_8_is_not_folded);
  CHECK_RUN(a_cache_folds_as_it_is_folded_without);
  CHECK_RUN(a_cache_keeps_nothing_of_what_it_refuses);
  CHECK_RUN(a_part_of_any_field_is_found_in_any_case);
  CHECK_RUN(escapes_are_the_characters_they_stand_for);
  CHECK_RUN(what_is_no_escape_stays_as_it_is);
  CHECK_RUN(one_of_several_texts_is_enough);
  return CHECK_RESULT();
}
