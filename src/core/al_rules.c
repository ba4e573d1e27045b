/*
** al_rules.c - the names under which a report masks what a record holds.
**
** The names of all rules stand in one row, and the sets have a bit for each:
**
**     name   email | billingprofile  *  | ...
**     first    1   |       1         0
**     last     1   |       0         1
**     tail     0   |       1         0     nothing but "*" follows
**
** A step moves each bit to the next name and keeps it where that name is the
** path's. The bit behind a rule's last name is the next rule's first one, which
** may begin anywhere, so nothing is lost by moving there.
**
** Raw text is searched in the same way, with a bit for each byte of the names
** that are sought: the time does not depend on what is in the text.
*/
#include "al_rules.h"

#include <stdlib.h>

#include "al_buffer.h"
#include "al_utf8.h"
#include "al_value.h"

#define SOUGHT_WORDS_MAX ((AL_RULES_MAX * AL_RULE_NAME_MAX + 63) / 64)

struct al_rules {
  al_buffer text;  /* the names, lower case and without underscores */
  al_text *name;   /* in the text; missing for "*" */
  size_t nnames;   /* of all rules */
  al_text *sought; /* of each rule the last name that is not "*" */
  size_t nrules;
  unsigned fields; /* bits of the fields that are masked whole */
  uint64_t first[AL_RULES_WORDS_MAX];
  uint64_t last[AL_RULES_WORDS_MAX];
  uint64_t tail[AL_RULES_WORDS_MAX];
  size_t sought_words; /* words of the sets below, bits of the bytes sought */
  uint64_t *same;      /* a set for each byte: where it stands */
  char begins[256];    /* whether a name that is sought begins with the byte */
  uint64_t begin[SOUGHT_WORDS_MAX];
  uint64_t end[SOUGHT_WORDS_MAX];
};

/* ---- sets ---- */

static void put (uint64_t *set, size_t i) {
  set[i / 64] |= UINT64_C(1) << i % 64;
}

static void take (uint64_t *set, size_t i) {
  set[i / 64] &= ~(UINT64_C(1) << i % 64);
}

static int has (const uint64_t *set, size_t i) {
  return (int)(set[i / 64] >> i % 64 & 1);
}

static int meet (const al_rules *rules, const uint64_t *a, const uint64_t *b) {
  size_t i, n = al_rules_words(rules);
  for (i = 0; i < n; i++)
    if ((a[i] & b[i]) != 0)
      return 1;
  return 0;
}

size_t al_rules_words (const al_rules *rules) {
  return (rules->nnames + 63) / 64;
}

int al_rules_match (const al_rules *rules, const uint64_t *set) {
  return meet(rules, set, rules->last);
}

/* ---- names ---- */

void al_rules_step (const al_rules *rules, const uint64_t *from, al_text name,
                    uint64_t *to) {
  size_t i, n = al_rules_words(rules);
  al_text stem = al_value_key_stem(name);
  uint64_t carry = 0;
  for (i = 0; i < n; i++) {
    uint64_t word = from[i];
    to[i] = word << 1 | carry | rules->first[i];
    carry = word >> 63;
  }
  for (i = 0; i < rules->nnames; i++)
    if (has(to, i) && rules->name[i].data != NULL &&
        !al_value_same_key(rules->name[i], name) &&
        !al_value_same_key(rules->name[i], stem))
      take(to, i);
}

int al_rules_field (const al_rules *rules, al_field field) {
  return (rules->fields & 1u << field) != 0;
}

/* In raw text any number of backslashes stands before a quote, a slash or a
** backslash of a name. */
static int is_passed_over (char c) {
  return c == '_' || c == '\\';
}

/* What a byte of the text makes of a set: 1 when a name ends there. *any tells
** whether one has begun. */
static int seek_on (const al_rules *rules, uint64_t *set, unsigned char c,
                    int *any) {
  const uint64_t *same = rules->same + c * rules->sought_words;
  uint64_t carry = 0, begun = 0, ended = 0;
  size_t i;
  for (i = 0; i < rules->sought_words; i++) {
    uint64_t word = set[i];
    set[i] = (word << 1 | carry | rules->begin[i]) & same[i];
    carry = word >> 63;
    begun |= set[i];
    ended |= set[i] & rules->end[i];
  }
  *any = begun != 0;
  return ended != 0;
}

