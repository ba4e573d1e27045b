/*
** al_line_item.c - what an order ordered.
**
** Text is never longer than the JSON it is read from, so the buffer is made
** large enough beforehand and does not move: items point into it from the
** start.
*/
#include "al_line_item.h"

#include <stdlib.h>

#include "al_customized.h"
#include "al_value.h"

#define FIRST_PLACES 16

static const char *const NAMES[AL_NITEM_FIELDS] = {
    "line_item_number",       "offer_id",         "subscription_id",
    "parent_subscription_id", "friendly_name",    "quantity",
    "term_duration",          "transaction_type", "partner_id_on_record"};

const char *al_line_item_field_name (al_item_field field) {
  return NAMES[field];
}

al_item_field al_line_item_field_find (al_text name) {
  int field = 0;
  while (field < AL_NITEM_FIELDS &&
         !al_text_equal(name, al_text_from(NAMES[field], strlen(NAMES[field]))))
    field++;
  return (al_item_field)field;
}

static al_item_field find_field (al_text key) {
  int field = 0;
  while (field < AL_NITEM_FIELDS && !al_value_key_is(key, NAMES[field]))
    field++;
  return (al_item_field)field;
}

/* ---- the items ---- */

void al_line_items_init (al_line_items *items) {
  memset(items, 0, sizeof *items);
}

void al_line_items_close (al_line_items *items) {
  free(items->item);
  free(items->place);
  al_buffer_close(&items->text);
  al_line_items_init(items);
}

/* Forget all items and make room for the text of those in 'json'. */
static al_status items_begin (al_line_items *items, al_text json,
                              al_error *err) {
  items->n = 0;
  al_buffer_clear(&items->text);
  return al_buffer_reserve(&items->text, json.len, err);
}

static al_status item_add (al_line_items *items, uint32_t index,
                           al_error *err) {
  if (items->n == items->cap) {
    al_line_item *item =
        al_array_grow(items->item, &items->cap, sizeof *item, err);
    if (item == NULL)
      return err->status;
    items->item = item;
  }
  memset(&items->item[items->n], 0, sizeof *items->item);
  items->item[items->n++].index = index;
  return AL_OK;
}

/* Of several values under keys that are alike, the first counts that says
** something. */
static al_status item_set (al_line_items *items, size_t at, al_item_field field,
                           al_text value, al_error *err) {
  al_text *known = &items->item[at].field[field];
  if (value.data == NULL || known->len > 0)
    return AL_OK;
  *known = al_text_from(items->text.data + items->text.len, value.len);
  return al_buffer_append(&items->text, value.data, value.len, err);
}

/* ---- out of the new value ---- */

/*   depth 0  {  1  "LineItems": [  2  {  3  "OfferId": ...  }  2  ]  1  }   */
typedef struct {
  al_line_items *items;
  int depth;           /* objects and arrays that are open */
  int at_items;        /* the last key at depth 1 was LineItems */
  int in_items;        /* inside of its array */
  al_item_field field; /* of the item's value that comes */
} order_reader;

static al_status order_start (order_reader *reader, al_json_event event,
                              al_error *err) {
  int depth = reader->depth++;
  reader->field = AL_NITEM_FIELDS;
  if (depth == 1)
    reader->in_items = reader->at_items && event == AL_JSON_ARRAY_START;
  if (depth != 2 || !reader->in_items || event != AL_JSON_OBJECT_START)
    return AL_OK;
  if (reader->items->n < AL_LINE_ITEMS_MAX)
    return item_add(reader->items, 0, err);
  reader->in_items = 0;
  return AL_OK;
}

static al_status order_value (order_reader *reader, al_text text,
                              al_error *err) {
  al_item_field field = reader->field;
  reader->field = AL_NITEM_FIELDS;
  if (field == AL_NITEM_FIELDS)
    return AL_OK;
  return item_set(reader->items, reader->items->n - 1, field, text, err);
}

static al_status on_order (void *context, al_json_event event, al_text text,
                           al_error *err) {
  order_reader *reader = context;
  switch (event) {
  case AL_JSON_KEY:
    if (reader->depth == 1)
      reader->at_items = al_value_key_is(text, "line_items");
    else if (reader->depth == 3 && reader->in_items)
      reader->field = find_field(text);
    return AL_OK;
  case AL_JSON_OBJECT_START:
  case AL_JSON_ARRAY_START:
    return order_start(reader, event, err);
  case AL_JSON_OBJECT_END:
  case AL_JSON_ARRAY_END:
    reader->depth--;
    return AL_OK;
  default:
    return order_value(reader, al_value_scalar(event, text), err);
  }
}

