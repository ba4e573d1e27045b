/*
** fuzz_test.c - a fuzz target, called with every input of its corpus and, unless
** it works on whole logs and so is slow, with every fixture; and with what comes
** of them when a few bytes change. The same each time.
*/
#include <stdlib.h>

#include "../fuzz/fuzz.h"
#include "check.h"
#include "help.h"

#ifdef SLOW
#define MUTATIONS 5
#else
#define MUTATIONS 100
#endif
#define LARGEST 4096 /* bytes of an input that is changed */

/* What parsers stumble over. */
static const char *const WORDS[] = {"\"",
                                    "\\",
                                    "\\ud83d",
                                    "\\u0000",
                                    "\xEF\xBB\xBF",
                                    "\xF0\x9F\x9A",
                                    "\xC3",
                                    "{",
                                    "}",
                                    "[",
                                    "]",
                                    ",",
                                    ";",
                                    ":",
                                    "\r\n",
                                    "\r",
                                    "\n",
                                    "-",
                                    "null",
                                    "\"id\":",
                                    "\"\"",
                                    "9",
                                    "T",
                                    "Z"};
#define NWORDS (sizeof WORDS / sizeof WORDS[0])

/* Replace 'old' bytes at a random place by a word or a random byte. */
static void mutate (al_buffer *text) {
  al_error err;
  char byte = (char)help_random(256);
  const char *word = WORDS[help_random(NWORDS)];
  al_text put = help_random(2) == 0 ? al_text_from(&byte, 1) : help_text(word);
  size_t at = help_random((uint32_t)text->len + 1);
  size_t old = help_random(4) == 0 ? help_random(64) : help_random(3);
  if (old > text->len - at)
    old = text->len - at;
  CHECK(al_buffer_reserve(text, put.len, &err) == AL_OK);
  memmove(text->data + at + put.len, text->data + at + old,
          text->len - at - old);
  memcpy(text->data + at, put.data, put.len);
  text->len += put.len - old;
}

/* In memory of exactly its size, so that a sanitizer sees both its ends. */
static void call_target (al_text text) {
  uint8_t *data = malloc(text.len > 0 ? text.len : 1);
  memcpy(data, text.data, text.len);
  CHECK(LLVMFuzzerTestOneInput(data, text.len) == 0);
  free(data);
}

static void call_with_mutations (const char *name, al_text text) {
  al_buffer changed = {0};
  al_error err;
  int i, n;
  (void)name;
  call_target(text);
  for (i = 0; i < MUTATIONS && text.len <= LARGEST; i++) {
    al_buffer_clear(&changed);
    CHECK(al_buffer_append(&changed, text.data, text.len, &err) == AL_OK);
    for (n = (int)help_random(4); n >= 0; n--)
      mutate(&changed);
    call_target(al_buffer_text(&changed));
  }
  al_buffer_close(&changed);
}

static void the_target_takes_whatever_comes (void) {
  static const char *const ALL[] = {"", NULL};
  CHECK(help_each_fixture(CORPUS, ALL, call_with_mutations) > 20);
#ifndef SLOW
  CHECK(help_each_fixture("json", ALL, call_with_mutations) > 40);
  CHECK(help_each_fixture("csv", ALL, call_with_mutations) > 30);
  CHECK(help_each_fixture("fuzz", ALL, call_with_mutations) > 0);
#endif
}

int main (void) {
  CHECK_RUN(the_target_takes_whatever_comes);
  return CHECK_RESULT();
}
