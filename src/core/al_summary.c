/*
** al_summary.c - how many records there are by hour, customer, operation ...
**
** The values of keys become numbers: those of buckets, and those of texts in
** tables of names. Groups are found by their numbers, and so are the pairs of a
** group and a customer, of which each is counted once. Records come newest
** first: what a group, a user or a customer is shown as comes with the first.
*/
#include "al_summary.h"

#include <stdlib.h>

#include "al_mask.h"

#define FIRST_SLOTS 64

static const struct {
  const char *name;
  al_field field; /* of keys that are texts */
  int caseless;
} KEYS[AL_NKEYS] = {
    {"hour", AL_OPERATION_DATE, 0},
    {"day", AL_OPERATION_DATE, 0},
    {"week", AL_OPERATION_DATE, 0},
    {"month", AL_OPERATION_DATE, 0},
    {"customer", AL_CUSTOMER_ID, 1},
    {"user", AL_USER_PRINCIPAL_NAME, 1},
    {"operation_type", AL_OPERATION_TYPE, 1},
    {"resource_type", AL_RESOURCE_TYPE, 1},
    {"operation_status", AL_OPERATION_STATUS, 1},
};

static const al_unit UNITS[] = {AL_HOUR, AL_DAY, AL_WEEK, AL_MONTH};

const char *al_key_name (al_key key) {
  return KEYS[key].name;
}

al_key al_key_find (al_text name) {
  int key = 0;
  while (key < AL_NKEYS &&
         !al_text_equal(al_text_from(KEYS[key].name, strlen(KEYS[key].name)),
                        name))
    key++;
  return (al_key)key;
}

struct al_summary {
  al_key by[AL_SUMMARY_KEYS_MAX];
  size_t nby;
  al_names names[AL_SUMMARY_KEYS_MAX]; /* of keys but times and customers */
  al_names customers;                  /* of all records */
  al_group *group;
  size_t ngroups, cap;
  al_tally total;
};

/* What is needed only while a summary is made. */
typedef struct {
  al_summary *summary;
  const al_query *query;
  const al_zone *zone;
  size_t time_key;  /* which of 'by' is a unit of time, or nby */
  int by_customer;  /* customers are shown */
  al_bucket bucket; /* of the record before */
  uint32_t *seen;   /* numbers of the buckets so far; may come twice */
  size_t nseen, seen_cap;
  uint32_t *slots; /* group + 1, linear probing; 0 is free */
  size_t nslots;   /* a power of two, or 0 */
  uint64_t *pairs; /* group and customer, + 1, likewise */
  size_t npairs, pairs_cap;
} builder;

static void builder_close (builder *b) {
  free(b->seen);
  free(b->slots);
  free(b->pairs);
}

/* ---- groups ---- */

static size_t hash_of (uint64_t number) {
  number *= UINT64_C(0x9E3779B97F4A7C15);
  return (size_t)(number ^ number >> 32);
}

static size_t hash_values (const uint32_t value[AL_SUMMARY_KEYS_MAX]) {
  uint64_t hash = 0;
  size_t i;
  for (i = 0; i < AL_SUMMARY_KEYS_MAX; i++)
    hash = (hash ^ value[i]) * UINT64_C(0xD6E8FEB86659FD93) ^ hash >> 29;
  return hash_of(hash);
}

static int has_values (const al_group *group,
                       const uint32_t value[AL_SUMMARY_KEYS_MAX]) {
  return memcmp(group->value, value, sizeof group->value) == 0;
}

/* The slot that has the group or, where it is new, would have it. */
static uint32_t *find_slot (const builder *b,
                            const uint32_t value[AL_SUMMARY_KEYS_MAX]) {
  size_t mask = b->nslots - 1, at = hash_values(value) & mask;
  while (b->slots[at] != 0 &&
         !has_values(&b->summary->group[b->slots[at] - 1], value))
    at = (at + 1) & mask;
  return &b->slots[at];
}

static al_status grow_slots (builder *b, al_error *err) {
  size_t n = b->nslots != 0 ? b->nslots * 2 : FIRST_SLOTS, i;
  uint32_t *slots = calloc(n, sizeof *slots);
  if (slots == NULL)
    return al_fail_nomem(err);
  free(b->slots);
  b->slots = slots;
  b->nslots = n;
  for (i = 0; i < b->summary->ngroups; i++)
    *find_slot(b, b->summary->group[i].value) = (uint32_t)i + 1;
  return AL_OK;
}

