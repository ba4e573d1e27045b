/*
** al_hex.c - bytes as hex digits.
*/
#include "al_hex.h"

void al_hex_write (char *out, const uint8_t *bytes, size_t n) {
  static const char DIGITS[] = "0123456789abcdef";
  size_t i;
  for (i = 0; i < n; i++) {
    out[2 * i] = DIGITS[bytes[i] >> 4];
    out[2 * i + 1] = DIGITS[bytes[i] & 15];
  }
}

int al_hex_read (uint8_t *bytes, size_t n, al_text text) {
  size_t i;
  if (text.len != 2 * n)
    return 0;
  for (i = 0; i < n; i++) {
    int high = al_hex_value(text.data[2 * i]);
    int low = al_hex_value(text.data[2 * i + 1]);
    if (high < 0 || low < 0)
      return 0;
    bytes[i] = (uint8_t)(high << 4 | low);
  }
  return 1;
}
