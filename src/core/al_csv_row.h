/*
** al_csv_row.h - a plain row of CSV taken apart at once.
**
** Plain is a row that is whole, not longer than AL_CSV_ROW_BYTES, and has
** nothing that a reader could refuse. All others, and what is wrong with them,
** are left to libcsv (al_csv.c), which reads plain rows just so, but byte by
** byte.
*/
#ifndef AL_CSV_ROW_H
#define AL_CSV_ROW_H

#include "al_text.h"

#define AL_CSV_ROW_BYTES  65536
#define AL_CSV_ROW_FIELDS 64

/* Zero it to begin. */
typedef struct {
  al_text field[AL_CSV_ROW_FIELDS]; /* missing where nothing stood */
  size_t n;
  char text[AL_CSV_ROW_BYTES]; /* of those that had quotes in quotes */
} al_csv_row;

/* Take apart the row that begins with 'text'. Its fields lie in the text or in
** the row. Returns how many bytes it had, the line feed at its end included, or
** 0 when it is not plain. The separator is no quote and no line end. */
size_t al_csv_row_read (al_csv_row *row, char separator, const char *text,
                        size_t len);

#endif