static al_status reserve_group (builder *b, al_error *err) {
  al_summary *s = b->summary;
  al_group *grown;
  if (2 * (s->ngroups + 1) > b->nslots && grow_slots(b, err) != AL_OK)
    return err->status;
  if (s->ngroups < s->cap)
    return AL_OK;
  grown = al_array_grow(s->group, &s->cap, sizeof *grown, err);
  if (grown == NULL)
    return err->status;
  s->group = grown;
  return AL_OK;
}

/* The group of these values, which is added when it is new. */
static al_status find_group (builder *b,
                             const uint32_t value[AL_SUMMARY_KEYS_MAX],
                             size_t *index, al_error *err) {
  al_summary *s = b->summary;
  uint32_t *slot;
  if (reserve_group(b, err) != AL_OK)
    return err->status;
  slot = find_slot(b, value);
  if (*slot == 0) {
    if (s->ngroups == AL_SUMMARY_GROUPS_MAX)
      return al_fail(err, AL_LIMIT,
                     "more than %d groups: choose a shorter period, or fewer "
                     "or coarser keys",
                     AL_SUMMARY_GROUPS_MAX);
    memset(&s->group[s->ngroups], 0, sizeof *s->group);
    memcpy(s->group[s->ngroups].value, value, sizeof s->group->value);
    *slot = (uint32_t)++s->ngroups;
  }
  *index = *slot - 1;
  return AL_OK;
}

/* ---- customers of groups ---- */

static uint64_t *find_pair (const builder *b, uint64_t pair) {
  size_t mask = b->pairs_cap - 1, at = hash_of(pair) & mask;
  while (b->pairs[at] != 0 && b->pairs[at] != pair)
    at = (at + 1) & mask;
  return &b->pairs[at];
}

static al_status grow_pairs (builder *b, al_error *err) {
  uint64_t *old = b->pairs;
  size_t old_cap = b->pairs_cap, i;
  size_t cap = old_cap != 0 ? old_cap * 2 : FIRST_SLOTS;
  uint64_t *pairs = calloc(cap, sizeof *pairs);
  if (pairs == NULL)
    return al_fail_nomem(err);
  b->pairs = pairs;
  b->pairs_cap = cap;
  for (i = 0; i < old_cap; i++)
    if (old[i] != 0)
      *find_pair(b, old[i]) = old[i];
  free(old);
  return AL_OK;
}

/* Count a customer of a group, once. */
static al_status count_customer (builder *b, size_t group, uint32_t customer,
                                 al_error *err) {
  uint64_t pair = ((uint64_t)group << 32 | customer) + 1;
  uint64_t *slot;
  if (customer == AL_VALUE_MISSING)
    return AL_OK;
  if (2 * (b->npairs + 1) > b->pairs_cap && grow_pairs(b, err) != AL_OK)
    return err->status;
  slot = find_pair(b, pair);
  if (*slot == 0) {
    *slot = pair;
    b->npairs++;
    b->summary->group[group].tally.customers++;
  }
  return AL_OK;
}

/* ---- values ---- */

/* An empty text says as little as a missing one. */
static int has_text (const al_record *record, al_field field) {
  return record->field[field].len > 0;
}

/* An id that is masked is the same for all: names tell more. */
static int has_id (const al_record *record) {
  return has_text(record, AL_CUSTOMER_ID) &&
         !al_text_equal(record->field[AL_CUSTOMER_ID], AL_TEXT(AL_MASK));
}

static al_status customer_value (builder *b, const al_record *record,
                                 uint32_t *value, al_error *err) {
  al_names *customers = &b->summary->customers;
  int by_id = has_id(record);
  al_field field = by_id ? AL_CUSTOMER_ID : AL_CUSTOMER_NAME;
  *value = AL_VALUE_MISSING;
  if (!has_text(record, field))
    return AL_OK;
  if (al_names_add(customers, record->field[field], by_id, value, err) != AL_OK)
    return err->status;
  if (!b->by_customer || !by_id)
    return AL_OK;
  return al_names_show(customers, *value, record->field[AL_CUSTOMER_NAME], err);
}

static al_status see_bucket (builder *b, al_unit unit, al_time at,
                             al_error *err) {
  if (b->nseen == b->seen_cap) {
    uint32_t *grown = al_array_grow(b->seen, &b->seen_cap, sizeof *grown, err);
    if (grown == NULL)
      return err->status;
    b->seen = grown;
  }
  al_bucket_find(&b->bucket, b->zone, unit, at);
  b->seen[b->nseen++] = b->bucket.number;
  return AL_OK;
}

static al_status time_value (builder *b, al_key key, al_time at,
                             uint32_t *value, al_error *err) {
  if ((at < b->bucket.span.start || at >= b->bucket.span.stop) &&
      see_bucket(b, UNITS[key], at, err) != AL_OK)
    return err->status;
  *value = b->bucket.number;
  return AL_OK;
}

