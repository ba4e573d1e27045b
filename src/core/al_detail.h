/*
** al_detail.h - what the portal's export of 2016 to 2019 showed of a record.
**
** Its columns took from each activity what goes with it: the product's name
** under "Action", an identifier under "Status", and the transaction's data
** under "Additional information". How it chose is not documented; these rules
** give what is.
*/
#ifndef AL_DETAIL_H
#define AL_DETAIL_H

#include "al_buffer.h"
#include "al_line_item.h"
#include "al_record.h"

typedef enum {
  /* The names of the products ordered, joined by "; " (their offers' ids where
  ** they have no name); else the customized SubscriptionName; else the new
  ** value's FriendlyName or OfferName; else the operation in Title Case. */
  AL_DETAIL_PRODUCT,
  /* The first customized value, such as an OrderId; else the new value's Id;
  ** else nothing. */
  AL_DETAIL_REFERENCE,
  /* What was ordered, "25 x Office 365 Business Premium Trial", joined by
  ** "; "; else the customized pairs that have a value as "Key: value". */
  AL_DETAIL_INFORMATION,
  /* The order's id: the customized OrderId; else the new value's OrderId; else
  ** its Id, where it has line items and so is the order. */
  AL_DETAIL_ORDER
} al_detail;

/* Memory that al_detail_append uses again for the next record. Zero it; close
** it. */
typedef struct {
  al_line_items items;
  al_buffer text; /* of the new value */
} al_detail_state;

void al_detail_close (al_detail_state *state);

/* The detail of that name: "product", "reference", "information" or "order".
** Returns 1, or 0 when it is none of them. */
int al_detail_find (al_text name, al_detail *detail);

/* Append a record's detail. Only AL_NOMEM fails: data that is no JSON tells
** nothing. Secrets are the caller's to mask beforehand (al_redact.h). */
al_status al_detail_append (al_buffer *out, al_detail detail,
                            const al_record *record, al_detail_state *state,
                            al_error *err);

/* Append the customized value whose key is 'key': the first one that has a
** value. Keys are compared without case and underscores. Fails likewise. */
al_status al_detail_append_pair (al_buffer *out, al_text key,
                                 const al_record *record, al_error *err);

#endif
