/*
** al_redact.h - what a report does not show: secrets, and what rules name.
**
** Old and new values are JSON in a string, sometimes JSON in JSON in a string,
** and some hold what nobody should read in a report: the first password of a
** new customer's administrator, an application's credential (al_secret.h).
** Secrets are found at import and masked in reports; what the rules of a report
** name is masked beside them.
*/
#ifndef AL_REDACT_H
#define AL_REDACT_H

#include "al_buffer.h"
#include "al_record.h"
#include "al_rules.h"

/* Whether any of the record's values stands under a secret key. */
al_status al_redact_find (const al_record *record, int *found, al_error *err);

/* Make 'out' the record with its secret values masked. Its changed text lies
** in 'text', which is cleared first; the rest is the record's own. */
al_status al_redact_record (al_record *out, const al_record *record,
                            al_buffer *text, al_error *err);

/* The same for the rules, and for the secrets of a record that is marked for
** them (record->secret). A value is parsed only where the quick look finds a
** word or a name in it. A field that a rule names becomes the mask; of
** customized_data only the values of its pairs do, and of other those of its
** members, so that both stay what they are. *masked is whether anything was. */
al_status al_redact_by_rules (al_record *out, const al_record *record,
                              const al_rules *rules, al_buffer *text,
                              int *masked, al_error *err);

#endif
