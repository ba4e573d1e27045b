/*
** al_detail.c - what the portal's export of 2016 to 2019 showed of a record.
**
** Each detail has several sources, the best one first. A source appends what
** it has, or nothing; the next one is asked when nothing came. An empty text
** tells a reader as little as a missing one, and counts as none.
*/
#include "al_detail.h"

#include "al_customized.h"
#include "al_label.h"
#include "al_value.h"

void al_detail_close (al_detail_state *state) {
  al_line_items_close(&state->items);
  al_buffer_close(&state->text);
}

int al_detail_find (al_text name, al_detail *detail) {
  if (al_text_equal(name, AL_TEXT("product")))
    *detail = AL_DETAIL_PRODUCT;
  else if (al_text_equal(name, AL_TEXT("reference")))
    *detail = AL_DETAIL_REFERENCE;
  else if (al_text_equal(name, AL_TEXT("information")))
    *detail = AL_DETAIL_INFORMATION;
  else if (al_text_equal(name, AL_TEXT("order")))
    *detail = AL_DETAIL_ORDER;
  else
    return 0;
  return 1;
}

static al_status append (al_buffer *out, al_text text, al_error *err) {
  return al_buffer_append(out, text.data, text.len, err);
}

/* A part of a list that began at 'start': 'first', 'between' and 'last'. */
static al_status append_part (al_buffer *out, size_t start, al_text first,
                              al_text between, al_text last, al_error *err) {
  if ((out->len > start && append(out, AL_TEXT("; "), err) != AL_OK) ||
      append(out, first, err) != AL_OK || append(out, between, err) != AL_OK)
    return err->status;
  return append(out, last, err);
}

/* ---- line items ---- */

static al_status append_items (al_buffer *out, const al_record *record,
                               int with_quantity, al_detail_state *state,
                               al_error *err) {
  size_t start = out->len, i;
  if (al_line_items_read(&state->items, record, err) != AL_OK)
    return err->status;
  for (i = 0; i < state->items.n; i++) {
    const al_text *field = state->items.item[i].field;
    al_text quantity = field[AL_ITEM_QUANTITY];
    al_text name = field[AL_ITEM_FRIENDLY_NAME];
    al_text times = AL_TEXT(" x ");
    if (name.len == 0)
      name = field[AL_ITEM_OFFER_ID];
    if (!with_quantity || quantity.len == 0)
      quantity = times = AL_TEXT_MISSING;
    if (name.len > 0 &&
        append_part(out, start, quantity, times, name, err) != AL_OK)
      return err->status;
  }
  return AL_OK;
}

/* ---- customized pairs ---- */

typedef struct {
  al_buffer *out;
  size_t start; /* its length before the first pair */
  al_text key;  /* of the pair that is wanted; missing: any */
} pair_writer;

static al_status on_first (void *context, al_text key, al_text value,
                           al_error *err) {
  pair_writer *writer = context;
  if (writer->out->len > writer->start ||
      (writer->key.data != NULL && !al_value_same_key(key, writer->key)))
    return AL_OK;
  return append(writer->out, value, err);
}

static al_status on_each (void *context, al_text key, al_text value,
                          al_error *err) {
  pair_writer *writer = context;
  if (value.len == 0)
    return AL_OK;
  return append_part(writer->out, writer->start, key, AL_TEXT(": "), value,
                     err);
}

static al_status append_pairs (al_buffer *out, const al_record *record,
                               al_customized_handler handler, al_text key,
                               al_error *err) {
  pair_writer writer = {out, out->len, key};
  al_status status = al_customized_each(record->field[AL_CUSTOMIZED_DATA],
                                        handler, &writer, err);
  if (status == AL_OK)
    return AL_OK;
  out->len = writer.start;
  return status == AL_NOMEM ? AL_NOMEM : AL_OK;
}

/* ---- members of the new value ---- */

typedef struct {
  al_buffer *text;
  const char *const *names; /* the best first */
  const char *const *found; /* whose value 'text' is; else the names' end */
  const char *const *next;  /* whose value comes; NULL: of none better */
  int depth;                /* objects and arrays that are open */
} member_reader;

static void member_key (member_reader *reader, al_text key) {
  const char *const *name = reader->names;
  while (name != reader->found && !al_value_key_is(key, *name))
    name++;
  reader->next = name != reader->found ? name : NULL;
}

