/*
** al_secret.c - the names of what nobody should read in a report.
**
** Each word has a letter that is rare in values, so the search goes from one
** of these few letters to the next, and looks on both sides of it.
*/
#include "al_secret.h"

static const struct {
  const char *text;
  int rare; /* where its rare letter is */
} WORDS[] = {{"connectionstring", 15},
             {"accesstoken", 8},
             {"refreshtoken", 9},
             {"privatekey", 7},
             {"apikey", 3},
             {"credential", 1},
             {"secret", 3},
             {"password", 4},
             {"passwd", 4}};
#define NWORDS (sizeof WORDS / sizeof WORDS[0])

/* Of a rare letter the first of its words, counted from 1. A backslash, which
** may begin an escape, stands behind them all. */
static const unsigned char RARE[256] = {
    ['g'] = 1, ['G'] = 1, ['k'] = 2, ['K'] = 2,          ['r'] = 6,
    ['R'] = 6, ['w'] = 8, ['W'] = 8, ['\\'] = NWORDS + 1};

static int is_letter (char c) {
  return c >= 'a' && c <= 'z';
}

/* Whether the text goes on with 'word' at 'i', when what is no letter is passed
** over. */
static int goes_on (al_text text, size_t i, const char *word) {
  for (; *word != '\0'; i++) {
    char c;
    if (i == text.len)
      return 0;
    c = al_lower(text.data[i]);
    if (c == *word)
      word++;
    else if (is_letter(c))
      return 0;
  }
  return 1;
}

/* Whether the first 'n' letters of 'word' stand before 'i', likewise. */
static int stands_before (al_text text, size_t i, const char *word, int n) {
  while (n > 0) {
    char c;
    if (i == 0)
      return 0;
    c = al_lower(text.data[--i]);
    if (c == word[n - 1])
      n--;
    else if (is_letter(c))
      return 0;
  }
  return 1;
}

/* The letter before 'i', or 0. */
static char letter_before (al_text text, size_t i) {
  while (i > 0) {
    char c = al_lower(text.data[--i]);
    if (is_letter(c))
      return c;
  }
  return 0;
}

/* Whether the rare letter at 'i' may be one of a word, by the letter before it:
** most are not, and need no closer look. */
static int may_stand (al_text text, size_t i) {
  char before = letter_before(text, i);
  switch (al_lower(text.data[i])) {
  case 'g':
    return before == 'n';
  case 'k':
    return before == 'o' || before == 'e' || before == 'i';
  case 'r':
    return before == 'c';
  default:
    return before == 's';
  }
}

/* Whether a word stands around its rare letter at 'i'. */
static int word_around (al_text text, size_t i) {
  char c = al_lower(text.data[i]);
  size_t w = RARE[(unsigned char)c] - 1u;
  for (; w < NWORDS && WORDS[w].text[WORDS[w].rare] == c; w++)
    if (stands_before(text, i, WORDS[w].text, WORDS[w].rare) &&
        goes_on(text, i, WORDS[w].text + WORDS[w].rare))
      return 1;
  return 0;
}

/* The next rare letter or backslash from 'i' on, or the end. */
static size_t find_rare (al_text text, size_t i) {
  const unsigned char *bytes = (const unsigned char *)text.data;
  for (; text.len - i >= 4; i += 4)
    if (RARE[bytes[i]] | RARE[bytes[i + 1]] | RARE[bytes[i + 2]] |
        RARE[bytes[i + 3]])
      break;
  while (i < text.len && !RARE[bytes[i]])
    i++;
  return i;
}

int al_secret_in (al_text text) {
  size_t i;
  for (i = find_rare(text, 0); i < text.len; i = find_rare(text, i + 1))
    if (may_stand(text, i) && word_around(text, i))
      return 1;
  return 0;
}

int al_secret_suspect (al_text text) {
  size_t i;
  if (text.data == NULL)
    return 0;
  for (i = find_rare(text, 0); i < text.len; i = find_rare(text, i + 1))
    if (text.data[i] == '\\' ? i + 1 < text.len && text.data[i + 1] == 'u'
                             : may_stand(text, i) && word_around(text, i))
      return 1;
  return 0;
}