static al_status text_value (builder *b, size_t i, const al_record *record,
                             uint32_t *value, al_error *err) {
  al_key key = b->summary->by[i];
  *value = AL_VALUE_MISSING;
  if (!has_text(record, KEYS[key].field))
    return AL_OK;
  return al_names_add(&b->summary->names[i], record->field[KEYS[key].field],
                      KEYS[key].caseless, value, err);
}

static al_status find_values (builder *b, const al_record *record, al_time at,
                              uint32_t customer,
                              uint32_t value[AL_SUMMARY_KEYS_MAX],
                              al_error *err) {
  al_status status = AL_OK;
  size_t i;
  for (i = 0; status == AL_OK && i < b->summary->nby; i++) {
    al_key key = b->summary->by[i];
    if (al_key_is_time(key))
      status = time_value(b, key, at, &value[i], err);
    else if (key == AL_KEY_CUSTOMER)
      value[i] = customer;
    else
      status = text_value(b, i, record, &value[i], err);
  }
  return status;
}

/* ---- records ---- */

static void tally_record (al_tally *tally, al_time at) {
  if (tally->count == 0 || at < tally->first)
    tally->first = at;
  if (tally->count == 0 || at > tally->last)
    tally->last = at;
  tally->count++;
}

static al_status add_record (builder *b, const al_record *record,
                             al_error *err) {
  uint32_t value[AL_SUMMARY_KEYS_MAX] = {0}, customer;
  size_t group;
  al_time at;
  if (!al_time_read_fixed(&at, record->field[AL_OPERATION_DATE]))
    return al_fail(err, AL_CORRUPT, "a record's operation_date is no instant");
  if (customer_value(b, record, &customer, err) != AL_OK ||
      find_values(b, record, at, customer, value, err) != AL_OK ||
      find_group(b, value, &group, err) != AL_OK)
    return err->status;
  tally_record(&b->summary->group[group].tally, at);
  tally_record(&b->summary->total, at);
  return count_customer(b, group, customer, err);
}

static unsigned needed_fields (const al_summary *s) {
  unsigned fields = AL_FIELD_BIT(AL_OPERATION_DATE) |
                    AL_FIELD_BIT(AL_CUSTOMER_ID) |
                    AL_FIELD_BIT(AL_CUSTOMER_NAME);
  size_t i;
  for (i = 0; i < s->nby; i++)
    fields |= AL_FIELD_BIT(KEYS[s->by[i]].field);
  return fields;
}

static al_status add_records (builder *b, al_store *store, al_error *err) {
  al_query query = *b->query;
  const al_record *record = NULL;
  al_cursor *cursor;
  al_status status;
  query.fields = needed_fields(b->summary);
  query.oldest_first = 0;
  status = al_cursor_open(&cursor, store, &query, err);
  while (status == AL_OK) {
    status = al_cursor_next(cursor, &record, err);
    if (status != AL_OK || record == NULL)
      break;
    status = add_record(b, record, err);
  }
  al_cursor_close(cursor);
  b->summary->total.customers = (int64_t)b->summary->customers.n;
  return status;
}

/* ---- units of time without a record ---- */

static int compare_numbers (const void *a, const void *b) {
  const uint32_t *left = a, *right = b;
  return (*left > *right) - (*left < *right);
}

/* The period in which they are looked for. Returns 0 when there is none. */
static int bounded (const builder *b, al_period *out) {
  const al_tally *total = &b->summary->total;
  *out = b->query->period;
  if (!al_period_has_start(out))
    out->start = total->first;
  if (!al_period_has_stop(out))
    out->stop = total->last + 1;
  return total->count > 0 || (al_period_has_start(&b->query->period) &&
                              al_period_has_stop(&b->query->period));
}

static al_status add_empty (builder *b, al_error *err) {
  uint32_t value[AL_SUMMARY_KEYS_MAX] = {0};
  al_unit unit;
  al_period period;
  al_bucket bucket;
  size_t i, group;
  if (b->time_key == b->summary->nby || !bounded(b, &period))
    return AL_OK;
  unit = UNITS[b->summary->by[b->time_key]];
  if (b->nseen > 0)
    qsort(b->seen, b->nseen, sizeof *b->seen, compare_numbers);
  for (i = 0; i < b->summary->nby; i++)
    value[i] = AL_VALUE_MISSING;
  for (; period.start < period.stop; period.start = bucket.span.stop) {
    al_bucket_find(&bucket, b->zone, unit, period.start);
    value[b->time_key] = bucket.number;
    if ((b->nseen == 0 || bsearch(&bucket.number, b->seen, b->nseen,
                                  sizeof *b->seen, compare_numbers) == NULL) &&
        find_group(b, value, &group, err) != AL_OK)
      return err->status;
  }
  return AL_OK;
}

