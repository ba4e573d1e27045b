/*
** secret_test.c - secret names are found in whatever stands around them.
*/
#include "al_secret.h"

#include "al_buffer.h"
#include "check.h"
#include "help.h"

static const char *const WORDS[] = {
    "password",   "passwd",      "credential",
    "secret",     "accesstoken", "refreshtoken",
    "privatekey", "apikey",      "connectionstring"};
#define NWORDS (sizeof WORDS / sizeof WORDS[0])

static int is_letter (char c) {
  return c >= 'a' && c <= 'z';
}

/* The plain way: the text's letters, in which a word stands or does not. */
static int has_word (al_text text) {
  al_buffer letters = {0};
  al_error err;
  size_t i;
  int found = 0;
  for (i = 0; i < text.len; i++)
    if (is_letter(al_lower(text.data[i])))
      CHECK(al_buffer_append_char(&letters, al_lower(text.data[i]), &err) ==
            AL_OK);
  for (i = 0; i < NWORDS; i++)
    found |= strstr(help_string(&letters), WORDS[i]) != NULL;
  al_buffer_close(&letters);
  return found;
}

static void check (al_text text) {
  int escape = memmem(text.data, text.len, "\\u", 2) != NULL;
  if (al_secret_in(text) != has_word(text))
    printf("  '%.*s'\n", (int)text.len, text.data);
  CHECK(al_secret_in(text) == has_word(text));
  CHECK(al_secret_suspect(text) == (escape || has_word(text)));
}

/* A piece of a word, or what may stand between pieces. */
static void append_piece (al_buffer *out) {
  static const char BETWEEN[] = "_- .0/\\u\xC3\xA9{\"";
  const char *word = WORDS[help_random(NWORDS)];
  size_t len = strlen(word), from = help_random((uint32_t)len);
  size_t n = help_random(3) == 0 ? len - from
                                 : help_random((uint32_t)(len - from + 1));
  al_error err;
  if (help_random(3) == 0)
    from = 0;
  CHECK(al_buffer_append(out, word + from, n, &err) == AL_OK);
  if (help_random(8) == 0 && out->len > 0)
    out->data[out->len - 1] ^= 0x20; /* in the other case */
  if (help_random(4) == 0)
    CHECK(al_buffer_append_char(out, BETWEEN[help_random(sizeof BETWEEN - 1)],
                                &err) == AL_OK);
}

static void words_are_found_and_nothing_else (void) {
  al_buffer text = {0};
  int round, n, found = 0;
  for (round = 0; round < 100000; round++) {
    al_buffer_clear(&text);
    for (n = (int)help_random(6); n >= 0; n--)
      append_piece(&text);
    check(al_buffer_text(&text));
    found += al_secret_in(al_buffer_text(&text));
  }
  CHECK(found > 10000 && found < 90000);
  al_buffer_close(&text);
}

/* At every place, so that no step of the search passes over one. */
static void a_word_is_found_wherever_it_stands (void) {
  size_t w, before, after;
  for (w = 0; w < NWORDS; w++)
    for (before = 0; before < 20; before++)
      for (after = 0; after < 20; after++) {
        al_buffer text = {0};
        help_printf(&text, "%.*s%s%.*s", (int)before, "abcdefabcdefabcdefabc",
                    WORDS[w], (int)after, "abcdefabcdefabcdefabc");
        CHECK(al_secret_in(al_buffer_text(&text)));
        text.data[before] = 'z';
        CHECK(!al_secret_in(al_buffer_text(&text)));
        al_buffer_close(&text);
      }
}

static void a_missing_text_is_not_suspect (void) {
  CHECK(!al_secret_suspect(AL_TEXT_MISSING));
  CHECK(!al_secret_suspect(AL_TEXT("")));
  CHECK(!al_secret_suspect(AL_TEXT("\\")));
  CHECK(al_secret_suspect(AL_TEXT("\\u")));
}

int main (void) {
  CHECK_RUN(words_are_found_and_nothing_else);
  CHECK_RUN(a_word_is_found_wherever_it_stands);
  CHECK_RUN(a_missing_text_is_not_suspect);
  return CHECK_RESULT();
}
