/*
** al_summary.h - how many records there are by hour, customer, operation ...
**
** A summary is made in one pass over the records of a query. Its memory grows
** with the groups and the customers, not with the records. It is then
** independent of its log.
*/
#ifndef AL_SUMMARY_H
#define AL_SUMMARY_H

#include <stdint.h>

#include "al_bucket.h"
#include "al_names.h"
#include "al_store.h"

/* What records are grouped by. The first four are units of time: at most one
** of them may be a key. */
typedef enum {
  AL_KEY_HOUR,
  AL_KEY_DAY,
  AL_KEY_WEEK,
  AL_KEY_MONTH,
  AL_KEY_CUSTOMER, /* by customer_id without case, else by customer_name */
  AL_KEY_USER,     /* by user_principal_name without case */
  AL_KEY_OPERATION_TYPE,
  AL_KEY_RESOURCE_TYPE,
  AL_KEY_OPERATION_STATUS,
  AL_NKEYS
} al_key;

#define AL_SUMMARY_KEYS_MAX 3
/* Rows of an Excel sheet below its titles. */
#define AL_SUMMARY_GROUPS_MAX 1048575

/* "hour", ...; and back, or AL_NKEYS. */
const char *al_key_name (al_key key);
al_key al_key_find (al_text name);

static inline int al_key_is_time (al_key key) {
  return key <= AL_KEY_MONTH;
}

typedef struct {
  int64_t count;       /* of records */
  int64_t customers;   /* different ones */
  al_time first, last; /* operation_date; of no record when count is 0 */
} al_tally;

/* The value of a key: the number of a bucket, or of a text; or none. */
#define AL_VALUE_MISSING UINT32_MAX

typedef struct {
  uint32_t value[AL_SUMMARY_KEYS_MAX]; /* by key; 0 behind the last one */
  al_tally tally;
} al_group;

typedef struct al_summary al_summary;

/* Group the records of a query by 1 to 3 different keys. The query's period
** also says which units of time appear that have no record: in a group without
** the other keys. Its fields and its order are set here. AL_LIMIT for more than
** AL_SUMMARY_GROUPS_MAX groups. On failure *out is NULL. */
al_status al_summary_open (al_summary **out, al_store *store,
                           const al_query *query, const al_key *by, size_t nby,
                           const al_zone *zone, al_error *err);
void al_summary_close (al_summary *summary);

size_t al_summary_keys (const al_summary *summary, const al_key **by);

/* The groups in the order of their keys' values: times ascending, others by
** the bytes of what is shown; missing ones last. */
size_t al_summary_groups (const al_summary *summary, const al_group **groups);

/* Of all records. */
const al_tally *al_summary_total (const al_summary *summary);

/* Append a value of key 'at' as it is shown: a unit of time (al_bucket.h), a
** customer's name, or its id where it has none, and all else as the newest
** record has it. A missing value adds nothing. */
al_status al_summary_append (const al_summary *summary, size_t at,
                             uint32_t value, al_buffer *out, al_error *err);

/* The same for a key that is no unit of time; missing for a missing value. */
al_text al_summary_text (const al_summary *summary, size_t at, uint32_t value);

/* The id of a customer; missing when it has none. */
al_text al_summary_customer_id (const al_summary *summary, size_t at,
                                uint32_t value);

#endif
