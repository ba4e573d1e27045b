/*
** al_position.h - where something stands in an input; both count from 1.
*/
#ifndef AL_POSITION_H
#define AL_POSITION_H

#include <stdint.h>

typedef struct {
  int64_t line;
  int64_t byte;
} al_position;

#endif
