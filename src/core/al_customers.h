/*
** al_customers.h - which customer a record belongs to, gathered during an
** import and handed on in order.
**
** Filled at random, the table of customers would cost more than all else in
** an import: so entries wait here, in bounded memory, and are sorted before
** they go there.
*/
#ifndef AL_CUSTOMERS_H
#define AL_CUSTOMERS_H

#include <stdint.h>

#include "al_buffer.h"
#include "al_time.h"

typedef struct {
  const char *text; /* set when they are sorted */
  size_t start, len;
  int64_t sequence; /* of the record; negative: dropped again */
  char operation_date[AL_TIME_LEN];
} al_customer_entry;

typedef struct {
  al_buffer text; /* customer ids in lower case, one behind the other */
  al_customer_entry *entry;
  size_t n, cap;
} al_customers;

void al_customers_init (al_customers *customers);
void al_customers_close (al_customers *customers);
void al_customers_clear (al_customers *customers);

/* Whether it is time to sort and hand on. */
int al_customers_full (const al_customers *customers);

/* Add an entry. Sequences come in ascending order. */
al_status al_customers_add (al_customers *customers, al_text customer_id,
                            al_text operation_date, int64_t sequence,
                            al_error *err);

/* Drop the entry of that record. Returns 0 when it is not here. */
int al_customers_drop (al_customers *customers, int64_t sequence);

/* Sort by customer, date and sequence. Then only clear is allowed. */
void al_customers_sort (al_customers *customers);

static inline al_text al_customer_id (const al_customer_entry *entry) {
  return al_text_from(entry->text + entry->start, entry->len);
}

#endif
