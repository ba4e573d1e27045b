/*
** al_draft.h - a record in the making.
**
** Readers put a record's text together field by field in one buffer, which may
** move while it grows; al_draft_record points into it once it is whole. Used
** for record after record without allocating anew.
*/
#ifndef AL_DRAFT_H
#define AL_DRAFT_H

#include "al_buffer.h"
#include "al_members.h"
#include "al_record.h"

typedef struct {
  size_t start, len;
  int present;
} al_span;

typedef struct {
  al_buffer text;
  al_span field[AL_NFIELDS];
  al_members members; /* of other */
  al_json *parser;    /* of values that are JSON; NULL before the first */
  al_record record;   /* of the last al_draft_record */
} al_draft;

void al_draft_init (al_draft *draft);
void al_draft_close (al_draft *draft);

/* Begin the next record. */
void al_draft_clear (al_draft *draft);

/* Give a field its text; one that is missing leaves it missing. An
** operation_date is an instant (al_time.h) and is brought to the fixed form;
** JSON is brought to its compact form. AL_SYNTAX tells why it cannot be. */
al_status al_draft_set (al_draft *draft, al_field field, al_text value,
                        al_error *err);

/* Open a field whose stored form the caller appends to draft->text by itself,
** and close it again. One field is open at a time. */
void al_draft_field_open (al_draft *draft, al_field field);
void al_draft_field_close (al_draft *draft, al_field field);

/* The record, checked (al_record_check). It dies with the draft's next change.
*/
al_status al_draft_record (al_draft *draft, const al_record **out,
                           al_error *err);

#endif
