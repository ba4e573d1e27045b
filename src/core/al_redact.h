/*
** al_redact.h - values under secret keys: found at import, masked in reports.
**
** Old and new values are JSON in a string, sometimes JSON in JSON in a string,
** and some hold what nobody should read in a report: the first password of a
** new customer's administrator, an application's credential. A key is secret
** when its letters, without case, contain one of the words in al_redact.c; so
** is the value of a pair {"key": "Password", "value": ...}.
*/
#ifndef AL_REDACT_H
#define AL_REDACT_H

#include "al_buffer.h"
#include "al_record.h"

/* What stands in a report in place of a secret value. */
#define AL_MASK "***"

/* Whether any of the record's values stands under a secret key. */
al_status al_redact_find (const al_record *record, int *found, al_error *err);

/* Make 'out' the record with its secret values masked. Its changed text lies
** in 'text', which is cleared first; the rest is the record's own. */
al_status al_redact_record (al_record *out, const al_record *record,
                            al_buffer *text, al_error *err);

#endif
