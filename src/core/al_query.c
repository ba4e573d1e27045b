/*
** al_query.c - what the SQL of a query begins from, in every kind of store.
*/
#include "al_store_kind.h"

/* SQLite takes 32,766 parameters, and expressions 1,000 levels deep, which a
** name's OR adds to. */
#define VALUES_MAX 30000
#define NAMES_MAX  500

static const struct {
  const char *name;
  const char *column; /* compared without case; NULL: in a way of its own */
} FILTERS[AL_NFILTERS] = {
    {"customer_id", NULL},
    {"customer_name", NULL},
    {"operation_type", "operation_type"},
    {"resource_type", "resource_type"},
    {"operation_status", "operation_status"},
    {"user", "user_principal_name"},
    {"text", NULL},
};

const char *al_filter_name (al_filter filter) {
  return FILTERS[filter].name;
}

const char *al_filter_column (al_filter filter) {
  return FILTERS[filter].column;
}

int al_query_reads (const al_query *query, al_field field) {
  return (query->fields & AL_FIELD_BIT(field)) != 0 ||
         query->filter[AL_FILTER_TEXT].values != NULL;
}

al_status al_query_add_select (al_buffer *sql, const al_query *query,
                               al_error *err) {
  int field;
  if (al_buffer_append_string(sql, "SELECT r.sequence, r.secret", err) != AL_OK)
    return err->status;
  for (field = 0; field < AL_NFIELDS; field++)
    if (al_query_reads(query, (al_field)field) &&
        (al_buffer_append_string(sql, ", r.", err) != AL_OK ||
         al_buffer_append_string(sql, al_field_name((al_field)field), err) !=
             AL_OK))
      return err->status;
  return query->positions ? al_buffer_append_string(
                                sql, ", r.operation_date, r.identity", err)
                          : AL_OK;
}

static void narrow_to (al_period *period, al_time date) {
  if (period->start < date)
    period->start = date;
  if (period->stop > date + 1)
    period->stop = date + 1;
}

void al_query_narrow (al_query *query) {
  al_period *period = &query->period;
  const al_record_position *after = query->after;
  if (query->at != NULL)
    narrow_to(period, query->at->date);
  if (query->at != NULL || after == NULL)
    return;
  if (query->oldest_first ? after->date < period->start
                          : after->date >= period->stop)
    query->after = NULL;
  else if (query->oldest_first)
    period->start = after->date;
  else
    period->stop = after->date + 1;
}

al_status al_query_check (const al_query *query, al_error *err) {
  size_t filter, n = 0;
  for (filter = 0; filter < AL_NFILTERS; filter++)
    n += filter != AL_FILTER_TEXT ? query->filter[filter].n : 0;
  if (query->filter[AL_FILTER_CUSTOMER_NAME].n > NAMES_MAX)
    return al_fail(err, AL_LIMIT, "customer_name has more than %d values",
                   NAMES_MAX);
  if (n > VALUES_MAX)
    return al_fail(err, AL_LIMIT, "the filters have more than %d values",
                   VALUES_MAX);
  return AL_OK;
}
