/*
** al_width.h - how many places of a terminal a text takes.
*/
#ifndef AL_WIDTH_H
#define AL_WIDTH_H

#include "al_text.h"

typedef struct {
  size_t places; /* columns of the terminal */
  size_t bytes;
} al_width;

/* The longest beginning of valid UTF-8 that fits in so many places and ends
** where a character of people's ends (a grapheme cluster of Unicode's), be it
** made of one code point or of several. Such a character takes as many places
** as the widest of its code points, and two as an emoji or a flag. Control
** characters take none. */
al_width al_width_fit (al_text text, size_t places);

#endif