/* ---- out of the customized data ---- */

/* Make sure that 'index' has a place. */
static al_status places_reserve (al_line_items *items, uint32_t index,
                                 al_error *err) {
  uint32_t *place, nplaces = FIRST_PLACES;
  if (index < items->nplaces)
    return AL_OK;
  while (nplaces <= index)
    nplaces *= 2;
  place = realloc(items->place, nplaces * sizeof *place);
  if (place == NULL)
    return al_fail_nomem(err);
  memset(place + items->nplaces, 0, (nplaces - items->nplaces) * sizeof *place);
  items->place = place;
  items->nplaces = nplaces;
  return AL_OK;
}

/* Find the item of a customized key's index, or add it. 'place' says where it
** would be, and is right when the item there has that index; so records need
** not clear what others left in it. */
static al_status item_of_index (al_line_items *items, uint32_t index,
                                size_t *at, al_error *err) {
  size_t known;
  *at = items->n;
  if (places_reserve(items, index, err) != AL_OK)
    return err->status;
  known = items->place[index];
  if (known < items->n && items->item[known].index == index) {
    *at = known;
    return AL_OK;
  }
  items->place[index] = (uint32_t)items->n;
  return item_add(items, index, err);
}

/* Read the digits of an index. Returns 0 when they are none, or too many. */
static int read_index (al_text digits, uint32_t *index) {
  size_t i;
  *index = 0;
  for (i = 0; i < digits.len; i++) {
    if (digits.data[i] < '0' || digits.data[i] > '9')
      return 0;
    *index = *index * 10 + (uint32_t)(digits.data[i] - '0');
    if (*index >= AL_LINE_ITEMS_MAX)
      return 0;
  }
  return digits.len > 0;
}

/* Take "Quantity-12" apart. Returns 0 when the key is nothing of that kind. */
static int read_key (al_text key, al_item_field *field, uint32_t *index) {
  static const struct {
    const char *name;
    al_item_field field;
  } KEYS[] = {{"offer_id", AL_ITEM_OFFER_ID},
              {"subscription_id", AL_ITEM_SUBSCRIPTION_ID},
              {"subscription_name", AL_ITEM_FRIENDLY_NAME},
              {"quantity", AL_ITEM_QUANTITY},
              {"partner_on_record", AL_ITEM_PARTNER_ID_ON_RECORD}};
  const char *dash = memrchr(key.data, '-', key.len);
  size_t len = dash != NULL ? (size_t)(dash - key.data) : 0;
  al_text name = al_text_from(key.data, len);
  size_t i;
  for (i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++)
    if (al_value_key_is(name, KEYS[i].name)) {
      *field = KEYS[i].field;
      return read_index(al_text_from(dash + 1, key.len - len - 1), index);
    }
  return 0;
}

static al_status on_pair (void *context, al_text key, al_text value,
                          al_error *err) {
  al_line_items *items = context;
  al_item_field field;
  uint32_t index;
  size_t at;
  if (!read_key(key, &field, &index))
    return AL_OK;
  if (item_of_index(items, index, &at, err) != AL_OK)
    return err->status;
  return item_set(items, at, field, value, err);
}

/* ---- both ---- */

/* What a source that is no JSON began to tell is forgotten. */
static al_status items_end (al_line_items *items, al_status status) {
  if (status != AL_OK)
    items->n = 0;
  return status == AL_NOMEM ? AL_NOMEM : AL_OK;
}

al_status al_line_items_read (al_line_items *items, const al_record *record,
                              al_error *err) {
  al_text value = record->field[AL_RESOURCE_NEW_VALUE];
  al_text customized = record->field[AL_CUSTOMIZED_DATA];
  order_reader reader = {items, 0, 0, 0, AL_NITEM_FIELDS};
  if (items_begin(items, value, err) != AL_OK)
    return err->status;
  if (value.data != NULL &&
      items_end(items, al_value_parse(value, on_order, &reader, err)) != AL_OK)
    return err->status;
  if (items->n > 0)
    return AL_OK;
  if (items_begin(items, customized, err) != AL_OK)
    return err->status;
  return items_end(items, al_customized_each(customized, on_pair, items, err));
}
