/*
** al_record.c - one audit record: its fields, its identity, its digest.
*/
#include "al_record.h"

#include "al_sha256.h"

static const struct {
  const char *name;     /* ours, in snake_case */
  const char *api_name; /* the API's; NULL where it has none */
} FIELDS[AL_NFIELDS] = {
    {"id", "id"},
    {"partner_id", "partnerId"},
    {"customer_id", "customerId"},
    {"customer_name", "customerName"},
    {"user_principal_name", "userPrincipalName"},
    {"application_id", "applicationId"},
    {"session_id", "sessionId"},
    {"original_correlation_id", "originalCorrelationId"},
    {"resource_type", "resourceType"},
    {"operation_type", "operationType"},
    {"operation_status", "operationStatus"},
    {"operation_date", "operationDate"},
    {"resource_old_value", "resourceOldValue"},
    {"resource_new_value", "resourceNewValue"},
    {"customized_data", "customizedData"},
    {"other", NULL},
};

const char *al_field_name (al_field field) {
  return FIELDS[field].name;
}

const char *al_field_api_name (al_field field) {
  return FIELDS[field].api_name;
}

/* Most names differ in their first byte from the text. */
static int is_name (const char *name, al_text text) {
  return name != NULL && text.len > 0 && name[0] == text.data[0] &&
         strlen(name) == text.len && memcmp(name, text.data, text.len) == 0;
}

al_field al_field_find (al_text name) {
  int field = 0;
  while (field < AL_NFIELDS && !is_name(FIELDS[field].name, name))
    field++;
  return (al_field)field;
}

al_field al_field_find_api (al_text name) {
  int field = 0;
  while (field < AL_NFIELDS && !is_name(FIELDS[field].api_name, name))
    field++;
  return (al_field)field;
}

/* Feed 'text' with A to Z in lower case: GUIDs come in either. */
static void update_lower (al_sha256 *hash, al_text text) {
  char chunk[256];
  size_t i, n;
  for (; text.len > 0; text.data += n, text.len -= n) {
    n = text.len < sizeof chunk ? text.len : sizeof chunk;
    for (i = 0; i < n; i++)
      chunk[i] = al_lower(text.data[i]);
    al_sha256_update(hash, chunk, n);
  }
}

/* The fields that a later delivery of the same record cannot change. */
static const struct {
  al_field field;
  int lower; /* a GUID: case says nothing */
} UNCHANGING[] = {
    {AL_PARTNER_ID, 1},          {AL_CUSTOMER_ID, 1},
    {AL_USER_PRINCIPAL_NAME, 0}, {AL_ORIGINAL_CORRELATION_ID, 1},
    {AL_RESOURCE_TYPE, 0},       {AL_OPERATION_TYPE, 0},
    {AL_OPERATION_DATE, 0},      {AL_RESOURCE_OLD_VALUE, 0},
    {AL_RESOURCE_NEW_VALUE, 0},
};
#define NUNCHANGING (sizeof UNCHANGING / sizeof UNCHANGING[0])

void al_record_identity (const al_record *record,
                         uint8_t identity[AL_IDENTITY_BYTES]) {
  al_sha256 hash;
  size_t i;
  al_sha256_init(&hash);
  if (record->field[AL_ID].data != NULL) {
    update_lower(&hash, record->field[AL_ID]);
  } else {
    for (i = 0; i < NUNCHANGING; i++) {
      al_text text = record->field[UNCHANGING[i].field];
      const char *name = FIELDS[UNCHANGING[i].field].name;
      if (text.data == NULL)
        continue;
      if (UNCHANGING[i].lower) {
        al_sha256_line_start(&hash, name, text.len);
        update_lower(&hash, text);
        al_sha256_update(&hash, "\n", 1);
      } else {
        al_sha256_line(&hash, name, text.data, text.len);
      }
    }
  }
  al_sha256_finish(&hash, identity, AL_IDENTITY_BYTES);
}

void al_record_digest (const al_record *record,
                       uint8_t digest[AL_DIGEST_BYTES]) {
  al_sha256 hash;
  int i;
  al_sha256_init(&hash);
  for (i = 0; i < AL_NFIELDS; i++)
    if (record->field[i].data != NULL)
      al_sha256_line(&hash, FIELDS[i].name, record->field[i].data,
                     record->field[i].len);
  al_sha256_finish(&hash, digest, AL_DIGEST_BYTES);
}

al_status al_record_check (const al_record *record, al_error *err) {
  size_t bytes = 0;
  int i;
  if (record->field[AL_OPERATION_DATE].data == NULL)
    return al_fail(err, AL_SYNTAX, "it has no operation date");
  for (i = 0; i < AL_NFIELDS; i++)
    bytes += record->field[i].len;
  if (bytes > AL_RECORD_MAX_BYTES)
    return al_fail(err, AL_LIMIT, "it is longer than %d bytes",
                   AL_RECORD_MAX_BYTES);
  return AL_OK;
}

static int is_hex_digit (char c) {
  return (unsigned char)(c - '0') < 10 || (unsigned char)((c | 32) - 'a') < 6;
}

int al_guid_valid (al_text text) {
  static const int GROUPS[] = {8, 4, 4, 4, 12};
  const char *at = text.data;
  size_t group;
  int i;
  if (text.data == NULL || text.len != 36)
    return 0;
  for (group = 0; group < sizeof GROUPS / sizeof GROUPS[0]; group++) {
    if (group > 0 && *at++ != '-')
      return 0;
    for (i = 0; i < GROUPS[group]; i++)
      if (!is_hex_digit(*at++))
        return 0;
  }
  return 1;
}
