/*
** al_label.h - wire values as the portal shows them.
*/
#ifndef AL_LABEL_H
#define AL_LABEL_H

#include "al_buffer.h"
#include "al_zone.h"

typedef struct {
  al_text wire, label;
} al_label;

/* The labels of wire values, where they are not the value's Title Case. */
typedef struct {
  const al_label *label; /* in the order of their wire's bytes */
  size_t n;
} al_labels;

/* Append a resource type, operation type or status in Title Case:
** "create_order" becomes "Create Order". The lists grow, so any text has a
** label: underscores become spaces, ASCII letters behind them and the first
** one capitals; all else stays. A missing text adds nothing. */
al_status al_label_append (al_buffer *out, al_text wire, al_error *err);

/* The same by the labels of a language; what is not among them has its Title
** Case. */
al_status al_label_append_of (al_buffer *out, const al_labels *labels,
                              al_text wire, al_error *err);

/* Append the words of a key from JSON: "OrderId" becomes "Order Id",
** "SubscriptionName-0" "Subscription Name 0", "partner_id" "Partner Id" and
** "MPNId" "MPN Id". What else stands in it stays. */
al_status al_label_append_key (al_buffer *out, al_text key, al_error *err);

/* The same for names joined by dots, which become spaces. */
al_status al_label_append_path (al_buffer *out, al_text path, al_error *err);

/* Append an instant as 2026-10-31 17:58:10 on the clocks of a zone; what is no
** instant comes as it is. */
al_status al_label_append_date (al_buffer *out, al_text date,
                                const al_zone *zone, al_error *err);

#endif
