/*
** al_hex.h - bytes as hex digits.
*/
#ifndef AL_HEX_H
#define AL_HEX_H

#include <stddef.h>
#include <stdint.h>

#include "al_text.h"

/* Write the 2 * n digits of the bytes in lower case, without a NUL. */
void al_hex_write (char *out, const uint8_t *bytes, size_t n);

/* Read 'n' bytes out of digits in either case. Returns whether the text is that
** many. */
int al_hex_read (uint8_t *bytes, size_t n, al_text text);

#endif