/* Whether a name that is sought may stand in the text. */
static int is_suspect (const al_rules *rules, al_text text) {
  uint64_t set[SOUGHT_WORDS_MAX];
  int any = 0;
  size_t i;
  if (memmem(text.data, text.len, "\\u", 2) != NULL)
    return 1;
  memset(set, 0, rules->sought_words * sizeof *set);
  for (i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.data[i];
    if ((any || rules->begins[c]) && !is_passed_over(text.data[i]) &&
        seek_on(rules, set, c, &any))
      return 1;
  }
  return 0;
}

/* A rule that has come past its last name that is not "*" can match further
** down, whatever stands there. */
int al_rules_may_match (const al_rules *rules, const uint64_t *set,
                        al_text text) {
  return meet(rules, set, rules->tail) || is_suspect(rules, text);
}

/* ---- opening ---- */

static al_status refuse (al_error *err, al_text rule, const char *why) {
  al_quoted quoted;
  return al_fail(err, AL_SYNTAX, "rule '%s' %s",
                 al_quote(&quoted, rule.data, rule.len), why);
}

/* Up to the next dot, or the end. */
static al_text name_from (al_text rule, size_t start) {
  const char *dot = memchr(rule.data + start, '.', rule.len - start);
  size_t stop = dot != NULL ? (size_t)(dot - rule.data) : rule.len;
  return al_text_from(rule.data + start, stop - start);
}

static int is_any (al_text name) {
  return name.len == 1 && name.data[0] == '*';
}

static int is_position (al_text name) {
  size_t i = 0;
  while (i < name.len && name.data[i] >= '0' && name.data[i] <= '9')
    i++;
  return i == name.len;
}

static int has_control (al_text rule) {
  size_t i;
  for (i = 0; i < rule.len; i++)
    if ((unsigned char)rule.data[i] < 0x20)
      return 1;
  return 0;
}

/* What can never match would leave in sight what it was meant to mask. */
static al_status check_name (al_text rule, al_text name, al_error *err) {
  if (al_value_same_key(AL_TEXT(""), name))
    return refuse(err, rule, "has an empty name");
  if (is_position(name))
    return refuse(err, rule,
                  "has a position in it; rules go through all elements of an "
                  "array, so leave it out");
  if (!is_any(name) && memchr(name.data, '*', name.len) != NULL)
    return refuse(err, rule,
                  "has a * within a name; it stands for a whole name only");
  if (name.len > AL_RULE_NAME_MAX)
    return al_fail(err, AL_LIMIT, "a rule has a name of more than %d bytes",
                   AL_RULE_NAME_MAX);
  return AL_OK;
}

static al_status check_rule (al_text rule, al_error *err) {
  size_t start, names = 0, any = 0;
  if (rule.len == 0)
    return al_fail(err, AL_SYNTAX, "a rule is empty");
  if (!al_utf8_valid(rule.data, rule.len))
    return refuse(err, rule, "is not UTF-8");
  if (has_control(rule))
    return refuse(err, rule, "has a control character");
  for (start = 0; start <= rule.len; names++) {
    al_text name = name_from(rule, start);
    if (check_name(rule, name, err) != AL_OK)
      return err->status;
    any += (size_t)is_any(name);
    start += name.len + 1;
  }
  if (names > AL_RULE_NAMES_MAX)
    return al_fail(err, AL_LIMIT, "a rule has more than %d names",
                   AL_RULE_NAMES_MAX);
  if (any == names)
    return refuse(err, rule, "has no name");
  return AL_OK;
}

/* Add a name of a rule, folded. The text has room for all of them, so that it
** stays where it is. */
static void add_name (al_rules *rules, al_text name) {
  al_text *added = &rules->name[rules->nnames++];
  size_t i;
  *added = AL_TEXT_MISSING;
  if (is_any(name))
    return;
  added->data = rules->text.data + rules->text.len;
  for (i = 0; i < name.len; i++)
    if (name.data[i] != '_')
      rules->text.data[rules->text.len++] = al_lower(name.data[i]);
  added->len = (size_t)(rules->text.data + rules->text.len - added->data);
}

/* A byte of a name that is sought, in either case. */
static void seek_byte (al_rules *rules, size_t bit, char c) {
  put(rules->same + (unsigned char)c * rules->sought_words, bit);
  if (c >= 'a' && c <= 'z')
    put(rules->same + (unsigned char)(c - 'a' + 'A') * rules->sought_words,
        bit);
}

