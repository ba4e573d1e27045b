/*
** al_record.h - one audit record: its fields, its identity, its digest.
**
** Field names are the API's in snake_case. A record borrows all its text from
** whoever made it. Its operation_date is in the fixed form (al_time.h); its
** customized_data and other are compact JSON (al_json.h).
*/
#ifndef AL_RECORD_H
#define AL_RECORD_H

#include <stdint.h>

#include "al_buffer.h"
#include "al_error.h"
#include "al_text.h"

/* The order is part of file version 1: the digest goes through the fields in
** it (docs/file-format.md). */
typedef enum {
  AL_ID,
  AL_PARTNER_ID,
  AL_CUSTOMER_ID,
  AL_CUSTOMER_NAME,
  AL_USER_PRINCIPAL_NAME,
  AL_APPLICATION_ID,
  AL_SESSION_ID,
  AL_ORIGINAL_CORRELATION_ID,
  AL_RESOURCE_TYPE,
  AL_OPERATION_TYPE,
  AL_OPERATION_STATUS,
  AL_OPERATION_DATE,
  AL_RESOURCE_OLD_VALUE,
  AL_RESOURCE_NEW_VALUE,
  AL_CUSTOMIZED_DATA, /* JSON */
  AL_OTHER,           /* JSON object of the fields that no column names */
  AL_NFIELDS
} al_field;

#define AL_IDENTITY_BYTES 16
#define AL_DIGEST_BYTES   32

/* A record of more bytes than this is refused (AL_LIMIT), so that memory stays
** bounded whatever the input. */
#define AL_RECORD_MAX_BYTES (16 * 1024 * 1024)

typedef struct {
  al_text field[AL_NFIELDS]; /* missing where the record has none */
  int64_t sequence;          /* of its content in a log; 0 outside of one */
  int secret;                /* values stand under secret keys */
} al_record;

/* The snake_case name of a field ("customer_name"), and the API's
** ("customerName"; "other" has none: NULL). Both end in NUL. */
const char *al_field_name (al_field field);
const char *al_field_api_name (al_field field);

/* The field of that name, or AL_NFIELDS. */
al_field al_field_find (al_text name);
al_field al_field_find_api (al_text name);

/* Whether the field's text is JSON (customized_data and other). */
static inline int al_field_is_json (al_field field) {
  return field == AL_CUSTOMIZED_DATA || field == AL_OTHER;
}

/* What makes two deliveries the same record: 16 bytes of SHA-256 over its id,
** or over its unchanging fields where it has none. */
void al_record_identity (const al_record *record,
                         uint8_t identity[AL_IDENTITY_BYTES]);

/* SHA-256 over the whole content in its canonical form. */
void al_record_digest (const al_record *record,
                       uint8_t digest[AL_DIGEST_BYTES]);

/* Whether a record can be kept: it has an operation_date, and its text is no
** longer than AL_RECORD_MAX_BYTES. AL_SYNTAX or AL_LIMIT. */
al_status al_record_check (const al_record *record, al_error *err);

/* AL_CORRUPT: a record out of a log is not what was put there. 'what' is said of
** the field: "is no text". */
al_status al_record_fail (const al_record *record, al_field field,
                          const char *what, al_error *err);

/* Append what stands for a customer where its records are looked up: the 16
** bytes of a GUID, or any other id with A to Z in lower case. *is_guid tells
** which. */
#define AL_GUID_BYTES 16
al_status al_customer_key (al_buffer *out, al_text customer_id, int *is_guid,
                           al_error *err);

/* Whether 'text' is a GUID as the API writes it: 8-4-4-4-12 hex digits in
** either case, no braces. Only such a customer_id gets a link. */
int al_guid_valid (al_text text);

#endif