static al_status on_member (void *context, al_json_event event, al_text text,
                            al_error *err) {
  member_reader *reader = context;
  const char *const *next = reader->next;
  reader->next = NULL;
  switch (event) {
  case AL_JSON_KEY:
    if (reader->depth == 1)
      member_key(reader, text);
    return AL_OK;
  case AL_JSON_OBJECT_START:
  case AL_JSON_ARRAY_START:
    reader->depth++;
    return AL_OK;
  case AL_JSON_OBJECT_END:
  case AL_JSON_ARRAY_END:
    reader->depth--;
    return AL_OK;
  default:
    text = al_value_scalar(event, text);
    if (next == NULL || text.len == 0)
      return AL_OK;
    reader->found = next;
    al_buffer_clear(reader->text);
    return append(reader->text, text, err);
  }
}

/* Append the value of the first of 'names' that has one. */
static al_status append_member (al_buffer *out, const al_record *record,
                                const char *const *names, size_t nnames,
                                al_detail_state *state, al_error *err) {
  al_text value = record->field[AL_RESOURCE_NEW_VALUE];
  member_reader reader = {&state->text, names, names + nnames, NULL, 0};
  al_status status;
  if (value.data == NULL)
    return AL_OK;
  al_buffer_clear(&state->text);
  status = al_value_parse(value, on_member, &reader, err);
  if (status == AL_OK)
    return append(out, al_buffer_text(&state->text), err);
  return status == AL_NOMEM ? AL_NOMEM : AL_OK;
}

/* ---- the details ---- */

static al_status append_product (al_buffer *out, const al_record *record,
                                 al_detail_state *state, al_error *err) {
  static const char *const NAMES[] = {"friendly_name", "offer_name"};
  size_t start = out->len;
  al_status status = append_items(out, record, 0, state, err);
  if (status == AL_OK && out->len == start)
    status =
        append_pairs(out, record, on_first, AL_TEXT("SubscriptionName"), err);
  if (status == AL_OK && out->len == start)
    status = append_member(out, record, NAMES, 2, state, err);
  if (status == AL_OK && out->len == start)
    status = al_label_append(out, record->field[AL_OPERATION_TYPE], err);
  return status;
}

static al_status append_reference (al_buffer *out, const al_record *record,
                                   al_detail_state *state, al_error *err) {
  static const char *const NAMES[] = {"id"};
  size_t start = out->len;
  al_status status = append_pairs(out, record, on_first, AL_TEXT_MISSING, err);
  if (status == AL_OK && out->len == start)
    status = append_member(out, record, NAMES, 1, state, err);
  return status;
}

static al_status append_information (al_buffer *out, const al_record *record,
                                     al_detail_state *state, al_error *err) {
  size_t start = out->len;
  al_status status = append_items(out, record, 1, state, err);
  if (status == AL_OK && out->len == start)
    status = append_pairs(out, record, on_each, AL_TEXT_MISSING, err);
  return status;
}

/* Line items of the customized data say nothing about the new value. */
static al_status append_order (al_buffer *out, const al_record *record,
                               al_detail_state *state, al_error *err) {
  static const char *const NAMES[] = {"order_id", "id"};
  al_record order = {{{NULL, 0}}, 0, 0};
  size_t start = out->len;
  al_status status =
      append_pairs(out, record, on_first, AL_TEXT("OrderId"), err);
  if (status != AL_OK || out->len > start)
    return status;
  order.field[AL_RESOURCE_NEW_VALUE] = record->field[AL_RESOURCE_NEW_VALUE];
  if (al_line_items_read(&state->items, &order, err) != AL_OK)
    return err->status;
  return append_member(out, &order, NAMES, state->items.n > 0 ? 2 : 1, state,
                       err);
}

al_status al_detail_append_pair (al_buffer *out, al_text key,
                                 const al_record *record, al_error *err) {
  return append_pairs(out, record, on_first, key, err);
}

al_status al_detail_append (al_buffer *out, al_detail detail,
                            const al_record *record, al_detail_state *state,
                            al_error *err) {
  switch (detail) {
  case AL_DETAIL_PRODUCT:
    return append_product(out, record, state, err);
  case AL_DETAIL_REFERENCE:
    return append_reference(out, record, state, err);
  case AL_DETAIL_ORDER:
    return append_order(out, record, state, err);
  case AL_DETAIL_INFORMATION:
    break;
  }
  return append_information(out, record, state, err);
}
