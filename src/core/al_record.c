/*
** al_record.c - one audit record: its fields, its identity, its digest.
*/
#include "al_record.h"

#include "al_sha256.h"

/* A name and its length, which tells most names from others. */
#define NAME(text)                                                             \
  { (text), sizeof(text) - 1 }

static const struct {
  al_text name;     /* ours, in snake_case */
  al_text api_name; /* the API's; missing where it has none */
} FIELDS[AL_NFIELDS] = {
    {NAME("id"), NAME("id")},
    {NAME("partner_id"), NAME("partnerId")},
    {NAME("customer_id"), NAME("customerId")},
    {NAME("customer_name"), NAME("customerName")},
    {NAME("user_principal_name"), NAME("userPrincipalName")},
    {NAME("application_id"), NAME("applicationId")},
    {NAME("session_id"), NAME("sessionId")},
    {NAME("original_correlation_id"), NAME("originalCorrelationId")},
    {NAME("resource_type"), NAME("resourceType")},
    {NAME("operation_type"), NAME("operationType")},
    {NAME("operation_status"), NAME("operationStatus")},
    {NAME("operation_date"), NAME("operationDate")},
    {NAME("resource_old_value"), NAME("resourceOldValue")},
    {NAME("resource_new_value"), NAME("resourceNewValue")},
    {NAME("customized_data"), NAME("customizedData")},
    {NAME("other"), {NULL, 0}},
};

const char *al_field_name (al_field field) {
  return FIELDS[field].name.data;
}

const char *al_field_api_name (al_field field) {
  return FIELDS[field].api_name.data;
}

static int is_name (al_text name, al_text text) {
  return name.len == text.len && memcmp(name.data, text.data, text.len) == 0;
}

al_field al_field_find (al_text name) {
  int field = 0;
  while (field < AL_NFIELDS && !is_name(FIELDS[field].name, name))
    field++;
  return (al_field)field;
}

al_field al_field_find_api (al_text name) {
  int field = 0;
  while (field < AL_OTHER && !is_name(FIELDS[field].api_name, name))
    field++;
  return (al_field)(field < AL_OTHER ? field : AL_NFIELDS);
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
      const char *name = al_field_name(UNCHANGING[i].field);
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
      al_sha256_line(&hash, al_field_name((al_field)i), record->field[i].data,
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

al_status al_record_fail (const al_record *record, al_field field,
                          const char *what, al_error *err) {
  return al_fail(err, AL_CORRUPT,
                 "the log is damaged: %s of its record %lld %s; restore it "
                 "from a backup",
                 al_field_name(field), (long long)record->sequence, what);
}

/* The values of hex digits, and 16 that tells them from other bytes. */
static const unsigned char HEX[256] = {
    ['0'] = 16, ['1'] = 17, ['2'] = 18, ['3'] = 19, ['4'] = 20, ['5'] = 21,
    ['6'] = 22, ['7'] = 23, ['8'] = 24, ['9'] = 25, ['A'] = 26, ['B'] = 27,
    ['C'] = 28, ['D'] = 29, ['E'] = 30, ['F'] = 31, ['a'] = 26, ['b'] = 27,
    ['c'] = 28, ['d'] = 29, ['e'] = 30, ['f'] = 31};

/* Where the two digits of each byte stand in a GUID, between its dashes. */
static const unsigned char DIGITS[AL_GUID_BYTES] = {
    0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

/* The bytes that a GUID spells. Returns whether it is one. */
static int read_guid (unsigned char guid[AL_GUID_BYTES], al_text text) {
  const unsigned char *in = (const unsigned char *)text.data;
  unsigned are_digits = 16;
  int i;
  if (text.data == NULL || text.len != 36 || in[8] != '-' || in[13] != '-' ||
      in[18] != '-' || in[23] != '-')
    return 0;
  for (i = 0; i < AL_GUID_BYTES; i++) {
    unsigned high = HEX[in[DIGITS[i]]], low = HEX[in[DIGITS[i] + 1]];
    are_digits &= high & low;
    guid[i] = (unsigned char)(high << 4 | (low & 15));
  }
  return are_digits != 0;
}

int al_guid_valid (al_text text) {
  unsigned char guid[AL_GUID_BYTES];
  return read_guid(guid, text);
}

al_status al_customer_key (al_buffer *out, al_text customer_id, int *is_guid,
                           al_error *err) {
  unsigned char guid[AL_GUID_BYTES];
  size_t i;
  *is_guid = read_guid(guid, customer_id);
  if (*is_guid)
    return al_buffer_append(out, (const char *)guid, sizeof guid, err);
  if (al_buffer_reserve(out, customer_id.len, err) != AL_OK)
    return err->status;
  for (i = 0; i < customer_id.len; i++)
    out->data[out->len++] = al_lower(customer_id.data[i]);
  return AL_OK;
}
