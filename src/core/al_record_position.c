/*
** al_record_position.c - where a record stands in the order of time.
*/
#include "al_record_position.h"

#include <string.h>

#include "al_hex.h"

#define SEPARATOR '.'
#define HEX_AT    (AL_TIME_LEN + 1)

void al_record_position_write (char out[AL_RECORD_POSITION_LEN], al_text date,
                               const uint8_t identity[AL_IDENTITY_BYTES]) {
  memcpy(out, date.data, AL_TIME_LEN);
  out[AL_TIME_LEN] = SEPARATOR;
  al_hex_write(out + HEX_AT, identity, AL_IDENTITY_BYTES);
}

int al_record_position_read (al_record_position *out, al_text text) {
  return text.len == AL_RECORD_POSITION_LEN &&
         text.data[AL_TIME_LEN] == SEPARATOR &&
         al_time_read_fixed(&out->date, al_text_from(text.data, AL_TIME_LEN)) &&
         al_hex_read(out->identity, AL_IDENTITY_BYTES,
                     al_text_from(text.data + HEX_AT, text.len - HEX_AT));
}