/* Give a name its bits, from 'bit' on; returns where the next one's begin. Of
** one of nothing but backslashes, which are passed over, any byte will do. */
static size_t seek (al_rules *rules, al_text name, size_t bit) {
  size_t first = bit, i;
  int c;
  for (i = 0; i < name.len; i++)
    if (name.data[i] != '\\')
      seek_byte(rules, bit++, name.data[i]);
  if (bit == first)
    for (c = 0, bit++; c < 256; c++)
      put(rules->same + (size_t)c * rules->sought_words, first);
  put(rules->begin, first);
  put(rules->end, bit - 1);
  for (c = 0; c < 256; c++)
    if (has(rules->same + (size_t)c * rules->sought_words, first))
      rules->begins[c] = 1;
  return bit;
}

static al_status seek_all (al_rules *rules, al_error *err) {
  size_t i, bit = 0;
  for (i = 0; i < rules->nrules; i++)
    bit += rules->sought[i].len;
  rules->sought_words = (bit + 63) / 64;
  rules->same = calloc(256 * rules->sought_words, sizeof *rules->same);
  if (rules->same == NULL)
    return al_fail_nomem(err);
  for (i = bit = 0; i < rules->nrules; i++)
    bit = seek(rules, rules->sought[i], bit);
  return AL_OK;
}

static al_status note_field (al_rules *rules, al_text name, al_error *err) {
  int field;
  for (field = 0; field < AL_NFIELDS; field++) {
    const char *own = al_field_name((al_field)field);
    if (!al_value_same_key(name, al_text_from(own, strlen(own))))
      continue;
    if (field == AL_OPERATION_DATE)
      return al_fail(err, AL_SYNTAX,
                     "operation_date cannot be masked, as reports are in its "
                     "order; a layout without it leaves it out");
    rules->fields |= 1u << field;
  }
  return AL_OK;
}

static al_status add_rule (al_rules *rules, al_text rule, al_error *err) {
  size_t first = rules->nnames, sought, i, start;
  for (start = 0; start <= rule.len;) {
    al_text name = name_from(rule, start);
    add_name(rules, name);
    start += name.len + 1;
  }
  for (sought = rules->nnames - 1; rules->name[sought].data == NULL;)
    sought--;
  put(rules->first, first);
  put(rules->last, rules->nnames - 1);
  for (i = sought; i < rules->nnames - 1; i++)
    put(rules->tail, i);
  rules->sought[rules->nrules++] = rules->name[sought];
  if (rules->nnames - first == 1)
    return note_field(rules, rules->name[first], err);
  return AL_OK;
}

static al_status make_room (al_rules *rules, const al_text *texts, size_t n,
                            al_error *err) {
  size_t i, j, names = n, bytes = 0;
  for (i = 0; i < n; i++) {
    bytes += texts[i].len;
    for (j = 0; j < texts[i].len; j++)
      names += texts[i].data[j] == '.';
  }
  rules->name = calloc(names, sizeof *rules->name);
  rules->sought = calloc(n, sizeof *rules->sought);
  if (rules->name == NULL || rules->sought == NULL)
    return al_fail_nomem(err);
  return al_buffer_reserve(&rules->text, bytes, err);
}

static al_status read_rules (al_rules *rules, const al_text *texts, size_t n,
                             al_error *err) {
  size_t i;
  if (n > AL_RULES_MAX)
    return al_fail(err, AL_LIMIT, "more than %d rules", AL_RULES_MAX);
  for (i = 0; i < n; i++)
    if (check_rule(texts[i], err) != AL_OK)
      return err->status;
  if (make_room(rules, texts, n, err) != AL_OK)
    return err->status;
  for (i = 0; i < n; i++)
    if (add_rule(rules, texts[i], err) != AL_OK)
      return err->status;
  return seek_all(rules, err);
}

al_status al_rules_open (al_rules **out, const al_text *texts, size_t n,
                         al_error *err) {
  al_rules *rules = calloc(1, sizeof *rules);
  *out = NULL;
  if (rules == NULL)
    return al_fail_nomem(err);
  if (read_rules(rules, texts, n, err) != AL_OK) {
    al_rules_close(rules);
    return err->status;
  }
  *out = rules;
  return AL_OK;
}

void al_rules_close (al_rules *rules) {
  if (rules == NULL)
    return;
  al_buffer_close(&rules->text);
  free(rules->name);
  free(rules->sought);
  free(rules->same);
  free(rules);
}
