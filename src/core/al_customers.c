/*
** al_customers.c - which customer a record belongs to, gathered and sorted.
*/
#include "al_customers.h"

#include <stdlib.h>

/* Both bound the memory to a few MiB. */
#define ENTRIES_MAX 32768
#define TEXT_MAX    (2 * 1024 * 1024)

void al_customers_init (al_customers *customers) {
  memset(customers, 0, sizeof *customers);
}

void al_customers_close (al_customers *customers) {
  al_buffer_close(&customers->text);
  free(customers->entry);
  al_customers_init(customers);
}

void al_customers_clear (al_customers *customers) {
  al_buffer_clear(&customers->text);
  customers->n = 0;
}

int al_customers_full (const al_customers *customers) {
  return customers->n == ENTRIES_MAX || customers->text.len > TEXT_MAX;
}

static al_status append_lower (al_buffer *out, al_text text, al_error *err) {
  size_t i;
  if (al_buffer_reserve(out, text.len, err) != AL_OK)
    return err->status;
  for (i = 0; i < text.len; i++)
    out->data[out->len++] = al_lower(text.data[i]);
  return AL_OK;
}

al_status al_customers_add (al_customers *customers, al_text customer_id,
                            al_text operation_date, int64_t sequence,
                            al_error *err) {
  al_customer_entry *entry;
  size_t start = customers->text.len;
  if (customers->n == customers->cap) {
    entry =
        al_array_grow(customers->entry, &customers->cap, sizeof *entry, err);
    if (entry == NULL)
      return err->status;
    customers->entry = entry;
  }
  if (append_lower(&customers->text, customer_id, err) != AL_OK)
    return err->status;
  entry = &customers->entry[customers->n++];
  entry->start = start;
  entry->len = customer_id.len;
  entry->sequence = sequence;
  memcpy(entry->operation_date, operation_date.data, AL_TIME_LEN);
  return AL_OK;
}

int al_customers_drop (al_customers *customers, int64_t sequence) {
  size_t low = 0, high = customers->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (llabs(customers->entry[middle].sequence) < sequence)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == customers->n || customers->entry[low].sequence != sequence)
    return 0;
  customers->entry[low].sequence = -sequence; /* keeps the order */
  return 1;
}

static int compare (const void *a, const void *b) {
  const al_customer_entry *x = a, *y = b;
  int order = al_text_compare(al_customer_id(x), al_customer_id(y));
  if (order == 0)
    order = memcmp(x->operation_date, y->operation_date, AL_TIME_LEN);
  return order != 0 ? order
                    : (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

void al_customers_sort (al_customers *customers) {
  al_text text = al_buffer_text(&customers->text);
  size_t i;
  for (i = 0; i < customers->n; i++)
    customers->entry[i].text = text.data;
  if (customers->n > 1)
    qsort(customers->entry, customers->n, sizeof *customers->entry, compare);
}
