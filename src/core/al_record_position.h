/*
** al_record_position.h - where a record stands in the order of time.
**
** Records of one instant stand in the order of their identity, so that no two
** have the same position. As a text it is the instant in its fixed form, a dot
** and the identity in hex: 2026-10-01T08:00:00.0000000Z.0f1e2d...
*/
#ifndef AL_RECORD_POSITION_H
#define AL_RECORD_POSITION_H

#include "al_record.h"
#include "al_text.h"
#include "al_time.h"

typedef struct {
  al_time date;
  uint8_t identity[AL_IDENTITY_BYTES];
} al_record_position;

#define AL_RECORD_POSITION_LEN (AL_TIME_LEN + 1 + 2 * AL_IDENTITY_BYTES)

/* Write the position of a record with that date, in the fixed form, without a
** NUL. */
void al_record_position_write (char out[AL_RECORD_POSITION_LEN], al_text date,
                               const uint8_t identity[AL_IDENTITY_BYTES]);

/* Read one back; 0 for any other text. */
int al_record_position_read (al_record_position *out, al_text text);

#endif
