/*
** al_book_cell.h - what texts become in the cells of a workbook.
**
** No I/O, no library: the rules of Excel and of the file's XML alone. Texts
** that are read here are valid UTF-8.
*/
#ifndef AL_BOOK_CELL_H
#define AL_BOOK_CELL_H

#include "al_buffer.h"

/* Append a text as a cell's XML has to have it: U+FFFD for what XML cannot hold
** in any form, and an escape for what would be read as one: in such a file
** "_x0041_" means A. Other control characters stay: the library escapes them
** in texts. */
al_status al_book_append_text (al_buffer *out, al_text text, al_error *err);

/* The number of a text, as JSON writes it. Returns 0 for what Excel would not
** keep, more than 15 digits or beyond its range, and for what is no number,
** such as "007" or "1,5". */
int al_book_number (double *number, al_text text);

/* Excel's number of a time written by AL_TIME_EXCEL: days since 1899-12-30.
** Returns 0 for what is none, or before 1900-03-01: Excel counts a 29 February
** 1900. */
int al_book_serial (double *serial, al_text time);

/* Make a formula in 'out' that shows 'title' as a link, with a NUL behind it;
** 'shown' is where the title stands in it as it is shown, likewise. Returns
** AL_LIMIT for a URL that no formula holds, without a message. */
al_status al_book_link (al_buffer *out, al_buffer *shown, al_text url,
                        al_text title, al_error *err);

/* Make the name of a sheet in 'out', with a NUL behind it: what Excel refuses
** in it is left out. From the second sheet on its number is part of it. */
al_status al_book_sheet_name (al_buffer *out, al_text name, int number,
                              al_error *err);

#endif
