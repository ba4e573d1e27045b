/*
** al_rules.h - the names under which a report masks what a record holds.
**
** A rule is names joined by dots, of which "*" stands for any: "Email",
** "BillingProfile.*". It matches a member when the last names of the member's
** path are the rule's. The path begins with the name of the record's field;
** arrays have no name in it, and JSON in a string goes on with that of the
** string. Names are compared without the case of A to Z and underscores; that
** of a line item's key may leave out its number, "OfferId" for "OfferId-0".
**
** How far rules have come along a path is a set of bits, one for each name of
** each rule, that grows by one step with each name of the path.
*/
#ifndef AL_RULES_H
#define AL_RULES_H

#include <stdint.h>

#include "al_record.h"

#define AL_RULES_MAX      100 /* rules */
#define AL_RULE_NAMES_MAX 16  /* names of one rule */
#define AL_RULE_NAME_MAX  128 /* bytes of one name */

/* Words of a set at most. */
#define AL_RULES_WORDS_MAX ((AL_RULES_MAX * AL_RULE_NAMES_MAX + 63) / 64)

typedef struct al_rules al_rules;

/* At least one rule, of these texts, which are copied. AL_SYNTAX for one that
** is empty, has an empty name, a position, a * within a name or no name but
** "*", is not UTF-8, holds a control character or is operation_date, which
** reports are ordered by; AL_LIMIT for too many, and for a name that is too
** long. On failure *out is NULL. */
al_status al_rules_open (al_rules **out, const al_text *texts, size_t n,
                         al_error *err);
void al_rules_close (al_rules *rules);

/* Whether a rule is the name of the field alone. */
int al_rules_field (const al_rules *rules, al_field field);

/* Words of a set. */
size_t al_rules_words (const al_rules *rules);

/* Make 'to' the set of a path with one more name; 'from' is that of the path
** before, all zeros for one without names. They may be the same. */
void al_rules_step (const al_rules *rules, const uint64_t *from, al_text name,
                    uint64_t *to);

/* Whether a rule matches the path. */
int al_rules_match (const al_rules *rules, const uint64_t *set);

/* A quick look at raw text, JSON or not, to which the path leads: 0 when no
** rule can match a member in it. */
int al_rules_may_match (const al_rules *rules, const uint64_t *set,
                        al_text text);

#endif
