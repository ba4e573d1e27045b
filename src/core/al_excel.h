/*
** al_excel.h - what a cell needs so that Excel shows it and does not run it.
*/
#ifndef AL_EXCEL_H
#define AL_EXCEL_H

#include <stdint.h>

#include "al_buffer.h"

/* Excel's limits: rows of a sheet, the title's included, and UTF-16 code units
** of a cell (support.microsoft.com, "Excel specifications and limits"). */
#define AL_EXCEL_ROWS 1048576
#define AL_EXCEL_CELL 32767

/* Stands at the end of a cell that was cut. */
#define AL_EXCEL_CUT_MARK "\xE2\x80\xA6[cut]" /* ...[cut], as one ellipsis */

typedef struct {
  int defuse;      /* put a ' before what would run as a formula */
  size_t max_cell; /* UTF-16 code units; 0: any number */
  int64_t defused; /* cells so far */
  int64_t cut;     /* likewise */
} al_excel;

/* Whether a text stays as it is, by a quick look: most begin with a letter or a
** digit, and have fewer bytes than a cell may have units. */
static inline int al_excel_leaves (const al_excel *excel, al_text text) {
  unsigned char first = text.len > 0 ? (unsigned char)text.data[0] : 'a';
  return (excel->max_cell == 0 || text.len <= excel->max_cell) &&
         ((first > '@' && first != 0xEF) || (first >= '0' && first <= '9'));
}

/* The cell for a text: the text itself when nothing is to be done, else one
** built in 'scratch', which is cleared. CWE-1236: what begins with = + - @, a
** tab, a line end, or a full-width form of the signs may run. */
al_status al_excel_cell (al_excel *excel, al_text text, al_buffer *scratch,
                         al_text *out, al_error *err);

#endif