/* ---- order ---- */

static const al_names *names_of (const al_summary *s, size_t at) {
  return s->by[at] == AL_KEY_CUSTOMER ? &s->customers : &s->names[at];
}

/* Turn the numbers of texts into their ranks. */
static al_status rank_values (al_summary *s, size_t at, al_error *err) {
  al_names *names = (al_names *)names_of(s, at);
  size_t i;
  if (al_names_rank(names, err) != AL_OK)
    return err->status;
  for (i = 0; i < s->ngroups; i++) {
    uint32_t *value = &s->group[i].value[at];
    if (*value != AL_VALUE_MISSING)
      *value = names->name[*value].rank;
  }
  return AL_OK;
}

static int compare_groups (const void *a, const void *b) {
  const al_group *left = a, *right = b;
  int i, order = 0;
  for (i = 0; order == 0 && i < AL_SUMMARY_KEYS_MAX; i++)
    order = compare_numbers(&left->value[i], &right->value[i]);
  return order;
}

static al_status sort_groups (al_summary *s, al_error *err) {
  size_t i;
  for (i = 0; i < s->nby; i++)
    if (!al_key_is_time(s->by[i]) && rank_values(s, i, err) != AL_OK)
      return err->status;
  if (s->ngroups > 0)
    qsort(s->group, s->ngroups, sizeof *s->group, compare_groups);
  return AL_OK;
}

/* ---- summaries ---- */

static al_status fill (al_summary *s, al_store *store, const al_query *query,
                       const al_zone *zone, al_error *err) {
  builder b = {0};
  al_status status;
  size_t i;
  b.summary = s;
  b.query = query;
  b.zone = zone;
  b.time_key = s->nby;
  for (i = 0; i < s->nby; i++) {
    if (al_key_is_time(s->by[i]))
      b.time_key = i;
    b.by_customer |= s->by[i] == AL_KEY_CUSTOMER;
  }
  status = add_records(&b, store, err);
  if (status == AL_OK)
    status = add_empty(&b, err);
  builder_close(&b);
  return status == AL_OK ? sort_groups(s, err) : status;
}

al_status al_summary_open (al_summary **out, al_store *store,
                           const al_query *query, const al_key *by, size_t nby,
                           const al_zone *zone, al_error *err) {
  al_summary *s = calloc(1, sizeof *s);
  *out = NULL;
  if (s == NULL)
    return al_fail_nomem(err);
  memcpy(s->by, by, nby * sizeof *by);
  s->nby = nby;
  if (fill(s, store, query, zone, err) != AL_OK) {
    al_summary_close(s);
    return err->status;
  }
  *out = s;
  return AL_OK;
}

void al_summary_close (al_summary *summary) {
  size_t i;
  if (summary == NULL)
    return;
  for (i = 0; i < AL_SUMMARY_KEYS_MAX; i++)
    al_names_close(&summary->names[i]);
  al_names_close(&summary->customers);
  free(summary->group);
  free(summary);
}

size_t al_summary_keys (const al_summary *summary, const al_key **by) {
  *by = summary->by;
  return summary->nby;
}

size_t al_summary_groups (const al_summary *summary, const al_group **groups) {
  *groups = summary->group;
  return summary->ngroups;
}

const al_tally *al_summary_total (const al_summary *summary) {
  return &summary->total;
}

/* ---- values, shown ---- */

al_text al_summary_text (const al_summary *summary, size_t at, uint32_t value) {
  const al_names *names = names_of(summary, at);
  if (value == AL_VALUE_MISSING)
    return AL_TEXT_MISSING;
  return al_names_shown(names, names->by_rank[value]);
}

al_status al_summary_append (const al_summary *summary, size_t at,
                             uint32_t value, al_buffer *out, al_error *err) {
  al_text text;
  if (value == AL_VALUE_MISSING)
    return AL_OK;
  if (al_key_is_time(summary->by[at]))
    return al_bucket_append(out, UNITS[summary->by[at]], value, err);
  text = al_summary_text(summary, at, value);
  return al_buffer_append(out, text.data, text.len, err);
}

al_text al_summary_customer_id (const al_summary *summary, size_t at,
                                uint32_t value) {
  const al_names *names = names_of(summary, at);
  uint32_t number;
  if (value == AL_VALUE_MISSING)
    return AL_TEXT_MISSING;
  number = names->by_rank[value];
  return names->name[number].caseless ? al_names_text(names, number)
                                      : AL_TEXT_MISSING;
}
