/*
** al_secret.c - the names of what nobody should read in a report.
*/
#include "al_secret.h"

#include <string.h>

static const char *const WORDS[] = {
    "password",   "passwd",      "credential",
    "secret",     "accesstoken", "refreshtoken",
    "privatekey", "apikey",      "connectionstring"};
#define NWORDS (sizeof WORDS / sizeof WORDS[0])

/* Whether 'word' begins at text[i], when what is no letter is passed over. */
static int word_at (al_text text, size_t i, const char *word) {
  for (; *word != '\0'; i++) {
    char c;
    if (i == text.len)
      return 0;
    c = al_lower(text.data[i]);
    if (c == *word)
      word++;
    else if (c >= 'a' && c <= 'z')
      return 0;
  }
  return 1;
}

/* The letters that the words begin with: most bytes are none of them. */
static int begins_word (char c) {
  return c == 'p' || c == 'c' || c == 's' || c == 'a' || c == 'r';
}

int al_secret_in (al_text text) {
  size_t i, w;
  for (i = 0; i < text.len; i++) {
    char c = al_lower(text.data[i]);
    if (!begins_word(c))
      continue;
    for (w = 0; w < NWORDS; w++)
      if (c == WORDS[w][0] && word_at(text, i, WORDS[w]))
        return 1;
  }
  return 0;
}

int al_secret_suspect (al_text text) {
  return text.data != NULL &&
         (memmem(text.data, text.len, "\\u", 2) != NULL || al_secret_in(text));
}
