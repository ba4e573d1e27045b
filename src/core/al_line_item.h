/*
** al_line_item.h - what an order ordered.
**
** The line items stand in the order itself, the record's new value. Where that
** is missing or tells nothing, the customized data often does: OfferId-0,
** Quantity-0, OfferId-1, ...
*/
#ifndef AL_LINE_ITEM_H
#define AL_LINE_ITEM_H

#include <stdint.h>

#include "al_buffer.h"
#include "al_record.h"

typedef enum {
  AL_ITEM_LINE_ITEM_NUMBER,
  AL_ITEM_OFFER_ID,
  AL_ITEM_SUBSCRIPTION_ID,
  AL_ITEM_PARENT_SUBSCRIPTION_ID,
  AL_ITEM_FRIENDLY_NAME,
  AL_ITEM_QUANTITY,
  AL_ITEM_TERM_DURATION,
  AL_ITEM_TRANSACTION_TYPE,
  AL_ITEM_PARTNER_ID_ON_RECORD,
  AL_NITEM_FIELDS
} al_item_field;

/* Customized keys number line items from 0. Items beyond so many, or numbered
** so high, are passed over: memory stays bounded whatever a record says. */
#define AL_LINE_ITEMS_MAX 65536

typedef struct {
  al_text field[AL_NITEM_FIELDS]; /* missing where the item has none */
  uint32_t index;                 /* n of its customized keys */
} al_line_item;

/* The line items of one record. Zero it, or init it; read record after record
** into it; close it. */
typedef struct {
  al_line_item *item; /* owned */
  size_t n;           /* of them; 0: the record is no order */
  size_t cap;
  al_buffer text;   /* of the fields */
  uint32_t *place;  /* by index: where its item may be; see item_of_index */
  uint32_t nplaces; /* a power of two, or 0 */
} al_line_items;

void al_line_items_init (al_line_items *items);
void al_line_items_close (al_line_items *items);

/* Read a record's line items, in the order in which they come. Of several
** members, or keys, that are alike the first counts that is not empty. They
** live on their own until the next call. A value that is no JSON has none: only
** AL_NOMEM fails, which leaves n = 0. */
al_status al_line_items_read (al_line_items *items, const al_record *record,
                              al_error *err);

/* The snake_case name of a field ("friendly_name"); and the field of that
** name, or AL_NITEM_FIELDS. */
const char *al_line_item_field_name (al_item_field field);
al_item_field al_line_item_field_find (al_text name);

/* Whether the field is a number: line_item_number and quantity. */
static inline int al_line_item_field_is_number (al_item_field field) {
  return field == AL_ITEM_LINE_ITEM_NUMBER || field == AL_ITEM_QUANTITY;
}

#endif
